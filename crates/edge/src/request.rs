//! One request on its way through: judged by the web ACL, sent to a target, answered, recorded.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;

use route::{Action, FixedResponse, Listener, LoadBalancerAttributes, Redirect, Rule, host_of};
use telemetry::exchange::{ActionExecuted, ErrorReason, MatchedRule};
use telemetry::request::{Decision, RequestEvent};
use tokio::time::Instant;
use types::{RequestId, Time};

use crate::challenge;
use crate::client::{AnswerBody, Client, ClientError};
use crate::connection::Connection;
use crate::exchange::{self, AnswerEdits, ExchangeError, Held, Progress};
use crate::forwarded;
use crate::framing::Malformed;
use crate::head::{BodyLength, Fields, RequestHead, ResponseHead};
use crate::inspect::{self, Inspected};
use crate::refusal::Refusal;
use crate::target::{AnswerError, ConnectError, TargetConnection, Targets};
use crate::{Snapshot, event};

/// Why a request is not answered by a target.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("no load balancer listens here")]
    NoLoadBalancer,
    #[error("the load balancer has no targets")]
    NoTargets,
    #[error("the client was not judged by the listener that it asks")]
    NotJudged,
    /// Its host belongs to another load balancer than the TLS connection was made for.
    #[error("the TLS connection is another load balancer's")]
    Misdirected,
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
            Self::NotJudged => (
                421,
                "This host wants a client certificate: ask it on a connection of its own.",
            ),
            Self::Malformed(malformed)
            | Self::Exchange(ExchangeError::Client(ClientError::Malformed(malformed))) => {
                (malformed.status(), malformed.reason())
            }
            Self::Misdirected => (
                421,
                "This connection was made for another site: make a new one for this host.",
            ),
            Self::SlowBody => (408, "The request took too long to arrive."),
            Self::Engine(_) => (500, "The request could not be served."),
            Self::Connect(ConnectError::TimedOut(_)) | Self::Exchange(ExchangeError::TimedOut) => {
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

impl Failure {
    const fn reason(&self) -> Option<ErrorReason> {
        Some(match self {
            Self::NoLoadBalancer | Self::NoTargets => ErrorReason::NoTargets,
            Self::Malformed(_)
            | Self::NotJudged
            | Self::Misdirected
            | Self::Exchange(ExchangeError::Client(ClientError::Malformed(_))) => {
                ErrorReason::ClientMalformed
            }
            Self::SlowBody | Self::Exchange(ExchangeError::Client(ClientError::Gone(_))) => {
                ErrorReason::ClientGone
            }
            Self::Engine(_) => ErrorReason::WafUnhandledException,
            Self::Connect(ConnectError::TimedOut(_)) | Self::Exchange(ExchangeError::TimedOut) => {
                ErrorReason::TargetTimeout
            }
            Self::Exchange(ExchangeError::Answer(AnswerError::Malformed(_))) => {
                ErrorReason::TargetMalformed
            }
            Self::Connect(_) | Self::Exchange(ExchangeError::Answer(_)) => {
                ErrorReason::TargetConnectionFailed
            }
            Self::Refused(_) => return None,
        })
    }
}

/// What is known of one request.
pub(crate) struct Request<'a> {
    pub(crate) connection: &'a Arc<Connection>,
    snapshot: Arc<Snapshot>,
    pub(crate) head: &'a RequestHead,
    pub(crate) id: RequestId,
    /// What is left to chance.
    pub(crate) random: u64,
    pub(crate) time: Time,
    started: Instant,
    /// When it began, by a clock that nobody sets.
    pub(crate) steady: Time,
    listener: Option<Arc<Listener>>,
    pub(crate) held: Held,
    inspected: Inspected,
    decision: Option<Decision>,
    pub(crate) progress: Progress,
    pub(crate) exchange: telemetry::exchange::Exchange,
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
    let shared = &connection.shared;
    shared.counters.requests.increment();
    let (id, random) = shared.identities.next();
    let started = Instant::now();
    let mut request = Request {
        connection,
        snapshot: shared.policy.load_full(),
        head: &head,
        id,
        random,
        time: shared.clock.now(),
        started,
        steady: shared.steady.at(started),
        listener: None,
        held: Held::default(),
        inspected: Inspected::default(),
        decision: None,
        progress: Progress::default(),
        exchange: telemetry::exchange::Exchange::default(),
    };
    let mut traceparent = head.fields.named(forwarded::TRACEPARENT);
    request.exchange.trace = shared.sink.trace(&mut traceparent, id);
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
    shared.sink.record(request.event());
    ended
}

impl Request<'_> {
    async fn serve(&mut self, client: &mut Client<'_>, targets: &Targets) -> Result<(), Failure> {
        let snapshot = Arc::clone(&self.snapshot);
        let head = self.head;
        let host = head.host();
        let host = host_of(&host);
        let listener = snapshot.table.listener(self.connection.listener, host);
        self.listener = listener.cloned();
        if let Some(answer) = challenge::answer(&snapshot.challenges, head) {
            self.connection.shared.counters.challenges.increment();
            self.exchange.actions.push(ActionExecuted::FixedResponse);
            return Ok(self
                .answer_with(client, &answer, &AnswerEdits::default())
                .await?);
        }
        let listener = listener.ok_or(Failure::NoLoadBalancer)?;
        // The server name has chosen whose TLS it is; the host may be another's.
        if listener.judges_clients() && self.connection.judged_by.as_ref() != Some(&listener.arn) {
            return Err(Failure::NotJudged);
        }
        self.check_direction(host, listener)?;
        if let Some(web_acl) = snapshot.web_acls.get(&listener.load_balancer_arn) {
            self.inspect(client, web_acl, &listener.load_balancer_attributes)
                .await?;
        }
        let (rule, location) = routed(listener, head, host, self.connection.client_ip());
        self.exchange.rule = Some(MatchedRule {
            arn: rule.arn.clone(),
            priority: rule.priority,
        });
        match &rule.action {
            Action::Forward(forward) => {
                self.forward(client, targets, listener, rule, forward).await
            }
            Action::Redirect(redirect) => self.redirect(client, listener, redirect, location).await,
            Action::FixedResponse(fixed) => self.fixed_response(client, listener, fixed).await,
        }
    }

    /// The TLS that was spoken must be the one that the host's listener asks for: its versions, its
    /// client certificates (RFC 9110, 15.5.20).
    fn check_direction(&self, host: &str, listener: &Listener) -> Result<(), Failure> {
        let connection = self.connection;
        if let Some(tls) = &connection.tls_summary {
            let table = &self.snapshot.table;
            let name = tls.server_name.as_deref();
            if table.is_misdirected(connection.listener, name, host) {
                return Err(Failure::Misdirected);
            }
        }
        // By TLS the same listener was asked before HTTP/2 was agreed on.
        let is_unasked = !connection.tls && self.head.version == http::Version::HTTP_2;
        if is_unasked && !listener.load_balancer_attributes.http2 {
            return Err(Failure::Malformed(Malformed::Version));
        }
        Ok(())
    }

    async fn redirect(
        &mut self,
        client: &mut Client<'_>,
        listener: &Listener,
        redirect: &Redirect,
        location: String,
    ) -> Result<(), Failure> {
        self.exchange.actions.push(ActionExecuted::Redirect);
        let mut answer = Refusal::plain(redirect.status(), "The request goes elsewhere.", self.id);
        answer
            .headers
            .push(("Location".to_owned(), location.clone()));
        self.exchange.redirect_url = Some(location);
        self.answer(client, &answer, listener).await?;
        Ok(())
    }

    async fn fixed_response(
        &mut self,
        client: &mut Client<'_>,
        listener: &Listener,
        fixed: &FixedResponse,
    ) -> Result<(), Failure> {
        self.exchange.actions.push(ActionExecuted::FixedResponse);
        let answer = Refusal {
            status: fixed.status,
            headers: Vec::new(),
            content_type: fixed.content_type.clone().map(Into::into),
            body: fixed.body.clone().into(),
        };
        self.answer(client, &answer, listener).await?;
        Ok(())
    }

    async fn inspect(
        &mut self,
        client: &mut Client<'_>,
        web_acl: &Arc<waf::WebAcl>,
        attributes: &LoadBalancerAttributes,
    ) -> Result<(), Failure> {
        let connection = self.connection;
        let limits = &connection.shared.limits;
        let limit = web_acl
            .body_limit()
            .map(|limit| limit.max(limits.inspected_body_bytes));
        let body = match limit {
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
        let judged = inspect::judge(
            web_acl,
            self.head,
            connection,
            &self.snapshot.networks,
            body,
            self.id,
            self.time,
        );
        let judgement = match judged {
            Ok(judgement) => judgement,
            Err(error) => {
                connection.shared.counters.inspection_errors.increment();
                tracing::error!(%error, request = %self.id, "the rule engine failed");
                self.exchange.actions.push(ActionExecuted::WafFailed);
                // `waf.fail_open.enabled`: whoever sets it wants traffic more than judgement.
                return if attributes.waf_fail_open {
                    Ok(())
                } else {
                    Err(error.into())
                };
            }
        };
        self.exchange.actions.push(ActionExecuted::Waf);
        self.decision = Some(judgement.decision);
        self.exchange.inserted_headers = judgement.inserted_headers;
        match judgement.refusal {
            Some(refusal) => Err(Failure::Refused(Box::new(refusal))),
            None => Ok(()),
        }
    }

    /// Tells a client that waits for it to send its body (RFC 9110, 10.1.1).
    pub(crate) async fn encourage(&self, client: &mut Client<'_>) -> Result<(), ClientError> {
        if !self.head.expects_continue() || client.has_ended() {
            return Ok(());
        }
        client.inform(&ResponseHead {
            status: 100,
            reason: "Continue".into(),
            fields: Fields::default(),
            keeps_alive: true,
            is_version_1_0: false,
        })?;
        std::future::poll_fn(|cx| client.poll_flush(cx)).await
    }

    pub(crate) fn keeps_connection(&self) -> bool {
        let draining = self.connection.shared.draining.load(Ordering::Acquire);
        self.head.keeps_alive() && !draining && !self.is_old_connection()
    }

    /// `client_keep_alive.seconds`: how long one connection may go on taking requests.
    fn is_old_connection(&self) -> bool {
        self.listener.as_ref().is_some_and(|listener| {
            let attributes = &listener.load_balancer_attributes;
            let longest = Duration::from_secs(attributes.client_keep_alive_seconds.into());
            self.steady.since(self.connection.since) >= longest
        })
    }

    pub(crate) async fn tunnel(
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
        self.exchange.error_reason = failure.reason();
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
        let edits = AnswerEdits::default();
        self.answer_with(client, &refusal, &edits)
            .await
            .map_err(io::Error::other)
    }

    async fn answer(
        &mut self,
        client: &mut Client<'_>,
        answer: &Refusal,
        listener: &Listener,
    ) -> Result<(), ClientError> {
        let edits = AnswerEdits {
            attributes: Some(&listener.attributes),
            ..AnswerEdits::default()
        };
        self.answer_with(client, answer, &edits).await
    }

    /// Answers without a target, and keeps the connection where that is safe: what is left of a
    /// body is worth less than a new connection.
    async fn answer_with(
        &mut self,
        client: &mut Client<'_>,
        refusal: &Refusal,
        edits: &AnswerEdits<'_>,
    ) -> Result<(), ClientError> {
        let keep = self.keeps_connection() && client.has_ended();
        let mut head = refusal.head(self.id);
        edits.apply(&mut head);
        self.connection.shared.dates.complete(&mut head);
        let length = u64::try_from(refusal.body.len()).unwrap_or(u64::MAX);
        let body = if self.head.method() == "HEAD" || head.is_bodiless() {
            AnswerBody::Forbidden
        } else {
            AnswerBody::Of(BodyLength::Known(length))
        };
        client.start(&head, body, keep)?;
        self.progress.status = refusal.status;
        self.progress.head_bytes = head.bytes();
        let limits = &self.connection.shared.limits;
        let seconds = length / limits.bytes_per_second.max(1);
        let deadline = limits.slow_grace + Duration::from_secs(seconds);
        let told = self.tell(client, refusal, body);
        // Over HTTP/1 the sweep looks after slow readers; a stream's window it cannot see.
        tokio::time::timeout(deadline, told)
            .await
            .map_err(|_| ClientError::Gone(io::ErrorKind::TimedOut.into()))?
    }

    /// Sends the body of an answer of the edge's own.
    async fn tell(
        &mut self,
        client: &mut Client<'_>,
        refusal: &Refusal,
        body: AnswerBody,
    ) -> Result<(), ClientError> {
        let mut rest = &refusal.body[..];
        if body == AnswerBody::Forbidden {
            rest = &[];
        }
        while !rest.is_empty() {
            let sent = std::future::poll_fn(|cx| match client.poll_send(cx, rest) {
                Poll::Pending => client.poll_gone(cx).map(Err),
                sent => sent,
            })
            .await?;
            self.progress.sent_bytes += u64::try_from(sent).unwrap_or(u64::MAX);
            rest = rest.get(sent..).unwrap_or_default();
        }
        client.finish(None)?;
        std::future::poll_fn(|cx| client.poll_flush(cx)).await
    }

    fn event(mut self) -> RequestEvent {
        let ended = Instant::now();
        let connection = self.connection;
        let mut request = event::summary(self.head, connection.scheme());
        let inspected = self.inspected.bytes.len();
        request.body_inspected_bytes = u64::try_from(inspected).unwrap_or(u64::MAX);
        request.body_oversize = self.inspected.oversize;
        let progress = &self.progress;
        let exchange = &mut self.exchange;
        exchange.connection_id = Some(connection.id);
        exchange.response_head_bytes = progress.head_bytes;
        exchange.listener_port = connection.listener.port();
        exchange.tls.clone_from(&connection.tls_summary);
        let head_bytes = u64::try_from(self.head.fields.bytes()).unwrap_or(u64::MAX);
        let body_bytes = progress.body_bytes.max(request.body_inspected_bytes);
        exchange.request_bytes = head_bytes.saturating_add(body_bytes);
        if let Some(sent) = progress.sent {
            exchange.request_processing = Some(sent.duration_since(self.started));
            if let Some(answered) = progress.answered {
                exchange.target_processing = Some(answered.duration_since(sent));
                exchange.response_processing = Some(ended.duration_since(answered));
            }
        }
        RequestEvent {
            id: self.id,
            time: self.time,
            load_balancer_arn: self
                .listener
                .map(|listener| listener.load_balancer_arn.clone())
                .unwrap_or_default(),
            client: event::client(connection),
            request,
            decision: self.decision,
            status: progress.status,
            response_bytes: progress.sent_bytes,
            duration: ended.duration_since(self.started),
            exchange: self.exchange,
        }
    }
}

/// The rule for a request, and where it leads if it redirects.
fn routed<'a>(
    listener: &'a Listener,
    head: &RequestHead,
    host: &str,
    source_ip: IpAddr,
) -> (&'a Rule, String) {
    let (path, query) = head.path_and_query();
    let (path, query) = (
        String::from_utf8_lossy(path),
        String::from_utf8_lossy(query),
    );
    let request = route::Request {
        method: head.method(),
        host,
        path: &path,
        query: head.has_query().then_some(&query),
        headers: &head.fields,
        source_ip,
        protocol: listener.protocol,
        port: listener.port,
    };
    let rule = listener.route(&request);
    let location = match &rule.action {
        Action::Redirect(redirect) => redirect.location(&request),
        Action::Forward(_) | Action::FixedResponse(_) => String::new(),
    };
    (rule, location)
}
