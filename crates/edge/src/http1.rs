//! HTTP/1 towards a client: requests one after another, each answered before the next is read.
//! Source: RFC 9112.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::io::AsyncWrite;

use crate::buffer::{OUTPUT_BYTES, push_number};
use crate::client::{AnswerBody, Client, ClientError};
use crate::connection::Phase;
use crate::event;
use crate::framing::{Framing, Malformed, Step};
use crate::head::{BodyLength, Kind, RequestHead, ResponseHead, SWITCHING_PROTOCOLS, number};
use crate::metering::MeteredStream;
use crate::request;
use crate::target::Targets;

/// What a refused client may still send before it has read why.
const LINGER_BYTES: usize = 256 * 1024;

/// What came instead of a body's piece or a head.
#[derive(Debug)]
enum NoHead {
    /// The client closed, or the edge drains.
    End,
    Io(io::Error),
    Malformed(Malformed),
}

/// One client connection that speaks HTTP/1.
#[derive(Debug)]
pub(crate) struct Http1 {
    stream: MeteredStream,
    framing: Framing,
    /// The request's body was read to its end.
    ended: bool,
    /// The answer's body is sent in chunks.
    chunked: bool,
    /// The client is of HTTP/1.0: it knows no chunks.
    version_1_0: bool,
    keep: bool,
}

/// Serves a connection until it ends.
pub(crate) async fn serve(stream: MeteredStream, targets: &Targets) {
    let connection = Arc::clone(stream.connection());
    let mut client = Http1 {
        framing: Framing::new(&connection.shared.limits),
        stream,
        ended: true,
        chunked: false,
        version_1_0: false,
        keep: true,
    };
    let ended = loop {
        let head = match std::future::poll_fn(|cx| client.poll_head(cx)).await {
            Ok(head) => head,
            Err(NoHead::End) => break client.close().await,
            Err(NoHead::Io(error)) => break Err(error),
            Err(NoHead::Malformed(malformed)) => break client.refuse(malformed).await,
        };
        client.version_1_0 = head.version == http::Version::HTTP_10;
        client.keep = false;
        let went = request::serve(Client::Http1(&mut client), head, &connection, targets).await;
        if let Err(error) = went {
            break Err(error);
        }
        if !client.keep || !client.ended {
            break client.close().await;
        }
        client.stream.shrink();
        connection.enter(Phase::Idle);
    };
    if let Err(error) = ended {
        tracing::debug!(%error, client = %connection.client, "a client connection broke");
    }
}

impl Http1 {
    pub(crate) const fn has_ended(&self) -> bool {
        self.ended
    }

    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<RequestHead, NoHead>> {
        let connection = Arc::clone(self.stream.connection());
        loop {
            let was_between = self.framing.is_between_requests();
            let unread = self.stream.unread();
            match self.framing.step(unread).map_err(NoHead::Malformed)? {
                Step::Skip(bytes) => {
                    self.stream.take(bytes);
                    continue;
                }
                step @ (Step::Head(bytes) | Step::HeadAndEnd(bytes)) => {
                    let text = unread.get(..bytes).unwrap_or_default();
                    let Some(head) = self.framing.take_head(text) else {
                        return Poll::Ready(Err(NoHead::End));
                    };
                    self.stream.take(bytes);
                    self.ended = matches!(step, Step::HeadAndEnd(_));
                    connection.enter(if self.ended {
                        Phase::Answer
                    } else {
                        Phase::Body
                    });
                    return Poll::Ready(Ok(head));
                }
                // Between requests there is no body.
                Step::More | Step::Body(_) | Step::BodyAndEnd(_) | Step::End(_) => {}
            }
            if was_between && self.framing.is_in_head() {
                connection.enter(Phase::Head);
            }
            let is_new = self.stream.unread().is_empty();
            match self.stream.poll_fill(cx) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(NoHead::End)),
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(error)) => return Poll::Ready(Err(NoHead::Io(error))),
                Poll::Pending if is_new && connection.shared.leaving.load(Ordering::Acquire) => {
                    return Poll::Ready(Err(NoHead::End));
                }
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    pub(crate) fn poll_body(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, ClientError>> {
        while !self.ended {
            let unread = self.stream.unread();
            let piece = match self.framing.step(unread)? {
                Step::Skip(bytes) => {
                    self.stream.take(bytes);
                    continue;
                }
                Step::End(bytes) => {
                    self.stream.take(bytes);
                    self.end();
                    break;
                }
                Step::Body(bytes) => bytes,
                Step::BodyAndEnd(bytes) => {
                    self.end();
                    bytes
                }
                Step::More | Step::Head(_) | Step::HeadAndEnd(_) => {
                    if ready!(self.stream.poll_fill(cx))? == 0 {
                        return Poll::Ready(Err(gone()));
                    }
                    continue;
                }
            };
            let unread = self.stream.unread();
            let bytes = Bytes::copy_from_slice(unread.get(..piece).unwrap_or_default());
            self.stream.take(piece);
            return Poll::Ready(Ok(Some(bytes)));
        }
        Poll::Ready(Ok(None))
    }

    pub(crate) fn pause_body(&self) {
        let meter = &self.stream.connection().meter;
        meter.starved.store(false, Ordering::Relaxed);
    }

    fn end(&mut self) {
        self.ended = true;
        self.stream.connection().enter(Phase::Answer);
    }

    pub(crate) fn inform(&mut self, head: &ResponseHead) {
        if !self.version_1_0 {
            self.status_line(head);
            self.fields(head);
            self.stream.queue(b"\r\n");
        }
    }

    pub(crate) fn start(&mut self, head: &ResponseHead, body: AnswerBody, keep: bool) {
        self.status_line(head);
        self.fields(head);
        let length = match body {
            AnswerBody::Of(length) => length,
            AnswerBody::Forbidden => BodyLength::Known(0),
        };
        let is_switch = head.status == SWITCHING_PROTOCOLS;
        let is_delimited = !self.version_1_0 || length != BodyLength::Unknown;
        self.keep = keep && is_delimited && !is_switch;
        self.chunked = !self.version_1_0 && length == BodyLength::Unknown;
        let said = head.fields.first(Kind::ContentLength);
        let version_1_0 = self.version_1_0;
        let keep = self.keep;
        let out = self.stream.queue_mut();
        match (body, length) {
            (AnswerBody::Forbidden, _) => {
                // It is the length that another answer would have: a HEAD's, a 304's.
                if let Some(said) = said.filter(|_| may_say_length(head)) {
                    out.extend_from_slice(b"Content-Length: ");
                    out.extend_from_slice(said);
                    out.extend_from_slice(b"\r\n");
                }
            }
            (_, BodyLength::Known(length)) => {
                out.extend_from_slice(b"Content-Length: ");
                push_number(out, length, 10);
                out.extend_from_slice(b"\r\n");
            }
            (_, BodyLength::Unknown) if version_1_0 => {}
            (_, BodyLength::Unknown) => out.extend_from_slice(b"Transfer-Encoding: chunked\r\n"),
        }
        if is_switch {
            out.extend_from_slice(b"Connection: upgrade\r\n");
            for protocol in head.fields.all(Kind::Upgrade) {
                out.extend_from_slice(b"Upgrade: ");
                out.extend_from_slice(protocol);
                out.extend_from_slice(b"\r\n");
            }
        } else if !keep {
            out.extend_from_slice(b"Connection: close\r\n");
        } else if version_1_0 {
            out.extend_from_slice(b"Connection: keep-alive\r\n");
        }
        out.extend_from_slice(b"\r\n");
    }

    fn status_line(&mut self, head: &ResponseHead) {
        let out = self.stream.queue_mut();
        out.extend_from_slice(b"HTTP/1.1 ");
        push_number(out, u64::from(head.status), 10);
        out.push(b' ');
        out.extend_from_slice(head.reason.as_bytes());
        out.extend_from_slice(b"\r\n");
    }

    fn fields(&mut self, head: &ResponseHead) {
        let out = self.stream.queue_mut();
        for field in head.end_to_end() {
            out.extend_from_slice(field.name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(field.value);
            out.extend_from_slice(b"\r\n");
        }
    }

    pub(crate) fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.stream.queued_bytes() >= OUTPUT_BYTES {
            ready!(self.stream.poll_drain(cx))?;
        }
        if !self.chunked && self.stream.queued_bytes() == 0 && bytes.len() >= OUTPUT_BYTES {
            return self.stream.poll_transport_write(cx, Some(bytes));
        }
        let piece = bytes.get(..OUTPUT_BYTES).unwrap_or(bytes);
        let out = self.stream.queue_mut();
        if self.chunked {
            push_number(out, u64::try_from(piece.len()).unwrap_or(u64::MAX), 16);
            out.extend_from_slice(b"\r\n");
            out.extend_from_slice(piece);
            out.extend_from_slice(b"\r\n");
        } else {
            out.extend_from_slice(piece);
        }
        Poll::Ready(Ok(piece.len()))
    }

    pub(crate) fn finish(&mut self) {
        if std::mem::take(&mut self.chunked) {
            self.stream.queue(b"0\r\n\r\n");
        }
    }

    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    /// Nothing is read ahead of the answer, but a client that leaves is noticed.
    pub(crate) fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<ClientError> {
        if !self.ended || !self.stream.unread().is_empty() {
            self.stream.connection().meter.reader.register(cx.waker());
            if self.stream.connection().meter.is_cut() {
                return Poll::Ready(gone());
            }
            return Poll::Pending;
        }
        match ready!(self.stream.poll_fill(cx)) {
            Ok(0) => Poll::Ready(gone()),
            // It sends its next request already.
            Ok(_) => self.poll_gone(cx),
            Err(error) => Poll::Ready(error.into()),
        }
    }

    /// The connection was upgraded: its bytes are nobody's requests any more.
    pub(crate) fn tunnel(&mut self) {
        self.framing.tunnel();
        self.ended = false;
        self.chunked = false;
        self.stream.connection().enter(Phase::Tunnel);
    }

    pub(crate) fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.stream.poll_drain(cx))?;
        self.stream.poll_transport_shutdown(cx)
    }

    /// A request that never became one is answered, counted and recorded.
    async fn refuse(&mut self, malformed: Malformed) -> io::Result<()> {
        let connection = Arc::clone(self.stream.connection());
        let (head, body) = event::refuse_head(&connection, malformed, self.stream.unread());
        let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
        self.start(&head, AnswerBody::Of(BodyLength::Known(length)), false);
        self.stream.queue(&body);
        self.ended = false;
        self.close().await
    }

    /// Ends the connection. A client that may still be sending gets a moment to read its answer,
    /// which a reset would take from it (RFC 9112, section 9.6).
    async fn close(&mut self) -> io::Result<()> {
        let lingers = !self.ended || !self.stream.unread().is_empty();
        if lingers {
            self.stream.connection().enter(Phase::Linger);
        }
        std::future::poll_fn(|cx| self.poll_shutdown(cx)).await?;
        let mut read = 0;
        while lingers && read <= LINGER_BYTES {
            let bytes = self.stream.unread().len();
            self.stream.take(bytes);
            match std::future::poll_fn(|cx| self.stream.poll_fill(cx)).await? {
                0 => break,
                more => read += more,
            }
        }
        Ok(())
    }
}

/// Whether an answer without a body may have a Content-Length (RFC 9110, 8.6), and it is one.
pub(crate) fn may_say_length(head: &ResponseHead) -> bool {
    let said = head.fields.first(Kind::ContentLength).and_then(number);
    head.status >= 200 && head.status != 204 && said.is_some()
}

fn gone() -> ClientError {
    ClientError::Gone(io::ErrorKind::UnexpectedEof.into())
}
