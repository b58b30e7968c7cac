//! JSON whose every value knows where it stands, because the policy simulator answers with the
//! lines and columns of the statements that decided. Strict: a name that is there twice, a control
//! character in a string, or anything after the document is refused. Source: RFC 8259.

use std::borrow::Cow;

/// How deep a policy document may be nested. The grammar needs seven: document, statements,
/// statement, condition, operator, key, values.
pub(crate) const DEPTH_MAX: usize = 16;

/// Where something stands, in bytes: `start` is its first, `end` the one after its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Node<'t> {
    pub(crate) json: Json<'t>,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) enum Json<'t> {
    Null,
    Bool(bool),
    /// As it was written.
    Number(&'t str),
    String(Cow<'t, str>),
    List(Vec<Node<'t>>),
    Object(Vec<Member<'t>>),
}

#[derive(Debug)]
pub(crate) struct Member<'t> {
    pub(crate) name: Cow<'t, str>,
    /// The first byte of the name's text.
    pub(crate) at: usize,
    pub(crate) value: Node<'t>,
}

/// Why a text is no JSON, or none that is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonError {
    pub(crate) at: usize,
    pub(crate) what: &'static str,
}

pub(crate) fn parse(text: &str) -> Result<Node<'_>, JsonError> {
    let mut parser = Parser { text, at: 0 };
    let node = parser.value(0)?;
    parser.space();
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(parser.error("there is something after the document")),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn error(&self, what: &'static str) -> JsonError {
        JsonError { at: self.at, what }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes the byte if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.at += 1;
        }
        is_next
    }

    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn value(&mut self, depth: usize) -> Result<Node<'t>, JsonError> {
        self.space();
        if depth >= DEPTH_MAX {
            return Err(self.error("it is nested too deep"));
        }
        let start = self.at;
        let json = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Json::String(self.string()?),
            Some(b't') => self.word("true", Json::Bool(true))?,
            Some(b'f') => self.word("false", Json::Bool(false))?,
            Some(b'n') => self.word("null", Json::Null)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return Err(self.error("here a value should begin")),
        };
        let span = Span {
            start,
            end: self.at,
        };
        Ok(Node { json, span })
    }

    fn word(&mut self, word: &str, json: Json<'t>) -> Result<Json<'t>, JsonError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(self.error("this is no JSON word"));
        }
        self.at += word.len();
        Ok(json)
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.error("here a digit should stand"));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Json<'t>, JsonError> {
        let start = self.at;
        self.take(b'-');
        if self.take(b'0') {
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                return Err(self.error("a number does not begin with 0"));
            }
        } else {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(Json::Number(self.since(start)))
    }

    fn string(&mut self) -> Result<Cow<'t, str>, JsonError> {
        self.at += 1;
        let mut read = String::new();
        let mut start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let last = self.since(start);
                    self.at += 1;
                    return Ok(if read.is_empty() {
                        Cow::Borrowed(last)
                    } else {
                        read.push_str(last);
                        Cow::Owned(read)
                    });
                }
                Some(b'\\') => {
                    read.push_str(self.since(start));
                    self.at += 1;
                    read.push(self.escape()?);
                    start = self.at;
                }
                Some(0..0x20) => {
                    return Err(self.error("a control character in a string must be escaped"));
                }
                Some(_) => self.at += 1,
                None => return Err(self.error("a string does not end")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let escaped = self.peek();
        self.at += 1;
        Ok(match escaped {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.code_point(),
            _ => {
                self.at -= 1;
                return Err(self.error("this is no escape"));
            }
        })
    }

    fn hex(&mut self) -> Result<u32, JsonError> {
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|text| u32::from_str_radix(text, 16).ok());
        let unit = unit.ok_or_else(|| self.error("here four hexadecimal digits should stand"))?;
        self.at += 4;
        Ok(unit)
    }

    fn code_point(&mut self) -> Result<char, JsonError> {
        let first = self.hex()?;
        let code = match first {
            0xd800..0xdc00 if self.take(b'\\') && self.take(b'u') => {
                let second = self.hex()?;
                match second {
                    0xdc00..0xe000 => 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                    _ => return Err(self.error("half of a surrogate pair")),
                }
            }
            other => other,
        };
        char::from_u32(code).ok_or_else(|| self.error("half of a surrogate pair"))
    }

    fn list(&mut self, depth: usize) -> Result<Json<'t>, JsonError> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.take(b']') {
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.take(b']') {
                return Ok(Json::List(items));
            }
            if !self.take(b',') {
                return Err(self.error("here `,` or `]` should stand"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json<'t>, JsonError> {
        self.at += 1;
        let mut members = Vec::new();
        self.space();
        if self.take(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.space();
            let at = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.error("here a member's name should stand"));
            }
            let name = self.string()?;
            self.space();
            if !self.take(b':') {
                return Err(self.error("here `:` should stand"));
            }
            let value = self.value(depth + 1)?;
            members.push(Member { name, at, value });
            self.space();
            if self.take(b'}') {
                break;
            }
            if !self.take(b',') {
                return Err(self.error("here `,` or `}` should stand"));
            }
        }
        unique(&members)?;
        Ok(Json::Object(members))
    }
}

/// Of two members with one name one reader takes the first and another the last. Sorted, not
/// compared each with each: a hostile document must not cost n².
fn unique(members: &[Member<'_>]) -> Result<(), JsonError> {
    let mut names: Vec<(&str, usize)> = members
        .iter()
        .map(|member| (&*member.name, member.at))
        .collect();
    names.sort_unstable();
    let twice = names
        .windows(2)
        .filter_map(|pair| match pair {
            [(first, _), (second, at)] if first == second => Some(*at),
            _ => None,
        })
        .min();
    match twice {
        None => Ok(()),
        Some(at) => Err(JsonError {
            at,
            what: "a member with this name is there already",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (usize, &'static str) {
        let error = parse(text).unwrap_err();
        (error.at, error.what)
    }

    #[test]
    fn values_know_where_they_stand() {
        let text = " {\"a\": [1, -2.5e+1 , \"x\\n\\u00e9\\ud83d\\ude00\"], \"b\":null}";
        let node = parse(text).unwrap();
        let Json::Object(members) = &node.json else {
            panic!("no object");
        };
        let list = &members[0].value;
        assert_eq!(text.get(list.span.start..list.span.start + 2), Some("[1"));
        let Json::List(items) = &list.json else {
            panic!("no list");
        };
        assert!(matches!(items[1].json, Json::Number("-2.5e+1")));
        assert!(matches!(&items[2].json, Json::String(text) if text == "x\né😀"));
        assert!(matches!(members[1].value.json, Json::Null));
        assert_eq!(node.span.end, text.len());
    }

    #[test]
    fn it_reads_what_serde_json_reads() {
        for text in [
            "",
            "{",
            "{}",
            "[]",
            "[1,]",
            "{\"a\":1,}",
            "nul",
            "true",
            "tru",
            "01",
            "-",
            "1.",
            "1e",
            "-0.5E-2",
            "\"\u{1}\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\\udc00\"",
            "{} x",
            "{1:2}",
            "\"é\"",
            "\"",
        ] {
            let theirs = serde_json::from_str::<serde_json::Value>(text);
            assert_eq!(parse(text).is_ok(), theirs.is_ok(), "{text}");
        }
    }

    #[test]
    fn a_name_that_is_there_twice_and_too_deep_nesting_are_refused() {
        assert_eq!(
            refused(r#"{"a":1,"b":2,"\u0061":1}"#),
            (13, "a member with this name is there already")
        );
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(DEPTH_MAX)).is_ok());
        assert_eq!(refused(&nested(DEPTH_MAX + 1)).1, "it is nested too deep");
    }
}
