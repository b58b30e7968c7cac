//! What rules refer to: IP sets, regex pattern sets and rule groups, by their ARNs.
//! Source: AWS WAF API Reference, `IPSetReferenceStatement`, `RegexPatternSetReferenceStatement`,
//! `RuleGroupReferenceStatement`.

use std::collections::BTreeSet;

use types::ServiceError;
use wire::Value;

use crate::exception;
use crate::item::{Identity, Kind};
use crate::limit::REFERENCES_MAX;
use crate::scope::Place;

/// The statements that refer, and to what.
const STATEMENTS: [(&str, Kind); 3] = [
    ("IPSetReferenceStatement", Kind::IpSet),
    ("RegexPatternSetReferenceStatement", Kind::RegexPatternSet),
    ("RuleGroupReferenceStatement", Kind::RuleGroup),
];

/// The ARNs that rules refer to, sorted, each once.
///
/// # Errors
/// When one is no ARN of the right kind, lies in another account, Region or scope, or there are
/// more than [`REFERENCES_MAX`].
pub(crate) fn references(rules: &Value, place: &Place) -> Result<Vec<String>, ServiceError> {
    let mut found = BTreeSet::new();
    collect(rules, &mut found);
    for (arn, kind) in &found {
        let identity = Identity::of_arn(arn).filter(|identity| identity.kind == *kind);
        let identity = identity.ok_or_else(|| exception::invalid_arn(arn))?;
        if identity.place != *place {
            return Err(exception::nonexistent_item());
        }
    }
    if found.len() > REFERENCES_MAX {
        return Err(exception::limits_exceeded());
    }
    Ok(found.into_iter().map(|(arn, _)| arn.to_owned()).collect())
}

/// Statements nest only as deep as JSON was let in (`wire::json::DEPTH_MAX`).
fn collect<'v>(value: &'v Value, found: &mut BTreeSet<(&'v str, Kind)>) {
    match value {
        Value::List(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Map(members) => {
            for (name, member) in members {
                let refers = STATEMENTS.iter().find(|(statement, _)| statement == name);
                let arn = member.member("ARN").and_then(Value::as_str);
                if let (Some((_, kind)), Some(arn)) = (refers, arn) {
                    found.insert((arn, *kind));
                }
                collect(member, found);
            }
        }
        _ => {}
    }
}
