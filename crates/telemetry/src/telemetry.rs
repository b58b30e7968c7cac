//! One sink for the edge's events, and what becomes of them: counters at once, then a worker that
//! samples, remembers and renders, then a writer that alone waits for the disk.
//!
//! `record` counts, takes a lock for a push, and wakes nobody while the worker is busy: the worker
//! looks every few milliseconds as long as events come, and sleeps only when none do. Both queues
//! are bounded by number and by bytes; what does not fit is dropped and counted.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;
use types::{RequestId, Time};

use crate::access_log::{self, AccessFiles, AccessLogs, Kind, LogPlace};
use crate::bot_traffic::BotTraffic;
use crate::connection::ConnectionEvent;
use crate::counters::{Counters, RuleCounters, dropped};
use crate::decisions::{DecisionLine, Decisions};
use crate::log_files::{self, Destination, LogFiles};
use crate::logging::{Collections, LogDestination};
use crate::metrics::Registry;
use crate::request::{RequestEvent, RequestSink};
use crate::samples::Samples;
use crate::traces::{self, Exporter, TraceContext};
use crate::waf_log;

/// How many events may wait for the worker.
pub const EVENTS_MAX: usize = 16_384;
/// How many bytes of events may wait for the worker, roughly.
pub const EVENTS_BYTES_MAX: usize = 32 * 1024 * 1024;
/// How many batches of lines may wait for the disk.
pub const WRITES_MAX: usize = 64;
/// A batch of lines goes to the disk when it is so long, or the worker has nothing more to do.
const WRITE_BYTES: usize = 128 * 1024;
/// How long the worker gathers events before it works on them.
const GATHER: Duration = Duration::from_millis(5);
/// After so many gatherings without events the worker sleeps until it is woken.
const IDLE_ROUNDS: u32 = 20;
/// When `waf.log` is set aside, in bytes.
pub const WAF_LOG_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// How many such files are kept.
pub const WAF_LOG_FILES_MAX: u64 = 5;

/// How to start a [`Telemetry`].
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The folder for `waf.log` and `decisions.ndjson`, such as `DIR/logs`; `None` keeps everything
    /// in memory.
    pub folder: Option<PathBuf>,
}

/// Takes every request's event and answers what happened.
#[derive(Debug)]
pub struct Telemetry {
    shared: Arc<Shared>,
    folder: Option<PathBuf>,
    counters: Counters,
    worker: Mutex<Option<JoinHandle<()>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
    /// How many events the worker is done with.
    done: watch::Sender<u64>,
    registry: Arc<Registry>,
    samples: Samples,
    bot_traffic: BotTraffic,
    decisions: Decisions,
    /// What is kept of whose requests.
    collections: Mutex<Arc<Collections>>,
    /// Whose requests are in access logs.
    access_logs: Mutex<Option<Arc<AccessLogs>>>,
    /// Where traces go.
    exporter: OnceLock<Exporter>,
    writes: Mutex<Writes>,
    wake_writer: Condvar,
    /// How many batches the writer is done with.
    written: watch::Sender<u64>,
    disk_is_failing: AtomicBool,
}

#[derive(Debug, Default)]
struct Queue {
    events: Vec<RequestEvent>,
    connections: Vec<ConnectionEvent>,
    bytes: usize,
    /// How many events were taken in so far.
    taken: u64,
    asleep: bool,
    closed: bool,
}

#[derive(Debug, Default)]
struct Writes {
    batches: Vec<Lines>,
    taken: u64,
    closed: bool,
}

/// What one trip to the disk writes.
#[derive(Debug, Default)]
struct Lines {
    logs: Vec<LogLines>,
    access: Vec<AccessLines>,
    decisions: Vec<DecisionLine>,
    bytes: usize,
}

/// Lines of one log.
#[derive(Debug)]
struct LogLines {
    destination: Destination,
    lines: Vec<u8>,
    count: u64,
}

/// Lines of one file of an access log, or of a connection log.
#[derive(Debug)]
struct AccessLines {
    logs: Arc<AccessLogs>,
    place: Arc<LogPlace>,
    kind: Kind,
    load_balancer_arn: String,
    end: Time,
    lines: Vec<u8>,
    count: u64,
}

impl Lines {
    fn append_access(&mut self, logs: &Arc<AccessLogs>, event: &RequestEvent) {
        let arn = &event.load_balancer_arn;
        let Some(place) = logs.place(arn) else {
            return;
        };
        let ended = event.time.plus(event.duration);
        self.append_to(logs, (place, Kind::Access), (arn, ended), |lines| {
            access_log::append_line(lines, event);
        });
    }

    fn append_connection(&mut self, logs: &Arc<AccessLogs>, event: &ConnectionEvent) {
        let arn = &event.load_balancer_arn;
        let Some(place) = logs.connections.get(arn) else {
            return;
        };
        self.append_to(
            logs,
            (place, Kind::Connection),
            (arn, event.time),
            |lines| {
                access_log::append_connection_line(lines, event);
            },
        );
    }

    /// Appends a line to those of a load balancer's log at a moment.
    fn append_to(
        &mut self,
        logs: &Arc<AccessLogs>,
        (place, kind): (&Arc<LogPlace>, Kind),
        (arn, moment): (&str, Time),
        append: impl FnOnce(&mut Vec<u8>),
    ) {
        let end = access_log::end_of(moment);
        let mut access = self.access.iter();
        let at = access.position(|of| {
            of.end == end && of.kind == kind && of.load_balancer_arn == arn && of.place == *place
        });
        let at = at.unwrap_or_else(|| {
            self.access.push(AccessLines {
                logs: Arc::clone(logs),
                place: Arc::clone(place),
                kind,
                load_balancer_arn: arn.to_owned(),
                end,
                lines: Vec::new(),
                count: 0,
            });
            self.access.len() - 1
        });
        if let Some(of) = self.access.get_mut(at) {
            let before = of.lines.len();
            append(&mut of.lines);
            of.count += 1;
            self.bytes += of.lines.len() - before;
        }
    }

    fn access_lines(&self) -> u64 {
        self.access.iter().map(|of| of.count).sum()
    }

    fn append(&mut self, destination: &Destination, event: &RequestEvent) {
        let mut logs = self.logs.iter();
        let at = logs.position(|log| log.destination == *destination);
        let at = at.unwrap_or_else(|| {
            self.logs.push(LogLines {
                destination: destination.clone(),
                lines: Vec::new(),
                count: 0,
            });
            self.logs.len() - 1
        });
        if let Some(log) = self.logs.get_mut(at) {
            let before = log.lines.len();
            waf_log::append_line(&mut log.lines, event);
            log.count += 1;
            self.bytes += log.lines.len() - before;
        }
    }

    fn log_lines(&self) -> u64 {
        self.logs.iter().map(|log| log.count).sum()
    }
}

impl Telemetry {
    /// Opens the files and starts the two threads.
    ///
    /// # Errors
    /// When a file cannot be opened or a thread not be started.
    pub fn start(config: &Config, registry: Arc<Registry>) -> io::Result<Self> {
        let (decisions, log_files) = match &config.folder {
            None => (Decisions::in_memory(), None),
            Some(folder) => (Decisions::open(folder)?, Some(LogFiles::open(folder)?)),
        };
        let counters = Counters::new(&registry);
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            wake: Condvar::new(),
            done: watch::Sender::new(0),
            registry,
            samples: Samples::default(),
            bot_traffic: BotTraffic::default(),
            decisions,
            collections: Mutex::default(),
            access_logs: Mutex::default(),
            exporter: OnceLock::new(),
            writes: Mutex::default(),
            wake_writer: Condvar::new(),
            written: watch::Sender::new(0),
            disk_is_failing: AtomicBool::new(false),
        });
        let writer = match log_files {
            None => None,
            Some(logs) => {
                let shared = Arc::clone(&shared);
                let thread = std::thread::Builder::new().name("telemetry-disk".to_owned());
                Some(thread.spawn(move || write(&shared, logs))?)
            }
        };
        let worker = {
            let shared = Arc::clone(&shared);
            let to_disk = writer.is_some();
            let thread = std::thread::Builder::new().name("telemetry".to_owned());
            thread.spawn(move || work(&shared, to_disk))?
        };
        Ok(Self {
            shared,
            folder: config.folder.clone(),
            counters,
            worker: Mutex::new(Some(worker)),
            writer: Mutex::new(writer),
        })
    }

    /// The samples for GetSampledRequests.
    #[must_use]
    pub fn samples(&self) -> &Samples {
        &self.shared.samples
    }

    /// The traffic of bots for GetTopPathStatisticsByTraffic.
    #[must_use]
    pub fn bot_traffic(&self) -> &BotTraffic {
        &self.shared.bot_traffic
    }

    /// From now on, what is kept of whose requests. Of other web ACLs everything is.
    pub fn collect(&self, collections: Arc<Collections>) {
        *lock(&self.shared.collections) = collections;
    }

    /// From now on, whose requests are in access logs, and where those are.
    pub fn log_access(&self, logs: Arc<AccessLogs>) {
        *lock(&self.shared.access_logs) = Some(logs);
    }

    /// From now on, requests are traced and their spans exported. Only the first call counts.
    ///
    /// # Errors
    /// When the thread that exports cannot be started.
    pub fn export_traces(&self, config: traces::Config) -> io::Result<()> {
        let exporter = Exporter::start(config, &self.shared.registry)?;
        // A second exporter ends here: it is dropped.
        drop(self.shared.exporter.set(exporter));
        Ok(())
    }

    /// Makes the file of a destination, to see whether it can be written.
    ///
    /// # Errors
    /// When it cannot, or nothing is written at all because everything is kept in memory.
    pub fn make_destination(&self, destination: &LogDestination) -> io::Result<()> {
        match &self.folder {
            Some(folder) => log_files::make(folder, destination),
            None => Err(io::Error::other("there is no folder for logs")),
        }
    }

    /// The decisions for explain.
    #[must_use]
    pub fn decisions(&self) -> &Decisions {
        &self.shared.decisions
    }

    /// All metrics, for `/metrics`.
    #[must_use]
    pub fn registry(&self) -> &Arc<Registry> {
        &self.shared.registry
    }

    /// Events that were dropped because the worker was behind.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.counters.dropped.value()
    }

    /// Returns when all that was recorded before can be read in samples, decisions and counters:
    /// after a few milliseconds.
    pub async fn settle(&self) {
        let taken = self.shared.queue().taken;
        // The sender lives as long as `self`.
        drop(
            self.shared
                .done
                .subscribe()
                .wait_for(|done| *done >= taken)
                .await,
        );
    }

    /// Returns when all that was recorded before is in the files.
    pub async fn flush(&self) {
        self.settle().await;
        if lock(&self.writer).is_none() {
            return;
        }
        let taken = lock(&self.shared.writes).taken;
        drop(
            self.shared
                .written
                .subscribe()
                .wait_for(|written| *written >= taken)
                .await,
        );
    }

    /// Writes out what was recorded and ends the threads. What is recorded later is dropped.
    /// Blocks until the disk has taken it.
    pub fn shutdown(&self) {
        self.shared.queue().closed = true;
        self.shared.wake.notify_all();
        join(&self.worker);
        lock(&self.shared.writes).closed = true;
        self.shared.wake_writer.notify_all();
        join(&self.writer);
        if let Some(exporter) = self.shared.exporter.get() {
            exporter.shutdown();
        }
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        self.shutdown();
    }
}

impl Telemetry {
    /// Queues an event of so many bytes, or drops and counts it.
    fn take(&self, bytes: usize, push: impl FnOnce(&mut Queue)) {
        let mut queue = self.shared.queue();
        let full = queue.len() >= EVENTS_MAX || queue.bytes + bytes > EVENTS_BYTES_MAX;
        if full || queue.closed {
            drop(queue);
            self.counters.dropped.increment();
            return;
        }
        queue.bytes += bytes;
        queue.taken += 1;
        push(&mut queue);
        let asleep = queue.asleep;
        drop(queue);
        if asleep {
            self.shared.wake.notify_one();
        }
    }
}

impl Queue {
    fn len(&self) -> usize {
        self.events.len() + self.connections.len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl RequestSink for Telemetry {
    fn record(&self, event: RequestEvent) {
        self.counters.count(&event);
        let bytes = size(&event);
        self.take(bytes, |queue| queue.events.push(event));
    }

    fn connect(&self, event: ConnectionEvent) {
        let bytes = connection_size(&event);
        self.take(bytes, |queue| queue.connections.push(event));
    }

    fn trace(
        &self,
        traceparent: &mut dyn Iterator<Item = &[u8]>,
        id: RequestId,
    ) -> Option<TraceContext> {
        let exporter = self.shared.exporter.get()?;
        Some(TraceContext::of(traceparent, id, exporter.ratio()))
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        lock(&self.queue)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn join(thread: &Mutex<Option<JoinHandle<()>>>) {
    let thread = lock(thread).take();
    if thread.is_some_and(|thread| thread.join().is_err()) {
        tracing::error!("telemetry: a thread of it has panicked");
    }
}

/// What an event holds in memory, roughly.
fn size(event: &RequestEvent) -> usize {
    let request = &event.request;
    let headers: usize = request
        .headers
        .iter()
        .map(|(name, value)| name.len() + value.len() + 48)
        .sum();
    let evidence: usize = event.decision.as_ref().map_or(0, |decision| {
        let matches = decision.matches();
        matches
            .map(|rule| {
                256 + rule
                    .evidence
                    .iter()
                    .map(|one| one.value.len() + 512)
                    .sum::<usize>()
            })
            .sum()
    });
    size_of::<RequestEvent>() + request.path.len() + request.query.len() + headers + evidence
}

/// What a connection's event holds in memory, roughly.
fn connection_size(event: &ConnectionEvent) -> usize {
    let handshake = event.handshake.as_ref();
    let leaf = handshake.and_then(|handshake| handshake.certificate.as_ref());
    let leaf = leaf.map_or(0, |leaf| leaf.subject.len() + leaf.serial_number.len() + 64);
    size_of::<ConnectionEvent>() + event.load_balancer_arn.len() + leaf
}

fn work(shared: &Shared, to_disk: bool) {
    let rules = RuleCounters::new(&shared.registry);
    let mut batch = Vec::new();
    let mut done = 0;
    let mut idle = 0;
    loop {
        let connections;
        {
            let mut queue = shared.queue();
            while queue.is_empty() && !queue.closed && idle >= IDLE_ROUNDS {
                queue.asleep = true;
                queue = shared
                    .wake
                    .wait(queue)
                    .unwrap_or_else(PoisonError::into_inner);
                queue.asleep = false;
            }
            if queue.is_empty() && queue.closed {
                return;
            }
            std::mem::swap(&mut queue.events, &mut batch);
            connections = std::mem::take(&mut queue.connections);
            queue.bytes = 0;
        }
        if batch.is_empty() && connections.is_empty() {
            idle += 1;
        } else {
            idle = 0;
            done += (batch.len() + connections.len()) as u64;
            rules
                .dropped_samples
                .set(shared.samples.dropped().cast_signed());
            digest(shared, &rules, to_disk, &mut batch, connections);
            shared.done.send_replace(done);
            // A burst's memory is not kept for ever.
            if batch.capacity() > 1024 {
                batch = Vec::new();
            }
        }
        let queue = shared.queue();
        if !queue.closed && queue.is_empty() && idle < IDLE_ROUNDS {
            // Only closing notifies while nobody is asleep.
            drop(shared.wake.wait_timeout(queue, GATHER));
        }
    }
}

fn digest(
    shared: &Shared,
    rules: &RuleCounters<'_>,
    to_disk: bool,
    batch: &mut Vec<RequestEvent>,
    connections: Vec<ConnectionEvent>,
) {
    let mut lines = Lines::default();
    let collections = Arc::clone(&lock(&shared.collections));
    let access_logs = lock(&shared.access_logs).clone();
    if let Some(logs) = access_logs.as_ref().filter(|_| to_disk) {
        for event in connections {
            lines.append_connection(logs, &event);
        }
    }
    for mut event in batch.drain(..) {
        rules.count(&event);
        let arn = event
            .decision
            .as_ref()
            .map(|decision| &decision.web_acl_arn);
        let collection = arn.and_then(|arn| collections.get(arn)).cloned();
        if let Some(collection) = &collection {
            collection.protect(&mut event);
        }
        shared.samples.record(&event);
        shared.bot_traffic.record(&event);
        let decision = DecisionLine::of(&event);
        if let Some(decision) = &decision {
            shared.decisions.remember(decision);
        }
        if let Some(exporter) = shared.exporter.get() {
            exporter.take(&event);
        }
        if !to_disk {
            continue;
        }
        if let Some(logs) = &access_logs {
            lines.append_access(logs, &event);
        }
        let logging = collection.as_ref().and_then(|kept| kept.logging.as_ref());
        match (&event.decision, logging) {
            (None, _) => {}
            (Some(_), None) => lines.append(&None, &event),
            (Some(decision), Some(logging)) if logging.keeps(decision) => {
                logging.redact(&mut event);
                lines.append(&Some(Arc::clone(&logging.destination)), &event);
            }
            // Its owner does not want it.
            (Some(_), Some(_)) => rules.filtered_log_lines.increment(),
        }
        lines.bytes += decision.as_ref().map_or(0, DecisionLine::len);
        lines.decisions.extend(decision);
        if lines.bytes >= WRITE_BYTES {
            hand_over(shared, rules, std::mem::take(&mut lines));
        }
    }
    if lines.bytes > 0 {
        hand_over(shared, rules, lines);
    }
}

fn hand_over(shared: &Shared, rules: &RuleCounters<'_>, lines: Lines) {
    let mut writes = lock(&shared.writes);
    if writes.batches.len() >= WRITES_MAX {
        drop(writes);
        rules.dropped_log_lines.add(lines.log_lines());
        rules.dropped_access_lines.add(lines.access_lines());
        rules.dropped_decisions.add(lines.decisions.len() as u64);
        return;
    }
    writes.taken += 1;
    writes.batches.push(lines);
    drop(writes);
    shared.wake_writer.notify_one();
}

fn write(shared: &Shared, mut log_files: LogFiles) {
    let failed_log_lines = dropped(&shared.registry, "waf_log_write");
    let failed_access_lines = dropped(&shared.registry, "access_log_write");
    let failed_decisions = dropped(&shared.registry, "decisions_write");
    let deleted = shared.registry.counter(
        "btz_access_log_deleted_files_total",
        "Files of access logs that were deleted because their bucket was full.",
        &[],
    );
    let mut access_files = AccessFiles::new();
    let mut written = 0;
    loop {
        let batches = {
            let mut writes = lock(&shared.writes);
            while writes.batches.is_empty() && !writes.closed {
                writes = shared
                    .wake_writer
                    .wait(writes)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            if writes.batches.is_empty() {
                return;
            }
            std::mem::take(&mut writes.batches)
        };
        for lines in batches {
            let mut log = Ok(());
            for of_one in &lines.logs {
                let appended = log_files.append(&of_one.destination, &of_one.lines);
                if appended.is_err() {
                    failed_log_lines.add(of_one.count);
                    log = appended;
                }
            }
            for of_one in &lines.access {
                let appended = access_files.append(
                    &of_one.logs,
                    (&of_one.place, of_one.kind),
                    &of_one.load_balancer_arn,
                    of_one.end,
                    &of_one.lines,
                );
                match appended {
                    Ok(files) => deleted.add(files),
                    Err(error) => {
                        failed_access_lines.add(of_one.count);
                        log = Err(error);
                    }
                }
            }
            let decisions = shared.decisions.persist(&lines.decisions);
            if decisions.is_err() {
                failed_decisions.add(lines.decisions.len() as u64);
            }
            shared.disk(log.and(decisions));
            written += 1;
            shared.written.send_replace(written);
        }
        let collections = Arc::clone(&lock(&shared.collections));
        log_files.retain(|destination| {
            let mut logging = collections
                .values()
                .filter_map(|kept| kept.logging.as_ref());
            logging.any(|logging| *logging.destination == *destination)
        });
        if lock(&shared.access_logs).is_none() {
            access_files.close();
        }
    }
}

impl Shared {
    /// Says once that the disk fails, and once that it works again.
    fn disk(&self, outcome: io::Result<()>) {
        let failing = outcome.is_err();
        let before = self.disk_is_failing.swap(failing, Ordering::Relaxed);
        match outcome {
            Err(error) if !before => tracing::error!(
                %error,
                "telemetry: the log files cannot be written; lines are dropped and counted until they can"
            ),
            Ok(()) if before => tracing::info!("telemetry: the log files are written again"),
            _ => {}
        }
    }
}
