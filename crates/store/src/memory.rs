//! The memory engine: a B-tree under a lock. For tests and for `--dev-reset`; durable as long as
//! the process is.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;

use crate::batch::check_key;
use crate::group::plan;
use crate::page::{PageBuilder, SnapshotBuilder, page_start};
use crate::stats::Counters;
use crate::watch::{Watch, Watchers};
use crate::{Batch, CommitError, Key, Page, Revision, Row, Snapshot, Stats, Store, StoreError};

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
        let held = |key: &Key| {
            let held = state.rows.get(key.as_str()).map(|held| held.0);
            Ok::<_, StoreError>(held)
        };
        let plan = plan(state.revision, std::iter::once(&batch), held)?;
        for (key, (revision, value)) in plan.rows {
            match value {
                Some(value) => state
                    .rows
                    .insert(key.as_str().to_owned(), (revision, value)),
                None => state.rows.remove(key.as_str()),
            };
        }
        for (revision, changes) in &plan.commits {
            state.revision = *revision;
            self.counters.group(1);
            // Still under the lock: watchers hear of commits in their order.
            self.watchers.committed(*revision, changes);
        }
        let answer = plan.answers.into_iter().next();
        let answer = answer.unwrap_or(Ok(state.revision));
        if answer.is_err() {
            self.counters.conflict();
        }
        answer
    }

    async fn watch(&self, prefix: &Key) -> Result<Watch, StoreError> {
        let state = self.lock();
        Ok(self.watchers.watch(prefix).after(state.revision))
    }

    fn stats(&self) -> Stats {
        self.counters.stats(&self.watchers)
    }
}
