//! What an account may have. Source: IAM User Guide, "IAM and AWS STS quotas": the default quotas,
//! and for roles the default of 1,000.

use std::time::Duration;

pub(crate) const USERS_MAX: usize = 5_000;
pub(crate) const GROUPS_MAX: usize = 300;
pub(crate) const ROLES_MAX: usize = 1_000;
/// Customer managed policies.
pub(crate) const POLICIES_MAX: usize = 1_500;
pub(crate) const INSTANCE_PROFILES_MAX: usize = 1_000;
pub(crate) const OIDC_PROVIDERS_MAX: usize = 100;
pub(crate) const SERVER_CERTIFICATES_MAX: usize = 20;
/// Virtual MFA devices, assigned or not: one for each user and the root, as AWS counts.
pub(crate) const MFA_DEVICES_MAX: usize = USERS_MAX + 1;
/// Accounts of an installation.
pub(crate) const ACCOUNTS_MAX: usize = 1_000;

pub(crate) const GROUPS_PER_USER_MAX: usize = 10;
pub(crate) const ACCESS_KEYS_PER_USER_MAX: usize = 2;
pub(crate) const MFA_DEVICES_PER_USER_MAX: usize = 8;
/// Of one service.
pub(crate) const SERVICE_CREDENTIALS_PER_USER_MAX: usize = 2;
/// Managed policies that a user, group or role may have attached.
pub(crate) const ATTACHED_POLICIES_MAX: usize = 10;
pub(crate) const VERSIONS_PER_POLICY_MAX: usize = 5;
pub(crate) const CLIENT_IDS_PER_PROVIDER_MAX: usize = 100;
pub(crate) const THUMBPRINTS_PER_PROVIDER_MAX: usize = 5;
pub(crate) const TAGS_MAX: usize = 50;

/// Characters of documents; white space does not count.
pub(crate) const MANAGED_POLICY_SIZE_MAX: usize = 6_144;
pub(crate) const TRUST_POLICY_SIZE_MAX: usize = 2_048;
/// Characters of all inline policies of one user, group or role together.
pub(crate) const USER_POLICY_SIZE_MAX: usize = 2_048;
pub(crate) const GROUP_POLICY_SIZE_MAX: usize = 5_120;
pub(crate) const ROLE_POLICY_SIZE_MAX: usize = 10_240;

/// How many sessions' opened tokens are kept in memory.
pub(crate) const OPENED_TOKENS_MAX: usize = 4_096;
/// How long a session is kept in memory after its end: for calls that were let in just before it.
pub(crate) const ENDED_KEPT_FOR: Duration = Duration::from_secs(60);
/// Bytes of session policies, policy ARNs and tags together that a session token has room for
/// (`PackedPolicyTooLarge` beyond). AWS's limit is its own secret; ours keeps a token below the 4,096
/// bytes that a request may carry.
pub(crate) const PACKED_POLICY_BYTES_MAX: usize = 2_400;
