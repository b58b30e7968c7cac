//! Who may do what, judged as pure functions: whether a request was signed by whom it names
//! ([`sigv4`]). IAM's JSON policies will be judged here as well.
//!
//! Floor 1: no input or output, no clock, no randomness; the time and the secrets come in as
//! arguments.

pub mod sigv4;
