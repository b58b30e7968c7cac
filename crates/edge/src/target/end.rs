//! The target's end of one request, whichever HTTP it speaks: the counterpart of
//! [`crate::client::Client`].

use std::io;
use std::task::{Context, Poll};

use http::HeaderMap;

use super::http1::{AnswerError, TargetConnection};
use super::http2::Http2Target;
use crate::head::{BodyLength, ResponseHead};

/// One request's target.
#[derive(Debug)]
pub(crate) enum TargetEnd {
    Http1(Box<TargetConnection>),
    Http2(Box<Http2Target>),
}

impl TargetEnd {
    /// Queues a piece of the request's body.
    pub(crate) fn queue(&mut self, piece: &[u8]) {
        match self {
            Self::Http1(target) => target.queue(piece),
            Self::Http2(target) => target.queue(piece),
        }
    }

    /// Queues the end of the request's body.
    pub(crate) fn queue_end(&mut self) {
        match self {
            Self::Http1(target) => target.queue_end(),
            Self::Http2(target) => target.queue_end(),
        }
    }

    /// Whether so much is queued that it should be written before there is more.
    pub(crate) fn is_full(&self) -> bool {
        match self {
            Self::Http1(target) => target.is_full(),
            Self::Http2(target) => target.is_full(),
        }
    }

    /// Writes what is queued; `moved` grows by the bytes that were written, pending or not.
    pub(crate) fn poll_flush(
        &mut self,
        cx: &mut Context<'_>,
        moved: &mut u64,
    ) -> Poll<io::Result<()>> {
        match self {
            Self::Http1(target) => target.poll_flush(cx, moved),
            Self::Http2(target) => target.poll_flush(cx, moved),
        }
    }

    /// The head of the answer to a request. `to_head`: the request was a HEAD.
    pub(crate) fn poll_head(
        &mut self,
        cx: &mut Context<'_>,
        to_head: bool,
    ) -> Poll<Result<ResponseHead, AnswerError>> {
        match self {
            Self::Http1(target) => target.poll_head(cx, to_head),
            Self::Http2(target) => target.poll_head(cx, to_head),
        }
    }

    /// What is known of the length of the answer's body.
    pub(crate) const fn body_length(&self) -> BodyLength {
        match self {
            Self::Http1(target) => target.body_length(),
            Self::Http2(target) => target.body_length(),
        }
    }

    /// Waits until there is a piece of the answer's body; `false` at its end.
    pub(crate) fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, AnswerError>> {
        match self {
            Self::Http1(target) => target.poll_body(cx),
            Self::Http2(target) => target.poll_body(cx),
        }
    }

    /// The piece that there is.
    pub(crate) fn piece(&self) -> &[u8] {
        match self {
            Self::Http1(target) => target.piece(),
            Self::Http2(target) => target.piece(),
        }
    }

    /// Takes `bytes` of it.
    pub(crate) fn take(&mut self, bytes: usize) {
        match self {
            Self::Http1(target) => target.take(bytes),
            Self::Http2(target) => target.take(bytes),
        }
    }

    /// What came behind the answer's body, once that has ended.
    pub(crate) fn take_trailers(&mut self) -> Option<HeaderMap> {
        match self {
            Self::Http1(_) => None,
            Self::Http2(target) => target.take_trailers(),
        }
    }
}
