//! Each limit of the log holds, and what it takes away is counted.

use std::sync::atomic::Ordering;

use telemetry::audit::{
    ERROR_MESSAGE_BYTES_MAX, FINDINGS_MAX, Folder, HEAD_EVERY_RECORDS, Outcome, SEGMENT_AGE_MAX,
    segment::RECORD_BYTES_MAX,
};
use types::ServiceError;

use crate::support::{World, call};
use crate::tamper::{self, FRAME, judge};

#[tokio::test]
async fn a_record_that_is_too_long_is_refused_and_counted() {
    let world = World::new();
    let log = world.open().await;
    let mut long = call(1, "GetIPSet");
    long.user_agent = "a".repeat(RECORD_BYTES_MAX);
    let error = log.record(&long, Outcome::Success).await.unwrap_err();
    assert!(error.to_string().contains("more than 262144"), "{error}");
    let details = serde_json::json!({"reason": "a".repeat(RECORD_BYTES_MAX)});
    log.event("BackupFailed", &details).await.unwrap_err();
    let counted = "btz_audit_refused_total{reason=\"other\"} 2";
    assert!(world.metrics.render().contains(counted));
    log.close().await;
    assert!(world.records().is_empty());
}

#[tokio::test]
async fn of_an_error_s_message_so_much_is_kept() {
    let world = World::new();
    let log = world.open().await;
    let error = ServiceError::sender("E", "é".repeat(ERROR_MESSAGE_BYTES_MAX));
    let failed = Outcome::Failure(&error);
    log.record(&call(1, "GetIPSet"), failed).await.unwrap();
    log.close().await;
    let record = world.records().remove(0);
    let kept = record["errorMessage"].as_str().unwrap();
    assert_eq!(kept.len(), ERROR_MESSAGE_BYTES_MAX);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_records_than_that_are_without_a_head() {
    let world = World::new();
    let log = world.open().await;
    let mut callers = Vec::new();
    for caller in 0..200 {
        let log = log.clone();
        callers.push(tokio::spawn(async move {
            for number in 0..110 {
                let call = call(caller * 1000 + number, "GetIPSet");
                log.record(&call, Outcome::Success).await.unwrap();
            }
        }));
    }
    for caller in callers {
        caller.await.unwrap();
    }
    log.close().await;
    let mut without = 0;
    for (_, _, records) in tamper::read(&world.audit()) {
        for record in records {
            without = if record[4] == 2 { 0 } else { without + 1 };
            // A group of all callers may be over it.
            assert!(without < HEAD_EVERY_RECORDS + 200);
        }
    }
}

#[tokio::test]
async fn a_segment_that_is_old_enough_is_followed_by_the_next() {
    let world = World::new();
    let log = world.open().await;
    let day = i64::try_from(SEGMENT_AGE_MAX.as_millis()).unwrap();
    for (number, more) in [(0, day - 1), (1, 1), (2, 0)] {
        let call = call(number, "GetIPSet");
        log.record(&call, Outcome::Success).await.unwrap();
        world.clock.0.fetch_add(more, Ordering::SeqCst);
    }
    log.close().await;
    assert_eq!(Folder::at(&world.audit()).segments().unwrap().len(), 2);
}

#[tokio::test]
async fn so_many_findings_are_told_and_the_others_counted() {
    let world = World::new();
    let log = world.open().await;
    let calls = FINDINGS_MAX as u64 + 50;
    for number in 0..calls {
        let call = call(number, "GetIPSet");
        log.record(&call, Outcome::Success).await.unwrap();
    }
    log.close().await;
    let mut segments = tamper::read(&world.audit());
    let mut changed = 0;
    for record in segments.iter_mut().flat_map(|one| &mut one.2) {
        if record[4] == 1 {
            record[FRAME + 20] ^= 1;
            changed += 1;
        }
    }
    assert_eq!(changed, calls);
    tamper::write(&world.audit(), &segments);
    let report = judge(&world.audit());
    assert_eq!(report.findings.len(), FINDINGS_MAX);
    assert!(report.more_findings >= 50);
}
