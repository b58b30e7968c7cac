//! What happened, remembered: proxied requests and audited calls, their logs, samples, and the
//! decisions by which a refusal is explained.

pub mod request;
