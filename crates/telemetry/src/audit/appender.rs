//! The end of the log: what is appended, in which segment, and when a head is due. A group of
//! records is one write and one flush; nothing counts as appended before that.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use types::{Clock, Time};

use super::chain::{ChainValue, Kind, LogId};
use super::disk::{Disk, SegmentFile};
use super::folder::Folder;
use super::head::{Head, Signer};
use super::segment::{self, FRAME_BYTES, HEADER_BYTES, Header};

/// A head comes after so many records, or so long after the last one, whichever is first.
pub const HEAD_EVERY_RECORDS: u64 = 10_000;
/// See [`HEAD_EVERY_RECORDS`].
pub const HEAD_EVERY: Duration = Duration::from_secs(5);
/// A segment is followed by the next when it is so old, so that retention by days has what to take.
pub const SEGMENT_AGE_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Records of changes whose rows are still in the store.
#[derive(Debug, Default)]
pub(super) struct Unsettled(Mutex<BTreeSet<u64>>);

impl Unsettled {
    fn numbers(&self) -> MutexGuard<'_, BTreeSet<u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn expect(&self, sequence: u64) {
        self.numbers().insert(sequence);
    }

    pub(super) fn settle(&self, sequence: u64) {
        self.numbers().remove(&sequence);
    }

    /// Before which record there is none, where `next` is the next one.
    fn before(&self, next: u64) -> u64 {
        self.numbers().first().copied().unwrap_or(next)
    }
}

/// One record that is to be appended.
pub(super) trait Appended {
    fn kind(&self) -> Kind;
    fn body(&self) -> &[u8];
    /// Whether its row is to be removed from the store afterwards.
    fn has_row(&self) -> bool;
}

/// Where a log ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tail {
    pub(super) log: LogId,
    /// The next record.
    pub(super) next: u64,
    /// The chain's value before it.
    pub(super) chain: ChainValue,
}

/// What an appender stands on.
pub(super) struct Ground {
    pub(super) folder: Folder,
    pub(super) disk: Arc<dyn Disk>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) signer: Option<Signer>,
    pub(super) unsettled: Arc<Unsettled>,
    pub(super) segment_bytes_max: u64,
    /// The lock on the folder.
    pub(super) lock: File,
}

/// Appends records. Of one thread.
pub(super) struct Appender {
    ground: Ground,
    tail: Tail,
    file: Box<dyn SegmentFile>,
    /// Of the file that are durable.
    bytes: u64,
    began: Time,
    /// The record that was the last head, and when that was.
    head: (u64, Instant),
    /// A write failed: the file may be longer than what is durable.
    must_cut: bool,
    /// A rotation failed: nothing may be appended to the old segment.
    must_rotate: bool,
    /// The log has not yet said what this start found: nothing is signed before that.
    is_opening: bool,
    buffer: Vec<u8>,
}

impl Appender {
    /// Goes on in a segment that is there, of so many bytes.
    pub(super) fn resume(
        ground: Ground,
        tail: Tail,
        (first, bytes, began): (u64, u64, Time),
    ) -> io::Result<Self> {
        let file = ground.disk.open(&ground.folder.segment(first), false)?;
        Ok(Self {
            ground,
            tail,
            file,
            bytes,
            began,
            head: (0, Instant::now()),
            must_cut: false,
            must_rotate: false,
            is_opening: true,
            buffer: Vec::new(),
        })
    }

    /// Begins a segment.
    pub(super) fn begin(ground: Ground, tail: Tail) -> io::Result<Self> {
        let (file, after, bytes) = begin_segment(&ground, tail, false)?;
        Ok(Self {
            began: ground.clock.now(),
            ground,
            file,
            bytes,
            head: (tail.next, Instant::now()),
            tail: after,
            must_cut: false,
            must_rotate: false,
            is_opening: true,
            buffer: Vec::new(),
        })
    }

    /// Whether there are records that no head is over yet, and enough or old enough.
    pub(super) fn head_is_due(&self) -> bool {
        let records = self.headless();
        records >= HEAD_EVERY_RECORDS || records > 0 && self.head.1.elapsed() >= HEAD_EVERY
    }

    /// How many records no head is over yet.
    pub(super) fn headless(&self) -> u64 {
        self.tail.next - 1 - self.head.0.min(self.tail.next - 1)
    }

    /// When a head is due if nothing more is appended.
    pub(super) fn head_is_due_in(&self) -> Option<Duration> {
        (self.headless() > 0).then(|| HEAD_EVERY.saturating_sub(self.head.1.elapsed()))
    }

    /// Appends a group of at most [`super::GROUP_RECORDS_MAX`], and a head where one is due or asked
    /// for. Answers the first record's number
    /// and the head when all of it is durable.
    ///
    /// # Errors
    /// When it may not be: then nothing of it was appended.
    pub(super) fn append<A: Appended>(
        &mut self,
        group: &[A],
        head: bool,
    ) -> io::Result<(u64, Option<Head>)> {
        let appended = self.try_append(group, head);
        if appended.is_err() {
            // Not at once again by itself.
            self.head.1 = Instant::now();
        }
        appended
    }

    fn try_append<A: Appended>(
        &mut self,
        group: &[A],
        head: bool,
    ) -> io::Result<(u64, Option<Head>)> {
        if self.must_cut {
            self.file.cut(self.bytes)?;
            self.must_cut = false;
        }
        let wanted = group.iter().map(|one| FRAME_BYTES + one.body().len());
        let wanted = wanted.sum::<usize>() as u64;
        let is_full = self.bytes + wanted > self.ground.segment_bytes_max
            && self.bytes > HEADER_BYTES as u64 + 1024;
        let age = self.ground.clock.now().since(self.began);
        if self.must_rotate || is_full || age >= SEGMENT_AGE_MAX {
            self.rotate()?;
        }
        let Tail {
            log,
            mut next,
            mut chain,
        } = self.tail;
        let first = next;
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        for one in group {
            chain = segment::append(&mut buffer, &chain, next, one.kind(), one.body());
            if one.has_row() {
                self.ground.unsettled.expect(next);
            }
            next += 1;
        }
        let many = next - 1 - self.head.0.min(next - 1) >= HEAD_EVERY_RECORDS;
        let made = (head || many || self.head_is_due()).then(|| {
            let head = make_head(&self.ground, Tail { log, next, chain }, true);
            let body = head.to_json();
            chain = segment::append(&mut buffer, &chain, next, Kind::Head, &body);
            next += 1;
            head
        });
        let written = self.file.append(&buffer).and_then(|()| self.file.sync());
        let length = buffer.len() as u64;
        self.buffer = buffer;
        // A burst's memory is not kept for ever.
        self.buffer.shrink_to(1024 * 1024);
        if let Err(error) = written {
            self.must_cut = true;
            let mut unsettled = self.ground.unsettled.numbers();
            unsettled.retain(|number| *number < first);
            return Err(error);
        }
        self.bytes += length;
        self.tail = Tail { log, next, chain };
        if made.is_some() {
            self.head = (next - 1, Instant::now());
            self.is_opening = false;
        }
        Ok((first, made))
    }

    fn rotate(&mut self) -> io::Result<()> {
        self.must_rotate = true;
        let (file, after, bytes) = begin_segment(&self.ground, self.tail, !self.is_opening)?;
        self.head = (self.tail.next, Instant::now());
        self.began = self.ground.clock.now();
        self.file = file;
        self.tail = after;
        self.bytes = bytes;
        self.must_rotate = false;
        Ok(())
    }

    pub(super) fn now(&self) -> Time {
        self.ground.clock.now()
    }

    pub(super) fn folder(&self) -> &Folder {
        &self.ground.folder
    }
}

impl std::fmt::Debug for Appender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Appender")
            .field("folder", &self.ground.folder)
            .field("lock", &self.ground.lock)
            .field("tail", &self.tail)
            .finish_non_exhaustive()
    }
}

/// A head over all that is before a tail; signed, where it may be and can be.
fn make_head(ground: &Ground, tail: Tail, signed: bool) -> Head {
    let mut head = Head {
        log: tail.log,
        sequence: tail.next - 1,
        chain: tail.chain,
        time: ground.clock.now(),
        settled: ground.unsettled.before(tail.next),
        signed: None,
    };
    if let Some(signer) = ground.signer.as_ref().filter(|_| signed) {
        head.sign(signer);
    }
    head
}

/// A new segment with its header and the head that it begins with; where the log ends then.
fn begin_segment(
    ground: &Ground,
    tail: Tail,
    signed: bool,
) -> io::Result<(Box<dyn SegmentFile>, Tail, u64)> {
    let header = Header {
        log: tail.log,
        first: tail.next,
        before: tail.chain,
    };
    let mut bytes = header.to_bytes();
    let body = make_head(ground, tail, signed).to_json();
    let chain = segment::append(&mut bytes, &tail.chain, tail.next, Kind::Head, &body);
    let mut file = ground.disk.open(&ground.folder.segment(tail.next), true)?;
    file.append(&bytes)?;
    file.sync()?;
    ground.folder.sync()?;
    let after = Tail {
        next: tail.next + 1,
        chain,
        ..tail
    };
    Ok((file, after, bytes.len() as u64))
}
