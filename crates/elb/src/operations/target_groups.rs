//! `DescribeTargetGroups`, `DescribeTargetHealth`.

use types::{Call, ServiceError};

use super::load_balancers::require;
use crate::model::{
    DescribeTargetGroupsInput, DescribeTargetGroupsOutput, DescribeTargetHealthInput,
    DescribeTargetHealthOutput, TargetDescription, TargetHealth, TargetHealthDescription,
};
use crate::page::page;
use crate::state::{Kept, TargetGroupRow};
use crate::{Elb, exception, id};

pub(crate) async fn describe_target_groups(
    elb: &Elb,
    call: &Call,
    input: DescribeTargetGroupsInput,
) -> Result<DescribeTargetGroupsOutput, ServiceError> {
    let arns = input.target_group_arns.unwrap_or_default();
    let names = input.names.unwrap_or_default();
    let selectors = [
        input.load_balancer_arn.is_some(),
        !arns.is_empty(),
        !names.is_empty(),
    ];
    if selectors.iter().filter(|given| **given).count() > 1 {
        return Err(exception::validation(
            "Specify one of target group names, target group ARNs and a load balancer ARN",
        ));
    }
    if let Some(wrong) = arns.iter().find(|arn| !id::is("targetgroup", arn)) {
        return Err(exception::invalid_arn("target group", wrong));
    }
    let mut found: Vec<TargetGroupRow> = elb.all(call)?;
    let named = |row: &TargetGroupRow, name: &String| {
        row.target_group.target_group_name.as_ref() == Some(name)
    };
    let missing = arns
        .iter()
        .any(|arn| !found.iter().any(|row| row.arn() == arn))
        || names
            .iter()
            .any(|name| !found.iter().any(|row| named(row, name)));
    if missing {
        return Err(exception::target_groups_not_found());
    }
    if let Some(load_balancer) = &input.load_balancer_arn {
        require(elb, call, load_balancer)?;
    }
    found.retain(|row| {
        let used_by = row
            .target_group
            .load_balancer_arns
            .as_deref()
            .unwrap_or_default();
        (arns.is_empty() || arns.iter().any(|arn| arn == row.arn()))
            && (names.is_empty() || names.iter().any(|name| named(row, name)))
            && input
                .load_balancer_arn
                .as_ref()
                .is_none_or(|arn| used_by.contains(arn))
    });
    let (rows, next_marker) = page(found, input.marker.as_deref(), input.page_size)?;
    Ok(DescribeTargetGroupsOutput {
        target_groups: Some(rows.into_iter().map(|row| row.target_group).collect()),
        next_marker,
    })
}

pub(crate) async fn describe_target_health(
    elb: &Elb,
    call: &Call,
    input: DescribeTargetHealthInput,
) -> Result<DescribeTargetHealthOutput, ServiceError> {
    if !id::is("targetgroup", &input.target_group_arn) {
        return Err(exception::invalid_arn(
            "target group",
            &input.target_group_arn,
        ));
    }
    let group = elb
        .all::<TargetGroupRow>(call)?
        .into_iter()
        .find(|row| row.arn() == input.target_group_arn)
        .ok_or_else(exception::target_groups_not_found)?;
    let port = |target: &TargetDescription| target.port.or(group.target_group.port);
    let same = |one: &TargetDescription, other: &TargetDescription| {
        one.id == other.id && port(one) == port(other)
    };
    let asked = input.targets.filter(|targets| !targets.is_empty());
    let described = asked
        .as_ref()
        .unwrap_or(&group.targets)
        .iter()
        .map(|target| {
            let registered = group.targets.iter().find(|known| same(known, target));
            let (state, reason, description) = match registered {
                Some(_) => (
                    "unavailable",
                    "Target.HealthCheckDisabled",
                    "Health checks are not enabled for this target group",
                ),
                None => (
                    "unused",
                    "Target.NotRegistered",
                    "Target is not registered to the target group",
                ),
            };
            TargetHealthDescription {
                target: Some(registered.unwrap_or(target).clone()),
                target_health: Some(TargetHealth {
                    state: Some(state.to_owned()),
                    reason: Some(reason.to_owned()),
                    description: Some(description.to_owned()),
                }),
                ..TargetHealthDescription::default()
            }
        });
    Ok(DescribeTargetHealthOutput {
        target_health_descriptions: Some(described.collect()),
    })
}
