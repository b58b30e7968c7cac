//! `DescribeAccountLimits`, `DescribeSSLPolicies`, `DescribeCapacityReservation`,
//! `ModifyCapacityReservation`.

use types::{Call, ServiceError};

use super::load_balancers::require;
use crate::limit::ACCOUNT_LIMITS;
use crate::model::{
    Cipher, DescribeAccountLimitsInput, DescribeAccountLimitsOutput,
    DescribeCapacityReservationInput, DescribeCapacityReservationOutput, DescribeSSLPoliciesInput,
    DescribeSSLPoliciesOutput, Limit, ModifyCapacityReservationInput,
    ModifyCapacityReservationOutput, SslPolicy,
};
use crate::page::page_in_order;
use crate::ssl_policy::{POLICIES, Policy};
use crate::{Elb, exception};

pub(crate) async fn describe_account_limits(
    _: &Elb,
    _: &Call,
    input: DescribeAccountLimitsInput,
) -> Result<DescribeAccountLimitsOutput, ServiceError> {
    let limits = ACCOUNT_LIMITS.iter().map(|(name, max)| Limit {
        name: Some((*name).to_owned()),
        max: Some(max.to_string()),
    });
    let name = |limit: &Limit| limit.name.clone().unwrap_or_default();
    let marker = input.marker.as_deref();
    let (limits, next_marker) = page_in_order(limits.collect(), marker, input.page_size, name)?;
    Ok(DescribeAccountLimitsOutput {
        limits: Some(limits),
        next_marker,
    })
}

pub(crate) async fn describe_ssl_policies(
    _: &Elb,
    _: &Call,
    input: DescribeSSLPoliciesInput,
) -> Result<DescribeSSLPoliciesOutput, ServiceError> {
    let names = input.names.unwrap_or_default();
    let mut policies = POLICIES.to_vec();
    if !names.is_empty() {
        policies = names
            .iter()
            .map(|name| Policy::named(name).ok_or_else(|| exception::ssl_policy_not_found(name)))
            .collect::<Result<_, _>>()?;
    }
    if input
        .load_balancer_type
        .is_some_and(|kind| kind != "application")
    {
        policies.clear();
    }
    let name = |policy: &Policy| policy.name.to_owned();
    let marker = input.marker.as_deref();
    let (policies, next_marker) = page_in_order(policies, marker, input.page_size, name)?;
    Ok(DescribeSSLPoliciesOutput {
        ssl_policies: Some(policies.into_iter().map(described).collect()),
        next_marker,
    })
}

fn described(policy: Policy) -> SslPolicy {
    let ciphers = policy
        .suites()
        .zip(1..)
        .map(|((_, name), priority)| Cipher {
            name: Some((*name).to_owned()),
            priority: Some(priority),
        });
    SslPolicy {
        ssl_protocols: Some(policy.protocols().map(str::to_owned).collect()),
        ciphers: Some(ciphers.collect()),
        name: Some(policy.name.to_owned()),
        supported_load_balancer_types: Some(vec!["application".to_owned()]),
    }
}

/// Nothing is reserved: a load balancer has the whole machine.
pub(crate) async fn describe_capacity_reservation(
    elb: &Elb,
    call: &Call,
    input: DescribeCapacityReservationInput,
) -> Result<DescribeCapacityReservationOutput, ServiceError> {
    require(elb, call, &input.load_balancer_arn)?;
    Ok(DescribeCapacityReservationOutput {
        capacity_reservation_state: Some(Vec::new()),
        ..DescribeCapacityReservationOutput::default()
    })
}

pub(crate) async fn modify_capacity_reservation(
    elb: &Elb,
    call: &Call,
    input: ModifyCapacityReservationInput,
) -> Result<ModifyCapacityReservationOutput, ServiceError> {
    require(elb, call, &input.load_balancer_arn)?;
    let wanted = input
        .minimum_load_balancer_capacity
        .and_then(|capacity| capacity.capacity_units);
    if wanted.is_some_and(|units| units > 0) && input.reset_capacity_reservation != Some(true) {
        return Err(ServiceError::sender(
            "CapacityUnitsLimitExceeded",
            "No capacity can be reserved here: a load balancer has the whole machine",
        ));
    }
    Ok(ModifyCapacityReservationOutput {
        capacity_reservation_state: Some(Vec::new()),
        ..ModifyCapacityReservationOutput::default()
    })
}
