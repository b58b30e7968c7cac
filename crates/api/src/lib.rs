//! The HTTP front door of the AWS APIs: read a request, verify its signature, find the operation it
//! asks for, authorize, call the service, audit, answer.
//!
//! ```text
//! connection   limits: connections, head, headers, body, all bodies, time       limits, server
//!   received   one reading of the request, or a refusal                         received
//!   verified   Signature Version 4 over what was received                       policy::sigv4
//!   routed     X-Amz-Target, the path, or the scope's service                   routing
//!   read       input by the model's shapes, validated                           wire
//!   authorized the IAM action of the operation                                  action, iam
//!   called     the service; a change commits with its audit record              wire::Service
//!   audited    every verified call, before its answer, or it is refused         telemetry::audit
//! ```
//!
//! **What is audited.** Every call whose signature verified and whose operation exists leaves one
//! record, whatever came of it. What nobody signed, or signed wrongly, is counted and answered, not
//! recorded: as in CloudTrail, and because else anyone could fill the log.
//!
//! Source: AWS General Reference, "Signing AWS API requests"; each service's API Reference, "Common
//! Errors".

mod action;
pub mod client;
mod counters;
mod coverage;
mod front_door;
mod limits;
mod received;
mod request_ids;
mod routing;
mod server;
mod stalled;
mod strangers;
mod to_the_end;
mod welcome;

pub use coverage::{OperationCoverage, ServiceCoverage, coverage};
pub use front_door::{Dependencies, FrontDoor};
pub use limits::{
    BODIES_BYTES_MAX, BODY_BYTES_MAX, BODY_TIMEOUT, CONNECTIONS_MAX, HEAD_BYTES_MAX, HEAD_TIMEOUT,
    HEADERS_MAX, Limits, UNSIGNED_BURST, UNSIGNED_PER_SECOND, UNSIGNED_SOURCES_MAX, WRITE_TIMEOUT,
};
pub use routing::RoutingError;
pub use server::{Config, Server, StartError};
