//! Texts and attribute values of an XML body (XML 1.0), found by a scan that needs no well-formed
//! document and expands nothing. Declarations (`<!DOCTYPE ...>`, `<!ENTITY ...>`) count as text.

use crate::limits::XML_TEXTS_MAX;

/// Calls `visit` with every text; whether there were too many comes back: the rest was the last.
pub(super) fn each<'b>(body: &'b [u8], mut visit: impl FnMut(&'b [u8])) -> bool {
    let mut rest = body;
    let mut count = 0;
    let mut text = |bytes: &'b [u8]| {
        let bytes = bytes.trim_ascii();
        if !bytes.is_empty() {
            count += 1;
            visit(bytes);
        }
        count
    };
    loop {
        let open = memchr::memchr(b'<', rest).unwrap_or(rest.len());
        let (before, tail) = rest.split_at_checked(open).unwrap_or((rest, b""));
        if text(before) >= XML_TEXTS_MAX {
            return text(tail) > XML_TEXTS_MAX;
        }
        if tail.is_empty() {
            return false;
        }
        if let Some(section) = tail.strip_prefix(b"<![CDATA[") {
            let end = memchr::memmem::find(section, b"]]>").unwrap_or(section.len());
            text(section.get(..end).unwrap_or_default());
            rest = section.get(end + 3..).unwrap_or_default();
        } else if let Some(comment) = tail.strip_prefix(b"<!--") {
            let end = memchr::memmem::find(comment, b"-->").unwrap_or(comment.len());
            text(comment.get(..end).unwrap_or_default());
            rest = comment.get(end + 3..).unwrap_or_default();
        } else {
            let close = memchr::memchr(b'>', tail).unwrap_or(tail.len());
            let tag = tail.get(..close).unwrap_or(tail);
            if tag.starts_with(b"<!") {
                text(tag);
            } else {
                quoted(tag, &mut text);
            }
            rest = tail.get(close + 1..).unwrap_or_default();
        }
    }
}

/// What stands in quotes.
fn quoted<'b>(tag: &'b [u8], text: &mut impl FnMut(&'b [u8]) -> usize) {
    let mut rest = tag;
    while let Some(open) = memchr::memchr2(b'"', b'\'', rest) {
        let quote = rest.get(open).copied().unwrap_or_default();
        let inside = rest.get(open + 1..).unwrap_or_default();
        let end = memchr::memchr(quote, inside).unwrap_or(inside.len());
        if text(inside.get(..end).unwrap_or_default()) >= XML_TEXTS_MAX {
            return;
        }
        rest = inside.get(end + 1..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_attributes() {
        let body = b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///y'>]>\
            <a b=\"c > d\" e='f'>g<!-- h --><![CDATA[i<j]]></a> k";
        let mut texts = Vec::new();
        let limited = each(body, |text| {
            texts.push(String::from_utf8(text.to_vec()).unwrap());
        });
        assert!(!limited);
        // A `>` within an attribute ends the tag for this scan: its rest is a text all the same.
        assert_eq!(
            texts.join("~"),
            "1.0~<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///y'~]>~c~d\" e='f'>g~h~i<j~k"
        );
        let many = "<a>1</a>".repeat(XML_TEXTS_MAX + 5);
        let mut count = 0;
        assert!(each(many.as_bytes(), |_| count += 1));
        assert_eq!(count, XML_TEXTS_MAX + 1);
    }
}
