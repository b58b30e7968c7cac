//! `btz:ExplainRequest`: why a request was refused or counted, with the rule, the field, the bytes
//! and the smallest change that would let it pass.

use std::sync::Arc;

use telemetry::explain::Explanation;
use types::{Arn, Call, RequestId, ServiceError};
use wire::{Value, json};

use crate::exception;
use crate::explain::Explain;
use crate::extension::{ExplainRequestRequest, ExplainRequestResponse};
use crate::item::{Identity, Kind};

pub(crate) async fn explain_request(
    service: &Explain,
    call: &Call,
    input: ExplainRequestRequest,
) -> Result<ExplainRequestResponse, ServiceError> {
    let wafv2 = service.wafv2();
    let unknown = || {
        let id = &input.request_id;
        ServiceError::sender(
            "ResourceNotFoundException",
            format!(
                "Nothing is known of the request {id}. Only requests that were refused or counted \
                 are kept, and only the newest of them; the id stands in the answer's header \
                 x-btz-request-id."
            ),
        )
        .with_status(404)
    };
    let id: RequestId = input.request_id.parse().map_err(|_| unknown())?;
    let telemetry = Arc::clone(&wafv2.telemetry);
    // Older decisions are read from a file.
    let found = tokio::task::spawn_blocking(move || telemetry.decisions().find(id)).await;
    let found = found
        .map_err(exception::internal)?
        .map_err(exception::internal)?;
    let decision = found
        .filter(|decision| {
            let arn: Result<Arn, _> = decision.load_balancer_arn.parse();
            arn.is_ok_and(|arn| arn.account() == call.account().to_string())
        })
        .ok_or_else(unknown)?;
    let rule = decision.terminating.as_ref().and_then(|matched| {
        let identity = Identity::of_arn(&decision.web_acl_arn)?;
        let web_acl = Some(identity).filter(|identity| identity.kind == Kind::WebAcl)?;
        let web_acl = wafv2.viewed_item(&web_acl).ok()?;
        let rules = web_acl.member("Rules").and_then(Value::as_list)?;
        let named = |rule: &&Value| {
            rule.member("Name").and_then(Value::as_str) == Some(matched.web_acl_rule())
        };
        let rule = rules.iter().find(named)?;
        serde_json::from_str(&json::to_string(rule)).ok()
    });
    let explanation = Explanation::of(decision, rule.as_ref());
    let document = json::parse(explanation.to_json().as_bytes()).map_err(exception::internal)?;
    Ok(ExplainRequestResponse {
        text: explanation.to_text(),
        explanation: document,
    })
}
