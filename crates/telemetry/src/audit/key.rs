//! The key that signs heads, wrapped under the seal together with the log that it has signed: so
//! another log, or none, under this key is told.
//!
//! ```text
//! key.sealed  wrapped: Ed25519 seed 32 | log id 16, zeros while no signed head of one was durable
//! ```
//!
//! Keys of earlier versions are the seed alone; they are bound at the next start.

use types::{Entropy, KeyWrap, KeyWrapError, Secret};

use super::chain::{Hex, LogId};
use super::head::Signer;
use super::recovery::OpenError;

/// What the key is, under the seal.
const CONTEXT: &str = "telemetry/audit-head-key";
const NO_LOG: LogId = Hex([0; 16]);
const BYTES: usize = 48;

/// A key that can sign.
pub(super) struct HeadKey {
    seed: Secret,
    pub(super) signer: Signer,
    /// The log of which a signed head was durable: without that log, its records are missing.
    pub(super) log: Option<LogId>,
    /// It was made just now, and no head is signed by it.
    pub(super) is_new: bool,
}

impl HeadKey {
    /// Makes one, and what is to be kept of it; an error of the seal's when it cannot be wrapped.
    pub(super) fn generate(
        wrap: &dyn KeyWrap,
        entropy: &dyn Entropy,
    ) -> Result<Result<(Self, Vec<u8>), KeyWrapError>, OpenError> {
        let seed = Signer::seed(entropy)?;
        let Some(signer) = Signer::from_seed(&seed) else {
            return Ok(Err(damaged()));
        };
        let key = Self {
            seed,
            signer,
            log: None,
            is_new: true,
        };
        let wrapped = key.bound(wrap, NO_LOG);
        Ok(wrapped.map(|wrapped| (key, wrapped)))
    }

    /// Opens a wrapped one.
    pub(super) fn open(wrap: &dyn KeyWrap, wrapped: &[u8]) -> Result<Self, KeyWrapError> {
        let secret = wrap.unwrap(CONTEXT, wrapped)?;
        let split = secret.expose().split_first_chunk::<32>();
        let (seed, rest) = split.ok_or_else(damaged)?;
        let log = match rest.first_chunk::<16>() {
            None if rest.is_empty() => NO_LOG,
            Some(log) if rest.len() == log.len() => Hex(*log),
            _ => return Err(damaged()),
        };
        let seed = Secret::new(seed.to_vec());
        Ok(Self {
            signer: Signer::from_seed(&seed).ok_or_else(damaged)?,
            seed,
            log: Some(log).filter(|log| *log != NO_LOG),
            is_new: false,
        })
    }

    /// The key as one that has signed a log, wrapped.
    pub(super) fn bound(&self, wrap: &dyn KeyWrap, log: LogId) -> Result<Vec<u8>, KeyWrapError> {
        // Of one size from the start: a growing buffer leaves pieces of a secret behind.
        let mut plain = Vec::with_capacity(BYTES);
        plain.extend_from_slice(self.seed.expose());
        plain.extend_from_slice(log.as_bytes());
        let plain = Secret::new(plain);
        wrap.wrap(CONTEXT, plain.expose())
    }
}

fn damaged() -> KeyWrapError {
    KeyWrapError::Damaged {
        context: CONTEXT.to_owned(),
    }
}
