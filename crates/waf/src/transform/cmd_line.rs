//! Command lines: the characters with which a command is disguised are taken away.
//! Source: ModSecurity reference manual, "cmdLine".

/// Removes `\ " ' ^`, makes `,` and `;` spaces, squeezes white space, drops it before `/` and `(`,
/// lower-cases.
pub(super) fn any(value: &[u8]) -> Option<Vec<u8>> {
    normalized(value, |byte| matches!(byte, b'\\' | b'"' | b'\'' | b'^'))
}

/// The same for `cmd.exe`: removes `" ^`, keeps the backslashes of paths.
pub(super) fn windows(value: &[u8]) -> Option<Vec<u8>> {
    normalized(value, |byte| matches!(byte, b'"' | b'^'))
}

/// The same for Unix shells: removes `\ " '` and empty expansions (`$@`, `$*`), keeps `,` and `;`
/// and letter case, which mean something there.
pub(super) fn unix(value: &[u8]) -> Option<Vec<u8>> {
    let mut without = Vec::with_capacity(value.len());
    let mut rest = value;
    loop {
        rest = match rest {
            [] => break,
            [b'$', b'@' | b'*', tail @ ..] | [b'\\' | b'"' | b'\'', tail @ ..] => tail,
            [byte, tail @ ..] => {
                without.push(*byte);
                tail
            }
        };
    }
    let mut out = Vec::with_capacity(without.len());
    for byte in without {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {
                if out.last() != Some(&b' ') {
                    out.push(b' ');
                }
            }
            byte => out.push(byte),
        }
    }
    (out != value).then_some(out)
}

fn normalized(value: &[u8], removed: impl Fn(u8) -> bool) -> Option<Vec<u8>> {
    let mut out: Vec<u8> = Vec::with_capacity(value.len());
    for &byte in value {
        match byte {
            byte if removed(byte) => {}
            b' ' | b'\t' | b'\n' | b'\r' => space(&mut out),
            b',' | b';' => space(&mut out),
            b'/' | b'(' => {
                if out.last() == Some(&b' ') {
                    out.pop();
                }
                out.push(byte);
            }
            byte => out.push(byte.to_ascii_lowercase()),
        }
    }
    (out != value).then_some(out)
}

fn space(out: &mut Vec<u8>) {
    if out.last() != Some(&b' ') {
        out.push(b' ');
    }
}
