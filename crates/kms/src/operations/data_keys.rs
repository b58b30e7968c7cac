//! GenerateDataKey, GenerateDataKeyPair, and both without plaintext. Source: AWS KMS API Reference.

use std::collections::BTreeMap;
use std::sync::Arc;

use keys::{EncryptionAlgorithm, KeySpec, KeyUsage, PrivateKey};
use types::{Call, Secret, ServiceError};

use super::encrypt::seal;
use super::{end_dry_run, no_recipient};
use crate::exception;
use crate::key::Key;
use crate::limit::RANDOM_BYTES_MAX;
use crate::model::{
    GenerateDataKeyPairRequest, GenerateDataKeyPairResponse,
    GenerateDataKeyPairWithoutPlaintextRequest, GenerateDataKeyPairWithoutPlaintextResponse,
    GenerateDataKeyRequest, GenerateDataKeyResponse, GenerateDataKeyWithoutPlaintextRequest,
    GenerateDataKeyWithoutPlaintextResponse,
};
use crate::service::Kms;

/// The symmetric key that data keys are made under.
fn wrapping_key(kms: &Kms, call: &Call, key_id: &str) -> Result<Arc<Key>, ServiceError> {
    let key = kms.usable(call, key_id, KeyUsage::EncryptDecrypt)?;
    if key.spec != KeySpec::SymmetricDefault {
        return Err(exception::invalid_key_usage(format!(
            "{} key spec is {} which is not valid for {}.",
            key.arn, key.spec, call.operation
        )));
    }
    Ok(key)
}

/// How long a data key is.
fn length(spec: Option<&str>, bytes: Option<i64>) -> Result<usize, ServiceError> {
    match (spec, bytes) {
        (Some("AES_128"), None) => Ok(16),
        (Some(_), None) => Ok(32),
        (None, Some(bytes)) if (1..=RANDOM_BYTES_MAX).contains(&bytes) => {
            usize::try_from(bytes).map_err(|_| exception::validation("NumberOfBytes is too large."))
        }
        _ => Err(exception::validation(
            "Please specify either number of bytes or key spec.",
        )),
    }
}

/// A data key: in plaintext, sealed, and by which material.
struct DataKey {
    key: Arc<Key>,
    plaintext: Secret,
    sealed: Vec<u8>,
    material_id: Option<String>,
}

async fn make(
    kms: &Kms,
    call: &Call,
    key_id: &str,
    context: Option<&BTreeMap<String, String>>,
    bytes: usize,
) -> Result<DataKey, ServiceError> {
    let key = wrapping_key(kms, call, key_id)?;
    let mut random = vec![0; bytes];
    kms.entropy
        .fill(&mut random)
        .map_err(|error| exception::internal(error.to_string()))?;
    let plaintext = Secret::new(random);
    let algorithm = EncryptionAlgorithm::SymmetricDefault;
    let sealed = seal(kms, call, &key, algorithm, context, plaintext.expose()).await?;
    let (sealed, material_id) = sealed;
    Ok(DataKey {
        key,
        plaintext,
        sealed,
        material_id,
    })
}

pub(crate) async fn generate_data_key(
    kms: &Kms,
    call: &Call,
    input: GenerateDataKeyRequest,
) -> Result<GenerateDataKeyResponse, ServiceError> {
    no_recipient(input.recipient.as_ref())?;
    let bytes = length(input.key_spec.as_deref(), input.number_of_bytes)?;
    let context = input.encryption_context.as_ref();
    let made = make(kms, call, &input.key_id, context, bytes).await?;
    end_dry_run(input.dry_run)?;
    kms.used(&made.key, call);
    Ok(GenerateDataKeyResponse {
        ciphertext_blob: Some(made.sealed),
        plaintext: Some(made.plaintext.expose().to_vec()),
        key_id: Some(made.key.arn.to_string()),
        ciphertext_for_recipient: None,
        key_material_id: made.material_id,
    })
}

pub(crate) async fn generate_data_key_without_plaintext(
    kms: &Kms,
    call: &Call,
    input: GenerateDataKeyWithoutPlaintextRequest,
) -> Result<GenerateDataKeyWithoutPlaintextResponse, ServiceError> {
    let bytes = length(input.key_spec.as_deref(), input.number_of_bytes)?;
    let context = input.encryption_context.as_ref();
    let made = make(kms, call, &input.key_id, context, bytes).await?;
    end_dry_run(input.dry_run)?;
    kms.used(&made.key, call);
    Ok(GenerateDataKeyWithoutPlaintextResponse {
        ciphertext_blob: Some(made.sealed),
        key_id: Some(made.key.arn.to_string()),
        key_material_id: made.material_id,
    })
}

/// A data key pair: its private half in plaintext, sealed, and the public half.
struct DataKeyPair {
    key: Arc<Key>,
    private: Secret,
    sealed: Vec<u8>,
    public: Vec<u8>,
    material_id: Option<String>,
}

/// What AWS does for keys outside of custom key stores only.
fn check_not_in_store(key: &Key, operation: &str) -> Result<(), ServiceError> {
    match &key.row.in_store {
        Some(_) => Err(exception::unsupported(format!(
            "{} is in a custom key store, which {operation} does not support.",
            key.arn
        ))),
        None => Ok(()),
    }
}

async fn make_pair(
    kms: &Kms,
    call: &Call,
    key_id: &str,
    context: Option<&BTreeMap<String, String>>,
    spec: &str,
    dry_run: Option<bool>,
) -> Result<DataKeyPair, ServiceError> {
    let key = wrapping_key(kms, call, key_id)?;
    check_not_in_store(&key, &call.operation)?;
    if spec == "SM2" {
        return Err(exception::unsupported(
            "The key pair spec SM2 is not supported: it exists in AWS's Regions in China only.",
        ));
    }
    let spec: KeySpec = spec
        .parse()
        .map_err(|_| exception::validation(format!("Unknown key pair spec {spec}.")))?;
    end_dry_run(dry_run)?;
    let halves = |pair: &PrivateKey| Ok((pair.to_pkcs8()?, pair.spki()?));
    let (private, public) = kms.make(call, spec, halves).await?;
    // It may have been disabled meanwhile.
    let key = wrapping_key(kms, call, key_id)?;
    let algorithm = EncryptionAlgorithm::SymmetricDefault;
    let sealed = seal(kms, call, &key, algorithm, context, private.expose()).await?;
    let (sealed, material_id) = sealed;
    kms.used(&key, call);
    Ok(DataKeyPair {
        key,
        private,
        sealed,
        public,
        material_id,
    })
}

pub(crate) async fn generate_data_key_pair(
    kms: &Kms,
    call: &Call,
    input: GenerateDataKeyPairRequest,
) -> Result<GenerateDataKeyPairResponse, ServiceError> {
    no_recipient(input.recipient.as_ref())?;
    let context = input.encryption_context.as_ref();
    let spec = &input.key_pair_spec;
    let made = make_pair(kms, call, &input.key_id, context, spec, input.dry_run).await?;
    Ok(GenerateDataKeyPairResponse {
        private_key_ciphertext_blob: Some(made.sealed),
        private_key_plaintext: Some(made.private.expose().to_vec()),
        public_key: Some(made.public),
        key_id: Some(made.key.arn.to_string()),
        key_pair_spec: Some(input.key_pair_spec),
        ciphertext_for_recipient: None,
        key_material_id: made.material_id,
    })
}

pub(crate) async fn generate_data_key_pair_without_plaintext(
    kms: &Kms,
    call: &Call,
    input: GenerateDataKeyPairWithoutPlaintextRequest,
) -> Result<GenerateDataKeyPairWithoutPlaintextResponse, ServiceError> {
    let context = input.encryption_context.as_ref();
    let spec = &input.key_pair_spec;
    let made = make_pair(kms, call, &input.key_id, context, spec, input.dry_run).await?;
    Ok(GenerateDataKeyPairWithoutPlaintextResponse {
        private_key_ciphertext_blob: Some(made.sealed),
        public_key: Some(made.public),
        key_id: Some(made.key.arn.to_string()),
        key_pair_spec: Some(input.key_pair_spec),
        key_material_id: made.material_id,
    })
}
