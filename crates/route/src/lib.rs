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
pub use listener::{
    Certificate, Claim, Listener, MutualAuthentication, Routed, Rule, Tls, TlsVersion,
};
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
            shared => {
                let mut best: Option<(Claim, &Arc<Listener>)> = None;
                for listener in shared {
                    // Of two that claim it alike, the first has it.
                    if let Some(claim) = listener.claim(host)
                        && best.is_none_or(|(before, _)| claim > before)
                    {
                        best = Some((claim, listener));
                    }
                }
                best.map(|(_, listener)| listener)
                    .or_else(|| shared.first())
            }
        }
    }

    /// The listener whose TLS a client gets that asks for `server_name` at `address`: the one that
    /// requests for this host belong to. One that names none is like one whose host nobody claims.
    #[must_use]
    pub fn tls_listener(
        &self,
        address: SocketAddr,
        server_name: Option<&str>,
    ) -> Option<&Arc<Listener>> {
        self.listener(address, server_name.unwrap_or_default())
    }

    /// Whether a request for `host` may come on a TLS connection that was made for `server_name`:
    /// it may when both belong to one listener. Otherwise the TLS that was spoken is not the one
    /// that the host's listener asks for, its client certificates for example.
    #[must_use]
    pub fn is_misdirected(
        &self,
        address: SocketAddr,
        server_name: Option<&str>,
        host: &str,
    ) -> bool {
        let is_same = server_name.is_some_and(|name| name.eq_ignore_ascii_case(host));
        match self.addresses.get(&address).map(Vec::as_slice) {
            None | Some([] | [_]) => false,
            Some(_) if is_same => false,
            Some(_) => {
                let spoken = self.tls_listener(address, server_name);
                let wanted = self.listener(address, host);
                spoken.map(|listener| &listener.arn) != wanted.map(|listener| &listener.arn)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener(arn: &str, hosts: &[&str]) -> Arc<Listener> {
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
        let hosts = hosts
            .iter()
            .map(|host| Wildcard::ignore_case(host).unwrap());
        listener.hosts = hosts.collect();
        Arc::new(listener)
    }

    #[test]
    fn the_most_exact_claim_has_a_host() {
        let address: SocketAddr = "127.0.0.1:8080".parse().unwrap();
        let all = [
            listener("all", &["*"]),
            listener("wide", &["*.example"]),
            listener("narrow", &["*.shop.example", "x.wide.example"]),
            listener("exact", &["www.shop.example"]),
            listener("late", &["*.example", "www.shop.example"]),
        ];
        // In whatever order they are.
        for turn in 0..all.len() {
            let mut shared = all.to_vec();
            shared.rotate_left(turn);
            let first_of = |one: &str, other: &str| {
                let place = |arn| shared.iter().position(|listener| listener.arn == arn);
                if place(one) < place(other) {
                    one
                } else {
                    other
                }
                .to_owned()
            };
            let wide = first_of("wide", "late");
            let exact = first_of("exact", "late");
            let mut table = Table::default();
            table.addresses.insert(address, shared);
            for (host, arn) in [
                ("other", "all"),
                ("", "all"),
                ("a.example", wide.as_str()),
                ("a.shop.example", "narrow"),
                ("x.wide.example", "narrow"),
                ("WWW.shop.example", exact.as_str()),
            ] {
                assert_eq!(table.listener(address, host).unwrap().arn, arn, "{host}");
                let by_name = table.tls_listener(address, Some(host)).unwrap();
                assert_eq!(by_name.arn, arn, "{host}");
            }
        }
    }

    #[test]
    fn a_request_is_misdirected_when_name_and_host_lead_to_two_listeners() {
        let address: SocketAddr = "127.0.0.1:8080".parse().unwrap();
        let a = listener("a", &["a.example", "also.a.example"]);
        let b = listener("b", &["b.example", "*.b.example"]);
        let mut table = Table::default();
        table.addresses.insert(address, vec![Arc::clone(&a), b]);
        for (name, host, expected) in [
            (Some("a.example"), "a.example", false),
            // One load balancer, many certificates: connections may be shared.
            (Some("a.example"), "also.a.example", false),
            (Some("b.example"), "X.b.example", false),
            (Some("x.b.example"), "y.b.example", false),
            (Some("a.example"), "b.example", true),
            (Some("b.example"), "a.example", true),
            // Nobody's hosts are the first one's.
            (None, "127.0.0.1", false),
            (None, "a.example", false),
            (Some("unknown"), "a.example", false),
            (Some("unknown"), "other", false),
            (None, "b.example", true),
            (Some("unknown"), "b.example", true),
            (Some("b.example"), "unknown", true),
        ] {
            let found = table.is_misdirected(address, name, host);
            assert_eq!(found, expected, "{name:?} {host}");
        }
        // Where there is one load balancer there is nothing to tell apart.
        table.addresses.insert(address, vec![a]);
        assert!(!table.is_misdirected(address, Some("b.example"), "a.example"));
    }

    #[test]
    fn load_balancers_that_share_an_address_are_told_apart_by_host() {
        let address: SocketAddr = "127.0.0.1:8080".parse().unwrap();
        let mut table = Table::default();
        let shared = vec![
            listener("a", &["a.example"]),
            listener("b", &["*.b.example"]),
        ];
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
