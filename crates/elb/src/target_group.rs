//! Target groups: what is refused, what is filled in, and what the edge follows. Source: Elastic
//! Load Balancing API Reference, "CreateTargetGroup", "ModifyTargetGroup", "RegisterTargets".
//!
//! Targets are addresses (`ip`: any that this machine reaches, there is no VPC) or names
//! (`instance`: an instance id here is the name by which the machine is resolved, such as
//! `app-1.internal`). Lambda functions and load balancers are no targets.

use std::net::IpAddr;
use std::time::Duration;

use route::health::{CheckPort, Codes, HealthCheck};
use route::{Protocol, ProtocolVersion, Target};
use types::{ServiceError, Time};

use crate::attribute;
use crate::exception;
use crate::model::{Matcher, TargetDescription, TargetGroup};
use crate::state::{TargetEntry, TargetGroupRow};

const GRPC_PATH: &str = "/AWS.ALB/healthcheck";

/// Fills in what the caller left open, and refuses what cannot be.
pub(crate) fn complete(group: &mut TargetGroup) -> Result<(), ServiceError> {
    let target_type = group
        .target_type
        .get_or_insert_with(|| "instance".to_owned());
    if !["instance", "ip"].contains(&target_type.as_str()) {
        return Err(exception::validation(format!(
            "Targets of type '{target_type}' are not supported here: a target is an address \
             ('ip') or a host name ('instance')"
        )));
    }
    let Some(protocol) = group.protocol.as_deref() else {
        return Err(exception::validation("A protocol must be specified"));
    };
    if !["HTTP", "HTTPS"].contains(&protocol) {
        return Err(exception::invalid_configuration(format!(
            "Protocol '{protocol}' is not supported here: the load balancer is an application load \
             balancer, and speaks HTTP and HTTPS"
        )));
    }
    if group.port.is_none() {
        return Err(exception::validation("A port must be specified"));
    }
    if group.target_control_port.is_some() {
        return Err(exception::invalid_configuration(
            "The target optimizer is not supported here",
        ));
    }
    let version = group
        .protocol_version
        .get_or_insert_with(|| "HTTP1".to_owned());
    if !["HTTP1", "HTTP2", "GRPC"].contains(&version.as_str()) {
        return Err(exception::validation(
            "The protocol version must be one of [GRPC, HTTP1, HTTP2]",
        ));
    }
    let grpc = version == "GRPC";
    group
        .ip_address_type
        .get_or_insert_with(|| "ipv4".to_owned());
    complete_health_check(group, grpc)
}

fn complete_health_check(group: &mut TargetGroup, grpc: bool) -> Result<(), ServiceError> {
    group.health_check_enabled.get_or_insert(true);
    let protocol = group
        .health_check_protocol
        .get_or_insert_with(|| "HTTP".to_owned());
    if !["HTTP", "HTTPS"].contains(&protocol.as_str()) {
        return Err(exception::validation(format!(
            "Health check protocol '{protocol}' is not supported for target groups with the \
             protocol HTTP or HTTPS"
        )));
    }
    let port = group
        .health_check_port
        .get_or_insert_with(|| "traffic-port".to_owned());
    if port != "traffic-port" && !is_port(port) {
        return Err(exception::validation(
            "Health check port must be 'traffic-port' or in the range of [1, 65535]",
        ));
    }
    let default_path = if grpc { GRPC_PATH } else { "/" };
    let path = group
        .health_check_path
        .get_or_insert_with(|| default_path.to_owned());
    if !path.starts_with('/') || path.bytes().any(|byte| byte <= b' ' || byte >= 0x7f) {
        return Err(exception::validation(
            "Health check path must begin with '/' and have no white space",
        ));
    }
    let interval = *group.health_check_interval_seconds.get_or_insert(30);
    let timeout = *group.health_check_timeout_seconds.get_or_insert(5);
    if timeout >= interval {
        return Err(exception::validation(format!(
            "Health check timeout '{timeout}' must be smaller than the interval '{interval}'"
        )));
    }
    group.healthy_threshold_count.get_or_insert(5);
    group.unhealthy_threshold_count.get_or_insert(2);
    let matcher = group.matcher.get_or_insert_default();
    let Matcher {
        http_code,
        grpc_code,
    } = matcher;
    if (grpc && http_code.is_some()) || (!grpc && grpc_code.is_some()) {
        return Err(exception::validation(
            "The matcher has the codes of another protocol version than the target group's",
        ));
    }
    let (code, default) = if grpc {
        (grpc_code, "12")
    } else {
        (http_code, "200")
    };
    let code = code.get_or_insert_with(|| default.to_owned());
    codes(code, grpc).map(drop)
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

fn codes(text: &str, grpc: bool) -> Result<Codes, ServiceError> {
    let (least, most) = if grpc { (0, 99) } else { (200, 499) };
    let codes = Codes::parse(text, least, most);
    codes.map_err(|error| exception::validation(format!("Health check matcher: {error}")))
}

/// Refuses a target that cannot be one of the group.
pub(crate) fn check_target(
    group: &TargetGroup,
    target: &TargetDescription,
) -> Result<(), ServiceError> {
    let id: String = target.id.chars().take(256).collect();
    if target.quic_server_id.is_some() {
        return Err(exception::validation(
            "A QuicServerId is only for the protocol QUIC",
        ));
    }
    if group.target_type.as_deref() == Some("ip") {
        let version = if group.ip_address_type.as_deref() == Some("ipv6") {
            "IPv6"
        } else {
            "IPv4"
        };
        let fits = target.id.parse().is_ok_and(|ip: IpAddr| {
            !ip.is_unspecified() && !ip.is_multicast() && ip.is_ipv6() == (version == "IPv6")
        });
        if !fits {
            return Err(exception::validation(format!(
                "The IP address '{id}' is not a valid {version} address"
            )));
        }
        return Ok(());
    }
    let label = |label: &str| {
        let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        (1..=63).contains(&label.len()) && label.bytes().all(fit)
    };
    let is_name = target.id.len() <= 253
        && target.id.parse::<IpAddr>().is_err()
        && target.id.split('.').all(label);
    if !is_name {
        return Err(exception::invalid_target(format!(
            "The instance '{id}' is not the name of a host. Here an instance is named by its host \
             name; register addresses with a target group of the type 'ip'"
        )));
    }
    Ok(())
}

impl TargetGroupRow {
    /// Whether two descriptions name one target of the group.
    pub(crate) fn is_same(&self, one: &TargetDescription, other: &TargetDescription) -> bool {
        one.id == other.id && self.port(one) == self.port(other)
    }

    /// Whether a target is still there: those that are deregistered go when they have drained.
    pub(crate) fn is_present(&self, entry: &TargetEntry, now: Time) -> bool {
        let delay = attribute::of_target_group(&self.attributes).deregistration_delay_seconds;
        let delay = Duration::from_secs(delay.into());
        entry
            .draining_since
            .is_none_or(|since| now.since(since) < delay)
    }

    /// Drops what has drained.
    pub(crate) fn prune(&mut self, now: Time) {
        let mut targets = std::mem::take(&mut self.targets);
        targets.retain(|entry| self.is_present(entry, now));
        self.targets = targets;
    }

    /// What the edge follows.
    pub(crate) fn compile(&self) -> Result<route::TargetGroup, ServiceError> {
        let group = &self.target_group;
        let https = |protocol: &Option<String>| match protocol.as_deref() {
            Some("HTTPS") => Protocol::Https,
            _ => Protocol::Http,
        };
        let version = match group.protocol_version.as_deref() {
            Some("GRPC") => ProtocolVersion::Grpc,
            Some("HTTP2") => ProtocolVersion::Http2,
            _ => ProtocolVersion::Http1,
        };
        let grpc = version == ProtocolVersion::Grpc;
        let number = |count: Option<i64>, default: u32| {
            count
                .and_then(|count| u32::try_from(count).ok())
                .unwrap_or(default)
        };
        let usual = HealthCheck::default();
        let matcher = group.matcher.clone().unwrap_or_default();
        let code = if grpc {
            matcher.grpc_code
        } else {
            matcher.http_code
        };
        let default = if grpc { "12" } else { "200" };
        let mut compiled = route::TargetGroup::new(self.arn_text());
        compiled.protocol = https(&group.protocol);
        compiled.protocol_version = version;
        compiled.attributes = attribute::of_target_group(&self.attributes);
        compiled.health_check = HealthCheck {
            enabled: group.health_check_enabled.unwrap_or(true),
            protocol: https(&group.health_check_protocol),
            port: match group.health_check_port.as_deref().map(str::parse) {
                Some(Ok(port)) => CheckPort::Port(port),
                _ => CheckPort::Traffic,
            },
            path: group.health_check_path.clone().unwrap_or(usual.path),
            interval_seconds: number(group.health_check_interval_seconds, usual.interval_seconds),
            timeout_seconds: number(group.health_check_timeout_seconds, usual.timeout_seconds),
            healthy_threshold: number(group.healthy_threshold_count, usual.healthy_threshold),
            unhealthy_threshold: number(group.unhealthy_threshold_count, usual.unhealthy_threshold),
            success: codes(code.as_deref().unwrap_or(default), grpc)?,
        };
        for entry in &self.targets {
            if let Some(port) = self.port(&entry.target) {
                let target = Target {
                    host: entry.target.id.clone(),
                    port,
                    tls: compiled.protocol == Protocol::Https,
                };
                compiled.register(target, entry.draining_since);
            }
        }
        Ok(compiled)
    }

    fn arn_text(&self) -> &str {
        self.target_group
            .target_group_arn
            .as_deref()
            .unwrap_or_default()
    }
}
