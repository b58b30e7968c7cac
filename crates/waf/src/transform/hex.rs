//! Hexadecimal: the value as a whole, and SQL's `0x` literals.

/// The value of a hexadecimal digit.
pub(super) fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// The byte that two digits mean.
pub(super) fn pair(high: u8, low: u8) -> Option<u8> {
    Some(digit(high)? << 4 | digit(low)?)
}

/// Decodes pairs of digits; what is no such text becomes empty, as in ModSecurity.
pub(super) fn decode(value: &[u8]) -> Option<Vec<u8>> {
    if value.is_empty() {
        return None;
    }
    let (pairs, rest) = value.as_chunks::<2>();
    let bytes = pairs
        .iter()
        .map(|[high, low]| pair(*high, *low))
        .collect::<Option<Vec<u8>>>();
    Some(bytes.filter(|_| rest.is_empty()).unwrap_or_default())
}

/// Decodes `0x414243` wherever it stands, as SQL does.
pub(super) fn decode_sql(value: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    loop {
        rest = match rest {
            [] => break,
            [b'0', b'x' | b'X', high, low, tail @ ..] if let Some(first) = pair(*high, *low) => {
                out.push(first);
                let mut tail = tail;
                while let [high, low, after @ ..] = tail
                    && let Some(byte) = pair(*high, *low)
                {
                    out.push(byte);
                    tail = after;
                }
                tail
            }
            [byte, tail @ ..] => {
                out.push(*byte);
                tail
            }
        };
    }
    (out.len() < value.len()).then_some(out)
}
