//! The operations, one file each or a close family. `model.rs` dispatches to the functions named
//! here.

mod api_key;
mod association;
mod check_capacity;
mod explain_request;
mod ip_set;
mod lifecycle;
mod logging_configuration;
mod managed_rule_group;
mod monetize;
mod path_statistics;
mod permission_policy;
mod rate_based_keys;
mod regex_pattern_set;
mod rule_group;
mod sampled_requests;
mod tags;
mod web_acl;

pub(crate) use api_key::{create_api_key, delete_api_key, get_decrypted_api_key, list_api_keys};
pub(crate) use association::{
    associate_web_acl, disassociate_web_acl, get_web_acl_for_resource, list_resources_for_web_acl,
};
pub(crate) use check_capacity::check_capacity;
pub(crate) use explain_request::explain_request;
pub(crate) use ip_set::{create_ip_set, delete_ip_set, get_ip_set, list_ip_sets, update_ip_set};
pub(crate) use lifecycle::{New, put_new};
pub(crate) use logging_configuration::{
    delete_logging_configuration, get_logging_configuration, list_logging_configurations,
    put_logging_configuration,
};
pub(crate) use managed_rule_group::{
    describe_all_managed_products, describe_managed_products_by_vendor,
    describe_managed_rule_group, list_available_managed_rule_group_versions,
    list_available_managed_rule_groups,
};
pub(crate) use path_statistics::get_top_path_statistics_by_traffic;
pub(crate) use permission_policy::{
    delete_permission_policy, get_permission_policy, put_permission_policy,
};
pub(crate) use rate_based_keys::get_rate_based_statement_managed_keys;
pub(crate) use regex_pattern_set::{
    create_regex_pattern_set, delete_regex_pattern_set, get_regex_pattern_set,
    list_regex_pattern_sets, update_regex_pattern_set,
};
pub(crate) use rule_group::{
    create_rule_group, delete_rule_group, get_rule_group, list_rule_groups, update_rule_group,
};
pub(crate) use sampled_requests::get_sampled_requests;
pub(crate) use tags::{list_tags_for_resource, tag_resource, untag_resource};
pub(crate) use web_acl::{
    create_web_acl, delete_firewall_manager_rule_groups, delete_web_acl, get_web_acl,
    list_web_acls, update_web_acl,
};
