//! Key material that is imported, and public keys that are agreed with or verified by: PKCS#8, raw bytes,
//! SubjectPublicKeyInfo. What is taken comes back as the same key.

use keys::{KeySpec, PrivateKey, PublicKey};
use types::Secret;

pub(super) fn run(bytes: &[u8]) {
    let material = Secret::new(bytes.to_vec());
    for &spec in KeySpec::ALL {
        drop(PublicKey::from_spki(spec, bytes));
        let Ok(key) = PrivateKey::import(spec, &material) else {
            continue;
        };
        let again = key
            .material()
            .and_then(|form| PrivateKey::from_material(spec, &form));
        let again = again.map(|again| again.spki());
        assert!(again.is_ok_and(|spki| spki == key.spki()), "{spec}");
    }
}
