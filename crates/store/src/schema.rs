//! Migrations: bringing a component's rows from the form of an older version of this program to
//! that of this one, stepwise, on any engine. (An engine's own tables have their own version, see
//! `redb::format` and `postgres::format`.)
//!
//! The row `schema/COMPONENT` says how many steps were taken, and how far the next one came: a
//! migration that was killed goes on where it was, and of two processes that migrate at the same
//! time each page is done by one.

use bytes::Bytes;

use crate::{Batch, CommitError, Key, Row, Store, StoreError};

/// Rows looked at for one batch.
const PAGE_ROWS: usize = 256;

/// Bytes after which a batch is committed before its page is done: rows may grow.
const BATCH_BYTES: usize = 4 << 20;

/// Conflicts with others in a row before giving up.
const ATTEMPTS: usize = 100;

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rewrite {
    /// It is well as it is.
    Keep,
    /// It has a new value.
    Put(Bytes),
    /// It has a new key. One that is under the same prefix and orders later is given to the same
    /// step again.
    Move(Key, Bytes),
    /// It is no longer needed.
    Delete,
}

/// One step of a component's schema: what is done to each row under a prefix.
#[derive(Debug, Clone)]
pub struct MigrationStep {
    /// What it does, for the log.
    pub what: &'static str,
    /// The rows it is about.
    pub prefix: Key,
    /// Looks at one row. An error stops the migration: the row is not what it should be.
    pub rewrite: fn(&Row) -> Result<Rewrite, String>,
}

/// Takes those of a component's `steps` that its rows have not seen yet. Steps are only ever
/// added at the end.
///
/// # Errors
/// [`StoreError::Newer`] when the rows have seen more steps than there are,
/// [`StoreError::Corrupt`] when a row is not what a step expects, and what the engine says.
pub async fn migrate(
    store: &dyn Store,
    component: &str,
    steps: &[MigrationStep],
) -> Result<(), StoreError> {
    let key = Key::new(["schema", component]);
    let mut conflicts = 0;
    loop {
        let row = store.get(&key).await?;
        let progress = Progress::read(row.as_ref())?;
        let Some(step) = steps.get(progress.taken) else {
            return if progress.taken > steps.len() {
                Err(StoreError::Newer {
                    what: format!("the stored state of {component}"),
                    found: u32::try_from(progress.taken).unwrap_or(u32::MAX),
                    known: u32::try_from(steps.len()).unwrap_or(u32::MAX),
                })
            } else {
                Ok(())
            };
        };
        if progress.after.is_none() {
            tracing::info!(
                component,
                step = progress.taken,
                what = step.what,
                "migrating"
            );
        }
        let mut batch = Batch::new();
        match &row {
            Some(row) => batch.expect_at(key.clone(), row.revision),
            None => batch.expect_absent(key.clone()),
        };
        let next = match take(store, step, &progress, &mut batch).await {
            Ok(next) => next,
            // The row may be of the next form already: another process was faster.
            Err(_) if conflicts < ATTEMPTS && store.get(&key).await? != row => {
                conflicts += 1;
                continue;
            }
            Err(error) => return Err(error),
        };
        batch.put(key.clone(), next.write());
        match store.commit(batch).await {
            Ok(_) => conflicts = 0,
            Err(CommitError::Conflict { .. }) if conflicts < ATTEMPTS => conflicts += 1,
            Err(CommitError::Conflict { key }) => {
                return Err(StoreError::unavailable(format!("{key} keeps changing")));
            }
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
}

/// Adds the rewriting of some rows to the batch; answers the progress that it makes.
async fn take(
    store: &dyn Store,
    step: &MigrationStep,
    progress: &Progress,
    batch: &mut Batch,
) -> Result<Progress, StoreError> {
    let page = store
        .scan(&step.prefix, progress.after.as_ref(), PAGE_ROWS)
        .await?;
    let mut after = None;
    let mut more = page.more;
    for row in page.rows {
        if batch.size_bytes() > BATCH_BYTES {
            more = true;
            break;
        }
        let rewrite = (step.rewrite)(&row)
            .map_err(|reason| StoreError::corrupt(format!("row {}: {reason}", row.key)))?;
        if rewrite != Rewrite::Keep {
            batch.expect_at(row.key.clone(), row.revision);
        }
        match rewrite {
            Rewrite::Keep => {}
            Rewrite::Put(value) => {
                batch.put(row.key.clone(), value);
            }
            Rewrite::Move(to, value) => {
                batch
                    .expect_absent(to.clone())
                    .put(to, value)
                    .delete(row.key.clone());
            }
            Rewrite::Delete => {
                batch.delete(row.key.clone());
            }
        }
        after = Some(row.key);
    }
    Ok(if more {
        Progress {
            taken: progress.taken,
            after,
        }
    } else {
        Progress {
            taken: progress.taken + 1,
            after: None,
        }
    })
}

/// How many steps were taken, and the last row that the next one has seen.
struct Progress {
    taken: usize,
    after: Option<Key>,
}

impl Progress {
    fn read(row: Option<&Row>) -> Result<Self, StoreError> {
        let Some(row) = row else {
            return Ok(Self {
                taken: 0,
                after: None,
            });
        };
        let damaged = || StoreError::corrupt(format!("row {} is no schema version", row.key));
        let text = std::str::from_utf8(&row.value).map_err(|_| damaged())?;
        let (taken, after) = text.split_once('\n').unwrap_or((text, ""));
        Ok(Self {
            taken: taken.parse().map_err(|_| damaged())?,
            after: match after {
                "" => None,
                after => Some(Key::parse(after).map_err(|_| damaged())?),
            },
        })
    }

    fn write(&self) -> String {
        match &self.after {
            None => self.taken.to_string(),
            Some(after) => format!("{}\n{after}", self.taken),
        }
    }
}
