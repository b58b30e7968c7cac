//! JSON that is safe to print and to keep one to a line: besides what RFC 8259 (section 7) wants
//! escaped, every letter that could steer a terminal or reorder text is written as `\uXXXX`.

use std::borrow::Cow;
use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

/// Appends `value` as one line with its line feed. What serde cannot write leaves `line` as it was.
pub(crate) fn append<T: Serialize>(line: &mut Vec<u8>, value: &T) -> bool {
    let before = line.len();
    let mut serializer = serde_json::Serializer::with_formatter(&mut *line, Safe);
    if value.serialize(&mut serializer).is_err() {
        line.truncate(before);
        return false;
    }
    line.push(b'\n');
    true
}

/// Bytes as text: UTF-8 as it is, other bytes as `\xNN`.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str("\\x");
            text.extend(
                [byte >> 4, byte & 15]
                    .map(|digit| char::from_digit(digit.into(), 16).unwrap_or_default()),
            );
        }
    }
    Cow::Owned(text)
}

/// Whether a terminal or a viewer could do anything else with this letter than show it.
pub(crate) fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

struct Safe;

impl Formatter for Safe {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut plain = CompactFormatter;
        if fragment.is_ascii() && !fragment.contains('\u{7f}') {
            return plain.write_string_fragment(writer, fragment);
        }
        let mut rest = fragment;
        while let Some((at, letter)) = rest.char_indices().find(|(_, letter)| is_unsafe(*letter)) {
            let (before, after) = rest.split_at(at);
            plain.write_string_fragment(writer, before)?;
            // All of them lie in the basic plane: one unit.
            write!(writer, "\\u{:04x}", u32::from(letter))?;
            rest = after.get(letter.len_utf8()..).unwrap_or_default();
        }
        plain.write_string_fragment(writer, rest)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_line_reads_back_and_holds_nothing_that_steers_a_terminal(
            value in any::<String>(), ranges in prop::collection::vec(0x7e_u32..0x2070, 0..40),
        ) {
            let mut value = value;
            value.extend(ranges.into_iter().filter_map(char::from_u32));
            let mut line = Vec::new();
            prop_assert!(append(&mut line, &value));
            prop_assert_eq!(line.pop(), Some(b'\n'));
            let printed = std::str::from_utf8(&line).unwrap();
            prop_assert!(!printed.chars().any(is_unsafe), "{:?}", printed);
            prop_assert_eq!(serde_json::from_str::<String>(printed).unwrap(), value);
        }

        #[test]
        fn any_bytes_become_text(bytes in any::<Vec<u8>>()) {
            let shown = text(&bytes);
            if let Ok(utf8) = std::str::from_utf8(&bytes) {
                prop_assert_eq!(shown, utf8);
            } else {
                prop_assert!(shown.contains("\\x"));
            }
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_by_number() {
        assert_eq!(text(b"a\xff\xc3\xa9\xed\xa0\x80"), "a\\xffé\\xed\\xa0\\x80");
    }
}
