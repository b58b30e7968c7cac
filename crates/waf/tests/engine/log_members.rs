//! What a verdict tells the WAF log beside the rule that matched: the count that was exceeded, the
//! action that was overridden, the parts that were longer than what was seen of them.

use types::Time;
use waf::{ActionKind, RateCounters, RateMatch, Verdict, WebAcl};

use crate::fixture::{OwnedRequest, Shelf, judge, web_acl};
use crate::verdicts::{shelf, with_group};

fn rule(name: &str, statement: &str) -> String {
    format!(
        r#"[{{"Name": "{name}", "Priority": 0, "Action": {{"Block": {{}}}}, "Statement": {statement}}}]"#
    )
}

/// The eleventh of eleven requests.
fn eleventh(web_acl: &WebAcl, request: &str) -> Verdict {
    let rates = RateCounters::new(0);
    let request = OwnedRequest::parse(request);
    let once = || {
        request.with(None, |request| {
            let now = Time::from_seconds(1_700_000_000);
            web_acl.evaluate(request, &rates, now).unwrap()
        })
    };
    for _ in 0..10 {
        assert_eq!(once().action.kind(), ActionKind::Allow);
    }
    once()
}

fn exceeded(statement: &str, request: &str) -> RateMatch {
    let web_acl = web_acl(&rule("slow", statement), &shelf()).unwrap();
    let terminating = eleventh(&web_acl, request).terminating.unwrap();
    assert_eq!(terminating.kind, "RATE_BASED");
    terminating.rate.unwrap()
}

#[test]
fn an_exceeded_count_has_its_key_limit_and_window() {
    let rate = exceeded(
        r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP", "EvaluationWindowSec": 120}}"#,
        "GET / HTTP/1.1\n:ip: 192.0.2.9",
    );
    assert_eq!(
        (rate.limit_key, rate.limit, rate.window_seconds),
        ("IP", 10, 120)
    );
    assert_eq!(rate.limit_value.as_deref(), Some("192.0.2.9"));
    assert!(rate.custom_values.is_empty());

    let forwarded = r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "FORWARDED_IP",
        "ForwardedIPConfig": {"HeaderName": "X-From", "FallbackBehavior": "MATCH"}}}"#;
    let rate = exceeded(forwarded, "GET / HTTP/1.1\nx-from: 192.0.2.8, 192.0.2.1");
    assert_eq!(
        (rate.limit_key, rate.limit_value.as_deref()),
        ("FORWARDED_IP", Some("192.0.2.8"))
    );
    // A fallback matches at once.
    let web_acl = web_acl(&rule("slow", forwarded), &shelf()).unwrap();
    let verdict = judge(&web_acl, "GET / HTTP/1.1\nx-from: nobody");
    let rate = verdict.terminating.unwrap().rate.unwrap();
    assert_eq!(
        (rate.limit_key, rate.limit_value.as_deref()),
        ("FORWARDED_IP", Some("INVALID"))
    );
}

#[test]
fn custom_keys_are_told_with_their_values() {
    let rate = exceeded(
        r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [
            {"Header": {"Name": "X-Dog", "TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}]}},
            {"Cookie": {"Name": "sid", "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}},
            {"QueryArgument": {"Name": "q", "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}},
            {"HTTPMethod": {}}, {"IP": {}}]}}"#,
        "GET /?q=7 HTTP/1.1\nx-dog: ELLA\ncookie: a=1; sid=9",
    );
    assert_eq!((rate.limit_key, rate.limit_value), ("CUSTOMKEYS", None));
    let values: Vec<(&str, Option<&str>, &[u8])> = rate
        .custom_values
        .iter()
        .map(|custom| (custom.key, custom.name.as_deref(), custom.value.as_slice()))
        .collect();
    let expected: [(&str, Option<&str>, &[u8]); 5] = [
        ("HEADER", Some("x-dog"), b"ella"),
        ("COOKIE", Some("sid"), b"9"),
        ("QUERY_ARGUMENT", Some("q"), b"7"),
        ("HTTP_METHOD", None, b"GET"),
        ("IP", None, b"198.51.100.7"),
    ];
    assert_eq!(values, expected);
}

#[test]
fn overridden_actions_are_told_apart() {
    let judged = |over: &str, rest: &str| {
        let rules = format!(
            r#"[{{"Name": "group", "Priority": 0, "OverrideAction": {{"{over}": {{}}}},
                "Statement": {{"RuleGroupReferenceStatement": {{"ARN": "group" {rest}}}}}}}]"#
        );
        let web_acl = web_acl(&rules, &with_group()).unwrap();
        let verdict = judge(&web_acl, "GET / HTTP/1.1");
        let found = verdict.non_terminating.iter().chain(&verdict.terminating);
        let found = found.filter(|found| found.rule == "blocks");
        let found: Vec<_> = found.cloned().collect();
        assert_eq!(found.len(), 1);
        let group = found[0].rule_group.clone().unwrap();
        (
            found[0].action,
            group.overridden_action,
            group.excluded,
            group.counted_action,
        )
    };
    let (block, count, captcha) = (ActionKind::Block, ActionKind::Count, ActionKind::Captcha);
    assert_eq!(judged("None", ""), (block, None, false, None));
    assert_eq!(judged("Count", ""), (count, None, false, Some(block)));
    let excluded = r#", "ExcludedRules": [{"Name": "blocks"}]"#;
    assert_eq!(judged("None", excluded), (count, Some(block), true, None));
    let over = |action: &str| {
        format!(
            r#", "RuleActionOverrides": [{{"Name": "blocks", "ActionToUse": {{"{action}": {{}}}}}}]"#
        )
    };
    assert_eq!(
        judged("None", &over("Count")),
        (count, Some(block), false, None)
    );
    assert_eq!(
        judged("None", &over("Captcha")),
        (captcha, Some(block), false, None)
    );
    assert_eq!(
        judged("Count", &over("Captcha")),
        (count, Some(block), false, Some(captcha))
    );
}

#[test]
fn only_parts_that_were_looked_at_are_oversize() {
    let looks = |field: &str| {
        rule(
            "r",
            &format!(
                r#"{{"ByteMatchStatement": {{"SearchString": "zz", "PositionalConstraint": "CONTAINS",
                "FieldToMatch": {field}, "TextTransformations": [{{"Priority": 0, "Type": "NONE"}}]}}}}"#
            ),
        )
    };
    let oversize = |field: &str, request: &str| {
        let web_acl = web_acl(&looks(field), &Shelf::default()).unwrap();
        judge(&web_acl, request).oversize_fields
    };
    let long = "POST / HTTP/1.1\ncookie: a={x*9000}\n\n{x*9000}";
    let short = "POST / HTTP/1.1\ncookie: a=b\n\nx";
    let all = r#""MatchPattern": {"All": {}}, "MatchScope": "ALL", "OversizeHandling": "CONTINUE""#;
    for (field, expected) in [
        (r#"{"UriPath": {}}"#.to_owned(), vec![]),
        (
            r#"{"Body": {"OversizeHandling": "CONTINUE"}}"#.to_owned(),
            vec!["REQUEST_BODY"],
        ),
        (
            format!(r#"{{"JsonBody": {{{all}}}}}"#),
            vec!["REQUEST_JSON_BODY"],
        ),
        (
            format!(r#"{{"Headers": {{{all}}}}}"#),
            vec!["REQUEST_HEADERS"],
        ),
        (
            format!(r#"{{"Cookies": {{{all}}}}}"#),
            vec!["REQUEST_COOKIES"],
        ),
    ] {
        assert_eq!(oversize(&field, long), expected, "{field}");
        assert!(oversize(&field, short).is_empty(), "{field}");
    }
}

#[test]
fn the_clients_autonomous_system_is_told_where_a_statement_asks_for_it() {
    let asks = rule("r", r#"{"AsnMatchStatement": {"AsnList": [64496]}}"#);
    let web_acl = |rules: &str| web_acl(rules, &Shelf::default()).unwrap();
    // Nothing is known: 0.
    assert_eq!(judge(&web_acl(&asks), "GET / HTTP/1.1").client_asn, Some(0));
    assert_eq!(judge(&web_acl("[]"), "GET / HTTP/1.1").client_asn, None);
}

#[test]
fn a_detection_of_sql_injection_tells_how_sensitive_it_was() {
    for level in ["LOW", "HIGH"] {
        let statement = format!(
            r#"{{"SqliMatchStatement": {{"SensitivityLevel": "{level}", "FieldToMatch": {{"QueryString": {{}}}},
                "TextTransformations": [{{"Priority": 0, "Type": "URL_DECODE"}}]}}}}"#
        );
        let web_acl = web_acl(&rule("r", &statement), &Shelf::default()).unwrap();
        let verdict = judge(&web_acl, "GET /?a=1%27%20OR%20%271%27=%271 HTTP/1.1");
        let evidence = &verdict.terminating.unwrap().evidence[0];
        assert_eq!(evidence.sensitivity_level, Some(level));
    }
}

#[test]
fn a_web_acl_of_cloudfront_asks_for_payment() {
    let rules = rule("pay", r#"{"GeoMatchStatement": {"CountryCodes": ["XX"]}}"#)
        .replace(r#"{"Block": {}}"#, r#"{"Monetize": {"PriceMultiplier": "2"}}"#)
        .replace(r#"{"GeoMatchStatement": {"CountryCodes": ["XX"]}}"#,
            r#"{"SizeConstraintStatement": {"ComparisonOperator": "GE", "Size": 0, "FieldToMatch": {"UriPath": {}},
                "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}"#);
    let cloudfront = Shelf {
        cloudfront: true,
        ..Shelf::default()
    };
    let verdict = judge(&web_acl(&rules, &cloudfront).unwrap(), "GET / HTTP/1.1");
    let waf::VerdictAction::Block(response) = &verdict.action else {
        panic!("{verdict:?}");
    };
    assert_eq!(response.status, 402);
    assert_eq!(verdict.terminating.unwrap().action, ActionKind::Monetize);
    let regional = web_acl(&rules, &Shelf::default()).unwrap_err();
    assert_eq!(regional.field.as_str(), "RULE_ACTION");
    let rate = rules.replace(
        r#"{"SizeConstraintStatement""#,
        r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP", "ScopeDownStatement": {"SizeConstraintStatement""#,
    );
    let rate = rate.replace("}]}}}]", "}]}}}}}]");
    assert_eq!(
        web_acl(&rate, &cloudfront).unwrap_err().field.as_str(),
        "RULE_ACTION"
    );
}
