//! Transforms of a rule: rewriting the host and the URL before a request goes to a target. Source:
//! Application Load Balancers, "Transforms for listener rules".

use crate::action::percent_encode_controls;
use crate::pattern::{PatternError, Regex};

/// The longest replacement, in bytes.
pub const REPLACEMENT_BYTES_MAX: usize = 1_024;

/// The longest URL or host that a rewrite may make, in bytes. A longer one leaves it as it was.
pub const REWRITTEN_BYTES_MAX: usize = 16 << 10;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Group(usize),
}

/// A regex and what takes the place of its first match; `$1` is its first group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    regex: Regex,
    replacement: Vec<Piece>,
}

impl Rewrite {
    /// A rewrite of the URL's path.
    ///
    /// # Errors
    /// When the regex or the replacement cannot be used.
    pub fn url(regex: &str, replace: &str) -> Result<Self, PatternError> {
        Self::new(Regex::rewrite(regex, false)?, replace)
    }

    /// A rewrite of the host, in which case does not count.
    ///
    /// # Errors
    /// When the regex or the replacement cannot be used.
    pub fn host(regex: &str, replace: &str) -> Result<Self, PatternError> {
        Self::new(Regex::rewrite(regex, true)?, replace)
    }

    fn new(regex: Regex, replace: &str) -> Result<Self, PatternError> {
        if replace.len() > REPLACEMENT_BYTES_MAX {
            let max = REPLACEMENT_BYTES_MAX;
            return Err(PatternError::TooLong { max });
        }
        let mut replacement = Vec::new();
        let mut text = String::new();
        let mut characters = replace.chars().peekable();
        while let Some(character) = characters.next() {
            let digit = characters.peek().and_then(|next| next.to_digit(10));
            match (
                character,
                digit.and_then(|digit| usize::try_from(digit).ok()),
            ) {
                ('$', Some(group)) => {
                    characters.next();
                    if !text.is_empty() {
                        replacement.push(Piece::Text(std::mem::take(&mut text)));
                    }
                    replacement.push(Piece::Group(group));
                }
                (character, _) => text.push(character),
            }
        }
        if !text.is_empty() {
            replacement.push(Piece::Text(text));
        }
        Ok(Self { regex, replacement })
    }

    /// The text rewritten; `None` when it does not match.
    fn apply(&self, text: &str) -> Result<Option<String>, RewriteError> {
        let Some(captures) = self.regex.captures(text.as_bytes()) else {
            return Ok(None);
        };
        let Some(matched) = captures.get(0) else {
            return Ok(None);
        };
        let mut rewritten = Vec::with_capacity(text.len() + 32);
        let (before, after) = (
            text.as_bytes().get(..matched.start()),
            text.as_bytes().get(matched.end()..),
        );
        rewritten.extend_from_slice(before.unwrap_or_default());
        for piece in &self.replacement {
            match piece {
                Piece::Text(text) => rewritten.extend_from_slice(text.as_bytes()),
                Piece::Group(group) => {
                    let found = captures
                        .get(*group)
                        .map_or(&[][..], |group| group.as_bytes());
                    rewritten.extend_from_slice(found);
                }
            }
            if rewritten.len() > REWRITTEN_BYTES_MAX {
                return Err(RewriteError);
            }
        }
        rewritten.extend_from_slice(after.unwrap_or_default());
        if rewritten.len() > REWRITTEN_BYTES_MAX {
            return Err(RewriteError);
        }
        String::from_utf8(rewritten)
            .map(Some)
            .map_err(|_| RewriteError)
    }
}

/// A rewrite that matched, but what it makes cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the rewritten host or path is too long or not well formed")]
pub struct RewriteError;

/// The transforms of a rule: at most one of each kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transforms {
    /// `host-header-rewrite`
    pub host: Option<Rewrite>,
    /// `url-rewrite`
    pub url: Option<Rewrite>,
}

impl Transforms {
    /// The host that the target is told, if it is another one.
    ///
    /// # Errors
    /// When a rewrite matches and what it makes is no host: the request must not go on as it was.
    pub fn host(&self, host: &str) -> Result<Option<String>, RewriteError> {
        let rewritten = match &self.host {
            Some(rewrite) => rewrite.apply(host)?,
            None => None,
        };
        let Some(rewritten) = rewritten else {
            return Ok(None);
        };
        // RFC 3986, section 3.2.2: what a name, an address or a port is written with.
        let fit = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        if rewritten.is_empty() || !rewritten.bytes().all(fit) {
            return Err(RewriteError);
        }
        Ok((rewritten != host).then_some(rewritten))
    }

    /// The path and query that the target is asked for, if they are others. The path is what is
    /// rewritten; a query in the replacement comes before the request's own.
    ///
    /// # Errors
    /// When the rewrite matches and what it makes is too long: the request must not go on as it
    /// was.
    pub fn path_and_query(
        &self,
        path: &str,
        query: Option<&str>,
    ) -> Result<Option<String>, RewriteError> {
        let rewritten = match &self.url {
            Some(rewrite) => rewrite.apply(path)?,
            None => None,
        };
        let Some(mut rewritten) = rewritten.filter(|rewritten| rewritten != path) else {
            return Ok(None);
        };
        if !rewritten.starts_with('/') {
            rewritten.insert(0, '/');
        }
        if let Some(query) = query {
            rewritten.push(if rewritten.contains('?') { '&' } else { '?' });
            rewritten.push_str(query);
        }
        Ok(Some(percent_encode_controls(rewritten)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn url(regex: &str, replace: &str) -> Transforms {
        Transforms {
            host: None,
            url: Some(Rewrite::url(regex, replace).unwrap()),
        }
    }

    #[test]
    fn a_url_is_rewritten_by_its_groups() {
        let shop = url("^/shop/([^/]+)/([^/]+)$", "/$2?of=$1");
        assert_eq!(
            shop.path_and_query("/shop/a/b", None).unwrap().unwrap(),
            "/b?of=a"
        );
        assert_eq!(
            shop.path_and_query("/shop/a/b", Some("x=1"))
                .unwrap()
                .unwrap(),
            "/b?of=a&x=1"
        );
        assert_eq!(shop.path_and_query("/shop/a", Some("x=1")), Ok(None));
        assert_eq!(
            url("/api", "")
                .path_and_query("/api", None)
                .unwrap()
                .unwrap(),
            "/"
        );
        assert_eq!(
            url("/api/", "")
                .path_and_query("/api/x", Some("q"))
                .unwrap()
                .unwrap(),
            "/x?q"
        );
        assert_eq!(
            url("x", "$9$").path_and_query("/x", None).unwrap().unwrap(),
            "/$"
        );
    }

    #[test]
    fn a_host_stays_a_host() {
        let host = |regex: &str, replace: &str, host: &str| {
            let transforms = Transforms {
                host: Some(Rewrite::host(regex, replace).unwrap()),
                url: None,
            };
            transforms.host(host)
        };
        assert_eq!(
            host("^(.*)\\.example$", "$1.internal", "A.EXAMPLE")
                .unwrap()
                .unwrap(),
            "A.internal"
        );
        assert_eq!(host("^.*$", "a b", "x"), Err(RewriteError));
        assert_eq!(host("^.*$", "", "x"), Err(RewriteError));
        assert_eq!(host("y", "z", "x"), Ok(None));
    }

    #[test]
    fn a_rewrite_cannot_grow_without_bound() {
        let doubling = url("^(.*)$", &"$1".repeat(500));
        assert_eq!(
            doubling.path_and_query(&format!("/{}", "a".repeat(8_000)), None),
            Err(RewriteError)
        );
        assert!(Rewrite::url("a", &"b".repeat(1_025)).is_err());
    }

    proptest! {
        #[test]
        fn a_rewritten_url_is_one_line_and_absolute(path in "\\PC{0,40}", replace in "\\PC{0,20}") {
            let path = format!("/{path}");
            if let Ok(Some(url)) = url(".", &replace).path_and_query(&path, Some("a=b")) {
                prop_assert!(url.starts_with('/'));
                prop_assert!(url.bytes().all(|byte| byte > b' ' && byte < 0x7f));
            }
        }
    }
}
