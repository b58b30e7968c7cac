//! How long this installation has run: what waiting periods are measured by.
//!
//! The wall clock says *when* something is due; it may be wrong, be set forward and back, and a
//! process may start while it is wrong. So a key that waits for its deletion waits for time that has
//! passed while btz ran, counted by the monotonic clock and kept in a row. Time while nothing ran
//! does not count, since nobody can tell it from a clock that was set: a key stays longer then,
//! never shorter.
//!
//! Several processes may count on one store. Each adds what passed since it read the row, and only
//! to what it read: none counts what another counted already.
//!
//! What expires at a date is due when the wall clock says so, be it wrong: the date is what was asked
//! for, and material can be imported again. A clock that is set back gains nothing: the latest time
//! that is known goes on with the time that passes, and is kept in the row too.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use store::{Batch, CommitError, Revision, Store, StoreError};
use tokio::time::Instant;
use types::{ServiceError, Time};

use crate::state;

/// The row.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Row {
    running_ms: u64,
    /// The latest time that was known, in milliseconds since 1970.
    #[serde(default)]
    latest_ms: i64,
}

/// The time that the installation has run.
#[derive(Debug)]
pub(crate) struct RunningTime {
    store: Arc<dyn Store>,
    known: Mutex<Known>,
}

/// What the row said, and when it was read.
#[derive(Debug, Clone, Copy)]
struct Known {
    running_ms: u64,
    latest_ms: i64,
    revision: Option<Revision>,
    since: Instant,
}

impl RunningTime {
    /// Reads the row.
    ///
    /// # Errors
    /// When the store cannot be read, or the row cannot.
    pub(crate) async fn open(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let known = read(store.as_ref()).await?;
        Ok(Self {
            store,
            known: Mutex::new(known),
        })
    }

    /// Milliseconds that it has run in all.
    pub(crate) fn now_ms(&self) -> i64 {
        let running_ms = self.known().now_ms();
        i64::try_from(running_ms).unwrap_or(i64::MAX)
    }

    /// The latest time that is known: what the clock says, unless it said more before.
    pub(crate) fn latest(&self, clock: Time) -> Time {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let latest_ms = known.now_latest_ms();
        let lag_ms = clock.as_millis().saturating_sub(latest_ms).max(0);
        known.latest_ms = known.latest_ms.saturating_add(lag_ms);
        Time::from_millis(latest_ms.saturating_add(lag_ms))
    }

    /// Writes what was counted.
    ///
    /// # Errors
    /// When the store is away; it is counted on.
    pub(crate) async fn keep(&self) -> Result<(), StoreError> {
        let known = self.known();
        let since = Instant::now();
        let (running_ms, latest_ms) = (known.now_ms(), known.now_latest_ms());
        let at = state::running_time();
        let mut batch = Batch::new();
        match known.revision {
            Some(revision) => batch.expect_at(at.clone(), revision),
            None => batch.expect_absent(at.clone()),
        };
        let row = Row {
            running_ms,
            latest_ms,
        };
        let row = state::write(&row).map_err(|error| damaged(&error))?;
        batch.put(at, row);
        let mut next = match self.store.commit(batch).await {
            Ok(revision) => Known {
                running_ms,
                latest_ms,
                revision: Some(revision),
                since,
            },
            // Another process counted the same time.
            Err(CommitError::Conflict { .. }) => read(self.store.as_ref()).await?,
            Err(CommitError::Store(error)) => return Err(error),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever wrote: what was known here, meanwhile too, is known.
        let passed_ms = next.now_latest_ms().saturating_sub(next.latest_ms);
        let known_ms = known.now_latest_ms().saturating_sub(passed_ms);
        next.latest_ms = next.latest_ms.max(known_ms);
        *known = next;
        Ok(())
    }

    fn known(&self) -> Known {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn now_ms(&self) -> u64 {
        let passed = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.running_ms.saturating_add(passed)
    }

    fn now_latest_ms(&self) -> i64 {
        let passed = i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.latest_ms.saturating_add(passed)
    }
}

async fn read(store: &dyn Store) -> Result<Known, StoreError> {
    let row = store.get(&state::running_time()).await?;
    let (read, revision) = match &row {
        Some(row) => {
            let read: Result<Row, ServiceError> = state::read(row);
            let read = read.map_err(|error| damaged(&error))?;
            (read, Some(row.revision))
        }
        None => (Row::default(), None),
    };
    Ok(Known {
        running_ms: read.running_ms,
        latest_ms: read.latest_ms,
        revision,
        since: Instant::now(),
    })
}

fn damaged(error: &ServiceError) -> StoreError {
    StoreError::Corrupt {
        reason: error.internal.as_ref().unwrap_or(&error.message).clone(),
    }
}
