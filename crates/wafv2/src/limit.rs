//! AWS's default quotas of the WAFv2 API, per account and Region.
//! Source: AWS WAF Developer Guide, "AWS WAF quotas". What a rule may hold is limited by the rule
//! engine (`waf::limits`).

/// Web ACLs.
pub const WEB_ACLS_MAX: usize = 100;
/// Rule groups.
pub const RULE_GROUPS_MAX: usize = 100;
/// IP sets.
pub const IP_SETS_MAX: usize = 100;
/// Regex pattern sets.
pub const REGEX_PATTERN_SETS_MAX: usize = 10;
/// Addresses in an IP set.
pub const ADDRESSES_MAX: usize = 10_000;
/// Patterns in a regex pattern set.
pub const PATTERNS_MAX: usize = 10;
/// Tags of a resource.
pub const TAGS_MAX: usize = 50;
/// Items of one answer of a `List...` operation, where the caller sets no limit of its own.
pub const LIST_ITEMS_MAX: usize = 100;
/// Different IP sets, regex pattern sets and rule groups that one web ACL or rule group refers to.
/// AWS allows 50; each is pinned by the commit, so there must be some bound.
pub const REFERENCES_MAX: usize = 50;
/// Bytes of one stored row's rules, bodies and settings.
pub const BODY_BYTES_MAX: usize = 3 << 20;
/// Capacity units (WCU) of a web ACL or rule group.
pub const CAPACITY_MAX: u64 = 5_000;
/// API keys of an account in a Region and scope.
pub const API_KEYS_MAX: usize = 200;
/// Token domains of an API key.
pub const API_KEY_DOMAINS_MAX: usize = 5;
/// Addresses that `GetRateBasedStatementManagedKeys` answers.
pub const MANAGED_KEYS_MAX: usize = 10_000;
/// How often a change is drafted anew because something else changed under it.
pub(crate) const ATTEMPTS_MAX: usize = 16;
