//! `application/x-www-form-urlencoded`: `%41`, `+`, and Microsoft's `%u0041`. What is no valid
//! escape stays as it is.

use super::{hex, unicode};

pub(super) fn decode(value: &[u8]) -> Option<Vec<u8>> {
    decoded(value, false)
}

pub(super) fn decode_uni(value: &[u8]) -> Option<Vec<u8>> {
    decoded(value, true)
}

fn decoded(value: &[u8], with_u: bool) -> Option<Vec<u8>> {
    memchr::memchr2(b'%', b'+', value)?;
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    loop {
        rest = match rest {
            [] => break,
            [b'+', tail @ ..] => {
                out.push(b' ');
                tail
            }
            [b'%', b'u' | b'U', a, b, c, d, tail @ ..]
                if with_u && let Some(byte) = best_fit(*a, *b, *c, *d) =>
            {
                out.push(byte);
                tail
            }
            [b'%', high, low, tail @ ..] if let Some(byte) = hex::pair(*high, *low) => {
                out.push(byte);
                tail
            }
            [byte, tail @ ..] => {
                out.push(*byte);
                tail
            }
        };
    }
    (out != value).then_some(out)
}

/// `%uHHLL`: the ASCII character that fits best, else the low byte.
fn best_fit(a: u8, b: u8, c: u8, d: u8) -> Option<u8> {
    let code = [hex::pair(a, b)?, hex::pair(c, d)?];
    let [_, low] = code;
    Some(unicode::best_fit(u16::from_be_bytes(code)).unwrap_or(low))
}
