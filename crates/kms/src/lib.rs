//! The Key Management Service: keys that are made here, used here, and never leave.
//!
//! A KMS key is a row (`state`): its spec and usage, its policy, its state, and its key material in
//! one or more versions, each as an *exported key token*, wrapped under the installation's seal
//! ([`types::KeyWrap`]). Material is opened when an operation needs it and forgotten when it was not
//! used for a while (`material`). What a key does with its material is the crate `keys`.
//!
//! A key in a custom key store has its material elsewhere: in a token, or half of it in an
//! external key manager (`custom_key_store`).
//!
//! Who may use a key is decided before an operation runs, by the key policy, grants and IAM
//! policies together; this crate says which key a call is about and what its policy and grants are.
//!
//! Source: AWS KMS API Reference; AWS KMS Developer Guide; AWS KMS Cryptographic Details.

mod agenda;
mod asks;
mod custom_key_store;
mod draft;
mod exception;
mod grant;
mod key;
mod key_id;
mod key_policy;
mod keyring;
mod last_usage;
mod limit;
mod maintenance;
mod material;
mod model;
mod operations;
mod place;
mod pool;
mod running_time;
mod service;
mod state;
mod tags;

pub use custom_key_store::{
    TokenCluster, XKS_ANSWER_BYTES_MAX, XksAnswer, XksRequest, XksTransport, XksUnreached,
};
pub use limit::{
    GRANTS_PER_KEY_MAX, KEY_PAIRS_WAITING_MAX, KEY_POLICY_BYTES_MAX, MATERIALS_OPEN_MAX,
    ON_DEMAND_ROTATIONS_MAX, OPERATIONS_WAITING_MAX, TAGS_PER_KEY_MAX,
};
pub use service::{Kms, Parts};
