//! Managed rule groups: every rule refuses its attacks and lets their benign twins pass.

use std::collections::BTreeSet;

use types::Time;
use waf::{ActionKind, IpList, ManagedList, Networks, Source};

use crate::fixture::{Shelf, judge, judge_in, web_acl};

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

/// One address for each list, in the order of [`ManagedList::ALL`].
fn networks() -> Networks {
    let lists = ManagedList::ALL.iter().zip(1..);
    lists.fold(Networks::none(), |networks, (list, last)| {
        let text = format!("203.0.113.{last}");
        networks.with_list(*list, IpList::read(&text, Time::from_seconds(0)))
    })
}

#[test]
fn every_rule_has_attacks_and_benign_twins() {
    let networks = networks();
    let mut wrong = Vec::new();
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
            let verdict = judge_in(&counted, &request, &networks);
            let matched: Vec<&str> = verdict
                .non_terminating
                .iter()
                .map(|rule_match| rule_match.rule.as_str())
                .collect();
            seen.insert((rule.clone(), attack));
            if !attack {
                if !matched.is_empty() {
                    wrong.push(format!("{matched:?} matched {request}"));
                    continue;
                }
                let verdict = judge_in(&enforced, &request, &networks);
                assert_eq!(verdict.action.kind(), ActionKind::Allow);
                continue;
            }
            if !matched.contains(&rule.as_str()) {
                wrong.push(format!("{rule} did not match, {matched:?} did: {request}"));
                continue;
            }
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
            let verdict = judge_in(&enforced, &request, &networks);
            let terminating = if listed.action == ActionKind::Block {
                assert_eq!(verdict.action.kind(), ActionKind::Block, "{request}");
                verdict.terminating.unwrap()
            } else {
                assert_eq!(verdict.action.kind(), ActionKind::Allow, "{request}");
                verdict.non_terminating[0].clone()
            };
            let place = terminating.rule_group.unwrap();
            assert_eq!(place.id, format!("AWS#{}", listing.name));
            assert!(place.overridden_action.is_none() && place.counted_action.is_none());
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
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// AWS's groups as its developer guide lists them: name, capacity, label namespace, and rules with
/// the last part of their labels where that is not the rule's name with words in mixed case.
const PUBLISHED: &str = include_str!("managed.published.txt");

#[test]
fn groups_rules_labels_and_capacities_are_awss() {
    let mut ours = String::new();
    for listing in waf::managed::listings().unwrap() {
        let versions = listing.versions.len();
        ours += &format!(
            "{} {} {} {versions}\n",
            listing.name, listing.capacity, listing.label_namespace
        );
        for rule in &listing.rules {
            let labels: Vec<&str> = rule
                .labels
                .iter()
                .map(|label| label.rsplit(':').next().unwrap())
                .collect();
            ours += &format!(
                "  {} {} {}\n",
                rule.name,
                rule.action.as_str(),
                labels.join(" ")
            );
            assert!(
                rule.labels
                    .iter()
                    .all(|label| label.starts_with(&listing.label_namespace))
            );
        }
    }
    assert_eq!(ours, PUBLISHED);
}

#[test]
fn lists_match_nothing_until_they_are_given() {
    for (group, lists) in [
        (
            "AWSManagedRulesAmazonIpReputationList",
            &ManagedList::ALL[..3],
        ),
        ("AWSManagedRulesAnonymousIpList", &ManagedList::ALL[3..]),
    ] {
        let web_acl = web_acl(&reference(group, ""), &Shelf::default()).unwrap();
        let sources: Vec<Source> = lists.iter().copied().map(Source::List).collect();
        assert_eq!(web_acl.sources().collect::<Vec<_>>(), sources);
        for last in 1..6 {
            let request = format!("GET / HTTP/1.1\n:ip: 203.0.113.{last}");
            let verdict = judge(&web_acl, &request);
            assert!(verdict.terminating.is_none() && verdict.non_terminating.is_empty());
        }
        let verdict = judge_in(&web_acl, "GET / HTTP/1.1\n:ip: 203.0.113.1", &networks());
        let blocked = verdict
            .terminating
            .map(|found| found.evidence[0].pattern.clone());
        let expected = (group.contains("Amazon"))
            .then(|| "AWSManagedIPReputationList 203.0.113.1/32".to_owned());
        assert_eq!(blocked, expected);
    }
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
