//! The service's limits. Source: AWS KMS Developer Guide, "Quotas"; where AWS counts per account and
//! Region, so is it here.

use std::time::Duration;

/// Tags of one key.
pub const TAGS_PER_KEY_MAX: usize = 50;
/// Grants of one key.
pub const GRANTS_PER_KEY_MAX: usize = 50_000;
/// A key policy document, in bytes.
pub const KEY_POLICY_BYTES_MAX: usize = 32 * 1024;
/// On-demand rotations of one key.
pub const ON_DEMAND_ROTATIONS_MAX: usize = 25;
/// Key materials that are open in memory at the same time; who was not used longest goes first.
pub const MATERIALS_OPEN_MAX: usize = 4096;

/// Private-key operations of the slow specs that wait for a thread, of one account; one more is
/// throttled.
pub const OPERATIONS_WAITING_MAX: usize = 128;
/// Key pairs that wait to be made, of one account; one more is throttled. Some take a second.
pub const KEY_PAIRS_WAITING_MAX: usize = 16;

/// How long an open key material stays in memory after its last use.
pub(crate) const MATERIAL_IDLE: Duration = Duration::from_secs(60);
/// Aliases of one key.
pub(crate) const ALIASES_PER_KEY_MAX: usize = 50;
/// Custom key stores of an account in one Region.
pub(crate) const CUSTOM_KEY_STORES_MAX: usize = 10;
/// Keys of an account in one Region.
pub(crate) const KEYS_MAX: usize = 100_000;
/// The encryption context, in bytes of keys and values together.
pub(crate) const ENCRYPTION_CONTEXT_BYTES_MAX: usize = 8 * 1024;
/// How long parameters for an import can be used.
pub(crate) const IMPORT_PARAMETERS_VALID: Duration = Duration::from_secs(24 * 60 * 60);
/// Random bytes of one call.
pub(crate) const RANDOM_BYTES_MAX: i64 = 1024;
/// The waiting period of a deletion when the caller names none, in days.
pub(crate) const DELETION_WINDOW_DAYS: i64 = 30;
/// The period of automatic rotation when the caller names none, in days.
pub(crate) const ROTATION_PERIOD_DAYS: i64 = 365;
/// Items of one page when the caller names no limit.
pub(crate) const PAGE_ITEMS: usize = 100;
/// Items of one page of tags or aliases when the caller names no limit.
pub(crate) const PAGE_ITEMS_SMALL: usize = 50;
/// The most items of one page.
pub(crate) const PAGE_ITEMS_MAX: usize = 1000;
