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
/// What an operation and its members have besides where parts of the HTTP message carry them.
const REST_PROTOCOL: &str = "rest-json";
const REST_OPERATION: &[&str] = &["http"];
const REST_REFERENCE: &[&str] = &["location", "jsonvalue"];
const REST_SHAPE: &[&str] = &["payload"];
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
    // All of botocore's models have these; elsewhere they mean nothing.
    let is_rest = ["protocol", "protocols"].iter().any(|name| {
        let named = metadata.get(*name).unwrap_or(&Value::Null);
        let listed = named.as_array().into_iter().flatten();
        listed
            .chain([named])
            .any(|protocol| protocol == REST_PROTOCOL)
    });
    let with = |names: &[&'static str], rest: &[&'static str]| -> Vec<&'static str> {
        let rest = rest.iter().filter(|_| is_rest);
        names.iter().chain(rest).copied().collect()
    };
    let of_operation = with(OPERATION, REST_OPERATION);
    let of_reference = with(REFERENCE, REST_REFERENCE);
    let of_shape = with(SHAPE, REST_SHAPE);
    let mut operations = Map::new();
    for (name, operation) in part(full, "operations")?.as_object().into_iter().flatten() {
        let mut operation = kept(operation, &of_operation);
        for side in ["input", "output"] {
            if let Some(reference) = operation.get_mut(side) {
                *reference = kept(reference, &of_reference);
            }
        }
        operations.insert(name.clone(), operation);
    }
    let mut shapes = Map::new();
    for (name, shape) in part(full, "shapes")?.as_object().into_iter().flatten() {
        let mut shape = kept(shape, &of_shape);
        if let Some(shape) = shape.as_object_mut() {
            for part in ["member", "key", "value"] {
                if let Some(reference) = shape.get_mut(part) {
                    *reference = kept(reference, &of_reference);
                }
            }
            if let Some(Value::Object(members)) = shape.get_mut("members") {
                for (_, reference) in members.iter_mut() {
                    *reference = kept(reference, &of_reference);
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

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wire::{Limits, Model, Request};

    use super::*;

    fn full(protocols: &[&str]) -> Value {
        json!({
            "metadata": {"protocols": protocols, "protocol": protocols[0], "targetPrefix": "T",
                "uid": "x"},
            "operations": {"Untag": {"name": "Untag", "documentation": "<p>",
                "http": {"method": "DELETE", "requestUri": "/tags/{Id}", "responseCode": 204},
                "input": {"shape": "In", "documentation": "<p>"}}},
            "shapes": {
                "In": {"type": "structure", "required": ["Id"], "payload": "Body",
                    "documentation": "<p>", "members": {
                        "Id": {"shape": "Text", "location": "uri", "locationName": "Id"},
                        "Json": {"shape": "Text", "location": "header", "locationName": "J",
                            "jsonvalue": true, "documentation": "<p>"},
                        "Keys": {"shape": "Texts", "location": "querystring",
                            "locationName": "keys"},
                        "Body": {"shape": "Blob"}}},
                "Blob": {"type": "blob", "streaming": true},
                "Text": {"type": "string"},
                "Texts": {"type": "list", "member": {"shape": "Text"}}}
        })
    }

    #[test]
    fn a_rest_model_keeps_where_members_lie() {
        let compact = text(&model(&full(&["rest-json"])).unwrap()).unwrap();
        assert!(!compact.contains("<p>") && !compact.contains("uid"));
        let model = Model::from_json(&compact).unwrap();
        let request = Request {
            method: "DELETE",
            path: "/tags/a%2Fb",
            query: "keys=x&keys=y",
            headers: &[("j", "e30=")],
            body: b"bytes",
        };
        let limits = Limits {
            body_bytes_max: 100,
        };
        let operation = model.read_operation(&request, limits).unwrap();
        let input = model.read_input(operation, &request, limits).unwrap();
        assert_eq!(
            wire::json::to_string(&input),
            r#"{"Id":"a/b","Json":"{}","Keys":["x","y"],"Body":"Ynl0ZXM="}"#
        );
    }

    #[test]
    fn other_models_do_not_carry_what_only_rest_has() {
        for protocols in [&["json"][..], &["query"], &["smithy-rpc-v2-cbor", "json"]] {
            let compact = text(&model(&full(protocols)).unwrap()).unwrap();
            for word in ["requestUri", "location\"", "jsonvalue", "payload"] {
                assert!(!compact.contains(word), "{word} in {compact}");
            }
            assert!(Model::from_json(&compact).is_ok());
        }
    }
}
