//! The protocols: how a request becomes an operation's input and its output a response.

mod json;
mod query;
mod xml;

use types::{RequestId, ServiceError};

use crate::shape::{Kind, Shape};
use crate::{Model, Operation, Refusal, Value};

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

impl Request<'_> {
    /// The first header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers, `x-amzn-RequestId` among them.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Model {
    /// Which operation a request asks for: `X-Amz-Target` or `Action`. Whether it is implemented
    /// is the caller's to ask ([`crate::Service::implements`], [`Refusal::NotImplemented`]).
    ///
    /// # Errors
    /// When it names none, one that the API does not have, or cannot be read.
    pub fn read_operation(
        &self,
        request: &Request<'_>,
        limits: Limits,
    ) -> Result<&Operation, ServiceError> {
        let operation = match self.protocol {
            Protocol::AwsJson10 | Protocol::AwsJson11 => json::operation(self, request),
            Protocol::AwsQuery => query::operation(self, request, limits),
        };
        operation.map_err(|refusal| self.refusal(&refusal))
    }

    /// The operation's input, typed by its shape. Members that the shape does not have are
    /// ignored, as AWS does. It still has to be judged by [`Model::validate`].
    ///
    /// # Errors
    /// When the body is too large, or cannot be read as the shape.
    pub fn read_input(
        &self,
        operation: &Operation,
        request: &Request<'_>,
        limits: Limits,
    ) -> Result<Value, ServiceError> {
        let input = match self.protocol {
            Protocol::AwsJson10 | Protocol::AwsJson11 => {
                json::input(self, operation, request, limits)
            }
            Protocol::AwsQuery => query::input(self, operation, request, limits),
        };
        input.map_err(|refusal| self.refusal(&refusal))
    }

    /// The response of an operation that was carried out. Members of `output` that its shape does
    /// not have are left out.
    #[must_use]
    pub fn write_output(
        &self,
        operation: &Operation,
        output: &Value,
        request_id: RequestId,
    ) -> Response {
        let (content_type, body) = match self.protocol {
            Protocol::AwsJson10 | Protocol::AwsJson11 => (
                json::content_type(self.protocol),
                json::output(self, operation, output),
            ),
            Protocol::AwsQuery => (
                query::CONTENT_TYPE,
                query::output(self, operation, output, request_id),
            ),
        };
        Response {
            status: 200,
            headers: vec![
                ("x-amzn-RequestId", request_id.to_string()),
                ("Content-Type", content_type.to_owned()),
            ],
            body: body.into_bytes(),
        }
    }

    /// The response of a call that failed: code, status, fault and member names as the API's error
    /// shape has them. Of the error's `members` a string stands for itself; a member whose shape
    /// is none is given as JSON text.
    #[must_use]
    pub fn write_error(&self, error: &ServiceError, request_id: RequestId) -> Response {
        let shape = self.error_shape(&error.code);
        let (content_type, body) = match self.protocol {
            Protocol::AwsJson10 | Protocol::AwsJson11 => (
                json::content_type(self.protocol),
                json::error(self, shape, error),
            ),
            Protocol::AwsQuery => (
                query::CONTENT_TYPE,
                query::error(self, shape, error, request_id),
            ),
        };
        let mut headers = vec![
            ("x-amzn-RequestId", request_id.to_string()),
            ("Content-Type", content_type.to_owned()),
        ];
        let declared = shape.and_then(|shape| shape.error.as_ref());
        if self.query_compatible {
            let code = declared.and_then(|declared| declared.code.as_deref());
            if let Some(code) = code {
                let fault = fault_name(error);
                headers.push(("x-amzn-query-error", format!("{code};{fault}")));
            }
        }
        // A query-compatible service's statuses in the model are its query protocol's.
        let declared_status = declared
            .and_then(|declared| declared.status)
            .filter(|_| !self.query_compatible);
        Response {
            status: declared_status.unwrap_or(error.status),
            headers,
            body: body.into_bytes(),
        }
    }
}

fn fault_name(error: &ServiceError) -> &'static str {
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

/// The members of an error, the message first, under the names that its shape gives them.
fn error_members(
    model: &Model,
    shape: Option<&Shape>,
    error: &ServiceError,
    default_message: &str,
) -> Value {
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
    Value::Map(members)
}
