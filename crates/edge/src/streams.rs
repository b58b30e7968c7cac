//! Which streams of an HTTP/2 connection became requests. An answer on one that did not is the
//! library's own: 431 to a header list that is too long (RFC 9113, 10.5.1), of which it tells nobody.

use std::collections::VecDeque;

/// Runs of streams that were passed over, of which a connection remembers the last ones. Clients
/// number their streams without gaps, so that nearly all runs are one refused request.
const GAPS: usize = 64;

/// The streams of one connection, as they are accepted: in the order of their numbers.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    last: u32,
    /// First and last stream of each run that was passed over.
    gaps: VecDeque<(u32, u32)>,
}

impl Streams {
    /// `stream` became a request.
    pub(crate) fn accept(&mut self, stream: u32) {
        // A client's streams have odd numbers.
        let next = if self.last == 0 { 1 } else { self.last + 2 };
        if stream > next {
            if self.gaps.len() == GAPS {
                self.gaps.pop_front();
            }
            self.gaps.push_back((next, stream - 2));
        }
        self.last = self.last.max(stream);
    }

    /// Whether `stream` became a request, as far as is remembered.
    pub(crate) fn is_request(&self, stream: u32) -> bool {
        let is_passed_over = |(from, to): &(u32, u32)| (*from..=*to).contains(&stream);
        stream <= self.last && !self.gaps.iter().any(is_passed_over)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Naive: a set.
        #[test]
        fn those_that_were_accepted_are_requests(
            numbers in proptest::collection::btree_set(0_u32..150, 0..60), after in 0_u32..10,
        ) {
            let accepted: BTreeSet<u32> = numbers.iter().map(|number| 2 * number + 1).collect();
            let mut streams = Streams::default();
            for stream in &accepted {
                streams.accept(*stream);
            }
            let last = accepted.last().copied().unwrap_or(0) + 2 * after;
            for stream in (1..=last).step_by(2) {
                prop_assert_eq!(streams.is_request(stream), accepted.contains(&stream), "{}", stream);
            }
        }
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let mut streams = Streams::default();
        for number in 1..10_000 {
            streams.accept(4 * number + 1);
        }
        assert_eq!(streams.gaps.len(), GAPS);
        assert!(
            !streams.is_request(4 * 9_999 - 1),
            "the last that was passed over"
        );
        assert!(
            streams.is_request(3),
            "forgotten: it counts as nobody's own answer"
        );
        streams.accept(u32::MAX >> 1);
        assert!(!streams.is_request(u32::MAX));
    }
}
