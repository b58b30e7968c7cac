//! The way to targets: which one, at which address, over TCP or TLS.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use pingora_core::connectors::L4Connect;
use pingora_core::protocols::l4::socket::SocketAddr as PingoraAddress;
use pingora_core::protocols::l4::stream::Stream as PingoraStream;
use pingora_core::protocols::l4::virt::{VirtualSockOpt, VirtualSocket, VirtualSocketStream};
use pingora_core::upstreams::peer::HttpPeer;
use pingora_core::{Error, ErrorType};
use route::{LoadBalancer, Target};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::Limits;

/// How long a target's name stays resolved.
const RESOLVED: Duration = Duration::from_secs(5);
/// The pool's group of connections for upgrades.
const UPGRADES: u64 = 1;
/// Names that are kept resolved.
const NAMES: usize = 1024;

/// Chooses targets and knows how to reach them.
#[derive(Debug)]
pub(crate) struct Upstreams {
    turn: AtomicUsize,
    names: Mutex<BTreeMap<String, (Instant, Vec<IpAddr>)>>,
    tls: Arc<ClientConfig>,
}

impl Upstreams {
    pub(crate) fn new(tls: Option<Arc<ClientConfig>>) -> Result<Self, rustls::Error> {
        let tls = match tls {
            Some(tls) => tls,
            None => unverified()?,
        };
        Ok(Self {
            turn: AtomicUsize::new(0),
            names: Mutex::default(),
            tls,
        })
    }

    /// The target whose turn it is, ready to be connected to; `None` when there are no targets.
    pub(crate) async fn peer(
        &self,
        load_balancer: &LoadBalancer,
        upgrade: bool,
        limits: &Limits,
    ) -> pingora_core::Result<Option<Box<HttpPeer>>> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let Some(target) = load_balancer.target(turn) else {
            return Ok(None);
        };
        let ip = match target.host.parse() {
            Ok(ip) => ip,
            Err(_) => self.resolve(&target.host, turn).await?,
        };
        let address = SocketAddr::new(ip, target.port);
        Ok(Some(Box::new(
            self.peer_at(address, target, upgrade, limits),
        )))
    }

    fn peer_at(
        &self,
        address: SocketAddr,
        target: &Target,
        upgrade: bool,
        limits: &Limits,
    ) -> HttpPeer {
        // The pool tells connections apart by this name: those with TLS have one.
        let name = if target.tls {
            target.host.clone()
        } else {
            String::new()
        };
        let mut peer = HttpPeer::new(address, false, name);
        let options = &mut peer.options;
        options.connection_timeout = Some(limits.upstream_connect);
        options.total_connection_timeout = Some(limits.upstream_connect);
        options.read_timeout = Some(limits.upstream_read);
        options.write_timeout = Some(limits.upstream_write);
        options.idle_timeout = Some(limits.upstream_idle);
        if target.tls || upgrade {
            let tls = target
                .tls
                .then(|| (target.host.clone(), Arc::clone(&self.tls)));
            options.custom_l4 = Some(Arc::new(Connect {
                address,
                tls,
                timeout: limits.upstream_connect,
                upgrade,
            }));
        }
        if upgrade {
            // A new connection of its own, never one of the pool's.
            peer.group_key = UPGRADES;
        }
        peer
    }

    async fn resolve(&self, host: &str, turn: usize) -> pingora_core::Result<IpAddr> {
        let pick = |ips: &[IpAddr]| {
            let at = turn.checked_rem(ips.len())?;
            ips.get(at).copied()
        };
        let names = || self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let known = names().get(host).cloned();
        if let Some((when, ips)) = &known
            && when.elapsed() < RESOLVED
            && let Some(ip) = pick(ips)
        {
            return Ok(ip);
        }
        let resolved = tokio::net::lookup_host((host, 0)).await;
        let ips: Vec<IpAddr> = match resolved {
            Ok(found) => found.map(|address| address.ip()).collect(),
            // A resolver that is down for a moment must not stop traffic: the old answer stands.
            Err(error) => known.map(|(_, ips)| ips).ok_or_else(|| {
                Error::because(
                    ErrorType::ConnectError,
                    "the target's name is unknown",
                    error,
                )
                .into_up()
            })?,
        };
        let picked = pick(&ips);
        let mut names = names();
        if names.len() >= NAMES {
            names.clear();
        }
        names.insert(host.to_owned(), (Instant::now(), ips));
        picked.ok_or_else(|| {
            Error::explain(ErrorType::ConnectError, "the target's name has no address").into_up()
        })
    }
}

/// Connects to a target where pingora's own connector does not do: by TLS, or for an upgrade.
struct Connect {
    address: SocketAddr,
    /// The target's name and how it is verified; `None` for plain TCP.
    tls: Option<(String, Arc<ClientConfig>)>,
    timeout: Duration,
    upgrade: bool,
}

impl std::fmt::Debug for Connect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = if self.tls.is_some() { "TLS" } else { "TCP" };
        write!(f, "Connect({kind} to {})", self.address)
    }
}

impl Connect {
    async fn stream(&self) -> pingora_core::Result<TargetStream> {
        let tcp = TcpStream::connect(self.address).await.map_err(|error| {
            Error::because(ErrorType::ConnectError, "connecting to the target", error)
        })?;
        if let Err(error) = tcp.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was not set towards a target");
        }
        let Some((host, config)) = &self.tls else {
            return Ok(TargetStream::Plain(tcp));
        };
        let name = ServerName::try_from(host.clone()).map_err(|error| {
            Error::because(
                ErrorType::ConnectError,
                "the target's name is none of TLS's",
                error,
            )
        })?;
        let stream = TlsConnector::from(Arc::clone(config))
            .connect(name, tcp)
            .await;
        match stream {
            Ok(stream) => Ok(TargetStream::Tls(Box::new(stream))),
            Err(error) => Err(Error::because(
                ErrorType::TLSHandshakeFailure,
                "TLS with the target",
                error,
            )),
        }
    }
}

#[async_trait]
impl L4Connect for Connect {
    async fn connect(&self, _address: &PingoraAddress) -> pingora_core::Result<PingoraStream> {
        let stream = tokio::time::timeout(self.timeout, self.stream())
            .await
            .map_err(|_| {
                Error::explain(ErrorType::ConnectTimedout, "connecting to the target")
            })??;
        let socket = Box::new(TargetSocket {
            stream,
            unread: self.upgrade,
        });
        Ok(PingoraStream::from(VirtualSocketStream::new(socket)))
    }
}

#[derive(Debug)]
enum TargetStream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A connection to a target, as pingora gets it.
///
/// For an upgrade the first read waits for one turn. Pingora 0.9.1 reads the target's answer and
/// the end of the request's empty body in random order; when the answer is a 101 that was there
/// already and is read first, it takes that end for the end of the upgraded connection and closes
/// it. The answer must therefore never be there already.
#[derive(Debug)]
struct TargetSocket {
    stream: TargetStream,
    unread: bool,
}

impl VirtualSocket for TargetSocket {
    fn set_socket_option(&self, _option: VirtualSockOpt) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncRead for TargetSocket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if std::mem::take(&mut self.unread) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        match &mut self.stream {
            TargetStream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            TargetStream::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for TargetSocket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            TargetStream::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            TargetStream::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            TargetStream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            TargetStream::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            TargetStream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            TargetStream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

/// TLS that encrypts towards a target and trusts whoever answers, as Elastic Load Balancing does.
fn unverified() -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = Arc::new(Unverified(Arc::clone(&provider)));
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
