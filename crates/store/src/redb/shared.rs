//! What readers and the writer share: the open file, who watches, what is counted.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use ::redb::Database;

use crate::redb::error::explain;
use crate::redb::{file, writer};
use crate::stats::Counters;
use crate::watch::{Watch, Watchers};
use crate::{Change, Key, Revision, Stats, StoreError};

#[derive(Debug)]
pub(super) struct Shared {
    path: PathBuf,
    /// `None`: it failed and could not be opened anew yet; why is beside it.
    database: RwLock<Result<Database, StoreError>>,
    head: AtomicU64,
    watchers: Watchers,
    pub(super) counters: Counters,
}

impl Shared {
    pub(super) fn open(path: PathBuf) -> Result<Self, StoreError> {
        let database = file::open(&path)?;
        let head = writer::head(&database).map_err(explain)?;
        Ok(Self {
            path,
            database: RwLock::new(Ok(database)),
            head: AtomicU64::new(head.0),
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
        // Closed first: it is locked.
        *database = Err(StoreError::unavailable(
            "the store's file is being opened anew",
        ));
        *database = file::open(&self.path);
        let opened = database.as_ref().map_err(Clone::clone)?;
        writer::head(opened).map_err(explain)
    }

    /// Tells watchers of a commit.
    pub(super) fn committed(&self, revision: Revision, changes: &[Change]) {
        self.head.store(revision.0, Ordering::Release);
        self.watchers.committed(revision, changes);
    }

    pub(super) fn watch(&self, prefix: &Key) -> Watch {
        let watch = self.watchers.watch(prefix);
        watch.after(Revision(self.head.load(Ordering::Acquire)))
    }

    pub(super) fn stats(&self) -> Stats {
        self.counters.stats(&self.watchers)
    }
}
