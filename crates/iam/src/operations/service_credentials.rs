//! Service-specific credentials. They are kept and can be listed; no service here takes them.
//! Source: IAM API Reference, `CreateServiceSpecificCredential` and its kin; recorded answers.

use types::{AccountId, Call, ServiceError};

use super::users::user_or_caller;
use crate::limit::SERVICE_CREDENTIALS_PER_USER_MAX;
use crate::model::{
    CreateServiceSpecificCredentialRequest, CreateServiceSpecificCredentialResponse,
    DeleteServiceSpecificCredentialRequest, ListServiceSpecificCredentialsRequest,
    ListServiceSpecificCredentialsResponse, ResetServiceSpecificCredentialRequest,
    ResetServiceSpecificCredentialResponse, ServiceSpecificCredential,
    ServiceSpecificCredentialMetadata, UpdateServiceSpecificCredentialRequest,
};
use crate::page::page;
use crate::state::{ServiceCredential, UserRow, time};
use crate::{Iam, exception, id, password};

/// The services that have such credentials.
const SERVICES: [&str; 2] = ["cassandra.amazonaws.com", "codecommit.amazonaws.com"];

fn check_service(service: &str) -> Result<(), ServiceError> {
    if SERVICES.contains(&service) {
        return Ok(());
    }
    Err(exception::no_such_entity(format!(
        "No such service {service} is supported for Service Specific Credentials"
    )))
}

fn not_found(id: &str) -> ServiceError {
    exception::no_such_entity(format!("No such credential {id} exists"))
}

fn status(active: bool) -> String {
    if active { "Active" } else { "Inactive" }.to_owned()
}

/// A new password, and its hash.
async fn new_password(iam: &Iam) -> Result<(String, String), ServiceError> {
    let text = format!("{}=", iam.new_secret()?);
    let (entropy, hashed) = (std::sync::Arc::clone(&iam.entropy), text.clone());
    let hash = tokio::task::spawn_blocking(move || password::hash(&hashed, entropy.as_ref()));
    let hash = hash.await.map_err(exception::internal)?;
    Ok((text, hash.map_err(exception::entropy)?))
}

/// `NAME-at-ACCOUNT`, as CodeCommit and Keyspaces name them; from the second on with a number.
fn service_user_name(user: &UserRow, account: AccountId, service: &str) -> String {
    let base = format!("{}-at-{account}", user.name);
    let taken = |name: &String| {
        let mut credentials = user.service_credentials.iter();
        credentials.any(|one| one.service == service && one.user_name == *name)
    };
    if !taken(&base) {
        return base;
    }
    let numbered = (1..=SERVICE_CREDENTIALS_PER_USER_MAX)
        .map(|number| format!("{}+{number}-at-{account}", user.name));
    numbered
        .into_iter()
        .find(|name| !taken(name))
        .unwrap_or(base)
}

fn shown(user: &UserRow, one: &ServiceCredential, password: String) -> ServiceSpecificCredential {
    ServiceSpecificCredential {
        create_date: time(one.created_ms),
        expiration_date: None,
        service_name: one.service.clone(),
        service_user_name: Some(one.user_name.clone()),
        service_password: Some(password),
        service_credential_alias: None,
        service_credential_secret: None,
        service_specific_credential_id: one.id.clone(),
        user_name: user.name.clone(),
        status: status(one.active),
    }
}

pub(crate) async fn create_service_specific_credential(
    iam: &Iam,
    call: &Call,
    input: CreateServiceSpecificCredentialRequest,
) -> Result<CreateServiceSpecificCredentialResponse, ServiceError> {
    iam.account_of(call).user(&input.user_name)?;
    check_service(&input.service_name)?;
    let (password, hash) = new_password(iam).await?;
    iam.change(call, |draft| {
        let mut user = UserRow::clone(draft.account.user(&input.user_name)?.as_ref());
        let mine = user.service_credentials.iter();
        let mine = mine.filter(|one| one.service == input.service_name).count();
        if mine >= SERVICE_CREDENTIALS_PER_USER_MAX {
            return Err(exception::quota(
                "ServiceSpecificCredentialsPerUser",
                SERVICE_CREDENTIALS_PER_USER_MAX,
            ));
        }
        let one = ServiceCredential {
            id: draft.unique(id::SERVICE_CREDENTIAL)?,
            service: input.service_name.clone(),
            user_name: service_user_name(&user, draft.id(), &input.service_name),
            active: true,
            created_ms: draft.now.as_millis(),
            hash: hash.clone(),
        };
        let shown = shown(&user, &one, password.clone());
        user.service_credentials.push(one);
        draft.put(user)?;
        Ok(CreateServiceSpecificCredentialResponse {
            service_specific_credential: Some(shown),
        })
    })
    .await
}

pub(crate) async fn list_service_specific_credentials(
    iam: &Iam,
    call: &Call,
    input: ListServiceSpecificCredentialsRequest,
) -> Result<ListServiceSpecificCredentialsResponse, ServiceError> {
    let account = iam.account_of(call);
    let users: Vec<std::sync::Arc<UserRow>> = match input.all_users {
        Some(true) => account.users.values().cloned().collect(),
        _ => vec![user_or_caller(&account, call, input.user_name.as_ref())?],
    };
    if let Some(service) = &input.service_name {
        check_service(service)?;
    }
    let mut all = Vec::new();
    for user in &users {
        for one in &user.service_credentials {
            if input
                .service_name
                .as_ref()
                .is_some_and(|wanted| *wanted != one.service)
            {
                continue;
            }
            let metadata = ServiceSpecificCredentialMetadata {
                user_name: user.name.clone(),
                status: status(one.active),
                service_user_name: Some(one.user_name.clone()),
                service_credential_alias: None,
                create_date: time(one.created_ms),
                expiration_date: None,
                service_specific_credential_id: one.id.clone(),
                service_name: one.service.clone(),
            };
            all.push((format!("{}/{}", id::folded(&user.name), one.id), metadata));
        }
    }
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    let page = page(all, input.marker.as_deref(), input.max_items)?;
    Ok(ListServiceSpecificCredentialsResponse {
        service_specific_credentials: Some(page.items),
        marker: page.marker,
        // Recorded answers do not say it where there is no more.
        is_truncated: page.is_truncated.filter(|more| *more),
    })
}

/// Changes one credential of a user.
async fn change<T>(
    iam: &Iam,
    call: &Call,
    (name, id): (Option<&String>, &str),
    change: impl Fn(&UserRow, &mut ServiceCredential) -> T,
) -> Result<T, ServiceError> {
    iam.change(call, |draft| {
        let user = user_or_caller(&draft.account, call, name)?;
        let mut row = UserRow::clone(&user);
        let mut credentials = row.service_credentials.iter_mut();
        let found = credentials
            .find(|one| one.id == id)
            .ok_or_else(|| not_found(id))?;
        let answer = change(&user, found);
        draft.put(row)?;
        Ok(answer)
    })
    .await
}

pub(crate) async fn update_service_specific_credential(
    iam: &Iam,
    call: &Call,
    input: UpdateServiceSpecificCredentialRequest,
) -> Result<(), ServiceError> {
    let active = input.status == "Active";
    let of = (
        input.user_name.as_ref(),
        input.service_specific_credential_id.as_str(),
    );
    change(iam, call, of, |_, one| one.active = active).await
}

pub(crate) async fn reset_service_specific_credential(
    iam: &Iam,
    call: &Call,
    input: ResetServiceSpecificCredentialRequest,
) -> Result<ResetServiceSpecificCredentialResponse, ServiceError> {
    let (password, hash) = new_password(iam).await?;
    let of = (
        input.user_name.as_ref(),
        input.service_specific_credential_id.as_str(),
    );
    let shown = change(iam, call, of, |user, one| {
        one.hash.clone_from(&hash);
        shown(user, one, password.clone())
    })
    .await?;
    Ok(ResetServiceSpecificCredentialResponse {
        service_specific_credential: Some(shown),
    })
}

pub(crate) async fn delete_service_specific_credential(
    iam: &Iam,
    call: &Call,
    input: DeleteServiceSpecificCredentialRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let user = user_or_caller(&draft.account, call, input.user_name.as_ref())?;
        let mut row = UserRow::clone(&user);
        let id = &input.service_specific_credential_id;
        row.service_credentials.retain(|one| one.id != *id);
        if row.service_credentials.len() == user.service_credentials.len() {
            return Err(not_found(id));
        }
        draft.put(row)
    })
    .await
}
