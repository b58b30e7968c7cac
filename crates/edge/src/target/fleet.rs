//! What the edge knows of targets at the moment: health, requests in flight, failures. It outlives
//! the snapshots: a target that stays registered keeps what is known of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use route::health::{CheckResult, Health, State};
use route::outlier::{Ejection, EjectionPolicy, Outcomes, WEIGHT_FULL};
use route::outlier::{is_anomalous, mitigated_weight};
use route::{Algorithm, Draw, Table, TargetGroup, TargetLoad};
use types::Time;

/// How often weights are looked at again under anomaly mitigation.
pub(crate) const MITIGATION: Duration = Duration::from_secs(5);

/// No time: it has not happened.
const NEVER: i64 = i64::MIN;

/// All targets of all target groups.
#[derive(Debug, Default)]
pub(crate) struct Fleet {
    groups: ArcSwap<BTreeMap<u64, Arc<GroupState>>>,
    /// Every target that a group in force has, by its key.
    targets: Mutex<BTreeMap<u64, Arc<TargetState>>>,
    policy: EjectionPolicy,
    /// Whose turn it is in groups that are not followed yet.
    turns: Mutex<BTreeMap<u64, Arc<AtomicU64>>>,
}

/// A target group with what is known of its targets.
#[derive(Debug)]
pub(crate) struct GroupState {
    pub(crate) group: Arc<TargetGroup>,
    /// In the order of the group's targets.
    pub(crate) targets: Vec<Arc<TargetState>>,
    turn: Arc<AtomicU64>,
}

/// What is known of one target.
#[derive(Debug)]
pub(crate) struct TargetState {
    health: Mutex<Health>,
    ejection: Mutex<Ejection>,
    in_service: AtomicBool,
    initial: AtomicBool,
    healthy_since: AtomicI64,
    /// It has failed, and that is not forgotten yet.
    was_failing: AtomicBool,
    outstanding: AtomicU32,
    weight: AtomicU32,
    requests: AtomicU32,
    errors: AtomicU32,
    /// When its health is checked next, in milliseconds.
    next_check: AtomicI64,
    checking: AtomicBool,
}

/// A request that a target has not answered yet.
#[derive(Debug)]
pub(crate) struct Outstanding(Arc<TargetState>);

/// A health check that is under way. However it ends, the next one comes.
#[derive(Debug)]
pub(super) struct Checking {
    target: Arc<TargetState>,
    next_check: i64,
}

impl Drop for Checking {
    fn drop(&mut self) {
        let next_check = self.next_check;
        self.target.next_check.store(next_check, Ordering::Relaxed);
        self.target.checking.store(false, Ordering::Release);
    }
}

impl Drop for Outstanding {
    fn drop(&mut self) {
        self.0.outstanding.fetch_sub(1, Ordering::Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Fleet {
    /// What is known of `group`.
    pub(crate) fn group(&self, group: &Arc<TargetGroup>, now: Time) -> Arc<GroupState> {
        let groups = self.groups.load();
        let known = groups.get(&group.key());
        match known {
            Some(known) if Arc::ptr_eq(&known.group, group) => Arc::clone(known),
            // The snapshot is older than what is followed, or newer by less than a tick.
            _ => Arc::new(self.state(group, known, now)),
        }
    }

    fn state(
        &self,
        group: &Arc<TargetGroup>,
        before: Option<&Arc<GroupState>>,
        now: Time,
    ) -> GroupState {
        let mut known = lock(&self.targets);
        GroupState {
            group: Arc::clone(group),
            targets: group
                .targets()
                .iter()
                .map(|target| {
                    let state = known
                        .entry(target.key())
                        .or_insert_with(|| Arc::new(TargetState::new(group, now)));
                    Arc::clone(state)
                })
                .collect(),
            turn: match before {
                Some(before) => Arc::clone(&before.turn),
                None => Arc::clone(lock(&self.turns).entry(group.key()).or_default()),
            },
        }
    }

    /// Knows exactly the target groups of `table` from now on.
    pub(crate) fn follow(&self, table: &Table, now: Time) {
        let before = self.groups.load();
        let mut groups = BTreeMap::new();
        for group in table.target_groups.values() {
            let known = before.get(&group.key());
            let state = match known {
                Some(known) if Arc::ptr_eq(&known.group, group) => Arc::clone(known),
                _ => Arc::new(self.state(group, known, now)),
            };
            groups.insert(group.key(), state);
        }
        self.groups.store(Arc::new(groups));
        lock(&self.turns).clear();
        let targets: BTreeSet<u64> = table
            .target_groups
            .values()
            .flat_map(|group| group.targets())
            .map(|target| target.key())
            .collect();
        lock(&self.targets).retain(|key, _| targets.contains(key));
    }

    /// All groups that are known.
    pub(crate) fn groups(&self) -> Vec<Arc<GroupState>> {
        self.groups.load().values().cloned().collect()
    }

    /// A request to a target went well, as far as the connection goes. `status`: its answer's.
    pub(crate) fn succeeded(&self, target: &TargetState, status: u16, now: Time) {
        target.requests.fetch_add(1, Ordering::Relaxed);
        if status >= 500 {
            target.errors.fetch_add(1, Ordering::Relaxed);
        }
        // Nearly always there is nothing to forgive.
        if target.was_failing.load(Ordering::Relaxed) {
            let mut ejection = lock(&target.ejection);
            ejection.succeeded(&self.policy, now);
            let clean = *ejection == Ejection::default();
            target.was_failing.store(!clean, Ordering::Relaxed);
        }
    }

    /// A request to the target at `index` failed: no connection, a broken or late answer. `true`
    /// when it is left out for a while from now on.
    pub(crate) fn failed(&self, group: &GroupState, index: usize, now: Time) -> bool {
        let Some(target) = group.targets.get(index) else {
            return false;
        };
        target.requests.fetch_add(1, Ordering::Relaxed);
        target.errors.fetch_add(1, Ordering::Relaxed);
        target.was_failing.store(true, Ordering::Relaxed);
        let others = group.targets.iter().enumerate();
        let ejected = others
            .filter(|(other, state)| *other != index && state.is_ejected(now))
            .count();
        lock(&target.ejection).failed(&self.policy, now, ejected, group.targets.len())
    }

    /// Looks at the weights of targets again, where anomaly mitigation is on.
    pub(crate) fn mitigate(&self) {
        for group in self.groups.load().values() {
            let outcomes: Vec<Outcomes> = group.targets.iter().map(|t| t.take_outcomes()).collect();
            let on = Algorithm::WeightedRandom {
                anomaly_mitigation: true,
            };
            if group.group.attributes.algorithm != on {
                continue;
            }
            for (index, target) in group.targets.iter().enumerate() {
                let weight = target.weight.load(Ordering::Relaxed);
                let next = mitigated_weight(weight, is_anomalous(&outcomes, index));
                target.weight.store(next, Ordering::Relaxed);
            }
        }
    }
}

impl GroupState {
    /// Chance and time for a choice in this group.
    pub(crate) fn draw(&self, random: u64, now: Time) -> Draw {
        Draw {
            turn: self.turn.fetch_add(1, Ordering::Relaxed),
            random,
            now,
        }
    }

    /// What the choice of a target is made by.
    pub(crate) fn load(&self, index: usize, now: Time) -> TargetLoad {
        self.targets
            .get(index)
            .map(|target| target.load(now))
            .unwrap_or_default()
    }
}

impl TargetState {
    fn new(group: &TargetGroup, now: Time) -> Self {
        let health = Health::registered(&group.health_check, now);
        Self {
            in_service: health.is_in_service().into(),
            initial: (health.state() == State::Initial).into(),
            health: Mutex::new(health),
            ejection: Mutex::default(),
            healthy_since: NEVER.into(),
            was_failing: false.into(),
            outstanding: 0.into(),
            weight: WEIGHT_FULL.into(),
            requests: 0.into(),
            errors: 0.into(),
            next_check: now.as_millis().into(),
            checking: false.into(),
        }
    }

    /// One more request is on its way to it.
    pub(crate) fn begin(self: &Arc<Self>) -> Outstanding {
        self.outstanding.fetch_add(1, Ordering::Relaxed);
        Outstanding(Arc::clone(self))
    }

    fn is_ejected(&self, now: Time) -> bool {
        self.was_failing.load(Ordering::Relaxed) && lock(&self.ejection).is_ejected(now)
    }

    fn load(&self, now: Time) -> TargetLoad {
        let since = self.healthy_since.load(Ordering::Relaxed);
        TargetLoad {
            in_service: self.in_service.load(Ordering::Relaxed),
            initial: self.initial.load(Ordering::Relaxed),
            ejected: self.is_ejected(now),
            outstanding: self.outstanding.load(Ordering::Relaxed),
            weight: self.weight.load(Ordering::Relaxed),
            healthy_since: (since != NEVER).then(|| Time::from_millis(since)),
        }
    }

    fn take_outcomes(&self) -> Outcomes {
        Outcomes {
            requests: self.requests.swap(0, Ordering::Relaxed),
            errors: self.errors.swap(0, Ordering::Relaxed),
        }
    }

    /// When its next health check was due; `None` when it is not yet, or under way.
    pub(super) fn due(&self, now: Time) -> Option<i64> {
        let due = self.next_check.load(Ordering::Relaxed);
        let is_due = !self.checking.load(Ordering::Acquire) && due <= now.as_millis();
        is_due.then_some(due)
    }

    /// Its health is being checked; after `next` it is to be checked again.
    pub(super) fn check(self: &Arc<Self>, next: Time) -> Checking {
        self.checking.store(true, Ordering::Relaxed);
        Checking {
            target: Arc::clone(self),
            next_check: next.as_millis(),
        }
    }

    /// What is known of its health.
    pub(crate) fn health(&self) -> Health {
        lock(&self.health).clone()
    }

    /// Takes a health check's result in. `true` when its state is another one now.
    pub(crate) fn observe(&self, group: &TargetGroup, result: CheckResult, now: Time) -> bool {
        let mut health = lock(&self.health);
        let was_in_service = health.is_in_service();
        let changed = health.observe(&group.health_check, result, now);
        let in_service = health.is_in_service();
        if in_service && !was_in_service {
            self.healthy_since.store(now.as_millis(), Ordering::Relaxed);
            lock(&self.ejection).recovered(now);
        }
        self.in_service.store(in_service, Ordering::Relaxed);
        let initial = health.state() == State::Initial;
        self.initial.store(initial, Ordering::Relaxed);
        changed
    }
}

#[cfg(test)]
mod tests {
    use route::Target;

    use super::*;

    fn target(port: u16) -> Target {
        Target {
            host: "192.0.2.1".to_owned(),
            port,
            tls: false,
        }
    }

    fn group(ports: &[u16]) -> Arc<TargetGroup> {
        let mut group = TargetGroup::new("arn:group");
        for port in ports {
            group.register(target(*port), None);
        }
        Arc::new(group)
    }

    fn table(group: &Arc<TargetGroup>) -> Table {
        let mut table = Table::default();
        table
            .target_groups
            .insert(group.arn.clone(), Arc::clone(group));
        table
    }

    #[test]
    fn what_is_known_of_a_target_outlives_the_snapshot() {
        let now = Time::from_seconds(1_000);
        let fleet = Fleet::default();
        let first = group(&[1, 2]);
        fleet.follow(&table(&first), now);
        let state = fleet.group(&first, now);
        let unchecked = state.load(0, now);
        assert!(!unchecked.in_service && unchecked.initial);
        state.targets[0].observe(&first, CheckResult::Code(200), now);
        let _request = state.targets[0].begin();

        let second = group(&[3, 1]);
        fleet.follow(&table(&second), now);
        let state = fleet.group(&second, now);
        let known = state.load(1, now);
        assert!(known.in_service && !known.initial);
        assert_eq!((known.outstanding, known.healthy_since), (1, Some(now)));
        assert!(!state.load(0, now).in_service);

        // Whoever still holds the old snapshot changes nothing.
        assert!(fleet.group(&first, now).load(0, now).in_service);
        assert!(fleet.group(&second, now).load(1, now).in_service);

        fleet.follow(&Table::default(), now);
        assert!(fleet.groups().is_empty());
        assert!(!fleet.group(&first, now).load(0, now).in_service);
    }

    #[test]
    fn a_target_that_fails_is_left_out_for_a_while() {
        let now = Time::from_seconds(1_000);
        let fleet = Fleet::default();
        let group = group(&[1, 2, 3]);
        let state = fleet.group(&group, now);
        let most = EjectionPolicy::default().consecutive_failures;
        let ejections = (0..most).filter(|_| fleet.failed(&state, 1, now)).count();
        assert_eq!(ejections, 1);
        assert!(state.load(1, now).ejected);
        assert!(!state.load(0, now).ejected);
        let later = now.plus(EjectionPolicy::default().base);
        assert!(!state.load(1, later).ejected);
        // A health check that finds it well ends that sooner.
        let target = &state.targets[1];
        for result in [
            CheckResult::Failed,
            CheckResult::Failed,
            CheckResult::Code(200),
        ] {
            for _ in 0..group.health_check.healthy_threshold {
                target.observe(&group, result, now);
            }
        }
        assert!(state.load(1, now).in_service && !state.load(1, now).ejected);
        // One success between failures clears them.
        for _ in 0..3 * most {
            fleet.failed(&state, 0, later);
            fleet.succeeded(&state.targets[0], 200, later);
        }
        assert!(!state.load(0, later).ejected);
    }
}
