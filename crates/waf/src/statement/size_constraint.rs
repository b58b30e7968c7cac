//! `SizeConstraintStatement`: the value's length in bytes.

use std::fmt;

use wire::Value;

use super::Found;
use crate::error::{CompileError, ExceptionField};
use crate::read;

pub(super) const CAPACITY: u64 = 1;

/// How a length is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less or equal.
    Le,
    /// Less.
    Lt,
    /// Greater or equal.
    Ge,
    /// Greater.
    Gt,
}

impl Comparison {
    const ALL: [(&'static str, Self); 6] = [
        ("EQ", Self::Eq),
        ("NE", Self::Ne),
        ("LE", Self::Le),
        ("LT", Self::Lt),
        ("GE", Self::Ge),
        ("GT", Self::Gt),
    ];

    const fn holds(self, left: u64, right: u64) -> bool {
        match self {
            Self::Eq => left == right,
            Self::Ne => left != right,
            Self::Le => left <= right,
            Self::Lt => left < right,
            Self::Ge => left >= right,
            Self::Gt => left > right,
        }
    }
}

/// A length and how to compare with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizeConstraint {
    /// How.
    pub comparison: Comparison,
    /// Bytes.
    pub size: u64,
}

impl SizeConstraint {
    pub(super) fn compile(value: &Value) -> Result<Self, CompileError> {
        let field = ExceptionField::SizeConstraintStatement;
        let name = read::text(value, "ComparisonOperator", field)?;
        let found = Comparison::ALL.iter().find(|(other, _)| *other == name);
        let (_, comparison) = found.ok_or_else(|| read::malformed(field, name))?;
        let size = read::integer(value, "Size", field)?;
        Ok(Self {
            comparison: *comparison,
            size: u64::try_from(size).map_err(|_| read::malformed(field, "Size"))?,
        })
    }

    /// Whether a value of this length matches.
    #[must_use]
    pub fn is_match(self, value: &[u8]) -> bool {
        self.comparison
            .holds(u64::try_from(value.len()).unwrap_or(u64::MAX), self.size)
    }

    pub(super) fn find(self, value: &[u8]) -> Option<Found> {
        self.is_match(value).then(|| Found {
            range: 0..value.len(),
            pattern: self.to_string(),
        })
    }
}

impl fmt::Display for SizeConstraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = Comparison::ALL.iter();
        let found = all.clone().find(|(_, other)| *other == self.comparison);
        let name = found.map_or("", |(name, _)| name);
        write!(f, "{name} {}", self.size)
    }
}
