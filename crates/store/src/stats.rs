//! What a store counts, for `/metrics`.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::watch::Watchers;

/// Counts since the store was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Commits that happened.
    pub commits: u64,
    /// Commits that were refused because something they expect does not hold.
    pub conflicts: u64,
    /// Flushes to disk; `commits / flushes` is what group commit saves.
    pub flushes: u64,
    /// Commits that slow watchers were not told of (they were told that they lagged).
    pub dropped_watch_commits: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    commits: AtomicU64,
    conflicts: AtomicU64,
    flushes: AtomicU64,
}

impl Counters {
    /// Counts a flush of so many commits.
    pub(crate) fn group(&self, commits: u64) {
        self.commits.fetch_add(commits, Ordering::Relaxed);
        self.flushes.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn conflict(&self) {
        self.conflicts.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn stats(&self, watchers: &Watchers) -> Stats {
        Stats {
            commits: self.commits.load(Ordering::Relaxed),
            conflicts: self.conflicts.load(Ordering::Relaxed),
            flushes: self.flushes.load(Ordering::Relaxed),
            dropped_watch_commits: watchers.dropped(),
        }
    }
}
