//! The own API's part that knows several accounts in one installation: service `btz`, target prefix
//! `Bartizan`, awsJson1.1, described in `extension.json`.
//!
//! The first account is the installation's: only its principals may make others and list them. Each
//! account has its own root access key, given out once; nothing of one account shows in another.

mod extension;
mod operations;

use std::sync::Arc;

use types::{Call, ServiceError};
use wire::{BoxFuture, Model, Service, Value};

use crate::Iam;
use extension::{IMPLEMENTED, MODEL, dispatch};

/// Answers `btz:CreateAccount` and `btz:ListAccounts`.
#[derive(Debug, Clone)]
pub struct Accounts {
    iam: Arc<Iam>,
}

impl Accounts {
    /// The accounts of these identities.
    #[must_use]
    pub fn new(iam: Arc<Iam>) -> Self {
        Self { iam }
    }
}

/// The model of this part of the own API.
pub(crate) fn model() -> &'static Model {
    &MODEL
}

impl Service for Accounts {
    fn model(&self) -> &'static Model {
        &MODEL
    }

    fn implements(&self, operation: &str) -> bool {
        IMPLEMENTED.binary_search(&operation).is_ok()
    }

    fn call<'a>(
        &'a self,
        call: &'a Call,
        input: Value,
    ) -> BoxFuture<'a, Result<Value, ServiceError>> {
        Box::pin(dispatch(self, call, input))
    }
}
