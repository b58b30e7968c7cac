//! A request on its way to a target: which target group and target, whether the client stays with
//! one, what the target is told, and what is done when it fails. Source: Application Load Balancers,
//! "Forward actions", "Sticky sessions", "Target groups".

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use route::stickiness::{Binding, Session, cookie_value, set_cookies};
use route::{Forward, Listener, ProtocolVersion, Rule, Stickiness, Target, TargetGroup, host_of};
use telemetry::exchange::{ActionExecuted, TargetTry};

use crate::client::{Client, ClientError};
use crate::exchange::{AnswerEdits, Ended, Exchange, ExchangeError};
use crate::forwarded::{self, Told};
use crate::framing::Malformed;
use crate::head::BodyLength;
use crate::request::{Failure, Request};
use crate::target::{
    AnswerError, ConnectError, GroupState, Http2Target, Place, TargetConnection, TargetEnd, Targets,
};

/// How many targets may fail a request before it is given up.
const TRIES: usize = 5;

/// How long a cookie of an application's session is good, unless its target group says less:
/// `app_cookie` lasts as long as the application's.
const BROWSER_SESSION: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Where a rule sends a request.
struct Way<'a> {
    listener: &'a Arc<Listener>,
    rule: &'a Rule,
    group: Arc<GroupState>,
}

/// A target that can be sent a request.
enum Reached {
    Http1(Box<TargetConnection>),
    Http2(Place, SocketAddr, &'static str),
}

/// A request that is refused on its way, and why.
const fn refused(malformed: Malformed) -> ExchangeError {
    ExchangeError::Client(ClientError::Malformed(malformed))
}

impl Reached {
    fn address(&self) -> SocketAddr {
        match self {
            Self::Http1(connection) => connection.address(),
            Self::Http2(_, address, _) => *address,
        }
    }

    /// Begins the request.
    fn begin(self, told: &Told<'_>) -> Result<TargetEnd, ExchangeError> {
        match self {
            Self::Http1(mut connection) => {
                told.write(connection.request());
                connection.send_body(told.body);
                Ok(TargetEnd::Http1(connection))
            }
            Self::Http2(requests, _, scheme) => {
                // HTTP/2 cannot say it: that is no target's fault.
                let request = told
                    .request(scheme)
                    .ok_or_else(|| refused(Malformed::Target))?;
                let bodiless = told.body == BodyLength::Known(0);
                let begun = Http2Target::begin(requests, request, bodiless);
                let target =
                    begun.map_err(|error| AnswerError::Io(std::io::Error::other(error)))?;
                Ok(TargetEnd::Http2(Box::new(target)))
            }
        }
    }
}

impl Request<'_> {
    /// Sends the request to a target of the rule's target groups.
    pub(crate) async fn forward(
        &mut self,
        client: &mut Client<'_>,
        targets: &Targets,
        listener: &Arc<Listener>,
        rule: &Rule,
        forward: &Forward,
    ) -> Result<(), Failure> {
        self.exchange.actions.push(ActionExecuted::Forward);
        let mut cookies = Vec::new();
        let group = self.target_group(targets, forward, &mut cookies)?;
        self.exchange.target_group_arn = Some(group.arn.clone());
        let way = Way {
            listener,
            rule,
            group: targets.fleet.group(&group, self.steady),
        };
        let mut sticky = self.sticky_target(targets, &way.group);
        let mut tried: Vec<usize> = Vec::new();
        let mut failed = Failure::NoTargets;
        let mut new = false;
        let mut reused_failed = false;
        let steady = self.connection.shared.steady;
        while tried.len() < TRIES {
            // Other bits than those that chose the group.
            let draw = way.group.draw(self.random.rotate_left(32), self.steady);
            let load = |index| way.group.load(index, self.steady);
            let chosen = match sticky.take() {
                Some(index) => Some(index),
                None => group.choose(load, &tried, draw).map(|choice| choice.index),
            };
            let found = chosen.and_then(|index| {
                let state = way.group.targets.get(index)?;
                Some((index, group.targets().get(index)?, state))
            });
            let Some((index, registered, state)) = found else {
                return Err(failed);
            };
            let _outstanding = state.begin();
            let connected = self.reach(targets, &way, &registered.target, new).await;
            let connection = match connected {
                Ok(connection) => connection,
                Err(error) => {
                    // Nothing was sent yet: the next target may have the request.
                    tracing::debug!(%error, request = %self.id, "the next target is tried");
                    self.exchange
                        .tries
                        .extend(error.address().map(|address| TargetTry {
                            address,
                            status: None,
                        }));
                    targets.fleet.failed(&way.group, index, steady.now());
                    tried.push(index);
                    failed = error.into();
                    continue;
                }
            };
            let reused = matches!(&connection, Reached::Http1(connection) if connection.reused);
            let edits = self.answer_edits(targets, &way, registered.key(), cookies.clone());
            let address = connection.address();
            let (sent, mut connection) = self.send(client, connection, &way, &edits).await;
            let answered = self.progress.answered.is_some();
            self.exchange.tries.push(TargetTry {
                address,
                status: Some(self.progress.status).filter(|status| answered && *status > 0),
            });
            match sent {
                Ok(ended) => {
                    let status = self.progress.status;
                    targets.fleet.succeeded(state, status, self.steady);
                    if let Some(TargetEnd::Http1(mut connection)) = connection.take() {
                        if matches!(ended, Ended::Upgraded) {
                            return self.tunnel(client, &mut connection).await;
                        }
                        if connection.finish() {
                            targets.pool.put(*connection);
                        }
                    }
                    return Ok(());
                }
                Err(ExchangeError::Client(error)) => return Err(error.into()),
                Err(error) => {
                    self.progress.body_bytes = 0;
                    if matches!(error, ExchangeError::TimedOut) {
                        // It may be dead, whatever TCP thinks: others get a new one.
                        targets.http2.forget(address);
                    }
                    let broken = matches!(
                        error,
                        ExchangeError::Answer(AnswerError::Closed | AnswerError::Io(_))
                    );
                    let again = broken && self.can_be_sent_again();
                    let unprocessed =
                        matches!(error, ExchangeError::Answer(AnswerError::Unprocessed));
                    let again = again || (unprocessed && !self.progress.streamed);
                    if again && (reused || unprocessed) && !reused_failed {
                        // The target had closed it when the request came: it is not to blame.
                        reused_failed = true;
                        new = true;
                        sticky = Some(index);
                        continue;
                    }
                    targets.fleet.failed(&way.group, index, steady.now());
                    if !again {
                        return Err(error.into());
                    }
                    tried.push(index);
                    failed = error.into();
                }
            }
        }
        Err(failed)
    }

    /// The target group for the request, and the cookies that keep the client with it.
    fn target_group(
        &self,
        targets: &Targets,
        forward: &Forward,
        cookies: &mut Vec<String>,
    ) -> Result<Arc<TargetGroup>, Failure> {
        let Some(seconds) = forward.stickiness_seconds else {
            return forward
                .choose(self.random)
                .cloned()
                .ok_or(Failure::NoTargets);
        };
        let duration = Duration::from_secs(seconds.into());
        let kept = self
            .session(targets, Binding::TargetGroup, duration)
            .and_then(|session| forward.by_key(session.group_key));
        let group = kept
            .or_else(|| forward.choose(self.random))
            .ok_or(Failure::NoTargets)?;
        let session = Session {
            group_key: group.key(),
            target_key: 0,
            issued: self.time,
        };
        cookies.extend(self.cookies(targets, Binding::TargetGroup, session, duration));
        Ok(Arc::clone(group))
    }

    /// The target that the client stays with, if it may have requests.
    fn sticky_target(&self, targets: &Targets, state: &GroupState) -> Option<usize> {
        let (binding, duration) = match state.group.attributes.stickiness.as_ref()? {
            Stickiness::LbCookie { duration_seconds } => {
                let duration = Duration::from_secs((*duration_seconds).into());
                (Binding::Target, duration)
            }
            Stickiness::AppCookie {
                name,
                duration_seconds,
            } => {
                self.cookie(name)?;
                let duration = Duration::from_secs((*duration_seconds).into());
                (Binding::Application, duration.min(BROWSER_SESSION))
            }
        };
        let session = self.session(targets, binding, duration)?;
        if session.group_key != state.group.key() {
            return None;
        }
        let load = |index| state.load(index, self.steady);
        state.group.sticky(session.target_key, load)
    }

    fn answer_edits<'e>(
        &self,
        targets: &Targets,
        way: &'e Way<'_>,
        target_key: u64,
        mut cookies: Vec<String>,
    ) -> AnswerEdits<'e> {
        let session = Session {
            group_key: way.group.group.key(),
            target_key,
            issued: self.time,
        };
        let mut application = None;
        match &way.group.group.attributes.stickiness {
            None => {}
            Some(Stickiness::LbCookie { duration_seconds }) => {
                let duration = Duration::from_secs((*duration_seconds).into());
                cookies.extend(self.cookies(targets, Binding::Target, session, duration));
            }
            Some(Stickiness::AppCookie { name, .. }) => {
                let made = self.cookies(targets, Binding::Application, session, BROWSER_SESSION);
                application = Some((name.as_str(), made));
            }
        }
        AnswerEdits {
            attributes: Some(&way.listener.attributes),
            cookies,
            application,
        }
    }

    fn cookie(&self, name: &str) -> Option<&str> {
        self.head
            .fields
            .named("cookie")
            .filter_map(|header| std::str::from_utf8(header).ok())
            .find_map(|header| cookie_value(header, name))
    }

    fn session(&self, targets: &Targets, binding: Binding, duration: Duration) -> Option<Session> {
        let names = [Some(binding.cookie()), binding.cross_site_cookie()];
        names.into_iter().flatten().find_map(|name| {
            let value = self.cookie(name)?;
            targets.cookie_key.open(binding, value, duration, self.time)
        })
    }

    fn cookies(
        &self,
        targets: &Targets,
        binding: Binding,
        session: Session,
        duration: Duration,
    ) -> Vec<String> {
        // The cipher stands a nonce that repeats; the request's id does not.
        let mut nonce = [0; route::stickiness::NONCE_BYTES];
        let id = self.id.to_string();
        let seed = id.bytes().filter(u8::is_ascii_hexdigit).rev();
        for (to, from) in nonce.iter_mut().zip(seed) {
            *to = from;
        }
        let sealed = targets.cookie_key.seal(binding, session, nonce);
        let expires = self.time.plus(duration);
        sealed.map_or_else(Vec::new, |value| set_cookies(binding, &value, expires))
    }

    /// Whether it does no harm when a target gets it twice (RFC 9110, 9.2.2), and all of it is
    /// still there.
    fn can_be_sent_again(&self) -> bool {
        !self.progress.streamed
            && self.progress.answered.is_none()
            && matches!(
                self.head.method(),
                "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE"
            )
    }

    /// A connection to a target, by the target group's protocol version.
    async fn reach(
        &self,
        targets: &Targets,
        way: &Way<'_>,
        target: &Target,
        new: bool,
    ) -> Result<Reached, ConnectError> {
        if way.group.group.protocol_version == ProtocolVersion::Http1 {
            let connection = targets.connection(target, new).await?;
            return Ok(Reached::Http1(Box::new(connection)));
        }
        let (requests, address) = targets.http2_connection(target, new).await?;
        let scheme = if target.tls { "https" } else { "http" };
        Ok(Reached::Http2(requests, address, scheme))
    }

    /// Sends the request and brings its answer; gives the target's end back if there was one.
    async fn send(
        &mut self,
        client: &mut Client<'_>,
        reached: Reached,
        way: &Way<'_>,
        edits: &AnswerEdits<'_>,
    ) -> (Result<Ended, ExchangeError>, Option<TargetEnd>) {
        if self.held.bytes.is_empty()
            && let Err(error) = self.encourage(client).await
        {
            return (Err(error.into()), None);
        }
        let connection = self.connection;
        let attributes = &way.listener.load_balancer_attributes;
        // A body that is there already has a length, however it was sent.
        let length = match self.head.body {
            BodyLength::Unknown if self.held.whole => {
                BodyLength::Known(u64::try_from(self.held.bytes.len()).unwrap_or(u64::MAX))
            }
            length => length,
        };
        let transforms = &way.rule.transforms;
        if transforms.host.is_some() {
            match transforms.host(host_of(&self.head.host())) {
                Ok(host) => self.exchange.transformed_host = host,
                Err(_) => return (Err(refused(Malformed::Host)), None),
            }
        }
        if transforms.url.is_some() {
            let (path, query) = self.head.path_and_query();
            let (path, query) = (
                String::from_utf8_lossy(path),
                String::from_utf8_lossy(query),
            );
            let query = self.head.has_query().then_some(query.as_ref());
            match transforms.path_and_query(&path, query) {
                Ok(uri) => self.exchange.transformed_uri = uri,
                Err(_) => return (Err(refused(Malformed::RequestLineTooLong)), None),
            }
        }
        let trace_id = forwarded::trace_id(self.head, self.id, self.time);
        let told = Told {
            head: self.head,
            connection: &self.connection.forwarded,
            listener: way.listener,
            inserted: &self.exchange.inserted_headers,
            id: self.id,
            trace_id: &trace_id,
            authority: reached.address(),
            trace: self.exchange.trace.as_ref(),
            host: self.exchange.transformed_host.as_deref(),
            uri: self.exchange.transformed_uri.as_deref(),
            body: length,
        };
        let begun = reached.begin(&told);
        self.exchange.trace_id = Some(trace_id);
        let mut target = match begun {
            Ok(target) => target,
            Err(error) => return (Err(error), None),
        };
        let exchange = Exchange {
            keep: self.keeps_connection(),
            is_grpc: way.group.group.protocol_version == ProtocolVersion::Grpc,
            client,
            target: &mut target,
            head: self.head,
            held: &self.held,
            progress: &mut self.progress,
            edits,
            dates: &connection.shared.dates,
        };
        let patience = Duration::from_secs(attributes.idle_timeout_seconds.into());
        let ended = exchange.run(patience, &connection.shared.limits).await;
        (ended, Some(target))
    }
}
