//! Listeners: made, changed, deleted.

use serde_json::{Value, json};

use super::client::{Client, fixed, forward, path, text};

#[tokio::test]
async fn a_listener_is_answered_whole() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let group = client.target_group("shop", &[3000]).await;
    let arn = client.listener(&balancer, 8080, forward(&group)).await;
    let described = client
        .ok("DescribeListeners", json!({ "LoadBalancerArn": balancer }))
        .await;
    assert_eq!(
        described["Listeners"],
        json!([{
            "ListenerArn": arn,
            "LoadBalancerArn": balancer,
            "Port": 8080,
            "Protocol": "HTTP",
            "DefaultActions": [{
                "Type": "forward",
                "TargetGroupArn": group,
                "ForwardConfig": {
                    "TargetGroups": [{ "TargetGroupArn": group, "Weight": 1 }],
                    "TargetGroupStickinessConfig": { "Enabled": false },
                },
            }],
        }])
    );
    assert_eq!(
        client.listener(&balancer, 8080, forward(&group)).await,
        arn,
        "the same again"
    );
    let other = json!({
        "LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 8080,
        "DefaultActions": [fixed("404")],
    });
    assert_eq!(
        client.code("CreateListener", other).await,
        "DuplicateListener"
    );
}

#[tokio::test]
async fn an_https_listener_needs_a_certificate_that_is_there() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let certificate = client.certificates.add("one", &["shop.example"]);
    let listener = |certificates: Value, policy: &str| {
        json!({
            "LoadBalancerArn": balancer, "Protocol": "HTTPS", "Port": 443, "SslPolicy": policy,
            "Certificates": certificates, "DefaultActions": [fixed("200")],
        })
    };
    let good = "ELBSecurityPolicy-TLS13-1-2-2021-06";
    let one = json!([{ "CertificateArn": certificate }]);
    for (input, code) in [
        (listener(json!([]), good), "ValidationError"),
        (
            listener(json!([{ "CertificateArn": "x" }]), good),
            "CertificateNotFound",
        ),
        (listener(one.clone(), "x"), "SSLPolicyNotFound"),
        (
            listener(
                json!([{ "CertificateArn": certificate, "IsDefault": true }]),
                good,
            ),
            "ValidationError",
        ),
    ] {
        assert_eq!(
            client.code("CreateListener", input.clone()).await,
            code,
            "{input}"
        );
    }
    let made = client.ok("CreateListener", listener(one, good)).await;
    let made = &made["Listeners"][0];
    assert_eq!(
        made["Certificates"],
        json!([{ "CertificateArn": certificate }])
    );
    assert_eq!(made["SslPolicy"], good);
    assert_eq!(made["MutualAuthentication"], json!({ "Mode": "off" }));
    // As HTTP it forgets what it had of TLS.
    let plain = json!({ "ListenerArn": made["ListenerArn"], "Protocol": "HTTP", "Port": 80 });
    let plain = client.ok("ModifyListener", plain).await;
    let plain = &plain["Listeners"][0];
    assert_eq!(
        (&plain["Port"], &plain["Protocol"]),
        (&json!(80), &json!("HTTP"))
    );
    assert!(plain["Certificates"].is_null() && plain["SslPolicy"].is_null());
}

#[tokio::test]
async fn what_cannot_listen_is_refused() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let group = client.target_group("shop", &[]).await;
    let grpc = json!({
        "Name": "grpc", "Protocol": "HTTP", "Port": 80, "TargetType": "ip", "ProtocolVersion": "GRPC",
    });
    let grpc = client.ok("CreateTargetGroup", grpc).await;
    let grpc = text(&grpc["TargetGroups"][0]["TargetGroupArn"]);
    let listener = |protocol: &str, action: Value| {
        json!({
            "LoadBalancerArn": balancer, "Protocol": protocol, "Port": 80,
            "DefaultActions": [action],
        })
    };
    let redirect = |config: Value| json!({ "Type": "redirect", "RedirectConfig": config });
    let missing = group.replace("targetgroup/shop", "targetgroup/none");
    let tuple = |weight: i64| json!({ "TargetGroupArn": group, "Weight": weight });
    let weighted =
        |tuples: Value| json!({ "Type": "forward", "ForwardConfig": { "TargetGroups": tuples } });
    for (input, code) in [
        (listener("TCP", fixed("200")), "UnsupportedProtocol"),
        (listener("HTTP", forward(&missing)), "TargetGroupNotFound"),
        (listener("HTTP", forward("x")), "ValidationError"),
        (listener("HTTP", forward(&grpc)), "IncompatibleProtocols"),
        (
            listener("HTTP", json!({ "Type": "forward" })),
            "ValidationError",
        ),
        (
            listener("HTTP", weighted(json!([tuple(1000)]))),
            "ValidationError",
        ),
        (
            listener("HTTP", weighted(json!([tuple(1), tuple(2)]))),
            "ValidationError",
        ),
        (
            listener("HTTP", json!({ "Type": "redirect" })),
            "ValidationError",
        ),
        (
            listener("HTTP", redirect(json!({ "StatusCode": "HTTP_301" }))),
            "InvalidLoadBalancerAction",
        ),
        (
            listener(
                "HTTP",
                redirect(json!({ "StatusCode": "HTTP_301", "Path": "x" })),
            ),
            "ValidationError",
        ),
        (
            listener(
                "HTTP",
                redirect(json!({ "StatusCode": "HTTP_301", "Port": "0" })),
            ),
            "ValidationError",
        ),
        (
            listener(
                "HTTP",
                redirect(json!({ "StatusCode": "HTTP_301", "Host": "a b" })),
            ),
            "ValidationError",
        ),
        (listener("HTTP", fixed("302")), "ValidationError"),
        (
            listener(
                "HTTP",
                json!({
                    "Type": "fixed-response",
                    "FixedResponseConfig": { "StatusCode": "200", "ContentType": "image/png" },
                }),
            ),
            "InvalidLoadBalancerAction",
        ),
        (
            listener(
                "HTTP",
                json!({
                    "Type": "authenticate-oidc",
                    "AuthenticateOidcConfig": {
                        "Issuer": "i", "AuthorizationEndpoint": "a", "TokenEndpoint": "t",
                        "UserInfoEndpoint": "u", "ClientId": "c",
                    },
                }),
            ),
            "InvalidLoadBalancerAction",
        ),
    ] {
        let (found, message) = client.refused("CreateListener", input.clone()).await;
        assert_eq!(found, code, "{input}: {message}");
    }
    let described = client
        .ok("DescribeListeners", json!({ "LoadBalancerArn": balancer }))
        .await;
    assert_eq!(described["Listeners"], json!([]));
}

#[tokio::test]
async fn load_balancers_that_share_a_port_speak_one_protocol() {
    let client = Client::new().await;
    let (one, other) = (
        client.load_balancer("one").await,
        client.load_balancer("two").await,
    );
    let certificate = client.certificates.add("one", &["a.example"]);
    client.listener(&one, 80, fixed("200")).await;
    client.listener(&other, 80, fixed("201")).await;
    let https = json!({
        "LoadBalancerArn": other, "Protocol": "HTTPS", "Port": 80, "DefaultActions": [fixed("200")],
        "Certificates": [{ "CertificateArn": certificate }],
    });
    assert_eq!(
        client.code("CreateListener", https.clone()).await,
        "DuplicateListener"
    );
    let mut third = https;
    third["LoadBalancerArn"] = json!(client.load_balancer("three").await);
    assert_eq!(
        client.code("CreateListener", third).await,
        "InvalidConfigurationRequest"
    );
}

#[tokio::test]
async fn a_listener_does_not_move_to_the_port_of_another() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    client.listener(&balancer, 80, fixed("200")).await;
    let listener = client.listener(&balancer, 81, fixed("200")).await;
    let moved = json!({ "ListenerArn": listener, "Port": 80 });
    let (code, message) = client.refused("ModifyListener", moved).await;
    assert_eq!(code, "ValidationError");
    assert_eq!(message, "Listener port '80' is already in use");
    let stays = json!({ "ListenerArn": listener, "Port": 81, "DefaultActions": [fixed("404")] });
    client.ok("ModifyListener", stays).await;
}

#[tokio::test]
async fn a_listener_goes_with_its_rules() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let group = client.target_group("shop", &[]).await;
    let listener = client.listener(&balancer, 80, fixed("404")).await;
    let rule = client.rule(&listener, 1, path("/a"), forward(&group)).await;
    let delete_group = json!({ "TargetGroupArn": group });
    assert_eq!(
        client.code("DeleteTargetGroup", delete_group.clone()).await,
        "ResourceInUse"
    );
    client
        .ok("DeleteListener", json!({ "ListenerArn": listener }))
        .await;
    let gone = json!({ "ListenerArn": listener });
    assert_eq!(
        client.code("DeleteListener", gone).await,
        "ListenerNotFound"
    );
    assert_eq!(
        client
            .code("DescribeRules", json!({ "RuleArns": [rule] }))
            .await,
        "RuleNotFound"
    );
    client.ok("DeleteTargetGroup", delete_group.clone()).await;
    client.ok("DeleteTargetGroup", delete_group).await;
}

#[tokio::test]
async fn listeners_are_described_by_one_selector() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let listener = client.listener(&balancer, 80, fixed("404")).await;
    for (input, code) in [
        (json!({}), "ValidationError"),
        (
            json!({ "LoadBalancerArn": balancer, "ListenerArns": [listener] }),
            "ValidationError",
        ),
        (json!({ "ListenerArns": ["x"] }), "ValidationError"),
        (
            json!({ "LoadBalancerArn": balancer.replace("shop", "none") }),
            "LoadBalancerNotFound",
        ),
        (
            json!({ "ListenerArns": [format!("{listener}0")] }),
            "ListenerNotFound",
        ),
    ] {
        assert_eq!(
            client.code("DescribeListeners", input.clone()).await,
            code,
            "{input}"
        );
    }
}

#[tokio::test]
async fn a_listener_may_pass_client_certificates_through() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let certificate = client.certificates.add("one", &["a.example"]);
    let https = |mode: &str| {
        json!({
            "LoadBalancerArn": balancer, "Protocol": "HTTPS", "Port": 443,
            "DefaultActions": [fixed("200")],
            "Certificates": [{ "CertificateArn": certificate }],
            "MutualAuthentication": { "Mode": mode },
        })
    };
    let code = client.code("CreateListener", https("sometimes")).await;
    assert_eq!(code, "ValidationError");
    let made = client.ok("CreateListener", https("passthrough")).await;
    let mode = &made["Listeners"][0]["MutualAuthentication"]["Mode"];
    assert_eq!(mode, "passthrough");
    let table = client
        .table_where(|table| table.addresses.values().flatten().any(|l| l.tls.is_some()))
        .await;
    let listener = table.addresses.values().flatten().next().unwrap();
    let tls = listener.tls.as_ref().unwrap();
    let passthrough = route::MutualAuthentication::Passthrough;
    assert_eq!(tls.mutual_authentication, passthrough);
}
