//! Wycheproof's vectors through the API: their private keys are imported as a caller imports them,
//! and used as a caller uses them. That tests our glue; the functions below it are judged by all cases
//! of all files in `crates/keys/tests/wycheproof.rs`.
//!
//! Not here, since ImportKeyMaterial cannot bring their keys: the verification files (ECDSA, Ed25519,
//! RSA-PSS: public keys only), ML-DSA and ML-KEM (AWS imports neither), AES-GCM (KMS's ciphertext is
//! its own form), AES-KWP and HKDF (no operation of KMS is only that).

use std::collections::BTreeMap;

use judge::{hex, vectors};
use serde_json::{Value, json};

use super::client::{Client, blob, bytes};
use super::imports::import;

/// Each key is imported under a wrapping key of its own, which takes its time to be made: so many of a
/// file are, those with the most cases first.
const KEYS_PER_FILE: usize = 8;

/// A private key and its cases.
type Cases<'v> = (Vec<u8>, Vec<&'v Value>);

/// The cases of a file by their private key; how many there are in all.
fn by_key<'v>(
    file: &'v Value,
    key: impl Fn(&'v Value, &'v Value) -> Option<Vec<u8>>,
) -> (Vec<Cases<'v>>, usize) {
    let mut keys: BTreeMap<Vec<u8>, Vec<&Value>> = BTreeMap::new();
    let mut count = 0;
    for group in file["testGroups"].as_array().unwrap() {
        for case in group["tests"].as_array().unwrap() {
            count += 1;
            if let Some(key) = key(group, case) {
                keys.entry(key).or_default().push(case);
            }
        }
    }
    let mut keys: Vec<_> = keys.into_iter().collect();
    keys.sort_by_key(|(_, cases)| std::cmp::Reverse(cases.len()));
    keys.truncate(KEYS_PER_FILE);
    (keys, count)
}

/// A key with imported material; its ARN.
async fn imported(client: &Client, spec: &str, usage: &str, material: &[u8]) -> String {
    let input = json!({ "Origin": "EXTERNAL", "KeySpec": spec, "KeyUsage": usage });
    let key = client.key(input).await;
    let algorithm = "RSA_AES_KEY_WRAP_SHA_256";
    import(client, &key, algorithm, material, json!({}))
        .await
        .unwrap_or_else(|error| panic!("{spec}: {error:?}"));
    key
}

fn told(name: &str, played: usize, excused: usize, count: usize) {
    println!("{name}: {played} of {count} cases through the API, {excused} of them excused");
    assert!(played > count / 2, "{name}: {played} of {count}");
}

#[tokio::test]
async fn macs() {
    let client = Client::new().await;
    for (name, spec, algorithm, length) in [
        ("hmac_sha224_test.json", "HMAC_224", "HMAC_SHA_224", 28),
        ("hmac_sha256_test.json", "HMAC_256", "HMAC_SHA_256", 32),
        ("hmac_sha384_test.json", "HMAC_384", "HMAC_SHA_384", 48),
        ("hmac_sha512_test.json", "HMAC_512", "HMAC_SHA_512", 64),
    ] {
        let file = vectors(name);
        let fits = |key: Vec<u8>| (key.len() == length).then_some(key);
        let (keys, count) = by_key(&file, |_, case| fits(hex(case, "key")));
        let mut played = 0;
        for (material, cases) in keys {
            let key = imported(&client, spec, "GENERATE_VERIFY_MAC", &material).await;
            for case in cases {
                played += 1;
                let (message, tag) = (hex(case, "msg"), hex(case, "tag"));
                let is_valid = case["result"] == "valid";
                let mut input = json!({
                    "KeyId": key, "MacAlgorithm": algorithm, "Message": blob(&message),
                });
                if message.is_empty() {
                    let code = client.code("GenerateMac", input).await;
                    assert_eq!(code, "ValidationException", "KMS takes no empty message");
                    continue;
                }
                let made = client.ok("GenerateMac", input.clone()).await;
                let made = bytes(&made["Mac"]);
                assert_eq!(made.starts_with(&tag), is_valid, "{name} {case}");
                input["Mac"] = json!(blob(&tag));
                let verified = client.call("VerifyMac", input).await;
                // A truncated MAC is none, whether the rest is right or not.
                let is_whole = tag.len() == made.len();
                match verified {
                    Ok(_) => assert!(is_whole && is_valid, "{name} {case}"),
                    Err((code, _)) => {
                        assert_eq!(code, "KMSInvalidMacException", "{name} {case}");
                        assert!(!(is_whole && is_valid), "{name} {case}");
                    }
                }
            }
        }
        told(name, played, 0, count);
    }
}

#[tokio::test]
async fn agreements() {
    let client = Client::new().await;
    for (name, spec, length) in [
        ("ecdh_secp256r1_test.json.gz", "ECC_NIST_P256", 32),
        ("ecdh_secp384r1_test.json.gz", "ECC_NIST_P384", 48),
        ("ecdh_secp521r1_test.json.gz", "ECC_NIST_P521", 66),
    ] {
        let file = vectors(name);
        // Scalars are written as integers: with a zero in front, or shorter.
        let scalar = |case: &Value| {
            let written = hex(case, "private");
            let start = written.len().saturating_sub(length);
            let mut scalar = vec![0; length.saturating_sub(written.len())];
            scalar.extend_from_slice(&written[start..]);
            Some(scalar)
        };
        let (keys, count) = by_key(&file, |_, case| scalar(case));
        let (mut played, mut excused) = (0, 0);
        for (scalar, cases) in keys {
            let known: keys::KeySpec = spec.parse().unwrap();
            let scalar = types::Secret::new(scalar);
            let private = keys::PrivateKey::from_material(known, &scalar).unwrap();
            let pkcs8 = private.to_pkcs8().unwrap();
            let key = imported(&client, spec, "KEY_AGREEMENT", pkcs8.expose()).await;
            for case in cases {
                played += 1;
                let public = hex(case, "public");
                let input = json!({
                    "KeyId": key, "KeyAgreementAlgorithm": "ECDH", "PublicKey": blob(public),
                });
                match client.call("DeriveSharedSecret", input).await {
                    Ok(answer) => {
                        assert_ne!(case["result"], "invalid", "{name} {case}");
                        let shared = bytes(&answer["SharedSecret"]);
                        assert_eq!(shared, hex(case, "shared"), "{name} {case}");
                    }
                    Err((code, message)) => {
                        assert_eq!(code, "ValidationException", "{name} {case}: {message}");
                        assert_ne!(case["result"], "valid", "{name} {case}");
                        // Only named curves and uncompressed points in canonical DER, as AWS asks.
                        excused += usize::from(case["result"] == "acceptable");
                    }
                }
            }
        }
        told(name, played, excused, count);
    }
}

#[tokio::test]
async fn rsa_ciphertexts() {
    let client = Client::new().await;
    for (name, spec, algorithm) in [
        (
            "rsa_oaep_2048_sha1_mgf1sha1_test.json",
            "RSA_2048",
            "RSAES_OAEP_SHA_1",
        ),
        (
            "rsa_oaep_2048_sha256_mgf1sha256_test.json",
            "RSA_2048",
            "RSAES_OAEP_SHA_256",
        ),
        (
            "rsa_oaep_3072_sha256_mgf1sha256_test.json",
            "RSA_3072",
            "RSAES_OAEP_SHA_256",
        ),
        (
            "rsa_oaep_4096_sha256_mgf1sha256_test.json",
            "RSA_4096",
            "RSAES_OAEP_SHA_256",
        ),
    ] {
        let file = vectors(name);
        let (keys, count) = by_key(&file, |group, _| Some(hex(group, "privateKeyPkcs8")));
        let (mut played, mut excused) = (0, 0);
        for (pkcs8, cases) in keys {
            let key = imported(&client, spec, "ENCRYPT_DECRYPT", &pkcs8).await;
            for case in cases {
                played += 1;
                let ciphertext = hex(case, "ct");
                let has_label = !hex(case, "label").is_empty();
                excused += usize::from(has_label);
                let input = json!({
                    "KeyId": key, "EncryptionAlgorithm": algorithm,
                    "CiphertextBlob": blob(&ciphertext),
                });
                match client.call("Decrypt", input).await {
                    Ok(opened) => {
                        assert!(case["result"] != "invalid" && !has_label, "{name} {case}");
                        let plaintext = bytes(&opened["Plaintext"]);
                        assert_eq!(plaintext, hex(case, "msg"), "{name} {case}");
                    }
                    Err((code, message)) => {
                        // AWS uses no label: a ciphertext with one is as any other wrong one.
                        assert!(case["result"] != "valid" || has_label, "{name} {case}");
                        let is_empty = ciphertext.is_empty();
                        let wanted = if is_empty {
                            "ValidationException"
                        } else {
                            "InvalidCiphertextException"
                        };
                        assert_eq!(code, wanted, "{name} {case}");
                        assert!(is_empty || message.is_empty(), "nobody learns why");
                    }
                }
            }
        }
        told(name, played, excused, count);
    }
}

#[tokio::test]
async fn rsa_signatures() {
    let client = Client::new().await;
    let name = "rsa_pkcs1_2048_sig_gen_test.json";
    let file = vectors(name);
    let mut keys = BTreeMap::new();
    let (mut played, mut excused) = (0, 0);
    for group in file["testGroups"].as_array().unwrap() {
        let algorithm = match group["sha"].as_str().unwrap() {
            "SHA-256" => "RSASSA_PKCS1_V1_5_SHA_256",
            "SHA-384" => "RSASSA_PKCS1_V1_5_SHA_384",
            "SHA-512" => "RSASSA_PKCS1_V1_5_SHA_512",
            // AWS signs by these only.
            _ => {
                excused += group["tests"].as_array().unwrap().len();
                continue;
            }
        };
        let pkcs8 = hex(group, "privateKeyPkcs8");
        let key = match keys.get(&pkcs8) {
            Some(key) => String::clone(key),
            None => {
                let key = imported(&client, "RSA_2048", "SIGN_VERIFY", &pkcs8).await;
                keys.insert(pkcs8, key.clone());
                key
            }
        };
        for case in group["tests"].as_array().unwrap() {
            let message = hex(case, "msg");
            let mut input = json!({
                "KeyId": key, "SigningAlgorithm": algorithm, "Message": blob(&message),
            });
            if message.is_empty() || message.len() > 4_096 {
                let code = client.code("Sign", input).await;
                assert_eq!(code, "ValidationException", "KMS takes 1 to 4,096 bytes");
                excused += 1;
                continue;
            }
            played += 1;
            let signed = client.ok("Sign", input.clone()).await;
            let signature = bytes(&signed["Signature"]);
            assert_eq!(signature, hex(case, "sig"), "{name} {case}");
            input["Signature"] = json!(blob(&signature));
            let verified = client.ok("Verify", input.clone()).await;
            assert_eq!(verified["SignatureValid"], json!(true));
            let mut changed = signature;
            changed[0] ^= 1;
            input["Signature"] = json!(blob(changed));
            let code = client.code("Verify", input).await;
            assert_eq!(code, "KMSInvalidSignatureException");
        }
    }
    println!("{name}: {played} cases through the API, {excused} excused");
    assert!(played > 15, "{played}");
}
