//! What is counted of requests: on their path what must be exact whatever is dropped later, and in
//! the worker what costs a look-up, by rule, by load balancer and by target group.

use crate::metrics::{Counter, Gauge, Histogram, Registry};
use crate::request::{Action, RequestEvent};

/// Counted on the request's path, so exact whatever is dropped later.
#[derive(Debug)]
pub(crate) struct Counters {
    /// By [`Action`], the last without a web ACL.
    actions: [Counter; 6],
    /// 1xx to 5xx, and 0 for a connection that broke.
    statuses: [Counter; 6],
    response_bytes: Counter,
    duration: Histogram,
    evaluation: Histogram,
    pub(crate) dropped: Counter,
}

impl Counters {
    pub(crate) fn new(registry: &Registry) -> Self {
        let action = |name| {
            let help = "Requests by what their web ACL decided; NONE without a web ACL.";
            registry.counter("btz_requests_total", help, &[("action", name)])
        };
        let status = |class| {
            let help = "Requests by class of the status answered; broken without an answer.";
            registry.counter("btz_responses_total", help, &[("class", class)])
        };
        Self {
            actions: ["ALLOW", "BLOCK", "CAPTCHA", "CHALLENGE", "COUNT", "NONE"].map(action),
            statuses: ["broken", "1xx", "2xx", "3xx", "4xx", "5xx"].map(status),
            response_bytes: registry.counter(
                "btz_response_bytes_total",
                "Body bytes sent to clients.",
                &[],
            ),
            duration: registry.histogram(
                "btz_request_duration_seconds",
                "From head read to answer sent.",
                &[],
                &[
                    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
                    1_000_000, 2_500_000, 5_000_000, 10_000_000,
                ],
            ),
            evaluation: registry.histogram(
                "btz_waf_evaluation_seconds",
                "How long a web ACL took to judge a request.",
                &[],
                &[
                    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 100_000,
                ],
            ),
            dropped: dropped(registry, "events"),
        }
    }

    pub(crate) fn count(&self, event: &RequestEvent) {
        let action = match event.decision.as_ref().map(|decision| decision.action) {
            Some(Action::Allow) => 0,
            Some(Action::Block) => 1,
            Some(Action::Captcha) => 2,
            Some(Action::Challenge) => 3,
            Some(Action::Count) => 4,
            None => 5,
        };
        self.actions
            .get(action)
            .inspect(|counter| counter.increment());
        let class = usize::from(event.status / 100);
        self.statuses
            .get(class)
            .or_else(|| self.statuses.last())
            .inspect(|counter| counter.increment());
        self.response_bytes.add(event.response_bytes);
        self.duration.observe(event.duration);
        if let Some(decision) = &event.decision {
            self.evaluation.observe(decision.evaluation);
        }
    }
}

pub(crate) fn dropped(registry: &Registry, queue: &str) -> Counter {
    let help = "What telemetry had no room for, by queue.";
    registry.counter("btz_telemetry_dropped_total", help, &[("queue", queue)])
}

/// Counters of the worker.
pub(crate) struct RuleCounters<'a> {
    registry: &'a Registry,
    pub(crate) dropped_log_lines: Counter,
    pub(crate) filtered_log_lines: Counter,
    pub(crate) dropped_access_lines: Counter,
    pub(crate) dropped_decisions: Counter,
    pub(crate) dropped_samples: Gauge,
}

impl<'a> RuleCounters<'a> {
    pub(crate) fn new(registry: &'a Registry) -> Self {
        Self {
            registry,
            dropped_log_lines: dropped(registry, "waf_log"),
            filtered_log_lines: registry.counter(
                "btz_waf_log_filtered_total",
                "Requests that logging configurations keep out of their logs.",
                &[],
            ),
            dropped_access_lines: dropped(registry, "access_log"),
            dropped_decisions: dropped(registry, "decisions"),
            dropped_samples: registry.gauge(
                "btz_telemetry_unsampled_matches",
                "Matches of rules beyond the number that samples are kept of.",
                &[],
            ),
        }
    }

    pub(crate) fn count(&self, event: &RequestEvent) {
        self.count_exchange(event);
        let Some(decision) = &event.decision else {
            return;
        };
        for matched in decision.matches() {
            let group = matched.rule_group.as_ref().map_or("", |group| &group.id);
            let labels = [
                ("web_acl", web_acl_name(&decision.web_acl_arn)),
                ("rule_group", group),
                ("rule", &matched.rule),
                ("action", matched.action.as_str()),
            ];
            let help = "Matches by rule; those of one label reading _other did not fit.";
            self.registry
                .counter("btz_rule_matches_total", help, &labels)
                .increment();
        }
    }
}

impl RuleCounters<'_> {
    fn count_exchange(&self, event: &RequestEvent) {
        let exchange = &event.exchange;
        if !event.load_balancer_arn.is_empty() {
            let labels = [
                ("load_balancer", resource_name(&event.load_balancer_arn)),
                ("class", class(Some(event.status))),
            ];
            let help = "Requests by load balancer and class of the status answered.";
            let name = "btz_load_balancer_responses_total";
            self.registry.counter(name, help, &labels).increment();
        }
        let Some(arn) = &exchange.target_group_arn else {
            return;
        };
        let group = ("target_group", resource_name(arn));
        // Every try that failed, and what the last one answered.
        for target in &exchange.tries {
            let labels = [group, ("class", class(target.status))];
            let help =
                "Tries of targets by target group and class of the status that they answered.";
            let name = "btz_target_responses_total";
            self.registry.counter(name, help, &labels).increment();
        }
        if exchange.tries.is_empty() {
            let help = "Requests that no target of their target group could have.";
            let name = "btz_target_group_without_target_total";
            self.registry.counter(name, help, &[group]).increment();
        }
        if let Some(took) = exchange.target_processing {
            let help = "From the request sent to the first byte of the target's answer.";
            let name = "btz_target_response_seconds";
            self.registry
                .histogram(name, help, &[group], TARGET_BOUNDS_MICROS)
                .observe(took);
        }
    }
}

const TARGET_BOUNDS_MICROS: &[u64] = &[
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000,
];

/// `2xx`; `broken` without an answer.
fn class(status: Option<u16>) -> &'static str {
    match status.unwrap_or_default() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        5.. => "5xx",
        0 => "broken",
    }
}

/// `app/NAME/ID` of a load balancer's ARN, `targetgroup/NAME/ID` of a target group's, as CloudWatch
/// names them.
fn resource_name(arn: &str) -> &str {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or(arn);
    resource.strip_prefix("loadbalancer/").unwrap_or(resource)
}

/// `arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID`
pub(crate) fn web_acl_name(arn: &str) -> &str {
    arn.split('/').nth(2).unwrap_or(arn)
}
