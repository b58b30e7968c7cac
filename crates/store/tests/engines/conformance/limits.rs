//! What no engine takes, and what all take.

use bytes::Bytes;
use store::{
    Batch, CommitError, Key, MAX_BATCH_BYTES, MAX_BATCH_ROWS, MAX_KEY_BYTES, MAX_PAGE_BYTES,
    MAX_PAGE_ROWS, MAX_VALUE_BYTES, StoreError,
};

use super::engine::{Engine, commit, everything, fresh, key};

fn too_large<T: std::fmt::Debug>(answer: Result<T, CommitError>, named: &str) {
    match answer {
        Err(CommitError::Store(StoreError::TooLarge { what, is, limit })) => {
            assert!(what.contains(named) && is > limit, "{is} {what} of {limit}");
        }
        other => panic!("{named}: {other:?}"),
    }
}

pub(crate) async fn keys(engine: &dyn Engine) {
    let store = fresh(engine).await;
    // Not compressible, as a database might compress what it indexes.
    let mut random = crate::seeded::Seeded::from(1);
    let name = |length: usize, random: &mut crate::seeded::Seeded| -> String {
        (0..length)
            .map(|_| char::from(b'a' + u8::try_from(random.below(26)).unwrap()))
            .collect()
    };
    let longest = Key::new([name(MAX_KEY_BYTES, &mut random)]);
    commit(&*store, |batch| {
        batch.put(longest.clone(), "x");
    })
    .await
    .unwrap();
    assert!(store.get(&longest).await.unwrap().is_some());
    assert_eq!(store.scan(&longest, None, 9).await.unwrap().rows.len(), 1);

    let longer = Key::new([name(MAX_KEY_BYTES + 1, &mut random)]);
    too_large(
        commit(&*store, |batch| {
            batch.put(longer.clone(), "x");
        })
        .await,
        "key",
    );
    too_large(
        commit(&*store, |batch| {
            batch.delete(longer.clone());
        })
        .await,
        "key",
    );
    too_large(
        commit(&*store, |batch| {
            batch.expect_absent(longer.clone());
        })
        .await,
        "key",
    );
    assert!(matches!(
        store.get(&longer).await,
        Err(StoreError::TooLarge { .. })
    ));

    let root = CommitError::Store(StoreError::RootKey);
    let rooted = commit(&*store, |batch| {
        batch.put(Key::root(), "x");
    })
    .await;
    assert_eq!(rooted, Err(root));
    assert_eq!(store.get(&Key::root()).await, Err(StoreError::RootKey));
    assert_eq!(everything(&*store).await.len(), 1);
}

pub(crate) async fn values(engine: &dyn Engine) {
    let store = fresh(engine).await;
    let mut random = crate::seeded::Seeded::from(2);
    let value: Bytes = (0..MAX_VALUE_BYTES / 8)
        .flat_map(|_| random.next().to_le_bytes())
        .collect();
    commit(&*store, |batch| {
        batch.put(key("a"), value.clone());
    })
    .await
    .unwrap();
    assert_eq!(store.get(&key("a")).await.unwrap().unwrap().value, value);
    let longer = vec![7; MAX_VALUE_BYTES + 1];
    too_large(
        commit(&*store, |batch| {
            batch.put(key("b"), longer);
        })
        .await,
        "value",
    );
    assert_eq!(store.get(&key("b")).await, Ok(None));
}

pub(crate) async fn batches(engine: &dyn Engine) {
    let store = fresh(engine).await;
    let mut most = Batch::new();
    for row in 0..MAX_BATCH_ROWS / 2 {
        let key = key(&format!("row/{row}"));
        most.expect_absent(key.clone()).put(key, "x");
    }
    let mut more = most.clone();
    more.delete(key("one/more"));
    too_large(store.commit(more).await, "rows");
    store.commit(most).await.unwrap();
    assert_eq!(everything(&*store).await.len(), MAX_BATCH_ROWS / 2);

    let mut heavy = Batch::new();
    for row in 0..MAX_BATCH_BYTES / MAX_VALUE_BYTES {
        heavy.put(key(&format!("heavy/{row}")), vec![1; MAX_VALUE_BYTES]);
    }
    assert!(heavy.size_bytes() > MAX_BATCH_BYTES);
    too_large(store.commit(heavy).await, "bytes of a batch");
    assert!(
        store
            .scan(&key("heavy"), None, 9)
            .await
            .unwrap()
            .rows
            .is_empty()
    );
}

pub(crate) async fn pages(engine: &dyn Engine) {
    let store = fresh(engine).await;
    let mut batch = Batch::new();
    for row in 0..=MAX_PAGE_ROWS {
        batch.put(key(&format!("many/{row}")), "x");
    }
    store.commit(batch).await.unwrap();
    let page = store.scan(&key("many"), None, usize::MAX).await.unwrap();
    assert_eq!((page.rows.len(), page.more), (MAX_PAGE_ROWS, true));
    let last = page.rows.last().map(|row| &row.key);
    let page = store.scan(&key("many"), last, usize::MAX).await.unwrap();
    assert_eq!((page.rows.len(), page.more), (1, false));

    // A page ends after the row that fills it.
    let size = 3 << 20;
    for row in 0..5 {
        let value = vec![1; size];
        commit(&*store, |batch| {
            batch.put(key(&format!("wide/{row}")), value);
        })
        .await
        .unwrap();
    }
    let page = store.scan(&key("wide"), None, 100).await.unwrap();
    assert_eq!(
        (page.rows.len(), page.more),
        (MAX_PAGE_BYTES / size + 1, true)
    );
    let last = page.rows.last().map(|row| &row.key);
    let page = store.scan(&key("wide"), last, 100).await.unwrap();
    assert_eq!((page.rows.len(), page.more), (2, false));
    assert!(page.rows.iter().all(|row| row.value.len() == size));
}
