//! Conditional commit.

use store::{CommitError, Expect, Revision, Row};

use super::engine::{Engine, commit, everything, fresh, key, put, value};

fn conflict(path: &str) -> CommitError {
    CommitError::Conflict { key: key(path) }
}

pub(crate) async fn writes_and_reads(engine: &dyn Engine) {
    let store = fresh(engine).await;
    assert_eq!(store.get(&key("a/1")).await, Ok(None));
    let revision = put(&*store, "a/1", "one").await;
    let row = Row {
        key: key("a/1"),
        revision,
        value: "one".into(),
    };
    assert_eq!(store.get(&key("a/1")).await, Ok(Some(row)));
    assert_eq!(store.get(&key("a")).await, Ok(None));
    put(&*store, "empty", "").await;
    assert_eq!(value(&*store, "empty").await.as_deref(), Some(""));
    let binary: Vec<u8> = (0..=255).collect();
    commit(&*store, |batch| {
        batch.put(key("binary"), binary.clone());
    })
    .await
    .unwrap();
    assert_eq!(
        store.get(&key("binary")).await.unwrap().unwrap().value,
        binary
    );
}

pub(crate) async fn answers_grow(engine: &dyn Engine) {
    let store = fresh(engine).await;
    assert_eq!(put(&*store, "a", "1").await, Revision(1));
    let mut last = Revision(1);
    for path in ["a", "b", "a", "c"] {
        let revision = put(&*store, path, "2").await;
        assert!(revision > last);
        last = revision;
        assert_eq!(
            store.get(&key(path)).await.unwrap().unwrap().revision,
            revision
        );
    }
    assert_eq!(store.stats().commits, 5);
}

pub(crate) async fn absent(engine: &dyn Engine) {
    let store = fresh(engine).await;
    let create = async || {
        commit(&*store, |batch| {
            batch.expect_absent(key("a")).put(key("a"), "x");
        })
        .await
    };
    create().await.unwrap();
    assert_eq!(create().await, Err(conflict("a")));
    assert_eq!(store.stats().conflicts, 1);
    commit(&*store, |batch| {
        batch.delete(key("a"));
    })
    .await
    .unwrap();
    create().await.unwrap();
}

pub(crate) async fn at(engine: &dyn Engine) {
    let store = fresh(engine).await;
    let first = put(&*store, "a", "1").await;
    let update = async |revision: Revision, value: &'static str| {
        let fill = |batch: &mut store::Batch| {
            batch.expect_at(key("a"), revision).put(key("a"), value);
        };
        commit(&*store, fill).await
    };
    let second = update(first, "2").await.unwrap();
    assert_eq!(update(first, "3").await, Err(conflict("a")));
    assert_eq!(update(Revision(0), "3").await, Err(conflict("a")));
    assert_eq!(value(&*store, "a").await.as_deref(), Some("2"));
    // The same value again is a write of its own.
    let third = update(second, "2").await.unwrap();
    assert_eq!(update(second, "4").await, Err(conflict("a")));
    // A row that was deleted and made again is another one.
    commit(&*store, |batch| {
        batch.expect_at(key("a"), third).delete(key("a"));
    })
    .await
    .unwrap();
    assert_eq!(update(third, "5").await, Err(conflict("a")));
    put(&*store, "a", "6").await;
    assert_eq!(update(third, "7").await, Err(conflict("a")));
}

pub(crate) async fn a_conflict_changes_nothing(engine: &dyn Engine) {
    let store = fresh(engine).await;
    let a = put(&*store, "a", "1").await;
    put(&*store, "b", "1").await;
    let before = everything(&*store).await;
    // The first key that is not as expected is named, also one that is not written.
    let refused = commit(&*store, |batch| {
        batch.expect_at(key("a"), a).expect_absent(key("c"));
        batch.expect_absent(key("b")).expect_absent(key("a"));
        batch
            .put(key("a"), "2")
            .put(key("new"), "2")
            .delete(key("b"));
    });
    assert_eq!(refused.await, Err(conflict("b")));
    // Expectations of one key that cannot both hold.
    let refused = commit(&*store, |batch| {
        batch
            .expect_at(key("a"), a)
            .expect_absent(key("a"))
            .put(key("x"), "");
    });
    assert_eq!(refused.await, Err(conflict("a")));
    assert_eq!(everything(&*store).await, before);
}

pub(crate) async fn deletes(engine: &dyn Engine) {
    let store = fresh(engine).await;
    put(&*store, "a/1", "x").await;
    put(&*store, "a/2", "x").await;
    commit(&*store, |batch| {
        batch.delete(key("a/1")).delete(key("nothing"));
    })
    .await
    .unwrap();
    assert_eq!(
        everything(&*store).await,
        [("a/2".to_owned(), "x".to_owned())]
    );
    // A path is no folder: what is under it stays.
    commit(&*store, |batch| {
        batch.delete(key("a"));
    })
    .await
    .unwrap();
    assert_eq!(value(&*store, "a/2").await.as_deref(), Some("x"));
}

pub(crate) async fn the_last_write_of_a_key_counts(engine: &dyn Engine) {
    let store = fresh(engine).await;
    put(&*store, "c", "0").await;
    commit(&*store, |batch| {
        batch.put(key("a"), "1").put(key("a"), "2").delete(key("a"));
        batch.delete(key("b")).put(key("b"), "3");
        batch.delete(key("c")).delete(key("c"));
    })
    .await
    .unwrap();
    let rows = [
        ("a".to_owned(), "2".to_owned()),
        ("b".to_owned(), "3".to_owned()),
    ];
    assert_eq!(everything(&*store).await, rows);
}

pub(crate) async fn an_empty_batch(engine: &dyn Engine) {
    let store = fresh(engine).await;
    let first = commit(&*store, |_| {}).await.unwrap();
    let only_expects = commit(&*store, |batch| {
        batch.expect.push((key("a"), Expect::Absent))
    })
    .await;
    assert!(only_expects.unwrap() > first);
    assert!(everything(&*store).await.is_empty());
}

/// The lost-update test: readers that write what they read plus one never overwrite each other.
pub(crate) async fn no_update_is_lost(engine: &dyn Engine) {
    const TASKS: usize = 8;
    let store = fresh(engine).await;
    let rounds = 10 * engine.patience();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut refused = 0_u64;
                for _ in 0..rounds {
                    loop {
                        // Two counters in one batch, one of them this task's own.
                        let own = format!("own/{task}");
                        let count = store.get(&key("count")).await.unwrap();
                        let mine = value(&*store, &own).await.unwrap_or_else(|| "0".to_owned());
                        let mine = mine.parse::<usize>().unwrap() + 1;
                        // Others may read meanwhile, also where there is one processor.
                        tokio::task::yield_now().await;
                        let done = commit(&*store, |batch| {
                            let next = match &count {
                                None => {
                                    batch.expect_absent(key("count"));
                                    1
                                }
                                Some(row) => {
                                    batch.expect_at(key("count"), row.revision);
                                    let text = String::from_utf8(row.value.to_vec()).unwrap();
                                    text.parse::<usize>().unwrap() + 1
                                }
                            };
                            batch.put(key("count"), next.to_string());
                            batch.put(key(&own), mine.to_string());
                        });
                        match done.await {
                            Ok(_) => break,
                            Err(CommitError::Conflict { key: met }) => {
                                assert_eq!(met, key("count"));
                                refused += 1;
                            }
                            Err(error) => panic!("{error}"),
                        }
                    }
                }
                refused
            })
        })
        .collect();
    let mut refused = 0;
    for task in tasks {
        refused += task.await.unwrap();
    }
    assert_eq!(
        value(&*store, "count").await,
        Some((TASKS * rounds).to_string())
    );
    for task in 0..TASKS {
        assert_eq!(
            value(&*store, &format!("own/{task}")).await,
            Some(rounds.to_string())
        );
    }
    let stats = store.stats();
    assert_eq!(
        (stats.commits, stats.conflicts),
        ((TASKS * rounds) as u64, refused)
    );
    assert!(refused > 0, "the writers never met: the test shows nothing");
}

pub(crate) async fn one_of_many_creates(engine: &dyn Engine) {
    let store = fresh(engine).await;
    for round in 0..10 {
        let path = format!("name/{round}");
        let tasks: Vec<_> = (0..8)
            .map(|task| {
                let (store, path) = (store.clone(), path.clone());
                tokio::spawn(async move {
                    let fill = |batch: &mut store::Batch| {
                        batch
                            .expect_absent(key(&path))
                            .put(key(&path), task.to_string());
                        batch.put(key(&format!("by/{path}/{task}")), "");
                    };
                    commit(&*store, fill).await.is_ok().then_some(task)
                })
            })
            .collect();
        let mut winners = Vec::new();
        for task in tasks {
            winners.extend(task.await.unwrap());
        }
        assert_eq!(winners.len(), 1, "{winners:?}");
        assert_eq!(value(&*store, &path).await, Some(winners[0].to_string()));
        let by = store.snapshot(&key(&format!("by/{path}"))).await.unwrap();
        assert_eq!(by.rows.len(), 1);
    }
}

pub(crate) async fn outlives_the_store(engine: &dyn Engine) {
    let place = engine.fresh().await;
    if !place.durable() {
        return;
    }
    let mut rows = Vec::new();
    let mut last = Revision(0);
    for life in 0..3 {
        let store = place.open().await;
        assert_eq!(everything(&*store).await, rows);
        let revision = put(&*store, &format!("life/{life}"), "x").await;
        assert!(revision > last);
        last = revision;
        rows.push((format!("life/{life}"), "x".to_owned()));
    }
}
