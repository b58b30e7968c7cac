//! One API in one of the protocols it speaks: what is read and written for one request.
//! Source: Smithy 2.0, "Protocol traits": a service may have several protocols, and a client takes
//! the first that it knows.

use std::borrow::Cow;

use types::{RequestId, ServiceError};

use crate::protocol::{
    Limits, Protocol, Request, Response, Written, fault_name, json, query, rest, rpc_v2_cbor,
};
use crate::{Model, Operation, Refusal, Value};

/// A model in one of its protocols.
#[derive(Debug, Clone, Copy)]
pub struct Dialect<'m> {
    pub(crate) model: &'m Model,
    protocol: Protocol,
}

impl Model {
    /// The model in the protocol of a request; in the one that it prefers where the request is in
    /// none of its own.
    #[must_use]
    pub fn dialect(&self, request: &Request<'_>) -> Dialect<'_> {
        let shown = Protocol::shown_by(request);
        let spoken = self.protocols().iter().copied().find(|spoken| {
            // Clients of JSON 1.0 and 1.1 differ in the media type alone.
            *spoken == shown || spoken.is_aws_json() && shown.is_aws_json()
        });
        self.in_protocol(spoken.unwrap_or_else(|| self.preferred()))
    }

    /// The model in a protocol.
    #[must_use]
    pub fn in_protocol(&self, protocol: Protocol) -> Dialect<'_> {
        Dialect {
            model: self,
            protocol,
        }
    }

    /// See [`Dialect::read_operation`]; in the protocol of the request.
    ///
    /// # Errors
    /// As there.
    pub fn read_operation(
        &self,
        request: &Request<'_>,
        limits: Limits,
    ) -> Result<&Operation, ServiceError> {
        self.dialect(request).read_operation(request, limits)
    }

    /// See [`Dialect::read_input`]; in the protocol of the request.
    ///
    /// # Errors
    /// As there.
    pub fn read_input(
        &self,
        operation: &Operation,
        request: &Request<'_>,
        limits: Limits,
    ) -> Result<Value, ServiceError> {
        self.dialect(request).read_input(operation, request, limits)
    }

    /// See [`Dialect::validate`]; in the protocol that the model prefers.
    ///
    /// # Errors
    /// As there.
    pub fn validate(&self, operation: &Operation, input: &Value) -> Result<(), ServiceError> {
        self.in_protocol(self.preferred())
            .validate(operation, input)
    }

    /// See [`Dialect::write_output`]; in the protocol that the model prefers.
    #[must_use]
    pub fn write_output(
        &self,
        operation: &Operation,
        output: &Value,
        request_id: RequestId,
    ) -> Response {
        self.in_protocol(self.preferred())
            .write_output(operation, output, request_id)
    }

    /// See [`Dialect::write_error`]; in the protocol that the model prefers.
    #[must_use]
    pub fn write_error(&self, error: &ServiceError, request_id: RequestId) -> Response {
        self.in_protocol(self.preferred())
            .write_error(error, request_id)
    }

    fn preferred(&self) -> Protocol {
        let first = self.protocols().first().copied();
        first.unwrap_or(Protocol::AwsJson11)
    }
}

impl<'m> Dialect<'m> {
    /// Its protocol.
    #[must_use]
    pub fn protocol(self) -> Protocol {
        self.protocol
    }

    /// A refusal at the front door, in this protocol.
    #[must_use]
    pub fn refusal(self, refusal: &Refusal) -> ServiceError {
        refusal.to_error(self.protocol)
    }

    /// Which operation a request asks for: by `X-Amz-Target`, `Action`, or method and URI. Whether
    /// it is implemented is the caller's to ask ([`crate::Service::implements`],
    /// [`Refusal::NotImplemented`]).
    ///
    /// # Errors
    /// When it names none, one that the API does not have, or cannot be read.
    pub fn read_operation(
        self,
        request: &Request<'_>,
        limits: Limits,
    ) -> Result<&'m Operation, ServiceError> {
        let operation = match self.protocol {
            Protocol::AwsJson10 | Protocol::AwsJson11 => json::operation(self.model, request),
            Protocol::AwsQuery => query::operation(self.model, request, limits),
            Protocol::RestJson1 => rest::operation(self.model, request),
            Protocol::RpcV2Cbor => rpc_v2_cbor::operation(self.model, request),
        };
        operation.map_err(|refusal| self.refusal(&refusal))
    }

    /// The operation's input, typed by its shape. Members that the shape does not have are
    /// ignored, as AWS does. It still has to be judged by [`Dialect::validate`].
    ///
    /// # Errors
    /// When the body is too large, or the request cannot be read as the shape.
    pub fn read_input(
        self,
        operation: &Operation,
        request: &Request<'_>,
        limits: Limits,
    ) -> Result<Value, ServiceError> {
        let model = self.model;
        let input = match self.protocol {
            Protocol::AwsJson10 | Protocol::AwsJson11 => {
                json::input(model, operation, request, limits)
            }
            Protocol::AwsQuery => query::input(model, operation, request, limits),
            Protocol::RestJson1 => rest::input(model, operation, request, limits),
            Protocol::RpcV2Cbor => rpc_v2_cbor::input(model, operation, request, limits),
        };
        input.map_err(|refusal| self.refusal(&refusal))
    }

    /// The headers of a request that an operation's input is read from: what is signed of a request
    /// must include them. Headers that tell the protocol or the operation are not among them.
    #[must_use]
    pub fn input_headers<'r>(self, operation: &Operation, request: &Request<'r>) -> Vec<&'r str> {
        match self.protocol {
            Protocol::RestJson1 => rest::input_headers(self.model, operation, request),
            Protocol::AwsJson10
            | Protocol::AwsJson11
            | Protocol::AwsQuery
            | Protocol::RpcV2Cbor => Vec::new(),
        }
    }

    /// The response of an operation that was carried out. Members of `output` that its shape does
    /// not have are left out.
    #[must_use]
    pub fn write_output(
        self,
        operation: &Operation,
        output: &Value,
        request_id: RequestId,
    ) -> Response {
        let model = self.model;
        let written = match self.protocol {
            Protocol::AwsJson10 | Protocol::AwsJson11 => Written::body(
                json::content_type(self.protocol),
                json::output(model, operation, output),
            ),
            Protocol::AwsQuery => Written::body(
                query::CONTENT_TYPE,
                query::output(model, operation, output, request_id),
            ),
            Protocol::RestJson1 => rest::output(model, operation, output),
            Protocol::RpcV2Cbor => rpc_v2_cbor::output(model, operation, output),
        };
        response(200, written, request_id)
    }

    /// The response of a call that failed: code, status, fault and member names as the API's error
    /// shape has them. Of the error's `members` a string stands for itself; a member whose shape
    /// is none is given as JSON text.
    #[must_use]
    pub fn write_error(self, error: &ServiceError, request_id: RequestId) -> Response {
        let model = self.model;
        let shape = model.error_shape(&error.code);
        let mut written = match self.protocol {
            Protocol::AwsJson10 | Protocol::AwsJson11 => Written::body(
                json::content_type(self.protocol),
                json::error(model, shape, error),
            ),
            Protocol::AwsQuery => Written::body(
                query::CONTENT_TYPE,
                query::error(model, shape, error, request_id),
            ),
            Protocol::RestJson1 => rest::error(model, shape, error),
            Protocol::RpcV2Cbor => rpc_v2_cbor::error(model, shape, error),
        };
        if let Some((name, value)) = error.header.as_deref() {
            written.headers.push((Cow::Borrowed(*name), value.clone()));
        }
        let declared = shape.and_then(|shape| shape.error.as_ref());
        if model.query_compatible {
            let code = declared.and_then(|declared| declared.code.as_deref());
            if let Some(code) = code {
                let fault = fault_name(error);
                let told = format!("{code};{fault}");
                written.headers.push(("x-amzn-query-error".into(), told));
            }
        }
        // A query-compatible service's statuses in the model are its query protocol's.
        let declared_status = declared
            .and_then(|declared| declared.status)
            .filter(|_| !model.query_compatible);
        let status = declared_status.unwrap_or(error.status);
        response(status, written, request_id)
    }
}

fn response(status: u16, written: Written, request_id: RequestId) -> Response {
    let mut headers = vec![("x-amzn-RequestId".into(), request_id.to_string())];
    if let Some(content_type) = written.content_type {
        headers.push(("Content-Type".into(), content_type.into_owned()));
    }
    headers.extend(written.headers);
    Response {
        status: written.status.unwrap_or(status),
        headers,
        body: written.body,
    }
}
