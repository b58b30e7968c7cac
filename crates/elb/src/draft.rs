//! A change while it is made: what it reads, what it writes, and its commit.
//!
//! Every commit of a place expects the place's turn row as it was before the change read anything.
//! So what holds between rows (a target group in use is not deleted, a priority is given once)
//! holds whoever else changes something at the same time, in this process or another.

use std::time::Duration;

use store::{Batch, CommitError, Key, Revision};
use types::{Call, ServiceError};

use crate::id::{Place, new_id};
use crate::state::{self, Kept};
use crate::{Elb, exception};

/// How often a change is tried again when another process changed something here.
const ATTEMPTS_MAX: usize = 8;

/// How long the view may take to show what was committed.
const VIEW_TIMEOUT: Duration = Duration::from_secs(5);

/// What a change reads and writes. It does not see its own writes.
pub(crate) struct Draft<'a> {
    pub(crate) elb: &'a Elb,
    pub(crate) place: Place,
    turn: Option<Revision>,
    batch: Batch,
}

impl Draft<'_> {
    /// All rows of a family here, in the order of their ARNs.
    pub(crate) fn all<T: Kept>(&self) -> Result<Vec<T>, ServiceError> {
        self.elb.all_in(&self.place)
    }

    /// The row of an ARN.
    pub(crate) fn find<T: Kept>(&self, arn: &str) -> Result<Option<T>, ServiceError> {
        self.elb.find_in(&self.place, arn)
    }

    /// Writes a row.
    pub(crate) fn put<T: Kept>(&mut self, kept: &T) -> Result<(), ServiceError> {
        let key = self.key(kept)?;
        self.batch.put(key, state::write(kept));
        Ok(())
    }

    /// Deletes a row.
    pub(crate) fn delete<T: Kept>(&mut self, kept: &T) -> Result<(), ServiceError> {
        let key = self.key(kept)?;
        self.batch.delete(key);
        Ok(())
    }

    fn key<T: Kept>(&self, kept: &T) -> Result<Key, ServiceError> {
        state::key_of::<T>(&self.place, kept.arn())
            .ok_or_else(|| exception::internal(format!("{} is no ARN of its kind", kept.arn())))
    }

    /// A new resource's id.
    pub(crate) fn id(&self) -> Result<String, ServiceError> {
        new_id(self.elb.entropy.as_ref()).map_err(exception::internal)
    }
}

impl Elb {
    /// Carries a change out, as the caller of `call`: drafts it, commits it with its audit record,
    /// and waits until this process's view shows it.
    pub(crate) async fn change<T>(
        &self,
        call: &Call,
        mut change: impl FnMut(&mut Draft<'_>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let place = Place::of(call);
        let turn_key = state::turn_key(&place);
        let _turn = self.turn.lock().await;
        for _ in 0..ATTEMPTS_MAX {
            let last = self.catch_up(&turn_key).await?;
            let mut draft = Draft {
                elb: self,
                place: place.clone(),
                turn: last,
                batch: Batch::new(),
            };
            let answer = change(&mut draft)?;
            let Draft {
                turn, mut batch, ..
            } = draft;
            if batch.put.is_empty() && batch.delete.is_empty() {
                return Ok(answer);
            }
            match turn {
                Some(revision) => batch.expect_at(turn_key.clone(), revision),
                None => batch.expect_absent(turn_key.clone()),
            };
            batch.put(turn_key.clone(), call.request_id.to_string());
            match telemetry::audit::commit(self.store.as_ref(), call, batch).await {
                Ok(revision) => {
                    if !self.shows(revision).await {
                        tracing::warn!(%revision, "the view does not show a commit yet");
                    }
                    return Ok(answer);
                }
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(error)) => return Err(exception::store(&error)),
            }
        }
        Err(exception::internal(format!(
            "other processes keep changing load balancers of {} in {}",
            place.account, place.region
        )))
    }

    /// Waits until the view shows what any process has changed here so far, so that a refusal is
    /// never old; answers when that was.
    pub(crate) async fn catch_up(&self, turn_key: &Key) -> Result<Option<Revision>, ServiceError> {
        // Before the rows are read: a change in between is then seen as one.
        let mut changes = self.view.changes();
        let row = self.store.get(turn_key).await;
        let last = row
            .map_err(|error| exception::store(&error))?
            .map(|row| row.revision);
        let caught_up = async {
            loop {
                let shown = self.view.row(turn_key).map(|row| row.revision);
                let behind = match (shown, last) {
                    (Some(shown), Some(last)) => shown < last,
                    (shown, last) => shown != last,
                };
                if !behind || changes.changed().await.is_err() {
                    return;
                }
            }
        };
        match tokio::time::timeout(VIEW_TIMEOUT, caught_up).await {
            Ok(()) => Ok(last),
            Err(_) => Err(exception::internal(format!(
                "the view does not show what the store has at {turn_key} after {} s",
                VIEW_TIMEOUT.as_secs()
            ))),
        }
    }

    /// Waits until the view shows a commit; `false` when it does not in time.
    async fn shows(&self, revision: Revision) -> bool {
        let seen = tokio::time::timeout(VIEW_TIMEOUT, self.view.reached(revision));
        seen.await.is_ok()
    }
}
