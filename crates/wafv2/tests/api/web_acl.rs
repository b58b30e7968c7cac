//! Web ACLs: an exact echo, and validation before anything is written.

use serde_json::{Value, json};

use crate::client::*;

/// One of most things that a web ACL can hold.
fn rich(ip_set: &Value, patterns: &Value, rule_group: &Value) -> Value {
    let transformations = json!([
        {"Priority": 0, "Type": "URL_DECODE"}, {"Priority": 1, "Type": "LOWERCASE"},
    ]);
    json!({
        "Name": "shop", "Scope": "REGIONAL", "Description": "web ACL of the shop.",
        "DefaultAction": {"Allow": {"CustomRequestHandling": {"InsertHeaders": [
            {"Name": "seen", "Value": "yes"},
        ]}}},
        "VisibilityConfig": visibility("shop"),
        "CustomResponseBodies": {
            "sorry": {"ContentType": "TEXT_PLAIN", "Content": "not here\n\"quoted\" é"},
        },
        "CaptchaConfig": {"ImmunityTimeProperty": {"ImmunityTime": 300}},
        "ChallengeConfig": {"ImmunityTimeProperty": {"ImmunityTime": 600}},
        "TokenDomains": ["example.com"],
        "AssociationConfig": {"RequestBody": {
            "CLOUDFRONT": {"DefaultSizeInspectionLimit": "KB_32"},
        }},
        "Rules": [
            {
                "Name": "group", "Priority": 5, "OverrideAction": {"None": {}},
                "Statement": {"RuleGroupReferenceStatement": {
                    "ARN": rule_group,
                    "RuleActionOverrides": [{"Name": "inner", "ActionToUse": {"Count": {}}}],
                }},
                "VisibilityConfig": visibility("group"),
            },
            {
                "Name": "mixed", "Priority": 1,
                "Action": {"Block": {"CustomResponse": {
                    "ResponseCode": 404, "CustomResponseBodyKey": "sorry",
                    "ResponseHeaders": [{"Name": "x-why", "Value": "mixed"}],
                }}},
                "RuleLabels": [{"Name": "shop:mixed"}],
                "Statement": {"OrStatement": {"Statements": [
                    {"AndStatement": {"Statements": [
                        {"IPSetReferenceStatement": {"ARN": ip_set, "IPSetForwardedIPConfig": {
                            "HeaderName": "X-Forwarded-For", "FallbackBehavior": "NO_MATCH",
                            "Position": "ANY",
                        }}},
                        {"NotStatement": {"Statement": {"ByteMatchStatement": {
                            "SearchString": "/w==",
                            "FieldToMatch": {"SingleHeader": {"Name": "user-agent"}},
                            "TextTransformations": transformations,
                            "PositionalConstraint": "CONTAINS_WORD",
                        }}}},
                    ]}},
                    {"RegexPatternSetReferenceStatement": {
                        "ARN": patterns, "FieldToMatch": {"UriPath": {}},
                        "TextTransformations": transformations,
                    }},
                    {"SizeConstraintStatement": {
                        "FieldToMatch": {"Body": {"OversizeHandling": "MATCH"}},
                        "ComparisonOperator": "GT", "Size": 4096,
                        "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
                    }},
                    {"SqliMatchStatement": {
                        "FieldToMatch": {"JsonBody": {
                            "MatchPattern": {"IncludedPaths": ["/a/b", "/c"]},
                            "MatchScope": "VALUE", "InvalidFallbackBehavior": "EVALUATE_AS_STRING",
                            "OversizeHandling": "CONTINUE",
                        }},
                        "TextTransformations": transformations, "SensitivityLevel": "HIGH",
                    }},
                    {"XssMatchStatement": {
                        "FieldToMatch": {"AllQueryArguments": {}},
                        "TextTransformations": [{"Priority": 0, "Type": "HTML_ENTITY_DECODE"}],
                    }},
                ]}},
                "VisibilityConfig": visibility("mixed"),
            },
            {
                "Name": "rate", "Priority": 2, "Action": {"Count": {}},
                "Statement": {"RateBasedStatement": {
                    "Limit": 100, "EvaluationWindowSec": 60, "AggregateKeyType": "IP",
                    "ScopeDownStatement": {"LabelMatchStatement": {
                        "Scope": "LABEL", "Key": "shop:mixed",
                    }},
                }},
                "VisibilityConfig": visibility("rate"),
            },
        ],
    })
}

async fn rule_group(client: &Client, name: &str) -> Value {
    let mut inner = block_path("inner", 0, "/inner");
    inner["RuleLabels"] = json!([{"Name": "inner"}]);
    let input = json!({
        "Name": name, "Scope": "REGIONAL", "Capacity": 50, "VisibilityConfig": visibility(name),
        "Rules": [inner],
    });
    client.ok("CreateRuleGroup", input).await["Summary"].clone()
}

#[tokio::test]
async fn a_rich_web_acl_is_answered_as_it_was_sent() {
    let client = Client::new().await;
    let ip_set = client.create_ip_set("set", &["192.0.2.1/32"]).await;
    let patterns = json!({
        "Name": "patterns", "Scope": "REGIONAL", "RegularExpressionList": [{"RegexString": "a+b"}],
    });
    let patterns = client.ok("CreateRegexPatternSet", patterns).await["Summary"].clone();
    let group = rule_group(&client, "group").await;
    let sent = rich(&ip_set["ARN"], &patterns["ARN"], &group["ARN"]);
    let summary = client.ok("CreateWebACL", sent.clone()).await["Summary"].clone();
    let got = client.ok("GetWebACL", named(&summary)).await;
    let by_arn = client.ok("GetWebACL", json!({"ARN": summary["ARN"]})).await;
    assert_eq!(got, by_arn);

    let id = summary["Id"].as_str().unwrap();
    let mut expected = sent.clone();
    expected.as_object_mut().unwrap().remove("Scope");
    let capacity = got["WebACL"]["Capacity"].as_i64().unwrap();
    assert!(capacity > 50, "{capacity}");
    let expected = with(
        expected,
        json!({
            "Id": id, "Capacity": capacity,
            "ARN": format!("arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/shop/{id}"),
            "LabelNamespace": format!("awswaf:{ACCOUNT}:webacl:shop:"),
            "ManagedByFirewallManager": false, "RetrofittedByFirewallManager": false,
        }),
    );
    assert_eq!(got["WebACL"], expected);
    let checked = json!({"Scope": "REGIONAL", "Rules": sent["Rules"]});
    let checked = client.ok("CheckCapacity", checked).await;
    assert_eq!(checked["Capacity"], capacity);

    // What was answered can be sent back: nothing is lost and nothing changes.
    let update = with(
        sent,
        json!({
            "Id": id, "LockToken": got["LockToken"], "Rules": got["WebACL"]["Rules"],
            "CustomResponseBodies": got["WebACL"]["CustomResponseBodies"],
        }),
    );
    client.ok("UpdateWebACL", update).await;
    let again = client.ok("GetWebACL", named(&summary)).await;
    assert_eq!(again["WebACL"], got["WebACL"]);
    assert_ne!(again["LockToken"], got["LockToken"]);
}

#[tokio::test]
async fn what_cannot_be_put_in_force_is_refused_before_anything_is_written() {
    let client = Client::new().await;
    let missing = format!(
        "arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/ipset/none/7f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5"
    );
    let refused = |rules: Value| client.refused("CreateWebACL", web_acl("w", rules));
    assert_eq!(
        refused(json!([block_ip_set(&json!(missing))])).await,
        nonexistent()
    );
    let wrong = "arn:aws:wafv2:eu-west-1:123456789012:regional/ipset";
    assert_eq!(
        refused(json!([block_ip_set(&json!(wrong))])).await,
        invalid("RESOURCE_ARN", wrong, INVALID_ARN)
    );
    // The ARN of another kind than the statement's.
    let group = rule_group(&client, "g").await;
    let arn = group["ARN"].as_str().unwrap();
    assert_eq!(
        refused(json!([block_ip_set(&group["ARN"])])).await,
        invalid("RESOURCE_ARN", arn, INVALID_ARN)
    );
    // An ARN that says another name than the item's.
    let ip_set = client.create_ip_set("real", &[]).await;
    let renamed = ip_set["ARN"].as_str().unwrap().replace("/real/", "/fake/");
    assert_eq!(
        refused(json!([block_ip_set(&json!(renamed))])).await,
        nonexistent()
    );

    let twice = json!([block_path("a", 0, "/a"), block_path("b", 0, "/b")]);
    let mut both = block_path("both", 0, "/x");
    both["OverrideAction"] = json!({"None": {}});
    let mut statements = block_path("statements", 0, "/x");
    statements["Statement"]["XssMatchStatement"] = json!({
        "FieldToMatch": {"Body": {}}, "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
    });
    let mut empty = block_path("empty", 0, "/x");
    empty["Statement"] = json!({});
    let mut body_key = block_path("body", 0, "/x");
    body_key["Action"] = json!({"Block": {"CustomResponse": {
        "ResponseCode": 403, "CustomResponseBodyKey": "none",
    }}});
    for rules in [
        twice,
        json!([both]),
        json!([statements]),
        json!([empty]),
        json!([body_key]),
    ] {
        let (code, message) = refused(rules.clone()).await;
        assert_eq!(code, "WAFInvalidParameterException", "{rules} {message}");
        assert!(message.starts_with("Error reason: "), "{message}");
    }
    let input = json!({
        "Name": "w", "Scope": "REGIONAL", "DefaultAction": {}, "VisibilityConfig": visibility("w"),
    });
    assert_eq!(
        client.refused("CreateWebACL", input).await.0,
        "WAFInvalidParameterException"
    );
    let listed = client.ok("ListWebACLs", json!({"Scope": "REGIONAL"})).await;
    assert_eq!(listed["WebACLs"], json!([]));
    // What the refused web ACLs referred to is in use by nobody.
    let delete = with(named(&group), json!({"LockToken": group["LockToken"]}));
    client.ok("DeleteRuleGroup", delete).await;
}

#[tokio::test]
async fn an_update_replaces_everything_or_nothing() {
    let client = Client::new().await;
    let summary = client
        .create_web_acl("w", json!([block_path("old", 0, "/old")]))
        .await;
    let update = |rules: Value, token: &Value| {
        with(
            web_acl("w", rules),
            json!({"Id": summary["Id"], "LockToken": token}),
        )
    };
    let broken = json!([block_path("a", 0, "/a"), block_path("b", 0, "/b")]);
    let refused = client
        .refused("UpdateWebACL", update(broken, &summary["LockToken"]))
        .await;
    assert_eq!(refused.0, "WAFInvalidParameterException");
    let got = client.ok("GetWebACL", named(&summary)).await;
    assert_eq!(
        got["WebACL"]["Rules"],
        json!([block_path("old", 0, "/old")])
    );
    assert_eq!(got["LockToken"], summary["LockToken"]);
    let fine = json!([block_path("new", 7, "/new")]);
    client
        .ok("UpdateWebACL", update(fine.clone(), &got["LockToken"]))
        .await;
    let stale = update(fine.clone(), &got["LockToken"]);
    assert_eq!(
        client.refused("UpdateWebACL", stale).await,
        optimistic_lock()
    );
    let got = client.ok("GetWebACL", named(&summary)).await;
    assert_eq!(got["WebACL"]["Rules"], fine);
}

#[tokio::test]
async fn a_web_acl_without_rules_has_none_and_names_are_taken_once() {
    let client = Client::new().await;
    let input = json!({
        "Name": "w", "Scope": "REGIONAL", "DefaultAction": {"Block": {}},
        "VisibilityConfig": visibility("w"),
    });
    let summary = client.ok("CreateWebACL", input.clone()).await["Summary"].clone();
    assert_eq!(summary["Description"], "");
    let got = client.ok("GetWebACL", named(&summary)).await;
    assert_eq!(got["WebACL"]["Rules"], json!([]));
    assert_eq!(got["WebACL"]["Capacity"], 0);
    assert_eq!(client.refused("CreateWebACL", input).await, duplicate());
    // The same name as another kind is no duplicate.
    client.create_ip_set("w", &[]).await;
    assert_eq!(
        client.refused("GetWebACL", json!({})).await.0,
        "WAFInvalidParameterException"
    );
    let ip_set_arn = client.ok("ListIPSets", json!({"Scope": "REGIONAL"})).await;
    let ip_set_arn = ip_set_arn["IPSets"][0]["ARN"].as_str().unwrap().to_owned();
    assert_eq!(
        client
            .refused("GetWebACL", json!({"ARN": ip_set_arn}))
            .await,
        invalid("RESOURCE_ARN", &ip_set_arn, INVALID_ARN)
    );
}

#[tokio::test]
async fn there_are_no_rule_groups_of_a_firewall_manager_to_delete() {
    let client = Client::new().await;
    let web_acl = client
        .create_web_acl("w", json!([block_path("p", 0, "/p")]))
        .await;
    let before = client.ok("GetWebACL", named(&web_acl)).await;
    let input = |token: &Value| json!({"WebACLArn": web_acl["ARN"], "WebACLLockToken": token});
    let operation = "DeleteFirewallManagerRuleGroups";
    let answer = client.ok(operation, input(&web_acl["LockToken"])).await;
    let after = client.ok("GetWebACL", named(&web_acl)).await;
    assert_eq!(after["LockToken"], answer["NextWebACLLockToken"]);
    assert_eq!(after["WebACL"], before["WebACL"]);
    let stale = client
        .refused(operation, input(&web_acl["LockToken"]))
        .await;
    assert_eq!(stale, optimistic_lock());
}
