//! The front door's side of the audit log: many callers wait, one writer commits their records in
//! groups. While one group is being committed the next gathers, so a lone call waits for nothing
//! and a busy store is asked once for many calls (group commit, as in DeWitt et al. 1984).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use store::{Batch, CommitError, Expect, Key, Row, Store, StoreError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use types::{Call, ServiceError};

use super::{Outcome, is_read_only, key, record};

/// How many calls may wait for their record; the next one is refused.
pub const QUEUE_CALLS_MAX: usize = 4096;
/// The most records of one commit.
pub const GROUP_CALLS_MAX: usize = 256;
/// The most bytes of one commit; a single record may be larger.
pub const GROUP_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How often a group is tried again when rows appeared under it.
const ATTEMPTS_MAX: usize = 4;

/// The audit log cannot be written: the call must be refused (fail closed).
#[derive(Debug, Clone, thiserror::Error)]
pub enum AuditError {
    /// Too many calls wait for their record.
    #[error("{QUEUE_CALLS_MAX} calls wait for their audit record")]
    Busy,
    /// The log was closed.
    #[error("the audit log is closed")]
    Closed,
    /// The store refused the record.
    #[error("the store did not take the audit record: {0}")]
    Store(Arc<str>),
}

impl From<AuditError> for ServiceError {
    fn from(error: AuditError) -> Self {
        Self::receiver("InternalFailure", format!("audit: {error}"))
    }
}

struct Entry {
    key: Key,
    text: Bytes,
    /// Written into a record that is already there; a success is not.
    failure: Option<ServiceError>,
    /// Whether the operation may have recorded the call itself: worth a look before the commit.
    may_be_recorded: bool,
    done: oneshot::Sender<Result<(), AuditError>>,
}

/// Records calls durably, exactly once each. Cheap to clone; the writer ends with its last clone.
#[derive(Debug, Clone)]
pub struct Log {
    queue: mpsc::Sender<Entry>,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    records: AtomicU64,
    commits: AtomicU64,
    refused: AtomicU64,
}

impl Log {
    /// Starts the writer on the current tokio runtime. The handle ends when every [`Log`] is
    /// dropped and what they sent is written.
    #[must_use]
    pub fn start(store: Arc<dyn Store>) -> (Self, JoinHandle<()>) {
        let (queue, entries) = mpsc::channel(QUEUE_CALLS_MAX);
        let counts = Arc::new(Counts::default());
        let writer = tokio::spawn(write(store, entries, Arc::clone(&counts)));
        (Self { queue, counts }, writer)
    }

    /// Records a call and returns when its record is durable. To be called once for every verified
    /// call, after the operation and before the answer; a call whose operation went through
    /// [`super::commit`] keeps its one record.
    ///
    /// # Errors
    /// When the record could not be made durable: answer the caller with this error.
    pub async fn record(&self, call: &Call, outcome: Outcome<'_>) -> Result<(), AuditError> {
        let (done, answer) = oneshot::channel();
        let failure = match outcome {
            Outcome::Success => None,
            Outcome::Failure(error) => Some(error.clone()),
        };
        let entry = Entry {
            key: key(call),
            text: Bytes::from(record::render(call, &outcome)),
            failure,
            may_be_recorded: !is_read_only(&call.operation),
            done,
        };
        self.queue.try_send(entry).map_err(|error| {
            self.counts.refused.fetch_add(1, Ordering::Relaxed);
            match error {
                mpsc::error::TrySendError::Full(_) => AuditError::Busy,
                mpsc::error::TrySendError::Closed(_) => AuditError::Closed,
            }
        })?;
        answer.await.unwrap_or(Err(AuditError::Closed))
    }

    /// Records that this log wrote since its start.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.counts.records.load(Ordering::Relaxed)
    }

    /// Commits that it needed for them.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.counts.commits.load(Ordering::Relaxed)
    }

    /// Calls that were refused because their record could not be written.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.counts.refused.load(Ordering::Relaxed)
    }
}

async fn write(store: Arc<dyn Store>, mut entries: mpsc::Receiver<Entry>, counts: Arc<Counts>) {
    let mut waiting = Vec::with_capacity(GROUP_CALLS_MAX);
    while entries.recv_many(&mut waiting, GROUP_CALLS_MAX).await > 0 {
        while !waiting.is_empty() {
            let group: Vec<Entry> = waiting.drain(..group_length(&waiting)).collect();
            match commit_group(&*store, &group, &counts).await {
                Err(error) if group.len() > 1 => {
                    // One bad record must not refuse its neighbours: each for itself.
                    tracing::warn!(%error, calls = group.len(), "audit: a group's commit failed");
                    for entry in group {
                        let only = std::slice::from_ref(&entry);
                        let written = commit_group(&*store, only, &counts).await;
                        answer(entry, written, &counts);
                    }
                }
                written => {
                    for entry in group {
                        answer(entry, written.clone(), &counts);
                    }
                }
            }
        }
    }
}

/// How many of the calls that wait go into the next commit; at least one.
fn group_length(waiting: &[Entry]) -> usize {
    let mut bytes = 0;
    let fit = waiting.iter().take_while(|entry| {
        bytes += entry.text.len();
        bytes <= GROUP_BYTES_MAX
    });
    fit.count().max(1)
}

fn answer(entry: Entry, written: Result<(), AuditError>, counts: &Counts) {
    if let Err(error) = &written {
        counts.refused.fetch_add(1, Ordering::Relaxed);
        tracing::error!(%error, key = ?entry.key, "audit: a call is refused for want of its record");
    }
    // A caller that went away needs no answer; its record is written all the same.
    drop(entry.done.send(written));
}

async fn commit_group(
    store: &dyn Store,
    group: &[Entry],
    counts: &Counts,
) -> Result<(), AuditError> {
    let mut look_at_all = false;
    for _ in 0..ATTEMPTS_MAX {
        let batch = group_batch(store, group, look_at_all)
            .await
            .map_err(store_failed)?;
        let records = batch.put.len();
        if records == 0 {
            return Ok(());
        }
        match store.commit(batch).await {
            Ok(_) => {
                counts.commits.fetch_add(1, Ordering::Relaxed);
                counts.records.fetch_add(records as u64, Ordering::Relaxed);
                return Ok(());
            }
            Err(CommitError::Conflict { .. }) => look_at_all = true,
            Err(error) => return Err(store_failed(error)),
        }
    }
    Err(store_failed("its rows changed under every attempt"))
}

async fn group_batch(
    store: &dyn Store,
    group: &[Entry],
    look_at_all: bool,
) -> Result<Batch, StoreError> {
    let mut batch = Batch::default();
    for entry in group {
        let there = if look_at_all || entry.may_be_recorded {
            store.get(&entry.key).await?
        } else {
            None
        };
        let (expect, text) = match (there, &entry.failure) {
            (None, _) => (Expect::Absent, entry.text.clone()),
            (Some(_), None) => continue,
            (Some(row), Some(error)) => match completed(&row, error) {
                Some(text) => (Expect::At(row.revision), text),
                None => continue,
            },
        };
        batch.expect.push((entry.key.clone(), expect));
        batch.put.push((entry.key.clone(), text));
    }
    Ok(batch)
}

/// A committed record with its call's failure; `None` when the record is complete.
fn completed(row: &Row, error: &ServiceError) -> Option<Bytes> {
    record::with_failure(&row.value, error).map(Bytes::from)
}

fn store_failed(error: impl ToString) -> AuditError {
    AuditError::Store(error.to_string().into())
}
