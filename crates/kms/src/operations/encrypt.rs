//! Encrypt, Decrypt, ReEncrypt. Source: AWS KMS API Reference; recorded answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use keys::ciphertext;
use keys::{EncryptionAlgorithm, KeyError, KeyUsage};
use types::{Call, Secret, ServiceError};

use super::{
    canonical, end_dry_run, no_recipient, read_key_of_ciphertext, unopened, version_of_ciphertext,
};
use crate::exception;
use crate::key::Key;
use crate::material::Opened;
use crate::model::{
    DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, ReEncryptRequest,
    ReEncryptResponse,
};
use crate::service::Kms;

type Context<'a> = Option<&'a BTreeMap<String, String>>;

/// The algorithm that a call names, or the only one that it may leave out.
fn algorithm(key: &Key, name: Option<&str>) -> Result<EncryptionAlgorithm, ServiceError> {
    let name = name.unwrap_or(EncryptionAlgorithm::SymmetricDefault.as_str());
    let algorithm = name
        .parse()
        .map_err(|_| exception::incompatible(name, key.spec))?;
    if !key.spec.encryption_algorithms().contains(&algorithm) {
        return Err(exception::incompatible(name, key.spec));
    }
    Ok(algorithm)
}

/// Only SYMMETRIC_DEFAULT binds an encryption context.
fn check_context(algorithm: EncryptionAlgorithm, context: Context<'_>) -> Result<(), ServiceError> {
    let is_given = context.is_some_and(|context| !context.is_empty());
    if is_given && algorithm != EncryptionAlgorithm::SymmetricDefault {
        return Err(exception::validation(format!(
            "EncryptionContext is not supported for the encryption algorithm {algorithm}."
        )));
    }
    Ok(())
}

/// A plaintext under a key's current material, and that material's id.
pub(super) async fn seal(
    kms: &Kms,
    call: &Call,
    key: &Key,
    algorithm: EncryptionAlgorithm,
    context: Context<'_>,
    plaintext: &[u8],
) -> Result<(Vec<u8>, Option<String>), ServiceError> {
    check_context(algorithm, context)?;
    let context = canonical(context)?;
    if key.row.in_store.is_some() {
        let sealed = kms.stores.seal(call, key, &context, plaintext).await?;
        return Ok((sealed, None));
    }
    let (material, version) = kms.current(key)?;
    let sealed = if algorithm == EncryptionAlgorithm::SymmetricDefault {
        material.private.backing_key().and_then(|backing| {
            ciphertext::encrypt(backing, &version, &context, plaintext, kms.entropy.as_ref())
        })
    } else {
        material.public()?.encrypt(algorithm, plaintext)
    };
    let sealed = sealed.map_err(|error| match error {
        KeyError::PlaintextTooLong { bytes_max } => exception::validation(format!(
            "Algorithm {algorithm} and key spec {} cannot encrypt data larger than {bytes_max} \
             bytes.",
            key.spec
        )),
        other => exception::key(&other),
    })?;
    let id = key.current().map(|material| material.id.clone());
    Ok((sealed, id))
}

pub(crate) async fn encrypt(
    kms: &Kms,
    call: &Call,
    input: EncryptRequest,
) -> Result<EncryptResponse, ServiceError> {
    let key = kms.usable(call, &input.key_id, KeyUsage::EncryptDecrypt)?;
    let algorithm = algorithm(&key, input.encryption_algorithm.as_deref())?;
    let plaintext = Secret::new(input.plaintext);
    let context = input.encryption_context.as_ref();
    let (ciphertext, _) = seal(kms, call, &key, algorithm, context, plaintext.expose()).await?;
    end_dry_run(input.dry_run)?;
    kms.used(&key, call);
    Ok(EncryptResponse {
        ciphertext_blob: Some(ciphertext),
        key_id: Some(key.arn.to_string()),
        encryption_algorithm: Some(algorithm.to_string()),
    })
}

/// What a ciphertext held, by which key and material.
struct Decrypted {
    plaintext: Secret,
    key: Arc<Key>,
    algorithm: EncryptionAlgorithm,
    material_id: Option<String>,
}

/// What is asked of a decryption.
struct Closed<'a> {
    ciphertext: Option<&'a [u8]>,
    key_id: Option<&'a str>,
    algorithm: Option<&'a str>,
    context: Context<'a>,
}

/// Opens a ciphertext. Whatever does not fit (the key, the context, a changed byte) is one error.
async fn open(kms: &Kms, call: &Call, closed: &Closed<'_>) -> Result<Decrypted, ServiceError> {
    let ciphertext = closed
        .ciphertext
        .ok_or_else(|| exception::validation("CiphertextBlob is required."))?;
    let symmetric = EncryptionAlgorithm::SymmetricDefault.as_str();
    let is_symmetric = closed.algorithm.unwrap_or(symmetric) == symmetric;
    if is_symmetric {
        open_symmetric(kms, call, closed, ciphertext).await
    } else {
        open_asymmetric(kms, call, closed, ciphertext).await
    }
}

async fn open_symmetric(
    kms: &Kms,
    call: &Call,
    closed: &Closed<'_>,
    ciphertext: &[u8],
) -> Result<Decrypted, ServiceError> {
    let version = version_of_ciphertext(ciphertext);
    let made_by = match &version {
        Some(version) => read_key_of_ciphertext(kms, call, version)?,
        None => None,
    };
    let key = match closed.key_id {
        Some(key_id) => {
            let key = kms.keyring.named(call, key_id)?;
            let is_usable = key.usage == KeyUsage::EncryptDecrypt;
            let is_same = made_by
                .as_ref()
                .is_none_or(|made_by| made_by.arn == key.arn);
            if !is_usable || !is_same {
                return Err(exception::incorrect_key());
            }
            key
        }
        None => made_by.ok_or_else(|| unopened(closed.context, ciphertext))?,
    };
    key.check_usage(KeyUsage::EncryptDecrypt, &call.operation)?;
    algorithm(&key, closed.algorithm)?;
    key.check_enabled(kms.clock.now())?;
    let context = canonical(closed.context)?;
    let version =
        version.filter(|version| version.account == key.place.account && version.key_id == key.id);
    if key.row.in_store.is_some() {
        let plaintext = kms.stores.open(call, &key, &context, ciphertext).await?;
        return Ok(Decrypted {
            plaintext,
            material_id: None,
            algorithm: EncryptionAlgorithm::SymmetricDefault,
            key,
        });
    }
    let material = match &version {
        Some(version) => key.version(version.version),
        None => None,
    };
    let opened = match (&version, material) {
        (Some(version), Some(material)) => Some(kms.materials.open(&key, material, version)?),
        _ => None,
    };
    let backing = match &opened {
        Some(opened) => opened.private.backing_key().ok(),
        None => None,
    };
    let plaintext = ciphertext::decrypt(backing, &context, ciphertext)
        .map_err(|error| exception::key(&error))?;
    Ok(Decrypted {
        plaintext,
        material_id: material.map(|material| material.id.clone()),
        algorithm: EncryptionAlgorithm::SymmetricDefault,
        key,
    })
}

async fn open_asymmetric(
    kms: &Kms,
    call: &Call,
    closed: &Closed<'_>,
    ciphertext: &[u8],
) -> Result<Decrypted, ServiceError> {
    let key_id = closed.key_id.ok_or_else(|| {
        exception::validation("KeyId is required when the ciphertext is of an asymmetric key.")
    })?;
    let key = kms.keyring.named(call, key_id)?;
    if key.usage != KeyUsage::EncryptDecrypt {
        return Err(exception::incorrect_key());
    }
    let algorithm = algorithm(&key, closed.algorithm)?;
    check_context(algorithm, closed.context)?;
    key.check_enabled(kms.clock.now())?;
    let ciphertext = ciphertext.to_vec();
    let decrypt = move |material: &Opened| {
        let plaintext = material.private.decrypt(algorithm, &ciphertext);
        plaintext.map_err(|error| exception::key(&error))
    };
    let plaintext = kms.compute(call, &key, key.spec.is_slow(), decrypt).await?;
    Ok(Decrypted {
        plaintext,
        key,
        algorithm,
        material_id: None,
    })
}

pub(crate) async fn decrypt(
    kms: &Kms,
    call: &Call,
    input: DecryptRequest,
) -> Result<DecryptResponse, ServiceError> {
    no_recipient(input.recipient.as_ref())?;
    let opened = open(
        kms,
        call,
        &Closed {
            ciphertext: input.ciphertext_blob.as_deref(),
            key_id: input.key_id.as_deref(),
            algorithm: input.encryption_algorithm.as_deref(),
            context: input.encryption_context.as_ref(),
        },
    )
    .await?;
    end_dry_run(input.dry_run)?;
    kms.used(&opened.key, call);
    Ok(DecryptResponse {
        key_id: Some(opened.key.arn.to_string()),
        plaintext: Some(opened.plaintext.expose().to_vec()),
        encryption_algorithm: Some(opened.algorithm.to_string()),
        ciphertext_for_recipient: None,
        key_material_id: opened.material_id,
    })
}

pub(crate) async fn re_encrypt(
    kms: &Kms,
    call: &Call,
    input: ReEncryptRequest,
) -> Result<ReEncryptResponse, ServiceError> {
    let destination = kms.usable(call, &input.destination_key_id, KeyUsage::EncryptDecrypt)?;
    let algorithm = algorithm(
        &destination,
        input.destination_encryption_algorithm.as_deref(),
    )?;
    let opened = open(
        kms,
        call,
        &Closed {
            ciphertext: input.ciphertext_blob.as_deref(),
            key_id: input.source_key_id.as_deref(),
            algorithm: input.source_encryption_algorithm.as_deref(),
            context: input.source_encryption_context.as_ref(),
        },
    )
    .await?;
    // It may have been disabled while the source was decrypted.
    let destination = kms.usable(call, &input.destination_key_id, KeyUsage::EncryptDecrypt)?;
    // Both keys have leave; here it is which has it for what.
    for (action, key) in [
        ("kms:ReEncryptFrom", &opened.key),
        ("kms:ReEncryptTo", &destination),
    ] {
        if !call.has_leave_to(action, key.arn.as_str()) {
            return Err(exception::changed_meanwhile(key.arn.as_str()));
        }
    }
    let context = input.destination_encryption_context.as_ref();
    let plaintext = opened.plaintext.expose();
    let sealed = seal(kms, call, &destination, algorithm, context, plaintext).await?;
    let (ciphertext, material_id) = sealed;
    end_dry_run(input.dry_run)?;
    kms.used(&opened.key, call);
    kms.used(&destination, call);
    let is_symmetric = algorithm == EncryptionAlgorithm::SymmetricDefault;
    Ok(ReEncryptResponse {
        ciphertext_blob: Some(ciphertext),
        source_key_id: Some(opened.key.arn.to_string()),
        key_id: Some(destination.arn.to_string()),
        source_encryption_algorithm: Some(opened.algorithm.to_string()),
        destination_encryption_algorithm: Some(algorithm.to_string()),
        source_key_material_id: opened.material_id,
        destination_key_material_id: material_id.filter(|_| is_symmetric),
    })
}
