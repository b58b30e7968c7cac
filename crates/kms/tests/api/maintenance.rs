//! What becomes due by itself, under tokio's paused time: deletions, rotations, uses.

use std::sync::Arc;
use std::time::Duration;

use judge::{Fate, FaultyStore, Hand};
use serde_json::json;
use store::{Batch, Key, Row, Store};
use types::Clock as _;

use super::client::{ACCOUNT, Client, NOW, REGION, text};
use super::imports::{OAEP, import};

const DAY: u64 = 24 * 60 * 60;

/// Lets time pass for the clock and for the task alike.
pub(crate) async fn pass_days(client: &Client, days: u64) {
    client.clock.forward_days(i64::try_from(days).unwrap());
    // Steps far longer than the task's: it wakes once in each.
    tokio::time::advance(Duration::from_secs(days * DAY)).await;
    settle().await;
}

/// Lets the task do what is due.
pub(crate) async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
    tokio::time::advance(Duration::from_secs(6)).await;
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_goes_when_its_waiting_period_is_over_and_not_before() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let alias = json!({ "AliasName": "alias/a", "TargetKeyId": key });
    client.ok("CreateAlias", alias).await;
    let input = json!({ "KeyId": key, "PendingWindowInDays": 7 });
    client.ok("ScheduleKeyDeletion", input).await;
    pass_days(&client, 6).await;
    assert_eq!(client.state(&key).await, "PendingDeletion");
    pass_days(&client, 2).await;
    let code = client.code("DescribeKey", json!({ "KeyId": key })).await;
    assert_eq!(code, "NotFoundException");
    let listed = client.ok("ListAliases", json!({})).await;
    assert_eq!(listed["Aliases"], json!([]));
    let rows = client.store.snapshot(&Key::root()).await.unwrap();
    let id = key.rsplit('/').next().unwrap();
    for row in rows.rows {
        let at = row.key.as_str();
        assert!(!at.starts_with("kms") || !at.contains(id), "{at}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_with_more_grants_than_a_batch_holds_goes_with_all_of_them() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let input = json!({
        "KeyId": key, "GranteePrincipal": format!("arn:aws:iam::{ACCOUNT}:root"), "Operations": ["Encrypt"],
    });
    client.ok("CreateGrant", input).await;
    let id = key.rsplit('/').next().unwrap();
    let under = Key::new(["kms", "grant", ACCOUNT, REGION, id]);
    let value = {
        let rows = client.store.snapshot(&under).await.unwrap().rows;
        rows[0].value.clone()
    };
    let grants: Vec<usize> = (0..2 * store::MAX_BATCH_ROWS).collect();
    for part in grants.chunks(store::MAX_BATCH_ROWS) {
        let mut batch = Batch::new();
        for number in part {
            let id_of_grant = format!("{number:064}");
            let at = Key::new(["kms", "grant", ACCOUNT, REGION, id, &id_of_grant]);
            batch.put(at, value.clone());
        }
        client.store.commit(batch).await.unwrap();
    }
    let input = json!({ "KeyId": key, "PendingWindowInDays": 7 });
    client.ok("ScheduleKeyDeletion", input).await;
    pass_days(&client, 8).await;
    let code = client.code("DescribeKey", json!({ "KeyId": key })).await;
    assert_eq!(code, "NotFoundException");
    let rows = client.store.snapshot(&under).await.unwrap().rows;
    assert_eq!(rows.len(), 0);
    let of = Key::new(["kms", "grants-of", ACCOUNT, REGION, id]);
    assert_eq!(client.store.get(&of).await.unwrap(), None);
    let records = client.store.snapshot(&Key::new(["audit"])).await;
    let records = records.unwrap().rows.into_iter();
    let of_deletion = |row: &Row| {
        let record: serde_json::Value = serde_json::from_slice(&row.value).unwrap();
        record["eventName"] == "DeleteKey"
    };
    assert_eq!(records.filter(of_deletion).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_deletes_nothing() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let input = json!({ "KeyId": key, "PendingWindowInDays": 7 });
    client.ok("ScheduleKeyDeletion", input).await;
    settle().await;
    client.clock.forward_days(400);
    settle().await;
    assert_eq!(client.state(&key).await, "PendingDeletion");
    client.clock.forward_days(-400);
    settle().await;
    client
        .ok("CancelKeyDeletion", json!({ "KeyId": key }))
        .await;
    pass_days(&client, 30).await;
    assert_eq!(client.state(&key).await, "Disabled");
}

/// A clock that is wrong when a process starts, and one that is set right afterwards.
#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_between_two_processes_deletes_nothing() {
    let mut client = Client::new().await;
    let key = client.key(json!({})).await;
    let input = json!({ "KeyId": key, "PendingWindowInDays": 7 });
    client.ok("ScheduleKeyDeletion", input).await;
    for _ in 0..3 {
        // Two days pass, and each time the next process starts with a clock that is a year ahead.
        pass_days(&client, 2).await;
        client.kms.flush().await.unwrap();
        client.clock.forward_days(365);
        client = Client::over(Arc::clone(&client.store), Arc::clone(&client.clock)).await;
        settle().await;
        assert_eq!(client.state(&key).await, "PendingDeletion");
        client.clock.forward_days(-365);
        settle().await;
        assert_eq!(client.state(&key).await, "PendingDeletion");
    }
    // Six days have passed. What a process that is killed did not write does not count.
    pass_days(&client, 2).await;
    let code = client.code("DescribeKey", json!({ "KeyId": key })).await;
    assert_eq!(code, "NotFoundException");
}

/// Scheduled while the clock was in the past: set right, it says at once that the time is over.
#[tokio::test(start_paused = true)]
async fn a_deletion_that_was_scheduled_by_a_wrong_clock_waits_as_long() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    client.clock.forward_days(-3_000);
    let input = json!({ "KeyId": key, "PendingWindowInDays": 7 });
    client.ok("ScheduleKeyDeletion", input).await;
    client.clock.forward_days(3_000);
    let client = Client::over(Arc::clone(&client.store), Arc::clone(&client.clock)).await;
    pass_days(&client, 6).await;
    assert_eq!(client.state(&key).await, "PendingDeletion");
    pass_days(&client, 2).await;
    let code = client.code("DescribeKey", json!({ "KeyId": key })).await;
    assert_eq!(code, "NotFoundException");
}

/// Several processes count the same time, and none counts what another counted.
#[tokio::test(start_paused = true)]
async fn two_processes_on_one_store_do_not_wait_half_as_long() {
    let one = Client::new().await;
    let other = Client::over(Arc::clone(&one.store), Arc::clone(&one.clock)).await;
    let key = one.key(json!({})).await;
    let input = json!({ "KeyId": key, "PendingWindowInDays": 7 });
    one.ok("ScheduleKeyDeletion", input).await;
    one.clock.forward_days(400);
    for hours in 1..=6 * 24 {
        tokio::time::advance(Duration::from_secs(60 * 60)).await;
        one.kms.flush().await.unwrap();
        other.kms.flush().await.unwrap();
        if hours % 24 == 0 {
            settle().await;
            assert_eq!(
                other.state(&key).await,
                "PendingDeletion",
                "after {hours} h"
            );
        }
    }
    tokio::time::advance(Duration::from_secs(25 * 60 * 60)).await;
    settle().await;
    let code = one.code("DescribeKey", json!({ "KeyId": key })).await;
    assert_eq!(code, "NotFoundException");
}

#[tokio::test(start_paused = true)]
async fn a_key_rotates_by_itself_and_reads_what_it_wrote() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let of = json!({ "KeyId": key });
    let sealed = client.encrypt(&key, b"a").await;
    let input = json!({ "KeyId": key, "RotationPeriodInDays": 90 });
    client.ok("EnableKeyRotation", input).await;
    let status = client.ok("GetKeyRotationStatus", of.clone()).await;
    assert_eq!(status["KeyRotationEnabled"], json!(true));
    assert_eq!(status["RotationPeriodInDays"], json!(90));
    let count = async |client: &Client| {
        let listed = client.ok("ListKeyRotations", json!({ "KeyId": key })).await;
        listed["Rotations"].as_array().unwrap().len()
    };
    pass_days(&client, 89).await;
    assert_eq!(count(&client).await, 0);
    pass_days(&client, 2).await;
    assert_eq!(count(&client).await, 1);
    assert_eq!(client.decrypt(&sealed).await, b"a");
    client.ok("DisableKeyRotation", of).await;
    pass_days(&client, 100).await;
    assert_eq!(count(&client).await, 1);
}

#[tokio::test(start_paused = true)]
async fn the_last_use_is_known_at_once_and_written_later() {
    let client = Client::new().await;
    let key = client.key(json!({})).await;
    let of = json!({ "KeyId": key });
    let unused = client.ok("GetKeyLastUsage", of.clone()).await;
    assert_eq!(unused.get("KeyLastUsage"), None);
    client.encrypt(&key, b"a").await;
    let usage = async |client: &Client| {
        let usage = client.ok("GetKeyLastUsage", of.clone()).await;
        text(&usage["KeyLastUsage"]["Operation"])
    };
    assert_eq!(usage(&client).await, "Encrypt");
    tokio::time::advance(Duration::from_secs(70)).await;
    settle().await;
    let rows = client.store.snapshot(&Key::new(["kms", "usage"])).await;
    assert_eq!(rows.unwrap().rows.len(), 1);
    assert_eq!(usage(&client).await, "Encrypt");
}

#[tokio::test(start_paused = true)]
async fn uses_that_could_not_be_written_are_written_the_next_time() {
    let faulty = Arc::new(FaultyStore::default());
    let store: Arc<dyn Store> = faulty.clone();
    let client = Client::over(store, Arc::new(Hand::at(NOW))).await;
    let [first, second] = [client.key(json!({})).await, client.key(json!({})).await];
    client.encrypt(&first, b"a").await;
    client.encrypt(&second, b"a").await;
    let written = async || {
        let rows = faulty.snapshot(&Key::new(["kms", "usage"])).await;
        let rows = rows.unwrap().rows.into_iter();
        let of = |row: Row| {
            let usage: serde_json::Value = serde_json::from_slice(&row.value).unwrap();
            (row.key.to_string(), text(&usage["operation"]))
        };
        rows.map(of).collect::<Vec<_>>()
    };
    faulty.then(&[Fate::Unavailable]);
    client.kms.flush().await.unwrap_err();
    assert_eq!(written().await, []);
    // One is used again before the next time: that counts.
    let sealed = client.encrypt(&first, b"a").await;
    client.decrypt(&sealed).await;
    for (key, operation) in [(&first, "Decrypt"), (&second, "Encrypt")] {
        let usage = client.ok("GetKeyLastUsage", json!({ "KeyId": key })).await;
        assert_eq!(text(&usage["KeyLastUsage"]["Operation"]), operation);
    }
    client.kms.flush().await.unwrap();
    let written = written().await;
    assert_eq!(written.len(), 2);
    for (key, operation) in [(&first, "Decrypt"), (&second, "Encrypt")] {
        let id = key.rsplit('/').next().unwrap();
        let of_key = written.iter().find(|(at, _)| at.contains(id));
        assert_eq!(of_key.unwrap().1, operation);
    }
}

#[tokio::test(start_paused = true)]
async fn uses_of_more_keys_than_a_batch_holds_are_written() {
    let client = Client::new().await;
    let keys = store::MAX_BATCH_ROWS + 1;
    for _ in 0..keys {
        let key = client.key(json!({})).await;
        client.encrypt(&key, b"a").await;
    }
    tokio::time::advance(Duration::from_secs(70)).await;
    settle().await;
    let usage = Key::new(["kms", "usage"]);
    let rows = client.store.snapshot(&usage).await.unwrap().rows;
    assert_eq!(rows.len(), keys);
}

/// A key whose material is valid for some days from now on, by the clock.
async fn expiring(client: &Client, days: i64) -> String {
    let key = client.key(json!({ "Origin": "EXTERNAL" })).await;
    import_again(client, &key, days).await;
    key
}

async fn import_again(client: &Client, key: &str, days: i64) {
    let end = client.clock.now().as_millis() / 1_000 + days * 24 * 60 * 60;
    let more = json!({ "ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": end });
    import(client, key, OAEP, &[1; 32], more).await.unwrap();
}

/// Whether the key's row still holds material, wrapped as it is.
async fn is_kept(client: &Client, key: &str) -> bool {
    let prefix = Key::new(["kms", "key"]);
    let rows = client.store.snapshot(&prefix).await.unwrap().rows;
    let id = key.rsplit('/').next().unwrap();
    let row = rows.iter().find(|row| row.key.as_str().contains(id));
    let row: serde_json::Value = serde_json::from_slice(&row.unwrap().value).unwrap();
    let materials = row["materials"].as_array().unwrap();
    materials.iter().any(|one| one["token"].is_string())
}

#[tokio::test(start_paused = true)]
async fn expired_material_is_gone_from_its_row_and_there_is_a_record_of_it() {
    let client = Client::new().await;
    let [plain, disabled, leaving] = [
        expiring(&client, 2).await,
        expiring(&client, 2).await,
        expiring(&client, 2).await,
    ];
    let sealed = client.encrypt(&plain, b"a").await;
    let later = expiring(&client, 5).await;
    client.ok("DisableKey", json!({ "KeyId": disabled })).await;
    let input = json!({ "KeyId": leaving, "PendingWindowInDays": 7 });
    client.ok("ScheduleKeyDeletion", input).await;
    pass_days(&client, 1).await;
    for key in [&plain, &disabled, &leaving, &later] {
        assert!(is_kept(&client, key).await);
    }
    pass_days(&client, 1).await;
    for key in [&plain, &disabled, &leaving] {
        assert!(!is_kept(&client, key).await);
    }
    assert!(is_kept(&client, &later).await);
    assert_eq!(client.state(&plain).await, "PendingImport");
    assert_eq!(client.state(&disabled).await, "PendingImport");
    assert_eq!(client.state(&leaving).await, "PendingDeletion");
    assert_eq!(client.state(&later).await, "Enabled");

    let rows = client.store.snapshot(&Key::new(["audit"])).await;
    let records = rows.unwrap().rows;
    let records: Vec<serde_json::Value> = records
        .iter()
        .map(|row| serde_json::from_slice(&row.value).unwrap())
        .filter(|record: &serde_json::Value| record["eventName"] == "DeleteExpiredKeyMaterial")
        .collect();
    assert_eq!(records.len(), 3);
    let parameters = records[0]["requestParameters"].to_string();
    assert!(parameters.contains("keyMaterialId"), "{parameters}");
    let shown = "btz_kms_materials_expired_total 3";
    assert!(client.metrics.render().contains(shown));

    // The same material again, and what it encrypted opens.
    import_again(&client, &plain, 2).await;
    assert_eq!(client.decrypt(&sealed).await, b"a");
    pass_days(&client, 1).await;
    assert_eq!(client.state(&plain).await, "Enabled");
}

/// Several of one key, each with a record of its own; what waited to be used is as if it never came.
#[tokio::test(start_paused = true)]
async fn all_materials_of_a_key_expire_at_once() {
    let client = Client::new().await;
    let key = expiring(&client, 2).await;
    let end = client.clock.now().as_millis() / 1_000 + 2 * 24 * 60 * 60;
    let more = json!({
        "ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": end, "ImportType": "NEW_KEY_MATERIAL",
    });
    import(&client, &key, OAEP, &[2; 32], more).await.unwrap();
    pass_days(&client, 2).await;
    assert!(!is_kept(&client, &key).await);
    let shown = "btz_kms_materials_expired_total 2";
    assert!(client.metrics.render().contains(shown));
    let listed = json!({ "KeyId": key, "IncludeKeyMaterial": "ALL_KEY_MATERIAL" });
    let listed = client.ok("ListKeyRotations", listed).await;
    let listed = listed["Rotations"].as_array().unwrap();
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(listed[0]["ImportState"], json!("PENDING_IMPORT"));
}

/// The date comes though the clock is set back, before a start too.
#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_keeps_no_material() {
    let client = Client::new().await;
    let key = expiring(&client, 10).await;
    pass_days(&client, 6).await;
    client.kms.flush().await.unwrap();
    client.clock.forward_days(-300);
    let client = Client::over(Arc::clone(&client.store), Arc::clone(&client.clock)).await;
    pass_days(&client, 3).await;
    assert!(is_kept(&client, &key).await);
    assert_eq!(client.state(&key).await, "Enabled");
    pass_days(&client, 2).await;
    assert!(!is_kept(&client, &key).await);
    assert_eq!(client.state(&key).await, "PendingImport");
}

/// A clock that was ahead for a while takes no time from what is imported when it is right again.
#[tokio::test(start_paused = true)]
async fn a_clock_that_was_ahead_shortens_nothing_afterwards() {
    let client = Client::new().await;
    settle().await;
    client.clock.forward_days(400);
    settle().await;
    client.kms.flush().await.unwrap();
    client.clock.forward_days(-400);
    let client = Client::over(Arc::clone(&client.store), Arc::clone(&client.clock)).await;
    let key = expiring(&client, 10).await;
    pass_days(&client, 9).await;
    assert!(is_kept(&client, &key).await);
    pass_days(&client, 2).await;
    assert!(!is_kept(&client, &key).await);
}
