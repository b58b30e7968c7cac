//! What readers and the writer share: the open file, who watches, what is counted.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

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
    /// How many wait to have the file for themselves: long readings break off.
    wanted: AtomicUsize,
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
            wanted: AtomicUsize::new(0),
            watchers: Watchers::default(),
            counters: Counters::default(),
        })
    }

    /// Uses the open file.
    pub(super) fn with<T>(&self, work: impl FnOnce(&Database) -> T) -> Result<T, StoreError> {
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
        database.as_ref().map(work).map_err(Clone::clone)
    }

    /// Whether somebody waits to have the file alone.
    pub(super) fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Acquire) > 0
    }

    /// The file, when nobody else uses it.
    fn alone(&self) -> RwLockWriteGuard<'_, Result<Database, StoreError>> {
        self.wanted.fetch_add(1, Ordering::AcqRel);
        let database = self.database.write();
        self.wanted.fetch_sub(1, Ordering::AcqRel);
        database.unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the file and opens it again; answers the last commit that it holds.
    pub(super) fn reopen(&self) -> Result<Revision, StoreError> {
        let mut database = self.alone();
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
        let mut database = self.alone();
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
