//! The one event that every request ends in, also those that never became one.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Version;
use telemetry::exchange::{ErrorReason, Exchange};
use telemetry::request::{Client, RequestEvent, RequestSummary};
use types::{RequestId, Time};

use crate::connection::{Connection, Shared};
use crate::framing::Malformed;
use crate::head::{RequestHead, ResponseHead};
use crate::refusal::Refusal;

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

/// The ARN of the load balancer that `connection` came to, where no host says which; empty when
/// there is none any more.
fn load_balancer_arn(connection: &Connection) -> String {
    let policy = connection.shared.policy.load();
    let found = policy.table.listener(connection.listener, "");
    found
        .map(|listener| listener.load_balancer_arn.clone())
        .unwrap_or_default()
}

/// The head of a request. `path` and `query` are given apart, as inspected.
pub(crate) fn summary(head: &RequestHead, scheme: &'static str) -> RequestSummary {
    let (path, query) = head.path_and_query();
    RequestSummary {
        method: head.method().to_owned(),
        version: version(head.version),
        scheme,
        host: head.host().into_owned(),
        path: String::from_utf8_lossy(path).into_owned(),
        query: String::from_utf8_lossy(query).into_owned(),
        headers: head
            .fields
            .iter()
            .map(|field| (field.name.to_owned(), field.value.to_vec()))
            .collect(),
        body_inspected_bytes: 0,
        body_oversize: false,
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

/// Refuses a request that has no head that could be read: counts it, records it, and gives the
/// answer.
pub(crate) fn refuse_head(
    connection: &Arc<Connection>,
    malformed: Malformed,
    head: &[u8],
) -> (ResponseHead, Bytes) {
    let shared: &Shared = &connection.shared;
    let counters = &shared.counters;
    counters.requests.increment();
    counters.refused(malformed.status());
    let (id, _) = shared.identities.next();
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
    let mut head = answer.head(id);
    shared.dates.complete(&mut head);
    (head, answer.body)
}

/// Records a request over HTTP/2 that the library has refused: of its head nothing is known.
pub(crate) fn refused_unread(connection: &Arc<Connection>, malformed: Malformed) {
    let shared: &Shared = &connection.shared;
    shared.counters.requests.increment();
    shared.counters.refused(malformed.status());
    let mut request = raw_summary(&[], connection.scheme());
    request.version = version(Version::HTTP_2);
    let (id, _) = shared.identities.next();
    let time = shared.clock.now();
    record(connection, id, time, request, malformed.status(), 0);
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
        exchange: Exchange {
            connection_id: Some(connection.id),
            listener_port: connection.listener.port(),
            error_reason: Some(ErrorReason::ClientMalformed),
            ..Exchange::default()
        },
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
