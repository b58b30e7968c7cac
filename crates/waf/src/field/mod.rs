//! Fields: the parts of a request that a statement looks at (AWS: `FieldToMatch`), and how their
//! values are found.
//! Source: AWS WAF developer guide, "Request components".

mod body;
mod body_values;
mod cookies;
mod fingerprint;
mod header_order;
mod headers;
mod json_body;
mod json_walk;
mod multipart;
mod query_argument;
mod single_header;
mod uri;
mod xml_text;

use std::rc::Rc;

use wire::Value;

pub use body::Oversize;
pub use body_values::{BodyValues, WhichValues};
pub use cookies::Cookies;
pub(crate) use cookies::split as split_cookies;
pub use fingerprint::Fallback;
pub use headers::{Headers, MapPattern, MapScope};
pub use json_body::{InvalidJson, JsonBody, JsonPattern};
pub use json_walk::{JsonError, JsonItem, JsonItemKind, JsonWalk};
pub use query_argument::PreParse;
pub(crate) use query_argument::{Argument, arguments as split_arguments};

use crate::error::{CompileError, ExceptionField};
use crate::read;
use crate::request::Request;
use crate::session::Components;

/// A part of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The values of one header, name in lower case.
    SingleHeader(String),
    /// The values of one query argument, whatever the case of its name.
    SingleQueryArgument(String),
    /// The values of all query arguments.
    AllQueryArguments,
    /// The names of query arguments that are more than a plain name.
    QueryArgumentNames,
    /// The path, undecoded.
    UriPath,
    /// What follows `#`.
    UriFragment(Fallback),
    /// What follows `?`, undecoded.
    QueryString,
    /// The body as bytes.
    Body(Oversize),
    /// The values that an application reads from the body.
    BodyValues(BodyValues),
    /// The body's JSON keys and values.
    JsonBody(JsonBody),
    /// The method.
    Method,
    /// Names and values of headers.
    Headers(Headers),
    /// Names and values of cookies.
    Cookies(Cookies),
    /// The names of the headers in their order, lower case, joined by colons.
    HeaderOrder(Oversize),
    /// The JA3 fingerprint.
    Ja3(Fallback),
    /// The JA4 fingerprint.
    Ja4(Fallback),
}

impl Field {
    /// Reads `FieldToMatch`. Managed rules may name fields of our own too.
    pub(crate) fn compile(value: &Value, managed: bool) -> Result<Self, CompileError> {
        let kind = ExceptionField::FieldToMatch;
        let (name, content) = read::only_member(value, kind, "FieldToMatch")?;
        Ok(match name {
            "BodyValues" if managed => Self::BodyValues(BodyValues::compile(content)?),
            "QueryArgumentNames" if managed => Self::QueryArgumentNames,
            "SingleHeader" => Self::SingleHeader(single_header::compile(content)?),
            "SingleQueryArgument" => Self::SingleQueryArgument(query_argument::compile(content)?),
            "AllQueryArguments" => Self::AllQueryArguments,
            "UriPath" => Self::UriPath,
            "UriFragment" => Self::UriFragment(Fallback::compile_optional(content)?),
            "QueryString" => Self::QueryString,
            "Body" => Self::Body(Oversize::compile_optional(content)?),
            "JsonBody" => Self::JsonBody(JsonBody::compile(content)?),
            "Method" => Self::Method,
            "Headers" => Self::Headers(Headers::compile(content)?),
            "Cookies" => Self::Cookies(Cookies::compile(content)?),
            "HeaderOrder" => Self::HeaderOrder(Oversize::compile(content)?),
            "JA3Fingerprint" => Self::Ja3(Fallback::compile(content)?),
            "JA4Fingerprint" => Self::Ja4(Fallback::compile(content)?),
            _ => return Err(read::malformed(kind, name)),
        })
    }

    /// Whether it looks at the body.
    #[must_use]
    pub const fn reads_body(&self) -> bool {
        matches!(
            self,
            Self::Body(_) | Self::BodyValues(_) | Self::JsonBody(_)
        )
    }

    /// Its values in a request.
    pub(crate) fn extract<'r>(
        &self,
        pre_parse: &[PreParse],
        parts: &Components<'r>,
    ) -> Extraction<'r> {
        let request = parts.request();
        match self {
            Self::SingleHeader(name) => single_header::extract(name, request),
            Self::SingleQueryArgument(name) => query_argument::single(name, pre_parse, parts),
            Self::AllQueryArguments => query_argument::all(pre_parse, parts),
            Self::QueryArgumentNames => query_argument::names(pre_parse, parts),
            Self::UriPath => Extraction::one(request.uri_path),
            Self::UriFragment(fallback) => uri::fragment(*fallback, request),
            Self::QueryString => Extraction::one(request.query),
            Self::Body(oversize) => body::extract(*oversize, request),
            Self::BodyValues(values) => values.extract(parts),
            Self::JsonBody(json) => json.extract(parts),
            Self::Method => Extraction::one(request.method.as_bytes()),
            Self::Headers(headers) => headers.extract(parts),
            Self::Cookies(cookies) => cookies.extract(parts),
            Self::HeaderOrder(oversize) => header_order::extract(*oversize, parts),
            Self::Ja3(fallback) => fingerprint::extract(request.ja3, *fallback),
            Self::Ja4(fallback) => fingerprint::extract(request.ja4, *fallback),
        }
    }

    /// Where a value stands, in words: `HEADER: user-agent`.
    pub(crate) fn location(&self, origin: &Origin<'_>, request: &Request<'_>) -> String {
        let name = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes)
                .chars()
                .take(256)
                .collect::<String>()
        };
        match (self, origin) {
            (Self::SingleHeader(header), _) => format!("HEADER: {header}"),
            (_, Origin::Header(header)) => {
                format!("HEADER: {}", name(header.to_ascii_lowercase().as_bytes()))
            }
            (_, Origin::HeaderName) => "HEADER_NAME".to_owned(),
            (_, Origin::Cookie(cookie)) => format!("COOKIE: {}", name(cookie)),
            (_, Origin::CookieName) => "COOKIE_NAME".to_owned(),
            (_, Origin::Argument(argument)) => {
                format!("QUERY_ARGUMENT: {}", name(argument.as_bytes()))
            }
            (_, Origin::ArgumentName) => "QUERY_ARGUMENT_NAME".to_owned(),
            (_, Origin::JsonItem(index)) => json_body::location(*index, request),
            (_, Origin::Form(field)) => format!("BODY_FIELD: {}", name(field.as_bytes())),
            (_, Origin::FormName) => "BODY_FIELD_NAME".to_owned(),
            (_, Origin::FileName(field)) => {
                format!("BODY_FILE_NAME: {}", name(field.as_bytes()))
            }
            (_, Origin::Xml) => "BODY_XML".to_owned(),
            (Self::SingleQueryArgument(argument), Origin::Field) => {
                format!("QUERY_ARGUMENT: {argument}")
            }
            (Self::AllQueryArguments, Origin::Field) => "QUERY_ARGUMENTS".to_owned(),
            (Self::UriPath, Origin::Field) => "URI_PATH".to_owned(),
            (Self::UriFragment(_), Origin::Field) => "URI_FRAGMENT".to_owned(),
            (Self::QueryString, Origin::Field) => "QUERY_STRING".to_owned(),
            (Self::QueryArgumentNames, Origin::Field) => "QUERY_ARGUMENT_NAME".to_owned(),
            (Self::Body(_) | Self::BodyValues(_), Origin::Field) => "BODY".to_owned(),
            (Self::JsonBody(_), Origin::Field) => "JSON_BODY".to_owned(),
            (Self::Method, Origin::Field) => "METHOD".to_owned(),
            (Self::Headers(_), Origin::Field) => "HEADERS".to_owned(),
            (Self::Cookies(_), Origin::Field) => "COOKIES".to_owned(),
            (Self::HeaderOrder(_), Origin::Field) => "HEADER_ORDER".to_owned(),
            (Self::Ja3(_), Origin::Field) => "JA3_FINGERPRINT".to_owned(),
            (Self::Ja4(_), Origin::Field) => "JA4_FINGERPRINT".to_owned(),
        }
    }
}

/// A name and a value, as they stand in the request.
pub(crate) type Pair<'r> = (&'r [u8], &'r [u8]);

/// Bytes of a request, or made from it. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) enum Bytes<'r> {
    Borrowed(&'r [u8]),
    Made(Rc<[u8]>),
}

impl Bytes<'_> {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Made(bytes) => bytes,
        }
    }
}

/// Where within its field a value stands.
#[derive(Debug, Clone)]
pub(crate) enum Origin<'r> {
    /// It is the field.
    Field,
    /// Value of this header.
    Header(&'r str),
    /// Name of a header.
    HeaderName,
    /// Value of this cookie.
    Cookie(&'r [u8]),
    /// Name of a cookie.
    CookieName,
    /// Value of this query argument.
    Argument(Bytes<'r>),
    /// Name of a query argument.
    ArgumentName,
    /// This item of the JSON body, counted from its beginning.
    JsonItem(usize),
    /// Value of this field of a form or multipart body.
    Form(Bytes<'r>),
    /// Name of such a field.
    FormName,
    /// Name of the file that was uploaded as this field.
    FileName(Bytes<'r>),
    /// Text or attribute of an XML body.
    Xml,
}

/// One value of a field.
#[derive(Debug, Clone)]
pub(crate) struct FieldValue<'r> {
    pub(crate) bytes: Bytes<'r>,
    pub(crate) origin: Origin<'r>,
}

/// What a field yields in a request.
#[derive(Debug)]
pub(crate) enum Extraction<'r> {
    /// These values, perhaps none.
    Values(Vec<FieldValue<'r>>),
    /// Its fallback or oversize setting decides instead, with the reason.
    Decided(bool, &'static str),
}

impl<'r> Extraction<'r> {
    pub(crate) fn one(bytes: &'r [u8]) -> Self {
        Self::Values(vec![FieldValue {
            bytes: Bytes::Borrowed(bytes),
            origin: Origin::Field,
        }])
    }
}
