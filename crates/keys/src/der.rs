//! The one question about DER (X.690) that the libraries leave open: whether anything follows.

/// Whether the bytes are one SEQUENCE, whose length in its shortest form is exactly what is there.
pub(crate) fn is_one_sequence(bytes: &[u8]) -> bool {
    let Some((&[0x30, first], rest)) = bytes.split_first_chunk() else {
        return false;
    };
    if first < 0x80 {
        return usize::from(first) == rest.len();
    }
    let Some((length, content)) = rest.split_at_checked(usize::from(first & 0x7f)) else {
        return false;
    };
    let shortest = match length {
        [one] => *one >= 0x80,
        [first, _] => *first != 0,
        _ => false,
    };
    let value = length
        .iter()
        .fold(0, |value, byte| value << 8 | usize::from(*byte));
    shortest && value == content.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_follows_and_nothing_lacks() {
        let long = |length: usize| {
            let mut bytes = vec![0x30, 0x82];
            bytes.extend((u16::try_from(length).unwrap()).to_be_bytes());
            bytes.resize(4 + length, 0);
            bytes
        };
        for whole in [vec![0x30, 0], vec![0x30, 1, 5], long(256), long(65535)] {
            assert!(is_one_sequence(&whole));
            assert!(!is_one_sequence(&whole[1..]));
            assert!(!is_one_sequence(&whole[..whole.len() - 1]));
            assert!(!is_one_sequence(&[whole, vec![0]].concat()));
        }
        for wrong in [
            vec![],
            vec![0x30],
            vec![0x31, 0],
            vec![0x30, 0x81, 0],
            long(255),
        ] {
            assert!(!is_one_sequence(&wrong));
        }
        assert!(!is_one_sequence(&[0x30, 0x80]), "indefinite");
    }
}
