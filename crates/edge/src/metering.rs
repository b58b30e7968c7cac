//! The metering stream: what pingora reads from and writes to instead of the socket. It buffers
//! both ways, counts every byte, lets HTTP/1.1 pass only message by message after its framing was
//! checked, counts HTTP/2's frames, and fails when the sweep has cut the connection.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use async_trait::async_trait;
use pingora_core::protocols::raw_connect::ProxyDigest;
use pingora_core::protocols::tls::SslDigest;
use pingora_core::protocols::{
    ALPN, GetProxyDigest, GetSocketDigest, GetTimingDigest, Peek, Shutdown, SocketDigest, Ssl,
    TimingDigest, UniqueID, UniqueIDType,
};
use pingora_http::ResponseHeader;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::connection::{Connection, Phase};
use crate::event;
use crate::frames::{Flood, FrameMeter, PREFACE};
use crate::framing::{Framing, Malformed, Step};
use crate::hello::Replayed;
use crate::limits::BODY_PIECE_BYTES;
use crate::sweep;

/// What the read buffer begins with, and shrinks to between requests.
const INPUT_BYTES: usize = 4 * 1024;
/// Writes up to this much are gathered until they are flushed.
const OUTPUT_BYTES: usize = 16 * 1024;
/// What a refused client may still send before it has read why.
const LINGER_BYTES: usize = 256 * 1024;

/// What lies below: TCP, or TLS over it.
#[derive(Debug)]
pub(crate) enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<Replayed>>),
}

#[derive(Debug)]
enum Protocol {
    Http1(Http1),
    Http2(Box<FrameMeter>),
}

#[derive(Debug)]
struct Http1 {
    framing: Framing,
    /// The message that was read last has ended; the next one waits until it is answered.
    ended: bool,
    /// Bytes of the message in progress were given to pingora.
    handed: bool,
    tunnel: bool,
}

/// Bytes read: `given..released` may be given to pingora, `released..filled` not yet.
#[derive(Debug, Default)]
struct Input {
    bytes: Vec<u8>,
    given: usize,
    released: usize,
    filled: usize,
}

#[derive(Debug, Default)]
struct Output {
    bytes: Vec<u8>,
    written: usize,
}

/// A refused connection says why and reads on for a moment, so that the answer is not lost to a
/// reset (RFC 9112, section 9.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    No,
    Telling,
    Reading(usize),
}

/// See the module.
pub(crate) struct MeteredStream {
    transport: Transport,
    protocol: Protocol,
    connection: Arc<Connection>,
    digest: Arc<ProxyDigest>,
    input: Input,
    output: Output,
    closing: Closing,
}

impl std::fmt::Debug for MeteredStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MeteredStream")
            .field("client", &self.connection.client)
            .finish_non_exhaustive()
    }
}

impl MeteredStream {
    /// Over a transport on which HTTP begins. Speaks HTTP/1.1 unless told otherwise.
    pub(crate) fn new(
        transport: Transport,
        connection: Arc<Connection>,
    ) -> pingora_core::Result<Self> {
        let response = Box::new(ResponseHeader::build(200, Some(0))?);
        let shared: Box<dyn std::any::Any + Send + Sync> = Box::new(Arc::clone(&connection));
        let framing = Framing::new(&connection.shared.limits);
        Ok(Self {
            transport,
            protocol: Protocol::Http1(Http1 {
                framing,
                ended: false,
                handed: false,
                tunnel: false,
            }),
            connection,
            digest: Arc::new(ProxyDigest::new(response, Some(shared))),
            input: Input::default(),
            output: Output::default(),
            closing: Closing::No,
        })
    }

    /// From the first byte on it is HTTP/2, as ALPN or the preface said.
    pub(crate) fn speak_http2(&mut self) {
        let meter = FrameMeter::new(&self.connection.shared.limits.http2);
        self.protocol = Protocol::Http2(Box::new(meter));
        self.connection.enter(Phase::Frames);
    }

    /// Reads until it is clear whether the client speaks HTTP/2 by prior knowledge (RFC 9113,
    /// section 3.3), and does so then.
    pub(crate) async fn detect_http2(&mut self) -> io::Result<()> {
        loop {
            let seen = self.input.unreleased();
            let compared = seen.len().min(PREFACE.len());
            if seen.get(..compared) != PREFACE.get(..compared) {
                return Ok(());
            }
            if compared == PREFACE.len() {
                self.speak_http2();
                // The frames that came with the preface count too.
                return self.count_frames(0);
            }
            let read = std::future::poll_fn(|cx| self.poll_fill(cx)).await?;
            if read == 0 {
                return Ok(());
            }
        }
    }

    /// Reads once from the transport; 0 at its end.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let meter = &self.connection.meter;
        if meter.is_cut() {
            return Poll::Ready(Err(cut()));
        }
        let room = self.input.room();
        let mut buf = ReadBuf::new(room);
        let read = match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_read(cx, &mut buf),
            Transport::Tls(stream) => Pin::new(stream).poll_read(cx, &mut buf),
        };
        match read {
            Poll::Pending => {
                meter.starved.store(true, Ordering::Relaxed);
                meter.reader.register(cx.waker());
                // The sweep may have cut before the waker was there.
                if meter.is_cut() {
                    return Poll::Ready(Err(cut()));
                }
                Poll::Pending
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) => {
                let read = buf.filled().len();
                self.input.filled += read;
                meter.starved.store(false, Ordering::Relaxed);
                let bytes = u64::try_from(read).unwrap_or(u64::MAX);
                meter.bytes_in.fetch_add(bytes, Ordering::Relaxed);
                self.connection.shared.counters.bytes_received.add(bytes);
                Poll::Ready(Ok(read))
            }
        }
    }

    /// Reads HTTP/2 until there is something to give; `false` at the end.
    fn poll_http2(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let read = ready!(self.poll_fill(cx))?;
        if read == 0 {
            return Poll::Ready(Ok(false));
        }
        let from = self.input.filled.saturating_sub(read);
        Poll::Ready(self.count_frames(from).map(|()| true))
    }

    /// Counts the frames in the bytes from `from` on, and releases them.
    fn count_frames(&mut self, from: usize) -> io::Result<()> {
        let Protocol::Http2(frames) = &mut self.protocol else {
            return Ok(());
        };
        let shared = &self.connection.shared;
        let new = self.input.bytes.get(from..self.input.filled);
        let was_in_block = frames.in_header_block();
        let before = frames.frames();
        let counted = frames.advance(new.unwrap_or_default(), sweep::seconds(shared.tick()));
        shared.counters.http2_frames.add(frames.frames() - before);
        if frames.in_header_block() != was_in_block {
            let phase = if was_in_block {
                Phase::Frames
            } else {
                Phase::Head
            };
            self.connection.enter(phase);
        }
        self.input.released = self.input.filled;
        counted.map_err(|flood| {
            let counters = &self.connection.shared.counters;
            match flood {
                Flood::Reset => counters.http2_reset_floods.increment(),
                Flood::Ping => counters.http2_ping_floods.increment(),
                Flood::Settings => counters.http2_settings_floods.increment(),
                Flood::Priority => counters.http2_priority_floods.increment(),
                Flood::WindowUpdate => counters.http2_window_update_floods.increment(),
                Flood::Continuation => counters.http2_continuation_floods.increment(),
                Flood::Empty => counters.http2_empty_floods.increment(),
                Flood::Unknown => counters.http2_unknown_floods.increment(),
            }
            io::Error::new(io::ErrorKind::InvalidData, "HTTP/2 frame budget exceeded")
        })
    }

    /// Reads HTTP/1.1 until there is something to give; `false` at the end.
    fn poll_http1(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        loop {
            if self.is_answered_pending() {
                // Nothing may be read ahead of the answer, but a client that leaves is noticed.
                if !self.input.unreleased().is_empty() {
                    self.connection.meter.reader.register(cx.waker());
                    return Poll::Pending;
                }
                let read = ready!(self.poll_fill(cx))?;
                if read == 0 {
                    return Poll::Ready(Ok(false));
                }
                continue;
            }
            if let Err(malformed) = self.check_framing() {
                return Poll::Ready(self.refuse(malformed).map(|()| true));
            }
            if self.input.has_released() {
                return Poll::Ready(Ok(true));
            }
            let read = ready!(self.poll_fill(cx))?;
            if read == 0 {
                return Poll::Ready(Ok(false));
            }
        }
    }

    /// Whether the last message ended and its answer is not done. Between messages this is also
    /// where an upgrade takes effect.
    fn is_answered_pending(&mut self) -> bool {
        let Protocol::Http1(http1) = &mut self.protocol else {
            return false;
        };
        let meter = &self.connection.meter;
        if !http1.tunnel && meter.tunnel.load(Ordering::Relaxed) {
            http1.tunnel = true;
            http1.framing.tunnel();
            http1.ended = false;
            self.connection.enter(Phase::Tunnel);
        }
        if !http1.ended || http1.tunnel {
            return false;
        }
        if meter.answering.load(Ordering::Relaxed) != event::NOT_ANSWERING {
            return true;
        }
        http1.ended = false;
        http1.handed = false;
        self.input.shrink();
        self.output.shrink();
        self.connection.enter(Phase::Idle);
        false
    }

    /// Releases as much as is well framed, up to the end of the message.
    fn check_framing(&mut self) -> Result<(), Malformed> {
        let Protocol::Http1(http1) = &mut self.protocol else {
            return Ok(());
        };
        let connection = &self.connection;
        let was_between = http1.framing.is_between_requests();
        loop {
            let step = http1.framing.step(self.input.unreleased())?;
            match step {
                Step::More => {
                    if was_between && http1.framing.is_in_head() {
                        connection.enter(Phase::Head);
                    }
                    return Ok(());
                }
                Step::Skip(length) => {
                    self.input.released += length;
                    self.input.given = self.input.released;
                }
                Step::Head(length) | Step::HeadAndEnd(length) => {
                    self.input.released += length;
                    let answering = &connection.meter.answering;
                    answering.store(event::HANDED, Ordering::Relaxed);
                    if matches!(step, Step::HeadAndEnd(_)) {
                        http1.ended = true;
                        connection.enter(Phase::Answer);
                        return Ok(());
                    }
                    connection.enter(Phase::Body);
                }
                Step::Body(length) => self.input.released += length,
                Step::BodyAndEnd(length) => {
                    self.input.released += length;
                    http1.ended = true;
                    connection.enter(Phase::Answer);
                    return Ok(());
                }
            }
        }
    }

    /// A message that is not well framed: refused here when pingora has seen nothing of it, else
    /// broken off.
    fn refuse(&mut self, malformed: Malformed) -> io::Result<()> {
        let meter = &self.connection.meter;
        let handed = matches!(&self.protocol, Protocol::Http1(http1) if http1.handed);
        if handed {
            meter.malformed.store(true, Ordering::Relaxed);
            self.input.released = self.input.given;
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                malformed.reason(),
            ));
        }
        meter
            .answering
            .store(event::NOT_ANSWERING, Ordering::Relaxed);
        let head = self.input.bytes.get(self.input.given..self.input.filled);
        let answer = event::refuse_head(&self.connection, malformed, head.unwrap_or_default());
        self.output.bytes.extend_from_slice(&answer);
        self.input.forget();
        self.connection.enter(Phase::Linger);
        self.closing = Closing::Telling;
        Ok(())
    }

    /// Tells a refused client why, then waits until it has hung up.
    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.closing == Closing::Telling {
            ready!(self.poll_drain(cx))?;
            ready!(self.poll_transport_shutdown(cx))?;
            self.closing = Closing::Reading(0);
        }
        while let Closing::Reading(read) = self.closing {
            if read > LINGER_BYTES {
                break;
            }
            let more = ready!(self.poll_fill(cx))?;
            self.input.forget();
            if more == 0 {
                break;
            }
            self.closing = Closing::Reading(read + more);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_transport_write(
        &mut self,
        cx: &mut Context<'_>,
        direct: Option<&[u8]>,
    ) -> Poll<io::Result<usize>> {
        let meter = &self.connection.meter;
        if meter.is_cut() {
            return Poll::Ready(Err(cut()));
        }
        let bytes = direct.unwrap_or_else(|| self.output.unwritten());
        let wrote = match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Transport::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        };
        match wrote {
            Poll::Pending => {
                meter.stalled.store(true, Ordering::Relaxed);
                meter.writer.register(cx.waker());
                if meter.is_cut() {
                    return Poll::Ready(Err(cut()));
                }
                Poll::Pending
            }
            Poll::Ready(Ok(wrote)) => {
                meter.stalled.store(false, Ordering::Relaxed);
                let bytes = u64::try_from(wrote).unwrap_or(u64::MAX);
                meter.bytes_out.fetch_add(bytes, Ordering::Relaxed);
                self.connection.shared.counters.bytes_sent.add(bytes);
                Poll::Ready(Ok(wrote))
            }
            failed => failed,
        }
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.output.unwritten().is_empty() {
            let wrote = ready!(self.poll_transport_write(cx, None))?;
            if wrote == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.output.written += wrote;
        }
        self.output.bytes.clear();
        self.output.written = 0;
        Poll::Ready(Ok(()))
    }

    fn poll_transport_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Transport::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the connection was cut")
}

impl Input {
    fn unreleased(&self) -> &[u8] {
        self.bytes
            .get(self.released..self.filled)
            .unwrap_or_default()
    }

    const fn has_released(&self) -> bool {
        self.given < self.released
    }

    const fn forget(&mut self) {
        self.given = 0;
        self.released = 0;
        self.filled = 0;
    }

    /// Room to read into. Grows while a head fills it: framing refuses one that is too large.
    fn room(&mut self) -> &mut [u8] {
        if self.given == self.filled {
            self.forget();
        }
        if self.filled == self.bytes.len() && self.given > 0 {
            self.bytes.copy_within(self.given..self.filled, 0);
            self.filled -= self.given;
            self.released -= self.given;
            self.given = 0;
        }
        if self.filled == self.bytes.len() {
            let grown = (self.bytes.len() * 2).max(INPUT_BYTES);
            self.bytes.resize(grown, 0);
        }
        let end = self.bytes.len().min(self.filled + BODY_PIECE_BYTES);
        self.bytes.get_mut(self.filled..end).unwrap_or_default()
    }

    fn shrink(&mut self) {
        if self.given == self.filled && self.bytes.len() > INPUT_BYTES {
            *self = Self::default();
        }
    }
}

impl Output {
    fn unwritten(&self) -> &[u8] {
        self.bytes.get(self.written..).unwrap_or_default()
    }

    fn shrink(&mut self) {
        if self.bytes.is_empty() && self.bytes.capacity() > INPUT_BYTES {
            self.bytes = Vec::new();
        }
    }
}

impl AsyncRead for MeteredStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while !this.input.has_released() {
            if this.closing != Closing::No {
                return this.poll_close(cx);
            }
            let more = match this.protocol {
                Protocol::Http1(_) => ready!(this.poll_http1(cx))?,
                Protocol::Http2(_) => ready!(this.poll_http2(cx))?,
            };
            if !more {
                return Poll::Ready(Ok(()));
            }
        }
        let input = &mut this.input;
        let given = (input.released - input.given)
            .min(buf.remaining())
            .min(BODY_PIECE_BYTES);
        let end = input.given + given;
        buf.put_slice(input.bytes.get(input.given..end).unwrap_or_default());
        input.given = end;
        if let Protocol::Http1(http1) = &mut this.protocol {
            http1.handed = true;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for MeteredStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.output.bytes.len() + buf.len() > OUTPUT_BYTES {
            ready!(this.poll_drain(cx))?;
            if buf.len() >= OUTPUT_BYTES {
                return this.poll_transport_write(cx, Some(buf));
            }
        }
        this.output.bytes.extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let mut taken = 0;
        for buf in bufs {
            if this.output.bytes.len() + buf.len() > OUTPUT_BYTES {
                if taken > 0 {
                    break;
                }
                return Pin::new(this).poll_write(cx, buf);
            }
            this.output.bytes.extend_from_slice(buf);
            taken += buf.len();
        }
        Poll::Ready(Ok(taken))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(this.poll_drain(cx))?;
        match &mut this.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Transport::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        self.poll_transport_shutdown(cx)
    }
}

impl Drop for MeteredStream {
    fn drop(&mut self) {
        event::connection_ended(&self.connection);
    }
}

#[async_trait]
impl Shutdown for MeteredStream {
    async fn shutdown(&mut self) {
        let unread = match &self.protocol {
            Protocol::Http1(http1) => !http1.ended || !self.input.unreleased().is_empty(),
            Protocol::Http2(_) => false,
        };
        let closed = if unread {
            self.connection.enter(Phase::Linger);
            self.closing = Closing::Telling;
            std::future::poll_fn(|cx| self.poll_close(cx)).await
        } else {
            AsyncWriteExt::shutdown(self).await
        };
        if let Err(error) = closed {
            tracing::debug!(%error, "a client connection was not shut down cleanly");
        }
    }
}

impl UniqueID for MeteredStream {
    fn id(&self) -> UniqueIDType {
        0
    }
}

impl Ssl for MeteredStream {
    fn get_ssl_digest(&self) -> Option<Arc<SslDigest>> {
        None
    }

    fn selected_alpn_proto(&self) -> Option<ALPN> {
        match self.protocol {
            Protocol::Http1(_) => Some(ALPN::H1),
            Protocol::Http2(_) => Some(ALPN::H2),
        }
    }
}

impl GetTimingDigest for MeteredStream {
    fn get_timing_digest(&self) -> Vec<Option<TimingDigest>> {
        Vec::new()
    }
}

impl GetProxyDigest for MeteredStream {
    fn get_proxy_digest(&self) -> Option<Arc<ProxyDigest>> {
        Some(Arc::clone(&self.digest))
    }
}

impl GetSocketDigest for MeteredStream {
    fn get_socket_digest(&self) -> Option<Arc<SocketDigest>> {
        None
    }
}

impl Peek for MeteredStream {}
