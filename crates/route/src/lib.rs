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

impl Table {
    /// The load balancer that listens at `address`, if any.
    #[must_use]
    pub fn load_balancer_at(&self, address: SocketAddr) -> Option<&LoadBalancer> {
        let arn = self.listeners.get(&address)?;
        self.load_balancers.get(arn)
    }
}

impl LoadBalancer {
    /// The target whose turn it is (round robin, ELB's default algorithm): `turn` counts up by one
    /// from request to request and may wrap.
    #[must_use]
    pub fn target(&self, turn: usize) -> Option<&Target> {
        let at = turn.checked_rem(self.targets.len())?;
        self.targets.get(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load_balancer(targets: usize) -> LoadBalancer {
        LoadBalancer {
            arn: "arn:1".to_owned(),
            targets: (0..targets)
                .map(|at| Target {
                    host: "127.0.0.1".to_owned(),
                    port: u16::try_from(3000 + at).unwrap(),
                    tls: false,
                })
                .collect(),
        }
    }

    #[test]
    fn targets_get_requests_in_turn() {
        let three = load_balancer(3);
        let ports: Vec<u16> = (0..7)
            .map(|turn| three.target(turn).unwrap().port)
            .collect();
        assert_eq!(ports, [3000, 3001, 3002, 3000, 3001, 3002, 3000]);
        assert!(three.target(usize::MAX).is_some());
        assert_eq!(load_balancer(0).target(5), None);
    }

    #[test]
    fn a_listening_address_belongs_to_one_load_balancer() {
        let address = "127.0.0.1:8080".parse().unwrap();
        let mut table = Table::default();
        table.listeners.insert(address, "arn:1".to_owned());
        assert_eq!(
            table.load_balancer_at(address),
            None,
            "no such load balancer"
        );
        let one = load_balancer(1);
        table.load_balancers.insert(one.arn.clone(), one.clone());
        assert_eq!(table.load_balancer_at(address), Some(&one));
        let other = "127.0.0.1:8081".parse().unwrap();
        assert_eq!(table.load_balancer_at(other), None);
    }
}
