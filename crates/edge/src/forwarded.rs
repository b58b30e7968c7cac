//! What a target is told: the request's head, without what concerns the client's connection only,
//! and with what is known of the client. Source: RFC 9110, 7.6; Elastic Load Balancing, "HTTP
//! headers and Application Load Balancers": X-Forwarded-For is appended to, -Proto and -Port are
//! set, Host stays.

use std::borrow::Cow;
use std::net::SocketAddr;

use http::{HeaderName, HeaderValue, Method, Request, Uri, Version, header};
use route::{Listener, XffMode};
use telemetry::exchange;
use telemetry::traces::TraceContext;
use types::{RequestId, Time};

use crate::buffer::push_number;
use crate::head::{BodyLength, Field, Kind, REQUEST_ID, RequestHead};
use crate::tls::ClientCertificate;

const TRACE: &str = "X-Amzn-Trace-Id";
/// W3C, "Trace Context".
pub(crate) const TRACEPARENT: &str = "traceparent";
/// Of a trace that `traceparent` continues, and meaningless without it.
const TRACESTATE: &str = "tracestate";
/// The longest trace header that is continued.
const TRACE_BYTES: usize = 512;

/// What the forwarding headers of one connection say, made once for all its requests.
#[derive(Debug)]
pub(crate) struct Forwarded {
    client: String,
    client_port: u16,
    scheme: &'static str,
    /// The listener's.
    port: String,
    /// TLS version and cipher.
    tls: Option<exchange::Tls>,
    /// What is said of the client's certificates: names of headers, and their values.
    certificates: Vec<(&'static str, String)>,
}

impl Forwarded {
    pub(crate) fn new(client: SocketAddr, scheme: &'static str, port: u16) -> Self {
        Self {
            client: client.ip().to_canonical().to_string(),
            client_port: client.port(),
            scheme,
            port: port.to_string(),
            tls: None,
            certificates: Vec::new(),
        }
    }

    /// From now on targets are told of the client's TLS where they want it.
    pub(crate) fn tell_tls(&mut self, tls: &exchange::Tls) {
        self.tls = Some(tls.clone());
    }

    /// Targets are told the certificates that the client has shown, as PEM: they judge it.
    pub(crate) fn tell_chain(&mut self, shown: &[u8]) {
        self.certificates
            .push(("X-Amzn-Mtls-Clientcert", url_encoded(shown)));
    }

    /// Targets are told whom the trust store vouches for. `leaf`: the certificate as PEM.
    pub(crate) fn tell_judged(&mut self, certificate: &ClientCertificate, leaf: &[u8]) {
        let ClientCertificate {
            serial_number,
            issuer,
            subject,
            ..
        } = certificate;
        self.certificates.extend([
            (
                "X-Amzn-Mtls-Clientcert-Serial-Number",
                serial_number.clone(),
            ),
            ("X-Amzn-Mtls-Clientcert-Issuer", issuer.clone()),
            ("X-Amzn-Mtls-Clientcert-Subject", subject.clone()),
            ("X-Amzn-Mtls-Clientcert-Validity", certificate.validity()),
            ("X-Amzn-Mtls-Clientcert-Leaf", url_encoded(leaf)),
        ]);
    }
}

/// What a target is told of one request.
#[derive(Debug)]
pub(crate) struct Told<'a> {
    pub(crate) head: &'a RequestHead,
    pub(crate) connection: &'a Forwarded,
    pub(crate) listener: &'a Listener,
    /// Headers that the web ACL adds.
    pub(crate) inserted: &'a [(String, String)],
    pub(crate) id: RequestId,
    /// `X-Amzn-Trace-Id`
    pub(crate) trace_id: &'a str,
    /// The trace that targets take part in, where requests are traced; otherwise what the client
    /// says of one goes on as it came.
    pub(crate) trace: Option<&'a TraceContext>,
    /// Where the target is.
    pub(crate) authority: SocketAddr,
    /// Instead of the client's.
    pub(crate) host: Option<&'a str>,
    /// Instead of the client's.
    pub(crate) uri: Option<&'a str>,
    /// How long the body is that follows.
    pub(crate) body: BodyLength,
}

impl Told<'_> {
    /// Writes the head of the request that goes to the target, for HTTP/1.1.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let head = self.head;
        let fields = &head.fields;
        out.extend_from_slice(head.method().as_bytes());
        out.push(b' ');
        out.extend_from_slice(self.target());
        out.extend_from_slice(b" HTTP/1.1\r\nHost: ");
        out.extend_from_slice(self.host().as_ref());
        out.extend_from_slice(b"\r\n");
        self.fields(&mut |name, value| line(out, name, value));
        if head.is_upgrade() {
            out.extend_from_slice(b"Connection: upgrade\r\n");
            for protocol in fields.all(Kind::Upgrade) {
                line(out, "Upgrade", protocol);
            }
        }
        match self.body {
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

    /// The request that goes to the target, for HTTP/2. `None` when it cannot be said there: a
    /// method, host or path that HTTP/1.1 let pass.
    pub(crate) fn request(&self, scheme: &'static str) -> Option<Request<()>> {
        let uri = Uri::builder()
            .scheme(scheme)
            .authority(self.host().as_ref())
            .path_and_query(self.target())
            .build()
            .ok()?;
        let mut request = Request::new(());
        *request.method_mut() = Method::from_bytes(self.head.method().as_bytes()).ok()?;
        *request.uri_mut() = uri;
        *request.version_mut() = Version::HTTP_2;
        let headers = request.headers_mut();
        self.fields(&mut |name, value| {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
                headers.append(name, value);
            }
        });
        if self.head.fields.has_token(Kind::Te, b"trailers") {
            headers.insert(header::TE, HeaderValue::from_static("trailers"));
        }
        if let BodyLength::Known(length) = self.body
            && self.head.fields.has(Kind::ContentLength)
        {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        Some(request)
    }

    fn target(&self) -> &[u8] {
        self.uri.map_or_else(|| self.head.target(), str::as_bytes)
    }

    fn host(&self) -> Cow<'_, [u8]> {
        match (self.host, self.head.fields.first(Kind::Host)) {
            (Some(host), _) => host.as_bytes().into(),
            (None, Some(host)) => host.into(),
            // HTTP/1.0 may leave it out.
            (None, None) => self.authority.to_string().into_bytes().into(),
        }
    }

    /// Everything but the host and how the body is sent.
    fn fields(&self, put: &mut dyn FnMut(&str, &[u8])) {
        for field in self.head.fields.iter() {
            let is_told = field.kind == Kind::Other
                && !replaced(field, self.inserted)
                && !self.is_renamed(field)
                && !self.is_retraced(field)
                && !self.drops(field);
            if is_told {
                put(field.name, field.value);
            }
        }
        self.forwarding(put);
        put(TRACE, self.trace_id.as_bytes());
        if let Some(trace) = self.trace {
            put(TRACEPARENT, trace.traceparent().as_bytes());
        }
        self.tls(put);
        put(REQUEST_ID, self.id.to_string().as_bytes());
        for (name, value) in self.inserted {
            put(name, value.as_bytes());
        }
    }

    /// Whether the listener tells targets something of its own under this name, in whatever spelling
    /// they take for it.
    fn is_renamed(&self, field: Field<'_>) -> bool {
        let same = |name: &str| {
            let mut pairs = name.bytes().zip(field.name.bytes());
            let fold = |byte: u8| {
                if byte == b'_' {
                    b'-'
                } else {
                    byte.to_ascii_lowercase()
                }
            };
            name.len() == field.name.len() && pairs.all(|(one, other)| fold(one) == fold(other))
        };
        let renamed = &self.listener.attributes.request_header_names;
        renamed.iter().any(|(_, name)| same(name))
    }

    /// `routing.http.drop_invalid_header_fields.enabled`: names of letters, digits and `-` stay.
    fn drops(&self, field: Field<'_>) -> bool {
        let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let attributes = &self.listener.load_balancer_attributes;
        attributes.drop_invalid_header_fields && !field.name.bytes().all(is_valid)
    }

    /// Whether another word about the trace is sent instead: the target's parent is the span of the
    /// request to it. The state of a trace that is not continued ends here.
    fn is_retraced(&self, field: Field<'_>) -> bool {
        self.trace.is_some_and(|trace| {
            field.name.eq_ignore_ascii_case(TRACEPARENT)
                || !trace.is_continued() && field.name.eq_ignore_ascii_case(TRACESTATE)
        })
    }

    fn forwarding(&self, put: &mut dyn FnMut(&str, &[u8])) {
        let mode = self.listener.load_balancer_attributes.xff_mode;
        let mut chain = Vec::with_capacity(64);
        if mode != XffMode::Remove {
            for earlier in self.head.fields.all(Kind::XForwardedFor) {
                if !earlier.is_empty() {
                    join(&mut chain, earlier);
                }
            }
        }
        if mode == XffMode::Append {
            let Forwarded {
                client,
                client_port,
                ..
            } = self.connection;
            let with_port = self.listener.load_balancer_attributes.xff_client_port;
            match (with_port, client.contains(':')) {
                (false, _) => join(&mut chain, client.as_bytes()),
                (true, false) => join(&mut chain, format!("{client}:{client_port}").as_bytes()),
                (true, true) => join(&mut chain, format!("[{client}]:{client_port}").as_bytes()),
            }
        }
        if !chain.is_empty() {
            put("X-Forwarded-For", &chain);
        }
        put("X-Forwarded-Proto", self.connection.scheme.as_bytes());
        put("X-Forwarded-Port", self.connection.port.as_bytes());
    }

    /// What is known of the client's TLS, where targets are to be told.
    fn tls(&self, put: &mut dyn FnMut(&str, &[u8])) {
        let Some(tls) = &self.connection.tls else {
            return;
        };
        let mut tell = |usual: &str, value: &str| {
            let renamed = &self.listener.attributes.request_header_names;
            let name = renamed
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(usual))
                .map_or(usual, |(_, name)| name);
            put(name, value.as_bytes());
        };
        if self.listener.load_balancer_attributes.tls_headers {
            tell("X-Amzn-Tls-Version", tls.protocol);
            tell("X-Amzn-Tls-Cipher-Suite", &tls.cipher);
        }
        for (name, value) in &self.connection.certificates {
            tell(name, value);
        }
    }
}

/// Percent-encoded, but for letters, digits and `-._~+=/` (Application Load Balancers, "HTTP
/// headers and mutual TLS").
fn url_encoded(bytes: &[u8]) -> String {
    let mut encoded = String::new();
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~+=/".contains(byte) {
            encoded.push(char::from(*byte));
        } else {
            // Writing to a String cannot fail.
            std::fmt::Write::write_fmt(&mut encoded, format_args!("%{byte:02X}"))
                .unwrap_or_default();
        }
    }
    encoded
}

/// What `X-Amzn-Trace-Id` says: a new root, or what came with a mark of this load balancer's.
/// Source: Application Load Balancers, "Request tracing".
pub(crate) fn trace_id(head: &RequestHead, id: RequestId, time: Time) -> String {
    let id = id.to_string();
    let unique: String = id
        .chars()
        .filter(char::is_ascii_hexdigit)
        .take(24)
        .collect();
    let own = format!("1-{:08x}-{unique}", time.as_seconds());
    let earlier = head
        .fields
        .named(TRACE)
        .next()
        .filter(|value| !value.is_empty() && value.len() <= TRACE_BYTES);
    match earlier {
        None => format!("Root={own}"),
        Some(earlier) => {
            let earlier = String::from_utf8_lossy(earlier);
            let kept = earlier
                .split(';')
                .filter(|part| !part.trim_start().starts_with("Self="));
            let mut traced = format!("Self={own}");
            for part in kept {
                traced.push(';');
                traced.push_str(part);
            }
            traced
        }
    }
}

fn join(list: &mut Vec<u8>, member: &[u8]) {
    if !list.is_empty() {
        list.extend_from_slice(b", ");
    }
    list.extend_from_slice(member);
}

fn line(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// Whether the edge or the web ACL sets this header itself.
fn replaced(field: Field<'_>, inserted: &[(String, String)]) -> bool {
    let is_traced = field.name.len() == TRACE.len() && field.name.eq_ignore_ascii_case(TRACE);
    is_traced
        || inserted
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(field.name))
}

#[cfg(test)]
mod tests {
    use route::LoadBalancerAttributes;

    use crate::framing::{Framing, Step};
    use crate::limits::Limits;

    use super::*;

    fn written(headers: &str, inserted: &[(String, String)]) -> String {
        written_by(headers, inserted, &LoadBalancerAttributes::default())
    }

    fn written_by(
        headers: &str,
        inserted: &[(String, String)],
        attributes: &LoadBalancerAttributes,
    ) -> String {
        written_with(headers, inserted, attributes, None)
    }

    fn written_with(
        headers: &str,
        inserted: &[(String, String)],
        attributes: &LoadBalancerAttributes,
        trace: Option<&TraceContext>,
    ) -> String {
        let text = format!("GET /a?b HTTP/1.1\r\nHost: a.example\r\n{headers}\r\n");
        let mut framing = Framing::new(&Limits::default());
        let step = framing.step(text.as_bytes()).unwrap();
        assert_eq!(step, Step::HeadAndEnd(text.len()));
        let head = framing.take_head(text.as_bytes()).unwrap();
        let said = Forwarded::new("[2001:db8::1]:4711".parse().unwrap(), "https", 443);
        let id = RequestId::from_random([7; 16]);
        let trace_id = trace_id(&head, id, Time::from_seconds(0x6789_1234));
        let mut out = Vec::new();
        let action = route::Action::FixedResponse(route::FixedResponse {
            status: 404,
            content_type: None,
            body: String::new(),
        });
        let rule = route::Rule {
            arn: String::new(),
            priority: None,
            conditions: Vec::new(),
            action,
            transforms: route::Transforms::default(),
        };
        let mut listener = Listener::new("arn:listener", "arn:lb", 443, rule);
        listener.load_balancer_attributes = std::sync::Arc::new(attributes.clone());
        let told = Told {
            head: &head,
            connection: &said,
            listener: &listener,
            inserted,
            id,
            trace_id: &trace_id,
            trace,
            authority: "192.0.2.2:80".parse().unwrap(),
            host: None,
            uri: None,
            body: head.body,
        };
        told.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    fn line_of<'a>(head: &'a str, name: &str) -> Option<&'a str> {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    #[test]
    fn the_chain_is_kept_as_the_attributes_say() {
        let earlier = "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\n";
        for (xff_mode, xff_client_port, headers, expected) in [
            (XffMode::Preserve, true, earlier, Some("1.1.1.1, 2.2.2.2")),
            (XffMode::Preserve, false, "", None),
            (XffMode::Remove, false, earlier, None),
            (
                XffMode::Append,
                true,
                "X-Forwarded-For: 1.1.1.1\r\n",
                Some("1.1.1.1, [2001:db8::1]:4711"),
            ),
        ] {
            let attributes = LoadBalancerAttributes {
                xff_mode,
                xff_client_port,
                ..LoadBalancerAttributes::default()
            };
            let head = written_by(headers, &[], &attributes);
            assert_eq!(line_of(&head, "X-Forwarded-For"), expected, "{head}");
            assert_eq!(line_of(&head, "X-Forwarded-Port"), Some("443"));
        }
    }

    #[test]
    fn a_trace_is_begun_or_continued() {
        let unique: String = RequestId::from_random([7; 16])
            .to_string()
            .chars()
            .filter(char::is_ascii_hexdigit)
            .take(24)
            .collect();
        assert_eq!(unique.len(), 24);
        let own = format!("1-67891234-{unique}");
        let head = written("", &[]);
        assert_eq!(line_of(&head, TRACE), Some(format!("Root={own}").as_str()));
        let head = written(
            "X-Amzn-Trace-Id: Self=old;Root=1-6-a;CalledFrom=app\r\n",
            &[],
        );
        let expected = format!("Self={own};Root=1-6-a;CalledFrom=app");
        assert_eq!(line_of(&head, TRACE), Some(expected.as_str()));
        assert_eq!(head.matches(TRACE).count(), 1);
    }

    #[test]
    fn a_target_takes_part_in_the_clients_trace_under_the_span_that_asks_it() {
        let given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let headers = format!("Traceparent: {given}\r\nTracestate: a=b\r\n");
        let told = |headers: &str, trace: Option<&TraceContext>| {
            written_with(headers, &[], &LoadBalancerAttributes::default(), trace)
        };
        // Where nothing is traced, what the client says goes on.
        let head = told(&headers, None);
        assert_eq!(line_of(&head, "Traceparent"), Some(given));

        let id = RequestId::from_random([7; 16]);
        let of = |value: &[u8]| TraceContext::of(&mut std::iter::once(value), id, 1_000_000);
        let trace = of(given.as_bytes());
        let head = told(&headers, Some(&trace));
        assert_eq!(head.to_lowercase().matches("traceparent").count(), 1);
        let value = line_of(&head, TRACEPARENT).unwrap();
        assert!(value.starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
        assert!(value != given && value.ends_with("-01"), "{value}");
        assert_eq!(line_of(&head, "Tracestate"), Some("a=b"));

        // The state of a trace that nobody can name is of no use.
        let trace = of(b"nonsense");
        let head = told(&headers.replace(given, "nonsense"), Some(&trace));
        assert!(
            !head.contains("nonsense") && !head.to_lowercase().contains(TRACESTATE),
            "{head}"
        );
        assert_eq!(line_of(&head, TRACEPARENT), Some(&*trace.traceparent()));
    }

    #[test]
    fn invalid_names_are_dropped_where_the_attribute_says_so() {
        let attributes = LoadBalancerAttributes {
            drop_invalid_header_fields: true,
            ..LoadBalancerAttributes::default()
        };
        let headers = "x_odd: 1\r\nX.Odd: 1\r\nX-Fine-1: 1\r\n";
        let head = written_by(headers, &[], &attributes);
        assert!(!head.to_lowercase().contains("odd"), "{head}");
        assert!(head.contains("X-Fine-1: 1\r\n"));
        assert!(written(headers, &[]).contains("x_odd: 1\r\n"));
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
            assert_eq!(line_of(&head, "X-Forwarded-For"), Some(expected));
            assert_eq!(head.matches("-For:").count(), 1, "{head}");
            assert_eq!(line_of(&head, "X-Forwarded-Proto"), Some("https"));
            assert_eq!(line_of(&head, "X-Forwarded-Port"), Some("443"));
            let id = RequestId::from_random([7; 16]).to_string();
            assert_eq!(line_of(&head, REQUEST_ID), Some(id.as_str()));
            assert!(head.starts_with("GET /a?b HTTP/1.1\r\nHost: a.example\r\n"));
            assert!(head.ends_with("\r\n\r\n"));
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
            .filter(|name| {
                !name.starts_with("x-forwarded")
                    && !name.starts_with("x-amzn")
                    && name != REQUEST_ID
            })
            .collect();
        assert_eq!(names, ["host", "x-kept", "content-length"]);
    }
}
