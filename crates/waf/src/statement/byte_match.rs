//! `ByteMatchStatement`: the value contains a string, at some place.

use memchr::memmem::Finder;
use wire::Value;

use super::Found;
use crate::error::{CompileError, ExceptionField};
use crate::limits::SEARCH_STRING_BYTES_MAX;
use crate::read;

/// Where the string must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PositionalConstraint {
    /// The value is the string.
    Exactly,
    /// The value begins with it.
    StartsWith,
    /// The value ends with it.
    EndsWith,
    /// It is anywhere in the value.
    Contains,
    /// It is anywhere in the value, with no letter, digit or underscore beside it.
    ContainsWord,
}

impl PositionalConstraint {
    pub(super) const fn capacity(self) -> u64 {
        match self {
            Self::Exactly | Self::StartsWith | Self::EndsWith => 2,
            Self::Contains | Self::ContainsWord => 10,
        }
    }
}

/// A search string and where it must stand.
#[derive(Debug, Clone)]
pub struct ByteMatch {
    /// Where it must stand.
    pub position: PositionalConstraint,
    finder: Finder<'static>,
}

impl ByteMatch {
    /// A match of `search` at `position`.
    #[must_use]
    pub fn new(search: &[u8], position: PositionalConstraint) -> Self {
        Self {
            position,
            finder: Finder::new(search).into_owned(),
        }
    }

    pub(super) fn compile(value: &Value) -> Result<Self, CompileError> {
        let field = ExceptionField::ByteMatchStatement;
        let position = match read::text(value, "PositionalConstraint", field)? {
            "EXACTLY" => PositionalConstraint::Exactly,
            "STARTS_WITH" => PositionalConstraint::StartsWith,
            "ENDS_WITH" => PositionalConstraint::EndsWith,
            "CONTAINS" => PositionalConstraint::Contains,
            "CONTAINS_WORD" => PositionalConstraint::ContainsWord,
            other => return Err(read::malformed(field, other)),
        };
        let search = search_string(read::required(value, "SearchString", field)?)?;
        if search.is_empty() || search.len() > SEARCH_STRING_BYTES_MAX {
            let reason = format!("A search string has 1 to {SEARCH_STRING_BYTES_MAX} bytes.");
            return Err(CompileError::invalid(field, "SearchString", reason));
        }
        Ok(Self::new(&search, position))
    }

    /// The search string.
    #[must_use]
    pub fn search(&self) -> &[u8] {
        self.finder.needle()
    }

    /// Whether the value matches.
    #[must_use]
    pub fn is_match(&self, value: &[u8]) -> bool {
        self.position_in(value).is_some()
    }

    pub(super) fn find(&self, value: &[u8]) -> Option<Found> {
        let start = self.position_in(value)?;
        Some(Found {
            range: start..start + self.search().len(),
            pattern: String::from_utf8_lossy(self.search()).into_owned(),
        })
    }

    fn position_in(&self, value: &[u8]) -> Option<usize> {
        let search = self.search();
        match self.position {
            PositionalConstraint::Exactly => (value == search).then_some(0),
            PositionalConstraint::StartsWith => value.starts_with(search).then_some(0),
            PositionalConstraint::EndsWith => {
                value.ends_with(search).then(|| value.len() - search.len())
            }
            PositionalConstraint::Contains => self.finder.find(value),
            PositionalConstraint::ContainsWord => {
                let mut from = 0;
                while let Some(found) = self.finder.find(value.get(from..)?) {
                    let start = from + found;
                    let before = start.checked_sub(1).and_then(|index| value.get(index));
                    let after = value.get(start + search.len());
                    if !before.is_some_and(is_word) && !after.is_some_and(is_word) {
                        return Some(start);
                    }
                    from = start + 1;
                }
                None
            }
        }
    }
}

const fn is_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_'
}

/// A blob, or the base64 text of one, as it travels in JSON.
fn search_string(value: &Value) -> Result<Vec<u8>, CompileError> {
    use base64::Engine as _;
    let wrong = || read::malformed(ExceptionField::ByteMatchStatement, "SearchString");
    match value {
        Value::Blob(bytes) => Ok(bytes.clone()),
        Value::String(text) => base64::engine::general_purpose::STANDARD
            .decode(text)
            .map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}
