//! When a key was last used, and for what (`GetKeyLastUsage`): noted in memory on every use, written
//! now and then. What a crash loses is at most the last [`FLUSH_EVERY`] of it; the audit log has all.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::place::Place;
use crate::state::UsageRow;

/// How often uses are written.
pub(crate) const FLUSH_EVERY: Duration = Duration::from_secs(60);

/// How many keys' uses wait to be written; further keys are noted after that.
const PENDING_MAX: usize = 10_000;

/// Uses that are not written yet.
#[derive(Debug, Default)]
pub(crate) struct LastUsage {
    pending: Mutex<BTreeMap<(Place, String), UsageRow>>,
}

impl LastUsage {
    /// Notes a use.
    pub(crate) fn note(&self, place: &Place, key_id: &str, usage: UsageRow) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let at = (place.clone(), key_id.to_owned());
        if pending.len() < PENDING_MAX || pending.contains_key(&at) {
            pending.insert(at, usage);
        }
    }

    /// The last use that is not written yet.
    pub(crate) fn pending(&self, place: &Place, key_id: &str) -> Option<UsageRow> {
        let pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.get(&(place.clone(), key_id.to_owned())).cloned()
    }

    /// Takes what is to be written.
    pub(crate) fn take(&self) -> BTreeMap<(Place, String), UsageRow> {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut pending)
    }

    /// Puts back what could not be written, unless a key was used again meanwhile.
    pub(crate) fn put_back(&self, uses: impl IntoIterator<Item = ((Place, String), UsageRow)>) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        for (at, usage) in uses {
            if pending.len() < PENDING_MAX {
                pending.entry(at).or_insert(usage);
            }
        }
    }
}
