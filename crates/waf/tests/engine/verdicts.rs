//! Verdicts: what matches, with what evidence; actions, labels, groups, overrides, rates.

use std::sync::Arc;

use types::Time;
use waf::{
    ActionKind, Evidence, IpSet, RateCounters, RegexPatternSet, RuleGroupSource, VerdictAction,
    WebAcl,
};

use crate::fixture::{OwnedRequest, Shelf, json, judge, web_acl, web_acl_with};

pub(crate) fn shelf() -> Shelf {
    let mut shelf = Shelf::default();
    let addresses = ["192.0.2.0/24", "192.0.2.128/25", "2001:db8::/32"];
    shelf.ip_sets.insert(
        "set".to_owned(),
        Arc::new(IpSet::parse(&addresses).unwrap()),
    );
    let patterns = RegexPatternSet::parse(&["first", "se(c)ond", r"^\d+$"]).unwrap();
    shelf
        .pattern_sets
        .insert("set".to_owned(), Arc::new(patterns));
    shelf
}

fn rule(name: &str, priority: u32, action: &str, rest: &str) -> String {
    format!(
        r#"{{"Name": "{name}", "Priority": {priority}, {action}, {rest},
            "VisibilityConfig": {{"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "metric-{name}"}}}}"#
    )
}

fn blocking(statement: &str) -> WebAcl {
    let rule = rule(
        "rule",
        0,
        r#""Action": {"Block": {}}"#,
        &format!(r#""Statement": {statement}"#),
    );
    web_acl(&format!("[{rule}]"), &shelf()).unwrap_or_else(|error| panic!("{error}: {statement}"))
}

fn in_words(evidence: &Evidence) -> String {
    format!(
        "{} {} {} \"{}\" ~ {}",
        evidence.condition,
        evidence.location,
        evidence.offset,
        String::from_utf8_lossy(&evidence.matched),
        evidence.pattern
    )
}

#[test]
fn statements_and_their_evidence() {
    let text = include_str!("verdicts.txt");
    let mut cases = 0;
    for section in text.split("\n=== ").skip(1) {
        let mut parts = section.split("\n--- ");
        let statement = parts.next().unwrap();
        let web_acl = blocking(statement);
        for case in parts {
            cases += 1;
            let (expected, request) = case.split_once('\n').unwrap();
            let verdict = judge(&web_acl, request);
            let found = match &verdict.terminating {
                None => "no match".to_owned(),
                Some(found) => format!("match: {}", in_words(&found.evidence[0])),
            };
            assert_eq!(found, expected, "{statement}\n{request}");
            let blocked = matches!(verdict.action, VerdictAction::Block(_));
            assert_eq!(blocked, verdict.terminating.is_some());
        }
    }
    assert!(cases > 90, "{cases}");
}

#[test]
fn evidence_is_cut_but_keeps_its_place() {
    let web_acl = blocking(
        r#"{"RegexMatchStatement": {"RegexString": "x{500}", "FieldToMatch": {"QueryString": {}},
            "TextTransformations": [{"Priority": 0, "Type": "NONE"}, {"Priority": 1, "Type": "LOWERCASE"}]}}"#,
    );
    let verdict = judge(&web_acl, "GET /?{a*5000}{X*500}{b*5000} HTTP/1.1");
    let rule_match = verdict.terminating.unwrap();
    assert_eq!(
        (rule_match.kind, rule_match.metric_name.as_str()),
        ("REGULAR", "metric-rule")
    );
    let evidence = &rule_match.evidence[0];
    assert_eq!(evidence.transformations, ["NONE", "LOWERCASE"]);
    assert_eq!(
        (evidence.offset, evidence.matched.len()),
        (5000, Evidence::MATCHED_BYTES_MAX)
    );
    assert_eq!(evidence.value.len(), Evidence::VALUE_BYTES_MAX);
    assert!(
        evidence
            .value
            .windows(256)
            .any(|part| part == evidence.matched)
    );
    assert!(evidence.value.starts_with(b"a") && evidence.value.ends_with(b"b"));
}

const ALL: &str = r#"{"ByteMatchStatement": {"SearchString": "/", "FieldToMatch": {"UriPath": {}},
    "PositionalConstraint": "STARTS_WITH", "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}"#;

fn always() -> String {
    format!(r#""Statement": {ALL}"#)
}

#[test]
fn actions_responses_and_inserted_headers() {
    let rules = [
        rule(
            "last",
            9,
            r#""Action": {"Block": {"CustomResponse": {"ResponseCode": 429, "CustomResponseBodyKey": "slow",
            "ResponseHeaders": [{"Name": "retry-after", "Value": "30"}]}}}"#,
            &always(),
        ),
        rule(
            "first",
            1,
            r#""Action": {"Count": {"CustomRequestHandling": {"InsertHeaders":
            [{"Name": "seen", "Value": "yes"}]}}}"#,
            &format!(r#"{}, "RuleLabels": [{{"Name": "a:b"}}]"#, always()),
        ),
        rule(
            "label",
            5,
            r#""Action": {"Count": {}}"#,
            r#""Statement": {"LabelMatchStatement": {"Scope": "NAMESPACE", "Key": "a:"}}"#,
        ),
    ];
    let bodies = r#"{"slow": {"ContentType": "APPLICATION_JSON", "Content": "{\"slow\": true}"}}"#;
    let rules = format!("[{}]", rules.join(","));
    let web_acl = web_acl_with(r#"{"Allow": {}}"#, &rules, Some(bodies), &shelf()).unwrap();
    let verdict = judge(&web_acl, "GET / HTTP/1.1");
    let VerdictAction::Block(response) = &verdict.action else {
        panic!("{verdict:?}")
    };
    assert_eq!(response.status, 429);
    assert_eq!(
        response.headers,
        [("retry-after".to_owned(), "30".to_owned())]
    );
    assert_eq!(response.body.as_deref(), Some("{\"slow\": true}"));
    assert_eq!(response.content_type, Some("application/json"));
    let inserted = [("x-amzn-waf-seen".to_owned(), "yes".to_owned())];
    assert_eq!(verdict.inserted_headers, inserted);
    assert_eq!(verdict.labels, ["awswaf:111122223333:webacl:test:a:b"]);
    let names: Vec<&str> = verdict
        .non_terminating
        .iter()
        .map(|found| found.rule.as_str())
        .collect();
    assert_eq!(names, ["first", "label"]);
    assert_eq!(
        in_words(&verdict.non_terminating[1].evidence[0]),
        "LABEL LABEL 0 \"awswaf:111122223333:webacl:test:a:b\" ~ awswaf:111122223333:webacl:test:a:"
    );
    for (action, expected) in [
        ("Allow", ActionKind::Allow),
        ("Captcha", ActionKind::Captcha),
        ("Challenge", ActionKind::Challenge),
        ("Block", ActionKind::Block),
    ] {
        let rules = format!(
            "[{}]",
            rule(
                "r",
                0,
                &format!(r#""Action": {{"{action}": {{}}}}"#),
                &always()
            )
        );
        let web_acl = web_acl_with(r#"{"Block": {}}"#, &rules, None, &shelf()).unwrap();
        let verdict = judge(&web_acl, "GET / HTTP/1.1");
        assert_eq!(verdict.action.kind(), expected);
        assert_eq!(verdict.terminating.unwrap().action, expected);
    }
    let empty = web_acl_with(r#"{"Block": {}}"#, "[]", None, &shelf()).unwrap();
    let verdict = judge(&empty, "GET / HTTP/1.1");
    let VerdictAction::Block(response) = &verdict.action else {
        panic!("{verdict:?}")
    };
    assert_eq!(
        (response.status, verdict.terminating.is_none()),
        (403, true)
    );
    let allow =
        r#"{"Allow": {"CustomRequestHandling": {"InsertHeaders": [{"Name": "a", "Value": "b"}]}}}"#;
    let verdict = judge(
        &web_acl_with(allow, "[]", None, &shelf()).unwrap(),
        "GET / HTTP/1.1",
    );
    assert_eq!(
        verdict.inserted_headers,
        [("x-amzn-waf-a".to_owned(), "b".to_owned())]
    );
}

#[test]
fn labels_are_seen_by_later_rules_only() {
    let labelled = |name: &str, priority| {
        rule(
            name,
            priority,
            r#""Action": {"Count": {}}"#,
            &format!(r#"{}, "RuleLabels": [{{"Name": "x:{name}"}}]"#, always()),
        )
    };
    let matching = |priority, scope: &str, key: &str| {
        rule(
            "match",
            priority,
            r#""Action": {"Block": {}}"#,
            &format!(
                r#""Statement": {{"LabelMatchStatement": {{"Scope": "{scope}", "Key": "{key}"}}}}"#
            ),
        )
    };
    for (priority, scope, key, expected) in [
        (5, "LABEL", "x:one", true),
        (0, "LABEL", "x:one", false),
        (5, "LABEL", "one", false),
        (5, "LABEL", "x:on", false),
        (5, "LABEL", "awswaf:111122223333:webacl:test:x:one", true),
        (5, "LABEL", "awswaf:111122223333:webacl:other:x:one", false),
        (5, "NAMESPACE", "x:", true),
        (5, "NAMESPACE", "x", true),
        (5, "NAMESPACE", "x:o", false),
        (5, "NAMESPACE", "awswaf:111122223333:webacl:", true),
        (5, "NAMESPACE", "awswaf:managed:", false),
    ] {
        let rules = format!(
            "[{},{}]",
            labelled("one", 1),
            matching(priority, scope, key)
        );
        let verdict = judge(&web_acl(&rules, &shelf()).unwrap(), "GET / HTTP/1.1");
        assert_eq!(
            verdict.terminating.is_some(),
            expected,
            "{priority} {scope} {key}"
        );
    }
}

pub(crate) fn with_group() -> Shelf {
    let mut shelf = shelf();
    let rules = format!(
        "[{},{},{}]",
        rule(
            "counts",
            0,
            r#""Action": {"Count": {}}"#,
            &format!(r#"{}, "RuleLabels": [{{"Name": "seen"}}]"#, always())
        ),
        rule(
            "labels",
            1,
            r#""Action": {"Count": {}}"#,
            r#""Statement": {"LabelMatchStatement": {"Scope": "LABEL", "Key": "seen"}}"#
        ),
        rule("blocks", 2, r#""Action": {"Block": {}}"#, &always())
    );
    let source = RuleGroupSource {
        arn: "group",
        name: "group",
        rules: &json(&rules),
        custom_response_bodies: None,
        label_namespace: "awswaf:111122223333:rulegroup:group:",
        capacity: Some(50),
    };
    let group = waf::compile_rule_group(&source, &shelf).unwrap();
    assert_eq!(group.capacity(), 50);
    shelf.groups.insert("group".to_owned(), Arc::new(group));
    shelf
}

#[test]
fn tokens_are_spared_for_as_long_as_the_rule_or_the_web_acl_says() {
    let compile = |action: &str, rest: &str| {
        let statement =
            format!(r#"{rest} "Statement": {{"IPSetReferenceStatement": {{"ARN": "set"}}}}"#);
        let rules = rule(
            "asks",
            0,
            &format!(r#""Action": {{"{action}": {{}}}}"#),
            &statement,
        );
        web_acl(&format!("[{rules}]"), &shelf()).unwrap()
    };
    let asked = "GET / HTTP/1.1\n:ip: 192.0.2.1";
    let time = |web_acl: &WebAcl| judge(web_acl, asked).token_immunity_seconds;
    let config =
        |seconds: u32| format!(r#"{{"ImmunityTimeProperty": {{"ImmunityTime": {seconds}}}}}"#);
    assert_eq!(time(&compile("Captcha", "")), Some(300));
    let own = format!(
        r#""CaptchaConfig": {}, "ChallengeConfig": {},"#,
        config(60),
        config(301)
    );
    assert_eq!(time(&compile("Captcha", &own)), Some(60));
    assert_eq!(time(&compile("Challenge", &own)), Some(301));
    assert_eq!(time(&compile("Block", &own)), None);
    let all = |text: &str| wire::json::parse(text.as_bytes()).unwrap();
    let policy = waf::TokenPolicy::compile(
        Some(&all(&config(90))),
        Some(&all(&config(400))),
        Some(&all(r#"["example.org"]"#)),
    )
    .unwrap();
    let with = |web_acl: WebAcl| web_acl.with_tokens(policy.clone());
    assert_eq!(time(&with(compile("Captcha", ""))), Some(90));
    assert_eq!(time(&with(compile("Challenge", ""))), Some(400));
    assert_eq!(time(&with(compile("Challenge", &own))), Some(301));
    let allowed = judge(&with(compile("Captcha", &own)), "GET / HTTP/1.1");
    assert_eq!(allowed.token_immunity_seconds, None);
}

#[test]
fn groups_and_overrides() {
    let reference = |over: &str, rest: &str| {
        let rules = rule(
            "group",
            0,
            &format!(r#""OverrideAction": {{"{over}": {{}}}}"#),
            &format!(
                r#""Statement": {{"RuleGroupReferenceStatement": {{"ARN": "group" {rest}}}}}"#
            ),
        );
        let web_acl = web_acl(&format!("[{rules}]"), &with_group()).unwrap();
        assert_eq!(web_acl.capacity(), 50);
        judge(&web_acl, "GET / HTTP/1.1")
    };
    let names = |verdict: &waf::Verdict| {
        let found = verdict.non_terminating.iter();
        found
            .map(|found| {
                (
                    found.rule.clone(),
                    found
                        .rule_group
                        .as_ref()
                        .unwrap()
                        .overridden_action
                        .is_some()
                        || found.rule_group.as_ref().unwrap().counted_action.is_some(),
                )
            })
            .collect::<Vec<_>>()
    };
    let verdict = reference("None", "");
    assert_eq!(
        names(&verdict),
        [("counts".to_owned(), false), ("labels".to_owned(), false)]
    );
    let terminating = verdict.terminating.as_ref().unwrap();
    assert_eq!(
        (terminating.rule.as_str(), terminating.kind),
        ("blocks", "GROUP")
    );
    assert_eq!(terminating.metric_name, "metric-group");
    let place = terminating.rule_group.as_ref().unwrap();
    assert_eq!(
        (
            place.referring_rule.as_str(),
            place.rule_metric_name.as_str()
        ),
        ("group", "metric-blocks")
    );
    assert_eq!(verdict.labels, ["awswaf:111122223333:rulegroup:group:seen"]);

    let verdict = reference("Count", "");
    assert!(matches!(verdict.action, VerdictAction::Allow) && verdict.terminating.is_none());
    assert_eq!(names(&verdict)[2], ("blocks".to_owned(), true));
    assert_eq!(verdict.non_terminating[2].action, ActionKind::Count);

    for rest in [
        r#", "ExcludedRules": [{"Name": "blocks"}]"#,
        r#", "RuleActionOverrides": [{"Name": "blocks", "ActionToUse": {"Count": {}}}]"#,
    ] {
        let verdict = reference("None", rest);
        assert!(verdict.terminating.is_none(), "{rest}");
        assert_eq!(names(&verdict)[2], ("blocks".to_owned(), true));
    }
    let verdict = reference(
        "None",
        r#", "RuleActionOverrides": [{"Name": "counts", "ActionToUse": {"Captcha": {}}}]"#,
    );
    assert!(matches!(verdict.action, VerdictAction::Captcha));
    assert_eq!(verdict.terminating.unwrap().rule, "counts");
}

#[test]
fn managed_groups_take_scope_down_statements() {
    let rules = r#"[{"Name": "m", "Priority": 0, "OverrideAction": {"None": {}}, "Statement":
        {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet",
         "ScopeDownStatement": {"ByteMatchStatement": {"SearchString": "/app", "FieldToMatch": {"UriPath": {}},
         "PositionalConstraint": "STARTS_WITH", "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}}}}]"#;
    let web_acl = web_acl(rules, &shelf()).unwrap();
    assert_eq!(web_acl.capacity(), 702);
    assert!(judge(&web_acl, "GET /app HTTP/1.1").terminating.is_some());
    assert!(judge(&web_acl, "GET /other HTTP/1.1").terminating.is_none());
}

fn rate(web_acl: &WebAcl, rates: &RateCounters, request: &str, second: i64) -> bool {
    let request = OwnedRequest::parse(request);
    let now = Time::from_seconds(1_700_000_000 + second);
    request.with(web_acl.body_limit(), |request| {
        let verdict = web_acl.evaluate(request, rates, now).unwrap();
        if let Some(found) = &verdict.terminating {
            assert_eq!(
                (found.kind, found.evidence[0].condition),
                ("RATE_BASED", "RATE")
            );
        }
        verdict.terminating.is_some()
    })
}

#[test]
fn rates_are_limited_by_key_and_survive_policy_changes() {
    let acl = |statement: &str| {
        blocking(&format!(
            r#"{{"RateBasedStatement": {{"Limit": 10, "EvaluationWindowSec": 60, {statement}}}}}"#
        ))
    };
    let by_ip = acl(r#""AggregateKeyType": "IP""#);
    let rates = RateCounters::new(1);
    let (one, two) = (
        "GET / HTTP/1.1\n:ip: 192.0.2.1",
        "GET / HTTP/1.1\n:ip: 192.0.2.2",
    );
    for _ in 0..10 {
        assert!(!rate(&by_ip, &rates, one, 0));
    }
    assert!(rate(&by_ip, &rates, one, 1));
    assert!(!rate(&by_ip, &rates, two, 1));
    // Compiled anew, the counters are the same; the window slides.
    let again = acl(r#""AggregateKeyType": "IP""#);
    assert!(rate(&again, &rates, one, 30));
    assert!(!rate(&again, &rates, one, 100));
    let listed = rates.exceeding(
        crate::fixture::ARN,
        "rule",
        10,
        Time::from_seconds(1_700_000_030),
        100,
    );
    assert!(listed.is_empty());

    for (statement, same, other) in [
        (
            r#""AggregateKeyType": "FORWARDED_IP", "ForwardedIPConfig": {"HeaderName": "X-F", "FallbackBehavior": "MATCH"}"#,
            "GET / HTTP/1.1\nx-f: 10.0.0.1, 10.0.0.2",
            "GET / HTTP/1.1\nx-f: 10.0.0.2",
        ),
        (
            r#""AggregateKeyType": "CONSTANT", "ScopeDownStatement": {"ByteMatchStatement": {"SearchString": "/login",
          "FieldToMatch": {"UriPath": {}}, "PositionalConstraint": "EXACTLY", "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}"#,
            "GET /login HTTP/1.1",
            "GET /other HTTP/1.1",
        ),
        (
            r#""AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [{"IP": {}}, {"Header": {"Name": "X-Key",
          "TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}]}}]"#,
            "GET / HTTP/1.1\nx-key: A",
            "GET / HTTP/1.1\nx-key: b",
        ),
        (
            r#""AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [{"HTTPMethod": {}}, {"UriPath":
          {"TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}]"#,
            "GET /ab HTTP/1.1",
            "GET /a HTTP/1.1",
        ),
        (
            r#""AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [{"Cookie": {"Name": "s",
          "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}]"#,
            "GET / HTTP/1.1\ncookie: s=1",
            "GET / HTTP/1.1\ncookie: t=1",
        ),
        (
            r#""AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [{"QueryArgument": {"Name": "s",
          "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}, {"QueryString":
          {"TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}]"#,
            "GET /?s=1 HTTP/1.1",
            "GET / HTTP/1.1",
        ),
        (
            r#""AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [{"JA3Fingerprint": {"FallbackBehavior": "NO_MATCH"}}]"#,
            "GET / HTTP/1.1\n:ja3: x",
            "GET / HTTP/1.1",
        ),
    ] {
        let (acl, rates) = (acl(statement), RateCounters::new(2));
        for _ in 0..10 {
            assert!(!rate(&acl, &rates, same, 0), "{statement}");
            assert!(!rate(&acl, &rates, other, 0), "{statement}");
        }
        assert!(rate(&acl, &rates, same, 0), "{statement}");
        assert_eq!(
            rates
                .exceeding(
                    crate::fixture::ARN,
                    "rule",
                    10,
                    Time::from_seconds(1_700_000_000),
                    9
                )
                .len(),
            1
        );
    }
    let fallback = acl(
        r#""AggregateKeyType": "FORWARDED_IP", "ForwardedIPConfig": {"HeaderName": "X-F", "FallbackBehavior": "MATCH"}"#,
    );
    assert!(rate(&fallback, &rates, "GET / HTTP/1.1\nx-f: nonsense", 0));
    assert!(!rate(&fallback, &rates, "GET / HTTP/1.1", 0));
}
