//! Whether a log is as it was written, judged offline from a copy of its folder without any secret:
//! what was removed, changed, moved or put in twice, where it begins, and up to where it is signed.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;
use types::Time;

use super::chain::{ChainValue, KeyId, Kind, LogId};
use super::folder::{Folder, SegmentPath};
use super::head::{Head, PublicKey};
use super::recovery::{CLOSED, DAMAGED, MISSING, OPENED};
use super::retention::RETIRED;
use super::segment::{Record, SegmentError};
use super::starts::{Adopted, Unsigned, beyond_a_crash};

/// The most findings that are told one by one.
pub const FINDINGS_MAX: usize = 100;
/// The most warnings that are told one by one.
pub const WARNINGS_MAX: usize = 100;
/// The most events of the log itself that are told.
const EVENTS_MAX: usize = 100;

/// Where a range begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// At a record.
    Sequence(u64),
    /// At a moment.
    Time(Time),
}

/// What is to be verified, and against what.
#[derive(Debug, Clone, Default)]
pub struct Range {
    /// From where on; the begin of the log without. The segment that it lies in is verified whole.
    pub from: Option<Bound>,
    /// Up to where; the end of the log without. The first signed head after it is verified too.
    pub to: Option<Bound>,
    /// Public keys that were kept elsewhere; without, those that lie in the folder.
    pub keys: Vec<PublicKey>,
    /// Heads that were kept elsewhere.
    pub heads: Vec<Head>,
}

/// A place that does not verify.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// In which file of the folder.
    pub file: String,
    /// At which of its bytes.
    pub offset: u64,
    /// At which record, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// What is wrong there.
    pub what: String,
}

/// Why the first record is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Begin {
    /// The log was made with it.
    Made,
    /// The records before it are past their retention: the log says so itself.
    Retired,
    /// It was asked for no more.
    Asked,
    /// The records before it are missing, or there is nothing.
    Missing,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Which log.
    pub log: Option<LogId>,
    /// Its first record here, of any kind.
    pub first: u64,
    /// Why that is the first.
    pub begin: Begin,
    /// When the head was made that the first segment begins with.
    pub begun: Option<String>,
    /// Its last record here.
    pub last: u64,
    /// Records of calls among them.
    pub calls: u64,
    /// Segments that were read.
    pub segments: usize,
    /// Bytes that were read.
    pub bytes: u64,
    /// Signed heads by the key that signed them.
    pub keys: BTreeMap<String, u64>,
    /// The last head whose signature holds: what is before it is proven.
    pub last_signed_head: Option<Head>,
    /// Records after that: chained, not signed.
    pub unsigned: u64,
    /// What the log says of itself: cut tails, damages, retired segments.
    pub events: Vec<Value>,
    /// What does not verify, first place first.
    pub findings: Vec<Finding>,
    /// How much more does not.
    pub more_findings: u64,
    /// What starts signed though no head was over it before.
    pub adopted: Vec<Adopted>,
    /// What may be as it should, and is not proven.
    pub warnings: Vec<Finding>,
    /// How much more of that there is.
    pub more_warnings: u64,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.findings.is_empty()
    }

    /// Whether there is nothing to warn of either.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.is_intact() && self.warnings.is_empty()
    }
}

/// Verifies a log's folder, or a copy of it. `progress` hears how many bytes of how many were read.
///
/// # Errors
/// When the folder cannot be read.
pub fn verify(
    folder: &Path,
    range: &Range,
    mut progress: impl FnMut(u64, u64),
) -> io::Result<Report> {
    let folder = Folder::at(folder);
    let mut verifier = Verifier::new(&folder, range)?;
    let segments = folder.segments()?;
    let begin = first_segment(&segments, range.from);
    let total = segments.iter().skip(begin).map(|one| one.bytes).sum();
    let count = segments.len();
    for (at, segment) in segments.iter().enumerate().skip(begin) {
        let is_last = at + 1 == count;
        verifier.segment(segment, is_last, &mut |bytes| progress(bytes, total))?;
        if verifier.is_done {
            break;
        }
    }
    Ok(verifier.finish())
}

/// Which segment a range begins in.
fn first_segment(segments: &[SegmentPath], from: Option<Bound>) -> usize {
    let at = match from {
        None => None,
        Some(Bound::Sequence(from)) => segments.iter().rposition(|one| one.first <= from),
        Some(Bound::Time(from)) => segments.iter().rposition(|one| {
            let begun = one.begun();
            begun.is_some_and(|begun| begun <= from)
        }),
    };
    at.unwrap_or(0)
}

struct Verifier<'a> {
    range: &'a Range,
    keys: BTreeMap<[u8; 16], PublicKey>,
    /// Heads that were kept, where from, and the chain's value at their record when it was passed.
    kept: Vec<(&'static str, Head, Option<ChainValue>)>,
    has_kept_head: bool,
    report: Report,
    /// The record that is to come, and the chain's value before it.
    expected: Option<(u64, ChainValue)>,
    /// Up to where the log says that records were retired: by a signed head, and not yet.
    retired_through: u64,
    retiring_through: u64,
    signed_heads: u64,
    /// What was read since the last head whose signature holds.
    unsigned: Unsigned,
    /// The range's end was passed and a signed head is over it.
    is_done: bool,
    read_before: u64,
}

impl<'a> Verifier<'a> {
    fn new(folder: &Folder, range: &'a Range) -> io::Result<Self> {
        let mut keys = range.keys.clone();
        if keys.is_empty() {
            keys = folder.public_keys()?;
        }
        let mut verifier = Self {
            range,
            keys: keys.iter().map(|key| (key.id().0, *key)).collect(),
            kept: Vec::new(),
            has_kept_head: false,
            report: Report {
                log: None,
                first: 0,
                begin: Begin::Missing,
                begun: None,
                last: 0,
                calls: 0,
                segments: 0,
                bytes: 0,
                keys: BTreeMap::new(),
                last_signed_head: None,
                unsigned: 0,
                events: Vec::new(),
                findings: Vec::new(),
                more_findings: 0,
                adopted: Vec::new(),
                warnings: Vec::new(),
                more_warnings: 0,
            },
            expected: None,
            retired_through: 0,
            retiring_through: 0,
            signed_heads: 0,
            unsigned: Unsigned::default(),
            is_done: false,
            read_before: 0,
        };
        match folder.kept_head() {
            Ok(Some(head)) => {
                verifier.has_kept_head = true;
                verifier.kept.push(("head.json", head, None));
            }
            Ok(None) => {}
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                verifier.has_kept_head = true;
                verifier.find("head.json", 0, None, error);
            }
            Err(error) => return Err(error),
        }
        for head in &range.heads {
            verifier.kept.push(("the head given", head.clone(), None));
        }
        Ok(verifier)
    }

    fn find(&mut self, file: &str, offset: u64, sequence: Option<u64>, what: impl ToString) {
        if self.report.findings.len() >= FINDINGS_MAX {
            self.report.more_findings += 1;
            return;
        }
        self.report.findings.push(Finding {
            file: file.to_owned(),
            offset,
            sequence,
            what: what.to_string(),
        });
    }

    fn warn(&mut self, file: &str, sequence: Option<u64>, what: impl ToString) {
        if self.report.warnings.len() >= WARNINGS_MAX {
            self.report.more_warnings += 1;
            return;
        }
        self.report.warnings.push(Finding {
            file: file.to_owned(),
            offset: 0,
            sequence,
            what: what.to_string(),
        });
    }

    fn segment(
        &mut self,
        segment: &SegmentPath,
        is_last: bool,
        progress: &mut dyn FnMut(u64),
    ) -> io::Result<()> {
        let name = segment.name();
        self.report.segments += 1;
        let opened = segment.open();
        let (header, mut reader) = match opened {
            Ok(opened) => opened,
            Err(SegmentError::Io(error)) => return Err(error),
            // A rotation that was broken off.
            Err(SegmentError::Incomplete { .. }) if is_last => return Ok(()),
            Err(error) => {
                self.find(&name, 0, Some(segment.first), error);
                return Ok(());
            }
        };
        if header.first != segment.first {
            let what = format!(
                "by its name it begins with record {}, by its header with {}",
                segment.first, header.first
            );
            self.find(&name, 0, Some(header.first), what);
        }
        match self.report.log {
            None => self.report.log = Some(header.log),
            Some(log) if log != header.log => {
                self.find(
                    &name,
                    0,
                    Some(header.first),
                    format!("it is of another log, {}", header.log),
                );
            }
            Some(_) => {}
        }
        match self.expected {
            None => {
                self.report.first = header.first;
                self.report.last = header.first.saturating_sub(1);
                if header.first == 1 && header.before != ChainValue::genesis(header.log) {
                    self.find(
                        &name,
                        0,
                        Some(1),
                        "the chain does not begin as this log's does",
                    );
                }
            }
            Some((next, _)) if next != header.first => {
                let what = out_of_order(next, header.first);
                self.find(&name, 0, Some(header.first), what);
            }
            Some((_, chain)) if chain != header.before => {
                let what = "it does not follow the segment before it: one of them was changed or exchanged";
                self.find(&name, 0, Some(header.first), what);
            }
            Some(_) => {}
        }
        // A retirement and the head over it are one write: what has none yet was never carried out.
        self.retiring_through = 0;
        let (mut next, mut chain) = (header.first, header.before);
        loop {
            let offset = reader.offset();
            let record = match reader.next_record() {
                Ok(Some(record)) => record,
                Ok(None) => break,
                Err(SegmentError::Io(error)) => return Err(error),
                // A write under way, or that a crash broke off: the next start cuts it.
                Err(SegmentError::Incomplete { .. }) if is_last => break,
                Err(error) => {
                    self.find(
                        &name,
                        offset,
                        Some(next),
                        format!("{error}; what follows in this file is not proven"),
                    );
                    break;
                }
            };
            if record.sequence != next {
                let what = out_of_order(next, record.sequence);
                self.find(&name, offset, Some(record.sequence), what);
            } else if !record.follows(&chain) {
                let what = "the record, or its place in the chain, was changed";
                self.find(&name, offset, Some(next), what);
            }
            self.record(&name, &record, &chain);
            chain = record.chain;
            next = record.sequence + 1;
            self.report.bytes = self.read_before + reader.offset();
            progress(self.report.bytes);
            if self.is_done {
                break;
            }
        }
        self.read_before += segment.bytes;
        self.expected = Some((next, chain));
        self.report.last = self.report.last.max(next - 1);
        Ok(())
    }

    fn record(&mut self, name: &str, record: &Record<'_>, before: &ChainValue) {
        self.report.unsigned += 1;
        for (_, head, seen) in &mut self.kept {
            if head.sequence == record.sequence {
                *seen = Some(record.chain);
            } else if head.sequence + 1 == record.sequence && seen.is_none() {
                // Of the record before a segment only its header tells.
                *seen = Some(*before);
            }
        }
        match record.kind {
            Kind::Call => {
                self.report.calls += 1;
                self.unsigned.record(record.sequence, record.kind, None);
            }
            Kind::Event => self.event(name, record),
            Kind::Head => {
                self.head(name, record, before);
                self.unsigned.head();
            }
        }
    }

    fn event(&mut self, file: &str, record: &Record<'_>) {
        let event = serde_json::from_slice::<Value>(record.body).unwrap_or_default();
        let sequence = record.sequence;
        self.unsigned.record(sequence, record.kind, Some(&event));
        let named = |name: &str| event.get("eventName").and_then(Value::as_str) == Some(name);
        if named(RETIRED) {
            let through = event.pointer("/serviceEventDetails/throughSequence");
            let through = through.and_then(Value::as_u64).unwrap_or(0);
            self.retiring_through = self.retiring_through.max(through);
        }
        if named(OPENED) {
            // Whoever wrote that before the start had no key.
            self.retiring_through = 0;
        }
        let details = |name: &str| {
            let value = event.pointer("/serviceEventDetails")?.get(name)?;
            Some(
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned),
            )
        };
        let shown = |name| details(name).unwrap_or_default();
        if named(MISSING) {
            let what = format!(
                "a start found that records of log {} are missing or were exchanged (up to {}, as was signed): {}",
                shown("log"),
                shown("throughSequence"),
                shown("reason")
            );
            self.find(file, record.offset, Some(sequence), what);
        } else if named(DAMAGED) {
            let what = format!(
                "a start found {} damaged: {}",
                shown("file"),
                shown("reason")
            );
            self.warn(file, Some(sequence), what);
        }
        if !named(OPENED) && !named(CLOSED) && self.report.events.len() < EVENTS_MAX {
            self.report.events.push(event);
        }
    }

    fn head(&mut self, name: &str, record: &Record<'_>, before: &ChainValue) {
        let at = (record.offset, Some(record.sequence));
        let Ok(head) = serde_json::from_slice::<Head>(record.body) else {
            self.find(name, at.0, at.1, "this is no head");
            return;
        };
        if self.report.begun.is_none() {
            self.report.begun = Some(head.time.to_string());
        }
        let is_here = Some(head.log) == self.report.log
            && head.sequence + 1 == record.sequence
            && head.chain == *before;
        if !is_here {
            self.find(
                name,
                at.0,
                at.1,
                "the head is over other records than those before it",
            );
            return;
        }
        let Some(signed) = &head.signed else {
            return;
        };
        match self.is_signed(&head, signed.key_id) {
            Ok(()) => {
                self.start(name);
                let key = signed.key_id.to_string();
                *self.report.keys.entry(key).or_default() += 1;
                self.signed_heads += 1;
                self.report.unsigned = 0;
                // Unsigned, anybody could have written it.
                self.retired_through = self.retired_through.max(self.retiring_through);
                self.is_done = match self.range.to {
                    None => false,
                    Some(Bound::Sequence(to)) => head.sequence >= to,
                    Some(Bound::Time(to)) => head.time > to,
                };
                self.report.last_signed_head = Some(head);
            }
            Err(what) => self.find(name, at.0, at.1, what),
        }
    }

    /// A signed head: it may be over a start, and what that found.
    fn start(&mut self, name: &str) {
        let Some(opening) = self.unsigned.after_head() else {
            return;
        };
        let before = self.report.last_signed_head.as_ref();
        let before = before.map(|head| (head.sequence, head.chain.to_string()));
        if let (Some(through), Some((sequence, hash))) = (&opening.through, before)
            && self.range.keys.is_empty()
        {
            // The start knows its own key; here, whatever lies in the folder is believed.
            let what = if through.sequence < sequence {
                Some(format!(
                    "the heads from record {} to {sequence} are of another key than the start's",
                    through.sequence + 1
                ))
            } else {
                let differs = through.sequence == sequence && through.hash != hash;
                differs.then(|| format!("the start found another record {sequence} than is there"))
            };
            if let Some(what) = what {
                self.find(name, 0, Some(opening.sequence), what);
            }
        }
        if let Some((at, what)) = opening.wrong {
            self.find(name, 0, Some(at), what);
        }
        let Some(adopted) = opening.adopted else {
            return;
        };
        if let Some((at, what)) = beyond_a_crash(&adopted) {
            self.find(name, 0, Some(at), what);
        }
        let why = if adopted.sealed {
            "by their own word the seal was closed"
        } else {
            "a crash leaves such"
        };
        let what = format!(
            "{} calls and {} events up to record {} were not signed when the start at {} found them ({why}): nobody can tell whether they were written so",
            adopted.calls, adopted.events, adopted.to, adopted.started
        );
        self.warn(name, Some(adopted.from), what);
        if self.report.adopted.len() < WARNINGS_MAX {
            self.report.adopted.push(adopted);
        }
    }

    fn is_signed(&self, head: &Head, by: KeyId) -> Result<(), String> {
        match self.keys.get(&by.0) {
            None => Err(format!(
                "the head is signed by key {by}, which is not given"
            )),
            Some(key) if !head.is_signed_by(key) => {
                Err("the signature of the head does not hold".to_owned())
            }
            Some(_) => Ok(()),
        }
    }

    fn finish(mut self) -> Report {
        self.begin();
        let last = self.report.last;
        for (from, head, seen) in std::mem::take(&mut self.kept) {
            let at = Some(head.sequence);
            if self.report.log.is_some_and(|log| log != head.log) {
                self.find(from, 0, at, format!("it is of another log, {}", head.log));
                continue;
            }
            let signed = head.signed.as_ref().map(|signed| signed.key_id);
            let signed = signed.ok_or_else(|| "it is not signed".to_owned());
            if let Err(what) = signed.and_then(|key| self.is_signed(&head, key)) {
                self.find(from, 0, at, what);
                continue;
            }
            if head.sequence > last && self.is_done || seen.is_none() && head.sequence <= last {
                self.not_compared(from, &head);
            } else if head.sequence > last {
                let what = format!(
                    "records up to {} were there when it was signed ({}), and the log ends with {last}: its end is missing",
                    head.sequence, head.time
                );
                self.find(from, 0, at, what);
            } else if seen.is_some_and(|chain| chain != head.chain) {
                let what = format!(
                    "it is over another record {} than the one that is there",
                    head.sequence
                );
                self.find(from, 0, at, what);
            }
        }
        if !self.is_done
            && let Some((at, what)) = self.unsigned.wrong_at_end()
        {
            self.find("", 0, Some(at), what);
        }
        if !self.has_kept_head && self.signed_heads > 1 {
            let what =
                "it is missing: without it nobody can tell whether the log's end was cut off";
            self.find("head.json", 0, None, what);
        }
        if self.report.first == 0 {
            let what = "there is no record: this is no audit log, or all of it is missing";
            self.find("", 0, None, what);
        }
        // Who brings a key or a head asks whether the log is of whom they know.
        let is_asked = !self.range.keys.is_empty() || !self.range.heads.is_empty();
        if is_asked && self.signed_heads == 0 {
            let what = "no head is signed by a key that was given: anybody could have written it";
            self.find("", 0, None, what);
        }
        self.report
    }

    /// A head that is signed, and over a record that was not read.
    fn not_compared(&mut self, from: &'static str, head: &Head) {
        let (at, first) = (head.sequence, self.report.first);
        let is_retired = self.range.from.is_none() && self.retired_through + 1 >= first;
        let why = if at >= first {
            "which was not read".to_owned()
        } else if is_retired {
            format!("which is past its retention: the first here is {first}")
        } else if self.range.from.is_some() {
            format!("which is before the range: the first there is {first}")
        } else {
            let what =
                format!("it is over record {at}, which is missing: the first here is {first}");
            self.find(from, 0, Some(at), what);
            return;
        };
        let what = format!("it is over record {at}, {why}: nothing is compared with it");
        self.warn(from, Some(at), what);
    }

    fn begin(&mut self) {
        let first = self.report.first;
        self.report.begin = if first == 1 {
            Begin::Made
        } else if first == 0 {
            Begin::Missing
        } else if self.range.from.is_some() {
            Begin::Asked
        } else if self.retired_through + 1 >= first {
            Begin::Retired
        } else {
            let what = format!(
                "records 1 to {} are missing, and the log does not say that they are past their retention",
                first - 1
            );
            self.find("", 0, Some(first), what);
            Begin::Missing
        };
        if let Some(Bound::Sequence(from)) = self.range.from
            && (from < first || from > self.report.last)
        {
            let what = format!(
                "record {from} is not there: the first is {first}, the last {}",
                self.report.last
            );
            self.find("", 0, Some(from), what);
        }
        if let Some(Bound::Sequence(to)) = self.range.to
            && to > self.report.last
        {
            let what = format!("record {to} is not there: the last is {}", self.report.last);
            self.find("", 0, Some(to), what);
        }
    }
}

fn out_of_order(expected: u64, found: u64) -> String {
    if found > expected {
        format!("records {expected} to {} are missing", found - 1)
    } else {
        format!("record {found} comes where {expected} should: it is there twice, or was moved")
    }
}
