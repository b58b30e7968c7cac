//! HTTPS to external key store proxies: HTTP/1.1 over TLS, verified by the system's roots or the
//! owner's, over connections that are kept for the next request, in AWS's 250 ms.
//!
//! ```toml
//! [kms.xks]
//! timeout_ms = 250                                       # for a whole request
//! ca = "/etc/bartizan/xks-ca.pem"                        # unless set, the system's roots
//! addresses = { "xks.example.com" = "10.0.0.7:8443" }    # unless set, DNS and port 443
//! hosts = ["*.corp.example"]                             # unless set, all that have public addresses
//! accounts = ["111122223333"]                            # unless set, the first account only
//! ```

mod kept;
mod reach;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use kms::{XKS_ANSWER_BYTES_MAX, XksAnswer, XksRequest, XksTransport, XksUnreached};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde::{Deserialize, Serialize};
use telemetry::metrics::Registry;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use types::AccountId;
use wire::BoxFuture;

use kept::Kept;
use reach::Reach;

/// AWS's.
const TIMEOUT_MS: u64 = 250;

/// The longest that can be configured: callers wait for it.
const TIMEOUT_MS_MAX: u64 = 30_000;

/// What can be configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct XksConfig {
    /// How long a request may take, its connection included.
    pub(crate) timeout_ms: u64,
    /// PEM file with the certificates that proxies are trusted by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ca: Option<PathBuf>,
    /// Where proxies are that DNS does not know, or not on port 443, by their host names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) addresses: BTreeMap<String, SocketAddr>,
    /// The hosts that are asked, which may be in the owner's network then; `*.` stands for all below
    /// a domain. Unless set, every host that has a public address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hosts: Option<Vec<String>>,
    /// The accounts that may have external key stores; the installation's first unless set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) accounts: Vec<String>,
}

impl Default for XksConfig {
    fn default() -> Self {
        Self {
            timeout_ms: TIMEOUT_MS,
            ca: None,
            addresses: BTreeMap::new(),
            hosts: None,
            accounts: Vec::new(),
        }
    }
}

impl XksConfig {
    /// Checks what a type cannot.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if !(1..=TIMEOUT_MS_MAX).contains(&self.timeout_ms) {
            mistakes.push(format!("kms.xks: timeout_ms is 1 to {TIMEOUT_MS_MAX}"));
        }
        for account in &self.accounts {
            if account.parse::<AccountId>().is_err() {
                mistakes.push(format!("kms.xks: accounts: {account:?} is no account id"));
            }
        }
        for host in self.hosts.iter().flatten() {
            let name = host.strip_prefix("*.").unwrap_or(host);
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
            if name.is_empty() || !name.bytes().all(is_name) {
                mistakes.push(format!(
                    "kms.xks: hosts: {host:?} is neither a host name nor *. and a domain"
                ));
            }
        }
        if let Some(path) = &self.ca
            && let Err(error) = std::fs::File::open(path)
        {
            mistakes.push(format!(
                "kms.xks: ca: cannot read {}: {error}",
                path.display()
            ));
        }
        mistakes
    }
}

/// A connection to a proxy.
struct Connection {
    sender: SendRequest<Full<Bytes>>,
    made: Instant,
}

/// The client.
pub(super) struct XksClient {
    tls: Arc<ClientConfig>,
    timeout: Duration,
    reach: Reach,
    kept: Arc<Kept<Connection>>,
}

impl XksClient {
    /// Needs a running tokio runtime. `own`: the installation's first account.
    pub(super) fn new(config: &XksConfig, own: AccountId, metrics: &Registry) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        match &config.ca {
            Some(path) => {
                let mut read = || -> Result<()> {
                    for certificate in CertificateDer::pem_file_iter(path)? {
                        roots.add(certificate?)?;
                    }
                    Ok(())
                };
                read().with_context(|| format!("kms.xks: ca: {}", path.display()))?;
            }
            None => {
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            tls: Arc::new(tls),
            timeout: Duration::from_millis(config.timeout_ms),
            reach: Reach::new(config, own, metrics)?,
            kept: Kept::start(metrics),
        })
    }

    async fn exchange(&self, request: &XksRequest) -> Result<XksAnswer, XksUnreached> {
        self.reach.check(request.account, &request.host)?;
        // A connection that was kept may have been closed by its other side just now: once more.
        let is_usable = |connection: &Connection| connection.sender.is_ready();
        if let Some(connection) = self.kept.take(&request.host, is_usable) {
            match self.send(connection, request).await {
                Err(XksUnreached::Network(_)) => {}
                other => return other,
            }
        }
        let connection = self.connect(request.account, &request.host).await?;
        self.send(connection, request).await
    }

    async fn connect(&self, account: AccountId, host: &str) -> Result<Connection, XksUnreached> {
        let network = |error: std::io::Error| XksUnreached::Network(error.to_string());
        let addresses = self.reach.find(account, host).await?;
        let room = self.kept.room().await;
        let stream = TcpStream::connect(addresses.as_slice()).await;
        let stream = stream.map_err(network)?;
        stream.set_nodelay(true).map_err(network)?;
        let name = ServerName::try_from(host.to_owned())
            .map_err(|error| XksUnreached::Tls(error.to_string()))?;
        let tls = TlsConnector::from(Arc::clone(&self.tls));
        let stream = tls.connect(name, stream).await;
        let stream = stream.map_err(|error| XksUnreached::Tls(error.to_string()))?;
        let made = http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) =
            made.map_err(|error| XksUnreached::Network(error.to_string()))?;
        // It ends when its sender goes, or its other side.
        tokio::spawn(async move {
            let _room = room;
            connection.await
        });
        Ok(Connection {
            sender,
            made: Instant::now(),
        })
    }

    async fn send(
        &self,
        mut connection: Connection,
        request: &XksRequest,
    ) -> Result<XksAnswer, XksUnreached> {
        let malformed = |error: String| XksUnreached::Malformed(error);
        let mut head = Request::builder()
            .method(Method::POST)
            .uri(request.path.as_str());
        for (name, value) in &request.headers {
            head = head.header(*name, value.as_str());
        }
        let head = head
            .body(Full::new(Bytes::from(request.body.clone())))
            .map_err(|error| malformed(error.to_string()))?;
        let answer = connection.sender.send_request(head).await;
        let answer = answer.map_err(|error| XksUnreached::Network(error.to_string()))?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), XKS_ANSWER_BYTES_MAX)
            .collect()
            .await
            .map_err(|error| malformed(error.to_string()))?;
        self.kept.keep(&request.host, connection.made, connection);
        Ok(XksAnswer {
            status,
            body: body.to_bytes().to_vec(),
        })
    }
}

impl XksTransport for XksClient {
    fn post<'a>(&'a self, request: XksRequest) -> BoxFuture<'a, Result<XksAnswer, XksUnreached>> {
        Box::pin(async move {
            let exchange = self.exchange(&request);
            match tokio::time::timeout(self.timeout, exchange).await {
                Ok(answer) => answer,
                Err(_) => Err(XksUnreached::TimedOut),
            }
        })
    }
}
