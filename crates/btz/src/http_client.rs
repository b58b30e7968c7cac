//! One HTTP/1.1 exchange over a fresh connection, for the command line's own calls: on loopback (API
//! calls, the demo's requests, doctor's probes), and of AWS's APIs. Source: RFC 9112.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The longest answer that is read.
const ANSWER_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The longest wait for a connection, and between two pieces of an answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The longest wait for a whole answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// Names in lower case, and values.
    pub(crate) headers: Vec<(String, String)>,
    /// The body, taken out of its chunks.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The first header of that name, given in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Sends a request and reads the answer. `head` is the request line and headers without the last
/// empty line; `Connection: close` and `Content-Length` are added.
pub(crate) fn exchange(address: SocketAddr, head: &str, body: &[u8]) -> Result<Answer> {
    let stream = connect(address).with_context(|| format!("nothing answers at {address}"))?;
    exchange_over(stream, &address.to_string(), head, body)
}

/// A connection, with the timeouts of an exchange.
pub(crate) fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    Ok(stream)
}

/// The same as [`exchange`] over a connection that is there; `peer` names who is on its other side.
pub(crate) fn exchange_over(
    mut stream: impl Read + Write,
    peer: &str,
    head: &str,
    body: &[u8],
) -> Result<Answer> {
    let length = if body.is_empty() && !head.starts_with("POST") {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", body.len())
    };
    let mut request = format!("{head}\r\n{length}Connection: close\r\n\r\n").into_bytes();
    request.extend_from_slice(body);
    stream
        .write_all(&request)
        .and_then(|()| stream.flush())
        .with_context(|| format!("cannot send to {peer}"))?;
    let mut bytes = Vec::new();
    match read_all(&mut stream, &mut bytes) {
        // A server that refuses a body may close before it was all sent: its answer is there.
        Err(error) if bytes.is_empty() => {
            return Err(error).with_context(|| format!("no answer from {peer}"));
        }
        _ => {}
    }
    parse(&bytes).with_context(|| format!("{peer} answered something that is no HTTP"))
}

/// Reads to the end, or to the longest answer.
fn read_all(stream: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    let begin = Instant::now();
    let mut stream = stream.take(ANSWER_BYTES_MAX);
    let mut piece = [0; 16 * 1024];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(count) => bytes.extend_from_slice(piece.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if begin.elapsed() > ANSWER_TIMEOUT {
            return Err(io::ErrorKind::TimedOut.into());
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Answer> {
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .context("no head")?;
    let (head, rest) = bytes.split_at(end);
    let rest = rest.get(4..).unwrap_or_default();
    let head = std::str::from_utf8(head).context("the head is no text")?;
    let mut lines = head.split("\r\n");
    let status_line = lines.next().unwrap_or_default();
    let status = status_line
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok());
    let status = status.with_context(|| format!("no status in `{status_line}`"))?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let answer = Answer {
        status,
        headers,
        body: Vec::new(),
    };
    let chunked = answer
        .header("transfer-encoding")
        .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
    let body = if chunked {
        unchunked(rest)?
    } else {
        rest.to_vec()
    };
    if let Some(length) = answer.header("content-length")
        && length.parse() != Ok(body.len())
        && !body.is_empty()
    {
        bail!("the body has {} bytes of {length}", body.len());
    }
    Ok(Answer { body, ..answer })
}

fn unchunked(mut rest: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest
            .windows(2)
            .position(|window| window == b"\r\n")
            .context("a chunk is cut")?;
        let (size, after) = rest.split_at(end);
        let size = std::str::from_utf8(size)?
            .split(';')
            .next()
            .unwrap_or_default()
            .trim();
        let size = usize::from_str_radix(size, 16).context("a chunk has no size")?;
        let after = after.get(2..).unwrap_or_default();
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(after.get(..size).context("a chunk is cut")?);
        rest = after
            .get(size.saturating_add(2)..)
            .context("a chunk is cut")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_with_length_and_in_chunks() {
        let answer =
            parse(b"HTTP/1.1 403 Forbidden\r\nX-A: b\r\nContent-Length: 2\r\n\r\nno").unwrap();
        assert_eq!((answer.status, answer.header("x-a")), (403, Some("b")));
        assert_eq!(answer.body, b"no");
        let chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
        assert_eq!(parse(chunks).unwrap().body, b"abcd");
    }

    #[test]
    fn broken_answers_are_errors() {
        for bytes in [
            &b""[..],
            b"HTTP/1.1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc",
        ] {
            assert!(parse(bytes).is_err(), "{}", bytes.escape_ascii());
        }
    }
}
