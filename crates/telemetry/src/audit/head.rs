//! Heads: the chain's value at a moment under an Ed25519 signature (RFC 8032), and the keys for it.
//! Who keeps a head, or the public key, elsewhere can tell later that nothing before it was
//! changed, whoever has had the folder since.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{self, SHA256};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use types::{Entropy, Secret, Time};

use super::chain::{ChainValue, Hex, KeyId, LogId};

const DOMAIN: &[u8] = b"btz audit head v1\0";
/// An Ed25519 public key as SubjectPublicKeyInfo (RFC 8410) begins so, and the key follows.
const SPKI: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];
const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const PEM_END: &str = "-----END PUBLIC KEY-----";

/// What the chain was at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Head {
    /// Which log's.
    pub log: LogId,
    /// The last record that it is over; 0 before the first.
    pub sequence: u64,
    /// The chain's value after that record.
    pub chain: ChainValue,
    /// When it was made.
    #[serde(serialize_with = "write_time", deserialize_with = "read_time")]
    pub time: Time,
    /// Rows of changes whose records lie before this are gone from the store.
    pub settled: u64,
    /// By whom and how it is signed; not while the installation is sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signed>,
}

/// A head's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Signed {
    /// Which key's.
    pub key_id: KeyId,
    /// Ed25519, base64.
    pub signature: String,
}

fn write_time<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

fn read_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
    let text = String::deserialize(deserializer)?;
    Time::parse_rfc3339(&text).map_err(serde::de::Error::custom)
}

impl Head {
    /// Whether it is signed by this key.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        let Some(signed) = &self.signed else {
            return false;
        };
        let Ok(signature) = BASE64.decode(&signed.signature) else {
            return false;
        };
        signed.key_id == key.id()
            && UnparsedPublicKey::new(&ED25519, key.0)
                .verify(&self.message(), &signature)
                .is_ok()
    }

    pub(super) fn sign(&mut self, signer: &Signer) {
        let signature = signer.pair.sign(&self.message());
        self.signed = Some(Signed {
            key_id: signer.public_key().id(),
            signature: BASE64.encode(signature),
        });
    }

    /// As JSON.
    pub(super) fn to_json(&self) -> Vec<u8> {
        // Numbers and strings: serde_json cannot fail on them.
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn message(&self) -> Vec<u8> {
        [
            DOMAIN,
            &self.log.0,
            &self.sequence.to_be_bytes(),
            &self.chain.0,
            &self.time.as_millis().to_be_bytes(),
            &self.settled.to_be_bytes(),
        ]
        .concat()
    }
}

/// A public key of heads; its text is PEM, as `openssl pkey -pubin` reads it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// A text that is no such key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no Ed25519 public key in PEM: it begins with {PEM_BEGIN}")]
pub struct PublicKeyError;

impl PublicKey {
    /// Which it is, as heads name it.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let digest = digest::digest(&SHA256, &self.0);
        let mut bytes = [0; 16];
        bytes
            .iter_mut()
            .zip(digest.as_ref())
            .for_each(|(to, from)| *to = *from);
        Hex(bytes)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let der = [SPKI.as_slice(), &self.0].concat();
        writeln!(f, "{PEM_BEGIN}\n{}\n{PEM_END}", BASE64.encode(der))
    }
}

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (_, after) = text.split_once(PEM_BEGIN).ok_or(PublicKeyError)?;
        let (inner, _) = after.split_once(PEM_END).ok_or(PublicKeyError)?;
        let digits: String = inner.split_whitespace().collect();
        let der = BASE64.decode(digits).map_err(|_| PublicKeyError)?;
        let key = der.strip_prefix(&SPKI).ok_or(PublicKeyError)?;
        Ok(Self(key.try_into().map_err(|_| PublicKeyError)?))
    }
}

/// Signs heads.
pub(super) struct Signer {
    pair: Ed25519KeyPair,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({:?})", self.public_key())
    }
}

impl Signer {
    /// A new key's seed.
    pub(super) fn seed(entropy: &dyn Entropy) -> Result<Secret, types::EntropyError> {
        let mut seed = vec![0; 32];
        entropy.fill(&mut seed)?;
        Ok(Secret::new(seed))
    }

    /// Of a seed; `None` when it is none.
    pub(super) fn from_seed(seed: &Secret) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose()).ok()?;
        Some(Self { pair })
    }

    pub(super) fn public_key(&self) -> PublicKey {
        let mut bytes = [0; 32];
        bytes
            .iter_mut()
            .zip(self.pair.public_key().as_ref())
            .for_each(|(to, from)| *to = *from);
        PublicKey(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(seed: u8) -> Signer {
        Signer::from_seed(&Secret::new(vec![seed; 32])).unwrap()
    }

    #[test]
    fn a_head_is_its_signer_s_and_says_what_was_signed() {
        let one = signer(1);
        let mut head = Head {
            log: Hex([1; 16]),
            sequence: 7,
            chain: Hex([2; 32]),
            time: Time::from_millis(1_795_348_800_123),
            settled: 5,
            signed: None,
        };
        assert!(!head.is_signed_by(&one.public_key()));
        head.sign(&one);
        assert!(head.is_signed_by(&one.public_key()));
        assert!(!head.is_signed_by(&signer(2).public_key()));
        let read: Head = serde_json::from_slice(&head.to_json()).unwrap();
        assert_eq!(read, head);
        for change in [
            |head: &mut Head| head.sequence += 1,
            |head: &mut Head| head.settled += 1,
            |head: &mut Head| head.chain.0[0] ^= 1,
            |head: &mut Head| head.log.0[0] ^= 1,
            |head: &mut Head| head.time = Time::from_millis(0),
        ] {
            let mut changed = head.clone();
            change(&mut changed);
            assert!(!changed.is_signed_by(&one.public_key()));
        }
    }

    #[test]
    fn a_public_key_reads_back_from_pem() {
        let key = signer(3).public_key();
        assert_eq!(key.to_string().parse(), Ok(key));
        for text in [
            "",
            "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
            "x",
        ] {
            assert!(text.parse::<PublicKey>().is_err());
        }
    }
}
