//! The API's model, and of its shapes those that the operations here reach. Source: `extension.json`.
//!
//! Written by `cargo xtask codegen`; do not edit.

use std::sync::LazyLock;

use types::{Call, ServiceError};
use wire::{FromValue, IntoValue, Members, Model, ShapeError, Structure, Value};

/// All operations and shapes of the API.
pub(crate) static MODEL: LazyLock<Model> =
    LazyLock::new(|| Model::embedded(include_str!("extension.json")));

/// The operations that are written, sorted.
pub(crate) const IMPLEMENTED: &[&str] = &["ExplainRequest"];

/// `ExplainRequestRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ExplainRequestRequest {
    /// `RequestId`.
    pub(crate) request_id: String,
}

impl FromValue for ExplainRequestRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            request_id: members.take("RequestId")?,
        })
    }
}

impl IntoValue for ExplainRequestRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("RequestId", self.request_id)
            .end()
    }
}

/// `ExplainRequestResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ExplainRequestResponse {
    /// `Text`.
    pub(crate) text: String,
    /// `Explanation`.
    pub(crate) explanation: Value,
}

impl FromValue for ExplainRequestResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            text: members.take("Text")?,
            explanation: members.take("Explanation")?,
        })
    }
}

impl IntoValue for ExplainRequestResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Text", self.text)
            .with("Explanation", self.explanation)
            .end()
    }
}

/// Carries out `call.operation`, one of [`IMPLEMENTED`]: reads its typed input, calls the
/// function of its name in `crate::operations`, and makes its answer a value.
pub(crate) async fn dispatch(
    service: &crate::Explain,
    call: &Call,
    input: Value,
) -> Result<Value, ServiceError> {
    use crate::operations;
    let output = match call.operation.as_str() {
        "ExplainRequest" => {
            operations::explain_request(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        other => {
            return Err(ServiceError::receiver(
                "InternalFailure",
                format!("{other} was dispatched, but it is not written"),
            ));
        }
    };
    Ok(output)
}
