//! AWS wire protocols driven by shape tables: a request becomes a [`Value`] of its operation's
//! input shape, a [`Value`] becomes a response, and errors are rendered as AWS renders them.
//!
//! A [`Model`] holds one API's operations and shapes, in the language of botocore's
//! `service-2.json` without its documentation. Everything else is generic: no code is written for
//! a shape. Source: the Smithy 2.0 protocol pages (awsJson1_0, awsJson1_1, awsQuery, restJson1,
//! rpcv2Cbor). An API may speak several; each request says which one it is in.
//!
//! Floor 0: no input or output, no clock, no randomness.
//!
//! ```text
//! model.dialect(&request)                  which of its protocols
//!      .read_operation(&request)?          which operation
//!      .read_input(operation, &request)?   its input, typed by the shapes
//!      .validate(operation, &input)?       with AWS's wording
//!      ... the service carries it out ...
//!      .write_output(operation, &output)   or write_error(&error)
//! ```

pub mod cbor;
mod convert;
mod dialect;
mod field_path;
pub mod json;
mod model;
mod pattern;
mod protocol;
mod redaction;
mod refusal;
mod service;
mod shape;
mod timestamp;
mod typed;
mod unique;
mod validation;
mod value;

pub use convert::{FromValue, IntoValue, Members, ShapeError, Structure};
pub use dialect::Dialect;
pub use model::{Model, ModelError, Operation};
pub use pattern::{Pattern, PatternError};
pub use protocol::{Limits, Protocol, Request, Response, media_type};
pub use redaction::{HIDDEN, PARAMETERS_BYTES_MAX};
pub use refusal::Refusal;
pub use service::{BoxFuture, Service};
pub use shape::{ErrorTrait, Kind, Member, Shape, ShapeId};
pub use validation::VALIDATION_ERRORS_MAX;
pub use value::Value;
