//! The head of one HTTP/1.1 request, line by line as it comes in. Source: RFC 9112, sections 2.2,
//! 3, 5, 6 and 7.2 of RFC 9110.

use http::Version;
use memchr::memchr;

use super::Malformed;
use crate::head::{BodyLength, FieldAt, Fields, RequestHead, Span};

/// Most digits of a Content-Length: 10^18 bytes are more than any limit.
const LENGTH_DIGITS: usize = 18;
/// The longest method that is read. IANA's longest has 17 letters.
const METHOD_BYTES: usize = 32;
/// The most connection options: each is looked for among all headers.
const CONNECTION_OPTIONS: usize = 32;
/// Room for the headers of an ordinary request.
const EXPECTED_HEADERS: usize = 16;

#[derive(Debug, Clone, Copy)]
pub(super) struct HeadLimits {
    pub(super) head_bytes: usize,
    pub(super) request_line_bytes: usize,
    pub(super) header_bytes: usize,
    pub(super) headers: usize,
}

/// What was read of a head so far.
#[derive(Debug, Default)]
pub(super) struct HeadReader {
    /// Where the first line begins that was not read yet.
    line: usize,
    /// Up to where no line feed was found.
    scanned: usize,
    method: Span,
    target: Span,
    fields: Vec<FieldAt>,
    version_1_0: bool,
    connection_options: usize,
    /// Authority of an absolute-form target.
    authority: Option<Box<[u8]>>,
    host: Option<Box<[u8]>>,
    content_length: Option<u64>,
    chunked: bool,
}

impl HeadReader {
    pub(super) const fn is_new(&self) -> bool {
        self.line == 0 && self.scanned == 0
    }

    /// Reads on in a head that begins with `bytes`. When it is whole: its length and its body's.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        limits: HeadLimits,
    ) -> Result<Option<(usize, BodyLength)>, Malformed> {
        loop {
            let unread = bytes.get(self.scanned..).unwrap_or_default();
            let Some(at) = memchr(b'\n', unread) else {
                self.scanned = bytes.len();
                let line_bytes = bytes.len().saturating_sub(self.line);
                return self
                    .check_size(line_bytes, bytes.len(), limits)
                    .map(|()| None);
            };
            let end = self.scanned + at;
            self.check_size(end - self.line, end, limits)?;
            let line = bytes.get(self.line..end).unwrap_or_default();
            let Some((b'\r', line)) = line.split_last() else {
                return Err(Malformed::LineEnding);
            };
            let from = self.line;
            self.line = end + 1;
            self.scanned = end + 1;
            if from == 0 {
                self.request_line(line)?;
            } else if line.is_empty() {
                return self.end().map(|body| Some((end + 1, body)));
            } else {
                if self.fields.len() == limits.headers {
                    return Err(Malformed::HeadTooLarge);
                }
                self.header(from, line)?;
            }
        }
    }

    /// The head, which is `text`, once it was read whole.
    pub(super) fn head(&self, text: &[u8], body: BodyLength) -> RequestHead {
        let version = if self.version_1_0 {
            Version::HTTP_10
        } else {
            Version::HTTP_11
        };
        let fields = Fields::new(text.to_vec(), &self.fields);
        RequestHead::http1(version, fields, self.method, self.target, body)
    }

    fn check_size(&self, line: usize, head: usize, limits: HeadLimits) -> Result<(), Malformed> {
        if self.line == 0 && line > limits.request_line_bytes {
            return Err(Malformed::RequestLineTooLong);
        }
        if (self.line > 0 && line > limits.header_bytes) || head > limits.head_bytes {
            return Err(Malformed::HeadTooLarge);
        }
        Ok(())
    }

    fn request_line(&mut self, line: &[u8]) -> Result<(), Malformed> {
        let mut parts = line.split(|byte| *byte == b' ');
        let (Some(method), Some(target), Some(version), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Malformed::RequestLine);
        };
        if method.is_empty() || method.len() > METHOD_BYTES || !method.iter().all(is_token_byte) {
            return Err(Malformed::RequestLine);
        }
        match version {
            b"HTTP/1.1" => {}
            b"HTTP/1.0" => self.version_1_0 = true,
            [b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9'] => {
                return Err(Malformed::Version);
            }
            _ => return Err(Malformed::RequestLine),
        }
        if method == b"CONNECT" {
            return Err(Malformed::Connect);
        }
        self.authority = authority_of(method, target)?;
        let target_from = method.len() + 1;
        self.method = Span::new(0, method.len());
        self.target = Span::new(target_from, target_from + target.len());
        Ok(())
    }

    /// Reads a header line that stands at `from`.
    fn header(&mut self, from: usize, line: &[u8]) -> Result<(), Malformed> {
        if matches!(line, [b' ' | b'\t', ..]) {
            return Err(Malformed::Folded);
        }
        let (name, value) = field(line)?;
        let value_end = from + line.trim_ascii_end().len();
        let value_from = from + line.len() - value.trim_ascii_start().len();
        if self.fields.is_empty() {
            self.fields.reserve_exact(EXPECTED_HEADERS);
        }
        self.fields.push(FieldAt {
            name: Span::new(from, from + name.len()),
            value: Span::new(value_from.min(value_end), value_end),
        });
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => self.host(value),
            6 if name.eq_ignore_ascii_case(b"expect") => self.expect(value),
            10 if name.eq_ignore_ascii_case(b"connection") => self.connection(value),
            14 if is_framing_name(name, b"content-length") => self.content_length(name, value),
            17 if is_framing_name(name, b"transfer-encoding") => {
                self.transfer_encoding(name, value)
            }
            _ => Ok(()),
        }
    }

    fn host(&mut self, value: &[u8]) -> Result<(), Malformed> {
        let value = trim(value);
        if self.host.is_some() || !value.iter().all(is_host_byte) {
            return Err(Malformed::Host);
        }
        self.host = Some(value.into());
        Ok(())
    }

    fn connection(&mut self, value: &[u8]) -> Result<(), Malformed> {
        self.connection_options += 1 + value.iter().filter(|byte| **byte == b',').count();
        if self.connection_options > CONNECTION_OPTIONS {
            return Err(Malformed::HeadTooLarge);
        }
        Ok(())
    }

    fn expect(&self, value: &[u8]) -> Result<(), Malformed> {
        if self.version_1_0 || trim(value).eq_ignore_ascii_case(b"100-continue") {
            return Ok(());
        }
        Err(Malformed::Expectation)
    }

    fn content_length(&mut self, name: &[u8], value: &[u8]) -> Result<(), Malformed> {
        let digits = value.strip_prefix(b" ").unwrap_or(value);
        let is_number = !digits.is_empty()
            && digits.len() <= LENGTH_DIGITS
            && digits.iter().all(u8::is_ascii_digit);
        if self.content_length.is_some() || name.contains(&b'_') || !is_number {
            return Err(Malformed::ContentLength);
        }
        let number = digits.iter().fold(0, |number: u64, digit| {
            number * 10 + u64::from(digit.wrapping_sub(b'0'))
        });
        self.content_length = Some(number);
        Ok(())
    }

    fn transfer_encoding(&mut self, name: &[u8], value: &[u8]) -> Result<(), Malformed> {
        let coding = value.strip_prefix(b" ").unwrap_or(value);
        let is_first = !self.chunked && !self.version_1_0;
        if !is_first || name.contains(&b'_') || !coding.eq_ignore_ascii_case(b"chunked") {
            return Err(Malformed::TransferEncoding);
        }
        self.chunked = true;
        Ok(())
    }

    fn end(&self) -> Result<BodyLength, Malformed> {
        match (&self.host, &self.authority) {
            (None, None) if self.version_1_0 => {}
            (Some(_), None) => {}
            (Some(host), Some(authority)) if host.eq_ignore_ascii_case(authority) => {}
            _ => return Err(Malformed::Host),
        }
        match (self.content_length, self.chunked) {
            (Some(_), true) => Err(Malformed::BothLengths),
            (Some(length), false) => Ok(BodyLength::Known(length)),
            (None, true) => Ok(BodyLength::Unknown),
            (None, false) => Ok(BodyLength::Known(0)),
        }
    }
}

/// Name and untrimmed value of a header or trailer line, both checked byte by byte.
pub(super) fn field(line: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let colon = memchr(b':', line).ok_or(Malformed::HeaderName)?;
    let (name, rest) = line.split_at_checked(colon).ok_or(Malformed::HeaderName)?;
    if name.is_empty() || !name.iter().all(is_token_byte) {
        return Err(Malformed::HeaderName);
    }
    let value = rest.get(1..).unwrap_or_default();
    if !value.iter().all(is_value_byte) {
        return Err(Malformed::HeaderValue);
    }
    Ok((name, value))
}

/// The authority in a target of absolute form; `None` for the origin form and `*`.
fn authority_of(method: &[u8], target: &[u8]) -> Result<Option<Box<[u8]>>, Malformed> {
    // A fragment is never sent, and readers differ on where the path ends when it is.
    if !target
        .iter()
        .all(|byte| *byte > b' ' && *byte != 0x7f && *byte != b'#')
    {
        return Err(Malformed::Target);
    }
    match target {
        [b'/', ..] => return Ok(None),
        b"*" if method == b"OPTIONS" => return Ok(None),
        _ => {}
    }
    let scheme_end = target
        .iter()
        .position(|byte| *byte == b':')
        .ok_or(Malformed::Target)?;
    let (scheme, rest) = target
        .split_at_checked(scheme_end)
        .ok_or(Malformed::Target)?;
    if !scheme.eq_ignore_ascii_case(b"http") && !scheme.eq_ignore_ascii_case(b"https") {
        return Err(Malformed::Target);
    }
    let rest = rest.strip_prefix(b"://").ok_or(Malformed::Target)?;
    let authority = rest
        .split(|byte| matches!(byte, b'/' | b'?'))
        .next()
        .unwrap_or_default();
    if authority.is_empty() || !authority.iter().all(is_host_byte) {
        return Err(Malformed::Target);
    }
    Ok(Some(authority.into()))
}

/// Whether a header frames the body. `_` counts as `-`: CGI-like upstreams read the two alike.
fn is_framing_name(name: &[u8], framing: &[u8]) -> bool {
    name.iter().zip(framing).all(|(byte, expected)| {
        byte.to_ascii_lowercase() == *expected || (*byte == b'_' && *expected == b'-')
    })
}

fn trim(value: &[u8]) -> &[u8] {
    value.trim_ascii()
}

/// `tchar` of RFC 9110, section 5.6.2.
pub(super) const fn is_token_byte(byte: &u8) -> bool {
    matches!(
        *byte,
        b'0'..=b'9'
            | b'A'..=b'Z'
            | b'a'..=b'z'
            | b'!'
            | b'#'..=b'\''
            | b'*'
            | b'+'
            | b'-'
            | b'.'
            | b'^'
            | b'_'
            | b'`'
            | b'|'
            | b'~'
    )
}

/// `field-vchar`, space and tab of RFC 9110, section 5.5.
const fn is_value_byte(byte: &u8) -> bool {
    !matches!(*byte, 0..=8 | 10..=31 | 0x7f)
}

/// What stands in a `uri-host [":" port]` (RFC 3986, section 3.2.2), without userinfo.
pub(crate) const fn is_host_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(*byte, b'.' | b'-' | b'_' | b'~' | b':' | b'[' | b']' | b'%')
}

#[cfg(test)]
mod tests {
    use super::super::{Framing, Step};
    use super::*;
    use crate::Limits;

    fn refused(head: &str) -> Option<Malformed> {
        match Framing::new(&Limits::default()).step(head.as_bytes()) {
            Ok(Step::Head(length) | Step::HeadAndEnd(length)) => {
                assert_eq!(length, head.len(), "{head:?}");
                None
            }
            Ok(step) => panic!("{head:?}: {step:?}"),
            Err(malformed) => Some(malformed),
        }
    }

    #[test]
    fn ordinary_heads_pass() {
        for head in [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.0\r\n\r\n",
            "GET /a?b=c%20d&\u{e9} HTTP/1.1\r\nhOsT:a.example:8080\r\nCookie: a=b;  c=\"d\"\t\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
            "GET http://a.example/x HTTP/1.1\r\nHost: A.example\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding:Chunked\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: \r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nEmpty:\r\nLatin: \u{e9}\r\n\r\n",
        ] {
            assert_eq!(refused(head), None, "{head:?}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        use Malformed::*;
        let first = "POST / HTTP/1.1\r\nHost: a\r\n";
        let cases = [
            ("Content-Length: 5\r\nContent-Length: 5\r\n", ContentLength),
            ("Content-Length: 5\r\nContent-Length: 6\r\n", ContentLength),
            ("Content-Length: 5, 5\r\n", ContentLength),
            ("Content-Length: +5\r\n", ContentLength),
            ("Content-Length: -5\r\n", ContentLength),
            ("Content-Length: 0x5\r\n", ContentLength),
            ("Content-Length: 5 \r\n", ContentLength),
            ("Content-Length: 5 5\r\n", ContentLength),
            ("Content-Length:\t5\r\n", ContentLength),
            ("Content-Length: \r\n", ContentLength),
            ("Content-Length: 99999999999999999999\r\n", ContentLength),
            (
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                BothLengths,
            ),
            (
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                BothLengths,
            ),
            ("Content_Length: 5\r\nContent-Length: 6\r\n", ContentLength),
            ("Content_Length: 5\r\n", ContentLength),
            ("Transfer_Encoding: chunked\r\n", TransferEncoding),
            ("Transfer-Encoding: xchunked\r\n", TransferEncoding),
            ("Transfer-Encoding:  chunked\r\n", TransferEncoding),
            ("Transfer-Encoding:\tchunked\r\n", TransferEncoding),
            ("Transfer-Encoding: chunked\t\r\n", TransferEncoding),
            ("Transfer-Encoding: \u{b}chunked\r\n", HeaderValue),
            ("Transfer-Encoding: chunked, identity\r\n", TransferEncoding),
            ("Transfer-Encoding: identity, chunked\r\n", TransferEncoding),
            ("Transfer-Encoding: gzip, chunked\r\n", TransferEncoding),
            ("Transfer-Encoding: identity\r\n", TransferEncoding),
            ("Transfer-Encoding: \"chunked\"\r\n", TransferEncoding),
            ("Transfer-Encoding:\r\n", TransferEncoding),
            (
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                TransferEncoding,
            ),
            (
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                TransferEncoding,
            ),
            ("Transfer-Encoding : chunked\r\n", HeaderName),
            (" Transfer-Encoding: chunked\r\n", Folded),
            ("X: y\r\n Transfer-Encoding: chunked\r\n", Folded),
            ("X: y\r\n\tz\r\n", Folded),
            ("Transfer-Encoding:\r\n chunked\r\n", TransferEncoding),
            ("X: y\nTransfer-Encoding: chunked\r\n", LineEnding),
            ("X: y\rTransfer-Encoding: chunked\r\n", HeaderValue),
            ("X: y\r\r\n", HeaderValue),
            ("X: a\0b\r\n", HeaderValue),
            ("X\0: b\r\n", HeaderName),
            ("X\t: b\r\n", HeaderName),
            (": b\r\n", HeaderName),
            ("no colon\r\n", HeaderName),
            ("X(: b\r\n", HeaderName),
            ("X\u{e9}: b\r\n", HeaderName),
            ("X: \u{7f}\r\n", HeaderValue),
            ("Host: a\r\n", Host),
            ("Host: b\r\n", Host),
            ("Expect: 200-ok\r\n", Expectation),
        ];
        for (headers, expected) in cases {
            let head = format!("{first}{headers}\r\n");
            assert_eq!(refused(&head), Some(expected), "{headers:?}");
        }
    }

    #[test]
    fn request_lines_and_hosts() {
        use Malformed::*;
        let cases = [
            ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", RequestLine),
            ("GET /\tHTTP/1.1\r\nHost: a\r\n\r\n", RequestLine),
            (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", RequestLine),
            ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", RequestLine),
            ("GET /\r\nHost: a\r\n\r\n", RequestLine),
            ("GET / http/1.1\r\nHost: a\r\n\r\n", RequestLine),
            ("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", RequestLine),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", Version),
            ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", Version),
            ("GET / HTTP/1.1\nHost: a\n\n", LineEnding),
            ("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", Connect),
            ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", Target),
            ("GET a HTTP/1.1\r\nHost: a\r\n\r\n", Target),
            ("GET /#f HTTP/1.1\r\nHost: a\r\n\r\n", Target),
            ("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", Target),
            ("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", Target),
            ("GET http:/a/ HTTP/1.1\r\nHost: a\r\n\r\n", Target),
            ("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", Target),
            ("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", Host),
            ("GET http://a\\b/ HTTP/1.1\r\nHost: a\r\n\r\n", Target),
            ("GET / HTTP/1.1\r\n\r\n", Host),
            ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", Host),
            ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", Host),
            ("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", Host),
            ("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", Host),
            (
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                TransferEncoding,
            ),
            ("GET http://a/ HTTP/1.0\r\n\r\n", Host),
        ];
        for (head, expected) in cases {
            assert_eq!(refused(head), Some(expected), "{head:?}");
        }
    }

    #[test]
    fn limits_hold_before_the_line_ends() {
        let limits = Limits::default();
        let mut cases = vec![
            (
                format!("GET /{}", "a".repeat(limits.request_line_bytes)),
                414,
            ),
            (
                format!("GET / HTTP/1.1\r\nX: {}", "a".repeat(limits.header_bytes)),
                431,
            ),
        ];
        let header = format!("X: {}\r\n", "a".repeat(8_000));
        cases.push((format!("GET / HTTP/1.1\r\n{}", header.repeat(9)), 431));
        let headers = "X: y\r\n".repeat(limits.headers + 1);
        cases.push((format!("GET / HTTP/1.1\r\n{headers}"), 431));
        for (head, status) in cases {
            let mut framing = Framing::new(&limits);
            assert_eq!(framing.step(head.as_bytes()).unwrap_err().status(), status);
        }
        let options = format!(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: {}\r\n\r\n",
            "x,".repeat(32)
        );
        assert_eq!(refused(&options), Some(Malformed::HeadTooLarge));
        let body = limits.body_bytes + 1;
        let head = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {body}\r\n\r\n");
        assert_eq!(refused(&head), Some(Malformed::BodyTooLarge));
    }
}
