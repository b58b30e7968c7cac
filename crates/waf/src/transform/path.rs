//! Paths: `//`, `.` and `..` are resolved; nothing is asked of a file system.

/// `/a/./b/../c` becomes `/a/c`. A relative path keeps leading `..`; an absolute one has none.
pub(super) fn normalize(value: &[u8]) -> Option<Vec<u8>> {
    let out = resolved(value);
    (out != value).then_some(out)
}

/// The same, with backslashes as separators too.
pub(super) fn normalize_windows(value: &[u8]) -> Option<Vec<u8>> {
    let slashed = value
        .iter()
        .map(|byte| if *byte == b'\\' { b'/' } else { *byte });
    let out = resolved(&slashed.collect::<Vec<u8>>());
    (out != value).then_some(out)
}

fn resolved(value: &[u8]) -> Vec<u8> {
    let absolute = value.starts_with(b"/");
    let mut segments: Vec<&[u8]> = Vec::new();
    for segment in value.split(|byte| *byte == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => match segments.last() {
                Some(last) if *last != b".." => {
                    segments.pop();
                }
                _ if absolute => {}
                _ => segments.push(segment),
            },
            segment => segments.push(segment),
        }
    }
    let mut out = Vec::with_capacity(value.len());
    if absolute {
        out.push(b'/');
    }
    for (index, segment) in segments.iter().enumerate() {
        if index > 0 {
            out.push(b'/');
        }
        out.extend_from_slice(segment);
    }
    if value.ends_with(b"/") && !segments.is_empty() {
        out.push(b'/');
    }
    out
}
