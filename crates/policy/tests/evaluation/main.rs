//! Evaluation, judged from outside: text fixtures, one file a topic; recorded and published answers
//! of AWS; a slow evaluator that was written from the documentation's words.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests: what goes wrong in them is a failed test"
)]

mod binding;
mod cast;
mod fixture;
mod malformed;
mod naive;
mod properties;
mod recordings;
