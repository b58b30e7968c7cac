//! Which engine keeps the rows, as configured.

use std::sync::Arc;

use anyhow::{Context, Result};
use store::{Batch, Key, Memory, Postgres, PostgresOptions, Redb, Store};

use crate::backup::STORE_FILE;
use crate::config::Config;

/// How many rows a reset reads and deletes at a time.
const FORGET_ROWS: usize = 256;

/// Opens the configured engine.
pub(crate) async fn open(config: &Config) -> Result<Arc<dyn Store>> {
    Ok(match config.store.as_str() {
        "memory" => Arc::new(Memory::new()),
        "redb" => {
            let path = config.data.join(STORE_FILE);
            let opened = tokio::task::spawn_blocking(move || Redb::open(&path)).await?;
            Arc::new(opened?)
        }
        address => {
            let connected = Postgres::connect(address, PostgresOptions::default()).await;
            Arc::new(connected.context("cannot use the PostgreSQL store")?)
        }
    })
}

/// Opens a store of several machines to look into it, and changes nothing: `None` where it has not the
/// tables of this program, or is none of several machines.
pub(crate) async fn look(config: &Config) -> Result<Option<Arc<dyn Store>>> {
    if matches!(config.store.as_str(), "memory" | "redb") {
        return Ok(None);
    }
    let connected = Postgres::connect_as_it_is(&config.store, PostgresOptions::default()).await;
    let connected = connected.context("cannot look into the PostgreSQL store")?;
    Ok(connected.map(|store| Arc::new(store) as Arc<dyn Store>))
}

/// Deletes every row.
pub(super) async fn forget(store: &dyn Store) -> Result<()> {
    loop {
        let rows = store.scan(&Key::root(), None, FORGET_ROWS).await?;
        if rows.rows.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::default();
        for row in rows.rows {
            batch.delete(row.key);
        }
        store.commit(batch).await?;
    }
}
