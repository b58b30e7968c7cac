//! AWS KMS's algorithms and message types.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{self, Digest};

use crate::error::KeyError;
use crate::spec::{UnknownName, words};

words! {
    /// How a message is signed.
    SigningAlgorithm {
        RsassaPssSha256 = "RSASSA_PSS_SHA_256",
        RsassaPssSha384 = "RSASSA_PSS_SHA_384",
        RsassaPssSha512 = "RSASSA_PSS_SHA_512",
        RsassaPkcs1V15Sha256 = "RSASSA_PKCS1_V1_5_SHA_256",
        RsassaPkcs1V15Sha384 = "RSASSA_PKCS1_V1_5_SHA_384",
        RsassaPkcs1V15Sha512 = "RSASSA_PKCS1_V1_5_SHA_512",
        EcdsaSha256 = "ECDSA_SHA_256",
        EcdsaSha384 = "ECDSA_SHA_384",
        EcdsaSha512 = "ECDSA_SHA_512",
        MlDsaShake256 = "ML_DSA_SHAKE_256",
        Ed25519Sha512 = "ED25519_SHA_512",
        Ed25519PhSha512 = "ED25519_PH_SHA_512",
    }
}

words! {
    /// How a plaintext is encrypted.
    EncryptionAlgorithm {
        SymmetricDefault = "SYMMETRIC_DEFAULT",
        RsaesOaepSha1 = "RSAES_OAEP_SHA_1",
        RsaesOaepSha256 = "RSAES_OAEP_SHA_256",
    }
}

words! {
    /// How a MAC is made.
    MacAlgorithm {
        HmacSha224 = "HMAC_SHA_224",
        HmacSha256 = "HMAC_SHA_256",
        HmacSha384 = "HMAC_SHA_384",
        HmacSha512 = "HMAC_SHA_512",
    }
}

words! {
    /// What is given to be signed: the message, its digest, or ML-DSA's μ (FIPS 204, which hashes
    /// the public key and the message).
    MessageType {
        Raw = "RAW",
        Digest = "DIGEST",
        ExternalMu = "EXTERNAL_MU",
    }
}

impl SigningAlgorithm {
    pub(crate) const OF_RSA: &'static [Self] = &[
        Self::RsassaPssSha256,
        Self::RsassaPssSha384,
        Self::RsassaPssSha512,
        Self::RsassaPkcs1V15Sha256,
        Self::RsassaPkcs1V15Sha384,
        Self::RsassaPkcs1V15Sha512,
    ];

    /// The message types that go with it: Ed25519 signs messages only, Ed25519ph digests only,
    /// and μ is ML-DSA's.
    #[must_use]
    pub const fn message_types(self) -> &'static [MessageType] {
        match self {
            Self::MlDsaShake256 => &[MessageType::Raw, MessageType::ExternalMu],
            Self::Ed25519Sha512 => &[MessageType::Raw],
            Self::Ed25519PhSha512 => &[MessageType::Digest],
            _ => &[MessageType::Raw, MessageType::Digest],
        }
    }

    /// The hash whose output is signed.
    pub(crate) const fn hash(self) -> &'static digest::Algorithm {
        match self {
            Self::RsassaPssSha256 | Self::RsassaPkcs1V15Sha256 | Self::EcdsaSha256 => {
                &digest::SHA256
            }
            Self::RsassaPssSha384 | Self::RsassaPkcs1V15Sha384 | Self::EcdsaSha384 => {
                &digest::SHA384
            }
            _ => &digest::SHA512,
        }
    }

    /// The digest of a message, or the one that was given.
    pub(crate) fn digest(self, kind: MessageType, message: &[u8]) -> Result<Digest, KeyError> {
        let hash = self.hash();
        if kind == MessageType::Raw {
            return Ok(digest::digest(hash, message));
        }
        Digest::import_less_safe(message, hash).map_err(|_| KeyError::DigestLength {
            algorithm: self.as_str(),
            expected: hash.output_len(),
        })
    }
}

impl MacAlgorithm {
    /// How long its MACs are.
    #[must_use]
    pub const fn output_bytes(self) -> usize {
        match self {
            Self::HmacSha224 => 28,
            Self::HmacSha256 => 32,
            Self::HmacSha384 => 48,
            Self::HmacSha512 => 64,
        }
    }
}
