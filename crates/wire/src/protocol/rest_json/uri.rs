//! URI patterns and which operation a method and a URI ask for: `/detector/{detectorId}/tags?all`,
//! `/{bucket}/{key+}`.
//! Source: Smithy 2.0, "HTTP binding traits", "httpLabel", "greedy labels", "specificity routing".

use std::cmp::Ordering;

use crate::Operation;
use crate::protocol::percent_decode;

/// A decoded query string.
pub(super) type Parameters = [(String, String)];

/// How a request looks for an operation and how its response starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HttpBinding {
    method: String,
    pattern: UriPattern,
    pub(super) status: u16,
}

/// A URI with labels.
#[derive(Debug, Clone, PartialEq, Eq)]
struct UriPattern {
    segments: Vec<Segment>,
    /// Parameters that have to be there, of one without `=` with an empty value.
    query: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    /// This text.
    Literal(String),
    /// One segment, not empty.
    Label(String),
    /// As many segments as there are, at least one.
    Greedy(String),
}

impl Segment {
    /// The more specific, the smaller.
    fn rank(&self) -> u8 {
        match self {
            Self::Literal(_) => 0,
            Self::Label(_) => 1,
            Self::Greedy(_) => 2,
        }
    }

    /// Its text where that has to be there.
    fn literal(&self) -> &str {
        match self {
            Self::Literal(text) => text,
            Self::Label(_) | Self::Greedy(_) => "",
        }
    }
}

impl HttpBinding {
    /// From a model's `http`; else what is wrong with it.
    pub(crate) fn new(method: &str, uri: &str, status: Option<i64>) -> Result<Self, String> {
        let status = match status.map(u16::try_from) {
            None => 200,
            Some(Ok(status @ 100..=999)) => status,
            Some(_) => return Err("has no HTTP status".to_owned()),
        };
        Ok(Self {
            method: method.to_owned(),
            pattern: UriPattern::parse(uri)?,
            status,
        })
    }

    /// A label for which none of `members` is.
    pub(crate) fn unbound_label(&self, members: &[&str]) -> Option<&str> {
        let labels = self
            .pattern
            .segments
            .iter()
            .filter_map(|segment| match segment {
                Segment::Literal(_) => None,
                Segment::Label(name) | Segment::Greedy(name) => Some(name.as_str()),
            });
        labels.into_iter().find(|label| !members.contains(label))
    }

    /// The labels of a path that matches, decoded; none where it does not.
    pub(super) fn labels(&self, path: &str) -> Option<Vec<(&str, String)>> {
        self.pattern.labels(&segments(path)?)
    }

    fn matches(&self, method: &str, path: &[&str], query: &Parameters) -> bool {
        self.method == method
            && self
                .pattern
                .query
                .iter()
                .all(|wanted| query.contains(wanted))
            && self.pattern.labels(path).is_some()
    }

    /// The more specific first: literals before labels before greedy labels from left to right,
    /// then the longer path, then the more query literals.
    fn specificity(&self, other: &Self) -> Ordering {
        let (one, two) = (&self.pattern, &other.pattern);
        let ranks = |pattern: &UriPattern| -> Vec<u8> {
            pattern.segments.iter().map(Segment::rank).collect()
        };
        let (ranks_of_one, ranks_of_two) = (ranks(one), ranks(two));
        let by_segment = ranks_of_one
            .iter()
            .zip(&ranks_of_two)
            .map(|(one, two)| one.cmp(two))
            .find(|ordering| ordering.is_ne());
        by_segment
            .unwrap_or_else(|| ranks_of_two.len().cmp(&ranks_of_one.len()))
            .then_with(|| two.query.len().cmp(&one.query.len()))
    }

    /// Whether a request that matches one of both matches the other, so that it is unknown which
    /// one it asks for.
    fn is_same_as(&self, other: &Self) -> bool {
        let texts = |pattern: &UriPattern| -> Vec<(u8, String)> {
            let segments = pattern.segments.iter();
            segments
                .map(|segment| (segment.rank(), segment.literal().to_owned()))
                .collect()
        };
        let query = |pattern: &UriPattern| {
            let mut query = pattern.query.clone();
            query.sort_unstable();
            query
        };
        self.method == other.method
            && texts(&self.pattern) == texts(&other.pattern)
            && query(&self.pattern) == query(&other.pattern)
    }
}

impl UriPattern {
    fn parse(uri: &str) -> Result<Self, String> {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let broken = || format!("has the URI `{uri}`, which cannot be read");
        let segment = |text: &&str| match text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
            Some(label) => match label.strip_suffix('+') {
                Some(label) => Segment::Greedy(label.to_owned()),
                None => Segment::Label(label.to_owned()),
            },
            None => Segment::Literal((*text).to_owned()),
        };
        let segments: Vec<Segment> = segments(path)
            .ok_or_else(broken)?
            .iter()
            .map(segment)
            .collect();
        let greedy = segments.iter().filter(|segment| segment.rank() == 2);
        if greedy.count() > 1 {
            return Err(broken());
        }
        let query = query.split('&').filter(|pair| !pair.is_empty());
        Ok(Self {
            segments,
            query: query
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        })
    }

    fn labels(&self, path: &[&str]) -> Option<Vec<(&str, String)>> {
        let mut labels = Vec::new();
        let mut rest = path;
        for (index, segment) in self.segments.iter().enumerate() {
            let after = self.segments.len() - index - 1;
            let taken = match segment {
                Segment::Greedy(_) => rest.len().checked_sub(after)?,
                Segment::Literal(_) | Segment::Label(_) => 1,
            };
            let (held, left) = rest.split_at_checked(taken)?;
            rest = left;
            let text = percent_decode(&held.join("/"), false)?;
            match segment {
                Segment::Literal(literal) if *literal == text => {}
                Segment::Label(name) | Segment::Greedy(name) if !text.is_empty() => {
                    labels.push((name.as_str(), text));
                }
                _ => return None,
            }
        }
        rest.is_empty().then_some(labels)
    }
}

/// A path's segments. One slash at the end is none of them: clients send it and leave it out for
/// the same operation. None where a path can be read in two ways: `//`, `/./`, `/../`.
fn segments(path: &str) -> Option<Vec<&str>> {
    let path = path.strip_prefix('/')?;
    if path.is_empty() {
        return Some(Vec::new());
    }
    let path = path.strip_suffix('/').unwrap_or(path);
    let segments: Vec<&str> = path.split('/').collect();
    let is_plain = |segment: &&str| !matches!(*segment, "" | "." | "..");
    segments.iter().all(is_plain).then_some(segments)
}

/// All operations of an API, in the order in which they are looked for.
#[derive(Debug, Default)]
pub(crate) struct RestRoutes {
    /// With each binding the operation's place in its model.
    bindings: Vec<(HttpBinding, usize)>,
}

impl RestRoutes {
    /// The routes to operations; else the operation that cannot be reached and why.
    pub(crate) fn new(operations: &[Operation]) -> Result<Self, (String, String)> {
        let mut bindings: Vec<(HttpBinding, usize)> = Vec::new();
        for (index, operation) in operations.iter().enumerate() {
            let Some(http) = &operation.http else {
                continue;
            };
            let same = bindings.iter().find(|(other, _)| other.is_same_as(http));
            if let Some((_, other)) = same {
                let other = operations.get(*other).map(Operation::name);
                let problem = format!(
                    "has the same method and URI as {}",
                    other.unwrap_or_default()
                );
                return Err((operation.name.clone(), problem));
            }
            bindings.push((http.clone(), index));
        }
        bindings.sort_by(|(one, _), (other, _)| one.specificity(other));
        Ok(Self { bindings })
    }

    /// The place in its model of the operation that a request asks for.
    pub(super) fn find(&self, method: &str, path: &str, query: &Parameters) -> Option<usize> {
        let path = segments(path)?;
        self.bindings
            .iter()
            .find(|(binding, _)| binding.matches(method, &path, query))
            .map(|(_, operation)| *operation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding(uri: &str) -> HttpBinding {
        HttpBinding::new("GET", uri, None).unwrap()
    }

    #[test]
    fn labels_are_decoded_after_the_path_was_split() {
        let labels = |uri: &str, path: &str| {
            let binding = binding(uri);
            let labels = binding.labels(path)?;
            let shown = labels.iter().map(|(name, text)| format!("{name}={text}"));
            Some(shown.collect::<Vec<_>>().join(" "))
        };
        for (uri, path, found) in [
            ("/a/{x}", "/a/b%2Fc%20d", Some("x=b/c d")),
            ("/a/{x}", "/a/b+c", Some("x=b+c")),
            ("/a/{x}", "/a/b/", Some("x=b")),
            ("/a/", "/a", Some("")),
            ("/a", "/a/", Some("")),
            ("/", "/", Some("")),
            ("/a/{x}", "/a", None),
            ("/a/{x}", "/a/", None),
            ("/a/{x}", "/a/b/c", None),
            ("/a/{x}", "/A/b", None),
            ("/a/{x}", "/%61/b", Some("x=b")),
            ("/a/{x}", "/a/%zz", None),
            ("/a/{x}", "/a/%ff", None),
            ("/a/{x}", "a/b", None),
            ("/a/{x}", "//a/b", None),
            ("/", "//", None),
            ("/a/{x}", "/a//b", None),
            ("/a/{x}", "/a/b//", None),
            ("/a/{x}", "/a/..", None),
            ("/a/{x}", "/a/.", None),
            ("/a/{x+}", "/a/b/../c", None),
            ("/a/{x+}", "/a/b/c%2Fd", Some("x=b/c/d")),
            ("/a/{x+}", "/a", None),
            ("/a/{x+}/z", "/a/b/z/z", Some("x=b/z")),
            ("/a/{x+}/z", "/a/z", None),
            ("/a/{x+}/{y}", "/a/b/c/d", Some("x=b/c y=d")),
        ] {
            assert_eq!(labels(uri, path).as_deref(), found, "{uri} {path}");
        }
    }

    #[test]
    fn a_pattern_that_cannot_be_read_is_refused() {
        for uri in ["", "a", "/a//b", "/{x+}/{y+}"] {
            assert!(HttpBinding::new("GET", uri, None).is_err(), "{uri}");
        }
        for status in [0, 99, 1000, -200, 70_000] {
            assert!(HttpBinding::new("GET", "/", Some(status)).is_err());
        }
        assert_eq!(binding("/{a}/{b+}").unbound_label(&["a"]), Some("b"));
    }

    #[test]
    fn the_more_specific_pattern_comes_first() {
        let ordered = [
            "/a/b/c?x=1",
            "/a/b/c",
            "/a/b/{y}",
            "/a/b",
            "/a/{x}/c",
            "/a/{x}?d&e",
            "/a/{x}?d",
            "/a/{x}",
            "/a/{x+}/c",
            "/a/{x+}",
            "/a",
            "/{x}/b",
            "/{x}",
            "/{x+}",
            "/",
        ];
        let mut sorted: Vec<_> = ordered.iter().rev().map(|uri| binding(uri)).collect();
        sorted.sort_by(HttpBinding::specificity);
        let wanted: Vec<_> = ordered.iter().map(|uri| binding(uri)).collect();
        assert_eq!(sorted, wanted);
    }
}
