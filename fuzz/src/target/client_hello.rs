//! The first bytes of a TLS connection, before anything has authenticated them: records, hello,
//! JA3 and JA4.

use edge::fingerprint::{Fingerprints, client_hello_in_records};

pub(super) fn run(bytes: &[u8]) {
    if let Ok(Some(hello)) = client_hello_in_records(bytes)
        && let Ok(fingerprints) = Fingerprints::of(&hello)
    {
        assert_eq!(fingerprints.ja3.len(), 32);
        assert_eq!(fingerprints.ja4.len(), 36);
    }
    drop(Fingerprints::of(bytes));
}
