//! HTTPS to a certificate authority: one request on one connection, bounded in time and size. The
//! same cryptography as everywhere, the system's roots or those that the user names.

use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::Request;
use hyper::header::{HOST, HeaderValue, RETRY_AFTER};
use hyper_util::rt::TokioIo;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How long one request may take in all.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The longest answer; a chain of certificates has a few thousand bytes.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// A client.
#[derive(Clone)]
pub(super) struct Https {
    tls: TlsConnector,
    /// What the last refusal asked to be waited for, in seconds; 0 is nothing.
    asked_seconds: Arc<AtomicU64>,
}

impl Https {
    /// A client that trusts the roots in `ca`, or else the system's.
    pub(super) fn new(ca: Option<&Path>) -> Result<Self> {
        let roots = match ca {
            Some(path) => {
                let mut roots = RootCertStore::empty();
                let certificates = CertificateDer::pem_file_iter(path)
                    .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                    .with_context(|| format!("cannot read certificates from {}", path.display()))?;
                for certificate in certificates {
                    roots.add(certificate)?;
                }
                roots
            }
            None => {
                let found = rustls_native_certs::load_native_certs();
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(found.certs);
                roots
            }
        };
        if roots.is_empty() {
            bail!(
                "no root certificates to trust a certificate authority by: install \
                   ca-certificates, or name a file with acme.ca"
            );
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            tls: TlsConnector::from(Arc::new(config)),
            asked_seconds: Arc::default(),
        })
    }

    /// What a refusal since the last time asked to be waited for.
    pub(super) fn asked(&self) -> Option<Duration> {
        let seconds = self.asked_seconds.swap(0, Ordering::Relaxed);
        (seconds > 0).then(|| Duration::from_secs(seconds))
    }

    async fn exchange(self, request: Request<BodyWrapper<Bytes>>) -> Result<BytesResponse> {
        let (mut head, body) = request.into_parts();
        let authority = head.uri.authority().context("the address names no host")?;
        if head.uri.scheme_str() != Some("https") {
            bail!("{} is no https:// address", head.uri);
        }
        let (host, port) = (authority.host().to_owned(), authority.port_u16());
        let bare = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        let named = HeaderValue::from_str(authority.as_str())?;
        head.headers.insert(HOST, named);
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        head.uri = path.parse()?;

        let stream = TcpStream::connect((bare.as_str(), port.unwrap_or(443)))
            .await
            .with_context(|| format!("cannot connect to {host}"))?;
        let name = ServerName::try_from(bare)?;
        let stream = self
            .tls
            .connect(name, stream)
            .await
            .with_context(|| format!("no TLS with {host}"))?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let exchange = async {
            let (parts, body) = sender
                .send_request(Request::from_parts(head, body))
                .await?
                .into_parts();
            let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
            let body = body.map_err(|error| anyhow::anyhow!("the answer broke off: {error}"))?;
            Ok((parts, body.to_bytes()))
        };
        tokio::pin!(connection);
        tokio::pin!(exchange);
        let answered: Result<_> = tokio::select! {
            biased;
            answered = &mut exchange => answered,
            ended = &mut connection => {
                ended?;
                exchange.await
            }
        };
        let (parts, body) = answered?;
        if parts.status.as_u16() >= 400 {
            let asked = parts.headers.get(RETRY_AFTER);
            let asked = asked.and_then(|asked| asked.to_str().ok()?.trim().parse().ok());
            self.asked_seconds
                .store(asked.unwrap_or(0), Ordering::Relaxed);
        }
        Ok(BytesResponse {
            parts,
            body: Box::new(body),
        })
    }
}

impl HttpClient for Https {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let exchange = self.clone().exchange(request);
        Box::pin(async move {
            let answered = tokio::time::timeout(TIMEOUT, exchange).await;
            let answered = answered.unwrap_or_else(|_| {
                let seconds = TIMEOUT.as_secs();
                Err(anyhow::anyhow!("no whole answer within {seconds} s"))
            });
            answered.map_err(|error| Error::Other(io::Error::other(format!("{error:#}")).into()))
        })
    }
}
