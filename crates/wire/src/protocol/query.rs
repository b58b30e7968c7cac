//! awsQuery: a form with `Action` and `Version` in, XML out. Lists are `Name.member.1`, flattened
//! `Name.1`; maps are `Name.entry.1.key` and `.value`, flattened `Name.1.key`.
//! Source: Smithy 2.0, "AWS query protocol".

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use types::{RequestId, ServiceError};

use crate::field_path::FieldPath;
use crate::json::{DEPTH_MAX, ITEMS_MAX};
use crate::protocol::xml::Xml;
use crate::protocol::{Limits, Request, check_size, error_members, fault_name, percent_decode};
use crate::shape::{Kind, Member, Shape};
use crate::timestamp::TimestampFormat;
use crate::typed::special_float;
use crate::unique::{MemberError, UniqueMembers};
use crate::{Model, Operation, Refusal, Value};

pub(crate) const CONTENT_TYPE: &str = "text/xml";
/// The media type of a request's body.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// The parameters as a tree: `A.member.1=x` is a node `A`, below it `member`, below it `1`.
#[derive(Debug, Default)]
struct Node {
    value: Option<String>,
    children: BTreeMap<String, Self>,
}

impl Node {
    fn child(&self, name: &str) -> Option<&Self> {
        // A name with dots (none in AWS's own models) would be several steps.
        name.split('.')
            .try_fold(self, |node, step| node.children.get(step))
    }

    fn text(&self) -> &str {
        self.value.as_deref().unwrap_or("")
    }

    /// Its numbered children, in order. A number has one form: `01` is none.
    fn numbered(&self) -> Vec<(u32, &Self)> {
        let number = |name: &str| {
            let is_plain = name == "0" || !name.starts_with(['0', '+']);
            name.parse().ok().filter(|_| is_plain)
        };
        let mut numbered: Vec<(u32, &Self)> = self
            .children
            .iter()
            .filter_map(|(name, node)| Some((number(name)?, node)))
            .collect();
        numbered.sort_by_key(|(number, _)| *number);
        numbered
    }
}

/// Whether a query string has the parameter that names the operation.
pub(super) fn names_action(query: &str) -> bool {
    query.split('&').any(|pair| pair.starts_with("Action="))
}

/// Reads the query string and, of a POST, the form in the body. A parameter is there once: of two
/// with one name one reader takes the first, another the last.
fn parameters(request: &Request<'_>, limits: Limits) -> Result<Node, Refusal> {
    check_size(request, limits)?;
    let malformed = |reason: &str| Refusal::MalformedQuery {
        reason: reason.to_owned(),
    };
    let body = std::str::from_utf8(request.body)
        .map_err(|_| malformed("The form in the body is no UTF-8 text."))?;
    let body = if request.method == "GET" {
        ""
    } else {
        body.trim_end_matches(['\r', '\n'])
    };
    let mut root = Node::default();
    let mut count = 0_usize;
    for pair in request
        .query
        .split('&')
        .chain(body.split('&'))
        .filter(|pair| !pair.is_empty())
    {
        count += 1;
        if count > ITEMS_MAX {
            return Err(malformed(&format!(
                "There are more than {ITEMS_MAX} parameters."
            )));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let undecodable = || malformed("The query string contains a syntax error.");
        let name = percent_decode(name, true).ok_or_else(undecodable)?;
        let value = percent_decode(value, true).ok_or_else(undecodable)?;
        let mut node = &mut root;
        for (depth, step) in name.split('.').enumerate() {
            if depth >= DEPTH_MAX {
                return Err(malformed(&format!(
                    "A parameter has more than {DEPTH_MAX} parts."
                )));
            }
            node = node.children.entry(step.to_owned()).or_default();
        }
        if node.value.replace(value).is_some() {
            let name: String = name.chars().take(64).collect();
            return Err(malformed(&format!(
                "The parameter {name} is there more than once."
            )));
        }
    }
    Ok(root)
}

pub(crate) fn operation<'m>(
    model: &'m Model,
    request: &Request<'_>,
    limits: Limits,
) -> Result<&'m Operation, Refusal> {
    let parameters = parameters(request, limits)?;
    let action = parameters
        .child("Action")
        .map(Node::text)
        .unwrap_or_default();
    if action.is_empty() {
        return Err(Refusal::MissingOperation);
    }
    let version = parameters.child("Version").map(Node::text);
    let unknown = || Refusal::UnknownOperation {
        operation: action.to_owned(),
        version: version.map(str::to_owned),
    };
    if version != Some(model.api_version()) {
        return Err(unknown());
    }
    model.operation(action).ok_or_else(unknown)
}

pub(crate) fn input(
    model: &Model,
    operation: &Operation,
    request: &Request<'_>,
    limits: Limits,
) -> Result<Value, Refusal> {
    let parameters = parameters(request, limits)?;
    match operation.input {
        Some(shape) => read(
            model,
            model.shape(shape),
            false,
            &parameters,
            &FieldPath::Root,
        )
        .map_err(|reason| Refusal::Malformed { reason }),
        None => Ok(Value::Map(Vec::new())),
    }
}

fn read(
    model: &Model,
    shape: &Shape,
    flattened: bool,
    node: &Node,
    at: &FieldPath<'_>,
) -> Result<Value, String> {
    match &shape.kind {
        Kind::Structure(members) => {
            let mut fields = Vec::new();
            for member in members {
                let inner = model.shape(member.shape);
                let flattened = member.flattened || inner.flattened;
                let Some(child) = node.child(query_name(member, inner)) else {
                    continue;
                };
                let at = FieldPath::Member(at, &member.name);
                fields.push((
                    member.name.clone(),
                    read(model, inner, flattened, child, &at)?,
                ));
            }
            Ok(Value::Map(fields))
        }
        Kind::List(member) => {
            let item_name = member.location_name.as_deref().unwrap_or("member");
            let holder = if flattened {
                Some(node)
            } else {
                node.child(item_name)
            };
            let inner = model.shape(member.shape);
            let mut items = Vec::new();
            for (index, (_, item)) in holder
                .map(Node::numbered)
                .unwrap_or_default()
                .into_iter()
                .enumerate()
            {
                let at = FieldPath::Item(at, index + 1);
                items.push(read(model, inner, false, item, &at)?);
            }
            Ok(Value::List(items))
        }
        Kind::Map(key, value) => {
            let holder = if flattened {
                Some(node)
            } else {
                node.child("entry")
            };
            let inner = model.shape(value.shape);
            let mut entries = UniqueMembers::new(ITEMS_MAX);
            for (_, entry) in holder.map(Node::numbered).unwrap_or_default() {
                let name = entry
                    .child(key.location_name.as_deref().unwrap_or("key"))
                    .map(Node::text)
                    .unwrap_or_default();
                let at = FieldPath::Entry(at, name);
                let empty = Node::default();
                let held = entry
                    .child(value.location_name.as_deref().unwrap_or("value"))
                    .unwrap_or(&empty);
                let value = read(model, inner, false, held, &at)?;
                let pushed = entries.push(name.to_owned(), value);
                pushed.map_err(|error: MemberError| format!("The {error}."))?;
            }
            Ok(entries.end())
        }
        _ => scalar(shape, node.text(), at),
    }
}

/// A member's first step in a parameter's name, and its element's. A list that is flattened by its
/// own shape (as in the oldest models) takes its items' name, one that is flattened by the member
/// the member's.
fn query_name<'m>(member: &'m Member, inner: &'m Shape) -> &'m str {
    match &inner.kind {
        Kind::List(item) if inner.flattened && member.location_name.is_none() => {
            item.location_name.as_deref().unwrap_or(&member.name)
        }
        _ => member.wire_name(),
    }
}

fn scalar(shape: &Shape, text: &str, at: &FieldPath<'_>) -> Result<Value, String> {
    let wrong = |wanted: &str| {
        let text: String = text.chars().take(64).collect();
        format!("'{text}' can not be converted to {wanted}, at '{at}'.")
    };
    match shape.kind {
        Kind::Boolean => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ if text.eq_ignore_ascii_case("true") => Ok(Value::Bool(true)),
            _ if text.eq_ignore_ascii_case("false") => Ok(Value::Bool(false)),
            _ => Err(wrong("a Boolean")),
        },
        Kind::Integer => {
            let number = text.parse::<i32>().map_err(|_| wrong("an Integer"))?;
            Ok(Value::Integer(number.into()))
        }
        Kind::Long => text
            .parse()
            .map(Value::Integer)
            .map_err(|_| wrong("a Long")),
        Kind::Float => special_float(text)
            .or_else(|| text.parse().ok().filter(|number: &f64| number.is_finite()))
            .map(Value::Float)
            .ok_or_else(|| wrong("a Double")),
        Kind::Blob => BASE64
            .decode(text)
            .map(Value::Blob)
            .map_err(|_| wrong("a Blob")),
        Kind::Timestamp => shape
            .timestamp_format
            .unwrap_or(TimestampFormat::Iso8601)
            .read(text)
            .or_else(|| TimestampFormat::Iso8601.read(text))
            .or_else(|| TimestampFormat::Unix.read(text))
            .map(Value::Timestamp)
            .ok_or_else(|| wrong("a Timestamp")),
        _ => Ok(Value::from(text)),
    }
}

pub(crate) fn output(
    model: &Model,
    operation: &Operation,
    output: &Value,
    request_id: RequestId,
) -> String {
    let mut xml = Xml::default();
    let response = format!("{}Response", operation.name);
    xml.open(&response, None, model.xml_namespace());
    if let Some(shape) = operation.output {
        let default = format!("{}Result", operation.name);
        let wrapper = operation.result_wrapper.as_deref().unwrap_or(&default);
        xml.open(wrapper, None, None);
        write_members(model, model.shape(shape), output, &mut xml);
        xml.close(wrapper);
    }
    xml.open("ResponseMetadata", None, None);
    xml.leaf("RequestId", &request_id.to_string());
    xml.close("ResponseMetadata");
    xml.close(&response);
    xml.end()
}

pub(crate) fn error(
    model: &Model,
    shape: Option<&Shape>,
    error: &ServiceError,
    request_id: RequestId,
) -> String {
    let declared = shape.and_then(|shape| shape.error.as_ref());
    let code = declared
        .and_then(|declared| declared.code.as_deref())
        .or_else(|| shape.map(Shape::name))
        .unwrap_or(&error.code);
    let mut xml = Xml::default();
    xml.open("ErrorResponse", None, model.xml_namespace());
    xml.open("Error", None, None);
    xml.leaf("Type", fault_name(error));
    xml.leaf("Code", code);
    // The protocol's own element is `Message`, whatever the shape's member is called.
    for (name, value) in error_members(model, shape, error, "Message") {
        let name = match name.eq_ignore_ascii_case("message") {
            true => "Message",
            false => &name,
        };
        let member = shape.and_then(|shape| shape.members().iter().find(|m| m.name == *name));
        match member {
            Some(member) => write_member(model, member, &value, &mut xml),
            None => xml.leaf(name, &text_of(None, &value)),
        }
    }
    xml.close("Error");
    xml.leaf("RequestId", &request_id.to_string());
    xml.close("ErrorResponse");
    xml.end()
}

fn write_members(model: &Model, shape: &Shape, value: &Value, xml: &mut Xml) {
    for member in shape.members() {
        match value.member(&member.name) {
            None | Some(Value::Null) => {}
            Some(value) => write_member(model, member, value, xml),
        }
    }
}

fn write_member(model: &Model, member: &Member, value: &Value, xml: &mut Xml) {
    let shape = model.shape(member.shape);
    let flattened = member.flattened || shape.flattened;
    match (&shape.kind, value) {
        (Kind::List(item), Value::List(items)) if flattened => {
            for value in items {
                element(model, query_name(member, shape), item, value, xml);
            }
        }
        (Kind::Map(key, held), Value::Map(entries)) if flattened => {
            for (name, value) in entries {
                xml.open(member.wire_name(), member.xml_namespace.as_ref(), None);
                write_entry(model, (key, held), (name, value), xml);
                xml.close(member.wire_name());
            }
        }
        _ => element(model, member.wire_name(), member, value, xml),
    }
}

/// One element of a value; its namespace is the member's.
fn element(model: &Model, name: &str, member: &Member, value: &Value, xml: &mut Xml) {
    let shape = model.shape(member.shape);
    xml.open(name, member.xml_namespace.as_ref(), None);
    match (&shape.kind, value) {
        (Kind::Structure(_), Value::Map(_)) => write_members(model, shape, value, xml),
        (Kind::List(item), Value::List(items)) => {
            for value in items {
                let name = item.location_name.as_deref().unwrap_or("member");
                element(model, name, item, value, xml);
            }
        }
        (Kind::Map(key, held), Value::Map(entries)) => {
            for (name, value) in entries {
                xml.open("entry", None, None);
                write_entry(model, (key, held), (name, value), xml);
                xml.close("entry");
            }
        }
        _ => xml.text(&text_of(Some(shape), value)),
    }
    xml.close(name);
}

fn write_entry(
    model: &Model,
    (key, held): (&Member, &Member),
    (name, value): (&str, &Value),
    xml: &mut Xml,
) {
    let key_name = key.location_name.as_deref().unwrap_or("key");
    xml.open(key_name, key.xml_namespace.as_ref(), None);
    xml.text(name);
    xml.close(key_name);
    element(
        model,
        held.location_name.as_deref().unwrap_or("value"),
        held,
        value,
        xml,
    );
}

/// The text of a scalar; of what is none, its JSON.
fn text_of(shape: Option<&Shape>, value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Blob(bytes) => BASE64.encode(bytes),
        Value::Timestamp(time) => shape
            .and_then(|shape| shape.timestamp_format)
            .unwrap_or(TimestampFormat::Iso8601)
            .write(*time),
        Value::Float(number) => crate::json::to_string(&Value::Float(*number))
            .trim_matches('"')
            .to_owned(),
        Value::Null => String::new(),
        value => crate::json::to_string(value),
    }
}
