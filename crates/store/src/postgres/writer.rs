//! The writer: the one task of this process that commits, many batches to a transaction.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::time::{sleep, timeout};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error};

use crate::group::{self, Pending, Plan};
use crate::postgres::error::{explain, is_lost, is_rolled_back};
use crate::postgres::link::{Link, STATEMENT_TIMEOUT};
use crate::postgres::sql::{number, revision};
use crate::stats::Counters;
use crate::{Batch, CommitError, Key, Revision, StoreError};

/// How often a group is tried when the server undoes it for another's sake.
const ATTEMPTS: u32 = 8;

/// The pause before the next try; it doubles.
const PAUSE: Duration = Duration::from_millis(2);

/// Commits of which `btz_change` keeps the changes, for watchers of other processes.
pub(super) const KEPT_COMMITS: u64 = 4_096;

/// Every so many commits the older changes are deleted.
const PRUNE_EVERY: u64 = 256;

/// What the writer needs.
pub(super) struct Writer {
    pub(super) link: Link,
    pub(super) counters: Arc<Counters>,
    /// Tells this process's poller that there is something.
    pub(super) committed: Arc<Notify>,
}

/// How a try failed.
enum Failed {
    /// The server undid it: class 40.
    RolledBack(Error),
    /// It was refused, or lost before the commit was asked for.
    Undone(Error),
    /// There was no answer in time before the commit was asked for.
    Slow,
    /// The answer to the commit was lost.
    Unknown(String),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        if is_rolled_back(&error) {
            Self::RolledBack(error)
        } else {
            Self::Undone(error)
        }
    }
}

impl Writer {
    /// Commits what comes until the store is closed.
    pub(super) async fn run(self, mut queue: mpsc::Receiver<Pending>) {
        while let Some(first) = queue.recv().await {
            let group = group::gather(first, &mut queue);
            let batches: Vec<&Batch> = group.iter().map(|pending| &pending.batch).collect();
            let outcome = self.commit(&batches).await;
            self.committed.notify_one();
            group::answer(group, outcome, &self.counters);
        }
    }

    async fn commit(&self, batches: &[&Batch]) -> Result<Plan, StoreError> {
        let mut reconnected = false;
        let mut attempt = 0;
        loop {
            let client = self.link.client().await?;
            let failed = match attempt_once(&client, batches).await {
                Ok(plan) => return Ok(plan),
                Err(failed) => failed,
            };
            match failed {
                Failed::RolledBack(error) => {
                    attempt += 1;
                    if client.batch_execute("ROLLBACK").await.is_err() {
                        self.link.give_up().await;
                    }
                    if attempt == ATTEMPTS {
                        return contended(batches, &error);
                    }
                    sleep(PAUSE * (1 << attempt)).await;
                }
                // Nothing was committed: a connection that was lost meanwhile may be replaced.
                Failed::Undone(error) => {
                    self.link.give_up().await;
                    if reconnected || !is_lost(&error) {
                        return Err(explain(&error));
                    }
                    reconnected = true;
                }
                Failed::Slow => {
                    self.link.give_up().await;
                    return Err(StoreError::unavailable("PostgreSQL: no answer in time"));
                }
                Failed::Unknown(reason) => {
                    self.link.give_up().await;
                    return Err(StoreError::Indeterminate { reason });
                }
            }
        }
    }
}

/// What is answered when the server undid every try: who expects something may read again.
fn contended(batches: &[&Batch], error: &Error) -> Result<Plan, StoreError> {
    if batches.iter().any(|batch| batch.expect.is_empty()) {
        return Err(explain(error));
    }
    let conflict = |batch: &&Batch| {
        let key = batch.expect.first().map(|(key, _)| key.clone());
        Err(CommitError::Conflict {
            key: key.unwrap_or_default(),
        })
    };
    Ok(Plan {
        answers: batches.iter().map(conflict).collect(),
        ..Plan::default()
    })
}

/// One try. Only the commit itself can end in doubt.
async fn attempt_once(client: &Client, batches: &[&Batch]) -> Result<Plan, Failed> {
    let written = timeout(STATEMENT_TIMEOUT, write(client, batches)).await;
    let plan = written.map_err(|_| Failed::Slow)??;
    if plan.commits.is_empty() {
        // Conflicts only. What they were judged by is durable: other commits made it so.
        return Ok(plan);
    }
    match timeout(STATEMENT_TIMEOUT, client.batch_execute("COMMIT")).await {
        Ok(Ok(())) => Ok(plan),
        Ok(Err(error)) if !is_lost(&error) => Err(error.into()),
        Ok(Err(error)) => Err(Failed::Unknown(error.to_string())),
        Err(_) => Err(Failed::Unknown("no answer in time".to_owned())),
    }
}

/// All of a transaction but its commit, in two exchanges: the
/// statements of each travel together.
async fn write(client: &Client, batches: &[&Batch]) -> Result<Plan, Error> {
    let mut keys: Vec<&[u8]> = Vec::new();
    for batch in batches {
        // A row that is only written is not looked at.
        let expected = batch.expect.iter().map(|(key, _)| key);
        keys.extend(
            expected
                .chain(&batch.delete)
                .map(|key| key.as_str().as_bytes()),
        );
    }
    keys.sort_unstable();
    keys.dedup();
    let lock = "SELECT revision FROM btz_head FOR UPDATE";
    let look = "SELECT key, revision FROM btz_row WHERE key = ANY($1)";
    let sought = [(&keys as _, Type::BYTEA_ARRAY)];
    // The lock comes first, so the rows are read as the last commit left them.
    let ((), head, found) = tokio::try_join!(
        biased;
        client.batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED"),
        client.query_typed(lock, &[]),
        client.query_typed(look, &sought),
    )?;
    let head = match head.first() {
        Some(row) => revision(row, 0)?,
        None => Revision(0),
    };
    let mut held = BTreeMap::new();
    for row in &found {
        held.insert(row.try_get::<_, &[u8]>(0)?, revision(row, 1)?);
    }
    let plan = group::plan(head, batches.iter().copied(), |key: &Key| {
        Ok::<_, Error>(held.get(key.as_str().as_bytes()).copied())
    })?;
    if plan.commits.is_empty() {
        client.batch_execute("ROLLBACK").await?;
        return Ok(plan);
    }
    put(client, head, &plan).await?;
    Ok(plan)
}

async fn put(client: &Client, head: Revision, plan: &Plan) -> Result<(), Error> {
    let new_head = plan.head().unwrap_or(head);
    let (mut keys, mut revisions, mut values, mut deleted) = (vec![], vec![], vec![], vec![]);
    for (key, (revision, value)) in &plan.rows {
        let key = key.as_str().as_bytes();
        match value {
            Some(value) => {
                keys.push(key);
                revisions.push(number(*revision));
                values.push(value.as_ref());
            }
            None => deleted.push(key),
        }
    }
    let (mut at, mut changed, mut became) = (vec![], vec![], vec![]);
    for change in plan.commits.iter().flat_map(|(_, changes)| changes) {
        at.push(number(change.revision));
        changed.push(change.key.as_str().as_bytes());
        became.push(change.value.as_deref());
    }
    let pruned = (head.0 / PRUNE_EVERY != new_head.0 / PRUNE_EVERY)
        .then(|| number(Revision(new_head.0.saturating_sub(KEPT_COMMITS))));
    let upsert = "\
        INSERT INTO btz_row (key, revision, value) \
        SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bytea[]) \
        ON CONFLICT (key) DO UPDATE SET revision = EXCLUDED.revision, value = EXCLUDED.value";
    let upserted = [
        (&keys as _, Type::BYTEA_ARRAY),
        (&revisions as _, Type::INT8_ARRAY),
        (&values as _, Type::BYTEA_ARRAY),
    ];
    let tell = "\
        INSERT INTO btz_change (revision, key, value) \
        SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[])";
    let told = [
        (&at as _, Type::INT8_ARRAY),
        (&changed as _, Type::BYTEA_ARRAY),
        (&became as _, Type::BYTEA_ARRAY),
    ];
    let delete = "DELETE FROM btz_row WHERE key = ANY($1)";
    let gone = [(&deleted as _, Type::BYTEA_ARRAY)];
    let prune = "DELETE FROM btz_change WHERE revision <= $1";
    let old = [(&pruned as _, Type::INT8)];
    let advance = "UPDATE btz_head SET revision = $1, pruned = GREATEST(pruned, $2)";
    let new_head = number(new_head);
    let ahead = [(&new_head as _, Type::INT8), (&pruned as _, Type::INT8)];
    tokio::try_join!(
        biased;
        client.query_typed(upsert, &upserted),
        client.query_typed(delete, &gone),
        client.query_typed(tell, &told),
        client.query_typed(prune, &old),
        client.query_typed(advance, &ahead),
    )?;
    Ok(())
}
