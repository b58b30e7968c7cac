//! What tests of several services share of asks: an ask as text, for snapshots.

use std::fmt::Write as _;

use policy::{Ask, KeyValue};

/// Asks as text, a line each and its conditions below, so that a change in what a call asks leave
/// for shows in a diff.
#[must_use]
pub fn asked(asks: &[Ask]) -> String {
    let mut text = String::new();
    if asks.is_empty() {
        text.push_str("    (no leave is asked)\n");
    }
    for ask in asks {
        write!(text, "    {} on {}", ask.action, ask.resource).unwrap();
        if let Some(account) = ask.resource_account {
            write!(text, " of {account}").unwrap();
        }
        if let Some(region) = &ask.region {
            write!(text, " in {}", region.as_str()).unwrap();
        }
        if ask.resource_policy.is_some() {
            text.push_str(", with its policy");
        }
        text.push('\n');
        for grant in &ask.grants {
            writeln!(text, "        granted to {}", grant.grantee_principal).unwrap();
        }
        let tags = |tags: &[(String, String)]| -> Vec<String> {
            tags.iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect()
        };
        let mut conditions = Vec::new();
        for tag in tags(&ask.resource_tags) {
            conditions.push(format!("aws:ResourceTag/{tag}"));
        }
        for tag in tags(&ask.request_tags) {
            conditions.push(format!("aws:RequestTag/{tag}"));
        }
        for key in &ask.tag_keys {
            conditions.push(format!("aws:TagKeys={key}"));
        }
        for key in &ask.keys {
            let value = match &key.value {
                KeyValue::String(text) => text.clone(),
                KeyValue::Strings(texts) => texts.join(", "),
                KeyValue::Boolean(truth) => truth.to_string(),
                KeyValue::Numeric(number) => number.to_string(),
                KeyValue::Date(time) => time.rfc3339_seconds(),
            };
            conditions.push(format!("{}{}={value}", key.name, key.suffix));
        }
        conditions.sort();
        for condition in conditions {
            writeln!(text, "        {condition}").unwrap();
        }
    }
    text
}
