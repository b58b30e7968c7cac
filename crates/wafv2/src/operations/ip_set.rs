//! CreateIPSet, GetIPSet, ListIPSets, UpdateIPSet, DeleteIPSet.
//! Source: AWS WAF API Reference, "IPSet": CIDR notation, all ranges but `/0`.

use std::net::IpAddr;

use types::{Call, ServiceError};
use wire::Value;

use super::lifecycle;
use crate::Wafv2;
use crate::exception;
use crate::item::Kind;
use crate::limit::ADDRESSES_MAX;
use crate::model::{
    CreateIPSetRequest, CreateIPSetResponse, DeleteIPSetRequest, DeleteIPSetResponse,
    GetIPSetRequest, GetIPSetResponse, ListIPSetsRequest, ListIPSetsResponse, UpdateIPSetRequest,
    UpdateIPSetResponse,
};

pub(crate) async fn create_ip_set(
    service: &Wafv2,
    call: &Call,
    input: CreateIPSetRequest,
) -> Result<CreateIPSetResponse, ServiceError> {
    lifecycle::create(service, call, Kind::IpSet, input).await
}

pub(crate) async fn get_ip_set(
    service: &Wafv2,
    call: &Call,
    input: GetIPSetRequest,
) -> Result<GetIPSetResponse, ServiceError> {
    lifecycle::get(service, call, Kind::IpSet, input)
}

pub(crate) async fn list_ip_sets(
    service: &Wafv2,
    call: &Call,
    input: ListIPSetsRequest,
) -> Result<ListIPSetsResponse, ServiceError> {
    lifecycle::list(service, call, Kind::IpSet, input)
}

pub(crate) async fn update_ip_set(
    service: &Wafv2,
    call: &Call,
    input: UpdateIPSetRequest,
) -> Result<UpdateIPSetResponse, ServiceError> {
    lifecycle::update(service, call, Kind::IpSet, input).await
}

pub(crate) async fn delete_ip_set(
    service: &Wafv2,
    call: &Call,
    input: DeleteIPSetRequest,
) -> Result<DeleteIPSetResponse, ServiceError> {
    lifecycle::delete(service, call, Kind::IpSet, input).await
}

/// Addresses must be CIDR blocks of the set's version.
pub(super) fn judge(body: &Value) -> Result<(), ServiceError> {
    let version = body.member("IPAddressVersion").and_then(Value::as_str);
    let version = version.unwrap_or_default();
    let addresses = body.member("Addresses").and_then(Value::as_list);
    let addresses = addresses.unwrap_or_default();
    if addresses.len() > ADDRESSES_MAX {
        return Err(exception::limits_exceeded());
    }
    let mut texts = addresses.iter().filter_map(Value::as_str);
    match texts.find(|address| !is_block(version, address)) {
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
