//! A disk that fails: what cannot be made durable is refused, and what follows verifies.

use std::sync::atomic::Ordering;

use telemetry::audit::{AuditError, Folder, Log, OpenError, Outcome, Range, verify};
use types::ServiceError;

use crate::support::{FailingDisk, World, call};

async fn record(log: &Log, number: u64) -> Result<(), AuditError> {
    log.record(&call(number, "GetIPSet"), Outcome::Success)
        .await
}

#[tokio::test]
async fn calls_are_refused_while_the_disk_fails_and_no_longer() {
    type Switch = fn(&FailingDisk) -> &std::sync::atomic::AtomicBool;
    let failures: [Switch; 2] = [|disk| &disk.full, |disk| &disk.unsure];
    for failure in failures {
        let mut world = World::new();
        world.config.segment_bytes_max = 4096;
        let log = world.open().await;
        let mut kept = Vec::new();
        for number in 0..30 {
            let fails = number % 5 >= 3;
            failure(&world.disk).store(fails, Ordering::SeqCst);
            let recorded = record(&log, number).await;
            if fails {
                let error = recorded.unwrap_err();
                assert!(matches!(error, AuditError::Disk(_)), "{error}");
                assert_eq!(ServiceError::from(error).status, 500);
            } else {
                recorded.unwrap();
                kept.push(call(number, "").request_id.to_string());
            }
        }
        failure(&world.disk).store(false, Ordering::SeqCst);
        assert_eq!(log.refused(), 12);
        log.close().await;
        let ids = world.records().into_iter();
        let ids: Vec<_> = ids
            .map(|record| record["requestID"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids, kept);
        let report = verify(&world.audit(), &Range::default(), |_, _| {}).unwrap();
        assert!(report.is_intact(), "{report:?}");
    }
}

#[tokio::test]
async fn nothing_follows_a_record_that_cannot_be_taken_back() {
    let world = World::new();
    let log = world.open().await;
    record(&log, 1).await.unwrap();
    world.disk.full.store(true, Ordering::SeqCst);
    record(&log, 2).await.unwrap_err();
    // There is room again, but the half that was written cannot be cut off.
    world.disk.full.store(false, Ordering::SeqCst);
    world.disk.dead.store(true, Ordering::SeqCst);
    for number in 3..6 {
        record(&log, number).await.unwrap_err();
    }
    world.disk.dead.store(false, Ordering::SeqCst);
    record(&log, 6).await.unwrap();
    log.close().await;
    assert_eq!(world.records().len(), 2);
    let report = verify(&world.audit(), &Range::default(), |_, _| {}).unwrap();
    assert!(report.is_intact(), "{report:?}");
}

#[tokio::test]
async fn a_change_whose_call_was_refused_is_recorded_when_the_disk_works_again() {
    let world = World::new();
    let log = world.open().await;
    let change = call(1, "CreateIPSet");
    telemetry::audit::commit(&*world.store, &change, store::Batch::new())
        .await
        .unwrap();
    world.disk.full.store(true, Ordering::SeqCst);
    log.record(&change, Outcome::Success).await.unwrap_err();
    world.disk.full.store(false, Ordering::SeqCst);
    log.close().await;
    log.reopen().await.unwrap();
    assert_eq!(world.records().len(), 1);
    assert_eq!(world.rows().await, 0);
}

#[tokio::test]
async fn only_one_process_writes_a_log() {
    let world = World::new();
    let log = world.open().await;
    let second = Log::open(world.config.clone(), world.parts()).await;
    assert!(matches!(second, Err(OpenError::InUse(_))), "{second:?}");
    log.close().await;
    let second = world.open().await;
    assert!(matches!(log.reopen().await, Err(OpenError::InUse(_))));
    second.close().await;
    log.reopen().await.unwrap();
    record(&log, 1).await.unwrap();
}

#[tokio::test]
async fn files_are_their_owner_s_only() {
    use std::os::unix::fs::MetadataExt;
    let world = World::new();
    let log = world.open().await;
    record(&log, 1).await.unwrap();
    log.close().await;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!(mode(&world.audit()), 0o700);
    let mut files = 0;
    let mut last = std::path::PathBuf::new();
    for entry in std::fs::read_dir(world.audit()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        files += 1;
        last = last.max(path);
    }
    // A copy in the order of names has no head that is later than its segments.
    let segment = Folder::at(&world.audit()).segments().unwrap().remove(0);
    assert_eq!(segment.path, last);
    assert_eq!(files, 5, "a segment, a head, two keys, a lock");
}
