//! The engines, judged from outside: the conformance suite, kill -9, what files and servers do to
//! them. One program, so that the crash tests can run it again as the process that is killed.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and prints its seed"
)]

mod conformance;
mod crash;
mod file;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../support/seeded.rs"]
mod seeded;
mod server;
