//! The client's end of one request, whichever HTTP it speaks: its body comes in here, the answer
//! goes out here.

use std::io;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;

use crate::framing::Malformed;
use crate::head::{BodyLength, ResponseHead};
use crate::http1::Http1;
use crate::http2::Http2Stream;

/// Why a client's request cannot be read on, or its answer not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// It is gone, was cut, or its stream was reset.
    #[error("the client is gone: {0}")]
    Gone(io::Error),
    /// Its body is malformed, or too large.
    #[error("{}", .0.reason())]
    Malformed(Malformed),
}

impl From<io::Error> for ClientError {
    fn from(error: io::Error) -> Self {
        Self::Gone(error)
    }
}

impl From<Malformed> for ClientError {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

/// How an answer's body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnswerBody {
    /// There is none, whatever the head says: the answer to a HEAD, a 204, a 304.
    Forbidden,
    /// There is one of this length.
    Of(BodyLength),
}

/// One request's client.
#[derive(Debug)]
pub(crate) enum Client<'a> {
    Http1(&'a mut Http1),
    Http2(&'a mut Http2Stream),
}

impl Client<'_> {
    /// The next piece of the request's body; `None` at its end.
    pub(crate) fn poll_body(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, ClientError>> {
        match self {
            Self::Http1(client) => client.poll_body(cx),
            Self::Http2(client) => client.poll_body(cx),
        }
    }

    /// Nobody wants more of the body for now: the client is not waited for.
    pub(crate) fn pause_body(&mut self) {
        match self {
            Self::Http1(client) => client.pause_body(),
            Self::Http2(client) => client.pause_body(),
        }
    }

    /// Whether the request's body was read to its end.
    pub(crate) const fn has_ended(&self) -> bool {
        match self {
            Self::Http1(client) => client.has_ended(),
            Self::Http2(client) => client.has_ended(),
        }
    }

    /// Passes an interim answer on, `100 Continue` for example.
    pub(crate) fn inform(&mut self, head: &ResponseHead) -> Result<(), ClientError> {
        match self {
            Self::Http1(client) => client.inform(head),
            Self::Http2(client) => client.inform(head)?,
        }
        Ok(())
    }

    /// Begins the answer. Without `keep` the connection ends with it.
    pub(crate) fn start(
        &mut self,
        head: &ResponseHead,
        body: AnswerBody,
        keep: bool,
    ) -> Result<(), ClientError> {
        match self {
            Self::Http1(client) => client.start(head, body, keep),
            Self::Http2(client) => client.start(head, body)?,
        }
        Ok(())
    }

    /// Takes some bytes of the answer's body; tells how many.
    pub(crate) fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize, ClientError>> {
        match self {
            Self::Http1(client) => client.poll_send(cx, bytes).map_err(ClientError::from),
            Self::Http2(client) => client.poll_send(cx, bytes),
        }
    }

    /// Ends the answer. Trailers go to those who can read them.
    pub(crate) fn finish(&mut self, trailers: Option<HeaderMap>) -> Result<(), ClientError> {
        match self {
            Self::Http1(client) => client.finish(),
            Self::Http2(client) => client.finish(trailers)?,
        }
        Ok(())
    }

    /// Writes what is queued.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ClientError>> {
        match self {
            Self::Http1(client) => client.poll_flush(cx).map_err(ClientError::from),
            // The connection's own task does.
            Self::Http2(_) => Poll::Ready(Ok(())),
        }
    }

    /// Ready when the client has left before its answer was sent.
    pub(crate) fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<ClientError> {
        match self {
            Self::Http1(client) => client.poll_gone(cx),
            Self::Http2(client) => client.poll_gone(cx),
        }
    }
}
