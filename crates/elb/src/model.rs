//! The API's model, and of its shapes those that the operations here reach. Source: botocore's model of `elbv2`.
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
    "DescribeListeners",
    "DescribeLoadBalancerAttributes",
    "DescribeLoadBalancers",
    "DescribeTags",
    "DescribeTargetGroups",
    "DescribeTargetHealth",
];

/// `Action`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Action {
    /// `Type`.
    pub(crate) r#type: String,
    /// `TargetGroupArn`.
    pub(crate) target_group_arn: Option<String>,
    /// `AuthenticateOidcConfig`.
    pub(crate) authenticate_oidc_config: Option<Value>,
    /// `AuthenticateCognitoConfig`.
    pub(crate) authenticate_cognito_config: Option<Value>,
    /// `Order`.
    pub(crate) order: Option<i64>,
    /// `RedirectConfig`.
    pub(crate) redirect_config: Option<Value>,
    /// `FixedResponseConfig`.
    pub(crate) fixed_response_config: Option<Value>,
    /// `ForwardConfig`.
    pub(crate) forward_config: Option<ForwardActionConfig>,
    /// `JwtValidationConfig`.
    pub(crate) jwt_validation_config: Option<Value>,
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

/// `Certificate`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Certificate {
    /// `CertificateArn`.
    pub(crate) certificate_arn: Option<String>,
    /// `IsDefault`.
    pub(crate) is_default: Option<bool>,
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
pub(crate) struct DescribeListenersInput {
    /// `LoadBalancerArn`.
    pub(crate) load_balancer_arn: Option<String>,
    /// `ListenerArns`.
    pub(crate) listener_arns: Option<Vec<String>>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `PageSize`.
    pub(crate) page_size: Option<i64>,
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
pub(crate) struct DescribeListenersOutput {
    /// `Listeners`.
    pub(crate) listeners: Option<Vec<Listener>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
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
pub(crate) struct DescribeLoadBalancerAttributesInput {
    /// `LoadBalancerArn`.
    pub(crate) load_balancer_arn: String,
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
pub(crate) struct DescribeLoadBalancerAttributesOutput {
    /// `Attributes`.
    pub(crate) attributes: Option<Vec<LoadBalancerAttribute>>,
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
pub(crate) struct DescribeLoadBalancersInput {
    /// `LoadBalancerArns`.
    pub(crate) load_balancer_arns: Option<Vec<String>>,
    /// `Names`.
    pub(crate) names: Option<Vec<String>>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `PageSize`.
    pub(crate) page_size: Option<i64>,
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
pub(crate) struct DescribeLoadBalancersOutput {
    /// `LoadBalancers`.
    pub(crate) load_balancers: Option<Vec<LoadBalancer>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
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
pub(crate) struct DescribeTagsInput {
    /// `ResourceArns`.
    pub(crate) resource_arns: Vec<String>,
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
pub(crate) struct DescribeTagsOutput {
    /// `TagDescriptions`.
    pub(crate) tag_descriptions: Option<Vec<TagDescription>>,
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
pub(crate) struct DescribeTargetGroupsInput {
    /// `LoadBalancerArn`.
    pub(crate) load_balancer_arn: Option<String>,
    /// `TargetGroupArns`.
    pub(crate) target_group_arns: Option<Vec<String>>,
    /// `Names`.
    pub(crate) names: Option<Vec<String>>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `PageSize`.
    pub(crate) page_size: Option<i64>,
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
pub(crate) struct DescribeTargetGroupsOutput {
    /// `TargetGroups`.
    pub(crate) target_groups: Option<Vec<TargetGroup>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
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
pub(crate) struct DescribeTargetHealthInput {
    /// `TargetGroupArn`.
    pub(crate) target_group_arn: String,
    /// `Targets`.
    pub(crate) targets: Option<Vec<TargetDescription>>,
    /// `Include`.
    pub(crate) include: Option<Vec<String>>,
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
pub(crate) struct DescribeTargetHealthOutput {
    /// `TargetHealthDescriptions`.
    pub(crate) target_health_descriptions: Option<Vec<TargetHealthDescription>>,
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

/// `ForwardActionConfig`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ForwardActionConfig {
    /// `TargetGroups`.
    pub(crate) target_groups: Option<Vec<TargetGroupTuple>>,
    /// `TargetGroupStickinessConfig`.
    pub(crate) target_group_stickiness_config: Option<Value>,
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

/// `Listener`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Listener {
    /// `ListenerArn`.
    pub(crate) listener_arn: Option<String>,
    /// `LoadBalancerArn`.
    pub(crate) load_balancer_arn: Option<String>,
    /// `Port`.
    pub(crate) port: Option<i64>,
    /// `Protocol`.
    pub(crate) protocol: Option<String>,
    /// `Certificates`.
    pub(crate) certificates: Option<Vec<Certificate>>,
    /// `SslPolicy`.
    pub(crate) ssl_policy: Option<String>,
    /// `DefaultActions`.
    pub(crate) default_actions: Option<Vec<Action>>,
    /// `AlpnPolicy`.
    pub(crate) alpn_policy: Option<Vec<String>>,
    /// `MutualAuthentication`.
    pub(crate) mutual_authentication: Option<Value>,
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
pub(crate) struct LoadBalancer {
    /// `LoadBalancerArn`.
    pub(crate) load_balancer_arn: Option<String>,
    /// `DNSName`.
    pub(crate) dns_name: Option<String>,
    /// `CanonicalHostedZoneId`.
    pub(crate) canonical_hosted_zone_id: Option<String>,
    /// `CreatedTime`.
    pub(crate) created_time: Option<Time>,
    /// `LoadBalancerName`.
    pub(crate) load_balancer_name: Option<String>,
    /// `Scheme`.
    pub(crate) scheme: Option<String>,
    /// `VpcId`.
    pub(crate) vpc_id: Option<String>,
    /// `State`.
    pub(crate) state: Option<LoadBalancerState>,
    /// `Type`.
    pub(crate) r#type: Option<String>,
    /// `AvailabilityZones`.
    pub(crate) availability_zones: Option<Value>,
    /// `SecurityGroups`.
    pub(crate) security_groups: Option<Vec<String>>,
    /// `IpAddressType`.
    pub(crate) ip_address_type: Option<String>,
    /// `CustomerOwnedIpv4Pool`.
    pub(crate) customer_owned_ipv4_pool: Option<String>,
    /// `EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic`.
    pub(crate) enforce_security_group_inbound_rules_on_private_link_traffic: Option<String>,
    /// `EnablePrefixForIpv6SourceNat`.
    pub(crate) enable_prefix_for_ipv6_source_nat: Option<String>,
    /// `IpamPools`.
    pub(crate) ipam_pools: Option<Value>,
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

/// `LoadBalancerAttribute`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct LoadBalancerAttribute {
    /// `Key`.
    pub(crate) key: Option<String>,
    /// `Value`.
    pub(crate) value: Option<String>,
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
pub(crate) struct LoadBalancerState {
    /// `Code`.
    pub(crate) code: Option<String>,
    /// `Reason`.
    pub(crate) reason: Option<String>,
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
pub(crate) struct Matcher {
    /// `HttpCode`.
    pub(crate) http_code: Option<String>,
    /// `GrpcCode`.
    pub(crate) grpc_code: Option<String>,
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

/// `Tag`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tag {
    /// `Key`.
    pub(crate) key: String,
    /// `Value`.
    pub(crate) value: Option<String>,
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
pub(crate) struct TagDescription {
    /// `ResourceArn`.
    pub(crate) resource_arn: Option<String>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
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
pub(crate) struct TargetDescription {
    /// `Id`.
    pub(crate) id: String,
    /// `Port`.
    pub(crate) port: Option<i64>,
    /// `AvailabilityZone`.
    pub(crate) availability_zone: Option<String>,
    /// `QuicServerId`.
    pub(crate) quic_server_id: Option<String>,
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
pub(crate) struct TargetGroup {
    /// `TargetGroupArn`.
    pub(crate) target_group_arn: Option<String>,
    /// `TargetGroupName`.
    pub(crate) target_group_name: Option<String>,
    /// `Protocol`.
    pub(crate) protocol: Option<String>,
    /// `Port`.
    pub(crate) port: Option<i64>,
    /// `VpcId`.
    pub(crate) vpc_id: Option<String>,
    /// `HealthCheckProtocol`.
    pub(crate) health_check_protocol: Option<String>,
    /// `HealthCheckPort`.
    pub(crate) health_check_port: Option<String>,
    /// `HealthCheckEnabled`.
    pub(crate) health_check_enabled: Option<bool>,
    /// `HealthCheckIntervalSeconds`.
    pub(crate) health_check_interval_seconds: Option<i64>,
    /// `HealthCheckTimeoutSeconds`.
    pub(crate) health_check_timeout_seconds: Option<i64>,
    /// `HealthyThresholdCount`.
    pub(crate) healthy_threshold_count: Option<i64>,
    /// `UnhealthyThresholdCount`.
    pub(crate) unhealthy_threshold_count: Option<i64>,
    /// `HealthCheckPath`.
    pub(crate) health_check_path: Option<String>,
    /// `Matcher`.
    pub(crate) matcher: Option<Matcher>,
    /// `LoadBalancerArns`.
    pub(crate) load_balancer_arns: Option<Vec<String>>,
    /// `TargetType`.
    pub(crate) target_type: Option<String>,
    /// `ProtocolVersion`.
    pub(crate) protocol_version: Option<String>,
    /// `IpAddressType`.
    pub(crate) ip_address_type: Option<String>,
    /// `TargetControlPort`.
    pub(crate) target_control_port: Option<i64>,
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

/// `TargetGroupTuple`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct TargetGroupTuple {
    /// `TargetGroupArn`.
    pub(crate) target_group_arn: Option<String>,
    /// `Weight`.
    pub(crate) weight: Option<i64>,
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
pub(crate) struct TargetHealth {
    /// `State`.
    pub(crate) state: Option<String>,
    /// `Reason`.
    pub(crate) reason: Option<String>,
    /// `Description`.
    pub(crate) description: Option<String>,
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
pub(crate) struct TargetHealthDescription {
    /// `Target`.
    pub(crate) target: Option<TargetDescription>,
    /// `HealthCheckPort`.
    pub(crate) health_check_port: Option<String>,
    /// `TargetHealth`.
    pub(crate) target_health: Option<TargetHealth>,
    /// `AnomalyDetection`.
    pub(crate) anomaly_detection: Option<Value>,
    /// `AdministrativeOverride`.
    pub(crate) administrative_override: Option<Value>,
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
