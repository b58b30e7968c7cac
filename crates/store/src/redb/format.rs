//! What the file holds: the rows, and beside them the format's version and the last commit.

use ::redb::{Database, ReadableDatabase, TableDefinition, TableError, WriteTransaction};

use crate::StoreError;
use crate::redb::error::explain;

/// Encoded key to the revision that wrote it and the value.
pub(super) const ROWS: TableDefinition<'_, &str, (u64, &[u8])> = TableDefinition::new("rows");

/// The numbers below.
pub(super) const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
pub(super) const META_FORMAT: &str = "format";
pub(super) const META_REVISION: &str = "revision";

/// Brings a file from one format to the next, within a transaction.
type Step = fn(&WriteTransaction) -> Result<(), ::redb::Error>;

/// Step 0 makes format 1 of an empty file, and so on. Never change a step that was released.
const STEPS: &[Step] = &[|transaction| {
    transaction.open_table(ROWS)?;
    transaction.open_table(META)?.insert(META_REVISION, 0)?;
    Ok(())
}];

/// Brings a file to the format of this program, a step and a transaction at a time.
pub(super) fn upgrade(database: &Database) -> Result<(), StoreError> {
    let known = STEPS.len() as u64;
    let found = read_format(database).map_err(explain)?;
    if found > known {
        return Err(StoreError::Newer {
            what: "the store's file".to_owned(),
            found: u32::try_from(found).unwrap_or(u32::MAX),
            known: u32::try_from(known).unwrap_or(u32::MAX),
        });
    }
    for (step, format) in STEPS.iter().zip(1..).filter(|(_, format)| *format > found) {
        take(database, *step, format).map_err(explain)?;
    }
    Ok(())
}

fn read_format(database: &Database) -> Result<u64, ::redb::Error> {
    match database.begin_read()?.open_table(META) {
        Ok(meta) => {
            Ok(::redb::ReadableTable::get(&meta, META_FORMAT)?.map_or(0, |held| held.value()))
        }
        Err(TableError::TableDoesNotExist(_)) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

fn take(database: &Database, step: Step, format: u64) -> Result<(), ::redb::Error> {
    let transaction = database.begin_write()?;
    step(&transaction)?;
    transaction.open_table(META)?.insert(META_FORMAT, format)?;
    transaction.commit()?;
    Ok(())
}
