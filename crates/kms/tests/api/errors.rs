//! AWS's codes and texts, one error for what does not open, and dry runs.

use serde_json::json;

use super::client::{ACCOUNT, Client, REGION, blob, bytes};

fn error(code: &str, message: impl Into<String>) -> (String, String) {
    (code.to_owned(), message.into())
}

#[tokio::test]
async fn a_ciphertext_that_does_not_open_gives_one_error() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let sealed = client.encrypt(&key, b"a secret").await;
    assert_eq!(client.decrypt(&sealed).await, b"a secret");
    let whole = bytes(&json!(sealed));
    let one = error("InvalidCiphertextException", "");
    for length in 1..whole.len() {
        let input = json!({ "CiphertextBlob": blob(&whole[..length]) });
        assert_eq!(client.refused("Decrypt", input).await, one, "{length}");
    }
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x40;
        let input = json!({ "CiphertextBlob": blob(changed) });
        assert_eq!(client.refused("Decrypt", input).await, one, "{at}");
    }
    let other = client.key(json!({})).await;
    let input = json!({ "CiphertextBlob": sealed, "KeyId": other });
    assert_eq!(client.code("Decrypt", input).await, "IncorrectKeyException");
    // Another account's key of the same id is none.
    let elsewhere = client.at(ACCOUNT, "us-east-1");
    let input = json!({ "CiphertextBlob": sealed });
    assert_eq!(elsewhere.refused("Decrypt", input).await, one);
}

/// What a call has computed, and how it ended.
async fn work_of(
    client: &Client,
    operation: &str,
    input: serde_json::Value,
) -> (keys::work::Work, Option<String>) {
    let before = keys::work::of_this_thread();
    let ended = client.call(operation, input).await;
    let after = keys::work::of_this_thread();
    let done = keys::work::Work {
        derivations: after.derivations - before.derivations,
        openings: after.openings - before.openings,
        opened_bytes: after.opened_bytes - before.opened_bytes,
    };
    (done, ended.err().map(|(code, _)| code))
}

/// How long a call takes is to say nothing of why it fails, nor which keys there are. Time itself says
/// little on a busy machine: what is computed is counted. The test has one thread, and so has its calls.
#[tokio::test]
async fn whatever_does_not_open_the_same_is_computed() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let context = json!({ "a": "b" });
    let input = json!({ "KeyId": key, "Plaintext": blob([7; 900]), "EncryptionContext": context });
    let sealed = client.ok("Encrypt", input).await["CiphertextBlob"].clone();
    let whole = bytes(&sealed);
    let (right, none) = work_of(
        &client,
        "Decrypt",
        json!({ "CiphertextBlob": sealed, "EncryptionContext": context }),
    )
    .await;
    assert_eq!((right.derivations, right.openings, none), (1, 1, None));

    let changed = |at: usize| {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        changed
    };
    let id = whole
        .windows(8)
        .position(|part| part == &key.as_bytes()[key.len() - 36..][..8]);
    let id = id.unwrap();
    let mut missing = whole.clone();
    missing[id] = if whole[id] == b'0' { b'1' } else { b'0' };
    let blobs = [
        ("a changed version of the format", changed(0)),
        ("another account", changed(8)),
        ("a version that the key has not", changed(12)),
        ("no length of an id", changed(13)),
        ("a key that is not there", missing),
        ("an id that is none", changed(id + 8)),
        ("a changed nonce", changed(id + 36)),
        ("a changed body", changed(whole.len() - 100)),
        ("a changed tag", changed(whole.len() - 1)),
        ("cut at the end", whole[..whole.len() - 1].to_vec()),
        ("cut in the tag", whole[..whole.len() - 15].to_vec()),
        ("nothing of ours", vec![0xff; whole.len()]),
    ];
    let mut calls = vec![(
        "another context",
        json!({ "CiphertextBlob": sealed, "EncryptionContext": { "a": "c" } }),
        whole.len(),
    )];
    for (what, bytes) in blobs {
        let length = bytes.len();
        let input = json!({ "CiphertextBlob": blob(bytes), "EncryptionContext": context });
        calls.push((what, input, length));
    }
    // Very short ones have less to decrypt, which who sends them knows.
    for length in [1, 13, 20, 50, 60, 100, 130] {
        let input = json!({ "CiphertextBlob": blob(&whole[..length]) });
        calls.push(("short", input, length));
    }
    let destination = client.key(json!({})).await;
    for (what, input, length) in calls {
        let invalid = Some("InvalidCiphertextException".to_owned());
        let around = whole.len() - 900;
        let least = u64::try_from(length.saturating_sub(around)).unwrap();
        let mut named = input.clone();
        named["KeyId"] = json!(key);
        let mut moved = json!({
            "CiphertextBlob": input["CiphertextBlob"], "DestinationKeyId": destination,
        });
        if let Some(context) = input.get("EncryptionContext") {
            moved["SourceEncryptionContext"] = context.clone();
        }
        for (operation, input) in [("Decrypt", input), ("ReEncrypt", moved)] {
            let (work, code) = work_of(&client, operation, input).await;
            assert_eq!(code, invalid, "{operation}: {what}");
            let counts = (work.derivations, work.openings);
            assert_eq!(counts, (1, 1), "{operation}: {what}");
            assert!(work.opened_bytes >= least, "{operation}: {what}: {work:?}");
        }
        let (work, code) = work_of(&client, "Decrypt", named).await;
        if code == invalid {
            assert_eq!((work.derivations, work.openings), (1, 1), "named: {what}");
        }
    }
}

#[tokio::test]
async fn a_wrong_usage_or_algorithm_is_told_in_aws_words() {
    let client = Client::new().await;
    let symmetric = client.key(json!({})).await;
    let mac = json!({ "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC" });
    let mac = client.key(mac).await;
    let message = blob("a");
    let input = json!({ "KeyId": symmetric, "Message": message, "MacAlgorithm": "HMAC_SHA_256" });
    assert_eq!(
        client.refused("GenerateMac", input).await,
        error(
            "InvalidKeyUsageException",
            format!("{symmetric} key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.")
        )
    );
    let input = json!({ "KeyId": mac, "Message": message, "MacAlgorithm": "HMAC_SHA_512" });
    assert_eq!(
        client.refused("GenerateMac", input).await,
        error(
            "InvalidKeyUsageException",
            "Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256."
        )
    );
    let input = json!({ "KeyId": mac, "Plaintext": message });
    assert_eq!(
        client.code("Encrypt", input).await,
        "InvalidKeyUsageException"
    );
}

#[tokio::test]
async fn keys_that_are_not_there_are_told() {
    let client = Client::new().await;
    let describe = |key: &str| json!({ "KeyId": key });
    for id in [
        "fake-key-id",
        "134f2428cec14b25a1ae9048164dba47",
        "mrk-fake-key-id",
    ] {
        assert_eq!(
            client.refused("DescribeKey", describe(id)).await,
            error("NotFoundException", format!("Invalid keyId '{id}'"))
        );
    }
    let id = "134f2428-cec1-4b25-a1ae-9048164dba47";
    let arn = format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{id}");
    let wanted = error("NotFoundException", format!("Key '{arn}' does not exist"));
    assert_eq!(client.refused("DescribeKey", describe(id)).await, wanted);
    assert_eq!(client.refused("DescribeKey", describe(&arn)).await, wanted);
    let code = client.code("DescribeKey", describe("alias/none")).await;
    assert_eq!(code, "NotFoundException");
}

#[tokio::test]
async fn a_dry_run_changes_nothing_and_says_that_it_would() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let dry = error(
        "DryRunOperationException",
        "The request would have succeeded, but the DryRun option is set.",
    );
    let sealed = client.encrypt(&key, b"a").await;
    let grantee = format!("arn:aws:iam::{ACCOUNT}:user/a");
    for (operation, input) in [
        ("Encrypt", json!({ "KeyId": key, "Plaintext": blob("a") })),
        ("Decrypt", json!({ "CiphertextBlob": sealed })),
        (
            "ReEncrypt",
            json!({ "CiphertextBlob": sealed, "DestinationKeyId": key }),
        ),
        (
            "GenerateDataKey",
            json!({ "KeyId": key, "KeySpec": "AES_256" }),
        ),
        (
            "GenerateDataKeyWithoutPlaintext",
            json!({ "KeyId": key, "KeySpec": "AES_256" }),
        ),
        (
            "GenerateDataKeyPair",
            json!({ "KeyId": key, "KeyPairSpec": "ECC_NIST_P256" }),
        ),
        (
            "GenerateDataKeyPairWithoutPlaintext",
            json!({ "KeyId": key, "KeyPairSpec": "ECC_NIST_P256" }),
        ),
        (
            "CreateGrant",
            json!({ "KeyId": key, "GranteePrincipal": grantee, "Operations": ["Encrypt"] }),
        ),
    ] {
        let mut input = input;
        input["DryRun"] = json!(true);
        assert_eq!(client.refused(operation, input).await, dry, "{operation}");
    }
    let grants = client.ok("ListGrants", json!({ "KeyId": key })).await;
    assert_eq!(grants["Grants"], json!([]));
}

#[tokio::test]
async fn limits_hold() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    // A plaintext.
    let sealed = client.encrypt(&key, &[1; 4096]).await;
    assert_eq!(client.decrypt(&sealed).await, [1; 4096]);
    let input = json!({ "KeyId": key, "Plaintext": blob([1; 4097]) });
    assert_eq!(client.code("Encrypt", input).await, "ValidationException");
    // An encryption context.
    let context = |bytes: usize| json!({ "k": "v".repeat(bytes - 1) });
    let input = |bytes| json!({ "KeyId": key, "Plaintext": blob("a"), "EncryptionContext": context(bytes) });
    client.ok("Encrypt", input(8192)).await;
    assert_eq!(
        client.code("Encrypt", input(8193)).await,
        "ValidationException"
    );
    // Tags.
    let tags = |count: usize| -> Vec<_> {
        (0..count)
            .map(|at| json!({ "TagKey": format!("k{at}"), "TagValue": "" }))
            .collect()
    };
    client.key(json!({ "Tags": tags(50) })).await;
    assert_eq!(
        client
            .refused("CreateKey", json!({ "Tags": tags(51) }))
            .await,
        error("TagException", "Too many tags")
    );
    let twice = json!([{ "TagKey": "a", "TagValue": "" }, { "TagKey": "a", "TagValue": "" }]);
    assert_eq!(
        client.refused("CreateKey", json!({ "Tags": twice })).await,
        error("TagException", "Duplicate tag keys")
    );
    // A key policy.
    let padding = " ".repeat(32 * 1024);
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{ACCOUNT}:root"}},"Action":"kms:*","Resource":"*"}}]}}{padding}"#
    );
    let input = json!({ "KeyId": key, "Policy": policy });
    let code = client.code("PutKeyPolicy", input).await;
    assert!(
        ["LimitExceededException", "ValidationException"].contains(&code.as_str()),
        "{code}"
    );
    // Rotations on demand.
    for _ in 0..25 {
        client
            .ok("RotateKeyOnDemand", json!({ "KeyId": key }))
            .await;
    }
    assert_eq!(
        client
            .refused("RotateKeyOnDemand", json!({ "KeyId": key }))
            .await,
        error(
            "LimitExceededException",
            format!(
                "The on-demand rotations limit has been reached for the given keyId. No more \
                 on-demand rotations can be performed for this key: {key}"
            )
        )
    );
}
