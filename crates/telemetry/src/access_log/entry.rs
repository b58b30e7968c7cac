//! One line of the access log. Source: Application Load Balancers, "Access log entries", "Syntax":
//! 33 fields, in this order, one blank between them. What is not there is `-`, and `-1` for a time.
//!
//! What a client has sent is escaped as AWS escapes it: `"` is `\x22`, `\` is `\x5C`, and so are all
//! bytes that are no printable ASCII. `classification` is `-`: what is not well formed is refused
//! before it has one. `error_reason` has words of our own where AWS has none, since for AWS it is
//! empty when a target fails.

use std::io::Write as _;
use std::time::Duration;

use types::{RequestId, Time};

use crate::exchange::{ErrorReason, Exchange, Tls};
use crate::request::RequestEvent;

/// The longest User-Agent that is logged, in bytes: what is longer is cut.
pub const USER_AGENT_BYTES_MAX: usize = 8 * 1024;

/// What is answered, on paper, to a client that has left.
const CLIENT_LEFT: u16 = 460;

/// Appends the request's line, with its line feed.
pub fn append_line(lines: &mut Vec<u8>, event: &RequestEvent) {
    let mut line = Line(lines);
    let exchange = &event.exchange;
    line.begin(kind(event));
    line.plain(&end_time(event));
    line.plain(load_balancer(&event.load_balancer_arn));
    let client = std::net::SocketAddr::new(event.client.ip, event.client.port);
    line.plain(&client.to_string());
    let last = exchange.tries.last();
    line.or_none(last.map(|target| target.address.to_string()).as_deref());
    line.time(exchange.request_processing);
    line.time(exchange.target_processing);
    line.time(exchange.response_processing);
    line.status(elb_status(event));
    line.status(last.and_then(|target| target.status));
    line.plain(&exchange.request_bytes.to_string());
    let sent = event
        .response_bytes
        .saturating_add(exchange.response_head_bytes);
    line.plain(&sent.to_string());
    line.request(event);
    line.quoted(user_agent(event));
    let tls = exchange.tls.as_ref();
    line.or_none(tls.map(|tls| openssl_name(&tls.cipher)).as_deref());
    line.or_none(tls.map(|tls| tls.protocol));
    line.or_none(exchange.target_group_arn.as_deref());
    line.quoted_text(exchange.trace_id.as_deref());
    line.quoted_text(tls.and_then(|tls| tls.server_name.as_deref()));
    line.quoted_text(tls.and_then(|tls: &Tls| tls.certificate_arn.as_deref()));
    let priority = exchange
        .rule
        .as_ref()
        .map(|rule| rule.priority.unwrap_or(0));
    line.or_none(priority.map(|priority| priority.to_string()).as_deref());
    line.plain(&moment(event.time, Duration::ZERO));
    let actions: Vec<_> = exchange
        .actions
        .iter()
        .map(|action| action.as_str())
        .collect();
    line.quoted(actions.join(",").as_bytes());
    line.quoted_text(exchange.redirect_url.as_deref());
    line.quoted_text(exchange.error_reason.map(ErrorReason::as_str));
    line.list(exchange, |target| Some(target.address.to_string()));
    line.list(exchange, |target| {
        target.status.map(|status| status.to_string())
    });
    line.quoted(b"");
    line.quoted(b"");
    line.or_none(exchange.connection_id.map(trace_id).as_deref());
    line.quoted_text(exchange.transformed_host.as_deref());
    line.quoted_text(exchange.transformed_uri.as_deref());
    let transformed = exchange.transformed_host.is_some() || exchange.transformed_uri.is_some();
    line.quoted_text(transformed.then_some("TransformSuccess"));
    line.end();
}

/// `conn_trace_id`: the same in a connection's line and those of its requests.
pub(super) fn trace_id(id: RequestId) -> String {
    format!("TID_{}", id.to_string().replace('-', ""))
}

/// A line that is being written.
pub(super) struct Line<'a>(pub(super) &'a mut Vec<u8>);

impl Line<'_> {
    pub(super) fn begin(&mut self, text: &str) {
        escaped(self.0, text.as_bytes());
    }

    /// What cannot hold a blank.
    pub(super) fn plain(&mut self, text: &str) {
        self.0.push(b' ');
        self.begin(if text.is_empty() { "-" } else { text });
    }

    pub(super) fn or_none(&mut self, text: Option<&str>) {
        self.plain(text.unwrap_or("-"));
    }

    pub(super) fn end(&mut self) {
        self.0.push(b'\n');
    }

    fn quoted(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(b" \"");
        escaped(self.0, if bytes.is_empty() { b"-" } else { bytes });
        self.0.push(b'"');
    }

    pub(super) fn quoted_text(&mut self, text: Option<&str>) {
        self.quoted(text.unwrap_or_default().as_bytes());
    }

    /// Seconds with three decimals.
    fn time(&mut self, time: Option<Duration>) {
        match time {
            // Writing to a Vec cannot fail.
            Some(time) => write!(self.0, " {:.3}", time.as_secs_f64()).unwrap_or_default(),
            None => self.0.extend_from_slice(b" -1"),
        }
    }

    fn status(&mut self, status: Option<u16>) {
        self.or_none(status.map(|status| status.to_string()).as_deref());
    }

    /// `METHOD SCHEME://HOST:PORT/PATH?QUERY VERSION`, with `-` for what could not be read.
    fn request(&mut self, event: &RequestEvent) {
        let request = &event.request;
        let or_none = |text: &str| {
            if text.is_empty() {
                "-".to_owned()
            } else {
                text.to_owned()
            }
        };
        let host = or_none(&request.host);
        let has_port = host.rsplit_once(':').is_some_and(|(_, port)| {
            !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
        });
        let port = if has_port {
            String::new()
        } else {
            format!(":{}", event.exchange.listener_port)
        };
        let query = if request.query.is_empty() {
            String::new()
        } else {
            format!("?{}", request.query)
        };
        let version = if request.method.is_empty() {
            "-"
        } else {
            request.version
        };
        let whole = format!(
            "{} {}://{host}{port}{}{query} {version}",
            or_none(&request.method),
            request.scheme,
            or_none(&request.path),
        );
        self.quoted(whole.as_bytes());
    }

    /// What is known of each try, with blanks between.
    fn list(
        &mut self,
        exchange: &Exchange,
        of: impl Fn(&crate::exchange::TargetTry) -> Option<String>,
    ) {
        let items: Vec<_> = exchange
            .tries
            .iter()
            .map(|target| of(target).unwrap_or_else(|| "-".to_owned()))
            .collect();
        self.quoted(items.join(" ").as_bytes());
    }
}

fn escaped(line: &mut Vec<u8>, bytes: &[u8]) {
    for byte in bytes {
        match byte {
            b'"' | b'\\' | 0..=0x1f | 0x7f..=0xff => {
                // Writing to a Vec cannot fail.
                write!(line, "\\x{byte:02X}").unwrap_or_default();
            }
            byte => line.push(*byte),
        }
    }
}

/// `type`
fn kind(event: &RequestEvent) -> &'static str {
    let is_tls = event.request.scheme == "https";
    let is_grpc = || {
        header(event, "content-type").is_some_and(|value| value.starts_with(b"application/grpc"))
    };
    match (event.request.version, is_tls) {
        (_, true) if event.status == 101 => "wss",
        (_, false) if event.status == 101 => "ws",
        ("HTTP/2.0", true) if is_grpc() => "grpcs",
        ("HTTP/2.0", _) => "h2",
        (_, true) => "https",
        (_, false) => "http",
    }
}

fn elb_status(event: &RequestEvent) -> Option<u16> {
    match (event.status, event.exchange.error_reason) {
        (0, Some(ErrorReason::ClientGone)) => Some(CLIENT_LEFT),
        (0, _) => None,
        (status, _) => Some(status),
    }
}

fn header<'e>(event: &'e RequestEvent, name: &str) -> Option<&'e [u8]> {
    let mut headers = event.request.headers.iter();
    let found = headers.find(|(other, _)| other.eq_ignore_ascii_case(name));
    found.map(|(_, value)| &**value)
}

fn user_agent(event: &RequestEvent) -> &[u8] {
    let whole = header(event, "user-agent").unwrap_or_default();
    whole.get(..USER_AGENT_BYTES_MAX).unwrap_or(whole)
}

/// `app/NAME/ID` of a load balancer's ARN.
fn load_balancer(arn: &str) -> &str {
    arn.split_once(":loadbalancer/")
        .map_or("-", |(_, name)| name)
}

/// When the request was answered.
fn end_time(event: &RequestEvent) -> String {
    moment(event.time, event.duration)
}

/// `2018-07-02T22:23:00.186641Z`
pub(super) fn moment(time: Time, later: Duration) -> String {
    let micros = i128::from(time.as_millis()) * 1_000
        + i128::try_from(later.as_micros()).unwrap_or_default();
    let second = i64::try_from(micros.div_euclid(1_000_000)).unwrap_or(i64::MAX);
    let whole = Time::from_seconds(second).rfc3339_seconds();
    let whole = whole.strip_suffix('Z').unwrap_or(&whole);
    format!("{whole}.{:06}Z", micros.rem_euclid(1_000_000))
}

/// OpenSSL's name of a cipher suite, which AWS writes: for TLS 1.3 it is the IANA's.
pub(super) fn openssl_name(suite: &str) -> String {
    let Some((exchange, cipher)) = suite.split_once("_WITH_") else {
        return suite.to_owned();
    };
    let exchange = exchange.strip_prefix("TLS_").unwrap_or(exchange);
    let cipher = match cipher {
        "CHACHA20_POLY1305_SHA256" => "CHACHA20-POLY1305".to_owned(),
        other => other.replace("AES_", "AES"),
    };
    format!("{exchange}-{cipher}").replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cipher_suites_have_openssls_names() {
        for (iana, openssl) in [
            ("TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
            (
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                "ECDHE-RSA-AES128-GCM-SHA256",
            ),
            (
                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                "ECDHE-ECDSA-AES256-GCM-SHA384",
            ),
            (
                "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
                "ECDHE-RSA-CHACHA20-POLY1305",
            ),
        ] {
            assert_eq!(openssl_name(iana), openssl);
        }
    }

    #[test]
    fn moments_have_six_decimals() {
        let time = Time::from_millis(1_530_570_180_186);
        assert_eq!(
            moment(time, Duration::from_micros(641)),
            "2018-07-02T22:23:00.186641Z"
        );
        assert_eq!(
            moment(time, Duration::from_millis(814)),
            "2018-07-02T22:23:01.000000Z"
        );
    }
}
