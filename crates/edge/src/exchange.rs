//! One request with one target: its head and body go there, the answer comes back, both at once
//! and as fast as the slower side takes them. Nothing is held but what is on its way.

use std::io;
use std::pin::pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use route::ListenerAttributes;
use tokio::time::Instant;

use crate::Limits;
use crate::client::{AnswerBody, Client, ClientError};
use crate::connection::Connection;
use crate::date::Dates;
use crate::head::{Fields, RequestHead, ResponseHead, SWITCHING_PROTOCOLS};
use crate::http1::Http1;
use crate::target::{AnswerError, TargetConnection, TargetEnd};

/// Why an exchange failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExchangeError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// The target neither took nor gave a byte for as long as it may.
    #[error("the target took too long")]
    TimedOut,
}

/// The part of a request's body that was read before it is sent, for inspection.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) bytes: Bytes,
    /// Nothing more follows.
    pub(crate) whole: bool,
}

/// What an exchange did, however it ended.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The status that the client was sent; 0 before that.
    pub(crate) status: u16,
    /// Bytes of the answer's head, as HTTP/1 writes it.
    pub(crate) head_bytes: u64,
    /// Bytes of the answer's body that the client was sent.
    pub(crate) sent_bytes: u64,
    /// Body bytes were taken from the client that are not held: the request cannot be sent again.
    pub(crate) streamed: bool,
    /// Bytes of the request's body that were sent on.
    pub(crate) body_bytes: u64,
    /// When the request was sent whole.
    pub(crate) sent: Option<Instant>,
    /// When the first byte of the answer came.
    pub(crate) answered: Option<Instant>,
}

/// What the load balancer changes in a target's answer.
#[derive(Debug, Default)]
pub(crate) struct AnswerEdits<'a> {
    pub(crate) attributes: Option<&'a ListenerAttributes>,
    /// `Set-Cookie` values that keep the client where it is.
    pub(crate) cookies: Vec<String>,
    /// The same, to be sent when the application sets this cookie of its own.
    pub(crate) application: Option<(&'a str, Vec<String>)>,
}

impl AnswerEdits<'_> {
    pub(crate) fn apply(&self, head: &mut ResponseHead) {
        if let Some(attributes) = self.attributes {
            for (name, value) in &attributes.response_headers {
                head.fields.remove(&name.to_ascii_lowercase());
                head.fields.push(name, value.as_bytes());
            }
            if !attributes.server_header {
                head.fields.remove("server");
            }
        }
        if let Some((name, cookies)) = &self.application
            && sets_cookie(&head.fields, name)
        {
            for cookie in cookies {
                head.fields.push("Set-Cookie", cookie.as_bytes());
            }
        }
        for cookie in &self.cookies {
            head.fields.push("Set-Cookie", cookie.as_bytes());
        }
    }
}

fn sets_cookie(fields: &Fields, name: &str) -> bool {
    fields.named("set-cookie").any(|value| {
        let found = value.split(|byte| *byte == b'=').next().unwrap_or_default();
        found.trim_ascii() == name.as_bytes()
    })
}

/// How an exchange ended well.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The answer was sent whole.
    Answered,
    /// The connection is another protocol's now.
    Upgraded,
}

/// The most interim answers to one request.
const INTERIM_ANSWERS: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Upload {
    Sending,
    /// The body has ended, or the target takes no more of it.
    Flushing,
    Done,
    /// The target takes no more. It may have answered all the same.
    Broken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Download {
    Head,
    Body,
    Flushing,
}

/// See the module.
pub(crate) struct Exchange<'a, 'c> {
    pub(crate) client: &'a mut Client<'c>,
    pub(crate) target: &'a mut TargetEnd,
    pub(crate) head: &'a RequestHead,
    pub(crate) held: &'a Held,
    pub(crate) progress: &'a mut Progress,
    pub(crate) edits: &'a AnswerEdits<'a>,
    pub(crate) dates: &'a Dates,
    /// Whether the client's connection may be kept after the answer.
    pub(crate) keep: bool,
    /// gRPC: either side may be silent for a while, and nobody is slow for it.
    pub(crate) is_grpc: bool,
}

struct State {
    upload: Upload,
    download: Download,
    held_sent: bool,
    /// Interim answers that were passed on.
    interim: usize,
    /// Grows with every byte that moves: the target is not blamed while something does.
    moved: u64,
    /// Bytes that the client sent or took.
    moved_client: u64,
    waits_for_client: bool,
}

/// How fast a client is that is waited for. Over HTTP/1 the sweep judges whole connections; one of
/// many streams it cannot see, so each has its own.
struct Pace {
    judges: bool,
    /// How long the client was waited for, and what it had moved before.
    waited: Duration,
    from_bytes: u64,
    last: Instant,
    was_waiting: bool,
}

impl Pace {
    const fn new(client: &Client<'_>, now: Instant) -> Self {
        Self {
            judges: matches!(client, Client::Http2(_)),
            waited: Duration::ZERO,
            from_bytes: 0,
            last: now,
            was_waiting: false,
        }
    }

    /// `true` when the client moved less than it must in the time that it was waited for. Each
    /// `slow_grace` of waiting is judged on its own.
    fn is_slow(&mut self, waiting: bool, bytes: u64, limits: &Limits) -> bool {
        if !self.judges {
            return false;
        }
        let now = Instant::now();
        if self.was_waiting {
            self.waited += now.duration_since(self.last);
        }
        self.last = now;
        self.was_waiting = waiting;
        if self.waited < limits.slow_grace {
            return false;
        }
        let due = u128::from(limits.bytes_per_second) * self.waited.as_millis() / 1000;
        let moved = bytes.saturating_sub(self.from_bytes);
        self.waited = Duration::ZERO;
        self.from_bytes = bytes;
        u128::from(moved) < due
    }
}

impl Exchange<'_, '_> {
    /// Runs it. The request's head was queued already. `patience`: how long the target may neither
    /// take nor give anything.
    pub(crate) async fn run(
        mut self,
        patience: Duration,
        limits: &Limits,
    ) -> Result<Ended, ExchangeError> {
        let mut state = State {
            upload: Upload::Sending,
            download: Download::Head,
            held_sent: self.held.bytes.is_empty(),
            interim: 0,
            moved: 0,
            moved_client: 0,
            waits_for_client: false,
        };
        let mut moved = 0;
        let mut last = Instant::now();
        let mut pace = Pace::new(self.client, last);
        pace.judges &= !self.is_grpc;
        let look = patience.min(limits.slow_grace);
        let mut timer = pin!(tokio::time::sleep(look));
        std::future::poll_fn(|cx| {
            let polled = self.poll(&mut state, cx);
            if polled.is_ready() {
                return polled;
            }
            if pace.is_slow(state.waits_for_client, state.moved_client, limits) {
                let slow = io::Error::from(io::ErrorKind::TimedOut);
                return Poll::Ready(Err(ClientError::Gone(slow).into()));
            }
            if state.moved != moved || (state.waits_for_client && !self.is_grpc) {
                moved = state.moved;
                last = Instant::now();
            }
            while timer.as_mut().poll(cx).is_ready() {
                if last.elapsed() >= patience {
                    if state.waits_for_client {
                        // gRPC: the client is silent or does not read, and no target is to blame.
                        let slow = io::Error::from(io::ErrorKind::TimedOut);
                        return Poll::Ready(Err(ClientError::Gone(slow).into()));
                    }
                    return Poll::Ready(Err(ExchangeError::TimedOut));
                }
                timer.as_mut().reset(Instant::now() + look);
            }
            Poll::Pending
        })
        .await
    }

    fn poll(
        &mut self,
        state: &mut State,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Ended, ExchangeError>> {
        state.waits_for_client = false;
        if matches!(state.upload, Upload::Sending | Upload::Flushing) {
            match self.poll_upload(state, cx) {
                Poll::Ready(Ok(())) => {
                    self.progress.sent = Some(Instant::now());
                    state.upload = Upload::Done;
                }
                Poll::Ready(Err(UploadError::Client(error))) => {
                    return Poll::Ready(Err(error.into()));
                }
                Poll::Ready(Err(UploadError::Target(error))) => {
                    tracing::debug!(%error, "a target takes no more of a request");
                    self.client.pause_body();
                    state.upload = Upload::Broken;
                }
                Poll::Pending => {}
            }
        }
        if let Poll::Ready(ended) = self.poll_download(state, cx) {
            return Poll::Ready(ended);
        }
        if let Poll::Ready(error) = self.client.poll_gone(cx) {
            return Poll::Ready(Err(error.into()));
        }
        Poll::Pending
    }

    fn poll_upload(
        &mut self,
        state: &mut State,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), UploadError>> {
        loop {
            let mut starved = false;
            while state.upload == Upload::Sending && !self.target.is_full() {
                let piece = match state.held_sent {
                    false => {
                        state.held_sent = true;
                        Some(self.held.bytes.clone())
                    }
                    true if self.held.whole || self.client.has_ended() => None,
                    true => match self.client.poll_body(cx) {
                        Poll::Ready(piece) => {
                            let piece = piece.map_err(UploadError::Client)?;
                            self.progress.streamed |= piece.is_some();
                            piece
                        }
                        Poll::Pending => {
                            starved = true;
                            break;
                        }
                    },
                };
                match piece {
                    Some(piece) => {
                        state.moved += 1;
                        let bytes = u64::try_from(piece.len()).unwrap_or(u64::MAX);
                        self.progress.body_bytes += bytes;
                        state.moved_client += bytes;
                        self.target.queue(&piece);
                    }
                    None => {
                        self.target.queue_end();
                        state.upload = Upload::Flushing;
                    }
                }
            }
            let flushed = self.target.poll_flush(cx, &mut state.moved);
            if flushed.map_err(UploadError::Target)?.is_pending() {
                if !starved {
                    self.client.pause_body();
                }
                return Poll::Pending;
            }
            if state.upload == Upload::Flushing {
                return Poll::Ready(Ok(()));
            }
            if starved {
                if self.is_grpc {
                    self.client.pause_body();
                }
                state.waits_for_client = true;
                return Poll::Pending;
            }
        }
    }

    fn poll_download(
        &mut self,
        state: &mut State,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Ended, ExchangeError>> {
        if state.download == Download::Head && ready!(self.poll_head(state, cx))? {
            return Poll::Ready(Ok(Ended::Upgraded));
        }
        while state.download == Download::Body {
            match self.target.poll_body(cx)? {
                Poll::Ready(true) => {}
                Poll::Ready(false) => {
                    self.client.finish(self.target.take_trailers())?;
                    state.download = Download::Flushing;
                    break;
                }
                Poll::Pending => {
                    // What there is goes out before more is waited for.
                    if self.client.poll_flush(cx)?.is_pending() {
                        state.waits_for_client = true;
                    }
                    return Poll::Pending;
                }
            }
            let Poll::Ready(sent) = self.client.poll_send(cx, self.target.piece())? else {
                state.waits_for_client = true;
                return Poll::Pending;
            };
            self.target.take(sent);
            let sent = u64::try_from(sent).unwrap_or(u64::MAX);
            self.progress.sent_bytes += sent;
            state.moved += 1;
            state.moved_client += sent;
        }
        if self.client.poll_flush(cx)?.is_pending() {
            state.waits_for_client = true;
            return Poll::Pending;
        }
        Poll::Ready(Ok(Ended::Answered))
    }

    /// Reads the answer's head and sends it on. `true` when the connection changes its protocol.
    fn poll_head(
        &mut self,
        state: &mut State,
        cx: &mut Context<'_>,
    ) -> Poll<Result<bool, ExchangeError>> {
        let to_head = self.head.method() == "HEAD";
        loop {
            let mut head = ready!(self.target.poll_head(cx, to_head))?;
            self.progress.answered.get_or_insert_with(Instant::now);
            state.moved += 1;
            if head.is_interim() {
                state.interim += 1;
                if state.interim > INTERIM_ANSWERS {
                    let why = "it has too many interim answers";
                    return Poll::Ready(Err(AnswerError::Malformed(why).into()));
                }
                self.client.inform(&head)?;
                // Should the client not take it yet, it goes out with what follows.
                let _pending = self.client.poll_flush(cx)?;
                continue;
            }
            let upgraded = head.status == SWITCHING_PROTOCOLS;
            if upgraded && !self.head.is_upgrade() {
                let why = "it switches protocols unasked";
                return Poll::Ready(Err(AnswerError::Malformed(why).into()));
            }
            let body = if to_head || head.is_bodiless() {
                AnswerBody::Forbidden
            } else {
                AnswerBody::Of(self.target.body_length())
            };
            self.edits.apply(&mut head);
            self.dates.complete(&mut head);
            // What comes before the body's end is the last answer on its connection.
            let keep = self.keep && self.client.has_ended();
            self.client.start(&head, body, keep)?;
            self.progress.status = head.status;
            self.progress.head_bytes = head.bytes();
            state.download = Download::Body;
            return Poll::Ready(Ok(upgraded));
        }
    }
}

#[derive(Debug)]
enum UploadError {
    Client(ClientError),
    Target(io::Error),
}

/// Passes bytes both ways between an upgraded client and its target, until the target closes or
/// both have.
pub(crate) async fn tunnel(
    client: &mut Http1,
    target: &mut TargetConnection,
    connection: &Connection,
    progress: &mut Progress,
) -> Result<(), ExchangeError> {
    client.tunnel();
    target.tunnel();
    let mut upload = Upload::Sending;
    std::future::poll_fn(|cx| {
        if connection.meter.is_cut() {
            let cut = io::Error::from(io::ErrorKind::TimedOut);
            return Poll::Ready(Err(ClientError::Gone(cut).into()));
        }
        poll_tunnel_upload(&mut upload, client, target, cx);
        loop {
            match target.poll_body(cx)? {
                Poll::Ready(true) => {}
                Poll::Ready(false) => return client.poll_flush(cx).map_err(lost),
                Poll::Pending => {
                    let _pending = client.poll_flush(cx).map_err(lost)?;
                    return Poll::Pending;
                }
            }
            let sent = ready!(client.poll_send(cx, target.piece())).map_err(lost)?;
            target.take(sent);
            progress.sent_bytes += u64::try_from(sent).unwrap_or(u64::MAX);
        }
    })
    .await
}

fn lost(error: io::Error) -> ExchangeError {
    ClientError::Gone(error).into()
}

/// Moves what the client sends. When it has closed, so is the way to the target.
fn poll_tunnel_upload(
    upload: &mut Upload,
    client: &mut Http1,
    target: &mut TargetConnection,
    cx: &mut Context<'_>,
) {
    while *upload != Upload::Done {
        let mut starved = false;
        while *upload == Upload::Sending && !target.is_full() {
            match client.poll_body(cx) {
                Poll::Ready(Ok(Some(piece))) => target.queue(&piece),
                Poll::Ready(_) => *upload = Upload::Flushing,
                Poll::Pending => {
                    starved = true;
                    break;
                }
            }
        }
        match target.poll_flush(cx, &mut 0) {
            Poll::Ready(Ok(())) if *upload == Upload::Flushing => {
                if target.poll_shutdown(cx).is_pending() {
                    return;
                }
                *upload = Upload::Done;
            }
            Poll::Ready(Ok(())) if starved => return,
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(_)) => *upload = Upload::Done,
            Poll::Pending => return,
        }
    }
}
