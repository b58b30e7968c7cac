//! The API's model, and of its shapes those that the operations here reach. Source: botocore's model of `kms`.
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
    "CancelKeyDeletion",
    "ConnectCustomKeyStore",
    "CreateAlias",
    "CreateCustomKeyStore",
    "CreateGrant",
    "CreateKey",
    "Decapsulate",
    "Decrypt",
    "DeleteAlias",
    "DeleteCustomKeyStore",
    "DeleteImportedKeyMaterial",
    "DeriveSharedSecret",
    "DescribeCustomKeyStores",
    "DescribeKey",
    "DisableKey",
    "DisableKeyRotation",
    "DisconnectCustomKeyStore",
    "EnableKey",
    "EnableKeyRotation",
    "Encapsulate",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "GenerateRandom",
    "GetKeyLastUsage",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "GetParametersForImport",
    "GetPublicKey",
    "ImportKeyMaterial",
    "ListAliases",
    "ListGrants",
    "ListKeyPolicies",
    "ListKeyRotations",
    "ListKeys",
    "ListResourceTags",
    "ListRetirableGrants",
    "PutKeyPolicy",
    "ReEncrypt",
    "ReplicateKey",
    "RetireGrant",
    "RevokeGrant",
    "RotateKeyOnDemand",
    "ScheduleKeyDeletion",
    "Sign",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateCustomKeyStore",
    "UpdateKeyDescription",
    "UpdatePrimaryRegion",
    "Verify",
    "VerifyMac",
];

/// `AliasListEntry`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AliasListEntry {
    /// `AliasName`.
    pub(crate) alias_name: Option<String>,
    /// `AliasArn`.
    pub(crate) alias_arn: Option<String>,
    /// `TargetKeyId`.
    pub(crate) target_key_id: Option<String>,
    /// `CreationDate`.
    pub(crate) creation_date: Option<Time>,
    /// `LastUpdatedDate`.
    pub(crate) last_updated_date: Option<Time>,
}

impl FromValue for AliasListEntry {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            alias_name: members.take("AliasName")?,
            alias_arn: members.take("AliasArn")?,
            target_key_id: members.take("TargetKeyId")?,
            creation_date: members.take("CreationDate")?,
            last_updated_date: members.take("LastUpdatedDate")?,
        })
    }
}

impl IntoValue for AliasListEntry {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("AliasName", self.alias_name)
            .with("AliasArn", self.alias_arn)
            .with("TargetKeyId", self.target_key_id)
            .with("CreationDate", self.creation_date)
            .with("LastUpdatedDate", self.last_updated_date)
            .end()
    }
}

/// `CancelKeyDeletionRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CancelKeyDeletionRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
}

impl FromValue for CancelKeyDeletionRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
        })
    }
}

impl IntoValue for CancelKeyDeletionRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("KeyId", self.key_id).end()
    }
}

/// `CancelKeyDeletionResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CancelKeyDeletionResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
}

impl FromValue for CancelKeyDeletionResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
        })
    }
}

impl IntoValue for CancelKeyDeletionResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("KeyId", self.key_id).end()
    }
}

/// `ConnectCustomKeyStoreRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ConnectCustomKeyStoreRequest {
    /// `CustomKeyStoreId`.
    pub(crate) custom_key_store_id: String,
}

impl FromValue for ConnectCustomKeyStoreRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            custom_key_store_id: members.take("CustomKeyStoreId")?,
        })
    }
}

impl IntoValue for ConnectCustomKeyStoreRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("CustomKeyStoreId", self.custom_key_store_id)
            .end()
    }
}

/// `ConnectCustomKeyStoreResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ConnectCustomKeyStoreResponse {}

impl FromValue for ConnectCustomKeyStoreResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for ConnectCustomKeyStoreResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `CreateAliasRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateAliasRequest {
    /// `AliasName`.
    pub(crate) alias_name: String,
    /// `TargetKeyId`.
    pub(crate) target_key_id: String,
}

impl FromValue for CreateAliasRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            alias_name: members.take("AliasName")?,
            target_key_id: members.take("TargetKeyId")?,
        })
    }
}

impl IntoValue for CreateAliasRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("AliasName", self.alias_name)
            .with("TargetKeyId", self.target_key_id)
            .end()
    }
}

/// `CreateCustomKeyStoreRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateCustomKeyStoreRequest {
    /// `CustomKeyStoreName`.
    pub(crate) custom_key_store_name: String,
    /// `CloudHsmClusterId`.
    pub(crate) cloud_hsm_cluster_id: Option<String>,
    /// `TrustAnchorCertificate`.
    pub(crate) trust_anchor_certificate: Option<String>,
    /// `KeyStorePassword`.
    pub(crate) key_store_password: Option<String>,
    /// `CustomKeyStoreType`.
    pub(crate) custom_key_store_type: Option<String>,
    /// `XksProxyUriEndpoint`.
    pub(crate) xks_proxy_uri_endpoint: Option<String>,
    /// `XksProxyUriPath`.
    pub(crate) xks_proxy_uri_path: Option<String>,
    /// `XksProxyVpcEndpointServiceName`.
    pub(crate) xks_proxy_vpc_endpoint_service_name: Option<String>,
    /// `XksProxyVpcEndpointServiceOwner`.
    pub(crate) xks_proxy_vpc_endpoint_service_owner: Option<String>,
    /// `XksProxyAuthenticationCredential`.
    pub(crate) xks_proxy_authentication_credential: Option<XksProxyAuthenticationCredentialType>,
    /// `XksProxyConnectivity`.
    pub(crate) xks_proxy_connectivity: Option<String>,
}

impl FromValue for CreateCustomKeyStoreRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            custom_key_store_name: members.take("CustomKeyStoreName")?,
            cloud_hsm_cluster_id: members.take("CloudHsmClusterId")?,
            trust_anchor_certificate: members.take("TrustAnchorCertificate")?,
            key_store_password: members.take("KeyStorePassword")?,
            custom_key_store_type: members.take("CustomKeyStoreType")?,
            xks_proxy_uri_endpoint: members.take("XksProxyUriEndpoint")?,
            xks_proxy_uri_path: members.take("XksProxyUriPath")?,
            xks_proxy_vpc_endpoint_service_name: members.take("XksProxyVpcEndpointServiceName")?,
            xks_proxy_vpc_endpoint_service_owner: members
                .take("XksProxyVpcEndpointServiceOwner")?,
            xks_proxy_authentication_credential: members
                .take("XksProxyAuthenticationCredential")?,
            xks_proxy_connectivity: members.take("XksProxyConnectivity")?,
        })
    }
}

impl IntoValue for CreateCustomKeyStoreRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(11)
            .with("CustomKeyStoreName", self.custom_key_store_name)
            .with("CloudHsmClusterId", self.cloud_hsm_cluster_id)
            .with("TrustAnchorCertificate", self.trust_anchor_certificate)
            .with("KeyStorePassword", self.key_store_password)
            .with("CustomKeyStoreType", self.custom_key_store_type)
            .with("XksProxyUriEndpoint", self.xks_proxy_uri_endpoint)
            .with("XksProxyUriPath", self.xks_proxy_uri_path)
            .with(
                "XksProxyVpcEndpointServiceName",
                self.xks_proxy_vpc_endpoint_service_name,
            )
            .with(
                "XksProxyVpcEndpointServiceOwner",
                self.xks_proxy_vpc_endpoint_service_owner,
            )
            .with(
                "XksProxyAuthenticationCredential",
                self.xks_proxy_authentication_credential,
            )
            .with("XksProxyConnectivity", self.xks_proxy_connectivity)
            .end()
    }
}

/// `CreateCustomKeyStoreResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateCustomKeyStoreResponse {
    /// `CustomKeyStoreId`.
    pub(crate) custom_key_store_id: Option<String>,
}

impl FromValue for CreateCustomKeyStoreResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            custom_key_store_id: members.take("CustomKeyStoreId")?,
        })
    }
}

impl IntoValue for CreateCustomKeyStoreResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("CustomKeyStoreId", self.custom_key_store_id)
            .end()
    }
}

/// `CreateGrantRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateGrantRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `GranteePrincipal`.
    pub(crate) grantee_principal: Option<String>,
    /// `RetiringPrincipal`.
    pub(crate) retiring_principal: Option<String>,
    /// `Operations`.
    pub(crate) operations: Vec<String>,
    /// `Constraints`.
    pub(crate) constraints: Option<GrantConstraints>,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
    /// `GranteeServicePrincipal`.
    pub(crate) grantee_service_principal: Option<String>,
    /// `RetiringServicePrincipal`.
    pub(crate) retiring_service_principal: Option<String>,
}

impl FromValue for CreateGrantRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            grantee_principal: members.take("GranteePrincipal")?,
            retiring_principal: members.take("RetiringPrincipal")?,
            operations: members.take("Operations")?,
            constraints: members.take("Constraints")?,
            grant_tokens: members.take("GrantTokens")?,
            name: members.take("Name")?,
            dry_run: members.take("DryRun")?,
            grantee_service_principal: members.take("GranteeServicePrincipal")?,
            retiring_service_principal: members.take("RetiringServicePrincipal")?,
        })
    }
}

impl IntoValue for CreateGrantRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(10)
            .with("KeyId", self.key_id)
            .with("GranteePrincipal", self.grantee_principal)
            .with("RetiringPrincipal", self.retiring_principal)
            .with("Operations", self.operations)
            .with("Constraints", self.constraints)
            .with("GrantTokens", self.grant_tokens)
            .with("Name", self.name)
            .with("DryRun", self.dry_run)
            .with("GranteeServicePrincipal", self.grantee_service_principal)
            .with("RetiringServicePrincipal", self.retiring_service_principal)
            .end()
    }
}

/// `CreateGrantResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateGrantResponse {
    /// `GrantToken`.
    pub(crate) grant_token: Option<String>,
    /// `GrantId`.
    pub(crate) grant_id: Option<String>,
}

impl FromValue for CreateGrantResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            grant_token: members.take("GrantToken")?,
            grant_id: members.take("GrantId")?,
        })
    }
}

impl IntoValue for CreateGrantResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("GrantToken", self.grant_token)
            .with("GrantId", self.grant_id)
            .end()
    }
}

/// `CreateKeyRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateKeyRequest {
    /// `Policy`.
    pub(crate) policy: Option<String>,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `KeyUsage`.
    pub(crate) key_usage: Option<String>,
    /// `CustomerMasterKeySpec`.
    pub(crate) customer_master_key_spec: Option<String>,
    /// `KeySpec`.
    pub(crate) key_spec: Option<String>,
    /// `Origin`.
    pub(crate) origin: Option<String>,
    /// `CustomKeyStoreId`.
    pub(crate) custom_key_store_id: Option<String>,
    /// `BypassPolicyLockoutSafetyCheck`.
    pub(crate) bypass_policy_lockout_safety_check: Option<bool>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
    /// `MultiRegion`.
    pub(crate) multi_region: Option<bool>,
    /// `XksKeyId`.
    pub(crate) xks_key_id: Option<String>,
}

impl FromValue for CreateKeyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy: members.take("Policy")?,
            description: members.take("Description")?,
            key_usage: members.take("KeyUsage")?,
            customer_master_key_spec: members.take("CustomerMasterKeySpec")?,
            key_spec: members.take("KeySpec")?,
            origin: members.take("Origin")?,
            custom_key_store_id: members.take("CustomKeyStoreId")?,
            bypass_policy_lockout_safety_check: members.take("BypassPolicyLockoutSafetyCheck")?,
            tags: members.take("Tags")?,
            multi_region: members.take("MultiRegion")?,
            xks_key_id: members.take("XksKeyId")?,
        })
    }
}

impl IntoValue for CreateKeyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(11)
            .with("Policy", self.policy)
            .with("Description", self.description)
            .with("KeyUsage", self.key_usage)
            .with("CustomerMasterKeySpec", self.customer_master_key_spec)
            .with("KeySpec", self.key_spec)
            .with("Origin", self.origin)
            .with("CustomKeyStoreId", self.custom_key_store_id)
            .with(
                "BypassPolicyLockoutSafetyCheck",
                self.bypass_policy_lockout_safety_check,
            )
            .with("Tags", self.tags)
            .with("MultiRegion", self.multi_region)
            .with("XksKeyId", self.xks_key_id)
            .end()
    }
}

/// `CreateKeyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CreateKeyResponse {
    /// `KeyMetadata`.
    pub(crate) key_metadata: Option<KeyMetadata>,
}

impl FromValue for CreateKeyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_metadata: members.take("KeyMetadata")?,
        })
    }
}

impl IntoValue for CreateKeyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("KeyMetadata", self.key_metadata)
            .end()
    }
}

/// `CustomKeyStoresListEntry`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CustomKeyStoresListEntry {
    /// `CustomKeyStoreId`.
    pub(crate) custom_key_store_id: Option<String>,
    /// `CustomKeyStoreName`.
    pub(crate) custom_key_store_name: Option<String>,
    /// `CloudHsmClusterId`.
    pub(crate) cloud_hsm_cluster_id: Option<String>,
    /// `TrustAnchorCertificate`.
    pub(crate) trust_anchor_certificate: Option<String>,
    /// `ConnectionState`.
    pub(crate) connection_state: Option<String>,
    /// `ConnectionErrorCode`.
    pub(crate) connection_error_code: Option<String>,
    /// `CreationDate`.
    pub(crate) creation_date: Option<Time>,
    /// `CustomKeyStoreType`.
    pub(crate) custom_key_store_type: Option<String>,
    /// `XksProxyConfiguration`.
    pub(crate) xks_proxy_configuration: Option<XksProxyConfigurationType>,
}

impl FromValue for CustomKeyStoresListEntry {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            custom_key_store_id: members.take("CustomKeyStoreId")?,
            custom_key_store_name: members.take("CustomKeyStoreName")?,
            cloud_hsm_cluster_id: members.take("CloudHsmClusterId")?,
            trust_anchor_certificate: members.take("TrustAnchorCertificate")?,
            connection_state: members.take("ConnectionState")?,
            connection_error_code: members.take("ConnectionErrorCode")?,
            creation_date: members.take("CreationDate")?,
            custom_key_store_type: members.take("CustomKeyStoreType")?,
            xks_proxy_configuration: members.take("XksProxyConfiguration")?,
        })
    }
}

impl IntoValue for CustomKeyStoresListEntry {
    fn into_value(self) -> Value {
        Structure::with_capacity(9)
            .with("CustomKeyStoreId", self.custom_key_store_id)
            .with("CustomKeyStoreName", self.custom_key_store_name)
            .with("CloudHsmClusterId", self.cloud_hsm_cluster_id)
            .with("TrustAnchorCertificate", self.trust_anchor_certificate)
            .with("ConnectionState", self.connection_state)
            .with("ConnectionErrorCode", self.connection_error_code)
            .with("CreationDate", self.creation_date)
            .with("CustomKeyStoreType", self.custom_key_store_type)
            .with("XksProxyConfiguration", self.xks_proxy_configuration)
            .end()
    }
}

/// `DecapsulateRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DecapsulateRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `SharedSecretCiphertextBlob`.
    pub(crate) shared_secret_ciphertext_blob: Vec<u8>,
    /// `EncapsulationAlgorithm`.
    pub(crate) encapsulation_algorithm: String,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
}

impl FromValue for DecapsulateRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            shared_secret_ciphertext_blob: members.take("SharedSecretCiphertextBlob")?,
            encapsulation_algorithm: members.take("EncapsulationAlgorithm")?,
            grant_tokens: members.take("GrantTokens")?,
            dry_run: members.take("DryRun")?,
        })
    }
}

impl IntoValue for DecapsulateRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("KeyId", self.key_id)
            .with(
                "SharedSecretCiphertextBlob",
                self.shared_secret_ciphertext_blob,
            )
            .with("EncapsulationAlgorithm", self.encapsulation_algorithm)
            .with("GrantTokens", self.grant_tokens)
            .with("DryRun", self.dry_run)
            .end()
    }
}

/// `DecapsulateResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DecapsulateResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `SharedSecret`.
    pub(crate) shared_secret: Option<Vec<u8>>,
    /// `EncapsulationAlgorithm`.
    pub(crate) encapsulation_algorithm: Option<String>,
}

impl FromValue for DecapsulateResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            shared_secret: members.take("SharedSecret")?,
            encapsulation_algorithm: members.take("EncapsulationAlgorithm")?,
        })
    }
}

impl IntoValue for DecapsulateResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("KeyId", self.key_id)
            .with("SharedSecret", self.shared_secret)
            .with("EncapsulationAlgorithm", self.encapsulation_algorithm)
            .end()
    }
}

/// `DecryptRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DecryptRequest {
    /// `CiphertextBlob`.
    pub(crate) ciphertext_blob: Option<Vec<u8>>,
    /// `EncryptionContext`.
    pub(crate) encryption_context: Option<BTreeMap<String, String>>,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `EncryptionAlgorithm`.
    pub(crate) encryption_algorithm: Option<String>,
    /// `Recipient`.
    pub(crate) recipient: Option<RecipientInfo>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
    /// `DryRunModifiers`.
    pub(crate) dry_run_modifiers: Option<Vec<String>>,
}

impl FromValue for DecryptRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            ciphertext_blob: members.take("CiphertextBlob")?,
            encryption_context: members.take("EncryptionContext")?,
            grant_tokens: members.take("GrantTokens")?,
            key_id: members.take("KeyId")?,
            encryption_algorithm: members.take("EncryptionAlgorithm")?,
            recipient: members.take("Recipient")?,
            dry_run: members.take("DryRun")?,
            dry_run_modifiers: members.take("DryRunModifiers")?,
        })
    }
}

impl IntoValue for DecryptRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(8)
            .with("CiphertextBlob", self.ciphertext_blob)
            .with("EncryptionContext", self.encryption_context)
            .with("GrantTokens", self.grant_tokens)
            .with("KeyId", self.key_id)
            .with("EncryptionAlgorithm", self.encryption_algorithm)
            .with("Recipient", self.recipient)
            .with("DryRun", self.dry_run)
            .with("DryRunModifiers", self.dry_run_modifiers)
            .end()
    }
}

/// `DecryptResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DecryptResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `Plaintext`.
    pub(crate) plaintext: Option<Vec<u8>>,
    /// `EncryptionAlgorithm`.
    pub(crate) encryption_algorithm: Option<String>,
    /// `CiphertextForRecipient`.
    pub(crate) ciphertext_for_recipient: Option<Vec<u8>>,
    /// `KeyMaterialId`.
    pub(crate) key_material_id: Option<String>,
}

impl FromValue for DecryptResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            plaintext: members.take("Plaintext")?,
            encryption_algorithm: members.take("EncryptionAlgorithm")?,
            ciphertext_for_recipient: members.take("CiphertextForRecipient")?,
            key_material_id: members.take("KeyMaterialId")?,
        })
    }
}

impl IntoValue for DecryptResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("KeyId", self.key_id)
            .with("Plaintext", self.plaintext)
            .with("EncryptionAlgorithm", self.encryption_algorithm)
            .with("CiphertextForRecipient", self.ciphertext_for_recipient)
            .with("KeyMaterialId", self.key_material_id)
            .end()
    }
}

/// `DeleteAliasRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteAliasRequest {
    /// `AliasName`.
    pub(crate) alias_name: String,
}

impl FromValue for DeleteAliasRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            alias_name: members.take("AliasName")?,
        })
    }
}

impl IntoValue for DeleteAliasRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("AliasName", self.alias_name)
            .end()
    }
}

/// `DeleteCustomKeyStoreRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteCustomKeyStoreRequest {
    /// `CustomKeyStoreId`.
    pub(crate) custom_key_store_id: String,
}

impl FromValue for DeleteCustomKeyStoreRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            custom_key_store_id: members.take("CustomKeyStoreId")?,
        })
    }
}

impl IntoValue for DeleteCustomKeyStoreRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("CustomKeyStoreId", self.custom_key_store_id)
            .end()
    }
}

/// `DeleteCustomKeyStoreResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteCustomKeyStoreResponse {}

impl FromValue for DeleteCustomKeyStoreResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DeleteCustomKeyStoreResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `DeleteImportedKeyMaterialRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeleteImportedKeyMaterialRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `KeyMaterialId`.
    pub(crate) key_material_id: Option<String>,
}

impl FromValue for DeleteImportedKeyMaterialRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            key_material_id: members.take("KeyMaterialId")?,
        })
    }
}

impl IntoValue for DeleteImportedKeyMaterialRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("KeyId", self.key_id)
            .with("KeyMaterialId", self.key_material_id)
            .end()
    }
}

/// `DeleteImportedKeyMaterialResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeleteImportedKeyMaterialResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `KeyMaterialId`.
    pub(crate) key_material_id: Option<String>,
}

impl FromValue for DeleteImportedKeyMaterialResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            key_material_id: members.take("KeyMaterialId")?,
        })
    }
}

impl IntoValue for DeleteImportedKeyMaterialResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("KeyId", self.key_id)
            .with("KeyMaterialId", self.key_material_id)
            .end()
    }
}

/// `DeriveSharedSecretRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeriveSharedSecretRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `KeyAgreementAlgorithm`.
    pub(crate) key_agreement_algorithm: String,
    /// `PublicKey`.
    pub(crate) public_key: Vec<u8>,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
    /// `Recipient`.
    pub(crate) recipient: Option<RecipientInfo>,
}

impl FromValue for DeriveSharedSecretRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            key_agreement_algorithm: members.take("KeyAgreementAlgorithm")?,
            public_key: members.take("PublicKey")?,
            grant_tokens: members.take("GrantTokens")?,
            dry_run: members.take("DryRun")?,
            recipient: members.take("Recipient")?,
        })
    }
}

impl IntoValue for DeriveSharedSecretRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("KeyId", self.key_id)
            .with("KeyAgreementAlgorithm", self.key_agreement_algorithm)
            .with("PublicKey", self.public_key)
            .with("GrantTokens", self.grant_tokens)
            .with("DryRun", self.dry_run)
            .with("Recipient", self.recipient)
            .end()
    }
}

/// `DeriveSharedSecretResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DeriveSharedSecretResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `SharedSecret`.
    pub(crate) shared_secret: Option<Vec<u8>>,
    /// `CiphertextForRecipient`.
    pub(crate) ciphertext_for_recipient: Option<Vec<u8>>,
    /// `KeyAgreementAlgorithm`.
    pub(crate) key_agreement_algorithm: Option<String>,
    /// `KeyOrigin`.
    pub(crate) key_origin: Option<String>,
}

impl FromValue for DeriveSharedSecretResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            shared_secret: members.take("SharedSecret")?,
            ciphertext_for_recipient: members.take("CiphertextForRecipient")?,
            key_agreement_algorithm: members.take("KeyAgreementAlgorithm")?,
            key_origin: members.take("KeyOrigin")?,
        })
    }
}

impl IntoValue for DeriveSharedSecretResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("KeyId", self.key_id)
            .with("SharedSecret", self.shared_secret)
            .with("CiphertextForRecipient", self.ciphertext_for_recipient)
            .with("KeyAgreementAlgorithm", self.key_agreement_algorithm)
            .with("KeyOrigin", self.key_origin)
            .end()
    }
}

/// `DescribeCustomKeyStoresRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeCustomKeyStoresRequest {
    /// `CustomKeyStoreId`.
    pub(crate) custom_key_store_id: Option<String>,
    /// `CustomKeyStoreName`.
    pub(crate) custom_key_store_name: Option<String>,
    /// `Limit`.
    pub(crate) limit: Option<i64>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for DescribeCustomKeyStoresRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            custom_key_store_id: members.take("CustomKeyStoreId")?,
            custom_key_store_name: members.take("CustomKeyStoreName")?,
            limit: members.take("Limit")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for DescribeCustomKeyStoresRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("CustomKeyStoreId", self.custom_key_store_id)
            .with("CustomKeyStoreName", self.custom_key_store_name)
            .with("Limit", self.limit)
            .with("Marker", self.marker)
            .end()
    }
}

/// `DescribeCustomKeyStoresResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeCustomKeyStoresResponse {
    /// `CustomKeyStores`.
    pub(crate) custom_key_stores: Option<Vec<CustomKeyStoresListEntry>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Truncated`.
    pub(crate) truncated: Option<bool>,
}

impl FromValue for DescribeCustomKeyStoresResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            custom_key_stores: members.take("CustomKeyStores")?,
            next_marker: members.take("NextMarker")?,
            truncated: members.take("Truncated")?,
        })
    }
}

impl IntoValue for DescribeCustomKeyStoresResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("CustomKeyStores", self.custom_key_stores)
            .with("NextMarker", self.next_marker)
            .with("Truncated", self.truncated)
            .end()
    }
}

/// `DescribeKeyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DescribeKeyRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
}

impl FromValue for DescribeKeyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            grant_tokens: members.take("GrantTokens")?,
        })
    }
}

impl IntoValue for DescribeKeyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("KeyId", self.key_id)
            .with("GrantTokens", self.grant_tokens)
            .end()
    }
}

/// `DescribeKeyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DescribeKeyResponse {
    /// `KeyMetadata`.
    pub(crate) key_metadata: Option<KeyMetadata>,
}

impl FromValue for DescribeKeyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_metadata: members.take("KeyMetadata")?,
        })
    }
}

impl IntoValue for DescribeKeyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("KeyMetadata", self.key_metadata)
            .end()
    }
}

/// `DisableKeyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DisableKeyRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
}

impl FromValue for DisableKeyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
        })
    }
}

impl IntoValue for DisableKeyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("KeyId", self.key_id).end()
    }
}

/// `DisableKeyRotationRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DisableKeyRotationRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
}

impl FromValue for DisableKeyRotationRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
        })
    }
}

impl IntoValue for DisableKeyRotationRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("KeyId", self.key_id).end()
    }
}

/// `DisconnectCustomKeyStoreRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DisconnectCustomKeyStoreRequest {
    /// `CustomKeyStoreId`.
    pub(crate) custom_key_store_id: String,
}

impl FromValue for DisconnectCustomKeyStoreRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            custom_key_store_id: members.take("CustomKeyStoreId")?,
        })
    }
}

impl IntoValue for DisconnectCustomKeyStoreRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("CustomKeyStoreId", self.custom_key_store_id)
            .end()
    }
}

/// `DisconnectCustomKeyStoreResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct DisconnectCustomKeyStoreResponse {}

impl FromValue for DisconnectCustomKeyStoreResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for DisconnectCustomKeyStoreResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `EnableKeyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EnableKeyRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
}

impl FromValue for EnableKeyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
        })
    }
}

impl IntoValue for EnableKeyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("KeyId", self.key_id).end()
    }
}

/// `EnableKeyRotationRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EnableKeyRotationRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `RotationPeriodInDays`.
    pub(crate) rotation_period_in_days: Option<i64>,
}

impl FromValue for EnableKeyRotationRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            rotation_period_in_days: members.take("RotationPeriodInDays")?,
        })
    }
}

impl IntoValue for EnableKeyRotationRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("KeyId", self.key_id)
            .with("RotationPeriodInDays", self.rotation_period_in_days)
            .end()
    }
}

/// `EncapsulateRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EncapsulateRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `EncapsulationAlgorithm`.
    pub(crate) encapsulation_algorithm: String,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
}

impl FromValue for EncapsulateRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            encapsulation_algorithm: members.take("EncapsulationAlgorithm")?,
            grant_tokens: members.take("GrantTokens")?,
            dry_run: members.take("DryRun")?,
        })
    }
}

impl IntoValue for EncapsulateRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("KeyId", self.key_id)
            .with("EncapsulationAlgorithm", self.encapsulation_algorithm)
            .with("GrantTokens", self.grant_tokens)
            .with("DryRun", self.dry_run)
            .end()
    }
}

/// `EncapsulateResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct EncapsulateResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `SharedSecret`.
    pub(crate) shared_secret: Option<Vec<u8>>,
    /// `SharedSecretCiphertextBlob`.
    pub(crate) shared_secret_ciphertext_blob: Option<Vec<u8>>,
    /// `EncapsulationAlgorithm`.
    pub(crate) encapsulation_algorithm: Option<String>,
}

impl FromValue for EncapsulateResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            shared_secret: members.take("SharedSecret")?,
            shared_secret_ciphertext_blob: members.take("SharedSecretCiphertextBlob")?,
            encapsulation_algorithm: members.take("EncapsulationAlgorithm")?,
        })
    }
}

impl IntoValue for EncapsulateResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("KeyId", self.key_id)
            .with("SharedSecret", self.shared_secret)
            .with(
                "SharedSecretCiphertextBlob",
                self.shared_secret_ciphertext_blob,
            )
            .with("EncapsulationAlgorithm", self.encapsulation_algorithm)
            .end()
    }
}

/// `EncryptRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EncryptRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `Plaintext`.
    pub(crate) plaintext: Vec<u8>,
    /// `EncryptionContext`.
    pub(crate) encryption_context: Option<BTreeMap<String, String>>,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `EncryptionAlgorithm`.
    pub(crate) encryption_algorithm: Option<String>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
}

impl FromValue for EncryptRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            plaintext: members.take("Plaintext")?,
            encryption_context: members.take("EncryptionContext")?,
            grant_tokens: members.take("GrantTokens")?,
            encryption_algorithm: members.take("EncryptionAlgorithm")?,
            dry_run: members.take("DryRun")?,
        })
    }
}

impl IntoValue for EncryptRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("KeyId", self.key_id)
            .with("Plaintext", self.plaintext)
            .with("EncryptionContext", self.encryption_context)
            .with("GrantTokens", self.grant_tokens)
            .with("EncryptionAlgorithm", self.encryption_algorithm)
            .with("DryRun", self.dry_run)
            .end()
    }
}

/// `EncryptResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct EncryptResponse {
    /// `CiphertextBlob`.
    pub(crate) ciphertext_blob: Option<Vec<u8>>,
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `EncryptionAlgorithm`.
    pub(crate) encryption_algorithm: Option<String>,
}

impl FromValue for EncryptResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            ciphertext_blob: members.take("CiphertextBlob")?,
            key_id: members.take("KeyId")?,
            encryption_algorithm: members.take("EncryptionAlgorithm")?,
        })
    }
}

impl IntoValue for EncryptResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("CiphertextBlob", self.ciphertext_blob)
            .with("KeyId", self.key_id)
            .with("EncryptionAlgorithm", self.encryption_algorithm)
            .end()
    }
}

/// `GenerateDataKeyPairRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GenerateDataKeyPairRequest {
    /// `EncryptionContext`.
    pub(crate) encryption_context: Option<BTreeMap<String, String>>,
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `KeyPairSpec`.
    pub(crate) key_pair_spec: String,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `Recipient`.
    pub(crate) recipient: Option<RecipientInfo>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
}

impl FromValue for GenerateDataKeyPairRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            encryption_context: members.take("EncryptionContext")?,
            key_id: members.take("KeyId")?,
            key_pair_spec: members.take("KeyPairSpec")?,
            grant_tokens: members.take("GrantTokens")?,
            recipient: members.take("Recipient")?,
            dry_run: members.take("DryRun")?,
        })
    }
}

impl IntoValue for GenerateDataKeyPairRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("EncryptionContext", self.encryption_context)
            .with("KeyId", self.key_id)
            .with("KeyPairSpec", self.key_pair_spec)
            .with("GrantTokens", self.grant_tokens)
            .with("Recipient", self.recipient)
            .with("DryRun", self.dry_run)
            .end()
    }
}

/// `GenerateDataKeyPairResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GenerateDataKeyPairResponse {
    /// `PrivateKeyCiphertextBlob`.
    pub(crate) private_key_ciphertext_blob: Option<Vec<u8>>,
    /// `PrivateKeyPlaintext`.
    pub(crate) private_key_plaintext: Option<Vec<u8>>,
    /// `PublicKey`.
    pub(crate) public_key: Option<Vec<u8>>,
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `KeyPairSpec`.
    pub(crate) key_pair_spec: Option<String>,
    /// `CiphertextForRecipient`.
    pub(crate) ciphertext_for_recipient: Option<Vec<u8>>,
    /// `KeyMaterialId`.
    pub(crate) key_material_id: Option<String>,
}

impl FromValue for GenerateDataKeyPairResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            private_key_ciphertext_blob: members.take("PrivateKeyCiphertextBlob")?,
            private_key_plaintext: members.take("PrivateKeyPlaintext")?,
            public_key: members.take("PublicKey")?,
            key_id: members.take("KeyId")?,
            key_pair_spec: members.take("KeyPairSpec")?,
            ciphertext_for_recipient: members.take("CiphertextForRecipient")?,
            key_material_id: members.take("KeyMaterialId")?,
        })
    }
}

impl IntoValue for GenerateDataKeyPairResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(7)
            .with("PrivateKeyCiphertextBlob", self.private_key_ciphertext_blob)
            .with("PrivateKeyPlaintext", self.private_key_plaintext)
            .with("PublicKey", self.public_key)
            .with("KeyId", self.key_id)
            .with("KeyPairSpec", self.key_pair_spec)
            .with("CiphertextForRecipient", self.ciphertext_for_recipient)
            .with("KeyMaterialId", self.key_material_id)
            .end()
    }
}

/// `GenerateDataKeyPairWithoutPlaintextRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GenerateDataKeyPairWithoutPlaintextRequest {
    /// `EncryptionContext`.
    pub(crate) encryption_context: Option<BTreeMap<String, String>>,
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `KeyPairSpec`.
    pub(crate) key_pair_spec: String,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
}

impl FromValue for GenerateDataKeyPairWithoutPlaintextRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            encryption_context: members.take("EncryptionContext")?,
            key_id: members.take("KeyId")?,
            key_pair_spec: members.take("KeyPairSpec")?,
            grant_tokens: members.take("GrantTokens")?,
            dry_run: members.take("DryRun")?,
        })
    }
}

impl IntoValue for GenerateDataKeyPairWithoutPlaintextRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("EncryptionContext", self.encryption_context)
            .with("KeyId", self.key_id)
            .with("KeyPairSpec", self.key_pair_spec)
            .with("GrantTokens", self.grant_tokens)
            .with("DryRun", self.dry_run)
            .end()
    }
}

/// `GenerateDataKeyPairWithoutPlaintextResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GenerateDataKeyPairWithoutPlaintextResponse {
    /// `PrivateKeyCiphertextBlob`.
    pub(crate) private_key_ciphertext_blob: Option<Vec<u8>>,
    /// `PublicKey`.
    pub(crate) public_key: Option<Vec<u8>>,
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `KeyPairSpec`.
    pub(crate) key_pair_spec: Option<String>,
    /// `KeyMaterialId`.
    pub(crate) key_material_id: Option<String>,
}

impl FromValue for GenerateDataKeyPairWithoutPlaintextResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            private_key_ciphertext_blob: members.take("PrivateKeyCiphertextBlob")?,
            public_key: members.take("PublicKey")?,
            key_id: members.take("KeyId")?,
            key_pair_spec: members.take("KeyPairSpec")?,
            key_material_id: members.take("KeyMaterialId")?,
        })
    }
}

impl IntoValue for GenerateDataKeyPairWithoutPlaintextResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("PrivateKeyCiphertextBlob", self.private_key_ciphertext_blob)
            .with("PublicKey", self.public_key)
            .with("KeyId", self.key_id)
            .with("KeyPairSpec", self.key_pair_spec)
            .with("KeyMaterialId", self.key_material_id)
            .end()
    }
}

/// `GenerateDataKeyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GenerateDataKeyRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `EncryptionContext`.
    pub(crate) encryption_context: Option<BTreeMap<String, String>>,
    /// `NumberOfBytes`.
    pub(crate) number_of_bytes: Option<i64>,
    /// `KeySpec`.
    pub(crate) key_spec: Option<String>,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `Recipient`.
    pub(crate) recipient: Option<RecipientInfo>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
}

impl FromValue for GenerateDataKeyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            encryption_context: members.take("EncryptionContext")?,
            number_of_bytes: members.take("NumberOfBytes")?,
            key_spec: members.take("KeySpec")?,
            grant_tokens: members.take("GrantTokens")?,
            recipient: members.take("Recipient")?,
            dry_run: members.take("DryRun")?,
        })
    }
}

impl IntoValue for GenerateDataKeyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(7)
            .with("KeyId", self.key_id)
            .with("EncryptionContext", self.encryption_context)
            .with("NumberOfBytes", self.number_of_bytes)
            .with("KeySpec", self.key_spec)
            .with("GrantTokens", self.grant_tokens)
            .with("Recipient", self.recipient)
            .with("DryRun", self.dry_run)
            .end()
    }
}

/// `GenerateDataKeyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GenerateDataKeyResponse {
    /// `CiphertextBlob`.
    pub(crate) ciphertext_blob: Option<Vec<u8>>,
    /// `Plaintext`.
    pub(crate) plaintext: Option<Vec<u8>>,
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `CiphertextForRecipient`.
    pub(crate) ciphertext_for_recipient: Option<Vec<u8>>,
    /// `KeyMaterialId`.
    pub(crate) key_material_id: Option<String>,
}

impl FromValue for GenerateDataKeyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            ciphertext_blob: members.take("CiphertextBlob")?,
            plaintext: members.take("Plaintext")?,
            key_id: members.take("KeyId")?,
            ciphertext_for_recipient: members.take("CiphertextForRecipient")?,
            key_material_id: members.take("KeyMaterialId")?,
        })
    }
}

impl IntoValue for GenerateDataKeyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("CiphertextBlob", self.ciphertext_blob)
            .with("Plaintext", self.plaintext)
            .with("KeyId", self.key_id)
            .with("CiphertextForRecipient", self.ciphertext_for_recipient)
            .with("KeyMaterialId", self.key_material_id)
            .end()
    }
}

/// `GenerateDataKeyWithoutPlaintextRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GenerateDataKeyWithoutPlaintextRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `EncryptionContext`.
    pub(crate) encryption_context: Option<BTreeMap<String, String>>,
    /// `KeySpec`.
    pub(crate) key_spec: Option<String>,
    /// `NumberOfBytes`.
    pub(crate) number_of_bytes: Option<i64>,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
}

impl FromValue for GenerateDataKeyWithoutPlaintextRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            encryption_context: members.take("EncryptionContext")?,
            key_spec: members.take("KeySpec")?,
            number_of_bytes: members.take("NumberOfBytes")?,
            grant_tokens: members.take("GrantTokens")?,
            dry_run: members.take("DryRun")?,
        })
    }
}

impl IntoValue for GenerateDataKeyWithoutPlaintextRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("KeyId", self.key_id)
            .with("EncryptionContext", self.encryption_context)
            .with("KeySpec", self.key_spec)
            .with("NumberOfBytes", self.number_of_bytes)
            .with("GrantTokens", self.grant_tokens)
            .with("DryRun", self.dry_run)
            .end()
    }
}

/// `GenerateDataKeyWithoutPlaintextResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GenerateDataKeyWithoutPlaintextResponse {
    /// `CiphertextBlob`.
    pub(crate) ciphertext_blob: Option<Vec<u8>>,
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `KeyMaterialId`.
    pub(crate) key_material_id: Option<String>,
}

impl FromValue for GenerateDataKeyWithoutPlaintextResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            ciphertext_blob: members.take("CiphertextBlob")?,
            key_id: members.take("KeyId")?,
            key_material_id: members.take("KeyMaterialId")?,
        })
    }
}

impl IntoValue for GenerateDataKeyWithoutPlaintextResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("CiphertextBlob", self.ciphertext_blob)
            .with("KeyId", self.key_id)
            .with("KeyMaterialId", self.key_material_id)
            .end()
    }
}

/// `GenerateMacRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GenerateMacRequest {
    /// `Message`.
    pub(crate) message: Vec<u8>,
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `MacAlgorithm`.
    pub(crate) mac_algorithm: String,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
}

impl FromValue for GenerateMacRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            message: members.take("Message")?,
            key_id: members.take("KeyId")?,
            mac_algorithm: members.take("MacAlgorithm")?,
            grant_tokens: members.take("GrantTokens")?,
            dry_run: members.take("DryRun")?,
        })
    }
}

impl IntoValue for GenerateMacRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Message", self.message)
            .with("KeyId", self.key_id)
            .with("MacAlgorithm", self.mac_algorithm)
            .with("GrantTokens", self.grant_tokens)
            .with("DryRun", self.dry_run)
            .end()
    }
}

/// `GenerateMacResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GenerateMacResponse {
    /// `Mac`.
    pub(crate) mac: Option<Vec<u8>>,
    /// `MacAlgorithm`.
    pub(crate) mac_algorithm: Option<String>,
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
}

impl FromValue for GenerateMacResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            mac: members.take("Mac")?,
            mac_algorithm: members.take("MacAlgorithm")?,
            key_id: members.take("KeyId")?,
        })
    }
}

impl IntoValue for GenerateMacResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Mac", self.mac)
            .with("MacAlgorithm", self.mac_algorithm)
            .with("KeyId", self.key_id)
            .end()
    }
}

/// `GenerateRandomRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GenerateRandomRequest {
    /// `NumberOfBytes`.
    pub(crate) number_of_bytes: Option<i64>,
    /// `CustomKeyStoreId`.
    pub(crate) custom_key_store_id: Option<String>,
    /// `Recipient`.
    pub(crate) recipient: Option<RecipientInfo>,
}

impl FromValue for GenerateRandomRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            number_of_bytes: members.take("NumberOfBytes")?,
            custom_key_store_id: members.take("CustomKeyStoreId")?,
            recipient: members.take("Recipient")?,
        })
    }
}

impl IntoValue for GenerateRandomRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("NumberOfBytes", self.number_of_bytes)
            .with("CustomKeyStoreId", self.custom_key_store_id)
            .with("Recipient", self.recipient)
            .end()
    }
}

/// `GenerateRandomResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GenerateRandomResponse {
    /// `Plaintext`.
    pub(crate) plaintext: Option<Vec<u8>>,
    /// `CiphertextForRecipient`.
    pub(crate) ciphertext_for_recipient: Option<Vec<u8>>,
}

impl FromValue for GenerateRandomResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            plaintext: members.take("Plaintext")?,
            ciphertext_for_recipient: members.take("CiphertextForRecipient")?,
        })
    }
}

impl IntoValue for GenerateRandomResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Plaintext", self.plaintext)
            .with("CiphertextForRecipient", self.ciphertext_for_recipient)
            .end()
    }
}

/// `GetKeyLastUsageRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetKeyLastUsageRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
}

impl FromValue for GetKeyLastUsageRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
        })
    }
}

impl IntoValue for GetKeyLastUsageRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("KeyId", self.key_id).end()
    }
}

/// `GetKeyLastUsageResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetKeyLastUsageResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `KeyLastUsage`.
    pub(crate) key_last_usage: Option<KeyLastUsageData>,
    /// `TrackingStartDate`.
    pub(crate) tracking_start_date: Option<Time>,
    /// `KeyCreationDate`.
    pub(crate) key_creation_date: Option<Time>,
}

impl FromValue for GetKeyLastUsageResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            key_last_usage: members.take("KeyLastUsage")?,
            tracking_start_date: members.take("TrackingStartDate")?,
            key_creation_date: members.take("KeyCreationDate")?,
        })
    }
}

impl IntoValue for GetKeyLastUsageResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("KeyId", self.key_id)
            .with("KeyLastUsage", self.key_last_usage)
            .with("TrackingStartDate", self.tracking_start_date)
            .with("KeyCreationDate", self.key_creation_date)
            .end()
    }
}

/// `GetKeyPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetKeyPolicyRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `PolicyName`.
    pub(crate) policy_name: Option<String>,
}

impl FromValue for GetKeyPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            policy_name: members.take("PolicyName")?,
        })
    }
}

impl IntoValue for GetKeyPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("KeyId", self.key_id)
            .with("PolicyName", self.policy_name)
            .end()
    }
}

/// `GetKeyPolicyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetKeyPolicyResponse {
    /// `Policy`.
    pub(crate) policy: Option<String>,
    /// `PolicyName`.
    pub(crate) policy_name: Option<String>,
}

impl FromValue for GetKeyPolicyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy: members.take("Policy")?,
            policy_name: members.take("PolicyName")?,
        })
    }
}

impl IntoValue for GetKeyPolicyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Policy", self.policy)
            .with("PolicyName", self.policy_name)
            .end()
    }
}

/// `GetKeyRotationStatusRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetKeyRotationStatusRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
}

impl FromValue for GetKeyRotationStatusRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
        })
    }
}

impl IntoValue for GetKeyRotationStatusRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("KeyId", self.key_id).end()
    }
}

/// `GetKeyRotationStatusResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetKeyRotationStatusResponse {
    /// `KeyRotationEnabled`.
    pub(crate) key_rotation_enabled: Option<bool>,
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `RotationPeriodInDays`.
    pub(crate) rotation_period_in_days: Option<i64>,
    /// `NextRotationDate`.
    pub(crate) next_rotation_date: Option<Time>,
    /// `OnDemandRotationStartDate`.
    pub(crate) on_demand_rotation_start_date: Option<Time>,
}

impl FromValue for GetKeyRotationStatusResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_rotation_enabled: members.take("KeyRotationEnabled")?,
            key_id: members.take("KeyId")?,
            rotation_period_in_days: members.take("RotationPeriodInDays")?,
            next_rotation_date: members.take("NextRotationDate")?,
            on_demand_rotation_start_date: members.take("OnDemandRotationStartDate")?,
        })
    }
}

impl IntoValue for GetKeyRotationStatusResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("KeyRotationEnabled", self.key_rotation_enabled)
            .with("KeyId", self.key_id)
            .with("RotationPeriodInDays", self.rotation_period_in_days)
            .with("NextRotationDate", self.next_rotation_date)
            .with(
                "OnDemandRotationStartDate",
                self.on_demand_rotation_start_date,
            )
            .end()
    }
}

/// `GetParametersForImportRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetParametersForImportRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `WrappingAlgorithm`.
    pub(crate) wrapping_algorithm: String,
    /// `WrappingKeySpec`.
    pub(crate) wrapping_key_spec: String,
}

impl FromValue for GetParametersForImportRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            wrapping_algorithm: members.take("WrappingAlgorithm")?,
            wrapping_key_spec: members.take("WrappingKeySpec")?,
        })
    }
}

impl IntoValue for GetParametersForImportRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("KeyId", self.key_id)
            .with("WrappingAlgorithm", self.wrapping_algorithm)
            .with("WrappingKeySpec", self.wrapping_key_spec)
            .end()
    }
}

/// `GetParametersForImportResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetParametersForImportResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `ImportToken`.
    pub(crate) import_token: Option<Vec<u8>>,
    /// `PublicKey`.
    pub(crate) public_key: Option<Vec<u8>>,
    /// `ParametersValidTo`.
    pub(crate) parameters_valid_to: Option<Time>,
}

impl FromValue for GetParametersForImportResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            import_token: members.take("ImportToken")?,
            public_key: members.take("PublicKey")?,
            parameters_valid_to: members.take("ParametersValidTo")?,
        })
    }
}

impl IntoValue for GetParametersForImportResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("KeyId", self.key_id)
            .with("ImportToken", self.import_token)
            .with("PublicKey", self.public_key)
            .with("ParametersValidTo", self.parameters_valid_to)
            .end()
    }
}

/// `GetPublicKeyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GetPublicKeyRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
}

impl FromValue for GetPublicKeyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            grant_tokens: members.take("GrantTokens")?,
        })
    }
}

impl IntoValue for GetPublicKeyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("KeyId", self.key_id)
            .with("GrantTokens", self.grant_tokens)
            .end()
    }
}

/// `GetPublicKeyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GetPublicKeyResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `PublicKey`.
    pub(crate) public_key: Option<Vec<u8>>,
    /// `CustomerMasterKeySpec`.
    pub(crate) customer_master_key_spec: Option<String>,
    /// `KeySpec`.
    pub(crate) key_spec: Option<String>,
    /// `KeyUsage`.
    pub(crate) key_usage: Option<String>,
    /// `EncryptionAlgorithms`.
    pub(crate) encryption_algorithms: Option<Vec<String>>,
    /// `SigningAlgorithms`.
    pub(crate) signing_algorithms: Option<Vec<String>>,
    /// `KeyAgreementAlgorithms`.
    pub(crate) key_agreement_algorithms: Option<Vec<String>>,
    /// `EncapsulationAlgorithms`.
    pub(crate) encapsulation_algorithms: Option<Vec<String>>,
}

impl FromValue for GetPublicKeyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            public_key: members.take("PublicKey")?,
            customer_master_key_spec: members.take("CustomerMasterKeySpec")?,
            key_spec: members.take("KeySpec")?,
            key_usage: members.take("KeyUsage")?,
            encryption_algorithms: members.take("EncryptionAlgorithms")?,
            signing_algorithms: members.take("SigningAlgorithms")?,
            key_agreement_algorithms: members.take("KeyAgreementAlgorithms")?,
            encapsulation_algorithms: members.take("EncapsulationAlgorithms")?,
        })
    }
}

impl IntoValue for GetPublicKeyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(9)
            .with("KeyId", self.key_id)
            .with("PublicKey", self.public_key)
            .with("CustomerMasterKeySpec", self.customer_master_key_spec)
            .with("KeySpec", self.key_spec)
            .with("KeyUsage", self.key_usage)
            .with("EncryptionAlgorithms", self.encryption_algorithms)
            .with("SigningAlgorithms", self.signing_algorithms)
            .with("KeyAgreementAlgorithms", self.key_agreement_algorithms)
            .with("EncapsulationAlgorithms", self.encapsulation_algorithms)
            .end()
    }
}

/// `GrantConstraints`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GrantConstraints {
    /// `EncryptionContextSubset`.
    pub(crate) encryption_context_subset: Option<BTreeMap<String, String>>,
    /// `EncryptionContextEquals`.
    pub(crate) encryption_context_equals: Option<BTreeMap<String, String>>,
    /// `SourceArn`.
    pub(crate) source_arn: Option<String>,
}

impl FromValue for GrantConstraints {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            encryption_context_subset: members.take("EncryptionContextSubset")?,
            encryption_context_equals: members.take("EncryptionContextEquals")?,
            source_arn: members.take("SourceArn")?,
        })
    }
}

impl IntoValue for GrantConstraints {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("EncryptionContextSubset", self.encryption_context_subset)
            .with("EncryptionContextEquals", self.encryption_context_equals)
            .with("SourceArn", self.source_arn)
            .end()
    }
}

/// `GrantListEntry`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GrantListEntry {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `GrantId`.
    pub(crate) grant_id: Option<String>,
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `CreationDate`.
    pub(crate) creation_date: Option<Time>,
    /// `GranteePrincipal`.
    pub(crate) grantee_principal: Option<String>,
    /// `RetiringPrincipal`.
    pub(crate) retiring_principal: Option<String>,
    /// `IssuingAccount`.
    pub(crate) issuing_account: Option<String>,
    /// `Operations`.
    pub(crate) operations: Option<Vec<String>>,
    /// `Constraints`.
    pub(crate) constraints: Option<GrantConstraints>,
    /// `GranteeServicePrincipal`.
    pub(crate) grantee_service_principal: Option<String>,
    /// `RetiringServicePrincipal`.
    pub(crate) retiring_service_principal: Option<String>,
}

impl FromValue for GrantListEntry {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            grant_id: members.take("GrantId")?,
            name: members.take("Name")?,
            creation_date: members.take("CreationDate")?,
            grantee_principal: members.take("GranteePrincipal")?,
            retiring_principal: members.take("RetiringPrincipal")?,
            issuing_account: members.take("IssuingAccount")?,
            operations: members.take("Operations")?,
            constraints: members.take("Constraints")?,
            grantee_service_principal: members.take("GranteeServicePrincipal")?,
            retiring_service_principal: members.take("RetiringServicePrincipal")?,
        })
    }
}

impl IntoValue for GrantListEntry {
    fn into_value(self) -> Value {
        Structure::with_capacity(11)
            .with("KeyId", self.key_id)
            .with("GrantId", self.grant_id)
            .with("Name", self.name)
            .with("CreationDate", self.creation_date)
            .with("GranteePrincipal", self.grantee_principal)
            .with("RetiringPrincipal", self.retiring_principal)
            .with("IssuingAccount", self.issuing_account)
            .with("Operations", self.operations)
            .with("Constraints", self.constraints)
            .with("GranteeServicePrincipal", self.grantee_service_principal)
            .with("RetiringServicePrincipal", self.retiring_service_principal)
            .end()
    }
}

/// `ImportKeyMaterialRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ImportKeyMaterialRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `ImportToken`.
    pub(crate) import_token: Vec<u8>,
    /// `EncryptedKeyMaterial`.
    pub(crate) encrypted_key_material: Vec<u8>,
    /// `ValidTo`.
    pub(crate) valid_to: Option<Time>,
    /// `ExpirationModel`.
    pub(crate) expiration_model: Option<String>,
    /// `ImportType`.
    pub(crate) import_type: Option<String>,
    /// `KeyMaterialDescription`.
    pub(crate) key_material_description: Option<String>,
    /// `KeyMaterialId`.
    pub(crate) key_material_id: Option<String>,
}

impl FromValue for ImportKeyMaterialRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            import_token: members.take("ImportToken")?,
            encrypted_key_material: members.take("EncryptedKeyMaterial")?,
            valid_to: members.take("ValidTo")?,
            expiration_model: members.take("ExpirationModel")?,
            import_type: members.take("ImportType")?,
            key_material_description: members.take("KeyMaterialDescription")?,
            key_material_id: members.take("KeyMaterialId")?,
        })
    }
}

impl IntoValue for ImportKeyMaterialRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(8)
            .with("KeyId", self.key_id)
            .with("ImportToken", self.import_token)
            .with("EncryptedKeyMaterial", self.encrypted_key_material)
            .with("ValidTo", self.valid_to)
            .with("ExpirationModel", self.expiration_model)
            .with("ImportType", self.import_type)
            .with("KeyMaterialDescription", self.key_material_description)
            .with("KeyMaterialId", self.key_material_id)
            .end()
    }
}

/// `ImportKeyMaterialResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ImportKeyMaterialResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `KeyMaterialId`.
    pub(crate) key_material_id: Option<String>,
}

impl FromValue for ImportKeyMaterialResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            key_material_id: members.take("KeyMaterialId")?,
        })
    }
}

impl IntoValue for ImportKeyMaterialResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("KeyId", self.key_id)
            .with("KeyMaterialId", self.key_material_id)
            .end()
    }
}

/// `KeyLastUsageData`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct KeyLastUsageData {
    /// `Operation`.
    pub(crate) operation: Option<String>,
    /// `Timestamp`.
    pub(crate) timestamp: Option<Time>,
    /// `CloudTrailEventId`.
    pub(crate) cloud_trail_event_id: Option<String>,
    /// `KmsRequestId`.
    pub(crate) kms_request_id: Option<String>,
}

impl FromValue for KeyLastUsageData {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            operation: members.take("Operation")?,
            timestamp: members.take("Timestamp")?,
            cloud_trail_event_id: members.take("CloudTrailEventId")?,
            kms_request_id: members.take("KmsRequestId")?,
        })
    }
}

impl IntoValue for KeyLastUsageData {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Operation", self.operation)
            .with("Timestamp", self.timestamp)
            .with("CloudTrailEventId", self.cloud_trail_event_id)
            .with("KmsRequestId", self.kms_request_id)
            .end()
    }
}

/// `KeyListEntry`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct KeyListEntry {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `KeyArn`.
    pub(crate) key_arn: Option<String>,
}

impl FromValue for KeyListEntry {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            key_arn: members.take("KeyArn")?,
        })
    }
}

impl IntoValue for KeyListEntry {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("KeyId", self.key_id)
            .with("KeyArn", self.key_arn)
            .end()
    }
}

/// `KeyMetadata`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeyMetadata {
    /// `AWSAccountId`.
    pub(crate) aws_account_id: Option<String>,
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `Arn`.
    pub(crate) arn: Option<String>,
    /// `CreationDate`.
    pub(crate) creation_date: Option<Time>,
    /// `Enabled`.
    pub(crate) enabled: Option<bool>,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `KeyUsage`.
    pub(crate) key_usage: Option<String>,
    /// `KeyState`.
    pub(crate) key_state: Option<String>,
    /// `DeletionDate`.
    pub(crate) deletion_date: Option<Time>,
    /// `ValidTo`.
    pub(crate) valid_to: Option<Time>,
    /// `Origin`.
    pub(crate) origin: Option<String>,
    /// `CustomKeyStoreId`.
    pub(crate) custom_key_store_id: Option<String>,
    /// `CloudHsmClusterId`.
    pub(crate) cloud_hsm_cluster_id: Option<String>,
    /// `ExpirationModel`.
    pub(crate) expiration_model: Option<String>,
    /// `KeyManager`.
    pub(crate) key_manager: Option<String>,
    /// `CustomerMasterKeySpec`.
    pub(crate) customer_master_key_spec: Option<String>,
    /// `KeySpec`.
    pub(crate) key_spec: Option<String>,
    /// `EncryptionAlgorithms`.
    pub(crate) encryption_algorithms: Option<Vec<String>>,
    /// `SigningAlgorithms`.
    pub(crate) signing_algorithms: Option<Vec<String>>,
    /// `KeyAgreementAlgorithms`.
    pub(crate) key_agreement_algorithms: Option<Vec<String>>,
    /// `EncapsulationAlgorithms`.
    pub(crate) encapsulation_algorithms: Option<Vec<String>>,
    /// `MultiRegion`.
    pub(crate) multi_region: Option<bool>,
    /// `MultiRegionConfiguration`.
    pub(crate) multi_region_configuration: Option<MultiRegionConfiguration>,
    /// `PendingDeletionWindowInDays`.
    pub(crate) pending_deletion_window_in_days: Option<i64>,
    /// `MacAlgorithms`.
    pub(crate) mac_algorithms: Option<Vec<String>>,
    /// `XksKeyConfiguration`.
    pub(crate) xks_key_configuration: Option<XksKeyConfigurationType>,
    /// `CurrentKeyMaterialId`.
    pub(crate) current_key_material_id: Option<String>,
}

impl FromValue for KeyMetadata {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            aws_account_id: members.take("AWSAccountId")?,
            key_id: members.take("KeyId")?,
            arn: members.take("Arn")?,
            creation_date: members.take("CreationDate")?,
            enabled: members.take("Enabled")?,
            description: members.take("Description")?,
            key_usage: members.take("KeyUsage")?,
            key_state: members.take("KeyState")?,
            deletion_date: members.take("DeletionDate")?,
            valid_to: members.take("ValidTo")?,
            origin: members.take("Origin")?,
            custom_key_store_id: members.take("CustomKeyStoreId")?,
            cloud_hsm_cluster_id: members.take("CloudHsmClusterId")?,
            expiration_model: members.take("ExpirationModel")?,
            key_manager: members.take("KeyManager")?,
            customer_master_key_spec: members.take("CustomerMasterKeySpec")?,
            key_spec: members.take("KeySpec")?,
            encryption_algorithms: members.take("EncryptionAlgorithms")?,
            signing_algorithms: members.take("SigningAlgorithms")?,
            key_agreement_algorithms: members.take("KeyAgreementAlgorithms")?,
            encapsulation_algorithms: members.take("EncapsulationAlgorithms")?,
            multi_region: members.take("MultiRegion")?,
            multi_region_configuration: members.take("MultiRegionConfiguration")?,
            pending_deletion_window_in_days: members.take("PendingDeletionWindowInDays")?,
            mac_algorithms: members.take("MacAlgorithms")?,
            xks_key_configuration: members.take("XksKeyConfiguration")?,
            current_key_material_id: members.take("CurrentKeyMaterialId")?,
        })
    }
}

impl IntoValue for KeyMetadata {
    fn into_value(self) -> Value {
        Structure::with_capacity(27)
            .with("AWSAccountId", self.aws_account_id)
            .with("KeyId", self.key_id)
            .with("Arn", self.arn)
            .with("CreationDate", self.creation_date)
            .with("Enabled", self.enabled)
            .with("Description", self.description)
            .with("KeyUsage", self.key_usage)
            .with("KeyState", self.key_state)
            .with("DeletionDate", self.deletion_date)
            .with("ValidTo", self.valid_to)
            .with("Origin", self.origin)
            .with("CustomKeyStoreId", self.custom_key_store_id)
            .with("CloudHsmClusterId", self.cloud_hsm_cluster_id)
            .with("ExpirationModel", self.expiration_model)
            .with("KeyManager", self.key_manager)
            .with("CustomerMasterKeySpec", self.customer_master_key_spec)
            .with("KeySpec", self.key_spec)
            .with("EncryptionAlgorithms", self.encryption_algorithms)
            .with("SigningAlgorithms", self.signing_algorithms)
            .with("KeyAgreementAlgorithms", self.key_agreement_algorithms)
            .with("EncapsulationAlgorithms", self.encapsulation_algorithms)
            .with("MultiRegion", self.multi_region)
            .with("MultiRegionConfiguration", self.multi_region_configuration)
            .with(
                "PendingDeletionWindowInDays",
                self.pending_deletion_window_in_days,
            )
            .with("MacAlgorithms", self.mac_algorithms)
            .with("XksKeyConfiguration", self.xks_key_configuration)
            .with("CurrentKeyMaterialId", self.current_key_material_id)
            .end()
    }
}

/// `ListAliasesRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListAliasesRequest {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `Limit`.
    pub(crate) limit: Option<i64>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListAliasesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            limit: members.take("Limit")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListAliasesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("KeyId", self.key_id)
            .with("Limit", self.limit)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListAliasesResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListAliasesResponse {
    /// `Aliases`.
    pub(crate) aliases: Option<Vec<AliasListEntry>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Truncated`.
    pub(crate) truncated: Option<bool>,
}

impl FromValue for ListAliasesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            aliases: members.take("Aliases")?,
            next_marker: members.take("NextMarker")?,
            truncated: members.take("Truncated")?,
        })
    }
}

impl IntoValue for ListAliasesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Aliases", self.aliases)
            .with("NextMarker", self.next_marker)
            .with("Truncated", self.truncated)
            .end()
    }
}

/// `ListGrantsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListGrantsRequest {
    /// `Limit`.
    pub(crate) limit: Option<i64>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `GrantId`.
    pub(crate) grant_id: Option<String>,
    /// `GranteePrincipal`.
    pub(crate) grantee_principal: Option<String>,
    /// `GranteeServicePrincipal`.
    pub(crate) grantee_service_principal: Option<String>,
}

impl FromValue for ListGrantsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            limit: members.take("Limit")?,
            marker: members.take("Marker")?,
            key_id: members.take("KeyId")?,
            grant_id: members.take("GrantId")?,
            grantee_principal: members.take("GranteePrincipal")?,
            grantee_service_principal: members.take("GranteeServicePrincipal")?,
        })
    }
}

impl IntoValue for ListGrantsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("Limit", self.limit)
            .with("Marker", self.marker)
            .with("KeyId", self.key_id)
            .with("GrantId", self.grant_id)
            .with("GranteePrincipal", self.grantee_principal)
            .with("GranteeServicePrincipal", self.grantee_service_principal)
            .end()
    }
}

/// `ListGrantsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListGrantsResponse {
    /// `Grants`.
    pub(crate) grants: Option<Vec<GrantListEntry>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Truncated`.
    pub(crate) truncated: Option<bool>,
}

impl FromValue for ListGrantsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            grants: members.take("Grants")?,
            next_marker: members.take("NextMarker")?,
            truncated: members.take("Truncated")?,
        })
    }
}

impl IntoValue for ListGrantsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Grants", self.grants)
            .with("NextMarker", self.next_marker)
            .with("Truncated", self.truncated)
            .end()
    }
}

/// `ListKeyPoliciesRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListKeyPoliciesRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `Limit`.
    pub(crate) limit: Option<i64>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListKeyPoliciesRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            limit: members.take("Limit")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListKeyPoliciesRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("KeyId", self.key_id)
            .with("Limit", self.limit)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListKeyPoliciesResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListKeyPoliciesResponse {
    /// `PolicyNames`.
    pub(crate) policy_names: Option<Vec<String>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Truncated`.
    pub(crate) truncated: Option<bool>,
}

impl FromValue for ListKeyPoliciesResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            policy_names: members.take("PolicyNames")?,
            next_marker: members.take("NextMarker")?,
            truncated: members.take("Truncated")?,
        })
    }
}

impl IntoValue for ListKeyPoliciesResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("PolicyNames", self.policy_names)
            .with("NextMarker", self.next_marker)
            .with("Truncated", self.truncated)
            .end()
    }
}

/// `ListKeyRotationsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListKeyRotationsRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `IncludeKeyMaterial`.
    pub(crate) include_key_material: Option<String>,
    /// `Limit`.
    pub(crate) limit: Option<i64>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListKeyRotationsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            include_key_material: members.take("IncludeKeyMaterial")?,
            limit: members.take("Limit")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListKeyRotationsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("KeyId", self.key_id)
            .with("IncludeKeyMaterial", self.include_key_material)
            .with("Limit", self.limit)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListKeyRotationsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListKeyRotationsResponse {
    /// `Rotations`.
    pub(crate) rotations: Option<Vec<RotationsListEntry>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Truncated`.
    pub(crate) truncated: Option<bool>,
}

impl FromValue for ListKeyRotationsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            rotations: members.take("Rotations")?,
            next_marker: members.take("NextMarker")?,
            truncated: members.take("Truncated")?,
        })
    }
}

impl IntoValue for ListKeyRotationsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Rotations", self.rotations)
            .with("NextMarker", self.next_marker)
            .with("Truncated", self.truncated)
            .end()
    }
}

/// `ListKeysRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListKeysRequest {
    /// `Limit`.
    pub(crate) limit: Option<i64>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `ResourceOwners`.
    pub(crate) resource_owners: Option<Vec<String>>,
}

impl FromValue for ListKeysRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            limit: members.take("Limit")?,
            marker: members.take("Marker")?,
            resource_owners: members.take("ResourceOwners")?,
        })
    }
}

impl IntoValue for ListKeysRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Limit", self.limit)
            .with("Marker", self.marker)
            .with("ResourceOwners", self.resource_owners)
            .end()
    }
}

/// `ListKeysResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListKeysResponse {
    /// `Keys`.
    pub(crate) keys: Option<Vec<KeyListEntry>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Truncated`.
    pub(crate) truncated: Option<bool>,
}

impl FromValue for ListKeysResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            keys: members.take("Keys")?,
            next_marker: members.take("NextMarker")?,
            truncated: members.take("Truncated")?,
        })
    }
}

impl IntoValue for ListKeysResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Keys", self.keys)
            .with("NextMarker", self.next_marker)
            .with("Truncated", self.truncated)
            .end()
    }
}

/// `ListResourceTagsRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListResourceTagsRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `Limit`.
    pub(crate) limit: Option<i64>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
}

impl FromValue for ListResourceTagsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            limit: members.take("Limit")?,
            marker: members.take("Marker")?,
        })
    }
}

impl IntoValue for ListResourceTagsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("KeyId", self.key_id)
            .with("Limit", self.limit)
            .with("Marker", self.marker)
            .end()
    }
}

/// `ListResourceTagsResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListResourceTagsResponse {
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
    /// `NextMarker`.
    pub(crate) next_marker: Option<String>,
    /// `Truncated`.
    pub(crate) truncated: Option<bool>,
}

impl FromValue for ListResourceTagsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            tags: members.take("Tags")?,
            next_marker: members.take("NextMarker")?,
            truncated: members.take("Truncated")?,
        })
    }
}

impl IntoValue for ListResourceTagsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("Tags", self.tags)
            .with("NextMarker", self.next_marker)
            .with("Truncated", self.truncated)
            .end()
    }
}

/// `ListRetirableGrantsRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListRetirableGrantsRequest {
    /// `Limit`.
    pub(crate) limit: Option<i64>,
    /// `Marker`.
    pub(crate) marker: Option<String>,
    /// `RetiringPrincipal`.
    pub(crate) retiring_principal: Option<String>,
    /// `RetiringServicePrincipal`.
    pub(crate) retiring_service_principal: Option<String>,
}

impl FromValue for ListRetirableGrantsRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            limit: members.take("Limit")?,
            marker: members.take("Marker")?,
            retiring_principal: members.take("RetiringPrincipal")?,
            retiring_service_principal: members.take("RetiringServicePrincipal")?,
        })
    }
}

impl IntoValue for ListRetirableGrantsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("Limit", self.limit)
            .with("Marker", self.marker)
            .with("RetiringPrincipal", self.retiring_principal)
            .with("RetiringServicePrincipal", self.retiring_service_principal)
            .end()
    }
}

/// `MultiRegionConfiguration`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct MultiRegionConfiguration {
    /// `MultiRegionKeyType`.
    pub(crate) multi_region_key_type: Option<String>,
    /// `PrimaryKey`.
    pub(crate) primary_key: Option<MultiRegionKey>,
    /// `ReplicaKeys`.
    pub(crate) replica_keys: Option<Vec<MultiRegionKey>>,
}

impl FromValue for MultiRegionConfiguration {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            multi_region_key_type: members.take("MultiRegionKeyType")?,
            primary_key: members.take("PrimaryKey")?,
            replica_keys: members.take("ReplicaKeys")?,
        })
    }
}

impl IntoValue for MultiRegionConfiguration {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("MultiRegionKeyType", self.multi_region_key_type)
            .with("PrimaryKey", self.primary_key)
            .with("ReplicaKeys", self.replica_keys)
            .end()
    }
}

/// `MultiRegionKey`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct MultiRegionKey {
    /// `Arn`.
    pub(crate) arn: Option<String>,
    /// `Region`.
    pub(crate) region: Option<String>,
}

impl FromValue for MultiRegionKey {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            arn: members.take("Arn")?,
            region: members.take("Region")?,
        })
    }
}

impl IntoValue for MultiRegionKey {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Arn", self.arn)
            .with("Region", self.region)
            .end()
    }
}

/// `PutKeyPolicyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PutKeyPolicyRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `PolicyName`.
    pub(crate) policy_name: Option<String>,
    /// `Policy`.
    pub(crate) policy: String,
    /// `BypassPolicyLockoutSafetyCheck`.
    pub(crate) bypass_policy_lockout_safety_check: Option<bool>,
}

impl FromValue for PutKeyPolicyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            policy_name: members.take("PolicyName")?,
            policy: members.take("Policy")?,
            bypass_policy_lockout_safety_check: members.take("BypassPolicyLockoutSafetyCheck")?,
        })
    }
}

impl IntoValue for PutKeyPolicyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("KeyId", self.key_id)
            .with("PolicyName", self.policy_name)
            .with("Policy", self.policy)
            .with(
                "BypassPolicyLockoutSafetyCheck",
                self.bypass_policy_lockout_safety_check,
            )
            .end()
    }
}

/// `ReEncryptRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReEncryptRequest {
    /// `CiphertextBlob`.
    pub(crate) ciphertext_blob: Option<Vec<u8>>,
    /// `SourceEncryptionContext`.
    pub(crate) source_encryption_context: Option<BTreeMap<String, String>>,
    /// `SourceKeyId`.
    pub(crate) source_key_id: Option<String>,
    /// `DestinationKeyId`.
    pub(crate) destination_key_id: String,
    /// `DestinationEncryptionContext`.
    pub(crate) destination_encryption_context: Option<BTreeMap<String, String>>,
    /// `SourceEncryptionAlgorithm`.
    pub(crate) source_encryption_algorithm: Option<String>,
    /// `DestinationEncryptionAlgorithm`.
    pub(crate) destination_encryption_algorithm: Option<String>,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
    /// `DryRunModifiers`.
    pub(crate) dry_run_modifiers: Option<Vec<String>>,
}

impl FromValue for ReEncryptRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            ciphertext_blob: members.take("CiphertextBlob")?,
            source_encryption_context: members.take("SourceEncryptionContext")?,
            source_key_id: members.take("SourceKeyId")?,
            destination_key_id: members.take("DestinationKeyId")?,
            destination_encryption_context: members.take("DestinationEncryptionContext")?,
            source_encryption_algorithm: members.take("SourceEncryptionAlgorithm")?,
            destination_encryption_algorithm: members.take("DestinationEncryptionAlgorithm")?,
            grant_tokens: members.take("GrantTokens")?,
            dry_run: members.take("DryRun")?,
            dry_run_modifiers: members.take("DryRunModifiers")?,
        })
    }
}

impl IntoValue for ReEncryptRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(10)
            .with("CiphertextBlob", self.ciphertext_blob)
            .with("SourceEncryptionContext", self.source_encryption_context)
            .with("SourceKeyId", self.source_key_id)
            .with("DestinationKeyId", self.destination_key_id)
            .with(
                "DestinationEncryptionContext",
                self.destination_encryption_context,
            )
            .with(
                "SourceEncryptionAlgorithm",
                self.source_encryption_algorithm,
            )
            .with(
                "DestinationEncryptionAlgorithm",
                self.destination_encryption_algorithm,
            )
            .with("GrantTokens", self.grant_tokens)
            .with("DryRun", self.dry_run)
            .with("DryRunModifiers", self.dry_run_modifiers)
            .end()
    }
}

/// `ReEncryptResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ReEncryptResponse {
    /// `CiphertextBlob`.
    pub(crate) ciphertext_blob: Option<Vec<u8>>,
    /// `SourceKeyId`.
    pub(crate) source_key_id: Option<String>,
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `SourceEncryptionAlgorithm`.
    pub(crate) source_encryption_algorithm: Option<String>,
    /// `DestinationEncryptionAlgorithm`.
    pub(crate) destination_encryption_algorithm: Option<String>,
    /// `SourceKeyMaterialId`.
    pub(crate) source_key_material_id: Option<String>,
    /// `DestinationKeyMaterialId`.
    pub(crate) destination_key_material_id: Option<String>,
}

impl FromValue for ReEncryptResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            ciphertext_blob: members.take("CiphertextBlob")?,
            source_key_id: members.take("SourceKeyId")?,
            key_id: members.take("KeyId")?,
            source_encryption_algorithm: members.take("SourceEncryptionAlgorithm")?,
            destination_encryption_algorithm: members.take("DestinationEncryptionAlgorithm")?,
            source_key_material_id: members.take("SourceKeyMaterialId")?,
            destination_key_material_id: members.take("DestinationKeyMaterialId")?,
        })
    }
}

impl IntoValue for ReEncryptResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(7)
            .with("CiphertextBlob", self.ciphertext_blob)
            .with("SourceKeyId", self.source_key_id)
            .with("KeyId", self.key_id)
            .with(
                "SourceEncryptionAlgorithm",
                self.source_encryption_algorithm,
            )
            .with(
                "DestinationEncryptionAlgorithm",
                self.destination_encryption_algorithm,
            )
            .with("SourceKeyMaterialId", self.source_key_material_id)
            .with("DestinationKeyMaterialId", self.destination_key_material_id)
            .end()
    }
}

/// `RecipientInfo`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RecipientInfo {
    /// `KeyEncryptionAlgorithm`.
    pub(crate) key_encryption_algorithm: Option<String>,
    /// `AttestationDocument`.
    pub(crate) attestation_document: Option<Vec<u8>>,
}

impl FromValue for RecipientInfo {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_encryption_algorithm: members.take("KeyEncryptionAlgorithm")?,
            attestation_document: members.take("AttestationDocument")?,
        })
    }
}

impl IntoValue for RecipientInfo {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("KeyEncryptionAlgorithm", self.key_encryption_algorithm)
            .with("AttestationDocument", self.attestation_document)
            .end()
    }
}

/// `ReplicateKeyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReplicateKeyRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `ReplicaRegion`.
    pub(crate) replica_region: String,
    /// `Policy`.
    pub(crate) policy: Option<String>,
    /// `BypassPolicyLockoutSafetyCheck`.
    pub(crate) bypass_policy_lockout_safety_check: Option<bool>,
    /// `Description`.
    pub(crate) description: Option<String>,
    /// `Tags`.
    pub(crate) tags: Option<Vec<Tag>>,
}

impl FromValue for ReplicateKeyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            replica_region: members.take("ReplicaRegion")?,
            policy: members.take("Policy")?,
            bypass_policy_lockout_safety_check: members.take("BypassPolicyLockoutSafetyCheck")?,
            description: members.take("Description")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for ReplicateKeyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("KeyId", self.key_id)
            .with("ReplicaRegion", self.replica_region)
            .with("Policy", self.policy)
            .with(
                "BypassPolicyLockoutSafetyCheck",
                self.bypass_policy_lockout_safety_check,
            )
            .with("Description", self.description)
            .with("Tags", self.tags)
            .end()
    }
}

/// `ReplicateKeyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ReplicateKeyResponse {
    /// `ReplicaKeyMetadata`.
    pub(crate) replica_key_metadata: Option<KeyMetadata>,
    /// `ReplicaPolicy`.
    pub(crate) replica_policy: Option<String>,
    /// `ReplicaTags`.
    pub(crate) replica_tags: Option<Vec<Tag>>,
}

impl FromValue for ReplicateKeyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            replica_key_metadata: members.take("ReplicaKeyMetadata")?,
            replica_policy: members.take("ReplicaPolicy")?,
            replica_tags: members.take("ReplicaTags")?,
        })
    }
}

impl IntoValue for ReplicateKeyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("ReplicaKeyMetadata", self.replica_key_metadata)
            .with("ReplicaPolicy", self.replica_policy)
            .with("ReplicaTags", self.replica_tags)
            .end()
    }
}

/// `RetireGrantRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RetireGrantRequest {
    /// `GrantToken`.
    pub(crate) grant_token: Option<String>,
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `GrantId`.
    pub(crate) grant_id: Option<String>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
}

impl FromValue for RetireGrantRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            grant_token: members.take("GrantToken")?,
            key_id: members.take("KeyId")?,
            grant_id: members.take("GrantId")?,
            dry_run: members.take("DryRun")?,
        })
    }
}

impl IntoValue for RetireGrantRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("GrantToken", self.grant_token)
            .with("KeyId", self.key_id)
            .with("GrantId", self.grant_id)
            .with("DryRun", self.dry_run)
            .end()
    }
}

/// `RevokeGrantRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RevokeGrantRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `GrantId`.
    pub(crate) grant_id: String,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
}

impl FromValue for RevokeGrantRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            grant_id: members.take("GrantId")?,
            dry_run: members.take("DryRun")?,
        })
    }
}

impl IntoValue for RevokeGrantRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("KeyId", self.key_id)
            .with("GrantId", self.grant_id)
            .with("DryRun", self.dry_run)
            .end()
    }
}

/// `RotateKeyOnDemandRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RotateKeyOnDemandRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
}

impl FromValue for RotateKeyOnDemandRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
        })
    }
}

impl IntoValue for RotateKeyOnDemandRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("KeyId", self.key_id).end()
    }
}

/// `RotateKeyOnDemandResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RotateKeyOnDemandResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
}

impl FromValue for RotateKeyOnDemandResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
        })
    }
}

impl IntoValue for RotateKeyOnDemandResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("KeyId", self.key_id).end()
    }
}

/// `RotationsListEntry`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RotationsListEntry {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `KeyMaterialId`.
    pub(crate) key_material_id: Option<String>,
    /// `KeyMaterialDescription`.
    pub(crate) key_material_description: Option<String>,
    /// `ImportState`.
    pub(crate) import_state: Option<String>,
    /// `KeyMaterialState`.
    pub(crate) key_material_state: Option<String>,
    /// `ExpirationModel`.
    pub(crate) expiration_model: Option<String>,
    /// `ValidTo`.
    pub(crate) valid_to: Option<Time>,
    /// `RotationDate`.
    pub(crate) rotation_date: Option<Time>,
    /// `RotationType`.
    pub(crate) rotation_type: Option<String>,
}

impl FromValue for RotationsListEntry {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            key_material_id: members.take("KeyMaterialId")?,
            key_material_description: members.take("KeyMaterialDescription")?,
            import_state: members.take("ImportState")?,
            key_material_state: members.take("KeyMaterialState")?,
            expiration_model: members.take("ExpirationModel")?,
            valid_to: members.take("ValidTo")?,
            rotation_date: members.take("RotationDate")?,
            rotation_type: members.take("RotationType")?,
        })
    }
}

impl IntoValue for RotationsListEntry {
    fn into_value(self) -> Value {
        Structure::with_capacity(9)
            .with("KeyId", self.key_id)
            .with("KeyMaterialId", self.key_material_id)
            .with("KeyMaterialDescription", self.key_material_description)
            .with("ImportState", self.import_state)
            .with("KeyMaterialState", self.key_material_state)
            .with("ExpirationModel", self.expiration_model)
            .with("ValidTo", self.valid_to)
            .with("RotationDate", self.rotation_date)
            .with("RotationType", self.rotation_type)
            .end()
    }
}

/// `ScheduleKeyDeletionRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ScheduleKeyDeletionRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `PendingWindowInDays`.
    pub(crate) pending_window_in_days: Option<i64>,
}

impl FromValue for ScheduleKeyDeletionRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            pending_window_in_days: members.take("PendingWindowInDays")?,
        })
    }
}

impl IntoValue for ScheduleKeyDeletionRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("KeyId", self.key_id)
            .with("PendingWindowInDays", self.pending_window_in_days)
            .end()
    }
}

/// `ScheduleKeyDeletionResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ScheduleKeyDeletionResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `DeletionDate`.
    pub(crate) deletion_date: Option<Time>,
    /// `KeyState`.
    pub(crate) key_state: Option<String>,
    /// `PendingWindowInDays`.
    pub(crate) pending_window_in_days: Option<i64>,
}

impl FromValue for ScheduleKeyDeletionResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            deletion_date: members.take("DeletionDate")?,
            key_state: members.take("KeyState")?,
            pending_window_in_days: members.take("PendingWindowInDays")?,
        })
    }
}

impl IntoValue for ScheduleKeyDeletionResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("KeyId", self.key_id)
            .with("DeletionDate", self.deletion_date)
            .with("KeyState", self.key_state)
            .with("PendingWindowInDays", self.pending_window_in_days)
            .end()
    }
}

/// `SignRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SignRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `Message`.
    pub(crate) message: Vec<u8>,
    /// `MessageType`.
    pub(crate) message_type: Option<String>,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `SigningAlgorithm`.
    pub(crate) signing_algorithm: String,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
}

impl FromValue for SignRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            message: members.take("Message")?,
            message_type: members.take("MessageType")?,
            grant_tokens: members.take("GrantTokens")?,
            signing_algorithm: members.take("SigningAlgorithm")?,
            dry_run: members.take("DryRun")?,
        })
    }
}

impl IntoValue for SignRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("KeyId", self.key_id)
            .with("Message", self.message)
            .with("MessageType", self.message_type)
            .with("GrantTokens", self.grant_tokens)
            .with("SigningAlgorithm", self.signing_algorithm)
            .with("DryRun", self.dry_run)
            .end()
    }
}

/// `SignResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SignResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `Signature`.
    pub(crate) signature: Option<Vec<u8>>,
    /// `SigningAlgorithm`.
    pub(crate) signing_algorithm: Option<String>,
}

impl FromValue for SignResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            signature: members.take("Signature")?,
            signing_algorithm: members.take("SigningAlgorithm")?,
        })
    }
}

impl IntoValue for SignResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("KeyId", self.key_id)
            .with("Signature", self.signature)
            .with("SigningAlgorithm", self.signing_algorithm)
            .end()
    }
}

/// `Tag`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tag {
    /// `TagKey`.
    pub(crate) tag_key: String,
    /// `TagValue`.
    pub(crate) tag_value: String,
}

impl FromValue for Tag {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            tag_key: members.take("TagKey")?,
            tag_value: members.take("TagValue")?,
        })
    }
}

impl IntoValue for Tag {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("TagKey", self.tag_key)
            .with("TagValue", self.tag_value)
            .end()
    }
}

/// `TagResourceRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TagResourceRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `Tags`.
    pub(crate) tags: Vec<Tag>,
}

impl FromValue for TagResourceRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            tags: members.take("Tags")?,
        })
    }
}

impl IntoValue for TagResourceRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("KeyId", self.key_id)
            .with("Tags", self.tags)
            .end()
    }
}

/// `UntagResourceRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UntagResourceRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `TagKeys`.
    pub(crate) tag_keys: Vec<String>,
}

impl FromValue for UntagResourceRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            tag_keys: members.take("TagKeys")?,
        })
    }
}

impl IntoValue for UntagResourceRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("KeyId", self.key_id)
            .with("TagKeys", self.tag_keys)
            .end()
    }
}

/// `UpdateAliasRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateAliasRequest {
    /// `AliasName`.
    pub(crate) alias_name: String,
    /// `TargetKeyId`.
    pub(crate) target_key_id: String,
}

impl FromValue for UpdateAliasRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            alias_name: members.take("AliasName")?,
            target_key_id: members.take("TargetKeyId")?,
        })
    }
}

impl IntoValue for UpdateAliasRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("AliasName", self.alias_name)
            .with("TargetKeyId", self.target_key_id)
            .end()
    }
}

/// `UpdateCustomKeyStoreRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateCustomKeyStoreRequest {
    /// `CustomKeyStoreId`.
    pub(crate) custom_key_store_id: String,
    /// `NewCustomKeyStoreName`.
    pub(crate) new_custom_key_store_name: Option<String>,
    /// `KeyStorePassword`.
    pub(crate) key_store_password: Option<String>,
    /// `CloudHsmClusterId`.
    pub(crate) cloud_hsm_cluster_id: Option<String>,
    /// `XksProxyUriEndpoint`.
    pub(crate) xks_proxy_uri_endpoint: Option<String>,
    /// `XksProxyUriPath`.
    pub(crate) xks_proxy_uri_path: Option<String>,
    /// `XksProxyVpcEndpointServiceName`.
    pub(crate) xks_proxy_vpc_endpoint_service_name: Option<String>,
    /// `XksProxyVpcEndpointServiceOwner`.
    pub(crate) xks_proxy_vpc_endpoint_service_owner: Option<String>,
    /// `XksProxyAuthenticationCredential`.
    pub(crate) xks_proxy_authentication_credential: Option<XksProxyAuthenticationCredentialType>,
    /// `XksProxyConnectivity`.
    pub(crate) xks_proxy_connectivity: Option<String>,
}

impl FromValue for UpdateCustomKeyStoreRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            custom_key_store_id: members.take("CustomKeyStoreId")?,
            new_custom_key_store_name: members.take("NewCustomKeyStoreName")?,
            key_store_password: members.take("KeyStorePassword")?,
            cloud_hsm_cluster_id: members.take("CloudHsmClusterId")?,
            xks_proxy_uri_endpoint: members.take("XksProxyUriEndpoint")?,
            xks_proxy_uri_path: members.take("XksProxyUriPath")?,
            xks_proxy_vpc_endpoint_service_name: members.take("XksProxyVpcEndpointServiceName")?,
            xks_proxy_vpc_endpoint_service_owner: members
                .take("XksProxyVpcEndpointServiceOwner")?,
            xks_proxy_authentication_credential: members
                .take("XksProxyAuthenticationCredential")?,
            xks_proxy_connectivity: members.take("XksProxyConnectivity")?,
        })
    }
}

impl IntoValue for UpdateCustomKeyStoreRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(10)
            .with("CustomKeyStoreId", self.custom_key_store_id)
            .with("NewCustomKeyStoreName", self.new_custom_key_store_name)
            .with("KeyStorePassword", self.key_store_password)
            .with("CloudHsmClusterId", self.cloud_hsm_cluster_id)
            .with("XksProxyUriEndpoint", self.xks_proxy_uri_endpoint)
            .with("XksProxyUriPath", self.xks_proxy_uri_path)
            .with(
                "XksProxyVpcEndpointServiceName",
                self.xks_proxy_vpc_endpoint_service_name,
            )
            .with(
                "XksProxyVpcEndpointServiceOwner",
                self.xks_proxy_vpc_endpoint_service_owner,
            )
            .with(
                "XksProxyAuthenticationCredential",
                self.xks_proxy_authentication_credential,
            )
            .with("XksProxyConnectivity", self.xks_proxy_connectivity)
            .end()
    }
}

/// `UpdateCustomKeyStoreResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct UpdateCustomKeyStoreResponse {}

impl FromValue for UpdateCustomKeyStoreResponse {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for UpdateCustomKeyStoreResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `UpdateKeyDescriptionRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdateKeyDescriptionRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `Description`.
    pub(crate) description: String,
}

impl FromValue for UpdateKeyDescriptionRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            description: members.take("Description")?,
        })
    }
}

impl IntoValue for UpdateKeyDescriptionRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("KeyId", self.key_id)
            .with("Description", self.description)
            .end()
    }
}

/// `UpdatePrimaryRegionRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UpdatePrimaryRegionRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `PrimaryRegion`.
    pub(crate) primary_region: String,
}

impl FromValue for UpdatePrimaryRegionRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            primary_region: members.take("PrimaryRegion")?,
        })
    }
}

impl IntoValue for UpdatePrimaryRegionRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("KeyId", self.key_id)
            .with("PrimaryRegion", self.primary_region)
            .end()
    }
}

/// `VerifyMacRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VerifyMacRequest {
    /// `Message`.
    pub(crate) message: Vec<u8>,
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `MacAlgorithm`.
    pub(crate) mac_algorithm: String,
    /// `Mac`.
    pub(crate) mac: Vec<u8>,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
}

impl FromValue for VerifyMacRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            message: members.take("Message")?,
            key_id: members.take("KeyId")?,
            mac_algorithm: members.take("MacAlgorithm")?,
            mac: members.take("Mac")?,
            grant_tokens: members.take("GrantTokens")?,
            dry_run: members.take("DryRun")?,
        })
    }
}

impl IntoValue for VerifyMacRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("Message", self.message)
            .with("KeyId", self.key_id)
            .with("MacAlgorithm", self.mac_algorithm)
            .with("Mac", self.mac)
            .with("GrantTokens", self.grant_tokens)
            .with("DryRun", self.dry_run)
            .end()
    }
}

/// `VerifyMacResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct VerifyMacResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `MacValid`.
    pub(crate) mac_valid: Option<bool>,
    /// `MacAlgorithm`.
    pub(crate) mac_algorithm: Option<String>,
}

impl FromValue for VerifyMacResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            mac_valid: members.take("MacValid")?,
            mac_algorithm: members.take("MacAlgorithm")?,
        })
    }
}

impl IntoValue for VerifyMacResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("KeyId", self.key_id)
            .with("MacValid", self.mac_valid)
            .with("MacAlgorithm", self.mac_algorithm)
            .end()
    }
}

/// `VerifyRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VerifyRequest {
    /// `KeyId`.
    pub(crate) key_id: String,
    /// `Message`.
    pub(crate) message: Vec<u8>,
    /// `MessageType`.
    pub(crate) message_type: Option<String>,
    /// `Signature`.
    pub(crate) signature: Vec<u8>,
    /// `SigningAlgorithm`.
    pub(crate) signing_algorithm: String,
    /// `GrantTokens`.
    pub(crate) grant_tokens: Option<Vec<String>>,
    /// `DryRun`.
    pub(crate) dry_run: Option<bool>,
}

impl FromValue for VerifyRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            message: members.take("Message")?,
            message_type: members.take("MessageType")?,
            signature: members.take("Signature")?,
            signing_algorithm: members.take("SigningAlgorithm")?,
            grant_tokens: members.take("GrantTokens")?,
            dry_run: members.take("DryRun")?,
        })
    }
}

impl IntoValue for VerifyRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(7)
            .with("KeyId", self.key_id)
            .with("Message", self.message)
            .with("MessageType", self.message_type)
            .with("Signature", self.signature)
            .with("SigningAlgorithm", self.signing_algorithm)
            .with("GrantTokens", self.grant_tokens)
            .with("DryRun", self.dry_run)
            .end()
    }
}

/// `VerifyResponse`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct VerifyResponse {
    /// `KeyId`.
    pub(crate) key_id: Option<String>,
    /// `SignatureValid`.
    pub(crate) signature_valid: Option<bool>,
    /// `SigningAlgorithm`.
    pub(crate) signing_algorithm: Option<String>,
}

impl FromValue for VerifyResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            key_id: members.take("KeyId")?,
            signature_valid: members.take("SignatureValid")?,
            signing_algorithm: members.take("SigningAlgorithm")?,
        })
    }
}

impl IntoValue for VerifyResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("KeyId", self.key_id)
            .with("SignatureValid", self.signature_valid)
            .with("SigningAlgorithm", self.signing_algorithm)
            .end()
    }
}

/// `XksKeyConfigurationType`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct XksKeyConfigurationType {
    /// `Id`.
    pub(crate) id: Option<String>,
}

impl FromValue for XksKeyConfigurationType {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            id: members.take("Id")?,
        })
    }
}

impl IntoValue for XksKeyConfigurationType {
    fn into_value(self) -> Value {
        Structure::with_capacity(1).with("Id", self.id).end()
    }
}

/// `XksProxyAuthenticationCredentialType`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct XksProxyAuthenticationCredentialType {
    /// `AccessKeyId`.
    pub(crate) access_key_id: String,
    /// `RawSecretAccessKey`.
    pub(crate) raw_secret_access_key: String,
}

impl FromValue for XksProxyAuthenticationCredentialType {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            access_key_id: members.take("AccessKeyId")?,
            raw_secret_access_key: members.take("RawSecretAccessKey")?,
        })
    }
}

impl IntoValue for XksProxyAuthenticationCredentialType {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("AccessKeyId", self.access_key_id)
            .with("RawSecretAccessKey", self.raw_secret_access_key)
            .end()
    }
}

/// `XksProxyConfigurationType`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct XksProxyConfigurationType {
    /// `Connectivity`.
    pub(crate) connectivity: Option<String>,
    /// `AccessKeyId`.
    pub(crate) access_key_id: Option<String>,
    /// `UriEndpoint`.
    pub(crate) uri_endpoint: Option<String>,
    /// `UriPath`.
    pub(crate) uri_path: Option<String>,
    /// `VpcEndpointServiceName`.
    pub(crate) vpc_endpoint_service_name: Option<String>,
    /// `VpcEndpointServiceOwner`.
    pub(crate) vpc_endpoint_service_owner: Option<String>,
}

impl FromValue for XksProxyConfigurationType {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            connectivity: members.take("Connectivity")?,
            access_key_id: members.take("AccessKeyId")?,
            uri_endpoint: members.take("UriEndpoint")?,
            uri_path: members.take("UriPath")?,
            vpc_endpoint_service_name: members.take("VpcEndpointServiceName")?,
            vpc_endpoint_service_owner: members.take("VpcEndpointServiceOwner")?,
        })
    }
}

impl IntoValue for XksProxyConfigurationType {
    fn into_value(self) -> Value {
        Structure::with_capacity(6)
            .with("Connectivity", self.connectivity)
            .with("AccessKeyId", self.access_key_id)
            .with("UriEndpoint", self.uri_endpoint)
            .with("UriPath", self.uri_path)
            .with("VpcEndpointServiceName", self.vpc_endpoint_service_name)
            .with("VpcEndpointServiceOwner", self.vpc_endpoint_service_owner)
            .end()
    }
}

/// Carries out `call.operation`, one of [`IMPLEMENTED`]: reads its typed input, calls the
/// function of its name in `crate::operations`, and makes its answer a value.
pub(crate) async fn dispatch(
    service: &crate::Kms,
    call: &Call,
    input: Value,
) -> Result<Value, ServiceError> {
    use crate::operations;
    let output = match call.operation.as_str() {
        "CancelKeyDeletion" => {
            operations::cancel_key_deletion(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ConnectCustomKeyStore" => {
            operations::connect_custom_key_store(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateAlias" => operations::create_alias(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "CreateCustomKeyStore" => {
            operations::create_custom_key_store(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "CreateGrant" => operations::create_grant(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "CreateKey" => operations::create_key(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "Decapsulate" => operations::decapsulate(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "Decrypt" => operations::decrypt(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DeleteAlias" => operations::delete_alias(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DeleteCustomKeyStore" => {
            operations::delete_custom_key_store(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeleteImportedKeyMaterial" => {
            operations::delete_imported_key_material(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DeriveSharedSecret" => {
            operations::derive_shared_secret(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DescribeCustomKeyStores" => {
            operations::describe_custom_key_stores(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DescribeKey" => operations::describe_key(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DisableKey" => operations::disable_key(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "DisableKeyRotation" => {
            operations::disable_key_rotation(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "DisconnectCustomKeyStore" => {
            operations::disconnect_custom_key_store(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "EnableKey" => operations::enable_key(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "EnableKeyRotation" => {
            operations::enable_key_rotation(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "Encapsulate" => operations::encapsulate(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "Encrypt" => operations::encrypt(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "GenerateDataKey" => {
            operations::generate_data_key(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GenerateDataKeyPair" => {
            operations::generate_data_key_pair(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GenerateDataKeyPairWithoutPlaintext" => {
            operations::generate_data_key_pair_without_plaintext(
                service,
                call,
                FromValue::from_value(input)?,
            )
            .await?
            .into_value()
        }
        "GenerateDataKeyWithoutPlaintext" => operations::generate_data_key_without_plaintext(
            service,
            call,
            FromValue::from_value(input)?,
        )
        .await?
        .into_value(),
        "GenerateMac" => operations::generate_mac(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "GenerateRandom" => {
            operations::generate_random(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetKeyLastUsage" => {
            operations::get_key_last_usage(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetKeyPolicy" => operations::get_key_policy(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "GetKeyRotationStatus" => {
            operations::get_key_rotation_status(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetParametersForImport" => {
            operations::get_parameters_for_import(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "GetPublicKey" => operations::get_public_key(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ImportKeyMaterial" => {
            operations::import_key_material(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListAliases" => operations::list_aliases(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ListGrants" => operations::list_grants(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ListKeyPolicies" => {
            operations::list_key_policies(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListKeyRotations" => {
            operations::list_key_rotations(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListKeys" => operations::list_keys(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ListResourceTags" => {
            operations::list_resource_tags(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ListRetirableGrants" => {
            operations::list_retirable_grants(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "PutKeyPolicy" => operations::put_key_policy(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ReEncrypt" => operations::re_encrypt(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ReplicateKey" => operations::replicate_key(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "RetireGrant" => operations::retire_grant(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "RevokeGrant" => operations::revoke_grant(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "RotateKeyOnDemand" => {
            operations::rotate_key_on_demand(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "ScheduleKeyDeletion" => {
            operations::schedule_key_deletion(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "Sign" => operations::sign(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "TagResource" => operations::tag_resource(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "UntagResource" => operations::untag_resource(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "UpdateAlias" => operations::update_alias(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "UpdateCustomKeyStore" => {
            operations::update_custom_key_store(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "UpdateKeyDescription" => {
            operations::update_key_description(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "UpdatePrimaryRegion" => {
            operations::update_primary_region(service, call, FromValue::from_value(input)?)
                .await?
                .into_value()
        }
        "Verify" => operations::verify(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "VerifyMac" => operations::verify_mac(service, call, FromValue::from_value(input)?)
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
