//! The signing keys of callers who have proved that they hold the secret, kept for their next request:
//! deriving one is four of the five HMACs that a verification takes.
//!
//! It must not tell by its speed which access keys there are. So only a request whose signature is
//! right is faster: any other costs one HMAC with a kept key (or with nobody's) and then the whole
//! derivation, whether there is such a key or not.
//!
//! No secret is kept, only a mark by which it is known again: a key whose secret is gone, since its
//! access key was deleted, made inactive or given another, is of no use from then on. A key is kept for
//! its day and the minutes by which a caller's clock may be late; a presigned URL of an earlier day is
//! verified by a key that is derived for it.
//!
//! Source: IAM User Guide, "Create a signed AWS API request", step 4.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use types::{Region, Secret, SecretMark, Time};

use super::SKEW_MAX;

/// How many are kept; those of the access key that came first make room for one more.
pub const SIGNING_KEYS_MAX: usize = 1024;
/// How many are kept of one access key; its oldest makes room for one more.
pub const SIGNING_KEYS_PER_ACCESS_KEY_MAX: usize = 64;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Signing keys that were right before.
#[derive(Default)]
pub struct SigningKeys(RwLock<Keys>);

#[derive(Default)]
struct Keys {
    by_access_key: HashMap<String, Vec<Arc<Kept>>>,
    /// The access keys, in the order in which they came.
    order: VecDeque<String>,
    count: usize,
}

struct Kept {
    date: String,
    region: Region,
    service: String,
    of: SecretMark,
    until: Time,
    key: hmac::Key,
}

/// What a signing key is for.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) access_key_id: &'a str,
    pub(super) date: &'a str,
    pub(super) region: &'a Region,
    pub(super) service: &'a str,
}

static NOBODYS: LazyLock<hmac::Key> =
    LazyLock::new(|| hmac::Key::new(hmac::HMAC_SHA256, super::NOBODYS_SECRET));

impl Kept {
    fn is_for(&self, scope: Scope<'_>) -> bool {
        self.service == scope.service
            && self.region.as_str() == scope.region.as_str()
            && self.date == scope.date
    }
}

impl Keys {
    fn retain(&mut self, is_kept: impl Fn(&Kept) -> bool) {
        self.by_access_key.retain(|_, keys| {
            keys.retain(|kept| is_kept(kept));
            !keys.is_empty()
        });
        let left = &self.by_access_key;
        self.order.retain(|id| left.contains_key(id));
        self.count = left.values().map(Vec::len).sum();
    }
}

impl SigningKeys {
    /// Whether a kept key of that scope and secret makes this signature. Takes as long when there is
    /// none.
    pub(super) fn verify(
        &self,
        scope: Scope<'_>,
        secret: &Secret,
        now: Time,
        (text, signature): (&[u8], &[u8]),
    ) -> bool {
        let kept = {
            let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
            let keys = keys.by_access_key.get(scope.access_key_id);
            let kept = keys.and_then(|keys| keys.iter().find(|kept| kept.is_for(scope)));
            kept.map(Arc::clone)
        };
        // A secret that was changed since has another signing key.
        let kept = kept.filter(|kept| kept.of.is_of(secret) && now <= kept.until);
        let key = kept.as_ref().map_or(&*NOBODYS, |kept| &kept.key);
        let made = types::hex(hmac::sign(key, text).as_ref());
        verify_slices_are_equal(made.as_bytes(), signature).is_ok() && kept.is_some()
    }

    /// Keeps a key that was right for a request of that time, unless its day is over.
    pub(super) fn keep(
        &self,
        scope: Scope<'_>,
        secret: &Secret,
        key: hmac::Key,
        (signed_at, now): (Time, Time),
    ) {
        let day_ms = signed_at.as_millis().rem_euclid(DAY_MS);
        let rest = Duration::from_millis(u64::try_from(DAY_MS - day_ms).unwrap_or_default());
        let until = signed_at.plus(rest).plus(SKEW_MAX);
        if now > until {
            return;
        }
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let keys = &mut *keys;
        // Whether others are still of use is not looked at: with more callers than there is room for, each
        // request would search all of them.
        while keys.count >= SIGNING_KEYS_MAX
            && let Some(first) = keys.order.pop_front()
        {
            let freed = keys.by_access_key.remove(&first);
            keys.count -= freed.map_or(0, |freed| freed.len());
        }
        let id = scope.access_key_id;
        if !keys.by_access_key.contains_key(id) {
            keys.order.push_back(id.to_owned());
        }
        let own = keys.by_access_key.entry(id.to_owned()).or_default();
        keys.count -= own.len();
        own.retain(|kept| kept.of.is_of(secret) && now <= kept.until && !kept.is_for(scope));
        if own.len() >= SIGNING_KEYS_PER_ACCESS_KEY_MAX {
            own.remove(0);
        }
        own.push(Arc::new(Kept {
            date: scope.date.to_owned(),
            region: scope.region.clone(),
            service: scope.service.to_owned(),
            of: secret.mark(),
            until,
            key,
        }));
        keys.count += own.len();
    }

    /// Forgets the keys whose day is over or whose secret is gone. To be called now and then: all are looked
    /// through, which takes some 0.1 ms and holds callers up only where there is something to forget.
    pub fn forget(&self, now: Time) {
        let is_useless = {
            let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
            let mut kept = keys.by_access_key.values().flatten();
            kept.any(|kept| !is_of_use(kept, now))
        };
        if is_useless {
            let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
            keys.retain(|kept| is_of_use(kept, now));
        }
    }

    /// How many are kept.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).count
    }
}

fn is_of_use(kept: &Kept, now: Time) -> bool {
    now <= kept.until && !kept.of.is_gone()
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKeys").finish_non_exhaustive()
    }
}
