//! GetRateBasedStatementManagedKeys: the addresses that a rate-based rule limits now, from the
//! counters by which the edge enforces it. Source: AWS WAF API Reference.

use std::net::IpAddr;

use types::{Call, ServiceError};
use waf::RateKey;
use wire::Value;

use crate::Wafv2;
use crate::exception;
use crate::item::{Identity, Item, Kind};
use crate::limit::MANAGED_KEYS_MAX;
use crate::model::{
    GetRateBasedStatementManagedKeysRequest, GetRateBasedStatementManagedKeysResponse,
    RateBasedStatementManagedKeysIPSet,
};
use crate::scope::Place;

pub(crate) async fn get_rate_based_statement_managed_keys(
    service: &Wafv2,
    call: &Call,
    input: GetRateBasedStatementManagedKeysRequest,
) -> Result<GetRateBasedStatementManagedKeysResponse, ServiceError> {
    let identity = Identity {
        place: Place::of(call, &input.scope)?,
        kind: Kind::WebAcl,
        name: input.web_acl_name,
        id: input.web_acl_id,
    };
    let web_acl = service.viewed_item(&identity)?;
    let (rules, counted_as) = match &input.rule_group_rule_name {
        None => (web_acl, input.rule_name.clone()),
        Some(reference) => {
            let group = referred_group(service, &web_acl, reference)?;
            (group, format!("{reference}/{}", input.rule_name))
        }
    };
    let rule = rule(&rules, &input.rule_name).ok_or_else(exception::nonexistent_item)?;
    let statement = statement(rule, "RateBasedStatement");
    let statement = statement.ok_or_else(exception::nonexistent_item)?;
    let key_type = statement.member("AggregateKeyType").and_then(Value::as_str);
    if !matches!(key_type, Some("IP" | "FORWARDED_IP")) {
        return Err(exception::unsupported_aggregate_key_type());
    }
    let limit = statement.member("Limit").and_then(Value::as_i64);
    let limit = limit.and_then(|limit| u64::try_from(limit).ok());
    let keys = service.rates.exceeding(
        identity.arn().as_str(),
        &counted_as,
        limit.unwrap_or(u64::MAX),
        service.clock.now(),
        MANAGED_KEYS_MAX,
    );
    let (mut four, mut six) = (Vec::new(), Vec::new());
    for key in keys {
        match key {
            RateKey::Address(IpAddr::V4(address)) => four.push(format!("{address}/32")),
            RateKey::Address(IpAddr::V6(address)) => six.push(format!("{address}/128")),
            _ => {}
        }
    }
    let set = |version: &str, addresses| RateBasedStatementManagedKeysIPSet {
        ip_address_version: Some(version.to_owned()),
        addresses: Some(addresses),
    };
    Ok(GetRateBasedStatementManagedKeysResponse {
        managed_keys_ipv4: Some(set("IPV4", four)),
        managed_keys_ipv6: Some(set("IPV6", six)),
    })
}

fn rule<'i>(item: &'i Item, name: &str) -> Option<&'i Value> {
    let rules = item.member("Rules").and_then(Value::as_list)?;
    let named = |rule: &&Value| rule.member("Name").and_then(Value::as_str) == Some(name);
    rules.iter().find(named)
}

fn statement<'v>(rule: &'v Value, kind: &str) -> Option<&'v Value> {
    rule.member("Statement")?.member(kind)
}

/// The own rule group that a rule of the web ACL refers to.
fn referred_group(service: &Wafv2, web_acl: &Item, reference: &str) -> Result<Item, ServiceError> {
    let arn = rule(web_acl, reference).and_then(|rule| {
        statement(rule, "RuleGroupReferenceStatement")?
            .member("ARN")?
            .as_str()
    });
    let group = arn.and_then(Identity::of_arn);
    service.viewed_item(&group.ok_or_else(exception::nonexistent_item)?)
}
