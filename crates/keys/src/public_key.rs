//! A public key of any asymmetric spec, of its SubjectPublicKeyInfo in DER: verifies, encrypts,
//! encapsulates.

use types::Secret;

use crate::algorithm::{EncryptionAlgorithm, MessageType, SigningAlgorithm};
use crate::ec::EcPublicKey;
use crate::ed25519::EdPublicKey;
use crate::error::KeyError;
use crate::ml_dsa::MlDsaPublicKey;
use crate::ml_kem::MlKemPublicKey;
use crate::private_key::check_signing;
use crate::rsa::RsaPublicKey;
use crate::secp256k1::K1PublicKey;
use crate::spec::KeySpec;

/// A public key.
pub struct PublicKey {
    spec: KeySpec,
    kind: Kind,
}

enum Kind {
    Rsa(RsaPublicKey),
    Ec(EcPublicKey),
    K1(K1PublicKey),
    Ed(EdPublicKey),
    MlDsa(MlDsaPublicKey),
    MlKem(MlKemPublicKey),
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({}, ..)", self.spec)
    }
}

impl PublicKey {
    /// Of SubjectPublicKeyInfo in DER, in its one canonical form: named curves, uncompressed points.
    ///
    /// # Errors
    /// [`KeyError::InvalidPublicKey`].
    pub fn from_spki(spec: KeySpec, spki: &[u8]) -> Result<Self, KeyError> {
        let kind = match spec {
            KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
                Kind::Rsa(RsaPublicKey::from_spki(spec, spki)?)
            }
            KeySpec::EccNistP256 | KeySpec::EccNistP384 | KeySpec::EccNistP521 => {
                Kind::Ec(EcPublicKey::from_spki(spec, spki)?)
            }
            KeySpec::EccSecgP256k1 => Kind::K1(K1PublicKey::from_spki(spki)?),
            KeySpec::EccNistEdwards25519 => Kind::Ed(EdPublicKey::from_spki(spki)?),
            KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => {
                Kind::MlDsa(MlDsaPublicKey::from_spki(spec, spki)?)
            }
            KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => {
                Kind::MlKem(MlKemPublicKey::from_spki(spec, spki)?)
            }
            _ => return Err(KeyError::InvalidPublicKey { spec }),
        };
        Ok(Self { spec, kind })
    }

    /// Which spec it is of.
    #[must_use]
    pub fn spec(&self) -> KeySpec {
        self.spec
    }

    /// Verifies a signature.
    ///
    /// # Errors
    /// [`KeyError::InvalidSignature`], [`KeyError::Unsupported`], [`KeyError::DigestLength`].
    pub fn verify(
        &self,
        algorithm: SigningAlgorithm,
        kind: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyError> {
        check_signing(self.spec, algorithm, kind)?;
        match &self.kind {
            Kind::Rsa(key) => key.verify(algorithm, kind, message, signature),
            Kind::Ec(key) => key.verify(algorithm, kind, message, signature),
            Kind::K1(key) => key.verify(kind, message, signature),
            Kind::Ed(key) => key.verify(algorithm, kind, message, signature),
            Kind::MlDsa(key) => key.verify(kind, message, signature),
            Kind::MlKem(_) => Err(self.unsupported(algorithm.as_str())),
        }
    }

    /// Encrypts by RSA-OAEP.
    ///
    /// # Errors
    /// [`KeyError::PlaintextTooLong`], [`KeyError::Unsupported`].
    pub fn encrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        match &self.kind {
            Kind::Rsa(key) => key.encrypt(algorithm, plaintext),
            _ => Err(self.unsupported(algorithm.as_str())),
        }
    }

    /// A fresh shared secret and the ciphertext that holds it (`Encapsulate`).
    ///
    /// # Errors
    /// [`KeyError::Unsupported`].
    pub fn encapsulate(&self) -> Result<(Vec<u8>, Secret), KeyError> {
        match &self.kind {
            Kind::MlKem(key) => key.encapsulate(),
            _ => Err(self.unsupported("Encapsulate")),
        }
    }

    fn unsupported(&self, operation: &'static str) -> KeyError {
        let spec = self.spec;
        KeyError::Unsupported { spec, operation }
    }
}
