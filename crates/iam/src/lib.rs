//! Who may call: IAM's identities and policies, and STS's sessions, for every account of the
//! installation.
//!
//! [`Root::load`] takes the first account and its root access key as they are given, or makes them at
//! first start and keeps them in `DIR/credentials`, in the aws CLI's own file format. [`Iam`] is the
//! IAM API over rows; it finds whose an access key is ([`Iam::authenticate`]) from memory, which
//! follows the rows. [`Sts`] is the STS API.
//!
//! Secrets at rest (access keys, MFA seeds, private keys, keys of session tokens) are wrapped by
//! [`types::KeyWrap`].
//!
//! Source: IAM API Reference and IAM User Guide; AWS STS API Reference.

mod access_key;
mod account;
mod accounts;
mod authorization_message;
mod authorizer;
mod credentials;
mod credentials_file;
mod directory;
mod document;
mod draft;
mod exception;
mod guard;
mod holder;
mod id;
mod jwt;
mod key_sets;
mod last_used;
mod limit;
mod managed;
mod model;
mod once;
mod operations;
mod page;
mod password;
mod principals;
mod root;
mod service;
mod service_linked;
mod session;
mod shown;
mod standing;
mod state;
pub mod sts;
mod tags;
mod token;
mod totp;

pub use access_key::AccessKey;
pub use accounts::Accounts;
pub use credentials::Authenticated;
pub use credentials_file::{FILE_BYTES_MAX, FILE_NAME, PROFILE};
pub use jwt::{Audience, Claims, Jwt, JwtError, KEY_SET_BYTES_MAX, KeySet};
pub use key_sets::KeySets;
pub use root::{Given, Root, RootError};
pub use service::{Iam, Parts};
pub use standing::Standing;
pub use sts::Sts;
pub use token::opens_session_token;
