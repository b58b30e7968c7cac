//! How a store fails. A conflict is no failure: it is the answer that somebody was faster.

use std::path::PathBuf;

use crate::Key;

/// The world's failures: the engine, its disk, its network; and what no engine takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The engine cannot be reached or used now. Nothing was changed; trying again may help.
    #[error("the store is unavailable: {reason}")]
    Unavailable {
        /// What the engine said.
        reason: String,
    },
    /// The engine was lost while it committed: the commit happened as a whole or not at all, and
    /// reading its rows again shows which.
    #[error("the store was lost during a commit, which may have happened: {reason}")]
    Indeterminate {
        /// What the engine said.
        reason: String,
    },
    /// The disk or its quota is full. Nothing was changed; reads go on.
    #[error("no space is left for the store, free some on its disk: {reason}")]
    Full {
        /// What the engine said.
        reason: String,
    },
    /// What is stored is damaged, or is no store.
    #[error("the store is damaged, restore it from a backup: {reason}")]
    Corrupt {
        /// What is wrong, and where.
        reason: String,
    },
    /// Another process has the file open.
    #[error(
        "{} is in use by {holder}: stop it, or choose another data directory",
        path.display()
    )]
    Locked {
        /// The file.
        path: PathBuf,
        /// Who has it open, as far as the system tells.
        holder: String,
    },
    /// It was written by a newer version of this program.
    #[error("{what} is of version {found}, this program knows up to {known}: use a newer one")]
    Newer {
        /// What has the version.
        what: String,
        /// Its version.
        found: u32,
        /// The newest version that is known here.
        known: u32,
    },
    /// More than any engine takes.
    #[error("{is} {what}: at most {limit}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        is: usize,
        /// How much there may be.
        limit: usize,
    },
    /// [`Key::root`] is a prefix, not the key of a row.
    #[error("the root is no row's key")]
    RootKey,
}

impl StoreError {
    pub(crate) fn unavailable(reason: impl ToString) -> Self {
        Self::Unavailable {
            reason: reason.to_string(),
        }
    }

    pub(crate) fn corrupt(reason: impl ToString) -> Self {
        Self::Corrupt {
            reason: reason.to_string(),
        }
    }
}

/// Why a commit was not answered with a revision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// Something that the batch expects does not hold, so nothing was changed: read again.
    #[error("conflict: {key} is not as expected")]
    Conflict {
        /// The first key that is not as expected.
        key: Key,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
