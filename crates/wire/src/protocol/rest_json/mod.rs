//! restJson1: the operation by method and URI; the input in labels, query, headers and a JSON body,
//! or a body that is one member; the output in status, headers and body.
//! Source: Smithy 2.0, "AWS restJson1 protocol", "HTTP binding traits". A host prefix (`endpoint`
//! trait) has no meaning here: one address serves all.

mod text;
mod uri;

use std::borrow::Cow;

use types::ServiceError;

use crate::field_path::FieldPath;
use crate::json::parse;
use crate::protocol::json::{write, write_member};
use crate::protocol::{
    Limits, Request, Written, check_size, error_members, malformed, percent_decode,
};
use crate::shape::{Kind, Location, Member, Shape};
use crate::timestamp::TimestampFormat;
use crate::typed::{Form, placed};
use crate::{Model, Operation, Refusal, Value};

pub(crate) use uri::{HttpBinding, RestRoutes};

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";
const TEXT: &str = "text/plain";

/// How many parameters a query string may have.
const QUERY_PARAMETERS_MAX: usize = 1000;

pub(crate) fn operation<'m>(
    model: &'m Model,
    request: &Request<'_>,
) -> Result<&'m Operation, Refusal> {
    let query = parameters(request.query)?;
    let found = model.rest_routes.find(request.method, request.path, &query);
    found
        .and_then(|index| model.operation_at(index))
        .ok_or_else(|| Refusal::UnknownOperation {
            operation: format!("{} {}", request.method, request.path),
            version: None,
        })
}

/// The query's parameters in their order, decoded. A `+` is a space to some readers and a plus to
/// others, so it has to be escaped.
fn parameters(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    let wrong = |reason: &str| Refusal::MalformedQuery {
        reason: reason.to_owned(),
    };
    let mut parameters = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        if parameters.len() == QUERY_PARAMETERS_MAX {
            return Err(wrong("The query string has too many parameters."));
        }
        if pair.contains('+') {
            return Err(wrong(
                "A '+' in the query string is ambiguous: write %2B for a plus and %20 for a space.",
            ));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = percent_decode(name, false).zip(percent_decode(value, false));
        parameters.push(decoded.ok_or_else(|| wrong("The query string contains a syntax error."))?);
    }
    Ok(parameters)
}

pub(crate) fn input(
    model: &Model,
    operation: &Operation,
    request: &Request<'_>,
    limits: Limits,
) -> Result<Value, Refusal> {
    check_size(request, limits)?;
    let Some(shape) = operation.input.map(|shape| model.shape(shape)) else {
        return Ok(Value::Map(Vec::new()));
    };
    let query = parameters(request.query)?;
    let labels = operation
        .http
        .as_ref()
        .and_then(|http| http.labels(request.path))
        .unwrap_or_default();
    let mut fields = Vec::new();
    for member in shape.members() {
        let inner = model.shape(member.shape);
        let read = match member.location {
            Some(Location::Uri) => {
                let label = labels.iter().find(|(name, _)| *name == member.wire_name());
                label
                    .map(|(_, text)| text::read(inner, text, TimestampFormat::Iso8601))
                    .transpose()
            }
            Some(Location::QueryString) => from_query(model, member, &query),
            Some(Location::Header) => from_header(model, member, request),
            Some(Location::Headers) => from_headers(member, request),
            Some(Location::StatusCode) | None => Ok(None),
        };
        let at = FieldPath::Member(&FieldPath::Root, &member.name);
        let read = read.map_err(|problem| malformed(placed(&problem, &at)))?;
        fields.extend(read.map(|value| (member.name.clone(), value)));
    }
    match payload(shape) {
        Some(member) => fields.extend(
            from_payload(model, member, request)?.map(|value| (member.name.clone(), value)),
        ),
        None => fields.extend(from_body(model, shape, request)?),
    }
    Ok(Value::Map(fields))
}

/// The headers that are members of an operation's input.
pub(crate) fn input_headers<'r>(
    model: &Model,
    operation: &Operation,
    request: &Request<'r>,
) -> Vec<&'r str> {
    let Some(shape) = operation.input.map(|shape| model.shape(shape)) else {
        return Vec::new();
    };
    let is_bound = |name: &str| {
        shape.members().iter().any(|member| match member.location {
            Some(Location::Header) => name.eq_ignore_ascii_case(member.wire_name()),
            Some(Location::Headers) => after_prefix(name, member).is_some(),
            _ => false,
        })
    };
    let names = request.headers.iter().map(|(name, _)| *name);
    names.filter(|name| is_bound(name)).collect()
}

/// What follows the prefix of a member that is all headers with it.
fn after_prefix<'n>(name: &'n str, member: &Member) -> Option<&'n str> {
    let prefix = member.location_name.as_deref().unwrap_or_default();
    let (head, rest) = name.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// The member that is the whole body.
fn payload(shape: &Shape) -> Option<&Member> {
    let name = shape.payload.as_ref()?;
    shape.members().iter().find(|member| member.name == *name)
}

fn from_query(
    model: &Model,
    member: &Member,
    query: &[(String, String)],
) -> Result<Option<Value>, String> {
    let format = TimestampFormat::Iso8601;
    let values = |wanted: &str| -> Vec<&str> {
        let named = query.iter().filter(|(name, _)| name == wanted);
        named.map(|(_, value)| value.as_str()).collect()
    };
    let shape = model.shape(member.shape);
    match &shape.kind {
        Kind::List(item) => {
            let item = model.shape(item.shape);
            let items = values(member.wire_name())
                .into_iter()
                .map(|text| text::read(item, text, format))
                .collect::<Result<Vec<_>, _>>()?;
            Ok(Some(items)
                .filter(|items| !items.is_empty())
                .map(Value::List))
        }
        // All parameters, also those that members of their own are bound to.
        Kind::Map(_, held) => {
            let held = model.shape(held.shape);
            let mut entries: Vec<(String, Value)> = Vec::new();
            for (name, text) in query {
                let known = entries.iter_mut().find(|(entry, _)| entry == name);
                match (known, &held.kind) {
                    (Some((_, Value::List(items))), _) => items.push(Value::from(text.as_str())),
                    (Some(_), _) => return Err(twice(name)),
                    (None, Kind::List(_)) => {
                        entries.push((name.clone(), Value::from(vec![text.as_str()])));
                    }
                    (None, _) => entries.push((name.clone(), Value::from(text.as_str()))),
                }
            }
            Ok(Some(entries)
                .filter(|entries| !entries.is_empty())
                .map(Value::Map))
        }
        _ => match values(member.wire_name()).as_slice() {
            [] => Ok(None),
            [text] => text::read(shape, text, format).map(Some),
            _ => Err(twice(member.wire_name())),
        },
    }
}

fn twice(parameter: &str) -> String {
    let parameter: String = parameter.chars().take(64).collect();
    format!("The parameter {parameter} is there more than once")
}

fn from_header(
    model: &Model,
    member: &Member,
    request: &Request<'_>,
) -> Result<Option<Value>, String> {
    let named = request
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(member.wire_name()));
    let values: Vec<&str> = named.map(|(_, value)| *value).collect();
    if values.is_empty() {
        return Ok(None);
    }
    let (shape, item) = with_item(model, member);
    text::read_header(member, shape, item, &values).map(Some)
}

/// A member's shape, and of a list its items'.
fn with_item<'m>(model: &'m Model, member: &Member) -> (&'m Shape, Option<&'m Shape>) {
    let shape = model.shape(member.shape);
    let item = match &shape.kind {
        Kind::List(item) => Some(model.shape(item.shape)),
        _ => None,
    };
    (shape, item)
}

fn from_headers(member: &Member, request: &Request<'_>) -> Result<Option<Value>, String> {
    let mut entries: Vec<(String, Value)> = Vec::new();
    for (name, value) in request.headers {
        let Some(rest) = after_prefix(name, member) else {
            continue;
        };
        let rest = rest.to_ascii_lowercase();
        if entries.iter().any(|(entry, _)| *entry == rest) {
            let name: String = name.chars().take(64).collect();
            return Err(format!("The header {name} is there more than once"));
        }
        entries.push((rest, Value::from(value.trim_matches([' ', '\t']))));
    }
    Ok(Some(entries)
        .filter(|entries| !entries.is_empty())
        .map(Value::Map))
}

fn from_payload(
    model: &Model,
    member: &Member,
    request: &Request<'_>,
) -> Result<Option<Value>, Refusal> {
    let shape = model.shape(member.shape);
    let is_empty = request.body.is_empty();
    match shape.kind {
        // Without a body there is nothing, unless there has to be something.
        Kind::Blob | Kind::String if is_empty && !member.required => Ok(None),
        Kind::Blob => Ok(Some(Value::Blob(request.body.to_vec()))),
        Kind::String => {
            if request.media_type() == JSON {
                return Err(unsupported(TEXT, request));
            }
            let text = std::str::from_utf8(request.body);
            let text = text.map_err(|_| malformed("The body is no UTF-8 text.".to_owned()))?;
            Ok(Some(Value::from(text)))
        }
        _ => {
            let Some(value) = body(request)? else {
                return Ok(None);
            };
            match model.typed_in(Form::RestJson, member.shape, value) {
                Ok(Value::Null) if !matches!(shape.kind, Kind::Document) => Ok(None),
                Ok(value) => Ok(Some(value)),
                Err(reason) => Err(malformed(reason)),
            }
        }
    }
}

fn from_body(
    model: &Model,
    shape: &Shape,
    request: &Request<'_>,
) -> Result<Vec<(String, Value)>, Refusal> {
    // An operation that takes nothing in its body does not look at it.
    let is_bound = |member: &Member| member.location.is_some();
    if shape.members().iter().all(is_bound) {
        return Ok(Vec::new());
    }
    let Some(value) = body(request)? else {
        return Ok(Vec::new());
    };
    match model.typed_body(shape, value).map_err(malformed)? {
        Value::Map(fields) => Ok(fields),
        _ => Ok(Vec::new()),
    }
}

/// The JSON in the body, if there is one.
fn body(request: &Request<'_>) -> Result<Option<Value>, Refusal> {
    if request.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    if !matches!(request.media_type().as_ref(), JSON | "") {
        return Err(unsupported(JSON, request));
    }
    let value = parse(request.body);
    value
        .map(Some)
        .map_err(|error| malformed(format!("No JSON: {error}.")))
}

fn unsupported(wanted: &'static str, request: &Request<'_>) -> Refusal {
    Refusal::UnsupportedMediaType {
        wanted,
        found: request.media_type().into_owned(),
    }
}

pub(crate) fn output(model: &Model, operation: &Operation, output: &Value) -> Written {
    let status = operation.http.as_ref().map(|http| http.status);
    let Some(shape) = operation.output.map(|shape| model.shape(shape)) else {
        return Written {
            status,
            ..Written::default()
        };
    };
    let fields = output.as_map().unwrap_or_default();
    let mut written = match payload(shape) {
        Some(member) => to_payload(model, member, output.member(&member.name)),
        None => Written::body(JSON, to_body(model, Some(shape), fields)),
    };
    written.headers = to_headers(model, shape, fields);
    let coded = shape.members().iter().find_map(|member| {
        let is_status = member.location == Some(Location::StatusCode);
        let code = output.member(&member.name).filter(|_| is_status)?;
        u16::try_from(code.as_i64()?).ok()
    });
    written.status = coded.filter(|code| (200..600).contains(code)).or(status);
    // RFC 9110, section 6.4.1: such responses have no content.
    if matches!(written.status, Some(204 | 205 | 304)) {
        written.content_type = None;
        written.body.clear();
    }
    written
}

pub(crate) fn error(model: &Model, shape: Option<&Shape>, error: &ServiceError) -> Written {
    let name = shape.map_or(&*error.code, Shape::name);
    let members = error_members(model, shape, error, "message");
    let mut written = Written::body(JSON, to_body(model, shape, &members));
    if let Some(shape) = shape {
        written.headers = to_headers(model, shape, &members);
    }
    let header = ("X-Amzn-Errortype".into(), name.to_owned());
    written.headers.push(header);
    written
}

fn to_payload(model: &Model, member: &Member, value: Option<&Value>) -> Written {
    let shape = model.shape(member.shape);
    match (&shape.kind, value) {
        (_, None | Some(Value::Null)) if !matches!(shape.kind, Kind::Document) => {
            Written::default()
        }
        (_, None) => Written::default(),
        (Kind::Blob, Some(Value::Blob(bytes))) => Written::body(BYTES, bytes.as_slice()),
        (Kind::String, Some(Value::String(text))) => Written::body(TEXT, text.as_str()),
        (_, Some(value)) => {
            let mut body = String::new();
            write(model, Form::RestJson, shape, value, &mut body);
            Written::body(JSON, body)
        }
    }
}

/// The members that lie in the body. Those that the shape does not have are left out, but for an
/// error without a shape.
fn to_body(model: &Model, shape: Option<&Shape>, fields: &[(String, Value)]) -> String {
    let mut body = "{".to_owned();
    for (name, value) in fields {
        let member = shape.map(|shape| shape.members().iter().find(|m| m.name == *name));
        let is_in_body = match member {
            Some(Some(member)) => member.location.is_none(),
            // An error's message is told also where its shape has no member for it.
            Some(None) => name == "message",
            None => true,
        };
        if !is_in_body || *value == Value::Null {
            continue;
        }
        if body.len() > 1 {
            body.push(',');
        }
        write_member(model, Form::RestJson, shape, (name, value), &mut body);
    }
    body.push('}');
    body
}

fn to_headers(
    model: &Model,
    shape: &Shape,
    fields: &[(String, Value)],
) -> Vec<(Cow<'static, str>, String)> {
    let mut headers = Vec::new();
    for (name, value) in fields {
        let Some(member) = shape.members().iter().find(|member| member.name == *name) else {
            continue;
        };
        match (member.location, value) {
            (_, Value::Null) => {}
            (Some(Location::Header), value) => {
                let (shape, item) = with_item(model, member);
                let text = text::write_header(member, shape, item, value);
                let name = Cow::Owned(member.wire_name().to_owned());
                headers.extend(text.map(|text| (name, text)));
            }
            (Some(Location::Headers), Value::Map(entries)) => {
                let prefix = member.location_name.as_deref().unwrap_or_default();
                for (rest, value) in entries {
                    let text = text::write_header(member, model.shape(member.shape), None, value);
                    let name = format!("{prefix}{rest}");
                    let text = text.filter(|_| is_header_name(&name));
                    headers.extend(text.map(|text| (Cow::Owned(name), text)));
                }
            }
            _ => {}
        }
    }
    headers
}

/// RFC 9110's `token`. A map's key that is none cannot be a header, so it is left out.
fn is_header_name(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Protocol;

    #[test]
    fn the_headers_that_are_input_are_known_before_it_is_read() {
        let model = Model::embedded(
            r#"{"metadata": {"protocol": "rest-json", "apiVersion": "1", "endpointPrefix": "s"},
            "operations": {"Put": {"http": {"method": "PUT", "requestUri": "/"},
                "input": {"shape": "In"}}},
            "shapes": {"In": {"type": "structure", "members": {
                "Owner": {"shape": "T", "location": "header", "locationName": "X-Owner"},
                "Meta": {"shape": "M", "location": "headers", "locationName": "X-Meta-"},
                "Query": {"shape": "T", "location": "querystring", "locationName": "host"}}},
                "M": {"type": "map", "key": {"shape": "T"}, "value": {"shape": "T"}},
                "T": {"type": "string"}}}"#,
        );
        let request = Request {
            method: "PUT",
            path: "/",
            query: "",
            headers: &[
                ("host", "h"),
                ("x-owner", "o"),
                ("x-meta", "none"),
                ("x-meta-a", "1"),
                ("X-META-B", "2"),
                ("x-owners", "none"),
            ],
            body: b"",
        };
        let dialect = model.in_protocol(Protocol::RestJson1);
        let found = dialect.input_headers(model.operation("Put").unwrap(), &request);
        assert_eq!(found, ["x-owner", "x-meta-a", "X-META-B"]);
        let other = model.in_protocol(Protocol::AwsJson11);
        let none = other.input_headers(model.operation("Put").unwrap(), &request);
        assert!(none.is_empty(), "there it is all in the body");
    }
}
