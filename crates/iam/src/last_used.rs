//! When access keys and roles were used last. A call notes it in memory; what is new is written once
//! a minute, without an audit record: it is no change that anybody asked for. What a process that is
//! killed had not written yet is lost, a minute at most.
//! Source: IAM API Reference, `GetAccessKeyLastUsed`, `RoleLastUsed`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use store::{Batch, Key, Store, StoreError, View};
use tokio::task::JoinHandle;
use types::{AccountId, Time};

use crate::state::{self, LastUsedRow};

/// How often what is new is written.
pub(crate) const WRITE_EVERY: Duration = Duration::from_secs(60);

/// How many credentials are remembered between two writes; more are written early.
const NEW_MAX: usize = 10_000;

/// Rows of one commit.
const BATCH_ROWS: usize = 500;

/// The uses that were noted.
#[derive(Debug)]
pub(crate) struct LastUsed {
    view: View,
    noted: Arc<Noted>,
    writer: JoinHandle<()>,
}

#[derive(Debug)]
struct Noted {
    store: Arc<dyn Store>,
    new: Mutex<HashMap<(AccountId, String), LastUsedRow>>,
    early: tokio::sync::Notify,
}

impl LastUsed {
    pub(crate) async fn open(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let view = View::open(Arc::clone(&store), state::last_used_prefix()).await?;
        let noted = Arc::new(Noted {
            store,
            new: Mutex::default(),
            early: tokio::sync::Notify::new(),
        });
        let writer = tokio::spawn(Arc::clone(&noted).write_on());
        Ok(Self {
            view,
            noted,
            writer,
        })
    }

    /// Notes a use.
    pub(crate) fn note(&self, account: AccountId, id: &str, at: Time, service: &str, region: &str) {
        let mut new = self.noted.lock();
        let key = (account, id.to_owned());
        match new.get_mut(&key) {
            // The same second tells nothing new.
            Some(row) if row.at_ms / 1_000 == at.as_millis() / 1_000 && row.service == service => {}
            Some(row) => {
                *row = LastUsedRow {
                    at_ms: at.as_millis().max(row.at_ms),
                    service: service.to_owned(),
                    region: region.to_owned(),
                };
            }
            None => {
                if new.len() >= NEW_MAX {
                    self.noted.early.notify_one();
                    return;
                }
                new.insert(
                    key,
                    LastUsedRow {
                        at_ms: at.as_millis(),
                        service: service.to_owned(),
                        region: region.to_owned(),
                    },
                );
            }
        }
    }

    /// When a credential was used last, as far as it is known.
    pub(crate) fn of(&self, account: AccountId, id: &str) -> Option<LastUsedRow> {
        let new = self.noted.lock().get(&(account, id.to_owned())).cloned();
        let row = self.view.row(&state::last_used_key(account, id));
        let written = row.and_then(|row| serde_json::from_slice::<LastUsedRow>(&row.value).ok());
        [new, written]
            .into_iter()
            .flatten()
            .max_by_key(|row| row.at_ms)
    }

    /// Writes what is new now.
    ///
    /// # Errors
    /// When the store cannot be written; it stays new.
    pub(crate) async fn write(&self) -> Result<(), StoreError> {
        self.noted.write().await
    }
}

impl Drop for LastUsed {
    fn drop(&mut self) {
        self.writer.abort();
    }
}

impl Noted {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(AccountId, String), LastUsedRow>> {
        self.new.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write_on(self: Arc<Self>) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(WRITE_EVERY) => {}
                () = self.early.notified() => {}
            }
            if let Err(error) = self.write().await {
                tracing::warn!(%error, "iam: when credentials were used last could not be written; tried again later");
            }
        }
    }

    async fn write(&self) -> Result<(), StoreError> {
        loop {
            let rows: Vec<(Key, LastUsedRow)> = {
                let new = self.lock();
                let mut rows: Vec<(Key, LastUsedRow)> = new
                    .iter()
                    .map(|((account, id), row)| (state::last_used_key(*account, id), row.clone()))
                    .collect();
                rows.sort_by(|(one, _), (other, _)| one.cmp(other));
                rows.truncate(BATCH_ROWS);
                rows
            };
            if rows.is_empty() {
                return Ok(());
            }
            let mut batch = Batch::new();
            for (key, row) in &rows {
                // Text and numbers: serde_json cannot fail on them.
                batch.put(key.clone(), serde_json::to_vec(row).unwrap_or_default());
            }
            match self.store.commit(batch).await {
                Ok(_) => {}
                Err(store::CommitError::Store(error)) => return Err(error),
                Err(store::CommitError::Conflict { .. }) => return Ok(()),
            }
            self.lock().retain(|(account, id), row| {
                let key = state::last_used_key(*account, id);
                !rows
                    .iter()
                    .any(|(written, of)| *written == key && of == row)
            });
        }
    }
}
