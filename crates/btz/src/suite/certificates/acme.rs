//! Certificates by ACME: which are due, and what became of it. One order at a time, on one account
//! with each authority. Source: RFC 8555; "Integration Guide" of Let's Encrypt (renewal, back-off).

mod account;
mod order;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use edge::Policy;
use instant_acme::{Account, Error, Problem};
use telemetry::metrics::{Counter, Gauge, Registry};
use tokio::task::JoinHandle;
use types::{Clock, Entropy, Time};

use super::Certificates;
use super::https::Https;
use super::schedule::{self, Failed};
use crate::certificate::acme::{Acme, State};
use crate::certificate::{self, Name};
use crate::sealed_file::SecretFiles;

/// The longest that one certificate may take; then the next one has its turn.
const ATTEMPT_MAX: Duration = Duration::from_secs(10 * 60);

/// The longest wait until it is looked again which are due.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// The shortest.
const LOOK_EVERY_MIN: Duration = Duration::from_secs(1);

/// What it takes to have certificates.
#[derive(Clone)]
pub(in crate::suite) struct Authority {
    pub(in crate::suite) config: Acme,
    pub(in crate::suite) data: PathBuf,
    pub(in crate::suite) files: SecretFiles,
    pub(in crate::suite) certificates: Arc<Certificates>,
    pub(in crate::suite) policy: Policy,
    pub(in crate::suite) clock: Arc<dyn Clock>,
    pub(in crate::suite) entropy: Arc<dyn Entropy>,
}

/// The task that has certificates and renews them.
pub(in crate::suite) struct Renewal {
    authority: Authority,
    https: Https,
    meters: BTreeMap<Name, Meters>,
    running: Option<JoinHandle<()>>,
}

/// An authority and its customer.
struct Customer {
    authority: Authority,
    https: Https,
    account: Option<Account>,
    states: BTreeMap<Name, State>,
    meters: BTreeMap<Name, Meters>,
}

#[derive(Clone)]
struct Meters {
    issued: Counter,
    failed: Counter,
    failures: Gauge,
}

/// The authority has said no.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(String);

impl Renewal {
    /// Makes ready; nothing is asked of the authority before [`Renewal::start`].
    pub(in crate::suite) fn new(authority: Authority, registry: &Registry) -> Result<Self> {
        let https = Https::new(authority.config.ca.as_deref())?;
        let names = authority.config.names().into_iter();
        let meters = names.map(|name| {
            let meters = Meters::new(registry, &name);
            (name, meters)
        });
        Ok(Self {
            meters: meters.collect(),
            authority,
            https,
            running: None,
        })
    }

    /// Has certificates, and renews them, from where the files say that it was.
    pub(in crate::suite) fn start(&mut self) {
        let mut states = BTreeMap::new();
        for name in self.authority.config.names() {
            let state = State::read(&certificate::place(&self.authority.data, &name));
            let state = state.unwrap_or_else(|error| {
                tracing::warn!(%name, error = format!("{error:#}"), "an order is forgotten");
                None
            });
            states.insert(name, state.unwrap_or_default());
        }
        let customer = Customer {
            authority: self.authority.clone(),
            https: self.https.clone(),
            account: None,
            states,
            meters: self.meters.clone(),
        };
        self.stop();
        self.running = Some(tokio::spawn(customer.run()));
    }

    /// Leaves everything as it is; whoever starts next goes on with it.
    pub(in crate::suite) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
        }
        self.authority.certificates.forget_challenges();
    }
}

impl Meters {
    fn new(registry: &Registry, name: &Name) -> Self {
        let attempts = |result| {
            registry.counter(
                "btz_acme_attempts_total",
                "Attempts to have a certificate by ACME, by their result.",
                &[("certificate", name.as_str()), ("result", result)],
            )
        };
        let meters = Self {
            issued: attempts("issued"),
            failed: attempts("failed"),
            failures: registry.gauge(
                "btz_acme_failures",
                "Failures in a row to have a certificate by ACME.",
                &[("certificate", name.as_str())],
            ),
        };
        meters.failures.set(0);
        meters
    }
}

impl Customer {
    async fn run(mut self) {
        let names: Vec<Name> = self.states.keys().cloned().collect();
        loop {
            let mut wait = LOOK_EVERY;
            for name in &names {
                let due = self.due(name);
                if due.since(self.now()).is_zero() {
                    self.attempt(name).await;
                }
                wait = wait.min(self.due(name).since(self.now()));
            }
            tokio::time::sleep(wait.max(LOOK_EVERY_MIN)).await;
        }
    }

    fn now(&self) -> Time {
        self.authority.clock.now()
    }

    fn chance(&self) -> u16 {
        let mut bytes = [0; 2];
        // Without randomness machines that began together go on together: no more than that.
        match self.authority.entropy.fill(&mut bytes) {
            Ok(()) => u16::from_le_bytes(bytes),
            Err(_) => 0,
        }
    }

    /// When a certificate is to be had or renewed; what is past is due.
    fn due(&self, name: &Name) -> Time {
        let long_ago = Time::from_seconds(0);
        let Some(state) = self.states.get(name) else {
            return Time::from_millis(i64::MAX);
        };
        let renewal = self.authority.certificates.facts(name, |facts| {
            let is_of_it = facts.domains.iter().any(|domain| domain == name.as_str());
            is_of_it.then(|| schedule::renew_at(facts, 0))
        });
        let renewal = match renewal.flatten() {
            Some(renewal) if state.directory == self.authority.config.directory => {
                state.renew_at().unwrap_or(renewal)
            }
            // The configuration names another authority now.
            Some(_) if !state.directory.is_empty() => long_ago,
            Some(renewal) => renewal,
            None => long_ago,
        };
        renewal.max(state.next_attempt().unwrap_or(long_ago))
    }

    async fn attempt(&mut self, name: &Name) {
        tracing::info!(%name, "a certificate is being ordered");
        let attempt = tokio::time::timeout(ATTEMPT_MAX, self.obtain(name)).await;
        self.authority.certificates.forget_challenges();
        let obtained = match attempt {
            Ok(obtained) => obtained,
            Err(_) => Err(anyhow::anyhow!("it took longer than {ATTEMPT_MAX:?}")),
        };
        let mut state = self.states.get(name).cloned().unwrap_or_default();
        let result = match &obtained {
            Ok(renew_at) => {
                tracing::info!(%name, renewed = renew_at.rfc3339_seconds(), "a certificate was issued");
                state.order = None;
                state.renew_at_ms = Some(renew_at.as_millis());
                state.next_attempt_ms = None;
                state.failures = 0;
                state.last_error = None;
                self.meters.get(name).map(|meters| &meters.issued)
            }
            Err(error) => {
                self.failed(&mut state, error);
                let (error, failures) = (format!("{error:#}"), state.failures);
                let next = state.next_attempt().map(Time::rfc3339_seconds);
                tracing::warn!(%name, error, failures, next, "a certificate could not be had");
                self.meters.get(name).map(|meters| &meters.failed)
            }
        };
        if let Some(counter) = result {
            counter.increment();
        }
        if let Some(meters) = self.meters.get(name) {
            meters.failures.set(state.failures.into());
        }
        self.keep(name, state);
        if obtained.is_ok() {
            // It is in key.pem now.
            let place = certificate::place(&self.authority.data, name);
            drop(std::fs::remove_file(State::order_key(&place)));
        }
    }

    fn failed(&mut self, state: &mut State, error: &anyhow::Error) {
        let failed = failed_how(error);
        let is_nobodys = is_problem(error, ":accountDoesNotExist");
        if failed == Failed::Refused || is_nobodys {
            state.order = None;
        }
        if is_nobodys {
            self.account = None;
            self.forget_account();
        }
        state.failures = state.failures.saturating_add(1);
        let asked = self.https.asked();
        let next = schedule::next_attempt(self.now(), state.failures, failed, asked, self.chance());
        state.next_attempt_ms = Some(next.as_millis());
        let mut text = format!("{error:#}");
        text.truncate(text.floor_char_boundary(1000));
        state.last_error = Some(text);
    }

    /// Keeps what has become of an order, in memory at least: a full disk is no reason to hammer.
    fn keep(&mut self, name: &Name, state: State) {
        if let Err(error) = state.write(&certificate::place(&self.authority.data, name)) {
            tracing::error!(%name, error = format!("{error:#}"), "an order's state cannot be kept");
        }
        self.states.insert(name.clone(), state);
    }

    /// Has a certificate and puts it in force; answers when it is to be renewed.
    async fn obtain(&mut self, name: &Name) -> Result<Time> {
        let account = self
            .account()
            .await
            .context("no account with the authority")?;
        let issued = self.order(&account, name).await?;
        let facts = &issued.facts;
        if !facts.domains.iter().any(|domain| domain == name.as_str()) {
            bail!(Refused(format!(
                "the certificate is for {:?}",
                facts.domains
            )));
        }
        let now = self.now();
        if facts.not_after <= now {
            bail!(Refused(
                "the certificate has expired: is the clock right?".to_owned()
            ));
        }
        let renew_at = schedule::renew_at(facts, self.chance());
        // One that lives shorter than the clocks differ is not asked for again at once.
        Ok(renew_at.max(now.plus(LOOK_EVERY_MIN)))
    }
}

/// What the authority has said that did not do what it was asked.
fn problem_of(error: &anyhow::Error) -> Option<&Problem> {
    error.chain().find_map(|cause| match cause.downcast_ref() {
        Some(Error::Api(problem)) => Some(problem),
        _ => None,
    })
}

fn is_problem(error: &anyhow::Error, kind: &str) -> bool {
    let said = problem_of(error).and_then(|problem| problem.r#type.as_deref());
    said.is_some_and(|said| said.ends_with(kind))
}

/// How an attempt failed, which decides when there is another.
fn failed_how(error: &anyhow::Error) -> Failed {
    if is_problem(error, ":badNonce") {
        // It says nothing of the order, which stands.
        Failed::BadNonce
    } else if is_problem(error, ":accountDoesNotExist") {
        // The next attempt makes another.
        Failed::Unreached
    } else if problem_of(error).is_some() || error.is::<Refused>() {
        Failed::Refused
    } else {
        Failed::Unreached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_authority_said_decides_how_it_failed() {
        let problem = |kind: Option<&str>| {
            let problem = Problem {
                r#type: kind.map(|kind| format!("urn:ietf:params:acme:error:{kind}")),
                detail: None,
                status: Some(400),
                subproblems: Vec::new(),
            };
            anyhow::Error::from(Error::Api(problem)).context("an order")
        };
        for (error, failed) in [
            (problem(Some("badNonce")), Failed::BadNonce),
            (problem(Some("rateLimited")), Failed::Refused),
            (problem(Some("accountDoesNotExist")), Failed::Unreached),
            (problem(None), Failed::Refused),
            (Refused("no".to_owned()).into(), Failed::Refused),
            (anyhow::anyhow!("a broken cable"), Failed::Unreached),
        ] {
            assert_eq!(failed_how(&error), failed, "{error:#}");
        }
    }
}
