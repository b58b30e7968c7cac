//! The tables. Standard types and one primary key each, so that any database that speaks
//! PostgreSQL's protocol will do. Keys are `bytea`: they order as bytes whatever the collation.

use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error};

use crate::StoreError;
use crate::postgres::error::{explain, is_rolled_back};

/// One row: the format's version and the last commit. Every commit locks it, so commits become
/// visible in the order of their revisions.
const HEAD: &str = "\
CREATE TABLE IF NOT EXISTS btz_head (
    id integer PRIMARY KEY CHECK (id = 1),
    format integer NOT NULL,
    revision bigint NOT NULL
)";

/// Step 0 makes format 1 of a database that has only the head, and so on. Never change a step that
/// was released. What locks `btz_head` comes first in a step: who waits for that lock holds none.
const STEPS: &[&str] = &[
    "CREATE TABLE btz_row (
        key bytea PRIMARY KEY,
        revision bigint NOT NULL,
        value bytea NOT NULL
    )",
    // What watchers poll. Older commits than `pruned` are no longer in it.
    "ALTER TABLE btz_head ADD COLUMN pruned bigint NOT NULL DEFAULT 0;
    UPDATE btz_head SET pruned = revision;
    CREATE TABLE btz_change (
        revision bigint NOT NULL,
        key bytea NOT NULL,
        value bytea,
        PRIMARY KEY (revision, key)
    )",
];

/// The format of this program.
fn known() -> i32 {
    i32::try_from(STEPS.len()).unwrap_or(i32::MAX)
}

/// How often an upgrade is tried when another process is at it too.
const ATTEMPTS: usize = 10;

/// Brings the database to the format of this program, a step and a transaction at a time.
pub(super) async fn upgrade(client: &Client) -> Result<(), StoreError> {
    let mut attempt = 0;
    let found = loop {
        match take_steps(client).await {
            Ok(found) => break found,
            Err(error) if attempt < ATTEMPTS && is_race(&error) => {
                attempt += 1;
                client
                    .batch_execute("ROLLBACK")
                    .await
                    .map_err(|error| explain(&error))?;
            }
            Err(error) => return Err(explain(&error)),
        }
    };
    check_no_newer(found)
}

fn check_no_newer(found: i32) -> Result<(), StoreError> {
    if found > known() {
        return Err(StoreError::Newer {
            what: "the store's database".to_owned(),
            found: u32::try_from(found).unwrap_or(u32::MAX),
            known: u32::try_from(known()).unwrap_or(u32::MAX),
        });
    }
    Ok(())
}

/// Whether the tables are there and of the format of this program. Nothing is changed.
pub(super) async fn is_current(client: &Client) -> Result<bool, StoreError> {
    let format = client.query_typed("SELECT format FROM btz_head", &[]);
    let rows = match format.await {
        Ok(rows) => rows,
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => return Ok(false),
        Err(error) => return Err(explain(&error)),
    };
    let found: Result<i32, Error> = rows.first().map_or(Ok(0), |row| row.try_get(0));
    let found = found.map_err(|error| explain(&error))?;
    check_no_newer(found)?;
    Ok(found == known())
}

/// Answers the format at which the database is then; a newer one is left alone.
async fn take_steps(client: &Client) -> Result<i32, Error> {
    client.batch_execute(HEAD).await?;
    let first =
        "INSERT INTO btz_head (id, format, revision) VALUES (1, 0, 0) ON CONFLICT DO NOTHING";
    client.batch_execute(first).await?;
    loop {
        let rows = client
            .query_typed("SELECT format FROM btz_head", &[])
            .await?;
        let found: i32 = rows.first().map_or(Ok(0), |row| row.try_get(0))?;
        let step = usize::try_from(found)
            .ok()
            .and_then(|found| STEPS.get(found));
        let Some(step) = step else {
            return Ok(found);
        };
        client
            .batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED")
            .await?;
        client.batch_execute(step).await?;
        let taken = "UPDATE btz_head SET format = $1 + 1 WHERE format = $1 RETURNING format";
        let taken = client.query_typed(taken, &[(&found, Type::INT4)]).await?;
        let end = if taken.is_empty() {
            "ROLLBACK"
        } else {
            "COMMIT"
        };
        client.batch_execute(end).await?;
    }
}

/// Two processes that take a step at the same moment: one of them meets the other's catalog rows.
fn is_race(error: &Error) -> bool {
    let raced = [
        SqlState::UNIQUE_VIOLATION,
        SqlState::DUPLICATE_TABLE,
        SqlState::DUPLICATE_COLUMN,
        SqlState::DUPLICATE_OBJECT,
    ];
    is_rolled_back(error) || error.code().is_some_and(|code| raced.contains(code))
}
