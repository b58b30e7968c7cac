//! Rows under ordered keys with conditional commit and watch: the one interface to state, and its
//! engines (memory, redb, PostgreSQL), judged by one conformance suite.
//!
//! Control state only: events and logs go to `telemetry`. A commit that was answered is durable.
//!
//! The shape (few methods, ordered keys, conditional batch) follows etcd's `Txn` and FoundationDB's
//! layers; a row's revision is etcd's `mod_revision`.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

/// The number of the commit that last wrote a row. Grows with every commit of a store; never 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Revision(pub u64);

/// A typed path such as `wafv2/ipset/123456789012/us-east-1/REGIONAL/ID`. Keys order as their
/// bytes. Made by a service's `state.rs`, which alone knows its own keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

/// What a key held when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The row's key.
    pub key: Key,
    /// The commit that wrote it.
    pub revision: Revision,
    /// What it holds.
    pub value: Bytes,
}

/// What must be true of a key for a commit to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// There is no such row.
    Absent,
    /// The row was last written by this commit.
    At(Revision),
}

/// A commit: all of it happens, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// What must be true first.
    pub expect: Vec<(Key, Expect)>,
    /// Rows to write.
    pub put: Vec<(Key, Bytes)>,
    /// Rows to delete; one that is not there is no error.
    pub delete: Vec<Key>,
}

/// One row's change, as a watcher sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The row's key.
    pub key: Key,
    /// The commit that changed it.
    pub revision: Revision,
    /// What it holds now; `None` when it was deleted.
    pub value: Option<Bytes>,
}

/// Ordered rows with conditional commit.
#[async_trait]
pub trait Store: Send + Sync {
    /// One row.
    async fn get(&self, key: &Key) -> Result<Option<Row>, StoreError>;

    /// Up to `limit` rows whose keys start with `prefix`, in key order, after the key `after`.
    async fn scan(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError>;

    /// Carries the batch out if all that it expects holds, durably, and answers its revision.
    async fn commit(&self, batch: Batch) -> Result<Revision, CommitError>;

    /// Every change of rows under `prefix` that is committed after this call, in commit order.
    async fn watch(&self, prefix: &Key) -> Result<Watch, StoreError>;
}
