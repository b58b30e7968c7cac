//! `CreateLoadBalancer`, `DeleteLoadBalancer`, `DescribeLoadBalancers`.

use std::net::{IpAddr, Ipv4Addr};

use types::{Call, ServiceError};

use super::network::availability_zones;
use super::tags::judged;
use crate::draft::Draft;
use crate::limit::LOAD_BALANCERS_MAX;
use crate::model::{
    CreateLoadBalancerInput, CreateLoadBalancerOutput, DeleteLoadBalancerInput,
    DeleteLoadBalancerOutput, DescribeLoadBalancersInput, DescribeLoadBalancersOutput,
    LoadBalancer, LoadBalancerState, SubnetMapping,
};
use crate::page::page;
use crate::state::{Kept, ListenerRow, LoadBalancerRow, RuleRow, Texts};
use crate::{Elb, default, exception, id};

const NAME_CHARACTERS_MAX: usize = 32;

/// Refuses a name that AWS refuses; `what` is "load balancer" or "target group".
pub(super) fn check_name(what: &str, title: &str, name: &str) -> Result<(), ServiceError> {
    let shown: String = name.chars().take(256).collect();
    let refused = |problem: &str| {
        Err(exception::validation(format!(
            "{title} name '{shown}' {problem}"
        )))
    };
    if name.is_empty() {
        return Err(exception::validation(format!(
            "The {what} name cannot be empty"
        )));
    }
    if name.chars().count() > NAME_CHARACTERS_MAX {
        return refused("cannot be longer than '32' characters");
    }
    if !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        return refused(
            "can only contain characters that are alphanumeric characters or hyphens(-)",
        );
    }
    if name.starts_with('-') || name.ends_with('-') {
        return refused("cannot begin or end with '-'");
    }
    Ok(())
}

pub(crate) async fn create_load_balancer(
    elb: &Elb,
    call: &Call,
    input: CreateLoadBalancerInput,
) -> Result<CreateLoadBalancerOutput, ServiceError> {
    check_name("load balancer", "The load balancer", &input.name)?;
    if input.name.starts_with("internal-") {
        return Err(exception::validation(format!(
            "The load balancer name '{}' cannot begin with 'internal-'",
            input.name
        )));
    }
    let kind = input.r#type.as_deref().unwrap_or("application");
    if kind != "application" {
        return Err(exception::validation(format!(
            "Load balancers of type '{kind}' are not supported here: the edge judges HTTP requests, \
             it is an application load balancer"
        )));
    }
    if input.customer_owned_ipv4_pool.is_some() || input.ipam_pools.is_some() {
        return Err(exception::invalid_configuration(
            "Address pools are not supported here: a load balancer listens at addresses of this \
             machine",
        ));
    }
    let tags = judged(input.tags.clone())?;
    elb.change(call, |draft| {
        let wanted = drafted(draft, &input)?;
        let all: Vec<LoadBalancerRow> = draft.all()?;
        let same = all
            .iter()
            .find(|row| row.load_balancer.load_balancer_name.as_ref() == Some(&input.name));
        if let Some(same) = same {
            if settings(&same.load_balancer) != settings(&wanted.load_balancer) {
                return Err(exception::duplicate_load_balancer(&input.name));
            }
            return Ok(answer(same.load_balancer.clone()));
        }
        if all.len() >= LOAD_BALANCERS_MAX {
            return Err(exception::too_many(
                "TooManyLoadBalancers",
                "load balancers",
                LOAD_BALANCERS_MAX,
            ));
        }
        let row = LoadBalancerRow {
            tags: tags.clone(),
            ..wanted
        };
        draft.put(&row)?;
        Ok(answer(row.load_balancer))
    })
    .await
}

fn answer(load_balancer: LoadBalancer) -> CreateLoadBalancerOutput {
    CreateLoadBalancerOutput {
        load_balancers: Some(vec![load_balancer]),
    }
}

/// What the caller chose: the same again is no error.
fn settings(balancer: &LoadBalancer) -> impl PartialEq + use<> {
    let LoadBalancer {
        scheme,
        availability_zones,
        security_groups,
        ip_address_type,
        ..
    } = balancer.clone();
    (scheme, availability_zones, security_groups, ip_address_type)
}

fn drafted(
    draft: &Draft<'_>,
    input: &CreateLoadBalancerInput,
) -> Result<LoadBalancerRow, ServiceError> {
    let subnets = input.subnets.as_deref().unwrap_or_default();
    let mappings = input.subnet_mappings.as_deref().unwrap_or_default();
    let zones = availability_zones(&draft.place, subnets, mappings)?;
    let address = address(draft, mappings)?;
    let arn = draft.place.load_balancer(&input.name, &draft.id()?);
    let text = |text: &Option<String>, default: &str| {
        Some(text.clone().unwrap_or_else(|| default.to_owned()))
    };
    Ok(LoadBalancerRow {
        load_balancer: LoadBalancer {
            load_balancer_arn: Some(arn.to_string()),
            dns_name: Some(dns_name(&input.name, address)),
            created_time: Some(draft.elb.clock.now()),
            load_balancer_name: Some(input.name.clone()),
            scheme: text(&input.scheme, "internet-facing"),
            // There is nothing to wait for.
            state: Some(LoadBalancerState {
                code: Some("active".to_owned()),
                ..LoadBalancerState::default()
            }),
            r#type: Some("application".to_owned()),
            availability_zones: Some(zones),
            security_groups: Some(input.security_groups.clone().unwrap_or_default()),
            ip_address_type: text(&input.ip_address_type, "ipv4"),
            ..LoadBalancer::default()
        },
        address: Some(address),
        attributes: Texts::new(),
        tags: Texts::new(),
        wanted: None,
    })
}

/// Where its listeners are bound: at the address of a subnet mapping, else with `default`.
fn address(draft: &Draft<'_>, mappings: &[SubnetMapping]) -> Result<IpAddr, ServiceError> {
    let named = mappings.iter().find_map(|mapping| {
        mapping
            .private_i_pv4_address
            .as_ref()
            .or(mapping.i_pv6_address.as_ref())
    });
    if let Some(named) = named {
        return named.parse().map_err(|_| {
            let named: String = named.chars().take(64).collect();
            exception::validation(format!("'{named}' is not an IP address"))
        });
    }
    let all: Vec<LoadBalancerRow> = draft.all()?;
    let default = all
        .iter()
        .find(|row| row.load_balancer.load_balancer_name.as_deref() == Some(default::NAME));
    let address = default.and_then(|row| row.address);
    Ok(address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)))
}

/// A name that reaches the load balancer from this machine (RFC 6761, section 6.3: names under
/// `localhost` are loopback) and tells it apart from others at the same address.
fn dns_name(name: &str, address: IpAddr) -> String {
    if address.is_loopback() || address.is_unspecified() {
        format!("{}.localhost", name.to_ascii_lowercase())
    } else {
        address.to_string()
    }
}

pub(crate) async fn delete_load_balancer(
    elb: &Elb,
    call: &Call,
    input: DeleteLoadBalancerInput,
) -> Result<DeleteLoadBalancerOutput, ServiceError> {
    let arn = &input.load_balancer_arn;
    if !id::is("loadbalancer", arn) {
        return Err(exception::invalid_arn("load balancer", arn));
    }
    elb.change(call, |draft| {
        // As in AWS, what is gone already is deleted.
        let Some(row) = draft.find::<LoadBalancerRow>(arn)? else {
            return Ok(DeleteLoadBalancerOutput {});
        };
        let protection = row.attributes.get("deletion_protection.enabled");
        if protection.is_some_and(|value| value == "true") {
            return Err(exception::operation_not_permitted(format!(
                "Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
            )));
        }
        let mut listeners: Vec<ListenerRow> = draft.all()?;
        listeners.retain(|listener| listener.listener.load_balancer_arn.as_ref() == Some(arn));
        delete_with_rules(draft, &listeners)?;
        draft.delete(&row)?;
        Ok(DeleteLoadBalancerOutput {})
    })
    .await
}

/// Listeners go with their rules.
pub(super) fn delete_with_rules(
    draft: &mut Draft<'_>,
    listeners: &[ListenerRow],
) -> Result<(), ServiceError> {
    for rule in draft.all::<RuleRow>()? {
        let listener = rule.listener_arn();
        if listeners.iter().any(|gone| gone.arn() == listener) {
            draft.delete(&rule)?;
        }
    }
    for listener in listeners {
        draft.delete(listener)?;
    }
    Ok(())
}

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

/// Refuses an ARN that is none of a load balancer that is there.
pub(crate) fn require(elb: &Elb, call: &Call, arn: &str) -> Result<LoadBalancerRow, ServiceError> {
    if !id::is("loadbalancer", arn) {
        return Err(exception::invalid_arn("load balancer", arn));
    }
    let found = elb.find(call, arn)?;
    found.ok_or_else(|| exception::load_balancer_not_found(arn))
}
