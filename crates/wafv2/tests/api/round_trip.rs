//! What is sent is answered: a web ACL with every statement, field, transformation and action of the
//! model comes back equal, so that the second plan of an infrastructure tool shows no difference.

use serde_json::{Value, json};
use wire::Service as _;

use crate::client::*;

/// The names of a shape's members, or the values of an enum.
fn names(client: &Client, shape: &str) -> Vec<String> {
    let model = client.wafv2.model();
    let shape = model.shape(model.shape_by_name(shape).unwrap());
    if shape.values().is_empty() {
        let members = shape.members().iter();
        return members.map(|member| member.name().to_owned()).collect();
    }
    shape.values().to_vec()
}

fn field(name: &str) -> Value {
    let oversize = "CONTINUE";
    let content = match name {
        "SingleHeader" => json!({"Name": "X-Test"}),
        "SingleQueryArgument" => json!({"Name": "q"}),
        "Body" | "HeaderOrder" => json!({"OversizeHandling": oversize}),
        "JsonBody" => json!({
            "MatchPattern": {"IncludedPaths": ["/a/b", "/c"]}, "MatchScope": "VALUE",
            "InvalidFallbackBehavior": "EVALUATE_AS_STRING", "OversizeHandling": oversize,
        }),
        "Headers" => json!({
            "MatchPattern": {"ExcludedHeaders": ["Cookie"]}, "MatchScope": "ALL",
            "OversizeHandling": "MATCH",
        }),
        "Cookies" => json!({
            "MatchPattern": {"All": {}}, "MatchScope": "KEY", "OversizeHandling": "NO_MATCH",
        }),
        "JA3Fingerprint" | "JA4Fingerprint" | "UriFragment" => {
            json!({"FallbackBehavior": "NO_MATCH"})
        }
        _ => json!({}),
    };
    json!({name: content})
}

fn none() -> Value {
    json!([{"Priority": 0, "Type": "NONE"}])
}

fn byte_match(field: Value, transformations: Value) -> Value {
    json!({"ByteMatchStatement": {
        "SearchString": "AP/+", "FieldToMatch": field, "TextTransformations": transformations,
        "PositionalConstraint": "CONTAINS",
    }})
}

fn rule(name: &str, statement: Value, action: Value) -> Value {
    json!({
        "Name": name, "Priority": 0, "Statement": statement, "Action": action,
        "RuleLabels": [{"Name": format!("seen:{name}")}],
        "CaptchaConfig": {"ImmunityTimeProperty": {"ImmunityTime": 600}},
        "ChallengeConfig": {"ImmunityTimeProperty": {"ImmunityTime": 700}},
        "VisibilityConfig": {
            "SampledRequestsEnabled": false, "CloudWatchMetricsEnabled": true, "MetricName": name,
        },
    })
}

fn action(name: &str) -> Option<Value> {
    let insert = json!({"InsertHeaders": [{"Name": "by", "Value": "a rule"}]});
    Some(match name {
        "Block" => json!({"Block": {"CustomResponse": {
            "ResponseCode": 429, "CustomResponseBodyKey": "later",
            "ResponseHeaders": [{"Name": "retry-after", "Value": "60"}],
        }}}),
        "Allow" | "Count" | "Captcha" | "Challenge" => {
            json!({name: {"CustomRequestHandling": insert}})
        }
        // Of CloudFront only, and nothing here takes payments.
        "Monetize" => return None,
        other => panic!("an action that this test does not know: {other}"),
    })
}

/// One statement of each kind.
async fn statements(client: &Client) -> Vec<(String, Value)> {
    let ip_set = client.create_ip_set("addresses", &["192.0.2.0/24"]).await["ARN"].clone();
    let patterns = json!({
        "Name": "patterns", "Scope": "REGIONAL", "RegularExpressionList": [{"RegexString": "^a$"}],
    });
    let patterns = client.ok("CreateRegexPatternSet", patterns).await["Summary"]["ARN"].clone();
    let group = json!({
        "Name": "group", "Scope": "REGIONAL", "Capacity": 20, "VisibilityConfig": visibility("group"),
        "Rules": [block_path("inner", 0, "/inner"), block_path("other", 1, "/other")],
    });
    let group = client.ok("CreateRuleGroup", group).await["Summary"]["ARN"].clone();
    let text = |kind: &str, more: Value| {
        let least = json!({"FieldToMatch": {"UriPath": {}}, "TextTransformations": none()});
        json!({kind: with(least, more)})
    };
    let simple = byte_match(json!({"UriPath": {}}), none());
    let overrides = json!([{"Name": "inner", "ActionToUse": {"Count": {}}}]);
    names(client, "Statement")
        .into_iter()
        .map(|kind| {
            let name = kind.as_str();
            let statement = match name {
                "ByteMatchStatement" => simple.clone(),
                "SqliMatchStatement" => text(name, json!({"SensitivityLevel": "HIGH"})),
                "XssMatchStatement" => text(name, json!({})),
                "SizeConstraintStatement" => text(name, json!({"ComparisonOperator": "GE", "Size": 9})),
                "RegexMatchStatement" => text(name, json!({"RegexString": "^/v[0-9]+$"})),
                "RegexPatternSetReferenceStatement" => text(name, json!({"ARN": patterns})),
                "IPSetReferenceStatement" => json!({name: {"ARN": ip_set, "IPSetForwardedIPConfig": {
                    "HeaderName": "X-Forwarded-For", "FallbackBehavior": "MATCH", "Position": "ANY"}}}),
                "RuleGroupReferenceStatement" => json!({name: {
                    "ARN": group, "RuleActionOverrides": overrides, "ExcludedRules": [{"Name": "other"}]}}),
                "ManagedRuleGroupStatement" => json!({name: {
                    "VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet",
                    "RuleActionOverrides": [{"Name": "NoUserAgent_HEADER", "ActionToUse": {"Allow": {}}}],
                    "ScopeDownStatement": simple}}),
                "RateBasedStatement" => json!({name: {
                    "Limit": 100, "EvaluationWindowSec": 120, "AggregateKeyType": "CUSTOM_KEYS",
                    "CustomKeys": [
                        {"Header": {"Name": "X-Key", "TextTransformations": none()}},
                        {"LabelNamespace": {"Namespace": "awswaf:x:"}}, {"HTTPMethod": {}}, {"IP": {}}],
                    "ScopeDownStatement": simple}}),
                "GeoMatchStatement" => json!({name: {
                    "CountryCodes": ["CH", "LI"], "ForwardedIPConfig": {
                        "HeaderName": "X-Forwarded-For", "FallbackBehavior": "NO_MATCH"}}}),
                "AsnMatchStatement" => json!({name: {"AsnList": [64496, 64511]}}),
                "LabelMatchStatement" => json!({name: {"Scope": "NAMESPACE", "Key": "seen:"}}),
                "AndStatement" | "OrStatement" => json!({name: {"Statements": [simple, simple]}}),
                "NotStatement" => json!({name: {"Statement": simple}}),
                other => panic!("a statement that this test does not know: {other}"),
            };
            (kind, statement)
        })
        .collect()
}

async fn rules(client: &Client) -> Value {
    let block = json!({"Block": {}});
    let mut rules = Vec::new();
    for (kind, statement) in statements(client).await {
        let mut made = rule(&kind, statement, block.clone());
        if matches!(
            kind.as_str(),
            "RuleGroupReferenceStatement" | "ManagedRuleGroupStatement"
        ) {
            let members = made.as_object_mut().unwrap();
            members.remove("Action");
            members.remove("RuleLabels");
            made["OverrideAction"] = json!({"None": {}});
        }
        rules.push(made);
    }
    for name in names(client, "FieldToMatch") {
        rules.push(rule(&name, byte_match(field(&name), none()), block.clone()));
    }
    let transformations = names(client, "TextTransformationType");
    assert_eq!(transformations.len(), 31);
    for (index, some) in transformations.chunks(10).enumerate() {
        let some: Value = (0..)
            .zip(some)
            .map(|(n, name)| json!({"Priority": n, "Type": name}))
            .collect();
        let statement = byte_match(json!({"QueryString": {}}), some);
        rules.push(rule(
            &format!("transformations-{index}"),
            statement,
            block.clone(),
        ));
    }
    let pre_parsed = json!({"ByteMatchStatement": {
        "SearchString": "eA==", "FieldToMatch": {"AllQueryArguments": {}},
        "PreParseTextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}],
        "TextTransformations": none(), "PositionalConstraint": "CONTAINS_WORD",
    }});
    rules.push(rule("pre-parsed", pre_parsed, block));
    let simple = byte_match(json!({"Method": {}}), none());
    for action in names(client, "RuleAction")
        .iter()
        .filter_map(|name| action(name))
    {
        let name = action.as_object().unwrap().keys().next().unwrap().clone();
        rules.push(rule(&name, simple.clone(), action));
    }
    for (priority, rule) in (0..).zip(&mut rules) {
        rule["Priority"] = json!(priority);
    }
    Value::Array(rules)
}

#[tokio::test]
async fn a_web_acl_with_everything_comes_back_as_it_was_sent() {
    let client = Client::new().await;
    let rules = rules(&client).await;
    let sent = json!({
        "Name": "everything", "Scope": "REGIONAL", "Description": "All that there is.",
        "DefaultAction": {"Allow": {"CustomRequestHandling": {
            "InsertHeaders": [{"Name": "default", "Value": "yes"}]}}},
        "VisibilityConfig": visibility("everything"),
        "Rules": rules,
        "CustomResponseBodies": {"later": {"ContentType": "TEXT_PLAIN", "Content": "Later.\n"}},
        "CaptchaConfig": {"ImmunityTimeProperty": {"ImmunityTime": 60}},
        "ChallengeConfig": {"ImmunityTimeProperty": {"ImmunityTime": 300}},
        "TokenDomains": ["example.com"],
        "AssociationConfig": {"RequestBody": {"CLOUDFRONT": {"DefaultSizeInspectionLimit": "KB_64"}}},
        "DataProtectionConfig": {"DataProtections": [{
            "Field": {"FieldType": "SINGLE_HEADER", "FieldKeys": ["Authorization"]},
            "Action": "SUBSTITUTION", "ExcludeRuleMatchDetails": false, "ExcludeRateBasedDetails": true}]},
        "OnSourceDDoSProtectionConfig": {"ALBLowReputationMode": "ACTIVE_UNDER_DDOS"},
        "Tags": [{"Key": "team", "Value": "shop"}],
    });
    let summary = client.ok("CreateWebACL", sent.clone()).await["Summary"].clone();
    let not_of_the_item = ["Scope", "Tags"];
    let is_equal = |got: &Value| {
        for (name, value) in sent.as_object().unwrap() {
            if !not_of_the_item.contains(&name.as_str()) {
                assert_eq!(got["WebACL"][name], *value, "{name}");
            }
        }
    };
    let got = client.ok("GetWebACL", named(&summary)).await;
    is_equal(&got);
    // What a tool sends back after reading changes nothing but the lock token.
    let mut update = sent.clone();
    update.as_object_mut().unwrap().remove("Tags");
    let more = json!({"Id": summary["Id"], "LockToken": got["LockToken"]});
    client.ok("UpdateWebACL", with(update, more)).await;
    let again = client.ok("GetWebACL", named(&summary)).await;
    is_equal(&again);
    assert_eq!(again["WebACL"], got["WebACL"]);
    assert_ne!(again["LockToken"], got["LockToken"]);
}
