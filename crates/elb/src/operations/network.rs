//! `SetSubnets`, `SetSecurityGroups`, `SetIpAddressType`: kept and echoed. There are no subnets and
//! security groups here; what filters addresses is a web ACL.

use types::{Call, ServiceError};

use super::references::load_balancer;
use crate::id::Place;
use crate::model::{
    AvailabilityZone, LoadBalancerAddress, SetIpAddressTypeInput, SetIpAddressTypeOutput,
    SetSecurityGroupsInput, SetSecurityGroupsOutput, SetSubnetsInput, SetSubnetsOutput,
    SubnetMapping,
};
use crate::{Elb, exception};

/// Subnets, one a zone: there are no more zones than letters.
const SUBNETS_MAX: usize = 26;

/// Subnets as zones: each in one of its own, in the order of the letters.
pub(super) fn availability_zones(
    place: &Place,
    subnets: &[String],
    mappings: &[SubnetMapping],
) -> Result<Vec<AvailabilityZone>, ServiceError> {
    if !subnets.is_empty() && !mappings.is_empty() {
        return Err(exception::validation(
            "You must specify either subnets or subnet mappings, but not both",
        ));
    }
    let of_mappings = mappings.iter().map(|mapping| {
        let address = mapping.private_i_pv4_address.is_some() || mapping.i_pv6_address.is_some();
        let addresses = address.then(|| {
            vec![LoadBalancerAddress {
                private_i_pv4_address: mapping.private_i_pv4_address.clone(),
                i_pv6_address: mapping.i_pv6_address.clone(),
                ..LoadBalancerAddress::default()
            }]
        });
        (mapping.subnet_id.clone().unwrap_or_default(), addresses)
    });
    let all: Vec<_> = subnets
        .iter()
        .map(|subnet| (subnet.clone(), None))
        .chain(of_mappings)
        .collect();
    if all.len() > SUBNETS_MAX {
        return Err(exception::validation(format!(
            "At most '{SUBNETS_MAX}' subnets can be specified"
        )));
    }
    let mut names: Vec<&String> = all.iter().map(|(subnet, _)| subnet).collect();
    names.sort();
    names.dedup();
    if names.len() < all.len() {
        return Err(exception::validation(
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
        ));
    }
    let zones = all
        .into_iter()
        .zip('a'..='z')
        .map(|((subnet, addresses), letter)| AvailabilityZone {
            zone_name: Some(format!("{}{letter}", place.region.as_str())),
            subnet_id: Some(subnet),
            load_balancer_addresses: Some(addresses.unwrap_or_default()),
            ..AvailabilityZone::default()
        });
    Ok(zones.collect())
}

pub(crate) async fn set_subnets(
    elb: &Elb,
    call: &Call,
    input: SetSubnetsInput,
) -> Result<SetSubnetsOutput, ServiceError> {
    elb.change(call, |draft| {
        let mut row = load_balancer(draft, &input.load_balancer_arn)?;
        let subnets = input.subnets.as_deref().unwrap_or_default();
        let mappings = input.subnet_mappings.as_deref().unwrap_or_default();
        if subnets.is_empty() && mappings.is_empty() {
            return Err(exception::validation(
                "You must specify either subnets or subnet mappings",
            ));
        }
        let zones = availability_zones(&draft.place, subnets, mappings)?;
        if zones
            .iter()
            .flat_map(|zone| zone.load_balancer_addresses.iter().flatten())
            .any(|address| {
                let texts = [&address.private_i_pv4_address, &address.i_pv6_address];
                let ip = texts.into_iter().flatten().next();
                ip.is_some_and(|ip| ip.parse().ok() != row.address)
            })
        {
            return Err(exception::invalid_configuration(
                "The address of a load balancer cannot be changed: make another load balancer",
            ));
        }
        row.load_balancer.availability_zones = Some(zones.clone());
        if input.ip_address_type.is_some() {
            row.load_balancer.ip_address_type = input.ip_address_type.clone();
        }
        draft.put(&row)?;
        Ok(SetSubnetsOutput {
            availability_zones: Some(zones),
            ip_address_type: row.load_balancer.ip_address_type,
            enable_prefix_for_ipv6_source_nat: None,
        })
    })
    .await
}

pub(crate) async fn set_security_groups(
    elb: &Elb,
    call: &Call,
    input: SetSecurityGroupsInput,
) -> Result<SetSecurityGroupsOutput, ServiceError> {
    elb.change(call, |draft| {
        let mut row = load_balancer(draft, &input.load_balancer_arn)?;
        row.load_balancer.security_groups = Some(input.security_groups.clone());
        draft.put(&row)?;
        Ok(SetSecurityGroupsOutput {
            security_group_ids: row.load_balancer.security_groups,
            enforce_security_group_inbound_rules_on_private_link_traffic: None,
        })
    })
    .await
}

pub(crate) async fn set_ip_address_type(
    elb: &Elb,
    call: &Call,
    input: SetIpAddressTypeInput,
) -> Result<SetIpAddressTypeOutput, ServiceError> {
    elb.change(call, |draft| {
        let mut row = load_balancer(draft, &input.load_balancer_arn)?;
        row.load_balancer.ip_address_type = Some(input.ip_address_type.clone());
        draft.put(&row)?;
        Ok(SetIpAddressTypeOutput {
            ip_address_type: row.load_balancer.ip_address_type,
        })
    })
    .await
}
