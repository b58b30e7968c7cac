//! AssociateWebACL, DisassociateWebACL, GetWebACLForResource, ListResourcesForWebACL.
//! Source: AWS WAF API Reference. The resources are Application Load Balancers; each has at most
//! one web ACL, and associating another replaces it.

use types::{Arn, Call, ServiceError};
use wire::FromValue as _;

use crate::Wafv2;
use crate::draft::{Attempts, Draft};
use crate::exception;
use crate::item::{Identity, Kind};
use crate::model::{
    AssociateWebACLRequest, AssociateWebACLResponse, DisassociateWebACLRequest,
    DisassociateWebACLResponse, GetWebACLForResourceRequest, GetWebACLForResourceResponse,
    ListResourcesForWebACLRequest, ListResourcesForWebACLResponse, WebACL,
};
use crate::scope::Scope;
use crate::state;

/// The ARN of a load balancer of the caller's account and Region, which is there.
fn load_balancer(service: &Wafv2, call: &Call, text: &str) -> Result<Arn, ServiceError> {
    let wrong = || exception::invalid_arn(text);
    let arn: Arn = text.parse().map_err(|_| wrong())?;
    let ours = arn.service() == "elasticloadbalancing"
        && arn.resource().starts_with("loadbalancer/app/")
        && arn.region() == call.region.as_str();
    if !ours {
        return Err(wrong());
    }
    if arn.account() != call.account().to_string() || !service.resources.exists(&arn) {
        return Err(exception::nonexistent_item());
    }
    Ok(arn)
}

/// The identity of a web ACL that can protect load balancers.
fn regional_web_acl(call: &Call, arn: &str) -> Result<Identity, ServiceError> {
    let identity = Identity::of_callers_arn(call, arn)?;
    if identity.kind != Kind::WebAcl || identity.place.scope != Scope::Regional {
        return Err(exception::invalid_arn(arn));
    }
    Ok(identity)
}

pub(crate) async fn associate_web_acl(
    service: &Wafv2,
    call: &Call,
    input: AssociateWebACLRequest,
) -> Result<AssociateWebACLResponse, ServiceError> {
    let resource = load_balancer(service, call, &input.resource_arn)?;
    let identity = regional_web_acl(call, &input.web_acl_arn)?;
    let _turn = service.turn.lock().await;
    let mut attempts = Attempts::default();
    loop {
        let (_, row) = service.stored_item(&identity).await?;
        let rows = service.rows();
        let key = state::association_key(resource.as_str());
        let old = rows.row(&key);
        let old_arn = old.map(state::read_text);
        if old_arn.as_deref() == Some(input.web_acl_arn.as_str()) {
            return Ok(AssociateWebACLResponse {});
        }
        let mut draft = Draft::new(&rows);
        draft.expect(&key, old);
        draft.expect(&row.key, Some(&row));
        if let Some(old) = old_arn {
            draft.end_use(&old, resource.as_str())?;
        }
        draft.begin_use(&input.web_acl_arn, resource.as_str())?;
        draft.put(key, input.web_acl_arn.clone());
        if service
            .commit(call, draft.into_batch(), &mut attempts)
            .await?
        {
            return Ok(AssociateWebACLResponse {});
        }
    }
}

pub(crate) async fn disassociate_web_acl(
    service: &Wafv2,
    call: &Call,
    input: DisassociateWebACLRequest,
) -> Result<DisassociateWebACLResponse, ServiceError> {
    let resource = load_balancer(service, call, &input.resource_arn)?;
    let _turn = service.turn.lock().await;
    let mut attempts = Attempts::default();
    loop {
        let rows = service.rows();
        let key = state::association_key(resource.as_str());
        let Some(old) = rows.row(&key) else {
            return Ok(DisassociateWebACLResponse {});
        };
        let mut draft = Draft::new(&rows);
        draft.expect(&key, Some(old));
        draft.end_use(&state::read_text(old), resource.as_str())?;
        draft.delete(key);
        if service
            .commit(call, draft.into_batch(), &mut attempts)
            .await?
        {
            return Ok(DisassociateWebACLResponse {});
        }
    }
}

pub(crate) async fn get_web_acl_for_resource(
    service: &Wafv2,
    call: &Call,
    input: GetWebACLForResourceRequest,
) -> Result<GetWebACLForResourceResponse, ServiceError> {
    let resource = load_balancer(service, call, &input.resource_arn)?;
    let Some(row) = service.view.row(&state::association_key(resource.as_str())) else {
        return Ok(GetWebACLForResourceResponse { web_acl: None });
    };
    let arn = state::read_text(&row);
    let identity = Identity::of_arn(&arn).ok_or_else(|| exception::invalid_arn(&arn))?;
    let item = service.viewed_item(&identity)?;
    Ok(GetWebACLForResourceResponse {
        web_acl: Some(WebACL::from_value(item.answer())?),
    })
}

pub(crate) async fn list_resources_for_web_acl(
    service: &Wafv2,
    call: &Call,
    input: ListResourcesForWebACLRequest,
) -> Result<ListResourcesForWebACLResponse, ServiceError> {
    let identity = regional_web_acl(call, &input.web_acl_arn)?;
    service.viewed_item(&identity)?;
    // The other types of resources are not here, so none of them is associated.
    let asked = input
        .resource_type
        .as_deref()
        .unwrap_or("APPLICATION_LOAD_BALANCER");
    let mut arns = Vec::new();
    if asked == "APPLICATION_LOAD_BALANCER" {
        let users = service.view.row(&state::use_key(&input.web_acl_arn));
        arns = state::read_arns(users.as_ref())?;
        arns.retain(|arn| arn.parse().is_ok_and(|arn| service.resources.exists(&arn)));
    }
    Ok(ListResourcesForWebACLResponse {
        resource_arns: Some(arns),
    })
}
