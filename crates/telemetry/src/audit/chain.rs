//! The hash chain: every record's value is over the one before it, so that a record which is taken
//! out, changed or moved breaks all that follow (Schneier and Kelsey 1999, "Secure Audit Logs to
//! Support Computer Forensics", without the keyed part: heads are signed instead).

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{self, SHA256};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Separates these hashes from any other use of SHA-256 over the same bytes.
const RECORD_DOMAIN: &[u8] = b"btz audit record v1\0";
const GENESIS_DOMAIN: &[u8] = b"btz audit log v1\0";

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A call.
    Call,
    /// A head: what the chain was at a moment, signed when the seal is open.
    Head,
    /// Something that the log says of itself, such as a tail that was cut at a start.
    Event,
}

impl Kind {
    pub(super) const fn to_byte(self) -> u8 {
        match self {
            Self::Call => 1,
            Self::Head => 2,
            Self::Event => 3,
        }
    }

    pub(super) const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Call),
            2 => Some(Self::Head),
            3 => Some(Self::Event),
            _ => None,
        }
    }
}

/// Sixteen or thirty-two bytes, written as hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hex<const N: usize>(pub(super) [u8; N]);

/// Which log: random, made with it.
pub type LogId = Hex<16>;
/// Which public key: the first half of its SHA-256.
pub type KeyId = Hex<16>;
/// The value of the chain after a record.
pub type ChainValue = Hex<32>;

/// A text that is no such number of hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{digits} hexadecimal digits are asked for")]
pub struct HexError {
    digits: usize,
}

impl<const N: usize> Hex<N> {
    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> fmt::Display for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&types::hex(&self.0))
    }
}

impl<const N: usize> fmt::Debug for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const N: usize> FromStr for Hex<N> {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = types::unhex(text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(HexError { digits: 2 * N })
    }
}

impl<const N: usize> Serialize for Hex<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Hex<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl ChainValue {
    /// The value before the first record of a log.
    pub(super) fn genesis(log: LogId) -> Self {
        let mut context = digest::Context::new(&SHA256);
        context.update(GENESIS_DOMAIN);
        context.update(&log.0);
        Self::of(context)
    }

    /// The value after the record `sequence`, where this is the one before it.
    pub(super) fn next(&self, sequence: u64, kind: Kind, body: &[u8]) -> Self {
        let mut context = digest::Context::new(&SHA256);
        // One short piece instead of four: a hash's updates cost more than copying.
        let mut before = [0; RECORD_DOMAIN.len() + 32 + 8 + 1];
        let pieces: [&[u8]; 4] = [
            RECORD_DOMAIN,
            &self.0,
            &sequence.to_be_bytes(),
            &[kind.to_byte()],
        ];
        let filled = pieces.iter().flat_map(|piece| piece.iter());
        before
            .iter_mut()
            .zip(filled)
            .for_each(|(to, from)| *to = *from);
        context.update(&before);
        context.update(body);
        Self::of(context)
    }

    fn of(context: digest::Context) -> Self {
        let digest = context.finish();
        let mut bytes = [0; 32];
        bytes
            .iter_mut()
            .zip(digest.as_ref())
            .for_each(|(to, from)| *to = *from);
        Self(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_depends_on_all_that_it_is_over() {
        let log: LogId = Hex([7; 16]);
        let start = ChainValue::genesis(log);
        let value = start.next(1, Kind::Call, b"{}");
        assert_eq!(value, start.next(1, Kind::Call, b"{}"));
        assert_eq!(value.to_string().parse(), Ok(value));
        for other in [
            start.next(2, Kind::Call, b"{}"),
            start.next(1, Kind::Event, b"{}"),
            start.next(1, Kind::Call, b"{ }"),
            value.next(1, Kind::Call, b"{}"),
            ChainValue::genesis(Hex([8; 16])).next(1, Kind::Call, b"{}"),
        ] {
            assert_ne!(value, other);
        }
        for text in ["", "zz", "é0"] {
            assert!(text.parse::<ChainValue>().is_err());
        }
    }
}
