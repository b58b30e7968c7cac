//! The memory engine: a B-tree under a lock. For tests and for `--dev-reset`; durable as long as
//! the process is.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;

use crate::batch::check_key;
use crate::page::{PageBuilder, SnapshotBuilder, page_start};
use crate::stats::Counters;
use crate::watch::{Watch, Watchers};
use crate::{
    Batch, Change, CommitError, Key, Page, Revision, Row, Snapshot, Stats, Store, StoreError,
};

/// Rows in memory.
#[derive(Debug, Default)]
pub struct Memory {
    state: Mutex<State>,
    watchers: Watchers,
    counters: Counters,
}

#[derive(Debug, Default)]
struct State {
    revision: Revision,
    rows: BTreeMap<String, (Revision, Bytes)>,
}

impl Memory {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn row(&self, key: &str) -> Result<Option<Row>, StoreError> {
        self.rows.get(key).map(|held| row(key, held)).transpose()
    }

    /// Rows strictly under a prefix, from `low` on.
    fn under(
        &self,
        low: Bound<String>,
        high: Bound<String>,
    ) -> impl Iterator<Item = Result<Row, StoreError>> {
        self.rows
            .range((low, high))
            .map(|(key, held)| row(key, held))
    }
}

fn row(key: &str, (revision, value): &(Revision, Bytes)) -> Result<Row, StoreError> {
    Ok(Row {
        key: Key::parse(key).map_err(|error| StoreError::corrupt(format!("{key:?}: {error}")))?,
        revision: *revision,
        value: value.clone(),
    })
}

#[async_trait]
impl Store for Memory {
    async fn get(&self, key: &Key) -> Result<Option<Row>, StoreError> {
        check_key(key)?;
        self.lock().row(key.as_str())
    }

    async fn scan(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let start = page_start(prefix, after);
        let mut page = PageBuilder::new(limit);
        let state = self.lock();
        if start.own
            && let Some(row) = state.row(prefix.as_str())?
        {
            page.push(row);
        }
        if let Some((low, high)) = start.under {
            for row in state.under(low, high) {
                if !page.push(row?) {
                    break;
                }
            }
        }
        Ok(page.build())
    }

    async fn snapshot(&self, prefix: &Key) -> Result<Snapshot, StoreError> {
        let state = self.lock();
        let mut snapshot = SnapshotBuilder::new(state.revision);
        if let Some(row) = state.row(prefix.as_str())? {
            snapshot.push(row)?;
        }
        let (low, high) = prefix.under();
        for row in state.under(low, high) {
            snapshot.push(row?)?;
        }
        Ok(snapshot.build())
    }

    async fn commit(&self, batch: Batch) -> Result<Revision, CommitError> {
        batch.check()?;
        let mut state = self.lock();
        for (key, expect) in &batch.expect {
            if !expect.holds(state.rows.get(key.as_str()).map(|held| held.0)) {
                self.counters.conflict();
                return Err(CommitError::Conflict { key: key.clone() });
            }
        }
        let revision = Revision(state.revision.0 + 1);
        state.revision = revision;
        let mut changes = Vec::new();
        for (key, value) in batch.effects() {
            let changed = match value {
                Some(value) => {
                    let held = (revision, value.clone());
                    state.rows.insert(key.as_str().to_owned(), held);
                    true
                }
                None => state.rows.remove(key.as_str()).is_some(),
            };
            if changed {
                changes.push(Change {
                    key: key.clone(),
                    revision,
                    value: value.cloned(),
                });
            }
        }
        // Still under the lock: watchers hear of commits in their order.
        self.watchers.committed(revision, &changes);
        self.counters.group(1);
        Ok(revision)
    }

    async fn watch(&self, prefix: &Key) -> Result<Watch, StoreError> {
        let state = self.lock();
        Ok(self.watchers.watch(prefix).after(state.revision))
    }

    fn stats(&self) -> Stats {
        self.counters.stats(&self.watchers)
    }
}
