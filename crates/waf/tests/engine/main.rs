//! The engine judged from outside: requests in, verdicts out.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests: what goes wrong in them is a failed test"
)]

mod fixture;
mod limits;
mod log_members;
mod managed;
mod memo;
mod mmdb;
mod naive;
mod networks;
mod policy;
mod transformations;
mod verdicts;
