//! One record a call, whatever comes of it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use judge::{Fate, FaultyStore};
use serde_json::{Value, json};
use store::{Batch, Key, Store};
use telemetry::audit::{
    self, AuditError, Filter, Outcome, PARAMETERS_BYTES_MAX, QUEUE_CALLS_MAX, Range, is_read_only,
    search, verify,
};
use tokio::task::JoinSet;
use types::{
    AssumedRole, FederatedUser, Principal, ServiceError, Session, Time, User, Vouched, WebIdentity,
};

use crate::support::{NOON, World, account, call};

fn change() -> Batch {
    let mut batch = Batch::new();
    batch.put(Key::new(["wafv2", "thing"]), "changed");
    batch
}

async fn changed(store: &FaultyStore) -> bool {
    let row = store.rows().get(&Key::new(["wafv2", "thing"])).await;
    row.unwrap().is_some()
}

#[tokio::test]
async fn a_record_has_cloudtrails_members() {
    let world = World::new();
    let log = world.open().await;
    let denied = ServiceError::sender("AccessDeniedException", "User is not authorized.");
    log.record(&call(1, "CreateIPSet"), Outcome::Failure(&denied))
        .await
        .unwrap();
    let record = world.records().remove(0);
    insta::assert_snapshot!(serde_json::to_string_pretty(&record).unwrap());
}

#[test]
fn a_record_is_json_whatever_is_in_it_and_says_who_called() {
    let odd = "a\"b\\c\n\u{1}\u{202e}é";
    let user = Principal::User(User {
        account: account(),
        path: "/".to_owned(),
        name: odd.to_owned(),
        id: "AIDA".to_owned(),
    });
    let mut odd_call = call(1, odd);
    odd_call.user_agent = odd.to_owned();
    odd_call.event_source = odd.to_owned();
    odd_call.access_key_id = odd.to_owned();
    odd_call.parameters = odd.to_owned();
    odd_call.session = Some(Session {
        issued: NOON,
        expires: NOON,
        mfa: Some(NOON),
        source_identity: Some(odd.to_owned()),
        tags: Vec::new(),
        federated_provider: Some(odd.to_owned()),
    });
    odd_call.principal = Principal::FederatedUser(FederatedUser {
        account: account(),
        name: odd.to_owned(),
        issuer: Box::new(user.clone()),
    });
    let error = ServiceError::sender(odd, odd);
    let read = |call: &types::Call| -> Value {
        serde_json::from_slice(&audit::render(call, &Outcome::Failure(&error))).unwrap()
    };
    let record = read(&odd_call);
    for at in [
        "/eventName",
        "/userAgent",
        "/eventSource",
        "/requestParameters",
        "/errorCode",
        "/errorMessage",
        "/userIdentity/accessKeyId",
        "/userIdentity/sessionContext/sourceIdentity",
        "/userIdentity/sessionContext/sessionIssuer/userName",
        "/userIdentity/sessionContext/webIdFederationData/federatedProvider",
    ] {
        assert_eq!(record.pointer(at).unwrap(), odd, "{at}");
    }
    let mfa = "/userIdentity/sessionContext/attributes/mfaAuthenticated";
    assert_eq!(record.pointer(mfa).unwrap(), "true");
    odd_call.principal = user;
    assert_eq!(read(&odd_call)["userIdentity"]["userName"], odd);
}

#[tokio::test]
async fn a_session_says_whose_it_is_and_who_gave_it() {
    let mut call = call(1, "ListWebACLs");
    call.principal = Principal::AssumedRole(AssumedRole {
        account: account(),
        path: "/ops/".to_owned(),
        role: "Deploy".to_owned(),
        role_id: "AROADEPLOY".to_owned(),
        session: "ci".to_owned(),
    });
    call.session = Some(Session {
        issued: NOON,
        expires: NOON.plus(Duration::from_secs(900)),
        mfa: None,
        source_identity: Some("alice".to_owned()),
        tags: Vec::new(),
        federated_provider: None,
    });
    let record = audit::render(&call, &Outcome::Success);
    let record: Value = serde_json::from_slice(&record).unwrap();
    assert_eq!(
        record["userIdentity"],
        json!({
            "type": "AssumedRole",
            "principalId": "AROADEPLOY:ci",
            "arn": "arn:aws:sts::123456789012:assumed-role/Deploy/ci",
            "accountId": "123456789012",
            "accessKeyId": "AKIDEXAMPLE",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": "AROADEPLOY",
                    "arn": "arn:aws:iam::123456789012:role/ops/Deploy",
                    "accountId": "123456789012",
                    "userName": "Deploy",
                },
                "attributes": {
                    "creationDate": NOON.rfc3339_seconds(),
                    "mfaAuthenticated": "false",
                },
                "sourceIdentity": "alice",
            },
        })
    );
}

#[test]
fn a_web_identity_is_named_once_its_token_was_verified() {
    let web = WebIdentity::new(account());
    let mut call = call(1, "AssumeRoleWithWebIdentity");
    call.access_key_id = String::new();
    call.principal = Principal::WebIdentity(web.clone());
    let read =
        || -> Value { serde_json::from_slice(&audit::render(&call, &Outcome::Success)).unwrap() };
    assert_eq!(read()["userIdentity"], json!({"type": "WebIdentityUser"}));
    // Who verifies the token has the same call.
    let provider = "arn:aws:iam::123456789012:oidc-provider/issuer.example";
    web.vouch(Vouched {
        provider: provider.to_owned(),
        audience: "sts.amazonaws.com".to_owned(),
        subject: "repo:me/app".to_owned(),
    });
    let named = read();
    assert_eq!(
        named["userIdentity"],
        json!({
            "type": "WebIdentityUser",
            "principalId": format!("{provider}:sts.amazonaws.com:repo:me/app"),
            "userName": "repo:me/app",
            "identityProvider": provider,
        })
    );
    assert_eq!(named["recipientAccountId"], "123456789012");
}

#[tokio::test]
async fn a_change_and_its_record_are_one_commit_and_its_row_goes_when_it_is_in_the_chain() {
    let world = World::new();
    let log = world.open().await;
    let call = call(1, "CreateIPSet");
    let before = world.store.commits();
    audit::commit(&*world.store, &call, change()).await.unwrap();
    assert_eq!(world.store.commits(), before + 1);
    assert_eq!(world.rows().await, 1);
    log.record(&call, Outcome::Success).await.unwrap();
    let records = world.records();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["readOnly"], false);
    assert_eq!(records[0].get("errorCode"), None);
    assert_eq!(log.records(), 1);
    log.close().await;
    assert_eq!(world.rows().await, 0);
    assert!(changed(&world.store).await);
}

#[tokio::test]
async fn no_change_happens_unaudited_when_the_store_fails() {
    let world = World::new();
    let log = world.open().await;
    world.store.then(&[Fate::Unavailable]);
    let call = call(1, "CreateIPSet");
    audit::commit(&*world.store, &call, change())
        .await
        .unwrap_err();
    assert!(!changed(&world.store).await);
    let error = ServiceError::receiver("WAFInternalErrorException", "store");
    log.record(&call, Outcome::Failure(&error)).await.unwrap();
    let records = world.records();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["errorCode"], "WAFInternalErrorException");
    assert_eq!(records[0].get("additionalEventData"), None);
}

#[tokio::test]
async fn a_change_that_stays_though_its_call_failed_says_both() {
    for fate in [Fate::Works, Fate::Lost] {
        let world = World::new();
        let log = world.open().await;
        world.store.then(&[fate]);
        let call = call(1, "CreateIPSet");
        let committed = audit::commit(&*world.store, &call, change()).await;
        assert_eq!(committed.is_ok(), fate == Fate::Works);
        assert!(changed(&world.store).await);
        let error = ServiceError::receiver("WAFInternalErrorException", "later step");
        log.record(&call, Outcome::Failure(&error)).await.unwrap();
        let records = world.records();
        assert_eq!(records.len(), 1);
        assert_eq!(records[0]["errorCode"], "WAFInternalErrorException");
        assert_eq!(
            records[0]["additionalEventData"],
            json!({"changeCommitted": true})
        );
    }
}

#[tokio::test]
async fn what_a_call_changed_while_the_store_cannot_be_read_is_told_as_unknown_and_a_success_refused()
 {
    let world = World::new();
    let log = world.open().await;
    let (failed, done) = (call(1, "CreateIPSet"), call(2, "CreateIPSet"));
    audit::commit(&*world.store, &done, change()).await.unwrap();
    world.store.set_unreadable(true);
    let error = ServiceError::receiver("WAFInternalErrorException", "store");
    log.record(&failed, Outcome::Failure(&error)).await.unwrap();
    let refused = log.record(&done, Outcome::Success).await.unwrap_err();
    assert!(matches!(refused, AuditError::Store(_)), "{refused}");
    assert_eq!(log.refused(), 1);
    // What only reads asks the store nothing.
    log.record(&call(3, "GetIPSet"), Outcome::Success)
        .await
        .unwrap();
    let records = world.records();
    assert_eq!(records.len(), 2);
    assert_eq!(
        records[0]["additionalEventData"],
        json!({"changeCommitted": "unknown"})
    );
    // The change's record is linked all the same: at the next start at the latest.
    world.store.set_unreadable(false);
    log.close().await;
    log.reopen().await.unwrap();
    let records = world.records();
    assert_eq!(records.len(), 3);
    assert_eq!(records[2]["requestID"], done.request_id.to_string());
}

#[tokio::test]
async fn rows_that_a_crash_left_are_linked_once_and_those_in_the_chain_not_again() {
    let world = World::new();
    let log = world.open().await;
    let linked = call(1, "CreateIPSet");
    audit::commit(&*world.store, &linked, change())
        .await
        .unwrap();
    log.record(&linked, Outcome::Success).await.unwrap();
    // Its row cannot be removed: the store fails until after the crash.
    world.store.then(&[Fate::Unavailable; 2]);
    log.close().await;
    assert_eq!(world.rows().await, 1);
    let left = call(2, "DeleteIPSet");
    while audit::commit(&*world.store, &left, change()).await.is_err() {}
    for _ in 0..3 {
        log.reopen().await.unwrap();
        let names: Vec<_> = world
            .records()
            .iter()
            .map(|record| record["eventName"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["CreateIPSet", "DeleteIPSet"]);
        assert_eq!(world.rows().await, 0);
        log.close().await;
    }
}

#[tokio::test]
async fn a_store_that_is_restored_from_before_doubles_no_record() {
    let world = World::new();
    let log = world.open().await;
    let call = call(1, "CreateIPSet");
    audit::commit(&*world.store, &call, change()).await.unwrap();
    let rows = world.store.scan(&Key::new(["audit"]), None, 10).await;
    log.record(&call, Outcome::Success).await.unwrap();
    for _ in 0..2 {
        // Heads say now that no row is left.
        log.close().await;
        log.reopen().await.unwrap();
    }
    log.close().await;
    let mut batch = Batch::new();
    for row in rows.unwrap().rows {
        batch.put(row.key, row.value);
    }
    world.store.commit(batch).await.unwrap();
    log.reopen().await.unwrap();
    assert_eq!(world.records().len(), 1);
    assert_eq!(world.rows().await, 0);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_answers_for_is_linked_by_a_sweep() {
    let world = World::new();
    let log = world.open().await;
    audit::commit(&*world.store, &call(1, "RotateKey"), change())
        .await
        .unwrap();
    let mut waited = 0;
    while world.rows().await > 0 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        // The writing thread does not know the stopped time.
        std::thread::sleep(Duration::from_millis(5));
        waited += 1;
        assert!(waited < 200, "nobody links it");
    }
    assert!(waited > 14, "a call that is under way has its time");
    assert_eq!(world.records().len(), 1);
    // A call that took longer than that has its one record already.
    log.record(&call(1, "RotateKey"), Outcome::Success)
        .await
        .unwrap();
    assert_eq!(world.records().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_callers_share_few_flushes_and_each_has_one_record() {
    const CALLS: u64 = 2000;
    let world = World::new();
    *world.disk.flush.lock().unwrap() = Duration::from_millis(2);
    let log = world.open().await;
    let mut callers = Vec::new();
    for number in 0..CALLS {
        let (log, store) = (log.clone(), Arc::clone(&world.store));
        callers.push(tokio::spawn(async move {
            let error = ServiceError::sender("WAFLimitsExceededException", "too many");
            let (operation, outcome) = match number % 4 {
                0 => ("GetIPSet", Outcome::Success),
                1 => ("CreateIPSet", Outcome::Failure(&error)),
                _ => ("CreateIPSet", Outcome::Success),
            };
            let call = call(number, operation);
            if number % 4 == 2 {
                audit::commit(&*store, &call, change()).await.unwrap();
            }
            log.record(&call, outcome).await.unwrap();
        }));
    }
    for caller in callers {
        caller.await.unwrap();
    }
    let mut by_request = HashMap::new();
    for record in world.records() {
        *by_request
            .entry(record["requestID"].to_string())
            .or_insert(0) += 1;
    }
    assert_eq!(by_request.len() as u64, CALLS);
    assert!(by_request.values().all(|count| *count == 1));
    assert_eq!(log.records(), CALLS);
    println!("{} records in {} flushes", log.records(), log.flushes());
    assert!(log.flushes() < CALLS / 8, "{}", log.flushes());
    log.close().await;
    assert_eq!(world.rows().await, 0);
    let report = verify(&world.audit(), &Range::default(), |_, _| {}).unwrap();
    assert!(report.is_intact(), "{report:?}");
    assert_eq!(report.calls, CALLS);
}

#[tokio::test]
async fn the_queue_is_bounded_and_the_next_call_refused() {
    let world = World::new();
    let log = world.open().await;
    world.disk.stuck.store(true, Ordering::SeqCst);
    let mut calls = JoinSet::new();
    let mut send = |number: usize| {
        let log = log.clone();
        let call = call(number as u64, "GetIPSet");
        calls.spawn(async move { log.record(&call, Outcome::Success).await });
    };
    let flushes = world.disk.flushes.load(Ordering::SeqCst);
    send(0);
    // The first is being flushed, the others fill the queue behind it.
    while world.disk.flushes.load(Ordering::SeqCst) == flushes {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    (1..=QUEUE_CALLS_MAX + 10).for_each(send);
    for _ in 0..10 {
        let refused = calls.join_next().await.unwrap().unwrap();
        assert!(matches!(refused, Err(AuditError::Busy)), "{refused:?}");
    }
    world.disk.stuck.store(false, Ordering::SeqCst);
    while let Some(recorded) = calls.join_next().await {
        recorded.unwrap().unwrap();
    }
    assert_eq!(log.refused(), 10);
    log.close().await;
    let closed = log.record(&call(1, "GetIPSet"), Outcome::Success).await;
    assert!(matches!(closed, Err(AuditError::Closed)), "{closed:?}");
}

#[tokio::test]
async fn records_larger_than_a_group_together_are_all_written() {
    let world = World::new();
    let log = world.open().await;
    let recorded: Vec<_> = (0..250)
        .map(|number| {
            let log = log.clone();
            let mut call = call(number, "UpdateIPSet");
            call.parameters = format!(r#"{{"A":"{}"}}"#, "x".repeat(PARAMETERS_BYTES_MAX - 20));
            tokio::spawn(async move { log.record(&call, Outcome::Success).await })
        })
        .collect();
    for record in recorded {
        record.await.unwrap().unwrap();
    }
    assert_eq!(world.records().len(), 250);
    let mut large = call(1, "GetIPSet");
    // No JSON, and all of it needs escapes.
    large.parameters = "\u{1}".repeat(PARAMETERS_BYTES_MAX);
    let refused = log.record(&large, Outcome::Success).await;
    assert!(
        matches!(refused, Err(AuditError::TooLarge { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_is_too_long_is_left_out_and_says_so() {
    let world = World::new();
    let log = world.open().await;
    let mut empty = call(1, "ListIPSets");
    empty.parameters = "{}".to_owned();
    log.record(&empty, Outcome::Success).await.unwrap();
    let mut long = call(2, "UpdateIPSet");
    long.parameters = format!(r#"{{"A":"{}"}}"#, "x".repeat(PARAMETERS_BYTES_MAX));
    let error = ServiceError::sender("X", "é".repeat(5000));
    log.record(&long, Outcome::Failure(&error)).await.unwrap();
    let records = world.records();
    assert_eq!(records[0]["requestParameters"], Value::Null);
    assert_eq!(
        records[1]["requestParameters"],
        json!({"omitted": true, "originalSize": PARAMETERS_BYTES_MAX + 8})
    );
    assert_eq!(records[1]["errorMessage"].as_str().unwrap().len(), 1024);
}

#[tokio::test]
async fn records_are_found_newest_first_by_what_they_say() {
    let mut world = World::new();
    world.config.segment_bytes_max = 4096;
    let log = world.open().await;
    for number in 0..40 {
        let mut one = call(number * 1000, "GetIPSet");
        one.parameters = json!({"KeyId": format!("key-{}", number % 4)}).to_string();
        let error = ServiceError::sender("Oops", "no");
        let outcome = if number % 10 == 3 {
            Outcome::Failure(&error)
        } else {
            Outcome::Success
        };
        log.record(&one, outcome).await.unwrap();
    }
    let numbers = |filter: &Filter, limit| -> Vec<i64> {
        let found = search(&world.audit(), filter, limit, |_, _| {}).unwrap();
        let seconds = found.iter().map(|found| {
            let record: Value = serde_json::from_str(&found.text).unwrap();
            let time = Time::parse_rfc3339(record["eventTime"].as_str().unwrap());
            time.unwrap().as_seconds() - NOON.as_seconds()
        });
        seconds.collect()
    };
    let gets = Filter {
        event: Some("getipset".to_owned()),
        ..Filter::default()
    };
    assert_eq!(numbers(&gets, 3), [39, 38, 37]);
    assert_eq!(numbers(&gets, 1000).len(), 40);
    let failed = Filter {
        error: Some("*".to_owned()),
        ..gets.clone()
    };
    assert_eq!(numbers(&failed, 1000), [33, 23, 13, 3]);
    let of_key = Filter {
        resource: Some("key-1".to_owned()),
        from: Some(NOON.plus(Duration::from_secs(10))),
        until: Some(NOON.plus(Duration::from_secs(21))),
        ..gets.clone()
    };
    assert_eq!(numbers(&of_key, 1000), [21, 17, 13]);
    let user = |text: &str| Filter {
        user: Some(text.to_owned()),
        ..gets.clone()
    };
    assert_eq!(numbers(&user("AKIDEXAMPLE"), 1000).len(), 40);
    // In the record, but not of the caller.
    assert!(numbers(&user("key-1"), 1000).is_empty());
    assert!(numbers(&user("nobody"), 1000).is_empty());
}

#[test]
fn read_only_is_known_by_the_name() {
    for operation in [
        "GetIPSet",
        "ListWebACLs",
        "DescribeLoadBalancers",
        "CheckCapacity",
        "Encrypt",
        "ReEncrypt",
        "GenerateDataKeyPairWithoutPlaintext",
        "Sign",
    ] {
        assert!(is_read_only(operation), "{operation}");
    }
    for operation in [
        "CreateIPSet",
        "DeleteWebACL",
        "AssociateWebACL",
        "GetSessionToken",
        "GenerateCredentialReport",
    ] {
        assert!(!is_read_only(operation), "{operation}");
    }
}
