//! Service-linked roles. Source: IAM API Reference, `CreateServiceLinkedRole`,
//! `DeleteServiceLinkedRole`, `GetServiceLinkedRoleDeletionStatus`; recorded answers.

use types::{Call, RequestId, ServiceError};

use super::roles::SESSION_SECONDS;
use crate::limit::ROLES_MAX;
use crate::model::{
    CreateServiceLinkedRoleRequest, CreateServiceLinkedRoleResponse,
    DeleteServiceLinkedRoleRequest, DeleteServiceLinkedRoleResponse,
    GetServiceLinkedRoleDeletionStatusRequest, GetServiceLinkedRoleDeletionStatusResponse,
};
use crate::service_linked::{self, LinkedService};
use crate::state::{Permissions, RoleRow};
use crate::tags::Tags;
use crate::{Iam, exception, id, shown};

/// The longest name of a role.
const NAME_MAX: usize = 64;

fn name(linked: &LinkedService, suffix: Option<&String>) -> Result<String, ServiceError> {
    let Some(suffix) = suffix else {
        return Ok(linked.role.to_owned());
    };
    if !linked.takes_suffix() {
        return Err(exception::invalid_input(format!(
            "Custom suffix is not allowed for {}",
            linked.service
        )));
    }
    let name = format!("{}_{suffix}", linked.role);
    if name.len() > NAME_MAX {
        return Err(exception::invalid_input(format!(
            "The role's name would be longer than {NAME_MAX} characters: use a shorter suffix."
        )));
    }
    Ok(name)
}

pub(crate) async fn create_service_linked_role(
    iam: &Iam,
    call: &Call,
    input: CreateServiceLinkedRoleRequest,
) -> Result<CreateServiceLinkedRoleResponse, ServiceError> {
    let service = &input.aws_service_name;
    let linked = service_linked::find(service).ok_or_else(|| {
        exception::access_denied(format!(
            "Service-linked roles are not supported for the service {service}."
        ))
    })?;
    let name = name(&linked, input.custom_suffix.as_ref())?;
    iam.change(call, |draft| {
        if draft.account.roles.contains_key(&id::folded(&name)) {
            return Err(exception::invalid_input(format!(
                "Service role name {name} has been taken in this account, please try a different \
                 suffix."
            )));
        }
        if draft.account.roles.len() >= ROLES_MAX {
            return Err(exception::quota("RolesPerAccount", ROLES_MAX));
        }
        let described = input.description.clone();
        let row = RoleRow {
            name: name.clone(),
            path: format!("/aws-service-role/{service}/"),
            id: draft.unique(id::ROLE)?,
            created_ms: draft.now.as_millis(),
            trust: format!(
                "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Action\":\"sts:AssumeRole\",\
                 \"Effect\":\"Allow\",\"Principal\":{{\"Service\":\"{service}\"}}}}]}}"
            ),
            description: described.or_else(|| linked.description.map(str::to_owned)),
            session_seconds_max: SESSION_SECONDS,
            tags: Tags::default(),
            permissions: Permissions {
                attached: [linked.policy_arn()].into(),
                ..Permissions::default()
            },
            linked_service: Some(service.clone()),
        };
        let role = shown::new_role(iam, draft.id(), &row);
        draft.put(row)?;
        Ok(CreateServiceLinkedRoleResponse { role: Some(role) })
    })
    .await
}

/// Nothing here uses a linked role, so it is deleted at once and the task is done.
pub(crate) async fn delete_service_linked_role(
    iam: &Iam,
    call: &Call,
    input: DeleteServiceLinkedRoleRequest,
) -> Result<DeleteServiceLinkedRoleResponse, ServiceError> {
    let mut random = [0; 16];
    iam.entropy.fill(&mut random).map_err(exception::entropy)?;
    let uuid = RequestId::from_random(random);
    iam.change(call, |draft| {
        let role = draft.account.role(&input.role_name)?;
        let Some(service) = &role.linked_service else {
            return Err(exception::invalid_input(format!(
                "The role {} is not linked to a service: use DeleteRole.",
                role.name
            )));
        };
        let deletion_task_id = format!("task/aws-service-role/{service}/{}/{uuid}", role.name);
        draft.forget_use(&role.id);
        draft.delete::<RoleRow>(&id::folded(&role.name));
        Ok(DeleteServiceLinkedRoleResponse { deletion_task_id })
    })
    .await
}

pub(crate) async fn get_service_linked_role_deletion_status(
    _: &Iam,
    _: &Call,
    input: GetServiceLinkedRoleDeletionStatusRequest,
) -> Result<GetServiceLinkedRoleDeletionStatusResponse, ServiceError> {
    let parts: Vec<&str> = input.deletion_task_id.split('/').collect();
    let unknown = || exception::no_such_entity("The deletion task cannot be found.");
    let ["task", "aws-service-role", service, _, uuid] = parts.as_slice() else {
        return Err(unknown());
    };
    if uuid.parse::<RequestId>().is_err() || service_linked::find(service).is_none() {
        return Err(unknown());
    }
    // A role of the name that is there again was made after this one went.
    Ok(GetServiceLinkedRoleDeletionStatusResponse {
        status: "SUCCEEDED".to_owned(),
        reason: None,
    })
}
