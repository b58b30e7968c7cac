//! CreateGrant, ListGrants, ListRetirableGrants, RetireGrant, RevokeGrant.
//! Source: AWS KMS API Reference; AWS KMS Developer Guide, "Grants in AWS KMS".
//!
//! A grant holds as soon as it is answered, so a grant token is not needed to use it; it is given
//! and taken as AWS's, and names the grant that is to be retired.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use keys::{KeySpec, KeyUsage};
use policy::document;
use types::{Call, ServiceError};

use super::{check_marker, end_dry_run, page};
use crate::exception;
use crate::grant::Grant;
use crate::key::Key;
use crate::limit::{GRANTS_PER_KEY_MAX, PAGE_ITEMS};
use crate::model::{
    CreateGrantRequest, CreateGrantResponse, ListGrantsRequest, ListGrantsResponse,
    ListRetirableGrantsRequest, RetireGrantRequest, RevokeGrantRequest,
};
use crate::place::Place;
use crate::service::Kms;
use crate::state::{self, GrantRow, GrantsRow};

/// What grant tokens are sealed as.
const TOKEN_CONTEXT: &str = "kms/grant-token";

/// The operations that a grant can be for, by the key's usage.
fn grantable(usage: KeyUsage) -> &'static [&'static str] {
    match usage {
        KeyUsage::EncryptDecrypt => &[
            "Decrypt",
            "Encrypt",
            "GenerateDataKey",
            "GenerateDataKeyWithoutPlaintext",
            "ReEncryptFrom",
            "ReEncryptTo",
            "GenerateDataKeyPair",
            "GenerateDataKeyPairWithoutPlaintext",
            "CreateGrant",
            "RetireGrant",
            "DescribeKey",
            "GetPublicKey",
        ],
        KeyUsage::SignVerify => &[
            "Sign",
            "Verify",
            "GetPublicKey",
            "CreateGrant",
            "RetireGrant",
            "DescribeKey",
        ],
        KeyUsage::GenerateVerifyMac => &[
            "GenerateMac",
            "VerifyMac",
            "CreateGrant",
            "RetireGrant",
            "DescribeKey",
        ],
        KeyUsage::KeyAgreement => &[
            "DeriveSharedSecret",
            "GetPublicKey",
            "CreateGrant",
            "RetireGrant",
            "DescribeKey",
        ],
        KeyUsage::EncapsulateDecapsulate => &[
            "Encapsulate",
            "Decapsulate",
            "GetPublicKey",
            "CreateGrant",
            "RetireGrant",
            "DescribeKey",
        ],
    }
}

/// Somebody whom a grant can be given to, as grants keep it: by a unique id, so that whoever is given
/// the same name later has no grant.
fn principal(kms: &Kms, arn: &str) -> Result<String, ServiceError> {
    let invalid = || {
        ServiceError::sender(
            "InvalidArnException",
            format!("ARN does not refer to a valid principal: {arn}"),
        )
    };
    let parsed: types::Arn = arn.parse().map_err(|_| invalid())?;
    let is_account = parsed.account().parse::<types::AccountId>().is_ok();
    let kinds: &[&str] = match parsed.service() {
        "iam" => &["root", "user/", "role/"],
        "sts" => &["assumed-role/", "federated-user/"],
        _ => &[],
    };
    let resource = parsed.resource();
    let fits = kinds.iter().any(|kind| {
        resource == *kind
            || (kind.ends_with('/') && resource.len() > kind.len() && resource.starts_with(kind))
    });
    if !(is_account && fits) {
        return Err(invalid());
    }
    document::bound_principal(arn, kms.principals.as_ref()).ok_or_else(invalid)
}

/// What a grant is to be, judged.
fn judged(
    kms: &Kms,
    call: &Call,
    key: &Key,
    input: &CreateGrantRequest,
    now: types::Time,
) -> Result<GrantRow, ServiceError> {
    let grantee = match (&input.grantee_principal, &input.grantee_service_principal) {
        (Some(arn), None) => Some(principal(kms, arn)?),
        (None, Some(_)) => None,
        _ => {
            return Err(exception::validation(
                "Specify either GranteePrincipal or GranteeServicePrincipal.",
            ));
        }
    };
    let retiring = input.retiring_principal.as_ref();
    let retiring = retiring.map(|arn| principal(kms, arn)).transpose()?;
    let possible = grantable(key.usage);
    for operation in &input.operations {
        if !possible.contains(&operation.as_str()) {
            return Err(exception::validation(format!(
                "The grant operation {operation} is not supported for KMS key with key spec {} and key usage {}.",
                key.spec, key.usage
            )));
        }
    }
    let constraints = input.constraints.as_ref();
    let equals = constraints.and_then(|given| given.encryption_context_equals.clone());
    let subset = constraints.and_then(|given| given.encryption_context_subset.clone());
    if equals.is_some() && subset.is_some() {
        return Err(exception::validation(
            "A grant has either EncryptionContextEquals or EncryptionContextSubset, not both.",
        ));
    }
    if (equals.is_some() || subset.is_some()) && key.spec != KeySpec::SymmetricDefault {
        return Err(exception::validation(
            "Encryption context constraints are for symmetric encryption keys only.",
        ));
    }
    if constraints.is_some_and(|given| given.source_arn.is_some()) {
        return Err(exception::unsupported(
            "The grant constraint SourceArn is for calls of AWS services, of which there are none \
             here. Leave it out.",
        ));
    }
    let mut operations = input.operations.clone();
    operations.dedup();
    Ok(GrantRow {
        name: input.name.clone(),
        created: now.as_millis(),
        grantee_principal: grantee,
        retiring_principal: retiring,
        grantee_service_principal: input.grantee_service_principal.clone(),
        retiring_service_principal: input.retiring_service_principal.clone(),
        issuing_account: call.account().to_string(),
        operations,
        context_equals: equals,
        context_subset: subset,
        source_arn: None,
    })
}

/// A grant that is the same but for when it was made: asking twice by name gives one.
fn is_same(one: &GrantRow, other: &GrantRow) -> bool {
    let mut one = one.clone();
    one.created = other.created;
    one == *other
}

pub(crate) async fn create_grant(
    kms: &Kms,
    call: &Call,
    input: CreateGrantRequest,
) -> Result<CreateGrantResponse, ServiceError> {
    let named = kms.keyring.named(call, &input.key_id)?;
    named.check_enabled(kms.clock.now())?;
    judged(kms, call, &named, &input, kms.clock.now())?;
    end_dry_run(input.dry_run)?;
    let grant_id = new_grant_id(kms)?;
    let made = kms
        .change(call, (&named.place, &named.id), |key, draft| {
            key.check_enabled(draft.now)?;
            let row = judged(kms, call, key, &input, draft.now)?;
            let grants = kms.keyring.grants(key)?;
            if row.name.is_some()
                && let Some(same) = grants.iter().find(|grant| is_same(&grant.row, &row))
            {
                return Ok(same.id.clone());
            }
            if grants.len() >= GRANTS_PER_KEY_MAX {
                return Err(exception::limit_exceeded(format!(
                    "{} has {GRANTS_PER_KEY_MAX} grants already.",
                    key.arn
                )));
            }
            draft.batch.put(
                state::grant(&key.place, &key.id, &grant_id),
                state::write(&row)?,
            );
            count(kms, call, key, grants.len() + 1, &mut draft.batch)?;
            Ok(grant_id.clone())
        })
        .await?;
    let token = serde_json::json!([named.arn.as_str(), made]).to_string();
    let sealed = kms.materials.seal(TOKEN_CONTEXT, token.as_bytes())?;
    Ok(CreateGrantResponse {
        grant_token: Some(BASE64.encode(sealed)),
        grant_id: Some(made),
    })
}

/// Notes that the grants of a key changed. Changes of grants expect the one before.
fn count(
    kms: &Kms,
    call: &Call,
    key: &Key,
    count: usize,
    batch: &mut store::Batch,
) -> Result<(), ServiceError> {
    let at = state::grants_of(&key.place, &key.id);
    match kms.seen(&at) {
        Some(revision) => batch.expect_at(at.clone(), revision),
        None => batch.expect_absent(at.clone()),
    };
    let row = GrantsRow {
        count,
        changed_by: call.request_id.to_string(),
    };
    batch.put(at, state::write(&row)?);
    Ok(())
}

fn new_grant_id(kms: &Kms) -> Result<String, ServiceError> {
    let mut random = [0; 32];
    kms.entropy
        .fill(&mut random)
        .map_err(|error| exception::internal(error.to_string()))?;
    Ok(types::hex(&random))
}

/// The key and grant that a grant token names.
pub(crate) fn read_grant_token(kms: &Kms, token: &str) -> Result<(String, String), ServiceError> {
    let invalid = || ServiceError::sender("InvalidGrantTokenException", "Invalid grant token.");
    let sealed = BASE64.decode(token).map_err(|_| invalid())?;
    let opened = kms.materials.unseal(TOKEN_CONTEXT, &sealed)?;
    let opened = opened.ok_or_else(invalid)?;
    serde_json::from_slice(opened.expose()).map_err(|_| invalid())
}

pub(crate) async fn list_grants(
    kms: &Kms,
    call: &Call,
    input: ListGrantsRequest,
) -> Result<ListGrantsResponse, ServiceError> {
    check_marker(input.marker.as_deref())?;
    let key = kms.keyring.named(call, &input.key_id)?;
    key.check_not_pending_deletion(kms.clock.now())?;
    let grants = kms.keyring.grants(&key)?;
    let grantee = input
        .grantee_principal
        .as_deref()
        .map(|arn| wanted(kms, arn));
    let fits = |wanted: &Option<String>, is: &Option<String>| wanted.is_none() || wanted == is;
    let found = grants.iter().filter(|grant| {
        input.grant_id.as_ref().is_none_or(|id| *id == grant.id)
            && fits(&grantee, &grant.row.grantee_principal)
            && fits(
                &input.grantee_service_principal,
                &grant.row.grantee_service_principal,
            )
    });
    if let Some(id) = &input.grant_id
        && !grants.iter().any(|grant| grant.id == *id)
    {
        return Err(invalid_grant_id(id));
    }
    let page = (input.limit, input.marker.as_deref());
    Ok(listed(kms, found.cloned(), &key.place, page))
}

pub(crate) async fn list_retirable_grants(
    kms: &Kms,
    call: &Call,
    input: ListRetirableGrantsRequest,
) -> Result<ListGrantsResponse, ServiceError> {
    check_marker(input.marker.as_deref())?;
    let place = Place::of(call);
    let mut found = Vec::new();
    for row in kms.keyring.view.under(&state::all_grants(&place)) {
        let value: GrantRow = state::read(&row)?;
        let fits = match (&input.retiring_principal, &input.retiring_service_principal) {
            (Some(arn), None) => value.retiring_principal == Some(wanted(kms, arn)),
            (None, Some(name)) => value.retiring_service_principal.as_ref() == Some(name),
            _ => {
                return Err(exception::validation(
                    "Specify either RetiringPrincipal or RetiringServicePrincipal.",
                ));
            }
        };
        if let (true, Some((_, rest))) = (fits, state::place_of(&row.key))
            && let [key_id, id] = rest.as_slice()
        {
            found.push(Grant {
                id: id.clone(),
                key_id: key_id.clone(),
                row: value,
            });
        }
    }
    found.sort_by(|one, other| one.id.cmp(&other.id));
    let page = (input.limit, input.marker.as_deref());
    Ok(listed(kms, found, &place, page))
}

/// Whom a list is asked for, as grants keep it. One who is gone is asked for by the unique id that
/// lists show.
fn wanted(kms: &Kms, arn: &str) -> String {
    let bound = document::bound_principal(arn, kms.principals.as_ref());
    bound.unwrap_or_else(|| arn.to_owned())
}

fn listed(
    kms: &Kms,
    grants: impl IntoIterator<Item = Grant>,
    place: &Place,
    (limit, marker): (Option<i64>, Option<&str>),
) -> ListGrantsResponse {
    let (grants, next) = page(grants, (limit, PAGE_ITEMS), marker, |grant| {
        grant.id.as_str()
    });
    let principals = kms.principals.as_ref();
    let entries = grants.iter().map(|grant| grant.entry(place, principals));
    ListGrantsResponse {
        grants: Some(entries.collect()),
        truncated: Some(next.is_some()),
        next_marker: next,
    }
}

fn invalid_grant_id(id: &str) -> ServiceError {
    ServiceError::sender("InvalidGrantIdException", format!("Invalid grant id: {id}"))
}

pub(crate) async fn retire_grant(
    kms: &Kms,
    call: &Call,
    input: RetireGrantRequest,
) -> Result<(), ServiceError> {
    let (key_id, grant_id) = match (input.grant_token, input.key_id, input.grant_id) {
        (Some(token), None, None) => read_grant_token(kms, &token)?,
        (None, Some(key_id), Some(grant_id)) => (key_id, grant_id),
        _ => {
            return Err(exception::validation(
                "Specify either GrantToken, or KeyId together with GrantId.",
            ));
        }
    };
    let key = kms.keyring.named(call, &key_id)?;
    remove(kms, call, &key, &grant_id, input.dry_run)
        .await
        .map_err(|error| match error.code.as_ref() {
            "InvalidGrantIdException" => {
                exception::not_found(format!("No grant {grant_id} of {} exists", key.arn))
            }
            _ => error,
        })
}

pub(crate) async fn revoke_grant(
    kms: &Kms,
    call: &Call,
    input: RevokeGrantRequest,
) -> Result<(), ServiceError> {
    let key = kms.keyring.named(call, &input.key_id)?;
    remove(kms, call, &key, &input.grant_id, input.dry_run).await
}

async fn remove(
    kms: &Kms,
    call: &Call,
    key: &Key,
    grant_id: &str,
    dry_run: Option<bool>,
) -> Result<(), ServiceError> {
    let grants = kms.keyring.grants(key)?;
    if !grants.iter().any(|grant| grant.id == grant_id) {
        return Err(invalid_grant_id(grant_id));
    }
    end_dry_run(dry_run)?;
    kms.change(call, (&key.place, &key.id), |key, draft| {
        let grants = kms.keyring.grants(key)?;
        if !grants.iter().any(|grant| grant.id == grant_id) {
            return Err(invalid_grant_id(grant_id));
        }
        draft
            .batch
            .delete(state::grant(&key.place, &key.id, grant_id));
        count(
            kms,
            call,
            key,
            grants.len().saturating_sub(1),
            &mut draft.batch,
        )
    })
    .await
}
