//! What happened, remembered: proxied requests and audited calls, their logs, samples, and the
//! decisions by which a refusal is explained.
//!
//! [`Telemetry`] takes the edge's events ([`request::RequestSink`]) and makes every view of traffic
//! from them: [`access_log`], [`traces`], [`waf_log`], [`samples`], [`bot_traffic`], [`decisions`] and [`explain`], [`metrics`].
//! What of a request none of them may show, [`data_protection`] takes out first; which requests are
//! logged, and where, is said by [`logging`]. [`audit`] is the log of API calls.

pub mod access_log;
pub mod audit;
pub mod bot_traffic;
pub mod connection;
mod counters;
pub mod data_protection;
pub mod decisions;
pub mod exchange;
pub mod explain;
mod json_line;
mod log_files;
pub mod logging;
pub mod metrics;
pub mod request;
mod rolling_file;
pub mod samples;
mod telemetry;
pub mod traces;
pub mod waf_log;

pub use telemetry::{
    Config, EVENTS_BYTES_MAX, EVENTS_MAX, Telemetry, WAF_LOG_BYTES_MAX, WAF_LOG_FILES_MAX,
    WRITES_MAX,
};
