//! The Security Token Service's API. Source: AWS STS API Reference.

pub mod model;
mod operations;

use types::{Call, ServiceError};
use wire::{BoxFuture, Model, Service, Value};

/// STS. What it answers now follows from the call alone; sessions will need the account's
/// identities.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sts;

impl Service for Sts {
    fn model(&self) -> &'static Model {
        &model::MODEL
    }

    fn implements(&self, operation: &str) -> bool {
        model::IMPLEMENTED.contains(&operation)
    }

    fn call<'a>(
        &'a self,
        call: &'a Call,
        input: Value,
    ) -> BoxFuture<'a, Result<Value, ServiceError>> {
        Box::pin(model::dispatch(self, call, input))
    }
}
