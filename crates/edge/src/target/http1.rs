//! HTTP/1.1 towards a target: one connection, one request after another. What a target answers is
//! read as strictly as what a client sends. Source: RFC 9112.

use std::io;
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};

use super::connect::TargetStream;
use super::pool::Key;
use crate::buffer::{Input, OUTPUT_BYTES, Output, push_number};
use crate::framing::{Chunked, Malformed, Step};
use crate::head::{BodyLength, Fields, Kind, ResponseHead, number};

/// Most bytes of an answer's head.
const HEAD_BYTES: usize = 64 * 1024;
/// Most headers of an answer.
const HEADERS: usize = 128;

/// Why a target's answer cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerError {
    #[error("the connection to the target broke: {0}")]
    Io(#[from] io::Error),
    #[error("the target closed the connection before it answered")]
    Closed,
    /// It has done nothing with the request: whatever that was, it may be sent again.
    #[error("the target refused the request before it looked at it")]
    Unprocessed,
    #[error("the target closed the connection within its answer")]
    Cut,
    #[error("the target's answer is no HTTP: {0}")]
    Malformed(&'static str),
}

impl From<Malformed> for AnswerError {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed.reason())
    }
}

#[derive(Debug)]
enum Body {
    Ended,
    Length(u64),
    Chunked(Box<Chunked>),
    UntilClose,
}

/// One connection to a target.
#[derive(Debug)]
pub(crate) struct TargetConnection {
    stream: TargetStream,
    key: Key,
    input: Input,
    output: Output,
    /// The answer's body.
    body: Body,
    /// Bytes at the beginning of what is unread that are body and not taken yet.
    piece: usize,
    /// The request's body is sent in chunks.
    chunked: bool,
    /// The request's body is not sent whole: whatever comes next would be taken for the rest of it.
    owes: bool,
    keep: bool,
    /// It has served a request before.
    pub(crate) reused: bool,
}

impl TargetConnection {
    pub(super) fn new(stream: TargetStream, key: Key) -> Self {
        Self {
            stream,
            key,
            input: Input::default(),
            output: Output::default(),
            body: Body::Ended,
            piece: 0,
            chunked: false,
            owes: false,
            keep: false,
            reused: false,
        }
    }

    pub(super) const fn key(&self) -> &Key {
        &self.key
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.key.address
    }

    pub(crate) fn is_quiet(&mut self) -> bool {
        self.stream.is_quiet()
    }

    /// Where a request's head is written to.
    pub(crate) const fn request(&mut self) -> &mut Vec<u8> {
        &mut self.output.bytes
    }

    /// How the body of the request is sent whose head was written.
    pub(crate) const fn send_body(&mut self, length: BodyLength) {
        self.owes = true;
        self.chunked = matches!(length, BodyLength::Unknown);
    }

    /// Queues a piece of the request's body.
    pub(crate) fn queue(&mut self, piece: &[u8]) {
        let bytes = &mut self.output.bytes;
        if !self.chunked {
            bytes.extend_from_slice(piece);
        } else if !piece.is_empty() {
            push_number(bytes, u64::try_from(piece.len()).unwrap_or(u64::MAX), 16);
            bytes.extend_from_slice(b"\r\n");
            bytes.extend_from_slice(piece);
            bytes.extend_from_slice(b"\r\n");
        }
    }

    /// Queues the end of the request's body.
    pub(crate) fn queue_end(&mut self) {
        self.owes = false;
        if std::mem::take(&mut self.chunked) {
            self.output.bytes.extend_from_slice(b"0\r\n\r\n");
        }
    }

    /// Whether so much is queued that it should be written before there is more.
    pub(crate) fn is_full(&self) -> bool {
        self.output.unwritten().len() >= OUTPUT_BYTES
    }

    /// Writes what is queued; `moved` grows by the bytes that were written, pending or not.
    pub(crate) fn poll_flush(
        &mut self,
        cx: &mut Context<'_>,
        moved: &mut u64,
    ) -> Poll<io::Result<()>> {
        while !self.output.unwritten().is_empty() {
            let wrote = ready!(Pin::new(&mut self.stream).poll_write(cx, self.output.unwritten()))?;
            if wrote == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            *moved += u64::try_from(wrote).unwrap_or(u64::MAX);
            self.output.wrote(wrote);
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    pub(crate) fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut buf = ReadBuf::new(self.input.room());
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buf))?;
        let read = buf.filled().len();
        self.input.fill(read);
        Poll::Ready(Ok(read))
    }

    /// The head of the answer to a request, interim ones too. `to_head`: the request was a HEAD.
    pub(crate) fn poll_head(
        &mut self,
        cx: &mut Context<'_>,
        to_head: bool,
    ) -> Poll<Result<ResponseHead, AnswerError>> {
        let mut seen = 0;
        loop {
            let unread = self.input.unread();
            if unread.len() > seen {
                seen = unread.len();
                if let Some((head, length)) = parse(unread)? {
                    self.input.take(length);
                    self.begin_body(&head, to_head)?;
                    return Poll::Ready(Ok(head));
                }
                if seen > HEAD_BYTES {
                    return Poll::Ready(Err(AnswerError::Malformed("its head is too long")));
                }
            }
            if ready!(self.poll_fill(cx))? == 0 {
                let error = if seen == 0 {
                    AnswerError::Closed
                } else {
                    AnswerError::Cut
                };
                return Poll::Ready(Err(error));
            }
        }
    }

    fn begin_body(&mut self, head: &ResponseHead, to_head: bool) -> Result<(), AnswerError> {
        let fields = &head.fields;
        let mut lengths = fields.all(Kind::ContentLength);
        let length = lengths.next();
        if lengths.any(|other| Some(other) != length) {
            return Err(AnswerError::Malformed("its Content-Length headers differ"));
        }
        let mut codings = fields.all(Kind::TransferEncoding);
        let (coding, second) = (codings.next(), codings.next());
        if coding.is_some() && length.is_some() {
            return Err(Malformed::BothLengths.into());
        }
        self.body = match (coding, length) {
            _ if to_head || head.is_bodiless() => Body::Ended,
            (Some(coding), _) if second.is_none() && coding.eq_ignore_ascii_case(b"chunked") => {
                Body::Chunked(Box::new(Chunked::new(u64::MAX)))
            }
            (Some(_), _) => return Err(Malformed::TransferEncoding.into()),
            (None, Some(length)) => match number(length) {
                Some(0) => Body::Ended,
                Some(length) => Body::Length(length),
                None => return Err(Malformed::ContentLength.into()),
            },
            (None, None) => Body::UntilClose,
        };
        if !head.is_interim() {
            // What says it has a body and may not have one will send it all the same, some day: the
            // next request's answer must not begin with it. HTTP/1.0 has no chunks.
            let is_odd = (head.status == 204
                && (coding.is_some() || length.is_some_and(|l| l != b"0")))
                || (coding.is_some() && head.is_version_1_0);
            self.keep = head.keeps_alive && !is_odd && !matches!(self.body, Body::UntilClose);
        }
        if !matches!(self.body, Body::Ended) {
            self.input.widen();
        }
        Ok(())
    }

    /// What is known of the length of the answer's body.
    pub(crate) const fn body_length(&self) -> BodyLength {
        match self.body {
            Body::Ended => BodyLength::Known(0),
            Body::Length(length) => BodyLength::Known(length),
            Body::Chunked(_) | Body::UntilClose => BodyLength::Unknown,
        }
    }

    /// Waits until there is a piece of the answer's body; `false` at its end.
    pub(crate) fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, AnswerError>> {
        while self.piece == 0 {
            let unread = self.input.unread();
            let available = u64::try_from(unread.len()).unwrap_or(u64::MAX);
            match &mut self.body {
                Body::Ended => return Poll::Ready(Ok(false)),
                Body::UntilClose => self.piece = unread.len(),
                Body::Length(left) => {
                    let piece = available.min(*left);
                    *left -= piece;
                    if *left == 0 {
                        self.body = Body::Ended;
                    }
                    self.piece = usize::try_from(piece).unwrap_or(usize::MAX);
                }
                Body::Chunked(chunked) => match chunked.step(unread)? {
                    Step::Body(bytes) => self.piece = bytes,
                    Step::Skip(bytes) => {
                        self.input.take(bytes);
                        continue;
                    }
                    Step::End(bytes) => {
                        self.input.take(bytes);
                        self.body = Body::Ended;
                        continue;
                    }
                    _ => {}
                },
            }
            if self.piece == 0 && ready!(self.poll_fill(cx))? == 0 {
                if matches!(self.body, Body::UntilClose) {
                    self.body = Body::Ended;
                    return Poll::Ready(Ok(false));
                }
                return Poll::Ready(Err(AnswerError::Cut));
            }
        }
        Poll::Ready(Ok(true))
    }

    /// The piece that there is.
    pub(crate) fn piece(&self) -> &[u8] {
        self.input.unread().get(..self.piece).unwrap_or_default()
    }

    /// Takes `bytes` of it.
    pub(crate) fn take(&mut self, bytes: usize) {
        let bytes = bytes.min(self.piece);
        self.piece -= bytes;
        self.input.take(bytes);
    }

    /// From now on bytes pass both ways until one side closes.
    pub(crate) fn tunnel(&mut self) {
        self.body = Body::UntilClose;
        self.keep = false;
        self.input.widen();
    }

    /// Whether another request may follow on it, now that its answer was read.
    pub(crate) fn finish(&mut self) -> bool {
        self.input.shrink();
        self.output.shrink();
        self.reused = true;
        self.keep
            && !self.owes
            && self.piece == 0
            && matches!(self.body, Body::Ended)
            && self.input.unread().is_empty()
            && self.output.unwritten().is_empty()
    }
}

/// Reads an answer's head; `None` when it is not whole yet.
fn parse(bytes: &[u8]) -> Result<Option<(ResponseHead, usize)>, AnswerError> {
    let mut response = httparse::Response::new(&mut []);
    let mut room = [const { MaybeUninit::uninit() }; HEADERS];
    let parsed = httparse::ParserConfig::default()
        .parse_response_with_uninit_headers(&mut response, bytes, &mut room)
        .map_err(|error| {
            AnswerError::Malformed(match error {
                httparse::Error::HeaderName => "a header name is malformed",
                httparse::Error::HeaderValue => "a header value is malformed",
                httparse::Error::TooManyHeaders => "it has too many headers",
                _ => "its status line is malformed",
            })
        })?;
    let httparse::Status::Complete(length) = parsed else {
        return Ok(None);
    };
    let text = bytes.get(..length).unwrap_or_default();
    if text.contains(&0) {
        return Err(AnswerError::Malformed("a header value is malformed"));
    }
    let mut fields = Fields::with_capacity(response.headers.len(), length);
    for header in response.headers.iter() {
        fields.push(header.name, header.value.trim_ascii());
    }
    let head = ResponseHead {
        is_version_1_0: response.version != Some(1),
        status: response.code.unwrap_or_default(),
        reason: response.reason.unwrap_or_default().into(),
        keeps_alive: match response.version {
            Some(1) => !fields.has_token(Kind::Connection, b"close"),
            _ => fields.has_token(Kind::Connection, b"keep-alive"),
        },
        fields,
    };
    if !(100..=599).contains(&head.status) {
        return Err(AnswerError::Malformed("its status is none of HTTP's"));
    }
    Ok(Some((head, length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_or_refused() {
        let (head, length) = parse(b"HTTP/1.1 200 OK\r\nA:  b \r\nX-Y: \xff\r\n\r\nbody")
            .unwrap()
            .unwrap();
        assert_eq!((head.status, length), (200, 35));
        let fields: Vec<_> = head.fields.iter().map(|f| (f.name, f.value)).collect();
        assert_eq!(fields, [("A", &b"b"[..]), ("X-Y", b"\xff")]);
        assert!(head.keeps_alive);
        assert!(parse(b"HTTP/1.1 200 OK\r\nA: b\r\n").unwrap().is_none());
        for bad in [
            "SSH-2.0\r\n\r\n",
            "HTTP/2 200 OK\r\n\r\n",
            "HTTP/1.1 999 No\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        ] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }
}
