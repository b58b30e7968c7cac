//! An input as the audit record shows it: CloudTrail's `requestParameters`. Members in CloudTrail's
//! camelCase, sensitive ones hidden, and not larger than CloudTrail allows.
//! Source: AWS CloudTrail user guide, "CloudTrail record contents".

use crate::field_path::camel_case;
use crate::shape::{Kind, Shape};
use crate::{Model, Operation, Value, json};

/// What stands for a sensitive value.
pub const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// How large an audit record's parameters may be: CloudTrail's 100 KB.
pub const PARAMETERS_BYTES_MAX: usize = 100_000;

impl Model {
    /// An operation's input as JSON text for its audit record, without sensitive values. A text
    /// larger than [`PARAMETERS_BYTES_MAX`] is left out and says so.
    #[must_use]
    pub fn audit_parameters(&self, operation: &Operation, input: &Value) -> String {
        let shown = match operation.input {
            Some(shape) => self.redacted(self.shape(shape), input),
            None => Value::Map(Vec::new()),
        };
        let text = json::to_string(&shown);
        if text.len() > PARAMETERS_BYTES_MAX {
            return format!("{{\"omitted\":\"{} bytes\"}}", text.len());
        }
        text
    }

    fn redacted(&self, shape: &Shape, value: &Value) -> Value {
        if shape.sensitive {
            return Value::from(HIDDEN);
        }
        match (&shape.kind, value) {
            (Kind::Structure(members), Value::Map(fields)) => {
                let shown = fields.iter().filter_map(|(name, value)| {
                    let member = members.iter().find(|member| member.name == *name)?;
                    let value = self.redacted(self.shape(member.shape), value);
                    Some((camel_case(name), value))
                });
                Value::Map(shown.collect())
            }
            (Kind::List(member), Value::List(items)) => {
                let inner = self.shape(member.shape);
                Value::List(
                    items
                        .iter()
                        .map(|item| self.redacted(inner, item))
                        .collect(),
                )
            }
            (Kind::Map(key, member), Value::Map(entries)) => {
                if self.shape(key.shape).sensitive {
                    return Value::from(HIDDEN);
                }
                let inner = self.shape(member.shape);
                let entries = entries.iter();
                Value::Map(
                    entries
                        .map(|(key, value)| (key.clone(), self.redacted(inner, value)))
                        .collect(),
                )
            }
            (_, value) => value.clone(),
        }
    }
}
