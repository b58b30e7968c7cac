//! One listening address: accepts connections, admits them, reads the ClientHello, speaks TLS, and
//! hands them to HTTP.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::ProtocolVersion;
use rustls::server::Acceptor;
use telemetry::connection::{
    ConnectionError, ConnectionEvent, Handshake, LeafCertificate, Negotiated,
};
use telemetry::exchange;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tokio_rustls::LazyConfigAcceptor;
use types::RequestId;

use crate::connection::{Connection, Meter, Phase, Shared};
use crate::fingerprint::Fingerprints;
use crate::forwarded::Forwarded;
use crate::hello::{HelloError, read_client_hello};
use crate::metering::{MeteredStream, Transport};
use crate::sweep::{Full, Place, Registry};
use crate::target::Targets;
use crate::tls::{ClientCertificate, Terms, Tls, pem};
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

/// A client that has come in.
struct Greeted {
    transport: Transport,
    fingerprints: Option<Fingerprints>,
    tls: Option<exchange::Tls>,
    /// Whose TLS it has.
    listener: Option<Arc<route::Listener>>,
    /// The certificate that the listener's trust store vouches for.
    judged: Option<ClientCertificate>,
    /// The certificates that it has shown, where it was asked for them, as PEM.
    shown: Vec<Vec<u8>>,
    key_exchange: Option<&'static str>,
}

/// What is known of a handshake while it is made; what it failed for is said by its end.
#[derive(Default)]
struct Progress {
    listener: Option<Arc<route::Listener>>,
    certificate: Option<ClientCertificate>,
    refused: Option<ConnectionError>,
    is_challenge: bool,
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
                    counters.connections_refused_full.increment();
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

    /// `routing.http2.enabled`. Where load balancers share the address, one of them suffices: the
    /// others refuse such requests one by one.
    fn speaks_http2_in_plain(&self) -> bool {
        let policy = self.shared.policy.load();
        let listeners = policy.table.addresses.get(&self.address);
        listeners.is_none_or(|listeners| {
            listeners
                .iter()
                .any(|listener| listener.load_balancer_attributes.http2)
        })
    }

    async fn serve(&self, stream: TcpStream, client: SocketAddr, mut place: Place) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was not set");
        }
        let https = self.is_https();
        let id = self.shared.identities.next().0;
        let begun = Instant::now();
        let mut progress = Progress::default();
        let greeted = if https {
            self.handshake(stream, &mut progress).await
        } else {
            let policy = self.shared.policy.load();
            progress.listener = policy.table.listener(self.address, "").cloned();
            Some(Greeted {
                transport: Transport::Plain(stream),
                fingerprints: None,
                tls: None,
                listener: None,
                judged: None,
                shown: Vec::new(),
                key_exchange: None,
            })
        };
        if !progress.is_challenge {
            self.log(id, client, https, begun, greeted.as_ref(), progress);
        }
        let Some(greeted) = greeted else {
            return;
        };
        let http2 = matches!(
            &greeted.transport,
            Transport::Tls(stream) if stream.get_ref().1.alpn_protocol() == Some(b"h2")
        );
        let scheme = if https { "https" } else { "http" };
        let mut forwarded = Forwarded::new(client, scheme, self.address.port());
        if let Some(tls) = &greeted.tls {
            forwarded.tell_tls(tls);
        }
        match (&greeted.judged, greeted.shown.first()) {
            (Some(judged), Some(leaf)) => forwarded.tell_judged(judged, leaf),
            (None, Some(_)) => forwarded.tell_chain(&greeted.shown.concat()),
            (_, None) => {}
        }
        let listener = greeted
            .listener
            .filter(|listener| listener.judges_clients());
        let connection = Arc::new(Connection {
            shared: Arc::clone(&self.shared),
            id,
            client,
            listener: self.address,
            tls: https,
            tls_summary: greeted.tls,
            judged_by: listener.map(|listener| listener.arn.clone()),
            since: self.shared.steady.now(),
            fingerprints: greeted.fingerprints,
            forwarded,
            meter: Meter::default(),
            streams: Mutex::default(),
        });
        connection.enter(Phase::Head);
        place.fill(Arc::clone(&connection));
        let mut stream = MeteredStream::new(greeted.transport, connection);
        if http2 {
            stream.speak_http2();
        } else if !https
            && self.speaks_http2_in_plain()
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

    async fn handshake(&self, stream: TcpStream, progress: &mut Progress) -> Option<Greeted> {
        let counters = &self.shared.counters;
        let greeting = self.greet(stream, progress);
        match timeout(self.shared.limits.tls_handshake, greeting).await {
            Ok(Ok(Some(greeted))) => {
                counters.tls_handshakes.increment();
                return Some(greeted);
            }
            Ok(Ok(None)) => counters.challenges.increment(),
            Ok(Err(error)) => {
                counters.tls_handshake_errors.increment();
                if progress.refused.is_some() || error.is_without_certificate() {
                    counters.tls_client_refusals.increment();
                }
                tracing::debug!(%error, "a TLS handshake failed");
            }
            Err(_) => counters.tls_handshake_timeouts.increment(),
        }
        None
    }

    /// `None` when it was a certificate authority's challenge, which the handshake has answered.
    async fn greet(
        &self,
        stream: TcpStream,
        progress: &mut Progress,
    ) -> Result<Option<Greeted>, HelloError> {
        // Until the client says whom it asks for.
        progress.listener = self.tls.listener(None);
        let (hello, stream) = read_client_hello(stream).await?;
        let fingerprints = Fingerprints::of(&hello)?;
        let begun = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
        let known = self.shared.policy.load_full();
        let challenged = challenge::certificate(&known.alpn_challenges, &begun.client_hello());
        if let Some(certificate) = challenged {
            progress.is_challenge = true;
            let mut stream = begun.into_stream(challenge::tls(&certificate)?).await?;
            stream.shutdown().await?;
            return Ok(None);
        }
        let server_name = begun.client_hello().server_name().map(ToOwned::to_owned);
        progress.listener = self.tls.listener(server_name.as_deref());
        let Terms {
            config,
            listener,
            shown,
        } = self.tls.terms(progress.listener.clone())?;
        let accepted = begun.into_stream(config).await;
        if let Some(shown) = shown.as_ref().and_then(|shown| shown.get()) {
            progress.certificate.clone_from(&shown.certificate);
            progress.refused = shown.refused.map(ConnectionError::ClientCert);
        }
        let stream = accepted?;
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
        let key_exchange = session.negotiated_key_exchange_group();
        let key_exchange = key_exchange.and_then(|group| group.name().as_str());
        let certificates = session.peer_certificates().unwrap_or_default();
        let judged = progress.certificate.clone();
        if shown.is_none() {
            let leaf = certificates.first();
            progress.certificate = leaf.and_then(|der| ClientCertificate::read(der));
        }
        Ok(Some(Greeted {
            shown: certificates.iter().map(|der| pem(der)).collect(),
            transport: Transport::Tls(Box::new(stream)),
            fingerprints: Some(fingerprints),
            tls: Some(tls),
            listener,
            judged,
            key_exchange,
        }))
    }

    /// Gives the connection's event out, where its load balancer wants that.
    fn log(
        &self,
        id: RequestId,
        client: SocketAddr,
        https: bool,
        begun: Instant,
        greeted: Option<&Greeted>,
        progress: Progress,
    ) {
        let Some(listener) = progress.listener else {
            return;
        };
        if listener.load_balancer_attributes.connection_logs.is_none() {
            return;
        }
        let negotiated = greeted.and_then(|greeted| {
            let tls = greeted.tls.as_ref()?;
            Some(Negotiated {
                protocol: tls.protocol,
                cipher: tls.cipher.clone(),
                key_exchange: greeted.key_exchange,
                latency: begun.elapsed(),
            })
        });
        let certificate = progress.certificate.map(|certificate| LeafCertificate {
            validity: certificate.validity(),
            subject: certificate.subject,
            serial_number: certificate.serial_number,
        });
        let failed = progress.refused.unwrap_or(ConnectionError::Unmapped);
        let handshake = Handshake {
            failed: greeted.is_none().then_some(failed),
            negotiated,
            certificate,
        };
        self.shared.sink.connect(ConnectionEvent {
            id,
            time: self.shared.clock.now(),
            load_balancer_arn: listener.load_balancer_arn.clone(),
            client,
            listener_port: self.address.port(),
            handshake: https.then_some(handshake),
        });
    }
}

/// Waits until the edge shuts down. One that was dropped without serves on.
pub(crate) async fn told(shutdown: &mut watch::Receiver<bool>) {
    if shutdown.wait_for(|shutdown| *shutdown).await.is_err() {
        std::future::pending::<()>().await;
    }
}
