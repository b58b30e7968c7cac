//! Actions: what is refused, what is filled in, and what the edge does. Source: Elastic Load
//! Balancing API Reference, "Action".

use std::collections::BTreeMap;
use std::sync::Arc;

use route::{FixedResponse, Forward, Redirect, TargetGroup, Template, WeightedTargetGroup};
use types::ServiceError;

use crate::exception;
use crate::limit::ACTION_TARGET_GROUPS_MAX;
use crate::model::{
    Action, FixedResponseActionConfig, ForwardActionConfig, RedirectActionConfig,
    TargetGroupStickinessConfig, TargetGroupTuple,
};

const WEIGHT_MAX: i64 = 999;
const STICKINESS_SECONDS_MAX: i64 = 604_800;
const CONTENT_TYPES: &[&str] = &[
    "text/plain",
    "text/css",
    "text/html",
    "application/javascript",
    "application/json",
];

/// The actions as they are kept and answered: whole, and in order.
pub(crate) fn completed(actions: &[Action], https: bool) -> Result<Vec<Action>, ServiceError> {
    let mut actions = actions.to_vec();
    actions.sort_by_key(|action| action.order.unwrap_or(i64::MAX));
    for action in &mut actions {
        match action.r#type.as_str() {
            "forward" => complete_forward(action)?,
            "redirect" => complete_redirect(action, https)?,
            "fixed-response" => check_fixed_response(action)?,
            refused => {
                return Err(exception::invalid_action(format!(
                    "Actions of type '{refused}' are not supported here: the load balancer is not \
                     a client of identity providers. Authenticate in the application, or by a \
                     proxy that is a target"
                )));
            }
        }
    }
    match actions.as_slice() {
        [_] => Ok(actions),
        [] => Err(exception::validation("An action must be specified")),
        // Each type that is supported ends a rule.
        _ => Err(exception::invalid_action(
            "A rule must have exactly one action of type 'forward', 'redirect' or 'fixed-response'",
        )),
    }
}

fn complete_forward(action: &mut Action) -> Result<(), ServiceError> {
    let mut config = action.forward_config.take().unwrap_or_default();
    let mut groups = config.target_groups.take().unwrap_or_default();
    if let Some(arn) = &action.target_group_arn {
        match groups.as_slice() {
            [] => groups.push(TargetGroupTuple {
                target_group_arn: Some(arn.clone()),
                weight: None,
            }),
            [one] if one.target_group_arn.as_ref() == Some(arn) => {}
            _ => {
                return Err(exception::validation(
                    "You cannot specify both a target group ARN and a forward config with other \
                     target groups",
                ));
            }
        }
    }
    if groups.is_empty() {
        return Err(exception::validation(
            "A target group ARN must be specified for an action of type 'forward'",
        ));
    }
    if groups.len() > ACTION_TARGET_GROUPS_MAX {
        return Err(exception::validation(format!(
            "A forward action can have at most '{ACTION_TARGET_GROUPS_MAX}' target groups"
        )));
    }
    for at in 0..groups.len() {
        let (before, rest) = groups.split_at_mut(at);
        let Some(group) = rest.first_mut() else {
            break;
        };
        let Some(arn) = &group.target_group_arn else {
            return Err(exception::validation(
                "A target group ARN must be specified",
            ));
        };
        if before
            .iter()
            .any(|other| other.target_group_arn.as_ref() == Some(arn))
        {
            return Err(exception::validation(format!(
                "Target group '{arn}' was specified more than once"
            )));
        }
        let weight = *group.weight.get_or_insert(1);
        if !(0..=WEIGHT_MAX).contains(&weight) {
            return Err(exception::validation(format!(
                "The weight of a target group must be between '0' and '{WEIGHT_MAX}'"
            )));
        }
    }
    let mut stickiness = config
        .target_group_stickiness_config
        .take()
        .unwrap_or_default();
    let enabled = *stickiness.enabled.get_or_insert(false);
    let duration = stickiness.duration_seconds;
    let fits = duration.is_none_or(|seconds| (1..=STICKINESS_SECONDS_MAX).contains(&seconds));
    if !fits || (enabled && duration.is_none()) {
        return Err(exception::validation(format!(
            "The stickiness duration of a forward action must be between '1' and \
             '{STICKINESS_SECONDS_MAX}' seconds"
        )));
    }
    action.target_group_arn = match groups.as_slice() {
        [only] => only.target_group_arn.clone(),
        _ => None,
    };
    action.forward_config = Some(ForwardActionConfig {
        target_groups: Some(groups),
        target_group_stickiness_config: Some(stickiness),
    });
    Ok(())
}

fn complete_redirect(action: &mut Action, https: bool) -> Result<(), ServiceError> {
    let Some(config) = &mut action.redirect_config else {
        return Err(exception::validation(
            "A redirect config must be specified for an action of type 'redirect'",
        ));
    };
    let same = |member: &Option<String>, default: &str| {
        member.as_deref().is_none_or(|member| member == default)
    };
    let protocol = config.protocol.as_deref();
    let same_protocol = same(&config.protocol, "#{protocol}")
        || protocol == Some(if https { "HTTPS" } else { "HTTP" });
    if same_protocol
        && same(&config.host, "#{host}")
        && same(&config.port, "#{port}")
        && same(&config.path, "/#{path}")
    {
        return Err(exception::invalid_action(
            "The redirect configuration is not valid because it creates a loop.",
        ));
    }
    if https && protocol == Some("HTTP") {
        return Err(exception::invalid_action(
            "The redirect configuration is not valid: HTTPS cannot be redirected to HTTP",
        ));
    }
    let port_fits = config
        .port
        .as_deref()
        .is_none_or(|port| port == "#{port}" || port.parse::<u16>().is_ok_and(|number| number > 0));
    if !port_fits {
        return Err(exception::validation(
            "The Port parameter must be a value between '1' and '65535' or '#{port}'",
        ));
    }
    if config
        .path
        .as_deref()
        .is_some_and(|path| !path.starts_with('/'))
    {
        return Err(exception::validation(
            "The Path parameter must be a valid path, should start with a '/', and may contain up \
             to one of each of these placeholders: '#{path}', '#{host}', '#{port}'.",
        ));
    }
    let host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._#{}".contains(&byte);
    if config
        .host
        .as_deref()
        .is_some_and(|text| !text.bytes().all(host))
    {
        return Err(exception::validation(
            "The Host parameter must be a valid host name, and may contain '#{host}'",
        ));
    }
    for (member, default) in [
        (&mut config.protocol, "#{protocol}"),
        (&mut config.port, "#{port}"),
        (&mut config.host, "#{host}"),
        (&mut config.path, "/#{path}"),
        (&mut config.query, "#{query}"),
    ] {
        member.get_or_insert_with(|| default.to_owned());
    }
    Ok(())
}

fn check_fixed_response(action: &Action) -> Result<(), ServiceError> {
    let Some(config) = &action.fixed_response_config else {
        return Err(exception::validation(
            "A fixed response config must be specified for an action of type 'fixed-response'",
        ));
    };
    let content_type = config.content_type.as_deref().unwrap_or_default();
    if !content_type.is_empty() && !CONTENT_TYPES.contains(&content_type) {
        return Err(exception::invalid_action(
            "The ContentType must be one of:'text/html', 'application/json', \
             'application/javascript', 'text/css', 'text/plain'",
        ));
    }
    Ok(())
}

/// The target groups that actions forward to.
pub(crate) fn target_groups(actions: Option<&[Action]>) -> impl Iterator<Item = &str> {
    actions
        .unwrap_or_default()
        .iter()
        .flat_map(|action| forwarded(action).map(|(arn, _)| arn))
}

/// The target groups of a forward action and their weights. In rows that were written before there
/// were weights it has one target group and no more to say.
fn forwarded(action: &Action) -> impl Iterator<Item = (&str, i64)> {
    let config = action.forward_config.as_ref();
    let tuples = config.and_then(|config| config.target_groups.as_deref());
    let only = action
        .target_group_arn
        .as_deref()
        .filter(|_| tuples.is_none());
    tuples
        .unwrap_or_default()
        .iter()
        .filter_map(|tuple| {
            Some((
                tuple.target_group_arn.as_deref()?,
                tuple.weight.unwrap_or(1),
            ))
        })
        .chain(only.map(|arn| (arn, 1)))
}

/// What the edge does for actions that are [`completed`].
pub(crate) fn compile(
    actions: Option<&[Action]>,
    groups: &BTreeMap<String, Arc<TargetGroup>>,
) -> Option<route::Action> {
    let action = actions?.last()?;
    if let Some(config) = &action.fixed_response_config {
        return fixed_response(config).map(route::Action::FixedResponse);
    }
    if let Some(config) = &action.redirect_config {
        return Some(route::Action::Redirect(redirect(config)));
    }
    if action.r#type != "forward" {
        return None;
    }
    let config = action.forward_config.as_ref();
    let sticky = config.and_then(|config| config.target_group_stickiness_config.as_ref());
    let weighted = |(arn, weight): (&str, i64)| {
        Some(WeightedTargetGroup {
            target_group: Arc::clone(groups.get(arn)?),
            weight: u32::try_from(weight).ok()?,
        })
    };
    Some(route::Action::Forward(Forward {
        target_groups: forwarded(action).filter_map(weighted).collect(),
        stickiness_seconds: sticky.and_then(stickiness_seconds),
    }))
}

fn stickiness_seconds(config: &TargetGroupStickinessConfig) -> Option<u32> {
    let enabled = config.enabled.unwrap_or(false);
    let seconds = config.duration_seconds.filter(|_| enabled)?;
    u32::try_from(seconds).ok()
}

fn redirect(config: &RedirectActionConfig) -> Redirect {
    let template = |member: &Option<String>| Template::new(member.as_deref().unwrap_or_default());
    Redirect {
        protocol: template(&config.protocol),
        host: template(&config.host),
        port: template(&config.port),
        path: template(&config.path),
        query: template(&config.query),
        permanent: config.status_code == "HTTP_301",
    }
}

fn fixed_response(config: &FixedResponseActionConfig) -> Option<FixedResponse> {
    Some(FixedResponse {
        status: config.status_code.parse().ok()?,
        content_type: config.content_type.clone().filter(|text| !text.is_empty()),
        body: config.message_body.clone().unwrap_or_default(),
    })
}
