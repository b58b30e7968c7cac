//! Roles. Source: IAM API Reference, `CreateRole` to `UpdateRoleDescription`.

use policy::PolicyKind;
use types::{Call, ServiceError};

use super::users::{is_under, path};
use crate::holder::Holder as _;
use crate::limit::{ROLES_MAX, TRUST_POLICY_SIZE_MAX};
use crate::model::{
    CreateRoleRequest, CreateRoleResponse, DeleteRoleRequest, GetRoleRequest, GetRoleResponse,
    ListRolesRequest, ListRolesResponse, UpdateAssumeRolePolicyRequest,
    UpdateRoleDescriptionRequest, UpdateRoleDescriptionResponse, UpdateRoleRequest,
    UpdateRoleResponse,
};
use crate::page::page;
use crate::state::{Permissions, RoleRow};
use crate::tags::Tags;
use crate::{Iam, document, exception, id, shown};

/// How long a role's sessions may last when nothing else is said: an hour.
pub(crate) const SESSION_SECONDS: i64 = 3_600;

/// The path of service-linked roles, which nobody else may use.
const LINKED_PATH: &str = "/aws-service-role/";

pub(crate) async fn create_role(
    iam: &Iam,
    call: &Call,
    input: CreateRoleRequest,
) -> Result<CreateRoleResponse, ServiceError> {
    check_trust(&input.assume_role_policy_document)?;
    let path = path(input.path.as_ref());
    if path.starts_with(LINKED_PATH) {
        return Err(exception::access_denied(format!(
            "The path {LINKED_PATH} is reserved for service-linked roles: use CreateServiceLinkedRole."
        )));
    }
    iam.change(call, |draft| {
        let key = id::folded(&input.role_name);
        if draft.account.roles.contains_key(&key) {
            return Err(exception::already_exists(format!(
                "Role with name {} already exists.",
                input.role_name
            )));
        }
        if draft.account.roles.len() >= ROLES_MAX {
            return Err(exception::quota("RolesPerAccount", ROLES_MAX));
        }
        if let Some(boundary) = &input.permissions_boundary {
            draft.account.attachable(boundary)?;
        }
        let row = RoleRow {
            name: input.role_name.clone(),
            path: path.clone(),
            id: draft.unique(id::ROLE)?,
            created_ms: draft.now.as_millis(),
            trust: document::bound(iam, &input.assume_role_policy_document)?,
            description: input.description.clone().filter(|text| !text.is_empty()),
            session_seconds_max: input.max_session_duration.unwrap_or(SESSION_SECONDS),
            tags: Tags::new(input.tags.clone())?,
            permissions: Permissions {
                boundary: input.permissions_boundary.clone(),
                ..Permissions::default()
            },
            linked_service: None,
        };
        let role = shown::new_role(iam, draft.id(), &row);
        draft.put(row)?;
        Ok(CreateRoleResponse { role })
    })
    .await
}

/// Judges a trust policy, its size included.
fn check_trust(text: &str) -> Result<(), ServiceError> {
    document::check(PolicyKind::Trust, text)?;
    if document::size(text) > TRUST_POLICY_SIZE_MAX {
        return Err(exception::quota("ACLSizePerRole", TRUST_POLICY_SIZE_MAX));
    }
    Ok(())
}

pub(crate) async fn get_role(
    iam: &Iam,
    call: &Call,
    input: GetRoleRequest,
) -> Result<GetRoleResponse, ServiceError> {
    let account = iam.account_of(call);
    let role = account.role(&input.role_name)?;
    let used = iam.last_used.of(account.id, &role.id);
    Ok(GetRoleResponse {
        role: shown::role_whole(iam, account.id, &role, used),
    })
}

pub(crate) async fn list_roles(
    iam: &Iam,
    call: &Call,
    input: ListRolesRequest,
) -> Result<ListRolesResponse, ServiceError> {
    let account = iam.account_of(call);
    let roles = account.roles.iter();
    let wanted = roles.filter(|(_, role)| is_under(&role.path, input.path_prefix.as_ref()));
    let page = page(
        wanted.map(|(key, role)| (key.clone(), shown::role(iam, account.id, role))),
        input.marker.as_deref(),
        input.max_items,
    )?;
    Ok(ListRolesResponse {
        roles: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn update_role(
    iam: &Iam,
    call: &Call,
    input: UpdateRoleRequest,
) -> Result<UpdateRoleResponse, ServiceError> {
    iam.change(call, |draft| {
        let mut role = RoleRow::clone(draft.account.role(&input.role_name)?.as_ref());
        role.modifiable()?;
        if let Some(description) = &input.description {
            role.description = Some(description.clone()).filter(|text| !text.is_empty());
        }
        if let Some(seconds) = input.max_session_duration {
            role.session_seconds_max = seconds;
        }
        draft.put(role)?;
        Ok(UpdateRoleResponse {})
    })
    .await
}

/// What services allow of their roles as well: a description.
pub(crate) async fn update_role_description(
    iam: &Iam,
    call: &Call,
    input: UpdateRoleDescriptionRequest,
) -> Result<UpdateRoleDescriptionResponse, ServiceError> {
    iam.change(call, |draft| {
        let mut role = RoleRow::clone(draft.account.role(&input.role_name)?.as_ref());
        role.description = Some(input.description.clone()).filter(|text| !text.is_empty());
        let shown = shown::role_whole(iam, draft.id(), &role, None);
        draft.put(role)?;
        Ok(UpdateRoleDescriptionResponse {
            role: Some(crate::model::Role {
                role_last_used: None,
                ..shown
            }),
        })
    })
    .await
}

pub(crate) async fn update_assume_role_policy(
    iam: &Iam,
    call: &Call,
    input: UpdateAssumeRolePolicyRequest,
) -> Result<(), ServiceError> {
    check_trust(&input.policy_document)?;
    iam.change(call, |draft| {
        let mut role = RoleRow::clone(draft.account.role(&input.role_name)?.as_ref());
        role.modifiable()?;
        role.trust = document::bound(iam, &input.policy_document)?;
        draft.put(role)
    })
    .await
}

pub(crate) async fn delete_role(
    iam: &Iam,
    call: &Call,
    input: DeleteRoleRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let role = draft.account.role(&input.role_name)?;
        role.modifiable()?;
        let key = id::folded(&role.name);
        let mut profiles = draft.account.instance_profiles.values();
        let conflict = if profiles.any(|profile| profile.role.as_ref() == Some(&key)) {
            Some("remove roles from instance profile")
        } else if !role.permissions.attached.is_empty() {
            Some("detach all policies")
        } else if !role.permissions.inline.is_empty() {
            Some("delete policies")
        } else {
            None
        };
        if let Some(first) = conflict {
            return Err(exception::delete_conflict(first));
        }
        draft.forget_use(&role.id);
        draft.delete::<RoleRow>(&key);
        Ok(())
    })
    .await
}
