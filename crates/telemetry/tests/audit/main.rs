//! The audit log: exactly one record a call whatever fails, a chain in which every change is found,
//! nothing lost by a crash, nothing answered without its record.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test ends where it fails, and says what it saw"
)]

mod chain;
mod crash;
mod disk;
mod limits;
mod records;
mod restart;
mod retention;
mod support;
mod tamper;
