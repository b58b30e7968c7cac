//! Access keys, MFA devices, passwords: given out once, kept wrapped, in force at once.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use serde_json::json;
use store::{Key, Memory, Store};
use types::Principal;

use crate::client::{ACCOUNT, Client, NOW, ROOT_KEY, text};

#[tokio::test]
async fn a_key_lets_its_user_in_until_it_is_made_inactive_or_deleted() {
    let client = Client::new().await;
    let (id, secret) = client.user_with_key("Alice").await;
    assert!(id.starts_with("AKIA") && id.len() == 20 && secret.len() == 40);
    let found = client.iam.authenticate(&id, None).unwrap();
    assert_eq!(found.secret.expose(), secret.as_bytes());
    assert!(matches!(&found.principal, Principal::User(user) if user.name == "Alice"));
    assert!(client.iam.authenticate(&id, Some("token")).is_none());
    // No pause between an answer and what follows from it.
    client
        .ok(
            "UpdateAccessKey",
            json!({"UserName": "Alice", "AccessKeyId": id, "Status": "Inactive"}),
        )
        .await;
    assert!(client.iam.authenticate(&id, None).is_none());
    // Its secret is in no memory any more but the caller's own.
    let mark = found.secret.mark();
    assert!(!mark.is_gone());
    drop(found);
    assert!(mark.is_gone());
    client
        .ok(
            "UpdateAccessKey",
            json!({"UserName": "Alice", "AccessKeyId": id, "Status": "Active"}),
        )
        .await;
    let found = client.iam.authenticate(&id, None).unwrap();
    // Other changes leave it where it is, so that what is kept of it stays known.
    client.ok("CreateUser", json!({"UserName": "Carol"})).await;
    let again = client.iam.authenticate(&id, None).unwrap();
    let mark = again.secret.mark();
    assert!(mark.is_of(&found.secret));
    drop((found, again));
    // A renamed user keeps its keys.
    client
        .ok(
            "UpdateUser",
            json!({"UserName": "Alice", "NewUserName": "Bob"}),
        )
        .await;
    let found = client.iam.authenticate(&id, None).unwrap();
    assert_eq!(
        found.principal.arn().as_str(),
        format!("arn:aws:iam::{ACCOUNT}:user/Bob")
    );
    let keys = client
        .ok("ListAccessKeys", json!({"UserName": "Bob"}))
        .await;
    assert_eq!(keys["AccessKeyMetadata"][0]["AccessKeyId"], id);
    client
        .ok(
            "DeleteAccessKey",
            json!({"UserName": "Bob", "AccessKeyId": id}),
        )
        .await;
    assert!(client.iam.authenticate(&id, None).is_none());
    drop(found);
    assert!(mark.is_gone());
    let refusal = client
        .refusal(
            "DeleteAccessKey",
            json!({"UserName": "Bob", "AccessKeyId": id}),
        )
        .await;
    assert_eq!(
        refusal,
        format!("NoSuchEntity: The Access Key with id {id} cannot be found.")
    );
}

#[tokio::test]
async fn no_secret_lies_open_in_the_store() {
    let client = Client::new().await;
    let (_, secret) = client.user_with_key("Alice").await;
    let device = client
        .ok(
            "CreateVirtualMFADevice",
            json!({"VirtualMFADeviceName": "phone"}),
        )
        .await;
    // A blob is base64 in JSON.
    let seed = text(&device["VirtualMFADevice"]["Base32StringSeed"]);
    client
        .ok(
            "CreateLoginProfile",
            json!({"UserName": "Alice", "Password": "Correct-Horse1"}),
        )
        .await;
    let snapshot = client.store.snapshot(&Key::root()).await.unwrap();
    assert!(snapshot.rows.len() >= 4);
    for row in snapshot.rows {
        let value = String::from_utf8_lossy(&row.value).into_owned();
        for hidden in [&secret, &seed, "Correct-Horse1"] {
            assert!(!value.contains(hidden), "{} holds a secret", row.key);
        }
    }
}

#[tokio::test]
async fn a_wrapped_secret_is_no_use_in_anothers_place() {
    let client = Client::new().await;
    let (alice, _) = client.user_with_key("Alice").await;
    let (bob, _) = client.user_with_key("Bob").await;
    let key = |id: &str| Key::new(["iam", ACCOUNT, "access-key", id]);
    let mine = client.store.get(&key(&alice)).await.unwrap().unwrap();
    let text = String::from_utf8(mine.value.to_vec()).unwrap();
    let mut batch = store::Batch::new();
    batch.put(
        key(&bob),
        text.replace(&alice, &bob).replace("alice", "bob"),
    );
    client.store.commit(batch).await.unwrap();
    client.ok("CreateUser", json!({"UserName": "Carol"})).await;
    assert!(client.iam.authenticate(&bob, None).is_none());
    assert!(client.iam.authenticate(&alice, None).is_some());
}

#[tokio::test]
async fn a_damaged_row_lets_nobody_in_but_the_root() {
    let client = Client::new().await;
    let (id, _) = client.user_with_key("Alice").await;
    let mut batch = store::Batch::new();
    batch.put(Key::new(["iam", ACCOUNT, "group", "broken"]), "{");
    client.store.commit(batch).await.unwrap();
    let shut = async {
        while client.iam.authenticate(&id, None).is_some() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), shut)
        .await
        .unwrap();
    assert!(client.iam.authenticate(ROOT_KEY, None).is_some());
}

#[tokio::test]
async fn what_one_process_changes_the_other_enforces() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let one = Client::over(Arc::clone(&store), 1).await;
    let other = Client::over(store, 2).await;
    let (id, _) = one.user_with_key("Alice").await;
    // A change here is made on what the other has committed.
    other
        .ok(
            "UpdateAccessKey",
            json!({"UserName": "Alice", "AccessKeyId": id, "Status": "Inactive"}),
        )
        .await;
    assert!(other.iam.authenticate(&id, None).is_none());
    one.ok("CreateUser", json!({"UserName": "Bob"})).await;
    assert!(one.iam.authenticate(&id, None).is_none());
    // Both at once: each name is given once.
    let (first, second) = tokio::join!(
        one.call("CreateUser", json!({"UserName": "Same"})),
        other.call("CreateUser", json!({"UserName": "same"}))
    );
    assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1);
}

#[tokio::test]
async fn last_use_is_remembered_and_written_behind() {
    let client = Client::new().await;
    let (id, _) = client.user_with_key("Alice").await;
    let never = client
        .ok("GetAccessKeyLastUsed", json!({"AccessKeyId": id}))
        .await;
    assert_eq!(
        never["AccessKeyLastUsed"],
        json!({"ServiceName": "N/A", "Region": "N/A"})
    );
    let account = ACCOUNT.parse().unwrap();
    client
        .iam
        .note_use(&Principal::Root(account), &id, NOW, ("wafv2", "eu-west-1"));
    let before = client.store.snapshot(&Key::root()).await.unwrap().revision;
    let used = client
        .ok("GetAccessKeyLastUsed", json!({"AccessKeyId": id}))
        .await;
    assert_eq!(used["UserName"], "Alice");
    assert_eq!(used["AccessKeyLastUsed"]["ServiceName"], "wafv2");
    assert_eq!(
        client.store.snapshot(&Key::root()).await.unwrap().revision,
        before,
        "a call commits nothing"
    );
    client.iam.flush().await.unwrap();
    let after = Client::over(Arc::clone(&client.store), 2).await;
    let used = after
        .ok("GetAccessKeyLastUsed", json!({"AccessKeyId": id}))
        .await;
    assert_eq!(used["AccessKeyLastUsed"]["Region"], "eu-west-1");
    let foreign = client
        .refused(
            "GetAccessKeyLastUsed",
            json!({"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"}),
        )
        .await;
    assert_eq!((foreign.0, foreign.1.as_str()), (403, "AccessDenied"));
}

#[tokio::test]
async fn the_root_has_keys_as_well() {
    let client = Client::new().await;
    let made = client.ok("CreateAccessKey", json!({})).await;
    let id = text(&made["AccessKey"]["AccessKeyId"]);
    assert!(matches!(
        client.iam.authenticate(&id, None).unwrap().principal,
        Principal::Root(_)
    ));
    let refusal = client.refusal("CreateAccessKey", json!({})).await;
    assert_eq!(
        refusal,
        "LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2"
    );
    let listed = client.ok("ListAccessKeys", json!({})).await;
    assert_eq!(listed["AccessKeyMetadata"].as_array().unwrap().len(), 2);
    let refusal = client
        .refusal("DeleteAccessKey", json!({"AccessKeyId": ROOT_KEY}))
        .await;
    assert!(refusal.starts_with("ValidationError"), "{refusal}");
    client
        .ok("DeleteAccessKey", json!({"AccessKeyId": id}))
        .await;
    assert!(client.iam.authenticate(&id, None).is_none());
}

/// RFC 6238, independent of the product's own.
pub(crate) fn code(base32: &str, step: u64) -> String {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = base32
        .chars()
        .map(|letter| format!("{:05b}", alphabet.find(letter).unwrap()))
        .collect();
    let seed: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|bits| u8::from_str_radix(std::str::from_utf8(bits).unwrap(), 2).unwrap())
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &seed);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[19] & 15);
    let number = u32::from_be_bytes(tag[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// The step of the test's clock.
pub(crate) fn step(client: &Client) -> u64 {
    use types::Clock as _;
    u64::try_from(client.clock.now().as_seconds()).unwrap() / 30
}

/// A device of a user's: its serial number and seed.
pub(crate) async fn mfa_device(client: &Client, user: &str) -> (String, String) {
    use base64::Engine as _;
    let made = client
        .ok(
            "CreateVirtualMFADevice",
            json!({"VirtualMFADeviceName": format!("of-{user}")}),
        )
        .await;
    let device = &made["VirtualMFADevice"];
    let seed = text(&device["Base32StringSeed"]);
    let seed = base64::engine::general_purpose::STANDARD
        .decode(seed)
        .unwrap();
    let (serial, seed) = (
        text(&device["SerialNumber"]),
        String::from_utf8(seed).unwrap(),
    );
    let now = step(client);
    let enable = json!({"UserName": user, "SerialNumber": serial,
        "AuthenticationCode1": code(&seed, now - 1), "AuthenticationCode2": code(&seed, now)});
    client.ok("EnableMFADevice", enable).await;
    (serial, seed)
}

#[tokio::test]
async fn a_device_is_enabled_by_two_codes_that_follow_each_other() {
    let client = Client::new().await;
    client.ok("CreateUser", json!({"UserName": "U"})).await;
    let (serial, seed) = mfa_device(&client, "U").await;
    assert_eq!(seed.len(), 64);
    let devices = client.ok("ListMFADevices", json!({"UserName": "U"})).await;
    assert_eq!(devices["MFADevices"][0]["SerialNumber"], serial);
    let refusal = client
        .refusal("DeleteVirtualMFADevice", json!({"SerialNumber": serial}))
        .await;
    assert_eq!(
        refusal,
        "DeleteConflict: MFA VirtualDevice in use. Must deactivate first."
    );
    let refusal = client.refusal("DeleteUser", json!({"UserName": "U"})).await;
    assert_eq!(
        refusal,
        "DeleteConflict: Cannot delete entity, must delete MFA device first."
    );
    let now = step(&client);
    for (first, second) in [(now, now), (now, now - 1), (now - 40, now - 39)] {
        let input = json!({"UserName": "U", "SerialNumber": serial,
            "AuthenticationCode1": code(&seed, first), "AuthenticationCode2": code(&seed, second)});
        let (status, error, _) = client.refused("ResyncMFADevice", input).await;
        assert_eq!((status, error.as_str()), (403, "InvalidAuthenticationCode"));
    }
    client
        .ok(
            "DeactivateMFADevice",
            json!({"UserName": "U", "SerialNumber": serial}),
        )
        .await;
    let free = client
        .ok(
            "ListVirtualMFADevices",
            json!({"AssignmentStatus": "Unassigned"}),
        )
        .await;
    assert_eq!(free["VirtualMFADevices"][0]["SerialNumber"], serial);
    client
        .ok("DeleteVirtualMFADevice", json!({"SerialNumber": serial}))
        .await;
}

#[tokio::test]
async fn passwords_keep_to_the_accounts_policy() {
    let client = Client::new().await;
    let (id, _) = client.user_with_key("U").await;
    let none = client.refused("GetAccountPasswordPolicy", json!({})).await;
    assert_eq!(
        none.2,
        format!("The Password Policy with domain name {ACCOUNT} cannot be found.")
    );
    client.ok("UpdateAccountPasswordPolicy", json!({"MinimumPasswordLength": 12, "RequireSymbols": true, "PasswordReusePrevention": 2})).await;
    let short = client
        .refusal(
            "CreateLoginProfile",
            json!({"UserName": "U", "Password": "Short!"}),
        )
        .await;
    assert!(short.starts_with("PasswordPolicyViolation"), "{short}");
    client
        .ok(
            "CreateLoginProfile",
            json!({"UserName": "U", "Password": "first password!"}),
        )
        .await;
    let caller = client.caller(&id, None).unwrap();
    let change = |old: &str, new: &str| {
        let input = json!({"OldPassword": old, "NewPassword": new});
        client.ask(client.iam.as_ref(), &caller, "ChangePassword", input)
    };
    assert_eq!(
        change("wrong", "second password!").await.unwrap_err().code,
        "AccessDenied"
    );
    change("first password!", "second password!").await.unwrap();
    let again = change("second password!", "first password!")
        .await
        .unwrap_err();
    assert_eq!(again.code, "PasswordPolicyViolation");
    change("second password!", "third password!").await.unwrap();
}
