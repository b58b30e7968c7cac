//! Secrets shared with another: DeriveSharedSecret (ECDH), Encapsulate and Decapsulate (ML-KEM).
//! Source: AWS KMS API Reference; recorded answers.

use keys::{KeyError, KeyUsage};
use types::{Call, ServiceError};

use super::{end_dry_run, no_recipient};
use crate::exception;
use crate::material::Opened;
use crate::model::{
    DecapsulateRequest, DecapsulateResponse, DeriveSharedSecretRequest, DeriveSharedSecretResponse,
    EncapsulateRequest, EncapsulateResponse,
};
use crate::service::Kms;

pub(crate) async fn derive_shared_secret(
    kms: &Kms,
    call: &Call,
    input: DeriveSharedSecretRequest,
) -> Result<DeriveSharedSecretResponse, ServiceError> {
    no_recipient(input.recipient.as_ref())?;
    let key = kms.usable(call, &input.key_id, KeyUsage::KeyAgreement)?;
    let agree = move |material: &Opened| {
        let secret = material.private.agree(&input.public_key);
        secret.map_err(|error| match error {
            // AWS says nothing more.
            KeyError::InvalidPublicKey { .. } => exception::validation(""),
            other => exception::key(&other),
        })
    };
    let secret = kms.compute(call, &key, key.spec.is_slow(), agree).await?;
    end_dry_run(input.dry_run)?;
    kms.used(&key, call);
    Ok(DeriveSharedSecretResponse {
        key_id: Some(key.arn.to_string()),
        shared_secret: Some(secret.expose().to_vec()),
        ciphertext_for_recipient: None,
        key_agreement_algorithm: Some(input.key_agreement_algorithm),
        key_origin: Some(key.row.origin.as_str().to_owned()),
    })
}

pub(crate) async fn encapsulate(
    kms: &Kms,
    call: &Call,
    input: EncapsulateRequest,
) -> Result<EncapsulateResponse, ServiceError> {
    let key = kms.usable(call, &input.key_id, KeyUsage::EncapsulateDecapsulate)?;
    let (material, _) = kms.current(&key)?;
    let (ciphertext, secret) = material
        .public()?
        .encapsulate()
        .map_err(|error| exception::key(&error))?;
    end_dry_run(input.dry_run)?;
    kms.used(&key, call);
    Ok(EncapsulateResponse {
        key_id: Some(key.arn.to_string()),
        shared_secret: Some(secret.expose().to_vec()),
        shared_secret_ciphertext_blob: Some(ciphertext),
        encapsulation_algorithm: Some(input.encapsulation_algorithm),
    })
}

pub(crate) async fn decapsulate(
    kms: &Kms,
    call: &Call,
    input: DecapsulateRequest,
) -> Result<DecapsulateResponse, ServiceError> {
    let key = kms.usable(call, &input.key_id, KeyUsage::EncapsulateDecapsulate)?;
    let (material, _) = kms.current(&key)?;
    let secret = material
        .private
        .decapsulate(&input.shared_secret_ciphertext_blob)
        .map_err(|error| exception::key(&error))?;
    end_dry_run(input.dry_run)?;
    kms.used(&key, call);
    Ok(DecapsulateResponse {
        key_id: Some(key.arn.to_string()),
        shared_secret: Some(secret.expose().to_vec()),
        encapsulation_algorithm: Some(input.encapsulation_algorithm),
    })
}
