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
//! Of a key in a custom key store, the device that has it wraps part of it:
//!
//! ```text
//! version      1 byte   2
//! account, key version, key id as above
//! wrapped      2 bytes of length, then what the device answered
//! inner                 a ciphertext as above, under a key that the device wrapped; or nothing, when
//!                       the device wrapped the whole of it
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

/// The format's first byte, and that of what a device has a part in.
const VERSION: u8 = 1;
const ENCLOSED: u8 = 2;

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
        match Enclosed::of(ciphertext) {
            Some(enclosed) => Some(enclosed.key),
            None => Head::parse(ciphertext).map(|head| head.key),
        }
    }

    fn write(&self, format: u8, out: &mut Vec<u8>) -> Result<(), KeyError> {
        let length = u8::try_from(self.key_id.len())
            .ok()
            .filter(|length| usize::from(*length) <= KEY_ID_BYTES_MAX)
            .ok_or(KeyError::Failed("a key id's length"))?;
        out.push(format);
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
        let head = Self::of_format(VERSION, ciphertext)?;
        let body = ciphertext.len() - head.bytes;
        (PREFIX_BYTES + TAG_BYTES..=CIPHERTEXT_BYTES_MAX)
            .contains(&body)
            .then_some(head)
    }

    fn of_format(format: u8, ciphertext: &[u8]) -> Option<Self> {
        let (version, rest) = ciphertext.split_first()?;
        let (account, rest) = rest.split_first_chunk()?;
        let (key_version, rest) = rest.split_first_chunk()?;
        let (length, rest) = rest.split_first()?;
        let length = usize::from(*length);
        let key_id = std::str::from_utf8(rest.get(..length)?).ok()?;
        if *version != format || length > KEY_ID_BYTES_MAX {
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

/// The parts of a ciphertext that a device of a custom key store has a part in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosed<'a> {
    /// Whose it is.
    pub key: KeyVersion,
    /// The clear part, for the device to bind.
    pub head: &'a [u8],
    /// What the device answered.
    pub wrapped: &'a [u8],
    /// The ciphertext inside.
    pub inner: &'a [u8],
}

impl<'a> Enclosed<'a> {
    /// Of a ciphertext; `None` when no device has a part in it.
    #[must_use]
    pub fn of(ciphertext: &'a [u8]) -> Option<Self> {
        let head = Head::of_format(ENCLOSED, ciphertext)?;
        if ciphertext.len() > CIPHERTEXT_BYTES_MAX {
            return None;
        }
        let (clear, rest) = ciphertext.split_at_checked(head.bytes)?;
        let (length, rest) = rest.split_first_chunk()?;
        let (wrapped, inner) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        Some(Self {
            key: head.key,
            head: clear,
            wrapped,
            inner,
        })
    }

    /// The clear part of one that is to be made.
    ///
    /// # Errors
    /// [`KeyError::Failed`] when the key's id is longer than one can be.
    pub fn head(key: &KeyVersion) -> Result<Vec<u8>, KeyError> {
        let mut head = Vec::new();
        key.write(ENCLOSED, &mut head)?;
        Ok(head)
    }

    /// The ciphertext of its parts.
    ///
    /// # Errors
    /// [`KeyError::PlaintextTooLong`] when it is longer than a ciphertext can be.
    pub fn join(mut head: Vec<u8>, wrapped: &[u8], inner: &[u8]) -> Result<Vec<u8>, KeyError> {
        let too_long = KeyError::PlaintextTooLong {
            bytes_max: PLAINTEXT_BYTES_MAX,
        };
        let length = u16::try_from(wrapped.len()).map_err(|_| too_long.clone())?;
        head.extend_from_slice(&length.to_be_bytes());
        head.extend_from_slice(wrapped);
        head.extend_from_slice(inner);
        if head.len() > CIPHERTEXT_BYTES_MAX {
            return Err(too_long);
        }
        Ok(head)
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
    key.write(VERSION, &mut out)?;
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
        // It is decrypted too, and for nothing.
        None => {
            let most = ciphertext.get(..CIPHERTEXT_BYTES_MAX);
            (0, most.unwrap_or(ciphertext))
        }
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
