//! `Body`: the body's bytes, as far as the edge read them. A request without a body has an empty
//! one.

use wire::Value;

use super::Extraction;
use crate::error::{CompileError, ExceptionField};
use crate::read;
use crate::request::Request;

/// What to do with a part that is longer than what is inspected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oversize {
    /// Inspect what is there.
    Continue,
    /// The statement matches.
    Match,
    /// The statement does not match.
    NoMatch,
}

impl Oversize {
    /// Reads `OversizeHandling`.
    pub(super) fn compile(value: &Value) -> Result<Self, CompileError> {
        let field = ExceptionField::OversizeHandling;
        match read::text(value, "OversizeHandling", field)? {
            "CONTINUE" => Ok(Self::Continue),
            "MATCH" => Ok(Self::Match),
            "NO_MATCH" => Ok(Self::NoMatch),
            other => Err(read::malformed(field, other)),
        }
    }

    /// Reads `OversizeHandling`, which is `CONTINUE` when absent.
    pub(super) fn compile_optional(value: &Value) -> Result<Self, CompileError> {
        match read::optional(value, "OversizeHandling") {
            None => Ok(Self::Continue),
            Some(_) => Self::compile(value),
        }
    }

    /// The decision about an oversize part; `None` to inspect it.
    pub(super) const fn decide<'r>(self, reason: &'static str) -> Option<Extraction<'r>> {
        match self {
            Self::Continue => None,
            Self::Match => Some(Extraction::Decided(true, reason)),
            Self::NoMatch => Some(Extraction::Decided(false, reason)),
        }
    }
}

/// Why an oversize body was decided about.
pub(super) const OVERSIZE: &str = "oversize body";

pub(super) fn extract<'r>(oversize: Oversize, request: &Request<'r>) -> Extraction<'r> {
    let Some(body) = request.body else {
        return Extraction::one(b"");
    };
    let decided = if body.truncated {
        oversize.decide(OVERSIZE)
    } else {
        None
    };
    decided.unwrap_or_else(|| Extraction::one(body.bytes))
}
