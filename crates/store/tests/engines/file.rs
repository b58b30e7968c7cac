//! What happens to the redb engine's file: other processes, other hands, full disks.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use redb::TableDefinition;
use store::{Batch, CommitError, Key, Redb, Store, StoreError};

use crate::conformance::engine::{everything, key, put, value, within};
use crate::seeded::Seeded;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().mode() & 0o777
}

#[tokio::test]
async fn is_private() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("data/deep/state.redb");
    drop(Redb::open(&path).unwrap());
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&directory.path().join("data/deep")), 0o700);
    assert_eq!(mode(&directory.path().join("data")), 0o700);
    // A file that was opened up is closed again; a directory of somebody else's is left alone.
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755)).unwrap();
    drop(Redb::open(&path).unwrap());
    drop(Redb::open(&directory.path().join("state.redb")).unwrap());
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(directory.path()), 0o755);
}

#[tokio::test]
async fn is_locked_and_says_by_whom() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.redb");
    let store = Redb::open(&path).unwrap();
    put(&store, "a", "1").await;
    match Redb::open(&path).map(drop) {
        Err(error @ StoreError::Locked { .. }) => {
            let text = error.to_string();
            assert!(text.contains(path.to_str().unwrap()), "{text}");
            assert!(
                text.contains(&format!("process {}", std::process::id())),
                "{text}"
            );
            assert!(
                text.contains("stop it, or choose another data directory"),
                "{text}"
            );
        }
        other => panic!("{other:?}"),
    }
    // That was no harm to the one who has it; and the lock ends with the store.
    put(&store, "a", "2").await;
    drop(store);
    assert_eq!(
        value(&Redb::open(&path).unwrap(), "a").await.as_deref(),
        Some("2")
    );
}

#[tokio::test]
async fn is_handed_over_and_taken_back() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.redb");
    let store: Arc<dyn Store> = Arc::new(Redb::open(&path).unwrap());
    put(store.as_ref(), "a", "1").await;
    let view = store::View::open(Arc::clone(&store), Key::root())
        .await
        .unwrap();
    store.release().await.unwrap();
    // Who let go neither reads nor commits, and does not take the file back by itself.
    for _ in 0..2 {
        assert!(store.get(&key("a")).await.is_err());
        let mut batch = Batch::default();
        batch.put(key("a"), "lost");
        assert!(store.commit(batch).await.is_err());
    }
    let next = Redb::open(&path).unwrap();
    assert_eq!(value(&next, "a").await.as_deref(), Some("1"));
    put(&next, "a", "2").await;
    // Not while the other has it; that changes nothing.
    assert!(matches!(
        store.resume().await,
        Err(StoreError::Locked { .. })
    ));
    assert!(store.get(&key("a")).await.is_err());
    drop(next);
    store.resume().await.unwrap();
    assert_eq!(value(store.as_ref(), "a").await.as_deref(), Some("2"));
    // What the other changed meanwhile is seen by who follows.
    let seen = || view.row(&key("a")).map(|row| row.value);
    let wait = async {
        while seen().as_deref() != Some(b"2") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait)
        .await
        .unwrap();
    put(store.as_ref(), "a", "3").await;
}

#[tokio::test]
async fn refuses_what_is_no_store() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.redb");
    let mut random = Seeded::announced("refuses_what_is_no_store");
    for length in [1, 64, 4_096, 100_000] {
        let noise: Vec<u8> = (0..length)
            .map(|_| random.next().to_le_bytes()[0])
            .collect();
        std::fs::write(&path, &noise).unwrap();
        match Redb::open(&path).map(drop) {
            Err(StoreError::Corrupt { reason }) => {
                assert!(reason.contains("state.redb"), "{reason}")
            }
            other => panic!("{length} bytes: {other:?}"),
        }
        assert_eq!(std::fs::read(&path).unwrap(), noise, "left as it was");
    }
    match Redb::open(directory.path()).map(drop) {
        Err(StoreError::Unavailable { reason }) => {
            assert!(
                reason.contains(directory.path().to_str().unwrap()),
                "{reason}"
            );
        }
        other => panic!("{other:?}"),
    }
    // A store of somebody else's.
    std::fs::remove_file(&path).unwrap();
    let other = redb::Database::create(&path).unwrap();
    let transaction = other.begin_write().unwrap();
    const ROWS: TableDefinition<'_, u32, u32> = TableDefinition::new("rows");
    transaction.open_table(ROWS).unwrap().insert(1, 2).unwrap();
    transaction.commit().unwrap();
    drop(other);
    assert!(matches!(
        Redb::open(&path).map(drop),
        Err(StoreError::Corrupt { .. })
    ));
}

#[tokio::test]
async fn refuses_a_newer_format() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.redb");
    drop(Redb::open(&path).unwrap());
    const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
    let set_format = |format| {
        let database = redb::Database::create(&path).unwrap();
        let transaction = database.begin_write().unwrap();
        let held = transaction
            .open_table(META)
            .unwrap()
            .insert("format", format)
            .unwrap()
            .unwrap()
            .value();
        transaction.commit().unwrap();
        held
    };
    let known = set_format(99);
    match Redb::open(&path).map(drop) {
        Err(error @ StoreError::Newer { found: 99, .. }) => {
            assert!(error.to_string().contains("use a newer one"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(set_format(known), 99, "left as it was");
    drop(Redb::open(&path).unwrap());
}

/// Whatever byte is changed or wherever the file is cut: the rows are right, or there is an error.
#[tokio::test(flavor = "multi_thread")]
async fn damage_is_told_or_harmless() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.redb");
    let store = Redb::open(&path).unwrap();
    for round in 0..8 {
        let mut batch = Batch::new();
        for row in 0..60 {
            let value = format!("{round} {}", "x".repeat(row * 7));
            batch.put(key(&format!("row/{}", (row + round * 17) % 90)), value);
        }
        store.commit(batch).await.unwrap();
    }
    let rows = everything(&store).await;
    drop(store);
    let whole = std::fs::read(&path).unwrap();
    let mut random = Seeded::announced("damage_is_told_or_harmless");
    let (mut told, mut harmless) = (0, 0);
    for round in 0..120 {
        let mut damaged = whole.clone();
        if round % 4 == 0 {
            damaged.truncate(random.below(whole.len()));
        } else {
            // The header is small and matters most.
            let end = if round % 4 == 1 { 512 } else { whole.len() };
            let at = random.below(end);
            damaged[at] ^= 1 << random.below(8);
        }
        std::fs::write(&path, &damaged).unwrap();
        match Redb::open(&path) {
            Err(StoreError::Corrupt { .. } | StoreError::Unavailable { .. }) => told += 1,
            Err(error) => panic!("round {round}: {error:?}"),
            // An empty file is a new store.
            Ok(_) if damaged.is_empty() => harmless += 1,
            Ok(store) => match within("reading", store.snapshot(&Key::root())).await {
                Err(StoreError::Corrupt { .. }) => told += 1,
                Err(error) => panic!("round {round}: {error:?}"),
                Ok(_) => {
                    assert_eq!(everything(&store).await, rows, "round {round}");
                    harmless += 1;
                }
            },
        }
    }
    println!("{told} told, {harmless} harmless");
    assert!(told > 30);
}

/// Says that the process is to fill its disk, and where.
const FILL: &str = "STORE_TEST_FILL";

/// The process's limit of file sizes stands for the disk: the kernel refuses to let the file grow
/// in the same place (EFBIG instead of ENOSPC), and no device has to be made and mounted for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_loses_nothing() {
    if let Ok(path) = std::env::var(FILL) {
        return fill(path.as_ref()).await;
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.redb");
    let output = Command::new("sh")
        // Blocks of 512 bytes: 4 MiB. SIGXFSZ would end the process; ignored, the write fails.
        .args(["-c", "trap '' XFSZ; ulimit -f 8192; exec \"$@\"", "sh"])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "file::a_full_disk_is_told_and_loses_nothing",
            "--nocapture",
        ])
        .env(FILL, &path)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
    let counts = said.lines().find_map(|line| line.split_once("@written "));
    let written: usize = counts
        .unwrap_or_else(|| panic!("{said}"))
        .1
        .parse()
        .unwrap();
    // With room again, everything that was acknowledged is there, and the store takes more.
    let store = Redb::open(&path).unwrap();
    let rows = everything(&store).await;
    assert_eq!(rows.len(), written);
    put(&store, "more", "x").await;
}

async fn fill(path: &Path) {
    let store = Arc::new(Redb::open(path).unwrap());
    let mut written = 0;
    let error = loop {
        let mut batch = Batch::new();
        batch.put(key(&format!("row/{written}")), vec![b'x'; 60_000]);
        match store.commit(batch).await {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 1_000, "the limit does not hold");
    };
    let text = error.to_string();
    assert!(
        matches!(error, CommitError::Store(StoreError::Full { .. })),
        "{text}"
    );
    assert!(
        text.contains("no space is left") && text.contains("free some"),
        "{text}"
    );
    // Reads go on, and so do commits that need no room.
    assert_eq!(everything(&*store).await.len(), written);
    let mut freed = 0;
    let limit = std::time::Instant::now() + Duration::from_secs(20);
    while freed < 3 && std::time::Instant::now() < limit {
        let mut batch = Batch::new();
        batch.delete(key(&format!("row/{}", written - 1)));
        match store.commit(batch).await {
            Ok(_) => {
                freed += 1;
                written -= 1;
            }
            Err(error) => panic!("no room to free room: {error}"),
        }
    }
    let mut batch = Batch::new();
    batch.put(key("small"), "x");
    store.commit(batch).await.unwrap();
    println!("@written {}", written + 1);
}

/// What a backup read goes into a new file: the same rows, at the same revisions, and commits go on from
/// there.
#[tokio::test]
async fn an_export_refills_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let store = Redb::open(&directory.path().join("state.redb")).unwrap();
    for at in 0..50 {
        put(&store, &format!("row/{at}"), &"x".repeat(at * 10_000)).await;
    }
    let expected = everything(&store).await;
    let mut export = store.export().await.unwrap();
    let copy = directory.path().join("copy/state.redb");
    let at = copy.clone();
    let refilled = tokio::task::spawn_blocking(move || {
        let mut refill = store::Refill::create(&at).unwrap();
        while let Some(rows) = export.blocking_next().unwrap() {
            for row in rows {
                refill
                    .row(row.key.as_str(), row.revision, &row.value)
                    .unwrap();
            }
        }
        assert!(refill.row("", store::Revision(1), b"").is_err());
        refill.finish(export.revision).unwrap();
    });
    refilled.await.unwrap();
    let copied = Redb::open(&copy).unwrap();
    assert_eq!(everything(&copied).await, expected);
    let (next, copied_next) = (put(&store, "z", "1").await, put(&copied, "z", "1").await);
    assert_eq!(next, copied_next);
    assert!(store::Refill::create(&copy).is_err(), "never over a store");
}

/// Who wants the file for itself, as an upgrade does, is not held up by a backup that nobody reads.
#[tokio::test]
async fn an_export_gives_way_when_the_file_is_released() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.redb");
    let store = Redb::open(&path).unwrap();
    for at in 0..8 {
        put(&store, &format!("row/{at}"), &"x".repeat(3 << 20)).await;
    }
    let mut export = store.export().await.unwrap();
    within("release", store.release()).await.unwrap();
    drop(Redb::open(&path).unwrap());
    let broken = tokio::task::spawn_blocking(move || {
        while export.blocking_next()?.is_some() {}
        Ok::<_, StoreError>(())
    });
    assert!(matches!(
        broken.await.unwrap(),
        Err(StoreError::Unavailable { .. })
    ));
    assert!(store.export().await.is_err());
    store.resume().await.unwrap();
    assert!(store.export().await.is_ok());
}
