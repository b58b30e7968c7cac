//! Every maximum of the engine. Source where AWS has one: "AWS WAF quotas", "Oversize web request
//! components"; else our own, chosen so that no request costs more than a few milliseconds.

/// Capacity units (WCU) that the rules of a web ACL may use together.
pub const WEB_ACL_CAPACITY_MAX: u64 = 5_000;
/// Capacity units (WCU) that the rules of a rule group may use together.
pub const RULE_GROUP_CAPACITY_MAX: u64 = 5_000;
/// Statements in one web ACL or rule group, nested ones included.
pub const STATEMENTS_MAX: usize = 10_000;
/// How deep statements nest.
pub const STATEMENT_DEPTH_MAX: usize = 20;
/// Transformations of one statement (AWS: 10).
pub const TEXT_TRANSFORMATIONS_MAX: usize = 10;
/// Bytes of a byte match's search string (AWS: 200).
pub const SEARCH_STRING_BYTES_MAX: usize = 200;
/// Characters of a regex pattern (AWS: 512).
pub const REGEX_CHARS_MAX: usize = 512;
/// Memory of one compiled regex, in bytes; a pattern that needs more is refused.
pub const REGEX_BYTES_MAX: usize = 1 << 20;
/// Patterns of a regex pattern set (AWS: 10).
pub const REGEX_PATTERN_SET_MAX: usize = 10;
/// Addresses of an IP set (AWS: 10,000).
pub const IP_SET_ADDRESSES_MAX: usize = 10_000;
/// Addresses read from the end of a forwarding header (AWS: 10).
pub const FORWARDED_ADDRESSES_MAX: usize = 10;
/// Autonomous systems of one statement (AWS: 100).
pub const ASNS_MAX: usize = 100;
/// Address blocks of a list that managed rules look at.
pub const IP_LIST_BLOCKS_MAX: usize = 2_000_000;
/// Labels of one rule (AWS: 10).
pub const RULE_LABELS_MAX: usize = 10;
/// Labels that one request may carry.
pub const LABELS_MAX: usize = 200;
/// Query arguments that are told apart; what follows is inspected as one more value.
pub const QUERY_ARGUMENTS_MAX: usize = 1_000;
/// Headers that fields `Headers` and `HeaderOrder` look at (AWS: 200).
pub const HEADERS_MAX: usize = 200;
/// Bytes of headers that fields `Headers` and `HeaderOrder` look at (AWS: 8 KB).
pub const HEADERS_BYTES_MAX: usize = 8 * 1024;
/// Cookies that field `Cookies` looks at (AWS: 200).
pub const COOKIES_MAX: usize = 200;
/// Bytes of cookies that field `Cookies` looks at (AWS: 8 KB).
pub const COOKIES_BYTES_MAX: usize = 8 * 1024;
/// How deep JSON bodies are read; a deeper one counts as invalid.
pub const JSON_DEPTH_MAX: usize = 64;
/// Keys and values of a JSON body that are told apart; what follows is inspected as one more value.
pub const JSON_VALUES_MAX: usize = 10_000;
/// Fields of a form body that are told apart; what follows is inspected as one more value.
pub const FORM_FIELDS_MAX: usize = 1_000;
/// Parts of a multipart body that are told apart; what follows is inspected as one more value.
pub const MULTIPART_PARTS_MAX: usize = 200;
/// Texts of an XML body that are told apart; what follows is inspected as one more value.
pub const XML_TEXTS_MAX: usize = 2_000;
/// Body bytes that are inspected unless the web ACL's `AssociationConfig` says more (AWS: 8 KB for
/// load balancers).
pub const BODY_BYTES_DEFAULT: usize = 8 * 1024;
/// Custom headers of one action.
pub const CUSTOM_HEADERS_MAX: usize = 100;
/// Aggregation keys of a rate-based statement (AWS: 5).
pub const CUSTOM_KEYS_MAX: usize = 5;
