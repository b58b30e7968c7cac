//! Why a signature was not accepted, in the words that AWS uses. The codes differ by protocol: the
//! front door gives them. Source: "Common Errors" of WAFv2 and of STS, and recorded answers.

/// Why a request was refused before it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It carries no signature at all.
    #[error("the request carries no signature")]
    Missing,
    /// Its signature cannot be read: AWS's text says which part is missing or broken.
    #[error("{0}")]
    Incomplete(String),
    /// Its signature was read and cannot count: too old, too new, or over too little.
    #[error("{0}")]
    Invalid(String),
    /// Its signature is another one than ours over the same request.
    #[error("the signature is not the one that the access key's secret makes of this request")]
    Mismatch,
    /// There is no such access key, or the session token is not the key's.
    #[error("the access key id or the session token is unknown")]
    UnknownCredentials,
}

impl SignatureError {
    pub(crate) fn incomplete(text: impl Into<String>) -> Self {
        Self::Incomplete(text.into())
    }

    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::Invalid(text.into())
    }
}
