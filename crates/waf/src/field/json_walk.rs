//! Walks a JSON text (RFC 8259) without building a tree: every key and every scalar once, with its
//! JSON pointer (RFC 6901), duplicates included. Strings are unescaped; numbers, `true`, `false`
//! and `null` are taken as they are written. Not recursive.

use std::borrow::Cow;

use crate::limits::JSON_DEPTH_MAX;

/// Key or value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonItemKind {
    /// A key of an object.
    Key,
    /// A string, number, `true`, `false` or `null`.
    Value,
}

/// A key or a value of a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonItem<'j> {
    /// Key or value.
    pub kind: JsonItemKind,
    /// Its text, unescaped.
    pub text: Cow<'j, [u8]>,
    /// Whether it is written without quotes: a number, `true`, `false` or `null`.
    pub bare: bool,
}

/// Why a text is no JSON that is read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// It is malformed here (byte offset).
    #[error("no JSON at byte {0}")]
    Malformed(usize),
    /// It nests deeper than [`JSON_DEPTH_MAX`].
    #[error("JSON nests too deep at byte {0}")]
    TooDeep(usize),
}

impl JsonError {
    /// The byte where reading stopped.
    #[must_use]
    pub const fn offset(self) -> usize {
        match self {
            Self::Malformed(offset) | Self::TooDeep(offset) => offset,
        }
    }
}

#[derive(Debug)]
enum Level<'j> {
    Object(Cow<'j, [u8]>),
    Array(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    FirstItem,
    FirstKey,
    Key,
    Colon,
    CommaOrEnd,
    End,
}

/// An iterator over the keys and values of a JSON text. After an error it ends.
#[derive(Debug)]
pub struct JsonWalk<'j> {
    text: &'j [u8],
    at: usize,
    levels: Vec<Level<'j>>,
    expect: Expect,
    failed: bool,
    /// Whether a text may follow a text.
    sequence: bool,
}

impl<'j> JsonWalk<'j> {
    /// Begins at the first byte.
    #[must_use]
    pub const fn new(text: &'j [u8]) -> Self {
        Self {
            text,
            at: 0,
            levels: Vec::new(),
            expect: Expect::Value,
            failed: false,
            sequence: false,
        }
    }

    /// The same, but one text may follow another, as in newline-delimited JSON.
    #[must_use]
    pub const fn sequence(text: &'j [u8]) -> Self {
        Self {
            text,
            at: 0,
            levels: Vec::new(),
            expect: Expect::Value,
            failed: false,
            sequence: true,
        }
    }

    /// The JSON pointer of the item that was returned last.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for level in &self.levels {
            pointer.push('/');
            match level {
                Level::Object(key) => {
                    let key = String::from_utf8_lossy(key);
                    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                }
                Level::Array(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }

    /// Whether the item that was returned last lies at one of these pointers (as segments,
    /// unescaped) or below it.
    pub(crate) fn is_under(&self, segments: &[Vec<u8>]) -> bool {
        segments.len() <= self.levels.len()
            && segments
                .iter()
                .zip(&self.levels)
                .all(|(segment, level)| match level {
                    Level::Object(key) => key.as_ref() == segment.as_slice(),
                    Level::Array(index) => {
                        std::str::from_utf8(segment)
                            .ok()
                            .and_then(|text| text.parse().ok())
                            == Some(*index)
                    }
                })
    }

    /// How far it has read.
    pub(crate) const fn offset(&self) -> usize {
        self.at
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.text.get(self.at) {
            self.at += 1;
        }
    }

    fn fail(&mut self) -> Option<Result<JsonItem<'j>, JsonError>> {
        self.failed = true;
        Some(Err(JsonError::Malformed(self.at)))
    }

    const fn after_value(&mut self) {
        self.expect = if self.levels.is_empty() {
            Expect::End
        } else {
            Expect::CommaOrEnd
        };
    }

    fn open(&mut self, level: Level<'j>, expect: Expect) -> Result<(), JsonError> {
        if self.levels.len() == JSON_DEPTH_MAX {
            self.failed = true;
            return Err(JsonError::TooDeep(self.at));
        }
        self.at += 1;
        self.levels.push(level);
        self.expect = expect;
        Ok(())
    }

    fn close(&mut self) {
        self.at += 1;
        self.levels.pop();
        self.after_value();
    }

    fn string(&mut self) -> Option<Cow<'j, [u8]>> {
        let start = self.at + 1;
        let rest = self.text.get(start..)?;
        let stop = memchr::memchr2(b'"', b'\\', rest)?;
        if rest.get(stop) == Some(&b'"') {
            self.at = start + stop + 1;
            return rest.get(..stop).map(Cow::Borrowed);
        }
        let mut out = rest.get(..stop)?.to_vec();
        let mut rest = rest.get(stop..)?;
        loop {
            let (unescaped, tail): (char, &[u8]) = match rest {
                [b'"', tail @ ..] => {
                    self.at = self.text.len() - tail.len();
                    return Some(Cow::Owned(out));
                }
                [b'\\', b'u', tail @ ..] => {
                    let (unit, tail) = hex4(tail)?;
                    surrogates(unit, tail)
                }
                [b'\\', escape, tail @ ..] => (simple_escape(*escape)?, tail),
                [byte, tail @ ..] => {
                    out.push(*byte);
                    rest = tail;
                    continue;
                }
                [] => return None,
            };
            let mut buffer = [0; 4];
            out.extend_from_slice(unescaped.encode_utf8(&mut buffer).as_bytes());
            rest = tail;
        }
    }

    fn bare(&mut self) -> Option<&'j [u8]> {
        let rest = self.text.get(self.at..)?;
        let end = rest
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')))
            .unwrap_or(rest.len());
        let word = rest.get(..end)?;
        let valid = matches!(word, b"true" | b"false" | b"null") || is_number(word);
        if valid {
            self.at += end;
        }
        valid.then_some(word)
    }
}

fn is_number(word: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let word = word.strip_prefix(b"-").unwrap_or(word);
    let whole = digits(word);
    if whole == 0 || (whole > 1 && word.first() == Some(&b'0')) {
        return false;
    }
    let mut rest = word.get(whole..).unwrap_or_default();
    if let [b'.', tail @ ..] = rest {
        let fraction = digits(tail);
        if fraction == 0 {
            return false;
        }
        rest = tail.get(fraction..).unwrap_or_default();
    }
    if let [b'e' | b'E', tail @ ..] = rest {
        let tail = match tail {
            [b'+' | b'-', tail @ ..] => tail,
            tail => tail,
        };
        let exponent = digits(tail);
        return exponent > 0 && exponent == tail.len();
    }
    rest.is_empty()
}

fn hex4(text: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, tail) = text.split_at_checked(4)?;
    let mut unit = 0;
    for digit in digits {
        unit = unit << 4 | char::from(*digit).to_digit(16)?;
    }
    Some((unit, tail))
}

/// Joins surrogates; a lone one becomes U+FFFD.
fn surrogates(unit: u32, tail: &[u8]) -> (char, &[u8]) {
    if let (0xd800..=0xdbff, [b'\\', b'u', after @ ..]) = (unit, tail)
        && let Some((low @ 0xdc00..=0xdfff, after)) = hex4(after)
    {
        let joined = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        return (
            char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER),
            after,
        );
    }
    (
        char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER),
        tail,
    )
}

const fn simple_escape(escape: u8) -> Option<char> {
    Some(match escape {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        _ => return None,
    })
}

impl<'j> Iterator for JsonWalk<'j> {
    type Item = Result<JsonItem<'j>, JsonError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        loop {
            self.skip_space();
            let next = self.text.get(self.at).copied();
            match (self.expect, next) {
                (Expect::End, None) => return None,
                (Expect::End, Some(_)) if self.sequence => self.expect = Expect::Value,
                (Expect::FirstItem, Some(b']')) | (Expect::FirstKey, Some(b'}')) => self.close(),
                (Expect::CommaOrEnd, Some(b']'))
                    if matches!(self.levels.last(), Some(Level::Array(_))) =>
                {
                    self.close();
                }
                (Expect::CommaOrEnd, Some(b'}'))
                    if matches!(self.levels.last(), Some(Level::Object(_))) =>
                {
                    self.close();
                }
                (Expect::CommaOrEnd, Some(b',')) => {
                    self.at += 1;
                    self.expect = match self.levels.last_mut() {
                        Some(Level::Array(index)) => {
                            *index += 1;
                            Expect::Value
                        }
                        _ => Expect::Key,
                    };
                }
                (Expect::Colon, Some(b':')) => {
                    self.at += 1;
                    self.expect = Expect::Value;
                }
                (Expect::FirstKey | Expect::Key, Some(b'"')) => {
                    let Some(key) = self.string() else {
                        return self.fail();
                    };
                    if let Some(Level::Object(current)) = self.levels.last_mut() {
                        current.clone_from(&key);
                    }
                    self.expect = Expect::Colon;
                    return Some(Ok(JsonItem {
                        kind: JsonItemKind::Key,
                        text: key,
                        bare: false,
                    }));
                }
                (Expect::Value | Expect::FirstItem, Some(b'{')) => {
                    let level = Level::Object(Cow::Borrowed(b""));
                    if let Err(error) = self.open(level, Expect::FirstKey) {
                        return Some(Err(error));
                    }
                }
                (Expect::Value | Expect::FirstItem, Some(b'[')) => {
                    if let Err(error) = self.open(Level::Array(0), Expect::FirstItem) {
                        return Some(Err(error));
                    }
                }
                (Expect::Value | Expect::FirstItem, Some(first)) => {
                    let text = if first == b'"' {
                        self.string()
                    } else {
                        self.bare().map(Cow::Borrowed)
                    };
                    let Some(text) = text else { return self.fail() };
                    self.after_value();
                    return Some(Ok(JsonItem {
                        kind: JsonItemKind::Value,
                        text,
                        bare: first != b'"',
                    }));
                }
                _ => return self.fail(),
            }
        }
    }
}
