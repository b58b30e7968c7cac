//! What calls ask leave for: the item, what its rules refer to, tags.

use serde_json::json;

use crate::client::*;

/// Of each ask its action and resource.
fn about(asks: &[policy::Ask]) -> Vec<(&'static str, &str)> {
    let asks = asks.iter();
    asks.map(|ask| (ask.action, ask.resource.as_str()))
        .collect()
}

#[tokio::test]
async fn an_item_is_asked_for_by_its_arn_with_its_tags() {
    let client = Client::new().await;
    let summary = client.create_ip_set("bad", &[]).await;
    let arn = summary["ARN"].as_str().unwrap();
    let tags = json!([{"Key": "team", "Value": "a"}]);
    let input = json!({"ResourceARN": arn, "Tags": tags});
    let asks = client.asks("TagResource", &input);
    let team = [("team".to_owned(), "a".to_owned())];
    assert_eq!(about(&asks), [("wafv2:TagResource", arn)]);
    assert_eq!(asks[0].request_tags, team);
    client.ok("TagResource", input).await;
    for operation in ["GetIPSet", "DeleteIPSet"] {
        let asks = client.asks(operation, &named(&summary));
        assert_eq!(about(&asks), [(&*format!("wafv2:{operation}"), arn)]);
        assert_eq!(asks[0].resource_tags, team);
    }
    let keys = json!({"ResourceARN": arn, "TagKeys": ["team"]});
    assert_eq!(client.asks("UntagResource", &keys)[0].tag_keys, ["team"]);
}

#[tokio::test]
async fn rules_ask_for_what_they_refer_to() {
    let client = Client::new().await;
    let set = client.create_ip_set("bad", &[]).await["ARN"].clone();
    let input = web_acl("new", json!([block_ip_set(&set)]));
    let asks = client.asks("CreateWebACL", &input);
    let own = format!("arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/new/*");
    let action = "wafv2:CreateWebACL";
    assert_eq!(
        about(&asks),
        [(action, &*own), (action, set.as_str().unwrap())]
    );
}

#[tokio::test]
async fn an_association_asks_for_both_its_ends() {
    let client = Client::new().await;
    let acl = client.create_web_acl("shop", json!([])).await["ARN"].clone();
    let balancer = client.load_balancers.add("shop");
    let input = json!({"WebACLArn": acl, "ResourceArn": balancer});
    let asks = client.asks("AssociateWebACL", &input);
    let mut resources: Vec<_> = asks.iter().map(|ask| ask.resource.as_str()).collect();
    resources.sort_unstable();
    let mut both = [acl.as_str().unwrap(), balancer.as_str()];
    both.sort_unstable();
    assert_eq!(resources, both);
}
