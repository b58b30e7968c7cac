//! Tags of items.

use serde_json::{Value, json};

use crate::client::*;

fn tag_list(pairs: &[(&str, &str)]) -> Value {
    pairs
        .iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect()
}

#[tokio::test]
async fn tags_are_given_listed_in_pages_changed_and_taken_away() {
    let client = Client::new().await;
    let input = json!({
        "Name": "x", "Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": [],
        "Tags": tag_list(&[("b", "2"), ("a", "1")]),
    });
    let arn = client.ok("CreateIPSet", input).await["Summary"]["ARN"].clone();
    let list = json!({"ResourceARN": arn});
    let listed = client.ok("ListTagsForResource", list.clone()).await;
    assert_eq!(
        listed,
        json!({"TagInfoForResource": {
            "ResourceARN": arn, "TagList": tag_list(&[("a", "1"), ("b", "2")]),
        }})
    );
    let tags = tag_list(&[("c", ""), ("a", "one")]);
    client
        .ok("TagResource", json!({"ResourceARN": arn, "Tags": tags}))
        .await;
    client
        .ok(
            "UntagResource",
            json!({"ResourceARN": arn, "TagKeys": ["b", "none"]}),
        )
        .await;
    let page = client
        .ok(
            "ListTagsForResource",
            with(list.clone(), json!({"Limit": 1})),
        )
        .await;
    assert_eq!(
        page["TagInfoForResource"]["TagList"],
        tag_list(&[("a", "one")])
    );
    let next = json!({"Limit": 1, "NextMarker": page["NextMarker"]});
    let page = client
        .ok("ListTagsForResource", with(list.clone(), next))
        .await;
    assert_eq!(
        page["TagInfoForResource"]["TagList"],
        tag_list(&[("c", "")])
    );
    assert_eq!(page.get("NextMarker"), None);
}

#[tokio::test]
async fn tags_have_limits_and_go_with_their_resource() {
    let client = Client::new().await;
    let summary = client.create_ip_set("x", &[]).await;
    let arn = &summary["ARN"];
    let many = |range: std::ops::Range<usize>| -> Value {
        range
            .map(|n| json!({"Key": format!("k{n}"), "Value": "v"}))
            .collect()
    };
    client
        .ok(
            "TagResource",
            json!({"ResourceARN": arn, "Tags": many(0..50)}),
        )
        .await;
    let more = json!({"ResourceARN": arn, "Tags": many(50..51)});
    assert_eq!(client.refused("TagResource", more).await, limits_exceeded());
    let reserved = json!({"ResourceARN": arn, "Tags": tag_list(&[("aws:x", "1")])});
    let (code, message) = client.refused("TagResource", reserved).await;
    assert_eq!(code, "WAFInvalidParameterException");
    assert!(
        message.contains("field: TAG_KEYS, parameter: aws:x"),
        "{message}"
    );
    let twice = json!({"ResourceARN": arn, "Tags": tag_list(&[("x", "1"), ("x", "2")])});
    assert_eq!(
        client.refused("TagResource", twice).await.0,
        "WAFInvalidParameterException"
    );

    let delete = with(named(&summary), json!({"LockToken": summary["LockToken"]}));
    client.ok("DeleteIPSet", delete).await;
    let list = json!({"ResourceARN": arn});
    assert_eq!(
        client.refused("ListTagsForResource", list).await,
        nonexistent()
    );
    let add = json!({"ResourceARN": arn, "Tags": many(0..1)});
    assert_eq!(client.refused("TagResource", add).await, nonexistent());
    let wrong = "arn:aws:wafv2:eu-west-1:123456789012:no";
    let refused = client
        .refused("ListTagsForResource", json!({"ResourceARN": wrong}))
        .await;
    assert_eq!(refused, invalid("RESOURCE_ARN", wrong, INVALID_ARN));
}

#[tokio::test]
async fn tagging_changes_no_lock_token() {
    let client = Client::new().await;
    let summary = client.create_ip_set("x", &[]).await;
    let tags = json!({"ResourceARN": summary["ARN"], "Tags": tag_list(&[("a", "1")])});
    client.ok("TagResource", tags).await;
    let got = client.ok("GetIPSet", named(&summary)).await;
    assert_eq!(got["LockToken"], summary["LockToken"]);
}
