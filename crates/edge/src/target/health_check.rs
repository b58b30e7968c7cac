//! Health checks: each target is asked on its own, however little traffic there is. Source:
//! Application Load Balancers, "Health checks for your target groups".

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::{Method, Request, Version, header};
use route::health::{CheckPort, CheckResult, Health};
use route::{Protocol, ProtocolVersion, Target, TargetGroup};
use tokio::sync::Semaphore;
use types::Time;

use super::fleet::{MITIGATION, TargetState};
use super::http1::{AnswerError, TargetConnection};
use super::http2::Http2Target;
use super::{ConnectError, Targets};
use crate::connection::Shared;
use crate::sweep::TICK;

/// Health checks at the same time.
const CHECKS: usize = 64;
/// Most bytes of an answer that a check reads.
const ANSWER_BYTES: usize = 64 * 1024;
/// Who asks, as Elastic Load Balancing's does.
const USER_AGENT: &str = "ELB-HealthChecker/2.0";

/// How many checks may run, of all that are due.
#[derive(Debug)]
pub(crate) struct Checks(Arc<Semaphore>);

impl Default for Checks {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(CHECKS)))
    }
}

impl Targets {
    /// Called with every tick: checks the targets that are due.
    pub(crate) fn check_health(self: &Arc<Self>, shared: &Arc<Shared>) {
        let now = shared.clock.now();
        let ticks_between = MITIGATION.as_millis() / TICK.as_millis().max(1);
        if u128::from(shared.tick()).is_multiple_of(ticks_between) {
            self.fleet.mitigate();
        }
        for group in self.fleet.groups() {
            if !group.group.health_check.enabled {
                continue;
            }
            for (target, state) in group.group.targets().iter().zip(&group.targets) {
                if target.draining_since.is_some() || !state.is_due(now) {
                    continue;
                }
                let Ok(permit) = Arc::clone(&self.checks.0).try_acquire_owned() else {
                    // The next tick finds it due still.
                    return;
                };
                state.checking.store(true, Ordering::Relaxed);
                let targets = Arc::clone(self);
                let shared = Arc::clone(shared);
                let group = Arc::clone(&group.group);
                let state = Arc::clone(state);
                let target = target.target.clone();
                tokio::spawn(async move {
                    targets.check(&shared, &group, &target, &state, now).await;
                    drop(permit);
                });
            }
        }
    }

    /// What is known of a target's health.
    pub(crate) fn health(&self, group_arn: &str, host: &str, port: u16) -> Option<Health> {
        let groups = self.fleet.groups();
        let group = groups.iter().find(|group| group.group.arn == group_arn)?;
        let targets = group.group.targets().iter();
        let is_it = |target: &Target| target.host == host && target.port == port;
        let (_, state) = targets
            .zip(&group.targets)
            .find(|(registered, _)| is_it(&registered.target))?;
        Some(state.health())
    }

    async fn check(
        &self,
        shared: &Shared,
        group: &TargetGroup,
        target: &Target,
        state: &TargetState,
        began: Time,
    ) {
        let check = &group.health_check;
        let timeout = Duration::from_secs(check.timeout_seconds.into());
        let asked = tokio::time::timeout(timeout, self.ask(group, target)).await;
        let result = match asked {
            Ok(result) => result,
            Err(_) => CheckResult::Timeout,
        };
        if state.observe(group, result, shared.clock.now()) {
            let health = state.health();
            tracing::info!(
                group = group.arn,
                target = target.host,
                port = target.port,
                state = health.state().name(),
                ?result,
                "a target's health has changed"
            );
        }
        let interval = Duration::from_secs(check.interval_seconds.into());
        let next = began.plus(interval).as_millis();
        state.next_check.store(next, Ordering::Relaxed);
        state.checking.store(false, Ordering::Relaxed);
    }

    async fn ask(&self, group: &TargetGroup, target: &Target) -> CheckResult {
        let check = &group.health_check;
        let asked = Target {
            host: target.host.clone(),
            port: match check.port {
                CheckPort::Traffic => target.port,
                CheckPort::Port(port) => port,
            },
            tls: check.protocol == Protocol::Https,
        };
        if group.protocol_version != ProtocolVersion::Http1 {
            let grpc = group.protocol_version == ProtocolVersion::Grpc;
            return match self.ask_http2(&asked, &check.path, grpc).await {
                Ok(code) => CheckResult::Code(code),
                Err(error) => {
                    tracing::debug!(%error, "a health check failed");
                    CheckResult::Failed
                }
            };
        }
        let mut connection = match self.connection(&asked, true).await {
            Ok(connection) => connection,
            Err(ConnectError::TimedOut(_)) => return CheckResult::Timeout,
            Err(error) => {
                tracing::debug!(%error, "a health check failed");
                return CheckResult::Failed;
            }
        };
        match status(&mut connection, &check.path, &asked).await {
            Ok(status) => CheckResult::Code(status.into()),
            Err(error) => {
                tracing::debug!(%error, "a health check failed");
                CheckResult::Failed
            }
        }
    }
}

impl Targets {
    /// The status that a target answers a GET with over HTTP/2, or that of gRPC for a call of the
    /// method at `path` with an empty message.
    async fn ask_http2(&self, target: &Target, path: &str, grpc: bool) -> Result<u32, CheckError> {
        let (requests, address) = self.http2_connection(target, true).await?;
        let scheme = if target.tls { "https" } else { "http" };
        let mut request = Request::builder()
            .version(Version::HTTP_2)
            .uri(format!("{scheme}://{address}{path}"))
            .header(header::USER_AGENT, USER_AGENT);
        if grpc {
            request = request
                .method(Method::POST)
                .header(header::CONTENT_TYPE, "application/grpc")
                .header(header::TE, "trailers");
        }
        let mut call = Http2Target::begin(requests, request.body(())?, !grpc)?;
        if grpc {
            // Not compressed, no bytes: an empty message.
            call.queue(&[0; 5]);
            call.queue_end();
            std::future::poll_fn(|cx| call.poll_flush(cx, &mut 0)).await?;
        }
        let head = std::future::poll_fn(|cx| call.poll_head(cx, false)).await?;
        if !grpc {
            return Ok(head.status.into());
        }
        if head.status != 200 {
            return Err(CheckError::NoGrpc);
        }
        let code = |value: &[u8]| std::str::from_utf8(value).ok()?.parse().ok();
        // An answer without a message has it among its headers.
        if let Some(found) = head.fields.named("grpc-status").next().and_then(code) {
            return Ok(found);
        }
        let mut read = 0;
        while std::future::poll_fn(|cx| call.poll_body(cx)).await? {
            let piece = call.piece().len();
            call.take(piece);
            read += piece;
            if read > ANSWER_BYTES {
                return Err(CheckError::NoGrpc);
            }
        }
        let trailers = call.take_trailers();
        let status = trailers.as_ref().and_then(|t| t.get("grpc-status"));
        status
            .and_then(|status| code(status.as_bytes()))
            .ok_or(CheckError::NoGrpc)
    }
}

/// Why a health check over HTTP/2 gave no code.
#[derive(Debug, thiserror::Error)]
enum CheckError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Answer(#[from] AnswerError),
    #[error(transparent)]
    Http2(#[from] h2::Error),
    #[error("the path is none: {0}")]
    Request(#[from] http::Error),
    #[error("the request could not be sent: {0}")]
    Io(#[from] io::Error),
    #[error("the answer is none of gRPC's")]
    NoGrpc,
}

/// The status that a target answers a GET with.
async fn status(
    connection: &mut TargetConnection,
    path: &str,
    target: &Target,
) -> Result<u16, AnswerError> {
    let Target { host, port, .. } = target;
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.clone()
    };
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\
         User-Agent: {USER_AGENT}\r\nAccept-Encoding: gzip, compressed\r\n\r\n"
    );
    connection.request().extend_from_slice(request.as_bytes());
    std::future::poll_fn(|cx| connection.poll_flush(cx, &mut 0)).await?;
    loop {
        let head = std::future::poll_fn(|cx| connection.poll_head(cx, false)).await?;
        if !head.is_interim() {
            return Ok(head.status);
        }
    }
}

impl TargetState {
    fn is_due(&self, now: Time) -> bool {
        !self.checking.load(Ordering::Relaxed)
            && self.next_check.load(Ordering::Relaxed) <= now.as_millis()
    }
}
