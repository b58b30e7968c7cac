//! Managed rule groups: every rule refuses its attacks and lets their benign twins pass.

use std::collections::BTreeSet;

use waf::{ActionKind, VerdictAction};

use crate::fixture::{Shelf, judge, web_acl};

const COMMON: &str = "AWSManagedRulesCommonRuleSet";

fn cases(group: &str) -> Vec<(String, bool, String)> {
    let path = format!("{}/managed/{group}.cases.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let cases = text.split("\n=== ").skip(1).map(|case| {
        let (title, request) = case.split_once('\n').unwrap();
        let (rule, kind) = title.split_once(' ').unwrap();
        assert!(matches!(kind, "attack" | "benign"), "{title}");
        (rule.to_owned(), kind == "attack", request.to_owned())
    });
    cases.collect()
}

fn reference(group: &str, rest: &str) -> String {
    format!(
        r#"[{{"Name": "managed", "Priority": 0, "OverrideAction": {{"None": {{}}}},
            "Statement": {{"ManagedRuleGroupStatement": {{"VendorName": "AWS", "Name": "{group}" {rest}}}}},
            "VisibilityConfig": {{"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "m"}}}}]"#
    )
}

#[test]
fn every_rule_has_attacks_and_benign_twins() {
    for listing in waf::managed::listings().unwrap() {
        let enforced = web_acl(&reference(&listing.name, ""), &Shelf::default()).unwrap();
        assert_eq!(enforced.capacity(), listing.capacity);
        let overrides: Vec<String> = listing
            .rules
            .iter()
            .map(|rule| {
                format!(
                    r#"{{"Name": "{}", "ActionToUse": {{"Count": {{}}}}}}"#,
                    rule.name
                )
            })
            .collect();
        let rest = format!(r#", "RuleActionOverrides": [{}]"#, overrides.join(","));
        let counted = web_acl(&reference(&listing.name, &rest), &Shelf::default()).unwrap();
        let mut seen = BTreeSet::new();
        for (rule, attack, request) in cases(&listing.name) {
            let verdict = judge(&counted, &request);
            let matched: Vec<&str> = verdict
                .non_terminating
                .iter()
                .map(|rule_match| rule_match.rule.as_str())
                .collect();
            seen.insert((rule.clone(), attack));
            if !attack {
                assert!(matched.is_empty(), "{matched:?} matched {request}");
                assert!(matches!(
                    judge(&enforced, &request).action,
                    VerdictAction::Allow
                ));
                continue;
            }
            assert!(
                matched.contains(&rule.as_str()),
                "{rule} did not match, {matched:?} did: {request}"
            );
            let listed = listing
                .rules
                .iter()
                .find(|listed| listed.name == rule)
                .unwrap();
            assert!(
                listed
                    .labels
                    .iter()
                    .all(|label| verdict.labels.contains(label))
            );
            let verdict = judge(&enforced, &request);
            assert!(
                matches!(verdict.action, VerdictAction::Block(_)),
                "{request}"
            );
            let place = verdict.terminating.unwrap().rule_group.unwrap();
            assert_eq!(place.id, format!("AWS#{}", listing.name));
            assert!(!place.overridden);
        }
        for rule in &listing.rules {
            assert!(!rule.description.is_empty());
            for attack in [true, false] {
                assert!(
                    seen.contains(&(rule.name.clone(), attack)),
                    "{} {attack}",
                    rule.name
                );
            }
        }
    }
}

#[test]
fn the_common_rule_set_has_awss_names_and_labels() {
    let listings = waf::managed::listings().unwrap();
    let common = listings
        .iter()
        .find(|listing| listing.name == COMMON)
        .unwrap();
    let names: Vec<&str> = common.rules.iter().map(|rule| rule.name.as_str()).collect();
    let expected = "NoUserAgent_HEADER UserAgent_BadBots_HEADER SizeRestrictions_QUERYSTRING \
        SizeRestrictions_Cookie_HEADER SizeRestrictions_BODY SizeRestrictions_URIPATH \
        EC2MetaDataSSRF_BODY EC2MetaDataSSRF_COOKIE EC2MetaDataSSRF_URIPATH \
        EC2MetaDataSSRF_QUERYARGUMENTS GenericLFI_QUERYARGUMENTS GenericLFI_URIPATH \
        GenericLFI_BODY RestrictedExtensions_URIPATH RestrictedExtensions_QUERYARGUMENTS \
        GenericRFI_QUERYARGUMENTS GenericRFI_BODY GenericRFI_URIPATH CrossSiteScripting_COOKIE \
        CrossSiteScripting_QUERYARGUMENTS CrossSiteScripting_BODY CrossSiteScripting_URIPATH";
    assert_eq!(
        names.join(" "),
        expected.split_whitespace().collect::<Vec<_>>().join(" ")
    );
    assert_eq!(common.capacity, 700);
    assert_eq!(
        common.rules[0].labels,
        ["awswaf:managed:aws:core-rule-set:NoUserAgent_Header"]
    );
    assert!(
        common
            .rules
            .iter()
            .all(|rule| rule.action == ActionKind::Block)
    );
}

#[test]
fn references_are_checked() {
    let compile = |rest: &str| web_acl(&reference(COMMON, rest), &Shelf::default()).map(|_| ());
    assert_eq!(compile(r#", "Version": "Version_1.0""#), Ok(()));
    let error = compile(r#", "Version": "Version_9.9""#).unwrap_err();
    assert_eq!(error.kind, waf::CompileErrorKind::NonexistentItem);
    let error = compile(r#", "ExcludedRules": [{"Name": "Nonsense"}]"#).unwrap_err();
    assert_eq!(error.field.as_str(), "EXCLUDED_RULE");
    let error = web_acl(&reference("AWSManagedRulesNonsense", ""), &Shelf::default()).unwrap_err();
    assert_eq!(error.kind, waf::CompileErrorKind::NonexistentItem);
    assert!(waf::managed::find("Acme", COMMON).is_none());
}
