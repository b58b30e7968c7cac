//! What calls ask leave for.

use std::collections::BTreeSet;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use policy::{
    Ask, ContextValue, Grant, KeyValue, NamedBy, Policies, Policy, PolicyKind, Principal, Request,
    RequestContext, Scalar,
};
use serde_json::{Value, json};

use super::client::{ACCOUNT, Client, REGION, blob, bytes};

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
    let with = |more: Value| {
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

const STRANGER: &str = "999999999999";

/// What a user of another account is told, by the identity policies that the user has.
fn denial(ask: &Ask, identity: &[Arc<Policy>]) -> Option<String> {
    let mut context = RequestContext {
        resource_tags: &ask.resource_tags,
        request_tags: &ask.request_tags,
        ..RequestContext::default()
    };
    for key in &ask.keys {
        let value: ContextValue<'_> = match &key.value {
            KeyValue::String(text) => text.as_str().into(),
            KeyValue::Strings(texts) => texts.as_slice().into(),
            KeyValue::Boolean(truth) => (*truth).into(),
            KeyValue::Numeric(number) => ContextValue::One(Scalar::Numeric(*number)),
            KeyValue::Date(time) => (*time).into(),
        };
        context.insert_under(key.name, &key.suffix, value);
    }
    let arn = format!("arn:aws:iam::{STRANGER}:user/eve");
    let request = Request {
        principal: Principal::User {
            account: STRANGER.parse().unwrap(),
            arn: &arn,
            user_id: "AIDACKCEVSQ6C2EXAMPLE",
        },
        action: ask.action,
        resource: &ask.resource,
        resource_account: ask.resource_account,
        canonical_user_id: None,
        context: &context,
    };
    let grants = ask.grants.iter().map(|granted| Grant {
        grant_id: &granted.grant_id,
        grantee_principal: &granted.grantee_principal,
    });
    let grants: Vec<Grant<'_>> = grants.collect();
    let policies = Policies {
        resource: ask.resource_policy.as_deref(),
        grants: &grants,
        identity,
        ..Policies::default()
    };
    policy::evaluate(&request, &policies).denial(&request, &ask.named_by)
}

fn identity(statements: Value) -> Vec<Arc<Policy>> {
    let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    vec![Policy::shared(PolicyKind::Inline, "own", &text).unwrap()]
}

/// Whatever the caller's own policies say, and whatever the caller names: who is not let in by a key is
/// told neither whether there is one nor what it is like.
#[tokio::test]
async fn another_accounts_keys_and_aliases_are_told_by_no_denial() {
    let client = Client::new().await;
    let input = json!({ "Tags": [{ "TagKey": "t", "TagValue": "1" }], "MultiRegion": true });
    let key = client.key(input).await;
    let alias = json!({ "AliasName": "alias/there", "TargetKeyId": key });
    client.ok("CreateAlias", alias).await;
    let arn = |resource: &str| format!("arn:aws:kms:{REGION}:{ACCOUNT}:{resource}");
    let names = [
        (arn("alias/there"), arn("alias/gone")),
        (key.clone(), arn("key/mrk-134f2428cec14b25a1ae9048164dba47")),
    ];
    let allow = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let if_tagged = json!({ "Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": { "StringLike": { "aws:ResourceTag/t": "*" } } });
    let if_spec = json!({ "Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": { "StringEquals": { "kms:KeySpec": "SYMMETRIC_DEFAULT" } } });
    let keys = json!({ "Effect": "Allow", "Action": "kms:*", "Resource": arn("key/*") });
    let not_this = json!({ "Effect": "Deny", "Action": "kms:*", "Resource": key });
    let identities = [
        Vec::new(),
        identity(allow.clone()),
        identity(keys),
        identity(json!([allow, if_tagged])),
        identity(json!([allow, if_spec])),
        identity(json!([allow, not_this])),
    ];
    let stranger = client.at(STRANGER, REGION);
    let own = stranger.key(json!({})).await;
    let own_sealed = stranger.encrypt(&own, b"a").await;
    let with = |name: &str, more: Value| {
        let mut input = json!({ "KeyId": name });
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        input
    };
    let nobody = format!("arn:aws:iam::{STRANGER}:user/a");
    let calls = |name: &str| {
        vec![
            (
                "Encrypt",
                with(
                    name,
                    json!({ "Plaintext": blob("a"),
                "EncryptionContext": { "a": "b" } }),
                ),
            ),
            (
                "Decrypt",
                with(name, json!({ "CiphertextBlob": own_sealed })),
            ),
            ("DescribeKey", with(name, json!({}))),
            ("DisableKey", with(name, json!({}))),
            (
                "GenerateDataKey",
                with(name, json!({ "KeySpec": "AES_256" })),
            ),
            ("GetKeyPolicy", with(name, json!({}))),
            ("ListGrants", with(name, json!({}))),
            (
                "ReplicateKey",
                with(name, json!({ "ReplicaRegion": "us-east-1" })),
            ),
            (
                "RetireGrant",
                with(name, json!({ "GrantId": "a".repeat(64) })),
            ),
            ("ScheduleKeyDeletion", with(name, json!({}))),
            (
                "UpdatePrimaryRegion",
                with(name, json!({ "PrimaryRegion": "us-east-1" })),
            ),
            (
                "CreateGrant",
                with(
                    name,
                    json!({ "GranteePrincipal": nobody,
                "Operations": ["Decrypt"] }),
                ),
            ),
            (
                "ReEncrypt",
                json!({ "CiphertextBlob": own_sealed, "DestinationKeyId": name }),
            ),
            (
                "CreateAlias",
                json!({ "AliasName": "alias/mine", "TargetKeyId": name }),
            ),
        ]
    };
    for (there, gone) in &names {
        for ((operation, found), (_, missing)) in calls(there).into_iter().zip(calls(gone)) {
            let [found, missing] = [found, missing].map(|input| {
                let asks = stranger.asks(operation, &input);
                let theirs = |ask: &Ask| {
                    let account = ask.resource_account.map(|account| account.to_string());
                    account.as_deref() == Some(ACCOUNT)
                };
                asks.into_iter().find(theirs).unwrap()
            });
            let name = |name: &str| match name.contains(":alias/") {
                true => NamedBy::Name(name.to_owned()),
                false => NamedBy::Arn,
            };
            assert_eq!(found.named_by, name(there), "{operation}");
            assert_eq!(missing.named_by, name(gone), "{operation}");
            for identity in &identities {
                let [found, missing] = [&found, &missing].map(|ask| denial(ask, identity).unwrap());
                assert_eq!(found, missing, "{operation} {there}");
                let end = format!(
                    "is not authorized to perform: kms:{} on this resource because the resource does \
                     not exist in this Region, no resource-based policies allow access, or a \
                     resource-based policy explicitly denies access",
                    if operation == "ReEncrypt" {
                        "ReEncryptTo"
                    } else {
                        operation
                    },
                );
                assert!(found.ends_with(&end), "{found}");
            }
        }
    }

    // What asks for no key's leave tells it by no error either.
    let list = |name: &str| stranger.refused("ListAliases", json!({ "KeyId": name }));
    let [(_, gone), (there, missing)] = [&names[0], &names[1]];
    assert_eq!(list(there).await.0, "AccessDeniedException");
    assert_eq!(list(there).await, list(missing).await);
    assert_eq!(list(&names[0].0).await.0, list(gone).await.0);

    // Nor by how often is decided: an alias of the ciphertext's own key, of another, and of none.
    let other = client.key(json!({})).await;
    let alias = json!({ "AliasName": "alias/other", "TargetKeyId": other });
    client.ok("CreateAlias", alias).await;
    let sealed_there = client.encrypt(&key, b"a").await;
    for name in ["alias/there", "alias/other", "alias/gone"] {
        let before = client.decides.asked.load(Ordering::Relaxed);
        let input = json!({ "CiphertextBlob": sealed_there, "DestinationKeyId": arn(name) });
        stranger.asks("ReEncrypt", &input);
        let asked = client.decides.asked.load(Ordering::Relaxed) - before;
        assert_eq!(asked, 1, "{name}");
    }

    // By its ciphertext.
    let sealed = bytes(&json!(client.encrypt(&key, b"a").await));
    let id = key.rsplit('/').next().unwrap();
    let at = sealed
        .windows(id.len())
        .position(|part| part == id.as_bytes());
    let mut missing = sealed.clone();
    let last = at.unwrap() + id.len() - 1;
    missing[last] = if sealed[last] == b'0' { b'1' } else { b'0' };
    for operation in ["Decrypt", "ReEncrypt"] {
        for identity in &identities {
            let [found, missing] = [&sealed, &missing].map(|sealed| {
                let input = json!({ "CiphertextBlob": blob(sealed), "DestinationKeyId": own });
                denial(&stranger.asks(operation, &input)[0], identity).unwrap()
            });
            assert_eq!(found, missing, "{operation}");
            assert!(found.contains(" on the resource associated with this ciphertext because"));
        }
    }

    // Whom the key lets in is told which it is, and what the own policies lack.
    let there = &names[0].0;
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") },
            "Action": "kms:*", "Resource": "*" },
        { "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{STRANGER}:root") },
            "Action": ["kms:Encrypt", "kms:ReEncryptFrom"], "Resource": "*" },
    ] });
    let input = json!({ "KeyId": key, "PolicyName": "default", "Policy": policy.to_string() });
    client.ok("PutKeyPolicy", input).await;
    let input = json!({ "KeyId": there, "Plaintext": blob("a") });
    let [ask] = <[Ask; 1]>::try_from(stranger.asks("Encrypt", &input)).unwrap();
    assert_eq!(denial(&ask, &identities[1]), None);
    let told = denial(&ask, &identities[0]).unwrap();
    let end = format!(
        "on resource: {key} because no identity-based policy allows the kms:Encrypt action"
    );
    assert!(told.ends_with(&end), "{told}");

    // Which key an alias stands for is not told by a condition on another key of the call.
    let input = json!({ "CiphertextBlob": blob(&sealed), "DestinationKeyId": there });
    let same = |asks: &[Ask]| {
        let mut keys = asks[0].keys.iter();
        let same = keys.find(|key| key.name == "kms:ReEncryptOnSameKey");
        same.unwrap().value.clone()
    };
    assert_eq!(
        same(&stranger.asks("ReEncrypt", &input)),
        KeyValue::Boolean(true)
    );
    client.decides.refuses.store(true, Ordering::Relaxed);
    assert_eq!(
        same(&stranger.asks("ReEncrypt", &input)),
        KeyValue::Boolean(false)
    );
    let by_arn = json!({ "CiphertextBlob": blob(&sealed), "DestinationKeyId": key });
    assert_eq!(
        same(&stranger.asks("ReEncrypt", &by_arn)),
        KeyValue::Boolean(true)
    );
}
