//! `JA3Fingerprint`, `JA4Fingerprint`: hashes of the TLS client hello. A request without one
//! (plain HTTP) takes the field's fallback behaviour.

use wire::Value;

use super::Extraction;
use crate::error::{CompileError, ExceptionField};
use crate::read;

/// What to do when a part of the request is absent or unreadable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// The statement matches.
    Match,
    /// The statement does not match.
    NoMatch,
}

impl Fallback {
    /// Reads `FallbackBehavior`.
    pub(crate) fn compile(value: &Value) -> Result<Self, CompileError> {
        let field = ExceptionField::FallbackBehavior;
        match read::text(value, "FallbackBehavior", field)? {
            "MATCH" => Ok(Self::Match),
            "NO_MATCH" => Ok(Self::NoMatch),
            other => Err(read::malformed(field, other)),
        }
    }

    /// Reads `FallbackBehavior`, which is `NO_MATCH` when absent.
    pub(super) fn compile_optional(value: &Value) -> Result<Self, CompileError> {
        match read::optional(value, "FallbackBehavior") {
            None => Ok(Self::NoMatch),
            Some(_) => Self::compile(value),
        }
    }

    /// Whether it is [`Fallback::Match`].
    #[must_use]
    pub const fn is_match(self) -> bool {
        matches!(self, Self::Match)
    }
}

pub(super) fn extract(fingerprint: Option<&str>, fallback: Fallback) -> Extraction<'_> {
    match fingerprint {
        Some(text) => Extraction::one(text.as_bytes()),
        None => Extraction::Decided(fallback.is_match(), "no TLS fingerprint"),
    }
}
