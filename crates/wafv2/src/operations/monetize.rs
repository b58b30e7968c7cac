//! The action Monetize, of web ACLs and rule groups for CloudFront: it needs a `MonetizationConfig`
//! beside it. (The rule engine refuses it elsewhere, and in rate-based rules.)
//! Source: AWS WAF API Reference, "MonetizeAction".

use types::ServiceError;
use wire::Value;

use crate::exception;

const CONFIGURE: &str =
    "A MonetizationConfig is required before rules can have the action Monetize.";

/// Whether a body that has the action has what it needs.
pub(super) fn judge(body: &Value) -> Result<(), ServiceError> {
    let given = |value: &&Value| **value != Value::Null;
    let configured = body.member("MonetizationConfig").filter(given).is_some();
    let rules = body.member("Rules").and_then(Value::as_list);
    if !configured && rules.unwrap_or_default().iter().any(monetizes) {
        return Err(exception::invalid_parameter(
            "RULE_ACTION",
            "Monetize",
            CONFIGURE,
        ));
    }
    Ok(())
}

/// Whether a rule has the action, or gives it to a rule of the group that it refers to.
fn monetizes(rule: &Value) -> bool {
    let is_monetize = |action: Option<&Value>| {
        action
            .and_then(|action| action.member("Monetize"))
            .is_some_and(|m| *m != Value::Null)
    };
    let statement = rule.member("Statement").and_then(Value::as_map);
    let overrides = statement
        .unwrap_or_default()
        .iter()
        .filter_map(|(_, content)| {
            content
                .member("RuleActionOverrides")
                .and_then(Value::as_list)
        });
    is_monetize(rule.member("Action"))
        || overrides
            .flatten()
            .any(|over| is_monetize(over.member("ActionToUse")))
}
