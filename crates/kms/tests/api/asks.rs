//! What calls ask leave for.

use std::collections::BTreeSet;

use policy::Ask;
use serde_json::json;

use super::client::{ACCOUNT, Client, REGION, blob};

fn about(asks: &[Ask]) -> Vec<(&'static str, &str)> {
    let asks = asks.iter();
    asks.map(|ask| (ask.action, ask.resource.as_str()))
        .collect()
}

fn keys(ask: &Ask) -> BTreeSet<String> {
    let keys = ask.keys.iter();
    keys.map(|key| format!("{}{}", key.name, key.suffix))
        .collect()
}

#[tokio::test]
async fn a_call_asks_for_its_key_whatever_names_it() {
    let client = Client::new().await;
    let key = client
        .key(json!({ "Tags": [{ "TagKey": "t", "TagValue": "1" }] }))
        .await;
    let alias = json!({ "AliasName": "alias/a", "TargetKeyId": key });
    let arn = format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/a");
    assert_eq!(
        about(&client.asks("CreateAlias", &alias)),
        [("kms:CreateAlias", &*arn), ("kms:CreateAlias", &*key)]
    );
    client.ok("CreateAlias", alias).await;
    let sealed = client.encrypt(&key, b"a").await;
    let id = key.rsplit('/').next().unwrap();
    for name in [&*key, id, "alias/a", &*arn] {
        let asks = client.asks("Encrypt", &json!({ "KeyId": name, "Plaintext": blob("a") }));
        assert_eq!(about(&asks), [("kms:Encrypt", &*key)]);
        assert!(asks[0].resource_policy.is_some());
        assert_eq!(asks[0].resource_tags, [("t".to_owned(), "1".to_owned())]);
        let found = keys(&asks[0]);
        assert_eq!(found.contains("kms:RequestAlias"), name.contains("alias/"));
        assert!(found.contains("kms:ResourceAliases"));
    }
    let asks = client.asks("Decrypt", &json!({ "CiphertextBlob": sealed }));
    assert_eq!(about(&asks), [("kms:Decrypt", &*key)]);
    let other = client.key(json!({})).await;
    let input = json!({ "CiphertextBlob": sealed, "DestinationKeyId": other });
    assert_eq!(
        about(&client.asks("ReEncrypt", &input)),
        [("kms:ReEncryptFrom", &*key), ("kms:ReEncryptTo", &*other)]
    );
    assert_eq!(
        about(&client.asks("ListKeys", &json!({}))),
        [("kms:ListKeys", "*")]
    );
    // What is not there is asked for as if it were.
    let missing =
        format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/134f2428-cec1-4b25-a1ae-9048164dba47");
    let asks = client.asks("DescribeKey", &json!({ "KeyId": missing }));
    assert_eq!(about(&asks), [("kms:DescribeKey", &*missing)]);
}

#[tokio::test]
async fn a_call_tells_what_conditions_ask() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let input = json!({
        "KeyId": key, "Plaintext": blob("a"), "EncryptionContext": { "tenant": "a" },
    });
    let found = keys(&client.asks("Encrypt", &input)[0]);
    for name in [
        "kms:CallerAccount",
        "kms:EncryptionAlgorithm",
        "kms:EncryptionContext:tenant",
        "kms:EncryptionContextKeys",
        "kms:KeyOrigin",
        "kms:KeySpec",
        "kms:KeyUsage",
        "kms:MultiRegion",
    ] {
        assert!(found.contains(name), "{name}: {found:?}");
    }
    let input = json!({ "KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY" });
    let asks = client.asks("CreateKey", &input);
    assert_eq!(about(&asks), [("kms:CreateKey", "*")]);
    assert!(keys(&asks[0]).contains("kms:KeyUsage"));
}
