//! A store in memory that fails when a test says so.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use store::{
    Batch, CommitError, Key, Memory, Page, Revision, Row, Snapshot, Stats, Store, StoreError, Watch,
};

/// What becomes of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It works.
    Works,
    /// It does not happen.
    Unavailable,
    /// It happens, but the answer is lost.
    Lost,
}

/// A store in memory that fails when a test says so.
#[derive(Debug, Default)]
pub struct FaultyStore {
    memory: Memory,
    commits: AtomicUsize,
    /// What becomes of the next commits; those after them work.
    fates: Mutex<VecDeque<Fate>>,
    is_unreadable: AtomicBool,
}

impl FaultyStore {
    /// The rows, without a fault.
    #[must_use]
    pub fn rows(&self) -> &Memory {
        &self.memory
    }

    /// Says what becomes of the next commits, behind those of which it was said before.
    pub fn then(&self, fates: &[Fate]) {
        self.fates.lock().unwrap().extend(fates);
    }

    /// Says whether nothing can be read from now on.
    pub fn set_unreadable(&self, is_unreadable: bool) {
        self.is_unreadable.store(is_unreadable, Ordering::SeqCst);
    }

    /// How many commits were tried.
    #[must_use]
    pub fn commits(&self) -> usize {
        self.commits.load(Ordering::SeqCst)
    }

    fn readable(&self) -> Result<&Memory, StoreError> {
        match self.is_unreadable.load(Ordering::SeqCst) {
            true => Err(StoreError::Unavailable { reason: reason() }),
            false => Ok(&self.memory),
        }
    }
}

fn reason() -> String {
    "the test said so".to_owned()
}

#[async_trait]
impl Store for FaultyStore {
    async fn get(&self, key: &Key) -> Result<Option<Row>, StoreError> {
        self.readable()?.get(key).await
    }

    async fn scan(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        self.readable()?.scan(prefix, after, limit).await
    }

    async fn snapshot(&self, prefix: &Key) -> Result<Snapshot, StoreError> {
        self.readable()?.snapshot(prefix).await
    }

    async fn commit(&self, batch: Batch) -> Result<Revision, CommitError> {
        self.commits.fetch_add(1, Ordering::SeqCst);
        let fate = self.fates.lock().unwrap().pop_front();
        match fate.unwrap_or(Fate::Works) {
            Fate::Works => self.memory.commit(batch).await,
            Fate::Unavailable => Err(StoreError::Unavailable { reason: reason() }.into()),
            Fate::Lost => {
                self.memory.commit(batch).await?;
                Err(StoreError::Indeterminate { reason: reason() }.into())
            }
        }
    }

    async fn watch(&self, prefix: &Key) -> Result<Watch, StoreError> {
        self.readable()?.watch(prefix).await
    }

    fn stats(&self) -> Stats {
        self.memory.stats()
    }
}
