//! Counters of rate-based rules: how many requests each key sent within a sliding window.
//!
//! A window is sixty steps long, and the step in progress counts too: a request stays counted for
//! at least the window and at most a sixtieth longer, so that a limit is never exceeded unseen.
//! Memory is bounded: each shard holds a fixed number of keys, gives up the quietest first, and
//! counts what it gave up. State belongs to the name of a rule, not to a compiled policy: it
//! survives policy changes.
//! Source: AWS WAF developer guide, "Rate-based rule statement".

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, DefaultHasher, Hasher};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use types::Time;

/// Steps of a window.
const STEPS: i64 = 60;
const SHARDS: usize = 64;
/// Longest text of an aggregation key that is kept as it is; longer ones are cut and completed by
/// their hash.
const KEY_BYTES_MAX: usize = 512;

/// What requests are counted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RateKey {
    /// Aggregation by address.
    Address(IpAddr),
    /// All requests together.
    Constant,
    /// Aggregation by custom keys, their values joined unambiguously.
    Custom(Box<[u8]>),
}

impl RateKey {
    /// The address, if requests are counted by it alone.
    pub(crate) const fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Address(address) => Some(*address),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    /// ARN of the web ACL and name of the rule.
    rule: Arc<str>,
    key: RateKey,
}

/// Counters of all rate-based rules of all web ACLs. One for the life of the process.
#[derive(Debug)]
pub struct RateCounters {
    shards: Vec<Mutex<HashMap<Key, Window, Seeded>>>,
    keys_per_shard: usize,
    dropped: AtomicU64,
    seeded: Seeded,
}

impl RateCounters {
    /// Keys that are counted at once unless the owner says otherwise. The worst case (every key
    /// busy in every step of its window) takes about 1 KB a key.
    pub const KEYS_DEFAULT: usize = 65_536;

    /// Counters with the default number of keys. `seed` should be random: it keeps clients from
    /// choosing keys that collide.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self::with_keys_max(seed, Self::KEYS_DEFAULT)
    }

    /// Counters for at most `keys_max` keys, rounded up to a multiple of the number of shards.
    #[must_use]
    pub fn with_keys_max(seed: u64, keys_max: usize) -> Self {
        let seeded = Seeded(seed);
        Self {
            shards: (0..SHARDS)
                .map(|_| Mutex::new(HashMap::with_hasher(seeded)))
                .collect(),
            keys_per_shard: keys_max.div_ceil(SHARDS).max(1),
            dropped: AtomicU64::new(0),
            seeded,
        }
    }

    /// Keys that were given up for lack of room, since the start.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Keys that are counted now.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).len()).sum()
    }

    /// Counts one request and returns how many the key has in its window, this one included.
    pub(crate) fn count(
        &self,
        rule: &Arc<str>,
        key: RateKey,
        window_seconds: u32,
        now: Time,
    ) -> u64 {
        let step = Step::of(window_seconds, now);
        let key = Key {
            rule: Arc::clone(rule),
            key: bounded(key, self.seeded),
        };
        let hash = self.seeded.hash_one(&key);
        let index = usize::try_from(hash >> 32).unwrap_or_default() % SHARDS;
        let Some(shard) = self.shards.get(index) else {
            return 0;
        };
        let mut windows = lock(shard);
        if let Some(window) = windows.get_mut(&key) {
            return window.add(step);
        }
        if windows.len() >= self.keys_per_shard {
            let given_up = make_room(&mut windows, now);
            self.dropped.fetch_add(given_up, Ordering::Relaxed);
        }
        let mut window = Window::default();
        let count = window.add(step);
        windows.insert(key, window);
        count
    }

    /// The keys of a rule (by the ARN of its web ACL and its name) whose count exceeds `limit`,
    /// as GetRateBasedStatementManagedKeys lists them; at most `max`, in order.
    #[must_use]
    pub fn exceeding(
        &self,
        web_acl_arn: &str,
        rule: &str,
        limit: u64,
        now: Time,
        max: usize,
    ) -> Vec<RateKey> {
        let id = rule_id(web_acl_arn, rule);
        let mut found = Vec::new();
        for shard in &self.shards {
            let mut windows = lock(shard);
            #[expect(clippy::iter_over_hash_type, reason = "the result is sorted")]
            for (key, window) in &mut *windows {
                if key.rule == id && window.total_at(now) > limit {
                    found.push(key.key.clone());
                }
            }
        }
        found.sort_unstable();
        found.truncate(max);
        found
    }
}

/// The name under which a rule's counters are kept.
pub(crate) fn rule_id(web_acl_arn: &str, rule: &str) -> Arc<str> {
    format!("{web_acl_arn}#{rule}").into()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Counters stay valid whatever happened to a thread that held them.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn bounded(key: RateKey, seeded: Seeded) -> RateKey {
    match key {
        RateKey::Address(address) => RateKey::Address(address.to_canonical()),
        RateKey::Custom(bytes) if bytes.len() > KEY_BYTES_MAX => {
            let mut cut = bytes.get(..KEY_BYTES_MAX).unwrap_or_default().to_vec();
            cut.extend_from_slice(&seeded.hash_one(&bytes).to_be_bytes());
            RateKey::Custom(cut.into())
        }
        key => key,
    }
}

/// Drops windows that are over; if that is not enough, the quietest quarter. Returns how many live
/// ones were dropped.
fn make_room(windows: &mut HashMap<Key, Window, Seeded>, now: Time) -> u64 {
    let before = windows.len();
    windows.retain(|_, window| window.total_at(now) > 0);
    if windows.len() < before {
        return 0;
    }
    let mut totals: Vec<u64> = windows.values().map(|window| window.total).collect();
    let quarter = (before / 4).max(1);
    let (_, limit, _) = totals.select_nth_unstable(quarter.saturating_sub(1));
    let limit = *limit;
    let mut to_drop = quarter;
    windows.retain(|_, window| {
        let drop = to_drop > 0 && window.total <= limit;
        to_drop -= usize::from(drop);
        !drop
    });
    u64::try_from(before.saturating_sub(windows.len())).unwrap_or(u64::MAX)
}

/// A step of a window: which one, and how long one is.
#[derive(Debug, Clone, Copy)]
struct Step {
    number: i64,
    millis: i64,
}

impl Step {
    fn of(window_seconds: u32, now: Time) -> Self {
        let millis = (i64::from(window_seconds) * 1000 / STEPS).max(1);
        Self {
            number: now.as_millis().div_euclid(millis),
            millis,
        }
    }
}

/// Requests of one key: counts by step, oldest first.
#[derive(Debug, Default)]
struct Window {
    steps: VecDeque<(i64, u32)>,
    total: u64,
    step_millis: i64,
}

impl Window {
    fn add(&mut self, step: Step) -> u64 {
        if self.step_millis != step.millis {
            // The rule's window was changed: counts in other steps mean nothing to it.
            *self = Self {
                step_millis: step.millis,
                ..Self::default()
            };
        }
        self.forget_before(step.number);
        match self.steps.back_mut() {
            // A clock that steps back must not open a second, later-sorted window.
            Some((number, count)) if *number >= step.number => *count = count.saturating_add(1),
            _ => self.steps.push_back((step.number, 1)),
        }
        self.total = self.total.saturating_add(1);
        self.total
    }

    fn total_at(&mut self, now: Time) -> u64 {
        if self.step_millis > 0 {
            self.forget_before(now.as_millis().div_euclid(self.step_millis));
        }
        self.total
    }

    fn forget_before(&mut self, current: i64) {
        while let Some((number, count)) = self.steps.front().copied() {
            if number >= current.saturating_sub(STEPS) {
                break;
            }
            self.total = self.total.saturating_sub(u64::from(count));
            self.steps.pop_front();
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Seeded(u64);

impl BuildHasher for Seeded {
    type Hasher = DefaultHasher;

    fn build_hasher(&self) -> DefaultHasher {
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(self.0);
        hasher
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn address(low: u8) -> RateKey {
        RateKey::Address(IpAddr::from([192, 0, 2, low]))
    }

    #[test]
    fn keys_and_rules_are_counted_apart_and_forgotten() {
        let counters = RateCounters::new(1);
        let (one, two) = (rule_id("acl", "one"), rule_id("acl", "two"));
        let at = Time::from_seconds;
        for expected in 1..=5 {
            assert_eq!(counters.count(&one, address(1), 60, at(100)), expected);
        }
        assert_eq!(counters.count(&one, address(2), 60, at(100)), 1);
        assert_eq!(counters.count(&two, address(1), 60, at(100)), 1);
        assert_eq!(
            counters.exceeding("acl", "one", 4, at(100), 10),
            [address(1)]
        );
        assert_eq!(counters.exceeding("acl", "one", 5, at(100), 10), []);
        assert_eq!(counters.exceeding("acl", "one", 4, at(161), 10), []);
        assert_eq!(counters.count(&one, address(1), 60, at(161)), 1);
        // Another window begins to count anew.
        assert_eq!(counters.count(&one, address(1), 120, at(161)), 1);
    }

    #[test]
    fn memory_is_bounded_and_losses_are_counted() {
        let counters = RateCounters::with_keys_max(7, 640);
        let rule = rule_id("acl", "rule");
        let loud = RateKey::Custom(b"loud".as_slice().into());
        let now = Time::from_seconds(1_000);
        for number in 0..20_000u32 {
            counters.count(&rule, loud.clone(), 300, now);
            let key = RateKey::Custom(number.to_be_bytes().as_slice().into());
            counters.count(&rule, key, 300, now);
        }
        assert!(counters.keys() <= 640, "{}", counters.keys());
        assert_eq!(
            counters.dropped() + u64::try_from(counters.keys()).unwrap(),
            20_001
        );
        // The key that matters was never given up.
        assert_eq!(counters.count(&rule, loud, 300, now), 20_001);
        // Windows that are over make room without loss.
        let dropped = counters.dropped();
        let later = Time::from_seconds(2_000);
        for number in 0..64u32 {
            let key = RateKey::Custom(number.to_le_bytes().as_slice().into());
            counters.count(&rule, key, 300, later);
        }
        assert_eq!(counters.dropped(), dropped);
    }

    #[test]
    fn a_million_keys_neither_fill_memory_nor_hide_a_loud_one() {
        let counters = RateCounters::new(11);
        let rule = rule_id("acl", "rule");
        let loud = address(1);
        let start = 1_700_000_000_000i64;
        for number in 0..1_000_000u32 {
            // Two requests a millisecond: a flood within one window.
            let now = Time::from_millis(start + i64::from(number / 2));
            let bits = (0x2001_0db8u128 << 96) | u128::from(number);
            let key = RateKey::Address(IpAddr::V6(bits.into()));
            counters.count(&rule, key, 600, now);
            if number % 1_000 == 0 {
                counters.count(&rule, loud.clone(), 600, now);
            }
        }
        let most = RateCounters::KEYS_DEFAULT;
        assert!(counters.keys() <= most, "{}", counters.keys());
        let kept = u64::try_from(counters.keys()).unwrap();
        assert!(counters.dropped() + kept >= 1_000_000);
        // The loud one was never given up.
        let now = Time::from_millis(start + 500_000);
        assert_eq!(counters.count(&rule, loud.clone(), 600, now), 1_001);
        // Over the limit at once, not at the next look.
        assert_eq!(counters.exceeding("acl", "rule", 1_000, now, 10), [loud]);
    }

    #[test]
    fn long_keys_are_cut_but_stay_distinct() {
        let counters = RateCounters::new(3);
        let rule = rule_id("acl", "rule");
        let long = |end: u8| {
            let mut key = vec![b'x'; 100_000];
            key.push(end);
            RateKey::Custom(key.into())
        };
        assert_eq!(counters.count(&rule, long(1), 60, Time::from_seconds(1)), 1);
        assert_eq!(counters.count(&rule, long(2), 60, Time::from_seconds(1)), 1);
        assert_eq!(counters.count(&rule, long(1), 60, Time::from_seconds(1)), 2);
    }

    proptest! {
        /// Against a list of all requests, in virtual time.
        #[test]
        fn agrees_with_a_list_of_all_requests(
            window in prop_oneof![Just(60u32), Just(120), Just(300), Just(600)],
            steps in prop::collection::vec((0i64..40_000, 0u8..4), 1..200),
        ) {
            let counters = RateCounters::new(9);
            let rule = rule_id("acl", "rule");
            let step_millis = i64::from(window) * 1000 / 60;
            let mut all: Vec<(i64, u8)> = Vec::new();
            let mut now = 1_700_000_000_000i64;
            for (pause, key) in steps {
                now += pause;
                all.push((now, key));
                let counted = counters.count(&rule, address(key), window, Time::from_millis(now));
                let naive = all.iter().filter(|(time, other)| {
                    *other == key && now / step_millis - time / step_millis <= 60
                }).count();
                prop_assert_eq!(counted, u64::try_from(naive).unwrap());
                // Never less than the exact window, never more than one sixtieth beyond it.
                let within = |millis: i64| u64::try_from(all.iter().filter(|(time, other)| {
                    *other == key && now - time < millis
                }).count()).unwrap();
                let exact = i64::from(window) * 1000;
                prop_assert!(within(exact) <= counted && counted <= within(exact + step_millis));
            }
        }
    }
}
