//! Attributes: their keys, defaults and what their values may be; and what they mean to the edge.
//! Source: Elastic Load Balancing API Reference, "LoadBalancerAttribute", "ListenerAttribute",
//! "TargetGroupAttribute".

use route::{
    Algorithm, DesyncMitigation, HealthyMinimum, ListenerAttributes, LoadBalancerAttributes,
    LogPlace, Stickiness, TargetGroupAttributes, XffMode,
};
use telemetry::access_log;
use types::ServiceError;

use crate::exception;
use crate::state::Texts;

/// What a value may be.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Bool,
    /// `true` or `false`, and only this one can be set here.
    Fixed,
    Range(u32, u32),
    /// 0, or within.
    ZeroOrRange(u32, u32),
    OffOrRange(u32, u32),
    OneOf(&'static [&'static str]),
    Text,
    HeaderName,
    HeaderValue,
    CookieName,
}

/// An attribute: key, default, what it may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attribute(&'static str, &'static str, Kind);

const SECONDS_OF_A_WEEK: u32 = 604_800;

/// Of a load balancer.
pub(crate) const LOAD_BALANCER: &[Attribute] = &[
    Attribute("access_logs.s3.enabled", "false", Kind::Bool),
    Attribute("access_logs.s3.bucket", "", Kind::Text),
    Attribute("access_logs.s3.prefix", "", Kind::Text),
    Attribute(
        "client_keep_alive.seconds",
        "3600",
        Kind::Range(60, SECONDS_OF_A_WEEK),
    ),
    Attribute("connection_logs.s3.enabled", "false", Kind::Bool),
    Attribute("connection_logs.s3.bucket", "", Kind::Text),
    Attribute("connection_logs.s3.prefix", "", Kind::Text),
    Attribute("deletion_protection.enabled", "false", Kind::Bool),
    Attribute("health_check_logs.s3.enabled", "false", Kind::Bool),
    Attribute("health_check_logs.s3.bucket", "", Kind::Text),
    Attribute("health_check_logs.s3.prefix", "", Kind::Text),
    Attribute("idle_timeout.timeout_seconds", "60", Kind::Range(1, 4_000)),
    Attribute("ipv6.deny_all_igw_traffic", "false", Kind::Fixed),
    Attribute("load_balancing.cross_zone.enabled", "true", Kind::Fixed),
    Attribute(
        "routing.http.desync_mitigation_mode",
        "defensive",
        Kind::OneOf(&["monitor", "defensive", "strictest"]),
    ),
    Attribute(
        "routing.http.drop_invalid_header_fields.enabled",
        "false",
        Kind::Bool,
    ),
    Attribute(
        "routing.http.preserve_host_header.enabled",
        "false",
        Kind::Bool,
    ),
    Attribute(
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
        "false",
        Kind::Bool,
    ),
    Attribute("routing.http.xff_client_port.enabled", "false", Kind::Bool),
    Attribute(
        "routing.http.xff_header_processing.mode",
        "append",
        Kind::OneOf(&["append", "preserve", "remove"]),
    ),
    Attribute("routing.http2.enabled", "true", Kind::Bool),
    Attribute("waf.fail_open.enabled", "false", Kind::Bool),
    Attribute("zonal_shift.config.enabled", "false", Kind::Fixed),
];

/// Of a target group.
pub(crate) const TARGET_GROUP: &[Attribute] = &[
    Attribute(
        "deregistration_delay.timeout_seconds",
        "300",
        Kind::Range(0, 3_600),
    ),
    Attribute(
        "load_balancing.algorithm.anomaly_mitigation",
        "off",
        Kind::OneOf(&["on", "off"]),
    ),
    Attribute(
        "load_balancing.algorithm.type",
        "round_robin",
        Kind::OneOf(&[
            "round_robin",
            "least_outstanding_requests",
            "weighted_random",
        ]),
    ),
    Attribute(
        "load_balancing.cross_zone.enabled",
        "use_load_balancer_configuration",
        Kind::OneOf(&["true", "false", "use_load_balancer_configuration"]),
    ),
    Attribute(
        "slow_start.duration_seconds",
        "0",
        Kind::ZeroOrRange(30, 900),
    ),
    Attribute("stickiness.app_cookie.cookie_name", "", Kind::CookieName),
    Attribute(
        "stickiness.app_cookie.duration_seconds",
        "86400",
        Kind::Range(1, SECONDS_OF_A_WEEK),
    ),
    Attribute("stickiness.enabled", "false", Kind::Bool),
    Attribute(
        "stickiness.lb_cookie.duration_seconds",
        "86400",
        Kind::Range(1, SECONDS_OF_A_WEEK),
    ),
    Attribute(
        "stickiness.type",
        "lb_cookie",
        Kind::OneOf(&["lb_cookie", "app_cookie"]),
    ),
    Attribute(
        "target_group_health.dns_failover.minimum_healthy_targets.count",
        "1",
        Kind::OffOrRange(1, 1_000),
    ),
    Attribute(
        "target_group_health.dns_failover.minimum_healthy_targets.percentage",
        "off",
        Kind::OffOrRange(1, 100),
    ),
    Attribute(
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
        "1",
        Kind::Range(1, 1_000),
    ),
    Attribute(
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        "off",
        Kind::OffOrRange(1, 100),
    ),
];

/// Of a listener: fields that go to the target. Their defaults are their names.
const REQUEST_HEADERS: &[(&str, &str)] = &[
    ("x_amzn_mtls_clientcert", "X-Amzn-Mtls-Clientcert"),
    (
        "x_amzn_mtls_clientcert_issuer",
        "X-Amzn-Mtls-Clientcert-Issuer",
    ),
    ("x_amzn_mtls_clientcert_leaf", "X-Amzn-Mtls-Clientcert-Leaf"),
    (
        "x_amzn_mtls_clientcert_serial_number",
        "X-Amzn-Mtls-Clientcert-Serial-Number",
    ),
    (
        "x_amzn_mtls_clientcert_subject",
        "X-Amzn-Mtls-Clientcert-Subject",
    ),
    (
        "x_amzn_mtls_clientcert_validity",
        "X-Amzn-Mtls-Clientcert-Validity",
    ),
    ("x_amzn_tls_cipher_suite", "X-Amzn-Tls-Cipher-Suite"),
    ("x_amzn_tls_version", "X-Amzn-Tls-Version"),
];

/// Of a listener.
pub(crate) const LISTENER: &[Attribute] = &[
    Attribute(
        "routing.http.request.x_amzn_mtls_clientcert.header_name",
        "X-Amzn-Mtls-Clientcert",
        Kind::HeaderName,
    ),
    Attribute(
        "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name",
        "X-Amzn-Mtls-Clientcert-Issuer",
        Kind::HeaderName,
    ),
    Attribute(
        "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name",
        "X-Amzn-Mtls-Clientcert-Leaf",
        Kind::HeaderName,
    ),
    Attribute(
        "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name",
        "X-Amzn-Mtls-Clientcert-Serial-Number",
        Kind::HeaderName,
    ),
    Attribute(
        "routing.http.request.x_amzn_mtls_clientcert_subject.header_name",
        "X-Amzn-Mtls-Clientcert-Subject",
        Kind::HeaderName,
    ),
    Attribute(
        "routing.http.request.x_amzn_mtls_clientcert_validity.header_name",
        "X-Amzn-Mtls-Clientcert-Validity",
        Kind::HeaderName,
    ),
    Attribute(
        "routing.http.request.x_amzn_tls_cipher_suite.header_name",
        "X-Amzn-Tls-Cipher-Suite",
        Kind::HeaderName,
    ),
    Attribute(
        "routing.http.request.x_amzn_tls_version.header_name",
        "X-Amzn-Tls-Version",
        Kind::HeaderName,
    ),
    Attribute(
        "routing.http.response.access_control_allow_credentials.header_value",
        "",
        Kind::HeaderValue,
    ),
    Attribute(
        "routing.http.response.access_control_allow_headers.header_value",
        "",
        Kind::HeaderValue,
    ),
    Attribute(
        "routing.http.response.access_control_allow_methods.header_value",
        "",
        Kind::HeaderValue,
    ),
    Attribute(
        "routing.http.response.access_control_allow_origin.header_value",
        "",
        Kind::HeaderValue,
    ),
    Attribute(
        "routing.http.response.access_control_expose_headers.header_value",
        "",
        Kind::HeaderValue,
    ),
    Attribute(
        "routing.http.response.access_control_max_age.header_value",
        "",
        Kind::HeaderValue,
    ),
    Attribute(
        "routing.http.response.content_security_policy.header_value",
        "",
        Kind::HeaderValue,
    ),
    Attribute("routing.http.response.server.enabled", "true", Kind::Bool),
    Attribute(
        "routing.http.response.strict_transport_security.header_value",
        "",
        Kind::HeaderValue,
    ),
    Attribute(
        "routing.http.response.x_content_type_options.header_value",
        "",
        Kind::HeaderValue,
    ),
    Attribute(
        "routing.http.response.x_frame_options.header_value",
        "",
        Kind::HeaderValue,
    ),
];

/// The longest text of an attribute, in bytes.
const TEXT_BYTES_MAX: usize = 1_024;

/// All attributes with their values, in the order of the table.
pub(crate) fn all<'a>(
    table: &'static [Attribute],
    set: &'a Texts,
) -> impl Iterator<Item = (&'static str, &'a str)> {
    table
        .iter()
        .map(|Attribute(key, default, _)| (*key, set.get(*key).map_or(*default, String::as_str)))
}

/// All attributes with their defaults.
pub(crate) fn defaults(
    table: &'static [Attribute],
) -> impl Iterator<Item = (&'static str, &'static str)> {
    table
        .iter()
        .map(|Attribute(key, default, _)| (*key, *default))
}

/// The value of one attribute.
fn value<'a>(table: &'static [Attribute], set: &'a Texts, key: &str) -> &'a str {
    let attribute = table.iter().find(|attribute| attribute.0 == key);
    let default = attribute.map_or("", |attribute| attribute.1);
    set.get(key).map_or(default, String::as_str)
}

/// Sets attributes, if they are there and their values are.
pub(crate) fn modify(
    table: &'static [Attribute],
    what: &str,
    set: &mut Texts,
    changes: impl IntoIterator<Item = (Option<String>, Option<String>)>,
) -> Result<(), ServiceError> {
    let mut seen = Vec::new();
    for (key, value) in changes {
        let (key, value) = (key.unwrap_or_default(), value.unwrap_or_default());
        let Some(attribute) = table.iter().find(|attribute| attribute.0 == key) else {
            let key: String = key.chars().take(256).collect();
            return Err(exception::validation(format!(
                "{what} attribute key '{key}' is not recognized"
            )));
        };
        if seen.contains(&attribute.0) {
            return Err(exception::validation(format!(
                "{what} attribute key '{key}' was provided multiple times"
            )));
        }
        seen.push(attribute.0);
        check(attribute, &value)?;
        set.insert(key, value);
    }
    Ok(())
}

fn check(Attribute(key, default, kind): &Attribute, value: &str) -> Result<(), ServiceError> {
    let within = |least: u32, most: u32| {
        let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        digits
            && value
                .parse()
                .is_ok_and(|number: u32| (least..=most).contains(&number))
    };
    let token = |text: &str| {
        let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !text.is_empty() && text.bytes().all(fit)
    };
    let wrong = match *kind {
        Kind::Bool if !["true", "false"].contains(&value) => {
            "must be one of [true, false]".to_owned()
        }
        Kind::Fixed if value != *default => format!("can only be '{default}' here"),
        Kind::Range(least, most) if !within(least, most) => {
            format!("must be between '{least}' and '{most}' inclusive")
        }
        Kind::ZeroOrRange(least, most) if value != "0" && !within(least, most) => {
            format!("must be '0' or between '{least}' and '{most}' inclusive")
        }
        Kind::OffOrRange(least, most) if value != "off" && !within(least, most) => {
            format!("must be 'off' or between '{least}' and '{most}' inclusive")
        }
        Kind::OneOf(values) if !values.contains(&value) => {
            format!("must be one of [{}]", values.join(", "))
        }
        Kind::Text | Kind::HeaderValue if value.len() > TEXT_BYTES_MAX => {
            format!("cannot be longer than '{TEXT_BYTES_MAX}' characters")
        }
        Kind::Text | Kind::HeaderValue if value.bytes().any(|b| b < b' ' || b == 0x7f) => {
            "cannot have control characters".to_owned()
        }
        Kind::HeaderName if value.len() > 64 || !token(value) => {
            "must be the name of a header field of at most '64' characters".to_owned()
        }
        Kind::CookieName if !value.is_empty() && (value.len() > 256 || !token(value)) => {
            "must be the name of a cookie".to_owned()
        }
        Kind::CookieName
            if ["AWSALB", "AWSALBAPP", "AWSALBTG"]
                .iter()
                .any(|reserved| value.starts_with(reserved)) =>
        {
            "cannot start with AWSALB, AWSALBAPP or AWSALBTG".to_owned()
        }
        _ => return Ok(()),
    };
    Err(exception::validation(format!(
        "The value of '{key}' {wrong}"
    )))
}

/// A bucket whose name is valid, where the prefix is judged.
const ANY_BUCKET: &str = "bucket";

/// What of a load balancer's attributes depends on others, and the places of its logs.
pub(crate) fn check_load_balancer(set: &Texts) -> Result<(), ServiceError> {
    for logs in ["access_logs", "connection_logs", "health_check_logs"] {
        let of = |name: &str| value(LOAD_BALANCER, set, &format!("{logs}.s3.{name}"));
        let (bucket, prefix) = (of("bucket"), of("prefix"));
        if of("enabled") == "true" && bucket.is_empty() {
            return Err(exception::invalid_configuration(format!(
                "The value of '{logs}.s3.bucket' cannot be empty"
            )));
        }
        if !bucket.is_empty() && access_log::LogPlace::new(bucket, "").is_none() {
            return Err(exception::invalid_configuration(format!(
                "The value of '{logs}.s3.bucket' is not a valid bucket name"
            )));
        }
        if access_log::LogPlace::new(ANY_BUCKET, prefix).is_none() {
            return Err(exception::invalid_configuration(format!(
                "The value of '{logs}.s3.prefix' is not a valid prefix"
            )));
        }
    }
    Ok(())
}

/// What of a target group's attributes depends on others.
pub(crate) fn check_target_group(set: &Texts) -> Result<(), ServiceError> {
    let of = |key| value(TARGET_GROUP, set, key);
    let algorithm = of("load_balancing.algorithm.type");
    let refused = |message: &str| Err(exception::invalid_configuration(message));
    if of("slow_start.duration_seconds") != "0" && algorithm != "round_robin" {
        return refused("Slow start is only supported with the round_robin algorithm");
    }
    if of("load_balancing.algorithm.anomaly_mitigation") == "on" && algorithm != "weighted_random" {
        return refused("Anomaly mitigation is only supported with the weighted_random algorithm");
    }
    let sticky = of("stickiness.enabled") == "true";
    if sticky
        && of("stickiness.type") == "app_cookie"
        && of("stickiness.app_cookie.cookie_name").is_empty()
    {
        return refused("The value of 'stickiness.app_cookie.cookie_name' cannot be empty");
    }
    Ok(())
}

/// A load balancer's attributes as the edge follows them.
pub(crate) fn of_load_balancer(set: &Texts) -> LoadBalancerAttributes {
    let of = |key: &str| value(LOAD_BALANCER, set, key);
    let on = |key: &str| of(key) == "true";
    let logs = |name: &str| {
        on(&format!("{name}.s3.enabled")).then(|| LogPlace {
            bucket: of(&format!("{name}.s3.bucket")).to_owned(),
            prefix: of(&format!("{name}.s3.prefix")).to_owned(),
        })
    };
    LoadBalancerAttributes {
        idle_timeout_seconds: number(of("idle_timeout.timeout_seconds")),
        client_keep_alive_seconds: number(of("client_keep_alive.seconds")),
        drop_invalid_header_fields: on("routing.http.drop_invalid_header_fields.enabled"),
        preserve_host_header: on("routing.http.preserve_host_header.enabled"),
        tls_headers: on("routing.http.x_amzn_tls_version_and_cipher_suite.enabled"),
        xff_client_port: on("routing.http.xff_client_port.enabled"),
        xff_mode: match of("routing.http.xff_header_processing.mode") {
            "preserve" => XffMode::Preserve,
            "remove" => XffMode::Remove,
            _ => XffMode::Append,
        },
        desync_mitigation: match of("routing.http.desync_mitigation_mode") {
            "monitor" => DesyncMitigation::Monitor,
            "strictest" => DesyncMitigation::Strictest,
            _ => DesyncMitigation::Defensive,
        },
        http2: on("routing.http2.enabled"),
        waf_fail_open: on("waf.fail_open.enabled"),
        access_logs: logs("access_logs"),
        connection_logs: logs("connection_logs"),
    }
}

/// A listener's attributes as the edge follows them.
pub(crate) fn of_listener(set: &Texts) -> ListenerAttributes {
    let renamed = REQUEST_HEADERS.iter().filter_map(|(key, usual)| {
        let name = value(
            LISTENER,
            set,
            &format!("routing.http.request.{key}.header_name"),
        );
        (name != *usual).then(|| (usual.to_ascii_lowercase(), name.to_owned()))
    });
    let response = all(LISTENER, set).filter_map(|(key, value)| {
        let name = key
            .strip_prefix("routing.http.response.")?
            .strip_suffix(".header_value")?;
        (!value.is_empty()).then(|| (name.replace('_', "-"), value.to_owned()))
    });
    ListenerAttributes {
        request_header_names: renamed.collect(),
        response_headers: response.collect(),
        server_header: value(LISTENER, set, "routing.http.response.server.enabled") == "true",
    }
}

/// A target group's attributes as the edge follows them.
pub(crate) fn of_target_group(set: &Texts) -> TargetGroupAttributes {
    let of = |key: &str| value(TARGET_GROUP, set, key);
    let stickiness = match of("stickiness.type") {
        "app_cookie" => Stickiness::AppCookie {
            name: of("stickiness.app_cookie.cookie_name").to_owned(),
            duration_seconds: number(of("stickiness.app_cookie.duration_seconds")),
        },
        _ => Stickiness::LbCookie {
            duration_seconds: number(of("stickiness.lb_cookie.duration_seconds")),
        },
    };
    let minimum = "target_group_health.unhealthy_state_routing.minimum_healthy_targets";
    TargetGroupAttributes {
        algorithm: match of("load_balancing.algorithm.type") {
            "least_outstanding_requests" => Algorithm::LeastOutstandingRequests,
            "weighted_random" => Algorithm::WeightedRandom {
                anomaly_mitigation: of("load_balancing.algorithm.anomaly_mitigation") == "on",
            },
            _ => Algorithm::RoundRobin,
        },
        stickiness: (of("stickiness.enabled") == "true").then_some(stickiness),
        slow_start_seconds: number(of("slow_start.duration_seconds")),
        deregistration_delay_seconds: number(of("deregistration_delay.timeout_seconds")),
        healthy_minimum: HealthyMinimum {
            count: number(of(&format!("{minimum}.count"))),
            percent: of(&format!("{minimum}.percentage")).parse().ok(),
        },
    }
}

/// A value that was checked when it was set.
fn number(value: &str) -> u32 {
    value.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_set_is_routes_default() {
        let none = Texts::new();
        assert_eq!(of_load_balancer(&none), LoadBalancerAttributes::default());
        assert_eq!(of_listener(&none), ListenerAttributes::default());
        assert_eq!(of_target_group(&none), TargetGroupAttributes::default());
    }

    #[test]
    fn every_default_is_a_value_that_may_be_set() {
        for table in [LOAD_BALANCER, LISTENER, TARGET_GROUP] {
            for attribute in table {
                check(attribute, attribute.1).unwrap();
            }
            for wrong in ["\u{0}", "AWSALB-x y"] {
                assert!(
                    table
                        .iter()
                        .all(|attribute| check(attribute, wrong).is_err()
                            || matches!(attribute.2, Kind::Text | Kind::HeaderValue))
                );
            }
        }
    }
}
