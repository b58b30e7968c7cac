//! Session tokens: everything about a session, sealed, so that nothing is kept of it here.
//! Source: IAM User Guide, "Temporary security credentials in IAM" (what they carry). The form is
//! our own:
//!
//! ```text
//! base64( version 1 | account, 8 bytes | key number, 4 bytes | salt, 16 bytes | nonce, 12 bytes
//!         | AES-256-GCM of JSON, with the 29 bytes before as associated data )
//! ```
//!
//! The AES key is HKDF-SHA256 of the account's sealing key and the salt: however many tokens are made
//! under one sealing key, no nonce comes twice.

use std::time::Duration;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use types::{AccountId, Entropy, EntropyError, Secret, Time};
use zeroize::Zeroizing;

/// The version that is written. A change of the form makes another.
const VERSION: u8 = 1;
const HEADER_BYTES: usize = 1 + 8 + 4 + SALT_BYTES;
const SALT_BYTES: usize = 16;
/// Bytes of a sealing key.
pub(crate) const KEY_BYTES: usize = 32;
/// The longest token that is looked at, in characters.
pub(crate) const TOKEN_CHARACTERS_MAX: usize = 4_096;
/// What tells our keys of one purpose from those of another.
const PURPOSE: &[u8] = b"btz session token, version 1";

/// Whose session it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Holder {
    /// The root's own (GetSessionToken).
    Root,
    /// A user's own (GetSessionToken).
    User { name: String, id: String },
    /// A role's.
    Role {
        name: String,
        id: String,
        session: String,
    },
    /// A federated user's, given by a user or the root.
    Federated {
        name: String,
        issuer: Option<(String, String)>,
    },
}

/// What a token carries. Short names: a token has room for 4,096 characters.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    /// `ASIA...`: the access key that it goes with.
    #[serde(rename = "k")]
    pub(crate) access_key_id: String,
    #[serde(rename = "s", with = "secret_text")]
    pub(crate) secret: Secret,
    #[serde(rename = "h")]
    pub(crate) holder: Holder,
    #[serde(rename = "i")]
    pub(crate) issued_ms: i64,
    #[serde(rename = "e")]
    pub(crate) expires_ms: i64,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub(crate) mfa_ms: Option<i64>,
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub(crate) source_identity: Option<String>,
    /// Key, value, whether it is transitive.
    #[serde(rename = "t", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<(String, String, bool)>,
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub(crate) federated_provider: Option<String>,
    /// The inline session policy.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<String>,
    /// ARNs of managed policies that are session policies.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) policy_arns: Vec<String>,
}

impl Token {
    /// A session without anything else; its access key comes when it is given out.
    pub(crate) fn new(holder: Holder, now: Time, duration: Duration) -> Self {
        Self {
            access_key_id: String::new(),
            secret: Secret::new(Vec::new()),
            holder,
            issued_ms: now.as_millis(),
            expires_ms: now.plus(duration).as_millis(),
            mfa_ms: None,
            source_identity: None,
            tags: Vec::new(),
            federated_provider: None,
            policy: None,
            policy_arns: Vec::new(),
        }
    }
}

/// A secret as text, copied nowhere else on its way.
mod secret_text {
    use serde::ser::Error as _;

    use super::{Deserialize, Deserializer, Secret, Serializer};

    pub(super) fn serialize<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
        let text = std::str::from_utf8(secret.expose());
        to.serialize_str(text.map_err(|_| S::Error::custom("a secret is no text"))?)
    }

    /// Secrets are of letters that JSON escapes none of.
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
        let text = <&str>::deserialize(from)?;
        Ok(Secret::new(text.as_bytes().to_vec()))
    }
}

/// The secret is in it.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token")
            .field("access_key_id", &self.access_key_id)
            .field("holder", &self.holder)
            .finish_non_exhaustive()
    }
}

/// A token as it is presented: what can be read of it without its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) account: AccountId,
    pub(crate) key_number: u32,
    bytes: Vec<u8>,
}

/// Seals a token.
pub(crate) fn seal(
    token: &Token,
    account: AccountId,
    (number, key): (u32, &Secret),
    entropy: &dyn Entropy,
) -> Result<String, EntropyError> {
    let mut bytes = Vec::with_capacity(1024);
    bytes.push(VERSION);
    let account: u64 = account.to_string().parse().unwrap_or_default();
    bytes.extend(account.to_be_bytes());
    bytes.extend(number.to_be_bytes());
    let (mut salt, mut nonce) = ([0; SALT_BYTES], [0; NONCE_LEN]);
    entropy.fill(&mut salt)?;
    entropy.fill(&mut nonce)?;
    bytes.extend(salt);
    let derived = derive(key, &salt).ok_or(EntropyError)?;
    // Never moved while it grows: what it left behind would not be zeroized.
    let mut sealed = Vec::with_capacity(TOKEN_CHARACTERS_MAX + AES_256_GCM.tag_len());
    // Texts and numbers: serde_json cannot fail on them.
    serde_json::to_writer(&mut sealed, token).map_err(|_| EntropyError)?;
    let aad = Aad::from(bytes.clone());
    derived
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
        .map_err(|_| EntropyError)?;
    bytes.extend(nonce);
    bytes.extend(sealed);
    Ok(BASE64.encode(bytes))
}

/// Reads what is not secret of a presented token; `None` when it is no token of ours.
pub(crate) fn read(text: &str) -> Option<Sealed> {
    if text.len() > TOKEN_CHARACTERS_MAX {
        return None;
    }
    let bytes = BASE64.decode(text).ok()?;
    let (version, rest) = bytes.split_first()?;
    if *version != VERSION {
        return None;
    }
    let (account, rest) = rest.split_first_chunk::<8>()?;
    let (number, _) = rest.split_first_chunk::<4>()?;
    let account = format!("{:012}", u64::from_be_bytes(*account));
    Some(Sealed {
        account: account.parse().ok()?,
        key_number: u32::from_be_bytes(*number),
        bytes,
    })
}

/// Whether a text is a session token that a key sealed: what judges the reading of tokens from
/// outside.
#[must_use]
pub fn opens_session_token(text: &str, key: &Secret) -> bool {
    read(text).and_then(|sealed| sealed.open(key)).is_some()
}

impl Sealed {
    /// Opens the token; `None` when it was not sealed by this key or was changed.
    pub(crate) fn open(&self, key: &Secret) -> Option<Token> {
        let (header, rest) = self.bytes.split_at_checked(HEADER_BYTES)?;
        let salt = header.last_chunk::<SALT_BYTES>()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>()?;
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let opened = derive(key, salt)?
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(header),
                &mut sealed,
            )
            .ok()?;
        serde_json::from_slice(opened).ok()
    }
}

fn derive(key: &Secret, salt: &[u8; SALT_BYTES]) -> Option<LessSafeKey> {
    let extracted = Salt::new(HKDF_SHA256, salt).extract(key.expose());
    let expanded = extracted.expand(&[PURPOSE], &AES_256_GCM).ok()?;
    Some(LessSafeKey::new(UnboundKey::from(expanded)))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use proptest::prelude::*;

    use super::*;

    struct Counted(AtomicU8);

    impl Entropy for Counted {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
            bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
            Ok(())
        }
    }

    fn token(tags: Vec<(String, String, bool)>) -> Token {
        Token {
            access_key_id: "ASIAEXAMPLE".to_owned(),
            secret: Secret::new(b"abc+/9".to_vec()),
            holder: Holder::Role {
                name: "Deploy".to_owned(),
                id: "AROA".to_owned(),
                session: "ci".to_owned(),
            },
            issued_ms: 1,
            expires_ms: 2,
            mfa_ms: None,
            source_identity: None,
            tags,
            federated_provider: None,
            policy: Some("{}".to_owned()),
            policy_arns: Vec::new(),
        }
    }

    fn key(byte: u8) -> Secret {
        Secret::new(vec![byte; KEY_BYTES])
    }

    fn account() -> AccountId {
        "111122223333".parse().unwrap()
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_to_the_same(
            tags in prop::collection::vec((".{0,20}", ".{0,20}", any::<bool>()), 0..8),
        ) {
            let token = token(tags);
            let entropy = Counted(AtomicU8::new(1));
            let text = seal(&token, account(), (7, &key(1)), &entropy).unwrap();
            prop_assert!(text.len() <= TOKEN_CHARACTERS_MAX);
            let sealed = read(&text).unwrap();
            prop_assert_eq!((sealed.account, sealed.key_number), (account(), 7));
            let opened = sealed.open(&key(1)).unwrap();
            prop_assert_eq!(opened.secret.expose(), token.secret.expose());
            prop_assert_eq!(opened.tags, token.tags);
            prop_assert_eq!(opened.holder, token.holder);
            prop_assert!(sealed.open(&key(2)).is_none());
        }

        #[test]
        fn one_changed_bit_opens_nothing(bit: usize) {
            let entropy = Counted(AtomicU8::new(1));
            let text = seal(&token(Vec::new()), account(), (7, &key(1)), &entropy).unwrap();
            let mut bytes = BASE64.decode(text).unwrap();
            let bit = bit % (bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            let opened = read(&BASE64.encode(bytes)).and_then(|sealed| sealed.open(&key(1)));
            prop_assert!(opened.is_none());
        }

        #[test]
        fn no_text_panics(text: String, bytes: Vec<u8>) {
            for text in [text, BASE64.encode(&bytes)] {
                let opened = read(&text).and_then(|sealed| sealed.open(&key(1)));
                prop_assert!(opened.is_none());
            }
        }
    }
}
