//! Key material while it is in use: opened from its token when an operation needs it, forgotten when
//! it was idle for a minute or its key may no longer be used.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use keys::ciphertext::KeyVersion;
use keys::{KeySpec, PrivateKey, PublicKey};
use types::{AccountId, Entropy, KeyWrap, Secret, ServiceError};

use crate::exception;
use crate::key::Key;
use crate::limit::{MATERIAL_IDLE, MATERIALS_OPEN_MAX};
use crate::state::{KeyRow, MaterialRow};

/// Material that is open.
pub(crate) struct Opened {
    pub(crate) private: PrivateKey,
    public: OnceLock<PublicKey>,
    /// Milliseconds since the process began.
    used_ms: AtomicU64,
}

impl Opened {
    /// The public half.
    pub(crate) fn public(&self) -> Result<&PublicKey, ServiceError> {
        if let Some(public) = self.public.get() {
            return Ok(public);
        }
        let public = self
            .private
            .public_key()
            .map_err(|error| exception::key(&error))?;
        Ok(self.public.get_or_init(|| public))
    }
}

/// All material that is open.
pub(crate) struct Materials {
    wrap: Arc<dyn KeyWrap>,
    open: RwLock<HashMap<KeyVersion, Arc<Opened>>>,
    since: Instant,
}

impl Materials {
    pub(crate) fn new(wrap: Arc<dyn KeyWrap>) -> Self {
        Self {
            wrap,
            open: RwLock::default(),
            since: Instant::now(),
        }
    }

    /// The material of a version of a key, which must be there.
    pub(crate) fn open(
        &self,
        key: &Key,
        material: &MaterialRow,
        version: &KeyVersion,
    ) -> Result<Arc<Opened>, ServiceError> {
        let now_ms = self.now_ms();
        let known = {
            let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
            open.get(version).cloned()
        };
        if let Some(opened) = known {
            opened.used_ms.store(now_ms, Ordering::Relaxed);
            return Ok(opened);
        }
        let token = material.token_bytes().ok_or_else(|| {
            exception::internal(format!(
                "{} has no material of version {}",
                key.arn, version.version
            ))
        })?;
        let context = token_context(version.account, &key.id, material.version, key.spec);
        let secret = self
            .wrap
            .unwrap(&context, &token)
            .map_err(|error| exception::wrap(&error))?;
        let private = PrivateKey::from_material(key.spec, &secret)
            .map_err(|error| exception::internal(format!("{context}: {error}")))?;
        let opened = Arc::new(Opened {
            private,
            public: OnceLock::new(),
            used_ms: AtomicU64::new(now_ms),
        });
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= MATERIALS_OPEN_MAX {
            let oldest = open
                .iter()
                .min_by_key(|(_, opened)| opened.used_ms.load(Ordering::Relaxed))
                .map(|(version, _)| version.clone());
            if let Some(oldest) = oldest {
                open.remove(&oldest);
            }
        }
        open.insert(version.clone(), Arc::clone(&opened));
        Ok(opened)
    }

    /// Wraps material: the exported key token that a row keeps.
    pub(crate) fn export(
        &self,
        account: AccountId,
        key_id: &str,
        version: u32,
        spec: KeySpec,
        material: &Secret,
    ) -> Result<Vec<u8>, ServiceError> {
        let context = token_context(account, key_id, version, spec);
        self.wrap
            .wrap(&context, material.expose())
            .map_err(|error| exception::wrap(&error))
    }

    /// A key that the ids of a KMS key's materials are made with, wrapped, in Base64.
    pub(crate) fn new_material_id_key(
        &self,
        account: AccountId,
        key_id: &str,
        entropy: &dyn Entropy,
    ) -> Result<String, ServiceError> {
        let mut bytes = [0; 32];
        entropy
            .fill(&mut bytes)
            .map_err(|error| exception::internal(error.to_string()))?;
        let bytes = Secret::new(bytes.to_vec());
        let wrapped = self.seal(&material_id_context(account, key_id), bytes.expose())?;
        Ok(BASE64.encode(wrapped))
    }

    /// AWS's KeyMaterialId: it follows from the material, so that what is imported again is known.
    /// It is made with a key of the KMS key's own that lies under the seal: who guesses material
    /// cannot try the guess on an id.
    pub(crate) fn material_id(
        &self,
        account: AccountId,
        key_id: &str,
        row: &KeyRow,
        material: &Secret,
    ) -> Result<String, ServiceError> {
        let damaged = || exception::internal(format!("{key_id} has no key for material ids"));
        let wrapped = BASE64
            .decode(&row.material_id_key)
            .ok()
            .filter(|wrapped| !wrapped.is_empty())
            .ok_or_else(damaged)?;
        let context = material_id_context(account, key_id);
        let key = self.unseal(&context, &wrapped)?.ok_or_else(damaged)?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.expose());
        Ok(types::hex(hmac::sign(&key, material.expose()).as_ref()))
    }

    /// Wraps what a caller is to give back and must not read or change.
    pub(crate) fn seal(&self, context: &str, secret: &[u8]) -> Result<Vec<u8>, ServiceError> {
        self.wrap
            .wrap(context, secret)
            .map_err(|error| exception::wrap(&error))
    }

    /// Opens what [`Materials::seal`] made; `None` when it did not.
    pub(crate) fn unseal(
        &self,
        context: &str,
        sealed: &[u8],
    ) -> Result<Option<Secret>, ServiceError> {
        match self.wrap.unwrap(context, sealed) {
            Ok(secret) => Ok(Some(secret)),
            Err(types::KeyWrapError::Damaged { .. }) => Ok(None),
            Err(error) => Err(exception::wrap(&error)),
        }
    }

    /// Forgets all material of a key.
    pub(crate) fn forget(&self, account: AccountId, key_id: &str) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.retain(|version, _| version.account != account || version.key_id != key_id);
    }

    /// Forgets what was idle for long.
    pub(crate) fn forget_idle(&self) {
        let idle_ms = millis(MATERIAL_IDLE);
        let now_ms = self.now_ms();
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, opened| {
            now_ms.saturating_sub(opened.used_ms.load(Ordering::Relaxed)) < idle_ms
        });
    }

    /// How many materials are open.
    pub(crate) fn count(&self) -> usize {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.len()
    }

    fn now_ms(&self) -> u64 {
        millis(self.since.elapsed())
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// What the key for the ids of a KMS key's materials is bound to.
fn material_id_context(account: AccountId, key_id: &str) -> String {
    format!("kms/material-id-key/{account}/{key_id}")
}

/// What a token is bound to: nobody can put one in another's place.
fn token_context(account: AccountId, key_id: &str, version: u32, spec: KeySpec) -> String {
    format!("kms/key/{account}/{key_id}/{version}/{spec}")
}
