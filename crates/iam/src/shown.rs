//! Rows as answers show them. What an answer leaves out follows the recorded answers of AWS and the
//! notes of the API reference (lists show no tags and no boundaries).

use types::AccountId;

use crate::Iam;
use crate::account::Account;
use crate::document::encoded;
use crate::holder::Managed;
use crate::managed::AWS_POLICIES_MS;
use crate::model::{
    AttachedPermissionsBoundary, AttachedPolicy, Group, InstanceProfile, Policy, PolicyDetail,
    PolicyVersion, Role, RoleLastUsed, ServerCertificateMetadata, User,
};
use crate::state::{
    GroupRow, InstanceProfileRow, LastUsedRow, Permissions, PolicyRow, RoleRow,
    ServerCertificateRow, UserRow, Version, time,
};

/// A user in a list.
pub(crate) fn user(account: AccountId, row: &UserRow) -> User {
    User {
        path: row.path.clone(),
        user_name: row.name.clone(),
        user_id: row.id.clone(),
        arn: row.arn(account),
        create_date: time(row.created_ms),
        password_last_used: None,
        permissions_boundary: None,
        tags: None,
    }
}

/// A user by itself.
pub(crate) fn user_whole(account: AccountId, row: &UserRow) -> User {
    User {
        permissions_boundary: boundary(&row.permissions),
        tags: row.tags.shown(),
        ..user(account, row)
    }
}

pub(crate) fn group(account: AccountId, row: &GroupRow) -> Group {
    Group {
        path: row.path.clone(),
        group_name: row.name.clone(),
        group_id: row.id.clone(),
        arn: row.arn(account),
        create_date: time(row.created_ms),
    }
}

/// A role's trust policy, with whom it names by their ARNs of now.
pub(crate) fn trust(iam: &Iam, row: &RoleRow) -> String {
    encoded(&policy::document::shown(&row.trust, iam))
}

/// A role as it is answered when it is made.
pub(crate) fn new_role(iam: &Iam, account: AccountId, row: &RoleRow) -> Role {
    Role {
        path: row.path.clone(),
        role_name: row.name.clone(),
        role_id: row.id.clone(),
        arn: row.arn(account),
        create_date: time(row.created_ms),
        assume_role_policy_document: Some(trust(iam, row)),
        description: row.description.clone(),
        max_session_duration: None,
        permissions_boundary: None,
        tags: row.tags.shown(),
        role_last_used: None,
        source_role_template: None,
    }
}

/// A role in a list.
pub(crate) fn role(iam: &Iam, account: AccountId, row: &RoleRow) -> Role {
    Role {
        max_session_duration: Some(row.session_seconds_max),
        tags: None,
        ..new_role(iam, account, row)
    }
}

/// A role by itself.
pub(crate) fn role_whole(
    iam: &Iam,
    account: AccountId,
    row: &RoleRow,
    used: Option<LastUsedRow>,
) -> Role {
    Role {
        permissions_boundary: boundary(&row.permissions),
        tags: row.tags.shown(),
        role_last_used: Some(role_last_used(used)),
        ..role(iam, account, row)
    }
}

pub(crate) fn role_last_used(used: Option<LastUsedRow>) -> RoleLastUsed {
    match used {
        Some(used) => RoleLastUsed {
            last_used_date: Some(time(used.at_ms)),
            region: Some(used.region),
        },
        None => RoleLastUsed::default(),
    }
}

/// A managed policy in a list: without its tags and description.
pub(crate) fn policy(account: &Account, managed: &Managed) -> Policy {
    let (arn, created_ms, updated_ms, id, version) = match managed {
        Managed::Customer(row) => (
            row.arn(account.id),
            row.created_ms,
            row.updated_ms,
            row.id.clone(),
            row.default_version,
        ),
        Managed::Aws(policy) => (
            policy.arn(),
            AWS_POLICIES_MS,
            AWS_POLICIES_MS,
            policy.id(),
            1,
        ),
    };
    let (attached, boundaries) = account.uses(&arn);
    Policy {
        policy_name: Some(managed.name().to_owned()),
        policy_id: Some(id),
        arn: Some(arn),
        path: Some(managed.path().to_owned()),
        default_version_id: Some(format!("v{version}")),
        attachment_count: Some(count(attached)),
        permissions_boundary_usage_count: Some(count(boundaries)),
        is_attachable: Some(true),
        description: None,
        create_date: Some(time(created_ms)),
        update_date: Some(time(updated_ms)),
        tags: None,
    }
}

/// A managed policy by itself.
pub(crate) fn policy_whole(account: &Account, managed: &Managed) -> Policy {
    let (description, tags) = match managed {
        Managed::Customer(row) => (row.description.clone(), row.tags.list()),
        Managed::Aws(policy) => (Some(policy.description.to_owned()), Vec::new()),
    };
    Policy {
        description,
        tags: Some(tags),
        ..policy(account, managed)
    }
}

/// A version of a managed policy, with or without its document.
pub(crate) fn version(policy: &PolicyRow, version: &Version, whole: bool) -> PolicyVersion {
    PolicyVersion {
        document: whole.then(|| encoded(&version.document)),
        version_id: Some(format!("v{}", version.number)),
        is_default_version: Some(version.number == policy.default_version),
        create_date: Some(time(version.created_ms)),
    }
}

/// An instance profile with its role.
pub(crate) fn instance_profile(
    iam: &Iam,
    account: &Account,
    row: &InstanceProfileRow,
) -> InstanceProfile {
    let role = row.role.as_ref().and_then(|name| account.roles.get(name));
    InstanceProfile {
        path: row.path.clone(),
        instance_profile_name: row.name.clone(),
        instance_profile_id: row.id.clone(),
        arn: row.arn(account.id),
        create_date: time(row.created_ms),
        roles: role
            .map(|role| Role {
                max_session_duration: None,
                ..new_role(iam, account.id, role)
            })
            .map(|role| Role { tags: None, ..role })
            .into_iter()
            .collect(),
        tags: row.tags.shown(),
    }
}

pub(crate) fn server_certificate(
    account: AccountId,
    row: &ServerCertificateRow,
) -> ServerCertificateMetadata {
    ServerCertificateMetadata {
        path: row.path.clone(),
        server_certificate_name: row.name.clone(),
        server_certificate_id: row.id.clone(),
        arn: row.arn(account),
        upload_date: Some(time(row.uploaded_ms)),
        expiration: Some(time(row.expires_ms)),
    }
}

pub(crate) fn boundary(permissions: &Permissions) -> Option<AttachedPermissionsBoundary> {
    let arn = permissions.boundary.clone()?;
    Some(AttachedPermissionsBoundary {
        permissions_boundary_type: Some("Policy".to_owned()),
        permissions_boundary_arn: Some(arn),
    })
}

/// Attached policies: name and ARN.
pub(crate) fn attached(permissions: &Permissions) -> Vec<AttachedPolicy> {
    let attached = |arn: &String| AttachedPolicy {
        policy_name: arn.rsplit('/').next().map(str::to_owned),
        policy_arn: Some(arn.clone()),
    };
    permissions.attached.iter().map(attached).collect()
}

/// Inline policies with their documents.
pub(crate) fn inline(permissions: &Permissions) -> Option<Vec<PolicyDetail>> {
    let detail = |(name, document): (&String, &String)| PolicyDetail {
        policy_name: Some(name.clone()),
        policy_document: Some(encoded(document)),
    };
    let inline: Vec<PolicyDetail> = permissions.inline.iter().map(detail).collect();
    (!inline.is_empty()).then_some(inline)
}

pub(crate) fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
