//! What the front door asks of a service: its model, and to carry out one operation.

use std::future::Future;
use std::pin::Pin;

use types::{Call, ServiceError};

use crate::{Model, Value};

/// A future that can be named.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A service behind the front door.
pub trait Service: Send + Sync {
    /// Its operations and shapes.
    fn model(&self) -> &'static Model;

    /// Whether the operation is written; one that is not is answered with 501 before it is called.
    fn implements(&self, operation: &str) -> bool;

    /// Why the operation has no meaning here, if it has none. Its call answers an error of AWS's own.
    fn declines(&self, _operation: &str) -> Option<&'static str> {
        None
    }

    /// Carries out an operation of its model. The input was read and validated against the
    /// operation's input shape; the output is written by its output shape.
    fn call<'a>(
        &'a self,
        call: &'a Call,
        input: Value,
    ) -> BoxFuture<'a, Result<Value, ServiceError>>;
}
