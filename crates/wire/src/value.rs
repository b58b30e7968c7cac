//! The one in-memory form of requests and responses, whatever protocol they travel in.

use types::Time;

/// A value of a shape. Structures and maps are both [`Value::Map`]: members by their model names,
/// in the order they came.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// JSON's null, kept only inside lists and documents; elsewhere the member is absent.
    Null,
    /// `boolean`.
    Bool(bool),
    /// `integer`, `long`.
    Integer(i64),
    /// `float`, `double`.
    Float(f64),
    /// `string`, enums included.
    String(String),
    /// `blob`, decoded.
    Blob(Vec<u8>),
    /// `timestamp`.
    Timestamp(Time),
    /// `list`.
    List(Vec<Self>),
    /// `structure` and `map`.
    Map(Vec<(String, Self)>),
}

impl Value {
    /// The member `name` of a structure or map.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(members) => members
                .iter()
                .find(|(member, _)| member == name)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number of an integer.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The truth of a boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The items of a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The members of a structure or map.
    #[must_use]
    pub fn as_map(&self) -> Option<&[(String, Self)]> {
        match self {
            Self::Map(members) => Some(members),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<Time> for Value {
    fn from(time: Time) -> Self {
        Self::Timestamp(time)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}
