//! The signing keys of callers who have proved that they hold the secret, kept for their next request:
//! deriving one is four of the five HMACs that a verification takes.
//!
//! It must not tell by its speed which access keys there are. So only a request whose signature is
//! right is faster: any other costs one HMAC with a kept key (or with nobody's) and then the whole
//! derivation, whether there is such a key or not.
//!
//! Source: IAM User Guide, "Create a signed AWS API request", step 4.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use types::Secret;

/// How many are kept; when there is one more, all are derived anew.
pub const SIGNING_KEYS_MAX: usize = 1024;

/// Signing keys that were right before, each with the secret that it was derived of.
#[derive(Default)]
pub struct SigningKeys(RwLock<HashMap<String, Arc<Kept>>>);

struct Kept {
    secret: Secret,
    key: hmac::Key,
}

/// Access key id, day, Region and service, none of which holds a line break.
pub(super) fn scope(parts: [&str; 4]) -> String {
    parts.join("\n")
}

static NOBODYS: LazyLock<hmac::Key> =
    LazyLock::new(|| hmac::Key::new(hmac::HMAC_SHA256, super::NOBODYS_SECRET));

impl SigningKeys {
    /// Whether a kept key of that scope and secret makes this signature. Takes as long when there is
    /// none.
    pub(super) fn verify(
        &self,
        scope: &str,
        secret: &Secret,
        text: &[u8],
        signature: &[u8],
    ) -> bool {
        let kept = {
            let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
            keys.get(scope).map(Arc::clone)
        };
        // A secret that was changed since has another signing key.
        let kept = kept
            .filter(|kept| verify_slices_are_equal(kept.secret.expose(), secret.expose()).is_ok());
        let key = kept.as_ref().map_or(&*NOBODYS, |kept| &kept.key);
        let made = types::hex(hmac::sign(key, text).as_ref());
        verify_slices_are_equal(made.as_bytes(), signature).is_ok() && kept.is_some()
    }

    /// Keeps a key that was right.
    pub(super) fn keep(&self, scope: String, secret: Secret, key: hmac::Key) {
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= SIGNING_KEYS_MAX {
            keys.clear();
        }
        keys.insert(scope, Arc::new(Kept { secret, key }));
    }

    /// How many are kept.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKeys").finish_non_exhaustive()
    }
}
