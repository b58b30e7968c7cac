//! Comments of C, SQL, shell and HTML.

use memchr::memmem;

/// Each `/* ... */`, closed or not, becomes one space. A lone `*/` stays.
pub(super) fn replace(value: &[u8]) -> Option<Vec<u8>> {
    let first = memmem::find(value, b"/*")?;
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    let mut next = Some(first);
    while let Some(start) = next {
        out.extend_from_slice(rest.get(..start).unwrap_or_default());
        out.push(b' ');
        let inside = rest.get(start + 2..).unwrap_or_default();
        let end = memmem::find(inside, b"*/").map_or(inside.len(), |end| end + 2);
        rest = inside.get(end..).unwrap_or_default();
        next = memmem::find(rest, b"/*");
    }
    out.extend_from_slice(rest);
    Some(out)
}

/// The marks of comments are removed, what they enclose stays.
pub(super) fn remove_chars(value: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    loop {
        rest = match rest {
            [] => break,
            [b'<', b'!', b'-', b'-', tail @ ..]
            | [b'-', b'-', b'>', tail @ ..]
            | [b'/', b'*', tail @ ..]
            | [b'*', b'/', tail @ ..]
            | [b'-', b'-', tail @ ..]
            | [b'#', tail @ ..] => tail,
            [byte, tail @ ..] => {
                out.push(*byte);
                tail
            }
        };
    }
    (out.len() < value.len()).then_some(out)
}
