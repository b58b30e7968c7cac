//! Conditions and transforms of rules: what is refused, what is filled in, and what the edge
//! compares. Source: Elastic Load Balancing API Reference, "RuleCondition", "RuleTransform".

use route::{
    Condition, PatternError, Patterns, QueryPattern, Regex, Rewrite, Transforms, Wildcard,
};
use types::ServiceError;

use crate::exception;
use crate::limit::{CONDITION_VALUES_MAX, CONDITION_WILDCARDS_MAX};
use crate::model::{
    HostHeaderConditionConfig, PathPatternConditionConfig, RewriteConfig, RuleCondition,
    RuleTransform,
};

const METHOD_BYTES_MAX: usize = 40;
const HEADER_NAME_BYTES_MAX: usize = 40;

/// The fields of which a rule may have one condition only.
const SINGLE: &[&str] = &[
    "host-header",
    "path-pattern",
    "http-request-method",
    "source-ip",
];

/// The conditions of a rule as they are kept and answered.
pub(crate) fn completed(conditions: &[RuleCondition]) -> Result<Vec<RuleCondition>, ServiceError> {
    if conditions.is_empty() {
        return Err(exception::validation("A condition must be specified"));
    }
    let completed: Vec<RuleCondition> = conditions.iter().cloned().map(complete).collect();
    for (at, condition) in completed.iter().enumerate() {
        let field = condition.field.as_deref().unwrap_or_default();
        let again = completed
            .iter()
            .skip(at + 1)
            .any(|other| other.field == condition.field);
        if SINGLE.contains(&field) && again {
            return Err(exception::validation(format!(
                "A rule can only have one '{field}' condition"
            )));
        }
    }
    let compiled = compile(&completed)?;
    let (values, wildcards) = compiled
        .iter()
        .map(counted)
        .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    if values > CONDITION_VALUES_MAX {
        return Err(exception::validation(format!(
            "A rule can only have '{CONDITION_VALUES_MAX}' condition values"
        )));
    }
    if wildcards > CONDITION_WILDCARDS_MAX {
        return Err(exception::validation(format!(
            "A rule can only have '{CONDITION_WILDCARDS_MAX}' condition wildcards"
        )));
    }
    Ok(completed)
}

/// AWS answers the values of hosts and paths in both places.
fn complete(mut condition: RuleCondition) -> RuleCondition {
    let (values, regexes) = (condition.values.take(), condition.regex_values.take());
    match condition.field.as_deref() {
        Some("host-header") => {
            let config = condition.host_header_config.get_or_insert_default();
            let HostHeaderConditionConfig {
                values: v,
                regex_values: r,
            } = config;
            *v = v.take().or(values);
            *r = r.take().or(regexes);
            (condition.values, condition.regex_values) = (v.clone(), r.clone());
        }
        Some("path-pattern") => {
            let config = condition.path_pattern_config.get_or_insert_default();
            let PathPatternConditionConfig {
                values: v,
                regex_values: r,
            } = config;
            *v = v.take().or(values);
            *r = r.take().or(regexes);
            (condition.values, condition.regex_values) = (v.clone(), r.clone());
        }
        Some("http-header") => {
            if let Some(config) = &mut condition.http_header_config {
                config.regex_values = config.regex_values.take().or(regexes);
            }
            condition.values = values;
        }
        _ => (condition.values, condition.regex_values) = (values, regexes),
    }
    condition
}

/// How many values and wildcards a condition has.
fn counted(condition: &Condition) -> (usize, usize) {
    let of = |patterns: &Patterns| {
        let wild = patterns.wildcards.iter().map(Wildcard::wildcards).sum();
        (patterns.wildcards.len() + patterns.regexes.len(), wild)
    };
    match condition {
        Condition::Host(patterns) | Condition::Path(patterns) => of(patterns),
        Condition::Header { values, .. } => of(values),
        Condition::Method(methods) => (methods.len(), 0),
        Condition::Query(pairs) => {
            let wild = |pair: &QueryPattern| {
                pair.value.wildcards() + pair.key.as_ref().map_or(0, Wildcard::wildcards)
            };
            (pairs.len(), pairs.iter().map(wild).sum())
        }
        Condition::SourceIp(networks) => (networks.len(), 0),
    }
}

/// What the edge compares.
pub(crate) fn compile(conditions: &[RuleCondition]) -> Result<Vec<Condition>, ServiceError> {
    conditions.iter().map(compile_one).collect()
}

fn compile_one(condition: &RuleCondition) -> Result<Condition, ServiceError> {
    let field = condition.field.as_deref().unwrap_or_default();
    let configured = |there: bool, name: &str| {
        let missing =
            || exception::validation(format!("A '{name}' must be specified with '{field}'"));
        if there { Ok(()) } else { Err(missing()) }
    };
    let valueless = [
        "http-header",
        "http-request-method",
        "query-string",
        "source-ip",
    ];
    if valueless.contains(&field) && condition.values.is_some() {
        return Err(exception::validation(format!(
            "The 'Values' field is not compatible with '{field}'"
        )));
    }
    match field {
        "host-header" => {
            let config = condition.host_header_config.clone().unwrap_or_default();
            let patterns = patterns(field, config.values, config.regex_values, true, true)?;
            let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-.*?_:[]\\".contains(&byte);
            let values = condition
                .host_header_config
                .iter()
                .filter_map(|c| c.values.as_ref());
            if values.flatten().any(|value| !value.bytes().all(fit)) {
                return Err(exception::validation(
                    "The 'host-header' value contains characters that no host name has",
                ));
            }
            Ok(Condition::Host(patterns))
        }
        "path-pattern" => {
            let config = condition.path_pattern_config.clone().unwrap_or_default();
            patterns(field, config.values, config.regex_values, false, false).map(Condition::Path)
        }
        "http-header" => {
            configured(condition.http_header_config.is_some(), "HttpHeaderConfig")?;
            let config = condition.http_header_config.clone().unwrap_or_default();
            let name = config.http_header_name.unwrap_or_default();
            let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            if name.len() > HEADER_NAME_BYTES_MAX {
                return Err(exception::validation(format!(
                    "The 'HttpHeaderName' value is too long; the limit is '{HEADER_NAME_BYTES_MAX}'"
                )));
            }
            if name.is_empty() || !name.bytes().all(token) || name.eq_ignore_ascii_case("host") {
                return Err(exception::validation(
                    "The 'HttpHeaderName' value is not the name of a header field, or it is 'host', \
                     for which there is the 'host-header' condition",
                ));
            }
            Ok(Condition::Header {
                name: name.to_ascii_lowercase(),
                values: patterns(field, config.values, config.regex_values, true, false)?,
            })
        }
        "http-request-method" => {
            let config = condition.http_request_method_config.clone();
            configured(config.is_some(), "HttpRequestMethodConfig")?;
            let values = some(field, config.and_then(|config| config.values))?;
            let fit = |byte: u8| byte.is_ascii_uppercase() || b"-_".contains(&byte);
            for value in &values {
                if value.len() > METHOD_BYTES_MAX {
                    return Err(exception::validation(format!(
                        "The 'http-request-method' value is too long; the limit is '{METHOD_BYTES_MAX}'"
                    )));
                }
                if value.is_empty() || !value.bytes().all(fit) {
                    return Err(exception::validation(
                        "The 'http-request-method' value is invalid; the allowed characters are \
                         A-Z, hyphen and underscore",
                    ));
                }
            }
            Ok(Condition::Method(values))
        }
        "query-string" => {
            let config = condition.query_string_config.clone();
            configured(config.is_some(), "QueryStringConfig")?;
            let pairs = some(field, config.and_then(|config| config.values))?;
            let pair = |pair: crate::model::QueryStringKeyValuePair| {
                let value = pair.value.ok_or_else(|| {
                    exception::validation(
                        "A 'Value' must be specified in 'QueryStringKeyValuePair'",
                    )
                })?;
                let key = pair.key.as_deref().map(Wildcard::ignore_case).transpose();
                Ok(QueryPattern {
                    key: key.map_err(|error| wrong("Key", &error))?,
                    value: Wildcard::ignore_case(&value).map_err(|error| wrong("Value", &error))?,
                })
            };
            let pairs: Result<_, ServiceError> = pairs.into_iter().map(pair).collect();
            pairs.map(Condition::Query)
        }
        "source-ip" => {
            let config = condition.source_ip_config.clone();
            configured(config.is_some(), "SourceIpConfig")?;
            let config = config.unwrap_or_default();
            if config.ip_address_type.is_some() {
                return Err(exception::validation(
                    "The 'IpAddressType' of 'SourceIpConfig' is only for Network Load Balancers",
                ));
            }
            let parse = |value: String| {
                value.parse().map_err(|_| {
                    let value: String = value.chars().take(64).collect();
                    exception::validation(format!(
                        "The 'source-ip' value '{value}' is not a CIDR block"
                    ))
                })
            };
            let networks = some(field, config.values)?.into_iter().map(parse);
            networks.collect::<Result<_, _>>().map(Condition::SourceIp)
        }
        other => {
            let other: String = other.chars().take(64).collect();
            Err(exception::validation(format!(
                "Condition field '{other}' must be one of '[http-request-method, host-header, \
                 path-pattern, http-header, query-string, source-ip]'"
            )))
        }
    }
}

fn some<T>(field: &str, values: Option<Vec<T>>) -> Result<Vec<T>, ServiceError> {
    values.filter(|values| !values.is_empty()).ok_or_else(|| {
        exception::validation(format!("A '{field}' condition value must be specified"))
    })
}

fn wrong(field: &str, error: &PatternError) -> ServiceError {
    exception::validation(match error {
        PatternError::TooLong { max } => {
            format!("The '{field}' value is too long; the limit is '{max}'")
        }
        PatternError::Regex(_) => format!("The '{field}' value is not valid: {error}"),
    })
}

fn patterns(
    field: &str,
    values: Option<Vec<String>>,
    regex_values: Option<Vec<String>>,
    fold_values: bool,
    fold_regexes: bool,
) -> Result<Patterns, ServiceError> {
    let (values, regexes) = (values.unwrap_or_default(), regex_values.unwrap_or_default());
    if values.is_empty() == regexes.is_empty() {
        return Err(exception::validation(format!(
            "Either values or regex values must be specified for a '{field}' condition"
        )));
    }
    if values.iter().chain(&regexes).any(String::is_empty) {
        return Err(exception::validation(format!(
            "A '{field}' condition value cannot be empty"
        )));
    }
    let wildcard = |value: &String| {
        if fold_values {
            Wildcard::ignore_case(value)
        } else {
            Wildcard::exact_case(value)
        }
    };
    let wildcards: Result<_, _> = values.iter().map(wildcard).collect();
    let regexes: Result<_, _> = regexes
        .iter()
        .map(|value| Regex::condition(value, fold_regexes))
        .collect();
    Ok(Patterns {
        wildcards: wildcards.map_err(|error| wrong(field, &error))?,
        regexes: regexes.map_err(|error| wrong(field, &error))?,
    })
}

/// What the edge rewrites.
pub(crate) fn transforms(transforms: &[RuleTransform]) -> Result<Transforms, ServiceError> {
    let mut compiled = Transforms::default();
    for transform in transforms {
        let url = transform.r#type == "url-rewrite";
        let rewrites = if url {
            transform
                .url_rewrite_config
                .as_ref()
                .and_then(|config| config.rewrites.as_deref())
        } else {
            let config = transform.host_header_rewrite_config.as_ref();
            config.and_then(|config| config.rewrites.as_deref())
        };
        let Some([RewriteConfig { regex, replace }]) = rewrites else {
            return Err(exception::validation(format!(
                "A transform of type '{}' must have exactly one rewrite",
                transform.r#type
            )));
        };
        let (slot, rewrite) = if url {
            (&mut compiled.url, Rewrite::url(regex, replace))
        } else {
            (&mut compiled.host, Rewrite::host(regex, replace))
        };
        let rewrite = rewrite.map_err(|error| wrong(&transform.r#type, &error))?;
        if slot.replace(rewrite).is_some() {
            return Err(exception::validation(format!(
                "A rule can only have one transform of type '{}'",
                transform.r#type
            )));
        }
    }
    Ok(compiled)
}
