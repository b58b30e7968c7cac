//! One client connection, as everything that deals with it shares it: who it is, and meters that
//! the metering stream writes, requests mark, and the sweep reads.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use futures_util::task::AtomicWaker;
use telemetry::exchange::Tls;
use telemetry::request::RequestSink;
use tokio::time::Instant;
use types::{Clock, RequestId, Time};

use crate::counters::Counters;
use crate::date::Dates;
use crate::fingerprint::Fingerprints;
use crate::forwarded::Forwarded;
use crate::identity::Identities;
use crate::streams::Streams;
use crate::{Limits, Snapshot};

/// What all connections of one edge share.
pub(crate) struct Shared {
    pub(crate) policy: Arc<ArcSwap<Snapshot>>,
    pub(crate) sink: Arc<dyn RequestSink>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) dates: Dates,
    pub(crate) steady: Steady,
    pub(crate) identities: Identities,
    pub(crate) limits: Limits,
    pub(crate) rates: Arc<waf::RateCounters>,
    pub(crate) counters: Counters,
    /// Counts sweeps: the edge's coarse monotonic clock, in units of [`crate::sweep::TICK`].
    pub(crate) ticks: AtomicU32,
    /// No connection is kept for another request any more.
    pub(crate) draining: AtomicBool,
    /// Idle connections are closed, too.
    pub(crate) leaving: AtomicBool,
}

/// Time for what lasts: it begins with the system's, and goes on whatever is done to that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steady {
    began: Instant,
    time: Time,
}

impl Steady {
    pub(crate) fn new(time: Time) -> Self {
        Self {
            began: Instant::now(),
            time,
        }
    }

    pub(crate) fn now(&self) -> Time {
        self.at(Instant::now())
    }

    pub(crate) fn at(&self, instant: Instant) -> Time {
        self.time
            .plus(instant.saturating_duration_since(self.began))
    }
}

impl Shared {
    pub(crate) fn tick(&self) -> u32 {
        self.ticks.load(Ordering::Relaxed)
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// One client connection.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) shared: Arc<Shared>,
    /// Names it in logs.
    pub(crate) id: RequestId,
    pub(crate) client: SocketAddr,
    /// The listener's bound address: load balancers are found by it.
    pub(crate) listener: SocketAddr,
    /// Whether it is HTTPS.
    pub(crate) tls: bool,
    pub(crate) fingerprints: Option<Fingerprints>,
    /// What was negotiated; `None` without TLS.
    pub(crate) tls_summary: Option<Tls>,
    /// The listener that has judged the client's certificate, and let it in.
    pub(crate) judged_by: Option<String>,
    /// When it was accepted, by [`Shared::steady`].
    pub(crate) since: Time,
    /// What targets are told of it.
    pub(crate) forwarded: Forwarded,
    pub(crate) meter: Meter,
    /// HTTP/2: which streams became requests.
    pub(crate) streams: Mutex<Streams>,
}

impl Connection {
    pub(crate) fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn client_ip(&self) -> IpAddr {
        self.client.ip().to_canonical()
    }

    pub(crate) const fn scheme(&self) -> &'static str {
        if self.tls { "https" } else { "http" }
    }

    /// Enters a phase; its time starts to run.
    pub(crate) fn enter(&self, phase: Phase) {
        let meter = &self.meter;
        // The time first: a sweep in between must not see the new phase with the old one's.
        meter.entered.store(self.shared.tick(), Ordering::Relaxed);
        meter.phase.store(phase as u8, Ordering::Release);
    }

    /// Cuts the connection: whoever reads or writes it next, or waits to, gets an error.
    pub(crate) fn cut(&self, cut: Cut) {
        let meter = &self.meter;
        let first = meter
            .cut
            .compare_exchange(0, cut as u8, Ordering::AcqRel, Ordering::Relaxed);
        if first.is_ok() {
            let counters = &self.shared.counters;
            match cut {
                Cut::SlowHead => counters.slow_heads.increment(),
                Cut::SlowBody => counters.slow_bodies.increment(),
                Cut::SlowReader => counters.slow_readers.increment(),
                Cut::Idle => counters.idle_closed.increment(),
                Cut::Shutdown => {}
            }
            meter.reader.wake();
            meter.writer.wake();
        }
    }
}

/// What a connection is doing, for the time limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// New, or an unfinished head: the head's time runs.
    Head = 0,
    /// Between requests.
    Idle = 1,
    /// A request body is being read.
    Body = 2,
    /// A request was read whole and is being answered: the target's time runs, not the client's.
    Answer = 3,
    /// Upgraded: bytes pass both ways.
    Tunnel = 4,
    /// HTTP/2, outside of a header block.
    Frames = 5,
    /// Refused; the client gets a moment to read why.
    Linger = 6,
}

impl Phase {
    pub(crate) const fn from_u8(number: u8) -> Self {
        match number {
            1 => Self::Idle,
            2 => Self::Body,
            3 => Self::Answer,
            4 => Self::Tunnel,
            5 => Self::Frames,
            6 => Self::Linger,
            _ => Self::Head,
        }
    }
}

/// Why a connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Cut {
    SlowHead = 1,
    SlowBody = 2,
    SlowReader = 3,
    Idle = 4,
    Shutdown = 5,
}

/// A connection's meters. All are relaxed: they are read by the sweep, some milliseconds later.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    pub(crate) phase: AtomicU8,
    /// The tick in which the phase was entered.
    pub(crate) entered: AtomicU32,
    pub(crate) bytes_in: AtomicU64,
    pub(crate) bytes_out: AtomicU64,
    /// Somebody waits for the client to send.
    pub(crate) starved: AtomicBool,
    /// Somebody waits for the client to take bytes.
    pub(crate) stalled: AtomicBool,
    /// HTTP/2: requests that are not answered yet.
    pub(crate) open_requests: AtomicU32,
    /// HTTP/2: requests whose body is waited for. One that a target is slow to take is not.
    pub(crate) awaited_bodies: AtomicU32,
    pub(crate) cut: AtomicU8,
    pub(crate) reader: AtomicWaker,
    pub(crate) writer: AtomicWaker,
}

impl Meter {
    pub(crate) fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Acquire) != 0
    }
}
