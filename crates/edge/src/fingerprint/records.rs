//! Finds the ClientHello in the first TLS records of a connection. Source: RFC 8446, section 5.1.

use super::NoClientHello;
use crate::limits::CLIENT_HELLO_BYTES;

const HANDSHAKE: u8 = 22;
const RECORD_HEADER_BYTES: usize = 5;
/// RFC 8446, section 5.1: 2^14 bytes of plaintext.
const RECORD_BYTES: usize = 1 << 14;
/// A hello in more records than this is no browser's but an evasion.
const RECORDS: usize = 16;

/// The ClientHello message that the records in `bytes` carry; `None` while more bytes are needed.
///
/// # Errors
/// When the bytes are no TLS handshake, or the hello is longer than the edge reads.
pub fn client_hello_in_records(bytes: &[u8]) -> Result<Option<Vec<u8>>, NoClientHello> {
    let mut message: Vec<u8> = Vec::new();
    let mut rest = bytes;
    for _ in 0..RECORDS {
        let Some((header, after)) = rest.split_at_checked(RECORD_HEADER_BYTES) else {
            // What is there of the header must be that of a handshake.
            return match rest {
                [] | [HANDSHAKE] | [HANDSHAKE, 3, ..] => Ok(None),
                _ => Err(NoClientHello::Record),
            };
        };
        let &[HANDSHAKE, 3, _, high, low] = header else {
            return Err(NoClientHello::Record);
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if length == 0 || length > RECORD_BYTES {
            return Err(NoClientHello::Record);
        }
        let fragment = after.get(..length).unwrap_or(after);
        message.extend_from_slice(fragment);
        if let Some(end) = message_end(&message)?
            && message.len() >= end
        {
            message.truncate(end);
            return Ok(Some(message));
        }
        let Some(next) = after.get(length..) else {
            return Ok(None);
        };
        rest = next;
    }
    Err(NoClientHello::TooLong)
}

/// Where the handshake message ends that `message` begins with, header included.
fn message_end(message: &[u8]) -> Result<Option<usize>, NoClientHello> {
    match message {
        [1, a, b, c, ..] => {
            let length = u32::from_be_bytes([0, *a, *b, *c]) as usize + 4;
            if length > CLIENT_HELLO_BYTES {
                return Err(NoClientHello::TooLong);
            }
            Ok(Some(length))
        }
        [] | [1, ..] => Ok(None),
        _ => Err(NoClientHello::Message),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn in_records(message: &[u8], record: usize) -> Vec<u8> {
        message.chunks(record).fold(Vec::new(), |mut bytes, part| {
            bytes.extend([22, 3, 1]);
            bytes.extend(u16::try_from(part.len()).unwrap().to_be_bytes());
            bytes.extend(part);
            bytes
        })
    }

    fn message(length: usize) -> Vec<u8> {
        let mut message = vec![1];
        message.extend(&u32::try_from(length).unwrap().to_be_bytes()[1..]);
        message.extend(vec![7; length]);
        message
    }

    #[test]
    fn a_hello_is_found_whole_or_in_pieces() {
        let message = message(600);
        for record in [40, 100, 603, 604, 1000] {
            let bytes = in_records(&message, record);
            for end in 0..bytes.len() {
                assert_eq!(
                    client_hello_in_records(&bytes[..end]),
                    Ok(None),
                    "{record} {end}"
                );
            }
            assert_eq!(client_hello_in_records(&bytes), Ok(Some(message.clone())));
        }
    }

    #[test]
    fn what_is_no_hello_is_refused_early() {
        use NoClientHello::{Message, Record, TooLong};
        for (bytes, expected) in [
            (b"GET / HTTP/1.1".as_slice(), Record),
            (b"G", Record),
            (&[22, 2], Record),
            (&[22, 3, 1, 0, 0], Record),
            (&[22, 3, 1, 0x40, 1], Record),
            (&[23, 3, 3, 0, 5], Record),
            (&[22, 3, 1, 0, 4, 2, 0, 0, 0], Message),
            (&[22, 3, 1, 0, 4, 1, 0, 0x40, 1], TooLong),
        ] {
            assert_eq!(client_hello_in_records(bytes), Err(expected), "{bytes:?}");
        }
        let pieces = in_records(&message(600), 10);
        assert_eq!(client_hello_in_records(&pieces), Err(TooLong));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut record = vec![22, 3, 1, 0, u8::try_from(bytes.len()).unwrap()];
            record.extend(&bytes);
            for bytes in [bytes, record] {
                if let Ok(Some(hello)) = client_hello_in_records(&bytes) {
                    prop_assert!(hello.len() <= bytes.len());
                }
            }
        }
    }
}
