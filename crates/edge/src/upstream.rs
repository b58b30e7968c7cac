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
        Ok(Some(Box::new(self.peer_at(address, target, limits))))
    }

    fn peer_at(&self, address: SocketAddr, target: &Target, limits: &Limits) -> HttpPeer {
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
        if target.tls {
            options.custom_l4 = Some(Arc::new(TlsConnect {
                address,
                host: target.host.clone(),
                timeout: limits.upstream_connect,
                config: Arc::clone(&self.tls),
            }));
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

/// Connects to a target by TLS. Pingora sees the plain stream.
struct TlsConnect {
    address: SocketAddr,
    host: String,
    timeout: Duration,
    config: Arc<ClientConfig>,
}

impl std::fmt::Debug for TlsConnect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TlsConnect({} at {})", self.host, self.address)
    }
}

impl TlsConnect {
    async fn handshake(&self) -> pingora_core::Result<TlsStream<TcpStream>> {
        let tcp = TcpStream::connect(self.address).await.map_err(|error| {
            Error::because(ErrorType::ConnectError, "connecting to the target", error)
        })?;
        if let Err(error) = tcp.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was not set towards a target");
        }
        let name = ServerName::try_from(self.host.clone()).map_err(|error| {
            Error::because(
                ErrorType::ConnectError,
                "the target's name is none of TLS's",
                error,
            )
        })?;
        TlsConnector::from(Arc::clone(&self.config))
            .connect(name, tcp)
            .await
            .map_err(|error| {
                Error::because(ErrorType::TLSHandshakeFailure, "TLS with the target", error)
            })
    }
}

#[async_trait]
impl L4Connect for TlsConnect {
    async fn connect(&self, _address: &PingoraAddress) -> pingora_core::Result<PingoraStream> {
        let stream = tokio::time::timeout(self.timeout, self.handshake())
            .await
            .map_err(|_| Error::explain(ErrorType::ConnectTimedout, "TLS with the target"))??;
        let socket = Box::new(TlsSocket(Box::new(stream)));
        Ok(PingoraStream::from(VirtualSocketStream::new(socket)))
    }
}

#[derive(Debug)]
struct TlsSocket(Box<TlsStream<TcpStream>>);

impl VirtualSocket for TlsSocket {
    fn set_socket_option(&self, _option: VirtualSockOpt) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncRead for TlsSocket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for TlsSocket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
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
