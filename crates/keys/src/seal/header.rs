//! The seal's header: slots as in LUKS, each of which wraps the same root, and the trunks that the root
//! wraps. A text file of JSON with a checksum against damage and, under the root, a MAC against one who
//! can write the file but open no slot. Its epoch only grows: an older header can be told.

use std::collections::BTreeMap;
use std::fmt;

use aws_lc_rs::{digest, hmac};
use serde::{Deserialize, Serialize};
use types::{Entropy, Secret, hex};

use super::passphrase::PassphraseParameters;
use super::shamir::ShareSet;
use super::{Root, SealError, derived, random_secret};
use crate::derive;
use crate::error::KeyError;

/// The longest header that is written or read: room for all slots and trunks.
pub const HEADER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The most slots.
pub const SLOTS_MAX: usize = 16;

/// The most trunks: the first, and one of each rotation, kept for what it wrapped. A rotation every
/// week reaches it after 157 years.
pub const TRUNKS_MAX: usize = 8192;

const FORMAT: u32 = 1;

/// By how much a recovery raises the epoch.
const RAISE_EPOCHS: u64 = 1_000_000;

const SLOT_ONCE: &[u8] = b"btz seal slot v1";
const TRUNK_ONCE: &[u8] = b"btz seal trunk v1";
const MAC_KEY: &[u8] = b"btz seal header mac v1";

/// A slot's number. It is never used again for another.
pub type SlotId = u32;

/// What opens a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase", deny_unknown_fields)]
pub enum SlotKind {
    /// A file with 32 random bytes.
    File {
        /// Where it lay when the slot was made.
        path: String,
    },
    /// A passphrase.
    Passphrase(PassphraseParameters),
    /// Enough shares of a set.
    Shamir(ShareSet),
    /// A device that unwraps what is stored here.
    Device {
        /// Which kind, such as `tpm2`.
        device: String,
        /// What the device needs to know, as its driver wrote it.
        parameters: BTreeMap<String, String>,
    },
}

impl fmt::Display for SlotKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { .. } => f.write_str("file"),
            Self::Passphrase(_) => f.write_str("passphrase"),
            Self::Shamir(_) => f.write_str("shamir"),
            Self::Device { device, .. } => f.write_str(device),
        }
    }
}

/// One way to open the seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Its number.
    pub id: SlotId,
    /// What opens it.
    pub kind: SlotKind,
    /// The root, under the slot's secret.
    #[serde(with = "base16")]
    wrapped: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trunk {
    generation: u32,
    #[serde(with = "base16")]
    wrapped: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    format: u32,
    installation: String,
    epoch: u64,
    next_slot: SlotId,
    slots: Vec<Slot>,
    trunks: Vec<Trunk>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    seal: Body,
    #[serde(with = "base16")]
    mac: Vec<u8>,
    checksum: String,
}

/// A seal's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    body: Body,
    mac: Vec<u8>,
}

impl Header {
    /// A new seal with no slot yet: add one before it is written.
    ///
    /// # Errors
    /// [`SealError::Key`].
    pub fn new(entropy: &dyn Entropy) -> Result<(Self, Root), SealError> {
        let mut installation = [0; 16];
        entropy.fill(&mut installation)?;
        let root = Root {
            secret: random_secret(entropy)?,
            trunks: [(1, random_secret(entropy)?)].into(),
        };
        let mut header = Self {
            body: Body {
                format: FORMAT,
                installation: hex(&installation),
                epoch: 1,
                next_slot: 1,
                slots: Vec::new(),
                trunks: Vec::new(),
            },
            mac: Vec::new(),
        };
        header.wrap_trunks(&root, entropy)?;
        header.authenticate(&root)?;
        Ok((header, root))
    }

    /// Of a file's content.
    ///
    /// # Errors
    /// [`SealError::DamagedHeader`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SealError> {
        if bytes.len() > HEADER_BYTES_MAX {
            return Err(SealError::DamagedHeader(
                "it is longer than a header can be",
            ));
        }
        let file: File = serde_json::from_slice(bytes)
            .map_err(|_| SealError::DamagedHeader("it is not the JSON that was written"))?;
        let header = Self {
            body: file.seal,
            mac: file.mac,
        };
        if header.checksum()? != file.checksum {
            return Err(SealError::DamagedHeader("its checksum is wrong"));
        }
        if header.body.format != FORMAT {
            return Err(SealError::DamagedHeader(
                "its format is a newer one: use the btz that wrote it",
            ));
        }
        let slots = &header.body.slots;
        let known = slots.iter().all(|slot| slot.id < header.body.next_slot);
        if slots.len() > SLOTS_MAX || header.body.trunks.len() > TRUNKS_MAX || !known {
            return Err(SealError::DamagedHeader(
                "its slots or trunks are out of their limits",
            ));
        }
        Ok(header)
    }

    /// The file's content.
    ///
    /// # Errors
    /// [`SealError::LongHeader`], [`SealError::Key`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, SealError> {
        let file = File {
            seal: self.body.clone(),
            mac: self.mac.clone(),
            checksum: self.checksum()?,
        };
        let mut text = serde_json::to_vec_pretty(&file).map_err(|_| not_json())?;
        text.push(b'\n');
        if text.len() > HEADER_BYTES_MAX {
            return Err(SealError::LongHeader);
        }
        Ok(text)
    }

    /// Which installation's it is.
    #[must_use]
    pub fn installation(&self) -> &str {
        &self.body.installation
    }

    /// Grows with every change.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.body.epoch
    }

    /// The slots.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.body.slots
    }

    /// One slot.
    ///
    /// # Errors
    /// [`SealError::NoSuchSlot`].
    pub fn slot(&self, id: SlotId) -> Result<&Slot, SealError> {
        let slot = self.body.slots.iter().find(|slot| slot.id == id);
        slot.ok_or(SealError::NoSuchSlot(id))
    }

    /// The generations of trunks that it holds.
    #[must_use]
    pub fn generations(&self) -> Vec<u32> {
        let trunks = self.body.trunks.iter();
        trunks.map(|trunk| trunk.generation).collect()
    }

    /// Opens a slot with its secret, and believes the header only then.
    ///
    /// # Errors
    /// [`SealError::NoSuchSlot`], [`SealError::WrongSecret`].
    pub fn open(&self, id: SlotId, secret: &Secret) -> Result<Root, SealError> {
        let slot = self.slot(id)?;
        let wrong = SealError::WrongSecret(id);
        let bound = self.slot_bound(id, &slot.kind)?;
        let secret = derive::decrypt(secret.expose(), SLOT_ONCE, &bound, 0, &slot.wrapped)
            .map_err(|_| wrong.clone())?;
        let mut root = Root {
            secret,
            trunks: BTreeMap::new(),
        };
        let body = self.canonical()?;
        hmac::verify(&self.mac_key(&root)?, &body, &self.mac).map_err(|_| wrong.clone())?;
        for trunk in &self.body.trunks {
            let bound = self.trunk_bound(trunk.generation);
            let key = root.secret.expose();
            let opened = derive::decrypt(key, TRUNK_ONCE, &bound, 0, &trunk.wrapped);
            let opened = opened.map_err(|_| wrong.clone())?;
            root.trunks.insert(trunk.generation, opened);
        }
        Ok(root)
    }

    /// The header with one slot more.
    ///
    /// # Errors
    /// [`SealError::TooManySlots`], [`SealError::Key`].
    pub fn with_slot(
        &self,
        root: &Root,
        kind: SlotKind,
        secret: &Secret,
        entropy: &dyn Entropy,
    ) -> Result<(Self, SlotId), SealError> {
        let mut next = self.clone();
        let id = next.push(root, kind, secret, entropy)?;
        next.body.epoch += 1;
        next.authenticate(root)?;
        Ok((next, id))
    }

    /// The header without a slot.
    ///
    /// # Errors
    /// [`SealError::NoSuchSlot`], [`SealError::LastSlot`].
    pub fn without_slot(&self, root: &Root, id: SlotId) -> Result<Self, SealError> {
        self.slot(id)?;
        if self.body.slots.len() == 1 {
            return Err(SealError::LastSlot(id));
        }
        let mut next = self.clone();
        next.body.slots.retain(|slot| slot.id != id);
        next.body.epoch += 1;
        next.authenticate(root)?;
        Ok(next)
    }

    /// The header with an epoch above any that this seal can have reached by small steps: for a
    /// recovery, which may begin with an older copy.
    ///
    /// # Errors
    /// [`SealError::Key`].
    pub fn raised(&self, root: &Root) -> Result<Self, SealError> {
        let mut next = self.clone();
        next.body.epoch = self.body.epoch.saturating_add(RAISE_EPOCHS);
        next.authenticate(root)?;
        Ok(next)
    }

    /// The header under a new root, with a new trunk, and these slots instead of the old: who knows
    /// the old root or an old slot's secret opens nothing that is wrapped from now on. The old trunks
    /// stay, for what they wrapped.
    ///
    /// # Errors
    /// [`SealError::TooManyRotations`], [`SealError::TooManySlots`], [`SealError::Key`].
    pub fn rotated(
        &self,
        root: &Root,
        slots: Vec<(SlotKind, Secret)>,
        entropy: &dyn Entropy,
    ) -> Result<(Self, Root), SealError> {
        root.check_rotates()?;
        let mut trunks = root.trunks.clone();
        trunks.insert(root.generation() + 1, random_secret(entropy)?);
        let new_root = Root {
            secret: random_secret(entropy)?,
            trunks,
        };
        let mut next = self.clone();
        next.body.slots.clear();
        for (kind, secret) in slots {
            next.push(&new_root, kind, &secret, entropy)?;
        }
        next.body.epoch += 1;
        next.wrap_trunks(&new_root, entropy)?;
        next.authenticate(&new_root)?;
        Ok((next, new_root))
    }

    fn push(
        &mut self,
        root: &Root,
        kind: SlotKind,
        secret: &Secret,
        entropy: &dyn Entropy,
    ) -> Result<SlotId, SealError> {
        if self.body.slots.len() >= SLOTS_MAX {
            return Err(SealError::TooManySlots);
        }
        let id = self.body.next_slot;
        let bound = self.slot_bound(id, &kind)?;
        let (key, root) = (secret.expose(), root.secret.expose());
        let mut wrapped = Vec::new();
        derive::encrypt(key, SLOT_ONCE, &bound, root, &mut wrapped, entropy)?;
        self.body.next_slot += 1;
        self.body.slots.push(Slot { id, kind, wrapped });
        Ok(id)
    }

    fn wrap_trunks(&mut self, root: &Root, entropy: &dyn Entropy) -> Result<(), SealError> {
        let mut trunks = Vec::new();
        for (generation, trunk) in &root.trunks {
            let bound = self.trunk_bound(*generation);
            let (key, trunk) = (root.secret.expose(), trunk.expose());
            let mut wrapped = Vec::new();
            derive::encrypt(key, TRUNK_ONCE, &bound, trunk, &mut wrapped, entropy)?;
            trunks.push(Trunk {
                generation: *generation,
                wrapped,
            });
        }
        self.body.trunks = trunks;
        Ok(())
    }

    fn slot_bound(&self, id: SlotId, kind: &SlotKind) -> Result<Vec<u8>, SealError> {
        let kind = serde_json::to_string(kind).map_err(|_| not_json())?;
        Ok(format!("{}/{id}/{kind}", self.body.installation).into_bytes())
    }

    fn trunk_bound(&self, generation: u32) -> Vec<u8> {
        format!("{}/{generation}", self.body.installation).into_bytes()
    }

    fn canonical(&self) -> Result<Vec<u8>, SealError> {
        serde_json::to_vec(&self.body).map_err(|_| not_json())
    }

    fn checksum(&self) -> Result<String, SealError> {
        let both = [self.canonical()?, self.mac.clone()].concat();
        Ok(hex(digest::digest(&digest::SHA256, &both).as_ref()))
    }

    fn mac_key(&self, root: &Root) -> Result<hmac::Key, SealError> {
        let key = derived(&root.secret, MAC_KEY, self.body.installation.as_bytes())?;
        Ok(hmac::Key::new(hmac::HMAC_SHA256, key.expose()))
    }

    fn authenticate(&mut self, root: &Root) -> Result<(), SealError> {
        let mac = hmac::sign(&self.mac_key(root)?, &self.canonical()?);
        self.mac = mac.as_ref().to_vec();
        Ok(())
    }
}

fn not_json() -> SealError {
    SealError::Key(KeyError::Failed("a header is not JSON"))
}

/// Bytes as hexadecimal digits, in JSON.
pub(super) mod base16 {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use types::{hex, unhex};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        unhex(&String::deserialize(from)?).ok_or_else(|| D::Error::custom("not hexadecimal"))
    }
}

#[cfg(test)]
mod tests {
    use types::EntropyError;

    use super::*;

    struct Sevens;

    impl Entropy for Sevens {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
            bytes.fill(7);
            Ok(())
        }
    }

    #[test]
    fn the_fullest_header_is_read_and_changed_but_not_rotated_again() {
        let (mut header, mut root) = Header::new(&Sevens).unwrap();
        let last = u32::try_from(TRUNKS_MAX).unwrap();
        root.trunks = (1..=last)
            .map(|generation| (generation, Secret::new(vec![7; 32])))
            .collect();
        header.wrap_trunks(&root, &Sevens).unwrap();
        let secret = Secret::new(vec![9; 32]);
        let kind = SlotKind::File {
            path: format!("/{}", "long/".repeat(800)),
        };
        for _ in 0..SLOTS_MAX {
            (header, _) = header
                .with_slot(&root, kind.clone(), &secret, &Sevens)
                .unwrap();
        }
        let read = Header::parse(&header.to_bytes().unwrap()).unwrap();
        let opened = read.open(1, &secret).unwrap();
        assert_eq!(opened.generation(), last);
        let fewer = read.without_slot(&opened, 1).unwrap();
        Header::parse(&fewer.to_bytes().unwrap()).unwrap();
        let rotated = read.rotated(&opened, vec![(kind, secret)], &Sevens);
        assert_eq!(rotated.err(), Some(SealError::TooManyRotations));
        assert_eq!(opened.check_rotates(), Err(SealError::TooManyRotations));
        assert_eq!(Header::new(&Sevens).unwrap().1.check_rotates(), Ok(()));
    }

    #[test]
    fn a_header_that_could_not_be_read_is_not_written() {
        let (header, root) = Header::new(&Sevens).unwrap();
        let kind = SlotKind::File {
            path: "p".repeat(HEADER_BYTES_MAX),
        };
        let long = header.with_slot(&root, kind, &Secret::new(vec![9; 32]), &Sevens);
        assert_eq!(
            long.unwrap().0.to_bytes().err(),
            Some(SealError::LongHeader)
        );
    }
}
