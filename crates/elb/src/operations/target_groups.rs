//! `CreateTargetGroup`, `ModifyTargetGroup`, `DeleteTargetGroup`, `DescribeTargetGroups`.

use types::{Call, ServiceError};

use super::load_balancers::{check_name, require};
use super::references::{target_group, uses};
use super::tags::judged;
use crate::id::Place;
use crate::limit::TARGET_GROUPS_MAX;
use crate::model::{
    CreateTargetGroupInput, CreateTargetGroupOutput, DeleteTargetGroupInput,
    DeleteTargetGroupOutput, DescribeTargetGroupsInput, DescribeTargetGroupsOutput,
    ModifyTargetGroupInput, ModifyTargetGroupOutput, TargetGroup,
};
use crate::page::page;
use crate::state::{Kept, TargetGroupRow, Texts};
use crate::{Elb, exception, id, target_group as group};

pub(crate) async fn create_target_group(
    elb: &Elb,
    call: &Call,
    input: CreateTargetGroupInput,
) -> Result<CreateTargetGroupOutput, ServiceError> {
    check_name("target group", "Target group", &input.name)?;
    let tags = judged(input.tags)?;
    let mut wanted = TargetGroup {
        target_group_arn: None,
        target_group_name: Some(input.name.clone()),
        protocol: input.protocol,
        port: input.port,
        vpc_id: input.vpc_id,
        health_check_protocol: input.health_check_protocol,
        health_check_port: input.health_check_port,
        health_check_enabled: input.health_check_enabled,
        health_check_interval_seconds: input.health_check_interval_seconds,
        health_check_timeout_seconds: input.health_check_timeout_seconds,
        healthy_threshold_count: input.healthy_threshold_count,
        unhealthy_threshold_count: input.unhealthy_threshold_count,
        health_check_path: input.health_check_path,
        matcher: input.matcher,
        load_balancer_arns: None,
        target_type: input.target_type,
        protocol_version: input.protocol_version,
        ip_address_type: input.ip_address_type,
        target_control_port: input.target_control_port,
    };
    group::complete(&mut wanted)?;
    elb.change(call, |draft| {
        let all: Vec<TargetGroupRow> = draft.all()?;
        let name = Some(&input.name);
        if let Some(same) = all
            .iter()
            .find(|row| row.target_group.target_group_name.as_ref() == name)
        {
            let again = TargetGroup {
                target_group_arn: same.target_group.target_group_arn.clone(),
                ..wanted.clone()
            };
            if same.target_group != again {
                return Err(exception::duplicate_target_group(&input.name));
            }
            return Ok(created(same.clone()));
        }
        if all.len() >= TARGET_GROUPS_MAX {
            return Err(exception::too_many(
                "TooManyTargetGroups",
                "target groups",
                TARGET_GROUPS_MAX,
            ));
        }
        let arn = draft.place.target_group(&input.name, &draft.id()?);
        let row = TargetGroupRow {
            target_group: TargetGroup {
                target_group_arn: Some(arn.to_string()),
                ..wanted.clone()
            },
            targets: Vec::new(),
            attributes: Texts::new(),
            tags: tags.clone(),
        };
        draft.put(&row)?;
        Ok(created(row))
    })
    .await
}

fn created(row: TargetGroupRow) -> CreateTargetGroupOutput {
    CreateTargetGroupOutput {
        target_groups: Some(vec![TargetGroup {
            load_balancer_arns: Some(Vec::new()),
            ..row.target_group
        }]),
    }
}

pub(crate) async fn modify_target_group(
    elb: &Elb,
    call: &Call,
    input: ModifyTargetGroupInput,
) -> Result<ModifyTargetGroupOutput, ServiceError> {
    elb.change(call, |draft| {
        let mut row = target_group(draft, &input.target_group_arn)?;
        let new = input.clone();
        let group = &mut row.target_group;
        group.health_check_protocol = new
            .health_check_protocol
            .or_else(|| group.health_check_protocol.take());
        group.health_check_port = new
            .health_check_port
            .or_else(|| group.health_check_port.take());
        group.health_check_path = new
            .health_check_path
            .or_else(|| group.health_check_path.take());
        group.health_check_enabled = new.health_check_enabled.or(group.health_check_enabled);
        group.health_check_interval_seconds = new
            .health_check_interval_seconds
            .or(group.health_check_interval_seconds);
        group.health_check_timeout_seconds = new
            .health_check_timeout_seconds
            .or(group.health_check_timeout_seconds);
        group.healthy_threshold_count = new
            .healthy_threshold_count
            .or(group.healthy_threshold_count);
        group.unhealthy_threshold_count = new
            .unhealthy_threshold_count
            .or(group.unhealthy_threshold_count);
        group.matcher = new.matcher.or_else(|| group.matcher.take());
        group::complete(group)?;
        draft.put(&row)?;
        let answered = with_load_balancers(elb, &draft.place, vec![row])?;
        Ok(ModifyTargetGroupOutput {
            target_groups: Some(answered),
        })
    })
    .await
}

/// The target groups as they are answered: with the load balancers that forward to them.
fn with_load_balancers(
    elb: &Elb,
    place: &Place,
    rows: Vec<TargetGroupRow>,
) -> Result<Vec<TargetGroup>, ServiceError> {
    let uses = uses(elb, place)?;
    let answered = rows.into_iter().map(|row| {
        let users = uses.iter().filter(|(group, _)| group == row.arn());
        let users = users.map(|(_, user)| user.clone()).collect();
        TargetGroup {
            load_balancer_arns: Some(users),
            ..row.target_group
        }
    });
    Ok(answered.collect())
}

pub(crate) async fn delete_target_group(
    elb: &Elb,
    call: &Call,
    input: DeleteTargetGroupInput,
) -> Result<DeleteTargetGroupOutput, ServiceError> {
    let arn = &input.target_group_arn;
    if !id::is("targetgroup", arn) {
        return Err(exception::invalid_arn("target group", arn));
    }
    elb.change(call, |draft| {
        // As in AWS, what is gone already is deleted.
        let Some(row) = draft.find::<TargetGroupRow>(arn)? else {
            return Ok(DeleteTargetGroupOutput {});
        };
        if uses(elb, &draft.place)?
            .iter()
            .any(|(group, _)| group == arn)
        {
            return Err(exception::resource_in_use(format!(
                "Target group '{arn}' is currently in use by a listener or a rule"
            )));
        }
        draft.delete(&row)?;
        Ok(DeleteTargetGroupOutput {})
    })
    .await
}

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
    let place = Place::of(call);
    if let Some(load_balancer) = &input.load_balancer_arn {
        require(elb, call, load_balancer)?;
        let uses = uses(elb, &place)?;
        found.retain(|row| uses.contains(&(row.arn().to_owned(), load_balancer.clone())));
    }
    found.retain(|row| {
        (arns.is_empty() || arns.iter().any(|arn| arn == row.arn()))
            && (names.is_empty() || names.iter().any(|name| named(row, name)))
    });
    let (rows, next_marker) = page(found, input.marker.as_deref(), input.page_size)?;
    Ok(DescribeTargetGroupsOutput {
        target_groups: Some(with_load_balancers(elb, &place, rows)?),
        next_marker,
    })
}
