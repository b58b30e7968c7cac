//! A JSON value made a value of a shape: unknown members are dropped, blobs and timestamps are
//! decoded, and what has another type is refused in the words of AWS's JSON reader.
//! Source: Smithy 2.0, awsJson1_1 protocol; `SerializationException` texts as AWS answers them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::field_path::FieldPath;
use crate::shape::{Kind, Shape, ShapeId};
use crate::timestamp::{TimestampFormat, from_seconds};
use crate::{Model, Value};

impl Model {
    /// Makes a JSON value, as [`crate::json::parse`] reads it, a value of a shape: for rows and
    /// files that hold an API's shapes.
    ///
    /// # Errors
    /// What is wrong and where, in the words of AWS's `SerializationException`.
    pub fn typed(&self, shape: ShapeId, value: Value) -> Result<Value, String> {
        self.typed_at(self.shape(shape), value, FieldPath::Root)
    }

    fn typed_at(&self, shape: &Shape, value: Value, at: FieldPath<'_>) -> Result<Value, String> {
        match (&shape.kind, value) {
            (Kind::Document, value) => Ok(value),
            (_, Value::Null) => Ok(Value::Null),
            (Kind::Structure(members), Value::Map(fields)) => {
                let mut typed = Vec::with_capacity(fields.len().min(members.len()));
                for (name, value) in fields {
                    let Some(member) = members.iter().find(|member| member.name == name) else {
                        continue;
                    };
                    let at = FieldPath::Member(&at, &member.name);
                    match self.typed_at(self.shape(member.shape), value, at)? {
                        Value::Null => {}
                        value => typed.push((name, value)),
                    }
                }
                Ok(Value::Map(typed))
            }
            (Kind::List(member), Value::List(items)) => {
                let item_shape = self.shape(member.shape);
                let mut typed = Vec::with_capacity(items.len());
                for (index, item) in items.into_iter().enumerate() {
                    let at = FieldPath::Item(&at, index + 1);
                    typed.push(self.typed_at(item_shape, item, at)?);
                }
                Ok(Value::List(typed))
            }
            (Kind::Map(_, value_member), Value::Map(entries)) => {
                let value_shape = self.shape(value_member.shape);
                let mut typed = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let value = self.typed_at(value_shape, value, FieldPath::Entry(&at, &key))?;
                    typed.push((key, value));
                }
                Ok(Value::Map(typed))
            }
            (_, value) => scalar(shape, value, &at),
        }
    }
}

fn scalar(shape: &Shape, value: Value, at: &FieldPath<'_>) -> Result<Value, String> {
    let wanted = match shape.kind {
        Kind::String => match value {
            Value::String(_) => return Ok(value),
            _ => "a String",
        },
        Kind::Boolean => match value {
            Value::Bool(_) => return Ok(value),
            _ => "a Boolean",
        },
        Kind::Integer | Kind::Long => {
            if let Some(number) = integer(&value) {
                return match shape.kind {
                    Kind::Integer if i32::try_from(number).is_err() => {
                        Err(placed("Number out of range of an Integer", at))
                    }
                    _ => Ok(Value::Integer(number)),
                };
            }
            if matches!(shape.kind, Kind::Long) {
                "a Long"
            } else {
                "an Integer"
            }
        }
        Kind::Float => match value {
            Value::Integer(number) => return Ok(Value::Float(number as f64)),
            Value::Float(_) => return Ok(value),
            Value::String(ref text) => match special_float(text) {
                Some(number) => return Ok(Value::Float(number)),
                None => "a Double",
            },
            _ => "a Double",
        },
        Kind::Blob => match value {
            Value::Blob(_) => return Ok(value),
            Value::String(ref text) => {
                return BASE64
                    .decode(text)
                    .map(Value::Blob)
                    .map_err(|_| placed("Invalid base64 in a blob", at));
            }
            _ => "a Blob",
        },
        Kind::Timestamp => {
            if let Some(value) = timestamp(shape, &value) {
                return Ok(value);
            }
            "a Timestamp"
        }
        Kind::Structure(_) | Kind::Map(..) => "a structure or map",
        Kind::List(_) => "a list",
        Kind::Document => return Ok(value),
    };
    Err(placed(&mismatch(&value, wanted), at))
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        Value::Float(number) if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            Some(*number as i64)
        }
        _ => None,
    }
}

/// The texts that stand for what is no JSON number.
pub(crate) fn special_float(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn timestamp(shape: &Shape, value: &Value) -> Option<Value> {
    let time = match value {
        Value::Timestamp(time) => Some(*time),
        Value::Integer(seconds) => from_seconds(*seconds as f64),
        Value::Float(seconds) => from_seconds(*seconds),
        Value::String(text) => {
            // Clients of old send ISO 8601 whatever the model says; AWS reads it.
            shape
                .timestamp_format
                .and_then(|format| format.read(text))
                .or_else(|| TimestampFormat::Iso8601.read(text))
        }
        _ => None,
    };
    time.map(Value::Timestamp)
}

fn mismatch(value: &Value, wanted: &str) -> String {
    let token = match value {
        Value::Map(_) => return "Start of structure or map found where not expected".to_owned(),
        Value::List(_) => return "Start of list found where not expected".to_owned(),
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Integer(_) => "NUMBER_VALUE",
        Value::Float(_) => "DECIMAL_VALUE",
        Value::String(_) | Value::Blob(_) | Value::Timestamp(_) => "STRING_VALUE",
    };
    format!("{token} can not be converted to {wanted}")
}

fn placed(problem: &str, at: &FieldPath<'_>) -> String {
    match at {
        FieldPath::Root => format!("{problem}."),
        at => format!("{problem}, at '{at}'."),
    }
}
