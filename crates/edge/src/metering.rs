//! The metering stream: what HTTP is read from and written to instead of the socket. It buffers
//! both ways, counts every byte, counts HTTP/2's frames, and fails when the sweep has cut the
//! connection.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::buffer::{Input, OUTPUT_BYTES, Output};
use crate::connection::{Connection, Phase};
use crate::event;
use crate::frames::{Flood, FrameMeter, PREFACE, SentFrames};
use crate::framing::Malformed;
use crate::hello::Replayed;
use crate::limits::BODY_PIECE_BYTES;
use crate::sweep;

/// What lies below: TCP, or TLS over it.
#[derive(Debug)]
pub(crate) enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<Replayed>>),
}

/// See the module.
pub(crate) struct MeteredStream {
    transport: Transport,
    /// `None` for HTTP/1.
    frames: Option<Box<FrameMeter>>,
    sent: SentFrames,
    connection: Arc<Connection>,
    input: Input,
    output: Output,
}

impl std::fmt::Debug for MeteredStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MeteredStream")
            .field("client", &self.connection.client)
            .finish_non_exhaustive()
    }
}

impl MeteredStream {
    /// Over a transport on which HTTP begins. Speaks HTTP/1 unless told otherwise.
    pub(crate) fn new(transport: Transport, connection: Arc<Connection>) -> Self {
        Self {
            transport,
            frames: None,
            sent: SentFrames::default(),
            connection,
            input: Input::default(),
            output: Output::default(),
        }
    }

    pub(crate) const fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    pub(crate) const fn speaks_http2(&self) -> bool {
        self.frames.is_some()
    }

    /// From the first byte on it is HTTP/2, as ALPN or the preface said.
    pub(crate) fn speak_http2(&mut self) {
        let meter = FrameMeter::new(&self.connection.shared.limits.http2);
        self.frames = Some(Box::new(meter));
        self.connection.enter(Phase::Frames);
    }

    /// Reads until it is clear whether the client speaks HTTP/2 by prior knowledge (RFC 9113,
    /// section 3.3), and does so then.
    pub(crate) async fn detect_http2(&mut self) -> io::Result<()> {
        loop {
            let seen = self.unread();
            let compared = seen.len().min(PREFACE.len());
            if seen.get(..compared) != PREFACE.get(..compared) {
                return Ok(());
            }
            if compared == PREFACE.len() {
                self.speak_http2();
                // The frames that came with the preface count too.
                return self.count_frames(0);
            }
            let read = std::future::poll_fn(|cx| {
                let read = self.poll_fill(cx);
                if read.is_pending() && self.connection.shared.draining.load(Ordering::Acquire) {
                    // Whoever reads on will close it.
                    return Poll::Ready(Ok(0));
                }
                read
            });
            if read.await? == 0 {
                return Ok(());
            }
        }
    }

    /// What was read and not taken.
    pub(crate) fn unread(&self) -> &[u8] {
        self.input.unread()
    }

    /// Takes `bytes` of what was read.
    pub(crate) fn take(&mut self, bytes: usize) {
        self.input.take(bytes);
    }

    /// Gives memory back that a large message took.
    pub(crate) fn shrink(&mut self) {
        self.input.shrink();
        self.output.shrink();
    }

    /// Queues bytes; [`Self::poll_drain`] writes them.
    pub(crate) fn queue(&mut self, bytes: &[u8]) {
        self.output.bytes.extend_from_slice(bytes);
    }

    /// What is queued, to write a head into it.
    pub(crate) const fn queue_mut(&mut self) -> &mut Vec<u8> {
        &mut self.output.bytes
    }

    pub(crate) fn queued_bytes(&self) -> usize {
        self.output.unwritten().len()
    }

    /// Reads once from the transport; 0 at its end.
    pub(crate) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
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
                self.input.fill(read);
                meter.starved.store(false, Ordering::Relaxed);
                let bytes = u64::try_from(read).unwrap_or(u64::MAX);
                meter.bytes_in.fetch_add(bytes, Ordering::Relaxed);
                self.connection.shared.counters.received_bytes.add(bytes);
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
        let from = self.unread().len().saturating_sub(read);
        Poll::Ready(self.count_frames(from).map(|()| true))
    }

    /// Counts the frames in the unread bytes from `from` on.
    fn count_frames(&mut self, from: usize) -> io::Result<()> {
        let Some(frames) = &mut self.frames else {
            return Ok(());
        };
        let shared = &self.connection.shared;
        let new = self.input.unread().get(from..);
        let (was_in_block, blocks) = (frames.in_header_block(), frames.header_blocks());
        let before = frames.frames();
        let counted = frames.advance(new.unwrap_or_default(), sweep::seconds(shared.tick()));
        shared.counters.http2_frames.add(frames.frames() - before);
        if frames.in_header_block() {
            // Each block has its own time, however many come one after another.
            if !was_in_block || frames.header_blocks() != blocks {
                self.connection.enter(Phase::Head);
            }
        } else if was_in_block {
            self.connection.enter(Phase::Frames);
        }
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

    /// Counts the client's errors that these bytes, which will be sent, speak of, and records the
    /// answers that the library gives itself.
    fn count_sent(&mut self, bytes: &[u8]) {
        if self.frames.is_some() {
            let connection = &self.connection;
            let errors = self.sent.advance(bytes, &mut |stream| {
                if !connection.streams().is_request(stream) {
                    event::refused_unread(connection, Malformed::HeadTooLarge);
                }
            });
            let counters = &self.connection.shared.counters;
            counters.http2_stream_errors.add(errors.streams);
            counters.http2_protocol_errors.add(errors.connections);
        }
    }

    /// Writes once: `direct`, or what is queued.
    pub(crate) fn poll_transport_write(
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
        let wrote = self.stall(wrote, cx);
        if let Poll::Ready(Ok(wrote)) = &wrote {
            let bytes = u64::try_from(*wrote).unwrap_or(u64::MAX);
            let meter = &self.connection.meter;
            meter.bytes_out.fetch_add(bytes, Ordering::Relaxed);
            self.connection.shared.counters.sent_bytes.add(bytes);
            if let Some(frames) = &mut self.frames {
                frames.sent(*wrote);
            }
        }
        wrote
    }

    /// Writes what is queued.
    pub(crate) fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.output.unwritten().is_empty() {
            let wrote = ready!(self.poll_transport_write(cx, None))?;
            if wrote == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.output.wrote(wrote);
        }
        Poll::Ready(Ok(()))
    }

    /// Ends the sending direction.
    pub(crate) fn poll_transport_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Transport::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        };
        self.stall(ended, cx)
    }

    /// Marks the client as waited for while a write is pending, and fails once it was cut.
    fn stall<T>(&self, written: Poll<io::Result<T>>, cx: &Context<'_>) -> Poll<io::Result<T>> {
        let meter = &self.connection.meter;
        if written.is_pending() {
            meter.stalled.store(true, Ordering::Relaxed);
            meter.writer.register(cx.waker());
            // The sweep may have cut before the waker was there.
            if meter.is_cut() {
                return Poll::Ready(Err(cut()));
            }
        } else {
            meter.stalled.store(false, Ordering::Relaxed);
        }
        written
    }
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the connection was cut")
}

impl AsyncRead for MeteredStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while this.unread().is_empty() {
            let more = match this.frames {
                Some(_) => ready!(this.poll_http2(cx))?,
                None => ready!(this.poll_fill(cx))? > 0,
            };
            if !more {
                return Poll::Ready(Ok(()));
            }
        }
        let given = this
            .unread()
            .len()
            .min(buf.remaining())
            .min(BODY_PIECE_BYTES);
        buf.put_slice(this.unread().get(..given).unwrap_or_default());
        this.take(given);
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
                let wrote = ready!(this.poll_transport_write(cx, Some(buf)))?;
                this.count_sent(buf.get(..wrote).unwrap_or_default());
                return Poll::Ready(Ok(wrote));
            }
        }
        this.output.bytes.extend_from_slice(buf);
        this.count_sent(buf);
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
            this.count_sent(buf);
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
        // TLS says that it has written what it only holds: it is here that a slow reader is felt.
        let flushed = match &mut this.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Transport::Tls(stream) => Pin::new(stream).poll_flush(cx),
        };
        this.stall(flushed, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        self.poll_transport_shutdown(cx)
    }
}
