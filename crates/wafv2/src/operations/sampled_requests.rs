//! GetSampledRequests: real requests that matched a rule, drawn from those of the last three hours.
//! Source: AWS WAF API Reference, "GetSampledRequests".

use std::sync::Arc;

use telemetry::samples::{DEFAULT_ACTION, SampledRequest, Sampling};
use types::{Call, ServiceError};
use wire::Value;

use crate::Wafv2;
use crate::exception;
use crate::item::{Identity, Item, Kind};
use crate::model::{
    GetSampledRequestsRequest, GetSampledRequestsResponse, HTTPHeader, HTTPRequest, Label,
    SampledHTTPRequest, TimeWindow,
};
use crate::scope::Place;

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
    let source = source(&web_acl, &input.rule_metric_name)?;
    let TimeWindow {
        start_time,
        end_time,
    } = input.time_window;
    if start_time >= end_time {
        let reason = "The start of the time window must lie before its end.";
        let message = format!("Error reason: {reason}, parameter: TimeWindow");
        return Err(
            ServiceError::sender("WAFInvalidParameterException", message)
                .with_member("Parameter", "TimeWindow")
                .with_member("Reason", reason),
        );
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

/// Under which name telemetry counts what the caller asks for; `None` where samples are switched
/// off.
fn source(web_acl: &Item, metric_name: &str) -> Result<Option<String>, ServiceError> {
    let config_of = |value: &Value| {
        let config = value.member("VisibilityConfig")?;
        let name = config.member("MetricName")?.as_str()?;
        let enabled = config
            .member("SampledRequestsEnabled")
            .and_then(Value::as_bool);
        Some((name.to_owned(), enabled.unwrap_or(true)))
    };
    let own = config_of(&web_acl.body);
    let rules = web_acl
        .member("Rules")
        .and_then(Value::as_list)
        .unwrap_or_default();
    let rule = rules
        .iter()
        .filter_map(config_of)
        .find(|(name, _)| name == metric_name);
    let (found, name) = match (rule, own) {
        (Some((_, enabled)), _) => (enabled, metric_name.to_owned()),
        (None, Some((name, enabled))) if name == metric_name => {
            (enabled, DEFAULT_ACTION.to_owned())
        }
        // The names that the AWS console asks by.
        (None, own) if matches!(metric_name, telemetry::samples::ALL | DEFAULT_ACTION) => (
            own.is_none_or(|(_, enabled)| enabled),
            metric_name.to_owned(),
        ),
        _ => return Err(exception::nonexistent_item()),
    };
    Ok(found.then_some(name))
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
    let labels = head.labels.iter().map(|name| Label { name: name.clone() });
    let labels: Vec<Label> = labels.collect();
    SampledHTTPRequest {
        request: HTTPRequest {
            client_ip: Some(head.client_ip.to_string()),
            country: Some(head.country.to_owned()),
            uri: Some(uri),
            method: Some(head.method.clone()),
            http_version: Some(head.version.to_owned()),
            headers: Some(headers.collect()),
        },
        weight: i64::try_from(weight).unwrap_or(i64::MAX),
        timestamp: Some(sample.time),
        action: Some(sample.action.as_str().to_owned()),
        rule_name_within_rule_group: sample.rule_name_within_rule_group.clone(),
        request_headers_inserted: None,
        response_code_sent: sample.response_code_sent.map(i64::from),
        labels: Some(labels).filter(|labels| !labels.is_empty()),
        captcha_response: None,
        challenge_response: None,
        overridden_action: None,
    }
}
