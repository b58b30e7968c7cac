//! One POST to a collector, over a connection of its own. Source: RFC 9112; OpenTelemetry, "OTLP
//! Specification", "OTLP/HTTP": which answers mean that it is to be sent again.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use serde_json::Value;

/// How long a collector may take to be connected to.
const CONNECT: Duration = Duration::from_secs(5);
/// How long it may neither take nor give anything.
const IDLE: Duration = Duration::from_secs(5);
/// How much of an answer is read.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;
/// The longest pause that a collector may ask for.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(60);

/// Where a collector takes traces.
#[derive(Debug, Clone)]
pub struct Endpoint {
    host: String,
    port: u16,
    path: String,
    is_https: bool,
    tls: Option<Arc<ClientConfig>>,
}

/// A text that is no collector's address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a collector's address reads http://HOST:PORT or https://HOST:PORT, and `{0}` does not")]
pub struct EndpointError(String);

/// What became of a batch.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// It was taken, but for some spans.
    Taken { rejected: u64 },
    /// It may be taken later.
    Later(Option<Duration>),
    /// It will never be taken.
    Refused(u16),
}

impl Endpoint {
    /// Reads `http://HOST[:PORT][/PATH]`, 4318 without a port; `/v1/traces` is appended. One of
    /// `https` is to be told whom it trusts before it is used.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let wrong = || EndpointError(text.chars().take(200).collect());
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        let (place, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (host, port) = match place.strip_prefix('[') {
            Some(bracketed) => {
                let (host, port) = bracketed.split_once(']').ok_or_else(wrong)?;
                (host, port.strip_prefix(':'))
            }
            None => match place.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (place, None),
            },
        };
        let port = match port {
            Some(port) => port
                .parse()
                .ok()
                .filter(|port| *port != 0)
                .ok_or_else(wrong)?,
            None => 4318,
        };
        let of_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
        let of_path = |byte: u8| byte.is_ascii_graphic() && !b"?#".contains(&byte);
        if host.is_empty() || !host.bytes().all(of_host) || !path.bytes().all(of_path) {
            return Err(wrong());
        }
        let is_https = match scheme {
            "http" => false,
            "https" => true,
            _ => return Err(wrong()),
        };
        Ok(Self {
            host: host.to_owned(),
            port,
            path: format!("{}/v1/traces", path.trim_end_matches('/')),
            is_https,
            tls: None,
        })
    }

    /// Whether it is to be told whom it trusts.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.is_https
    }

    /// The same, with whom it trusts.
    #[must_use]
    pub fn trusting(self, tls: Arc<ClientConfig>) -> Self {
        Self {
            tls: Some(tls),
            ..self
        }
    }

    pub(super) fn post(&self, body: &[u8]) -> io::Result<Sent> {
        let mut failed = io::Error::from(io::ErrorKind::NotFound);
        let mut connected = None;
        for address in (self.host.as_str(), self.port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, CONNECT) {
                Ok(stream) => {
                    connected = Some(stream);
                    break;
                }
                Err(error) => failed = error,
            }
        }
        let stream = connected.ok_or(failed)?;
        stream.set_read_timeout(Some(IDLE))?;
        stream.set_write_timeout(Some(IDLE))?;
        match &self.tls {
            None if self.is_https => Err(io::Error::other("whom to trust was not said")),
            None => self.exchange(stream, body),
            Some(config) => {
                let name = ServerName::try_from(self.host.clone()).map_err(io::Error::other)?;
                let session =
                    ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
                self.exchange(StreamOwned::new(session, stream), body)
            }
        }
    }

    fn exchange(&self, mut stream: impl Read + Write, body: &[u8]) -> io::Result<Sent> {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {host}:{}\r\nContent-Type: application/json\r\n\
             User-Agent: Bartizan/{}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.path,
            self.port,
            env!("CARGO_PKG_VERSION"),
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        // A collector that refuses may close before it was sent all: its answer counts.
        let written = stream.write_all(body).and_then(|()| stream.flush());
        let mut answer = Vec::new();
        let read = stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer);
        match answered(&answer) {
            Some(sent) => Ok(sent),
            None => {
                written?;
                read?;
                Err(io::Error::other("the collector's answer is no HTTP"))
            }
        }
    }
}

/// Reads an answer; `None` when it has no head.
fn answered(answer: &[u8]) -> Option<Sent> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, body) = answer.split_at_checked(end)?;
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.split("\r\n");
    let status_line = lines.next()?.strip_prefix("HTTP/1.")?;
    let status: u16 = status_line.split(' ').nth(1)?.parse().ok()?;
    match status {
        200..=299 => {
            // Between the braces, whatever the body was framed with.
            let begin = body.iter().position(|byte| *byte == b'{');
            let end = body.iter().rposition(|byte| *byte == b'}');
            let said = begin
                .zip(end)
                .and_then(|(begin, end)| body.get(begin..=end));
            let said: Option<Value> = said.and_then(|json| serde_json::from_slice(json).ok());
            let rejected = said.and_then(|said| {
                let rejected = said.get("partialSuccess")?.get("rejectedSpans")?;
                // 64-bit numbers are text, but not every collector knows.
                rejected
                    .as_u64()
                    .or_else(|| rejected.as_str()?.parse().ok())
            });
            Some(Sent::Taken {
                rejected: rejected.unwrap_or_default(),
            })
        }
        429 | 502 | 503 | 504 => {
            let after = lines
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))
                .and_then(|(_, value)| value.trim().parse().ok());
            Some(Sent::Later(after.map(|seconds| {
                Duration::from_secs(seconds).min(RETRY_AFTER_MAX)
            })))
        }
        other => Some(Sent::Refused(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_collectors() {
        let parse = |text| {
            let parsed = Endpoint::parse(text);
            parsed.map(|to| (to.host, to.port, to.path))
        };
        let of = |host: &str, port, path: &str| Ok((host.to_owned(), port, path.to_owned()));
        assert_eq!(
            parse("http://127.0.0.1:1"),
            of("127.0.0.1", 1, "/v1/traces")
        );
        assert_eq!(parse("http://otel/"), of("otel", 4318, "/v1/traces"));
        assert_eq!(parse("http://[::1]:9/a/b"), of("::1", 9, "/a/b/v1/traces"));
        assert_eq!(parse("https://otel"), of("otel", 4318, "/v1/traces"));
        assert!(Endpoint::parse("https://otel").unwrap().is_https());
        for wrong in [
            "",
            "otel:4318",
            "ftp://otel",
            "http://",
            "http://a:0",
            "http://a:x",
            "http://a b",
            "http://a/b?c",
            "http://a/\r\nX: y",
            "http://[::1",
            "http://u@a",
        ] {
            assert_eq!(parse(wrong), Err(EndpointError(wrong.to_owned())));
        }
    }

    #[test]
    fn answers_say_whether_to_send_again() {
        let taken = |rejected| Some(Sent::Taken { rejected });
        assert_eq!(answered(b"HTTP/1.1 200 OK\r\n\r\n{}"), taken(0));
        let partial = b"HTTP/1.1 200 OK\r\n\r\n{\"partialSuccess\":{\"rejectedSpans\":\"7\"}}";
        assert_eq!(answered(partial), taken(7));
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
        assert_eq!(answered(chunked), taken(0));
        let later = b"HTTP/1.1 503 Busy\r\nretry-after: 3\r\n\r\n";
        assert_eq!(
            answered(later),
            Some(Sent::Later(Some(Duration::from_secs(3))))
        );
        assert_eq!(
            answered(b"HTTP/1.1 429 No\r\n\r\n"),
            Some(Sent::Later(None))
        );
        assert_eq!(
            answered(b"HTTP/1.1 400 No\r\n\r\n"),
            Some(Sent::Refused(400))
        );
        for none in [
            &b""[..],
            b"HTTP/1.1 200 OK\r\n",
            b"SSH-2.0\r\n\r\n",
            b"\xff\r\n\r\n",
        ] {
            assert_eq!(answered(none), None);
        }
    }
}
