//! Managed policies on users, groups and roles, and their permissions boundaries.
//! Source: IAM API Reference, `AttachUserPolicy` and its kin, `PutUserPermissionsBoundary` and its.

use types::{Call, ServiceError};

use super::users::is_under;
use crate::holder::Holder;
use crate::limit::ATTACHED_POLICIES_MAX;
use crate::model::{
    AttachGroupPolicyRequest, AttachRolePolicyRequest, AttachUserPolicyRequest, AttachedPolicy,
    DeleteRolePermissionsBoundaryRequest, DeleteUserPermissionsBoundaryRequest,
    DetachGroupPolicyRequest, DetachRolePolicyRequest, DetachUserPolicyRequest,
    ListAttachedGroupPoliciesRequest, ListAttachedGroupPoliciesResponse,
    ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse,
    ListAttachedUserPoliciesRequest, ListAttachedUserPoliciesResponse,
    PutRolePermissionsBoundaryRequest, PutUserPermissionsBoundaryRequest,
};
use crate::page::{Page, page};
use crate::state::{GroupRow, RoleRow, UserRow};
use crate::{Iam, exception, id, shown};

async fn attach<T: Holder>(
    iam: &Iam,
    call: &Call,
    holder: &str,
    arn: &str,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let mut row = T::clone(draft.account.holder::<T>(holder)?.as_ref());
        row.modifiable()?;
        draft.account.attachable(arn)?;
        let attached = &mut row.permissions_mut().attached;
        if !attached.insert(arn.to_owned()) {
            return Ok(());
        }
        if attached.len() > ATTACHED_POLICIES_MAX {
            return Err(exception::quota(T::ATTACHED_QUOTA, ATTACHED_POLICIES_MAX));
        }
        draft.put(row)
    })
    .await
}

async fn detach<T: Holder>(
    iam: &Iam,
    call: &Call,
    holder: &str,
    arn: &str,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let mut row = T::clone(draft.account.holder::<T>(holder)?.as_ref());
        row.modifiable()?;
        if !id::is_arn(arn) {
            return Err(exception::malformed_arn());
        }
        if !row.permissions_mut().attached.remove(arn) {
            return Err(exception::policy_not_found(arn));
        }
        draft.put(row)
    })
    .await
}

fn list<T: Holder>(
    iam: &Iam,
    call: &Call,
    holder: &str,
    prefix: Option<&String>,
    (marker, max_items): (Option<String>, Option<i64>),
) -> Result<Page<AttachedPolicy>, ServiceError> {
    let account = iam.account_of(call);
    let row = account.holder::<T>(holder)?;
    let attached = shown::attached(row.permissions()).into_iter();
    let wanted = attached.filter_map(|policy| {
        let arn = policy.policy_arn.clone().unwrap_or_default();
        let managed = account.managed(&arn);
        let under = managed.is_some_and(|managed| is_under(managed.path(), prefix));
        under.then_some((arn, policy))
    });
    page(wanted, marker.as_deref(), max_items)
}

async fn set_boundary<T: Holder>(
    iam: &Iam,
    call: &Call,
    holder: &str,
    arn: Option<&str>,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let mut row = T::clone(draft.account.holder::<T>(holder)?.as_ref());
        row.modifiable()?;
        if let Some(arn) = arn {
            draft.account.attachable(arn)?;
        } else if row.permissions().boundary.is_none() {
            return Err(exception::no_such_entity(format!(
                "The {} {} does not have a permissions boundary.",
                T::KIND,
                row.name()
            )));
        }
        row.permissions_mut().boundary = arn.map(str::to_owned);
        draft.put(row)
    })
    .await
}

pub(crate) async fn attach_user_policy(
    iam: &Iam,
    call: &Call,
    input: AttachUserPolicyRequest,
) -> Result<(), ServiceError> {
    attach::<UserRow>(iam, call, &input.user_name, &input.policy_arn).await
}

pub(crate) async fn attach_group_policy(
    iam: &Iam,
    call: &Call,
    input: AttachGroupPolicyRequest,
) -> Result<(), ServiceError> {
    attach::<GroupRow>(iam, call, &input.group_name, &input.policy_arn).await
}

pub(crate) async fn attach_role_policy(
    iam: &Iam,
    call: &Call,
    input: AttachRolePolicyRequest,
) -> Result<(), ServiceError> {
    attach::<RoleRow>(iam, call, &input.role_name, &input.policy_arn).await
}

pub(crate) async fn detach_user_policy(
    iam: &Iam,
    call: &Call,
    input: DetachUserPolicyRequest,
) -> Result<(), ServiceError> {
    detach::<UserRow>(iam, call, &input.user_name, &input.policy_arn).await
}

pub(crate) async fn detach_group_policy(
    iam: &Iam,
    call: &Call,
    input: DetachGroupPolicyRequest,
) -> Result<(), ServiceError> {
    detach::<GroupRow>(iam, call, &input.group_name, &input.policy_arn).await
}

pub(crate) async fn detach_role_policy(
    iam: &Iam,
    call: &Call,
    input: DetachRolePolicyRequest,
) -> Result<(), ServiceError> {
    detach::<RoleRow>(iam, call, &input.role_name, &input.policy_arn).await
}

pub(crate) async fn list_attached_user_policies(
    iam: &Iam,
    call: &Call,
    input: ListAttachedUserPoliciesRequest,
) -> Result<ListAttachedUserPoliciesResponse, ServiceError> {
    let at = (input.marker, input.max_items);
    let page = list::<UserRow>(iam, call, &input.user_name, input.path_prefix.as_ref(), at)?;
    Ok(ListAttachedUserPoliciesResponse {
        attached_policies: Some(page.items),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn list_attached_group_policies(
    iam: &Iam,
    call: &Call,
    input: ListAttachedGroupPoliciesRequest,
) -> Result<ListAttachedGroupPoliciesResponse, ServiceError> {
    let at = (input.marker, input.max_items);
    let page = list::<GroupRow>(iam, call, &input.group_name, input.path_prefix.as_ref(), at)?;
    Ok(ListAttachedGroupPoliciesResponse {
        attached_policies: Some(page.items),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn list_attached_role_policies(
    iam: &Iam,
    call: &Call,
    input: ListAttachedRolePoliciesRequest,
) -> Result<ListAttachedRolePoliciesResponse, ServiceError> {
    let at = (input.marker, input.max_items);
    let page = list::<RoleRow>(iam, call, &input.role_name, input.path_prefix.as_ref(), at)?;
    Ok(ListAttachedRolePoliciesResponse {
        attached_policies: Some(page.items),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn put_user_permissions_boundary(
    iam: &Iam,
    call: &Call,
    input: PutUserPermissionsBoundaryRequest,
) -> Result<(), ServiceError> {
    let arn = Some(input.permissions_boundary.as_str());
    set_boundary::<UserRow>(iam, call, &input.user_name, arn).await
}

pub(crate) async fn put_role_permissions_boundary(
    iam: &Iam,
    call: &Call,
    input: PutRolePermissionsBoundaryRequest,
) -> Result<(), ServiceError> {
    let arn = Some(input.permissions_boundary.as_str());
    set_boundary::<RoleRow>(iam, call, &input.role_name, arn).await
}

pub(crate) async fn delete_user_permissions_boundary(
    iam: &Iam,
    call: &Call,
    input: DeleteUserPermissionsBoundaryRequest,
) -> Result<(), ServiceError> {
    set_boundary::<UserRow>(iam, call, &input.user_name, None).await
}

pub(crate) async fn delete_role_permissions_boundary(
    iam: &Iam,
    call: &Call,
    input: DeleteRolePermissionsBoundaryRequest,
) -> Result<(), ServiceError> {
    set_boundary::<RoleRow>(iam, call, &input.role_name, None).await
}
