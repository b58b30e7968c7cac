//! UTF-8 and code points.

use std::fmt::Write as _;

/// Every character beyond ASCII becomes `%uhhhh`; what is no UTF-8 stays.
pub(super) fn utf8_to_unicode(value: &[u8]) -> Option<Vec<u8>> {
    if value.is_ascii() {
        return None;
    }
    let mut out = Vec::with_capacity(value.len() * 2);
    for chunk in value.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_ascii() {
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                let mut escape = String::with_capacity(8);
                // Writing to a string does not fail.
                if write!(escape, "%u{:04x}", u32::from(character)).is_ok() {
                    out.extend_from_slice(escape.as_bytes());
                }
            }
        }
        out.extend_from_slice(chunk.invalid());
    }
    (out != value).then_some(out)
}

/// The ASCII character that a character beyond ASCII is read as by programs that know no better:
/// the best-fit table of Microsoft's code page 20127, as far as it matters to attacks.
pub(super) fn best_fit(code: u16) -> Option<u8> {
    /// First code, and the ASCII characters of it and the following ones; a space where there is
    /// none.
    const RUNS: [(u16, &[u8]); 17] = [
        (
            0x00c0,
            b"AAAAAAACEEEEIIIIDNOOOOO OUUUUY  aaaaaaaceeeeiiii nooooo ouuuuy y",
        ),
        (
            0x0100,
            b"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi  JjKk LlLlLl",
        ),
        (
            0x0141,
            b"LlNnNnNn   OoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZz",
        ),
        (0x00a1, b"!c $Y|  Ca< -R   23   .,1o>"),
        (0x2010, b"------  ''''\"\"\"\""),
        (0x2022, b".   ."),
        (0x2032, b"'  `   <>"),
        (0x2044, b"/"),
        (0x2070, b"0   456789"),
        (0x2080, b"0123456789"),
        (0x2212, b"-  /\\*"),
        (0x2223, b"|"),
        (0x2236, b":     ~"),
        (0x2303, b"^"),
        (0x2329, b"<>"),
        (0x3008, b"<>"),
        (0x301a, b"[]"),
    ];
    if let 0xff01..=0xff5e = code {
        return u8::try_from(code - 0xff00 + 0x20).ok();
    }
    if matches!(code, 0x00a0 | 0x2000..=0x2006 | 0x3000) {
        return Some(b' ');
    }
    let found = RUNS
        .iter()
        .find_map(|(first, run)| run.get(usize::from(code.checked_sub(*first)?)));
    found.copied().filter(|byte| *byte != b' ')
}
