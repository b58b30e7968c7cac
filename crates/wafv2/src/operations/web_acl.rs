//! CreateWebACL, GetWebACL, ListWebACLs, UpdateWebACL, DeleteWebACL, and DeleteFirewallManagerRuleGroups.
//! Source: AWS WAF API Reference, "WebACL".

use types::{Call, ServiceError};
use wire::Value;

use super::lifecycle;
use crate::Wafv2;
use crate::collection;
use crate::item::{Identity, Kind};
use crate::model::{
    CreateWebACLRequest, CreateWebACLResponse, DeleteFirewallManagerRuleGroupsRequest,
    DeleteFirewallManagerRuleGroupsResponse, DeleteWebACLRequest, DeleteWebACLResponse,
    GetWebACLRequest, GetWebACLResponse, ListWebACLsRequest, ListWebACLsResponse,
    UpdateWebACLRequest, UpdateWebACLResponse,
};

pub(crate) async fn create_web_acl(
    service: &Wafv2,
    call: &Call,
    input: CreateWebACLRequest,
) -> Result<CreateWebACLResponse, ServiceError> {
    lifecycle::create(service, call, Kind::WebAcl, input).await
}

pub(crate) async fn get_web_acl(
    service: &Wafv2,
    call: &Call,
    input: GetWebACLRequest,
) -> Result<GetWebACLResponse, ServiceError> {
    lifecycle::get(service, call, Kind::WebAcl, input)
}

pub(crate) async fn list_web_acls(
    service: &Wafv2,
    call: &Call,
    input: ListWebACLsRequest,
) -> Result<ListWebACLsResponse, ServiceError> {
    lifecycle::list(service, call, Kind::WebAcl, input)
}

pub(crate) async fn update_web_acl(
    service: &Wafv2,
    call: &Call,
    input: UpdateWebACLRequest,
) -> Result<UpdateWebACLResponse, ServiceError> {
    lifecycle::update(service, call, Kind::WebAcl, input).await
}

pub(crate) async fn delete_web_acl(
    service: &Wafv2,
    call: &Call,
    input: DeleteWebACLRequest,
) -> Result<DeleteWebACLResponse, ServiceError> {
    lifecycle::delete(service, call, Kind::WebAcl, input).await
}

/// There is no Firewall Manager here that could give a web ACL rule groups, but a web ACL that was
/// brought along from AWS may have some: they go, everything else stays.
pub(crate) async fn delete_firewall_manager_rule_groups(
    service: &Wafv2,
    call: &Call,
    input: DeleteFirewallManagerRuleGroupsRequest,
) -> Result<DeleteFirewallManagerRuleGroupsResponse, ServiceError> {
    const THEIRS: [&str; 2] = [
        "PreProcessFirewallManagerRuleGroups",
        "PostProcessFirewallManagerRuleGroups",
    ];
    let identity = Identity::of_callers_arn(call, &input.web_acl_arn)?.of_kind(Kind::WebAcl)?;
    let token = &input.web_acl_lock_token;
    let next = lifecycle::change(service, call, &identity, token, |old| {
        let members = old.body.as_map().unwrap_or_default().iter();
        let kept = members.filter(|(name, _)| !THEIRS.contains(&name.as_str()));
        (old.description.clone(), Value::Map(kept.cloned().collect()))
    });
    Ok(DeleteFirewallManagerRuleGroupsResponse {
        next_web_acl_lock_token: Some(next.await?),
    })
}

/// Its data protection says what to protect, and how.
pub(super) fn judge(body: &Value) -> Result<(), ServiceError> {
    collection::data_protections(body).map(drop)
}

/// Whether its data protection replaces values by their hash.
pub(super) fn hashes(body: &Value) -> bool {
    let protections = collection::data_protections(body).unwrap_or_default();
    protections.iter().any(|protection| protection.hash)
}
