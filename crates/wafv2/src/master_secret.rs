//! The installation's secret for what this service seals and hashes: API keys, and values that data
//! protection replaces by their hash. Random, made when it is first needed, in a row of its own.

use aws_lc_rs::hmac;
use store::Row;
use types::{Secret, ServiceError};

use crate::Wafv2;
use crate::draft::Draft;
use crate::exception;
use crate::state::{self, Rows};

const BYTES: usize = 32;

/// What a secret is derived for. Nobody who has one derived secret learns the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Sealing API keys.
    ApiKeys,
    /// Hashing protected values.
    DataProtection,
}

impl Purpose {
    const fn label(self) -> &'static str {
        match self {
            Self::ApiKeys => "wafv2 API keys",
            Self::DataProtection => "wafv2 data protection",
        }
    }
}

/// The secret, if it was made.
pub(crate) fn of(rows: &Rows) -> Option<Secret> {
    rows.row(&state::master_secret_key()).map(read)
}

fn read(row: &Row) -> Secret {
    Secret::new(row.value.to_vec())
}

/// The secret; if there is none, the draft makes it.
pub(crate) fn ensure(
    service: &Wafv2,
    draft: &mut Draft<'_>,
    rows: &Rows,
) -> Result<Secret, ServiceError> {
    if let Some(secret) = of(rows) {
        return Ok(secret);
    }
    let mut bytes = vec![0; BYTES];
    let filled = service.entropy.fill(&mut bytes);
    let secret = Secret::new(bytes);
    filled.map_err(exception::internal)?;
    let key = state::master_secret_key();
    draft.expect(&key, None);
    draft.put(key, secret.expose().to_vec());
    Ok(secret)
}

/// A key for one purpose: HMAC as a pseudorandom function (NIST SP 800-108).
pub(crate) fn derive(secret: &Secret, purpose: Purpose) -> Secret {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose());
    let derived = hmac::sign(&key, purpose.label().as_bytes());
    Secret::new(derived.as_ref().to_vec())
}
