//! The seal: the one secret that everything secret at rest hangs on, and the slots that open it.
//!
//! ```text
//! slot secret    of a file, a passphrase, Shamir shares, a device; any one opens
//!   └ seal root      256 random bits; wraps
//!       └ trunk        one for each generation of the seal; derives (SP 800-108)
//!           ├ account root   one for each account; wraps key material (exported key tokens)
//!           └ rest key       wraps what else is secret at rest (types::KeyWrap)
//! ```
//!
//! Account roots are derived, so making an account writes nothing to the seal's header, and several
//! processes on one store never race for it. Rotation makes a new seal root and a new trunk. Old trunks
//! are kept, wrapped under the new root, until [`Seal::generation_of`] finds nothing that needs them.

mod header;
mod passphrase;
mod shamir;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use types::{AccountId, Entropy, KeyWrap, KeyWrapError, Secret};

use crate::derive::{self, KEY_BYTES};
use crate::error::KeyError;
use crate::spec::KeySpec;

pub use header::{HEADER_BYTES_MAX, Header, SLOTS_MAX, Slot, SlotId, SlotKind, TRUNKS_MAX};
pub use passphrase::PassphraseParameters;
pub use shamir::{SHARES_MAX, Share, ShareSet};

/// Why the seal's header, a slot or a share is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The header is not what was written: its text, its checksum or its limits.
    #[error("the seal header is damaged: {0}")]
    DamagedHeader(&'static str),
    /// The secret is not this slot's, or the header was changed by one who has no slot.
    #[error("slot {0} does not open: the secret is another's, or the header was changed")]
    WrongSecret(SlotId),
    /// There is no such slot.
    #[error("there is no slot {0}: btz seal status lists them")]
    NoSuchSlot(SlotId),
    /// The last slot stays: without one nothing opens any more.
    #[error("slot {0} is the last: add another before you remove it")]
    LastSlot(SlotId),
    /// No more slots.
    #[error("a seal has at most {SLOTS_MAX} slots: remove one")]
    TooManySlots,
    /// No more rotations.
    #[error(
        "the seal holds {TRUNKS_MAX} trunks, one of each rotation, and cannot be rotated again: slots can still \
         be added and removed"
    )]
    TooManyRotations,
    /// It could not be read again.
    #[error("the seal header would be longer than {HEADER_BYTES_MAX} bytes: the old one stays")]
    LongHeader,
    /// A share's text was mistyped or cut.
    #[error("this is no share: {0}")]
    InvalidShare(&'static str),
    /// Shares of different sets, or too few of one.
    #[error("these shares do not go together: {0}")]
    Shares(String),
    /// A parameter out of its range.
    #[error("{0}")]
    Parameter(&'static str),
    /// No randomness, or the cryptography library failed.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl From<types::EntropyError> for SealError {
    fn from(error: types::EntropyError) -> Self {
        Self::Key(error.into())
    }
}

/// The seal root and what it wraps: what a slot opens to.
#[derive(Clone)]
pub struct Root {
    secret: Secret,
    trunks: BTreeMap<u32, Secret>,
}

impl std::fmt::Debug for Root {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Root(..)")
    }
}

impl Root {
    /// Whether another can follow it: who makes secrets for a rotation asks before.
    ///
    /// # Errors
    /// [`SealError::TooManyRotations`].
    pub fn check_rotates(&self) -> Result<(), SealError> {
        if self.trunks.len() >= TRUNKS_MAX {
            return Err(SealError::TooManyRotations);
        }
        Ok(())
    }

    /// The generation that wraps; all of them unwrap.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.trunks.last_key_value().map_or(0, |(last, _)| *last)
    }
}

/// What names the material in an exported key token: a token opens only as what it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaterialName<'a> {
    /// The key's account.
    pub account: AccountId,
    /// The key's id.
    pub key_id: &'a str,
    /// Which of its versions.
    pub version: u32,
    /// Its spec.
    pub spec: KeySpec,
}

impl MaterialName<'_> {
    fn bound(&self) -> Vec<u8> {
        let mut bytes = self.account.to_number().to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.version.to_be_bytes());
        for word in [self.spec.as_str(), self.key_id] {
            bytes.extend_from_slice(&u64::try_from(word.len()).unwrap_or(u64::MAX).to_be_bytes());
            bytes.extend_from_slice(word.as_bytes());
        }
        bytes
    }
}

/// First byte of what is wrapped at rest, and of exported key tokens.
const AT_REST: u8 = 1;
const TOKEN: u8 = 2;

/// In front of both: the kind, and the generation that wrapped it.
const HEAD_BYTES: usize = 5;

const REST_KEY: &[u8] = b"btz seal rest key v1";
const ACCOUNT_ROOT: &[u8] = b"btz seal account root v1";
const AT_REST_ONCE: &[u8] = b"btz seal at rest v1";
const TOKEN_ONCE: &[u8] = b"btz seal exported key token v1";

/// The seal of a running installation: sealed until it is opened with a slot's root.
pub struct Seal {
    opened: RwLock<Option<Arc<Root>>>,
    entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seal(open: {})", self.is_open())
    }
}

impl Seal {
    /// A seal that is closed.
    #[must_use]
    pub fn sealed(entropy: Arc<dyn Entropy>) -> Self {
        Self {
            opened: RwLock::new(None),
            entropy,
        }
    }

    /// Opens it, or gives it the root of a new generation.
    pub fn open(&self, root: Root) {
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        *opened = Some(Arc::new(root));
    }

    /// Forgets the root: nothing is wrapped or unwrapped until a slot is opened again.
    pub fn close(&self) {
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        *opened = None;
    }

    /// Whether it was opened.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.root().is_some()
    }

    /// The generation that wraps; `None` while sealed.
    #[must_use]
    pub fn generation(&self) -> Option<u32> {
        self.root().map(|root| root.generation())
    }

    /// The generation that something was wrapped in: older than [`Seal::generation`] means that it is
    /// to be wrapped again, and that its trunk is still needed.
    #[must_use]
    pub fn generation_of(wrapped: &[u8]) -> Option<u32> {
        Some(u32::from_be_bytes(*wrapped.get(1..)?.first_chunk()?))
    }

    fn root(&self) -> Option<Arc<Root>> {
        self.opened
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// An exported key token: key material in the only form in which it is stored.
    ///
    /// # Errors
    /// [`KeyWrapError::Sealed`], [`KeyWrapError::Failed`].
    pub fn wrap_material(
        &self,
        name: &MaterialName<'_>,
        material: &Secret,
    ) -> Result<Vec<u8>, KeyWrapError> {
        let account = name.account.to_number().to_be_bytes();
        let bound = name.bound();
        let key = (ACCOUNT_ROOT, account.as_slice());
        self.wrap_by(TOKEN, key, TOKEN_ONCE, &bound, material.expose())
    }

    /// Opens an exported key token.
    ///
    /// # Errors
    /// [`KeyWrapError::Sealed`]; [`KeyWrapError::Damaged`] when it is not this material's.
    pub fn unwrap_material(
        &self,
        name: &MaterialName<'_>,
        token: &[u8],
    ) -> Result<Secret, KeyWrapError> {
        let account = name.account.to_number().to_be_bytes();
        let bound = name.bound();
        let key = (ACCOUNT_ROOT, account.as_slice());
        self.unwrap_by(TOKEN, key, TOKEN_ONCE, &bound, token)?
            .ok_or_else(|| KeyWrapError::Damaged {
                context: format!("key {} version {}", name.key_id, name.version),
            })
    }

    fn wrap_by(
        &self,
        kind: u8,
        (label, of): (&[u8], &[u8]),
        once: &[u8],
        bound: &[u8],
        secret: &[u8],
    ) -> Result<Vec<u8>, KeyWrapError> {
        let root = self.root().ok_or(KeyWrapError::Sealed)?;
        let generation = root.generation();
        let trunk = root.trunks.get(&generation).ok_or(KeyWrapError::Sealed)?;
        let wrap = || -> Result<Vec<u8>, KeyError> {
            let key = derived(trunk, label, of)?;
            let mut out = vec![kind];
            out.extend_from_slice(&generation.to_be_bytes());
            let entropy = self.entropy.as_ref();
            derive::encrypt(key.expose(), once, bound, secret, &mut out, entropy)?;
            Ok(out)
        };
        wrap().map_err(|error| KeyWrapError::Failed(error.to_string()))
    }

    /// `None` when it does not open.
    fn unwrap_by(
        &self,
        kind: u8,
        (label, of): (&[u8], &[u8]),
        once: &[u8],
        bound: &[u8],
        wrapped: &[u8],
    ) -> Result<Option<Secret>, KeyWrapError> {
        let root = self.root().ok_or(KeyWrapError::Sealed)?;
        let trunk = Self::generation_of(wrapped)
            .filter(|_| wrapped.first() == Some(&kind))
            .and_then(|generation| root.trunks.get(&generation));
        let Some(trunk) = trunk else {
            return Ok(None);
        };
        let key =
            derived(trunk, label, of).map_err(|error| KeyWrapError::Failed(error.to_string()))?;
        Ok(derive::decrypt(key.expose(), once, bound, HEAD_BYTES, wrapped).ok())
    }
}

impl KeyWrap for Seal {
    fn wrap(&self, context: &str, secret: &[u8]) -> Result<Vec<u8>, KeyWrapError> {
        let key = (REST_KEY, [].as_slice());
        self.wrap_by(AT_REST, key, AT_REST_ONCE, context.as_bytes(), secret)
    }

    fn unwrap(&self, context: &str, wrapped: &[u8]) -> Result<Secret, KeyWrapError> {
        let key = (REST_KEY, [].as_slice());
        self.unwrap_by(AT_REST, key, AT_REST_ONCE, context.as_bytes(), wrapped)?
            .ok_or_else(|| KeyWrapError::Damaged {
                context: context.to_owned(),
            })
    }
}

fn derived(key: &Secret, label: &[u8], context: &[u8]) -> Result<Secret, KeyError> {
    let mut bytes = vec![0; KEY_BYTES];
    let derived = derive::derive(key.expose(), label, context, &mut bytes);
    let bytes = Secret::new(bytes);
    derived.map(|()| bytes)
}

/// Fresh random bytes of a key's length.
///
/// # Errors
/// [`SealError::Key`].
pub fn random_secret(entropy: &dyn Entropy) -> Result<Secret, SealError> {
    let mut bytes = vec![0; KEY_BYTES];
    entropy.fill(&mut bytes)?;
    Ok(Secret::new(bytes))
}
