//! A clock that stands until it is moved.

use std::sync::atomic::{AtomicI64, Ordering};

use types::{Clock, Time};

/// A clock that stands until it is moved.
#[derive(Debug)]
pub struct Hand(AtomicI64);

impl Hand {
    /// It shows `now`.
    #[must_use]
    pub fn at(now: Time) -> Self {
        Self(AtomicI64::new(now.as_millis()))
    }

    /// Moves it, back as well.
    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }

    /// Moves it by days.
    pub fn forward_days(&self, days: i64) {
        self.forward(days * 24 * 60 * 60);
    }
}

impl Clock for Hand {
    fn now(&self) -> Time {
        Time::from_millis(self.0.load(Ordering::Relaxed))
    }
}
