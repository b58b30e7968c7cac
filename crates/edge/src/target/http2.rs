//! HTTP/2 towards a target, for target groups of the protocol versions HTTP2 and GRPC: one
//! connection to each target, many requests on it. Source: RFC 9113; gRPC over HTTP/2.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes, BytesMut};
use h2::client::{ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::{HeaderMap, Request};
use route::Table;

use super::connect::TargetStream;
use super::http1::AnswerError;
use super::pool::Key;
use super::turns::Turns;
use crate::buffer::OUTPUT_BYTES;
use crate::head::{BodyLength, Fields, Kind, ResponseHead, number};

/// How much of one answer may be on its way. All of a connection have no limit together: one
/// client that does not read would stop the others.
const STREAM_WINDOW_BYTES: u32 = 64 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = (1 << 31) - 1;
/// Requests at once on a connection before its target has said how many it takes.
const FIRST_STREAMS: usize = 100;
/// Answers that nobody wants any more, whose rest is still let pass.
const RESET_STREAMS: usize = 1024;
/// Connections to one target: each takes as many requests at once as the target says.
const CONNECTIONS: usize = 16;
/// Decoded bytes of an answer's header list.
const HEADER_LIST_BYTES: u32 = 64 * 1024;
/// How much of one request waits for the target's window or the socket.
const SEND_BUFFER_BYTES: usize = 64 * 1024;

/// The connections that there are.
#[derive(Debug, Default)]
pub(crate) struct Http2Connections {
    open: Mutex<BTreeMap<Key, Vec<Shared>>>,
    /// Who connects holds this: those who come meanwhile get places on the same connection.
    pub(super) connecting: Turns<Key>,
}

/// A connection that requests share.
#[derive(Debug)]
struct Shared {
    host: String,
    requests: SendRequest<Bytes>,
    /// Requests that are open on it.
    open: Arc<AtomicUsize>,
}

/// A place for one request on a connection.
#[derive(Debug)]
pub(crate) struct Place {
    pub(super) requests: SendRequest<Bytes>,
    open: Arc<AtomicUsize>,
}

impl Place {
    fn new(shared: &Shared) -> Self {
        shared.open.fetch_add(1, Ordering::Relaxed);
        Self {
            requests: shared.requests.clone(),
            open: Arc::clone(&shared.open),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Http2Connections {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Vec<Shared>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place on a connection that takes one more request; on a full one when there are as many
    /// connections as there may be.
    pub(super) async fn take(&self, key: &Key) -> Option<Place> {
        loop {
            let place = {
                let connections = self.lock();
                let same = connections.get(key)?;
                let is_free = |shared: &&Shared| {
                    let most = shared.requests.current_max_send_streams();
                    shared.open.load(Ordering::Relaxed) < most
                };
                let free = same.iter().find(is_free);
                let full = || same.first().filter(|_| same.len() >= CONNECTIONS);
                Place::new(free.or_else(full)?)
            };
            match place.requests.clone().ready().await {
                Ok(_) => return Some(place),
                Err(error) => {
                    tracing::debug!(%error, "a connection to a target is used up");
                    self.remove(key, &place);
                }
            }
        }
    }

    fn remove(&self, key: &Key, place: &Place) {
        if let Some(same) = self.lock().get_mut(key) {
            same.retain(|shared| !Arc::ptr_eq(&shared.open, &place.open));
        }
    }

    /// Speaks HTTP/2 on a new connection; others get places on it if it is to be `kept`.
    pub(super) async fn adopt(
        &self,
        stream: TargetStream,
        key: Key,
        host: &str,
        kept: bool,
    ) -> Result<Place, h2::Error> {
        let (requests, connection) = h2::client::Builder::new()
            .enable_push(false)
            .initial_window_size(STREAM_WINDOW_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
            .max_header_list_size(HEADER_LIST_BYTES)
            .max_send_buffer_size(SEND_BUFFER_BYTES)
            .initial_max_send_streams(FIRST_STREAMS)
            // Clients that leave, or do not read, must not use up what all share: the streams'
            // windows bound what is held.
            .max_local_error_reset_streams(None)
            .max_concurrent_reset_streams(RESET_STREAMS)
            .data_frame_budget(usize::MAX)
            .handshake(stream)
            .await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to a target ended");
            }
        });
        let shared = Shared {
            host: host.to_owned(),
            requests: requests.ready().await?,
            open: Arc::default(),
        };
        let place = Place::new(&shared);
        if kept {
            self.lock().entry(key).or_default().push(shared);
        }
        Ok(place)
    }

    /// Gives no more places on connections to `address`: they may be dead.
    pub(crate) fn forget(&self, address: SocketAddr) {
        self.lock().retain(|key, _| key.address != address);
    }

    /// Forgets connections to targets that are none any more: they end with their last request.
    pub(crate) fn follow(&self, table: &Table) {
        let mut wanted = BTreeSet::new();
        for group in table.target_groups.values() {
            let targets = group.targets().iter().map(|registered| &registered.target);
            wanted.extend(targets.map(|target| (target.host.as_str(), target.port)));
        }
        self.lock().retain(|key, same| {
            same.retain(|shared| wanted.contains(&(shared.host.as_str(), key.address.port())));
            !same.is_empty()
        });
    }
}

/// One request on a connection to a target.
#[derive(Debug)]
pub(crate) struct Http2Target {
    _place: Place,
    answer: ResponseFuture,
    send: SendStream<Bytes>,
    receive: Option<RecvStream>,
    /// What waits to be sent.
    output: BytesMut,
    ending: bool,
    ended: bool,
    length: BodyLength,
    /// The answer may have no body.
    forbidden: bool,
    piece: Bytes,
    trailers: Option<HeaderMap>,
}

impl Http2Target {
    /// Sends a request's head.
    pub(crate) fn begin(
        mut place: Place,
        request: Request<()>,
        bodiless: bool,
    ) -> Result<Self, h2::Error> {
        let (answer, send) = place.requests.send_request(request, bodiless)?;
        Ok(Self {
            _place: place,
            answer,
            send,
            receive: None,
            output: BytesMut::new(),
            ending: bodiless,
            ended: bodiless,
            length: BodyLength::Unknown,
            forbidden: false,
            piece: Bytes::new(),
            trailers: None,
        })
    }

    pub(crate) fn queue(&mut self, piece: &[u8]) {
        self.output.extend_from_slice(piece);
    }

    pub(crate) const fn queue_end(&mut self) {
        self.ending = true;
    }

    pub(crate) fn is_full(&self) -> bool {
        self.output.len() >= OUTPUT_BYTES
    }

    pub(crate) fn poll_flush(
        &mut self,
        cx: &mut Context<'_>,
        moved: &mut u64,
    ) -> Poll<io::Result<()>> {
        while !self.output.is_empty() {
            self.send.reserve_capacity(self.output.len());
            while self.send.capacity() == 0 {
                match ready!(self.send.poll_capacity(cx)) {
                    Some(granted) => granted.map(|_| ()).map_err(io::Error::other)?,
                    None => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
                }
            }
            let bytes = self.output.len().min(self.send.capacity());
            let piece = self.output.split_to(bytes).freeze();
            let is_last = self.ending && self.output.is_empty();
            self.ended |= is_last;
            self.send
                .send_data(piece, is_last)
                .map_err(io::Error::other)?;
            *moved += u64::try_from(bytes).unwrap_or(u64::MAX);
        }
        if self.ending && !self.ended {
            self.ended = true;
            self.send
                .send_data(Bytes::new(), true)
                .map_err(io::Error::other)?;
        }
        Poll::Ready(Ok(()))
    }

    pub(crate) fn poll_head(
        &mut self,
        cx: &mut Context<'_>,
        to_head: bool,
    ) -> Poll<Result<ResponseHead, AnswerError>> {
        use std::future::Future as _;
        let answer = ready!(std::pin::Pin::new(&mut self.answer).poll(cx)).map_err(broken)?;
        let (parts, body) = answer.into_parts();
        let mut fields = Fields::default();
        for (name, value) in &parts.headers {
            fields.push(name.as_str(), value.as_bytes());
        }
        let status = parts.status.as_u16();
        let head = ResponseHead {
            status,
            reason: parts.status.canonical_reason().unwrap_or_default().into(),
            fields,
            keeps_alive: true,
            is_version_1_0: false,
        };
        if status == crate::head::SWITCHING_PROTOCOLS {
            return Poll::Ready(Err(AnswerError::Malformed("it switches protocols")));
        }
        self.length = match head.fields.first(Kind::ContentLength).and_then(number) {
            _ if to_head || body.is_end_stream() => BodyLength::Known(0),
            // Trailers may follow, which an answer without a body has no place for.
            Some(0) | None => BodyLength::Unknown,
            Some(length) => BodyLength::Known(length),
        };
        self.forbidden = to_head || head.is_bodiless();
        self.receive = Some(body);
        Poll::Ready(Ok(head))
    }

    pub(crate) const fn body_length(&self) -> BodyLength {
        self.length
    }

    pub(crate) fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, AnswerError>> {
        let Some(receive) = &mut self.receive else {
            return Poll::Ready(Ok(false));
        };
        while self.piece.is_empty() {
            match ready!(receive.poll_data(cx)) {
                Some(piece) => {
                    self.piece = piece.map_err(broken)?;
                    if self.forbidden && !self.piece.is_empty() {
                        let why = "it has a body where there may be none";
                        return Poll::Ready(Err(AnswerError::Malformed(why)));
                    }
                }
                None => {
                    self.trailers = ready!(receive.poll_trailers(cx)).map_err(broken)?;
                    self.receive = None;
                    return Poll::Ready(Ok(false));
                }
            }
        }
        Poll::Ready(Ok(true))
    }

    pub(crate) fn piece(&self) -> &[u8] {
        &self.piece
    }

    pub(crate) fn take(&mut self, bytes: usize) {
        let bytes = bytes.min(self.piece.len());
        self.piece.advance(bytes);
        if let Some(receive) = &mut self.receive
            && let Err(error) = receive.flow_control().release_capacity(bytes)
        {
            tracing::debug!(%error, "a target's window could not be opened");
        }
    }

    pub(crate) const fn take_trailers(&mut self) -> Option<HeaderMap> {
        self.trailers.take()
    }
}

impl Drop for Http2Target {
    fn drop(&mut self) {
        if !self.ended {
            // What is left of the body does not come.
            self.send.send_reset(h2::Reason::CANCEL);
        }
    }
}

fn broken(error: h2::Error) -> AnswerError {
    let reason = error.reason();
    let is_calm = error.is_go_away() && reason == Some(h2::Reason::NO_ERROR);
    if error.is_remote() && (is_calm || reason == Some(h2::Reason::REFUSED_STREAM)) {
        // RFC 9113, 8.7.
        return AnswerError::Unprocessed;
    }
    if error.is_io() || error.is_go_away() {
        return AnswerError::Io(io::Error::other(error));
    }
    AnswerError::Malformed("its HTTP/2 is broken off")
}
