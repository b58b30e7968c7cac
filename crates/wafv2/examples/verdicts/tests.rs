//! The corpus itself: it parses, it is large and various enough, its halves share nothing, its
//! labels are known, and every request is one that the edge would take.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::corpus::{self, ATTACKS, BENIGN, Case, HALVES, Kind};
use super::judge;

const ATTACKS_MIN: usize = 1_500;
const ATTACK_PAYLOADS_MIN: usize = 500;
const BENIGN_MIN: usize = 2_000;
const BENIGN_TEXTS_MIN: usize = 1_200;
/// Held out of each kind, at least: fewer would say little of a rate of one in a thousand.
const HELD_OUT_MIN: usize = 1_500;
/// And three of ten of all: what is retired makes the tuned part grow.
const HELD_OUT_PERCENT_MIN: usize = 29;

fn read() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
    corpus::read(&root).unwrap()
}

/// A text without what a template would vary: digits, letter case, white space.
fn essence(text: &str) -> String {
    let mut essence = String::new();
    for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
        let letter = if letter.is_numeric() { '0' } else { letter };
        if letter != '0' || !essence.ends_with('0') {
            essence.extend(letter.to_lowercase());
        }
    }
    essence
}

#[test]
fn ids_are_unique() {
    let mut seen = BTreeSet::new();
    for case in read() {
        let id = (case.half, case.kind, case.id.clone());
        assert!(seen.insert(id), "{} {} is there twice", case.half, case.id);
    }
}

#[test]
fn no_payload_is_there_twice_and_none_is_in_both_halves() {
    let mut homes: BTreeMap<String, String> = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for case in read() {
        let (block, _) = case.id.split_once('@').unwrap_or((&case.id, ""));
        let home = format!("{} {}", case.half, block);
        let first = homes.entry(essence(&case.payload));
        let first = first.or_insert_with(|| home.clone());
        if *first != home {
            twice.insert(format!("{first} is also {home}: {:?}", case.payload));
        }
    }
    assert!(twice.is_empty(), "{twice:#?}");
}

#[test]
fn there_are_as_many_as_promised_and_enough_are_held_out() {
    let cases = read();
    for (kind, requests_min, payloads_min) in [
        (Kind::Attack, ATTACKS_MIN, ATTACK_PAYLOADS_MIN),
        (Kind::Benign, BENIGN_MIN, BENIGN_TEXTS_MIN),
    ] {
        let of_kind = || cases.iter().filter(|case| case.kind == kind);
        let payloads: BTreeSet<String> = of_kind().map(|case| essence(&case.payload)).collect();
        let requests = of_kind().count();
        assert!(requests >= requests_min, "{kind:?}: {requests} requests");
        assert!(
            payloads.len() >= payloads_min,
            "{kind:?}: {} payloads",
            payloads.len()
        );
        let held_out = of_kind().filter(|case| case.half == "held_out").count();
        assert!(
            held_out >= HELD_OUT_MIN && held_out * 100 >= requests * HELD_OUT_PERCENT_MIN,
            "{kind:?}: {held_out} of {requests} are held out: {HELD_OUT_MIN} and three of ten are asked for"
        );
    }
}

#[test]
fn every_class_is_in_both_halves() {
    let cases = read();
    for (kind, classes) in [(Kind::Attack, ATTACKS), (Kind::Benign, BENIGN)] {
        for class in classes {
            for half in HALVES {
                let count = cases
                    .iter()
                    .filter(|case| (case.half, case.kind, case.class) == (*half, kind, *class))
                    .count();
                assert!(count >= 10, "{half} {kind:?} {class}: {count} requests");
            }
        }
    }
}

#[test]
fn every_request_is_one_that_the_edge_takes() {
    for case in read() {
        if let Err(error) = judge::parse(&case.wire) {
            panic!("{} {}: {error:#}", case.half, case.id);
        }
    }
}

#[test]
fn bodies_are_what_their_content_type_says() {
    for case in read() {
        let head = String::from_utf8_lossy(&case.wire.head).to_ascii_lowercase();
        let value = |name: &str| {
            let lines = head.lines();
            let mut values = lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            values.next().unwrap_or_default().to_owned()
        };
        let content_type = value("content-type");
        let body = &case.wire.body;
        let place = format!("{} {}", case.half, case.id);
        if !body.is_empty() {
            assert!(!content_type.is_empty(), "{place}: a body without a type");
        }
        // An attack's body may be broken on purpose.
        if case.kind == Kind::Attack {
            continue;
        }
        if content_type.starts_with("application/json") || content_type.contains("+json") {
            let found = serde_json::from_slice::<serde_json::Value>(body);
            assert!(found.is_ok(), "{place}: no JSON: {:?}", found.err());
        }
        if content_type.starts_with("application/x-www-form-urlencoded") {
            let spoiled = body.iter().any(|byte| !byte.is_ascii_graphic());
            assert!(!spoiled, "{place}: a form has no such bytes");
        }
        if let Some((_, boundary)) = content_type.split_once("multipart/form-data; boundary=") {
            let end = format!("--{}--", boundary.trim_matches('"'));
            let text = String::from_utf8_lossy(body).to_ascii_lowercase();
            assert!(
                text.trim_end().ends_with(&end),
                "{place}: multipart has no end"
            );
        }
        let request_line = head.lines().next().unwrap_or_default();
        let bad = request_line
            .bytes()
            .any(|byte| b"<>\"".contains(&byte) || byte > 0x7e);
        assert!(
            !bad,
            "{place}: a client would have encoded `{request_line}`"
        );
    }
}
