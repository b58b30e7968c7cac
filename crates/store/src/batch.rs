//! A batch: what a commit expects and what it writes, as etcd's `Txn` (compare, then put or
//! delete).

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::limit::{MAX_BATCH_BYTES, MAX_BATCH_ROWS, MAX_KEY_BYTES, MAX_VALUE_BYTES};
use crate::{Key, Revision, StoreError};

/// What must be true of a key for a commit to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// There is no such row.
    Absent,
    /// The row was last written by this commit.
    At(Revision),
}

impl Expect {
    /// Whether it holds of a row that was last written by `revision`, or is not there.
    pub(crate) fn holds(self, revision: Option<Revision>) -> bool {
        match self {
            Self::Absent => revision.is_none(),
            Self::At(expected) => revision == Some(expected),
        }
    }
}

/// A commit: all of it happens, or none.
///
/// ```
/// # use store::{Batch, Key, Revision};
/// # let (key, index, old) = (Key::new(["a"]), Key::new(["b"]), Key::new(["c"]));
/// let mut batch = Batch::new();
/// batch.expect_absent(key.clone()).put(key, "value").put(index, "");
/// batch.expect_at(old.clone(), Revision(7)).delete(old);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// What must be true first.
    pub expect: Vec<(Key, Expect)>,
    /// Rows to write. The last one counts where a key is written twice, and a key that is deleted
    /// and written is written.
    pub put: Vec<(Key, Bytes)>,
    /// Rows to delete; one that is not there is no error.
    pub delete: Vec<Key>,
}

impl Batch {
    /// A batch that expects and does nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Commit only if there is no row `key`.
    pub fn expect_absent(&mut self, key: Key) -> &mut Self {
        self.expect.push((key, Expect::Absent));
        self
    }

    /// Commit only if the row `key` was last written by `revision`.
    pub fn expect_at(&mut self, key: Key, revision: Revision) -> &mut Self {
        self.expect.push((key, Expect::At(revision)));
        self
    }

    /// Write a row.
    pub fn put(&mut self, key: Key, value: impl Into<Bytes>) -> &mut Self {
        self.put.push((key, value.into()));
        self
    }

    /// Delete a row, if it is there.
    pub fn delete(&mut self, key: Key) -> &mut Self {
        self.delete.push(key);
        self
    }

    /// Bytes of its keys and values.
    pub fn size_bytes(&self) -> usize {
        let expect = self.expect.iter().map(|(key, _)| key.as_str().len());
        let put = self
            .put
            .iter()
            .map(|(key, value)| key.as_str().len() + value.len());
        let delete = self.delete.iter().map(|key| key.as_str().len());
        expect.chain(put).chain(delete).sum()
    }

    /// Whether a store takes it: every engine asks this before anything else.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let rows = self.expect.len() + self.put.len() + self.delete.len();
        at_most("rows of a batch", rows, MAX_BATCH_ROWS)?;
        at_most("bytes of a batch", self.size_bytes(), MAX_BATCH_BYTES)?;
        let expected = self.expect.iter().map(|(key, _)| key);
        let put = self.put.iter().map(|(key, _)| key);
        for key in expected.chain(put).chain(&self.delete) {
            check_key(key)?;
        }
        for (_, value) in &self.put {
            at_most("bytes of a value", value.len(), MAX_VALUE_BYTES)?;
        }
        Ok(())
    }

    /// What it does to each key it touches, in key order: `None` deletes.
    pub(crate) fn effects(&self) -> BTreeMap<&Key, Option<&Bytes>> {
        let mut effects: BTreeMap<&Key, Option<&Bytes>> =
            self.delete.iter().map(|key| (key, None)).collect();
        effects.extend(self.put.iter().map(|(key, value)| (key, Some(value))));
        effects
    }
}

/// Whether a row can have this key.
pub(crate) fn check_key(key: &Key) -> Result<(), StoreError> {
    if key.is_root() {
        return Err(StoreError::RootKey);
    }
    at_most("bytes of a key", key.as_str().len(), MAX_KEY_BYTES)
}

fn at_most(what: &'static str, is: usize, limit: usize) -> Result<(), StoreError> {
    if is > limit {
        return Err(StoreError::TooLarge { what, is, limit });
    }
    Ok(())
}
