//! A change while it is made: rows that it read and expects, rows that it writes, and its commit.

use std::time::Duration;

use store::{Batch, CommitError, Key as StoreKey, Revision};
use types::{Call, ServiceError, Time};

use crate::exception;
use crate::key::Key;
use crate::place::Place;
use crate::service::Kms;
use crate::state::{self, KeyRow};

/// How often a change is tried again when another process changed the same.
const ATTEMPTS_MAX: usize = 8;

/// How long the view may take to show what was committed.
const VIEW_TIMEOUT: Duration = Duration::from_secs(5);

/// What a change writes.
pub(crate) struct Draft {
    pub(crate) batch: Batch,
    pub(crate) now: Time,
}

impl Draft {
    /// Writes a key.
    pub(crate) fn put_key(
        &mut self,
        place: &Place,
        key_id: &str,
        row: &KeyRow,
    ) -> Result<(), ServiceError> {
        self.batch
            .put(state::key(place, key_id), state::write(row)?);
        Ok(())
    }
}

impl Kms {
    /// Makes rows: `make` drafts them, what must not be there yet is expected to be absent.
    pub(crate) async fn create<T>(
        &self,
        call: &Call,
        make: impl FnOnce(&mut Draft) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let mut draft = self.draft();
        let answer = make(&mut draft)?;
        match self.commit(call, draft.batch).await {
            Ok(()) => Ok(answer),
            Err(Some(error)) => Err(error),
            Err(None) => Err(exception::already_exists(
                "It was made by another call just now.",
            )),
        }
    }

    /// Changes a key, as it is in the store now: `change` reads it and drafts what to write. It is
    /// called again when another process changed the key meanwhile.
    pub(crate) async fn change<T>(
        &self,
        call: &Call,
        (place, key_id): (&Place, &str),
        mut change: impl FnMut(&Key, &mut Draft) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let at = state::key(place, key_id);
        let _turn = self.turn.lock().await;
        for _ in 0..ATTEMPTS_MAX {
            let row = self.store.get(&at).await;
            let row = row.map_err(|error| exception::store(&error))?;
            let row = row.ok_or_else(|| exception::no_such_key(place.key_arn(key_id).as_str()))?;
            self.catch_up(row.revision).await?;
            let key = Key::of(&row)?;
            let mut draft = self.draft();
            let answer = change(&key, &mut draft)?;
            if draft.batch.put.is_empty() && draft.batch.delete.is_empty() {
                return Ok(answer);
            }
            draft.batch.expect_at(at.clone(), row.revision);
            match self.commit(call, draft.batch).await {
                Ok(()) => return Ok(answer),
                Err(Some(error)) => return Err(error),
                Err(None) => {}
            }
        }
        Err(exception::internal(format!(
            "other processes keep changing {}",
            place.key_arn(key_id)
        )))
    }

    /// Changes the custom key stores of a place, or the keys in them: no other such change comes
    /// between what `change` reads of the view and the commit.
    pub(crate) async fn change_stores<T>(
        &self,
        call: &Call,
        place: &Place,
        mut change: impl FnMut(&mut Draft) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let at = state::stores_of(place);
        let _turn = self.turn.lock().await;
        for _ in 0..ATTEMPTS_MAX {
            let row = self.store.get(&at).await;
            let row = row.map_err(|error| exception::store(&error))?;
            if let Some(row) = &row {
                self.catch_up(row.revision).await?;
            }
            let mut draft = self.draft();
            let answer = change(&mut draft)?;
            match &row {
                Some(row) => draft.batch.expect_at(at.clone(), row.revision),
                None => draft.batch.expect_absent(at.clone()),
            };
            draft.batch.put(at.clone(), call.request_id.to_string());
            match self.commit(call, draft.batch).await {
                Ok(()) => return Ok(answer),
                Err(Some(error)) => return Err(error),
                Err(None) => {}
            }
        }
        Err(exception::internal(
            "other processes keep changing the custom key stores",
        ))
    }

    fn draft(&self) -> Draft {
        Draft {
            batch: Batch::new(),
            now: self.clock.now(),
        }
    }

    /// Commits with the call's audit record and waits until the view shows it. `Err(None)` when
    /// something that was expected does not hold.
    async fn commit(&self, call: &Call, batch: Batch) -> Result<(), Option<ServiceError>> {
        match telemetry::audit::commit(self.store.as_ref(), call, batch).await {
            Ok(revision) => {
                if let Err(error) = self.catch_up(revision).await {
                    // It is committed; only what this process reads may be old for a moment.
                    tracing::warn!(%error, "kms: the view does not show a commit yet");
                }
                Ok(())
            }
            Err(CommitError::Conflict { .. }) => Err(None),
            Err(CommitError::Store(error)) => Err(Some(exception::store(&error))),
        }
    }

    /// Waits until the view shows a commit.
    pub(crate) async fn catch_up(&self, revision: Revision) -> Result<(), ServiceError> {
        let reached = self.keyring.view.reached(revision);
        match tokio::time::timeout(VIEW_TIMEOUT, reached).await {
            Ok(()) => Ok(()),
            Err(_) => Err(exception::internal(format!(
                "the view does not show commit {revision} after {} s",
                VIEW_TIMEOUT.as_secs()
            ))),
        }
    }

    /// The revision of a row in the view, to expect it in a batch.
    pub(crate) fn seen(&self, at: &StoreKey) -> Option<Revision> {
        self.keyring
            .view
            .read(|rows| rows.get(at).map(|row| row.revision))
    }
}
