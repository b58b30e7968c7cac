//! The rows of this service and their keys. Values are JSON.
//!
//! | key | value |
//! |---|---|
//! | `kms/key/ACCOUNT/REGION/KEY-ID` | [`KeyRow`]: all of a key but its grants; material only as wrapped tokens |
//! | `kms/alias/ACCOUNT/REGION/NAME` | [`AliasRow`]; the name is without `alias/` |
//! | `kms/grant/ACCOUNT/REGION/KEY-ID/GRANT-ID` | [`GrantRow`] |
//! | `kms/grants-of/ACCOUNT/REGION/KEY-ID` | who changed the key's grants last, and how many there are |
//! | `kms/usage/ACCOUNT/REGION/KEY-ID` | [`UsageRow`]: the last use, written now and then |
//! | `kms/running-time` | how long the installation has run, by which waiting periods are measured, and the latest time that it knew |
//! | `kms/store/ACCOUNT/REGION/STORE-ID` | [`StoreRow`]: a custom key store; its secrets only wrapped |
//! | `kms/leftover/ACCOUNT/REGION/STORE-ID/KEY-ID` | [`LeftoverRow`]: material of a key that was deleted, until its token has confirmed that it is gone |
//! | `kms/stores-of/ACCOUNT/REGION` | the call that changed the place's custom key stores, or the keys in them, last |

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::{Key, Row};
use types::ServiceError;

use crate::exception;
use crate::place::Place;

/// The prefix of all rows of this service.
pub(crate) fn prefix() -> Key {
    Key::new(["kms"])
}

fn family(name: &str, place: &Place) -> Key {
    within(name, place, &[])
}

/// A row of a family, at once: every use of a key asks for several.
fn within(name: &str, place: &Place, rest: &[&str]) -> Key {
    let account = place.account.digits();
    let path = ["kms", name, account.as_str(), place.region.as_str()];
    Key::new(path.iter().chain(rest))
}

/// How long the installation has run.
pub(crate) fn running_time() -> Key {
    prefix().child("running-time")
}

/// All keys, in all places.
pub(crate) fn all_keys() -> Key {
    prefix().child("key")
}

pub(crate) fn keys(place: &Place) -> Key {
    family("key", place)
}

pub(crate) fn key(place: &Place, key_id: &str) -> Key {
    within("key", place, &[key_id])
}

/// Aliases of all places.
pub(crate) fn all_aliases() -> Key {
    prefix().child("alias")
}

pub(crate) fn aliases(place: &Place) -> Key {
    family("alias", place)
}

/// `name` as callers write it, with `alias/`.
pub(crate) fn alias(place: &Place, name: &str) -> Key {
    within(
        "alias",
        place,
        &[name.strip_prefix("alias/").unwrap_or(name)],
    )
}

pub(crate) fn grants(place: &Place, key_id: &str) -> Key {
    within("grant", place, &[key_id])
}

/// Grants of all keys of a place.
pub(crate) fn all_grants(place: &Place) -> Key {
    family("grant", place)
}

pub(crate) fn grant(place: &Place, key_id: &str, grant_id: &str) -> Key {
    within("grant", place, &[key_id, grant_id])
}

pub(crate) fn grants_of(place: &Place, key_id: &str) -> Key {
    within("grants-of", place, &[key_id])
}

pub(crate) fn usage(place: &Place, key_id: &str) -> Key {
    within("usage", place, &[key_id])
}

/// Custom key stores of all places.
pub(crate) fn all_stores() -> Key {
    prefix().child("store")
}

pub(crate) fn stores(place: &Place) -> Key {
    family("store", place)
}

pub(crate) fn store(place: &Place, store_id: &str) -> Key {
    within("store", place, &[store_id])
}

/// Material that is to go, of all places.
pub(crate) fn all_leftovers() -> Key {
    prefix().child("leftover")
}

pub(crate) fn leftovers(place: &Place, store_id: &str) -> Key {
    within("leftover", place, &[store_id])
}

pub(crate) fn leftover(place: &Place, store_id: &str, key_id: &str) -> Key {
    within("leftover", place, &[store_id, key_id])
}

pub(crate) fn stores_of(place: &Place) -> Key {
    family("stores-of", place)
}

/// The account and Region of a row, and the rest of its key.
pub(crate) fn place_of(key: &Key) -> Option<(Place, Vec<String>)> {
    let mut segments = key.segments().skip(2);
    let place = Place {
        account: segments.next()?.parse().ok()?,
        region: segments.next()?.parse().ok()?,
    };
    Some((place, segments.collect()))
}

/// Reads a row's value.
pub(crate) fn read<T: DeserializeOwned>(row: &Row) -> Result<T, ServiceError> {
    serde_json::from_slice(&row.value).map_err(|error| {
        exception::internal(format!("the row {} cannot be read: {error}", row.key))
    })
}

/// Writes a row's value.
pub(crate) fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, ServiceError> {
    serde_json::to_vec(value)
        .map_err(|error| exception::internal(format!("a row cannot be written: {error}")))
}

/// Where a key's material comes from: AWS's `OriginType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Origin {
    AwsKms,
    External,
    AwsCloudhsm,
    ExternalKeyStore,
}

impl Origin {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AwsKms => "AWS_KMS",
            Self::External => "EXTERNAL",
            Self::AwsCloudhsm => "AWS_CLOUDHSM",
            Self::ExternalKeyStore => "EXTERNAL_KEY_STORE",
        }
    }
}

/// A KMS key. Times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct KeyRow {
    pub(crate) spec: String,
    pub(crate) usage: String,
    pub(crate) origin: Origin,
    pub(crate) description: String,
    pub(crate) created: i64,
    pub(crate) enabled: bool,
    pub(crate) policy: String,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) deletion: Option<Deletion>,
    #[serde(default)]
    pub(crate) multi_region: Option<MultiRegion>,
    #[serde(default)]
    pub(crate) rotation: Option<Rotation>,
    /// What the ids of its materials are made with, wrapped, in Base64.
    #[serde(default)]
    pub(crate) material_id_key: String,
    /// The versions, oldest first; none of a key whose material is in a token.
    #[serde(default)]
    pub(crate) materials: Vec<MaterialRow>,
    /// The custom key store that the key is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) in_store: Option<InStore>,
}

/// Where in a custom key store a key is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InStore {
    pub(crate) store_id: String,
    /// The external key's id, in an external key store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) xks_key_id: Option<String>,
}

/// Material in a custom key store whose key was deleted: that there is a row says all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LeftoverRow {}

/// A custom key store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoreRow {
    pub(crate) name: String,
    pub(crate) created: i64,
    pub(crate) connection: Connection,
    pub(crate) backing: Backing,
}

/// AWS's `ConnectionState`, of those that last: a connection is made while the call waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Connection {
    Connected,
    Disconnected,
    /// With AWS's `ConnectionErrorCode`.
    Failed(String),
}

/// What keeps a custom key store's keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Backing {
    AwsCloudhsm {
        cluster_id: String,
        trust_anchor: String,
        /// The token's PIN, wrapped, in Base64.
        password: String,
    },
    ExternalKeyStore {
        /// `https://` and a host name.
        endpoint: String,
        path: String,
        access_key_id: String,
        /// The secret of the proxy's credential, wrapped, in Base64.
        secret: String,
    },
}

impl Backing {
    /// AWS's `CustomKeyStoreType`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::AwsCloudhsm { .. } => "AWS_CLOUDHSM",
            Self::ExternalKeyStore { .. } => "EXTERNAL_KEY_STORE",
        }
    }
}

/// A scheduled deletion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Deletion {
    pub(crate) window_days: i64,
    /// When the waiting period ends; a primary key with replicas begins to wait when they are gone.
    pub(crate) due: Option<i64>,
    /// How long the installation has to have run by then, in milliseconds: the clock may be wrong.
    #[serde(default)]
    pub(crate) not_before_running_ms: i64,
}

/// Of a multi-Region key: who is the primary, and where all of them are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MultiRegion {
    pub(crate) primary: String,
    pub(crate) replicas: Vec<String>,
}

/// Automatic rotation, while it is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rotation {
    pub(crate) period_days: i64,
    pub(crate) next: i64,
}

/// One version of a key's material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MaterialRow {
    /// Named in ciphertexts; counts from 1 and is never given twice.
    pub(crate) version: u32,
    /// AWS's KeyMaterialId: 64 hexadecimal digits that follow from the material.
    pub(crate) id: String,
    /// The exported key token, in Base64; `None` while imported material is not there.
    pub(crate) token: Option<String>,
    pub(crate) state: MaterialState,
    pub(crate) created: i64,
    /// When it became the current one by a rotation, and by which.
    #[serde(default)]
    pub(crate) rotated: Option<Rotated>,
    #[serde(default)]
    pub(crate) import: Option<Import>,
}

/// AWS's `KeyMaterialState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum MaterialState {
    Current,
    NonCurrent,
    PendingRotation,
}

impl MaterialState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Current => "CURRENT",
            Self::NonCurrent => "NON_CURRENT",
            Self::PendingRotation => "PENDING_ROTATION",
        }
    }
}

/// A rotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rotated {
    pub(crate) at: i64,
    pub(crate) on_demand: bool,
}

/// What is known of imported material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Import {
    pub(crate) description: Option<String>,
    /// `None` when it does not expire.
    pub(crate) valid_to: Option<i64>,
    /// By how much the clock had been set back when it was imported, in milliseconds: the latest known
    /// time was ahead of it.
    #[serde(default)]
    pub(crate) ahead_ms: i64,
}

/// An alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AliasRow {
    pub(crate) target_key_id: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GrantRow {
    pub(crate) name: Option<String>,
    pub(crate) created: i64,
    pub(crate) grantee_principal: Option<String>,
    pub(crate) retiring_principal: Option<String>,
    #[serde(default)]
    pub(crate) grantee_service_principal: Option<String>,
    #[serde(default)]
    pub(crate) retiring_service_principal: Option<String>,
    pub(crate) issuing_account: String,
    pub(crate) operations: Vec<String>,
    #[serde(default)]
    pub(crate) context_equals: Option<BTreeMap<String, String>>,
    #[serde(default)]
    pub(crate) context_subset: Option<BTreeMap<String, String>>,
    #[serde(default)]
    pub(crate) source_arn: Option<String>,
}

/// How many grants a key has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GrantsRow {
    pub(crate) count: usize,
    /// The call that changed them last.
    pub(crate) changed_by: String,
}

/// The last cryptographic use of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UsageRow {
    pub(crate) operation: String,
    pub(crate) at: i64,
    pub(crate) request_id: String,
}
