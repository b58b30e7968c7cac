//! API keys: sealed, listed, opened, deleted.

use std::sync::Arc;

use serde_json::{Value, json};
use store::{Memory, Store};
use wafv2::limit;

use crate::client::*;

fn of(key: &Value) -> Value {
    json!({"Scope": "REGIONAL", "APIKey": key})
}

fn create(domains: &[&str]) -> Value {
    json!({"Scope": "REGIONAL", "TokenDomains": domains})
}

#[tokio::test]
async fn a_key_says_its_domains_until_it_is_deleted() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let client = Client::over(Arc::clone(&store), 1).await;
    let domains = ["example.com", "shop.example.com"];
    let one = client.ok("CreateAPIKey", create(&domains)).await["APIKey"].clone();
    let two = client.ok("CreateAPIKey", create(&["example.org"])).await["APIKey"].clone();
    assert_ne!(one, two);
    assert!(!one.as_str().unwrap().contains("example"));

    // Another process over the same store opens it too.
    let other = Client::over(store, 2).await;
    let opened = other.ok("GetDecryptedAPIKey", of(&one)).await;
    assert_eq!(opened["TokenDomains"], json!(domains));
    let created = opened["CreationTimestamp"].to_string();
    assert_eq!(
        created.split('.').next(),
        Some(&*NOW.as_seconds().to_string())
    );

    let scope = json!({"Scope": "REGIONAL"});
    let mut listed = Vec::new();
    let mut input = with(scope.clone(), json!({"Limit": 1}));
    loop {
        let page = client.ok("ListAPIKeys", input.clone()).await;
        let items = page["APIKeySummaries"].as_array().unwrap();
        assert_eq!(items.len(), 1);
        listed.push(items[0]["APIKey"].clone());
        match page.get("NextMarker") {
            None => break,
            Some(marker) => input = with(input, json!({"NextMarker": marker})),
        }
    }
    assert_eq!(listed.len(), 2);
    assert!(listed.contains(&one) && listed.contains(&two));

    client.ok("DeleteAPIKey", of(&one)).await;
    assert_eq!(
        client.refused("GetDecryptedAPIKey", of(&one)).await,
        nonexistent()
    );
    assert_eq!(
        client.refused("DeleteAPIKey", of(&one)).await,
        nonexistent()
    );
    let left = client.ok("ListAPIKeys", scope).await;
    assert_eq!(left["APIKeySummaries"].as_array().unwrap().len(), 1);
    assert_eq!(
        left["APIKeySummaries"][0]["TokenDomains"],
        json!(["example.org"])
    );
}

#[tokio::test]
async fn what_was_not_sealed_here_is_no_key() {
    let client = Client::new().await;
    let made_up = json!("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let (code, _) = client.refused("GetDecryptedAPIKey", of(&made_up)).await;
    assert_eq!(code, "WAFInvalidResourceException");
    client.ok("CreateAPIKey", create(&["example.com"])).await;
    let (code, _) = client.refused("GetDecryptedAPIKey", of(&made_up)).await;
    assert_eq!(code, "WAFInvalidResourceException");
    // A key of another installation, and one of another scope.
    let other = Client::over(Arc::new(Memory::new()), 9)
        .await
        .in_region("us-east-1");
    let theirs = other.ok("CreateAPIKey", create(&["example.com"])).await["APIKey"].clone();
    let (code, _) = client.refused("GetDecryptedAPIKey", of(&theirs)).await;
    assert_eq!(code, "WAFInvalidResourceException");
    let elsewhere = json!({"Scope": "CLOUDFRONT", "APIKey": theirs});
    let (code, _) = other.refused("GetDecryptedAPIKey", elsewhere).await;
    assert_eq!(code, "WAFInvalidResourceException");
}

#[tokio::test]
async fn a_key_has_at_most_five_domains_that_are_domains() {
    let client = Client::new().await;
    let six = ["a.com", "b.com", "c.com", "d.com", "e.com", "f.com"];
    assert_eq!(six.len(), limit::API_KEY_DOMAINS_MAX + 1);
    client.ok("CreateAPIKey", create(&six[..5])).await;
    assert_eq!(
        client.refused("CreateAPIKey", create(&six)).await,
        limits_exceeded()
    );
    for wrong in ["a..com", ".com", "a.com/x"] {
        let expected = invalid("TOKEN_DOMAIN", wrong, MALFORMED);
        assert_eq!(
            client.refused("CreateAPIKey", create(&[wrong])).await,
            expected
        );
    }
}
