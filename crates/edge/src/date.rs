//! The `Date` of answers: when an answer was made, which those of the edge's own must say, and which
//! it says for a target that does not. Source: RFC 9110, section 6.6.1.

use std::sync::Arc;

use arc_swap::ArcSwap;
use types::Clock;

use crate::head::ResponseHead;

/// Writes dates: each once in a second, however many answers have it.
pub(crate) struct Dates {
    clock: Arc<dyn Clock>,
    /// The second that was written last, and how.
    written: ArcSwap<(i64, String)>,
}

impl Dates {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let now = clock.now();
        Self {
            clock,
            written: ArcSwap::from_pointee((now.as_seconds(), now.http_date())),
        }
    }

    /// Gives a final answer a date that has none. One that it has is its maker's, and stays.
    pub(crate) fn complete(&self, head: &mut ResponseHead) {
        if head.status < 200 || head.fields.named("date").next().is_some() {
            return;
        }
        let now = self.clock.now();
        let written = self.written.load();
        if written.0 == now.as_seconds() {
            head.fields.push("Date", written.1.as_bytes());
            return;
        }
        let date = now.http_date();
        head.fields.push("Date", date.as_bytes());
        self.written.store(Arc::new((now.as_seconds(), date)));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use types::Time;

    use super::*;
    use crate::head::Fields;

    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Time {
            Time::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    fn head(status: u16) -> ResponseHead {
        ResponseHead {
            status,
            reason: "".into(),
            fields: Fields::default(),
            keeps_alive: true,
            is_version_1_0: false,
        }
    }

    #[test]
    fn dates_follow_the_clock_also_back() {
        let hand = Arc::new(Hand(AtomicI64::new(784_111_777_000)));
        let dates = Dates::new(Arc::clone(&hand) as Arc<dyn Clock>);
        for (millis, expected) in [
            (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (784_111_777_999, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (784_111_778_000, "Sun, 06 Nov 1994 08:49:38 GMT"),
            (784_111_776_000, "Sun, 06 Nov 1994 08:49:36 GMT"),
        ] {
            hand.0.store(millis, Ordering::Relaxed);
            let mut answer = head(200);
            dates.complete(&mut answer);
            let written: Vec<_> = answer.fields.named("date").collect();
            assert_eq!(written, [expected.as_bytes()]);
        }
    }

    #[test]
    fn a_date_that_is_there_stays_and_interim_answers_have_none() {
        let dates = Dates::new(Arc::new(Hand(AtomicI64::new(0))));
        let mut dated = head(200);
        dated.fields.push("date", b"any");
        dates.complete(&mut dated);
        assert_eq!(dated.fields.named("date").collect::<Vec<_>>(), [b"any"]);
        for status in [100, 101, 103] {
            let mut interim = head(status);
            dates.complete(&mut interim);
            assert_eq!(interim.fields.len(), 0);
        }
    }
}
