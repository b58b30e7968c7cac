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
        // Every data call of KMS comes by here: it is written straight, without a tree in between.
        let mut text = String::with_capacity(256);
        match operation.input {
            Some(shape) => self.write_redacted(&mut text, self.shape(shape), input),
            None => text.push_str("{}"),
        }
        if text.len() > PARAMETERS_BYTES_MAX {
            return format!("{{\"omitted\":\"{} bytes\"}}", text.len());
        }
        text
    }

    fn write_redacted(&self, out: &mut String, shape: &Shape, value: &Value) {
        if shape.sensitive {
            json::write_string(out, HIDDEN);
            return;
        }
        match (&shape.kind, value) {
            (Kind::Structure(members), Value::Map(fields)) => {
                let shown = fields.iter().filter_map(|(name, value)| {
                    let member = members.iter().find(|member| member.name == *name)?;
                    Some((name, self.shape(member.shape), value))
                });
                out.push('{');
                for (index, (name, shape, value)) in shown.enumerate() {
                    separate(out, index);
                    json::write_string(out, &camel_case(name));
                    out.push(':');
                    self.write_redacted(out, shape, value);
                }
                out.push('}');
            }
            (Kind::List(member), Value::List(items)) => {
                let inner = self.shape(member.shape);
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    separate(out, index);
                    self.write_redacted(out, inner, item);
                }
                out.push(']');
            }
            (Kind::Map(key, _), Value::Map(_)) if self.shape(key.shape).sensitive => {
                json::write_string(out, HIDDEN);
            }
            (Kind::Map(_, member), Value::Map(entries)) => {
                let inner = self.shape(member.shape);
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    separate(out, index);
                    json::write_string(out, key);
                    out.push(':');
                    self.write_redacted(out, inner, value);
                }
                out.push('}');
            }
            (_, value) => json::write(out, value),
        }
    }
}

fn separate(out: &mut String, index: usize) {
    if index > 0 {
        out.push(',');
    }
}
