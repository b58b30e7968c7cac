//! The installation's seal, which wraps every secret at rest.

use types::{KeyWrap, KeyWrapError, Secret};

/// A seal that no slot opens: there are no slots yet. What needs a secret kept is refused and says
/// so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closed;

impl KeyWrap for Closed {
    fn wrap(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, KeyWrapError> {
        Err(KeyWrapError::Sealed)
    }

    fn unwrap(&self, _: &str, _: &[u8]) -> Result<Secret, KeyWrapError> {
        Err(KeyWrapError::Sealed)
    }
}
