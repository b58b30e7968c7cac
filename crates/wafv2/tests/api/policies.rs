//! From rows to traffic: what the API was told is what the compiled web ACL does.

use std::net::IpAddr;
use std::sync::Arc;

use serde_json::json;
use waf::{ActionKind, RateCounters, Request};

use crate::client::*;

pub(crate) fn judge(web_acl: &waf::WebAcl, ip: &str, path: &str) -> ActionKind {
    let request = Request {
        method: "GET",
        uri_path: path.as_bytes(),
        query: b"",
        uri_fragment: None,
        http_version: "HTTP/1.1",
        scheme: "http",
        headers: &[("host", b"example.com"), ("user-agent", b"test/1.0")],
        body: None,
        client_ip: ip.parse::<IpAddr>().unwrap(),
        ja3: None,
        ja4: None,
    };
    let rates = RateCounters::new(1);
    web_acl
        .evaluate(&request, &rates, NOW)
        .unwrap()
        .action
        .kind()
}

#[tokio::test]
async fn created_and_associated_it_refuses_and_follows_every_change() {
    let client = Client::new().await;
    let shop = client.load_balancers.add("shop");
    let ip_set = client.create_ip_set("bad", &["192.0.2.0/24"]).await;
    let rules = json!([block_ip_set(&ip_set["ARN"])]);
    let web_acl = client.create_web_acl("w", rules.clone()).await;
    assert!(client.wafv2.policies().borrow().is_empty());
    let associate = json!({"WebACLArn": web_acl["ARN"], "ResourceArn": shop});
    client.ok("AssociateWebACL", associate).await;
    let policies = client
        .policies_where(|policies| policies.contains_key(&shop))
        .await;
    assert_eq!(judge(&policies[&shop], "192.0.2.7", "/"), ActionKind::Block);
    assert_eq!(
        judge(&policies[&shop], "198.51.100.7", "/"),
        ActionKind::Allow
    );

    // An IP set that is updated blocks others a moment later.
    let update = with(
        named(&ip_set),
        json!({"Addresses": ["198.51.100.7/32"], "LockToken": ip_set["LockToken"]}),
    );
    client.ok("UpdateIPSet", update).await;
    let blocked = |policies: &wafv2::Policies, ip: &str, path: &str| {
        judge(&policies[&shop], ip, path) == ActionKind::Block
    };
    let policies = client
        .policies_where(|found| blocked(found, "198.51.100.7", "/"))
        .await;
    assert!(!blocked(&policies, "192.0.2.7", "/"));

    let update = with(
        super::client::web_acl("w", json!([block_path("admin", 0, "/admin")])),
        json!({"Id": web_acl["Id"], "LockToken": web_acl["LockToken"]}),
    );
    client.ok("UpdateWebACL", update).await;
    let policies = client
        .policies_where(|found| blocked(found, "192.0.2.7", "/Admin/x"))
        .await;
    assert!(!blocked(&policies, "198.51.100.7", "/"));

    client
        .ok("DisassociateWebACL", json!({"ResourceArn": shop}))
        .await;
    client.policies_where(|policies| policies.is_empty()).await;
}

#[tokio::test]
async fn a_rule_group_s_set_reaches_the_web_acl() {
    let client = Client::new().await;
    let shop = client.load_balancers.add("shop");
    let ip_set = client.create_ip_set("bad", &[]).await;
    let group = json!({
        "Name": "g", "Scope": "REGIONAL", "Capacity": 10, "VisibilityConfig": visibility("g"),
        "Rules": [block_ip_set(&ip_set["ARN"])],
    });
    let group = client.ok("CreateRuleGroup", group).await["Summary"].clone();
    let rule = json!({
        "Name": "group", "Priority": 0, "OverrideAction": {"None": {}},
        "Statement": {"RuleGroupReferenceStatement": {"ARN": group["ARN"]}},
        "VisibilityConfig": visibility("group"),
    });
    let web_acl = client.create_web_acl("w", json!([rule])).await;
    let associate = json!({"WebACLArn": web_acl["ARN"], "ResourceArn": shop});
    client.ok("AssociateWebACL", associate).await;
    let policies = client
        .policies_where(|policies| policies.contains_key(&shop))
        .await;
    assert_eq!(judge(&policies[&shop], "192.0.2.7", "/"), ActionKind::Allow);
    let update = with(
        named(&ip_set),
        json!({"Addresses": ["192.0.2.7/32"], "LockToken": ip_set["LockToken"]}),
    );
    client.ok("UpdateIPSet", update).await;
    client
        .policies_where(|found| judge(&found[&shop], "192.0.2.7", "/") == ActionKind::Block)
        .await;
}

#[tokio::test]
async fn only_what_changed_is_compiled_again() {
    let client = Client::new().await;
    let (shop, blog) = (
        client.load_balancers.add("shop"),
        client.load_balancers.add("blog"),
    );
    let ip_set = client.create_ip_set("bad", &["192.0.2.0/24"]).await;
    let using = client
        .create_web_acl("using", json!([block_ip_set(&ip_set["ARN"])]))
        .await;
    let other = client
        .create_web_acl("other", json!([block_path("p", 0, "/p")]))
        .await;
    for (web_acl, resource) in [(&using, &shop), (&other, &blog)] {
        let associate = json!({"WebACLArn": web_acl["ARN"], "ResourceArn": resource});
        client.ok("AssociateWebACL", associate).await;
    }
    let before = client.policies_where(|policies| policies.len() == 2).await;
    let update = with(
        named(&ip_set),
        json!({"Addresses": [], "LockToken": ip_set["LockToken"]}),
    );
    client.ok("UpdateIPSet", update).await;
    let after = client
        .policies_where(|found| judge(&found[&shop], "192.0.2.7", "/") == ActionKind::Allow)
        .await;
    assert!(!Arc::ptr_eq(&before[&shop], &after[&shop]));
    assert!(Arc::ptr_eq(&before[&blog], &after[&blog]));

    // What no web ACL in force uses is no news.
    let mut policies = client.wafv2.policies();
    policies.mark_unchanged();
    client.create_ip_set("unused", &["203.0.113.0/24"]).await;
    client.create_web_acl("unassociated", json!([])).await;
    let tags = json!({"ResourceARN": using["ARN"], "Tags": [{"Key": "a", "Value": "b"}]});
    client.ok("TagResource", tags).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(!policies.has_changed().unwrap());
}

#[tokio::test]
async fn what_cannot_be_compiled_keeps_the_old_policy_or_refuses_everything() {
    let client = Client::new().await;
    let shop = client.load_balancers.add("shop");
    let web_acl = client
        .create_web_acl("w", json!([block_path("p", 0, "/p")]))
        .await;
    let associate = json!({"WebACLArn": web_acl["ARN"], "ResourceArn": shop});
    client.ok("AssociateWebACL", associate).await;
    let before = client
        .policies_where(|policies| policies.contains_key(&shop))
        .await;

    // Damage behind the API's back.
    let rows = client
        .store
        .snapshot(&store::Key::new(["wafv2", "item"]))
        .await
        .unwrap()
        .rows;
    let mut batch = store::Batch::new();
    batch.put(rows[0].key.clone(), "no row at all");
    client.store.commit(batch).await.unwrap();
    client.create_ip_set("later", &[]).await;
    let failures = || client.telemetry.registry().render();
    for _ in 0..500 {
        if !failures().contains("btz_wafv2_compile_failures_total 0") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(
        failures().contains("btz_wafv2_compile_failures_total "),
        "{}",
        failures()
    );
    assert!(!failures().contains("btz_wafv2_compile_failures_total 0"));
    let after = Arc::clone(&client.wafv2.policies().borrow());
    assert!(Arc::ptr_eq(&before[&shop], &after[&shop]));

    // After a restart there is no old policy: closed.
    let restarted = Client::over(Arc::clone(&client.store), 2).await;
    let policies = Arc::clone(&restarted.wafv2.policies().borrow());
    assert_eq!(judge(&policies[&shop], "192.0.2.7", "/"), ActionKind::Block);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_a_large_policy_is_in_force_within_a_second() {
    let client = Client::new().await;
    let shop = client.load_balancers.add("shop");
    let addresses = |last: u8| -> serde_json::Value {
        let many = (0..9_999).map(|n| format!("10.1.{}.{}/32", n >> 8, n & 255));
        many.chain([format!("192.0.2.{last}/32")]).collect()
    };
    let input = json!({
        "Name": "large", "Scope": "REGIONAL", "IPAddressVersion": "IPV4",
        "Addresses": addresses(1),
    });
    let ip_set = client.ok("CreateIPSet", input).await["Summary"].clone();
    let paths = (1..=1_000).map(|n| {
        let mut rule = block_path(&format!("p{n}"), n, &format!("/path-{n}/"));
        let statement = &mut rule["Statement"]["ByteMatchStatement"];
        statement["TextTransformations"] = json!([{"Priority": 0, "Type": "NONE"}]);
        rule
    });
    let rules: Vec<_> = [block_ip_set(&ip_set["ARN"])]
        .into_iter()
        .chain(paths)
        .collect();
    let web_acl = client.create_web_acl("w", json!(rules)).await;
    let associate = json!({"WebACLArn": web_acl["ARN"], "ResourceArn": shop});
    client.ok("AssociateWebACL", associate).await;
    client
        .policies_where(|policies| policies.contains_key(&shop))
        .await;

    let mut slowest = std::time::Duration::ZERO;
    let mut token = ip_set["LockToken"].clone();
    for last in 2..7 {
        let update = json!({"Addresses": addresses(last), "LockToken": token});
        let begun = std::time::Instant::now();
        let updated = client.ok("UpdateIPSet", with(named(&ip_set), update)).await;
        token = updated["NextLockToken"].clone();
        let ip = format!("192.0.2.{last}");
        client
            .policies_where(|found| judge(&found[&shop], &ip, "/") == ActionKind::Block)
            .await;
        slowest = slowest.max(begun.elapsed());
    }
    println!("10,000 addresses and 1,001 rules: in force after at most {slowest:?}");
    assert!(slowest < std::time::Duration::from_secs(1), "{slowest:?}");
}
