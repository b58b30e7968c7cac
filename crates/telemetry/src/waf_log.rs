//! The WAF log: one JSON line for each request that a web ACL judged, in AWS's members.
//! Source: AWS WAF Developer Guide, "Log fields for web ACL traffic" and "Log examples".
//!
//! Match details are given for every rule that looks at bytes, not for SQL injection, cross-site
//! scripting and regular expressions alone. Bytes that are no UTF-8 read `\xNN`.

use std::net::IpAddr;

use serde::Serialize;

use crate::json_line::{self, text};
use crate::request::{Action, Decision, Evidence, RequestEvent, RuleMatch};

/// `terminatingRuleId` where no rule ended evaluation, so that the web ACL's default action did.
pub const DEFAULT_ACTION: &str = "Default_Action";
/// AWS WAF logs the first 100 labels.
pub const LABELS_MAX: usize = 100;
/// AWS WAF logs the first 32 characters of what requests are counted by.
pub const CUSTOM_VALUE_CHARS_MAX: usize = 32;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    timestamp: i64,
    format_version: u8,
    webacl_id: &'a str,
    terminating_rule_id: &'a str,
    terminating_rule_type: &'a str,
    action: &'a str,
    terminating_rule_match_details: Vec<MatchDetail<'a>>,
    http_source_name: &'a str,
    http_source_id: String,
    rule_group_list: Vec<RuleGroup<'a>>,
    rate_based_rule_list: Vec<RateBasedRule<'a>>,
    non_terminating_matching_rules: Vec<Rule<'a>>,
    /// AWS writes null where nothing was inserted.
    request_headers_inserted: Option<Vec<Inserted<'a>>>,
    response_code_sent: Option<u16>,
    http_request: HttpRequest<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<Label<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    captcha_response: Option<TokenResponse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge_response: Option<TokenResponse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ja3_fingerprint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ja4_fingerprint: Option<&'a str>,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    oversize_fields: &'a [&'a str],
    request_body_size: u64,
    #[serde(rename = "requestBodySizeInspectedByWAF")]
    request_body_size_inspected_by_waf: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MatchDetail<'a> {
    condition_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sensitivity_level: Option<&'a str>,
    location: &'a str,
    matched_data: Vec<std::borrow::Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    matched_field_name: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleGroup<'a> {
    rule_group_id: &'a str,
    terminating_rule: Option<Rule<'a>>,
    non_terminating_matching_rules: Vec<Rule<'a>>,
    /// AWS writes null where there are none.
    excluded_rules: Option<Vec<ExcludedRule<'a>>>,
    customer_config: Option<()>,
}

/// A rule that `ExcludedRules` of the reference to its group names, and that matched.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExcludedRule<'a> {
    exclusion_type: &'static str,
    rule_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    rule_id: &'a str,
    action: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    overridden_action: Option<&'a str>,
    rule_match_details: Vec<MatchDetail<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RateBasedRule<'a> {
    /// The same as `terminatingRuleId` when the rule ends evaluation.
    rate_based_rule_id: &'a str,
    rate_based_rule_name: &'a str,
    limit_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_value: Option<&'a str>,
    max_rate_allowed: u64,
    evaluation_window_sec: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    custom_values: Vec<CustomValue<'a>>,
}

#[derive(Serialize)]
struct CustomValue<'a> {
    key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpRequest<'a> {
    client_ip: IpAddr,
    /// Only where an ASN match statement was evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_asn: Option<u32>,
    country: &'a str,
    headers: Vec<Header<'a>>,
    uri: &'a str,
    args: &'a str,
    http_version: &'a str,
    http_method: &'a str,
    request_id: String,
    fragment: &'a str,
    scheme: &'a str,
    host: &'a str,
}

#[derive(Serialize)]
struct Header<'a> {
    name: &'a str,
    value: std::borrow::Cow<'a, str>,
}

#[derive(Serialize)]
struct Inserted<'a> {
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct Label<'a> {
    name: &'a str,
}

/// What a CAPTCHA or challenge action did: it only ends evaluation when the token is missing.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenResponse {
    response_code: u16,
    failure_reason: &'static str,
}

/// Appends the request's line, with its line feed. A request that no web ACL judged has none.
pub fn append_line(lines: &mut Vec<u8>, event: &RequestEvent) {
    if let Some(decision) = &event.decision {
        json_line::append(lines, &line(event, decision));
    }
}

fn line<'a>(event: &'a RequestEvent, decision: &'a Decision) -> Line<'a> {
    let request = &event.request;
    let terminating = decision.terminating.as_ref();
    let refused = decision.action != Action::Allow;
    let own_rules = decision.non_terminating.iter().filter_map(web_acl_rule);
    let token = |action| {
        (decision.action == action).then_some(TokenResponse {
            response_code: event.status,
            failure_reason: "TOKEN_MISSING",
        })
    };
    Line {
        timestamp: event.time.as_millis(),
        format_version: 1,
        webacl_id: &decision.web_acl_arn,
        terminating_rule_id: terminating.map_or(DEFAULT_ACTION, RuleMatch::web_acl_rule),
        terminating_rule_type: terminating.map_or("REGULAR", |rule| rule.kind),
        action: decision.action.as_str(),
        terminating_rule_match_details: terminating.map_or_else(Vec::new, match_details),
        http_source_name: "ALB",
        http_source_id: http_source_id(&event.load_balancer_arn),
        rule_group_list: rule_groups(decision),
        rate_based_rule_list: decision.matches().filter_map(rate_based).collect(),
        non_terminating_matching_rules: own_rules.collect(),
        request_headers_inserted: inserted(decision),
        response_code_sent: (refused && event.status != 0).then_some(event.status),
        http_request: HttpRequest {
            client_ip: event.client.ip,
            client_asn: decision.client_asn,
            country: decision.country(),
            headers: request
                .headers
                .iter()
                .map(|(name, value)| Header {
                    name,
                    value: text(value),
                })
                .collect(),
            uri: &request.path,
            args: &request.query,
            http_version: request.version,
            http_method: &request.method,
            request_id: event.id.to_string(),
            // A client does not send it (RFC 9110, section 4.2.5).
            fragment: "",
            scheme: request.scheme,
            host: &request.host,
        },
        labels: decision
            .labels
            .iter()
            .take(LABELS_MAX)
            .map(|name| Label { name })
            .collect(),
        captcha_response: token(Action::Captcha),
        challenge_response: token(Action::Challenge),
        ja3_fingerprint: event.client.ja3.as_deref(),
        ja4_fingerprint: event.client.ja4.as_deref(),
        oversize_fields: &decision.oversize_fields,
        request_body_size: body_size(event),
        request_body_size_inspected_by_waf: request.body_inspected_bytes,
    }
}

/// What rules have added, unless they have added nothing.
fn inserted(decision: &Decision) -> Option<Vec<Inserted<'_>>> {
    let headers = decision.inserted_headers.iter();
    let headers = headers.map(|(name, value)| Inserted { name, value });
    Some(headers.collect::<Vec<_>>()).filter(|headers| !headers.is_empty())
}

/// `ACCOUNT-app/NAME/ID` of a load balancer's ARN.
fn http_source_id(arn: &str) -> String {
    let mut parts = arn.splitn(6, ':').skip(4);
    match (parts.next(), parts.next()) {
        (Some(account), Some(resource)) => {
            let resource = resource.strip_prefix("loadbalancer/").unwrap_or(resource);
            format!("{account}-{resource}")
        }
        _ => "-".to_owned(),
    }
}

/// How long the body is: what was inspected, unless that was not all and its length is known.
fn body_size(event: &RequestEvent) -> u64 {
    let inspected = event.request.body_inspected_bytes;
    if !event.request.body_oversize {
        return inspected;
    }
    let declared = event
        .request
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| std::str::from_utf8(value).ok()?.trim().parse().ok());
    declared.unwrap_or(inspected).max(inspected)
}

fn rule_groups(decision: &Decision) -> Vec<RuleGroup<'_>> {
    let mut groups: Vec<RuleGroup<'_>> = Vec::new();
    let terminating = decision.terminating.as_ref().map(|rule| (rule, true));
    let others = decision.non_terminating.iter().map(|rule| (rule, false));
    for (matched, ends) in others.chain(terminating) {
        let Some(reference) = &matched.rule_group else {
            continue;
        };
        let at = groups
            .iter()
            .position(|group| group.rule_group_id == reference.id);
        let at = at.unwrap_or_else(|| {
            groups.push(RuleGroup {
                rule_group_id: &reference.id,
                terminating_rule: None,
                non_terminating_matching_rules: Vec::new(),
                excluded_rules: None,
                customer_config: None,
            });
            groups.len() - 1
        });
        let Some(group) = groups.get_mut(at) else {
            continue;
        };
        if let Some(counted) = reference.counted_action {
            // It decided within its group; that this only counts is the web ACL's rule's doing.
            group.terminating_rule = Some(Rule {
                action: counted.as_str(),
                ..rule(matched)
            });
        } else if ends {
            group.terminating_rule = Some(rule(matched));
        } else if reference.excluded {
            group
                .excluded_rules
                .get_or_insert_default()
                .push(ExcludedRule {
                    exclusion_type: "EXCLUDED_AS_COUNT",
                    rule_id: &matched.rule,
                });
        } else {
            group.non_terminating_matching_rules.push(rule(matched));
        }
    }
    groups
}

/// A rule of the web ACL itself that did not end evaluation. A reference to a group is one when it
/// counts what the group decides.
fn web_acl_rule(matched: &RuleMatch) -> Option<Rule<'_>> {
    let Some(group) = &matched.rule_group else {
        return Some(rule(matched));
    };
    group.counted_action.map(|_| Rule {
        rule_id: &group.referring_rule,
        action: matched.action.as_str(),
        overridden_action: None,
        rule_match_details: Vec::new(),
    })
}

fn rule(matched: &RuleMatch) -> Rule<'_> {
    let group = matched.rule_group.as_ref();
    Rule {
        rule_id: &matched.rule,
        action: matched.action.as_str(),
        overridden_action: group.and_then(|group| Some(group.overridden_action?.as_str())),
        rule_match_details: match_details(matched),
    }
}

fn match_details(matched: &RuleMatch) -> Vec<MatchDetail<'_>> {
    matched
        .evidence
        .iter()
        .filter(|evidence| is_of_bytes(evidence))
        .map(|evidence| {
            let (location, field_name) = location(evidence);
            MatchDetail {
                condition_type: evidence.condition,
                sensitivity_level: evidence.sensitivity_level,
                location,
                matched_data: vec![text(&evidence.matched)],
                matched_field_name: field_name,
            }
        })
        .collect()
}

/// Rules about the address, the rate or labels have no part of the request to show.
fn is_of_bytes(evidence: &Evidence) -> bool {
    !matches!(evidence.condition, "IP" | "LABEL" | "RATE" | "GEO" | "ASN")
}

/// The log's word for a field, and the name of the header, argument or cookie.
fn location(evidence: &Evidence) -> (&str, Option<&str>) {
    let (field, name) = match evidence.location.split_once(": ") {
        Some((field, name)) => (field, Some(name)),
        None => (&*evidence.location, None),
    };
    let word = match field {
        "QUERY_ARGUMENT" => "SINGLE_QUERY_ARG",
        "QUERY_ARGUMENTS" => "ALL_QUERY_ARGS",
        "URI_PATH" => "URI",
        "COOKIE" => "COOKIES",
        other => other,
    };
    (word, name)
}

fn rate_based(matched: &RuleMatch) -> Option<RateBasedRule<'_>> {
    let rate = matched.rate.as_ref()?;
    let values = rate.custom_values.iter().map(|custom| CustomValue {
        key: custom.key,
        name: custom.name.as_deref(),
        value: text(&custom.value)
            .chars()
            .take(CUSTOM_VALUE_CHARS_MAX)
            .collect(),
    });
    Some(RateBasedRule {
        rate_based_rule_id: matched.web_acl_rule(),
        rate_based_rule_name: &matched.rule,
        limit_key: rate.limit_key,
        limit_value: rate.limit_value.as_deref(),
        max_rate_allowed: rate.limit,
        evaluation_window_sec: rate.window_seconds.to_string(),
        custom_values: values.collect(),
    })
}
