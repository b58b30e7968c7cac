//! The API's model, and of its shapes those that the operations here reach. Source: botocore's model of `wafv2`.
//!
//! Written by `cargo xtask codegen`; do not edit.

use std::sync::LazyLock;

use types::{Call, ServiceError, Time};
use wire::{FromValue, IntoValue, Members, Model, ShapeError, Structure, Value};

/// All operations and shapes of the API.
pub(crate) static MODEL: LazyLock<Model> =
    LazyLock::new(|| Model::embedded(include_str!("model.json")));

/// The operations that are written, sorted.
pub(crate) const IMPLEMENTED: &[&str] = &[
    "AssociateWebACL",
    "CheckCapacity",
    "CreateAPIKey",
    "CreateIPSet",
    "CreateRegexPatternSet",
    "CreateRuleGroup",
    "CreateWebACL",
    "DeleteAPIKey",
    "DeleteFirewallManagerRuleGroups",
    "DeleteIPSet",
    "DeleteLoggingConfiguration",
    "DeletePermissionPolicy",
    "DeleteRegexPatternSet",
    "DeleteRuleGroup",
    "DeleteWebACL",
    "DescribeAllManagedProducts",
    "DescribeManagedProductsByVendor",
    "DescribeManagedRuleGroup",
    "DisassociateWebACL",
    "GetDecryptedAPIKey",
    "GetIPSet",
    "GetLoggingConfiguration",
    "GetPermissionPolicy",
    "GetRateBasedStatementManagedKeys",
    "GetRegexPatternSet",
    "GetRuleGroup",
    "GetSampledRequests",
    "GetTopPathStatisticsByTraffic",
    "GetWebACL",
    "GetWebACLForResource",
    "ListAPIKeys",
    "ListAvailableManagedRuleGroupVersions",
    "ListAvailableManagedRuleGroups",
    "ListIPSets",
    "ListLoggingConfigurations",
    "ListRegexPatternSets",
    "ListResourcesForWebACL",
    "ListRuleGroups",
    "ListTagsForResource",
    "ListWebACLs",
    "PutLoggingConfiguration",
    "PutPermissionPolicy",
    "TagResource",
    "UntagResource",
    "UpdateIPSet",
    "UpdateRegexPatternSet",
    "UpdateRuleGroup",
    "UpdateWebACL",
];

/// `APIKeySummary`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct APIKeySummary {
    /// `TokenDomains`.
    pub(crate) token_domains: Option<Vec<String>>,
    /// `APIKey`.
    pub(crate) api_key: Option<String>,
    /// `CreationTimestamp`.
    pub(crate) creation_timestamp: Option<Time>,
    /// `Version`.
    pub(crate) version: Option<i64>,
}

impl FromValue for APIKeySummary {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            token_domains: members.take("TokenDomains")?,
            api_key: members.take("APIKey")?,
            creation_timestamp: members.take("CreationTimestamp")?,
            version: members.take("Version")?,
        })
    }
}

impl IntoValue for APIKeySummary {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("TokenDomains", self.token_domains)
            .with("APIKey", self.api_key)
            .with("CreationTimestamp", self.creation_timestamp)
            .with("Version", self.version)
            .end()
    }
}

/// `AssociateWebACLRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AssociateWebACLRequest {
    /// `WebACLArn`.
    pub(crate) web_acl_arn: String,
    /// `ResourceArn`.
    pub(crate) resource_arn: String,
}

impl FromValue for AssociateWebACLRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            web_acl_arn: members.take("WebACLArn")?,
            resource_arn: members.take("ResourceArn")?,
        })
    }
}

impl IntoValue for AssociateWebACLRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("WebACLArn", self.web_acl_arn)
            .with("ResourceArn", self.resource_arn)
            .end()
    }
}

/// `AssociateWebACLResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AssociateWebACLResponse {}

impl FromValue for AssociateWebACLResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for AssociateWebACLResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `BotStatistics`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BotStatistics {
    /// `BotName`.
    pub(crate) bot_name: String,
    /// `RequestCount`.
    pub(crate) request_count: i64,
    /// `Percentage`.
    pub(crate) percentage: f64,
}

impl FromValue for BotStatistics {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            bot_name: members.take("BotName")?,
            request_count: members.take("RequestCount")?,
            percentage: members.take("Percentage")?,
        })
    }
}

impl IntoValue for BotStatistics {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("BotName", self.bot_name)
            .with("RequestCount", self.request_count)
            .with("Percentage", self.percentage)
            .end()
    }
}

/// `CaptchaResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CaptchaResponse {
    /// `ResponseCode`.
    pub(crate) response_code: Option<i64>,
    /// `SolveTimestamp`.
    pub(crate) solve_timestamp: Option<i64>,
    /// `FailureReason`.
    pub(crate) failure_reason: Option<String>,
}

impl FromValue for CaptchaResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            response_code: members.take("ResponseCode")?,
            solve_timestamp: members.take("SolveTimestamp")?,
            failure_reason: members.take("FailureReason")?,
        })
    }
}

impl IntoValue for CaptchaResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("ResponseCode", self.response_code)
            .with("SolveTimestamp", self.solve_timestamp)
            .with("FailureReason", self.failure_reason)
            .end()
    }
}

/// `ChallengeResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ChallengeResponse {
    /// `ResponseCode`.
    pub(crate) response_code: Option<i64>,
    /// `SolveTimestamp`.
    pub(crate) solve_timestamp: Option<i64>,
    /// `FailureReason`.
    pub(crate) failure_reason: Option<String>,
}

impl FromValue for ChallengeResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            response_code: members.take("ResponseCode")?,
            solve_timestamp: members.take("SolveTimestamp")?,
            failure_reason: members.take("FailureReason")?,
        })
    }
}

impl IntoValue for ChallengeResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("ResponseCode", self.response_code)
            .with("SolveTimestamp", self.solve_timestamp)
            .with("FailureReason", self.failure_reason)
            .end()
    }
}

/// `CheckCapacityRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CheckCapacityRequest {
    /// `Scope`.
    pub(crate) scope: String,
    /// `Rules`.
    pub(crate) rules: Value,
}

impl FromValue for CheckCapacityRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            scope: members.take("Scope")?,
            rules: members.take("Rules")?,
        })
    }
}

impl IntoValue for CheckCapacityRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Scope", self.scope)
            .with("Rules", self.rules)
            .end()
    }
}

/// `CheckCapacityResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CheckCapacityResponse {
    /// `Capacity`.
    pub(crate) capacity: Option<i64>,
}

impl FromValue for CheckCapacityResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            capacity: members.take("Capacity")?,
        })
    }
}

impl IntoValue for CheckCapacityResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Capacity", self.capacity)
            .end()
    }
}

/// `CreateAPIKeyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateAPIKeyRequest {
    /// `Scope`.
    pub(crate) scope: String,
    /// `TokenDomains`.
    pub(crate) token_domains: Vec<String>,
}

impl FromValue for CreateAPIKeyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            scope: members.take("Scope")?,
            token_domains: members.take("TokenDomains")?,
        })
    }
}

impl IntoValue for CreateAPIKeyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Scope", self.scope)
            .with("TokenDomains", self.token_domains)
            .end()
    }
}

/// `CreateAPIKeyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateAPIKeyResponse {
    /// `APIKey`.
    pub(crate) api_key: Option<String>,
}

impl FromValue for CreateAPIKeyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            api_key: members.take("APIKey")?,
        })
    }
}

impl IntoValue for CreateAPIKeyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("APIKey", self.api_key)
            .end()
    }
}

/// `CreateIPSetRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateIPSetRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `IPAddressVersion`.
    pub(crate) ip_address_version: String,
    /// `Addresses`.
    pub(crate) addresses: Vec<String>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for CreateIPSetRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            description: members.take("Description")?,
            ip_address_version: members.take("IPAddressVersion")?,
            addresses: members.take("Addresses")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for CreateIPSetRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Description", self.description)
            .with("IPAddressVersion", self.ip_address_version)
            .with("Addresses", self.addresses)
            .with("Tags", self.tags)
            .end()
    }
}

/// `CreateIPSetResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateIPSetResponse {
    /// `Summary`.
    pub(crate) summary: Option<IPSetSummary>,
}

impl FromValue for CreateIPSetResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            summary: members.take("Summary")?,
        })
    }
}

impl IntoValue for CreateIPSetResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Summary", self.summary)
            .end()
    }
}

/// `CreateRegexPatternSetRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateRegexPatternSetRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `RegularExpressionList`.
    pub(crate) regular_expression_list: Vec<Regex>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for CreateRegexPatternSetRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            description: members.take("Description")?,
            regular_expression_list: members.take("RegularExpressionList")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for CreateRegexPatternSetRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Description", self.description)
            .with("RegularExpressionList", self.regular_expression_list)
            .with("Tags", self.tags)
            .end()
    }
}

/// `CreateRegexPatternSetResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateRegexPatternSetResponse {
    /// `Summary`.
    pub(crate) summary: Option<RegexPatternSetSummary>,
}

impl FromValue for CreateRegexPatternSetResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            summary: members.take("Summary")?,
        })
    }
}

impl IntoValue for CreateRegexPatternSetResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Summary", self.summary)
            .end()
    }
}

/// `CreateRuleGroupRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateRuleGroupRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `Capacity`.
    pub(crate) capacity: i64,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `Rules`.
    pub(crate) rules: Option<Value>,
    /// `VisibilityConfig`.
    pub(crate) visibility_config: Value,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
    /// `CustomResponseBodies`.
    pub(crate) custom_response_bodies: Option<Value>,
    /// `MonetizationConfig`.
    pub(crate) monetization_config: Option<Value>,
}

impl FromValue for CreateRuleGroupRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            capacity: members.take("Capacity")?,
            description: members.take("Description")?,
            rules: members.take("Rules")?,
            visibility_config: members.take("VisibilityConfig")?,
            tags: members.take("Tags")?,
            custom_response_bodies: members.take("CustomResponseBodies")?,
            monetization_config: members.take("MonetizationConfig")?,
        })
    }
}

impl IntoValue for CreateRuleGroupRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(9)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Capacity", self.capacity)
            .with("Description", self.description)
            .with("Rules", self.rules)
            .with("VisibilityConfig", self.visibility_config)
            .with("Tags", self.tags)
            .with("CustomResponseBodies", self.custom_response_bodies)
            .with("MonetizationConfig", self.monetization_config)
            .end()
    }
}

/// `CreateRuleGroupResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateRuleGroupResponse {
    /// `Summary`.
    pub(crate) summary: Option<RuleGroupSummary>,
}

impl FromValue for CreateRuleGroupResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            summary: members.take("Summary")?,
        })
    }
}

impl IntoValue for CreateRuleGroupResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Summary", self.summary)
            .end()
    }
}

/// `CreateWebACLRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateWebACLRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `DefaultAction`.
    pub(crate) default_action: Value,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `Rules`.
    pub(crate) rules: Option<Value>,
    /// `VisibilityConfig`.
    pub(crate) visibility_config: Value,
    /// `DataProtectionConfig`.
    pub(crate) data_protection_config: Option<Value>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
    /// `CustomResponseBodies`.
    pub(crate) custom_response_bodies: Option<Value>,
    /// `CaptchaConfig`.
    pub(crate) captcha_config: Option<Value>,
    /// `ChallengeConfig`.
    pub(crate) challenge_config: Option<Value>,
    /// `TokenDomains`.
    pub(crate) token_domains: Option<Vec<String>>,
    /// `AssociationConfig`.
    pub(crate) association_config: Option<Value>,
    /// `OnSourceDDoSProtectionConfig`.
    pub(crate) on_source_d_do_s_protection_config: Option<Value>,
    /// `ApplicationConfig`.
    pub(crate) application_config: Option<Value>,
    /// `MonetizationConfig`.
    pub(crate) monetization_config: Option<Value>,
}

impl FromValue for CreateWebACLRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            default_action: members.take("DefaultAction")?,
            description: members.take("Description")?,
            rules: members.take("Rules")?,
            visibility_config: members.take("VisibilityConfig")?,
            data_protection_config: members.take("DataProtectionConfig")?,
            tags: members.take("Tags")?,
            custom_response_bodies: members.take("CustomResponseBodies")?,
            captcha_config: members.take("CaptchaConfig")?,
            challenge_config: members.take("ChallengeConfig")?,
            token_domains: members.take("TokenDomains")?,
            association_config: members.take("AssociationConfig")?,
            on_source_d_do_s_protection_config: members.take("OnSourceDDoSProtectionConfig")?,
            application_config: members.take("ApplicationConfig")?,
            monetization_config: members.take("MonetizationConfig")?,
        })
    }
}

impl IntoValue for CreateWebACLRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(16)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("DefaultAction", self.default_action)
            .with("Description", self.description)
            .with("Rules", self.rules)
            .with("VisibilityConfig", self.visibility_config)
            .with("DataProtectionConfig", self.data_protection_config)
            .with("Tags", self.tags)
            .with("CustomResponseBodies", self.custom_response_bodies)
            .with("CaptchaConfig", self.captcha_config)
            .with("ChallengeConfig", self.challenge_config)
            .with("TokenDomains", self.token_domains)
            .with("AssociationConfig", self.association_config)
            .with(
                "OnSourceDDoSProtectionConfig",
                self.on_source_d_do_s_protection_config,
            )
            .with("ApplicationConfig", self.application_config)
            .with("MonetizationConfig", self.monetization_config)
            .end()
    }
}

/// `CreateWebACLResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateWebACLResponse {
    /// `Summary`.
    pub(crate) summary: Option<WebACLSummary>,
}

impl FromValue for CreateWebACLResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            summary: members.take("Summary")?,
        })
    }
}

impl IntoValue for CreateWebACLResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Summary", self.summary)
            .end()
    }
}

/// `DeleteAPIKeyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteAPIKeyRequest {
    /// `Scope`.
    pub(crate) scope: String,
    /// `APIKey`.
    pub(crate) api_key: String,
}

impl FromValue for DeleteAPIKeyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            scope: members.take("Scope")?,
            api_key: members.take("APIKey")?,
        })
    }
}

impl IntoValue for DeleteAPIKeyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Scope", self.scope)
            .with("APIKey", self.api_key)
            .end()
    }
}

/// `DeleteAPIKeyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteAPIKeyResponse {}

impl FromValue for DeleteAPIKeyResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeleteAPIKeyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DeleteFirewallManagerRuleGroupsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteFirewallManagerRuleGroupsRequest {
    /// `WebACLArn`.
    pub(crate) web_acl_arn: String,
    /// `WebACLLockToken`.
    pub(crate) web_acl_lock_token: String,
}

impl FromValue for DeleteFirewallManagerRuleGroupsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            web_acl_arn: members.take("WebACLArn")?,
            web_acl_lock_token: members.take("WebACLLockToken")?,
        })
    }
}

impl IntoValue for DeleteFirewallManagerRuleGroupsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("WebACLArn", self.web_acl_arn)
            .with("WebACLLockToken", self.web_acl_lock_token)
            .end()
    }
}

/// `DeleteFirewallManagerRuleGroupsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteFirewallManagerRuleGroupsResponse {
    /// `NextWebACLLockToken`.
    pub(crate) next_web_acl_lock_token: Option<String>,
}

impl FromValue for DeleteFirewallManagerRuleGroupsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            next_web_acl_lock_token: members.take("NextWebACLLockToken")?,
        })
    }
}

impl IntoValue for DeleteFirewallManagerRuleGroupsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("NextWebACLLockToken", self.next_web_acl_lock_token)
            .end()
    }
}

/// `DeleteIPSetRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteIPSetRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `Id`.
    pub(crate) id: String,
    /// `LockToken`.
    pub(crate) lock_token: String,
}

impl FromValue for DeleteIPSetRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            id: members.take("Id")?,
            lock_token: members.take("LockToken")?,
        })
    }
}

impl IntoValue for DeleteIPSetRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Id", self.id)
            .with("LockToken", self.lock_token)
            .end()
    }
}

/// `DeleteIPSetResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteIPSetResponse {}

impl FromValue for DeleteIPSetResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeleteIPSetResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DeleteLoggingConfigurationRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteLoggingConfigurationRequest {
    /// `ResourceArn`.
    pub(crate) resource_arn: String,
    /// `LogType`.
    pub(crate) log_type: Option<String>,
    /// `LogScope`.
    pub(crate) log_scope: Option<String>,
}

impl FromValue for DeleteLoggingConfigurationRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arn: members.take("ResourceArn")?,
            log_type: members.take("LogType")?,
            log_scope: members.take("LogScope")?,
        })
    }
}

impl IntoValue for DeleteLoggingConfigurationRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("ResourceArn", self.resource_arn)
            .with("LogType", self.log_type)
            .with("LogScope", self.log_scope)
            .end()
    }
}

/// `DeleteLoggingConfigurationResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteLoggingConfigurationResponse {}

impl FromValue for DeleteLoggingConfigurationResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeleteLoggingConfigurationResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DeletePermissionPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeletePermissionPolicyRequest {
    /// `ResourceArn`.
    pub(crate) resource_arn: String,
}

impl FromValue for DeletePermissionPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arn: members.take("ResourceArn")?,
        })
    }
}

impl IntoValue for DeletePermissionPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ResourceArn", self.resource_arn)
            .end()
    }
}

/// `DeletePermissionPolicyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeletePermissionPolicyResponse {}

impl FromValue for DeletePermissionPolicyResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeletePermissionPolicyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DeleteRegexPatternSetRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteRegexPatternSetRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `Id`.
    pub(crate) id: String,
    /// `LockToken`.
    pub(crate) lock_token: String,
}

impl FromValue for DeleteRegexPatternSetRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            id: members.take("Id")?,
            lock_token: members.take("LockToken")?,
        })
    }
}

impl IntoValue for DeleteRegexPatternSetRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Id", self.id)
            .with("LockToken", self.lock_token)
            .end()
    }
}

/// `DeleteRegexPatternSetResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteRegexPatternSetResponse {}

impl FromValue for DeleteRegexPatternSetResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeleteRegexPatternSetResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DeleteRuleGroupRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteRuleGroupRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `Id`.
    pub(crate) id: String,
    /// `LockToken`.
    pub(crate) lock_token: String,
}

impl FromValue for DeleteRuleGroupRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            id: members.take("Id")?,
            lock_token: members.take("LockToken")?,
        })
    }
}

impl IntoValue for DeleteRuleGroupRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Id", self.id)
            .with("LockToken", self.lock_token)
            .end()
    }
}

/// `DeleteRuleGroupResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteRuleGroupResponse {}

impl FromValue for DeleteRuleGroupResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeleteRuleGroupResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DeleteWebACLRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteWebACLRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `Id`.
    pub(crate) id: String,
    /// `LockToken`.
    pub(crate) lock_token: String,
}

impl FromValue for DeleteWebACLRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            id: members.take("Id")?,
            lock_token: members.take("LockToken")?,
        })
    }
}

impl IntoValue for DeleteWebACLRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Id", self.id)
            .with("LockToken", self.lock_token)
            .end()
    }
}

/// `DeleteWebACLResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteWebACLResponse {}

impl FromValue for DeleteWebACLResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeleteWebACLResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DescribeAllManagedProductsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DescribeAllManagedProductsRequest {
    /// `Scope`.
    pub(crate) scope: String,
}

impl FromValue for DescribeAllManagedProductsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            scope: members.take("Scope")?,
        })
    }
}

impl IntoValue for DescribeAllManagedProductsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("Scope", self.scope).end()
    }
}

/// `DescribeAllManagedProductsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeAllManagedProductsResponse {
    /// `ManagedProducts`.
    pub(crate) managed_products: Option<Vec<ManagedProductDescriptor>>,
}

impl FromValue for DescribeAllManagedProductsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            managed_products: members.take("ManagedProducts")?,
        })
    }
}

impl IntoValue for DescribeAllManagedProductsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ManagedProducts", self.managed_products)
            .end()
    }
}

/// `DescribeManagedProductsByVendorRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DescribeManagedProductsByVendorRequest {
    /// `VendorName`.
    pub(crate) vendor_name: String,
    /// `Scope`.
    pub(crate) scope: String,
}

impl FromValue for DescribeManagedProductsByVendorRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            vendor_name: members.take("VendorName")?,
            scope: members.take("Scope")?,
        })
    }
}

impl IntoValue for DescribeManagedProductsByVendorRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("VendorName", self.vendor_name)
            .with("Scope", self.scope)
            .end()
    }
}

/// `DescribeManagedProductsByVendorResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeManagedProductsByVendorResponse {
    /// `ManagedProducts`.
    pub(crate) managed_products: Option<Vec<ManagedProductDescriptor>>,
}

impl FromValue for DescribeManagedProductsByVendorResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            managed_products: members.take("ManagedProducts")?,
        })
    }
}

impl IntoValue for DescribeManagedProductsByVendorResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ManagedProducts", self.managed_products)
            .end()
    }
}

/// `DescribeManagedRuleGroupRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DescribeManagedRuleGroupRequest {
    /// `VendorName`.
    pub(crate) vendor_name: String,
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `VersionName`.
    pub(crate) version_name: Option<String>,
}

impl FromValue for DescribeManagedRuleGroupRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            vendor_name: members.take("VendorName")?,
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            version_name: members.take("VersionName")?,
        })
    }
}

impl IntoValue for DescribeManagedRuleGroupRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("VendorName", self.vendor_name)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("VersionName", self.version_name)
            .end()
    }
}

/// `DescribeManagedRuleGroupResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeManagedRuleGroupResponse {
    /// `VersionName`.
    pub(crate) version_name: Option<String>,
    /// `SnsTopicArn`.
    pub(crate) sns_topic_arn: Option<String>,
    /// `Capacity`.
    pub(crate) capacity: Option<i64>,
    /// `Rules`.
    pub(crate) rules: Option<Vec<RuleSummary>>,
    /// `LabelNamespace`.
    pub(crate) label_namespace: Option<String>,
    /// `AvailableLabels`.
    pub(crate) available_labels: Option<Vec<LabelSummary>>,
    /// `ConsumedLabels`.
    pub(crate) consumed_labels: Option<Vec<LabelSummary>>,
}

impl FromValue for DescribeManagedRuleGroupResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            version_name: members.take("VersionName")?,
            sns_topic_arn: members.take("SnsTopicArn")?,
            capacity: members.take("Capacity")?,
            rules: members.take("Rules")?,
            label_namespace: members.take("LabelNamespace")?,
            available_labels: members.take("AvailableLabels")?,
            consumed_labels: members.take("ConsumedLabels")?,
        })
    }
}

impl IntoValue for DescribeManagedRuleGroupResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(7)
            .with("VersionName", self.version_name)
            .with("SnsTopicArn", self.sns_topic_arn)
            .with("Capacity", self.capacity)
            .with("Rules", self.rules)
            .with("LabelNamespace", self.label_namespace)
            .with("AvailableLabels", self.available_labels)
            .with("ConsumedLabels", self.consumed_labels)
            .end()
    }
}

/// `DisassociateWebACLRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DisassociateWebACLRequest {
    /// `ResourceArn`.
    pub(crate) resource_arn: String,
}

impl FromValue for DisassociateWebACLRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arn: members.take("ResourceArn")?,
        })
    }
}

impl IntoValue for DisassociateWebACLRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ResourceArn", self.resource_arn)
            .end()
    }
}

/// `DisassociateWebACLResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DisassociateWebACLResponse {}

impl FromValue for DisassociateWebACLResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DisassociateWebACLResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `FilterSource`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct FilterSource {
    /// `BotCategory`.
    pub(crate) bot_category: Option<String>,
    /// `BotOrganization`.
    pub(crate) bot_organization: Option<String>,
    /// `BotName`.
    pub(crate) bot_name: Option<String>,
}

impl FromValue for FilterSource {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            bot_category: members.take("BotCategory")?,
            bot_organization: members.take("BotOrganization")?,
            bot_name: members.take("BotName")?,
        })
    }
}

impl IntoValue for FilterSource {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("BotCategory", self.bot_category)
            .with("BotOrganization", self.bot_organization)
            .with("BotName", self.bot_name)
            .end()
    }
}

/// `GetDecryptedAPIKeyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetDecryptedAPIKeyRequest {
    /// `Scope`.
    pub(crate) scope: String,
    /// `APIKey`.
    pub(crate) api_key: String,
}

impl FromValue for GetDecryptedAPIKeyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            scope: members.take("Scope")?,
            api_key: members.take("APIKey")?,
        })
    }
}

impl IntoValue for GetDecryptedAPIKeyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Scope", self.scope)
            .with("APIKey", self.api_key)
            .end()
    }
}

/// `GetDecryptedAPIKeyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetDecryptedAPIKeyResponse {
    /// `TokenDomains`.
    pub(crate) token_domains: Option<Vec<String>>,
    /// `CreationTimestamp`.
    pub(crate) creation_timestamp: Option<Time>,
}

impl FromValue for GetDecryptedAPIKeyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            token_domains: members.take("TokenDomains")?,
            creation_timestamp: members.take("CreationTimestamp")?,
        })
    }
}

impl IntoValue for GetDecryptedAPIKeyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TokenDomains", self.token_domains)
            .with("CreationTimestamp", self.creation_timestamp)
            .end()
    }
}

/// `GetIPSetRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetIPSetRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `Id`.
    pub(crate) id: String,
}

impl FromValue for GetIPSetRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            id: members.take("Id")?,
        })
    }
}

impl IntoValue for GetIPSetRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Id", self.id)
            .end()
    }
}

/// `GetIPSetResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetIPSetResponse {
    /// `IPSet`.
    pub(crate) ip_set: Option<IPSet>,
    /// `LockToken`.
    pub(crate) lock_token: Option<String>,
}

impl FromValue for GetIPSetResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            ip_set: members.take("IPSet")?,
            lock_token: members.take("LockToken")?,
        })
    }
}

impl IntoValue for GetIPSetResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("IPSet", self.ip_set)
            .with("LockToken", self.lock_token)
            .end()
    }
}

/// `GetLoggingConfigurationRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetLoggingConfigurationRequest {
    /// `ResourceArn`.
    pub(crate) resource_arn: String,
    /// `LogType`.
    pub(crate) log_type: Option<String>,
    /// `LogScope`.
    pub(crate) log_scope: Option<String>,
}

impl FromValue for GetLoggingConfigurationRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arn: members.take("ResourceArn")?,
            log_type: members.take("LogType")?,
            log_scope: members.take("LogScope")?,
        })
    }
}

impl IntoValue for GetLoggingConfigurationRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("ResourceArn", self.resource_arn)
            .with("LogType", self.log_type)
            .with("LogScope", self.log_scope)
            .end()
    }
}

/// `GetLoggingConfigurationResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetLoggingConfigurationResponse {
    /// `LoggingConfiguration`.
    pub(crate) logging_configuration: Option<Value>,
}

impl FromValue for GetLoggingConfigurationResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            logging_configuration: members.take("LoggingConfiguration")?,
        })
    }
}

impl IntoValue for GetLoggingConfigurationResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("LoggingConfiguration", self.logging_configuration)
            .end()
    }
}

/// `GetPermissionPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetPermissionPolicyRequest {
    /// `ResourceArn`.
    pub(crate) resource_arn: String,
}

impl FromValue for GetPermissionPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arn: members.take("ResourceArn")?,
        })
    }
}

impl IntoValue for GetPermissionPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ResourceArn", self.resource_arn)
            .end()
    }
}

/// `GetPermissionPolicyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetPermissionPolicyResponse {
    /// `Policy`.
    pub(crate) policy: Option<String>,
}

impl FromValue for GetPermissionPolicyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy: members.take("Policy")?,
        })
    }
}

impl IntoValue for GetPermissionPolicyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Policy", self.policy)
            .end()
    }
}

/// `GetRateBasedStatementManagedKeysRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetRateBasedStatementManagedKeysRequest {
    /// `Scope`.
    pub(crate) scope: String,
    /// `WebACLName`.
    pub(crate) web_acl_name: String,
    /// `WebACLId`.
    pub(crate) web_acl_id: String,
    /// `RuleGroupRuleName`.
    pub(crate) rule_group_rule_name: Option<String>,
    /// `RuleName`.
    pub(crate) rule_name: String,
}

impl FromValue for GetRateBasedStatementManagedKeysRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            scope: members.take("Scope")?,
            web_acl_name: members.take("WebACLName")?,
            web_acl_id: members.take("WebACLId")?,
            rule_group_rule_name: members.take("RuleGroupRuleName")?,
            rule_name: members.take("RuleName")?,
        })
    }
}

impl IntoValue for GetRateBasedStatementManagedKeysRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Scope", self.scope)
            .with("WebACLName", self.web_acl_name)
            .with("WebACLId", self.web_acl_id)
            .with("RuleGroupRuleName", self.rule_group_rule_name)
            .with("RuleName", self.rule_name)
            .end()
    }
}

/// `GetRateBasedStatementManagedKeysResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetRateBasedStatementManagedKeysResponse {
    /// `ManagedKeysIPV4`.
    pub(crate) managed_keys_ipv4: Option<RateBasedStatementManagedKeysIPSet>,
    /// `ManagedKeysIPV6`.
    pub(crate) managed_keys_ipv6: Option<RateBasedStatementManagedKeysIPSet>,
}

impl FromValue for GetRateBasedStatementManagedKeysResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            managed_keys_ipv4: members.take("ManagedKeysIPV4")?,
            managed_keys_ipv6: members.take("ManagedKeysIPV6")?,
        })
    }
}

impl IntoValue for GetRateBasedStatementManagedKeysResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("ManagedKeysIPV4", self.managed_keys_ipv4)
            .with("ManagedKeysIPV6", self.managed_keys_ipv6)
            .end()
    }
}

/// `GetRegexPatternSetRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetRegexPatternSetRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `Id`.
    pub(crate) id: String,
}

impl FromValue for GetRegexPatternSetRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            id: members.take("Id")?,
        })
    }
}

impl IntoValue for GetRegexPatternSetRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Id", self.id)
            .end()
    }
}

/// `GetRegexPatternSetResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetRegexPatternSetResponse {
    /// `RegexPatternSet`.
    pub(crate) regex_pattern_set: Option<RegexPatternSet>,
    /// `LockToken`.
    pub(crate) lock_token: Option<String>,
}

impl FromValue for GetRegexPatternSetResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            regex_pattern_set: members.take("RegexPatternSet")?,
            lock_token: members.take("LockToken")?,
        })
    }
}

impl IntoValue for GetRegexPatternSetResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("RegexPatternSet", self.regex_pattern_set)
            .with("LockToken", self.lock_token)
            .end()
    }
}

/// `GetRuleGroupRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetRuleGroupRequest {
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `Scope`.
    pub(crate) scope: Option<String>,
    /// `Id`.
    pub(crate) id: Option<String>,
    /// `ARN`.
    pub(crate) arn: Option<String>,
}

impl FromValue for GetRuleGroupRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            id: members.take("Id")?,
            arn: members.take("ARN")?,
        })
    }
}

impl IntoValue for GetRuleGroupRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Id", self.id)
            .with("ARN", self.arn)
            .end()
    }
}

/// `GetRuleGroupResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetRuleGroupResponse {
    /// `RuleGroup`.
    pub(crate) rule_group: Option<RuleGroup>,
    /// `LockToken`.
    pub(crate) lock_token: Option<String>,
}

impl FromValue for GetRuleGroupResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            rule_group: members.take("RuleGroup")?,
            lock_token: members.take("LockToken")?,
        })
    }
}

impl IntoValue for GetRuleGroupResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("RuleGroup", self.rule_group)
            .with("LockToken", self.lock_token)
            .end()
    }
}

/// `GetSampledRequestsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetSampledRequestsRequest {
    /// `WebAclArn`.
    pub(crate) web_acl_arn: String,
    /// `RuleMetricName`.
    pub(crate) rule_metric_name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `TimeWindow`.
    pub(crate) time_window: TimeWindow,
    /// `MaxItems`.
    pub(crate) max_items: i64,
}

impl FromValue for GetSampledRequestsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            web_acl_arn: members.take("WebAclArn")?,
            rule_metric_name: members.take("RuleMetricName")?,
            scope: members.take("Scope")?,
            time_window: members.take("TimeWindow")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for GetSampledRequestsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("WebAclArn", self.web_acl_arn)
            .with("RuleMetricName", self.rule_metric_name)
            .with("Scope", self.scope)
            .with("TimeWindow", self.time_window)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `GetSampledRequestsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetSampledRequestsResponse {
    /// `SampledRequests`.
    pub(crate) sampled_requests: Option<Vec<SampledHTTPRequest>>,
    /// `PopulationSize`.
    pub(crate) population_size: Option<i64>,
    /// `TimeWindow`.
    pub(crate) time_window: Option<TimeWindow>,
}

impl FromValue for GetSampledRequestsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            sampled_requests: members.take("SampledRequests")?,
            population_size: members.take("PopulationSize")?,
            time_window: members.take("TimeWindow")?,
        })
    }
}

impl IntoValue for GetSampledRequestsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("SampledRequests", self.sampled_requests)
            .with("PopulationSize", self.population_size)
            .with("TimeWindow", self.time_window)
            .end()
    }
}

/// `GetTopPathStatisticsByTrafficRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetTopPathStatisticsByTrafficRequest {
    /// `WebAclArn`.
    pub(crate) web_acl_arn: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `UriPathPrefix`.
    pub(crate) uri_path_prefix: Option<String>,
    /// `TimeWindow`.
    pub(crate) time_window: TimeWindow,
    /// `BotCategory`.
    pub(crate) bot_category: Option<String>,
    /// `BotOrganization`.
    pub(crate) bot_organization: Option<String>,
    /// `BotName`.
    pub(crate) bot_name: Option<String>,
    /// `Limit`.
    pub(crate) limit: i64,
    /// `NumberOfTopTrafficBotsPerPath`.
    pub(crate) number_of_top_traffic_bots_per_path: i64,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
}

impl FromValue for GetTopPathStatisticsByTrafficRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            web_acl_arn: members.take("WebAclArn")?,
            scope: members.take("Scope")?,
            uri_path_prefix: members.take("UriPathPrefix")?,
            time_window: members.take("TimeWindow")?,
            bot_category: members.take("BotCategory")?,
            bot_organization: members.take("BotOrganization")?,
            bot_name: members.take("BotName")?,
            limit: members.take("Limit")?,
            number_of_top_traffic_bots_per_path: members.take("NumberOfTopTrafficBotsPerPath")?,
            next_marker: members.take("NextMarker")?,
        })
    }
}

impl IntoValue for GetTopPathStatisticsByTrafficRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(10)
            .with("WebAclArn", self.web_acl_arn)
            .with("Scope", self.scope)
            .with("UriPathPrefix", self.uri_path_prefix)
            .with("TimeWindow", self.time_window)
            .with("BotCategory", self.bot_category)
            .with("BotOrganization", self.bot_organization)
            .with("BotName", self.bot_name)
            .with("Limit", self.limit)
            .with(
                "NumberOfTopTrafficBotsPerPath",
                self.number_of_top_traffic_bots_per_path,
            )
            .with("NextMarker", self.next_marker)
            .end()
    }
}

/// `GetTopPathStatisticsByTrafficResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetTopPathStatisticsByTrafficResponse {
    /// `PathStatistics`.
    pub(crate) path_statistics: Vec<PathStatistics>,
    /// `TotalRequestCount`.
    pub(crate) total_request_count: i64,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `TopCategories`.
    pub(crate) top_categories: Option<Vec<PathStatistics>>,
}

impl FromValue for GetTopPathStatisticsByTrafficResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path_statistics: members.take("PathStatistics")?,
            total_request_count: members.take("TotalRequestCount")?,
            next_marker: members.take("NextMarker")?,
            top_categories: members.take("TopCategories")?,
        })
    }
}

impl IntoValue for GetTopPathStatisticsByTrafficResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("PathStatistics", self.path_statistics)
            .with("TotalRequestCount", self.total_request_count)
            .with("NextMarker", self.next_marker)
            .with("TopCategories", self.top_categories)
            .end()
    }
}

/// `GetWebACLForResourceRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetWebACLForResourceRequest {
    /// `ResourceArn`.
    pub(crate) resource_arn: String,
}

impl FromValue for GetWebACLForResourceRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arn: members.take("ResourceArn")?,
        })
    }
}

impl IntoValue for GetWebACLForResourceRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ResourceArn", self.resource_arn)
            .end()
    }
}

/// `GetWebACLForResourceResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetWebACLForResourceResponse {
    /// `WebACL`.
    pub(crate) web_acl: Option<WebACL>,
}

impl FromValue for GetWebACLForResourceResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            web_acl: members.take("WebACL")?,
        })
    }
}

impl IntoValue for GetWebACLForResourceResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("WebACL", self.web_acl)
            .end()
    }
}

/// `GetWebACLRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetWebACLRequest {
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `Scope`.
    pub(crate) scope: Option<String>,
    /// `Id`.
    pub(crate) id: Option<String>,
    /// `ARN`.
    pub(crate) arn: Option<String>,
}

impl FromValue for GetWebACLRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            id: members.take("Id")?,
            arn: members.take("ARN")?,
        })
    }
}

impl IntoValue for GetWebACLRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Id", self.id)
            .with("ARN", self.arn)
            .end()
    }
}

/// `GetWebACLResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetWebACLResponse {
    /// `WebACL`.
    pub(crate) web_acl: Option<WebACL>,
    /// `LockToken`.
    pub(crate) lock_token: Option<String>,
    /// `ApplicationIntegrationURL`.
    pub(crate) application_integration_url: Option<String>,
}

impl FromValue for GetWebACLResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            web_acl: members.take("WebACL")?,
            lock_token: members.take("LockToken")?,
            application_integration_url: members.take("ApplicationIntegrationURL")?,
        })
    }
}

impl IntoValue for GetWebACLResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("WebACL", self.web_acl)
            .with("LockToken", self.lock_token)
            .with(
                "ApplicationIntegrationURL",
                self.application_integration_url,
            )
            .end()
    }
}

/// `HTTPHeader`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct HTTPHeader {
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `Value`.
    pub(crate) value: Option<String>,
}

impl FromValue for HTTPHeader {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            value: members.take("Value")?,
        })
    }
}

impl IntoValue for HTTPHeader {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Name", self.name)
            .with("Value", self.value)
            .end()
    }
}

/// `HTTPRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct HTTPRequest {
    /// `ClientIP`.
    pub(crate) client_ip: Option<String>,
    /// `Country`.
    pub(crate) country: Option<String>,
    /// `URI`.
    pub(crate) uri: Option<String>,
    /// `Method`.
    pub(crate) method: Option<String>,
    /// `HTTPVersion`.
    pub(crate) http_version: Option<String>,
    /// `Headers`.
    pub(crate) headers: Option<Vec<HTTPHeader>>,
}

impl FromValue for HTTPRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            client_ip: members.take("ClientIP")?,
            country: members.take("Country")?,
            uri: members.take("URI")?,
            method: members.take("Method")?,
            http_version: members.take("HTTPVersion")?,
            headers: members.take("Headers")?,
        })
    }
}

impl IntoValue for HTTPRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("ClientIP", self.client_ip)
            .with("Country", self.country)
            .with("URI", self.uri)
            .with("Method", self.method)
            .with("HTTPVersion", self.http_version)
            .with("Headers", self.headers)
            .end()
    }
}

/// `IPSet`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IPSet {
    /// `Name`.
    pub(crate) name: String,
    /// `Id`.
    pub(crate) id: String,
    /// `ARN`.
    pub(crate) arn: String,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `IPAddressVersion`.
    pub(crate) ip_address_version: String,
    /// `Addresses`.
    pub(crate) addresses: Vec<String>,
}

impl FromValue for IPSet {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            id: members.take("Id")?,
            arn: members.take("ARN")?,
            description: members.take("Description")?,
            ip_address_version: members.take("IPAddressVersion")?,
            addresses: members.take("Addresses")?,
        })
    }
}

impl IntoValue for IPSet {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("Name", self.name)
            .with("Id", self.id)
            .with("ARN", self.arn)
            .with("Description", self.description)
            .with("IPAddressVersion", self.ip_address_version)
            .with("Addresses", self.addresses)
            .end()
    }
}

/// `IPSetSummary`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct IPSetSummary {
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `Id`.
    pub(crate) id: Option<String>,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `LockToken`.
    pub(crate) lock_token: Option<String>,
    /// `ARN`.
    pub(crate) arn: Option<String>,
}

impl FromValue for IPSetSummary {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            id: members.take("Id")?,
            description: members.take("Description")?,
            lock_token: members.take("LockToken")?,
            arn: members.take("ARN")?,
        })
    }
}

impl IntoValue for IPSetSummary {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Name", self.name)
            .with("Id", self.id)
            .with("Description", self.description)
            .with("LockToken", self.lock_token)
            .with("ARN", self.arn)
            .end()
    }
}

/// `Label`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Label {
    /// `Name`.
    pub(crate) name: String,
}

impl FromValue for Label {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
        })
    }
}

impl IntoValue for Label {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("Name", self.name).end()
    }
}

/// `LabelSummary`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct LabelSummary {
    /// `Name`.
    pub(crate) name: Option<String>,
}

impl FromValue for LabelSummary {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
        })
    }
}

impl IntoValue for LabelSummary {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("Name", self.name).end()
    }
}

/// `ListAPIKeysRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListAPIKeysRequest {
    /// `Scope`.
    pub(crate) scope: String,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Limit`.
    pub(crate) limit: Option<i64>,
}

impl FromValue for ListAPIKeysRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            scope: members.take("Scope")?,
            next_marker: members.take("NextMarker")?,
            limit: members.take("Limit")?,
        })
    }
}

impl IntoValue for ListAPIKeysRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Scope", self.scope)
            .with("NextMarker", self.next_marker)
            .with("Limit", self.limit)
            .end()
    }
}

/// `ListAPIKeysResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListAPIKeysResponse {
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `APIKeySummaries`.
    pub(crate) api_key_summaries: Option<Vec<APIKeySummary>>,
    /// `ApplicationIntegrationURL`.
    pub(crate) application_integration_url: Option<String>,
}

impl FromValue for ListAPIKeysResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            next_marker: members.take("NextMarker")?,
            api_key_summaries: members.take("APIKeySummaries")?,
            application_integration_url: members.take("ApplicationIntegrationURL")?,
        })
    }
}

impl IntoValue for ListAPIKeysResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("NextMarker", self.next_marker)
            .with("APIKeySummaries", self.api_key_summaries)
            .with(
                "ApplicationIntegrationURL",
                self.application_integration_url,
            )
            .end()
    }
}

/// `ListAvailableManagedRuleGroupVersionsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListAvailableManagedRuleGroupVersionsRequest {
    /// `VendorName`.
    pub(crate) vendor_name: String,
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Limit`.
    pub(crate) limit: Option<i64>,
}

impl FromValue for ListAvailableManagedRuleGroupVersionsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            vendor_name: members.take("VendorName")?,
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            next_marker: members.take("NextMarker")?,
            limit: members.take("Limit")?,
        })
    }
}

impl IntoValue for ListAvailableManagedRuleGroupVersionsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("VendorName", self.vendor_name)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("NextMarker", self.next_marker)
            .with("Limit", self.limit)
            .end()
    }
}

/// `ListAvailableManagedRuleGroupVersionsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListAvailableManagedRuleGroupVersionsResponse {
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Versions`.
    pub(crate) versions: Option<Vec<ManagedRuleGroupVersion>>,
    /// `CurrentDefaultVersion`.
    pub(crate) current_default_version: Option<String>,
}

impl FromValue for ListAvailableManagedRuleGroupVersionsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            next_marker: members.take("NextMarker")?,
            versions: members.take("Versions")?,
            current_default_version: members.take("CurrentDefaultVersion")?,
        })
    }
}

impl IntoValue for ListAvailableManagedRuleGroupVersionsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("NextMarker", self.next_marker)
            .with("Versions", self.versions)
            .with("CurrentDefaultVersion", self.current_default_version)
            .end()
    }
}

/// `ListAvailableManagedRuleGroupsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListAvailableManagedRuleGroupsRequest {
    /// `Scope`.
    pub(crate) scope: String,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Limit`.
    pub(crate) limit: Option<i64>,
}

impl FromValue for ListAvailableManagedRuleGroupsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            scope: members.take("Scope")?,
            next_marker: members.take("NextMarker")?,
            limit: members.take("Limit")?,
        })
    }
}

impl IntoValue for ListAvailableManagedRuleGroupsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Scope", self.scope)
            .with("NextMarker", self.next_marker)
            .with("Limit", self.limit)
            .end()
    }
}

/// `ListAvailableManagedRuleGroupsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListAvailableManagedRuleGroupsResponse {
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `ManagedRuleGroups`.
    pub(crate) managed_rule_groups: Option<Vec<ManagedRuleGroupSummary>>,
}

impl FromValue for ListAvailableManagedRuleGroupsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            next_marker: members.take("NextMarker")?,
            managed_rule_groups: members.take("ManagedRuleGroups")?,
        })
    }
}

impl IntoValue for ListAvailableManagedRuleGroupsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("NextMarker", self.next_marker)
            .with("ManagedRuleGroups", self.managed_rule_groups)
            .end()
    }
}

/// `ListIPSetsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListIPSetsRequest {
    /// `Scope`.
    pub(crate) scope: String,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Limit`.
    pub(crate) limit: Option<i64>,
}

impl FromValue for ListIPSetsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            scope: members.take("Scope")?,
            next_marker: members.take("NextMarker")?,
            limit: members.take("Limit")?,
        })
    }
}

impl IntoValue for ListIPSetsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Scope", self.scope)
            .with("NextMarker", self.next_marker)
            .with("Limit", self.limit)
            .end()
    }
}

/// `ListIPSetsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListIPSetsResponse {
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `IPSets`.
    pub(crate) ip_sets: Option<Vec<IPSetSummary>>,
}

impl FromValue for ListIPSetsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            next_marker: members.take("NextMarker")?,
            ip_sets: members.take("IPSets")?,
        })
    }
}

impl IntoValue for ListIPSetsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("NextMarker", self.next_marker)
            .with("IPSets", self.ip_sets)
            .end()
    }
}

/// `ListLoggingConfigurationsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListLoggingConfigurationsRequest {
    /// `Scope`.
    pub(crate) scope: String,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Limit`.
    pub(crate) limit: Option<i64>,
    /// `LogScope`.
    pub(crate) log_scope: Option<String>,
}

impl FromValue for ListLoggingConfigurationsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            scope: members.take("Scope")?,
            next_marker: members.take("NextMarker")?,
            limit: members.take("Limit")?,
            log_scope: members.take("LogScope")?,
        })
    }
}

impl IntoValue for ListLoggingConfigurationsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Scope", self.scope)
            .with("NextMarker", self.next_marker)
            .with("Limit", self.limit)
            .with("LogScope", self.log_scope)
            .end()
    }
}

/// `ListLoggingConfigurationsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListLoggingConfigurationsResponse {
    /// `LoggingConfigurations`.
    pub(crate) logging_configurations: Option<Vec<Value>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
}

impl FromValue for ListLoggingConfigurationsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            logging_configurations: members.take("LoggingConfigurations")?,
            next_marker: members.take("NextMarker")?,
        })
    }
}

impl IntoValue for ListLoggingConfigurationsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("LoggingConfigurations", self.logging_configurations)
            .with("NextMarker", self.next_marker)
            .end()
    }
}

/// `ListRegexPatternSetsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListRegexPatternSetsRequest {
    /// `Scope`.
    pub(crate) scope: String,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Limit`.
    pub(crate) limit: Option<i64>,
}

impl FromValue for ListRegexPatternSetsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            scope: members.take("Scope")?,
            next_marker: members.take("NextMarker")?,
            limit: members.take("Limit")?,
        })
    }
}

impl IntoValue for ListRegexPatternSetsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Scope", self.scope)
            .with("NextMarker", self.next_marker)
            .with("Limit", self.limit)
            .end()
    }
}

/// `ListRegexPatternSetsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListRegexPatternSetsResponse {
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `RegexPatternSets`.
    pub(crate) regex_pattern_sets: Option<Vec<RegexPatternSetSummary>>,
}

impl FromValue for ListRegexPatternSetsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            next_marker: members.take("NextMarker")?,
            regex_pattern_sets: members.take("RegexPatternSets")?,
        })
    }
}

impl IntoValue for ListRegexPatternSetsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("NextMarker", self.next_marker)
            .with("RegexPatternSets", self.regex_pattern_sets)
            .end()
    }
}

/// `ListResourcesForWebACLRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListResourcesForWebACLRequest {
    /// `WebACLArn`.
    pub(crate) web_acl_arn: String,
    /// `ResourceType`.
    pub(crate) resource_type: Option<String>,
}

impl FromValue for ListResourcesForWebACLRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            web_acl_arn: members.take("WebACLArn")?,
            resource_type: members.take("ResourceType")?,
        })
    }
}

impl IntoValue for ListResourcesForWebACLRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("WebACLArn", self.web_acl_arn)
            .with("ResourceType", self.resource_type)
            .end()
    }
}

/// `ListResourcesForWebACLResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListResourcesForWebACLResponse {
    /// `ResourceArns`.
    pub(crate) resource_arns: Option<Vec<String>>,
}

impl FromValue for ListResourcesForWebACLResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arns: members.take("ResourceArns")?,
        })
    }
}

impl IntoValue for ListResourcesForWebACLResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ResourceArns", self.resource_arns)
            .end()
    }
}

/// `ListRuleGroupsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListRuleGroupsRequest {
    /// `Scope`.
    pub(crate) scope: String,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Limit`.
    pub(crate) limit: Option<i64>,
}

impl FromValue for ListRuleGroupsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            scope: members.take("Scope")?,
            next_marker: members.take("NextMarker")?,
            limit: members.take("Limit")?,
        })
    }
}

impl IntoValue for ListRuleGroupsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Scope", self.scope)
            .with("NextMarker", self.next_marker)
            .with("Limit", self.limit)
            .end()
    }
}

/// `ListRuleGroupsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListRuleGroupsResponse {
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `RuleGroups`.
    pub(crate) rule_groups: Option<Vec<RuleGroupSummary>>,
}

impl FromValue for ListRuleGroupsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            next_marker: members.take("NextMarker")?,
            rule_groups: members.take("RuleGroups")?,
        })
    }
}

impl IntoValue for ListRuleGroupsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("NextMarker", self.next_marker)
            .with("RuleGroups", self.rule_groups)
            .end()
    }
}

/// `ListTagsForResourceRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListTagsForResourceRequest {
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Limit`.
    pub(crate) limit: Option<i64>,
    /// `ResourceARN`.
    pub(crate) resource_arn: String,
}

impl FromValue for ListTagsForResourceRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            next_marker: members.take("NextMarker")?,
            limit: members.take("Limit")?,
            resource_arn: members.take("ResourceARN")?,
        })
    }
}

impl IntoValue for ListTagsForResourceRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("NextMarker", self.next_marker)
            .with("Limit", self.limit)
            .with("ResourceARN", self.resource_arn)
            .end()
    }
}

/// `ListTagsForResourceResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListTagsForResourceResponse {
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `TagInfoForResource`.
    pub(crate) tag_info_for_resource: Option<TagInfoForResource>,
}

impl FromValue for ListTagsForResourceResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            next_marker: members.take("NextMarker")?,
            tag_info_for_resource: members.take("TagInfoForResource")?,
        })
    }
}

impl IntoValue for ListTagsForResourceResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("NextMarker", self.next_marker)
            .with("TagInfoForResource", self.tag_info_for_resource)
            .end()
    }
}

/// `ListWebACLsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListWebACLsRequest {
    /// `Scope`.
    pub(crate) scope: String,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Limit`.
    pub(crate) limit: Option<i64>,
}

impl FromValue for ListWebACLsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            scope: members.take("Scope")?,
            next_marker: members.take("NextMarker")?,
            limit: members.take("Limit")?,
        })
    }
}

impl IntoValue for ListWebACLsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Scope", self.scope)
            .with("NextMarker", self.next_marker)
            .with("Limit", self.limit)
            .end()
    }
}

/// `ListWebACLsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListWebACLsResponse {
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `WebACLs`.
    pub(crate) web_acls: Option<Vec<WebACLSummary>>,
}

impl FromValue for ListWebACLsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            next_marker: members.take("NextMarker")?,
            web_acls: members.take("WebACLs")?,
        })
    }
}

impl IntoValue for ListWebACLsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("NextMarker", self.next_marker)
            .with("WebACLs", self.web_acls)
            .end()
    }
}

/// `ManagedProductDescriptor`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ManagedProductDescriptor {
    /// `VendorName`.
    pub(crate) vendor_name: Option<String>,
    /// `ManagedRuleSetName`.
    pub(crate) managed_rule_set_name: Option<String>,
    /// `ProductId`.
    pub(crate) product_id: Option<String>,
    /// `ProductLink`.
    pub(crate) product_link: Option<String>,
    /// `ProductTitle`.
    pub(crate) product_title: Option<String>,
    /// `ProductDescription`.
    pub(crate) product_description: Option<String>,
    /// `SnsTopicArn`.
    pub(crate) sns_topic_arn: Option<String>,
    /// `IsVersioningSupported`.
    pub(crate) is_versioning_supported: Option<bool>,
    /// `IsAdvancedManagedRuleSet`.
    pub(crate) is_advanced_managed_rule_set: Option<bool>,
}

impl FromValue for ManagedProductDescriptor {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            vendor_name: members.take("VendorName")?,
            managed_rule_set_name: members.take("ManagedRuleSetName")?,
            product_id: members.take("ProductId")?,
            product_link: members.take("ProductLink")?,
            product_title: members.take("ProductTitle")?,
            product_description: members.take("ProductDescription")?,
            sns_topic_arn: members.take("SnsTopicArn")?,
            is_versioning_supported: members.take("IsVersioningSupported")?,
            is_advanced_managed_rule_set: members.take("IsAdvancedManagedRuleSet")?,
        })
    }
}

impl IntoValue for ManagedProductDescriptor {
    fn into_value(self) -> Value {
        Structure::with_capacity(9)
            .with("VendorName", self.vendor_name)
            .with("ManagedRuleSetName", self.managed_rule_set_name)
            .with("ProductId", self.product_id)
            .with("ProductLink", self.product_link)
            .with("ProductTitle", self.product_title)
            .with("ProductDescription", self.product_description)
            .with("SnsTopicArn", self.sns_topic_arn)
            .with("IsVersioningSupported", self.is_versioning_supported)
            .with(
                "IsAdvancedManagedRuleSet",
                self.is_advanced_managed_rule_set,
            )
            .end()
    }
}

/// `ManagedRuleGroupSummary`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ManagedRuleGroupSummary {
    /// `VendorName`.
    pub(crate) vendor_name: Option<String>,
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `VersioningSupported`.
    pub(crate) versioning_supported: Option<bool>,
    /// `Description`.
    pub(crate) description: Option<String>,
}

impl FromValue for ManagedRuleGroupSummary {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            vendor_name: members.take("VendorName")?,
            name: members.take("Name")?,
            versioning_supported: members.take("VersioningSupported")?,
            description: members.take("Description")?,
        })
    }
}

impl IntoValue for ManagedRuleGroupSummary {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("VendorName", self.vendor_name)
            .with("Name", self.name)
            .with("VersioningSupported", self.versioning_supported)
            .with("Description", self.description)
            .end()
    }
}

/// `ManagedRuleGroupVersion`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ManagedRuleGroupVersion {
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `LastUpdateTimestamp`.
    pub(crate) last_update_timestamp: Option<Time>,
}

impl FromValue for ManagedRuleGroupVersion {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            last_update_timestamp: members.take("LastUpdateTimestamp")?,
        })
    }
}

impl IntoValue for ManagedRuleGroupVersion {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Name", self.name)
            .with("LastUpdateTimestamp", self.last_update_timestamp)
            .end()
    }
}

/// `PathStatistics`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PathStatistics {
    /// `Source`.
    pub(crate) source: Option<FilterSource>,
    /// `Path`.
    pub(crate) path: String,
    /// `RequestCount`.
    pub(crate) request_count: i64,
    /// `Percentage`.
    pub(crate) percentage: f64,
    /// `TopBots`.
    pub(crate) top_bots: Option<Vec<BotStatistics>>,
}

impl FromValue for PathStatistics {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            source: members.take("Source")?,
            path: members.take("Path")?,
            request_count: members.take("RequestCount")?,
            percentage: members.take("Percentage")?,
            top_bots: members.take("TopBots")?,
        })
    }
}

impl IntoValue for PathStatistics {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Source", self.source)
            .with("Path", self.path)
            .with("RequestCount", self.request_count)
            .with("Percentage", self.percentage)
            .with("TopBots", self.top_bots)
            .end()
    }
}

/// `PutLoggingConfigurationRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PutLoggingConfigurationRequest {
    /// `LoggingConfiguration`.
    pub(crate) logging_configuration: Value,
}

impl FromValue for PutLoggingConfigurationRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            logging_configuration: members.take("LoggingConfiguration")?,
        })
    }
}

impl IntoValue for PutLoggingConfigurationRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("LoggingConfiguration", self.logging_configuration)
            .end()
    }
}

/// `PutLoggingConfigurationResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct PutLoggingConfigurationResponse {
    /// `LoggingConfiguration`.
    pub(crate) logging_configuration: Option<Value>,
}

impl FromValue for PutLoggingConfigurationResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            logging_configuration: members.take("LoggingConfiguration")?,
        })
    }
}

impl IntoValue for PutLoggingConfigurationResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("LoggingConfiguration", self.logging_configuration)
            .end()
    }
}

/// `PutPermissionPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PutPermissionPolicyRequest {
    /// `ResourceArn`.
    pub(crate) resource_arn: String,
    /// `Policy`.
    pub(crate) policy: String,
}

impl FromValue for PutPermissionPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arn: members.take("ResourceArn")?,
            policy: members.take("Policy")?,
        })
    }
}

impl IntoValue for PutPermissionPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("ResourceArn", self.resource_arn)
            .with("Policy", self.policy)
            .end()
    }
}

/// `PutPermissionPolicyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct PutPermissionPolicyResponse {}

impl FromValue for PutPermissionPolicyResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for PutPermissionPolicyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `RateBasedStatementManagedKeysIPSet`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RateBasedStatementManagedKeysIPSet {
    /// `IPAddressVersion`.
    pub(crate) ip_address_version: Option<String>,
    /// `Addresses`.
    pub(crate) addresses: Option<Vec<String>>,
}

impl FromValue for RateBasedStatementManagedKeysIPSet {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            ip_address_version: members.take("IPAddressVersion")?,
            addresses: members.take("Addresses")?,
        })
    }
}

impl IntoValue for RateBasedStatementManagedKeysIPSet {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("IPAddressVersion", self.ip_address_version)
            .with("Addresses", self.addresses)
            .end()
    }
}

/// `Regex`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Regex {
    /// `RegexString`.
    pub(crate) regex_string: Option<String>,
}

impl FromValue for Regex {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            regex_string: members.take("RegexString")?,
        })
    }
}

impl IntoValue for Regex {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("RegexString", self.regex_string)
            .end()
    }
}

/// `RegexPatternSet`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RegexPatternSet {
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `Id`.
    pub(crate) id: Option<String>,
    /// `ARN`.
    pub(crate) arn: Option<String>,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `RegularExpressionList`.
    pub(crate) regular_expression_list: Option<Vec<Regex>>,
}

impl FromValue for RegexPatternSet {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            id: members.take("Id")?,
            arn: members.take("ARN")?,
            description: members.take("Description")?,
            regular_expression_list: members.take("RegularExpressionList")?,
        })
    }
}

impl IntoValue for RegexPatternSet {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Name", self.name)
            .with("Id", self.id)
            .with("ARN", self.arn)
            .with("Description", self.description)
            .with("RegularExpressionList", self.regular_expression_list)
            .end()
    }
}

/// `RegexPatternSetSummary`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RegexPatternSetSummary {
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `Id`.
    pub(crate) id: Option<String>,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `LockToken`.
    pub(crate) lock_token: Option<String>,
    /// `ARN`.
    pub(crate) arn: Option<String>,
}

impl FromValue for RegexPatternSetSummary {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            id: members.take("Id")?,
            description: members.take("Description")?,
            lock_token: members.take("LockToken")?,
            arn: members.take("ARN")?,
        })
    }
}

impl IntoValue for RegexPatternSetSummary {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Name", self.name)
            .with("Id", self.id)
            .with("Description", self.description)
            .with("LockToken", self.lock_token)
            .with("ARN", self.arn)
            .end()
    }
}

/// `RuleGroup`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RuleGroup {
    /// `Name`.
    pub(crate) name: String,
    /// `Id`.
    pub(crate) id: String,
    /// `Capacity`.
    pub(crate) capacity: i64,
    /// `ARN`.
    pub(crate) arn: String,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `Rules`.
    pub(crate) rules: Option<Value>,
    /// `VisibilityConfig`.
    pub(crate) visibility_config: Value,
    /// `LabelNamespace`.
    pub(crate) label_namespace: Option<String>,
    /// `CustomResponseBodies`.
    pub(crate) custom_response_bodies: Option<Value>,
    /// `AvailableLabels`.
    pub(crate) available_labels: Option<Vec<LabelSummary>>,
    /// `ConsumedLabels`.
    pub(crate) consumed_labels: Option<Vec<LabelSummary>>,
    /// `MonetizationConfig`.
    pub(crate) monetization_config: Option<Value>,
}

impl FromValue for RuleGroup {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            id: members.take("Id")?,
            capacity: members.take("Capacity")?,
            arn: members.take("ARN")?,
            description: members.take("Description")?,
            rules: members.take("Rules")?,
            visibility_config: members.take("VisibilityConfig")?,
            label_namespace: members.take("LabelNamespace")?,
            custom_response_bodies: members.take("CustomResponseBodies")?,
            available_labels: members.take("AvailableLabels")?,
            consumed_labels: members.take("ConsumedLabels")?,
            monetization_config: members.take("MonetizationConfig")?,
        })
    }
}

impl IntoValue for RuleGroup {
    fn into_value(self) -> Value {
        Structure::with_capacity(12)
            .with("Name", self.name)
            .with("Id", self.id)
            .with("Capacity", self.capacity)
            .with("ARN", self.arn)
            .with("Description", self.description)
            .with("Rules", self.rules)
            .with("VisibilityConfig", self.visibility_config)
            .with("LabelNamespace", self.label_namespace)
            .with("CustomResponseBodies", self.custom_response_bodies)
            .with("AvailableLabels", self.available_labels)
            .with("ConsumedLabels", self.consumed_labels)
            .with("MonetizationConfig", self.monetization_config)
            .end()
    }
}

/// `RuleGroupSummary`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RuleGroupSummary {
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `Id`.
    pub(crate) id: Option<String>,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `LockToken`.
    pub(crate) lock_token: Option<String>,
    /// `ARN`.
    pub(crate) arn: Option<String>,
}

impl FromValue for RuleGroupSummary {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            id: members.take("Id")?,
            description: members.take("Description")?,
            lock_token: members.take("LockToken")?,
            arn: members.take("ARN")?,
        })
    }
}

impl IntoValue for RuleGroupSummary {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Name", self.name)
            .with("Id", self.id)
            .with("Description", self.description)
            .with("LockToken", self.lock_token)
            .with("ARN", self.arn)
            .end()
    }
}

/// `RuleSummary`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RuleSummary {
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `Action`.
    pub(crate) action: Option<Value>,
}

impl FromValue for RuleSummary {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            action: members.take("Action")?,
        })
    }
}

impl IntoValue for RuleSummary {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Name", self.name)
            .with("Action", self.action)
            .end()
    }
}

/// `SampledHTTPRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SampledHTTPRequest {
    /// `Request`.
    pub(crate) request: HTTPRequest,
    /// `Weight`.
    pub(crate) weight: i64,
    /// `Timestamp`.
    pub(crate) timestamp: Option<Time>,
    /// `Action`.
    pub(crate) action: Option<String>,
    /// `RuleNameWithinRuleGroup`.
    pub(crate) rule_name_within_rule_group: Option<String>,
    /// `RequestHeadersInserted`.
    pub(crate) request_headers_inserted: Option<Vec<HTTPHeader>>,
    /// `ResponseCodeSent`.
    pub(crate) response_code_sent: Option<i64>,
    /// `Labels`.
    pub(crate) labels: Option<Vec<Label>>,
    /// `CaptchaResponse`.
    pub(crate) captcha_response: Option<CaptchaResponse>,
    /// `ChallengeResponse`.
    pub(crate) challenge_response: Option<ChallengeResponse>,
    /// `OverriddenAction`.
    pub(crate) overridden_action: Option<String>,
}

impl FromValue for SampledHTTPRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            request: members.take("Request")?,
            weight: members.take("Weight")?,
            timestamp: members.take("Timestamp")?,
            action: members.take("Action")?,
            rule_name_within_rule_group: members.take("RuleNameWithinRuleGroup")?,
            request_headers_inserted: members.take("RequestHeadersInserted")?,
            response_code_sent: members.take("ResponseCodeSent")?,
            labels: members.take("Labels")?,
            captcha_response: members.take("CaptchaResponse")?,
            challenge_response: members.take("ChallengeResponse")?,
            overridden_action: members.take("OverriddenAction")?,
        })
    }
}

impl IntoValue for SampledHTTPRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(11)
            .with("Request", self.request)
            .with("Weight", self.weight)
            .with("Timestamp", self.timestamp)
            .with("Action", self.action)
            .with("RuleNameWithinRuleGroup", self.rule_name_within_rule_group)
            .with("RequestHeadersInserted", self.request_headers_inserted)
            .with("ResponseCodeSent", self.response_code_sent)
            .with("Labels", self.labels)
            .with("CaptchaResponse", self.captcha_response)
            .with("ChallengeResponse", self.challenge_response)
            .with("OverriddenAction", self.overridden_action)
            .end()
    }
}

/// `Tag`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tag {
    /// `Key`.
    pub(crate) key: String,
    /// `Value`.
    pub(crate) value: String,
}

impl FromValue for Tag {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key: members.take("Key")?,
            value: members.take("Value")?,
        })
    }
}

impl IntoValue for Tag {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Key", self.key)
            .with("Value", self.value)
            .end()
    }
}

/// `TagInfoForResource`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct TagInfoForResource {
    /// `ResourceARN`.
    pub(crate) resource_arn: Option<String>,
    /// `TagList`.
    pub(crate) tag_list: Option<Vec<Tag>>,
}

impl FromValue for TagInfoForResource {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arn: members.take("ResourceARN")?,
            tag_list: members.take("TagList")?,
        })
    }
}

impl IntoValue for TagInfoForResource {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("ResourceARN", self.resource_arn)
            .with("TagList", self.tag_list)
            .end()
    }
}

/// `TagResourceRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TagResourceRequest {
    /// `ResourceARN`.
    pub(crate) resource_arn: String,
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
}

impl FromValue for TagResourceRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arn: members.take("ResourceARN")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for TagResourceRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("ResourceARN", self.resource_arn)
            .with("Tags", self.tags)
            .end()
    }
}

/// `TagResourceResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct TagResourceResponse {}

impl FromValue for TagResourceResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for TagResourceResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `TimeWindow`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TimeWindow {
    /// `StartTime`.
    pub(crate) start_time: Time,
    /// `EndTime`.
    pub(crate) end_time: Time,
}

impl FromValue for TimeWindow {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            start_time: members.take("StartTime")?,
            end_time: members.take("EndTime")?,
        })
    }
}

impl IntoValue for TimeWindow {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("StartTime", self.start_time)
            .with("EndTime", self.end_time)
            .end()
    }
}

/// `UntagResourceRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UntagResourceRequest {
    /// `ResourceARN`.
    pub(crate) resource_arn: String,
    /// `TagKeys`.
    pub(crate) tag_keys: Vec<String>,
}

impl FromValue for UntagResourceRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arn: members.take("ResourceARN")?,
            tag_keys: members.take("TagKeys")?,
        })
    }
}

impl IntoValue for UntagResourceRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("ResourceARN", self.resource_arn)
            .with("TagKeys", self.tag_keys)
            .end()
    }
}

/// `UntagResourceResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct UntagResourceResponse {}

impl FromValue for UntagResourceResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for UntagResourceResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `UpdateIPSetRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateIPSetRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `Id`.
    pub(crate) id: String,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `Addresses`.
    pub(crate) addresses: Vec<String>,
    /// `LockToken`.
    pub(crate) lock_token: String,
}

impl FromValue for UpdateIPSetRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            id: members.take("Id")?,
            description: members.take("Description")?,
            addresses: members.take("Addresses")?,
            lock_token: members.take("LockToken")?,
        })
    }
}

impl IntoValue for UpdateIPSetRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Id", self.id)
            .with("Description", self.description)
            .with("Addresses", self.addresses)
            .with("LockToken", self.lock_token)
            .end()
    }
}

/// `UpdateIPSetResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct UpdateIPSetResponse {
    /// `NextLockToken`.
    pub(crate) next_lock_token: Option<String>,
}

impl FromValue for UpdateIPSetResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            next_lock_token: members.take("NextLockToken")?,
        })
    }
}

impl IntoValue for UpdateIPSetResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("NextLockToken", self.next_lock_token)
            .end()
    }
}

/// `UpdateRegexPatternSetRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateRegexPatternSetRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `Id`.
    pub(crate) id: String,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `RegularExpressionList`.
    pub(crate) regular_expression_list: Vec<Regex>,
    /// `LockToken`.
    pub(crate) lock_token: String,
}

impl FromValue for UpdateRegexPatternSetRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            id: members.take("Id")?,
            description: members.take("Description")?,
            regular_expression_list: members.take("RegularExpressionList")?,
            lock_token: members.take("LockToken")?,
        })
    }
}

impl IntoValue for UpdateRegexPatternSetRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Id", self.id)
            .with("Description", self.description)
            .with("RegularExpressionList", self.regular_expression_list)
            .with("LockToken", self.lock_token)
            .end()
    }
}

/// `UpdateRegexPatternSetResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct UpdateRegexPatternSetResponse {
    /// `NextLockToken`.
    pub(crate) next_lock_token: Option<String>,
}

impl FromValue for UpdateRegexPatternSetResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            next_lock_token: members.take("NextLockToken")?,
        })
    }
}

impl IntoValue for UpdateRegexPatternSetResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("NextLockToken", self.next_lock_token)
            .end()
    }
}

/// `UpdateRuleGroupRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateRuleGroupRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `Id`.
    pub(crate) id: String,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `Rules`.
    pub(crate) rules: Option<Value>,
    /// `VisibilityConfig`.
    pub(crate) visibility_config: Value,
    /// `LockToken`.
    pub(crate) lock_token: String,
    /// `CustomResponseBodies`.
    pub(crate) custom_response_bodies: Option<Value>,
    /// `MonetizationConfig`.
    pub(crate) monetization_config: Option<Value>,
}

impl FromValue for UpdateRuleGroupRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            id: members.take("Id")?,
            description: members.take("Description")?,
            rules: members.take("Rules")?,
            visibility_config: members.take("VisibilityConfig")?,
            lock_token: members.take("LockToken")?,
            custom_response_bodies: members.take("CustomResponseBodies")?,
            monetization_config: members.take("MonetizationConfig")?,
        })
    }
}

impl IntoValue for UpdateRuleGroupRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(9)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Id", self.id)
            .with("Description", self.description)
            .with("Rules", self.rules)
            .with("VisibilityConfig", self.visibility_config)
            .with("LockToken", self.lock_token)
            .with("CustomResponseBodies", self.custom_response_bodies)
            .with("MonetizationConfig", self.monetization_config)
            .end()
    }
}

/// `UpdateRuleGroupResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct UpdateRuleGroupResponse {
    /// `NextLockToken`.
    pub(crate) next_lock_token: Option<String>,
}

impl FromValue for UpdateRuleGroupResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            next_lock_token: members.take("NextLockToken")?,
        })
    }
}

impl IntoValue for UpdateRuleGroupResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("NextLockToken", self.next_lock_token)
            .end()
    }
}

/// `UpdateWebACLRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateWebACLRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Scope`.
    pub(crate) scope: String,
    /// `Id`.
    pub(crate) id: String,
    /// `DefaultAction`.
    pub(crate) default_action: Value,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `Rules`.
    pub(crate) rules: Option<Value>,
    /// `VisibilityConfig`.
    pub(crate) visibility_config: Value,
    /// `DataProtectionConfig`.
    pub(crate) data_protection_config: Option<Value>,
    /// `LockToken`.
    pub(crate) lock_token: String,
    /// `CustomResponseBodies`.
    pub(crate) custom_response_bodies: Option<Value>,
    /// `CaptchaConfig`.
    pub(crate) captcha_config: Option<Value>,
    /// `ChallengeConfig`.
    pub(crate) challenge_config: Option<Value>,
    /// `TokenDomains`.
    pub(crate) token_domains: Option<Vec<String>>,
    /// `AssociationConfig`.
    pub(crate) association_config: Option<Value>,
    /// `OnSourceDDoSProtectionConfig`.
    pub(crate) on_source_d_do_s_protection_config: Option<Value>,
    /// `ApplicationConfig`.
    pub(crate) application_config: Option<Value>,
    /// `MonetizationConfig`.
    pub(crate) monetization_config: Option<Value>,
}

impl FromValue for UpdateWebACLRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            scope: members.take("Scope")?,
            id: members.take("Id")?,
            default_action: members.take("DefaultAction")?,
            description: members.take("Description")?,
            rules: members.take("Rules")?,
            visibility_config: members.take("VisibilityConfig")?,
            data_protection_config: members.take("DataProtectionConfig")?,
            lock_token: members.take("LockToken")?,
            custom_response_bodies: members.take("CustomResponseBodies")?,
            captcha_config: members.take("CaptchaConfig")?,
            challenge_config: members.take("ChallengeConfig")?,
            token_domains: members.take("TokenDomains")?,
            association_config: members.take("AssociationConfig")?,
            on_source_d_do_s_protection_config: members.take("OnSourceDDoSProtectionConfig")?,
            application_config: members.take("ApplicationConfig")?,
            monetization_config: members.take("MonetizationConfig")?,
        })
    }
}

impl IntoValue for UpdateWebACLRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(17)
            .with("Name", self.name)
            .with("Scope", self.scope)
            .with("Id", self.id)
            .with("DefaultAction", self.default_action)
            .with("Description", self.description)
            .with("Rules", self.rules)
            .with("VisibilityConfig", self.visibility_config)
            .with("DataProtectionConfig", self.data_protection_config)
            .with("LockToken", self.lock_token)
            .with("CustomResponseBodies", self.custom_response_bodies)
            .with("CaptchaConfig", self.captcha_config)
            .with("ChallengeConfig", self.challenge_config)
            .with("TokenDomains", self.token_domains)
            .with("AssociationConfig", self.association_config)
            .with(
                "OnSourceDDoSProtectionConfig",
                self.on_source_d_do_s_protection_config,
            )
            .with("ApplicationConfig", self.application_config)
            .with("MonetizationConfig", self.monetization_config)
            .end()
    }
}

/// `UpdateWebACLResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct UpdateWebACLResponse {
    /// `NextLockToken`.
    pub(crate) next_lock_token: Option<String>,
}

impl FromValue for UpdateWebACLResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            next_lock_token: members.take("NextLockToken")?,
        })
    }
}

impl IntoValue for UpdateWebACLResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("NextLockToken", self.next_lock_token)
            .end()
    }
}

/// `WebACL`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WebACL {
    /// `Name`.
    pub(crate) name: String,
    /// `Id`.
    pub(crate) id: String,
    /// `ARN`.
    pub(crate) arn: String,
    /// `DefaultAction`.
    pub(crate) default_action: Value,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `Rules`.
    pub(crate) rules: Option<Value>,
    /// `VisibilityConfig`.
    pub(crate) visibility_config: Value,
    /// `DataProtectionConfig`.
    pub(crate) data_protection_config: Option<Value>,
    /// `Capacity`.
    pub(crate) capacity: Option<i64>,
    /// `PreProcessFirewallManagerRuleGroups`.
    pub(crate) pre_process_firewall_manager_rule_groups: Option<Value>,
    /// `PostProcessFirewallManagerRuleGroups`.
    pub(crate) post_process_firewall_manager_rule_groups: Option<Value>,
    /// `ManagedByFirewallManager`.
    pub(crate) managed_by_firewall_manager: Option<bool>,
    /// `LabelNamespace`.
    pub(crate) label_namespace: Option<String>,
    /// `CustomResponseBodies`.
    pub(crate) custom_response_bodies: Option<Value>,
    /// `CaptchaConfig`.
    pub(crate) captcha_config: Option<Value>,
    /// `ChallengeConfig`.
    pub(crate) challenge_config: Option<Value>,
    /// `TokenDomains`.
    pub(crate) token_domains: Option<Vec<String>>,
    /// `AssociationConfig`.
    pub(crate) association_config: Option<Value>,
    /// `RetrofittedByFirewallManager`.
    pub(crate) retrofitted_by_firewall_manager: Option<bool>,
    /// `OnSourceDDoSProtectionConfig`.
    pub(crate) on_source_d_do_s_protection_config: Option<Value>,
    /// `ApplicationConfig`.
    pub(crate) application_config: Option<Value>,
    /// `MonetizationConfig`.
    pub(crate) monetization_config: Option<Value>,
}

impl FromValue for WebACL {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            id: members.take("Id")?,
            arn: members.take("ARN")?,
            default_action: members.take("DefaultAction")?,
            description: members.take("Description")?,
            rules: members.take("Rules")?,
            visibility_config: members.take("VisibilityConfig")?,
            data_protection_config: members.take("DataProtectionConfig")?,
            capacity: members.take("Capacity")?,
            pre_process_firewall_manager_rule_groups: members
                .take("PreProcessFirewallManagerRuleGroups")?,
            post_process_firewall_manager_rule_groups: members
                .take("PostProcessFirewallManagerRuleGroups")?,
            managed_by_firewall_manager: members.take("ManagedByFirewallManager")?,
            label_namespace: members.take("LabelNamespace")?,
            custom_response_bodies: members.take("CustomResponseBodies")?,
            captcha_config: members.take("CaptchaConfig")?,
            challenge_config: members.take("ChallengeConfig")?,
            token_domains: members.take("TokenDomains")?,
            association_config: members.take("AssociationConfig")?,
            retrofitted_by_firewall_manager: members.take("RetrofittedByFirewallManager")?,
            on_source_d_do_s_protection_config: members.take("OnSourceDDoSProtectionConfig")?,
            application_config: members.take("ApplicationConfig")?,
            monetization_config: members.take("MonetizationConfig")?,
        })
    }
}

impl IntoValue for WebACL {
    fn into_value(self) -> Value {
        Structure::with_capacity(22)
            .with("Name", self.name)
            .with("Id", self.id)
            .with("ARN", self.arn)
            .with("DefaultAction", self.default_action)
            .with("Description", self.description)
            .with("Rules", self.rules)
            .with("VisibilityConfig", self.visibility_config)
            .with("DataProtectionConfig", self.data_protection_config)
            .with("Capacity", self.capacity)
            .with(
                "PreProcessFirewallManagerRuleGroups",
                self.pre_process_firewall_manager_rule_groups,
            )
            .with(
                "PostProcessFirewallManagerRuleGroups",
                self.post_process_firewall_manager_rule_groups,
            )
            .with("ManagedByFirewallManager", self.managed_by_firewall_manager)
            .with("LabelNamespace", self.label_namespace)
            .with("CustomResponseBodies", self.custom_response_bodies)
            .with("CaptchaConfig", self.captcha_config)
            .with("ChallengeConfig", self.challenge_config)
            .with("TokenDomains", self.token_domains)
            .with("AssociationConfig", self.association_config)
            .with(
                "RetrofittedByFirewallManager",
                self.retrofitted_by_firewall_manager,
            )
            .with(
                "OnSourceDDoSProtectionConfig",
                self.on_source_d_do_s_protection_config,
            )
            .with("ApplicationConfig", self.application_config)
            .with("MonetizationConfig", self.monetization_config)
            .end()
    }
}

/// `WebACLSummary`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct WebACLSummary {
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `Id`.
    pub(crate) id: Option<String>,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `LockToken`.
    pub(crate) lock_token: Option<String>,
    /// `ARN`.
    pub(crate) arn: Option<String>,
}

impl FromValue for WebACLSummary {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            id: members.take("Id")?,
            description: members.take("Description")?,
            lock_token: members.take("LockToken")?,
            arn: members.take("ARN")?,
        })
    }
}

impl IntoValue for WebACLSummary {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Name", self.name)
            .with("Id", self.id)
            .with("Description", self.description)
            .with("LockToken", self.lock_token)
            .with("ARN", self.arn)
            .end()
    }
}

/// Carries out `call.operation`, one of [`IMPLEMENTED`]: reads its typed input, calls the
/// function of its name in `crate::operations`, and makes its answer a value.
pub(crate) async fn dispatch(
    service: &crate::Wafv2,
    call: &Call,
    input: Value,
) -> Result<Value, ServiceError> {
    use crate::operations;
    let output = match call.operation.as_str() {
        "AssociateWebACL" => {
            operations::associate_web_acl(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CheckCapacity" => operations::check_capacity(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "CreateAPIKey" => operations::create_api_key(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "CreateIPSet" => operations::create_ip_set(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "CreateRegexPatternSet" => {
            operations::create_regex_pattern_set(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateRuleGroup" => {
            operations::create_rule_group(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateWebACL" => operations::create_web_acl(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DeleteAPIKey" => operations::delete_api_key(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DeleteFirewallManagerRuleGroups" => operations::delete_firewall_manager_rule_groups(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "DeleteIPSet" => operations::delete_ip_set(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DeleteLoggingConfiguration" => {
            operations::delete_logging_configuration(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeletePermissionPolicy" => {
            operations::delete_permission_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteRegexPatternSet" => {
            operations::delete_regex_pattern_set(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteRuleGroup" => {
            operations::delete_rule_group(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteWebACL" => operations::delete_web_acl(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DescribeAllManagedProducts" => {
            operations::describe_all_managed_products(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DescribeManagedProductsByVendor" => operations::describe_managed_products_by_vendor(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "DescribeManagedRuleGroup" => {
            operations::describe_managed_rule_group(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DisassociateWebACL" => {
            operations::disassociate_web_acl(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetDecryptedAPIKey" => {
            operations::get_decrypted_api_key(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetIPSet" => operations::get_ip_set(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "GetLoggingConfiguration" => {
            operations::get_logging_configuration(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetPermissionPolicy" => {
            operations::get_permission_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetRateBasedStatementManagedKeys" => operations::get_rate_based_statement_managed_keys(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "GetRegexPatternSet" => {
            operations::get_regex_pattern_set(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetRuleGroup" => operations::get_rule_group(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "GetSampledRequests" => {
            operations::get_sampled_requests(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetTopPathStatisticsByTraffic" => operations::get_top_path_statistics_by_traffic(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "GetWebACL" => operations::get_web_acl(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "GetWebACLForResource" => {
            operations::get_web_acl_for_resource(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListAPIKeys" => operations::list_api_keys(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ListAvailableManagedRuleGroupVersions" => {
            operations::list_available_managed_rule_group_versions(
                service,
                call,
                FromValue::from_value(input)?,
            )
            .await?
            .into_value()
        }
        "ListAvailableManagedRuleGroups" => operations::list_available_managed_rule_groups(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "ListIPSets" => operations::list_ip_sets(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ListLoggingConfigurations" => {
            operations::list_logging_configurations(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListRegexPatternSets" => {
            operations::list_regex_pattern_sets(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListResourcesForWebACL" => {
            operations::list_resources_for_web_acl(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListRuleGroups" => {
            operations::list_rule_groups(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListTagsForResource" => {
            operations::list_tags_for_resource(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListWebACLs" => operations::list_web_acls(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "PutLoggingConfiguration" => {
            operations::put_logging_configuration(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "PutPermissionPolicy" => {
            operations::put_permission_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "TagResource" => operations::tag_resource(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "UntagResource" => operations::untag_resource(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "UpdateIPSet" => operations::update_ip_set(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "UpdateRegexPatternSet" => {
            operations::update_regex_pattern_set(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "UpdateRuleGroup" => {
            operations::update_rule_group(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "UpdateWebACL" => operations::update_web_acl(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        other => {
            return Err(ServiceError::receiver(
                "InternalFailure",
                format!("{other} was dispatched, but it is not written"),
            ));
        }
    };
    Ok(output)
}
