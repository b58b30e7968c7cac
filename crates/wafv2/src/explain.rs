//! The own API's part that explains verdicts: service `btz`, target prefix `Bartizan`, awsJson1.1,
//! described in `extension.json`.

use std::sync::Arc;

use types::{Call, ServiceError};
use wire::{BoxFuture, Model, Service, Value};

use crate::Wafv2;
use crate::extension::{IMPLEMENTED, MODEL, dispatch};

/// Answers `btz:ExplainRequest`.
#[derive(Debug, Clone)]
pub struct Explain {
    wafv2: Arc<Wafv2>,
}

impl Explain {
    /// Explains what the web ACLs of this service did.
    #[must_use]
    pub fn new(wafv2: Arc<Wafv2>) -> Self {
        Self { wafv2 }
    }

    pub(crate) fn wafv2(&self) -> &Wafv2 {
        &self.wafv2
    }
}

impl Service for Explain {
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
