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
