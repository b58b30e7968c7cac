//! The API's model, and of its shapes those that the operations here reach. Source: botocore's model of `iam`.
//!
//! Written by `cargo xtask codegen`; do not edit.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use types::{Call, ServiceError, Time};
use wire::{FromValue, IntoValue, Members, Model, ShapeError, Structure, Value};

/// All operations and shapes of the API.
pub(crate) static MODEL: LazyLock<Model> =
    LazyLock::new(|| Model::embedded(include_str!("model.json")));

/// The operations that are written, sorted.
pub(crate) const IMPLEMENTED: &[&str] = &[
    "AddClientIDToOpenIDConnectProvider",
    "AddRoleToInstanceProfile",
    "AddUserToGroup",
    "AttachGroupPolicy",
    "AttachRolePolicy",
    "AttachUserPolicy",
    "ChangePassword",
    "CreateAccessKey",
    "CreateAccountAlias",
    "CreateGroup",
    "CreateInstanceProfile",
    "CreateLoginProfile",
    "CreateOpenIDConnectProvider",
    "CreatePolicy",
    "CreatePolicyVersion",
    "CreateRole",
    "CreateServiceLinkedRole",
    "CreateServiceSpecificCredential",
    "CreateUser",
    "CreateVirtualMFADevice",
    "DeactivateMFADevice",
    "DeleteAccessKey",
    "DeleteAccountAlias",
    "DeleteAccountPasswordPolicy",
    "DeleteGroup",
    "DeleteGroupPolicy",
    "DeleteInstanceProfile",
    "DeleteLoginProfile",
    "DeleteOpenIDConnectProvider",
    "DeletePolicy",
    "DeletePolicyVersion",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DeleteServerCertificate",
    "DeleteServiceLinkedRole",
    "DeleteServiceSpecificCredential",
    "DeleteUser",
    "DeleteUserPermissionsBoundary",
    "DeleteUserPolicy",
    "DeleteVirtualMFADevice",
    "DetachGroupPolicy",
    "DetachRolePolicy",
    "DetachUserPolicy",
    "EnableMFADevice",
    "GenerateCredentialReport",
    "GetAccessKeyLastUsed",
    "GetAccountAuthorizationDetails",
    "GetAccountPasswordPolicy",
    "GetAccountSummary",
    "GetContextKeysForCustomPolicy",
    "GetContextKeysForPrincipalPolicy",
    "GetCredentialReport",
    "GetGroup",
    "GetGroupPolicy",
    "GetInstanceProfile",
    "GetLoginProfile",
    "GetMFADevice",
    "GetOpenIDConnectProvider",
    "GetPolicy",
    "GetPolicyVersion",
    "GetRole",
    "GetRolePolicy",
    "GetServerCertificate",
    "GetServiceLinkedRoleDeletionStatus",
    "GetUser",
    "GetUserPolicy",
    "ListAccessKeys",
    "ListAccountAliases",
    "ListAttachedGroupPolicies",
    "ListAttachedRolePolicies",
    "ListAttachedUserPolicies",
    "ListEntitiesForPolicy",
    "ListGroupPolicies",
    "ListGroups",
    "ListGroupsForUser",
    "ListInstanceProfileTags",
    "ListInstanceProfiles",
    "ListInstanceProfilesForRole",
    "ListMFADeviceTags",
    "ListMFADevices",
    "ListOpenIDConnectProviderTags",
    "ListOpenIDConnectProviders",
    "ListPolicies",
    "ListPolicyTags",
    "ListPolicyVersions",
    "ListRolePolicies",
    "ListRoleTags",
    "ListRoles",
    "ListServerCertificateTags",
    "ListServerCertificates",
    "ListServiceSpecificCredentials",
    "ListUserPolicies",
    "ListUserTags",
    "ListUsers",
    "ListVirtualMFADevices",
    "PutGroupPolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "PutUserPermissionsBoundary",
    "PutUserPolicy",
    "RemoveClientIDFromOpenIDConnectProvider",
    "RemoveRoleFromInstanceProfile",
    "RemoveUserFromGroup",
    "ResetServiceSpecificCredential",
    "ResyncMFADevice",
    "SetDefaultPolicyVersion",
    "SimulateCustomPolicy",
    "SimulatePrincipalPolicy",
    "TagInstanceProfile",
    "TagMFADevice",
    "TagOpenIDConnectProvider",
    "TagPolicy",
    "TagRole",
    "TagServerCertificate",
    "TagUser",
    "UntagInstanceProfile",
    "UntagMFADevice",
    "UntagOpenIDConnectProvider",
    "UntagPolicy",
    "UntagRole",
    "UntagServerCertificate",
    "UntagUser",
    "UpdateAccessKey",
    "UpdateAccountPasswordPolicy",
    "UpdateAssumeRolePolicy",
    "UpdateGroup",
    "UpdateLoginProfile",
    "UpdateOpenIDConnectProviderThumbprint",
    "UpdateRole",
    "UpdateRoleDescription",
    "UpdateServerCertificate",
    "UpdateServiceSpecificCredential",
    "UpdateUser",
    "UploadServerCertificate",
];

/// `AccessKey`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AccessKey {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `AccessKeyId`.
    pub(crate) access_key_id: String,
    /// `Status`.
    pub(crate) status: String,
    /// `SecretAccessKey`.
    pub(crate) secret_access_key: String,
    /// `CreateDate`.
    pub(crate) create_date: Option<Time>,
}

impl FromValue for AccessKey {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            access_key_id: members.take("AccessKeyId")?,
            status: members.take("Status")?,
            secret_access_key: members.take("SecretAccessKey")?,
            create_date: members.take("CreateDate")?,
        })
    }
}

impl IntoValue for AccessKey {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("UserName", self.user_name)
            .with("AccessKeyId", self.access_key_id)
            .with("Status", self.status)
            .with("SecretAccessKey", self.secret_access_key)
            .with("CreateDate", self.create_date)
            .end()
    }
}

/// `AccessKeyLastUsed`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AccessKeyLastUsed {
    /// `LastUsedDate`.
    pub(crate) last_used_date: Option<Time>,
    /// `ServiceName`.
    pub(crate) service_name: String,
    /// `Region`.
    pub(crate) region: String,
}

impl FromValue for AccessKeyLastUsed {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            last_used_date: members.take("LastUsedDate")?,
            service_name: members.take("ServiceName")?,
            region: members.take("Region")?,
        })
    }
}

impl IntoValue for AccessKeyLastUsed {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("LastUsedDate", self.last_used_date)
            .with("ServiceName", self.service_name)
            .with("Region", self.region)
            .end()
    }
}

/// `AccessKeyMetadata`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AccessKeyMetadata {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `AccessKeyId`.
    pub(crate) access_key_id: Option<String>,
    /// `Status`.
    pub(crate) status: Option<String>,
    /// `CreateDate`.
    pub(crate) create_date: Option<Time>,
}

impl FromValue for AccessKeyMetadata {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            access_key_id: members.take("AccessKeyId")?,
            status: members.take("Status")?,
            create_date: members.take("CreateDate")?,
        })
    }
}

impl IntoValue for AccessKeyMetadata {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("UserName", self.user_name)
            .with("AccessKeyId", self.access_key_id)
            .with("Status", self.status)
            .with("CreateDate", self.create_date)
            .end()
    }
}

/// `AddClientIDToOpenIDConnectProviderRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AddClientIDToOpenIDConnectProviderRequest {
    /// `OpenIDConnectProviderArn`.
    pub(crate) open_id_connect_provider_arn: String,
    /// `ClientID`.
    pub(crate) client_id: String,
}

impl FromValue for AddClientIDToOpenIDConnectProviderRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            open_id_connect_provider_arn: members.take("OpenIDConnectProviderArn")?,
            client_id: members.take("ClientID")?,
        })
    }
}

impl IntoValue for AddClientIDToOpenIDConnectProviderRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with(
                "OpenIDConnectProviderArn",
                self.open_id_connect_provider_arn,
            )
            .with("ClientID", self.client_id)
            .end()
    }
}

/// `AddRoleToInstanceProfileRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AddRoleToInstanceProfileRequest {
    /// `InstanceProfileName`.
    pub(crate) instance_profile_name: String,
    /// `RoleName`.
    pub(crate) role_name: String,
}

impl FromValue for AddRoleToInstanceProfileRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            instance_profile_name: members.take("InstanceProfileName")?,
            role_name: members.take("RoleName")?,
        })
    }
}

impl IntoValue for AddRoleToInstanceProfileRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("InstanceProfileName", self.instance_profile_name)
            .with("RoleName", self.role_name)
            .end()
    }
}

/// `AddUserToGroupRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AddUserToGroupRequest {
    /// `GroupName`.
    pub(crate) group_name: String,
    /// `UserName`.
    pub(crate) user_name: String,
}

impl FromValue for AddUserToGroupRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group_name: members.take("GroupName")?,
            user_name: members.take("UserName")?,
        })
    }
}

impl IntoValue for AddUserToGroupRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("GroupName", self.group_name)
            .with("UserName", self.user_name)
            .end()
    }
}

/// `AttachGroupPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AttachGroupPolicyRequest {
    /// `GroupName`.
    pub(crate) group_name: String,
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
}

impl FromValue for AttachGroupPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group_name: members.take("GroupName")?,
            policy_arn: members.take("PolicyArn")?,
        })
    }
}

impl IntoValue for AttachGroupPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("GroupName", self.group_name)
            .with("PolicyArn", self.policy_arn)
            .end()
    }
}

/// `AttachRolePolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AttachRolePolicyRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
}

impl FromValue for AttachRolePolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            policy_arn: members.take("PolicyArn")?,
        })
    }
}

impl IntoValue for AttachRolePolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("RoleName", self.role_name)
            .with("PolicyArn", self.policy_arn)
            .end()
    }
}

/// `AttachUserPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AttachUserPolicyRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
}

impl FromValue for AttachUserPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            policy_arn: members.take("PolicyArn")?,
        })
    }
}

impl IntoValue for AttachUserPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("UserName", self.user_name)
            .with("PolicyArn", self.policy_arn)
            .end()
    }
}

/// `AttachedPermissionsBoundary`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AttachedPermissionsBoundary {
    /// `PermissionsBoundaryType`.
    pub(crate) permissions_boundary_type: Option<String>,
    /// `PermissionsBoundaryArn`.
    pub(crate) permissions_boundary_arn: Option<String>,
}

impl FromValue for AttachedPermissionsBoundary {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            permissions_boundary_type: members.take("PermissionsBoundaryType")?,
            permissions_boundary_arn: members.take("PermissionsBoundaryArn")?,
        })
    }
}

impl IntoValue for AttachedPermissionsBoundary {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("PermissionsBoundaryType", self.permissions_boundary_type)
            .with("PermissionsBoundaryArn", self.permissions_boundary_arn)
            .end()
    }
}

/// `AttachedPolicy`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AttachedPolicy {
    /// `PolicyName`.
    pub(crate) policy_name: Option<String>,
    /// `PolicyArn`.
    pub(crate) policy_arn: Option<String>,
}

impl FromValue for AttachedPolicy {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_name: members.take("PolicyName")?,
            policy_arn: members.take("PolicyArn")?,
        })
    }
}

impl IntoValue for AttachedPolicy {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("PolicyName", self.policy_name)
            .with("PolicyArn", self.policy_arn)
            .end()
    }
}

/// `ChangePasswordRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ChangePasswordRequest {
    /// `OldPassword`.
    pub(crate) old_password: String,
    /// `NewPassword`.
    pub(crate) new_password: String,
}

impl FromValue for ChangePasswordRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            old_password: members.take("OldPassword")?,
            new_password: members.take("NewPassword")?,
        })
    }
}

impl IntoValue for ChangePasswordRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("OldPassword", self.old_password)
            .with("NewPassword", self.new_password)
            .end()
    }
}

/// `ContextEntry`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ContextEntry {
    /// `ContextKeyName`.
    pub(crate) context_key_name: Option<String>,
    /// `ContextKeyValues`.
    pub(crate) context_key_values: Option<Vec<String>>,
    /// `ContextKeyType`.
    pub(crate) context_key_type: Option<String>,
}

impl FromValue for ContextEntry {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            context_key_name: members.take("ContextKeyName")?,
            context_key_values: members.take("ContextKeyValues")?,
            context_key_type: members.take("ContextKeyType")?,
        })
    }
}

impl IntoValue for ContextEntry {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("ContextKeyName", self.context_key_name)
            .with("ContextKeyValues", self.context_key_values)
            .with("ContextKeyType", self.context_key_type)
            .end()
    }
}

/// `CreateAccessKeyRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateAccessKeyRequest {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
}

impl FromValue for CreateAccessKeyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
        })
    }
}

impl IntoValue for CreateAccessKeyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("UserName", self.user_name)
            .end()
    }
}

/// `CreateAccessKeyResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateAccessKeyResponse {
    /// `AccessKey`.
    pub(crate) access_key: AccessKey,
}

impl FromValue for CreateAccessKeyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            access_key: members.take("AccessKey")?,
        })
    }
}

impl IntoValue for CreateAccessKeyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("AccessKey", self.access_key)
            .end()
    }
}

/// `CreateAccountAliasRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateAccountAliasRequest {
    /// `AccountAlias`.
    pub(crate) account_alias: String,
}

impl FromValue for CreateAccountAliasRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            account_alias: members.take("AccountAlias")?,
        })
    }
}

impl IntoValue for CreateAccountAliasRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("AccountAlias", self.account_alias)
            .end()
    }
}

/// `CreateGroupRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateGroupRequest {
    /// `Path`.
    pub(crate) path: Option<String>,
    /// `GroupName`.
    pub(crate) group_name: String,
}

impl FromValue for CreateGroupRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path: members.take("Path")?,
            group_name: members.take("GroupName")?,
        })
    }
}

impl IntoValue for CreateGroupRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Path", self.path)
            .with("GroupName", self.group_name)
            .end()
    }
}

/// `CreateGroupResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateGroupResponse {
    /// `Group`.
    pub(crate) group: Group,
}

impl FromValue for CreateGroupResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group: members.take("Group")?,
        })
    }
}

impl IntoValue for CreateGroupResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("Group", self.group).end()
    }
}

/// `CreateInstanceProfileRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateInstanceProfileRequest {
    /// `InstanceProfileName`.
    pub(crate) instance_profile_name: String,
    /// `Path`.
    pub(crate) path: Option<String>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for CreateInstanceProfileRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            instance_profile_name: members.take("InstanceProfileName")?,
            path: members.take("Path")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for CreateInstanceProfileRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("InstanceProfileName", self.instance_profile_name)
            .with("Path", self.path)
            .with("Tags", self.tags)
            .end()
    }
}

/// `CreateInstanceProfileResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateInstanceProfileResponse {
    /// `InstanceProfile`.
    pub(crate) instance_profile: InstanceProfile,
}

impl FromValue for CreateInstanceProfileResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            instance_profile: members.take("InstanceProfile")?,
        })
    }
}

impl IntoValue for CreateInstanceProfileResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("InstanceProfile", self.instance_profile)
            .end()
    }
}

/// `CreateLoginProfileRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateLoginProfileRequest {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `Password`.
    pub(crate) password: Option<String>,
    /// `PasswordResetRequired`.
    pub(crate) password_reset_required: Option<bool>,
}

impl FromValue for CreateLoginProfileRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            password: members.take("Password")?,
            password_reset_required: members.take("PasswordResetRequired")?,
        })
    }
}

impl IntoValue for CreateLoginProfileRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with("Password", self.password)
            .with("PasswordResetRequired", self.password_reset_required)
            .end()
    }
}

/// `CreateLoginProfileResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateLoginProfileResponse {
    /// `LoginProfile`.
    pub(crate) login_profile: LoginProfile,
}

impl FromValue for CreateLoginProfileResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            login_profile: members.take("LoginProfile")?,
        })
    }
}

impl IntoValue for CreateLoginProfileResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("LoginProfile", self.login_profile)
            .end()
    }
}

/// `CreateOpenIDConnectProviderRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateOpenIDConnectProviderRequest {
    /// `Url`.
    pub(crate) url: String,
    /// `ClientIDList`.
    pub(crate) client_id_list: Option<Vec<String>>,
    /// `ThumbprintList`.
    pub(crate) thumbprint_list: Option<Vec<String>>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for CreateOpenIDConnectProviderRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            url: members.take("Url")?,
            client_id_list: members.take("ClientIDList")?,
            thumbprint_list: members.take("ThumbprintList")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for CreateOpenIDConnectProviderRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Url", self.url)
            .with("ClientIDList", self.client_id_list)
            .with("ThumbprintList", self.thumbprint_list)
            .with("Tags", self.tags)
            .end()
    }
}

/// `CreateOpenIDConnectProviderResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateOpenIDConnectProviderResponse {
    /// `OpenIDConnectProviderArn`.
    pub(crate) open_id_connect_provider_arn: Option<String>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for CreateOpenIDConnectProviderResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            open_id_connect_provider_arn: members.take("OpenIDConnectProviderArn")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for CreateOpenIDConnectProviderResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with(
                "OpenIDConnectProviderArn",
                self.open_id_connect_provider_arn,
            )
            .with("Tags", self.tags)
            .end()
    }
}

/// `CreatePolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreatePolicyRequest {
    /// `PolicyName`.
    pub(crate) policy_name: String,
    /// `Path`.
    pub(crate) path: Option<String>,
    /// `PolicyDocument`.
    pub(crate) policy_document: String,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for CreatePolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_name: members.take("PolicyName")?,
            path: members.take("Path")?,
            policy_document: members.take("PolicyDocument")?,
            description: members.take("Description")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for CreatePolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("PolicyName", self.policy_name)
            .with("Path", self.path)
            .with("PolicyDocument", self.policy_document)
            .with("Description", self.description)
            .with("Tags", self.tags)
            .end()
    }
}

/// `CreatePolicyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreatePolicyResponse {
    /// `Policy`.
    pub(crate) policy: Option<Policy>,
}

impl FromValue for CreatePolicyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy: members.take("Policy")?,
        })
    }
}

impl IntoValue for CreatePolicyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Policy", self.policy)
            .end()
    }
}

/// `CreatePolicyVersionRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreatePolicyVersionRequest {
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
    /// `PolicyDocument`.
    pub(crate) policy_document: String,
    /// `SetAsDefault`.
    pub(crate) set_as_default: Option<bool>,
}

impl FromValue for CreatePolicyVersionRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_arn: members.take("PolicyArn")?,
            policy_document: members.take("PolicyDocument")?,
            set_as_default: members.take("SetAsDefault")?,
        })
    }
}

impl IntoValue for CreatePolicyVersionRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("PolicyArn", self.policy_arn)
            .with("PolicyDocument", self.policy_document)
            .with("SetAsDefault", self.set_as_default)
            .end()
    }
}

/// `CreatePolicyVersionResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreatePolicyVersionResponse {
    /// `PolicyVersion`.
    pub(crate) policy_version: Option<PolicyVersion>,
}

impl FromValue for CreatePolicyVersionResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_version: members.take("PolicyVersion")?,
        })
    }
}

impl IntoValue for CreatePolicyVersionResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("PolicyVersion", self.policy_version)
            .end()
    }
}

/// `CreateRoleRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateRoleRequest {
    /// `Path`.
    pub(crate) path: Option<String>,
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `AssumeRolePolicyDocument`.
    pub(crate) assume_role_policy_document: String,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `MaxSessionDuration`.
    pub(crate) max_session_duration: Option<i64>,
    /// `PermissionsBoundary`.
    pub(crate) permissions_boundary: Option<String>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for CreateRoleRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path: members.take("Path")?,
            role_name: members.take("RoleName")?,
            assume_role_policy_document: members.take("AssumeRolePolicyDocument")?,
            description: members.take("Description")?,
            max_session_duration: members.take("MaxSessionDuration")?,
            permissions_boundary: members.take("PermissionsBoundary")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for CreateRoleRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(7)
            .with("Path", self.path)
            .with("RoleName", self.role_name)
            .with("AssumeRolePolicyDocument", self.assume_role_policy_document)
            .with("Description", self.description)
            .with("MaxSessionDuration", self.max_session_duration)
            .with("PermissionsBoundary", self.permissions_boundary)
            .with("Tags", self.tags)
            .end()
    }
}

/// `CreateRoleResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateRoleResponse {
    /// `Role`.
    pub(crate) role: Role,
}

impl FromValue for CreateRoleResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role: members.take("Role")?,
        })
    }
}

impl IntoValue for CreateRoleResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("Role", self.role).end()
    }
}

/// `CreateServiceLinkedRoleRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateServiceLinkedRoleRequest {
    /// `AWSServiceName`.
    pub(crate) aws_service_name: String,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `CustomSuffix`.
    pub(crate) custom_suffix: Option<String>,
}

impl FromValue for CreateServiceLinkedRoleRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            aws_service_name: members.take("AWSServiceName")?,
            description: members.take("Description")?,
            custom_suffix: members.take("CustomSuffix")?,
        })
    }
}

impl IntoValue for CreateServiceLinkedRoleRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("AWSServiceName", self.aws_service_name)
            .with("Description", self.description)
            .with("CustomSuffix", self.custom_suffix)
            .end()
    }
}

/// `CreateServiceLinkedRoleResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateServiceLinkedRoleResponse {
    /// `Role`.
    pub(crate) role: Option<Role>,
}

impl FromValue for CreateServiceLinkedRoleResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role: members.take("Role")?,
        })
    }
}

impl IntoValue for CreateServiceLinkedRoleResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("Role", self.role).end()
    }
}

/// `CreateServiceSpecificCredentialRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateServiceSpecificCredentialRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `ServiceName`.
    pub(crate) service_name: String,
    /// `CredentialAgeDays`.
    pub(crate) credential_age_days: Option<i64>,
}

impl FromValue for CreateServiceSpecificCredentialRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            service_name: members.take("ServiceName")?,
            credential_age_days: members.take("CredentialAgeDays")?,
        })
    }
}

impl IntoValue for CreateServiceSpecificCredentialRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with("ServiceName", self.service_name)
            .with("CredentialAgeDays", self.credential_age_days)
            .end()
    }
}

/// `CreateServiceSpecificCredentialResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateServiceSpecificCredentialResponse {
    /// `ServiceSpecificCredential`.
    pub(crate) service_specific_credential: Option<ServiceSpecificCredential>,
}

impl FromValue for CreateServiceSpecificCredentialResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            service_specific_credential: members.take("ServiceSpecificCredential")?,
        })
    }
}

impl IntoValue for CreateServiceSpecificCredentialResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with(
                "ServiceSpecificCredential",
                self.service_specific_credential,
            )
            .end()
    }
}

/// `CreateUserRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateUserRequest {
    /// `Path`.
    pub(crate) path: Option<String>,
    /// `UserName`.
    pub(crate) user_name: String,
    /// `PermissionsBoundary`.
    pub(crate) permissions_boundary: Option<String>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for CreateUserRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path: members.take("Path")?,
            user_name: members.take("UserName")?,
            permissions_boundary: members.take("PermissionsBoundary")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for CreateUserRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Path", self.path)
            .with("UserName", self.user_name)
            .with("PermissionsBoundary", self.permissions_boundary)
            .with("Tags", self.tags)
            .end()
    }
}

/// `CreateUserResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateUserResponse {
    /// `User`.
    pub(crate) user: Option<User>,
}

impl FromValue for CreateUserResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user: members.take("User")?,
        })
    }
}

impl IntoValue for CreateUserResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("User", self.user).end()
    }
}

/// `CreateVirtualMFADeviceRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateVirtualMFADeviceRequest {
    /// `Path`.
    pub(crate) path: Option<String>,
    /// `VirtualMFADeviceName`.
    pub(crate) virtual_mfa_device_name: String,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for CreateVirtualMFADeviceRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path: members.take("Path")?,
            virtual_mfa_device_name: members.take("VirtualMFADeviceName")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for CreateVirtualMFADeviceRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Path", self.path)
            .with("VirtualMFADeviceName", self.virtual_mfa_device_name)
            .with("Tags", self.tags)
            .end()
    }
}

/// `CreateVirtualMFADeviceResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateVirtualMFADeviceResponse {
    /// `VirtualMFADevice`.
    pub(crate) virtual_mfa_device: VirtualMFADevice,
}

impl FromValue for CreateVirtualMFADeviceResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            virtual_mfa_device: members.take("VirtualMFADevice")?,
        })
    }
}

impl IntoValue for CreateVirtualMFADeviceResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("VirtualMFADevice", self.virtual_mfa_device)
            .end()
    }
}

/// `DeactivateMFADeviceRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeactivateMFADeviceRequest {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `SerialNumber`.
    pub(crate) serial_number: String,
}

impl FromValue for DeactivateMFADeviceRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            serial_number: members.take("SerialNumber")?,
        })
    }
}

impl IntoValue for DeactivateMFADeviceRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("UserName", self.user_name)
            .with("SerialNumber", self.serial_number)
            .end()
    }
}

/// `DeleteAccessKeyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteAccessKeyRequest {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `AccessKeyId`.
    pub(crate) access_key_id: String,
}

impl FromValue for DeleteAccessKeyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            access_key_id: members.take("AccessKeyId")?,
        })
    }
}

impl IntoValue for DeleteAccessKeyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("UserName", self.user_name)
            .with("AccessKeyId", self.access_key_id)
            .end()
    }
}

/// `DeleteAccountAliasRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteAccountAliasRequest {
    /// `AccountAlias`.
    pub(crate) account_alias: String,
}

impl FromValue for DeleteAccountAliasRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            account_alias: members.take("AccountAlias")?,
        })
    }
}

impl IntoValue for DeleteAccountAliasRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("AccountAlias", self.account_alias)
            .end()
    }
}

/// `DeleteGroupPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteGroupPolicyRequest {
    /// `GroupName`.
    pub(crate) group_name: String,
    /// `PolicyName`.
    pub(crate) policy_name: String,
}

impl FromValue for DeleteGroupPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group_name: members.take("GroupName")?,
            policy_name: members.take("PolicyName")?,
        })
    }
}

impl IntoValue for DeleteGroupPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("GroupName", self.group_name)
            .with("PolicyName", self.policy_name)
            .end()
    }
}

/// `DeleteGroupRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteGroupRequest {
    /// `GroupName`.
    pub(crate) group_name: String,
}

impl FromValue for DeleteGroupRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group_name: members.take("GroupName")?,
        })
    }
}

impl IntoValue for DeleteGroupRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("GroupName", self.group_name)
            .end()
    }
}

/// `DeleteInstanceProfileRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteInstanceProfileRequest {
    /// `InstanceProfileName`.
    pub(crate) instance_profile_name: String,
}

impl FromValue for DeleteInstanceProfileRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            instance_profile_name: members.take("InstanceProfileName")?,
        })
    }
}

impl IntoValue for DeleteInstanceProfileRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("InstanceProfileName", self.instance_profile_name)
            .end()
    }
}

/// `DeleteLoginProfileRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteLoginProfileRequest {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
}

impl FromValue for DeleteLoginProfileRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
        })
    }
}

impl IntoValue for DeleteLoginProfileRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("UserName", self.user_name)
            .end()
    }
}

/// `DeleteOpenIDConnectProviderRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteOpenIDConnectProviderRequest {
    /// `OpenIDConnectProviderArn`.
    pub(crate) open_id_connect_provider_arn: String,
}

impl FromValue for DeleteOpenIDConnectProviderRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            open_id_connect_provider_arn: members.take("OpenIDConnectProviderArn")?,
        })
    }
}

impl IntoValue for DeleteOpenIDConnectProviderRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with(
                "OpenIDConnectProviderArn",
                self.open_id_connect_provider_arn,
            )
            .end()
    }
}

/// `DeletePolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeletePolicyRequest {
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
}

impl FromValue for DeletePolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_arn: members.take("PolicyArn")?,
        })
    }
}

impl IntoValue for DeletePolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("PolicyArn", self.policy_arn)
            .end()
    }
}

/// `DeletePolicyVersionRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeletePolicyVersionRequest {
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
    /// `VersionId`.
    pub(crate) version_id: String,
}

impl FromValue for DeletePolicyVersionRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_arn: members.take("PolicyArn")?,
            version_id: members.take("VersionId")?,
        })
    }
}

impl IntoValue for DeletePolicyVersionRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("PolicyArn", self.policy_arn)
            .with("VersionId", self.version_id)
            .end()
    }
}

/// `DeleteRolePermissionsBoundaryRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteRolePermissionsBoundaryRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
}

impl FromValue for DeleteRolePermissionsBoundaryRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
        })
    }
}

impl IntoValue for DeleteRolePermissionsBoundaryRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("RoleName", self.role_name)
            .end()
    }
}

/// `DeleteRolePolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteRolePolicyRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `PolicyName`.
    pub(crate) policy_name: String,
}

impl FromValue for DeleteRolePolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            policy_name: members.take("PolicyName")?,
        })
    }
}

impl IntoValue for DeleteRolePolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("RoleName", self.role_name)
            .with("PolicyName", self.policy_name)
            .end()
    }
}

/// `DeleteRoleRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteRoleRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
}

impl FromValue for DeleteRoleRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
        })
    }
}

impl IntoValue for DeleteRoleRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("RoleName", self.role_name)
            .end()
    }
}

/// `DeleteServerCertificateRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteServerCertificateRequest {
    /// `ServerCertificateName`.
    pub(crate) server_certificate_name: String,
}

impl FromValue for DeleteServerCertificateRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            server_certificate_name: members.take("ServerCertificateName")?,
        })
    }
}

impl IntoValue for DeleteServerCertificateRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ServerCertificateName", self.server_certificate_name)
            .end()
    }
}

/// `DeleteServiceLinkedRoleRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteServiceLinkedRoleRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
}

impl FromValue for DeleteServiceLinkedRoleRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
        })
    }
}

impl IntoValue for DeleteServiceLinkedRoleRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("RoleName", self.role_name)
            .end()
    }
}

/// `DeleteServiceLinkedRoleResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteServiceLinkedRoleResponse {
    /// `DeletionTaskId`.
    pub(crate) deletion_task_id: String,
}

impl FromValue for DeleteServiceLinkedRoleResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            deletion_task_id: members.take("DeletionTaskId")?,
        })
    }
}

impl IntoValue for DeleteServiceLinkedRoleResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("DeletionTaskId", self.deletion_task_id)
            .end()
    }
}

/// `DeleteServiceSpecificCredentialRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteServiceSpecificCredentialRequest {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `ServiceSpecificCredentialId`.
    pub(crate) service_specific_credential_id: String,
}

impl FromValue for DeleteServiceSpecificCredentialRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            service_specific_credential_id: members.take("ServiceSpecificCredentialId")?,
        })
    }
}

impl IntoValue for DeleteServiceSpecificCredentialRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("UserName", self.user_name)
            .with(
                "ServiceSpecificCredentialId",
                self.service_specific_credential_id,
            )
            .end()
    }
}

/// `DeleteUserPermissionsBoundaryRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteUserPermissionsBoundaryRequest {
    /// `UserName`.
    pub(crate) user_name: String,
}

impl FromValue for DeleteUserPermissionsBoundaryRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
        })
    }
}

impl IntoValue for DeleteUserPermissionsBoundaryRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("UserName", self.user_name)
            .end()
    }
}

/// `DeleteUserPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteUserPolicyRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `PolicyName`.
    pub(crate) policy_name: String,
}

impl FromValue for DeleteUserPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            policy_name: members.take("PolicyName")?,
        })
    }
}

impl IntoValue for DeleteUserPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("UserName", self.user_name)
            .with("PolicyName", self.policy_name)
            .end()
    }
}

/// `DeleteUserRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteUserRequest {
    /// `UserName`.
    pub(crate) user_name: String,
}

impl FromValue for DeleteUserRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
        })
    }
}

impl IntoValue for DeleteUserRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("UserName", self.user_name)
            .end()
    }
}

/// `DeleteVirtualMFADeviceRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteVirtualMFADeviceRequest {
    /// `SerialNumber`.
    pub(crate) serial_number: String,
}

impl FromValue for DeleteVirtualMFADeviceRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            serial_number: members.take("SerialNumber")?,
        })
    }
}

impl IntoValue for DeleteVirtualMFADeviceRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("SerialNumber", self.serial_number)
            .end()
    }
}

/// `DeletionTaskFailureReasonType`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeletionTaskFailureReasonType {
    /// `Reason`.
    pub(crate) reason: Option<String>,
    /// `RoleUsageList`.
    pub(crate) role_usage_list: Option<Vec<RoleUsageType>>,
}

impl FromValue for DeletionTaskFailureReasonType {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            reason: members.take("Reason")?,
            role_usage_list: members.take("RoleUsageList")?,
        })
    }
}

impl IntoValue for DeletionTaskFailureReasonType {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Reason", self.reason)
            .with("RoleUsageList", self.role_usage_list)
            .end()
    }
}

/// `DetachGroupPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DetachGroupPolicyRequest {
    /// `GroupName`.
    pub(crate) group_name: String,
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
}

impl FromValue for DetachGroupPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group_name: members.take("GroupName")?,
            policy_arn: members.take("PolicyArn")?,
        })
    }
}

impl IntoValue for DetachGroupPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("GroupName", self.group_name)
            .with("PolicyArn", self.policy_arn)
            .end()
    }
}

/// `DetachRolePolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DetachRolePolicyRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
}

impl FromValue for DetachRolePolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            policy_arn: members.take("PolicyArn")?,
        })
    }
}

impl IntoValue for DetachRolePolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("RoleName", self.role_name)
            .with("PolicyArn", self.policy_arn)
            .end()
    }
}

/// `DetachUserPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DetachUserPolicyRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
}

impl FromValue for DetachUserPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            policy_arn: members.take("PolicyArn")?,
        })
    }
}

impl IntoValue for DetachUserPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("UserName", self.user_name)
            .with("PolicyArn", self.policy_arn)
            .end()
    }
}

/// `EnableMFADeviceRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EnableMFADeviceRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `SerialNumber`.
    pub(crate) serial_number: String,
    /// `AuthenticationCode1`.
    pub(crate) authentication_code1: String,
    /// `AuthenticationCode2`.
    pub(crate) authentication_code2: String,
}

impl FromValue for EnableMFADeviceRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            serial_number: members.take("SerialNumber")?,
            authentication_code1: members.take("AuthenticationCode1")?,
            authentication_code2: members.take("AuthenticationCode2")?,
        })
    }
}

impl IntoValue for EnableMFADeviceRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("UserName", self.user_name)
            .with("SerialNumber", self.serial_number)
            .with("AuthenticationCode1", self.authentication_code1)
            .with("AuthenticationCode2", self.authentication_code2)
            .end()
    }
}

/// `EvaluationResult`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EvaluationResult {
    /// `EvalActionName`.
    pub(crate) eval_action_name: String,
    /// `EvalResourceName`.
    pub(crate) eval_resource_name: Option<String>,
    /// `EvalDecision`.
    pub(crate) eval_decision: String,
    /// `MatchedStatements`.
    pub(crate) matched_statements: Option<Vec<Statement>>,
    /// `MissingContextValues`.
    pub(crate) missing_context_values: Option<Vec<String>>,
    /// `OrganizationsDecisionDetail`.
    pub(crate) organizations_decision_detail: Option<OrganizationsDecisionDetail>,
    /// `PermissionsBoundaryDecisionDetail`.
    pub(crate) permissions_boundary_decision_detail: Option<PermissionsBoundaryDecisionDetail>,
    /// `EvalDecisionDetails`.
    pub(crate) eval_decision_details: Option<BTreeMap<String, String>>,
    /// `ResourceSpecificResults`.
    pub(crate) resource_specific_results: Option<Vec<ResourceSpecificResult>>,
}

impl FromValue for EvaluationResult {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            eval_action_name: members.take("EvalActionName")?,
            eval_resource_name: members.take("EvalResourceName")?,
            eval_decision: members.take("EvalDecision")?,
            matched_statements: members.take("MatchedStatements")?,
            missing_context_values: members.take("MissingContextValues")?,
            organizations_decision_detail: members.take("OrganizationsDecisionDetail")?,
            permissions_boundary_decision_detail: members
                .take("PermissionsBoundaryDecisionDetail")?,
            eval_decision_details: members.take("EvalDecisionDetails")?,
            resource_specific_results: members.take("ResourceSpecificResults")?,
        })
    }
}

impl IntoValue for EvaluationResult {
    fn into_value(self) -> Value {
        Structure::with_capacity(9)
            .with("EvalActionName", self.eval_action_name)
            .with("EvalResourceName", self.eval_resource_name)
            .with("EvalDecision", self.eval_decision)
            .with("MatchedStatements", self.matched_statements)
            .with("MissingContextValues", self.missing_context_values)
            .with(
                "OrganizationsDecisionDetail",
                self.organizations_decision_detail,
            )
            .with(
                "PermissionsBoundaryDecisionDetail",
                self.permissions_boundary_decision_detail,
            )
            .with("EvalDecisionDetails", self.eval_decision_details)
            .with("ResourceSpecificResults", self.resource_specific_results)
            .end()
    }
}

/// `GenerateCredentialReportResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GenerateCredentialReportResponse {
    /// `State`.
    pub(crate) state: Option<String>,
    /// `Description`.
    pub(crate) description: Option<String>,
}

impl FromValue for GenerateCredentialReportResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            state: members.take("State")?,
            description: members.take("Description")?,
        })
    }
}

impl IntoValue for GenerateCredentialReportResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("State", self.state)
            .with("Description", self.description)
            .end()
    }
}

/// `GetAccessKeyLastUsedRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetAccessKeyLastUsedRequest {
    /// `AccessKeyId`.
    pub(crate) access_key_id: String,
}

impl FromValue for GetAccessKeyLastUsedRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            access_key_id: members.take("AccessKeyId")?,
        })
    }
}

impl IntoValue for GetAccessKeyLastUsedRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("AccessKeyId", self.access_key_id)
            .end()
    }
}

/// `GetAccessKeyLastUsedResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetAccessKeyLastUsedResponse {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `AccessKeyLastUsed`.
    pub(crate) access_key_last_used: Option<AccessKeyLastUsed>,
}

impl FromValue for GetAccessKeyLastUsedResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            access_key_last_used: members.take("AccessKeyLastUsed")?,
        })
    }
}

impl IntoValue for GetAccessKeyLastUsedResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("UserName", self.user_name)
            .with("AccessKeyLastUsed", self.access_key_last_used)
            .end()
    }
}

/// `GetAccountAuthorizationDetailsRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetAccountAuthorizationDetailsRequest {
    /// `Filter`.
    pub(crate) filter: Option<Vec<String>>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for GetAccountAuthorizationDetailsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            filter: members.take("Filter")?,
            max_items: members.take("MaxItems")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for GetAccountAuthorizationDetailsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Filter", self.filter)
            .with("MaxItems", self.max_items)
            .with("Marker", self.marker)
            .end()
    }
}

/// `GetAccountAuthorizationDetailsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetAccountAuthorizationDetailsResponse {
    /// `UserDetailList`.
    pub(crate) user_detail_list: Option<Vec<UserDetail>>,
    /// `GroupDetailList`.
    pub(crate) group_detail_list: Option<Vec<GroupDetail>>,
    /// `RoleDetailList`.
    pub(crate) role_detail_list: Option<Vec<RoleDetail>>,
    /// `Policies`.
    pub(crate) policies: Option<Vec<ManagedPolicyDetail>>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for GetAccountAuthorizationDetailsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_detail_list: members.take("UserDetailList")?,
            group_detail_list: members.take("GroupDetailList")?,
            role_detail_list: members.take("RoleDetailList")?,
            policies: members.take("Policies")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for GetAccountAuthorizationDetailsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("UserDetailList", self.user_detail_list)
            .with("GroupDetailList", self.group_detail_list)
            .with("RoleDetailList", self.role_detail_list)
            .with("Policies", self.policies)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `GetAccountPasswordPolicyResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetAccountPasswordPolicyResponse {
    /// `PasswordPolicy`.
    pub(crate) password_policy: PasswordPolicy,
}

impl FromValue for GetAccountPasswordPolicyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            password_policy: members.take("PasswordPolicy")?,
        })
    }
}

impl IntoValue for GetAccountPasswordPolicyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("PasswordPolicy", self.password_policy)
            .end()
    }
}

/// `GetAccountSummaryResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetAccountSummaryResponse {
    /// `SummaryMap`.
    pub(crate) summary_map: Option<BTreeMap<String, i64>>,
}

impl FromValue for GetAccountSummaryResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            summary_map: members.take("SummaryMap")?,
        })
    }
}

impl IntoValue for GetAccountSummaryResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("SummaryMap", self.summary_map)
            .end()
    }
}

/// `GetContextKeysForCustomPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetContextKeysForCustomPolicyRequest {
    /// `PolicyInputList`.
    pub(crate) policy_input_list: Vec<String>,
}

impl FromValue for GetContextKeysForCustomPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_input_list: members.take("PolicyInputList")?,
        })
    }
}

impl IntoValue for GetContextKeysForCustomPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("PolicyInputList", self.policy_input_list)
            .end()
    }
}

/// `GetContextKeysForPolicyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetContextKeysForPolicyResponse {
    /// `ContextKeyNames`.
    pub(crate) context_key_names: Option<Vec<String>>,
}

impl FromValue for GetContextKeysForPolicyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            context_key_names: members.take("ContextKeyNames")?,
        })
    }
}

impl IntoValue for GetContextKeysForPolicyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ContextKeyNames", self.context_key_names)
            .end()
    }
}

/// `GetContextKeysForPrincipalPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetContextKeysForPrincipalPolicyRequest {
    /// `PolicySourceArn`.
    pub(crate) policy_source_arn: String,
    /// `PolicyInputList`.
    pub(crate) policy_input_list: Option<Vec<String>>,
}

impl FromValue for GetContextKeysForPrincipalPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_source_arn: members.take("PolicySourceArn")?,
            policy_input_list: members.take("PolicyInputList")?,
        })
    }
}

impl IntoValue for GetContextKeysForPrincipalPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("PolicySourceArn", self.policy_source_arn)
            .with("PolicyInputList", self.policy_input_list)
            .end()
    }
}

/// `GetCredentialReportResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetCredentialReportResponse {
    /// `Content`.
    pub(crate) content: Option<Vec<u8>>,
    /// `ReportFormat`.
    pub(crate) report_format: Option<String>,
    /// `GeneratedTime`.
    pub(crate) generated_time: Option<Time>,
}

impl FromValue for GetCredentialReportResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            content: members.take("Content")?,
            report_format: members.take("ReportFormat")?,
            generated_time: members.take("GeneratedTime")?,
        })
    }
}

impl IntoValue for GetCredentialReportResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Content", self.content)
            .with("ReportFormat", self.report_format)
            .with("GeneratedTime", self.generated_time)
            .end()
    }
}

/// `GetGroupPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetGroupPolicyRequest {
    /// `GroupName`.
    pub(crate) group_name: String,
    /// `PolicyName`.
    pub(crate) policy_name: String,
}

impl FromValue for GetGroupPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group_name: members.take("GroupName")?,
            policy_name: members.take("PolicyName")?,
        })
    }
}

impl IntoValue for GetGroupPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("GroupName", self.group_name)
            .with("PolicyName", self.policy_name)
            .end()
    }
}

/// `GetGroupPolicyResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetGroupPolicyResponse {
    /// `GroupName`.
    pub(crate) group_name: String,
    /// `PolicyName`.
    pub(crate) policy_name: String,
    /// `PolicyDocument`.
    pub(crate) policy_document: String,
}

impl FromValue for GetGroupPolicyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group_name: members.take("GroupName")?,
            policy_name: members.take("PolicyName")?,
            policy_document: members.take("PolicyDocument")?,
        })
    }
}

impl IntoValue for GetGroupPolicyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("GroupName", self.group_name)
            .with("PolicyName", self.policy_name)
            .with("PolicyDocument", self.policy_document)
            .end()
    }
}

/// `GetGroupRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetGroupRequest {
    /// `GroupName`.
    pub(crate) group_name: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for GetGroupRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group_name: members.take("GroupName")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for GetGroupRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("GroupName", self.group_name)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `GetGroupResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetGroupResponse {
    /// `Group`.
    pub(crate) group: Group,
    /// `Users`.
    pub(crate) users: Vec<User>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for GetGroupResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group: members.take("Group")?,
            users: members.take("Users")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for GetGroupResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Group", self.group)
            .with("Users", self.users)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `GetInstanceProfileRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetInstanceProfileRequest {
    /// `InstanceProfileName`.
    pub(crate) instance_profile_name: String,
}

impl FromValue for GetInstanceProfileRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            instance_profile_name: members.take("InstanceProfileName")?,
        })
    }
}

impl IntoValue for GetInstanceProfileRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("InstanceProfileName", self.instance_profile_name)
            .end()
    }
}

/// `GetInstanceProfileResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetInstanceProfileResponse {
    /// `InstanceProfile`.
    pub(crate) instance_profile: InstanceProfile,
}

impl FromValue for GetInstanceProfileResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            instance_profile: members.take("InstanceProfile")?,
        })
    }
}

impl IntoValue for GetInstanceProfileResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("InstanceProfile", self.instance_profile)
            .end()
    }
}

/// `GetLoginProfileRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetLoginProfileRequest {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
}

impl FromValue for GetLoginProfileRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
        })
    }
}

impl IntoValue for GetLoginProfileRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("UserName", self.user_name)
            .end()
    }
}

/// `GetLoginProfileResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetLoginProfileResponse {
    /// `LoginProfile`.
    pub(crate) login_profile: LoginProfile,
}

impl FromValue for GetLoginProfileResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            login_profile: members.take("LoginProfile")?,
        })
    }
}

impl IntoValue for GetLoginProfileResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("LoginProfile", self.login_profile)
            .end()
    }
}

/// `GetMFADeviceRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetMFADeviceRequest {
    /// `SerialNumber`.
    pub(crate) serial_number: String,
    /// `UserName`.
    pub(crate) user_name: Option<String>,
}

impl FromValue for GetMFADeviceRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            serial_number: members.take("SerialNumber")?,
            user_name: members.take("UserName")?,
        })
    }
}

impl IntoValue for GetMFADeviceRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("SerialNumber", self.serial_number)
            .with("UserName", self.user_name)
            .end()
    }
}

/// `GetMFADeviceResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetMFADeviceResponse {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `SerialNumber`.
    pub(crate) serial_number: String,
    /// `EnableDate`.
    pub(crate) enable_date: Option<Time>,
    /// `Certifications`.
    pub(crate) certifications: Option<BTreeMap<String, String>>,
}

impl FromValue for GetMFADeviceResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            serial_number: members.take("SerialNumber")?,
            enable_date: members.take("EnableDate")?,
            certifications: members.take("Certifications")?,
        })
    }
}

impl IntoValue for GetMFADeviceResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("UserName", self.user_name)
            .with("SerialNumber", self.serial_number)
            .with("EnableDate", self.enable_date)
            .with("Certifications", self.certifications)
            .end()
    }
}

/// `GetOpenIDConnectProviderRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetOpenIDConnectProviderRequest {
    /// `OpenIDConnectProviderArn`.
    pub(crate) open_id_connect_provider_arn: String,
}

impl FromValue for GetOpenIDConnectProviderRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            open_id_connect_provider_arn: members.take("OpenIDConnectProviderArn")?,
        })
    }
}

impl IntoValue for GetOpenIDConnectProviderRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with(
                "OpenIDConnectProviderArn",
                self.open_id_connect_provider_arn,
            )
            .end()
    }
}

/// `GetOpenIDConnectProviderResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetOpenIDConnectProviderResponse {
    /// `Url`.
    pub(crate) url: Option<String>,
    /// `ClientIDList`.
    pub(crate) client_id_list: Option<Vec<String>>,
    /// `ThumbprintList`.
    pub(crate) thumbprint_list: Option<Vec<String>>,
    /// `CreateDate`.
    pub(crate) create_date: Option<Time>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for GetOpenIDConnectProviderResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            url: members.take("Url")?,
            client_id_list: members.take("ClientIDList")?,
            thumbprint_list: members.take("ThumbprintList")?,
            create_date: members.take("CreateDate")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for GetOpenIDConnectProviderResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Url", self.url)
            .with("ClientIDList", self.client_id_list)
            .with("ThumbprintList", self.thumbprint_list)
            .with("CreateDate", self.create_date)
            .with("Tags", self.tags)
            .end()
    }
}

/// `GetPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetPolicyRequest {
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
}

impl FromValue for GetPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_arn: members.take("PolicyArn")?,
        })
    }
}

impl IntoValue for GetPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("PolicyArn", self.policy_arn)
            .end()
    }
}

/// `GetPolicyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetPolicyResponse {
    /// `Policy`.
    pub(crate) policy: Option<Policy>,
}

impl FromValue for GetPolicyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy: members.take("Policy")?,
        })
    }
}

impl IntoValue for GetPolicyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Policy", self.policy)
            .end()
    }
}

/// `GetPolicyVersionRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetPolicyVersionRequest {
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
    /// `VersionId`.
    pub(crate) version_id: String,
}

impl FromValue for GetPolicyVersionRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_arn: members.take("PolicyArn")?,
            version_id: members.take("VersionId")?,
        })
    }
}

impl IntoValue for GetPolicyVersionRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("PolicyArn", self.policy_arn)
            .with("VersionId", self.version_id)
            .end()
    }
}

/// `GetPolicyVersionResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetPolicyVersionResponse {
    /// `PolicyVersion`.
    pub(crate) policy_version: Option<PolicyVersion>,
}

impl FromValue for GetPolicyVersionResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_version: members.take("PolicyVersion")?,
        })
    }
}

impl IntoValue for GetPolicyVersionResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("PolicyVersion", self.policy_version)
            .end()
    }
}

/// `GetRolePolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetRolePolicyRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `PolicyName`.
    pub(crate) policy_name: String,
}

impl FromValue for GetRolePolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            policy_name: members.take("PolicyName")?,
        })
    }
}

impl IntoValue for GetRolePolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("RoleName", self.role_name)
            .with("PolicyName", self.policy_name)
            .end()
    }
}

/// `GetRolePolicyResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetRolePolicyResponse {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `PolicyName`.
    pub(crate) policy_name: String,
    /// `PolicyDocument`.
    pub(crate) policy_document: String,
}

impl FromValue for GetRolePolicyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            policy_name: members.take("PolicyName")?,
            policy_document: members.take("PolicyDocument")?,
        })
    }
}

impl IntoValue for GetRolePolicyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("RoleName", self.role_name)
            .with("PolicyName", self.policy_name)
            .with("PolicyDocument", self.policy_document)
            .end()
    }
}

/// `GetRoleRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetRoleRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
}

impl FromValue for GetRoleRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
        })
    }
}

impl IntoValue for GetRoleRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("RoleName", self.role_name)
            .end()
    }
}

/// `GetRoleResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetRoleResponse {
    /// `Role`.
    pub(crate) role: Role,
}

impl FromValue for GetRoleResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role: members.take("Role")?,
        })
    }
}

impl IntoValue for GetRoleResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("Role", self.role).end()
    }
}

/// `GetServerCertificateRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetServerCertificateRequest {
    /// `ServerCertificateName`.
    pub(crate) server_certificate_name: String,
}

impl FromValue for GetServerCertificateRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            server_certificate_name: members.take("ServerCertificateName")?,
        })
    }
}

impl IntoValue for GetServerCertificateRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ServerCertificateName", self.server_certificate_name)
            .end()
    }
}

/// `GetServerCertificateResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetServerCertificateResponse {
    /// `ServerCertificate`.
    pub(crate) server_certificate: ServerCertificate,
}

impl FromValue for GetServerCertificateResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            server_certificate: members.take("ServerCertificate")?,
        })
    }
}

impl IntoValue for GetServerCertificateResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("ServerCertificate", self.server_certificate)
            .end()
    }
}

/// `GetServiceLinkedRoleDeletionStatusRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetServiceLinkedRoleDeletionStatusRequest {
    /// `DeletionTaskId`.
    pub(crate) deletion_task_id: String,
}

impl FromValue for GetServiceLinkedRoleDeletionStatusRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            deletion_task_id: members.take("DeletionTaskId")?,
        })
    }
}

impl IntoValue for GetServiceLinkedRoleDeletionStatusRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("DeletionTaskId", self.deletion_task_id)
            .end()
    }
}

/// `GetServiceLinkedRoleDeletionStatusResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetServiceLinkedRoleDeletionStatusResponse {
    /// `Status`.
    pub(crate) status: String,
    /// `Reason`.
    pub(crate) reason: Option<DeletionTaskFailureReasonType>,
}

impl FromValue for GetServiceLinkedRoleDeletionStatusResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            status: members.take("Status")?,
            reason: members.take("Reason")?,
        })
    }
}

impl IntoValue for GetServiceLinkedRoleDeletionStatusResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Status", self.status)
            .with("Reason", self.reason)
            .end()
    }
}

/// `GetUserPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetUserPolicyRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `PolicyName`.
    pub(crate) policy_name: String,
}

impl FromValue for GetUserPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            policy_name: members.take("PolicyName")?,
        })
    }
}

impl IntoValue for GetUserPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("UserName", self.user_name)
            .with("PolicyName", self.policy_name)
            .end()
    }
}

/// `GetUserPolicyResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetUserPolicyResponse {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `PolicyName`.
    pub(crate) policy_name: String,
    /// `PolicyDocument`.
    pub(crate) policy_document: String,
}

impl FromValue for GetUserPolicyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            policy_name: members.take("PolicyName")?,
            policy_document: members.take("PolicyDocument")?,
        })
    }
}

impl IntoValue for GetUserPolicyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with("PolicyName", self.policy_name)
            .with("PolicyDocument", self.policy_document)
            .end()
    }
}

/// `GetUserRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetUserRequest {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
}

impl FromValue for GetUserRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
        })
    }
}

impl IntoValue for GetUserRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("UserName", self.user_name)
            .end()
    }
}

/// `GetUserResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetUserResponse {
    /// `User`.
    pub(crate) user: User,
}

impl FromValue for GetUserResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user: members.take("User")?,
        })
    }
}

impl IntoValue for GetUserResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("User", self.user).end()
    }
}

/// `Group`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    /// `Path`.
    pub(crate) path: String,
    /// `GroupName`.
    pub(crate) group_name: String,
    /// `GroupId`.
    pub(crate) group_id: String,
    /// `Arn`.
    pub(crate) arn: String,
    /// `CreateDate`.
    pub(crate) create_date: Time,
}

impl FromValue for Group {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path: members.take("Path")?,
            group_name: members.take("GroupName")?,
            group_id: members.take("GroupId")?,
            arn: members.take("Arn")?,
            create_date: members.take("CreateDate")?,
        })
    }
}

impl IntoValue for Group {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Path", self.path)
            .with("GroupName", self.group_name)
            .with("GroupId", self.group_id)
            .with("Arn", self.arn)
            .with("CreateDate", self.create_date)
            .end()
    }
}

/// `GroupDetail`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GroupDetail {
    /// `Path`.
    pub(crate) path: Option<String>,
    /// `GroupName`.
    pub(crate) group_name: Option<String>,
    /// `GroupId`.
    pub(crate) group_id: Option<String>,
    /// `Arn`.
    pub(crate) arn: Option<String>,
    /// `CreateDate`.
    pub(crate) create_date: Option<Time>,
    /// `GroupPolicyList`.
    pub(crate) group_policy_list: Option<Vec<PolicyDetail>>,
    /// `AttachedManagedPolicies`.
    pub(crate) attached_managed_policies: Option<Vec<AttachedPolicy>>,
}

impl FromValue for GroupDetail {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path: members.take("Path")?,
            group_name: members.take("GroupName")?,
            group_id: members.take("GroupId")?,
            arn: members.take("Arn")?,
            create_date: members.take("CreateDate")?,
            group_policy_list: members.take("GroupPolicyList")?,
            attached_managed_policies: members.take("AttachedManagedPolicies")?,
        })
    }
}

impl IntoValue for GroupDetail {
    fn into_value(self) -> Value {
        Structure::with_capacity(7)
            .with("Path", self.path)
            .with("GroupName", self.group_name)
            .with("GroupId", self.group_id)
            .with("Arn", self.arn)
            .with("CreateDate", self.create_date)
            .with("GroupPolicyList", self.group_policy_list)
            .with("AttachedManagedPolicies", self.attached_managed_policies)
            .end()
    }
}

/// `InlinePolicyIdentifierType`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InlinePolicyIdentifierType {
    /// `PolicyName`.
    pub(crate) policy_name: String,
    /// `AttachmentType`.
    pub(crate) attachment_type: String,
    /// `AttachmentName`.
    pub(crate) attachment_name: String,
}

impl FromValue for InlinePolicyIdentifierType {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_name: members.take("PolicyName")?,
            attachment_type: members.take("AttachmentType")?,
            attachment_name: members.take("AttachmentName")?,
        })
    }
}

impl IntoValue for InlinePolicyIdentifierType {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("PolicyName", self.policy_name)
            .with("AttachmentType", self.attachment_type)
            .with("AttachmentName", self.attachment_name)
            .end()
    }
}

/// `InstanceProfile`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InstanceProfile {
    /// `Path`.
    pub(crate) path: String,
    /// `InstanceProfileName`.
    pub(crate) instance_profile_name: String,
    /// `InstanceProfileId`.
    pub(crate) instance_profile_id: String,
    /// `Arn`.
    pub(crate) arn: String,
    /// `CreateDate`.
    pub(crate) create_date: Time,
    /// `Roles`.
    pub(crate) roles: Vec<Role>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for InstanceProfile {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path: members.take("Path")?,
            instance_profile_name: members.take("InstanceProfileName")?,
            instance_profile_id: members.take("InstanceProfileId")?,
            arn: members.take("Arn")?,
            create_date: members.take("CreateDate")?,
            roles: members.take("Roles")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for InstanceProfile {
    fn into_value(self) -> Value {
        Structure::with_capacity(7)
            .with("Path", self.path)
            .with("InstanceProfileName", self.instance_profile_name)
            .with("InstanceProfileId", self.instance_profile_id)
            .with("Arn", self.arn)
            .with("CreateDate", self.create_date)
            .with("Roles", self.roles)
            .with("Tags", self.tags)
            .end()
    }
}

/// `ListAccessKeysRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListAccessKeysRequest {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListAccessKeysRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListAccessKeysRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListAccessKeysResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListAccessKeysResponse {
    /// `AccessKeyMetadata`.
    pub(crate) access_key_metadata: Vec<AccessKeyMetadata>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListAccessKeysResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            access_key_metadata: members.take("AccessKeyMetadata")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListAccessKeysResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("AccessKeyMetadata", self.access_key_metadata)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListAccountAliasesRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListAccountAliasesRequest {
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListAccountAliasesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListAccountAliasesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListAccountAliasesResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListAccountAliasesResponse {
    /// `AccountAliases`.
    pub(crate) account_aliases: Vec<String>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListAccountAliasesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            account_aliases: members.take("AccountAliases")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListAccountAliasesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("AccountAliases", self.account_aliases)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListAttachedGroupPoliciesRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListAttachedGroupPoliciesRequest {
    /// `GroupName`.
    pub(crate) group_name: String,
    /// `PathPrefix`.
    pub(crate) path_prefix: Option<String>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListAttachedGroupPoliciesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group_name: members.take("GroupName")?,
            path_prefix: members.take("PathPrefix")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListAttachedGroupPoliciesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("GroupName", self.group_name)
            .with("PathPrefix", self.path_prefix)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListAttachedGroupPoliciesResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListAttachedGroupPoliciesResponse {
    /// `AttachedPolicies`.
    pub(crate) attached_policies: Option<Vec<AttachedPolicy>>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListAttachedGroupPoliciesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            attached_policies: members.take("AttachedPolicies")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListAttachedGroupPoliciesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("AttachedPolicies", self.attached_policies)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListAttachedRolePoliciesRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListAttachedRolePoliciesRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `PathPrefix`.
    pub(crate) path_prefix: Option<String>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListAttachedRolePoliciesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            path_prefix: members.take("PathPrefix")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListAttachedRolePoliciesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("RoleName", self.role_name)
            .with("PathPrefix", self.path_prefix)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListAttachedRolePoliciesResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListAttachedRolePoliciesResponse {
    /// `AttachedPolicies`.
    pub(crate) attached_policies: Option<Vec<AttachedPolicy>>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListAttachedRolePoliciesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            attached_policies: members.take("AttachedPolicies")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListAttachedRolePoliciesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("AttachedPolicies", self.attached_policies)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListAttachedUserPoliciesRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListAttachedUserPoliciesRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `PathPrefix`.
    pub(crate) path_prefix: Option<String>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListAttachedUserPoliciesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            path_prefix: members.take("PathPrefix")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListAttachedUserPoliciesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("UserName", self.user_name)
            .with("PathPrefix", self.path_prefix)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListAttachedUserPoliciesResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListAttachedUserPoliciesResponse {
    /// `AttachedPolicies`.
    pub(crate) attached_policies: Option<Vec<AttachedPolicy>>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListAttachedUserPoliciesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            attached_policies: members.take("AttachedPolicies")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListAttachedUserPoliciesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("AttachedPolicies", self.attached_policies)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListEntitiesForPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListEntitiesForPolicyRequest {
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
    /// `EntityFilter`.
    pub(crate) entity_filter: Option<String>,
    /// `PathPrefix`.
    pub(crate) path_prefix: Option<String>,
    /// `PolicyUsageFilter`.
    pub(crate) policy_usage_filter: Option<String>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListEntitiesForPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_arn: members.take("PolicyArn")?,
            entity_filter: members.take("EntityFilter")?,
            path_prefix: members.take("PathPrefix")?,
            policy_usage_filter: members.take("PolicyUsageFilter")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListEntitiesForPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("PolicyArn", self.policy_arn)
            .with("EntityFilter", self.entity_filter)
            .with("PathPrefix", self.path_prefix)
            .with("PolicyUsageFilter", self.policy_usage_filter)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListEntitiesForPolicyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListEntitiesForPolicyResponse {
    /// `PolicyGroups`.
    pub(crate) policy_groups: Option<Vec<PolicyGroup>>,
    /// `PolicyUsers`.
    pub(crate) policy_users: Option<Vec<PolicyUser>>,
    /// `PolicyRoles`.
    pub(crate) policy_roles: Option<Vec<PolicyRole>>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListEntitiesForPolicyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_groups: members.take("PolicyGroups")?,
            policy_users: members.take("PolicyUsers")?,
            policy_roles: members.take("PolicyRoles")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListEntitiesForPolicyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("PolicyGroups", self.policy_groups)
            .with("PolicyUsers", self.policy_users)
            .with("PolicyRoles", self.policy_roles)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListGroupPoliciesRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListGroupPoliciesRequest {
    /// `GroupName`.
    pub(crate) group_name: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListGroupPoliciesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group_name: members.take("GroupName")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListGroupPoliciesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("GroupName", self.group_name)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListGroupPoliciesResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListGroupPoliciesResponse {
    /// `PolicyNames`.
    pub(crate) policy_names: Vec<String>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListGroupPoliciesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_names: members.take("PolicyNames")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListGroupPoliciesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("PolicyNames", self.policy_names)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListGroupsForUserRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListGroupsForUserRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListGroupsForUserRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListGroupsForUserRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListGroupsForUserResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListGroupsForUserResponse {
    /// `Groups`.
    pub(crate) groups: Vec<Group>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListGroupsForUserResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            groups: members.take("Groups")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListGroupsForUserResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Groups", self.groups)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListGroupsRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListGroupsRequest {
    /// `PathPrefix`.
    pub(crate) path_prefix: Option<String>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListGroupsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path_prefix: members.take("PathPrefix")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListGroupsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("PathPrefix", self.path_prefix)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListGroupsResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListGroupsResponse {
    /// `Groups`.
    pub(crate) groups: Vec<Group>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListGroupsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            groups: members.take("Groups")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListGroupsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Groups", self.groups)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListInstanceProfileTagsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListInstanceProfileTagsRequest {
    /// `InstanceProfileName`.
    pub(crate) instance_profile_name: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListInstanceProfileTagsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            instance_profile_name: members.take("InstanceProfileName")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListInstanceProfileTagsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("InstanceProfileName", self.instance_profile_name)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListInstanceProfileTagsResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListInstanceProfileTagsResponse {
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListInstanceProfileTagsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            tags: members.take("Tags")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListInstanceProfileTagsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Tags", self.tags)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListInstanceProfilesForRoleRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListInstanceProfilesForRoleRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListInstanceProfilesForRoleRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListInstanceProfilesForRoleRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("RoleName", self.role_name)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListInstanceProfilesForRoleResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListInstanceProfilesForRoleResponse {
    /// `InstanceProfiles`.
    pub(crate) instance_profiles: Vec<InstanceProfile>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListInstanceProfilesForRoleResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            instance_profiles: members.take("InstanceProfiles")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListInstanceProfilesForRoleResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("InstanceProfiles", self.instance_profiles)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListInstanceProfilesRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListInstanceProfilesRequest {
    /// `PathPrefix`.
    pub(crate) path_prefix: Option<String>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListInstanceProfilesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path_prefix: members.take("PathPrefix")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListInstanceProfilesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("PathPrefix", self.path_prefix)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListInstanceProfilesResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListInstanceProfilesResponse {
    /// `InstanceProfiles`.
    pub(crate) instance_profiles: Vec<InstanceProfile>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListInstanceProfilesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            instance_profiles: members.take("InstanceProfiles")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListInstanceProfilesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("InstanceProfiles", self.instance_profiles)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListMFADeviceTagsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListMFADeviceTagsRequest {
    /// `SerialNumber`.
    pub(crate) serial_number: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListMFADeviceTagsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            serial_number: members.take("SerialNumber")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListMFADeviceTagsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("SerialNumber", self.serial_number)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListMFADeviceTagsResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListMFADeviceTagsResponse {
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListMFADeviceTagsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            tags: members.take("Tags")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListMFADeviceTagsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Tags", self.tags)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListMFADevicesRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListMFADevicesRequest {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListMFADevicesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListMFADevicesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListMFADevicesResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListMFADevicesResponse {
    /// `MFADevices`.
    pub(crate) mfa_devices: Vec<MFADevice>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListMFADevicesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            mfa_devices: members.take("MFADevices")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListMFADevicesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("MFADevices", self.mfa_devices)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListOpenIDConnectProviderTagsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListOpenIDConnectProviderTagsRequest {
    /// `OpenIDConnectProviderArn`.
    pub(crate) open_id_connect_provider_arn: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListOpenIDConnectProviderTagsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            open_id_connect_provider_arn: members.take("OpenIDConnectProviderArn")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListOpenIDConnectProviderTagsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with(
                "OpenIDConnectProviderArn",
                self.open_id_connect_provider_arn,
            )
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListOpenIDConnectProviderTagsResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListOpenIDConnectProviderTagsResponse {
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListOpenIDConnectProviderTagsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            tags: members.take("Tags")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListOpenIDConnectProviderTagsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Tags", self.tags)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListOpenIDConnectProvidersRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListOpenIDConnectProvidersRequest {}

impl FromValue for ListOpenIDConnectProvidersRequest {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for ListOpenIDConnectProvidersRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `ListOpenIDConnectProvidersResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListOpenIDConnectProvidersResponse {
    /// `OpenIDConnectProviderList`.
    pub(crate) open_id_connect_provider_list: Option<Vec<OpenIDConnectProviderListEntry>>,
}

impl FromValue for ListOpenIDConnectProvidersResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            open_id_connect_provider_list: members.take("OpenIDConnectProviderList")?,
        })
    }
}

impl IntoValue for ListOpenIDConnectProvidersResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with(
                "OpenIDConnectProviderList",
                self.open_id_connect_provider_list,
            )
            .end()
    }
}

/// `ListPoliciesRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListPoliciesRequest {
    /// `Scope`.
    pub(crate) scope: Option<String>,
    /// `OnlyAttached`.
    pub(crate) only_attached: Option<bool>,
    /// `PathPrefix`.
    pub(crate) path_prefix: Option<String>,
    /// `PolicyUsageFilter`.
    pub(crate) policy_usage_filter: Option<String>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListPoliciesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            scope: members.take("Scope")?,
            only_attached: members.take("OnlyAttached")?,
            path_prefix: members.take("PathPrefix")?,
            policy_usage_filter: members.take("PolicyUsageFilter")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListPoliciesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("Scope", self.scope)
            .with("OnlyAttached", self.only_attached)
            .with("PathPrefix", self.path_prefix)
            .with("PolicyUsageFilter", self.policy_usage_filter)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListPoliciesResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListPoliciesResponse {
    /// `Policies`.
    pub(crate) policies: Option<Vec<Policy>>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListPoliciesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policies: members.take("Policies")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListPoliciesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Policies", self.policies)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListPolicyTagsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListPolicyTagsRequest {
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListPolicyTagsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_arn: members.take("PolicyArn")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListPolicyTagsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("PolicyArn", self.policy_arn)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListPolicyTagsResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListPolicyTagsResponse {
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListPolicyTagsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            tags: members.take("Tags")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListPolicyTagsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Tags", self.tags)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListPolicyVersionsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListPolicyVersionsRequest {
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListPolicyVersionsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_arn: members.take("PolicyArn")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListPolicyVersionsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("PolicyArn", self.policy_arn)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListPolicyVersionsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListPolicyVersionsResponse {
    /// `Versions`.
    pub(crate) versions: Option<Vec<PolicyVersion>>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListPolicyVersionsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            versions: members.take("Versions")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListPolicyVersionsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Versions", self.versions)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListRolePoliciesRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListRolePoliciesRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListRolePoliciesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListRolePoliciesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("RoleName", self.role_name)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListRolePoliciesResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListRolePoliciesResponse {
    /// `PolicyNames`.
    pub(crate) policy_names: Vec<String>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListRolePoliciesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_names: members.take("PolicyNames")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListRolePoliciesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("PolicyNames", self.policy_names)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListRoleTagsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListRoleTagsRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListRoleTagsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListRoleTagsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("RoleName", self.role_name)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListRoleTagsResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListRoleTagsResponse {
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListRoleTagsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            tags: members.take("Tags")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListRoleTagsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Tags", self.tags)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListRolesRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListRolesRequest {
    /// `PathPrefix`.
    pub(crate) path_prefix: Option<String>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListRolesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path_prefix: members.take("PathPrefix")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListRolesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("PathPrefix", self.path_prefix)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListRolesResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListRolesResponse {
    /// `Roles`.
    pub(crate) roles: Vec<Role>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListRolesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            roles: members.take("Roles")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListRolesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Roles", self.roles)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListServerCertificateTagsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListServerCertificateTagsRequest {
    /// `ServerCertificateName`.
    pub(crate) server_certificate_name: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListServerCertificateTagsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            server_certificate_name: members.take("ServerCertificateName")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListServerCertificateTagsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("ServerCertificateName", self.server_certificate_name)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListServerCertificateTagsResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListServerCertificateTagsResponse {
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListServerCertificateTagsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            tags: members.take("Tags")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListServerCertificateTagsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Tags", self.tags)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListServerCertificatesRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListServerCertificatesRequest {
    /// `PathPrefix`.
    pub(crate) path_prefix: Option<String>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListServerCertificatesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path_prefix: members.take("PathPrefix")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListServerCertificatesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("PathPrefix", self.path_prefix)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListServerCertificatesResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListServerCertificatesResponse {
    /// `ServerCertificateMetadataList`.
    pub(crate) server_certificate_metadata_list: Vec<ServerCertificateMetadata>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListServerCertificatesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            server_certificate_metadata_list: members.take("ServerCertificateMetadataList")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListServerCertificatesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with(
                "ServerCertificateMetadataList",
                self.server_certificate_metadata_list,
            )
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListServiceSpecificCredentialsRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListServiceSpecificCredentialsRequest {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `ServiceName`.
    pub(crate) service_name: Option<String>,
    /// `AllUsers`.
    pub(crate) all_users: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListServiceSpecificCredentialsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            service_name: members.take("ServiceName")?,
            all_users: members.take("AllUsers")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListServiceSpecificCredentialsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("UserName", self.user_name)
            .with("ServiceName", self.service_name)
            .with("AllUsers", self.all_users)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListServiceSpecificCredentialsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListServiceSpecificCredentialsResponse {
    /// `ServiceSpecificCredentials`.
    pub(crate) service_specific_credentials: Option<Vec<ServiceSpecificCredentialMetadata>>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
}

impl FromValue for ListServiceSpecificCredentialsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            service_specific_credentials: members.take("ServiceSpecificCredentials")?,
            marker: members.take("Marker")?,
            is_truncated: members.take("IsTruncated")?,
        })
    }
}

impl IntoValue for ListServiceSpecificCredentialsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with(
                "ServiceSpecificCredentials",
                self.service_specific_credentials,
            )
            .with("Marker", self.marker)
            .with("IsTruncated", self.is_truncated)
            .end()
    }
}

/// `ListUserPoliciesRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListUserPoliciesRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListUserPoliciesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListUserPoliciesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListUserPoliciesResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListUserPoliciesResponse {
    /// `PolicyNames`.
    pub(crate) policy_names: Vec<String>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListUserPoliciesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_names: members.take("PolicyNames")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListUserPoliciesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("PolicyNames", self.policy_names)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListUserTagsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListUserTagsRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListUserTagsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListUserTagsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListUserTagsResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListUserTagsResponse {
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListUserTagsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            tags: members.take("Tags")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListUserTagsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Tags", self.tags)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListUsersRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListUsersRequest {
    /// `PathPrefix`.
    pub(crate) path_prefix: Option<String>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListUsersRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path_prefix: members.take("PathPrefix")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListUsersRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("PathPrefix", self.path_prefix)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListUsersResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListUsersResponse {
    /// `Users`.
    pub(crate) users: Vec<User>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListUsersResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            users: members.take("Users")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListUsersResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Users", self.users)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListVirtualMFADevicesRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListVirtualMFADevicesRequest {
    /// `AssignmentStatus`.
    pub(crate) assignment_status: Option<String>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
}

impl FromValue for ListVirtualMFADevicesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            assignment_status: members.take("AssignmentStatus")?,
            marker: members.take("Marker")?,
            max_items: members.take("MaxItems")?,
        })
    }
}

impl IntoValue for ListVirtualMFADevicesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("AssignmentStatus", self.assignment_status)
            .with("Marker", self.marker)
            .with("MaxItems", self.max_items)
            .end()
    }
}

/// `ListVirtualMFADevicesResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListVirtualMFADevicesResponse {
    /// `VirtualMFADevices`.
    pub(crate) virtual_mfa_devices: Vec<VirtualMFADevice>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListVirtualMFADevicesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            virtual_mfa_devices: members.take("VirtualMFADevices")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListVirtualMFADevicesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("VirtualMFADevices", self.virtual_mfa_devices)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `LoginProfile`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LoginProfile {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `CreateDate`.
    pub(crate) create_date: Time,
    /// `PasswordResetRequired`.
    pub(crate) password_reset_required: Option<bool>,
}

impl FromValue for LoginProfile {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            create_date: members.take("CreateDate")?,
            password_reset_required: members.take("PasswordResetRequired")?,
        })
    }
}

impl IntoValue for LoginProfile {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with("CreateDate", self.create_date)
            .with("PasswordResetRequired", self.password_reset_required)
            .end()
    }
}

/// `MFADevice`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MFADevice {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `SerialNumber`.
    pub(crate) serial_number: String,
    /// `EnableDate`.
    pub(crate) enable_date: Time,
}

impl FromValue for MFADevice {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            serial_number: members.take("SerialNumber")?,
            enable_date: members.take("EnableDate")?,
        })
    }
}

impl IntoValue for MFADevice {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with("SerialNumber", self.serial_number)
            .with("EnableDate", self.enable_date)
            .end()
    }
}

/// `ManagedPolicyDetail`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ManagedPolicyDetail {
    /// `PolicyName`.
    pub(crate) policy_name: Option<String>,
    /// `PolicyId`.
    pub(crate) policy_id: Option<String>,
    /// `Arn`.
    pub(crate) arn: Option<String>,
    /// `Path`.
    pub(crate) path: Option<String>,
    /// `DefaultVersionId`.
    pub(crate) default_version_id: Option<String>,
    /// `AttachmentCount`.
    pub(crate) attachment_count: Option<i64>,
    /// `PermissionsBoundaryUsageCount`.
    pub(crate) permissions_boundary_usage_count: Option<i64>,
    /// `IsAttachable`.
    pub(crate) is_attachable: Option<bool>,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `CreateDate`.
    pub(crate) create_date: Option<Time>,
    /// `UpdateDate`.
    pub(crate) update_date: Option<Time>,
    /// `PolicyVersionList`.
    pub(crate) policy_version_list: Option<Vec<PolicyVersion>>,
}

impl FromValue for ManagedPolicyDetail {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_name: members.take("PolicyName")?,
            policy_id: members.take("PolicyId")?,
            arn: members.take("Arn")?,
            path: members.take("Path")?,
            default_version_id: members.take("DefaultVersionId")?,
            attachment_count: members.take("AttachmentCount")?,
            permissions_boundary_usage_count: members.take("PermissionsBoundaryUsageCount")?,
            is_attachable: members.take("IsAttachable")?,
            description: members.take("Description")?,
            create_date: members.take("CreateDate")?,
            update_date: members.take("UpdateDate")?,
            policy_version_list: members.take("PolicyVersionList")?,
        })
    }
}

impl IntoValue for ManagedPolicyDetail {
    fn into_value(self) -> Value {
        Structure::with_capacity(12)
            .with("PolicyName", self.policy_name)
            .with("PolicyId", self.policy_id)
            .with("Arn", self.arn)
            .with("Path", self.path)
            .with("DefaultVersionId", self.default_version_id)
            .with("AttachmentCount", self.attachment_count)
            .with(
                "PermissionsBoundaryUsageCount",
                self.permissions_boundary_usage_count,
            )
            .with("IsAttachable", self.is_attachable)
            .with("Description", self.description)
            .with("CreateDate", self.create_date)
            .with("UpdateDate", self.update_date)
            .with("PolicyVersionList", self.policy_version_list)
            .end()
    }
}

/// `OpenIDConnectProviderListEntry`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct OpenIDConnectProviderListEntry {
    /// `Arn`.
    pub(crate) arn: Option<String>,
}

impl FromValue for OpenIDConnectProviderListEntry {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            arn: members.take("Arn")?,
        })
    }
}

impl IntoValue for OpenIDConnectProviderListEntry {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("Arn", self.arn).end()
    }
}

/// `OrderedOrganizationPolicyType`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct OrderedOrganizationPolicyType {
    /// `ServiceControlPolicyInputList`.
    pub(crate) service_control_policy_input_list: Option<Vec<String>>,
}

impl FromValue for OrderedOrganizationPolicyType {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            service_control_policy_input_list: members.take("ServiceControlPolicyInputList")?,
        })
    }
}

impl IntoValue for OrderedOrganizationPolicyType {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with(
                "ServiceControlPolicyInputList",
                self.service_control_policy_input_list,
            )
            .end()
    }
}

/// `OrganizationsDecisionDetail`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct OrganizationsDecisionDetail {
    /// `AllowedByOrganizations`.
    pub(crate) allowed_by_organizations: Option<bool>,
}

impl FromValue for OrganizationsDecisionDetail {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            allowed_by_organizations: members.take("AllowedByOrganizations")?,
        })
    }
}

impl IntoValue for OrganizationsDecisionDetail {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("AllowedByOrganizations", self.allowed_by_organizations)
            .end()
    }
}

/// `PasswordPolicy`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct PasswordPolicy {
    /// `MinimumPasswordLength`.
    pub(crate) minimum_password_length: Option<i64>,
    /// `RequireSymbols`.
    pub(crate) require_symbols: Option<bool>,
    /// `RequireNumbers`.
    pub(crate) require_numbers: Option<bool>,
    /// `RequireUppercaseCharacters`.
    pub(crate) require_uppercase_characters: Option<bool>,
    /// `RequireLowercaseCharacters`.
    pub(crate) require_lowercase_characters: Option<bool>,
    /// `AllowUsersToChangePassword`.
    pub(crate) allow_users_to_change_password: Option<bool>,
    /// `ExpirePasswords`.
    pub(crate) expire_passwords: Option<bool>,
    /// `MaxPasswordAge`.
    pub(crate) max_password_age: Option<i64>,
    /// `PasswordReusePrevention`.
    pub(crate) password_reuse_prevention: Option<i64>,
    /// `HardExpiry`.
    pub(crate) hard_expiry: Option<bool>,
}

impl FromValue for PasswordPolicy {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            minimum_password_length: members.take("MinimumPasswordLength")?,
            require_symbols: members.take("RequireSymbols")?,
            require_numbers: members.take("RequireNumbers")?,
            require_uppercase_characters: members.take("RequireUppercaseCharacters")?,
            require_lowercase_characters: members.take("RequireLowercaseCharacters")?,
            allow_users_to_change_password: members.take("AllowUsersToChangePassword")?,
            expire_passwords: members.take("ExpirePasswords")?,
            max_password_age: members.take("MaxPasswordAge")?,
            password_reuse_prevention: members.take("PasswordReusePrevention")?,
            hard_expiry: members.take("HardExpiry")?,
        })
    }
}

impl IntoValue for PasswordPolicy {
    fn into_value(self) -> Value {
        Structure::with_capacity(10)
            .with("MinimumPasswordLength", self.minimum_password_length)
            .with("RequireSymbols", self.require_symbols)
            .with("RequireNumbers", self.require_numbers)
            .with(
                "RequireUppercaseCharacters",
                self.require_uppercase_characters,
            )
            .with(
                "RequireLowercaseCharacters",
                self.require_lowercase_characters,
            )
            .with(
                "AllowUsersToChangePassword",
                self.allow_users_to_change_password,
            )
            .with("ExpirePasswords", self.expire_passwords)
            .with("MaxPasswordAge", self.max_password_age)
            .with("PasswordReusePrevention", self.password_reuse_prevention)
            .with("HardExpiry", self.hard_expiry)
            .end()
    }
}

/// `PermissionsBoundaryDecisionDetail`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct PermissionsBoundaryDecisionDetail {
    /// `AllowedByPermissionsBoundary`.
    pub(crate) allowed_by_permissions_boundary: Option<bool>,
}

impl FromValue for PermissionsBoundaryDecisionDetail {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            allowed_by_permissions_boundary: members.take("AllowedByPermissionsBoundary")?,
        })
    }
}

impl IntoValue for PermissionsBoundaryDecisionDetail {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with(
                "AllowedByPermissionsBoundary",
                self.allowed_by_permissions_boundary,
            )
            .end()
    }
}

/// `Policy`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Policy {
    /// `PolicyName`.
    pub(crate) policy_name: Option<String>,
    /// `PolicyId`.
    pub(crate) policy_id: Option<String>,
    /// `Arn`.
    pub(crate) arn: Option<String>,
    /// `Path`.
    pub(crate) path: Option<String>,
    /// `DefaultVersionId`.
    pub(crate) default_version_id: Option<String>,
    /// `AttachmentCount`.
    pub(crate) attachment_count: Option<i64>,
    /// `PermissionsBoundaryUsageCount`.
    pub(crate) permissions_boundary_usage_count: Option<i64>,
    /// `IsAttachable`.
    pub(crate) is_attachable: Option<bool>,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `CreateDate`.
    pub(crate) create_date: Option<Time>,
    /// `UpdateDate`.
    pub(crate) update_date: Option<Time>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for Policy {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_name: members.take("PolicyName")?,
            policy_id: members.take("PolicyId")?,
            arn: members.take("Arn")?,
            path: members.take("Path")?,
            default_version_id: members.take("DefaultVersionId")?,
            attachment_count: members.take("AttachmentCount")?,
            permissions_boundary_usage_count: members.take("PermissionsBoundaryUsageCount")?,
            is_attachable: members.take("IsAttachable")?,
            description: members.take("Description")?,
            create_date: members.take("CreateDate")?,
            update_date: members.take("UpdateDate")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for Policy {
    fn into_value(self) -> Value {
        Structure::with_capacity(12)
            .with("PolicyName", self.policy_name)
            .with("PolicyId", self.policy_id)
            .with("Arn", self.arn)
            .with("Path", self.path)
            .with("DefaultVersionId", self.default_version_id)
            .with("AttachmentCount", self.attachment_count)
            .with(
                "PermissionsBoundaryUsageCount",
                self.permissions_boundary_usage_count,
            )
            .with("IsAttachable", self.is_attachable)
            .with("Description", self.description)
            .with("CreateDate", self.create_date)
            .with("UpdateDate", self.update_date)
            .with("Tags", self.tags)
            .end()
    }
}

/// `PolicyDetail`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct PolicyDetail {
    /// `PolicyName`.
    pub(crate) policy_name: Option<String>,
    /// `PolicyDocument`.
    pub(crate) policy_document: Option<String>,
}

impl FromValue for PolicyDetail {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_name: members.take("PolicyName")?,
            policy_document: members.take("PolicyDocument")?,
        })
    }
}

impl IntoValue for PolicyDetail {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("PolicyName", self.policy_name)
            .with("PolicyDocument", self.policy_document)
            .end()
    }
}

/// `PolicyGroup`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct PolicyGroup {
    /// `GroupName`.
    pub(crate) group_name: Option<String>,
    /// `GroupId`.
    pub(crate) group_id: Option<String>,
}

impl FromValue for PolicyGroup {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group_name: members.take("GroupName")?,
            group_id: members.take("GroupId")?,
        })
    }
}

impl IntoValue for PolicyGroup {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("GroupName", self.group_name)
            .with("GroupId", self.group_id)
            .end()
    }
}

/// `PolicyIdentifier`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct PolicyIdentifier {
    /// `PolicyType`.
    pub(crate) policy_type: Option<String>,
    /// `PolicyArn`.
    pub(crate) policy_arn: Option<String>,
    /// `InlinePolicyIdentifier`.
    pub(crate) inline_policy_identifier: Option<InlinePolicyIdentifierType>,
}

impl FromValue for PolicyIdentifier {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_type: members.take("PolicyType")?,
            policy_arn: members.take("PolicyArn")?,
            inline_policy_identifier: members.take("InlinePolicyIdentifier")?,
        })
    }
}

impl IntoValue for PolicyIdentifier {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("PolicyType", self.policy_type)
            .with("PolicyArn", self.policy_arn)
            .with("InlinePolicyIdentifier", self.inline_policy_identifier)
            .end()
    }
}

/// `PolicyRole`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct PolicyRole {
    /// `RoleName`.
    pub(crate) role_name: Option<String>,
    /// `RoleId`.
    pub(crate) role_id: Option<String>,
}

impl FromValue for PolicyRole {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            role_id: members.take("RoleId")?,
        })
    }
}

impl IntoValue for PolicyRole {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("RoleName", self.role_name)
            .with("RoleId", self.role_id)
            .end()
    }
}

/// `PolicyUser`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct PolicyUser {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `UserId`.
    pub(crate) user_id: Option<String>,
}

impl FromValue for PolicyUser {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            user_id: members.take("UserId")?,
        })
    }
}

impl IntoValue for PolicyUser {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("UserName", self.user_name)
            .with("UserId", self.user_id)
            .end()
    }
}

/// `PolicyVersion`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct PolicyVersion {
    /// `Document`.
    pub(crate) document: Option<String>,
    /// `VersionId`.
    pub(crate) version_id: Option<String>,
    /// `IsDefaultVersion`.
    pub(crate) is_default_version: Option<bool>,
    /// `CreateDate`.
    pub(crate) create_date: Option<Time>,
}

impl FromValue for PolicyVersion {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            document: members.take("Document")?,
            version_id: members.take("VersionId")?,
            is_default_version: members.take("IsDefaultVersion")?,
            create_date: members.take("CreateDate")?,
        })
    }
}

impl IntoValue for PolicyVersion {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Document", self.document)
            .with("VersionId", self.version_id)
            .with("IsDefaultVersion", self.is_default_version)
            .with("CreateDate", self.create_date)
            .end()
    }
}

/// `Position`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Position {
    /// `Line`.
    pub(crate) line: Option<i64>,
    /// `Column`.
    pub(crate) column: Option<i64>,
}

impl FromValue for Position {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            line: members.take("Line")?,
            column: members.take("Column")?,
        })
    }
}

impl IntoValue for Position {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Line", self.line)
            .with("Column", self.column)
            .end()
    }
}

/// `PutGroupPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PutGroupPolicyRequest {
    /// `GroupName`.
    pub(crate) group_name: String,
    /// `PolicyName`.
    pub(crate) policy_name: String,
    /// `PolicyDocument`.
    pub(crate) policy_document: String,
}

impl FromValue for PutGroupPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group_name: members.take("GroupName")?,
            policy_name: members.take("PolicyName")?,
            policy_document: members.take("PolicyDocument")?,
        })
    }
}

impl IntoValue for PutGroupPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("GroupName", self.group_name)
            .with("PolicyName", self.policy_name)
            .with("PolicyDocument", self.policy_document)
            .end()
    }
}

/// `PutRolePermissionsBoundaryRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PutRolePermissionsBoundaryRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `PermissionsBoundary`.
    pub(crate) permissions_boundary: String,
}

impl FromValue for PutRolePermissionsBoundaryRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            permissions_boundary: members.take("PermissionsBoundary")?,
        })
    }
}

impl IntoValue for PutRolePermissionsBoundaryRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("RoleName", self.role_name)
            .with("PermissionsBoundary", self.permissions_boundary)
            .end()
    }
}

/// `PutRolePolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PutRolePolicyRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `PolicyName`.
    pub(crate) policy_name: String,
    /// `PolicyDocument`.
    pub(crate) policy_document: String,
}

impl FromValue for PutRolePolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            policy_name: members.take("PolicyName")?,
            policy_document: members.take("PolicyDocument")?,
        })
    }
}

impl IntoValue for PutRolePolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("RoleName", self.role_name)
            .with("PolicyName", self.policy_name)
            .with("PolicyDocument", self.policy_document)
            .end()
    }
}

/// `PutUserPermissionsBoundaryRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PutUserPermissionsBoundaryRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `PermissionsBoundary`.
    pub(crate) permissions_boundary: String,
}

impl FromValue for PutUserPermissionsBoundaryRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            permissions_boundary: members.take("PermissionsBoundary")?,
        })
    }
}

impl IntoValue for PutUserPermissionsBoundaryRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("UserName", self.user_name)
            .with("PermissionsBoundary", self.permissions_boundary)
            .end()
    }
}

/// `PutUserPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PutUserPolicyRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `PolicyName`.
    pub(crate) policy_name: String,
    /// `PolicyDocument`.
    pub(crate) policy_document: String,
}

impl FromValue for PutUserPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            policy_name: members.take("PolicyName")?,
            policy_document: members.take("PolicyDocument")?,
        })
    }
}

impl IntoValue for PutUserPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with("PolicyName", self.policy_name)
            .with("PolicyDocument", self.policy_document)
            .end()
    }
}

/// `RemoveClientIDFromOpenIDConnectProviderRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RemoveClientIDFromOpenIDConnectProviderRequest {
    /// `OpenIDConnectProviderArn`.
    pub(crate) open_id_connect_provider_arn: String,
    /// `ClientID`.
    pub(crate) client_id: String,
}

impl FromValue for RemoveClientIDFromOpenIDConnectProviderRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            open_id_connect_provider_arn: members.take("OpenIDConnectProviderArn")?,
            client_id: members.take("ClientID")?,
        })
    }
}

impl IntoValue for RemoveClientIDFromOpenIDConnectProviderRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with(
                "OpenIDConnectProviderArn",
                self.open_id_connect_provider_arn,
            )
            .with("ClientID", self.client_id)
            .end()
    }
}

/// `RemoveRoleFromInstanceProfileRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RemoveRoleFromInstanceProfileRequest {
    /// `InstanceProfileName`.
    pub(crate) instance_profile_name: String,
    /// `RoleName`.
    pub(crate) role_name: String,
}

impl FromValue for RemoveRoleFromInstanceProfileRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            instance_profile_name: members.take("InstanceProfileName")?,
            role_name: members.take("RoleName")?,
        })
    }
}

impl IntoValue for RemoveRoleFromInstanceProfileRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("InstanceProfileName", self.instance_profile_name)
            .with("RoleName", self.role_name)
            .end()
    }
}

/// `RemoveUserFromGroupRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RemoveUserFromGroupRequest {
    /// `GroupName`.
    pub(crate) group_name: String,
    /// `UserName`.
    pub(crate) user_name: String,
}

impl FromValue for RemoveUserFromGroupRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group_name: members.take("GroupName")?,
            user_name: members.take("UserName")?,
        })
    }
}

impl IntoValue for RemoveUserFromGroupRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("GroupName", self.group_name)
            .with("UserName", self.user_name)
            .end()
    }
}

/// `ResetServiceSpecificCredentialRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ResetServiceSpecificCredentialRequest {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `ServiceSpecificCredentialId`.
    pub(crate) service_specific_credential_id: String,
}

impl FromValue for ResetServiceSpecificCredentialRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            service_specific_credential_id: members.take("ServiceSpecificCredentialId")?,
        })
    }
}

impl IntoValue for ResetServiceSpecificCredentialRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("UserName", self.user_name)
            .with(
                "ServiceSpecificCredentialId",
                self.service_specific_credential_id,
            )
            .end()
    }
}

/// `ResetServiceSpecificCredentialResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ResetServiceSpecificCredentialResponse {
    /// `ServiceSpecificCredential`.
    pub(crate) service_specific_credential: Option<ServiceSpecificCredential>,
}

impl FromValue for ResetServiceSpecificCredentialResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            service_specific_credential: members.take("ServiceSpecificCredential")?,
        })
    }
}

impl IntoValue for ResetServiceSpecificCredentialResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with(
                "ServiceSpecificCredential",
                self.service_specific_credential,
            )
            .end()
    }
}

/// `ResourceSpecificResult`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ResourceSpecificResult {
    /// `EvalResourceName`.
    pub(crate) eval_resource_name: String,
    /// `EvalResourceDecision`.
    pub(crate) eval_resource_decision: String,
    /// `MatchedStatements`.
    pub(crate) matched_statements: Option<Vec<Statement>>,
    /// `MissingContextValues`.
    pub(crate) missing_context_values: Option<Vec<String>>,
    /// `EvalDecisionDetails`.
    pub(crate) eval_decision_details: Option<BTreeMap<String, String>>,
    /// `PermissionsBoundaryDecisionDetail`.
    pub(crate) permissions_boundary_decision_detail: Option<PermissionsBoundaryDecisionDetail>,
}

impl FromValue for ResourceSpecificResult {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            eval_resource_name: members.take("EvalResourceName")?,
            eval_resource_decision: members.take("EvalResourceDecision")?,
            matched_statements: members.take("MatchedStatements")?,
            missing_context_values: members.take("MissingContextValues")?,
            eval_decision_details: members.take("EvalDecisionDetails")?,
            permissions_boundary_decision_detail: members
                .take("PermissionsBoundaryDecisionDetail")?,
        })
    }
}

impl IntoValue for ResourceSpecificResult {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("EvalResourceName", self.eval_resource_name)
            .with("EvalResourceDecision", self.eval_resource_decision)
            .with("MatchedStatements", self.matched_statements)
            .with("MissingContextValues", self.missing_context_values)
            .with("EvalDecisionDetails", self.eval_decision_details)
            .with(
                "PermissionsBoundaryDecisionDetail",
                self.permissions_boundary_decision_detail,
            )
            .end()
    }
}

/// `ResyncMFADeviceRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ResyncMFADeviceRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `SerialNumber`.
    pub(crate) serial_number: String,
    /// `AuthenticationCode1`.
    pub(crate) authentication_code1: String,
    /// `AuthenticationCode2`.
    pub(crate) authentication_code2: String,
}

impl FromValue for ResyncMFADeviceRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            serial_number: members.take("SerialNumber")?,
            authentication_code1: members.take("AuthenticationCode1")?,
            authentication_code2: members.take("AuthenticationCode2")?,
        })
    }
}

impl IntoValue for ResyncMFADeviceRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("UserName", self.user_name)
            .with("SerialNumber", self.serial_number)
            .with("AuthenticationCode1", self.authentication_code1)
            .with("AuthenticationCode2", self.authentication_code2)
            .end()
    }
}

/// `Role`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Role {
    /// `Path`.
    pub(crate) path: String,
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `RoleId`.
    pub(crate) role_id: String,
    /// `Arn`.
    pub(crate) arn: String,
    /// `CreateDate`.
    pub(crate) create_date: Time,
    /// `AssumeRolePolicyDocument`.
    pub(crate) assume_role_policy_document: Option<String>,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `MaxSessionDuration`.
    pub(crate) max_session_duration: Option<i64>,
    /// `PermissionsBoundary`.
    pub(crate) permissions_boundary: Option<AttachedPermissionsBoundary>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
    /// `RoleLastUsed`.
    pub(crate) role_last_used: Option<RoleLastUsed>,
    /// `SourceRoleTemplate`.
    pub(crate) source_role_template: Option<SourceRoleTemplate>,
}

impl FromValue for Role {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path: members.take("Path")?,
            role_name: members.take("RoleName")?,
            role_id: members.take("RoleId")?,
            arn: members.take("Arn")?,
            create_date: members.take("CreateDate")?,
            assume_role_policy_document: members.take("AssumeRolePolicyDocument")?,
            description: members.take("Description")?,
            max_session_duration: members.take("MaxSessionDuration")?,
            permissions_boundary: members.take("PermissionsBoundary")?,
            tags: members.take("Tags")?,
            role_last_used: members.take("RoleLastUsed")?,
            source_role_template: members.take("SourceRoleTemplate")?,
        })
    }
}

impl IntoValue for Role {
    fn into_value(self) -> Value {
        Structure::with_capacity(12)
            .with("Path", self.path)
            .with("RoleName", self.role_name)
            .with("RoleId", self.role_id)
            .with("Arn", self.arn)
            .with("CreateDate", self.create_date)
            .with("AssumeRolePolicyDocument", self.assume_role_policy_document)
            .with("Description", self.description)
            .with("MaxSessionDuration", self.max_session_duration)
            .with("PermissionsBoundary", self.permissions_boundary)
            .with("Tags", self.tags)
            .with("RoleLastUsed", self.role_last_used)
            .with("SourceRoleTemplate", self.source_role_template)
            .end()
    }
}

/// `RoleDetail`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RoleDetail {
    /// `Path`.
    pub(crate) path: Option<String>,
    /// `RoleName`.
    pub(crate) role_name: Option<String>,
    /// `RoleId`.
    pub(crate) role_id: Option<String>,
    /// `Arn`.
    pub(crate) arn: Option<String>,
    /// `CreateDate`.
    pub(crate) create_date: Option<Time>,
    /// `AssumeRolePolicyDocument`.
    pub(crate) assume_role_policy_document: Option<String>,
    /// `InstanceProfileList`.
    pub(crate) instance_profile_list: Option<Vec<InstanceProfile>>,
    /// `RolePolicyList`.
    pub(crate) role_policy_list: Option<Vec<PolicyDetail>>,
    /// `AttachedManagedPolicies`.
    pub(crate) attached_managed_policies: Option<Vec<AttachedPolicy>>,
    /// `PermissionsBoundary`.
    pub(crate) permissions_boundary: Option<AttachedPermissionsBoundary>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
    /// `RoleLastUsed`.
    pub(crate) role_last_used: Option<RoleLastUsed>,
}

impl FromValue for RoleDetail {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path: members.take("Path")?,
            role_name: members.take("RoleName")?,
            role_id: members.take("RoleId")?,
            arn: members.take("Arn")?,
            create_date: members.take("CreateDate")?,
            assume_role_policy_document: members.take("AssumeRolePolicyDocument")?,
            instance_profile_list: members.take("InstanceProfileList")?,
            role_policy_list: members.take("RolePolicyList")?,
            attached_managed_policies: members.take("AttachedManagedPolicies")?,
            permissions_boundary: members.take("PermissionsBoundary")?,
            tags: members.take("Tags")?,
            role_last_used: members.take("RoleLastUsed")?,
        })
    }
}

impl IntoValue for RoleDetail {
    fn into_value(self) -> Value {
        Structure::with_capacity(12)
            .with("Path", self.path)
            .with("RoleName", self.role_name)
            .with("RoleId", self.role_id)
            .with("Arn", self.arn)
            .with("CreateDate", self.create_date)
            .with("AssumeRolePolicyDocument", self.assume_role_policy_document)
            .with("InstanceProfileList", self.instance_profile_list)
            .with("RolePolicyList", self.role_policy_list)
            .with("AttachedManagedPolicies", self.attached_managed_policies)
            .with("PermissionsBoundary", self.permissions_boundary)
            .with("Tags", self.tags)
            .with("RoleLastUsed", self.role_last_used)
            .end()
    }
}

/// `RoleLastUsed`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RoleLastUsed {
    /// `LastUsedDate`.
    pub(crate) last_used_date: Option<Time>,
    /// `Region`.
    pub(crate) region: Option<String>,
}

impl FromValue for RoleLastUsed {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            last_used_date: members.take("LastUsedDate")?,
            region: members.take("Region")?,
        })
    }
}

impl IntoValue for RoleLastUsed {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("LastUsedDate", self.last_used_date)
            .with("Region", self.region)
            .end()
    }
}

/// `RoleUsageType`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RoleUsageType {
    /// `Region`.
    pub(crate) region: Option<String>,
    /// `Resources`.
    pub(crate) resources: Option<Vec<String>>,
}

impl FromValue for RoleUsageType {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            region: members.take("Region")?,
            resources: members.take("Resources")?,
        })
    }
}

impl IntoValue for RoleUsageType {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Region", self.region)
            .with("Resources", self.resources)
            .end()
    }
}

/// `ServerCertificate`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ServerCertificate {
    /// `ServerCertificateMetadata`.
    pub(crate) server_certificate_metadata: ServerCertificateMetadata,
    /// `CertificateBody`.
    pub(crate) certificate_body: String,
    /// `CertificateChain`.
    pub(crate) certificate_chain: Option<String>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for ServerCertificate {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            server_certificate_metadata: members.take("ServerCertificateMetadata")?,
            certificate_body: members.take("CertificateBody")?,
            certificate_chain: members.take("CertificateChain")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for ServerCertificate {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with(
                "ServerCertificateMetadata",
                self.server_certificate_metadata,
            )
            .with("CertificateBody", self.certificate_body)
            .with("CertificateChain", self.certificate_chain)
            .with("Tags", self.tags)
            .end()
    }
}

/// `ServerCertificateMetadata`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ServerCertificateMetadata {
    /// `Path`.
    pub(crate) path: String,
    /// `ServerCertificateName`.
    pub(crate) server_certificate_name: String,
    /// `ServerCertificateId`.
    pub(crate) server_certificate_id: String,
    /// `Arn`.
    pub(crate) arn: String,
    /// `UploadDate`.
    pub(crate) upload_date: Option<Time>,
    /// `Expiration`.
    pub(crate) expiration: Option<Time>,
}

impl FromValue for ServerCertificateMetadata {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path: members.take("Path")?,
            server_certificate_name: members.take("ServerCertificateName")?,
            server_certificate_id: members.take("ServerCertificateId")?,
            arn: members.take("Arn")?,
            upload_date: members.take("UploadDate")?,
            expiration: members.take("Expiration")?,
        })
    }
}

impl IntoValue for ServerCertificateMetadata {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("Path", self.path)
            .with("ServerCertificateName", self.server_certificate_name)
            .with("ServerCertificateId", self.server_certificate_id)
            .with("Arn", self.arn)
            .with("UploadDate", self.upload_date)
            .with("Expiration", self.expiration)
            .end()
    }
}

/// `ServiceSpecificCredential`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ServiceSpecificCredential {
    /// `CreateDate`.
    pub(crate) create_date: Time,
    /// `ExpirationDate`.
    pub(crate) expiration_date: Option<Time>,
    /// `ServiceName`.
    pub(crate) service_name: String,
    /// `ServiceUserName`.
    pub(crate) service_user_name: Option<String>,
    /// `ServicePassword`.
    pub(crate) service_password: Option<String>,
    /// `ServiceCredentialAlias`.
    pub(crate) service_credential_alias: Option<String>,
    /// `ServiceCredentialSecret`.
    pub(crate) service_credential_secret: Option<String>,
    /// `ServiceSpecificCredentialId`.
    pub(crate) service_specific_credential_id: String,
    /// `UserName`.
    pub(crate) user_name: String,
    /// `Status`.
    pub(crate) status: String,
}

impl FromValue for ServiceSpecificCredential {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            create_date: members.take("CreateDate")?,
            expiration_date: members.take("ExpirationDate")?,
            service_name: members.take("ServiceName")?,
            service_user_name: members.take("ServiceUserName")?,
            service_password: members.take("ServicePassword")?,
            service_credential_alias: members.take("ServiceCredentialAlias")?,
            service_credential_secret: members.take("ServiceCredentialSecret")?,
            service_specific_credential_id: members.take("ServiceSpecificCredentialId")?,
            user_name: members.take("UserName")?,
            status: members.take("Status")?,
        })
    }
}

impl IntoValue for ServiceSpecificCredential {
    fn into_value(self) -> Value {
        Structure::with_capacity(10)
            .with("CreateDate", self.create_date)
            .with("ExpirationDate", self.expiration_date)
            .with("ServiceName", self.service_name)
            .with("ServiceUserName", self.service_user_name)
            .with("ServicePassword", self.service_password)
            .with("ServiceCredentialAlias", self.service_credential_alias)
            .with("ServiceCredentialSecret", self.service_credential_secret)
            .with(
                "ServiceSpecificCredentialId",
                self.service_specific_credential_id,
            )
            .with("UserName", self.user_name)
            .with("Status", self.status)
            .end()
    }
}

/// `ServiceSpecificCredentialMetadata`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ServiceSpecificCredentialMetadata {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `Status`.
    pub(crate) status: String,
    /// `ServiceUserName`.
    pub(crate) service_user_name: Option<String>,
    /// `ServiceCredentialAlias`.
    pub(crate) service_credential_alias: Option<String>,
    /// `CreateDate`.
    pub(crate) create_date: Time,
    /// `ExpirationDate`.
    pub(crate) expiration_date: Option<Time>,
    /// `ServiceSpecificCredentialId`.
    pub(crate) service_specific_credential_id: String,
    /// `ServiceName`.
    pub(crate) service_name: String,
}

impl FromValue for ServiceSpecificCredentialMetadata {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            status: members.take("Status")?,
            service_user_name: members.take("ServiceUserName")?,
            service_credential_alias: members.take("ServiceCredentialAlias")?,
            create_date: members.take("CreateDate")?,
            expiration_date: members.take("ExpirationDate")?,
            service_specific_credential_id: members.take("ServiceSpecificCredentialId")?,
            service_name: members.take("ServiceName")?,
        })
    }
}

impl IntoValue for ServiceSpecificCredentialMetadata {
    fn into_value(self) -> Value {
        Structure::with_capacity(8)
            .with("UserName", self.user_name)
            .with("Status", self.status)
            .with("ServiceUserName", self.service_user_name)
            .with("ServiceCredentialAlias", self.service_credential_alias)
            .with("CreateDate", self.create_date)
            .with("ExpirationDate", self.expiration_date)
            .with(
                "ServiceSpecificCredentialId",
                self.service_specific_credential_id,
            )
            .with("ServiceName", self.service_name)
            .end()
    }
}

/// `SetDefaultPolicyVersionRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SetDefaultPolicyVersionRequest {
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
    /// `VersionId`.
    pub(crate) version_id: String,
}

impl FromValue for SetDefaultPolicyVersionRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_arn: members.take("PolicyArn")?,
            version_id: members.take("VersionId")?,
        })
    }
}

impl IntoValue for SetDefaultPolicyVersionRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("PolicyArn", self.policy_arn)
            .with("VersionId", self.version_id)
            .end()
    }
}

/// `SimulateCustomPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SimulateCustomPolicyRequest {
    /// `PolicyInputList`.
    pub(crate) policy_input_list: Vec<String>,
    /// `PermissionsBoundaryPolicyInputList`.
    pub(crate) permissions_boundary_policy_input_list: Option<Vec<String>>,
    /// `OrderedOrganizationPolicyInputList`.
    pub(crate) ordered_organization_policy_input_list: Option<Vec<OrderedOrganizationPolicyType>>,
    /// `ActionNames`.
    pub(crate) action_names: Vec<String>,
    /// `ResourceArns`.
    pub(crate) resource_arns: Option<Vec<String>>,
    /// `ResourcePolicy`.
    pub(crate) resource_policy: Option<String>,
    /// `ResourceOwner`.
    pub(crate) resource_owner: Option<String>,
    /// `CallerArn`.
    pub(crate) caller_arn: Option<String>,
    /// `ContextEntries`.
    pub(crate) context_entries: Option<Vec<ContextEntry>>,
    /// `ResourceHandlingOption`.
    pub(crate) resource_handling_option: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for SimulateCustomPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_input_list: members.take("PolicyInputList")?,
            permissions_boundary_policy_input_list: members
                .take("PermissionsBoundaryPolicyInputList")?,
            ordered_organization_policy_input_list: members
                .take("OrderedOrganizationPolicyInputList")?,
            action_names: members.take("ActionNames")?,
            resource_arns: members.take("ResourceArns")?,
            resource_policy: members.take("ResourcePolicy")?,
            resource_owner: members.take("ResourceOwner")?,
            caller_arn: members.take("CallerArn")?,
            context_entries: members.take("ContextEntries")?,
            resource_handling_option: members.take("ResourceHandlingOption")?,
            max_items: members.take("MaxItems")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for SimulateCustomPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(12)
            .with("PolicyInputList", self.policy_input_list)
            .with(
                "PermissionsBoundaryPolicyInputList",
                self.permissions_boundary_policy_input_list,
            )
            .with(
                "OrderedOrganizationPolicyInputList",
                self.ordered_organization_policy_input_list,
            )
            .with("ActionNames", self.action_names)
            .with("ResourceArns", self.resource_arns)
            .with("ResourcePolicy", self.resource_policy)
            .with("ResourceOwner", self.resource_owner)
            .with("CallerArn", self.caller_arn)
            .with("ContextEntries", self.context_entries)
            .with("ResourceHandlingOption", self.resource_handling_option)
            .with("MaxItems", self.max_items)
            .with("Marker", self.marker)
            .end()
    }
}

/// `SimulatePolicyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SimulatePolicyResponse {
    /// `EvaluationResults`.
    pub(crate) evaluation_results: Option<Vec<EvaluationResult>>,
    /// `IsTruncated`.
    pub(crate) is_truncated: Option<bool>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for SimulatePolicyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            evaluation_results: members.take("EvaluationResults")?,
            is_truncated: members.take("IsTruncated")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for SimulatePolicyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("EvaluationResults", self.evaluation_results)
            .with("IsTruncated", self.is_truncated)
            .with("Marker", self.marker)
            .end()
    }
}

/// `SimulatePrincipalPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SimulatePrincipalPolicyRequest {
    /// `PolicySourceArn`.
    pub(crate) policy_source_arn: String,
    /// `PolicyInputList`.
    pub(crate) policy_input_list: Option<Vec<String>>,
    /// `PermissionsBoundaryPolicyInputList`.
    pub(crate) permissions_boundary_policy_input_list: Option<Vec<String>>,
    /// `PolicyExclusionList`.
    pub(crate) policy_exclusion_list: Option<Vec<PolicyIdentifier>>,
    /// `ActionNames`.
    pub(crate) action_names: Vec<String>,
    /// `ResourceArns`.
    pub(crate) resource_arns: Option<Vec<String>>,
    /// `ResourcePolicy`.
    pub(crate) resource_policy: Option<String>,
    /// `ResourceOwner`.
    pub(crate) resource_owner: Option<String>,
    /// `CallerArn`.
    pub(crate) caller_arn: Option<String>,
    /// `ContextEntries`.
    pub(crate) context_entries: Option<Vec<ContextEntry>>,
    /// `ResourceHandlingOption`.
    pub(crate) resource_handling_option: Option<String>,
    /// `MaxItems`.
    pub(crate) max_items: Option<i64>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for SimulatePrincipalPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_source_arn: members.take("PolicySourceArn")?,
            policy_input_list: members.take("PolicyInputList")?,
            permissions_boundary_policy_input_list: members
                .take("PermissionsBoundaryPolicyInputList")?,
            policy_exclusion_list: members.take("PolicyExclusionList")?,
            action_names: members.take("ActionNames")?,
            resource_arns: members.take("ResourceArns")?,
            resource_policy: members.take("ResourcePolicy")?,
            resource_owner: members.take("ResourceOwner")?,
            caller_arn: members.take("CallerArn")?,
            context_entries: members.take("ContextEntries")?,
            resource_handling_option: members.take("ResourceHandlingOption")?,
            max_items: members.take("MaxItems")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for SimulatePrincipalPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(13)
            .with("PolicySourceArn", self.policy_source_arn)
            .with("PolicyInputList", self.policy_input_list)
            .with(
                "PermissionsBoundaryPolicyInputList",
                self.permissions_boundary_policy_input_list,
            )
            .with("PolicyExclusionList", self.policy_exclusion_list)
            .with("ActionNames", self.action_names)
            .with("ResourceArns", self.resource_arns)
            .with("ResourcePolicy", self.resource_policy)
            .with("ResourceOwner", self.resource_owner)
            .with("CallerArn", self.caller_arn)
            .with("ContextEntries", self.context_entries)
            .with("ResourceHandlingOption", self.resource_handling_option)
            .with("MaxItems", self.max_items)
            .with("Marker", self.marker)
            .end()
    }
}

/// `SourceRoleTemplate`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SourceRoleTemplate {
    /// `TemplateArn`.
    pub(crate) template_arn: String,
    /// `TemplateMinorVersion`.
    pub(crate) template_minor_version: i64,
}

impl FromValue for SourceRoleTemplate {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            template_arn: members.take("TemplateArn")?,
            template_minor_version: members.take("TemplateMinorVersion")?,
        })
    }
}

impl IntoValue for SourceRoleTemplate {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TemplateArn", self.template_arn)
            .with("TemplateMinorVersion", self.template_minor_version)
            .end()
    }
}

/// `Statement`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Statement {
    /// `SourcePolicyId`.
    pub(crate) source_policy_id: Option<String>,
    /// `SourcePolicyType`.
    pub(crate) source_policy_type: Option<String>,
    /// `StartPosition`.
    pub(crate) start_position: Option<Position>,
    /// `EndPosition`.
    pub(crate) end_position: Option<Position>,
}

impl FromValue for Statement {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            source_policy_id: members.take("SourcePolicyId")?,
            source_policy_type: members.take("SourcePolicyType")?,
            start_position: members.take("StartPosition")?,
            end_position: members.take("EndPosition")?,
        })
    }
}

impl IntoValue for Statement {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("SourcePolicyId", self.source_policy_id)
            .with("SourcePolicyType", self.source_policy_type)
            .with("StartPosition", self.start_position)
            .with("EndPosition", self.end_position)
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

/// `TagInstanceProfileRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TagInstanceProfileRequest {
    /// `InstanceProfileName`.
    pub(crate) instance_profile_name: String,
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
}

impl FromValue for TagInstanceProfileRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            instance_profile_name: members.take("InstanceProfileName")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for TagInstanceProfileRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("InstanceProfileName", self.instance_profile_name)
            .with("Tags", self.tags)
            .end()
    }
}

/// `TagMFADeviceRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TagMFADeviceRequest {
    /// `SerialNumber`.
    pub(crate) serial_number: String,
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
}

impl FromValue for TagMFADeviceRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            serial_number: members.take("SerialNumber")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for TagMFADeviceRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("SerialNumber", self.serial_number)
            .with("Tags", self.tags)
            .end()
    }
}

/// `TagOpenIDConnectProviderRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TagOpenIDConnectProviderRequest {
    /// `OpenIDConnectProviderArn`.
    pub(crate) open_id_connect_provider_arn: String,
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
}

impl FromValue for TagOpenIDConnectProviderRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            open_id_connect_provider_arn: members.take("OpenIDConnectProviderArn")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for TagOpenIDConnectProviderRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with(
                "OpenIDConnectProviderArn",
                self.open_id_connect_provider_arn,
            )
            .with("Tags", self.tags)
            .end()
    }
}

/// `TagPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TagPolicyRequest {
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
}

impl FromValue for TagPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_arn: members.take("PolicyArn")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for TagPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("PolicyArn", self.policy_arn)
            .with("Tags", self.tags)
            .end()
    }
}

/// `TagRoleRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TagRoleRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
}

impl FromValue for TagRoleRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for TagRoleRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("RoleName", self.role_name)
            .with("Tags", self.tags)
            .end()
    }
}

/// `TagServerCertificateRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TagServerCertificateRequest {
    /// `ServerCertificateName`.
    pub(crate) server_certificate_name: String,
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
}

impl FromValue for TagServerCertificateRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            server_certificate_name: members.take("ServerCertificateName")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for TagServerCertificateRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("ServerCertificateName", self.server_certificate_name)
            .with("Tags", self.tags)
            .end()
    }
}

/// `TagUserRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TagUserRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
}

impl FromValue for TagUserRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for TagUserRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("UserName", self.user_name)
            .with("Tags", self.tags)
            .end()
    }
}

/// `UntagInstanceProfileRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UntagInstanceProfileRequest {
    /// `InstanceProfileName`.
    pub(crate) instance_profile_name: String,
    /// `TagKeys`.
    pub(crate) tag_keys: Vec<String>,
}

impl FromValue for UntagInstanceProfileRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            instance_profile_name: members.take("InstanceProfileName")?,
            tag_keys: members.take("TagKeys")?,
        })
    }
}

impl IntoValue for UntagInstanceProfileRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("InstanceProfileName", self.instance_profile_name)
            .with("TagKeys", self.tag_keys)
            .end()
    }
}

/// `UntagMFADeviceRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UntagMFADeviceRequest {
    /// `SerialNumber`.
    pub(crate) serial_number: String,
    /// `TagKeys`.
    pub(crate) tag_keys: Vec<String>,
}

impl FromValue for UntagMFADeviceRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            serial_number: members.take("SerialNumber")?,
            tag_keys: members.take("TagKeys")?,
        })
    }
}

impl IntoValue for UntagMFADeviceRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("SerialNumber", self.serial_number)
            .with("TagKeys", self.tag_keys)
            .end()
    }
}

/// `UntagOpenIDConnectProviderRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UntagOpenIDConnectProviderRequest {
    /// `OpenIDConnectProviderArn`.
    pub(crate) open_id_connect_provider_arn: String,
    /// `TagKeys`.
    pub(crate) tag_keys: Vec<String>,
}

impl FromValue for UntagOpenIDConnectProviderRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            open_id_connect_provider_arn: members.take("OpenIDConnectProviderArn")?,
            tag_keys: members.take("TagKeys")?,
        })
    }
}

impl IntoValue for UntagOpenIDConnectProviderRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with(
                "OpenIDConnectProviderArn",
                self.open_id_connect_provider_arn,
            )
            .with("TagKeys", self.tag_keys)
            .end()
    }
}

/// `UntagPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UntagPolicyRequest {
    /// `PolicyArn`.
    pub(crate) policy_arn: String,
    /// `TagKeys`.
    pub(crate) tag_keys: Vec<String>,
}

impl FromValue for UntagPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_arn: members.take("PolicyArn")?,
            tag_keys: members.take("TagKeys")?,
        })
    }
}

impl IntoValue for UntagPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("PolicyArn", self.policy_arn)
            .with("TagKeys", self.tag_keys)
            .end()
    }
}

/// `UntagRoleRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UntagRoleRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `TagKeys`.
    pub(crate) tag_keys: Vec<String>,
}

impl FromValue for UntagRoleRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            tag_keys: members.take("TagKeys")?,
        })
    }
}

impl IntoValue for UntagRoleRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("RoleName", self.role_name)
            .with("TagKeys", self.tag_keys)
            .end()
    }
}

/// `UntagServerCertificateRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UntagServerCertificateRequest {
    /// `ServerCertificateName`.
    pub(crate) server_certificate_name: String,
    /// `TagKeys`.
    pub(crate) tag_keys: Vec<String>,
}

impl FromValue for UntagServerCertificateRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            server_certificate_name: members.take("ServerCertificateName")?,
            tag_keys: members.take("TagKeys")?,
        })
    }
}

impl IntoValue for UntagServerCertificateRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("ServerCertificateName", self.server_certificate_name)
            .with("TagKeys", self.tag_keys)
            .end()
    }
}

/// `UntagUserRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UntagUserRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `TagKeys`.
    pub(crate) tag_keys: Vec<String>,
}

impl FromValue for UntagUserRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            tag_keys: members.take("TagKeys")?,
        })
    }
}

impl IntoValue for UntagUserRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("UserName", self.user_name)
            .with("TagKeys", self.tag_keys)
            .end()
    }
}

/// `UpdateAccessKeyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateAccessKeyRequest {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `AccessKeyId`.
    pub(crate) access_key_id: String,
    /// `Status`.
    pub(crate) status: String,
}

impl FromValue for UpdateAccessKeyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            access_key_id: members.take("AccessKeyId")?,
            status: members.take("Status")?,
        })
    }
}

impl IntoValue for UpdateAccessKeyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with("AccessKeyId", self.access_key_id)
            .with("Status", self.status)
            .end()
    }
}

/// `UpdateAccountPasswordPolicyRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct UpdateAccountPasswordPolicyRequest {
    /// `MinimumPasswordLength`.
    pub(crate) minimum_password_length: Option<i64>,
    /// `RequireSymbols`.
    pub(crate) require_symbols: Option<bool>,
    /// `RequireNumbers`.
    pub(crate) require_numbers: Option<bool>,
    /// `RequireUppercaseCharacters`.
    pub(crate) require_uppercase_characters: Option<bool>,
    /// `RequireLowercaseCharacters`.
    pub(crate) require_lowercase_characters: Option<bool>,
    /// `AllowUsersToChangePassword`.
    pub(crate) allow_users_to_change_password: Option<bool>,
    /// `MaxPasswordAge`.
    pub(crate) max_password_age: Option<i64>,
    /// `PasswordReusePrevention`.
    pub(crate) password_reuse_prevention: Option<i64>,
    /// `HardExpiry`.
    pub(crate) hard_expiry: Option<bool>,
}

impl FromValue for UpdateAccountPasswordPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            minimum_password_length: members.take("MinimumPasswordLength")?,
            require_symbols: members.take("RequireSymbols")?,
            require_numbers: members.take("RequireNumbers")?,
            require_uppercase_characters: members.take("RequireUppercaseCharacters")?,
            require_lowercase_characters: members.take("RequireLowercaseCharacters")?,
            allow_users_to_change_password: members.take("AllowUsersToChangePassword")?,
            max_password_age: members.take("MaxPasswordAge")?,
            password_reuse_prevention: members.take("PasswordReusePrevention")?,
            hard_expiry: members.take("HardExpiry")?,
        })
    }
}

impl IntoValue for UpdateAccountPasswordPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(9)
            .with("MinimumPasswordLength", self.minimum_password_length)
            .with("RequireSymbols", self.require_symbols)
            .with("RequireNumbers", self.require_numbers)
            .with(
                "RequireUppercaseCharacters",
                self.require_uppercase_characters,
            )
            .with(
                "RequireLowercaseCharacters",
                self.require_lowercase_characters,
            )
            .with(
                "AllowUsersToChangePassword",
                self.allow_users_to_change_password,
            )
            .with("MaxPasswordAge", self.max_password_age)
            .with("PasswordReusePrevention", self.password_reuse_prevention)
            .with("HardExpiry", self.hard_expiry)
            .end()
    }
}

/// `UpdateAssumeRolePolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateAssumeRolePolicyRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `PolicyDocument`.
    pub(crate) policy_document: String,
}

impl FromValue for UpdateAssumeRolePolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            policy_document: members.take("PolicyDocument")?,
        })
    }
}

impl IntoValue for UpdateAssumeRolePolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("RoleName", self.role_name)
            .with("PolicyDocument", self.policy_document)
            .end()
    }
}

/// `UpdateGroupRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateGroupRequest {
    /// `GroupName`.
    pub(crate) group_name: String,
    /// `NewPath`.
    pub(crate) new_path: Option<String>,
    /// `NewGroupName`.
    pub(crate) new_group_name: Option<String>,
}

impl FromValue for UpdateGroupRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            group_name: members.take("GroupName")?,
            new_path: members.take("NewPath")?,
            new_group_name: members.take("NewGroupName")?,
        })
    }
}

impl IntoValue for UpdateGroupRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("GroupName", self.group_name)
            .with("NewPath", self.new_path)
            .with("NewGroupName", self.new_group_name)
            .end()
    }
}

/// `UpdateLoginProfileRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateLoginProfileRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `Password`.
    pub(crate) password: Option<String>,
    /// `PasswordResetRequired`.
    pub(crate) password_reset_required: Option<bool>,
}

impl FromValue for UpdateLoginProfileRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            password: members.take("Password")?,
            password_reset_required: members.take("PasswordResetRequired")?,
        })
    }
}

impl IntoValue for UpdateLoginProfileRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with("Password", self.password)
            .with("PasswordResetRequired", self.password_reset_required)
            .end()
    }
}

/// `UpdateOpenIDConnectProviderThumbprintRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateOpenIDConnectProviderThumbprintRequest {
    /// `OpenIDConnectProviderArn`.
    pub(crate) open_id_connect_provider_arn: String,
    /// `ThumbprintList`.
    pub(crate) thumbprint_list: Vec<String>,
}

impl FromValue for UpdateOpenIDConnectProviderThumbprintRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            open_id_connect_provider_arn: members.take("OpenIDConnectProviderArn")?,
            thumbprint_list: members.take("ThumbprintList")?,
        })
    }
}

impl IntoValue for UpdateOpenIDConnectProviderThumbprintRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with(
                "OpenIDConnectProviderArn",
                self.open_id_connect_provider_arn,
            )
            .with("ThumbprintList", self.thumbprint_list)
            .end()
    }
}

/// `UpdateRoleDescriptionRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateRoleDescriptionRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `Description`.
    pub(crate) description: String,
}

impl FromValue for UpdateRoleDescriptionRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            description: members.take("Description")?,
        })
    }
}

impl IntoValue for UpdateRoleDescriptionRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("RoleName", self.role_name)
            .with("Description", self.description)
            .end()
    }
}

/// `UpdateRoleDescriptionResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct UpdateRoleDescriptionResponse {
    /// `Role`.
    pub(crate) role: Option<Role>,
}

impl FromValue for UpdateRoleDescriptionResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role: members.take("Role")?,
        })
    }
}

impl IntoValue for UpdateRoleDescriptionResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("Role", self.role).end()
    }
}

/// `UpdateRoleRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateRoleRequest {
    /// `RoleName`.
    pub(crate) role_name: String,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `MaxSessionDuration`.
    pub(crate) max_session_duration: Option<i64>,
}

impl FromValue for UpdateRoleRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            role_name: members.take("RoleName")?,
            description: members.take("Description")?,
            max_session_duration: members.take("MaxSessionDuration")?,
        })
    }
}

impl IntoValue for UpdateRoleRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("RoleName", self.role_name)
            .with("Description", self.description)
            .with("MaxSessionDuration", self.max_session_duration)
            .end()
    }
}

/// `UpdateRoleResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct UpdateRoleResponse {}

impl FromValue for UpdateRoleResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for UpdateRoleResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `UpdateServerCertificateRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateServerCertificateRequest {
    /// `ServerCertificateName`.
    pub(crate) server_certificate_name: String,
    /// `NewPath`.
    pub(crate) new_path: Option<String>,
    /// `NewServerCertificateName`.
    pub(crate) new_server_certificate_name: Option<String>,
}

impl FromValue for UpdateServerCertificateRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            server_certificate_name: members.take("ServerCertificateName")?,
            new_path: members.take("NewPath")?,
            new_server_certificate_name: members.take("NewServerCertificateName")?,
        })
    }
}

impl IntoValue for UpdateServerCertificateRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("ServerCertificateName", self.server_certificate_name)
            .with("NewPath", self.new_path)
            .with("NewServerCertificateName", self.new_server_certificate_name)
            .end()
    }
}

/// `UpdateServiceSpecificCredentialRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateServiceSpecificCredentialRequest {
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `ServiceSpecificCredentialId`.
    pub(crate) service_specific_credential_id: String,
    /// `Status`.
    pub(crate) status: String,
}

impl FromValue for UpdateServiceSpecificCredentialRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            service_specific_credential_id: members.take("ServiceSpecificCredentialId")?,
            status: members.take("Status")?,
        })
    }
}

impl IntoValue for UpdateServiceSpecificCredentialRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with(
                "ServiceSpecificCredentialId",
                self.service_specific_credential_id,
            )
            .with("Status", self.status)
            .end()
    }
}

/// `UpdateUserRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateUserRequest {
    /// `UserName`.
    pub(crate) user_name: String,
    /// `NewPath`.
    pub(crate) new_path: Option<String>,
    /// `NewUserName`.
    pub(crate) new_user_name: Option<String>,
}

impl FromValue for UpdateUserRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            user_name: members.take("UserName")?,
            new_path: members.take("NewPath")?,
            new_user_name: members.take("NewUserName")?,
        })
    }
}

impl IntoValue for UpdateUserRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("UserName", self.user_name)
            .with("NewPath", self.new_path)
            .with("NewUserName", self.new_user_name)
            .end()
    }
}

/// `UploadServerCertificateRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UploadServerCertificateRequest {
    /// `Path`.
    pub(crate) path: Option<String>,
    /// `ServerCertificateName`.
    pub(crate) server_certificate_name: String,
    /// `CertificateBody`.
    pub(crate) certificate_body: String,
    /// `PrivateKey`.
    pub(crate) private_key: String,
    /// `CertificateChain`.
    pub(crate) certificate_chain: Option<String>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for UploadServerCertificateRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path: members.take("Path")?,
            server_certificate_name: members.take("ServerCertificateName")?,
            certificate_body: members.take("CertificateBody")?,
            private_key: members.take("PrivateKey")?,
            certificate_chain: members.take("CertificateChain")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for UploadServerCertificateRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("Path", self.path)
            .with("ServerCertificateName", self.server_certificate_name)
            .with("CertificateBody", self.certificate_body)
            .with("PrivateKey", self.private_key)
            .with("CertificateChain", self.certificate_chain)
            .with("Tags", self.tags)
            .end()
    }
}

/// `UploadServerCertificateResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct UploadServerCertificateResponse {
    /// `ServerCertificateMetadata`.
    pub(crate) server_certificate_metadata: Option<ServerCertificateMetadata>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for UploadServerCertificateResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            server_certificate_metadata: members.take("ServerCertificateMetadata")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for UploadServerCertificateResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with(
                "ServerCertificateMetadata",
                self.server_certificate_metadata,
            )
            .with("Tags", self.tags)
            .end()
    }
}

/// `User`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct User {
    /// `Path`.
    pub(crate) path: String,
    /// `UserName`.
    pub(crate) user_name: String,
    /// `UserId`.
    pub(crate) user_id: String,
    /// `Arn`.
    pub(crate) arn: String,
    /// `CreateDate`.
    pub(crate) create_date: Time,
    /// `PasswordLastUsed`.
    pub(crate) password_last_used: Option<Time>,
    /// `PermissionsBoundary`.
    pub(crate) permissions_boundary: Option<AttachedPermissionsBoundary>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for User {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path: members.take("Path")?,
            user_name: members.take("UserName")?,
            user_id: members.take("UserId")?,
            arn: members.take("Arn")?,
            create_date: members.take("CreateDate")?,
            password_last_used: members.take("PasswordLastUsed")?,
            permissions_boundary: members.take("PermissionsBoundary")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for User {
    fn into_value(self) -> Value {
        Structure::with_capacity(8)
            .with("Path", self.path)
            .with("UserName", self.user_name)
            .with("UserId", self.user_id)
            .with("Arn", self.arn)
            .with("CreateDate", self.create_date)
            .with("PasswordLastUsed", self.password_last_used)
            .with("PermissionsBoundary", self.permissions_boundary)
            .with("Tags", self.tags)
            .end()
    }
}

/// `UserDetail`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct UserDetail {
    /// `Path`.
    pub(crate) path: Option<String>,
    /// `UserName`.
    pub(crate) user_name: Option<String>,
    /// `UserId`.
    pub(crate) user_id: Option<String>,
    /// `Arn`.
    pub(crate) arn: Option<String>,
    /// `CreateDate`.
    pub(crate) create_date: Option<Time>,
    /// `UserPolicyList`.
    pub(crate) user_policy_list: Option<Vec<PolicyDetail>>,
    /// `GroupList`.
    pub(crate) group_list: Option<Vec<String>>,
    /// `AttachedManagedPolicies`.
    pub(crate) attached_managed_policies: Option<Vec<AttachedPolicy>>,
    /// `PermissionsBoundary`.
    pub(crate) permissions_boundary: Option<AttachedPermissionsBoundary>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for UserDetail {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            path: members.take("Path")?,
            user_name: members.take("UserName")?,
            user_id: members.take("UserId")?,
            arn: members.take("Arn")?,
            create_date: members.take("CreateDate")?,
            user_policy_list: members.take("UserPolicyList")?,
            group_list: members.take("GroupList")?,
            attached_managed_policies: members.take("AttachedManagedPolicies")?,
            permissions_boundary: members.take("PermissionsBoundary")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for UserDetail {
    fn into_value(self) -> Value {
        Structure::with_capacity(10)
            .with("Path", self.path)
            .with("UserName", self.user_name)
            .with("UserId", self.user_id)
            .with("Arn", self.arn)
            .with("CreateDate", self.create_date)
            .with("UserPolicyList", self.user_policy_list)
            .with("GroupList", self.group_list)
            .with("AttachedManagedPolicies", self.attached_managed_policies)
            .with("PermissionsBoundary", self.permissions_boundary)
            .with("Tags", self.tags)
            .end()
    }
}

/// `VirtualMFADevice`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VirtualMFADevice {
    /// `SerialNumber`.
    pub(crate) serial_number: String,
    /// `Base32StringSeed`.
    pub(crate) base32_string_seed: Option<Vec<u8>>,
    /// `QRCodePNG`.
    pub(crate) qr_code_png: Option<Vec<u8>>,
    /// `User`.
    pub(crate) user: Option<User>,
    /// `EnableDate`.
    pub(crate) enable_date: Option<Time>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for VirtualMFADevice {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            serial_number: members.take("SerialNumber")?,
            base32_string_seed: members.take("Base32StringSeed")?,
            qr_code_png: members.take("QRCodePNG")?,
            user: members.take("User")?,
            enable_date: members.take("EnableDate")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for VirtualMFADevice {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("SerialNumber", self.serial_number)
            .with("Base32StringSeed", self.base32_string_seed)
            .with("QRCodePNG", self.qr_code_png)
            .with("User", self.user)
            .with("EnableDate", self.enable_date)
            .with("Tags", self.tags)
            .end()
    }
}

/// Carries out `call.operation`, one of [`IMPLEMENTED`]: reads its typed input, calls the
/// function of its name in `crate::operations`, and makes its answer a value.
pub(crate) async fn dispatch(
    service: &crate::Iam,
    call: &Call,
    input: Value,
) -> Result<Value, ServiceError> {
    use crate::operations;
    let output = match call.operation.as_str() {
        "AddClientIDToOpenIDConnectProvider" => {
            operations::add_client_id_to_open_id_connect_provider(
                service,
                call,
                FromValue::from_value(input)?,
            )
            .await?
            .into_value()
        }
        "AddRoleToInstanceProfile" => {
            operations::add_role_to_instance_profile(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "AddUserToGroup" => {
            operations::add_user_to_group(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "AttachGroupPolicy" => {
            operations::attach_group_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "AttachRolePolicy" => {
            operations::attach_role_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "AttachUserPolicy" => {
            operations::attach_user_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ChangePassword" => {
            operations::change_password(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateAccessKey" => {
            operations::create_access_key(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateAccountAlias" => {
            operations::create_account_alias(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateGroup" => operations::create_group(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "CreateInstanceProfile" => {
            operations::create_instance_profile(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateLoginProfile" => {
            operations::create_login_profile(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateOpenIDConnectProvider" => operations::create_open_id_connect_provider(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "CreatePolicy" => operations::create_policy(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "CreatePolicyVersion" => {
            operations::create_policy_version(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateRole" => operations::create_role(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "CreateServiceLinkedRole" => {
            operations::create_service_linked_role(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateServiceSpecificCredential" => operations::create_service_specific_credential(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "CreateUser" => operations::create_user(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "CreateVirtualMFADevice" => {
            operations::create_virtual_mfa_device(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeactivateMFADevice" => {
            operations::deactivate_mfa_device(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteAccessKey" => {
            operations::delete_access_key(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteAccountAlias" => {
            operations::delete_account_alias(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteAccountPasswordPolicy" => {
            operations::delete_account_password_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteGroup" => operations::delete_group(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DeleteGroupPolicy" => {
            operations::delete_group_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteInstanceProfile" => {
            operations::delete_instance_profile(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteLoginProfile" => {
            operations::delete_login_profile(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteOpenIDConnectProvider" => operations::delete_open_id_connect_provider(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "DeletePolicy" => operations::delete_policy(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DeletePolicyVersion" => {
            operations::delete_policy_version(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteRole" => operations::delete_role(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DeleteRolePermissionsBoundary" => operations::delete_role_permissions_boundary(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "DeleteRolePolicy" => {
            operations::delete_role_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteServerCertificate" => {
            operations::delete_server_certificate(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteServiceLinkedRole" => {
            operations::delete_service_linked_role(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteServiceSpecificCredential" => operations::delete_service_specific_credential(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "DeleteUser" => operations::delete_user(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DeleteUserPermissionsBoundary" => operations::delete_user_permissions_boundary(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "DeleteUserPolicy" => {
            operations::delete_user_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteVirtualMFADevice" => {
            operations::delete_virtual_mfa_device(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DetachGroupPolicy" => {
            operations::detach_group_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DetachRolePolicy" => {
            operations::detach_role_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DetachUserPolicy" => {
            operations::detach_user_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "EnableMFADevice" => {
            operations::enable_mfa_device(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GenerateCredentialReport" => {
            operations::generate_credential_report(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetAccessKeyLastUsed" => {
            operations::get_access_key_last_used(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetAccountAuthorizationDetails" => operations::get_account_authorization_details(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "GetAccountPasswordPolicy" => {
            operations::get_account_password_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetAccountSummary" => {
            operations::get_account_summary(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetContextKeysForCustomPolicy" => operations::get_context_keys_for_custom_policy(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "GetContextKeysForPrincipalPolicy" => operations::get_context_keys_for_principal_policy(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "GetCredentialReport" => {
            operations::get_credential_report(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetGroup" => operations::get_group(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "GetGroupPolicy" => {
            operations::get_group_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetInstanceProfile" => {
            operations::get_instance_profile(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetLoginProfile" => {
            operations::get_login_profile(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetMFADevice" => operations::get_mfa_device(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "GetOpenIDConnectProvider" => {
            operations::get_open_id_connect_provider(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetPolicy" => operations::get_policy(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "GetPolicyVersion" => {
            operations::get_policy_version(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetRole" => operations::get_role(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "GetRolePolicy" => {
            operations::get_role_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetServerCertificate" => {
            operations::get_server_certificate(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetServiceLinkedRoleDeletionStatus" => {
            operations::get_service_linked_role_deletion_status(
                service,
                call,
                FromValue::from_value(input)?,
            )
            .await?
            .into_value()
        }
        "GetUser" => operations::get_user(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "GetUserPolicy" => {
            operations::get_user_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListAccessKeys" => {
            operations::list_access_keys(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListAccountAliases" => {
            operations::list_account_aliases(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListAttachedGroupPolicies" => {
            operations::list_attached_group_policies(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListAttachedRolePolicies" => {
            operations::list_attached_role_policies(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListAttachedUserPolicies" => {
            operations::list_attached_user_policies(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListEntitiesForPolicy" => {
            operations::list_entities_for_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListGroupPolicies" => {
            operations::list_group_policies(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListGroups" => operations::list_groups(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ListGroupsForUser" => {
            operations::list_groups_for_user(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListInstanceProfileTags" => {
            operations::list_instance_profile_tags(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListInstanceProfiles" => {
            operations::list_instance_profiles(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListInstanceProfilesForRole" => operations::list_instance_profiles_for_role(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "ListMFADeviceTags" => {
            operations::list_mfa_device_tags(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListMFADevices" => {
            operations::list_mfa_devices(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListOpenIDConnectProviderTags" => operations::list_open_id_connect_provider_tags(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "ListOpenIDConnectProviders" => {
            operations::list_open_id_connect_providers(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListPolicies" => operations::list_policies(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ListPolicyTags" => {
            operations::list_policy_tags(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListPolicyVersions" => {
            operations::list_policy_versions(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListRolePolicies" => {
            operations::list_role_policies(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListRoleTags" => operations::list_role_tags(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ListRoles" => operations::list_roles(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ListServerCertificateTags" => {
            operations::list_server_certificate_tags(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListServerCertificates" => {
            operations::list_server_certificates(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListServiceSpecificCredentials" => operations::list_service_specific_credentials(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "ListUserPolicies" => {
            operations::list_user_policies(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListUserTags" => operations::list_user_tags(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ListUsers" => operations::list_users(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ListVirtualMFADevices" => {
            operations::list_virtual_mfa_devices(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "PutGroupPolicy" => {
            operations::put_group_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "PutRolePermissionsBoundary" => {
            operations::put_role_permissions_boundary(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "PutRolePolicy" => {
            operations::put_role_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "PutUserPermissionsBoundary" => {
            operations::put_user_permissions_boundary(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "PutUserPolicy" => {
            operations::put_user_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "RemoveClientIDFromOpenIDConnectProvider" => {
            operations::remove_client_id_from_open_id_connect_provider(
                service,
                call,
                FromValue::from_value(input)?,
            )
            .await?
            .into_value()
        }
        "RemoveRoleFromInstanceProfile" => operations::remove_role_from_instance_profile(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "RemoveUserFromGroup" => {
            operations::remove_user_from_group(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ResetServiceSpecificCredential" => operations::reset_service_specific_credential(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "ResyncMFADevice" => {
            operations::resync_mfa_device(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "SetDefaultPolicyVersion" => {
            operations::set_default_policy_version(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "SimulateCustomPolicy" => {
            operations::simulate_custom_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "SimulatePrincipalPolicy" => {
            operations::simulate_principal_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "TagInstanceProfile" => {
            operations::tag_instance_profile(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "TagMFADevice" => operations::tag_mfa_device(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "TagOpenIDConnectProvider" => {
            operations::tag_open_id_connect_provider(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "TagPolicy" => operations::tag_policy(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "TagRole" => operations::tag_role(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "TagServerCertificate" => {
            operations::tag_server_certificate(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "TagUser" => operations::tag_user(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "UntagInstanceProfile" => {
            operations::untag_instance_profile(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "UntagMFADevice" => {
            operations::untag_mfa_device(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "UntagOpenIDConnectProvider" => {
            operations::untag_open_id_connect_provider(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "UntagPolicy" => operations::untag_policy(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "UntagRole" => operations::untag_role(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "UntagServerCertificate" => {
            operations::untag_server_certificate(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "UntagUser" => operations::untag_user(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "UpdateAccessKey" => {
            operations::update_access_key(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "UpdateAccountPasswordPolicy" => {
            operations::update_account_password_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "UpdateAssumeRolePolicy" => {
            operations::update_assume_role_policy(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "UpdateGroup" => operations::update_group(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "UpdateLoginProfile" => {
            operations::update_login_profile(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "UpdateOpenIDConnectProviderThumbprint" => {
            operations::update_open_id_connect_provider_thumbprint(
                service,
                call,
                FromValue::from_value(input)?,
            )
            .await?
            .into_value()
        }
        "UpdateRole" => operations::update_role(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "UpdateRoleDescription" => {
            operations::update_role_description(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "UpdateServerCertificate" => {
            operations::update_server_certificate(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "UpdateServiceSpecificCredential" => operations::update_service_specific_credential(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "UpdateUser" => operations::update_user(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "UploadServerCertificate" => {
            operations::upload_server_certificate(service, call, FromValue::from_value(input)?)
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
