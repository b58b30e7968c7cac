//! The listener: accepts connections within the limits, speaks HTTP/1.1 on them, and stops without
//! leaving a call half done.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;

use crate::front_door::FrontDoor;
use crate::limits::Limits;
use crate::stalled::WriteTimeout;

/// An answer as hyper sends it.
pub(crate) type Answer = http::Response<Full<Bytes>>;

/// How long the accept loop rests when the system has no more files or memory.
const ACCEPT_REST: Duration = Duration::from_millis(50);

/// How often what no request needs any more is forgotten.
const TIDY_EVERY: Duration = Duration::from_secs(60);

/// Where to listen.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    /// The address; port 0 takes any free one.
    pub address: SocketAddr,
    /// The limits in force.
    pub limits: Limits,
}

/// Why it does not listen.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be had.
    #[error("cannot listen on {address} for the API")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
}

/// The running front door. Dropping it stops listening; [`Server::shutdown`] does so gracefully.
#[derive(Debug)]
pub struct Server {
    local_address: SocketAddr,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<JoinSet<()>>,
    finished: mpsc::Receiver<()>,
}

impl Server {
    /// Binds and starts answering, on the current tokio runtime.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub async fn start(config: Config, door: FrontDoor) -> Result<Self, StartError> {
        let failed = |source| StartError::Bind {
            address: config.address,
            source,
        };
        let listener = TcpListener::bind(config.address).await.map_err(failed)?;
        Self::serve(listener, config.limits, Arc::new(door)).map_err(failed)
    }

    /// Starts answering on a socket that listens, on the current tokio runtime.
    ///
    /// # Errors
    /// When the system does not say where it listens.
    pub fn serve(listener: TcpListener, limits: Limits, door: Arc<FrontDoor>) -> io::Result<Self> {
        let local_address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let (unfinished, finished) = mpsc::channel(1);
        let accepting = tokio::spawn(accept(listener, door, limits, stopped, unfinished));
        Ok(Self {
            local_address,
            stop,
            accepting,
            finished,
        })
    }

    /// The address it listens on, with its real port.
    #[must_use]
    pub fn local_address(&self) -> SocketAddr {
        self.local_address
    }

    /// Stops listening, lets connections finish the request they are in and calls be carried out
    /// and recorded, for at most `grace`; then closes what is left. True when nothing was left.
    pub async fn shutdown(mut self, grace: Duration) -> bool {
        self.stop.send_replace(true);
        let finished = async {
            if let Ok(mut connections) = self.accepting.await {
                while connections.join_next().await.is_some() {}
            }
            // Closes when the last call has dropped its sender.
            while self.finished.recv().await.is_some() {}
        };
        tokio::time::timeout(grace, finished).await.is_ok()
    }
}

async fn accept(
    listener: TcpListener,
    door: Arc<FrontDoor>,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
    unfinished: mpsc::Sender<()>,
) -> JoinSet<()> {
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let mut connections = JoinSet::new();
    let mut tidy = tokio::time::interval(TIDY_EVERY);
    tidy.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        while connections.try_join_next().is_some() {}
        let accepted = tokio::select! {
            () = until(&mut stopped) => return connections,
            accepted = listener.accept() => accepted,
            _ = tidy.tick() => {
                door.tidy();
                continue;
            }
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "api: a connection could not be accepted");
                door.counters.accept_failures.increment();
                tokio::time::sleep(ACCEPT_REST).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            door.counters.connections_refused.increment();
            continue;
        };
        let (door, stopped, unfinished) = (Arc::clone(&door), stopped.clone(), unfinished.clone());
        connections.spawn(async move {
            door.counters.connections.add(1);
            serve(stream, peer, &door, limits, stopped, unfinished).await;
            door.counters.connections.add(-1);
            drop(place);
        });
    }
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    door: &Arc<FrontDoor>,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
    unfinished: mpsc::Sender<()>,
) {
    // Answers are small and waited for.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, %peer, "api: a connection answers with delay");
    }
    let service = service_fn(|request| {
        let answer = Arc::clone(door).answer(request, peer.ip(), limits, unfinished.clone());
        async move { Ok::<_, Infallible>(answer.await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_headers(limits.headers_max)
        .max_buf_size(limits.head_bytes_max)
        .serve_connection(
            TokioIo::new(WriteTimeout::new(stream, limits.write_timeout)),
            service,
        );
    let mut connection = pin!(connection);
    let done = tokio::select! {
        done = connection.as_mut() => Some(done),
        () = until(&mut stopped) => None,
    };
    let done = match done {
        Some(done) => done,
        None => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = done {
        door.counters.connections_broken.increment();
        tracing::debug!(%error, %peer, "api: a connection ended early");
    }
}

/// Returns when the server is to stop, or is gone.
async fn until(stopped: &mut watch::Receiver<bool>) {
    drop(stopped.wait_for(|stopped| *stopped).await);
}
