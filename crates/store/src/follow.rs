//! Following: all rows under a prefix, then every commit to them, without a gap. The view by which
//! hot paths read rows without waiting for an engine.

use std::sync::Arc;

use crate::watch::{Item, Watch};
use crate::{Change, Key, Revision, Snapshot, Store, StoreError};

/// What a follower is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    /// Forget what you have: these are the rows. Comes first, and after a lag.
    Reset(Snapshot),
    /// One commit after what you have. `changes` is empty when it touched nothing under the
    /// prefix, and says only that you are up to date to `revision`.
    Committed {
        /// The commit.
        revision: Revision,
        /// Its changes under the prefix, in key order.
        changes: Vec<Change>,
    },
}

/// The rows under a prefix and all that becomes of them.
///
/// Why nothing is missed: the watch begins *before* the snapshot is read, so a commit is in the
/// snapshot, or in the watch, or in both; those of the watch up to the snapshot's revision are
/// passed over. A lag begins again with a snapshot, on the same watch.
#[derive(Debug)]
pub struct Follow {
    store: Arc<dyn Store>,
    prefix: Key,
    watch: Option<Watch>,
    /// The commit up to which the follower was told; `None`: it needs a snapshot.
    told: Option<Revision>,
    /// Whether the last that was told is an error.
    failing: bool,
}

impl Follow {
    /// Follows the rows under `prefix`.
    pub fn new(store: Arc<dyn Store>, prefix: Key) -> Self {
        Self {
            store,
            prefix,
            watch: None,
            told: None,
            failing: false,
        }
    }

    /// Waits for the next update; the first is a [`Update::Reset`]. After an error, call it again
    /// when you like: it goes on where it was.
    ///
    /// May be dropped while it waits: no update is lost.
    ///
    /// # Errors
    /// When the engine is away.
    pub async fn next(&mut self) -> Result<Update, StoreError> {
        loop {
            let watch = match &mut self.watch {
                Some(watch) => watch,
                None => self.watch.insert(self.store.watch(&self.prefix).await?),
            };
            let Some(told) = self.told else {
                let snapshot = self.store.snapshot(&self.prefix).await?;
                self.told = Some(snapshot.revision);
                return Ok(Update::Reset(snapshot));
            };
            match watch.progress().await {
                Some(Item::Commit { revision, changes }) if revision > told => {
                    self.told = Some(revision);
                    self.failing = false;
                    return Ok(Update::Committed { revision, changes });
                }
                // The engine is back and nothing happened meanwhile: that is news.
                Some(Item::Commit { .. }) if self.failing => {
                    self.failing = false;
                    return Ok(Update::Committed {
                        revision: told,
                        changes: Vec::new(),
                    });
                }
                Some(Item::Commit { .. }) => {}
                Some(Item::Lagged) => self.told = None,
                Some(Item::Failed(error)) => {
                    self.failing = true;
                    return Err(error);
                }
                None => return Err(StoreError::unavailable("the store is closed")),
            }
        }
    }
}
