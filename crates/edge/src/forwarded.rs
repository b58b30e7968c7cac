//! What a target is told: the request's head, without what concerns the client's connection only,
//! and with what is known of the client. Source: RFC 9110, 7.6; Elastic Load Balancing, "HTTP
//! headers and Application Load Balancers": X-Forwarded-For is appended to, -Proto and -Port are
//! set, Host stays.

use std::io::Write as _;
use std::net::IpAddr;

use types::RequestId;

use crate::buffer::push_number;
use crate::head::{BodyLength, Field, Kind, REQUEST_ID, RequestHead};

/// What the forwarding headers of one connection say, made once for all its requests.
#[derive(Debug)]
pub(crate) struct Forwarded {
    client: String,
    /// `X-Forwarded-Proto` and `X-Forwarded-Port`, as they are sent.
    lines: String,
}

impl Forwarded {
    pub(crate) fn new(client: IpAddr, scheme: &'static str, port: u16) -> Self {
        Self {
            client: client.to_string(),
            lines: format!("X-Forwarded-Proto: {scheme}\r\nX-Forwarded-Port: {port}\r\n"),
        }
    }
}

/// Writes the head of a request that goes to a target. `inserted`: headers that the web ACL adds;
/// `body`: how long the body is that follows.
pub(crate) fn write(
    out: &mut Vec<u8>,
    head: &RequestHead,
    said: &Forwarded,
    inserted: &[(String, String)],
    id: RequestId,
    body: BodyLength,
) {
    let fields = &head.fields;
    out.extend_from_slice(head.method().as_bytes());
    out.push(b' ');
    out.extend_from_slice(head.target());
    out.extend_from_slice(b" HTTP/1.1\r\n");
    let named = fields.has(Kind::Connection);
    for field in fields.iter() {
        let is_own = matches!(field.kind, Kind::Other | Kind::Host);
        if is_own
            && !replaced(field, inserted)
            && !(named && field.kind == Kind::Other && fields.is_named_by_connection(field.name))
        {
            line(out, field.name.as_bytes(), field.value);
        }
    }
    out.extend_from_slice(b"X-Forwarded-For: ");
    for earlier in fields.all(Kind::XForwardedFor) {
        if !earlier.is_empty() {
            out.extend_from_slice(earlier);
            out.extend_from_slice(b", ");
        }
    }
    out.extend_from_slice(said.client.as_bytes());
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(said.lines.as_bytes());
    out.extend_from_slice(REQUEST_ID.as_bytes());
    // Writing to a Vec cannot fail.
    write!(out, ": {id}\r\n").unwrap_or_default();
    for (name, value) in inserted {
        line(out, name.as_bytes(), value.as_bytes());
    }
    if head.is_upgrade() {
        out.extend_from_slice(b"Connection: upgrade\r\n");
        for protocol in fields.all(Kind::Upgrade) {
            line(out, b"Upgrade", protocol);
        }
    }
    match body {
        BodyLength::Unknown => out.extend_from_slice(b"Transfer-Encoding: chunked\r\n"),
        // A length of 0 is said where the client said it: some targets want it of a POST.
        BodyLength::Known(0) if !fields.has(Kind::ContentLength) => {}
        BodyLength::Known(length) => {
            out.extend_from_slice(b"Content-Length: ");
            push_number(out, length, 10);
            out.extend_from_slice(b"\r\n");
        }
    }
    out.extend_from_slice(b"\r\n");
}

fn line(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// Whether the web ACL sets this header itself.
fn replaced(field: Field<'_>, inserted: &[(String, String)]) -> bool {
    inserted
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case(field.name))
}

#[cfg(test)]
mod tests {
    use crate::framing::{Framing, Step};
    use crate::limits::Limits;

    use super::*;

    fn written(headers: &str, inserted: &[(String, String)]) -> String {
        let text = format!("GET /a?b HTTP/1.1\r\nHost: a.example\r\n{headers}\r\n");
        let mut framing = Framing::new(&Limits::default());
        let step = framing.step(text.as_bytes()).unwrap();
        assert_eq!(step, Step::HeadAndEnd(text.len()));
        let head = framing.take_head(text.as_bytes()).unwrap();
        let said = Forwarded::new("2001:db8::1".parse().unwrap(), "https", 443);
        let id = RequestId::from_random([7; 16]);
        let mut out = Vec::new();
        write(&mut out, &head, &said, inserted, id, head.body);
        String::from_utf8(out).unwrap()
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
            let mut headers = String::from("X-Forwarded-Proto: gopher\r\n");
            for value in earlier {
                headers.push_str(&format!("x-forwarded-for: {value}\r\n"));
            }
            let head = written(&headers, &[]);
            let id = RequestId::from_random([7; 16]);
            assert_eq!(
                head,
                format!(
                    "GET /a?b HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-For: {expected}\r\n\
                     X-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\n\
                     x-btz-request-id: {id}\r\n\r\n"
                )
            );
        }
    }

    #[test]
    fn what_only_the_edge_may_say_is_taken_out_however_it_is_spelled() {
        let mut headers = String::new();
        for name in [
            "X_Forwarded_For",
            "x_forwarded-proto",
            "X-Forwarded-Port",
            "X-Btz_Request-Id",
            "X-Btz-Request-Id",
            "x_amzn_waf_seen",
            "X-Amzn-Waf-Bot",
            "x_other",
        ] {
            headers.push_str(&format!("{name}: forged\r\n"));
        }
        let inserted = [("x-amzn-waf-bot".to_owned(), "no".to_owned())];
        let head = written(&headers, &inserted);
        let forged: Vec<_> = head
            .lines()
            .filter(|line| line.contains("forged"))
            .collect();
        assert_eq!(forged, ["x_other: forged"]);
        assert!(head.contains("\r\nx-amzn-waf-bot: no\r\n"), "{head}");
    }

    #[test]
    fn what_is_of_one_connection_stays_there() {
        let head = written(
            "Connection: close, X-Mine, Host\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\n\
             Upgrade: h2c\r\nHTTP2-Settings: AAA\r\nProxy-Connection: x\r\nContent-Length: 0\r\nX-Kept: 1\r\n",
            &[],
        );
        let names: Vec<_> = head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .map(|(name, _)| name.to_ascii_lowercase())
            .filter(|name| !name.starts_with("x-forwarded") && name != REQUEST_ID)
            .collect();
        assert_eq!(names, ["host", "x-kept", "content-length"]);
    }
}
