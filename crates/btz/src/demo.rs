//! `btz demo`'s own parts: an application to protect, and what is sent at it.

pub(crate) mod application;
pub(crate) mod requests;
