//! C2SP Wycheproof's vectors through the functions that KMS calls. Every case of every file is judged,
//! counted against the file's own number, and a case is only excused by a reason that is written here.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may panic"
)]

use std::collections::BTreeSet;

use judge::{hex as bytes, vectors};
use keys::{
    EncryptionAlgorithm, KeyError, KeySpec, MacAlgorithm, MessageType, PrivateKey, PublicKey,
    SigningAlgorithm, import,
};
use serde_json::Value;
use types::Secret;

/// What a case came to.
enum Outcome {
    /// As Wycheproof asks.
    Passed,
    /// Something AWS KMS does not have; what must happen instead was checked.
    Excused(&'static str),
}
use Outcome::{Excused, Passed};

/// Runs every case; answers how many were excused.
fn run(name: &str, judge: impl Fn(&Value, &Value) -> Outcome) -> usize {
    let file = vectors(name);
    let (mut cases, mut excused) = (0, 0);
    let mut reasons = BTreeSet::new();
    for group in file["testGroups"].as_array().unwrap() {
        for case in group["tests"].as_array().unwrap() {
            cases += 1;
            if let Excused(reason) = judge(group, case) {
                reasons.insert(reason);
                excused += 1;
            }
        }
    }
    assert_eq!(Some(cases), file["numberOfTests"].as_u64(), "{name}");
    println!("{name}: {cases} cases, {excused} excused {reasons:?}");
    excused
}

fn secret(value: &Value, name: &str) -> Secret {
    Secret::new(bytes(value, name))
}

fn is_valid(case: &Value) -> bool {
    case["result"] == "valid"
}

fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap()
}

/// Verification of messages: valid exactly when Wycheproof says so.
fn verify(name: &str, spec: KeySpec, algorithm: SigningAlgorithm, key: &str) {
    let excused = run(name, |group, case| {
        let key = PublicKey::from_spki(spec, &bytes(group, key)).unwrap();
        let (message, signature) = (bytes(case, "msg"), bytes(case, "sig"));
        let verified = key.verify(algorithm, MessageType::Raw, &message, &signature);
        assert_eq!(verified.is_ok(), is_valid(case), "{name} {case}");
        if !is_valid(case) {
            assert_eq!(verified, Err(KeyError::InvalidSignature), "{name} {case}");
        }
        Passed
    });
    assert_eq!(excused, 0, "{name}");
}

#[test]
fn ecdsa() {
    let (p256, p384, p521, k1) = (
        KeySpec::EccNistP256,
        KeySpec::EccNistP384,
        KeySpec::EccNistP521,
        KeySpec::EccSecgP256k1,
    );
    let (sha256, sha384, sha512) = (
        SigningAlgorithm::EcdsaSha256,
        SigningAlgorithm::EcdsaSha384,
        SigningAlgorithm::EcdsaSha512,
    );
    for (name, spec, algorithm) in [
        ("ecdsa_secp256r1_sha256_test.json.gz", p256, sha256),
        ("ecdsa_secp384r1_sha384_test.json.gz", p384, sha384),
        ("ecdsa_secp521r1_sha512_test.json.gz", p521, sha512),
        ("ecdsa_secp256k1_sha256_test.json.gz", k1, sha256),
    ] {
        verify(name, spec, algorithm, "publicKeyDer");
    }
}

#[test]
fn ed25519() {
    verify(
        "ed25519_test.json",
        KeySpec::EccNistEdwards25519,
        SigningAlgorithm::Ed25519Sha512,
        "publicKeyDer",
    );
}

#[test]
fn rsa_pss() {
    // Its `publicKeyDer` names the plain RSA key; AWS's salt is as long as the hash, as here.
    verify(
        "rsa_pss_2048_sha256_mgf1_32_test.json",
        KeySpec::Rsa2048,
        SigningAlgorithm::RsassaPssSha256,
        "publicKeyDer",
    );
}

#[test]
fn rsa_pkcs1_signing() {
    let name = "rsa_pkcs1_2048_sig_gen_test.json";
    let excused = run(name, |group, case| {
        let key = PrivateKey::import(KeySpec::Rsa2048, &secret(group, "privateKeyPkcs8")).unwrap();
        let algorithm = match group["sha"].as_str().unwrap() {
            "SHA-256" => SigningAlgorithm::RsassaPkcs1V15Sha256,
            "SHA-384" => SigningAlgorithm::RsassaPkcs1V15Sha384,
            "SHA-512" => SigningAlgorithm::RsassaPkcs1V15Sha512,
            _ => return Excused("AWS signs by SHA-256, SHA-384 and SHA-512 only"),
        };
        let message = bytes(case, "msg");
        let signature = key.sign(algorithm, MessageType::Raw, &message).unwrap();
        assert_eq!(signature, bytes(case, "sig"), "{case}");
        key.public_key()
            .unwrap()
            .verify(algorithm, MessageType::Raw, &message, &signature)
            .unwrap();
        Passed
    });
    assert!(excused < 43, "{excused}");
}

#[test]
fn rsa_oaep() {
    let (sha1, sha256) = (
        EncryptionAlgorithm::RsaesOaepSha1,
        EncryptionAlgorithm::RsaesOaepSha256,
    );
    for (name, spec, algorithm) in [
        (
            "rsa_oaep_2048_sha1_mgf1sha1_test.json",
            KeySpec::Rsa2048,
            sha1,
        ),
        (
            "rsa_oaep_2048_sha256_mgf1sha256_test.json",
            KeySpec::Rsa2048,
            sha256,
        ),
        (
            "rsa_oaep_3072_sha256_mgf1sha256_test.json",
            KeySpec::Rsa3072,
            sha256,
        ),
        (
            "rsa_oaep_4096_sha256_mgf1sha256_test.json",
            KeySpec::Rsa4096,
            sha256,
        ),
    ] {
        run(name, |group, case| {
            let key = PrivateKey::import(spec, &secret(group, "privateKeyPkcs8")).unwrap();
            let opened = key.decrypt(algorithm, &bytes(case, "ct"));
            if !bytes(case, "label").is_empty() {
                assert_eq!(opened.err(), Some(KeyError::InvalidCiphertext), "{case}");
                return Excused("AWS uses no label: a ciphertext with one is refused");
            }
            match opened {
                Ok(plaintext) => {
                    assert!(is_valid(case), "{name} {case}");
                    assert_eq!(plaintext.expose(), bytes(case, "msg"), "{case}");
                }
                Err(error) => {
                    assert!(!is_valid(case), "{name} {case}");
                    assert_eq!(error, KeyError::InvalidCiphertext);
                }
            }
            Passed
        });
    }
}

#[test]
fn ecdh() {
    for (name, spec, scalar_bytes) in [
        ("ecdh_secp256r1_test.json.gz", KeySpec::EccNistP256, 32),
        ("ecdh_secp384r1_test.json.gz", KeySpec::EccNistP384, 48),
        ("ecdh_secp521r1_test.json.gz", KeySpec::EccNistP521, 66),
    ] {
        run(name, |_, case| {
            // Scalars are written as integers: with a zero in front, or shorter.
            let mut scalar = bytes(case, "private");
            let extra = scalar.len().saturating_sub(scalar_bytes);
            assert!(scalar.drain(..extra).all(|byte| byte == 0), "{case}");
            let mut full = vec![0; scalar_bytes - scalar.len()];
            full.extend(scalar);
            let key = PrivateKey::from_material(spec, &Secret::new(full)).unwrap();
            match key.agree(&bytes(case, "public")) {
                Ok(shared) => {
                    assert_ne!(case["result"], "invalid", "{name} {case}");
                    assert_eq!(shared.expose(), bytes(case, "shared"), "{name} {case}");
                    Passed
                }
                Err(error) => {
                    assert_eq!(error, KeyError::InvalidPublicKey { spec });
                    let flags = case["flags"].to_string();
                    let excused = flags.contains("CompressedPoint")
                        || flags.contains("CompressedPublic")
                        || flags.contains("UnnamedCurve")
                        || flags.contains("InvalidEncoding")
                        || flags.contains("InvalidAsn");
                    if case["result"] == "invalid" {
                        return Passed;
                    }
                    assert_eq!(case["result"], "acceptable", "{name} {case}");
                    assert!(excused, "{name} {case}");
                    Excused(
                        "only named curves and uncompressed points in canonical DER, as AWS asks",
                    )
                }
            }
        });
    }
}

#[test]
fn hmac() {
    for (name, spec, algorithm) in [
        (
            "hmac_sha224_test.json",
            KeySpec::Hmac224,
            MacAlgorithm::HmacSha224,
        ),
        (
            "hmac_sha256_test.json",
            KeySpec::Hmac256,
            MacAlgorithm::HmacSha256,
        ),
        (
            "hmac_sha384_test.json",
            KeySpec::Hmac384,
            MacAlgorithm::HmacSha384,
        ),
        (
            "hmac_sha512_test.json",
            KeySpec::Hmac512,
            MacAlgorithm::HmacSha512,
        ),
    ] {
        let excused = run(name, |group, case| {
            let material = secret(case, "key");
            let key = PrivateKey::import(spec, &material);
            if material.expose().len() != spec.raw_bytes().unwrap() {
                assert!(matches!(key, Err(KeyError::InvalidKey { .. })), "{case}");
                return Excused(
                    "AWS imports keys of exactly the hash's length: others are refused",
                );
            }
            let key = key.unwrap();
            let (message, tag) = (bytes(case, "msg"), bytes(case, "tag"));
            let mac = key.mac(algorithm, &message).unwrap();
            assert_eq!(mac.starts_with(&tag), is_valid(case), "{name} {case}");
            let verified = key.verify_mac(algorithm, &message, &tag);
            let whole = number(group, "tagSize") == 8 * mac.len() as u64;
            // A truncated MAC is never verified, valid or not.
            assert_eq!(verified.is_ok(), whole && is_valid(case), "{name} {case}");
            Passed
        });
        assert!(excused < 120, "{name}: {excused}");
    }
}

#[test]
fn aes_key_wrap_with_padding() {
    run("aes_kwp_test.json", |group, case| {
        let opened = import::unwrap_with_padding(&secret(case, "key"), &bytes(case, "ct"));
        if number(group, "keySize") != 256 {
            assert_eq!(opened.err(), Some(KeyError::InvalidCiphertext), "{case}");
            return Excused("AWS wraps under AES-256 only: other keys are refused");
        }
        match opened {
            Ok(opened) => {
                assert_ne!(case["result"], "invalid", "{case}");
                assert_eq!(opened.expose(), bytes(case, "msg"), "{case}");
            }
            Err(_) => assert!(!is_valid(case), "{case}"),
        }
        Passed
    });
}

#[test]
fn ml_dsa_signing() {
    for (name, spec) in [
        ("mldsa_44_sign_seed_test.json.gz", KeySpec::MlDsa44),
        ("mldsa_65_sign_seed_test.json.gz", KeySpec::MlDsa65),
        ("mldsa_87_sign_seed_test.json.gz", KeySpec::MlDsa87),
    ] {
        let excused = run(name, |group, case| {
            let algorithm = SigningAlgorithm::MlDsaShake256;
            let key = PrivateKey::from_material(spec, &secret(group, "privateSeed"));
            let Ok(key) = key else {
                assert!(!is_valid(case), "{name} {case}");
                return Passed;
            };
            let public = key.public_key().unwrap();
            if group["publicKey"].is_string() {
                assert!(key.spki().unwrap().ends_with(&bytes(group, "publicKey")));
            }
            if !is_valid(case) {
                // Only contexts that are too long: KMS has none to give.
                assert!(bytes(case, "ctx").len() > 255, "{name} {case}");
                return Excused("KMS signs with an empty context");
            }
            let signature = bytes(case, "sig");
            if case["mu"].is_string() {
                let mu = bytes(case, "mu");
                let ours = key.sign(algorithm, MessageType::ExternalMu, &mu).unwrap();
                // μ is signed deterministically; a few vectors are of the other variant.
                let same = ours == signature || case["rnd"].is_string();
                assert!(same, "{name} {}", case["tcId"]);
                let verified = public.verify(algorithm, MessageType::ExternalMu, &mu, &signature);
                verified.unwrap();
            }
            let Some(message) = case["msg"].as_str() else {
                return Passed;
            };
            let message = bytes(&serde_json::json!({ "msg": message }), "msg");
            let context = case["ctx"].as_str().unwrap_or_default();
            let verified = public.verify(algorithm, MessageType::Raw, &message, &signature);
            assert_eq!(verified.is_ok(), context.is_empty(), "{name} {case}");
            let ours = key.sign(algorithm, MessageType::Raw, &message).unwrap();
            let verified = public.verify(algorithm, MessageType::Raw, &message, &ours);
            verified.unwrap();
            Passed
        });
        assert!(excused < 10, "{name}: {excused}");
    }
}

#[test]
fn ml_dsa_verification() {
    for (name, spec) in [
        ("mldsa_44_verify_test.json.gz", KeySpec::MlDsa44),
        ("mldsa_65_verify_test.json.gz", KeySpec::MlDsa65),
        ("mldsa_87_verify_test.json.gz", KeySpec::MlDsa87),
    ] {
        run(name, |group, case| {
            let key = match group["publicKeyDer"].as_str() {
                Some(_) => PublicKey::from_spki(spec, &bytes(group, "publicKeyDer")),
                None => Err(KeyError::InvalidPublicKey { spec }),
            };
            let Ok(key) = key else {
                assert!(!is_valid(case), "{name} {case}");
                return Passed;
            };
            let algorithm = SigningAlgorithm::MlDsaShake256;
            let (message, signature) = (bytes(case, "msg"), bytes(case, "sig"));
            let verified = key.verify(algorithm, MessageType::Raw, &message, &signature);
            if !case["ctx"].as_str().unwrap_or_default().is_empty() {
                assert_eq!(verified, Err(KeyError::InvalidSignature), "{name} {case}");
                return Excused("KMS verifies with an empty context: others are refused");
            }
            assert_eq!(verified.is_ok(), is_valid(case), "{name} {case}");
            Passed
        });
    }
}

#[test]
fn ml_kem() {
    for (name, spec) in [
        ("mlkem_512_test.json.gz", KeySpec::MlKem512),
        ("mlkem_768_test.json.gz", KeySpec::MlKem768),
        ("mlkem_1024_test.json.gz", KeySpec::MlKem1024),
    ] {
        let excused = run(name, |_, case| {
            let key = PrivateKey::from_material(spec, &secret(case, "seed"));
            let Ok(key) = key else {
                assert!(!is_valid(case), "{name} {case}");
                return Passed;
            };
            let spki = key.spki().unwrap();
            if case["ek"].is_string() {
                assert!(spki.ends_with(&bytes(case, "ek")), "{name} {case}");
            }
            match key.decapsulate(&bytes(case, "c")) {
                Ok(shared) => {
                    assert!(is_valid(case), "{name} {case}");
                    assert_eq!(shared.expose(), bytes(case, "K"), "{name} {case}");
                }
                Err(error) => {
                    assert_eq!(error, KeyError::InvalidCiphertext);
                    assert!(!is_valid(case), "{name} {case}");
                }
            }
            let (ciphertext, shared) = key.public_key().unwrap().encapsulate().unwrap();
            let again = key.decapsulate(&ciphertext).unwrap();
            assert_eq!(again.expose(), shared.expose());
            Passed
        });
        assert_eq!(excused, 0);
    }
}
