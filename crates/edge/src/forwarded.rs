//! What a target is told about the client. Source: Elastic Load Balancing, "HTTP headers and
//! Application Load Balancers": X-Forwarded-For is appended to, -Proto and -Port are set, Host stays.

use std::net::IpAddr;

use http::{HeaderName, HeaderValue};
use pingora_http::RequestHeader;

use crate::refusal::REQUEST_ID;

const FOR: &str = "X-Forwarded-For";
const PROTO: &str = "X-Forwarded-Proto";
const PORT: &str = "X-Forwarded-Port";

/// What the forwarding headers of one connection say, made once for all its requests.
#[derive(Debug)]
pub(crate) struct Forwarded {
    client: HeaderValue,
    scheme: HeaderValue,
    port: HeaderValue,
}

impl Forwarded {
    pub(crate) fn new(client: IpAddr, scheme: &'static str, port: u16) -> Self {
        let client = HeaderValue::try_from(client.to_string());
        Self {
            // An address is always a valid header value.
            client: client.unwrap_or(HeaderValue::from_static("unknown")),
            scheme: HeaderValue::from_static(scheme),
            port: HeaderValue::from(port),
        }
    }
}

/// Sets the forwarding headers of a request that goes to a target.
pub(crate) fn set(head: &mut RequestHeader, said: &Forwarded) -> pingora_core::Result<()> {
    remove_twins(head);
    let mut chain: Vec<u8> = Vec::new();
    for value in head.headers.get_all("x-forwarded-for") {
        let value = value.as_bytes().trim_ascii();
        if !value.is_empty() {
            chain.extend_from_slice(value);
            chain.extend_from_slice(b", ");
        }
    }
    if chain.is_empty() {
        head.insert_header(FOR, said.client.clone())?;
    } else {
        chain.extend_from_slice(said.client.as_bytes());
        head.insert_header(FOR, chain)?;
    }
    head.insert_header(PROTO, said.scheme.clone())?;
    head.insert_header(PORT, said.port.clone())?;
    Ok(())
}

/// Takes out what only the edge may say, in the spelling that CGI-like targets take for the same
/// name: `X_Forwarded_For` and its like.
fn remove_twins(head: &mut RequestHeader) {
    let is_twin = |name: &&HeaderName| {
        let name = name.as_str();
        name.contains('_') && {
            let folded = name.replace('_', "-");
            folded.starts_with("x-forwarded-")
                || folded.starts_with("x-amzn-waf-")
                || folded == REQUEST_ID
        }
    };
    let twins: Vec<HeaderName> = head.headers.keys().filter(is_twin).cloned().collect();
    for name in twins {
        head.remove_header(&name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(earlier: &[&str]) -> RequestHeader {
        let mut head = RequestHeader::build("GET", b"/", None).unwrap();
        head.insert_header("Host", "a.example").unwrap();
        for value in earlier {
            head.append_header("x-forwarded-for", *value).unwrap();
        }
        head.insert_header("x-forwarded-proto", "gopher").unwrap();
        let said = Forwarded::new("2001:db8::1".parse().unwrap(), "https", 443);
        set(&mut head, &said).unwrap();
        head
    }

    #[test]
    fn the_chain_is_appended_to_and_the_rest_is_set() {
        for (earlier, expected) in [
            (&[] as &[&str], "2001:db8::1"),
            (&["203.0.113.9"], "203.0.113.9, 2001:db8::1"),
            (&["", " ", "203.0.113.9"], "203.0.113.9, 2001:db8::1"),
            (
                &["1.1.1.1, 2.2.2.2 ", "3.3.3.3"],
                "1.1.1.1, 2.2.2.2, 3.3.3.3, 2001:db8::1",
            ),
        ] {
            let head = forwarded(earlier);
            let chain: Vec<_> = head.headers.get_all("x-forwarded-for").iter().collect();
            assert_eq!(chain, [expected]);
            assert_eq!(head.headers["x-forwarded-proto"], "https");
            assert_eq!(head.headers["x-forwarded-port"], "443");
            assert_eq!(head.headers["host"], "a.example");
        }
    }

    #[test]
    fn twins_of_what_the_edge_says_are_taken_out() {
        let mut head = RequestHeader::build("GET", b"/", None).unwrap();
        for name in [
            "X_Forwarded_For",
            "x_forwarded-proto",
            "X-Btz_Request-Id",
            "x_amzn_waf_seen",
            "x_other",
        ] {
            head.insert_header(name, "forged").unwrap();
        }
        let said = Forwarded::new("192.0.2.1".parse().unwrap(), "http", 80);
        set(&mut head, &said).unwrap();
        let forged = head.headers.iter().filter(|(_, value)| *value == "forged");
        let names: Vec<_> = forged.map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["x_other"]);
    }
}
