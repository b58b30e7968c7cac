//! Request ids, of API calls (`x-amzn-RequestId`) and of proxied requests (`x-btz-request-id`).
//! Source: RFC 9562, UUID version 4.

use std::fmt;
use std::str::FromStr;

use crate::hex::hex_digits;

/// A UUID, version 4.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(u128);

/// A text that is no request id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a request id is a UUID such as 7f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5, but this is `{0}`")]
pub struct RequestIdError(String);

impl RequestId {
    /// Makes sixteen random bytes an id: version and variant bits are set.
    #[must_use]
    pub fn from_random(random: [u8; 16]) -> Self {
        let bits = u128::from_be_bytes(random);
        Self(bits & !(0xf << 76) & !(0b11 << 62) | 0x4 << 76 | 0b10 << 62)
    }

    /// The sixteen bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// The id's 36 letters.
    #[must_use]
    pub fn to_ascii(self) -> [u8; 36] {
        /// Where each byte's two digits are.
        const AT: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
        let mut text = [b'-'; 36];
        for (byte, at) in self.to_bytes().into_iter().zip(AT) {
            if let Some(digits) = text.get_mut(at..at + 2) {
                digits.copy_from_slice(&hex_digits(byte));
            }
        }
        text
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // ASCII is UTF-8.
        f.write_str(std::str::from_utf8(&self.to_ascii()).unwrap_or_default())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for RequestId {
    type Err = RequestIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || RequestIdError(text.chars().take(40).collect());
        let hyphens = text.len() == 36
            && text.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            });
        if !hyphens {
            return Err(wrong());
        }
        u128::from_str_radix(&text.replace('-', ""), 16)
            .map(Self)
            .map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_is_a_version_4_uuid_and_reads_back() {
        for byte in [0, 0x5a, 0xff] {
            let id = RequestId::from_random([byte; 16]);
            let text = id.to_string();
            assert_eq!(text.parse(), Ok(id));
            assert_eq!(text.as_bytes()[14], b'4', "{text}");
            assert!(b"89ab".contains(&text.as_bytes()[19]), "{text}");
        }
        for text in [
            "",
            "x",
            "7f0a3c521b6e4d119a05d6f1c2b3a4e5",
            "+f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5",
        ] {
            assert!(text.parse::<RequestId>().is_err(), "{text}");
        }
    }
}
