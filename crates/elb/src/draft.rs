//! A change while it is made: what it reads, what it writes, and its commit.
//!
//! Every commit of a place expects the place's turn row as it was before the change read anything.
//! So what holds between rows (a target group in use is not deleted, a priority is given once)
//! holds whoever else changes something at the same time, in this process or another.

use std::time::Duration;

use store::{Batch, CommitError, Revision};
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

    fn key<T: Kept>(&self, kept: &T) -> Result<store::Key, ServiceError> {
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
            // What another process changed a moment ago is seen, so that a refusal is never old.
            let row = self.store.get(&turn_key).await;
            let row = row.map_err(|error| exception::store(&error))?;
            let last = row.map(|row| row.revision);
            if let Some(revision) = last
                && !self.shows(revision).await
            {
                return Err(exception::internal(format!(
                    "the view does not show commit {revision} after {} s",
                    VIEW_TIMEOUT.as_secs()
                )));
            }
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

    /// Waits until the view shows a commit; `false` when it does not in time.
    async fn shows(&self, revision: Revision) -> bool {
        let seen = tokio::time::timeout(VIEW_TIMEOUT, self.view.reached(revision));
        seen.await.is_ok()
    }
}
