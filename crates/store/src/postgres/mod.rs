//! The PostgreSQL engine: rows in any database that speaks PostgreSQL's protocol, shared by many
//! processes. No extensions, no LISTEN, no ad-hoc SQL.
//! <https://www.postgresql.org/docs/current/protocol.html>
//!
//! Every commit locks the one row of `btz_head`, so commits of all processes are in one order,
//! that of their revisions, and become visible in it. Within a process the batches that wait share
//! a transaction.

mod error;
mod format;
mod link;
mod poller;
mod sql;
mod writer;

use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_postgres::Config;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::types::Type;

use crate::batch::check_key;
use crate::group::Queue;
use crate::limit::MAX_PAGE_BYTES;
use crate::page::{PageBuilder, SnapshotBuilder, page_rows, page_start};
use crate::postgres::error::explain;
use crate::postgres::link::Link;
use crate::postgres::poller::Poller;
use crate::postgres::writer::Writer;
use crate::stats::Counters;
use crate::watch::{Watch, Watchers};
use crate::{Batch, CommitError, Key, Page, Revision, Row, Snapshot, Stats, Store, StoreError};

/// How a PostgreSQL store is used.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// How often to look for what other processes committed. A policy change is to be in force
    /// everywhere within a second.
    pub poll_interval: Duration,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            poll_interval: Duration::from_millis(100),
        }
    }
}

/// Rows in a PostgreSQL database.
#[derive(Debug)]
pub struct Postgres {
    /// For single rows and pages.
    reads: Link,
    /// Apart, because a snapshot may be long.
    snapshots: Link,
    queue: Queue,
    watchers: Arc<Watchers>,
    counters: Arc<Counters>,
    poller: JoinHandle<()>,
}

impl Postgres {
    /// Connects, and makes or upgrades the tables (`btz_…`, in the first schema of the search
    /// path). `url` is a PostgreSQL connection URI or keyword string.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the server cannot be reached or refuses,
    /// [`StoreError::Newer`] when a newer version made the tables.
    pub async fn connect(url: &str, options: PostgresOptions) -> Result<Self, StoreError> {
        let config = configured(url)?;
        let reads = Link::new(config.clone());
        format::upgrade(&*reads.client().await?).await?;
        Self::begin(config, reads, &options).await
    }

    /// Connects as [`Postgres::connect`] does, but makes and upgrades no tables: `None` where they are
    /// not those of this program. Who only looks changes nothing.
    ///
    /// # Errors
    /// As [`Postgres::connect`].
    pub async fn connect_as_it_is(
        url: &str,
        options: PostgresOptions,
    ) -> Result<Option<Self>, StoreError> {
        let config = configured(url)?;
        let reads = Link::new(config.clone());
        if !format::is_current(&*reads.client().await?).await? {
            return Ok(None);
        }
        Self::begin(config, reads, &options).await.map(Some)
    }

    /// Of a database that has its tables.
    async fn begin(
        config: Arc<Config>,
        reads: Link,
        options: &PostgresOptions,
    ) -> Result<Self, StoreError> {
        let told = head(&reads).await?;
        let (queue, batches) = Queue::new();
        let (watchers, counters) = (Arc::<Watchers>::default(), Arc::<Counters>::default());
        let committed = Arc::new(Notify::new());
        let writer = Writer {
            link: Link::new(config.clone()),
            counters: counters.clone(),
            committed: committed.clone(),
        };
        let poller = Poller {
            link: Link::new(config.clone()),
            watchers: watchers.clone(),
            interval: options.poll_interval,
            committed,
            told,
        };
        // Ends when the queue is dropped and empty: what was handed over is carried out.
        tokio::spawn(writer.run(batches));
        Ok(Self {
            reads,
            snapshots: Link::new(config),
            queue,
            watchers,
            counters,
            poller: tokio::spawn(poller.run()),
        })
    }

    async fn row(&self, key: &Key) -> Result<Option<Row>, StoreError> {
        let encoded = key.as_str().as_bytes();
        let one = "SELECT key, revision, value FROM btz_row WHERE key = $1";
        let rows = self.reads.read(|client| async move {
            client.query_typed(one, &[(&encoded, Type::BYTEA)]).await
        });
        match rows.await?.first() {
            Some(row) => sql::row(row, 0),
            None => Ok(None),
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.poller.abort();
    }
}

/// The last commit.
async fn head(link: &Link) -> Result<Revision, StoreError> {
    let sql = "SELECT revision FROM btz_head";
    let rows = link
        .read(|client| async move { client.query_typed(sql, &[]).await })
        .await?;
    let row = rows
        .first()
        .ok_or_else(|| StoreError::corrupt("PostgreSQL: btz_head is empty"))?;
    sql::revision(row, 0).map_err(|error| explain(&error))
}

/// The bounds of a range, exclusive, as `bytea`: the lower one (the empty key is no row's), and
/// the upper one or NULL.
fn bounds((low, high): (Bound<String>, Bound<String>)) -> (Vec<u8>, Option<Vec<u8>>) {
    let bytes = |bound| match bound {
        Bound::Included(text) | Bound::Excluded(text) => Some(String::into_bytes(text)),
        Bound::Unbounded => None,
    };
    (bytes(low).unwrap_or_default(), bytes(high))
}

/// A page's rows and the one after it. The value of a row that the page no longer takes is not
/// sent.
const PAGE: &str = "\
SELECT key, revision, CASE WHEN size - own < $4 THEN value END FROM (
    SELECT key, revision, value, octet_length(key) + octet_length(value) AS own,
        sum(octet_length(key) + octet_length(value)) OVER (ORDER BY key) AS size
    FROM (
        SELECT key, revision, value FROM btz_row
        WHERE key > $1 AND ($2::bytea IS NULL OR key < $2) ORDER BY key LIMIT $3
    ) AS page
) AS sized ORDER BY key";

/// The head and all rows of a range, or the one row at its prefix, as of one moment: one statement
/// sees one snapshot.
const SNAPSHOT: &str = "\
SELECT h.revision, r.key, r.revision, r.value
FROM btz_head h LEFT JOIN btz_row r
    ON r.key = $1 OR (r.key > $2 AND ($3::bytea IS NULL OR r.key < $3))
ORDER BY r.key";

/// What a URL says, and what btz wants besides.
fn configured(url: &str) -> Result<Arc<Config>, StoreError> {
    let mut config = url.parse::<Config>().map_err(|error| explain(&error))?;
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    if config.get_application_name().is_none() {
        config.application_name("btz");
    }
    Ok(Arc::new(config))
}

#[async_trait]
impl Store for Postgres {
    async fn get(&self, key: &Key) -> Result<Option<Row>, StoreError> {
        check_key(key)?;
        self.row(key).await
    }

    async fn scan(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let start = page_start(prefix, after);
        let mut page = PageBuilder::new(limit);
        if start.own
            && let Some(row) = self.row(prefix).await?
        {
            page.push(row);
        }
        if let Some(range) = start.under {
            let (low, high) = &bounds(range);
            let rows = i64::try_from(page_rows(limit) + 1).unwrap_or(i64::MAX);
            let bytes = i64::try_from(MAX_PAGE_BYTES).unwrap_or(i64::MAX);
            let (rows, bytes) = (&rows, &bytes);
            let found = self.reads.read(|client| async move {
                let wanted = [
                    (low as _, Type::BYTEA),
                    (high as _, Type::BYTEA),
                    (rows as _, Type::INT8),
                    (bytes as _, Type::INT8),
                ];
                client.query_typed(PAGE, &wanted).await
            });
            for row in &found.await? {
                let Some(row) = sql::row(row, 0)? else {
                    page.end();
                    break;
                };
                if !page.push(row) {
                    break;
                }
            }
        }
        Ok(page.build())
    }

    async fn snapshot(&self, prefix: &Key) -> Result<Snapshot, StoreError> {
        let own = prefix.as_str().as_bytes();
        let (low, high) = &bounds(prefix.under());
        let found = self.snapshots.read(|client| async move {
            let wanted = [
                (&own as _, Type::BYTEA),
                (low as _, Type::BYTEA),
                (high as _, Type::BYTEA),
            ];
            client.query_typed(SNAPSHOT, &wanted).await
        });
        let found = found.await?;
        let first = found.first();
        let first = first.ok_or_else(|| StoreError::corrupt("PostgreSQL: btz_head is empty"))?;
        let head = sql::revision(first, 0).map_err(|error| explain(&error))?;
        let mut snapshot = SnapshotBuilder::new(head);
        for row in &found {
            let empty = row
                .try_get::<_, Option<&[u8]>>(1)
                .map_err(|error| explain(&error))?;
            if empty.is_some()
                && let Some(row) = sql::row(row, 1)?
            {
                snapshot.push(row)?;
            }
        }
        Ok(snapshot.build())
    }

    async fn commit(&self, batch: Batch) -> Result<Revision, CommitError> {
        self.queue.commit(batch).await
    }

    async fn watch(&self, prefix: &Key) -> Result<Watch, StoreError> {
        let watch = self.watchers.watch(prefix);
        Ok(watch.after(head(&self.reads).await?))
    }

    fn stats(&self) -> Stats {
        self.counters.stats(&self.watchers)
    }
}
