//! Passive health: targets that fail real requests are left out for a while. Source: Envoy,
//! "Outlier detection" (consecutive failures, ejection time, most ejected); Application Load
//! Balancers, "Automatic target weights" (anomaly detection and mitigation).

use std::time::Duration;

use types::Time;

/// When a target is ejected, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EjectionPolicy {
    /// Failures in a row that eject a target: no connection, a broken or late answer.
    pub consecutive_failures: u32,
    /// How long a first ejection lasts; the second in a row lasts twice as long, and so on.
    pub base: Duration,
    /// The longest ejection.
    pub longest: Duration,
    /// The largest share of a target group's targets that may be ejected at a time, in per cent.
    /// One target alone is never ejected.
    pub share_percent_max: u32,
}

impl Default for EjectionPolicy {
    fn default() -> Self {
        Self {
            consecutive_failures: 5,
            base: Duration::from_secs(30),
            longest: Duration::from_secs(300),
            share_percent_max: 50,
        }
    }
}

/// What a target's requests say of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ejection {
    failures: u32,
    times: u32,
    until: Option<Time>,
}

impl Ejection {
    /// Whether it is left out now.
    #[must_use]
    pub fn is_ejected(&self, now: Time) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    /// A request went well. So many ejections are forgotten as there were quiet spans of the
    /// longest ejection since the last one.
    pub fn succeeded(&mut self, policy: &EjectionPolicy, now: Time) {
        self.failures = 0;
        if let Some(until) = self.until
            && now.since(until) >= policy.longest
        {
            self.times = self.times.saturating_sub(1);
            self.until = (self.times > 0).then_some(now);
        }
    }

    /// A health check has found the target well again: that ends its ejection, as in Envoy. That
    /// there was one is remembered, so a next one lasts longer.
    pub fn recovered(&mut self, now: Time) {
        self.failures = 0;
        self.until = self.until.map(|until| until.min(now));
    }

    /// A request failed. `ejected` of the group's `targets` are out now, this one not counted.
    /// Answers whether this ejects it.
    pub fn failed(
        &mut self,
        policy: &EjectionPolicy,
        now: Time,
        ejected: usize,
        targets: usize,
    ) -> bool {
        if self.is_ejected(now) {
            return false;
        }
        self.failures = self.failures.saturating_add(1);
        let share = u64::from(policy.share_percent_max).saturating_mul(targets as u64) / 100;
        let room = (ejected as u64) < share && ejected + 1 < targets;
        if self.failures < policy.consecutive_failures || !room {
            return false;
        }
        self.failures = 0;
        self.times = self.times.saturating_add(1);
        let lasts = policy.base.saturating_mul(self.times).min(policy.longest);
        self.until = Some(now.plus(lasts));
        true
    }
}

/// What a target did within a while, for anomaly detection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Requests that were sent to it.
    pub requests: u32,
    /// Those that ended with a 5xx answer or a broken connection.
    pub errors: u32,
}

/// Anomaly detection needs so many healthy targets, as in AWS.
pub const ANOMALY_TARGETS_MIN: usize = 3;
/// Errors below which nothing is an anomaly.
const ANOMALY_ERRORS_MIN: u32 = 5;
/// How many times the share of errors of all others an anomalous target has at least.
const ANOMALY_TIMES: u64 = 3;
/// The share of errors, in per cent, that an anomalous target has at least.
const ANOMALY_PERCENT_MIN: u64 = 5;

/// Whether the target at `index` has a share of errors that stands out from the others'.
#[must_use]
pub fn is_anomalous(targets: &[Outcomes], index: usize) -> bool {
    let Some(one) = targets.get(index) else {
        return false;
    };
    if targets.len() < ANOMALY_TARGETS_MIN || one.errors < ANOMALY_ERRORS_MIN {
        return false;
    }
    let (errors, requests) = (u64::from(one.errors), u64::from(one.requests));
    let all: u64 = targets.iter().map(|t| u64::from(t.requests)).sum();
    let failed: u64 = targets.iter().map(|t| u64::from(t.errors)).sum();
    let (others, failed) = (all.saturating_sub(requests), failed.saturating_sub(errors));
    errors.saturating_mul(100) >= ANOMALY_PERCENT_MIN.saturating_mul(requests)
        && others > 0
        // errors / requests > TIMES * failed / others, without a division.
        && u128::from(errors) * u128::from(others)
            > u128::from(ANOMALY_TIMES) * u128::from(failed) * u128::from(requests)
}

/// The full weight of a target.
pub const WEIGHT_FULL: u32 = 1_000;
/// The least weight of an anomalous target: enough to see that it has recovered.
pub const WEIGHT_LEAST: u32 = 10;

/// The next weight of a target under anomaly mitigation: halved while it is anomalous, doubled
/// when it is not.
#[must_use]
pub fn mitigated_weight(weight: u32, anomalous: bool) -> u32 {
    let next = if anomalous {
        weight / 2
    } else {
        weight.saturating_mul(2)
    };
    next.clamp(WEIGHT_LEAST, WEIGHT_FULL)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Time = Time::from_seconds(1_000);

    fn fail(ejection: &mut Ejection, times: u32, now: Time) -> bool {
        let policy = EjectionPolicy::default();
        (0..times).fold(false, |_, _| ejection.failed(&policy, now, 0, 4))
    }

    #[test]
    fn failures_in_a_row_eject_for_longer_each_time() {
        let policy = EjectionPolicy::default();
        let mut ejection = Ejection::default();
        assert!(!fail(&mut ejection, 4, NOW));
        ejection.succeeded(&policy, NOW);
        assert!(
            !fail(&mut ejection, 4, NOW),
            "a success in between starts anew"
        );
        assert!(fail(&mut ejection, 1, NOW));
        let seconds = |n| NOW.plus(Duration::from_secs(n));
        assert!(ejection.is_ejected(seconds(29)) && !ejection.is_ejected(seconds(30)));
        assert!(fail(&mut ejection, 5, seconds(30)));
        assert!(ejection.is_ejected(seconds(89)) && !ejection.is_ejected(seconds(90)));
    }

    #[test]
    fn a_health_check_ends_an_ejection_and_not_its_memory() {
        let mut ejection = Ejection::default();
        assert!(fail(&mut ejection, 5, NOW));
        let later = NOW.plus(Duration::from_secs(10));
        ejection.recovered(later);
        assert!(!ejection.is_ejected(later));
        assert!(fail(&mut ejection, 5, later));
        assert!(
            ejection.is_ejected(later.plus(Duration::from_secs(59))),
            "twice as long"
        );
        let mut untouched = Ejection::default();
        untouched.recovered(later);
        assert_eq!(untouched, Ejection::default());
    }

    #[test]
    fn time_without_failures_is_forgiving() {
        let policy = EjectionPolicy::default();
        let mut ejection = Ejection::default();
        assert!(fail(&mut ejection, 5, NOW));
        ejection.succeeded(&policy, NOW.plus(Duration::from_secs(331)));
        assert_eq!(ejection, Ejection::default());
    }

    #[test]
    fn the_last_targets_are_never_ejected() {
        let policy = EjectionPolicy::default();
        for (ejected, targets, expected) in [
            (0, 1, false),
            (0, 2, true),
            (1, 2, false),
            (1, 4, true),
            (2, 4, false),
            (0, 0, false),
        ] {
            let mut ejection = Ejection::default();
            let out = (0..5).fold(false, |_, _| {
                ejection.failed(&policy, NOW, ejected, targets)
            });
            assert_eq!(out, expected, "{ejected} of {targets}");
        }
    }

    #[test]
    fn what_stands_out_is_anomalous() {
        let of = |requests, errors| Outcomes { requests, errors };
        assert!(is_anomalous(&[of(100, 20), of(100, 1), of(100, 2)], 0));
        assert!(
            !is_anomalous(&[of(100, 20), of(100, 20), of(100, 20)], 0),
            "all fail"
        );
        assert!(
            !is_anomalous(&[of(100, 20), of(100, 0)], 0),
            "too few targets"
        );
        assert!(
            !is_anomalous(&[of(10, 4), of(100, 0), of(100, 0)], 0),
            "too few errors"
        );
        assert!(
            !is_anomalous(&[of(1_000, 10), of(1_000, 1), of(1_000, 1)], 0),
            "too small a share"
        );
        assert!(!is_anomalous(&[], 0));
        assert_eq!(mitigated_weight(WEIGHT_FULL, true), 500);
        assert_eq!(mitigated_weight(WEIGHT_LEAST, true), WEIGHT_LEAST);
        assert_eq!(mitigated_weight(600, false), WEIGHT_FULL);
    }

    proptest! {
        #[test]
        fn ejections_are_bounded(steps in proptest::collection::vec((any::<bool>(), 0_u64..400), 0..200)) {
            let policy = EjectionPolicy::default();
            let mut ejection = Ejection::default();
            let mut now = NOW;
            for (good, seconds) in steps {
                now = now.plus(Duration::from_secs(seconds));
                if good {
                    ejection.succeeded(&policy, now);
                } else {
                    ejection.failed(&policy, now, 0, 10);
                }
                prop_assert!(!ejection.is_ejected(now.plus(policy.longest)));
            }
        }
    }
}
