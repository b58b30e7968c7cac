//! What the store keeps of the log: the last signed head, in a row of its own. The folder alone can
//! be emptied, or exchanged for an older copy of itself; who does that must change the store as well.
//!
//! A row is written before the first call of a run is answered, every minute and at a clean stop,
//! always after its head is durable in the folder: so a log is never behind it by itself.
//!
//! In a store of several machines a row beside it says whose log it is: so a machine whose whole
//! folder is gone, its key too, is told what it had. Who is no longer the same machine looks like a
//! new one, and leaves a log behind whose head stands still: [`known_logs`] lists them.
//!
//! ```text
//! audit-log/LOG      the head
//! audit-machine/LOG  the machine
//! ```

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::{Batch, CommitError, Key, Row, Store, StoreError};

use super::chain::LogId;
use super::head::Head;

/// Rows that are read at a time.
const PAGE_ROWS: usize = 1000;
/// The most logs that are looked at, one for each machine that ever shared the store. A start that
/// reaches it says so in the log.
pub const LOGS_MAX: usize = 20_000;

/// For so long a machine has no call, or its log was lost. One whose head is later may be written by
/// another installation that calls itself the same.
pub const STANDS_STILL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

fn all() -> Key {
    Key::new(["audit-log"])
}

fn machines() -> Key {
    Key::new(["audit-machine"])
}

/// Which machine writes a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The same after its data folder was emptied, and no other machine's.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// The row of one log.
#[derive(Debug, Clone)]
pub(super) struct Anchor {
    pub(super) log: LogId,
    /// `None` when it is no head of that log. Whether it is signed is not looked at.
    pub(super) head: Option<Head>,
    /// Whose it is, where that is known.
    pub(super) machine: Option<Machine>,
}

/// The rows of all logs that the store knows of.
#[derive(Debug)]
pub(super) struct Anchors {
    pub(super) all: Vec<Anchor>,
    /// There are more than are looked at.
    pub(super) are_more: bool,
}

pub(super) async fn read(store: &dyn Store) -> Result<Anchors, StoreError> {
    let (rows, heads_more) = under(store, &all()).await?;
    let (named, machines_more) = under(store, &machines()).await?;
    let mut machines: HashMap<LogId, Machine> = named
        .into_iter()
        .filter_map(|row| Some((log_of(&row)?, serde_json::from_slice(&row.value).ok()?)))
        .collect();
    let anchors = rows.into_iter().filter_map(|row| {
        let log = log_of(&row)?;
        let head = serde_json::from_slice::<Head>(&row.value).ok();
        Some(Anchor {
            log,
            head: head.filter(|head| head.log == log),
            machine: machines.remove(&log),
        })
    });
    Ok(Anchors {
        all: anchors.collect(),
        are_more: heads_more || machines_more,
    })
}

fn log_of(row: &Row) -> Option<LogId> {
    row.key.segments().nth(1)?.parse().ok()
}

/// The rows under a key, and whether there are more than are looked at.
async fn under(store: &dyn Store, prefix: &Key) -> Result<(Vec<Row>, bool), StoreError> {
    let mut rows: Vec<Row> = Vec::new();
    loop {
        let after = rows.last().map(|row| &row.key);
        let wanted = PAGE_ROWS.min(LOGS_MAX - rows.len());
        let page = store.scan(prefix, after, wanted).await?;
        let is_end = page.rows.is_empty() || !page.more;
        rows.extend(page.rows);
        if is_end || rows.len() >= LOGS_MAX {
            return Ok((rows, page.more));
        }
    }
}

/// Keeps a head, and takes out the rows of logs whose loss is told and signed.
pub(super) async fn keep(
    store: &dyn Store,
    head: &Head,
    told: &[LogId],
    machine: Option<&Machine>,
) -> Result<(), CommitError> {
    let mut batch = Batch::new();
    batch.put(all().child(head.log.to_string()), head.to_json());
    if let Some(machine) = machine {
        // Two texts: serde_json cannot fail on them.
        let machine = serde_json::to_vec(machine).unwrap_or_default();
        batch.put(machines().child(head.log.to_string()), machine);
    }
    for log in told.iter().filter(|log| **log != head.log) {
        batch.delete(all().child(log.to_string()));
        batch.delete(machines().child(log.to_string()));
        batch.delete(super::reckoning::key(*log));
    }
    store.commit(batch).await.map(drop)
}

/// A log that a store knows of.
#[derive(Debug, Clone)]
pub struct KnownLog {
    /// Which.
    pub log: LogId,
    /// Whose, where that is known.
    pub machine: Option<Machine>,
    /// Its last head there; whether it is signed was not looked at.
    pub head: Option<Head>,
}

/// The logs that a store knows of, [`LOGS_MAX`] of them at most, and whether there are more. One whose
/// head stands still while its machine is said to run was lost, and another has taken its place.
///
/// # Errors
/// When the store cannot be read.
pub async fn known_logs(store: &dyn Store) -> Result<(Vec<KnownLog>, bool), StoreError> {
    let anchors = read(store).await?;
    let known = anchors.all.into_iter().map(|anchor| KnownLog {
        log: anchor.log,
        machine: anchor.machine,
        head: anchor.head,
    });
    Ok((known.collect(), anchors.are_more))
}
