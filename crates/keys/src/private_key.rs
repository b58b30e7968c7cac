//! A private or secret key of any spec, parsed and validated once: what it can do, it does from here on
//! at the speed of the primitive. Parse it once and keep it while it is in use.

use types::{Entropy, Secret};

use crate::algorithm::{EncryptionAlgorithm, MacAlgorithm, MessageType, SigningAlgorithm};
use crate::ciphertext::BackingKey;
use crate::ec::EcPrivateKey;
use crate::ed25519::EdPrivateKey;
use crate::error::KeyError;
use crate::hmac::Hmac;
use crate::ml_dsa::MlDsaPrivateKey;
use crate::ml_kem::MlKemPrivateKey;
use crate::public_key::PublicKey;
use crate::rsa::RsaPrivateKey;
use crate::secp256k1::K1PrivateKey;
use crate::spec::KeySpec;

/// A key with its secret part.
pub struct PrivateKey {
    spec: KeySpec,
    kind: Kind,
}

enum Kind {
    Symmetric(BackingKey),
    Hmac(Box<Hmac>),
    Rsa(RsaPrivateKey),
    Ec(EcPrivateKey),
    K1(K1PrivateKey),
    Ed(EdPrivateKey),
    MlDsa(MlDsaPrivateKey),
    MlKem(MlKemPrivateKey),
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PrivateKey({}, ..)", self.spec)
    }
}

impl PrivateKey {
    /// Makes a key. An RSA key takes up to seconds: call it where blocking is allowed.
    ///
    /// # Errors
    /// [`KeyError::Entropy`], [`KeyError::Failed`].
    pub fn generate(spec: KeySpec, entropy: &dyn Entropy) -> Result<Self, KeyError> {
        let kind = match spec {
            KeySpec::SymmetricDefault
            | KeySpec::Hmac224
            | KeySpec::Hmac256
            | KeySpec::Hmac384
            | KeySpec::Hmac512 => {
                let mut material = vec![0; spec.raw_bytes().unwrap_or_default()];
                entropy.fill(&mut material)?;
                return Self::from_material(spec, &Secret::new(material));
            }
            KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
                Kind::Rsa(RsaPrivateKey::generate(spec)?)
            }
            KeySpec::EccNistP256 | KeySpec::EccNistP384 | KeySpec::EccNistP521 => {
                Kind::Ec(EcPrivateKey::generate(spec)?)
            }
            KeySpec::EccSecgP256k1 => Kind::K1(K1PrivateKey::generate(entropy)?),
            KeySpec::EccNistEdwards25519 => Kind::Ed(EdPrivateKey::generate(entropy)?),
            KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => {
                Kind::MlDsa(MlDsaPrivateKey::generate(spec, entropy)?)
            }
            KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => {
                Kind::MlKem(MlKemPrivateKey::generate(spec, entropy)?)
            }
        };
        Ok(Self { spec, kind })
    }

    /// Of the canonical form that [`PrivateKey::material`] answered.
    ///
    /// # Errors
    /// [`KeyError::InvalidKey`].
    pub fn from_material(spec: KeySpec, material: &Secret) -> Result<Self, KeyError> {
        let bytes = material.expose();
        let kind = match spec {
            KeySpec::SymmetricDefault => Kind::Symmetric(BackingKey::new(material)?),
            KeySpec::Hmac224 | KeySpec::Hmac256 | KeySpec::Hmac384 | KeySpec::Hmac512 => {
                Kind::Hmac(Box::new(Hmac::new(spec, material)?))
            }
            KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
                Kind::Rsa(RsaPrivateKey::from_pkcs8(spec, bytes)?)
            }
            KeySpec::EccNistP256 | KeySpec::EccNistP384 | KeySpec::EccNistP521 => {
                Kind::Ec(EcPrivateKey::from_scalar(spec, bytes)?)
            }
            KeySpec::EccSecgP256k1 => Kind::K1(K1PrivateKey::from_scalar(bytes)?),
            KeySpec::EccNistEdwards25519 => Kind::Ed(EdPrivateKey::from_seed(bytes)?),
            KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => {
                Kind::MlDsa(MlDsaPrivateKey::from_seed(spec, material)?)
            }
            KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => {
                Kind::MlKem(MlKemPrivateKey::from_seed(spec, material)?)
            }
        };
        Ok(Self { spec, kind })
    }

    /// Of material that a caller imports (`ImportKeyMaterial`, once unwrapped): raw bytes for
    /// symmetric and HMAC keys, PKCS#8 in DER for RSA and elliptic-curve keys. AWS imports no
    /// other spec.
    ///
    /// # Errors
    /// [`KeyError::InvalidKey`], [`KeyError::Unsupported`].
    pub fn import(spec: KeySpec, material: &Secret) -> Result<Self, KeyError> {
        let bytes = material.expose();
        let kind = match spec {
            KeySpec::EccNistP256 | KeySpec::EccNistP384 | KeySpec::EccNistP521 => {
                Kind::Ec(EcPrivateKey::from_pkcs8(spec, bytes)?)
            }
            KeySpec::EccSecgP256k1 => Kind::K1(K1PrivateKey::from_pkcs8(bytes)?),
            KeySpec::EccNistEdwards25519 => Kind::Ed(EdPrivateKey::from_pkcs8(bytes)?),
            KeySpec::MlDsa44
            | KeySpec::MlDsa65
            | KeySpec::MlDsa87
            | KeySpec::MlKem512
            | KeySpec::MlKem768
            | KeySpec::MlKem1024 => {
                let operation = "ImportKeyMaterial";
                return Err(KeyError::Unsupported { spec, operation });
            }
            // Raw bytes, and RSA, whose canonical form is PKCS#8.
            _ => return Self::from_material(spec, material),
        };
        Ok(Self { spec, kind })
    }

    /// Which spec it is of.
    #[must_use]
    pub fn spec(&self) -> KeySpec {
        self.spec
    }

    /// The canonical form: raw bytes of symmetric and HMAC keys, PKCS#8 of RSA, the scalar of an
    /// elliptic curve in full length, the seed of Ed25519, ML-DSA and ML-KEM.
    ///
    /// # Errors
    /// [`KeyError::Failed`].
    pub fn material(&self) -> Result<Secret, KeyError> {
        match &self.kind {
            Kind::Symmetric(key) => Ok(key.material()),
            Kind::Hmac(key) => Ok(key.material()),
            Kind::Rsa(key) => key.pkcs8(),
            Kind::Ec(key) => key.scalar(),
            Kind::K1(key) => Ok(key.scalar()),
            Kind::Ed(key) => Ok(key.seed()),
            Kind::MlDsa(key) => Ok(key.seed()),
            Kind::MlKem(key) => Ok(key.seed()),
        }
    }

    /// PKCS#8 in DER, as `GenerateDataKeyPair` answers it.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`] for a key without a public half.
    pub fn to_pkcs8(&self) -> Result<Secret, KeyError> {
        match &self.kind {
            Kind::Symmetric(_) | Kind::Hmac(_) => Err(self.unsupported("GenerateDataKeyPair")),
            Kind::Rsa(key) => key.pkcs8(),
            Kind::Ec(key) => key.pkcs8(),
            Kind::K1(key) => key.pkcs8(),
            Kind::Ed(key) => key.pkcs8(),
            Kind::MlDsa(key) => key.pkcs8(),
            Kind::MlKem(key) => Ok(key.pkcs8()),
        }
    }

    /// The public half as SubjectPublicKeyInfo in DER, as `GetPublicKey` answers it.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`] for a key without a public half.
    pub fn spki(&self) -> Result<Vec<u8>, KeyError> {
        match &self.kind {
            Kind::Symmetric(_) | Kind::Hmac(_) => Err(self.unsupported("GetPublicKey")),
            Kind::Rsa(key) => key.spki(),
            Kind::Ec(key) => key.spki(),
            Kind::K1(key) => key.spki(),
            Kind::Ed(key) => key.spki(),
            Kind::MlDsa(key) => key.spki(),
            Kind::MlKem(key) => Ok(key.spki()),
        }
    }

    /// The public half, parsed; keep it beside the private one.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`] for a key without a public half.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_spki(self.spec, &self.spki()?)
    }

    /// Signs. Signatures of elliptic curves are in DER.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`], [`KeyError::DigestLength`].
    pub fn sign(
        &self,
        algorithm: SigningAlgorithm,
        kind: MessageType,
        message: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        check_signing(self.spec, algorithm, kind)?;
        match &self.kind {
            Kind::Rsa(key) => key.sign(algorithm, kind, message),
            Kind::Ec(key) => key.sign(algorithm, kind, message),
            Kind::K1(key) => key.sign(kind, message),
            Kind::Ed(key) => key.sign(algorithm, kind, message),
            Kind::MlDsa(key) => key.sign(kind, message),
            _ => Err(self.unsupported(algorithm.as_str())),
        }
    }

    /// Decrypts an RSA ciphertext. Those of SYMMETRIC_DEFAULT are [`crate::ciphertext`]'s.
    ///
    /// # Errors
    /// [`KeyError::InvalidCiphertext`] for every ciphertext that does not open.
    pub fn decrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        ciphertext: &[u8],
    ) -> Result<Secret, KeyError> {
        match &self.kind {
            Kind::Rsa(key) => key.decrypt(algorithm, ciphertext),
            _ => Err(self.unsupported(algorithm.as_str())),
        }
    }

    /// The key that SYMMETRIC_DEFAULT's ciphertexts are made under.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`] for other specs.
    pub fn backing_key(&self) -> Result<&BackingKey, KeyError> {
        match &self.kind {
            Kind::Symmetric(key) => Ok(key),
            _ => Err(self.unsupported(EncryptionAlgorithm::SymmetricDefault.as_str())),
        }
    }

    /// Makes a MAC, in full length.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`].
    pub fn mac(&self, algorithm: MacAlgorithm, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        Ok(self.hmac(algorithm)?.mac(message))
    }

    /// Verifies a MAC in constant time.
    ///
    /// # Errors
    /// [`KeyError::InvalidMac`], [`KeyError::Unsupported`].
    pub fn verify_mac(
        &self,
        algorithm: MacAlgorithm,
        message: &[u8],
        mac: &[u8],
    ) -> Result<(), KeyError> {
        self.hmac(algorithm)?.verify(message, mac)
    }

    fn hmac(&self, algorithm: MacAlgorithm) -> Result<&Hmac, KeyError> {
        match &self.kind {
            Kind::Hmac(key) if self.spec.mac_algorithms().contains(&algorithm) => Ok(key),
            _ => Err(self.unsupported(algorithm.as_str())),
        }
    }

    /// The raw shared secret of ECDH with another's public key (`DeriveSharedSecret`).
    ///
    /// # Errors
    /// [`KeyError::InvalidPublicKey`], [`KeyError::Unsupported`].
    pub fn agree(&self, peer_spki: &[u8]) -> Result<Secret, KeyError> {
        match &self.kind {
            Kind::Ec(key) => key.agree(self.spec, peer_spki),
            _ => Err(self.unsupported("ECDH")),
        }
    }

    /// The secret that a ciphertext of ML-KEM holds (`Decapsulate`).
    ///
    /// # Errors
    /// [`KeyError::InvalidCiphertext`], [`KeyError::Unsupported`].
    pub fn decapsulate(&self, ciphertext: &[u8]) -> Result<Secret, KeyError> {
        match &self.kind {
            Kind::MlKem(key) => key.decapsulate(ciphertext),
            _ => Err(self.unsupported("Decapsulate")),
        }
    }

    fn unsupported(&self, operation: &'static str) -> KeyError {
        let spec = self.spec;
        KeyError::Unsupported { spec, operation }
    }
}

/// Which algorithm and message type go with a spec.
pub(crate) fn check_signing(
    spec: KeySpec,
    algorithm: SigningAlgorithm,
    kind: MessageType,
) -> Result<(), KeyError> {
    if !spec.signing_algorithms().contains(&algorithm) {
        let operation = algorithm.as_str();
        return Err(KeyError::Unsupported { spec, operation });
    }
    if !algorithm.message_types().contains(&kind) {
        let operation = kind.as_str();
        return Err(KeyError::Unsupported { spec, operation });
    }
    Ok(())
}
