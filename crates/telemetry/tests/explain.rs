//! Explanations: what a person reads, and that the exception is the right one, as JSON that WAFv2
//! takes.
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

mod event;

use event::{NOON, allowed, blocked, own_rule};
use proptest::prelude::*;
use serde_json::{Value, json};
use telemetry::decisions::{DecisionRecord, Raw};
use telemetry::explain::{Explanation, PATH_BYTES_MAX, escaped};
use telemetry::request::{Action, RequestEvent};

fn explain(event: &RequestEvent, rule: Option<&Value>) -> Explanation {
    let record = DecisionRecord::of(event, event.decision.as_ref().unwrap());
    Explanation::of(record, rule)
}

fn managed_rule() -> Value {
    json!({
        "Name": "sql-injection",
        "Priority": 3,
        "Statement": {"ManagedRuleGroupStatement": {
            "VendorName": "AWS",
            "Name": "AWSManagedRulesSQLiRuleSet",
            "RuleActionOverrides": [
                {"Name": "SQLi_BODY", "ActionToUse": {"Count": {}}},
                {"Name": "SQLi_QUERYARGUMENTS", "ActionToUse": {"Captcha": {}}},
            ],
        }},
        "OverrideAction": {"None": {}},
    })
}

fn own_blocked() -> RequestEvent {
    let mut event = blocked(1, NOON);
    event.request.path = "/a.b/(c)".to_owned();
    let decision = event.decision.as_mut().unwrap();
    decision.non_terminating.clear();
    decision.terminating = Some(own_rule("no-curl", Action::Block));
    event
}

#[test]
fn a_person_reads_where_what_and_how_to_allow_it() {
    insta::assert_snapshot!(explain(&blocked(1, NOON), Some(&managed_rule())).to_text());
}

#[test]
fn an_own_rule_without_its_text() {
    insta::assert_snapshot!(explain(&own_blocked(), None).to_text());
}

#[test]
fn a_counted_request() {
    let mut event = blocked(1, NOON);
    event.status = 200;
    let decision = event.decision.as_mut().unwrap();
    decision.action = Action::Allow;
    decision.terminating = None;
    let explanation = explain(&event, None);
    assert_eq!(explanation.exceptions, []);
    insta::assert_snapshot!(explanation.to_text());
}

#[test]
fn a_machine_reads_the_same() {
    let explanation = explain(&blocked(1, NOON), Some(&managed_rule()));
    let json = explanation.to_json();
    assert_eq!(
        serde_json::from_str::<Explanation>(&json).unwrap(),
        explanation
    );
}

#[test]
fn a_managed_rule_is_overridden_beside_the_overrides_that_are_there() {
    let exceptions = explain(&blocked(1, NOON), Some(&managed_rule())).exceptions;
    // Smallest of all: the rule goes on to refuse elsewhere, by its label.
    let added = &exceptions[0].adds_rule.as_ref().unwrap()["Statement"]["AndStatement"];
    assert_eq!(
        added["Statements"][0]["LabelMatchStatement"]["Key"],
        "awswaf:managed:aws:sql-database:SQLi_QueryArguments"
    );
    assert_eq!(
        added["Statements"][1]["NotStatement"]["Statement"]["RegexMatchStatement"]["RegexString"],
        "^/items$"
    );
    assert_eq!(exceptions[0].json, exceptions[1].json);
    let smallest = &exceptions[1];
    assert!(smallest.complete && smallest.adds_rule.is_none());
    assert_eq!(smallest.changes_rule.as_deref(), Some("sql-injection"));
    let statement = &smallest.json["Statement"]["ManagedRuleGroupStatement"];
    assert_eq!(
        statement["RuleActionOverrides"],
        json!([
            {"Name": "SQLi_BODY", "ActionToUse": {"Count": {}}},
            {"Name": "SQLi_QUERYARGUMENTS", "ActionToUse": {"Count": {}}},
        ])
    );
    assert_eq!(smallest.json["Priority"], 3);
    let scope = &exceptions[2].json["Statement"]["ManagedRuleGroupStatement"]["ScopeDownStatement"];
    assert_eq!(
        scope["NotStatement"]["Statement"]["RegexMatchStatement"]["RegexString"],
        "^/items$"
    );
}

#[test]
fn an_own_rule_keeps_its_statement_and_leaves_out_the_path() {
    let rule = json!({
        "Name": "no-curl",
        "Priority": 0,
        "Statement": {"AndStatement": {"Statements": [{"A": 1}, {"B": 2}]}},
        "Action": {"Block": {}},
    });
    let exceptions = explain(&own_blocked(), Some(&rule)).exceptions;
    assert_eq!(exceptions.len(), 1);
    assert!(exceptions[0].complete);
    let statements = &exceptions[0].json["Statement"]["AndStatement"]["Statements"];
    assert_eq!(
        (&statements[0], &statements[1]),
        (&json!({"A": 1}), &json!({"B": 2}))
    );
    assert_eq!(
        statements[2]["NotStatement"]["Statement"]["RegexMatchStatement"]["RegexString"],
        r"^/a\.b/\(c\)$"
    );
}

#[test]
fn a_rule_that_was_replaced_since_is_not_used() {
    let other = json!({"Name": "another", "Statement": {"X": 1}});
    let exceptions = explain(&own_blocked(), Some(&other)).exceptions;
    assert!(!exceptions[0].complete);
    assert!(exceptions[0].json.get("NotStatement").is_some());
}

#[test]
fn a_rate_rule_is_scoped_down_and_a_default_action_gets_an_allow_rule() {
    let mut event = own_blocked();
    event
        .decision
        .as_mut()
        .unwrap()
        .terminating
        .as_mut()
        .unwrap()
        .kind = "RATE_BASED";
    let rule = json!({"Name": "no-curl", "Statement": {"RateBasedStatement": {
        "Limit": 100, "AggregateKeyType": "IP", "ScopeDownStatement": {"S": 1},
    }}});
    let exception = &explain(&event, Some(&rule)).exceptions[0];
    let scope = &exception.json["Statement"]["RateBasedStatement"]["ScopeDownStatement"];
    assert_eq!(scope["AndStatement"]["Statements"][0], json!({"S": 1}));

    event.decision.as_mut().unwrap().terminating = None;
    let exception = &explain(&event, None).exceptions[0];
    assert_eq!(
        exception.adds_rule.as_ref().unwrap()["Action"],
        json!({"Allow": {}})
    );
    assert_eq!(exception.changes_rule, None);
}

#[test]
fn an_allowed_request_without_matches_is_said_to_be_allowed() {
    let explanation = explain(&allowed(1, NOON), None);
    assert!(
        explanation.verdict.contains("was allowed"),
        "{}",
        explanation.verdict
    );
    assert!(explanation.matches.is_empty());
}

#[test]
fn escapes() {
    let bytes = b"a\\\x1b[31m\n\x7f\xff\xc2\x9b\xe2\x80\xae\xc3\xa9";
    assert_eq!(escaped(bytes), r"a\\\x1b[31m\n\x7f\xff\u{9b}\u{202e}é");
}

proptest! {
    #[test]
    fn no_request_can_steer_the_terminal_and_marks_stand_under_the_match(
        before in prop::collection::vec(any::<u8>(), 0..80),
        matched in prop::collection::vec(any::<u8>(), 1..60),
        after in prop::collection::vec(any::<u8>(), 0..80),
        path in any::<String>(), rule in any::<String>(), method in any::<String>(),
    ) {
        let mut event = own_blocked();
        event.request.path = path.clone();
        event.request.method = method;
        let terminating = event.decision.as_mut().unwrap().terminating.as_mut().unwrap();
        terminating.rule = rule;
        let evidence = &mut terminating.evidence[0];
        evidence.value = [&*before, &matched, &after].concat();
        evidence.matched = matched.clone();
        evidence.offset = before.len();
        let explanation = explain(&event, None);
        let text = explanation.to_text();
        prop_assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n'), "{:?}", text);
        prop_assert!(!explanation.to_json().chars().any(char::is_control));
        let mut lines = text.lines().skip_while(|line| !line.starts_with("Bytes"));
        let (bytes, marks) = (lines.next().unwrap(), lines.next().unwrap());
        let from = marks.find('^').unwrap();
        let count = marks.matches('^').count();
        let marked: String = bytes.chars().skip(from).take(count).collect();
        let expected: String = escaped(&matched)
            .chars()
            .map(|letter| if letter.is_ascii() { letter.to_string() } else { letter.escape_unicode().to_string() })
            .collect();
        prop_assert_eq!(marked, expected);
        prop_assert_eq!(explanation.exceptions.is_empty(), path.is_empty() || path.len() > PATH_BYTES_MAX);
        prop_assert_eq!(&explanation.matches[0].evidence[0].matched, &Raw(matched));
    }
}
