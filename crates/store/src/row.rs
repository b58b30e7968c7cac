//! Rows, revisions and changes: what a store holds and how it tells of it. A row's revision is
//! etcd's `mod_revision`.

use std::fmt;

use bytes::Bytes;

use crate::Key;

/// The number of the commit that last wrote a row. Grows with every commit of a store; the first
/// commit is 1, so 0 is the empty store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Revision(pub u64);

impl fmt::Display for Revision {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// What a key held when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The row's key.
    pub key: Key,
    /// The commit that wrote it.
    pub revision: Revision,
    /// What it holds.
    pub value: Bytes,
}

impl Row {
    pub(crate) fn size_bytes(&self) -> usize {
        self.key.as_str().len() + self.value.len()
    }
}

/// A part of the rows under a prefix, in key order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Row>,
    /// Whether there were more after the last of them. A page may be shorter than was asked for,
    /// so this alone says where the end is.
    pub more: bool,
}

impl IntoIterator for Page {
    type Item = Row;
    type IntoIter = std::vec::IntoIter<Row>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.into_iter()
    }
}

/// All rows under a prefix as they were right after one commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The last commit that the snapshot includes.
    pub revision: Revision,
    /// The rows, in key order.
    pub rows: Vec<Row>,
}

/// One row's change, as a watcher sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The row's key.
    pub key: Key,
    /// The commit that changed it.
    pub revision: Revision,
    /// What it holds now; `None` when it was deleted.
    pub value: Option<Bytes>,
}

impl Change {
    pub(crate) fn size_bytes(&self) -> usize {
        self.key.as_str().len() + self.value.as_ref().map_or(0, Bytes::len)
    }
}
