//! CreateRuleGroup, GetRuleGroup, ListRuleGroups, UpdateRuleGroup, DeleteRuleGroup.
//! Source: AWS WAF API Reference, "RuleGroup": the capacity is fixed when it is created.

use std::collections::BTreeSet;

use types::{Call, ServiceError};
use wire::{FromValue as _, IntoValue as _, Value};

use super::lifecycle::{self, Meant, body, with_member};
use crate::Wafv2;
use crate::exception;
use crate::item::{Item, Kind};
use crate::limit::CAPACITY_MAX;
use crate::model::{
    CreateRuleGroupRequest, CreateRuleGroupResponse, DeleteRuleGroupRequest,
    DeleteRuleGroupResponse, GetRuleGroupRequest, GetRuleGroupResponse, LabelSummary,
    ListRuleGroupsRequest, ListRuleGroupsResponse, RuleGroup, RuleGroupSummary,
    UpdateRuleGroupRequest, UpdateRuleGroupResponse,
};

pub(crate) async fn create_rule_group(
    service: &Wafv2,
    call: &Call,
    mut input: CreateRuleGroupRequest,
) -> Result<CreateRuleGroupResponse, ServiceError> {
    let capacity = u64::try_from(input.capacity).unwrap_or_default();
    if capacity > CAPACITY_MAX {
        return Err(exception::capacity_exceeded("RULE_GROUP", capacity));
    }
    let (scope, name) = (input.scope.clone(), input.name.clone());
    let (description, tags) = (input.description.take(), input.tags.take());
    let what = (Kind::RuleGroup, scope.as_str(), name.as_str());
    let body = body(Kind::RuleGroup, input);
    let summary =
        lifecycle::create(service, call, what, description.as_deref(), tags, body).await?;
    Ok(CreateRuleGroupResponse {
        summary: Some(RuleGroupSummary::from_value(summary)?),
    })
}

pub(crate) async fn get_rule_group(
    service: &Wafv2,
    call: &Call,
    input: GetRuleGroupRequest,
) -> Result<GetRuleGroupResponse, ServiceError> {
    let named = (
        input.scope.as_deref(),
        input.name.as_deref(),
        input.id.as_deref(),
    );
    let kind = Kind::RuleGroup;
    let (item, lock_token) =
        lifecycle::get_by_arn_or_name(service, call, kind, input.arn.as_deref(), named)?;
    let mut rule_group = RuleGroup::from_value(item.answer())?;
    let (available, consumed) = labels(&item);
    rule_group.available_labels = available;
    rule_group.consumed_labels = consumed;
    Ok(GetRuleGroupResponse {
        rule_group: Some(rule_group),
        lock_token: Some(lock_token),
    })
}

pub(crate) async fn list_rule_groups(
    service: &Wafv2,
    call: &Call,
    input: ListRuleGroupsRequest,
) -> Result<ListRuleGroupsResponse, ServiceError> {
    let what = (Kind::RuleGroup, input.scope.as_str());
    let (summaries, next_marker) = lifecycle::list(
        service,
        call,
        what,
        input.next_marker.as_deref(),
        input.limit,
    )?;
    let rule_groups = Some(Vec::from_value(Value::List(summaries))?);
    Ok(ListRuleGroupsResponse {
        next_marker,
        rule_groups,
    })
}

pub(crate) async fn update_rule_group(
    service: &Wafv2,
    call: &Call,
    input: UpdateRuleGroupRequest,
) -> Result<UpdateRuleGroupResponse, ServiceError> {
    let meant = meant(&input.scope, &input.name, &input.id);
    let (token, description) = (&input.lock_token, input.description.as_deref());
    let made = body(Kind::RuleGroup, input.clone().into_value());
    let made = |old: &Item| {
        let capacity = old.member("Capacity").cloned().unwrap_or(Value::Null);
        Ok(with_member(made.clone(), "Capacity", capacity))
    };
    let next = lifecycle::update(service, call, &meant, token, description, made).await?;
    Ok(UpdateRuleGroupResponse {
        next_lock_token: Some(next),
    })
}

pub(crate) async fn delete_rule_group(
    service: &Wafv2,
    call: &Call,
    input: DeleteRuleGroupRequest,
) -> Result<DeleteRuleGroupResponse, ServiceError> {
    let meant = meant(&input.scope, &input.name, &input.id);
    lifecycle::delete(service, call, &meant, &input.lock_token).await?;
    Ok(DeleteRuleGroupResponse {})
}

fn meant<'a>(scope: &'a str, name: &'a str, id: &'a str) -> Meant<'a> {
    Meant {
        kind: Kind::RuleGroup,
        scope,
        name,
        id,
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
