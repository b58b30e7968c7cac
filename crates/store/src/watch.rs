//! Watching: commits told in order to whoever asked, without ever making a writer wait. As etcd's
//! watch; a watcher that is too slow is told so instead of losing changes unseen.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Notify;

use crate::limit::{MAX_WATCH_BYTES, MAX_WATCH_COMMITS};
use crate::{Change, Key, Revision, StoreError};

/// What a watcher is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// What one commit changed under the watched prefix, in key order: apply all of it, or a
    /// reader sees half a commit.
    Committed {
        /// The commit.
        revision: Revision,
        /// Its changes; never empty.
        changes: Vec<Change>,
    },
    /// The watcher was too slow or the engine no longer has what it missed: commits are missing
    /// here. All later ones follow; read the rows again ([`crate::Follow`] does).
    Lagged,
}

/// Commits under a prefix, in commit order. Dropping it ends the watch.
#[derive(Debug)]
pub struct Watch {
    queue: Arc<Queue>,
    after: Revision,
}

impl Watch {
    /// Waits for the next event. `None` once the store is closed and all was told. An error (the
    /// engine is away) does not end the watch: nothing is missed once it is back.
    ///
    /// May be dropped while it waits: no event is lost.
    pub async fn next(&mut self) -> Option<Result<Event, StoreError>> {
        loop {
            match self.queue.next().await? {
                Item::Failed(error) => return Some(Err(error)),
                Item::Lagged => {
                    // The store may have been restored to an earlier revision.
                    self.after = Revision(0);
                    return Some(Ok(Event::Lagged));
                }
                Item::Commit { revision, changes } => {
                    if revision > self.after && !changes.is_empty() {
                        return Some(Ok(Event::Committed { revision, changes }));
                    }
                }
            }
        }
    }

    /// As `next`, but also tells of commits that changed nothing under the prefix.
    pub(crate) async fn progress(&mut self) -> Option<Item> {
        self.queue.next().await
    }

    /// Does not tell of this commit and those before it.
    pub(crate) fn after(mut self, revision: Revision) -> Self {
        self.after = revision;
        self
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.queue.lock().closed = true;
    }
}

/// One entry of a watcher's queue.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    Commit {
        revision: Revision,
        changes: Vec<Change>,
    },
    Lagged,
    Failed(StoreError),
}

#[derive(Debug)]
struct Queue {
    prefix: Key,
    waiting: Mutex<Waiting>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    items: VecDeque<Item>,
    bytes: usize,
    closed: bool,
}

impl Queue {
    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn next(&self) -> Option<Item> {
        loop {
            {
                let mut waiting = self.lock();
                if let Some(item) = waiting.items.pop_front() {
                    waiting.bytes -= size_bytes(&item);
                    return Some(item);
                }
                if waiting.closed {
                    return None;
                }
            }
            // One waiter (`&mut Watch`), and `notify_one` keeps its permit: no wake-up is lost.
            self.arrived.notified().await;
        }
    }

    /// Adds an item; answers how many commits had to be dropped for it.
    fn push(&self, item: Item) -> u64 {
        let mut dropped = 0;
        {
            let mut waiting = self.lock();
            // A commit that changed nothing here only moves the position: one such entry is enough.
            if let Item::Commit { changes, .. } = &item
                && changes.is_empty()
                && let Some(Item::Commit { changes, .. }) = waiting.items.back()
                && changes.is_empty()
            {
                waiting.items.pop_back();
            }
            let bytes = size_bytes(&item);
            if waiting.items.len() >= MAX_WATCH_COMMITS || waiting.bytes + bytes > MAX_WATCH_BYTES {
                dropped = waiting.items.len() as u64;
                waiting.items.clear();
                waiting.items.push_back(Item::Lagged);
                waiting.bytes = 0;
            }
            waiting.bytes += bytes;
            waiting.items.push_back(item);
        }
        self.arrived.notify_one();
        dropped
    }
}

fn size_bytes(item: &Item) -> usize {
    match item {
        Item::Commit { changes, .. } => changes.iter().map(Change::size_bytes).sum(),
        Item::Lagged | Item::Failed(_) => 0,
    }
}

/// The watchers of one store. An engine tells it each commit once, in commit order, after the
/// commit is durable and readable.
#[derive(Debug, Default)]
pub(crate) struct Watchers {
    queues: Mutex<Vec<Weak<Queue>>>,
    dropped: AtomicU64,
}

impl Watchers {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Weak<Queue>>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A watch that is told of every commit from now on.
    pub(crate) fn watch(&self, prefix: &Key) -> Watch {
        let queue = Arc::new(Queue {
            prefix: prefix.clone(),
            waiting: Mutex::default(),
            arrived: Notify::new(),
        });
        self.lock().push(Arc::downgrade(&queue));
        Watch {
            queue,
            after: Revision(0),
        }
    }

    /// Tells of a commit.
    pub(crate) fn committed(&self, revision: Revision, changes: &[Change]) {
        self.tell(|prefix| Item::Commit {
            revision,
            changes: changes
                .iter()
                .filter(|change| change.key.starts_with(prefix))
                .cloned()
                .collect(),
        });
    }

    /// Tells that commits are missing.
    pub(crate) fn lagged(&self) {
        self.tell(|_| Item::Lagged);
    }

    /// Tells that the engine is away.
    pub(crate) fn failed(&self, error: &StoreError) {
        self.tell(|_| Item::Failed(error.clone()));
    }

    /// How many commits slow watchers were not told of.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    fn tell(&self, item: impl Fn(&Key) -> Item) {
        self.lock().retain(|queue| {
            let Some(queue) = queue.upgrade() else {
                return false;
            };
            let dropped = queue.push(item(&queue.prefix));
            self.dropped.fetch_add(dropped, Ordering::Relaxed);
            true
        });
    }
}

impl Drop for Watchers {
    fn drop(&mut self) {
        for queue in self.lock().drain(..).filter_map(|queue| queue.upgrade()) {
            queue.lock().closed = true;
            queue.arrived.notify_one();
        }
    }
}
