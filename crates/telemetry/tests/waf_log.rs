//! The WAF log line against AWS's documented form, member by member, and against hostile bytes.
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

mod event;

use event::{NOON, allowed, blocked, own_rule, request};
use proptest::prelude::*;
use serde_json::Value;
use telemetry::request::{
    Action, Evidence, RateKeyValue, RateMatch, RequestEvent, RuleGroupRef, RuleMatch,
};
use telemetry::waf_log::{LABELS_MAX, append_line};

fn line(event: &RequestEvent) -> String {
    let mut lines = Vec::new();
    append_line(&mut lines, event);
    assert_eq!(lines.iter().filter(|byte| **byte == b'\n').count(), 1);
    String::from_utf8(lines).unwrap().trim_end().to_owned()
}

fn pretty(event: &RequestEvent) -> String {
    serde_json::to_string_pretty(&serde_json::from_str::<Value>(&line(event)).unwrap()).unwrap()
}

#[test]
fn a_request_blocked_by_a_managed_rule() {
    insta::assert_snapshot!(pretty(&blocked(1, NOON)));
}

#[test]
fn a_request_allowed_by_the_default_action() {
    let mut event = allowed(2, NOON);
    event.client.ja3 = Some("e7d705a3286e19ea42f587b344ee6865".to_owned());
    event.client.ja4 = Some("t13d1516h2_8daaf6152771_b186095e22b6".to_owned());
    event.request.scheme = "https";
    event.request.version = "HTTP/2.0";
    insta::assert_snapshot!(pretty(&event));
}

#[test]
fn a_request_blocked_by_a_rate_rule_and_an_oversize_body() {
    let mut event = blocked(3, NOON);
    event
        .request
        .headers
        .push(("content-length".to_owned(), b"70000".to_vec()));
    event.request.body_inspected_bytes = 8192;
    event.request.body_oversize = true;
    let decision = event.decision.as_mut().unwrap();
    decision.oversize_fields = vec!["REQUEST_BODY", "REQUEST_HEADERS"];
    decision.client_asn = Some(64_496);
    decision.labels.clear();
    decision.non_terminating = vec![RuleMatch {
        rule: "inner".to_owned(),
        metric_name: "own".to_owned(),
        rule_group: Some(RuleGroupRef {
            referring_rule: "own-group".to_owned(),
            id: "arn:aws:wafv2:us-east-1:123456789012:regional/rulegroup/mine/11".to_owned(),
            overridden_action: Some(Action::Block),
            excluded: false,
            counted_action: None,
        }),
        kind: "GROUP",
        ..own_rule("inner", Action::Count)
    }];
    decision.terminating = Some(RuleMatch {
        kind: "RATE_BASED",
        evidence: vec![Evidence {
            condition: "RATE",
            sensitivity_level: None,
            location: "RATE".to_owned(),
            transformations: Vec::new(),
            matched: Vec::new(),
            offset: 0,
            value: Vec::new(),
            pattern: "120 requests in 300 s, limit 100".to_owned(),
        }],
        rate: Some(RateMatch {
            limit_key: "CUSTOMKEYS",
            limit_value: None,
            limit: 100,
            window_seconds: 300,
            custom_values: vec![
                RateKeyValue {
                    key: "HEADER",
                    name: Some("x-dog".to_owned()),
                    value: "é".repeat(40).into_bytes(),
                },
                RateKeyValue {
                    key: "HTTP_METHOD",
                    name: None,
                    value: b"GET".to_vec(),
                },
            ],
        }),
        ..own_rule("slow-down", Action::Block)
    });
    insta::assert_snapshot!(pretty(&event));
}

#[test]
fn a_request_that_no_web_acl_judged_has_no_line() {
    let mut event = allowed(4, NOON);
    event.decision = None;
    let mut lines = Vec::new();
    append_line(&mut lines, &event);
    assert!(lines.is_empty());
}

#[test]
fn a_captcha_says_why_it_was_asked() {
    let mut event = blocked(5, NOON);
    event.status = 405;
    event.decision.as_mut().unwrap().action = Action::Captcha;
    let line: Value = serde_json::from_str(&line(&event)).unwrap();
    assert_eq!(line["action"], "CAPTCHA");
    assert_eq!(line["captchaResponse"]["responseCode"], 405);
    assert_eq!(line["captchaResponse"]["failureReason"], "TOKEN_MISSING");
    assert!(line.get("challengeResponse").is_none());
}

#[test]
fn the_first_hundred_labels_are_logged() {
    let mut event = blocked(6, NOON);
    event.decision.as_mut().unwrap().labels = (0..300).map(|n| format!("l:{n}")).collect();
    let line: Value = serde_json::from_str(&line(&event)).unwrap();
    assert_eq!(line["labels"].as_array().unwrap().len(), LABELS_MAX);
}

proptest! {
    #[test]
    fn hostile_bytes_stay_one_line_of_json_that_is_safe_to_print(
        name in any::<String>(), value in any::<Vec<u8>>(), path in any::<String>(),
        query in any::<String>(), matched in any::<Vec<u8>>(), method in "\\PC{0,9}\u{7f}?",
    ) {
        let mut event = blocked(7, NOON);
        event.request = request(&path, &query);
        event.request.method = method.clone();
        event.request.headers.push((name, value));
        let decision = event.decision.as_mut().unwrap();
        decision.terminating.as_mut().unwrap().evidence[0].matched = matched;
        let line = line(&event);
        prop_assert!(!line.chars().any(char::is_control));
        let read: Value = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(read["httpRequest"]["uri"].as_str(), Some(&*path));
        prop_assert_eq!(read["httpRequest"]["args"].as_str(), Some(&*query));
        prop_assert_eq!(read["httpRequest"]["httpMethod"].as_str(), Some(&*method));
    }
}

#[test]
fn a_country_is_logged_when_a_statement_looked_for_it() {
    let mut event = allowed(1, NOON);
    let country = |event: &RequestEvent| {
        let line: Value = serde_json::from_str(&line(event)).unwrap();
        line["httpRequest"]["country"].as_str().unwrap().to_owned()
    };
    assert_eq!(country(&event), "-");
    let labels = [
        "awswaf:forwardedip:geo:country:DE",
        "awswaf:clientip:geo:country:CH",
    ];
    event.decision.as_mut().unwrap().labels = labels.map(str::to_owned).to_vec();
    assert_eq!(country(&event), "CH");
}

#[test]
fn headers_that_rules_have_inserted_are_logged() {
    let mut event = allowed(1, NOON);
    let inserted = |event: &RequestEvent| {
        let line: Value = serde_json::from_str(&line(event)).unwrap();
        line["requestHeadersInserted"].clone()
    };
    assert_eq!(inserted(&event), Value::Null);
    let header = ("x-amzn-waf-seen".to_owned(), "yes".to_owned());
    event.decision.as_mut().unwrap().inserted_headers = vec![header];
    let expected = serde_json::json!([{"name": "x-amzn-waf-seen", "value": "yes"}]);
    assert_eq!(inserted(&event), expected);
}

/// A match within a managed group, and what the web ACL made of it.
fn in_group(action: Action, overridden: Option<Action>, counted: Option<Action>) -> RuleMatch {
    let mut matched = event::sqli();
    matched.action = action;
    let group = matched.rule_group.as_mut().unwrap();
    group.overridden_action = overridden;
    group.counted_action = counted;
    matched
}

#[test]
fn what_the_web_acl_overrides_is_logged_as_aws_does() {
    let logged = |matched: RuleMatch| -> Value {
        let mut event = allowed(8, NOON);
        let decision = event.decision.as_mut().unwrap();
        if matched.action == Action::Count {
            decision.non_terminating = vec![matched];
        } else {
            decision.action = matched.action;
            decision.terminating = Some(matched);
        }
        serde_json::from_str(&line(&event)).unwrap()
    };
    let group = |line: &Value| line["ruleGroupList"][0].clone();

    let line = logged(in_group(Action::Count, Some(Action::Block), None));
    let inner = &group(&line)["nonTerminatingMatchingRules"][0];
    assert_eq!(
        (&inner["action"], &inner["overriddenAction"]),
        (&"COUNT".into(), &"BLOCK".into())
    );
    assert_eq!(inner["ruleMatchDetails"][0]["sensitivityLevel"], "LOW");
    assert_eq!(line["nonTerminatingMatchingRules"], serde_json::json!([]));

    let mut excluded = in_group(Action::Count, Some(Action::Block), None);
    excluded.rule_group.as_mut().unwrap().excluded = true;
    let line = logged(excluded);
    let expected = serde_json::json!([
        {"exclusionType": "EXCLUDED_AS_COUNT", "ruleId": "SQLi_QUERYARGUMENTS"}
    ]);
    assert_eq!(group(&line)["excludedRules"], expected);
    assert_eq!(
        group(&line)["nonTerminatingMatchingRules"],
        serde_json::json!([])
    );

    // The group blocked, the web ACL's rule counts that.
    let line = logged(in_group(Action::Count, None, Some(Action::Block)));
    assert_eq!(group(&line)["terminatingRule"]["action"], "BLOCK");
    assert_eq!(
        group(&line)["terminatingRule"]["ruleId"],
        "SQLi_QUERYARGUMENTS"
    );
    assert!(
        group(&line)["terminatingRule"]
            .get("overriddenAction")
            .is_none()
    );
    let expected = serde_json::json!([
        {"ruleId": "sql-injection", "action": "COUNT", "ruleMatchDetails": []}
    ]);
    assert_eq!(line["nonTerminatingMatchingRules"], expected);
    assert_eq!(
        (&line["action"], &line["terminatingRuleId"]),
        (&"ALLOW".into(), &"Default_Action".into())
    );

    let line = logged(in_group(Action::Captcha, Some(Action::Block), None));
    assert_eq!(group(&line)["terminatingRule"]["overriddenAction"], "BLOCK");
    assert_eq!(line["terminatingRuleId"], "sql-injection");
}

#[test]
fn a_count_by_address_is_logged_with_the_address() {
    let mut event = blocked(9, NOON);
    let decision = event.decision.as_mut().unwrap();
    decision.terminating = Some(RuleMatch {
        kind: "RATE_BASED",
        evidence: Vec::new(),
        rate: Some(RateMatch {
            limit_key: "IP",
            limit_value: Some("192.0.2.7".to_owned()),
            limit: 100,
            window_seconds: 60,
            custom_values: Vec::new(),
        }),
        ..own_rule("slow-down", Action::Block)
    });
    let line: Value = serde_json::from_str(&line(&event)).unwrap();
    let expected = serde_json::json!([{
        "rateBasedRuleId": "slow-down", "rateBasedRuleName": "slow-down", "limitKey": "IP",
        "limitValue": "192.0.2.7", "maxRateAllowed": 100, "evaluationWindowSec": "60",
    }]);
    assert_eq!(line["rateBasedRuleList"], expected);
    assert_eq!(line["terminatingRuleId"], "slow-down");
}
