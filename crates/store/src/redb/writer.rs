//! The writer: the one thread that commits, many batches to a flush.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ::redb::{Database, Durability, ReadTransaction, ReadableTable};
use tokio::sync::mpsc;

use crate::group::{self, Pending, Plan};
use crate::redb::error::explain;
use crate::redb::file;
use crate::redb::format::{META, META_REVISION, ROWS};
use crate::redb::shared::Shared;
use crate::{Revision, StoreError};

/// Commits what comes until the store is closed.
pub(super) fn run(shared: &Arc<Shared>, mut queue: mpsc::Receiver<Pending>) {
    while let Some(first) = queue.blocking_recv() {
        let group = group::gather(first, &mut queue);
        let outcome = commit(shared, &group);
        if let Ok(plan) = &outcome {
            for (revision, changes) in &plan.commits {
                shared.committed(*revision, changes);
            }
        }
        group::answer(group, outcome, &shared.counters);
    }
}

/// How far a group came before it failed.
struct Failed {
    error: StoreError,
    /// The last revision of a group whose flush was under way.
    flushing: Option<Revision>,
}

impl<E: Into<::redb::Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self {
            error: explain(error),
            flushing: None,
        }
    }
}

/// Commits a group. redb answers nothing more after an error of its file, so the file is then
/// opened anew; what it holds also tells whether a flush that failed happened after all.
fn commit(shared: &Shared, group: &[Pending]) -> Result<Plan, StoreError> {
    let mut plan = Plan::default();
    let attempt = shared.with(|database| {
        catch_unwind(AssertUnwindSafe(|| write(database, group, &mut plan))).unwrap_or_else(
            |panic| {
                Err(Failed {
                    error: StoreError::corrupt(file::panicked(&*panic)),
                    flushing: None,
                })
            },
        )
    });
    let failed = match attempt {
        Ok(Ok(())) => return Ok(plan),
        Ok(Err(failed)) => failed,
        // The file could not be opened anew last time.
        Err(error) => Failed {
            error,
            flushing: None,
        },
    };
    tracing::error!(error = %failed.error, "a commit failed; opening the store's file anew");
    match (shared.reopen(), failed.flushing) {
        (Ok(held), Some(flushed)) if held >= flushed => Ok(plan),
        (Err(error), Some(_)) => {
            tracing::error!(%error, "the store's file cannot be opened anew");
            Err(StoreError::Indeterminate {
                reason: failed.error.to_string(),
            })
        }
        _ => Err(failed.error),
    }
}

fn write(database: &Database, group: &[Pending], plan: &mut Plan) -> Result<(), Failed> {
    let mut transaction = database.begin_write()?;
    // redb's default, said aloud: a commit that is answered is on the disk.
    transaction.set_durability(Durability::Immediate)?;
    {
        let mut rows = transaction.open_table(ROWS)?;
        let mut meta = transaction.open_table(META)?;
        let head = meta.get(META_REVISION)?.map_or(0, |held| held.value());
        let batches = group.iter().map(|pending| &pending.batch);
        *plan = group::plan(Revision(head), batches, |key| {
            let held = rows.get(key.as_str())?;
            Ok::<_, ::redb::StorageError>(held.map(|held| Revision(held.value().0)))
        })?;
        for (key, (revision, value)) in &plan.rows {
            match value {
                Some(value) => drop(rows.insert(key.as_str(), (revision.0, value.as_ref()))?),
                None => drop(rows.remove(key.as_str())?),
            }
        }
        if let Some(revision) = plan.head() {
            meta.insert(META_REVISION, revision.0)?;
        }
    }
    let Some(revision) = plan.head() else {
        // Conflicts only. What they were judged by is durable: it was committed before.
        transaction.abort()?;
        return Ok(());
    };
    transaction.commit().map_err(|error| Failed {
        error: explain(error),
        flushing: Some(revision),
    })
}

/// The last commit that a reader sees.
pub(super) fn head(transaction: &ReadTransaction) -> Result<Revision, ::redb::Error> {
    let meta = transaction.open_table(META)?;
    let head = meta.get(META_REVISION)?;
    Ok(Revision(head.map_or(0, |held| held.value())))
}
