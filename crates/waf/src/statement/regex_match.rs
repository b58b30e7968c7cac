//! `RegexMatchStatement` and `RegexPatternSetReferenceStatement`: the value matches an expression,
//! or one of a set.

use std::ops::Range;
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
    /// Those of a set, where the match begins within so many bytes of the value's first line: what
    /// begins like an attack, and not a document that shows one. Only managed rules say so.
    Beginning(Arc<RegexPatternSet>, usize),
}

impl RegexMatch {
    pub(super) fn compile(value: &Value, compiler: &Compiler<'_>) -> Result<Self, CompileError> {
        let field = ExceptionField::RegexPatternReferenceStatement;
        let text = read::text(value, "RegexString", field)?;
        let pattern = match compiler.library.memo() {
            Some(memo) => memo.pattern(text, field),
            None => Pattern::parse(text, field),
        };
        pattern.map(Self::Pattern)
    }

    pub(super) fn compile_reference(
        value: &Value,
        compiler: &Compiler<'_>,
    ) -> Result<Self, CompileError> {
        let field = ExceptionField::RegexPatternReferenceStatement;
        let arn = read::text(value, "ARN", field)?;
        let set = compiler.library.regex_pattern_set(arn);
        let set = set.ok_or_else(|| CompileError::missing(field, arn))?;
        match read::optional(value, "WithinBytes").and_then(Value::as_i64) {
            Some(bytes) if compiler.managed => {
                let bytes = usize::try_from(bytes).unwrap_or_default();
                Ok(Self::Beginning(set, bytes))
            }
            _ => Ok(Self::Set(set)),
        }
    }

    /// The expressions.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        match self {
            Self::Pattern(pattern) => std::slice::from_ref(pattern),
            Self::Set(set) | Self::Beginning(set, _) => set.patterns(),
        }
    }

    pub(super) const fn capacity(&self) -> u64 {
        match self {
            Self::Pattern(_) => 3,
            Self::Set(_) | Self::Beginning(..) => 25,
        }
    }

    /// Whether one of the expressions matches.
    #[must_use]
    pub fn is_pattern_match(&self, pattern: &Pattern, value: &[u8]) -> bool {
        match self {
            Self::Beginning(..) => self.find_pattern(pattern, value).is_some(),
            _ => pattern.is_match(value),
        }
    }

    /// Where one of the expressions matches.
    fn find_pattern(&self, pattern: &Pattern, value: &[u8]) -> Option<Range<usize>> {
        let found = pattern.find(value)?;
        let Self::Beginning(_, bytes) = self else {
            return Some(found);
        };
        let before = value.get(..found.start).unwrap_or_default();
        let begins =
            before.len() <= *bytes && memchr::memchr(b'\n', before.trim_ascii_start()).is_none();
        begins.then_some(found)
    }

    pub(super) fn find(&self, value: &[u8]) -> Option<Found> {
        self.patterns().iter().find_map(|pattern| {
            Some(Found {
                range: self.find_pattern(pattern, value)?,
                pattern: pattern.as_str().to_owned(),
            })
        })
    }
}
