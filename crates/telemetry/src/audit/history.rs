//! Reading the audit log by time, newest first, and forgetting what is past its retention.
//! Source: CloudTrail API Reference, LookupEvents ("the last 90 days", newest first).

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use store::{Batch, CommitError, Key, Store, StoreError};
use types::{AccountId, RequestId, Time};

use super::{prefix, row_key, upright};

/// How long records are kept: the 90 days of CloudTrail's event history.
pub const RETENTION: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// The most rows that one [`purge`] deletes.
pub const PURGE_ROWS_MAX: usize = 1000;

/// A record's place in the order of its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// When the call came in, to the millisecond.
    pub time: Time,
    /// The call's request id.
    pub request_id: RequestId,
}

/// As a paging token: milliseconds and request id.
impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.time.as_millis(), self.request_id)
    }
}

/// A text that is no paging token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no token that an earlier page answered")]
pub struct PositionError;

impl FromStr for Position {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (millis, request_id) = text.split_once('.').ok_or(PositionError)?;
        Ok(Self {
            time: Time::from_millis(millis.parse().map_err(|_| PositionError)?),
            request_id: request_id.parse().map_err(|_| PositionError)?,
        })
    }
}

/// One record as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Where it lies.
    pub position: Position,
    /// The record, one JSON object (`CloudTrailEvent` of LookupEvents).
    pub text: String,
}

/// Some records, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The records.
    pub records: Vec<StoredRecord>,
    /// What to give as `after` for the next page; `None` on the last.
    pub next: Option<Position>,
}

/// Up to `limit` records of an account from `from` to `until`, both included, newest first.
/// `after` is the `next` of the page before. A page may be shorter than asked for.
///
/// # Errors
/// When the store cannot be read.
pub async fn lookup(
    store: &dyn Store,
    account: AccountId,
    from: Time,
    until: Time,
    after: Option<Position>,
    limit: usize,
) -> Result<Page, StoreError> {
    let later = super::after(account, until.plus(Duration::from_millis(1)));
    let start = match after {
        Some(after) => later.max(row_key(account, after.time, after.request_id)),
        None => later,
    };
    let page = store.scan(&prefix(account), Some(&start), limit).await?;
    let mut records = Vec::new();
    for row in page.rows {
        let Some(position) = position(&row.key) else {
            continue;
        };
        if position.time < from {
            return Ok(Page {
                records,
                next: None,
            });
        }
        let text = String::from_utf8_lossy(&row.value).into_owned();
        records.push(StoredRecord { position, text });
    }
    let last = records.last().map(|record| record.position);
    Ok(Page {
        records,
        next: last.filter(|_| page.more),
    })
}

/// Deletes up to [`PURGE_ROWS_MAX`] records that are older than [`RETENTION`] and answers whether
/// there may be more: call it again then.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn purge(store: &dyn Store, account: AccountId, now: Time) -> Result<bool, CommitError> {
    let border = super::after(account, now.minus(RETENTION));
    let page = store
        .scan(&prefix(account), Some(&border), PURGE_ROWS_MAX)
        .await?;
    if page.rows.is_empty() {
        return Ok(false);
    }
    let mut batch = Batch::new();
    for row in page.rows {
        batch.delete(row.key);
    }
    store.commit(batch).await?;
    Ok(page.more)
}

fn position(key: &Key) -> Option<Position> {
    let mut segments = key.segments().skip(2);
    let time = upright(&segments.next()?)?;
    Some(Position {
        time,
        request_id: segments.next()?.parse().ok()?,
    })
}
