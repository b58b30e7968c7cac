//! `Headers`: names and values of all headers, or of some. AWS looks at the first 200 headers and
//! 8 KB of them; `OversizeHandling` decides about requests with more.

use wire::Value;

use super::{Bytes, Extraction, FieldValue, Origin, Oversize};
use crate::error::{CompileError, ExceptionField};
use crate::read;
use crate::session::Components;

/// Which names of a map of headers or cookies a field looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MapPattern {
    /// All.
    All,
    /// Only these.
    Included(Vec<String>),
    /// All but these.
    Excluded(Vec<String>),
}

impl MapPattern {
    /// Reads `MatchPattern` with its members `All`, `included` and `excluded`.
    pub(super) fn compile(
        value: &Value,
        included: &str,
        excluded: &str,
        field: ExceptionField,
    ) -> Result<Self, CompileError> {
        let pattern = read::required(value, "MatchPattern", field)?;
        let (kind, _) = read::only_member(pattern, field, "MatchPattern")?;
        let names = || -> Result<Vec<String>, CompileError> {
            let names = read::texts(pattern, kind, field)?;
            Ok(names.into_iter().map(str::to_owned).collect())
        };
        match kind {
            "All" => Ok(Self::All),
            kind if kind == included => Ok(Self::Included(names()?)),
            kind if kind == excluded => Ok(Self::Excluded(names()?)),
            kind => Err(read::malformed(field, kind)),
        }
    }

    pub(super) fn admits(&self, same: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::All => true,
            Self::Included(names) => names.iter().any(|name| same(name)),
            Self::Excluded(names) => !names.iter().any(|name| same(name)),
        }
    }
}

/// Names, values or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapScope {
    /// Names and values.
    All,
    /// Names only.
    Key,
    /// Values only.
    Value,
}

impl MapScope {
    pub(super) fn compile(value: &Value, field: ExceptionField) -> Result<Self, CompileError> {
        match read::text(value, "MatchScope", field)? {
            "ALL" => Ok(Self::All),
            "KEY" => Ok(Self::Key),
            "VALUE" => Ok(Self::Value),
            other => Err(read::malformed(field, other)),
        }
    }

    pub(super) const fn keys(self) -> bool {
        matches!(self, Self::All | Self::Key)
    }

    pub(super) const fn values(self) -> bool {
        matches!(self, Self::All | Self::Value)
    }
}

/// The field `Headers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers {
    /// Which headers.
    pub pattern: MapPattern,
    /// Names, values or both.
    pub scope: MapScope,
    /// What to do when there are too many.
    pub oversize: Oversize,
}

impl Headers {
    pub(super) fn compile(value: &Value) -> Result<Self, CompileError> {
        let field = ExceptionField::HeaderMatchPattern;
        Ok(Self {
            pattern: MapPattern::compile(value, "IncludedHeaders", "ExcludedHeaders", field)?,
            scope: MapScope::compile(value, ExceptionField::MapMatchScope)?,
            oversize: Oversize::compile(value)?,
        })
    }

    pub(super) fn extract<'r>(&self, parts: &Components<'r>) -> Extraction<'r> {
        let (headers, oversize) = parts.inspected_headers();
        if oversize && let Some(decided) = self.oversize.decide("oversize headers") {
            return decided;
        }
        let mut values = Vec::new();
        for &(name, value) in headers {
            if !self
                .pattern
                .admits(|wanted| wanted.eq_ignore_ascii_case(name))
            {
                continue;
            }
            if self.scope.keys() {
                values.push(FieldValue {
                    bytes: Bytes::Borrowed(name.as_bytes()),
                    origin: Origin::HeaderName,
                });
            }
            if self.scope.values() {
                values.push(FieldValue {
                    bytes: Bytes::Borrowed(value),
                    origin: Origin::Header(name),
                });
            }
        }
        Extraction::Values(values)
    }
}
