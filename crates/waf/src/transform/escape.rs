//! Backslash escapes: ANSI C, JavaScript, CSS.

use super::hex;

/// Simple escapes that C and JavaScript share.
const fn control(escape: u8) -> Option<u8> {
    Some(match escape {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        _ => return None,
    })
}

/// Up to three octal digits, as a byte, and what follows them.
fn octal(text: &[u8], byte_only: bool) -> Option<(u8, &[u8])> {
    let mut value = 0u16;
    let mut rest = text;
    for _ in 0..3 {
        let [digit @ b'0'..=b'7', tail @ ..] = rest else {
            break;
        };
        let next = value * 8 + u16::from(digit - b'0');
        if byte_only && next > 0xff {
            break;
        }
        value = next;
        rest = tail;
    }
    let [_, low] = value.to_be_bytes();
    (rest.len() < text.len()).then_some((low, rest))
}

fn push_char(out: &mut Vec<u8>, code: u32) {
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Walks over the escapes of a value. `escape` gets what follows a backslash; it returns what
/// follows the escape, or `None` to leave the backslash in place.
fn walk(
    value: &[u8],
    mut escape: impl for<'t> FnMut(&'t [u8], &mut Vec<u8>) -> Option<&'t [u8]>,
) -> Option<Vec<u8>> {
    memchr::memchr(b'\\', value)?;
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let [byte, tail @ ..] = rest {
        if *byte == b'\\'
            && let Some(after) = escape(tail, &mut out)
        {
            rest = after;
            continue;
        }
        out.push(*byte);
        rest = tail;
    }
    (out != value).then_some(out)
}

/// `\a \b \f \n \r \t \v \xHH \OOO`; any other escaped character is itself.
pub(super) fn c(value: &[u8]) -> Option<Vec<u8>> {
    walk(value, |text, out| match text {
        [b'x' | b'X', high, low, tail @ ..] if let Some(byte) = hex::pair(*high, *low) => {
            out.push(byte);
            Some(tail)
        }
        [b'x' | b'X', ..] | [] => None,
        [b'0'..=b'7', ..] => {
            let (byte, tail) = octal(text, false)?;
            out.push(byte);
            Some(tail)
        }
        [byte, tail @ ..] => {
            out.push(control(*byte).unwrap_or(*byte));
            Some(tail)
        }
    })
}

/// `\uHHHH` (its low byte; full-width ASCII becomes ASCII), `\xHH`, octal, and control escapes.
pub(super) fn js(value: &[u8]) -> Option<Vec<u8>> {
    walk(value, |text, out| js_escape(text, out, false))
}

/// As [`js`], but characters beyond ASCII become UTF-8, surrogate pairs are joined, and
/// `\u{HHHHHH}` (ECMAScript 2015) is decoded too.
pub(super) fn js_ext(value: &[u8]) -> Option<Vec<u8>> {
    walk(value, |text, out| js_escape(text, out, true))
}

fn js_escape<'t>(text: &'t [u8], out: &mut Vec<u8>, extended: bool) -> Option<&'t [u8]> {
    match text {
        [b'u', b'{', tail @ ..] if extended && let Some((code, tail)) = braced(tail) => {
            push_char(out, code);
            Some(tail)
        }
        [b'u', tail @ ..] if let Some((unit, tail)) = unit(tail) => {
            if !extended {
                let [high, low] = unit.to_be_bytes();
                let full_width = high == 0xff && (0x01..=0x5e).contains(&low);
                out.push(if full_width { low + 0x20 } else { low });
                return Some(tail);
            }
            if let (0xd800..=0xdbff, [b'\\', b'u', after @ ..]) = (unit, tail)
                && let Some((low @ 0xdc00..=0xdfff, after)) = self::unit(after)
            {
                push_char(
                    out,
                    0x10000 + (u32::from(unit - 0xd800) << 10) + u32::from(low - 0xdc00),
                );
                return Some(after);
            }
            match unit {
                0xff01..=0xff5e => push_char(out, u32::from(unit - 0xff00) + 0x20),
                unit => push_char(out, u32::from(unit)),
            }
            Some(tail)
        }
        [b'x', high, low, tail @ ..] if let Some(byte) = hex::pair(*high, *low) => {
            out.push(byte);
            Some(tail)
        }
        [b'0'..=b'7', ..] => {
            let (byte, tail) = octal(text, true)?;
            out.push(byte);
            Some(tail)
        }
        [byte, tail @ ..] => {
            out.push(control(*byte).unwrap_or(*byte));
            Some(tail)
        }
        [] => None,
    }
}

/// Four hexadecimal digits.
fn unit(text: &[u8]) -> Option<(u16, &[u8])> {
    let [a, b, c, d, tail @ ..] = text else {
        return None;
    };
    Some((
        u16::from_be_bytes([hex::pair(*a, *b)?, hex::pair(*c, *d)?]),
        tail,
    ))
}

/// One to six hexadecimal digits and a closing brace.
fn braced(text: &[u8]) -> Option<(u32, &[u8])> {
    let digits = text
        .iter()
        .take(7)
        .take_while(|byte| hex::digit(**byte).is_some())
        .count();
    let (digits, tail) = text.split_at_checked(digits)?;
    let tail = tail.strip_prefix(b"}")?;
    let code = (1..=6)
        .contains(&digits.len())
        .then(|| hex_number(digits))?;
    Some((code, tail))
}

fn hex_number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |number, digit| {
        number << 4 | u32::from(hex::digit(*digit).unwrap_or(0))
    })
}

/// CSS 2.1, 4.1.3: a backslash and one to six digits are a character, white space after them
/// belongs to the escape; an escaped line break is nothing; any other escaped character is itself.
/// Full-width ASCII becomes ASCII.
pub(super) fn css(value: &[u8]) -> Option<Vec<u8>> {
    walk(value, |text, out| {
        let count = text
            .iter()
            .take(6)
            .take_while(|byte| hex::digit(**byte).is_some())
            .count();
        if count > 0 {
            let (digits, mut tail) = text.split_at_checked(count)?;
            match hex_number(digits) {
                code @ 0xff01..=0xff5e => push_char(out, code - 0xff00 + 0x20),
                code => push_char(out, code),
            }
            if let [b' ' | b'\t' | b'\n' | b'\r' | 0x0c | 0x0b, after @ ..] = tail {
                tail = after;
            }
            return Some(tail);
        }
        match text {
            [] | [b'\n', ..] => Some(text.get(1..).unwrap_or_default()),
            [byte, tail @ ..] => {
                out.push(*byte);
                Some(tail)
            }
        }
    })
}
