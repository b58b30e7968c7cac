//! Limits: one more than allowed is refused with AWS's code, and what changes at the same time in
//! two processes is never half done.

use std::sync::Arc;

use serde_json::{Value, json};
use store::{Batch, Key, Memory, Store};

use super::client::{ACCOUNT, Client, REGION, fixed, forward, path, text};

const BALANCER: &str = "loadbalancer/app/full/1111111111111111";
const LISTENER: &str = "listener/app/full/1111111111111111/2222222222222222";

fn arn(resource: &str) -> String {
    format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:{resource}")
}

/// A client over a store that has these rows.
async fn with_rows(rows: impl IntoIterator<Item = (Vec<String>, Value)>) -> Client {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let mut batch = Batch::new();
    for (key, row) in rows {
        let key = key
            .iter()
            .fold(Key::new(["elb"]), |key, part| key.child(part));
        batch.put(key, row.to_string());
    }
    store.commit(batch).await.unwrap();
    Client::over(store, 1).await
}

fn key(family: &str, rest: &[&str]) -> Vec<String> {
    let parts = [family, ACCOUNT, REGION]
        .into_iter()
        .chain(rest.iter().copied());
    parts.map(str::to_owned).collect()
}

fn balancer(name: &str, resource: &str) -> (Vec<String>, Value) {
    let row =
        json!({ "LoadBalancer": { "LoadBalancerArn": arn(resource), "LoadBalancerName": name } });
    (key("load-balancer", &[name]), row)
}

#[tokio::test]
async fn load_balancers_have_a_limit() {
    let rows = (0..500).map(|at| {
        let name = format!("lb-{at}");
        balancer(&name, &format!("loadbalancer/app/{name}/1111111111111111"))
    });
    let client = with_rows(rows).await;
    let one_more = json!({ "Name": "one-more" });
    assert_eq!(
        client.code("CreateLoadBalancer", one_more).await,
        "TooManyLoadBalancers"
    );
    let delete = json!({ "LoadBalancerArn": arn("loadbalancer/app/lb-7/1111111111111111") });
    client.ok("DeleteLoadBalancer", delete).await;
    client.load_balancer("one-more").await;
}

#[tokio::test]
async fn rules_have_a_limit() {
    let actions = json!([fixed("200")]);
    let listener = json!({
        "Listener": {
            "ListenerArn": arn(LISTENER), "LoadBalancerArn": arn(BALANCER), "Port": 80,
            "Protocol": "HTTP", "DefaultActions": actions,
        },
        "Address": "127.0.0.1:80",
    });
    let rules = (1..=1_000).map(|at| {
        let id = format!("{at:016x}");
        let rule_arn = format!(
            "{}/{id}",
            arn(LISTENER).replace(":listener/", ":listener-rule/")
        );
        let row = json!({ "Rule": {
            "RuleArn": rule_arn, "Priority": at.to_string(), "IsDefault": false, "Actions": actions,
            "Conditions": [{ "Field": "path-pattern", "PathPatternConfig": { "Values": ["/x"] } }],
        } });
        (key("rule", &["full", "2222222222222222", &id]), row)
    });
    let base = [
        balancer("full", BALANCER),
        (key("listener", &["full", "2222222222222222"]), listener),
    ];
    let client = with_rows(base.into_iter().chain(rules)).await;
    let one_more = json!({
        "ListenerArn": arn(LISTENER), "Priority": 2_000, "Conditions": [path("/")], "Actions": actions,
    });
    assert_eq!(client.code("CreateRule", one_more).await, "TooManyRules");
    let table = client
        .table_where(|table| !table.addresses.is_empty())
        .await;
    let listeners = table.addresses.values().next().unwrap();
    assert_eq!(listeners[0].rules().count(), 1_001);
    // All of it goes in one commit.
    client
        .ok(
            "DeleteLoadBalancer",
            json!({ "LoadBalancerArn": arn(BALANCER) }),
        )
        .await;
    let left = client
        .store
        .snapshot(&Key::new(["elb", "rule"]))
        .await
        .unwrap();
    assert!(left.rows.is_empty());
}

#[tokio::test]
async fn target_groups_and_targets_have_a_limit() {
    let groups = (0..3_000).map(|at| {
        let name = format!("tg-{at}");
        let resource = format!("targetgroup/{name}/1111111111111111");
        let row = json!({
            "TargetGroup": {
                "TargetGroupArn": arn(&resource), "TargetGroupName": name, "Protocol": "HTTP",
                "Port": 80, "TargetType": "ip",
            },
            "Targets": [],
        });
        (key("target-group", &[&name]), row)
    });
    let client = with_rows(groups).await;
    let one_more = json!({ "Name": "one-more", "Protocol": "HTTP", "Port": 80 });
    assert_eq!(
        client.code("CreateTargetGroup", one_more).await,
        "TooManyTargetGroups"
    );
    let group = arn("targetgroup/tg-0/1111111111111111");
    let targets = |ports: std::ops::Range<u16>| {
        let targets: Vec<Value> = ports
            .map(|port| json!({ "Id": "127.0.0.1", "Port": port }))
            .collect();
        json!({ "TargetGroupArn": group, "Targets": targets })
    };
    client.ok("RegisterTargets", targets(1..1_001)).await;
    assert_eq!(
        client.code("RegisterTargets", targets(1_001..1_002)).await,
        "TooManyTargets"
    );
    let health = client
        .ok("DescribeTargetHealth", json!({ "TargetGroupArn": group }))
        .await;
    assert_eq!(
        health["TargetHealthDescriptions"].as_array().unwrap().len(),
        1_000
    );
}

#[tokio::test]
async fn listeners_certificates_and_groups_of_an_action_have_a_limit() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    for port in 1..=50 {
        client.listener(&balancer, port, fixed("200")).await;
    }
    let listener = |balancer: &str, action: Value| {
        json!({
            "LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 8080, "DefaultActions": [action],
        })
    };
    let one_more = listener(&balancer, fixed("200"));
    assert_eq!(
        client.code("CreateListener", one_more).await,
        "TooManyListeners"
    );
    let other = client.load_balancer("other").await;
    let mut tuples = Vec::new();
    for at in 0..6 {
        let group = client.target_group(&format!("tg-{at}"), &[]).await;
        tuples.push(json!({ "TargetGroupArn": group }));
    }
    let forwards = |tuples: &[Value]| json!({ "Type": "forward", "ForwardConfig": { "TargetGroups": tuples } });
    let six = listener(&other, forwards(&tuples));
    assert_eq!(client.code("CreateListener", six).await, "ValidationError");
    client
        .ok("CreateListener", listener(&other, forwards(&tuples[..5])))
        .await;
    let certificates: Vec<Value> = (0..102)
        .map(|at| json!({ "CertificateArn": client.certificates.add(&format!("c-{at}"), &["a.example"]) }))
        .collect();
    let https = json!({
        "LoadBalancerArn": other, "Protocol": "HTTPS", "Port": 8443, "DefaultActions": [fixed("200")],
        "Certificates": certificates[..1],
    });
    let https = client.ok("CreateListener", https).await;
    let https = text(&https["Listeners"][0]["ListenerArn"]);
    let add =
        |certificates: &[Value]| json!({ "ListenerArn": https, "Certificates": certificates });
    let code = client
        .code("AddListenerCertificates", add(&certificates[1..]))
        .await;
    assert_eq!(code, "TooManyCertificates");
    client
        .ok("AddListenerCertificates", add(&certificates[1..101]))
        .await;
}

#[tokio::test]
async fn a_target_group_is_never_deleted_under_a_rule_that_another_process_makes() {
    let one = Client::new().await;
    let other = Client::over(one.store.clone(), 2).await;
    let balancer = one.load_balancer("shop").await;
    let listener = one.listener(&balancer, 80, fixed("404")).await;
    let (mut made, mut deleted) = (0, 0);
    for at in 1..40 {
        let group = one.target_group(&format!("tg-{at}"), &[]).await;
        let rule = json!({
            "ListenerArn": listener, "Priority": at, "Conditions": [path("/")],
            "Actions": [forward(&group)],
        });
        let delete = json!({ "TargetGroupArn": group });
        let create = one.call("CreateRule", rule);
        let delete = other.call("DeleteTargetGroup", delete);
        // Who is polled first commits first: both orders occur.
        let (create, delete) = if at % 2 == 0 {
            tokio::join!(create, delete)
        } else {
            let (delete, create) = tokio::join!(delete, create);
            (create, delete)
        };
        let there = one
            .call(
                "DescribeTargetGroups",
                json!({ "TargetGroupArns": [group] }),
            )
            .await;
        match (&create, &delete) {
            (Ok(_), Err((code, _))) => {
                assert_eq!(code, "ResourceInUse");
                assert!(there.is_ok());
                made += 1;
            }
            (Err((code, _)), Ok(_)) => {
                assert_eq!(code, "TargetGroupNotFound");
                deleted += 1;
            }
            _ => panic!("{create:?} {delete:?}"),
        }
    }
    assert!(made > 0 && deleted > 0, "{made} {deleted}");
}
