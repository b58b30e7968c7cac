//! The audit log: exactly one record a call whatever fails, groups of callers in few commits, and
//! reading and forgetting by time.
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use store::{
    Batch, CommitError, Key, Memory, Page, Revision, Row, Snapshot, Stats, Store, StoreError, Watch,
};
use telemetry::audit::{
    self, AuditError, Log, Outcome, PARAMETERS_BYTES_MAX, Position, QUEUE_CALLS_MAX, RETENTION,
    is_read_only,
};
use types::{
    AccountId, AssumedRole, Call, Principal, RequestId, ServiceError, Session, Time, Vouched,
    WebIdentity,
};

const NOON: Time = Time::from_seconds(1_795_348_800);

fn account() -> AccountId {
    "123456789012".parse().unwrap()
}

fn call(number: u64, operation: &str) -> Call {
    let spread = u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64 | u128::from(number);
    Call {
        request_id: RequestId::from_random(spread.to_be_bytes()),
        time: NOON.plus(Duration::from_millis(number)),
        principal: Principal::Root(account()),
        session: None,
        access_key_id: "AKIDEXAMPLE".to_owned(),
        region: "us-east-1".parse().unwrap(),
        event_source: "wafv2.amazonaws.com".to_owned(),
        operation: operation.to_owned(),
        parameters: r#"{"Name":"bad-guys","Scope":"REGIONAL"}"#.to_owned(),
        source_ip: "192.0.2.7".parse().unwrap(),
        user_agent: "aws-cli/1.44.5".to_owned(),
        leave: None,
    }
}

/// A memory store that fails when a test says so.
#[derive(Debug, Default)]
struct Failing {
    memory: Memory,
    commits: AtomicUsize,
    /// What becomes of the next commits.
    next: Mutex<Vec<Fate>>,
    delay: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It does not happen.
    Unavailable,
    /// It happens, but the answer is lost.
    Lost,
    /// It works.
    Works,
}

impl Failing {
    fn with(next: &[Fate]) -> Arc<Self> {
        let mut next = next.to_vec();
        next.reverse();
        Arc::new(Self {
            next: Mutex::new(next),
            ..Self::default()
        })
    }

    async fn records(&self) -> Vec<Value> {
        let rows = self
            .memory
            .snapshot(&Key::new(["audit"]))
            .await
            .unwrap()
            .rows;
        rows.iter()
            .map(|row| serde_json::from_slice(&row.value).unwrap())
            .collect()
    }
}

#[async_trait]
impl Store for Failing {
    async fn get(&self, key: &Key) -> Result<Option<Row>, StoreError> {
        self.memory.get(key).await
    }
    async fn scan(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        self.memory.scan(prefix, after, limit).await
    }
    async fn snapshot(&self, prefix: &Key) -> Result<Snapshot, StoreError> {
        self.memory.snapshot(prefix).await
    }
    async fn commit(&self, batch: Batch) -> Result<Revision, CommitError> {
        self.commits.fetch_add(1, Ordering::Relaxed);
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        let fate = self.next.lock().unwrap().pop().unwrap_or(Fate::Works);
        let reason = "the test said so".to_owned();
        match fate {
            Fate::Works => self.memory.commit(batch).await,
            Fate::Unavailable => Err(StoreError::Unavailable { reason }.into()),
            Fate::Lost => {
                self.memory.commit(batch).await?;
                Err(StoreError::Indeterminate { reason }.into())
            }
        }
    }
    async fn watch(&self, prefix: &Key) -> Result<Watch, StoreError> {
        self.memory.watch(prefix).await
    }
    fn stats(&self) -> Stats {
        self.memory.stats()
    }
}

fn change() -> Batch {
    let mut batch = Batch::new();
    batch.put(Key::new(["wafv2", "thing"]), "changed");
    batch
}

async fn changed(store: &Failing) -> bool {
    store
        .memory
        .get(&Key::new(["wafv2", "thing"]))
        .await
        .unwrap()
        .is_some()
}

#[tokio::test]
async fn a_record_has_cloudtrails_members() {
    let store = Failing::with(&[]);
    let (log, _writer) = Log::start(store.clone());
    let denied = ServiceError::sender("AccessDeniedException", "User is not authorized.");
    log.record(&call(1, "CreateIPSet"), Outcome::Failure(&denied))
        .await
        .unwrap();
    let record = store.records().await.remove(0);
    insta::assert_snapshot!(serde_json::to_string_pretty(&record).unwrap());
}

#[tokio::test]
async fn a_session_says_whose_it_is_and_who_gave_it() {
    let store = Failing::with(&[]);
    let (log, _writer) = Log::start(Arc::clone(&store) as _);
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
    log.record(&call, Outcome::Success).await.unwrap();
    let records = store.records().await;
    let identity = &records[0]["userIdentity"];
    assert_eq!(
        *identity,
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

#[tokio::test]
async fn a_web_identity_is_named_once_its_token_was_verified() {
    let store = Failing::with(&[]);
    let (log, _writer) = Log::start(Arc::clone(&store) as _);
    let web = WebIdentity::new(account());
    let mut call = call(1, "AssumeRoleWithWebIdentity");
    call.access_key_id = String::new();
    call.principal = Principal::WebIdentity(web.clone());
    log.record(&call, Outcome::Success).await.unwrap();
    let records = store.records().await;
    assert_eq!(
        records[0]["userIdentity"],
        json!({"type": "WebIdentityUser"})
    );
    // Who verifies the token has the same call.
    let provider = "arn:aws:iam::123456789012:oidc-provider/issuer.example";
    web.vouch(Vouched {
        provider: provider.to_owned(),
        audience: "sts.amazonaws.com".to_owned(),
        subject: "repo:me/app".to_owned(),
    });
    call.request_id = RequestId::from_random([9; 16]);
    log.record(&call, Outcome::Success).await.unwrap();
    let records = store.records().await;
    let named = records
        .iter()
        .find(|record| record["userIdentity"].get("userName").is_some())
        .unwrap();
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
async fn a_change_and_its_record_are_one_commit() {
    let store = Failing::with(&[]);
    let call = call(1, "CreateIPSet");
    audit::commit(&*store, &call, change()).await.unwrap();
    assert_eq!(store.commits.load(Ordering::Relaxed), 1);
    let (log, writer) = Log::start(store.clone());
    log.record(&call, Outcome::Success).await.unwrap();
    let records = store.records().await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["readOnly"], false);
    assert_eq!(records[0].get("errorCode"), None);
    assert_eq!(
        store.commits.load(Ordering::Relaxed),
        1,
        "the front door wrote nothing"
    );
    assert_eq!((log.records(), log.commits()), (0, 0));
    drop(log);
    writer.await.unwrap();
}

#[tokio::test]
async fn no_change_happens_unaudited_when_the_store_fails() {
    let store = Failing::with(&[Fate::Unavailable]);
    let call = call(1, "CreateIPSet");
    assert!(audit::commit(&*store, &call, change()).await.is_err());
    assert!(!changed(&store).await);
    let (log, _writer) = Log::start(store.clone());
    let error = ServiceError::receiver("WAFInternalErrorException", "store");
    log.record(&call, Outcome::Failure(&error)).await.unwrap();
    let records = store.records().await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["errorCode"], "WAFInternalErrorException");
    assert_eq!(records[0].get("additionalEventData"), None);
}

#[tokio::test]
async fn a_change_that_stays_though_its_call_failed_says_both() {
    for fate in [Fate::Works, Fate::Lost] {
        let store = Failing::with(&[fate]);
        let call = call(1, "CreateIPSet");
        let committed = audit::commit(&*store, &call, change()).await;
        assert_eq!(committed.is_ok(), fate == Fate::Works);
        assert!(changed(&store).await);
        let (log, _writer) = Log::start(store.clone());
        let error = ServiceError::receiver("WAFInternalErrorException", "later step");
        for _ in 0..2 {
            log.record(&call, Outcome::Failure(&error)).await.unwrap();
            let records = store.records().await;
            assert_eq!(records.len(), 1);
            assert_eq!(records[0]["errorCode"], "WAFInternalErrorException");
            assert_eq!(
                records[0]["additionalEventData"],
                json!({"changeCommitted": true})
            );
        }
    }
}

#[tokio::test]
async fn a_call_whose_record_cannot_be_written_is_refused() {
    let store = Failing::with(&[Fate::Unavailable]);
    let (log, _writer) = Log::start(store.clone());
    let call = call(1, "GetIPSet");
    let refused = log.record(&call, Outcome::Success).await.unwrap_err();
    assert!(matches!(refused, AuditError::Store(_)), "{refused}");
    assert_eq!(ServiceError::from(refused).status, 500);
    assert_eq!(log.refused(), 1);
    assert_eq!(store.records().await.len(), 0);
    // The store works again: so does the log.
    log.record(&call, Outcome::Success).await.unwrap();
    assert_eq!(store.records().await.len(), 1);
}

#[tokio::test]
async fn a_lost_answer_of_the_logs_own_commit_makes_no_second_record() {
    let store = Failing::with(&[Fate::Lost]);
    let (log, _writer) = Log::start(store.clone());
    let call = call(1, "GetIPSet");
    let error = ServiceError::sender("WAFNonexistentItemException", "gone");
    // Alone: the answer is lost, the caller is refused.
    log.record(&call, Outcome::Failure(&error))
        .await
        .unwrap_err();
    log.record(&call, Outcome::Failure(&error)).await.unwrap();
    let records = store.records().await;
    assert_eq!(records.len(), 1);
    assert_eq!(
        records[0].get("additionalEventData"),
        None,
        "nothing was changed"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_callers_share_few_commits_and_each_has_one_record() {
    const CALLS: u64 = 2000;
    let store = Arc::new(Failing {
        delay: Duration::from_millis(2),
        ..Failing::default()
    });
    let (log, writer) = Log::start(store.clone());
    let mut callers = Vec::new();
    for number in 0..CALLS {
        let (log, store) = (log.clone(), store.clone());
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
            // Durable before it is answered.
            let page = audit::lookup(&*store, account(), call.time, call.time, None, 10).await;
            assert_eq!(page.unwrap().records.len(), 1);
        }));
    }
    for caller in callers {
        caller.await.unwrap();
    }
    let mut by_request = HashMap::new();
    for record in store.records().await {
        *by_request
            .entry(record["requestID"].to_string())
            .or_insert(0) += 1;
    }
    assert_eq!(by_request.len() as u64, CALLS);
    assert!(by_request.values().all(|count| *count == 1));
    assert_eq!(log.records(), CALLS - CALLS / 4);
    println!("{} records in {} commits", log.records(), log.commits());
    assert!(log.commits() < CALLS / 8, "{}", log.commits());
    drop(log);
    writer.await.unwrap();
}

#[tokio::test]
async fn one_bad_commit_in_a_group_refuses_no_neighbour() {
    // The group's commit fails, then each alone works.
    let store = Failing::with(&[Fate::Unavailable]);
    let (log, _writer) = Log::start(store.clone());
    let calls: Vec<_> = (0..10).map(|number| call(number, "ListIPSets")).collect();
    let recorded: Vec<_> = calls
        .iter()
        .map(|call| {
            let (log, call) = (log.clone(), call.clone());
            tokio::spawn(async move { log.record(&call, Outcome::Success).await })
        })
        .collect();
    for record in recorded {
        record.await.unwrap().unwrap();
    }
    assert_eq!(store.records().await.len(), 10);
}

/// Every task gets as far as it can, however busy the machine is: they share this one thread.
async fn settle() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::test]
async fn the_queue_is_bounded_and_the_next_call_refused() {
    let store = Arc::new(Failing {
        delay: Duration::from_secs(60),
        ..Failing::default()
    });
    let (log, writer) = Log::start(store);
    let send = |number: usize| {
        let log = log.clone();
        let call = call(number as u64, "GetIPSet");
        tokio::spawn(async move { log.record(&call, Outcome::Success).await })
    };
    // The first is being committed, the others fill the queue behind it.
    let mut waiting = vec![send(0)];
    settle().await;
    waiting.extend((1..=QUEUE_CALLS_MAX).map(send));
    settle().await;
    let next = call(1, "GetIPSet");
    let next = log.record(&next, Outcome::Success);
    let busy = tokio::time::timeout(Duration::from_secs(20), next).await;
    let busy = busy.expect("it is refused, not queued").unwrap_err();
    assert!(matches!(busy, AuditError::Busy), "{busy}");
    assert!(waiting.iter().all(|record| !record.is_finished()));
    writer.abort();
    for record in waiting {
        let closed = record.await.unwrap().unwrap_err();
        assert!(matches!(closed, AuditError::Closed), "{closed}");
    }
    let closed = log
        .record(&call(1, "GetIPSet"), Outcome::Success)
        .await
        .unwrap_err();
    assert!(matches!(closed, AuditError::Closed), "{closed}");
}

#[tokio::test]
async fn records_larger_than_a_batch_together_are_all_written() {
    let store = Failing::with(&[]);
    let (log, _writer) = Log::start(store.clone());
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
    assert_eq!(store.records().await.len(), 250);
    assert!(log.commits() >= 6, "{}", log.commits());
}

#[tokio::test]
async fn what_is_too_long_is_left_out_and_says_so() {
    let store = Failing::with(&[]);
    let (log, _writer) = Log::start(store.clone());
    let mut long = call(1, "UpdateIPSet");
    long.parameters = format!(r#"{{"A":"{}"}}"#, "x".repeat(PARAMETERS_BYTES_MAX));
    let error = ServiceError::sender("X", "é".repeat(5000));
    log.record(&long, Outcome::Failure(&error)).await.unwrap();
    let mut empty = call(2, "ListIPSets");
    empty.parameters = "{}".to_owned();
    log.record(&empty, Outcome::Success).await.unwrap();
    let records = store.records().await;
    assert_eq!(records[0]["requestParameters"], Value::Null);
    assert_eq!(
        records[1]["requestParameters"],
        json!({"omitted": true, "originalSize": PARAMETERS_BYTES_MAX + 8})
    );
    assert_eq!(records[1]["errorMessage"].as_str().unwrap().len(), 1024);
}

#[tokio::test]
async fn records_are_read_newest_first_by_page_and_forgotten_after_90_days() {
    let store = Failing::with(&[]);
    for number in 0..25 {
        audit::commit(&*store, &call(number, "CreateIPSet"), Batch::new())
            .await
            .unwrap();
    }
    let (from, until) = (
        NOON.plus(Duration::from_millis(3)),
        NOON.plus(Duration::from_millis(21)),
    );
    let mut read = Vec::new();
    let mut after: Option<Position> = None;
    loop {
        let page = audit::lookup(&*store, account(), from, until, after, 4)
            .await
            .unwrap();
        assert!(page.records.len() <= 4);
        read.extend(
            page.records
                .iter()
                .map(|record| record.position.time.as_millis()),
        );
        let Some(next) = page.next else {
            break;
        };
        // Through its text form, as a client sends it back.
        after = Some(next.to_string().parse().unwrap());
    }
    let expected: Vec<_> = (3..=21)
        .rev()
        .map(|millis| NOON.as_millis() + millis)
        .collect();
    assert_eq!(read, expected);
    let other = "210987654321".parse().unwrap();
    let page = audit::lookup(&*store, other, NOON, until, None, 4)
        .await
        .unwrap();
    assert!(page.records.is_empty());
    for text in ["", "1", "1.x", "x.7f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5"] {
        assert!(text.parse::<Position>().is_err(), "{text}");
    }

    let now = NOON.plus(RETENTION).plus(Duration::from_millis(10));
    assert!(!audit::purge(&*store, account(), now).await.unwrap());
    assert_eq!(
        store.records().await.len(),
        15,
        "ten are older than 90 days"
    );
    assert!(!audit::purge(&*store, account(), now).await.unwrap());
}

#[test]
fn read_only_is_known_by_the_name() {
    for operation in [
        "GetIPSet",
        "ListWebACLs",
        "DescribeLoadBalancers",
        "CheckCapacity",
    ] {
        assert!(is_read_only(operation), "{operation}");
    }
    for operation in [
        "CreateIPSet",
        "DeleteWebACL",
        "AssociateWebACL",
        "GetSessionToken",
    ] {
        assert!(!is_read_only(operation), "{operation}");
    }
}
