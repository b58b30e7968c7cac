//! `RegexMatchStatement` and `RegexPatternSetReferenceStatement`: the value matches an expression,
//! or one of a set.

use std::sync::Arc;

use wire::Value;

use super::Found;
use crate::compiler::Compiler;
use crate::error::{CompileError, ExceptionField};
use crate::read;
use crate::regex_pattern_set::{Pattern, RegexPatternSet};

/// Expressions of which one must match.
#[derive(Debug, Clone)]
pub enum RegexMatch {
    /// One expression.
    Pattern(Pattern),
    /// Those of a set.
    Set(Arc<RegexPatternSet>),
}

impl RegexMatch {
    pub(super) fn compile(value: &Value) -> Result<Self, CompileError> {
        let field = ExceptionField::RegexPatternReferenceStatement;
        let text = read::text(value, "RegexString", field)?;
        Pattern::parse(text, field).map(Self::Pattern)
    }

    pub(super) fn compile_reference(
        value: &Value,
        compiler: &Compiler<'_>,
    ) -> Result<Self, CompileError> {
        let field = ExceptionField::RegexPatternReferenceStatement;
        let arn = read::text(value, "ARN", field)?;
        let set = compiler.library.regex_pattern_set(arn);
        set.map(Self::Set)
            .ok_or_else(|| CompileError::missing(field, arn))
    }

    /// The expressions.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        match self {
            Self::Pattern(pattern) => std::slice::from_ref(pattern),
            Self::Set(set) => set.patterns(),
        }
    }

    pub(super) const fn capacity(&self) -> u64 {
        match self {
            Self::Pattern(_) => 3,
            Self::Set(_) => 25,
        }
    }

    pub(super) fn find(&self, value: &[u8]) -> Option<Found> {
        self.patterns().iter().find_map(|pattern| {
            Some(Found {
                range: pattern.find(value)?,
                pattern: pattern.as_str().to_owned(),
            })
        })
    }
}
