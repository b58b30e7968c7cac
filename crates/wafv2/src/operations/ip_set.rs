//! CreateIPSet, GetIPSet, ListIPSets, UpdateIPSet, DeleteIPSet.
//! Source: AWS WAF API Reference, "IPSet": CIDR notation, all ranges but `/0`.

use std::net::IpAddr;

use types::{Call, ServiceError};
use wire::{FromValue as _, Value};

use super::lifecycle::{self, Meant, body, with_member};
use crate::Wafv2;
use crate::exception;
use crate::item::{Item, Kind};
use crate::limit::ADDRESSES_MAX;
use crate::model::{
    CreateIPSetRequest, CreateIPSetResponse, DeleteIPSetRequest, DeleteIPSetResponse,
    GetIPSetRequest, GetIPSetResponse, IPSet, IPSetSummary, ListIPSetsRequest, ListIPSetsResponse,
    UpdateIPSetRequest, UpdateIPSetResponse,
};

pub(crate) async fn create_ip_set(
    service: &Wafv2,
    call: &Call,
    mut input: CreateIPSetRequest,
) -> Result<CreateIPSetResponse, ServiceError> {
    judge_addresses(&input.ip_address_version, &input.addresses)?;
    let (scope, name) = (input.scope.clone(), input.name.clone());
    let (description, tags) = (input.description.take(), input.tags.take());
    let what = (Kind::IpSet, scope.as_str(), name.as_str());
    let body = body(Kind::IpSet, input);
    let summary =
        lifecycle::create(service, call, what, description.as_deref(), tags, body).await?;
    Ok(CreateIPSetResponse {
        summary: Some(IPSetSummary::from_value(summary)?),
    })
}

pub(crate) async fn get_ip_set(
    service: &Wafv2,
    call: &Call,
    input: GetIPSetRequest,
) -> Result<GetIPSetResponse, ServiceError> {
    let (item, lock_token) =
        lifecycle::get(service, call, &meant(&input.scope, &input.name, &input.id))?;
    Ok(GetIPSetResponse {
        ip_set: Some(IPSet::from_value(item.answer())?),
        lock_token: Some(lock_token),
    })
}

pub(crate) async fn list_ip_sets(
    service: &Wafv2,
    call: &Call,
    input: ListIPSetsRequest,
) -> Result<ListIPSetsResponse, ServiceError> {
    let what = (Kind::IpSet, input.scope.as_str());
    let (summaries, next_marker) = lifecycle::list(
        service,
        call,
        what,
        input.next_marker.as_deref(),
        input.limit,
    )?;
    let ip_sets = Some(Vec::from_value(Value::List(summaries))?);
    Ok(ListIPSetsResponse {
        next_marker,
        ip_sets,
    })
}

pub(crate) async fn update_ip_set(
    service: &Wafv2,
    call: &Call,
    input: UpdateIPSetRequest,
) -> Result<UpdateIPSetResponse, ServiceError> {
    let made = |old: &Item| {
        let version = old
            .member("IPAddressVersion")
            .and_then(Value::as_str)
            .unwrap_or_default();
        judge_addresses(version, &input.addresses)?;
        let body = Value::Map(vec![(
            "Addresses".to_owned(),
            Value::from(input.addresses.clone()),
        )]);
        Ok(with_member(body, "IPAddressVersion", Value::from(version)))
    };
    let meant = meant(&input.scope, &input.name, &input.id);
    let (token, description) = (&input.lock_token, input.description.as_deref());
    let next = lifecycle::update(service, call, &meant, token, description, made).await?;
    Ok(UpdateIPSetResponse {
        next_lock_token: Some(next),
    })
}

pub(crate) async fn delete_ip_set(
    service: &Wafv2,
    call: &Call,
    input: DeleteIPSetRequest,
) -> Result<DeleteIPSetResponse, ServiceError> {
    let meant = meant(&input.scope, &input.name, &input.id);
    lifecycle::delete(service, call, &meant, &input.lock_token).await?;
    Ok(DeleteIPSetResponse {})
}

fn meant<'a>(scope: &'a str, name: &'a str, id: &'a str) -> Meant<'a> {
    Meant {
        kind: Kind::IpSet,
        scope,
        name,
        id,
    }
}

/// Addresses must be CIDR blocks of the set's version.
fn judge_addresses(version: &str, addresses: &[String]) -> Result<(), ServiceError> {
    if addresses.len() > ADDRESSES_MAX {
        return Err(exception::limits_exceeded());
    }
    match addresses.iter().find(|address| !is_block(version, address)) {
        None => Ok(()),
        Some(wrong) => Err(exception::invalid_parameter(
            "IP_ADDRESS",
            wrong,
            exception::MALFORMED,
        )),
    }
}

fn is_block(version: &str, address: &str) -> bool {
    let Some((address, prefix)) = address.split_once('/') else {
        return false;
    };
    let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
    let Some(prefix) = prefix
        .parse::<u32>()
        .ok()
        .filter(|prefix| digits && *prefix > 0)
    else {
        return false;
    };
    match (address.parse(), version) {
        // AWS refuses IPv4 blocks with host bits (aws-cdk#20003), and takes such IPv6 blocks.
        (Ok(IpAddr::V4(address)), "IPV4") => {
            prefix <= 32 && address.to_bits().checked_shl(prefix).unwrap_or(0) == 0
        }
        (Ok(IpAddr::V6(_)), "IPV6") => prefix <= 128,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_told_from_what_is_none() {
        for (version, address, expected) in [
            ("IPV4", "192.0.2.44/32", true),
            ("IPV4", "192.0.2.0/24", true),
            ("IPV4", "128.0.0.0/1", true),
            ("IPV6", "2001:db8::/32", true),
            ("IPV6", "1111:0000:0000:0000:0000:0000:0000:0111/128", true),
            ("IPV4", "192.0.2.44", false),
            ("IPV4", "192.0.2.44/29", false),
            ("IPV4", "0.0.0.0/0", false),
            ("IPV4", "192.0.2.0/33", false),
            ("IPV4", "192.0.2.0/+24", false),
            ("IPV4", "192.0.2.0/", false),
            ("IPV4", "192.0.2/24", false),
            ("IPV4", "2001:db8::/32", false),
            ("IPV6", "192.0.2.0/24", false),
            ("IPV6", "::/0", false),
            ("IPV6", "::1/129", false),
            ("IPV6", "::1", false),
            ("", "::1/128", false),
        ] {
            assert_eq!(is_block(version, address), expected, "{version} {address}");
        }
    }
}
