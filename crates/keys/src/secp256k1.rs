//! Keys on secp256k1 (SEC 2), ECDSA with SHA-256. By RustCrypto's `k256`: AWS-LC has no fast code for
//! this curve, and takes several times as long. Signatures are deterministic (RFC 6979) and low-s,
//! as every blockchain asks; in verification both halves count, as AWS does.

use k256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use k256::ecdsa::{DerSignature, Signature, SigningKey, VerifyingKey};
use k256::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use types::{Entropy, Secret};
use zeroize::Zeroizing;

use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::error::KeyError;
use crate::spec::KeySpec;

const SPEC: KeySpec = KeySpec::EccSecgP256k1;

/// How often a scalar is drawn: that one is no scalar has a chance of 2^-128.
const DRAWS_MAX: usize = 8;

/// A private key on secp256k1.
pub(crate) struct K1PrivateKey(SigningKey);

impl K1PrivateKey {
    pub(crate) fn generate(entropy: &dyn Entropy) -> Result<Self, KeyError> {
        let mut scalar = Zeroizing::new([0; 32]);
        for _ in 0..DRAWS_MAX {
            entropy.fill(scalar.as_mut_slice())?;
            if let Ok(key) = SigningKey::from_slice(scalar.as_slice()) {
                return Ok(Self(key));
            }
        }
        Err(KeyError::Failed("the random bytes were never a scalar"))
    }

    pub(crate) fn from_scalar(scalar: &[u8]) -> Result<Self, KeyError> {
        let key = (scalar.len() == 32).then(|| SigningKey::from_slice(scalar));
        key.and_then(Result::ok).map(Self).ok_or_else(invalid)
    }

    pub(crate) fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let key = k256::SecretKey::from_pkcs8_der(pkcs8).map_err(|_| invalid())?;
        Ok(Self(SigningKey::from(&key)))
    }

    pub(crate) fn scalar(&self) -> Secret {
        let bytes = Zeroizing::new(self.0.to_bytes());
        Secret::new(bytes.to_vec())
    }

    pub(crate) fn pkcs8(&self) -> Result<Secret, KeyError> {
        let der = self.0.to_pkcs8_der();
        let der = der.map_err(|_| KeyError::Failed("PKCS#8"))?;
        Ok(Secret::new(der.as_bytes().to_vec()))
    }

    pub(crate) fn spki(&self) -> Result<Vec<u8>, KeyError> {
        let der = self.0.verifying_key().to_public_key_der();
        Ok(der
            .map_err(|_| KeyError::Failed("SubjectPublicKeyInfo"))?
            .into_vec())
    }

    pub(crate) fn sign(&self, kind: MessageType, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let digest = SigningAlgorithm::EcdsaSha256.digest(kind, message)?;
        let signature: Result<DerSignature, _> = self.0.sign_prehash(digest.as_ref());
        let signature = signature.map_err(|_| KeyError::Failed("an ECDSA signature"))?;
        Ok(signature.as_bytes().to_vec())
    }
}

/// A public key on secp256k1.
pub(crate) struct K1PublicKey(VerifyingKey);

impl K1PublicKey {
    pub(crate) fn from_spki(spki: &[u8]) -> Result<Self, KeyError> {
        let invalid = || KeyError::InvalidPublicKey { spec: SPEC };
        let key = VerifyingKey::from_public_key_der(spki).map_err(|_| invalid())?;
        let canonical = key.to_public_key_der().map_err(|_| invalid())?;
        if canonical.as_bytes() != spki {
            return Err(invalid());
        }
        Ok(Self(key))
    }

    pub(crate) fn verify(
        &self,
        kind: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyError> {
        let digest = SigningAlgorithm::EcdsaSha256.digest(kind, message)?;
        let signature = Signature::from_der(signature).map_err(|_| KeyError::InvalidSignature)?;
        self.0
            .verify_prehash(digest.as_ref(), &signature.normalize_s())
            .map_err(|_| KeyError::InvalidSignature)
    }
}

fn invalid() -> KeyError {
    let reason = "it is no private key on this curve";
    KeyError::InvalidKey { spec: SPEC, reason }
}
