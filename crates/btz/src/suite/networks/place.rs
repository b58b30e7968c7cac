//! Where a database or list comes from: a file, or an address of the web.
//! Source: RFC 3986, of which only `http(s)://HOST[:PORT][/PATH][?QUERY]` is understood.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use crate::config::TargetUrl;

/// A file, or an address of the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A file, followed for changes.
    File(PathBuf),
    /// An address, fetched again and again.
    Url(Url),
}

impl Place {
    /// Reads what the configuration says. Without TLS anyone on the way could take an address off a
    /// list, so that is refused unless it is this machine's own, or allowed.
    pub(super) fn parse(text: &str, allow_plain_http: bool) -> Result<Self, String> {
        if text.is_empty() {
            return Err("neither a file nor a URL: it is empty".to_owned());
        }
        if !text.contains("://") {
            return Ok(Self::File(PathBuf::from(text)));
        }
        let url = Url::parse(text)?;
        if url.is_plain_on_a_network() && !allow_plain_http {
            return Err(format!(
                "{url}: without TLS anyone on the way can change it: give https://, or allow it with networks.allow_plain_http"
            ));
        }
        Ok(Self::Url(url))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Url(url) => url.fmt(f),
        }
    }
}

/// What the configuration says, without the query of a URL, where makers have people put their
/// licence keys.
pub(crate) fn without_query(text: &str) -> String {
    match (text.contains("://"), text.split_once('?')) {
        (true, Some((shown, _))) => format!("{shown}?***"),
        _ => text.to_owned(),
    }
}

/// An address of the web. Its `Display` and `Debug` leave out the query, which may hold a key.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Url {
    /// Host and port, and whether it is `https`.
    pub(super) server: TargetUrl,
    /// Host and port as they were written.
    pub(super) authority: String,
    /// What is asked for.
    pub(super) path_and_query: String,
}

impl Url {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let shown = without_query(text);
        let (scheme, rest) = text.split_once("://").ok_or("no scheme")?;
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, path) = match rest.find(['/', '?']) {
            Some(end) => rest.split_at(end),
            None => (rest, "/"),
        };
        let server = TargetUrl::parse(&format!("{scheme}://{authority}"))
            .map_err(|_| format!("{shown}: no URL of the form https://HOST[:PORT]/PATH"))?;
        let path_and_query = match path.strip_prefix('?') {
            Some(query) => format!("/?{query}"),
            None => path.to_owned(),
        };
        if !path_and_query.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!(
                "{shown}: a URL's other letters are percent-encoded"
            ));
        }
        Ok(Self {
            server,
            authority: authority.to_owned(),
            path_and_query,
        })
    }

    /// Where a redirection from here leads.
    pub(super) fn join(&self, location: &str) -> Result<Self, String> {
        if location.contains("://") {
            return Self::parse(location);
        }
        if location.starts_with('/') && !location.starts_with("//") {
            let scheme = self.scheme();
            return Self::parse(&format!("{scheme}://{}{location}", self.authority));
        }
        Err(format!(
            "redirected to `{}`, which is no whole address",
            without_query(location).escape_debug()
        ))
    }

    /// The whole of it, query and all: not to be shown.
    pub(super) fn whole(&self) -> String {
        format!(
            "{}://{}{}",
            self.scheme(),
            self.authority,
            self.path_and_query
        )
    }

    /// Whether others could change what is fetched.
    pub(super) fn is_plain_on_a_network(&self) -> bool {
        let host = self.server.host.as_str();
        let loopback = host == "localhost"
            || host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        !self.server.tls && !loopback
    }

    const fn scheme(&self) -> &'static str {
        if self.server.tls { "https" } else { "http" }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_query(&self.whole()))
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_addresses_are_told_apart() {
        let parse = |text, plain| Place::parse(text, plain).map(|place| place.to_string());
        assert_eq!(parse("lists/a.txt", false).unwrap(), "lists/a.txt");
        assert_eq!(
            parse("https://lists.example/a?license_key=abc#x", false).unwrap(),
            "https://lists.example/a?***"
        );
        assert_eq!(
            parse("http://127.0.0.1:81/a", false).unwrap(),
            "http://127.0.0.1:81/a"
        );
        assert_eq!(parse("http://[::1]/", false).unwrap(), "http://[::1]/");
        assert_eq!(
            parse("http://lists.example/a", true).unwrap(),
            "http://lists.example/a"
        );
        let plain = parse("http://lists.example/a", false).unwrap_err();
        assert!(plain.contains("allow_plain_http"), "{plain}");
        for text in [
            "",
            "ftp://lists.example/a",
            "https://",
            "https://user:pass@lists.example/",
            "https://lists.example/a b",
            "https://lists.example/\r\nx: y",
        ] {
            assert!(parse(text, true).is_err(), "{text}");
        }
    }

    #[test]
    fn redirections_are_whole_addresses_or_paths() {
        let url = Url::parse("https://lists.example:444/a?key=1").unwrap();
        let join = |location| url.join(location).map(|url| url.whole());
        assert_eq!(join("/b?c").unwrap(), "https://lists.example:444/b?c");
        assert_eq!(
            join("http://other.example").unwrap(),
            "http://other.example/"
        );
        assert!(join("//other.example/").is_err());
        assert!(join("b").is_err());
        assert!(!format!("{url:?}").contains("key"));
    }
}
