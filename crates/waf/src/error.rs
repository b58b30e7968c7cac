//! What is wrong with a policy, or with its evaluation. Fields and reasons as AWS WAF reports them
//! in `WAFInvalidParameterException` (`ParameterExceptionField`).

use std::fmt;

/// Which of AWS's exceptions a [`CompileError`] is reported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompileErrorKind {
    /// `WAFInvalidParameterException`.
    InvalidParameter,
    /// `WAFNonexistentItemException`: a reference leads nowhere.
    NonexistentItem,
    /// `WAFLimitsExceededException`: too many, too deep, too much capacity.
    LimitsExceeded,
}

/// A web ACL or rule group that cannot be put in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Error reason: {reason}, field: {field}, parameter: {parameter}")]
pub struct CompileError {
    /// The exception it is reported as.
    pub kind: CompileErrorKind,
    /// The part of the policy that is wrong, in AWS's word.
    pub field: ExceptionField,
    /// The value or member that is wrong.
    pub parameter: String,
    /// What is wrong with it.
    pub reason: String,
}

impl CompileError {
    /// The longest parameter that is echoed, in characters.
    const PARAMETER_CHARS_MAX: usize = 512;

    fn new(kind: CompileErrorKind, field: ExceptionField, parameter: &str, reason: String) -> Self {
        Self {
            kind,
            field,
            parameter: parameter.chars().take(Self::PARAMETER_CHARS_MAX).collect(),
            reason,
        }
    }

    pub(crate) fn invalid(
        field: ExceptionField,
        parameter: &str,
        reason: impl Into<String>,
    ) -> Self {
        Self::new(
            CompileErrorKind::InvalidParameter,
            field,
            parameter,
            reason.into(),
        )
    }

    pub(crate) fn missing(field: ExceptionField, parameter: &str) -> Self {
        let reason = "The referenced item doesn't exist.".to_owned();
        Self::new(CompileErrorKind::NonexistentItem, field, parameter, reason)
    }

    pub(crate) fn limit(field: ExceptionField, parameter: &str, reason: impl Into<String>) -> Self {
        Self::new(
            CompileErrorKind::LimitsExceeded,
            field,
            parameter,
            reason.into(),
        )
    }
}

/// Why a request could not be judged. The caller refuses the request (or lets it pass, if the
/// owner of the web ACL said so), and counts it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// A detector broke down on this input.
    #[error("the {0} detector failed")]
    Detector(&'static str),
    /// A compiled policy contradicts itself: a bug in the compiler.
    #[error("the compiled web ACL is inconsistent: {0}")]
    Inconsistent(&'static str),
}

macro_rules! exception_fields {
    ($($variant:ident $text:literal $doc:literal,)*) => {
        /// AWS's `ParameterExceptionField`, those that a rule engine can name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ExceptionField {
            $(#[doc = $doc] $variant,)*
        }

        impl ExceptionField {
            /// AWS's word, such as `BYTE_MATCH_STATEMENT`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

exception_fields! {
    WebAcl "WEB_ACL" "The web ACL as a whole.",
    RuleGroup "RULE_GROUP" "The rule group as a whole.",
    RegexPatternSet "REGEX_PATTERN_SET" "A regex pattern set.",
    IpSet "IP_SET" "An IP set.",
    Rule "RULE" "A rule.",
    ExcludedRule "EXCLUDED_RULE" "A rule that a reference to a group excludes or overrides.",
    Statement "STATEMENT" "A statement.",
    ByteMatchStatement "BYTE_MATCH_STATEMENT" "A byte match statement.",
    SqliMatchStatement "SQLI_MATCH_STATEMENT" "An SQL injection statement.",
    XssMatchStatement "XSS_MATCH_STATEMENT" "A cross-site scripting statement.",
    SizeConstraintStatement "SIZE_CONSTRAINT_STATEMENT" "A size statement.",
    GeoMatchStatement "GEO_MATCH_STATEMENT" "A country statement.",
    RateBasedStatement "RATE_BASED_STATEMENT" "A rate-based statement.",
    RuleGroupReferenceStatement "RULE_GROUP_REFERENCE_STATEMENT" "A reference to a rule group.",
    RegexPatternReferenceStatement "REGEX_PATTERN_REFERENCE_STATEMENT" "A regex or pattern set statement.",
    IpSetReferenceStatement "IP_SET_REFERENCE_STATEMENT" "A reference to an IP set.",
    ManagedRuleSetStatement "MANAGED_RULE_SET_STATEMENT" "A managed rule group statement.",
    LabelMatchStatement "LABEL_MATCH_STATEMENT" "A label match statement.",
    AndStatement "AND_STATEMENT" "An AND statement.",
    OrStatement "OR_STATEMENT" "An OR statement.",
    NotStatement "NOT_STATEMENT" "A NOT statement.",
    IpAddress "IP_ADDRESS" "An address of an IP set.",
    FieldToMatch "FIELD_TO_MATCH" "The part of the request to look at.",
    TextTransformation "TEXT_TRANSFORMATION" "A text transformation.",
    SingleQueryArgument "SINGLE_QUERY_ARGUMENT" "The name of a query argument.",
    SingleHeader "SINGLE_HEADER" "The name of a header.",
    DefaultAction "DEFAULT_ACTION" "The default action of a web ACL.",
    RuleAction "RULE_ACTION" "The action of a rule.",
    OverrideAction "OVERRIDE_ACTION" "The override action of a reference to a group.",
    MetricName "METRIC_NAME" "The metric name of a rule.",
    FallbackBehavior "FALLBACK_BEHAVIOR" "A fallback behaviour.",
    Position "POSITION" "The position of an address in a header.",
    ForwardedIpConfig "FORWARDED_IP_CONFIG" "How to read a forwarded address.",
    IpSetForwardedIpConfig "IP_SET_FORWARDED_IP_CONFIG" "How an IP set reads a forwarded address.",
    HeaderName "HEADER_NAME" "The name of a header.",
    CustomRequestHandling "CUSTOM_REQUEST_HANDLING" "Headers to insert in the request.",
    ResponseContentType "RESPONSE_CONTENT_TYPE" "The content type of a custom response.",
    CustomResponse "CUSTOM_RESPONSE" "A custom response.",
    CustomResponseBody "CUSTOM_RESPONSE_BODY" "A custom response body.",
    JsonMatchPattern "JSON_MATCH_PATTERN" "Which elements of a JSON body to look at.",
    JsonMatchScope "JSON_MATCH_SCOPE" "Keys or values of a JSON body.",
    BodyParsingFallbackBehavior "BODY_PARSING_FALLBACK_BEHAVIOR" "What to do with invalid JSON.",
    HeaderMatchPattern "HEADER_MATCH_PATTERN" "Which headers to look at.",
    CookieMatchPattern "COOKIE_MATCH_PATTERN" "Which cookies to look at.",
    MapMatchScope "MAP_MATCH_SCOPE" "Keys or values of headers or cookies.",
    OversizeHandling "OVERSIZE_HANDLING" "What to do with an oversize part.",
    AssociatedResourceType "ASSOCIATED_RESOURCE_TYPE" "A resource type with its own body limit.",
    ScopeDown "SCOPE_DOWN" "A scope-down statement.",
    CustomKeys "CUSTOM_KEYS" "The aggregation keys of a rate-based statement.",
    TokenDomain "TOKEN_DOMAIN" "A domain whose tokens are taken.",
    ChallengeConfig "CHALLENGE_CONFIG" "How long a token holds.",
    PreParseTextTransformation "PRE_PARSE_TEXT_TRANSFORMATION" "A transformation of the raw query string.",
}

impl fmt::Display for ExceptionField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
