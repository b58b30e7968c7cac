//! Users. Source: IAM API Reference, `CreateUser` to `ListUsers`.

use types::{Call, Principal, ServiceError};

use crate::account::Account;
use crate::draft::Draft;
use crate::limit::USERS_MAX;
use crate::model::{
    CreateUserRequest, CreateUserResponse, DeleteUserRequest, GetUserRequest, GetUserResponse,
    ListUsersRequest, ListUsersResponse, UpdateUserRequest, User,
};
use crate::page::page;
use crate::state::{AccessKeyRow, Permissions, UserRow};
use crate::tags::Tags;
use crate::{Iam, exception, id, shown};

pub(crate) async fn create_user(
    iam: &Iam,
    call: &Call,
    input: CreateUserRequest,
) -> Result<CreateUserResponse, ServiceError> {
    iam.change(call, |draft| {
        let key = id::folded(&input.user_name);
        if draft.account.users.contains_key(&key) {
            return Err(user_exists(&input.user_name));
        }
        if draft.account.users.len() >= USERS_MAX {
            return Err(exception::quota("UsersPerAccount", USERS_MAX));
        }
        if let Some(boundary) = &input.permissions_boundary {
            draft.account.attachable(boundary)?;
        }
        let row = UserRow {
            name: input.user_name.clone(),
            path: path(input.path.as_ref()),
            id: draft.unique(id::USER)?,
            created_ms: draft.now.as_millis(),
            tags: Tags::new(input.tags.clone())?,
            permissions: Permissions {
                boundary: input.permissions_boundary.clone(),
                ..Permissions::default()
            },
            groups: std::collections::BTreeSet::new(),
            login: None,
            service_credentials: Vec::new(),
        };
        let user = shown::user_whole(draft.id(), &row);
        draft.put(row)?;
        Ok(CreateUserResponse { user: Some(user) })
    })
    .await
}

/// A path as it was given, `/` without one.
pub(super) fn path(given: Option<&String>) -> String {
    given.cloned().unwrap_or_else(|| "/".to_owned())
}

/// Whether a path is one of those that are asked for.
pub(super) fn is_under(path: &str, prefix: Option<&String>) -> bool {
    prefix.is_none_or(|prefix| path.starts_with(prefix.as_str()))
}

fn user_exists(name: &str) -> ServiceError {
    exception::already_exists(format!("User with name {name} already exists."))
}

/// The name that is given, or the caller's own; `None` stands for the account's root.
pub(super) fn named_or_caller(
    call: &Call,
    name: Option<&String>,
) -> Result<Option<String>, ServiceError> {
    match (name, &call.principal) {
        (Some(name), _) => Ok(Some(name.clone())),
        (None, Principal::User(user)) => Ok(Some(user.name.clone())),
        (None, Principal::Root(_)) => Ok(None),
        (None, _) => Err(exception::validation(
            "Must specify userName when calling with non-User credentials",
        )),
    }
}

/// The same where the root has none of what is asked for.
pub(super) fn user_or_caller(
    account: &Account,
    call: &Call,
    name: Option<&String>,
) -> Result<std::sync::Arc<UserRow>, ServiceError> {
    match named_or_caller(call, name)? {
        Some(name) => account.user(&name),
        None => Err(exception::validation(
            "Must specify userName when calling with non-User credentials",
        )),
    }
}

pub(crate) async fn get_user(
    iam: &Iam,
    call: &Call,
    input: GetUserRequest,
) -> Result<GetUserResponse, ServiceError> {
    let account = iam.account_of(call);
    let user = match named_or_caller(call, input.user_name.as_ref())? {
        Some(name) => shown::user_whole(account.id, account.user(&name)?.as_ref()),
        None => root(&account),
    };
    Ok(GetUserResponse { user })
}

/// What `GetUser` says of the account's root.
fn root(account: &Account) -> User {
    User {
        path: "/".to_owned(),
        user_name: "root".to_owned(),
        user_id: account.id.to_string(),
        arn: Principal::Root(account.id).arn().to_string(),
        create_date: crate::state::time(account.settings().created_ms),
        password_last_used: None,
        permissions_boundary: None,
        tags: None,
    }
}

pub(crate) async fn update_user(
    iam: &Iam,
    call: &Call,
    input: UpdateUserRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let old = draft.account.user(&input.user_name)?;
        let mut row = UserRow::clone(&old);
        if let Some(path) = &input.new_path {
            row.path.clone_from(path);
        }
        let (old_key, old_name) = (id::folded(&old.name), old.name.clone());
        if let Some(name) = &input.new_user_name {
            row.name.clone_from(name);
        }
        let new_key = id::folded(&row.name);
        if new_key != old_key {
            if draft.account.users.contains_key(&new_key) {
                return Err(user_exists(&row.name));
            }
            draft.delete::<UserRow>(&old_key);
            rename_in_others(draft, &old_key, &new_key)?;
        } else if row.name == old_name && row.path == old.path {
            return Ok(());
        }
        draft.put(row)
    })
    .await
}

/// What refers to a user by its name: its access keys and MFA devices.
fn rename_in_others(draft: &mut Draft<'_>, old: &str, new: &str) -> Result<(), ServiceError> {
    let keys = draft.account.access_keys.clone();
    for key in keys.values().filter(|key| key.user.as_deref() == Some(old)) {
        let mut key = AccessKeyRow::clone(key);
        key.user = Some(new.to_owned());
        draft.put(key)?;
    }
    let devices = draft.account.mfa.clone();
    for device in devices.values() {
        let mut device = crate::state::MfaRow::clone(device);
        if let Some(assigned) = &mut device.assigned
            && assigned.user.as_deref() == Some(old)
        {
            assigned.user = Some(new.to_owned());
            draft.put(device)?;
        }
    }
    Ok(())
}

pub(crate) async fn delete_user(
    iam: &Iam,
    call: &Call,
    input: DeleteUserRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let user = draft.account.user(&input.user_name)?;
        let key = id::folded(&user.name);
        let account = &draft.account;
        let is_mine = |owner: Option<&String>| owner == Some(&key);
        let conflict = if account
            .access_keys
            .values()
            .any(|one| is_mine(one.user.as_ref()))
        {
            Some("delete access keys")
        } else if !user.permissions.inline.is_empty() {
            Some("delete policies")
        } else if !user.permissions.attached.is_empty() {
            Some("detach all policies")
        } else if !user.groups.is_empty() {
            Some("remove users from group")
        } else if user.login.is_some() {
            Some("delete login profile")
        } else if account.mfa.values().any(|device| {
            let assigned = device.assigned.as_ref();
            assigned.is_some_and(|assigned| is_mine(assigned.user.as_ref()))
        }) {
            Some("delete MFA device")
        } else if !user.service_credentials.is_empty() {
            Some("remove referenced objects")
        } else {
            None
        };
        if let Some(first) = conflict {
            return Err(exception::delete_conflict(first));
        }
        draft.delete::<UserRow>(&key);
        Ok(())
    })
    .await
}

pub(crate) async fn list_users(
    iam: &Iam,
    call: &Call,
    input: ListUsersRequest,
) -> Result<ListUsersResponse, ServiceError> {
    let account = iam.account_of(call);
    let users = account.users.iter();
    let wanted = users.filter(|(_, user)| is_under(&user.path, input.path_prefix.as_ref()));
    let page = page(
        wanted.map(|(key, user)| (key.clone(), shown::user(account.id, user))),
        input.marker.as_deref(),
        input.max_items,
    )?;
    Ok(ListUsersResponse {
        users: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
