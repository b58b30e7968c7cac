//! HTTP/2 towards a client: many requests at once, each a task of its own. Frames were counted
//! before they get here. Source: RFC 9113.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::server::{Connection as H2Connection, SendResponse};
use h2::{Reason, RecvStream, SendStream};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Version};
use tokio::sync::watch;

use crate::buffer::OUTPUT_BYTES;
use crate::client::{AnswerBody, Client, ClientError};
use crate::connection::Connection;
use crate::framing::Malformed;
use crate::head::{BodyLength, Kind, RequestHead, ResponseHead};
use crate::limits::BODY_PIECE_BYTES;
use crate::metering::MeteredStream;
use crate::request;
use crate::target::Targets;

/// How much of one request's body may be on its way, and of all on one connection.
const STREAM_WINDOW_BYTES: u32 = 256 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 1024 * 1024;

/// How much of one answer waits for the client's window or the socket.
const SEND_BUFFER_BYTES: usize = 32 * 1024;

/// Serves a connection until it ends, or `shutdown` says so and its requests have ended.
pub(crate) async fn serve(
    stream: MeteredStream,
    targets: Arc<Targets>,
    mut shutdown: watch::Receiver<bool>,
) {
    let connection = Arc::clone(stream.connection());
    let limits = &connection.shared.limits.http2;
    let mut builder = h2::server::Builder::new();
    builder
        .max_concurrent_streams(limits.concurrent_streams)
        .max_header_list_size(limits.header_list_bytes)
        .initial_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_send_buffer_size(SEND_BUFFER_BYTES)
        // Our own budget of resets is the narrower one: it is counted.
        .max_pending_accept_reset_streams(limits.reset.burst.saturating_add(64) as usize)
        .max_local_error_reset_streams(Some(limits.caused_resets));
    let served = match builder.handshake(stream).await {
        Ok(http2) => accept(http2, &connection, &targets, &mut shutdown).await,
        Err(error) => Err(error),
    };
    if let Err(error) = served {
        tracing::debug!(%error, client = %connection.client, "an HTTP/2 connection broke");
    }
}

async fn accept(
    mut http2: H2Connection<MeteredStream, Bytes>,
    connection: &Arc<Connection>,
    targets: &Arc<Targets>,
    shutdown: &mut watch::Receiver<bool>,
) -> Result<(), h2::Error> {
    let mut draining = false;
    loop {
        let accepted = tokio::select! {
            accepted = http2.accept() => accepted,
            () = crate::door::told(shutdown), if !draining => {
                draining = true;
                http2.graceful_shutdown();
                continue;
            }
        };
        let Some(accepted) = accepted else {
            return Ok(());
        };
        let (received, respond) = accepted?;
        let (parts, body) = received.into_parts();
        let is_end = body.is_end_stream();
        connection.streams().accept(respond.stream_id().into());
        let (head, checked) = RequestHead::http2(&parts, is_end, &connection.shared.limits);
        let mut stream = Http2Stream {
            open: Open::new(Arc::clone(connection)),
            body,
            respond,
            answer: None,
            ended: is_end,
            received: 0,
            answer_body: AnswerBody::Forbidden,
        };
        let targets = Arc::clone(targets);
        tokio::spawn(async move {
            let connection = Arc::clone(&stream.open.connection);
            let client = Client::Http2(&mut stream);
            let served = match checked {
                Ok(()) => request::serve(client, head, &connection, &targets).await,
                Err(malformed) => request::refuse(client, head, &connection, malformed).await,
            };
            if let Err(error) = served {
                tracing::debug!(%error, client = %connection.client, "an HTTP/2 request broke");
                stream.reset(Reason::INTERNAL_ERROR);
            }
            // An answer that came before the body's end is sent first; then the stream is reset
            // without an error (RFC 9113, 8.1), which happens when its last handle goes.
        });
    }
}

/// A request that counts as open, and whether its client is waited for.
#[derive(Debug)]
struct Open {
    connection: Arc<Connection>,
    waiting: bool,
}

impl Open {
    fn new(connection: Arc<Connection>) -> Self {
        count(&connection.meter.open_requests, 1);
        Self {
            connection,
            waiting: false,
        }
    }

    fn wait(&mut self, waiting: bool) {
        if self.waiting != waiting {
            self.waiting = waiting;
            let change = if waiting { 1 } else { -1 };
            count(&self.connection.meter.awaited_bodies, change);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.wait(false);
        count(&self.connection.meter.open_requests, -1);
    }
}

fn count(counter: &AtomicU32, change: i32) {
    counter.fetch_add(change.cast_unsigned(), Ordering::Relaxed);
}

/// One request on an HTTP/2 connection.
#[derive(Debug)]
pub(crate) struct Http2Stream {
    open: Open,
    body: RecvStream,
    respond: SendResponse<Bytes>,
    answer: Option<SendStream<Bytes>>,
    ended: bool,
    received: u64,
    answer_body: AnswerBody,
}

impl Http2Stream {
    pub(crate) const fn has_ended(&self) -> bool {
        self.ended
    }

    pub(crate) fn poll_body(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, ClientError>> {
        if self.ended {
            return Poll::Ready(Ok(None));
        }
        let polled = self.body.poll_data(cx);
        self.open.wait(polled.is_pending());
        let Some(piece) = ready!(polled) else {
            self.ended = true;
            return Poll::Ready(Ok(None));
        };
        let piece = piece.map_err(broken)?;
        self.body
            .flow_control()
            .release_capacity(piece.len())
            .map_err(broken)?;
        self.received += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        if self.received > self.open.connection.shared.limits.body_bytes {
            return Poll::Ready(Err(Malformed::BodyTooLarge.into()));
        }
        Poll::Ready(Ok(Some(piece)))
    }

    pub(crate) fn pause_body(&mut self) {
        self.open.wait(false);
    }

    pub(crate) fn inform(&mut self, head: &ResponseHead) -> Result<(), ClientError> {
        let response = response(head).map(|_| ());
        self.respond.send_informational(response).map_err(broken)
    }

    pub(crate) fn start(
        &mut self,
        head: &ResponseHead,
        body: AnswerBody,
    ) -> Result<(), ClientError> {
        let mut response = response(head);
        let said = match body {
            AnswerBody::Forbidden => head
                .fields
                .first(Kind::ContentLength)
                .filter(|_| crate::http1::may_say_length(head))
                .and_then(|said| HeaderValue::from_bytes(said).ok()),
            AnswerBody::Of(BodyLength::Known(length)) => Some(HeaderValue::from(length)),
            AnswerBody::Of(BodyLength::Unknown) => None,
        };
        if let Some(said) = said {
            let headers = response.headers_mut();
            headers.insert(http::header::CONTENT_LENGTH, said);
        }
        self.answer_body = body;
        let is_end = self.is_empty();
        let answer = self.respond.send_response(response, is_end);
        self.answer = Some(answer.map_err(broken)?);
        Ok(())
    }

    fn is_empty(&self) -> bool {
        matches!(
            self.answer_body,
            AnswerBody::Forbidden | AnswerBody::Of(BodyLength::Known(0))
        )
    }

    pub(crate) fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize, ClientError>> {
        let Some(answer) = &mut self.answer else {
            return Poll::Ready(Err(gone()));
        };
        let wanted = bytes.len().min(BODY_PIECE_BYTES.max(OUTPUT_BYTES));
        answer.reserve_capacity(wanted);
        while answer.capacity() == 0 {
            match ready!(answer.poll_capacity(cx)) {
                Some(granted) => granted.map(|_| ()).map_err(broken)?,
                None => return Poll::Ready(Err(gone())),
            }
        }
        let piece = bytes.get(..answer.capacity().min(wanted)).unwrap_or(bytes);
        answer
            .send_data(Bytes::copy_from_slice(piece), false)
            .map_err(broken)?;
        Poll::Ready(Ok(piece.len()))
    }

    pub(crate) fn finish(&mut self, trailers: Option<HeaderMap>) -> Result<(), ClientError> {
        if self.is_empty() {
            return Ok(());
        }
        match (&mut self.answer, trailers) {
            (Some(answer), Some(trailers)) => answer.send_trailers(trailers).map_err(broken),
            (Some(answer), None) => answer.send_data(Bytes::new(), true).map_err(broken),
            (None, _) => Err(gone()),
        }
    }

    pub(crate) fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<ClientError> {
        let reset = match &mut self.answer {
            Some(answer) => answer.poll_reset(cx),
            None => self.respond.poll_reset(cx),
        };
        match ready!(reset) {
            Ok(reason) => Poll::Ready(broken(reason.into())),
            Err(error) => Poll::Ready(broken(error)),
        }
    }

    fn reset(&mut self, reason: Reason) {
        match &mut self.answer {
            Some(answer) => answer.send_reset(reason),
            None => self.respond.send_reset(reason),
        }
    }
}

fn response(head: &ResponseHead) -> Response<()> {
    let mut response = Response::new(());
    *response.version_mut() = Version::HTTP_2;
    // Statuses were checked when they were read, or are our own.
    *response.status_mut() = StatusCode::from_u16(head.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let headers = response.headers_mut();
    for field in head.end_to_end() {
        let name = HeaderName::from_bytes(field.name.as_bytes());
        let value = HeaderValue::from_bytes(field.value);
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    response
}

fn broken(error: h2::Error) -> ClientError {
    ClientError::Gone(io::Error::other(error))
}

fn gone() -> ClientError {
    ClientError::Gone(io::ErrorKind::UnexpectedEof.into())
}
