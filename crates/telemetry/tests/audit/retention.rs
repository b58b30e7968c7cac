//! What is kept, and how a log says what it gave up.

use std::sync::atomic::Ordering;
use std::time::Duration;

use telemetry::audit::{Begin, Outcome, Range, Retention, verify};

use crate::support::{World, call, copy};

const DAY: i64 = 24 * 60 * 60 * 1000;

#[tokio::test]
async fn old_segments_go_and_the_log_says_so() {
    let mut world = World::new();
    world.config.retention = Retention {
        keep: Some(Duration::from_secs(3 * 24 * 60 * 60)),
        bytes_max: None,
    };
    let log = world.open().await;
    for day in 0..6 {
        // A segment a day.
        log.record(&call(day, "GetIPSet"), Outcome::Success)
            .await
            .unwrap();
        world.clock.0.fetch_add(DAY, Ordering::SeqCst);
    }
    let before = copy(&world.audit());
    log.close().await;
    log.reopen().await.unwrap();
    let mut rounds = 0;
    while world.records().len() == 6 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        rounds += 1;
        assert!(rounds < 1000, "nothing is retired");
    }
    log.close().await;
    // A segment goes when its last record is old enough.
    assert_eq!(world.records().len(), 4);
    let report = verify(&world.audit(), &Range::default(), |_, _| {}).unwrap();
    assert!(report.is_intact(), "{report:?}");
    assert_eq!(report.begin, Begin::Retired);
    assert!(report.first > 1);
    // It was said once, and holds: after another start, and in the segments that follow.
    for _ in 0..2 {
        log.reopen().await.unwrap();
        world.clock.0.fetch_add(DAY / 2, Ordering::SeqCst);
        log.record(&call(90, "GetIPSet"), Outcome::Success)
            .await
            .unwrap();
        world.clock.0.fetch_add(DAY / 2, Ordering::SeqCst);
        log.record(&call(91, "GetIPSet"), Outcome::Success)
            .await
            .unwrap();
        log.close().await;
        let report = verify(&world.audit(), &Range::default(), |_, _| {}).unwrap();
        assert!(report.is_intact(), "{report:?}");
        assert_eq!(report.begin, Begin::Retired);
    }
    // The same segments, taken by somebody else, are missed.
    for entry in std::fs::read_dir(before.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        let is_segment = path.extension().is_some_and(|ending| ending == "audit");
        if is_segment && !world.audit().join(name).exists() {
            std::fs::remove_file(path).unwrap();
        }
    }
    let report = verify(before.path(), &Range::default(), |_, _| {}).unwrap();
    assert_eq!(report.begin, Begin::Missing);
    let what = &report.findings[0].what;
    assert!(what.contains("are missing"), "{what}");
}

#[tokio::test]
async fn a_limit_of_bytes_is_held_by_the_oldest() {
    let mut world = World::new();
    world.config.segment_bytes_max = 4096;
    world.config.retention = Retention {
        keep: None,
        bytes_max: Some(10_000),
    };
    let log = world.open().await;
    for number in 0..40 {
        log.record(&call(number, "GetIPSet"), Outcome::Success)
            .await
            .unwrap();
    }
    log.close().await;
    log.reopen().await.unwrap();
    let bytes = || -> u64 {
        let segments = telemetry::audit::Folder::at(&world.audit()).segments();
        segments.unwrap().iter().map(|segment| segment.bytes).sum()
    };
    let mut rounds = 0;
    while bytes() > 13_000 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        rounds += 1;
        assert!(rounds < 1000, "{} bytes are kept", bytes());
    }
    log.close().await;
    let records = world.records();
    assert!(!records.is_empty());
    let last = call(39, "").request_id.to_string();
    assert_eq!(records.last().unwrap()["requestID"], last.as_str());
    let report = verify(&world.audit(), &Range::default(), |_, _| {}).unwrap();
    assert!(report.is_intact(), "{report:?}");
    assert_eq!(report.begin, Begin::Retired);
}

#[tokio::test]
async fn nothing_is_given_up_while_nothing_can_be_signed() {
    let mut world = World::new();
    world.config.segment_bytes_max = 4096;
    world.config.retention.bytes_max = Some(1);
    world.seal.0.store(false, Ordering::SeqCst);
    let log = world.open().await;
    for number in 0..40 {
        log.record(&call(number, "GetIPSet"), Outcome::Success)
            .await
            .unwrap();
    }
    log.close().await;
    log.reopen().await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(world.records().len(), 40);
}

/// Makes a segment's file begin with a head of another time: what anybody can write.
fn backdate(path: &std::path::Path, at: types::Time) {
    let mut bytes = std::fs::read(path).unwrap();
    let text = b"\"time\":\"";
    let from = bytes.windows(text.len()).position(|part| part == text);
    let from = from.unwrap() + text.len();
    let forged = at.to_string();
    bytes[from..from + forged.len()].copy_from_slice(forged.as_bytes());
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_time_or_a_length_that_nobody_signed_makes_nothing_go() {
    for forged_length in [false, true] {
        let mut world = World::new();
        world.config.segment_bytes_max = 4096;
        let log = world.open().await;
        for number in 0..40 {
            log.record(&call(number, "GetIPSet"), Outcome::Success)
                .await
                .unwrap();
        }
        log.close().await;
        drop(log);
        let segments = || {
            telemetry::audit::Folder::at(&world.audit())
                .segments()
                .unwrap()
        };
        let before = segments();
        let mut config = world.config.clone();
        if forged_length {
            // A hole in a file costs nothing.
            let mut options = std::fs::OpenOptions::new();
            let file = options.write(true).open(&before[1].path).unwrap();
            file.set_len(1 << 40).unwrap();
            config.retention = Retention {
                keep: None,
                bytes_max: Some(1 << 30),
            };
        } else {
            let old = crate::support::NOON.minus(Duration::from_secs(10 * 24 * 60 * 60));
            before.iter().for_each(|one| backdate(&one.path, old));
            config.retention.keep = Some(Duration::from_secs(3 * 24 * 60 * 60));
        }
        let log = telemetry::audit::Log::open(config, world.parts()).await;
        let log = log.unwrap();
        // The first thing that its tender does, when its runtime comes to it.
        tokio::time::sleep(Duration::from_millis(200)).await;
        log.close().await;
        let kept = segments();
        assert!(
            before
                .iter()
                .all(|one| kept.iter().any(|kept| kept.path == one.path))
        );
        assert!(
            !world
                .events()
                .iter()
                .any(|event| event["eventName"] == "AuditSegmentsRetired")
        );
    }
}
