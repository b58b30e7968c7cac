//! Why a key operation failed, in words that KMS turns into AWS's exceptions.

use types::EntropyError;

use crate::KeySpec;

/// Why a key operation failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A key of this spec does not do this, or not by this algorithm
    /// (`InvalidKeyUsageException`, `ValidationException`).
    #[error("{spec} keys do not support {operation}")]
    Unsupported {
        /// The key's spec.
        spec: KeySpec,
        /// What was asked, by AWS's name of the algorithm or operation.
        operation: &'static str,
    },
    /// Key material that is to be imported or loaded is not a valid key of this spec
    /// (`InvalidCiphertextException` or `IncorrectKeyMaterialException` on import).
    #[error("this is no valid {spec} key: {reason}")]
    InvalidKey {
        /// The spec that it was to be of.
        spec: KeySpec,
        /// What is wrong with it; says nothing of its value.
        reason: &'static str,
    },
    /// Another's public key is not a valid key on this curve or of this parameter set
    /// (`ValidationException`).
    #[error("the public key is no valid {spec} key in DER-encoded X.509 SubjectPublicKeyInfo form")]
    InvalidPublicKey {
        /// The spec that it was to be of.
        spec: KeySpec,
    },
    /// What is to be signed as a digest, or as μ, has another length (`ValidationException`).
    #[error("Digest is invalid length for algorithm {algorithm}.")]
    DigestLength {
        /// AWS's name of the algorithm.
        algorithm: &'static str,
        /// How long it is to be.
        expected: usize,
    },
    /// More plaintext than the key can encrypt at once (`ValidationException`).
    #[error("at most {bytes_max} bytes can be encrypted under this key by this algorithm")]
    PlaintextTooLong {
        /// How many it can.
        bytes_max: usize,
    },
    /// The ciphertext does not open, for whatever reason: all look alike
    /// (`InvalidCiphertextException`).
    #[error("the ciphertext does not decrypt")]
    InvalidCiphertext,
    /// The signature is not of this key, message and algorithm (`KMSInvalidSignatureException`).
    #[error("the signature does not verify")]
    InvalidSignature,
    /// The MAC is not of this key, message and algorithm (`KMSInvalidMacException`).
    #[error("the MAC does not verify")]
    InvalidMac,
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The cryptography library failed where it should not (`KMSInternalException`).
    #[error("the cryptography library failed: {0}")]
    Failed(&'static str),
}
