//! Sign, Verify, GetPublicKey. Source: AWS KMS API Reference; recorded answers.

use keys::{KeyUsage, MessageType, SigningAlgorithm};
use types::{Call, ServiceError};

use super::end_dry_run;
use crate::exception;
use crate::key::Key;
use crate::material::Opened;
use crate::model::{
    GetPublicKeyRequest, GetPublicKeyResponse, SignRequest, SignResponse, VerifyRequest,
    VerifyResponse,
};
use crate::service::Kms;

/// The algorithm and message type of a call, fitting the key.
fn how(
    key: &Key,
    algorithm: &str,
    kind: Option<&str>,
) -> Result<(SigningAlgorithm, MessageType), ServiceError> {
    let parsed: SigningAlgorithm = algorithm
        .parse()
        .map_err(|_| exception::incompatible(algorithm, key.spec))?;
    if !key.spec.signing_algorithms().contains(&parsed) {
        return Err(exception::incompatible(algorithm, key.spec));
    }
    let kind = kind.unwrap_or(MessageType::Raw.as_str());
    let unfit = || {
        exception::validation(format!(
            "MessageType {kind} is not valid for the signing algorithm {algorithm}."
        ))
    };
    let kind: MessageType = kind.parse().map_err(|_| unfit())?;
    if !parsed.message_types().contains(&kind) {
        return Err(unfit());
    }
    Ok((parsed, kind))
}

pub(crate) async fn sign(
    kms: &Kms,
    call: &Call,
    input: SignRequest,
) -> Result<SignResponse, ServiceError> {
    let key = kms.usable(call, &input.key_id, KeyUsage::SignVerify)?;
    let (algorithm, kind) = how(
        &key,
        &input.signing_algorithm,
        input.message_type.as_deref(),
    )?;
    end_dry_run(input.dry_run)?;
    let sign = move |material: &Opened| {
        let signature = material.private.sign(algorithm, kind, &input.message);
        signature.map_err(|error| exception::key(&error))
    };
    let signature = kms.compute(call, &key, key.spec.is_slow(), sign).await?;
    kms.used(&key, call);
    Ok(SignResponse {
        key_id: Some(key.arn.to_string()),
        signature: Some(signature),
        signing_algorithm: Some(algorithm.to_string()),
    })
}

pub(crate) async fn verify(
    kms: &Kms,
    call: &Call,
    input: VerifyRequest,
) -> Result<VerifyResponse, ServiceError> {
    let key = kms.usable(call, &input.key_id, KeyUsage::SignVerify)?;
    let (algorithm, kind) = how(
        &key,
        &input.signing_algorithm,
        input.message_type.as_deref(),
    )?;
    let verify = move |material: &Opened| {
        let (message, signature) = (&input.message, &input.signature);
        let verified = material
            .public()?
            .verify(algorithm, kind, message, signature);
        verified.map_err(|error| exception::key(&error))
    };
    let is_slow = key.spec.verifies_slowly();
    kms.compute(call, &key, is_slow, verify).await?;
    end_dry_run(input.dry_run)?;
    kms.used(&key, call);
    Ok(VerifyResponse {
        key_id: Some(key.arn.to_string()),
        signature_valid: Some(true),
        signing_algorithm: Some(algorithm.to_string()),
    })
}

pub(crate) async fn get_public_key(
    kms: &Kms,
    call: &Call,
    input: GetPublicKeyRequest,
) -> Result<GetPublicKeyResponse, ServiceError> {
    let key = kms.keyring.named(call, &input.key_id)?;
    if !key.spec.is_asymmetric() {
        return Err(exception::unsupported(format!(
            "{} key spec is {} which is not valid for GetPublicKey.",
            key.arn, key.spec
        )));
    }
    let now = kms.clock.now();
    key.check_enabled(now)?;
    let (material, _) = kms.current(&key)?;
    let public = material
        .private
        .spki()
        .map_err(|error| exception::key(&error))?;
    let metadata = key.metadata(now);
    Ok(GetPublicKeyResponse {
        key_id: Some(key.arn.to_string()),
        public_key: Some(public),
        customer_master_key_spec: metadata.customer_master_key_spec,
        key_spec: metadata.key_spec,
        key_usage: metadata.key_usage,
        encryption_algorithms: metadata.encryption_algorithms,
        signing_algorithms: metadata.signing_algorithms,
        key_agreement_algorithms: metadata.key_agreement_algorithms,
        encapsulation_algorithms: metadata.encapsulation_algorithms,
    })
}
