//! The operations, a family each.

mod account;
mod attributes;
mod certificates;
mod listeners;
mod load_balancers;
mod network;
mod references;
mod rules;
mod tags;
mod target_groups;
mod targets;
mod trust_stores;

pub(crate) use account::{
    describe_account_limits, describe_capacity_reservation, describe_ssl_policies,
    modify_capacity_reservation,
};
pub(crate) use attributes::{
    describe_listener_attributes, describe_load_balancer_attributes,
    describe_target_group_attributes, modify_listener_attributes, modify_load_balancer_attributes,
    modify_target_group_attributes,
};
pub(crate) use certificates::{
    add_listener_certificates, describe_listener_certificates, remove_listener_certificates,
};
pub(crate) use listeners::{create_listener, delete_listener, describe_listeners, modify_listener};
pub(crate) use load_balancers::{
    create_load_balancer, delete_load_balancer, describe_load_balancers,
};
pub(crate) use network::{set_ip_address_type, set_security_groups, set_subnets};
pub(crate) use rules::{
    create_rule, delete_rule, describe_rules, modify_rule, set_rule_priorities,
};
pub(crate) use tags::{add_tags, describe_tags, remove_tags};
pub(crate) use target_groups::{
    create_target_group, delete_target_group, describe_target_groups, modify_target_group,
};
pub(crate) use targets::{deregister_targets, describe_target_health, register_targets};
pub(crate) use trust_stores::{
    add_trust_store_revocations, create_trust_store, delete_shared_trust_store_association,
    delete_trust_store, describe_trust_store_associations, describe_trust_store_revocations,
    describe_trust_stores, get_resource_policy, get_trust_store_ca_certificates_bundle,
    get_trust_store_revocation_content, modify_trust_store, remove_trust_store_revocations,
};
