//! What redb's errors mean to who runs the store.

use std::io::ErrorKind;

use ::redb::Error;

use crate::StoreError;

/// The store's words for an error of redb.
pub(super) fn explain(error: impl Into<Error>) -> StoreError {
    let error = error.into();
    let reason = error.to_string();
    match error {
        Error::Io(io) => explain_io(&io, reason),
        Error::Corrupted(_)
        | Error::UpgradeRequired(_)
        | Error::TableTypeMismatch { .. }
        | Error::TableIsMultimap(_)
        | Error::TypeDefinitionChanged { .. }
        | Error::TableDoesNotExist(_) => StoreError::Corrupt { reason },
        _ => StoreError::Unavailable { reason },
    }
}

/// The store's words for an error of the file system.
pub(super) fn explain_io(error: &std::io::Error, reason: String) -> StoreError {
    match error.kind() {
        // EFBIG is the process's file size limit, which is met and lifted as a full disk is.
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            StoreError::Full { reason }
        }
        ErrorKind::InvalidData | ErrorKind::UnexpectedEof => StoreError::Corrupt { reason },
        _ => StoreError::Unavailable { reason },
    }
}
