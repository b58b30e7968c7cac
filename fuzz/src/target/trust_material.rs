//! Bundles of authorities' certificates and revocation lists: whatever is taken keeps to the limits.

pub(super) fn run(bytes: &[u8]) {
    if let Ok(certificates) = elb::read_bundle(bytes) {
        assert!((1..=25).contains(&certificates.len()));
        // What is taken is distinct, and no longer than what it was read from.
        let length: usize = certificates.iter().map(Vec::len).sum();
        assert!(length <= bytes.len());
    }
    if let Ok((list, entries)) = elb::read_revocation_list(bytes) {
        assert!(!list.is_empty() && entries <= list.len());
    }
}
