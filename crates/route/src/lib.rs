//! Which rule, target group and target a request gets, as values. Source: Elastic Load Balancing
//! v2, "How Elastic Load Balancing works"; "Application Load Balancers".
//!
//! Floor 1: no input or output, no clock, no randomness. `elb` compiles its rows into a [`Table`];
//! the edge follows it:
//!
//! 1. [`Table::listener`]: whose the connection is, by address and server name or host;
//! 2. [`Listener::route`]: the rule for the request, which is the evidence too;
//! 3. [`Forward::choose`] the target group, [`TargetGroup::choose`] the target, or
//!    [`Redirect::location`], or a [`FixedResponse`];
//! 4. [`stickiness`] for clients that stay, [`health`] and [`outlier`] for targets that fail.

mod action;
mod condition;
pub mod health;
mod listener;
mod load_balancer;
pub mod outlier;
mod pattern;
mod request;
pub mod stickiness;
mod target_group;
mod transform;
mod trust_store;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

pub use action::{Action, FixedResponse, Forward, Redirect, Template, WeightedTargetGroup};
pub use condition::{Condition, Patterns, QueryPattern};
pub use listener::{Certificate, Listener, MutualAuthentication, Routed, Rule, Tls, TlsVersion};
pub use load_balancer::{
    DesyncMitigation, ListenerAttributes, LoadBalancerAttributes, LogPlace, XffMode,
};
pub use pattern::{PATTERN_BYTES_MAX, PatternError, REWRITE_REGEX_BYTES_MAX, Regex, Wildcard};
pub use request::{Headers, Protocol, Request, host_of};
pub use target_group::{
    Algorithm, Choice, Draw, HealthyMinimum, ProtocolVersion, RegisteredTarget, Stickiness,
    TargetGroup, TargetGroupAttributes, TargetLoad,
};
pub use transform::{
    REPLACEMENT_BYTES_MAX, REWRITTEN_BYTES_MAX, Rewrite, RewriteError, Transforms,
};
pub use trust_store::TrustStore;

/// What the edge needs to know of all load balancers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The listeners of each address; load balancers can share one. The first is whose a request
    /// is that no other claims.
    pub addresses: BTreeMap<SocketAddr, Vec<Arc<Listener>>>,
    /// All target groups that a rule forwards to, by ARN: whose health is checked.
    pub target_groups: BTreeMap<String, Arc<TargetGroup>>,
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

impl Table {
    /// The listener that a request for `host` at `address` belongs to.
    #[must_use]
    pub fn listener(&self, address: SocketAddr, host: &str) -> Option<&Arc<Listener>> {
        match self.addresses.get(&address)?.as_slice() {
            [only] => Some(only),
            shared => shared
                .iter()
                .find(|listener| listener.claims(host))
                .or_else(|| shared.first()),
        }
    }

    /// The listener whose TLS a client gets that asks for `server_name` at `address`.
    #[must_use]
    pub fn tls_listener(
        &self,
        address: SocketAddr,
        server_name: Option<&str>,
    ) -> Option<&Arc<Listener>> {
        let shared = self.addresses.get(&address)?;
        let named = server_name.and_then(|name| {
            let certified = shared
                .iter()
                .find(|listener| listener.has_certificate_for(name));
            certified.or_else(|| shared.iter().find(|listener| listener.claims(name)))
        });
        named.or_else(|| shared.first())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn load_balancers_that_share_an_address_are_told_apart_by_host() {
        let address: SocketAddr = "127.0.0.1:8080".parse().unwrap();
        let listener = |arn: &str, host: &str| {
            let default_rule = Rule {
                arn: String::new(),
                priority: None,
                conditions: Vec::new(),
                action: Action::FixedResponse(FixedResponse {
                    status: 404,
                    content_type: None,
                    body: String::new(),
                }),
                transforms: Transforms::default(),
            };
            let mut listener = Listener::new(arn, arn, 8080, default_rule);
            listener.hosts = vec![Wildcard::ignore_case(host).unwrap()];
            Arc::new(listener)
        };
        let mut table = Table::default();
        let shared = vec![listener("a", "a.example"), listener("b", "*.b.example")];
        table.addresses.insert(address, shared);
        for (host, arn) in [
            ("a.example", "a"),
            ("X.B.example", "b"),
            ("c", "a"),
            ("", "a"),
        ] {
            assert_eq!(table.listener(address, host).unwrap().arn, arn);
            assert_eq!(table.tls_listener(address, Some(host)).unwrap().arn, arn);
        }
        assert_eq!(table.tls_listener(address, None).unwrap().arn, "a");
        assert!(
            table
                .listener("127.0.0.1:1".parse().unwrap(), "a.example")
                .is_none()
        );
    }
}
