//! Who may call: the account, its root credentials, and STS's answer to "who am I?".
//!
//! [`Root::load`] takes the account and the root access key as they are given, or makes them at
//! first start and keeps them in `DIR/credentials`, in the aws CLI's own file format. [`Iam`] finds
//! the secret of an access key for the signature's verification, tells whose key it is, and
//! authorizes: root may do all. [`Sts`] is the STS API.
//!
//! Users, roles, policies and sessions will be here as well.

mod access_key;
mod authority;
mod credentials_file;
pub mod model;
mod root;
pub mod sts;

pub use access_key::AccessKey;
pub use authority::Iam;
pub use credentials_file::{FILE_BYTES_MAX, FILE_NAME, PROFILE};
pub use root::{Given, Root, RootError};
pub use sts::Sts;
