//! What happens to one request, from its first byte to its answer.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use iam::{Authenticated, Iam};
use policy::authorization::AUTHORIZATION_MESSAGE;
use policy::sigv4::{Presented, Rules, SignatureError, SigningKeys, Verified};
use policy::{Authorizer, Guarded};
use telemetry::audit::{Log, Outcome};
use telemetry::metrics::{Counter, Registry};
use tokio::sync::mpsc;
use types::{
    Call, Clock, Entropy, Fault, Principal, RequestId, Secret, ServiceError, Time, WebIdentity,
};
use wire::{Dialect, Model, Operation, Protocol, Refusal};

use crate::action::event_source;
use crate::counters::Counters;
use crate::limits::Limits;
use crate::received::Received;
use crate::request_ids::RequestIds;
use crate::routing::{Routes, RoutingError};
use crate::server::Answer;
use crate::strangers::Strangers;
use crate::to_the_end::ToTheEnd;
use crate::welcome::WELCOME;

/// What the front door stands on.
pub struct Dependencies<'a> {
    /// All services. Several may share a target prefix, as the parts of the own API do.
    pub services: Vec<Arc<dyn Guarded>>,
    /// Whose key is whose.
    pub iam: Arc<Iam>,
    /// May they do that?
    pub authorizer: Arc<dyn Authorizer>,
    /// Where every call is recorded before it is answered.
    pub audit: Log,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// For request ids.
    pub entropy: Arc<dyn Entropy>,
    /// Where counters are shown.
    pub metrics: &'a Registry,
}

/// The front door: answers requests.
pub struct FrontDoor {
    routes: Routes,
    iam: Arc<Iam>,
    authorizer: Arc<dyn Authorizer>,
    audit: Log,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    pub(crate) counters: Counters,
    request_ids: RequestIds,
    strangers: Strangers,
    signing_keys: SigningKeys,
    bodies_bytes: AtomicUsize,
    /// Renders what is refused before its service is known.
    nameless: Model,
}

impl fmt::Debug for Dependencies<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dependencies").finish_non_exhaustive()
    }
}

impl fmt::Debug for FrontDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrontDoor").finish_non_exhaustive()
    }
}

impl FrontDoor {
    /// Builds the routing table.
    ///
    /// # Errors
    /// When the services contradict each other.
    pub fn new(dependencies: Dependencies<'_>) -> Result<Self, RoutingError> {
        Ok(Self {
            routes: Routes::new(&dependencies.services)?,
            iam: dependencies.iam,
            authorizer: dependencies.authorizer,
            audit: dependencies.audit,
            clock: dependencies.clock,
            entropy: dependencies.entropy,
            counters: Counters::new(dependencies.metrics),
            request_ids: RequestIds::default(),
            strangers: Strangers::default(),
            signing_keys: SigningKeys::default(),
            bodies_bytes: AtomicUsize::new(0),
            nameless: Model::embedded(NAMELESS),
        })
    }

    /// Forgets what no request needs any more. Called now and then.
    pub(crate) fn tidy(&self) {
        let now = self.clock.now();
        self.iam.forget_ended_sessions(now);
        // Behind it: a session's signing keys go with its secret.
        self.signing_keys.forget(now);
        let kept = i64::try_from(self.signing_keys.count()).unwrap_or(i64::MAX);
        self.counters.signing_keys.set(kept);
    }

    /// Answers one request. `unfinished` is held until the call is carried out and recorded, also
    /// when its client goes away meanwhile.
    pub(crate) async fn answer(
        self: Arc<Self>,
        request: http::Request<Incoming>,
        source_ip: IpAddr,
        limits: Limits,
        unfinished: mpsc::Sender<()>,
    ) -> Answer {
        let (head, body) = request.into_parts();
        let signed = head.headers.contains_key("authorization");
        let asks_for_nothing =
            matches!(head.method.as_str(), "GET" | "HEAD") && head.uri == "/" && !signed;
        let received = Received::head(head, source_ip);
        let request_id = match self.request_ids.next(self.entropy.as_ref()) {
            Ok(request_id) => request_id,
            Err(error) => {
                tracing::error!(%error, "api: a call is refused");
                let error = ServiceError::receiver("InternalFailure", error.to_string());
                let nameless = RequestId::from_random([0; 16]);
                let protocol = received.map_or_else(|(_, protocol)| protocol, |it| it.protocol());
                return self.refuse(protocol, &error, nameless);
            }
        };
        if asks_for_nothing {
            return welcome(request_id);
        }
        let mut received = match received {
            Ok(received) => received,
            Err((refusal, protocol)) => {
                self.counters.unreadable.increment();
                return self.refuse(protocol, &refusal.to_error(protocol), request_id);
            }
        };
        let held = match self.read_body(body, limits).await {
            Ok((bytes, held)) => {
                received.body = bytes;
                held
            }
            Err(refusal) => {
                let protocol = received.protocol();
                return self.refuse(protocol, &refusal.to_error(protocol), request_id);
            }
        };
        let door = Arc::clone(&self);
        let protocol = received.protocol();
        let call = ToTheEnd::new(async move {
            let answer = door.call(&received, request_id, limits).await;
            drop((held, unfinished));
            answer
        });
        call.await.unwrap_or_else(|error| {
            tracing::error!(%error, %request_id, "api: a call did not come to its end");
            let error = ServiceError::receiver("InternalFailure", error.to_string());
            self.refuse(protocol, &error, request_id)
        })
    }

    async fn call(&self, received: &Received, request_id: RequestId, limits: Limits) -> Answer {
        let now = self.clock.now();
        let mut found = None;
        let verified = received.with_parts(|parts| {
            let presented = Presented::read(parts)?;
            found = self
                .iam
                .authenticate(presented.access_key_id, presented.session_token);
            let secrets =
                |_: &str, _: Option<&str>| found.as_ref().map(|found| found.secret.clone());
            presented.verify(parts, Rules::default(), now, &secrets, &self.signing_keys)
        });
        let known = |verified: Verified| match found.take() {
            Some(found) => Ok((verified, found)),
            None => Err(SignatureError::UnknownCredentials),
        };
        let verified = match verified.and_then(known) {
            Err(SignatureError::Missing) => self.unsigned(received, now),
            verified => verified,
        };
        let (verified, caller) = match verified {
            Ok(verified) => verified,
            Err(error) => {
                match error {
                    SignatureError::Missing => self.counters.unsigned.increment(),
                    _ => self.counters.unverified.increment(),
                }
                let protocol = received.protocol();
                return self.refuse(protocol, &refusal(error).to_error(protocol), request_id);
            }
        };
        let is_unsigned = matches!(caller.principal, Principal::WebIdentity(_));
        if is_unsigned && !self.strangers.admit(received.source_ip, now) {
            self.counters.unsigned_throttled.increment();
            let protocol = received.protocol();
            let error = Refusal::Throttled.to_error(protocol);
            return self.refuse(protocol, &error, request_id);
        }
        if caller.is_expired(now) {
            self.counters.unverified.increment();
            let protocol = received.protocol();
            return self.refuse(
                protocol,
                &Refusal::ExpiredToken.to_error(protocol),
                request_id,
            );
        }
        let service = match self.routes.find(received, &verified.service) {
            Ok(service) => service,
            Err(unrouted) => {
                self.counters.unknown_operation.increment();
                let mut error = unrouted.refusal.to_error(unrouted.protocol);
                error.status = unrouted.status.unwrap_or(error.status);
                return self.refuse(unrouted.protocol, &error, request_id);
            }
        };
        let model = service.model();
        let wire_limits = wire::Limits {
            body_bytes_max: limits.body_bytes_max,
        };
        let texts = received.texts();
        let request = received.wire(&texts);
        let dialect = model.dialect(&request);
        let operation = match dialect.read_operation(&request, wire_limits) {
            Ok(operation) => operation,
            Err(error) => {
                self.counters.unknown_operation.increment();
                return answer(dialect.write_error(&error, request_id));
            }
        };
        if is_unsigned && operation.name() != UNSIGNED {
            self.counters.unsigned.increment();
            let error = dialect.refusal(&Refusal::MissingAuthentication);
            return answer(dialect.write_error(&error, request_id));
        }
        // What a header says is done only if it was signed.
        let mut headers = dialect.input_headers(operation, &request).into_iter();
        if let Err(error) = headers.try_for_each(|name| verified.check_signed(name)) {
            self.counters.unverified.increment();
            let protocol = received.protocol();
            return self.refuse(protocol, &refusal(error).to_error(protocol), request_id);
        }
        self.iam.note_use(
            &caller.principal,
            &verified.access_key_id,
            now,
            (&verified.service, verified.region.as_str()),
        );
        let mut call = Call {
            request_id,
            time: now,
            principal: caller.principal,
            session: caller.session,
            access_key_id: verified.access_key_id,
            region: verified.region,
            event_source: event_source(model.endpoint_prefix()),
            operation: operation.name().to_owned(),
            parameters: String::new(),
            source_ip: received.source_ip,
            user_agent: received.user_agent(),
            leave: None,
        };
        let outcome = self
            .carry_out(
                service,
                (dialect, operation),
                &request,
                wire_limits,
                &mut call,
            )
            .await;
        let recorded = match &outcome {
            Ok(_) => self.audit.record(&call, Outcome::Success).await,
            Err(failed) => {
                self.audit
                    .record(&call, Outcome::Failure(&failed.error))
                    .await
            }
        };
        if let Err(error) = recorded {
            self.counters.unaudited.increment();
            let error = ServiceError::from(error);
            log_failure(&call, &error);
            return answer(dialect.write_error(&error, request_id));
        }
        match outcome {
            Ok(output) => {
                self.counters.succeeded.increment();
                answer(dialect.write_output(operation, &output, request_id))
            }
            Err(Failed { error, counter }) => {
                counter.increment();
                if error.fault == Fault::Receiver {
                    log_failure(&call, &error);
                }
                answer(dialect.write_error(&error, request_id))
            }
        }
    }

    /// The caller of the one operation that is not signed: the token that comes with it is the
    /// proof, and STS judges it.
    fn unsigned(
        &self,
        received: &Received,
        now: Time,
    ) -> Result<(Verified, Authenticated), SignatureError> {
        let is_named = received.action().is_some_and(|action| action == UNSIGNED);
        let region = UNSIGNED_REGION.parse().ok().filter(|_| is_named);
        let Some(region) = region.filter(|_| received.protocol() == Protocol::AwsQuery) else {
            return Err(SignatureError::Missing);
        };
        let verified = Verified {
            access_key_id: String::new(),
            time: now,
            date: String::new(),
            region,
            service: "sts".to_owned(),
            signed_headers: Vec::new(),
        };
        let caller = Authenticated {
            secret: Secret::new(Vec::new()),
            principal: Principal::WebIdentity(WebIdentity::new(self.iam.account())),
            session: None,
        };
        Ok((verified, caller))
    }

    /// An unsigned call belongs to the account of the role that it asks for.
    fn place_unsigned(&self, call: &mut Call, input: &wire::Value) {
        if !matches!(call.principal, Principal::WebIdentity(_)) {
            return;
        }
        let arn = input.member("RoleArn").and_then(wire::Value::as_str);
        let arn = arn.and_then(|arn| arn.parse::<types::Arn>().ok());
        let account = arn.and_then(|arn| arn.account().parse().ok());
        if let Some(account) = account.filter(|account| self.iam.is_account(*account)) {
            call.principal = Principal::WebIdentity(WebIdentity::new(account));
        }
    }

    async fn carry_out(
        &self,
        service: &Arc<dyn Guarded>,
        (dialect, operation): (Dialect<'_>, &Operation),
        request: &wire::Request<'_>,
        limits: wire::Limits,
        call: &mut Call,
    ) -> Result<wire::Value, Failed<'_>> {
        let model = service.model();
        let input = dialect.read_input(operation, request, limits);
        if let Ok(input) = &input {
            call.parameters = model.audit_parameters(operation, input);
            self.place_unsigned(call, input);
        }
        let name = operation.name();
        if !service.implements(name) && service.declines(name).is_none() {
            let operation = operation.name().to_owned();
            return Err(Failed {
                error: dialect.refusal(&Refusal::NotImplemented { operation }),
                counter: &self.counters.not_implemented,
            });
        }
        let failed = |error| self.failed(error);
        let input = input.map_err(failed)?;
        dialect.validate(operation, &input).map_err(failed)?;
        call.leave = Some(self.authorize(service, dialect, call, &input)?);
        service.call(call, input).await.map_err(failed)
    }

    /// Asks leave for all that the call does; what it was given for. A service that asks for nothing
    /// says that the operation needs no leave, or that it judges for itself.
    fn authorize(
        &self,
        service: &Arc<dyn Guarded>,
        dialect: Dialect<'_>,
        call: &Call,
        input: &wire::Value,
    ) -> Result<Arc<[(&'static str, String)]>, Failed<'_>> {
        let failed = |error| self.failed(error);
        let mut actions = service.actions().of_operation(&call.operation);
        if actions.next().is_none() {
            // A test sees to it that every operation has one; without, nobody gets in.
            let reason = format!("{} has no IAM action", call.operation);
            return Err(failed(ServiceError::receiver("InternalFailure", reason)));
        }
        let asks = service.asks(call, &call.operation, input);
        let asks = asks.map_err(failed)?;
        for ask in &asks {
            if let Err(message) = self.authorizer.authorize(call, ask) {
                let mut error = dialect.refusal(&Refusal::AccessDenied { message });
                if let Some(encoded) = self.authorizer.encoded_denial(call, ask) {
                    error = error.with_header(AUTHORIZATION_MESSAGE, encoded);
                }
                return Err(Failed {
                    error,
                    counter: &self.counters.denied,
                });
            }
        }
        Ok(asks
            .into_iter()
            .map(|ask| (ask.action, ask.resource))
            .collect())
    }

    fn failed(&self, error: ServiceError) -> Failed<'_> {
        let counter = match error.fault {
            Fault::Sender => &self.counters.sender_errors,
            Fault::Receiver => &self.counters.receiver_errors,
        };
        Failed { error, counter }
    }

    /// Reads a body within the limits; what it takes is given back when the guard is dropped.
    async fn read_body(
        self: &Arc<Self>,
        body: Incoming,
        limits: Limits,
    ) -> Result<(Vec<u8>, HeldBytes), Refusal> {
        let too_large = || {
            self.counters.body_too_large.increment();
            Refusal::TooLarge {
                bytes_max: limits.body_bytes_max,
            }
        };
        let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if declared > limits.body_bytes_max {
            return Err(too_large());
        }
        let mut held = HeldBytes {
            door: Arc::clone(self),
            bytes: 0,
        };
        let mut body = body;
        let read = async {
            let mut bytes = Vec::with_capacity(declared.min(64 * 1024));
            while let Some(frame) = body.frame().await {
                let frame = frame.map_err(|error| {
                    self.counters.unreadable.increment();
                    Refusal::Malformed {
                        reason: format!("The body broke off: {error}."),
                    }
                })?;
                // Trailers are read and not used: nothing signs them.
                let Ok(data) = frame.into_data() else {
                    continue;
                };
                if bytes.len() + data.len() > limits.body_bytes_max {
                    return Err(too_large());
                }
                held.grow(data.len(), limits.bodies_bytes_max)?;
                bytes.extend_from_slice(&data);
            }
            Ok(bytes)
        };
        match tokio::time::timeout(limits.body_timeout, read).await {
            Ok(Ok(bytes)) => Ok((bytes, held)),
            Ok(Err(refusal)) => Err(refusal),
            Err(_) => {
                self.counters.body_too_slow.increment();
                Err(Refusal::Malformed {
                    reason: format!(
                        "The body did not come within {} seconds.",
                        limits.body_timeout.as_secs()
                    ),
                })
            }
        }
    }

    fn refuse(&self, protocol: Protocol, error: &ServiceError, request_id: RequestId) -> Answer {
        let dialect = self.nameless.in_protocol(protocol);
        answer(dialect.write_error(error, request_id))
    }
}

/// A call that was not carried out, and where that is counted.
struct Failed<'a> {
    error: ServiceError,
    counter: &'a Counter,
}

/// Bytes of a body that count towards the sum of all.
struct HeldBytes {
    door: Arc<FrontDoor>,
    bytes: usize,
}

impl HeldBytes {
    fn grow(&mut self, bytes: usize, bodies_bytes_max: usize) -> Result<(), Refusal> {
        let before = self.door.bodies_bytes.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        self.door
            .counters
            .bodies_bytes
            .add(i64::try_from(bytes).unwrap_or(i64::MAX));
        if before + bytes > bodies_bytes_max {
            self.door.counters.bodies_full.increment();
            return Err(Refusal::Unavailable {
                internal: format!("bodies of {bodies_bytes_max} bytes in all are being read"),
            });
        }
        Ok(())
    }
}

impl Drop for HeldBytes {
    fn drop(&mut self) {
        self.door
            .bodies_bytes
            .fetch_sub(self.bytes, Ordering::Relaxed);
        self.door
            .counters
            .bodies_bytes
            .add(-i64::try_from(self.bytes).unwrap_or(i64::MAX));
    }
}

/// The one operation that takes no signature.
const UNSIGNED: &str = "AssumeRoleWithWebIdentity";
/// The Region of a call without a signature's scope: STS's global endpoint is there.
const UNSIGNED_REGION: &str = "us-east-1";

/// An API without a name, which any protocol is good for.
const NAMELESS: &str = r#"{"metadata": {"protocol": "json"}, "operations": {}, "shapes": {}}"#;

fn refusal(error: SignatureError) -> Refusal {
    match error {
        SignatureError::Missing => Refusal::MissingAuthentication,
        SignatureError::Incomplete(message) => Refusal::IncompleteSignature { message },
        SignatureError::Invalid(message) => Refusal::StaleSignature { message },
        SignatureError::Mismatch => Refusal::WrongSignature,
        SignatureError::UnknownCredentials => Refusal::UnknownCredentials,
    }
}

fn log_failure(call: &Call, error: &ServiceError) {
    tracing::error!(
        request_id = %call.request_id,
        service = call.event_source,
        operation = call.operation,
        code = %error.code,
        reason = error.internal.as_deref().unwrap_or_default(),
        "api: a call failed on our side"
    );
}

fn answer(response: wire::Response) -> Answer {
    let mut answer = http::Response::new(Full::new(Bytes::from(response.body)));
    *answer.status_mut() = http::StatusCode::from_u16(response.status)
        .unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in response.headers {
        // Names are ours or the model's; values are ours, or of restJson1's outputs, which may
        // hold any text but line breaks.
        if let (Ok(name), Ok(value)) = (
            http::HeaderName::from_bytes(name.as_bytes()),
            http::HeaderValue::from_bytes(value.as_bytes()),
        ) {
            answer.headers_mut().append(name, value);
        }
    }
    answer
}

fn welcome(request_id: RequestId) -> Answer {
    answer(wire::Response {
        status: 200,
        headers: vec![
            ("x-amzn-RequestId".into(), request_id.to_string()),
            (
                "Content-Type".into(),
                "text/plain; charset=utf-8".to_owned(),
            ),
            ("X-Content-Type-Options".into(), "nosniff".to_owned()),
        ],
        body: WELCOME.as_bytes().to_vec(),
    })
}
