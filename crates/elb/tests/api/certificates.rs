//! Certificates of listeners beside the default one.

use serde_json::json;

use super::client::{Client, fixed, text};

#[tokio::test]
async fn certificates_are_added_shown_and_removed() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let [one, two, three] = ["one", "two", "three"]
        .map(|name| client.certificates.add(name, &[&format!("{name}.example")]));
    let https = json!({
        "LoadBalancerArn": balancer, "Protocol": "HTTPS", "Port": 443, "DefaultActions": [fixed("200")],
        "Certificates": [{ "CertificateArn": one }],
    });
    let https = client.ok("CreateListener", https).await;
    let listener = text(&https["Listeners"][0]["ListenerArn"]);
    let of =
        |arn: &str| json!({ "ListenerArn": listener, "Certificates": [{ "CertificateArn": arn }] });
    client.ok("AddListenerCertificates", of(&two)).await;
    client.ok("AddListenerCertificates", of(&two)).await;
    client.ok("AddListenerCertificates", of(&three)).await;
    assert_eq!(
        client.code("AddListenerCertificates", of("arn:x")).await,
        "CertificateNotFound"
    );
    let described = client
        .ok(
            "DescribeListenerCertificates",
            json!({ "ListenerArn": listener }),
        )
        .await;
    assert_eq!(
        described["Certificates"],
        json!([
            { "CertificateArn": one, "IsDefault": true },
            { "CertificateArn": two, "IsDefault": false },
            { "CertificateArn": three, "IsDefault": false },
        ])
    );
    let table = client
        .table_where(|table| !table.addresses.is_empty())
        .await;
    let address = *table.addresses.keys().next().unwrap();
    let shown = |name: &str| {
        let listener = table.tls_listener(address, Some(name)).unwrap();
        listener
            .tls
            .as_ref()
            .unwrap()
            .certificate(Some(name))
            .unwrap()
            .arn
            .clone()
    };
    assert_eq!(
        [shown("one.example"), shown("THREE.example"), shown("x")],
        [one.clone(), three, one.clone()]
    );
    client.ok("RemoveListenerCertificates", of(&two)).await;
    client.ok("RemoveListenerCertificates", of(&two)).await;
    assert_eq!(
        client.code("RemoveListenerCertificates", of(&one)).await,
        "OperationNotPermitted"
    );
    let left = client
        .ok(
            "DescribeListenerCertificates",
            json!({ "ListenerArn": listener }),
        )
        .await;
    assert_eq!(left["Certificates"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_http_listener_has_no_certificates() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let listener = client.listener(&balancer, 80, fixed("200")).await;
    let certificate = client.certificates.add("one", &["one.example"]);
    let input =
        json!({ "ListenerArn": listener, "Certificates": [{ "CertificateArn": certificate }] });
    assert_eq!(
        client.code("AddListenerCertificates", input).await,
        "ValidationError"
    );
    let none = client
        .ok(
            "DescribeListenerCertificates",
            json!({ "ListenerArn": listener }),
        )
        .await;
    assert_eq!(none["Certificates"], json!([]));
}
