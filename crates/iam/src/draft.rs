//! A change while it is made: what it reads, what it writes, and its commit.
//!
//! Every commit of an account expects the account's turn row as it was before the change read
//! anything. So what holds between rows (an attached policy is there, names are unique, quotas)
//! holds whoever else changes something at the same time, in this process or another.

use std::sync::Arc;
use std::time::Duration;

use store::{Batch, CommitError, Key, Revision};
use types::{AccountId, Call, ServiceError, Time};

use crate::account::{Account, Filed};
use crate::state::{self, row_key};
use crate::{Iam, exception};

/// How often a change is tried again when another process changed something here.
const ATTEMPTS_MAX: usize = 8;

/// How long the directory may take to show what was committed.
const SHOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// What a change reads and writes. It sees its own writes.
pub(crate) struct Draft<'a> {
    pub(crate) iam: &'a Iam,
    pub(crate) account: Account,
    pub(crate) now: Time,
    batch: Batch,
}

impl Draft<'_> {
    pub(crate) fn id(&self) -> AccountId {
        self.account.id
    }

    /// Writes a row.
    pub(crate) fn put<T: Filed>(&mut self, row: T) -> Result<(), ServiceError> {
        let text = serde_json::to_vec(&row).map_err(exception::internal)?;
        self.batch
            .put(row_key::<T>(self.account.id, &row.key()), text);
        self.account.put(row);
        Ok(())
    }

    /// Deletes a row.
    pub(crate) fn delete<T: Filed>(&mut self, key: &str) {
        // A row that was renamed is deleted under its old name and written under the new one.
        self.batch.delete(row_key::<T>(self.account.id, key));
        self.account.remove::<T>(key);
    }

    /// Deletes when a credential was used last.
    pub(crate) fn forget_use(&mut self, id: &str) {
        self.batch.delete(state::last_used_key(self.account.id, id));
    }

    /// A new unique id.
    pub(crate) fn unique(&self, prefix: &str) -> Result<String, ServiceError> {
        crate::id::unique(prefix, self.iam.entropy.as_ref()).map_err(exception::entropy)
    }
}

impl Iam {
    /// Carries a change of the caller's account out: drafts it, commits it with its audit record,
    /// and waits until this process's directory shows it.
    pub(crate) async fn change<T>(
        &self,
        call: &Call,
        change: impl FnMut(&mut Draft<'_>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.change_in(call.account(), call, change).await
    }

    /// Carries a change of an account out.
    pub(crate) async fn change_in<T>(
        &self,
        account: AccountId,
        call: &Call,
        mut change: impl FnMut(&mut Draft<'_>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let turn_key = state::turn_key(account);
        let _turn = self.turn.lock().await;
        for _ in 0..ATTEMPTS_MAX {
            let (last, read) = self.catch_up(account, &turn_key).await?;
            let mut draft = Draft {
                iam: self,
                account: Account::clone(&read),
                now: call.time,
                batch: Batch::new(),
            };
            if !draft.account.damaged.is_empty() {
                return Err(exception::internal(format!(
                    "rows of {account} cannot be read: {:?}",
                    draft.account.damaged
                )));
            }
            let answer = change(&mut draft)?;
            let mut batch = draft.batch;
            if batch.put.is_empty() && batch.delete.is_empty() {
                return Ok(answer);
            }
            match last {
                Some(revision) => batch.expect_at(turn_key.clone(), revision),
                None => batch.expect_absent(turn_key.clone()),
            };
            batch.put(turn_key.clone(), call.request_id.to_string());
            match telemetry::audit::commit(self.store.as_ref(), call, batch).await {
                Ok(revision) => {
                    if !self.shows(revision).await {
                        tracing::warn!(%revision, "iam: a commit does not show yet");
                    }
                    return Ok(answer);
                }
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(error)) => return Err(exception::store(&error)),
            }
        }
        Err(exception::internal(format!(
            "other processes keep changing identities of {account}"
        )))
    }

    /// Waits until the directory shows what any process has changed in an account so far, so that a
    /// refusal is never old; answers when that was, and the account.
    async fn catch_up(
        &self,
        id: AccountId,
        turn_key: &Key,
    ) -> Result<(Option<Revision>, Arc<Account>), ServiceError> {
        let mut revisions = self.directory.revisions();
        let row = self.store.get(turn_key).await;
        let last = row
            .map_err(|error| exception::store(&error))?
            .map(|row| row.revision);
        let caught_up = async {
            loop {
                let account = self.directory.account(id);
                if account.turn >= last || revisions.changed().await.is_err() {
                    return account;
                }
            }
        };
        match tokio::time::timeout(SHOWN_TIMEOUT, caught_up).await {
            Ok(account) => Ok((account.turn, account)),
            Err(_) => Err(exception::internal(format!(
                "the directory does not show what the store has at {turn_key} after {} s",
                SHOWN_TIMEOUT.as_secs()
            ))),
        }
    }

    /// Waits until the directory shows a commit; `false` when it does not in time.
    async fn shows(&self, revision: Revision) -> bool {
        let mut revisions = self.directory.revisions();
        let reached = revisions.wait_for(|shown| *shown >= revision);
        matches!(
            tokio::time::timeout(SHOWN_TIMEOUT, reached).await,
            Ok(Ok(_))
        )
    }
}
