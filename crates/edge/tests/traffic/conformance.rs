//! HTTP/2's error handling, rule by rule: what a client sends, and what must come back. The tables
//! are in [`crate::conformance_frames`], [`crate::conformance_streams`] and
//! [`crate::conformance_messages`]; this is how a case is put and judged. Source: RFC 9113.

use std::collections::BTreeMap;
use std::time::Duration;

use edge::frames::PREFACE;
use telemetry::request::RequestEvent;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::http2::frame;
use crate::support::{Options, PATIENCE, TestEdge, Upstream, start};

// Types (section 6).
pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const PRIORITY: u8 = 2;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PUSH_PROMISE: u8 = 5;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

// Flags.
pub(crate) const ACK: u8 = 1;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;
/// A request without a body, in one frame.
pub(crate) const WHOLE: u8 = END_STREAM | END_HEADERS;
pub(crate) const PADDED: u8 = 8;
pub(crate) const WITH_PRIORITY: u8 = 0x20;

// Error codes (section 7).
pub(crate) const PROTOCOL_ERROR: u32 = 1;
pub(crate) const FLOW_CONTROL_ERROR: u32 = 3;
pub(crate) const STREAM_CLOSED: u32 = 5;
pub(crate) const FRAME_SIZE_ERROR: u32 = 6;
pub(crate) const REFUSED_STREAM: u32 = 7;
pub(crate) const COMPRESSION_ERROR: u32 = 9;

/// Streams that the edge under test takes at once.
pub(crate) const CONCURRENT_STREAMS: u32 = 8;

/// What must come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Must {
    /// Nothing but what a blameless connection gets: it is still there, and no stream was reset.
    GoOn,
    /// An answer with this status on this stream. The connection goes on.
    Answer(u32, u16),
    /// RST_STREAM with this code on this stream (section 5.4.2). The connection goes on.
    Reset(u32, u32),
    /// An answer with this status, and RST_STREAM with this code. The connection goes on.
    AnswerAndReset(u32, u16, u32),
    /// GOAWAY with this code, and the connection's end (section 5.4.1).
    GoAway(u32),
}

/// One rule, broken or just kept.
pub(crate) struct Case {
    section: &'static str,
    what: &'static str,
    /// Frames, and the stream whose answer is awaited before what comes after them.
    steps: Vec<(Vec<u8>, Option<u32>)>,
    bare: bool,
    must: Must,
    /// What comes back instead, and why that is borne with.
    differs: Option<(Must, &'static str)>,
}

/// A case that sends nothing yet.
pub(crate) fn case(section: &'static str, what: &'static str, must: Must) -> Case {
    Case {
        section,
        what,
        steps: vec![(Vec::new(), None)],
        bare: false,
        must,
        differs: None,
    }
}

impl Case {
    /// Sends a frame.
    pub(crate) fn send(self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Self {
        self.raw(&frame(kind, flags, stream, payload))
    }

    /// Sends bytes.
    pub(crate) fn raw(mut self, bytes: &[u8]) -> Self {
        self.steps.last_mut().unwrap().0.extend(bytes);
        self
    }

    /// Waits until this stream has its whole answer.
    pub(crate) fn answered(mut self, stream: u32) -> Self {
        self.steps.last_mut().unwrap().1 = Some(stream);
        self.steps.push((Vec::new(), None));
        self
    }

    /// Without SETTINGS after the preface.
    pub(crate) fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// The `h2` library does not keep to the RFC's letter here.
    pub(crate) fn differs(mut self, instead: Must, reason: &'static str) -> Self {
        assert_ne!(self.must, instead, "{}", self.what);
        self.differs = Some((instead, reason));
        self
    }
}

/// What has come on a connection.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) statuses: BTreeMap<u32, u16>,
    pub(crate) resets: Vec<(u32, u32)>,
    /// Last stream and code.
    pub(crate) go_aways: Vec<(u32, u32)>,
    pub(crate) pongs: Vec<[u8; 8]>,
    pub(crate) settings: Vec<Vec<(u16, u32)>>,
    pub(crate) settings_acks: usize,
    /// Streams whose answer has ended.
    pub(crate) whole: Vec<u32>,
    pub(crate) data_bytes: usize,
    /// The connection has ended.
    pub(crate) closed: bool,
}

impl Seen {
    fn resets_but_no_error(&self) -> Vec<(u32, u32)> {
        let resets = self.resets.iter().copied();
        resets.filter(|(_, code)| *code != 0).collect()
    }
}

/// A client that speaks in frames.
pub(crate) struct Peer {
    stream: TcpStream,
    pub(crate) seen: Seen,
}

impl Peer {
    /// Connects, and sends the preface only.
    pub(crate) async fn connect(edge: &TestEdge) -> Self {
        let mut stream = TcpStream::connect(edge.address()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(PREFACE).await.unwrap();
        Self {
            stream,
            seen: Seen::default(),
        }
    }

    /// Sends; that the other side is gone shows when it is read.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        if self.stream.write_all(bytes).await.is_err() {
            // What came before the end is still to be read.
        }
    }

    /// Reads frames until there is what is wanted, or the connection ends. `false` when neither
    /// comes.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Seen) -> bool) -> bool {
        let reading = async {
            while !wanted(&self.seen) && !self.seen.closed {
                self.read_frame().await;
            }
        };
        timeout(PATIENCE / 4, reading).await.is_ok()
    }

    async fn read_frame(&mut self) {
        let mut head = [0; 9];
        if self.stream.read_exact(&mut head).await.is_err() {
            self.seen.closed = true;
            return;
        }
        let [a, b, c, kind, flags, id @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        if self.stream.read_exact(&mut payload).await.is_err() {
            self.seen.closed = true;
            return;
        }
        let id = u32::from_be_bytes(id);
        let number = |at: usize| u32::from_be_bytes(payload[at..at + 4].try_into().unwrap());
        let seen = &mut self.seen;
        match kind {
            HEADERS => {
                seen.statuses.entry(id).or_insert_with(|| status(&payload));
            }
            DATA => seen.data_bytes += payload.len(),
            RST_STREAM => seen.resets.push((id, number(0))),
            GOAWAY => seen.go_aways.push((number(0), number(4))),
            PING if flags & ACK != 0 => seen.pongs.push(payload.as_slice().try_into().unwrap()),
            PING => self.send(&frame(PING, ACK, 0, &payload)).await,
            SETTINGS if flags & ACK != 0 => seen.settings_acks += 1,
            SETTINGS => {
                let pair = |pair: &[u8]| {
                    let value = u32::from_be_bytes(pair[2..].try_into().unwrap());
                    (u16::from_be_bytes([pair[0], pair[1]]), value)
                };
                seen.settings.push(payload.chunks(6).map(pair).collect());
            }
            WINDOW_UPDATE => {}
            other => panic!("the edge sent a frame of type {other}"),
        }
        if matches!(kind, HEADERS | DATA) && flags & END_STREAM != 0 {
            self.seen.whole.push(id);
        }
    }

    /// Whether a PING is answered: everything before it was taken and borne with.
    async fn is_alive(&mut self, mark: u8) -> bool {
        self.send(&frame(PING, 0, 0, &[mark; 8])).await;
        let heard = self.until(|seen| seen.pongs.contains(&[mark; 8])).await;
        heard && !self.seen.closed
    }
}

/// The status of an answer's header block (RFC 7541): it comes first.
fn status(block: &[u8]) -> u16 {
    let named = [200, 204, 206, 304, 400, 404, 500];
    // The dynamic table's size may be changed first.
    let block = match block {
        [0x20..=0x3e, rest @ ..] => rest,
        block => block,
    };
    match block {
        [index @ 0x88..=0x8e, ..] => named[usize::from(index - 0x88)],
        // A literal value, whose digits are Huffman's: five bits up to 2, six above.
        [0x08 | 0x18 | 0x48, length, rest @ ..] if length & 0x80 != 0 => {
            let bytes = &rest[..usize::from(length & 0x7f)];
            let mut bits = bytes
                .iter()
                .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
            let mut take = |bits_wanted: usize| {
                let taken = bits.by_ref().take(bits_wanted);
                taken.fold(0_u16, |digits, bit| digits << 1 | u16::from(bit))
            };
            (0..3).fold(0, |status, _| {
                let five = take(5);
                let digit = if five < 3 {
                    five
                } else {
                    (five << 1 | take(1)) - 0x16
                };
                status * 10 + digit
            })
        }
        [0x08 | 0x18 | 0x48, 3, a, b, c, ..] => [a, b, c]
            .iter()
            .fold(0, |status, digit| status * 10 + u16::from(*digit - b'0')),
        other => panic!("no status: {other:02x?}"),
    }
}

/// An edge for tables, and its target.
pub(crate) async fn subject() -> (TestEdge, Upstream) {
    let upstream = Upstream::start().await;
    let mut options = Options::to(&[upstream.address]);
    options.limits.http2.concurrent_streams = CONCURRENT_STREAMS;
    (start(options).await, upstream)
}

/// Judges every case, each on a connection of its own, and that every error was counted.
pub(crate) async fn judge(cases: Vec<Case>) {
    let (edge, _upstream) = subject().await;
    let mut wrong = Vec::new();
    let (mut stream_errors, mut protocol_errors, mut too_large) = (0, 0, 0);
    for case in &cases {
        let (expected, reason) = match case.differs {
            Some((instead, reason)) => (instead, reason),
            None => (case.must, ""),
        };
        match expected {
            Must::Reset(..) | Must::AnswerAndReset(..) => stream_errors += 1,
            Must::GoAway(_) => protocol_errors += 1,
            Must::GoOn | Must::Answer(..) => {}
        }
        if let Must::Answer(_, 414 | 431) | Must::AnswerAndReset(_, 414 | 431, _) = expected {
            too_large += 1;
        }
        let (holds, seen) = put(&edge, case, expected).await;
        if !holds {
            wrong.push(format!(
                "{} {}: {expected:?} {reason}\n  but {seen:?}",
                case.section, case.what
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cases:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    let counters = edge.edge.counters();
    assert_eq!(
        (counters.http2_stream_errors, counters.http2_protocol_errors),
        (stream_errors, protocol_errors),
    );
    // Also what the library answers itself is one event each, which may come a moment later.
    let recorded = || {
        let events = edge.events.all();
        let too_large = |event: &&RequestEvent| matches!(event.status, 414 | 431);
        events.iter().filter(too_large).count()
    };
    for _ in 0..500 {
        if recorded() == too_large {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(recorded(), too_large);
    let counted = edge.edge.counters().requests_head_too_large;
    assert_eq!(counted, too_large as u64);
    // Nobody else was hurt.
    assert!(edge.get("/still").await.starts_with("HTTP/1.1 200 OK"));
}

async fn put(edge: &TestEdge, case: &Case, expected: Must) -> (bool, Seen) {
    let mut peer = Peer::connect(edge).await;
    if !case.bare {
        peer.send(&frame(SETTINGS, 0, 0, &[])).await;
    }
    for (bytes, awaited) in &case.steps {
        peer.send(bytes).await;
        if let Some(stream) = awaited
            && !peer.until(|seen| seen.whole.contains(stream)).await
        {
            return (false, peer.seen);
        }
    }
    let holds = match expected {
        Must::GoAway(code) => {
            let ended = peer.until(|seen| seen.closed).await;
            let go_aways = &peer.seen.go_aways;
            return (
                ended && go_aways.last().is_some_and(|last| last.1 == code),
                peer.seen,
            );
        }
        Must::GoOn => true,
        Must::Reset(id, code) => {
            let came = peer.until(|seen| !seen.resets_but_no_error().is_empty());
            came.await && peer.seen.resets_but_no_error() == [(id, code)]
        }
        Must::Answer(id, status) => {
            let came = peer.until(|seen| seen.whole.contains(&id));
            came.await && peer.seen.statuses.get(&id) == Some(&status)
        }
        Must::AnswerAndReset(id, status, code) => {
            let came = peer.until(|seen| !seen.resets.is_empty());
            came.await
                && peer.seen.statuses.get(&id) == Some(&status)
                && peer.seen.resets == [(id, code)]
        }
    };
    // Twice: what one task does for another may come a moment later.
    let mut alive = holds;
    for mark in [0xa1, 0xa2] {
        alive = alive && peer.is_alive(mark).await;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let unharmed = match expected {
        Must::GoOn | Must::Answer(..) => peer.seen.resets_but_no_error().is_empty(),
        _ => true,
    };
    (
        alive && unharmed && peer.seen.go_aways.is_empty(),
        peer.seen,
    )
}
