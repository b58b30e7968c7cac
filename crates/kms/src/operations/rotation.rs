//! EnableKeyRotation, DisableKeyRotation, GetKeyRotationStatus, RotateKeyOnDemand,
//! ListKeyRotations.
//! Source: AWS KMS API Reference; AWS KMS Developer Guide, "Rotate AWS KMS keys"; recorded answers.

use keys::KeySpec;
use types::{Call, ServiceError, Time};

use super::{check_marker, page};
use crate::exception;
use crate::key::{Key, expiration_model};
use crate::limit::{ON_DEMAND_ROTATIONS_MAX, PAGE_ITEMS, ROTATION_PERIOD_DAYS};
use crate::maintenance::{days, places, rotation};
use crate::model::{
    DisableKeyRotationRequest, EnableKeyRotationRequest, GetKeyRotationStatusRequest,
    GetKeyRotationStatusResponse, ListKeyRotationsRequest, ListKeyRotationsResponse,
    RotateKeyOnDemandRequest, RotateKeyOnDemandResponse, RotationsListEntry,
};
use crate::service::Kms;
use crate::state::{self, MaterialRow, MaterialState, Origin, Rotated, Rotation};

/// Only symmetric encryption keys rotate.
fn check_spec(key: &Key) -> Result<(), ServiceError> {
    if key.spec == KeySpec::SymmetricDefault {
        return Ok(());
    }
    // AWS says nothing more.
    Err(exception::unsupported(""))
}

/// A replica rotates with its primary.
fn check_primary(key: &Key) -> Result<(), ServiceError> {
    if key.row.multi_region.is_some() && !key.is_primary() {
        return Err(exception::unsupported(format!(
            "{} is not a multi-region primary key.",
            key.arn
        )));
    }
    Ok(())
}

/// By itself rotates only what was made here.
fn check_automatic(key: &Key) -> Result<(), ServiceError> {
    check_spec(key)?;
    if key.row.origin != Origin::AwsKms {
        let origin = key.row.origin.as_str();
        return Err(exception::unsupported_origin(key.arn.as_str(), origin));
    }
    check_primary(key)
}

pub(crate) async fn enable_key_rotation(
    kms: &Kms,
    call: &Call,
    input: EnableKeyRotationRequest,
) -> Result<(), ServiceError> {
    let period_days = input.rotation_period_in_days;
    let named = kms.own(call, &input.key_id)?;
    kms.change(call, (&named.place, &named.id), |key, draft| {
        check_automatic(key)?;
        key.check_enabled(draft.now)?;
        let mut row = key.row.clone();
        let old = row.rotation.as_ref().map(|rotation| rotation.period_days);
        let period_days = period_days.or(old).unwrap_or(ROTATION_PERIOD_DAYS);
        row.rotation = Some(Rotation {
            period_days,
            next: draft.now.plus(days(period_days)).as_millis(),
        });
        draft.put_key(&key.place, &key.id, &row)
    })
    .await
}

pub(crate) async fn disable_key_rotation(
    kms: &Kms,
    call: &Call,
    input: DisableKeyRotationRequest,
) -> Result<(), ServiceError> {
    let named = kms.own(call, &input.key_id)?;
    kms.change(call, (&named.place, &named.id), |key, draft| {
        check_automatic(key)?;
        key.check_enabled(draft.now)?;
        let mut row = key.row.clone();
        row.rotation = None;
        draft.put_key(&key.place, &key.id, &row)
    })
    .await
}

pub(crate) async fn get_key_rotation_status(
    kms: &Kms,
    call: &Call,
    input: GetKeyRotationStatusRequest,
) -> Result<GetKeyRotationStatusResponse, ServiceError> {
    let key = kms.keyring.named(call, &input.key_id)?;
    check_spec(&key)?;
    let rotation = key.row.rotation.as_ref();
    // While a deletion waits, nothing rotates.
    let is_on = rotation.filter(|_| key.row.deletion.is_none());
    Ok(GetKeyRotationStatusResponse {
        key_rotation_enabled: Some(is_on.is_some()),
        key_id: Some(key.arn.to_string()),
        rotation_period_in_days: is_on.map(|rotation| rotation.period_days),
        next_rotation_date: is_on.map(|rotation| Time::from_millis(rotation.next)),
        // An on-demand rotation is finished when it is answered.
        on_demand_rotation_start_date: None,
    })
}

/// How often a key was rotated on demand.
fn on_demand_rotations(key: &Key) -> usize {
    let materials = key.row.materials.iter();
    materials
        .filter(|material| material.rotated.as_ref().is_some_and(|by| by.on_demand))
        .count()
}

pub(crate) async fn rotate_key_on_demand(
    kms: &Kms,
    call: &Call,
    input: RotateKeyOnDemandRequest,
) -> Result<RotateKeyOnDemandResponse, ServiceError> {
    let named = kms.own(call, &input.key_id)?;
    kms.change(call, (&named.place, &named.id), |key, draft| {
        // AWS tells the state first.
        key.check_enabled(draft.now)?;
        check_spec(key)?;
        check_primary(key)?;
        if on_demand_rotations(key) >= ON_DEMAND_ROTATIONS_MAX {
            return Err(exception::limit_exceeded(format!(
                "The on-demand rotations limit has been reached for the given keyId. No more \
                 on-demand rotations can be performed for this key: {}",
                key.arn
            )));
        }
        let batch = match key.row.origin {
            Origin::AwsKms => rotation(
                &kms.keyring,
                &kms.materials,
                kms.entropy.as_ref(),
                key,
                (draft.now, true),
            )?,
            Origin::External => Some(imported(kms, key, draft.now)?),
            origin @ (Origin::AwsCloudhsm | Origin::ExternalKeyStore) => {
                return Err(exception::unsupported_origin(
                    key.arn.as_str(),
                    origin.as_str(),
                ));
            }
        };
        // The draft expects the key itself already.
        let mut batch = batch.unwrap_or_default();
        let own = state::key(&key.place, &key.id);
        batch.expect.retain(|(at, _)| *at != own);
        draft.batch = batch;
        Ok(RotateKeyOnDemandResponse {
            key_id: Some(key.arn.to_string()),
        })
    })
    .await
}

/// Imported material that waits becomes the current one.
fn imported(kms: &Kms, key: &Key, now: Time) -> Result<store::Batch, ServiceError> {
    let waits = |material: &MaterialRow| material.state == MaterialState::PendingRotation;
    let mut batch = store::Batch::new();
    for place in places(key)? {
        let Some(one) = kms.keyring.key(&place, &key.id)? else {
            continue;
        };
        let mut row = one.row.clone();
        if !row
            .materials
            .iter()
            .any(|material| waits(material) && material.is_there(now))
        {
            return Err(exception::invalid_state(format!(
                "No available key material pending rotation for the key: {}.",
                key.arn
            )));
        }
        for material in &mut row.materials {
            if waits(material) {
                material.state = MaterialState::Current;
                material.rotated = Some(Rotated {
                    at: now.as_millis(),
                    on_demand: true,
                });
            } else {
                material.state = MaterialState::NonCurrent;
            }
        }
        let at = state::key(&place, &key.id);
        batch.expect_at(at.clone(), one.revision);
        batch.put(at, state::write(&row)?);
    }
    Ok(batch)
}

pub(crate) async fn list_key_rotations(
    kms: &Kms,
    call: &Call,
    input: ListKeyRotationsRequest,
) -> Result<ListKeyRotationsResponse, ServiceError> {
    check_marker(input.marker.as_deref())?;
    let key = kms.own(call, &input.key_id)?;
    check_spec(&key)?;
    let all = input.include_key_material.as_deref() == Some("ALL_KEY_MATERIAL");
    let now = kms.clock.now();
    // Markers are the version, in digits of one length.
    let listed = key
        .row
        .materials
        .iter()
        .filter(|material| all || material.rotated.is_some())
        .map(|material| (format!("{:010}", material.version), material));
    let (listed, next) = page(
        listed,
        (input.limit, PAGE_ITEMS),
        input.marker.as_deref(),
        |(marker, _)| marker.as_str(),
    );
    let entries = listed
        .into_iter()
        .map(|(_, material)| entry(&key, material, now));
    Ok(ListKeyRotationsResponse {
        rotations: Some(entries.collect()),
        truncated: Some(next.is_some()),
        next_marker: next,
    })
}

fn entry(key: &Key, material: &MaterialRow, now: Time) -> RotationsListEntry {
    let is_external = key.row.origin == Origin::External;
    let import = material.import.as_ref();
    let import_state = if material.is_there(now) {
        "IMPORTED"
    } else {
        "PENDING_IMPORT"
    };
    RotationsListEntry {
        key_id: Some(key.arn.to_string()),
        key_material_id: Some(material.id.clone()),
        key_material_description: import.and_then(|import| import.description.clone()),
        import_state: is_external.then(|| import_state.to_owned()),
        key_material_state: Some(material.state.as_str().to_owned()),
        expiration_model: is_external
            .then(|| expiration_model(import.and_then(|import| import.valid_to)).to_owned()),
        valid_to: import
            .and_then(|import| import.valid_to)
            .map(Time::from_millis),
        rotation_date: material
            .rotated
            .as_ref()
            .map(|rotated| Time::from_millis(rotated.at)),
        rotation_type: material.rotated.as_ref().map(|rotated| {
            let kind = if rotated.on_demand {
                "ON_DEMAND"
            } else {
                "AUTOMATIC"
            };
            kind.to_owned()
        }),
    }
}
