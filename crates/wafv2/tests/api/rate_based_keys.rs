//! GetRateBasedStatementManagedKeys over the counters that requests were judged by.

use std::net::IpAddr;

use serde_json::{Value, json};
use waf::Request;

use crate::client::*;

fn rate_rule(name: &str, priority: i64, key_type: &str) -> Value {
    let mut statement = json!({
        "Limit": 10, "EvaluationWindowSec": 60, "AggregateKeyType": key_type,
    });
    if key_type == "FORWARDED_IP" {
        let config = json!({"HeaderName": "X-Client", "FallbackBehavior": "NO_MATCH"});
        statement["ForwardedIPConfig"] = config;
    }
    if key_type == "CONSTANT" {
        statement["ScopeDownStatement"] = block_path("", 0, "/never")["Statement"].clone();
    }
    json!({
        "Name": name, "Priority": priority, "Action": {"Count": {}},
        "Statement": {"RateBasedStatement": statement}, "VisibilityConfig": visibility(name),
    })
}

fn judge(web_acl: &waf::WebAcl, client: &Client, ip: &str, forwarded: &str) {
    let request = Request {
        method: "GET",
        uri_path: b"/",
        query: b"",
        uri_fragment: None,
        http_version: "HTTP/1.1",
        scheme: "http",
        headers: &[("x-client", forwarded.as_bytes())],
        body: None,
        client_ip: ip.parse::<IpAddr>().unwrap(),
        ja3: None,
        ja4: None,
    };
    web_acl.evaluate(&request, &client.rates, NOW).unwrap();
}

#[tokio::test]
async fn the_addresses_over_the_limit_are_told_also_of_rules_in_groups() {
    let client = Client::new().await;
    let group = json!({
        "Name": "g", "Scope": "REGIONAL", "Capacity": 50, "VisibilityConfig": visibility("g"),
        "Rules": [rate_rule("forwarded", 0, "FORWARDED_IP")],
    });
    let group = client.ok("CreateRuleGroup", group).await["Summary"].clone();
    let reference = json!({
        "Name": "group", "Priority": 1, "OverrideAction": {"None": {}},
        "Statement": {"RuleGroupReferenceStatement": {"ARN": group["ARN"]}},
        "VisibilityConfig": visibility("group"),
    });
    let plain = block_path("plain", 3, "/plain");
    let rules = json!([
        rate_rule("slow", 0, "IP"),
        reference,
        rate_rule("all", 2, "CONSTANT"),
        plain
    ]);
    let web_acl = client.create_web_acl("w", rules).await;
    let shop = client.load_balancers.add("shop");
    let associate = json!({"WebACLArn": web_acl["ARN"], "ResourceArn": shop});
    client.ok("AssociateWebACL", associate).await;
    let policies = client
        .policies_where(|policies| policies.contains_key(&shop))
        .await;
    let compiled = &policies[&shop];
    for _ in 0..11 {
        judge(compiled, &client, "192.0.2.1", "2001:db8::1");
        judge(compiled, &client, "2001:db8::2", "");
    }
    for _ in 0..10 {
        judge(compiled, &client, "192.0.2.3", "");
    }

    let ask = |rule: &str| json!({"Scope": "REGIONAL", "WebACLName": "w", "WebACLId": web_acl["Id"], "RuleName": rule});
    let operation = "GetRateBasedStatementManagedKeys";
    let keys = |four: Value, six: Value| {
        json!({
            "ManagedKeysIPV4": {"IPAddressVersion": "IPV4", "Addresses": four},
            "ManagedKeysIPV6": {"IPAddressVersion": "IPV6", "Addresses": six},
        })
    };
    let found = client.ok(operation, ask("slow")).await;
    assert_eq!(
        found,
        keys(json!(["192.0.2.1/32"]), json!(["2001:db8::2/128"]))
    );
    let inner = with(ask("forwarded"), json!({"RuleGroupRuleName": "group"}));
    let found = client.ok(operation, inner).await;
    assert_eq!(found, keys(json!([]), json!(["2001:db8::1/128"])));

    let (code, _) = client.refused(operation, ask("all")).await;
    assert_eq!(code, "WAFUnsupportedAggregateKeyTypeException");
    for unknown in [ask("forwarded"), ask("plain"), ask("none")] {
        assert_eq!(client.refused(operation, unknown).await, nonexistent());
    }
    let elsewhere = with(ask("slow"), json!({"WebACLName": "x"}));
    assert_eq!(client.refused(operation, elsewhere).await, nonexistent());
}
