//! The conditions of a rule, compiled. Source: Application Load Balancers, "Condition types for
//! listener rules".

use std::borrow::Cow;

use ipnet::IpNet;

use crate::pattern::{Regex, Wildcard};
use crate::request::Request;

/// Patterns of which one must match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patterns {
    /// Patterns with `*` and `?`, for the whole text.
    pub wildcards: Vec<Wildcard>,
    /// Regular expressions, found anywhere.
    pub regexes: Vec<Regex>,
}

impl Patterns {
    fn matches(&self, text: &[u8]) -> bool {
        self.wildcards.iter().any(|pattern| pattern.matches(text))
            || self.regexes.iter().any(|regex| regex.matches(text))
    }
}

/// A key and value of the query; without a key, any key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryPattern {
    /// What the key must match.
    pub key: Option<Wildcard>,
    /// What the value must match.
    pub value: Wildcard,
}

/// One condition: true when one of its values is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// `host-header`
    Host(Patterns),
    /// `path-pattern`
    Path(Patterns),
    /// `http-header`
    Header {
        /// The field's name, lower case.
        name: String,
        /// What a value of it must match.
        values: Patterns,
    },
    /// `http-request-method`: exactly one of these.
    Method(Vec<String>),
    /// `query-string`
    Query(Vec<QueryPattern>),
    /// `source-ip`
    SourceIp(Vec<IpNet>),
}

impl Condition {
    /// Whether it is true of a request.
    #[must_use]
    pub fn matches(&self, request: &Request<'_>) -> bool {
        match self {
            Self::Host(patterns) => patterns.matches(request.host.as_bytes()),
            Self::Path(patterns) => patterns.matches(request.path.as_bytes()),
            Self::Header { name, values } => request
                .headers
                .any(name, &mut |value| values.matches(value)),
            Self::Method(methods) => methods.iter().any(|method| method == request.method),
            Self::Query(patterns) => pairs(request.query.unwrap_or_default())
                .any(|pair| patterns.iter().any(|pattern| pattern.matches(&pair))),
            Self::SourceIp(networks) => {
                let ip = request.source_ip.to_canonical();
                networks.iter().any(|network| network.contains(&ip))
            }
        }
    }
}

/// A key and its value, percent-decoded; a part without `=` is both a key without a value and a
/// value without a key.
struct Pair<'a> {
    key: Cow<'a, [u8]>,
    value: Cow<'a, [u8]>,
    bare: bool,
}

impl QueryPattern {
    fn matches(&self, pair: &Pair<'_>) -> bool {
        match &self.key {
            Some(key) => key.matches(&pair.key) && self.value.matches(&pair.value),
            None if pair.bare => self.value.matches(&pair.key),
            None => self.value.matches(&pair.value),
        }
    }
}

fn pairs(query: &str) -> impl Iterator<Item = Pair<'_>> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts.map(|part| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        Pair {
            key: percent_decoded(key),
            value: percent_decoded(value),
            bare: !part.contains('='),
        }
    })
}

/// Percent-decoded once, as RFC 3986, section 2.1 says; what is no encoding stays.
fn percent_decoded(text: &str) -> Cow<'_, [u8]> {
    if !text.contains('%') {
        return Cow::Borrowed(text.as_bytes());
    }
    let digit = |byte: Option<&u8>| {
        let value = char::from(*byte?).to_digit(16)?;
        u8::try_from(value).ok()
    };
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (*byte, digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(high << 4 | low);
                at += 3;
            }
            (byte, ..) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    Cow::Owned(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Protocol;

    fn request<'a>(headers: &'a Vec<(String, Vec<u8>)>) -> Request<'a> {
        Request {
            method: "GET",
            host: "Shop.Example.COM",
            path: "/Img/a.png",
            query: Some("version=V1&flag&name=a%20b&x=100%"),
            headers,
            source_ip: "::ffff:192.0.2.7".parse().unwrap(),
            protocol: Protocol::Http,
            port: 80,
        }
    }

    fn insensitive(patterns: &[&str]) -> Patterns {
        Patterns {
            wildcards: patterns
                .iter()
                .map(|pattern| Wildcard::ignore_case(pattern).unwrap())
                .collect(),
            regexes: Vec::new(),
        }
    }

    fn query(key: Option<&str>, value: &str) -> Condition {
        Condition::Query(vec![QueryPattern {
            key: key.map(|key| Wildcard::ignore_case(key).unwrap()),
            value: Wildcard::ignore_case(value).unwrap(),
        }])
    }

    #[test]
    fn every_kind_of_condition_has_its_hit_and_its_miss() {
        let headers = vec![
            ("user-agent".to_owned(), b"curl/8".to_vec()),
            ("X-Team".to_owned(), b"red".to_vec()),
            ("x-team".to_owned(), b"Blue \xff".to_vec()),
        ];
        let path = |pattern: &str| {
            let wildcards = vec![Wildcard::exact_case(pattern).unwrap()];
            Condition::Path(Patterns {
                wildcards,
                regexes: Vec::new(),
            })
        };
        let regex = |pattern: &str| Patterns {
            wildcards: Vec::new(),
            regexes: vec![Regex::condition(pattern, false).unwrap()],
        };
        let header = |name: &str, values| Condition::Header {
            name: name.to_owned(),
            values,
        };
        let method = |method: &str| Condition::Method(vec![method.to_owned()]);
        let source = |network: &str| Condition::SourceIp(vec![network.parse().unwrap()]);
        let cases = [
            (Condition::Host(insensitive(&["*.example.com"])), true),
            (Condition::Host(insensitive(&["example.com", "x.y"])), false),
            (path("/Img/*"), true),
            (path("/img/*"), false),
            (Condition::Path(regex(r"\.(png|jpg)$")), true),
            (Condition::Path(regex(r"^/img")), false),
            (header("x-team", insensitive(&["blue*"])), true),
            (header("x-team", insensitive(&["green"])), false),
            (header("x-none", insensitive(&["*"])), false),
            (method("GET"), true),
            (method("get"), false),
            (query(Some("VERSION"), "v?"), true),
            (query(Some("version"), "v2"), false),
            (query(None, "v1"), true),
            (query(None, "flag"), true),
            (query(Some("flag"), ""), true),
            (query(Some("name"), "a b"), true),
            (query(Some("x"), "100%"), true),
            (query(None, "version"), false),
            (source("192.0.2.0/24"), true),
            (source("192.0.3.0/24"), false),
            (source("2001:db8::/32"), false),
        ];
        for (condition, expected) in cases {
            let found = condition.matches(&request(&headers));
            assert_eq!(found, expected, "{condition:?}");
        }
    }

    #[test]
    fn no_query_matches_no_query_pattern() {
        let headers = Vec::new();
        let bare = Request {
            query: None,
            ..request(&headers)
        };
        assert!(!query(None, "*").matches(&bare));
    }
}
