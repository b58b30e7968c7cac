//! The life of an edge: start, listen where the snapshot says, serve, drain.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use route::health::Health;
use route::stickiness::{CookieKey, KEY_BYTES};
use rustls::sign::CertifiedKey;
use telemetry::request::RequestSink;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};
use types::{Clock, Entropy};
use zeroize::Zeroize as _;

use crate::connection::{Shared, Steady};
use crate::counters::{Counters, CountersSnapshot};
use crate::date::Dates;
use crate::door::Door;
use crate::identity::Identities;
use crate::sweep::{Registry, TICK};
use crate::target::Targets;
use crate::tls::Tls;
use crate::{Config, Policy, Snapshot};

/// How often a drain looks whether all connections have ended.
const DRAIN_LOOK: Duration = Duration::from_millis(20);
/// How long connections that were cut at the end of a drain may take to notice.
const CUT_GRACE: Duration = Duration::from_secs(1);
/// After how many ticks an address is tried again that could not be bound.
const BIND_AGAIN_TICKS: u32 = 20;
/// Connections that the kernel holds until they are accepted.
const BACKLOG: u32 = 4096;

/// Why an edge did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// TLS towards targets cannot be set up.
    #[error("TLS towards targets cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// There is no randomness to make a key for stickiness cookies of.
    #[error("the system gives no random bytes")]
    Entropy,
}

/// A running edge. It serves until [`Edge::shutdown`]; dropped without, it serves on.
pub struct Edge {
    addresses: Vec<SocketAddr>,
    shared: Arc<Shared>,
    registry: Arc<Registry>,
    targets: Arc<Targets>,
    doors: Arc<Doors>,
    shutdown: watch::Sender<bool>,
    sweep: JoinHandle<()>,
}

impl fmt::Debug for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edge")
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}

impl Edge {
    /// Binds every listener of `config` and serves on the runtime it is called on. Each request is
    /// judged by the snapshot that `policy` holds when its head has been read. Where the snapshot
    /// has listeners at other addresses, these are bound and left as it changes.
    ///
    /// # Errors
    /// When an address of `config` cannot be bound; nothing listens then.
    pub async fn start(
        config: Config,
        policy: Policy,
        sink: Arc<dyn RequestSink>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StartError> {
        let cookie_key = match config.cookie_key {
            Some(key) => key,
            None => cookie_key(&*entropy)?,
        };
        let targets = Targets::new(config.target_tls, &config.limits, cookie_key)?;
        let targets = Arc::new(targets);
        let mut sockets = Sockets::new(config.sockets);
        let mut bound = Vec::with_capacity(config.listeners.len());
        for listener in config.listeners {
            let fail = |source| StartError::Bind {
                address: listener.address,
                source,
            };
            let socket = sockets.listen(listener.address).map_err(fail)?;
            let address = socket.local_addr().map_err(fail)?;
            bound.push((socket, address, listener.https));
        }
        let shared = Arc::new(Shared {
            policy,
            sink,
            steady: Steady::new(clock.now()),
            dates: Dates::new(Arc::clone(&clock)),
            clock,
            identities: Identities::new(entropy),
            limits: config.limits,
            rates: config.rates,
            counters: Counters::default(),
            ticks: 0.into(),
            draining: false.into(),
            leaving: false.into(),
        });
        let registry = Arc::new(Registry::default());
        let (shutdown, _) = watch::channel(false);
        let doors = Arc::new(Doors {
            shared: Arc::clone(&shared),
            registry: Arc::clone(&registry),
            targets: Arc::clone(&targets),
            identity: config.identity,
            shutdown: shutdown.subscribe(),
            open: Mutex::new(Open {
                doors: BTreeMap::new(),
                sockets,
            }),
        });
        let mut addresses = Vec::with_capacity(bound.len());
        for (socket, address, https) in bound {
            addresses.push(address);
            doors.open(socket, address, https, true);
        }
        // What the snapshot has already listens when this returns.
        let snapshot = shared.policy.load_full();
        targets.fleet.follow(&snapshot.table, shared.steady.now());
        doors.follow(&snapshot);
        // A socket that listens and is not accepted from leaves its clients hanging.
        doors.lock().sockets.0.clear();
        let sweep = tokio::spawn(sweep(
            Arc::clone(&shared),
            Arc::clone(&registry),
            Arc::clone(&targets),
            Arc::clone(&doors),
        ));
        Ok(Self {
            addresses,
            shared,
            registry,
            targets,
            doors,
            shutdown,
            sweep,
        })
    }

    /// The bound addresses, in the order of the configured listeners.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Every address that is listened on now.
    #[must_use]
    pub fn listening(&self) -> Vec<SocketAddr> {
        self.doors.lock().doors.keys().copied().collect()
    }

    /// The listening sockets, for whoever serves here next ([`Config::sockets`]).
    ///
    /// # Errors
    /// When the system has no more file descriptors.
    pub fn sockets(&self) -> io::Result<Vec<std::net::TcpListener>> {
        use std::os::fd::AsFd as _;
        let open = self.doors.lock();
        open.doors
            .values()
            .map(|door| {
                let socket = door.socket.as_fd().try_clone_to_owned()?;
                Ok(std::net::TcpListener::from(socket))
            })
            .collect()
    }

    /// The counters now.
    #[must_use]
    pub fn counters(&self) -> CountersSnapshot {
        self.shared.counters.snapshot()
    }

    /// Connections open now.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.registry.total()
    }

    /// What health checks say of a target; `None` when there is no such target in force.
    #[must_use]
    pub fn target_health(&self, target_group_arn: &str, host: &str, port: u16) -> Option<Health> {
        self.targets.health(target_group_arn, host, port)
    }

    /// Drains: accepts nothing more, closes idle connections, lets requests in progress end, and
    /// cuts what is left after `grace`.
    pub async fn shutdown(self, grace: Duration) {
        self.drain(Duration::ZERO, grace).await;
    }

    /// As [`Edge::shutdown`], while somebody else goes on accepting from the same sockets: HTTP/1
    /// clients are told with their next answer that it is the last on their connection, for which
    /// they have `idle` time, so that no connection closes while its client sends. HTTP/2 clients
    /// are told at once: the protocol says which of their requests will still be answered.
    pub async fn drain(self, idle: Duration, grace: Duration) {
        // Nobody left to tell is fine: then there is no connection either.
        self.shutdown.send_replace(true);
        self.shared.draining.store(true, Ordering::Release);
        // One that was accepted in this very moment counts as open from then on.
        self.doors.stop_accepting().await;
        let begin = Instant::now();
        let mut left = false;
        while self.registry.total() > 0 && begin.elapsed() < grace {
            if !left && begin.elapsed() >= idle {
                left = true;
                self.shared.leaving.store(true, Ordering::Release);
                self.registry.wake_all();
            }
            tokio::time::sleep(DRAIN_LOOK).await;
        }
        self.registry.cut_all();
        let end = Instant::now() + CUT_GRACE;
        while self.registry.total() > 0 && Instant::now() < end {
            tokio::time::sleep(DRAIN_LOOK).await;
        }
        self.sweep.abort();
    }
}

/// The addresses that are listened on.
struct Doors {
    shared: Arc<Shared>,
    registry: Arc<Registry>,
    targets: Arc<Targets>,
    identity: Option<Arc<CertifiedKey>>,
    shutdown: watch::Receiver<bool>,
    open: Mutex<Open>,
}

struct Open {
    doors: BTreeMap<SocketAddr, OpenDoor>,
    sockets: Sockets,
}

struct OpenDoor {
    socket: Arc<TcpListener>,
    accepting: JoinHandle<()>,
    /// It stays whatever the snapshot says.
    stays: bool,
}

impl Doors {
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self, socket: TcpListener, address: SocketAddr, https: bool, stays: bool) {
        let policy = Arc::clone(&self.shared.policy);
        let door = Door {
            address,
            tls: Tls::new(address, policy, self.identity.clone()),
            https,
            shared: Arc::clone(&self.shared),
            registry: Arc::clone(&self.registry),
            targets: Arc::clone(&self.targets),
            shutdown: self.shutdown.clone(),
        };
        let socket = Arc::new(socket);
        let accepting = tokio::spawn(door.accept(Arc::clone(&socket)));
        let open = OpenDoor {
            socket,
            accepting,
            stays,
        };
        self.lock().doors.insert(address, open);
    }

    /// Listens where `snapshot` has listeners, and nowhere else. Connections that are open stay so.
    /// Answers whether it does: an address that cannot be bound is tried again.
    fn follow(&self, snapshot: &Snapshot) -> bool {
        if *self.shutdown.borrow() {
            return true;
        }
        let mut all = true;
        let wanted = &snapshot.table.addresses;
        self.lock().doors.retain(|address, door| {
            let keep = door.stays || wanted.contains_key(address);
            if !keep {
                door.accepting.abort();
                tracing::info!(%address, "no longer listening");
            }
            keep
        });
        for (address, listeners) in wanted {
            if self.lock().doors.contains_key(address) {
                continue;
            }
            let listened = self.lock().sockets.listen(*address);
            match listened {
                Ok(socket) => {
                    let https = listeners.iter().any(|listener| listener.tls.is_some());
                    self.open(socket, *address, https, false);
                    tracing::info!(%address, "listening");
                }
                Err(error) => {
                    self.shared.counters.listen_errors.increment();
                    tracing::error!(%error, %address, "a listener's address cannot be bound");
                    all = false;
                }
            }
        }
        all
    }

    /// Waits until nothing is accepted any more, and closes the sockets.
    async fn stop_accepting(&self) {
        let doors = std::mem::take(&mut self.lock().doors);
        for (address, door) in doors {
            // Told by `shutdown` to end.
            if let Err(error) = door.accepting.await
                && error.is_panic()
            {
                tracing::error!(%address, "accepting ended by a panic");
            }
        }
    }
}

/// Sockets that listen already, until somebody asks for their address.
struct Sockets(Vec<std::net::TcpListener>);

impl Sockets {
    const fn new(sockets: Vec<std::net::TcpListener>) -> Self {
        Self(sockets)
    }

    /// A socket that listens on `address`: an inherited one, or a new one.
    fn listen(&mut self, address: SocketAddr) -> io::Result<TcpListener> {
        let is_it = |socket: &std::net::TcpListener| {
            socket.local_addr().is_ok_and(|bound| bound == address)
        };
        if let Some(at) = self.0.iter().position(is_it) {
            let socket = self.0.swap_remove(at);
            socket.set_nonblocking(true)?;
            return TcpListener::from_std(socket);
        }
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // A restart must not wait for the last connections to time out.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    }
}

/// A key for stickiness cookies that nobody else has.
fn cookie_key(entropy: &dyn Entropy) -> Result<CookieKey, StartError> {
    let mut bytes = [0; KEY_BYTES];
    entropy.fill(&mut bytes).map_err(|_| StartError::Entropy)?;
    let key = CookieKey::new(&bytes).map_err(|_| StartError::Entropy);
    bytes.zeroize();
    key
}

async fn sweep(
    shared: Arc<Shared>,
    registry: Arc<Registry>,
    targets: Arc<Targets>,
    doors: Arc<Doors>,
) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut followed: Option<Arc<Snapshot>> = None;
    let mut unbound = false;
    loop {
        ticks.tick().await;
        shared.ticks.fetch_add(1, Ordering::Relaxed);
        registry.sweep(&shared);
        targets.pool.expire();
        let snapshot = shared.policy.load_full();
        let is_new = followed
            .as_ref()
            .is_none_or(|followed| !Arc::ptr_eq(followed, &snapshot));
        if is_new {
            targets.fleet.follow(&snapshot.table, shared.steady.now());
            targets.http2.follow(&snapshot.table);
            unbound = !doors.follow(&snapshot);
            followed = Some(snapshot);
        } else if unbound && shared.tick().is_multiple_of(BIND_AGAIN_TICKS) {
            unbound = !doors.follow(&snapshot);
        }
        targets.check_health(&shared);
    }
}
