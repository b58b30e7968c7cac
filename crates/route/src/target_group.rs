//! Target groups: their targets and the choice among them. Source: Application Load Balancers,
//! "Target groups" (routing algorithms, slow start, target group health).

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use types::Time;

use crate::Target;
use crate::health::HealthCheck;
use crate::outlier::WEIGHT_FULL;
use crate::request::Protocol;

/// How targets are spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProtocolVersion {
    /// `HTTP1`
    #[default]
    Http1,
    /// `HTTP2`
    Http2,
    /// `GRPC`
    Grpc,
}

/// `load_balancing.algorithm.type`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Algorithm {
    /// In turn.
    #[default]
    RoundRobin,
    /// The one with the fewest requests in flight.
    LeastOutstandingRequests,
    /// At random, by weights that anomaly mitigation changes.
    WeightedRandom {
        /// `load_balancing.algorithm.anomaly_mitigation`
        anomaly_mitigation: bool,
    },
}

/// `stickiness.*`: that a client stays with its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stickiness {
    /// `lb_cookie`: by the cookie `AWSALB`.
    LbCookie {
        /// For how long.
        duration_seconds: u32,
    },
    /// `app_cookie`: as long as the client has the application's cookie.
    AppCookie {
        /// The application's cookie.
        name: String,
        /// For how long.
        duration_seconds: u32,
    },
}

/// Below which number of healthy targets all of them get requests
/// (`target_group_health.unhealthy_state_routing.*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthyMinimum {
    /// So many.
    pub count: u32,
    /// Such a share of all targets, in per cent.
    pub percent: Option<u32>,
}

impl Default for HealthyMinimum {
    fn default() -> Self {
        Self {
            count: 1,
            percent: None,
        }
    }
}

/// A target group's attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetGroupAttributes {
    /// `load_balancing.algorithm.*`
    pub algorithm: Algorithm,
    /// `stickiness.*`
    pub stickiness: Option<Stickiness>,
    /// `slow_start.duration_seconds`; 0 is none.
    pub slow_start_seconds: u32,
    /// `deregistration_delay.timeout_seconds`
    pub deregistration_delay_seconds: u32,
    /// `target_group_health.unhealthy_state_routing.*`
    pub healthy_minimum: HealthyMinimum,
}

impl Default for TargetGroupAttributes {
    fn default() -> Self {
        Self {
            algorithm: Algorithm::default(),
            stickiness: None,
            slow_start_seconds: 0,
            deregistration_delay_seconds: 300,
            healthy_minimum: HealthyMinimum::default(),
        }
    }
}

/// A target of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredTarget {
    /// Where it is.
    pub target: Target,
    /// Since when it is deregistered: it gets no new requests and its last ones may end within the
    /// deregistration delay.
    pub draining_since: Option<Time>,
    key: u64,
}

impl RegisteredTarget {
    /// A number that stands for the target in cookies and stays the same over restarts.
    #[must_use]
    pub fn key(&self) -> u64 {
        self.key
    }
}

/// A target group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: String,
    /// How its targets are spoken to.
    pub protocol: Protocol,
    /// By which version of HTTP.
    pub protocol_version: ProtocolVersion,
    /// Its attributes.
    pub attributes: TargetGroupAttributes,
    /// How the health of its targets is checked.
    pub health_check: HealthCheck,
    targets: Vec<RegisteredTarget>,
    key: u64,
}

/// What the edge knows of a target at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetLoad {
    /// Whether health checks let it have requests.
    pub in_service: bool,
    /// Whether no health check has judged it yet: AWS's state `initial`.
    pub initial: bool,
    /// Whether its requests have failed too often (see [`crate::outlier`]).
    pub ejected: bool,
    /// Requests that it has not answered yet.
    pub outstanding: u32,
    /// From [`crate::outlier::WEIGHT_LEAST`] to [`WEIGHT_FULL`], by anomaly mitigation.
    pub weight: u32,
    /// When it became healthy after it was registered: slow start begins here.
    pub healthy_since: Option<Time>,
}

impl Default for TargetLoad {
    fn default() -> Self {
        Self {
            in_service: true,
            initial: false,
            ejected: false,
            outstanding: 0,
            weight: WEIGHT_FULL,
            healthy_since: None,
        }
    }
}

/// Chance and time, as arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// Counts up by one from request to request of the group and may wrap.
    pub turn: u64,
    /// Random bits.
    pub random: u64,
    /// The time.
    pub now: Time,
}

/// A target that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Its index in [`TargetGroup::targets`].
    pub index: usize,
    /// Whether too few targets are healthy, so that all get requests.
    pub fail_open: bool,
}

/// The share of full weight, out of [`WEIGHT_FULL`], with which slow start begins.
const SLOW_START_LEAST: u64 = 50;

impl TargetGroup {
    /// A target group without targets, with AWS's defaults.
    #[must_use]
    pub fn new(arn: &str) -> Self {
        Self {
            arn: arn.to_owned(),
            protocol: Protocol::Http,
            protocol_version: ProtocolVersion::Http1,
            attributes: TargetGroupAttributes::default(),
            health_check: HealthCheck::default(),
            targets: Vec::new(),
            key: key(&[arn]),
        }
    }

    /// With one more target.
    pub fn register(&mut self, target: Target, draining_since: Option<Time>) {
        let key = key(&[&self.arn, &target.host, &target.port.to_string()]);
        self.targets.push(RegisteredTarget {
            target,
            draining_since,
            key,
        });
    }

    /// Its targets, in the order of their registration.
    #[must_use]
    pub fn targets(&self) -> &[RegisteredTarget] {
        &self.targets
    }

    /// Whether a deregistered target's time is over: what is still open to it may be closed.
    #[must_use]
    pub fn is_drained(&self, target: &RegisteredTarget, now: Time) -> bool {
        let delay = Duration::from_secs(self.attributes.deregistration_delay_seconds.into());
        let since = target.draining_since;
        since.is_some_and(|since| now.since(since) >= delay)
    }

    /// A number that stands for the group in cookies.
    #[must_use]
    pub fn key(&self) -> u64 {
        self.key
    }

    /// The target of a sticky client, if it may have requests. One that no check has judged yet may: the
    /// client has its cookie, so it has served before, and what was known of it went with a restart or an
    /// upgrade. If it cannot be reached the request goes elsewhere all the same.
    #[must_use]
    pub fn sticky(&self, target_key: u64, load: impl Fn(usize) -> TargetLoad) -> Option<usize> {
        let index = self.targets.iter().position(|t| t.key == target_key)?;
        let target = self.targets.get(index)?;
        let load = load(index);
        let may_serve = load.in_service || load.initial;
        (target.draining_since.is_none() && may_serve && !load.ejected).then_some(index)
    }

    /// The target for a request. `load` tells of each target by its index; those in `tried` have
    /// failed the request already. `None` when there is no target left.
    #[must_use]
    pub fn choose(
        &self,
        load: impl Fn(usize) -> TargetLoad,
        tried: &[usize],
        draw: Draw,
    ) -> Option<Choice> {
        let (mut registered, mut healthy, mut left) = (0_u64, 0_u64, 0_u64);
        for (index, target) in self.targets.iter().enumerate() {
            if target.draining_since.is_some() {
                continue;
            }
            registered += 1;
            let load = load(index);
            healthy += u64::from(load.in_service);
            left += u64::from(load.in_service && !load.ejected && !tried.contains(&index));
        }
        let minimum = self.attributes.healthy_minimum;
        let percent = u64::from(minimum.percent.unwrap_or(0));
        // More than there are cannot be asked for.
        let count = u64::from(minimum.count).min(registered);
        let fail_open = healthy < count || healthy * 100 < percent * registered;
        let eligible = |index: usize| {
            let target = self.targets.get(index)?;
            if target.draining_since.is_some() || tried.contains(&index) {
                return None;
            }
            let load = load(index);
            // When all that are healthy are ejected or tried, an ejected one is better than none.
            let take = fail_open || (load.in_service && (!load.ejected || left == 0));
            take.then_some(load)
        };
        let index = match self.attributes.algorithm {
            Algorithm::RoundRobin => self.in_turn(&eligible, draw),
            Algorithm::LeastOutstandingRequests => {
                self.least(|load| u64::from(load.outstanding), &eligible, draw.random)
            }
            Algorithm::WeightedRandom { .. } => {
                self.weighted(|load| u64::from(load.weight), &eligible, draw.random)
            }
        };
        index.map(|index| Choice { index, fail_open })
    }

    fn in_turn(
        &self,
        eligible: &impl Fn(usize) -> Option<TargetLoad>,
        draw: Draw,
    ) -> Option<usize> {
        let duration = Duration::from_secs(self.attributes.slow_start_seconds.into());
        if !duration.is_zero() {
            let ramp = |load: &TargetLoad| match load.healthy_since {
                Some(since) if draw.now.since(since) < duration => {
                    let elapsed = u64::try_from(draw.now.since(since).as_millis());
                    let whole = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
                    let ramp = elapsed.unwrap_or(u64::MAX).saturating_mul(FULL) / whole.max(1);
                    ramp.clamp(SLOW_START_LEAST, FULL)
                }
                _ => FULL,
            };
            let all = || (0..self.targets.len()).filter_map(eligible);
            let (warm, cold) = all().fold((false, false), |(warm, cold), load| {
                let full = ramp(&load) == FULL;
                (warm || full, cold || !full)
            });
            // Where no target is out of slow start there is none to take the rest, as in AWS.
            if warm && cold {
                return self.weighted(ramp, eligible, draw.random);
            }
        }
        let count = (0..self.targets.len()).filter_map(eligible).count();
        let nth = draw.turn.checked_rem(u64::try_from(count).ok()?)?;
        (0..self.targets.len())
            .filter(|index| eligible(*index).is_some())
            .nth(usize::try_from(nth).ok()?)
    }

    /// Those with the least; which of them, chance decides.
    fn least(
        &self,
        measure: impl Fn(&TargetLoad) -> u64,
        eligible: &impl Fn(usize) -> Option<TargetLoad>,
        random: u64,
    ) -> Option<usize> {
        let measured =
            || (0..self.targets.len()).filter_map(|i| eligible(i).map(|l| (i, measure(&l))));
        let least = measured().map(|(_, load)| load).min()?;
        let ties = || measured().filter(|(_, load)| *load == least);
        let nth = random.checked_rem(u64::try_from(ties().count()).ok()?)?;
        ties()
            .nth(usize::try_from(nth).ok()?)
            .map(|(index, _)| index)
    }

    /// Each as often as its weight says.
    fn weighted(
        &self,
        weight: impl Fn(&TargetLoad) -> u64,
        eligible: &impl Fn(usize) -> Option<TargetLoad>,
        random: u64,
    ) -> Option<usize> {
        let weighed =
            || (0..self.targets.len()).filter_map(|i| eligible(i).map(|l| (i, weight(&l).max(1))));
        let total: u64 = weighed().map(|(_, weight)| weight).sum();
        let mut left = random.checked_rem(total)?;
        for (index, weight) in weighed() {
            match left.checked_sub(weight) {
                Some(rest) => left = rest,
                None => return Some(index),
            }
        }
        None
    }
}

const FULL: u64 = WEIGHT_FULL as u64;

fn key(parts: &[&str]) -> u64 {
    let digest = digest(&SHA256, parts.join("\n").as_bytes());
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Time = Time::from_seconds(10_000);

    fn group(targets: u16) -> TargetGroup {
        let mut group = TargetGroup::new("arn:group");
        for at in 0..targets {
            let target = Target {
                host: "127.0.0.1".to_owned(),
                port: 3_000 + at,
                tls: false,
            };
            group.register(target, None);
        }
        group
    }

    fn draw(turn: u64, random: u64) -> Draw {
        Draw {
            turn,
            random,
            now: NOW,
        }
    }

    #[test]
    fn keys_are_of_the_group_host_and_port() {
        let three = group(3);
        let mut keys: Vec<u64> = three.targets().iter().map(RegisteredTarget::key).collect();
        assert_eq!(three, group(3), "and the same each time");
        keys.push(three.key());
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 4);
    }

    #[test]
    fn no_target_no_choice() {
        assert_eq!(
            group(0).choose(|_| TargetLoad::default(), &[], draw(0, 0)),
            None
        );
        assert_eq!(
            group(1).choose(|_| TargetLoad::default(), &[0], draw(0, 0)),
            None
        );
    }

    #[test]
    fn a_draining_target_gets_no_new_requests_and_keeps_no_client() {
        let mut two = group(1);
        let target = Target {
            host: "127.0.0.1".to_owned(),
            port: 4_000,
            tls: false,
        };
        two.register(target, Some(NOW));
        for turn in 0..4 {
            let choice = two
                .choose(|_| TargetLoad::default(), &[], draw(turn, turn))
                .unwrap();
            assert_eq!(choice.index, 0);
        }
        let target = &two.targets()[1];
        let after = |seconds| NOW.plus(Duration::from_secs(seconds));
        assert!(!two.is_drained(target, after(299)) && two.is_drained(target, after(300)));
        assert!(!two.is_drained(&two.targets()[0], after(300)));
        let key = target.key();
        assert_eq!(two.sticky(key, |_| TargetLoad::default()), None);
        assert_eq!(
            two.sticky(two.targets()[0].key(), |_| TargetLoad::default()),
            Some(0)
        );
    }

    #[test]
    fn a_client_stays_with_a_target_that_no_check_has_judged_yet_and_not_with_one_that_failed() {
        let two = group(2);
        let key = two.targets()[1].key();
        let load = |initial, ejected| TargetLoad {
            in_service: false,
            initial,
            ejected,
            ..TargetLoad::default()
        };
        assert_eq!(two.sticky(key, |_| load(true, false)), Some(1));
        assert_eq!(two.sticky(key, |_| load(true, true)), None);
        assert_eq!(two.sticky(key, |_| load(false, false)), None);
    }

    #[test]
    fn a_new_target_begins_slowly_beside_an_old_one() {
        let mut two = group(2);
        two.attributes.slow_start_seconds = 100;
        let share = |age: u64| {
            let load = |index| TargetLoad {
                healthy_since: (index == 1).then(|| NOW.minus(Duration::from_secs(age))),
                ..TargetLoad::default()
            };
            let hits = (0..2_000)
                .filter(|n| {
                    two.choose(
                        load,
                        &[],
                        draw(*n, n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11),
                    )
                    .unwrap()
                    .index
                        == 1
                })
                .count();
            hits * 100 / 2_000
        };
        // Its share of 2 targets: weight / (weight + 1).
        assert!((4..=6).contains(&share(0)), "{}", share(0));
        assert!((32..=35).contains(&share(50)), "{}", share(50));
        assert_eq!(share(100), 50);
        let all_new = |_| TargetLoad {
            healthy_since: Some(NOW),
            ..TargetLoad::default()
        };
        assert_eq!(two.choose(all_new, &[], draw(3, 0)).unwrap().index, 1);
    }

    fn loads() -> impl Strategy<Value = Vec<TargetLoad>> {
        let load = (any::<bool>(), any::<bool>(), 0_u32..4, 10_u32..1_000);
        let load = load.prop_map(|(in_service, ejected, outstanding, weight)| TargetLoad {
            in_service,
            initial: false,
            ejected,
            outstanding,
            weight,
            healthy_since: None,
        });
        proptest::collection::vec(load, 1..8)
    }

    /// Who may get a request, by the definition.
    fn naive(loads: &[TargetLoad], tried: &[usize], minimum: HealthyMinimum) -> (Vec<usize>, bool) {
        let healthy = loads.iter().filter(|load| load.in_service).count();
        let wanted = (minimum.count as usize).min(loads.len());
        let percent = minimum.percent.unwrap_or(0) as usize;
        let open = healthy < wanted || healthy * 100 < percent * loads.len();
        let untried = |index: &usize| !tried.contains(index);
        let all = || (0..loads.len()).filter(untried);
        let best: Vec<usize> = all()
            .filter(|i| loads[*i].in_service && !loads[*i].ejected)
            .collect();
        let healthy: Vec<usize> = all().filter(|i| loads[*i].in_service).collect();
        match (open, best.is_empty()) {
            (true, _) => (all().collect(), true),
            (false, false) => (best, false),
            (false, true) => (healthy, false),
        }
    }

    proptest! {
        #[test]
        fn choices_are_those_of_the_definition(
            loads in loads(), tried in proptest::collection::vec(0_usize..8, 0..3), turn: u64, random: u64,
            count in 1_u32..10, percent in proptest::option::of(1_u32..=100), kind in 0_u8..3,
        ) {
            let mut group = group(u16::try_from(loads.len()).unwrap());
            group.attributes.healthy_minimum = HealthyMinimum { count, percent };
            group.attributes.algorithm = match kind {
                0 => Algorithm::RoundRobin,
                1 => Algorithm::LeastOutstandingRequests,
                _ => Algorithm::WeightedRandom { anomaly_mitigation: true },
            };
            let (may, open) = naive(&loads, &tried, group.attributes.healthy_minimum);
            let choice = group.choose(|index| loads[index], &tried, draw(turn, random));
            let Some(choice) = choice else {
                prop_assert!(may.is_empty());
                return Ok(());
            };
            prop_assert!(may.contains(&choice.index), "{:?} of {:?}", choice, may);
            prop_assert_eq!(choice.fail_open, open);
            match kind {
                0 => prop_assert_eq!(choice.index, may[usize::try_from(turn % may.len() as u64).unwrap()]),
                1 => {
                    let least = may.iter().map(|i| loads[*i].outstanding).min().unwrap();
                    prop_assert_eq!(loads[choice.index].outstanding, least);
                }
                _ => {}
            }
        }

        #[test]
        fn random_choices_keep_the_weights(weights in proptest::collection::vec(10_u32..60, 1..5)) {
            let mut group = group(u16::try_from(weights.len()).unwrap());
            group.attributes.algorithm = Algorithm::WeightedRandom { anomaly_mitigation: false };
            let load = |index: usize| TargetLoad { weight: weights[index], ..TargetLoad::default() };
            let mut counted = vec![0; weights.len()];
            for random in 0..u64::from(weights.iter().sum::<u32>()) {
                counted[group.choose(load, &[], draw(0, random)).unwrap().index] += 1;
            }
            prop_assert_eq!(counted, weights);
        }
    }
}
