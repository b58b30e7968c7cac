//! Events for tests: one refused by a managed rule, one allowed, and parts to vary.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::allow_attributes,
    reason = "each test file is a crate of its own and uses its part"
)]

use std::time::Duration;

use telemetry::request::{
    Action, Client, Decision, Evidence, RequestEvent, RequestSummary, RuleGroupRef, RuleMatch,
};
use types::{RequestId, Time};

pub const WEB_ACL: &str = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/default/a1b2c3d4-0000-4000-8000-000000000001";
pub const NOON: Time = Time::from_seconds(1_795_348_800);

pub fn id(number: u64) -> RequestId {
    // Spread over all bits, as random ids are.
    let spread = u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64 | u128::from(number);
    RequestId::from_random(spread.to_be_bytes())
}

pub fn request(path: &str, query: &str) -> RequestSummary {
    RequestSummary {
        method: "GET".to_owned(),
        version: "HTTP/1.1",
        scheme: "http",
        host: "shop.example".to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: vec![
            ("host".to_owned(), b"shop.example".to_vec()),
            ("user-agent".to_owned(), b"curl/8.5.0".to_vec()),
        ],
        body_inspected_bytes: 0,
        body_oversize: false,
    }
}

/// Allowed by the default action.
pub fn allowed(number: u64, time: Time) -> RequestEvent {
    RequestEvent {
        id: id(number),
        time,
        load_balancer_arn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/default/50dc6c495c0c9188".to_owned(),
        client: Client { ip: "192.0.2.7".parse().unwrap(), port: 50_123, ja3: None, ja4: None },
        request: request("/", ""),
        decision: Some(Decision {
            web_acl_arn: WEB_ACL.to_owned(),
            action: Action::Allow,
            terminating: None,
            non_terminating: Vec::new(),
            labels: Vec::new(),
            inserted_headers: Vec::new(),
            oversize_fields: Vec::new(),
            client_asn: None,
            evaluation: Duration::from_micros(12),
        }),
        status: 200,
        response_bytes: 512,
        duration: Duration::from_micros(900),
        exchange: telemetry::exchange::Exchange::default(),
    }
}

pub fn sqli() -> RuleMatch {
    RuleMatch {
        rule: "SQLi_QUERYARGUMENTS".to_owned(),
        metric_name: "sqli".to_owned(),
        rule_group: Some(RuleGroupRef {
            referring_rule: "sql-injection".to_owned(),
            id: "AWS#AWSManagedRulesSQLiRuleSet".to_owned(),
            overridden_action: None,
            excluded: false,
            counted_action: None,
        }),
        action: Action::Block,
        kind: "MANAGED_RULE_GROUP",
        evidence: vec![Evidence {
            condition: "SQL_INJECTION",
            sensitivity_level: Some("LOW"),
            location: "QUERY_ARGUMENT: id".to_owned(),
            transformations: vec!["URL_DECODE_UNI".to_owned(), "LOWERCASE".to_owned()],
            matched: b"' or '1'='1".to_vec(),
            offset: 2,
            value: b"42' or '1'='1' -- x".to_vec(),
            pattern: "s&sos".to_owned(),
        }],
        rate: None,
    }
}

pub fn own_rule(name: &str, action: Action) -> RuleMatch {
    RuleMatch {
        rule: name.to_owned(),
        metric_name: format!("{name}-metric"),
        rule_group: None,
        action,
        kind: "REGULAR",
        evidence: vec![Evidence {
            condition: "BYTE",
            sensitivity_level: None,
            location: "HEADER: user-agent".to_owned(),
            transformations: vec!["NONE".to_owned()],
            matched: b"curl".to_vec(),
            offset: 0,
            value: b"curl/8.5.0".to_vec(),
            pattern: "curl".to_owned(),
        }],
        rate: None,
    }
}

/// Refused by a managed SQL injection rule, counted by an own rule before.
pub fn blocked(number: u64, time: Time) -> RequestEvent {
    let mut event = allowed(number, time);
    event.request = request("/items", "id=42%27%20OR%20%271%27=%271%27%20--%20x");
    event.status = 403;
    event.decision = Some(Decision {
        web_acl_arn: WEB_ACL.to_owned(),
        action: Action::Block,
        terminating: Some(sqli()),
        non_terminating: vec![own_rule("count-curl", Action::Count)],
        labels: vec!["awswaf:managed:aws:sql-database:SQLi_QueryArguments".to_owned()],
        inserted_headers: Vec::new(),
        oversize_fields: Vec::new(),
        client_asn: None,
        evaluation: Duration::from_micros(31),
    });
    event
}
