//! AWS wire protocols driven by shape tables.

mod service;
mod value;

pub use service::{BoxFuture, Service};
pub use value::Value;

/// placeholder, written by the wire work
#[derive(Debug)]
pub struct Model;
