//! The certificates of a running suite: read at its start, followed for changes, offered to the edge
//! and to Elastic Load Balancing. A certificate that can no longer be read stays in force as it was.

mod acme;
mod https;
mod schedule;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use edge::Snapshot;
use elb::{CertificateDirectory, CertificateFacts};
use rustls::sign::CertifiedKey;
use telemetry::metrics::{Counter, Registry};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use types::{AccountId, Region, Time};

pub(super) use self::acme::{Authority, Renewal};
use crate::certificate::{self, Certificate, DEFAULT, Look, Name, Origin, Source};
use crate::config::Config;
use crate::sealed_file::SecretFiles;

/// How often it is looked whether files have changed.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A certificate in force.
struct Held {
    arn: String,
    certificate: Certificate,
}

/// What is offered to the edge.
#[derive(Clone, Default)]
pub(super) struct Offered {
    /// It grows with every change of what is held.
    pub(super) generation: u64,
    held: BTreeMap<Name, Arc<Held>>,
    challenges: BTreeMap<String, String>,
    alpn_challenges: BTreeMap<String, Arc<CertifiedKey>>,
}

/// How the files of a certificate looked when they were read last.
struct Seen {
    look: Look,
    /// They could not be read, and it has been said.
    is_told: bool,
    failed: bool,
}

/// See the module.
pub(super) struct Certificates {
    config: Config,
    files: SecretFiles,
    region: Region,
    account: AccountId,
    seen: Mutex<BTreeMap<Name, Seen>>,
    offered: watch::Sender<Offered>,
    failures: Counter,
}

impl Offered {
    /// Puts it into a snapshot.
    pub(super) fn fill(&self, snapshot: &mut Snapshot) {
        for held in self.held.values() {
            let arn = held.arn.clone();
            snapshot.own_certificates.push(route::Certificate {
                arn: arn.clone(),
                domains: held.certificate.facts.domains.clone(),
            });
            let key = Arc::clone(&held.certificate.key);
            snapshot.certificates.insert(arn, key);
        }
        let default = self.held.iter().find(|(name, _)| name.as_str() == DEFAULT);
        snapshot.own_default = default.map(|(_, held)| held.arn.clone());
        snapshot.challenges.clone_from(&self.challenges);
        snapshot.alpn_challenges.clone_from(&self.alpn_challenges);
    }
}

impl Certificates {
    /// Reads what there is. What the configuration names must be readable; what lies in the data
    /// folder and is not is told.
    pub(super) fn open(
        config: &Config,
        files: SecretFiles,
        account: AccountId,
        registry: &Registry,
    ) -> Result<Arc<Self>> {
        let certificates = Self {
            config: config.clone(),
            files,
            region: config.region.parse()?,
            account,
            seen: Mutex::default(),
            offered: watch::Sender::default(),
            failures: registry.counter(
                "btz_certificate_read_failures_total",
                "Times that changed certificate files could not be used.",
                &[],
            ),
        };
        for source in certificate::sources(config)? {
            if source.origin == Origin::Config {
                source
                    .read(&certificates.files)
                    .with_context(|| format!("certificate {}", source.name))?;
            }
        }
        certificates.look();
        certificates.look();
        Ok(Arc::new(certificates))
    }

    /// What is offered, now and from now on.
    pub(super) fn offered(&self) -> watch::Receiver<Offered> {
        self.offered.subscribe()
    }

    /// Follows the files until it is aborted.
    pub(super) fn follow(self: &Arc<Self>) -> JoinHandle<()> {
        let certificates = Arc::clone(self);
        tokio::spawn(async move {
            let mut every = tokio::time::interval(LOOK_EVERY);
            every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                every.tick().await;
                certificates.look_now().await;
            }
        })
    }

    /// Reads what has changed.
    fn look(&self) {
        let sources = match certificate::sources(&self.config) {
            Ok(sources) => sources,
            Err(error) => {
                tracing::warn!(
                    error = format!("{error:#}"),
                    "certificates cannot be looked at"
                );
                return;
            }
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held = self.offered.borrow().held.clone();
        let mut changed = false;
        for source in &sources {
            changed |= self.look_at(source, &mut seen, &mut held);
        }
        // Its folder was removed: that is meant so.
        let is_there = |name: &Name| sources.iter().any(|source| source.name == *name);
        seen.retain(|name, _| is_there(name));
        let before = held.len();
        held.retain(|name, _| is_there(name));
        if changed || held.len() != before {
            self.offered.send_modify(|offered| {
                offered.held = held;
                offered.generation += 1;
            });
        }
    }

    fn look_at(
        &self,
        source: &Source,
        seen: &mut BTreeMap<Name, Seen>,
        held: &mut BTreeMap<Name, Arc<Held>>,
    ) -> bool {
        let name = &source.name;
        let look = source.look();
        let is_ordered = look.is_nothing() && source.origin == Origin::Acme;
        let before = seen.get(name);
        let is_same = before.is_some_and(|seen| seen.look == look);
        let settled = before.is_some_and(|seen| !seen.failed || seen.is_told);
        if is_ordered || (is_same && settled) {
            return false;
        }
        let read = source.read(&self.files);
        let failed = read.is_err();
        let mut is_told = false;
        let changed = match read {
            Ok(certificate) => {
                let names: Vec<_> = certificate.facts.names().collect();
                tracing::info!(%name, ?names, "a certificate is in force");
                let arn = name.arn(&self.region, self.account);
                held.insert(name.clone(), Arc::new(Held { arn, certificate }));
                true
            }
            // Two files are not written at one moment: it is told when it lasts.
            Err(error) if is_same => {
                self.failures.increment();
                is_told = true;
                let error = format!("{error:#}");
                if held.contains_key(name) {
                    tracing::warn!(%name, error, "a changed certificate cannot be used: the old one stays in force");
                } else {
                    tracing::warn!(%name, error, "a certificate cannot be used");
                }
                false
            }
            Err(_) => false,
        };
        let now = Seen {
            look,
            is_told,
            failed,
        };
        seen.insert(name.clone(), now);
        changed
    }

    /// The lines of `/metrics`.
    pub(super) fn metrics(&self, now: Time) -> String {
        let offered = self.offered.borrow();
        let mut text = String::new();
        let name = "btz_certificate_expiry_seconds";
        text.push_str(&format!(
            "# HELP {name} Seconds until a certificate expires; negative when it has.\n\
             # TYPE {name} gauge\n"
        ));
        for (certificate, held) in &offered.held {
            let left = held.certificate.facts.expires_in_seconds(now);
            text.push_str(&format!("{name}{{certificate=\"{certificate}\"}} {left}\n"));
        }
        text
    }

    /// Looks at once, instead of within a second.
    async fn look_now(self: &Arc<Self>) {
        let looking = Arc::clone(self);
        let looked = tokio::task::spawn_blocking(move || looking.look()).await;
        if let Err(error) = looked {
            tracing::error!(%error, "looking at certificates failed");
        }
    }

    /// Answers an HTTP-01 challenge: a token, and its key authorization.
    fn answer(&self, known: (String, String)) {
        self.offered
            .send_modify(|offered| offered.challenges.extend([known]));
    }

    /// Answers a TLS-ALPN-01 challenge: a server name, and the certificate that it is shown.
    fn answer_alpn(&self, known: (String, Arc<CertifiedKey>)) {
        self.offered
            .send_modify(|offered| offered.alpn_challenges.extend([known]));
    }

    fn forget_challenges(&self) {
        self.offered.send_if_modified(|offered| {
            let had = !offered.challenges.is_empty() || !offered.alpn_challenges.is_empty();
            offered.challenges.clear();
            offered.alpn_challenges.clear();
            had
        });
    }

    /// A certificate in force, by its name: its facts, looked at by `look`.
    fn facts<T>(&self, name: &Name, look: impl FnOnce(&certificate::Facts) -> T) -> Option<T> {
        let offered = self.offered.borrow();
        Some(look(&offered.held.get(name)?.certificate.facts))
    }
}

impl CertificateDirectory for Certificates {
    fn certificate(&self, arn: &str) -> Option<CertificateFacts> {
        let offered = self.offered.borrow();
        let held = offered.held.values().find(|held| held.arn == arn)?;
        let domains = held.certificate.facts.domains.clone();
        Some(CertificateFacts { domains })
    }
}
