//! Several callers at once, in one process and in two that share a store.

use std::sync::Arc;

use serde_json::{Value, json};
use store::{Memory, Store};

use crate::client::*;

/// Two services over one store, as two processes have it.
async fn two() -> (Arc<Client>, Arc<Client>) {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let one = Client::over(Arc::clone(&store), 1).await;
    let other = Client::over(store, 2).await;
    (Arc::new(one), Arc::new(other))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_updates_with_one_lock_token_exactly_one_wins() {
    let (one, other) = two().await;
    let summary = one.create_ip_set("s", &[]).await;
    let mut tasks = Vec::new();
    for n in 0..40 {
        let client = Arc::clone(if n % 2 == 0 { &one } else { &other });
        let address = format!("192.0.2.{n}/32");
        let update = with(
            named(&summary),
            json!({"Addresses": [address], "LockToken": summary["LockToken"]}),
        );
        tasks.push(tokio::spawn(async move {
            client.call("UpdateIPSet", update).await
        }));
    }
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => won += 1,
            Err(error) => assert_eq!(code_and_message(&error), optimistic_lock()),
        }
    }
    assert_eq!(won, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_creates_with_one_name_exactly_one_wins() {
    let (one, other) = two().await;
    let mut tasks = Vec::new();
    for n in 0..20 {
        let client = Arc::clone(if n % 2 == 0 { &one } else { &other });
        let input = web_acl("same", json!([]));
        tasks.push(tokio::spawn(async move {
            client.call("CreateWebACL", input).await
        }));
    }
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => won += 1,
            Err(error) => assert_eq!(code_and_message(&error), duplicate()),
        }
    }
    assert_eq!(won, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_set_is_never_deleted_under_a_web_acl_that_begins_to_use_it() {
    let (one, other) = two().await;
    let (mut kept, mut deleted) = (0, 0);
    for round in 0..60 {
        let ip_set = one
            .create_ip_set(&format!("s{round}"), &["192.0.2.1/32"])
            .await;
        let create = web_acl(&format!("w{round}"), json!([block_ip_set(&ip_set["ARN"])]));
        let delete = with(named(&ip_set), json!({"LockToken": ip_set["LockToken"]}));
        let (creator, deleter) = (Arc::clone(&one), Arc::clone(&other));
        let creator = tokio::spawn(async move { creator.call("CreateWebACL", create).await });
        let deleter = tokio::spawn(async move {
            // The two begin at different distances from each other.
            tokio::time::sleep(std::time::Duration::from_micros(round * 20)).await;
            deleter.call("DeleteIPSet", delete).await
        });
        match (creator.await.unwrap(), deleter.await.unwrap()) {
            (Ok(created), Err(error)) => {
                assert_eq!(code_and_message(&error), associated());
                let web_acl = &created["Summary"];
                one.ok("GetIPSet", named(&ip_set)).await;
                let delete = with(named(web_acl), json!({"LockToken": web_acl["LockToken"]}));
                one.ok("DeleteWebACL", delete).await;
                let delete = with(named(&ip_set), json!({"LockToken": ip_set["LockToken"]}));
                one.ok("DeleteIPSet", delete).await;
                kept += 1;
            }
            (Err(error), Ok(_)) => {
                assert_eq!(code_and_message(&error), nonexistent());
                deleted += 1;
            }
            (created, deleted) => panic!("{created:?} and {deleted:?}"),
        }
    }
    assert_eq!(kept + deleted, 60);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_changes_of_one_moment_all_happen() {
    let (one, other) = two().await;
    let ip_set = one.create_ip_set("shared", &["192.0.2.1/32"]).await;
    let mut tasks = Vec::new();
    for n in 0..24 {
        let client = Arc::clone(if n % 2 == 0 { &one } else { &other });
        let input = web_acl(&format!("w{n}"), json!([block_ip_set(&ip_set["ARN"])]));
        tasks.push(tokio::spawn(async move {
            client.call("CreateWebACL", input).await
        }));
    }
    let mut created: Vec<Value> = Vec::new();
    for task in tasks {
        created
            .push(task.await.unwrap().expect("no conflict reaches the caller")["Summary"].clone());
    }
    // Each of them is a use: the last one's deletion frees the set, none before.
    let delete_set = with(named(&ip_set), json!({"LockToken": ip_set["LockToken"]}));
    for web_acl in &created {
        assert_eq!(
            one.refused("DeleteIPSet", delete_set.clone()).await,
            associated()
        );
        let delete = with(named(web_acl), json!({"LockToken": web_acl["LockToken"]}));
        one.ok("DeleteWebACL", delete).await;
    }
    one.ok("DeleteIPSet", delete_set).await;
    // Creates and deletes of 24 web ACLs and of one set.
    assert_eq!(one.audit_records().await, 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_web_acl_is_never_deleted_under_a_load_balancer() {
    let (one, other) = two().await;
    let shop = one.load_balancers.add("shop");
    other.load_balancers.add("shop");
    for round in 0..40 {
        let web_acl = one.create_web_acl(&format!("w{round}"), json!([])).await;
        let associate = json!({"WebACLArn": web_acl["ARN"], "ResourceArn": shop});
        let delete = with(named(&web_acl), json!({"LockToken": web_acl["LockToken"]}));
        let (first, second) = (Arc::clone(&one), Arc::clone(&other));
        let first = tokio::spawn(async move { first.call("AssociateWebACL", associate).await });
        let second = tokio::spawn(async move { second.call("DeleteWebACL", delete).await });
        match (first.await.unwrap(), second.await.unwrap()) {
            (Ok(_), Err(error)) => assert_eq!(code_and_message(&error), associated()),
            (Err(error), Ok(_)) => assert_eq!(code_and_message(&error), nonexistent()),
            (associated, deleted) => panic!("{associated:?} and {deleted:?}"),
        }
    }
}

#[tokio::test]
async fn a_change_by_another_process_is_seen_and_enforced() {
    let (one, other) = two().await;
    let shop = one.load_balancers.add("shop");
    let web_acl = one
        .create_web_acl("w", json!([block_path("p", 0, "/p")]))
        .await;
    let associate = json!({"WebACLArn": web_acl["ARN"], "ResourceArn": shop});
    one.ok("AssociateWebACL", associate).await;
    other
        .policies_where(|policies| policies.contains_key(&shop))
        .await;
    // A lock token that the other process has just given is good at once.
    let mut token = web_acl["LockToken"].clone();
    for n in 0..20 {
        let client = if n % 2 == 0 { &other } else { &one };
        let update = with(
            super::client::web_acl("w", json!([block_path("p", n, "/p")])),
            json!({"Id": web_acl["Id"], "LockToken": token}),
        );
        token = client.ok("UpdateWebACL", update).await["NextLockToken"].clone();
    }
}
