//! The rules of the measured policy: as many kinds of statements as policies have, each rule another
//! one. Written in WAFv2's JSON.

use serde_json::{Value, json};

/// ARNs of what all rules may refer to.
pub(crate) struct Shared {
    pub(crate) addresses: String,
    pub(crate) patterns: String,
}

fn rule(name: &str, priority: usize, statement: &Value) -> Value {
    json!({
        "Name": name, "Priority": priority, "Statement": statement, "Action": {"Block": {}},
        "VisibilityConfig": visibility(name),
    })
}

pub(crate) fn visibility(name: &str) -> Value {
    json!({"SampledRequestsEnabled": false, "CloudWatchMetricsEnabled": false, "MetricName": name})
}

/// A statement that needs no other than this field.
fn on(field: &Value, transformation: &str, more: Value) -> Value {
    let mut content = more;
    if let Some(members) = content.as_object_mut() {
        members.insert("FieldToMatch".to_owned(), field.clone());
        let transformations = json!([{"Priority": 0, "Type": transformation}]);
        members.insert("TextTransformations".to_owned(), transformations);
    }
    content
}

fn byte_match(field: &Value, transformation: &str, position: &str, search: &str) -> Value {
    let content = json!({"SearchString": base64(search), "PositionalConstraint": position});
    json!({"ByteMatchStatement": on(field, transformation, content)})
}

fn regex(field: &Value, expression: &str) -> Value {
    json!({"RegexMatchStatement": on(field, "NONE", json!({"RegexString": expression}))})
}

fn header(name: &str) -> Value {
    json!({"SingleHeader": {"Name": name}})
}

/// Rules that probes do not match, `count` of them, from this priority on. `salt` makes those of two
/// owners different.
pub(crate) fn ordinary(salt: usize, first: usize, count: usize, shared: &Shared) -> Vec<Value> {
    let path = json!({"UriPath": {}});
    let query = json!({"QueryString": {}});
    let agent = header("user-agent");
    (0..count)
        .map(|n| {
            let id = salt * 10_000 + n;
            let statement = match n % 12 {
                0 => byte_match(&path, "NONE", "STARTS_WITH", &format!("/legacy/{id}/")),
                1 => byte_match(&agent, "LOWERCASE", "CONTAINS", &format!("scanner-{id}")),
                2 => regex(&path, &format!("^/api/v[0-9]+/{id}/(?:admin|internal)")),
                3 => byte_match(&query, "URL_DECODE", "CONTAINS", &format!("token{id}=")),
                4 => json!({"IPSetReferenceStatement": {"ARN": shared.addresses}}),
                5 => json!({"GeoMatchStatement": {"CountryCodes": ["KP", "AQ"]}}),
                6 => json!({"AndStatement": {"Statements": [
                    byte_match(&json!({"Method": {}}), "NONE", "EXACTLY", "POST"),
                    byte_match(&path, "NONE", "STARTS_WITH", &format!("/form/{id}/")),
                ]}}),
                7 => json!({"LabelMatchStatement": {"Scope": "LABEL", "Key": format!("seen:{id}")}}),
                8 => json!({"SizeConstraintStatement": on(&query, "NONE", json!({
                    "ComparisonOperator": "GT", "Size": 4_000 + id,
                }))}),
                9 => json!({"OrStatement": {"Statements": [
                    byte_match(&path, "NONE", "ENDS_WITH", &format!(".{id}.php")),
                    byte_match(&header("referer"), "NONE", "EXACTLY", &format!("http://bad-{id}.example/")),
                ]}}),
                10 if n % 120 == 10 => json!({"SqliMatchStatement": on(
                    &json!({"SingleQueryArgument": {"Name": format!("id{id}")}}),
                    "URL_DECODE", json!({"SensitivityLevel": "LOW"}))}),
                10 => regex(&header("referer"), &format!("https?://[a-z]+-{id}\\.(?:click|top)/")),
                _ => json!({"RateBasedStatement": {
                    "Limit": 1_000_000 + id, "AggregateKeyType": "IP",
                    "ScopeDownStatement": byte_match(&path, "NONE", "EXACTLY", &format!("/login/{id}")),
                }}),
            };
            rule(&format!("rule-{id}"), first + n, &statement)
        })
        .collect()
}

/// The header that probes carry.
pub(crate) const PROBE: &str = "x-probe";
/// The header whose address probes carry.
pub(crate) const PROBE_ADDRESS: &str = "x-probe-address";

/// A rule that a probe with this value matches.
pub(crate) fn probe_value(name: &str, priority: usize, value: &str) -> Value {
    rule(
        name,
        priority,
        &byte_match(&header(PROBE), "NONE", "EXACTLY", value),
    )
}

/// A rule that a probe with an address of this set matches.
pub(crate) fn probe_address(name: &str, priority: usize, set: &str) -> Value {
    let from = json!({
        "HeaderName": PROBE_ADDRESS, "FallbackBehavior": "NO_MATCH", "Position": "FIRST",
    });
    let content = json!({"ARN": set, "IPSetForwardedIPConfig": from});
    rule(name, priority, &json!({"IPSetReferenceStatement": content}))
}

/// A rule that a probe with a value of this set of expressions matches.
pub(crate) fn probe_pattern(name: &str, priority: usize, shared: &Shared) -> Value {
    let content = on(&header(PROBE), "NONE", json!({"ARN": shared.patterns}));
    rule(
        name,
        priority,
        &json!({"RegexPatternSetReferenceStatement": content}),
    )
}

/// A rule that refers to a rule group.
pub(crate) fn group(name: &str, priority: usize, statement: &Value) -> Value {
    json!({
        "Name": name, "Priority": priority, "Statement": statement,
        "OverrideAction": {"None": {}}, "VisibilityConfig": visibility(name),
    })
}

/// A rule before others.
pub(crate) fn first(rule: Value, others: &[Value]) -> Vec<Value> {
    let mut rules = vec![rule];
    rules.extend_from_slice(others);
    rules
}

/// Base64 of a text (RFC 4648), as blobs travel in JSON.
fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| {
        DIGITS
            .get((bits & 63) as usize)
            .map_or('A', |digit| char::from(*digit))
    };
    let mut encoded = String::new();
    for three in text.as_bytes().chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let padding = at > three.len();
            encoded.push(if padding {
                '='
            } else {
                digit(bits >> (18 - 6 * at))
            });
        }
    }
    encoded
}
