//! A change as it is drafted: what one commit expects and writes, and the use rows that keep
//! "in use" exact.

use std::time::Duration;

use store::{Batch, CommitError, Key, Row};
use types::{Call, ServiceError};

use crate::Wafv2;
use crate::exception;
use crate::item::{Identity, Item, Kind};
use crate::limit::ATTEMPTS_MAX;
use crate::state::{self, Rows};

/// How long an answered change may take to be seen by the next read, at most.
const SEEN_WITHIN: Duration = Duration::from_secs(2);
/// How long a conflicting row may take to come into the view, and how often it is looked for.
const FOLLOWED_WITHIN: Duration = Duration::from_secs(1);
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// What one commit expects and writes.
#[derive(Debug)]
pub(crate) struct Draft<'r> {
    rows: &'r Rows,
    batch: Batch,
}

impl<'r> Draft<'r> {
    pub(crate) fn new(rows: &'r Rows) -> Self {
        Self {
            rows,
            batch: Batch::new(),
        }
    }

    /// Expects a row as it was read, or that there is none.
    pub(crate) fn expect(&mut self, key: &Key, row: Option<&Row>) {
        match row {
            Some(row) => self.batch.expect_at(key.clone(), row.revision),
            None => self.batch.expect_absent(key.clone()),
        };
    }

    pub(crate) fn put(&mut self, key: Key, value: impl Into<bytes::Bytes>) {
        self.batch.put(key, value);
    }

    pub(crate) fn delete(&mut self, key: Key) {
        self.batch.delete(key);
    }

    /// Writes an item over `old`, or as a new one, with its name and what it begins and ends to
    /// use.
    pub(crate) fn put_item(
        &mut self,
        item: &Item,
        old: Option<(&Item, &Row)>,
    ) -> Result<(), ServiceError> {
        let identity = &item.identity;
        let key = state::item_key(identity);
        self.expect(&key, old.map(|(_, row)| row));
        self.batch.put(key, state::write_item(item));
        if old.is_none() {
            let name = state::name_key(identity);
            self.expect(&name, None);
            self.batch.put(name, identity.id.clone());
        }
        let user = identity.arn();
        let before = old.map_or(&[][..], |(old, _)| &old.references);
        for target in before
            .iter()
            .filter(|target| !item.references.contains(target))
        {
            self.end_use(target, user.as_str())?;
        }
        for target in &item.references {
            // What was validated is what is pinned.
            self.pin(target)?;
            if !before.contains(target) {
                self.begin_use(target, user.as_str())?;
            }
        }
        Ok(())
    }

    /// Deletes an item, with its name, its tags, its settings and what it used. It must not be in use.
    pub(crate) fn delete_item(&mut self, item: &Item, row: &Row) -> Result<(), ServiceError> {
        let arn = item.identity.arn();
        self.expect(&row.key, Some(row));
        self.batch.delete(row.key.clone());
        self.batch.delete(state::name_key(&item.identity));
        self.batch.delete(state::tags_key(arn.as_str()));
        match item.identity.kind {
            Kind::WebAcl => self.batch.delete(state::logging_key(arn.as_str())),
            Kind::RuleGroup => self
                .batch
                .delete(state::permission_policy_key(arn.as_str())),
            Kind::IpSet | Kind::RegexPatternSet => &mut self.batch,
        };
        for target in &item.references {
            self.end_use(target, arn.as_str())?;
        }
        Ok(())
    }

    /// Expects the item of an ARN as it was read.
    pub(crate) fn pin(&mut self, arn: &str) -> Result<(), ServiceError> {
        let identity = Identity::of_arn(arn).ok_or_else(|| exception::invalid_arn(arn))?;
        let row = self
            .rows
            .item_row(&identity)
            .ok_or_else(exception::nonexistent_item)?;
        self.expect(&row.key.clone(), Some(row));
        Ok(())
    }

    /// From this commit on `user` uses `target`.
    pub(crate) fn begin_use(&mut self, target: &str, user: &str) -> Result<(), ServiceError> {
        self.change_uses(target, |users| {
            users.push(user.to_owned());
            users.sort();
            users.dedup();
        })
    }

    /// From this commit on `user` does not use `target`.
    pub(crate) fn end_use(&mut self, target: &str, user: &str) -> Result<(), ServiceError> {
        self.change_uses(target, |users| users.retain(|other| other != user))
    }

    fn change_uses(
        &mut self,
        target: &str,
        change: impl FnOnce(&mut Vec<String>),
    ) -> Result<(), ServiceError> {
        let key = state::use_key(target);
        let row = self.rows.row(&key);
        let mut users = state::read_arns(row)?;
        change(&mut users);
        self.expect(&key, row);
        if users.is_empty() {
            self.batch.delete(key);
        } else {
            self.batch.put(key, state::write_arns(&users));
        }
        Ok(())
    }

    pub(crate) fn into_batch(self) -> Batch {
        self.batch
    }
}

/// Drafting anew after conflicts, a bounded number of times.
#[derive(Debug, Default)]
pub(crate) struct Attempts(usize);

impl Wafv2 {
    /// Commits a change with its audit record. `Ok(false)`: something changed under it, so draft
    /// it anew.
    pub(crate) async fn commit(
        &self,
        call: &Call,
        batch: Batch,
        attempts: &mut Attempts,
    ) -> Result<bool, ServiceError> {
        match telemetry::audit::commit(&*self.store, call, batch).await {
            Ok(revision) => {
                // The caller may read what it wrote; a store that is away now delays no answer.
                drop(tokio::time::timeout(SEEN_WITHIN, self.view.reached(revision)).await);
                Ok(true)
            }
            Err(CommitError::Conflict { key }) => {
                attempts.0 += 1;
                if attempts.0 >= ATTEMPTS_MAX {
                    return Err(exception::internal(format!(
                        "{} was given up: {key} changed under each of {ATTEMPTS_MAX} attempts",
                        call.operation
                    )));
                }
                self.follow(&key).await?;
                Ok(false)
            }
            Err(CommitError::Store(error)) => Err(exception::store(&error)),
        }
    }

    /// Deletes a row that must be there, and that the caller means (`asked`).
    pub(crate) async fn delete_row(
        &self,
        call: &Call,
        key: &Key,
        asked: bool,
    ) -> Result<(), ServiceError> {
        let _turn = self.turn.lock().await;
        let mut attempts = Attempts::default();
        loop {
            let rows = self.rows();
            let row = rows.row(key).filter(|_| asked);
            let row = row.ok_or_else(exception::nonexistent_item)?;
            let mut draft = Draft::new(&rows);
            draft.expect(key, Some(row));
            draft.delete(key.clone());
            if self.commit(call, draft.into_batch(), &mut attempts).await? {
                return Ok(());
            }
        }
    }

    /// Waits until the view has a row as the store has it.
    async fn follow(&self, key: &Key) -> Result<(), ServiceError> {
        let row = self
            .store
            .get(key)
            .await
            .map_err(|error| exception::store(&error))?;
        let revision = row.map(|row| row.revision);
        let followed = async {
            while self.view.row(key).map(|row| row.revision) < revision
                || (revision.is_none() && self.view.row(key).is_some())
            {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        drop(tokio::time::timeout(FOLLOWED_WITHIN, followed).await);
        Ok(())
    }
}
