//! Group commit: batches that wait at the same time are judged in order and share one flush to
//! disk. Source: DeWitt et al., "Implementation techniques for main memory database systems"
//! (SIGMOD 1984), section 5.

use std::collections::BTreeMap;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::limit::{MAX_GROUP_BATCHES, MAX_GROUP_BYTES, MAX_WAITING_BATCHES};
use crate::stats::Counters;
use crate::{Batch, Change, CommitError, Key, Revision, StoreError};

/// A batch that waits for the engine's writer.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) batch: Batch,
    answer: oneshot::Sender<Result<Revision, CommitError>>,
}

/// The way to an engine's writer.
#[derive(Debug)]
pub(crate) struct Queue(mpsc::Sender<Pending>);

impl Queue {
    pub(crate) fn new() -> (Self, mpsc::Receiver<Pending>) {
        let (sender, receiver) = mpsc::channel(MAX_WAITING_BATCHES);
        (Self(sender), receiver)
    }

    /// Hands a batch to the writer and waits for what became of it.
    pub(crate) async fn commit(&self, batch: Batch) -> Result<Revision, CommitError> {
        batch.check()?;
        let (answer, answered) = oneshot::channel();
        let sent = self.0.send(Pending { batch, answer }).await;
        sent.map_err(|_| StoreError::unavailable("the store is closed"))?;
        answered.await.unwrap_or_else(|_| {
            Err(CommitError::Store(StoreError::Indeterminate {
                reason: "the store's writer ended".to_owned(),
            }))
        })
    }
}

/// The batches that wait at this moment, as far as one group takes them.
pub(crate) fn gather(first: Pending, queue: &mut mpsc::Receiver<Pending>) -> Vec<Pending> {
    let mut bytes = first.batch.size_bytes();
    let mut group = vec![first];
    while group.len() < MAX_GROUP_BATCHES && bytes < MAX_GROUP_BYTES {
        let Ok(next) = queue.try_recv() else { break };
        bytes += next.batch.size_bytes();
        group.push(next);
    }
    group
}

/// Answers all of a group.
pub(crate) fn answer(group: Vec<Pending>, outcome: Result<Plan, StoreError>, counters: &Counters) {
    match outcome {
        Ok(plan) => {
            if !plan.commits.is_empty() {
                counters.group(plan.commits.len() as u64);
            }
            for (pending, judged) in group.into_iter().zip(plan.answers) {
                if judged.is_err() {
                    counters.conflict();
                }
                // A caller that no longer listens is no concern of the commit.
                drop(pending.answer.send(judged));
            }
        }
        Err(error) => {
            for pending in group {
                drop(pending.answer.send(Err(error.clone().into())));
            }
        }
    }
}

/// What a group of batches comes to.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// One for each batch, in order.
    pub(crate) answers: Vec<Result<Revision, CommitError>>,
    /// The commits that happen, in order, with what each changes.
    pub(crate) commits: Vec<(Revision, Vec<Change>)>,
    /// What each touched row comes to in the end; `None`: it is deleted.
    pub(crate) rows: BTreeMap<Key, (Revision, Option<Bytes>)>,
}

impl Plan {
    /// The last commit of the group.
    pub(crate) fn head(&self) -> Option<Revision> {
        self.commits.last().map(|(revision, _)| *revision)
    }
}

/// Judges batches in order: each sees what those before it did. `held` tells at which revision the
/// store holds a row.
pub(crate) fn plan<'a, E>(
    head: Revision,
    batches: impl Iterator<Item = &'a Batch>,
    mut held: impl FnMut(&Key) -> Result<Option<Revision>, E>,
) -> Result<Plan, E> {
    let mut plan = Plan::default();
    let mut revision = head;
    for batch in batches {
        let mut now = |plan: &Plan, key: &Key| match plan.rows.get(key) {
            Some((revision, value)) => Ok(value.as_ref().map(|_| *revision)),
            None => held(key),
        };
        let mut conflict = None;
        for (key, expect) in &batch.expect {
            if !expect.holds(now(&plan, key)?) {
                conflict = Some(key.clone());
                break;
            }
        }
        if let Some(key) = conflict {
            plan.answers.push(Err(CommitError::Conflict { key }));
            continue;
        }
        revision = Revision(revision.0 + 1);
        let mut changes = Vec::new();
        for (key, value) in batch.effects() {
            if value.is_none() && now(&plan, key)?.is_none() {
                continue;
            }
            let value = value.cloned();
            plan.rows.insert(key.clone(), (revision, value.clone()));
            changes.push(Change {
                key: key.clone(),
                revision,
                value,
            });
        }
        plan.commits.push((revision, changes));
        plan.answers.push(Ok(revision));
    }
    Ok(plan)
}
