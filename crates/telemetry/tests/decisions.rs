//! Decisions: found again byte for byte, after a restart and after a kill, within their bounds.
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

mod event;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use event::{NOON, allowed, blocked, id, own_rule};
use proptest::prelude::*;
use telemetry::decisions::{
    DecisionLine, DecisionRecord, Decisions, FILE_BYTES_MAX, FILES_MAX, HEAD_BYTES_MAX,
    LINE_BYTES_MAX, RECENT_BYTES_MAX, RECORDS_MAX, Raw,
};
use telemetry::request::{Action, RequestEvent};

fn keep(decisions: &Decisions, event: &RequestEvent) {
    let line = DecisionLine::of(event).unwrap();
    decisions.remember(&line);
    decisions.persist(std::slice::from_ref(&line)).unwrap();
}

fn record(event: &RequestEvent) -> DecisionRecord {
    DecisionRecord::of(event, event.decision.as_ref().unwrap())
}

#[test]
fn only_refused_and_counted_requests_are_kept() {
    assert!(DecisionLine::of(&allowed(1, NOON)).is_none());
    assert!(DecisionLine::of(&blocked(1, NOON)).is_some());
    let mut counted = allowed(1, NOON);
    counted.decision.as_mut().unwrap().non_terminating = vec![own_rule("c", Action::Count)];
    assert!(DecisionLine::of(&counted).is_some());
    let mut unjudged = allowed(1, NOON);
    unjudged.decision = None;
    assert!(DecisionLine::of(&unjudged).is_none());
}

#[test]
fn a_restart_finds_what_was_decided_before() {
    let folder = tempfile::tempdir().unwrap();
    let events: Vec<_> = (0..50).map(|number| blocked(number, NOON)).collect();
    let first = Decisions::open(folder.path()).unwrap();
    for event in &events {
        keep(&first, event);
    }
    drop(first);
    let second = Decisions::open(folder.path()).unwrap();
    for event in &events {
        assert_eq!(second.find(event.id).unwrap(), Some(record(event)));
    }
    assert_eq!(second.find(id(999)).unwrap(), None);
    let newest: Vec<_> = events.iter().rev().take(10).map(|event| event.id).collect();
    assert_eq!(second.newest(10), newest);
    second.clear().unwrap();
    assert_eq!(second.find(events[0].id).unwrap(), None);
    keep(&second, &events[7]);
    drop(second);
    let third = Decisions::open(folder.path()).unwrap();
    assert_eq!(third.newest(10), [events[7].id]);
}

#[test]
fn memory_and_disk_stay_bounded_while_the_newest_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let decisions = Decisions::open(folder.path()).unwrap();
    let count = 2 * RECORDS_MAX as u64;
    let mut batch = Vec::new();
    for number in 0..count {
        let mut event = blocked(number, NOON);
        event
            .request
            .headers
            .push(("x".to_owned(), vec![b'y'; 3500]));
        let line = DecisionLine::of(&event).unwrap();
        decisions.remember(&line);
        batch.push(line);
        if batch.len() == 100 {
            decisions.persist(&batch).unwrap();
            batch.clear();
        }
    }
    assert!(decisions.bytes() <= RECENT_BYTES_MAX);
    let on_disk: u64 = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    assert!(on_disk <= FILES_MAX * FILE_BYTES_MAX, "{on_disk}");
    for number in (count - 7_000..count).step_by(83) {
        assert!(decisions.find(id(number)).unwrap().is_some(), "{number}");
    }
    assert_eq!(decisions.find(id(0)).unwrap(), None);
    assert!(decisions.newest(usize::MAX).len() <= RECORDS_MAX);
    drop(decisions);
    let again = Decisions::open(folder.path()).unwrap();
    assert!(again.find(id(count - 7_000)).unwrap().is_some());
}

#[test]
fn damaged_lines_are_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decisions.ndjson");
    let decisions = Decisions::open(folder.path()).unwrap();
    keep(&decisions, &blocked(1, NOON));
    drop(decisions);
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap();
    let long = vec![b'z'; 3 * LINE_BYTES_MAX];
    for garbage in [
        &b"\n\n{}\nnonsense\xff\xfe\n"[..],
        b"{\"id\":\"short\"}\n",
        &long,
        b"\n",
    ] {
        file.write_all(garbage).unwrap();
    }
    // Half a record, as a power cut leaves it.
    file.write_all(b"{\"id\":\"7f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5\",\"timest")
        .unwrap();
    drop(file);
    let decisions = Decisions::open(folder.path()).unwrap();
    keep(&decisions, &blocked(2, NOON));
    drop(decisions);
    let decisions = Decisions::open(folder.path()).unwrap();
    assert_eq!(decisions.newest(10), [id(2), id(1)]);
    assert!(decisions.find(id(1)).unwrap().is_some());
    assert!(decisions.find(id(2)).unwrap().is_some());
}

#[test]
fn credentials_are_not_written_down_and_heads_are_cut() {
    let mut event = blocked(1, NOON);
    event.request.headers = vec![
        ("Authorization".to_owned(), b"Bearer hunter2".to_vec()),
        ("cookie".to_owned(), b"session=hunter2".to_vec()),
        ("x".to_owned(), vec![b'x'; 3 * HEAD_BYTES_MAX]),
    ];
    let record = record(&event);
    assert!(!serde_json::to_string(&record).unwrap().contains("hunter2"));
    assert_eq!(record.headers.len(), 2);
    assert_eq!(record.headers_omitted, 1);
}

#[test]
fn the_worst_decision_still_fits_a_line() {
    let mut event = blocked(1, NOON);
    event.request.headers = vec![("\u{1}".repeat(100), vec![1; 100]); 1000];
    let mut rule = own_rule("r", Action::Count);
    rule.evidence = vec![rule.evidence[0].clone(); 1000];
    for evidence in &mut rule.evidence {
        evidence.matched = vec![1; 256];
        evidence.value = vec![1; 1024];
    }
    let decision = event.decision.as_mut().unwrap();
    decision.non_terminating = vec![rule; 1000];
    decision.labels = vec!["l".repeat(1024); 1000];
    let line = DecisionLine::of(&event).unwrap();
    assert!(line.len() <= LINE_BYTES_MAX, "{}", line.len());
}

proptest! {
    #[test]
    fn bytes_survive_json(bytes in any::<Vec<u8>>()) {
        let text = serde_json::to_string(&Raw(bytes.clone())).unwrap();
        prop_assert_eq!(serde_json::from_str::<Raw>(&text).unwrap(), Raw(bytes));
    }
}

/// The child of the test below: decides as fast as it can, and says which decisions are written.
#[test]
fn child_that_is_killed() {
    let Ok(folder) = std::env::var("DECISIONS_FOLDER") else {
        return;
    };
    let decisions = Decisions::open(folder.as_ref()).unwrap();
    let first: u64 = std::env::var("DECISIONS_FIRST").unwrap().parse().unwrap();
    let mut out = std::io::stdout();
    for number in first.. {
        keep(&decisions, &blocked(number, NOON));
        writeln!(out, "\nwritten {number}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn a_kill_loses_no_written_decision() {
    let folder = tempfile::tempdir().unwrap();
    let mut last = 0;
    for round in 0..20_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_is_killed", "--nocapture"])
            .env("DECISIONS_FOLDER", folder.path())
            .env("DECISIONS_FIRST", (last + 1).to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let before = last;
        let enough = before + 3 + round * 7 % 40;
        while last < enough {
            let line = lines.next().unwrap().unwrap();
            if let Some(number) = line.strip_prefix("written ") {
                last = number.parse().unwrap();
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines {
            let line = line.unwrap();
            // The last line may be half a number.
            if let Some(number) = line
                .strip_prefix("written ")
                .and_then(|text| text.parse().ok())
            {
                last = last.max(number);
            }
        }
        let decisions = Decisions::open(folder.path()).unwrap();
        for number in before + 1..enough {
            let event = blocked(number, NOON);
            assert_eq!(
                decisions.find(event.id).unwrap(),
                Some(record(&event)),
                "{number}"
            );
        }
    }
}
