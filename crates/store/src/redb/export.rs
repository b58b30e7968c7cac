//! Reading all rows for a backup, and making a file of them again. A reading holds its snapshot as long
//! as it lasts, but never up who wants the file for itself: it breaks off then.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ::redb::{Database, Durability, ReadableDatabase};
use tokio::sync::{mpsc, oneshot};

use super::{between, rows, writer};
use crate::batch::check_key;
use crate::export::{Export, PART_BYTES, Part};
use crate::limit::MAX_VALUE_BYTES;
use crate::redb::error::explain;
use crate::redb::file;
use crate::redb::format::{META, META_REVISION, ROWS};
use crate::redb::shared::Shared;
use crate::{Key, Revision, Row, StoreError};

/// How long a reading sleeps while nobody takes what it has read.
const PATIENCE: Duration = Duration::from_millis(5);

/// Bytes of rows that are written to a new file in one transaction.
const TRANSACTION_BYTES: usize = 16 << 20;

type Begun = oneshot::Sender<Result<Export, StoreError>>;

/// Reads all rows on a thread where blocking is allowed.
pub(super) async fn export(shared: &Arc<Shared>) -> Result<Export, StoreError> {
    let (begun, export) = oneshot::channel();
    let shared = shared.clone();
    let reading = tokio::task::spawn_blocking(move || read(&shared, begun));
    match export.await {
        Ok(export) => export,
        Err(_) => Err(match reading.await {
            Ok(()) => StoreError::unavailable("the reading of all rows did not begin"),
            Err(error) => StoreError::unavailable(error),
        }),
    }
}

fn read(shared: &Shared, begun: Begun) {
    let mut begun = Some(begun);
    let mut begin = |export| match begun.take() {
        Some(begun) => begun.send(export).is_ok(),
        None => false,
    };
    let outcome = shared.with(|database| {
        let transaction = database.begin_read().map_err(explain)?;
        let head = writer::head(&transaction).map_err(explain)?;
        let rows = rows(&transaction)?;
        let (export, parts) = Export::new(head);
        if !begin(Ok(export)) {
            return Ok(());
        }
        let end = match read_parts(shared, &rows, &parts) {
            Ok(true) => Part::End,
            Ok(false) => return Ok(()),
            Err(error) => Part::Failed(error),
        };
        deliver(shared, &parts, end);
        Ok(())
    });
    // It could not begin; or it had begun, and its parts have told.
    if let Err(error) | Ok(Err(error)) = outcome {
        begin(Err(error));
    }
}

/// Answers `false` when nobody takes them any more.
fn read_parts(
    shared: &Shared,
    rows: &super::Rows,
    parts: &mpsc::Sender<Part>,
) -> Result<bool, StoreError> {
    let (mut part, mut bytes, mut is_wanted) = (Vec::new(), 0, true);
    between(rows, &Key::root().under(), |row| {
        bytes += row.size_bytes();
        part.push(row);
        if shared.is_wanted() {
            return Err(handed_over());
        }
        if bytes >= PART_BYTES {
            bytes = 0;
            is_wanted = deliver(shared, parts, Part::Rows(std::mem::take(&mut part)));
        }
        Ok(is_wanted)
    })?;
    Ok(is_wanted && (part.is_empty() || deliver(shared, parts, Part::Rows(part))))
}

/// Hands a part over when there is room; answers `false` when nobody wants it.
fn deliver(shared: &Shared, parts: &mpsc::Sender<Part>, mut part: Part) -> bool {
    loop {
        match parts.try_send(part) {
            Ok(()) => return true,
            Err(mpsc::error::TrySendError::Closed(_)) => return false,
            Err(mpsc::error::TrySendError::Full(full)) => part = full,
        }
        if shared.is_wanted() {
            // Dropped without its end, it is told as broken off.
            return false;
        }
        std::thread::sleep(PATIENCE);
    }
}

fn handed_over() -> StoreError {
    StoreError::unavailable("the store's file was handed over or opened anew meanwhile: try again")
}

/// A new file with the rows of another store, each at its revision: what [`Export`] gave out.
#[derive(Debug)]
pub struct Refill {
    database: Database,
    waiting: Vec<Row>,
    bytes: usize,
}

impl Refill {
    /// Makes the file. Blocks.
    ///
    /// # Errors
    /// As [`super::Redb::open`]; [`StoreError::Unavailable`] when there is such a file already.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        if path.exists() {
            let path = path.display();
            return Err(StoreError::unavailable(format!("{path} is there already")));
        }
        Ok(Self {
            database: file::open(path)?,
            waiting: Vec::new(),
            bytes: 0,
        })
    }

    /// Writes a row; its key is as [`Key::as_str`] gave it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it can be no row of a store; what the file system says.
    pub fn row(&mut self, key: &str, revision: Revision, value: &[u8]) -> Result<(), StoreError> {
        let parsed = Key::parse(key).ok().filter(|key| check_key(key).is_ok());
        let Some(key) = parsed.filter(|_| value.len() <= MAX_VALUE_BYTES) else {
            return Err(StoreError::corrupt(format!("{key:?} can be no row")));
        };
        let value = bytes::Bytes::copy_from_slice(value);
        let row = Row {
            key,
            revision,
            value,
        };
        self.bytes += row.size_bytes();
        self.waiting.push(row);
        if self.bytes >= TRANSACTION_BYTES {
            self.write(None)?;
        }
        Ok(())
    }

    /// Writes the last rows and the revision that the store is at.
    ///
    /// # Errors
    /// What the file system says.
    pub fn finish(mut self, head: Revision) -> Result<(), StoreError> {
        self.write(Some(head))
    }

    fn write(&mut self, head: Option<Revision>) -> Result<(), StoreError> {
        self.bytes = 0;
        let waiting = std::mem::take(&mut self.waiting);
        let write = || -> Result<(), ::redb::Error> {
            let mut transaction = self.database.begin_write()?;
            transaction.set_durability(Durability::Immediate)?;
            {
                let mut rows = transaction.open_table(ROWS)?;
                for row in &waiting {
                    let held = (row.revision.0, row.value.as_ref());
                    rows.insert(row.key.as_str(), held)?;
                }
                if let Some(head) = head {
                    transaction
                        .open_table(META)?
                        .insert(META_REVISION, head.0)?;
                }
            }
            transaction.commit()?;
            Ok(())
        };
        write().map_err(explain)
    }
}
