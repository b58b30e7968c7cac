//! AWS KMS's key specs and key usages: which key is what, and what it may be used for.
//!
//! Source: the service model of KMS (botocore), and "Key spec reference" of the KMS developer guide.

use std::fmt;
use std::str::FromStr;

use crate::algorithm::{EncryptionAlgorithm, MacAlgorithm, SigningAlgorithm};

/// A word that AWS's model does not have in this place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("AWS knows no such name here")]
pub struct UnknownName;

/// Writes an enumeration of AWS's words, with both ways between word and value.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the words are AWS's and say it")]
        pub enum $name { $($(#[$note])* $variant,)+ }

        impl $name {
            /// All of them, in the model's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// AWS's word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(word: &str) -> Result<Self, UnknownName> {
                match word { $($word => Ok(Self::$variant),)+ _ => Err(UnknownName) }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What kind of key it is. SM2 is absent: it exists in AWS's China Regions only.
    KeySpec {
        SymmetricDefault = "SYMMETRIC_DEFAULT",
        Rsa2048 = "RSA_2048",
        Rsa3072 = "RSA_3072",
        Rsa4096 = "RSA_4096",
        EccNistP256 = "ECC_NIST_P256",
        EccNistP384 = "ECC_NIST_P384",
        EccNistP521 = "ECC_NIST_P521",
        EccSecgP256k1 = "ECC_SECG_P256K1",
        EccNistEdwards25519 = "ECC_NIST_EDWARDS25519",
        Hmac224 = "HMAC_224",
        Hmac256 = "HMAC_256",
        Hmac384 = "HMAC_384",
        Hmac512 = "HMAC_512",
        MlDsa44 = "ML_DSA_44",
        MlDsa65 = "ML_DSA_65",
        MlDsa87 = "ML_DSA_87",
        MlKem512 = "ML_KEM_512",
        MlKem768 = "ML_KEM_768",
        MlKem1024 = "ML_KEM_1024",
    }
}

words! {
    /// What a key may be used for. It has exactly one.
    KeyUsage {
        SignVerify = "SIGN_VERIFY",
        EncryptDecrypt = "ENCRYPT_DECRYPT",
        GenerateVerifyMac = "GENERATE_VERIFY_MAC",
        KeyAgreement = "KEY_AGREEMENT",
        EncapsulateDecapsulate = "ENCAPSULATE_DECAPSULATE",
    }
}

impl KeySpec {
    /// Whether making a key of this spec, and what needs its private half, takes some tenths of a
    /// millisecond or more (`cargo run --release -p keys --example cost` tells): not to be done where
    /// others wait.
    #[must_use]
    pub const fn is_slow(self) -> bool {
        matches!(
            self,
            Self::Rsa2048
                | Self::Rsa3072
                | Self::Rsa4096
                | Self::EccNistP384
                | Self::EccNistP521
                | Self::MlDsa44
                | Self::MlDsa65
                | Self::MlDsa87
        )
    }

    /// The same of verifying a signature: by RSA and ML-DSA it takes about a tenth of a millisecond at most.
    #[must_use]
    pub const fn verifies_slowly(self) -> bool {
        matches!(self, Self::EccNistP384 | Self::EccNistP521)
    }

    /// The usages that a key of this spec can be made for; where there is one, it is the default.
    #[must_use]
    pub const fn usages(self) -> &'static [KeyUsage] {
        match self {
            Self::SymmetricDefault => &[KeyUsage::EncryptDecrypt],
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => {
                &[KeyUsage::EncryptDecrypt, KeyUsage::SignVerify]
            }
            Self::EccNistP256 | Self::EccNistP384 | Self::EccNistP521 => {
                &[KeyUsage::SignVerify, KeyUsage::KeyAgreement]
            }
            Self::EccSecgP256k1
            | Self::EccNistEdwards25519
            | Self::MlDsa44
            | Self::MlDsa65
            | Self::MlDsa87 => &[KeyUsage::SignVerify],
            Self::Hmac224 | Self::Hmac256 | Self::Hmac384 | Self::Hmac512 => {
                &[KeyUsage::GenerateVerifyMac]
            }
            Self::MlKem512 | Self::MlKem768 | Self::MlKem1024 => {
                &[KeyUsage::EncapsulateDecapsulate]
            }
        }
    }

    /// The algorithms that a signing key of this spec signs by.
    #[must_use]
    pub const fn signing_algorithms(self) -> &'static [SigningAlgorithm] {
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => SigningAlgorithm::OF_RSA,
            Self::EccNistP256 | Self::EccSecgP256k1 => &[SigningAlgorithm::EcdsaSha256],
            Self::EccNistP384 => &[SigningAlgorithm::EcdsaSha384],
            Self::EccNistP521 => &[SigningAlgorithm::EcdsaSha512],
            Self::EccNistEdwards25519 => &[
                SigningAlgorithm::Ed25519Sha512,
                SigningAlgorithm::Ed25519PhSha512,
            ],
            Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => &[SigningAlgorithm::MlDsaShake256],
            _ => &[],
        }
    }

    /// The algorithms that an encryption key of this spec encrypts by.
    #[must_use]
    pub const fn encryption_algorithms(self) -> &'static [EncryptionAlgorithm] {
        match self {
            Self::SymmetricDefault => &[EncryptionAlgorithm::SymmetricDefault],
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => &[
                EncryptionAlgorithm::RsaesOaepSha1,
                EncryptionAlgorithm::RsaesOaepSha256,
            ],
            _ => &[],
        }
    }

    /// The algorithm of a MAC key of this spec.
    #[must_use]
    pub const fn mac_algorithms(self) -> &'static [MacAlgorithm] {
        match self {
            Self::Hmac224 => &[MacAlgorithm::HmacSha224],
            Self::Hmac256 => &[MacAlgorithm::HmacSha256],
            Self::Hmac384 => &[MacAlgorithm::HmacSha384],
            Self::Hmac512 => &[MacAlgorithm::HmacSha512],
            _ => &[],
        }
    }

    /// How many bytes a key has whose material is plain random bytes (symmetric and HMAC keys);
    /// these are imported as they are, all others as PKCS#8.
    #[must_use]
    pub const fn raw_bytes(self) -> Option<usize> {
        match self {
            Self::SymmetricDefault | Self::Hmac256 => Some(32),
            Self::Hmac224 => Some(28),
            Self::Hmac384 => Some(48),
            Self::Hmac512 => Some(64),
            _ => None,
        }
    }

    /// Whether it has a public half.
    #[must_use]
    pub const fn is_asymmetric(self) -> bool {
        self.raw_bytes().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_both_ways() {
        assert_eq!(KeySpec::ALL.len(), 19);
        for spec in KeySpec::ALL {
            assert_eq!(spec.as_str().parse(), Ok(*spec));
            assert!(!spec.usages().is_empty());
        }
        assert_eq!("SM2".parse::<KeySpec>(), Err(UnknownName));
    }

    #[test]
    fn a_usage_has_its_algorithms() {
        for spec in KeySpec::ALL {
            let has = |usage| spec.usages().contains(&usage);
            assert_eq!(
                has(KeyUsage::SignVerify),
                !spec.signing_algorithms().is_empty()
            );
            assert_eq!(
                has(KeyUsage::EncryptDecrypt),
                !spec.encryption_algorithms().is_empty()
            );
            assert_eq!(
                has(KeyUsage::GenerateVerifyMac),
                !spec.mac_algorithms().is_empty()
            );
        }
    }
}
