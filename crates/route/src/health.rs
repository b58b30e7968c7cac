//! Health checks: what is asked of a target, what its answers make of its state, and the reasons
//! as `DescribeTargetHealth` gives them. Source: Application Load Balancers, "Health checks for
//! target groups".

use std::fmt;

use types::Time;

use crate::request::Protocol;

/// How many ranges a matcher may have.
pub const MATCHER_RANGES_MAX: usize = 64;

/// The codes that are a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes(Vec<(u32, u32)>);

/// A text that lists no codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("codes are numbers from {least} to {most}, such as `{least},{}` or `{least}-{most}`", least + 2)]
pub struct CodesError {
    least: u32,
    most: u32,
}

impl Codes {
    /// Reads `200,202` or `200-299`; each code must be within `least` and `most`.
    ///
    /// # Errors
    /// When it is no such list.
    pub fn parse(text: &str, least: u32, most: u32) -> Result<Self, CodesError> {
        let error = || CodesError { least, most };
        let code = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let code: Option<u32> = if digits { text.parse().ok() } else { None };
            code.filter(|code| (least..=most).contains(code))
        };
        let range = |part: &str| {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let (from, to) = (code(from.trim())?, code(to.trim())?);
            (from <= to).then_some((from, to))
        };
        let ranges: Option<Vec<_>> = text.split(',').map(|part| range(part.trim())).collect();
        let ranges = ranges.filter(|ranges| ranges.len() <= MATCHER_RANGES_MAX);
        ranges.map(Self).ok_or_else(error)
    }

    /// Whether a code is a success.
    #[must_use]
    pub fn contains(&self, code: u32) -> bool {
        self.0
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&code))
    }
}

/// Where a health check goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CheckPort {
    /// `traffic-port`: where the target gets its requests.
    #[default]
    Traffic,
    /// Another one.
    Port(u16),
}

/// The health check of a target group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// Whether there is one.
    pub enabled: bool,
    /// How the target is spoken to.
    pub protocol: Protocol,
    /// At which port.
    pub port: CheckPort,
    /// What is asked for; a method's path where the target group speaks gRPC.
    pub path: String,
    /// The time between two checks of a target.
    pub interval_seconds: u32,
    /// When no answer is a failure.
    pub timeout_seconds: u32,
    /// Successes in a row that make an unhealthy target healthy.
    pub healthy_threshold: u32,
    /// Failures in a row that make a target unhealthy.
    pub unhealthy_threshold: u32,
    /// HTTP codes; gRPC codes where the target group speaks gRPC.
    pub success: Codes,
}

impl Default for HealthCheck {
    /// AWS's defaults for HTTP targets.
    fn default() -> Self {
        Self {
            enabled: true,
            protocol: Protocol::Http,
            port: CheckPort::Traffic,
            path: "/".to_owned(),
            interval_seconds: 30,
            timeout_seconds: 5,
            healthy_threshold: 5,
            unhealthy_threshold: 2,
            success: Codes(vec![(200, 200)]),
        }
    }
}

/// What came of one health check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckResult {
    /// An answer with this HTTP or gRPC code.
    Code(u32),
    /// No answer in time.
    Timeout,
    /// No connection, or an answer that is none.
    Failed,
    /// The check could not be made, and the target is not to blame.
    InternalError,
}

/// `TargetHealthStateEnum`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// `initial`
    Initial,
    /// `healthy`
    Healthy,
    /// `unhealthy`
    Unhealthy,
    /// `unused`
    Unused,
    /// `draining`
    Draining,
    /// `unavailable`
    Unavailable,
}

impl State {
    /// As the API names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
            Self::Unused => "unused",
            Self::Draining => "draining",
            Self::Unavailable => "unavailable",
        }
    }
}

/// `TargetHealthReasonEnum`, with what its description says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// `Elb.RegistrationInProgress`
    RegistrationInProgress,
    /// `Elb.InitialHealthChecking`
    InitialHealthChecking,
    /// `Target.ResponseCodeMismatch`, with the code.
    ResponseCodeMismatch(u32),
    /// `Target.Timeout`
    Timeout,
    /// `Target.FailedHealthChecks`
    FailedHealthChecks,
    /// `Target.NotRegistered`
    NotRegistered,
    /// `Target.NotInUse`
    NotInUse,
    /// `Target.DeregistrationInProgress`
    DeregistrationInProgress,
    /// `Target.HealthCheckDisabled`
    HealthCheckDisabled,
    /// `Elb.InternalError`
    InternalError,
}

impl Reason {
    /// The reason's code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::RegistrationInProgress => "Elb.RegistrationInProgress",
            Self::InitialHealthChecking => "Elb.InitialHealthChecking",
            Self::ResponseCodeMismatch(_) => "Target.ResponseCodeMismatch",
            Self::Timeout => "Target.Timeout",
            Self::FailedHealthChecks => "Target.FailedHealthChecks",
            Self::NotRegistered => "Target.NotRegistered",
            Self::NotInUse => "Target.NotInUse",
            Self::DeregistrationInProgress => "Target.DeregistrationInProgress",
            Self::HealthCheckDisabled => "Target.HealthCheckDisabled",
            Self::InternalError => "Elb.InternalError",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ResponseCodeMismatch(code) => {
                write!(f, "Health checks failed with these codes: [{code}]")
            }
            Self::RegistrationInProgress => f.write_str("Target registration is in progress"),
            Self::InitialHealthChecking => f.write_str("Initial health checks in progress"),
            Self::Timeout => f.write_str("Request timed out"),
            Self::FailedHealthChecks => f.write_str("Health checks failed"),
            Self::NotRegistered => f.write_str("Target is not registered to the target group"),
            Self::NotInUse => f.write_str(
                "Target group is not configured to receive traffic from the load balancer",
            ),
            Self::DeregistrationInProgress => f.write_str("Target deregistration is in progress"),
            Self::HealthCheckDisabled => {
                f.write_str("Health checks are not enabled for this target group")
            }
            Self::InternalError => {
                f.write_str("Target health is unavailable due to an internal error")
            }
        }
    }
}

/// What is known of a target's health.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    state: State,
    reason: Option<Reason>,
    /// Results in a row that speak against the state.
    against: u32,
    /// Since when the state is what it is.
    since: Time,
}

impl Health {
    /// A target that was just registered: it gets no request until it has passed one check.
    #[must_use]
    pub fn registered(check: &HealthCheck, now: Time) -> Self {
        let (state, reason) = if check.enabled {
            (State::Initial, Reason::RegistrationInProgress)
        } else {
            (State::Unavailable, Reason::HealthCheckDisabled)
        };
        Self {
            state,
            reason: Some(reason),
            against: 0,
            since: now,
        }
    }

    /// Its state.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// Why it is not healthy.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        self.reason
    }

    /// Since when it is in its state.
    #[must_use]
    pub fn since(&self) -> Time {
        self.since
    }

    /// Whether it may get requests. Without health checks every target may.
    #[must_use]
    pub fn is_in_service(&self) -> bool {
        matches!(self.state, State::Healthy | State::Unavailable)
    }

    /// Takes a check's result in; answers whether the state is another one now. A first success
    /// makes a new target healthy; after that each change takes as many results in a row as the
    /// thresholds say.
    pub fn observe(&mut self, check: &HealthCheck, result: CheckResult, now: Time) -> bool {
        if !check.enabled {
            let changed = self.state != State::Unavailable;
            if changed {
                *self = Self::registered(check, now);
            }
            return changed;
        }
        if self.state == State::Unavailable {
            *self = Self::registered(check, now);
        }
        let failure = match result {
            CheckResult::Code(code) if check.success.contains(code) => None,
            CheckResult::Code(code) => Some(Reason::ResponseCodeMismatch(code)),
            CheckResult::Timeout => Some(Reason::Timeout),
            CheckResult::Failed => Some(Reason::FailedHealthChecks),
            CheckResult::InternalError => Some(Reason::InternalError),
        };
        let (next, threshold) = match (self.state, failure) {
            (State::Healthy, None) | (State::Unhealthy, Some(_)) => {
                self.against = 0;
                self.reason = failure;
                return false;
            }
            (State::Unhealthy, None) => (State::Healthy, check.healthy_threshold),
            (_, None) => (State::Healthy, 1),
            (_, Some(_)) => (State::Unhealthy, check.unhealthy_threshold),
        };
        self.against = self.against.saturating_add(1);
        if self.against < threshold {
            if self.state == State::Initial {
                self.reason = Some(Reason::InitialHealthChecking);
            }
            return false;
        }
        *self = Self {
            state: next,
            reason: failure,
            against: 0,
            since: now,
        };
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Time = Time::from_seconds(1_000);

    #[test]
    fn codes_are_lists_and_ranges() {
        let codes = Codes::parse("200, 204,300-302", 200, 499).unwrap();
        for (code, expected) in [
            (200, true),
            (201, false),
            (204, true),
            (301, true),
            (303, false),
        ] {
            assert_eq!(codes.contains(code), expected, "{code}");
        }
        for wrong in [
            "", "199", "500", "a", "200,", "300-200", "200-", "+200", "2 00",
        ] {
            assert!(Codes::parse(wrong, 200, 499).is_err(), "{wrong}");
        }
        assert!(Codes::parse("0-99", 0, 99).unwrap().contains(12));
        assert!(Codes::parse(&vec!["200"; 65].join(","), 200, 499).is_err());
    }

    #[test]
    fn a_new_target_needs_one_success_and_says_why_it_waits() {
        let check = HealthCheck::default();
        let mut health = Health::registered(&check, NOW);
        assert_eq!(
            health.reason().unwrap().code(),
            "Elb.RegistrationInProgress"
        );
        assert!(!health.is_in_service());
        assert!(!health.observe(&check, CheckResult::Timeout, NOW));
        assert_eq!(health.reason().unwrap().code(), "Elb.InitialHealthChecking");
        assert!(health.observe(&check, CheckResult::Code(200), NOW));
        assert_eq!((health.state(), health.reason()), (State::Healthy, None));
    }

    #[test]
    fn without_checks_a_target_is_in_service_and_unavailable() {
        let off = HealthCheck {
            enabled: false,
            ..HealthCheck::default()
        };
        let mut health = Health::registered(&off, NOW);
        assert!(health.is_in_service());
        assert_eq!(
            health.reason().unwrap().code(),
            "Target.HealthCheckDisabled"
        );
        assert!(!health.observe(&off, CheckResult::Failed, NOW));
        // Switched on later, it must pass a check like a new one.
        assert!(health.observe(&HealthCheck::default(), CheckResult::Code(200), NOW));
    }

    #[test]
    fn the_reason_is_the_last_failure() {
        let check = HealthCheck::default();
        let mut health = Health::registered(&check, NOW);
        for _ in 0..2 {
            health.observe(&check, CheckResult::Code(503), NOW);
        }
        assert_eq!(health.state(), State::Unhealthy);
        assert_eq!(
            health.reason().unwrap().to_string(),
            "Health checks failed with these codes: [503]"
        );
        assert!(!health.observe(&check, CheckResult::Timeout, NOW));
        assert_eq!(health.reason(), Some(Reason::Timeout));
    }

    proptest! {
        /// Naive: look back over all results.
        #[test]
        fn states_follow_runs_of_results(results in proptest::collection::vec(any::<bool>(), 0..60),
                                         up in 2_u32..6, down in 2_u32..6) {
            let check = HealthCheck { healthy_threshold: up, unhealthy_threshold: down, ..HealthCheck::default() };
            let mut health = Health::registered(&check, NOW);
            let mut expected = State::Initial;
            let mut changed_at = 0;
            for (at, good) in results.iter().enumerate() {
                let code = if *good { 200 } else { 500 };
                let changed = health.observe(&check, CheckResult::Code(code), NOW);
                let run = |wanted: bool| {
                    let since = &results[changed_at..=at];
                    u32::try_from(since.iter().rev().take_while(|result| **result == wanted).count()).unwrap()
                };
                let next = match expected {
                    State::Initial if *good => State::Healthy,
                    State::Initial if u32::try_from(at + 1).unwrap() >= down => State::Unhealthy,
                    State::Healthy if run(false) >= down => State::Unhealthy,
                    State::Unhealthy if run(true) >= up => State::Healthy,
                    same => same,
                };
                prop_assert_eq!(changed, next != expected);
                if next != expected {
                    changed_at = at + 1;
                }
                expected = next;
                prop_assert_eq!(health.state(), expected);
            }
        }
    }
}
