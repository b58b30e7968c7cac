//! White space: space, tab, line feed, vertical tab, form feed, carriage return.

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

/// AWS and libmodsecurity count the no-break space of ISO 8859-1 as white space here.
const NO_BREAK_SPACE: u8 = 0xa0;

pub(super) fn compress(value: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(value.len());
    let mut in_space = false;
    for &byte in value {
        let space = is_space(byte) || byte == NO_BREAK_SPACE;
        if !space {
            out.push(byte);
        } else if !in_space {
            out.push(b' ');
        }
        in_space = space;
    }
    (out != value).then_some(out)
}

pub(super) fn remove(value: &[u8]) -> Option<Vec<u8>> {
    let removable = |byte: &u8| is_space(*byte) || *byte == NO_BREAK_SPACE;
    value.iter().any(removable).then(|| {
        value
            .iter()
            .copied()
            .filter(|byte| !removable(byte))
            .collect()
    })
}

pub(super) fn trim(value: &[u8]) -> Option<Vec<u8>> {
    shorter(value, without_left(without_right(value)))
}

pub(super) fn trim_left(value: &[u8]) -> Option<Vec<u8>> {
    shorter(value, without_left(value))
}

pub(super) fn trim_right(value: &[u8]) -> Option<Vec<u8>> {
    shorter(value, without_right(value))
}

fn shorter(value: &[u8], trimmed: &[u8]) -> Option<Vec<u8>> {
    (trimmed.len() < value.len()).then(|| trimmed.to_vec())
}

fn without_left(mut value: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = value
        && is_space(*first)
    {
        value = rest;
    }
    value
}

fn without_right(mut value: &[u8]) -> &[u8] {
    while let [rest @ .., last] = value
        && is_space(*last)
    {
        value = rest;
    }
    value
}
