//! Between PostgreSQL's types and the store's.

use bytes::Bytes;
use tokio_postgres::types::{FromSql, Type};

use crate::{Key, Revision, Row, StoreError};

/// A revision as a `bigint`: at a million commits a second they last 290,000 years.
pub(super) fn number(revision: Revision) -> i64 {
    i64::try_from(revision.0).unwrap_or(i64::MAX)
}

/// The `bigint` of a column as a revision.
pub(super) fn revision(
    row: &tokio_postgres::Row,
    column: usize,
) -> Result<Revision, tokio_postgres::Error> {
    let number: i64 = row.try_get(column)?;
    Ok(Revision(u64::try_from(number).unwrap_or(0)))
}

/// A `bytea` as a key.
pub(super) fn key(encoded: &[u8]) -> Result<Key, StoreError> {
    let text = std::str::from_utf8(encoded).ok();
    let key = text.and_then(|text| Key::parse(text).ok());
    key.ok_or_else(|| StoreError::corrupt(format!("{encoded:?} is no key")))
}

/// A row whose key, revision and value are in these columns and the next two. `None` where the
/// value is NULL.
pub(super) fn row(row: &tokio_postgres::Row, first: usize) -> Result<Option<Row>, StoreError> {
    let columns = || {
        let key: &[u8] = row.try_get(first)?;
        let value: Option<Value> = row.try_get(first + 2)?;
        Ok::<_, tokio_postgres::Error>((key, revision(row, first + 1)?, value))
    };
    let (encoded, revision, value) =
        columns().map_err(|error| StoreError::corrupt(format!("a row of btz_row: {error}")))?;
    let key = key(encoded)?;
    Ok(value.map(|value| Row {
        key,
        revision,
        value: value.0,
    }))
}

/// A `bytea` as bytes of its own.
pub(super) struct Value(pub(super) Bytes);

impl<'a> FromSql<'a> for Value {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Bytes::copy_from_slice(raw)))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::BYTEA
    }
}
