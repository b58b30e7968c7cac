//! Fetching a database or list from the web: conditional, bounded in size and time, over verified
//! TLS. Source: RFC 9110 (conditional requests, redirection), RFC 9112.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::header::{self, HeaderMap, HeaderName};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

use super::place::Url;
use crate::suite::public_address::is_public;

/// From the first packet to the last byte.
const FETCH_TIMEOUT: Duration = Duration::from_secs(300);

/// To connect, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Redirections that are followed.
const REDIRECTIONS_MAX: usize = 4;

/// Why there is nothing new.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// The address, or one that it leads to, cannot be asked.
    #[error("{0}")]
    Address(String),
    /// The network.
    #[error("{0}")]
    Network(#[from] std::io::Error),
    /// The server speaks no HTTP, or stops in the middle.
    #[error("{0}")]
    Http(#[from] hyper::Error),
    /// An answer that is not the file.
    #[error("it answered {0}")]
    Status(StatusCode),
    /// An answer that cannot be used.
    #[error("{0}")]
    Answer(String),
    /// No certificates to trust.
    #[error("this machine has no root certificates (Debian: apt-get install ca-certificates)")]
    NoRoots,
    /// Too slow.
    #[error("not done after {} s", FETCH_TIMEOUT.as_secs())]
    Timeout,
}

/// What the server said of the copy that is kept, to be given back to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Validators {
    etag: Option<String>,
    last_modified: Option<String>,
}

/// A fetched file.
#[derive(Debug)]
pub(super) struct Fetched {
    /// All of it.
    pub(super) bytes: Bytes,
    /// For the next time.
    pub(super) validators: Validators,
}

/// Fetches what is at the address; `None` if it is what is known already.
pub(super) async fn fetch(
    url: &Url,
    known: &Validators,
    bytes_max: usize,
    allow_plain_http: bool,
) -> Result<Option<Fetched>, FetchError> {
    follow(url, known, bytes_max, (allow_plain_http, Where::Anywhere)).await
}

/// Fetches what is at an address that somebody else than the owner names: over TLS, and from the
/// public internet only, wherever it redirects to.
pub(super) async fn fetch_public(url: &Url, bytes_max: usize) -> Result<Bytes, FetchError> {
    let none = Validators::default();
    match follow(url, &none, bytes_max, (false, Where::Public)).await? {
        Some(fetched) => Ok(fetched.bytes),
        None => Err(FetchError::Status(StatusCode::NOT_MODIFIED)),
    }
}

/// Where servers may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    Anywhere,
    Public,
}

async fn follow(
    url: &Url,
    known: &Validators,
    bytes_max: usize,
    (allow_plain_http, place): (bool, Where),
) -> Result<Option<Fetched>, FetchError> {
    let follow = async {
        let mut url = url.clone();
        for _ in 0..=REDIRECTIONS_MAX {
            let answer = match exchange(&url, known, bytes_max, place).await? {
                Outcome::File(fetched) => return Ok(Some(fetched)),
                Outcome::Unchanged => return Ok(None),
                Outcome::Elsewhere(location) => location,
            };
            let next = url.join(&answer).map_err(FetchError::Address)?;
            if (url.server.tls && !next.server.tls)
                || (next.is_plain_on_a_network() && !allow_plain_http)
            {
                let why = format!("redirected to {next}, which is without TLS");
                return Err(FetchError::Address(why));
            }
            url = next;
        }
        Err(FetchError::Answer(format!(
            "more than {REDIRECTIONS_MAX} redirections"
        )))
    };
    match tokio::time::timeout(FETCH_TIMEOUT, follow).await {
        Ok(result) => result,
        Err(_) => Err(FetchError::Timeout),
    }
}

enum Outcome {
    File(Fetched),
    Unchanged,
    Elsewhere(String),
}

async fn exchange(
    url: &Url,
    known: &Validators,
    bytes_max: usize,
    place: Where,
) -> Result<Outcome, FetchError> {
    let stream = match tokio::time::timeout(CONNECT_TIMEOUT, connect(url, place)).await {
        Ok(stream) => stream?,
        Err(_) => {
            let why = format!("no connection after {} s", CONNECT_TIMEOUT.as_secs());
            return Err(FetchError::Address(why));
        }
    };
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // It ends with this exchange, however that ends.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let mut request = Request::get(url.path_and_query.as_str())
        .header(header::HOST, url.authority.as_str())
        .header(
            header::USER_AGENT,
            concat!("btz/", env!("CARGO_PKG_VERSION")),
        )
        .header(header::ACCEPT_ENCODING, "identity")
        .header(header::CONNECTION, "close");
    for (name, value) in [
        (header::IF_NONE_MATCH, &known.etag),
        (header::IF_MODIFIED_SINCE, &known.last_modified),
    ] {
        if let Some(value) = value {
            request = request.header(name, value.as_str());
        }
    }
    let request = request
        .body(Empty::<Bytes>::new())
        .map_err(|error| FetchError::Address(error.to_string()))?;
    let answer = sender.send_request(request).await?;
    outcome(answer, bytes_max).await
}

async fn outcome(
    answer: Response<hyper::body::Incoming>,
    bytes_max: usize,
) -> Result<Outcome, FetchError> {
    let (head, body) = answer.into_parts();
    match head.status {
        StatusCode::OK => {}
        StatusCode::NOT_MODIFIED => return Ok(Outcome::Unchanged),
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::SEE_OTHER
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => {
            let location = text(&head.headers, &header::LOCATION);
            let location = location
                .ok_or_else(|| FetchError::Answer("a redirection to nowhere".to_owned()))?;
            return Ok(Outcome::Elsewhere(location));
        }
        status => return Err(FetchError::Status(status)),
    }
    if let Some(coding) = text(&head.headers, &header::CONTENT_ENCODING)
        && !coding.eq_ignore_ascii_case("identity")
    {
        let why = format!("it came as {}, unasked", coding.escape_debug());
        return Err(FetchError::Answer(why));
    }
    let body = Limited::new(body, bytes_max).collect().await;
    let bytes = body
        .map_err(|error| match error.downcast::<hyper::Error>() {
            Ok(error) => FetchError::Http(*error),
            Err(_) => FetchError::Answer(format!("it has more than {bytes_max} bytes")),
        })?
        .to_bytes();
    Ok(Outcome::File(Fetched {
        bytes,
        validators: Validators {
            etag: text(&head.headers, &header::ETAG),
            last_modified: text(&head.headers, &header::LAST_MODIFIED),
        },
    }))
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn connect(url: &Url, place: Where) -> Result<Box<dyn Stream>, FetchError> {
    let server = &url.server;
    let at = (server.host.as_str(), server.port);
    let stream = match place {
        Where::Anywhere => TcpStream::connect(at).await?,
        Where::Public => {
            let found = tokio::net::lookup_host(at).await?;
            let public: Vec<_> = found.filter(|one| is_public(one.ip())).collect();
            if public.is_empty() || !server.tls {
                let why = format!("{url}: only https:// at public addresses is fetched");
                return Err(FetchError::Address(why));
            }
            TcpStream::connect(public.as_slice()).await?
        }
    };
    if !server.tls {
        return Ok(Box::new(stream));
    }
    // Read each time: a fetch is rare, and roots are renewed while we run.
    let config = tokio::task::spawn_blocking(client_config)
        .await
        .map_err(std::io::Error::other)??;
    let name = rustls::pki_types::ServerName::try_from(server.host.clone())
        .map_err(|error| FetchError::Address(error.to_string()))?;
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    Ok(Box::new(stream))
}

/// Verifies servers by the roots that this machine trusts (`SSL_CERT_FILE` included).
fn client_config() -> Result<ClientConfig, FetchError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(FetchError::NoRoots);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| FetchError::Answer(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// A server that answers each connection with the next of these; what it was asked comes back.
    async fn server(answers: Vec<String>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = tokio::spawn(async move {
            let mut asked = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = vec![0; 4096];
                let read = stream.read(&mut request).await.unwrap();
                asked.push(String::from_utf8_lossy(&request[..read]).into_owned());
                // A client that has had enough goes.
                drop(stream.write_all(answer.as_bytes()).await);
            }
            asked
        });
        (address, asked)
    }

    fn answer(status: &str, headers: &str, body: &str) -> String {
        let length = body.len();
        format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}")
    }

    #[tokio::test]
    async fn what_others_name_is_not_looked_for_inside() {
        let (address, asked) = server(vec![answer("200 OK", "", "x")]).await;
        let (_, port) = address.rsplit_once(':').unwrap();
        for inside in [
            address.clone(),
            format!("https://127.0.0.1:{port}/"),
            format!("https://localhost:{port}/"),
            format!("https://[::1]:{port}/"),
            "https://10.0.0.7/".to_owned(),
        ] {
            let url = Url::parse(&inside).unwrap();
            let error = fetch_public(&url, 100).await.unwrap_err();
            assert!(
                error.to_string().contains("public addresses"),
                "{inside}: {error}"
            );
        }
        // It was there, and the owner may.
        let url = Url::parse(&address).unwrap();
        let fetched = fetch(&url, &Validators::default(), 100, false).await;
        assert_eq!(fetched.unwrap().unwrap().bytes, "x");
        assert_eq!(asked.await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn what_is_known_already_is_asked_for_by_its_validators() {
        let (address, asked) = server(vec![
            answer("302 Found", "location: /there?x\r\n", ""),
            answer(
                "200 OK",
                "etag: \"a\"\r\nlast-modified: then\r\n",
                "192.0.2.1\n",
            ),
            "HTTP/1.1 304 Not Modified\r\n\r\n".to_owned(),
        ])
        .await;
        let url = Url::parse(&format!("{address}/list")).unwrap();
        let none = Validators::default();
        let fetched = fetch(&url, &none, 100, false).await.unwrap().unwrap();
        assert_eq!(fetched.bytes, "192.0.2.1\n");
        let again = fetch(&url, &fetched.validators, 100, false).await.unwrap();
        assert!(again.is_none());
        let asked = asked.await.unwrap();
        assert!(asked[0].starts_with("GET /list HTTP/1.1\r\n"), "{asked:?}");
        assert!(
            asked[1].starts_with("GET /there?x HTTP/1.1\r\n"),
            "{asked:?}"
        );
        assert!(asked[2].contains("if-none-match: \"a\"\r\n"), "{asked:?}");
        assert!(
            asked[2].contains("if-modified-since: then\r\n"),
            "{asked:?}"
        );
    }

    #[tokio::test]
    async fn what_is_no_file_is_an_error_that_says_why() {
        let long = "1".repeat(101);
        for (answered, said) in [
            (answer("404 Not Found", "", "no"), "404"),
            (answer("200 OK", "", &long), "more than 100 bytes"),
            (answer("200 OK", "content-encoding: gzip\r\n", "x"), "gzip"),
            (
                "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ncut".to_owned(),
                "end",
            ),
            ("nonsense\r\n\r\n".to_owned(), "HTTP"),
            (
                answer("302 Found", "location: http://192.0.2.1/\r\n", ""),
                "without TLS",
            ),
        ] {
            let (address, _asked) = server(vec![answered.clone()]).await;
            let url = Url::parse(&address).unwrap();
            let fetched = fetch(&url, &Validators::default(), 100, false).await;
            let error = format!("{:#}", anyhow::Error::from(fetched.unwrap_err()));
            assert!(error.contains(said), "{answered:?}: {error}");
        }
        let round = answer("302 Found", "location: /\r\n", "");
        let (address, _asked) = server(vec![round; REDIRECTIONS_MAX + 1]).await;
        let url = Url::parse(&address).unwrap();
        let error = fetch(&url, &Validators::default(), 100, false).await;
        assert!(error.unwrap_err().to_string().contains("redirections"));
    }

    #[tokio::test]
    async fn a_server_that_nobody_vouches_for_is_not_believed() {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.unwrap())
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
            drop(acceptor.accept(stream).await);
        });
        let url = Url::parse(&format!("https://localhost:{port}/")).unwrap();
        let error = fetch(&url, &Validators::default(), 100, false).await;
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("certificate") || error.contains("roots"),
            "{error}"
        );
    }
}
