//! A KMS key as it is used: its row, compiled.
//! Source: AWS KMS Developer Guide, "Key states of AWS KMS keys".

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use keys::ciphertext::KeyVersion;
use keys::{KeySpec, KeyUsage};
use policy::{Policy, PolicyKind};
use store::{Revision, Row};
use types::{Arn, ServiceError, Time};

use crate::exception;
use crate::model::{
    KeyMetadata, MultiRegionConfiguration, MultiRegionKey, XksKeyConfigurationType,
};
use crate::place::Place;
use crate::state::{self, KeyRow, MaterialRow, MaterialState, Origin};

/// AWS's `KeyState`, of those that keys here can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyState {
    Enabled,
    Disabled,
    PendingDeletion,
    PendingReplicaDeletion,
    PendingImport,
    Unavailable,
}

impl KeyState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
            Self::PendingDeletion => "PendingDeletion",
            Self::PendingReplicaDeletion => "PendingReplicaDeletion",
            Self::PendingImport => "PendingImport",
            Self::Unavailable => "Unavailable",
        }
    }
}

/// What a key's custom key store says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenStore {
    pub(crate) is_connected: bool,
    pub(crate) cluster_id: Option<String>,
}

/// A key, compiled from its row.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) place: Place,
    pub(crate) id: String,
    pub(crate) arn: Arn,
    /// Where its row is, and the one that changes with its grants: every use of the key looks there.
    pub(crate) at: store::Key,
    pub(crate) grants_at: store::Key,
    pub(crate) revision: Revision,
    pub(crate) row: KeyRow,
    pub(crate) spec: KeySpec,
    pub(crate) usage: KeyUsage,
    pub(crate) policy: Arc<Policy>,
    /// Of a key in a custom key store.
    pub(crate) store: Option<SeenStore>,
}

impl Key {
    /// Of a row.
    pub(crate) fn of(row: &Row) -> Result<Self, ServiceError> {
        let damaged =
            |what: &str| exception::internal(format!("the row {} cannot be read: {what}", row.key));
        let (place, rest) = state::place_of(&row.key).ok_or_else(|| damaged("its key"))?;
        let [id] = <[String; 1]>::try_from(rest).map_err(|_| damaged("its key"))?;
        let value: KeyRow = state::read(row)?;
        Self::new(place, id, value, row.revision)
    }

    /// Of a row's value.
    pub(crate) fn new(
        place: Place,
        id: String,
        row: KeyRow,
        revision: Revision,
    ) -> Result<Self, ServiceError> {
        let arn = place.key_arn(&id);
        let damaged =
            |what: String| exception::internal(format!("the key {arn} is damaged: {what}"));
        let spec = row
            .spec
            .parse()
            .map_err(|error| damaged(format!("its spec {}: {error}", row.spec)))?;
        let usage = row
            .usage
            .parse()
            .map_err(|error| damaged(format!("its usage {}: {error}", row.usage)))?;
        let policy = Policy::shared(PolicyKind::Key, arn.as_str(), &row.policy)
            .map_err(|error| damaged(format!("its policy: {error}")))?;
        Ok(Self {
            at: state::key(&place, &id),
            grants_at: state::grants_of(&place, &id),
            place,
            id,
            arn,
            revision,
            row,
            spec,
            usage,
            policy,
            store: None,
        })
    }

    /// Its state at a moment.
    pub(crate) fn state(&self, now: Time) -> KeyState {
        match &self.row.deletion {
            Some(deletion) if deletion.due.is_some() => KeyState::PendingDeletion,
            Some(_) => KeyState::PendingReplicaDeletion,
            None if self.lacks_material(now) => KeyState::PendingImport,
            None if !self.row.enabled => KeyState::Disabled,
            None if self.store.as_ref().is_some_and(|store| !store.is_connected) => {
                KeyState::Unavailable
            }
            None => KeyState::Enabled,
        }
    }

    /// Whether material that it needs was never imported, was deleted or has expired.
    fn lacks_material(&self, now: Time) -> bool {
        if self.row.origin == Origin::AwsCloudhsm {
            return false;
        }
        let needed = self
            .row
            .materials
            .iter()
            .filter(|material| material.state != MaterialState::PendingRotation);
        self.current().is_none() || needed.into_iter().any(|material| !material.is_there(now))
    }

    /// The version that new ciphertexts, signatures and MACs are made by.
    pub(crate) fn current(&self) -> Option<&MaterialRow> {
        let materials = &self.row.materials;
        materials
            .iter()
            .find(|material| material.state == MaterialState::Current)
    }

    /// A version by its number.
    pub(crate) fn version(&self, version: u32) -> Option<&MaterialRow> {
        let materials = &self.row.materials;
        materials
            .iter()
            .find(|material| material.version == version)
    }

    /// How ciphertexts name a version. A key and its replicas share it.
    pub(crate) fn key_version(&self, version: u32) -> KeyVersion {
        KeyVersion {
            account: self.place.account,
            key_id: self.id.clone(),
            version,
        }
    }

    /// That it may be used now.
    ///
    /// # Errors
    /// `DisabledException`, or `KMSInvalidStateException` in the words of its state.
    pub(crate) fn check_enabled(&self, now: Time) -> Result<(), ServiceError> {
        match self.state(now) {
            KeyState::Enabled => Ok(()),
            KeyState::Disabled => Err(exception::disabled(self.arn.as_str())),
            state => Err(self.not_in(state)),
        }
    }

    /// That it is not on its way out.
    ///
    /// # Errors
    /// `KMSInvalidStateException`.
    pub(crate) fn check_not_pending_deletion(&self, now: Time) -> Result<(), ServiceError> {
        match self.state(now) {
            state @ (KeyState::PendingDeletion | KeyState::PendingReplicaDeletion) => {
                Err(self.not_in(state))
            }
            _ => Ok(()),
        }
    }

    /// That its usage is the one that an operation needs.
    ///
    /// # Errors
    /// `InvalidKeyUsageException`.
    pub(crate) fn check_usage(&self, usage: KeyUsage, operation: &str) -> Result<(), ServiceError> {
        if self.usage == usage {
            return Ok(());
        }
        Err(exception::invalid_key_usage(format!(
            "{} key usage is {} which is not valid for {operation}.",
            self.arn, self.usage
        )))
    }

    /// `KMSInvalidStateException` for what cannot be done in a state.
    pub(crate) fn not_in(&self, state: KeyState) -> ServiceError {
        let words = match state {
            KeyState::Enabled => "is enabled",
            KeyState::Disabled => "is disabled",
            KeyState::PendingDeletion => "is pending deletion",
            KeyState::PendingReplicaDeletion => "is pending replica deletion",
            KeyState::PendingImport => "is pending import",
            KeyState::Unavailable => {
                "is unavailable: its custom key store is not connected. Connect it, and try again"
            }
        };
        exception::invalid_state(format!("{} {words}.", self.arn))
    }

    /// Whether it is the primary of a multi-Region key.
    pub(crate) fn is_primary(&self) -> bool {
        let multi_region = self.row.multi_region.as_ref();
        multi_region.is_some_and(|key| key.primary == self.place.region.as_str())
    }

    /// AWS's `KeyMetadata`.
    pub(crate) fn metadata(&self, now: Time) -> KeyMetadata {
        let state = self.state(now);
        let row = &self.row;
        let names = |words: Vec<&str>| -> Option<Vec<String>> {
            (!words.is_empty()).then(|| words.into_iter().map(str::to_owned).collect())
        };
        let of = |usage: KeyUsage, words: Vec<&'static str>| {
            (self.usage == usage).then(|| names(words)).flatten()
        };
        let spec = self.spec;
        let current = self.current().filter(|material| material.is_there(now));
        let import = current.and_then(|material| material.import.as_ref());
        let deletion = row.deletion.as_ref();
        let is_external = row.origin == Origin::External;
        KeyMetadata {
            aws_account_id: Some(self.place.account.to_string()),
            key_id: self.id.clone(),
            arn: Some(self.arn.to_string()),
            creation_date: Some(Time::from_millis(row.created)),
            enabled: Some(state == KeyState::Enabled),
            description: Some(row.description.clone()),
            key_usage: Some(self.usage.to_string()),
            key_state: Some(state.as_str().to_owned()),
            deletion_date: deletion
                .and_then(|deletion| deletion.due)
                .map(Time::from_millis),
            valid_to: import
                .and_then(|import| import.valid_to)
                .map(Time::from_millis),
            origin: Some(row.origin.as_str().to_owned()),
            custom_key_store_id: row.in_store.as_ref().map(|at| at.store_id.clone()),
            cloud_hsm_cluster_id: self
                .store
                .as_ref()
                .and_then(|store| store.cluster_id.clone()),
            expiration_model: (is_external && current.is_some())
                .then(|| expiration_model(import.and_then(|import| import.valid_to)).to_owned()),
            key_manager: Some("CUSTOMER".to_owned()),
            customer_master_key_spec: Some(spec.to_string()),
            key_spec: Some(spec.to_string()),
            encryption_algorithms: of(
                KeyUsage::EncryptDecrypt,
                words(spec.encryption_algorithms(), |word| word.as_str()),
            ),
            signing_algorithms: of(
                KeyUsage::SignVerify,
                words(spec.signing_algorithms(), |word| word.as_str()),
            ),
            key_agreement_algorithms: of(KeyUsage::KeyAgreement, vec!["ECDH"]),
            encapsulation_algorithms: of(KeyUsage::EncapsulateDecapsulate, vec!["ML_KEM"]),
            mac_algorithms: of(
                KeyUsage::GenerateVerifyMac,
                words(spec.mac_algorithms(), |word| word.as_str()),
            ),
            multi_region: Some(row.multi_region.is_some()),
            multi_region_configuration: self.multi_region_configuration(),
            pending_deletion_window_in_days: deletion
                .filter(|deletion| deletion.due.is_none())
                .map(|deletion| deletion.window_days),
            xks_key_configuration: row
                .in_store
                .as_ref()
                .and_then(|at| at.xks_key_id.clone())
                .map(|id| XksKeyConfigurationType { id: Some(id) }),
            // Named while imported material is away as well: it is the one to bring again.
            current_key_material_id: self
                .current()
                .filter(|_| spec == KeySpec::SymmetricDefault && row.in_store.is_none())
                .map(|material| material.id.clone()),
        }
    }

    fn multi_region_configuration(&self) -> Option<MultiRegionConfiguration> {
        let multi_region = self.row.multi_region.as_ref()?;
        let key = |region: &str| MultiRegionKey {
            arn: region
                .parse()
                .ok()
                .map(|region| self.place.in_region(region).key_arn(&self.id).to_string()),
            region: Some(region.to_owned()),
        };
        let kind = if self.is_primary() {
            "PRIMARY"
        } else {
            "REPLICA"
        };
        Some(MultiRegionConfiguration {
            multi_region_key_type: Some(kind.to_owned()),
            primary_key: Some(key(&multi_region.primary)),
            replica_keys: Some(
                multi_region
                    .replicas
                    .iter()
                    .map(|region| key(region))
                    .collect(),
            ),
        })
    }
}

fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| word(*one)).collect()
}

/// AWS's `ExpirationModel`.
pub(crate) fn expiration_model(valid_to: Option<i64>) -> &'static str {
    match valid_to {
        Some(_) => "KEY_MATERIAL_EXPIRES",
        None => "KEY_MATERIAL_DOES_NOT_EXPIRE",
    }
}

impl KeyRow {
    /// Deletes a material, whose version and id stay known. One that waited to become the current one is
    /// as if it never came.
    pub(crate) fn forget_material(&mut self, id: &str) {
        for material in self.materials.iter_mut().filter(|one| one.id == id) {
            material.token = None;
        }
        self.materials.retain(|material| {
            material.token.is_some() || material.state != MaterialState::PendingRotation
        });
    }
}

impl MaterialRow {
    /// Whether it can be used at a moment.
    pub(crate) fn is_there(&self, now: Time) -> bool {
        let valid_to = self.import.as_ref().and_then(|import| import.valid_to);
        self.token.is_some() && valid_to.is_none_or(|end| now.as_millis() < end)
    }

    /// Whether it is here though the date that it was valid to is over: by the clock, or by the latest
    /// time that is known, which a clock that is set back does not change.
    pub(crate) fn has_expired(&self, now: Time, latest: Time) -> bool {
        let Some(import) = self.import.as_ref().filter(|_| self.token.is_some()) else {
            return false;
        };
        let latest_ms = latest.as_millis().saturating_sub(import.ahead_ms);
        import
            .valid_to
            .is_some_and(|end| end <= now.as_millis().max(latest_ms))
    }

    /// The exported key token.
    pub(crate) fn token_bytes(&self) -> Option<Vec<u8>> {
        BASE64.decode(self.token.as_ref()?).ok()
    }
}
