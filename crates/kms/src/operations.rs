//! The operations, a file each or a close family; and what many of them need.

mod agreement;
mod aliases;
mod create_key;
mod custom_key_stores;
mod data_keys;
mod encrypt;
mod grants;
mod import;
mod key_policies;
mod lifecycle;
mod mac;
mod multi_region;
mod random;
mod rotation;
mod sign;
mod tagging;

use std::collections::BTreeMap;
use std::sync::Arc;

use keys::ciphertext::{self, KeyVersion};
use keys::{EncryptionContext, KeyError, KeySpec, KeyUsage, PrivateKey};
use types::{Call, ServiceError};

pub(crate) use agreement::{decapsulate, derive_shared_secret, encapsulate};
pub(crate) use aliases::{create_alias, delete_alias, list_aliases, update_alias};
pub(crate) use create_key::create_key;
pub(crate) use custom_key_stores::{
    connect_custom_key_store, create_custom_key_store, delete_custom_key_store,
    describe_custom_key_stores, disconnect_custom_key_store, update_custom_key_store,
};
pub(crate) use data_keys::{
    generate_data_key, generate_data_key_pair, generate_data_key_pair_without_plaintext,
    generate_data_key_without_plaintext,
};
pub(crate) use encrypt::{decrypt, encrypt, re_encrypt};
pub(crate) use grants::{
    create_grant, list_grants, list_retirable_grants, read_grant_token, retire_grant, revoke_grant,
};
pub(crate) use import::{
    delete_imported_key_material, get_parameters_for_import, import_key_material,
};
pub(crate) use key_policies::{get_key_policy, list_key_policies, put_key_policy};
pub(crate) use lifecycle::{
    cancel_key_deletion, describe_key, disable_key, enable_key, get_key_last_usage, list_keys,
    schedule_key_deletion, update_key_description,
};
pub(crate) use mac::{generate_mac, verify_mac};
pub(crate) use multi_region::{replicate_key, update_primary_region};
pub(crate) use random::generate_random;
pub(crate) use rotation::{
    disable_key_rotation, enable_key_rotation, get_key_rotation_status, list_key_rotations,
    rotate_key_on_demand,
};
pub(crate) use sign::{get_public_key, sign, verify};
pub(crate) use tagging::{list_resource_tags, tag_resource, untag_resource};

use crate::exception;
use crate::key::Key;
use crate::key_id::{self, Named};
use crate::limit::{ENCRYPTION_CONTEXT_BYTES_MAX, PAGE_ITEMS_MAX};
use crate::material::Opened;
use crate::model::RecipientInfo;
use crate::place::Place;
use crate::service::Kms;
use crate::state::UsageRow;

impl Kms {
    /// The key that a call uses for its usage, in a state in which it may be.
    fn usable(&self, call: &Call, key_id: &str, usage: KeyUsage) -> Result<Arc<Key>, ServiceError> {
        let key = self.keyring.named(call, key_id)?;
        key.check_usage(usage, &call.operation)?;
        key.check_enabled(self.clock.now())?;
        Ok(key)
    }

    /// A key of the caller's own account: what manages keys does not reach into another's.
    fn own(&self, call: &Call, key_id: &str) -> Result<Arc<Key>, ServiceError> {
        match key_id::read(call, key_id)? {
            // Only the uses of a key take an alias; what manages it names the key itself.
            Named::Alias(..) => return Err(exception::invalid_key_id(key_id)),
            // Before it is looked up: whether another account's is there is not told.
            Named::Key(place, _) if place.account != call.account() => {
                return Err(exception::other_account(&call.operation));
            }
            Named::Key(..) => {}
        }
        self.keyring.named(call, key_id)
    }

    /// The current material of a key, open, and its version.
    fn current(&self, key: &Key) -> Result<(Arc<Opened>, KeyVersion), ServiceError> {
        let material = key
            .current()
            .ok_or_else(|| exception::internal(format!("{} has no material", key.arn)))?;
        let version = key.key_version(material.version);
        let opened = self.materials.open(key, material, &version)?;
        Ok((opened, version))
    }

    /// Computes with a key's current material. What is slow has a thread for that, and when its turn
    /// comes the key must still be there and enabled.
    async fn compute<T: Send + 'static>(
        &self,
        call: &Call,
        key: &Arc<Key>,
        is_slow: bool,
        computation: impl FnOnce(&Opened) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        if !is_slow {
            let (material, _) = self.current(key)?;
            return computation(&material);
        }
        let (kms, key) = (self.clone(), Arc::clone(key));
        let in_turn = move || {
            let now = kms.keyring.key(&key.place, &key.id)?;
            let key = now.ok_or_else(|| exception::no_such_key(key.arn.as_str()))?;
            key.check_enabled(kms.clock.now())?;
            let (material, _) = kms.current(&key)?;
            computation(&material)
        };
        self.private_keys.run(call.account(), in_turn).await?
    }

    /// Makes a key of a spec and takes from it what is wanted: on a thread for that where it takes long.
    async fn make<T: Send + 'static>(
        &self,
        call: &Call,
        spec: KeySpec,
        wanted: impl FnOnce(&PrivateKey) -> Result<T, KeyError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let entropy = Arc::clone(&self.entropy);
        let make = move || wanted(&PrivateKey::generate(spec, entropy.as_ref())?);
        let made = if spec.is_slow() {
            self.key_pairs.run(call.account(), make).await?
        } else {
            make()
        };
        made.map_err(|error| exception::key(&error))
    }

    /// Notes a cryptographic use of a key.
    fn used(&self, key: &Key, call: &Call) {
        let usage = UsageRow {
            operation: call.operation.clone(),
            at: call.time.as_millis(),
            request_id: call.request_id.to_string(),
        };
        self.last_usage.note(&key.place, &key.id, usage);
    }
}

/// The key and version that a ciphertext names; `None` when it is no ciphertext of ours.
pub(crate) fn version_of_ciphertext(ciphertext: &[u8]) -> Option<KeyVersion> {
    KeyVersion::of(ciphertext).filter(|version| key_id::is_key_id(&version.key_id))
}

/// The error of what does not open and names no key that could open it, after as much was computed as
/// if there were one.
pub(crate) fn unopened(
    context: Option<&BTreeMap<String, String>>,
    ciphertext: &[u8],
) -> ServiceError {
    let opened = canonical(context).map(|context| ciphertext::decrypt(None, &context, ciphertext));
    match opened {
        Ok(_) => exception::invalid_ciphertext(),
        Err(error) => error,
    }
}

/// The key that a ciphertext names, which a caller may know by a replica of its own Region.
pub(crate) fn read_key_of_ciphertext(
    kms: &Kms,
    call: &Call,
    version: &KeyVersion,
) -> Result<Option<Arc<Key>>, ServiceError> {
    let place = Place {
        account: version.account,
        region: call.region.clone(),
    };
    kms.keyring.key(&place, &version.key_id)
}

/// An encryption context as it is bound to a ciphertext.
fn canonical(
    context: Option<&BTreeMap<String, String>>,
) -> Result<EncryptionContext, ServiceError> {
    let Some(context) = context else {
        return Ok(EncryptionContext::empty());
    };
    check_size(context)?;
    let pairs = context
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()));
    Ok(EncryptionContext::new(pairs))
}

/// That an encryption context is not too large. Asked before leave is: conditions look at all of it.
pub(crate) fn check_size(context: &BTreeMap<String, String>) -> Result<(), ServiceError> {
    let lengths = context.iter().map(|(key, value)| key.len() + value.len());
    if lengths.sum::<usize>() > ENCRYPTION_CONTEXT_BYTES_MAX {
        return Err(exception::validation(format!(
            "The encryption context is larger than {ENCRYPTION_CONTEXT_BYTES_MAX} bytes."
        )));
    }
    Ok(())
}

/// Ends a dry run: what comes after it would have happened.
fn end_dry_run(dry_run: Option<bool>) -> Result<(), ServiceError> {
    match dry_run {
        Some(true) => Err(exception::dry_run()),
        _ => Ok(()),
    }
}

/// Answers for Nitro enclaves are encrypted to an attestation that only AWS's hardware signs.
fn no_recipient(recipient: Option<&RecipientInfo>) -> Result<(), ServiceError> {
    match recipient {
        Some(_) => Err(exception::unsupported(
            "Recipient is for AWS Nitro Enclaves, whose attestation there is none of here. Leave it \
             out.",
        )),
        None => Ok(()),
    }
}

/// One page of sorted items: those after the marker, at most as many as asked for.
fn page<T>(
    items: impl IntoIterator<Item = T>,
    (limit, default): (Option<i64>, usize),
    marker: Option<&str>,
    name: impl Fn(&T) -> &str,
) -> (Vec<T>, Option<String>) {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    let limit = limit.unwrap_or(default).clamp(1, PAGE_ITEMS_MAX);
    let after = |item: &T| marker.is_none_or(|marker| name(item) > marker);
    let mut page: Vec<T> = items.into_iter().filter(after).take(limit + 1).collect();
    let more = page.len() > limit;
    page.truncate(limit);
    let next = page
        .last()
        .filter(|_| more)
        .map(|item| name(item).to_owned());
    (page, next)
}

/// That a marker is one that an earlier page could have answered.
fn check_marker(marker: Option<&str>) -> Result<(), ServiceError> {
    match marker {
        Some(marker) if marker.chars().any(char::is_control) => Err(exception::invalid_marker()),
        _ => Ok(()),
    }
}
