//! One proxied request as an event: what came in, what was decided and why, what went back. Every
//! view of traffic (WAF log, samples, explain, metrics) is made from it and from nothing else.

use std::net::IpAddr;
use std::time::Duration;

use types::{RequestId, Time};

use crate::connection::ConnectionEvent;
use crate::exchange::Exchange;
use crate::traces::TraceContext;

/// A header or a part of one, as bytes, since HTTP does not promise text.
pub type Bytes = Vec<u8>;

/// A request that the edge has answered.
#[derive(Debug, Clone)]
pub struct RequestEvent {
    /// Also sent as `x-btz-request-id`, to the client when it was refused and to the upstream.
    pub id: RequestId,
    /// When its head had been read.
    pub time: Time,
    /// ARN of the load balancer that took it.
    pub load_balancer_arn: String,
    /// Who sent it.
    pub client: Client,
    /// The request as it was received.
    pub request: RequestSummary,
    /// What the web ACL said; `None` when the load balancer has none.
    pub decision: Option<Decision>,
    /// Status answered to the client; 0 when the connection broke before an answer.
    pub status: u16,
    /// Body bytes sent to the client.
    pub response_bytes: u64,
    /// From head read to answer sent.
    pub duration: Duration,
    /// What the load balancer did with it.
    pub exchange: Exchange,
}

/// The client's side of the connection.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its address, as the socket has it.
    pub ip: IpAddr,
    /// Its port.
    pub port: u16,
    /// JA3 fingerprint (32 hex digits); `None` without TLS.
    pub ja3: Option<String>,
    /// JA4 fingerprint (36 characters); `None` without TLS.
    pub ja4: Option<String>,
}

/// The head of a request as it was received, cut to limits.
#[derive(Debug, Clone)]
pub struct RequestSummary {
    /// The method.
    pub method: String,
    /// `HTTP/1.1`, `HTTP/2.0` ...
    pub version: &'static str,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The Host header or `:authority`.
    pub host: String,
    /// The path, undecoded.
    pub path: String,
    /// What follows `?`, undecoded.
    pub query: String,
    /// Names and values in their order.
    pub headers: Vec<(String, Bytes)>,
    /// How many body bytes were inspected.
    pub body_inspected_bytes: u64,
    /// Whether the body was longer than what was inspected.
    pub body_oversize: bool,
}

/// What became of a request at its web ACL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It went on.
    Allow,
    /// It was refused.
    Block,
    /// It was answered with a CAPTCHA.
    Captcha,
    /// It was answered with a silent challenge.
    Challenge,
    /// A rule counted it and went on; never a web ACL's last word.
    Count,
}

impl Action {
    /// `ALLOW`, `BLOCK` ... as in AWS's WAF log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "ALLOW",
            Self::Block => "BLOCK",
            Self::Captcha => "CAPTCHA",
            Self::Challenge => "CHALLENGE",
            Self::Count => "COUNT",
        }
    }
}

/// A web ACL's decision about one request, with its evidence.
#[derive(Debug, Clone)]
pub struct Decision {
    /// ARN of the web ACL.
    pub web_acl_arn: String,
    /// The action taken.
    pub action: Action,
    /// The rule that ended evaluation; `None` for the web ACL's default action.
    pub terminating: Option<RuleMatch>,
    /// Rules that matched without ending evaluation (Count and label-only), in order.
    pub non_terminating: Vec<RuleMatch>,
    /// Fully qualified labels that the request carries, in the order they were given.
    pub labels: Vec<String>,
    /// Headers that rules have added to the request for the target.
    pub inserted_headers: Vec<(String, String)>,
    /// Parts that rules looked at and that are longer than what they saw: `REQUEST_BODY`,
    /// `REQUEST_JSON_BODY`, `REQUEST_HEADERS`, `REQUEST_COOKIES`.
    pub oversize_fields: Vec<&'static str>,
    /// The client's autonomous system, where a statement asked for it.
    pub client_asn: Option<u32>,
    /// How long evaluation took.
    pub evaluation: Duration,
}

impl Decision {
    /// All rules that matched: those that did not end evaluation in their order, then the one that
    /// did.
    pub fn matches(&self) -> impl Iterator<Item = &RuleMatch> {
        self.non_terminating.iter().chain(&self.terminating)
    }

    /// The country that the client's address belongs to, as a statement about countries has labelled
    /// the request; `-`, AWS's mark for an origin that is not known, where none has.
    #[must_use]
    pub fn country(&self) -> &str {
        let mut countries = self
            .labels
            .iter()
            .filter_map(|label| label.strip_prefix("awswaf:clientip:geo:country:"));
        countries.next().unwrap_or("-")
    }

    /// Whether somebody may ask why: the request was refused, or a rule counted it.
    #[must_use]
    pub fn is_notable(&self) -> bool {
        self.action != Action::Allow
            || self
                .non_terminating
                .iter()
                .any(|rule| rule.action == Action::Count)
    }
}

/// One rule that matched.
#[derive(Debug, Clone)]
pub struct RuleMatch {
    /// The rule's name in its web ACL or rule group.
    pub rule: String,
    /// Metric name of the web ACL's own rule that this match belongs to: GetSampledRequests finds
    /// samples by it.
    pub metric_name: String,
    /// The rule group it lies in, if any.
    pub rule_group: Option<RuleGroupRef>,
    /// The action the rule took.
    pub action: Action,
    /// `REGULAR`, `RATE_BASED`, `GROUP` or `MANAGED_RULE_GROUP`, as in AWS's WAF log.
    pub kind: &'static str,
    /// What matched. Empty for rules that look at no bytes (rate, geo, labels).
    pub evidence: Vec<Evidence>,
    /// Which count was exceeded, if the rule is rate-based.
    pub rate: Option<RateMatch>,
}

impl RuleMatch {
    /// The web ACL's own rule that this match belongs to.
    #[must_use]
    pub fn web_acl_rule(&self) -> &str {
        self.rule_group
            .as_ref()
            .map_or(&self.rule, |group| &group.referring_rule)
    }

    /// `AWS#AWSManagedRulesCommonRuleSet#NoUserAgent_HEADER` for a managed group's rule,
    /// `my-group#my-rule` for an own group's; `None` outside of groups.
    #[must_use]
    pub fn name_within_rule_group(&self) -> Option<String> {
        let group = self.rule_group.as_ref()?;
        // arn:aws:wafv2:REGION:ACCOUNT:regional/rulegroup/NAME/ID
        let name = match group.id.strip_prefix("arn:") {
            Some(_) => group.id.split('/').nth(2).unwrap_or(&group.id),
            None => &group.id,
        };
        Some(format!("{name}#{}", self.rule))
    }
}

/// The rule group that a matching rule lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleGroupRef {
    /// Name of the rule of the web ACL that refers to the group.
    pub referring_rule: String,
    /// ARN, or `AWS#AWSManagedRulesCommonRuleSet` for a managed group.
    pub id: String,
    /// The rule's own action, where the web ACL gives it another one.
    pub overridden_action: Option<Action>,
    /// Whether it does so by `ExcludedRules`, the old form that means Count.
    pub excluded: bool,
    /// What the rule did within its group, where the web ACL only counts what the group decides.
    pub counted_action: Option<Action>,
}

impl RuleGroupRef {
    /// Whether the web ACL overrode the rule's or the group's action.
    #[must_use]
    pub const fn is_overridden(&self) -> bool {
        self.overridden_action.is_some() || self.counted_action.is_some()
    }
}

/// The count of a rate-based rule that a request exceeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateMatch {
    /// What requests are counted by: `IP`, `FORWARDED_IP`, `CONSTANT` or `CUSTOMKEYS`.
    pub limit_key: &'static str,
    /// The address, where requests are counted by addresses alone; `INVALID` if it could not be read.
    pub limit_value: Option<String>,
    /// The count that is not exceeded without a match.
    pub limit: u64,
    /// The window's length.
    pub window_seconds: u32,
    /// The request's values of custom keys.
    pub custom_values: Vec<RateKeyValue>,
}

/// The value of a custom key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateKeyValue {
    /// `HEADER`, `QUERY_STRING` ...
    pub key: &'static str,
    /// The name of the header, cookie, argument or namespace.
    pub name: Option<String>,
    /// The value, transformed.
    pub value: Bytes,
}

/// The bytes that made a statement match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// `BYTE`, `REGEX`, `SQL_INJECTION`, `XSS`, `SIZE`, `IP`, `LABEL`, `RATE` ... as in AWS's WAF log
    /// where it has a word (`conditionType`).
    pub condition: &'static str,
    /// `HIGH` or `LOW`, of a detection of SQL injection.
    pub sensitivity_level: Option<&'static str>,
    /// The field, with its name where it has one: `BODY`, `HEADER: user-agent`, `QUERY_ARGUMENT: id`.
    pub location: String,
    /// Transformations in the order they were applied, by AWS's names.
    pub transformations: Vec<String>,
    /// The matched part of the transformed field, cut to 256 bytes.
    pub matched: Vec<u8>,
    /// Where `matched` begins in the transformed field.
    pub offset: usize,
    /// The whole transformed field around it, cut to 1,024 bytes.
    pub value: Vec<u8>,
    /// What it was matched with: the search string, the expression, the fingerprint, the CIDR.
    pub pattern: String,
}

/// Takes events from the edge. Called on the request's task: it must not block, and it drops (and
/// counts) what it cannot hold.
pub trait RequestSink: Send + Sync {
    /// Takes one event.
    fn record(&self, event: RequestEvent);

    /// Takes the event of a connection whose load balancer has a connection log.
    fn connect(&self, event: ConnectionEvent) {
        drop(event);
    }

    /// The trace that a request is a part of, by the values of its `traceparent` fields, if it is
    /// to be traced: [`crate::exchange::Exchange::trace`].
    fn trace(
        &self,
        _traceparent: &mut dyn Iterator<Item = &[u8]>,
        _id: RequestId,
    ) -> Option<TraceContext> {
        None
    }
}
