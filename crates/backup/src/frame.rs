//! Frames: a byte of kind, four of length, the payload.

use crate::{KEY_BYTES_MAX, VALUE_BYTES_MAX};

/// The first bytes. As PNG's, they tell of transfers that change line ends or stop at control characters.
pub const MAGIC: &[u8; 16] = b"BTZ-BACKUP\r\n\x1a\n\0\x01";

/// The longest payload: one row with its key and its lengths.
pub const FRAME_BYTES_MAX: usize = ROW_HEAD_BYTES + KEY_BYTES_MAX + VALUE_BYTES_MAX;

/// The longest payload of JSON.
pub(crate) const JSON_BYTES_MAX: usize = 64 * 1024;

/// Rows are gathered into frames of about so many bytes.
pub(crate) const ROWS_BYTES: usize = 256 * 1024;

/// In front of a row's key and value: two bytes of key length, eight of revision, four of value length.
pub(crate) const ROW_HEAD_BYTES: usize = 14;

/// In front of a frame's payload.
pub(crate) const HEAD_BYTES: usize = 5;

/// What a signature is of, before the SHA-256.
pub(crate) const SIGNED: &[u8] = b"btz backup v1\0";

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Header,
    Rows,
    RowsEnd,
    File,
    Bytes,
    FileEnd,
    Manifest,
    Signature,
    GivenUp,
}

const KINDS: [Kind; 9] = [
    Kind::Header,
    Kind::Rows,
    Kind::RowsEnd,
    Kind::File,
    Kind::Bytes,
    Kind::FileEnd,
    Kind::Manifest,
    Kind::Signature,
    Kind::GivenUp,
];

impl Kind {
    /// The byte that stands for it.
    pub(crate) const fn byte(self) -> u8 {
        match self {
            Self::Header => 1,
            Self::Rows => 2,
            Self::RowsEnd => 3,
            Self::File => 4,
            Self::Bytes => 5,
            Self::FileEnd => 6,
            Self::Manifest => 7,
            Self::Signature => 8,
            Self::GivenUp => 9,
        }
    }

    /// What a byte stands for.
    pub(crate) fn of(byte: u8) -> Option<Self> {
        KINDS.into_iter().find(|kind| kind.byte() == byte)
    }

    /// The longest payload.
    pub(crate) const fn bytes_max(self) -> usize {
        match self {
            Self::Header | Self::File | Self::Manifest | Self::GivenUp => JSON_BYTES_MAX,
            Self::Rows | Self::Bytes => FRAME_BYTES_MAX,
            Self::RowsEnd | Self::FileEnd => END_BYTES,
            Self::Signature => 64,
        }
    }
}

/// The payload of an end: a count and a SHA-256.
pub(crate) const END_BYTES: usize = 8 + 32;

/// An end's payload.
pub(crate) fn end(count: u64, hash: &[u8]) -> Vec<u8> {
    let mut payload = count.to_be_bytes().to_vec();
    payload.extend_from_slice(hash);
    payload
}
