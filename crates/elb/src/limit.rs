//! What one account may have in a Region. `DescribeAccountLimits` answers these, and they are what
//! is enforced. Where a limit guards the edge's work per request it is AWS's; where it guards only
//! memory it is wider. Source: Application Load Balancers, "Quotas".

pub(crate) const LOAD_BALANCERS_MAX: usize = 500;
pub(crate) const LISTENERS_MAX: usize = 50;
/// Rules of a load balancer, default rules not counted.
pub(crate) const RULES_MAX: usize = 1_000;
pub(crate) const CERTIFICATES_MAX: usize = 100;
pub(crate) const TARGET_GROUPS_MAX: usize = 3_000;
pub(crate) const TARGETS_MAX: usize = 1_000;
/// Target groups of one forward action.
pub(crate) const ACTION_TARGET_GROUPS_MAX: usize = 5;
/// Different target groups of a load balancer.
pub(crate) const LOAD_BALANCER_TARGET_GROUPS_MAX: usize = 100;
/// Values of all conditions of a rule.
pub(crate) const CONDITION_VALUES_MAX: usize = 5;
/// `*` and `?` in all conditions of a rule.
pub(crate) const CONDITION_WILDCARDS_MAX: usize = 6;
pub(crate) const TRUST_STORES_MAX: usize = 20;
/// Certificates of authorities in a bundle.
pub(crate) const CA_CERTIFICATES_MAX: usize = 25;
/// AWS's 25 certificates, with subjects of 10,000 characters, fit.
pub(crate) const BUNDLE_BYTES_MAX: usize = 512 * 1024;
/// Revocation lists of a trust store.
pub(crate) const REVOCATION_LISTS_MAX: usize = 30;
/// Entries of all revocation lists of a trust store.
pub(crate) const REVOKED_ENTRIES_MAX: usize = 500_000;
/// Of one list, which is one row of the store: about 60,000 entries.
pub(crate) const REVOCATION_LIST_BYTES_MAX: usize = 3 * 1024 * 1024;
/// Of all lists that one call adds: a call is one commit.
pub(crate) const REVOCATION_CONTENTS_BYTES_MAX: usize = 12 * 1024 * 1024;
pub(crate) const TAGS_MAX: usize = 50;
/// How many resources a call may name.
pub(crate) const RESOURCES_MAX: usize = 20;

/// As `DescribeAccountLimits` names them.
pub(crate) const ACCOUNT_LIMITS: &[(&str, usize)] = &[
    ("application-load-balancers", LOAD_BALANCERS_MAX),
    (
        "certificates-per-application-load-balancer",
        CERTIFICATES_MAX,
    ),
    ("condition-values-per-alb-rule", CONDITION_VALUES_MAX),
    ("condition-wildcards-per-alb-rule", CONDITION_WILDCARDS_MAX),
    ("listeners-per-application-load-balancer", LISTENERS_MAX),
    ("rules-per-application-load-balancer", RULES_MAX),
    ("target-groups", TARGET_GROUPS_MAX),
    (
        "target-groups-per-action-on-application-load-balancer",
        ACTION_TARGET_GROUPS_MAX,
    ),
    (
        "target-groups-per-application-load-balancer",
        LOAD_BALANCER_TARGET_GROUPS_MAX,
    ),
    ("targets-per-target-group", TARGETS_MAX),
];
