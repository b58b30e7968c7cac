//! Named, deterministic encoders: how the same payload is written in different places and disguises.
//! Sources: RFC 3986 (percent encoding), WHATWG URL (forms), RFC 8259 (JSON escapes), RFC 4648
//! (Base64), XML 1.0 (references), RFC 3629, section 3 (why overlong UTF-8 is forbidden).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

type Encode = fn(&[u8]) -> Vec<u8>;

/// Every encoder, by name. The README of the corpus describes them.
const ENCODERS: &[(&str, Encode)] = &[
    ("raw", <[u8]>::to_vec),
    ("url", |bytes| percent(bytes, is_unreserved)),
    ("url-js", |bytes| {
        percent(bytes, |byte| {
            is_unreserved(byte) || b"!'()*".contains(&byte)
        })
    }),
    ("url-min", |bytes| {
        percent(bytes, |byte| {
            byte.is_ascii_graphic() && !b"%#&+".contains(&byte)
        })
    }),
    ("url-all", |bytes| percent(bytes, |_| false)),
    ("url-lower", |bytes| {
        percent(bytes, is_unreserved).to_ascii_lowercase()
    }),
    ("path", |bytes| {
        percent(bytes, |byte| {
            is_unreserved(byte) || b"!$&'()*+,;=:@/".contains(&byte)
        })
    }),
    ("form", form),
    ("lines", |bytes| replace(bytes, b"\n", b"\r\n")),
    ("cookie", |bytes| {
        percent(bytes, |byte| (b' '..0x7f).contains(&byte) && byte != b';')
    }),
    ("header", |bytes| {
        percent(bytes, |byte| byte >= b' ' && byte != 0x7f)
    }),
    ("quoted", |bytes| {
        let lines = percent(bytes, |byte| byte >= b' ' && byte != 0x7f);
        replace(&lines, b"\"", b"%22")
    }),
    ("json", json),
    ("json-unicode", |bytes| utf16(bytes, "\\u", 4)),
    ("percent-u", |bytes| utf16(bytes, "%u", 4)),
    ("xml", xml),
    ("cdata", |bytes| [b"<![CDATA[", bytes, b"]]>"].concat()),
    ("entity-decimal", |bytes| {
        entity(bytes, |code| format!("&#{code};"))
    }),
    ("entity-hex", |bytes| {
        entity(bytes, |code| format!("&#x{code:x};"))
    }),
    ("entity-padded", |bytes| {
        entity(bytes, |code| format!("&#{code:07}"))
    }),
    ("base64", |bytes| STANDARD.encode(bytes).into_bytes()),
    ("base64url", |bytes| {
        URL_SAFE_NO_PAD.encode(bytes).into_bytes()
    }),
    ("hex", hex),
    ("overlong", overlong),
    ("fullwidth", fullwidth),
    ("alternate-case", alternate_case),
    ("sql-comment", |bytes| replace(bytes, b" ", b"/**/")),
    ("sql-tab", |bytes| replace(bytes, b" ", b"\t")),
    ("sql-newline", |bytes| replace(bytes, b" ", b"\n")),
    ("sql-vertical-tab", |bytes| replace(bytes, b" ", b"\x0b")),
    ("sql-version", sql_version),
    ("shell-ifs", |bytes| replace(bytes, b" ", b"${IFS}")),
    ("shell-tab", |bytes| replace(bytes, b" ", b"\t")),
    ("backslash", |bytes| replace(bytes, b"/", b"\\")),
    ("doubled-dots", |bytes| replace(bytes, b"../", b"....//")),
    ("dot-url", |bytes| replace(bytes, b".", b"%2e")),
    ("slash-url", |bytes| replace(bytes, b"/", b"%2f")),
    ("unescape", unescape),
];

/// Whether there is an encoder of this name.
pub(crate) fn is_known(name: &str) -> bool {
    ENCODERS.iter().any(|(known, _)| *known == name)
}

/// Applies the encoder of this name; `None` when there is none.
pub(crate) fn apply(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let (_, encode) = ENCODERS.iter().find(|(known, _)| *known == name)?;
    Some(encode(bytes))
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn percent(bytes: &[u8], keeps: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(bytes.len() * 2);
    for byte in bytes {
        if keeps(*byte) {
            encoded.push(*byte);
        } else {
            encoded.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    encoded
}

fn form(bytes: &[u8]) -> Vec<u8> {
    let lines = replace(bytes, b"\n", b"\r\n");
    let encoded = percent(&lines, |byte| {
        byte == b' ' || byte.is_ascii_alphanumeric() || b"*-._".contains(&byte)
    });
    replace(&encoded, b" ", b"+")
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(from) {
            replaced.extend_from_slice(to);
            rest = behind;
        } else {
            replaced.push(*first);
            rest = after;
        }
    }
    replaced
}

fn json(bytes: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(bytes.len() + 8);
    for byte in bytes {
        match byte {
            b'"' => encoded.extend_from_slice(b"\\\""),
            b'\\' => encoded.extend_from_slice(b"\\\\"),
            b'\n' => encoded.extend_from_slice(b"\\n"),
            b'\r' => encoded.extend_from_slice(b"\\r"),
            b'\t' => encoded.extend_from_slice(b"\\t"),
            0..=0x1f | 0x7f => encoded.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => encoded.push(*byte),
        }
    }
    encoded
}

fn utf16(bytes: &[u8], prefix: &str, digits: usize) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let units = text
        .encode_utf16()
        .map(|unit| format!("{prefix}{unit:0digits$x}"));
    units.collect::<String>().into_bytes()
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    let pairs = bytes.iter().map(|byte| format!("{byte:02x}"));
    pairs.collect::<String>().into_bytes()
}

fn xml(bytes: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(bytes.len() + 8);
    for byte in bytes {
        match byte {
            b'<' => encoded.extend_from_slice(b"&lt;"),
            b'>' => encoded.extend_from_slice(b"&gt;"),
            b'&' => encoded.extend_from_slice(b"&amp;"),
            b'"' => encoded.extend_from_slice(b"&quot;"),
            b'\'' => encoded.extend_from_slice(b"&apos;"),
            _ => encoded.push(*byte),
        }
    }
    encoded
}

fn entity(bytes: &[u8], reference: impl Fn(u32) -> String) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let references = text.chars().map(|letter| reference(u32::from(letter)));
    references.collect::<String>().into_bytes()
}

/// Punctuation in two bytes of UTF-8 where one would do, percent-encoded.
fn overlong(bytes: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(bytes.len() * 3);
    for byte in bytes {
        match byte {
            b'.' | b'/' | b'\\' | b'<' | b'>' | b'\'' | b'"' => {
                let (first, second) = (0xc0 | (byte >> 6), 0x80 | (byte & 0x3f));
                encoded.extend_from_slice(format!("%{first:02x}%{second:02x}").as_bytes());
            }
            byte if is_unreserved(*byte) => encoded.push(*byte),
            byte => encoded.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    encoded
}

/// The full-width forms of Unicode (U+FF01 to U+FF5E), which many systems fold to ASCII.
fn fullwidth(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let wide = text.chars().map(|letter| match letter {
        '!'..='~' => char::from_u32(u32::from(letter) + 0xfee0).unwrap_or(letter),
        other => other,
    });
    wide.collect::<String>().into_bytes()
}

fn alternate_case(bytes: &[u8]) -> Vec<u8> {
    let mut upper = false;
    let letters = bytes.iter().map(|byte| {
        upper = byte.is_ascii_alphabetic() && !upper;
        if upper {
            byte.to_ascii_uppercase()
        } else {
            byte.to_ascii_lowercase()
        }
    });
    letters.collect()
}

/// Keywords within MySQL's version comments.
fn sql_version(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let words = text.split(' ').map(|word| {
        let keyword = ["union", "select", "from", "where", "all", "and", "or"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known));
        if keyword {
            format!("/*!50000{word}*/")
        } else {
            word.to_owned()
        }
    });
    words.collect::<Vec<_>>().join(" ").into_bytes()
}

/// `\n`, `\r`, `\t`, `\\` and `\xHH` as the bytes they mean.
fn unescape(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            plain.push(*first);
            continue;
        }
        let (byte, behind) = match after {
            [b'n', behind @ ..] => (b'\n', behind),
            [b'r', behind @ ..] => (b'\r', behind),
            [b't', behind @ ..] => (b'\t', behind),
            [b'\\', behind @ ..] => (b'\\', behind),
            [b'x', high, low, behind @ ..] => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, behind),
                _ => (b'\\', after),
            },
            _ => (b'\\', after),
        };
        plain.push(byte);
        rest = behind;
    }
    plain
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_describes_every_encoder() {
        let readme = include_str!("../../../../tests/corpus/README.md");
        for (name, _) in ENCODERS {
            assert!(readme.contains(&format!("`{name}`")), "{name}");
        }
    }

    #[test]
    fn encoders_write_what_their_sources_say() {
        for (name, plain, encoded) in [
            ("url", "a b'<é", "a%20b%27%3C%C3%A9"),
            ("url-js", "it's (1)", "it's%20(1)"),
            ("url-min", "a'b <c>&d", "a'b%20<c>%26d"),
            ("url-all", "a/", "%61%2F"),
            ("path", "../a b", "../a%20b"),
            ("form", "a b\nc'", "a+b%0D%0Ac%27"),
            ("cookie", "a; b", "a%3B b"),
            ("json", "a\"\\\n", "a\\\"\\\\\\n"),
            ("json-unicode", "<é", "\\u003c\\u00e9"),
            ("percent-u", "'", "%u0027"),
            ("xml", "<a b='c'>", "&lt;a b=&apos;c&apos;&gt;"),
            ("entity-hex", "<", "&#x3c;"),
            ("base64", "a'b", "YSdi"),
            ("overlong", "../", "%c0%ae%c0%ae%c0%af"),
            ("fullwidth", "<a>", "＜ａ＞"),
            ("alternate-case", "union", "UnIoN"),
            ("sql-comment", "or 1", "or/**/1"),
            (
                "sql-version",
                "1 union select 2",
                "1 /*!50000union*/ /*!50000select*/ 2",
            ),
            ("unescape", "a\\x00\\n\\q", "a\0\n\\q"),
        ] {
            let found = apply(name, plain.as_bytes()).expect(name);
            assert_eq!(String::from_utf8_lossy(&found), encoded, "{name}");
        }
        assert_eq!(apply("rot13", b"a"), None);
    }
}
