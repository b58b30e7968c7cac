//! The operations, a family each.

mod listeners;
mod load_balancers;
mod tags;
mod target_groups;

pub(crate) use listeners::describe_listeners;
pub(crate) use load_balancers::{describe_load_balancer_attributes, describe_load_balancers};
pub(crate) use tags::describe_tags;
pub(crate) use target_groups::{describe_target_groups, describe_target_health};
