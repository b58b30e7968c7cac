//! ListAvailableManagedRuleGroups, ListAvailableManagedRuleGroupVersions, DescribeManagedRuleGroup:
//! what the rule engine's registry of managed groups holds.
//! Source: AWS WAF API Reference.

use std::collections::BTreeSet;

use types::{Call, ServiceError};
use waf::ActionKind;
use waf::managed::{self, Listing};
use wire::Value;

use super::lifecycle::page;
use crate::Wafv2;
use crate::exception;
use crate::model::{
    DescribeManagedRuleGroupRequest, DescribeManagedRuleGroupResponse, LabelSummary,
    ListAvailableManagedRuleGroupVersionsRequest, ListAvailableManagedRuleGroupVersionsResponse,
    ListAvailableManagedRuleGroupsRequest, ListAvailableManagedRuleGroupsResponse,
    ManagedRuleGroupSummary, ManagedRuleGroupVersion, RuleSummary,
};
use crate::scope::Place;

fn listings() -> Result<Vec<&'static Listing>, ServiceError> {
    let mut listings = managed::listings().map_err(exception::internal)?;
    listings.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(listings)
}

fn listing(vendor: &str, name: &str) -> Result<&'static Listing, ServiceError> {
    let group = managed::find(vendor, name).ok_or_else(exception::nonexistent_item)?;
    group.listing().map_err(exception::internal)
}

pub(crate) async fn list_available_managed_rule_groups(
    _service: &Wafv2,
    call: &Call,
    input: ListAvailableManagedRuleGroupsRequest,
) -> Result<ListAvailableManagedRuleGroupsResponse, ServiceError> {
    Place::of(call, &input.scope)?;
    let named = listings()?
        .into_iter()
        .map(|listing| (listing.name.clone(), listing));
    let (groups, next_marker) = page(named, input.next_marker.as_deref(), input.limit);
    let groups = groups
        .into_iter()
        .map(|(name, listing)| ManagedRuleGroupSummary {
            vendor_name: Some(listing.vendor_name.clone()),
            name: Some(name),
            versioning_supported: Some(!listing.versions.is_empty()),
            description: Some(listing.description.clone()),
        });
    let managed_rule_groups = Some(groups.collect());
    Ok(ListAvailableManagedRuleGroupsResponse {
        next_marker,
        managed_rule_groups,
    })
}

pub(crate) async fn list_available_managed_rule_group_versions(
    _service: &Wafv2,
    call: &Call,
    input: ListAvailableManagedRuleGroupVersionsRequest,
) -> Result<ListAvailableManagedRuleGroupVersionsResponse, ServiceError> {
    Place::of(call, &input.scope)?;
    let listing = listing(&input.vendor_name, &input.name)?;
    let named: BTreeSet<&String> = listing.versions.iter().collect();
    let named = named.into_iter().map(|version| (version.clone(), ()));
    let (versions, next_marker) = page(named, input.next_marker.as_deref(), input.limit);
    let versions = versions
        .into_iter()
        .map(|(name, ())| ManagedRuleGroupVersion {
            name: Some(name),
            last_update_timestamp: None,
        });
    Ok(ListAvailableManagedRuleGroupVersionsResponse {
        next_marker,
        versions: Some(versions.collect()),
        current_default_version: listing.versions.first().cloned(),
    })
}

pub(crate) async fn describe_managed_rule_group(
    _service: &Wafv2,
    call: &Call,
    input: DescribeManagedRuleGroupRequest,
) -> Result<DescribeManagedRuleGroupResponse, ServiceError> {
    Place::of(call, &input.scope)?;
    let listing = listing(&input.vendor_name, &input.name)?;
    let known = |version: &String| listing.versions.contains(version);
    if input
        .version_name
        .as_ref()
        .is_some_and(|version| !known(version))
    {
        return Err(exception::nonexistent_item());
    }
    let rules = listing.rules.iter().map(|rule| RuleSummary {
        name: Some(rule.name.clone()),
        action: Some(action(rule.action)),
    });
    let labels: BTreeSet<&String> = listing.rules.iter().flat_map(|rule| &rule.labels).collect();
    let labels = labels.into_iter().map(|label| LabelSummary {
        name: Some(label.clone()),
    });
    Ok(DescribeManagedRuleGroupResponse {
        version_name: input
            .version_name
            .or_else(|| listing.versions.first().cloned()),
        sns_topic_arn: None,
        capacity: Some(i64::try_from(listing.capacity).unwrap_or(i64::MAX)),
        rules: Some(rules.collect()),
        label_namespace: Some(listing.label_namespace.clone()),
        available_labels: Some(labels.collect()),
        consumed_labels: None,
    })
}

/// `RuleAction` with nothing customized.
fn action(kind: ActionKind) -> Value {
    let name = match kind {
        ActionKind::Allow => "Allow",
        ActionKind::Block => "Block",
        ActionKind::Count => "Count",
        ActionKind::Captcha => "Captcha",
        ActionKind::Challenge => "Challenge",
    };
    Value::Map(vec![(name.to_owned(), Value::Map(Vec::new()))])
}
