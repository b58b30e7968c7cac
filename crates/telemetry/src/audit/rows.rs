//! Records of changes: each is a row of the commit that made the change, until it is linked into
//! the chain. Then the row goes, so that the store does not grow with the log.
//!
//! Who linked what is known while the row is there: the front door links what it answers; a sweep
//! links what nobody does (what services do on their own, and what a crash left). After a crash the
//! chain itself says which rows are in it: every head says from where on rows may be left.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Deserialize;
use store::{Batch, CommitError, Key, Row, Store, StoreError};
use types::{AccountId, Call, RequestId, Time};

use super::chain::Kind;
use super::folder::{Folder, read_all};

/// How many rows are read or removed at a time.
const ROWS_MAX: usize = 500;
/// How far clocks may have been set back, and how long a call may take.
const RESTORED_SLACK: Duration = Duration::from_secs(60 * 60);
/// How long it is remembered that a sweep has linked a row, for a call that is still under way.
const SWEPT_FOR: Duration = Duration::from_secs(15 * 60);

/// All rows of records.
pub(super) fn all() -> Key {
    Key::new(["audit"])
}

/// The row of a call's record, made from the call alone: all who record it write the same.
pub(super) fn key(call: &Call) -> Key {
    row_key(call.account(), call.time, call.request_id)
}

fn row_key(account: AccountId, time: Time, request_id: RequestId) -> Key {
    let millis = format!("{:013}", time.as_millis().clamp(0, MILLIS_MAX));
    all()
        .child(account.to_string())
        .child(millis)
        .child(request_id.to_string())
}

/// Thirteen digits: until the year 2286.
const MILLIS_MAX: i64 = 9_999_999_999_999;

/// Which rows are being linked, or are and lie in the store still.
#[derive(Debug, Default)]
pub(super) struct Claims(Mutex<HashMap<Key, Claim>>);

#[derive(Debug)]
enum Claim {
    Linking,
    Linked {
        sequence: u64,
        swept: bool,
        /// Since when the row is gone.
        removed: Option<Instant>,
    },
}

/// What became of asking for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claimed {
    /// It is for the asker to link.
    Yours,
    /// Somebody else does just now.
    Linking,
    /// It is linked.
    Linked,
}

impl Claims {
    fn claims(&self) -> MutexGuard<'_, HashMap<Key, Claim>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn claim(&self, key: &Key) -> Claimed {
        let mut claims = self.claims();
        match claims.get(key) {
            Some(Claim::Linking) => Claimed::Linking,
            Some(Claim::Linked { .. }) => Claimed::Linked,
            None => {
                claims.insert(key.clone(), Claim::Linking);
                Claimed::Yours
            }
        }
    }

    /// Whether it is linked, or just being.
    pub(super) fn is_claimed(&self, key: &Key) -> bool {
        self.claims().contains_key(key)
    }

    pub(super) fn linked(&self, key: Key, sequence: u64, swept: bool) {
        let claim = Claim::Linked {
            sequence,
            swept,
            removed: None,
        };
        self.claims().insert(key, claim);
    }

    /// Forgets all: another process may have had the store.
    pub(super) fn forget(&self) {
        self.claims().clear();
    }

    pub(super) fn give_up(&self, key: &Key) {
        self.claims().remove(key);
    }

    /// Removes the rows of what is linked, some at a time; `gone` is told each record whose row went,
    /// whether those behind it go or not.
    pub(super) async fn remove(
        &self,
        store: &dyn Store,
        mut gone: impl FnMut(u64),
    ) -> Result<(), CommitError> {
        loop {
            let linked: Vec<(Key, u64)> = {
                let claims = self.claims();
                let linked = claims.iter().filter_map(|(key, claim)| match claim {
                    Claim::Linked {
                        sequence,
                        removed: None,
                        ..
                    } => Some((key.clone(), *sequence)),
                    _ => None,
                });
                linked.take(ROWS_MAX).collect()
            };
            if linked.is_empty() {
                break;
            }
            let mut batch = Batch::new();
            for (key, _) in &linked {
                batch.delete(key.clone());
            }
            store.commit(batch).await?;
            let mut claims = self.claims();
            for (key, sequence) in linked {
                gone(sequence);
                match claims.get_mut(&key) {
                    Some(Claim::Linked {
                        swept: true,
                        removed,
                        ..
                    }) => *removed = Some(Instant::now()),
                    _ => drop(claims.remove(&key)),
                }
            }
        }
        self.claims().retain(|_, claim| match claim {
            Claim::Linked {
                removed: Some(since),
                ..
            } => since.elapsed() < SWEPT_FOR,
            _ => true,
        });
        Ok(())
    }
}

/// All rows, page by page.
pub(super) async fn page(
    store: &dyn Store,
    after: Option<&Key>,
) -> Result<(Vec<Row>, bool), StoreError> {
    let page = store.scan(&all(), after, ROWS_MAX).await?;
    Ok((page.rows, page.more))
}

/// The request ids of the calls that are in the chain from a record on, and at least since an hour
/// before `oldest`: a restored store may have rows that were gone when the log was copied.
pub(super) fn linked_since(
    folder: &Folder,
    settled: u64,
    oldest: Time,
) -> io::Result<HashSet<RequestId>> {
    #[derive(Deserialize)]
    struct Linked<'a> {
        #[serde(rename = "requestID")]
        request_id: &'a str,
    }
    let segments = folder.segments()?;
    let settled = segments.iter().rposition(|one| one.first <= settled);
    let before = oldest.minus(RESTORED_SLACK);
    let earlier = segments
        .iter()
        .rposition(|segment| segment.begun().is_some_and(|begun| begun <= before));
    let begin = settled.unwrap_or(0).min(earlier.unwrap_or(0));
    let mut linked = HashSet::new();
    for segment in segments.iter().skip(begin) {
        read_all(segment, |record| {
            if record.kind == Kind::Call
                && let Ok(call) = serde_json::from_slice::<Linked<'_>>(record.body)
            {
                linked.extend(call.request_id.parse::<RequestId>().ok());
            }
            true
        })?;
    }
    Ok(linked)
}

/// When the call of a row came in, by its key.
pub(super) fn time(key: &Key) -> Option<Time> {
    let millis: i64 = key.segments().nth(2)?.parse().ok()?;
    Some(Time::from_millis(millis))
}

/// The request id that a row's key ends in.
pub(super) fn request_id(key: &Key) -> Option<RequestId> {
    key.segments().nth(3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use judge::{Fate, FaultyStore};

    use super::*;

    /// Else the head says forever that rows may be left from the first of them on.
    #[tokio::test]
    async fn what_went_is_told_though_the_rest_stays() {
        let claims = Claims::default();
        let count = u64::try_from(ROWS_MAX + 7).unwrap();
        for number in 0..count {
            let key = all().child(format!("{number:05}"));
            claims.linked(key, number, false);
        }
        let store = FaultyStore::default();
        store.then(&[Fate::Works, Fate::Unavailable]);
        let mut gone = HashSet::new();
        let failed = claims.remove(&store, |number| assert!(gone.insert(number)));
        failed.await.unwrap_err();
        assert_eq!(gone.len(), ROWS_MAX);
        let again = claims.remove(&store, |number| assert!(gone.insert(number)));
        again.await.unwrap();
        assert_eq!(gone, (0..count).collect());
    }
}
