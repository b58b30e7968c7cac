//! Scopes, Regions and the model's constraints.

use serde_json::json;

use crate::client::*;

const SCOPE: &str = "The scope is not valid.";

#[tokio::test]
async fn cloudfront_is_called_in_us_east_1_only() {
    let input = json!({
        "Name": "x", "Scope": "CLOUDFRONT", "IPAddressVersion": "IPV4", "Addresses": [],
    });
    let client = Client::new().await;
    let expected = invalid("SCOPE_VALUE", "CLOUDFRONT", SCOPE);
    assert_eq!(client.refused("CreateIPSet", input.clone()).await, expected);
    let list = json!({"Scope": "CLOUDFRONT"});
    assert_eq!(client.refused("ListWebACLs", list.clone()).await, expected);

    let client = Client::new().await.in_region("us-east-1");
    let created = client.ok("CreateIPSet", input).await;
    let id = created["Summary"]["Id"].as_str().unwrap();
    assert_eq!(
        created["Summary"]["ARN"],
        format!("arn:aws:wafv2:us-east-1:{ACCOUNT}:global/ipset/x/{id}")
    );
    let regional = client.ok("ListIPSets", json!({"Scope": "REGIONAL"})).await;
    assert_eq!(regional["IPSets"], json!([]));
    let global = client.ok("ListIPSets", list).await;
    assert_eq!(global["IPSets"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_broken_constraint_is_told_in_the_models_words() {
    let client = Client::new().await;
    let input = json!({
        "Name": "no spaces", "Scope": "ANY", "IPAddressVersion": "IPV4", "Addresses": [],
    });
    let (code, message) = client.refused("CreateIPSet", input).await;
    assert_eq!(code, "ValidationException");
    assert!(message.starts_with("2 validation errors detected: Value 'no spaces' at 'name'"));
}

#[tokio::test]
async fn regions_do_not_see_each_other() {
    let store: std::sync::Arc<dyn store::Store> = std::sync::Arc::new(store::Memory::new());
    let west = Client::over(store.clone(), 1).await;
    let east = Client::over(store, 2).await.in_region("us-east-1");
    let ip_set = west.create_ip_set("x", &["192.0.2.1/32"]).await;
    east.create_ip_set("x", &["192.0.2.1/32"]).await;
    let listed = west.ok("ListIPSets", json!({"Scope": "REGIONAL"})).await;
    assert_eq!(listed["IPSets"].as_array().unwrap().len(), 1);
    let input = web_acl("w", json!([block_ip_set(&ip_set["ARN"])]));
    assert_eq!(east.refused("CreateWebACL", input).await, nonexistent());
}
