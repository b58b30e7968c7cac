//! The admin listener: `/healthz` (the process runs), `/readyz` (policy is in force and the API
//! answers), `/metrics` (Prometheus text format), and in development `POST /reset`.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;
use wire::BoxFuture;

use crate::sockets;

/// Connections served at once; more wait.
const CONNECTIONS_MAX: usize = 64;

/// How long a client may take to send a head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// What the admin listener tells.
pub(crate) trait Administered: Send + Sync {
    /// `/metrics`, in Prometheus text format.
    fn metrics(&self) -> String;

    /// Whether the seal is closed: traffic is served, keys are not.
    fn sealed(&self) -> bool;

    /// Forgets all state but the root credentials; called only with `--dev-reset`.
    fn reset(&self) -> BoxFuture<'_, Result<()>>;
}

/// A running admin listener.
#[derive(Debug, Clone)]
pub(crate) struct Admin {
    ready: Arc<AtomicBool>,
    accepting: AbortHandle,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Admin {
    /// Accepts on `socket`; not ready until [`Admin::set_ready`].
    pub(crate) fn start(
        socket: &std::net::TcpListener,
        suite: Arc<dyn Administered>,
        dev_reset: bool,
    ) -> Result<Self> {
        let listener = sockets::accepting(socket)?;
        let ready = Arc::new(AtomicBool::new(false));
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(serve(listener, suite, Arc::clone(&ready), dev_reset));
        Ok(Self {
            ready,
            accepting: accepting.abort_handle(),
            address,
        })
    }

    /// Leaves who connects from now on to whoever else listens; connections that are open stay.
    pub(crate) fn stop_accepting(&self) {
        self.accepting.abort();
    }

    /// Says whether `/readyz` answers 200.
    pub(crate) fn set_ready(&self, ready: bool) {
        self.ready.store(ready, Ordering::Release);
    }
}

async fn serve(
    listener: TcpListener,
    suite: Arc<dyn Administered>,
    ready: Arc<AtomicBool>,
    dev_reset: bool,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (suite, ready) = (Arc::clone(&suite), Arc::clone(&ready));
        tokio::spawn(async move {
            let answer = service_fn(move |request: Request<Incoming>| {
                let (suite, ready) = (Arc::clone(&suite), Arc::clone(&ready));
                async move {
                    let is_ready = ready.load(Ordering::Acquire);
                    Ok::<_, Infallible>(answer(&request, suite.as_ref(), is_ready, dev_reset).await)
                }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_TIMEOUT)
                .serve_connection(TokioIo::new(stream), answer);
            // A client that breaks off has nothing to be told.
            drop(connection.await);
            drop(place);
        });
    }
}

async fn answer(
    request: &Request<Incoming>,
    suite: &dyn Administered,
    is_ready: bool,
    dev_reset: bool,
) -> Response<Full<Bytes>> {
    let (status, text) = match (request.method(), request.uri().path()) {
        (&Method::GET, "/healthz") => (StatusCode::OK, "ok\n".to_owned()),
        (&Method::GET, "/readyz") if is_ready => {
            let seal = if suite.sealed() {
                "ready\nsealed: no key is served (btz seal status)\n"
            } else {
                "ready\n"
            };
            (StatusCode::OK, seal.to_owned())
        }
        (&Method::GET, "/readyz") => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n".to_owned()),
        (&Method::GET, "/metrics") => (StatusCode::OK, suite.metrics()),
        // A page in the developer's browser can post here, but only with an Origin.
        (&Method::POST, "/reset") if request.headers().contains_key(hyper::header::ORIGIN) => {
            (StatusCode::FORBIDDEN, "not from a browser\n".to_owned())
        }
        (&Method::POST, "/reset") if dev_reset => match suite.reset().await {
            Ok(()) => (StatusCode::OK, "forgotten\n".to_owned()),
            Err(error) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                format!("error: {error:#}\n"),
            ),
        },
        _ => (
            StatusCode::NOT_FOUND,
            "GET /healthz, /readyz or /metrics\n".to_owned(),
        ),
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(
        hyper::header::CONTENT_TYPE,
        hyper::header::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
    );
    response
}
