//! The cryptographic floor under KMS, IAM and everything that keeps a secret: AWS KMS's key specs and
//! algorithms, its symmetric ciphertext, and the hierarchy of keys under the installation's seal.
//!
//! Primitives are aws-lc-rs's; what its safe interface lacks is RustCrypto's and dalek's (each
//! module says which and why). No input or output here. Randomness comes as [`types::Entropy`],
//! but where the library draws its own: generation of RSA and elliptic-curve keys, the nonces and
//! salts of signatures, OAEP's seed, and encapsulation.

mod algorithm;
pub mod ciphertext;
mod context;
mod der;
mod derive;
mod ec;
mod ed25519;
mod error;
mod hmac;
pub mod import;
mod ml_dsa;
mod ml_kem;
mod private_key;
mod public_key;
mod rsa;
pub mod seal;
mod secp256k1;
mod spec;
// Public for the tests of what is built on this crate, and no part of its interface.
#[doc(hidden)]
pub mod work;

pub use algorithm::{EncryptionAlgorithm, MacAlgorithm, MessageType, SigningAlgorithm};
pub use context::EncryptionContext;
pub use error::KeyError;
pub use private_key::PrivateKey;
pub use public_key::PublicKey;
pub use spec::{KeySpec, KeyUsage, UnknownName};
