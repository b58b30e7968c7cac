//! HTTP/2 frames as they come in: every header is counted against a budget of its kind, without
//! reading payloads; and as they go out: what they say of a client's errors. Source: RFC 9113, section 4.1 and 6; the floods of CVE-2019-9511 to 9518,
//! CVE-2023-44487 and CVE-2024-27316.

use crate::limits::{Budget, Http2Limits};

/// What an HTTP/2 client sends first (RFC 9113, section 3.4).
pub const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const HEADER_BYTES: usize = 9;
const END_STREAM: u8 = 0x1;

/// What is sent for each WINDOW_UPDATE beyond their budget. With windows of 64 KB, the initial
/// size, clients send two for 32 KB; one that opens its window by single bytes (CVE-2019-9511) is
/// left with the budget.
const BYTES_PER_WINDOW_UPDATE: usize = 4 * 1024;

const END_HEADERS: u8 = 0x4;

/// A kind of frame of which a client sent too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flood {
    /// RST_STREAM: rapid reset.
    Reset,
    /// PING.
    Ping,
    /// SETTINGS.
    Settings,
    /// PRIORITY.
    Priority,
    /// WINDOW_UPDATE.
    WindowUpdate,
    /// CONTINUATION, or a header block too long.
    Continuation,
    /// Frames that carry nothing and end nothing.
    Empty,
    /// Types that RFC 9113 does not define.
    Unknown,
}

/// Follows the frames of one connection.
#[derive(Debug)]
pub struct FrameMeter {
    limits: Http2Limits,
    state: State,
    /// Frames seen.
    frames: u64,
    header_blocks: u64,
    continuations: u32,
    block_bytes: u32,
    in_block: bool,
    /// The payload that is being read, if any, is a header block's.
    in_block_payload: bool,
    buckets: Buckets,
    /// Bytes sent that did not make up for a WINDOW_UPDATE yet.
    unanswered: usize,
}

#[derive(Debug)]
enum State {
    /// So many bytes of the preface were read.
    Preface(usize),
    /// So many bytes of a frame header were read, and they are these.
    Header(usize, [u8; HEADER_BYTES]),
    /// So many bytes of a payload are still to come.
    Payload(u32),
}

#[derive(Debug)]
struct Buckets {
    reset: Bucket,
    ping: Bucket,
    settings: Bucket,
    priority: Bucket,
    window_update: Bucket,
    empty: Bucket,
    unknown: Bucket,
}

/// A token bucket that is refilled in whole seconds.
#[derive(Debug)]
struct Bucket {
    budget: Budget,
    left: u32,
    second: u32,
}

impl Bucket {
    const fn new(budget: Budget) -> Self {
        Self {
            budget,
            left: budget.burst,
            second: 0,
        }
    }

    /// Gives some back, up to the burst.
    fn give(&mut self, number: u32) {
        self.left = self.left.saturating_add(number).min(self.budget.burst);
    }

    /// Takes one; `false` when there is none left.
    fn take(&mut self, second: u32) -> bool {
        let elapsed = second.saturating_sub(self.second);
        self.second = second;
        self.left = elapsed
            .saturating_mul(self.budget.per_second)
            .saturating_add(self.left)
            .min(self.budget.burst);
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }
}

impl FrameMeter {
    /// A meter for a connection of which nothing was read yet, not even the preface.
    #[must_use]
    pub fn new(limits: &Http2Limits) -> Self {
        Self {
            limits: limits.clone(),
            state: State::Preface(0),
            frames: 0,
            header_blocks: 0,
            continuations: 0,
            block_bytes: 0,
            in_block: false,
            in_block_payload: false,
            unanswered: 0,
            buckets: Buckets {
                reset: Bucket::new(limits.reset),
                ping: Bucket::new(limits.ping),
                settings: Bucket::new(limits.settings),
                priority: Bucket::new(limits.priority),
                window_update: Bucket::new(limits.window_update),
                empty: Bucket::new(limits.empty),
                unknown: Bucket::new(limits.unknown),
            },
        }
    }

    /// So many bytes were sent, which the client may answer by WINDOW_UPDATE frames: a fast client
    /// with small windows needs many of them.
    pub fn sent(&mut self, bytes: usize) {
        self.unanswered = self.unanswered.saturating_add(bytes);
        let answers = u32::try_from(self.unanswered / BYTES_PER_WINDOW_UPDATE);
        self.unanswered %= BYTES_PER_WINDOW_UPDATE;
        self.buckets.window_update.give(answers.unwrap_or(u32::MAX));
    }

    /// How many frames were seen.
    #[must_use]
    pub const fn frames(&self) -> u64 {
        self.frames
    }

    /// How many header blocks have begun.
    #[must_use]
    pub const fn header_blocks(&self) -> u64 {
        self.header_blocks
    }

    /// Whether a header block has begun and not ended.
    #[must_use]
    pub const fn in_header_block(&self) -> bool {
        self.in_block || (self.in_block_payload && matches!(self.state, State::Payload(_)))
    }

    /// Follows `bytes`, which came in during `second` (of any clock that does not go back).
    ///
    /// # Errors
    /// The flood that they are a part of. The connection is to be closed then.
    pub fn advance(&mut self, mut bytes: &[u8], second: u32) -> Result<(), Flood> {
        while !bytes.is_empty() {
            match &mut self.state {
                State::Preface(read) => {
                    let taken = (PREFACE.len() - *read).min(bytes.len());
                    *read += taken;
                    if *read == PREFACE.len() {
                        self.state = State::Header(0, [0; HEADER_BYTES]);
                    }
                    bytes = bytes.get(taken..).unwrap_or_default();
                }
                State::Header(read, header) => {
                    let rest = header.get_mut(*read..).unwrap_or_default();
                    let taken = rest.len().min(bytes.len());
                    for (to, from) in rest.iter_mut().zip(bytes) {
                        *to = *from;
                    }
                    *read += taken;
                    bytes = bytes.get(taken..).unwrap_or_default();
                    if *read == HEADER_BYTES {
                        let [a, b, c, kind, flags, ..] = *header;
                        let length = u32::from_be_bytes([0, a, b, c]);
                        self.state = if length == 0 {
                            State::Header(0, [0; HEADER_BYTES])
                        } else {
                            State::Payload(length)
                        };
                        self.frame(length, kind, flags, second)?;
                    }
                }
                State::Payload(left) => {
                    let available = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                    let taken = available.min(*left);
                    *left -= taken;
                    if *left == 0 {
                        self.state = State::Header(0, [0; HEADER_BYTES]);
                    }
                    bytes = bytes.get(taken as usize..).unwrap_or_default();
                }
            }
        }
        Ok(())
    }

    fn frame(&mut self, length: u32, kind: u8, flags: u8, second: u32) -> Result<(), Flood> {
        self.frames += 1;
        self.in_block_payload = matches!(kind, 0x1 | 0x9);
        let buckets = &mut self.buckets;
        let (bucket, flood) = match kind {
            // DATA
            0x0 if length == 0 && flags & END_STREAM == 0 => (&mut buckets.empty, Flood::Empty),
            0x0 => return Ok(()),
            // HEADERS
            0x1 => {
                self.header_blocks += 1;
                self.continuations = 0;
                self.block_bytes = length;
                self.in_block = flags & END_HEADERS == 0;
                self.block_fits()?;
                if length > 0 || flags & END_HEADERS != 0 {
                    return Ok(());
                }
                (&mut self.buckets.empty, Flood::Empty)
            }
            0x2 => (&mut buckets.priority, Flood::Priority),
            0x3 => (&mut buckets.reset, Flood::Reset),
            // Acknowledgements too: they answer our own SETTINGS, of which there is one.
            0x4 => (&mut buckets.settings, Flood::Settings),
            0x6 => (&mut buckets.ping, Flood::Ping),
            // PUSH_PROMISE and GOAWAY: the one is an error, the other the end.
            0x5 | 0x7 => return Ok(()),
            0x8 => (&mut buckets.window_update, Flood::WindowUpdate),
            // CONTINUATION
            0x9 => {
                self.continuations = self.continuations.saturating_add(1);
                self.block_bytes = self.block_bytes.saturating_add(length);
                self.in_block = flags & END_HEADERS == 0;
                if self.continuations > self.limits.continuations_per_block {
                    return Err(Flood::Continuation);
                }
                self.block_fits()?;
                if length > 0 {
                    return Ok(());
                }
                (&mut self.buckets.empty, Flood::Empty)
            }
            _ => (&mut buckets.unknown, Flood::Unknown),
        };
        if bucket.take(second) {
            Ok(())
        } else {
            Err(flood)
        }
    }

    /// Encoded header bytes may not exceed what is allowed decoded: HPACK only makes smaller.
    fn block_fits(&self) -> Result<(), Flood> {
        if self.block_bytes > self.limits.header_list_bytes.saturating_mul(2) {
            return Err(Flood::Continuation);
        }
        Ok(())
    }
}

/// RST_STREAM or GOAWAY, the frame's header and what it says up to its error code.
const ENDING_BYTES: usize = HEADER_BYTES + 8;

/// Follows the frames that are sent. The library resets streams and ends connections on its own
/// for most errors of a client: it is here that they can be seen.
#[derive(Debug)]
pub struct SentFrames {
    /// So many bytes of a frame were read that will be kept, and they are these.
    read: usize,
    kept: [u8; ENDING_BYTES],
    /// So many are kept of this frame.
    wanted: usize,
    /// So many bytes of a payload are still to come that are not kept.
    left: u32,
    errors: SentErrors,
}

/// How many errors of the client a connection has named.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SentErrors {
    /// RST_STREAM frames.
    pub streams: u64,
    /// GOAWAY frames.
    pub connections: u64,
}

impl Default for SentFrames {
    fn default() -> Self {
        Self {
            read: 0,
            kept: [0; ENDING_BYTES],
            wanted: HEADER_BYTES,
            left: 0,
            errors: SentErrors::default(),
        }
    }
}

impl SentFrames {
    /// Follows `bytes`, and gives the errors that they name. `answered` is told of every stream that
    /// a HEADERS frame ends: an answer without a body, or its trailers.
    pub fn advance(&mut self, mut bytes: &[u8], answered: &mut dyn FnMut(u32)) -> SentErrors {
        while !bytes.is_empty() {
            if self.left > 0 {
                let available = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                let passed = available.min(self.left);
                self.left -= passed;
                bytes = bytes.get(passed as usize..).unwrap_or_default();
                continue;
            }
            let room = self.kept.get_mut(self.read..self.wanted);
            let room = room.unwrap_or_default();
            let taken = room.len().min(bytes.len());
            for (to, from) in room.iter_mut().zip(bytes) {
                *to = *from;
            }
            self.read += taken;
            bytes = bytes.get(taken..).unwrap_or_default();
            if self.read == self.wanted {
                self.whole(answered);
            }
        }
        std::mem::take(&mut self.errors)
    }

    /// All that is wanted for now was read.
    fn whole(&mut self, answered: &mut dyn FnMut(u32)) {
        let [a, b, c, kind, flags, i, j, k, l, first @ .., e, f, g, h] = self.kept;
        let length = u32::from_be_bytes([0, a, b, c]);
        if self.wanted == HEADER_BYTES {
            if kind == 0x1 && flags & END_STREAM != 0 {
                answered(u32::from_be_bytes([i, j, k, l]));
            }
            // What is kept of the payload: RST_STREAM is a code, GOAWAY a stream and a code.
            let kept = match (kind, length) {
                (0x3, 4) => 4,
                (0x7, 8..) => 8,
                _ => {
                    self.left = length;
                    self.read = 0;
                    return;
                }
            };
            self.wanted += kept;
            return;
        }
        if kind == 0x3 {
            self.errors.streams += u64::from(is_clients(first));
        } else {
            self.errors.connections += u64::from(is_clients([e, f, g, h]));
            self.left = length.saturating_sub(8);
        }
        self.wanted = HEADER_BYTES;
        self.read = 0;
    }
}

/// Whether an error code (RFC 9113, section 7) blames the client. NO_ERROR, INTERNAL_ERROR and
/// CANCEL are how requests end that the edge itself breaks off.
const fn is_clients(code: [u8; 4]) -> bool {
    !matches!(u32::from_be_bytes(code), 0 | 2 | 8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut bytes = length[1..].to_vec();
        bytes.extend([kind, flags, 0, 0, 0, 1]);
        bytes.extend(payload);
        bytes
    }

    fn meter() -> FrameMeter {
        let mut meter = FrameMeter::new(&Http2Limits::default());
        meter.advance(PREFACE, 0).unwrap();
        meter
    }

    /// How many frames of a kind pass in one second before the flood is seen.
    fn passing(kind: u8, flags: u8, payload: &[u8]) -> (u32, Flood) {
        let mut meter = meter();
        for number in 0..100_000 {
            if let Err(flood) = meter.advance(&frame(kind, flags, payload), 7) {
                return (number, flood);
            }
        }
        panic!("100,000 frames of type {kind} passed");
    }

    #[test]
    fn each_kind_has_its_budget() {
        let limits = Http2Limits::default();
        assert_eq!(passing(3, 0, &[0; 4]), (limits.reset.burst, Flood::Reset));
        assert_eq!(passing(6, 0, &[0; 8]), (limits.ping.burst, Flood::Ping));
        assert_eq!(passing(6, 1, &[0; 8]), (limits.ping.burst, Flood::Ping));
        assert_eq!(passing(4, 0, &[]), (limits.settings.burst, Flood::Settings));
        assert_eq!(passing(4, 1, &[]), (limits.settings.burst, Flood::Settings));
        assert_eq!(
            passing(2, 0, &[0; 5]),
            (limits.priority.burst, Flood::Priority)
        );
        let window = (limits.window_update.burst, Flood::WindowUpdate);
        assert_eq!(passing(8, 0, &[0; 4]), window);
        assert_eq!(passing(0, 0, &[]), (limits.empty.burst, Flood::Empty));
        assert_eq!(passing(1, 0, &[]), (limits.empty.burst, Flood::Empty));
        assert_eq!(
            passing(0x42, 0, &[1]),
            (limits.unknown.burst, Flood::Unknown)
        );
        let continuation = (limits.continuations_per_block, Flood::Continuation);
        assert_eq!(passing(9, 0, b"x"), continuation);
    }

    #[test]
    fn data_and_headers_that_carry_something_have_no_budget() {
        let mut meter = meter();
        for _ in 0..20_000 {
            meter.advance(&frame(1, END_HEADERS, b"\x82"), 0).unwrap();
            meter.advance(&frame(0, 0, b"x"), 0).unwrap();
            meter.advance(&frame(0, END_STREAM, b""), 0).unwrap();
        }
        assert_eq!(meter.frames(), 60_000);
    }

    #[test]
    fn budgets_refill_with_time() {
        let budget = Http2Limits::default().ping;
        let mut meter = meter();
        for _ in 0..budget.burst {
            meter.advance(&frame(6, 0, &[0; 8]), 0).unwrap();
        }
        for second in 1..100 {
            for _ in 0..budget.per_second {
                meter.advance(&frame(6, 0, &[0; 8]), second).unwrap();
            }
        }
        assert_eq!(meter.advance(&frame(6, 0, &[0; 8]), 99), Err(Flood::Ping));
    }

    #[test]
    fn a_header_block_may_not_grow_without_end() {
        let mut meter = meter();
        meter.advance(&frame(1, 0, &[0; 16_000]), 0).unwrap();
        assert!(meter.in_header_block());
        let flood = (0..20).find_map(|_| meter.advance(&frame(9, 0, &[0; 16_000]), 0).err());
        assert_eq!(flood, Some(Flood::Continuation));

        let mut meter = FrameMeter::new(&Http2Limits::default());
        meter.advance(PREFACE, 0).unwrap();
        let whole = frame(1, END_HEADERS, b"xyz");
        meter.advance(&whole[..10], 0).unwrap();
        assert!(meter.in_header_block(), "its payload has not come");
        meter.advance(&whole[10..], 0).unwrap();
        assert!(!meter.in_header_block());
        meter.advance(&frame(1, 0, b"x"), 0).unwrap();
        meter.advance(&frame(9, END_HEADERS, b"x"), 0).unwrap();
        assert!(!meter.in_header_block());
    }

    #[test]
    fn window_updates_are_fair_while_much_is_sent() {
        let update = frame(8, 0, &[0, 0, 0, 1]);
        let burst = Http2Limits::default().window_update.burst;
        // Two for 32 KB, in one second, without end.
        let (mut meter, mut slow) = (meter(), meter());
        for _ in 0..burst {
            meter.sent(32 * 1024);
            meter.advance(&update.repeat(2), 7).unwrap();
        }
        // One for a frame of one byte: only the budget.
        let mut passed = 0;
        while slow.advance(&update, 7).is_ok() {
            slow.sent(10);
            passed += 1;
        }
        assert_eq!(passed, burst + passed * 10 / 4096);
    }

    #[test]
    fn errors_that_are_sent_are_counted_however_they_are_cut() {
        let mut bytes = frame(4, 0, &[0; 6]);
        // PROTOCOL_ERROR and NO_ERROR of a stream, then DATA that looks like the first.
        bytes.extend(frame(3, 0, &[0, 0, 0, 1]));
        bytes.extend(frame(3, 0, &[0, 0, 0, 0]));
        bytes.extend(frame(0, 0, &frame(3, 0, &[0, 0, 0, 1])));
        // GOAWAY: without an error, and COMPRESSION_ERROR with words.
        bytes.extend(frame(7, 0, &[0, 0, 0, 1, 0, 0, 0, 0]));
        bytes.extend(frame(7, 0, b"\0\0\0\x01\0\0\0\x09words"));
        bytes.extend(frame(3, 0, &[0, 0, 0, 5]));
        bytes.extend(frame(1, END_HEADERS, b"\x88"));
        bytes.extend(frame(1, END_HEADERS | END_STREAM, b"\x88"));
        let (streams, connections) = (2, 1);
        for cut in 1..bytes.len() {
            let mut sent = SentFrames::default();
            let mut seen = (0, 0);
            let mut answered = Vec::new();
            for piece in bytes.chunks(cut) {
                let errors = sent.advance(piece, &mut |stream| answered.push(stream));
                seen.0 += errors.streams;
                seen.1 += errors.connections;
            }
            assert_eq!(seen, (streams, connections), "cut at {cut}");
            assert_eq!(answered, [1], "cut at {cut}");
        }
    }

    proptest! {
        /// However the bytes are cut, the same frames are seen.
        #[test]
        fn cuts_do_not_matter(
            frames in proptest::collection::vec((0_u8..12, any::<u8>(), 0_usize..40), 0..40),
            cuts in proptest::collection::vec(1_usize..30, 1..20),
        ) {
            let mut bytes = PREFACE.to_vec();
            for (kind, flags, length) in &frames {
                bytes.extend(frame(*kind, *flags, &vec![0; *length]));
            }
            let mut whole = FrameMeter::new(&Http2Limits::default());
            let expected = whole.advance(&bytes, 0);

            let mut pieces = FrameMeter::new(&Http2Limits::default());
            let mut rest = bytes.as_slice();
            let mut seen = Ok(());
            for cut in cuts.iter().cycle() {
                if rest.is_empty() || seen.is_err() {
                    break;
                }
                let (piece, after) = rest.split_at((*cut).min(rest.len()));
                seen = pieces.advance(piece, 0);
                rest = after;
            }
            prop_assert_eq!(seen, expected);
            prop_assert_eq!(pieces.frames(), whole.frames());
        }
    }
}
