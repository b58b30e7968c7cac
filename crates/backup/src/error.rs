//! Why a backup cannot be written, read or believed.

use std::fmt;

use crate::FileName;

/// Which part of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Before everything else.
    Header,
    /// The store's rows.
    Rows,
    /// A file.
    File(FileName),
    /// The counts, and the signature.
    End,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => out.write_str("its header"),
            Self::Rows => out.write_str("the store's rows"),
            Self::File(name) => write!(out, "the file {}", name.path.escape_debug()),
            Self::End => out.write_str("its end"),
        }
    }
}

/// Why a backup cannot be written, read or believed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It does not begin as a backup does.
    #[error("this is no backup of btz")]
    NoBackup,
    /// It is of a later format.
    #[error("its format is {0}, a newer one: use the btz that wrote it, or a later one")]
    Newer(u32),
    /// It ends before its signature.
    #[error("it is cut off at byte {at}, in {place}: it was not written whole, or lost its end")]
    CutOff {
        /// After how many bytes.
        at: u64,
        /// In what.
        place: Place,
    },
    /// Something in it is not what was written.
    #[error("it is damaged at byte {at}, in {place}: {what}")]
    Damaged {
        /// After how many bytes.
        at: u64,
        /// In what.
        place: Place,
        /// What is wrong.
        what: &'static str,
    },
    /// The signature is not one of its bytes by its key.
    #[error("its signature does not fit: it was altered after it was signed")]
    Signature,
    /// Who wrote it could not go on.
    #[error("it could not be written whole: {0}")]
    GivenUp(String),
    /// What is to be written is beyond a limit or out of order.
    #[error("{0}")]
    Unwritable(String),
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The cryptography library failed.
    #[error("the cryptography library failed: {0}")]
    Crypto(&'static str),
}
