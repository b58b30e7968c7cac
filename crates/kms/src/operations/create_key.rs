//! `CreateKey`. Source: AWS KMS API Reference; recorded answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use keys::{KeySpec, KeyUsage, PrivateKey};
use types::{Call, RequestId, Secret, ServiceError, Time};

use crate::custom_key_store::Failure;
use crate::key::Key;
use crate::limit::KEYS_MAX;
use crate::model::{CreateKeyRequest, CreateKeyResponse};
use crate::place::Place;
use crate::service::Kms;
use crate::state::{self, InStore, KeyRow, MaterialRow, MaterialState, MultiRegion, Origin};
use crate::{exception, key_policy, tags};

pub(crate) async fn create_key(
    kms: &Kms,
    call: &Call,
    input: CreateKeyRequest,
) -> Result<CreateKeyResponse, ServiceError> {
    let (spec, usage) = spec_and_usage(&input)?;
    let is_multi_region = input.multi_region.unwrap_or(false);
    let origin = origin(&input, spec)?;
    let place = Place::of(call);
    let in_store = match origin {
        Origin::AwsCloudhsm | Origin::ExternalKeyStore => {
            Some(in_store(kms, &place, &input, (origin, spec))?)
        }
        Origin::AwsKms | Origin::External => None,
    };
    let tags = tags::judged(input.tags.unwrap_or_default())?;
    let key_id = new_key_id(kms, is_multi_region)?;
    let arn = place.key_arn(&key_id);
    let policy = match input.policy {
        Some(text) => {
            let (bound, policy) = key_policy::judged(kms.principals.as_ref(), &arn, &text)?;
            if input.bypass_policy_lockout_safety_check != Some(true) {
                key_policy::check_lockout(kms.authorizer.as_ref(), call, &arn, policy)?;
            }
            bound
        }
        None => key_policy::of_account(place.account),
    };
    if kms.keyring.view.under(&state::keys(&place)).len() >= KEYS_MAX {
        return Err(exception::limit_exceeded(format!(
            "There are {KEYS_MAX} keys in this account and Region already."
        )));
    }
    let now = kms.clock.now();
    let entropy = kms.entropy.as_ref();
    let mut row = KeyRow {
        spec: spec.to_string(),
        usage: usage.to_string(),
        origin,
        description: input.description.unwrap_or_default(),
        created: now.as_millis(),
        enabled: true,
        policy,
        tags,
        deletion: None,
        multi_region: is_multi_region.then(|| MultiRegion {
            primary: place.region.as_str().to_owned(),
            replicas: Vec::new(),
        }),
        rotation: None,
        material_id_key: kms
            .materials
            .new_material_id_key(place.account, &key_id, entropy)?,
        materials: Vec::new(),
        in_store,
    };
    if matches!(origin, Origin::AwsKms | Origin::ExternalKeyStore) {
        let secret = kms.make(call, spec, PrivateKey::material).await?;
        let made = first_material(kms, (&place, &key_id, spec), &row, &secret, now)?;
        row.materials.push(made);
    }
    let mut making = None;
    if let Some(at) = &row.in_store {
        match &at.xks_key_id {
            Some(external) => check_external(kms, call, &place, (&at.store_id, external)).await?,
            None => making = Some(kms.stores.make_material(&place, at, &key_id).await?),
        }
    }
    let key = Key::new(
        place.clone(),
        key_id.clone(),
        row.clone(),
        store::Revision(0),
    )?;
    let metadata = match &row.in_store {
        None => {
            kms.create(call, |draft| {
                let at = state::key(&place, &key_id);
                draft.batch.expect_absent(at);
                draft.put_key(&place, &key_id, &row)
            })
            .await?;
            key.metadata(now)
        }
        Some(at) => {
            kms.change_stores(call, &place, |draft| {
                // The store may have been disconnected or deleted while the key was made.
                kms.stores.connected(&place, &at.store_id)?;
                check_external_is_free(kms, &place, at)?;
                draft.batch.expect_absent(state::key(&place, &key_id));
                draft.put_key(&place, &key_id, &row)
            })
            .await?;
            if let Some(making) = making {
                making.keep();
            }
            match kms.keyring.key(&place, &key_id)? {
                Some(key) => key.metadata(now),
                None => key.metadata(now),
            }
        }
    };
    Ok(CreateKeyResponse {
        key_metadata: Some(metadata),
    })
}

fn first_material(
    kms: &Kms,
    (place, key_id, spec): (&Place, &str, KeySpec),
    row: &KeyRow,
    secret: &Secret,
    now: Time,
) -> Result<MaterialRow, ServiceError> {
    let token = kms
        .materials
        .export(place.account, key_id, 1, spec, secret)?;
    Ok(MaterialRow {
        version: 1,
        id: kms
            .materials
            .material_id(place.account, key_id, row, secret)?,
        token: Some(BASE64.encode(token)),
        state: MaterialState::Current,
        created: now.as_millis(),
        rotated: None,
        import: None,
    })
}

fn spec_and_usage(input: &CreateKeyRequest) -> Result<(KeySpec, KeyUsage), ServiceError> {
    let (new, old) = (&input.key_spec, &input.customer_master_key_spec);
    if let (Some(new), Some(old)) = (new, old)
        && new != old
    {
        return Err(exception::validation(
            "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. \
             CustomerMasterKeySpec is deprecated.",
        ));
    }
    let text = new.as_deref().or(old.as_deref());
    let spec = match text {
        None => KeySpec::SymmetricDefault,
        // Known to the model, and to AWS's Regions in China only.
        Some("SM2") => {
            return Err(exception::unsupported(
                "The key spec SM2 is not supported: it exists in AWS's Regions in China only.",
            ));
        }
        Some(text) => text
            .parse()
            .map_err(|_| exception::validation(format!("Unknown key spec {text}.")))?,
    };
    let usage = match input.key_usage.as_deref() {
        Some(text) => text
            .parse()
            .map_err(|_| exception::validation(format!("Unknown key usage {text}.")))?,
        None if spec == KeySpec::SymmetricDefault => KeyUsage::EncryptDecrypt,
        None => {
            return Err(exception::validation(
                "You must specify a KeyUsage value for all KMS keys except for symmetric \
                 encryption keys.",
            ));
        }
    };
    if !spec.usages().contains(&usage) {
        return Err(exception::validation(format!(
            "KeyUsage {usage} is not compatible with KeySpec {spec}"
        )));
    }
    Ok((spec, usage))
}

fn origin(input: &CreateKeyRequest, spec: KeySpec) -> Result<Origin, ServiceError> {
    if input.xks_key_id.is_some() && input.origin.as_deref() != Some("EXTERNAL_KEY_STORE") {
        return Err(exception::validation(
            "XksKeyId is valid when Origin is EXTERNAL_KEY_STORE only.",
        ));
    }
    match input.origin.as_deref() {
        None | Some("AWS_KMS") if input.custom_key_store_id.is_none() => Ok(Origin::AwsKms),
        Some("EXTERNAL") if input.custom_key_store_id.is_none() => {
            let is_pq = spec.as_str().starts_with("ML_");
            if is_pq {
                return Err(exception::unsupported(format!(
                    "KeySpec {spec} is not supported for Origin EXTERNAL"
                )));
            }
            Ok(Origin::External)
        }
        Some("AWS_CLOUDHSM") if input.custom_key_store_id.is_some() => Ok(Origin::AwsCloudhsm),
        Some("EXTERNAL_KEY_STORE") if input.custom_key_store_id.is_some() => {
            Ok(Origin::ExternalKeyStore)
        }
        Some(origin @ ("AWS_CLOUDHSM" | "EXTERNAL_KEY_STORE")) => Err(exception::validation(
            format!("CustomKeyStoreId is required when Origin is {origin}."),
        )),
        origin => Err(exception::validation(format!(
            "Origin {} is not valid with a CustomKeyStoreId.",
            origin.unwrap_or("AWS_KMS")
        ))),
    }
}

/// Where a key of a custom key store is to be: symmetric encryption keys of one Region only.
fn in_store(
    kms: &Kms,
    place: &Place,
    input: &CreateKeyRequest,
    (origin, spec): (Origin, KeySpec),
) -> Result<InStore, ServiceError> {
    if spec != KeySpec::SymmetricDefault {
        return Err(exception::unsupported(format!(
            "KeySpec {spec} is not supported in custom key stores."
        )));
    }
    if input.multi_region == Some(true) {
        return Err(exception::unsupported(
            "Multi-Region keys are not supported in custom key stores.",
        ));
    }
    let store_id = input.custom_key_store_id.clone().unwrap_or_default();
    let (_, row) = kms.stores.connected(place, &store_id)?;
    if row.backing.kind() != origin.as_str() {
        return Err(exception::validation(format!(
            "Origin {} is not valid with a custom key store of type {}.",
            origin.as_str(),
            row.backing.kind()
        )));
    }
    if input.xks_key_id.is_some() != (origin == Origin::ExternalKeyStore) {
        return Err(exception::validation(
            "XksKeyId is required when Origin is EXTERNAL_KEY_STORE, and not valid otherwise.",
        ));
    }
    Ok(InStore {
        store_id,
        xks_key_id: input.xks_key_id.clone(),
    })
}

/// That an external key is there, and encrypts.
async fn check_external(
    kms: &Kms,
    call: &Call,
    place: &Place,
    at: (&str, &str),
) -> Result<(), ServiceError> {
    let refused = |code, failure: Failure| exception::custom_key_store(code, failure.message());
    match kms.stores.is_fit(call, place, at).await? {
        Ok(true) => Ok(()),
        Ok(false) => Err(exception::custom_key_store(
            "XksKeyInvalidConfigurationException",
            "The external key must be an AES-256 symmetric key that is enabled, and encrypt and \
             decrypt.",
        )),
        Err(failure @ Failure::KeyNotFound) => Err(refused("XksKeyNotFoundException", failure)),
        Err(failure @ (Failure::InvalidState | Failure::InvalidKeyUsage)) => {
            Err(refused("XksKeyInvalidConfigurationException", failure))
        }
        Err(failure @ Failure::AccessDenied) => Err(exception::invalid_state(failure.message())),
        Err(failure) => Err(refused("CustomKeyStoreInvalidStateException", failure)),
    }
}

/// Each KMS key of an external key store has an external key of its own.
fn check_external_is_free(kms: &Kms, place: &Place, at: &InStore) -> Result<(), ServiceError> {
    if at.xks_key_id.is_none() {
        return Ok(());
    }
    for row in kms.keyring.view.under(&state::keys(place)) {
        let key: KeyRow = state::read(&row)?;
        if key.in_store.as_ref() == Some(at) {
            return Err(exception::custom_key_store(
                "XksKeyAlreadyInUseException",
                "The external key is associated with another KMS key of this external key store \
                 already.",
            ));
        }
    }
    Ok(())
}

fn new_key_id(kms: &Kms, is_multi_region: bool) -> Result<String, ServiceError> {
    let mut random = [0; 16];
    kms.entropy
        .fill(&mut random)
        .map_err(|error| exception::internal(error.to_string()))?;
    let uuid = RequestId::from_random(random).to_string();
    Ok(if is_multi_region {
        format!("mrk-{}", uuid.replace('-', ""))
    } else {
        uuid
    })
}
