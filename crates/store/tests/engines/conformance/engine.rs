//! The engines under test, and small words for the cases.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use store::{Batch, CommitError, Key, Memory, Postgres, PostgresOptions, Redb, Revision, Store};

use crate::postgres::Server;

/// Where a case's rows are kept.
#[async_trait]
pub(crate) trait Engine: Sync {
    fn name(&self) -> &'static str;

    /// An empty store.
    async fn fresh(&self) -> Box<dyn Place>;

    /// How much work a case may make of it: commits cost a flush or not.
    fn patience(&self) -> usize;
}

/// One place to keep rows in.
#[async_trait]
pub(crate) trait Place: Send + Sync {
    /// Opens it. Before it is opened again it must be closed, unless `shared`.
    async fn open(&self) -> Arc<dyn Store>;

    /// Whether rows outlive the store that wrote them.
    fn durable(&self) -> bool {
        true
    }
}

pub(crate) struct InMemory;

#[async_trait]
impl Engine for InMemory {
    fn name(&self) -> &'static str {
        "memory"
    }

    async fn fresh(&self) -> Box<dyn Place> {
        Box::new(Self)
    }

    fn patience(&self) -> usize {
        10
    }
}

#[async_trait]
impl Place for InMemory {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(Memory::new())
    }

    fn durable(&self) -> bool {
        false
    }
}

pub(crate) struct InFile {
    directory: tempfile::TempDir,
    places: AtomicUsize,
}

impl InFile {
    pub(crate) fn new() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
            places: AtomicUsize::new(0),
        }
    }
}

struct File(std::path::PathBuf);

#[async_trait]
impl Engine for InFile {
    fn name(&self) -> &'static str {
        "redb"
    }

    async fn fresh(&self) -> Box<dyn Place> {
        let place = self.places.fetch_add(1, Ordering::Relaxed);
        Box::new(File(
            self.directory.path().join(format!("{place}/state.redb")),
        ))
    }

    fn patience(&self) -> usize {
        3
    }
}

#[async_trait]
impl Place for File {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(Redb::open(&self.0).unwrap())
    }
}

pub(crate) struct InPostgres {
    server: Server,
    places: AtomicUsize,
}

impl InPostgres {
    pub(crate) fn start() -> Self {
        Self {
            server: Server::start(),
            places: AtomicUsize::new(0),
        }
    }
}

struct Schema(String);

#[async_trait]
impl Engine for InPostgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    async fn fresh(&self) -> Box<dyn Place> {
        let schema = format!("place{}", self.places.fetch_add(1, Ordering::Relaxed));
        let connected = tokio_postgres::connect(&self.server.url(), tokio_postgres::NoTls).await;
        let (client, connection) = connected.unwrap();
        let connection = tokio::spawn(connection);
        client
            .batch_execute(&format!("CREATE SCHEMA {schema}"))
            .await
            .unwrap();
        drop(client);
        connection.await.unwrap().unwrap();
        Box::new(Schema(self.server.url_in(&schema)))
    }

    fn patience(&self) -> usize {
        3
    }
}

#[async_trait]
impl Place for Schema {
    async fn open(&self) -> Arc<dyn Store> {
        let options = PostgresOptions {
            poll_interval: std::time::Duration::from_millis(20),
        };
        Arc::new(Postgres::connect(&self.0, options).await.unwrap())
    }
}

/// An empty store whose place is kept as long as the test.
pub(crate) async fn fresh(engine: &dyn Engine) -> Arc<dyn Store> {
    engine.fresh().await.open().await
}

/// A key by its encoded form.
pub(crate) fn key(path: &str) -> Key {
    Key::parse(path).unwrap()
}

/// Commits what `fill` puts into a batch.
pub(crate) async fn commit(
    store: &dyn Store,
    fill: impl FnOnce(&mut Batch),
) -> Result<Revision, CommitError> {
    let mut batch = Batch::new();
    fill(&mut batch);
    store.commit(batch).await
}

/// Writes one row.
pub(crate) async fn put(store: &dyn Store, path: &str, value: &str) -> Revision {
    let written = commit(store, |batch| {
        batch.put(key(path), value.to_owned());
    })
    .await;
    written.unwrap()
}

/// What a row holds.
pub(crate) async fn value(store: &dyn Store, path: &str) -> Option<String> {
    let row = store.get(&key(path)).await.unwrap()?;
    Some(String::from_utf8(row.value.to_vec()).unwrap())
}

/// The keys and values of all rows, by a snapshot.
pub(crate) async fn everything(store: &dyn Store) -> Vec<(String, String)> {
    let snapshot = store.snapshot(&Key::root()).await.unwrap();
    let text = |row: &store::Row| {
        let value = String::from_utf8_lossy(&row.value).into_owned();
        (row.key.as_str().to_owned(), value)
    };
    snapshot.rows.iter().map(text).collect()
}

/// Fails with `what` when it takes too long: a test that hangs says nothing.
pub(crate) async fn within<T>(what: &str, work: impl Future<Output = T>) -> T {
    let limit = std::time::Duration::from_secs(60);
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done,
        Err(_) => panic!("{what}: not within {limit:?}"),
    }
}
