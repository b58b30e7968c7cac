//! Grants: made, listed, retired, revoked; what of them a call may use.

use policy::Ask;
use serde_json::{Value, json};

use super::client::{ACCOUNT, Client, blob, text};

fn user(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/{name}")
}

async fn grant(client: &Client, key: &str, operations: Value, constraints: Value) -> Value {
    let mut input = json!({
        "KeyId": key, "GranteePrincipal": user("a"), "RetiringPrincipal": user("r"),
        "Operations": operations,
    });
    if !constraints.is_null() {
        input["Constraints"] = constraints;
    }
    client.ok("CreateGrant", input).await
}

/// Whom grants of a call are for, by unique id.
fn granted(asks: &[Ask]) -> Vec<&str> {
    asks.iter()
        .flat_map(|ask| &ask.grants)
        .map(|granted| granted.grantee_principal.as_str())
        .collect()
}

#[tokio::test]
async fn a_call_may_use_a_grant_within_its_constraints_only() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let subset = json!({ "EncryptionContextSubset": { "tenant": "a" } });
    let operations = json!(["Encrypt", "Decrypt", "DescribeKey"]);
    grant(&client, &key, operations, subset).await;
    let encrypt = |context: Value| json!({ "KeyId": key, "Plaintext": blob("x"), "EncryptionContext": context });
    for (context, fits) in [
        (json!({ "tenant": "a" }), true),
        (json!({ "tenant": "a", "more": "b" }), true),
        (json!({ "tenant": "b" }), false),
        (json!({}), false),
    ] {
        let asks = client.asks("Encrypt", &encrypt(context.clone()));
        assert_eq!(!granted(&asks).is_empty(), fits, "{context}");
    }
    let none = client.asks("Encrypt", &json!({ "KeyId": key, "Plaintext": blob("x") }));
    assert!(granted(&none).is_empty());
    // What has no encryption context is not limited by one; what is not granted is not given.
    assert_eq!(
        granted(&client.asks("DescribeKey", &json!({ "KeyId": key }))),
        [client.people.id("a")]
    );
    let asks = client.asks("DisableKey", &json!({ "KeyId": key }));
    assert!(granted(&asks).is_empty());
}

#[tokio::test]
async fn a_grantee_gives_no_more_than_it_has() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let equals = json!({ "EncryptionContextEquals": { "tenant": "a" } });
    grant(
        &client,
        &key,
        json!(["Encrypt", "CreateGrant"]),
        equals.clone(),
    )
    .await;
    let child = |operations: Value, constraints: Value| {
        let mut input = json!({
            "KeyId": key, "GranteePrincipal": user("b"), "Operations": operations,
        });
        if !constraints.is_null() {
            input["Constraints"] = constraints;
        }
        input
    };
    let other = json!({ "EncryptionContextEquals": { "tenant": "b" } });
    let subset = json!({ "EncryptionContextSubset": { "tenant": "a" } });
    for (operations, constraints, fits) in [
        (json!(["Encrypt"]), equals.clone(), true),
        (json!(["Decrypt"]), equals.clone(), false),
        (json!(["Encrypt", "Decrypt"]), equals, false),
        (json!(["Encrypt"]), Value::Null, false),
        (json!(["Encrypt"]), other, false),
        (json!(["Encrypt"]), subset, false),
    ] {
        let input = child(operations, constraints);
        let asks = client.asks("CreateGrant", &input);
        assert_eq!(!granted(&asks).is_empty(), fits, "{input}");
    }
}

#[tokio::test]
async fn grants_are_listed_retired_and_revoked() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let one = grant(&client, &key, json!(["Encrypt"]), Value::Null).await;
    let other = grant(&client, &key, json!(["Decrypt"]), Value::Null).await;
    let list = json!({ "KeyId": key });
    let listed = client.ok("ListGrants", list.clone()).await;
    assert_eq!(listed["Grants"].as_array().unwrap().len(), 2);
    let retirable = json!({ "RetiringPrincipal": user("r") });
    let listed = client.ok("ListRetirableGrants", retirable.clone()).await;
    assert_eq!(listed["Grants"].as_array().unwrap().len(), 2);
    // Whom the grant names for it may retire it.
    let retire = json!({ "GrantToken": one["GrantToken"] });
    assert_eq!(
        granted(&client.asks("RetireGrant", &retire)),
        [client.people.id("r")]
    );
    client.ok("RetireGrant", retire.clone()).await;
    client.code("RetireGrant", retire).await;
    let revoke = json!({ "KeyId": key, "GrantId": other["GrantId"] });
    let mut dry = revoke.clone();
    dry["DryRun"] = json!(true);
    assert_eq!(
        client.code("RevokeGrant", dry).await,
        "DryRunOperationException"
    );
    client.ok("RevokeGrant", revoke.clone()).await;
    assert_eq!(
        client.code("RevokeGrant", revoke).await,
        "InvalidGrantIdException"
    );
    let listed = client.ok("ListGrants", list).await;
    assert_eq!(listed["Grants"], json!([]));
    let token = json!({ "GrantToken": blob("no token") });
    let code = client.code("RetireGrant", token).await;
    assert_eq!(code, "InvalidGrantTokenException");
}

#[tokio::test]
async fn a_named_grant_is_made_once() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let input = json!({
        "KeyId": key, "GranteePrincipal": user("a"), "Operations": ["Encrypt"], "Name": "n",
    });
    let one = client.ok("CreateGrant", input.clone()).await;
    let again = client.ok("CreateGrant", input).await;
    assert_eq!(text(&one["GrantId"]), text(&again["GrantId"]));
    for (input, code) in [
        (
            json!({ "KeyId": key, "GranteePrincipal": "nobody", "Operations": ["Encrypt"] }),
            "InvalidArnException",
        ),
        (
            json!({ "KeyId": key, "GranteePrincipal": user("a"), "Operations": ["Sign"] }),
            "ValidationException",
        ),
    ] {
        assert_eq!(client.code("CreateGrant", input).await, code);
    }
}

#[tokio::test]
async fn a_grant_is_to_one_who_is_there_and_not_to_the_next_of_the_name() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    for member in ["GranteePrincipal", "RetiringPrincipal"] {
        let mut input = json!({
            "KeyId": key, "GranteePrincipal": user("a"), "Operations": ["Encrypt"],
        });
        input[member] = json!(user("nobody"));
        let code = client.code("CreateGrant", input).await;
        assert_eq!(code, "InvalidArnException", "{member}");
    }
    grant(&client, &key, json!(["Encrypt"]), Value::Null).await;
    let of_a = json!({ "KeyId": key, "GranteePrincipal": user("a") });
    let of_r = json!({ "RetiringPrincipal": user("r") });
    let (id_a, id_r) = (client.people.id("a"), client.people.id("r"));
    let listed = client.ok("ListGrants", of_a.clone()).await;
    assert_eq!(listed["Grants"][0]["GranteePrincipal"], json!(user("a")));
    assert_eq!(listed["Grants"][0]["RetiringPrincipal"], json!(user("r")));
    // Deleted and made anew, they are others: the grant shows whom it was for.
    for name in ["a", "r"] {
        client.people.delete(name);
        client.people.make(name);
    }
    for (operation, asked) in [("ListGrants", of_a), ("ListRetirableGrants", of_r)] {
        assert_eq!(client.ok(operation, asked).await["Grants"], json!([]));
    }
    let of_id = json!({ "KeyId": key, "GranteePrincipal": id_a });
    let listed = client.ok("ListGrants", of_id).await;
    assert_eq!(listed["Grants"][0]["GranteePrincipal"], json!(id_a));
    assert_eq!(listed["Grants"][0]["RetiringPrincipal"], json!(id_r));
    let asks = client.asks("Encrypt", &json!({ "KeyId": key, "Plaintext": blob("x") }));
    assert_eq!(granted(&asks), [id_a]);
}

#[tokio::test]
async fn a_key_policy_shows_whom_it_means() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let policy = |named: &str| {
        format!(
            "{{ \"Version\" :\"2012-10-17\",\n \"Statement\": [{{\"Effect\":\"Allow\", \"Principal\": {{\"AWS\": [\"{named}\", \"{ACCOUNT}\"]}}, \"Action\":\"kms:*\",\"Resource\":\"*\"}}]}}"
        )
    };
    let put = |policy: String| json!({ "KeyId": key, "Policy": policy });
    let code = client
        .code("PutKeyPolicy", put(policy(&user("nobody"))))
        .await;
    assert_eq!(code, "MalformedPolicyDocumentException");
    let made = json!({ "Policy": policy(&user("nobody")) });
    let code = client.code("CreateKey", made).await;
    assert_eq!(code, "MalformedPolicyDocumentException");
    client.ok("PutKeyPolicy", put(policy(&user("a")))).await;
    let get = json!({ "KeyId": key });
    let shown = client.ok("GetKeyPolicy", get.clone()).await;
    assert_eq!(text(&shown["Policy"]), policy(&user("a")), "byte for byte");
    let id = client.people.id("a");
    client.people.delete("a");
    for is_anew in [false, true] {
        if is_anew {
            client.people.make("a");
        }
        let shown = client.ok("GetKeyPolicy", get.clone()).await;
        assert_eq!(text(&shown["Policy"]), policy(&id));
        let code = client.code("PutKeyPolicy", put(policy(&id))).await;
        assert_eq!(code, "MalformedPolicyDocumentException");
    }
}
