//! What readers and the writer share: the open file, who watches, what is counted.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use ::redb::{Database, ReadableDatabase};

use crate::redb::error::explain;
use crate::redb::{file, writer};
use crate::stats::Counters;
use crate::watch::{Watch, Watchers};
use crate::{Change, Key, Revision, Stats, StoreError};

#[derive(Debug)]
pub(super) struct Shared {
    path: PathBuf,
    /// No database: it failed and could not be opened anew yet, or was released; here is why.
    database: RwLock<Result<Database, StoreError>>,
    /// Another process may have the file: it is not opened anew.
    released: AtomicBool,
    watchers: Watchers,
    pub(super) counters: Counters,
}

impl Shared {
    pub(super) fn open(path: PathBuf) -> Result<Self, StoreError> {
        let database = file::open(&path)?;
        Ok(Self {
            path,
            database: RwLock::new(Ok(database)),
            released: AtomicBool::new(false),
            watchers: Watchers::default(),
            counters: Counters::default(),
        })
    }

    /// Uses the open file.
    pub(super) fn with<T>(&self, work: impl FnOnce(&Database) -> T) -> Result<T, StoreError> {
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
        database.as_ref().map(work).map_err(Clone::clone)
    }

    /// Closes the file and opens it again; answers the last commit that it holds.
    pub(super) fn reopen(&self) -> Result<Revision, StoreError> {
        let mut database = self
            .database
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if self.released.load(Ordering::Acquire) {
            return Err(released());
        }
        // Closed first: it is locked.
        *database = Err(StoreError::unavailable(
            "the store's file is being opened anew",
        ));
        *database = file::open(&self.path);
        let opened = database.as_ref().map_err(Clone::clone)?;
        let transaction = opened.begin_read().map_err(explain)?;
        writer::head(&transaction).map_err(explain)
    }

    /// Closes the file, and its lock is free. What is being read or committed ends first.
    pub(super) fn release(&self) {
        let mut database = self
            .database
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        self.released.store(true, Ordering::Release);
        *database = Err(released());
    }

    /// Opens the file that was released, and has watchers read it again.
    pub(super) fn resume(&self) -> Result<(), StoreError> {
        if self.released.swap(false, Ordering::AcqRel) {
            let opened = self.reopen();
            if opened.is_err() {
                // It is still another's.
                self.released.store(true, Ordering::Release);
            }
            opened?;
            self.watchers.lagged();
        }
        Ok(())
    }

    /// Tells watchers of a commit.
    pub(super) fn committed(&self, revision: Revision, changes: &[Change]) {
        self.watchers.committed(revision, changes);
    }

    /// A watch that is told of every commit from now on, and perhaps of some before.
    pub(super) fn watch(&self, prefix: &Key) -> Watch {
        self.watchers.watch(prefix)
    }

    pub(super) fn stats(&self) -> Stats {
        self.counters.stats(&self.watchers)
    }
}

fn released() -> StoreError {
    StoreError::unavailable("another process takes the store's file over")
}
