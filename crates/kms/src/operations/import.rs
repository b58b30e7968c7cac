//! GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial.
//! Source: AWS KMS API Reference; AWS KMS Developer Guide, "Importing key material"; recorded
//! answers.
//!
//! The import token holds the wrapping key, sealed: nothing is kept between the two calls.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use keys::import::{self, WrappingAlgorithm};
use keys::{KeySpec, PrivateKey};
use serde::{Deserialize, Serialize};
use types::{Call, Secret, ServiceError, Time};

use crate::exception;
use crate::key::{Key, KeyState};
use crate::limit::IMPORT_PARAMETERS_VALID;
use crate::maintenance::places;
use crate::model::{
    DeleteImportedKeyMaterialRequest, DeleteImportedKeyMaterialResponse,
    GetParametersForImportRequest, GetParametersForImportResponse, ImportKeyMaterialRequest,
    ImportKeyMaterialResponse,
};
use crate::service::Kms;
use crate::state::{Import, KeyRow, MaterialRow, MaterialState, Origin};

/// What an import token holds.
#[derive(Serialize, Deserialize)]
struct Token {
    wrapping_spec: String,
    algorithm: String,
    /// The wrapping key's material, in Base64.
    material: String,
    valid_to: i64,
}

/// What import tokens of a key are sealed as.
fn token_context(key: &Key) -> String {
    format!("kms/import-token/{}", key.arn)
}

fn check_external(key: &Key) -> Result<(), ServiceError> {
    if key.row.origin == Origin::External {
        return Ok(());
    }
    let origin = key.row.origin.as_str();
    Err(exception::unsupported_origin(key.arn.as_str(), origin))
}

pub(crate) async fn get_parameters_for_import(
    kms: &Kms,
    call: &Call,
    input: GetParametersForImportRequest,
) -> Result<GetParametersForImportResponse, ServiceError> {
    let key = kms.own(call, &input.key_id)?;
    check_external(&key)?;
    let now = kms.clock.now();
    key.check_not_pending_deletion(now)?;
    let algorithm = &input.wrapping_algorithm;
    let known: Result<WrappingAlgorithm, _> = algorithm.parse();
    let wrapping_spec: Result<KeySpec, _> = input.wrapping_key_spec.parse();
    let (Ok(known), Ok(wrapping_spec)) = (known, wrapping_spec) else {
        return Err(exception::unsupported(format!(
            "The wrapping algorithm {algorithm} with the wrapping key spec {} is not supported.",
            input.wrapping_key_spec
        )));
    };
    let is_one_step = matches!(
        known,
        WrappingAlgorithm::RsaesOaepSha1 | WrappingAlgorithm::RsaesOaepSha256
    );
    let is_rsa = matches!(
        key.spec,
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096
    );
    if is_one_step && is_rsa {
        return Err(exception::validation(format!(
            "The wrapping algorithm {algorithm} is not valid for key material of spec {}.",
            key.spec
        )));
    }
    let halves = |wrapping: &PrivateKey| Ok((wrapping.material()?, wrapping.spki()?));
    let (material, public) = kms.make(call, wrapping_spec, halves).await?;
    let valid_to = now.plus(IMPORT_PARAMETERS_VALID);
    let token = Token {
        wrapping_spec: wrapping_spec.to_string(),
        algorithm: known.to_string(),
        material: BASE64.encode(material.expose()),
        valid_to: valid_to.as_millis(),
    };
    let token = Secret::new(crate::state::write(&token)?);
    let token = kms.materials.seal(&token_context(&key), token.expose())?;
    Ok(GetParametersForImportResponse {
        key_id: Some(key.arn.to_string()),
        import_token: Some(token),
        public_key: Some(public),
        parameters_valid_to: Some(valid_to),
    })
}

/// Opens what a caller wrapped: the material, as it is kept.
async fn unwrap(
    kms: &Kms,
    call: &Call,
    key: &Key,
    input: &ImportKeyMaterialRequest,
) -> Result<Secret, ServiceError> {
    let invalid = || {
        ServiceError::sender(
            "InvalidImportTokenException",
            "The import token is not valid for this key.",
        )
    };
    let opened = kms
        .materials
        .unseal(&token_context(key), &input.import_token)?;
    let opened = opened.ok_or_else(invalid)?;
    let token: Token = serde_json::from_slice(opened.expose()).map_err(|_| invalid())?;
    if token.valid_to <= kms.clock.now().as_millis() {
        return Err(ServiceError::sender(
            "ExpiredImportTokenException",
            "The import token has expired. Get new parameters for the import.",
        ));
    }
    let algorithm: WrappingAlgorithm = token.algorithm.parse().map_err(|_| invalid())?;
    let spec: KeySpec = token.wrapping_spec.parse().map_err(|_| invalid())?;
    let material = BASE64.decode(&token.material).map_err(|_| invalid())?;
    let (material, wrapped) = (Secret::new(material), input.encrypted_key_material.clone());
    let imported_spec = key.spec;
    // An RSA key is read and decrypts, and what comes out may be one more.
    let unwrap = move || {
        let wrapping = PrivateKey::from_material(spec, &material)
            .map_err(|error| exception::internal(error.to_string()))?;
        let unwrapped = import::unwrap(&wrapping, algorithm, &wrapped)
            .map_err(|error| exception::key(&error))?;
        PrivateKey::import(imported_spec, &unwrapped)
            .and_then(|key| key.material())
            .map_err(|error| exception::key(&error))
    };
    kms.private_keys.run(call.account(), unwrap).await?
}

/// Until when the material is valid, as the caller says.
fn valid_to(input: &ImportKeyMaterialRequest, now: Time) -> Result<Option<i64>, ServiceError> {
    let model = input
        .expiration_model
        .as_deref()
        .unwrap_or("KEY_MATERIAL_EXPIRES");
    match (model, input.valid_to) {
        ("KEY_MATERIAL_EXPIRES", None) => Err(exception::validation(
            "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
        )),
        ("KEY_MATERIAL_EXPIRES", Some(valid_to)) if valid_to <= now => Err(exception::validation(
            "The validTo date must be in the future.",
        )),
        ("KEY_MATERIAL_EXPIRES", Some(valid_to)) => Ok(Some(valid_to.as_millis())),
        (_, Some(_)) => Err(exception::validation(
            "A validTo date cannot be set if the ExpirationModel is \
             KEY_MATERIAL_DOES_NOT_EXPIRE",
        )),
        (_, None) => Ok(None),
    }
}

pub(crate) async fn import_key_material(
    kms: &Kms,
    call: &Call,
    input: ImportKeyMaterialRequest,
) -> Result<ImportKeyMaterialResponse, ServiceError> {
    let named = kms.own(call, &input.key_id)?;
    check_external(&named)?;
    named.check_not_pending_deletion(kms.clock.now())?;
    let valid_to = valid_to(&input, kms.clock.now())?;
    let imported = unwrap(kms, call, &named, &input).await?;
    let id = kms
        .materials
        .material_id(named.place.account, &named.id, &named.row, &imported)?;
    if input
        .key_material_id
        .as_ref()
        .is_some_and(|given| *given != id)
    {
        return Err(incorrect_material());
    }
    let answer = kms
        .change(call, (&named.place, &named.id), |key, draft| {
            key.check_not_pending_deletion(draft.now)?;
            let mut row = key.row.clone();
            let fellows = fellows(kms, key)?;
            let version = place_material(&mut row, key, (&id, &fellows), &input)?;
            let token =
                kms.materials
                    .export(key.place.account, &key.id, version, key.spec, &imported)?;
            let material = row
                .materials
                .iter_mut()
                .find(|material| material.version == version)
                .ok_or_else(|| exception::internal("the imported version is gone"))?;
            material.token = Some(BASE64.encode(token));
            let description = input.key_material_description.clone();
            let latest = kms.running.latest(draft.now);
            let old = material.import.take();
            material.import = Some(Import {
                description: description.or_else(|| old.and_then(|old| old.description)),
                valid_to,
                ahead_ms: latest.as_millis() - draft.now.as_millis(),
            });
            draft.put_key(&key.place, &key.id, &row)?;
            Ok(ImportKeyMaterialResponse {
                key_id: Some(key.arn.to_string()),
                key_material_id: Some(id.clone()),
            })
        })
        .await?;
    kms.materials.forget(named.place.account, &named.id);
    Ok(answer)
}

/// The same key in the other Regions.
fn fellows(kms: &Kms, key: &Key) -> Result<Vec<Arc<Key>>, ServiceError> {
    let mut fellows = Vec::new();
    for place in places(key)?.iter().filter(|place| **place != key.place) {
        fellows.extend(kms.keyring.key(place, &key.id)?);
    }
    Ok(fellows)
}

fn incorrect_material() -> ServiceError {
    ServiceError::sender(
        "IncorrectKeyMaterialException",
        "The key material in the request does not match the key material of the KMS key.",
    )
}

/// The version that the material is of: one that was there before, or a new one.
fn place_material(
    row: &mut KeyRow,
    key: &Key,
    (id, fellows): (&str, &[Arc<Key>]),
    input: &ImportKeyMaterialRequest,
) -> Result<u32, ServiceError> {
    let is_new = input.import_type.as_deref() == Some("NEW_KEY_MATERIAL");
    if let Some(known) = row.materials.iter().find(|material| material.id == id) {
        if is_new {
            return Err(exception::validation(
                "This key material was imported before: ImportType has to be \
                 EXISTING_KEY_MATERIAL.",
            ));
        }
        return Ok(known.version);
    }
    if !row.materials.is_empty() {
        let is_rotated = key.spec == KeySpec::SymmetricDefault && is_new;
        if !is_rotated {
            return Err(incorrect_material());
        }
        let pending = row
            .materials
            .iter()
            .find(|material| material.state == MaterialState::PendingRotation);
        if let Some(pending) = pending {
            return Err(exception::invalid_state(format!(
                "New key material (id: {id}) cannot be imported into KMS key {}, because another \
                 key material (id: {}) is pending rotation.",
                key.arn, pending.id
            )));
        }
    }
    // A ciphertext names the version: it has to be the same in all Regions. What the primary has not
    // got a replica cannot take.
    let of_fellows = || fellows.iter().flat_map(|fellow| &fellow.row.materials);
    let version = match of_fellows().find(|material| material.id == id) {
        Some(known) => known.version,
        None if key.row.multi_region.is_some() && !key.is_primary() => {
            return Err(incorrect_material());
        }
        None => {
            let all = row.materials.iter().chain(of_fellows());
            let last = all.map(|material| material.version).max();
            last.unwrap_or_default() + 1
        }
    };
    let state = if row.materials.is_empty() {
        MaterialState::Current
    } else {
        MaterialState::PendingRotation
    };
    row.materials.push(MaterialRow {
        version,
        id: id.to_owned(),
        token: None,
        state,
        created: 0,
        rotated: None,
        import: None,
    });
    Ok(version)
}

pub(crate) async fn delete_imported_key_material(
    kms: &Kms,
    call: &Call,
    input: DeleteImportedKeyMaterialRequest,
) -> Result<DeleteImportedKeyMaterialResponse, ServiceError> {
    let named = kms.own(call, &input.key_id)?;
    check_external(&named)?;
    let answer = kms
        .change(call, (&named.place, &named.id), |key, draft| {
            if matches!(
                key.state(draft.now),
                KeyState::PendingDeletion | KeyState::PendingReplicaDeletion
            ) {
                key.check_not_pending_deletion(draft.now)?;
            }
            let mut row = key.row.clone();
            let wanted = |material: &MaterialRow| match &input.key_material_id {
                Some(id) => material.id == *id,
                None => material.state == MaterialState::Current,
            };
            let found = row.materials.iter().find(|material| wanted(material));
            let id = match (found, &input.key_material_id) {
                (Some(material), _) => Some(material.id.clone()),
                // Nothing was imported yet: nothing is to be deleted.
                (None, None) => None,
                (None, Some(id)) => {
                    return Err(exception::not_found(format!(
                        "{} has no key material {id}",
                        key.arn
                    )));
                }
            };
            if let Some(id) = &id {
                row.forget_material(id);
            }
            if row != key.row {
                draft.put_key(&key.place, &key.id, &row)?;
            }
            Ok(DeleteImportedKeyMaterialResponse {
                key_id: Some(key.arn.to_string()),
                key_material_id: id,
            })
        })
        .await?;
    kms.materials.forget(named.place.account, &named.id);
    Ok(answer)
}
