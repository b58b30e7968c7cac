//! HMAC keys: HMAC_224, HMAC_256, HMAC_384, HMAC_512 (FIPS 198-1).

use aws_lc_rs::hmac;
use types::Secret;

use crate::error::KeyError;
use crate::spec::KeySpec;

/// An HMAC key, ready to use.
pub(crate) struct Hmac {
    key: hmac::Key,
    material: Secret,
}

impl Hmac {
    pub(crate) fn new(spec: KeySpec, material: &Secret) -> Result<Self, KeyError> {
        let algorithm = match spec {
            KeySpec::Hmac224 => hmac::HMAC_SHA224,
            KeySpec::Hmac256 => hmac::HMAC_SHA256,
            KeySpec::Hmac384 => hmac::HMAC_SHA384,
            KeySpec::Hmac512 => hmac::HMAC_SHA512,
            _ => return Err(KeyError::Failed("no HMAC spec")),
        };
        if spec.raw_bytes() != Some(material.expose().len()) {
            let reason = "it has another length";
            return Err(KeyError::InvalidKey { spec, reason });
        }
        Ok(Self {
            key: hmac::Key::new(algorithm, material.expose()),
            material: material.clone(),
        })
    }

    pub(crate) fn material(&self) -> Secret {
        self.material.clone()
    }

    pub(crate) fn mac(&self, message: &[u8]) -> Vec<u8> {
        hmac::sign(&self.key, message).as_ref().to_vec()
    }

    pub(crate) fn verify(&self, message: &[u8], mac: &[u8]) -> Result<(), KeyError> {
        hmac::verify(&self.key, message, mac).map_err(|_| KeyError::InvalidMac)
    }
}
