//! What a web ACL says about a request, and why: every match carries the bytes that made it.

use std::sync::Arc;

/// The judgement of one request.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// What is to be done with the request.
    pub action: VerdictAction,
    /// Headers to add to the request before it goes on (`x-amzn-waf-...`).
    pub inserted_headers: Vec<(String, String)>,
    /// Fully qualified labels that it carries, in the order they were given.
    pub labels: Vec<String>,
    /// The rule that ended evaluation; `None` when the default action decided.
    pub terminating: Option<RuleMatch>,
    /// Rules that matched without ending it, in order.
    pub non_terminating: Vec<RuleMatch>,
    /// For how many seconds a token spares the client the CAPTCHA or challenge that it is asked for.
    pub token_immunity_seconds: Option<u32>,
    /// What the engine's own limits did to this request.
    pub limits: LimitsHit,
    /// Parts that rules looked at and that are longer than what they saw: `REQUEST_BODY`,
    /// `REQUEST_JSON_BODY`, `REQUEST_HEADERS`, `REQUEST_COOKIES`.
    pub oversize_fields: Vec<&'static str>,
    /// The autonomous system of the client, where a statement asked for it.
    pub client_asn: Option<u32>,
}

/// The action of a verdict.
#[derive(Debug, Clone)]
pub enum VerdictAction {
    /// It goes on.
    Allow,
    /// It is refused with this response.
    Block(Arc<CustomResponse>),
    /// It is answered with a CAPTCHA.
    Captcha,
    /// It is answered with a silent challenge.
    Challenge,
}

impl VerdictAction {
    /// The action without its response.
    #[must_use]
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::Allow => ActionKind::Allow,
            Self::Block(_) => ActionKind::Block,
            Self::Captcha => ActionKind::Captcha,
            Self::Challenge => ActionKind::Challenge,
        }
    }
}

/// The response that a Block action sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomResponse {
    /// The status, 403 unless the rule says otherwise.
    pub status: u16,
    /// Headers to send, names as given.
    pub headers: Vec<(String, String)>,
    /// The body; `None` leaves it to the edge.
    pub body: Option<Arc<str>>,
    /// The body's `content-type`; `None` without a body.
    pub content_type: Option<&'static str>,
}

impl CustomResponse {
    /// What a Block action without a custom response sends.
    pub(crate) const DEFAULT: Self = Self {
        status: 403,
        headers: Vec::new(),
        body: None,
        content_type: None,
    };
}

/// The kinds of actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionKind {
    /// The request goes on, evaluation ends.
    Allow,
    /// The request is refused, evaluation ends.
    Block,
    /// The match is noted, evaluation goes on.
    Count,
    /// The client must solve a CAPTCHA.
    Captcha,
    /// The client must pass a silent challenge.
    Challenge,
    /// The client must pay.
    Monetize,
}

impl ActionKind {
    /// `ALLOW`, `BLOCK` ... as in AWS's WAF log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "ALLOW",
            Self::Block => "BLOCK",
            Self::Count => "COUNT",
            Self::Captcha => "CAPTCHA",
            Self::Challenge => "CHALLENGE",
            Self::Monetize => "MONETIZE",
        }
    }

    /// Whether evaluation ends with it.
    #[must_use]
    pub const fn is_terminating(self) -> bool {
        !matches!(self, Self::Count)
    }
}

/// One rule that matched.
#[derive(Debug, Clone)]
pub struct RuleMatch {
    /// The rule's name in its web ACL or rule group.
    pub rule: String,
    /// Metric name of the web ACL's own rule that this match belongs to.
    pub metric_name: String,
    /// The rule group it lies in, if any.
    pub rule_group: Option<RuleGroupRef>,
    /// The action the rule took, after overrides.
    pub action: ActionKind,
    /// `REGULAR`, `RATE_BASED`, `GROUP` or `MANAGED_RULE_GROUP`, as in AWS's WAF log.
    pub kind: &'static str,
    /// What matched; where a rule asks for the absence of something, what was there instead.
    pub evidence: Vec<Evidence>,
    /// Which count was exceeded, if the rule is rate-based.
    pub rate: Option<RateMatch>,
}

/// The rule group that a matching rule lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleGroupRef {
    /// Name of the rule of the web ACL that refers to the group.
    pub referring_rule: String,
    /// ARN, or `AWS#AWSManagedRulesCommonRuleSet` for a managed group.
    pub id: String,
    /// Metric name of the rule itself, within the group.
    pub rule_metric_name: String,
    /// The rule's own action, where the web ACL gives it another one.
    pub overridden_action: Option<ActionKind>,
    /// Whether it does so by `ExcludedRules`, the old form that means Count.
    pub excluded: bool,
    /// What the rule did within its group, where the web ACL only counts what the group decides.
    pub counted_action: Option<ActionKind>,
}

/// The count of a rate-based rule that a request exceeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateMatch {
    /// What requests are counted by: `IP`, `FORWARDED_IP`, `CONSTANT` or `CUSTOMKEYS`, as in AWS's WAF
    /// log.
    pub limit_key: &'static str,
    /// The address, where requests are counted by addresses alone; `INVALID` if it could not be read.
    pub limit_value: Option<String>,
    /// The count that is not exceeded without a match.
    pub limit: u64,
    /// The window's length.
    pub window_seconds: u32,
    /// The request's values of custom keys.
    pub custom_values: Vec<RateKeyValue>,
}

/// The value of a custom key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateKeyValue {
    /// `HEADER`, `QUERY_STRING` ...
    pub key: &'static str,
    /// The name of the header, cookie, argument or namespace.
    pub name: Option<String>,
    /// The value, transformed.
    pub value: Vec<u8>,
}

/// The bytes that made a statement match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// `BYTE`, `REGEX`, `SQL_INJECTION`, `XSS`, `SIZE`, `IP`, `GEO`, `ASN`, `LABEL` or `RATE`; with
    /// `NOT_` before it when the condition had to fail.
    pub condition: &'static str,
    /// `HIGH` or `LOW`, of a detection of SQL injection.
    pub sensitivity_level: Option<&'static str>,
    /// The field, with its name where it has one: `BODY`, `HEADER: user-agent`, `QUERY_ARGUMENT: id`.
    pub location: String,
    /// Transformations in the order they were applied, by AWS's names.
    pub transformations: Vec<String>,
    /// The matched part of the transformed field, cut to [`Evidence::MATCHED_BYTES_MAX`].
    pub matched: Vec<u8>,
    /// Where `matched` begins in the transformed field.
    pub offset: usize,
    /// The whole transformed field around it, cut to [`Evidence::VALUE_BYTES_MAX`].
    pub value: Vec<u8>,
    /// What it was matched with: the search string, the expression, the fingerprint, the CIDR.
    pub pattern: String,
}

impl Evidence {
    /// How many matched bytes are kept.
    pub const MATCHED_BYTES_MAX: usize = 256;
    /// How many bytes of the field around the match are kept.
    pub const VALUE_BYTES_MAX: usize = 1024;
    /// How many pieces of evidence one match keeps.
    pub const PIECES_MAX: usize = 32;
}

/// How often the engine's own limits cut something off while it read one request. What is cut off
/// is not lost to inspection: the unread rest is inspected as one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LimitsHit {
    /// Query strings with more arguments than [`crate::limits::QUERY_ARGUMENTS_MAX`].
    pub query_arguments: u32,
    /// Requests with more headers than [`crate::limits::HEADERS_MAX`], or more bytes of them.
    pub headers: u32,
    /// Requests with more cookies than [`crate::limits::COOKIES_MAX`], or more bytes of them.
    pub cookies: u32,
    /// JSON bodies deeper than [`crate::limits::JSON_DEPTH_MAX`] or with more values than
    /// [`crate::limits::JSON_VALUES_MAX`].
    pub json: u32,
    /// Bodies with more form fields, parts or texts than are told apart
    /// ([`crate::limits::FORM_FIELDS_MAX`], [`crate::limits::MULTIPART_PARTS_MAX`],
    /// [`crate::limits::XML_TEXTS_MAX`]).
    pub body_values: u32,
    /// Labels beyond [`crate::limits::LABELS_MAX`], which were not given.
    pub labels: u32,
}
