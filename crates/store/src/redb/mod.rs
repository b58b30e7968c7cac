//! The redb engine: one file, ACID, pure Rust. <https://docs.rs/redb>
//!
//! Reads are snapshots on the runtime's blocking threads. One writer thread commits, each flush
//! (`fdatasync`) shared by all batches that wait for it.

mod error;
mod export;
mod file;
mod format;
mod shared;
mod writer;

use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use ::redb::{ReadTransaction, ReadableDatabase};
use async_trait::async_trait;
use bytes::Bytes;

use crate::batch::check_key;
use crate::group::Queue;
use crate::page::{PageBuilder, SnapshotBuilder, page_start};
use crate::redb::error::explain;
use crate::redb::format::ROWS;
use crate::redb::shared::Shared;
use crate::watch::Watch;
use crate::{
    Batch, CommitError, Export, Key, Page, Revision, Row, Snapshot, Stats, Store, StoreError,
};

pub use export::Refill;

/// Rows in one file.
#[derive(Debug)]
pub struct Redb {
    shared: Arc<Shared>,
    queue: Option<Queue>,
    writer: Option<JoinHandle<()>>,
}

impl Redb {
    /// Opens the file, or makes it: mode 0600, its directory 0700 if that is made too. All of the
    /// file is read and checked. Blocks; the file stays locked until the store is dropped.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another process has it open, [`StoreError::Corrupt`] when it is
    /// damaged or something else, [`StoreError::Newer`] when a newer version wrote it,
    /// [`StoreError::Full`] and [`StoreError::Unavailable`] when the file system refuses.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let shared = Arc::new(Shared::open(path.to_owned())?);
        let (queue, batches) = Queue::new();
        let writer = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn({
                let shared = shared.clone();
                move || writer::run(&shared, batches)
            });
        Ok(Self {
            shared,
            queue: Some(queue),
            writer: Some(writer.map_err(StoreError::unavailable)?),
        })
    }

    /// Reads a snapshot on a blocking thread.
    async fn read<T: Send + 'static>(
        &self,
        reader: impl FnOnce(&ReadTransaction) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let shared = self.shared.clone();
        let read = tokio::task::spawn_blocking(move || {
            shared.with(|database| reader(&database.begin_read().map_err(explain)?))?
        });
        read.await
            .unwrap_or_else(|error| match error.try_into_panic() {
                Ok(panic) => Err(StoreError::corrupt(file::panicked(&*panic))),
                Err(cancelled) => Err(StoreError::unavailable(cancelled)),
            })
    }
}

impl Drop for Redb {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the store's writer panicked");
        }
    }
}

type Rows = ::redb::ReadOnlyTable<&'static str, (u64, &'static [u8])>;

fn rows(transaction: &ReadTransaction) -> Result<Rows, StoreError> {
    transaction.open_table(ROWS).map_err(explain)
}

fn row(key: &str, (revision, value): (u64, &[u8])) -> Result<Row, StoreError> {
    Ok(Row {
        key: Key::parse(key).map_err(|error| StoreError::corrupt(format!("{key:?}: {error}")))?,
        revision: Revision(revision),
        value: Bytes::copy_from_slice(value),
    })
}

fn one(rows: &Rows, key: &Key) -> Result<Option<Row>, StoreError> {
    let held = rows.get(key.as_str()).map_err(explain)?;
    held.map(|held| row(key.as_str(), held.value())).transpose()
}

/// Calls `each` with the rows between two encoded keys until it answers `false`.
fn between(
    rows: &Rows,
    (low, high): &(Bound<String>, Bound<String>),
    mut each: impl FnMut(Row) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let bounds = (
        low.as_ref().map(String::as_str),
        high.as_ref().map(String::as_str),
    );
    for held in rows.range::<&str>(bounds).map_err(explain)? {
        let (key, value) = held.map_err(explain)?;
        if !each(row(key.value(), value.value())?)? {
            break;
        }
    }
    Ok(())
}

#[async_trait]
impl Store for Redb {
    async fn get(&self, key: &Key) -> Result<Option<Row>, StoreError> {
        check_key(key)?;
        let key = key.clone();
        self.read(move |transaction| one(&rows(transaction)?, &key))
            .await
    }

    async fn scan(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let start = page_start(prefix, after);
        let prefix = prefix.clone();
        self.read(move |transaction| {
            let rows = rows(transaction)?;
            let mut page = PageBuilder::new(limit);
            if start.own
                && let Some(row) = one(&rows, &prefix)?
            {
                page.push(row);
            }
            if let Some(range) = &start.under {
                between(&rows, range, |row| Ok(page.push(row)))?;
            }
            Ok(page.build())
        })
        .await
    }

    async fn snapshot(&self, prefix: &Key) -> Result<Snapshot, StoreError> {
        let prefix = prefix.clone();
        self.read(move |transaction| {
            let head = writer::head(transaction).map_err(explain)?;
            let rows = rows(transaction)?;
            let mut snapshot = SnapshotBuilder::new(head);
            if let Some(row) = one(&rows, &prefix)? {
                snapshot.push(row)?;
            }
            between(&rows, &prefix.under(), |row| {
                snapshot.push(row)?;
                Ok(true)
            })?;
            Ok(snapshot.build())
        })
        .await
    }

    async fn export(&self) -> Result<Export, StoreError> {
        export::export(&self.shared).await
    }

    async fn commit(&self, batch: Batch) -> Result<Revision, CommitError> {
        match &self.queue {
            Some(queue) => queue.commit(batch).await,
            None => Err(StoreError::unavailable("the store is closed").into()),
        }
    }

    async fn release(&self) -> Result<(), StoreError> {
        let shared = self.shared.clone();
        // It waits for readers, and the engine writes its last page.
        let released = tokio::task::spawn_blocking(move || shared.release());
        released.await.map_err(StoreError::unavailable)
    }

    async fn resume(&self) -> Result<(), StoreError> {
        let shared = self.shared.clone();
        let resumed = tokio::task::spawn_blocking(move || shared.resume());
        resumed.await.map_err(StoreError::unavailable)?
    }

    async fn watch(&self, prefix: &Key) -> Result<Watch, StoreError> {
        let watch = self.shared.watch(prefix);
        // Read after the watch began, from what readers see: a commit that a reader has seen
        // before this call is not told, even if the writer is about to tell of it.
        let head = self.read(|transaction| writer::head(transaction).map_err(explain));
        Ok(watch.after(head.await?))
    }

    fn stats(&self) -> Stats {
        self.shared.stats()
    }
}
