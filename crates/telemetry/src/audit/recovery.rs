//! Opening a log: where it ends, and what a crash or somebody else did to that end.
//!
//! A record that was not written to its end is cut off: its call was never answered. Whatever else
//! does not verify is left as it is and told: the log goes on in a new segment, whose first records
//! say so, and `btz audit verify` finds the place for as long as it is kept. Calls go on: who can
//! change these files could stop them anyway, and what is recorded from now on verifies.

use std::io;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use types::{Clock, Entropy, EntropyError, KeyWrap, KeyWrapError, Time};

use super::appender::{Appender, Ground, Tail, Unsettled};
use super::chain::{ChainValue, Hex, Kind, LogId};
use super::disk::Disk;
use super::folder::{Folder, SegmentPath};
use super::head::{Head, Signer};
use super::record;
use super::segment::SegmentError;

/// What the key is, under the seal.
const KEY_CONTEXT: &str = "telemetry/audit-head-key";

/// Why a log cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process writes it.
    #[error("the audit log in {0} is in use by another process")]
    InUse(String),
    /// The folder cannot be read or written.
    #[error("the audit log in {folder} cannot be opened: {error}")]
    Io {
        /// Which folder.
        folder: String,
        /// Why.
        error: io::Error,
    },
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// Records of changes cannot be read from the store.
    #[error("the audit records of changes cannot be read: {0}")]
    Store(String),
}

/// What opening stands on.
pub(super) struct Needs<'a> {
    pub(super) folder: &'a Path,
    pub(super) segment_bytes_max: u64,
    pub(super) disk: Arc<dyn Disk>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: &'a dyn Entropy,
    pub(super) wrap: &'a dyn KeyWrap,
}

/// An opened log.
pub(super) struct Opened {
    pub(super) appender: Appender,
    /// What the log has to say of its opening: bodies of events.
    pub(super) events: Vec<Vec<u8>>,
    /// Rows of records before this are gone from the store.
    pub(super) settled: u64,
    /// How much did not verify.
    pub(super) damages: usize,
    pub(super) unsettled: Arc<Unsettled>,
}

/// Opens the log of a folder, or makes one.
pub(super) fn open(needs: &Needs<'_>) -> Result<Opened, OpenError> {
    let folder = Folder::at(needs.folder);
    let failed = |error| OpenError::Io {
        folder: needs.folder.display().to_string(),
        error,
    };
    folder.make().map_err(failed)?;
    let lock = folder.lock().map_err(failed)?;
    let lock = lock.ok_or_else(|| OpenError::InUse(needs.folder.display().to_string()))?;
    let now = needs.clock.now();
    let mut found = Findings::default();
    let signer = signer(&folder, needs, &mut found)?;
    let end = find_end(&folder, needs.entropy, &mut found)?;
    let unsettled = Arc::new(Unsettled::default());
    if end.settled < end.tail.next {
        // Until the store was looked at, heads go on saying that rows may be left.
        unsettled.expect(end.settled);
    }
    let opened = json!({
        "log": end.tail.log,
        "signedBy": signer.as_ref().map(|signer| signer.public_key().id()),
    });
    let ground = Ground {
        folder,
        disk: Arc::clone(&needs.disk),
        clock: Arc::clone(&needs.clock),
        signer,
        unsettled: Arc::clone(&unsettled),
        segment_bytes_max: needs.segment_bytes_max,
        lock,
    };
    let appender = match end.segment {
        Some(segment) if found.damages.is_empty() => {
            Appender::resume(ground, end.tail, segment).map_err(failed)?
        }
        _ => {
            let mut tail = end.tail;
            // A file that is damaged from its first record on is left where it is.
            while ground.folder.segment(tail.next).exists() {
                tail.next += 1;
            }
            Appender::begin(ground, tail).map_err(failed)?
        }
    };
    let damages = found.damages.len();
    for damage in &found.damages {
        tracing::error!(
            damage = %damage,
            folder = %needs.folder.display(),
            "audit: THE LOG DOES NOT VERIFY; it is left as it is and goes on in a new segment: btz audit verify"
        );
    }
    let damages_told = found.damages.into_iter();
    let mut events: Vec<_> = damages_told
        .map(|details| record::event("AuditLogDamaged", now, &details))
        .collect();
    for cut in found.cuts {
        tracing::warn!(cut = %cut, "audit: a record that was not written to its end is cut off");
        events.push(record::event("AuditTailCut", now, &cut));
    }
    events.push(record::event("AuditLogOpened", now, &opened));
    Ok(Opened {
        appender,
        events,
        settled: end.settled,
        damages,
        unsettled,
    })
}

#[derive(Default)]
struct Findings {
    damages: Vec<Value>,
    cuts: Vec<Value>,
}

impl Findings {
    fn damage(&mut self, file: &str, offset: u64, reason: impl ToString) {
        let reason = reason.to_string();
        self.damages
            .push(json!({"file": file, "offset": offset, "reason": reason}));
    }
}

/// The key that signs heads, made at first start. Sealed, there is none: what is recorded meanwhile
/// is signed after the next start.
fn signer(
    folder: &Folder,
    needs: &Needs<'_>,
    found: &mut Findings,
) -> Result<Option<Signer>, OpenError> {
    let failed = |error| OpenError::Io {
        folder: needs.folder.display().to_string(),
        error,
    };
    let unsigned = |error: &KeyWrapError| {
        tracing::warn!(%error, "audit: heads are not signed");
        Ok(None)
    };
    if let Some(wrapped) = folder.sealed_key().map_err(failed)? {
        let seed = match needs.wrap.unwrap(KEY_CONTEXT, &wrapped) {
            Ok(seed) => seed,
            Err(error @ KeyWrapError::Sealed) => return unsigned(&error),
            Err(error) => {
                // Another key would hide that this one was exchanged.
                found.damage("key.sealed", 0, &error);
                return unsigned(&error);
            }
        };
        let signer = Signer::from_seed(&seed);
        if let Some(signer) = &signer {
            let public = signer.public_key();
            if folder.public_keys().map_err(failed)?.first() != Some(&public) {
                found.damage("public-key.pem", 0, "it was not that of the key; replaced");
                folder.keep_public_key(&public).map_err(failed)?;
            }
        }
        return Ok(signer);
    }
    let seed = Signer::seed(needs.entropy)?;
    let wrapped = match needs.wrap.wrap(KEY_CONTEXT, seed.expose()) {
        Ok(wrapped) => wrapped,
        Err(error) => return unsigned(&error),
    };
    let signer = Signer::from_seed(&seed);
    if let Some(signer) = &signer {
        folder
            .keep_key(&signer.public_key(), &wrapped)
            .map_err(failed)?;
    }
    Ok(signer)
}

/// Where a log ends.
struct End {
    tail: Tail,
    /// The last segment's first record, its bytes and its begin, where the log can go on in it.
    segment: Option<(u64, u64, Time)>,
    settled: u64,
}

fn find_end(
    folder: &Folder,
    entropy: &dyn Entropy,
    found: &mut Findings,
) -> Result<End, OpenError> {
    let failed = |error| OpenError::Io {
        folder: folder.path().display().to_string(),
        error,
    };
    let kept = match folder.kept_head() {
        Ok(kept) => kept,
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            found.damage("head.json", 0, error);
            None
        }
        Err(error) => return Err(failed(error)),
    };
    let keys = folder.public_keys().map_err(failed)?;
    let is_signed = |head: &Head| keys.iter().any(|key| head.is_signed_by(key));
    let kept = kept.filter(|kept| {
        let is_signed = is_signed(kept);
        if !is_signed {
            found.damage("head.json", 0, "its signature does not hold");
        }
        is_signed
    });
    let mut segments = folder.segments().map_err(failed)?;
    let mut scan = None;
    while let Some(segment) = segments.pop() {
        let scanned = Scan::of(&segment, kept.as_ref()).map_err(failed)?;
        if !scanned.is_stillborn {
            scan = Some((segment, scanned));
            break;
        }
        // A rotation that was broken off: nothing in it was ever acknowledged.
        std::fs::remove_file(&segment.path).map_err(failed)?;
        folder.sync().map_err(failed)?;
        found
            .cuts
            .push(json!({"file": segment.name(), "offset": 0, "bytes": segment.bytes}));
    }
    let from_kept = |kept: &Head| Tail {
        log: kept.log,
        next: kept.sequence + 1,
        chain: kept.chain,
    };
    let Some((segment, scan)) = scan else {
        let tail = match &kept {
            Some(kept) => {
                found.damage(
                    "head.json",
                    0,
                    format!(
                        "all records are missing; a signed head is over {}",
                        kept.sequence
                    ),
                );
                from_kept(kept)
            }
            None => new_log(entropy, 1)?,
        };
        return Ok(End {
            tail,
            segment: None,
            settled: tail.next,
        });
    };
    let name = segment.name();
    for (offset, reason) in &scan.wrong {
        found.damage(&name, *offset, reason);
    }
    if scan
        .last_head
        .as_ref()
        .is_some_and(|head| head.signed.is_some() && !is_signed(head))
    {
        found.damage(&name, 0, "the signature of its last head does not hold");
    }
    let settled = scan
        .last_head
        .as_ref()
        .map_or(segment.first, |head| head.settled);
    let Some(mut tail) = scan.tail else {
        // Not even its header: where the chain was is known by the kept head only.
        let tail = match &kept {
            Some(kept) => from_kept(kept),
            None => new_log(entropy, segment.first + 1)?,
        };
        return Ok(End {
            tail,
            segment: None,
            settled: segment.first,
        });
    };
    if let Some(kept) = &kept {
        if kept.log != tail.log {
            found.damage("head.json", 0, "it is another log's");
        } else if kept.sequence >= tail.next {
            let reason = format!(
                "records {} to {} are missing: a signed head is over them",
                tail.next, kept.sequence
            );
            found.damage(&name, scan.end, reason);
            tail = from_kept(kept);
        } else if scan.at_kept.is_some_and(|chain| chain != kept.chain) {
            let reason = format!("record {} is not what a signed head is over", kept.sequence);
            found.damage(&name, 0, reason);
        }
    }
    if scan.is_cut && found.damages.is_empty() {
        let file = std::fs::OpenOptions::new().write(true).open(&segment.path);
        let file = file.map_err(failed)?;
        file.set_len(scan.end).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        let cut = json!({"file": name, "offset": scan.end, "bytes": segment.bytes - scan.end});
        found.cuts.push(cut);
    }
    Ok(End {
        tail,
        segment: Some((segment.first, scan.end, scan.began)),
        settled,
    })
}

fn new_log(entropy: &dyn Entropy, next: u64) -> Result<Tail, OpenError> {
    let mut id = [0; 16];
    entropy.fill(&mut id)?;
    let log: LogId = Hex(id);
    Ok(Tail {
        log,
        next,
        chain: ChainValue::genesis(log),
    })
}

/// What a last segment holds.
struct Scan {
    /// It has no whole first record, and nothing but that.
    is_stillborn: bool,
    /// `None` when there is no header.
    tail: Option<Tail>,
    began: Time,
    /// Where its last whole record ends.
    end: u64,
    /// What follows is a record that was not written to its end.
    is_cut: bool,
    wrong: Vec<(u64, String)>,
    last_head: Option<Head>,
    /// The chain's value at the kept head's record.
    at_kept: Option<ChainValue>,
}

impl Scan {
    fn of(segment: &SegmentPath, kept: Option<&Head>) -> io::Result<Self> {
        let mut scan = Self {
            is_stillborn: false,
            tail: None,
            began: Time::from_millis(0),
            end: 0,
            is_cut: false,
            wrong: Vec::new(),
            last_head: None,
            at_kept: None,
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
                scan.last_head = Some(head);
            }
            if kept.is_some_and(|kept| kept.sequence == sequence) {
                scan.at_kept = Some(record.chain);
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

/// The most places of a segment that its opening tells.
const WRONG_MAX: usize = 8;
