//! States, rotation, aliases, multi-Region keys.

use serde_json::{Value, json};

use super::client::{ACCOUNT, Client, blob, text};

#[tokio::test]
async fn a_key_does_nothing_while_it_is_disabled_or_pending() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let of = json!({ "KeyId": key });
    let sealed = client.encrypt(&key, b"a").await;
    let calls = |client: &Client| {
        let client = client.at(ACCOUNT, "eu-west-1");
        let (key, sealed) = (key.clone(), sealed.clone());
        async move {
            let mut codes = Vec::new();
            for (operation, input) in [
                ("Encrypt", json!({ "KeyId": key, "Plaintext": blob("a") })),
                ("Decrypt", json!({ "CiphertextBlob": sealed })),
                (
                    "GenerateDataKey",
                    json!({ "KeyId": key, "KeySpec": "AES_128" }),
                ),
                ("RotateKeyOnDemand", json!({ "KeyId": key })),
                ("EnableKeyRotation", json!({ "KeyId": key })),
            ] {
                codes.push(client.refused(operation, input).await);
            }
            codes
        }
    };
    client.ok("DisableKey", of.clone()).await;
    assert_eq!(client.state(&key).await, "Disabled");
    for refused in calls(&client).await {
        let wanted = (
            "DisabledException".to_owned(),
            format!("{key} is disabled."),
        );
        assert_eq!(refused, wanted);
    }
    client.ok("EnableKey", of.clone()).await;
    assert_eq!(client.decrypt(&sealed).await, b"a");
    let scheduled = client.ok("ScheduleKeyDeletion", of.clone()).await;
    assert_eq!(scheduled["PendingWindowInDays"], json!(30));
    assert_eq!(scheduled["KeyState"], json!("PendingDeletion"));
    for refused in calls(&client).await {
        let wanted = (
            "KMSInvalidStateException".to_owned(),
            format!("{key} is pending deletion."),
        );
        assert_eq!(refused, wanted);
    }
    for (operation, more) in [
        ("EnableKey", json!({})),
        ("DisableKey", json!({})),
        ("ScheduleKeyDeletion", json!({})),
        ("UpdateKeyDescription", json!({ "Description": "x" })),
        (
            "TagResource",
            json!({ "Tags": [{ "TagKey": "a", "TagValue": "b" }] }),
        ),
        ("UntagResource", json!({ "TagKeys": ["a"] })),
    ] {
        let mut input = more;
        input["KeyId"] = json!(key);
        let code = client.code(operation, input).await;
        assert_eq!(code, "KMSInvalidStateException", "{operation}");
    }
    let alias = json!({ "AliasName": "alias/a", "TargetKeyId": key });
    let code = client.code("CreateAlias", alias).await;
    assert_eq!(code, "KMSInvalidStateException");
    client.ok("CancelKeyDeletion", of.clone()).await;
    assert_eq!(client.state(&key).await, "Disabled");
    client.ok("EnableKey", of).await;
    assert_eq!(client.decrypt(&sealed).await, b"a");
}

#[tokio::test]
async fn all_that_older_material_encrypted_is_readable() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let of = json!({ "KeyId": key });
    let mut sealed = Vec::new();
    for round in 0..5_u8 {
        sealed.push(client.encrypt(&key, &[round]).await);
        client.ok("RotateKeyOnDemand", of.clone()).await;
    }
    for (round, sealed) in sealed.iter().enumerate() {
        assert_eq!(client.decrypt(sealed).await, [u8::try_from(round).unwrap()]);
    }
    let listed = client.ok("ListKeyRotations", of).await;
    let rotations = listed["Rotations"].as_array().unwrap();
    assert_eq!(rotations.len(), 5);
    assert!(
        rotations
            .iter()
            .all(|rotation| rotation["RotationType"] == json!("ON_DEMAND"))
    );
}

#[tokio::test]
async fn re_encryption_changes_key_and_context() {
    let client = Client::new().await;
    let (one, other) = (client.key(json!({})).await, client.key(json!({})).await);
    let input = json!({ "KeyId": one, "Plaintext": blob("a"), "EncryptionContext": { "c": "1" } });
    let sealed = client.ok("Encrypt", input).await["CiphertextBlob"].clone();
    let input = json!({
        "CiphertextBlob": sealed, "SourceEncryptionContext": { "c": "1" },
        "DestinationKeyId": other, "DestinationEncryptionContext": { "c": "2" },
    });
    let moved = client.ok("ReEncrypt", input.clone()).await;
    assert_eq!(moved["SourceKeyId"], json!(one));
    assert_eq!(moved["KeyId"], json!(other));
    let open = |context: &str| json!({ "CiphertextBlob": moved["CiphertextBlob"], "EncryptionContext": { "c": context } });
    client.ok("Decrypt", open("2")).await;
    let code = client.code("Decrypt", open("1")).await;
    assert_eq!(code, "InvalidCiphertextException");
    let mut wrong = input;
    wrong["SourceKeyId"] = json!(other);
    assert_eq!(
        client.code("ReEncrypt", wrong).await,
        "IncorrectKeyException"
    );
}

#[tokio::test]
async fn an_alias_names_one_key_until_it_names_another() {
    let client = Client::new().await;
    let (one, other) = (client.key(json!({})).await, client.key(json!({})).await);
    let input = json!({ "AliasName": "alias/app/main", "TargetKeyId": one });
    client.ok("CreateAlias", input.clone()).await;
    let code = client.code("CreateAlias", input).await;
    assert_eq!(code, "AlreadyExistsException");
    let sealed = client.encrypt("alias/app/main", b"a").await;
    let input = json!({ "AliasName": "alias/app/main", "TargetKeyId": other });
    client.ok("UpdateAlias", input).await;
    assert_eq!(client.decrypt(&sealed).await, b"a");
    let described = client
        .ok("DescribeKey", json!({ "KeyId": "alias/app/main" }))
        .await;
    assert_eq!(described["KeyMetadata"]["Arn"], json!(other));
    for (name, code) in [
        ("app", "ValidationException"),
        ("alias/aws/mine", "NotAuthorizedException"),
    ] {
        let input = json!({ "AliasName": name, "TargetKeyId": one });
        assert_eq!(client.code("CreateAlias", input).await, code, "{name}");
    }
    let listed = client.ok("ListAliases", json!({ "KeyId": other })).await;
    assert_eq!(listed["Aliases"].as_array().unwrap().len(), 1);
    let name = json!({ "AliasName": "alias/app/main" });
    client.ok("DeleteAlias", name.clone()).await;
    assert_eq!(client.code("DeleteAlias", name).await, "NotFoundException");
}

#[tokio::test]
async fn lists_come_in_pages() {
    let client = Client::new().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(client.key(json!({})).await);
    }
    made.sort();
    let (mut found, mut marker) = (Vec::new(), Value::Null);
    loop {
        let mut input = json!({ "Limit": 2 });
        if !marker.is_null() {
            input["Marker"] = marker;
        }
        let page = client.ok("ListKeys", input).await;
        let keys = page["Keys"].as_array().unwrap();
        assert!(keys.len() <= 2);
        found.extend(keys.iter().map(|key| text(&key["KeyArn"])));
        if page["Truncated"] == json!(false) {
            break;
        }
        marker = page["NextMarker"].clone();
    }
    found.sort();
    assert_eq!(found, made);
}

#[tokio::test]
async fn a_replica_opens_what_its_primary_encrypted() {
    let client = Client::new().await;
    let there = client.at(ACCOUNT, "us-east-1");
    let key = client.key(json!({ "MultiRegion": true })).await;
    let id = key.rsplit('/').next().unwrap().to_owned();
    assert!(id.starts_with("mrk-"), "{id}");
    let sealed = client.encrypt(&key, b"a").await;
    assert_eq!(
        there.code("DescribeKey", json!({ "KeyId": id })).await,
        "NotFoundException"
    );
    let replicate = json!({ "KeyId": key, "ReplicaRegion": "us-east-1" });
    let made = client.ok("ReplicateKey", replicate.clone()).await;
    let configuration = &made["ReplicaKeyMetadata"]["MultiRegionConfiguration"];
    assert_eq!(configuration["MultiRegionKeyType"], json!("REPLICA"));
    let code = client.code("ReplicateKey", replicate).await;
    assert_eq!(code, "AlreadyExistsException");
    assert_eq!(there.decrypt(&sealed).await, b"a");
    // It rotates with its primary, and the other way is refused.
    client
        .ok("RotateKeyOnDemand", json!({ "KeyId": key }))
        .await;
    let sealed = client.encrypt(&key, b"b").await;
    assert_eq!(there.decrypt(&sealed).await, b"b");
    let code = there
        .code("RotateKeyOnDemand", json!({ "KeyId": id }))
        .await;
    assert_eq!(code, "UnsupportedOperationException");
    // The primary goes last.
    let scheduled = client
        .ok("ScheduleKeyDeletion", json!({ "KeyId": key }))
        .await;
    assert_eq!(scheduled["KeyState"], json!("PendingReplicaDeletion"));
    assert_eq!(scheduled.get("DeletionDate"), None);
    client
        .ok("CancelKeyDeletion", json!({ "KeyId": key }))
        .await;
    client.ok("EnableKey", json!({ "KeyId": key })).await;
    // The other becomes the primary.
    let input = json!({ "KeyId": key, "PrimaryRegion": "us-east-1" });
    client.ok("UpdatePrimaryRegion", input).await;
    there.ok("RotateKeyOnDemand", json!({ "KeyId": id })).await;
    let code = client
        .code("RotateKeyOnDemand", json!({ "KeyId": key }))
        .await;
    assert_eq!(code, "UnsupportedOperationException");
}

#[tokio::test]
async fn a_key_policy_that_locks_its_author_out_is_refused() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let policy = |account: &str| {
        json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{account}:root") },
            "Action": "kms:*", "Resource": "*",
        }] })
        .to_string()
    };
    client
        .ok(
            "PutKeyPolicy",
            json!({ "KeyId": key, "Policy": policy(ACCOUNT) }),
        )
        .await;
    let found = client.ok("GetKeyPolicy", json!({ "KeyId": key })).await;
    assert_eq!(found["Policy"], json!(policy(ACCOUNT)));
    let mut other = json!({ "KeyId": key, "Policy": policy("444455556666") });
    let refuses = &client.decides.refuses;
    refuses.store(true, std::sync::atomic::Ordering::Relaxed);
    let code = client.code("PutKeyPolicy", other.clone()).await;
    assert_eq!(code, "MalformedPolicyDocumentException");
    other["BypassPolicyLockoutSafetyCheck"] = json!(true);
    client.ok("PutKeyPolicy", other).await;
    let code = client
        .code("PutKeyPolicy", json!({ "KeyId": key, "Policy": "{" }))
        .await;
    assert_eq!(code, "MalformedPolicyDocumentException");
}
