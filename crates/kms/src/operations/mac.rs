//! GenerateMac, VerifyMac. Source: AWS KMS API Reference; recorded answers.

use keys::{KeyUsage, MacAlgorithm};
use types::{Call, ServiceError};

use super::end_dry_run;
use crate::exception;
use crate::key::Key;
use crate::model::{GenerateMacRequest, GenerateMacResponse, VerifyMacRequest, VerifyMacResponse};
use crate::service::Kms;

fn algorithm(key: &Key, name: &str) -> Result<MacAlgorithm, ServiceError> {
    let algorithm = name
        .parse()
        .map_err(|_| exception::incompatible(name, key.spec))?;
    if !key.spec.mac_algorithms().contains(&algorithm) {
        return Err(exception::incompatible(name, key.spec));
    }
    Ok(algorithm)
}

pub(crate) async fn generate_mac(
    kms: &Kms,
    call: &Call,
    input: GenerateMacRequest,
) -> Result<GenerateMacResponse, ServiceError> {
    let key = kms.usable(call, &input.key_id, KeyUsage::GenerateVerifyMac)?;
    let algorithm = algorithm(&key, &input.mac_algorithm)?;
    let (material, _) = kms.current(&key)?;
    let mac = material
        .private
        .mac(algorithm, &input.message)
        .map_err(|error| exception::key(&error))?;
    end_dry_run(input.dry_run)?;
    kms.used(&key, call);
    Ok(GenerateMacResponse {
        mac: Some(mac),
        mac_algorithm: Some(algorithm.to_string()),
        key_id: Some(key.arn.to_string()),
    })
}

pub(crate) async fn verify_mac(
    kms: &Kms,
    call: &Call,
    input: VerifyMacRequest,
) -> Result<VerifyMacResponse, ServiceError> {
    let key = kms.usable(call, &input.key_id, KeyUsage::GenerateVerifyMac)?;
    let algorithm = algorithm(&key, &input.mac_algorithm)?;
    let (material, _) = kms.current(&key)?;
    material
        .private
        .verify_mac(algorithm, &input.message, &input.mac)
        .map_err(|error| exception::key(&error))?;
    end_dry_run(input.dry_run)?;
    kms.used(&key, call);
    Ok(VerifyMacResponse {
        key_id: Some(key.arn.to_string()),
        mac_valid: Some(true),
        mac_algorithm: Some(algorithm.to_string()),
    })
}
