//! A passphrase's slot secret: Argon2id (RFC 9106), slow and hungry on purpose.

use argon2::{Algorithm, Argon2, Params, Version};
use types::{Entropy, Secret};

use super::SealError;

const SALT_BYTES: usize = 16;

/// RFC 9106's second recommendation, which small machines can bear.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;

/// What a header may ask: it is read before anything in it is authenticated.
const MEMORY_KIB_MAX: u32 = 4 * 1024 * 1024;
const PASSES_MAX: u32 = 64;
const LANES_MAX: u32 = 64;

/// The shortest passphrase, in bytes: whoever has the header can try at leisure.
const PASSPHRASE_BYTES_MIN: usize = 12;

/// How a passphrase becomes a slot's secret.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassphraseParameters {
    #[serde(with = "super::header::base16")]
    salt: Vec<u8>,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl PassphraseParameters {
    /// Today's costs, with a fresh salt.
    ///
    /// # Errors
    /// [`SealError::Key`].
    pub fn new(entropy: &dyn Entropy) -> Result<Self, SealError> {
        let mut salt = vec![0; SALT_BYTES];
        entropy.fill(&mut salt)?;
        Ok(Self {
            salt,
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
        })
    }

    /// Whether a new passphrase is long enough.
    ///
    /// # Errors
    /// [`SealError::Parameter`].
    pub fn check(passphrase: &Secret) -> Result<(), SealError> {
        if passphrase.expose().len() < PASSPHRASE_BYTES_MIN {
            return Err(SealError::Parameter(
                "the passphrase is too short: take at least 12 characters, better five random words",
            ));
        }
        Ok(())
    }

    /// The slot's secret. Takes a good part of a second and 64 MiB: call it where blocking is allowed.
    ///
    /// # Errors
    /// [`SealError::Parameter`] when a header asks for what no machine has.
    pub fn secret(&self, passphrase: &Secret) -> Result<Secret, SealError> {
        let unreasonable = SealError::Parameter("the passphrase slot asks for unreasonable costs");
        if self.memory_kib > MEMORY_KIB_MAX || self.passes > PASSES_MAX || self.lanes > LANES_MAX {
            return Err(unreasonable);
        }
        let length = Some(crate::derive::KEY_BYTES);
        let parameters = Params::new(self.memory_kib, self.passes, self.lanes, length);
        let parameters = parameters.map_err(|_| unreasonable.clone())?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
        let mut secret = vec![0; crate::derive::KEY_BYTES];
        let hashed = argon2.hash_password_into(passphrase.expose(), &self.salt, &mut secret);
        let secret = Secret::new(secret);
        hashed.map(|()| secret).map_err(|_| unreasonable)
    }
}
