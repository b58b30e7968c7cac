//! GetSampledRequests: real requests that matched a rule, drawn from those of the last three hours.
//! Source: AWS WAF API Reference, "GetSampledRequests".

use std::sync::Arc;

use telemetry::request::Action;
use telemetry::samples::{ALL, DEFAULT_ACTION, SampledRequest, Sampling, name_in_group};
use types::{Call, ServiceError};
use waf::managed;
use wire::Value;

use crate::Wafv2;
use crate::exception;
use crate::item::{Identity, Item, Kind};
use crate::model::{
    CaptchaResponse, ChallengeResponse, GetSampledRequestsRequest, GetSampledRequestsResponse,
    HTTPHeader, HTTPRequest, Label, SampledHTTPRequest, TimeWindow,
};
use crate::scope::Place;

/// Why a CAPTCHA or challenge was asked for: none of the requests that show a token is asked.
const TOKEN_MISSING: &str = "TOKEN_MISSING";

pub(crate) async fn get_sampled_requests(
    service: &Wafv2,
    call: &Call,
    input: GetSampledRequestsRequest,
) -> Result<GetSampledRequestsResponse, ServiceError> {
    let place = Place::of(call, &input.scope)?;
    let identity = Identity::of_callers_arn(call, &input.web_acl_arn)?;
    if identity.kind != Kind::WebAcl || identity.place != place {
        return Err(exception::invalid_arn(&input.web_acl_arn));
    }
    let web_acl = service.viewed_item(&identity)?;
    let source = source(service, &web_acl, &input.rule_metric_name)?;
    let TimeWindow {
        start_time,
        end_time,
    } = input.time_window;
    if start_time >= end_time {
        return Err(exception::invalid_time_window());
    }
    let now = service.clock.now();
    let items_max = usize::try_from(input.max_items).unwrap_or_default();
    let sampling = match source {
        Some(metric_name) => service.telemetry.samples().sample(
            &input.web_acl_arn,
            &metric_name,
            start_time,
            end_time,
            items_max,
            now,
        ),
        // Its owner wants no samples of it.
        None => Sampling {
            start: start_time,
            end: end_time,
            population: 0,
            items: Vec::new(),
        },
    };
    let samples = sampling
        .items
        .iter()
        .map(|(sample, weight)| sampled(sample, *weight));
    Ok(GetSampledRequestsResponse {
        sampled_requests: Some(samples.collect()),
        population_size: Some(i64::try_from(sampling.population).unwrap_or(i64::MAX)),
        time_window: Some(TimeWindow {
            start_time: sampling.start,
            // A window that ended more than three hours ago is empty.
            end_time: sampling.end.max(sampling.start),
        }),
    })
}

/// Metric name and whether samples are taken: `VisibilityConfig`.
fn visibility(value: &Value) -> Option<(&str, bool)> {
    let config = value.member("VisibilityConfig")?;
    let enabled = config.member("SampledRequestsEnabled");
    let enabled = enabled.and_then(Value::as_bool);
    Some((
        config.member("MetricName")?.as_str()?,
        enabled.unwrap_or(true),
    ))
}

fn rules(item: &Item) -> &[Value] {
    let rules = item.member("Rules").and_then(Value::as_list);
    rules.unwrap_or_default()
}

/// Under which name telemetry counts what the caller asks for; `None` where samples are switched
/// off. A metric is the web ACL's own, that of one of its rules, or that of a rule group which they
/// refer to or of a rule in it; the nearest of the name is meant.
fn source(
    service: &Wafv2,
    web_acl: &Item,
    metric_name: &str,
) -> Result<Option<String>, ServiceError> {
    let is_asked = |value: &Value| {
        let (name, enabled) = visibility(value)?;
        (name == metric_name).then_some(enabled)
    };
    if let Some(enabled) = rules(web_acl).iter().find_map(is_asked) {
        return Ok(enabled.then(|| metric_name.to_owned()));
    }
    if let Some(enabled) = is_asked(&web_acl.body) {
        return Ok(enabled.then(|| DEFAULT_ACTION.to_owned()));
    }
    // The names that the AWS console asks by.
    if matches!(metric_name, ALL | DEFAULT_ACTION) {
        let enabled = visibility(&web_acl.body).is_none_or(|(_, enabled)| enabled);
        return Ok(enabled.then(|| metric_name.to_owned()));
    }
    for rule in rules(web_acl) {
        let Some((referring, enabled)) = visibility(rule) else {
            continue;
        };
        if let Some((name, inner)) = source_in_group(service, rule, referring, metric_name)? {
            return Ok((enabled && inner).then_some(name));
        }
    }
    Err(exception::nonexistent_item())
}

/// The same within the rule group that a rule refers to, if it refers to one: under which name, and
/// whether samples are taken.
fn source_in_group(
    service: &Wafv2,
    rule: &Value,
    referring_metric: &str,
    metric_name: &str,
) -> Result<Option<(String, bool)>, ServiceError> {
    let statement = |kind| rule.member("Statement")?.member(kind);
    if let Some(managed) = statement("ManagedRuleGroupStatement") {
        let text = |name| managed.member(name).and_then(Value::as_str);
        let (vendor, group) = (text("VendorName"), text("Name"));
        let (vendor, group) = (vendor.unwrap_or_default(), group.unwrap_or_default());
        let found = managed::find(vendor, group).and_then(|group| group.listing().ok());
        let rules = found.map(|listing| listing.rules.as_slice());
        // AWS names the metrics of their rules like the rules.
        let inner = rules.unwrap_or_default().iter();
        let mut inner = inner.filter(|inner| inner.name == metric_name);
        return Ok(inner.next().map(|inner| {
            (
                name_in_group(&format!("{vendor}#{group}"), &inner.name),
                true,
            )
        }));
    }
    let arn = statement("RuleGroupReferenceStatement");
    let arn = arn.and_then(|reference| reference.member("ARN")?.as_str());
    let Some(identity) = arn.and_then(Identity::of_arn) else {
        return Ok(None);
    };
    let group = service.viewed_item(&identity)?;
    for inner in rules(&group) {
        if let Some((_, enabled)) = visibility(inner).filter(|(name, _)| *name == metric_name) {
            let name = inner.member("Name").and_then(Value::as_str);
            let name = name_in_group(identity.arn().as_str(), name.unwrap_or_default());
            return Ok(Some((name, enabled)));
        }
    }
    let own = visibility(&group.body).filter(|(name, _)| *name == metric_name);
    Ok(own.map(|(_, enabled)| (referring_metric.to_owned(), enabled)))
}

fn sampled(sample: &Arc<SampledRequest>, weight: u64) -> SampledHTTPRequest {
    let head = &sample.request;
    let uri = match head.query.as_str() {
        "" => head.path.clone(),
        query => format!("{}?{query}", head.path),
    };
    let headers = head.headers.iter().map(|(name, value)| HTTPHeader {
        name: Some(name.clone()),
        value: Some(String::from_utf8_lossy(value).into_owned()),
    });
    let inserted = head.inserted_headers.iter();
    let inserted: Vec<HTTPHeader> = inserted
        .map(|(name, value)| HTTPHeader {
            name: Some(name.clone()),
            value: Some(value.clone()),
        })
        .collect();
    let labels = head.labels.iter().map(|name| Label { name: name.clone() });
    let labels: Vec<Label> = labels.collect();
    SampledHTTPRequest {
        request: HTTPRequest {
            client_ip: Some(head.client_ip.to_string()),
            country: Some(head.country.clone()),
            uri: Some(uri),
            method: Some(head.method.clone()),
            http_version: Some(head.version.to_owned()),
            headers: Some(headers.collect()),
        },
        weight: i64::try_from(weight).unwrap_or(i64::MAX),
        timestamp: Some(sample.time),
        action: Some(sample.action.as_str().to_owned()),
        rule_name_within_rule_group: sample.rule_name_within_rule_group.clone(),
        request_headers_inserted: Some(inserted).filter(|headers| !headers.is_empty()),
        response_code_sent: sample.response_code_sent.map(i64::from),
        labels: Some(labels).filter(|labels| !labels.is_empty()),
        // It ends evaluation only when there is no token.
        captcha_response: (sample.action == Action::Captcha).then(|| CaptchaResponse {
            response_code: sample.response_code_sent.map(i64::from),
            solve_timestamp: None,
            failure_reason: Some(TOKEN_MISSING.to_owned()),
        }),
        challenge_response: (sample.action == Action::Challenge).then(|| ChallengeResponse {
            response_code: sample.response_code_sent.map(i64::from),
            solve_timestamp: None,
            failure_reason: Some(TOKEN_MISSING.to_owned()),
        }),
        overridden_action: sample.overridden_action.map(|own| own.as_str().to_owned()),
    }
}
