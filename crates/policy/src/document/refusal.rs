//! Why a document is no policy: AWS's text, and beside it the place and what should stand there.

use super::Position;

/// A document that is refused. It displays as AWS's text, for the caller's
/// `MalformedPolicyDocument`; [`Self::detail`] is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct MalformedPolicy {
    message: String,
    detail: String,
    position: Position,
}

impl MalformedPolicy {
    pub(super) fn new(message: String, detail: String, position: Position) -> Self {
        Self {
            message,
            detail,
            position,
        }
    }

    /// AWS's text.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What is wrong, where AWS's text does not say.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Where it is wrong.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }
}
