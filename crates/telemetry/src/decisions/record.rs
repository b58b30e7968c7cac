//! A decision as it is kept: everything of the event that explains it, readable back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use types::RequestId;

use crate::request::{Decision, Evidence, RequestEvent, RuleMatch};

/// The longest head that is kept; headers behind it are left out.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;
/// The most rules of one decision that are kept.
pub const MATCHES_MAX: usize = 50;
/// The most pieces of evidence of one rule that are kept.
pub const EVIDENCE_MAX: usize = 16;
/// The most bytes of matched parts, surroundings and patterns of one decision that are kept.
pub const EVIDENCE_BYTES_MAX: usize = 64 * 1024;
/// Headers that hold credentials: their values are not written down.
pub const REDACTED_HEADERS: [&str; 4] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "x-api-key",
];

/// One decision with its evidence and the head of its request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DecisionRecord {
    /// `x-btz-request-id`. The first member: the index reads no further.
    pub id: String,
    /// When it came in, milliseconds since the epoch.
    pub timestamp: i64,
    /// ARN of the load balancer that took it.
    pub load_balancer_arn: String,
    /// ARN of the web ACL that decided.
    pub web_acl_arn: String,
    /// `BLOCK`, `ALLOW` ...
    pub action: String,
    /// The status answered.
    pub status: u16,
    /// The client's address.
    pub client_ip: std::net::IpAddr,
    /// Its port.
    pub client_port: u16,
    /// JA3 fingerprint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ja3: Option<String>,
    /// JA4 fingerprint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ja4: Option<String>,
    /// The method.
    pub method: String,
    /// `http` or `https`.
    pub scheme: String,
    /// The host asked for.
    pub host: String,
    /// The path, undecoded.
    pub path: String,
    /// What follows `?`, undecoded.
    pub query: String,
    /// `HTTP/1.1` ...
    pub version: String,
    /// Names and values in their order; credentials read `REDACTED`.
    pub headers: Vec<(String, Raw)>,
    /// Headers that did not fit.
    pub headers_omitted: usize,
    /// How many body bytes were inspected.
    pub body_inspected_bytes: u64,
    /// Whether the body was longer.
    pub body_oversize: bool,
    /// The rule that ended evaluation; none when the default action did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminating: Option<MatchRecord>,
    /// Rules that matched without ending it.
    pub non_terminating: Vec<MatchRecord>,
    /// Labels that the request carried.
    pub labels: Vec<String>,
}

/// One rule that matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MatchRecord {
    /// Its name in its web ACL or rule group.
    pub rule: String,
    /// Metric name of the web ACL's rule.
    pub metric_name: String,
    /// The rule group it lies in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_group: Option<GroupRecord>,
    /// What it did.
    pub action: String,
    /// `REGULAR`, `RATE_BASED`, `GROUP` or `MANAGED_RULE_GROUP`.
    pub kind: String,
    /// What matched.
    pub evidence: Vec<EvidenceRecord>,
    /// Pieces of evidence that did not fit.
    pub evidence_omitted: usize,
}

/// The rule group of a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupRecord {
    /// The web ACL's rule that refers to it.
    pub referring_rule: String,
    /// ARN, or `AWS#NAME` of a managed group.
    pub id: String,
    /// Whether the web ACL overrode an action.
    pub overridden: bool,
}

/// The bytes that matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceRecord {
    /// `SQL_INJECTION`, `BYTE` ...
    pub condition: String,
    /// The field, with its name.
    pub location: String,
    /// Transformations in order.
    pub transformations: Vec<String>,
    /// The matched bytes.
    pub matched: Raw,
    /// Where they begin in the transformed field.
    pub offset: usize,
    /// The field around them.
    pub value: Raw,
    /// What they were matched with.
    pub pattern: String,
}

/// Bytes in JSON: text where they are UTF-8, else `{"base64": "..."}`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Raw(pub Vec<u8>);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum RawForm<'a> {
    Text(std::borrow::Cow<'a, str>),
    Base64 { base64: std::borrow::Cow<'a, str> },
}

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => RawForm::Text(text.into()),
            Err(_) => RawForm::Base64 {
                base64: STANDARD.encode(&self.0).into(),
            },
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match RawForm::deserialize(deserializer)? {
            RawForm::Text(text) => Ok(Self(text.into_owned().into_bytes())),
            RawForm::Base64 { base64 } => STANDARD
                .decode(&*base64)
                .map(Self)
                .map_err(serde::de::Error::custom),
        }
    }
}

impl DecisionRecord {
    /// What is kept of an event and its decision.
    #[must_use]
    pub fn of(event: &RequestEvent, decision: &Decision) -> Self {
        let request = &event.request;
        let mut room = HEAD_BYTES_MAX;
        let mut take = |text: &str| {
            let end = text.floor_char_boundary(room);
            room -= end;
            text.get(..end).unwrap_or_default().to_owned()
        };
        let method = take(&request.method);
        let host = take(&request.host);
        let path = take(&request.path);
        let query = take(&request.query);
        let mut headers = Vec::new();
        for (name, value) in &request.headers {
            let redacted = REDACTED_HEADERS
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known));
            let value: &[u8] = if redacted { b"REDACTED" } else { value };
            if name.len() + value.len() > room {
                break;
            }
            room -= name.len() + value.len();
            headers.push((name.clone(), Raw(value.to_vec())));
        }
        let mut evidence_room = EVIDENCE_BYTES_MAX;
        Self {
            id: event.id.to_string(),
            timestamp: event.time.as_millis(),
            load_balancer_arn: event.load_balancer_arn.clone(),
            web_acl_arn: decision.web_acl_arn.clone(),
            action: decision.action.as_str().to_owned(),
            status: event.status,
            client_ip: event.client.ip,
            client_port: event.client.port,
            ja3: event.client.ja3.clone(),
            ja4: event.client.ja4.clone(),
            method,
            scheme: request.scheme.to_owned(),
            host,
            path,
            query,
            version: request.version.to_owned(),
            headers_omitted: request.headers.len() - headers.len(),
            headers,
            body_inspected_bytes: request.body_inspected_bytes,
            body_oversize: request.body_oversize,
            terminating: decision
                .terminating
                .as_ref()
                .map(|rule| matched(rule, &mut evidence_room)),
            non_terminating: decision
                .non_terminating
                .iter()
                .take(MATCHES_MAX)
                .map(|rule| matched(rule, &mut evidence_room))
                .collect(),
            labels: decision
                .labels
                .iter()
                .take(crate::waf_log::LABELS_MAX)
                .cloned()
                .collect(),
        }
    }
}

impl MatchRecord {
    /// The web ACL's own rule that this match belongs to.
    #[must_use]
    pub fn web_acl_rule(&self) -> &str {
        self.rule_group
            .as_ref()
            .map_or(&self.rule, |group| &group.referring_rule)
    }
}

fn matched(rule: &RuleMatch, room: &mut usize) -> MatchRecord {
    let kept = rule
        .evidence
        .iter()
        .take(EVIDENCE_MAX)
        .map_while(|evidence| {
            let bytes = evidence.matched.len() + evidence.value.len() + evidence.pattern.len();
            *room = room.checked_sub(bytes)?;
            Some(evidence_record(evidence))
        });
    let evidence: Vec<_> = kept.collect();
    MatchRecord {
        rule: rule.rule.clone(),
        metric_name: rule.metric_name.clone(),
        rule_group: rule.rule_group.as_ref().map(|group| GroupRecord {
            referring_rule: group.referring_rule.clone(),
            id: group.id.clone(),
            overridden: group.is_overridden(),
        }),
        action: rule.action.as_str().to_owned(),
        kind: rule.kind.to_owned(),
        evidence_omitted: rule.evidence.len() - evidence.len(),
        evidence,
    }
}

fn evidence_record(evidence: &Evidence) -> EvidenceRecord {
    EvidenceRecord {
        condition: evidence.condition.to_owned(),
        location: evidence.location.clone(),
        transformations: evidence.transformations.clone(),
        matched: Raw(evidence.matched.clone()),
        offset: evidence.offset,
        value: Raw(evidence.value.clone()),
        pattern: evidence.pattern.clone(),
    }
}

/// The id that a record's line begins with; `None` for half a line and for other text.
pub(super) fn id_of_line(line: &[u8]) -> Option<RequestId> {
    let rest = line.strip_prefix(b"{\"id\":\"")?;
    let whole = rest.ends_with(b"}\n");
    let id = std::str::from_utf8(rest.get(..36)?).ok()?;
    if whole { id.parse().ok() } else { None }
}
