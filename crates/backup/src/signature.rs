//! Who signs backups: an Ed25519 key (RFC 8032) of the installation, whose public half everybody may
//! have.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use types::{Secret, hex};

use crate::BackupError;

/// In front of the key in its SubjectPublicKeyInfo (RFC 8410).
const SPKI_HEAD: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// A public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Its SubjectPublicKeyInfo, as OpenSSL reads and writes it.
    #[must_use]
    pub fn to_spki(&self) -> Vec<u8> {
        let mut der = SPKI_HEAD.to_vec();
        der.extend_from_slice(&self.0);
        der
    }

    /// The SHA-256 of that, as hexadecimal digits: short enough to write down and to compare.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex(digest(&SHA256, &self.to_spki()).as_ref())
    }

    /// Whether it signed a message.
    pub(crate) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.0);
        key.verify(message, signature).is_ok()
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // Lower-case digits only: one value, one text.
        let is_lower = !text.bytes().any(|digit| digit.is_ascii_uppercase());
        let key = types::unhex(&text).filter(|_| is_lower);
        let key = key.and_then(|bytes| bytes.try_into().ok());
        key.map(Self)
            .ok_or_else(|| serde::de::Error::custom("a public key has 64 hexadecimal digits"))
    }
}

/// A private key that signs.
pub struct Signer(Ed25519KeyPair);

impl std::fmt::Debug for Signer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Signer(..)")
    }
}

impl Signer {
    /// Of its 32 secret bytes.
    ///
    /// # Errors
    /// [`BackupError::Crypto`] when they are not so many.
    pub fn of(seed: &Secret) -> Result<Self, BackupError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose());
        pair.map(Self)
            .map_err(|_| BackupError::Crypto("this is no Ed25519 seed"))
    }

    /// Its public half.
    ///
    /// # Errors
    /// [`BackupError::Crypto`].
    pub fn public_key(&self) -> Result<PublicKey, BackupError> {
        let bytes = self.0.public_key().as_ref().try_into();
        bytes
            .map(PublicKey)
            .map_err(|_| BackupError::Crypto("an Ed25519 public key has 32 bytes"))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }
}
