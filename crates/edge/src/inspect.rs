//! Asks the web ACL: builds what the rule engine judges, holds the body back as far as rules look
//! at it, and turns the verdict into an answer and evidence.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use telemetry::request::{
    Action, Decision, Evidence, RateKeyValue, RateMatch, RuleGroupRef, RuleMatch,
};
use types::{RequestId, Time};
use waf::{ActionKind, Networks, Surroundings, Verdict, VerdictAction, WebAcl};

use crate::client::{Client, ClientError};
use crate::connection::Connection;
use crate::event;
use crate::exchange::Held;
use crate::head::RequestHead;
use crate::refusal::Refusal;

/// What the rules saw of a body.
#[derive(Debug, Default)]
pub(crate) struct Inspected {
    pub(crate) bytes: Bytes,
    pub(crate) oversize: bool,
}

/// Reads the body as far as rules look at it, plus as much as shows whether it is longer.
pub(crate) async fn read_body(
    client: &mut Client<'_>,
    limit: usize,
) -> Result<(Held, Inspected), ClientError> {
    // In one piece, however small those are that it comes in.
    let mut bytes = BytesMut::new();
    while bytes.len() <= limit {
        match std::future::poll_fn(|cx| client.poll_body(cx)).await? {
            Some(piece) => bytes.extend_from_slice(&piece),
            None => break,
        }
    }
    let held = Held {
        bytes: bytes.freeze(),
        whole: client.has_ended(),
    };
    let inspected = Inspected {
        bytes: held.bytes.slice(..held.bytes.len().min(limit)),
        oversize: held.bytes.len() > limit || !held.whole,
    };
    Ok((held, inspected))
}

/// What the web ACL said.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) decision: Decision,
    /// Headers for the target.
    pub(crate) inserted_headers: Vec<(String, String)>,
    /// The answer, when the request does not go on.
    pub(crate) refusal: Option<Refusal>,
}

/// Judges a request by `web_acl`.
pub(crate) fn judge(
    web_acl: &Arc<WebAcl>,
    head: &RequestHead,
    connection: &Connection,
    networks: &Networks,
    body: Option<&Inspected>,
    id: RequestId,
    now: Time,
) -> Result<Judgement, waf::EvaluateError> {
    let (path, query) = head.path_and_query();
    let mut headers: Vec<(&str, &[u8])> = Vec::with_capacity(head.fields.len());
    headers.extend(head.fields.iter().map(|field| (field.name, field.value)));
    let fingerprints = connection.fingerprints.as_ref();
    let request = waf::Request {
        method: head.method(),
        uri_path: path,
        query,
        uri_fragment: None,
        http_version: event::version(head.version),
        scheme: connection.scheme(),
        headers: &headers,
        body: body.map(|body| waf::Body {
            bytes: &body.bytes,
            truncated: body.oversize,
        }),
        client_ip: connection.client_ip(),
        ja3: fingerprints.map(|prints| prints.ja3.as_str()),
        ja4: fingerprints.map(|prints| prints.ja4.as_str()),
    };
    let began = Instant::now();
    let surroundings = Surroundings {
        rates: &connection.shared.rates,
        networks,
        now,
    };
    let verdict = web_acl.evaluate_in(&request, &surroundings)?;
    let evaluation = began.elapsed();
    Ok(judgement(web_acl.arn(), verdict, id, evaluation))
}

fn judgement(
    web_acl_arn: &str,
    verdict: Verdict,
    id: RequestId,
    evaluation: Duration,
) -> Judgement {
    let refusal = match &verdict.action {
        VerdictAction::Allow => None,
        VerdictAction::Block(custom) => {
            let mut refusal = Refusal::plain(
                custom.status,
                "This request was refused by the web application firewall.",
                id,
            );
            refusal.headers.clone_from(&custom.headers);
            if let Some(body) = &custom.body {
                refusal.body = body.to_string().into();
                refusal.content_type = custom.content_type.map(Into::into);
            }
            Some(refusal)
        }
        VerdictAction::Captcha => Some(Refusal::plain(
            405,
            "This request must be confirmed by a CAPTCHA.",
            id,
        )),
        VerdictAction::Challenge => Some(Refusal::plain(
            202,
            "This request must pass a silent challenge.",
            id,
        )),
    };
    let action = action(verdict.action.kind());
    Judgement {
        decision: Decision {
            web_acl_arn: web_acl_arn.to_owned(),
            action,
            terminating: verdict.terminating.map(rule_match),
            non_terminating: verdict
                .non_terminating
                .into_iter()
                .map(rule_match)
                .collect(),
            labels: verdict.labels,
            inserted_headers: verdict.inserted_headers.clone(),
            oversize_fields: verdict.oversize_fields,
            client_asn: verdict.client_asn,
            evaluation,
        },
        inserted_headers: verdict.inserted_headers,
        refusal,
    }
}

const fn action(kind: ActionKind) -> Action {
    match kind {
        ActionKind::Allow => Action::Allow,
        // A web ACL of load balancers asks for no payment: only one of CloudFront's can say so.
        ActionKind::Block | ActionKind::Monetize => Action::Block,
        ActionKind::Count => Action::Count,
        ActionKind::Captcha => Action::Captcha,
        ActionKind::Challenge => Action::Challenge,
    }
}

fn rule_match(rule: waf::RuleMatch) -> RuleMatch {
    RuleMatch {
        rule: rule.rule,
        metric_name: rule.metric_name,
        rule_group: rule.rule_group.map(|group| RuleGroupRef {
            referring_rule: group.referring_rule,
            id: group.id,
            overridden_action: group.overridden_action.map(action),
            excluded: group.excluded,
            counted_action: group.counted_action.map(action),
        }),
        action: action(rule.action),
        kind: rule.kind,
        evidence: rule.evidence.into_iter().map(evidence).collect(),
        rate: rule.rate.map(rate_match),
    }
}

fn rate_match(rate: waf::RateMatch) -> RateMatch {
    let values = rate.custom_values.into_iter();
    let values = values.map(|custom| RateKeyValue {
        key: custom.key,
        name: custom.name,
        value: custom.value,
    });
    RateMatch {
        limit_key: rate.limit_key,
        limit_value: rate.limit_value,
        limit: rate.limit,
        window_seconds: rate.window_seconds,
        custom_values: values.collect(),
    }
}

fn evidence(evidence: waf::Evidence) -> Evidence {
    Evidence {
        condition: evidence.condition,
        sensitivity_level: evidence.sensitivity_level,
        location: evidence.location,
        transformations: evidence.transformations,
        matched: evidence.matched,
        offset: evidence.offset,
        value: evidence.value,
        pattern: evidence.pattern,
    }
}
