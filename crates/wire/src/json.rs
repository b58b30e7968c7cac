//! JSON without a shape: rows of the store, rule files, and the first step of the JSON protocols.
//! Source: RFC 8259. Parsing is serde_json's; order is kept, and an object that has a name twice is
//! refused.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_core::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::Value;
use crate::unique::UniqueMembers;

/// How deep lists and objects may be nested. AWS's deepest inputs (WAFv2 statements, IAM-like
/// documents) stay far below.
pub const DEPTH_MAX: usize = 100;

/// How many items one list, or members one object, may have. AWS's longest list in the APIs that
/// are spoken here is an IP set's 10,000 addresses.
pub const ITEMS_MAX: usize = 100_000;

/// Why a text is no JSON, or none that is accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JsonError(String);

/// Reads a JSON text: integers that fit become [`Value::Integer`], other numbers
/// [`Value::Float`].
///
/// # Errors
/// When it is no JSON, nested deeper than [`DEPTH_MAX`], a list or object is longer than
/// [`ITEMS_MAX`], or an object has two members with one name. The error says where.
pub fn parse(text: &[u8]) -> Result<Value, JsonError> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Nested { depth: 0 }
        .deserialize(&mut deserializer)
        .map_err(|error| JsonError(error.to_string()))?;
    deserializer
        .end()
        .map_err(|error| JsonError(error.to_string()))?;
    Ok(value)
}

/// Writes a value as JSON in one line: blobs in base64, timestamps as seconds since the epoch.
/// What is no JSON number becomes `"NaN"`, `"Infinity"` or `"-Infinity"`.
#[must_use]
pub fn to_string(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value);
    text
}

pub(crate) fn write(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Integer(number) => out.push_str(&number.to_string()),
        Value::Float(number) => write_float(out, *number),
        Value::String(text) => write_string(out, text),
        Value::Blob(bytes) => {
            // At once: kilobytes would else be moved each time that the text grows.
            out.reserve(bytes.len().div_ceil(3) * 4 + 2);
            out.push('"');
            BASE64.encode_string(bytes, out);
            out.push('"');
        }
        Value::Timestamp(time) => out.push_str(&crate::timestamp::unix(*time)),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(out, item);
            }
            out.push(']');
        }
        Value::Map(members) => {
            out.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_string(out, name);
                out.push(':');
                write(out, member);
            }
            out.push('}');
        }
    }
}

/// A JSON number, or the strings that the AWS JSON protocols give what is none.
pub(crate) fn write_float(out: &mut String, number: f64) {
    if number.is_nan() {
        out.push_str("\"NaN\"");
    } else if number.is_infinite() {
        out.push_str(if number > 0.0 {
            "\"Infinity\""
        } else {
            "\"-Infinity\""
        });
    } else {
        out.push_str(&format!("{number:?}"));
    }
}

/// A JSON string with RFC 8259's escapes.
pub(crate) fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    // Most texts have nothing to escape, and Base64 of kilobytes is copied at once.
    while let Some(at) = first_escaped(rest.as_bytes()) {
        let (plain, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(plain);
        let mut characters = from.chars();
        match characters.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(control) => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Where the first byte is that is escaped. All are ASCII, so a character begins there.
fn first_escaped(bytes: &[u8]) -> Option<usize> {
    let (blocks, rest) = bytes.as_chunks::<8>();
    let clean = blocks
        .iter()
        .take_while(|block| !has_escaped(block))
        .count();
    let from = match blocks.get(clean) {
        Some(block) => block,
        None => rest,
    };
    let at = from.iter().position(|byte| is_escaped(*byte))?;
    Some(8 * clean + at)
}

/// Whether one of eight bytes is escaped, all at once: of each byte the highest bit is raised where it
/// is below a space, or equals one of the others (Warren, "Hacker's Delight", 6-1).
fn has_escaped(block: &[u8; 8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x80 * ONES;
    let word = u64::from_ne_bytes(*block);
    let below = |word: u64, least: u64| word.wrapping_sub(least * ONES) & !word & HIGHS;
    let is = |byte: u8| below(word ^ (u64::from(byte) * ONES), 1);
    below(word, 0x20) | is(b'"') | is(b'\\') | is(0x7f) != 0
}

const fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\' || byte == 0x7f
}

struct Nested {
    depth: usize,
}

impl Nested {
    fn deeper<E: serde_core::de::Error>(&self) -> Result<Self, E> {
        if self.depth >= DEPTH_MAX {
            return Err(E::custom(format_args!("nested deeper than {DEPTH_MAX}")));
        }
        Ok(Self {
            depth: self.depth + 1,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Nested {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(i64::try_from(number).map_or(Value::Float(number as f64), Value::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self.deeper()?)? {
            if items.len() == ITEMS_MAX {
                return Err(A::Error::custom(format_args!(
                    "a list of more than {ITEMS_MAX} items"
                )));
            }
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut members = UniqueMembers::new(ITEMS_MAX);
        while let Some(name) = object.next_key::<String>()? {
            let value = object.next_value_seed(self.deeper()?)?;
            members.push(name, value).map_err(A::Error::custom)?;
        }
        Ok(members.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(text: &str) -> String {
        to_string(&parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn json_is_read_and_written_in_order() {
        for text in [
            r#"{"b":1,"a":[true,null,-2.5,"x"],"c":{}}"#,
            r#""\"\\\n\u0001\u007fé""#,
            "9223372036854775807",
            "[]",
        ] {
            assert_eq!(round(text), text);
        }
        assert_eq!(
            parse(b"18446744073709551615"),
            Ok(Value::Float(18_446_744_073_709_551_615.0))
        );
    }

    #[test]
    fn a_name_that_is_there_twice_is_refused_in_short_and_long_objects() {
        let told = |text: &str| parse(text.as_bytes()).unwrap_err().0;
        assert_eq!(
            told(r#"{"a":1,"b":2,"a":1}"#),
            "member 'a' is there more than once at line 1 column 19"
        );
        assert!(told(r#"[{"x":{"\u0061":1,"a":{}}}]"#).contains("'a'"));
        let long = |last: &str| {
            let members: String = (0..40)
                .map(|number| format!("\"k{number}\":{number},"))
                .collect();
            format!("{{{members}\"{last}\":0}}")
        };
        for taken in ["k0", "k15", "k16", "k17", "k39"] {
            assert!(told(&long(taken)).contains(taken));
        }
        let value = parse(long("k40").as_bytes()).unwrap();
        assert_eq!(value.as_map().unwrap().len(), 41);
        // Names that differ in case are two.
        assert_eq!(round(r#"{"a":1,"A":2}"#), r#"{"a":1,"A":2}"#);
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        for text in ["", "{", "{} x", "[1,]", "nul", "\"\u{1}\"", "{1:2}"] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(
            parse(b"[1,\n ?]")
                .unwrap_err()
                .to_string()
                .contains("line 2")
        );
        assert!(parse(b"\"\xff\"").is_err());
    }

    #[test]
    fn depth_and_length_are_limited() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(DEPTH_MAX).as_bytes()).is_ok());
        assert!(
            parse(nested(DEPTH_MAX + 1).as_bytes())
                .unwrap_err()
                .0
                .contains("nested deeper")
        );
        let long = |items: usize| format!("[{}1]", "1,".repeat(items - 1));
        assert!(parse(long(ITEMS_MAX).as_bytes()).is_ok());
        assert!(
            parse(long(ITEMS_MAX + 1).as_bytes())
                .unwrap_err()
                .0
                .contains("more than")
        );
        let mut wide = "{".to_owned();
        for number in 0..=ITEMS_MAX {
            wide.push_str(&format!("\"{number}\":0,"));
        }
        wide.push_str("\"x\":0}");
        assert!(parse(wide.as_bytes()).unwrap_err().0.contains("more than"));
    }
}
