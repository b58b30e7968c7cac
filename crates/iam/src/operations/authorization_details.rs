//! Everything that decides in an account, in one list; and who uses a managed policy.
//! Source: IAM API Reference, `GetAccountAuthorizationDetails`, `ListEntitiesForPolicy`.

use types::{Call, ServiceError};

use super::users::is_under;
use crate::account::Account;
use crate::document::encoded;
use crate::holder::Managed;
use crate::managed::{AWS_POLICIES_MS, POLICIES};
use crate::model::{
    GetAccountAuthorizationDetailsRequest, GetAccountAuthorizationDetailsResponse, GroupDetail,
    InstanceProfile, ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse,
    ManagedPolicyDetail, PolicyGroup, PolicyRole, PolicyUser, PolicyVersion, RoleDetail,
    UserDetail,
};
use crate::page::page;
use crate::state::{GroupRow, Permissions, RoleRow, UserRow, time};
use crate::{Iam, shown};

/// One of what is listed; they are paged as one list.
enum Detail {
    User(UserDetail),
    Group(GroupDetail),
    Role(Box<RoleDetail>),
    Policy(ManagedPolicyDetail),
}

pub(crate) async fn get_account_authorization_details(
    iam: &Iam,
    call: &Call,
    input: GetAccountAuthorizationDetailsRequest,
) -> Result<GetAccountAuthorizationDetailsResponse, ServiceError> {
    let account = iam.account_of(call);
    let filter = input.filter.unwrap_or_default();
    let has = |kind: &str| filter.is_empty() || filter.iter().any(|one| one == kind);
    let mut all: Vec<(String, Detail)> = Vec::new();
    if has("Group") {
        let groups = account.groups.iter();
        all.extend(
            groups.map(|(key, row)| (format!("group/{key}"), Detail::Group(group(&account, row)))),
        );
    }
    if has("LocalManagedPolicy") {
        let policies = account.policies.iter();
        all.extend(policies.map(|(key, row)| {
            let managed = Managed::Customer(row.clone());
            (
                format!("policy/{key}"),
                Detail::Policy(policy(&account, &managed)),
            )
        }));
    }
    if has("AWSManagedPolicy") {
        // Those that are in use, as AWS lists them.
        let aws = POLICIES.iter().chain(crate::service_linked::policies());
        let used = aws.filter(|policy| account.uses(&policy.arn()) != (0, 0));
        all.extend(used.map(|aws| {
            (
                format!("policy/:{}", aws.name),
                Detail::Policy(policy(&account, &Managed::Aws(aws))),
            )
        }));
    }
    if has("Role") {
        let roles = account.roles.iter();
        all.extend(roles.map(|(key, row)| {
            (
                format!("role/{key}"),
                Detail::Role(Box::new(role(iam, &account, key, row))),
            )
        }));
    }
    if has("User") {
        let users = account.users.iter();
        all.extend(
            users.map(|(key, row)| (format!("user/{key}"), Detail::User(user(&account, row)))),
        );
    }
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    let page = page(all, input.marker.as_deref(), input.max_items)?;
    let (mut users, mut groups, mut roles, mut policies) = (vec![], vec![], vec![], vec![]);
    for detail in page.items {
        match detail {
            Detail::User(user) => users.push(user),
            Detail::Group(group) => groups.push(group),
            Detail::Role(role) => roles.push(*role),
            Detail::Policy(policy) => policies.push(policy),
        }
    }
    Ok(GetAccountAuthorizationDetailsResponse {
        user_detail_list: Some(users),
        group_detail_list: Some(groups),
        role_detail_list: Some(roles),
        policies: Some(policies),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

fn user(account: &Account, row: &UserRow) -> UserDetail {
    let groups = row.groups.iter().filter_map(|key| account.groups.get(key));
    UserDetail {
        path: Some(row.path.clone()),
        user_name: Some(row.name.clone()),
        user_id: Some(row.id.clone()),
        arn: Some(row.arn(account.id)),
        create_date: Some(time(row.created_ms)),
        user_policy_list: shown::inline(&row.permissions),
        group_list: Some(groups.map(|group| group.name.clone()).collect()),
        attached_managed_policies: Some(shown::attached(&row.permissions)),
        permissions_boundary: shown::boundary(&row.permissions),
        tags: Some(row.tags.list()),
    }
}

fn group(account: &Account, row: &GroupRow) -> GroupDetail {
    GroupDetail {
        path: Some(row.path.clone()),
        group_name: Some(row.name.clone()),
        group_id: Some(row.id.clone()),
        arn: Some(row.arn(account.id)),
        create_date: Some(time(row.created_ms)),
        group_policy_list: Some(shown::inline(&row.permissions).unwrap_or_default()),
        attached_managed_policies: Some(shown::attached(&row.permissions)),
    }
}

fn role(iam: &Iam, account: &Account, key: &String, row: &RoleRow) -> RoleDetail {
    let profiles = account.instance_profiles.values();
    let mine = profiles.filter(|profile| profile.role.as_ref() == Some(key));
    let profiles: Vec<InstanceProfile> = mine
        .map(|profile| shown::instance_profile(iam, account, profile))
        .collect();
    RoleDetail {
        path: Some(row.path.clone()),
        role_name: Some(row.name.clone()),
        role_id: Some(row.id.clone()),
        arn: Some(row.arn(account.id)),
        create_date: Some(time(row.created_ms)),
        assume_role_policy_document: Some(shown::trust(iam, row)),
        instance_profile_list: Some(profiles),
        role_policy_list: Some(shown::inline(&row.permissions).unwrap_or_default()),
        attached_managed_policies: Some(shown::attached(&row.permissions)),
        permissions_boundary: shown::boundary(&row.permissions),
        tags: Some(row.tags.list()),
        role_last_used: Some(shown::role_last_used(iam.last_used.of(account.id, &row.id))),
    }
}

fn policy(account: &Account, managed: &Managed) -> ManagedPolicyDetail {
    let policy = shown::policy(account, managed);
    let versions = match managed {
        Managed::Customer(row) => {
            let versions = row.versions.iter().rev();
            versions
                .map(|version| shown::version(row, version, true))
                .collect()
        }
        Managed::Aws(aws) => vec![PolicyVersion {
            document: Some(encoded(aws.document)),
            version_id: Some("v1".to_owned()),
            is_default_version: Some(true),
            create_date: Some(time(AWS_POLICIES_MS)),
        }],
    };
    ManagedPolicyDetail {
        policy_name: policy.policy_name,
        policy_id: policy.policy_id,
        arn: policy.arn,
        path: policy.path,
        default_version_id: policy.default_version_id,
        attachment_count: policy.attachment_count,
        permissions_boundary_usage_count: policy.permissions_boundary_usage_count,
        is_attachable: policy.is_attachable,
        description: None,
        create_date: policy.create_date,
        update_date: policy.update_date,
        policy_version_list: Some(versions),
    }
}

/// One that uses a policy.
enum Entity {
    Group(PolicyGroup),
    User(PolicyUser),
    Role(PolicyRole),
}

pub(crate) async fn list_entities_for_policy(
    iam: &Iam,
    call: &Call,
    input: ListEntitiesForPolicyRequest,
) -> Result<ListEntitiesForPolicyResponse, ServiceError> {
    let account = iam.account_of(call);
    let arn = input.policy_arn.as_str();
    account.policy(arn)?;
    let filter = input.entity_filter.as_deref();
    let has = |kind: &str| filter.is_none_or(|filter| filter == kind);
    let usage = input.policy_usage_filter.as_deref();
    let uses = |permissions: &Permissions, path: &str| {
        let attached = permissions.attached.contains(arn);
        let boundary = permissions.boundary.as_deref() == Some(arn);
        let used = match usage {
            Some("PermissionsPolicy") => attached,
            Some("PermissionsBoundary") => boundary,
            _ => attached || boundary,
        };
        used && is_under(path, input.path_prefix.as_ref())
    };
    let mut all: Vec<(String, Entity)> = Vec::new();
    for (key, row) in account.groups.iter() {
        if has("Group") && uses(&row.permissions, &row.path) {
            let entity = PolicyGroup {
                group_name: Some(row.name.clone()),
                group_id: Some(row.id.clone()),
            };
            all.push((format!("group/{key}"), Entity::Group(entity)));
        }
    }
    for (key, row) in account.roles.iter() {
        if has("Role") && uses(&row.permissions, &row.path) {
            let entity = PolicyRole {
                role_name: Some(row.name.clone()),
                role_id: Some(row.id.clone()),
            };
            all.push((format!("role/{key}"), Entity::Role(entity)));
        }
    }
    for (key, row) in account.users.iter() {
        if has("User") && uses(&row.permissions, &row.path) {
            let entity = PolicyUser {
                user_name: Some(row.name.clone()),
                user_id: Some(row.id.clone()),
            };
            all.push((format!("user/{key}"), Entity::User(entity)));
        }
    }
    let page = page(all, input.marker.as_deref(), input.max_items)?;
    let (mut groups, mut users, mut roles) = (vec![], vec![], vec![]);
    for entity in page.items {
        match entity {
            Entity::Group(group) => groups.push(group),
            Entity::User(user) => users.push(user),
            Entity::Role(role) => roles.push(role),
        }
    }
    Ok(ListEntitiesForPolicyResponse {
        policy_groups: Some(groups),
        policy_users: Some(users),
        policy_roles: Some(roles),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
