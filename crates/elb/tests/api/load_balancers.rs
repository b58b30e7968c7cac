//! Load balancers: made, described, changed, deleted.

use serde_json::{Value, json};

use super::client::{ACCOUNT, Client, REGION, fixed, text};

#[tokio::test]
async fn a_load_balancer_is_answered_as_aws_answers_it() {
    let client = Client::new().await;
    let made = client
        .ok(
            "CreateLoadBalancer",
            json!({
                "Name": "shop", "Subnets": ["subnet-1", "subnet-2"], "SecurityGroups": ["sg-1"],
                "Scheme": "internal", "Tags": [{ "Key": "team", "Value": "blue" }],
            }),
        )
        .await;
    let balancer = &made["LoadBalancers"][0];
    let arn = text(&balancer["LoadBalancerArn"]);
    let prefix = format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/shop/");
    assert!(arn.starts_with(&prefix), "{arn}");
    for (member, expected) in [
        ("LoadBalancerName", json!("shop")),
        ("Type", json!("application")),
        ("Scheme", json!("internal")),
        ("IpAddressType", json!("ipv4")),
        ("State", json!({ "Code": "active" })),
        ("SecurityGroups", json!(["sg-1"])),
        ("DNSName", json!("shop.localhost")),
    ] {
        assert_eq!(balancer[member], expected, "{member}");
    }
    let zones: Vec<&Value> = balancer["AvailabilityZones"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    assert_eq!(zones[1]["SubnetId"], "subnet-2");
    assert_eq!(zones[1]["ZoneName"], "eu-west-1b");
    let described = client
        .ok("DescribeLoadBalancers", json!({ "Names": ["shop"] }))
        .await;
    assert_eq!(described["LoadBalancers"][0], *balancer);
    let tags = client
        .ok("DescribeTags", json!({ "ResourceArns": [arn] }))
        .await;
    assert_eq!(
        tags["TagDescriptions"][0]["Tags"],
        json!([{ "Key": "team", "Value": "blue" }])
    );
}

#[tokio::test]
async fn the_same_again_is_no_error_and_another_of_the_name_is_one() {
    let client = Client::new().await;
    let arn = client.load_balancer("shop").await;
    assert_eq!(client.load_balancer("shop").await, arn);
    let (code, message) = client
        .refused(
            "CreateLoadBalancer",
            json!({ "Name": "shop", "Scheme": "internal" }),
        )
        .await;
    assert_eq!(code, "DuplicateLoadBalancerName");
    assert_eq!(
        message,
        "A load balancer with the same name 'shop' exists, but with different settings"
    );
    let elsewhere = Client::over(client.store.clone(), 2)
        .await
        .in_region("us-east-1");
    assert_ne!(
        elsewhere.load_balancer("shop").await,
        arn,
        "another Region, another name space"
    );
}

#[tokio::test]
async fn what_cannot_be_made_is_refused() {
    let client = Client::new().await;
    for (input, word) in [
        (
            json!({ "Name": "a".repeat(33) }),
            "cannot be longer than '32' characters",
        ),
        (
            json!({ "Name": "a_b" }),
            "alphanumeric characters or hyphens(-)",
        ),
        (json!({ "Name": "-a" }), "cannot begin or end with '-'"),
        (json!({ "Name": "" }), "cannot be empty"),
        (
            json!({ "Name": "internal-a" }),
            "cannot begin with 'internal-'",
        ),
        (
            json!({ "Name": "a", "Type": "network" }),
            "'network' are not supported",
        ),
        (
            json!({ "Name": "a", "Type": "gateway" }),
            "'gateway' are not supported",
        ),
        (json!({ "Name": "a", "Type": "x" }), "enum value set"),
        (
            json!({ "Name": "a", "Subnets": ["s", "s"] }),
            "same Availability Zone",
        ),
        (
            json!({ "Name": "a", "Subnets": ["s"], "SubnetMappings": [{ "SubnetId": "t" }] }),
            "but not both",
        ),
    ] {
        let (code, message) = client.refused("CreateLoadBalancer", input.clone()).await;
        assert_eq!(code, "ValidationError", "{input}");
        assert!(message.contains(word), "{input}: {message}");
    }
    let none = client.ok("DescribeLoadBalancers", json!({})).await;
    assert_eq!(none["LoadBalancers"], json!([]));
}

#[tokio::test]
async fn deletion_protection_protects_until_it_is_off() {
    let client = Client::new().await;
    let arn = client.load_balancer("shop").await;
    let listener = client.listener(&arn, 8080, fixed("200")).await;
    let protect = |on: &str| {
        json!({
            "LoadBalancerArn": arn,
            "Attributes": [{ "Key": "deletion_protection.enabled", "Value": on }],
        })
    };
    client
        .ok("ModifyLoadBalancerAttributes", protect("true"))
        .await;
    let delete = json!({ "LoadBalancerArn": arn });
    let code = client.code("DeleteLoadBalancer", delete.clone()).await;
    assert_eq!(code, "OperationNotPermitted");
    client
        .ok("ModifyLoadBalancerAttributes", protect("false"))
        .await;
    client.ok("DeleteLoadBalancer", delete.clone()).await;
    let listeners = json!({ "ListenerArns": [listener] });
    assert_eq!(
        client.code("DescribeListeners", listeners).await,
        "ListenerNotFound"
    );
    client.ok("DeleteLoadBalancer", delete.clone()).await;
    assert_eq!(
        client
            .code(
                "DescribeLoadBalancers",
                json!({ "LoadBalancerArns": [arn] })
            )
            .await,
        "LoadBalancerNotFound"
    );
    let wrong = json!({ "LoadBalancerArn": "x" });
    assert_eq!(
        client.code("DeleteLoadBalancer", wrong).await,
        "ValidationError"
    );
}

#[tokio::test]
async fn lists_come_in_pages() {
    let client = Client::new().await;
    for at in 0..7 {
        client.load_balancer(&format!("lb-{at}")).await;
    }
    let (mut names, mut marker) = (Vec::new(), json!(null));
    loop {
        let mut input = json!({ "PageSize": 3 });
        if !marker.is_null() {
            input["Marker"] = marker;
        }
        let page = client.ok("DescribeLoadBalancers", input).await;
        let found = page["LoadBalancers"].as_array().unwrap();
        assert!(found.len() <= 3);
        names.extend(found.iter().map(|one| text(&one["LoadBalancerName"])));
        marker = page["NextMarker"].clone();
        if marker.is_null() {
            break;
        }
    }
    assert_eq!(
        names,
        (0..7).map(|at| format!("lb-{at}")).collect::<Vec<_>>()
    );
    let wrong = json!({ "Marker": "x" });
    assert_eq!(
        client.code("DescribeLoadBalancers", wrong).await,
        "ValidationError"
    );
}

#[tokio::test]
async fn subnets_groups_and_address_types_are_echoed() {
    let client = Client::new().await;
    let arn = client.load_balancer("shop").await;
    let set = client
        .ok(
            "SetSubnets",
            json!({ "LoadBalancerArn": arn, "Subnets": ["subnet-9"] }),
        )
        .await;
    assert_eq!(set["AvailabilityZones"][0]["SubnetId"], "subnet-9");
    let groups = json!({ "LoadBalancerArn": arn, "SecurityGroups": ["sg-2"] });
    let set = client.ok("SetSecurityGroups", groups).await;
    assert_eq!(set["SecurityGroupIds"], json!(["sg-2"]));
    let kind = json!({ "LoadBalancerArn": arn, "IpAddressType": "dualstack" });
    assert_eq!(
        client.ok("SetIpAddressType", kind).await["IpAddressType"],
        "dualstack"
    );
    let described = client.ok("DescribeLoadBalancers", json!({})).await;
    let balancer = &described["LoadBalancers"][0];
    assert_eq!(balancer["AvailabilityZones"][0]["SubnetId"], "subnet-9");
    assert_eq!(balancer["SecurityGroups"], json!(["sg-2"]));
    assert_eq!(balancer["IpAddressType"], "dualstack");
}

#[tokio::test]
async fn limits_policies_and_capacity_are_told() {
    let client = Client::new().await;
    let arn = client.load_balancer("shop").await;
    let limits = client.ok("DescribeAccountLimits", json!({})).await;
    let limits = limits["Limits"].as_array().unwrap();
    assert!(limits.contains(&json!({ "Name": "condition-values-per-alb-rule", "Max": "5" })));
    let all = client.ok("DescribeSSLPolicies", json!({})).await;
    assert!(all["SslPolicies"].as_array().unwrap().len() > 20);
    let name = "ELBSecurityPolicy-TLS13-1-3-2021-06";
    let one = client
        .ok("DescribeSSLPolicies", json!({ "Names": [name] }))
        .await;
    assert_eq!(
        one["SslPolicies"],
        json!([{
            "Name": name,
            "SslProtocols": ["TLSv1.3"],
            "Ciphers": [
                { "Name": "TLS_AES_128_GCM_SHA256", "Priority": 1 },
                { "Name": "TLS_AES_256_GCM_SHA384", "Priority": 2 },
                { "Name": "TLS_CHACHA20_POLY1305_SHA256", "Priority": 3 },
            ],
            "SupportedLoadBalancerTypes": ["application"],
        }])
    );
    let wrong = json!({ "Names": ["x"] });
    assert_eq!(
        client.code("DescribeSSLPolicies", wrong).await,
        "SSLPolicyNotFound"
    );
    let capacity = json!({ "LoadBalancerArn": arn });
    client.ok("DescribeCapacityReservation", capacity).await;
    let wanted = json!({
        "LoadBalancerArn": arn, "MinimumLoadBalancerCapacity": { "CapacityUnits": 100 },
    });
    let code = client.code("ModifyCapacityReservation", wanted).await;
    assert_eq!(code, "CapacityUnitsLimitExceeded");
    let reset = json!({ "LoadBalancerArn": arn, "ResetCapacityReservation": true });
    client.ok("ModifyCapacityReservation", reset).await;
}

#[tokio::test]
async fn two_processes_make_a_name_once() {
    let one = Client::new().await;
    let other = Client::over(one.store.clone(), 2).await;
    for at in 0..20 {
        let name = format!("lb-{at}");
        let (first, second) = tokio::join!(one.load_balancer(&name), other.load_balancer(&name));
        assert_eq!(first, second, "both are answered the one that there is");
    }
    let all = one.ok("DescribeLoadBalancers", json!({})).await;
    assert_eq!(all["LoadBalancers"].as_array().unwrap().len(), 20);
}
