//! The texts of a policy as patterns: wildcards, and policy variables such as `${aws:username}`,
//! `${aws:PrincipalTag/team, 'none'}`, `${*}`. What a variable stands for is text and nothing else:
//! a `*` in a tag's value is a star, not a wildcard.
//! Source: IAM User Guide, "IAM policy elements: Variables and tags".

use std::borrow::Cow;

use crate::Request;
use crate::context::Key;
use crate::wildcard::{Piece, Wildcard};

/// How a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// `*` and `?` are ordinary characters: `StringEquals`.
    Literal,
    /// As `Literal`, in lower case: `StringEqualsIgnoreCase`.
    LiteralIgnoringCase,
    /// `*` and `?` stand for anything: `StringLike`.
    Wildcards,
    /// As `Wildcards`, in lower case: actions.
    WildcardsIgnoringCase,
    /// The Resource element: a star that ends a part of the ARN may go beyond it, other wildcards
    /// stay within their part; parts that are missing at the end are stars.
    Resource,
    /// ARN operators: wildcards stay within their part.
    Arn,
}

/// A policy variable that is not written as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoVariable;

#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    ignores_case: bool,
    text: PatternText,
}

#[derive(Debug, Clone)]
enum PatternText {
    Fixed(Wildcard),
    Variable(Box<[Part]>),
}

#[derive(Debug, Clone)]
enum Part {
    Piece(Piece),
    Variable { key: Key, default: Option<Box<str>> },
}

impl Pattern {
    /// Reads a text of a policy. `variables`: whether `${...}` means something, as it does since
    /// version 2012-10-17.
    pub(crate) fn read(text: &str, reading: Reading, variables: bool) -> Result<Self, NoVariable> {
        let ignores_case = matches!(
            reading,
            Reading::LiteralIgnoringCase | Reading::WildcardsIgnoringCase
        );
        let has_wildcards = !matches!(reading, Reading::Literal | Reading::LiteralIgnoringCase);
        let mut parts = parts(text, has_wildcards, ignores_case, variables)?;
        let is_all = matches!(parts.as_slice(), [Part::Piece(Piece::Many)]);
        if !is_all && matches!(reading, Reading::Resource | Reading::Arn) {
            within_segments(&mut parts, reading);
        }
        let fixed: Option<Vec<Piece>> = parts
            .iter()
            .map(|part| match part {
                Part::Piece(piece) => Some(*piece),
                Part::Variable { .. } => None,
            })
            .collect();
        let text = match fixed {
            Some(pieces) => PatternText::Fixed(Wildcard::compile(&pieces)),
            None => PatternText::Variable(parts.into()),
        };
        Ok(Self { ignores_case, text })
    }

    /// Whether a text matches; `None` when the pattern has a variable without a value here.
    pub(crate) fn matches(&self, text: &str, request: &Request<'_>) -> Option<bool> {
        let text = match self.ignores_case {
            true => fold(text),
            false => Cow::Borrowed(text),
        };
        self.matches_folded(&text, request)
    }

    /// As [`Self::matches`], for a text that is in lower case already where case is ignored.
    pub(crate) fn matches_folded(&self, text: &str, request: &Request<'_>) -> Option<bool> {
        match &self.text {
            PatternText::Fixed(wildcard) => Some(wildcard.matches(text)),
            PatternText::Variable(parts) => {
                let pieces = self.resolve(parts, request)?;
                Some(Wildcard::compile(&pieces).matches(text))
            }
        }
    }

    fn resolve(&self, parts: &[Part], request: &Request<'_>) -> Option<Vec<Piece>> {
        let mut pieces = Vec::with_capacity(parts.len() + 32);
        for part in parts {
            match part {
                Part::Piece(piece) => pieces.push(*piece),
                Part::Variable { key, default } => {
                    let value = request.values(key).single_text();
                    let value = value.or_else(|| default.as_deref().map(str::to_owned))?;
                    let value = match self.ignores_case {
                        true => fold(&value),
                        false => Cow::Borrowed(value.as_str()),
                    };
                    pieces.extend(value.bytes().map(Piece::Byte));
                }
            }
        }
        Some(pieces)
    }

    /// The keys that its variables read, without those that have a default.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        let parts: &[Part] = match &self.text {
            PatternText::Fixed(_) => &[],
            PatternText::Variable(parts) => parts,
        };
        parts.iter().filter_map(|part| match part {
            Part::Variable { key, default: None } => Some(key),
            _ => None,
        })
    }
}

/// Lower case; borrowed when it is so already.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    let has_upper = text
        .bytes()
        .any(|byte| byte.is_ascii_uppercase() || byte >= 0x80);
    match has_upper {
        true => Cow::Owned(text.to_lowercase()),
        false => Cow::Borrowed(text),
    }
}

fn parts(
    text: &str,
    wildcards: bool,
    ignores_case: bool,
    variables: bool,
) -> Result<Vec<Part>, NoVariable> {
    let mut parts = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if let Some(inside) = rest.strip_prefix("${").filter(|_| variables) {
            let (variable, after) = inside.split_once('}').ok_or(NoVariable)?;
            parts.push(variable_part(variable)?);
            rest = after;
            continue;
        }
        let (this, after) = rest.split_at(character.len_utf8());
        rest = after;
        match character {
            '*' if wildcards => parts.push(Part::Piece(Piece::Many)),
            '?' if wildcards => parts.push(Part::Piece(Piece::One)),
            _ => {
                let this = match ignores_case {
                    true => fold(this),
                    false => Cow::Borrowed(this),
                };
                parts.extend(this.bytes().map(|byte| Part::Piece(Piece::Byte(byte))));
            }
        }
    }
    Ok(parts)
}

/// What stands between `${` and `}`.
fn variable_part(text: &str) -> Result<Part, NoVariable> {
    if let "*" | "?" | "$" = text {
        let byte = text.bytes().next().ok_or(NoVariable)?;
        return Ok(Part::Piece(Piece::Byte(byte)));
    }
    let (key, default) = match text.split_once(',') {
        None => (text, None),
        Some((key, default)) => {
            let default = default.trim().strip_prefix('\'');
            let default = default.and_then(|text| text.strip_suffix('\''));
            (key, Some(Box::from(default.ok_or(NoVariable)?)))
        }
    };
    let key = key.trim();
    if key.is_empty() || key.contains(['$', '{', '*', '?']) {
        return Err(NoVariable);
    }
    Ok(Part::Variable {
        key: Key::new(key),
        default,
    })
}

/// An ARN has five colons before its resource.
const COLONS: usize = 5;

fn within_segments(parts: &mut Vec<Part>, reading: Reading) {
    let is_colon = |part: &Part| matches!(part, Part::Piece(Piece::Byte(b':')));
    let colons = parts.iter().filter(|part| is_colon(part)).count();
    let mut seen = 0;
    for index in 0..parts.len() {
        let ends = parts.get(index + 1).is_none_or(is_colon);
        let Some(part) = parts.get_mut(index) else {
            break;
        };
        if is_colon(part) {
            seen += 1;
        }
        if seen == COLONS {
            break;
        }
        match part {
            Part::Piece(piece @ Piece::One) => *piece = Piece::OneInSegment,
            Part::Piece(piece @ Piece::Many) if reading == Reading::Arn || !ends => {
                *piece = Piece::ManyInSegment;
            }
            _ => {}
        }
    }
    if reading == Reading::Resource {
        for _ in colons..COLONS {
            parts.push(Part::Piece(Piece::Byte(b':')));
            parts.push(Part::Piece(Piece::Many));
        }
    }
}
