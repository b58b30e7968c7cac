//! The ciphertext of SYMMETRIC_DEFAULT: opaque to callers, as AWS's is, and versioned.
//!
//! ```text
//! version      1 byte   1
//! account      8 bytes  big-endian
//! key version  4 bytes  big-endian
//! key id       1 byte of length, then its bytes
//! nonce       16 bytes  of the key derivation, fresh for each request
//! iv          12 bytes
//! commitment  32 bytes  to the derived key
//! body                  as long as the plaintext
//! tag         16 bytes
//! ```
//!
//! Everything before the body, and the encryption context, are authenticated. The account and the key
//! id stand for the key's ARN; its Region is not part of it, so that a multi-Region key's ciphertext
//! opens wherever there is a replica.

use types::{AccountId, Entropy, Secret};

use crate::context::EncryptionContext;
use crate::derive::{self, KEY_BYTES, PREFIX_BYTES, TAG_BYTES};
use crate::error::KeyError;
use crate::spec::KeySpec;

/// The format's first byte.
const VERSION: u8 = 1;

/// What the derivation is for.
const LABEL: &[u8] = b"btz kms symmetric_default v1";

/// The most that `Encrypt` takes.
pub const PLAINTEXT_BYTES_MAX: usize = 4096;

/// The longest ciphertext that is looked at: AWS's limit on `CiphertextBlob`.
pub const CIPHERTEXT_BYTES_MAX: usize = 6144;

/// The longest key id.
pub const KEY_ID_BYTES_MAX: usize = 64;

/// One version's secret of a SYMMETRIC_DEFAULT key: each request's key is derived from it.
pub struct BackingKey(Secret);

impl std::fmt::Debug for BackingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BackingKey(..)")
    }
}

impl BackingKey {
    /// Of 32 bytes.
    ///
    /// # Errors
    /// [`KeyError::InvalidKey`] when there are more or fewer.
    pub fn new(material: &Secret) -> Result<Self, KeyError> {
        if material.expose().len() != KEY_BYTES {
            return Err(KeyError::InvalidKey {
                spec: KeySpec::SymmetricDefault,
                reason: "it has another length",
            });
        }
        Ok(Self(material.clone()))
    }

    pub(crate) fn material(&self) -> Secret {
        self.0.clone()
    }
}

/// Which version of which key made a ciphertext: its clear part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyVersion {
    /// The key's account.
    pub account: AccountId,
    /// The key's id, such as `1234abcd-12ab-34cd-56ef-1234567890ab` or `mrk-...`.
    pub key_id: String,
    /// Which of the key's versions.
    pub version: u32,
}

impl KeyVersion {
    /// The clear part of a ciphertext; `None` when it is no ciphertext of ours.
    #[must_use]
    pub fn of(ciphertext: &[u8]) -> Option<Self> {
        Head::parse(ciphertext).map(|head| head.key)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), KeyError> {
        let length = u8::try_from(self.key_id.len())
            .ok()
            .filter(|length| usize::from(*length) <= KEY_ID_BYTES_MAX)
            .ok_or(KeyError::Failed("a key id's length"))?;
        out.push(VERSION);
        out.extend_from_slice(&self.account.to_number().to_be_bytes());
        out.extend_from_slice(&self.version.to_be_bytes());
        out.push(length);
        out.extend_from_slice(self.key_id.as_bytes());
        Ok(())
    }
}

/// The clear part and how long it is.
struct Head {
    key: KeyVersion,
    bytes: usize,
}

impl Head {
    fn parse(ciphertext: &[u8]) -> Option<Self> {
        let (version, rest) = ciphertext.split_first()?;
        let (account, rest) = rest.split_first_chunk()?;
        let (key_version, rest) = rest.split_first_chunk()?;
        let (length, rest) = rest.split_first()?;
        let length = usize::from(*length);
        let key_id = std::str::from_utf8(rest.get(..length)?).ok()?;
        let whole =
            (PREFIX_BYTES + TAG_BYTES + length..=CIPHERTEXT_BYTES_MAX).contains(&rest.len());
        if *version != VERSION || length > KEY_ID_BYTES_MAX || !whole {
            return None;
        }
        let key = KeyVersion {
            account: AccountId::from_number(u64::from_be_bytes(*account))?,
            key_id: key_id.to_owned(),
            version: u32::from_be_bytes(*key_version),
        };
        let bytes = ciphertext.len() - rest.len() + length;
        Some(Self { key, bytes })
    }
}

/// Encrypts under one version of a key.
///
/// # Errors
/// [`KeyError::Entropy`], [`KeyError::PlaintextTooLong`].
pub fn encrypt(
    backing: &BackingKey,
    key: &KeyVersion,
    context: &EncryptionContext,
    plaintext: &[u8],
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, KeyError> {
    // Private keys of data key pairs are longer than what `Encrypt` takes.
    let bytes_max = CIPHERTEXT_BYTES_MAX - PREFIX_BYTES - TAG_BYTES - KEY_ID_BYTES_MAX - 14;
    if plaintext.len() > bytes_max {
        return Err(KeyError::PlaintextTooLong { bytes_max });
    }
    let mut out =
        Vec::with_capacity(14 + key.key_id.len() + PREFIX_BYTES + plaintext.len() + TAG_BYTES);
    key.write(&mut out)?;
    derive::encrypt(
        backing.0.expose(),
        LABEL,
        context.as_bytes(),
        plaintext,
        &mut out,
        entropy,
    )?;
    Ok(out)
}

/// Decrypts. `backing` is the secret of the version that [`KeyVersion::of`] names, `None` when there is
/// none: then, and when the ciphertext is no ciphertext at all, as much is computed as otherwise.
///
/// # Errors
/// [`KeyError::InvalidCiphertext`] for a wrong key, a wrong context, and anything that was changed.
pub fn decrypt(
    backing: Option<&BackingKey>,
    context: &EncryptionContext,
    ciphertext: &[u8],
) -> Result<Secret, KeyError> {
    let decoy = [0; KEY_BYTES];
    let head = Head::parse(ciphertext);
    let (head_bytes, blob) = match &head {
        Some(head) => (head.bytes, ciphertext),
        None => (0, &[] as &[u8]),
    };
    let key = backing.map_or(decoy.as_slice(), |backing| backing.0.expose());
    let opened = derive::decrypt(key, LABEL, context.as_bytes(), head_bytes, blob);
    match (backing, head) {
        (Some(_), Some(_)) => opened,
        _ => Err(KeyError::InvalidCiphertext),
    }
}

#[cfg(test)]
#[path = "ciphertext/tests.rs"]
mod tests;
