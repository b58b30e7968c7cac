//! The key sets of OpenID Connect providers: fetched by whoever can reach them, kept for an hour, and
//! fetched again when a token names a key that is not among them (a provider has rotated its keys),
//! though not more often than once a minute.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use types::Time;
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
/// Providers whose sets are kept.
const PROVIDERS_MAX: usize = 1_000;

/// Fetches the JSON Web Key Set of an issuer: from a file, or by its discovery document.
pub trait KeySets: Send + Sync {
    /// The set's bytes (at most [`crate::KEY_SET_BYTES_MAX`]), or what went wrong, for the operator.
    fn fetch<'a>(&'a self, issuer: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>>;
}

/// The sets that were fetched.
#[derive(Default)]
pub(crate) struct Cache {
    sets: Mutex<HashMap<String, Kept>>,
}

#[derive(Clone)]
struct Kept {
    set: Arc<KeySet>,
    fetched: Time,
    asked: Time,
}

/// The provider cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreachable;

impl Cache {
    /// The set of an issuer that should have the key `id`.
    pub(crate) async fn find(
        &self,
        sets: &dyn KeySets,
        issuer: &str,
        id: Option<&str>,
        now: Time,
    ) -> Result<Arc<KeySet>, Unreachable> {
        let kept = self.lock().get(issuer).cloned();
        if let Some(kept) = &kept {
            let has_key = id.is_none_or(|id| kept.set.has(id));
            let fresh = now.since(kept.fetched) < FRESH;
            let just_asked = now.since(kept.asked) < ASK_AGAIN;
            if (fresh && has_key) || (just_asked && now.since(kept.fetched) < STALE) {
                return Ok(Arc::clone(&kept.set));
            }
        }
        let fetched = tokio::time::timeout(FETCH_TIMEOUT, sets.fetch(issuer)).await;
        let read = match fetched {
            Ok(Ok(bytes)) => KeySet::read(&bytes).map_err(str::to_owned),
            Ok(Err(reason)) => Err(reason),
            Err(_) => Err(format!("no answer in {} s", FETCH_TIMEOUT.as_secs())),
        };
        match read {
            Ok(set) => {
                let set = Arc::new(set);
                self.keep(
                    issuer,
                    Kept {
                        set: Arc::clone(&set),
                        fetched: now,
                        asked: now,
                    },
                );
                Ok(set)
            }
            Err(reason) => {
                tracing::warn!(issuer, reason, "sts: a provider's keys cannot be fetched");
                let kept = kept.filter(|kept| now.since(kept.fetched) < STALE);
                let kept = kept.ok_or(Unreachable)?;
                self.keep(
                    issuer,
                    Kept {
                        asked: now,
                        ..kept.clone()
                    },
                );
                Ok(kept.set)
            }
        }
    }

    fn keep(&self, issuer: &str, kept: Kept) {
        let mut sets = self.lock();
        if sets.len() >= PROVIDERS_MAX && !sets.contains_key(issuer) {
            sets.clear();
        }
        sets.insert(issuer.to_owned(), kept);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Kept>> {
        self.sets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
