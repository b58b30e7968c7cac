//! CreateRuleGroup, GetRuleGroup, ListRuleGroups, UpdateRuleGroup, DeleteRuleGroup.
//! Source: AWS WAF API Reference, "RuleGroup": the capacity is fixed when it is created.

use std::collections::BTreeSet;

use types::{Call, ServiceError};
use wire::{FromValue as _, Value};

use super::lifecycle;
use crate::Wafv2;
use crate::exception;
use crate::item::{Item, Kind};
use crate::limit::CAPACITY_MAX;
use crate::model::{
    CreateRuleGroupRequest, CreateRuleGroupResponse, DeleteRuleGroupRequest,
    DeleteRuleGroupResponse, GetRuleGroupRequest, GetRuleGroupResponse, LabelSummary,
    ListRuleGroupsRequest, ListRuleGroupsResponse, RuleGroup, UpdateRuleGroupRequest,
    UpdateRuleGroupResponse,
};

pub(crate) async fn create_rule_group(
    service: &Wafv2,
    call: &Call,
    input: CreateRuleGroupRequest,
) -> Result<CreateRuleGroupResponse, ServiceError> {
    lifecycle::create(service, call, Kind::RuleGroup, input).await
}

pub(crate) async fn list_rule_groups(
    service: &Wafv2,
    call: &Call,
    input: ListRuleGroupsRequest,
) -> Result<ListRuleGroupsResponse, ServiceError> {
    lifecycle::list(service, call, Kind::RuleGroup, input)
}

pub(crate) async fn update_rule_group(
    service: &Wafv2,
    call: &Call,
    input: UpdateRuleGroupRequest,
) -> Result<UpdateRuleGroupResponse, ServiceError> {
    lifecycle::update(service, call, Kind::RuleGroup, input).await
}

pub(crate) async fn delete_rule_group(
    service: &Wafv2,
    call: &Call,
    input: DeleteRuleGroupRequest,
) -> Result<DeleteRuleGroupResponse, ServiceError> {
    lifecycle::delete(service, call, Kind::RuleGroup, input).await
}

pub(crate) async fn get_rule_group(
    service: &Wafv2,
    call: &Call,
    input: GetRuleGroupRequest,
) -> Result<GetRuleGroupResponse, ServiceError> {
    let item = lifecycle::find(service, call, Kind::RuleGroup, input)?;
    let mut rule_group = RuleGroup::from_value(item.answer())?;
    let (available, consumed) = labels(&item);
    rule_group.available_labels = available;
    rule_group.consumed_labels = consumed;
    Ok(GetRuleGroupResponse {
        rule_group: Some(rule_group),
        lock_token: Some(item.lock_token),
    })
}

/// Its capacity is one that a rule group can have.
pub(super) fn judge(body: &Value) -> Result<(), ServiceError> {
    let capacity = body.member("Capacity").and_then(Value::as_i64);
    let capacity = capacity.and_then(|capacity| u64::try_from(capacity).ok());
    match capacity.unwrap_or_default() {
        capacity if capacity > CAPACITY_MAX => {
            Err(exception::capacity_exceeded("RULE_GROUP", capacity))
        }
        _ => Ok(()),
    }
}

type Labels = Option<Vec<LabelSummary>>;

/// The labels that the rules give, and those that they match on.
fn labels(item: &Item) -> (Labels, Labels) {
    let mut given = BTreeSet::new();
    let mut matched = BTreeSet::new();
    let namespace = item.identity.label_namespace();
    for rule in item
        .member("Rules")
        .and_then(Value::as_list)
        .unwrap_or_default()
    {
        let labels = rule
            .member("RuleLabels")
            .and_then(Value::as_list)
            .unwrap_or_default();
        let names = labels
            .iter()
            .filter_map(|label| label.member("Name")?.as_str());
        given.extend(names.map(|name| format!("{namespace}{name}")));
        if let Some(statement) = rule.member("Statement") {
            matched_labels(statement, &namespace, &mut matched);
        }
    }
    let summaries = |names: BTreeSet<String>| {
        let names = names
            .into_iter()
            .map(|name| LabelSummary { name: Some(name) });
        Some(names.collect::<Vec<_>>()).filter(|names| !names.is_empty())
    };
    (summaries(given), summaries(matched))
}

fn matched_labels(value: &Value, namespace: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::List(items) => {
            items
                .iter()
                .for_each(|item| matched_labels(item, namespace, found));
        }
        Value::Map(members) => {
            for (name, member) in members {
                let label = member.member("Scope").and_then(Value::as_str) == Some("LABEL");
                let key = member.member("Key").and_then(Value::as_str);
                match key.filter(|_| label && name == "LabelMatchStatement") {
                    Some(key) if key.starts_with("awswaf:") => drop(found.insert(key.to_owned())),
                    Some(key) => drop(found.insert(format!("{namespace}{key}"))),
                    None => matched_labels(member, namespace, found),
                }
            }
        }
        _ => {}
    }
}
