//! The operations, a family each. `model.rs` dispatches to the functions named here.

mod access_keys;
mod account;
mod attachments;
mod authorization_details;
mod credential_report;
mod groups;
mod inline_policies;
mod instance_profiles;
mod login_profiles;
mod mfa_devices;
pub(crate) mod oidc_providers;
mod policies;
mod roles;
mod server_certificates;
mod service_credentials;
mod service_linked_roles;
mod simulation;
mod tags;
mod users;

pub(crate) use access_keys::{
    context as access_key_context, create_access_key, delete_access_key, get_access_key_last_used,
    list_access_keys, update_access_key,
};
pub(crate) use account::{
    create_account_alias, delete_account_alias, get_account_summary, list_account_aliases,
};
pub(crate) use attachments::{
    attach_group_policy, attach_role_policy, attach_user_policy, delete_role_permissions_boundary,
    delete_user_permissions_boundary, detach_group_policy, detach_role_policy, detach_user_policy,
    list_attached_group_policies, list_attached_role_policies, list_attached_user_policies,
    put_role_permissions_boundary, put_user_permissions_boundary,
};
pub(crate) use authorization_details::{
    get_account_authorization_details, list_entities_for_policy,
};
pub(crate) use credential_report::{Reports, generate_credential_report, get_credential_report};
pub(crate) use groups::{
    add_user_to_group, create_group, delete_group, get_group, list_groups, list_groups_for_user,
    remove_user_from_group, update_group,
};
pub(crate) use inline_policies::{
    delete_group_policy, delete_role_policy, delete_user_policy, get_group_policy, get_role_policy,
    get_user_policy, list_group_policies, list_role_policies, list_user_policies, put_group_policy,
    put_role_policy, put_user_policy,
};
pub(crate) use instance_profiles::{
    add_role_to_instance_profile, create_instance_profile, delete_instance_profile,
    get_instance_profile, list_instance_profiles, list_instance_profiles_for_role,
    remove_role_from_instance_profile,
};
pub(crate) use login_profiles::{
    change_password, create_login_profile, delete_account_password_policy, delete_login_profile,
    get_account_password_policy, get_login_profile, update_account_password_policy,
    update_login_profile,
};
pub(crate) use mfa_devices::{
    create_virtual_mfa_device, deactivate_mfa_device, delete_virtual_mfa_device, enable_mfa_device,
    get_mfa_device, list_mfa_devices, list_virtual_mfa_devices, resync_mfa_device,
};
pub(crate) use oidc_providers::{
    add_client_id_to_open_id_connect_provider, create_open_id_connect_provider,
    delete_open_id_connect_provider, get_open_id_connect_provider, list_open_id_connect_providers,
    remove_client_id_from_open_id_connect_provider, update_open_id_connect_provider_thumbprint,
};
pub(crate) use policies::{
    create_policy, create_policy_version, delete_policy, delete_policy_version, get_policy,
    get_policy_version, list_policies, list_policy_versions, set_default_policy_version,
};
pub(crate) use roles::{
    create_role, delete_role, get_role, list_roles, update_assume_role_policy, update_role,
    update_role_description,
};
pub(crate) use server_certificates::{
    delete_server_certificate, get_server_certificate, list_server_certificates,
    update_server_certificate, upload_server_certificate,
};
pub(crate) use service_credentials::{
    create_service_specific_credential, delete_service_specific_credential,
    list_service_specific_credentials, reset_service_specific_credential,
    update_service_specific_credential,
};
pub(crate) use service_linked_roles::{
    create_service_linked_role, delete_service_linked_role, get_service_linked_role_deletion_status,
};
pub(crate) use simulation::{
    get_context_keys_for_custom_policy, get_context_keys_for_principal_policy,
    simulate_custom_policy, simulate_principal_policy,
};
pub(crate) use tags::{
    list_instance_profile_tags, list_mfa_device_tags, list_open_id_connect_provider_tags,
    list_policy_tags, list_role_tags, list_server_certificate_tags, list_user_tags,
    tag_instance_profile, tag_mfa_device, tag_open_id_connect_provider, tag_policy, tag_role,
    tag_server_certificate, tag_user, untag_instance_profile, untag_mfa_device,
    untag_open_id_connect_provider, untag_policy, untag_role, untag_server_certificate, untag_user,
};
pub(crate) use users::{create_user, delete_user, get_user, list_users, update_user};
