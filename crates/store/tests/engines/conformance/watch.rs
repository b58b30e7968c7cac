//! Watches.

use std::sync::Arc;

use store::{
    Batch, Change, Event, Key, MAX_VALUE_BYTES, MAX_WATCH_BYTES, MAX_WATCH_COMMITS, Revision,
    Store, Watch,
};

use super::engine::{Engine, commit, fresh, key, put, within};

/// The next commit that a watch tells of.
async fn next(watch: &mut Watch) -> (Revision, Vec<Change>) {
    match within("a watch", watch.next()).await.unwrap().unwrap() {
        Event::Committed { revision, changes } => (revision, changes),
        Event::Lagged => panic!("lagged"),
    }
}

fn change(path: &str, revision: Revision, value: Option<&'static str>) -> Change {
    Change {
        key: key(path),
        revision,
        value: value.map(Into::into),
    }
}

pub(crate) async fn in_order(engine: &dyn Engine) {
    let store = fresh(engine).await;
    put(&*store, "a/old", "0").await;
    let mut watch = store.watch(&key("a")).await.unwrap();
    let first = put(&*store, "a/1", "1").await;
    let second = commit(&*store, |batch| {
        batch
            .put(key("a/3"), "3")
            .put(key("a/2"), "2")
            .put(key("a/2"), "two");
        batch
            .delete(key("a/1"))
            .delete(key("a/old"))
            .delete(key("a/none"));
    });
    let second = second.await.unwrap();
    let third = put(&*store, "a/2", "two").await;
    assert_eq!(
        next(&mut watch).await,
        (first, vec![change("a/1", first, Some("1"))])
    );
    // One commit comes as one, in key order; what was not there was not deleted.
    let changes = vec![
        change("a/1", second, None),
        change("a/2", second, Some("two")),
        change("a/3", second, Some("3")),
        change("a/old", second, None),
    ];
    assert_eq!(next(&mut watch).await, (second, changes));
    assert_eq!(
        next(&mut watch).await,
        (third, vec![change("a/2", third, Some("two"))])
    );
}

pub(crate) async fn only_its_prefix(engine: &dyn Engine) {
    let store = fresh(engine).await;
    let mut watch = store.watch(&key("a/b")).await.unwrap();
    let mut single = store.watch(&key("a/b/c")).await.unwrap();
    let mut all = store.watch(&Key::root()).await.unwrap();
    for path in ["a", "a/bc", "a/b-c", "b"] {
        put(&*store, path, "x").await;
    }
    let own = put(&*store, "a/b", "x").await;
    let mixed = commit(&*store, |batch| {
        batch.put(key("a/b/c"), "x").put(key("a/c"), "x");
    });
    let mixed = mixed.await.unwrap();
    assert_eq!(
        next(&mut watch).await,
        (own, vec![change("a/b", own, Some("x"))])
    );
    assert_eq!(
        next(&mut watch).await,
        (mixed, vec![change("a/b/c", mixed, Some("x"))])
    );
    assert_eq!(
        next(&mut single).await,
        (mixed, vec![change("a/b/c", mixed, Some("x"))])
    );
    for revision in 1..=mixed.0 {
        assert_eq!(next(&mut all).await.0, Revision(revision));
    }
}

pub(crate) async fn nothing_before(engine: &dyn Engine) {
    let store = fresh(engine).await;
    for round in 0..10 {
        put(&*store, "a", "before").await;
        let mut watch = store.watch(&key("a")).await.unwrap();
        // A conflict is no change.
        let refused = commit(&*store, |batch| {
            batch.expect_absent(key("a")).put(key("a"), "");
        });
        refused.await.unwrap_err();
        let revision = put(&*store, "a", "after").await;
        assert_eq!(next(&mut watch).await.0, revision, "round {round}");
    }
}

pub(crate) async fn no_gap_between_concurrent_commits(engine: &dyn Engine) {
    const TASKS: usize = 6;
    let store = fresh(engine).await;
    let rounds = 8 * engine.patience(); // fewer commits than a watcher's queue takes
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut written = Vec::new();
                for round in 0..rounds {
                    written.push(put(&*store, &format!("w/{task}"), &round.to_string()).await);
                    written.push(put(&*store, &format!("w/{task}/more"), "x").await);
                }
                written
            })
        })
        .collect();
    // Watches that begin while all is under way: each tells of all commits after its first.
    let mut watching = Vec::new();
    for _ in 0..10 {
        let answered_before = store.snapshot(&Key::root()).await.unwrap().revision;
        let watch = store.watch(&Key::root()).await.unwrap();
        watching.push((answered_before, watch));
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let mut written = Vec::new();
    for task in tasks {
        let mine = task.await.unwrap();
        assert!(mine.is_sorted());
        written.extend(mine);
    }
    written.sort();
    let last = put(&*store, "w/last", "x").await;
    written.push(last);
    for (answered_before, mut watch) in watching {
        let mut told = Vec::new();
        while told.last() != Some(&last) {
            let (revision, changes) = next(&mut watch).await;
            assert!(changes.iter().all(|change| change.revision == revision));
            told.push(revision);
        }
        assert!(told[0] > answered_before);
        let first = written
            .iter()
            .position(|revision| *revision == told[0])
            .unwrap();
        assert_eq!(
            told,
            written[first..],
            "none is missing, none is told twice"
        );
    }
}

/// Commits `count` batches, many at a time.
async fn flood(store: &Arc<dyn Store>, count: usize, value: &bytes::Bytes) {
    let tasks: Vec<_> = (0..count)
        .map(|row| {
            let mut batch = Batch::new();
            batch.put(key(&format!("flood/{row}")), value.clone());
            let store = store.clone();
            tokio::spawn(async move { store.commit(batch).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// A watcher that does not read is told that it lagged, and of all later commits; one that reads
/// misses nothing meanwhile.
async fn lags(store: Arc<dyn Store>, count: usize, value: bytes::Bytes) {
    let mut slow = store.watch(&key("flood")).await.unwrap();
    let mut quick = store.watch(&key("flood")).await.unwrap();
    let mut last = Revision(0);
    while last.0 < count as u64 {
        let wave = count.div_ceil(4);
        flood(&store, wave, &value).await;
        for _ in 0..wave {
            let (revision, _) = next(&mut quick).await;
            assert_eq!(revision.0, last.0 + 1);
            last = revision;
        }
    }
    let event = within("a slow watcher", slow.next())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(event, Event::Lagged);
    assert!(store.stats().dropped_watch_commits > 0);
    // The watch goes on: what is told now has no gap to what comes.
    let after = put(&*store, "flood/after", "x").await;
    assert_eq!(next(&mut quick).await.0, after);
    let mut told = Vec::new();
    while told.last() != Some(&after) {
        told.push(next(&mut slow).await.0);
    }
    assert!(
        told.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1),
        "{told:?}"
    );
    assert!(told[0] > Revision(1) && after > last);
}

pub(crate) async fn too_many_commits_lag(engine: &dyn Engine) {
    lags(fresh(engine).await, MAX_WATCH_COMMITS + 10, "x".into()).await;
}

pub(crate) async fn too_many_bytes_lag(engine: &dyn Engine) {
    let count = MAX_WATCH_BYTES / MAX_VALUE_BYTES + 1;
    lags(fresh(engine).await, count, vec![7; MAX_VALUE_BYTES].into()).await;
}

pub(crate) async fn ends_with_the_store(engine: &dyn Engine) {
    let store = fresh(engine).await;
    let mut watch = store.watch(&key("a")).await.unwrap();
    let revision = put(&*store, "a", "x").await;
    assert_eq!(next(&mut watch).await.0, revision);
    drop(store);
    assert!(within("the end of a watch", watch.next()).await.is_none());
}
