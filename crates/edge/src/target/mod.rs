//! The way to targets: which one, at which address, over a connection that is kept or a new one.

mod connect;
mod end;
mod fleet;
mod health_check;
mod http1;
mod http2;
mod pool;
mod turns;

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use route::Target;
use route::stickiness::CookieKey;
use rustls::ClientConfig;

use crate::Limits;
use connect::TargetStream;
pub(crate) use end::TargetEnd;
pub(crate) use fleet::{Fleet, GroupState};
use health_check::Checks;
pub(crate) use http1::{AnswerError, TargetConnection};
use http2::Http2Connections;
pub(crate) use http2::{Http2Target, Place};
pub(crate) use pool::{Key, Pool};
use turns::Turns;

/// How long a target's name stays resolved.
const RESOLVED: Duration = Duration::from_secs(5);
/// How long a name that could not be resolved is not asked for again.
const UNRESOLVED: Duration = Duration::from_secs(1);
/// Names that are kept resolved.
const NAMES: usize = 1024;

/// Chooses targets and knows how to reach them.
#[derive(Debug)]
pub(crate) struct Targets {
    pub(crate) fleet: Fleet,
    checks: Checks,
    /// Seals the cookies that keep clients with their targets.
    pub(crate) cookie_key: CookieKey,
    turn: AtomicUsize,
    names: Mutex<BTreeMap<String, (Instant, Vec<IpAddr>)>>,
    /// Who asks for a name's addresses holds this.
    resolving: Turns<String>,
    tls: Arc<ClientConfig>,
    /// The same, and HTTP/2 is asked for.
    tls_http2: Arc<ClientConfig>,
    pub(crate) http2: Http2Connections,
    pub(crate) pool: Pool,
    connect_timeout: Duration,
}

/// Why a target could not be connected to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error("the target at {0} cannot be connected to: {1}")]
    Io(SocketAddr, io::Error),
    #[error("the target's name cannot be resolved: {0}")]
    Name(#[from] io::Error),
    #[error("the target's name has no address")]
    NoAddress,
    #[error("connecting to the target at {0} takes too long")]
    TimedOut(SocketAddr),
}

impl ConnectError {
    /// Where the target was, if its name has an address.
    pub(crate) const fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Io(address, _) | Self::TimedOut(address) => Some(*address),
            Self::Name(_) | Self::NoAddress => None,
        }
    }
}

impl Targets {
    pub(crate) fn new(
        tls: Option<Arc<ClientConfig>>,
        limits: &Limits,
        cookie_key: CookieKey,
    ) -> Result<Self, rustls::Error> {
        let tls = match tls {
            Some(tls) => tls,
            None => connect::unverified()?,
        };
        let mut tls_http2 = ClientConfig::clone(&tls);
        tls_http2.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self {
            tls_http2: Arc::new(tls_http2),
            http2: Http2Connections::default(),
            fleet: Fleet::default(),
            checks: Checks::default(),
            cookie_key,
            turn: AtomicUsize::new(0),
            names: Mutex::default(),
            resolving: Turns::default(),
            tls,
            pool: Pool::new(limits.upstream_pool, limits.upstream_idle),
            connect_timeout: limits.upstream_connect,
        })
    }

    /// A connection to `target`: one that was kept, unless a `new` one is wanted.
    pub(crate) async fn connection(
        &self,
        target: &Target,
        new: bool,
    ) -> Result<TargetConnection, ConnectError> {
        let key = self.key(target).await?;
        if !new && let Some(kept) = self.pool.take(&key) {
            return Ok(kept);
        }
        let stream = self.connect(&key, &self.tls).await?;
        Ok(TargetConnection::new(stream, key))
    }

    /// A place on a connection to `target` that speaks HTTP/2, shared with other requests unless a
    /// `new` one is wanted.
    pub(crate) async fn http2_connection(
        &self,
        target: &Target,
        new: bool,
    ) -> Result<(Place, SocketAddr), ConnectError> {
        let key = self.key(target).await?;
        let address = key.address;
        let connect = async {
            let mut turn = None;
            if !new {
                if let Some(known) = self.http2.take(&key).await {
                    return Ok(known);
                }
                turn = Some(self.http2.connecting.take(&key).await);
                if let Some(known) = self.http2.take(&key).await {
                    return Ok(known);
                }
            }
            let stream = self.connect(&key, &self.tls_http2).await?;
            let adopted = self.http2.adopt(stream, key, &target.host, !new).await;
            drop(turn);
            adopted.map_err(|error| ConnectError::Io(address, io::Error::other(error)))
        };
        let connected = tokio::time::timeout(self.connect_timeout, connect).await;
        let requests = connected.map_err(|_| ConnectError::TimedOut(address))??;
        Ok((requests, address))
    }

    async fn key(&self, target: &Target) -> Result<Key, ConnectError> {
        let ip = match target.host.parse() {
            Ok(ip) => ip,
            Err(_) => tokio::time::timeout(self.connect_timeout, self.resolve(&target.host))
                .await
                .map_err(|_| ConnectError::Name(io::ErrorKind::TimedOut.into()))??,
        };
        Ok(Key {
            address: SocketAddr::new(ip, target.port),
            tls: target.tls.then(|| target.host.as_str().into()),
        })
    }

    async fn connect(
        &self,
        key: &Key,
        tls: &Arc<ClientConfig>,
    ) -> Result<TargetStream, ConnectError> {
        let tls = key
            .tls
            .as_ref()
            .map(|host| (host.as_ref(), Arc::clone(tls)));
        let connect = TargetStream::connect(key.address, tls);
        tokio::time::timeout(self.connect_timeout, connect)
            .await
            .map_err(|_| ConnectError::TimedOut(key.address))?
            .map_err(|error| ConnectError::Io(key.address, error))
    }

    async fn resolve(&self, host: &str) -> Result<IpAddr, ConnectError> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let pick = |ips: &[IpAddr]| {
            let at = turn.checked_rem(ips.len())?;
            ips.get(at).copied()
        };
        let names = || self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let known = || names().get(host).cloned();
        let fresh = |known: &Option<(Instant, Vec<IpAddr>)>| {
            let (when, ips) = known.as_ref()?;
            match pick(ips) {
                Some(ip) if when.elapsed() < RESOLVED => Some(Ok(ip)),
                // It had none a moment ago: the resolver is not asked by every request.
                None if when.elapsed() < UNRESOLVED => Some(Err(ConnectError::NoAddress)),
                _ => None,
            }
        };
        let before = known();
        if let Some(picked) = fresh(&before) {
            return picked;
        }
        // A resolver that hangs holds one thread for each name, not one for each request: other
        // names need some too.
        let host_key = host.to_owned();
        let _turn = match self.resolving.try_take(&host_key) {
            Some(turn) => turn,
            None => {
                // Somebody asks already: what was known does meanwhile.
                if let Some(ip) = before.as_ref().and_then(|(_, ips)| pick(ips)) {
                    return Ok(ip);
                }
                self.resolving.take(&host_key).await
            }
        };
        let known = known();
        if let Some(picked) = fresh(&known) {
            return picked;
        }
        let ips: Vec<IpAddr> = match tokio::net::lookup_host((host, 0)).await {
            Ok(found) => found.map(|address| address.ip()).collect(),
            // A resolver that is down for a moment must not stop traffic: the old answer stands.
            Err(error) => {
                tracing::debug!(%error, host, "a target's name cannot be resolved");
                known.map(|(_, ips)| ips).unwrap_or_default()
            }
        };
        let picked = pick(&ips);
        let mut names = names();
        if names.len() >= NAMES {
            names.clear();
        }
        names.insert(host.to_owned(), (Instant::now(), ips));
        picked.ok_or(ConnectError::NoAddress)
    }
}
