//! One request on its way through: judged by the web ACL, sent to a target, answered, recorded.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, Version, header};
use pingora_core::modules::http::HttpModules;
use pingora_core::upstreams::peer::HttpPeer;
use pingora_core::{Error, ErrorSource, ErrorType, OrErr, Result};
use pingora_http::{RequestHeader, ResponseHeader};
use pingora_proxy::{FailToProxy, ProxyHttp, ProxyWarnLogContext, Session};
use telemetry::request::{Decision, RequestEvent};
use types::{RequestId, Time};

use crate::connection::Connection;
use crate::inspect::{self, Inspected};
use crate::refusal::{REQUEST_ID, Refusal};
use crate::upstream::Upstreams;
use crate::{Snapshot, event, forwarded};

/// How often a request may be sent before it is given up: once more after a connection that went
/// stale, once more after a target that could not be reached.
pub(crate) const TRIES: usize = 3;

/// The edge as pingora's proxy sees it.
pub(crate) struct Gateway {
    pub(crate) upstreams: Upstreams,
}

/// What is known of one request.
pub(crate) struct RequestContext {
    /// `None` until pingora has read the head.
    begun: Option<Box<Begun>>,
}

struct Begun {
    connection: Arc<Connection>,
    snapshot: Arc<Snapshot>,
    id: RequestId,
    time: Time,
    started: Instant,
    http2: bool,
    body_open: bool,
    body_bytes: u64,
    body_held: bool,
    inspected: Inspected,
    decision: Option<Decision>,
    inserted_headers: Vec<(String, String)>,
    unreachable: usize,
}

impl Begun {
    fn body_ended(&mut self) {
        if std::mem::take(&mut self.body_open) {
            let open = &self.connection.meter.open_bodies;
            open.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Checks what HTTP/1.1's framing has checked already, for HTTP/2.
    fn check_http2(&self, head: &RequestHeader) -> Result<()> {
        let limits = &self.connection.shared.limits;
        let refuse = |status: u16, why: &'static str| {
            Err(Error::explain(ErrorType::HTTPStatus(status), why).into_down())
        };
        if head.raw_path().len() > limits.request_line_bytes {
            return refuse(414, "the path is too long");
        }
        let too_long = |(name, value): (&header::HeaderName, &HeaderValue)| {
            name.as_str().len() + value.len() > limits.header_bytes
        };
        if head.headers.len() > limits.headers || head.headers.iter().any(too_long) {
            return refuse(431, "a header is too long, or there are too many");
        }
        let length = head.headers.get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if length.is_some_and(|length| length > limits.body_bytes) {
            return refuse(413, "the body is too long");
        }
        let path = head.raw_path();
        let is_path =
            path.starts_with(b"/") || (path == b"*" && head.method == http::Method::OPTIONS);
        // A target may take `_` for `-`, and trims what RFC 9113, 8.2.1, forbids: rules would have
        // judged another request than the one it reads.
        let is_bad = |(name, value): (&header::HeaderName, &HeaderValue)| {
            matches!(name.as_str(), "transfer_encoding" | "content_length")
                || value.as_bytes() != value.as_bytes().trim_ascii()
        };
        let lengths = head.headers.get_all(header::CONTENT_LENGTH).iter().count();
        if !is_path || lengths > 1 || head.headers.iter().any(is_bad) {
            return refuse(400, "the request is malformed");
        }
        Ok(())
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.body_ended();
        let meter = &self.connection.meter;
        if self.http2 {
            meter.open_requests.fetch_sub(1, Ordering::Relaxed);
        } else {
            meter
                .answering
                .store(event::NOT_ANSWERING, Ordering::Relaxed);
        }
    }
}

impl RequestContext {
    fn begun(&mut self) -> Result<&mut Begun> {
        self.begun.as_deref_mut().ok_or_else(|| {
            Error::explain(
                ErrorType::InternalError,
                "the request's connection is unknown",
            )
        })
    }
}

fn connection_of(session: &Session) -> Option<Arc<Connection>> {
    let digest = session.digest()?.proxy_digest.as_ref()?;
    let connection = digest
        .user_data
        .as_ref()?
        .downcast_ref::<Arc<Connection>>()?;
    Some(Arc::clone(connection))
}

/// A target in absolute form becomes one in origin form: rules and targets see the same path. That
/// its authority is the Host header's was checked by the framing.
fn to_origin_form(head: &mut RequestHeader) -> Result<()> {
    let target = head.raw_path();
    if matches!(target, [b'/', ..] | b"*") {
        return Ok(());
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
    head.set_raw_path(&origin)
}

/// HTTP/2 may send a cookie header in several lines; rules and targets see one (RFC 9113, 8.2.3).
fn join_cookies(head: &mut RequestHeader) -> Result<()> {
    let mut lines = head.headers.get_all(header::COOKIE).iter();
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else {
        return Ok(());
    };
    let mut joined = first.as_bytes().to_vec();
    for line in std::iter::once(second).chain(lines) {
        joined.extend_from_slice(b"; ");
        joined.extend_from_slice(line.as_bytes());
    }
    let joined = HeaderValue::from_bytes(&joined);
    let joined = joined.or_err(ErrorType::InvalidHTTPHeader, "cookies cannot be joined")?;
    head.insert_header(header::COOKIE, joined)
}

/// Answers without a target, and keeps the connection where that is safe.
async fn answer(session: &mut Session, refusal: &Refusal, id: RequestId) -> Result<()> {
    let head = refusal.response(id)?;
    if !session.is_body_done() {
        // What is left of the body is worth less than a new connection.
        session.set_keepalive(None);
    }
    let bodiless = session.req_header().method == http::Method::HEAD || refusal.body.is_empty();
    session
        .write_response_header(Box::new(head), bodiless)
        .await?;
    if !bodiless {
        session
            .write_response_body(Some(refusal.body.clone()), true)
            .await?;
    }
    Ok(())
}

#[async_trait]
impl ProxyHttp for Gateway {
    type CTX = RequestContext;

    fn new_ctx(&self) -> RequestContext {
        RequestContext { begun: None }
    }

    fn init_downstream_modules(&self, _modules: &mut HttpModules) {}

    async fn early_request_filter(
        &self,
        session: &mut Session,
        ctx: &mut RequestContext,
    ) -> Result<()> {
        let connection = connection_of(session).ok_or_else(|| {
            Error::explain(
                ErrorType::InternalError,
                "the request's connection is unknown",
            )
        })?;
        let shared = Arc::clone(&connection.shared);
        shared.counters.requests.increment();
        let http2 = session.req_header().version == Version::HTTP_2;
        let body_open = !session.is_body_empty();
        let meter = &connection.meter;
        if http2 {
            meter.open_requests.fetch_add(1, Ordering::Relaxed);
            session.set_write_timeout(Some(shared.limits.upstream_read));
        } else {
            meter.answering.store(event::ANSWERING, Ordering::Relaxed);
        }
        if body_open {
            meter.open_bodies.fetch_add(1, Ordering::Relaxed);
        }
        let begun = ctx.begun.insert(Box::new(Begun {
            snapshot: shared.policy.load_full(),
            id: shared.identities.next(),
            time: shared.clock.now(),
            started: Instant::now(),
            http2,
            body_open,
            body_bytes: 0,
            body_held: false,
            inspected: Inspected::default(),
            decision: None,
            inserted_headers: Vec::new(),
            unreachable: 0,
            connection,
        }));
        if session.req_header().version == Version::HTTP_10 {
            // RFC 9110, 10.1.1: a 1.0 client's expectation is ignored.
            session.req_header_mut().remove_header(&header::EXPECT);
        }
        if http2 {
            begun.check_http2(session.req_header())?;
            return join_cookies(session.req_header_mut());
        }
        to_origin_form(session.req_header_mut())
    }

    async fn request_filter(
        &self,
        session: &mut Session,
        ctx: &mut RequestContext,
    ) -> Result<bool> {
        let begun = ctx.begun()?;
        let snapshot = Arc::clone(&begun.snapshot);
        let Some(load_balancer) = snapshot.table.load_balancer_at(begun.connection.listener) else {
            let sentence = "No load balancer listens here.";
            answer(session, &Refusal::plain(503, sentence, begun.id), begun.id).await?;
            return Ok(true);
        };
        let Some(web_acl) = snapshot.web_acls.get(&load_balancer.arn) else {
            return Ok(false);
        };
        let body = match web_acl.body_limit() {
            Some(limit) if begun.body_open => {
                begun.body_held = true;
                let limits = &begun.connection.shared.limits;
                let seconds =
                    u64::try_from(limit).unwrap_or(u64::MAX) / limits.bytes_per_second.max(1);
                let deadline = limits.slow_grace + Duration::from_secs(seconds);
                let read = tokio::time::timeout(deadline, inspect::read_body(session, limit));
                begun.inspected = read.await.map_err(|_| {
                    begun.connection.shared.counters.slow_bodies.increment();
                    Error::explain(ErrorType::ReadTimedout, "the body comes too slowly").into_down()
                })??;
                Some(&begun.inspected)
            }
            _ => None,
        };
        let connection = &begun.connection;
        let judged = inspect::judge(web_acl, session, connection, body, begun.id, begun.time);
        let judgement = judged.map_err(|error| {
            connection.shared.counters.inspection_errors.increment();
            tracing::error!(%error, request = %begun.id, "the rule engine failed");
            Error::because(ErrorType::HTTPStatus(500), "the rule engine failed", error)
        })?;
        begun.decision = Some(judgement.decision);
        begun.inserted_headers = judgement.inserted_headers;
        let Some(refusal) = judgement.refusal else {
            return Ok(false);
        };
        connection.shared.counters.requests_blocked.increment();
        answer(session, &refusal, begun.id).await?;
        Ok(true)
    }

    async fn upstream_peer(
        &self,
        session: &mut Session,
        ctx: &mut RequestContext,
    ) -> Result<Box<HttpPeer>> {
        let upgrade = session.is_upgrade_req();
        let begun = ctx.begun()?;
        let limits = &begun.connection.shared.limits;
        let table = &begun.snapshot.table;
        let peer = match table.load_balancer_at(begun.connection.listener) {
            Some(load_balancer) => self.upstreams.peer(load_balancer, upgrade, limits).await?,
            None => None,
        };
        peer.ok_or_else(|| {
            Error::explain(
                ErrorType::HTTPStatus(503),
                "the load balancer has no targets",
            )
            .into_up()
        })
    }

    async fn upstream_request_filter(
        &self,
        _session: &mut Session,
        head: &mut RequestHeader,
        ctx: &mut RequestContext,
    ) -> Result<()> {
        let begun = ctx.begun()?;
        let connection = &begun.connection;
        forwarded::set(head, &connection.forwarded)?;
        for (name, value) in &begun.inserted_headers {
            head.insert_header(name.clone(), value.as_str())?;
        }
        if begun.body_held {
            // It was answered when the body was read.
            head.remove_header(&header::EXPECT);
        }
        head.insert_header(REQUEST_ID, begun.id.to_string())
    }

    async fn request_body_filter(
        &self,
        session: &mut Session,
        body: &mut Option<Bytes>,
        end_of_stream: bool,
        ctx: &mut RequestContext,
    ) -> Result<()> {
        let begun = ctx.begun()?;
        if end_of_stream {
            begun.body_ended();
        }
        let piece = body.as_ref().map_or(0, Bytes::len);
        begun.body_bytes += u64::try_from(piece).unwrap_or(u64::MAX);
        if begun.body_bytes > begun.connection.shared.limits.body_bytes && !session.was_upgraded() {
            return Err(
                Error::explain(ErrorType::HTTPStatus(413), "the body is too long").into_down(),
            );
        }
        Ok(())
    }

    async fn response_filter(
        &self,
        _session: &mut Session,
        head: &mut ResponseHeader,
        ctx: &mut RequestContext,
    ) -> Result<()> {
        if head.status == StatusCode::SWITCHING_PROTOCOLS {
            let begun = ctx.begun()?;
            begun.body_bytes = 0;
            begun.connection.meter.tunnel.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    fn fail_to_connect(
        &self,
        _session: &mut Session,
        _peer: &HttpPeer,
        ctx: &mut RequestContext,
        mut error: Box<Error>,
    ) -> Box<Error> {
        // Nothing was sent yet: the next target may have the request, once.
        let retry = ctx.begun().is_ok_and(|begun| {
            begun.unreachable += 1;
            let table = &begun.snapshot.table;
            let found = table.load_balancer_at(begun.connection.listener);
            begun.unreachable < TRIES && found.is_some_and(|found| found.targets.len() > 1)
        });
        error.set_retry(retry);
        error
    }

    async fn fail_to_proxy(
        &self,
        session: &mut Session,
        error: &Error,
        ctx: &mut RequestContext,
    ) -> FailToProxy {
        let Ok(begun) = ctx.begun() else {
            return FailToProxy {
                error_code: 0,
                can_reuse_downstream: false,
            };
        };
        let counters = &begun.connection.shared.counters;
        let malformed = begun.connection.meter.malformed.load(Ordering::Relaxed);
        let status = status_of(error, malformed);
        match status {
            502..=504 => counters.upstream_errors.increment(),
            413 => counters.requests_body_too_large.increment(),
            414 | 431 => counters.requests_head_too_large.increment(),
            400 => counters.requests_malformed.increment(),
            _ => {}
        }
        tracing::debug!(%error, status, request = %begun.id, "a request failed");
        if status > 0 {
            let refusal = Refusal::plain(status, sentence_of(status), begun.id);
            let written = match refusal.response(begun.id) {
                Ok(head) => {
                    session
                        .write_error_response(head, refusal.body.clone())
                        .await
                }
                Err(error) => Err(error),
            };
            if let Err(error) = written {
                tracing::debug!(%error, request = %begun.id, "a failure could not be answered");
            }
            // The client may still be sending: it gets a moment to read the answer.
            session.shutdown().await;
        }
        FailToProxy {
            error_code: status,
            can_reuse_downstream: false,
        }
    }

    async fn logging(
        &self,
        session: &mut Session,
        error: Option<&Error>,
        ctx: &mut RequestContext,
    ) {
        let Some(mut begun) = ctx.begun.take() else {
            return;
        };
        let connection = Arc::clone(&begun.connection);
        let shared = &connection.shared;
        if error.is_some() {
            shared.counters.requests_broken.increment();
        }
        let table = &begun.snapshot.table;
        let load_balancer = table.load_balancer_at(connection.listener);
        let load_balancer_arn = load_balancer.map(|found| found.arn.clone());
        let mut request = event::summary(session.req_header(), connection.scheme());
        let inspected = begun.inspected.bytes.len();
        request.body_inspected_bytes = u64::try_from(inspected).unwrap_or(u64::MAX);
        request.body_oversize = begun.inspected.oversize;
        let written = session.response_written();
        let event = RequestEvent {
            id: begun.id,
            time: begun.time,
            load_balancer_arn: load_balancer_arn.unwrap_or_default(),
            client: event::client(&connection),
            request,
            decision: begun.decision.take(),
            status: written.map_or(0, |head| head.status.as_u16()),
            response_bytes: u64::try_from(session.body_bytes_sent()).unwrap_or(u64::MAX),
            duration: begun.started.elapsed(),
        };
        // The connection is free for its next request before this one is recorded.
        drop(begun);
        shared.sink.record(event);
    }

    fn suppress_error_log(&self, _: &Session, _: &RequestContext, _: &Error) -> bool {
        true
    }

    fn suppress_proxy_warn_log(
        &self,
        _: &Session,
        _: &RequestContext,
        _: &Error,
        _: ProxyWarnLogContext,
    ) -> bool {
        true
    }
}

/// The status that a failure is answered with; 0 when there is nobody to answer.
fn status_of(error: &Error, malformed: bool) -> u16 {
    if malformed {
        return 400;
    }
    match (error.esource(), error.etype()) {
        (_, ErrorType::HTTPStatus(status)) => *status,
        (
            ErrorSource::Upstream,
            ErrorType::ConnectTimedout
            | ErrorType::ReadTimedout
            | ErrorType::WriteTimedout
            | ErrorType::TLSHandshakeTimedout,
        ) => 504,
        (ErrorSource::Upstream, _) => 502,
        (ErrorSource::Downstream, ErrorType::ReadTimedout) => 408,
        (
            ErrorSource::Downstream,
            ErrorType::ReadError
            | ErrorType::WriteError
            | ErrorType::WriteTimedout
            | ErrorType::ConnectionClosed
            | ErrorType::H2Error,
        ) => 0,
        (ErrorSource::Downstream, _) => 400,
        (ErrorSource::Internal | ErrorSource::Unset, _) => 500,
    }
}

const fn sentence_of(status: u16) -> &'static str {
    match status {
        400 => "The request is malformed.",
        408 => "The request took too long to arrive.",
        413 => "The body is too large.",
        414 => "The path is too long.",
        431 => "The headers are too large.",
        502 => "The target could not be reached, or its answer was no HTTP.",
        503 => "The load balancer has no targets.",
        504 => "The target took too long to answer.",
        _ => "The request could not be served.",
    }
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
            let mut head = RequestHeader::build("GET", target.as_bytes(), None).unwrap();
            to_origin_form(&mut head).unwrap();
            assert_eq!(head.raw_path(), expected.as_bytes(), "{target}");
        }
    }
}
