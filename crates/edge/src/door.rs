//! One listening address: accepts connections, admits them, reads the ClientHello, speaks TLS, and
//! hands them to HTTP.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rustls::ProtocolVersion;
use rustls::server::Acceptor;
use telemetry::exchange;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;

use crate::connection::{Connection, Meter, Phase, Shared};
use crate::fingerprint::Fingerprints;
use crate::forwarded::Forwarded;
use crate::hello::{HelloError, read_client_hello};
use crate::metering::{MeteredStream, Transport};
use crate::sweep::{Full, Place, Registry};
use crate::target::Targets;
use crate::tls::Tls;
use crate::{challenge, http1, http2};

/// How long accepting pauses after it failed, for example for lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// See the module.
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    pub(crate) tls: Tls,
    /// Whether it is HTTPS, as long as the snapshot has no listener here.
    pub(crate) https: bool,
    pub(crate) shared: Arc<Shared>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) targets: Arc<Targets>,
    pub(crate) shutdown: watch::Receiver<bool>,
}

/// A client that has shaken hands.
struct Greeted {
    transport: Transport,
    fingerprints: Option<Fingerprints>,
    tls: Option<exchange::Tls>,
    /// Its certificates, where it was asked for them.
    shown: Vec<u8>,
}

impl Door {
    /// Accepts until the edge shuts down.
    pub(crate) async fn accept(self, socket: Arc<TcpListener>) {
        let door = Arc::new(self);
        let mut shutdown = door.shutdown.clone();
        loop {
            let accepted = tokio::select! {
                biased;
                () = told(&mut shutdown) => return,
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

    fn is_https(&self) -> bool {
        let policy = self.shared.policy.load();
        match policy.table.addresses.get(&self.address) {
            Some(listeners) => listeners.iter().any(|listener| listener.tls.is_some()),
            None => self.https,
        }
    }

    async fn serve(&self, stream: TcpStream, client: SocketAddr, mut place: Place) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was not set");
        }
        let https = self.is_https();
        let greeted = if https {
            match self.handshake(stream).await {
                Some(greeted) => greeted,
                None => return,
            }
        } else {
            Greeted {
                transport: Transport::Plain(stream),
                fingerprints: None,
                tls: None,
                shown: Vec::new(),
            }
        };
        let http2 = matches!(
            &greeted.transport,
            Transport::Tls(stream) if stream.get_ref().1.alpn_protocol() == Some(b"h2")
        );
        let scheme = if https { "https" } else { "http" };
        let mut forwarded = Forwarded::new(client, scheme, self.address.port());
        if let Some(tls) = &greeted.tls {
            forwarded.tell_tls(tls, &greeted.shown);
        }
        let connection = Arc::new(Connection {
            shared: Arc::clone(&self.shared),
            id: self.shared.identities.next().0,
            client,
            listener: self.address,
            tls: https,
            tls_summary: greeted.tls,
            since: self.shared.clock.now(),
            fingerprints: greeted.fingerprints,
            forwarded,
            meter: Meter::default(),
        });
        connection.enter(Phase::Head);
        place.fill(Arc::clone(&connection));
        let mut stream = MeteredStream::new(greeted.transport, connection);
        if http2 {
            stream.speak_http2();
        } else if !https && let Err(error) = stream.detect_http2().await {
            tracing::debug!(%error, %client, "a connection broke before its first request");
            return;
        }
        if stream.speaks_http2() {
            http2::serve(stream, Arc::clone(&self.targets), self.shutdown.clone()).await;
        } else {
            http1::serve(stream, &self.targets).await;
        }
    }

    async fn handshake(&self, stream: TcpStream) -> Option<Greeted> {
        let counters = &self.shared.counters;
        match timeout(self.shared.limits.tls_handshake, self.greet(stream)).await {
            Ok(Ok(Some(greeted))) => {
                counters.tls_handshakes.increment();
                Some(greeted)
            }
            Ok(Ok(None)) => {
                counters.challenges.increment();
                None
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

    /// `None` when it was a certificate authority's challenge, which the handshake has answered.
    async fn greet(&self, stream: TcpStream) -> Result<Option<Greeted>, HelloError> {
        let (hello, stream) = read_client_hello(stream).await?;
        let fingerprints = Fingerprints::of(&hello)?;
        let begun = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
        let known = self.shared.policy.load_full();
        let challenged = challenge::certificate(&known.alpn_challenges, &begun.client_hello());
        if let Some(certificate) = challenged {
            let mut stream = begun.into_stream(challenge::tls(&certificate)?).await?;
            stream.shutdown().await?;
            return Ok(None);
        }
        let server_name = begun.client_hello().server_name().map(ToOwned::to_owned);
        let config = self.tls.config(server_name.as_deref())?;
        let stream = begun.into_stream(config).await?;
        let (_, session) = stream.get_ref();
        let cipher = session.negotiated_cipher_suite().map(|suite| suite.suite());
        let tls = exchange::Tls {
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
            certificate_arn: self.tls.certificate_arn(server_name.as_deref()),
            server_name,
        };
        let shown = session.peer_certificates().unwrap_or_default();
        let shown = shown.iter().flat_map(|der| pem(der)).collect();
        Ok(Some(Greeted {
            transport: Transport::Tls(Box::new(stream)),
            fingerprints: Some(fingerprints),
            tls: Some(tls),
            shown,
        }))
    }
}

/// Waits until the edge shuts down. One that was dropped without serves on.
pub(crate) async fn told(shutdown: &mut watch::Receiver<bool>) {
    if shutdown.wait_for(|shutdown| *shutdown).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// A certificate as PEM text (RFC 7468).
fn pem(der: &[u8]) -> Vec<u8> {
    let encoded = BASE64.encode(der);
    let mut text = b"-----BEGIN CERTIFICATE-----\n".to_vec();
    for line in encoded.as_bytes().chunks(64) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(b"-----END CERTIFICATE-----\n");
    text
}
