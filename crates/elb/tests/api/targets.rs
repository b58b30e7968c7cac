//! Targets: registered, drained, and how they are.

use std::sync::Arc;

use elb::{Anomaly, TargetHealthDirectory};
use route::health::{CheckResult, Health, HealthCheck};
use serde_json::{Value, json};

use super::client::{Client, NOW, forward, text};

async fn states(client: &Client, group: &str) -> Vec<(String, String)> {
    let described = client
        .ok("DescribeTargetHealth", json!({ "TargetGroupArn": group }))
        .await;
    let described = described["TargetHealthDescriptions"].as_array().unwrap();
    let state = |one: &Value| {
        let health = &one["TargetHealth"];
        (
            text(&health["State"]),
            health["Reason"].as_str().unwrap_or_default().to_owned(),
        )
    };
    described.iter().map(state).collect()
}

#[tokio::test]
async fn targets_are_addresses_or_names() {
    let client = Client::new().await;
    let ip = client.target_group("ip", &[]).await;
    let named = json!({ "Name": "named", "Protocol": "HTTP", "Port": 80 });
    let named = client.ok("CreateTargetGroup", named).await;
    let named = text(&named["TargetGroups"][0]["TargetGroupArn"]);
    for (group, id, code) in [
        (&ip, "10.0.0.1", None),
        (&ip, "203.0.113.9", None),
        (&ip, "localhost", Some("ValidationError")),
        (&ip, "::1", Some("ValidationError")),
        (&ip, "0.0.0.0", Some("ValidationError")),
        (&ip, "10.0.0.1:80", Some("ValidationError")),
        (&named, "i-0123456789abcdef0", None),
        (&named, "app-1.internal", None),
        (&named, "10.0.0.1", Some("InvalidTarget")),
        (&named, "a b", Some("InvalidTarget")),
        (&named, "a..b", Some("InvalidTarget")),
    ] {
        let input = json!({ "TargetGroupArn": group, "Targets": [{ "Id": id }] });
        let found = client
            .call("RegisterTargets", input)
            .await
            .err()
            .map(|(code, _)| code);
        assert_eq!(found.as_deref(), code, "{id}");
    }
    let missing =
        json!({ "TargetGroupArn": ip.replace("/ip/", "/no/"), "Targets": [{ "Id": "10.0.0.1" }] });
    assert_eq!(
        client.code("RegisterTargets", missing).await,
        "TargetGroupNotFound"
    );
}

#[tokio::test]
async fn a_target_in_use_drains_before_it_goes() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let group = client.target_group("shop", &[3000, 3001]).await;
    let unused = ("unused".to_owned(), "Target.NotInUse".to_owned());
    assert_eq!(states(&client, &group).await, [unused.clone(), unused]);
    client.listener(&balancer, 80, forward(&group)).await;
    let one = json!({ "TargetGroupArn": group, "Targets": [{ "Id": "127.0.0.1", "Port": 3001 }] });
    client.ok("DeregisterTargets", one.clone()).await;
    let draining = (
        "draining".to_owned(),
        "Target.DeregistrationInProgress".to_owned(),
    );
    let nobody = ("unavailable".to_owned(), "Elb.InternalError".to_owned());
    assert_eq!(states(&client, &group).await, [nobody.clone(), draining]);
    client.clock.forward(299);
    assert_eq!(states(&client, &group).await.len(), 2);
    client.clock.forward(1);
    assert_eq!(states(&client, &group).await, [nobody]);
    let asked =
        json!({ "TargetGroupArn": group, "Targets": [{ "Id": "127.0.0.1", "Port": 3001 }] });
    let asked = client.ok("DescribeTargetHealth", asked).await;
    assert_eq!(
        asked["TargetHealthDescriptions"][0]["TargetHealth"],
        json!({
            "State": "unused", "Reason": "Target.NotRegistered",
            "Description": "Target is not registered to the target group",
        })
    );
    client.ok("RegisterTargets", one.clone()).await;
    client.ok("RegisterTargets", one).await;
    assert_eq!(
        states(&client, &group).await.len(),
        2,
        "a target is registered once"
    );
}

#[tokio::test]
async fn without_a_delay_or_a_use_a_target_goes_at_once() {
    let client = Client::new().await;
    let group = client.target_group("shop", &[3000, 3001]).await;
    let target = |port: u16| json!({ "TargetGroupArn": group, "Targets": [{ "Id": "127.0.0.1", "Port": port }] });
    client.ok("DeregisterTargets", target(3000)).await;
    assert_eq!(states(&client, &group).await.len(), 1);
    let balancer = client.load_balancer("shop").await;
    client.listener(&balancer, 80, forward(&group)).await;
    let attributes = json!({
        "TargetGroupArn": group,
        "Attributes": [{ "Key": "deregistration_delay.timeout_seconds", "Value": "0" }],
    });
    client.ok("ModifyTargetGroupAttributes", attributes).await;
    client.ok("DeregisterTargets", target(3001)).await;
    client.ok("DeregisterTargets", target(3001)).await;
    assert!(states(&client, &group).await.is_empty());
}

/// Has checked port 3000 with success and 3001 without.
struct Checks;

impl TargetHealthDirectory for Checks {
    fn health(&self, _: &str, host: &str, port: u16) -> Option<Health> {
        assert_eq!(host, "127.0.0.1");
        let check = HealthCheck::default();
        let mut health = Health::registered(&check, NOW);
        let result = match port {
            3000 => CheckResult::Code(200),
            3001 => CheckResult::Code(503),
            _ => return None,
        };
        for _ in 0..2 {
            health.observe(&check, result, NOW);
        }
        Some(health)
    }

    fn anomaly(&self, _: &str, _: &str, port: u16) -> Option<Anomaly> {
        (port == 3001).then_some(Anomaly {
            anomalous: true,
            mitigated: false,
        })
    }
}

#[tokio::test]
async fn health_is_told_by_who_checks() {
    let client = Client::new().await;
    client.elb.ask_for_target_health(Arc::new(Checks));
    let balancer = client.load_balancer("shop").await;
    let group = client.target_group("shop", &[3000, 3001, 3002]).await;
    client.listener(&balancer, 80, forward(&group)).await;
    let described = client
        .ok("DescribeTargetHealth", json!({ "TargetGroupArn": group }))
        .await;
    let health: Vec<&Value> = described["TargetHealthDescriptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["TargetHealth"])
        .collect();
    assert_eq!(*health[0], json!({ "State": "healthy" }));
    assert_eq!(
        *health[1],
        json!({
            "State": "unhealthy", "Reason": "Target.ResponseCodeMismatch",
            "Description": "Health checks failed with these codes: [503]",
        })
    );
    assert_eq!(health[2]["State"], "initial");
    assert_eq!(
        described["TargetHealthDescriptions"][0]["HealthCheckPort"],
        "3000"
    );
    assert!(described["TargetHealthDescriptions"][1]["AnomalyDetection"].is_null());
    let all = json!({ "TargetGroupArn": group, "Include": ["AnomalyDetection"] });
    let all = client.ok("DescribeTargetHealth", all).await;
    assert_eq!(
        all["TargetHealthDescriptions"][1]["AnomalyDetection"],
        json!({ "Result": "anomalous", "MitigationInEffect": "no" })
    );
}
