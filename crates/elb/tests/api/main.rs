//! The Elastic Load Balancing v2 API judged from outside: values go in as they come from the wire,
//! values come out, and the routing table is what the edge follows.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its client too"
)]

mod asks;
mod attributes;
mod certificates;
mod client;
mod coverage;
mod default;
mod limits;
mod listeners;
mod load_balancers;
mod rules;
mod tables;
mod tags;
mod target_groups;
mod targets;
mod trust_stores;
mod walk;
