//! The Security Token Service's API. Source: AWS STS API Reference.

mod declined;
mod exception;
pub mod model;
mod operations;
mod request;

use std::sync::Arc;

use types::{Call, ServiceError};
use wire::{BoxFuture, Model, Service, Value};

use crate::Iam;

/// The API's operations and shapes.
#[must_use]
pub fn model() -> &'static Model {
    &model::MODEL
}

/// STS: sessions of IAM's identities.
#[derive(Debug, Clone)]
pub struct Sts {
    pub(crate) iam: Arc<Iam>,
}

impl Sts {
    /// Gives out sessions of these identities.
    #[must_use]
    pub fn new(iam: Arc<Iam>) -> Self {
        Self { iam }
    }
}

impl Service for Sts {
    fn model(&self) -> &'static Model {
        &model::MODEL
    }

    fn implements(&self, operation: &str) -> bool {
        model::IMPLEMENTED.contains(&operation)
    }

    fn declines(&self, operation: &str) -> Option<&'static str> {
        declined::find(operation).map(|declined| declined.reason)
    }

    fn call<'a>(
        &'a self,
        call: &'a Call,
        input: Value,
    ) -> BoxFuture<'a, Result<Value, ServiceError>> {
        match declined::find(&call.operation) {
            Some(declined) => Box::pin(async { Err(declined.error()) }),
            None => Box::pin(model::dispatch(self, call, input)),
        }
    }
}
