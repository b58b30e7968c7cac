//! One form for what receivers read as the same: the disguises of a byte are taken off, whatever
//! their order and however often they were put on.
//! Source: RFC 3629, section 10 (overlong sequences); Unicode 16, "Halfwidth and Fullwidth Forms",
//! "Enclosed Alphanumerics".

use super::url;

/// URL escapes within URL escapes that are decoded.
const ROUNDS_MAX: usize = 4;

/// Decodes URL escapes until none is left, and folds what stands for an ASCII character into it.
pub(super) fn fold(value: &[u8]) -> Option<Vec<u8>> {
    let mut text: Option<Vec<u8>> = None;
    for _ in 0..ROUNDS_MAX {
        match url::decode_uni(text.as_deref().unwrap_or(value)) {
            Some(decoded) => text = Some(decoded),
            None => break,
        }
    }
    let plain = |bytes: &[u8]| bytes.iter().all(|byte| (1..0x80).contains(byte));
    let current = text.as_deref().unwrap_or(value);
    if plain(current) {
        return text;
    }
    let folded = folded(current);
    (folded != value).then_some(folded)
}

fn folded(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    loop {
        rest = match rest {
            [] => return out,
            [0, tail @ ..] => tail,
            [0xef, 0xbc, byte @ 0x81..=0xbf, tail @ ..] => {
                out.push(byte - 0x60);
                tail
            }
            [0xef, 0xbd, byte @ 0x80..=0x9e, tail @ ..] => {
                out.push(byte - 0x20);
                tail
            }
            // Digits and letters in circles, and the ideographic full stop: hosts are read so.
            [0xe2, 0x91, byte @ 0xa0..=0xa8, tail @ ..] => {
                out.push(byte - 0xa0 + b'1');
                tail
            }
            [0xe2, 0x93, 0xaa, tail @ ..] => {
                out.push(b'0');
                tail
            }
            [0xe2, 0x93, byte @ 0x90..=0xa9, tail @ ..] => {
                out.push(byte - 0x90 + b'a');
                tail
            }
            [0xe3, 0x80, 0x82, tail @ ..] => {
                out.push(b'.');
                tail
            }
            // No-break space, also as the single byte that MySQL takes for a space.
            [0xc2, 0xa0, tail @ ..] => {
                out.push(b' ');
                tail
            }
            [byte @ ..0x80, 0xa0, tail @ ..] => {
                out.extend_from_slice(&[*byte, b' ']);
                tail
            }
            [high @ 0xc0..=0xc1, low @ 0x80..=0xbf, tail @ ..]
            | [0xe0, high @ 0x80..=0x81, low @ 0x80..=0xbf, tail @ ..]
            | [0xf0, 0x80, high @ 0x80..=0x81, low @ 0x80..=0xbf, tail @ ..] => {
                out.push((high & 1) << 6 | (low & 0x3f));
                tail
            }
            [byte, tail @ ..] => {
                out.push(*byte);
                tail
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn disguises_are_taken_off() {
        for (value, expected) in [
            ("%253Cscript%2525u003e", "<script%u003e"),
            ("%3Cscript%3E", "<script>"),
            ("\u{ff1c}script\u{ff1e}\u{ff40}\u{ff5e}", "<script>`~"),
            ("%EF%BC%9Cscript%ef%bc%9e", "<script>"),
            ("%c0%ae%c0%ae%c0%af", "../"),
            ("%e0%80%ae%f0%80%80%ae%c1%9c", "..\\"),
            ("sel%00ect", "select"),
            (
                "\u{2460}\u{2461}\u{2466}\u{3002}\u{24ea}.\u{24d0}",
                "127.0.a",
            ),
            ("1%a0or\u{a0}1", "1 or 1"),
        ] {
            let folded = fold(value.as_bytes()).unwrap();
            let again = expected.replace("%u003e", ">");
            assert_eq!(String::from_utf8(folded).unwrap(), again, "{value}");
        }
        for value in [
            "",
            "plain",
            "100% sure",
            "M\u{fc}ller \u{65e5}\u{672c}",
            "a%zz",
        ] {
            assert_eq!(fold(value.as_bytes()), None, "{value}");
        }
    }

    proptest! {
        #[test]
        fn ascii_without_escapes_stays(value in "[ -$&-*,-~]{0,40}") {
            prop_assert_eq!(fold(value.as_bytes()), None);
        }

        #[test]
        fn it_never_grows(value in prop::collection::vec(any::<u8>(), 0..80)) {
            let folded = fold(&value);
            prop_assert!(folded.is_none_or(|folded| folded.len() <= value.len() && folded != value));
        }
    }
}
