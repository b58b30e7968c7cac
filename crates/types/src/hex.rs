//! Bytes as hexadecimal digits, in lower case, and back. Source: RFC 4648, section 8.

/// Two digits a byte.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().copied().flat_map(hex_digits).collect();
    // Digits are ASCII, and ASCII is UTF-8.
    String::from_utf8(digits).unwrap_or_default()
}

/// The bytes of digits in either case; `None` when they are none, or one too many.
#[must_use]
pub fn unhex(digits: &str) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let byte = |[high, low]: &[u8; 2]| Some(value(*high)? << 4 | value(*low)?);
    pairs.iter().map(byte).collect()
}

const fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// A byte's two digits.
pub(crate) const fn hex_digits(byte: u8) -> [u8; 2] {
    [digit(byte >> 4), digit(byte & 0xf)]
}

const fn digit(nibble: u8) -> u8 {
    if nibble < 10 {
        b'0' + nibble
    } else {
        b'a' - 10 + nibble
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_two_digits() {
        assert_eq!(hex(&[]), "");
        assert_eq!(hex(&[0, 1, 0x9a, 0xff]), "00019aff");
        for byte in 0..=u8::MAX {
            assert_eq!(hex(&[byte]), format!("{byte:02x}"));
        }
    }
    #[test]
    fn digits_are_read_in_either_case_and_nothing_else_is() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        assert_eq!(unhex(&hex(&all)).unwrap(), all);
        assert_eq!(unhex(&hex(&all).to_ascii_uppercase()).unwrap(), all);
        assert_eq!(unhex("").unwrap(), []);
        for wrong in [
            "0", "0g", "g0", "0x", "+1", " 1", "000", "0ä", "/0", ":0", "@0", "`0",
        ] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}
