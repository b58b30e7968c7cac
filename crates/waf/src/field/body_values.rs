//! The values that an application reads from a body: the fields of a form, decoded; the parts of a
//! multipart body; the keys and strings of JSON; the texts of XML. A detector sees each as it will
//! arrive, and an attack cannot hide among innocent fields. What has no such structure is one
//! value, and so is what is left when a structure ends early or has more values than a limit: no
//! byte of a body goes unseen. No `FieldToMatch` of AWS's; the injection statements look at it
//! beside `Body`, and managed rules may name it.
//! Source: WHATWG URL, "application/x-www-form-urlencoded parsing"; RFC 7578; RFC 8259.

use wire::Value;

use super::json_walk::{JsonItemKind, JsonWalk};
use super::{Bytes, Extraction, FieldValue, Origin, Oversize, body, multipart, xml_text};
use crate::error::{CompileError, ExceptionField};
use crate::limits::{FORM_FIELDS_MAX, JSON_VALUES_MAX};
use crate::read;
use crate::session::Components;
use crate::transform::Transformation;

/// The field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyValues {
    /// What to do with an oversize body.
    pub oversize: Oversize,
    /// Which values.
    pub which: WhichValues,
}

/// Which values of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichValues {
    /// All but the contents of uploaded files.
    Fields,
    /// The contents of uploaded files.
    Files,
    /// The names of uploaded files.
    FileNames,
}

impl BodyValues {
    pub(super) fn compile(value: &Value) -> Result<Self, CompileError> {
        Ok(Self {
            oversize: Oversize::compile_optional(value)?,
            which: match read::optional(value, "Which").map(Value::as_str) {
                None => WhichValues::Fields,
                Some(Some("FILES")) => WhichValues::Files,
                Some(Some("FILE_NAMES")) => WhichValues::FileNames,
                Some(_) => return Err(read::malformed(ExceptionField::FieldToMatch, "Which")),
            },
        })
    }

    pub(super) fn extract<'r>(self, parts: &Components<'r>) -> Extraction<'r> {
        let Some(body) = parts.request().body.filter(|body| !body.bytes.is_empty()) else {
            return Extraction::Values(Vec::new());
        };
        if body.truncated
            && let Some(decided) = self.oversize.decide(body::OVERSIZE)
        {
            return decided;
        }
        let mut found = Found {
            values: Vec::new(),
            limited: false,
            which: self.which,
        };
        let content_type = content_type(parts);
        match multipart::boundary(content_type) {
            Some(boundary) => found.multipart(body.bytes, boundary),
            None if self.which == WhichValues::Fields => found.body(body.bytes, content_type),
            // A body that is no text is a file.
            None if self.which == WhichValues::Files && is_binary(body.bytes) => {
                found.push(Bytes::Borrowed(body.bytes), Origin::Field);
            }
            None => {}
        }
        if found.limited {
            parts.note_body_values();
        }
        Extraction::Values(found.values)
    }
}

fn content_type<'r>(parts: &Components<'r>) -> &'r [u8] {
    let mut lines = parts.request().header_values("content-type");
    lines.next().unwrap_or_default().trim_ascii()
}

/// Whether `text` holds `word` (in lower case), case aside.
fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len())
        .any(|window| window.eq_ignore_ascii_case(word))
}

/// Names and keys of these characters say nothing to a detector, but for `__proto__` and its like,
/// and for paths into a Java object.
pub(super) fn is_plain_name(name: &[u8]) -> bool {
    memchr::memmem::find(name, b"__").is_none()
        && memchr::memmem::find(name, b"constructor").is_none()
        && !holds(name, b"classloader")
        && name.iter().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']')
        })
}

struct Found<'r> {
    values: Vec<FieldValue<'r>>,
    limited: bool,
    which: WhichValues,
}

impl<'r> Found<'r> {
    fn push(&mut self, bytes: Bytes<'r>, origin: Origin<'r>) {
        self.values.push(FieldValue { bytes, origin });
    }

    fn body(&mut self, body: &'r [u8], content_type: &'r [u8]) {
        let first = body.trim_ascii_start().first().copied();
        if holds(content_type, b"json") || matches!(first, Some(b'{' | b'[')) {
            return self.json(body);
        }
        if holds(content_type, b"x-www-form-urlencoded") {
            return self.form(body);
        }
        let xml = holds(content_type, b"/xml") || holds(content_type, b"+xml");
        if xml || body.trim_ascii_start().starts_with(b"<?xml") {
            self.limited |= xml_text::each(body, |text| {
                self.values.push(FieldValue {
                    bytes: match Transformation::HtmlEntityDecode.apply(text) {
                        Some(decoded) => Bytes::Made(decoded.into()),
                        None => Bytes::Borrowed(text),
                    },
                    origin: Origin::Xml,
                });
            });
            return;
        }
        // Untyped, or of a type that says nothing of its structure: servers guess, so do we.
        let untyped = content_type.is_empty() || holds(content_type, b"text/plain");
        if untyped && looks_like_a_form(body) {
            self.form(body);
        }
        // Pictures, archives and the like hold every sequence of bytes sooner or later.
        if untyped || !is_binary(body) {
            self.push(Bytes::Borrowed(body), Origin::Field);
        }
    }

    fn form(&mut self, body: &'r [u8]) {
        let mut rest = body;
        let mut fields = 0;
        while !rest.is_empty() {
            if fields == FORM_FIELDS_MAX {
                self.limited = true;
                self.push(Bytes::Borrowed(rest), Origin::Field);
                return;
            }
            let end = memchr::memchr(b'&', rest).unwrap_or(rest.len());
            let (field, tail) = rest.split_at_checked(end).unwrap_or((rest, b""));
            rest = tail.get(1..).unwrap_or_default();
            if field.is_empty() {
                continue;
            }
            fields += 1;
            match memchr::memchr(b'=', field) {
                Some(at) => {
                    let name = decoded(field.get(..at).unwrap_or_default());
                    let value = decoded(field.get(at + 1..).unwrap_or_default());
                    self.named(name, value);
                }
                None => {
                    let value = decoded(field);
                    self.push(value, Origin::Form(Bytes::Borrowed(b"")));
                }
            }
        }
    }

    fn named(&mut self, name: Bytes<'r>, value: Bytes<'r>) {
        if !is_plain_name(name.as_bytes()) {
            self.push(name.clone(), Origin::FormName);
        }
        if value.as_bytes().is_empty() {
            return;
        }
        self.json_inside(value.as_bytes(), &name);
        self.push(value, Origin::Form(name));
    }

    /// The strings of a form's value that is JSON itself.
    fn json_inside(&mut self, value: &[u8], name: &Bytes<'r>) {
        if !matches!(value.trim_ascii_start().first(), Some(b'{' | b'[')) {
            return;
        }
        for item in JsonWalk::sequence(value).map_while(Result::ok) {
            if self.values.len() >= JSON_VALUES_MAX {
                self.limited = true;
                return;
            }
            let plain = item.kind == JsonItemKind::Key && is_plain_name(&item.text);
            if !item.bare && !plain {
                self.push(
                    Bytes::Made(item.text.into_owned().into()),
                    Origin::Form(name.clone()),
                );
            }
        }
    }

    fn multipart(&mut self, body: &'r [u8], boundary: &[u8]) {
        let (parts, limited) = multipart::split(body, boundary);
        self.limited |= limited;
        for part in parts {
            let name = Bytes::Borrowed(part.name);
            match (part.file_name, self.which) {
                (None, WhichValues::Fields) => self.named(name, Bytes::Borrowed(part.content)),
                (None, _) => {}
                (Some(_), WhichValues::Files) => {
                    self.push(Bytes::Borrowed(part.content), Origin::Form(name));
                }
                (Some(file_name), which) => {
                    if which == WhichValues::Fields && !is_plain_name(part.name) {
                        self.push(name.clone(), Origin::FormName);
                    }
                    self.push(Bytes::Borrowed(file_name), Origin::FileName(name));
                }
            }
        }
    }

    fn json(&mut self, body: &'r [u8]) {
        let mut walk = JsonWalk::sequence(body);
        let mut next_index = 0;
        let mut under_query = false;
        loop {
            let start = walk.offset();
            let index = next_index;
            next_index += 1;
            let Some(item) = walk.next() else { return };
            let item = match item {
                Ok(item) if self.values.len() < JSON_VALUES_MAX => item,
                other => {
                    let from = match other {
                        Ok(_) => {
                            self.limited = true;
                            start
                        }
                        Err(error) => error.offset(),
                    };
                    let rest = body.get(from..).unwrap_or_default();
                    // Called JSON, but not JSON at all: a server that does not ask reads a form.
                    if from == 0 && looks_like_a_form(body) {
                        self.form(body);
                    }
                    self.push(Bytes::Borrowed(rest), Origin::Field);
                    return;
                }
            };
            let plain = item.kind == JsonItemKind::Key && is_plain_name(&item.text);
            if under_query && item.kind != JsonItemKind::Key {
                self.graphql_literals(&item.text, index);
            }
            under_query = item.kind == JsonItemKind::Key && &*item.text == b"query";
            if item.bare || plain || item.text.is_empty() {
                continue;
            }
            let bytes = match item.text {
                std::borrow::Cow::Borrowed(text) => Bytes::Borrowed(text),
                std::borrow::Cow::Owned(text) => Bytes::Made(text.into()),
            };
            self.push(bytes, Origin::JsonItem(index));
        }
    }

    /// The strings within a GraphQL document: each is an argument that a resolver gets by itself.
    fn graphql_literals(&mut self, document: &[u8], index: usize) {
        if !looks_like_graphql(document) {
            return;
        }
        let mut rest = document;
        while let Some(start) = memchr::memchr(b'"', rest) {
            let text = rest.get(start + 1..).unwrap_or_default();
            let (literal, after) = match text.strip_prefix(b"\"\"") {
                Some(block) => {
                    let end = memchr::memmem::find(block, b"\"\"\"").unwrap_or(block.len());
                    (block.get(..end), block.get(end + 3..))
                }
                None => {
                    let end = string_end(text);
                    (text.get(..end), text.get(end + 1..))
                }
            };
            rest = after.unwrap_or_default();
            let literal = literal.filter(|literal| !literal.is_empty());
            if let Some(literal) = literal {
                if self.values.len() >= JSON_VALUES_MAX {
                    self.limited = true;
                    return;
                }
                let decoded = Transformation::JsDecode.apply(literal);
                let bytes = decoded.map_or_else(|| literal.into(), Into::into);
                self.push(Bytes::Made(bytes), Origin::JsonItem(index));
            }
        }
    }
}

/// Where a quoted string ends, from behind its first quote.
fn string_end(text: &[u8]) -> usize {
    let mut escaped = false;
    let end = text.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.unwrap_or(text.len())
}

/// Whether a string begins as a GraphQL document does (GraphQL, section 2.2).
fn looks_like_graphql(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let words: [&[u8]; 5] = [b"{", b"query", b"mutation", b"subscription", b"fragment"];
    words.iter().any(|word| text.starts_with(word)) && memchr::memchr(b'{', text).is_some()
}

/// Whether bytes are no text in any encoding of ASCII's family: control characters stand at the
/// beginning.
fn is_binary(body: &[u8]) -> bool {
    const LOOKED_AT_BYTES: usize = 512;
    let beginning = body.iter().take(LOOKED_AT_BYTES);
    let control = |byte: &&u8| matches!(byte, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f);
    beginning.filter(control).count() >= 2
}

/// `name=`, with nothing in the name that would need to be escaped there.
fn looks_like_a_form(body: &[u8]) -> bool {
    const NAME_BYTES_MAX: usize = 256;
    let name = body.iter().take(NAME_BYTES_MAX);
    let end = name.clone().position(|byte| *byte == b'=');
    end.is_some_and(|end| {
        body.get(..end).is_some_and(|name| {
            !name.is_empty()
                && name.iter().all(|byte| {
                    byte.is_ascii_alphanumeric()
                        || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']' | b'%' | b'+' | b'&')
                })
        })
    })
}

fn decoded(bytes: &[u8]) -> Bytes<'_> {
    match Transformation::UrlDecode.apply(bytes) {
        Some(decoded) => Bytes::Made(decoded.into()),
        None => Bytes::Borrowed(bytes),
    }
}
