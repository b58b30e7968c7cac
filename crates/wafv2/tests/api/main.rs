//! The WAFv2 API judged from outside: JSON goes in as it comes from the wire, JSON comes out.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its client too"
)]

mod api_key;
mod asks;
mod association;
mod client;
mod concurrency;
mod default_web_acl;
mod explain;
mod ip_set;
mod limits;
mod logging_configuration;
mod managed_rule_group;
mod model_coverage;
mod monetize;
mod path_statistics;
mod permission_policy;
mod policies;
mod rate_based_keys;
mod regex_pattern_set;
mod restart;
mod round_trip;
mod rule_group;
mod sampled_requests;
mod scope;
mod tags;
mod web_acl;
