//! `CreateRule`, `ModifyRule`, `DeleteRule`, `DescribeRules`, `SetRulePriorities`.

use types::{Call, ServiceError};

use super::references::{checked_actions, listener, load_balancer_of};
use super::tags::judged;
use crate::draft::Draft;
use crate::limit::RULES_MAX;
use crate::model::{
    CreateRuleInput, CreateRuleOutput, DeleteRuleInput, DeleteRuleOutput, DescribeRulesInput,
    DescribeRulesOutput, ModifyRuleInput, ModifyRuleOutput, Rule, SetRulePrioritiesInput,
    SetRulePrioritiesOutput,
};
use crate::page::page_in_order;
use crate::state::{Kept, ListenerRow, RuleRow};
use crate::{Elb, condition, exception, id};

fn of_listener(draft: &Draft<'_>, arn: &str) -> Result<Vec<RuleRow>, ServiceError> {
    let mut rules: Vec<RuleRow> = draft.all()?;
    rules.retain(|rule| rule.listener_arn() == arn);
    Ok(rules)
}

pub(crate) async fn create_rule(
    elb: &Elb,
    call: &Call,
    input: CreateRuleInput,
) -> Result<CreateRuleOutput, ServiceError> {
    let tags = judged(input.tags.clone())?;
    let conditions = condition::completed(&input.conditions)?;
    let transforms = input.transforms.clone().unwrap_or_default();
    condition::transforms(&transforms)?;
    elb.change(call, |draft| {
        let listener = listener(draft, &input.listener_arn)?;
        let balancer = load_balancer_of(listener.arn());
        let actions = checked_actions(draft, &balancer, &input.actions, listener.is_https())?;
        let all: Vec<RuleRow> = draft.all()?;
        let of_listener = |rule: &&RuleRow| rule.listener_arn() == listener.arn();
        if all
            .iter()
            .filter(of_listener)
            .any(|rule| rule.priority() == Some(input.priority))
        {
            return Err(exception::priority_in_use(input.priority));
        }
        let of_balancer = |rule: &&RuleRow| load_balancer_of(&rule.listener_arn()) == balancer;
        if all.iter().filter(of_balancer).count() >= RULES_MAX {
            return Err(exception::too_many(
                "TooManyRules",
                "rules of a load balancer",
                RULES_MAX,
            ));
        }
        let parent = listener.arn().parse().map_err(exception::internal)?;
        let arn = draft.place.rule(&parent, &draft.id()?);
        let row = RuleRow {
            rule: Rule {
                rule_arn: Some(arn.to_string()),
                priority: Some(input.priority.to_string()),
                conditions: Some(conditions.clone()),
                actions: Some(actions),
                is_default: Some(false),
                transforms: Some(transforms.clone()),
            },
            tags: tags.clone(),
        };
        draft.put(&row)?;
        Ok(CreateRuleOutput {
            rules: Some(vec![row.rule]),
        })
    })
    .await
}

/// The rule of an ARN; that of a default rule is refused.
fn rule(draft: &Draft<'_>, arn: &str, what: &str) -> Result<RuleRow, ServiceError> {
    if !id::is("listener-rule", arn) {
        return Err(exception::invalid_arn("listener rule", arn));
    }
    if let Some(row) = draft.find(arn)? {
        return Ok(row);
    }
    let listener: Option<ListenerRow> = draft.find(&id::listener_of_rule(arn))?;
    if listener.is_some_and(|listener| listener.default_rule_arn() == arn) {
        return Err(exception::operation_not_permitted(format!(
            "Default rule '{arn}' cannot be {what}"
        )));
    }
    Err(exception::rules_not_found())
}

pub(crate) async fn modify_rule(
    elb: &Elb,
    call: &Call,
    input: ModifyRuleInput,
) -> Result<ModifyRuleOutput, ServiceError> {
    let reset = input.reset_transforms.unwrap_or(false);
    if reset && input.transforms.is_some() {
        return Err(exception::validation(
            "You cannot specify both Transforms and ResetTransforms",
        ));
    }
    let conditions = input
        .conditions
        .as_deref()
        .map(condition::completed)
        .transpose()?;
    if let Some(transforms) = &input.transforms {
        condition::transforms(transforms)?;
    }
    if conditions.is_none() && input.actions.is_none() && input.transforms.is_none() && !reset {
        return Err(exception::validation(
            "Either conditions or actions must be specified",
        ));
    }
    elb.change(call, |draft| {
        let mut row = rule(draft, &input.rule_arn, "modified")?;
        let listener = listener(draft, &row.listener_arn())?;
        if let Some(conditions) = &conditions {
            row.rule.conditions = Some(conditions.clone());
        }
        if let Some(actions) = &input.actions {
            let balancer = load_balancer_of(listener.arn());
            let actions = checked_actions(draft, &balancer, actions, listener.is_https())?;
            row.rule.actions = Some(actions);
        }
        if reset {
            row.rule.transforms = Some(Vec::new());
        } else if input.transforms.is_some() {
            row.rule.transforms = input.transforms.clone();
        }
        draft.put(&row)?;
        Ok(ModifyRuleOutput {
            rules: Some(vec![row.rule]),
        })
    })
    .await
}

pub(crate) async fn delete_rule(
    elb: &Elb,
    call: &Call,
    input: DeleteRuleInput,
) -> Result<DeleteRuleOutput, ServiceError> {
    elb.change(call, |draft| {
        let row = rule(draft, &input.rule_arn, "deleted")?;
        draft.delete(&row)?;
        Ok(DeleteRuleOutput {})
    })
    .await
}

pub(crate) async fn set_rule_priorities(
    elb: &Elb,
    call: &Call,
    input: SetRulePrioritiesInput,
) -> Result<SetRulePrioritiesOutput, ServiceError> {
    elb.change(call, |draft| {
        let mut moved: Vec<RuleRow> = Vec::with_capacity(input.rule_priorities.len());
        for pair in &input.rule_priorities {
            let arn = pair.rule_arn.as_deref().unwrap_or_default();
            let mut row = rule(draft, arn, "given a priority")?;
            let Some(priority) = pair.priority else {
                return Err(exception::validation("A priority must be specified"));
            };
            if moved.iter().any(|other| other.arn() == row.arn()) {
                return Err(exception::validation(format!(
                    "Rule '{arn}' was provided multiple times"
                )));
            }
            let again = |other: &RuleRow| {
                other.priority() == Some(priority) && other.listener_arn() == row.listener_arn()
            };
            if moved.iter().any(again) {
                return Err(exception::validation(format!(
                    "Priority '{priority}' was provided multiple times"
                )));
            }
            row.rule.priority = Some(priority.to_string());
            moved.push(row);
        }
        for row in &moved {
            let stays = |other: &&RuleRow| !moved.iter().any(|one| one.arn() == other.arn());
            let others = of_listener(draft, &row.listener_arn())?;
            let taken = |other: &RuleRow| other.priority() == row.priority();
            if others.iter().filter(stays).any(taken) {
                return Err(exception::priority_in_use(
                    row.priority().unwrap_or_default(),
                ));
            }
        }
        for row in &moved {
            draft.put(row)?;
        }
        Ok(SetRulePrioritiesOutput {
            rules: Some(moved.into_iter().map(|row| row.rule).collect()),
        })
    })
    .await
}

pub(crate) async fn describe_rules(
    elb: &Elb,
    call: &Call,
    input: DescribeRulesInput,
) -> Result<DescribeRulesOutput, ServiceError> {
    let arns = input.rule_arns.unwrap_or_default();
    let mut rules: Vec<RuleRow> = elb.all(call)?;
    rules.sort_by_key(RuleRow::priority);
    let found: Vec<Rule> = match (&input.listener_arn, arns.is_empty()) {
        (None, true) => {
            return Err(exception::validation(
                "You must specify either listener rule ARNs or a listener ARN",
            ));
        }
        (Some(_), false) => {
            return Err(exception::validation(
                "Listener rule ARNs and a listener ARN cannot be specified at the same time",
            ));
        }
        (Some(arn), true) => {
            if !id::is("listener", arn) {
                return Err(exception::invalid_arn("listener", arn));
            }
            let listener: Option<ListenerRow> = elb.find(call, arn)?;
            let listener = listener.ok_or_else(exception::listeners_not_found)?;
            let own = rules.into_iter().filter(|rule| rule.listener_arn() == *arn);
            own.map(|row| row.rule)
                .chain([listener.default_rule()])
                .collect()
        }
        (None, false) => {
            let mut found = Vec::with_capacity(arns.len());
            for arn in &arns {
                if !id::is("listener-rule", arn) {
                    return Err(exception::invalid_arn("listener rule", arn));
                }
                let listener: Option<ListenerRow> = elb.find(call, &id::listener_of_rule(arn))?;
                let default = listener.map(|listener| listener.default_rule());
                let default = default.filter(|rule| rule.rule_arn.as_ref() == Some(arn));
                let row = rules.iter().find(|rule| rule.arn() == arn);
                let rule = row.map(|row| row.rule.clone()).or(default);
                found.push(rule.ok_or_else(exception::rules_not_found)?);
            }
            found
        }
    };
    let arn = |rule: &Rule| rule.rule_arn.clone().unwrap_or_default();
    let (rules, next_marker) = page_in_order(found, input.marker.as_deref(), input.page_size, arn)?;
    Ok(DescribeRulesOutput {
        rules: Some(rules),
        next_marker,
    })
}
