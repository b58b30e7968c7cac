//! Tags of all kinds of resources.

use serde_json::{Value, json};

use super::client::{Client, fixed, path};

#[tokio::test]
async fn every_kind_of_resource_has_tags() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let listener = client.listener(&balancer, 80, fixed("200")).await;
    let rule = client.rule(&listener, 1, path("/"), fixed("200")).await;
    let group = client.target_group("shop", &[]).await;
    let all = json!([balancer, listener, rule, group]);
    let tags = json!([{ "Key": "a", "Value": "1" }, { "Key": "b" }]);
    client
        .ok("AddTags", json!({ "ResourceArns": all, "Tags": tags }))
        .await;
    client
        .ok(
            "AddTags",
            json!({ "ResourceArns": [rule], "Tags": [{ "Key": "a", "Value": "2" }] }),
        )
        .await;
    client
        .ok(
            "RemoveTags",
            json!({ "ResourceArns": [group], "TagKeys": ["b", "none"] }),
        )
        .await;
    let described = client
        .ok("DescribeTags", json!({ "ResourceArns": all }))
        .await;
    let found: Vec<&Value> = described["TagDescriptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["Tags"])
        .collect();
    let both = |a: &str| json!([{ "Key": "a", "Value": a }, { "Key": "b", "Value": "" }]);
    assert_eq!(
        found,
        [
            &both("1"),
            &both("1"),
            &both("2"),
            &json!([{ "Key": "a", "Value": "1" }])
        ]
    );
}

#[tokio::test]
async fn tags_that_cannot_be_are_refused() {
    let client = Client::new().await;
    let arn = client.load_balancer("shop").await;
    let add = |tags: Value| json!({ "ResourceArns": [arn], "Tags": tags });
    let tag = |key: &str| json!({ "Key": key, "Value": "x" });
    let many: Vec<Value> = (0..51).map(|at| tag(&format!("k{at}"))).collect();
    for (tags, code) in [
        (json!([tag("a"), tag("a")]), "DuplicateTagKeys"),
        (json!([tag("aws:a")]), "ValidationError"),
        (json!([]), "ValidationError"),
        (json!(many), "TooManyTags"),
    ] {
        assert_eq!(
            client.code("AddTags", add(tags.clone())).await,
            code,
            "{tags}"
        );
    }
    client.ok("AddTags", add(json!(many[..50]))).await;
    assert_eq!(
        client.code("AddTags", add(json!([tag("one-more")]))).await,
        "TooManyTags"
    );
    for (arns, code) in [
        (json!(["x"]), "ValidationError"),
        (json!([]), "ValidationError"),
        (json!([arn, arn]), "ValidationError"),
        (json!([arn.replace("shop", "none")]), "LoadBalancerNotFound"),
    ] {
        let found = client
            .code("DescribeTags", json!({ "ResourceArns": arns }))
            .await;
        assert_eq!(found, code, "{arns}");
    }
}
