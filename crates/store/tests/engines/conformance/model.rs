//! Random steps against the naive model: a B-tree of rows.

use std::collections::BTreeMap;

use store::{Batch, Change, CommitError, Event, Expect, Key, Revision, Row, Snapshot};

use super::engine::{Engine, key, within};
use crate::seeded::Seeded;

type Rows = BTreeMap<Key, (Revision, String)>;

const SEGMENTS: [&str; 9] = ["a", "b", "a-b", "ab", "0", "", "/", "~", "é"];

fn some_key(random: &mut Seeded) -> Key {
    let depth = 1 + random.below(3);
    Key::new(
        (0..depth)
            .map(|_| *random.one_of(&SEGMENTS))
            .collect::<Vec<_>>(),
    )
}

fn some_prefix(random: &mut Seeded) -> Key {
    if random.percent(20) {
        Key::root()
    } else {
        some_key(random)
    }
}

/// A batch, and what the model says that comes of it.
fn some_batch(random: &mut Seeded, rows: &Rows) -> Batch {
    let mut batch = Batch::new();
    for _ in 0..random.below(3) {
        let key = some_key(random);
        let expect = match rows.get(&key) {
            // Mostly what is so.
            Some((revision, _)) if random.percent(85) => Expect::At(*revision),
            None if random.percent(85) => Expect::Absent,
            _ if random.percent(50) => Expect::Absent,
            _ => Expect::At(Revision(random.next() % 50)),
        };
        batch.expect.push((key, expect));
    }
    for _ in 0..random.below(5) {
        let value = "v".repeat(random.below(300));
        batch.put(some_key(random), value);
    }
    for _ in 0..random.below(3) {
        batch.delete(some_key(random));
    }
    batch
}

fn model_commit(
    rows: &mut Rows,
    head: &mut Revision,
    batch: &Batch,
) -> Result<(Revision, Vec<Change>), CommitError> {
    for (key, expect) in &batch.expect {
        let holds = match (expect, rows.get(key)) {
            (Expect::Absent, row) => row.is_none(),
            (Expect::At(revision), row) => row.is_some_and(|row| row.0 == *revision),
        };
        if !holds {
            return Err(CommitError::Conflict { key: key.clone() });
        }
    }
    head.0 += 1;
    let before = rows.clone();
    for key in &batch.delete {
        rows.remove(key);
    }
    for (key, value) in &batch.put {
        let value = String::from_utf8(value.to_vec()).unwrap();
        rows.insert(key.clone(), (*head, value));
    }
    let touched = before.keys().chain(rows.keys()).cloned();
    let touched: std::collections::BTreeSet<Key> = touched.collect();
    let changes = touched
        .into_iter()
        .filter(|key| before.get(key) != rows.get(key))
        .map(|key| Change {
            revision: *head,
            value: rows.get(&key).map(|row| row.1.clone().into()),
            key,
        })
        .collect();
    Ok((*head, changes))
}

fn model_rows(rows: &Rows, prefix: &Key) -> Vec<Row> {
    let prefix: Vec<String> = prefix.segments().collect();
    rows.iter()
        .filter(|(key, _)| key.segments().collect::<Vec<_>>().starts_with(&prefix))
        .map(|(key, (revision, value))| Row {
            key: key.clone(),
            revision: *revision,
            value: value.clone().into(),
        })
        .collect()
}

pub(crate) async fn random_steps(engine: &dyn Engine) {
    let mut random = Seeded::announced("model");
    let place = engine.fresh().await;
    let mut store = place.open().await;
    let (mut rows, mut head) = (Rows::new(), Revision(0));
    let (mut told, mut conflicts) = (Vec::new(), 0);
    let mut watch = store.watch(&key("a")).await.unwrap();
    for step in 0..400 * engine.patience() {
        match random.below(100) {
            0..40 => {
                let batch = some_batch(&mut random, &rows);
                let model = model_commit(&mut rows, &mut head, &batch);
                let answer = store.commit(batch.clone()).await;
                let expected = model.as_ref().map(|done| done.0).map_err(Clone::clone);
                assert_eq!(answer, expected, "step {step}: {batch:?}");
                match model {
                    Ok((revision, changes)) => {
                        let within = |change: &Change| change.key.segments().next().unwrap() == "a";
                        let changes: Vec<_> = changes.into_iter().filter(within).collect();
                        if !changes.is_empty() {
                            told.push(Event::Committed { revision, changes });
                        }
                    }
                    Err(_) => conflicts += 1,
                }
            }
            40..60 => {
                let key = some_key(&mut random);
                let expected = rows.get(&key).map(|(revision, value)| Row {
                    key: key.clone(),
                    revision: *revision,
                    value: value.clone().into(),
                });
                assert_eq!(
                    store.get(&key).await.unwrap(),
                    expected,
                    "step {step}: {key}"
                );
            }
            60..90 => {
                let prefix = some_prefix(&mut random);
                let after = random.percent(70).then(|| some_key(&mut random));
                let limit = random.below(8);
                let mut expected = model_rows(&rows, &prefix);
                expected.retain(|row| after.as_ref().is_none_or(|after| row.key > *after));
                let more = expected.len() > limit;
                expected.truncate(limit);
                let page = store.scan(&prefix, after.as_ref(), limit).await.unwrap();
                let what = format!("step {step}: {limit} of {prefix} after {after:?}");
                assert_eq!(page.rows, expected, "{what}");
                assert_eq!(page.more, more, "{what}");
            }
            90..98 => {
                let prefix = some_prefix(&mut random);
                let expected = Snapshot {
                    revision: head,
                    rows: model_rows(&rows, &prefix),
                };
                assert_eq!(
                    store.snapshot(&prefix).await.unwrap(),
                    expected,
                    "step {step}"
                );
            }
            _ => {
                // All that was told so far is what the model says; then perhaps a new life.
                for event in told.drain(..) {
                    let next = within("a watch", watch.next()).await;
                    assert_eq!(next.unwrap().unwrap(), event, "step {step}");
                }
                if place.durable() && random.percent(30) {
                    drop(store);
                    store = place.open().await;
                    watch = store.watch(&key("a")).await.unwrap();
                }
            }
        }
    }
    assert!(conflicts > 0 && head.0 > 100, "the steps were too tame");
}
