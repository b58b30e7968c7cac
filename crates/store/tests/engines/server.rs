//! What happens to the PostgreSQL engine's server and between several processes that share it.

use std::sync::Arc;
use std::time::Duration;

use store::{
    Batch, CommitError, Event, Follow, Key, Postgres, PostgresOptions, Revision, Store, StoreError,
    Update, View,
};
use tokio_postgres::NoTls;

use crate::conformance::engine::{everything, key, put, value, within};
use crate::postgres::Server;

async fn open(url: &str) -> Arc<dyn Store> {
    Arc::new(
        Postgres::connect(url, PostgresOptions::default())
            .await
            .unwrap(),
    )
}

async fn sql(url: &str, statements: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(statements).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}

/// Several processes that all make the tables at the same moment.
async fn open_at_once(url: &str) -> Vec<Arc<dyn Store>> {
    let opening: Vec<_> = (0..4)
        .map(|_| {
            let url = url.to_owned();
            tokio::spawn(async move { open(&url).await })
        })
        .collect();
    let mut stores = Vec::new();
    for store in opening {
        stores.push(store.await.unwrap());
    }
    stores
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_make_the_tables_at_once() {
    let server = Server::start();
    for round in 0..20 {
        sql(&server.url(), &format!("CREATE SCHEMA round{round}")).await;
        let stores = open_at_once(&server.url_in(&format!("round{round}"))).await;
        assert_eq!(put(&*stores[0], "a", "x").await, Revision(1));
        assert_eq!(value(&*stores[3], "a").await.as_deref(), Some("x"));
    }
}

/// Two stores on one database stand for two processes.
#[tokio::test(flavor = "multi_thread")]
async fn processes_share_it() {
    let server = Server::start();
    let stores = open_at_once(&server.url()).await;
    let mut watch = stores[3].watch(&key("count")).await.unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = stores[task % 3].clone();
            tokio::spawn(async move {
                for _ in 0..25 {
                    loop {
                        let row = store.get(&key("count")).await.unwrap();
                        let mut batch = Batch::new();
                        let next = match &row {
                            None => {
                                batch.expect_absent(key("count"));
                                1
                            }
                            Some(row) => {
                                batch.expect_at(key("count"), row.revision);
                                let text = String::from_utf8(row.value.to_vec()).unwrap();
                                text.parse::<u32>().unwrap() + 1
                            }
                        };
                        batch.put(key("count"), next.to_string());
                        match store.commit(batch).await {
                            Ok(_) => break,
                            Err(CommitError::Conflict { .. }) => {}
                            Err(error) => panic!("{error}"),
                        }
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(value(&*stores[3], "count").await.as_deref(), Some("200"));
    // A fourth process was told of every commit of the others, in order, once.
    for count in 1..=200_u64 {
        let event = within("a watch", watch.next()).await.unwrap().unwrap();
        let Event::Committed { revision, changes } = event else {
            panic!("lagged")
        };
        assert_eq!(revision, Revision(count));
        assert_eq!(
            changes[0].value.as_deref(),
            Some(count.to_string().as_bytes())
        );
    }
}

/// A change by another process shows within the second in which a policy is to be in force.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_arrives_in_time() {
    let server = Server::start();
    let (here, there) = (open(&server.url()).await, open(&server.url()).await);
    let view = View::open(here, Key::root()).await.unwrap();
    for round in 0..5 {
        let revision = put(&*there, "policy", &round.to_string()).await;
        let arrived = tokio::time::timeout(Duration::from_secs(1), view.reached(revision));
        arrived.await.expect("within a second");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn comes_back_after_the_server_did() {
    let mut server = Server::start();
    let store = open(&server.url()).await;
    put(&*store, "a", "1").await;
    let view = View::open(store.clone(), Key::root()).await.unwrap();
    let mut follow = Follow::new(store.clone(), Key::root());
    assert!(matches!(
        within("rows", follow.next()).await,
        Ok(Update::Reset(_))
    ));

    for round in 0..3 {
        server.crash();
        // Clear errors, and soon; nothing is known to have happened.
        let mut batch = Batch::new();
        batch.put(key("a"), "lost");
        match within("a commit", store.commit(batch)).await {
            Err(CommitError::Store(StoreError::Unavailable { reason })) => {
                assert!(reason.contains("PostgreSQL"), "{reason}");
            }
            other => panic!("{other:?}"),
        }
        let read = within("a read", store.get(&key("a"))).await;
        assert!(
            matches!(read, Err(StoreError::Unavailable { .. })),
            "{read:?}"
        );
        let watch = within("a watch", store.watch(&key("a"))).await;
        assert!(
            matches!(watch, Err(StoreError::Unavailable { .. })),
            "{watch:?}"
        );
        // Who follows is told, and keeps what it has.
        loop {
            match within("a follower", follow.next()).await {
                Ok(_) => {}
                Err(error) => {
                    assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
                    break;
                }
            }
        }
        let failing = async {
            while view.failing().is_none() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        within("the view's failure", failing).await;
        assert!(view.row(&key("a")).is_some());

        server.restart();
        let well = async {
            while view.failing().is_some() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        within("the view's recovery", well).await;
        let back = async {
            let mut batch = Batch::new();
            batch.put(key("a"), format!("back {round}"));
            loop {
                match store.commit(batch.clone()).await {
                    Ok(revision) => return revision,
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                }
            }
        };
        let revision = within("the server", back).await;
        within("the view", view.reached(revision)).await;
        assert_eq!(view.failing(), None);
        assert_eq!(value(&*store, "a").await, Some(format!("back {round}")));
        loop {
            match within("a follower", follow.next()).await {
                Ok(Update::Committed { revision: at, .. }) if at == revision => break,
                Ok(Update::Reset(_)) => panic!("nothing was missed"),
                _ => {}
            }
        }
    }
}

/// Connections that are cut under load: every commit that was answered is there, each once.
#[tokio::test(flavor = "multi_thread")]
async fn connections_may_be_cut() {
    let server = Server::start();
    let store = open(&server.url()).await;
    let cutting = tokio::spawn({
        let url = server.url();
        async move {
            for _ in 0..15 {
                tokio::time::sleep(Duration::from_millis(60)).await;
                let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                           WHERE application_name = 'btz'";
                sql(&url, cut).await;
            }
        }
    });
    let mut tasks = Vec::new();
    for task in 0..4 {
        let (store, cutting) = (store.clone(), cutting.abort_handle());
        tasks.push(tokio::spawn(async move {
            let (mut answered, mut doubtful) = (Vec::new(), Vec::new());
            let mut count = 0;
            while !cutting.is_finished() {
                count += 1;
                let path = format!("row/{task}/{count}");
                let mut batch = Batch::new();
                batch.expect_absent(key(&path)).put(key(&path), "x");
                match store.commit(batch).await {
                    Ok(_) => answered.push(path),
                    Err(CommitError::Store(StoreError::Indeterminate { .. })) => {
                        doubtful.push(path)
                    }
                    Err(CommitError::Store(StoreError::Unavailable { .. })) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            (answered, doubtful)
        }));
    }
    let (mut answered, mut doubtful) = (Vec::new(), Vec::new());
    for task in tasks {
        let (sure, unsure) = task.await.unwrap();
        answered.extend(sure);
        doubtful.extend(unsure);
    }
    cutting.await.unwrap();
    let held = everything(&*store).await.into_iter().map(|(path, _)| path);
    let held: std::collections::BTreeSet<String> = held.collect();
    println!(
        "{} answered, {} in doubt, {} held",
        answered.len(),
        doubtful.len(),
        held.len()
    );
    assert!(answered.iter().all(|path| held.contains(path)));
    assert!(
        held.iter()
            .all(|path| answered.contains(path) || doubtful.contains(path))
    );
    assert!(answered.len() > 20);
}

/// A process that stands still in mid-transaction (a cut cable, a stopped machine) does not hold
/// up the others for ever, and what cannot be had in time is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_is_held_is_no_end() {
    let server = Server::start();
    let store = open(&server.url()).await;
    put(&*store, "a", "1").await;
    let (holder, connection) = tokio_postgres::connect(&server.url(), NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    holder
        .batch_execute("BEGIN; SELECT * FROM btz_head FOR UPDATE")
        .await
        .unwrap();
    let mut batch = Batch::new();
    batch.put(key("a"), "2");
    let refused = within("a commit", store.commit(batch)).await;
    assert!(
        matches!(
            refused,
            Err(CommitError::Store(StoreError::Unavailable { .. }))
        ),
        "{refused:?}"
    );
    assert_eq!(
        value(&*store, "a").await.as_deref(),
        Some("1"),
        "reads need no lock"
    );
    holder.batch_execute("ROLLBACK").await.unwrap();
    drop(holder);
    connection.await.unwrap().unwrap();
    put(&*store, "a", "3").await;
}

/// A process that was away while more was committed than is kept reads its rows again.
#[tokio::test(flavor = "multi_thread")]
async fn pruned_changes_lag() {
    let server = Server::start();
    let options = PostgresOptions {
        poll_interval: Duration::from_secs(6),
    };
    let away: Arc<dyn Store> = Arc::new(Postgres::connect(&server.url(), options).await.unwrap());
    let mut follow = Follow::new(away.clone(), key("row"));
    assert!(matches!(
        within("rows", follow.next()).await,
        Ok(Update::Reset(_))
    ));
    let busy = open(&server.url()).await;
    let tasks: Vec<_> = (0..6_000)
        .map(|row| {
            let busy = busy.clone();
            tokio::spawn(async move { put(&*busy, &format!("row/{}", row % 50), "x").await })
        })
        .collect();
    let mut last = Revision(0);
    for task in tasks {
        last = last.max(task.await.unwrap());
    }
    let stats = busy.stats();
    println!("{} commits in {} flushes", stats.commits, stats.flushes);
    let (mut told, mut resets) = (Revision(0), 0);
    while told < last {
        match within("a follower", follow.next()).await.unwrap() {
            Update::Reset(snapshot) => {
                assert!(snapshot.rows.len() <= 50);
                told = snapshot.revision;
                resets += 1;
            }
            Update::Committed { revision, .. } => told = revision,
        }
    }
    let held = tokio_postgres::connect(&server.url(), NoTls).await.unwrap();
    let connection = tokio::spawn(held.1);
    let rows = held
        .0
        .query_one("SELECT count(*) FROM btz_change", &[])
        .await
        .unwrap();
    let kept: i64 = rows.get(0);
    assert!(
        (1..=4_096 + 256 + 256).contains(&kept),
        "{kept} changes are kept"
    );
    drop(held.0);
    connection.await.unwrap().unwrap();
    assert_eq!(resets, 1, "it was away for longer than changes are kept");
}

/// Tables of format 1, as they were before watches were polled, are upgraded with their rows.
#[tokio::test(flavor = "multi_thread")]
async fn upgrades_stepwise_and_refuses_newer() {
    let server = Server::start();
    sql(
        &server.url(),
        "CREATE TABLE btz_head (id integer PRIMARY KEY CHECK (id = 1), format integer NOT NULL,
             revision bigint NOT NULL);
         CREATE TABLE btz_row (key bytea PRIMARY KEY, revision bigint NOT NULL,
             value bytea NOT NULL);
         INSERT INTO btz_head VALUES (1, 1, 7);
         INSERT INTO btz_row VALUES ('old/row', 7, 'kept')",
    )
    .await;
    let store = open(&server.url()).await;
    assert_eq!(value(&*store, "old/row").await.as_deref(), Some("kept"));
    let mut watch = store.watch(&Key::root()).await.unwrap();
    assert_eq!(put(&*store, "new", "x").await, Revision(8));
    let event = within("a watch", watch.next()).await.unwrap().unwrap();
    assert!(
        matches!(
            event,
            Event::Committed {
                revision: Revision(8),
                ..
            }
        ),
        "{event:?}"
    );
    drop(store);

    sql(&server.url(), "UPDATE btz_head SET format = 99").await;
    match Postgres::connect(&server.url(), PostgresOptions::default())
        .await
        .map(drop)
    {
        Err(
            error @ StoreError::Newer {
                found: 99,
                known: 2,
                ..
            },
        ) => {
            assert!(error.to_string().contains("use a newer one"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    sql(&server.url(), "UPDATE btz_head SET format = 2").await;
    assert_eq!(
        value(&*open(&server.url()).await, "new").await.as_deref(),
        Some("x")
    );
}

/// A diagnosis looks: the tables that it would make could not be made by hand then.
#[tokio::test(flavor = "multi_thread")]
async fn a_look_makes_no_tables_and_upgrades_none() {
    let server = Server::start();
    let look = async || Postgres::connect_as_it_is(&server.url(), PostgresOptions::default()).await;
    assert!(look().await.unwrap().is_none());
    sql(
        &server.url(),
        "CREATE TABLE btz_head (id integer PRIMARY KEY CHECK (id = 1), format integer NOT NULL,
             revision bigint NOT NULL);
         CREATE TABLE btz_row (key bytea PRIMARY KEY, revision bigint NOT NULL,
             value bytea NOT NULL)",
    )
    .await;
    assert!(look().await.unwrap().is_none(), "no head");
    sql(&server.url(), "INSERT INTO btz_head VALUES (1, 1, 7)").await;
    assert!(look().await.unwrap().is_none(), "an earlier format");
    sql(
        &server.url(),
        "CREATE TABLE btz_change (id integer); DROP TABLE btz_change",
    )
    .await;
    put(&*open(&server.url()).await, "a", "x").await;
    let looked = look().await.unwrap().unwrap();
    assert_eq!(value(&looked, "a").await.as_deref(), Some("x"));
    sql(&server.url(), "UPDATE btz_head SET format = 99").await;
    let newer = look().await.map(drop);
    assert!(matches!(newer, Err(StoreError::Newer { found: 99, .. })));
}

/// The defaults of a database or role do not make commits less than durable, nor less than ordered.
#[tokio::test(flavor = "multi_thread")]
async fn keeps_its_own_settings() {
    let server = Server::start();
    sql(
        &server.url(),
        "ALTER ROLE btz SET synchronous_commit = off;
         ALTER ROLE btz SET default_transaction_isolation = 'serializable'",
    )
    .await;
    let store = open(&server.url()).await;
    let tasks: Vec<_> = (0..40)
        .map(|row| {
            let store = store.clone();
            tokio::spawn(async move { put(&*store, &format!("row/{row}"), "x").await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    // Seen from outside: an asynchronous commit would not wait for the log to be flushed.
    let mut server = server;
    server.crash();
    server.restart();
    assert_eq!(everything(&*open(&server.url()).await).await.len(), 40);
}

#[tokio::test]
async fn says_what_is_wrong_with_a_connection() {
    let unreachable = "host=127.0.0.1 port=1 user=btz password=hunter2 connect_timeout=1";
    for url in [
        unreachable,
        "postgres://btz:hunter2@127.0.0.1:port/",
        "nonsense hunter2",
    ] {
        let refused = Postgres::connect(url, PostgresOptions::default())
            .await
            .map(drop);
        let error = refused.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
        assert!(error.to_string().contains("PostgreSQL"), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
