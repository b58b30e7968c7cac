//! Access keys of users and of the account's root. Source: IAM API Reference, `CreateAccessKey` to
//! `GetAccessKeyLastUsed`; IAM User Guide, "Manage access keys".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use types::{AccountId, Call, ServiceError};
use zeroize::Zeroizing;

use super::users::named_or_caller;
use crate::account::Account;
use crate::limit::ACCESS_KEYS_PER_USER_MAX;
use crate::model::{
    AccessKey, AccessKeyLastUsed, AccessKeyMetadata, CreateAccessKeyRequest,
    CreateAccessKeyResponse, DeleteAccessKeyRequest, GetAccessKeyLastUsedRequest,
    GetAccessKeyLastUsedResponse, ListAccessKeysRequest, ListAccessKeysResponse,
    UpdateAccessKeyRequest,
};
use crate::page::page;
use crate::state::{AccessKeyRow, time};
use crate::{Iam, exception, id};

/// What a wrapped secret is bound to.
pub(crate) fn context(account: AccountId, id: &str) -> String {
    format!("iam/access-key/{account}/{id}")
}

/// Whose keys: a user's folded name, or the root's.
fn owner(account: &Account, name: Option<&String>) -> Result<Option<String>, ServiceError> {
    let user = name.map(|name| account.user(name)).transpose()?;
    Ok(user.map(|user| id::folded(&user.name)))
}

fn owner_name(account: &Account, owner: Option<&String>) -> Option<String> {
    let user = account.users.get(owner?)?;
    Some(user.name.clone())
}

pub(crate) async fn create_access_key(
    iam: &Iam,
    call: &Call,
    input: CreateAccessKeyRequest,
) -> Result<CreateAccessKeyResponse, ServiceError> {
    let name = named_or_caller(call, input.user_name.as_ref())?;
    iam.change(call, |draft| {
        let owner = owner(&draft.account, name.as_ref())?;
        let keys = draft.account.access_keys.values();
        let mut count = keys.filter(|key| key.user == owner).count();
        if owner.is_none() && iam.is_first(draft.id()) {
            count += 1;
        }
        if count >= ACCESS_KEYS_PER_USER_MAX {
            return Err(exception::quota(
                "AccessKeysPerUser",
                ACCESS_KEYS_PER_USER_MAX,
            ));
        }
        let (row, secret) = iam.new_access_key(draft.id(), owner.clone(), draft.now)?;
        let access_key = AccessKey {
            user_name: owner_name(&draft.account, owner.as_ref()).unwrap_or_default(),
            access_key_id: row.id.clone(),
            status: status(row.active),
            secret_access_key: secret,
            create_date: Some(time(row.created_ms)),
        };
        draft.put(row)?;
        Ok(CreateAccessKeyResponse { access_key })
    })
    .await
}

impl Iam {
    /// A new access key with its secret wrapped, and the secret itself for the one answer.
    pub(crate) fn new_access_key(
        &self,
        account: AccountId,
        user: Option<String>,
        now: types::Time,
    ) -> Result<(AccessKeyRow, String), ServiceError> {
        let id = id::access_key(id::ACCESS_KEY, account, self.entropy.as_ref())
            .map_err(exception::entropy)?;
        let secret = self.new_secret()?;
        let wrapped = self
            .wrap
            .wrap(&context(account, &id), secret.as_bytes())
            .map_err(|error| exception::key_wrap(&error))?;
        let row = AccessKeyRow {
            id,
            user,
            active: true,
            created_ms: now.as_millis(),
            wrapped: BASE64.encode(wrapped),
            opened: crate::once::Once::default(),
        };
        Ok((row, secret))
    }

    /// 240 random bits in 40 characters, as AWS's secrets are.
    pub(crate) fn new_secret(&self) -> Result<String, ServiceError> {
        let mut random = Zeroizing::new([0; 30]);
        self.entropy
            .fill(random.as_mut())
            .map_err(exception::entropy)?;
        Ok(BASE64.encode(random))
    }
}

fn status(active: bool) -> String {
    if active { "Active" } else { "Inactive" }.to_owned()
}

fn key_not_found(id: &str) -> ServiceError {
    exception::no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

fn is_given_root_key(iam: &Iam, account: AccountId, id: &str) -> bool {
    iam.is_first(account) && iam.root.access_key.id == id
}

/// The root key of the first account is the installation's: it is changed where it was given.
fn root_key_is_given() -> ServiceError {
    exception::validation(
        "This is the root access key that the installation was started with: it is changed by its \
         environment or its credentials file, not through the API.",
    )
}

pub(crate) async fn update_access_key(
    iam: &Iam,
    call: &Call,
    input: UpdateAccessKeyRequest,
) -> Result<(), ServiceError> {
    let name = named_or_caller(call, input.user_name.as_ref())?;
    iam.change(call, |draft| {
        let owner = owner(&draft.account, name.as_ref())?;
        let id = &input.access_key_id;
        if owner.is_none() && is_given_root_key(iam, draft.id(), id) {
            return Err(root_key_is_given());
        }
        let key = draft.account.access_keys.get(id);
        let key = key.filter(|key| key.user == owner);
        let mut key = AccessKeyRow::clone(key.ok_or_else(|| key_not_found(id))?);
        key.active = match input.status.as_str() {
            "Active" => true,
            "Inactive" => false,
            other => {
                return Err(exception::validation(format!(
                    "An access key cannot be made {other}."
                )));
            }
        };
        draft.put(key)
    })
    .await
}

pub(crate) async fn delete_access_key(
    iam: &Iam,
    call: &Call,
    input: DeleteAccessKeyRequest,
) -> Result<(), ServiceError> {
    let name = named_or_caller(call, input.user_name.as_ref())?;
    iam.change(call, |draft| {
        let owner = owner(&draft.account, name.as_ref())?;
        let id = &input.access_key_id;
        if owner.is_none() && is_given_root_key(iam, draft.id(), id) {
            return Err(root_key_is_given());
        }
        let key = draft.account.access_keys.get(id);
        if key.is_none_or(|key| key.user != owner) {
            return Err(key_not_found(id));
        }
        draft.forget_use(id);
        draft.delete::<AccessKeyRow>(id);
        Ok(())
    })
    .await
}

pub(crate) async fn list_access_keys(
    iam: &Iam,
    call: &Call,
    input: ListAccessKeysRequest,
) -> Result<ListAccessKeysResponse, ServiceError> {
    let name = named_or_caller(call, input.user_name.as_ref())?;
    let account = iam.account_of(call);
    let owner = owner(&account, name.as_ref())?;
    let user_name = owner_name(&account, owner.as_ref());
    let metadata = |id: &str, active: bool, created_ms: Option<i64>| AccessKeyMetadata {
        user_name: user_name.clone(),
        access_key_id: Some(id.to_owned()),
        status: Some(status(active)),
        create_date: created_ms.map(time),
    };
    let keys = account.access_keys.values().filter(|key| key.user == owner);
    let mut all: Vec<(String, AccessKeyMetadata)> = keys
        .map(|key| {
            (
                key.id.clone(),
                metadata(&key.id, key.active, Some(key.created_ms)),
            )
        })
        .collect();
    if owner.is_none() && iam.is_first(account.id) {
        let id = &iam.root.access_key.id;
        all.push((id.clone(), metadata(id, true, None)));
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
    }
    let page = page(all, input.marker.as_deref(), input.max_items)?;
    Ok(ListAccessKeysResponse {
        access_key_metadata: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn get_access_key_last_used(
    iam: &Iam,
    call: &Call,
    input: GetAccessKeyLastUsedRequest,
) -> Result<GetAccessKeyLastUsedResponse, ServiceError> {
    let account = iam.account_of(call);
    let id = &input.access_key_id;
    let user_name = match account.access_keys.get(id) {
        Some(key) => owner_name(&account, key.user.as_ref()),
        None if is_given_root_key(iam, account.id, id) => None,
        // AWS denies it, so that nobody learns which keys other accounts have.
        None => {
            return Err(exception::access_denied(format!(
                "User: {} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: \
                 access key {id}",
                call.principal.arn()
            )));
        }
    };
    let used = iam.last_used.of(account.id, id);
    let access_key_last_used = match used {
        Some(used) => AccessKeyLastUsed {
            last_used_date: Some(time(used.at_ms)),
            service_name: used.service,
            region: used.region,
        },
        None => AccessKeyLastUsed {
            last_used_date: None,
            service_name: "N/A".to_owned(),
            region: "N/A".to_owned(),
        },
    };
    Ok(GetAccessKeyLastUsedResponse {
        user_name,
        access_key_last_used: Some(access_key_last_used),
    })
}
