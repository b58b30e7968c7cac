//! Instance profiles. Source: IAM API Reference, `CreateInstanceProfile` and its kin; a profile holds
//! one role at most.

use types::{Call, ServiceError};

use super::users::{is_under, path};
use crate::limit::INSTANCE_PROFILES_MAX;
use crate::model::{
    AddRoleToInstanceProfileRequest, CreateInstanceProfileRequest, CreateInstanceProfileResponse,
    DeleteInstanceProfileRequest, GetInstanceProfileRequest, GetInstanceProfileResponse,
    ListInstanceProfilesForRoleRequest, ListInstanceProfilesForRoleResponse,
    ListInstanceProfilesRequest, ListInstanceProfilesResponse,
    RemoveRoleFromInstanceProfileRequest,
};
use crate::page::page;
use crate::state::InstanceProfileRow;
use crate::tags::Tags;
use crate::{Iam, exception, id, shown};

pub(crate) async fn create_instance_profile(
    iam: &Iam,
    call: &Call,
    input: CreateInstanceProfileRequest,
) -> Result<CreateInstanceProfileResponse, ServiceError> {
    iam.change(call, |draft| {
        let name = &input.instance_profile_name;
        if draft
            .account
            .instance_profiles
            .contains_key(&id::folded(name))
        {
            return Err(exception::already_exists(format!(
                "Instance Profile {name} already exists."
            )));
        }
        if draft.account.instance_profiles.len() >= INSTANCE_PROFILES_MAX {
            return Err(exception::quota(
                "InstanceProfilesPerAccount",
                INSTANCE_PROFILES_MAX,
            ));
        }
        let row = InstanceProfileRow {
            name: name.clone(),
            path: path(input.path.as_ref()),
            id: draft.unique(id::INSTANCE_PROFILE)?,
            created_ms: draft.now.as_millis(),
            tags: Tags::new(input.tags.clone())?,
            role: None,
        };
        let instance_profile = shown::instance_profile(iam, &draft.account, &row);
        draft.put(row)?;
        Ok(CreateInstanceProfileResponse { instance_profile })
    })
    .await
}

pub(crate) async fn get_instance_profile(
    iam: &Iam,
    call: &Call,
    input: GetInstanceProfileRequest,
) -> Result<GetInstanceProfileResponse, ServiceError> {
    let account = iam.account_of(call);
    let row = account.instance_profile(&input.instance_profile_name)?;
    Ok(GetInstanceProfileResponse {
        instance_profile: shown::instance_profile(iam, &account, &row),
    })
}

pub(crate) async fn delete_instance_profile(
    iam: &Iam,
    call: &Call,
    input: DeleteInstanceProfileRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let row = draft
            .account
            .instance_profile(&input.instance_profile_name)?;
        if row.role.is_some() {
            return Err(exception::delete_conflict(
                "remove roles from instance profile",
            ));
        }
        draft.delete::<InstanceProfileRow>(&id::folded(&row.name));
        Ok(())
    })
    .await
}

pub(crate) async fn list_instance_profiles(
    iam: &Iam,
    call: &Call,
    input: ListInstanceProfilesRequest,
) -> Result<ListInstanceProfilesResponse, ServiceError> {
    let account = iam.account_of(call);
    let rows = account.instance_profiles.iter();
    let wanted = rows.filter(|(_, row)| is_under(&row.path, input.path_prefix.as_ref()));
    let page = page(
        wanted.map(|(key, row)| (key.clone(), shown::instance_profile(iam, &account, row))),
        input.marker.as_deref(),
        input.max_items,
    )?;
    Ok(ListInstanceProfilesResponse {
        instance_profiles: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn list_instance_profiles_for_role(
    iam: &Iam,
    call: &Call,
    input: ListInstanceProfilesForRoleRequest,
) -> Result<ListInstanceProfilesForRoleResponse, ServiceError> {
    let account = iam.account_of(call);
    let role = id::folded(&account.role(&input.role_name)?.name);
    let rows = account.instance_profiles.iter();
    let wanted = rows.filter(|(_, row)| row.role.as_ref() == Some(&role));
    let page = page(
        wanted.map(|(key, row)| (key.clone(), shown::instance_profile(iam, &account, row))),
        input.marker.as_deref(),
        input.max_items,
    )?;
    Ok(ListInstanceProfilesForRoleResponse {
        instance_profiles: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn add_role_to_instance_profile(
    iam: &Iam,
    call: &Call,
    input: AddRoleToInstanceProfileRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let row = draft
            .account
            .instance_profile(&input.instance_profile_name)?;
        let role = draft.account.role(&input.role_name)?;
        if row.role.is_some() {
            return Err(exception::quota("InstanceSessionsPerInstanceProfile", 1));
        }
        draft.put(InstanceProfileRow {
            role: Some(id::folded(&role.name)),
            ..InstanceProfileRow::clone(&row)
        })
    })
    .await
}

pub(crate) async fn remove_role_from_instance_profile(
    iam: &Iam,
    call: &Call,
    input: RemoveRoleFromInstanceProfileRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let row = draft
            .account
            .instance_profile(&input.instance_profile_name)?;
        if row.role.as_ref() != Some(&id::folded(&input.role_name)) {
            return Err(exception::not_found("role", &input.role_name));
        }
        draft.put(InstanceProfileRow {
            role: None,
            ..InstanceProfileRow::clone(&row)
        })
    })
    .await
}
