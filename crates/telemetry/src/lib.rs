//! What happened, remembered: proxied requests and audited calls, their logs, samples, and the
//! decisions by which a refusal is explained.
//!
//! [`Telemetry`] takes the edge's events ([`request::RequestSink`]) and makes every view of traffic
//! from them: [`waf_log`], [`samples`], [`decisions`] and [`explain`], [`metrics`]. [`audit`] is the
//! log of API calls.

pub mod audit;
pub mod decisions;
pub mod explain;
mod json_line;
pub mod metrics;
pub mod request;
mod rolling_file;
pub mod samples;
mod telemetry;
pub mod waf_log;

pub use telemetry::{
    Config, EVENTS_BYTES_MAX, EVENTS_MAX, Telemetry, WAF_LOG_BYTES_MAX, WAF_LOG_FILES_MAX,
    WRITES_MAX,
};
