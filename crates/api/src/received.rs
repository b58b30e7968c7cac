//! One reading of a request: the parts over which the signature is verified are the parts that are
//! executed, and what could be read in two ways is refused here.
//! Source: RFC 9112; policy::sigv4.

use std::borrow::Cow;
use std::net::IpAddr;

use policy::sigv4::{SignedRequestParts, parse_query, parse_query_with_lists};
use wire::{Protocol, Refusal};

/// The longest `User-Agent` that is kept for the audit record.
const USER_AGENT_BYTES_MAX: usize = 512;

/// A request, read once.
#[derive(Debug)]
pub(crate) struct Received {
    /// Header names are in lower case there.
    head: http::request::Parts,
    protocol: Protocol,
    query: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) source_ip: IpAddr,
}

impl Received {
    /// Reads a request's head; the body comes later.
    ///
    /// # Errors
    /// What is wrong with it, and the protocol to say so in.
    pub(crate) fn head(
        head: http::request::Parts,
        source_ip: IpAddr,
    ) -> Result<Self, (Refusal, Protocol)> {
        let mut received = Self {
            head,
            protocol: Protocol::RestJson1,
            query: Vec::new(),
            body: Vec::new(),
            source_ip: source_ip.to_canonical(),
        };
        let protocol = match received.with_wire(Protocol::shown_by) {
            // Nothing is there at the root: this is a caller of old who left something out.
            Protocol::RestJson1 if received.path() == "/" => Protocol::AwsJson11,
            shown => shown,
        };
        received.protocol = protocol;
        // A whole URL in the request line would name a host beside the signed Host header.
        let uri = &received.head.uri;
        if uri.authority().is_some() || uri.scheme().is_some() {
            let reason = "the request line names a host: send the path alone";
            return Err((malformed(reason.to_owned()), protocol));
        }
        // Of the protocols only restJson1 has lists in the query.
        let query = match protocol {
            Protocol::RestJson1 => parse_query_with_lists(received.raw_query()),
            _ => parse_query(received.raw_query()),
        };
        received.query = query.map_err(|error| (malformed(error.to_string()), protocol))?;
        Ok(received)
    }

    pub(crate) fn method(&self) -> &str {
        self.head.method.as_str()
    }

    pub(crate) fn path(&self) -> &str {
        self.head.uri.path()
    }

    pub(crate) fn raw_query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }

    fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let headers = self.head.headers.iter();
        headers.map(|(name, value)| (name.as_str(), value.as_bytes()))
    }

    /// The request as it is verified, and as it is executed.
    pub(crate) fn with_parts<T>(&self, work: impl FnOnce(&SignedRequestParts<'_>) -> T) -> T {
        let headers: Vec<(&str, &[u8])> = self.headers().collect();
        work(&SignedRequestParts {
            method: self.method(),
            path: self.path(),
            query: &self.query,
            headers: &headers,
            body: &self.body,
        })
    }

    /// The headers that are text.
    pub(crate) fn texts(&self) -> Vec<(&str, &str)> {
        let headers = self.headers();
        headers
            .filter_map(|(name, value)| Some((name, std::str::from_utf8(value).ok()?)))
            .collect()
    }

    /// The request as `wire` reads it, with [`Received::texts`].
    pub(crate) fn wire<'r>(&'r self, texts: &'r [(&'r str, &'r str)]) -> wire::Request<'r> {
        wire::Request {
            method: self.method(),
            path: self.path(),
            query: self.raw_query(),
            headers: texts,
            body: &self.body,
        }
    }

    /// The request as `wire` reads it, once.
    pub(crate) fn with_wire<T>(&self, work: impl FnOnce(&wire::Request<'_>) -> T) -> T {
        work(&self.wire(&self.texts()))
    }

    /// A header's value, when it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.head.headers.get(name)?.as_bytes()).ok()
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        let (_, value) = self.query.iter().find(|(parameter, _)| parameter == name)?;
        Some(value)
    }

    /// The media type without its parameters, in lower case.
    pub(crate) fn media_type(&self) -> Cow<'_, str> {
        wire::media_type(self.header("content-type").unwrap_or_default())
    }

    /// The protocol that it is in, as long as it is not known which service is asked.
    pub(crate) fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The operation that a request of the Query protocol names, for an error message.
    pub(crate) fn action(&self) -> Option<String> {
        let form = std::str::from_utf8(&self.body).unwrap_or_default();
        let in_form = form
            .split('&')
            .find_map(|pair| pair.strip_prefix("Action="));
        let action = self.parameter("Action").or(in_form)?;
        let named = |char: &char| char.is_ascii_alphanumeric();
        Some(action.chars().take_while(named).take(128).collect())
    }

    /// What the caller calls itself, cut.
    pub(crate) fn user_agent(&self) -> String {
        let agent = self.header("user-agent").unwrap_or_default();
        agent
            .get(..agent.floor_char_boundary(USER_AGENT_BYTES_MAX))
            .unwrap_or_default()
            .to_owned()
    }

    /// Whether the query string holds anything but a signature.
    pub(crate) fn has_own_parameters(&self) -> bool {
        self.query
            .iter()
            .any(|(name, _)| !name.starts_with("X-Amz-"))
    }
}

/// The media type of the Query protocol.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

fn malformed(reason: String) -> Refusal {
    Refusal::MalformedQuery { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(uri: &str, headers: &[(&str, &str)]) -> Result<Received, Refusal> {
        let mut request = http::Request::builder().method("POST").uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        let read = Received::head(head, "::ffff:192.0.2.1".parse().unwrap());
        read.map_err(|(refusal, _)| refusal)
    }

    #[test]
    fn what_names_two_hosts_or_reads_in_two_ways_is_refused() {
        for uri in [
            "http://evil/",
            "/?a=1&a=2",
            "/?a=1+2",
            "/?a=%zz",
            "/?A=1&a=2",
        ] {
            assert!(
                matches!(received(uri, &[]), Err(Refusal::MalformedQuery { .. })),
                "{uri}"
            );
        }
        // A list, which only restJson1 has.
        assert!(received("/tags/x?a=1&a=2", &[]).is_ok());
        assert!(received("/tags/x?a=1&a=2", &[("x-amz-target", "A.B")]).is_err());
        assert!(received("/tags/x?a=1&A=2", &[]).is_err());
        let request = received("/?b=%20&a", &[]).unwrap();
        assert_eq!(
            request.query,
            [("b".into(), " ".into()), ("a".into(), String::new())]
        );
        assert_eq!(request.source_ip.to_string(), "192.0.2.1");
    }

    #[test]
    fn the_protocol_shows_in_headers_and_query() {
        for (uri, headers, protocol) in [
            (
                "/",
                &[("content-type", "application/x-amz-json-1.0")][..],
                Protocol::AwsJson10,
            ),
            (
                "/",
                &[("content-type", "application/x-amz-json-1.1")],
                Protocol::AwsJson11,
            ),
            (
                "/",
                &[(
                    "content-type",
                    "Application/X-WWW-Form-Urlencoded; charset=utf-8",
                )],
                Protocol::AwsQuery,
            ),
            (
                "/",
                &[("x-amz-target", "A.B"), ("content-type", FORM)],
                Protocol::AwsJson11,
            ),
            ("/?Action=GetCallerIdentity", &[], Protocol::AwsQuery),
            ("/", &[], Protocol::AwsJson11),
            ("/detector", &[], Protocol::RestJson1),
            (
                "/",
                &[("smithy-protocol", "rpc-v2-cbor")],
                Protocol::RpcV2Cbor,
            ),
        ] {
            assert_eq!(
                received(uri, headers).unwrap().protocol(),
                protocol,
                "{uri} {headers:?}"
            );
        }
    }

    #[test]
    fn a_long_user_agent_is_cut_between_characters() {
        let long = "é".repeat(400);
        let agent = received("/", &[("user-agent", &long)])
            .unwrap()
            .user_agent();
        assert_eq!(agent, "é".repeat(256));
    }
}
