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
    "AddListenerCertificates",
    "AddTags",
    "AddTrustStoreRevocations",
    "CreateListener",
    "CreateLoadBalancer",
    "CreateRule",
    "CreateTargetGroup",
    "CreateTrustStore",
    "DeleteListener",
    "DeleteLoadBalancer",
    "DeleteRule",
    "DeleteSharedTrustStoreAssociation",
    "DeleteTargetGroup",
    "DeleteTrustStore",
    "DeregisterTargets",
    "DescribeAccountLimits",
    "DescribeCapacityReservation",
    "DescribeListenerAttributes",
    "DescribeListenerCertificates",
    "DescribeListeners",
    "DescribeLoadBalancerAttributes",
    "DescribeLoadBalancers",
    "DescribeRules",
    "DescribeSSLPolicies",
    "DescribeTags",
    "DescribeTargetGroupAttributes",
    "DescribeTargetGroups",
    "DescribeTargetHealth",
    "DescribeTrustStoreAssociations",
    "DescribeTrustStoreRevocations",
    "DescribeTrustStores",
    "GetResourcePolicy",
    "GetTrustStoreCaCertificatesBundle",
    "GetTrustStoreRevocationContent",
    "ModifyCapacityReservation",
    "ModifyListener",
    "ModifyListenerAttributes",
    "ModifyLoadBalancerAttributes",
    "ModifyRule",
    "ModifyTargetGroup",
    "ModifyTargetGroupAttributes",
    "ModifyTrustStore",
    "RegisterTargets",
    "RemoveListenerCertificates",
    "RemoveTags",
    "RemoveTrustStoreRevocations",
    "SetIpAddressType",
    "SetRulePriorities",
    "SetSecurityGroups",
    "SetSubnets",
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
    pub(crate) redirect_config: Option<RedirectActionConfig>,
    /// `FixedResponseConfig`.
    pub(crate) fixed_response_config: Option<FixedResponseActionConfig>,
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

/// `AddListenerCertificatesInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AddListenerCertificatesInput {
    /// `ListenerArn`.
    pub(crate) listener_arn: String,
    /// `Certificates`.
    pub(crate) certificates: Vec<Certificate>,
}

impl FromValue for AddListenerCertificatesInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            listener_arn: members.take("ListenerArn")?,
            certificates: members.take("Certificates")?,
        })
    }
}

impl IntoValue for AddListenerCertificatesInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("ListenerArn", self.listener_arn)
            .with("Certificates", self.certificates)
            .end()
    }
}

/// `AddListenerCertificatesOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AddListenerCertificatesOutput {
    /// `Certificates`.
    pub(crate) certificates: Option<Vec<Certificate>>,
}

impl FromValue for AddListenerCertificatesOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            certificates: members.take("Certificates")?,
        })
    }
}

impl IntoValue for AddListenerCertificatesOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Certificates", self.certificates)
            .end()
    }
}

/// `AddTagsInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AddTagsInput {
    /// `ResourceArns`.
    pub(crate) resource_arns: Vec<String>,
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
}

impl FromValue for AddTagsInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arns: members.take("ResourceArns")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for AddTagsInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("ResourceArns", self.resource_arns)
            .with("Tags", self.tags)
            .end()
    }
}

/// `AddTagsOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AddTagsOutput {}

impl FromValue for AddTagsOutput {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for AddTagsOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `AddTrustStoreRevocationsInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AddTrustStoreRevocationsInput {
    /// `TrustStoreArn`.
    pub(crate) trust_store_arn: String,
    /// `RevocationContents`.
    pub(crate) revocation_contents: Option<Vec<RevocationContent>>,
}

impl FromValue for AddTrustStoreRevocationsInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_arn: members.take("TrustStoreArn")?,
            revocation_contents: members.take("RevocationContents")?,
        })
    }
}

impl IntoValue for AddTrustStoreRevocationsInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TrustStoreArn", self.trust_store_arn)
            .with("RevocationContents", self.revocation_contents)
            .end()
    }
}

/// `AddTrustStoreRevocationsOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AddTrustStoreRevocationsOutput {
    /// `TrustStoreRevocations`.
    pub(crate) trust_store_revocations: Option<Vec<TrustStoreRevocation>>,
}

impl FromValue for AddTrustStoreRevocationsOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_revocations: members.take("TrustStoreRevocations")?,
        })
    }
}

impl IntoValue for AddTrustStoreRevocationsOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("TrustStoreRevocations", self.trust_store_revocations)
            .end()
    }
}

/// `AnomalyDetection`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AnomalyDetection {
    /// `Result`.
    pub(crate) result: Option<String>,
    /// `MitigationInEffect`.
    pub(crate) mitigation_in_effect: Option<String>,
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

/// `AvailabilityZone`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AvailabilityZone {
    /// `ZoneName`.
    pub(crate) zone_name: Option<String>,
    /// `SubnetId`.
    pub(crate) subnet_id: Option<String>,
    /// `OutpostId`.
    pub(crate) outpost_id: Option<String>,
    /// `LoadBalancerAddresses`.
    pub(crate) load_balancer_addresses: Option<Vec<LoadBalancerAddress>>,
    /// `SourceNatIpv6Prefixes`.
    pub(crate) source_nat_ipv6_prefixes: Option<Vec<String>>,
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

/// `CapacityReservationStatus`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CapacityReservationStatus {
    /// `Code`.
    pub(crate) code: Option<String>,
    /// `Reason`.
    pub(crate) reason: Option<String>,
}

impl FromValue for CapacityReservationStatus {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            code: members.take("Code")?,
            reason: members.take("Reason")?,
        })
    }
}

impl IntoValue for CapacityReservationStatus {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Code", self.code)
            .with("Reason", self.reason)
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

/// `Cipher`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Cipher {
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `Priority`.
    pub(crate) priority: Option<i64>,
}

impl FromValue for Cipher {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            priority: members.take("Priority")?,
        })
    }
}

impl IntoValue for Cipher {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Name", self.name)
            .with("Priority", self.priority)
            .end()
    }
}

/// `CreateListenerInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateListenerInput {
    /// `LoadBalancerArn`.
    pub(crate) load_balancer_arn: String,
    /// `Protocol`.
    pub(crate) protocol: Option<String>,
    /// `Port`.
    pub(crate) port: Option<i64>,
    /// `SslPolicy`.
    pub(crate) ssl_policy: Option<String>,
    /// `Certificates`.
    pub(crate) certificates: Option<Vec<Certificate>>,
    /// `DefaultActions`.
    pub(crate) default_actions: Vec<Action>,
    /// `AlpnPolicy`.
    pub(crate) alpn_policy: Option<Vec<String>>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
    /// `MutualAuthentication`.
    pub(crate) mutual_authentication: Option<MutualAuthenticationAttributes>,
}

impl FromValue for CreateListenerInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancer_arn: members.take("LoadBalancerArn")?,
            protocol: members.take("Protocol")?,
            port: members.take("Port")?,
            ssl_policy: members.take("SslPolicy")?,
            certificates: members.take("Certificates")?,
            default_actions: members.take("DefaultActions")?,
            alpn_policy: members.take("AlpnPolicy")?,
            tags: members.take("Tags")?,
            mutual_authentication: members.take("MutualAuthentication")?,
        })
    }
}

impl IntoValue for CreateListenerInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(9)
            .with("LoadBalancerArn", self.load_balancer_arn)
            .with("Protocol", self.protocol)
            .with("Port", self.port)
            .with("SslPolicy", self.ssl_policy)
            .with("Certificates", self.certificates)
            .with("DefaultActions", self.default_actions)
            .with("AlpnPolicy", self.alpn_policy)
            .with("Tags", self.tags)
            .with("MutualAuthentication", self.mutual_authentication)
            .end()
    }
}

/// `CreateListenerOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateListenerOutput {
    /// `Listeners`.
    pub(crate) listeners: Option<Vec<Listener>>,
}

impl FromValue for CreateListenerOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            listeners: members.take("Listeners")?,
        })
    }
}

impl IntoValue for CreateListenerOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Listeners", self.listeners)
            .end()
    }
}

/// `CreateLoadBalancerInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateLoadBalancerInput {
    /// `Name`.
    pub(crate) name: String,
    /// `Subnets`.
    pub(crate) subnets: Option<Vec<String>>,
    /// `SubnetMappings`.
    pub(crate) subnet_mappings: Option<Vec<SubnetMapping>>,
    /// `SecurityGroups`.
    pub(crate) security_groups: Option<Vec<String>>,
    /// `Scheme`.
    pub(crate) scheme: Option<String>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
    /// `Type`.
    pub(crate) r#type: Option<String>,
    /// `IpAddressType`.
    pub(crate) ip_address_type: Option<String>,
    /// `CustomerOwnedIpv4Pool`.
    pub(crate) customer_owned_ipv4_pool: Option<String>,
    /// `EnablePrefixForIpv6SourceNat`.
    pub(crate) enable_prefix_for_ipv6_source_nat: Option<String>,
    /// `IpamPools`.
    pub(crate) ipam_pools: Option<Value>,
}

impl FromValue for CreateLoadBalancerInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            subnets: members.take("Subnets")?,
            subnet_mappings: members.take("SubnetMappings")?,
            security_groups: members.take("SecurityGroups")?,
            scheme: members.take("Scheme")?,
            tags: members.take("Tags")?,
            r#type: members.take("Type")?,
            ip_address_type: members.take("IpAddressType")?,
            customer_owned_ipv4_pool: members.take("CustomerOwnedIpv4Pool")?,
            enable_prefix_for_ipv6_source_nat: members.take("EnablePrefixForIpv6SourceNat")?,
            ipam_pools: members.take("IpamPools")?,
        })
    }
}

impl IntoValue for CreateLoadBalancerInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(11)
            .with("Name", self.name)
            .with("Subnets", self.subnets)
            .with("SubnetMappings", self.subnet_mappings)
            .with("SecurityGroups", self.security_groups)
            .with("Scheme", self.scheme)
            .with("Tags", self.tags)
            .with("Type", self.r#type)
            .with("IpAddressType", self.ip_address_type)
            .with("CustomerOwnedIpv4Pool", self.customer_owned_ipv4_pool)
            .with(
                "EnablePrefixForIpv6SourceNat",
                self.enable_prefix_for_ipv6_source_nat,
            )
            .with("IpamPools", self.ipam_pools)
            .end()
    }
}

/// `CreateLoadBalancerOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateLoadBalancerOutput {
    /// `LoadBalancers`.
    pub(crate) load_balancers: Option<Vec<LoadBalancer>>,
}

impl FromValue for CreateLoadBalancerOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancers: members.take("LoadBalancers")?,
        })
    }
}

impl IntoValue for CreateLoadBalancerOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("LoadBalancers", self.load_balancers)
            .end()
    }
}

/// `CreateRuleInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateRuleInput {
    /// `ListenerArn`.
    pub(crate) listener_arn: String,
    /// `Conditions`.
    pub(crate) conditions: Vec<RuleCondition>,
    /// `Priority`.
    pub(crate) priority: i64,
    /// `Actions`.
    pub(crate) actions: Vec<Action>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
    /// `Transforms`.
    pub(crate) transforms: Option<Vec<RuleTransform>>,
}

impl FromValue for CreateRuleInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            listener_arn: members.take("ListenerArn")?,
            conditions: members.take("Conditions")?,
            priority: members.take("Priority")?,
            actions: members.take("Actions")?,
            tags: members.take("Tags")?,
            transforms: members.take("Transforms")?,
        })
    }
}

impl IntoValue for CreateRuleInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("ListenerArn", self.listener_arn)
            .with("Conditions", self.conditions)
            .with("Priority", self.priority)
            .with("Actions", self.actions)
            .with("Tags", self.tags)
            .with("Transforms", self.transforms)
            .end()
    }
}

/// `CreateRuleOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateRuleOutput {
    /// `Rules`.
    pub(crate) rules: Option<Vec<Rule>>,
}

impl FromValue for CreateRuleOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            rules: members.take("Rules")?,
        })
    }
}

impl IntoValue for CreateRuleOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("Rules", self.rules).end()
    }
}

/// `CreateTargetGroupInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateTargetGroupInput {
    /// `Name`.
    pub(crate) name: String,
    /// `Protocol`.
    pub(crate) protocol: Option<String>,
    /// `ProtocolVersion`.
    pub(crate) protocol_version: Option<String>,
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
    /// `HealthCheckPath`.
    pub(crate) health_check_path: Option<String>,
    /// `HealthCheckIntervalSeconds`.
    pub(crate) health_check_interval_seconds: Option<i64>,
    /// `HealthCheckTimeoutSeconds`.
    pub(crate) health_check_timeout_seconds: Option<i64>,
    /// `HealthyThresholdCount`.
    pub(crate) healthy_threshold_count: Option<i64>,
    /// `UnhealthyThresholdCount`.
    pub(crate) unhealthy_threshold_count: Option<i64>,
    /// `Matcher`.
    pub(crate) matcher: Option<Matcher>,
    /// `TargetType`.
    pub(crate) target_type: Option<String>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
    /// `IpAddressType`.
    pub(crate) ip_address_type: Option<String>,
    /// `TargetControlPort`.
    pub(crate) target_control_port: Option<i64>,
}

impl FromValue for CreateTargetGroupInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            protocol: members.take("Protocol")?,
            protocol_version: members.take("ProtocolVersion")?,
            port: members.take("Port")?,
            vpc_id: members.take("VpcId")?,
            health_check_protocol: members.take("HealthCheckProtocol")?,
            health_check_port: members.take("HealthCheckPort")?,
            health_check_enabled: members.take("HealthCheckEnabled")?,
            health_check_path: members.take("HealthCheckPath")?,
            health_check_interval_seconds: members.take("HealthCheckIntervalSeconds")?,
            health_check_timeout_seconds: members.take("HealthCheckTimeoutSeconds")?,
            healthy_threshold_count: members.take("HealthyThresholdCount")?,
            unhealthy_threshold_count: members.take("UnhealthyThresholdCount")?,
            matcher: members.take("Matcher")?,
            target_type: members.take("TargetType")?,
            tags: members.take("Tags")?,
            ip_address_type: members.take("IpAddressType")?,
            target_control_port: members.take("TargetControlPort")?,
        })
    }
}

impl IntoValue for CreateTargetGroupInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(18)
            .with("Name", self.name)
            .with("Protocol", self.protocol)
            .with("ProtocolVersion", self.protocol_version)
            .with("Port", self.port)
            .with("VpcId", self.vpc_id)
            .with("HealthCheckProtocol", self.health_check_protocol)
            .with("HealthCheckPort", self.health_check_port)
            .with("HealthCheckEnabled", self.health_check_enabled)
            .with("HealthCheckPath", self.health_check_path)
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
            .with("Matcher", self.matcher)
            .with("TargetType", self.target_type)
            .with("Tags", self.tags)
            .with("IpAddressType", self.ip_address_type)
            .with("TargetControlPort", self.target_control_port)
            .end()
    }
}

/// `CreateTargetGroupOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateTargetGroupOutput {
    /// `TargetGroups`.
    pub(crate) target_groups: Option<Vec<TargetGroup>>,
}

impl FromValue for CreateTargetGroupOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_groups: members.take("TargetGroups")?,
        })
    }
}

impl IntoValue for CreateTargetGroupOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("TargetGroups", self.target_groups)
            .end()
    }
}

/// `CreateTrustStoreInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateTrustStoreInput {
    /// `Name`.
    pub(crate) name: String,
    /// `CaCertificatesBundleS3Bucket`.
    pub(crate) ca_certificates_bundle_s3_bucket: String,
    /// `CaCertificatesBundleS3Key`.
    pub(crate) ca_certificates_bundle_s3_key: String,
    /// `CaCertificatesBundleS3ObjectVersion`.
    pub(crate) ca_certificates_bundle_s3_object_version: Option<String>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for CreateTrustStoreInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            ca_certificates_bundle_s3_bucket: members.take("CaCertificatesBundleS3Bucket")?,
            ca_certificates_bundle_s3_key: members.take("CaCertificatesBundleS3Key")?,
            ca_certificates_bundle_s3_object_version: members
                .take("CaCertificatesBundleS3ObjectVersion")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for CreateTrustStoreInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Name", self.name)
            .with(
                "CaCertificatesBundleS3Bucket",
                self.ca_certificates_bundle_s3_bucket,
            )
            .with(
                "CaCertificatesBundleS3Key",
                self.ca_certificates_bundle_s3_key,
            )
            .with(
                "CaCertificatesBundleS3ObjectVersion",
                self.ca_certificates_bundle_s3_object_version,
            )
            .with("Tags", self.tags)
            .end()
    }
}

/// `CreateTrustStoreOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateTrustStoreOutput {
    /// `TrustStores`.
    pub(crate) trust_stores: Option<Vec<TrustStore>>,
}

impl FromValue for CreateTrustStoreOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_stores: members.take("TrustStores")?,
        })
    }
}

impl IntoValue for CreateTrustStoreOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("TrustStores", self.trust_stores)
            .end()
    }
}

/// `DeleteListenerInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteListenerInput {
    /// `ListenerArn`.
    pub(crate) listener_arn: String,
}

impl FromValue for DeleteListenerInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            listener_arn: members.take("ListenerArn")?,
        })
    }
}

impl IntoValue for DeleteListenerInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ListenerArn", self.listener_arn)
            .end()
    }
}

/// `DeleteListenerOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteListenerOutput {}

impl FromValue for DeleteListenerOutput {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeleteListenerOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DeleteLoadBalancerInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteLoadBalancerInput {
    /// `LoadBalancerArn`.
    pub(crate) load_balancer_arn: String,
}

impl FromValue for DeleteLoadBalancerInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancer_arn: members.take("LoadBalancerArn")?,
        })
    }
}

impl IntoValue for DeleteLoadBalancerInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("LoadBalancerArn", self.load_balancer_arn)
            .end()
    }
}

/// `DeleteLoadBalancerOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteLoadBalancerOutput {}

impl FromValue for DeleteLoadBalancerOutput {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeleteLoadBalancerOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DeleteRuleInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteRuleInput {
    /// `RuleArn`.
    pub(crate) rule_arn: String,
}

impl FromValue for DeleteRuleInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            rule_arn: members.take("RuleArn")?,
        })
    }
}

impl IntoValue for DeleteRuleInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("RuleArn", self.rule_arn)
            .end()
    }
}

/// `DeleteRuleOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteRuleOutput {}

impl FromValue for DeleteRuleOutput {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeleteRuleOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DeleteSharedTrustStoreAssociationInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteSharedTrustStoreAssociationInput {
    /// `TrustStoreArn`.
    pub(crate) trust_store_arn: String,
    /// `ResourceArn`.
    pub(crate) resource_arn: String,
}

impl FromValue for DeleteSharedTrustStoreAssociationInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_arn: members.take("TrustStoreArn")?,
            resource_arn: members.take("ResourceArn")?,
        })
    }
}

impl IntoValue for DeleteSharedTrustStoreAssociationInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TrustStoreArn", self.trust_store_arn)
            .with("ResourceArn", self.resource_arn)
            .end()
    }
}

/// `DeleteSharedTrustStoreAssociationOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteSharedTrustStoreAssociationOutput {}

impl FromValue for DeleteSharedTrustStoreAssociationOutput {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeleteSharedTrustStoreAssociationOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DeleteTargetGroupInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteTargetGroupInput {
    /// `TargetGroupArn`.
    pub(crate) target_group_arn: String,
}

impl FromValue for DeleteTargetGroupInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_group_arn: members.take("TargetGroupArn")?,
        })
    }
}

impl IntoValue for DeleteTargetGroupInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("TargetGroupArn", self.target_group_arn)
            .end()
    }
}

/// `DeleteTargetGroupOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteTargetGroupOutput {}

impl FromValue for DeleteTargetGroupOutput {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeleteTargetGroupOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DeleteTrustStoreInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteTrustStoreInput {
    /// `TrustStoreArn`.
    pub(crate) trust_store_arn: String,
}

impl FromValue for DeleteTrustStoreInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_arn: members.take("TrustStoreArn")?,
        })
    }
}

impl IntoValue for DeleteTrustStoreInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("TrustStoreArn", self.trust_store_arn)
            .end()
    }
}

/// `DeleteTrustStoreOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteTrustStoreOutput {}

impl FromValue for DeleteTrustStoreOutput {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeleteTrustStoreOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DeregisterTargetsInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeregisterTargetsInput {
    /// `TargetGroupArn`.
    pub(crate) target_group_arn: String,
    /// `Targets`.
    pub(crate) targets: Vec<TargetDescription>,
}

impl FromValue for DeregisterTargetsInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_group_arn: members.take("TargetGroupArn")?,
            targets: members.take("Targets")?,
        })
    }
}

impl IntoValue for DeregisterTargetsInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TargetGroupArn", self.target_group_arn)
            .with("Targets", self.targets)
            .end()
    }
}

/// `DeregisterTargetsOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeregisterTargetsOutput {}

impl FromValue for DeregisterTargetsOutput {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeregisterTargetsOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DescribeAccountLimitsInput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeAccountLimitsInput {
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `PageSize`.
    pub(crate) page_size: Option<i64>,
}

impl FromValue for DescribeAccountLimitsInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            marker: members.take("Marker")?,
            page_size: members.take("PageSize")?,
        })
    }
}

impl IntoValue for DescribeAccountLimitsInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Marker", self.marker)
            .with("PageSize", self.page_size)
            .end()
    }
}

/// `DescribeAccountLimitsOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeAccountLimitsOutput {
    /// `Limits`.
    pub(crate) limits: Option<Vec<Limit>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
}

impl FromValue for DescribeAccountLimitsOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            limits: members.take("Limits")?,
            next_marker: members.take("NextMarker")?,
        })
    }
}

impl IntoValue for DescribeAccountLimitsOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Limits", self.limits)
            .with("NextMarker", self.next_marker)
            .end()
    }
}

/// `DescribeCapacityReservationInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DescribeCapacityReservationInput {
    /// `LoadBalancerArn`.
    pub(crate) load_balancer_arn: String,
}

impl FromValue for DescribeCapacityReservationInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancer_arn: members.take("LoadBalancerArn")?,
        })
    }
}

impl IntoValue for DescribeCapacityReservationInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("LoadBalancerArn", self.load_balancer_arn)
            .end()
    }
}

/// `DescribeCapacityReservationOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeCapacityReservationOutput {
    /// `LastModifiedTime`.
    pub(crate) last_modified_time: Option<Time>,
    /// `DecreaseRequestsRemaining`.
    pub(crate) decrease_requests_remaining: Option<i64>,
    /// `MinimumLoadBalancerCapacity`.
    pub(crate) minimum_load_balancer_capacity: Option<MinimumLoadBalancerCapacity>,
    /// `CapacityReservationState`.
    pub(crate) capacity_reservation_state: Option<Vec<ZonalCapacityReservationState>>,
}

impl FromValue for DescribeCapacityReservationOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            last_modified_time: members.take("LastModifiedTime")?,
            decrease_requests_remaining: members.take("DecreaseRequestsRemaining")?,
            minimum_load_balancer_capacity: members.take("MinimumLoadBalancerCapacity")?,
            capacity_reservation_state: members.take("CapacityReservationState")?,
        })
    }
}

impl IntoValue for DescribeCapacityReservationOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("LastModifiedTime", self.last_modified_time)
            .with(
                "DecreaseRequestsRemaining",
                self.decrease_requests_remaining,
            )
            .with(
                "MinimumLoadBalancerCapacity",
                self.minimum_load_balancer_capacity,
            )
            .with("CapacityReservationState", self.capacity_reservation_state)
            .end()
    }
}

/// `DescribeListenerAttributesInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DescribeListenerAttributesInput {
    /// `ListenerArn`.
    pub(crate) listener_arn: String,
}

impl FromValue for DescribeListenerAttributesInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            listener_arn: members.take("ListenerArn")?,
        })
    }
}

impl IntoValue for DescribeListenerAttributesInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ListenerArn", self.listener_arn)
            .end()
    }
}

/// `DescribeListenerAttributesOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeListenerAttributesOutput {
    /// `Attributes`.
    pub(crate) attributes: Option<Vec<ListenerAttribute>>,
}

impl FromValue for DescribeListenerAttributesOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            attributes: members.take("Attributes")?,
        })
    }
}

impl IntoValue for DescribeListenerAttributesOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Attributes", self.attributes)
            .end()
    }
}

/// `DescribeListenerCertificatesInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DescribeListenerCertificatesInput {
    /// `ListenerArn`.
    pub(crate) listener_arn: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `PageSize`.
    pub(crate) page_size: Option<i64>,
}

impl FromValue for DescribeListenerCertificatesInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            listener_arn: members.take("ListenerArn")?,
            marker: members.take("Marker")?,
            page_size: members.take("PageSize")?,
        })
    }
}

impl IntoValue for DescribeListenerCertificatesInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("ListenerArn", self.listener_arn)
            .with("Marker", self.marker)
            .with("PageSize", self.page_size)
            .end()
    }
}

/// `DescribeListenerCertificatesOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeListenerCertificatesOutput {
    /// `Certificates`.
    pub(crate) certificates: Option<Vec<Certificate>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
}

impl FromValue for DescribeListenerCertificatesOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            certificates: members.take("Certificates")?,
            next_marker: members.take("NextMarker")?,
        })
    }
}

impl IntoValue for DescribeListenerCertificatesOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Certificates", self.certificates)
            .with("NextMarker", self.next_marker)
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

/// `DescribeRulesInput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeRulesInput {
    /// `ListenerArn`.
    pub(crate) listener_arn: Option<String>,
    /// `RuleArns`.
    pub(crate) rule_arns: Option<Vec<String>>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `PageSize`.
    pub(crate) page_size: Option<i64>,
}

impl FromValue for DescribeRulesInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            listener_arn: members.take("ListenerArn")?,
            rule_arns: members.take("RuleArns")?,
            marker: members.take("Marker")?,
            page_size: members.take("PageSize")?,
        })
    }
}

impl IntoValue for DescribeRulesInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("ListenerArn", self.listener_arn)
            .with("RuleArns", self.rule_arns)
            .with("Marker", self.marker)
            .with("PageSize", self.page_size)
            .end()
    }
}

/// `DescribeRulesOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeRulesOutput {
    /// `Rules`.
    pub(crate) rules: Option<Vec<Rule>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
}

impl FromValue for DescribeRulesOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            rules: members.take("Rules")?,
            next_marker: members.take("NextMarker")?,
        })
    }
}

impl IntoValue for DescribeRulesOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Rules", self.rules)
            .with("NextMarker", self.next_marker)
            .end()
    }
}

/// `DescribeSSLPoliciesInput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeSSLPoliciesInput {
    /// `Names`.
    pub(crate) names: Option<Vec<String>>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `PageSize`.
    pub(crate) page_size: Option<i64>,
    /// `LoadBalancerType`.
    pub(crate) load_balancer_type: Option<String>,
}

impl FromValue for DescribeSSLPoliciesInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            names: members.take("Names")?,
            marker: members.take("Marker")?,
            page_size: members.take("PageSize")?,
            load_balancer_type: members.take("LoadBalancerType")?,
        })
    }
}

impl IntoValue for DescribeSSLPoliciesInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Names", self.names)
            .with("Marker", self.marker)
            .with("PageSize", self.page_size)
            .with("LoadBalancerType", self.load_balancer_type)
            .end()
    }
}

/// `DescribeSSLPoliciesOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeSSLPoliciesOutput {
    /// `SslPolicies`.
    pub(crate) ssl_policies: Option<Vec<SslPolicy>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
}

impl FromValue for DescribeSSLPoliciesOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            ssl_policies: members.take("SslPolicies")?,
            next_marker: members.take("NextMarker")?,
        })
    }
}

impl IntoValue for DescribeSSLPoliciesOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("SslPolicies", self.ssl_policies)
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

/// `DescribeTargetGroupAttributesInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DescribeTargetGroupAttributesInput {
    /// `TargetGroupArn`.
    pub(crate) target_group_arn: String,
}

impl FromValue for DescribeTargetGroupAttributesInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_group_arn: members.take("TargetGroupArn")?,
        })
    }
}

impl IntoValue for DescribeTargetGroupAttributesInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("TargetGroupArn", self.target_group_arn)
            .end()
    }
}

/// `DescribeTargetGroupAttributesOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeTargetGroupAttributesOutput {
    /// `Attributes`.
    pub(crate) attributes: Option<Vec<TargetGroupAttribute>>,
}

impl FromValue for DescribeTargetGroupAttributesOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            attributes: members.take("Attributes")?,
        })
    }
}

impl IntoValue for DescribeTargetGroupAttributesOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Attributes", self.attributes)
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

/// `DescribeTrustStoreAssociationsInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DescribeTrustStoreAssociationsInput {
    /// `TrustStoreArn`.
    pub(crate) trust_store_arn: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `PageSize`.
    pub(crate) page_size: Option<i64>,
}

impl FromValue for DescribeTrustStoreAssociationsInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_arn: members.take("TrustStoreArn")?,
            marker: members.take("Marker")?,
            page_size: members.take("PageSize")?,
        })
    }
}

impl IntoValue for DescribeTrustStoreAssociationsInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("TrustStoreArn", self.trust_store_arn)
            .with("Marker", self.marker)
            .with("PageSize", self.page_size)
            .end()
    }
}

/// `DescribeTrustStoreAssociationsOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeTrustStoreAssociationsOutput {
    /// `TrustStoreAssociations`.
    pub(crate) trust_store_associations: Option<Vec<TrustStoreAssociation>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
}

impl FromValue for DescribeTrustStoreAssociationsOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_associations: members.take("TrustStoreAssociations")?,
            next_marker: members.take("NextMarker")?,
        })
    }
}

impl IntoValue for DescribeTrustStoreAssociationsOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TrustStoreAssociations", self.trust_store_associations)
            .with("NextMarker", self.next_marker)
            .end()
    }
}

/// `DescribeTrustStoreRevocation`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeTrustStoreRevocation {
    /// `TrustStoreArn`.
    pub(crate) trust_store_arn: Option<String>,
    /// `RevocationId`.
    pub(crate) revocation_id: Option<i64>,
    /// `RevocationType`.
    pub(crate) revocation_type: Option<String>,
    /// `NumberOfRevokedEntries`.
    pub(crate) number_of_revoked_entries: Option<i64>,
}

impl FromValue for DescribeTrustStoreRevocation {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_arn: members.take("TrustStoreArn")?,
            revocation_id: members.take("RevocationId")?,
            revocation_type: members.take("RevocationType")?,
            number_of_revoked_entries: members.take("NumberOfRevokedEntries")?,
        })
    }
}

impl IntoValue for DescribeTrustStoreRevocation {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("TrustStoreArn", self.trust_store_arn)
            .with("RevocationId", self.revocation_id)
            .with("RevocationType", self.revocation_type)
            .with("NumberOfRevokedEntries", self.number_of_revoked_entries)
            .end()
    }
}

/// `DescribeTrustStoreRevocationsInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DescribeTrustStoreRevocationsInput {
    /// `TrustStoreArn`.
    pub(crate) trust_store_arn: String,
    /// `RevocationIds`.
    pub(crate) revocation_ids: Option<Vec<i64>>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `PageSize`.
    pub(crate) page_size: Option<i64>,
}

impl FromValue for DescribeTrustStoreRevocationsInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_arn: members.take("TrustStoreArn")?,
            revocation_ids: members.take("RevocationIds")?,
            marker: members.take("Marker")?,
            page_size: members.take("PageSize")?,
        })
    }
}

impl IntoValue for DescribeTrustStoreRevocationsInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("TrustStoreArn", self.trust_store_arn)
            .with("RevocationIds", self.revocation_ids)
            .with("Marker", self.marker)
            .with("PageSize", self.page_size)
            .end()
    }
}

/// `DescribeTrustStoreRevocationsOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeTrustStoreRevocationsOutput {
    /// `TrustStoreRevocations`.
    pub(crate) trust_store_revocations: Option<Vec<DescribeTrustStoreRevocation>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
}

impl FromValue for DescribeTrustStoreRevocationsOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_revocations: members.take("TrustStoreRevocations")?,
            next_marker: members.take("NextMarker")?,
        })
    }
}

impl IntoValue for DescribeTrustStoreRevocationsOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TrustStoreRevocations", self.trust_store_revocations)
            .with("NextMarker", self.next_marker)
            .end()
    }
}

/// `DescribeTrustStoresInput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeTrustStoresInput {
    /// `TrustStoreArns`.
    pub(crate) trust_store_arns: Option<Vec<String>>,
    /// `Names`.
    pub(crate) names: Option<Vec<String>>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `PageSize`.
    pub(crate) page_size: Option<i64>,
}

impl FromValue for DescribeTrustStoresInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_arns: members.take("TrustStoreArns")?,
            names: members.take("Names")?,
            marker: members.take("Marker")?,
            page_size: members.take("PageSize")?,
        })
    }
}

impl IntoValue for DescribeTrustStoresInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("TrustStoreArns", self.trust_store_arns)
            .with("Names", self.names)
            .with("Marker", self.marker)
            .with("PageSize", self.page_size)
            .end()
    }
}

/// `DescribeTrustStoresOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeTrustStoresOutput {
    /// `TrustStores`.
    pub(crate) trust_stores: Option<Vec<TrustStore>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
}

impl FromValue for DescribeTrustStoresOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_stores: members.take("TrustStores")?,
            next_marker: members.take("NextMarker")?,
        })
    }
}

impl IntoValue for DescribeTrustStoresOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TrustStores", self.trust_stores)
            .with("NextMarker", self.next_marker)
            .end()
    }
}

/// `FixedResponseActionConfig`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FixedResponseActionConfig {
    /// `MessageBody`.
    pub(crate) message_body: Option<String>,
    /// `StatusCode`.
    pub(crate) status_code: String,
    /// `ContentType`.
    pub(crate) content_type: Option<String>,
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
pub(crate) struct ForwardActionConfig {
    /// `TargetGroups`.
    pub(crate) target_groups: Option<Vec<TargetGroupTuple>>,
    /// `TargetGroupStickinessConfig`.
    pub(crate) target_group_stickiness_config: Option<TargetGroupStickinessConfig>,
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

/// `GetResourcePolicyInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetResourcePolicyInput {
    /// `ResourceArn`.
    pub(crate) resource_arn: String,
}

impl FromValue for GetResourcePolicyInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arn: members.take("ResourceArn")?,
        })
    }
}

impl IntoValue for GetResourcePolicyInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ResourceArn", self.resource_arn)
            .end()
    }
}

/// `GetResourcePolicyOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetResourcePolicyOutput {
    /// `Policy`.
    pub(crate) policy: Option<String>,
}

impl FromValue for GetResourcePolicyOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy: members.take("Policy")?,
        })
    }
}

impl IntoValue for GetResourcePolicyOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Policy", self.policy)
            .end()
    }
}

/// `GetTrustStoreCaCertificatesBundleInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetTrustStoreCaCertificatesBundleInput {
    /// `TrustStoreArn`.
    pub(crate) trust_store_arn: String,
}

impl FromValue for GetTrustStoreCaCertificatesBundleInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_arn: members.take("TrustStoreArn")?,
        })
    }
}

impl IntoValue for GetTrustStoreCaCertificatesBundleInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("TrustStoreArn", self.trust_store_arn)
            .end()
    }
}

/// `GetTrustStoreCaCertificatesBundleOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetTrustStoreCaCertificatesBundleOutput {
    /// `Location`.
    pub(crate) location: Option<String>,
}

impl FromValue for GetTrustStoreCaCertificatesBundleOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            location: members.take("Location")?,
        })
    }
}

impl IntoValue for GetTrustStoreCaCertificatesBundleOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Location", self.location)
            .end()
    }
}

/// `GetTrustStoreRevocationContentInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetTrustStoreRevocationContentInput {
    /// `TrustStoreArn`.
    pub(crate) trust_store_arn: String,
    /// `RevocationId`.
    pub(crate) revocation_id: i64,
}

impl FromValue for GetTrustStoreRevocationContentInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_arn: members.take("TrustStoreArn")?,
            revocation_id: members.take("RevocationId")?,
        })
    }
}

impl IntoValue for GetTrustStoreRevocationContentInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TrustStoreArn", self.trust_store_arn)
            .with("RevocationId", self.revocation_id)
            .end()
    }
}

/// `GetTrustStoreRevocationContentOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetTrustStoreRevocationContentOutput {
    /// `Location`.
    pub(crate) location: Option<String>,
}

impl FromValue for GetTrustStoreRevocationContentOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            location: members.take("Location")?,
        })
    }
}

impl IntoValue for GetTrustStoreRevocationContentOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Location", self.location)
            .end()
    }
}

/// `HostHeaderConditionConfig`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct HostHeaderConditionConfig {
    /// `Values`.
    pub(crate) values: Option<Vec<String>>,
    /// `RegexValues`.
    pub(crate) regex_values: Option<Vec<String>>,
}

impl FromValue for HostHeaderConditionConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            values: members.take("Values")?,
            regex_values: members.take("RegexValues")?,
        })
    }
}

impl IntoValue for HostHeaderConditionConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Values", self.values)
            .with("RegexValues", self.regex_values)
            .end()
    }
}

/// `HostHeaderRewriteConfig`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct HostHeaderRewriteConfig {
    /// `Rewrites`.
    pub(crate) rewrites: Option<Vec<RewriteConfig>>,
}

impl FromValue for HostHeaderRewriteConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            rewrites: members.take("Rewrites")?,
        })
    }
}

impl IntoValue for HostHeaderRewriteConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Rewrites", self.rewrites)
            .end()
    }
}

/// `HttpHeaderConditionConfig`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct HttpHeaderConditionConfig {
    /// `HttpHeaderName`.
    pub(crate) http_header_name: Option<String>,
    /// `Values`.
    pub(crate) values: Option<Vec<String>>,
    /// `RegexValues`.
    pub(crate) regex_values: Option<Vec<String>>,
}

impl FromValue for HttpHeaderConditionConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            http_header_name: members.take("HttpHeaderName")?,
            values: members.take("Values")?,
            regex_values: members.take("RegexValues")?,
        })
    }
}

impl IntoValue for HttpHeaderConditionConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("HttpHeaderName", self.http_header_name)
            .with("Values", self.values)
            .with("RegexValues", self.regex_values)
            .end()
    }
}

/// `HttpRequestMethodConditionConfig`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct HttpRequestMethodConditionConfig {
    /// `Values`.
    pub(crate) values: Option<Vec<String>>,
}

impl FromValue for HttpRequestMethodConditionConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            values: members.take("Values")?,
        })
    }
}

impl IntoValue for HttpRequestMethodConditionConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Values", self.values)
            .end()
    }
}

/// `Limit`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Limit {
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `Max`.
    pub(crate) max: Option<String>,
}

impl FromValue for Limit {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            max: members.take("Max")?,
        })
    }
}

impl IntoValue for Limit {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Name", self.name)
            .with("Max", self.max)
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
    pub(crate) mutual_authentication: Option<MutualAuthenticationAttributes>,
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

/// `ListenerAttribute`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListenerAttribute {
    /// `Key`.
    pub(crate) key: Option<String>,
    /// `Value`.
    pub(crate) value: Option<String>,
}

impl FromValue for ListenerAttribute {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key: members.take("Key")?,
            value: members.take("Value")?,
        })
    }
}

impl IntoValue for ListenerAttribute {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Key", self.key)
            .with("Value", self.value)
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
    pub(crate) availability_zones: Option<Vec<AvailabilityZone>>,
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

/// `LoadBalancerAddress`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct LoadBalancerAddress {
    /// `IpAddress`.
    pub(crate) ip_address: Option<String>,
    /// `AllocationId`.
    pub(crate) allocation_id: Option<String>,
    /// `PrivateIPv4Address`.
    pub(crate) private_i_pv4_address: Option<String>,
    /// `IPv6Address`.
    pub(crate) i_pv6_address: Option<String>,
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

/// `MinimumLoadBalancerCapacity`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct MinimumLoadBalancerCapacity {
    /// `CapacityUnits`.
    pub(crate) capacity_units: Option<i64>,
}

impl FromValue for MinimumLoadBalancerCapacity {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            capacity_units: members.take("CapacityUnits")?,
        })
    }
}

impl IntoValue for MinimumLoadBalancerCapacity {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("CapacityUnits", self.capacity_units)
            .end()
    }
}

/// `ModifyCapacityReservationInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ModifyCapacityReservationInput {
    /// `LoadBalancerArn`.
    pub(crate) load_balancer_arn: String,
    /// `MinimumLoadBalancerCapacity`.
    pub(crate) minimum_load_balancer_capacity: Option<MinimumLoadBalancerCapacity>,
    /// `ResetCapacityReservation`.
    pub(crate) reset_capacity_reservation: Option<bool>,
}

impl FromValue for ModifyCapacityReservationInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancer_arn: members.take("LoadBalancerArn")?,
            minimum_load_balancer_capacity: members.take("MinimumLoadBalancerCapacity")?,
            reset_capacity_reservation: members.take("ResetCapacityReservation")?,
        })
    }
}

impl IntoValue for ModifyCapacityReservationInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("LoadBalancerArn", self.load_balancer_arn)
            .with(
                "MinimumLoadBalancerCapacity",
                self.minimum_load_balancer_capacity,
            )
            .with("ResetCapacityReservation", self.reset_capacity_reservation)
            .end()
    }
}

/// `ModifyCapacityReservationOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ModifyCapacityReservationOutput {
    /// `LastModifiedTime`.
    pub(crate) last_modified_time: Option<Time>,
    /// `DecreaseRequestsRemaining`.
    pub(crate) decrease_requests_remaining: Option<i64>,
    /// `MinimumLoadBalancerCapacity`.
    pub(crate) minimum_load_balancer_capacity: Option<MinimumLoadBalancerCapacity>,
    /// `CapacityReservationState`.
    pub(crate) capacity_reservation_state: Option<Vec<ZonalCapacityReservationState>>,
}

impl FromValue for ModifyCapacityReservationOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            last_modified_time: members.take("LastModifiedTime")?,
            decrease_requests_remaining: members.take("DecreaseRequestsRemaining")?,
            minimum_load_balancer_capacity: members.take("MinimumLoadBalancerCapacity")?,
            capacity_reservation_state: members.take("CapacityReservationState")?,
        })
    }
}

impl IntoValue for ModifyCapacityReservationOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("LastModifiedTime", self.last_modified_time)
            .with(
                "DecreaseRequestsRemaining",
                self.decrease_requests_remaining,
            )
            .with(
                "MinimumLoadBalancerCapacity",
                self.minimum_load_balancer_capacity,
            )
            .with("CapacityReservationState", self.capacity_reservation_state)
            .end()
    }
}

/// `ModifyListenerAttributesInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ModifyListenerAttributesInput {
    /// `ListenerArn`.
    pub(crate) listener_arn: String,
    /// `Attributes`.
    pub(crate) attributes: Vec<ListenerAttribute>,
}

impl FromValue for ModifyListenerAttributesInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            listener_arn: members.take("ListenerArn")?,
            attributes: members.take("Attributes")?,
        })
    }
}

impl IntoValue for ModifyListenerAttributesInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("ListenerArn", self.listener_arn)
            .with("Attributes", self.attributes)
            .end()
    }
}

/// `ModifyListenerAttributesOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ModifyListenerAttributesOutput {
    /// `Attributes`.
    pub(crate) attributes: Option<Vec<ListenerAttribute>>,
}

impl FromValue for ModifyListenerAttributesOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            attributes: members.take("Attributes")?,
        })
    }
}

impl IntoValue for ModifyListenerAttributesOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Attributes", self.attributes)
            .end()
    }
}

/// `ModifyListenerInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ModifyListenerInput {
    /// `ListenerArn`.
    pub(crate) listener_arn: String,
    /// `Port`.
    pub(crate) port: Option<i64>,
    /// `Protocol`.
    pub(crate) protocol: Option<String>,
    /// `SslPolicy`.
    pub(crate) ssl_policy: Option<String>,
    /// `Certificates`.
    pub(crate) certificates: Option<Vec<Certificate>>,
    /// `DefaultActions`.
    pub(crate) default_actions: Option<Vec<Action>>,
    /// `AlpnPolicy`.
    pub(crate) alpn_policy: Option<Vec<String>>,
    /// `MutualAuthentication`.
    pub(crate) mutual_authentication: Option<MutualAuthenticationAttributes>,
}

impl FromValue for ModifyListenerInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            listener_arn: members.take("ListenerArn")?,
            port: members.take("Port")?,
            protocol: members.take("Protocol")?,
            ssl_policy: members.take("SslPolicy")?,
            certificates: members.take("Certificates")?,
            default_actions: members.take("DefaultActions")?,
            alpn_policy: members.take("AlpnPolicy")?,
            mutual_authentication: members.take("MutualAuthentication")?,
        })
    }
}

impl IntoValue for ModifyListenerInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(8)
            .with("ListenerArn", self.listener_arn)
            .with("Port", self.port)
            .with("Protocol", self.protocol)
            .with("SslPolicy", self.ssl_policy)
            .with("Certificates", self.certificates)
            .with("DefaultActions", self.default_actions)
            .with("AlpnPolicy", self.alpn_policy)
            .with("MutualAuthentication", self.mutual_authentication)
            .end()
    }
}

/// `ModifyListenerOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ModifyListenerOutput {
    /// `Listeners`.
    pub(crate) listeners: Option<Vec<Listener>>,
}

impl FromValue for ModifyListenerOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            listeners: members.take("Listeners")?,
        })
    }
}

impl IntoValue for ModifyListenerOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Listeners", self.listeners)
            .end()
    }
}

/// `ModifyLoadBalancerAttributesInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ModifyLoadBalancerAttributesInput {
    /// `LoadBalancerArn`.
    pub(crate) load_balancer_arn: String,
    /// `Attributes`.
    pub(crate) attributes: Vec<LoadBalancerAttribute>,
}

impl FromValue for ModifyLoadBalancerAttributesInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancer_arn: members.take("LoadBalancerArn")?,
            attributes: members.take("Attributes")?,
        })
    }
}

impl IntoValue for ModifyLoadBalancerAttributesInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("LoadBalancerArn", self.load_balancer_arn)
            .with("Attributes", self.attributes)
            .end()
    }
}

/// `ModifyLoadBalancerAttributesOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ModifyLoadBalancerAttributesOutput {
    /// `Attributes`.
    pub(crate) attributes: Option<Vec<LoadBalancerAttribute>>,
}

impl FromValue for ModifyLoadBalancerAttributesOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            attributes: members.take("Attributes")?,
        })
    }
}

impl IntoValue for ModifyLoadBalancerAttributesOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Attributes", self.attributes)
            .end()
    }
}

/// `ModifyRuleInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ModifyRuleInput {
    /// `RuleArn`.
    pub(crate) rule_arn: String,
    /// `Conditions`.
    pub(crate) conditions: Option<Vec<RuleCondition>>,
    /// `Actions`.
    pub(crate) actions: Option<Vec<Action>>,
    /// `Transforms`.
    pub(crate) transforms: Option<Vec<RuleTransform>>,
    /// `ResetTransforms`.
    pub(crate) reset_transforms: Option<bool>,
}

impl FromValue for ModifyRuleInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            rule_arn: members.take("RuleArn")?,
            conditions: members.take("Conditions")?,
            actions: members.take("Actions")?,
            transforms: members.take("Transforms")?,
            reset_transforms: members.take("ResetTransforms")?,
        })
    }
}

impl IntoValue for ModifyRuleInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("RuleArn", self.rule_arn)
            .with("Conditions", self.conditions)
            .with("Actions", self.actions)
            .with("Transforms", self.transforms)
            .with("ResetTransforms", self.reset_transforms)
            .end()
    }
}

/// `ModifyRuleOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ModifyRuleOutput {
    /// `Rules`.
    pub(crate) rules: Option<Vec<Rule>>,
}

impl FromValue for ModifyRuleOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            rules: members.take("Rules")?,
        })
    }
}

impl IntoValue for ModifyRuleOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("Rules", self.rules).end()
    }
}

/// `ModifyTargetGroupAttributesInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ModifyTargetGroupAttributesInput {
    /// `TargetGroupArn`.
    pub(crate) target_group_arn: String,
    /// `Attributes`.
    pub(crate) attributes: Vec<TargetGroupAttribute>,
}

impl FromValue for ModifyTargetGroupAttributesInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_group_arn: members.take("TargetGroupArn")?,
            attributes: members.take("Attributes")?,
        })
    }
}

impl IntoValue for ModifyTargetGroupAttributesInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TargetGroupArn", self.target_group_arn)
            .with("Attributes", self.attributes)
            .end()
    }
}

/// `ModifyTargetGroupAttributesOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ModifyTargetGroupAttributesOutput {
    /// `Attributes`.
    pub(crate) attributes: Option<Vec<TargetGroupAttribute>>,
}

impl FromValue for ModifyTargetGroupAttributesOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            attributes: members.take("Attributes")?,
        })
    }
}

impl IntoValue for ModifyTargetGroupAttributesOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Attributes", self.attributes)
            .end()
    }
}

/// `ModifyTargetGroupInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ModifyTargetGroupInput {
    /// `TargetGroupArn`.
    pub(crate) target_group_arn: String,
    /// `HealthCheckProtocol`.
    pub(crate) health_check_protocol: Option<String>,
    /// `HealthCheckPort`.
    pub(crate) health_check_port: Option<String>,
    /// `HealthCheckPath`.
    pub(crate) health_check_path: Option<String>,
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
    /// `Matcher`.
    pub(crate) matcher: Option<Matcher>,
}

impl FromValue for ModifyTargetGroupInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_group_arn: members.take("TargetGroupArn")?,
            health_check_protocol: members.take("HealthCheckProtocol")?,
            health_check_port: members.take("HealthCheckPort")?,
            health_check_path: members.take("HealthCheckPath")?,
            health_check_enabled: members.take("HealthCheckEnabled")?,
            health_check_interval_seconds: members.take("HealthCheckIntervalSeconds")?,
            health_check_timeout_seconds: members.take("HealthCheckTimeoutSeconds")?,
            healthy_threshold_count: members.take("HealthyThresholdCount")?,
            unhealthy_threshold_count: members.take("UnhealthyThresholdCount")?,
            matcher: members.take("Matcher")?,
        })
    }
}

impl IntoValue for ModifyTargetGroupInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(10)
            .with("TargetGroupArn", self.target_group_arn)
            .with("HealthCheckProtocol", self.health_check_protocol)
            .with("HealthCheckPort", self.health_check_port)
            .with("HealthCheckPath", self.health_check_path)
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
            .with("Matcher", self.matcher)
            .end()
    }
}

/// `ModifyTargetGroupOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ModifyTargetGroupOutput {
    /// `TargetGroups`.
    pub(crate) target_groups: Option<Vec<TargetGroup>>,
}

impl FromValue for ModifyTargetGroupOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_groups: members.take("TargetGroups")?,
        })
    }
}

impl IntoValue for ModifyTargetGroupOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("TargetGroups", self.target_groups)
            .end()
    }
}

/// `ModifyTrustStoreInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ModifyTrustStoreInput {
    /// `TrustStoreArn`.
    pub(crate) trust_store_arn: String,
    /// `CaCertificatesBundleS3Bucket`.
    pub(crate) ca_certificates_bundle_s3_bucket: String,
    /// `CaCertificatesBundleS3Key`.
    pub(crate) ca_certificates_bundle_s3_key: String,
    /// `CaCertificatesBundleS3ObjectVersion`.
    pub(crate) ca_certificates_bundle_s3_object_version: Option<String>,
}

impl FromValue for ModifyTrustStoreInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_arn: members.take("TrustStoreArn")?,
            ca_certificates_bundle_s3_bucket: members.take("CaCertificatesBundleS3Bucket")?,
            ca_certificates_bundle_s3_key: members.take("CaCertificatesBundleS3Key")?,
            ca_certificates_bundle_s3_object_version: members
                .take("CaCertificatesBundleS3ObjectVersion")?,
        })
    }
}

impl IntoValue for ModifyTrustStoreInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("TrustStoreArn", self.trust_store_arn)
            .with(
                "CaCertificatesBundleS3Bucket",
                self.ca_certificates_bundle_s3_bucket,
            )
            .with(
                "CaCertificatesBundleS3Key",
                self.ca_certificates_bundle_s3_key,
            )
            .with(
                "CaCertificatesBundleS3ObjectVersion",
                self.ca_certificates_bundle_s3_object_version,
            )
            .end()
    }
}

/// `ModifyTrustStoreOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ModifyTrustStoreOutput {
    /// `TrustStores`.
    pub(crate) trust_stores: Option<Vec<TrustStore>>,
}

impl FromValue for ModifyTrustStoreOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_stores: members.take("TrustStores")?,
        })
    }
}

impl IntoValue for ModifyTrustStoreOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("TrustStores", self.trust_stores)
            .end()
    }
}

/// `MutualAuthenticationAttributes`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct MutualAuthenticationAttributes {
    /// `Mode`.
    pub(crate) mode: Option<String>,
    /// `TrustStoreArn`.
    pub(crate) trust_store_arn: Option<String>,
    /// `IgnoreClientCertificateExpiry`.
    pub(crate) ignore_client_certificate_expiry: Option<bool>,
    /// `TrustStoreAssociationStatus`.
    pub(crate) trust_store_association_status: Option<String>,
    /// `AdvertiseTrustStoreCaNames`.
    pub(crate) advertise_trust_store_ca_names: Option<String>,
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

/// `PathPatternConditionConfig`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct PathPatternConditionConfig {
    /// `Values`.
    pub(crate) values: Option<Vec<String>>,
    /// `RegexValues`.
    pub(crate) regex_values: Option<Vec<String>>,
}

impl FromValue for PathPatternConditionConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            values: members.take("Values")?,
            regex_values: members.take("RegexValues")?,
        })
    }
}

impl IntoValue for PathPatternConditionConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Values", self.values)
            .with("RegexValues", self.regex_values)
            .end()
    }
}

/// `QueryStringConditionConfig`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct QueryStringConditionConfig {
    /// `Values`.
    pub(crate) values: Option<Vec<QueryStringKeyValuePair>>,
}

impl FromValue for QueryStringConditionConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            values: members.take("Values")?,
        })
    }
}

impl IntoValue for QueryStringConditionConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Values", self.values)
            .end()
    }
}

/// `QueryStringKeyValuePair`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct QueryStringKeyValuePair {
    /// `Key`.
    pub(crate) key: Option<String>,
    /// `Value`.
    pub(crate) value: Option<String>,
}

impl FromValue for QueryStringKeyValuePair {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key: members.take("Key")?,
            value: members.take("Value")?,
        })
    }
}

impl IntoValue for QueryStringKeyValuePair {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Key", self.key)
            .with("Value", self.value)
            .end()
    }
}

/// `RedirectActionConfig`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RedirectActionConfig {
    /// `Protocol`.
    pub(crate) protocol: Option<String>,
    /// `Port`.
    pub(crate) port: Option<String>,
    /// `Host`.
    pub(crate) host: Option<String>,
    /// `Path`.
    pub(crate) path: Option<String>,
    /// `Query`.
    pub(crate) query: Option<String>,
    /// `StatusCode`.
    pub(crate) status_code: String,
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

/// `RegisterTargetsInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RegisterTargetsInput {
    /// `TargetGroupArn`.
    pub(crate) target_group_arn: String,
    /// `Targets`.
    pub(crate) targets: Vec<TargetDescription>,
}

impl FromValue for RegisterTargetsInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_group_arn: members.take("TargetGroupArn")?,
            targets: members.take("Targets")?,
        })
    }
}

impl IntoValue for RegisterTargetsInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TargetGroupArn", self.target_group_arn)
            .with("Targets", self.targets)
            .end()
    }
}

/// `RegisterTargetsOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RegisterTargetsOutput {}

impl FromValue for RegisterTargetsOutput {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for RegisterTargetsOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `RemoveListenerCertificatesInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RemoveListenerCertificatesInput {
    /// `ListenerArn`.
    pub(crate) listener_arn: String,
    /// `Certificates`.
    pub(crate) certificates: Vec<Certificate>,
}

impl FromValue for RemoveListenerCertificatesInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            listener_arn: members.take("ListenerArn")?,
            certificates: members.take("Certificates")?,
        })
    }
}

impl IntoValue for RemoveListenerCertificatesInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("ListenerArn", self.listener_arn)
            .with("Certificates", self.certificates)
            .end()
    }
}

/// `RemoveListenerCertificatesOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RemoveListenerCertificatesOutput {}

impl FromValue for RemoveListenerCertificatesOutput {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for RemoveListenerCertificatesOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `RemoveTagsInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RemoveTagsInput {
    /// `ResourceArns`.
    pub(crate) resource_arns: Vec<String>,
    /// `TagKeys`.
    pub(crate) tag_keys: Vec<String>,
}

impl FromValue for RemoveTagsInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arns: members.take("ResourceArns")?,
            tag_keys: members.take("TagKeys")?,
        })
    }
}

impl IntoValue for RemoveTagsInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("ResourceArns", self.resource_arns)
            .with("TagKeys", self.tag_keys)
            .end()
    }
}

/// `RemoveTagsOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RemoveTagsOutput {}

impl FromValue for RemoveTagsOutput {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for RemoveTagsOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `RemoveTrustStoreRevocationsInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RemoveTrustStoreRevocationsInput {
    /// `TrustStoreArn`.
    pub(crate) trust_store_arn: String,
    /// `RevocationIds`.
    pub(crate) revocation_ids: Vec<i64>,
}

impl FromValue for RemoveTrustStoreRevocationsInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_arn: members.take("TrustStoreArn")?,
            revocation_ids: members.take("RevocationIds")?,
        })
    }
}

impl IntoValue for RemoveTrustStoreRevocationsInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TrustStoreArn", self.trust_store_arn)
            .with("RevocationIds", self.revocation_ids)
            .end()
    }
}

/// `RemoveTrustStoreRevocationsOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RemoveTrustStoreRevocationsOutput {}

impl FromValue for RemoveTrustStoreRevocationsOutput {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for RemoveTrustStoreRevocationsOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `RevocationContent`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RevocationContent {
    /// `S3Bucket`.
    pub(crate) s3_bucket: Option<String>,
    /// `S3Key`.
    pub(crate) s3_key: Option<String>,
    /// `S3ObjectVersion`.
    pub(crate) s3_object_version: Option<String>,
    /// `RevocationType`.
    pub(crate) revocation_type: Option<String>,
}

impl FromValue for RevocationContent {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            s3_bucket: members.take("S3Bucket")?,
            s3_key: members.take("S3Key")?,
            s3_object_version: members.take("S3ObjectVersion")?,
            revocation_type: members.take("RevocationType")?,
        })
    }
}

impl IntoValue for RevocationContent {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("S3Bucket", self.s3_bucket)
            .with("S3Key", self.s3_key)
            .with("S3ObjectVersion", self.s3_object_version)
            .with("RevocationType", self.revocation_type)
            .end()
    }
}

/// `RewriteConfig`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RewriteConfig {
    /// `Regex`.
    pub(crate) regex: String,
    /// `Replace`.
    pub(crate) replace: String,
}

impl FromValue for RewriteConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            regex: members.take("Regex")?,
            replace: members.take("Replace")?,
        })
    }
}

impl IntoValue for RewriteConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Regex", self.regex)
            .with("Replace", self.replace)
            .end()
    }
}

/// `Rule`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Rule {
    /// `RuleArn`.
    pub(crate) rule_arn: Option<String>,
    /// `Priority`.
    pub(crate) priority: Option<String>,
    /// `Conditions`.
    pub(crate) conditions: Option<Vec<RuleCondition>>,
    /// `Actions`.
    pub(crate) actions: Option<Vec<Action>>,
    /// `IsDefault`.
    pub(crate) is_default: Option<bool>,
    /// `Transforms`.
    pub(crate) transforms: Option<Vec<RuleTransform>>,
}

impl FromValue for Rule {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            rule_arn: members.take("RuleArn")?,
            priority: members.take("Priority")?,
            conditions: members.take("Conditions")?,
            actions: members.take("Actions")?,
            is_default: members.take("IsDefault")?,
            transforms: members.take("Transforms")?,
        })
    }
}

impl IntoValue for Rule {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("RuleArn", self.rule_arn)
            .with("Priority", self.priority)
            .with("Conditions", self.conditions)
            .with("Actions", self.actions)
            .with("IsDefault", self.is_default)
            .with("Transforms", self.transforms)
            .end()
    }
}

/// `RuleCondition`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RuleCondition {
    /// `Field`.
    pub(crate) field: Option<String>,
    /// `Values`.
    pub(crate) values: Option<Vec<String>>,
    /// `HostHeaderConfig`.
    pub(crate) host_header_config: Option<HostHeaderConditionConfig>,
    /// `PathPatternConfig`.
    pub(crate) path_pattern_config: Option<PathPatternConditionConfig>,
    /// `HttpHeaderConfig`.
    pub(crate) http_header_config: Option<HttpHeaderConditionConfig>,
    /// `QueryStringConfig`.
    pub(crate) query_string_config: Option<QueryStringConditionConfig>,
    /// `HttpRequestMethodConfig`.
    pub(crate) http_request_method_config: Option<HttpRequestMethodConditionConfig>,
    /// `SourceIpConfig`.
    pub(crate) source_ip_config: Option<SourceIpConditionConfig>,
    /// `RegexValues`.
    pub(crate) regex_values: Option<Vec<String>>,
}

impl FromValue for RuleCondition {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            field: members.take("Field")?,
            values: members.take("Values")?,
            host_header_config: members.take("HostHeaderConfig")?,
            path_pattern_config: members.take("PathPatternConfig")?,
            http_header_config: members.take("HttpHeaderConfig")?,
            query_string_config: members.take("QueryStringConfig")?,
            http_request_method_config: members.take("HttpRequestMethodConfig")?,
            source_ip_config: members.take("SourceIpConfig")?,
            regex_values: members.take("RegexValues")?,
        })
    }
}

impl IntoValue for RuleCondition {
    fn into_value(self) -> Value {
        Structure::with_capacity(9)
            .with("Field", self.field)
            .with("Values", self.values)
            .with("HostHeaderConfig", self.host_header_config)
            .with("PathPatternConfig", self.path_pattern_config)
            .with("HttpHeaderConfig", self.http_header_config)
            .with("QueryStringConfig", self.query_string_config)
            .with("HttpRequestMethodConfig", self.http_request_method_config)
            .with("SourceIpConfig", self.source_ip_config)
            .with("RegexValues", self.regex_values)
            .end()
    }
}

/// `RulePriorityPair`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RulePriorityPair {
    /// `RuleArn`.
    pub(crate) rule_arn: Option<String>,
    /// `Priority`.
    pub(crate) priority: Option<i64>,
}

impl FromValue for RulePriorityPair {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            rule_arn: members.take("RuleArn")?,
            priority: members.take("Priority")?,
        })
    }
}

impl IntoValue for RulePriorityPair {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("RuleArn", self.rule_arn)
            .with("Priority", self.priority)
            .end()
    }
}

/// `RuleTransform`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RuleTransform {
    /// `Type`.
    pub(crate) r#type: String,
    /// `HostHeaderRewriteConfig`.
    pub(crate) host_header_rewrite_config: Option<HostHeaderRewriteConfig>,
    /// `UrlRewriteConfig`.
    pub(crate) url_rewrite_config: Option<UrlRewriteConfig>,
}

impl FromValue for RuleTransform {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            r#type: members.take("Type")?,
            host_header_rewrite_config: members.take("HostHeaderRewriteConfig")?,
            url_rewrite_config: members.take("UrlRewriteConfig")?,
        })
    }
}

impl IntoValue for RuleTransform {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Type", self.r#type)
            .with("HostHeaderRewriteConfig", self.host_header_rewrite_config)
            .with("UrlRewriteConfig", self.url_rewrite_config)
            .end()
    }
}

/// `SetIpAddressTypeInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SetIpAddressTypeInput {
    /// `LoadBalancerArn`.
    pub(crate) load_balancer_arn: String,
    /// `IpAddressType`.
    pub(crate) ip_address_type: String,
}

impl FromValue for SetIpAddressTypeInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancer_arn: members.take("LoadBalancerArn")?,
            ip_address_type: members.take("IpAddressType")?,
        })
    }
}

impl IntoValue for SetIpAddressTypeInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("LoadBalancerArn", self.load_balancer_arn)
            .with("IpAddressType", self.ip_address_type)
            .end()
    }
}

/// `SetIpAddressTypeOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SetIpAddressTypeOutput {
    /// `IpAddressType`.
    pub(crate) ip_address_type: Option<String>,
}

impl FromValue for SetIpAddressTypeOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            ip_address_type: members.take("IpAddressType")?,
        })
    }
}

impl IntoValue for SetIpAddressTypeOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("IpAddressType", self.ip_address_type)
            .end()
    }
}

/// `SetRulePrioritiesInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SetRulePrioritiesInput {
    /// `RulePriorities`.
    pub(crate) rule_priorities: Vec<RulePriorityPair>,
}

impl FromValue for SetRulePrioritiesInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            rule_priorities: members.take("RulePriorities")?,
        })
    }
}

impl IntoValue for SetRulePrioritiesInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("RulePriorities", self.rule_priorities)
            .end()
    }
}

/// `SetRulePrioritiesOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SetRulePrioritiesOutput {
    /// `Rules`.
    pub(crate) rules: Option<Vec<Rule>>,
}

impl FromValue for SetRulePrioritiesOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            rules: members.take("Rules")?,
        })
    }
}

impl IntoValue for SetRulePrioritiesOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("Rules", self.rules).end()
    }
}

/// `SetSecurityGroupsInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SetSecurityGroupsInput {
    /// `LoadBalancerArn`.
    pub(crate) load_balancer_arn: String,
    /// `SecurityGroups`.
    pub(crate) security_groups: Vec<String>,
    /// `EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic`.
    pub(crate) enforce_security_group_inbound_rules_on_private_link_traffic: Option<String>,
}

impl FromValue for SetSecurityGroupsInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancer_arn: members.take("LoadBalancerArn")?,
            security_groups: members.take("SecurityGroups")?,
            enforce_security_group_inbound_rules_on_private_link_traffic: members
                .take("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")?,
        })
    }
}

impl IntoValue for SetSecurityGroupsInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("LoadBalancerArn", self.load_balancer_arn)
            .with("SecurityGroups", self.security_groups)
            .with(
                "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
                self.enforce_security_group_inbound_rules_on_private_link_traffic,
            )
            .end()
    }
}

/// `SetSecurityGroupsOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SetSecurityGroupsOutput {
    /// `SecurityGroupIds`.
    pub(crate) security_group_ids: Option<Vec<String>>,
    /// `EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic`.
    pub(crate) enforce_security_group_inbound_rules_on_private_link_traffic: Option<String>,
}

impl FromValue for SetSecurityGroupsOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            security_group_ids: members.take("SecurityGroupIds")?,
            enforce_security_group_inbound_rules_on_private_link_traffic: members
                .take("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")?,
        })
    }
}

impl IntoValue for SetSecurityGroupsOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("SecurityGroupIds", self.security_group_ids)
            .with(
                "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
                self.enforce_security_group_inbound_rules_on_private_link_traffic,
            )
            .end()
    }
}

/// `SetSubnetsInput`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SetSubnetsInput {
    /// `LoadBalancerArn`.
    pub(crate) load_balancer_arn: String,
    /// `Subnets`.
    pub(crate) subnets: Option<Vec<String>>,
    /// `SubnetMappings`.
    pub(crate) subnet_mappings: Option<Vec<SubnetMapping>>,
    /// `IpAddressType`.
    pub(crate) ip_address_type: Option<String>,
    /// `EnablePrefixForIpv6SourceNat`.
    pub(crate) enable_prefix_for_ipv6_source_nat: Option<String>,
}

impl FromValue for SetSubnetsInput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancer_arn: members.take("LoadBalancerArn")?,
            subnets: members.take("Subnets")?,
            subnet_mappings: members.take("SubnetMappings")?,
            ip_address_type: members.take("IpAddressType")?,
            enable_prefix_for_ipv6_source_nat: members.take("EnablePrefixForIpv6SourceNat")?,
        })
    }
}

impl IntoValue for SetSubnetsInput {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("LoadBalancerArn", self.load_balancer_arn)
            .with("Subnets", self.subnets)
            .with("SubnetMappings", self.subnet_mappings)
            .with("IpAddressType", self.ip_address_type)
            .with(
                "EnablePrefixForIpv6SourceNat",
                self.enable_prefix_for_ipv6_source_nat,
            )
            .end()
    }
}

/// `SetSubnetsOutput`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SetSubnetsOutput {
    /// `AvailabilityZones`.
    pub(crate) availability_zones: Option<Vec<AvailabilityZone>>,
    /// `IpAddressType`.
    pub(crate) ip_address_type: Option<String>,
    /// `EnablePrefixForIpv6SourceNat`.
    pub(crate) enable_prefix_for_ipv6_source_nat: Option<String>,
}

impl FromValue for SetSubnetsOutput {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            availability_zones: members.take("AvailabilityZones")?,
            ip_address_type: members.take("IpAddressType")?,
            enable_prefix_for_ipv6_source_nat: members.take("EnablePrefixForIpv6SourceNat")?,
        })
    }
}

impl IntoValue for SetSubnetsOutput {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("AvailabilityZones", self.availability_zones)
            .with("IpAddressType", self.ip_address_type)
            .with(
                "EnablePrefixForIpv6SourceNat",
                self.enable_prefix_for_ipv6_source_nat,
            )
            .end()
    }
}

/// `SourceIpConditionConfig`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SourceIpConditionConfig {
    /// `Values`.
    pub(crate) values: Option<Vec<String>>,
    /// `IpAddressType`.
    pub(crate) ip_address_type: Option<String>,
}

impl FromValue for SourceIpConditionConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            values: members.take("Values")?,
            ip_address_type: members.take("IpAddressType")?,
        })
    }
}

impl IntoValue for SourceIpConditionConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Values", self.values)
            .with("IpAddressType", self.ip_address_type)
            .end()
    }
}

/// `SslPolicy`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SslPolicy {
    /// `SslProtocols`.
    pub(crate) ssl_protocols: Option<Vec<String>>,
    /// `Ciphers`.
    pub(crate) ciphers: Option<Vec<Cipher>>,
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `SupportedLoadBalancerTypes`.
    pub(crate) supported_load_balancer_types: Option<Vec<String>>,
}

impl FromValue for SslPolicy {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            ssl_protocols: members.take("SslProtocols")?,
            ciphers: members.take("Ciphers")?,
            name: members.take("Name")?,
            supported_load_balancer_types: members.take("SupportedLoadBalancerTypes")?,
        })
    }
}

impl IntoValue for SslPolicy {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("SslProtocols", self.ssl_protocols)
            .with("Ciphers", self.ciphers)
            .with("Name", self.name)
            .with(
                "SupportedLoadBalancerTypes",
                self.supported_load_balancer_types,
            )
            .end()
    }
}

/// `SubnetMapping`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SubnetMapping {
    /// `SubnetId`.
    pub(crate) subnet_id: Option<String>,
    /// `AllocationId`.
    pub(crate) allocation_id: Option<String>,
    /// `PrivateIPv4Address`.
    pub(crate) private_i_pv4_address: Option<String>,
    /// `IPv6Address`.
    pub(crate) i_pv6_address: Option<String>,
    /// `SourceNatIpv6Prefix`.
    pub(crate) source_nat_ipv6_prefix: Option<String>,
}

impl FromValue for SubnetMapping {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            subnet_id: members.take("SubnetId")?,
            allocation_id: members.take("AllocationId")?,
            private_i_pv4_address: members.take("PrivateIPv4Address")?,
            i_pv6_address: members.take("IPv6Address")?,
            source_nat_ipv6_prefix: members.take("SourceNatIpv6Prefix")?,
        })
    }
}

impl IntoValue for SubnetMapping {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("SubnetId", self.subnet_id)
            .with("AllocationId", self.allocation_id)
            .with("PrivateIPv4Address", self.private_i_pv4_address)
            .with("IPv6Address", self.i_pv6_address)
            .with("SourceNatIpv6Prefix", self.source_nat_ipv6_prefix)
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

/// `TargetGroupAttribute`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct TargetGroupAttribute {
    /// `Key`.
    pub(crate) key: Option<String>,
    /// `Value`.
    pub(crate) value: Option<String>,
}

impl FromValue for TargetGroupAttribute {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key: members.take("Key")?,
            value: members.take("Value")?,
        })
    }
}

impl IntoValue for TargetGroupAttribute {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Key", self.key)
            .with("Value", self.value)
            .end()
    }
}

/// `TargetGroupStickinessConfig`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct TargetGroupStickinessConfig {
    /// `Enabled`.
    pub(crate) enabled: Option<bool>,
    /// `DurationSeconds`.
    pub(crate) duration_seconds: Option<i64>,
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
    pub(crate) anomaly_detection: Option<AnomalyDetection>,
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

/// `TrustStore`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct TrustStore {
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `TrustStoreArn`.
    pub(crate) trust_store_arn: Option<String>,
    /// `Status`.
    pub(crate) status: Option<String>,
    /// `NumberOfCaCertificates`.
    pub(crate) number_of_ca_certificates: Option<i64>,
    /// `TotalRevokedEntries`.
    pub(crate) total_revoked_entries: Option<i64>,
}

impl FromValue for TrustStore {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            trust_store_arn: members.take("TrustStoreArn")?,
            status: members.take("Status")?,
            number_of_ca_certificates: members.take("NumberOfCaCertificates")?,
            total_revoked_entries: members.take("TotalRevokedEntries")?,
        })
    }
}

impl IntoValue for TrustStore {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Name", self.name)
            .with("TrustStoreArn", self.trust_store_arn)
            .with("Status", self.status)
            .with("NumberOfCaCertificates", self.number_of_ca_certificates)
            .with("TotalRevokedEntries", self.total_revoked_entries)
            .end()
    }
}

/// `TrustStoreAssociation`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct TrustStoreAssociation {
    /// `ResourceArn`.
    pub(crate) resource_arn: Option<String>,
}

impl FromValue for TrustStoreAssociation {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            resource_arn: members.take("ResourceArn")?,
        })
    }
}

impl IntoValue for TrustStoreAssociation {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ResourceArn", self.resource_arn)
            .end()
    }
}

/// `TrustStoreRevocation`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct TrustStoreRevocation {
    /// `TrustStoreArn`.
    pub(crate) trust_store_arn: Option<String>,
    /// `RevocationId`.
    pub(crate) revocation_id: Option<i64>,
    /// `RevocationType`.
    pub(crate) revocation_type: Option<String>,
    /// `NumberOfRevokedEntries`.
    pub(crate) number_of_revoked_entries: Option<i64>,
}

impl FromValue for TrustStoreRevocation {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store_arn: members.take("TrustStoreArn")?,
            revocation_id: members.take("RevocationId")?,
            revocation_type: members.take("RevocationType")?,
            number_of_revoked_entries: members.take("NumberOfRevokedEntries")?,
        })
    }
}

impl IntoValue for TrustStoreRevocation {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("TrustStoreArn", self.trust_store_arn)
            .with("RevocationId", self.revocation_id)
            .with("RevocationType", self.revocation_type)
            .with("NumberOfRevokedEntries", self.number_of_revoked_entries)
            .end()
    }
}

/// `UrlRewriteConfig`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct UrlRewriteConfig {
    /// `Rewrites`.
    pub(crate) rewrites: Option<Vec<RewriteConfig>>,
}

impl FromValue for UrlRewriteConfig {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            rewrites: members.take("Rewrites")?,
        })
    }
}

impl IntoValue for UrlRewriteConfig {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Rewrites", self.rewrites)
            .end()
    }
}

/// `ZonalCapacityReservationState`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ZonalCapacityReservationState {
    /// `State`.
    pub(crate) state: Option<CapacityReservationStatus>,
    /// `AvailabilityZone`.
    pub(crate) availability_zone: Option<String>,
    /// `EffectiveCapacityUnits`.
    pub(crate) effective_capacity_units: Option<f64>,
}

impl FromValue for ZonalCapacityReservationState {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            state: members.take("State")?,
            availability_zone: members.take("AvailabilityZone")?,
            effective_capacity_units: members.take("EffectiveCapacityUnits")?,
        })
    }
}

impl IntoValue for ZonalCapacityReservationState {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("State", self.state)
            .with("AvailabilityZone", self.availability_zone)
            .with("EffectiveCapacityUnits", self.effective_capacity_units)
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
        "AddListenerCertificates" => {
            operations::add_listener_certificates(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "AddTags" => operations::add_tags(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "AddTrustStoreRevocations" => {
            operations::add_trust_store_revocations(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateListener" => {
            operations::create_listener(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateLoadBalancer" => {
            operations::create_load_balancer(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateRule" => operations::create_rule(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "CreateTargetGroup" => {
            operations::create_target_group(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateTrustStore" => {
            operations::create_trust_store(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteListener" => {
            operations::delete_listener(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteLoadBalancer" => {
            operations::delete_load_balancer(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteRule" => operations::delete_rule(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DeleteSharedTrustStoreAssociation" => operations::delete_shared_trust_store_association(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "DeleteTargetGroup" => {
            operations::delete_target_group(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteTrustStore" => {
            operations::delete_trust_store(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeregisterTargets" => {
            operations::deregister_targets(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DescribeAccountLimits" => {
            operations::describe_account_limits(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DescribeCapacityReservation" => {
            operations::describe_capacity_reservation(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DescribeListenerAttributes" => {
            operations::describe_listener_attributes(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DescribeListenerCertificates" => {
            operations::describe_listener_certificates(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
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
        "DescribeRules" => operations::describe_rules(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DescribeSSLPolicies" => {
            operations::describe_ssl_policies(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DescribeTags" => operations::describe_tags(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DescribeTargetGroupAttributes" => operations::describe_target_group_attributes(
            service,
            call,
            FromValue::from_value(input)?,
        )
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
        "DescribeTrustStoreAssociations" => operations::describe_trust_store_associations(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "DescribeTrustStoreRevocations" => operations::describe_trust_store_revocations(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "DescribeTrustStores" => {
            operations::describe_trust_stores(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetResourcePolicy" => {
            operations::get_resource_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetTrustStoreCaCertificatesBundle" => operations::get_trust_store_ca_certificates_bundle(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "GetTrustStoreRevocationContent" => operations::get_trust_store_revocation_content(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "ModifyCapacityReservation" => {
            operations::modify_capacity_reservation(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ModifyListener" => {
            operations::modify_listener(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ModifyListenerAttributes" => {
            operations::modify_listener_attributes(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ModifyLoadBalancerAttributes" => operations::modify_load_balancer_attributes(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "ModifyRule" => operations::modify_rule(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ModifyTargetGroup" => {
            operations::modify_target_group(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ModifyTargetGroupAttributes" => {
            operations::modify_target_group_attributes(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ModifyTrustStore" => {
            operations::modify_trust_store(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "RegisterTargets" => {
            operations::register_targets(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "RemoveListenerCertificates" => {
            operations::remove_listener_certificates(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "RemoveTags" => operations::remove_tags(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "RemoveTrustStoreRevocations" => {
            operations::remove_trust_store_revocations(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "SetIpAddressType" => {
            operations::set_ip_address_type(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "SetRulePriorities" => {
            operations::set_rule_priorities(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "SetSecurityGroups" => {
            operations::set_security_groups(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "SetSubnets" => operations::set_subnets(service, call, FromValue::from_value(input)?)
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
