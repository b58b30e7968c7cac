//! A value as it was parsed made a value of a shape: unknown members are dropped, blobs and
//! timestamps are decoded, and what has another type is refused in the words of AWS's JSON reader.
//! Source: Smithy 2.0, the awsJson1_1, restJson1 and rpcv2Cbor protocols; `SerializationException`
//! texts as AWS answers them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::field_path::FieldPath;
use crate::shape::{Kind, Member, Shape, ShapeId};
use crate::timestamp::{TimestampFormat, from_seconds};
use crate::{Model, Value};

/// How a value was written: what its members are called, and what stands for which type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// JSON, members by their model names.
    Json,
    /// JSON, members by the names they have on the wire; timestamps in their format alone.
    RestJson,
    /// CBOR, members by their model names; blobs and timestamps have types of their own.
    Cbor,
}

impl Form {
    /// A member's name in this form.
    pub(crate) fn name(self, member: &Member) -> &str {
        match self {
            Self::RestJson => member.wire_name(),
            Self::Json | Self::Cbor => &member.name,
        }
    }
}

/// Of a union, what some clients write beside its one member.
const UNION_TYPE: &str = "__type";

impl Model {
    /// Makes a JSON value, as [`crate::json::parse`] reads it, a value of a shape: for rows and
    /// files that hold an API's shapes.
    ///
    /// # Errors
    /// What is wrong and where, in the words of AWS's `SerializationException`.
    pub fn typed(&self, shape: ShapeId, value: Value) -> Result<Value, String> {
        self.typed_in(Form::Json, shape, value)
    }

    /// The same for a value in any form.
    pub(crate) fn typed_in(
        &self,
        form: Form,
        shape: ShapeId,
        value: Value,
    ) -> Result<Value, String> {
        self.typed_at(form, self.shape(shape), value, FieldPath::Root)
    }

    /// The body's members of a structure of restJson1: those that lie elsewhere are not looked for.
    pub(crate) fn typed_body(&self, shape: &Shape, value: Value) -> Result<Value, String> {
        match value {
            Value::Null => Ok(Value::Map(Vec::new())),
            Value::Map(fields) => {
                let in_body = |member: &&Member| member.location.is_none();
                let members: Vec<&Member> = shape.members().iter().filter(in_body).collect();
                self.typed_members(Form::RestJson, &members, fields, FieldPath::Root)
            }
            value => scalar(Form::RestJson, shape, value, &FieldPath::Root),
        }
    }

    fn typed_members(
        &self,
        form: Form,
        members: &[&Member],
        fields: Vec<(String, Value)>,
        at: FieldPath<'_>,
    ) -> Result<Value, String> {
        let mut typed = Vec::with_capacity(fields.len().min(members.len()));
        for (name, value) in fields {
            let Some(member) = members.iter().find(|member| form.name(member) == name) else {
                continue;
            };
            let at = FieldPath::Member(&at, &member.name);
            match self.typed_at(form, self.shape(member.shape), value, at)? {
                Value::Null => {}
                value => typed.push((member.name.clone(), value)),
            }
        }
        Ok(Value::Map(typed))
    }

    fn typed_at(
        &self,
        form: Form,
        shape: &Shape,
        value: Value,
        at: FieldPath<'_>,
    ) -> Result<Value, String> {
        match (&shape.kind, value) {
            (Kind::Document, value) => Ok(value),
            (_, Value::Null) => Ok(Value::Null),
            (Kind::Structure(members), Value::Map(fields)) => {
                if shape.union {
                    check_union(&fields, &at)?;
                }
                let members: Vec<&Member> = members.iter().collect();
                let typed = self.typed_members(form, &members, fields, at)?;
                match typed.as_map() {
                    Some([]) if shape.union => Err(placed("Unknown member of a union", &at)),
                    _ => Ok(typed),
                }
            }
            (Kind::List(member), Value::List(items)) => {
                let item_shape = self.shape(member.shape);
                let mut typed = Vec::with_capacity(items.len());
                for (index, item) in items.into_iter().enumerate() {
                    let at = FieldPath::Item(&at, index + 1);
                    typed.push(self.typed_at(form, item_shape, item, at)?);
                }
                Ok(Value::List(typed))
            }
            (Kind::Map(_, value_member), Value::Map(entries)) => {
                let value_shape = self.shape(value_member.shape);
                let mut typed = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let at = FieldPath::Entry(&at, &key);
                    let value = self.typed_at(form, value_shape, value, at)?;
                    typed.push((key, value));
                }
                Ok(Value::Map(typed))
            }
            (_, value) => scalar(form, shape, value, &at),
        }
    }
}

/// A union has exactly one member that is set, known or not.
fn check_union(fields: &[(String, Value)], at: &FieldPath<'_>) -> Result<(), String> {
    let set = fields
        .iter()
        .filter(|(name, value)| *value != Value::Null && name != UNION_TYPE);
    match set.count() {
        1 => Ok(()),
        count => Err(placed(
            &format!("Exactly one member of a union must be set, but {count} are"),
            at,
        )),
    }
}

fn scalar(form: Form, shape: &Shape, value: Value, at: &FieldPath<'_>) -> Result<Value, String> {
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
            if let Some(number) = integer(form, &value) {
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
            Value::String(ref text) => match special_float(text).filter(|_| form != Form::Cbor) {
                Some(number) => return Ok(Value::Float(number)),
                None => "a Double",
            },
            _ => "a Double",
        },
        Kind::Blob => match value {
            Value::Blob(_) => return Ok(value),
            Value::String(ref text) if form != Form::Cbor => {
                return BASE64
                    .decode(text)
                    .map(Value::Blob)
                    .map_err(|_| placed("Invalid base64 in a blob", at));
            }
            _ => "a Blob",
        },
        Kind::Timestamp => {
            if let Some(value) = timestamp(form, shape, &value) {
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

fn integer(form: Form, value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        Value::Float(_) if form == Form::Cbor => None,
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

fn timestamp(form: Form, shape: &Shape, value: &Value) -> Option<Value> {
    let declared = shape.timestamp_format;
    let is_number = declared.is_none_or(|format| format == TimestampFormat::Unix);
    let time = match (form, value) {
        (_, Value::Timestamp(time)) => Some(*time),
        (Form::Json, Value::Integer(seconds)) => from_seconds(*seconds as f64),
        (Form::Json, Value::Float(seconds)) => from_seconds(*seconds),
        // Clients of old send ISO 8601 whatever the model says; AWS reads it.
        (Form::Json, Value::String(text)) => declared
            .and_then(|format| format.read(text))
            .or_else(|| TimestampFormat::Iso8601.read(text)),
        (Form::RestJson, Value::Integer(seconds)) if is_number => from_seconds(*seconds as f64),
        (Form::RestJson, Value::Float(seconds)) if is_number => from_seconds(*seconds),
        (Form::RestJson, Value::String(text)) if !is_number => {
            declared.and_then(|format| format.read(text))
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

pub(crate) fn placed(problem: &str, at: &FieldPath<'_>) -> String {
    match at {
        FieldPath::Root => format!("{problem}."),
        at => format!("{problem}, at '{at}'."),
    }
}
