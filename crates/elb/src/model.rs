//! The API's model, and of its shapes those that the operations here reach. Source: botocore's model of `elbv2`.
//!
//! Written by `cargo xtask codegen`; do not edit.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use types::{Call, ServiceError, Time};
use wire::{FromValue, IntoValue, Members, Model, ShapeError, Structure, Value};

/// All operations and shapes of the API.
pub static MODEL: LazyLock<Model> = LazyLock::new(|| Model::embedded(include_str!("model.json")));

/// The operations that are written, sorted.
pub const IMPLEMENTED: &[&str] = &[
    "DescribeListeners",
    "DescribeLoadBalancerAttributes",
    "DescribeLoadBalancers",
    "DescribeTags",
    "DescribeTargetGroups",
    "DescribeTargetHealth",
];

/// `Action`.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// `Type`.
    pub r#type: String,
    /// `TargetGroupArn`.
    pub target_group_arn: Option<String>,
    /// `AuthenticateOidcConfig`.
    pub authenticate_oidc_config: Option<AuthenticateOidcActionConfig>,
    /// `AuthenticateCognitoConfig`.
    pub authenticate_cognito_config: Option<AuthenticateCognitoActionConfig>,
    /// `Order`.
    pub order: Option<i64>,
    /// `RedirectConfig`.
    pub redirect_config: Option<RedirectActionConfig>,
    /// `FixedResponseConfig`.
    pub fixed_response_config: Option<FixedResponseActionConfig>,
    /// `ForwardConfig`.
    pub forward_config: Option<ForwardActionConfig>,
    /// `JwtValidationConfig`.
    pub jwt_validation_config: Option<JwtValidationActionConfig>,
}

impl FromValue for Action {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            r#type: members.take("Type")?,
            target_group_arn: members.take("TargetGroupArn")?,
            authenticate_oidc_config: members.take("AuthenticateOidcConfig")?,
            authenticate_cognito_config: members.take("AuthenticateCognitoConfig")?,
            order: members.take("Order")?,
            redirect_config: members.take("RedirectConfig")?,
            fixed_response_config: members.take("FixedResponseConfig")?,
            forward_config: members.take("ForwardConfig")?,
            jwt_validation_config: members.take("JwtValidationConfig")?,
        })
    }
}

impl IntoValue for Action {
    fn into_value(self) -> Value {
        Structure::with_capacity(9)
            .with("Type", self.r#type)
            .with("TargetGroupArn", self.target_group_arn)
            .with("AuthenticateOidcConfig", self.authenticate_oidc_config)
            .with(
                "AuthenticateCognitoConfig",
                self.authenticate_cognito_config,
            )
            .with("Order", self.order)
            .with("RedirectConfig", self.redirect_config)
            .with("FixedResponseConfig", self.fixed_response_config)
            .with("ForwardConfig", self.forward_config)
            .with("JwtValidationConfig", self.jwt_validation_config)
            .end()
    }
}

/// `AdministrativeOverride`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AdministrativeOverride {
    /// `State`.
    pub state: Option<String>,
    /// `Reason`.
    pub reason: Option<String>,
    /// `Description`.
    pub description: Option<String>,
}

impl FromValue for AdministrativeOverride {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            state: members.take("State")?,
            reason: members.take("Reason")?,
            description: members.take("Description")?,
        })
    }
}

impl IntoValue for AdministrativeOverride {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("State", self.state)
            .with("Reason", self.reason)
            .with("Description", self.description)
            .end()
    }
}

/// `AnomalyDetection`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AnomalyDetection {
    /// `Result`.
    pub result: Option<String>,
    /// `MitigationInEffect`.
    pub mitigation_in_effect: Option<String>,
}

impl FromValue for AnomalyDetection {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            result: members.take("Result")?,
            mitigation_in_effect: members.take("MitigationInEffect")?,
        })
    }
}

impl IntoValue for AnomalyDetection {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Result", self.result)
            .with("MitigationInEffect", self.mitigation_in_effect)
            .end()
    }
}

/// `AuthenticateCognitoActionConfig`.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthenticateCognitoActionConfig {
    /// `UserPoolArn`.
    pub user_pool_arn: String,
    /// `UserPoolClientId`.
    pub user_pool_client_id: String,
    /// `UserPoolDomain`.
    pub user_pool_domain: String,
    /// `SessionCookieName`.
    pub session_cookie_name: Option<String>,
    /// `Scope`.
    pub scope: Option<String>,
    /// `SessionTimeout`.
    pub session_timeout: Option<i64>,
    /// `AuthenticationRequestExtraParams`.
    pub authentication_request_extra_params: Option<BTreeMap<String, String>>,
    /// `OnUnauthenticatedRequest`.
    pub on_unauthenticated_request: Option<String>,
}

impl FromValue for AuthenticateCognitoActionConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_pool_arn: members.take("UserPoolArn")?,
            user_pool_client_id: members.take("UserPoolClientId")?,
            user_pool_domain: members.take("UserPoolDomain")?,
            session_cookie_name: members.take("SessionCookieName")?,
            scope: members.take("Scope")?,
            session_timeout: members.take("SessionTimeout")?,
            authentication_request_extra_params: members
                .take("AuthenticationRequestExtraParams")?,
            on_unauthenticated_request: members.take("OnUnauthenticatedRequest")?,
        })
    }
}

impl IntoValue for AuthenticateCognitoActionConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(8)
            .with("UserPoolArn", self.user_pool_arn)
            .with("UserPoolClientId", self.user_pool_client_id)
            .with("UserPoolDomain", self.user_pool_domain)
            .with("SessionCookieName", self.session_cookie_name)
            .with("Scope", self.scope)
            .with("SessionTimeout", self.session_timeout)
            .with(
                "AuthenticationRequestExtraParams",
                self.authentication_request_extra_params,
            )
            .with("OnUnauthenticatedRequest", self.on_unauthenticated_request)
            .end()
    }
}

/// `AuthenticateOidcActionConfig`.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthenticateOidcActionConfig {
    /// `Issuer`.
    pub issuer: String,
    /// `AuthorizationEndpoint`.
    pub authorization_endpoint: String,
    /// `TokenEndpoint`.
    pub token_endpoint: String,
    /// `UserInfoEndpoint`.
    pub user_info_endpoint: String,
    /// `ClientId`.
    pub client_id: String,
    /// `ClientSecret`.
    pub client_secret: Option<String>,
    /// `SessionCookieName`.
    pub session_cookie_name: Option<String>,
    /// `Scope`.
    pub scope: Option<String>,
    /// `SessionTimeout`.
    pub session_timeout: Option<i64>,
    /// `AuthenticationRequestExtraParams`.
    pub authentication_request_extra_params: Option<BTreeMap<String, String>>,
    /// `OnUnauthenticatedRequest`.
    pub on_unauthenticated_request: Option<String>,
    /// `UseExistingClientSecret`.
    pub use_existing_client_secret: Option<bool>,
}

impl FromValue for AuthenticateOidcActionConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            issuer: members.take("Issuer")?,
            authorization_endpoint: members.take("AuthorizationEndpoint")?,
            token_endpoint: members.take("TokenEndpoint")?,
            user_info_endpoint: members.take("UserInfoEndpoint")?,
            client_id: members.take("ClientId")?,
            client_secret: members.take("ClientSecret")?,
            session_cookie_name: members.take("SessionCookieName")?,
            scope: members.take("Scope")?,
            session_timeout: members.take("SessionTimeout")?,
            authentication_request_extra_params: members
                .take("AuthenticationRequestExtraParams")?,
            on_unauthenticated_request: members.take("OnUnauthenticatedRequest")?,
            use_existing_client_secret: members.take("UseExistingClientSecret")?,
        })
    }
}

impl IntoValue for AuthenticateOidcActionConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(12)
            .with("Issuer", self.issuer)
            .with("AuthorizationEndpoint", self.authorization_endpoint)
            .with("TokenEndpoint", self.token_endpoint)
            .with("UserInfoEndpoint", self.user_info_endpoint)
            .with("ClientId", self.client_id)
            .with("ClientSecret", self.client_secret)
            .with("SessionCookieName", self.session_cookie_name)
            .with("Scope", self.scope)
            .with("SessionTimeout", self.session_timeout)
            .with(
                "AuthenticationRequestExtraParams",
                self.authentication_request_extra_params,
            )
            .with("OnUnauthenticatedRequest", self.on_unauthenticated_request)
            .with("UseExistingClientSecret", self.use_existing_client_secret)
            .end()
    }
}

/// `AvailabilityZone`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AvailabilityZone {
    /// `ZoneName`.
    pub zone_name: Option<String>,
    /// `SubnetId`.
    pub subnet_id: Option<String>,
    /// `OutpostId`.
    pub outpost_id: Option<String>,
    /// `LoadBalancerAddresses`.
    pub load_balancer_addresses: Option<Vec<LoadBalancerAddress>>,
    /// `SourceNatIpv6Prefixes`.
    pub source_nat_ipv6_prefixes: Option<Vec<String>>,
}

impl FromValue for AvailabilityZone {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            zone_name: members.take("ZoneName")?,
            subnet_id: members.take("SubnetId")?,
            outpost_id: members.take("OutpostId")?,
            load_balancer_addresses: members.take("LoadBalancerAddresses")?,
            source_nat_ipv6_prefixes: members.take("SourceNatIpv6Prefixes")?,
        })
    }
}

impl IntoValue for AvailabilityZone {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("ZoneName", self.zone_name)
            .with("SubnetId", self.subnet_id)
            .with("OutpostId", self.outpost_id)
            .with("LoadBalancerAddresses", self.load_balancer_addresses)
            .with("SourceNatIpv6Prefixes", self.source_nat_ipv6_prefixes)
            .end()
    }
}

/// `Certificate`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Certificate {
    /// `CertificateArn`.
    pub certificate_arn: Option<String>,
    /// `IsDefault`.
    pub is_default: Option<bool>,
}

impl FromValue for Certificate {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            certificate_arn: members.take("CertificateArn")?,
            is_default: members.take("IsDefault")?,
        })
    }
}

impl IntoValue for Certificate {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("CertificateArn", self.certificate_arn)
            .with("IsDefault", self.is_default)
            .end()
    }
}

/// `DescribeListenersInput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeListenersInput {
    /// `LoadBalancerArn`.
    pub load_balancer_arn: Option<String>,
    /// `ListenerArns`.
    pub listener_arns: Option<Vec<String>>,
    /// `Marker`.
    pub marker: Option<String>,
    /// `PageSize`.
    pub page_size: Option<i64>,
}

impl FromValue for DescribeListenersInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancer_arn: members.take("LoadBalancerArn")?,
            listener_arns: members.take("ListenerArns")?,
            marker: members.take("Marker")?,
            page_size: members.take("PageSize")?,
        })
    }
}

impl IntoValue for DescribeListenersInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("LoadBalancerArn", self.load_balancer_arn)
            .with("ListenerArns", self.listener_arns)
            .with("Marker", self.marker)
            .with("PageSize", self.page_size)
            .end()
    }
}

/// `DescribeListenersOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeListenersOutput {
    /// `Listeners`.
    pub listeners: Option<Vec<Listener>>,
    /// `NextMarker`.
    pub next_marker: Option<String>,
}

impl FromValue for DescribeListenersOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            listeners: members.take("Listeners")?,
            next_marker: members.take("NextMarker")?,
        })
    }
}

impl IntoValue for DescribeListenersOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Listeners", self.listeners)
            .with("NextMarker", self.next_marker)
            .end()
    }
}

/// `DescribeLoadBalancerAttributesInput`.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeLoadBalancerAttributesInput {
    /// `LoadBalancerArn`.
    pub load_balancer_arn: String,
}

impl FromValue for DescribeLoadBalancerAttributesInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancer_arn: members.take("LoadBalancerArn")?,
        })
    }
}

impl IntoValue for DescribeLoadBalancerAttributesInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("LoadBalancerArn", self.load_balancer_arn)
            .end()
    }
}

/// `DescribeLoadBalancerAttributesOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeLoadBalancerAttributesOutput {
    /// `Attributes`.
    pub attributes: Option<Vec<LoadBalancerAttribute>>,
}

impl FromValue for DescribeLoadBalancerAttributesOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            attributes: members.take("Attributes")?,
        })
    }
}

impl IntoValue for DescribeLoadBalancerAttributesOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Attributes", self.attributes)
            .end()
    }
}

/// `DescribeLoadBalancersInput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeLoadBalancersInput {
    /// `LoadBalancerArns`.
    pub load_balancer_arns: Option<Vec<String>>,
    /// `Names`.
    pub names: Option<Vec<String>>,
    /// `Marker`.
    pub marker: Option<String>,
    /// `PageSize`.
    pub page_size: Option<i64>,
}

impl FromValue for DescribeLoadBalancersInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancer_arns: members.take("LoadBalancerArns")?,
            names: members.take("Names")?,
            marker: members.take("Marker")?,
            page_size: members.take("PageSize")?,
        })
    }
}

impl IntoValue for DescribeLoadBalancersInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("LoadBalancerArns", self.load_balancer_arns)
            .with("Names", self.names)
            .with("Marker", self.marker)
            .with("PageSize", self.page_size)
            .end()
    }
}

/// `DescribeLoadBalancersOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeLoadBalancersOutput {
    /// `LoadBalancers`.
    pub load_balancers: Option<Vec<LoadBalancer>>,
    /// `NextMarker`.
    pub next_marker: Option<String>,
}

impl FromValue for DescribeLoadBalancersOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancers: members.take("LoadBalancers")?,
            next_marker: members.take("NextMarker")?,
        })
    }
}

impl IntoValue for DescribeLoadBalancersOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("LoadBalancers", self.load_balancers)
            .with("NextMarker", self.next_marker)
            .end()
    }
}

/// `DescribeTagsInput`.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeTagsInput {
    /// `ResourceArns`.
    pub resource_arns: Vec<String>,
}

impl FromValue for DescribeTagsInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arns: members.take("ResourceArns")?,
        })
    }
}

impl IntoValue for DescribeTagsInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ResourceArns", self.resource_arns)
            .end()
    }
}

/// `DescribeTagsOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeTagsOutput {
    /// `TagDescriptions`.
    pub tag_descriptions: Option<Vec<TagDescription>>,
}

impl FromValue for DescribeTagsOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            tag_descriptions: members.take("TagDescriptions")?,
        })
    }
}

impl IntoValue for DescribeTagsOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("TagDescriptions", self.tag_descriptions)
            .end()
    }
}

/// `DescribeTargetGroupsInput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeTargetGroupsInput {
    /// `LoadBalancerArn`.
    pub load_balancer_arn: Option<String>,
    /// `TargetGroupArns`.
    pub target_group_arns: Option<Vec<String>>,
    /// `Names`.
    pub names: Option<Vec<String>>,
    /// `Marker`.
    pub marker: Option<String>,
    /// `PageSize`.
    pub page_size: Option<i64>,
}

impl FromValue for DescribeTargetGroupsInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancer_arn: members.take("LoadBalancerArn")?,
            target_group_arns: members.take("TargetGroupArns")?,
            names: members.take("Names")?,
            marker: members.take("Marker")?,
            page_size: members.take("PageSize")?,
        })
    }
}

impl IntoValue for DescribeTargetGroupsInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("LoadBalancerArn", self.load_balancer_arn)
            .with("TargetGroupArns", self.target_group_arns)
            .with("Names", self.names)
            .with("Marker", self.marker)
            .with("PageSize", self.page_size)
            .end()
    }
}

/// `DescribeTargetGroupsOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeTargetGroupsOutput {
    /// `TargetGroups`.
    pub target_groups: Option<Vec<TargetGroup>>,
    /// `NextMarker`.
    pub next_marker: Option<String>,
}

impl FromValue for DescribeTargetGroupsOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_groups: members.take("TargetGroups")?,
            next_marker: members.take("NextMarker")?,
        })
    }
}

impl IntoValue for DescribeTargetGroupsOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TargetGroups", self.target_groups)
            .with("NextMarker", self.next_marker)
            .end()
    }
}

/// `DescribeTargetHealthInput`.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeTargetHealthInput {
    /// `TargetGroupArn`.
    pub target_group_arn: String,
    /// `Targets`.
    pub targets: Option<Vec<TargetDescription>>,
    /// `Include`.
    pub include: Option<Vec<String>>,
}

impl FromValue for DescribeTargetHealthInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_group_arn: members.take("TargetGroupArn")?,
            targets: members.take("Targets")?,
            include: members.take("Include")?,
        })
    }
}

impl IntoValue for DescribeTargetHealthInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("TargetGroupArn", self.target_group_arn)
            .with("Targets", self.targets)
            .with("Include", self.include)
            .end()
    }
}

/// `DescribeTargetHealthOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeTargetHealthOutput {
    /// `TargetHealthDescriptions`.
    pub target_health_descriptions: Option<Vec<TargetHealthDescription>>,
}

impl FromValue for DescribeTargetHealthOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_health_descriptions: members.take("TargetHealthDescriptions")?,
        })
    }
}

impl IntoValue for DescribeTargetHealthOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("TargetHealthDescriptions", self.target_health_descriptions)
            .end()
    }
}

/// `FixedResponseActionConfig`.
#[derive(Debug, Clone, PartialEq)]
pub struct FixedResponseActionConfig {
    /// `MessageBody`.
    pub message_body: Option<String>,
    /// `StatusCode`.
    pub status_code: String,
    /// `ContentType`.
    pub content_type: Option<String>,
}

impl FromValue for FixedResponseActionConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            message_body: members.take("MessageBody")?,
            status_code: members.take("StatusCode")?,
            content_type: members.take("ContentType")?,
        })
    }
}

impl IntoValue for FixedResponseActionConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("MessageBody", self.message_body)
            .with("StatusCode", self.status_code)
            .with("ContentType", self.content_type)
            .end()
    }
}

/// `ForwardActionConfig`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForwardActionConfig {
    /// `TargetGroups`.
    pub target_groups: Option<Vec<TargetGroupTuple>>,
    /// `TargetGroupStickinessConfig`.
    pub target_group_stickiness_config: Option<TargetGroupStickinessConfig>,
}

impl FromValue for ForwardActionConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_groups: members.take("TargetGroups")?,
            target_group_stickiness_config: members.take("TargetGroupStickinessConfig")?,
        })
    }
}

impl IntoValue for ForwardActionConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TargetGroups", self.target_groups)
            .with(
                "TargetGroupStickinessConfig",
                self.target_group_stickiness_config,
            )
            .end()
    }
}

/// `IpamPools`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IpamPools {
    /// `Ipv4IpamPoolId`.
    pub ipv4_ipam_pool_id: Option<String>,
}

impl FromValue for IpamPools {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            ipv4_ipam_pool_id: members.take("Ipv4IpamPoolId")?,
        })
    }
}

impl IntoValue for IpamPools {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Ipv4IpamPoolId", self.ipv4_ipam_pool_id)
            .end()
    }
}

/// `JwtValidationActionAdditionalClaim`.
#[derive(Debug, Clone, PartialEq)]
pub struct JwtValidationActionAdditionalClaim {
    /// `Format`.
    pub format: String,
    /// `Name`.
    pub name: String,
    /// `Values`.
    pub values: Vec<String>,
}

impl FromValue for JwtValidationActionAdditionalClaim {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            format: members.take("Format")?,
            name: members.take("Name")?,
            values: members.take("Values")?,
        })
    }
}

impl IntoValue for JwtValidationActionAdditionalClaim {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Format", self.format)
            .with("Name", self.name)
            .with("Values", self.values)
            .end()
    }
}

/// `JwtValidationActionConfig`.
#[derive(Debug, Clone, PartialEq)]
pub struct JwtValidationActionConfig {
    /// `JwksEndpoint`.
    pub jwks_endpoint: String,
    /// `Issuer`.
    pub issuer: String,
    /// `AdditionalClaims`.
    pub additional_claims: Option<Vec<JwtValidationActionAdditionalClaim>>,
}

impl FromValue for JwtValidationActionConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            jwks_endpoint: members.take("JwksEndpoint")?,
            issuer: members.take("Issuer")?,
            additional_claims: members.take("AdditionalClaims")?,
        })
    }
}

impl IntoValue for JwtValidationActionConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("JwksEndpoint", self.jwks_endpoint)
            .with("Issuer", self.issuer)
            .with("AdditionalClaims", self.additional_claims)
            .end()
    }
}

/// `Listener`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listener {
    /// `ListenerArn`.
    pub listener_arn: Option<String>,
    /// `LoadBalancerArn`.
    pub load_balancer_arn: Option<String>,
    /// `Port`.
    pub port: Option<i64>,
    /// `Protocol`.
    pub protocol: Option<String>,
    /// `Certificates`.
    pub certificates: Option<Vec<Certificate>>,
    /// `SslPolicy`.
    pub ssl_policy: Option<String>,
    /// `DefaultActions`.
    pub default_actions: Option<Vec<Action>>,
    /// `AlpnPolicy`.
    pub alpn_policy: Option<Vec<String>>,
    /// `MutualAuthentication`.
    pub mutual_authentication: Option<MutualAuthenticationAttributes>,
}

impl FromValue for Listener {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            listener_arn: members.take("ListenerArn")?,
            load_balancer_arn: members.take("LoadBalancerArn")?,
            port: members.take("Port")?,
            protocol: members.take("Protocol")?,
            certificates: members.take("Certificates")?,
            ssl_policy: members.take("SslPolicy")?,
            default_actions: members.take("DefaultActions")?,
            alpn_policy: members.take("AlpnPolicy")?,
            mutual_authentication: members.take("MutualAuthentication")?,
        })
    }
}

impl IntoValue for Listener {
    fn into_value(self) -> Value {
        Structure::with_capacity(9)
            .with("ListenerArn", self.listener_arn)
            .with("LoadBalancerArn", self.load_balancer_arn)
            .with("Port", self.port)
            .with("Protocol", self.protocol)
            .with("Certificates", self.certificates)
            .with("SslPolicy", self.ssl_policy)
            .with("DefaultActions", self.default_actions)
            .with("AlpnPolicy", self.alpn_policy)
            .with("MutualAuthentication", self.mutual_authentication)
            .end()
    }
}

/// `LoadBalancer`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LoadBalancer {
    /// `LoadBalancerArn`.
    pub load_balancer_arn: Option<String>,
    /// `DNSName`.
    pub dns_name: Option<String>,
    /// `CanonicalHostedZoneId`.
    pub canonical_hosted_zone_id: Option<String>,
    /// `CreatedTime`.
    pub created_time: Option<Time>,
    /// `LoadBalancerName`.
    pub load_balancer_name: Option<String>,
    /// `Scheme`.
    pub scheme: Option<String>,
    /// `VpcId`.
    pub vpc_id: Option<String>,
    /// `State`.
    pub state: Option<LoadBalancerState>,
    /// `Type`.
    pub r#type: Option<String>,
    /// `AvailabilityZones`.
    pub availability_zones: Option<Vec<AvailabilityZone>>,
    /// `SecurityGroups`.
    pub security_groups: Option<Vec<String>>,
    /// `IpAddressType`.
    pub ip_address_type: Option<String>,
    /// `CustomerOwnedIpv4Pool`.
    pub customer_owned_ipv4_pool: Option<String>,
    /// `EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic`.
    pub enforce_security_group_inbound_rules_on_private_link_traffic: Option<String>,
    /// `EnablePrefixForIpv6SourceNat`.
    pub enable_prefix_for_ipv6_source_nat: Option<String>,
    /// `IpamPools`.
    pub ipam_pools: Option<IpamPools>,
}

impl FromValue for LoadBalancer {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancer_arn: members.take("LoadBalancerArn")?,
            dns_name: members.take("DNSName")?,
            canonical_hosted_zone_id: members.take("CanonicalHostedZoneId")?,
            created_time: members.take("CreatedTime")?,
            load_balancer_name: members.take("LoadBalancerName")?,
            scheme: members.take("Scheme")?,
            vpc_id: members.take("VpcId")?,
            state: members.take("State")?,
            r#type: members.take("Type")?,
            availability_zones: members.take("AvailabilityZones")?,
            security_groups: members.take("SecurityGroups")?,
            ip_address_type: members.take("IpAddressType")?,
            customer_owned_ipv4_pool: members.take("CustomerOwnedIpv4Pool")?,
            enforce_security_group_inbound_rules_on_private_link_traffic: members
                .take("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")?,
            enable_prefix_for_ipv6_source_nat: members.take("EnablePrefixForIpv6SourceNat")?,
            ipam_pools: members.take("IpamPools")?,
        })
    }
}

impl IntoValue for LoadBalancer {
    fn into_value(self) -> Value {
        Structure::with_capacity(16)
            .with("LoadBalancerArn", self.load_balancer_arn)
            .with("DNSName", self.dns_name)
            .with("CanonicalHostedZoneId", self.canonical_hosted_zone_id)
            .with("CreatedTime", self.created_time)
            .with("LoadBalancerName", self.load_balancer_name)
            .with("Scheme", self.scheme)
            .with("VpcId", self.vpc_id)
            .with("State", self.state)
            .with("Type", self.r#type)
            .with("AvailabilityZones", self.availability_zones)
            .with("SecurityGroups", self.security_groups)
            .with("IpAddressType", self.ip_address_type)
            .with("CustomerOwnedIpv4Pool", self.customer_owned_ipv4_pool)
            .with(
                "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
                self.enforce_security_group_inbound_rules_on_private_link_traffic,
            )
            .with(
                "EnablePrefixForIpv6SourceNat",
                self.enable_prefix_for_ipv6_source_nat,
            )
            .with("IpamPools", self.ipam_pools)
            .end()
    }
}

/// `LoadBalancerAddress`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LoadBalancerAddress {
    /// `IpAddress`.
    pub ip_address: Option<String>,
    /// `AllocationId`.
    pub allocation_id: Option<String>,
    /// `PrivateIPv4Address`.
    pub private_i_pv4_address: Option<String>,
    /// `IPv6Address`.
    pub i_pv6_address: Option<String>,
}

impl FromValue for LoadBalancerAddress {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            ip_address: members.take("IpAddress")?,
            allocation_id: members.take("AllocationId")?,
            private_i_pv4_address: members.take("PrivateIPv4Address")?,
            i_pv6_address: members.take("IPv6Address")?,
        })
    }
}

impl IntoValue for LoadBalancerAddress {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("IpAddress", self.ip_address)
            .with("AllocationId", self.allocation_id)
            .with("PrivateIPv4Address", self.private_i_pv4_address)
            .with("IPv6Address", self.i_pv6_address)
            .end()
    }
}

/// `LoadBalancerAttribute`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LoadBalancerAttribute {
    /// `Key`.
    pub key: Option<String>,
    /// `Value`.
    pub value: Option<String>,
}

impl FromValue for LoadBalancerAttribute {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key: members.take("Key")?,
            value: members.take("Value")?,
        })
    }
}

impl IntoValue for LoadBalancerAttribute {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Key", self.key)
            .with("Value", self.value)
            .end()
    }
}

/// `LoadBalancerState`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LoadBalancerState {
    /// `Code`.
    pub code: Option<String>,
    /// `Reason`.
    pub reason: Option<String>,
}

impl FromValue for LoadBalancerState {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            code: members.take("Code")?,
            reason: members.take("Reason")?,
        })
    }
}

impl IntoValue for LoadBalancerState {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Code", self.code)
            .with("Reason", self.reason)
            .end()
    }
}

/// `Matcher`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matcher {
    /// `HttpCode`.
    pub http_code: Option<String>,
    /// `GrpcCode`.
    pub grpc_code: Option<String>,
}

impl FromValue for Matcher {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            http_code: members.take("HttpCode")?,
            grpc_code: members.take("GrpcCode")?,
        })
    }
}

impl IntoValue for Matcher {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("HttpCode", self.http_code)
            .with("GrpcCode", self.grpc_code)
            .end()
    }
}

/// `MutualAuthenticationAttributes`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MutualAuthenticationAttributes {
    /// `Mode`.
    pub mode: Option<String>,
    /// `TrustStoreArn`.
    pub trust_store_arn: Option<String>,
    /// `IgnoreClientCertificateExpiry`.
    pub ignore_client_certificate_expiry: Option<bool>,
    /// `TrustStoreAssociationStatus`.
    pub trust_store_association_status: Option<String>,
    /// `AdvertiseTrustStoreCaNames`.
    pub advertise_trust_store_ca_names: Option<String>,
}

impl FromValue for MutualAuthenticationAttributes {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            mode: members.take("Mode")?,
            trust_store_arn: members.take("TrustStoreArn")?,
            ignore_client_certificate_expiry: members.take("IgnoreClientCertificateExpiry")?,
            trust_store_association_status: members.take("TrustStoreAssociationStatus")?,
            advertise_trust_store_ca_names: members.take("AdvertiseTrustStoreCaNames")?,
        })
    }
}

impl IntoValue for MutualAuthenticationAttributes {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Mode", self.mode)
            .with("TrustStoreArn", self.trust_store_arn)
            .with(
                "IgnoreClientCertificateExpiry",
                self.ignore_client_certificate_expiry,
            )
            .with(
                "TrustStoreAssociationStatus",
                self.trust_store_association_status,
            )
            .with(
                "AdvertiseTrustStoreCaNames",
                self.advertise_trust_store_ca_names,
            )
            .end()
    }
}

/// `RedirectActionConfig`.
#[derive(Debug, Clone, PartialEq)]
pub struct RedirectActionConfig {
    /// `Protocol`.
    pub protocol: Option<String>,
    /// `Port`.
    pub port: Option<String>,
    /// `Host`.
    pub host: Option<String>,
    /// `Path`.
    pub path: Option<String>,
    /// `Query`.
    pub query: Option<String>,
    /// `StatusCode`.
    pub status_code: String,
}

impl FromValue for RedirectActionConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            protocol: members.take("Protocol")?,
            port: members.take("Port")?,
            host: members.take("Host")?,
            path: members.take("Path")?,
            query: members.take("Query")?,
            status_code: members.take("StatusCode")?,
        })
    }
}

impl IntoValue for RedirectActionConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("Protocol", self.protocol)
            .with("Port", self.port)
            .with("Host", self.host)
            .with("Path", self.path)
            .with("Query", self.query)
            .with("StatusCode", self.status_code)
            .end()
    }
}

/// `Tag`.
#[derive(Debug, Clone, PartialEq)]
pub struct Tag {
    /// `Key`.
    pub key: String,
    /// `Value`.
    pub value: Option<String>,
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

/// `TagDescription`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TagDescription {
    /// `ResourceArn`.
    pub resource_arn: Option<String>,
    /// `Tags`.
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for TagDescription {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arn: members.take("ResourceArn")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for TagDescription {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("ResourceArn", self.resource_arn)
            .with("Tags", self.tags)
            .end()
    }
}

/// `TargetDescription`.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetDescription {
    /// `Id`.
    pub id: String,
    /// `Port`.
    pub port: Option<i64>,
    /// `AvailabilityZone`.
    pub availability_zone: Option<String>,
    /// `QuicServerId`.
    pub quic_server_id: Option<String>,
}

impl FromValue for TargetDescription {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            id: members.take("Id")?,
            port: members.take("Port")?,
            availability_zone: members.take("AvailabilityZone")?,
            quic_server_id: members.take("QuicServerId")?,
        })
    }
}

impl IntoValue for TargetDescription {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Id", self.id)
            .with("Port", self.port)
            .with("AvailabilityZone", self.availability_zone)
            .with("QuicServerId", self.quic_server_id)
            .end()
    }
}

/// `TargetGroup`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetGroup {
    /// `TargetGroupArn`.
    pub target_group_arn: Option<String>,
    /// `TargetGroupName`.
    pub target_group_name: Option<String>,
    /// `Protocol`.
    pub protocol: Option<String>,
    /// `Port`.
    pub port: Option<i64>,
    /// `VpcId`.
    pub vpc_id: Option<String>,
    /// `HealthCheckProtocol`.
    pub health_check_protocol: Option<String>,
    /// `HealthCheckPort`.
    pub health_check_port: Option<String>,
    /// `HealthCheckEnabled`.
    pub health_check_enabled: Option<bool>,
    /// `HealthCheckIntervalSeconds`.
    pub health_check_interval_seconds: Option<i64>,
    /// `HealthCheckTimeoutSeconds`.
    pub health_check_timeout_seconds: Option<i64>,
    /// `HealthyThresholdCount`.
    pub healthy_threshold_count: Option<i64>,
    /// `UnhealthyThresholdCount`.
    pub unhealthy_threshold_count: Option<i64>,
    /// `HealthCheckPath`.
    pub health_check_path: Option<String>,
    /// `Matcher`.
    pub matcher: Option<Matcher>,
    /// `LoadBalancerArns`.
    pub load_balancer_arns: Option<Vec<String>>,
    /// `TargetType`.
    pub target_type: Option<String>,
    /// `ProtocolVersion`.
    pub protocol_version: Option<String>,
    /// `IpAddressType`.
    pub ip_address_type: Option<String>,
    /// `TargetControlPort`.
    pub target_control_port: Option<i64>,
}

impl FromValue for TargetGroup {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_group_arn: members.take("TargetGroupArn")?,
            target_group_name: members.take("TargetGroupName")?,
            protocol: members.take("Protocol")?,
            port: members.take("Port")?,
            vpc_id: members.take("VpcId")?,
            health_check_protocol: members.take("HealthCheckProtocol")?,
            health_check_port: members.take("HealthCheckPort")?,
            health_check_enabled: members.take("HealthCheckEnabled")?,
            health_check_interval_seconds: members.take("HealthCheckIntervalSeconds")?,
            health_check_timeout_seconds: members.take("HealthCheckTimeoutSeconds")?,
            healthy_threshold_count: members.take("HealthyThresholdCount")?,
            unhealthy_threshold_count: members.take("UnhealthyThresholdCount")?,
            health_check_path: members.take("HealthCheckPath")?,
            matcher: members.take("Matcher")?,
            load_balancer_arns: members.take("LoadBalancerArns")?,
            target_type: members.take("TargetType")?,
            protocol_version: members.take("ProtocolVersion")?,
            ip_address_type: members.take("IpAddressType")?,
            target_control_port: members.take("TargetControlPort")?,
        })
    }
}

impl IntoValue for TargetGroup {
    fn into_value(self) -> Value {
        Structure::with_capacity(19)
            .with("TargetGroupArn", self.target_group_arn)
            .with("TargetGroupName", self.target_group_name)
            .with("Protocol", self.protocol)
            .with("Port", self.port)
            .with("VpcId", self.vpc_id)
            .with("HealthCheckProtocol", self.health_check_protocol)
            .with("HealthCheckPort", self.health_check_port)
            .with("HealthCheckEnabled", self.health_check_enabled)
            .with(
                "HealthCheckIntervalSeconds",
                self.health_check_interval_seconds,
            )
            .with(
                "HealthCheckTimeoutSeconds",
                self.health_check_timeout_seconds,
            )
            .with("HealthyThresholdCount", self.healthy_threshold_count)
            .with("UnhealthyThresholdCount", self.unhealthy_threshold_count)
            .with("HealthCheckPath", self.health_check_path)
            .with("Matcher", self.matcher)
            .with("LoadBalancerArns", self.load_balancer_arns)
            .with("TargetType", self.target_type)
            .with("ProtocolVersion", self.protocol_version)
            .with("IpAddressType", self.ip_address_type)
            .with("TargetControlPort", self.target_control_port)
            .end()
    }
}

/// `TargetGroupStickinessConfig`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetGroupStickinessConfig {
    /// `Enabled`.
    pub enabled: Option<bool>,
    /// `DurationSeconds`.
    pub duration_seconds: Option<i64>,
}

impl FromValue for TargetGroupStickinessConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            enabled: members.take("Enabled")?,
            duration_seconds: members.take("DurationSeconds")?,
        })
    }
}

impl IntoValue for TargetGroupStickinessConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Enabled", self.enabled)
            .with("DurationSeconds", self.duration_seconds)
            .end()
    }
}

/// `TargetGroupTuple`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetGroupTuple {
    /// `TargetGroupArn`.
    pub target_group_arn: Option<String>,
    /// `Weight`.
    pub weight: Option<i64>,
}

impl FromValue for TargetGroupTuple {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_group_arn: members.take("TargetGroupArn")?,
            weight: members.take("Weight")?,
        })
    }
}

impl IntoValue for TargetGroupTuple {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TargetGroupArn", self.target_group_arn)
            .with("Weight", self.weight)
            .end()
    }
}

/// `TargetHealth`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetHealth {
    /// `State`.
    pub state: Option<String>,
    /// `Reason`.
    pub reason: Option<String>,
    /// `Description`.
    pub description: Option<String>,
}

impl FromValue for TargetHealth {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            state: members.take("State")?,
            reason: members.take("Reason")?,
            description: members.take("Description")?,
        })
    }
}

impl IntoValue for TargetHealth {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("State", self.state)
            .with("Reason", self.reason)
            .with("Description", self.description)
            .end()
    }
}

/// `TargetHealthDescription`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetHealthDescription {
    /// `Target`.
    pub target: Option<TargetDescription>,
    /// `HealthCheckPort`.
    pub health_check_port: Option<String>,
    /// `TargetHealth`.
    pub target_health: Option<TargetHealth>,
    /// `AnomalyDetection`.
    pub anomaly_detection: Option<AnomalyDetection>,
    /// `AdministrativeOverride`.
    pub administrative_override: Option<AdministrativeOverride>,
}

impl FromValue for TargetHealthDescription {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target: members.take("Target")?,
            health_check_port: members.take("HealthCheckPort")?,
            target_health: members.take("TargetHealth")?,
            anomaly_detection: members.take("AnomalyDetection")?,
            administrative_override: members.take("AdministrativeOverride")?,
        })
    }
}

impl IntoValue for TargetHealthDescription {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Target", self.target)
            .with("HealthCheckPort", self.health_check_port)
            .with("TargetHealth", self.target_health)
            .with("AnomalyDetection", self.anomaly_detection)
            .with("AdministrativeOverride", self.administrative_override)
            .end()
    }
}

/// Carries out `call.operation`, one of [`IMPLEMENTED`]: reads its typed input, calls the
/// function of its name in `crate::operations`, and makes its answer a value.
pub(crate) async fn dispatch(
    service: &crate::Elb,
    call: &Call,
    input: Value,
) -> Result<Value, ServiceError> {
    use crate::operations;
    let output = match call.operation.as_str() {
        "DescribeListeners" => {
            operations::describe_listeners(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DescribeLoadBalancerAttributes" => operations::describe_load_balancer_attributes(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "DescribeLoadBalancers" => {
            operations::describe_load_balancers(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DescribeTags" => operations::describe_tags(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DescribeTargetGroups" => {
            operations::describe_target_groups(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DescribeTargetHealth" => {
            operations::describe_target_health(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        other => {
            return Err(ServiceError::receiver(
                "InternalFailure",
                format!("{other} was dispatched, but it is not written"),
            ));
        }
    };
    Ok(output)
}
