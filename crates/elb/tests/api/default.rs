//! The load balancer `default`, and that what its owner changed stays.

use std::sync::Arc;

use elb::DefaultLoadBalancer;
use route::Target;
use serde_json::json;
use store::{Batch, Key, Memory, Store};

use super::client::{ACCOUNT, Client, REGION, fixed, path, ports, text};

fn wanted(http: u16, target: u16) -> DefaultLoadBalancer {
    DefaultLoadBalancer {
        http: ([127, 0, 0, 1], http).into(),
        https: Some(([127, 0, 0, 1], 8443).into()),
        target: Target {
            host: "127.0.0.1".to_owned(),
            port: target,
            tls: false,
        },
    }
}

async fn ensure(client: &Client, wanted: DefaultLoadBalancer) -> String {
    let (account, region) = (ACCOUNT.parse().unwrap(), REGION.parse().unwrap());
    client
        .elb
        .ensure_default(account, &region, wanted)
        .await
        .unwrap()
        .to_string()
}

#[tokio::test]
async fn it_is_made_once_and_followed() {
    let client = Client::new().await;
    let arn = ensure(&client, wanted(8080, 3000)).await;
    let before = client.store.stats();
    assert_eq!(ensure(&client, wanted(8080, 3000)).await, arn);
    assert_eq!(
        client.store.stats(),
        before,
        "nothing to do, nothing written"
    );
    let address = ([127, 0, 0, 1], 8080).into();
    let table = client.table_where(|table| table.addresses.len() == 2).await;
    let listener = table.listener(address, "x").unwrap();
    assert_eq!(listener.load_balancer_arn, arn);
    assert_eq!(ports(&listener.rules().last().unwrap().action), [3000]);
    assert!(client.elb.has_load_balancer(&arn.parse().unwrap()));
    let health = client
        .ok("DescribeTargetGroups", json!({ "Names": ["default"] }))
        .await;
    let group = text(&health["TargetGroups"][0]["TargetGroupArn"]);
    let health = client
        .ok("DescribeTargetHealth", json!({ "TargetGroupArn": group }))
        .await;
    let health = &health["TargetHealthDescriptions"][0]["TargetHealth"];
    // Nobody has said here how targets are.
    assert_eq!(health["Reason"], "Elb.InternalError");
}

#[tokio::test]
async fn what_its_owner_changed_stays() {
    let client = Client::new().await;
    let arn = ensure(&client, wanted(8080, 3000)).await;
    let attributes = json!({
        "LoadBalancerArn": arn, "Attributes": [{ "Key": "routing.http2.enabled", "Value": "false" }],
    });
    client.ok("ModifyLoadBalancerAttributes", attributes).await;
    let extra = client.listener(&arn, 9000, fixed("200")).await;
    let listeners = client
        .ok("DescribeListeners", json!({ "LoadBalancerArn": arn }))
        .await;
    let listeners = listeners["Listeners"].as_array().unwrap();
    let http = listeners.iter().find(|one| one["Port"] == 8080).unwrap();
    let http = text(&http["ListenerArn"]);
    let rule = client.rule(&http, 1, path("/down"), fixed("503")).await;
    let group = client
        .ok("DescribeTargetGroups", json!({ "Names": ["default"] }))
        .await;
    let group = text(&group["TargetGroups"][0]["TargetGroupArn"]);
    let second =
        json!({ "TargetGroupArn": group, "Targets": [{ "Id": "127.0.0.1", "Port": 3001 }] });
    client.ok("RegisterTargets", second).await;

    // A new command line: another port for HTTP, another application.
    assert_eq!(ensure(&client, wanted(8081, 4000)).await, arn);
    let described = client
        .ok(
            "DescribeListeners",
            json!({ "ListenerArns": [http, extra] }),
        )
        .await;
    let ports: Vec<i64> = described["Listeners"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["Port"].as_i64().unwrap())
        .collect();
    assert!(ports.contains(&8081) && ports.contains(&9000), "{ports:?}");
    client
        .ok("DescribeRules", json!({ "RuleArns": [rule] }))
        .await;
    let attributes = client
        .ok(
            "DescribeLoadBalancerAttributes",
            json!({ "LoadBalancerArn": arn }),
        )
        .await;
    let attributes = attributes["Attributes"].as_array().unwrap();
    assert!(attributes.contains(&json!({ "Key": "routing.http2.enabled", "Value": "false" })));
    let health = client
        .ok("DescribeTargetHealth", json!({ "TargetGroupArn": group }))
        .await;
    let targets: Vec<i64> = health["TargetHealthDescriptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["Target"]["Port"].as_i64().unwrap())
        .collect();
    assert_eq!(targets, [4000, 3001]);
}

/// Rows as the first release wrote them: a bare target group ARN, no attributes, no tags.
#[tokio::test]
async fn rows_of_the_first_release_are_read() {
    let prefix = format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}");
    let balancer = format!("{prefix}:loadbalancer/app/default/1111111111111111");
    let group = format!("{prefix}:targetgroup/default/2222222222222222");
    let listener = format!("{prefix}:listener/app/default/1111111111111111/3333333333333333");
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let mut batch = Batch::new();
    for (key, row) in [
        (
            vec!["load-balancer", ACCOUNT, REGION, "default"],
            json!({ "LoadBalancer": {
                "LoadBalancerArn": balancer, "DNSName": "localhost", "CreatedTime": 1_790_000_000,
                "LoadBalancerName": "default", "State": { "Code": "active" }, "Type": "application",
            } }),
        ),
        (
            vec!["target-group", ACCOUNT, REGION, "default"],
            json!({
                "TargetGroup": {
                    "TargetGroupArn": group, "TargetGroupName": "default", "Protocol": "HTTP",
                    "Port": 3000, "HealthCheckEnabled": false, "LoadBalancerArns": [balancer],
                    "TargetType": "ip", "ProtocolVersion": "HTTP1", "IpAddressType": "ipv4",
                },
                "Targets": [{ "Id": "127.0.0.1", "Port": 3000 }],
            }),
        ),
        (
            vec!["listener", ACCOUNT, REGION, "default", "3333333333333333"],
            json!({
                "Listener": {
                    "ListenerArn": listener, "LoadBalancerArn": balancer, "Port": 8080,
                    "Protocol": "HTTP",
                    "DefaultActions": [{ "Type": "forward", "TargetGroupArn": group }],
                },
                "Address": "127.0.0.1:8080",
            }),
        ),
    ] {
        let key = key
            .iter()
            .fold(Key::new(["elb"]), |key, part| key.child(part));
        batch.put(key, row.to_string());
    }
    store.commit(batch).await.unwrap();
    let client = Client::over(store, 1).await;
    assert_eq!(ensure(&client, wanted(8080, 3000)).await, balancer);
    let address = ([127, 0, 0, 1], 8080).into();
    let table = client.table_where(|table| table.addresses.len() == 2).await;
    let found = table.listener(address, "x").unwrap();
    assert_eq!(found.arn, listener);
    assert_eq!(ports(&found.rules().last().unwrap().action), [3000]);
    let delete = json!({ "TargetGroupArn": group });
    assert_eq!(
        client.code("DeleteTargetGroup", delete).await,
        "ResourceInUse"
    );
}

/// What a reset of the store does, with no time for the view to notice.
#[tokio::test]
async fn when_all_rows_are_gone_it_is_made_again_at_once() {
    let client = Client::new().await;
    for _ in 0..10 {
        ensure(&client, wanted(8080, 3000)).await;
        let rows = client
            .store
            .snapshot(&Key::new(["elb"]))
            .await
            .unwrap()
            .rows;
        assert!(!rows.is_empty());
        let mut batch = Batch::new();
        for row in rows {
            batch.delete(row.key);
        }
        client.store.commit(batch).await.unwrap();
        let arn = ensure(&client, wanted(8080, 3000)).await;
        assert!(client.elb.has_load_balancer(&arn.parse().unwrap()));
        let described = client
            .ok("DescribeLoadBalancers", json!({ "Names": ["default"] }))
            .await;
        assert_eq!(described["LoadBalancers"][0]["LoadBalancerArn"], arn);
    }
}
