//! Sends spans in batches from a thread of its own. What a collector cannot take now is sent again,
//! later and later; what waits meanwhile is bounded, and what does not fit is dropped and counted.
//! Source: OpenTelemetry, "OTLP Specification", "Retryable Response Codes", "Throttling".

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::post::{Endpoint, Sent};
use super::spans;
use crate::counters::dropped;
use crate::metrics::{Counter, Registry};
use crate::request::RequestEvent;

/// How many requests' spans may wait.
pub const QUEUE_REQUESTS_MAX: usize = 8_192;
/// How many bytes of spans may wait.
pub const QUEUE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// How many requests' spans are sent at once.
pub const BATCH_REQUESTS_MAX: usize = 512;
/// How long one batch is tried.
pub const RETRY_FOR: Duration = Duration::from_secs(300);
/// How long spans wait for others.
const GATHER: Duration = Duration::from_secs(1);
/// How long after the first failure a batch is sent again: twice as long after each further one.
const RETRY_FIRST: Duration = Duration::from_millis(500);
/// The longest such pause.
const RETRY_MAX: Duration = Duration::from_secs(30);

/// Where traces go, and which.
#[derive(Debug, Clone)]
pub struct Config {
    /// The collector.
    pub endpoint: Endpoint,
    /// How many of a million traces that begin here are sampled.
    pub ratio_millionths: u32,
}

/// Takes events and exports their spans.
#[derive(Debug)]
pub(crate) struct Exporter {
    shared: Arc<Shared>,
    ratio_millionths: u32,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
    dropped: Counter,
    undelivered: Counter,
    rejected: Counter,
    exported: Counter,
    retries: Counter,
}

#[derive(Debug, Default)]
struct Queue {
    /// One text a request.
    waiting: VecDeque<String>,
    bytes: usize,
    closed: bool,
}

impl Exporter {
    pub(crate) fn start(config: Config, registry: &Registry) -> io::Result<Self> {
        let counter = |name, help| registry.counter(name, help, &[]);
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            wake: Condvar::new(),
            dropped: dropped(registry, "traces"),
            undelivered: dropped(registry, "traces_export"),
            rejected: counter(
                "btz_traces_rejected_spans_total",
                "Spans that the collector took not, of batches that it took.",
            ),
            exported: counter(
                "btz_traces_exported_requests_total",
                "Requests whose spans the collector has taken.",
            ),
            retries: counter(
                "btz_traces_retries_total",
                "Batches of spans that were sent again because the collector could not take them.",
            ),
        });
        let of_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("telemetry-traces".to_owned());
        let thread = thread.spawn(move || run(&of_thread, &config.endpoint))?;
        Ok(Self {
            shared,
            ratio_millionths: config.ratio_millionths,
            thread: Mutex::new(Some(thread)),
        })
    }

    pub(crate) const fn ratio(&self) -> u32 {
        self.ratio_millionths
    }

    /// Takes the spans of an event, if it is sampled and there is room.
    pub(crate) fn take(&self, event: &RequestEvent) {
        let Some(text) = spans::of(event) else {
            return;
        };
        let mut queue = self.shared.queue();
        let full =
            queue.waiting.len() >= QUEUE_REQUESTS_MAX || queue.bytes + text.len() > QUEUE_BYTES_MAX;
        if full || queue.closed {
            drop(queue);
            self.shared.dropped.increment();
            return;
        }
        queue.bytes += text.len();
        queue.waiting.push_back(text);
        let is_batch = queue.waiting.len() == BATCH_REQUESTS_MAX;
        drop(queue);
        if is_batch {
            self.shared.wake.notify_one();
        }
    }

    /// Sends what waits, each batch once more, and ends the thread.
    pub(crate) fn shutdown(&self) {
        self.shared.queue().closed = true;
        self.shared.wake.notify_all();
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("telemetry: the thread that exports traces has panicked");
        }
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.shutdown();
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next batch, when there are enough spans or they have waited long enough; `None` at the
    /// end.
    fn batch(&self) -> Option<Vec<String>> {
        let mut queue = self.queue();
        let until = Instant::now() + GATHER;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let is_time = queue.closed || left.is_zero();
            if queue.waiting.len() >= BATCH_REQUESTS_MAX || is_time {
                break;
            }
            let waited = self.wake.wait_timeout(queue, left);
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        if queue.waiting.is_empty() && queue.closed {
            return None;
        }
        let many = queue.waiting.len().min(BATCH_REQUESTS_MAX);
        let batch: Vec<_> = queue.waiting.drain(..many).collect();
        queue.bytes = queue
            .bytes
            .saturating_sub(batch.iter().map(String::len).sum());
        Some(batch)
    }

    /// Waits; answers whether there is still time to try again.
    fn pause(&self, pause: Duration) -> bool {
        let mut queue = self.queue();
        let until = Instant::now() + pause;
        while !queue.closed {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            let waited = self.wake.wait_timeout(queue, left);
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        false
    }
}

fn run(shared: &Shared, endpoint: &Endpoint) {
    let (begin, end) = spans::envelope();
    let mut is_failing = false;
    let mut random = [0];
    while let Some(batch) = shared.batch() {
        if batch.is_empty() {
            continue;
        }
        let requests = u64::try_from(batch.len()).unwrap_or(u64::MAX);
        let body = format!("{begin}{}{end}", batch.join(","));
        let outcome = send(shared, endpoint, body.as_bytes(), &mut random);
        match &outcome {
            Ok(rejected) => {
                shared.exported.add(requests);
                shared.rejected.add(*rejected);
            }
            Err(_) => {
                shared.undelivered.add(requests);
                // Nobody waits at the end for a collector that is not there.
                let mut queue = shared.queue();
                if queue.closed {
                    let left = u64::try_from(queue.waiting.len()).unwrap_or(u64::MAX);
                    shared.undelivered.add(left);
                    queue.waiting.clear();
                }
            }
        }
        // Said once, and once that it works again.
        match outcome {
            Err(why) if !is_failing => {
                tracing::error!(%why, "traces cannot be exported; they are dropped and counted until they can");
                is_failing = true;
            }
            Ok(_) if is_failing => {
                tracing::info!("traces are exported again");
                is_failing = false;
            }
            _ => {}
        }
    }
}

/// Sends one batch, again and again where that can help. Answers how many spans were rejected.
fn send(shared: &Shared, endpoint: &Endpoint, body: &[u8], random: &mut [u8]) -> io::Result<u64> {
    let begun = Instant::now();
    let mut pause = RETRY_FIRST;
    loop {
        let (wanted, failed) = match endpoint.post(body) {
            Ok(Sent::Taken { rejected }) => return Ok(rejected),
            Ok(Sent::Refused(status)) => {
                return Err(io::Error::other(format!("the collector answered {status}")));
            }
            Ok(Sent::Later(after)) => (after, io::Error::other("the collector is too busy")),
            Err(error) => (None, error),
        };
        // From a half to the whole of it, so that many edges do not come back at once.
        let chance = match aws_lc_rs::rand::fill(random) {
            Ok(()) => random.first().copied().unwrap_or_default(),
            Err(_) => 0,
        };
        let drawn = pause / 2 + pause / 2 * u32::from(chance) / 255;
        let drawn = wanted.map_or(drawn, |wanted| wanted.max(drawn));
        if begun.elapsed() + drawn > RETRY_FOR || !shared.pause(drawn) {
            return Err(failed);
        }
        shared.retries.increment();
        pause = (pause * 2).min(RETRY_MAX);
    }
}
