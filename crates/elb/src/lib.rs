//! Elastic Load Balancing v2: load balancers, their listeners, rules, target groups and targets. It
//! is the edge's configuration: [`Elb::tables`] is what the edge routes by.
//! Source: Elastic Load Balancing API Reference, version 2015-12-01.
//!
//! There are application load balancers only. Several share this machine's addresses: a listener
//! is bound at its load balancer's address (that of `default`, or the `PrivateIPv4Address` or
//! `IPv6Address` of a subnet mapping), and where two have one port, requests are told apart by
//! host ([`route::Table::listener`]). Subnets, security groups and zones are echoed and mean
//! nothing here.
//!
//! [`Elb::ensure_default`] makes the load balancer `default` of `btz protect`.

mod action;
mod asks;
mod attribute;
mod condition;
mod default;
mod directory;
mod draft;
mod exception;
mod id;
mod limit;
mod model;
mod operations;
mod page;
mod service;
mod ssl_policy;
mod state;
mod tables;
mod target_group;
mod trust_store;

pub use default::DefaultLoadBalancer;
pub use directory::{
    Anomaly, BucketDirectory, CertificateDirectory, CertificateFacts, ObjectError,
    TargetHealthDirectory,
};
pub use service::Elb;
pub use trust_store::{InvalidMaterial, read_bundle, read_revocation_list};

/// The API's operations and shapes.
#[must_use]
pub fn model() -> &'static wire::Model {
    &model::MODEL
}

/// The attributes of load balancers, listeners and target groups that can be set here, each with its
/// default.
#[must_use]
pub fn attributes() -> [Vec<(&'static str, &'static str)>; 3] {
    [
        attribute::LOAD_BALANCER,
        attribute::LISTENER,
        attribute::TARGET_GROUP,
    ]
    .map(|table| attribute::defaults(table).collect())
}
