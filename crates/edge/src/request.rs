//! One request on its way through: judged by the web ACL, sent to a target, answered, recorded.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use telemetry::request::{Decision, RequestEvent};
use types::{RequestId, Time};

use crate::client::{AnswerBody, Client, ClientError};
use crate::connection::Connection;
use crate::exchange::{self, Ended, Exchange, ExchangeError, Held, Progress};
use crate::framing::Malformed;
use crate::head::{BodyLength, Fields, RequestHead, ResponseHead};
use crate::inspect::{self, Inspected};
use crate::refusal::Refusal;
use crate::target::{AnswerError, ConnectError, TargetConnection, Targets};
use crate::{Snapshot, event, forwarded};

/// How often a request may be sent before it is given up: once more after a connection that went
/// stale, once more after a target that could not be reached.
const TRIES: usize = 3;

/// Why a request is not answered by a target.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("no load balancer listens here")]
    NoLoadBalancer,
    #[error("the load balancer has no targets")]
    NoTargets,
    #[error("the web ACL refused it")]
    Refused(Box<Refusal>),
    #[error("the request is malformed: {}", .0.reason())]
    Malformed(Malformed),
    #[error("the body comes too slowly")]
    SlowBody,
    #[error("the rule engine failed: {0}")]
    Engine(#[from] waf::EvaluateError),
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::Exchange(error.into())
    }
}

impl Failure {
    /// The status that it is answered with, and why; `None` when there is nobody to answer.
    const fn answer(&self) -> Option<(u16, &'static str)> {
        Some(match self {
            Self::NoLoadBalancer => (503, "No load balancer listens here."),
            Self::NoTargets => (503, "The load balancer has no targets."),
            Self::Malformed(malformed)
            | Self::Exchange(ExchangeError::Client(ClientError::Malformed(malformed))) => {
                (malformed.status(), malformed.reason())
            }
            Self::SlowBody => (408, "The request took too long to arrive."),
            Self::Engine(_) => (500, "The request could not be served."),
            Self::Connect(ConnectError::TimedOut) | Self::Exchange(ExchangeError::TimedOut) => {
                (504, "The target took too long to answer.")
            }
            Self::Connect(_) => (502, "The target could not be reached."),
            Self::Exchange(ExchangeError::Answer(AnswerError::Malformed(_))) => {
                (502, "The target's answer was no HTTP.")
            }
            Self::Exchange(ExchangeError::Answer(_)) => {
                (502, "The target closed the connection before it answered.")
            }
            Self::Refused(_) | Self::Exchange(ExchangeError::Client(ClientError::Gone(_))) => {
                return None;
            }
        })
    }
}

/// What is known of one request.
struct Request<'a> {
    connection: &'a Arc<Connection>,
    snapshot: Arc<Snapshot>,
    head: &'a RequestHead,
    id: RequestId,
    time: Time,
    held: Held,
    inspected: Inspected,
    decision: Option<Decision>,
    inserted_headers: Vec<(String, String)>,
    progress: Progress,
}

/// Serves one request.
///
/// # Errors
/// When the client cannot be told how it ended: its connection, or its stream, is to be broken.
pub(crate) async fn serve(
    client: Client<'_>,
    head: RequestHead,
    connection: &Arc<Connection>,
    targets: &Targets,
) -> io::Result<()> {
    run(client, head, connection, Ok(targets)).await
}

/// Refuses a request whose head is malformed.
pub(crate) async fn refuse(
    client: Client<'_>,
    head: RequestHead,
    connection: &Arc<Connection>,
    malformed: Malformed,
) -> io::Result<()> {
    run(client, head, connection, Err(malformed)).await
}

async fn run(
    mut client: Client<'_>,
    head: RequestHead,
    connection: &Arc<Connection>,
    targets: Result<&Targets, Malformed>,
) -> io::Result<()> {
    let started = Instant::now();
    let shared = &connection.shared;
    shared.counters.requests.increment();
    let mut request = Request {
        connection,
        snapshot: shared.policy.load_full(),
        head: &head,
        id: shared.identities.next(),
        time: shared.clock.now(),
        held: Held::default(),
        inspected: Inspected::default(),
        decision: None,
        inserted_headers: Vec::new(),
        progress: Progress::default(),
    };
    let served = match targets {
        Ok(targets) => request.serve(&mut client, targets).await,
        Err(malformed) => Err(Failure::Malformed(malformed)),
    };
    let ended = match served {
        Ok(()) => Ok(()),
        Err(failure) => request.fail(&mut client, failure).await,
    };
    if ended.is_err() {
        shared.counters.requests_broken.increment();
    }
    shared.sink.record(request.event(started.elapsed()));
    ended
}

impl Request<'_> {
    async fn serve(&mut self, client: &mut Client<'_>, targets: &Targets) -> Result<(), Failure> {
        let snapshot = Arc::clone(&self.snapshot);
        let load_balancer = snapshot
            .table
            .load_balancer_at(self.connection.listener)
            .ok_or(Failure::NoLoadBalancer)?;
        if let Some(web_acl) = snapshot.web_acls.get(&load_balancer.arn) {
            self.inspect(client, web_acl).await?;
        }
        let mut new = false;
        let mut unreachable = 0;
        for tried in 1.. {
            let target = targets.choose(load_balancer).ok_or(Failure::NoTargets)?;
            let mut connection = match targets.connection(target, new).await {
                Ok(connection) => connection,
                Err(error) => {
                    // Nothing was sent yet: the next target may have the request.
                    unreachable += 1;
                    if unreachable < load_balancer.targets.len() && tried < TRIES {
                        tracing::debug!(%error, request = %self.id, "the next target is tried");
                        continue;
                    }
                    return Err(error.into());
                }
            };
            let reused = connection.reused;
            match self.send(client, &mut connection).await {
                Ok(Ended::Answered) => {
                    if connection.finish() {
                        targets.pool.put(connection);
                    }
                    return Ok(());
                }
                Ok(Ended::Upgraded) => return self.tunnel(client, &mut connection).await,
                // The target had closed it when the request came.
                Err(ExchangeError::Answer(AnswerError::Closed | AnswerError::Io(_)))
                    if reused && tried < TRIES && self.can_be_sent_again() =>
                {
                    new = true;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Failure::NoTargets)
    }

    /// Whether it does no harm when a target gets it twice (RFC 9110, 9.2.2), and all of it is
    /// still there.
    fn can_be_sent_again(&self) -> bool {
        let method = self.head.method();
        !self.progress.streamed
            && !self.progress.answered
            && matches!(
                method,
                "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE"
            )
    }

    async fn inspect(
        &mut self,
        client: &mut Client<'_>,
        web_acl: &Arc<waf::WebAcl>,
    ) -> Result<(), Failure> {
        let connection = self.connection;
        let limits = &connection.shared.limits;
        let body = match web_acl.body_limit() {
            Some(limit) if !client.has_ended() => {
                self.encourage(client).await?;
                let seconds =
                    u64::try_from(limit).unwrap_or(u64::MAX) / limits.bytes_per_second.max(1);
                let deadline = limits.slow_grace + Duration::from_secs(seconds);
                let read = inspect::read_body(client, limit);
                let Ok(read) = tokio::time::timeout(deadline, read).await else {
                    connection.shared.counters.slow_bodies.increment();
                    return Err(Failure::SlowBody);
                };
                (self.held, self.inspected) = read?;
                client.pause_body();
                Some(&self.inspected)
            }
            _ => None,
        };
        let judged = inspect::judge(web_acl, self.head, connection, body, self.id, self.time);
        let judgement = judged.inspect_err(|error| {
            connection.shared.counters.inspection_errors.increment();
            tracing::error!(%error, request = %self.id, "the rule engine failed");
        })?;
        self.decision = Some(judgement.decision);
        self.inserted_headers = judgement.inserted_headers;
        match judgement.refusal {
            Some(refusal) => Err(Failure::Refused(Box::new(refusal))),
            None => Ok(()),
        }
    }

    /// Tells a client that waits for it to send its body (RFC 9110, 10.1.1).
    async fn encourage(&self, client: &mut Client<'_>) -> Result<(), ClientError> {
        if !self.head.expects_continue() || client.has_ended() {
            return Ok(());
        }
        client.inform(&ResponseHead {
            status: 100,
            reason: "Continue".into(),
            fields: Fields::default(),
            keeps_alive: true,
        })?;
        std::future::poll_fn(|cx| client.poll_flush(cx)).await
    }

    async fn send(
        &mut self,
        client: &mut Client<'_>,
        target: &mut TargetConnection,
    ) -> Result<Ended, ExchangeError> {
        if self.held.pieces.is_empty() {
            self.encourage(client).await?;
        }
        let connection = self.connection;
        let shared = &connection.shared;
        // A body that is there already has a length, however it was sent.
        let length = match self.head.body {
            BodyLength::Unknown if self.held.whole => {
                let bytes: usize = self.held.pieces.iter().map(Bytes::len).sum();
                BodyLength::Known(u64::try_from(bytes).unwrap_or(u64::MAX))
            }
            length => length,
        };
        forwarded::write(
            target.request(),
            self.head,
            &connection.forwarded,
            &self.inserted_headers,
            self.id,
            length,
        );
        target.send_body(length);
        let exchange = Exchange {
            keep: self.keeps_connection(),
            client,
            target,
            head: self.head,
            held: &self.held,
            progress: &mut self.progress,
        };
        exchange.run(shared.limits.upstream_silence).await
    }

    fn keeps_connection(&self) -> bool {
        self.head.keeps_alive() && !self.connection.shared.draining.load(Ordering::Acquire)
    }

    async fn tunnel(
        &mut self,
        client: &mut Client<'_>,
        target: &mut TargetConnection,
    ) -> Result<(), Failure> {
        let Client::Http1(client) = client else {
            return Ok(());
        };
        let progress = &mut self.progress;
        let tunnel = exchange::tunnel(client, target, self.connection, progress).await;
        if let Err(error) = tunnel {
            // That is how most of them end.
            tracing::debug!(%error, request = %self.id, "an upgraded connection broke");
        }
        Ok(())
    }

    /// Answers a failure, if there is still somebody to answer.
    async fn fail(&mut self, client: &mut Client<'_>, failure: Failure) -> io::Result<()> {
        let counters = &self.connection.shared.counters;
        if self.progress.status > 0 {
            tracing::debug!(%failure, request = %self.id, "an answer broke off");
            return Err(io::Error::other(failure));
        }
        let refusal = match (failure.answer(), failure) {
            (_, Failure::Refused(refusal)) => {
                counters.requests_blocked.increment();
                *refusal
            }
            (Some((status, sentence)), failure) => {
                counters.refused(status);
                tracing::debug!(%failure, status, request = %self.id, "a request failed");
                Refusal::plain(status, sentence, self.id)
            }
            (None, failure) => return Err(io::Error::other(failure)),
        };
        client.pause_body();
        self.answer(client, &refusal)
            .await
            .map_err(io::Error::other)
    }

    /// Answers without a target, and keeps the connection where that is safe: what is left of a
    /// body is worth less than a new connection.
    async fn answer(
        &mut self,
        client: &mut Client<'_>,
        refusal: &Refusal,
    ) -> Result<(), ClientError> {
        let keep = self.keeps_connection() && client.has_ended();
        let head = refusal.head(self.id);
        let length = u64::try_from(refusal.body.len()).unwrap_or(u64::MAX);
        let body = if self.head.method() == "HEAD" || head.is_bodiless() {
            AnswerBody::Forbidden
        } else {
            AnswerBody::Of(BodyLength::Known(length))
        };
        client.start(&head, body, keep)?;
        self.progress.status = refusal.status;
        let mut rest = &refusal.body[..];
        if body == AnswerBody::Forbidden {
            rest = &[];
        }
        while !rest.is_empty() {
            let sent = std::future::poll_fn(|cx| client.poll_send(cx, rest)).await?;
            self.progress.sent_bytes += u64::try_from(sent).unwrap_or(u64::MAX);
            rest = rest.get(sent..).unwrap_or_default();
        }
        client.finish()?;
        std::future::poll_fn(|cx| client.poll_flush(cx)).await
    }

    fn event(self, duration: Duration) -> RequestEvent {
        let connection = self.connection;
        let load_balancer = self.snapshot.table.load_balancer_at(connection.listener);
        let mut request = event::summary(self.head, connection.scheme());
        let inspected = self.inspected.bytes.len();
        request.body_inspected_bytes = u64::try_from(inspected).unwrap_or(u64::MAX);
        request.body_oversize = self.inspected.oversize;
        RequestEvent {
            id: self.id,
            time: self.time,
            load_balancer_arn: load_balancer
                .map(|found| found.arn.clone())
                .unwrap_or_default(),
            client: event::client(connection),
            request,
            decision: self.decision,
            status: self.progress.status,
            response_bytes: self.progress.sent_bytes,
            duration,
        }
    }
}
