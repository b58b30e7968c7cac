//! The chunked transfer coding, strictly. Source: RFC 9112, section 7.1.

use memchr::memchr;

use super::head::{field, is_token_byte};
use super::{Malformed, Step};

/// Most bytes of a chunk's size line, extensions included.
const SIZE_LINE_BYTES: usize = 256;
/// Most digits of a chunk's size: what fits into 63 bits.
const SIZE_DIGITS: usize = 15;
/// Most bytes of all trailers together. They are checked and dropped.
const TRAILER_BYTES: usize = 8 * 1024;

/// Follows one chunked body.
#[derive(Debug)]
pub(crate) struct Chunked {
    state: State,
    /// How many body bytes may still come.
    allowed: u64,
    /// How many bytes of trailers may still come.
    trailers: usize,
}

#[derive(Debug)]
enum State {
    /// The beginning of a size line.
    Size(Vec<u8>),
    Data(u64),
    /// So many bytes of the CR LF after a chunk's data were read.
    DataEnd(u8),
    /// The beginning of a trailer line.
    Trailer(Vec<u8>),
}

impl Chunked {
    pub(crate) const fn new(body_bytes: u64) -> Self {
        Self {
            state: State::Size(Vec::new()),
            allowed: body_bytes,
            trailers: TRAILER_BYTES,
        }
    }

    /// Takes one step over `bytes`, which begin where the last step ended.
    pub(crate) fn step(&mut self, bytes: &[u8]) -> Result<Step, Malformed> {
        if let State::Data(left) = &mut self.state {
            let available = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            let taken = available.min(*left);
            *left -= taken;
            if *left == 0 {
                self.state = State::DataEnd(0);
            }
            let taken = usize::try_from(taken).unwrap_or(usize::MAX);
            return Ok(if taken == 0 {
                Step::More
            } else {
                Step::Body(taken)
            });
        }
        let mut rest = bytes;
        let ended = self.advance(&mut rest)?;
        Ok(match bytes.len() - rest.len() {
            0 => Step::More,
            taken if ended => Step::End(taken),
            taken => Step::Skip(taken),
        })
    }

    /// Reads what is around the data, up to the next piece of it. `true` at the body's end.
    fn advance(&mut self, rest: &mut &[u8]) -> Result<bool, Malformed> {
        while !rest.is_empty() {
            match &mut self.state {
                State::Data(_) => break,
                State::Size(line) => {
                    if !take_line(line, rest, SIZE_LINE_BYTES, Malformed::Chunk)? {
                        break;
                    }
                    let size = chunk_size(line)?;
                    self.allowed = self
                        .allowed
                        .checked_sub(size)
                        .ok_or(Malformed::BodyTooLarge)?;
                    self.state = match size {
                        0 => State::Trailer(Vec::new()),
                        size => State::Data(size),
                    };
                }
                State::DataEnd(read) => {
                    let expected = if *read == 0 { b'\r' } else { b'\n' };
                    let Some((first, after)) = rest.split_first() else {
                        break;
                    };
                    if *first != expected {
                        return Err(Malformed::Chunk);
                    }
                    *rest = after;
                    *read += 1;
                    if *read == 2 {
                        self.state = State::Size(Vec::new());
                    }
                }
                State::Trailer(line) => {
                    let before = rest.len();
                    let whole = take_line(line, rest, TRAILER_BYTES, Malformed::Trailer)?;
                    self.trailers = self
                        .trailers
                        .checked_sub(before - rest.len())
                        .ok_or(Malformed::Trailer)?;
                    if !whole {
                        break;
                    }
                    if line.is_empty() {
                        return Ok(true);
                    }
                    field(line).map_err(|_| Malformed::Trailer)?;
                    line.clear();
                }
            }
        }
        Ok(false)
    }
}

/// Moves bytes up to and with CR LF from `rest` to `line`, which gets them without CR LF. `false`
/// when the line's end has not come yet.
fn take_line(
    line: &mut Vec<u8>,
    rest: &mut &[u8],
    most: usize,
    malformed: Malformed,
) -> Result<bool, Malformed> {
    let end = memchr(b'\n', rest);
    let taken = end.map_or(rest.len(), |end| end + 1);
    if line.len() + taken > most {
        return Err(malformed);
    }
    line.extend_from_slice(rest.get(..taken).unwrap_or_default());
    *rest = rest.get(taken..).unwrap_or_default();
    if end.is_none() {
        return Ok(false);
    }
    line.pop();
    if line.pop() != Some(b'\r') {
        return Err(malformed);
    }
    Ok(true)
}

/// The size in a size line. Extensions must be well formed; they mean nothing.
fn chunk_size(line: &[u8]) -> Result<u64, Malformed> {
    let digits = line
        .iter()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    let (size, mut extensions) = line.split_at_checked(digits).ok_or(Malformed::Chunk)?;
    if digits == 0 || digits > SIZE_DIGITS {
        return Err(Malformed::Chunk);
    }
    while let Some((b';', rest)) = extensions.split_first() {
        extensions = extension(rest)?;
    }
    if !extensions.is_empty() {
        return Err(Malformed::Chunk);
    }
    let text = std::str::from_utf8(size).map_err(|_| Malformed::Chunk)?;
    u64::from_str_radix(text, 16).map_err(|_| Malformed::Chunk)
}

/// Reads `name`, `name=value` or `name="value"` and returns what follows.
fn extension(bytes: &[u8]) -> Result<&[u8], Malformed> {
    let rest = token(bytes)?;
    let Some((b'=', value)) = rest.split_first() else {
        return Ok(rest);
    };
    let Some((b'"', mut quoted)) = value.split_first() else {
        return token(value);
    };
    loop {
        quoted = match quoted {
            [b'"', after @ ..] => return Ok(after),
            [b'\\', b' '..=b'~', after @ ..] => after,
            [b' '..=b'[' | b']'..=b'~', after @ ..] => after,
            _ => return Err(Malformed::Chunk),
        };
    }
}

fn token(bytes: &[u8]) -> Result<&[u8], Malformed> {
    let length = bytes.iter().take_while(|byte| is_token_byte(byte)).count();
    if length == 0 {
        return Err(Malformed::Chunk);
    }
    bytes.get(length..).ok_or(Malformed::Chunk)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<(usize, bool), Malformed> {
        let mut chunked = Chunked::new(1 << 30);
        let mut read = 0;
        loop {
            match chunked.step(&body.as_bytes()[read..])? {
                Step::More => return Ok((read, false)),
                Step::End(taken) => return Ok((read + taken, true)),
                Step::Body(taken) | Step::Skip(taken) => read += taken,
                step => panic!("{step:?}"),
            }
        }
    }

    #[test]
    fn data_is_told_from_what_is_around_it() {
        let body = b"5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nA: b\r\n\r\nGET";
        let mut chunked = Chunked::new(6);
        let (mut data, mut at) = (Vec::new(), 0);
        loop {
            match chunked.step(&body[at..]).unwrap() {
                Step::Body(taken) => {
                    data.extend_from_slice(&body[at..at + taken]);
                    at += taken;
                }
                Step::Skip(taken) => at += taken,
                Step::End(taken) => break at += taken,
                step => panic!("{step:?}"),
            }
        }
        assert_eq!(
            (data.as_slice(), &body[at..]),
            (&b"hello!"[..], &b"GET"[..])
        );
    }

    #[test]
    fn well_formed_bodies_end_where_they_end() {
        for body in [
            "0\r\n\r\n",
            "5\r\nhello\r\n0\r\n\r\n",
            "00005\r\nhello\r\n000\r\n\r\n",
            "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n",
            "1;a\r\nx\r\n1;a=b\r\nx\r\n1;a=\"b;\\\"\";c=d\r\nx\r\n0;e\r\n\r\n",
            "0\r\nA: b\r\nC:\r\n\r\n",
        ] {
            assert_eq!(read(body), Ok((body.len(), true)), "{body:?}");
            let more = format!("{body}GET / HTTP/1.1\r\n");
            assert_eq!(read(&more), Ok((body.len(), true)), "{body:?}");
        }
    }

    #[test]
    fn bodies_that_could_be_read_in_two_ways_are_refused() {
        use Malformed::{BodyTooLarge, Chunk, Trailer};
        for (body, expected) in [
            ("5\nhello\r\n0\r\n\r\n", Chunk),
            ("\r\n", Chunk),
            ("x\r\n", Chunk),
            ("0x5\r\nhello\r\n", Chunk),
            ("+5\r\nhello\r\n", Chunk),
            ("-1\r\nhello\r\n", Chunk),
            (" 5\r\nhello\r\n", Chunk),
            ("5 \r\nhello\r\n", Chunk),
            ("5\thello\r\n", Chunk),
            ("5\r\rhello\r\n", Chunk),
            ("5\r\nhello0\r\n\r\n", Chunk),
            ("5\r\nhello\n0\r\n\r\n", Chunk),
            ("5\r\nhello!\r\n0\r\n\r\n", Chunk),
            ("10000000000000005\r\nhello\r\n", Chunk),
            ("ffffffffffffffff\r\nhello\r\n", Chunk),
            ("7fffffffffffffff\r\nhello\r\n", Chunk),
            ("fffffffffffffff\r\nhello\r\n", BodyTooLarge),
            ("40000001\r\nhello\r\n", BodyTooLarge),
            ("5;\r\nhello\r\n", Chunk),
            ("5;a=\r\nhello\r\n", Chunk),
            ("5; a\r\nhello\r\n", Chunk),
            ("5;a=\"b\r\nhello\r\n", Chunk),
            ("5;a\nb\r\nhello\r\n", Chunk),
            ("5;\0\r\nhello\r\n", Chunk),
            ("5;a\rb\r\nhello\r\n", Chunk),
            ("0\r\nno colon\r\n\r\n", Trailer),
            ("0\r\nA : b\r\n\r\n", Trailer),
            ("0\r\nA: b\n\r\n", Trailer),
            ("0\r\n\n", Trailer),
            ("0\r\n folded\r\n\r\n", Trailer),
        ] {
            assert_eq!(read(body), Err(expected), "{body:?}");
        }
    }

    #[test]
    fn lines_have_an_end() {
        let long = format!("5;a={}\r\n", "x".repeat(SIZE_LINE_BYTES));
        assert_eq!(read(&long), Err(Malformed::Chunk));
        let trailers = format!("0\r\n{}", "A: b\r\n".repeat(TRAILER_BYTES));
        assert_eq!(read(&trailers), Err(Malformed::Trailer));
    }
}
