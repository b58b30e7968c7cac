//! Splits a `multipart/form-data` body into its parts (RFC 7578, RFC 2046). Lenient, as receivers
//! are: line feeds alone end lines, and what stands outside the parts is a part without a name.

use memchr::memmem;

use crate::limits::MULTIPART_PARTS_MAX;

/// A part of a multipart body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part<'b> {
    /// Parameter `name` of its `Content-Disposition`.
    pub(super) name: &'b [u8],
    /// Parameter `filename`: with one, it is a file.
    pub(super) file_name: Option<&'b [u8]>,
    /// What follows its headers.
    pub(super) content: &'b [u8],
}

impl<'b> Part<'b> {
    const fn nameless(content: &'b [u8]) -> Self {
        Self {
            name: b"",
            file_name: None,
            content,
        }
    }
}

/// Longest boundary (RFC 2046: 70 characters; receivers take longer ones).
const BOUNDARY_BYTES_MAX: usize = 200;

/// The boundary that a `Content-Type` names, if it is multipart.
pub(super) fn boundary(content_type: &[u8]) -> Option<&[u8]> {
    let multipart = content_type
        .get(..10)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"multipart/"));
    let boundary = parameter(content_type, b"boundary").filter(|_| multipart)?;
    (1..=BOUNDARY_BYTES_MAX)
        .contains(&boundary.len())
        .then_some(boundary)
}

/// The parts, and whether there were too many to tell apart: the rest is then one nameless part.
pub(super) fn split<'b>(body: &'b [u8], boundary: &[u8]) -> (Vec<Part<'b>>, bool) {
    let delimiter = [b"--", boundary].concat();
    let finder = memmem::Finder::new(&delimiter);
    let mut parts = Vec::new();
    let outside = |text: &'b [u8]| {
        let text = text.trim_ascii();
        (!text.is_empty()).then(|| Part::nameless(text))
    };
    let next = |text: &'b [u8]| -> (&'b [u8], Option<&'b [u8]>) {
        match finder.find(text) {
            Some(at) => (
                text.get(..at).unwrap_or_default(),
                text.get(at + delimiter.len()..),
            ),
            None => (text, None),
        }
    };
    let (preamble, mut rest) = next(body);
    parts.extend(outside(preamble));
    while let Some(text) = rest {
        if let Some(epilogue) = text.strip_prefix(b"--") {
            let epilogue = if parts.len() < MULTIPART_PARTS_MAX {
                epilogue
            } else {
                text
            };
            parts.extend(outside(epilogue));
            return (parts, false);
        }
        if parts.len() >= MULTIPART_PARTS_MAX {
            parts.push(Part::nameless(text));
            return (parts, true);
        }
        let (inside, after) = next(text);
        parts.push(part(inside));
        rest = after;
    }
    (parts, false)
}

/// What stands between two delimiters: the end of the line, headers, an empty line, the content.
fn part(text: &[u8]) -> Part<'_> {
    let crlf = memmem::find(text, b"\r\n\r\n").map(|at| (at, 4));
    let lf = memmem::find(text, b"\n\n").map(|at| (at, 2));
    let end = match (crlf, lf) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    let Some((at, blank)) = end else {
        return Part::nameless(text);
    };
    let headers = text.get(..at).unwrap_or_default();
    let content = text.get(at + blank..).unwrap_or_default();
    let content = content
        .strip_suffix(b"\r\n")
        .or_else(|| content.strip_suffix(b"\n"))
        .unwrap_or(content);
    let disposition = headers.split(|byte| *byte == b'\n').find(|line| {
        line.get(..20)
            .is_some_and(|name| name.eq_ignore_ascii_case(b"content-disposition:"))
    });
    let Some(disposition) = disposition else {
        return Part::nameless(content);
    };
    Part {
        name: parameter(disposition, b"name").unwrap_or_default(),
        file_name: parameter(disposition, b"filename")
            .or_else(|| parameter(disposition, b"filename*")),
        content,
    }
}

/// The value of a parameter, `; name=value` or `; name="value"`, its escapes left as they are.
fn parameter<'t>(text: &'t [u8], wanted: &[u8]) -> Option<&'t [u8]> {
    let mut rest = text;
    loop {
        let at = memchr::memchr(b';', rest)?;
        rest = rest.get(at + 1..)?.trim_ascii_start();
        let Some(after) = rest
            .get(..wanted.len())
            .filter(|name| name.eq_ignore_ascii_case(wanted))
            .and_then(|_| rest.get(wanted.len()..))
            .and_then(|after| after.trim_ascii_start().strip_prefix(b"="))
        else {
            continue;
        };
        let after = after.trim_ascii_start();
        return match after.strip_prefix(b"\"") {
            Some(quoted) => {
                let mut escaped = false;
                let end = quoted.iter().position(|byte| {
                    let closes = *byte == b'"' && !escaped;
                    escaped = *byte == b'\\' && !escaped;
                    closes
                });
                quoted.get(..end.unwrap_or(quoted.len()))
            }
            None => {
                let end = after
                    .iter()
                    .position(|byte| matches!(byte, b';' | b' ' | b'\t' | b'\r'))
                    .unwrap_or(after.len());
                after.get(..end)
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str) -> Vec<String> {
        let boundary = boundary(b"multipart/form-data; boundary=\"x y\"").unwrap();
        let (parts, _) = split(body.as_bytes(), boundary);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        parts
            .iter()
            .map(|part| match part.file_name {
                Some(file) => {
                    format!("{}|{}|{}", text(part.name), text(file), text(part.content))
                }
                None => format!("{}|{}", text(part.name), text(part.content)),
            })
            .collect()
    }

    #[test]
    fn parts_names_and_what_stands_outside() {
        let body = "--x y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
                    --x y\r\ncontent-type: text/plain\r\ncontent-disposition: form-data; filename=\"c;\\\".txt\"; name=b\r\n\r\n2\r\n\r\n\
                    --x y--\r\n";
        assert_eq!(shown(body), ["a|1", "b|c;\\\".txt|2\r\n"]);
        assert_eq!(
            shown("pre\n--x y\nContent-Disposition: form-data; name=a\n\n1\n--x y--\npost"),
            ["|pre", "a|1", "|post"]
        );
        assert_eq!(shown("no delimiter"), ["|no delimiter"]);
        assert_eq!(shown("--x y\r\nno headers"), ["|\r\nno headers"]);
        assert_eq!(
            shown("--x y\r\nContent-Disposition: form-data; name=a\r\n\r\nunended"),
            ["a|unended"]
        );
    }

    #[test]
    fn boundaries() {
        for (content_type, expected) in [
            ("multipart/form-data; boundary=abc", Some("abc")),
            (
                "Multipart/Form-Data; charset=utf-8; BOUNDARY = \"a b\"",
                Some("a b"),
            ),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", None),
            ("text/plain; boundary=abc", None),
        ] {
            let found = boundary(content_type.as_bytes());
            assert_eq!(found, expected.map(str::as_bytes), "{content_type}");
        }
    }

    #[test]
    fn parts_beyond_the_limit_are_one() {
        let one = "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
        let body = one.repeat(MULTIPART_PARTS_MAX + 3);
        let (parts, limited) = split(body.as_bytes(), b"x y");
        assert!(limited);
        assert_eq!(parts.len(), MULTIPART_PARTS_MAX + 1);
        assert_eq!(
            parts.last().unwrap().content.len(),
            one.len() * 3 - "--x y".len()
        );
    }
}
