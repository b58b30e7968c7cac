//! kill -9: nothing that was acknowledged is lost, no batch is there by half.
//!
//! The test runs itself again as a process that writes and says so (a line for each commit that
//! was answered), kills it at a random moment, opens the store and compares.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use store::{Batch, Key, Postgres, PostgresOptions, Redb, Store};

use crate::conformance::engine::key;
use crate::postgres::Server;
use crate::seeded::Seeded;

/// Tells the process that it is to write, and where.
const WRITE_TO: &str = "STORE_TEST_WRITE_TO";

/// Writers in the process that is killed: their batches share flushes.
const WRITERS: usize = 4;

/// Rows of a batch beside the writer's count.
const PARTS: u64 = 5;

async fn open(place: &str) -> Result<Arc<dyn Store>, store::StoreError> {
    if let Some(path) = place.strip_prefix("file:") {
        return Ok(Arc::new(Redb::open(path.as_ref())?));
    }
    Ok(Arc::new(
        Postgres::connect(place, PostgresOptions::default()).await?,
    ))
}

fn count_key(writer: usize) -> Key {
    key(&format!("writer/{writer}/count"))
}

/// One of the rows of commit `count`. A third of them is deleted by each commit.
fn part(writer: usize, part: u64) -> Key {
    key(&format!("writer/{writer}/part/{part}"))
}

fn part_value(count: u64, part: u64) -> Option<String> {
    let large = "x".repeat(usize::try_from(count * part % 7 * 1_000).unwrap());
    (!(count + part).is_multiple_of(3)).then(|| format!("{count} {large}"))
}

/// What the process does that is killed.
#[tokio::main]
async fn write_until_killed(place: &str) {
    let store = open(place).await.unwrap();
    say("ready");
    let mut tasks = Vec::new();
    for writer in 0..WRITERS {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            let held = store.get(&count_key(writer)).await.unwrap();
            let (mut count, mut revision) = match &held {
                None => (0, None),
                Some(row) => (number(&row.value), Some(row.revision)),
            };
            while count < u64::MAX {
                count += 1;
                let mut batch = Batch::new();
                match revision {
                    None => batch.expect_absent(count_key(writer)),
                    Some(revision) => batch.expect_at(count_key(writer), revision),
                };
                batch.put(count_key(writer), count.to_string());
                for row in 0..PARTS {
                    match part_value(count, row) {
                        Some(value) => batch.put(part(writer, row), value),
                        None => batch.delete(part(writer, row)),
                    };
                }
                revision = Some(store.commit(batch).await.unwrap());
                say(&format!("{writer} {count}"));
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

/// One line, in one write: a line is there as a whole or not at all.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("@{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

fn number(value: &[u8]) -> u64 {
    std::str::from_utf8(value).unwrap().parse().unwrap()
}

/// Starts the writing process, kills it after a while, and answers the last commit of each writer
/// that it acknowledged.
fn write_and_kill(test: &str, place: &str, random: &mut Seeded) -> BTreeMap<usize, u64> {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(WRITE_TO, place)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    // Sometimes it is killed while it starts (recovery from the last kill is killed, too).
    let starts = random.percent(15);
    if !starts
        && !lines
            .by_ref()
            .map_while(Result::ok)
            .any(|line| line.ends_with("@ready"))
    {
        let mut said = String::new();
        std::io::Read::read_to_string(&mut process.stderr.take().unwrap(), &mut said).unwrap();
        panic!("the writing process ended: {said}");
    }
    let most = if starts { 60_000 } else { 40_000 };
    std::thread::sleep(Duration::from_micros(random.next() % most));
    process.kill().unwrap();
    let mut acknowledged = BTreeMap::new();
    for line in lines.map_while(Result::ok) {
        let Some((_, said)) = line.rsplit_once('@') else {
            continue;
        };
        if let Some((writer, count)) = said.split_once(' ') {
            acknowledged.insert(writer.parse().unwrap(), count.parse().unwrap());
        }
    }
    process.wait().unwrap();
    acknowledged
}

/// Waits until the server has carried out or given up what the killed process had sent: its backends
/// outlive it, and on a busy machine a commit that was under way may come after the first look.
async fn let_it_settle(place: &str) {
    if place.starts_with("file:") {
        return;
    }
    let (client, connection) = tokio_postgres::connect(place, tokio_postgres::NoTls)
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    let of_btz = "SELECT pid FROM pg_stat_activity WHERE application_name = 'btz'";
    let began = Instant::now();
    while !client.query(of_btz, &[]).await.unwrap().is_empty() {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "backends outlive their process"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(client);
    connection.await.unwrap().unwrap();
}

/// Kills so often, and compares after each.
async fn kill_often(test: &str, place: &str, kills: usize, time: Duration) {
    let mut random = Seeded::announced(test);
    let began = Instant::now();
    let mut known = BTreeMap::new();
    let (mut slowest, mut survived) = (Duration::ZERO, 0);
    for kill in 0..kills {
        let acknowledged = write_and_kill(test, place, &mut random);
        let_it_settle(place).await;
        let opening = Instant::now();
        let store = open(place)
            .await
            .unwrap_or_else(|error| panic!("kill {kill}: {error}"));
        slowest = slowest.max(opening.elapsed());
        for (writer, count) in acknowledged {
            let before = known.insert(writer, count);
            assert!(before.is_none_or(|before| before < count), "kill {kill}");
        }
        let mut rows = 0;
        for writer in 0..WRITERS {
            let told = known.get(&writer).copied().unwrap_or(0);
            let held = store.get(&count_key(writer)).await.unwrap();
            let count = held.as_ref().map_or(0, |row| number(&row.value));
            // The one commit that was under way may have happened.
            assert!(
                count == told || count == told + 1,
                "kill {kill}: writer {writer} was told of {told}, the store holds {count}"
            );
            known.insert(writer, count);
            rows += usize::from(count > 0);
            for row in 0..PARTS {
                let held = store.get(&part(writer, row)).await.unwrap();
                let expected = if count == 0 {
                    None
                } else {
                    part_value(count, row)
                };
                let at = held.as_ref().map(|row| row.revision);
                let held = held.map(|row| String::from_utf8(row.value.to_vec()).unwrap());
                assert_eq!(
                    held, expected,
                    "kill {kill}: part {row} of writer {writer} at {at:?}"
                );
                rows += usize::from(held.is_some());
            }
        }
        let snapshot = store.snapshot(&Key::root()).await.unwrap();
        assert_eq!(
            snapshot.rows.len(),
            rows,
            "kill {kill}: rows that nobody wrote"
        );
        survived = known.values().sum();
        if began.elapsed() > time {
            panic!("{} kills took {time:?}", kill + 1);
        }
    }
    println!(
        "{kills} kills in {:?}, {survived} commits; slowest opening {slowest:?}",
        began.elapsed()
    );
    assert!(
        survived > kills as u64,
        "hardly anything was written: the test shows nothing"
    );
}

#[test]
fn redb_loses_nothing() {
    if let Ok(place) = std::env::var(WRITE_TO) {
        return write_until_killed(&place);
    }
    let directory = tempfile::tempdir().unwrap();
    let place = format!("file:{}", directory.path().join("state.redb").display());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let limit = Duration::from_secs(120);
    runtime.block_on(kill_often("crash::redb_loses_nothing", &place, 300, limit));
}

#[test]
fn postgres_loses_nothing() {
    if let Ok(place) = std::env::var(WRITE_TO) {
        return write_until_killed(&place);
    }
    let server = Server::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let limit = Duration::from_secs(120);
    runtime.block_on(kill_often(
        "crash::postgres_loses_nothing",
        &server.url(),
        60,
        limit,
    ));
}
