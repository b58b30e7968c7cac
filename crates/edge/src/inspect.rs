//! Asks the web ACL: builds what the rule engine judges, holds the body back as far as rules look
//! at it, and turns the verdict into an answer and evidence.

use std::sync::Arc;
use std::time::{Duration, Instant};

use pingora_proxy::Session;
use telemetry::request::{Action, Decision, Evidence, RuleGroupRef, RuleMatch};
use types::{RequestId, Time};
use waf::{ActionKind, Verdict, VerdictAction, WebAcl};

use crate::connection::Connection;
use crate::event;
use crate::limits::{BODY_PIECE_BYTES, REPLAYED_BODY_BYTES};
use crate::refusal::Refusal;

/// The part of a body that was read for inspection. Pingora keeps it too, and sends it first.
#[derive(Debug, Default)]
pub(crate) struct Inspected {
    pub(crate) bytes: Vec<u8>,
    pub(crate) oversize: bool,
}

/// Reads the body as far as rules look at it, plus as much as shows whether it is longer.
///
/// Pingora replays at most [`REPLAYED_BODY_BYTES`]. A body of unknown length is therefore read
/// until another piece might not fit; one with a Content-Length that fits is read whole.
pub(crate) async fn read_body(
    session: &mut Session,
    limit: usize,
) -> pingora_core::Result<Inspected> {
    let mut inspected = Inspected::default();
    if session.is_body_empty() {
        return Ok(inspected);
    }
    let known_to_fit = session
        .get_header(http::header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok())
        .is_some_and(|length| length <= REPLAYED_BODY_BYTES);
    if session.get_header(http::header::EXPECT).is_some() {
        session.write_continue_response().await?;
    }
    session.enable_retry_buffering();
    let mut ended = false;
    while inspected.bytes.len() <= limit {
        if !known_to_fit && inspected.bytes.len() + BODY_PIECE_BYTES > REPLAYED_BODY_BYTES {
            break;
        }
        let Some(piece) = session.read_request_body().await? else {
            ended = true;
            break;
        };
        inspected.bytes.extend_from_slice(&piece);
    }
    inspected.oversize = inspected.bytes.len() > limit || !(ended || session.is_body_done());
    inspected.bytes.truncate(limit);
    Ok(inspected)
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

/// Judges the request of `session` by `web_acl`.
pub(crate) fn judge(
    web_acl: &Arc<WebAcl>,
    session: &Session,
    connection: &Connection,
    body: Option<&Inspected>,
    id: RequestId,
    now: Time,
) -> Result<Judgement, waf::EvaluateError> {
    let head = session.req_header();
    let (path, query) = event::path_and_query(head);
    let mut headers: Vec<(&str, &[u8])> = Vec::with_capacity(head.headers.len() + 1);
    let authority = match head.headers.get(http::header::HOST) {
        Some(_) => None,
        None => head.uri.authority(),
    };
    if let Some(authority) = authority {
        headers.push(("host", authority.as_str().as_bytes()));
    }
    headers.extend(
        head.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes())),
    );
    let fingerprints = connection.fingerprints.as_ref();
    let request = waf::Request {
        method: head.method.as_str(),
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
    let verdict = web_acl.evaluate(&request, &connection.shared.rates, now)?;
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
                refusal.content_type = custom.content_type;
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
            evaluation,
        },
        inserted_headers: verdict.inserted_headers,
        refusal,
    }
}

const fn action(kind: ActionKind) -> Action {
    match kind {
        ActionKind::Allow => Action::Allow,
        ActionKind::Block => Action::Block,
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
            overridden: group.overridden,
        }),
        action: action(rule.action),
        kind: rule.kind,
        evidence: rule.evidence.into_iter().map(evidence).collect(),
    }
}

fn evidence(evidence: waf::Evidence) -> Evidence {
    Evidence {
        condition: evidence.condition,
        location: evidence.location,
        transformations: evidence.transformations,
        matched: evidence.matched,
        offset: evidence.offset,
        value: evidence.value,
        pattern: evidence.pattern,
    }
}
