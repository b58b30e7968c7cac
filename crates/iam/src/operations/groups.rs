//! Groups and who is in them. Source: IAM API Reference, `CreateGroup` to `RemoveUserFromGroup`.

use types::{Call, ServiceError};

use super::users::{is_under, path};
use crate::limit::{GROUPS_MAX, GROUPS_PER_USER_MAX};
use crate::model::{
    AddUserToGroupRequest, CreateGroupRequest, CreateGroupResponse, DeleteGroupRequest,
    GetGroupRequest, GetGroupResponse, ListGroupsForUserRequest, ListGroupsForUserResponse,
    ListGroupsRequest, ListGroupsResponse, RemoveUserFromGroupRequest, UpdateGroupRequest,
};
use crate::page::page;
use crate::state::{GroupRow, Permissions, UserRow};
use crate::{Iam, exception, id, shown};

pub(crate) async fn create_group(
    iam: &Iam,
    call: &Call,
    input: CreateGroupRequest,
) -> Result<CreateGroupResponse, ServiceError> {
    iam.change(call, |draft| {
        let key = id::folded(&input.group_name);
        if draft.account.groups.contains_key(&key) {
            return Err(group_exists(&input.group_name));
        }
        if draft.account.groups.len() >= GROUPS_MAX {
            return Err(exception::quota("GroupsPerAccount", GROUPS_MAX));
        }
        let row = GroupRow {
            name: input.group_name.clone(),
            path: path(input.path.as_ref()),
            id: draft.unique(id::GROUP)?,
            created_ms: draft.now.as_millis(),
            permissions: Permissions::default(),
        };
        let group = shown::group(draft.id(), &row);
        draft.put(row)?;
        Ok(CreateGroupResponse { group })
    })
    .await
}

fn group_exists(name: &str) -> ServiceError {
    exception::already_exists(format!("Group with name {name} already exists."))
}

pub(crate) async fn get_group(
    iam: &Iam,
    call: &Call,
    input: GetGroupRequest,
) -> Result<GetGroupResponse, ServiceError> {
    let account = iam.account_of(call);
    let group = account.group(&input.group_name)?;
    let key = id::folded(&group.name);
    let members = account
        .users
        .iter()
        .filter(|(_, user)| user.groups.contains(&key));
    let page = page(
        members.map(|(key, user)| (key.clone(), shown::user(account.id, user))),
        input.marker.as_deref(),
        input.max_items,
    )?;
    Ok(GetGroupResponse {
        group: shown::group(account.id, &group),
        users: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn update_group(
    iam: &Iam,
    call: &Call,
    input: UpdateGroupRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let old = draft.account.group(&input.group_name)?;
        let mut row = GroupRow::clone(&old);
        if let Some(path) = &input.new_path {
            row.path.clone_from(path);
        }
        if let Some(name) = &input.new_group_name {
            row.name.clone_from(name);
        }
        let (old_key, new_key) = (id::folded(&old.name), id::folded(&row.name));
        if new_key != old_key {
            if draft.account.groups.contains_key(&new_key) {
                return Err(group_exists(&row.name));
            }
            draft.delete::<GroupRow>(&old_key);
            let users = draft.account.users.clone();
            for user in users.values().filter(|user| user.groups.contains(&old_key)) {
                let mut user = UserRow::clone(user);
                user.groups.remove(&old_key);
                user.groups.insert(new_key.clone());
                draft.put(user)?;
            }
        }
        draft.put(row)
    })
    .await
}

pub(crate) async fn delete_group(
    iam: &Iam,
    call: &Call,
    input: DeleteGroupRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let group = draft.account.group(&input.group_name)?;
        let key = id::folded(&group.name);
        let has_members = draft
            .account
            .users
            .values()
            .any(|user| user.groups.contains(&key));
        let conflict = if has_members {
            Some("remove users from group")
        } else if !group.permissions.inline.is_empty() {
            Some("delete policies")
        } else if !group.permissions.attached.is_empty() {
            Some("detach all policies")
        } else {
            None
        };
        if let Some(first) = conflict {
            return Err(exception::delete_conflict(first));
        }
        draft.delete::<GroupRow>(&key);
        Ok(())
    })
    .await
}

pub(crate) async fn list_groups(
    iam: &Iam,
    call: &Call,
    input: ListGroupsRequest,
) -> Result<ListGroupsResponse, ServiceError> {
    let account = iam.account_of(call);
    let groups = account.groups.iter();
    let wanted = groups.filter(|(_, group)| is_under(&group.path, input.path_prefix.as_ref()));
    let page = page(
        wanted.map(|(key, group)| (key.clone(), shown::group(account.id, group))),
        input.marker.as_deref(),
        input.max_items,
    )?;
    Ok(ListGroupsResponse {
        groups: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn list_groups_for_user(
    iam: &Iam,
    call: &Call,
    input: ListGroupsForUserRequest,
) -> Result<ListGroupsForUserResponse, ServiceError> {
    let account = iam.account_of(call);
    let user = account.user(&input.user_name)?;
    let groups = user.groups.iter();
    let groups = groups.filter_map(|key| Some((key.clone(), account.groups.get(key)?)));
    let page = page(
        groups.map(|(key, group)| (key, shown::group(account.id, group))),
        input.marker.as_deref(),
        input.max_items,
    )?;
    Ok(ListGroupsForUserResponse {
        groups: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn add_user_to_group(
    iam: &Iam,
    call: &Call,
    input: AddUserToGroupRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let group = draft.account.group(&input.group_name)?;
        let mut user = UserRow::clone(draft.account.user(&input.user_name)?.as_ref());
        if !user.groups.insert(id::folded(&group.name)) {
            return Ok(());
        }
        if user.groups.len() > GROUPS_PER_USER_MAX {
            return Err(exception::quota("GroupsPerUser", GROUPS_PER_USER_MAX));
        }
        draft.put(user)
    })
    .await
}

pub(crate) async fn remove_user_from_group(
    iam: &Iam,
    call: &Call,
    input: RemoveUserFromGroupRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let group = draft.account.group(&input.group_name)?;
        let mut user = UserRow::clone(draft.account.user(&input.user_name)?.as_ref());
        if !user.groups.remove(&id::folded(&group.name)) {
            return Ok(());
        }
        draft.put(user)
    })
    .await
}
