//! The format of a backup: one file that holds a store's rows and a data folder's files as they were at
//! one moment, and that anybody can verify without a secret.
//!
//! ```text
//! magic
//! HEADER     JSON: format, when, which installation, the store's revision, epochs, the signer's public key
//! ROWS*      rows, in key order
//! ROWS_END   how many, and the SHA-256 of them
//! ( FILE     JSON: which file
//!   BYTES*   what it holds
//!   FILE_END how many bytes, and their SHA-256 )*    in the order of their places and paths
//! MANIFEST   JSON: how much there was of everything
//! SIGNATURE  Ed25519 over the SHA-256 of every byte before
//! ```
//!
//! A frame is a byte of kind, four of length and its payload, as in RFC 9113. Nothing has two encodings
//! and nothing follows the signature, so that every altered, missing or added byte is found. Both ways it
//! is a stream: memory is bounded by one frame, whatever the size of the backup.
//!
//! What is secret in it is wrapped by the seal before it comes here: this format hides nothing.

mod error;
mod frame;
mod read;
mod signature;
mod write;

pub use error::{BackupError, Place};
pub use frame::{FRAME_BYTES_MAX, MAGIC};
pub use read::{Nothing, Sink, Verified, read};
pub use signature::{PublicKey, Signer};
pub use write::{Writer, Written};

use serde::{Deserialize, Serialize};

/// The format that is written, and the newest that is read.
pub const FORMAT: u32 = 1;

/// The most files of a backup.
pub const FILES_MAX: u64 = 1_000_000;

/// The longest path of a file, in bytes.
pub const PATH_BYTES_MAX: usize = 1024;

/// The longest key of a row, in bytes; as a store's.
pub const KEY_BYTES_MAX: usize = 1024;

/// The longest value of a row, in bytes; as a store's.
pub const VALUE_BYTES_MAX: usize = 4 << 20;

/// What a backup is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`FORMAT`].
    pub format: u32,
    /// When it was made, in milliseconds of Unix time.
    pub created_ms: i64,
    /// The version of the program that made it.
    pub version: String,
    /// The seal's installation.
    pub installation: String,
    /// The seal header's epoch.
    pub seal_epoch: u64,
    /// The last commit of the store that is in it.
    pub revision: u64,
    /// The head of the audit log.
    pub audit_head: Option<AuditHead>,
    /// Who signs it.
    pub public_key: PublicKey,
}

/// The last signed head of an audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditHead {
    /// How many records it covers.
    pub sequence: u64,
    /// The chain's hash there, as hexadecimal digits.
    pub hash: String,
}

/// Where a file belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FilePlace {
    /// The data folder.
    Data,
    /// It is the configuration, wherever that was.
    Configuration,
    /// It is the seal's key file: who has the backup opens it.
    KeyFile,
}

/// Which file comes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileName {
    /// Where it belongs.
    pub place: FilePlace,
    /// Its path there: relative, with `/`, without `.` and `..`.
    pub path: String,
}

impl FileName {
    /// Whether its path stays where it belongs.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        let whole = !self.path.is_empty() && self.path.len() <= PATH_BYTES_MAX;
        let is_name = |name: &str| !matches!(name, "" | "." | "..");
        whole && !self.path.contains(['\0', '\\']) && self.path.split('/').all(is_name)
    }
}

/// A row of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// Its encoded key.
    pub key: &'a str,
    /// The commit that wrote it.
    pub revision: u64,
    /// What it holds.
    pub value: &'a [u8],
}

/// How much there is of everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Rows.
    pub rows: u64,
    /// Bytes of their keys and values.
    pub row_bytes: u64,
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub file_bytes: u64,
}
