//! The action Monetize: refused for load balancers, taken and echoed for CloudFront, where it needs
//! a configuration beside it.

use serde_json::{Value, json};

use crate::client::*;

fn monetize(multiplier: &str) -> Value {
    json!({"Monetize": {"PriceMultiplier": multiplier}})
}

fn paid(name: &str) -> Value {
    with(
        block_path(name, 0, "/paid"),
        json!({"Action": monetize("3")}),
    )
}

fn of_scope(name: &str, scope: &str, rules: Value) -> Value {
    with(web_acl(name, rules), json!({"Scope": scope}))
}

fn config() -> Value {
    json!({"MonetizationConfig": {
        "CryptoConfig": {"PaymentNetworks": [{
            "Chain": "BASE", "WalletAddress": "0x52908400098527886E0F7030069857D2E4169EE7",
            "Prices": [{"Amount": "0.001", "Currency": "USDC"}],
        }]},
        "CurrencyMode": "TEST",
    }})
}

#[tokio::test]
async fn a_web_acl_of_load_balancers_asks_for_no_payment() {
    let client = Client::new().await.in_region("us-east-1");
    let sent = with(
        of_scope("shop", "REGIONAL", json!([paid("paid")])),
        config(),
    );
    let (code, message) = client.refused("CreateWebACL", sent).await;
    assert_eq!(code, "WAFInvalidParameterException");
    assert!(
        message.contains("field: RULE_ACTION, parameter: Monetize"),
        "{message}"
    );
    let check = json!({"Scope": "REGIONAL", "Rules": [paid("paid")]});
    let (code, _) = client.refused("CheckCapacity", check).await;
    assert_eq!(code, "WAFInvalidParameterException");
}

#[tokio::test]
async fn one_of_cloudfront_takes_it_and_comes_back_as_it_was_sent() {
    let client = Client::new().await.in_region("us-east-1");
    let rules = json!([paid("paid")]);
    let check = json!({"Scope": "CLOUDFRONT", "Rules": rules});
    assert_eq!(client.ok("CheckCapacity", check).await["Capacity"], 12);

    let bare = of_scope("news", "CLOUDFRONT", rules.clone());
    let (code, message) = client.refused("CreateWebACL", bare.clone()).await;
    assert_eq!(code, "WAFInvalidParameterException");
    assert!(message.contains("MonetizationConfig"), "{message}");

    let sent = with(bare, config());
    let summary = client.ok("CreateWebACL", sent.clone()).await["Summary"].clone();
    let named = with(named(&summary), json!({"Scope": "CLOUDFRONT"}));
    let got = client.ok("GetWebACL", named.clone()).await;
    for member in [
        "Rules",
        "MonetizationConfig",
        "DefaultAction",
        "VisibilityConfig",
    ] {
        assert_eq!(got["WebACL"][member], sent[member], "{member}");
    }
    let more = json!({"Id": summary["Id"], "LockToken": got["LockToken"]});
    client.ok("UpdateWebACL", with(sent.clone(), more)).await;
    let again = client.ok("GetWebACL", named).await;
    assert_eq!(again["WebACL"], got["WebACL"]);

    let more = json!({"Id": summary["Id"], "LockToken": again["LockToken"]});
    let mut unconfigured = with(sent, more);
    unconfigured
        .as_object_mut()
        .unwrap()
        .remove("MonetizationConfig");
    let (code, _) = client.refused("UpdateWebACL", unconfigured).await;
    assert_eq!(code, "WAFInvalidParameterException");

    // It protects distributions, and there are none here.
    let load_balancer = client.load_balancers.add("shop");
    let associate = json!({"WebACLArn": summary["ARN"], "ResourceArn": load_balancer});
    client.refused("AssociateWebACL", associate).await;
}

#[tokio::test]
async fn rate_based_rules_and_broken_multipliers_are_refused() {
    let client = Client::new().await.in_region("us-east-1");
    let rate = with(
        paid("rate"),
        json!({"Statement": {
        "RateBasedStatement": {"Limit": 100, "AggregateKeyType": "IP"}}}),
    );
    let sent = with(of_scope("rate", "CLOUDFRONT", json!([rate])), config());
    let (code, message) = client.refused("CreateWebACL", sent).await;
    assert_eq!(code, "WAFInvalidParameterException");
    assert!(
        message.contains("field: RULE_ACTION, parameter: Monetize"),
        "{message}"
    );
    for multiplier in ["0", "101", "1.5", ""] {
        let rule = with(paid("paid"), json!({"Action": monetize(multiplier)}));
        let sent = with(of_scope("paid", "CLOUDFRONT", json!([rule])), config());
        let (code, _) = client.refused("CreateWebACL", sent).await;
        assert_eq!(code, "ValidationException", "{multiplier}");
    }
}

#[tokio::test]
async fn a_rule_group_and_an_override_need_the_configuration_too() {
    let client = Client::new().await.in_region("us-east-1");
    let group = json!({
        "Name": "paid", "Scope": "CLOUDFRONT", "Capacity": 20, "VisibilityConfig": visibility("paid"),
        "Rules": [paid("paid")],
    });
    let (code, _) = client.refused("CreateRuleGroup", group.clone()).await;
    assert_eq!(code, "WAFInvalidParameterException");
    let sent = with(group, config());
    let summary = client.ok("CreateRuleGroup", sent.clone()).await["Summary"].clone();
    let named = with(named(&summary), json!({"Scope": "CLOUDFRONT"}));
    let got = client.ok("GetRuleGroup", named).await;
    assert_eq!(got["RuleGroup"]["Rules"], sent["Rules"]);
    assert_eq!(
        got["RuleGroup"]["MonetizationConfig"],
        sent["MonetizationConfig"]
    );

    let refers = json!([{
        "Name": "group", "Priority": 0, "OverrideAction": {"None": {}},
        "VisibilityConfig": visibility("group"),
        "Statement": {"RuleGroupReferenceStatement": {"ARN": summary["ARN"],
            "RuleActionOverrides": [{"Name": "paid", "ActionToUse": monetize("9")}]}},
    }]);
    let bare = of_scope("refers", "CLOUDFRONT", refers);
    let (code, _) = client.refused("CreateWebACL", bare.clone()).await;
    assert_eq!(code, "WAFInvalidParameterException");
    client.ok("CreateWebACL", with(bare, config())).await;
}
