//! The smallest change of the policy that lets a refused request pass, as WAFv2 JSON.
//! Source: AWS WAF Developer Guide, "Overriding rule actions in rule groups", "Scope-down
//! statements" and "Mitigating false positives".
//!
//! Paths are written as regular expressions rather than byte matches: a `SearchString` is text in
//! one client and base64 in another, a `RegexString` is the same in all.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{full_name, is_refused};
use crate::decisions::{DecisionRecord, GroupRecord, MatchRecord};
use crate::explain::escaped;

/// The longest path that an exception is scoped to: its expression must keep within the 512
/// characters of a `RegexString` even if every byte is escaped.
pub const PATH_BYTES_MAX: usize = 250;

/// One change that would let the request pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exception {
    /// What it does, in one sentence.
    pub summary: String,
    /// The rule of the web ACL that changes; none when a rule is added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes_rule: Option<String>,
    /// Whether `json` is a complete rule for UpdateWebACL; else it is the part to add to it.
    pub complete: bool,
    /// The changed rule or the part to add to it, in WAFv2 JSON; null when no rule changes.
    pub json: Value,
    /// A rule to add right behind the changed one (its priority is left to choose).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adds_rule: Option<Value>,
}

/// The changes that would let this request pass, the one that allows least first. `rule` is the web
/// ACL's own rule that refused it, as GetWebACL answers it.
#[must_use]
pub fn exceptions(decision: &DecisionRecord, rule: Option<&Value>) -> Vec<Exception> {
    if !is_refused(decision) {
        return Vec::new();
    }
    let Some(matched) = &decision.terminating else {
        return vec![allow_path(decision)];
    };
    // A rule of another name was put in its place since: its text does not belong here.
    let rule = rule
        .filter(|rule| rule.get("Name").and_then(Value::as_str) == Some(matched.web_acl_rule()));
    let path = path_regex(&decision.path);
    match &matched.rule_group {
        Some(group) => {
            let everywhere = override_rule(matched, group, rule);
            let mut exceptions = Vec::new();
            if let (Some(path), Some(label)) = (&path, label_of(matched, &decision.labels)) {
                exceptions.push(override_on_path(
                    matched,
                    &everywhere,
                    label,
                    path,
                    decision,
                ));
            }
            exceptions.push(everywhere);
            // A managed group can be kept from a path; a reference to an own group cannot.
            if let Some(path) = path.filter(|_| matched.kind == "MANAGED_RULE_GROUP") {
                exceptions.push(scope_down(matched, &path, &decision.path, rule));
            }
            exceptions
        }
        None if matched.kind == "RATE_BASED" => path
            .as_ref()
            .map(|path| scope_down(matched, path, &decision.path, rule))
            .into_iter()
            .collect(),
        None => path
            .as_ref()
            .map(|path| except_path(matched, path, &decision.path, rule))
            .into_iter()
            .collect(),
    }
}

/// One rule of a group counts instead of refusing. Every other rule stays.
fn override_rule(matched: &MatchRecord, group: &GroupRecord, rule: Option<&Value>) -> Exception {
    let entry = json!({"Name": matched.rule, "ActionToUse": {"Count": {}}});
    let changed = rule.and_then(|rule| {
        let mut rule = rule.clone();
        let overrides = group_statement(&mut rule)?
            .entry("RuleActionOverrides")
            .or_insert_with(|| json!([]))
            .as_array_mut()?;
        overrides.retain(|other| other.get("Name") != entry.get("Name"));
        overrides.push(entry.clone());
        Some(rule)
    });
    let complete = changed.is_some();
    Exception {
        summary: format!(
            "Let {} count instead of refuse; all other rules of the group stay as they are.",
            full_name(matched)
        ),
        changes_rule: Some(group.referring_rule.clone()),
        complete,
        json: changed.unwrap_or_else(|| json!({"RuleActionOverrides": [entry]})),
        adds_rule: None,
    }
}

/// The label that this rule of a group gave: AWS's managed groups name it after the rule.
fn label_of<'a>(matched: &MatchRecord, labels: &'a [String]) -> Option<&'a str> {
    let plain = |text: &str| text.replace('_', "").to_ascii_lowercase();
    let rule = plain(&matched.rule);
    let named = labels.iter().map(String::as_str);
    named.rev().find(|label| {
        label
            .rsplit(':')
            .next()
            .is_some_and(|last| plain(last) == rule)
    })
}

/// One rule of a group counts, and what it labelled is refused behind the group, but for one path.
fn override_on_path(
    matched: &MatchRecord,
    everywhere: &Exception,
    label: &str,
    regex: &str,
    decision: &DecisionRecord,
) -> Exception {
    let action = match &*matched.action {
        "CAPTCHA" => json!({"Captcha": {}}),
        "CHALLENGE" => json!({"Challenge": {}}),
        _ => json!({"Block": {}}),
    };
    let name: String = format!("{}-elsewhere", matched.rule)
        .chars()
        .take(128)
        .collect();
    let labelled = json!({"LabelMatchStatement": {"Scope": "LABEL", "Key": label}});
    Exception {
        summary: format!(
            "Let {} refuse as before, but not on the path {}: it counts, and the rule to add \
             right behind it refuses by its label elsewhere.",
            full_name(matched),
            escaped(decision.path.as_bytes())
        ),
        adds_rule: Some(json!({
            "Name": name,
            "Statement": and(json!({"AndStatement": {"Statements": [labelled]}}), not_path(regex)),
            "Action": action,
            "VisibilityConfig": {
                "SampledRequestsEnabled": true,
                "CloudWatchMetricsEnabled": true,
                "MetricName": name,
            },
        })),
        ..everywhere.clone()
    }
}

/// A managed group or a rate-based rule looks away from one path.
fn scope_down(matched: &MatchRecord, regex: &str, path: &str, rule: Option<&Value>) -> Exception {
    let not = not_path(regex);
    let changed = rule.and_then(|rule| {
        let mut rule = rule.clone();
        let statement = if matched.rule_group.is_some() {
            group_statement(&mut rule)?
        } else {
            member(&mut rule, &["Statement", "RateBasedStatement"])?.as_object_mut()?
        };
        let scope = match statement.remove("ScopeDownStatement") {
            Some(present) => and(present, not.clone()),
            None => not.clone(),
        };
        statement.insert("ScopeDownStatement".to_owned(), scope);
        Some(rule)
    });
    let complete = changed.is_some();
    Exception {
        summary: format!(
            "Keep web ACL rule {} away from the path {}.",
            escaped(matched.web_acl_rule().as_bytes()),
            escaped(path.as_bytes())
        ),
        changes_rule: Some(matched.web_acl_rule().to_owned()),
        complete,
        json: changed.unwrap_or_else(|| json!({"ScopeDownStatement": not})),
        adds_rule: None,
    }
}

/// An own rule matches as before, but not on one path.
fn except_path(matched: &MatchRecord, regex: &str, path: &str, rule: Option<&Value>) -> Exception {
    let not = not_path(regex);
    let changed = rule.and_then(|rule| {
        let mut rule = rule.clone();
        let statement = member(&mut rule, &["Statement"])?;
        *statement = and(statement.take(), not.clone());
        Some(rule)
    });
    let complete = changed.is_some();
    Exception {
        summary: format!(
            "Let rule {} match as before, but not on the path {}.",
            escaped(matched.rule.as_bytes()),
            escaped(path.as_bytes())
        ),
        changes_rule: Some(matched.rule.clone()),
        complete,
        json: changed.unwrap_or(not),
        adds_rule: None,
    }
}

/// The default action refused it: a rule that allows its path, behind all others.
fn allow_path(decision: &DecisionRecord) -> Exception {
    let regex = path_regex(&decision.path).unwrap_or_else(|| "^/".to_owned());
    Exception {
        summary: format!(
            "No rule allowed it, and the default action refuses: allow the path {} by a rule of \
             its own, with a priority behind all others.",
            escaped(decision.path.as_bytes())
        ),
        changes_rule: None,
        complete: false,
        json: Value::Null,
        adds_rule: Some(json!({
            "Name": "allow-path",
            "Statement": path_statement(&regex),
            "Action": {"Allow": {}},
            "VisibilityConfig": {
                "SampledRequestsEnabled": true,
                "CloudWatchMetricsEnabled": true,
                "MetricName": "allow-path",
            },
        })),
    }
}

fn group_statement(rule: &mut Value) -> Option<&mut serde_json::Map<String, Value>> {
    let statement = rule.get_mut("Statement")?.as_object_mut()?;
    let name = ["ManagedRuleGroupStatement", "RuleGroupReferenceStatement"]
        .into_iter()
        .find(|name| statement.contains_key(*name))?;
    statement.get_mut(name)?.as_object_mut()
}

fn member<'a>(value: &'a mut Value, path: &[&str]) -> Option<&'a mut Value> {
    path.iter()
        .try_fold(value, |value, name| value.get_mut(name))
}

/// Both; a list of conditions that is there already is made longer instead of nested.
fn and(present: Value, added: Value) -> Value {
    let mut present = present;
    let list = member(&mut present, &["AndStatement", "Statements"]).and_then(Value::as_array_mut);
    if let Some(list) = list {
        list.push(added);
        return present;
    }
    json!({"AndStatement": {"Statements": [present, added]}})
}

fn not_path(regex: &str) -> Value {
    json!({"NotStatement": {"Statement": path_statement(regex)}})
}

fn path_statement(regex: &str) -> Value {
    json!({"RegexMatchStatement": {
        "RegexString": regex,
        "FieldToMatch": {"UriPath": {}},
        "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
    }})
}

/// An expression for exactly this path; `None` when it would be too long.
fn path_regex(path: &str) -> Option<String> {
    if path.is_empty() || path.len() > PATH_BYTES_MAX {
        return None;
    }
    let mut regex = String::with_capacity(path.len() + 8);
    regex.push('^');
    for letter in path.chars() {
        if r"\.+*?()|[]{}^$".contains(letter) {
            regex.push('\\');
        }
        regex.push(letter);
    }
    regex.push('$');
    Some(regex)
}
