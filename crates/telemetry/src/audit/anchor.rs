//! What the store keeps of the log: the last signed head, in a row of its own. The folder alone can
//! be emptied, or exchanged for an older copy of itself; who does that must change the store as well.
//!
//! A row is written before the first call of a run is answered, every minute and at a clean stop,
//! always after its head is durable in the folder: so a log is never behind it by itself.

use store::{Batch, CommitError, Key, Store, StoreError};

use super::chain::LogId;
use super::head::Head;

/// The most rows that are looked at: one for each machine that shares the store.
pub(super) const ANCHORS_MAX: usize = 1000;

fn all() -> Key {
    Key::new(["audit-log"])
}

/// The row of one log.
#[derive(Debug, Clone)]
pub(super) struct Anchor {
    pub(super) log: LogId,
    /// `None` when it is no head of that log. Whether it is signed is not looked at.
    pub(super) head: Option<Head>,
}

/// The rows of all logs that the store knows of.
pub(super) async fn read(store: &dyn Store) -> Result<Vec<Anchor>, StoreError> {
    let page = store.scan(&all(), None, ANCHORS_MAX).await?;
    let rows = page.rows.into_iter().filter_map(|row| {
        let log: LogId = row.key.segments().nth(1)?.parse().ok()?;
        let head = serde_json::from_slice::<Head>(&row.value).ok();
        let head = head.filter(|head| head.log == log);
        Some(Anchor { log, head })
    });
    Ok(rows.collect())
}

/// Keeps a head, and takes out the rows of logs whose loss is told and signed.
pub(super) async fn keep(
    store: &dyn Store,
    head: &Head,
    told: &[LogId],
) -> Result<(), CommitError> {
    let mut batch = Batch::new();
    batch.put(all().child(head.log.to_string()), head.to_json());
    for log in told.iter().filter(|log| **log != head.log) {
        batch.delete(all().child(log.to_string()));
    }
    store.commit(batch).await.map(drop)
}
