//! The engine judged from outside: requests in, verdicts out.

mod fixture;
mod limits;
mod managed;
mod naive;
mod policy;
mod transformations;
mod verdicts;
