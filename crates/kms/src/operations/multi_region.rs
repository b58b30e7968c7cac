//! ReplicateKey, UpdatePrimaryRegion. Source: AWS KMS API Reference; AWS KMS Developer Guide,
//! "Multi-Region keys in AWS KMS".
//!
//! The Regions are those of this installation: each has rows of its own, with the same key id and
//! the same material, so that what one encrypts the others decrypt.

use policy::document;
use types::{Call, Region, ServiceError};

use crate::key::Key;
use crate::maintenance::places;
use crate::model::{ReplicateKeyRequest, ReplicateKeyResponse, UpdatePrimaryRegionRequest};
use crate::service::Kms;
use crate::state::{self, KeyRow, Origin};
use crate::{exception, key_policy, tags};

fn region(name: &str) -> Result<Region, ServiceError> {
    name.parse()
        .map_err(|error: types::RegionError| exception::validation(error.to_string()))
}

fn not_primary(key: &Key) -> ServiceError {
    exception::unsupported(format!("{} is not a multi-region primary key.", key.arn))
}

pub(crate) async fn replicate_key(
    kms: &Kms,
    call: &Call,
    input: ReplicateKeyRequest,
) -> Result<ReplicateKeyResponse, ServiceError> {
    let named = kms.own(call, &input.key_id)?;
    // Leave to make a key is leave for all: it says nothing of this one.
    if !call.has_leave_to("kms:ReplicateKey", named.arn.as_str()) {
        return Err(exception::changed_meanwhile(named.arn.as_str()));
    }
    if !named.is_primary() {
        return Err(not_primary(&named));
    }
    let place = named.place.in_region(region(&input.replica_region)?);
    let arn = place.key_arn(&named.id);
    let tags = tags::judged(input.tags.unwrap_or_default())?;
    let policy = match &input.policy {
        Some(text) => {
            let (bound, policy) = key_policy::judged(kms.principals.as_ref(), &arn, text)?;
            if input.bypass_policy_lockout_safety_check != Some(true) {
                key_policy::check_lockout(kms.authorizer.as_ref(), call, &arn, policy)?;
            }
            bound
        }
        None => key_policy::of_account(place.account),
    };
    let replica = kms
        .change(call, (&named.place, &named.id), |key, draft| {
            key.check_enabled(draft.now)?;
            if kms.keyring.key(&place, &key.id)?.is_some() {
                return Err(exception::already_exists(format!(
                    "A replica of {} exists in {} already.",
                    key.arn, input.replica_region
                )));
            }
            let mut primary = key.row.clone();
            let Some(multi_region) = &mut primary.multi_region else {
                return Err(not_primary(key));
            };
            multi_region.replicas.push(input.replica_region.clone());
            let multi_region = multi_region.clone();
            for other in places(key)? {
                if let Some(one) = kms.keyring.key(&other, &key.id)? {
                    let mut row = one.row.clone();
                    row.multi_region = Some(multi_region.clone());
                    let at = state::key(&other, &key.id);
                    if other != key.place {
                        draft.batch.expect_at(at.clone(), one.revision);
                    }
                    draft.batch.put(at, state::write(&row)?);
                }
            }
            // Imported material is imported into each Region; until then the replica waits for it.
            let mut materials = std::mem::take(&mut primary.materials);
            if primary.origin == Origin::External {
                for material in &mut materials {
                    material.token = None;
                    material.import = None;
                }
            }
            let row = KeyRow {
                in_store: None,
                materials,
                enabled: true,
                description: input.description.clone().unwrap_or_default(),
                created: draft.now.as_millis(),
                policy: policy.clone(),
                tags: tags.clone(),
                deletion: None,
                multi_region: Some(multi_region),
                rotation: None,
                ..primary
            };
            let at = state::key(&place, &key.id);
            draft.batch.expect_absent(at.clone());
            draft.batch.put(at, state::write(&row)?);
            Key::new(place.clone(), key.id.clone(), row, store::Revision(0))
        })
        .await?;
    Ok(ReplicateKeyResponse {
        replica_key_metadata: Some(replica.metadata(kms.clock.now())),
        replica_policy: Some(document::shown(
            &replica.row.policy,
            kms.principals.as_ref(),
        )),
        replica_tags: (!replica.row.tags.is_empty()).then(|| tags::listed(&replica.row.tags)),
    })
}

pub(crate) async fn update_primary_region(
    kms: &Kms,
    call: &Call,
    input: UpdatePrimaryRegionRequest,
) -> Result<(), ServiceError> {
    let named = kms.own(call, &input.key_id)?;
    kms.change(call, (&named.place, &named.id), |key, draft| {
        if !key.is_primary() {
            return Err(not_primary(key));
        }
        key.check_not_pending_deletion(draft.now)?;
        let mut row = key.row.clone();
        let Some(multi_region) = &mut row.multi_region else {
            return Err(not_primary(key));
        };
        let new = &input.primary_region;
        if *new == multi_region.primary {
            return Ok(());
        }
        if !multi_region.replicas.contains(new) {
            return Err(exception::not_found(format!(
                "{} has no replica in {new}",
                key.arn
            )));
        }
        let old = std::mem::replace(&mut multi_region.primary, new.clone());
        multi_region.replicas.retain(|region| region != new);
        multi_region.replicas.push(old);
        let multi_region = multi_region.clone();
        // The primary rotates; so the new one does from now on.
        let rotation = row.rotation.take();
        for place in places(key)? {
            let Some(one) = kms.keyring.key(&place, &key.id)? else {
                continue;
            };
            one.check_not_pending_deletion(draft.now)?;
            let mut row = one.row.clone();
            row.multi_region = Some(multi_region.clone());
            let is_primary = place.region.as_str() == new;
            row.rotation = rotation.clone().filter(|_| is_primary);
            let at = state::key(&place, &key.id);
            if place != key.place {
                draft.batch.expect_at(at.clone(), one.revision);
            }
            draft.batch.put(at, state::write(&row)?);
        }
        Ok(())
    })
    .await
}
