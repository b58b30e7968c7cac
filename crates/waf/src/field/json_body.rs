//! `JsonBody`: keys and values of a JSON body, all or those at some JSON pointers. What is no valid
//! JSON takes `InvalidFallbackBehavior`; without one, what was read before the fault is inspected,
//! and, so that nothing hides behind a fault, the rest as one more value.

use wire::Value;

use super::headers::MapScope;
use super::json_walk::{JsonError, JsonItemKind, JsonWalk};
use super::{Bytes, Extraction, FieldValue, Origin, Oversize, body};
use crate::error::{CompileError, ExceptionField};
use crate::limits::JSON_VALUES_MAX;
use crate::read;
use crate::request::Request;
use crate::session::Components;

/// What to do with a body that is no valid JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidJson {
    /// The statement matches.
    Match,
    /// The statement does not match.
    NoMatch,
    /// Inspect the body as text.
    EvaluateAsString,
    /// Inspect what could be read, and the rest as one value.
    ReadSoFar,
}

/// Which elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonPattern {
    /// All.
    All,
    /// Those at these JSON pointers, or below: their segments, unescaped.
    IncludedPaths(Vec<Vec<Vec<u8>>>),
}

/// The field `JsonBody`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonBody {
    /// Which elements.
    pub pattern: JsonPattern,
    /// Keys, values or both.
    pub scope: MapScope,
    /// What to do with invalid JSON.
    pub invalid: InvalidJson,
    /// What to do with an oversize body.
    pub oversize: Oversize,
}

impl JsonBody {
    pub(super) fn compile(value: &Value) -> Result<Self, CompileError> {
        let field = ExceptionField::JsonMatchPattern;
        let given = read::required(value, "MatchPattern", field)?;
        let pattern = match read::only_member(given, field, "MatchPattern")?.0 {
            "All" => JsonPattern::All,
            "IncludedPaths" => {
                let paths = read::texts(given, "IncludedPaths", field)?;
                let paths = paths.into_iter().map(pointer);
                JsonPattern::IncludedPaths(paths.collect::<Result<_, _>>()?)
            }
            other => return Err(read::malformed(field, other)),
        };
        let fallback = ExceptionField::BodyParsingFallbackBehavior;
        let invalid = match read::optional(value, "InvalidFallbackBehavior").map(Value::as_str) {
            None => InvalidJson::ReadSoFar,
            Some(Some("MATCH")) => InvalidJson::Match,
            Some(Some("NO_MATCH")) => InvalidJson::NoMatch,
            Some(Some("EVALUATE_AS_STRING")) => InvalidJson::EvaluateAsString,
            Some(other) => return Err(read::malformed(fallback, other.unwrap_or_default())),
        };
        Ok(Self {
            pattern,
            scope: MapScope::compile(value, ExceptionField::JsonMatchScope)?,
            invalid,
            oversize: Oversize::compile_optional(value)?,
        })
    }

    pub(super) fn extract<'r>(&self, parts: &Components<'r>) -> Extraction<'r> {
        let Some(body) = parts.request().body.filter(|body| !body.bytes.is_empty()) else {
            return Extraction::Values(Vec::new());
        };
        if body.truncated
            && let Some(decided) = self.oversize.decide(body::OVERSIZE)
        {
            return decided;
        }
        let mut values = Vec::new();
        let mut walk = JsonWalk::new(body.bytes);
        let mut next_index = 0;
        loop {
            let start = walk.offset();
            let index = next_index;
            next_index += 1;
            let Some(item) = walk.next() else { break };
            let item = match item {
                Ok(item) if values.len() < JSON_VALUES_MAX => item,
                Ok(_) => {
                    parts.note_json();
                    values.push(whole(body.bytes.get(start..).unwrap_or_default()));
                    break;
                }
                // Cut off by the inspection limit: what was read is what there is.
                Err(_) if body.truncated => {
                    values.push(whole(body.bytes.get(start..).unwrap_or_default()));
                    break;
                }
                Err(error) => {
                    if matches!(error, JsonError::TooDeep(_)) {
                        parts.note_json();
                    }
                    match self.invalid {
                        InvalidJson::Match => return Extraction::Decided(true, "invalid JSON"),
                        InvalidJson::NoMatch => return Extraction::Decided(false, "invalid JSON"),
                        InvalidJson::EvaluateAsString => return Extraction::one(body.bytes),
                        InvalidJson::ReadSoFar => {
                            let rest = body.bytes.get(error.offset()..).unwrap_or_default();
                            values.push(whole(rest));
                            break;
                        }
                    }
                }
            };
            let is_key = item.kind == JsonItemKind::Key;
            let in_scope = if is_key {
                self.scope.keys()
            } else {
                self.scope.values()
            };
            let admitted = match &self.pattern {
                JsonPattern::All => true,
                JsonPattern::IncludedPaths(paths) => paths.iter().any(|path| walk.is_under(path)),
            };
            if !(in_scope && admitted) {
                continue;
            }
            values.push(FieldValue {
                bytes: match item.text {
                    std::borrow::Cow::Borrowed(text) => Bytes::Borrowed(text),
                    std::borrow::Cow::Owned(text) => Bytes::Made(text.into()),
                },
                origin: Origin::JsonItem(index),
            });
        }
        Extraction::Values(values)
    }
}

/// Where an item of the body stands. Found by a second walk: only matches are asked for.
pub(super) fn location(index: usize, request: &Request<'_>) -> String {
    let mut walk = JsonWalk::sequence(request.body.map_or(b"", |body| body.bytes));
    match walk.nth(index) {
        Some(Ok(item)) => {
            let word = if item.kind == JsonItemKind::Key {
                "JSON_KEY"
            } else {
                "JSON_BODY"
            };
            format!(
                "{word}: {}",
                walk.pointer().chars().take(256).collect::<String>()
            )
        }
        _ => "JSON_BODY".to_owned(),
    }
}

fn whole(bytes: &[u8]) -> FieldValue<'_> {
    FieldValue {
        bytes: Bytes::Borrowed(bytes),
        origin: Origin::Field,
    }
}

/// Splits a JSON pointer into its segments (RFC 6901).
fn pointer(text: &str) -> Result<Vec<Vec<u8>>, CompileError> {
    let wrong = || read::malformed(ExceptionField::JsonMatchPattern, text);
    let rest = text.strip_prefix('/').ok_or_else(wrong)?;
    let unescape = |segment: &str| {
        let valid = segment
            .split('~')
            .skip(1)
            .all(|tail| tail.starts_with(['0', '1']));
        valid.then(|| segment.replace("~1", "/").replace("~0", "~").into_bytes())
    };
    rest.split('/')
        .map(|segment| unescape(segment).ok_or_else(wrong))
        .collect()
}
