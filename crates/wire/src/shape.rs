//! One row of a shape table. Source: botocore's `service-2.json`, which is AWS's own model of the
//! API: types, required members, length, range, pattern, enum, sensitivity, error traits.

use crate::pattern::Pattern;
use crate::timestamp::TimestampFormat;

/// Where a shape lies in its model's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShapeId(pub(crate) usize);

/// A shape: a type with its constraints.
#[derive(Debug)]
pub struct Shape {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) sensitive: bool,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    pub(crate) pattern: Option<Pattern>,
    pub(crate) values: Vec<String>,
    pub(crate) flattened: bool,
    pub(crate) timestamp_format: Option<TimestampFormat>,
    pub(crate) error: Option<ErrorTrait>,
    /// Of a structure: exactly one of its members is set.
    pub(crate) union: bool,
    /// Of a structure: the member that is a message's whole body, in restJson1.
    pub(crate) payload: Option<String>,
}

/// What a shape is.
#[derive(Debug)]
#[non_exhaustive]
pub enum Kind {
    /// `structure`, unions included: its members in the model's order.
    Structure(Vec<Member>),
    /// `list` of its member's shape.
    List(Box<Member>),
    /// `map` of key's shape to value's shape; keys are strings.
    Map(Box<Member>, Box<Member>),
    /// `string`, enums included.
    String,
    /// `integer`, which is 32 bits wide.
    Integer,
    /// `long`, which is 64 bits wide.
    Long,
    /// `float`, `double`.
    Float,
    /// `boolean`.
    Boolean,
    /// `blob`: bytes, base64 in text.
    Blob,
    /// `timestamp`.
    Timestamp,
    /// A document: any JSON.
    Document,
}

/// A member of a structure, or the item of a list, or the key or value of a map.
#[derive(Debug)]
pub struct Member {
    pub(crate) name: String,
    pub(crate) shape: ShapeId,
    pub(crate) required: bool,
    pub(crate) location_name: Option<String>,
    pub(crate) flattened: bool,
    pub(crate) xml_namespace: Option<XmlNamespace>,
    /// Where it lies outside the body, in restJson1.
    pub(crate) location: Option<Location>,
    /// Whether it is base64 text in a header, as strings with a media type are.
    pub(crate) json_value: bool,
}

/// Where a member lies in a message of restJson1, if not in its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    /// A label of the path.
    Uri,
    /// A query parameter; of a map all of them.
    QueryString,
    /// A header.
    Header,
    /// All headers whose names start with the member's.
    Headers,
    /// The response's status.
    StatusCode,
}

/// An XML namespace that an element declares.
#[derive(Debug)]
pub(crate) struct XmlNamespace {
    pub(crate) prefix: Option<String>,
    pub(crate) uri: String,
}

/// What makes a structure an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErrorTrait {
    /// The code on the wire where it is not the shape's name.
    pub code: Option<String>,
    /// The HTTP status where the model states one.
    pub status: Option<u16>,
    /// Whether it is the service's fault and not the caller's.
    pub fault: bool,
}

impl Shape {
    /// Its name in the model.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Whether what it holds must not be shown or logged.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.sensitive
    }

    /// The regular expression that a string must match as a whole.
    #[must_use]
    pub fn pattern(&self) -> Option<&Pattern> {
        self.pattern.as_ref()
    }

    /// The values of an enum; empty where it is none.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// What makes it an error, if it is one.
    #[must_use]
    pub fn error(&self) -> Option<&ErrorTrait> {
        self.error.as_ref()
    }

    /// The members of a structure; empty for other shapes.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Structure(members) => members,
            _ => &[],
        }
    }

    /// Whether it is a structure, list or map.
    pub(crate) fn is_aggregate(&self) -> bool {
        matches!(
            self.kind,
            Kind::Structure(_) | Kind::List(_) | Kind::Map(..)
        )
    }
}

impl Member {
    /// Its name in the model: the name it has in a [`crate::Value`].
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its shape.
    #[must_use]
    pub fn shape(&self) -> ShapeId {
        self.shape
    }

    /// Whether it must be there.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// Its name in queries, XML and restJson1.
    pub(crate) fn wire_name(&self) -> &str {
        self.location_name.as_deref().unwrap_or(&self.name)
    }
}
