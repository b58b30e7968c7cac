//! The account itself: its alias and its summary. Source: IAM API Reference, `CreateAccountAlias`,
//! `GetAccountSummary`.

use std::collections::BTreeMap;

use types::{Call, ServiceError};

use crate::model::{
    CreateAccountAliasRequest, DeleteAccountAliasRequest, GetAccountSummaryResponse,
    ListAccountAliasesRequest, ListAccountAliasesResponse,
};
use crate::shown::count;
use crate::{Iam, exception, limit};

/// Aliases are unique among the accounts of an installation.
pub(crate) async fn create_account_alias(
    iam: &Iam,
    call: &Call,
    input: CreateAccountAliasRequest,
) -> Result<(), ServiceError> {
    let taken = || {
        exception::already_exists(format!(
            "The account alias {} already exists.",
            input.account_alias
        ))
    };
    let accounts = iam.directory.accounts();
    let mut others = accounts.values().filter(|other| other.id != call.account());
    if others.any(|other| other.settings().alias.as_ref() == Some(&input.account_alias)) {
        return Err(taken());
    }
    iam.change(call, |draft| {
        let mut settings = draft.account.settings();
        if settings.alias.as_ref() == Some(&input.account_alias) {
            return Err(taken());
        }
        // An account has one alias: the new one replaces it.
        settings.alias = Some(input.account_alias.clone());
        draft.put(settings)
    })
    .await
}

pub(crate) async fn delete_account_alias(
    iam: &Iam,
    call: &Call,
    input: DeleteAccountAliasRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let mut settings = draft.account.settings();
        if settings.alias.as_ref() != Some(&input.account_alias) {
            return Err(exception::not_found("account alias", &input.account_alias));
        }
        settings.alias = None;
        draft.put(settings)
    })
    .await
}

pub(crate) async fn list_account_aliases(
    iam: &Iam,
    call: &Call,
    _: ListAccountAliasesRequest,
) -> Result<ListAccountAliasesResponse, ServiceError> {
    let alias = iam.account_of(call).settings().alias;
    Ok(ListAccountAliasesResponse {
        account_aliases: alias.into_iter().collect(),
        is_truncated: Some(false),
        marker: None,
    })
}

pub(crate) async fn get_account_summary(
    iam: &Iam,
    call: &Call,
    (): (),
) -> Result<GetAccountSummaryResponse, ServiceError> {
    let account = iam.account_of(call);
    let assigned = account
        .mfa
        .values()
        .filter_map(|device| device.assigned.as_ref());
    let root_devices = assigned.clone().filter(|to| to.user.is_none()).count();
    let root_keys = account
        .access_keys
        .values()
        .filter(|key| key.user.is_none())
        .count();
    let versions = account
        .policies
        .values()
        .map(|policy| policy.versions.len());
    let versions: usize = versions.sum();
    let numbers = [
        ("AccessKeysPerUserQuota", limit::ACCESS_KEYS_PER_USER_MAX),
        (
            "AccountAccessKeysPresent",
            usize::from(iam.is_first(account.id) || root_keys > 0),
        ),
        ("AccountMFAEnabled", usize::from(root_devices > 0)),
        ("AccountPasswordPresent", 0),
        ("AccountSigningCertificatesPresent", 0),
        ("AssumeRolePolicySizeQuota", limit::TRUST_POLICY_SIZE_MAX),
        (
            "AttachedPoliciesPerGroupQuota",
            limit::ATTACHED_POLICIES_MAX,
        ),
        ("AttachedPoliciesPerRoleQuota", limit::ATTACHED_POLICIES_MAX),
        ("AttachedPoliciesPerUserQuota", limit::ATTACHED_POLICIES_MAX),
        ("GlobalEndpointTokenVersion", 2),
        ("GroupPolicySizeQuota", limit::GROUP_POLICY_SIZE_MAX),
        ("Groups", account.groups.len()),
        ("GroupsPerUserQuota", limit::GROUPS_PER_USER_MAX),
        ("GroupsQuota", limit::GROUPS_MAX),
        ("InstanceProfiles", account.instance_profiles.len()),
        ("InstanceProfilesQuota", limit::INSTANCE_PROFILES_MAX),
        ("MFADevices", account.mfa.len()),
        ("MFADevicesInUse", assigned.count()),
        ("Policies", account.policies.len()),
        ("PoliciesQuota", limit::POLICIES_MAX),
        ("PolicySizeQuota", limit::MANAGED_POLICY_SIZE_MAX),
        ("PolicyVersionsInUse", versions),
        (
            "PolicyVersionsInUseQuota",
            limit::POLICIES_MAX * limit::VERSIONS_PER_POLICY_MAX,
        ),
        ("Providers", account.oidc.len()),
        ("RolePolicySizeQuota", limit::ROLE_POLICY_SIZE_MAX),
        ("Roles", account.roles.len()),
        ("RolesQuota", limit::ROLES_MAX),
        ("ServerCertificates", account.server_certificates.len()),
        ("ServerCertificatesQuota", limit::SERVER_CERTIFICATES_MAX),
        ("SigningCertificatesPerUserQuota", 2),
        ("UserPolicySizeQuota", limit::USER_POLICY_SIZE_MAX),
        ("Users", account.users.len()),
        ("UsersQuota", limit::USERS_MAX),
        ("VersionsPerPolicyQuota", limit::VERSIONS_PER_POLICY_MAX),
    ];
    let summary = numbers
        .into_iter()
        .map(|(name, number)| (name.to_owned(), count(number)));
    Ok(GetAccountSummaryResponse {
        summary_map: Some(summary.collect::<BTreeMap<String, i64>>()),
    })
}
