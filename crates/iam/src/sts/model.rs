//! The API's model, and of its shapes those that the operations here reach. Source: botocore's model of `sts`.
//!
//! Written by `cargo xtask codegen`; do not edit.

use std::sync::LazyLock;

use types::{Call, ServiceError};
use wire::{FromValue, IntoValue, Members, Model, ShapeError, Structure, Value};

/// All operations and shapes of the API.
pub(crate) static MODEL: LazyLock<Model> =
    LazyLock::new(|| Model::embedded(include_str!("model.json")));

/// The operations that are written, sorted.
pub(crate) const IMPLEMENTED: &[&str] = &["GetCallerIdentity"];

/// `GetCallerIdentityRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetCallerIdentityRequest {}

impl FromValue for GetCallerIdentityRequest {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for GetCallerIdentityRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `GetCallerIdentityResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetCallerIdentityResponse {
    /// `UserId`.
    pub(crate) user_id: Option<String>,
    /// `Account`.
    pub(crate) account: Option<String>,
    /// `Arn`.
    pub(crate) arn: Option<String>,
}

impl FromValue for GetCallerIdentityResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_id: members.take("UserId")?,
            account: members.take("Account")?,
            arn: members.take("Arn")?,
        })
    }
}

impl IntoValue for GetCallerIdentityResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserId", self.user_id)
            .with("Account", self.account)
            .with("Arn", self.arn)
            .end()
    }
}

/// Carries out `call.operation`, one of [`IMPLEMENTED`]: reads its typed input, calls the
/// function of its name in `crate::sts::operations`, and makes its answer a value.
pub(crate) async fn dispatch(
    service: &crate::Sts,
    call: &Call,
    input: Value,
) -> Result<Value, ServiceError> {
    use crate::sts::operations;
    let output = match call.operation.as_str() {
        "GetCallerIdentity" => {
            operations::get_caller_identity(service, call, FromValue::from_value(input)?)
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
