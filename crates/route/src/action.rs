//! What a rule does with a request. Source: Application Load Balancers, "Action types for listener
//! rules".

use std::sync::Arc;

use crate::request::Request;
use crate::target_group::TargetGroup;

/// The last action of a rule, which decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// To a target of one of the target groups.
    Forward(Forward),
    /// To another URL.
    Redirect(Redirect),
    /// An answer of the load balancer's own.
    FixedResponse(FixedResponse),
}

/// `forward`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    /// The target groups and their weights.
    pub target_groups: Vec<WeightedTargetGroup>,
    /// For how long a client stays with the target group that it was given first.
    pub stickiness_seconds: Option<u32>,
}

/// A target group and its weight among those of the action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightedTargetGroup {
    /// The target group.
    pub target_group: Arc<TargetGroup>,
    /// From 0 to 999.
    pub weight: u32,
}

impl Forward {
    /// The target group that a new client gets: each as often as its weight says. Health plays no
    /// part in it, as in AWS. `None` when all weights are 0.
    #[must_use]
    pub fn choose(&self, random: u64) -> Option<&Arc<TargetGroup>> {
        if let [only] = self.target_groups.as_slice() {
            return (only.weight > 0).then_some(&only.target_group);
        }
        let total: u64 = self.target_groups.iter().map(|g| u64::from(g.weight)).sum();
        let mut left = random.checked_rem(total)?;
        for group in &self.target_groups {
            match left.checked_sub(u64::from(group.weight)) {
                Some(rest) => left = rest,
                None => return Some(&group.target_group),
            }
        }
        None
    }

    /// The target group of a sticky client, if the action still has it with a weight.
    #[must_use]
    pub fn by_key(&self, group_key: u64) -> Option<&Arc<TargetGroup>> {
        self.target_groups
            .iter()
            .find(|group| group.weight > 0 && group.target_group.key() == group_key)
            .map(|group| &group.target_group)
    }
}

/// `fixed-response`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedResponse {
    /// 2xx, 4xx or 5xx.
    pub status: u16,
    /// The body's media type.
    pub content_type: Option<String>,
    /// The body.
    pub body: String,
}

/// A part of a redirect's template.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Protocol,
    Host,
    Port,
    Path,
    Query,
}

/// A text in which `#{protocol}`, `#{host}`, `#{port}`, `#{path}` (without its leading `/`) and
/// `#{query}` stand for the request's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

impl Template {
    /// Reads a template; what is no placeholder is text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("#{") {
            let placeholder = after.split_once('}').and_then(|(name, after)| {
                let piece = match name {
                    "protocol" => Piece::Protocol,
                    "host" => Piece::Host,
                    "port" => Piece::Port,
                    "path" => Piece::Path,
                    "query" => Piece::Query,
                    _ => return None,
                };
                Some((piece, after))
            });
            let (piece, after) =
                placeholder.unwrap_or_else(|| (Piece::Text("#{".to_owned()), after));
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(piece);
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Self(pieces)
    }

    fn write(&self, request: &Request<'_>, out: &mut String) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Protocol => out.push_str(request.protocol.scheme()),
                Piece::Host => out.push_str(request.host),
                Piece::Port => out.push_str(&request.port.to_string()),
                Piece::Path => out.push_str(request.path.strip_prefix('/').unwrap_or(request.path)),
                Piece::Query => out.push_str(request.query.unwrap_or_default()),
            }
        }
    }
}

/// `redirect`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// `#{protocol}` where it stays the same.
    pub protocol: Template,
    /// `#{host}` where it stays the same.
    pub host: Template,
    /// `#{port}` where it stays the same.
    pub port: Template,
    /// `/#{path}` where it stays the same.
    pub path: Template,
    /// `#{query}` where it stays the same.
    pub query: Template,
    /// Whether for good: 301, else 302.
    pub permanent: bool,
}

impl Redirect {
    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        if self.permanent { 301 } else { 302 }
    }

    /// The answer's `Location`: always with the port, as AWS writes it. It has nothing in it that
    /// could end a header line.
    #[must_use]
    pub fn location(&self, request: &Request<'_>) -> String {
        let mut location = String::with_capacity(64 + request.path.len());
        self.protocol.write(request, &mut location);
        location.make_ascii_lowercase();
        location.push_str("://");
        self.host.write(request, &mut location);
        location.push(':');
        self.port.write(request, &mut location);
        self.path.write(request, &mut location);
        let mut query = String::new();
        self.query.write(request, &mut query);
        if !query.is_empty() {
            location.push('?');
            location.push_str(&query);
        }
        percent_encode_controls(location)
    }
}

/// Encodes what no URL may hold as it is (RFC 3986, section 2), so that it stays one line.
pub(crate) fn percent_encode_controls(url: String) -> String {
    let unfit = |byte: u8| byte <= b' ' || byte >= 0x7f;
    if !url.bytes().any(unfit) {
        return url;
    }
    let mut encoded = String::with_capacity(url.len() + 16);
    for byte in url.bytes() {
        if unfit(byte) {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            let digit = |nibble: u8| HEX.get(usize::from(nibble)).map_or('0', |b| char::from(*b));
            encoded.push('%');
            encoded.push(digit(byte >> 4));
            encoded.push(digit(byte & 15));
        } else {
            encoded.push(char::from(byte));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::request::Protocol;

    fn redirect(protocol: &str, host: &str, port: &str, path: &str, query: &str) -> Redirect {
        Redirect {
            protocol: Template::new(protocol),
            host: Template::new(host),
            port: Template::new(port),
            path: Template::new(path),
            query: Template::new(query),
            permanent: true,
        }
    }

    fn located(redirect: &Redirect, path: &str, query: Option<&str>) -> String {
        let headers = Vec::new();
        redirect.location(&Request {
            method: "GET",
            host: "a.example",
            path,
            query,
            headers: &headers,
            source_ip: "192.0.2.1".parse().unwrap(),
            protocol: Protocol::Http,
            port: 8080,
        })
    }

    #[test]
    fn a_redirect_is_written_as_aws_writes_it() {
        let https = redirect("HTTPS", "#{host}", "443", "/#{path}", "#{query}");
        assert_eq!(
            located(&https, "/x/y", Some("a=b")),
            "https://a.example:443/x/y?a=b"
        );
        assert_eq!(located(&https, "/", None), "https://a.example:443/");
        let moved = redirect(
            "#{protocol}",
            "new.#{host}",
            "#{port}",
            "/old/#{path}/#{port}",
            "#{query}&v=1",
        );
        assert_eq!(
            located(&moved, "/x", Some("a=b")),
            "http://new.a.example:8080/old/x/8080?a=b&v=1"
        );
        let odd = redirect("HTTP", "#{nothing}#{", "1", "/", "");
        assert_eq!(located(&odd, "/x", Some("y")), "http://#{nothing}#{:1/");
    }

    proptest! {
        #[test]
        fn a_location_is_always_one_line(path in any::<String>(), query in any::<String>()) {
            let same = redirect("#{protocol}", "#{host}", "#{port}", "/#{path}", "#{query}");
            let location = located(&same, &path, Some(&query));
            prop_assert!(location.bytes().all(|byte| byte > b' ' && byte < 0x7f));
        }

        #[test]
        fn weights_are_kept(weights in proptest::collection::vec(0_u32..20, 1..6)) {
            let forward = Forward {
                target_groups: weights
                    .iter()
                    .enumerate()
                    .map(|(at, weight)| WeightedTargetGroup {
                        target_group: Arc::new(TargetGroup::new(&format!("arn:{at}"))),
                        weight: *weight,
                    })
                    .collect(),
                stickiness_seconds: None,
            };
            let total: u32 = weights.iter().sum();
            let mut counted = vec![0; weights.len()];
            for random in 0..u64::from(total) {
                let group = forward.choose(random).unwrap();
                let at = forward.target_groups.iter().position(|g| Arc::ptr_eq(&g.target_group, group));
                counted[at.unwrap()] += 1;
            }
            prop_assert_eq!(&counted, &weights);
            prop_assert_eq!(total == 0, forward.choose(7).is_none());
        }
    }
}
