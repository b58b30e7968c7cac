//! The API's model, and of its shapes those that the operations here reach. Source: botocore's model of `sts`.
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
    "AssumeRole",
    "AssumeRoleWithWebIdentity",
    "DecodeAuthorizationMessage",
    "GetAccessKeyInfo",
    "GetCallerIdentity",
    "GetFederationToken",
    "GetSessionToken",
];

/// `AssumeRoleRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AssumeRoleRequest {
    /// `RoleArn`.
    pub(crate) role_arn: String,
    /// `RoleSessionName`.
    pub(crate) role_session_name: String,
    /// `PolicyArns`.
    pub(crate) policy_arns: Option<Vec<PolicyDescriptorType>>,
    /// `Policy`.
    pub(crate) policy: Option<String>,
    /// `DurationSeconds`.
    pub(crate) duration_seconds: Option<i64>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
    /// `TransitiveTagKeys`.
    pub(crate) transitive_tag_keys: Option<Vec<String>>,
    /// `ExternalId`.
    pub(crate) external_id: Option<String>,
    /// `SerialNumber`.
    pub(crate) serial_number: Option<String>,
    /// `TokenCode`.
    pub(crate) token_code: Option<String>,
    /// `SourceIdentity`.
    pub(crate) source_identity: Option<String>,
    /// `ProvidedContexts`.
    pub(crate) provided_contexts: Option<Vec<ProvidedContext>>,
    /// `MinimumSessionTokenSize`.
    pub(crate) minimum_session_token_size: Option<i64>,
}

impl FromValue for AssumeRoleRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_arn: members.take("RoleArn")?,
            role_session_name: members.take("RoleSessionName")?,
            policy_arns: members.take("PolicyArns")?,
            policy: members.take("Policy")?,
            duration_seconds: members.take("DurationSeconds")?,
            tags: members.take("Tags")?,
            transitive_tag_keys: members.take("TransitiveTagKeys")?,
            external_id: members.take("ExternalId")?,
            serial_number: members.take("SerialNumber")?,
            token_code: members.take("TokenCode")?,
            source_identity: members.take("SourceIdentity")?,
            provided_contexts: members.take("ProvidedContexts")?,
            minimum_session_token_size: members.take("MinimumSessionTokenSize")?,
        })
    }
}

impl IntoValue for AssumeRoleRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(13)
            .with("RoleArn", self.role_arn)
            .with("RoleSessionName", self.role_session_name)
            .with("PolicyArns", self.policy_arns)
            .with("Policy", self.policy)
            .with("DurationSeconds", self.duration_seconds)
            .with("Tags", self.tags)
            .with("TransitiveTagKeys", self.transitive_tag_keys)
            .with("ExternalId", self.external_id)
            .with("SerialNumber", self.serial_number)
            .with("TokenCode", self.token_code)
            .with("SourceIdentity", self.source_identity)
            .with("ProvidedContexts", self.provided_contexts)
            .with("MinimumSessionTokenSize", self.minimum_session_token_size)
            .end()
    }
}

/// `AssumeRoleResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AssumeRoleResponse {
    /// `Credentials`.
    pub(crate) credentials: Option<Credentials>,
    /// `AssumedRoleUser`.
    pub(crate) assumed_role_user: Option<AssumedRoleUser>,
    /// `PackedPolicySize`.
    pub(crate) packed_policy_size: Option<i64>,
    /// `SourceIdentity`.
    pub(crate) source_identity: Option<String>,
    /// `SessionTokenUtilization`.
    pub(crate) session_token_utilization: Option<i64>,
    /// `SessionTokenSize`.
    pub(crate) session_token_size: Option<i64>,
}

impl FromValue for AssumeRoleResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            credentials: members.take("Credentials")?,
            assumed_role_user: members.take("AssumedRoleUser")?,
            packed_policy_size: members.take("PackedPolicySize")?,
            source_identity: members.take("SourceIdentity")?,
            session_token_utilization: members.take("SessionTokenUtilization")?,
            session_token_size: members.take("SessionTokenSize")?,
        })
    }
}

impl IntoValue for AssumeRoleResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("Credentials", self.credentials)
            .with("AssumedRoleUser", self.assumed_role_user)
            .with("PackedPolicySize", self.packed_policy_size)
            .with("SourceIdentity", self.source_identity)
            .with("SessionTokenUtilization", self.session_token_utilization)
            .with("SessionTokenSize", self.session_token_size)
            .end()
    }
}

/// `AssumeRoleWithWebIdentityRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AssumeRoleWithWebIdentityRequest {
    /// `RoleArn`.
    pub(crate) role_arn: String,
    /// `RoleSessionName`.
    pub(crate) role_session_name: String,
    /// `WebIdentityToken`.
    pub(crate) web_identity_token: String,
    /// `ProviderId`.
    pub(crate) provider_id: Option<String>,
    /// `PolicyArns`.
    pub(crate) policy_arns: Option<Vec<PolicyDescriptorType>>,
    /// `Policy`.
    pub(crate) policy: Option<String>,
    /// `DurationSeconds`.
    pub(crate) duration_seconds: Option<i64>,
    /// `MinimumSessionTokenSize`.
    pub(crate) minimum_session_token_size: Option<i64>,
}

impl FromValue for AssumeRoleWithWebIdentityRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_arn: members.take("RoleArn")?,
            role_session_name: members.take("RoleSessionName")?,
            web_identity_token: members.take("WebIdentityToken")?,
            provider_id: members.take("ProviderId")?,
            policy_arns: members.take("PolicyArns")?,
            policy: members.take("Policy")?,
            duration_seconds: members.take("DurationSeconds")?,
            minimum_session_token_size: members.take("MinimumSessionTokenSize")?,
        })
    }
}

impl IntoValue for AssumeRoleWithWebIdentityRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(8)
            .with("RoleArn", self.role_arn)
            .with("RoleSessionName", self.role_session_name)
            .with("WebIdentityToken", self.web_identity_token)
            .with("ProviderId", self.provider_id)
            .with("PolicyArns", self.policy_arns)
            .with("Policy", self.policy)
            .with("DurationSeconds", self.duration_seconds)
            .with("MinimumSessionTokenSize", self.minimum_session_token_size)
            .end()
    }
}

/// `AssumeRoleWithWebIdentityResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AssumeRoleWithWebIdentityResponse {
    /// `Credentials`.
    pub(crate) credentials: Option<Credentials>,
    /// `SubjectFromWebIdentityToken`.
    pub(crate) subject_from_web_identity_token: Option<String>,
    /// `AssumedRoleUser`.
    pub(crate) assumed_role_user: Option<AssumedRoleUser>,
    /// `PackedPolicySize`.
    pub(crate) packed_policy_size: Option<i64>,
    /// `Provider`.
    pub(crate) provider: Option<String>,
    /// `Audience`.
    pub(crate) audience: Option<String>,
    /// `SourceIdentity`.
    pub(crate) source_identity: Option<String>,
    /// `SessionTokenUtilization`.
    pub(crate) session_token_utilization: Option<i64>,
    /// `SessionTokenSize`.
    pub(crate) session_token_size: Option<i64>,
}

impl FromValue for AssumeRoleWithWebIdentityResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            credentials: members.take("Credentials")?,
            subject_from_web_identity_token: members.take("SubjectFromWebIdentityToken")?,
            assumed_role_user: members.take("AssumedRoleUser")?,
            packed_policy_size: members.take("PackedPolicySize")?,
            provider: members.take("Provider")?,
            audience: members.take("Audience")?,
            source_identity: members.take("SourceIdentity")?,
            session_token_utilization: members.take("SessionTokenUtilization")?,
            session_token_size: members.take("SessionTokenSize")?,
        })
    }
}

impl IntoValue for AssumeRoleWithWebIdentityResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(9)
            .with("Credentials", self.credentials)
            .with(
                "SubjectFromWebIdentityToken",
                self.subject_from_web_identity_token,
            )
            .with("AssumedRoleUser", self.assumed_role_user)
            .with("PackedPolicySize", self.packed_policy_size)
            .with("Provider", self.provider)
            .with("Audience", self.audience)
            .with("SourceIdentity", self.source_identity)
            .with("SessionTokenUtilization", self.session_token_utilization)
            .with("SessionTokenSize", self.session_token_size)
            .end()
    }
}

/// `AssumedRoleUser`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AssumedRoleUser {
    /// `AssumedRoleId`.
    pub(crate) assumed_role_id: String,
    /// `Arn`.
    pub(crate) arn: String,
}

impl FromValue for AssumedRoleUser {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            assumed_role_id: members.take("AssumedRoleId")?,
            arn: members.take("Arn")?,
        })
    }
}

impl IntoValue for AssumedRoleUser {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("AssumedRoleId", self.assumed_role_id)
            .with("Arn", self.arn)
            .end()
    }
}

/// `Credentials`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Credentials {
    /// `AccessKeyId`.
    pub(crate) access_key_id: String,
    /// `SecretAccessKey`.
    pub(crate) secret_access_key: String,
    /// `SessionToken`.
    pub(crate) session_token: String,
    /// `Expiration`.
    pub(crate) expiration: Time,
}

impl FromValue for Credentials {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            access_key_id: members.take("AccessKeyId")?,
            secret_access_key: members.take("SecretAccessKey")?,
            session_token: members.take("SessionToken")?,
            expiration: members.take("Expiration")?,
        })
    }
}

impl IntoValue for Credentials {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("AccessKeyId", self.access_key_id)
            .with("SecretAccessKey", self.secret_access_key)
            .with("SessionToken", self.session_token)
            .with("Expiration", self.expiration)
            .end()
    }
}

/// `DecodeAuthorizationMessageRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DecodeAuthorizationMessageRequest {
    /// `EncodedMessage`.
    pub(crate) encoded_message: String,
}

impl FromValue for DecodeAuthorizationMessageRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            encoded_message: members.take("EncodedMessage")?,
        })
    }
}

impl IntoValue for DecodeAuthorizationMessageRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("EncodedMessage", self.encoded_message)
            .end()
    }
}

/// `DecodeAuthorizationMessageResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DecodeAuthorizationMessageResponse {
    /// `DecodedMessage`.
    pub(crate) decoded_message: Option<String>,
}

impl FromValue for DecodeAuthorizationMessageResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            decoded_message: members.take("DecodedMessage")?,
        })
    }
}

impl IntoValue for DecodeAuthorizationMessageResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("DecodedMessage", self.decoded_message)
            .end()
    }
}

/// `FederatedUser`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FederatedUser {
    /// `FederatedUserId`.
    pub(crate) federated_user_id: String,
    /// `Arn`.
    pub(crate) arn: String,
}

impl FromValue for FederatedUser {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            federated_user_id: members.take("FederatedUserId")?,
            arn: members.take("Arn")?,
        })
    }
}

impl IntoValue for FederatedUser {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("FederatedUserId", self.federated_user_id)
            .with("Arn", self.arn)
            .end()
    }
}

/// `GetAccessKeyInfoRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetAccessKeyInfoRequest {
    /// `AccessKeyId`.
    pub(crate) access_key_id: String,
}

impl FromValue for GetAccessKeyInfoRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            access_key_id: members.take("AccessKeyId")?,
        })
    }
}

impl IntoValue for GetAccessKeyInfoRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("AccessKeyId", self.access_key_id)
            .end()
    }
}

/// `GetAccessKeyInfoResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetAccessKeyInfoResponse {
    /// `Account`.
    pub(crate) account: Option<String>,
}

impl FromValue for GetAccessKeyInfoResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            account: members.take("Account")?,
        })
    }
}

impl IntoValue for GetAccessKeyInfoResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Account", self.account)
            .end()
    }
}

/// `GetCallerIdentityRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetCallerIdentityRequest {}

impl FromValue for GetCallerIdentityRequest {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for GetCallerIdentityRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `GetCallerIdentityResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetCallerIdentityResponse {
    /// `UserId`.
    pub(crate) user_id: Option<String>,
    /// `Account`.
    pub(crate) account: Option<String>,
    /// `Arn`.
    pub(crate) arn: Option<String>,
}

impl FromValue for GetCallerIdentityResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_id: members.take("UserId")?,
            account: members.take("Account")?,
            arn: members.take("Arn")?,
        })
    }
}

impl IntoValue for GetCallerIdentityResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserId", self.user_id)
            .with("Account", self.account)
            .with("Arn", self.arn)
            .end()
    }
}

/// `GetFederationTokenRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetFederationTokenRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `Policy`.
    pub(crate) policy: Option<String>,
    /// `PolicyArns`.
    pub(crate) policy_arns: Option<Vec<PolicyDescriptorType>>,
    /// `DurationSeconds`.
    pub(crate) duration_seconds: Option<i64>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
    /// `MinimumSessionTokenSize`.
    pub(crate) minimum_session_token_size: Option<i64>,
}

impl FromValue for GetFederationTokenRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            policy: members.take("Policy")?,
            policy_arns: members.take("PolicyArns")?,
            duration_seconds: members.take("DurationSeconds")?,
            tags: members.take("Tags")?,
            minimum_session_token_size: members.take("MinimumSessionTokenSize")?,
        })
    }
}

impl IntoValue for GetFederationTokenRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("Name", self.name)
            .with("Policy", self.policy)
            .with("PolicyArns", self.policy_arns)
            .with("DurationSeconds", self.duration_seconds)
            .with("Tags", self.tags)
            .with("MinimumSessionTokenSize", self.minimum_session_token_size)
            .end()
    }
}

/// `GetFederationTokenResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetFederationTokenResponse {
    /// `Credentials`.
    pub(crate) credentials: Option<Credentials>,
    /// `FederatedUser`.
    pub(crate) federated_user: Option<FederatedUser>,
    /// `PackedPolicySize`.
    pub(crate) packed_policy_size: Option<i64>,
    /// `SessionTokenUtilization`.
    pub(crate) session_token_utilization: Option<i64>,
    /// `SessionTokenSize`.
    pub(crate) session_token_size: Option<i64>,
}

impl FromValue for GetFederationTokenResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            credentials: members.take("Credentials")?,
            federated_user: members.take("FederatedUser")?,
            packed_policy_size: members.take("PackedPolicySize")?,
            session_token_utilization: members.take("SessionTokenUtilization")?,
            session_token_size: members.take("SessionTokenSize")?,
        })
    }
}

impl IntoValue for GetFederationTokenResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Credentials", self.credentials)
            .with("FederatedUser", self.federated_user)
            .with("PackedPolicySize", self.packed_policy_size)
            .with("SessionTokenUtilization", self.session_token_utilization)
            .with("SessionTokenSize", self.session_token_size)
            .end()
    }
}

/// `GetSessionTokenRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetSessionTokenRequest {
    /// `DurationSeconds`.
    pub(crate) duration_seconds: Option<i64>,
    /// `SerialNumber`.
    pub(crate) serial_number: Option<String>,
    /// `TokenCode`.
    pub(crate) token_code: Option<String>,
    /// `MinimumSessionTokenSize`.
    pub(crate) minimum_session_token_size: Option<i64>,
}

impl FromValue for GetSessionTokenRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            duration_seconds: members.take("DurationSeconds")?,
            serial_number: members.take("SerialNumber")?,
            token_code: members.take("TokenCode")?,
            minimum_session_token_size: members.take("MinimumSessionTokenSize")?,
        })
    }
}

impl IntoValue for GetSessionTokenRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("DurationSeconds", self.duration_seconds)
            .with("SerialNumber", self.serial_number)
            .with("TokenCode", self.token_code)
            .with("MinimumSessionTokenSize", self.minimum_session_token_size)
            .end()
    }
}

/// `GetSessionTokenResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetSessionTokenResponse {
    /// `Credentials`.
    pub(crate) credentials: Option<Credentials>,
    /// `SessionTokenUtilization`.
    pub(crate) session_token_utilization: Option<i64>,
    /// `SessionTokenSize`.
    pub(crate) session_token_size: Option<i64>,
}

impl FromValue for GetSessionTokenResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            credentials: members.take("Credentials")?,
            session_token_utilization: members.take("SessionTokenUtilization")?,
            session_token_size: members.take("SessionTokenSize")?,
        })
    }
}

impl IntoValue for GetSessionTokenResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Credentials", self.credentials)
            .with("SessionTokenUtilization", self.session_token_utilization)
            .with("SessionTokenSize", self.session_token_size)
            .end()
    }
}

/// `PolicyDescriptorType`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct PolicyDescriptorType {
    /// `arn`.
    pub(crate) arn: Option<String>,
}

impl FromValue for PolicyDescriptorType {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            arn: members.take("arn")?,
        })
    }
}

impl IntoValue for PolicyDescriptorType {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("arn", self.arn).end()
    }
}

/// `ProvidedContext`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ProvidedContext {
    /// `ProviderArn`.
    pub(crate) provider_arn: Option<String>,
    /// `ContextAssertion`.
    pub(crate) context_assertion: Option<String>,
}

impl FromValue for ProvidedContext {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            provider_arn: members.take("ProviderArn")?,
            context_assertion: members.take("ContextAssertion")?,
        })
    }
}

impl IntoValue for ProvidedContext {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("ProviderArn", self.provider_arn)
            .with("ContextAssertion", self.context_assertion)
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

/// Carries out `call.operation`, one of [`IMPLEMENTED`]: reads its typed input, calls the
/// function of its name in `crate::sts::operations`, and makes its answer a value.
pub(crate) async fn dispatch(
    service: &crate::Sts,
    call: &Call,
    input: Value,
) -> Result<Value, ServiceError> {
    use crate::sts::operations;
    let output = match call.operation.as_str() {
        "AssumeRole" => operations::assume_role(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "AssumeRoleWithWebIdentity" => {
            operations::assume_role_with_web_identity(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DecodeAuthorizationMessage" => {
            operations::decode_authorization_message(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetAccessKeyInfo" => {
            operations::get_access_key_info(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetCallerIdentity" => {
            operations::get_caller_identity(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetFederationToken" => {
            operations::get_federation_token(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetSessionToken" => {
            operations::get_session_token(service, call, FromValue::from_value(input)?)
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
