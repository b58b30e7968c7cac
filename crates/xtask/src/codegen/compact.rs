//! botocore's model without documentation and without what nothing here reads: one line a shape,
//! so that a new version of the API is a readable difference.

use anyhow::{Context, Result};
use serde_json::{Map, Value};

const METADATA: &[&str] = &[
    "apiVersion",
    "awsQueryCompatible",
    "endpointPrefix",
    "jsonVersion",
    "protocol",
    "protocols",
    "serviceId",
    "signingName",
    "targetPrefix",
    "xmlNamespace",
];
const OPERATION: &[&str] = &["input", "output"];
const REFERENCE: &[&str] = &[
    "shape",
    "resultWrapper",
    "locationName",
    "flattened",
    "xmlNamespace",
];
const SHAPE: &[&str] = &[
    "type",
    "required",
    "members",
    "member",
    "key",
    "value",
    "enum",
    "min",
    "max",
    "pattern",
    "sensitive",
    "document",
    "union",
    "flattened",
    "timestampFormat",
    "xmlNamespace",
    "exception",
    "error",
    "fault",
];

/// The model with what `wire` reads.
pub(super) fn model(full: &Value) -> Result<Value> {
    let metadata = kept(part(full, "metadata")?, METADATA);
    let mut operations = Map::new();
    for (name, operation) in part(full, "operations")?.as_object().into_iter().flatten() {
        let mut operation = kept(operation, OPERATION);
        for (_, reference) in operation.as_object_mut().into_iter().flatten() {
            *reference = kept(reference, REFERENCE);
        }
        operations.insert(name.clone(), operation);
    }
    let mut shapes = Map::new();
    for (name, shape) in part(full, "shapes")?.as_object().into_iter().flatten() {
        let mut shape = kept(shape, SHAPE);
        if let Some(shape) = shape.as_object_mut() {
            for part in ["member", "key", "value"] {
                if let Some(reference) = shape.get_mut(part) {
                    *reference = kept(reference, REFERENCE);
                }
            }
            if let Some(Value::Object(members)) = shape.get_mut("members") {
                for (_, reference) in members.iter_mut() {
                    *reference = kept(reference, REFERENCE);
                }
            }
        }
        shapes.insert(name.clone(), shape);
    }
    let mut model = Map::new();
    model.insert("metadata".to_owned(), metadata);
    model.insert("operations".to_owned(), Value::Object(operations));
    model.insert("shapes".to_owned(), Value::Object(shapes));
    Ok(Value::Object(model))
}

/// One line for the metadata and for each operation and shape.
pub(super) fn text(model: &Value) -> Result<String> {
    let mut text = format!("{{\"metadata\":{},\n", part(model, "metadata")?);
    for section in ["operations", "shapes"] {
        let entries = part(model, section)?.as_object().context("an object")?;
        let lines: Vec<String> = entries
            .iter()
            .map(|(name, entry)| format!("{}:{entry}", Value::from(name.as_str())))
            .collect();
        let end = if section == "shapes" { "}}\n" } else { "},\n" };
        text.push_str(&format!("\"{section}\":{{\n{}\n{end}", lines.join(",\n")));
    }
    Ok(text)
}

fn kept(value: &Value, names: &[&str]) -> Value {
    let entries = value.as_object().into_iter().flatten();
    Value::Object(
        entries
            .filter(|(name, _)| names.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

fn part<'v>(value: &'v Value, name: &str) -> Result<&'v Value> {
    value
        .get(name)
        .with_context(|| format!("the model lacks `{name}`"))
}
