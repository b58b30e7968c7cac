//! Health checks: each target is asked on its own, however little traffic there is. Source:
//! Application Load Balancers, "Health checks for your target groups".

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Request, Version, header};
use route::health::{CheckPort, CheckResult, Health};
use route::{Protocol, ProtocolVersion, Target, TargetGroup};
use tokio::sync::Semaphore;
use types::Time;

use super::fleet::{GroupState, MITIGATION, TargetState};
use super::http1::{AnswerError, TargetConnection};
use super::http2::Http2Target;
use super::{ConnectError, Targets};
use crate::connection::Shared;
use crate::sweep::TICK;

/// Health checks at the same time.
const CHECKS: usize = 256;
/// A check that waits longer for its turn is counted.
const LATE: Duration = Duration::from_secs(1);
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
        let now = shared.steady.now();
        let ticks_between = MITIGATION.as_millis() / TICK.as_millis().max(1);
        if u128::from(shared.tick()).is_multiple_of(ticks_between) {
            self.fleet.mitigate();
        }
        let due = due(self.fleet.groups(), now);
        for (place, (due, group, index)) in (0..).zip(due) {
            let registered = group.group.targets().get(index);
            let (Some(registered), Some(state)) = (registered, group.targets.get(index)) else {
                continue;
            };
            let Ok(permit) = Arc::clone(&self.checks.0).try_acquire_owned() else {
                // The next tick finds it due still, and before all that come later.
                return;
            };
            if Time::from_millis(due).plus(LATE) < now {
                shared.counters.health_checks_late.increment();
            }
            let checking = state.check(next_check(&group.group, now, place));
            let targets = Arc::clone(self);
            let shared = Arc::clone(shared);
            let state = Arc::clone(state);
            let target = registered.target.clone();
            let group = Arc::clone(&group.group);
            tokio::spawn(async move {
                targets.check(&shared, &group, &target, &state).await;
                drop(checking);
                drop(permit);
            });
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
    ) {
        let check = &group.health_check;
        let timeout = Duration::from_secs(check.timeout_seconds.into());
        let asked = tokio::time::timeout(timeout, self.ask(group, target)).await;
        let result = match asked {
            Ok(result) => result,
            Err(_) => CheckResult::Timeout,
        };
        if state.observe(group, result, shared.steady.now()) {
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

/// When a target's next check is due that is the one in this `place` of those that begin now: who
/// began first comes first again.
fn next_check(group: &TargetGroup, now: Time, place: u64) -> Time {
    let interval = Duration::from_secs(group.health_check.interval_seconds.into());
    now.plus(interval).plus(Duration::from_millis(place))
}

/// The targets whose checks are due, as groups and indices: whoever has waited longest comes first,
/// so that no number of slow ones keeps another from its turn.
fn due(groups: Vec<Arc<GroupState>>, now: Time) -> Vec<(i64, Arc<GroupState>, usize)> {
    let mut due = Vec::new();
    for group in groups {
        if !group.group.health_check.enabled {
            continue;
        }
        let targets = group.group.targets().iter().zip(&group.targets);
        for (index, (target, state)) in targets.enumerate() {
            if target.draining_since.is_none()
                && let Some(since) = state.due(now)
            {
                due.push((since, Arc::clone(&group), index));
            }
        }
    }
    due.sort_by_key(|(since, ..)| *since);
    due
}

#[cfg(test)]
mod tests {
    use route::Table;

    use super::*;
    use crate::target::Fleet;

    fn table(groups: usize, targets: u16) -> Table {
        let mut table = Table::default();
        for number in 0..groups {
            let mut group = TargetGroup::new(&format!("arn:group/{number}"));
            group.health_check.interval_seconds = 20;
            for port in 0..targets {
                let host = "192.0.2.1".to_owned();
                let tls = false;
                group.register(Target { host, port, tls }, None);
            }
            table
                .target_groups
                .insert(group.arn.clone(), Arc::new(group));
        }
        table
    }

    /// Few places, and checks that take as long as they may: everybody is checked all the same.
    #[test]
    fn whoever_waits_longest_is_checked_next() {
        const PLACES: usize = 3;
        let fleet = Fleet::default();
        let mut now = Time::from_seconds(1_000);
        let table = table(4, 5);
        fleet.follow(&table, now);
        let mut checked = std::collections::BTreeMap::new();
        for _ in 0..70 {
            let round: Vec<_> = due(fleet.groups(), now).into_iter().take(PLACES).collect();
            let mut under_way = Vec::new();
            for (place, (_, group, index)) in (0..).zip(&round) {
                let state = &group.targets[*index];
                let next = next_check(&group.group, now, place);
                under_way.push(state.check(next));
                assert_eq!(state.due(next), None, "it is under way");
                *checked
                    .entry((group.group.arn.clone(), *index))
                    .or_insert(0) += 1;
            }
            now = now.plus(Duration::from_secs(5));
        }
        assert_eq!(checked.len(), 20, "somebody was never checked: {checked:?}");
        let (least, most) = (checked.values().min(), checked.values().max());
        assert!(most.unwrap() - least.unwrap() <= 1, "{checked:?}");
    }

    #[tokio::test]
    async fn a_check_that_panics_is_not_the_last() {
        let fleet = Fleet::default();
        let now = Time::from_seconds(1_000);
        fleet.follow(&table(1, 1), now);
        let group = fleet.groups().remove(0);
        let checking = group.targets[0].check(now);
        assert_eq!(group.targets[0].due(now), None);
        let ended = tokio::spawn(async move {
            let _checking = checking;
            panic!("as a check might");
        });
        assert!(ended.await.unwrap_err().is_panic());
        assert_eq!(group.targets[0].due(now), Some(now.as_millis()));
    }
}
