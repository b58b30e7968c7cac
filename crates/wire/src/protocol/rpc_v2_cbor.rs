//! rpcv2Cbor: the operation in the path, the input and output as CBOR maps.
//! Source: Smithy 2.0, "Smithy RPC v2 CBOR protocol".

use types::ServiceError;

use crate::cbor::{parse, to_bytes, write_list_head, write_map_head, write_text};
use crate::protocol::{Limits, Request, Written, check_size, error_members, malformed};
use crate::shape::{Kind, Shape};
use crate::typed::Form;
use crate::{Model, Operation, Refusal, Value};

/// The header that names the protocol in requests and responses.
pub(super) const PROTOCOL_HEADER: &str = "smithy-protocol";
const PROTOCOL: &str = "rpc-v2-cbor";
const CONTENT_TYPE: &str = "application/cbor";

pub(crate) fn operation<'m>(
    model: &'m Model,
    request: &Request<'_>,
) -> Result<&'m Operation, Refusal> {
    let unknown = |operation: String| Refusal::UnknownOperation {
        operation,
        version: None,
    };
    if request.header(PROTOCOL_HEADER) != Some(PROTOCOL) {
        return Err(Refusal::MissingOperation);
    }
    // "Server-side implementations MUST reject such requests for security reasons": another
    // reader might carry out the operation that the header names.
    for header in ["x-amz-target", "x-amzn-target"] {
        if request.header(header).is_some() {
            return Err(malformed(format!(
                "A request of {PROTOCOL} must not have the header {header}."
            )));
        }
    }
    let Some((service, name)) = service_and_operation(request.path) else {
        return Err(unknown(format!("{} {}", request.method, request.path)));
    };
    if request.method != "POST" || !serves(model, service) {
        return Err(unknown(format!("{} {service}.{name}", request.method)));
    }
    model
        .operation(name)
        .ok_or_else(|| unknown(name.to_owned()))
}

/// What a path of `…/service/NAME/operation/NAME` names.
pub(crate) fn service_and_operation(path: &str) -> Option<(&str, &str)> {
    let mut segments = path.rsplit('/');
    let name = segments.next()?;
    let is_operation = segments.next()? == "operation";
    let service = segments.next()?;
    let is_service = segments.next()? == "service";
    // The path starts with a slash, so before the last four segments there is one more, empty or
    // not: a prefix has no meaning.
    segments.next()?;
    (is_operation && is_service && !name.is_empty()).then_some((service, name))
}

/// Whether a path's service is the model's, alone or after its namespace.
fn serves(model: &Model, service: &str) -> bool {
    model.target_prefix().is_some_and(|ours| {
        service == ours
            || service
                .rsplit_once('.')
                .is_some_and(|(_, name)| name == ours)
    })
}

pub(crate) fn input(
    model: &Model,
    operation: &Operation,
    request: &Request<'_>,
    limits: Limits,
) -> Result<Value, Refusal> {
    check_size(request, limits)?;
    let empty = Value::Map(Vec::new());
    let Some(shape) = operation.input.filter(|_| !request.body.is_empty()) else {
        return Ok(empty);
    };
    let found = request.media_type();
    if found != CONTENT_TYPE {
        return Err(Refusal::UnsupportedMediaType {
            wanted: CONTENT_TYPE,
            found: found.into_owned(),
        });
    }
    let value = parse(request.body).map_err(|error| malformed(format!("No CBOR: {error}.")))?;
    match model.typed_in(Form::Cbor, shape, value) {
        Ok(Value::Null) => Ok(empty),
        Ok(input) => Ok(input),
        Err(reason) => Err(malformed(reason)),
    }
}

pub(crate) fn output(model: &Model, operation: &Operation, output: &Value) -> Written {
    match operation.output {
        Some(shape) => {
            let mut body = Vec::new();
            write(model, model.shape(shape), output, &mut body);
            written(Some(body))
        }
        None => written(None),
    }
}

pub(crate) fn error(model: &Model, shape: Option<&Shape>, error: &ServiceError) -> Written {
    let name = shape.map_or(&*error.code, Shape::name);
    let members = error_members(model, shape, error, "message");
    let mut body = Vec::new();
    write_map_head(&mut body, 1 + members.len());
    write_text(&mut body, "__type");
    write_text(&mut body, name);
    for (name, value) in &members {
        write_text(&mut body, name);
        match shape.and_then(|shape| shape.members().iter().find(|m| m.name == *name)) {
            Some(member) => write(model, model.shape(member.shape), value, &mut body),
            None => body.extend(to_bytes(value)),
        }
    }
    written(Some(body))
}

fn written(body: Option<Vec<u8>>) -> Written {
    let mut written = match body {
        Some(body) => Written::body(CONTENT_TYPE, body),
        None => Written::default(),
    };
    let header = (PROTOCOL_HEADER.into(), PROTOCOL.to_owned());
    written.headers.push(header);
    written
}

/// Writes a value by its shape. A value of another type than the shape's is written as it is.
fn write(model: &Model, shape: &Shape, value: &Value, out: &mut Vec<u8>) {
    match (&shape.kind, value) {
        (Kind::Structure(members), Value::Map(fields)) => {
            let known: Vec<_> = fields
                .iter()
                .filter(|(_, value)| *value != Value::Null)
                .filter_map(|(name, value)| {
                    let member = members.iter().find(|member| member.name == *name)?;
                    Some((name, member, value))
                })
                .collect();
            write_map_head(out, known.len());
            for (name, member, value) in known {
                write_text(out, name);
                write(model, model.shape(member.shape), value, out);
            }
        }
        (Kind::List(member), Value::List(items)) => {
            write_list_head(out, items.len());
            for item in items {
                write(model, model.shape(member.shape), item, out);
            }
        }
        (Kind::Map(_, member), Value::Map(entries)) => {
            write_map_head(out, entries.len());
            for (key, value) in entries {
                write_text(out, key);
                write(model, model.shape(member.shape), value, out);
            }
        }
        (_, value) => out.extend(to_bytes(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_four_segments_of_a_path_name_service_and_operation() {
        for (path, named) in [
            ("/service/A/operation/B", Some(("A", "B"))),
            ("/v1/x/service/a.b.A/operation/B", Some(("a.b.A", "B"))),
            ("service/A/operation/B", None),
            ("/service/A/operation/", None),
            ("/service/A/operation/B/", None),
            ("/operation/B", None),
            ("/services/A/operation/B", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(service_and_operation(path), named, "{path}");
        }
    }
}
