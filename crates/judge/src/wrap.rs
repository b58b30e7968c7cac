//! A seal of the test's own: AES-256-GCM under a key that everybody knows, the context as associated
//! data.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use types::{KeyWrap, KeyWrapError, Secret};

/// A seal that is always open.
pub struct Wrap(RandomizedNonceKey);

impl std::fmt::Debug for Wrap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wrap")
    }
}

impl Default for Wrap {
    fn default() -> Self {
        Self(RandomizedNonceKey::new(&AES_256_GCM, &[7; 32]).unwrap())
    }
}

impl KeyWrap for Wrap {
    fn wrap(&self, context: &str, secret: &[u8]) -> Result<Vec<u8>, KeyWrapError> {
        let mut bytes = secret.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(context.as_bytes()), &mut bytes)
            .map_err(|error| KeyWrapError::Failed(error.to_string()))?;
        let mut wrapped = nonce.as_ref().to_vec();
        wrapped.extend(bytes);
        Ok(wrapped)
    }

    fn unwrap(&self, context: &str, wrapped: &[u8]) -> Result<Secret, KeyWrapError> {
        let damaged = || KeyWrapError::Damaged {
            context: context.to_owned(),
        };
        let (nonce, sealed) = wrapped
            .split_first_chunk::<NONCE_LEN>()
            .ok_or_else(damaged)?;
        let mut bytes = sealed.to_vec();
        let opened = self
            .0
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(context.as_bytes()),
                &mut bytes,
            )
            .map_err(|_| damaged())?;
        Ok(Secret::new(opened.to_vec()))
    }
}
