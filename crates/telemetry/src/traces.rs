//! Traces: every request is a span of a server, with children for its web ACL and its target, sent
//! to a collector by the OpenTelemetry protocol over HTTP, in its JSON encoding.
//! Source: OpenTelemetry, "OTLP Specification 1.9", "Semantic conventions for HTTP spans"; W3C,
//! "Trace Context".

mod context;
mod exporter;
mod post;
mod spans;

pub use context::TraceContext;
pub(crate) use exporter::Exporter;
pub use exporter::{BATCH_REQUESTS_MAX, Config, QUEUE_BYTES_MAX, QUEUE_REQUESTS_MAX, RETRY_FOR};
pub use post::{Endpoint, EndpointError};
