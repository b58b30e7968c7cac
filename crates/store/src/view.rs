//! A view: the rows under a prefix, in memory, following the store. What hot paths read.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::follow::{Follow, Update};
use crate::{Key, Revision, Row, Store, StoreError};

/// The first pause before an engine that is away is asked again; it doubles up to
/// [`RETRY_AT_MOST`].
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_AT_MOST: Duration = Duration::from_secs(2);

/// The rows under a prefix, kept in memory and following the store. Reads never wait for an
/// engine; a commit shows as a whole. While the engine is away, the last rows stay.
#[derive(Debug)]
pub struct View {
    shared: Arc<Shared>,
    follower: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    rows: RwLock<BTreeMap<Key, Row>>,
    /// Up to which commit the rows are known.
    revision: watch::Sender<Revision>,
    /// The last commit that changed one of them.
    changed: watch::Sender<Revision>,
    failing: Mutex<Option<StoreError>>,
}

impl View {
    /// Reads the rows and follows them from then on, by a task that ends with the view.
    ///
    /// # Errors
    /// When the rows cannot be read now. Later failures are told by [`View::failing`].
    pub async fn open(store: Arc<dyn Store>, prefix: Key) -> Result<Self, StoreError> {
        let mut follow = Follow::new(store, prefix);
        let shared = Arc::new(Shared {
            rows: RwLock::default(),
            revision: watch::Sender::new(Revision(0)),
            changed: watch::Sender::new(Revision(0)),
            failing: Mutex::default(),
        });
        shared.apply(follow.next().await?);
        let follower = tokio::spawn(shared.clone().follow(follow));
        Ok(Self { shared, follower })
    }

    /// One row.
    pub fn row(&self, key: &Key) -> Option<Row> {
        self.read(|rows| rows.get(key).cloned())
    }

    /// All rows under `prefix`, in key order, of one moment.
    pub fn under(&self, prefix: &Key) -> Vec<Row> {
        self.read(|rows| {
            rows.range((Bound::Included(prefix), Bound::Unbounded))
                // What lies between `a/b` and `a/b/` is not under `a/b`; all that is, starts so.
                .take_while(|(key, _)| key.as_str().starts_with(prefix.as_str()))
                .filter(|(key, _)| key.starts_with(prefix))
                .map(|(_, row)| row.clone())
                .collect()
        })
    }

    /// Reads the rows of one moment. The view stands still meanwhile: be brief.
    pub fn read<T>(&self, reader: impl FnOnce(&BTreeMap<Key, Row>) -> T) -> T {
        reader(
            &self
                .shared
                .rows
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Up to which commit of the store the rows are known.
    pub fn revision(&self) -> Revision {
        *self.shared.revision.borrow()
    }

    /// Waits until the view includes a commit: read your own write. Give it a time limit: it
    /// waits as long as the engine is away.
    pub async fn reached(&self, revision: Revision) {
        let mut position = self.shared.revision.subscribe();
        // Fails only when the sender is gone, which `self` holds.
        drop(position.wait_for(|at| *at >= revision).await);
    }

    /// Tells when rows of the view changed, by the commit that did it.
    pub fn changes(&self) -> watch::Receiver<Revision> {
        self.shared.changed.subscribe()
    }

    /// Why the view does not follow at the moment, if so.
    pub fn failing(&self) -> Option<StoreError> {
        let failing = &self.shared.failing;
        failing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

impl Shared {
    async fn follow(self: Arc<Self>, mut follow: Follow) {
        let mut pause = RETRY_FIRST;
        loop {
            match follow.next().await {
                Ok(update) => {
                    self.fails(None);
                    self.apply(update);
                    pause = RETRY_FIRST;
                }
                Err(error) => {
                    if self.fails(Some(error.clone())) {
                        tracing::warn!(%error, "the view keeps its last rows");
                    }
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(RETRY_AT_MOST);
                }
            }
        }
    }

    /// Notes a failure or its end; answers whether that is news.
    fn fails(&self, error: Option<StoreError>) -> bool {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        let news = failing.is_some() != error.is_some();
        *failing = error;
        news
    }

    fn apply(&self, update: Update) {
        let revision = {
            let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
            match update {
                Update::Reset(snapshot) => {
                    *rows = snapshot
                        .rows
                        .into_iter()
                        .map(|row| (row.key.clone(), row))
                        .collect();
                    self.changed.send_replace(snapshot.revision);
                    snapshot.revision
                }
                Update::Committed { revision, changes } => {
                    let touched = !changes.is_empty();
                    for change in changes {
                        let (key, revision) = (change.key, change.revision);
                        match change.value {
                            None => drop(rows.remove(&key)),
                            Some(value) => {
                                drop(rows.insert(
                                    key.clone(),
                                    Row {
                                        key,
                                        revision,
                                        value,
                                    },
                                ));
                            }
                        }
                    }
                    if touched {
                        self.changed.send_replace(revision);
                    }
                    revision
                }
            }
        };
        self.revision.send_replace(revision);
    }
}
