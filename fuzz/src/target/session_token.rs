//! Session tokens, as every call may bring one: whatever was not sealed here opens nothing.

use types::Secret;

pub(super) fn run(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let key = Secret::new(vec![1; 32]);
        assert!(
            !iam::opens_session_token(text, &key),
            "a forged token opens"
        );
    }
}
