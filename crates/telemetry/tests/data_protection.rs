//! What is protected shows nowhere, and everything else stays as it was.
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

mod event;

use event::{NOON, blocked};
use proptest::prelude::*;
use telemetry::data_protection::{DataProtection, HashKey, Part, protect, redact};
use telemetry::request::{RateKeyValue, RateMatch, RequestEvent};

fn protection(part: Part) -> DataProtection {
    DataProtection {
        part,
        hash: false,
        exclude_rule_match_details: false,
        exclude_rate_based_details: false,
    }
}

fn rich() -> RequestEvent {
    let mut event = blocked(1, NOON);
    event.request.query = "id=secret&%49d=secret&x=1&id&Y=id".to_owned();
    event.request.headers = vec![
        ("host".to_owned(), b"shop.example".to_vec()),
        (
            "cookie".to_owned(),
            b"sid=secret; other=2;sid=secret".to_vec(),
        ),
        ("Authorization".to_owned(), b"secret".to_vec()),
    ];
    event
}

fn header(event: &RequestEvent, name: &str) -> String {
    let mut headers = event.request.headers.iter();
    let (_, value) = headers.find(|(other, _)| other == name).unwrap();
    String::from_utf8(value.clone()).unwrap()
}

#[test]
fn a_part_is_replaced_and_its_neighbours_stay() {
    let mut event = rich();
    let parts = [
        Part::QueryArgument("ID".to_owned()),
        Part::Cookie("sid".to_owned()),
        Part::Header("authorization".to_owned()),
    ];
    protect(&mut event, &parts.map(protection), None);
    assert_eq!(event.request.query, "id=REDACTED&%49d=REDACTED&x=1&id&Y=id");
    assert_eq!(
        header(&event, "cookie"),
        "sid=REDACTED; other=2;sid=REDACTED"
    );
    assert_eq!(header(&event, "Authorization"), "REDACTED");
    assert_eq!(
        (event.request.path.as_str(), event.request.method.as_str()),
        ("/items", "GET")
    );
    // The SQL injection was found in the argument: its details do not show it either.
    let decision = event.decision.unwrap();
    let evidence = &decision.terminating.unwrap().evidence[0];
    assert_eq!(
        (&*evidence.matched, &*evidence.value),
        (&b"REDACTED"[..], &b"REDACTED"[..])
    );
    let other = &decision.non_terminating[0].evidence[0];
    assert_eq!(&*other.matched, b"curl", "of another field");
}

#[test]
fn details_of_matches_can_be_excepted() {
    let mut event = rich();
    let excepted = DataProtection {
        exclude_rule_match_details: true,
        ..protection(Part::QueryString)
    };
    protect(&mut event, &[excepted], None);
    assert_eq!(event.request.query, "REDACTED");
    let evidence = &event.decision.unwrap().terminating.unwrap().evidence[0];
    assert_eq!(&*evidence.matched, b"' or '1'='1");
}

#[test]
fn equal_values_have_equal_hashes_which_another_key_does_not_give() {
    let hashed = |bytes: u8, query: &str| {
        let mut event = rich();
        query.clone_into(&mut event.request.query);
        let hash = DataProtection {
            hash: true,
            ..protection(Part::QueryArgument("id".to_owned()))
        };
        protect(&mut event, &[hash], Some(&HashKey::new(&[bytes; 32])));
        event.request.query
    };
    let one = hashed(1, "id=secret");
    assert_eq!(one.len(), "id=".len() + 64);
    assert_eq!(one, hashed(1, "id=secret"));
    assert_ne!(one, hashed(1, "id=secreT"));
    assert_ne!(one, hashed(2, "id=secret"));
}

#[test]
fn a_part_hides_what_holds_it_and_what_it_holds() {
    for (part, location, hidden) in [
        (
            Part::QueryArgument("id".to_owned()),
            "QUERY_ARGUMENT: ID",
            true,
        ),
        (
            Part::QueryArgument("id".to_owned()),
            "QUERY_ARGUMENT: x",
            false,
        ),
        (Part::QueryArgument("id".to_owned()), "QUERY_STRING", true),
        (Part::QueryString, "QUERY_ARGUMENT: x", true),
        (Part::QueryString, "URI_PATH", false),
        (Part::Cookie("sid".to_owned()), "COOKIE: sid", true),
        (Part::Cookie("sid".to_owned()), "COOKIE: other", false),
        (Part::Cookie("sid".to_owned()), "HEADER: cookie", true),
        (Part::Header("Cookie".to_owned()), "COOKIE: other", true),
        (Part::Header("x".to_owned()), "HEADER: X", true),
        (Part::Header("x".to_owned()), "HEADER: y", false),
        (Part::Body, "JSON_BODY: /a", true),
        (Part::Body, "JSON_KEY: /a", true),
        (Part::Body, "BODY", true),
        (Part::Body, "HEADER: body", false),
        (Part::UriPath, "URI_PATH", true),
        (Part::Method, "METHOD", true),
    ] {
        let mut event = rich();
        let decision = event.decision.as_mut().unwrap();
        let evidence = &mut decision.terminating.as_mut().unwrap().evidence[0];
        location.clone_into(&mut evidence.location);
        redact(&mut event, std::slice::from_ref(&part));
        let evidence = &event.decision.unwrap().terminating.unwrap().evidence[0];
        assert_eq!(
            &*evidence.matched == b"REDACTED",
            hidden,
            "{part:?} {location}"
        );
    }
}

proptest! {
    /// Whatever the query string is: no value of the argument is left, and nothing else changes.
    #[test]
    fn a_query_argument_is_gone_and_the_rest_is_the_same(query in "[a-b=&%61+;]{0,24}") {
        let mut event = rich();
        event.request.query.clone_from(&query);
        redact(&mut event, &[Part::QueryArgument("a".to_owned())]);
        let before: Vec<&str> = query.split('&').collect();
        let after: Vec<&str> = event.request.query.split('&').collect();
        prop_assert_eq!(before.len(), after.len());
        for (before, after) in before.iter().zip(after) {
            let is_named = before.split_once('=').filter(|(name, _)| {
                name.replace("%61", "a") == "a"
            });
            match is_named {
                Some((name, _)) => prop_assert_eq!(after, format!("{name}=REDACTED")),
                None => prop_assert_eq!(*before, after),
            }
        }
    }
}

/// What is left of the values that requests were counted by.
fn counted_by(protections: &[DataProtection]) -> Vec<String> {
    let mut event = blocked(1, NOON);
    let names = [
        ("HEADER", Some("x-user")),
        ("COOKIE", Some("sid")),
        ("QUERY_ARGUMENT", Some("id")),
        ("QUERY_STRING", None),
        ("URI_PATH", None),
    ];
    let values = names.map(|(key, name)| RateKeyValue {
        key,
        name: name.map(str::to_owned),
        value: b"secret".to_vec(),
    });
    let terminating = event
        .decision
        .as_mut()
        .unwrap()
        .terminating
        .as_mut()
        .unwrap();
    terminating.rate = Some(RateMatch {
        limit_key: "CUSTOMKEYS",
        limit_value: None,
        limit: 10,
        window_seconds: 60,
        custom_values: values.to_vec(),
    });
    protect(&mut event, protections, None);
    let terminating = event.decision.unwrap().terminating.unwrap();
    let values = terminating.rate.unwrap().custom_values.into_iter();
    values
        .map(|custom| String::from_utf8(custom.value).unwrap())
        .collect()
}

#[test]
fn values_that_requests_are_counted_by_are_protected_unless_excepted() {
    let shown = |part: Part| {
        let left = counted_by(&[protection(part)]);
        left.iter()
            .map(|value| value == "secret")
            .collect::<Vec<_>>()
    };
    assert_eq!(
        shown(Part::Header("X-User".to_owned())),
        [false, true, true, true, true]
    );
    assert_eq!(
        shown(Part::Header("Cookie".to_owned())),
        [true, false, true, true, true]
    );
    assert_eq!(
        shown(Part::Cookie("sid".to_owned())),
        [true, false, true, true, true]
    );
    assert_eq!(
        shown(Part::QueryArgument("ID".to_owned())),
        [true, true, false, false, true]
    );
    assert_eq!(shown(Part::QueryString), [true, true, false, false, true]);
    assert_eq!(shown(Part::Body), [true; 5]);
    let excepted = DataProtection {
        exclude_rate_based_details: true,
        ..protection(Part::Header("x-user".to_owned()))
    };
    assert_eq!(counted_by(&[excepted])[0], "secret");
}
