//! Rule groups: capacity, labels, and who uses them.

use serde_json::{Value, json};

use crate::client::*;

fn group(name: &str, capacity: i64, rules: Value) -> Value {
    json!({
        "Name": name, "Scope": "REGIONAL", "Capacity": capacity, "Rules": rules,
        "VisibilityConfig": visibility(name),
    })
}

fn refer(arn: &Value, overridden: Option<&str>) -> Value {
    let mut statement = json!({"ARN": arn});
    if let Some(name) = overridden {
        statement["RuleActionOverrides"] = json!([{"Name": name, "ActionToUse": {"Count": {}}}]);
    }
    json!({
        "Name": "group", "Priority": 0, "OverrideAction": {"None": {}},
        "Statement": {"RuleGroupReferenceStatement": statement},
        "VisibilityConfig": visibility("group"),
    })
}

#[tokio::test]
async fn a_rule_group_lives_from_create_to_delete() {
    let client = Client::new().await;
    let mut rule = block_path("first", 0, "/x");
    rule["RuleLabels"] = json!([{"Name": "seen:first"}]);
    let mut labelled = block_path("second", 1, "/y");
    labelled["Statement"] = json!({"LabelMatchStatement": {"Scope": "LABEL", "Key": "seen:first"}});
    let rules = json!([rule, labelled]);
    let created = client
        .ok("CreateRuleGroup", group("g", 100, rules.clone()))
        .await;
    let summary = &created["Summary"];
    let got = client.ok("GetRuleGroup", named(summary)).await;
    assert_eq!(
        got,
        client
            .ok("GetRuleGroup", json!({"ARN": summary["ARN"]}))
            .await
    );
    let label = format!("awswaf:{ACCOUNT}:rulegroup:g:seen:first");
    assert_eq!(
        got["RuleGroup"],
        json!({
            "Name": "g", "Id": summary["Id"], "ARN": summary["ARN"], "Capacity": 100,
            "Rules": rules, "VisibilityConfig": visibility("g"),
            "LabelNamespace": format!("awswaf:{ACCOUNT}:rulegroup:g:"),
            "AvailableLabels": [{"Name": label}], "ConsumedLabels": [{"Name": label}],
        })
    );
    let update = with(
        named(summary),
        json!({
            "LockToken": got["LockToken"], "Rules": [block_path("only", 3, "/z")],
            "VisibilityConfig": visibility("g2"),
        }),
    );
    let token = client.ok("UpdateRuleGroup", update).await["NextLockToken"].clone();
    let got = client.ok("GetRuleGroup", named(summary)).await;
    assert_eq!(got["RuleGroup"]["Capacity"], 100, "the capacity stays");
    assert_eq!(
        got["RuleGroup"]["Rules"],
        json!([block_path("only", 3, "/z")])
    );
    let listed = client
        .ok("ListRuleGroups", json!({"Scope": "REGIONAL"}))
        .await;
    assert_eq!(listed["RuleGroups"][0]["LockToken"], token);
    let delete = with(named(summary), json!({"LockToken": token}));
    client.ok("DeleteRuleGroup", delete).await;
    assert_eq!(
        client.refused("GetRuleGroup", named(summary)).await,
        nonexistent()
    );
}

#[tokio::test]
async fn rules_keep_within_the_capacity_of_their_group() {
    let client = Client::new().await;
    let reason = "You exceeded the capacity limit for a rule group or web ACL.";
    // A prefix match of the path in lower case: 2 + 10.
    let rules = json!([block_path("first", 0, "/x")]);
    let refused = client
        .refused("CreateRuleGroup", group("g", 11, rules.clone()))
        .await;
    assert_eq!(refused, invalid("RULE_GROUP", "12", reason));
    let summary = client.ok("CreateRuleGroup", group("g", 12, rules)).await["Summary"].clone();
    let update = with(
        named(&summary),
        json!({
            "LockToken": summary["LockToken"], "VisibilityConfig": visibility("g"),
            "Rules": [block_path("a", 0, "/a"), block_path("b", 1, "/b")],
        }),
    );
    let refused = client.refused("UpdateRuleGroup", update).await;
    assert_eq!(refused, invalid("RULE_GROUP", "14", reason));
    let refused = client
        .refused("CreateRuleGroup", group("h", 5001, json!([])))
        .await;
    assert_eq!(refused, invalid("RULE_GROUP", "5001", reason));
}

#[tokio::test]
async fn a_group_in_use_stays_and_must_not_break_its_users() {
    let client = Client::new().await;
    let rules = json!([block_path("first", 0, "/x")]);
    let created = client.ok("CreateRuleGroup", group("g", 100, rules)).await["Summary"].clone();
    let web_acl = client
        .create_web_acl("w", json!([refer(&created["ARN"], Some("first"))]))
        .await;
    let delete = with(named(&created), json!({"LockToken": created["LockToken"]}));
    assert_eq!(
        client.refused("DeleteRuleGroup", delete).await,
        associated()
    );
    // A group cannot refer to a group.
    let nested = group("outer", 200, json!([refer(&created["ARN"], None)]));
    assert_eq!(
        client.refused("CreateRuleGroup", nested).await.0,
        "WAFInvalidParameterException"
    );
    // The web ACL overrides a rule by its name: without that rule it could not be put in force.
    let update = |name: &str| {
        with(
            named(&created),
            json!({
                "LockToken": created["LockToken"], "VisibilityConfig": visibility("g"),
                "Rules": [block_path(name, 0, "/other")],
            }),
        )
    };
    let reason = "The rule group has no rule of this name.";
    let refused = client.refused("UpdateRuleGroup", update("renamed")).await;
    assert_eq!(refused, invalid("EXCLUDED_RULE", "first", reason));
    client.ok("UpdateRuleGroup", update("first")).await;
    let got = client.ok("GetWebACL", named(&web_acl)).await;
    assert_eq!(
        got["LockToken"], web_acl["LockToken"],
        "the web ACL itself is the same"
    );
}

#[tokio::test]
async fn what_a_group_refers_to_is_in_use() {
    let client = Client::new().await;
    let ip_set = client.create_ip_set("s", &["192.0.2.1/32"]).await;
    let rules = json!([block_ip_set(&ip_set["ARN"])]);
    let created = client.ok("CreateRuleGroup", group("g", 100, rules)).await["Summary"].clone();
    let delete_set = with(named(&ip_set), json!({"LockToken": ip_set["LockToken"]}));
    assert_eq!(
        client.refused("DeleteIPSet", delete_set.clone()).await,
        associated()
    );
    let delete = with(named(&created), json!({"LockToken": created["LockToken"]}));
    client.ok("DeleteRuleGroup", delete).await;
    client.ok("DeleteIPSet", delete_set).await;
}
