//! AWS's recorded answers of KMS as the judge: the recorded calls are made again, and answers must
//! have the same codes, texts and fields.

use judge::{Difference, Recordings};
use serde_json::{Value, json};

use super::client::{Client, blob, bytes, text};
use super::imports::{OAEP, wrapped};

/// Where an answer differs, and why.
const DIFFERENCES: &[Difference] = &[
    Difference {
        test: "TestKMS::test_hmac_create_key_invalid_operations",
        step: "create-hmac-key-invalid-spec",
        ours: &[(
            "/Error/Message",
            r#""1 validation error detected: Value 'HMAC_random' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: [RSA_2048, <values>, ML_KEM_1024]""#,
        )],
        why: NEWER_ENUM,
    },
    Difference {
        test: "TestKMS::test_hmac_create_key_invalid_operations",
        step: "create-hmac-key-invalid-key-usage",
        ours: &[(
            "/Error/Message",
            r#""1 validation error detected: Value 'RANDOM' at 'keyUsage' failed to satisfy constraint: Member must satisfy enum value set: [SIGN_VERIFY, ENCRYPT_DECRYPT, GENERATE_VERIFY_MAC, KEY_AGREEMENT, ENCAPSULATE_DECAPSULATE]""#,
        )],
        why: NEWER_ENUM,
    },
    Difference {
        test: "TestKMS::test_invalid_generate_mac[HMAC_256-INVALID]",
        step: "generate-mac",
        ours: &[(
            "/Error/Message",
            r#""1 validation error detected: Value 'INVALID' at 'macAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [HMAC_SHA_224, HMAC_SHA_256, HMAC_SHA_384, HMAC_SHA_512]""#,
        )],
        why: ENUM_ORDER,
    },
    Difference {
        test: "TestKMS::test_invalid_verify_mac[HMAC_256-INVALID-",
        step: "verify-mac",
        ours: &[(
            "/Error/Message",
            r#""1 validation error detected: Value 'INVALID' at 'macAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [HMAC_SHA_224, HMAC_SHA_256, HMAC_SHA_384, HMAC_SHA_512]""#,
        )],
        why: ENUM_ORDER,
    },
    Difference {
        test: "TestKMS::test_replicate_key",
        step: "replicate-key",
        ours: &[
            ("/ReplicaKeyMetadata/KeyState", r#""Enabled""#),
            ("/ReplicaKeyMetadata/Enabled", r#"true"#),
            (
                "/ReplicaKeyMetadata/CurrentKeyMaterialId",
                r#""<current-key-material-id:1>""#,
            ),
        ],
        why: "AWS answers while the replica is being made (Creating); ours is there when it is answered",
    },
    Difference {
        test: "TestKMS::test_re_encrypt[SYMMETRIC_DEFAULT-SYMMETRIC_DEFAULT]",
        step: "test_re_encrypt",
        ours: &[
            ("/SourceKeyMaterialId", r#""<id>""#),
            ("/DestinationKeyMaterialId", r#""<id>""#),
        ],
        why: BEFORE_MATERIAL_IDS,
    },
    Difference {
        test: "TestKMSGenerateKeys::test_generate_data_key",
        step: "generate-data-key-result",
        ours: &[("/KeyMaterialId", r#""<id>""#)],
        why: BEFORE_MATERIAL_IDS,
    },
    Difference {
        test: "TestKMSGenerateKeys::test_generate_data_key_without_plaintext",
        step: "generate-data-key-without-plaintext",
        ours: &[("/KeyMaterialId", r#""<id>""#)],
        why: BEFORE_MATERIAL_IDS,
    },
    Difference {
        test: "TestKMSGenerateKeys::test_generate_data_key_pair",
        step: "generate-data-key-pair",
        ours: &[("/KeyMaterialId", r#""<id>""#)],
        why: BEFORE_MATERIAL_IDS,
    },
    Difference {
        test: "TestKMSGenerateKeys::test_generate_data_key_pair_without_plaintext",
        step: "generate-data-key-pair-without-plaintext",
        ours: &[("/KeyMaterialId", r#""<id>""#)],
        why: BEFORE_MATERIAL_IDS,
    },
    Difference {
        test: "TestKMS::test_rotate_key_on_demand_raises_error_given_key_with_imported_key_material",
        step: "error-response",
        ours: &[
            ("/Error/Code", r#""KMSInvalidStateException""#),
            (
                "/Error/Message",
                r#""No available key material pending rotation for the key: <key-arn>.""#,
            ),
        ],
        why: "recorded before AWS rotated imported material; a later recording (raises_for_no_pending_key_material) answers as ours",
    },
];

const NEWER_ENUM: &str =
    "recorded before the model had its newer values, and AWS lists them in no order of its model";
const ENUM_ORDER: &str = "AWS lists the values in no order of its model";
const BEFORE_MATERIAL_IDS: &str =
    "recorded before AWS's answers named the key material (KeyMaterialId)";

const REGION: &str = "us-east-1";
const OTHER: &str = "ap-southeast-1";

/// One recorded test while it is played, and the client that plays it.
struct Play<'r> {
    judged: judge::Play<'r>,
    client: Client,
}

impl<'r> Play<'r> {
    async fn of(recordings: &'r Recordings, name: &str) -> Self {
        Self {
            judged: recordings.play(name),
            client: Client::new().await.at("111111111111", REGION),
        }
    }

    /// Makes a call whose answer was recorded, and judges ours.
    async fn step(&mut self, step: &str, operation: &str, input: Value) -> Value {
        let answer = self.client.answer(operation, input).await;
        self.judged.judge(step, answer)
    }

    /// The same, where the test kept one member of the answer.
    async fn kept(&mut self, step: &str, operation: &str, input: Value, member: &str) -> Value {
        let answer = self.client.ok(operation, input).await;
        self.judged.kept(step, answer[member].clone())
    }

    /// A key; its description.
    async fn key(&self, input: Value) -> (String, String) {
        let made = self.client.ok("CreateKey", input).await;
        let key = &made["KeyMetadata"];
        (text(&key["KeyId"]), text(&key["Arn"]))
    }

    /// Imports material; the answer.
    async fn import(
        &self,
        key: &str,
        material: &[u8],
        more: Value,
    ) -> Result<Value, types::ServiceError> {
        // Short material fits a short wrapping key, which is made sooner.
        let wrapping = if material.len() > 190 {
            "RSA_3072"
        } else {
            "RSA_2048"
        };
        let input = json!({"KeyId": key, "WrappingAlgorithm": OAEP, "WrappingKeySpec": wrapping});
        let parameters = self.client.ok("GetParametersForImport", input).await;
        let material = wrapped(OAEP, &bytes(&parameters["PublicKey"]), material);
        let mut input = json!({
            "KeyId": key, "ImportToken": parameters["ImportToken"],
            "EncryptedKeyMaterial": blob(material),
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        });
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        if more.get("ExpirationModel") == Some(&Value::Null) {
            input.as_object_mut().unwrap().remove("ExpirationModel");
        }
        self.client.answer("ImportKeyMaterial", input).await
    }

    fn end(self) {
        self.judged.end();
    }
}

#[tokio::test]
async fn kms_answers_as_it_was_recorded() {
    let recordings = Recordings::read("kms/test_kms.snapshot.json", DIFFERENCES);
    random(&recordings).await;
    keys(&recordings).await;
    not_there(&recordings).await;
    regions(&recordings).await;
    signatures(&recordings).await;
    macs(&recordings).await;
    imports(&recordings).await;
    imported_specs(&recordings).await;
    uses(&recordings).await;
    contexts(&recordings).await;
    agreement(&recordings).await;
    tags(&recordings).await;
    refused_tags(&recordings).await;
    rotations(&recordings).await;
    refused_rotations(&recordings).await;
    rotations_of_imported(&recordings).await;
    assert_eq!(recordings.end(&[]), 114);
}

async fn random(recordings: &Recordings) {
    let test = "TestKMS::test_generate_random_invalid_number_of_bytes";
    for number in recordings.bracketed(test) {
        let mut play = Play::of(recordings, &format!("{test}[{number}]")).await;
        let input = match number.parse::<u64>() {
            Ok(number) => json!({"NumberOfBytes": number}),
            Err(_) => json!({}),
        };
        play.step("generate-random-exc", "GenerateRandom", input)
            .await;
        play.end();
    }
    let test = "TestKMS::test_generate_random";
    for number in recordings.bracketed(test) {
        let mut play = Play::of(recordings, &format!("{test}[{number}]")).await;
        let input = json!({"NumberOfBytes": number.parse::<u64>().unwrap()});
        let random = play.client.ok("GenerateRandom", input).await;
        let length = bytes(&random["Plaintext"]).len();
        play.judged.kept("result_length", json!(length));
        play.end();
    }
}

async fn keys(recordings: &Recordings) {
    let mut play = Play::of(recordings, "TestKMS::test_create_key").await;
    let (id, _) = play.key(json!({"Description": "test key 123"})).await;
    play.kept(
        "describe-key",
        "DescribeKey",
        json!({"KeyId": id}),
        "KeyMetadata",
    )
    .await;
    play.end();

    let mut play = Play::of(recordings, "TestKMS::test_create_alias").await;
    let (id, _) = play.key(json!({})).await;
    let input = json!({"AliasName": "not-an-alias", "TargetKeyId": id});
    play.step("create_alias", "CreateAlias", input).await;
    play.end();

    let mut play = Play::of(recordings, "TestKMS::test_describe_with_alias_arn").await;
    let input = json!({"Description": "test - description"});
    let made = play
        .kept("created-key", "CreateKey", input, "KeyMetadata")
        .await;
    let input = json!({"AliasName": "alias/of-a-key", "TargetKeyId": made["KeyId"]});
    play.client.ok("CreateAlias", input).await;
    let arn = format!("arn:aws:kms:{REGION}:111111111111:alias/of-a-key");
    play.step("describe-key", "DescribeKey", json!({"KeyId": arn}))
        .await;
    play.end();

    let mut play = Play::of(recordings, "TestKMS::test_hmac_create_key").await;
    let input = json!({"Description": "test key", "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"});
    let made = play
        .kept("create-hmac-key", "CreateKey", input, "KeyMetadata")
        .await;
    play.kept(
        "describe-key",
        "DescribeKey",
        json!({"KeyId": made["KeyId"]}),
        "KeyMetadata",
    )
    .await;
    play.end();

    let mut play = Play::of(
        recordings,
        "TestKMS::test_hmac_create_key_invalid_operations",
    )
    .await;
    for (step, input) in [
        (
            "create-hmac-key-without-key-usage",
            json!({"KeySpec": "HMAC_256"}),
        ),
        (
            "create-hmac-key-invalid-spec",
            json!({"KeySpec": "HMAC_random", "KeyUsage": "GENERATE_VERIFY_MAC"}),
        ),
        (
            "create-hmac-key-invalid-key-usage",
            json!({"KeySpec": "HMAC_256", "KeyUsage": "RANDOM"}),
        ),
    ] {
        play.step(step, "CreateKey", input).await;
    }
    play.end();

    for (test, step, multi_region, description) in [
        (
            "test_create_multi_region_key",
            "create_multi_region_key",
            true,
            "test multi region key",
        ),
        (
            "test_non_multi_region_keys_should_not_have_multi_region_properties",
            "non_multi_region_keys_should_not_have_multi_region_properties",
            false,
            "test non multi region key",
        ),
    ] {
        let mut play = Play::of(recordings, &format!("TestKMS::{test}")).await;
        let input = json!({"MultiRegion": multi_region, "Description": description});
        play.kept(step, "CreateKey", input, "KeyMetadata").await;
        play.end();
    }
}

async fn not_there(recordings: &Recordings) {
    let id = "134f2428-cec1-4b25-a1ae-9048164dba47";
    let arn = format!("arn:aws:kms:{REGION}:111111111111:key/{id}");
    let mut play = Play::of(recordings, "TestKMS::test_get_key_does_not_exist").await;
    for (step, key) in [
        ("describe-nonexistent-key-with-id", id),
        ("describe-nonexistent-with-arn", &arn),
        (
            "describe-key-with-valid-id-mrk",
            "mrk-d3b95762d3b95762d3b95762d3b95762",
        ),
    ] {
        play.step(step, "DescribeKey", json!({"KeyId": key})).await;
    }
    play.end();

    let mut play = Play::of(recordings, "TestKMS::test_get_key_invalid_uuid").await;
    for (step, key) in [
        ("describe-key-with-invalid-uuid", "fake-key-id"),
        (
            "describe-key-with-invalid-uuid-2",
            "134f2428cec14b25a1ae9048164dba47",
        ),
        ("describe-key-with-invalid-uuid-mrk", "mrk-fake-key-id"),
    ] {
        play.step(step, "DescribeKey", json!({"KeyId": key})).await;
    }
    play.end();
}

async fn regions(recordings: &Recordings) {
    let mut play = Play::of(recordings, "TestKMS::test_get_key_in_different_region").await;
    let elsewhere = play.client.at("111111111111", OTHER);
    let made = elsewhere
        .ok("CreateKey", json!({"Description": "test key 123"}))
        .await;
    let (id, arn) = (&made["KeyMetadata"]["KeyId"], &made["KeyMetadata"]["Arn"]);
    for (step, key) in [
        ("describe-key-diff-region-with-id", id),
        ("describe-key-diff-region-with-arn", arn),
    ] {
        play.step(step, "DescribeKey", json!({"KeyId": key})).await;
    }
    for (step, key) in [
        ("describe-key-same-specific-region-with-id", id),
        ("describe-key-same-specific-region-with-arn", arn),
    ] {
        let answer = elsewhere.answer("DescribeKey", json!({"KeyId": key})).await;
        play.judged.judge(step, answer);
    }
    play.end();

    let mut play = Play::of(recordings, "TestKMS::test_replicate_key").await;
    let elsewhere = play.client.at("111111111111", OTHER);
    let input = json!({"MultiRegion": true, "Description": "test replicated key"});
    let (id, _) = play.key(input).await;
    let of = json!({"KeyId": id});
    let answer = elsewhere.answer("DescribeKey", of.clone()).await;
    play.judged
        .judge("describe-key-from-different-region", answer);
    let input = json!({"KeyId": id, "ReplicaRegion": OTHER});
    play.step("replicate-key", "ReplicateKey", input).await;
    play.step("describe-key-from-region", "DescribeKey", of.clone())
        .await;
    let answer = elsewhere.answer("DescribeKey", of).await;
    play.judged.judge("describe-replicated-key", answer);
    play.end();

    let mut play = Play::of(
        recordings,
        "TestKMS::test_replicate_replica_key_should_fail",
    )
    .await;
    let (id, _) = play.key(json!({"MultiRegion": true})).await;
    let input = json!({"KeyId": id, "ReplicaRegion": OTHER});
    play.client.ok("ReplicateKey", input).await;
    let input = json!({"KeyId": id, "ReplicaRegion": "eu-west-1"});
    let elsewhere = play.client.at("111111111111", OTHER);
    let answer = elsewhere.answer("ReplicateKey", input).await;
    play.judged.judge("fail-replicate-non-primary-key", answer);
    play.end();
}

async fn signatures(recordings: &Recordings) {
    let test = "TestKMS::test_sign_verify";
    for case in recordings.bracketed(test) {
        let (spec, algorithm) = case.split_once('-').unwrap();
        let mut play = Play::of(recordings, &format!("{test}[{case}]")).await;
        let (id, _) = play
            .key(json!({"KeySpec": spec, "KeyUsage": "SIGN_VERIFY"}))
            .await;
        let message = "test message 123!@#";
        let input = json!({"KeyId": id, "Message": blob(message), "SigningAlgorithm": algorithm});
        let unfit = [
            "ECC_NIST_P256-ECDSA_SHA_384",
            "ECC_SECG_P256K1-ECDSA_SHA_512",
        ];
        if unfit.contains(&case.as_str()) {
            // No answer of AWS was kept: its keys have one hash.
            let code = play.client.code("Sign", input).await;
            assert_eq!(code, "InvalidKeyUsageException");
            play.end();
            continue;
        }
        let signed = play.step("signature", "Sign", input.clone()).await;
        let mut verify = input.clone();
        verify["Signature"] = signed["Signature"].clone();
        play.step("verification", "Verify", verify).await;
        let mut bad = input.clone();
        bad["MessageType"] = json!("DIGEST");
        play.step("bad-digest", "Sign", bad).await;
        let mut bad = input;
        bad["Signature"] = json!(blob("bad signature"));
        play.step("bad-signature", "Verify", bad).await;
        play.end();
    }
    let test = "TestKMS::test_verify_salt_length";
    for case in recordings.bracketed(test) {
        // Nothing was recorded: that what is signed is verified elsewhere is `specs`' matter.
        let (spec, algorithm) = case.split_once('-').unwrap();
        let play = Play::of(recordings, &format!("{test}[{case}]")).await;
        let (id, _) = play
            .key(json!({"KeySpec": spec, "KeyUsage": "SIGN_VERIFY"}))
            .await;
        let mut input = json!({"KeyId": id, "Message": blob("test message 123!@#"), "SigningAlgorithm": algorithm});
        let signed = play.client.ok("Sign", input.clone()).await;
        input["Signature"] = signed["Signature"].clone();
        let verified = play.client.ok("Verify", input).await;
        assert_eq!(verified["SignatureValid"], json!(true));
        play.end();
    }
}

async fn macs(recordings: &Recordings) {
    let test = "TestKMS::test_generate_and_verify_mac";
    let usage = "GENERATE_VERIFY_MAC";
    for case in recordings.bracketed(test) {
        let (spec, algorithm) = case.split_once('-').unwrap();
        let mut play = Play::of(recordings, &format!("{test}[{case}]")).await;
        let (id, _) = play.key(json!({"KeySpec": spec, "KeyUsage": usage})).await;
        let of = |id: &str| json!({"KeyId": id, "Message": blob("m"), "MacAlgorithm": algorithm});
        let made = play.step("generate-mac", "GenerateMac", of(&id)).await;
        let verify = |id: &str| {
            let mut input = of(id);
            input["Mac"] = made["Mac"].clone();
            input
        };
        play.step("verify-mac", "VerifyMac", verify(&id)).await;
        play.step("generate-mac-invalid-key-id", "GenerateMac", of("key_id"))
            .await;
        play.step("verify-mac-invalid-key-id", "VerifyMac", verify("key_id"))
            .await;
        play.end();
    }
    let test = "TestKMS::test_invalid_generate_mac";
    for case in recordings.bracketed(test) {
        let (spec, algorithm) = case.split_once('-').unwrap();
        let mut play = Play::of(recordings, &format!("{test}[{case}]")).await;
        let (id, _) = play.key(json!({"KeySpec": spec, "KeyUsage": usage})).await;
        let input = json!({"KeyId": id, "Message": blob("m"), "MacAlgorithm": algorithm});
        play.step("generate-mac", "GenerateMac", input).await;
        play.end();
    }
    let test = "TestKMS::test_invalid_verify_mac";
    for case in recordings.bracketed(test) {
        let [spec, algorithm, message] =
            <[&str; 3]>::try_from(case.splitn(3, '-').collect::<Vec<_>>()).unwrap();
        let mut play = Play::of(recordings, &format!("{test}[{case}]")).await;
        let (id, _) = play.key(json!({"KeySpec": spec, "KeyUsage": usage})).await;
        let input = json!({"KeyId": id, "Message": blob("some important message"), "MacAlgorithm": "HMAC_SHA_256"});
        let made = play.step("generate-mac", "GenerateMac", input).await;
        let input = json!({"KeyId": id, "Message": blob(message), "MacAlgorithm": algorithm, "Mac": made["Mac"]});
        play.step("verify-mac", "VerifyMac", input).await;
        play.end();
    }
}

/// A private key of an elliptic curve, as PKCS#8.
fn ecc(spec: &str) -> Vec<u8> {
    let spec: keys::KeySpec = spec.parse().unwrap();
    let entropy = super::client::Random;
    let key = keys::PrivateKey::generate(spec, &entropy).unwrap();
    key.to_pkcs8().unwrap().expose().to_vec()
}

async fn imports(recordings: &Recordings) {
    let mut play = Play::of(recordings, "TestKMS::test_import_key_symmetric").await;
    let input = json!({"Origin": "EXTERNAL", "Description": "of an import"});
    let made = play
        .kept("created-key", "CreateKey", input, "KeyMetadata")
        .await;
    let id = text(&made["KeyId"]);
    let of = json!({"KeyId": id});
    let encrypt = json!({"KeyId": id, "Plaintext": blob("test content 123!#")});
    play.step("encrypt-before-import-error", "Encrypt", encrypt.clone())
        .await;
    play.step("describe-key-before-import", "DescribeKey", of.clone())
        .await;
    let answer = play
        .import(&id, &[7; 32], json!({"ExpirationModel": null}))
        .await;
    play.judged
        .judge("import-expiring-key-without-valid-to", answer);
    play.import(&id, &[7; 32], json!({})).await.unwrap();
    play.step("describe-key-after-import", "DescribeKey", of.clone())
        .await;
    play.client
        .ok("DeleteImportedKeyMaterial", of.clone())
        .await;
    play.step("describe-key-after-deleted-import", "DescribeKey", of)
        .await;
    play.step("encrypt-after-delete-error", "Encrypt", encrypt)
        .await;
    play.end();

    let mut play = Play::of(recordings, "TestKMS::test_import_key_asymmetric").await;
    let input = json!({"Origin": "EXTERNAL", "Description": "of an import", "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"});
    let made = play
        .kept("created-key", "CreateKey", input, "KeyMetadata")
        .await;
    let id = text(&made["KeyId"]);
    let of = json!({"KeyId": id});
    play.step("describe-key-before-import", "DescribeKey", of.clone())
        .await;
    play.import(&id, &ecc("ECC_NIST_P256"), json!({}))
        .await
        .unwrap();
    play.step("describe-key-after-import", "DescribeKey", of.clone())
        .await;
    play.client
        .ok("DeleteImportedKeyMaterial", of.clone())
        .await;
    play.step("describe-key-after-deleted-import", "DescribeKey", of)
        .await;
    play.end();

    for (test, step) in [
        ("test_get_parameters_for_import", "response-error"),
        (
            "test_get_parameters_for_import_raises_for_non_external_kms_keys",
            "get-import-parameters-error",
        ),
    ] {
        let mut play = Play::of(recordings, &format!("TestKMS::{test}")).await;
        let (id, _) = play.key(json!({})).await;
        let input = json!({"KeyId": id, "WrappingAlgorithm": OAEP, "WrappingKeySpec": "RSA_2048"});
        play.step(step, "GetParametersForImport", input).await;
        play.end();
    }

    let test = "TestKMS::test_import_key_material_raises_if_there_is_already_key_material_pending";
    let mut play = Play::of(recordings, test).await;
    let (id, _) = play.key(json!({"Origin": "EXTERNAL"})).await;
    let new = json!({"ImportType": "NEW_KEY_MATERIAL"});
    for (step, material, more) in [
        ("import-initial-material-response", [1; 32], json!({})),
        ("import-pending-material-response", [2; 32], new.clone()),
        ("existing-pending-material-error", [3; 32], new),
    ] {
        let answer = play.import(&id, &material, more).await;
        play.judged.judge(step, answer);
    }
    play.end();
}

async fn imported_specs(recordings: &Recordings) {
    let test = "TestKMS::test_import_key_ecc_keys";
    for spec in recordings.bracketed(test) {
        let mut play = Play::of(recordings, &format!("{test}[{spec}]")).await;
        let input = json!({"Origin": "EXTERNAL", "Description": "test ecc key import", "KeySpec": spec, "KeyUsage": "SIGN_VERIFY"});
        let (id, _) = play.key(input).await;
        let of = json!({"KeyId": id});
        let described = play
            .step("describe-key-before-import", "DescribeKey", of.clone())
            .await;
        play.import(&id, &ecc(&spec), json!({})).await.unwrap();
        play.step("describe-key-after-import", "DescribeKey", of.clone())
            .await;
        let algorithm = &described["KeyMetadata"]["SigningAlgorithms"][0];
        let mut input = json!({"KeyId": id, "Message": blob("test message 123!@#"), "SigningAlgorithm": algorithm});
        let signed = play.step("sign-result", "Sign", input.clone()).await;
        input["Signature"] = signed["Signature"].clone();
        play.step("verify-result", "Verify", input).await;
        play.client
            .ok("DeleteImportedKeyMaterial", of.clone())
            .await;
        play.step("describe-key-after-deleted-import", "DescribeKey", of)
            .await;
        play.end();
    }
    let test = "TestKMS::test_import_key_hmac_keys";
    for spec in recordings.bracketed(test) {
        let mut play = Play::of(recordings, &format!("{test}[{spec}]")).await;
        let input = json!({"Origin": "EXTERNAL", "Description": "test import hmac key", "KeySpec": spec, "KeyUsage": "GENERATE_VERIFY_MAC"});
        let (id, _) = play.key(input).await;
        let of = json!({"KeyId": id});
        let described = play
            .step("describe-key-before-import", "DescribeKey", of.clone())
            .await;
        let length = match spec.as_str() {
            "HMAC_224" => 28,
            "HMAC_256" => 32,
            "HMAC_384" => 48,
            _ => 64,
        };
        play.import(&id, &vec![5; length], json!({})).await.unwrap();
        play.step("describe-key-after-import", "DescribeKey", of.clone())
            .await;
        let algorithm = &described["KeyMetadata"]["MacAlgorithms"][0];
        let mut input =
            json!({"KeyId": id, "Message": blob("test message 123!@#"), "MacAlgorithm": algorithm});
        let made = play
            .step("generate-mac-response", "GenerateMac", input.clone())
            .await;
        input["Mac"] = made["Mac"].clone();
        play.step("verify-mac-response", "VerifyMac", input).await;
        play.client
            .ok("DeleteImportedKeyMaterial", of.clone())
            .await;
        play.step("describe-key-after-deleted-import", "DescribeKey", of)
            .await;
        play.end();
    }
    let mut play = Play::of(recordings, "TestKMS::test_import_key_rsa_aes_wrap_sha256").await;
    let input = json!({"Origin": "EXTERNAL", "Description": "test-key", "KeySpec": "RSA_4096", "KeyUsage": "ENCRYPT_DECRYPT"});
    let (id, _) = play.key(input).await;
    let of = json!({"KeyId": id});
    play.step("describe-before-import", "DescribeKey", of.clone())
        .await;
    let algorithm = "RSA_AES_KEY_WRAP_SHA_256";
    let input = json!({"KeyId": id, "WrappingAlgorithm": algorithm, "WrappingKeySpec": "RSA_4096"});
    let parameters = play.client.ok("GetParametersForImport", input).await;
    let material = wrapped(
        algorithm,
        &bytes(&parameters["PublicKey"]),
        &ecc("RSA_4096"),
    );
    let input = json!({
        "KeyId": id, "ImportToken": parameters["ImportToken"],
        "EncryptedKeyMaterial": blob(material),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
    play.client.ok("ImportKeyMaterial", input).await;
    play.step("import-key-material-response", "DescribeKey", of.clone())
        .await;
    play.client
        .ok("DeleteImportedKeyMaterial", of.clone())
        .await;
    play.step("describe-key-after-deleted-import", "DescribeKey", of)
        .await;
    play.end();
}

async fn uses(recordings: &Recordings) {
    let test = "TestKMS::test_encrypt_validate_plaintext_size_per_key_type";
    for case in recordings.bracketed(test) {
        let (spec, algorithm) = case.split_once('-').unwrap();
        let mut play = Play::of(recordings, &format!("{test}[{case}]")).await;
        let (id, _) = play
            .key(json!({"KeySpec": spec, "KeyUsage": "ENCRYPT_DECRYPT"}))
            .await;
        let input =
            json!({"KeyId": id, "Plaintext": blob([b'a'; 500]), "EncryptionAlgorithm": algorithm});
        play.step("generate-random-exc", "Encrypt", input).await;
        play.end();
    }

    let mut play = Play::of(recordings, "TestKMS::test_plaintext_size_for_encrypt").await;
    let (id, _) = play.key(json!({})).await;
    let input = json!({"KeyId": id, "Plaintext": blob([b'a'; 4097])});
    play.step("invalid-plaintext-size-encrypt", "Encrypt", input)
        .await;
    play.end();

    let mut play = Play::of(recordings, "TestKMS::test_error_messaging_for_invalid_keys").await;
    let (mac, _) = play
        .key(json!({"KeySpec": "HMAC_224", "KeyUsage": "GENERATE_VERIFY_MAC"}))
        .await;
    let (symmetric, _) = play.key(json!({})).await;
    let (signing, _) = play
        .key(json!({"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}))
        .await;
    let message = blob("test message 123!@#");
    let sign = "RSASSA_PSS_SHA_256";
    for (step, operation, input) in [
        (
            "generate-mac-invalid-key-id",
            "GenerateMac",
            json!({"KeyId": symmetric, "Message": message, "MacAlgorithm": "HMAC_SHA_224"}),
        ),
        (
            "sign-invalid-key-id",
            "Sign",
            json!({"KeyId": mac, "Message": message, "SigningAlgorithm": sign}),
        ),
        (
            "verify-invalid-key-id",
            "Verify",
            json!({"KeyId": symmetric, "Message": message, "Signature": blob("s"), "SigningAlgorithm": sign}),
        ),
        (
            "encrypt-invalid-key-id",
            "Encrypt",
            json!({"KeyId": signing, "Plaintext": message}),
        ),
    ] {
        play.step(step, operation, input).await;
    }
    let sealed = play.client.encrypt(&symmetric, b"test").await;
    let input = json!({"KeyId": mac, "CiphertextBlob": sealed});
    play.step("decrypt-invalid-key-id", "Decrypt", input).await;
    play.end();

    let test = "TestKMS::test_re_encrypt";
    for case in recordings.bracketed(test) {
        let (spec, algorithm) = case.split_once('-').unwrap();
        let mut play = Play::of(recordings, &format!("{test}[{case}]")).await;
        let input = json!({"KeySpec": spec, "KeyUsage": "ENCRYPT_DECRYPT"});
        let (source, _) = play.key(input.clone()).await;
        let (destination, _) = play.key(input).await;
        let input =
            json!({"KeyId": source, "Plaintext": blob("test"), "EncryptionAlgorithm": algorithm});
        let sealed = play.client.ok("Encrypt", input).await;
        let input = json!({
            "SourceKeyId": source, "DestinationKeyId": destination,
            "CiphertextBlob": sealed["CiphertextBlob"],
            "SourceEncryptionAlgorithm": algorithm,
            "DestinationEncryptionAlgorithm": algorithm,
        });
        play.step("test_re_encrypt", "ReEncrypt", input).await;
        play.end();
    }
    let mut play = Play::of(recordings, "TestKMS::test_re_encrypt_incorrect_source_key").await;
    let (one, _) = play.key(json!({})).await;
    let (other, _) = play.key(json!({})).await;
    let sealed = play.client.encrypt(&one, b"test").await;
    let input = json!({"SourceKeyId": other, "DestinationKeyId": one, "CiphertextBlob": sealed});
    play.step("incorrect-source-key", "ReEncrypt", input).await;
    play.end();
}

async fn contexts(recordings: &Recordings) {
    let mut play = Play::of(
        recordings,
        "TestKMS::test_encrypt_decrypt_encryption_context",
    )
    .await;
    let (id, _) = play.key(json!({})).await;
    let context = json!({"context-key": "context-value"});
    let input = json!({"KeyId": id, "Plaintext": blob("test"), "EncryptionContext": context});
    let sealed = play.step("encrypt_response", "Encrypt", input).await;
    let mut input = json!({"KeyId": id, "CiphertextBlob": sealed["CiphertextBlob"]});
    let open = "decrypt_response_without_encryption_context";
    play.step(open, "Decrypt", input.clone()).await;
    input["EncryptionContext"] = context.clone();
    let open = "decrypt_response_with_encryption_context";
    play.step(open, "Decrypt", input.clone()).await;
    input["CiphertextBlob"] = json!(blob("no ciphertext"));
    let open = "decrypt_response_with_invalid_ciphertext";
    play.step(open, "Decrypt", input).await;
    play.end();

    for (operation, word, spec, member) in [
        (
            "GenerateDataKey",
            "data_key",
            json!({"KeySpec": "AES_256"}),
            "CiphertextBlob",
        ),
        (
            "GenerateDataKeyWithoutPlaintext",
            "data_key_without_plaintext",
            json!({"KeySpec": "AES_256"}),
            "CiphertextBlob",
        ),
        (
            "GenerateDataKeyPair",
            "data_key_pair",
            json!({"KeyPairSpec": "RSA_2048"}),
            "PrivateKeyCiphertextBlob",
        ),
        (
            "GenerateDataKeyPairWithoutPlaintext",
            "data_key_pair_without_plaintext",
            json!({"KeyPairSpec": "RSA_2048"}),
            "PrivateKeyCiphertextBlob",
        ),
    ] {
        let class = "TestKMSGenerateKeys";
        let name = format!("{class}::test_generate_{word}");
        let mut play = Play::of(recordings, &name).await;
        let (id, _) = play.key(json!({})).await;
        let mut input = spec.clone();
        input["KeyId"] = json!(id);
        let step = match word {
            "data_key" => "generate-data-key-result".to_owned(),
            word => format!("generate-{}", word.replace('_', "-")),
        };
        play.step(&step, operation, input.clone()).await;
        play.end();

        let name = format!("{class}::test_encryption_context_generate_{word}");
        let mut play = Play::of(recordings, &name).await;
        let (id, _) = play.key(json!({})).await;
        let mut input = spec;
        input["KeyId"] = json!(id);
        input["EncryptionContext"] = context.clone();
        let made = play.client.ok(operation, input.clone()).await;
        let sealed = json!({"KeyId": id, "CiphertextBlob": made[member]});
        play.step("decrypt-without-encryption-context", "Decrypt", sealed)
            .await;
        play.end();

        if word.starts_with("data_key_pair") {
            let name = format!("{class}::test_generate_{word}_dry_run");
            let mut play = Play::of(recordings, &name).await;
            let (id, _) = play.key(json!({})).await;
            input["KeyId"] = json!(id);
            input["DryRun"] = json!(true);
            play.step("dryrun_exception", operation, input).await;
            play.end();
        }
    }
}

async fn agreement(recordings: &Recordings) {
    let agree = |key: &str, public: &Value| json!({"KeyId": key, "KeyAgreementAlgorithm": "ECDH", "PublicKey": public});
    let ecdh = json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"});
    let mut play = Play::of(recordings, "TestKMS::test_derive_shared_secret").await;
    let (one, _) = play.key(ecdh.clone()).await;
    let (other, _) = play.key(ecdh.clone()).await;
    let public = play
        .client
        .ok("GetPublicKey", json!({"KeyId": other}))
        .await;
    let public = &public["PublicKey"];
    play.step("response", "DeriveSharedSecret", agree(&one, public))
        .await;
    let sign = json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"});
    let (signing, _) = play.key(sign).await;
    let step = "response-invalid-key-usage";
    play.step(step, "DeriveSharedSecret", agree(&signing, public))
        .await;
    let rsa = json!({"KeySpec": "RSA_2048", "KeyUsage": "KEY_AGREEMENT"});
    play.step("response-invalid-key-spec", "CreateKey", rsa)
        .await;
    let mut invalid = agree(&one, public);
    invalid["KeyAgreementAlgorithm"] = json!("INVALID");
    let step = "response-invalid-key-agreement-algo";
    play.step(step, "DeriveSharedSecret", invalid).await;
    let (symmetric, _) = play.key(json!({})).await;
    let step = "response-invalid-key";
    play.step(step, "DeriveSharedSecret", agree(&symmetric, public))
        .await;
    let input = agree(&one, &json!(blob("no public key")));
    play.step("response-invalid-public-key", "DeriveSharedSecret", input)
        .await;
    play.end();

    let mut play = Play::of(
        recordings,
        "TestKMS::test_derive_shared_secret_matches_openssl",
    )
    .await;
    let (one, _) = play.key(ecdh.clone()).await;
    let (other, _) = play.key(ecdh).await;
    let public = play
        .client
        .ok("GetPublicKey", json!({"KeyId": other}))
        .await;
    let input = agree(&one, &public["PublicKey"]);
    play.step("derived-shared-key-resp", "DeriveSharedSecret", input)
        .await;
    play.end();
}

fn numbered(numbers: impl IntoIterator<Item = u32>) -> Value {
    let tag = |n| json!({"TagKey": format!("tag{n}"), "TagValue": format!("value{n}")});
    Value::Array(numbers.into_iter().map(tag).collect())
}

async fn tags(recordings: &Recordings) {
    let list = "ListResourceTags";
    let first = "list-resource-tags";
    for (test, at_creation) in [
        ("test_tag_existing_key_and_untag", false),
        ("test_create_key_with_tag_and_untag", true),
    ] {
        let mut play = Play::of(recordings, &format!("TestKMS::{test}")).await;
        let tags = numbered(1..=2);
        let id = if at_creation {
            play.key(json!({"Tags": tags})).await.0
        } else {
            let (id, _) = play.key(json!({})).await;
            play.client
                .ok("TagResource", json!({"KeyId": id, "Tags": tags}))
                .await;
            id
        };
        play.kept(first, list, json!({"KeyId": id}), "Tags").await;
        let input = json!({"KeyId": id, "TagKeys": ["tag1", "tag2"]});
        play.client.ok("UntagResource", input).await;
        let step = "list-resource-tags-after-all-untagged";
        play.kept(step, list, json!({"KeyId": id}), "Tags").await;
        play.end();
    }
    let mut play = Play::of(recordings, "TestKMS::test_untag_key_partially").await;
    let (id, _) = play.key(json!({"Tags": numbered(1..=3)})).await;
    play.kept(first, list, json!({"KeyId": id}), "Tags").await;
    let input = json!({"KeyId": id, "TagKeys": ["tag2"]});
    play.client.ok("UntagResource", input).await;
    let step = "list-resource-tags-after-partially-untagged";
    play.kept(step, list, json!({"KeyId": id}), "Tags").await;
    play.end();

    let mut play = Play::of(
        recordings,
        "TestKMS::test_update_and_add_tags_on_tagged_key",
    )
    .await;
    let (id, _) = play.key(json!({"Tags": numbered(1..=3)})).await;
    play.kept(first, list, json!({"KeyId": id}), "Tags").await;
    let mut tags = numbered([2, 4, 5]);
    tags[0]["TagValue"] = json!("updated_value2");
    play.client
        .ok("TagResource", json!({"KeyId": id, "Tags": tags}))
        .await;
    let step = "list-resource-tags-after-tags-updated";
    play.kept(step, list, json!({"KeyId": id}), "Tags").await;
    play.end();
}

async fn refused_tags(recordings: &Recordings) {
    let of = |key: &str, value: &str| json!([{"TagKey": key, "TagValue": value}]);
    let name = "TestKMS::test_tag_key_with_duplicate_tag_keys_raises_error";
    let mut play = Play::of(recordings, name).await;
    let (id, _) = play.key(json!({})).await;
    let input = json!({"KeyId": id, "Tags": numbered([1, 1])});
    play.step("duplicate-tag-keys", "TagResource", input).await;
    play.end();

    let name = "TestKMS::test_create_key_with_too_many_tags_raises_error";
    let mut play = Play::of(recordings, name).await;
    let input = json!({"Tags": numbered(0..51)});
    play.step("invalid-tag-key", "CreateKey", input).await;
    play.end();

    let mut play = Play::of(
        recordings,
        "TestKMS::test_tag_existing_key_with_invalid_tag_key",
    )
    .await;
    let (id, _) = play.key(json!({})).await;
    let input = json!({"KeyId": id, "Tags": of("aws:key1", "value1")});
    play.step("invalid-tag-key", "TagResource", input).await;
    play.end();

    let mut play = Play::of(
        recordings,
        "TestKMS::test_key_with_long_tag_value_raises_error",
    )
    .await;
    let input = json!({"Tags": of("tag1", &"v".repeat(257))});
    play.step("too-long-tag-value", "CreateKey", input).await;
    play.end();

    let test = "TestKMS::test_create_key_with_invalid_tag_key";
    for case in recordings.bracketed(test) {
        let mut play = Play::of(recordings, &format!("{test}[{case}]")).await;
        let key = match case.as_str() {
            "lowercase_prefix" => "aws:key1".to_owned(),
            "uppercase_prefix" => "AWS:key1".to_owned(),
            _ => "a".repeat(129),
        };
        let input = json!({"Tags": of(&key, "value1")});
        play.step("invalid-tag-key", "CreateKey", input).await;
        play.end();
    }
}

async fn rotations(recordings: &Recordings) {
    let test = "TestKMS::test_key_enable_rotation_status";
    let status = "GetKeyRotationStatus";
    for days in recordings.bracketed(test) {
        let mut play = Play::of(recordings, &format!("{test}[{days}]")).await;
        let (id, _) = play.key(json!({})).await;
        let input = json!({"KeyId": id, "RotationPeriodInDays": days.parse::<u64>().unwrap()});
        play.client.ok("EnableKeyRotation", input).await;
        play.step("match_response", status, json!({"KeyId": id}))
            .await;
        play.end();
    }
    let rotate = "RotateKeyOnDemand";
    let after = "rotation-status-response-after-rotation";
    for (test, automatic, tells_status) in [
        (
            "test_rotate_key_on_demand_modifies_key_material",
            None,
            false,
        ),
        (
            "test_rotate_key_on_demand_with_symmetric_key_and_automatic_rotation_disabled",
            Some("DisableKeyRotation"),
            true,
        ),
        (
            "test_rotate_key_on_demand_with_symmetric_key_and_automatic_rotation_enabled",
            Some("EnableKeyRotation"),
            true,
        ),
    ] {
        let mut play = Play::of(recordings, &format!("TestKMS::{test}")).await;
        let (id, _) = play.key(json!({})).await;
        let of = json!({"KeyId": id});
        if let Some(automatic) = automatic {
            play.client.ok(automatic, of.clone()).await;
        }
        play.step("rotate-on-demand-response", rotate, of.clone())
            .await;
        if tells_status {
            play.step(after, status, of).await;
        }
        play.end();
    }
    let name = "TestKMS::test_rotate_on_demand_returns_arn_for_key_id";
    let mut play = Play::of(recordings, name).await;
    let (id, _) = play.key(json!({})).await;
    play.step("rotate-on-demand-aws-key", rotate, json!({"KeyId": id}))
        .await;
    play.end();

    let name = "TestKMS::test_key_rotation_updates_current_key_material_id_for_aws_symmetric_keys";
    let mut play = Play::of(recordings, name).await;
    let (id, _) = play.key(json!({"Description": "test-key"})).await;
    let of = json!({"KeyId": id});
    play.step("describe-key-before-rotation", "DescribeKey", of.clone())
        .await;
    play.client.ok(rotate, of.clone()).await;
    play.step("describe-key-after-rotation", "DescribeKey", of)
        .await;
    play.end();

    let mut play = Play::of(
        recordings,
        "TestKMS::test_key_rotations_encryption_decryption",
    )
    .await;
    let (id, _) = play.key(json!({})).await;
    let sealed = play.client.encrypt(&id, b"test").await;
    play.client.ok(rotate, json!({"KeyId": id})).await;
    assert_eq!(play.client.decrypt(&sealed).await, b"test");
    let mut changed = bytes(&json!(sealed));
    *changed.last_mut().unwrap() ^= 1;
    let input = json!({"KeyId": id, "CiphertextBlob": blob(changed)});
    play.step("bad-ciphertext", "Decrypt", input).await;
    play.end();

    let mut play = Play::of(recordings, "TestKMS::test_key_rotations_limits").await;
    let (id, _) = play.key(json!({})).await;
    for _ in 0..kms::ON_DEMAND_ROTATIONS_MAX {
        play.client.ok(rotate, json!({"KeyId": id})).await;
    }
    play.step("error-response", rotate, json!({"KeyId": id}))
        .await;
    play.end();
}

async fn refused_rotations(recordings: &Recordings) {
    let rotate = "RotateKeyOnDemand";
    let external = json!({"Origin": "EXTERNAL"});
    for (test, made, id) in [
        ("key_is_disabled", Some(json!({})), None),
        (
            "key_that_does_not_exist",
            None,
            Some("134f2428-cec1-4b25-a1ae-9048164dba47"),
        ),
        (
            "non_symmetric_key",
            Some(json!({"KeySpec": "RSA_4096", "KeyUsage": "SIGN_VERIFY"})),
            None,
        ),
        (
            "key_with_imported_key_material",
            Some(external.clone()),
            None,
        ),
    ] {
        let name = format!("TestKMS::test_rotate_key_on_demand_raises_error_given_{test}");
        let mut play = Play::of(recordings, &name).await;
        let id = match (made, id) {
            (Some(input), _) => play.key(input).await.0,
            (None, id) => id.unwrap().to_owned(),
        };
        if test == "key_is_disabled" {
            play.client.ok("DisableKey", json!({"KeyId": id})).await;
        }
        if test == "key_with_imported_key_material" {
            play.import(&id, &[1; 32], json!({})).await.unwrap();
        }
        play.step("error-response", rotate, json!({"KeyId": id}))
            .await;
        play.end();
    }
    let name = "TestKMS::test_rotate_key_on_demand_raises_for_no_pending_key_material";
    let mut play = Play::of(recordings, name).await;
    let (id, _) = play.key(external.clone()).await;
    play.import(&id, &[1; 32], json!({})).await.unwrap();
    let step = "rotate-key-on-demand-invalid-state-error";
    play.step(step, rotate, json!({"KeyId": id})).await;
    play.end();

    let test = "TestKMS::test_rotate_key_on_demand_on_external_key_with_no_key_material";
    for spec in recordings.bracketed(test) {
        // The recorded program made a symmetric key whatever its case is called.
        let mut play = Play::of(recordings, &format!("{test}[{spec}]")).await;
        let input = json!({"Origin": "EXTERNAL", "Description": "test-key"});
        let made = play
            .kept("create-kms-external-key", "CreateKey", input, "KeyMetadata")
            .await;
        let step = format!("rotate-key-on-demand-error-response-{spec}");
        play.step(&step, rotate, json!({"KeyId": made["KeyId"]}))
            .await;
        play.end();
    }
}

async fn rotations_of_imported(recordings: &Recordings) {
    let new = json!({"ImportType": "NEW_KEY_MATERIAL"});
    let created = "create-kms-external-key";
    let external = json!({"Origin": "EXTERNAL", "Description": "test-key"});
    let rotated = "rotate-key-on-demand-response";
    let encrypt = |id: &Value| json!({"KeyId": id, "Plaintext": blob("test content 123!#")});

    let name = "TestKMS::test_rotate_key_on_demand_updates_current_key_material_for_external_keys";
    let mut play = Play::of(recordings, name).await;
    let made = play
        .kept(created, "CreateKey", external.clone(), "KeyMetadata")
        .await;
    let of = json!({"KeyId": made["KeyId"]});
    let id = text(&made["KeyId"]);
    let input = json!({"KeyId": id, "WrappingAlgorithm": OAEP, "WrappingKeySpec": "RSA_2048"});
    play.step(
        "get-import-parameters-response",
        "GetParametersForImport",
        input,
    )
    .await;
    play.step("describe-empty-key-response", "DescribeKey", of.clone())
        .await;
    let answer = play.import(&id, &[1; 32], json!({})).await;
    play.judged.judge("import-key-material-response", answer);
    play.step(
        "describe-key-with-material-response",
        "DescribeKey",
        of.clone(),
    )
    .await;
    play.step(
        "kms-encrypt-initial-response",
        "Encrypt",
        encrypt(&made["KeyId"]),
    )
    .await;
    let answer = play.import(&id, &[2; 32], new.clone()).await;
    play.judged
        .judge("import-new-key-material-response", answer);
    play.step(
        "describe-key-with-new-material-response",
        "DescribeKey",
        of.clone(),
    )
    .await;
    play.step(rotated, "RotateKeyOnDemand", of.clone()).await;
    play.step("describe-key-after-rotation", "DescribeKey", of)
        .await;
    play.step(
        "kms-encrypt-rotated-key-response",
        "Encrypt",
        encrypt(&made["KeyId"]),
    )
    .await;
    play.end();

    let name =
        "TestKMS::test_rotate_key_on_demand_for_external_keys_decrypts_with_previous_material";
    let mut play = Play::of(recordings, name).await;
    let made = play
        .kept(created, "CreateKey", external, "KeyMetadata")
        .await;
    let id = text(&made["KeyId"]);
    let answer = play.import(&id, &[1; 32], json!({})).await;
    play.judged.judge("import-key-material-response", answer);
    let sealed = play
        .step(
            "kms-encrypt-initial-response",
            "Encrypt",
            encrypt(&made["KeyId"]),
        )
        .await;
    play.import(&id, &[2; 32], new).await.unwrap();
    play.step(rotated, "RotateKeyOnDemand", json!({"KeyId": id}))
        .await;
    let opened = play.client.decrypt(&text(&sealed["CiphertextBlob"])).await;
    assert_eq!(opened, b"test content 123!#");
    play.end();
}
