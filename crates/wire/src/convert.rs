//! Between [`Value`] and the generated structures of `model.rs`. No derive: generated code names
//! each member once, and what is generic is compiled once, here.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use types::{ServiceError, Time};

use crate::{Value, timestamp};

/// A value that has not the form of its shape. After [`crate::Model::validate`] that is our bug,
/// in a row of the store it is damage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{member}` is {problem}")]
pub struct ShapeError {
    member: String,
    problem: &'static str,
}

impl ShapeError {
    /// A value that is `problem`, such as "no address and port".
    #[must_use]
    pub fn new(problem: &'static str) -> Self {
        Self {
            member: String::new(),
            problem,
        }
    }

    fn under(mut self, parent: &str) -> Self {
        self.member = match self.member.as_str() {
            "" => parent.to_owned(),
            below => format!("{parent}.{below}"),
        };
        self
    }
}

impl From<ShapeError> for ServiceError {
    fn from(error: ShapeError) -> Self {
        Self::receiver(
            "InternalFailure",
            format!("a value without its shape: {error}"),
        )
    }
}

/// Read from a [`Value`].
pub trait FromValue: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// When the value has another form.
    fn from_value(value: Value) -> Result<Self, ShapeError>;

    /// What an absent member is; `None` where it must be there.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}

/// Made a [`Value`].
pub trait IntoValue: Sized {
    /// Makes it a value.
    fn into_value(self) -> Value;

    /// As a member of a structure; `None` leaves it out.
    fn into_member(self) -> Option<Value> {
        Some(self.into_value())
    }
}

/// The members of a structure while it is read.
#[derive(Debug)]
pub struct Members {
    members: Vec<(String, Value)>,
}

impl Members {
    /// The members of `value`.
    ///
    /// # Errors
    /// When it is no structure.
    pub fn of(value: Value) -> Result<Self, ShapeError> {
        match value {
            Value::Map(members) => Ok(Self { members }),
            _ => Err(ShapeError::new("no structure")),
        }
    }

    /// Takes the member `name` out.
    ///
    /// # Errors
    /// When it is required and absent, or has another form.
    pub fn take<T: FromValue>(&mut self, name: &str) -> Result<T, ShapeError> {
        let found = self.members.iter_mut().find(|(member, _)| member == name);
        match found.map(|(_, value)| std::mem::replace(value, Value::Null)) {
            None | Some(Value::Null) => {
                T::absent().ok_or_else(|| ShapeError::new("missing").under(name))
            }
            Some(value) => T::from_value(value).map_err(|error| error.under(name)),
        }
    }
}

/// The members of a structure while it is written.
#[derive(Debug, Default)]
pub struct Structure {
    members: Vec<(String, Value)>,
}

impl Structure {
    /// With room for `members`.
    #[must_use]
    pub fn with_capacity(members: usize) -> Self {
        Self {
            members: Vec::with_capacity(members),
        }
    }

    /// With the member `name`, if it is there.
    #[must_use]
    pub fn with(mut self, name: &str, member: impl IntoValue) -> Self {
        if let Some(value) = member.into_member() {
            self.members.push((name.to_owned(), value));
        }
        self
    }

    /// The structure.
    #[must_use]
    pub fn end(self) -> Value {
        Value::Map(self.members)
    }
}

impl FromValue for Value {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        Ok(value)
    }
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

/// The input of an operation that takes nothing.
impl FromValue for () {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(())
    }
}

/// The output of an operation that answers nothing.
impl IntoValue for () {
    fn into_value(self) -> Value {
        Value::Map(Vec::new())
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        match value {
            Value::String(text) => Ok(text),
            _ => Err(ShapeError::new("no string")),
        }
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::String(self)
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        value.as_bool().ok_or_else(|| ShapeError::new("no boolean"))
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Bool(self)
    }
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        value.as_i64().ok_or_else(|| ShapeError::new("no integer"))
    }
}

impl IntoValue for i64 {
    fn into_value(self) -> Value {
        Value::Integer(self)
    }
}

impl FromValue for f64 {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        match value {
            Value::Float(number) => Ok(number),
            Value::Integer(number) => Ok(number as Self),
            _ => Err(ShapeError::new("no number")),
        }
    }
}

impl IntoValue for f64 {
    fn into_value(self) -> Value {
        Value::Float(self)
    }
}

/// A blob; in a row, where there are no shapes, it is base64 text.
impl FromValue for Vec<u8> {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        match value {
            Value::Blob(bytes) => Ok(bytes),
            Value::String(text) => BASE64
                .decode(text)
                .map_err(|_| ShapeError::new("no base64 text")),
            _ => Err(ShapeError::new("no blob")),
        }
    }
}

impl IntoValue for Vec<u8> {
    fn into_value(self) -> Value {
        Value::Blob(self)
    }
}

/// A timestamp; in a row, where there are no shapes, it is seconds since the epoch.
impl FromValue for Time {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let seconds = match value {
            Value::Timestamp(time) => return Ok(time),
            Value::Integer(seconds) => seconds as f64,
            Value::Float(seconds) => seconds,
            _ => return Err(ShapeError::new("no timestamp")),
        };
        timestamp::from_seconds(seconds).ok_or_else(|| ShapeError::new("no timestamp"))
    }
}

impl IntoValue for Time {
    fn into_value(self) -> Value {
        Value::Timestamp(self)
    }
}

/// A list. (Bytes are a blob: no shape is a list of `u8`.)
impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let Value::List(items) = value else {
            return Err(ShapeError::new("no list"));
        };
        items
            .into_iter()
            .enumerate()
            .map(|(index, item)| {
                T::from_value(item).map_err(|error| error.under(&(index + 1).to_string()))
            })
            .collect()
    }
}

impl<T: IntoValue> IntoValue for Vec<T> {
    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(IntoValue::into_value).collect())
    }
}

impl<T: FromValue> FromValue for BTreeMap<String, T> {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let Value::Map(members) = value else {
            return Err(ShapeError::new("no map"));
        };
        members
            .into_iter()
            .map(|(key, value)| match T::from_value(value) {
                Ok(value) => Ok((key, value)),
                Err(error) => Err(error.under(&key)),
            })
            .collect()
    }
}

impl<T: IntoValue> IntoValue for BTreeMap<String, T> {
    fn into_value(self) -> Value {
        Value::Map(
            self.into_iter()
                .map(|(key, value)| (key, value.into_value()))
                .collect(),
        )
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        match value {
            Value::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Null, IntoValue::into_value)
    }

    fn into_member(self) -> Option<Value> {
        self.and_then(IntoValue::into_member)
    }
}

impl<T: FromValue> FromValue for Box<T> {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        T::from_value(value).map(Self::new)
    }
}

impl<T: IntoValue> IntoValue for Box<T> {
    fn into_value(self) -> Value {
        (*self).into_value()
    }
}
