//! `TagUser`, `UntagUser`, `ListUserTags` and the same of roles, policies, instance profiles, MFA
//! devices, OpenID Connect providers and server certificates. Source: IAM User Guide, "Tagging IAM
//! resources".

use std::sync::Arc;

use types::{Call, ServiceError};

use crate::account::{Account, Filed};
use crate::holder::Managed;
use crate::model::{
    ListInstanceProfileTagsRequest, ListInstanceProfileTagsResponse, ListMFADeviceTagsRequest,
    ListMFADeviceTagsResponse, ListOpenIDConnectProviderTagsRequest,
    ListOpenIDConnectProviderTagsResponse, ListPolicyTagsRequest, ListPolicyTagsResponse,
    ListRoleTagsRequest, ListRoleTagsResponse, ListServerCertificateTagsRequest,
    ListServerCertificateTagsResponse, ListUserTagsRequest, ListUserTagsResponse, Tag,
    TagInstanceProfileRequest, TagMFADeviceRequest, TagOpenIDConnectProviderRequest,
    TagPolicyRequest, TagRoleRequest, TagServerCertificateRequest, TagUserRequest,
    UntagInstanceProfileRequest, UntagMFADeviceRequest, UntagOpenIDConnectProviderRequest,
    UntagPolicyRequest, UntagRoleRequest, UntagServerCertificateRequest, UntagUserRequest,
};
use crate::page::{Page, page};
use crate::state::{
    InstanceProfileRow, MfaRow, OidcRow, PolicyRow, RoleRow, ServerCertificateRow, UserRow,
};
use crate::tags::Tags;
use crate::{Iam, exception};

/// What has tags.
trait Tagged: Filed {
    /// The row that the caller names.
    fn named(account: &Account, name: &str) -> Result<Arc<Self>, ServiceError>;
    fn tags(&self) -> &Tags;
    fn tags_mut(&mut self) -> &mut Tags;
}

async fn tag<T: Tagged>(
    iam: &Iam,
    call: &Call,
    name: &str,
    tags: &[Tag],
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let mut row = T::clone(T::named(&draft.account, name)?.as_ref());
        row.tags_mut().add(tags.to_vec())?;
        draft.put(row)
    })
    .await
}

async fn untag<T: Tagged>(
    iam: &Iam,
    call: &Call,
    name: &str,
    keys: &[String],
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let mut row = T::clone(T::named(&draft.account, name)?.as_ref());
        row.tags_mut().remove(keys);
        draft.put(row)
    })
    .await
}

fn list<T: Tagged>(
    iam: &Iam,
    call: &Call,
    name: &str,
    (marker, max_items): (Option<String>, Option<i64>),
) -> Result<Page<Tag>, ServiceError> {
    let row = T::named(&iam.account_of(call), name)?;
    listed(row.tags().list(), marker.as_deref(), max_items)
}

fn listed(
    tags: Vec<Tag>,
    marker: Option<&str>,
    max_items: Option<i64>,
) -> Result<Page<Tag>, ServiceError> {
    page(
        tags.into_iter().map(|tag| (tag.key.clone(), tag)),
        marker,
        max_items,
    )
}

impl Tagged for UserRow {
    fn named(account: &Account, name: &str) -> Result<Arc<Self>, ServiceError> {
        account.user(name)
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }
}

impl Tagged for RoleRow {
    fn named(account: &Account, name: &str) -> Result<Arc<Self>, ServiceError> {
        account.role(name)
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }
}

impl Tagged for PolicyRow {
    fn named(account: &Account, name: &str) -> Result<Arc<Self>, ServiceError> {
        account.changeable_policy(name)
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }
}

impl Tagged for InstanceProfileRow {
    fn named(account: &Account, name: &str) -> Result<Arc<Self>, ServiceError> {
        account.instance_profile(name)
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }
}

impl Tagged for MfaRow {
    fn named(account: &Account, name: &str) -> Result<Arc<Self>, ServiceError> {
        account.mfa_device(name)
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }
}

impl Tagged for OidcRow {
    fn named(account: &Account, name: &str) -> Result<Arc<Self>, ServiceError> {
        account.oidc_provider(name)
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }
}

impl Tagged for ServerCertificateRow {
    fn named(account: &Account, name: &str) -> Result<Arc<Self>, ServiceError> {
        account.server_certificate(name)
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }
}

pub(crate) async fn tag_user(
    iam: &Iam,
    call: &Call,
    input: TagUserRequest,
) -> Result<(), ServiceError> {
    tag::<UserRow>(iam, call, &input.user_name, &input.tags).await
}

pub(crate) async fn untag_user(
    iam: &Iam,
    call: &Call,
    input: UntagUserRequest,
) -> Result<(), ServiceError> {
    untag::<UserRow>(iam, call, &input.user_name, &input.tag_keys).await
}

pub(crate) async fn list_user_tags(
    iam: &Iam,
    call: &Call,
    input: ListUserTagsRequest,
) -> Result<ListUserTagsResponse, ServiceError> {
    let page = list::<UserRow>(iam, call, &input.user_name, (input.marker, input.max_items))?;
    Ok(ListUserTagsResponse {
        tags: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn tag_role(
    iam: &Iam,
    call: &Call,
    input: TagRoleRequest,
) -> Result<(), ServiceError> {
    tag::<RoleRow>(iam, call, &input.role_name, &input.tags).await
}

pub(crate) async fn untag_role(
    iam: &Iam,
    call: &Call,
    input: UntagRoleRequest,
) -> Result<(), ServiceError> {
    untag::<RoleRow>(iam, call, &input.role_name, &input.tag_keys).await
}

pub(crate) async fn list_role_tags(
    iam: &Iam,
    call: &Call,
    input: ListRoleTagsRequest,
) -> Result<ListRoleTagsResponse, ServiceError> {
    let page = list::<RoleRow>(iam, call, &input.role_name, (input.marker, input.max_items))?;
    Ok(ListRoleTagsResponse {
        tags: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn tag_policy(
    iam: &Iam,
    call: &Call,
    input: TagPolicyRequest,
) -> Result<(), ServiceError> {
    tag::<PolicyRow>(iam, call, &input.policy_arn, &input.tags).await
}

pub(crate) async fn untag_policy(
    iam: &Iam,
    call: &Call,
    input: UntagPolicyRequest,
) -> Result<(), ServiceError> {
    untag::<PolicyRow>(iam, call, &input.policy_arn, &input.tag_keys).await
}

pub(crate) async fn list_policy_tags(
    iam: &Iam,
    call: &Call,
    input: ListPolicyTagsRequest,
) -> Result<ListPolicyTagsResponse, ServiceError> {
    let account = iam.account_of(call);
    let tags = match account.policy(&input.policy_arn)? {
        Managed::Customer(policy) => policy.tags.list(),
        Managed::Aws(_) => {
            return Err(exception::invalid_input(
                "Policies that are managed by AWS have no tags.",
            ));
        }
    };
    let page = listed(tags, input.marker.as_deref(), input.max_items)?;
    Ok(ListPolicyTagsResponse {
        tags: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn tag_instance_profile(
    iam: &Iam,
    call: &Call,
    input: TagInstanceProfileRequest,
) -> Result<(), ServiceError> {
    tag::<InstanceProfileRow>(iam, call, &input.instance_profile_name, &input.tags).await
}

pub(crate) async fn untag_instance_profile(
    iam: &Iam,
    call: &Call,
    input: UntagInstanceProfileRequest,
) -> Result<(), ServiceError> {
    untag::<InstanceProfileRow>(iam, call, &input.instance_profile_name, &input.tag_keys).await
}

pub(crate) async fn list_instance_profile_tags(
    iam: &Iam,
    call: &Call,
    input: ListInstanceProfileTagsRequest,
) -> Result<ListInstanceProfileTagsResponse, ServiceError> {
    let page = list::<InstanceProfileRow>(
        iam,
        call,
        &input.instance_profile_name,
        (input.marker, input.max_items),
    )?;
    Ok(ListInstanceProfileTagsResponse {
        tags: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn tag_mfa_device(
    iam: &Iam,
    call: &Call,
    input: TagMFADeviceRequest,
) -> Result<(), ServiceError> {
    tag::<MfaRow>(iam, call, &input.serial_number, &input.tags).await
}

pub(crate) async fn untag_mfa_device(
    iam: &Iam,
    call: &Call,
    input: UntagMFADeviceRequest,
) -> Result<(), ServiceError> {
    untag::<MfaRow>(iam, call, &input.serial_number, &input.tag_keys).await
}

pub(crate) async fn list_mfa_device_tags(
    iam: &Iam,
    call: &Call,
    input: ListMFADeviceTagsRequest,
) -> Result<ListMFADeviceTagsResponse, ServiceError> {
    let page = list::<MfaRow>(
        iam,
        call,
        &input.serial_number,
        (input.marker, input.max_items),
    )?;
    Ok(ListMFADeviceTagsResponse {
        tags: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn tag_open_id_connect_provider(
    iam: &Iam,
    call: &Call,
    input: TagOpenIDConnectProviderRequest,
) -> Result<(), ServiceError> {
    tag::<OidcRow>(iam, call, &input.open_id_connect_provider_arn, &input.tags).await
}

pub(crate) async fn untag_open_id_connect_provider(
    iam: &Iam,
    call: &Call,
    input: UntagOpenIDConnectProviderRequest,
) -> Result<(), ServiceError> {
    untag::<OidcRow>(
        iam,
        call,
        &input.open_id_connect_provider_arn,
        &input.tag_keys,
    )
    .await
}

pub(crate) async fn list_open_id_connect_provider_tags(
    iam: &Iam,
    call: &Call,
    input: ListOpenIDConnectProviderTagsRequest,
) -> Result<ListOpenIDConnectProviderTagsResponse, ServiceError> {
    let page = list::<OidcRow>(
        iam,
        call,
        &input.open_id_connect_provider_arn,
        (input.marker, input.max_items),
    )?;
    Ok(ListOpenIDConnectProviderTagsResponse {
        tags: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn tag_server_certificate(
    iam: &Iam,
    call: &Call,
    input: TagServerCertificateRequest,
) -> Result<(), ServiceError> {
    tag::<ServerCertificateRow>(iam, call, &input.server_certificate_name, &input.tags).await
}

pub(crate) async fn untag_server_certificate(
    iam: &Iam,
    call: &Call,
    input: UntagServerCertificateRequest,
) -> Result<(), ServiceError> {
    untag::<ServerCertificateRow>(iam, call, &input.server_certificate_name, &input.tag_keys).await
}

pub(crate) async fn list_server_certificate_tags(
    iam: &Iam,
    call: &Call,
    input: ListServerCertificateTagsRequest,
) -> Result<ListServerCertificateTagsResponse, ServiceError> {
    let page = list::<ServerCertificateRow>(
        iam,
        call,
        &input.server_certificate_name,
        (input.marker, input.max_items),
    )?;
    Ok(ListServerCertificateTagsResponse {
        tags: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
