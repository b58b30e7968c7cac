//! How much of the log is kept. A segment goes as a whole, oldest first, and not before the log
//! itself says so in a record: what is missing without one was taken by somebody else.

use std::io;
use std::sync::PoisonError;
use std::time::Duration;

use serde_json::json;
use types::Time;

use super::chain::Kind;
use super::folder::{Folder, SegmentPath};
use super::head::{Head, PublicKey};
use super::log::{Config, Shared};
use super::record;
use super::scan::signed_head;
use super::segment::RECORD_BYTES_MAX;
use super::writer::GROUP_BYTES_MAX;

/// The event by which a log says that it gave up its first records.
pub const RETIRED: &str = "AuditSegmentsRetired";

/// By so much a segment may be longer than its limit: its header and heads, and a record that is
/// longer than a group.
const SEGMENT_BYTES_MORE: u64 = 2 * RECORD_BYTES_MAX as u64;

/// What is kept of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// How long records are kept at least, and hardly longer; `None` keeps them for ever.
    pub keep: Option<Duration>,
    /// How many bytes are kept at most; `None` sets no limit. Who can make many calls can make
    /// older records go by it.
    pub bytes_max: Option<u64>,
}

impl Default for Retention {
    /// A year, however much it is: a flood of calls must not wash evidence away.
    fn default() -> Self {
        Self {
            keep: Some(Duration::from_secs(365 * 24 * 60 * 60)),
            bytes_max: None,
        }
    }
}

/// Deletes what is past its retention. Nothing goes while nothing can be signed.
pub(super) async fn retire(shared: &Shared) {
    let key = *shared.key.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(key) = key else {
        return;
    };
    let (mut config, now) = (shared.config.clone(), shared.clock.now());
    // By one reading: a clock that is put right between two would have what it said before believed.
    if shared.doubts_the_clock(now).await {
        config.retention.keep = None;
    }
    let folder = Folder::at(&config.folder);
    let looked = {
        let folder = folder.clone();
        tokio::task::spawn_blocking(move || due(&folder, &config, key, now)).await
    };
    let (segments, through) = match looked {
        Ok(Ok(Some(due))) => due,
        Ok(Ok(None)) => return,
        Ok(Err(error)) => {
            tracing::warn!(%error, "audit: the segments cannot be read for their retention");
            return;
        }
        Err(_) => return,
    };
    let details = json!({
        "throughSequence": through,
        "segments": segments.iter().map(SegmentPath::name).collect::<Vec<_>>(),
    });
    let told = shared.append(Kind::Event, record::event(RETIRED, now, &details), None);
    if let Err(error) = told.await {
        tracing::warn!(%error, "audit: old segments stay until the log can say that they go");
        return;
    }
    let count = segments.len() as u64;
    let deleted = tokio::task::spawn_blocking(move || -> io::Result<()> {
        for segment in segments {
            std::fs::remove_file(&segment.path)?;
        }
        folder.sync()
    });
    match deleted.await {
        Ok(Ok(())) => shared.counters.retired.add(count),
        Ok(Err(error)) => tracing::warn!(%error, "audit: an old segment cannot be deleted"),
        Err(_) => {}
    }
}

/// The segments that are past their retention, and the last record in them. The last segment stays,
/// and so does what no head of our own is over. Anybody who can write the files can write a time or
/// a length: how old records are is said by a head over them that our own key has signed.
fn due(
    folder: &Folder,
    config: &Config,
    key: PublicKey,
    now: Time,
) -> io::Result<Option<(Vec<SegmentPath>, u64)>> {
    let segments = folder.segments()?;
    // No segment of ours is longer: a file that was made longer washes nothing away.
    let bytes_max = config.segment_bytes_max.max(GROUP_BYTES_MAX as u64) + SEGMENT_BYTES_MORE;
    let bytes_of = |segment: &SegmentPath| segment.bytes.min(bytes_max);
    let mut bytes: u64 = segments.iter().map(bytes_of).sum();
    let mut due = Vec::new();
    let mut through = 0;
    let mut over: Option<Head> = None;
    for (at, pair) in segments.windows(2).enumerate() {
        let [segment, next] = pair else {
            break;
        };
        let Some(last) = next.first.checked_sub(1) else {
            break;
        };
        if over.as_ref().is_none_or(|head| head.sequence < last) {
            over = None;
            for later in segments.iter().skip(at + 1) {
                over = signed_head(later, &[key], true)?;
                if over.is_some() {
                    break;
                }
            }
        }
        let Some(head) = over.as_ref().filter(|head| head.sequence >= last) else {
            break;
        };
        let keep = config.retention.keep;
        let is_past = |head: &Head| keep.is_some_and(|keep| now.since(head.time) > keep);
        let mut is_old = is_past(head);
        if is_old && let Some(within) = signed_head(segment, &[key], false)? {
            // A clock that was far behind at a start signed what is over it: it was not old before.
            is_old = is_past(&within);
        }
        let is_beyond = config.retention.bytes_max.is_some_and(|max| bytes > max);
        if !is_old && !is_beyond {
            break;
        }
        bytes -= bytes_of(segment);
        through = last;
        due.push(segment.clone());
    }
    Ok((!due.is_empty()).then_some((due, through)))
}
