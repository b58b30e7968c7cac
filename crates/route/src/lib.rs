//! Which load balancer and target a request gets, as values. Source: Elastic Load Balancing v2,
//! "How Elastic Load Balancing works".
//!
//! Floor 1: no input or output, no clock, no randomness. `elb` compiles its rows into a [`Table`];
//! the edge follows it.

use std::collections::BTreeMap;
use std::net::SocketAddr;

/// What the edge needs to know of every load balancer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// By ARN.
    pub load_balancers: BTreeMap<String, LoadBalancer>,
    /// Which load balancer a listening address belongs to, by ARN.
    pub listeners: BTreeMap<SocketAddr, String>,
}

/// One load balancer: its targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancer {
    /// Its ARN.
    pub arn: String,
    /// Where requests go, in turn.
    pub targets: Vec<Target>,
}

/// One target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Host name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether it is spoken to by TLS.
    pub tls: bool,
}
