//! The end of a log as it lies there: what its last segment holds, and which of its heads our own key
//! has signed.

use std::io;

use types::Time;

use super::appender::Tail;
use super::chain::{ChainValue, Kind};
use super::folder::{SegmentPath, read_all};
use super::head::{Head, PublicKey};
use super::segment::{Record, SegmentError};

/// The most places of a segment that its opening tells.
const WRONG_MAX: usize = 8;

/// What a last segment holds.
pub(super) struct Scan {
    /// It has no whole first record, and nothing but that.
    pub(super) is_stillborn: bool,
    /// `None` when there is no header.
    pub(super) tail: Option<Tail>,
    /// Its first record, and the chain's value before that, by its header.
    pub(super) begin: Option<(u64, ChainValue)>,
    pub(super) began: Time,
    /// Where its last whole record ends.
    pub(super) end: u64,
    /// What follows is a record that was not written to its end.
    pub(super) is_cut: bool,
    pub(super) wrong: Vec<(u64, String)>,
    pub(super) last_head: Option<Head>,
    /// The last head that lies where it belongs and that a key has signed.
    pub(super) signed: Option<Head>,
    /// The chain's value at each kept head's record.
    pub(super) at_kept: Vec<Option<ChainValue>>,
}

impl Scan {
    pub(super) fn of(segment: &SegmentPath, kept: &[u64], keys: &[PublicKey]) -> io::Result<Self> {
        let mut scan = Self {
            is_stillborn: false,
            tail: None,
            begin: None,
            began: Time::from_millis(0),
            end: 0,
            is_cut: false,
            wrong: Vec::new(),
            last_head: None,
            signed: None,
            at_kept: vec![None; kept.len()],
        };
        let (header, mut reader) = match segment.open() {
            Ok(opened) => opened,
            Err(SegmentError::Io(error)) => return Err(error),
            Err(SegmentError::Incomplete { .. }) => {
                scan.is_stillborn = true;
                return Ok(scan);
            }
            Err(error) => {
                scan.wrong.push((0, error.to_string()));
                return Ok(scan);
            }
        };
        if header.first != segment.first {
            let reason = format!("it begins with record {}", header.first);
            scan.wrong.push((0, reason));
        }
        scan.begin = Some((header.first, header.before));
        let (mut next, mut chain) = (header.first, header.before);
        loop {
            scan.end = reader.offset();
            let record = match reader.next_record() {
                Ok(Some(record)) => record,
                Ok(None) => break,
                Err(SegmentError::Io(error)) => return Err(error),
                Err(SegmentError::Incomplete { .. }) => {
                    scan.is_cut = true;
                    break;
                }
                Err(error) => {
                    scan.tell(scan.end, error);
                    break;
                }
            };
            let sequence = record.sequence;
            if sequence != next || !record.follows(&chain) {
                scan.tell(record.offset, format!("record {next} does not verify"));
            }
            if record.kind == Kind::Head
                && let Ok(head) = serde_json::from_slice::<Head>(record.body)
            {
                if sequence == header.first {
                    scan.began = head.time;
                }
                if head.log == header.log && is_signed_here(&head, &record, &chain, keys) {
                    scan.signed = Some(head.clone());
                }
                scan.last_head = Some(head);
            }
            for (kept, at) in kept.iter().zip(&mut scan.at_kept) {
                if *kept == sequence {
                    *at = Some(record.chain);
                }
            }
            chain = record.chain;
            next = sequence + 1;
        }
        scan.is_stillborn = next == header.first && scan.wrong.is_empty();
        scan.tail = Some(Tail {
            log: header.log,
            next,
            chain,
        });
        Ok(scan)
    }

    /// One place tells it; the rest is for `verify`.
    fn tell(&mut self, offset: u64, reason: impl ToString) {
        if self.wrong.len() < WRONG_MAX {
            self.wrong.push((offset, reason.to_string()));
        }
    }
}

/// Whether a head is over what is before it, and one of the keys has signed it.
fn is_signed_here(
    head: &Head,
    record: &Record<'_>,
    before: &ChainValue,
    keys: &[PublicKey],
) -> bool {
    head.sequence + 1 == record.sequence
        && head.chain == *before
        && keys.iter().any(|key| head.is_signed_by(key))
}

/// The first head of a segment, or the last, that lies where it belongs and that a key has signed.
pub(super) fn signed_head(
    segment: &SegmentPath,
    keys: &[PublicKey],
    first: bool,
) -> io::Result<Option<Head>> {
    let header = match segment.open() {
        Ok((header, _)) => header,
        Err(SegmentError::Io(error)) => return Err(error),
        Err(_) => return Ok(None),
    };
    let mut chain = header.before;
    let mut found = None;
    read_all(segment, |record| {
        if record.kind == Kind::Head
            && let Ok(head) = serde_json::from_slice::<Head>(record.body)
            && head.log == header.log
            && is_signed_here(&head, record, &chain, keys)
        {
            found = Some(head);
        }
        chain = record.chain;
        !(first && found.is_some())
    })?;
    Ok(found)
}
