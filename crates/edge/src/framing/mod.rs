//! HTTP/1.1 message framing, strictly: where a request begins and ends, decided on the raw bytes
//! before anything else reads them. What two implementations could read in two ways is refused, so
//! that no request can be hidden inside another (request smuggling). Source: RFC 9112, sections 2
//! to 7 and 11.2; RFC 9110, section 5.

mod chunked;
mod head;

pub(crate) use chunked::Chunked;
use head::HeadReader;
pub(crate) use head::is_host_byte;

use crate::Limits;
use crate::head::{BodyLength, RequestHead};

/// Why a request is refused before it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// The request line is no `METHOD SP TARGET SP HTTP/1.1`.
    RequestLine,
    /// The protocol version is not HTTP/1.0 or HTTP/1.1.
    Version,
    /// The request target has a form or a byte that it may not have.
    Target,
    /// The method is CONNECT: the edge is no forward proxy.
    Connect,
    /// A line does not end with CR LF, or CR stands elsewhere.
    LineEnding,
    /// A header line is continued on the next one (obs-fold).
    Folded,
    /// A header's name is empty, has a byte that it may not have, or space before its colon.
    HeaderName,
    /// A header's value has a control character.
    HeaderValue,
    /// Host is missing, there are two, it differs from the target, or it is no host.
    Host,
    /// Content-Length is no number, or there are two.
    ContentLength,
    /// Transfer-Encoding is not exactly `chunked`, there are two, or the version is HTTP/1.0.
    TransferEncoding,
    /// There are both Content-Length and Transfer-Encoding.
    BothLengths,
    /// A chunk's size, extension or end is wrong.
    Chunk,
    /// A trailer is wrong.
    Trailer,
    /// Expect demands something other than `100-continue`.
    Expectation,
    /// The request line is too long.
    RequestLineTooLong,
    /// A header or the whole head is too long, or there are too many headers.
    HeadTooLarge,
    /// The body is too long.
    BodyTooLarge,
}

impl Malformed {
    /// The status it is answered with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Connect => 405,
            Self::BodyTooLarge => 413,
            Self::RequestLineTooLong => 414,
            Self::Expectation => 417,
            Self::HeadTooLarge => 431,
            Self::Version => 505,
            _ => 400,
        }
    }

    /// What is wrong, for the client's eyes.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::RequestLine => "The request line is malformed.",
            Self::Version => "The protocol version is not supported.",
            Self::Target => "The request target is malformed.",
            Self::Connect => "The method CONNECT is not allowed.",
            Self::LineEnding => "A line does not end with CR LF.",
            Self::Folded => "A header is folded over several lines.",
            Self::HeaderName => "A header name is malformed.",
            Self::HeaderValue => "A header value is malformed.",
            Self::Host => "The Host header is missing or ambiguous.",
            Self::ContentLength => "The Content-Length header is malformed or ambiguous.",
            Self::TransferEncoding => "The Transfer-Encoding header is not exactly chunked.",
            Self::BothLengths => "Both Content-Length and Transfer-Encoding are present.",
            Self::Chunk => "A chunk of the body is malformed.",
            Self::Trailer => "A trailer is malformed.",
            Self::Expectation => "The expectation cannot be met.",
            Self::RequestLineTooLong => "The request line is too long.",
            Self::HeadTooLarge => "The headers are too large.",
            Self::BodyTooLarge => "The body is too large.",
        }
    }
}

/// How far a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The bytes so far are fine, but the next step needs more of them.
    More,
    /// So many bytes are to be forgotten: the empty line that may precede a request, or what is
    /// around a chunk's data.
    Skip(usize),
    /// So many bytes are a whole head. The body follows.
    Head(usize),
    /// So many bytes are a whole head, and no body follows.
    HeadAndEnd(usize),
    /// So many bytes belong to the body.
    Body(usize),
    /// So many bytes belong to the body, which ends with them.
    BodyAndEnd(usize),
    /// So many bytes are to be forgotten, and the body has ended.
    End(usize),
}

/// Follows the requests of one connection.
#[derive(Debug)]
pub struct Framing {
    state: State,
    /// The head that was read last, until it is asked for.
    read: Option<(HeadReader, BodyLength)>,
    head_bytes: usize,
    request_line_bytes: usize,
    header_bytes: usize,
    headers: usize,
    body_bytes: u64,
}

#[derive(Debug)]
enum State {
    Head(HeadReader),
    Length(u64),
    Chunked(Chunked),
    /// After an upgrade there are no messages any more.
    Tunnel,
}

impl Framing {
    /// For a connection of which nothing was read yet.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            state: State::Head(HeadReader::default()),
            read: None,
            head_bytes: limits.head_bytes,
            request_line_bytes: limits.request_line_bytes,
            header_bytes: limits.header_bytes,
            headers: limits.headers,
            body_bytes: limits.body_bytes,
        }
    }

    /// Whether the next byte begins a request, none of which was read yet.
    #[must_use]
    pub fn is_between_requests(&self) -> bool {
        matches!(&self.state, State::Head(head) if head.is_new())
    }

    /// Whether a head has begun and not ended.
    #[must_use]
    pub fn is_in_head(&self) -> bool {
        matches!(&self.state, State::Head(head) if !head.is_new())
    }

    /// The head that a step found, with its text; once.
    pub(crate) fn take_head(&mut self, text: &[u8]) -> Option<RequestHead> {
        let (read, body) = self.read.take()?;
        Some(read.head(text, body))
    }

    /// From now on bytes pass unread: the connection was upgraded.
    pub fn tunnel(&mut self) {
        self.state = State::Tunnel;
    }

    /// Takes one step over `bytes`, which begin where the last step ended. While a head is not
    /// whole, each call must show it from its beginning.
    ///
    /// # Errors
    /// What is wrong with the request. The connection is to be closed after the answer: where the
    /// next request begins is not known any more.
    pub fn step(&mut self, bytes: &[u8]) -> Result<Step, Malformed> {
        match &mut self.state {
            State::Head(head) => {
                if head.is_new() && !bytes.is_empty() && b"\r\n".starts_with(bytes) {
                    // RFC 9112, 2.2: an empty line before a request is to be ignored.
                    return Ok(if bytes.len() == 2 {
                        Step::Skip(2)
                    } else {
                        Step::More
                    });
                }
                if head.is_new() && bytes.starts_with(b"\r\n") {
                    return Ok(Step::Skip(2));
                }
                let limits = head::HeadLimits {
                    head_bytes: self.head_bytes,
                    request_line_bytes: self.request_line_bytes,
                    header_bytes: self.header_bytes,
                    headers: self.headers,
                };
                let Some((length, body)) = head.read(bytes, limits)? else {
                    return Ok(Step::More);
                };
                let read = std::mem::take(head);
                let step = match body {
                    BodyLength::Known(0) => Step::HeadAndEnd(length),
                    BodyLength::Known(known) if known > self.body_bytes => {
                        return Err(Malformed::BodyTooLarge);
                    }
                    BodyLength::Known(known) => {
                        self.state = State::Length(known);
                        Step::Head(length)
                    }
                    BodyLength::Unknown => {
                        self.state = State::Chunked(Chunked::new(self.body_bytes));
                        Step::Head(length)
                    }
                };
                self.read = Some((read, body));
                Ok(step)
            }
            State::Length(left) => {
                let available = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                if available < *left {
                    *left -= available;
                    return Ok(body_step(bytes.len()));
                }
                let taken = usize::try_from(*left).unwrap_or(usize::MAX);
                self.state = State::Head(HeadReader::default());
                Ok(Step::BodyAndEnd(taken))
            }
            State::Chunked(chunked) => {
                let step = chunked.step(bytes)?;
                if matches!(step, Step::End(_)) {
                    self.state = State::Head(HeadReader::default());
                }
                Ok(step)
            }
            State::Tunnel => Ok(body_step(bytes.len())),
        }
    }
}

const fn body_step(taken: usize) -> Step {
    if taken == 0 {
        Step::More
    } else {
        Step::Body(taken)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads `bytes` as they come in pieces; the lengths of the requests in them, or the refusal.
    fn requests(bytes: &[u8], pieces: &[usize]) -> Result<(Vec<usize>, usize), Malformed> {
        let mut framing = Framing::new(&Limits::default());
        let (mut from, mut to, mut length) = (0, 0, 0);
        let mut lengths = Vec::new();
        for piece in pieces.iter().cycle() {
            if to == bytes.len() {
                break;
            }
            to = (to + piece).min(bytes.len());
            loop {
                let taken = match framing.step(&bytes[from..to])? {
                    Step::More => break,
                    Step::Skip(taken) if length == 0 => {
                        from += taken;
                        continue;
                    }
                    Step::Head(taken) | Step::Body(taken) | Step::Skip(taken) => {
                        length += taken;
                        taken
                    }
                    Step::HeadAndEnd(taken) | Step::BodyAndEnd(taken) | Step::End(taken) => {
                        lengths.push(length + taken);
                        length = 0;
                        taken
                    }
                };
                from += taken;
            }
        }
        Ok((lengths, bytes.len() - from + length))
    }

    fn whole(bytes: &[u8]) -> Result<(Vec<usize>, usize), Malformed> {
        requests(bytes, &[usize::MAX])
    }

    #[test]
    fn requests_follow_one_another() {
        let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let post = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
        let chunked = "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
                       5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: t\r\n\r\n";
        let all = format!("{get}{post}\r\n{chunked}{get}");
        let lengths = vec![get.len(), post.len(), chunked.len(), get.len()];
        assert_eq!(whole(all.as_bytes()), Ok((lengths.clone(), 0)));
        assert_eq!(requests(all.as_bytes(), &[1]), Ok((lengths, 0)));
    }

    #[test]
    fn an_unfinished_request_is_not_wrong_yet() {
        let bytes = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345";
        for end in 0..=bytes.len() {
            assert!(
                matches!(whole(&bytes[..end]), Ok((none, _)) if none.is_empty()),
                "{end}"
            );
        }
    }

    #[test]
    fn after_an_upgrade_bytes_pass() {
        let mut framing = Framing::new(&Limits::default());
        framing.tunnel();
        assert_eq!(framing.step(b"\x00\r\n\nGET"), Ok(Step::Body(7)));
    }

    const PARTS: &[&str] = &[
        "GET",
        "POST",
        " ",
        "/",
        "/x?y",
        "http://a/",
        "HTTP/1.1",
        "HTTP/1.0",
        "\r\n",
        "\n",
        "\r",
        "Host: a",
        "Host: b",
        "Content-Length: 3",
        "Content-Length: 03",
        "Content-Length:",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: x",
        "\t",
        "x: y",
        ":",
        "\0",
        "3",
        "0",
        "abc",
        ";",
        "=",
        "\"",
        "ffffffffffffffff",
        "é",
    ];

    proptest! {
        /// However the bytes are cut, the same requests are seen, and nothing panics.
        #[test]
        fn cuts_do_not_matter(
            parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..24),
            valid_start in any::<bool>(),
            cuts in proptest::collection::vec(1_usize..9, 1..9),
        ) {
            let mut text = String::new();
            if valid_start {
                text.push_str("POST / HTTP/1.1\r\nHost: a\r\n");
            }
            text.extend(parts);
            let expected = whole(text.as_bytes());
            let cut = requests(text.as_bytes(), &cuts);
            match (expected, cut) {
                (Ok(expected), Ok(cut)) => prop_assert_eq!(expected, cut),
                (Err(_), Err(_)) => {}
                (expected, cut) => prop_assert!(false, "{expected:?} whole, {cut:?} cut"),
            }
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let result = whole(&bytes);
            prop_assert!(result.is_err() || result.is_ok());
        }
    }
}
