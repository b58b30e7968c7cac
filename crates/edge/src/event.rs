//! The one event that every request ends in, also those that never became one.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::Version;
use pingora_http::RequestHeader;
use telemetry::request::{Client, RequestEvent, RequestSummary};
use types::{RequestId, Time};

use crate::connection::{Connection, Shared};
use crate::framing::Malformed;
use crate::refusal::Refusal;

/// HTTP/1.1: no request is being answered.
pub(crate) const NOT_ANSWERING: u8 = 0;
/// HTTP/1.1: a request was handed to pingora, which has not taken it up yet.
pub(crate) const HANDED: u8 = 1;
/// HTTP/1.1: a request is being answered.
pub(crate) const ANSWERING: u8 = 2;

/// The client's side of `connection`.
pub(crate) fn client(connection: &Connection) -> Client {
    let fingerprints = connection.fingerprints.as_ref();
    Client {
        ip: connection.client_ip(),
        port: connection.client.port(),
        ja3: fingerprints.map(|prints| prints.ja3.clone()),
        ja4: fingerprints.map(|prints| prints.ja4.clone()),
    }
}

/// The ARN of the load balancer that `connection` came to; empty when there is none any more.
fn load_balancer_arn(connection: &Connection) -> String {
    let policy = connection.shared.policy.load();
    let found = policy.table.load_balancer_at(connection.listener);
    found
        .map(|load_balancer| load_balancer.arn.clone())
        .unwrap_or_default()
}

/// The head of a request as pingora read it. `path` and `query` are given apart, as inspected.
pub(crate) fn summary(head: &RequestHeader, scheme: &'static str) -> RequestSummary {
    let (path, query) = path_and_query(head);
    RequestSummary {
        method: head.method.as_str().to_owned(),
        version: version(head.version),
        scheme,
        host: host(head),
        path: String::from_utf8_lossy(path).into_owned(),
        query: String::from_utf8_lossy(query).into_owned(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect(),
        body_inspected_bytes: 0,
        body_oversize: false,
    }
}

/// The undecoded path, and what follows `?`.
pub(crate) fn path_and_query(head: &RequestHeader) -> (&[u8], &[u8]) {
    let target = head.raw_path();
    match memchr::memchr(b'?', target).and_then(|at| target.split_at_checked(at)) {
        Some((path, query)) => (path, query.get(1..).unwrap_or_default()),
        None => (target, &[]),
    }
}

/// `HTTP/1.1`, `HTTP/2.0` ...
pub(crate) const fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2.0",
        _ => "HTTP/1.1",
    }
}

/// The Host header, or `:authority`.
pub(crate) fn host(head: &RequestHeader) -> String {
    match head.headers.get(http::header::HOST) {
        Some(host) => String::from_utf8_lossy(host.as_bytes()).into_owned(),
        None => head
            .uri
            .authority()
            .map(ToString::to_string)
            .unwrap_or_default(),
    }
}

/// Refuses a request whose head pingora has not seen: counts it, records it, and gives the answer.
pub(crate) fn refuse_head(
    connection: &Arc<Connection>,
    malformed: Malformed,
    head: &[u8],
) -> Vec<u8> {
    let shared: &Shared = &connection.shared;
    let counters = &shared.counters;
    counters.requests.increment();
    match malformed {
        Malformed::HeadTooLarge | Malformed::RequestLineTooLong => {
            counters.requests_head_too_large.increment();
        }
        Malformed::BodyTooLarge => counters.requests_body_too_large.increment(),
        _ => counters.requests_malformed.increment(),
    }
    let id = shared.identities.next();
    let answer = Refusal::plain(malformed.status(), malformed.reason(), id);
    let body = u64::try_from(answer.body.len()).unwrap_or(u64::MAX);
    let request = raw_summary(head, connection.scheme());
    record(
        connection,
        id,
        shared.clock.now(),
        request,
        malformed.status(),
        body,
    );
    answer.http1(id)
}

/// Called when a connection is gone: a request that was handed on but never taken up is recorded.
pub(crate) fn connection_ended(connection: &Arc<Connection>) {
    let answering = &connection.meter.answering;
    if answering.swap(NOT_ANSWERING, Ordering::Relaxed) == HANDED {
        let shared = &connection.shared;
        shared.counters.requests.increment();
        shared.counters.requests_malformed.increment();
        let request = raw_summary(b"", connection.scheme());
        record(
            connection,
            shared.identities.next(),
            shared.clock.now(),
            request,
            0,
            0,
        );
    }
}

fn record(
    connection: &Arc<Connection>,
    id: RequestId,
    time: Time,
    request: RequestSummary,
    status: u16,
    response_bytes: u64,
) {
    connection.shared.sink.record(RequestEvent {
        id,
        time,
        load_balancer_arn: load_balancer_arn(connection),
        client: client(connection),
        request,
        decision: None,
        status,
        response_bytes,
        duration: Duration::ZERO,
    });
}

/// What can be said of a head that is not well formed. Only complete lines are looked at.
fn raw_summary(head: &[u8], scheme: &'static str) -> RequestSummary {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end);
    let mut parts = lines.next().unwrap_or_default().split(|byte| *byte == b' ');
    let method = parts.next().unwrap_or_default();
    let target = parts.next().unwrap_or_default();
    let version = match parts.next() {
        Some(b"HTTP/1.0") => "HTTP/1.0",
        _ => "HTTP/1.1",
    };
    let mut target = target.splitn(2, |byte| *byte == b'?');
    let headers: Vec<(String, Vec<u8>)> = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            let mut parts = line.splitn(2, |byte| *byte == b':');
            let (name, value) = (parts.next()?, parts.next()?);
            Some((text(name), value.trim_ascii().to_vec()))
        })
        .collect();
    let host = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("host"))
        .map(|(_, value)| text(value));
    RequestSummary {
        method: text(method),
        version,
        scheme,
        host: host.unwrap_or_default(),
        path: text(target.next().unwrap_or_default()),
        query: text(target.next().unwrap_or_default()),
        headers,
        body_inspected_bytes: 0,
        body_oversize: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_head_is_summed_up_as_far_as_it_goes() {
        let head = b"POST /a?b=c HTTP/1.0\r\nHost: h\r\nX: \xff y\r\nbad\r\n\r\nbody: x";
        let summary = raw_summary(head, "http");
        assert_eq!(summary.method, "POST");
        assert_eq!(
            (summary.path.as_str(), summary.query.as_str()),
            ("/a", "b=c")
        );
        assert_eq!(summary.version, "HTTP/1.0");
        assert_eq!(summary.host, "h");
        assert_eq!(summary.headers.len(), 2);
        assert_eq!(raw_summary(b"", "http").method, "");
        assert_eq!(raw_summary(b"\x00\xff\n\n", "http").headers.len(), 0);
    }
}
