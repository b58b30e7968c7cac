//! Which web ACL protects which load balancer.

use serde_json::json;

use crate::client::*;

#[tokio::test]
async fn a_load_balancer_has_at_most_one_web_acl() {
    let client = Client::new().await;
    let shop = client.load_balancers.add("shop");
    let blog = client.load_balancers.add("blog");
    let one = client.create_web_acl("one", json!([])).await;
    let two = client.create_web_acl("two", json!([])).await;
    let of = |resource: &str| json!({"ResourceArn": resource});
    assert_eq!(
        client.ok("GetWebACLForResource", of(&shop)).await,
        json!({})
    );
    // Nothing to take away is fine too.
    client.ok("DisassociateWebACL", of(&shop)).await;

    let associate = |web_acl: &serde_json::Value, resource: &str| json!({"WebACLArn": web_acl["ARN"], "ResourceArn": resource});
    client.ok("AssociateWebACL", associate(&one, &shop)).await;
    client.ok("AssociateWebACL", associate(&one, &blog)).await;
    let got = client.ok("GetWebACLForResource", of(&shop)).await;
    assert_eq!(got["WebACL"]["ARN"], one["ARN"]);
    let resources = |web_acl: &serde_json::Value| json!({"WebACLArn": web_acl["ARN"]});
    let listed = client.ok("ListResourcesForWebACL", resources(&one)).await;
    assert_eq!(listed["ResourceArns"], json!([blog, shop]));

    client.ok("AssociateWebACL", associate(&two, &shop)).await;
    let got = client.ok("GetWebACLForResource", of(&shop)).await;
    assert_eq!(got["WebACL"]["ARN"], two["ARN"]);
    let listed = client.ok("ListResourcesForWebACL", resources(&one)).await;
    assert_eq!(listed["ResourceArns"], json!([blog]));
    let other_type = with(resources(&one), json!({"ResourceType": "API_GATEWAY"}));
    let listed = client.ok("ListResourcesForWebACL", other_type).await;
    assert_eq!(listed["ResourceArns"], json!([]));

    let delete = with(named(&one), json!({"LockToken": one["LockToken"]}));
    assert_eq!(
        client.refused("DeleteWebACL", delete.clone()).await,
        associated()
    );
    client.ok("DisassociateWebACL", of(&blog)).await;
    client.ok("DeleteWebACL", delete).await;
    assert_eq!(
        client
            .refused("ListResourcesForWebACL", resources(&one))
            .await,
        nonexistent()
    );
    assert_eq!(
        client
            .refused("AssociateWebACL", associate(&one, &blog))
            .await,
        nonexistent()
    );
}

#[tokio::test]
async fn only_load_balancers_that_are_there_are_protected() {
    let client = Client::new().await;
    let web_acl = client.create_web_acl("w", json!([])).await;
    let ip_set = client.create_ip_set("s", &[]).await;
    let gone = load_balancer_arn("gone");
    let input = json!({"WebACLArn": web_acl["ARN"], "ResourceArn": gone});
    assert_eq!(
        client.refused("AssociateWebACL", input).await,
        nonexistent()
    );
    let of = json!({"ResourceArn": gone});
    assert_eq!(
        client.refused("GetWebACLForResource", of.clone()).await,
        nonexistent()
    );
    assert_eq!(
        client.refused("DisassociateWebACL", of).await,
        nonexistent()
    );
    for wrong in [
        "arn:aws:s3:eu-west-1:123456789012:bucket",
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/x/1",
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/x/1",
        "not an arn, but long enough",
    ] {
        let input = json!({"WebACLArn": web_acl["ARN"], "ResourceArn": wrong});
        let expected = invalid("RESOURCE_ARN", wrong, INVALID_ARN);
        assert_eq!(client.refused("AssociateWebACL", input).await, expected);
    }
    let shop = client.load_balancers.add("shop");
    let input = json!({"WebACLArn": ip_set["ARN"], "ResourceArn": shop});
    let expected = invalid("RESOURCE_ARN", ip_set["ARN"].as_str().unwrap(), INVALID_ARN);
    assert_eq!(client.refused("AssociateWebACL", input).await, expected);
}

#[tokio::test]
async fn a_deleted_load_balancer_holds_no_web_acl() {
    let client = Client::new().await;
    let shop = client.load_balancers.add("shop");
    let web_acl = client.create_web_acl("w", json!([])).await;
    let associate = json!({"WebACLArn": web_acl["ARN"], "ResourceArn": shop});
    client.ok("AssociateWebACL", associate).await;
    let delete = with(named(&web_acl), json!({"LockToken": web_acl["LockToken"]}));
    assert_eq!(
        client.refused("DeleteWebACL", delete.clone()).await,
        associated()
    );
    client.load_balancers.remove(&shop);
    let resources = json!({"WebACLArn": web_acl["ARN"]});
    let listed = client.ok("ListResourcesForWebACL", resources).await;
    assert_eq!(listed["ResourceArns"], json!([]));
    client.ok("DeleteWebACL", delete).await;
    client.policies_where(|policies| policies.is_empty()).await;
    client.load_balancers.add("shop");
    let got = client
        .ok("GetWebACLForResource", json!({"ResourceArn": shop}))
        .await;
    assert_eq!(got, json!({}));
}
