//! The front door's side of the audit log, and what keeps it in order.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use store::Store;
use tokio::sync::oneshot;
use types::{Call, Clock, Entropy, KeyWrap, ServiceError, Time};

use super::anchor::{self, Machine};
use super::appender::Unsettled;
use super::chain::{Kind, LogId};
use super::counters::Counters;
use super::disk::{Disk, RealDisk};
use super::folder::Folder;
use super::head::PublicKey;
use super::reckoning::{self, Belief, Reckoning};
use super::recovery::{self, Needs, OpenError};
use super::retention::{self, Retention};
use super::rows::{self, Claimed, Claims};
use super::segment::RECORD_BYTES_MAX;
use super::writer::{self, Entry, LastHead, Own, QUEUE_CALLS_MAX, Queue};
use super::{Outcome, is_read_only, record};
use crate::metrics::Registry;

/// How large a segment becomes before the next is begun.
pub const SEGMENT_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// How often linked rows are removed from the store.
const REMOVE_EVERY: Duration = Duration::from_secs(1);
/// How often it is looked for rows that nobody links; one is linked when it was there twice.
const SWEEP_EVERY: Duration = Duration::from_secs(15);
/// How often the last signed head is kept in the store, where there is a new one.
pub const ANCHOR_EVERY: Duration = Duration::from_secs(60);
/// How often it is looked for segments past their retention.
const RETIRE_EVERY: Duration = Duration::from_secs(60 * 60);
/// How long a call waits for a sweep that links its row just then.
const CLAIM_WAITS_MAX: u32 = 1000;

/// The audit log cannot be written: the call must be refused (fail closed).
#[derive(Debug, Clone, thiserror::Error)]
pub enum AuditError {
    /// Too many calls wait for their record.
    #[error("{QUEUE_CALLS_MAX} calls, or too many bytes, wait for their audit record")]
    Busy,
    /// The log was closed.
    #[error("the audit log is closed")]
    Closed,
    /// The disk refused the record.
    #[error("the disk did not take the audit record: {0}")]
    Disk(Arc<str>),
    /// The store did not say whether the change was committed.
    #[error("the store did not give the audit record of a change: {0}")]
    Store(Arc<str>),
    /// The record is too large.
    #[error("the audit record has {bytes} bytes, more than {RECORD_BYTES_MAX}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
}

impl From<AuditError> for ServiceError {
    fn from(error: AuditError) -> Self {
        Self::receiver("InternalFailure", format!("audit: {error}"))
    }
}

/// Where a log is, and how much of it is kept.
#[derive(Debug, Clone)]
pub struct Config {
    /// Its folder.
    pub folder: PathBuf,
    /// What is kept.
    pub retention: Retention,
    /// How large a segment becomes.
    pub segment_bytes_max: u64,
    /// The disk.
    pub disk: Arc<dyn Disk>,
    /// Whether other machines, each with a log of its own, use the same store.
    pub store_is_shared: bool,
    /// Which of them this is; `None` where that cannot be known.
    pub machine: Option<Machine>,
}

impl Config {
    /// A log in this folder that keeps what [`Retention::default`] says.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            retention: Retention::default(),
            segment_bytes_max: SEGMENT_BYTES_MAX,
            disk: Arc::new(RealDisk),
            store_is_shared: false,
            machine: None,
        }
    }
}

/// What a log stands on.
#[derive(Clone)]
pub struct Parts<'a> {
    /// Where changes are committed with their records.
    pub store: Arc<dyn Store>,
    /// The seal, under which the key of heads is kept.
    pub wrap: Arc<dyn KeyWrap>,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// For the log's id and key.
    pub entropy: Arc<dyn Entropy>,
    /// Where its counters are shown.
    pub metrics: &'a Registry,
}

impl fmt::Debug for Parts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}

/// Records calls durably, exactly once each. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Log {
    shared: Arc<Shared>,
    threads: Arc<Threads>,
}

pub(super) struct Shared {
    pub(super) config: Config,
    store: Arc<dyn Store>,
    wrap: Arc<dyn KeyWrap>,
    pub(super) clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    queue: Arc<Queue>,
    pub(super) counters: Arc<Counters>,
    claims: Claims,
    unsettled: Mutex<Arc<Unsettled>>,
    /// From where on rows were left by the last run, once they are all linked.
    left: Mutex<Option<u64>>,
    /// What signs heads; `None` while nothing does.
    pub(super) key: Mutex<Option<PublicKey>>,
    /// The last signed head that is durable in the folder.
    last_head: Arc<LastHead>,
    /// Which log is open, and what time it knows it to be.
    reckoning: Mutex<Option<(LogId, Reckoning)>>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// What ends with the last [`Log`].
#[derive(Debug)]
struct Threads {
    queue: Arc<Queue>,
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    writer: std::thread::JoinHandle<()>,
    tender: tokio::task::JoinHandle<()>,
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.queue.close();
        let running = self
            .running
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = running {
            running.tender.abort();
        }
    }
}

impl Log {
    /// Opens the log, or makes one, links what a crash left in the store, and starts its threads on
    /// the current tokio runtime.
    ///
    /// # Errors
    /// When the folder is in use, cannot be read or written, or the store not be read.
    pub async fn open(config: Config, parts: Parts<'_>) -> Result<Self, OpenError> {
        let queue = Arc::new(Queue::default());
        let log = Self {
            shared: Arc::new(Shared {
                config,
                store: parts.store,
                wrap: parts.wrap,
                clock: parts.clock,
                entropy: parts.entropy,
                queue: Arc::clone(&queue),
                counters: Arc::new(Counters::new(parts.metrics)),
                claims: Claims::default(),
                unsettled: Mutex::default(),
                left: Mutex::default(),
                key: Mutex::default(),
                last_head: Arc::default(),
                reckoning: Mutex::default(),
            }),
            threads: Arc::new(Threads {
                queue,
                running: Mutex::default(),
            }),
        };
        log.reopen().await?;
        Ok(log)
    }

    /// Records a call and returns when its record is durable and in the chain. To be called once
    /// for every verified call, after the operation and before the answer; a call whose operation
    /// went through [`super::commit`] keeps its one record.
    ///
    /// # Errors
    /// When the record could not be made durable: answer the caller with this error.
    pub async fn record(&self, call: &Call, outcome: Outcome<'_>) -> Result<(), AuditError> {
        let recorded = self.shared.record(call, outcome).await;
        if let Err(error) = &recorded {
            self.shared.counters.refused(error);
        }
        recorded
    }

    /// Records something that no call of the API did, and returns when a head is over it, signed where
    /// the seal is open. Names are ours, such as `BackupWritten`.
    ///
    /// # Errors
    /// When the record could not be made durable.
    pub async fn event(&self, name: &'static str, details: &Value) -> Result<(), AuditError> {
        let body = record::event(name, self.shared.clock.now(), details);
        let recorded = self.shared.append(Kind::Event, body, None).await.map(drop);
        if let Err(error) = &recorded {
            self.shared.counters.refused(error);
        }
        recorded
    }

    /// Writes what waits and a last signed head, and lets go of the folder, so that another process
    /// can take it over. Calls are refused from now on.
    pub async fn close(&self) {
        let running = self.running().take();
        let Some(running) = running else {
            return;
        };
        running.tender.abort();
        drop(running.tender.await);
        self.shared.remove_rows().await;
        self.threads.queue.close();
        let ended = tokio::task::spawn_blocking(move || running.writer.join()).await;
        if !matches!(ended, Ok(Ok(()))) {
            tracing::error!("audit: the writing thread has panicked");
        }
        self.shared.anchor(&mut None).await;
        let now = self.shared.clock.now();
        self.shared.look_at_the_clock(now, Duration::ZERO).await;
    }

    /// Takes the folder (again), as [`Log::open`] does.
    ///
    /// # Errors
    /// As [`Log::open`].
    pub async fn reopen(&self) -> Result<(), OpenError> {
        if self.running().is_some() {
            return Ok(());
        }
        let shared = Arc::clone(&self.shared);
        let anchors = anchor::read(self.shared.store.as_ref()).await;
        let anchors = anchors.map_err(|error| OpenError::Store(error.to_string()))?;
        let failed = {
            let folder = self.shared.config.folder.display().to_string();
            move |error| OpenError::Io {
                folder: folder.clone(),
                error,
            }
        };
        let joined = |error| std::io::Error::other(format!("the opening task has ended: {error}"));
        let opening = tokio::task::spawn_blocking(move || {
            recovery::open(&Needs {
                folder: &shared.config.folder,
                segment_bytes_max: shared.config.segment_bytes_max,
                disk: Arc::clone(&shared.config.disk),
                clock: Arc::clone(&shared.clock),
                entropy: shared.entropy.as_ref(),
                wrap: shared.wrap.as_ref(),
                anchors,
                store_is_shared: shared.config.store_is_shared,
                machine: shared.config.machine.as_ref(),
            })
        });
        let opened = opening.await.map_err(|error| failed(joined(error)))??;
        self.shared.counters.opened(opened.damages, opened.adopted);
        self.shared.claims.forget();
        *lock(&self.shared.left) = None;
        *lock(&self.shared.unsettled) = opened.unsettled;
        *lock(&self.shared.key) = opened.key;
        let mut appender = opened.appender;
        let folder = appender.folder().clone();
        let (mut events, binding) = (opened.events, opened.binding);
        // Before a head has the clock's time.
        events.extend(self.shared.reckon(opened.log, opened.signed_at).await?);
        // The head that is over these is kept before anything else happens.
        let begun = tokio::task::spawn_blocking(move || -> std::io::Result<_> {
            let events: Vec<_> = events.into_iter().map(Own).collect();
            let (_, head) = appender.append(&events, true)?;
            let head = head.filter(|head| head.signed.is_some());
            if let Some(head) = &head {
                appender.folder().keep_head(head)?;
            }
            // From here on the log is missed when it is gone.
            if let Some(binding) = binding {
                appender.folder().keep_sealed_key(&binding)?;
            }
            Ok((appender, head))
        });
        let begun = begun.await.map_err(|error| failed(joined(error)))?;
        let (appender, head) = begun.map_err(&failed)?;
        if let Some(head) = &head {
            let (store, machine) = (self.shared.store.as_ref(), self.shared.machine());
            let kept = anchor::keep(store, head, &opened.missing, machine).await;
            kept.map_err(|error| OpenError::Store(error.to_string()))?;
        }
        *lock(&self.shared.last_head) = head;
        let (queue, counters) = (
            Arc::clone(&self.shared.queue),
            Arc::clone(&self.shared.counters),
        );
        let last = Arc::clone(&self.shared.last_head);
        let writer = writer::start(appender, queue, counters, last).map_err(&failed)?;
        let linked = self.shared.link_what_is_left(&folder, opened.settled).await;
        let tender = tokio::spawn(Arc::clone(&self.shared).tend());
        *self.running() = Some(Running { writer, tender });
        if let Err(error) = linked {
            self.close().await;
            return Err(error);
        }
        Ok(())
    }

    /// Records that this log wrote since it was made.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.shared.counters.records.value()
    }

    /// Flushes of the disk that it needed for them.
    #[must_use]
    pub fn flushes(&self) -> u64 {
        self.shared.counters.groups.value()
    }

    /// Calls that were refused because their record could not be written.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.shared.counters.all_refused()
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        lock(&self.threads.running)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    async fn record(&self, call: &Call, outcome: Outcome<'_>) -> Result<(), AuditError> {
        if is_read_only(&call.operation) {
            let body = record::render(call, &outcome);
            return self.append(Kind::Call, body, None).await.map(drop);
        }
        // The operation may have recorded the call in its commit.
        let key = rows::key(call);
        let row = match (self.store.get(&key).await, outcome) {
            (Ok(row), _) => row,
            (Err(error), Outcome::Failure(failure)) => {
                tracing::warn!(%error, "audit: it is not known whether a failed call has changed something");
                let body = record::render(call, &Outcome::Success);
                let in_doubt = record::with_failure(&body, failure, &json!("unknown"));
                let body = in_doubt.unwrap_or(body);
                return self.append(Kind::Call, body, None).await.map(drop);
            }
            (Err(error), Outcome::Success) => {
                return Err(AuditError::Store(error.to_string().into()));
            }
        };
        let Some(row) = row else {
            if self.claims.is_claimed(&key) {
                // A sweep linked it and its row is gone.
                return Ok(());
            }
            let body = record::render(call, &outcome);
            return self.append(Kind::Call, body, None).await.map(drop);
        };
        for _ in 0..CLAIM_WAITS_MAX {
            match self.claims.claim(&key) {
                Claimed::Linked => return Ok(()),
                Claimed::Linking => tokio::time::sleep(Duration::from_millis(5)).await,
                Claimed::Yours => {
                    let body = match outcome {
                        Outcome::Success => None,
                        Outcome::Failure(error) => {
                            record::with_failure(&row.value, error, &json!(true))
                        }
                    };
                    let body = body.unwrap_or_else(|| row.value.to_vec());
                    return self.link(key, body, false).await;
                }
            }
        }
        Err(AuditError::Busy)
    }

    /// Appends a row's record; whoever calls has claimed it.
    async fn link(&self, key: store::Key, body: Vec<u8>, swept: bool) -> Result<(), AuditError> {
        match self.append(Kind::Call, body, Some(key.clone())).await {
            Ok(sequence) => {
                self.claims.linked(key, sequence, swept);
                Ok(())
            }
            Err(error) => {
                self.claims.give_up(&key);
                Err(error)
            }
        }
    }

    /// Appends a record and answers its number when it is durable.
    pub(super) async fn append(
        &self,
        kind: Kind,
        body: Vec<u8>,
        row: Option<store::Key>,
    ) -> Result<u64, AuditError> {
        if !(2..=RECORD_BYTES_MAX).contains(&body.len()) {
            return Err(AuditError::TooLarge { bytes: body.len() });
        }
        let (done, answer) = oneshot::channel();
        self.queue.push(Entry {
            kind,
            body,
            row,
            done,
        })?;
        answer.await.unwrap_or(Err(AuditError::Closed))
    }

    /// Links the rows that a crash, or a version before this one, left in the store, and that are
    /// not in the chain.
    async fn link_what_is_left(&self, folder: &Folder, settled: u64) -> Result<(), OpenError> {
        let store_failed = |error: &dyn fmt::Display| OpenError::Store(error.to_string());
        let io_failed = |error| OpenError::Io {
            folder: folder.path().display().to_string(),
            error,
        };
        let mut linked = None;
        let mut after = None;
        loop {
            let page = rows::page(self.store.as_ref(), after.as_ref()).await;
            let (rows, more) = page.map_err(|error| store_failed(&error))?;
            let Some(last) = rows.last() else {
                break;
            };
            after = Some(last.key.clone());
            let oldest = rows.iter().filter_map(|row| rows::time(&row.key)).min();
            let linked = match &mut linked {
                Some((since, linked)) if oldest.is_none_or(|oldest| *since <= oldest) => linked,
                _ => {
                    let folder = folder.clone();
                    let since = oldest.unwrap_or(Time::from_millis(0));
                    let read = move || rows::linked_since(&folder, settled, since);
                    let read = tokio::task::spawn_blocking(read).await;
                    let read = read.unwrap_or_else(|error| Err(std::io::Error::other(error)));
                    &mut linked.insert((since, read.map_err(io_failed)?)).1
                }
            };
            for row in rows {
                if self.claims.claim(&row.key) != Claimed::Yours {
                    continue;
                }
                let id = rows::request_id(&row.key);
                if id.is_some_and(|id| linked.contains(&id)) {
                    // It may go whenever; its record's number does not matter.
                    self.claims.linked(row.key, 0, false);
                } else if let Err(error) = self.link(row.key, row.value.to_vec(), false).await {
                    return Err(store_failed(&error));
                }
            }
            self.remove_rows().await;
            if !more {
                break;
            }
        }
        *lock(&self.left) = Some(settled);
        self.remove_rows().await;
        Ok(())
    }

    /// Removes linked rows, links what nobody links, retires segments. Until it is aborted.
    async fn tend(self: Arc<Self>) {
        let mut every = tokio::time::interval(REMOVE_EVERY);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut seen = std::collections::HashSet::new();
        let mut swept = tokio::time::Instant::now();
        let mut retired: Option<tokio::time::Instant> = None;
        let mut anchored = lock(&self.last_head).as_ref().map(|head| head.sequence);
        let mut anchored_at = tokio::time::Instant::now();
        loop {
            every.tick().await;
            self.remove_rows().await;
            if swept.elapsed() >= SWEEP_EVERY {
                seen = self.sweep(seen).await;
                swept = tokio::time::Instant::now();
            }
            if anchored_at.elapsed() >= ANCHOR_EVERY {
                self.anchor(&mut anchored).await;
                anchored_at = tokio::time::Instant::now();
            }
            if retired.is_none_or(|at| at.elapsed() >= RETIRE_EVERY) {
                retention::retire(&self).await;
                retired = Some(tokio::time::Instant::now());
            }
        }
    }

    /// Begins to know the time; what is to be said of it.
    async fn reckon(
        &self,
        log: LogId,
        signed_at: Option<Time>,
    ) -> Result<Option<Vec<u8>>, OpenError> {
        let failed = |error: &dyn fmt::Display| OpenError::Store(error.to_string());
        let (store, now) = (self.store.as_ref(), self.clock.now());
        let reckoning = Reckoning::open(store, log, signed_at, now).await;
        let mut reckoning = reckoning.map_err(|error| failed(&error))?;
        let belief = reckoning.look(now, tokio::time::Instant::now());
        if let Some(row) = reckoning.due(belief, RETIRE_EVERY) {
            let kept = reckoning::keep(store, log, row).await;
            kept.map_err(|error| failed(&error))?;
        }
        // Every start that doubts says so.
        let belief = match belief {
            Belief::Doubted => Belief::Leapt {
                known: reckoning.known(),
            },
            other => other,
        };
        *lock(&self.reckoning) = Some((log, reckoning));
        Ok(self.told_of_the_clock(belief, now))
    }

    /// Whether the clock, which says `now`, is too far ahead to give up anything by it.
    pub(super) async fn doubts_the_clock(&self, now: Time) -> bool {
        let Some(belief) = self.look_at_the_clock(now, RETIRE_EVERY).await else {
            return true;
        };
        if let Some(event) = self.told_of_the_clock(belief, now)
            && let Err(error) = self.append(Kind::Event, event, None).await
        {
            tracing::warn!(%error, "audit: the log cannot say that it doubts the clock");
        }
        belief.is_doubted()
    }

    /// What is thought of a clock that says `now`, kept in the store so often; `None` while no log is
    /// open.
    async fn look_at_the_clock(&self, now: Time, keep_every: Duration) -> Option<Belief> {
        let (log, belief, row) = {
            let mut reckoning = lock(&self.reckoning);
            let (log, reckoning) = reckoning.as_mut()?;
            let belief = reckoning.look(now, tokio::time::Instant::now());
            (*log, belief, reckoning.due(belief, keep_every))
        };
        if let Some(row) = row
            && let Err(error) = reckoning::keep(self.store.as_ref(), log, row).await
        {
            tracing::warn!(%error, "audit: what time it is cannot be kept in the store; tried again");
            if let Some((_, reckoning)) = lock(&self.reckoning).as_mut() {
                reckoning.not_kept();
            }
        }
        Some(belief)
    }

    /// Tells the operator; the event to append, if there is one.
    fn told_of_the_clock(&self, belief: Belief, now: Time) -> Option<Vec<u8>> {
        self.counters.looked(belief);
        match belief {
            Belief::Leapt { known } => {
                tracing::warn!(
                    clock = %now,
                    last_known = %known,
                    "audit: the clock is far ahead of the log: nothing is deleted by its age until the log has \
                     run for a day; is the clock right?"
                );
                let details = reckoning::told(known, now);
                Some(record::event(reckoning::CLOCK_DOUBTED, now, &details))
            }
            Belief::PutRight => {
                tracing::info!(clock = %now, "audit: the clock can be believed again");
                None
            }
            Belief::Accepted => {
                tracing::warn!(clock = %now, "audit: the clock has stood for a day: it is believed");
                None
            }
            Belief::Believed | Belief::Doubted => None,
        }
    }

    /// Whose log it is, where others are in the same store.
    fn machine(&self) -> Option<&Machine> {
        let machine = self.config.machine.as_ref();
        machine.filter(|_| self.config.store_is_shared)
    }

    /// Keeps the last signed head in the store, unless it is there.
    async fn anchor(&self, kept: &mut Option<u64>) {
        let head = lock(&self.last_head).clone();
        let Some(head) = head.filter(|head| Some(head.sequence) != *kept) else {
            return;
        };
        match anchor::keep(self.store.as_ref(), &head, &[], self.machine()).await {
            Ok(()) => *kept = Some(head.sequence),
            Err(error) => {
                self.counters.not_anchored.increment();
                tracing::warn!(%error, "audit: the last signed head is not kept in the store; tried again");
            }
        }
    }

    async fn remove_rows(&self) {
        let settle = |number| lock(&self.unsettled).settle(number);
        match self.claims.remove(self.store.as_ref(), settle).await {
            Ok(()) => {
                let left = lock(&self.left).take();
                left.into_iter().for_each(settle);
            }
            Err(error) => {
                tracing::warn!(%error, "audit: linked records stay in the store; tried again");
            }
        }
    }

    /// Links rows that were there at the last sweep, and answers those that are there now.
    async fn sweep(
        &self,
        seen: std::collections::HashSet<store::Key>,
    ) -> std::collections::HashSet<store::Key> {
        let mut now = std::collections::HashSet::new();
        let mut after = None;
        loop {
            let (rows, more) = match rows::page(self.store.as_ref(), after.as_ref()).await {
                Ok(page) => page,
                Err(error) => {
                    tracing::warn!(%error, "audit: records of changes cannot be read; tried again");
                    return now;
                }
            };
            let Some(last) = rows.last() else {
                return now;
            };
            after = Some(last.key.clone());
            for row in rows {
                if !seen.contains(&row.key) {
                    now.insert(row.key);
                } else if self.claims.claim(&row.key) == Claimed::Yours
                    && let Err(error) = self.link(row.key.clone(), row.value.to_vec(), true).await
                {
                    tracing::warn!(%error, row = %row.key, "audit: a change's record is not linked yet");
                    now.insert(row.key);
                }
            }
            if !more {
                return now;
            }
        }
    }
}
