//! Rows under ordered keys with conditional commit and watch: the one interface to state, and its
//! engines (memory, redb, PostgreSQL), judged by one conformance suite.
//!
//! Control state only: events and logs go to `telemetry`. A commit that was answered is durable.
//!
//! The shape (few methods, ordered keys, conditional batch) follows etcd's `Txn` and FoundationDB's
//! layers; a row's revision is etcd's `mod_revision`.
//!
//! - A service reads with [`Store::get`] and [`Store::scan`] and writes one [`Batch`] a call.
//! - What must not wait for an engine (the edge, KMS data calls, authorization) reads a [`View`].
//! - What compiles rows into something else follows them by [`Follow`].

mod batch;
mod error;
mod export;
mod follow;
mod group;
mod key;
mod limit;
mod memory;
mod page;
mod postgres;
mod redb;
mod row;
mod schema;
mod stats;
mod view;
mod watch;

use std::fmt::Debug;

use async_trait::async_trait;

pub use self::redb::{Redb, Refill};
pub use batch::{Batch, Expect};
pub use error::{CommitError, StoreError};
pub use export::Export;
pub use follow::{Follow, Update};
pub use key::{Key, KeyError};
pub use limit::{
    MAX_BATCH_BYTES, MAX_BATCH_ROWS, MAX_GROUP_BATCHES, MAX_GROUP_BYTES, MAX_KEY_BYTES,
    MAX_PAGE_BYTES, MAX_PAGE_ROWS, MAX_SNAPSHOT_BYTES, MAX_VALUE_BYTES, MAX_WAITING_BATCHES,
    MAX_WATCH_BYTES, MAX_WATCH_COMMITS,
};
pub use memory::Memory;
pub use postgres::{Postgres, PostgresOptions};
pub use row::{Change, Page, Revision, Row, Snapshot};
pub use schema::{MigrationStep, Rewrite, migrate};
pub use stats::Stats;
pub use view::View;
pub use watch::{Event, Watch};

/// Ordered rows with conditional commit.
#[async_trait]
pub trait Store: Debug + Send + Sync {
    /// One row.
    async fn get(&self, key: &Key) -> Result<Option<Row>, StoreError>;

    /// Up to `limit` (at most [`MAX_PAGE_ROWS`]) rows at or under `prefix`, in key order, after
    /// the key `after`. [`Page::more`] says whether there are more.
    async fn scan(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Page, StoreError>;

    /// All rows at or under `prefix` as they were right after one commit.
    async fn snapshot(&self, prefix: &Key) -> Result<Snapshot, StoreError>;

    /// All rows as they were right after one commit, a part at a time.
    ///
    /// This is [`Store::snapshot`] and its limits; engines that can do better do.
    async fn export(&self) -> Result<Export, StoreError> {
        Ok(Export::of(self.snapshot(&Key::root()).await?))
    }

    /// Carries the batch out if all that it expects holds, durably, and answers its revision.
    ///
    /// Once called it may happen even if its future is dropped.
    async fn commit(&self, batch: Batch) -> Result<Revision, CommitError>;

    /// Every change of rows at or under `prefix` that is committed after this call, in commit
    /// order.
    async fn watch(&self, prefix: &Key) -> Result<Watch, StoreError>;

    /// Lets go of what only one process may have open, so that another can take it over. Nothing
    /// can be read or committed from then on; who follows the rows keeps the last.
    ///
    /// Engines that many processes use at once have nothing to let go of.
    async fn release(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Takes back what was released. Who follows the rows reads them again: another process may
    /// have changed them.
    async fn resume(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Counts since the store was opened.
    fn stats(&self) -> Stats;
}
