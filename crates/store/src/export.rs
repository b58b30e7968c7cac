//! All rows as they were right after one commit, a part at a time: what a backup is made of. Memory is
//! bounded by a few parts, whatever the size of the store.

use tokio::sync::mpsc;

use crate::limit::MAX_PAGE_BYTES;
use crate::{Revision, Row, Snapshot, StoreError};

/// Bytes of keys and values after which a part ends.
pub(crate) const PART_BYTES: usize = MAX_PAGE_BYTES / 8;

/// Parts that wait to be taken.
const PARTS_WAITING: usize = 2;

/// What comes next.
#[derive(Debug)]
pub(crate) enum Part {
    /// Rows.
    Rows(Vec<Row>),
    /// Those were all. Without it something broke off.
    End,
    /// It cannot go on.
    Failed(StoreError),
}

/// All rows as they were right after one commit, in key order.
#[derive(Debug)]
pub struct Export {
    /// The last commit that it includes.
    pub revision: Revision,
    parts: mpsc::Receiver<Part>,
    is_over: bool,
}

impl Export {
    pub(crate) fn new(revision: Revision) -> (Self, mpsc::Sender<Part>) {
        let (sender, parts) = mpsc::channel(PARTS_WAITING);
        let export = Self {
            revision,
            parts,
            is_over: false,
        };
        (export, sender)
    }

    /// Of what is in memory already.
    pub(crate) fn of(snapshot: Snapshot) -> Self {
        let (export, sender) = Self::new(snapshot.revision);
        tokio::spawn(async move {
            for part in [Part::Rows(snapshot.rows), Part::End] {
                // Who asked has lost interest.
                if sender.send(part).await.is_err() {
                    return;
                }
            }
        });
        export
    }

    /// The next rows, `None` after the last. To be called where blocking is allowed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the store is handed over or opened anew meanwhile.
    pub fn blocking_next(&mut self) -> Result<Option<Vec<Row>>, StoreError> {
        if self.is_over {
            return Ok(None);
        }
        match self.parts.blocking_recv() {
            Some(Part::Rows(rows)) => Ok(Some(rows)),
            Some(Part::End) => {
                self.is_over = true;
                Ok(None)
            }
            Some(Part::Failed(error)) => Err(error),
            None => Err(StoreError::unavailable("the reading of all rows broke off")),
        }
    }
}
