//! The KMS API judged from outside: values go in as they come from the wire, values come out, and
//! nothing but answers and rows is looked at.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, its client too"
)]

mod asks;
mod client;
mod errors;
mod grants;
mod imports;
mod lifecycle;
mod maintenance;
mod model;
mod recorded;
mod specs;
mod token_keys;
mod wycheproof;
