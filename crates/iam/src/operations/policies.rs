//! Customer managed policies and their versions. Source: IAM API Reference, `CreatePolicy` to
//! `ListEntitiesForPolicy`.

use policy::PolicyKind;
use types::{Call, ServiceError};

use super::users::{is_under, path};
use crate::holder::{self, Managed};
use crate::limit::{MANAGED_POLICY_SIZE_MAX, POLICIES_MAX, VERSIONS_PER_POLICY_MAX};
use crate::managed::{AWS_POLICIES_MS, POLICIES};
use crate::model::{
    CreatePolicyRequest, CreatePolicyResponse, CreatePolicyVersionRequest,
    CreatePolicyVersionResponse, DeletePolicyRequest, DeletePolicyVersionRequest, GetPolicyRequest,
    GetPolicyResponse, GetPolicyVersionRequest, GetPolicyVersionResponse, ListPoliciesRequest,
    ListPoliciesResponse, ListPolicyVersionsRequest, ListPolicyVersionsResponse, PolicyVersion,
    SetDefaultPolicyVersionRequest,
};
use crate::once::Once;
use crate::page::page;
use crate::state::{PolicyRow, Version, time};
use crate::tags::Tags;
use crate::{Iam, document, exception, id, shown};

fn check(text: &str) -> Result<(), ServiceError> {
    document::check(PolicyKind::Managed, text)?;
    if document::size(text) > MANAGED_POLICY_SIZE_MAX {
        return Err(exception::quota("PolicySize", MANAGED_POLICY_SIZE_MAX));
    }
    Ok(())
}

pub(crate) async fn create_policy(
    iam: &Iam,
    call: &Call,
    input: CreatePolicyRequest,
) -> Result<CreatePolicyResponse, ServiceError> {
    check(&input.policy_document)?;
    iam.change(call, |draft| {
        if draft
            .account
            .policies
            .contains_key(&id::folded(&input.policy_name))
        {
            return Err(exception::already_exists(format!(
                "A policy called {} already exists. Duplicate names are not allowed.",
                input.policy_name
            )));
        }
        if draft.account.policies.len() >= POLICIES_MAX {
            return Err(exception::quota("PoliciesPerAccount", POLICIES_MAX));
        }
        let created_ms = draft.now.as_millis();
        let row = PolicyRow {
            name: input.policy_name.clone(),
            path: path(input.path.as_ref()),
            id: draft.unique(id::POLICY)?,
            created_ms,
            updated_ms: created_ms,
            description: input.description.clone().filter(|text| !text.is_empty()),
            tags: Tags::new(input.tags.clone())?,
            versions: vec![Version {
                number: 1,
                created_ms,
                document: input.policy_document.clone(),
            }],
            numbered: 1,
            default_version: 1,
            compiled: Once::default(),
        };
        draft.put(row.clone())?;
        let tags = row.tags.shown();
        let description = row.description.clone();
        let managed = Managed::Customer(std::sync::Arc::new(row));
        let mut policy = shown::policy(&draft.account, &managed);
        policy.tags = tags;
        policy.description = description;
        Ok(CreatePolicyResponse {
            policy: Some(policy),
        })
    })
    .await
}

pub(crate) async fn get_policy(
    iam: &Iam,
    call: &Call,
    input: GetPolicyRequest,
) -> Result<GetPolicyResponse, ServiceError> {
    let account = iam.account_of(call);
    let managed = account.policy(&input.policy_arn)?;
    Ok(GetPolicyResponse {
        policy: Some(shown::policy_whole(&account, &managed)),
    })
}

pub(crate) async fn delete_policy(
    iam: &Iam,
    call: &Call,
    input: DeletePolicyRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let policy = draft.account.changeable_policy(&input.policy_arn)?;
        if draft.account.uses(&input.policy_arn) != (0, 0) {
            return Err(exception::delete_conflict_because(
                "Cannot delete a policy attached to entities.",
            ));
        }
        if policy.versions.len() > 1 {
            return Err(exception::delete_conflict_because(
                "This policy has more than one version. Before you delete a policy, you must \
                 delete the policy's versions. The default version is deleted with the policy.",
            ));
        }
        draft.delete::<PolicyRow>(&id::folded(&policy.name));
        Ok(())
    })
    .await
}

pub(crate) async fn list_policies(
    iam: &Iam,
    call: &Call,
    input: ListPoliciesRequest,
) -> Result<ListPoliciesResponse, ServiceError> {
    let account = iam.account_of(call);
    let scope = input.scope.as_deref().unwrap_or("All");
    let mut all: Vec<(String, Managed)> = Vec::new();
    if scope != "AWS" {
        let own = account.policies.iter();
        all.extend(own.map(|(key, row)| (key.clone(), Managed::Customer(row.clone()))));
    }
    if scope != "Local" {
        // `:` orders them apart from the customer's names.
        let aws = POLICIES.iter().chain(crate::service_linked::policies());
        all.extend(aws.map(|policy| (format!(":{}", policy.arn()), Managed::Aws(policy))));
    }
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    let usage = input.policy_usage_filter.as_deref();
    let wanted = all.into_iter().filter_map(|(key, managed)| {
        if !is_under(managed.path(), input.path_prefix.as_ref()) {
            return None;
        }
        let policy = shown::policy(&account, &managed);
        let attached = policy.attachment_count.unwrap_or(0);
        let boundaries = policy.permissions_boundary_usage_count.unwrap_or(0);
        let used = match usage {
            Some("PermissionsBoundary") => boundaries > 0,
            Some("PermissionsPolicy") => attached > 0,
            _ => attached + boundaries > 0,
        };
        let only_used = input.only_attached == Some(true) || usage.is_some();
        (used || !only_used).then_some((key, policy))
    });
    let page = page(wanted, input.marker.as_deref(), input.max_items)?;
    Ok(ListPoliciesResponse {
        policies: Some(page.items),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn create_policy_version(
    iam: &Iam,
    call: &Call,
    input: CreatePolicyVersionRequest,
) -> Result<CreatePolicyVersionResponse, ServiceError> {
    check(&input.policy_document)?;
    iam.change(call, |draft| {
        let policy = draft.account.changeable_policy(&input.policy_arn)?;
        let mut policy = PolicyRow::clone(&policy);
        if policy.versions.len() >= VERSIONS_PER_POLICY_MAX {
            return Err(exception::limit_exceeded(format!(
                "A managed policy can have up to {VERSIONS_PER_POLICY_MAX} versions. Before you \
                 create a new version, you must delete an existing version."
            )));
        }
        let number = policy.numbered.saturating_add(1);
        policy.numbered = number;
        let version = Version {
            number,
            created_ms: draft.now.as_millis(),
            document: input.policy_document.clone(),
        };
        policy.versions.push(version.clone());
        policy.updated_ms = draft.now.as_millis();
        if input.set_as_default == Some(true) {
            policy.default_version = number;
        }
        let shown = shown::version(&policy, &version, false);
        draft.put(policy)?;
        Ok(CreatePolicyVersionResponse {
            policy_version: Some(shown),
        })
    })
    .await
}

pub(crate) async fn get_policy_version(
    iam: &Iam,
    call: &Call,
    input: GetPolicyVersionRequest,
) -> Result<GetPolicyVersionResponse, ServiceError> {
    let (arn, wanted) = (&input.policy_arn, &input.version_id);
    let policy_version = match iam.account_of(call).policy(arn)? {
        Managed::Customer(policy) => {
            shown::version(&policy, holder::version(&policy, arn, wanted)?, true)
        }
        Managed::Aws(policy) if wanted == "v1" => aws_version(policy.document, true),
        Managed::Aws(_) => return Err(exception::version_not_found(arn, wanted)),
    };
    Ok(GetPolicyVersionResponse {
        policy_version: Some(policy_version),
    })
}

/// The one version that AWS's policies have here.
fn aws_version(text: &str, whole: bool) -> PolicyVersion {
    PolicyVersion {
        document: whole.then(|| document::encoded(text)),
        version_id: Some("v1".to_owned()),
        is_default_version: Some(true),
        create_date: Some(time(AWS_POLICIES_MS)),
    }
}

pub(crate) async fn list_policy_versions(
    iam: &Iam,
    call: &Call,
    input: ListPolicyVersionsRequest,
) -> Result<ListPolicyVersionsResponse, ServiceError> {
    let versions: Vec<(String, PolicyVersion)> =
        match iam.account_of(call).policy(&input.policy_arn)? {
            // The newest first.
            Managed::Customer(policy) => policy
                .versions
                .iter()
                .rev()
                .map(|version| {
                    let key = format!("{:010}", u32::MAX - version.number);
                    (key, shown::version(&policy, version, false))
                })
                .collect(),
            Managed::Aws(policy) => vec![(String::new(), aws_version(policy.document, false))],
        };
    let page = page(versions, input.marker.as_deref(), input.max_items)?;
    Ok(ListPolicyVersionsResponse {
        versions: Some(page.items),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn delete_policy_version(
    iam: &Iam,
    call: &Call,
    input: DeletePolicyVersionRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let policy = draft.account.changeable_policy(&input.policy_arn)?;
        let number = holder::version(&policy, &input.policy_arn, &input.version_id)?.number;
        if number == policy.default_version {
            return Err(exception::delete_conflict_because(
                "Cannot delete the default version of a policy.",
            ));
        }
        let mut policy = PolicyRow::clone(&policy);
        policy.versions.retain(|version| version.number != number);
        policy.updated_ms = draft.now.as_millis();
        draft.put(policy)
    })
    .await
}

pub(crate) async fn set_default_policy_version(
    iam: &Iam,
    call: &Call,
    input: SetDefaultPolicyVersionRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let policy = draft.account.changeable_policy(&input.policy_arn)?;
        let number = holder::version(&policy, &input.policy_arn, &input.version_id)?.number;
        let mut policy = PolicyRow::clone(&policy);
        policy.default_version = number;
        policy.updated_ms = draft.now.as_millis();
        draft.put(policy)
    })
    .await
}
