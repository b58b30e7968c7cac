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

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use store::{Batch, CommitError, Revision, Store, StoreError};
use tokio::time::Instant;
use types::ServiceError;

use crate::state;

/// The row.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Row {
    running_ms: u64,
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

    /// Writes what was counted.
    ///
    /// # Errors
    /// When the store is away; it is counted on.
    pub(crate) async fn keep(&self) -> Result<(), StoreError> {
        let known = self.known();
        let (running_ms, since) = (known.now_ms(), Instant::now());
        let at = state::running_time();
        let mut batch = Batch::new();
        match known.revision {
            Some(revision) => batch.expect_at(at.clone(), revision),
            None => batch.expect_absent(at.clone()),
        };
        let row = state::write(&Row { running_ms }).map_err(|error| damaged(&error))?;
        batch.put(at, row);
        let now_known = match self.store.commit(batch).await {
            Ok(revision) => Known {
                running_ms,
                revision: Some(revision),
                since,
            },
            // Another process counted the same time.
            Err(CommitError::Conflict { .. }) => read(self.store.as_ref()).await?,
            Err(CommitError::Store(error)) => return Err(error),
        };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = now_known;
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
}

async fn read(store: &dyn Store) -> Result<Known, StoreError> {
    let row = store.get(&state::running_time()).await?;
    let (running_ms, revision) = match &row {
        Some(row) => {
            let read: Result<Row, ServiceError> = state::read(row);
            let read = read.map_err(|error| damaged(&error))?;
            (read.running_ms, Some(row.revision))
        }
        None => (0, None),
    };
    Ok(Known {
        running_ms,
        revision,
        since: Instant::now(),
    })
}

fn damaged(error: &ServiceError) -> StoreError {
    StoreError::Corrupt {
        reason: error.internal.as_ref().unwrap_or(&error.message).clone(),
    }
}
