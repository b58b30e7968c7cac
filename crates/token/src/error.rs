//! Why a token did not do what it was asked.

use std::path::PathBuf;

use cryptoki::error::{Error, RvError};

/// Why a token did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The module is not there, is not to be trusted, or cannot be loaded.
    #[error("the PKCS#11 module {} cannot be used: {reason}", path.display())]
    Module {
        /// Its file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// No token of that label.
    #[error("there is no token `{label}`: {present}")]
    Absent {
        /// The label that was looked for.
        label: String,
        /// Which there are.
        present: String,
    },
    /// The PIN was refused. It is not tried again.
    #[error(
        "the token `{0}` refuses the PIN; it is not tried again, since tokens lock after a few"
    )]
    PinRefused(String),
    /// The token takes no PIN any more.
    #[error("the PIN of the token `{0}` is locked: unlock it with its security officer's PIN")]
    PinLocked(String),
    /// A PIN failed before: this one is not tried by itself.
    #[error(
        "the token `{label}` says that {why}: the PIN is not tried. Log in once by hand (btz seal \
         status, or the token's own tool)"
    )]
    PinAtRisk {
        /// The token.
        label: String,
        /// What the token says.
        why: &'static str,
    },
    /// No key of that label.
    #[error("the token has no key `{0}`")]
    NoSuchKey(String),
    /// A key of that label is there already.
    #[error("the token has a key `{0}` already")]
    KeyExists(String),
    /// The key is not what is needed.
    #[error("the key `{label}` of the token cannot be used: {reason}")]
    KeyUnfit {
        /// Its label.
        label: String,
        /// Why.
        reason: &'static str,
    },
    /// The token has no mechanism for it.
    #[error("the token has neither AES-GCM nor RSA-OAEP")]
    NoMechanism,
    /// What was to be unwrapped is damaged, or was wrapped by another key.
    #[error("what was wrapped by the token does not open: it was changed, or is another key's")]
    Damaged,
    /// The token does not answer as it should: it may be gone, or come back.
    #[error("the token does not answer: {0}")]
    Gone(String),
    /// The token refuses.
    #[error("the token refuses: {0}")]
    Refused(String),
    /// The token took too long.
    #[error("the token has not answered in {0} ms")]
    Timeout(u128),
    /// Too many wait for the token.
    #[error("{0} calls wait for the token already")]
    Busy(usize),
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] types::EntropyError),
}

impl TokenError {
    /// Whether a new connection, or a new start of the module, may help.
    pub(crate) fn may_be_over_soon(&self) -> bool {
        matches!(self, Self::Gone(_) | Self::Absent { .. })
    }
}

/// What a module answered, as ours.
pub(crate) fn of(error: Error) -> TokenError {
    match error {
        Error::Pkcs11(value, function) => {
            let text = format!("{function}: {value}");
            if is_gone(value) {
                TokenError::Gone(text)
            } else {
                TokenError::Refused(text)
            }
        }
        other => TokenError::Refused(other.to_string()),
    }
}

/// Why something did not open.
pub(crate) enum Unopened {
    /// It is clear whose fault it is.
    Known(TokenError),
    /// It may be damaged, or the token may have failed just now.
    Unclear(String),
}

/// What a module answered to a decryption.
pub(crate) fn of_opening(error: Error) -> Unopened {
    match &error {
        Error::Pkcs11(RvError::EncryptedDataInvalid | RvError::EncryptedDataLenRange, _) => {
            Unopened::Known(TokenError::Damaged)
        }
        Error::Pkcs11(value, _) if is_no_matter_of_data(*value) => Unopened::Known(of(error)),
        _ => Unopened::Unclear(error.to_string()),
    }
}

/// Answers that say nothing of what was to be opened, whatever that was.
fn is_no_matter_of_data(value: RvError) -> bool {
    matches!(
        value,
        RvError::CryptokiNotInitialized
            | RvError::DeviceMemory
            | RvError::DeviceRemoved
            | RvError::FunctionCanceled
            | RvError::HostMemory
            | RvError::KeyHandleInvalid
            | RvError::ObjectHandleInvalid
            | RvError::OperationActive
            | RvError::PinExpired
            | RvError::SessionClosed
            | RvError::SessionHandleInvalid
            | RvError::SlotIdInvalid
            | RvError::TokenNotPresent
            | RvError::TokenNotRecognized
            | RvError::UserNotLoggedIn
    )
}

/// Whether an answer is about the session itself, or what it is with, and not about what was asked.
pub(crate) fn is_of_session(error: &Error) -> bool {
    matches!(
        error,
        Error::Pkcs11(
            RvError::CryptokiNotInitialized
                | RvError::DeviceRemoved
                | RvError::SessionClosed
                | RvError::SessionHandleInvalid
                | RvError::SlotIdInvalid
                | RvError::TokenNotPresent
                | RvError::TokenNotRecognized
                | RvError::UserNotLoggedIn,
            _
        )
    )
}

/// Answers after which a session is of no use any more.
fn is_gone(value: RvError) -> bool {
    matches!(
        value,
        RvError::CryptokiNotInitialized
            | RvError::DeviceError
            | RvError::DeviceRemoved
            | RvError::FunctionFailed
            | RvError::GeneralError
            | RvError::KeyHandleInvalid
            | RvError::ObjectHandleInvalid
            | RvError::OperationActive
            | RvError::SessionClosed
            | RvError::SessionHandleInvalid
            | RvError::SlotIdInvalid
            | RvError::TokenNotPresent
            | RvError::TokenNotRecognized
            | RvError::UserNotLoggedIn
    )
}
