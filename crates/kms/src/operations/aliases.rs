//! CreateAlias, UpdateAlias, DeleteAlias, ListAliases.
//! Source: AWS KMS API Reference; AWS KMS Developer Guide, "Aliases in AWS KMS".

use std::sync::Arc;

use types::{Call, ServiceError, Time};

use super::{check_marker, page};
use crate::exception;
use crate::key::Key;
use crate::keyring::check_leave;
use crate::limit::{ALIASES_PER_KEY_MAX, PAGE_ITEMS_SMALL};
use crate::model::{
    AliasListEntry, CreateAliasRequest, DeleteAliasRequest, ListAliasesRequest,
    ListAliasesResponse, UpdateAliasRequest,
};
use crate::place::Place;
use crate::service::Kms;
use crate::state::{self, AliasRow};

fn check_name(name: &str) -> Result<(), ServiceError> {
    let Some(rest) = name.strip_prefix("alias/") else {
        return Err(exception::validation(
            "Alias must start with the prefix \"alias/\". Please see \
             https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
        ));
    };
    if rest.starts_with("aws/") {
        return Err(ServiceError::sender(
            "NotAuthorizedException",
            "Aliases that begin with alias/aws/ are reserved.",
        ));
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-');
    if rest.is_empty() || !rest.bytes().all(fits) {
        return Err(ServiceError::sender(
            "InvalidAliasNameException",
            format!("{name} is not a valid alias name."),
        ));
    }
    Ok(())
}

/// The key that an alias is to name: one of the caller's, not on its way out.
fn target(kms: &Kms, call: &Call, key_id: &str) -> Result<Arc<Key>, ServiceError> {
    if key_id.starts_with("alias/") || key_id.contains(":alias/") {
        return Err(exception::validation(
            "Aliases must refer to keys. Not aliases",
        ));
    }
    let key = kms.own(call, key_id)?;
    key.check_not_pending_deletion(kms.clock.now())?;
    Ok(key)
}

pub(crate) async fn create_alias(
    kms: &Kms,
    call: &Call,
    input: CreateAliasRequest,
) -> Result<(), ServiceError> {
    check_name(&input.alias_name)?;
    let key = target(kms, call, &input.target_key_id)?;
    if kms.keyring.aliases_of(&key.place, &key.id)?.len() >= ALIASES_PER_KEY_MAX {
        return Err(exception::limit_exceeded(format!(
            "{} has {ALIASES_PER_KEY_MAX} aliases already.",
            key.arn
        )));
    }
    let place = Place::of(call);
    kms.change(call, (&key.place, &key.id), |key, draft| {
        key.check_not_pending_deletion(draft.now)?;
        let at = state::alias(&place, &input.alias_name);
        if kms.seen(&at).is_some() {
            return Err(exception::already_exists(format!(
                "An alias with the name {} already exists",
                place.arn(&input.alias_name)
            )));
        }
        let alias = AliasRow {
            target_key_id: key.id.clone(),
            created: draft.now.as_millis(),
            updated: draft.now.as_millis(),
        };
        draft.batch.expect_absent(at.clone());
        draft.batch.put(at, state::write(&alias)?);
        Ok(())
    })
    .await
}

pub(crate) async fn update_alias(
    kms: &Kms,
    call: &Call,
    input: UpdateAliasRequest,
) -> Result<(), ServiceError> {
    check_name(&input.alias_name)?;
    let place = Place::of(call);
    let key = target(kms, call, &input.target_key_id)?;
    let missing = || exception::no_such_alias(&place, &input.alias_name);
    kms.change(call, (&key.place, &key.id), |key, draft| {
        key.check_not_pending_deletion(draft.now)?;
        let at = state::alias(&place, &input.alias_name);
        let old = kms.keyring.alias(&place, &input.alias_name)?;
        let (Some(mut alias), Some(revision)) = (old, kms.seen(&at)) else {
            return Err(missing());
        };
        let old = kms.keyring.key(&place, &alias.target_key_id)?;
        if let Some(old) = &old {
            check_leave(call, old)?;
        }
        if let Some(old) = old
            && (old.usage != key.usage || (old.spec.is_asymmetric() != key.spec.is_asymmetric()))
        {
            return Err(exception::validation(
                "The new key and the old one must have the same type and key usage.",
            ));
        }
        alias.target_key_id.clone_from(&key.id);
        alias.updated = draft.now.as_millis();
        draft.batch.expect_at(at.clone(), revision);
        draft.batch.put(at, state::write(&alias)?);
        Ok(())
    })
    .await
}

pub(crate) async fn delete_alias(
    kms: &Kms,
    call: &Call,
    input: DeleteAliasRequest,
) -> Result<(), ServiceError> {
    check_name(&input.alias_name)?;
    let place = Place::of(call);
    let missing = || exception::no_such_alias(&place, &input.alias_name);
    let alias = kms.keyring.alias(&place, &input.alias_name)?;
    let alias = alias.ok_or_else(missing)?;
    kms.change(call, (&place, &alias.target_key_id), |_, draft| {
        let at = state::alias(&place, &input.alias_name);
        let alias = kms.keyring.alias(&place, &input.alias_name)?;
        let alias = alias.ok_or_else(missing)?;
        let revision = kms.seen(&at).ok_or_else(missing)?;
        if let Some(key) = kms.keyring.key(&place, &alias.target_key_id)? {
            check_leave(call, &key)?;
        }
        draft.batch.expect_at(at.clone(), revision);
        draft.batch.delete(at);
        Ok(())
    })
    .await
}

pub(crate) async fn list_aliases(
    kms: &Kms,
    call: &Call,
    input: ListAliasesRequest,
) -> Result<ListAliasesResponse, ServiceError> {
    check_marker(input.marker.as_deref())?;
    let place = Place::of(call);
    let of = input
        .key_id
        .map(|key_id| kms.own(call, &key_id))
        .transpose()?;
    let mut entries = Vec::new();
    for row in kms.keyring.view.under(&state::aliases(&place)) {
        let alias: AliasRow = state::read(&row)?;
        let Some(name) = state::place_of(&row.key).and_then(|(_, rest)| rest.into_iter().next())
        else {
            continue;
        };
        if of.as_ref().is_some_and(|key| key.id != alias.target_key_id) {
            continue;
        }
        entries.push((format!("alias/{name}"), alias));
    }
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    let (entries, next) = page(
        entries,
        (input.limit, PAGE_ITEMS_SMALL),
        input.marker.as_deref(),
        |(name, _)| name.as_str(),
    );
    let entries = entries.into_iter().map(|(name, alias)| AliasListEntry {
        alias_arn: Some(place.arn(&name).to_string()),
        alias_name: Some(name),
        target_key_id: Some(alias.target_key_id),
        creation_date: Some(Time::from_millis(alias.created)),
        last_updated_date: Some(Time::from_millis(alias.updated)),
    });
    Ok(ListAliasesResponse {
        aliases: Some(entries.collect()),
        truncated: Some(next.is_some()),
        next_marker: next,
    })
}
