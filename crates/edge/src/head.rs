//! The head of a message as the edge reads, judges and sends it: header fields in the order and the
//! spelling in which they came, in one piece of memory. Source: RFC 9110, sections 5 to 7; RFC
//! 9113, section 8.

use std::borrow::Cow;

use http::request::Parts;
use http::{Method, Version};

use crate::framing::Malformed;
use crate::limits::Limits;

/// The header that names a request, on refusals and towards targets.
pub(crate) const REQUEST_ID: &str = "x-btz-request-id";

/// 101: the connection becomes another protocol's.
pub(crate) const SWITCHING_PROTOCOLS: u16 = 101;

/// A field's name, as far as the edge itself has to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Other,
    Connection,
    ContentLength,
    Expect,
    /// `HTTP2-Settings`, `Keep-Alive`, `Proxy-Connection`: of one connection only.
    HopByHop,
    Host,
    RequestId,
    Te,
    TransferEncoding,
    /// What only the edge may say: `X-Amzn-Mtls-Clientcert` and its like, and the spelling that
    /// CGI-like targets take for such a header, `X_Forwarded_For` for example.
    Ours,
    Upgrade,
    XForwardedFor,
    /// `X-Forwarded-Proto`, `X-Forwarded-Port`.
    XForwarded,
}

impl Kind {
    fn of(name: &[u8]) -> Self {
        let kind = match name.len() {
            2 if name.eq_ignore_ascii_case(b"te") => Self::Te,
            4 if name.eq_ignore_ascii_case(b"host") => Self::Host,
            6 if name.eq_ignore_ascii_case(b"expect") => Self::Expect,
            7 if name.eq_ignore_ascii_case(b"upgrade") => Self::Upgrade,
            10 if name.eq_ignore_ascii_case(b"connection") => Self::Connection,
            10 if name.eq_ignore_ascii_case(b"keep-alive") => Self::HopByHop,
            14 if name.eq_ignore_ascii_case(b"content-length") => Self::ContentLength,
            14 if name.eq_ignore_ascii_case(b"http2-settings") => Self::HopByHop,
            15 if name.eq_ignore_ascii_case(b"x-forwarded-for") => Self::XForwardedFor,
            16 if name.eq_ignore_ascii_case(b"proxy-connection") => Self::HopByHop,
            16 if name.eq_ignore_ascii_case(b"x-forwarded-port") => Self::XForwarded,
            16 if name.eq_ignore_ascii_case(REQUEST_ID.as_bytes()) => Self::RequestId,
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => Self::TransferEncoding,
            17 if name.eq_ignore_ascii_case(b"x-forwarded-proto") => Self::XForwarded,
            _ => Self::Other,
        };
        if kind == Self::Other && matches!(name, [b'x' | b'X', ..]) && is_ours(name) {
            return Self::Ours;
        }
        kind
    }
}

fn is_ours(name: &[u8]) -> bool {
    let begins = |prefix: &[u8]| {
        let same = |(byte, expected): (&u8, &u8)| {
            byte.to_ascii_lowercase() == *expected || (*byte == b'_' && *expected == b'-')
        };
        name.len() >= prefix.len() && name.iter().zip(prefix).all(same)
    };
    begins(b"x-amzn-mtls-")
        || begins(b"x-amzn-tls-")
        || (name.contains(&b'_')
            && (begins(b"x-forwarded-")
                || begins(b"x-amzn-waf-")
                || (begins(REQUEST_ID.as_bytes()) && name.len() == REQUEST_ID.len())))
}

/// A part of a head's text.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Span {
    from: u32,
    to: u32,
}

impl Span {
    /// Heads are far below 4 GiB: their limit is one of [`crate::Limits`].
    pub(crate) fn new(from: usize, to: usize) -> Self {
        let at = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        Self {
            from: at(from),
            to: at(to),
        }
    }

    fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.from as usize..self.to as usize)
            .unwrap_or_default()
    }
}

/// Where a field stands in its head's text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FieldAt {
    pub(crate) name: Span,
    pub(crate) value: Span,
}

/// One header field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: &'a str,
    /// Without the white space around it.
    pub(crate) value: &'a [u8],
}

/// Header fields in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields {
    text: Vec<u8>,
    at: Vec<(Kind, FieldAt)>,
}

impl Fields {
    pub(crate) fn new(text: Vec<u8>, at: &[FieldAt]) -> Self {
        let at = at
            .iter()
            .map(|at| (Kind::of(at.name.of(&text)), *at))
            .collect();
        Self { text, at }
    }

    pub(crate) fn with_capacity(fields: usize, bytes: usize) -> Self {
        Self {
            text: Vec::with_capacity(bytes),
            at: Vec::with_capacity(fields),
        }
    }

    pub(crate) fn push(&mut self, name: &str, value: &[u8]) {
        let name = self.append(name.as_bytes());
        let value = self.append(value);
        let kind = Kind::of(name.of(&self.text));
        self.at.push((kind, FieldAt { name, value }));
    }

    fn append(&mut self, bytes: &[u8]) -> Span {
        let from = self.text.len();
        self.text.extend_from_slice(bytes);
        Span::new(from, self.text.len())
    }

    pub(crate) fn len(&self) -> usize {
        self.at.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Field<'_>> {
        self.at.iter().map(|(kind, at)| Field {
            kind: *kind,
            // Names are tokens: they were checked, and are ASCII.
            name: std::str::from_utf8(at.name.of(&self.text)).unwrap_or_default(),
            value: at.value.of(&self.text),
        })
    }

    /// Bytes of names and values.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Takes out the fields of this name, which is in small letters.
    pub(crate) fn remove(&mut self, name: &str) {
        let Self { text, at } = self;
        at.retain(|(_, at)| !at.name.of(text).eq_ignore_ascii_case(name.as_bytes()));
    }

    /// The values of the fields of this name.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.at
            .iter()
            .map(|(_, at)| at)
            .filter(move |at| at.name.of(&self.text).eq_ignore_ascii_case(name.as_bytes()))
            .map(|at| at.value.of(&self.text))
    }

    /// The values of the fields of one kind.
    pub(crate) fn all(&self, kind: Kind) -> impl Iterator<Item = &[u8]> {
        self.at
            .iter()
            .filter(move |(other, _)| *other == kind)
            .map(|(_, at)| at.value.of(&self.text))
    }

    pub(crate) fn first(&self, kind: Kind) -> Option<&[u8]> {
        self.all(kind).next()
    }

    pub(crate) fn has(&self, kind: Kind) -> bool {
        self.at.iter().any(|(other, _)| *other == kind)
    }

    /// Whether a list header of this kind has `token`, which is in small letters.
    pub(crate) fn has_token(&self, kind: Kind, token: &[u8]) -> bool {
        self.all(kind)
            .flat_map(tokens)
            .any(|found| found.eq_ignore_ascii_case(token))
    }

    /// Takes out what `Connection` names, before anybody judges: rules and targets see the same.
    fn remove_named_by_connection(&mut self) {
        if !self.has(Kind::Connection) {
            return;
        }
        let is_own = |token: &&[u8]| {
            ![&b"close"[..], b"keep-alive", b"upgrade", b"te"]
                .iter()
                .any(|own| token.eq_ignore_ascii_case(own))
        };
        let named: Vec<String> = self
            .all(Kind::Connection)
            .flat_map(tokens)
            .filter(is_own)
            .map(|token| String::from_utf8_lossy(token).to_ascii_lowercase())
            .collect();
        if named.is_empty() {
            return;
        }
        let Self { text, at } = self;
        at.retain(|(kind, at)| {
            let name = at.name.of(text);
            *kind != Kind::Other
                || !named
                    .iter()
                    .any(|n| name.eq_ignore_ascii_case(n.as_bytes()))
        });
    }

    /// Whether `Connection` names this field: then it is of one connection only (RFC 9110, 7.6.1).
    pub(crate) fn is_named_by_connection(&self, name: &str) -> bool {
        self.has_token(Kind::Connection, name.to_ascii_lowercase().as_bytes())
    }
}

impl route::Headers for Fields {
    fn any(&self, name: &str, test: &mut dyn FnMut(&[u8]) -> bool) -> bool {
        self.named(name).any(test)
    }
}

/// The members of a comma-separated list.
fn tokens(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value
        .split(|byte| *byte == b',')
        .map(<[u8]>::trim_ascii)
        .filter(|token| !token.is_empty())
}

/// What is known of a body's length before it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyLength {
    Known(u64),
    Unknown,
}

/// The head of a request.
#[derive(Debug)]
pub(crate) struct RequestHead {
    pub(crate) version: Version,
    pub(crate) fields: Fields,
    pub(crate) body: BodyLength,
    method: Span,
    /// In origin form: a path with its query, or `*`.
    target: Span,
}

impl RequestHead {
    /// From the text of an HTTP/1 head whose framing was checked.
    pub(crate) fn http1(
        version: Version,
        fields: Fields,
        method: Span,
        target: Span,
        body: BodyLength,
    ) -> Self {
        let mut head = Self {
            version,
            fields,
            body,
            method,
            target,
        };
        head.fields.remove_named_by_connection();
        head.use_origin_form();
        head
    }

    /// From an HTTP/2 request, as strict as HTTP/1's framing is. The list of its headers was
    /// limited before it was decoded.
    pub(crate) fn http2(
        parts: &Parts,
        is_end: bool,
        limits: &Limits,
    ) -> (Self, Result<(), Malformed>) {
        let mut fields = Fields::default();
        let method = fields.append(parts.method.as_str().as_bytes());
        let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
        let target = fields.append(path.as_bytes());
        let authority = parts.uri.authority().map(|authority| authority.as_str());
        if let Some(authority) = authority {
            fields.push("host", authority.as_bytes());
        }
        let mut cookies = Vec::new();
        for (name, value) in &parts.headers {
            if *name == http::header::COOKIE {
                // It may come in several lines; rules and targets see one (RFC 9113, 8.2.3).
                if !cookies.is_empty() {
                    cookies.extend_from_slice(b"; ");
                }
                cookies.extend_from_slice(value.as_bytes());
            } else if authority.is_none() || *name != http::header::HOST {
                fields.push(name.as_str(), value.as_bytes());
            }
        }
        if !cookies.is_empty() {
            fields.push("cookie", &cookies);
        }
        let length = fields.first(Kind::ContentLength).and_then(number);
        let body = match length {
            _ if is_end => BodyLength::Known(0),
            Some(length) => BodyLength::Known(length),
            None => BodyLength::Unknown,
        };
        let head = Self {
            version: Version::HTTP_2,
            fields,
            body,
            method,
            target,
        };
        let checked = head.check_http2(parts, limits);
        (head, checked)
    }

    /// Checks what HTTP/1's framing has checked already, for HTTP/2.
    fn check_http2(&self, parts: &Parts, limits: &Limits) -> Result<(), Malformed> {
        if parts.method == Method::CONNECT {
            return Err(Malformed::Connect);
        }
        let target = self.target();
        if target.len() > limits.request_line_bytes {
            return Err(Malformed::RequestLineTooLong);
        }
        let too_long =
            |field: Field<'_>| field.name.len() + field.value.len() > limits.header_bytes;
        if parts.headers.len() > limits.headers || self.fields.iter().any(too_long) {
            return Err(Malformed::HeadTooLarge);
        }
        let is_path = matches!(target, [b'/', ..]);
        if !is_path && (target != b"*" || self.method() != "OPTIONS") {
            return Err(Malformed::Target);
        }
        let mut hosts = self.fields.all(Kind::Host);
        let (host, second) = (hosts.next(), hosts.next());
        let other = parts.headers.get(http::header::HOST);
        let differs = other.is_some_and(|other| {
            !other
                .as_bytes()
                .eq_ignore_ascii_case(host.unwrap_or_default())
        });
        let is_host = host.is_some_and(|host| host.iter().all(crate::framing::is_host_byte));
        if second.is_some() || differs || !is_host {
            return Err(Malformed::Host);
        }
        for field in self.fields.iter() {
            // A target may take `_` for `-`, and trims what RFC 9113, 8.2.1, forbids: rules would
            // have judged another request than the one it reads.
            match field.name {
                "transfer_encoding" => return Err(Malformed::TransferEncoding),
                "content_length" => return Err(Malformed::ContentLength),
                "expect" if !field.value.eq_ignore_ascii_case(b"100-continue") => {
                    return Err(Malformed::Expectation);
                }
                _ => {}
            }
            if field.value.trim_ascii().len() != field.value.len() {
                return Err(Malformed::HeaderValue);
            }
        }
        let mut lengths = self.fields.all(Kind::ContentLength);
        if let Some(first) = lengths.next() {
            let length = number(first).ok_or(Malformed::ContentLength)?;
            if lengths.next().is_some() {
                return Err(Malformed::ContentLength);
            }
            if length > limits.body_bytes {
                return Err(Malformed::BodyTooLarge);
            }
        }
        Ok(())
    }

    pub(crate) fn method(&self) -> &str {
        // A token: it was checked, and is ASCII.
        std::str::from_utf8(self.method.of(&self.fields.text)).unwrap_or_default()
    }

    pub(crate) fn target(&self) -> &[u8] {
        self.target.of(&self.fields.text)
    }

    /// The undecoded path, and what follows `?`.
    pub(crate) fn path_and_query(&self) -> (&[u8], &[u8]) {
        let target = self.target();
        match memchr::memchr(b'?', target).and_then(|at| target.split_at_checked(at)) {
            Some((path, query)) => (path, query.get(1..).unwrap_or_default()),
            None => (target, &[]),
        }
    }

    /// Whether there is a `?` in the target, even with nothing after it.
    pub(crate) fn has_query(&self) -> bool {
        self.target().contains(&b'?')
    }

    /// The host with its port, as it was sent.
    pub(crate) fn host(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.fields.first(Kind::Host).unwrap_or_default())
    }

    pub(crate) fn expects_continue(&self) -> bool {
        // RFC 9110, 10.1.1: a 1.0 client's expectation is ignored.
        self.version != Version::HTTP_10 && self.fields.has(Kind::Expect)
    }

    /// Whether a HTTP/1 client wants to keep its connection.
    pub(crate) fn keeps_alive(&self) -> bool {
        match self.version {
            Version::HTTP_10 => self.fields.has_token(Kind::Connection, b"keep-alive"),
            _ => !self.fields.has_token(Kind::Connection, b"close"),
        }
    }

    /// Whether the connection is to become another protocol's, and may. HTTP/2 is not upgraded to:
    /// its requests would pass unseen.
    pub(crate) fn is_upgrade(&self) -> bool {
        self.version == Version::HTTP_11
            && self.body == BodyLength::Known(0)
            && self.fields.has(Kind::Upgrade)
            && self.fields.has_token(Kind::Connection, b"upgrade")
            && !self.fields.has_token(Kind::Upgrade, b"h2c")
    }

    /// A target in absolute form becomes one in origin form: rules and targets see the same path.
    /// That its authority is the Host header's was checked by the framing.
    fn use_origin_form(&mut self) {
        let target = self.target();
        if matches!(target, [b'/', ..] | b"*") {
            return;
        }
        let after_scheme = memchr::memmem::find(target, b"://").map_or(0, |at| at + 3);
        let rest = target.get(after_scheme..).unwrap_or_default();
        let path = rest
            .iter()
            .position(|byte| matches!(byte, b'/' | b'?'))
            .and_then(|at| rest.get(at..))
            .unwrap_or_default();
        let mut origin = Vec::with_capacity(path.len() + 1);
        if !path.starts_with(b"/") {
            origin.push(b'/');
        }
        origin.extend_from_slice(path);
        self.target = self.fields.append(&origin);
    }
}

/// The head of an answer: a target's, or the edge's own.
#[derive(Debug)]
pub(crate) struct ResponseHead {
    pub(crate) status: u16,
    pub(crate) reason: Box<str>,
    pub(crate) fields: Fields,
    /// The target keeps its connection after it.
    pub(crate) keeps_alive: bool,
    pub(crate) is_version_1_0: bool,
}

impl ResponseHead {
    /// How long it is: status line and fields, as HTTP/1 writes them.
    pub(crate) fn bytes(&self) -> u64 {
        let line = "HTTP/1.1 200 \r\n\r\n".len() + self.reason.len();
        let fields = self.fields.iter();
        let bytes: usize = fields
            .map(|field| field.name.len() + field.value.len() + 4)
            .sum();
        u64::try_from(line + bytes).unwrap_or(u64::MAX)
    }

    /// Whether another head follows it.
    pub(crate) const fn is_interim(&self) -> bool {
        self.status < 200 && self.status != SWITCHING_PROTOCOLS
    }

    /// Whether its status forbids a body (RFC 9112, 6.3).
    pub(crate) const fn is_bodiless(&self) -> bool {
        self.status < 200 || matches!(self.status, 204 | 304)
    }

    /// The fields that are not of one connection only, nor about how the body is sent.
    pub(crate) fn end_to_end(&self) -> impl Iterator<Item = Field<'_>> {
        let named = self.fields.has(Kind::Connection);
        self.fields.iter().filter(move |field| {
            let is_of_connection = matches!(
                field.kind,
                Kind::Connection
                    | Kind::ContentLength
                    | Kind::HopByHop
                    | Kind::Te
                    | Kind::TransferEncoding
                    | Kind::Upgrade
            );
            !is_of_connection && (!named || !self.fields.is_named_by_connection(field.name))
        })
    }
}

/// A Content-Length's value; `None` when it is no plain number that fits.
pub(crate) fn number(value: &[u8]) -> Option<u64> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(value).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_form_becomes_origin_form() {
        for (target, expected) in [
            ("/a?b", "/a?b"),
            ("*", "*"),
            ("http://h/a?b=://c", "/a?b=://c"),
            ("http://h", "/"),
            ("HTTPS://h:1?x", "/?x"),
        ] {
            let mut fields = Fields::default();
            let method = fields.append(b"GET");
            let target = fields.append(target.as_bytes());
            let body = BodyLength::Known(0);
            let head = RequestHead::http1(Version::HTTP_11, fields, method, target, body);
            assert_eq!(head.target(), expected.as_bytes());
            assert_eq!(head.method(), "GET");
        }
    }

    #[test]
    fn names_are_known_however_they_are_spelled() {
        for (name, kind) in [
            ("HOST", Kind::Host),
            ("x-forwarded-FOR", Kind::XForwardedFor),
            ("X_Forwarded_For", Kind::Ours),
            ("x_forwarded-proto", Kind::Ours),
            ("X-Btz_Request-Id", Kind::Ours),
            ("X-Btz-Request-Id", Kind::RequestId),
            ("x_amzn_waf_seen", Kind::Ours),
            ("x-amzn-waf-seen", Kind::Other),
            ("X-Amzn-Tls-Version", Kind::Ours),
            ("x_amzn-mtls_clientcert", Kind::Ours),
            ("x_other", Kind::Other),
            ("content_length", Kind::Other),
        ] {
            assert_eq!(Kind::of(name.as_bytes()), kind, "{name}");
        }
    }

    #[test]
    fn connection_options_are_read() {
        let mut fields = Fields::default();
        fields.push("Connection", b"keep-alive , X-Mine");
        fields.push("connection", b"Upgrade");
        assert!(fields.has_token(Kind::Connection, b"upgrade"));
        assert!(fields.is_named_by_connection("x-mine"));
        assert!(!fields.is_named_by_connection("x-other"));
        assert_eq!(number(b"+5"), None);
        assert_eq!(number(b"99999999999999999999999"), None);
    }
}
