//! Opening a log: where it ends, and what a crash or somebody else did to that end.
//!
//! A record that was not written to its end is cut off: its call was never answered. Whatever else
//! does not verify is left as it is and told: the log goes on in a new segment, whose first records
//! say so, and `btz audit verify` finds the place for as long as it is kept. Calls go on: who can
//! change these files could stop them anyway, and what is recorded from now on verifies.
//!
//! A start signs what it finds, so it says what that was: `AuditLogOpened` has the last record that
//! our own key had signed before, and nothing is signed before that is written. What is gone and
//! would be seen nowhere else (the whole log, or records that were exchanged for others) is told by
//! `AuditRecordsMissing`.

use std::io;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use types::{Clock, Entropy, EntropyError, KeyWrap, KeyWrapError, Time};

use super::anchor::{Anchors, LOGS_MAX, Machine, STANDS_STILL};
use super::appender::{Appender, Ground, Tail, Unsettled};
use super::chain::{ChainValue, Hex, LogId};
use super::disk::Disk;
use super::folder::{Folder, chain_at};
use super::head::{Head, PublicKey};
use super::key::HeadKey;
use super::record;
use super::scan::{Scan, signed_head};

/// The first thing that a log says of a start.
pub const OPENED: &str = "AuditLogOpened";
/// The last thing that it says at a clean stop: nothing follows it but a start.
pub const CLOSED: &str = "AuditLogClosed";
/// What was signed once is gone, and no place in the log shows it.
pub const MISSING: &str = "AuditRecordsMissing";
/// Something does not verify; `verify` finds the place while it is kept.
pub const DAMAGED: &str = "AuditLogDamaged";

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
    /// What the store keeps of logs.
    pub(super) anchors: Anchors,
    /// Whether some of those are other machines'.
    pub(super) store_is_shared: bool,
    /// Which machine this is, where that is known.
    pub(super) machine: Option<&'a Machine>,
}

impl Needs<'_> {
    fn failed(&self, error: io::Error) -> OpenError {
        OpenError::Io {
            folder: self.folder.display().to_string(),
            error,
        }
    }
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
    /// How many records no head had signed.
    pub(super) adopted: u64,
    pub(super) unsettled: Arc<Unsettled>,
    /// What signs from now on.
    pub(super) key: Option<PublicKey>,
    /// The key bound to this log, to be kept once a signed head is over the events.
    pub(super) binding: Option<Vec<u8>>,
    /// Logs that the events say are missing.
    pub(super) missing: Vec<LogId>,
    /// Which log it is.
    pub(super) log: LogId,
    /// The time of the last head that was signed before.
    pub(super) signed_at: Option<Time>,
}

/// Opens the log of a folder, or makes one.
pub(super) fn open(needs: &Needs<'_>) -> Result<Opened, OpenError> {
    let folder = Folder::at(needs.folder);
    let failed = |error| needs.failed(error);
    folder.make().map_err(failed)?;
    let lock = folder.lock().map_err(failed)?;
    let lock = lock.ok_or_else(|| OpenError::InUse(needs.folder.display().to_string()))?;
    let now = needs.clock.now();
    let mut found = Findings::default();
    let key = head_key(&folder, needs, &mut found)?;
    let end = find_end(&folder, needs, key.as_ref(), &mut found)?;
    let log = end.tail.log;
    if needs.anchors.are_more {
        let reason =
            format!("it has rows of more than {LOGS_MAX} logs: the others are not looked at");
        found.damage("the store", 0, reason);
    }
    let missing = missing_logs(needs, key.as_ref(), log, &mut found);
    let unsettled = Arc::new(Unsettled::default());
    if end.settled < end.tail.next {
        // Until the store was looked at, heads go on saying that rows may be left.
        unsettled.expect(end.settled);
    }
    let binding = match &key {
        Some(key) if key.log != Some(log) => Some(key.bound(needs.wrap, log)),
        _ => None,
    };
    let binding = binding.transpose().map_err(|error| {
        needs.failed(io::Error::other(format!(
            "its key cannot be wrapped: {error}"
        )))
    })?;
    let public = key.as_ref().map(|key| key.signer.public_key());
    let signed = end.signed.as_ref();
    // A head is over what is before its own record.
    let proven = signed.map_or(0, |head| head.sequence + 1);
    let adopted = (end.tail.next - 1).saturating_sub(proven);
    let signed_at = signed.map(|head| head.time);
    let opened = json!({
        "log": log,
        "signedBy": public.map(|key| key.id()),
        "signedThrough": signed
            .map(|head| json!({"sequence": head.sequence, "hash": head.chain})),
    });
    let ground = Ground {
        folder,
        disk: Arc::clone(&needs.disk),
        clock: Arc::clone(&needs.clock),
        signer: key.map(|key| key.signer),
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
    let damages = found.damages.len() + found.missing.len();
    // First: no call lies between a start's first word and the head that is over it.
    let mut events = vec![record::event(OPENED, now, &opened)];
    for (name, details) in found.told() {
        tracing::error!(
            damage = %details,
            folder = %needs.folder.display(),
            "audit: THE LOG DOES NOT VERIFY; it is left as it is and goes on in a new segment: btz audit verify"
        );
        events.push(record::event(name, now, details));
    }
    for cut in &found.cuts {
        tracing::warn!(cut = %cut, "audit: a record that was not written to its end is cut off");
        events.push(record::event("AuditTailCut", now, cut));
    }
    Ok(Opened {
        appender,
        events,
        settled: end.settled,
        damages,
        adopted,
        unsettled,
        key: public,
        binding,
        missing,
        log,
        signed_at,
    })
}

/// What is said at a clean stop.
pub(super) fn closed(now: Time) -> Vec<u8> {
    record::event(CLOSED, now, &json!({}))
}

#[derive(Default)]
struct Findings {
    damages: Vec<Value>,
    missing: Vec<Value>,
    cuts: Vec<Value>,
}

impl Findings {
    fn damage(&mut self, file: &str, offset: u64, reason: impl ToString) {
        let reason = reason.to_string();
        self.damages
            .push(json!({"file": file, "offset": offset, "reason": reason}));
    }

    fn missing(&mut self, log: LogId, through: Option<u64>, reason: &str) {
        self.missing
            .push(json!({"log": log, "throughSequence": through, "reason": reason}));
    }

    fn told(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        let missing = self.missing.iter().map(|details| (MISSING, details));
        missing.chain(self.damages.iter().map(|details| (DAMAGED, details)))
    }
}

/// The key that signs heads, made at first start. Sealed, there is none: what is recorded meanwhile
/// is signed after the next start.
fn head_key(
    folder: &Folder,
    needs: &Needs<'_>,
    found: &mut Findings,
) -> Result<Option<HeadKey>, OpenError> {
    let failed = |error| needs.failed(error);
    let Some(wrapped) = folder.sealed_key().map_err(failed)? else {
        return match HeadKey::generate(needs.wrap, needs.entropy)? {
            Ok((key, wrapped)) => {
                let kept = folder.keep_key(&key.signer.public_key(), &wrapped);
                kept.map_err(failed).map(|()| Some(key))
            }
            Err(error) => {
                tracing::warn!(%error, "audit: heads are not signed");
                Ok(None)
            }
        };
    };
    let key = match HeadKey::open(needs.wrap, &wrapped) {
        Ok(key) => key,
        Err(error) => {
            if !matches!(error, KeyWrapError::Sealed) {
                // Another key would hide that this one was exchanged.
                found.damage("key.sealed", 0, &error);
            }
            tracing::warn!(%error, "audit: heads are not signed");
            return Ok(None);
        }
    };
    let public = key.signer.public_key();
    if folder.public_keys().map_err(failed)?.first() != Some(&public) {
        found.damage("public-key.pem", 0, "it was not that of the key; replaced");
        folder.keep_public_key(&public).map_err(failed)?;
    }
    Ok(Some(key))
}

/// Tells the logs that there should be, and of which this is none: the one that the key has signed, and
/// those that the store knows of. Answers those whose rows go when that is signed: not of one that only
/// the machine's name makes ours and that is written still, by another installation of that name.
fn missing_logs(
    needs: &Needs<'_>,
    key: Option<&HeadKey>,
    log: LogId,
    found: &mut Findings,
) -> Vec<LogId> {
    let bound = key.and_then(|key| key.log).filter(|bound| *bound != log);
    let public = key.map(|key| key.signer.public_key());
    let now = needs.clock.now();
    let mut missing = Vec::new();
    let others = needs.anchors.all.iter();
    for anchor in others.filter(|anchor| anchor.log != log) {
        let head = anchor.head.as_ref();
        let is_ours = |key| head.is_some_and(|head| head.is_signed_by(&key));
        // In a store of several machines, the others' are well where they are.
        let is_by_key = bound == Some(anchor.log) || public.is_some_and(is_ours);
        let is_by_name = |of: &Machine| needs.machine.is_some_and(|this| this.id == of.id);
        let is_by_name = anchor.machine.as_ref().is_some_and(is_by_name);
        if needs.store_is_shared && !is_by_key && !is_by_name {
            continue;
        }
        let through = head.map(|head| head.sequence);
        let is_by_name_alone = needs.store_is_shared && !is_by_key;
        let may_live = head.is_some_and(|head| now.since(head.time) < STANDS_STILL);
        let reason = match (is_by_name_alone, may_live) {
            (true, true) => {
                "the store knows of it as this machine's, and it is not here; its last head is recent: \
                 another installation may have this one's machine id, so its rows stay"
            }
            (true, false) => "the store knows of it as this machine's, and it is not here",
            (false, _) => "the store knows of it, and it is not here",
        };
        found.missing(anchor.log, through, reason);
        if !(is_by_name_alone && may_live) {
            missing.push(anchor.log);
        }
    }
    if let Some(bound) = bound.filter(|bound| !missing.contains(bound)) {
        let reason = "the key in this folder has signed it, and it is not here";
        found.missing(bound, None, reason);
        missing.push(bound);
    }
    missing
}

/// A signed head that was kept elsewhere than in the segments.
struct Kept<'a> {
    /// Where.
    from: &'static str,
    head: &'a Head,
}

/// Where a log ends.
struct End {
    tail: Tail,
    /// The last segment's first record, its bytes and its begin, where the log can go on in it.
    segment: Option<(u64, u64, Time)>,
    settled: u64,
    /// The last head over it that is proven.
    signed: Option<Head>,
}

fn find_end(
    folder: &Folder,
    needs: &Needs<'_>,
    key: Option<&HeadKey>,
    found: &mut Findings,
) -> Result<End, OpenError> {
    let failed = |error| needs.failed(error);
    // What lies in the folder is believed only while our own key is not at hand.
    let keys = match key {
        Some(key) => vec![key.signer.public_key()],
        None => folder.public_keys().map_err(failed)?,
    };
    let is_signed = |head: &Head| keys.iter().any(|key| head.is_signed_by(key));
    let in_file = head_file(folder, key, &is_signed, found).map_err(failed)?;
    let mut kept: Vec<_> = in_file
        .iter()
        .map(|head| Kept {
            from: "head.json",
            head,
        })
        .collect();
    for anchor in &needs.anchors.all {
        if let Some(head) = anchor.head.as_ref().filter(|head| is_signed(head)) {
            let from = "the store's row of the log";
            kept.push(Kept { from, head });
        }
    }
    let numbers: Vec<_> = kept.iter().map(|kept| kept.head.sequence).collect();
    let mut segments = folder.segments().map_err(failed)?;
    let mut scan = None;
    while let Some(segment) = segments.pop() {
        let scanned = Scan::of(&segment, &numbers, &keys).map_err(failed)?;
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
    let last_kept = kept
        .iter()
        .map(|kept| kept.head)
        .max_by_key(|head| head.sequence);
    let Some((segment, scan)) = scan else {
        return all_is_gone(&kept, needs.entropy, found);
    };
    let name = segment.name();
    for (offset, reason) in &scan.wrong {
        found.damage(&name, *offset, reason);
    }
    if let Some(last) = &scan.last_head
        && last.signed.is_some()
        && !is_signed(last)
    {
        found.damage(&name, 0, "the signature of its last head does not hold");
    }
    let settled = scan
        .last_head
        .as_ref()
        .map_or(segment.first, |head| head.settled);
    let (Some(mut tail), Some((first, before))) = (scan.tail, scan.begin) else {
        // Not even its header: where the chain was is known by a kept head only.
        let tail = match last_kept {
            Some(kept) => after(kept),
            None => new_log(needs.entropy, segment.first + 1)?,
        };
        return Ok(End {
            tail,
            segment: None,
            settled: segment.first,
            signed: last_kept.cloned(),
        });
    };
    for anchor in &needs.anchors.all {
        let head = anchor.head.as_ref();
        if anchor.log == tail.log && key.is_some() && !head.is_some_and(&is_signed) {
            found.damage(
                "the store",
                0,
                "its row of the log is no head that our key has signed",
            );
        }
    }
    let mut signed = scan.signed;
    let end = tail.next;
    for (kept, at) in kept.iter().zip(&scan.at_kept) {
        let head = kept.head;
        if head.log != tail.log {
            if kept.from == "head.json" {
                found.damage(kept.from, 0, "it is another log's");
            }
            continue;
        }
        let chain = if head.sequence >= end {
            let reason = format!(
                "records {end} to {} are missing: a signed head is over them ({})",
                head.sequence, kept.from
            );
            found.damage(&name, scan.end, reason);
            if head.sequence >= tail.next {
                tail = after(head);
            }
            None
        } else if head.sequence + 1 == first {
            Some(before)
        } else if at.is_none() {
            chain_at(needs.folder, head.sequence).map_err(failed)?
        } else {
            *at
        };
        match chain {
            Some(chain) if chain != head.chain => {
                let reason = "it is not what a signed head is over: it was exchanged";
                found.missing(tail.log, Some(head.sequence), reason);
                let what = format!("record {} is not what a signed head is over", head.sequence);
                found.damage(&name, 0, what);
            }
            Some(_)
                if signed
                    .as_ref()
                    .is_none_or(|one| one.sequence < head.sequence) =>
            {
                signed = Some(head.clone());
            }
            _ => {}
        }
    }
    if signed.is_none() && key.is_none_or(|key| !key.is_new) {
        // A run while sealed, or one that ended before its first head.
        for segment in segments.iter().rev() {
            signed = signed_head(segment, &keys, false).map_err(failed)?;
            if signed.is_some() {
                break;
            }
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
        signed: signed.filter(|head| head.log == tail.log),
    })
}

/// The signed head beside the segments.
fn head_file(
    folder: &Folder,
    key: Option<&HeadKey>,
    is_signed: &dyn Fn(&Head) -> bool,
    found: &mut Findings,
) -> io::Result<Option<Head>> {
    match folder.kept_head() {
        Ok(Some(head)) if is_signed(&head) => return Ok(Some(head)),
        Ok(Some(_)) => found.damage("head.json", 0, "its signature does not hold"),
        // It was there before the key was bound to the log.
        Ok(None) if key.is_some_and(|key| key.log.is_some()) => {
            found.damage("head.json", 0, "it is missing");
        }
        Ok(None) => {}
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            found.damage("head.json", 0, error);
        }
        Err(error) => return Err(error),
    }
    Ok(None)
}

/// No record is there: a new log, or one of which all is missing.
fn all_is_gone(
    kept: &[Kept<'_>],
    entropy: &dyn Entropy,
    found: &mut Findings,
) -> Result<End, OpenError> {
    let last = kept.iter().max_by_key(|kept| kept.head.sequence);
    let tail = match last {
        Some(kept) => {
            let through = kept.head.sequence;
            let reason = format!("all records are missing; a signed head is over {through}");
            found.damage(kept.from, 0, reason);
            after(kept.head)
        }
        None => new_log(entropy, 1)?,
    };
    Ok(End {
        tail,
        segment: None,
        settled: tail.next,
        signed: last.map(|kept| kept.head.clone()),
    })
}

fn after(head: &Head) -> Tail {
    Tail {
        log: head.log,
        next: head.sequence + 1,
        chain: head.chain,
    }
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
