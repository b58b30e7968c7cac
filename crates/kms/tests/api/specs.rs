//! Every key spec does what its usage says, by every algorithm that the key tells of.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::{Client, blob, bytes, text};

fn names(value: &Value) -> Vec<String> {
    let list = value.as_array().unwrap_or_else(|| panic!("{value}"));
    list.iter().map(text).collect()
}

async fn made(client: &Client, spec: &str, usage: &str) -> Value {
    let input = json!({ "KeySpec": spec, "KeyUsage": usage });
    client.ok("CreateKey", input).await["KeyMetadata"].clone()
}

#[tokio::test]
async fn what_encrypts_decrypts() {
    let client = Client::new().await;
    for spec in ["SYMMETRIC_DEFAULT", "RSA_2048"] {
        let key = made(&client, spec, "ENCRYPT_DECRYPT").await;
        for algorithm in names(&key["EncryptionAlgorithms"]) {
            let input = json!({
                "KeyId": key["KeyId"], "Plaintext": blob("a secret"), "EncryptionAlgorithm": algorithm,
            });
            let sealed = client.ok("Encrypt", input).await;
            assert_eq!(sealed["KeyId"], key["Arn"]);
            let input = json!({
                "KeyId": key["KeyId"], "CiphertextBlob": sealed["CiphertextBlob"],
                "EncryptionAlgorithm": algorithm,
            });
            let opened = client.ok("Decrypt", input).await;
            assert_eq!(bytes(&opened["Plaintext"]), b"a secret", "{algorithm}");
        }
    }
}

#[tokio::test]
async fn what_signs_verifies() {
    let client = Client::new().await;
    for spec in [
        "RSA_2048",
        "ECC_NIST_P256",
        "ECC_NIST_P384",
        "ECC_NIST_P521",
        "ECC_SECG_P256K1",
        "ECC_NIST_EDWARDS25519",
        "ML_DSA_44",
        "ML_DSA_65",
        "ML_DSA_87",
    ] {
        let key = made(&client, spec, "SIGN_VERIFY").await;
        let algorithms = names(&key["SigningAlgorithms"]);
        assert!(!algorithms.is_empty(), "{spec}");
        for algorithm in algorithms {
            let (message, kind) = match algorithm.as_str() {
                "ED25519_PH_SHA_512" => (blob([7; 64]), "DIGEST"),
                _ => (blob("a message"), "RAW"),
            };
            let mut input = json!({
                "KeyId": key["KeyId"], "Message": message, "MessageType": kind,
                "SigningAlgorithm": algorithm,
            });
            let signed = client.ok("Sign", input.clone()).await;
            input["Signature"] = signed["Signature"].clone();
            let verified = client.ok("Verify", input.clone()).await;
            assert_eq!(
                verified["SignatureValid"],
                json!(true),
                "{spec} {algorithm}"
            );
            let mut other = bytes(&signed["Signature"]);
            let middle = other.len() / 2;
            other[middle] ^= 1;
            input["Signature"] = json!(blob(other));
            let refused = client.refused("Verify", input).await;
            let wanted = ("KMSInvalidSignatureException".to_owned(), String::new());
            assert_eq!(refused, wanted, "{spec} {algorithm}");
        }
        let public = client
            .ok("GetPublicKey", json!({ "KeyId": key["KeyId"] }))
            .await;
        assert_eq!(public["SigningAlgorithms"], key["SigningAlgorithms"]);
        assert!(!bytes(&public["PublicKey"]).is_empty());
    }
}

#[tokio::test]
async fn a_mac_is_verified_and_another_is_not() {
    let client = Client::new().await;
    for bits in ["224", "256", "384", "512"] {
        let key = made(&client, &format!("HMAC_{bits}"), "GENERATE_VERIFY_MAC").await;
        let mut input = json!({
            "KeyId": key["KeyId"], "Message": blob("a message"),
            "MacAlgorithm": format!("HMAC_SHA_{bits}"),
        });
        let made = client.ok("GenerateMac", input.clone()).await;
        input["Mac"] = made["Mac"].clone();
        let verified = client.ok("VerifyMac", input.clone()).await;
        assert_eq!(verified["MacValid"], json!(true));
        input["Message"] = json!(blob("another message"));
        let code = client.code("VerifyMac", input).await;
        assert_eq!(code, "KMSInvalidMacException");
    }
}

#[tokio::test]
async fn two_keys_agree_on_one_secret() {
    let client = Client::new().await;
    for spec in ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"] {
        let mut keys = Vec::new();
        for _ in 0..2 {
            let key = made(&client, spec, "KEY_AGREEMENT").await;
            let id = json!({ "KeyId": key["KeyId"] });
            let public = client.ok("GetPublicKey", id).await["PublicKey"].clone();
            keys.push((key["KeyId"].clone(), public));
        }
        let mut secrets = Vec::new();
        for (own, other) in [(0, 1), (1, 0)] {
            let input = json!({
                "KeyId": keys[own].0, "PublicKey": keys[other].1, "KeyAgreementAlgorithm": "ECDH",
            });
            let derived = client.ok("DeriveSharedSecret", input).await;
            secrets.push(bytes(&derived["SharedSecret"]));
        }
        assert_eq!(secrets[0], secrets[1], "{spec}");
        assert!(secrets[0].len() >= 32);
    }
}

#[tokio::test]
async fn what_is_encapsulated_is_decapsulated() {
    let client = Client::new().await;
    for spec in ["ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"] {
        let key = made(&client, spec, "ENCAPSULATE_DECAPSULATE").await;
        let algorithm = &key["EncapsulationAlgorithms"][0];
        let input = json!({ "KeyId": key["KeyId"], "EncapsulationAlgorithm": algorithm });
        let made = client.ok("Encapsulate", input).await;
        let input = json!({
            "KeyId": key["KeyId"], "EncapsulationAlgorithm": algorithm,
            "SharedSecretCiphertextBlob": made["SharedSecretCiphertextBlob"],
        });
        let opened = client.ok("Decapsulate", input).await;
        assert_eq!(opened["SharedSecret"], made["SharedSecret"], "{spec}");
    }
}

#[tokio::test]
async fn data_keys_open_with_their_context_only() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let context = json!({ "tenant": "a" });
    let input = json!({ "KeyId": key, "KeySpec": "AES_256", "EncryptionContext": context });
    let made = client.ok("GenerateDataKey", input).await;
    let plaintext = bytes(&made["Plaintext"]);
    assert_eq!(plaintext.len(), 32);
    let open = |context: Value| json!({ "CiphertextBlob": made["CiphertextBlob"], "EncryptionContext": context });
    let opened = client.ok("Decrypt", open(context)).await;
    assert_eq!(bytes(&opened["Plaintext"]), plaintext);
    for wrong in [
        json!({}),
        json!({ "tenant": "b" }),
        json!({ "tenant": "a", "more": "" }),
    ] {
        let refused = client.refused("Decrypt", open(wrong)).await;
        let wanted = ("InvalidCiphertextException".to_owned(), String::new());
        assert_eq!(refused, wanted);
    }
}

#[tokio::test]
async fn data_key_pairs_are_encrypted_under_their_key() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    for spec in [
        "ECC_NIST_P256",
        "ECC_NIST_EDWARDS25519",
        "ML_KEM_768",
        "RSA_2048",
    ] {
        let input = json!({ "KeyId": key, "KeyPairSpec": spec });
        let made = client.ok("GenerateDataKeyPair", input.clone()).await;
        let opened = client
            .decrypt(&text(&made["PrivateKeyCiphertextBlob"]))
            .await;
        assert_eq!(opened, bytes(&made["PrivateKeyPlaintext"]), "{spec}");
        let without = client
            .ok("GenerateDataKeyPairWithoutPlaintext", input)
            .await;
        assert_eq!(without.get("PrivateKeyPlaintext"), None);
        assert!(!bytes(&without["PublicKey"]).is_empty());
    }
}

/// How many computations of a kind were given to threads of their own.
fn computations(client: &Client, kind: &str) -> usize {
    let name = format!("btz_kms_computations_total{{kind=\"{kind}\"}} ");
    let metrics = client.metrics.render();
    let line = metrics.lines().find_map(|line| line.strip_prefix(&name));
    line.unwrap().parse().unwrap()
}

/// Whoever else is served by the runtime's threads waits for none of the slow ones, and the quick ones
/// pay for no other thread.
#[tokio::test]
async fn what_is_slow_is_computed_on_threads_of_its_own_and_what_is_quick_is_not() {
    let client = Client::new().await;
    let symmetric = client.key(json!({})).await;
    for (spec, algorithm, slow, slow_to_verify) in [
        ("RSA_2048", "RSASSA_PSS_SHA_256", 1, 0),
        ("ECC_NIST_P384", "ECDSA_SHA_384", 1, 1),
        ("ML_DSA_44", "ML_DSA_SHAKE_256", 1, 0),
        ("ECC_NIST_P256", "ECDSA_SHA_256", 0, 0),
    ] {
        let (pairs, private) = (
            computations(&client, "key_pair"),
            computations(&client, "private_key"),
        );
        let key = made(&client, spec, "SIGN_VERIFY").await["Arn"].clone();
        assert_eq!(computations(&client, "key_pair"), pairs + slow, "{spec}");
        let mut input = json!({"KeyId": key, "SigningAlgorithm": algorithm, "Message": blob("a")});
        let signed = client.ok("Sign", input.clone()).await;
        assert_eq!(
            computations(&client, "private_key"),
            private + slow,
            "{spec}"
        );
        input["Signature"] = signed["Signature"].clone();
        client.ok("Verify", input).await;
        assert_eq!(
            computations(&client, "private_key"),
            private + slow + slow_to_verify,
            "{spec}"
        );
    }
    let key = made(&client, "RSA_2048", "ENCRYPT_DECRYPT").await["Arn"].clone();
    let (pairs, private) = (
        computations(&client, "key_pair"),
        computations(&client, "private_key"),
    );
    let algorithm = "RSAES_OAEP_SHA_256";
    let input = json!({"KeyId": key, "Plaintext": blob("a"), "EncryptionAlgorithm": algorithm});
    let sealed = client.ok("Encrypt", input).await;
    let sealed = &sealed["CiphertextBlob"];
    let input = json!({"KeyId": key, "CiphertextBlob": sealed, "EncryptionAlgorithm": algorithm});
    client.ok("Decrypt", input).await;
    assert_eq!(computations(&client, "private_key"), private + 1);
    let input = json!({"KeyId": symmetric, "KeyPairSpec": "RSA_2048"});
    client.ok("GenerateDataKeyPair", input).await;
    assert_eq!(computations(&client, "key_pair"), pairs + 1);
    let sealed = client.encrypt(&symmetric, b"a").await;
    client.decrypt(&sealed).await;
    assert_eq!(computations(&client, "private_key"), private + 1);
}

/// Computations of operations that have not begun.
fn waiting(client: &Client) -> usize {
    let name = "btz_kms_computations_waiting{kind=\"private_key\"} ";
    let metrics = client.metrics.render();
    let line = metrics.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap().parse().unwrap()
}

/// A call that waits for its turn is no way around what was decided meanwhile.
#[tokio::test]
async fn a_key_that_was_disabled_before_its_turn_is_not_used() {
    let client = Arc::new(Client::new().await);
    let slow = made(&client, "RSA_4096", "SIGN_VERIFY").await["Arn"].clone();
    let sign = |key: &Value| {
        let (client, key) = (Arc::clone(&client), key.clone());
        tokio::spawn(async move {
            let input = json!({"KeyId": key, "SigningAlgorithm": "RSASSA_PSS_SHA_256", "Message": blob("a")});
            client.call("Sign", input).await
        })
    };
    // On a machine with many processors the line may be gone too soon: then once more.
    for _ in 0..50 {
        let key = made(&client, "RSA_2048", "SIGN_VERIFY").await["Arn"].clone();
        let before: Vec<_> = (0..100).map(|_| sign(&slow)).collect();
        let last = sign(&key);
        while !computations(&client, "private_key").is_multiple_of(101) {
            tokio::task::yield_now().await;
        }
        client.ok("DisableKey", json!({ "KeyId": key })).await;
        let has_not_begun = waiting(&client) > 0;
        let answer = last.await.unwrap();
        for one in before {
            one.await.unwrap().unwrap();
        }
        if has_not_begun {
            assert_eq!(answer.unwrap_err().0, "DisabledException");
            return;
        }
    }
    panic!("no signature waited for its turn");
}
