//! Hardware that keeps keys: tokens behind PKCS#11 modules (OASIS PKCS #11 Cryptographic Token Interface,
//! 2.40 and 3.0), by the crate `cryptoki`; and the machine's TPM 2.0 ([`Tpm`]), by no library of its own.
//!
//! A [`Token`] is a token of a module, by its label, and a PIN. What is done with it is a closure over a
//! [`Connection`], which runs on one of a few threads of the token's own: a module's calls block for as
//! long as the hardware likes, and cannot be called off. Who waits gives up after a while and leaves the
//! thread to it; when all threads are stuck and enough wait, the next is told so at once.
//!
//! - A connection that broke (the token was pulled out, its service restarted) is made again, and what
//!   was asked is asked once more. If need be the module is finalized and initialized for that.
//! - **A PIN that was refused is never tried again**: tokens lock after a few. Before the first try the
//!   token is asked whether it is the last, or whether another failed before.
//! - Keys that are made here cannot be read out; keys that can be are refused.
//!
//! What a [`Connection::wrap`] answers names its mechanism, so that what an RSA key wrapped opens as
//! such: AES-256-GCM, or RSA-OAEP with SHA-256, or with SHA-1 where the token has nothing else.

mod connection;
mod error;
mod look;
mod module;
mod pool;
mod tpm;

pub use connection::{Connection, Facts, KeyKind};
pub use error::TokenError;
pub use look::{COUNT_MAX, LOOK_KEYS_MAX, LOOK_MAX, Look};
pub use pool::{Caution, Limits, Token, TokenPlace};
pub use tpm::{PCR_MAX, SealedByTpm, Tpm, TpmError};
