//! `DescribeLoadBalancers`, `DescribeLoadBalancerAttributes`.

use types::{Call, ServiceError};

use crate::model::{
    DescribeLoadBalancerAttributesInput, DescribeLoadBalancerAttributesOutput,
    DescribeLoadBalancersInput, DescribeLoadBalancersOutput, LoadBalancerAttribute,
};
use crate::page::page;
use crate::state::{Kept, LoadBalancerRow};
use crate::{Elb, exception, id};

pub(crate) async fn describe_load_balancers(
    elb: &Elb,
    call: &Call,
    input: DescribeLoadBalancersInput,
) -> Result<DescribeLoadBalancersOutput, ServiceError> {
    let arns = input.load_balancer_arns.unwrap_or_default();
    let names = input.names.unwrap_or_default();
    if !arns.is_empty() && !names.is_empty() {
        return Err(exception::validation(
            "Load balancer names and load balancer ARNs cannot be specified at the same time",
        ));
    }
    if let Some(wrong) = arns.iter().find(|arn| !id::is("loadbalancer", arn)) {
        return Err(exception::invalid_arn("load balancer", wrong));
    }
    let mut found: Vec<LoadBalancerRow> = elb.all(call)?;
    if arns
        .iter()
        .any(|arn| !found.iter().any(|row| row.arn() == arn))
    {
        return Err(exception::load_balancers_not_found());
    }
    let named = |row: &LoadBalancerRow, name: &String| {
        row.load_balancer.load_balancer_name.as_ref() == Some(name)
    };
    let missing: Vec<String> = names
        .iter()
        .filter(|name| !found.iter().any(|row| named(row, name)))
        .cloned()
        .collect();
    if !missing.is_empty() {
        return Err(exception::load_balancer_names_not_found(&missing));
    }
    found.retain(|row| {
        (arns.is_empty() || arns.iter().any(|arn| arn == row.arn()))
            && (names.is_empty() || names.iter().any(|name| named(row, name)))
    });
    let (rows, next_marker) = page(found, input.marker.as_deref(), input.page_size)?;
    Ok(DescribeLoadBalancersOutput {
        load_balancers: Some(rows.into_iter().map(|row| row.load_balancer).collect()),
        next_marker,
    })
}

/// What can be said of every load balancer here. `waf.fail_open.enabled` is false: a rule engine
/// that fails refuses.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("access_logs.s3.enabled", "false"),
    ("deletion_protection.enabled", "false"),
    ("routing.http2.enabled", "true"),
    ("waf.fail_open.enabled", "false"),
];

pub(crate) async fn describe_load_balancer_attributes(
    elb: &Elb,
    call: &Call,
    input: DescribeLoadBalancerAttributesInput,
) -> Result<DescribeLoadBalancerAttributesOutput, ServiceError> {
    require(elb, call, &input.load_balancer_arn)?;
    let attributes = ATTRIBUTES.iter().map(|(key, value)| LoadBalancerAttribute {
        key: Some((*key).to_owned()),
        value: Some((*value).to_owned()),
    });
    Ok(DescribeLoadBalancerAttributesOutput {
        attributes: Some(attributes.collect()),
    })
}

/// Refuses an ARN that is none of a load balancer that is there.
pub(crate) fn require(elb: &Elb, call: &Call, arn: &str) -> Result<(), ServiceError> {
    if !id::is("loadbalancer", arn) {
        return Err(exception::invalid_arn("load balancer", arn));
    }
    let found = elb
        .all::<LoadBalancerRow>(call)?
        .iter()
        .any(|row| row.arn() == arn);
    if found {
        Ok(())
    } else {
        Err(exception::load_balancer_not_found(arn))
    }
}
