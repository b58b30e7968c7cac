//! Elastic Load Balancing v2: load balancers, their listeners, target groups and targets. It is the
//! edge's configuration: [`Elb::tables`] is what the edge routes by.
//! Source: Elastic Load Balancing API Reference, version 2015-12-01.
//!
//! [`Elb::ensure_default`] makes the load balancer `default` of `btz protect`. Its target is not
//! health-checked yet and says so (`unavailable`, `Target.HealthCheckDisabled`).

mod default;
mod exception;
mod id;
mod model;
mod operations;
mod page;
mod service;
mod state;
mod tables;

pub use default::DefaultLoadBalancer;
pub use service::Elb;
