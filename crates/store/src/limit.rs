//! What a store takes at most. Every engine keeps to the same limits, so that rows can move from
//! one engine to another; the conformance suite checks them.

/// Bytes of an encoded key. Engines index whole keys: PostgreSQL's B-tree refuses entries above a
/// third of an 8 KiB page.
pub const MAX_KEY_BYTES: usize = 1_024;

/// Bytes of one row's value.
pub const MAX_VALUE_BYTES: usize = 4 << 20;

/// Rows written, deleted or expected by one batch, together.
pub const MAX_BATCH_ROWS: usize = 4_096;

/// Bytes of keys and values of one batch.
pub const MAX_BATCH_BYTES: usize = 16 << 20;

/// Rows of one page of a scan; a greater `limit` is taken as this.
pub const MAX_PAGE_ROWS: usize = 1_000;

/// A page of a scan ends after the row that brings it to so many bytes of keys and values.
pub const MAX_PAGE_BYTES: usize = 8 << 20;

/// Bytes of keys and values of one snapshot: it is made to be kept in memory.
pub const MAX_SNAPSHOT_BYTES: usize = 1 << 30;

/// Commits that wait in one watcher's queue; one more and the watcher has lagged.
pub const MAX_WATCH_COMMITS: usize = 1_024;

/// Bytes of keys and values that wait in one watcher's queue.
pub const MAX_WATCH_BYTES: usize = 64 << 20;

/// Batches that wait for an engine's writer; callers beyond that wait to hand theirs over.
pub const MAX_WAITING_BATCHES: usize = 1_024;

/// Batches that share one flush to disk.
pub const MAX_GROUP_BATCHES: usize = 256;

/// Bytes of the batches that share one flush to disk (the first batch is always taken).
pub const MAX_GROUP_BYTES: usize = 32 << 20;
