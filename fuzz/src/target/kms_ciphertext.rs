//! Ciphertext blobs of SYMMETRIC_DEFAULT, as `Decrypt` takes them from anybody.

use keys::EncryptionContext;
use keys::ciphertext::{self, BackingKey, Enclosed, KeyVersion};
use types::Secret;

pub(super) fn run(bytes: &[u8]) {
    let key = KeyVersion::of(bytes);
    let backing = BackingKey::new(&Secret::new(vec![1; 32])).ok();
    let opened = ciphertext::decrypt(backing.as_ref(), &EncryptionContext::empty(), bytes);
    // What opens has a head that can be read.
    assert!(opened.is_err() || key.is_some());
    if let Some(enclosed) = Enclosed::of(bytes) {
        // Its parts are all of it, in one reading.
        assert_eq!(key.as_ref(), Some(&enclosed.key));
        let head = enclosed.head.to_vec();
        let joined = Enclosed::join(head, enclosed.wrapped, enclosed.inner).ok();
        assert_eq!(joined.as_deref(), Some(bytes));
    }
    assert!(ciphertext::decrypt(None, &EncryptionContext::empty(), bytes).is_err());
}
