//! How much of the log is kept. A segment goes as a whole, oldest first, and not before the log
//! itself says so in a record: what is missing without one was taken by somebody else.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;
use types::Time;

use super::chain::Kind;
use super::folder::{Folder, SegmentPath};
use super::log::Shared;
use super::record;

/// The event by which a log says that it gave up its first records.
pub const RETIRED: &str = "AuditSegmentsRetired";

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
    if !shared.signs.load(Ordering::Relaxed) {
        return;
    }
    let (config, now) = (shared.config.clone(), shared.clock.now());
    let folder = Folder::at(&config.folder);
    let looked = {
        let folder = folder.clone();
        tokio::task::spawn_blocking(move || due(&folder, config.retention, now)).await
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

/// The segments that are past their retention, and the last record in them. The last segment stays.
fn due(
    folder: &Folder,
    retention: Retention,
    now: Time,
) -> io::Result<Option<(Vec<SegmentPath>, u64)>> {
    let segments = folder.segments()?;
    let mut bytes: u64 = segments.iter().map(|segment| segment.bytes).sum();
    let mut due = Vec::new();
    let mut through = 0;
    for pair in segments.windows(2) {
        let [segment, next] = pair else {
            break;
        };
        let is_old = match retention.keep {
            Some(keep) => next.begun().is_some_and(|began| now.since(began) > keep),
            None => false,
        };
        let is_beyond = retention.bytes_max.is_some_and(|max| bytes > max);
        if !is_old && !is_beyond {
            break;
        }
        bytes -= segment.bytes;
        through = next.first - 1;
        due.push(segment.clone());
    }
    Ok((!due.is_empty()).then_some((due, through)))
}
