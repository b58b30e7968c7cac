//! Imported material: by every wrapping algorithm, expired, deleted, imported again, several of one
//! key. And that no row holds what was imported.

use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey,
};
use serde_json::{Value, json};

use super::client::{Client, blob, bytes};

/// The material as `ImportKeyMaterial` wants it.
pub(crate) fn wrapped(algorithm: &str, public: &[u8], material: &[u8]) -> Vec<u8> {
    let key = PublicEncryptingKey::from_der(public).unwrap();
    let key = OaepPublicEncryptingKey::new(key).unwrap();
    let hash = if algorithm.ends_with("SHA_1") {
        &OAEP_SHA1_MGF1SHA1
    } else {
        &OAEP_SHA256_MGF1SHA256
    };
    let oaep = |plaintext: &[u8]| {
        let mut buffer = vec![0; key.ciphertext_size()];
        key.encrypt(hash, plaintext, &mut buffer, None)
            .unwrap()
            .to_vec()
    };
    if algorithm.starts_with("RSAES") {
        return oaep(material);
    }
    let secret = [9; 32];
    let kek = AesKek::new(&AES_256, &secret).unwrap();
    let mut buffer = vec![0; material.len() + 16];
    let inner = kek.wrap_with_padding(material, &mut buffer).unwrap();
    [oaep(&secret).as_slice(), inner].concat()
}

pub(crate) async fn import(
    client: &Client,
    key: &str,
    algorithm: &str,
    material: &[u8],
    more: Value,
) -> Result<Value, (String, String)> {
    let input = json!({
        "KeyId": key, "WrappingAlgorithm": algorithm, "WrappingKeySpec": "RSA_2048",
    });
    let parameters = client.ok("GetParametersForImport", input).await;
    let material = wrapped(algorithm, &bytes(&parameters["PublicKey"]), material);
    let mut input = json!({
        "KeyId": key, "ImportToken": parameters["ImportToken"],
        "EncryptedKeyMaterial": blob(material), "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    client.call("ImportKeyMaterial", input).await
}

pub(crate) const OAEP: &str = "RSAES_OAEP_SHA_256";

#[tokio::test]
async fn every_wrapping_algorithm_brings_the_same_material() {
    let client = Client::new().await;
    let external = json!({
        "Origin": "EXTERNAL", "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC",
    });
    let material = [0x5a; 32];
    let message = json!({ "Message": blob("m"), "MacAlgorithm": "HMAC_SHA_256" });
    let own = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &material);
    let wanted = aws_lc_rs::hmac::sign(&own, b"m");
    for algorithm in [
        "RSAES_OAEP_SHA_1",
        "RSAES_OAEP_SHA_256",
        "RSA_AES_KEY_WRAP_SHA_1",
        "RSA_AES_KEY_WRAP_SHA_256",
    ] {
        let key = client.key(external.clone()).await;
        assert_eq!(client.state(&key).await, "PendingImport");
        import(&client, &key, algorithm, &material, json!({}))
            .await
            .unwrap_or_else(|error| panic!("{algorithm}: {error:?}"));
        assert_eq!(client.state(&key).await, "Enabled");
        let mut input = message.clone();
        input["KeyId"] = json!(key);
        let made = client.ok("GenerateMac", input).await;
        assert_eq!(bytes(&made["Mac"]), wanted.as_ref(), "{algorithm}");
    }
}

#[tokio::test]
async fn material_expires_is_deleted_and_comes_again_as_the_same_only() {
    let client = Client::new().await;
    let key = client.key(json!({ "Origin": "EXTERNAL" })).await;
    let pending = (
        "KMSInvalidStateException".to_owned(),
        format!("{key} is pending import."),
    );
    let encrypt = json!({ "KeyId": key, "Plaintext": blob("a") });
    assert_eq!(client.refused("Encrypt", encrypt.clone()).await, pending);
    let material = [1; 32];
    let end = super::client::NOW.as_millis() / 1_000 + 3_600;
    let expires = json!({ "ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": end });
    import(&client, &key, OAEP, &material, expires)
        .await
        .unwrap();
    let sealed = client.encrypt(&key, b"a").await;
    client.clock.forward(3_600);
    assert_eq!(client.refused("Encrypt", encrypt.clone()).await, pending);
    assert_eq!(client.state(&key).await, "PendingImport");
    let refused = import(&client, &key, OAEP, &[2; 32], json!({})).await;
    assert_eq!(refused.unwrap_err().0, "IncorrectKeyMaterialException");
    import(&client, &key, OAEP, &material, json!({}))
        .await
        .unwrap();
    assert_eq!(client.decrypt(&sealed).await, b"a");
    client
        .ok("DeleteImportedKeyMaterial", json!({ "KeyId": key }))
        .await;
    assert_eq!(client.refused("Encrypt", encrypt).await, pending);
    let code = client
        .code("Decrypt", json!({ "CiphertextBlob": sealed }))
        .await;
    assert_eq!(code, "KMSInvalidStateException");
    import(&client, &key, OAEP, &material, json!({}))
        .await
        .unwrap();
    assert_eq!(client.decrypt(&sealed).await, b"a");
}

#[tokio::test]
async fn a_key_has_several_imported_materials_one_after_the_other() {
    let client = Client::new().await;
    let key = client.key(json!({ "Origin": "EXTERNAL" })).await;
    let new = json!({ "ImportType": "NEW_KEY_MATERIAL" });
    let rotate = json!({ "KeyId": key });
    let mut sealed = Vec::new();
    for round in 1..=3_u8 {
        let more = if round == 1 { json!({}) } else { new.clone() };
        import(&client, &key, OAEP, &[round; 32], more)
            .await
            .unwrap();
        if round > 1 {
            let refused = import(&client, &key, OAEP, &[99; 32], new.clone()).await;
            assert_eq!(refused.unwrap_err().0, "KMSInvalidStateException");
            client.ok("RotateKeyOnDemand", rotate.clone()).await;
        }
        sealed.push(client.encrypt(&key, &[round]).await);
    }
    for (at, sealed) in sealed.iter().enumerate() {
        assert_eq!(
            client.decrypt(sealed).await,
            [u8::try_from(at + 1).unwrap()]
        );
    }
    let (code, message) = client.refused("RotateKeyOnDemand", rotate).await;
    assert_eq!(code, "KMSInvalidStateException");
    assert_eq!(
        message,
        format!("No available key material pending rotation for the key: {key}.")
    );
    // Any material that is missing stops the key.
    let list = json!({ "KeyId": key, "IncludeKeyMaterial": "ALL_KEY_MATERIAL" });
    let listed = client.ok("ListKeyRotations", list).await;
    let rotations = listed["Rotations"].as_array().unwrap();
    assert_eq!(rotations.len(), 3);
    let input = json!({ "KeyId": key, "KeyMaterialId": rotations[0]["KeyMaterialId"] });
    client.ok("DeleteImportedKeyMaterial", input).await;
    assert_eq!(client.state(&key).await, "PendingImport");
}

#[tokio::test]
async fn a_token_is_of_one_key_and_one_day() {
    let client = Client::new().await;
    let external = json!({ "Origin": "EXTERNAL" });
    let (one, other) = (
        client.key(external.clone()).await,
        client.key(external).await,
    );
    let input = json!({
        "KeyId": one, "WrappingAlgorithm": OAEP, "WrappingKeySpec": "RSA_2048",
    });
    let parameters = client.ok("GetParametersForImport", input).await;
    let material = wrapped(OAEP, &bytes(&parameters["PublicKey"]), &[3; 32]);
    let with = |key: &str| {
        json!({
            "KeyId": key, "ImportToken": parameters["ImportToken"],
            "EncryptedKeyMaterial": blob(&material),
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        })
    };
    let code = client.code("ImportKeyMaterial", with(&other)).await;
    assert_eq!(code, "InvalidImportTokenException");
    client.clock.forward_days(1);
    let code = client.code("ImportKeyMaterial", with(&one)).await;
    assert_eq!(code, "ExpiredImportTokenException");
    let own = client.key(json!({})).await;
    let input = json!({
        "KeyId": own, "WrappingAlgorithm": OAEP, "WrappingKeySpec": "RSA_2048",
    });
    let refused = client.refused("GetParametersForImport", input).await;
    let wanted = format!("{own} origin is AWS_KMS which is not valid for this operation.");
    assert_eq!(
        refused,
        ("UnsupportedOperationException".to_owned(), wanted)
    );
}

#[tokio::test]
async fn no_row_holds_what_was_imported() {
    let client = Client::new().await;
    let key = client.key(json!({ "Origin": "EXTERNAL" })).await;
    let material: Vec<u8> = (0..32_u8).map(|at| at.wrapping_mul(37) ^ 0xc3).collect();
    import(&client, &key, OAEP, &material, json!({}))
        .await
        .unwrap();
    let sealed = client.encrypt(&key, b"a").await;
    client.decrypt(&sealed).await;
    let hex: String = material.iter().map(|byte| format!("{byte:02x}")).collect();
    let forms = [
        material.clone(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
        blob(&material).into_bytes(),
    ];
    let holds = |bytes: &[u8]| {
        forms.iter().any(|form| {
            // Sixteen bytes of it in a row are too much already.
            bytes
                .windows(16)
                .any(|window| form.windows(16).any(|part| part == window))
        })
    };
    assert!(
        holds(&[b"{\"", material.as_slice(), b"\"}"].concat()),
        "the search finds"
    );
    let rows = client.store.snapshot(&store::Key::root()).await.unwrap();
    assert!(rows.rows.len() >= 3);
    for row in rows.rows {
        assert!(!holds(&row.value), "{}", row.key);
        assert!(!holds(row.key.as_str().as_bytes()), "{}", row.key);
    }
}

#[tokio::test]
async fn the_same_material_has_the_same_version_in_all_regions() {
    let client = Client::new().await;
    let key = json!({ "Origin": "EXTERNAL", "MultiRegion": true });
    let key = client.key(key).await;
    let there = client.at(super::client::ACCOUNT, "us-west-2");
    let id = key.rsplit('/').next().unwrap();
    let new = json!({ "ImportType": "NEW_KEY_MATERIAL" });
    import(&client, &key, OAEP, &[1; 32], json!({}))
        .await
        .unwrap();
    let replicate = json!({ "KeyId": key, "ReplicaRegion": "us-west-2" });
    client.ok("ReplicateKey", replicate).await;
    import(&there, id, OAEP, &[1; 32], json!({})).await.unwrap();
    // What the primary has not got a replica cannot take.
    let refused = import(&there, id, OAEP, &[2; 32], new.clone()).await;
    assert_eq!(refused.unwrap_err().0, "IncorrectKeyMaterialException");
    // The primary lets one go that its replica has: the number is not given again.
    let second = import(&client, &key, OAEP, &[2; 32], new.clone())
        .await
        .unwrap();
    import(&there, id, OAEP, &[2; 32], new.clone())
        .await
        .unwrap();
    let delete = |key: &str| json!({ "KeyId": key, "KeyMaterialId": second["KeyMaterialId"] });
    client.ok("DeleteImportedKeyMaterial", delete(&key)).await;
    import(&client, &key, OAEP, &[3; 32], new.clone())
        .await
        .unwrap();
    there.ok("DeleteImportedKeyMaterial", delete(id)).await;
    import(&there, id, OAEP, &[3; 32], new).await.unwrap();
    client
        .ok("RotateKeyOnDemand", json!({ "KeyId": key }))
        .await;
    let (here, elsewhere) = (
        client.encrypt(&key, b"here").await,
        there.encrypt(id, b"there").await,
    );
    assert_eq!(there.decrypt(&here).await, b"here");
    assert_eq!(client.decrypt(&elsewhere).await, b"there");
}

/// Who guesses material cannot try the guess on what the API shows of it.
#[tokio::test]
async fn the_id_of_a_material_is_of_its_key_and_tells_nothing_of_it() {
    let client = Client::new().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let key = client.key(json!({ "Origin": "EXTERNAL" })).await;
        let first = import(&client, &key, OAEP, &[7; 32], json!({}))
            .await
            .unwrap();
        let again = import(&client, &key, OAEP, &[7; 32], json!({}))
            .await
            .unwrap();
        assert_eq!(first["KeyMaterialId"], again["KeyMaterialId"]);
        ids.push(first["KeyMaterialId"].clone());
        // It does not follow from what everybody can see.
        let id = key.rsplit('/').next().unwrap();
        for guess in [[7; 32].to_vec(), [id.as_bytes(), &[7; 32]].concat()] {
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &guess);
            let hex: String = digest
                .as_ref()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            assert_ne!(first["KeyMaterialId"], hex);
        }
    }
    assert_ne!(
        ids[0], ids[1],
        "another key's id of the same material is another"
    );
}
