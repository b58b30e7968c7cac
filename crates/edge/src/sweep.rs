//! The sweep: every [`TICK`] it looks at each connection's meters and cuts those that take longer,
//! or give less, than the limits allow. Requests themselves set no timer, which keeps them cheap.
//! What it cuts: slow heads (Slowloris), slow bodies (R.U.D.Y.), slow readers, idle connections.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Limits;
use crate::connection::{Connection, Cut, Meter, Phase, Shared};

/// How often the sweep runs, and the unit of the edge's coarse clock.
pub(crate) const TICK: Duration = Duration::from_millis(250);
/// How long a refused client may take to read why.
const LINGER: Duration = Duration::from_secs(2);

/// `duration` in ticks, rounded up, and one more because a tick may be nearly over when it counts.
fn ticks(duration: Duration) -> u32 {
    let ticks = duration.as_millis().div_ceil(TICK.as_millis()) + 1;
    u32::try_from(ticks).unwrap_or(u32::MAX)
}

/// Whole seconds of a number of ticks.
pub(crate) fn seconds(ticks: u32) -> u32 {
    let ticks_per_second = u32::try_from(1000 / TICK.as_millis()).unwrap_or(1);
    ticks / ticks_per_second.max(1)
}

/// All open connections of an edge.
#[derive(Debug, Default)]
pub(crate) struct Registry(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    next: u64,
    connections: BTreeMap<u64, Swept>,
    by_source: BTreeMap<IpAddr, usize>,
    /// Open ones, those included that are in their TLS handshake.
    total: usize,
}

/// A place that a connection holds among the open ones; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    registry: Arc<Registry>,
    source: IpAddr,
    number: Option<u64>,
}

/// Why a connection gets no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    Total,
    Source,
}

impl Registry {
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Open connections.
    pub(crate) fn total(&self) -> usize {
        self.lock().total
    }

    /// Takes a place for a connection from `ip`.
    pub(crate) fn admit(self: &Arc<Self>, ip: IpAddr, limits: &Limits) -> Result<Place, Full> {
        let source = source_of(ip);
        let mut open = self.lock();
        if open.total >= limits.connections {
            return Err(Full::Total);
        }
        let from_source = open.by_source.entry(source).or_default();
        if *from_source >= limits.connections_per_source {
            return Err(Full::Source);
        }
        *from_source += 1;
        open.total += 1;
        drop(open);
        Ok(Place {
            registry: Arc::clone(self),
            source,
            number: None,
        })
    }

    /// Looks at every connection once.
    pub(crate) fn sweep(&self, shared: &Shared) {
        let now = shared.tick();
        for swept in self.lock().connections.values_mut() {
            if let Some(cut) = swept.judge(now, &shared.limits) {
                swept.connection.cut(cut);
            }
        }
    }

    /// Wakes every connection, to notice that the edge drains.
    pub(crate) fn wake_all(&self) {
        for swept in self.lock().connections.values() {
            swept.connection.meter.reader.wake();
        }
    }

    /// Cuts every connection that is left.
    pub(crate) fn cut_all(&self) {
        for swept in self.lock().connections.values() {
            swept.connection.cut(Cut::Shutdown);
        }
    }
}

impl Place {
    /// From now on the connection is swept.
    pub(crate) fn fill(&mut self, connection: Arc<Connection>) {
        let mut open = self.registry.lock();
        let number = open.next;
        open.next += 1;
        open.connections.insert(number, Swept::new(connection));
        self.number = Some(number);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.registry.lock();
        open.total = open.total.saturating_sub(1);
        if let Some(number) = self.number {
            open.connections.remove(&number);
        }
        if let Some(number) = open.by_source.get_mut(&self.source) {
            *number = number.saturating_sub(1);
            if *number == 0 {
                open.by_source.remove(&self.source);
            }
        }
    }
}

/// One address for IPv4, one /64 for IPv6: that is what one subscriber has.
fn source_of(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => {
            let network = v6.to_bits() >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// A connection, and what the sweep remembers of it from one look to the next.
#[derive(Debug)]
struct Swept {
    connection: Arc<Connection>,
    reading: Waited,
    writing: Waited,
    /// Bytes in both directions at the last look, and the tick since when they are the same.
    bytes: u64,
    quiet_since: u32,
}

/// How long a client was waited for, and what it moved meanwhile.
#[derive(Debug, Default)]
struct Waited {
    ticks: u32,
    from_bytes: u64,
}

impl Waited {
    /// `true` when the client moved less than it must in the time that it was waited for. Each
    /// `slow_grace` of waiting is judged on its own: being quick once buys no time later.
    fn is_slow(&mut self, waiting: bool, bytes: u64, limits: &Limits) -> bool {
        if self.ticks == 0 {
            self.from_bytes = bytes;
        }
        if waiting {
            self.ticks += 1;
        }
        if self.ticks < ticks(limits.slow_grace) {
            return false;
        }
        let waited = u64::from(self.ticks) * u64::try_from(TICK.as_millis()).unwrap_or(0);
        let moved = bytes.saturating_sub(self.from_bytes);
        self.ticks = 0;
        moved < limits.bytes_per_second.saturating_mul(waited) / 1000
    }
}

impl Swept {
    fn new(connection: Arc<Connection>) -> Self {
        let quiet_since = connection.shared.tick();
        Self {
            connection,
            reading: Waited::default(),
            writing: Waited::default(),
            bytes: 0,
            quiet_since,
        }
    }

    /// Whether the connection is to be cut, and why.
    fn judge(&mut self, now: u32, limits: &Limits) -> Option<Cut> {
        let meter: &Meter = &self.connection.meter;
        let phase = Phase::from_u8(meter.phase.load(Ordering::Acquire));
        let received = meter.bytes_in.load(Ordering::Relaxed);
        let sent = meter.bytes_out.load(Ordering::Relaxed);
        let in_phase = now.wrapping_sub(meter.entered.load(Ordering::Relaxed));
        if received.wrapping_add(sent) != self.bytes {
            self.bytes = received.wrapping_add(sent);
            self.quiet_since = now;
        }
        let quiet = now.wrapping_sub(self.quiet_since);

        let http2_bodies = meter.awaited_bodies.load(Ordering::Relaxed) > 0;
        let reads_body = match phase {
            Phase::Body => true,
            Phase::Frames => http2_bodies,
            _ => false,
        };
        let starved = reads_body && meter.starved.load(Ordering::Relaxed);
        if self.reading.is_slow(starved, received, limits) {
            return Some(Cut::SlowBody);
        }
        let stalled = meter.stalled.load(Ordering::Relaxed);
        if self.writing.is_slow(stalled, sent, limits) {
            return Some(Cut::SlowReader);
        }

        let (waited, limit, cut) = match phase {
            Phase::Head => (in_phase, limits.head_read, Cut::SlowHead),
            Phase::Idle => (in_phase, limits.idle, Cut::Idle),
            Phase::Tunnel => (quiet, limits.tunnel_idle, Cut::Idle),
            Phase::Linger => (in_phase, LINGER, Cut::Idle),
            Phase::Frames if meter.open_requests.load(Ordering::Relaxed) == 0 => {
                (quiet, limits.idle, Cut::Idle)
            }
            Phase::Frames | Phase::Body | Phase::Answer => return None,
        };
        (waited > ticks(limit)).then_some(cut)
    }
}
