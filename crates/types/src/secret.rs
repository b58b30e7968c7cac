//! Bytes that must not leak: no `Debug` that shows them, no `PartialEq` that times them, zeroized
//! when dropped.

use std::fmt;
use std::sync::{Arc, Weak};

use zeroize::Zeroize;

/// Secret bytes. Compare them with a constant-time function of the cryptography library only. Clones
/// share the bytes, which so are in memory once, until the last clone goes.
#[derive(Clone)]
pub struct Secret(Arc<SecretBytes>);

/// Bytes that are zeroized when they are dropped, with the room behind them.
struct SecretBytes(Vec<u8>);

impl Drop for SecretBytes {
    fn drop(&mut self) {
        // Word by word: a volatile write for each byte of a plaintext takes longer than to encrypt it.
        let (head, words, tail) = bytemuck::pod_align_to_mut::<u8, u64>(&mut self.0);
        head.zeroize();
        words.zeroize();
        tail.zeroize();
        self.0.spare_capacity_mut().zeroize();
    }
}

/// What knows a secret again without keeping it. It reads no byte of it, so it takes as long whatever
/// they are.
#[derive(Clone)]
pub struct SecretMark(Weak<SecretBytes>);

impl Secret {
    /// Takes the bytes over.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Arc::new(SecretBytes(bytes)))
    }

    /// The bytes, for the one call that needs them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0.0
    }

    /// A mark by which this secret and its clones are known again.
    #[must_use]
    pub fn mark(&self) -> SecretMark {
        SecretMark(Arc::downgrade(&self.0))
    }
}

impl SecretMark {
    /// Whether it is of that secret. Another of the same bytes is another secret.
    #[must_use]
    pub fn is_of(&self, secret: &Secret) -> bool {
        std::ptr::eq(self.0.as_ptr(), Arc::as_ptr(&secret.0))
    }

    /// Whether the secret is gone, and its bytes are zeroized.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.0.strong_count() == 0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl fmt::Debug for SecretMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretMark(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::new(b"hunter2".to_vec());
        assert_eq!(format!("{secret:?}"), "Secret(..)");
        assert_eq!(format!("{:?}", secret.mark()), "SecretMark(..)");
    }

    #[test]
    fn a_mark_knows_a_secret_and_does_not_keep_it() {
        let secret = Secret::new(b"hunter2".to_vec());
        let (mark, clone) = (secret.mark(), secret.clone());
        let same_bytes = Secret::new(b"hunter2".to_vec());
        assert!(mark.is_of(&secret) && mark.is_of(&clone));
        assert!(!mark.is_of(&same_bytes));
        drop(secret);
        assert!(!mark.is_gone());
        drop(clone);
        assert!(mark.is_gone());
        // Its place is not another's while there is a mark.
        let later: Vec<Secret> = (0..1000)
            .map(|_| Secret::new(b"hunter2".to_vec()))
            .collect();
        assert!(!later.iter().any(|secret| mark.is_of(secret)));
    }
}
