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

/// An alias may be given to another key between the asking and the doing.
#[tokio::test]
async fn what_is_done_is_done_to_what_leave_was_given_for() {
    let client = Client::new().await;
    let (one, other) = (client.key(json!({})).await, client.key(json!({})).await);
    let alias = json!({ "AliasName": "alias/a", "TargetKeyId": one });
    client.ok("CreateAlias", alias).await;
    let update = json!({ "AliasName": "alias/a", "TargetKeyId": other });
    let third = client.key(json!({})).await;
    let sealed = client.encrypt(&other, b"a").await;
    let cases = [
        (
            "Encrypt",
            json!({ "KeyId": "alias/a", "Plaintext": blob("a") }),
        ),
        (
            "Decrypt",
            json!({ "KeyId": "alias/a", "CiphertextBlob": sealed }),
        ),
        (
            "ReEncrypt",
            json!({ "CiphertextBlob": sealed, "DestinationKeyId": "alias/a" }),
        ),
        (
            "GenerateDataKey",
            json!({ "KeyId": "alias/a", "KeySpec": "AES_256" }),
        ),
        ("DescribeKey", json!({ "KeyId": "alias/a" })),
        ("DeleteAlias", json!({ "AliasName": "alias/a" })),
        (
            "UpdateAlias",
            json!({ "AliasName": "alias/a", "TargetKeyId": third }),
        ),
    ];
    let asked: Vec<_> = cases
        .iter()
        .map(|(operation, input)| client.asks(operation, input))
        .collect();
    client.ok("UpdateAlias", update).await;
    for ((operation, input), asks) in cases.iter().zip(&asked) {
        let refused = client
            .answer_with_leave(operation, input.clone(), asks)
            .await
            .expect_err(operation);
        assert_eq!(refused.code, "DependencyTimeoutException", "{operation}");
        assert_eq!(refused.status, 503, "callers try again");
    }
    // Asked again, it is done; the alias is still there and names the other key.
    for (operation, input) in cases {
        client.ok(operation, input).await;
        if operation == "DeleteAlias" {
            let alias = json!({ "AliasName": "alias/a", "TargetKeyId": other });
            client.ok("CreateAlias", alias).await;
        }
    }
}

/// Leave to make a key, which a replica needs as well, is leave for all: it says nothing of the key
/// that is replicated. What manages a key names the key, not an alias.
#[tokio::test]
async fn a_replica_is_of_the_key_that_leave_was_given_for() {
    let client = Client::new().await;
    let multi_region = json!({ "MultiRegion": true });
    let one = client.key(multi_region.clone()).await;
    let other = client.key(multi_region).await;
    let replicate = |key: &str| json!({ "KeyId": key, "ReplicaRegion": "us-east-1" });
    let asks = client.asks("ReplicateKey", &replicate(&one));
    let refused = client
        .answer_with_leave("ReplicateKey", replicate(&other), &asks)
        .await
        .expect_err("another key's leave");
    assert_eq!(refused.code, "DependencyTimeoutException");
    let alias = json!({ "AliasName": "alias/a", "TargetKeyId": one });
    client.ok("CreateAlias", alias).await;
    let arn = format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/a");
    for name in ["alias/a", &*arn] {
        let code = client.code("ReplicateKey", replicate(name)).await;
        assert_eq!(code, "NotFoundException", "{name}");
        let code = client.code("DisableKey", json!({ "KeyId": name })).await;
        assert_eq!(code, "NotFoundException", "{name}");
    }
    let answer = client
        .answer_with_leave("ReplicateKey", replicate(&one), &asks)
        .await;
    assert!(answer.is_ok(), "{answer:?}");
}

#[tokio::test]
async fn what_is_done_in_another_region_is_asked_for_there() {
    let client = Client::new().await;
    let key = client.key(json!({ "MultiRegion": true })).await;
    let replicate = json!({
        "KeyId": key, "ReplicaRegion": "us-west-2", "Tags": [{ "TagKey": "t", "TagValue": "1" }],
    });
    let regions = |asks: &[Ask]| -> Vec<(&'static str, Option<String>)> {
        let asks = asks.iter();
        asks.map(|ask| {
            let region = ask.region.as_ref();
            (ask.action, region.map(|region| region.as_str().to_owned()))
        })
        .collect()
    };
    let there = Some("us-west-2".to_owned());
    assert_eq!(
        regions(&client.asks("ReplicateKey", &replicate)),
        [
            ("kms:ReplicateKey", None),
            ("kms:CreateKey", there.clone()),
            ("kms:TagResource", there.clone()),
        ]
    );
    client.ok("ReplicateKey", replicate).await;
    let promote = json!({ "KeyId": key, "PrimaryRegion": "us-west-2" });
    assert_eq!(
        regions(&client.asks("UpdatePrimaryRegion", &promote)),
        [
            ("kms:UpdatePrimaryRegion", None),
            ("kms:UpdatePrimaryRegion", there)
        ]
    );
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

/// Every operation with a call of it, and what that asks leave for.
#[tokio::test]
async fn every_operation_asks_as_it_did() {
    let client = Client::new().await;
    let tag = json!([{ "TagKey": "team", "TagValue": "red" }]);
    let key = client
        .key(json!({ "MultiRegion": true, "Tags": tag }))
        .await;
    let other = client.key(json!({})).await;
    let rsa = json!({ "KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY" });
    let rsa = client.key(rsa).await;
    let alias = json!({ "AliasName": "alias/a", "TargetKeyId": key });
    client.ok("CreateAlias", alias).await;
    let replica = json!({ "KeyId": key, "ReplicaRegion": "us-west-2" });
    client.ok("ReplicateKey", replica).await;
    let grantee = format!("arn:aws:iam::{ACCOUNT}:user/a");
    let operations = [
        "Decrypt",
        "Encrypt",
        "RetireGrant",
        "CreateGrant",
        "DescribeKey",
    ];
    let grant = json!({ "KeyId": key, "GranteePrincipal": grantee, "Operations": operations });
    let grant = client.ok("CreateGrant", grant).await;
    let sealed = client.encrypt(&key, b"a").await;
    let context = json!({ "tenant": "one" });
    let of = json!({ "KeyId": key });
    let store = json!({ "CustomKeyStoreId": "cks-1234567890abcdef0" });
    let with = |more: serde_json::Value| {
        let mut input = of.clone();
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        input
    };
    let mut calls = [
        ("ConnectCustomKeyStore", store.clone()),
        ("CreateCustomKeyStore", json!({ "CustomKeyStoreName": "s" })),
        ("DeleteCustomKeyStore", store.clone()),
        ("DescribeCustomKeyStores", json!({})),
        ("DisconnectCustomKeyStore", store.clone()),
        ("UpdateCustomKeyStore", store),
        ("CancelKeyDeletion", of.clone()),
        (
            "CreateAlias",
            json!({ "AliasName": "alias/b", "TargetKeyId": key }),
        ),
        (
            "CreateGrant",
            with(json!({
                "GranteePrincipal": grantee, "RetiringPrincipal": grantee,
                "Operations": ["Decrypt"],
                "Constraints": { "EncryptionContextSubset": context },
            })),
        ),
        (
            "CreateKey",
            json!({ "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC", "Tags": tag,
                "Policy": "{}", "BypassPolicyLockoutSafetyCheck": true }),
        ),
        (
            "Decapsulate",
            with(
                json!({ "SharedSecretCiphertextBlob": "YQ==", "EncapsulationAlgorithm": "ML_KEM" }),
            ),
        ),
        (
            "Decrypt",
            json!({ "CiphertextBlob": sealed, "EncryptionContext": context }),
        ),
        ("DeleteAlias", json!({ "AliasName": "alias/a" })),
        ("DeleteImportedKeyMaterial", of.clone()),
        (
            "DeriveSharedSecret",
            with(json!({ "KeyAgreementAlgorithm": "ECDH", "PublicKey": "YQ==" })),
        ),
        ("DescribeKey", json!({ "KeyId": "alias/a" })),
        ("DisableKey", of.clone()),
        ("DisableKeyRotation", of.clone()),
        ("EnableKey", of.clone()),
        (
            "EnableKeyRotation",
            with(json!({ "RotationPeriodInDays": 90 })),
        ),
        (
            "Encapsulate",
            with(json!({ "EncapsulationAlgorithm": "ML_KEM" })),
        ),
        (
            "Encrypt",
            json!({ "KeyId": "alias/a", "Plaintext": "YQ==", "EncryptionContext": context }),
        ),
        (
            "GenerateDataKey",
            with(json!({ "KeySpec": "AES_256", "EncryptionContext": context })),
        ),
        (
            "GenerateDataKeyPair",
            with(json!({ "KeyPairSpec": "ECC_NIST_P256" })),
        ),
        (
            "GenerateDataKeyPairWithoutPlaintext",
            with(json!({ "KeyPairSpec": "RSA_2048" })),
        ),
        (
            "GenerateDataKeyWithoutPlaintext",
            with(json!({ "KeySpec": "AES_128" })),
        ),
        (
            "GenerateMac",
            with(json!({ "Message": "YQ==", "MacAlgorithm": "HMAC_SHA_256" })),
        ),
        ("GenerateRandom", json!({ "NumberOfBytes": 8 })),
        ("GetKeyLastUsage", of.clone()),
        ("GetKeyPolicy", of.clone()),
        ("GetKeyRotationStatus", of.clone()),
        (
            "GetParametersForImport",
            with(
                json!({ "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048" }),
            ),
        ),
        ("GetPublicKey", json!({ "KeyId": rsa })),
        (
            "ImportKeyMaterial",
            with(
                json!({ "ImportToken": "YQ==", "EncryptedKeyMaterial": "YQ==", "ValidTo": 1_800_000_000 }),
            ),
        ),
        ("ListAliases", of.clone()),
        ("ListGrants", of.clone()),
        ("ListKeyPolicies", of.clone()),
        ("ListKeyRotations", of.clone()),
        ("ListKeys", json!({})),
        ("ListResourceTags", of.clone()),
        (
            "ListRetirableGrants",
            json!({ "RetiringPrincipal": grantee }),
        ),
        ("PutKeyPolicy", with(json!({ "Policy": "{}" }))),
        (
            "ReEncrypt",
            json!({ "CiphertextBlob": sealed, "DestinationKeyId": other,
                "SourceEncryptionContext": context }),
        ),
        (
            "ReplicateKey",
            with(json!({ "ReplicaRegion": "eu-north-1", "Tags": tag })),
        ),
        ("RetireGrant", json!({ "GrantToken": grant["GrantToken"] })),
        ("RevokeGrant", with(json!({ "GrantId": grant["GrantId"] }))),
        ("RotateKeyOnDemand", of.clone()),
        (
            "ScheduleKeyDeletion",
            with(json!({ "PendingWindowInDays": 7 })),
        ),
        (
            "Sign",
            json!({ "KeyId": rsa, "Message": "YQ==", "SigningAlgorithm": "RSASSA_PSS_SHA_256" }),
        ),
        ("TagResource", with(json!({ "Tags": tag }))),
        ("UntagResource", with(json!({ "TagKeys": ["team"] }))),
        (
            "UpdateAlias",
            json!({ "AliasName": "alias/a", "TargetKeyId": other }),
        ),
        ("UpdateKeyDescription", with(json!({ "Description": "d" }))),
        (
            "UpdatePrimaryRegion",
            with(json!({ "PrimaryRegion": "us-west-2" })),
        ),
        (
            "Verify",
            json!({ "KeyId": rsa, "Message": "YQ==", "Signature": "YQ==",
                "SigningAlgorithm": "RSASSA_PSS_SHA_256", "MessageType": "DIGEST" }),
        ),
        (
            "VerifyMac",
            with(json!({ "Message": "YQ==", "Mac": "YQ==", "MacAlgorithm": "HMAC_SHA_256" })),
        ),
    ];
    calls.sort_by_key(|(operation, _)| *operation);
    let names: Vec<&str> = calls.iter().map(|(operation, _)| *operation).collect();
    assert_eq!(names, client.operations(), "every operation is here");
    let mut text = String::new();
    for (operation, input) in &calls {
        text.push_str(&format!("{operation} {input}\n"));
        text.push_str(&judge::asked(&client.asks(operation, input)));
    }
    // What differs from run to run.
    for (name, arn) in [("key", &key), ("other", &other), ("rsa", &rsa)] {
        let id = arn.rsplit('/').next().unwrap();
        text = text.replace(id, &format!("<{name}>"));
    }
    for (name, member) in [("token", "GrantToken"), ("grant", "GrantId")] {
        text = text.replace(grant[member].as_str().unwrap(), &format!("<{name}>"));
    }
    insta::assert_snapshot!(text.replace(&sealed, "<ciphertext>"));
}
