//! The audit log: one CloudTrail-shaped record of every verified API call, whatever came of it.
//! Source: CloudTrail User Guide, "CloudTrail record contents for management, data, and network
//! activity events".
//!
//! **Exactly one record a call.** The row's key is made from the call alone (account, time, request
//! id), so all who record a call write the same row:
//!
//! - an operation that changes rows hands its batch to [`commit`], which puts the record into that
//!   same batch: there is no change without its record;
//! - the front door hands *every* call to [`Log::record`] before it answers. Where the row is
//!   already there, a success is left as it is, and a failure is written into it beside the fact
//!   that the change stays (`additionalEventData.changeCommitted`).
//!
//! So a mutation that committed and failed afterwards, or whose commit ended in doubt, has one
//! record that says both.

mod history;
mod log;
mod record;

use store::{Batch, CommitError, Key, Revision, Store};
use types::{AccountId, Call, RequestId, Time};

pub use history::{
    PURGE_ROWS_MAX, Page, Position, PositionError, RETENTION, StoredRecord, lookup, purge,
};
pub use log::{AuditError, GROUP_BYTES_MAX, GROUP_CALLS_MAX, Log, QUEUE_CALLS_MAX};
pub use record::{
    ERROR_MESSAGE_BYTES_MAX, EVENT_VERSION, Outcome, PARAMETERS_BYTES_MAX, is_read_only,
};

/// Commits a change together with its audit record: both or neither.
///
/// # Errors
/// As [`Store::commit`]; nothing was changed then, or (when the store is out of reach) it is not
/// known, and [`Log::record`] finds out.
pub async fn commit(
    store: &dyn Store,
    call: &Call,
    mut batch: Batch,
) -> Result<Revision, CommitError> {
    let text = record::render(call, &Outcome::Success);
    batch.put(key(call), text);
    store.commit(batch).await
}

/// The row of a call's record. Later times come first, since readers want the newest first.
fn key(call: &Call) -> Key {
    row_key(call.account(), call.time, call.request_id)
}

/// Rows of an account's records.
fn prefix(account: AccountId) -> Key {
    Key::new(["audit", &account.to_string()])
}

fn row_key(account: AccountId, time: Time, request_id: RequestId) -> Key {
    prefix(account)
        .child(inverted(time))
        .child(request_id.to_string())
}

/// A key between the records of `time` and those of the millisecond before it.
fn after(account: AccountId, time: Time) -> Key {
    // `~` orders behind the `/` that follows the digits in a record's key.
    prefix(account).child(format!("{}~", inverted(time)))
}

/// Milliseconds down from the year 2286, thirteen digits: what is later orders first.
fn inverted(time: Time) -> String {
    format!("{:013}", MILLIS_MAX - time.as_millis().clamp(0, MILLIS_MAX))
}

/// The time that [`inverted`] was made from.
fn upright(digits: &str) -> Option<Time> {
    digits
        .parse::<i64>()
        .ok()
        .map(|millis| Time::from_millis(MILLIS_MAX - millis))
}

const MILLIS_MAX: i64 = 9_999_999_999_999;
