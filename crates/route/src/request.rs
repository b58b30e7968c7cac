//! A request as routing sees it: borrowed parts, so that looking costs no allocation.

use std::net::IpAddr;

/// The protocol of a listener or target group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protocol {
    /// `HTTP`
    #[default]
    Http,
    /// `HTTPS`
    Https,
}

impl Protocol {
    /// As the API names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::Https => "HTTPS",
        }
    }

    /// As a URL names it.
    #[must_use]
    pub fn scheme(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// The header fields of a request.
pub trait Headers {
    /// Whether `test` is true of the value of a field called `name` (lower case), in order, until
    /// one is found.
    fn any(&self, name: &str, test: &mut dyn FnMut(&[u8]) -> bool) -> bool;
}

/// A list of names and values.
impl Headers for Vec<(String, Vec<u8>)> {
    fn any(&self, name: &str, test: &mut dyn FnMut(&[u8]) -> bool) -> bool {
        self.iter()
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .any(|(_, value)| test(value))
    }
}

/// What rules look at.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method, as it was sent.
    pub method: &'a str,
    /// The host without its port (see [`host_of`]).
    pub host: &'a str,
    /// The path, as it was sent.
    pub path: &'a str,
    /// The query without its `?`.
    pub query: Option<&'a str>,
    /// The header fields.
    pub headers: &'a dyn Headers,
    /// Who connected.
    pub source_ip: IpAddr,
    /// The listener's protocol.
    pub protocol: Protocol,
    /// The listener's port.
    pub port: u16,
}

impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            method, host, path, ..
        } = self;
        write!(f, "{method} {host} {path}")
    }
}

/// The host of a `Host` header field or `:authority`: what is before the port.
#[must_use]
pub fn host_of(authority: &str) -> &str {
    let host = match authority.rsplit_once(':') {
        // A colon within brackets belongs to an IPv6 address.
        Some((host, port)) if !port.contains(']') => host,
        _ => authority,
    };
    // The root's dot changes nothing about which host it is.
    host.strip_suffix('.').unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_no_part_of_the_host() {
        for (authority, host) in [
            ("a.example", "a.example"),
            ("a.example:8080", "a.example"),
            ("[::1]", "[::1]"),
            ("[::1]:443", "[::1]"),
            ("", ""),
        ] {
            assert_eq!(host_of(authority), host);
        }
    }
}
