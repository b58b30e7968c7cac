//! What PostgreSQL's errors mean: to who runs the store, and to a commit.
//! <https://www.postgresql.org/docs/current/errcodes-appendix.html>

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::StoreError;

/// The store's words for an error of PostgreSQL or of the way to it.
pub(super) fn explain(error: &Error) -> StoreError {
    let Some(said) = error.as_db_error() else {
        let cause = std::error::Error::source(error);
        let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
        return StoreError::unavailable(format!("PostgreSQL: {error}{cause}"));
    };
    let code = said.code();
    let reason = format!("PostgreSQL: {} ({})", said.message(), code.code());
    if *code == SqlState::DISK_FULL {
        StoreError::Full { reason }
    } else if [SqlState::DATA_CORRUPTED, SqlState::INDEX_CORRUPTED].contains(code) {
        StoreError::Corrupt { reason }
    } else {
        StoreError::Unavailable { reason }
    }
}

/// Whether the server undid the transaction for another's sake, so that it is worth another try:
/// class 40, serialization failure and deadlock.
pub(super) fn is_rolled_back(error: &Error) -> bool {
    error
        .code()
        .is_some_and(|code| code.code().starts_with("40"))
}

/// Whether the connection is gone or going, rather than the statement refused: no answer, or class
/// 57, operator intervention.
pub(super) fn is_lost(error: &Error) -> bool {
    error
        .code()
        .is_none_or(|code| code.code().starts_with("57"))
}
