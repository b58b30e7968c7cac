//! Following: rows, then changes, without a gap; and views.

use std::collections::BTreeMap;
use std::time::Duration;

use store::{Follow, Key, MAX_WATCH_COMMITS, Revision, Row, Update, View};

use super::bank;
use super::engine::{Engine, commit, fresh, key, put, within};
use crate::seeded::Seeded;

/// The rows that a follower makes of what it is told.
#[derive(Default)]
struct Told {
    rows: BTreeMap<Key, Row>,
    revision: Revision,
    resets: usize,
}

impl Told {
    async fn next(&mut self, follow: &mut Follow) {
        match within("a follower", follow.next()).await.unwrap() {
            Update::Reset(snapshot) => {
                assert!(snapshot.revision >= self.revision);
                self.revision = snapshot.revision;
                self.rows = snapshot
                    .rows
                    .into_iter()
                    .map(|row| (row.key.clone(), row))
                    .collect();
                self.resets += 1;
            }
            Update::Committed { revision, changes } => {
                assert!(revision > self.revision, "told twice, or out of order");
                self.revision = revision;
                for change in changes {
                    assert_eq!(change.revision, revision);
                    let key = change.key;
                    match change.value {
                        Some(value) => {
                            self.rows.insert(
                                key.clone(),
                                Row {
                                    key,
                                    revision,
                                    value,
                                },
                            );
                        }
                        None => assert!(self.rows.remove(&key).is_some(), "{key} was not there"),
                    }
                }
            }
        }
    }
}

pub(crate) async fn rows_then_changes(engine: &dyn Engine) {
    let store = fresh(engine).await;
    let old = put(&*store, "a/old", "0").await;
    put(&*store, "b", "0").await;
    let mut follow = Follow::new(store.clone(), key("a"));
    let Update::Reset(snapshot) = within("a follower", follow.next()).await.unwrap() else {
        panic!("rows come first");
    };
    assert_eq!(snapshot, store.snapshot(&key("a")).await.unwrap());
    assert_eq!(snapshot.rows[0].revision, old);
    let other = put(&*store, "b", "1").await;
    let own = put(&*store, "a/new", "1").await;
    let mut told = Told {
        revision: snapshot.revision,
        ..Told::default()
    };
    while told.revision < own {
        told.next(&mut follow).await;
    }
    assert!(told.revision == own && other < own);
    assert_eq!(told.rows.keys().collect::<Vec<_>>(), [&key("a/new")]);
}

pub(crate) async fn converges_under_writers(engine: &dyn Engine) {
    let mut random = Seeded::announced("follow");
    let store = fresh(engine).await;
    bank::open(&*store).await;
    let times = 15 * engine.patience();
    let writers: Vec<_> = (0..3)
        .map(|_| tokio::spawn(bank::transfer(store.clone(), random.next().into(), times)))
        .collect();
    // Followers that begin at different moments; each state that they pass through is whole.
    let followers: Vec<_> = (0..6)
        .map(|follower| {
            let store = store.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(3 * follower)).await;
                let mut follow = Follow::new(store, Key::root());
                let mut told = Told::default();
                while !told.rows.contains_key(&key("end")) {
                    told.next(&mut follow).await;
                    let money = told.rows.values().filter(|row| row.key != key("end"));
                    assert_eq!(money.map(bank::money).sum::<i64>(), bank::MONEY);
                }
                told
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let end = put(&*store, "end", "0").await;
    let snapshot = store.snapshot(&Key::root()).await.unwrap();
    for follower in followers {
        let told = follower.await.unwrap();
        assert_eq!((told.revision, told.resets), (end, 1));
        assert_eq!(told.rows.into_values().collect::<Vec<_>>(), snapshot.rows);
    }
}

pub(crate) async fn survives_a_lag(engine: &dyn Engine) {
    let store = fresh(engine).await;
    put(&*store, "a/gone", "x").await;
    let mut follow = Follow::new(store.clone(), key("a"));
    let mut told = Told::default();
    told.next(&mut follow).await;
    let writers: Vec<_> = (0..MAX_WATCH_COMMITS + 50)
        .map(|row| {
            let store = store.clone();
            tokio::spawn(async move { put(&*store, &format!("a/{}", row % 90), "x").await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let last = commit(&*store, |batch| {
        batch.delete(key("a/gone"));
    })
    .await
    .unwrap();
    // An engine that polls tells of it a moment later; the follower does not read meanwhile.
    let mut other = store.watch(&key("other")).await.unwrap();
    put(&*store, "other", "x").await;
    within("a watch", other.next()).await.unwrap().unwrap();
    while told.revision < last {
        told.next(&mut follow).await;
    }
    assert_eq!(told.resets, 2, "it lagged once");
    let snapshot = store.snapshot(&key("a")).await.unwrap();
    assert_eq!(told.rows.into_values().collect::<Vec<_>>(), snapshot.rows);
}

pub(crate) async fn views(engine: &dyn Engine) {
    let store = fresh(engine).await;
    for path in ["v", "v/a", "v/a/1", "v/a-b", "v/ab", "w"] {
        put(&*store, path, "0").await;
    }
    let view = View::open(store.clone(), key("v")).await.unwrap();
    assert_eq!(
        view.under(&Key::root()),
        store.snapshot(&key("v")).await.unwrap().rows
    );
    let keys = |rows: Vec<Row>| {
        rows.iter()
            .map(|row| row.key.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(view.under(&key("v/a"))), ["v/a", "v/a/1"]);
    assert!(view.row(&key("w")).is_none());

    let mut changes = view.changes();
    changes.mark_unchanged();
    // Read your own write; also of commits that do not touch the view.
    let elsewhere = put(&*store, "w", "1").await;
    within("a view", view.reached(elsewhere)).await;
    assert!(!changes.has_changed().unwrap());
    for round in 0..20 {
        let revision = commit(&*store, |batch| {
            batch
                .put(key("v/a"), round.to_string())
                .put(key("v/b"), round.to_string());
            batch.delete(key("v/ab"));
        });
        let revision = revision.await.unwrap();
        within("a view", view.reached(revision)).await;
        assert!(view.revision() >= revision);
        assert!(changes.has_changed().unwrap());
        assert_eq!(*changes.borrow_and_update(), revision);
        let value = |path| view.row(&key(path)).map(|row| (row.revision, row.value));
        assert_eq!(value("v/a"), Some((revision, round.to_string().into())));
        assert_eq!(value("v/b"), value("v/a"));
        assert_eq!(value("v/ab"), None);
    }
    assert_eq!(view.failing(), None);
    assert_eq!(view.read(BTreeMap::len), view.under(&key("v")).len());
    // Dropping the view ends its follower, which holds the store.
    drop(view);
    let weak = std::sync::Arc::downgrade(&store);
    drop(store);
    let ended = async {
        while weak.strong_count() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    within("the end of the follower", ended).await;
}
