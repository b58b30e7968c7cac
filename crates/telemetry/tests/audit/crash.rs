//! kill -9: the record of every acknowledged call is there, once, and the log verifies.
//!
//! The test runs itself again as a process that records calls and says so, kills it at a random
//! moment, opens what it left, and goes on from there.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use store::{Batch, Key, Redb, Store};
use telemetry::audit::{self, Config, Log, Outcome, Parts, Range, verify};
use telemetry::metrics::Registry;

use crate::support::{World, call, everything};

/// Tells the process that it is to record, and where.
const RECORD_IN: &str = "AUDIT_TEST_RECORD_IN";
/// From which number on.
const FROM: &str = "AUDIT_TEST_FROM";
const CALLERS: u64 = 16;
const ROUNDS: u64 = 12;

async fn open(folder: &Path) -> (Log, Arc<dyn Store>) {
    let world = World::new();
    let store: Arc<dyn Store> = Arc::new(Redb::open(&folder.join("state.redb")).unwrap());
    let mut config = Config::new(folder.join("audit"));
    config.segment_bytes_max = 256 * 1024;
    let parts = Parts {
        store: Arc::clone(&store),
        metrics: &Registry::default(),
        ..world.parts()
    };
    (Log::open(config, parts).await.unwrap(), store)
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn record_until_killed(folder: &Path, from: u64) {
    let (log, store) = open(folder).await;
    let mut callers = Vec::new();
    for caller in 0..CALLERS {
        let (log, store) = (log.clone(), Arc::clone(&store));
        callers.push(tokio::spawn(async move {
            for number in (from + caller..).step_by(usize::try_from(CALLERS).unwrap()) {
                let changes = caller % 4 == 0;
                let call = call(number, if changes { "CreateIPSet" } else { "Decrypt" });
                if changes {
                    let mut batch = Batch::new();
                    batch.put(Key::new(["thing", &caller.to_string()]), number.to_string());
                    audit::commit(&*store, &call, batch).await.unwrap();
                    say(&format!("changed {}", call.request_id));
                }
                log.record(&call, Outcome::Success).await.unwrap();
                say(&format!("answered {}", call.request_id));
            }
        }));
    }
    for caller in callers {
        caller.await.unwrap();
    }
}

/// One line, in one write.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("@{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

#[test]
fn no_record_of_an_acknowledged_call_is_lost() {
    if let Some(folder) = std::env::var_os(RECORD_IN) {
        let from = std::env::var(FROM).unwrap().parse().unwrap();
        record_until_killed(Path::new(&folder), from);
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    let seed = std::process::id();
    println!("seed {seed}");
    for round in 0..ROUNDS {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "crash::no_record_of_an_acknowledged_call_is_lost",
            ])
            .arg("--nocapture")
            .env(RECORD_IN, folder.path())
            .env(FROM, (round * 1_000_000).to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut heard = 0;
        let enough = 1 + (u64::from(seed) * 7919 + round * 104_729) % 400;
        // Killed after so many answers, in the middle of what follows them.
        for line in lines.by_ref() {
            heard += note(&line.unwrap(), &mut acknowledged);
            if heard >= enough {
                break;
            }
        }
        std::thread::sleep(Duration::from_micros(u64::from(seed) * round % 5_000));
        process.kill().unwrap();
        process.wait().unwrap();
        for line in lines {
            heard += note(&line.unwrap(), &mut acknowledged);
        }
        assert!(heard >= enough, "the process ended by itself");
        if round % 3 == 2 {
            look(folder.path(), &acknowledged);
        }
    }
    look(folder.path(), &acknowledged);
}

/// What a line acknowledges; a change counts from its commit on.
fn note(line: &str, acknowledged: &mut BTreeSet<String>) -> u64 {
    let said = line.strip_prefix('@').and_then(|said| said.split_once(' '));
    let Some((_, id)) = said else {
        return 0;
    };
    acknowledged.insert(id.to_owned());
    1
}

fn look(folder: &Path, acknowledged: &BTreeSet<String>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (log, store) = open(folder).await;
        let rows = store.scan(&Key::new(["audit"]), None, 10).await.unwrap();
        assert!(rows.rows.is_empty(), "rows stay in the store");
        log.close().await;
    });
    let folder = folder.join("audit");
    let mut times = BTreeMap::new();
    for record in everything(&folder) {
        if let Some(id) = record["requestID"].as_str() {
            *times.entry(id.to_owned()).or_insert(0) += 1;
        }
    }
    for id in acknowledged {
        assert_eq!(times.get(id), Some(&1), "{id}");
    }
    assert!(times.values().all(|count| *count == 1));
    let report = verify(&folder, &Range::default(), |_, _| {}).unwrap();
    assert!(report.is_intact(), "{report:?}");
    assert_eq!(report.calls, times.len() as u64);
    println!("{} calls, {} acknowledged", times.len(), acknowledged.len());
}
