//! What calls ask leave for: the resource, its tags, what the call says.

use policy::KeyValue;
use serde_json::json;

use super::client::{ACCOUNT, Client, REGION, fixed};

/// Of each ask its action and resource.
fn about(asks: &[policy::Ask]) -> Vec<(&'static str, &str)> {
    let asks = asks.iter();
    asks.map(|ask| (ask.action, ask.resource.as_str()))
        .collect()
}

#[tokio::test]
async fn a_resource_is_asked_for_by_its_arn_with_its_tags() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let listener = client.listener(&balancer, 80, fixed("200")).await;
    let tags = json!([{ "Key": "team", "Value": "a" }]);
    let add = json!({ "ResourceArns": [balancer, listener], "Tags": tags });
    let asks = client.asks("AddTags", &add);
    let action = "elasticloadbalancing:AddTags";
    assert_eq!(about(&asks), [(action, &*balancer), (action, &*listener)]);
    let team = [("team".to_owned(), "a".to_owned())];
    for ask in &asks {
        assert_eq!(ask.request_tags, team);
        assert_eq!(ask.resource_tags, []);
    }
    client.ok("AddTags", add).await;
    let asks = client.asks("DeleteListener", &json!({ "ListenerArn": listener }));
    let action = "elasticloadbalancing:DeleteListener";
    assert_eq!(about(&asks), [(action, &*listener)]);
    assert_eq!(asks[0].resource_tags, team);
    let key = &asks[0].keys[0];
    assert_eq!(
        (key.name, &*key.suffix, &key.value),
        (
            "elasticloadbalancing:ResourceTag/",
            "team",
            &KeyValue::String("a".to_owned())
        )
    );
}

#[tokio::test]
async fn what_is_to_be_made_has_a_name_and_no_id() {
    let client = Client::new().await;
    for (operation, resource) in [
        ("CreateLoadBalancer", "loadbalancer/app/new/*"),
        ("CreateTargetGroup", "targetgroup/new/*"),
        ("CreateTrustStore", "truststore/new/*"),
    ] {
        let asks = client.asks(operation, &json!({ "Name": "new" }));
        let action = format!("elasticloadbalancing:{operation}");
        let arn = format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:{resource}");
        assert_eq!(about(&asks), [(&*action, &*arn)]);
    }
    // Lists are of no resource.
    let asks = client.asks("DescribeLoadBalancers", &json!({}));
    assert_eq!(
        about(&asks),
        [("elasticloadbalancing:DescribeLoadBalancers", "*")]
    );
}

#[tokio::test]
async fn a_listener_tells_its_protocol_and_policy() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let input = json!({
        "LoadBalancerArn": balancer, "Protocol": "HTTPS", "Port": 443,
        "SslPolicy": "ELBSecurityPolicy-2016-08", "DefaultActions": [fixed("200")],
    });
    let asks = client.asks("CreateListener", &input);
    assert_eq!(asks.len(), 1);
    let keys: Vec<_> = asks[0].keys.iter().map(|key| key.name).collect();
    assert_eq!(
        keys,
        [
            "elasticloadbalancing:ListenerProtocol",
            "elasticloadbalancing:SecurityPolicy"
        ]
    );
}
