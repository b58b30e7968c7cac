//! The spans of one request, as OTLP's JSON has them: ids in hex, enumerations as numbers, 64-bit
//! numbers as text. Source: OpenTelemetry, "OTLP Specification", "JSON Protobuf Encoding";
//! "Semantic conventions for HTTP spans"; opentelemetry-proto, `trace.proto`.
//!
//! The event knows how long its parts took, not when each began: the web ACL's span begins with the
//! request, the target's when the request had been sent.

use std::time::Duration;

use serde_json::{Value, json};

use super::TraceContext;
use crate::json_line::text;
use crate::request::RequestEvent;

const INTERNAL: u8 = 1;
const SERVER: u8 = 2;
const CLIENT: u8 = 3;
const STATUS_ERROR: u8 = 2;
/// `SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK`
const KNOWS_REMOTE: u32 = 0x100;
/// `SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK`
const IS_REMOTE: u32 = 0x200;
/// The longest attribute, in bytes; what is longer is cut.
const VALUE_BYTES_MAX: usize = 4_096;
/// RFC 9110 and RFC 5789: other methods could be anything, so they name no span.
const METHODS: [&str; 9] = [
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE",
];

/// The spans with commas between; `None` when the request is not sampled.
pub(super) fn of(event: &RequestEvent) -> Option<String> {
    let context = event.exchange.trace.filter(TraceContext::is_sampled)?;
    let mut spans = vec![server(event, &context)];
    spans.extend(waf(event, &context));
    spans.extend(target(event, &context));
    let texts: Vec<_> = spans.iter().map(Value::to_string).collect();
    Some(texts.join(","))
}

/// What all that one process sends begins and ends with.
pub(super) fn envelope() -> (String, &'static str) {
    let scope = json!({"name": "btz", "version": env!("CARGO_PKG_VERSION")});
    let mut resource = Attributes::default();
    resource.text("service.name", "btz");
    resource.text("service.version", env!("CARGO_PKG_VERSION"));
    resource.number("process.pid", std::process::id().into());
    let resource = json!({"attributes": resource.0});
    let begin = format!(
        r#"{{"resourceSpans":[{{"resource":{resource},"scopeSpans":[{{"scope":{scope},"spans":["#
    );
    (begin, "]}]}]}")
}

#[derive(Default)]
struct Attributes(Vec<Value>);

impl Attributes {
    fn text(&mut self, key: &str, value: &str) {
        let end = value.floor_char_boundary(VALUE_BYTES_MAX);
        let value = value.get(..end).unwrap_or_default();
        self.0
            .push(json!({"key": key, "value": {"stringValue": value}}));
    }

    fn some(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.text(key, value);
        }
    }

    fn number(&mut self, key: &str, value: u64) {
        self.0
            .push(json!({"key": key, "value": {"intValue": value.to_string()}}));
    }

    fn method(&mut self, method: &str) {
        if METHODS.contains(&method) {
            self.text("http.request.method", method);
        } else {
            self.text("http.request.method", "_OTHER");
            self.some("http.request.method_original", Some(method));
        }
    }
}

/// A span, without what only some have.
struct Span<'a> {
    context: &'a TraceContext,
    id: u64,
    parent: Option<u64>,
    is_parent_remote: bool,
    name: &'a str,
    kind: u8,
    begin: Duration,
    end: Duration,
    attributes: Attributes,
    is_error: bool,
}

impl Span<'_> {
    fn value(self) -> Value {
        let remote = if self.is_parent_remote { IS_REMOTE } else { 0 };
        let mut value = json!({
            "traceId": format!("{:032x}", self.context.trace_id),
            "spanId": format!("{:016x}", self.id),
            "flags": u32::from(self.context.flags) | KNOWS_REMOTE | remote,
            "name": self.name,
            "kind": self.kind,
            "startTimeUnixNano": self.begin.as_nanos().to_string(),
            "endTimeUnixNano": self.end.max(self.begin).as_nanos().to_string(),
            "attributes": self.attributes.0,
            "status": if self.is_error { json!({"code": STATUS_ERROR}) } else { json!({}) },
        });
        if let (Some(parent), Value::Object(members)) = (self.parent, &mut value) {
            members.insert("parentSpanId".to_owned(), format!("{parent:016x}").into());
        }
        value
    }
}

/// When the request's head had been read, since 1970.
fn begin(event: &RequestEvent) -> Duration {
    Duration::from_millis(u64::try_from(event.time.as_millis()).unwrap_or_default())
}

fn name(method: &str) -> &str {
    // Without a route, the method alone: a path could be anything.
    if METHODS.contains(&method) {
        method
    } else {
        "HTTP"
    }
}

fn version(version: &str) -> &str {
    match version {
        "HTTP/2.0" => "2",
        other => other.strip_prefix("HTTP/").unwrap_or(other),
    }
}

fn server(event: &RequestEvent, context: &TraceContext) -> Value {
    let (request, exchange) = (&event.request, &event.exchange);
    let mut attributes = Attributes::default();
    attributes.method(&request.method);
    attributes.text("url.scheme", request.scheme);
    attributes.text("url.path", &request.path);
    attributes.some("url.query", Some(&request.query));
    let (host, port) = host_and_port(&request.host);
    attributes.some("server.address", Some(host));
    attributes.number("server.port", port.unwrap_or(exchange.listener_port).into());
    let client = event.client.ip.to_string();
    attributes.text("client.address", &client);
    attributes.text("network.peer.address", &client);
    attributes.number("network.peer.port", event.client.port.into());
    attributes.text("network.protocol.name", "http");
    attributes.text("network.protocol.version", version(request.version));
    let header = |name: &str| {
        let mut headers = request.headers.iter();
        headers
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| text(value))
    };
    attributes.some("user_agent.original", header("user-agent").as_deref());
    attributes.some(
        "tls.protocol.version",
        exchange
            .tls
            .as_ref()
            .and_then(|tls| tls.protocol.strip_prefix("TLSv")),
    );
    if event.status > 0 {
        attributes.number("http.response.status_code", event.status.into());
    }
    attributes.number("http.response.body.size", event.response_bytes);
    let is_error = event.status == 0 || event.status >= 500;
    if is_error {
        let reason = exchange.error_reason.map(|reason| reason.as_str());
        let status = event.status.to_string();
        attributes.text("error.type", reason.unwrap_or(&status));
    }
    attributes.text("btz.request_id", &event.id.to_string());
    attributes.some("btz.load_balancer_arn", Some(&event.load_balancer_arn));
    attributes.some(
        "btz.rule_arn",
        exchange.rule.as_ref().map(|rule| &*rule.arn),
    );
    attributes.some("btz.target_group_arn", exchange.target_group_arn.as_deref());
    let mut span = Span {
        context,
        id: context.span_id,
        parent: context.parent,
        is_parent_remote: context.is_continued(),
        name: name(&request.method),
        kind: SERVER,
        begin: begin(event),
        end: begin(event) + event.duration,
        attributes,
        is_error,
    }
    .value();
    let state = header("tracestate").filter(|state| context.is_continued() && state.len() <= 512);
    if let (Some(state), Value::Object(members)) = (state, &mut span) {
        members.insert("traceState".to_owned(), state.into_owned().into());
    }
    span
}

fn waf(event: &RequestEvent, context: &TraceContext) -> Option<Value> {
    let decision = event.decision.as_ref()?;
    let mut attributes = Attributes::default();
    attributes.text("btz.waf.web_acl_arn", &decision.web_acl_arn);
    attributes.text("btz.waf.action", decision.action.as_str());
    if let Some(rule) = &decision.terminating {
        attributes.text("btz.waf.rule", rule.web_acl_rule());
        attributes.some(
            "btz.waf.rule_within_group",
            rule.name_within_rule_group().as_deref(),
        );
    }
    attributes.number(
        "btz.waf.body_inspected_bytes",
        event.request.body_inspected_bytes,
    );
    let span = Span {
        context,
        id: context.waf_span_id(),
        parent: Some(context.span_id),
        is_parent_remote: false,
        name: "WAF",
        kind: INTERNAL,
        begin: begin(event),
        end: begin(event) + decision.evaluation,
        attributes,
        is_error: false,
    };
    Some(span.value())
}

fn target(event: &RequestEvent, context: &TraceContext) -> Option<Value> {
    let (request, exchange) = (&event.request, &event.exchange);
    let last = exchange.tries.last()?;
    let mut attributes = Attributes::default();
    attributes.method(&request.method);
    attributes.text("server.address", &last.address.ip().to_string());
    attributes.number("server.port", last.address.port().into());
    attributes.text("network.protocol.name", "http");
    attributes.text("network.protocol.version", "1.1");
    let own = match &*request.query {
        "" => request.path.clone(),
        query => format!("{}?{query}", request.path),
    };
    let uri = exchange.transformed_uri.as_ref().unwrap_or(&own);
    attributes.text("url.full", &format!("http://{}{uri}", last.address));
    let again = u64::try_from(exchange.tries.len() - 1).unwrap_or_default();
    if again > 0 {
        attributes.number("http.request.resend_count", again);
    }
    match last.status {
        Some(status) => {
            attributes.number("http.response.status_code", status.into());
            if status >= 400 {
                attributes.text("error.type", &status.to_string());
            }
        }
        None => {
            let reason = exchange
                .error_reason
                .map_or("_OTHER", |reason| reason.as_str());
            attributes.text("error.type", reason);
        }
    }
    let sent = exchange.request_processing.unwrap_or_default();
    let took = match (exchange.target_processing, exchange.response_processing) {
        (Some(target), response) => target + response.unwrap_or_default(),
        (None, _) => event.duration.saturating_sub(sent),
    };
    let span = Span {
        context,
        id: context.target_span_id(),
        parent: Some(context.span_id),
        is_parent_remote: false,
        name: name(&request.method),
        kind: CLIENT,
        begin: begin(event) + sent,
        end: begin(event) + sent + took,
        attributes,
        is_error: last.status.is_none_or(|status| status >= 400),
    };
    Some(span.value())
}

/// A Host field's two parts.
fn host_and_port(host: &str) -> (&str, Option<u16>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.ends_with(':') && port.parse::<u16>().is_ok() => {
            (name, port.parse().ok())
        }
        _ => (host, None),
    }
}
