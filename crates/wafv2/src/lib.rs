//! The AWS WAFv2 API: web ACLs, rule groups, IP sets and regex pattern sets, which of them protects
//! which load balancer, and samples of what they did.
//! Source: AWS WAF API Reference, version 2019-07-29.
//!
//! [`Wafv2`] carries out the operations; [`Explain`] is our own one, `btz:ExplainRequest`. Each
//! change is one commit of the store that holds its audit record too, and only what the rule engine
//! has compiled is ever committed. [`Wafv2::policies`] is what the edge enforces: it follows the
//! store, whoever changed it. What of the requests is logged and kept, `telemetry` is told.

mod api_key;
mod asks;
mod collection;
pub mod declined;
mod default_web_acl;
mod draft;
mod exception;
mod explain;
pub mod extension;
mod item;
pub mod limit;
mod master_secret;
pub mod model;
mod operations;
mod policies;
mod reference;
mod resource_directory;
mod scope;
mod service;
mod shelf;
mod state;

pub use explain::Explain;
pub use policies::Policies;
pub use resource_directory::ResourceDirectory;
pub use service::{Parts, Wafv2};

/// The API's operations and shapes.
#[must_use]
pub fn model() -> &'static wire::Model {
    &model::MODEL
}
