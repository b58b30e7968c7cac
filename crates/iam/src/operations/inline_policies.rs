//! Inline policies of users, groups and roles. Source: IAM API Reference, `PutUserPolicy` and its
//! kin; IAM quotas: the sizes of all inline policies of one identity count together.

use policy::PolicyKind;
use types::{Call, ServiceError};

use crate::holder::Holder;
use crate::model::{
    DeleteGroupPolicyRequest, DeleteRolePolicyRequest, DeleteUserPolicyRequest,
    GetGroupPolicyRequest, GetGroupPolicyResponse, GetRolePolicyRequest, GetRolePolicyResponse,
    GetUserPolicyRequest, GetUserPolicyResponse, ListGroupPoliciesRequest,
    ListGroupPoliciesResponse, ListRolePoliciesRequest, ListRolePoliciesResponse,
    ListUserPoliciesRequest, ListUserPoliciesResponse, PutGroupPolicyRequest, PutRolePolicyRequest,
    PutUserPolicyRequest,
};
use crate::page::{Page, page};
use crate::state::{GroupRow, RoleRow, UserRow};
use crate::{Iam, document, exception};

async fn put<T: Holder>(
    iam: &Iam,
    call: &Call,
    (holder, name, text): (String, String, String),
) -> Result<(), ServiceError> {
    document::check(PolicyKind::Inline, &text)?;
    iam.change(call, |draft| {
        let mut row = T::clone(draft.account.holder::<T>(&holder)?.as_ref());
        row.modifiable()?;
        let inline = &mut row.permissions_mut().inline;
        inline.insert(name.clone(), text.clone());
        let size: usize = inline.values().map(|text| document::size(text)).sum();
        if size > T::INLINE_SIZE_MAX {
            return Err(exception::limit_exceeded(format!(
                "Maximum policy size of {} bytes exceeded for {} {}",
                T::INLINE_SIZE_MAX,
                T::KIND,
                row.name()
            )));
        }
        draft.put(row)
    })
    .await
}

/// The names of the holder and of the policy as they are, and the document.
fn found<T: Holder>(
    iam: &Iam,
    call: &Call,
    holder: &str,
    name: &str,
) -> Result<(String, String, String), ServiceError> {
    let row = iam.account_of(call).holder::<T>(holder)?;
    match row.permissions().inline.get(name) {
        Some(text) => Ok((
            row.name().to_owned(),
            name.to_owned(),
            document::encoded(text),
        )),
        None => Err(policy_not_found::<T>(name)),
    }
}

fn policy_not_found<T: Holder>(name: &str) -> ServiceError {
    exception::not_found(&format!("{} policy", T::KIND), name)
}

async fn delete<T: Holder>(
    iam: &Iam,
    call: &Call,
    holder: &str,
    name: &str,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let mut row = T::clone(draft.account.holder::<T>(holder)?.as_ref());
        row.modifiable()?;
        if row.permissions_mut().inline.remove(name).is_none() {
            return Err(policy_not_found::<T>(name));
        }
        draft.put(row)
    })
    .await
}

fn list<T: Holder>(
    iam: &Iam,
    call: &Call,
    holder: &str,
    (marker, max_items): (Option<String>, Option<i64>),
) -> Result<Page<String>, ServiceError> {
    let row = iam.account_of(call).holder::<T>(holder)?;
    let names = row.permissions().inline.keys();
    page(
        names.map(|name| (name.clone(), name.clone())),
        marker.as_deref(),
        max_items,
    )
}

pub(crate) async fn put_user_policy(
    iam: &Iam,
    call: &Call,
    input: PutUserPolicyRequest,
) -> Result<(), ServiceError> {
    put::<UserRow>(
        iam,
        call,
        (input.user_name, input.policy_name, input.policy_document),
    )
    .await
}

pub(crate) async fn put_group_policy(
    iam: &Iam,
    call: &Call,
    input: PutGroupPolicyRequest,
) -> Result<(), ServiceError> {
    put::<GroupRow>(
        iam,
        call,
        (input.group_name, input.policy_name, input.policy_document),
    )
    .await
}

pub(crate) async fn put_role_policy(
    iam: &Iam,
    call: &Call,
    input: PutRolePolicyRequest,
) -> Result<(), ServiceError> {
    put::<RoleRow>(
        iam,
        call,
        (input.role_name, input.policy_name, input.policy_document),
    )
    .await
}

pub(crate) async fn get_user_policy(
    iam: &Iam,
    call: &Call,
    input: GetUserPolicyRequest,
) -> Result<GetUserPolicyResponse, ServiceError> {
    let (user_name, policy_name, policy_document) =
        found::<UserRow>(iam, call, &input.user_name, &input.policy_name)?;
    Ok(GetUserPolicyResponse {
        user_name,
        policy_name,
        policy_document,
    })
}

pub(crate) async fn get_group_policy(
    iam: &Iam,
    call: &Call,
    input: GetGroupPolicyRequest,
) -> Result<GetGroupPolicyResponse, ServiceError> {
    let (group_name, policy_name, policy_document) =
        found::<GroupRow>(iam, call, &input.group_name, &input.policy_name)?;
    Ok(GetGroupPolicyResponse {
        group_name,
        policy_name,
        policy_document,
    })
}

pub(crate) async fn get_role_policy(
    iam: &Iam,
    call: &Call,
    input: GetRolePolicyRequest,
) -> Result<GetRolePolicyResponse, ServiceError> {
    let (role_name, policy_name, policy_document) =
        found::<RoleRow>(iam, call, &input.role_name, &input.policy_name)?;
    Ok(GetRolePolicyResponse {
        role_name,
        policy_name,
        policy_document,
    })
}

pub(crate) async fn delete_user_policy(
    iam: &Iam,
    call: &Call,
    input: DeleteUserPolicyRequest,
) -> Result<(), ServiceError> {
    delete::<UserRow>(iam, call, &input.user_name, &input.policy_name).await
}

pub(crate) async fn delete_group_policy(
    iam: &Iam,
    call: &Call,
    input: DeleteGroupPolicyRequest,
) -> Result<(), ServiceError> {
    delete::<GroupRow>(iam, call, &input.group_name, &input.policy_name).await
}

pub(crate) async fn delete_role_policy(
    iam: &Iam,
    call: &Call,
    input: DeleteRolePolicyRequest,
) -> Result<(), ServiceError> {
    delete::<RoleRow>(iam, call, &input.role_name, &input.policy_name).await
}

pub(crate) async fn list_user_policies(
    iam: &Iam,
    call: &Call,
    input: ListUserPoliciesRequest,
) -> Result<ListUserPoliciesResponse, ServiceError> {
    let page = list::<UserRow>(iam, call, &input.user_name, (input.marker, input.max_items))?;
    Ok(ListUserPoliciesResponse {
        policy_names: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn list_group_policies(
    iam: &Iam,
    call: &Call,
    input: ListGroupPoliciesRequest,
) -> Result<ListGroupPoliciesResponse, ServiceError> {
    let page = list::<GroupRow>(
        iam,
        call,
        &input.group_name,
        (input.marker, input.max_items),
    )?;
    Ok(ListGroupPoliciesResponse {
        policy_names: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn list_role_policies(
    iam: &Iam,
    call: &Call,
    input: ListRolePoliciesRequest,
) -> Result<ListRolePoliciesResponse, ServiceError> {
    let page = list::<RoleRow>(iam, call, &input.role_name, (input.marker, input.max_items))?;
    Ok(ListRolePoliciesResponse {
        policy_names: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
