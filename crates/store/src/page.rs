//! Pages and snapshots: how far a read goes, the same in every engine.

use std::ops::Bound;

use crate::limit::{MAX_PAGE_BYTES, MAX_PAGE_ROWS, MAX_SNAPSHOT_BYTES};
use crate::{Key, Page, Revision, Row, Snapshot, StoreError};

/// Where a page begins.
pub(crate) struct PageStart {
    /// Whether the row at the prefix itself is still to come.
    pub(crate) own: bool,
    /// The encoded keys under the prefix that are still to come; `None`: none are.
    pub(crate) under: Option<(Bound<String>, Bound<String>)>,
}

/// Where the page after the key `after` begins.
pub(crate) fn page_start(prefix: &Key, after: Option<&Key>) -> PageStart {
    let (low, high) = prefix.under();
    let Some(after) = after.filter(|after| !after.is_root()) else {
        return PageStart {
            own: !prefix.is_root(),
            under: Some((low, high)),
        };
    };
    let after = after.as_str();
    let beyond = matches!(&high, Bound::Excluded(high) if after >= high.as_str());
    let low = match low {
        Bound::Excluded(low) if low.as_str() > after => Bound::Excluded(low),
        _ => Bound::Excluded(after.to_owned()),
    };
    PageStart {
        own: !prefix.is_root() && prefix.as_str() > after,
        under: (!beyond).then_some((low, high)),
    }
}

/// How many rows a page holds when `limit` were asked for.
pub(crate) fn page_rows(limit: usize) -> usize {
    limit.min(MAX_PAGE_ROWS)
}

/// Gathers a page's rows and sees that there is an end.
pub(crate) struct PageBuilder {
    limit: usize,
    bytes: usize,
    page: Page,
}

impl PageBuilder {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit: page_rows(limit),
            bytes: 0,
            page: Page::default(),
        }
    }

    /// Adds a row; answers `false`, and forgets the row, when the page is full.
    pub(crate) fn push(&mut self, row: Row) -> bool {
        if self.page.rows.len() >= self.limit || self.bytes >= MAX_PAGE_BYTES {
            self.end();
            return false;
        }
        self.bytes += row.size_bytes();
        self.page.rows.push(row);
        true
    }

    /// The page is full and there are more rows.
    pub(crate) fn end(&mut self) {
        self.page.more = true;
    }

    pub(crate) fn build(self) -> Page {
        self.page
    }
}

/// Gathers a snapshot's rows.
pub(crate) struct SnapshotBuilder {
    bytes: usize,
    snapshot: Snapshot,
}

impl SnapshotBuilder {
    pub(crate) fn new(revision: Revision) -> Self {
        Self {
            bytes: 0,
            snapshot: Snapshot {
                revision,
                rows: Vec::new(),
            },
        }
    }

    pub(crate) fn push(&mut self, row: Row) -> Result<(), StoreError> {
        self.bytes += row.size_bytes();
        if self.bytes > MAX_SNAPSHOT_BYTES {
            return Err(StoreError::TooLarge {
                what: "bytes of a snapshot",
                is: self.bytes,
                limit: MAX_SNAPSHOT_BYTES,
            });
        }
        self.snapshot.rows.push(row);
        Ok(())
    }

    pub(crate) fn build(self) -> Snapshot {
        self.snapshot
    }
}
