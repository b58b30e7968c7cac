//! IAM and STS judged from outside: values go in as they come from the wire, values come out.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::string_slice,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its client too"
)]

mod accounts;
mod asks;
mod authorization_message;
mod client;
mod credentials;
mod identities;
mod limits;
mod policies;
mod principals;
mod recorded;
mod reports;
mod sessions;
mod web_identity;
