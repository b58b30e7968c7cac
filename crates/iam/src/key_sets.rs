//! The key sets of OpenID Connect providers: fetched by whoever can reach them, kept for an hour, and
//! fetched again when a token names a key that is not among them (a provider has rotated its keys),
//! though not more often than once a minute, whatever it answers. How long that is, no wall clock says:
//! one that is set back would keep old keys until it is where it was.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use wire::BoxFuture;

use crate::jwt::KeySet;

/// How long a set is as good as new.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// How long an old set is used when no new one can be had.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
/// How soon a provider is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(60);
/// How long a fetch may take.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// Providers whose sets are kept: more than an account may have a hundred times over.
const PROVIDERS_MAX: usize = 10_000;

/// Fetches the JSON Web Key Set of an issuer: from a file, or by its discovery document.
pub trait KeySets: Send + Sync {
    /// The set's bytes (at most [`crate::KEY_SET_BYTES_MAX`]), or what went wrong, for the operator.
    fn fetch<'a>(&'a self, issuer: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>>;
}

/// The sets that were fetched.
#[derive(Default)]
pub(crate) struct Cache {
    providers: Mutex<HashMap<String, Arc<Provider>>>,
}

/// What is known of one provider. Who holds the lock asks it; others wait for what comes of it, so
/// that a crowd of callers asks once.
type Provider = tokio::sync::Mutex<Known>;

#[derive(Default)]
struct Known {
    /// The last set, and when it was fetched.
    set: Option<(Arc<KeySet>, Instant)>,
    /// When the provider was asked last, whatever it answered.
    asked: Option<Instant>,
}

/// The provider cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreachable;

impl Cache {
    /// The set of an issuer that should have the key `id`. Callers need no credentials to come here:
    /// the provider is asked once in [`ASK_AGAIN`] at most, also when it does not answer.
    pub(crate) async fn find(
        &self,
        sets: &dyn KeySets,
        issuer: &str,
        id: Option<&str>,
    ) -> Result<Arc<KeySet>, Unreachable> {
        let provider = self.provider(issuer);
        let mut known = provider.lock().await;
        let now = Instant::now();
        let since = |at: Instant| now.duration_since(at);
        let age = known.set.as_ref().map(|(_, fetched)| since(*fetched));
        let has_key = |set: &KeySet| id.is_none_or(|id| set.has(id));
        if let (Some((set, _)), Some(age)) = (&known.set, age)
            && age < FRESH
            && has_key(set)
        {
            return Ok(Arc::clone(set));
        }
        let just_asked = known.asked.is_some_and(|at| since(at) < ASK_AGAIN);
        if !just_asked {
            known.asked = Some(now);
            match fetch(sets, issuer).await {
                Ok(set) => known.set = Some((Arc::new(set), now)),
                Err(reason) => {
                    tracing::warn!(issuer, reason, "sts: a provider's keys cannot be fetched");
                }
            }
        }
        match &known.set {
            Some((set, fetched)) if since(*fetched) < STALE => Ok(Arc::clone(set)),
            _ => Err(Unreachable),
        }
    }

    fn provider(&self, issuer: &str) -> Arc<Provider> {
        let mut providers = self
            .providers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = providers.get(issuer) {
            return Arc::clone(known);
        }
        if providers.len() >= PROVIDERS_MAX {
            providers.clear();
        }
        Arc::clone(providers.entry(issuer.to_owned()).or_default())
    }
}

async fn fetch(sets: &dyn KeySets, issuer: &str) -> Result<KeySet, String> {
    match tokio::time::timeout(FETCH_TIMEOUT, sets.fetch(issuer)).await {
        Ok(Ok(bytes)) => KeySet::read(&bytes).map_err(str::to_owned),
        Ok(Err(reason)) => Err(reason),
        Err(_) => Err(format!("no answer in {} s", FETCH_TIMEOUT.as_secs())),
    }
}
