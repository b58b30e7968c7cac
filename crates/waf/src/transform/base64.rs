//! Base64 (RFC 4648), read as far as it can be read.

/// Decodes up to the first byte that is no base64.
pub(super) fn decode(value: &[u8]) -> Option<Vec<u8>> {
    changed(
        value,
        decoded(value.len(), value.iter().map_while(|byte| sextet(*byte))),
    )
}

/// Decodes and skips bytes that are no base64, up to the first `=`.
pub(super) fn decode_ext(value: &[u8]) -> Option<Vec<u8>> {
    let text = value.iter().take_while(|byte| **byte != b'=');
    changed(
        value,
        decoded(value.len(), text.filter_map(|byte| sextet(*byte))),
    )
}

fn changed(value: &[u8], out: Vec<u8>) -> Option<Vec<u8>> {
    (out != value).then_some(out)
}

fn decoded(length: usize, sextets: impl Iterator<Item = u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(length * 3 / 4);
    let (mut bits, mut count) = (0u16, 0u8);
    for sextet in sextets {
        bits = bits << 6 | u16::from(sextet);
        count += 6;
        if count >= 8 {
            count -= 8;
            let [_, byte] = (bits >> count).to_be_bytes();
            out.push(byte);
        }
    }
    out
}

const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}
