//! Attributes: defaults, changes, refusals.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::client::{Client, fixed, text};

fn by_key(answer: &Value) -> BTreeMap<String, String> {
    let attributes = answer["Attributes"].as_array().unwrap();
    attributes
        .iter()
        .map(|one| (text(&one["Key"]), text(&one["Value"])))
        .collect()
}

/// The kinds of resources that have attributes: what names one, and its ARN.
async fn resources(client: &Client) -> [(&'static str, &'static str, String); 3] {
    let balancer = client.load_balancer("shop").await;
    let listener = client.listener(&balancer, 80, fixed("200")).await;
    let group = client.target_group("shop", &[]).await;
    [
        ("LoadBalancer", "LoadBalancerArn", balancer),
        ("Listener", "ListenerArn", listener),
        ("TargetGroup", "TargetGroupArn", group),
    ]
}

#[tokio::test]
async fn what_is_set_is_described_and_the_rest_keeps_its_default() {
    let client = Client::new().await;
    let changes = [
        ("idle_timeout.timeout_seconds", "60", "120"),
        ("routing.http.response.server.enabled", "true", "false"),
        ("slow_start.duration_seconds", "0", "30"),
    ];
    for ((kind, member, arn), (key, default, value)) in
        resources(&client).await.into_iter().zip(changes)
    {
        let before = by_key(
            &client
                .ok(&format!("Describe{kind}Attributes"), json!({ member: arn }))
                .await,
        );
        assert_eq!(before[key], default);
        let input = json!({ member: arn, "Attributes": [{ "Key": key, "Value": value }] });
        let changed = by_key(&client.ok(&format!("Modify{kind}Attributes"), input).await);
        let after = by_key(
            &client
                .ok(&format!("Describe{kind}Attributes"), json!({ member: arn }))
                .await,
        );
        assert_eq!(changed, after);
        let mut expected = before;
        expected.insert(key.to_owned(), value.to_owned());
        assert_eq!(after, expected);
    }
}

#[tokio::test]
async fn values_that_cannot_be_are_refused() {
    let client = Client::new().await;
    let [balancer, listener, group] = resources(&client).await;
    for ((kind, member, arn), key, value, code) in [
        (
            &balancer,
            "idle_timeout.timeout_seconds",
            "0",
            "ValidationError",
        ),
        (
            &balancer,
            "idle_timeout.timeout_seconds",
            "4001",
            "ValidationError",
        ),
        (
            &balancer,
            "idle_timeout.timeout_seconds",
            "+1",
            "ValidationError",
        ),
        (
            &balancer,
            "client_keep_alive.seconds",
            "59",
            "ValidationError",
        ),
        (&balancer, "routing.http2.enabled", "yes", "ValidationError"),
        (
            &balancer,
            "routing.http.desync_mitigation_mode",
            "off",
            "ValidationError",
        ),
        (
            &balancer,
            "load_balancing.cross_zone.enabled",
            "false",
            "ValidationError",
        ),
        (
            &balancer,
            "access_logs.s3.enabled",
            "true",
            "InvalidConfigurationRequest",
        ),
        (
            &balancer,
            "slow_start.duration_seconds",
            "30",
            "ValidationError",
        ),
        (
            &listener,
            "routing.http.request.x_amzn_tls_version.header_name",
            "a b",
            "ValidationError",
        ),
        (
            &listener,
            "routing.http.response.x_frame_options.header_value",
            "a\r\nb",
            "ValidationError",
        ),
        (
            &listener,
            "tcp.idle_timeout.seconds",
            "60",
            "ValidationError",
        ),
        (
            &group,
            "slow_start.duration_seconds",
            "29",
            "ValidationError",
        ),
        (
            &group,
            "deregistration_delay.timeout_seconds",
            "3601",
            "ValidationError",
        ),
        (&group, "stickiness.type", "source_ip", "ValidationError"),
        (
            &group,
            "stickiness.app_cookie.cookie_name",
            "AWSALB",
            "ValidationError",
        ),
        (
            &group,
            "load_balancing.algorithm.anomaly_mitigation",
            "on",
            "InvalidConfigurationRequest",
        ),
        (
            &group,
            "proxy_protocol_v2.enabled",
            "true",
            "ValidationError",
        ),
    ] {
        let input = json!({ *member: arn, "Attributes": [{ "Key": key, "Value": value }] });
        let (found, message) = client
            .refused(&format!("Modify{kind}Attributes"), input)
            .await;
        assert_eq!(found, code, "{key}={value}: {message}");
        assert!(
            message.contains(key) || code != "ValidationError",
            "{message}"
        );
    }
    let twice = json!({ "LoadBalancerArn": balancer.2, "Attributes": [
        { "Key": "routing.http2.enabled", "Value": "true" },
        { "Key": "routing.http2.enabled", "Value": "false" },
    ] });
    assert_eq!(
        client.code("ModifyLoadBalancerAttributes", twice).await,
        "ValidationError"
    );
}

#[tokio::test]
async fn attributes_that_exclude_each_other_are_refused_together_and_pass_apart() {
    let client = Client::new().await;
    let group = client.target_group("shop", &[]).await;
    let set = |pairs: &[(&str, &str)]| {
        let attributes: Vec<Value> = pairs
            .iter()
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect();
        json!({ "TargetGroupArn": group, "Attributes": attributes })
    };
    let least = (
        "load_balancing.algorithm.type",
        "least_outstanding_requests",
    );
    let slow = ("slow_start.duration_seconds", "60");
    let code = client
        .code("ModifyTargetGroupAttributes", set(&[least, slow]))
        .await;
    assert_eq!(code, "InvalidConfigurationRequest");
    client.ok("ModifyTargetGroupAttributes", set(&[slow])).await;
    let code = client
        .code("ModifyTargetGroupAttributes", set(&[least]))
        .await;
    assert_eq!(
        code, "InvalidConfigurationRequest",
        "with what is set already"
    );
    let app = [
        ("stickiness.enabled", "true"),
        ("stickiness.type", "app_cookie"),
    ];
    let code = client.code("ModifyTargetGroupAttributes", set(&app)).await;
    assert_eq!(code, "InvalidConfigurationRequest");
    let named = [
        app[0],
        app[1],
        ("stickiness.app_cookie.cookie_name", "SESSION"),
    ];
    client.ok("ModifyTargetGroupAttributes", set(&named)).await;
}
