//! Whether an answer is like a recorded one: the same members, lists as long, the same texts.
//!
//! What differs from run to run was replaced when it was recorded: `<...>` stands for any text, and
//! with a number, as `<key-id:1>`, for the same text wherever it stands in one test; a time is
//! `datetime`; bytes are the member's own name, as `"PublicKey": "public-key"`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// What numbered placeholders stand for.
pub type Bindings = BTreeMap<String, String>;

/// Compares an answer with a recorded one; the first difference found, if there is one.
///
/// # Errors
/// What differs, and where.
pub fn compare(
    at: &str,
    expected: &Value,
    ours: &Value,
    bindings: &mut Bindings,
) -> Result<(), String> {
    match (expected, ours) {
        // A document, which AWS answers as text.
        (Value::Object(_), Value::String(document)) => {
            let document = decoded(document)
                .and_then(|text| serde_json::from_str(&text).ok())
                .ok_or_else(|| format!("{at}: {document} is no document"))?;
            compare(at, expected, &document, bindings)
        }
        (Value::Object(expected), Value::Object(ours)) => {
            let members =
                |map: &Map<String, Value>| -> BTreeSet<String> { map.keys().cloned().collect() };
            let (wanted, found) = (members(expected), members(ours));
            if wanted != found {
                let missing: Vec<_> = wanted.difference(&found).collect();
                let more: Vec<_> = found.difference(&wanted).collect();
                return Err(format!("{at}: lacks {missing:?}, has {more:?} beside"));
            }
            for (name, value) in expected {
                let at = format!("{at}.{name}");
                if *value == Value::String(kebab(name)) && ours[name].as_str() != Some("") {
                    continue;
                }
                compare(&at, value, &ours[name], bindings)?;
            }
            Ok(())
        }
        (Value::Array(expected), Value::Array(ours)) => {
            if expected.len() != ours.len() {
                return Err(format!(
                    "{at}: {} items, not {}",
                    ours.len(),
                    expected.len()
                ));
            }
            for (index, (expected, ours)) in expected.iter().zip(ours).enumerate() {
                compare(&format!("{at}[{index}]"), expected, ours, bindings)?;
            }
            Ok(())
        }
        (Value::String(expected), Value::Number(_)) if is_time(expected) => Ok(()),
        (Value::String(expected), Value::String(ours)) => {
            if is_like(expected, ours, bindings) {
                return Ok(());
            }
            Err(format!(
                "{at}: {ours} is not {expected} (with {bindings:?})"
            ))
        }
        (expected, ours) if expected == ours => Ok(()),
        (expected, ours) => Err(format!("{at}: {ours} is not {expected}")),
    }
}

/// Binds the placeholders that a whole text is: in others it can be open where one ends.
pub(crate) fn bind_whole(expected: &Value, ours: &Value, bindings: &mut Bindings) {
    match (expected, ours) {
        (Value::Object(expected), Value::Object(ours)) => {
            for (name, value) in expected {
                if let Some(ours) = ours.get(name) {
                    bind_whole(value, ours, bindings);
                }
            }
        }
        (Value::Array(expected), Value::Array(ours)) => {
            for (expected, ours) in expected.iter().zip(ours) {
                bind_whole(expected, ours, bindings);
            }
        }
        (Value::String(expected), Value::String(ours)) => {
            let name = expected
                .strip_prefix('<')
                .and_then(|rest| rest.strip_suffix('>'));
            if let Some(name) = name.filter(|name| name.contains(':') && !name.contains('<')) {
                bindings
                    .entry(name.to_owned())
                    .or_insert_with(|| ours.clone());
            }
        }
        _ => {}
    }
}

fn is_time(recorded: &str) -> bool {
    matches!(recorded, "datetime" | "<datetime>")
}

/// `PublicKey` as `public-key`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

/// Whether a text is as recorded. Numbered placeholders that are met for the first time are bound.
pub fn is_like(pattern: &str, text: &str, bindings: &mut Bindings) -> bool {
    let Some((start, rest)) = pattern.split_once('<') else {
        return pattern == text;
    };
    let Some(text) = text.strip_prefix(start) else {
        return false;
    };
    let (name, end) = rest.split_once('>').unwrap_or((rest, ""));
    let is_numbered = name.contains(':');
    if let Some(known) = bindings.get(name).filter(|_| is_numbered) {
        return match text.strip_prefix(known.as_str()) {
            Some(text) => is_like(end, text, bindings),
            None => false,
        };
    }
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    for at in ends.rev() {
        let (part, after) = text.split_at(at);
        let mut tried = bindings.clone();
        if is_numbered {
            tried.insert(name.to_owned(), part.to_owned());
        }
        if is_like(end, after, &mut tried) {
            *bindings = tried;
            return true;
        }
    }
    false
}

/// A document as an answer of IAM holds it, its percent-encoding undone.
fn decoded(document: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = document.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_placeholder_with_a_number_is_one_text() {
        for (pattern, text, like) in [
            ("a <b> c", "a anything c", true),
            ("a <b> c", "a anything d", false),
            ("<id:1>/<id:1>", "x/x", true),
            ("<id:1>/<id:1>", "x/y", false),
            ("<id:1>/<id:2>", "x/y", true),
            ("key/<id:1> and <id:1>", "key/7 and 7", true),
            ("key/<id:1> and <id:1>", "key/7 and 8", false),
        ] {
            let mut bindings = Bindings::new();
            assert_eq!(is_like(pattern, text, &mut bindings), like, "{pattern}");
        }
    }

    #[test]
    fn members_lists_and_values_have_to_be_the_same() {
        let expected =
            json!({"Id": "<id:1>", "At": "datetime", "PublicKey": "public-key", "L": [1]});
        let ours = json!({"Id": "7", "At": 3, "PublicKey": "AAAA", "L": [1]});
        let check = |ours: &Value| compare("x", &expected, ours, &mut Bindings::new());
        assert_eq!(check(&ours), Ok(()));
        for (member, value) in [
            ("L", json!([2])),
            ("L", json!([1, 1])),
            ("At", json!("now")),
            ("PublicKey", json!("")),
            ("More", json!(1)),
        ] {
            let mut other = ours.clone();
            other[member] = value;
            assert!(check(&other).is_err(), "{other}");
        }
    }
}
