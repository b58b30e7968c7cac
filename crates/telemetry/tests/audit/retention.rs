//! What is kept, and how a log says what it gave up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use store::{Key, Store};
use telemetry::audit::{Begin, Log, Outcome, Parts, Range, Retention, verify};
use types::{Clock, Time};

use crate::support::{TestClock, World, call, copy, record};

const DAY: i64 = 24 * 60 * 60 * 1000;

#[tokio::test]
async fn old_segments_go_and_the_log_says_so() {
    let mut world = six_days().await;
    world.config.retention.keep = Some(Duration::from_secs(84 * 60 * 60));
    let before = copy(&world.audit());
    let log = world.open().await;
    run_until_retired(&world).await;
    run(&world, 1).await;
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
    record(&log, 0..40).await;
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
    record(&log, 0..40).await;
    log.close().await;
    log.reopen().await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(world.records().len(), 40);
}

/// Makes a segment's file begin with a head of another time: what anybody can write.
fn backdate(path: &std::path::Path, at: Time) {
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
        record(&log, 0..40).await;
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
        let log = Log::open(config, world.parts()).await;
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

/// Six days of a log that is to keep twenty of them, each in a segment of its own, and the log closed. The
/// machine was on for a quarter of each day. Only the test lets time pass from here on.
async fn six_days() -> World {
    let mut world = World::new();
    world.config.retention.keep = Some(Duration::from_secs(20 * 24 * 60 * 60));
    tokio::time::pause();
    for day in 0..6 {
        let log = world.open().await;
        record(&log, day..day + 1).await;
        run(&world, 6).await;
        log.close().await;
        world.clock.0.fetch_add(DAY * 3 / 4, Ordering::SeqCst);
    }
    assert!(!doubts(&world));
    world
}

/// Lets the log run, by both clocks, and do what it does every hour; up to twice so long where the
/// machine is busy.
async fn run(world: &World, hours: u32) {
    // What blocks holds the stopped clock, and time that passes really is for the log's threads.
    let wait = |millis| {
        tokio::task::spawn_blocking(move || std::thread::sleep(Duration::from_millis(millis)))
    };
    for _ in 0..hours {
        let before = clock_row(world).await;
        world.clock.0.fetch_add(DAY / 24, Ordering::SeqCst);
        tokio::time::advance(Duration::from_secs(60 * 60)).await;
        let mut rounds = 0;
        while clock_row(world).await == before {
            // Its hour may have begun later than ours: it was busy with the last.
            tokio::time::advance(Duration::from_secs(60)).await;
            wait(5).await.unwrap();
            rounds += 1;
            assert!(rounds < 4000, "the clock is not looked at");
        }
        wait(20).await.unwrap();
    }
}

/// When the log has written last what time it knows.
async fn clock_row(world: &World) -> Option<store::Revision> {
    let rows = world
        .store
        .rows()
        .snapshot(&Key::new(["audit-clock"]))
        .await;
    rows.unwrap().rows.first().map(|row| row.revision)
}

/// Lets the log run until something was deleted; how many hours that took.
async fn run_until_retired(world: &World) -> u32 {
    let mut hours = 0;
    while world.records().len() == 6 {
        run(world, 1).await;
        hours += 1;
        assert!(hours < 200, "nothing is retired");
    }
    hours
}

fn doubts(world: &World) -> bool {
    let text = world.metrics.render();
    text.contains("btz_audit_clock_doubted 1")
}

fn doubts_told(world: &World) -> usize {
    let events = world.events();
    let told = events.iter();
    told.filter(|event| event["eventName"] == telemetry::audit::CLOCK_DOUBTED)
        .count()
}

#[tokio::test]
async fn a_clock_that_is_far_ahead_at_a_start_deletes_nothing_until_the_log_has_run_a_day() {
    let world = six_days().await;
    world.clock.0.fetch_add(400 * DAY, Ordering::SeqCst);
    let log = world.open().await;
    run(&world, 10).await;
    assert_eq!(world.records().len(), 6);
    assert!(doubts(&world));
    assert_eq!(doubts_told(&world), 1);
    // A start, even one after a crash, neither ends the doubt nor begins it anew.
    log.close().await;
    let frozen = world.freeze().await;
    let log = world.open().await;
    run(&world, 1).await;
    assert_eq!(world.records().len(), 6);
    log.close().await;
    world.thaw(&frozen).await;
    let log = world.open().await;
    let hours = run_until_retired(&world).await;
    assert!((1..24).contains(&hours), "{hours} hours");
    assert!(!doubts(&world));
    log.close().await;
    let report = verify(&world.audit(), &Range::default(), |_, _| {}).unwrap();
    assert!(report.is_intact(), "{report:?}");
    // It was off for long, and is as before.
    world.clock.0.fetch_add(DAY, Ordering::SeqCst);
    let log = world.open().await;
    assert!(!doubts(&world));
    log.close().await;
}

#[tokio::test]
async fn a_clock_that_is_put_right_within_a_day_has_cost_nothing() {
    let world = six_days().await;
    for ahead in [400 * DAY, 10_000 * DAY] {
        world.clock.0.fetch_add(ahead, Ordering::SeqCst);
        let log = world.open().await;
        run(&world, 10).await;
        assert!(doubts(&world));
        world.clock.0.fetch_sub(ahead, Ordering::SeqCst);
        run(&world, 30).await;
        assert!(!doubts(&world));
        assert_eq!(world.records().len(), 6);
        log.close().await;
    }
    // What is really old goes, at once.
    let log = world.open().await;
    let mut days = 0;
    while world.records().len() == 6 {
        world.clock.0.fetch_add(DAY * 3 / 4, Ordering::SeqCst);
        run(&world, 6).await;
        days += 1;
        assert!(!doubts(&world) && days < 40, "{days} days");
    }
    log.close().await;
}

/// Each time by less than is believed at once.
#[tokio::test]
async fn a_clock_that_creeps_deletes_nothing_early_within_a_day() {
    let world = six_days().await;
    let creep = DAY * 29 / 10;
    let log = world.open().await;
    for _ in 0..10 {
        world.clock.0.fetch_add(creep, Ordering::SeqCst);
        run(&world, 1).await;
    }
    assert!(doubts(&world));
    log.close().await;
    for _ in 0..10 {
        world.clock.0.fetch_add(creep, Ordering::SeqCst);
        let log = world.open().await;
        assert!(doubts(&world));
        run(&world, 1).await;
        log.close().await;
    }
    assert_eq!(world.records().len(), 6);
    // Right again, it knows so at once, and nothing is missing.
    world.clock.0.fetch_sub(20 * creep, Ordering::SeqCst);
    let log = world.open().await;
    run(&world, 1).await;
    assert!(!doubts(&world));
    assert_eq!(world.records().len(), 6);
    log.close().await;
}

/// What else a clock that goes on by itself may be: the machine slept over a weekend.
#[tokio::test]
async fn what_got_old_while_the_machine_slept_goes() {
    let mut world = six_days().await;
    world.config.retention.keep = Some(Duration::from_secs(180 * 60 * 60));
    let log = world.open().await;
    run(&world, 2).await;
    assert_eq!(world.records().len(), 6);
    world.clock.0.fetch_add(DAY * 5 / 2, Ordering::SeqCst);
    let hours = run_until_retired(&world).await;
    assert!(!doubts(&world) && hours < 6, "{hours} hours");
    log.close().await;
}

#[tokio::test]
async fn a_clock_that_leaps_while_the_log_runs_deletes_nothing_for_a_day() {
    let world = six_days().await;
    let log = world.open().await;
    run(&world, 2).await;
    assert!(!doubts(&world));
    assert_eq!(doubts_told(&world), 0);
    world.clock.0.fetch_add(400 * DAY, Ordering::SeqCst);
    run(&world, 10).await;
    assert!(doubts(&world));
    assert_eq!(doubts_told(&world), 1);
    assert_eq!(world.records().len(), 6);
    // A crash, while heads have the doubted time already.
    let frozen = world.freeze().await;
    log.close().await;
    world.thaw(&frozen).await;
    let log = world.open().await;
    run(&world, 2).await;
    assert!(doubts(&world));
    assert_eq!(world.records().len(), 6);
    run_until_retired(&world).await;
    log.close().await;
}

/// A clock that is far ahead at each second look, and right at those between.
struct Flickering {
    right: Arc<TestClock>,
    looks: AtomicUsize,
}

impl Clock for Flickering {
    fn now(&self) -> Time {
        let is_ahead = self.looks.fetch_add(1, Ordering::SeqCst).is_multiple_of(2);
        let days = if is_ahead { 400 } else { 0 };
        self.right
            .now()
            .plus(Duration::from_secs(days * 24 * 60 * 60))
    }
}

/// What is judged by one reading of the clock is not given up by another.
#[tokio::test]
async fn a_clock_that_is_put_right_between_two_looks_deletes_nothing() {
    let world = six_days().await;
    let clock = Flickering {
        right: Arc::clone(&world.clock),
        looks: AtomicUsize::new(0),
    };
    let parts = Parts {
        clock: Arc::new(clock),
        ..world.parts()
    };
    let log = Log::open(world.config.clone(), parts).await.unwrap();
    run(&world, 12).await;
    assert_eq!(world.records().len(), 6);
    log.close().await;
}

/// A machine without a battery, before it has asked the network.
#[tokio::test]
async fn a_clock_that_began_in_1970_makes_nothing_old_that_was_not() {
    let mut world = World::new();
    world.config.segment_bytes_max = 4096;
    let log = world.open().await;
    // Of one segment: whatever is behind one that is not old stays with it.
    record(&log, 0..3).await;
    log.close().await;
    // It keeps a month, for the test's patience.
    world.config.retention.keep = Some(Duration::from_secs(30 * 24 * 60 * 60));
    let now = world.clock.0.swap(0, Ordering::SeqCst);
    let log = world.open().await;
    record(&log, 20..40).await;
    world.clock.0.store(now, Ordering::SeqCst);
    log.close().await;
    tokio::time::pause();
    let log = world.open().await;
    run(&world, 3).await;
    assert_eq!(world.records().len(), 23);
    // It goes when it is old.
    let mut days = 0;
    while world.records().len() == 23 {
        world.clock.0.fetch_add(DAY * 3 / 4, Ordering::SeqCst);
        run(&world, 6).await;
        days += 1;
        assert!(!doubts(&world) && days < 40, "{days} days");
    }
    // It runs up to twice as long as it is told to.
    assert!(days > 20, "{days} days");
    log.close().await;
}

#[tokio::test]
async fn a_clock_far_ahead_does_not_let_a_log_outgrow_its_bytes() {
    let mut world = six_days().await;
    world.config.retention.bytes_max = Some(1);
    world.clock.0.fetch_add(400 * DAY, Ordering::SeqCst);
    let log = world.open().await;
    assert!(doubts(&world));
    let hours = run_until_retired(&world).await;
    assert!(hours < 20, "{hours} hours");
    log.close().await;
}
