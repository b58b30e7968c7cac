//! HTML character references: numeric ones, and the named ones that matter in attacks. The closing
//! semicolon may be missing, as browsers allow. Source: HTML Living Standard, 13.5.

use super::hex;

/// Names and their characters. Longer names before those that they begin with.
const NAMED: [(&[u8], u8); 38] = [
    (b"quot", b'"'),
    (b"amp", b'&'),
    (b"apos", b'\''),
    (b"lt", b'<'),
    (b"gt", b'>'),
    (b"nbsp", 0xa0),
    (b"tab", b'\t'),
    (b"newline", b'\n'),
    (b"colon", b':'),
    (b"semi", b';'),
    (b"comma", b','),
    (b"period", b'.'),
    (b"excl", b'!'),
    (b"num", b'#'),
    (b"dollar", b'$'),
    (b"percnt", b'%'),
    (b"lpar", b'('),
    (b"rpar", b')'),
    (b"ast", b'*'),
    (b"midast", b'*'),
    (b"plus", b'+'),
    (b"sol", b'/'),
    (b"bsol", b'\\'),
    (b"equals", b'='),
    (b"quest", b'?'),
    (b"commat", b'@'),
    (b"lsqb", b'['),
    (b"lbrack", b'['),
    (b"rsqb", b']'),
    (b"rbrack", b']'),
    (b"lowbar", b'_'),
    (b"grave", b'`'),
    (b"lcub", b'{'),
    (b"lbrace", b'{'),
    (b"rcub", b'}'),
    (b"rbrace", b'}'),
    (b"verbar", b'|'),
    (b"hyphen", b'-'),
];

pub(super) fn decode(value: &[u8]) -> Option<Vec<u8>> {
    memchr::memchr(b'&', value)?;
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let [byte, tail @ ..] = rest {
        if *byte == b'&'
            && let Some(after) = reference(tail, &mut out)
        {
            rest = after.strip_prefix(b";").unwrap_or(after);
            continue;
        }
        out.push(*byte);
        rest = tail;
    }
    (out != value).then_some(out)
}

/// What follows the reference, which was written to `out`.
fn reference<'t>(text: &'t [u8], out: &mut Vec<u8>) -> Option<&'t [u8]> {
    match text {
        [b'#', b'x' | b'X', digits @ ..] => numeric(digits, 16, out),
        [b'#', digits @ ..] => numeric(digits, 10, out),
        _ => {
            // Without its semicolon a name must not be the beginning of a longer word; but the old
            // ones (`&lt`, `&quot` ...) need none.
            let (name, byte) = NAMED.iter().find(|(name, _)| {
                let after = text.get(name.len());
                let same = text
                    .get(..name.len())
                    .is_some_and(|t| t.eq_ignore_ascii_case(name));
                let old = matches!(*name, b"quot" | b"amp" | b"lt" | b"gt" | b"nbsp");
                same && (old || after == Some(&b';'))
            })?;
            out.push(*byte);
            text.get(name.len()..)
        }
    }
}

fn numeric<'t>(text: &'t [u8], radix: u32, out: &mut Vec<u8>) -> Option<&'t [u8]> {
    let is_digit = |byte: &&u8| hex::digit(**byte).is_some_and(|digit| u32::from(digit) < radix);
    let count = text.iter().take_while(is_digit).count();
    let (digits, tail) = text.split_at_checked(count)?;
    if digits.is_empty() {
        return None;
    }
    let code = digits.iter().fold(0u32, |code, digit| {
        code.saturating_mul(radix)
            .saturating_add(u32::from(hex::digit(*digit).unwrap_or(0)))
    });
    match u8::try_from(code) {
        Ok(byte) => out.push(byte),
        Err(_) => {
            let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    Some(tail)
}
