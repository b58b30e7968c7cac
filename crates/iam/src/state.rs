//! The rows of this service and their keys. Values are JSON.
//!
//! | key | value |
//! |---|---|
//! | `iam/ACCOUNT/user/NAME` | a user: its policies, groups, tags, credentials but access keys |
//! | `iam/ACCOUNT/group/NAME`, `role/NAME`, `policy/NAME`, `instance-profile/NAME` | the same of these |
//! | `iam/ACCOUNT/access-key/ID` | an access key, its secret wrapped |
//! | `iam/ACCOUNT/mfa/NAME`, `oidc/URL`, `server-certificate/NAME` | MFA devices (seed wrapped), providers, certificates (key wrapped) |
//! | `iam/ACCOUNT/session-key/NUMBER` | a key that seals session tokens, wrapped |
//! | `iam/ACCOUNT/settings/account` | alias, password policy, and of accounts made by `btz:CreateAccount` their name |
//! | `iam/ACCOUNT/turn` | who changed something here last: all changes of an account expect it, so that each is made on what it has read |
//! | `iam-last-used/ACCOUNT/ID` | when an access key or role was used last; written behind, without an audit record |
//!
//! Names are in lower case in keys: they are unique without their case.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::Key;
use types::{AccountId, Secret, Time};

use crate::id;
use crate::once::Once;
use crate::tags::Tags;

/// The prefix of all rows that are followed.
pub(crate) fn prefix() -> Key {
    Key::new(["iam"])
}

/// The prefix of when credentials were used last.
pub(crate) fn last_used_prefix() -> Key {
    Key::new(["iam-last-used"])
}

/// When a credential was used last.
pub(crate) fn last_used_key(account: AccountId, id: &str) -> Key {
    last_used_prefix().child(account.to_string()).child(id)
}

/// The row that every change of an account writes.
pub(crate) fn turn_key(account: AccountId) -> Key {
    prefix().child(account.to_string()).child(TURN)
}

pub(crate) const TURN: &str = "turn";

/// The rows of a family, by what ends their keys.
pub(crate) type Family<T> = Arc<BTreeMap<String, Arc<T>>>;

/// A family of rows of an account.
pub(crate) trait Kept: Serialize + DeserializeOwned + Clone {
    /// Its segment in the keys.
    const FAMILY: &'static str;

    /// What ends its key.
    fn key(&self) -> String;

    /// The unique id by which policies name it, of what they can name: users and roles.
    fn principal_id(&self) -> Option<&str> {
        None
    }
}

pub(crate) fn row_key<T: Kept>(account: AccountId, key: &str) -> Key {
    prefix()
        .child(account.to_string())
        .child(T::FAMILY)
        .child(key)
}

/// The policies of a user, group or role.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Permissions {
    /// Inline policies: documents by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) inline: BTreeMap<String, String>,
    /// ARNs of attached managed policies.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) attached: BTreeSet<String>,
    /// The ARN of the permissions boundary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) boundary: Option<String>,
}

/// A user.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UserRow {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created_ms: i64,
    #[serde(default)]
    pub(crate) tags: Tags,
    #[serde(default)]
    pub(crate) permissions: Permissions,
    /// Its groups, by their folded names.
    #[serde(default)]
    pub(crate) groups: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) login: Option<Login>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) service_credentials: Vec<ServiceCredential>,
}

/// A login profile: the salted hash of the password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Login {
    pub(crate) created_ms: i64,
    /// When the password was set.
    pub(crate) changed_ms: i64,
    pub(crate) reset_required: bool,
    pub(crate) hash: String,
    /// Hashes of passwords before, the last one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) before: Vec<String>,
}

/// A service-specific credential: the salted hash of its password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ServiceCredential {
    pub(crate) id: String,
    pub(crate) service: String,
    pub(crate) user_name: String,
    pub(crate) active: bool,
    pub(crate) created_ms: i64,
    pub(crate) hash: String,
}

/// A group. Its members are in the users' rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GroupRow {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created_ms: i64,
    #[serde(default)]
    pub(crate) permissions: Permissions,
}

/// A role.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RoleRow {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created_ms: i64,
    pub(crate) trust: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    pub(crate) session_seconds_max: i64,
    #[serde(default)]
    pub(crate) tags: Tags,
    #[serde(default)]
    pub(crate) permissions: Permissions,
    /// The service that it is linked to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) linked_service: Option<String>,
}

/// A customer managed policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PolicyRow {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) tags: Tags,
    /// Its versions, the oldest first.
    pub(crate) versions: Vec<Version>,
    /// The highest number that a version had: numbers are not used again.
    pub(crate) numbered: u32,
    /// The number of the version in force.
    pub(crate) default_version: u32,
    /// The document in force, compiled.
    #[serde(skip)]
    pub(crate) compiled: Once<Option<Arc<policy::Policy>>>,
}

/// A version of a managed policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Version {
    /// 3 of `v3`.
    pub(crate) number: u32,
    pub(crate) created_ms: i64,
    pub(crate) document: String,
}

/// An instance profile.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct InstanceProfileRow {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created_ms: i64,
    #[serde(default)]
    pub(crate) tags: Tags,
    /// Its role, by its folded name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<String>,
}

/// An access key of a user, or of the account's root.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AccessKeyRow {
    pub(crate) id: String,
    /// The user's folded name; `None`: the root's.
    pub(crate) user: Option<String>,
    pub(crate) active: bool,
    pub(crate) created_ms: i64,
    /// Its secret, wrapped, in base64.
    pub(crate) wrapped: String,
    /// The secret once it was unwrapped.
    #[serde(skip)]
    pub(crate) opened: Once<Secret>,
}

/// A virtual MFA device.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MfaRow {
    pub(crate) name: String,
    pub(crate) path: String,
    /// Its seed, wrapped, in base64.
    pub(crate) wrapped: String,
    #[serde(default)]
    pub(crate) tags: Tags,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) assigned: Option<Assigned>,
}

/// Whose MFA device it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Assigned {
    /// The user's folded name; `None`: the root's.
    pub(crate) user: Option<String>,
    pub(crate) enabled_ms: i64,
    /// The device's clock is so many steps ahead.
    #[serde(default)]
    pub(crate) drift_steps: i64,
}

/// An OpenID Connect provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OidcRow {
    /// Without `https://`.
    pub(crate) url: String,
    pub(crate) client_ids: Vec<String>,
    pub(crate) thumbprints: Vec<String>,
    pub(crate) created_ms: i64,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// A server certificate.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ServerCertificateRow {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) uploaded_ms: i64,
    pub(crate) expires_ms: i64,
    pub(crate) body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) chain: Option<String>,
    /// Its private key, wrapped, in base64.
    pub(crate) wrapped: String,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// A key that seals session tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SessionKeyRow {
    pub(crate) number: u32,
    pub(crate) created_ms: i64,
    /// The key, wrapped, in base64.
    pub(crate) wrapped: String,
    /// The key once it was unwrapped.
    #[serde(skip)]
    pub(crate) opened: Once<Secret>,
}

/// What there is once in an account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SettingsRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) alias: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password_policy: Option<PasswordRules>,
    /// The name that `btz:CreateAccount` was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) created_ms: i64,
}

/// The account's password policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PasswordRules {
    pub(crate) length_min: i64,
    pub(crate) symbols: bool,
    pub(crate) numbers: bool,
    pub(crate) uppercase: bool,
    pub(crate) lowercase: bool,
    pub(crate) users_may_change: bool,
    pub(crate) age_days_max: Option<i64>,
    pub(crate) reuse_prevention: Option<i64>,
    pub(crate) hard_expiry: Option<bool>,
}

/// `UpdateAccountPasswordPolicy` without parameters.
impl Default for PasswordRules {
    fn default() -> Self {
        Self {
            length_min: 6,
            symbols: false,
            numbers: false,
            uppercase: false,
            lowercase: false,
            users_may_change: false,
            age_days_max: None,
            reuse_prevention: None,
            hard_expiry: None,
        }
    }
}

/// When and for what a credential was used last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LastUsedRow {
    pub(crate) at_ms: i64,
    pub(crate) service: String,
    pub(crate) region: String,
}

impl UserRow {
    pub(crate) fn arn(&self, account: AccountId) -> String {
        id::arn(account, "user", &self.path, &self.name)
    }
}

impl GroupRow {
    pub(crate) fn arn(&self, account: AccountId) -> String {
        id::arn(account, "group", &self.path, &self.name)
    }
}

impl RoleRow {
    pub(crate) fn arn(&self, account: AccountId) -> String {
        id::arn(account, "role", &self.path, &self.name)
    }
}

impl PolicyRow {
    pub(crate) fn arn(&self, account: AccountId) -> String {
        id::arn(account, "policy", &self.path, &self.name)
    }

    /// The document in force.
    pub(crate) fn document(&self) -> &str {
        let version = self.version(self.default_version);
        version.map_or("", |version| &version.document)
    }

    pub(crate) fn version(&self, number: u32) -> Option<&Version> {
        self.versions
            .iter()
            .find(|version| version.number == number)
    }
}

impl InstanceProfileRow {
    pub(crate) fn arn(&self, account: AccountId) -> String {
        id::arn(account, "instance-profile", &self.path, &self.name)
    }
}

impl MfaRow {
    /// Its serial number, which is its ARN.
    pub(crate) fn serial(&self, account: AccountId) -> String {
        id::arn(account, "mfa", &self.path, &self.name)
    }
}

impl OidcRow {
    pub(crate) fn arn(&self, account: AccountId) -> String {
        id::arn(account, "oidc-provider", "/", &self.url)
    }
}

impl ServerCertificateRow {
    pub(crate) fn arn(&self, account: AccountId) -> String {
        id::arn(account, "server-certificate", &self.path, &self.name)
    }
}

/// A time as rows keep it.
pub(crate) fn time(millis: i64) -> Time {
    Time::from_millis(millis)
}

impl Kept for UserRow {
    const FAMILY: &'static str = "user";

    fn key(&self) -> String {
        id::folded(&self.name)
    }

    fn principal_id(&self) -> Option<&str> {
        Some(&self.id)
    }
}

impl Kept for GroupRow {
    const FAMILY: &'static str = "group";

    fn key(&self) -> String {
        id::folded(&self.name)
    }
}

impl Kept for RoleRow {
    const FAMILY: &'static str = "role";

    fn key(&self) -> String {
        id::folded(&self.name)
    }

    fn principal_id(&self) -> Option<&str> {
        Some(&self.id)
    }
}

impl Kept for PolicyRow {
    const FAMILY: &'static str = "policy";

    fn key(&self) -> String {
        id::folded(&self.name)
    }
}

impl Kept for InstanceProfileRow {
    const FAMILY: &'static str = "instance-profile";

    fn key(&self) -> String {
        id::folded(&self.name)
    }
}

impl Kept for AccessKeyRow {
    const FAMILY: &'static str = "access-key";

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Kept for MfaRow {
    const FAMILY: &'static str = "mfa";

    fn key(&self) -> String {
        id::folded(&self.name)
    }
}

impl Kept for OidcRow {
    const FAMILY: &'static str = "oidc";

    fn key(&self) -> String {
        self.url.clone()
    }
}

impl Kept for ServerCertificateRow {
    const FAMILY: &'static str = "server-certificate";

    fn key(&self) -> String {
        id::folded(&self.name)
    }
}

impl Kept for SessionKeyRow {
    const FAMILY: &'static str = "session-key";

    /// Ten digits, so that the newest is the last.
    fn key(&self) -> String {
        format!("{:010}", self.number)
    }
}

impl Kept for SettingsRow {
    const FAMILY: &'static str = "settings";

    fn key(&self) -> String {
        SETTINGS.to_owned()
    }
}

/// What ends the key of an account's settings.
pub(crate) const SETTINGS: &str = "account";
