//! The poller: tells this process's watchers what any process committed, by reading the bounded
//! table of changes. Not LISTEN: not every database that speaks the protocol has it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_postgres::types::Type;

use crate::postgres::error::explain;
use crate::postgres::link::Link;
use crate::postgres::sql::{Value, key, number, revision};
use crate::watch::Watchers;
use crate::{Change, Revision, StoreError};

/// Commits read at a time.
const PAGE_COMMITS: u64 = 64;

/// The head and the changes after a commit, as of one moment: one statement sees one snapshot.
const POLL: &str = "\
SELECT h.revision, h.pruned, c.revision, c.key, c.value \
FROM btz_head h LEFT JOIN btz_change c ON c.revision > $1 AND c.revision <= $2 \
ORDER BY c.revision, c.key";

/// What the poller needs.
pub(super) struct Poller {
    pub(super) link: Link,
    pub(super) watchers: Arc<Watchers>,
    pub(super) interval: Duration,
    /// This process committed something.
    pub(super) committed: Arc<Notify>,
    /// The last commit that watchers were told of.
    pub(super) told: Revision,
}

impl Poller {
    /// Polls until it is aborted.
    pub(super) async fn run(mut self) {
        let mut failing = false;
        loop {
            let more = match self.poll().await {
                Ok(more) => {
                    if failing {
                        tracing::info!("watchers are told of commits again");
                        self.watchers.committed(self.told, &[]);
                    }
                    failing = false;
                    more
                }
                Err(error) => {
                    if !failing {
                        tracing::warn!(%error, "watchers are not told of commits");
                        self.watchers.failed(&error);
                    }
                    failing = true;
                    false
                }
            };
            if !more {
                // Either will do: time passed, or something was committed here.
                drop(timeout(self.interval, self.committed.notified()).await);
            }
        }
    }

    /// Tells of some commits; answers whether there are more.
    async fn poll(&mut self) -> Result<bool, StoreError> {
        let upto = Revision(self.told.0 + PAGE_COMMITS);
        let (from, to) = (number(self.told), number(upto));
        let rows = self.link.read(|client| async move {
            let bounds = [(&from as _, Type::INT8), (&to as _, Type::INT8)];
            client.query_typed(POLL, &bounds).await
        });
        let rows = rows.await?;
        let first = rows.first();
        let first = first.ok_or_else(|| StoreError::corrupt("PostgreSQL: btz_head is empty"))?;
        let head = revision(first, 0).map_err(|error| explain(&error))?;
        let pruned = revision(first, 1).map_err(|error| explain(&error))?;
        // Pruned: this process was away for long. A lower head: the database was restored.
        if pruned > self.told || head < self.told {
            self.watchers.lagged();
            self.watchers.committed(head, &[]);
            self.told = head;
            return Ok(false);
        }
        let mut commit = Vec::new();
        for row in &rows {
            let Some(change) = change(row)? else { continue };
            if commit
                .last()
                .is_some_and(|last: &Change| last.revision != change.revision)
            {
                self.tell(&commit);
                commit.clear();
            }
            commit.push(change);
        }
        self.tell(&commit);
        let upto = upto.min(head);
        if upto > self.told {
            self.watchers.committed(upto, &[]);
            self.told = upto;
        }
        Ok(upto < head)
    }

    fn tell(&mut self, commit: &[Change]) {
        if let Some(last) = commit.last() {
            self.watchers.committed(last.revision, commit);
            self.told = last.revision;
        }
    }
}

fn change(row: &tokio_postgres::Row) -> Result<Option<Change>, StoreError> {
    let columns = || {
        let at: Option<i64> = row.try_get(2)?;
        let key: Option<&[u8]> = row.try_get(3)?;
        let value: Option<Value> = row.try_get(4)?;
        Ok::<_, tokio_postgres::Error>((at, key, value))
    };
    match columns().map_err(|error| explain(&error))? {
        (Some(at), Some(encoded), value) => Ok(Some(Change {
            key: key(encoded)?,
            revision: Revision(u64::try_from(at).unwrap_or(0)),
            value: value.map(|value| value.0),
        })),
        _ => Ok(None),
    }
}
