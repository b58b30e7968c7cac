//! Who refers to which target group, and what may.

use std::collections::BTreeSet;

use types::ServiceError;

use crate::draft::Draft;
use crate::id::{Place, is};
use crate::limit::LOAD_BALANCER_TARGET_GROUPS_MAX;
use crate::model::Action;
use crate::state::{Kept, ListenerRow, LoadBalancerRow, RuleRow, TargetGroupRow, TrustStoreRow};
use crate::{Elb, action, exception};

/// A target group, and the load balancer one of whose rules forwards to it.
pub(super) type Use = (String, String);

/// All uses of target groups in a place.
pub(super) fn uses(elb: &Elb, place: &Place) -> Result<BTreeSet<Use>, ServiceError> {
    let mut uses = BTreeSet::new();
    for row in elb.all_in::<ListenerRow>(place)? {
        let balancer = load_balancer_of(row.arn());
        let groups = action::target_groups(row.listener.default_actions.as_deref());
        uses.extend(groups.map(|group| (group.to_owned(), balancer.clone())));
    }
    for row in elb.all_in::<RuleRow>(place)? {
        let balancer = load_balancer_of(&row.listener_arn());
        let groups = action::target_groups(row.rule.actions.as_deref());
        uses.extend(groups.map(|group| (group.to_owned(), balancer.clone())));
    }
    Ok(uses)
}

/// The load balancer that a listener's ARN holds.
pub(super) fn load_balancer_of(listener: &str) -> String {
    let balancer = listener.replacen(":listener/", ":loadbalancer/", 1);
    let end = balancer.rfind('/').unwrap_or(balancer.len());
    balancer.get(..end).unwrap_or_default().to_owned()
}

/// Completes actions and refuses those whose target groups cannot be forwarded to.
pub(super) fn checked_actions(
    draft: &Draft<'_>,
    balancer: &str,
    actions: &[Action],
    https: bool,
) -> Result<Vec<Action>, ServiceError> {
    let completed = action::completed(actions, https)?;
    let uses = uses(draft.elb, &draft.place)?;
    let mut own: BTreeSet<&str> = uses
        .iter()
        .filter(|(_, user)| user == balancer)
        .map(|(group, _)| group.as_str())
        .collect();
    for arn in action::target_groups(Some(&completed)) {
        if !is("targetgroup", arn) {
            return Err(exception::invalid_arn("target group", arn));
        }
        let group: Option<TargetGroupRow> = draft.find(arn)?;
        let group = group.ok_or_else(|| exception::target_group_not_found(arn))?;
        if uses
            .iter()
            .any(|(used, user)| used == arn && user != balancer)
        {
            return Err(exception::target_group_association_limit(arn));
        }
        check_version(&group, https)?;
        own.insert(arn);
    }
    if own.len() > LOAD_BALANCER_TARGET_GROUPS_MAX {
        return Err(exception::too_many(
            "TooManyUniqueTargetGroupsPerLoadBalancer",
            "target groups of a load balancer",
            LOAD_BALANCER_TARGET_GROUPS_MAX,
        ));
    }
    Ok(completed)
}

/// Refuses actions that do not suit a listener's protocol, which is another one now.
pub(super) fn check_protocol(
    draft: &Draft<'_>,
    actions: &[Action],
    https: bool,
) -> Result<(), ServiceError> {
    let completed = action::completed(actions, https)?;
    for arn in action::target_groups(Some(&completed)) {
        if let Some(group) = draft.find(arn)? {
            check_version(&group, https)?;
        }
    }
    Ok(())
}

fn check_version(group: &TargetGroupRow, https: bool) -> Result<(), ServiceError> {
    let version = group.target_group.protocol_version.as_deref();
    match version {
        Some(version @ ("GRPC" | "HTTP2")) if !https => {
            Err(exception::incompatible_protocols(format!(
                "Listener protocol 'HTTP' is not supported with a target group with the \
                 protocol-version '{version}'"
            )))
        }
        _ => Ok(()),
    }
}

/// The load balancer of an ARN, or AWS's error.
pub(super) fn load_balancer(draft: &Draft<'_>, arn: &str) -> Result<LoadBalancerRow, ServiceError> {
    if !is("loadbalancer", arn) {
        return Err(exception::invalid_arn("load balancer", arn));
    }
    let found = draft.find(arn)?;
    found.ok_or_else(|| exception::load_balancer_not_found(arn))
}

/// The listener of an ARN, or AWS's error.
pub(super) fn listener(draft: &Draft<'_>, arn: &str) -> Result<ListenerRow, ServiceError> {
    if !is("listener", arn) {
        return Err(exception::invalid_arn("listener", arn));
    }
    draft.find(arn)?.ok_or_else(exception::listeners_not_found)
}

/// The target group of an ARN, or AWS's error.
pub(super) fn target_group(draft: &Draft<'_>, arn: &str) -> Result<TargetGroupRow, ServiceError> {
    if !is("targetgroup", arn) {
        return Err(exception::invalid_arn("target group", arn));
    }
    draft
        .find(arn)?
        .ok_or_else(exception::target_groups_not_found)
}

/// The trust store of an ARN, or AWS's error.
pub(super) fn trust_store(draft: &Draft<'_>, arn: &str) -> Result<TrustStoreRow, ServiceError> {
    if !is("truststore", arn) {
        return Err(exception::invalid_arn("trust store", arn));
    }
    draft
        .find(arn)?
        .ok_or_else(exception::trust_stores_not_found)
}
