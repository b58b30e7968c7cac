//! Keys: typed paths such as `wafv2/ipset/123456789012/us-east-1/REGIONAL/ID`, as in etcd and
//! FoundationDB's directory layer, with segments escaped as in RFC 3986 section 2.1.

use std::fmt;
use std::ops::Bound;

/// A typed path. Made by a service's `state.rs`, which alone knows its own keys.
///
/// Segments are any text. In the encoded form `/` separates them; `/`, `%`, control characters and
/// DEL within them are escaped as `%XX`, and an empty segment is a lone `%`. So no value that a
/// caller chose can reach into another path. Keys order as the bytes of their encoded form.
///
/// As a prefix a key stands for whole segments: `a/b` holds `a/b` and `a/b/c`, never `a/bc`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Key(String);

/// Text that is no encoded [`Key`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a key: segments are separated by `/` and escaped as `%XX`")]
pub struct KeyError;

impl Key {
    /// The path of these segments. That it is short enough ([`crate::MAX_KEY_BYTES`]) is checked
    /// where it is used.
    ///
    /// ```
    /// let key = store::Key::new(["wafv2", "ipset", "a/b"]);
    /// assert_eq!(key.as_str(), "wafv2/ipset/a%2Fb");
    /// ```
    pub fn new<I>(segments: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut path = String::with_capacity(96);
        for segment in segments {
            append(segment.as_ref(), &mut path);
        }
        Self(path)
    }

    /// The prefix of all rows. No row has it as its key.
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// Whether this is [`Key::root`].
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// This path and one more segment.
    #[must_use]
    pub fn child(&self, segment: impl AsRef<str>) -> Self {
        let segment = segment.as_ref();
        let mut path = String::with_capacity(self.0.len() + 1 + segment.len());
        path.push_str(&self.0);
        append(segment, &mut path);
        Self(path)
    }

    /// Reads the encoded form. Only what [`Key::as_str`] writes is taken: one path, one text.
    ///
    /// # Errors
    /// [`KeyError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        if text.is_empty() {
            return Ok(Self::root());
        }
        let mut key = Self::root();
        for encoded in text.split('/') {
            key = key.child(unescape(encoded).ok_or(KeyError)?);
        }
        if key.0 == text {
            Ok(key)
        } else {
            Err(KeyError)
        }
    }

    /// The encoded form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The segments, as they were given.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = String> {
        let path = (!self.is_root()).then_some(self.0.as_str());
        path.into_iter()
            .flat_map(|path| path.split('/'))
            // A key was encoded by `escape`, so this never falls back.
            .map(|encoded| unescape(encoded).unwrap_or_default())
    }

    /// Whether this key is `prefix` or lies under it.
    pub fn starts_with(&self, prefix: &Self) -> bool {
        prefix.is_root()
            || self
                .0
                .strip_prefix(prefix.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The encoded keys strictly under this prefix: from the first, to before the second. (What
    /// orders between `a/b` and `a/b/`, such as `a/b-c`, is not under `a/b`.)
    pub(crate) fn under(&self) -> (Bound<String>, Bound<String>) {
        if self.is_root() {
            return (Bound::Unbounded, Bound::Unbounded);
        }
        // '0' is the character after '/'.
        (
            Bound::Excluded(format!("{}/", self.0)),
            Bound::Excluded(format!("{}0", self.0)),
        )
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

fn append(segment: &str, path: &mut String) {
    if !path.is_empty() {
        path.push('/');
    }
    escape(segment, path);
}

fn escape(segment: &str, path: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if segment.is_empty() {
        path.push('%');
    }
    // Nearly all are plain ASCII: ids, account numbers, Regions.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'/' && byte != b'%';
    if segment.bytes().fold(true, |all, byte| all & is_plain(byte)) {
        path.push_str(segment);
        return;
    }
    for character in segment.chars() {
        if character != '/' && character != '%' && !character.is_control() {
            path.push(character);
            continue;
        }
        let mut buffer = [0; 4];
        for byte in character.encode_utf8(&mut buffer).bytes() {
            let digit = |nibble: u8| {
                HEX.get(usize::from(nibble))
                    .copied()
                    .map_or('0', char::from)
            };
            path.push('%');
            path.push(digit(byte >> 4));
            path.push(digit(byte & 15));
        }
    }
}

fn unescape(encoded: &str) -> Option<String> {
    if encoded == "%" {
        return Some(String::new());
    }
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut nibble = || char::from(rest.next()?).to_digit(16);
        let (high, low) = (nibble()?, nibble()?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_come_back_as_they_were_given() {
        for segments in [
            vec!["a"],
            vec!["a", "b/c", "d%2Fe", ""],
            vec![""],
            vec!["", ""],
            vec![
                "line\nbreak",
                "nul\0",
                "del\u{7f}",
                "c1\u{85}",
                "é ☃",
                "%",
                "/",
            ],
        ] {
            let key = Key::new(&segments);
            assert_eq!(key.segments().collect::<Vec<_>>(), segments, "{key}");
            assert_eq!(Key::parse(key.as_str()), Ok(key.clone()));
            assert!(!key.as_str().contains(char::is_control), "{key:?}");
        }
        assert_eq!(Key::root().segments().count(), 0);
        assert_eq!(Key::parse(""), Ok(Key::root()));
        assert_ne!(Key::new([""]), Key::root());
        assert_ne!(Key::new(["a", "b"]), Key::new(["a/b"]));
    }

    #[test]
    fn one_path_has_one_text() {
        for text in [
            "/", "a/", "a//b", "%2f", "%41", "a%", "%2", "%zz", "%C3", "a\nb", "%%", "%+1",
        ] {
            assert_eq!(Key::parse(text), Err(KeyError), "{text:?}");
        }
    }

    #[test]
    fn a_prefix_is_whole_segments() {
        let prefix = Key::new(["a", "b"]);
        for (path, inside) in [
            ("a/b", true),
            ("a/b/c", true),
            ("a/b/c/d", true),
            ("a/b/%", true),
            ("a/bc", false),
            ("a/b-c", false),
            ("a/b-c/d", false),
            ("a", false),
            ("a/c", false),
            ("aa/b", false),
        ] {
            let key = Key::parse(path).unwrap();
            assert_eq!(key.starts_with(&prefix), inside, "{path}");
            assert!(key.starts_with(&Key::root()));
            let (Bound::Excluded(low), Bound::Excluded(high)) = prefix.under() else {
                panic!("a bounded range");
            };
            let within = path > low.as_str() && path < high.as_str();
            assert_eq!(within || key == prefix, inside, "range of {path}");
        }
    }
}
