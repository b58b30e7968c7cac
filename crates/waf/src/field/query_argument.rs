//! `SingleQueryArgument`, `AllQueryArguments`: the query string split at `&`, values undecoded.
//! Names are compared without regard to case, and decoded, so that `%69d` is `id`.

use std::rc::Rc;

use wire::Value;

use super::body_values::is_plain_name;
use super::{Bytes, Extraction, FieldValue, Origin, Pair};
use crate::error::{CompileError, ExceptionField};
use crate::limits::QUERY_ARGUMENTS_MAX;
use crate::read;
use crate::session::Components;
use crate::transform::{self, Transformation};

/// A transformation of the raw query string, before it is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreParse {
    /// As [`Transformation::UrlDecode`].
    UrlDecode,
    /// As [`Transformation::UrlDecodeUni`].
    UrlDecodeUni,
    /// `a=1&a=2` becomes `a=1,2`.
    CombineDuplicateQueryArgsByComma,
    /// `;` separates arguments too.
    ReplaceSemicolonsWithAmpersands,
}

/// How many there may be.
const PRE_PARSE_MAX: usize = 10;

impl PreParse {
    fn parse(name: &str) -> Option<Option<Self>> {
        Some(match name {
            "NONE" => None,
            "URL_DECODE" => Some(Self::UrlDecode),
            "URL_DECODE_UNI" => Some(Self::UrlDecodeUni),
            "COMBINE_DUPLICATE_QUERY_ARGS_BY_COMMA" => Some(Self::CombineDuplicateQueryArgsByComma),
            "REPLACE_SEMICOLONS_WITH_AMPERSANDS" => Some(Self::ReplaceSemicolonsWithAmpersands),
            _ => return None,
        })
    }

    /// Reads `PreParseTextTransformations`, in the order of their priorities.
    pub(crate) fn compile(value: &Value) -> Result<Vec<Self>, CompileError> {
        let field = ExceptionField::PreParseTextTransformation;
        let items = read::optional_list(value, "PreParseTextTransformations", field)?;
        let all = transform::prioritized(items, field, PRE_PARSE_MAX, Self::parse)?;
        Ok(all.into_iter().flatten().collect())
    }

    fn apply(self, query: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::UrlDecode => Transformation::UrlDecode.apply(query),
            Self::UrlDecodeUni => Transformation::UrlDecodeUni.apply(query),
            Self::CombineDuplicateQueryArgsByComma => Some(combine(query)),
            Self::ReplaceSemicolonsWithAmpersands => {
                let replaced = |byte: &u8| if *byte == b';' { b'&' } else { *byte };
                Some(query.iter().map(replaced).collect())
            }
        }
    }
}

fn combine(query: &[u8]) -> Vec<u8> {
    let (arguments, _) = split(query);
    let mut combined: Vec<(&[u8], Vec<u8>)> = Vec::new();
    for (name, value) in arguments {
        match combined.iter_mut().find(|(other, _)| *other == name) {
            Some((_, values)) => {
                values.push(b',');
                values.extend_from_slice(value);
            }
            None => combined.push((name, value.to_vec())),
        }
    }
    let mut out = Vec::with_capacity(query.len());
    for (name, value) in combined {
        if !out.is_empty() {
            out.push(b'&');
        }
        out.extend_from_slice(name);
        out.push(b'=');
        out.extend_from_slice(&value);
    }
    out
}

/// One query argument, undecoded.
#[derive(Debug, Clone)]
pub(crate) struct Argument<'r> {
    pub(crate) name: Bytes<'r>,
    pub(crate) value: Bytes<'r>,
}

/// Splits a query string. Whether the limit was hit comes second: the rest is then one last value
/// without a name.
fn split(query: &[u8]) -> (Vec<Pair<'_>>, bool) {
    let mut arguments = Vec::new();
    let mut rest = query;
    while !rest.is_empty() {
        if arguments.len() == QUERY_ARGUMENTS_MAX {
            arguments.push((b"".as_slice(), rest));
            return (arguments, true);
        }
        let end = memchr::memchr(b'&', rest).unwrap_or(rest.len());
        let (argument, tail) = rest.split_at_checked(end).unwrap_or((rest, b""));
        rest = tail.get(1..).unwrap_or_default();
        if argument.is_empty() {
            continue;
        }
        let equals = memchr::memchr(b'=', argument).unwrap_or(argument.len());
        let (name, value) = argument.split_at_checked(equals).unwrap_or((argument, b""));
        arguments.push((name, value.get(1..).unwrap_or_default()));
    }
    (arguments, false)
}

/// The arguments of a raw query string, and whether the limit was hit.
pub(crate) fn arguments<'r>(query: &'r [u8]) -> (Vec<Argument<'r>>, bool) {
    let (arguments, limited) = split(query);
    let borrowed = |(name, value): Pair<'r>| Argument {
        name: Bytes::Borrowed(name),
        value: Bytes::Borrowed(value),
    };
    (arguments.into_iter().map(borrowed).collect(), limited)
}

fn pre_parsed(query: &[u8], pre_parse: &[PreParse]) -> (Vec<Argument<'static>>, bool) {
    let mut text: Option<Vec<u8>> = None;
    for step in pre_parse {
        text = step.apply(text.as_deref().unwrap_or(query)).or(text);
    }
    let (arguments, limited) = split(text.as_deref().unwrap_or(query));
    let made = |bytes: &[u8]| Bytes::Made(Rc::from(bytes));
    let arguments = arguments.into_iter().map(|(name, value)| Argument {
        name: made(name),
        value: made(value),
    });
    (arguments.collect(), limited)
}

/// The name, in lower case.
pub(super) fn compile(value: &Value) -> Result<String, CompileError> {
    let field = ExceptionField::SingleQueryArgument;
    let name = read::text(value, "Name", field)?;
    if name.trim().is_empty() {
        return Err(read::malformed(field, name));
    }
    Ok(name.to_ascii_lowercase())
}

/// Whether an argument's raw name is `wanted`, case aside, as it is or decoded.
fn argument_name_matches(raw: &[u8], wanted: &str) -> bool {
    raw.eq_ignore_ascii_case(wanted.as_bytes())
        || Transformation::UrlDecodeUni
            .apply(raw)
            .is_some_and(|name| name.eq_ignore_ascii_case(wanted.as_bytes()))
}

fn with<'r, T>(
    pre_parse: &[PreParse],
    parts: &Components<'r>,
    use_them: impl FnOnce(&[Argument<'r>]) -> T,
) -> T {
    if pre_parse.is_empty() {
        return use_them(parts.arguments());
    }
    let (arguments, limited) = pre_parsed(parts.request().query, pre_parse);
    parts.note_arguments(limited);
    use_them(&arguments)
}

pub(super) fn single<'r>(
    wanted: &str,
    pre_parse: &[PreParse],
    parts: &Components<'r>,
) -> Extraction<'r> {
    // What lies beyond the limit has no name, and counts as every argument.
    let is_wanted = |argument: &&Argument<'r>| {
        let name = argument.name.as_bytes();
        argument_name_matches(name, wanted) || (name.is_empty() && parts.arguments_limited())
    };
    let values = with(pre_parse, parts, |arguments| {
        arguments.iter().filter(is_wanted).map(value_of).collect()
    });
    Extraction::Values(values)
}

pub(super) fn all<'r>(pre_parse: &[PreParse], parts: &Components<'r>) -> Extraction<'r> {
    let values = with(pre_parse, parts, |arguments| {
        arguments.iter().map(value_of).collect()
    });
    Extraction::Values(values)
}

/// Names that are more than letters, digits and brackets. An argument without `=` is all name, and
/// some servers hand it on as a value.
pub(super) fn names<'r>(pre_parse: &[PreParse], parts: &Components<'r>) -> Extraction<'r> {
    let values = with(pre_parse, parts, |arguments| {
        let names = arguments.iter().map(|argument| &argument.name);
        names
            .filter(|name| !is_plain_name(name.as_bytes()))
            .map(|name| FieldValue {
                bytes: name.clone(),
                origin: Origin::ArgumentName,
            })
            .collect()
    });
    Extraction::Values(values)
}

fn value_of<'r>(argument: &Argument<'r>) -> FieldValue<'r> {
    FieldValue {
        bytes: argument.value.clone(),
        origin: Origin::Argument(argument.name.clone()),
    }
}
