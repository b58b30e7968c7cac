//! A log in a folder of its own, over a store and a disk that fail when a test says so.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use judge::FaultyStore;
use serde_json::Value;
use store::{Batch, Key, Row, Store as _};
use telemetry::audit::{Config, Disk, Filter, Log, Outcome, Parts, RealDisk, SegmentFile, search};
use telemetry::metrics::Registry;
use tempfile::TempDir;
use types::{
    AccountId, Call, Clock, Entropy, EntropyError, KeyWrap, KeyWrapError, Principal, RequestId,
    Secret, Time,
};

pub(crate) const NOON: Time = Time::from_seconds(1_795_348_800);

pub(crate) fn account() -> AccountId {
    "123456789012".parse().unwrap()
}

pub(crate) fn call(number: u64, operation: &str) -> Call {
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

/// Records calls that only read, one after the other.
pub(crate) async fn record(log: &Log, numbers: std::ops::Range<u64>) {
    for number in numbers {
        log.record(&call(number, "GetIPSet"), Outcome::Success)
            .await
            .unwrap();
    }
}

/// The real disk, until a test lets it fail or wait.
#[derive(Debug, Default)]
pub(crate) struct FailingDisk {
    /// Writes stop in the middle.
    pub(crate) full: AtomicBool,
    /// What is written may not be durable.
    pub(crate) unsure: AtomicBool,
    /// After so many appends the disk is full; 0 sets no limit.
    pub(crate) full_after: AtomicUsize,
    /// Files cannot even be cut.
    pub(crate) dead: AtomicBool,
    /// How long a flush takes.
    pub(crate) flush: Mutex<Duration>,
    /// Flushes do not end.
    pub(crate) stuck: AtomicBool,
    /// How many flushes there were.
    pub(crate) flushes: AtomicUsize,
}

#[derive(Debug)]
struct FailingFile(Arc<FailingDisk>, Box<dyn SegmentFile>);

#[derive(Debug, Clone)]
pub(crate) struct SharedDisk(pub(crate) Arc<FailingDisk>);

impl Disk for SharedDisk {
    fn open(&self, path: &Path, new: bool) -> io::Result<Box<dyn SegmentFile>> {
        let file = RealDisk.open(path, new)?;
        Ok(Box::new(FailingFile(Arc::clone(&self.0), file)))
    }
}

impl SegmentFile for FailingFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.0.full_after.load(Ordering::SeqCst) {
            0 => {}
            1 => {
                self.0.full_after.store(0, Ordering::SeqCst);
                self.0.full.store(true, Ordering::SeqCst);
            }
            more => self.0.full_after.store(more - 1, Ordering::SeqCst),
        }
        if self.0.full.load(Ordering::SeqCst) {
            self.1.append(bytes.get(..bytes.len() / 2).unwrap())?;
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        self.1.append(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.flushes.fetch_add(1, Ordering::SeqCst);
        let wait = *self.0.flush.lock().unwrap();
        std::thread::sleep(wait);
        while self.0.stuck.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(1));
        }
        if self.0.unsure.load(Ordering::SeqCst) {
            return Err(io::Error::other("input/output error"));
        }
        self.1.sync()
    }

    fn cut(&mut self, bytes: u64) -> io::Result<()> {
        if self.0.dead.load(Ordering::SeqCst) {
            return Err(io::Error::other("read-only file system"));
        }
        self.1.cut(bytes)
    }
}

#[derive(Debug)]
pub(crate) struct TestClock(pub(crate) AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Time {
        Time::from_millis(self.0.load(Ordering::SeqCst))
    }
}

#[derive(Debug, Default)]
pub(crate) struct Counting(AtomicUsize);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        let number = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes
            .iter_mut()
            .zip(number.iter().cycle())
            .for_each(|(to, from)| *to = from.wrapping_mul(31).wrapping_add(7));
        Ok(())
    }
}

/// A seal that is open, or not.
#[derive(Debug)]
pub(crate) struct TestSeal(pub(crate) AtomicBool);

impl KeyWrap for TestSeal {
    fn wrap(&self, context: &str, secret: &[u8]) -> Result<Vec<u8>, KeyWrapError> {
        if !self.0.load(Ordering::SeqCst) {
            return Err(KeyWrapError::Sealed);
        }
        Ok([context.as_bytes(), secret].concat())
    }

    fn unwrap(&self, context: &str, wrapped: &[u8]) -> Result<Secret, KeyWrapError> {
        if !self.0.load(Ordering::SeqCst) {
            return Err(KeyWrapError::Sealed);
        }
        let secret = wrapped.strip_prefix(context.as_bytes());
        let secret = secret.ok_or_else(|| KeyWrapError::Damaged {
            context: context.to_owned(),
        })?;
        Ok(Secret::new(secret.to_vec()))
    }
}

/// What a log stands on, and outlives it.
pub(crate) struct World {
    folder: TempDir,
    pub(crate) store: Arc<FaultyStore>,
    pub(crate) disk: Arc<FailingDisk>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) seal: Arc<TestSeal>,
    pub(crate) entropy: Arc<Counting>,
    pub(crate) metrics: Registry,
    pub(crate) config: Config,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let disk = Arc::new(FailingDisk::default());
        let mut config = Config::new(folder.path().join("audit"));
        config.disk = Arc::new(SharedDisk(Arc::clone(&disk)));
        Self {
            folder,
            store: Arc::default(),
            disk,
            clock: Arc::new(TestClock(AtomicI64::new(NOON.as_millis()))),
            seal: Arc::new(TestSeal(AtomicBool::new(true))),
            entropy: Arc::default(),
            metrics: Registry::default(),
            config,
        }
    }

    pub(crate) fn parts(&self) -> Parts<'_> {
        Parts {
            store: Arc::clone(&self.store) as _,
            wrap: Arc::clone(&self.seal) as _,
            clock: Arc::clone(&self.clock) as _,
            entropy: Arc::clone(&self.entropy) as _,
            metrics: &self.metrics,
        }
    }

    pub(crate) async fn open(&self) -> Log {
        Log::open(self.config.clone(), self.parts()).await.unwrap()
    }

    /// What a crash at this moment would leave.
    pub(crate) async fn freeze(&self) -> Frozen {
        let rows = self.store.rows().snapshot(&Key::root()).await.unwrap();
        let folder = copy(&self.audit());
        Frozen {
            folder,
            rows: rows.rows,
        }
    }

    /// Makes the folder and the store what they were. Nothing may have them open.
    pub(crate) async fn thaw(&self, frozen: &Frozen) {
        self.fill(frozen.folder.path());
        let memory = self.store.rows();
        let mut batch = Batch::new();
        for row in memory.snapshot(&Key::root()).await.unwrap().rows {
            batch.delete(row.key);
        }
        memory.commit(batch).await.unwrap();
        let mut batch = Batch::new();
        for row in &frozen.rows {
            batch.put(row.key.clone(), row.value.clone());
        }
        memory.commit(batch).await.unwrap();
    }

    /// Makes the folder what another is; the store stays.
    pub(crate) fn fill(&self, from: &Path) {
        if self.audit().exists() {
            std::fs::remove_dir_all(self.audit()).unwrap();
        }
        std::fs::create_dir(self.audit()).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), self.audit().join(entry.file_name())).unwrap();
        }
    }

    /// How many rows of records are in the store still.
    pub(crate) async fn rows(&self) -> usize {
        let rows = self.store.rows().snapshot(&Key::new(["audit"])).await;
        rows.unwrap().rows.len()
    }

    /// The log's folder.
    pub(crate) fn audit(&self) -> PathBuf {
        self.folder.path().join("audit")
    }

    /// Records of calls, oldest first.
    pub(crate) fn records(&self) -> Vec<Value> {
        let all = everything(&self.audit()).into_iter();
        all.filter(|record| record["eventType"] == "AwsApiCall")
            .collect()
    }

    /// What the log says of itself, oldest first.
    pub(crate) fn events(&self) -> Vec<Value> {
        let all = everything(&self.audit()).into_iter();
        all.filter(|record| record["eventType"] == "AwsServiceEvent")
            .collect()
    }
}

/// A log's folder, and the rows beside it, at one moment.
pub(crate) struct Frozen {
    pub(crate) folder: TempDir,
    pub(crate) rows: Vec<Row>,
}

/// All records but heads, oldest first.
pub(crate) fn everything(folder: &Path) -> Vec<Value> {
    let mut found = search(folder, &Filter::default(), usize::MAX, |_, _| {}).unwrap();
    found.reverse();
    let texts = found.iter();
    texts
        .map(|found| serde_json::from_str(&found.text).unwrap())
        .collect()
}

/// A copy of a log's folder.
pub(crate) fn copy(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    copy
}
