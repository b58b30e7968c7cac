//! Who has policies: users, groups and roles. What is the same for all three is written once.

use std::sync::Arc;

use types::ServiceError;

use crate::account::{Account, Filed};
use crate::limit::{GROUP_POLICY_SIZE_MAX, ROLE_POLICY_SIZE_MAX, USER_POLICY_SIZE_MAX};
use crate::managed::{self, AwsPolicy};
use crate::state::{
    GroupRow, InstanceProfileRow, MfaRow, OidcRow, Permissions, PolicyRow, RoleRow,
    ServerCertificateRow, UserRow, Version,
};
use crate::{exception, id};

/// A user, group or role.
pub(crate) trait Holder: Filed {
    /// As messages name it.
    const KIND: &'static str;
    /// The quota of attached policies.
    const ATTACHED_QUOTA: &'static str;
    /// Characters of all its inline policies.
    const INLINE_SIZE_MAX: usize;

    fn name(&self) -> &str;
    fn permissions(&self) -> &Permissions;
    fn permissions_mut(&mut self) -> &mut Permissions;

    /// Roles that only their service may change are refused.
    fn modifiable(&self) -> Result<(), ServiceError> {
        Ok(())
    }
}

impl Holder for UserRow {
    const KIND: &'static str = "user";
    const ATTACHED_QUOTA: &'static str = "PoliciesPerUser";
    const INLINE_SIZE_MAX: usize = USER_POLICY_SIZE_MAX;

    fn name(&self) -> &str {
        &self.name
    }

    fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    fn permissions_mut(&mut self) -> &mut Permissions {
        &mut self.permissions
    }
}

impl Holder for GroupRow {
    const KIND: &'static str = "group";
    const ATTACHED_QUOTA: &'static str = "PoliciesPerGroup";
    const INLINE_SIZE_MAX: usize = GROUP_POLICY_SIZE_MAX;

    fn name(&self) -> &str {
        &self.name
    }

    fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    fn permissions_mut(&mut self) -> &mut Permissions {
        &mut self.permissions
    }
}

impl Holder for RoleRow {
    const KIND: &'static str = "role";
    const ATTACHED_QUOTA: &'static str = "PoliciesPerRole";
    const INLINE_SIZE_MAX: usize = ROLE_POLICY_SIZE_MAX;

    fn name(&self) -> &str {
        &self.name
    }

    fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    fn permissions_mut(&mut self) -> &mut Permissions {
        &mut self.permissions
    }

    fn modifiable(&self) -> Result<(), ServiceError> {
        match self.linked_service {
            Some(_) => Err(exception::protected_role(&self.name)),
            None => Ok(()),
        }
    }
}

/// A managed policy, the customer's or AWS's.
#[derive(Debug, Clone)]
pub(crate) enum Managed {
    Customer(Arc<PolicyRow>),
    Aws(&'static AwsPolicy),
}

impl Managed {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Customer(policy) => &policy.name,
            Self::Aws(policy) => policy.name,
        }
    }

    pub(crate) fn path(&self) -> &str {
        match self {
            Self::Customer(policy) => &policy.path,
            Self::Aws(policy) => policy.path,
        }
    }
}

impl Account {
    /// A user, group or role by its name.
    pub(crate) fn holder<T: Holder>(&self, name: &str) -> Result<Arc<T>, ServiceError> {
        let found = T::of(self).get(&id::folded(name)).cloned();
        found.ok_or_else(|| exception::not_found(T::KIND, name))
    }

    pub(crate) fn user(&self, name: &str) -> Result<Arc<UserRow>, ServiceError> {
        self.holder(name)
    }

    pub(crate) fn group(&self, name: &str) -> Result<Arc<GroupRow>, ServiceError> {
        self.holder(name)
    }

    pub(crate) fn role(&self, name: &str) -> Result<Arc<RoleRow>, ServiceError> {
        self.holder(name)
    }

    /// A managed policy by its ARN.
    pub(crate) fn managed(&self, arn: &str) -> Option<Managed> {
        if let Some(policy) = managed::find(arn) {
            return Some(Managed::Aws(policy));
        }
        self.own_policy(arn).map(Managed::Customer)
    }

    /// A managed policy of the customer's by its ARN.
    pub(crate) fn own_policy(&self, arn: &str) -> Option<Arc<PolicyRow>> {
        let name = id::name_in(self.id, "policy", arn)?;
        let found = self.policies.get(&id::folded(name))?;
        (found.arn(self.id) == arn).then(|| Arc::clone(found))
    }

    /// A managed policy that is to be attached or to be a boundary.
    pub(crate) fn attachable(&self, arn: &str) -> Result<Managed, ServiceError> {
        if !id::is_arn(arn) {
            return Err(exception::malformed_arn());
        }
        self.managed(arn)
            .ok_or_else(|| exception::policy_not_attachable(arn))
    }

    /// A managed policy that is asked for.
    pub(crate) fn policy(&self, arn: &str) -> Result<Managed, ServiceError> {
        if !id::is_arn(arn) {
            return Err(exception::malformed_arn());
        }
        self.managed(arn)
            .ok_or_else(|| exception::policy_not_found(arn))
    }

    /// A managed policy that is to be changed: AWS's cannot be.
    pub(crate) fn changeable_policy(&self, arn: &str) -> Result<Arc<PolicyRow>, ServiceError> {
        match self.policy(arn)? {
            Managed::Customer(policy) => Ok(policy),
            Managed::Aws(_) => Err(exception::access_denied(format!(
                "Policy {arn} is managed by AWS and cannot be changed."
            ))),
        }
    }

    pub(crate) fn instance_profile(
        &self,
        name: &str,
    ) -> Result<Arc<InstanceProfileRow>, ServiceError> {
        let found = self.instance_profiles.get(&id::folded(name)).cloned();
        found.ok_or_else(|| {
            exception::no_such_entity(format!("Instance Profile {name} cannot be found."))
        })
    }

    pub(crate) fn server_certificate(
        &self,
        name: &str,
    ) -> Result<Arc<ServerCertificateRow>, ServiceError> {
        let found = self.server_certificates.get(&id::folded(name)).cloned();
        found.ok_or_else(|| exception::not_found("Server Certificate", name))
    }

    /// The MFA device of a serial number.
    pub(crate) fn mfa_device(&self, serial: &str) -> Result<Arc<MfaRow>, ServiceError> {
        let name = id::name_in(self.id, "mfa", serial);
        let found = name.and_then(|name| self.mfa.get(&id::folded(name)));
        let found = found.filter(|device| device.serial(self.id) == serial);
        found.cloned().ok_or_else(|| {
            exception::no_such_entity(format!(
                "VirtualMFADevice with serial number {serial} doesn't exist."
            ))
        })
    }

    pub(crate) fn oidc_provider(&self, arn: &str) -> Result<Arc<OidcRow>, ServiceError> {
        if !id::is_arn(arn) {
            return Err(exception::malformed_arn());
        }
        let prefix = id::arn(self.id, "oidc-provider", "/", "");
        let url = arn.strip_prefix(prefix.as_str()).unwrap_or_default();
        self.oidc.get(url).cloned().ok_or_else(|| {
            exception::no_such_entity(format!("OpenIDConnect Provider not found for arn {arn}"))
        })
    }

    /// How many users, groups and roles have a managed policy attached, and how many have it as
    /// their boundary.
    pub(crate) fn uses(&self, arn: &str) -> (usize, usize) {
        let users = self.users.values().map(|user| &user.permissions);
        let groups = self.groups.values().map(|group| &group.permissions);
        let roles = self.roles.values().map(|role| &role.permissions);
        let (mut attached, mut boundaries) = (0, 0);
        for permissions in users.chain(groups).chain(roles) {
            attached += usize::from(permissions.attached.contains(arn));
            boundaries += usize::from(permissions.boundary.as_deref() == Some(arn));
        }
        (attached, boundaries)
    }
}

/// The version that `v3` names.
pub(crate) fn version<'p>(
    policy: &'p PolicyRow,
    arn: &str,
    id: &str,
) -> Result<&'p Version, ServiceError> {
    let number = id.strip_prefix('v').and_then(|number| number.parse().ok());
    number
        .and_then(|number| policy.version(number))
        .ok_or_else(|| exception::version_not_found(arn, id))
}
