//! The audit log: one CloudTrail-shaped record of every verified API call, whatever came of it, in a
//! hash chain with signed heads. Source: CloudTrail User Guide, "CloudTrail record contents for
//! management, data, and network activity events".
//!
//! **Exactly one record a call.**
//!
//! - An operation that changes rows hands its batch to [`commit`], which puts the record into that
//!   same batch: there is no change without its record. The row's key is made from the call alone.
//! - The front door hands *every* call to [`Log::record`] before it answers. What changed nothing is
//!   appended to the log's files; of a change, the committed row is, with the failure that may have
//!   come after it (`additionalEventData.changeCommitted`). Rows that are in the chain leave the
//!   store; what a crash left there is linked at the next start.
//!
//! **Tamper-evident.** Each record carries SHA-256 over the one before it and itself ([`segment`]).
//! Every few seconds the chain's value is signed ([`head`]) by a key that is wrapped under the seal.
//! [`verify()`] needs the folder only, and the public key that its reader kept elsewhere.

mod anchor;
mod appender;
mod chain;
mod counters;
mod disk;
mod folder;
pub mod head;
mod key;
mod log;
mod pace;
mod reckoning;
mod record;
mod recovery;
mod retention;
mod rows;
mod scan;
mod search;
pub mod segment;
mod starts;
mod verify;
mod writer;

use store::{Batch, CommitError, Revision, Store};
use types::Call;

pub use anchor::{KnownLog, LOGS_MAX, Machine, STANDS_STILL, known_logs};
pub use appender::{HEAD_EVERY, HEAD_EVERY_RECORDS, SEGMENT_AGE_MAX};
pub use chain::{ChainValue, Hex, HexError, KeyId, Kind, LogId};
pub use disk::{Disk, RealDisk, SegmentFile};
pub use folder::{Folder, SegmentPath, chain_at, last_signed_head};
pub use head::{Head, PublicKey};
pub use log::{ANCHOR_EVERY, AuditError, Config, Log, Parts, SEGMENT_BYTES_MAX};
pub use reckoning::{CLOCK_DOUBTED, CLOCK_DOUBTED_FOR, CLOCK_LEAP_MAX, CLOCK_LEAP_REGAINED};
pub use record::{
    ERROR_MESSAGE_BYTES_MAX, EVENT_VERSION, Outcome, PARAMETERS_BYTES_MAX, is_read_only, render,
};
pub use recovery::{CLOSED, DAMAGED, MISSING, OPENED, OpenError};
pub use retention::{RETIRED, Retention};
pub use search::{Filter, Found, search};
pub use starts::{Adopted, CRASH_CALLS_MAX};
pub use verify::{Begin, Bound, FINDINGS_MAX, Finding, Range, Report, WARNINGS_MAX, verify};
pub use writer::{GATHER, GROUP_BYTES_MAX, GROUP_RECORDS_MAX, QUEUE_BYTES_MAX, QUEUE_CALLS_MAX};

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
    debug_assert!(
        !is_read_only(&call.operation),
        "{} changes rows, though by its name it only reads",
        call.operation
    );
    let text = render(call, &Outcome::Success);
    batch.put(rows::key(call), text);
    store.commit(batch).await
}
