//! When material that is to go is asked for: what fails by itself, more and more seldom.

use std::sync::Weak;
use std::time::Duration;

use store::Revision;
use tokio::time::Instant;

/// After a failure it is tried again so much later, and after each more of the same material twice as much.
pub(super) const AGAIN_AFTER: Duration = Duration::from_secs(60);

/// So seldom at most.
const AGAIN_AFTER_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Material that is to go.
pub(super) struct Removal {
    /// Whether a row says so.
    pub(super) has_row: bool,
    /// Not before.
    pub(super) from: Instant,
    /// How often it has to be found gone: what a call has given up a device may still carry out.
    pub(super) times: u8,
    /// How often it failed by itself, as of which revision of its store's row.
    pub(super) failures: u32,
    failed_as_of: Option<Revision>,
    /// A call for it that was given up, and may still go on.
    pub(super) given_up: Weak<()>,
}

impl Removal {
    pub(super) fn new(has_row: bool, from: Instant, times: u8) -> Self {
        Self {
            has_row,
            from,
            times,
            failures: 0,
            failed_as_of: None,
            given_up: Weak::new(),
        }
    }

    /// A store that was connected anew is asked at once for what failed before: somebody may have mended it.
    pub(super) fn is_due(&self, now: Instant, revision: Revision) -> bool {
        let is_of_before = self.failed_as_of.is_some_and(|of| of != revision);
        (self.from <= now || is_of_before) && !self.goes_on()
    }

    pub(super) fn goes_on(&self) -> bool {
        self.given_up.strong_count() > 0
    }

    /// It failed by itself: it is tried more and more seldom.
    pub(super) fn fail(&mut self, now: Instant, revision: Revision) {
        if self.failed_as_of != Some(revision) {
            self.failures = 0;
        }
        let doublings = self.failures.min(u32::BITS - 1);
        let after = AGAIN_AFTER.saturating_mul(1 << doublings);
        self.failures = self.failures.saturating_add(1);
        self.failed_as_of = Some(revision);
        self.from = now + after.min(AGAIN_AFTER_MAX);
    }

    /// What keeps others kept it, too.
    pub(super) fn wait(&mut self, now: Instant, revision: Revision) {
        let after = now + AGAIN_AFTER;
        if self.failed_as_of == Some(revision) {
            self.from = self.from.max(after);
        } else {
            (self.failures, self.failed_as_of, self.from) = (0, None, after);
        }
    }

    /// It was found gone.
    pub(super) fn succeed(&mut self, now: Instant) {
        (self.failures, self.failed_as_of) = (0, None);
        self.from = now + AGAIN_AFTER;
        self.times = self.times.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_tried_more_and_more_seldom_but_at_least_once_a_day() {
        let begin = Instant::now();
        let mut removal = Removal::new(true, begin, 1);
        let (connected, anew) = (Revision(1), Revision(2));
        for minutes in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 1_440, 1_440] {
            removal.fail(begin, connected);
            let from = begin + Duration::from_secs(60 * minutes);
            assert_eq!(removal.from, from);
            let short_of = from - Duration::from_secs(1);
            assert!(!removal.is_due(short_of, connected) && removal.is_due(from, connected));
        }
        for _ in 0..100 {
            removal.fail(begin, connected);
        }
        assert_eq!(removal.from, begin + AGAIN_AFTER_MAX);
        // What keeps all of its store makes none of them due earlier.
        removal.wait(begin, connected);
        assert_eq!(removal.from, begin + AGAIN_AFTER_MAX);
        // Its store is connected anew: at once, and from then on as at first.
        assert!(removal.is_due(begin, anew));
        removal.wait(begin, anew);
        assert!(!removal.is_due(begin, anew) && removal.is_due(begin + AGAIN_AFTER, anew));
        removal.fail(begin, anew);
        assert_eq!(removal.from, begin + AGAIN_AFTER);
    }
}
