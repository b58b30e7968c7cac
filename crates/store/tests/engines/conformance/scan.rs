//! Pages, prefixes and snapshots.

use store::{Batch, Key, Store};

use super::engine::{Engine, fresh, key, put};

async fn fill(store: &dyn Store, paths: &[&str]) {
    let mut batch = Batch::new();
    for path in paths {
        batch.put(key(path), (*path).to_owned());
    }
    store.commit(batch).await.unwrap();
}

/// The keys under a prefix, by pages of so many.
async fn paged(store: &dyn Store, prefix: &Key, size: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = store.scan(prefix, after.as_ref(), size).await.unwrap();
        assert!(page.rows.len() <= size);
        assert!(
            page.rows.len() == size || !page.more,
            "a short page of few bytes is the last"
        );
        after = page.rows.last().map(|row| row.key.clone());
        found.extend(page.rows.iter().map(|row| row.key.as_str().to_owned()));
        if !page.more {
            return found;
        }
    }
}

pub(crate) async fn pages_in_order(engine: &dyn Engine) {
    let store = fresh(engine).await;
    let mut paths: Vec<String> = (0..57).map(|n| format!("p/{n}")).collect();
    paths.push("p".to_owned());
    fill(
        &*store,
        &paths.iter().map(String::as_str).collect::<Vec<_>>(),
    )
    .await;
    fill(&*store, &["a", "o/z", "p-", "p0", "pp/1", "q"]).await;
    paths.sort();
    for size in [1, 2, 7, 57, 58, 59, 1000] {
        assert_eq!(
            paged(&*store, &key("p"), size).await,
            paths,
            "pages of {size}"
        );
    }
    let all = store.scan(&key("p"), None, 58).await.unwrap();
    assert!(!all.more, "nothing after the last row");
    for row in all.rows {
        assert_eq!(row.value, row.key.as_str());
        assert_eq!(store.get(&row.key).await.unwrap(), Some(row));
    }
}

pub(crate) async fn a_prefix_is_whole_segments(engine: &dyn Engine) {
    let store = fresh(engine).await;
    let paths = [
        "a", "a/b", "a/b!", "a/b-c", "a/b-c/d", "a/b.", "a/b/%", "a/b/c", "a/b/c/d", "a/b/~",
        "a/b0", "a/bc", "a/bc/d", "a/c", "ab", "b/a/b",
    ];
    fill(&*store, &paths).await;
    for (prefix, found) in [
        ("a/b", vec!["a/b", "a/b/%", "a/b/c", "a/b/c/d", "a/b/~"]),
        ("a/b/c", vec!["a/b/c", "a/b/c/d"]),
        ("a/b-c", vec!["a/b-c", "a/b-c/d"]),
        ("a/b/c/d", vec!["a/b/c/d"]),
        ("b", vec!["b/a/b"]),
        ("b/a/b/c", vec![]),
        ("c", vec![]),
        ("", paths.to_vec()),
    ] {
        for size in [1, 3, 100] {
            assert_eq!(
                paged(&*store, &key(prefix), size).await,
                found,
                "{prefix:?} by {size}"
            );
        }
        let snapshot = store.snapshot(&key(prefix)).await.unwrap();
        let keys: Vec<&str> = snapshot.rows.iter().map(|row| row.key.as_str()).collect();
        assert_eq!(keys, found, "snapshot of {prefix:?}");
    }
}

pub(crate) async fn odd_bounds(engine: &dyn Engine) {
    let store = fresh(engine).await;
    fill(&*store, &["a", "m", "m/1", "m/2", "m/3", "z"]).await;
    for (after, limit, found, more) in [
        ("m/1", 10, vec!["m/2", "m/3"], false),
        // Keys that are not there, within the range, before and behind it.
        ("m/11", 10, vec!["m/2", "m/3"], false),
        ("m", 10, vec!["m/1", "m/2", "m/3"], false),
        ("m-", 10, vec!["m/1", "m/2", "m/3"], false),
        ("a", 10, vec!["m", "m/1", "m/2", "m/3"], false),
        ("l/x/y", 2, vec!["m", "m/1"], true),
        ("m/3", 10, vec![], false),
        ("m0", 10, vec![], false),
        ("z", 10, vec![], false),
        ("", 10, vec!["m", "m/1", "m/2", "m/3"], false),
        ("m/1", 1, vec!["m/2"], true),
        ("m/2", 1, vec!["m/3"], false),
        ("m/1", 0, vec![], true),
        ("m/3", 0, vec![], false),
    ] {
        let page = store
            .scan(&key("m"), Some(&key(after)), limit)
            .await
            .unwrap();
        let keys: Vec<&str> = page.rows.iter().map(|row| row.key.as_str()).collect();
        assert_eq!((keys, page.more), (found, more), "after {after:?}, {limit}");
    }
}

pub(crate) async fn any_text_is_a_segment(engine: &dyn Engine) {
    let store = fresh(engine).await;
    let names = [
        "",
        "/",
        "a/b",
        "..",
        "%",
        "nul\0",
        "line\nbreak",
        "é",
        "☃ and 🦀",
        "\u{7f}",
        "'; --",
        "\\",
        "\u{10ffff}",
    ];
    let mut batch = Batch::new();
    for name in names {
        batch.put(Key::new(["odd", name]), name.to_owned());
        batch.put(Key::new(["odd", name, "under"]), name.to_owned());
    }
    store.commit(batch).await.unwrap();
    for name in names {
        let found = store
            .scan(&Key::new(["odd", name]), None, 10)
            .await
            .unwrap();
        let segments: Vec<Vec<String>> = found
            .rows
            .iter()
            .map(|row| row.key.segments().collect())
            .collect();
        assert_eq!(
            segments,
            [vec!["odd", name], vec!["odd", name, "under"]],
            "{name:?}"
        );
        assert!(found.rows.iter().all(|row| row.value == name));
    }
    assert_eq!(paged(&*store, &key("odd"), 4).await.len(), 2 * names.len());
}

pub(crate) async fn snapshots(engine: &dyn Engine) {
    let store = fresh(engine).await;
    let empty = store.snapshot(&key("a")).await.unwrap();
    assert_eq!((empty.revision, empty.rows.len()), (store::Revision(0), 0));
    put(&*store, "a/1", "x").await;
    let last = put(&*store, "b", "x").await;
    let snapshot = store.snapshot(&key("a")).await.unwrap();
    // The revision is the store's, not the rows'.
    assert_eq!((snapshot.revision, snapshot.rows.len()), (last, 1));
    assert!(snapshot.rows[0].revision < last);
}

pub(crate) async fn exports(engine: &dyn Engine) {
    let store = fresh(engine).await;
    fill(&*store, &["b", "a/1", "c"]).await;
    for at in 0..40 {
        let mut batch = Batch::new();
        batch.put(key(&format!("large/{at:02}")), vec![at; 100_000]);
        store.commit(batch).await.unwrap();
    }
    let expected = store.snapshot(&Key::root()).await.unwrap();
    let mut export = store.export().await.unwrap();
    // What is committed from here on is not in it.
    put(&*store, "a/2", "late").await;
    let revision = export.revision;
    let rows = tokio::task::spawn_blocking(move || {
        let mut rows = Vec::new();
        while let Some(part) = export.blocking_next().unwrap() {
            rows.extend(part);
        }
        assert!(export.blocking_next().unwrap().is_none());
        rows
    });
    assert_eq!(revision, expected.revision);
    assert!(rows.await.unwrap() == expected.rows);
}
