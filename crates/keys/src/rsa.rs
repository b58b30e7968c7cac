//! RSA keys of 2048, 3072 and 4096 bits (RFC 8017): PSS with a salt as long as the hash, PKCS#1 v1.5
//! signatures, OAEP with MGF1 by the same hash and no label: what AWS KMS does, by aws-lc-rs, whose
//! default salt is as long as the hash.

use std::sync::OnceLock;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{
    KeyPair, KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm,
    OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
};
use aws_lc_rs::signature::{
    KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA384, RSA_PSS_SHA512, RsaParameters, RsaSignatureEncoding,
};
use types::Secret;

use crate::algorithm::{EncryptionAlgorithm, MessageType, SigningAlgorithm};
use crate::der::is_one_sequence;
use crate::error::KeyError;
use crate::spec::KeySpec;

/// An RSA private key, parsed and validated once.
pub(crate) struct RsaPrivateKey {
    spec: KeySpec,
    signing: KeyPair,
    /// The library's other form of the same key, made when it first decrypts.
    decrypting: OnceLock<OaepPrivateDecryptingKey>,
}

impl RsaPrivateKey {
    /// Makes a key. Takes up to seconds.
    pub(crate) fn generate(spec: KeySpec) -> Result<Self, KeyError> {
        let size = match spec {
            KeySpec::Rsa2048 => KeySize::Rsa2048,
            KeySpec::Rsa3072 => KeySize::Rsa3072,
            _ => KeySize::Rsa4096,
        };
        let signing = KeyPair::generate(size).map_err(|_| KeyError::Failed("RSA generation"))?;
        Ok(Self::of(spec, signing))
    }

    /// Of PKCS#8. The library checks the whole key (its `RSA_check_key`), the size is ours to check.
    pub(crate) fn from_pkcs8(spec: KeySpec, pkcs8: &[u8]) -> Result<Self, KeyError> {
        let invalid = |reason| KeyError::InvalidKey { spec, reason };
        if !is_one_sequence(pkcs8) {
            return Err(invalid("it is not exactly one DER sequence"));
        }
        let signing = KeyPair::from_pkcs8(pkcs8)
            .map_err(|_| invalid("it is no consistent RSA key in PKCS#8"))?;
        if signing.public_modulus_len() != modulus_bytes(spec) {
            return Err(invalid("its modulus has another length"));
        }
        let key = Self::of(spec, signing);
        // The library rounds to bytes: a modulus of 2047 bits has 256 of them.
        if key.encrypting()?.key_size_bits() != modulus_bytes(spec) * 8 {
            return Err(invalid("its modulus has another length"));
        }
        Ok(key)
    }

    fn of(spec: KeySpec, signing: KeyPair) -> Self {
        Self {
            spec,
            signing,
            decrypting: OnceLock::new(),
        }
    }

    fn encrypting(&self) -> Result<PublicEncryptingKey, KeyError> {
        PublicEncryptingKey::from_der(&self.spki()?)
            .map_err(|_| KeyError::Failed("an RSA key's public half"))
    }

    pub(crate) fn pkcs8(&self) -> Result<Secret, KeyError> {
        let der = self
            .signing
            .as_der()
            .map_err(|_| KeyError::Failed("PKCS#8"))?;
        Ok(Secret::new(der.as_ref().to_vec()))
    }

    pub(crate) fn spki(&self) -> Result<Vec<u8>, KeyError> {
        let der = self.signing.public_key().as_der();
        let der = der.map_err(|_| KeyError::Failed("an RSA key's SubjectPublicKeyInfo"))?;
        Ok(der.as_ref().to_vec())
    }

    pub(crate) fn sign(
        &self,
        algorithm: SigningAlgorithm,
        kind: MessageType,
        message: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let encoding: &'static RsaSignatureEncoding = match algorithm {
            SigningAlgorithm::RsassaPssSha256 => &RSA_PSS_SHA256,
            SigningAlgorithm::RsassaPssSha384 => &RSA_PSS_SHA384,
            SigningAlgorithm::RsassaPssSha512 => &RSA_PSS_SHA512,
            SigningAlgorithm::RsassaPkcs1V15Sha256 => &RSA_PKCS1_SHA256,
            SigningAlgorithm::RsassaPkcs1V15Sha384 => &RSA_PKCS1_SHA384,
            SigningAlgorithm::RsassaPkcs1V15Sha512 => &RSA_PKCS1_SHA512,
            _ => return Err(unsupported(self.spec, algorithm)),
        };
        let digest = algorithm.digest(kind, message)?;
        let mut signature = vec![0; self.signing.public_modulus_len()];
        self.signing
            .sign_digest(encoding, &digest, &mut signature)
            .map_err(|_| KeyError::Failed("an RSA signature"))?;
        Ok(signature)
    }

    /// Every failure is the same one: which part of the padding was wrong is nobody's to know.
    pub(crate) fn decrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        ciphertext: &[u8],
    ) -> Result<Secret, KeyError> {
        let oaep = oaep(self.spec, algorithm)?;
        let key = self.decrypting()?;
        let mut plaintext = zeroize::Zeroizing::new(vec![0; key.min_output_size()]);
        let opened = key
            .decrypt(oaep, ciphertext, &mut plaintext, None)
            .map_err(|_| KeyError::InvalidCiphertext)?;
        Ok(Secret::new(opened.to_vec()))
    }

    fn decrypting(&self) -> Result<&OaepPrivateDecryptingKey, KeyError> {
        if let Some(key) = self.decrypting.get() {
            return Ok(key);
        }
        let key = PrivateDecryptingKey::from_pkcs8(self.pkcs8()?.expose());
        let key = key.map_err(|_| KeyError::Failed("an RSA key that was valid"))?;
        let key = OaepPrivateDecryptingKey::new(key).map_err(|_| KeyError::Failed("OAEP"))?;
        Ok(self.decrypting.get_or_init(|| key))
    }
}

/// An RSA public key.
pub(crate) struct RsaPublicKey {
    spec: KeySpec,
    spki: Vec<u8>,
    encrypting: OaepPublicEncryptingKey,
    /// One for each algorithm, parsed when it is first used.
    verifying: [OnceLock<ParsedPublicKey>; SigningAlgorithm::OF_RSA.len()],
}

impl RsaPublicKey {
    pub(crate) fn from_spki(spec: KeySpec, spki: &[u8]) -> Result<Self, KeyError> {
        let invalid = KeyError::InvalidPublicKey { spec };
        let key = PublicEncryptingKey::from_der(spki).map_err(|_| invalid.clone())?;
        if key.key_size_bits() != modulus_bytes(spec) * 8 {
            return Err(invalid);
        }
        if key.as_der().map_err(|_| invalid.clone())?.as_ref() != spki {
            return Err(invalid);
        }
        Ok(Self {
            spec,
            spki: spki.to_vec(),
            encrypting: OaepPublicEncryptingKey::new(key).map_err(|_| invalid)?,
            verifying: Default::default(),
        })
    }

    pub(crate) fn verify(
        &self,
        algorithm: SigningAlgorithm,
        kind: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyError> {
        let parameters: &'static RsaParameters = match algorithm {
            SigningAlgorithm::RsassaPssSha256 => &RSA_PSS_2048_8192_SHA256,
            SigningAlgorithm::RsassaPssSha384 => &RSA_PSS_2048_8192_SHA384,
            SigningAlgorithm::RsassaPssSha512 => &RSA_PSS_2048_8192_SHA512,
            SigningAlgorithm::RsassaPkcs1V15Sha256 => &RSA_PKCS1_2048_8192_SHA256,
            SigningAlgorithm::RsassaPkcs1V15Sha384 => &RSA_PKCS1_2048_8192_SHA384,
            SigningAlgorithm::RsassaPkcs1V15Sha512 => &RSA_PKCS1_2048_8192_SHA512,
            _ => return Err(unsupported(self.spec, algorithm)),
        };
        let place = SigningAlgorithm::OF_RSA
            .iter()
            .position(|known| *known == algorithm)
            .and_then(|place| self.verifying.get(place))
            .ok_or_else(|| unsupported(self.spec, algorithm))?;
        let key = if let Some(key) = place.get() {
            key
        } else {
            let parsed = ParsedPublicKey::new(parameters, &self.spki)
                .map_err(|_| KeyError::Failed("an RSA public key that was valid"))?;
            place.get_or_init(|| parsed)
        };
        let digest = algorithm.digest(kind, message)?;
        key.verify_digest_sig(&digest, signature)
            .map_err(|_| KeyError::InvalidSignature)
    }

    pub(crate) fn encrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let oaep = oaep(self.spec, algorithm)?;
        let bytes_max = self.encrypting.max_plaintext_size(oaep);
        if plaintext.len() > bytes_max {
            return Err(KeyError::PlaintextTooLong { bytes_max });
        }
        let mut ciphertext = vec![0; self.encrypting.ciphertext_size()];
        self.encrypting
            .encrypt(oaep, plaintext, &mut ciphertext, None)
            .map_err(|_| KeyError::Failed("RSA encryption"))?;
        Ok(ciphertext)
    }
}

const fn modulus_bytes(spec: KeySpec) -> usize {
    match spec {
        KeySpec::Rsa2048 => 256,
        KeySpec::Rsa3072 => 384,
        _ => 512,
    }
}

fn oaep(spec: KeySpec, algorithm: EncryptionAlgorithm) -> Result<&'static OaepAlgorithm, KeyError> {
    match algorithm {
        EncryptionAlgorithm::RsaesOaepSha1 => Ok(&OAEP_SHA1_MGF1SHA1),
        EncryptionAlgorithm::RsaesOaepSha256 => Ok(&OAEP_SHA256_MGF1SHA256),
        EncryptionAlgorithm::SymmetricDefault => Err(KeyError::Unsupported {
            spec,
            operation: algorithm.as_str(),
        }),
    }
}

fn unsupported(spec: KeySpec, algorithm: SigningAlgorithm) -> KeyError {
    KeyError::Unsupported {
        spec,
        operation: algorithm.as_str(),
    }
}
