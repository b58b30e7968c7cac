//! Nothing hides beyond a limit, and what hit one is counted.

use std::time::{Duration, Instant};

use waf::limits::{JSON_DEPTH_MAX, JSON_VALUES_MAX, QUERY_ARGUMENTS_MAX};
use waf::{JsonError, JsonWalk};

use crate::fixture::{Shelf, judge, web_acl};

fn contains(field: &str) -> waf::WebAcl {
    let rules = format!(
        r#"[{{"Name": "r", "Priority": 0, "Action": {{"Block": {{}}}}, "Statement": {{"ByteMatchStatement":
            {{"SearchString": "needle", "FieldToMatch": {field}, "PositionalConstraint": "CONTAINS",
              "TextTransformations": [{{"Priority": 0, "Type": "NONE"}}]}}}}}}]"#
    );
    web_acl(&rules, &Shelf::default()).unwrap()
}

#[test]
fn arguments_beyond_the_limit_are_inspected_together() {
    for field in [
        r#"{"AllQueryArguments": {}}"#,
        r#"{"SingleQueryArgument": {"Name": "id"}}"#,
    ] {
        let web_acl = contains(field);
        let padded = format!("GET /?{{a=1&*{QUERY_ARGUMENTS_MAX}}}id=needle HTTP/1.1");
        let verdict = judge(&web_acl, &padded);
        assert!(verdict.terminating.is_some(), "{field}");
        assert_eq!(verdict.limits.query_arguments, 1);
        let verdict = judge(&web_acl, &padded.replace("needle", "thread"));
        assert!(verdict.terminating.is_none());
        let verdict = judge(&web_acl, "GET /?{a=1&*999}id=thread HTTP/1.1");
        assert_eq!(verdict.limits.query_arguments, 0);
    }
}

#[test]
fn body_values_beyond_the_limit_are_inspected_together() {
    let rules = r#"[{"Name": "r", "Priority": 0, "Action": {"Block": {}}, "Statement": {"XssMatchStatement":
        {"FieldToMatch": {"Body": {}}, "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}}]"#;
    let web_acl = web_acl(rules, &Shelf::default()).unwrap();
    let most = waf::limits::FORM_FIELDS_MAX;
    let form = |last: &str| format!("POST / HTTP/1.1\n\n{{a=1&*{most}}}b={last}");
    let verdict = judge(&web_acl, &form("<script>"));
    assert!(verdict.terminating.is_some());
    assert_eq!(verdict.limits.body_values, 1);
    let verdict = judge(&web_acl, &form("script"));
    assert!(verdict.terminating.is_none());
    let verdict = judge(&web_acl, &format!("POST / HTTP/1.1\n\n{{a=1&*{most}}}"));
    assert_eq!(verdict.limits.body_values, 0);
}

#[test]
fn headers_and_cookies_beyond_the_limit_are_counted() {
    let all =
        r#"{"MatchPattern": {"All": {}}, "MatchScope": "ALL", "OversizeHandling": "CONTINUE"}"#;
    let verdict = judge(
        &contains(&format!(r#"{{"Headers": {all}}}"#)),
        "GET / HTTP/1.1\na: {b*8192}",
    );
    assert_eq!((verdict.limits.headers, verdict.limits.cookies), (1, 0));
    let verdict = judge(
        &contains(&format!(r#"{{"Cookies": {all}}}"#)),
        "GET / HTTP/1.1\ncookie: {b*8193}",
    );
    assert_eq!((verdict.limits.headers, verdict.limits.cookies), (0, 1));
}

#[test]
fn json_beyond_the_limits_is_inspected_together() {
    let field = r#"{"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "VALUE"}}"#;
    let config = wire::json::parse(
        br#"{"RequestBody": {"API_GATEWAY": {"DefaultSizeInspectionLimit": "KB_64"}}}"#,
    )
    .unwrap();
    let rules = format!(
        r#"[{{"Name": "r", "Priority": 0, "Action": {{"Block": {{}}}}, "Statement": {{"ByteMatchStatement":
            {{"SearchString": "needle", "FieldToMatch": {field}, "PositionalConstraint": "CONTAINS",
              "TextTransformations": [{{"Priority": 0, "Type": "NONE"}}]}}}}}}]"#
    );
    let web_acl = waf::compile_web_acl(
        &waf::WebAclSource {
            arn: "a",
            name: "a",
            default_action: &crate::fixture::json(r#"{"Allow": {}}"#),
            rules: &crate::fixture::json(&rules),
            custom_response_bodies: None,
            association_config: Some(&config),
            label_namespace: "awswaf:1:webacl:a:",
        },
        &Shelf::default(),
    )
    .unwrap();
    let many = format!("POST / HTTP/1.1\n\n[{{1,*{JSON_VALUES_MAX}}}\"needle\"]");
    let verdict = judge(&web_acl, &many);
    assert!(verdict.terminating.is_some());
    assert_eq!(verdict.limits.json, 1);
    let deep = format!("POST / HTTP/1.1\n\n{{[*{JSON_DEPTH_MAX}}}[\"needle\"");
    let verdict = judge(&web_acl, &deep);
    assert!(verdict.terminating.is_some());
    assert_eq!(verdict.limits.json, 1);
    let verdict = judge(&web_acl, "POST / HTTP/1.1\n\n[[1, 2]]");
    assert_eq!(verdict.limits.json, 0);
}

#[test]
fn json_walks_to_its_depth_and_no_further() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let last = |text: &str| JsonWalk::new(text.as_bytes()).last().unwrap().map(|_| ());
    assert_eq!(last(&nested(JSON_DEPTH_MAX)), Ok(()));
    assert_eq!(
        last(&nested(JSON_DEPTH_MAX + 1)),
        Err(JsonError::TooDeep(JSON_DEPTH_MAX))
    );
    assert!(last(&"[".repeat(1_000_000)).is_err());
}

/// Bodies and queries made to be slow, at the largest sizes that reach the engine.
#[test]
fn hostile_requests_cost_little() {
    let rules = r#"[{"Name": "m", "Priority": 0, "OverrideAction": {"Count": {}}, "Statement":
        {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}},
        {"Name": "s", "Priority": 1, "Action": {"Block": {}}, "Statement": {"SqliMatchStatement":
        {"FieldToMatch": {"Body": {}}, "SensitivityLevel": "HIGH", "TextTransformations": [{"Priority": 0, "Type": "URL_DECODE_UNI"}]}}}]"#;
    let web_acl = web_acl(rules, &Shelf::default()).unwrap();
    for body in [
        "{<*8192}",
        "{'*8192}",
        "{\"*8192}",
        "{=*8192}",
        "{(*8192}",
        "{/**4096}",
        "{%25*2700}",
        "{&#*4096}",
        "{\\*8192}",
        "{<a =*2000}",
        "{union select *600}",
        "{[*8192}",
        "{{\"a\":*1300}",
        "{select*1300}",
        "{..*4096}",
        "{<!--*2000}",
        "{`*8192}",
        "{0x*4000}",
        "{a *4096}",
        "{-*8192}",
        "{http://1*900}",
        "{1.*4000}",
    ] {
        for head in [
            "POST / HTTP/1.1\nuser-agent: t",
            "POST / HTTP/1.1\nuser-agent: t\ncontent-type: application/json",
        ] {
            let request = format!("{head}\n\n{body}");
            let start = Instant::now();
            judge(&web_acl, &request);
            let took = start.elapsed();
            // Unoptimized test builds are some thirty times slower than what is shipped.
            assert!(took < Duration::from_millis(1_000), "{body}: {took:?}");
        }
    }
}
