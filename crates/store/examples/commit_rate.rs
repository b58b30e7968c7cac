//! How many commits a second the engines answer, beside what the disk can flush, in one run:
//! `cargo run --release -p store --example commit_rate [DIRECTORY] [POSTGRESQL_URL]`.

#![expect(clippy::print_stdout, reason = "a program that prints figures")]

use std::error::Error;
use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use store::{Batch, Key, Memory, Postgres, PostgresOptions, Redb, Revision, Store, View};

/// How long each figure is measured.
const MEASURED: Duration = Duration::from_secs(3);

/// A row's value, as long as a small API object.
const VALUE_BYTES: usize = 512;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments
        .next()
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let directory = directory.join(format!("commit-rate-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    let done = measure(&directory, arguments.next()).await;
    std::fs::remove_dir_all(&directory)?;
    done
}

async fn measure(directory: &Path, url: Option<String>) -> Outcome<()> {
    let (append, overwrite) = (flushes(directory, false)?, flushes(directory, true)?);
    println!("append + fdatasync          {append:9.0} /s");
    println!("overwrite + fdatasync       {overwrite:9.0} /s");
    println!(
        "{:<10} {:>8} {:>12} {:>16} {:>10} {:>10}",
        "engine", "writers", "commits/s", "commits/flush", "p50", "p99"
    );
    commits("memory", Arc::new(Memory::new())).await?;
    let path = directory.join("state.redb");
    commits("redb", Arc::new(Redb::open(&path)?)).await?;
    if let Some(url) = url {
        commits(
            "postgres",
            Arc::new(Postgres::connect(&url, PostgresOptions::default()).await?),
        )
        .await?;
    }
    reads(&path).await?;
    opening(&directory.join("large.redb")).await
}

/// Flushes a second: of a file that grows, whose length has to be written too (a log), or of pages
/// that are there already (a B-tree).
fn flushes(directory: &Path, in_place: bool) -> Outcome<f64> {
    const PAGE: [u8; 4_096] = [7; 4_096];
    const PAGES: u64 = 1_024;
    let path = directory.join(if in_place { "pages" } else { "log" });
    let mut file = OpenOptions::new().create_new(true).write(true).open(path)?;
    if in_place {
        for _ in 0..PAGES {
            file.write_all(&PAGE)?;
        }
        file.sync_all()?;
    }
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < MEASURED {
        if in_place {
            file.seek(SeekFrom::Start(u64::from(count) * 17 % PAGES * 4_096))?;
        }
        file.write_all(&PAGE)?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

/// A batch as a service makes it: a row that is updated if nobody else did, and its audit record.
async fn write(store: &dyn Store, writer: usize, over: &AtomicBool) -> Outcome<Vec<Duration>> {
    let row = Key::new(["row", &writer.to_string()]);
    let mut revision: Option<Revision> = store.get(&row).await?.map(|row| row.revision);
    let mut took = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let mut batch = Batch::new();
        match revision {
            None => batch.expect_absent(row.clone()),
            Some(revision) => batch.expect_at(row.clone(), revision),
        };
        batch.put(row.clone(), vec![1; VALUE_BYTES]);
        // A bounded log: it is not the memory that is measured.
        let record = format!("{writer}-{}", took.len() % 1_000);
        batch.put(Key::new(["audit", &record]), vec![2; VALUE_BYTES]);
        let began = Instant::now();
        revision = Some(store.commit(batch).await?);
        took.push(began.elapsed());
        // The memory engine never waits, so the others would never run.
        tokio::task::yield_now().await;
    }
    Ok(took)
}

async fn commits(engine: &str, store: Arc<dyn Store>) -> Outcome<()> {
    for writers in [1, 16, 64] {
        let before = store.stats();
        let over = Arc::new(AtomicBool::new(false));
        let began = Instant::now();
        let tasks: Vec<_> = (0..writers)
            .map(|writer| {
                let (store, over) = (store.clone(), over.clone());
                tokio::spawn(async move { write(&*store, writer, &over).await })
            })
            .collect();
        tokio::time::sleep(MEASURED).await;
        over.store(true, Ordering::Relaxed);
        let mut took = Vec::new();
        for task in tasks {
            took.extend(task.await??);
        }
        let elapsed = began.elapsed().as_secs_f64();
        took.sort_unstable();
        let at = |share: usize| {
            took.get(took.len() * share / 100)
                .copied()
                .unwrap_or_default()
        };
        let after = store.stats();
        let count = u32::try_from(after.commits - before.commits)?;
        let flushes = u32::try_from(after.flushes - before.flushes)?.max(1);
        println!(
            "{engine:<10} {writers:>8} {:>12.0} {:>16.1} {:>10.1?} {:>10.1?}",
            f64::from(count) / elapsed,
            f64::from(count) / f64::from(flushes),
            at(50),
            at(99),
        );
    }
    Ok(())
}

async fn reads(path: &Path) -> Outcome<()> {
    const READS: u32 = 20_000;
    let store: Arc<dyn Store> = Arc::new(Redb::open(path)?);
    let row = Key::new(["row", "0"]);
    let view = View::open(store.clone(), Key::new(["row"])).await?;
    let began = Instant::now();
    for _ in 0..READS {
        store.get(&row).await?.ok_or("no row")?;
    }
    println!(
        "redb get                    {:9.2?}",
        began.elapsed() / READS
    );
    let began = Instant::now();
    for _ in 0..READS {
        view.row(&row).ok_or("no row")?;
    }
    println!(
        "view row                    {:9.2?}",
        began.elapsed() / READS
    );
    Ok(())
}

/// How long it takes to open (and check) a store of a size that control state hardly reaches.
async fn opening(path: &Path) -> Outcome<()> {
    const BATCHES: usize = 100;
    const ROWS: usize = 500;
    let store = Redb::open(path)?;
    for batch_number in 0..BATCHES {
        let mut batch = Batch::new();
        for row in 0..ROWS {
            let key = Key::new(["row", &format!("{batch_number:06}"), &format!("{row:06}")]);
            batch.put(key, vec![3; 2 * VALUE_BYTES]);
        }
        store.commit(batch).await?;
    }
    drop(store);
    let size = std::fs::metadata(path)?.len() >> 20;
    let began = Instant::now();
    let store = Redb::open(path)?;
    println!(
        "opening {} rows, {size} MiB: {:.2?}",
        BATCHES * ROWS,
        began.elapsed()
    );
    let began = Instant::now();
    let rows = store.snapshot(&Key::root()).await?.rows.len();
    println!("snapshot of {rows} rows: {:.2?}", began.elapsed());
    Ok(())
}
