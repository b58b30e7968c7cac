//! Secrets at rest are wrapped under the installation's seal. Declared here so that whoever keeps
//! a secret (access keys, TLS private keys, session keys) imports nothing of the key service.

use crate::Secret;

/// Wraps and unwraps secrets that are kept in rows and files.
pub trait KeyWrap: Send + Sync {
    /// Wraps a secret. `context` says what it is and whose (such as
    /// `iam/access-key/111122223333/AKIA...`): it is authenticated and not stored, so a wrapped
    /// secret cannot be put in another's place.
    ///
    /// # Errors
    /// [`KeyWrapError::Sealed`] while no seal slot was opened.
    fn wrap(&self, context: &str, secret: &[u8]) -> Result<Vec<u8>, KeyWrapError>;

    /// Opens what [`KeyWrap::wrap`] made under the same context.
    ///
    /// # Errors
    /// [`KeyWrapError::Sealed`] while no seal slot was opened; [`KeyWrapError::Damaged`] when it
    /// was not made by this installation, not under this context, or was changed.
    fn unwrap(&self, context: &str, wrapped: &[u8]) -> Result<Secret, KeyWrapError>;
}

/// Why a secret could not be wrapped or unwrapped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyWrapError {
    /// Nothing can be opened before the seal is.
    #[error("the installation is sealed: open one of its seal slots (btz seal status)")]
    Sealed,
    /// It does not open.
    #[error("the wrapped secret of `{context}` does not open: it was changed, or is another's")]
    Damaged {
        /// What it was to be.
        context: String,
    },
    /// No randomness, or the cryptography library failed.
    #[error("the secret could not be wrapped: {0}")]
    Failed(String),
}
