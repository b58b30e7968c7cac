//! The attributes of load balancers, listeners and target groups.

use types::{Call, ServiceError};

use super::load_balancers::require;
use super::references::{listener, load_balancer, target_group};
use crate::attribute::{self, LISTENER, LOAD_BALANCER, TARGET_GROUP};
use crate::model::{
    DescribeListenerAttributesInput, DescribeListenerAttributesOutput,
    DescribeLoadBalancerAttributesInput, DescribeLoadBalancerAttributesOutput,
    DescribeTargetGroupAttributesInput, DescribeTargetGroupAttributesOutput, ListenerAttribute,
    LoadBalancerAttribute, ModifyListenerAttributesInput, ModifyListenerAttributesOutput,
    ModifyLoadBalancerAttributesInput, ModifyLoadBalancerAttributesOutput,
    ModifyTargetGroupAttributesInput, ModifyTargetGroupAttributesOutput, TargetGroupAttribute,
};
use crate::state::{ListenerRow, TargetGroupRow, Texts};
use crate::{Elb, exception, id};

fn of_load_balancer(set: &Texts) -> Vec<LoadBalancerAttribute> {
    attribute::all(LOAD_BALANCER, set)
        .map(|(key, value)| LoadBalancerAttribute {
            key: Some(key.to_owned()),
            value: Some(value.to_owned()),
        })
        .collect()
}

fn of_listener(set: &Texts) -> Vec<ListenerAttribute> {
    attribute::all(LISTENER, set)
        .map(|(key, value)| ListenerAttribute {
            key: Some(key.to_owned()),
            value: Some(value.to_owned()),
        })
        .collect()
}

fn of_target_group(set: &Texts) -> Vec<TargetGroupAttribute> {
    attribute::all(TARGET_GROUP, set)
        .map(|(key, value)| TargetGroupAttribute {
            key: Some(key.to_owned()),
            value: Some(value.to_owned()),
        })
        .collect()
}

pub(crate) async fn describe_load_balancer_attributes(
    elb: &Elb,
    call: &Call,
    input: DescribeLoadBalancerAttributesInput,
) -> Result<DescribeLoadBalancerAttributesOutput, ServiceError> {
    let row = require(elb, call, &input.load_balancer_arn)?;
    Ok(DescribeLoadBalancerAttributesOutput {
        attributes: Some(of_load_balancer(&row.attributes)),
    })
}

pub(crate) async fn modify_load_balancer_attributes(
    elb: &Elb,
    call: &Call,
    input: ModifyLoadBalancerAttributesInput,
) -> Result<ModifyLoadBalancerAttributesOutput, ServiceError> {
    elb.change(call, |draft| {
        let mut row = load_balancer(draft, &input.load_balancer_arn)?;
        let changes = input
            .attributes
            .iter()
            .cloned()
            .map(|one| (one.key, one.value));
        attribute::modify(LOAD_BALANCER, "Load balancer", &mut row.attributes, changes)?;
        attribute::check_load_balancer(&row.attributes)?;
        draft.put(&row)?;
        Ok(ModifyLoadBalancerAttributesOutput {
            attributes: Some(of_load_balancer(&row.attributes)),
        })
    })
    .await
}

pub(crate) async fn describe_listener_attributes(
    elb: &Elb,
    call: &Call,
    input: DescribeListenerAttributesInput,
) -> Result<DescribeListenerAttributesOutput, ServiceError> {
    if !id::is("listener", &input.listener_arn) {
        return Err(exception::invalid_arn("listener", &input.listener_arn));
    }
    let row: Option<ListenerRow> = elb.find(call, &input.listener_arn)?;
    let row = row.ok_or_else(exception::listeners_not_found)?;
    Ok(DescribeListenerAttributesOutput {
        attributes: Some(of_listener(&row.attributes)),
    })
}

pub(crate) async fn modify_listener_attributes(
    elb: &Elb,
    call: &Call,
    input: ModifyListenerAttributesInput,
) -> Result<ModifyListenerAttributesOutput, ServiceError> {
    elb.change(call, |draft| {
        let mut row = listener(draft, &input.listener_arn)?;
        let changes = input
            .attributes
            .iter()
            .cloned()
            .map(|one| (one.key, one.value));
        attribute::modify(LISTENER, "Listener", &mut row.attributes, changes)?;
        draft.put(&row)?;
        Ok(ModifyListenerAttributesOutput {
            attributes: Some(of_listener(&row.attributes)),
        })
    })
    .await
}

pub(crate) async fn describe_target_group_attributes(
    elb: &Elb,
    call: &Call,
    input: DescribeTargetGroupAttributesInput,
) -> Result<DescribeTargetGroupAttributesOutput, ServiceError> {
    if !id::is("targetgroup", &input.target_group_arn) {
        return Err(exception::invalid_arn(
            "target group",
            &input.target_group_arn,
        ));
    }
    let row: Option<TargetGroupRow> = elb.find(call, &input.target_group_arn)?;
    let row = row.ok_or_else(exception::target_groups_not_found)?;
    Ok(DescribeTargetGroupAttributesOutput {
        attributes: Some(of_target_group(&row.attributes)),
    })
}

pub(crate) async fn modify_target_group_attributes(
    elb: &Elb,
    call: &Call,
    input: ModifyTargetGroupAttributesInput,
) -> Result<ModifyTargetGroupAttributesOutput, ServiceError> {
    elb.change(call, |draft| {
        let mut row = target_group(draft, &input.target_group_arn)?;
        let changes = input
            .attributes
            .iter()
            .cloned()
            .map(|one| (one.key, one.value));
        attribute::modify(TARGET_GROUP, "Target group", &mut row.attributes, changes)?;
        attribute::check_target_group(&row.attributes)?;
        draft.put(&row)?;
        Ok(ModifyTargetGroupAttributesOutput {
            attributes: Some(of_target_group(&row.attributes)),
        })
    })
    .await
}
