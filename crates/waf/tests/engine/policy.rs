//! Policies that cannot be put in force are refused with AWS's field; capacities are AWS's.

use waf::{CompileErrorKind, EmptyLibrary};

use crate::fixture::{Shelf, json, web_acl, web_acl_with};
use crate::verdicts::{shelf, with_group};

fn rule(statement: &str) -> String {
    format!(
        r#"{{"Name": "r", "Priority": 0, "Action": {{"Block": {{}}}}, "Statement": {statement}}}"#
    )
}

fn refusal(rules: &str) -> (CompileErrorKind, String, String) {
    match web_acl(rules, &shelf()) {
        Ok(_) => panic!("accepted: {rules}"),
        Err(error) => (error.kind, error.field.to_string(), error.parameter),
    }
}

const NONE: &str = r#""TextTransformations": [{"Priority": 0, "Type": "NONE"}]"#;

fn byte_match(search: &str, field: &str) -> String {
    format!(
        r#"{{"ByteMatchStatement": {{"SearchString": "{search}", "FieldToMatch": {field},
            "PositionalConstraint": "CONTAINS", {NONE}}}}}"#
    )
}

#[test]
fn wrong_statements_are_refused_with_awss_field() {
    let path = r#"{"UriPath": {}}"#;
    let deep = (0..30).fold(byte_match("x", path), |inner, _| {
        format!(r#"{{"NotStatement": {{"Statement": {inner}}}}}"#)
    });
    let rate = r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP"}}"#;
    for (statement, field, parameter) in [
        ("{}".to_owned(), "STATEMENT", "Statement"),
        (r#"{"NonsenseStatement": {}}"#.to_owned(), "STATEMENT", "NonsenseStatement"),
        (r#"{"XssMatchStatement": {}, "SqliMatchStatement": {}}"#.to_owned(), "STATEMENT", "Statement"),
        (deep, "STATEMENT", "Statement"),
        (format!(r#"{{"NotStatement": {{"Statement": {rate}}}}}"#), "STATEMENT", "RateBasedStatement"),
        (r#"{"NotStatement": {}}"#.to_owned(), "NOT_STATEMENT", "Statement"),
        (format!(r#"{{"AndStatement": {{"Statements": [{}]}}}}"#, byte_match("x", path)), "AND_STATEMENT", "Statements"),
        (byte_match("", path), "BYTE_MATCH_STATEMENT", "SearchString"),
        (byte_match(&"x".repeat(201), path), "BYTE_MATCH_STATEMENT", "SearchString"),
        (byte_match("x", "{}"), "FIELD_TO_MATCH", "FieldToMatch"),
        (byte_match("x", r#"{"UriPath": {}, "Method": {}}"#), "FIELD_TO_MATCH", "FieldToMatch"),
        (byte_match("x", r#"{"SingleHeader": {"Name": " "}}"#), "SINGLE_HEADER", " "),
        (byte_match("x", r#"{"SingleQueryArgument": {}}"#), "SINGLE_QUERY_ARGUMENT", "Name"),
        (byte_match("x", r#"{"Headers": {"MatchPattern": {"All": {}}, "MatchScope": "ALL"}}"#), "OVERSIZE_HANDLING", "OversizeHandling"),
        (byte_match("x", r#"{"Cookies": {"MatchPattern": {}, "MatchScope": "ALL"}}"#), "COOKIE_MATCH_PATTERN", "MatchPattern"),
        (byte_match("x", r#"{"JA3Fingerprint": {}}"#), "FALLBACK_BEHAVIOR", "FallbackBehavior"),
        (byte_match("x", r#"{"JsonBody": {"MatchPattern": {"IncludedPaths": ["x"]}, "MatchScope": "ALL"}}"#), "JSON_MATCH_PATTERN", "x"),
        (byte_match("x", r#"{"JsonBody": {"MatchPattern": {"IncludedPaths": ["/a~2"]}, "MatchScope": "ALL"}}"#), "JSON_MATCH_PATTERN", "/a~2"),
        (byte_match("x", r#"{"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "NO"}}"#), "JSON_MATCH_SCOPE", "NO"),
        (r#"{"XssMatchStatement": {"FieldToMatch": {"UriPath": {}}, "TextTransformations": [{"Priority": 0, "Type": "ROT13"}]}}"#.to_owned(), "TEXT_TRANSFORMATION", "ROT13"),
        (r#"{"XssMatchStatement": {"FieldToMatch": {"UriPath": {}}, "TextTransformations": [{"Priority": 0, "Type": "TRIM"}, {"Priority": 0, "Type": "NONE"}]}}"#.to_owned(), "TEXT_TRANSFORMATION", "0"),
        (format!(r#"{{"XssMatchStatement": {{"FieldToMatch": {path}, "PreParseTextTransformations": [{{"Priority": 0, "Type": "URL_DECODE"}}], {NONE}}}}}"#), "PRE_PARSE_TEXT_TRANSFORMATION", "PreParseTextTransformations"),
        (format!(r#"{{"RegexMatchStatement": {{"RegexString": "(a", "FieldToMatch": {path}, {NONE}}}}}"#), "REGEX_PATTERN_REFERENCE_STATEMENT", "(a"),
        (format!(r#"{{"RegexMatchStatement": {{"RegexString": "(?!a)b", "FieldToMatch": {path}, {NONE}}}}}"#), "REGEX_PATTERN_REFERENCE_STATEMENT", "(?!a)b"),
        (format!(r#"{{"SizeConstraintStatement": {{"ComparisonOperator": "XX", "Size": 1, "FieldToMatch": {path}, {NONE}}}}}"#), "SIZE_CONSTRAINT_STATEMENT", "XX"),
        (format!(r#"{{"SizeConstraintStatement": {{"ComparisonOperator": "EQ", "Size": -1, "FieldToMatch": {path}, {NONE}}}}}"#), "SIZE_CONSTRAINT_STATEMENT", "Size"),
        (r#"{"GeoMatchStatement": {"CountryCodes": []}}"#.to_owned(), "GEO_MATCH_STATEMENT", "CountryCodes"),
        (r#"{"LabelMatchStatement": {"Scope": "LABEL", "Key": "a:"}}"#.to_owned(), "LABEL_MATCH_STATEMENT", "a:"),
        (r#"{"IPSetReferenceStatement": {"ARN": "set", "IPSetForwardedIPConfig": {"HeaderName": "x", "FallbackBehavior": "MATCH", "Position": "MIDDLE"}}}"#.to_owned(), "POSITION", "MIDDLE"),
        (r#"{"RateBasedStatement": {"Limit": 9, "AggregateKeyType": "IP"}}"#.to_owned(), "RATE_BASED_STATEMENT", "Limit"),
        (r#"{"RateBasedStatement": {"Limit": 10, "EvaluationWindowSec": 61, "AggregateKeyType": "IP"}}"#.to_owned(), "RATE_BASED_STATEMENT", "EvaluationWindowSec"),
        (r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "CONSTANT"}}"#.to_owned(), "SCOPE_DOWN", "ScopeDownStatement"),
        (r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "FORWARDED_IP"}}"#.to_owned(), "FORWARDED_IP_CONFIG", "ForwardedIPConfig"),
        (r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": []}}"#.to_owned(), "CUSTOM_KEYS", "CustomKeys"),
        (format!(r#"{{"RateBasedStatement": {{"Limit": 10, "AggregateKeyType": "IP", "ScopeDownStatement": {rate}}}}}"#), "STATEMENT", "RateBasedStatement"),
    ] {
        let rules = format!("[{}]", rule(&statement));
        let (_, found, value) = refusal(&rules);
        assert_eq!((found.as_str(), value.as_str()), (field, parameter), "{statement}");
    }
}

#[test]
fn references_that_lead_nowhere_do_not_exist() {
    for (statement, field) in [
        (
            r#"{"IPSetReferenceStatement": {"ARN": "gone"}}"#.to_owned(),
            "IP_SET_REFERENCE_STATEMENT",
        ),
        (
            format!(
                r#"{{"RegexPatternSetReferenceStatement": {{"ARN": "gone", "FieldToMatch": {{"UriPath": {{}}}}, {NONE}}}}}"#
            ),
            "REGEX_PATTERN_REFERENCE_STATEMENT",
        ),
        (
            r#"{"RuleGroupReferenceStatement": {"ARN": "gone"}}"#.to_owned(),
            "RULE_GROUP_REFERENCE_STATEMENT",
        ),
    ] {
        let (kind, found, parameter) = refusal(&format!("[{}]", rule(&statement)));
        assert_eq!(kind, CompileErrorKind::NonexistentItem);
        assert_eq!((found.as_str(), parameter.as_str()), (field, "gone"));
    }
}

#[test]
fn wrong_rules_are_refused() {
    let statement = byte_match("x", r#"{"UriPath": {}}"#);
    let with = |name: &str, priority: u32, rest: &str| {
        format!(r#"{{"Name": "{name}", "Priority": {priority}, "Statement": {statement}, {rest}}}"#)
    };
    let block = r#""Action": {"Block": {}}"#;
    for (rules, field) in [
        (format!("[{},{}]", with("a", 0, block), with("a", 1, block)), "RULE"),
        (format!("[{},{}]", with("a", 0, block), with("b", 0, block)), "RULE"),
        (format!("[{}]", with("a", 0, r#""OverrideAction": {"None": {}}"#)), "RULE_ACTION"),
        (format!("[{}]", with("a", 0, r#""Action": {}"#)), "RULE_ACTION"),
        (format!("[{}]", with("a", 0, r#""Action": {"Monetize": {}}"#)), "RULE_ACTION"),
        (format!("[{}]", with("a", 0, r#""Action": {"Block": {"CustomResponse": {"ResponseCode": 99}}}"#)), "CUSTOM_RESPONSE"),
        (format!("[{}]", with("a", 0, r#""Action": {"Block": {"CustomResponse": {"ResponseCode": 200, "CustomResponseBodyKey": "gone"}}}"#)), "CUSTOM_RESPONSE_BODY"),
        (format!("[{}]", with("a", 0, r#""Action": {"Allow": {"CustomRequestHandling": {"InsertHeaders": [{"Name": "a", "Value": "b\r\nc: d"}]}}}"#)), "CUSTOM_REQUEST_HANDLING"),
        (format!("[{}]", with("a", 0, &format!(r#"{block}, "RuleLabels": [{{"Name": "a:aws:b"}}]"#))), "RULE"),
        (r#"[{"Name": "g", "Priority": 0, "Action": {"Block": {}}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}}]"#.to_owned(), "OVERRIDE_ACTION"),
        (r#"{"Name": "no list"}"#.to_owned(), "RULE"),
    ] {
        assert_eq!(refusal(&rules).1, field, "{rules}");
    }
    let error = web_acl_with(r#"{"Count": {}}"#, "[]", None, &Shelf::default()).unwrap_err();
    assert_eq!(error.field.as_str(), "DEFAULT_ACTION");
    assert_eq!(
        error.to_string(),
        "Error reason: The parameter contains formatting that is not valid., field: DEFAULT_ACTION, parameter: DefaultAction"
    );
}

#[test]
fn capacities_are_awss() {
    let shelf = with_group();
    let mut lines = 0;
    for line in include_str!("capacities.txt").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut columns = line.splitn(3, " | ");
        let expected: u64 = columns.next().unwrap().parse().unwrap();
        let (source, statement) = (columns.next().unwrap(), columns.next().unwrap());
        let statement = statement
            .replace("$NONE", NONE)
            .replace("$LOWER", r#""TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}]"#)
            .replace("$P", r#""FieldToMatch": {"UriPath": {}}"#)
            .replace("$Q", r#""FieldToMatch": {"AllQueryArguments": {}}"#)
            .replace(
                "$J",
                r#""FieldToMatch": {"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "ALL"}}"#,
            );
        let is_group = statement.contains("GroupStatement") || statement.contains("GroupReference");
        let mut rules = format!("[{}]", rule(&statement));
        if is_group {
            let override_action = r#""OverrideAction": {"None": {}}"#;
            rules = rules.replace(r#""Action": {"Block": {}}"#, override_action);
        }
        assert_eq!(
            waf::check_capacity(&json(&rules), &shelf),
            Ok(expected),
            "{source}: {line}"
        );
        lines += 1;
    }
    assert!(lines > 60, "{lines}");
    let path = r#"{"UriPath": {}}"#;
    let many: Vec<String> = (0..126)
        .map(|index| {
            rule(&format!(
                r#"{{"XssMatchStatement": {{"FieldToMatch": {path}, {NONE}}}}}"#
            ))
            .replace("\"r\"", &format!("\"r{index}\""))
            .replace(
                "\"Priority\": 0, \"Action",
                &format!("\"Priority\": {index}, \"Action"),
            )
        })
        .collect();
    let (kind, field, _) = refusal(&format!("[{}]", many.join(",")));
    assert_eq!(
        (kind, field.as_str()),
        (CompileErrorKind::LimitsExceeded, "WEB_ACL")
    );
    assert_eq!(waf::check_capacity(&json("[]"), &EmptyLibrary), Ok(0));
}

#[test]
fn only_policies_that_read_the_body_hold_it_back() {
    let limit = |field: &str, config: Option<&str>| {
        let rules = json(&format!("[{}]", rule(&byte_match("x", field))));
        let config = config.map(json);
        let source = waf::WebAclSource {
            arn: "a",
            name: "a",
            default_action: &json(r#"{"Allow": {}}"#),
            rules: &rules,
            custom_response_bodies: None,
            association_config: config.as_ref(),
            label_namespace: "awswaf:1:webacl:a:",
        };
        waf::compile_web_acl(&source, &EmptyLibrary)
            .unwrap()
            .body_limit()
    };
    assert_eq!(limit(r#"{"UriPath": {}}"#, None), None);
    assert_eq!(limit(r#"{"Body": {}}"#, None), Some(8192));
    let config = r#"{"RequestBody": {"API_GATEWAY": {"DefaultSizeInspectionLimit": "KB_48"}}}"#;
    assert_eq!(limit(r#"{"Body": {}}"#, Some(config)), Some(48 * 1024));
}
