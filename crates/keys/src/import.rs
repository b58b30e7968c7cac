//! How imported key material is wrapped on its way in (`GetParametersForImport`, `ImportKeyMaterial`):
//! RSA-OAEP of the material itself, or of a fresh AES-256 key that wraps the material by AES key wrap
//! with padding (RFC 5649; PKCS#11's CKM_RSA_AES_KEY_WRAP).

use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use types::Secret;
use zeroize::Zeroizing;

use crate::algorithm::EncryptionAlgorithm;
use crate::error::KeyError;
use crate::private_key::PrivateKey;
use crate::spec::{KeySpec, UnknownName, words};
use std::fmt;
use std::str::FromStr;

words! {
    /// How imported key material is wrapped.
    WrappingAlgorithm {
        RsaesOaepSha1 = "RSAES_OAEP_SHA_1",
        RsaesOaepSha256 = "RSAES_OAEP_SHA_256",
        RsaAesKeyWrapSha1 = "RSA_AES_KEY_WRAP_SHA_1",
        RsaAesKeyWrapSha256 = "RSA_AES_KEY_WRAP_SHA_256",
    }
}

/// The longest wrapped material that is looked at: AWS's limit on `EncryptedKeyMaterial`.
pub const WRAPPED_BYTES_MAX: usize = 6144;

/// Opens wrapped material with the wrapping key's private half.
///
/// # Errors
/// [`KeyError::InvalidCiphertext`] whatever is wrong with it.
pub fn unwrap(
    key: &PrivateKey,
    algorithm: WrappingAlgorithm,
    wrapped: &[u8],
) -> Result<Secret, KeyError> {
    let (oaep, two_steps) = match algorithm {
        WrappingAlgorithm::RsaesOaepSha1 => (EncryptionAlgorithm::RsaesOaepSha1, false),
        WrappingAlgorithm::RsaesOaepSha256 => (EncryptionAlgorithm::RsaesOaepSha256, false),
        WrappingAlgorithm::RsaAesKeyWrapSha1 => (EncryptionAlgorithm::RsaesOaepSha1, true),
        WrappingAlgorithm::RsaAesKeyWrapSha256 => (EncryptionAlgorithm::RsaesOaepSha256, true),
    };
    if wrapped.len() > WRAPPED_BYTES_MAX {
        return Err(KeyError::InvalidCiphertext);
    }
    if !two_steps {
        return key.decrypt(oaep, wrapped);
    }
    let rsa_bytes = match key.spec() {
        KeySpec::Rsa2048 => 256,
        KeySpec::Rsa3072 => 384,
        _ => 512,
    };
    let (first, rest) = wrapped
        .split_at_checked(rsa_bytes)
        .ok_or(KeyError::InvalidCiphertext)?;
    let kek = key.decrypt(oaep, first)?;
    unwrap_with_padding(&kek, rest)
}

/// Unwraps by AES-256 key wrap with padding (RFC 5649).
///
/// # Errors
/// [`KeyError::InvalidCiphertext`].
pub fn unwrap_with_padding(kek: &Secret, wrapped: &[u8]) -> Result<Secret, KeyError> {
    let kek = AesKek::new(&AES_256, kek.expose()).map_err(|_| KeyError::InvalidCiphertext)?;
    let mut plaintext = Zeroizing::new(vec![0; wrapped.len()]);
    let opened = kek
        .unwrap_with_padding(wrapped, &mut plaintext)
        .map_err(|_| KeyError::InvalidCiphertext)?;
    Ok(Secret::new(opened.to_vec()))
}
