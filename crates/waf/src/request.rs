//! A request as a rule engine sees it: the parts that AWS WAF calls request components, undecoded
//! and in the order in which they came.

use std::net::IpAddr;

/// What a web ACL judges.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The method, as it was sent.
    pub method: &'a str,
    /// The path, undecoded, without query.
    pub uri_path: &'a [u8],
    /// What follows `?`, undecoded; empty without one.
    pub query: &'a [u8],
    /// What follows `#`, if the client sent it.
    pub uri_fragment: Option<&'a [u8]>,
    /// `HTTP/1.1`, `HTTP/2.0` ...
    pub http_version: &'a str,
    /// `http` or `https`.
    pub scheme: &'a str,
    /// Names and values in their order. Names in any case.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The body, as far as it was read; `None` without one.
    pub body: Option<Body<'a>>,
    /// Who sent it, as the socket has it.
    pub client_ip: IpAddr,
    /// JA3 fingerprint of the client hello; `None` without TLS.
    pub ja3: Option<&'a str>,
    /// JA4 fingerprint of the client hello; `None` without TLS.
    pub ja4: Option<&'a str>,
}

/// The inspected part of a body.
#[derive(Debug, Clone, Copy)]
pub struct Body<'a> {
    /// At most [`crate::WebAcl::body_limit`] bytes from its beginning.
    pub bytes: &'a [u8],
    /// Whether it was longer than that.
    pub truncated: bool,
}

impl<'a> Request<'a> {
    /// The values of header `name` (in lower case), in their order.
    pub(crate) fn header_values(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let headers = self.headers;
        headers
            .iter()
            .filter(move |(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }
}
