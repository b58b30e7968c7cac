//! AWS's quotas, each at its border.

use serde_json::{Value, json};
use wafv2::limit;

use crate::client::*;

fn addresses(count: usize) -> Value {
    (0..count)
        .map(|n| {
            json!(format!(
                "10.{}.{}.{}/32",
                n >> 16 & 255,
                n >> 8 & 255,
                n & 255
            ))
        })
        .collect()
}

#[tokio::test]
async fn an_ip_set_holds_ten_thousand_addresses() {
    let client = Client::new().await;
    let input = |name: &str, count| {
        json!({
            "Name": name, "Scope": "REGIONAL", "IPAddressVersion": "IPV4",
            "Addresses": addresses(count),
        })
    };
    let most = limit::ADDRESSES_MAX;
    let refused = client.refused("CreateIPSet", input("more", most + 1)).await;
    assert_eq!(refused, limits_exceeded());
    let summary = client.ok("CreateIPSet", input("most", most)).await["Summary"].clone();
    let got = client.ok("GetIPSet", named(&summary)).await;
    assert_eq!(got["IPSet"]["Addresses"], addresses(most));
}

#[tokio::test]
async fn a_regex_pattern_set_holds_ten_patterns() {
    let client = Client::new().await;
    let input = |name: &str, count: usize| -> Value {
        let patterns: Value = (0..count)
            .map(|n| json!({"RegexString": format!("p{n}")}))
            .collect();
        json!({"Name": name, "Scope": "REGIONAL", "RegularExpressionList": patterns})
    };
    client
        .ok("CreateRegexPatternSet", input("ten", limit::PATTERNS_MAX))
        .await;
    let eleven = input("eleven", limit::PATTERNS_MAX + 1);
    assert_eq!(
        client.refused("CreateRegexPatternSet", eleven).await,
        limits_exceeded()
    );
}

#[tokio::test]
async fn an_account_has_quotas_and_a_deletion_makes_room() {
    let client = Client::new().await;
    let mut last = Value::Null;
    for n in 0..limit::WEB_ACLS_MAX {
        last = client.create_web_acl(&format!("w{n}"), json!([])).await;
    }
    let more = web_acl("more", json!([]));
    assert_eq!(
        client.refused("CreateWebACL", more.clone()).await,
        limits_exceeded()
    );
    let delete = with(named(&last), json!({"LockToken": last["LockToken"]}));
    client.ok("DeleteWebACL", delete).await;
    client.ok("CreateWebACL", more).await;
    for n in 0..limit::REGEX_PATTERN_SETS_MAX {
        let input = json!({
            "Name": format!("r{n}"), "Scope": "REGIONAL", "RegularExpressionList": [],
        });
        client.ok("CreateRegexPatternSet", input).await;
    }
    let more = json!({"Name": "more", "Scope": "REGIONAL", "RegularExpressionList": []});
    assert_eq!(
        client.refused("CreateRegexPatternSet", more).await,
        limits_exceeded()
    );
}

#[tokio::test]
async fn a_web_acl_refers_to_fifty_items() {
    let client = Client::new().await;
    let mut rules = Vec::new();
    for n in 0..=limit::REFERENCES_MAX {
        let ip_set = client.create_ip_set(&format!("s{n}"), &[]).await;
        let mut rule = block_ip_set(&ip_set["ARN"]);
        rule["Name"] = json!(format!("r{n}"));
        rule["Priority"] = json!(n);
        rules.push(rule);
    }
    let more = web_acl("more", json!(rules));
    assert_eq!(
        client.refused("CreateWebACL", more).await,
        limits_exceeded()
    );
    rules.pop();
    client.create_web_acl("most", json!(rules)).await;
}

#[tokio::test]
async fn rules_have_a_capacity() {
    let client = Client::new().await;
    // A regex match costs 3 WCUs.
    let rule = |n: usize| {
        json!({
            "Name": format!("r{n}"), "Priority": n, "Action": {"Count": {}},
            "Statement": {"RegexMatchStatement": {
                "RegexString": format!("x{n}"), "FieldToMatch": {"UriPath": {}},
                "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
            }},
            "VisibilityConfig": visibility("m"),
        })
    };
    let rules: Value = (0..1667).map(rule).collect();
    let reason = "You exceeded the capacity limit for a rule group or web ACL.";
    let refused = client
        .refused("CreateWebACL", web_acl("w", rules.clone()))
        .await;
    assert_eq!(refused, invalid("WEB_ACL", "5001", reason));
    let checked = client
        .ok(
            "CheckCapacity",
            json!({"Scope": "REGIONAL", "Rules": rules}),
        )
        .await;
    assert_eq!(checked, json!({"Capacity": 5001}));
}
