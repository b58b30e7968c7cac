//! The sink as a whole: counters exact under many threads, files written and flushed, drops
//! counted, and what recording costs.
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

mod event;

use std::sync::Arc;
use std::time::{Duration, Instant};

use event::{NOON, WEB_ACL, allowed, blocked, id};
use telemetry::metrics::Registry;
use telemetry::request::RequestSink as _;
use telemetry::samples::{ALL, DEFAULT_ACTION};
use telemetry::{Config, EVENTS_BYTES_MAX, Telemetry};

fn start(config: &Config) -> Telemetry {
    Telemetry::start(config, Arc::new(Registry::default())).unwrap()
}

fn value(telemetry: &Telemetry, series: &str) -> u64 {
    let text = telemetry.registry().render();
    let line = text
        .lines()
        .find(|line| line.starts_with(series) && !line.starts_with('#'));
    line.map_or(0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
}

#[tokio::test]
async fn every_view_tells_of_the_same_requests() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        folder: Some(folder.path().join("logs")),
    };
    let telemetry = start(&config);
    for number in 0..100 {
        telemetry.record(allowed(number, NOON));
    }
    for number in 100..130 {
        telemetry.record(blocked(number, NOON));
    }
    let mut unjudged = allowed(200, NOON);
    unjudged.decision = None;
    unjudged.status = 0;
    telemetry.record(unjudged);
    telemetry.settle().await;
    assert_eq!(
        value(&telemetry, r#"btz_requests_total{action="ALLOW"}"#),
        100
    );
    assert_eq!(
        value(&telemetry, r#"btz_requests_total{action="BLOCK"}"#),
        30
    );
    assert_eq!(value(&telemetry, r#"btz_requests_total{action="NONE"}"#), 1);
    assert_eq!(
        value(&telemetry, r#"btz_responses_total{class="2xx"}"#),
        100
    );
    assert_eq!(value(&telemetry, r#"btz_responses_total{class="4xx"}"#), 30);
    assert_eq!(
        value(&telemetry, r#"btz_responses_total{class="broken"}"#),
        1
    );
    assert_eq!(value(&telemetry, "btz_waf_evaluation_seconds_count"), 130);
    let rule = r#"btz_rule_matches_total{web_acl="default",rule_group="AWS#AWSManagedRulesSQLiRuleSet",rule="SQLi_QUERYARGUMENTS",action="BLOCK"}"#;
    assert_eq!(value(&telemetry, rule), 30);
    let end = NOON.plus(Duration::from_secs(60));
    let population = |name| {
        telemetry
            .samples()
            .sample(WEB_ACL, name, NOON, end, 500, end)
            .population
    };
    assert_eq!(
        (
            population(ALL),
            population(DEFAULT_ACTION),
            population("sqli")
        ),
        (130, 100, 30)
    );
    let decision = telemetry.decisions().find(id(115)).unwrap().unwrap();
    assert_eq!(decision.terminating.unwrap().rule, "SQLi_QUERYARGUMENTS");
    assert_eq!(telemetry.decisions().find(id(5)).unwrap(), None);

    telemetry.flush().await;
    let log = std::fs::read_to_string(folder.path().join("logs/waf.log")).unwrap();
    assert_eq!(log.lines().count(), 130);
    let refused = r#""terminatingRuleType":"MANAGED_RULE_GROUP","action":"BLOCK""#;
    assert_eq!(log.matches(refused).count(), 30);
    drop(telemetry);
    let telemetry = start(&config);
    assert!(
        telemetry.decisions().find(id(115)).unwrap().is_some(),
        "after a restart"
    );
}

#[test]
fn an_end_writes_out_what_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let telemetry = start(&Config {
        folder: Some(folder.path().to_owned()),
    });
    for number in 0..5_000 {
        telemetry.record(allowed(number, NOON));
    }
    telemetry.shutdown();
    let log = std::fs::read_to_string(folder.path().join("waf.log")).unwrap();
    assert_eq!(log.lines().count() as u64 + telemetry.dropped(), 5_000);
    assert_eq!(telemetry.dropped(), 0);
    telemetry.record(allowed(1, NOON));
    assert_eq!(telemetry.dropped(), 1, "nobody takes it any more");
}

#[test]
fn lines_are_written_within_a_second_without_being_asked() {
    let folder = tempfile::tempdir().unwrap();
    let telemetry = start(&Config {
        folder: Some(folder.path().to_owned()),
    });
    // Long enough for the worker to have gone to sleep.
    std::thread::sleep(Duration::from_millis(300));
    telemetry.record(blocked(1, NOON));
    let began = Instant::now();
    while std::fs::metadata(folder.path().join("waf.log"))
        .unwrap()
        .len()
        == 0
    {
        assert!(began.elapsed() < Duration::from_secs(1));
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_are_exact_whatever_is_dropped() {
    const THREADS: u64 = 4;
    const EACH: u64 = 20_000;
    let telemetry = Arc::new(start(&Config::default()));
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let telemetry = Arc::clone(&telemetry);
            std::thread::spawn(move || {
                for number in 0..EACH {
                    telemetry.record(allowed(thread * EACH + number, NOON));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    telemetry.settle().await;
    assert_eq!(
        value(&telemetry, r#"btz_requests_total{action="ALLOW"}"#),
        THREADS * EACH
    );
    assert_eq!(
        value(&telemetry, "btz_request_duration_seconds_count"),
        THREADS * EACH
    );
    let end = NOON.plus(Duration::from_secs(1));
    let sampling = telemetry
        .samples()
        .sample(WEB_ACL, ALL, NOON, end, 500, end);
    let dropped = telemetry.dropped();
    assert_eq!(sampling.population, 5_000.min(THREADS * EACH - dropped));
    let dropped_series = r#"btz_telemetry_dropped_total{queue="events"}"#;
    assert_eq!(value(&telemetry, dropped_series), dropped);
}

#[tokio::test]
async fn an_event_larger_than_the_queue_is_dropped_and_counted() {
    let telemetry = start(&Config::default());
    let mut event = blocked(1, NOON);
    event
        .request
        .headers
        .push(("x".to_owned(), vec![0; EVENTS_BYTES_MAX]));
    telemetry.record(event);
    telemetry.record(blocked(2, NOON));
    telemetry.settle().await;
    assert_eq!(telemetry.dropped(), 1);
    assert!(telemetry.decisions().find(id(1)).unwrap().is_none());
    assert!(telemetry.decisions().find(id(2)).unwrap().is_some());
}

#[test]
fn a_disk_that_fails_is_counted_and_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // A file where the folder should be.
    let path = folder.path().join("logs");
    std::fs::write(&path, "").unwrap();
    let refused = Telemetry::start(&Config { folder: Some(path) }, Arc::default());
    assert!(refused.is_err());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_counted_and_refusals_still_explain() {
    let folder = tempfile::tempdir().unwrap();
    // Every write to it fails with ENOSPC.
    for name in ["waf.log", "decisions.ndjson"] {
        std::os::unix::fs::symlink("/dev/full", folder.path().join(name)).unwrap();
    }
    let telemetry = start(&Config {
        folder: Some(folder.path().to_owned()),
    });
    for number in 0..10 {
        telemetry.record(blocked(number, NOON));
    }
    telemetry.flush().await;
    assert_eq!(
        value(
            &telemetry,
            r#"btz_telemetry_dropped_total{queue="waf_log_write"}"#
        ),
        10
    );
    assert_eq!(
        value(
            &telemetry,
            r#"btz_telemetry_dropped_total{queue="decisions_write"}"#
        ),
        10
    );
    assert!(telemetry.decisions().find(id(3)).unwrap().is_some());
}

/// Not a bar but a figure: run with `--release --nocapture` to see it.
#[test]
fn what_recording_costs() {
    let folder = tempfile::tempdir().unwrap();
    let telemetry = start(&Config {
        folder: Some(folder.path().to_owned()),
    });
    const ROUNDS: usize = 20;
    let mut best = Duration::MAX;
    for round in 0..ROUNDS {
        let events: Vec<_> = (0..1_000)
            .map(|number| allowed((round * 1_000 + number) as u64, NOON))
            .collect();
        let began = Instant::now();
        for event in events {
            telemetry.record(event);
        }
        best = best.min(began.elapsed() / 1_000);
        std::thread::sleep(Duration::from_millis(30));
    }
    println!("record: {best:?} an event, {} dropped", telemetry.dropped());
    assert!(best < Duration::from_micros(50), "{best:?}");
}
