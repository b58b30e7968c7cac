//! `RegisterTargets`, `DeregisterTargets`, `DescribeTargetHealth`.

use route::health::{Reason, State};
use types::{Call, ServiceError};

use super::references::{target_group, uses};
use crate::id::Place;
use crate::limit::TARGETS_MAX;
use crate::model::{
    AnomalyDetection, DeregisterTargetsInput, DeregisterTargetsOutput, DescribeTargetHealthInput,
    DescribeTargetHealthOutput, RegisterTargetsInput, RegisterTargetsOutput, TargetDescription,
    TargetHealth, TargetHealthDescription,
};
use crate::state::{Kept, TargetEntry, TargetGroupRow};
use crate::target_group::check_target;
use crate::{Elb, attribute, exception, id};

pub(crate) async fn register_targets(
    elb: &Elb,
    call: &Call,
    input: RegisterTargetsInput,
) -> Result<RegisterTargetsOutput, ServiceError> {
    elb.change(call, |draft| {
        let mut row = target_group(draft, &input.target_group_arn)?;
        row.prune(elb.clock.now());
        for target in &input.targets {
            check_target(&row.target_group, target)?;
            let port = target.port.or(row.target_group.port);
            let target = TargetDescription {
                port,
                ..target.clone()
            };
            let known = row
                .targets
                .iter()
                .position(|entry| row.is_same(&entry.target, &target));
            let entry = TargetEntry {
                target,
                draining_since: None,
            };
            match known.and_then(|at| row.targets.get_mut(at)) {
                Some(known) => *known = entry,
                None => row.targets.push(entry),
            }
        }
        if row.targets.len() > TARGETS_MAX {
            return Err(exception::too_many(
                "TooManyTargets",
                "targets of a target group",
                TARGETS_MAX,
            ));
        }
        draft.put(&row)?;
        Ok(RegisterTargetsOutput {})
    })
    .await
}

pub(crate) async fn deregister_targets(
    elb: &Elb,
    call: &Call,
    input: DeregisterTargetsInput,
) -> Result<DeregisterTargetsOutput, ServiceError> {
    elb.change(call, |draft| {
        let mut row = target_group(draft, &input.target_group_arn)?;
        let now = elb.clock.now();
        row.prune(now);
        let in_use = uses(elb, &draft.place)?
            .iter()
            .any(|(group, _)| *group == input.target_group_arn);
        let attributes = attribute::of_target_group(&row.attributes);
        let drains = in_use && attributes.deregistration_delay_seconds > 0;
        let group = row.clone();
        let meant = |entry: &TargetEntry| {
            input
                .targets
                .iter()
                .any(|target| group.is_same(&entry.target, target))
        };
        for entry in row.targets.iter_mut().filter(|entry| meant(entry)) {
            entry.draining_since.get_or_insert(now);
        }
        // What no load balancer sends requests to has nothing to drain.
        row.targets.retain(|entry| drains || !meant(entry));
        draft.put(&row)?;
        Ok(DeregisterTargetsOutput {})
    })
    .await
}

pub(crate) async fn describe_target_health(
    elb: &Elb,
    call: &Call,
    input: DescribeTargetHealthInput,
) -> Result<DescribeTargetHealthOutput, ServiceError> {
    let arn = &input.target_group_arn;
    if !id::is("targetgroup", arn) {
        return Err(exception::invalid_arn("target group", arn));
    }
    let group: Option<TargetGroupRow> = elb.find(call, arn)?;
    let mut group = group.ok_or_else(exception::target_groups_not_found)?;
    group.prune(elb.clock.now());
    let in_use = uses(elb, &Place::of(call))?
        .iter()
        .any(|(used, _)| used == arn);
    let registered: Vec<_> = group
        .targets
        .iter()
        .map(|entry| entry.target.clone())
        .collect();
    let check_port = group.target_group.health_check_port.as_deref();
    // `traffic-port` is none.
    let check_port: Option<u16> = check_port.and_then(|port| port.parse().ok());
    let include = input.include.unwrap_or_default();
    let anomalies = include
        .iter()
        .any(|option| option == "AnomalyDetection" || option == "All");
    let asked = input.targets.filter(|targets| !targets.is_empty());
    let described = asked.unwrap_or(registered).into_iter().map(|target| {
        let entry = group
            .targets
            .iter()
            .find(|entry| group.is_same(&entry.target, &target));
        let (state, reason) = health(elb, &group, entry, in_use);
        let target = entry.map_or(target, |entry| entry.target.clone());
        TargetHealthDescription {
            health_check_port: check_port
                .or_else(|| group.port(&target))
                .map(|port| port.to_string()),
            anomaly_detection: anomaly(elb, &group, &target).filter(|_| anomalies),
            target: Some(target),
            target_health: Some(TargetHealth {
                state: Some(state.name().to_owned()),
                reason: reason.map(|reason| reason.code().to_owned()),
                description: reason.map(|reason| reason.to_string()),
            }),
            ..TargetHealthDescription::default()
        }
    });
    Ok(DescribeTargetHealthOutput {
        target_health_descriptions: Some(described.collect()),
    })
}

fn anomaly(
    elb: &Elb,
    group: &TargetGroupRow,
    target: &TargetDescription,
) -> Option<AnomalyDetection> {
    let directory = elb.directories.health.get()?;
    let anomaly = directory.anomaly(group.arn(), &target.id, group.port(target)?)?;
    let text = |truth: bool, yes: &str, no: &str| Some(if truth { yes } else { no }.to_owned());
    Some(AnomalyDetection {
        result: text(anomaly.anomalous, "anomalous", "normal"),
        mitigation_in_effect: text(anomaly.mitigated, "yes", "no"),
    })
}

fn health(
    elb: &Elb,
    group: &TargetGroupRow,
    entry: Option<&TargetEntry>,
    in_use: bool,
) -> (State, Option<Reason>) {
    let Some(entry) = entry else {
        return (State::Unused, Some(Reason::NotRegistered));
    };
    if entry.draining_since.is_some() {
        return (State::Draining, Some(Reason::DeregistrationInProgress));
    }
    if !in_use {
        return (State::Unused, Some(Reason::NotInUse));
    }
    if group.target_group.health_check_enabled == Some(false) {
        return (State::Unavailable, Some(Reason::HealthCheckDisabled));
    }
    let directory = elb.directories.health.get();
    let known = group
        .port(&entry.target)
        .and_then(|port| directory?.health(group.arn(), &entry.target.id, port));
    match (known, directory) {
        (Some(health), _) => (health.state(), health.reason()),
        (None, Some(_)) => (State::Initial, Some(Reason::RegistrationInProgress)),
        // Nobody checks.
        (None, None) => (State::Unavailable, Some(Reason::InternalError)),
    }
}
