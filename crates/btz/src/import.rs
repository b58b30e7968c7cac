//! `btz import aws`: a real account's web ACLs and load balancers, made again here.
//!
//! Description of what is there (`account`, by `reading`) → calls to make (`plan`, pure) → calls made
//! (`apply`) → what came of each item (`report`). Both sides are described in the same words, by the
//! same calls: what is equal already is left alone.

pub(crate) mod account;
pub(crate) mod apply;
pub(crate) mod client;
pub(crate) mod credentials;
pub(crate) mod plan;
mod profile;
pub(crate) mod reading;
pub(crate) mod report;
