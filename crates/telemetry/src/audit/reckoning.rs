//! Whether the clock can be believed where evidence is given up by it.
//!
//! A log knows a time by itself: that of its last signed head, and since then what has passed by the
//! monotonic clock. A wall clock that is far ahead of it is wrong, or the machine was off for long;
//! nobody can tell which. So it is doubted for a day of running: a clock that is put right within it
//! has cost nothing, and after a holiday old segments go a day later.
//!
//! A clock that creeps is not found out: each look believes it up to [`CLOCK_LEAP_MAX`], since that much
//! is a weekend asleep. And what is behind is believed in the heads that it signs: a log that has 1970 for
//! longer than a segment has segments of 1970.
//!
//! What is known is kept in a row of the store, because heads that are signed meanwhile have the
//! doubted time, and because a start must not end the doubt: `audit-clock/LOG`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, CommitError, Key, Store, StoreError};
use tokio::time::Instant;
use types::Time;

use super::chain::LogId;

/// By so much the clock may be ahead of what the log knows: a machine that is off over a weekend is
/// as before.
pub const CLOCK_LEAP_MAX: Duration = Duration::from_secs(3 * 24 * 60 * 60);
/// So long the log must have run before a clock that leapt is believed.
pub const CLOCK_DOUBTED_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// The event by which a log says that it gives up nothing by age for now.
pub const CLOCK_DOUBTED: &str = "AuditClockDoubted";

/// What the store keeps of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    known_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    doubt: Option<DoubtRow>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DoubtRow {
    claimed_ms: i64,
    ran_ms: u64,
}

/// A clock that leapt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Doubt {
    /// What it said last.
    claimed: Time,
    /// How long the log has run since it leapt.
    ran: Duration,
}

/// What is thought of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Belief {
    /// It goes as time does.
    Believed,
    /// It leapt just now.
    Leapt {
        /// What the log knew.
        known: Time,
    },
    /// It leapt before.
    Doubted,
    /// It was put right.
    PutRight,
    /// It has said the same for so long that it is believed.
    Accepted,
}

impl Belief {
    pub(super) fn is_doubted(self) -> bool {
        matches!(self, Self::Leapt { .. } | Self::Doubted)
    }

    /// Whether the row must say it at once.
    fn is_news(self) -> bool {
        !matches!(self, Self::Believed | Self::Doubted)
    }
}

/// What event says that the clock leapt.
pub(super) fn told(known: Time, clock: Time) -> Value {
    json!({
        "clock": clock.to_string(),
        "lastKnown": known.to_string(),
        "nothingDeletedByAgeForHours": CLOCK_DOUBTED_FOR.as_secs() / 3600,
    })
}

/// What time the log knows it to be.
#[derive(Debug)]
pub(super) struct Reckoning {
    known: Time,
    doubt: Option<Doubt>,
    /// When that was so.
    at: Instant,
    is_in_store: bool,
    kept_at: Instant,
}

impl Reckoning {
    /// Of a log whose last signed head has this time.
    fn new(known: Time, at: Instant) -> Self {
        Self {
            known,
            doubt: None,
            at,
            is_in_store: false,
            kept_at: at,
        }
    }

    /// As the store has it; of a log that has no row yet, by its last signed head. A log with neither
    /// has nothing to give up.
    pub(super) async fn open(
        store: &dyn Store,
        log: LogId,
        signed_at: Option<Time>,
        clock: Time,
    ) -> Result<Self, StoreError> {
        let row = store.get(&key(log)).await?;
        let mut reckoning = Self::new(signed_at.unwrap_or(clock), Instant::now());
        // A log that is new needs no row yet.
        reckoning.is_in_store = signed_at.is_none();
        match row.map(|row| serde_json::from_slice::<Row>(&row.value)) {
            Some(Ok(row)) => {
                reckoning.is_in_store = true;
                reckoning.known = Time::from_millis(row.known_ms);
                reckoning.doubt = row.doubt.map(|doubt| Doubt {
                    claimed: Time::from_millis(doubt.claimed_ms),
                    ran: Duration::from_millis(doubt.ran_ms),
                });
            }
            Some(Err(error)) => {
                tracing::warn!(%error, "audit: the store's row of the clock cannot be read; replaced");
                reckoning.is_in_store = false;
            }
            None => {}
        }
        Ok(reckoning)
    }

    /// The time that the log knows.
    pub(super) fn known(&self) -> Time {
        self.known
    }

    /// Looks at the clock.
    pub(super) fn look(&mut self, clock: Time, at: Instant) -> Belief {
        let passed = at.saturating_duration_since(self.at);
        let known = self.known.plus(passed);
        (self.at, self.known) = (at, known);
        let doubt = self.doubt.take();
        let was_ahead = doubt.is_some_and(|doubt| doubt.claimed.plus(passed) > known);
        // What is behind (no battery, and no network yet) makes nothing old.
        let believed = if was_ahead {
            Belief::PutRight
        } else {
            Belief::Believed
        };
        if apart(clock, known) <= CLOCK_LEAP_MAX {
            self.known = clock;
            return believed;
        }
        // Another time than it claimed before is doubted anew.
        let same = doubt.filter(|doubt| apart(doubt.claimed.plus(passed), clock) <= CLOCK_LEAP_MAX);
        let ran = same.map_or(Duration::ZERO, |doubt| doubt.ran.saturating_add(passed));
        let (is_ahead, is_accepted) = (clock > known, ran >= CLOCK_DOUBTED_FOR);
        if is_accepted {
            self.known = clock;
        } else {
            let claimed = clock;
            self.doubt = Some(Doubt { claimed, ran });
        }
        match same {
            _ if !is_ahead => believed,
            _ if is_accepted => Belief::Accepted,
            Some(_) => Belief::Doubted,
            None => Belief::Leapt { known },
        }
    }

    /// What the store is to have of it, where that is to be written now.
    pub(super) fn due(&mut self, belief: Belief, every: Duration) -> Option<Vec<u8>> {
        let is_due = belief.is_news() || !self.is_in_store || self.kept_at + every <= self.at;
        is_due.then(|| {
            (self.is_in_store, self.kept_at) = (true, self.at);
            self.row()
        })
    }

    /// It could not be written.
    pub(super) fn not_kept(&mut self) {
        self.is_in_store = false;
    }

    fn row(&self) -> Vec<u8> {
        let row = Row {
            known_ms: self.known.as_millis(),
            doubt: self.doubt.map(|doubt| DoubtRow {
                claimed_ms: doubt.claimed.as_millis(),
                ran_ms: u64::try_from(doubt.ran.as_millis()).unwrap_or(u64::MAX),
            }),
        };
        // Numbers: serde_json cannot fail on them.
        serde_json::to_vec(&row).unwrap_or_default()
    }
}

/// Where the row of a log is.
pub(super) fn key(log: LogId) -> Key {
    Key::new(["audit-clock".to_owned(), log.to_string()])
}

/// Writes a log's row.
pub(super) async fn keep(store: &dyn Store, log: LogId, row: Vec<u8>) -> Result<(), CommitError> {
    let mut batch = Batch::new();
    batch.put(key(log), row);
    store.commit(batch).await.map(drop)
}

fn apart(one: Time, other: Time) -> Duration {
    one.since(other).max(other.since(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(60 * 60);
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    const NOON: Time = Time::from_seconds(1_795_348_800);

    #[test]
    fn a_clock_that_goes_as_time_does_is_believed() {
        let start = Instant::now();
        let mut reckoning = Reckoning::new(NOON, start);
        for hours in 0..1000 {
            let passed = HOUR * hours;
            // A little fast, a weekend asleep, a little slow.
            let ahead = Duration::from_secs(u64::from(hours)) + DAY * (hours / 100) * 2;
            let clock = NOON.plus(passed + ahead);
            assert_eq!(reckoning.look(clock, start + passed), Belief::Believed);
        }
    }

    #[test]
    fn a_leap_is_believed_after_a_day_that_it_ran() {
        let start = Instant::now();
        let mut reckoning = Reckoning::new(NOON, start);
        let far = NOON.plus(DAY * 400);
        assert_eq!(reckoning.look(far, start), Belief::Leapt { known: NOON });
        for hours in 1..24 {
            let (clock, at) = (far.plus(HOUR * hours), start + HOUR * hours);
            assert_eq!(reckoning.look(clock, at), Belief::Doubted);
        }
        assert_eq!(reckoning.look(far.plus(DAY), start + DAY), Belief::Accepted);
        let later = reckoning.look(far.plus(DAY + HOUR), start + DAY + HOUR);
        assert_eq!(later, Belief::Believed);
    }

    #[test]
    fn a_clock_that_leaps_again_is_doubted_from_then_on() {
        let start = Instant::now();
        let mut reckoning = Reckoning::new(NOON, start);
        let leapt = reckoning.look(NOON.plus(DAY * 400), start);
        assert!(matches!(leapt, Belief::Leapt { .. }));
        let again = reckoning.look(NOON.plus(DAY * 9000), start + HOUR * 23);
        assert!(matches!(again, Belief::Leapt { .. }));
        let later = reckoning.look(NOON.plus(DAY * 9000 + HOUR * 2), start + HOUR * 25);
        assert_eq!(later, Belief::Doubted);
    }

    #[test]
    fn a_clock_that_is_put_right_was_never_believed() {
        let start = Instant::now();
        let mut reckoning = Reckoning::new(NOON, start);
        let leapt = reckoning.look(NOON.plus(DAY * 400), start + HOUR);
        assert!(leapt.is_doubted());
        let right = reckoning.look(NOON.plus(HOUR * 2), start + HOUR * 2);
        assert_eq!(right, Belief::PutRight);
        // And the next leap is as the first.
        let leapt = reckoning.look(NOON.plus(DAY * 400), start + HOUR * 3);
        let known = NOON.plus(HOUR * 3);
        assert_eq!(leapt, Belief::Leapt { known });
    }

    #[test]
    fn a_clock_that_begins_in_1970_and_is_put_right_is_no_leap() {
        let start = Instant::now();
        let mut reckoning = Reckoning::new(NOON, start);
        let epoch = reckoning.look(Time::from_millis(0), start);
        assert_eq!(epoch, Belief::Believed);
        let right = reckoning.look(NOON.plus(DAY), start + HOUR);
        assert_eq!(right, Belief::Believed);
    }

    /// Else the next leap to that time would be none.
    #[test]
    fn a_wrong_time_that_was_accepted_is_given_up_when_the_clock_has_been_right_for_a_day() {
        let start = Instant::now();
        let mut reckoning = Reckoning::new(NOON, start);
        let far = NOON.plus(DAY * 400);
        assert!(reckoning.look(far, start).is_doubted());
        assert_eq!(reckoning.look(far.plus(DAY), start + DAY), Belief::Accepted);
        for days in 2..4 {
            let right = reckoning.look(NOON.plus(DAY * days), start + DAY * days);
            assert_eq!(right, Belief::Believed);
        }
        let again = reckoning.look(far.plus(DAY * 4), start + DAY * 4);
        assert!(matches!(again, Belief::Leapt { .. }), "{again:?}");
    }
}
