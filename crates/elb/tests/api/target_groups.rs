//! Target groups: made, changed, described, deleted.

use serde_json::json;

use super::client::{Client, fixed, forward, path};

#[tokio::test]
async fn a_target_group_has_awss_defaults() {
    let client = Client::new().await;
    let input = json!({ "Name": "shop", "Protocol": "HTTP", "Port": 8080, "VpcId": "vpc-1" });
    let made = client.ok("CreateTargetGroup", input.clone()).await;
    let group = &made["TargetGroups"][0];
    let arn = &group["TargetGroupArn"];
    assert_eq!(
        *group,
        json!({
            "TargetGroupArn": arn, "TargetGroupName": "shop", "Protocol": "HTTP", "Port": 8080,
            "VpcId": "vpc-1", "HealthCheckProtocol": "HTTP", "HealthCheckPort": "traffic-port",
            "HealthCheckEnabled": true, "HealthCheckIntervalSeconds": 30,
            "HealthCheckTimeoutSeconds": 5, "HealthyThresholdCount": 5,
            "UnhealthyThresholdCount": 2, "HealthCheckPath": "/", "Matcher": { "HttpCode": "200" },
            "LoadBalancerArns": [], "TargetType": "instance", "ProtocolVersion": "HTTP1",
            "IpAddressType": "ipv4",
        })
    );
    let again = client.ok("CreateTargetGroup", input).await;
    assert_eq!(again["TargetGroups"][0]["TargetGroupArn"], *arn);
    let other = json!({ "Name": "shop", "Protocol": "HTTP", "Port": 81 });
    assert_eq!(
        client.code("CreateTargetGroup", other).await,
        "DuplicateTargetGroupName"
    );
}

#[tokio::test]
async fn what_cannot_be_a_target_group_is_refused() {
    let client = Client::new().await;
    for (more, code) in [
        (json!({ "Name": "a b" }), "ValidationError"),
        (json!({ "Protocol": "TCP" }), "InvalidConfigurationRequest"),
        (json!({ "Protocol": null }), "ValidationError"),
        (json!({ "Port": null }), "ValidationError"),
        (json!({ "Port": 0 }), "ValidationError"),
        (json!({ "TargetType": "lambda" }), "ValidationError"),
        (json!({ "TargetType": "alb" }), "ValidationError"),
        (json!({ "ProtocolVersion": "HTTP3" }), "ValidationError"),
        (json!({ "HealthCheckProtocol": "TCP" }), "ValidationError"),
        (json!({ "HealthCheckPort": "0" }), "ValidationError"),
        (json!({ "HealthCheckPath": "x" }), "ValidationError"),
        (
            json!({ "HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 5 }),
            "ValidationError",
        ),
        (json!({ "HealthyThresholdCount": 11 }), "ValidationError"),
        (
            json!({ "Matcher": { "HttpCode": "600" } }),
            "ValidationError",
        ),
        (json!({ "Matcher": { "GrpcCode": "0" } }), "ValidationError"),
        (
            json!({ "ProtocolVersion": "GRPC", "Matcher": { "GrpcCode": "100" } }),
            "ValidationError",
        ),
    ] {
        let mut input = json!({ "Name": "a", "Protocol": "HTTP", "Port": 80, "TargetType": "ip" });
        for (member, value) in more.as_object().unwrap() {
            match value.is_null() {
                true => drop(input.as_object_mut().unwrap().remove(member)),
                false => input[member] = value.clone(),
            }
        }
        let (found, message) = client.refused("CreateTargetGroup", input.clone()).await;
        assert_eq!(found, code, "{input}: {message}");
    }
}

#[tokio::test]
async fn health_checks_can_be_changed() {
    let client = Client::new().await;
    let arn = client.target_group("shop", &[]).await;
    let changed = client
        .ok(
            "ModifyTargetGroup",
            json!({
                "TargetGroupArn": arn, "HealthCheckPath": "/up", "HealthCheckIntervalSeconds": 10,
                "Matcher": { "HttpCode": "200-204" },
            }),
        )
        .await;
    let group = &changed["TargetGroups"][0];
    assert_eq!(group["HealthCheckPath"], "/up");
    assert_eq!(
        group["HealthCheckTimeoutSeconds"], 5,
        "what is not named stays"
    );
    assert_eq!(group["Matcher"]["HttpCode"], "200-204");
    let wrong = json!({ "TargetGroupArn": arn, "HealthCheckTimeoutSeconds": 10 });
    assert_eq!(
        client.code("ModifyTargetGroup", wrong).await,
        "ValidationError"
    );
}

#[tokio::test]
async fn a_target_group_is_of_one_load_balancer() {
    let client = Client::new().await;
    let (one, two) = (
        client.load_balancer("one").await,
        client.load_balancer("two").await,
    );
    let (group, other) = (
        client.target_group("a", &[]).await,
        client.target_group("b", &[]).await,
    );
    let listener = client.listener(&one, 80, fixed("404")).await;
    client.rule(&listener, 1, path("/"), forward(&group)).await;
    let stolen = json!({
        "LoadBalancerArn": two, "Protocol": "HTTP", "Port": 80, "DefaultActions": [forward(&group)],
    });
    assert_eq!(
        client.code("CreateListener", stolen).await,
        "TargetGroupAssociationLimit"
    );
    let used = client
        .ok("DescribeTargetGroups", json!({ "LoadBalancerArn": one }))
        .await;
    assert_eq!(used["TargetGroups"].as_array().unwrap().len(), 1);
    assert_eq!(used["TargetGroups"][0]["LoadBalancerArns"], json!([one]));
    let unused = client
        .ok(
            "DescribeTargetGroups",
            json!({ "TargetGroupArns": [other] }),
        )
        .await;
    assert_eq!(unused["TargetGroups"][0]["LoadBalancerArns"], json!([]));
    for (input, code) in [
        (json!({ "Names": ["none"] }), "TargetGroupNotFound"),
        (json!({ "TargetGroupArns": ["x"] }), "ValidationError"),
        (
            json!({ "Names": ["a"], "TargetGroupArns": [group] }),
            "ValidationError",
        ),
        (
            json!({ "LoadBalancerArn": one.replace("one", "none") }),
            "LoadBalancerNotFound",
        ),
    ] {
        assert_eq!(
            client.code("DescribeTargetGroups", input.clone()).await,
            code,
            "{input}"
        );
    }
}
