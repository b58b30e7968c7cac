//! CBOR without a shape: the first step of rpcv2Cbor. Source: RFC 8949; of it what the protocol
//! has: integers of 64 bits, byte and text strings, arrays, maps with text keys, booleans, null,
//! floats, and tag 1 for timestamps. Lengths may be indefinite.
//!
//! The reader is our own because a reader of hostile bytes has to keep our limits (depth, items,
//! names that are there twice, nothing reserved before it is there), and because tags have to be
//! seen: serde's data model, which the libraries for whole values stand on, has none.

use crate::Value;
use crate::json::{DEPTH_MAX, ITEMS_MAX};
use crate::timestamp::from_seconds;
use crate::unique::{MemberError, UniqueMembers};

/// The major types of a data item.
mod major {
    pub(super) const UNSIGNED: u8 = 0;
    pub(super) const NEGATIVE: u8 = 1;
    pub(super) const BYTES: u8 = 2;
    pub(super) const TEXT: u8 = 3;
    pub(super) const ARRAY: u8 = 4;
    pub(super) const MAP: u8 = 5;
    pub(super) const TAG: u8 = 6;
    pub(super) const SIMPLE: u8 = 7;
}

/// "Epoch-based date/time", the one tag that the protocol has.
const TAG_EPOCH: u64 = 1;
/// A head's additional information: the length is indefinite.
const INDEFINITE: u8 = 31;
/// The end of what has an indefinite length.
const BREAK: u8 = 0xff;

/// Why bytes are no CBOR, or none that is accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at byte {at}")]
pub struct CborError {
    problem: String,
    at: usize,
}

/// Reads one data item that fills `bytes`: integers become [`Value::Integer`], floats of any width
/// [`Value::Float`], tag 1 [`Value::Timestamp`], null and undefined [`Value::Null`].
///
/// # Errors
/// When it is no CBOR, holds what the protocol does not have, is nested deeper than
/// [`DEPTH_MAX`], a list or map is longer than [`ITEMS_MAX`], or a map has a name twice. The error
/// says where.
pub fn parse(bytes: &[u8]) -> Result<Value, CborError> {
    let mut reader = Reader { bytes, at: 0 };
    let value = reader.item(0)?;
    if reader.at < bytes.len() {
        return Err(reader.wrong("there is more after the end"));
    }
    Ok(value)
}

/// Writes a value: lengths definite, integers as short as they go, floats in 32 bits where that
/// loses nothing, timestamps as tag 1 in seconds.
#[must_use]
pub fn to_bytes(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out, value);
    out
}

fn write(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(0xf6),
        Value::Bool(truth) => out.push(if *truth { 0xf5 } else { 0xf4 }),
        Value::Integer(number) => write_integer(out, *number),
        Value::Float(number) => write_float(out, *number),
        Value::String(text) => write_text(out, text),
        Value::Blob(bytes) => {
            write_length(out, major::BYTES, bytes.len());
            out.extend_from_slice(bytes);
        }
        Value::Timestamp(time) => {
            write_head(out, major::TAG, TAG_EPOCH);
            match time.as_millis() {
                millis if millis % 1000 == 0 => write_integer(out, millis / 1000),
                millis => write_float(out, millis as f64 / 1000.0),
            }
        }
        Value::List(items) => {
            write_length(out, major::ARRAY, items.len());
            items.iter().for_each(|item| write(out, item));
        }
        Value::Map(members) => {
            write_map_head(out, members.len());
            for (name, member) in members {
                write_text(out, name);
                write(out, member);
            }
        }
    }
}

/// The head of a map of so many members, each of which is a name and a value.
pub(crate) fn write_map_head(out: &mut Vec<u8>, members: usize) {
    write_length(out, major::MAP, members);
}

/// The head of a list of so many items.
pub(crate) fn write_list_head(out: &mut Vec<u8>, items: usize) {
    write_length(out, major::ARRAY, items);
}

/// A text string.
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str) {
    write_length(out, major::TEXT, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn write_integer(out: &mut Vec<u8>, number: i64) {
    match u64::try_from(number) {
        Ok(number) => write_head(out, major::UNSIGNED, number),
        // -1 - n is what the head of a negative integer says.
        Err(_) => write_head(out, major::NEGATIVE, (!number).unsigned_abs()),
    }
}

fn write_float(out: &mut Vec<u8>, number: f64) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "compared with the number itself below"
    )]
    let short = number as f32;
    if f64::from(short) == number || number.is_nan() {
        out.push(0xfa);
        out.extend_from_slice(&short.to_be_bytes());
    } else {
        out.push(0xfb);
        out.extend_from_slice(&number.to_be_bytes());
    }
}

fn write_length(out: &mut Vec<u8>, major: u8, length: usize) {
    write_head(out, major, u64::try_from(length).unwrap_or(u64::MAX));
}

fn write_head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let major = major << 5;
    let bytes = argument.to_be_bytes();
    let [.., b4, b5, b6, b7] = bytes;
    match argument {
        0..=23 => out.push(major | b7),
        24..=0xff => out.extend_from_slice(&[major | 24, b7]),
        0x100..=0xffff => out.extend_from_slice(&[major | 25, b6, b7]),
        0x1_0000..=0xffff_ffff => out.extend_from_slice(&[major | 26, b4, b5, b6, b7]),
        _ => {
            out.push(major | 27);
            out.extend_from_slice(&bytes);
        }
    }
}

/// The head of a data item.
struct Head {
    major: u8,
    /// The five low bits: how wide the argument is, or which simple value.
    additional: u8,
    /// None where the length is indefinite.
    argument: Option<u64>,
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn wrong(&self, problem: impl Into<String>) -> CborError {
        CborError {
            problem: problem.into(),
            at: self.at,
        }
    }

    fn take(&mut self, count: u64) -> Result<&'b [u8], CborError> {
        let taken = usize::try_from(count)
            .ok()
            .and_then(|count| self.at.checked_add(count))
            .and_then(|end| Some((self.bytes.get(self.at..end)?, end)));
        let Some((taken, end)) = taken else {
            return Err(self.wrong("the end comes before the end of an item"));
        };
        self.at = end;
        Ok(taken)
    }

    /// Takes the next byte if it is a break.
    fn takes_break(&mut self) -> bool {
        let found = self.bytes.get(self.at) == Some(&BREAK);
        self.at += usize::from(found);
        found
    }

    fn head(&mut self) -> Result<Head, CborError> {
        let initial = self.take(1)?.first().copied().unwrap_or_default();
        let additional = initial & 0x1f;
        let width = match additional {
            0..=23 => 0,
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            INDEFINITE => 0,
            _ => return Err(self.wrong("a reserved length")),
        };
        let argument = match additional {
            0..=23 => Some(u64::from(additional)),
            INDEFINITE => None,
            _ => {
                let bytes = self.take(width)?.iter();
                Some(bytes.fold(0, |number, byte| number << 8 | u64::from(*byte)))
            }
        };
        Ok(Head {
            major: initial >> 5,
            additional,
            argument,
        })
    }

    fn item(&mut self, depth: usize) -> Result<Value, CborError> {
        let head = self.head()?;
        match head.major {
            major::UNSIGNED | major::NEGATIVE => self.integer(&head),
            major::BYTES => Ok(Value::Blob(self.string(&head)?)),
            major::TEXT => Ok(Value::String(self.text(&head)?)),
            major::ARRAY => self.list(&head, depth),
            major::MAP => self.map(&head, depth),
            major::TAG => self.tagged(&head),
            _ => self.simple(&head),
        }
    }

    fn integer(&self, head: &Head) -> Result<Value, CborError> {
        let magnitude = head
            .argument
            .ok_or_else(|| self.wrong("an integer of indefinite length"))?;
        let magnitude =
            i64::try_from(magnitude).map_err(|_| self.wrong("an integer beyond 64 bits"))?;
        Ok(Value::Integer(match head.major {
            major::UNSIGNED => magnitude,
            _ => !magnitude,
        }))
    }

    /// The bytes of a byte or text string.
    fn string(&mut self, head: &Head) -> Result<Vec<u8>, CborError> {
        if let Some(length) = head.argument {
            return Ok(self.take(length)?.to_vec());
        }
        let mut bytes = Vec::new();
        while !self.takes_break() {
            let chunk = self.head()?;
            match chunk.argument {
                Some(length) if chunk.major == head.major => {
                    let chunk = self.take(length)?;
                    // A character must not be spread over two chunks.
                    if head.major == major::TEXT && std::str::from_utf8(chunk).is_err() {
                        return Err(self.wrong("a text string that is no UTF-8"));
                    }
                    bytes.extend_from_slice(chunk);
                }
                _ => return Err(self.wrong("a chunk of another type than its string")),
            }
        }
        Ok(bytes)
    }

    fn text(&mut self, head: &Head) -> Result<String, CborError> {
        String::from_utf8(self.string(head)?)
            .map_err(|_| self.wrong("a text string that is no UTF-8"))
    }

    fn deeper(&self, depth: usize) -> Result<usize, CborError> {
        if depth >= DEPTH_MAX {
            return Err(self.wrong(format!("nested deeper than {DEPTH_MAX}")));
        }
        Ok(depth + 1)
    }

    /// Whether one more item of a list or map follows, of which `read` were read.
    fn has_more(&mut self, head: &Head, read: usize) -> bool {
        match head.argument {
            Some(length) => u64::try_from(read).is_ok_and(|read| read < length),
            None => !self.takes_break(),
        }
    }

    fn list(&mut self, head: &Head, depth: usize) -> Result<Value, CborError> {
        let depth = self.deeper(depth)?;
        let mut items = Vec::new();
        while self.has_more(head, items.len()) {
            if items.len() == ITEMS_MAX {
                return Err(self.wrong(format!("a list of more than {ITEMS_MAX} items")));
            }
            items.push(self.item(depth)?);
        }
        Ok(Value::List(items))
    }

    fn map(&mut self, head: &Head, depth: usize) -> Result<Value, CborError> {
        let depth = self.deeper(depth)?;
        let mut members = UniqueMembers::new(ITEMS_MAX);
        let mut read = 0;
        while self.has_more(head, read) {
            let key = self.head()?;
            if key.major != major::TEXT {
                return Err(self.wrong("a key that is no text string"));
            }
            let name = self.text(&key)?;
            let value = self.item(depth)?;
            let pushed = members.push(name, value);
            pushed.map_err(|error: MemberError| self.wrong(error.to_string()))?;
            read += 1;
        }
        Ok(members.end())
    }

    fn tagged(&mut self, head: &Head) -> Result<Value, CborError> {
        match head.argument {
            Some(TAG_EPOCH) => {}
            Some(tag) => return Err(self.wrong(format!("tag {tag}, which is not supported"))),
            None => return Err(self.wrong("a tag of indefinite length")),
        }
        let head = self.head()?;
        let seconds = match head.major {
            major::UNSIGNED | major::NEGATIVE => self.integer(&head)?,
            major::SIMPLE => self.simple(&head)?,
            _ => return Err(self.wrong("a timestamp that is no number")),
        };
        let time = match seconds {
            Value::Integer(seconds) => from_seconds(seconds as f64),
            Value::Float(seconds) => from_seconds(seconds),
            _ => return Err(self.wrong("a timestamp that is no number")),
        };
        time.map(Value::Timestamp)
            .ok_or_else(|| self.wrong("a timestamp after year 9999"))
    }

    fn simple(&self, head: &Head) -> Result<Value, CborError> {
        let bits = head
            .argument
            .ok_or_else(|| self.wrong("a break where an item should be"))?;
        match head.additional {
            20 => Ok(Value::Bool(false)),
            21 => Ok(Value::Bool(true)),
            // Null, and undefined, which a server has to read as null.
            22 | 23 => Ok(Value::Null),
            25 => Ok(Value::Float(half(u16::try_from(bits).unwrap_or_default()))),
            26 => {
                let bits = u32::try_from(bits).unwrap_or_default();
                Ok(Value::Float(f32::from_bits(bits).into()))
            }
            27 => Ok(Value::Float(f64::from_bits(bits))),
            _ => Err(self.wrong("an unassigned simple value")),
        }
    }
}

/// A half-precision float: 1 bit of sign, 5 of exponent, 10 of fraction.
fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match i32::from(bits >> 10 & 0x1f) {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 {
        -magnitude
    } else {
        magnitude
    }
}

#[cfg(test)]
mod tests {
    use types::Time;

    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<u32> = hex
            .chars()
            .map(|digit| digit.to_digit(16).unwrap())
            .collect();
        digits
            .chunks(2)
            .map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap())
            .collect()
    }

    fn read(hex: &str) -> Result<Value, CborError> {
        parse(&bytes(hex))
    }

    fn refused(hex: &str) -> String {
        read(hex).unwrap_err().to_string()
    }

    /// RFC 8949, appendix A, but for what the protocol does not have.
    #[test]
    fn the_examples_of_the_rfc_are_read() {
        let list = |items: &[i64]| Value::from(items.to_vec());
        let text = |text: &str| Value::from(text);
        let map = |members: &[(&str, Value)]| {
            Value::Map(
                members
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), value.clone()))
                    .collect(),
            )
        };
        for (hex, value) in [
            ("00", Value::Integer(0)),
            ("17", Value::Integer(23)),
            ("1818", Value::Integer(24)),
            ("1903e8", Value::Integer(1000)),
            ("1a000f4240", Value::Integer(1_000_000)),
            ("1b000000e8d4a51000", Value::Integer(1_000_000_000_000)),
            ("20", Value::Integer(-1)),
            ("3903e7", Value::Integer(-1000)),
            ("3b7fffffffffffffff", Value::Integer(i64::MIN)),
            ("f90000", Value::Float(0.0)),
            ("f93c00", Value::Float(1.0)),
            ("fb3ff199999999999a", Value::Float(1.1)),
            ("f97bff", Value::Float(65504.0)),
            ("fa47c35000", Value::Float(100_000.0)),
            ("fa7f7fffff", Value::Float(3.402_823_466_385_288_6e38)),
            ("fb7e37e43c8800759c", Value::Float(1.0e300)),
            ("f90001", Value::Float(5.960_464_477_539_063e-8)),
            ("f90400", Value::Float(0.000_061_035_156_25)),
            ("f9c400", Value::Float(-4.0)),
            ("f97c00", Value::Float(f64::INFINITY)),
            ("f9fc00", Value::Float(f64::NEG_INFINITY)),
            ("fa7f800000", Value::Float(f64::INFINITY)),
            ("f4", Value::Bool(false)),
            ("f5", Value::Bool(true)),
            ("f6", Value::Null),
            ("f7", Value::Null),
            (
                "c11a514b67b0",
                Value::Timestamp(Time::from_seconds(1_363_896_240)),
            ),
            (
                "c1fb41d452d9ec200000",
                Value::Timestamp(Time::from_millis(1_363_896_240_500)),
            ),
            ("40", Value::Blob(vec![])),
            ("4401020304", Value::Blob(vec![1, 2, 3, 4])),
            ("60", text("")),
            ("62c3bc", text("ü")),
            ("64f0908591", text("𐅑")),
            ("80", Value::List(vec![])),
            ("83010203", list(&[1, 2, 3])),
            ("a0", map(&[])),
            (
                "a26161016162820203",
                map(&[("a", Value::Integer(1)), ("b", list(&[2, 3]))]),
            ),
            ("5f42010243030405ff", Value::Blob(vec![1, 2, 3, 4, 5])),
            ("7f657374726561646d696e67ff", text("streaming")),
            ("9fff", Value::List(vec![])),
            ("9f0102ff", list(&[1, 2])),
            (
                "bf61610161629f0203ffff",
                map(&[("a", Value::Integer(1)), ("b", list(&[2, 3]))]),
            ),
            (
                "bf6346756ef563416d7421ff",
                map(&[("Fun", Value::Bool(true)), ("Amt", Value::Integer(-2))]),
            ),
        ] {
            assert_eq!(read(hex), Ok(value), "{hex}");
        }
        for hex in ["f97e00", "f97c01", "fa7fc00000", "fb7ff8000000000000"] {
            assert!(
                matches!(read(hex), Ok(Value::Float(number)) if number.is_nan()),
                "{hex}"
            );
        }
    }

    /// RFC 8949, appendix F, and what the protocol does not have.
    #[test]
    fn what_is_no_cbor_or_not_the_protocol_s_is_refused_with_its_place() {
        for (hex, problem) in [
            ("", "the end comes before the end of an item at byte 0"),
            ("18", "the end comes"),
            ("1bffffffffffffff", "the end comes"),
            ("1bffffffffffffffff", "beyond 64 bits"),
            ("3bffffffffffffffff", "beyond 64 bits"),
            ("5affffffff00", "the end comes"),
            ("5bffffffffffffffff010203", "the end comes"),
            ("9b8000000000000000", "the end comes"),
            ("bb7fffffffffffffff", "the end comes"),
            ("8181818181", "the end comes"),
            ("a16161", "the end comes"),
            ("5f4100", "the end comes"),
            ("9f", "the end comes"),
            ("bf616101", "the end comes"),
            ("1c", "a reserved length"),
            ("7e", "a reserved length"),
            ("f8ff", "unassigned simple"),
            ("e0", "unassigned simple"),
            ("f814", "unassigned simple"),
            ("ff", "a break where"),
            ("81ff", "a break where"),
            ("bf6161ff", "a break where"),
            ("1f", "an integer of indefinite"),
            ("df01", "a tag of indefinite"),
            ("c249010000000000000000", "tag 2, which"),
            ("c0743230", "tag 0, which"),
            ("c16161", "no number"),
            ("c1f5", "no number"),
            ("c1c101", "no number"),
            ("c1fb7ff8000000000000", "year 9999"),
            ("c11b7fffffffffffffff", "year 9999"),
            ("5f6161ff", "a chunk of another"),
            ("5f5fffff", "a chunk of another"),
            ("7f4161ff", "a chunk of another"),
            ("61ff", "no UTF-8"),
            ("7f61c361bcff", "no UTF-8"),
            ("a10102", "no text string"),
            ("a1416100", "no text string"),
            ("a2616101616102", "member 'a' is there more than once"),
            ("bf6161017f6161ff02ff", "member 'a' is there more than once"),
            ("0000", "more after the end at byte 1"),
        ] {
            assert!(refused(hex).contains(problem), "{hex}: {}", refused(hex));
        }
    }

    #[test]
    fn depth_and_length_are_limited() {
        for (open, close) in [("81", ""), ("9f", "ff"), ("a16161", ""), ("bf6161", "ff")] {
            let nested = |depth: usize| format!("{}00{}", open.repeat(depth), close.repeat(depth));
            assert!(read(&nested(DEPTH_MAX)).is_ok());
            assert!(refused(&nested(DEPTH_MAX + 1)).contains("nested deeper"));
        }
        let long = |items: usize| format!("9f{}ff", "00".repeat(items));
        assert!(read(&long(ITEMS_MAX)).is_ok());
        assert!(refused(&long(ITEMS_MAX + 1)).contains("more than"));
        let wide = Value::Map(
            (0..=ITEMS_MAX)
                .map(|number| (number.to_string(), Value::Null))
                .collect(),
        );
        let told = parse(&to_bytes(&wide)).unwrap_err().to_string();
        assert!(told.contains("members"), "{told}");
    }

    #[test]
    fn numbers_are_written_as_short_as_they_go() {
        for (value, hex) in [
            (Value::Integer(23), "17"),
            (Value::Integer(24), "1818"),
            (Value::Integer(-256), "38ff"),
            (Value::Integer(65_536), "1a00010000"),
            (Value::Integer(i64::MIN), "3b7fffffffffffffff"),
            (Value::Float(1.5), "fa3fc00000"),
            (Value::Float(1.1), "fb3ff199999999999a"),
            (Value::Float(f64::NAN), "fa7fc00000"),
            (Value::Float(f64::INFINITY), "fa7f800000"),
            (Value::Timestamp(Time::from_seconds(1)), "c101"),
            (Value::Timestamp(Time::from_millis(1500)), "c1fa3fc00000"),
        ] {
            assert_eq!(to_bytes(&value), bytes(hex));
        }
    }
}
