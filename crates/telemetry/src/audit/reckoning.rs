//! Whether the clock can be believed where evidence is given up by it.
//!
//! A log knows a time by itself: that of its last signed head, and since then what has passed by the
//! monotonic clock. A wall clock that is ahead of it is wrong, or the machine was off or asleep; nobody
//! can tell which. A weekend of it is believed ([`CLOCK_LEAP_MAX`]), and as much again only as the log has
//! run meanwhile ([`CLOCK_LEAP_REGAINED`]): what is believed at many looks and starts does not add up. What
//! is further ahead is doubted for a day of running: a clock that is put right within it has cost
//! nothing, and after a holiday old segments go a day later.
//!
//! So a clock that creeps ages the log by 3 days at once and then five times as fast as the log runs, or
//! it is doubted. Less would doubt machines that are on in office hours. And what is behind is believed in
//! the heads that it signs: a log that has 1970 for longer than a segment has segments of 1970.
//!
//! What is known is kept in a row of the store, because heads that are signed meanwhile have the
//! doubted time, and because a start must neither end the doubt nor bring back what was believed:
//! `audit-clock/LOG`. Both are written together, so that what a crash forgets it forgets of both.

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
/// Of that, so much comes back for each hour that the log runs, in hours: a machine that is on for 40
/// hours a week is off for 3.2 hours to each of them.
pub const CLOCK_LEAP_REGAINED: u32 = 4;
/// So long the log must have run before a clock that leapt is believed.
pub const CLOCK_DOUBTED_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// The event by which a log says that it gives up nothing by age for now.
pub const CLOCK_DOUBTED: &str = "AuditClockDoubted";

/// What the store keeps of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    known_ms: i64,
    /// Earlier versions wrote none.
    #[serde(default = "leap_max_ms")]
    leap_left_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    doubt: Option<DoubtRow>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DoubtRow {
    claimed_ms: i64,
    #[serde(default = "leap_max_ms")]
    leap_left_ms: u64,
    ran_ms: u64,
}

fn leap_max_ms() -> u64 {
    millis(CLOCK_LEAP_MAX)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A course that time may have taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Course {
    time: Time,
    /// By so much a clock may be ahead and still be on it.
    leap_left: Duration,
}

impl Course {
    fn new(time: Time) -> Self {
        Self {
            time,
            leap_left: CLOCK_LEAP_MAX,
        }
    }

    fn kept(time_ms: i64, leap_left_ms: u64) -> Self {
        Self {
            time: Time::from_millis(time_ms),
            leap_left: Duration::from_millis(leap_left_ms).min(CLOCK_LEAP_MAX),
        }
    }

    /// Goes on by what has passed while the log ran.
    fn pass(&mut self, passed: Duration) {
        self.time = self.time.plus(passed);
        self.regain(passed.saturating_mul(CLOCK_LEAP_REGAINED));
    }

    /// Goes where a clock is, if that may be on it.
    fn follow(&mut self, clock: Time) -> bool {
        let (ahead, behind) = (clock.since(self.time), self.time.since(clock));
        let (Some(left), true) = (self.leap_left.checked_sub(ahead), behind <= CLOCK_LEAP_MAX)
        else {
            return false;
        };
        (self.time, self.leap_left) = (clock, left);
        // What was ahead and is set back was never passed.
        self.regain(behind);
        true
    }

    fn regain(&mut self, leap: Duration) {
        self.leap_left = self.leap_left.saturating_add(leap).min(CLOCK_LEAP_MAX);
    }
}

/// A clock that leapt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Doubt {
    /// What it says.
    claimed: Course,
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
    known: Course,
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
            known: Course::new(known),
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
                reckoning.restore(&row);
            }
            Some(Err(error)) => {
                tracing::warn!(%error, "audit: the store's row of the clock cannot be read; replaced");
                reckoning.is_in_store = false;
            }
            None => {}
        }
        Ok(reckoning)
    }

    fn restore(&mut self, row: &Row) {
        self.known = Course::kept(row.known_ms, row.leap_left_ms);
        self.doubt = row.doubt.as_ref().map(|doubt| Doubt {
            claimed: Course::kept(doubt.claimed_ms, doubt.leap_left_ms),
            ran: Duration::from_millis(doubt.ran_ms),
        });
    }

    /// The time that the log knows.
    pub(super) fn known(&self) -> Time {
        self.known.time
    }

    /// Looks at the clock.
    pub(super) fn look(&mut self, clock: Time, at: Instant) -> Belief {
        let passed = at.saturating_duration_since(self.at);
        self.at = at;
        self.known.pass(passed);
        let mut doubt = self.doubt.take();
        if let Some(doubt) = &mut doubt {
            doubt.claimed.pass(passed);
            doubt.ran = doubt.ran.saturating_add(passed);
        }
        let known = self.known.time;
        let was_ahead = doubt.is_some_and(|doubt| doubt.claimed.time > known);
        // What is behind (no battery, and no network yet) makes nothing old.
        let believed = if was_ahead {
            Belief::PutRight
        } else {
            Belief::Believed
        };
        if self.known.follow(clock) {
            return believed;
        }
        let is_ahead = clock > known;
        let same = doubt.and_then(|mut doubt| doubt.claimed.follow(clock).then_some(doubt));
        // Another time than it claimed before is doubted anew.
        let doubt = same.unwrap_or_else(|| Doubt {
            claimed: Course::new(clock),
            ran: Duration::ZERO,
        });
        let is_accepted = doubt.ran >= CLOCK_DOUBTED_FOR;
        if is_accepted {
            self.known = doubt.claimed;
        } else {
            self.doubt = Some(doubt);
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
            known_ms: self.known.time.as_millis(),
            leap_left_ms: millis(self.known.leap_left),
            doubt: self.doubt.map(|doubt| DoubtRow {
                claimed_ms: doubt.claimed.time.as_millis(),
                leap_left_ms: millis(doubt.claimed.leap_left),
                ran_ms: millis(doubt.ran),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: Duration = Duration::from_secs(60 * 60);
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    const NOON: Time = Time::from_seconds(1_795_348_800);

    const NIGHT: Duration = Duration::from_secs(16 * 60 * 60);
    const WEEKEND: Duration = Duration::from_secs(64 * 60 * 60);
    const NEARLY: Duration = Duration::from_secs(29 * 24 * 6 * 60);

    /// A log, and the clocks that it has: time passes when the test says so.
    struct World {
        reckoning: Reckoning,
        at: Instant,
        clock: Time,
    }

    impl World {
        fn new() -> Self {
            let at = Instant::now();
            Self {
                reckoning: Reckoning::new(NOON, at),
                at,
                clock: NOON,
            }
        }

        /// The log runs, and looks every hour; what it thought of the clock.
        fn run(&mut self, hours: u32) -> Vec<Belief> {
            let run = |_| {
                self.at += HOUR;
                self.clock = self.clock.plus(HOUR);
                self.reckoning.look(self.clock, self.at)
            };
            (0..hours).map(run).collect()
        }

        fn look(&mut self) -> Belief {
            self.reckoning.look(self.clock, self.at)
        }

        /// Only the wall clock goes on: it is set, or the machine is asleep.
        fn leap(&mut self, by: Duration) {
            self.clock = self.clock.plus(by);
        }

        /// The log ends, and another begins with what it wrote.
        fn restart(&mut self) -> Belief {
            let row: Row = serde_json::from_slice(&self.reckoning.row()).unwrap();
            self.reckoning = Reckoning::new(NOON, self.at);
            self.reckoning.restore(&row);
            self.look()
        }
    }

    #[test]
    fn a_clock_that_creeps_is_believed_once() {
        let mut world = World::new();
        let mut beliefs = Vec::new();
        for _ in 0..40 {
            world.leap(NEARLY);
            beliefs.extend(world.run(1));
        }
        assert_eq!(beliefs[0], Belief::Believed);
        assert!(beliefs[1..].iter().all(|belief| belief.is_doubted()));
        assert_eq!(world.reckoning.known(), NOON.plus(NEARLY + HOUR * 40));
        // Put right it is right, though what was believed was too much.
        world.clock = NOON.plus(HOUR * 40);
        assert_eq!(world.look(), Belief::PutRight);
        assert_eq!(world.reckoning.known(), world.clock);
    }

    #[test]
    fn a_clock_that_creeps_from_start_to_start_is_believed_once() {
        let mut world = World::new();
        for start in 0..40 {
            world.leap(NEARLY);
            assert_eq!(world.restart().is_doubted(), start > 0, "start {start}");
        }
        // A day of this would not have it believed.
        for _ in 0..48 {
            world.leap(NEARLY);
            world.restart();
            assert!(world.run(1)[0].is_doubted());
        }
        // It stands still, and is.
        let last: Vec<Belief> = world.run(25);
        assert!(last.contains(&Belief::Accepted), "{last:?}");
        assert_eq!(world.look(), Belief::Believed);
    }

    /// The twins of a clock that creeps: off, or only asleep.
    #[test]
    fn a_machine_that_is_on_in_office_hours_is_believed_all_year() {
        for is_off in [true, false] {
            let mut world = World::new();
            for day in 1..=52 * 5 {
                let ran = world.run(8);
                assert_eq!(ran, [Belief::Believed; 8], "day {day}");
                world.leap(if day % 5 == 0 { WEEKEND } else { NIGHT });
                let next = if is_off {
                    world.restart()
                } else {
                    world.look()
                };
                assert_eq!(next, Belief::Believed, "day {day}");
            }
        }
    }

    #[test]
    fn after_a_month_off_it_is_believed_when_it_has_run_for_a_day_nights_and_weekends_between() {
        for before in 0..5 {
            let mut world = World::new();
            world.run(100);
            world.leap(DAY * 30);
            assert!(matches!(world.restart(), Belief::Leapt { .. }));
            let mut ran = Vec::new();
            for day in 0..3 {
                ran.extend(world.run(8));
                world.leap(if day == before { WEEKEND } else { NIGHT });
                ran.push(world.restart());
            }
            let accepted = ran.iter().position(|belief| *belief == Belief::Accepted);
            assert_eq!(accepted, Some(25), "{ran:?}");
            assert_eq!(world.run(8), [Belief::Believed; 8]);
        }
    }

    #[test]
    fn a_clock_that_is_hours_off_at_each_start_and_then_set_is_believed() {
        for is_slow in [true, false] {
            let mut world = World::new();
            for start in 0..100 {
                let right = world.clock;
                world.clock = match is_slow {
                    true => right.minus(HOUR * 11),
                    false => right.plus(HOUR * 11),
                };
                assert_eq!(world.restart(), Belief::Believed, "start {start}");
                world.clock = right;
                assert_eq!(world.run(1), [Belief::Believed], "start {start}");
            }
        }
    }

    #[test]
    fn leaps_of_a_day_are_believed_three_times_and_again_when_it_ran_for_a_quarter_of_one() {
        let mut world = World::new();
        for _ in 0..3 {
            world.leap(DAY);
            assert_eq!(world.look(), Belief::Believed);
        }
        world.leap(DAY);
        assert!(matches!(world.look(), Belief::Leapt { .. }));
        assert!(world.run(5).iter().all(|belief| belief.is_doubted()));
        assert_eq!(world.run(1), [Belief::PutRight]);
        world.run(18);
        world.leap(DAY * 3);
        assert_eq!(world.look(), Belief::Believed);
    }

    #[test]
    fn a_row_of_an_earlier_version_is_read() {
        let row =
            r#"{"knownMs":1795348800000,"doubt":{"claimedMs":1829908800000,"ranMs":82800000}}"#;
        let row: Row = serde_json::from_str(row).unwrap();
        let mut world = World::new();
        world.reckoning.restore(&row);
        world.clock = Time::from_millis(1_829_908_800_000).plus(DAY * 2);
        assert_eq!(world.run(1), [Belief::Accepted]);
    }

    proptest! {
        /// Whatever a clock does, and however often the log begins anew.
        #[test]
        fn nothing_is_older_than_five_times_what_passed_and_three_days_but_by_a_day_of_doubt(
            steps in prop::collection::vec((0_u32..180, leaps(), any::<bool>()), 1..300),
        ) {
            let mut world = World::new();
            // When which time was believed, and when the clock leapt last.
            let (mut from, mut from_at, mut leapt_at) = (NOON, world.at, world.at);
            for (minutes, leap_hours, is_restart) in steps {
                let passed = Duration::from_secs(60) * minutes;
                let leap = HOUR * u32::try_from(leap_hours.unsigned_abs()).unwrap();
                world.at += passed;
                world.clock = world.clock.plus(passed);
                world.clock = match leap_hours < 0 {
                    true => world.clock.minus(leap),
                    false => world.clock.plus(leap),
                };
                let belief = world.look();
                match belief {
                    Belief::Leapt { .. } => leapt_at = world.at,
                    Belief::Accepted => {
                        prop_assert!(world.at - leapt_at >= DAY);
                        (from, from_at) = (world.clock, world.at);
                    }
                    _ => {}
                }
                if is_restart {
                    prop_assert_eq!(world.restart().is_doubted(), belief.is_doubted());
                }
                let bound = from.plus((world.at - from_at) * 5 + CLOCK_LEAP_MAX);
                prop_assert!(world.reckoning.known() <= bound);
                prop_assert!(belief.is_doubted() || world.clock <= bound);
            }
        }
    }

    /// In hours: most clocks go on as they went, some creep, some leap.
    fn leaps() -> impl Strategy<Value = i64> {
        prop_oneof![20 => Just(0), 3 => -2..30_i64, 1 => -120..400_i64]
    }

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
