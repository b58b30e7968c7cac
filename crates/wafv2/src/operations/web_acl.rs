//! CreateWebACL, GetWebACL, ListWebACLs, UpdateWebACL, DeleteWebACL.
//! Source: AWS WAF API Reference, "WebACL".

use types::{Call, ServiceError};
use wire::{FromValue as _, IntoValue as _, Value};

use super::lifecycle::{self, Meant, body};
use crate::Wafv2;
use crate::item::Kind;
use crate::model::{
    CreateWebACLRequest, CreateWebACLResponse, DeleteWebACLRequest, DeleteWebACLResponse,
    GetWebACLRequest, GetWebACLResponse, ListWebACLsRequest, ListWebACLsResponse,
    UpdateWebACLRequest, UpdateWebACLResponse, WebACL, WebACLSummary,
};

pub(crate) async fn create_web_acl(
    service: &Wafv2,
    call: &Call,
    mut input: CreateWebACLRequest,
) -> Result<CreateWebACLResponse, ServiceError> {
    let (scope, name) = (input.scope.clone(), input.name.clone());
    let (description, tags) = (input.description.take(), input.tags.take());
    let what = (Kind::WebAcl, scope.as_str(), name.as_str());
    let body = body(Kind::WebAcl, input);
    let summary =
        lifecycle::create(service, call, what, description.as_deref(), tags, body).await?;
    Ok(CreateWebACLResponse {
        summary: Some(WebACLSummary::from_value(summary)?),
    })
}

pub(crate) async fn get_web_acl(
    service: &Wafv2,
    call: &Call,
    input: GetWebACLRequest,
) -> Result<GetWebACLResponse, ServiceError> {
    let named = (
        input.scope.as_deref(),
        input.name.as_deref(),
        input.id.as_deref(),
    );
    let kind = Kind::WebAcl;
    let (item, lock_token) =
        lifecycle::get_by_arn_or_name(service, call, kind, input.arn.as_deref(), named)?;
    Ok(GetWebACLResponse {
        web_acl: Some(WebACL::from_value(item.answer())?),
        lock_token: Some(lock_token),
        application_integration_url: None,
    })
}

pub(crate) async fn list_web_acls(
    service: &Wafv2,
    call: &Call,
    input: ListWebACLsRequest,
) -> Result<ListWebACLsResponse, ServiceError> {
    let what = (Kind::WebAcl, input.scope.as_str());
    let (summaries, next_marker) = lifecycle::list(
        service,
        call,
        what,
        input.next_marker.as_deref(),
        input.limit,
    )?;
    let web_acls = Some(Vec::from_value(Value::List(summaries))?);
    Ok(ListWebACLsResponse {
        next_marker,
        web_acls,
    })
}

pub(crate) async fn update_web_acl(
    service: &Wafv2,
    call: &Call,
    input: UpdateWebACLRequest,
) -> Result<UpdateWebACLResponse, ServiceError> {
    let meant = meant(&input.scope, &input.name, &input.id);
    let (token, description) = (&input.lock_token, input.description.as_deref());
    let made = body(Kind::WebAcl, input.clone().into_value());
    let next = lifecycle::update(service, call, &meant, token, description, |_| {
        Ok(made.clone())
    })
    .await?;
    Ok(UpdateWebACLResponse {
        next_lock_token: Some(next),
    })
}

pub(crate) async fn delete_web_acl(
    service: &Wafv2,
    call: &Call,
    input: DeleteWebACLRequest,
) -> Result<DeleteWebACLResponse, ServiceError> {
    let meant = meant(&input.scope, &input.name, &input.id);
    lifecycle::delete(service, call, &meant, &input.lock_token).await?;
    Ok(DeleteWebACLResponse {})
}

fn meant<'a>(scope: &'a str, name: &'a str, id: &'a str) -> Meant<'a> {
    Meant {
        kind: Kind::WebAcl,
        scope,
        name,
        id,
    }
}
