//! awsJson1_0 and awsJson1_1: the operation in `X-Amz-Target`, the input and output as JSON
//! objects. Source: Smithy 2.0, "AWS JSON 1.0 protocol", "AWS JSON 1.1 protocol".

use types::ServiceError;

use crate::json::{parse, write_float, write_string};
use crate::protocol::{Limits, Protocol, Request, check_size, error_members, malformed};
use crate::shape::{Kind, Shape};
use crate::timestamp::TimestampFormat;
use crate::typed::Form;
use crate::{Model, Operation, Refusal, Value};

/// Room for the body of most answers.
const BODY_BYTES: usize = 512;

pub(crate) fn content_type(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::AwsJson10 => "application/x-amz-json-1.0",
        _ => "application/x-amz-json-1.1",
    }
}

pub(crate) fn operation<'m>(
    model: &'m Model,
    request: &Request<'_>,
) -> Result<&'m Operation, Refusal> {
    let target = request
        .header("x-amz-target")
        .ok_or(Refusal::MissingOperation)?;
    let (prefix, name) = target.rsplit_once('.').unwrap_or(("", target));
    let unknown = || Refusal::UnknownOperation {
        operation: name.to_owned(),
        version: None,
    };
    if model.target_prefix().is_some_and(|ours| ours != prefix) {
        return Err(unknown());
    }
    model.operation(name).ok_or_else(unknown)
}

pub(crate) fn input(
    model: &Model,
    operation: &Operation,
    request: &Request<'_>,
    limits: Limits,
) -> Result<Value, Refusal> {
    check_size(request, limits)?;
    let empty = Value::Map(Vec::new());
    let Some(shape) = operation.input else {
        return Ok(empty);
    };
    if request.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(empty);
    }
    let value = parse(request.body).map_err(|error| malformed(format!("No JSON: {error}.")))?;
    match model.typed(shape, value).map_err(malformed)? {
        Value::Null => Ok(empty),
        input => Ok(input),
    }
}

pub(crate) fn output(model: &Model, operation: &Operation, output: &Value) -> String {
    let mut body = String::with_capacity(BODY_BYTES);
    match operation.output {
        Some(shape) => write(model, Form::Json, model.shape(shape), output, &mut body),
        // An operation without an output answers an empty body in 1.1's oldest services, an
        // object in the protocol's text; clients read both.
        None => body.push_str("{}"),
    }
    body
}

pub(crate) fn error(model: &Model, shape: Option<&Shape>, error: &ServiceError) -> String {
    let name = shape.map_or(&*error.code, Shape::name);
    let mut body = "{\"__type\":".to_owned();
    write_string(&mut body, name);
    for (name, value) in error_members(model, shape, error, "message") {
        body.push(',');
        write_member(model, Form::Json, shape, (&name, &value), &mut body);
    }
    body.push('}');
    body
}

/// A member and its name as that form has them; one that the shape does not have as it is.
pub(super) fn write_member(
    model: &Model,
    form: Form,
    shape: Option<&Shape>,
    (name, value): (&str, &Value),
    out: &mut String,
) {
    let member = shape.and_then(|shape| shape.members().iter().find(|m| m.name == *name));
    write_string(out, member.map_or(name, |member| form.name(member)));
    out.push(':');
    match member {
        Some(member) => write(model, form, model.shape(member.shape), value, out),
        None => crate::json::write(out, value),
    }
}

/// Writes a value by its shape. A value of another type than the shape's is written as it is:
/// what came in as base64 text, out of a row, goes out as base64 text.
pub(super) fn write(model: &Model, form: Form, shape: &Shape, value: &Value, out: &mut String) {
    match (&shape.kind, value) {
        (Kind::Structure(members), Value::Map(fields)) => {
            out.push('{');
            let mut first = true;
            for (name, value) in fields {
                let Some(member) = members.iter().find(|member| member.name == *name) else {
                    continue;
                };
                if *value == Value::Null {
                    continue;
                }
                if !first {
                    out.push(',');
                }
                first = false;
                write_string(out, form.name(member));
                out.push(':');
                write(model, form, model.shape(member.shape), value, out);
            }
            out.push('}');
        }
        (Kind::List(member), Value::List(items)) => {
            let inner = model.shape(member.shape);
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(model, form, inner, item, out);
            }
            out.push(']');
        }
        (Kind::Map(_, member), Value::Map(entries)) => {
            let inner = model.shape(member.shape);
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_string(out, key);
                out.push(':');
                write(model, form, inner, value, out);
            }
            out.push('}');
        }
        (Kind::Timestamp, Value::Timestamp(time)) => {
            match shape.timestamp_format.unwrap_or(TimestampFormat::Unix) {
                TimestampFormat::Unix => out.push_str(&TimestampFormat::Unix.write(*time)),
                format => write_string(out, &format.write(*time)),
            }
        }
        (Kind::Float, Value::Float(number)) => write_float(out, *number),
        (_, value) => crate::json::write(out, value),
    }
}
