//! The protocols: how a request becomes an operation's input and its output a response.

pub(crate) mod json;
pub(crate) mod query;
mod rest_json;
pub(crate) mod rpc_v2_cbor;
mod xml;

use std::borrow::Cow;

use types::ServiceError;

pub(crate) use rest_json::{HttpBinding, RestRoutes};

pub(crate) mod rest {
    //! restJson1, as [`crate::Dialect`] calls it.
    pub(crate) use super::rest_json::{error, input, input_headers, operation, output};
}

use crate::shape::{Kind, Shape};
use crate::{Model, Refusal, Value};

/// A wire protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// JSON, the operation in `X-Amz-Target`.
    AwsJson10,
    /// JSON, the operation in `X-Amz-Target`.
    AwsJson11,
    /// A form in, XML out; the operation in `Action`.
    AwsQuery,
    /// JSON and parts of the HTTP message; the operation by method and URI.
    RestJson1,
    /// CBOR; the operation in the path.
    RpcV2Cbor,
}

impl Protocol {
    /// The protocol that a request shows by its headers and its query, whatever service it asks.
    /// What shows none is restJson1's: there any method and URI can be an operation.
    #[must_use]
    pub fn shown_by(request: &Request<'_>) -> Self {
        if request.header(rpc_v2_cbor::PROTOCOL_HEADER).is_some() {
            return Self::RpcV2Cbor;
        }
        let media_type = request.media_type();
        if request.header("x-amz-target").is_some() {
            return match media_type.as_ref() {
                "application/x-amz-json-1.0" => Self::AwsJson10,
                _ => Self::AwsJson11,
            };
        }
        match media_type.as_ref() {
            query::FORM => Self::AwsQuery,
            "application/x-amz-json-1.0" => Self::AwsJson10,
            "application/x-amz-json-1.1" => Self::AwsJson11,
            _ if query::names_action(request.query) => Self::AwsQuery,
            _ => Self::RestJson1,
        }
    }

    /// Whether the operation's name is in `X-Amz-Target`.
    #[must_use]
    pub fn is_aws_json(self) -> bool {
        matches!(self, Self::AwsJson10 | Self::AwsJson11)
    }
}

/// What the front door allows a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest body, in bytes.
    pub body_bytes_max: usize,
}

/// A request, as far as the protocols look at it.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `POST`.
    pub method: &'a str,
    /// The path, percent-encoded.
    pub path: &'a str,
    /// The query string, percent-encoded, without `?`.
    pub query: &'a str,
    /// The headers; names in any case.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body, without content encoding.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// The service and the operation that the path names in rpcv2Cbor.
    #[must_use]
    pub fn rpc_service_and_operation(&self) -> Option<(&'a str, &'a str)> {
        rpc_v2_cbor::service_and_operation(self.path)
    }

    /// The first header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// The media type of the body without its parameters, in lower case; empty where none is said.
    #[must_use]
    pub fn media_type(&self) -> Cow<'_, str> {
        media_type(self.header("content-type").unwrap_or_default())
    }
}

/// The media type in a `Content-Type`, without its parameters, in lower case.
#[must_use]
pub fn media_type(content_type: &str) -> Cow<'_, str> {
    let (media_type, _) = content_type.split_once(';').unwrap_or((content_type, ""));
    let media_type = media_type.trim();
    if media_type.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(media_type.to_ascii_lowercase())
    } else {
        Cow::Borrowed(media_type)
    }
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers, `x-amzn-RequestId` among them. Those of restJson1 have the model's names, and
    /// values that may hold any text but control characters.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What a protocol makes of an output or an error.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// The status where the protocol itself says it.
    pub(crate) status: Option<u16>,
    /// None where there is no body.
    pub(crate) content_type: Option<Cow<'static, str>>,
    /// Headers beside the content type.
    pub(crate) headers: Vec<(Cow<'static, str>, String)>,
    pub(crate) body: Vec<u8>,
}

impl Written {
    pub(crate) fn body(content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            content_type: Some(content_type.into()),
            body: body.into(),
            ..Self::default()
        }
    }
}

pub(crate) fn fault_name(error: &ServiceError) -> &'static str {
    match error.fault {
        types::Fault::Sender => "Sender",
        types::Fault::Receiver => "Receiver",
    }
}

fn check_size(request: &Request<'_>, limits: Limits) -> Result<(), Refusal> {
    if request.body.len() > limits.body_bytes_max {
        return Err(Refusal::TooLarge {
            bytes_max: limits.body_bytes_max,
        });
    }
    Ok(())
}

fn malformed(reason: String) -> Refusal {
    Refusal::Malformed { reason }
}

/// The members of an error, the message first, under the names that its shape gives them.
fn error_members(
    model: &Model,
    shape: Option<&Shape>,
    error: &ServiceError,
    default_message: &str,
) -> Vec<(String, Value)> {
    let declared = shape.map(Shape::members).unwrap_or_default();
    let mut members = Vec::new();
    if !error.message.is_empty() {
        let name = declared
            .iter()
            .map(|member| member.name.as_str())
            .find(|name| name.eq_ignore_ascii_case("message"))
            .unwrap_or(default_message);
        members.push((name.to_owned(), Value::from(error.message.as_str())));
    }
    for (name, text) in &error.members {
        let member_shape = declared
            .iter()
            .find(|member| member.name == *name)
            .map(|member| member.shape)
            .filter(|shape| !matches!(model.shape(*shape).kind, Kind::String));
        let typed = member_shape.and_then(|shape| {
            let value = crate::json::parse(text.as_bytes()).ok()?;
            model.typed(shape, value).ok()
        });
        let value = typed.unwrap_or_else(|| Value::from(text.as_str()));
        members.push(((*name).to_owned(), value));
    }
    members
}

/// Replaces `%XX` by its byte, and `+` by a space where that is what the text's form says; none
/// when a `%` has no two hex digits after it, or the bytes are no UTF-8.
fn percent_decode(text: &str, plus_is_space: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' if plus_is_space => b' ',
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
                u8::try_from(high * 16 + low).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}
