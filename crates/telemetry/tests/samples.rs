//! Samples against a naive model that keeps everything, and their bounds under a flood.

mod event;

use std::time::Duration;

use event::{NOON, WEB_ACL, allowed, blocked, own_rule};
use proptest::prelude::*;
use telemetry::request::{Action, RequestEvent};
use telemetry::samples::{
    ALL, BYTES_MAX, DEFAULT_ACTION, HEAD_BYTES_MAX, ITEMS_MAX, POPULATION_MAX, RULE_ITEMS_MAX,
    RULES_MAX, Samples, WINDOW,
};
use types::Time;

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn a_rule_answers_its_own_requests_with_what_it_did() {
    let samples = Samples::default();
    samples.record(&blocked(1, NOON));
    samples.record(&allowed(2, NOON.plus(Duration::from_millis(400))));
    let end = NOON.plus(HOUR);
    let sample = |name| samples.sample(WEB_ACL, name, NOON, end, 500, end);

    let sqli = sample("sqli");
    assert_eq!(sqli.population, 1);
    let (item, weight) = &sqli.items[0];
    assert_eq!(
        (item.action, *weight, item.response_code_sent),
        (Action::Block, 1, Some(403))
    );
    assert_eq!(
        item.rule_name_within_rule_group.as_deref(),
        Some("AWS#AWSManagedRulesSQLiRuleSet#SQLi_QUERYARGUMENTS")
    );
    assert_eq!(item.request.path, "/items");
    assert_eq!(item.request.labels.len(), 1);

    let counted = &sample("count-curl-metric").items[0].0;
    assert_eq!(
        (counted.action, counted.response_code_sent),
        (Action::Count, None)
    );
    let default = &sample(DEFAULT_ACTION).items;
    assert_eq!(default.len(), 1);
    assert_eq!(default[0].0.id, event::id(2));
    assert_eq!(sample(ALL).population, 2);
    assert_eq!(sample("unknown").population, 0);
    assert_eq!(
        samples
            .sample("other-acl", ALL, NOON, end, 500, end)
            .population,
        0
    );
}

#[test]
fn a_window_reaches_three_hours_back_and_no_further() {
    let samples = Samples::default();
    samples.record(&allowed(1, NOON));
    samples.record(&allowed(2, NOON.plus(HOUR)));
    let now = NOON.plus(WINDOW).plus(Duration::from_secs(1));
    let sampling = samples.sample(WEB_ACL, ALL, NOON, now, 500, now);
    assert_eq!(sampling.start, now.minus(WINDOW));
    assert_eq!(sampling.population, 1);
    // A later request makes the old one be forgotten.
    samples.record(&allowed(3, now));
    assert_eq!(
        samples
            .sample(WEB_ACL, ALL, NOON, now, 500, NOON)
            .population,
        1
    );
    // A clock that jumped ahead and back does not stop the forgetting.
    samples.record(&allowed(4, NOON.plus(1000 * HOUR)));
    samples.record(&allowed(5, now));
    samples.record(&allowed(6, now.plus(4 * HOUR)));
    assert_eq!(
        samples
            .sample(WEB_ACL, ALL, NOON, now.plus(HOUR), 500, NOON)
            .population,
        0
    );
}

#[test]
fn a_busy_window_ends_where_the_first_five_thousand_do() {
    let samples = Samples::default();
    for number in 0..12_000 {
        samples.record(&allowed(number, NOON.plus(Duration::from_millis(number))));
    }
    let end = NOON.plus(HOUR);
    let sampling = samples.sample(WEB_ACL, ALL, NOON, end, 100, end);
    assert_eq!(sampling.population, POPULATION_MAX);
    assert_eq!(sampling.end, NOON.plus(Duration::from_secs(5)));
    assert_eq!(sampling.items.len(), 100);
    let stands_for: u64 = sampling.items.iter().map(|(_, weight)| weight).sum();
    assert!((4_900..=5_200).contains(&stands_for), "{stands_for}");
}

#[test]
fn a_flood_neither_fills_the_memory_nor_drives_out_the_quiet_hour() {
    let samples = Samples::default();
    // A quiet hour: 60 requests, a minute apart.
    for minute in 0..60 {
        samples.record(&allowed(
            minute,
            NOON.plus(Duration::from_secs(60 * minute)),
        ));
    }
    let flood = NOON.plus(HOUR);
    for number in 0..60_000_u64 {
        let mut event = blocked(1_000 + number, flood.plus(Duration::from_millis(number)));
        event.request.headers = vec![("x".to_owned(), vec![b'x'; 4000]); 4];
        samples.record(&event);
        if number.is_multiple_of(5_000) {
            assert!(samples.bytes() <= BYTES_MAX, "{}", samples.bytes());
        }
    }
    assert!(samples.bytes() <= BYTES_MAX);
    let end = flood.plus(HOUR);
    let quiet = samples.sample(WEB_ACL, ALL, NOON, flood, 500, end);
    assert_eq!((quiet.population, quiet.items.len()), (60, 60));
    let busy = samples.sample(
        WEB_ACL,
        "sqli",
        flood,
        flood.plus(Duration::from_secs(4)),
        500,
        end,
    );
    assert_eq!(busy.population, 4_000);
    assert!(!busy.items.is_empty() && busy.items.len() <= ITEMS_MAX);
    for (item, _) in &busy.items {
        let bytes: usize = item
            .request
            .headers
            .iter()
            .map(|(_, value)| value.len())
            .sum();
        assert!(bytes <= HEAD_BYTES_MAX);
    }
}

#[test]
fn rules_beyond_the_maximum_are_counted_as_dropped() {
    let samples = Samples::default();
    for number in 0..RULES_MAX + 100 {
        let mut event = blocked(number as u64, NOON);
        let decision = event.decision.as_mut().unwrap();
        decision.non_terminating.clear();
        decision.terminating = Some(own_rule(&format!("r{number}"), Action::Block));
        samples.record(&event);
    }
    // One of the rules is ALL.
    assert_eq!(samples.dropped(), 101);
}

#[derive(Debug, Clone)]
struct Sent {
    /// Milliseconds after noon.
    at: u64,
    blocked: bool,
}

fn sent() -> impl Strategy<Value = Vec<Sent>> {
    prop::collection::vec(
        (0_u64..20_000, any::<bool>()).prop_map(|(at, blocked)| Sent { at, blocked }),
        0..300,
    )
}

fn event_of(number: usize, sent: &Sent) -> RequestEvent {
    let time = NOON.plus(Duration::from_millis(sent.at));
    if sent.blocked {
        blocked(number as u64, time)
    } else {
        allowed(number as u64, time)
    }
}

proptest! {
    #[test]
    fn populations_are_exact_and_small_windows_complete(
        sent in sent(), start in 0_u64..25, length in 0_u64..25, items_max in 1_usize..600,
    ) {
        let samples = Samples::default();
        for (number, sent) in sent.iter().enumerate() {
            samples.record(&event_of(number, sent));
        }
        let start = NOON.plus(Duration::from_secs(start));
        let end = start.plus(Duration::from_secs(length));
        let now = NOON.plus(HOUR);
        let within = |time: Time| time >= start && time < end;
        for (name, blocked) in [("sqli", Some(true)), (DEFAULT_ACTION, Some(false)), (ALL, None)] {
            let mut naive: Vec<_> = sent
                .iter()
                .enumerate()
                .filter(|(_, sent)| blocked.is_none_or(|blocked| sent.blocked == blocked))
                .map(|(number, sent)| event_of(number, sent))
                .filter(|event| within(event.time))
                .map(|event| event.id)
                .collect();
            let sampling = samples.sample(WEB_ACL, name, start, end, items_max, now);
            prop_assert_eq!(sampling.population, naive.len() as u64, "{}", name);
            prop_assert_eq!(sampling.items.len(), naive.len().min(items_max).min(ITEMS_MAX));
            prop_assert!(sampling.items.len() <= RULE_ITEMS_MAX);
            let mut answered: Vec<_> = sampling.items.iter().map(|(item, _)| item.id).collect();
            let stands_for: u64 = sampling.items.iter().map(|(_, weight)| weight).sum();
            if naive.len() <= items_max {
                answered.sort();
                naive.sort();
                prop_assert_eq!(&answered, &naive, "a window that fits is answered whole");
                prop_assert_eq!(stands_for, naive.len() as u64);
            }
            prop_assert!(sampling.items.is_sorted_by_key(|(item, _)| item.time));
        }
    }
}
