//! Why a request was refused or counted: one record each, with all its evidence, found by request
//! id. What `btz explain ID` reads.
//!
//! The newest records are kept in memory, all are appended to `decisions.ndjson`, and an index in
//! memory says where each lies, so that an id still explains after a restart. Everything is
//! bounded: records, bytes in memory, bytes on disk.

mod record;

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use types::RequestId;

use crate::json_line;
use crate::request::RequestEvent;
use crate::rolling_file::{Place, RollingFile};

pub use record::{
    DecisionRecord, EVIDENCE_BYTES_MAX, EVIDENCE_MAX, EvidenceRecord, GroupRecord, HEAD_BYTES_MAX,
    MATCHES_MAX, MatchRecord, REDACTED_HEADERS, Raw,
};

/// How many of the newest decisions can be found.
pub const RECORDS_MAX: usize = 10_000;
/// The memory for the newest records' text.
pub const RECENT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// When `decisions.ndjson` is set aside, in bytes.
pub const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// How many such files are kept.
pub const FILES_MAX: u64 = 4;
/// The longest line that is read back.
pub const LINE_BYTES_MAX: usize = 1024 * 1024;

/// The newest decisions.
#[derive(Debug)]
pub struct Decisions {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// Newest last.
    recent: VecDeque<(RequestId, Vec<u8>)>,
    recent_bytes: usize,
    file: Option<RollingFile>,
    places: HashMap<RequestId, Place>,
    /// The ids of `places`, oldest first.
    order: VecDeque<RequestId>,
    unreadable: u64,
}

/// A decision cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    /// The file cannot be read.
    #[error("cannot read the decisions: {0}")]
    Io(#[from] io::Error),
    /// The record is not what was written.
    #[error("the decision's record is damaged: {0}")]
    Damaged(#[from] serde_json::Error),
}

/// One decision as it is written: a line of JSON that begins with its id.
#[derive(Debug, Clone)]
pub struct DecisionLine {
    id: RequestId,
    line: Vec<u8>,
}

impl DecisionLine {
    /// The event's line; `None` when nobody will ask about it ([`crate::request::Decision::is_notable`]).
    #[must_use]
    pub fn of(event: &RequestEvent) -> Option<Self> {
        let decision = event
            .decision
            .as_ref()
            .filter(|decision| decision.is_notable())?;
        let mut line = Vec::with_capacity(1024);
        json_line::append(&mut line, &DecisionRecord::of(event, decision))
            .then_some(Self { id: event.id, line })
    }

    /// Its length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.line.len()
    }

    /// Whether it holds nothing; never so for a line that [`Self::of`] made.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.line.is_empty()
    }
}

impl Decisions {
    /// Kept in memory alone.
    #[must_use]
    pub fn in_memory() -> Self {
        Self {
            held: Mutex::default(),
        }
    }

    /// Kept in `decisions.ndjson` in this folder too; what earlier processes wrote there is found
    /// again.
    ///
    /// # Errors
    /// When the folder or its files cannot be opened or read.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let file = RollingFile::open(&folder.join("decisions.ndjson"), FILE_BYTES_MAX, FILES_MAX)?;
        let mut held = Held::default();
        for (number, path) in file.files() {
            match File::open(path) {
                Ok(file) => held.index(number, file)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        if held.unreadable > 0 {
            tracing::warn!(
                lines = held.unreadable,
                "decisions: some lines are no records"
            );
        }
        held.file = Some(file);
        Ok(Self {
            held: Mutex::new(held),
        })
    }

    /// Takes note of a decision in memory: it can be found from now on.
    pub fn remember(&self, decision: &DecisionLine) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.recent_bytes += decision.line.len();
        held.recent.push_back((decision.id, decision.line.clone()));
        while held.recent_bytes > RECENT_BYTES_MAX || held.recent.len() > RECORDS_MAX {
            let Some((_, line)) = held.recent.pop_front() else {
                break;
            };
            held.recent_bytes -= line.len();
        }
    }

    /// Appends decisions to the file in one write; without a file it does nothing. This waits for
    /// the disk: it is not for the request's path.
    ///
    /// # Errors
    /// When the file cannot be written; they are still found in memory for a while.
    pub fn persist(&self, decisions: &[DecisionLine]) -> io::Result<()> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = &mut held.file else {
            return Ok(());
        };
        let mut lines = Vec::with_capacity(decisions.iter().map(DecisionLine::len).sum());
        for decision in decisions {
            lines.extend_from_slice(&decision.line);
        }
        if lines.is_empty() {
            return Ok(());
        }
        let mut place = file.append(&lines)?;
        for decision in decisions {
            place.length = decision.line.len();
            held.place(decision.id, place);
            place.offset += decision.line.len() as u64;
        }
        Ok(())
    }

    /// The decision about this request, if it is among the newest [`RECORDS_MAX`].
    ///
    /// # Errors
    /// When its file cannot be read, or holds something else at its place.
    pub fn find(&self, id: RequestId) -> Result<Option<DecisionRecord>, DecisionError> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = held.recent.iter().rev().find(|(other, _)| *other == id);
        if let Some((_, line)) = recent {
            return Ok(Some(serde_json::from_slice(line)?));
        }
        let (Some(place), Some(file)) = (held.places.get(&id), &held.file) else {
            return Ok(None);
        };
        let line = file.read(*place)?;
        drop(held);
        Ok(line.map(|line| serde_json::from_slice(&line)).transpose()?)
    }

    /// The ids of up to `limit` decisions, newest first.
    #[must_use]
    pub fn newest(&self, limit: usize) -> Vec<RequestId> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut ids: Vec<_> = held
            .recent
            .iter()
            .rev()
            .map(|(id, _)| *id)
            .take(limit)
            .collect();
        if let Some(oldest) = ids.last().copied() {
            let older = held
                .order
                .iter()
                .rev()
                .skip_while(|id| **id != oldest)
                .skip(1);
            ids.extend(older.take(limit - ids.len()));
        } else {
            ids.extend(held.order.iter().rev().take(limit));
        }
        ids
    }

    /// How many bytes the newest records take in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recent_bytes
    }

    /// Forgets everything, on disk too (`--dev-reset`).
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn clear(&self) -> io::Result<()> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.recent.clear();
        held.recent_bytes = 0;
        held.places.clear();
        held.order.clear();
        held.file.as_mut().map_or(Ok(()), RollingFile::clear)
    }
}

impl Held {
    fn place(&mut self, id: RequestId, place: Place) {
        if self.places.insert(id, place).is_none() {
            self.order.push_back(id);
        }
        let oldest_file = self.file.as_ref().map_or(0, RollingFile::oldest);
        while let Some(oldest) = self.order.front() {
            let gone = self
                .places
                .get(oldest)
                .is_none_or(|place| place.file < oldest_file);
            if !gone && self.order.len() <= RECORDS_MAX {
                break;
            }
            self.places.remove(oldest);
            self.order.pop_front();
        }
    }

    /// Finds the places of a file's records. A line that is no record is passed over.
    fn index(&mut self, number: u64, file: File) -> io::Result<()> {
        let length = file.metadata()?.len();
        let mut reader = BufReader::with_capacity(64 * 1024, file.take(length));
        let mut offset = 0;
        let mut line = Vec::new();
        loop {
            line.clear();
            let length = (&mut reader)
                .take(LINE_BYTES_MAX as u64)
                .read_until(b'\n', &mut line)?;
            if length == 0 {
                return Ok(());
            }
            match record::id_of_line(&line) {
                Some(id) => self.place(
                    id,
                    Place {
                        file: number,
                        offset,
                        length,
                    },
                ),
                None => self.unreadable += 1,
            }
            offset += length as u64;
        }
    }
}
