//! The format of a segment: a header, then records one after the other. All numbers are big-endian.
//!
//! ```text
//! header  "BTZAUDIT" | version u32 = 1 | 0 u32 | log id 16 | first sequence u64 | chain before it 32
//! record  length of body u32 | kind u8 | sequence u64 | chain value 32 | body
//! ```
//!
//! A body is one JSON object: a call's CloudTrail record, a [`super::Head`], or an event of the log
//! itself. The first record of a segment is a head over all that is before it.

use std::io::{self, Read};

use super::chain::{ChainValue, Hex, Kind, LogId};

const MAGIC: &[u8; 8] = b"BTZAUDIT";
const VERSION: u32 = 1;
/// Bytes of a header.
pub const HEADER_BYTES: usize = 72;
/// Bytes of a record beside its body.
pub const FRAME_BYTES: usize = 45;
/// No record has a number beyond this, at a million a second for 100,000 years.
const SEQUENCE_MAX: u64 = 1 << 62;
/// The most zeros that a write which was broken off leaves, with what the file system adds: a file is
/// not read on for ever because somebody made it longer.
pub const ZEROS_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// The longest body: parameters of 100 KB, and what surrounds them.
pub const RECORD_BYTES_MAX: usize = 256 * 1024;

/// The header of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Which log's.
    pub log: LogId,
    /// Its first record.
    pub first: u64,
    /// The chain's value before that.
    pub before: ChainValue,
}

impl Header {
    pub(super) fn to_bytes(self) -> Vec<u8> {
        [
            MAGIC.as_slice(),
            &VERSION.to_be_bytes(),
            &[0; 4],
            &self.log.0,
            &self.first.to_be_bytes(),
            &self.before.0,
        ]
        .concat()
    }

    fn parse(bytes: &[u8; HEADER_BYTES]) -> Option<Self> {
        let mut rest = bytes.as_slice();
        let magic: [u8; 8] = take(&mut rest)?;
        let version = u32::from_be_bytes(take(&mut rest)?);
        let reserved: [u8; 4] = take(&mut rest)?;
        let header = Self {
            log: Hex(take(&mut rest)?),
            first: u64::from_be_bytes(take(&mut rest)?),
            before: Hex(take(&mut rest)?),
        };
        let is_ours = magic == *MAGIC && version == VERSION && reserved == [0; 4];
        (is_ours && (1..SEQUENCE_MAX).contains(&header.first)).then_some(header)
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*first)
}

/// Appends a record and answers the chain's value after it.
pub(super) fn append(
    to: &mut Vec<u8>,
    before: &ChainValue,
    sequence: u64,
    kind: Kind,
    body: &[u8],
) -> ChainValue {
    let chain = before.next(sequence, kind, body);
    // Bodies are at most `RECORD_BYTES_MAX`.
    to.extend_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes());
    to.push(kind.to_byte());
    to.extend_from_slice(&sequence.to_be_bytes());
    to.extend_from_slice(&chain.0);
    to.extend_from_slice(body);
    chain
}

/// A record as it lies in a segment; nothing of it is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// Where it begins in its file.
    pub offset: u64,
    /// Its number.
    pub sequence: u64,
    /// What it is.
    pub kind: Kind,
    /// The chain's value after it, as it is written there.
    pub chain: ChainValue,
    /// One JSON object.
    pub body: &'a [u8],
}

impl Record<'_> {
    /// Whether its chain value follows from the one before it.
    #[must_use]
    pub fn follows(&self, before: &ChainValue) -> bool {
        self.chain == before.next(self.sequence, self.kind, self.body)
    }
}

/// Why no (further) record can be read.
#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    /// It cannot be read at all.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file ends within a header or record, or in nothing but zeros: a write that was broken
    /// off, whose call was never answered.
    #[error("from byte {offset} on there is a record that was not written to its end")]
    Incomplete {
        /// Where it begins.
        offset: u64,
    },
    /// What is there is no header or record.
    #[error("at byte {offset} there is no {what}")]
    Malformed {
        /// Where.
        offset: u64,
        /// What should be there.
        what: &'static str,
    },
}

/// Reads a segment from its start.
#[derive(Debug)]
pub struct Reader<R> {
    from: R,
    offset: u64,
    body: Vec<u8>,
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(mut from: R) -> Result<(Header, Self), SegmentError> {
        let mut bytes = [0; HEADER_BYTES];
        let read = fill(&mut from, &mut bytes)?;
        let is_cut = read < HEADER_BYTES || bytes.iter().all(|byte| *byte == 0);
        // What was not read is zeros, which a header may hold: a cut one is none.
        match Header::parse(&bytes).filter(|_| read == HEADER_BYTES) {
            Some(header) => {
                let reader = Self {
                    from,
                    offset: HEADER_BYTES as u64,
                    body: Vec::new(),
                };
                Ok((header, reader))
            }
            None if is_cut => Err(SegmentError::Incomplete { offset: 0 }),
            None => Err(SegmentError::Malformed {
                offset: 0,
                what: "header of an audit segment",
            }),
        }
    }

    /// The bytes that were read so far.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// The next record; `None` at the end of the file.
    ///
    /// # Errors
    /// When what follows is no whole record: nothing after it can be read.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>, SegmentError> {
        let offset = self.offset;
        let mut frame = [0; FRAME_BYTES];
        let read = fill(&mut self.from, &mut frame)?;
        if read == 0 {
            return Ok(None);
        }
        if read < FRAME_BYTES {
            return Err(SegmentError::Incomplete { offset });
        }
        let mut rest = frame.as_slice();
        let parsed = || -> Option<(usize, Kind, u64, ChainValue)> {
            let length = u32::from_be_bytes(take(&mut rest)?);
            let [kind] = take(&mut rest)?;
            let sequence = u64::from_be_bytes(take(&mut rest)?);
            let chain = Hex(take(&mut rest)?);
            let length = usize::try_from(length).ok();
            let length = length.filter(|length| (2..=RECORD_BYTES_MAX).contains(length))?;
            let sequence = Some(sequence).filter(|number| (1..SEQUENCE_MAX).contains(number))?;
            Some((length, Kind::from_byte(kind)?, sequence, chain))
        }();
        let Some((length, kind, sequence, chain)) = parsed else {
            let zeros = frame.iter().all(|byte| *byte == 0) && self.is_zero_to_the_end()?;
            return Err(if zeros {
                SegmentError::Incomplete { offset }
            } else {
                SegmentError::Malformed {
                    offset,
                    what: "record",
                }
            });
        };
        self.body.resize(length, 0);
        if fill(&mut self.from, &mut self.body)? < length {
            return Err(SegmentError::Incomplete { offset });
        }
        self.offset = offset + (FRAME_BYTES + length) as u64;
        Ok(Some(Record {
            offset,
            sequence,
            kind,
            chain,
            body: &self.body,
        }))
    }

    fn is_zero_to_the_end(&mut self) -> io::Result<bool> {
        let mut bytes = [0; 4096];
        let mut seen = 0;
        while seen < ZEROS_BYTES_MAX {
            let read = fill(&mut self.from, &mut bytes)?;
            let zeros = bytes.iter().take(read).all(|byte| *byte == 0);
            if !zeros || read < bytes.len() {
                return Ok(zeros);
            }
            seen += read as u64;
        }
        Ok(false)
    }
}

/// Reads until the buffer is full or the file ends; how much that was.
fn fill(from: &mut impl Read, mut buffer: &mut [u8]) -> io::Result<usize> {
    let wanted = buffer.len();
    while !buffer.is_empty() {
        match from.read(buffer) {
            Ok(0) => break,
            Ok(read) => buffer = buffer.get_mut(read..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(wanted - buffer.len())
}
