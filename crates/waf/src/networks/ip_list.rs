//! Lists of addresses that managed rules look up: reputation, reconnaissance, anonymity services,
//! hosting. AWS's content is secret; ours is what the owner gives, a text of one address or CIDR
//! block a line, as blocklists are published.
//! Source of names: AWS WAF developer guide, "IP reputation rule groups".

use ipnet::IpNet;
use types::Time;

use crate::ip_set::IpSet;
use crate::limits::IP_LIST_BLOCKS_MAX;

macro_rules! managed_lists {
    ($($variant:ident $name:literal $doc:literal,)*) => {
        /// A list that a managed rule looks at.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ManagedList {
            $(#[doc = $doc] $variant,)*
        }

        impl ManagedList {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name of the rule that looks at it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

managed_lists! {
    Reputation "AWSManagedIPReputationList" "Addresses known for attacks.",
    Reconnaissance "AWSManagedReconnaissanceList" "Addresses that scan for targets.",
    Ddos "AWSManagedIPDDoSList" "Addresses that took part in floods.",
    Anonymous "AnonymousIPList" "Exits of anonymity services: Tor, proxies, VPNs.",
    Hosting "HostingProviderIPList" "Hosting and cloud providers, where few end users are.",
}

impl ManagedList {
    /// The list of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|list| list.as_str() == name)
    }
}

/// A list of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpList {
    set: IpSet,
    made_at: Time,
    skipped: usize,
}

impl IpList {
    /// Reads a list: an address or CIDR block begins each line; what follows white space, `,`, `;`
    /// or `#` is not read. Lines that begin with neither are skipped and counted, and so are blocks
    /// beyond [`IP_LIST_BLOCKS_MAX`] and those that would hold every address.
    #[must_use]
    pub fn read(text: &str, made_at: Time) -> Self {
        let mut networks = Vec::new();
        let mut skipped = 0;
        for line in text.lines() {
            let word = line
                .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '#'))
                .next()
                .unwrap_or_default();
            let remark = line.trim_start().starts_with(['#', ';']) || line.trim().is_empty();
            if remark {
                continue;
            }
            let network = word.parse::<IpNet>().ok();
            let network =
                network.or_else(|| Some(IpNet::from(word.parse::<std::net::IpAddr>().ok()?)));
            match network
                .map(canonical)
                .filter(|network| network.prefix_len() > 0)
            {
                Some(network) if networks.len() < IP_LIST_BLOCKS_MAX => networks.push(network),
                _ => skipped += 1,
            }
        }
        Self {
            set: IpSet::of(&networks),
            made_at,
            skipped,
        }
    }

    /// Its addresses.
    #[must_use]
    pub const fn set(&self) -> &IpSet {
        &self.set
    }

    /// When it was made, or fetched.
    #[must_use]
    pub const fn made_at(&self) -> Time {
        self.made_at
    }

    /// Lines that could not be read, or were too many.
    #[must_use]
    pub const fn skipped(&self) -> usize {
        self.skipped
    }
}
/// IPv4 that is mapped into IPv6 is the IPv4 network that it means (RFC 4291, 2.5.5.2): clients are
/// looked for as such.
fn canonical(network: IpNet) -> IpNet {
    let mapped = match network {
        IpNet::V6(v6) => v6
            .addr()
            .to_ipv4_mapped()
            .zip(v6.prefix_len().checked_sub(96)),
        IpNet::V4(_) => None,
    };
    mapped
        .and_then(|(v4, prefix)| IpNet::new(v4.into(), prefix).ok())
        .unwrap_or(network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapped_address_in_a_list_is_the_address() {
        let list = IpList::read(
            "::ffff:192.0.2.9\n::ffff:198.51.100.0/120\n",
            Time::from_seconds(1),
        );
        for (address, listed) in [
            ("192.0.2.9", true),
            ("::ffff:192.0.2.9", true),
            ("198.51.100.77", true),
            ("198.51.101.1", false),
        ] {
            assert_eq!(
                list.set().contains(address.parse().unwrap()),
                listed,
                "{address}"
            );
        }
        assert_eq!(list.skipped(), 0);
    }
}
