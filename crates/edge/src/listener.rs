//! The accept loops and the life of an edge: start, serve, drain.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use route::stickiness::{CookieKey, KEY_BYTES};
use rustls::ProtocolVersion;
use telemetry::exchange::Tls;
use telemetry::request::RequestSink;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, timeout};
use tokio_rustls::TlsAcceptor;
use types::{Clock, Entropy};
use zeroize::Zeroize as _;

use crate::connection::{Connection, Meter, Phase, Shared};
use crate::counters::{Counters, CountersSnapshot};
use crate::fingerprint::Fingerprints;
use crate::forwarded::Forwarded;
use crate::hello::read_client_hello;
use crate::identity::Identities;
use crate::metering::{MeteredStream, Transport};
use crate::sweep::{Full, Place, Registry, TICK};
use crate::target::Targets;
use crate::{Config, Policy, http1, http2};

/// How long accepting pauses after it failed, for example for lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How often a drain looks whether all connections have ended.
const DRAIN_LOOK: Duration = Duration::from_millis(20);
/// How long connections that were cut at the end of a drain may take to notice.
const CUT_GRACE: Duration = Duration::from_secs(1);

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
    shutdown: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
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
    /// judged by the snapshot that `policy` holds when its head has been read.
    ///
    /// # Errors
    /// When an address cannot be bound; nothing listens then.
    pub async fn start(
        config: Config,
        policy: Policy,
        sink: Arc<dyn RequestSink>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StartError> {
        let targets = Arc::new(Targets::new(
            config.target_tls,
            &config.limits,
            cookie_key(&*entropy)?,
        )?);
        let mut bound = Vec::with_capacity(config.listeners.len());
        for listener in config.listeners {
            let fail = |source| StartError::Bind {
                address: listener.address,
                source,
            };
            let socket = TcpListener::bind(listener.address).await.map_err(fail)?;
            let address = socket.local_addr().map_err(fail)?;
            bound.push((socket, address, listener.tls));
        }
        let shared = Arc::new(Shared {
            policy,
            sink,
            clock,
            identities: Identities::new(entropy),
            limits: config.limits,
            rates: config.rates,
            counters: Counters::default(),
            ticks: 0.into(),
            draining: false.into(),
        });
        let registry = Arc::new(Registry::default());
        let (shutdown, _) = watch::channel(false);
        let mut tasks = vec![tokio::spawn(sweep(
            Arc::clone(&shared),
            Arc::clone(&registry),
            Arc::clone(&targets),
        ))];
        let mut addresses = Vec::with_capacity(bound.len());
        for (socket, address, tls) in bound {
            addresses.push(address);
            let door = Door {
                address,
                tls: tls.map(TlsAcceptor::from),
                shared: Arc::clone(&shared),
                registry: Arc::clone(&registry),
                targets: Arc::clone(&targets),
                shutdown: shutdown.subscribe(),
            };
            tasks.push(tokio::spawn(door.accept(socket)));
        }
        Ok(Self {
            addresses,
            shared,
            registry,
            shutdown,
            tasks,
        })
    }

    /// The bound addresses, in the order of the configured listeners.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
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

    /// Drains: accepts nothing more, closes idle connections, lets requests in progress end, and
    /// cuts what is left after `grace`.
    pub async fn shutdown(self, grace: Duration) {
        // Nobody left to tell is fine: then there is no connection either.
        self.shutdown.send_replace(true);
        self.shared.draining.store(true, Ordering::Release);
        self.registry.wake_all();
        let end = Instant::now() + grace;
        while self.registry.total() > 0 && Instant::now() < end {
            tokio::time::sleep(DRAIN_LOOK).await;
        }
        self.registry.cut_all();
        let end = Instant::now() + CUT_GRACE;
        while self.registry.total() > 0 && Instant::now() < end {
            tokio::time::sleep(DRAIN_LOOK).await;
        }
        for task in &self.tasks {
            task.abort();
        }
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

async fn sweep(shared: Arc<Shared>, registry: Arc<Registry>, targets: Arc<Targets>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        shared.ticks.fetch_add(1, Ordering::Relaxed);
        registry.sweep(&shared);
        targets.pool.expire();
        targets.look_after(&shared);
    }
}

/// What was negotiated with a client.
fn summary(transport: &Transport) -> Option<Tls> {
    let Transport::Tls(stream) = transport else {
        return None;
    };
    let (_, session) = stream.get_ref();
    let cipher = session.negotiated_cipher_suite().map(|suite| suite.suite());
    Some(Tls {
        protocol: match session.protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => "TLSv1.3",
            Some(ProtocolVersion::TLSv1_2) => "TLSv1.2",
            _ => "-",
        },
        // rustls writes 1.3's names with the version in front of them.
        cipher: cipher
            .and_then(|cipher| cipher.as_str())
            .map(|name| name.replacen("TLS13_", "TLS_", 1))
            .unwrap_or_default(),
        server_name: session.server_name().map(ToOwned::to_owned),
        certificate_arn: None,
    })
}

/// One listening address.
struct Door {
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    shared: Arc<Shared>,
    registry: Arc<Registry>,
    targets: Arc<Targets>,
    shutdown: watch::Receiver<bool>,
}

impl Door {
    async fn accept(self, socket: TcpListener) {
        let door = Arc::new(self);
        let mut shutdown = door.shutdown.clone();
        loop {
            let accepted = tokio::select! {
                biased;
                _ = shutdown.wait_for(|shutdown| *shutdown) => return,
                accepted = socket.accept() => accepted,
            };
            let counters = &door.shared.counters;
            let (stream, client) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    counters.accept_errors.increment();
                    tracing::warn!(%error, address = %door.address, "cannot accept");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let place = match door.registry.admit(client.ip(), &door.shared.limits) {
                Ok(place) => place,
                Err(Full::Total) => {
                    counters.connections_refused_total.increment();
                    continue;
                }
                Err(Full::Source) => {
                    counters.connections_refused_source.increment();
                    continue;
                }
            };
            counters.connections_accepted.increment();
            let door = Arc::clone(&door);
            tokio::spawn(async move {
                door.serve(stream, client, place).await;
                door.shared.counters.connections_closed.increment();
            });
        }
    }

    async fn serve(&self, stream: TcpStream, client: SocketAddr, mut place: Place) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was not set");
        }
        let (transport, fingerprints) = match &self.tls {
            None => (Transport::Plain(stream), None),
            Some(tls) => match self.handshake(tls, stream).await {
                Some((transport, fingerprints)) => (transport, Some(fingerprints)),
                None => return,
            },
        };
        let http2 = matches!(
            &transport,
            Transport::Tls(stream) if stream.get_ref().1.alpn_protocol() == Some(b"h2")
        );
        let connection = Arc::new(Connection {
            shared: Arc::clone(&self.shared),
            client,
            listener: self.address,
            tls: self.tls.is_some(),
            tls_summary: summary(&transport),
            since: self.shared.clock.now(),
            fingerprints,
            forwarded: Forwarded::new(
                client,
                if self.tls.is_some() { "https" } else { "http" },
                self.address.port(),
            ),
            meter: Meter::default(),
        });
        connection.enter(Phase::Head);
        place.fill(Arc::clone(&connection));
        let mut stream = MeteredStream::new(transport, connection);
        if http2 {
            stream.speak_http2();
        } else if self.tls.is_none()
            && let Err(error) = stream.detect_http2().await
        {
            tracing::debug!(%error, %client, "a connection broke before its first request");
            return;
        }
        if stream.speaks_http2() {
            http2::serve(stream, Arc::clone(&self.targets), self.shutdown.clone()).await;
        } else {
            http1::serve(stream, &self.targets).await;
        }
    }

    async fn handshake(
        &self,
        tls: &TlsAcceptor,
        stream: TcpStream,
    ) -> Option<(Transport, Fingerprints)> {
        let counters = &self.shared.counters;
        let handshake = async {
            let (hello, stream) = read_client_hello(stream).await?;
            let fingerprints = Fingerprints::of(&hello)?;
            let stream = tls.accept(stream).await?;
            Ok::<_, crate::hello::HelloError>((Transport::Tls(Box::new(stream)), fingerprints))
        };
        match timeout(self.shared.limits.tls_handshake, handshake).await {
            Ok(Ok(done)) => {
                counters.tls_handshakes.increment();
                Some(done)
            }
            Ok(Err(error)) => {
                counters.tls_handshake_errors.increment();
                tracing::debug!(%error, "a TLS handshake failed");
                None
            }
            Err(_) => {
                counters.tls_handshake_timeouts.increment();
                None
            }
        }
    }
}
