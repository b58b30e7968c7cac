//! A graceful restart and upgrade: the running process starts its successor from the same path and
//! gives it the sockets that it listens on, so that no connection is refused or reset.
//!
//! ```text
//! old                                      new
//!  starts it, with all sockets ──────────→
//!                                          reads the configuration
//!  ←────────────────────────────── started
//!  ends the API's calls, closes the store,
//!  goes on serving traffic
//!  released ─────────────────────────────→
//!                                          opens the store, brings policy into force,
//!                                          accepts beside the old one
//!  ←──────────────────────────────── ready
//!  over ─────────────────────────────────→ is the service
//!  ←────────────────────────────── settled
//!  drains, ends
//! ```
//!
//! Whatever goes wrong before `ready`, the old process ends the new one, opens the store again,
//! takes calls again and says why. The messages are lines of JSON on a socket of their own; fields
//! that a side does not know are passed over, so that versions can differ.

mod predecessor;
mod successor;

use serde::{Deserialize, Serialize};

pub(crate) use predecessor::Predecessor;
pub(crate) use successor::{Program, hand_over};

/// The longest message.
const MESSAGE_BYTES_MAX: u64 = 64 * 1024;

/// What the two processes tell each other.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Message {
    /// New: it runs, and its configuration is right.
    Started {
        /// Its version.
        version: String,
        /// Its data folder.
        data: String,
        /// Whether its rows are where the old one's are; a digest, since it may hold a password.
        store: String,
    },
    /// Old: the store can be opened.
    Released {},
    /// New: policy is in force, it accepts and takes calls.
    Ready {},
    /// New: it could not, and ends.
    Failed {
        /// Why.
        reason: String,
    },
    /// Old: the new one is the service.
    Over {},
    /// New: it can be asked for the next handover.
    Settled {},
}

/// What tells two stores apart without telling a password.
fn digest(store: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, store.as_bytes());
    types::hex(digest.as_ref())
}
