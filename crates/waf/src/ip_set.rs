//! IP sets: up to 10,000 CIDR blocks, IPv4 and IPv6, looked up by binary search.
//! Source: AWS WAF developer guide, "IP set match rule statement".

use std::net::IpAddr;

use ipnet::IpNet;

use crate::error::{CompileError, ExceptionField};
use crate::limits::IP_SET_ADDRESSES_MAX;

/// A set of address blocks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IpSet {
    /// Sorted by address, none inside another: CIDR blocks either nest or are disjoint, and those
    /// inside a wider one are left out.
    v4: Vec<Block<u32>>,
    v6: Vec<Block<u128>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Block<A> {
    first: A,
    last: A,
    prefix: u8,
}

impl IpSet {
    /// Reads blocks in CIDR notation, such as `192.0.2.44/32` or `2001:db8::/32`. Host bits are
    /// ignored.
    ///
    /// # Errors
    /// With the first address that is no CIDR block, or is `/0`, which AWS does not allow; or when
    /// there are more than [`IP_SET_ADDRESSES_MAX`].
    pub fn parse(addresses: &[&str]) -> Result<Self, CompileError> {
        if addresses.len() > IP_SET_ADDRESSES_MAX {
            let reason = format!("An IP set holds at most {IP_SET_ADDRESSES_MAX} addresses.");
            return Err(CompileError::limit(
                ExceptionField::IpSet,
                "Addresses",
                reason,
            ));
        }
        let networks = addresses.iter().map(|address| {
            let network = address.parse::<IpNet>().ok();
            network
                .filter(|network| network.prefix_len() > 0)
                .ok_or_else(|| crate::read::malformed(ExceptionField::IpAddress, address))
        });
        let networks = networks.collect::<Result<Vec<_>, _>>()?;
        Ok(Self::of(&networks))
    }

    /// The set of these blocks.
    pub(crate) fn of(networks: &[IpNet]) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for network in networks {
            let prefix = network.prefix_len();
            match *network {
                IpNet::V4(network) => v4.push(Block {
                    first: network.network().into(),
                    last: network.broadcast().into(),
                    prefix,
                }),
                IpNet::V6(network) => v6.push(Block {
                    first: network.network().into(),
                    last: network.broadcast().into(),
                    prefix,
                }),
            }
        }
        Self {
            v4: widest(v4),
            v6: widest(v6),
        }
    }

    /// How many blocks it has, those inside others not counted.
    #[must_use]
    pub const fn blocks(&self) -> usize {
        self.v4.len() + self.v6.len()
    }

    /// Whether the address lies in one of the blocks. An IPv4 address that is mapped into IPv6
    /// counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.block_of(address).is_some()
    }

    /// The widest block that holds the address.
    #[must_use]
    pub fn block_of(&self, address: IpAddr) -> Option<IpNet> {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let block = find(&self.v4, address.into())?;
                IpNet::new(IpAddr::V4(block.first.into()), block.prefix).ok()
            }
            IpAddr::V6(address) => {
                let block = find(&self.v6, address.into())?;
                IpNet::new(IpAddr::V6(block.first.into()), block.prefix).ok()
            }
        }
    }
}

/// Sorts, and drops blocks that lie inside another.
fn widest<A: Ord + Copy>(mut blocks: Vec<Block<A>>) -> Vec<Block<A>> {
    blocks.sort_unstable_by(|a, b| a.first.cmp(&b.first).then(b.last.cmp(&a.last)));
    blocks.dedup_by(|inner, outer| inner.last <= outer.last);
    blocks
}

fn find<A: Ord + Copy>(blocks: &[Block<A>], address: A) -> Option<Block<A>> {
    let after = blocks.partition_point(|block| block.first <= address);
    let block = blocks.get(after.checked_sub(1)?)?;
    (address <= block.last).then_some(*block)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_block_is_refused() {
        for address in [
            "",
            "1.2.3.4",
            "1.2.3.4/33",
            "0.0.0.0/0",
            "::/0",
            "::1/129",
            "1.2.3/24",
            "é/8",
        ] {
            let error = IpSet::parse(&[address]).unwrap_err();
            assert_eq!(
                (error.field, error.parameter.as_str()),
                (ExceptionField::IpAddress, address)
            );
        }
        let many = vec!["10.0.0.1/32"; IP_SET_ADDRESSES_MAX + 1];
        assert_eq!(
            IpSet::parse(&many).unwrap_err().field,
            ExceptionField::IpSet
        );
        assert!(IpSet::parse(&many[1..]).is_ok());
    }

    #[test]
    fn a_mapped_address_is_the_address() {
        let set = IpSet::parse(&["192.0.2.0/24"]).unwrap();
        assert!(set.contains("::ffff:192.0.2.7".parse().unwrap()));
        assert!(!set.contains("::ffff:192.0.3.7".parse().unwrap()));
        let block = set.block_of("192.0.2.9".parse().unwrap()).unwrap();
        assert_eq!(block.to_string(), "192.0.2.0/24");
    }

    /// Few distinct high bits, so that blocks nest and addresses hit.
    fn networks() -> impl Strategy<Value = Vec<IpNet>> {
        let v4 = (0u32..64, 1u8..=32).prop_map(|(low, prefix)| {
            IpNet::new(IpAddr::V4((low << 26 | low).into()), prefix).unwrap()
        });
        let v6 = (0u128..64, 1u8..=128).prop_map(|(low, prefix)| {
            IpNet::new(IpAddr::V6((low << 122 | low).into()), prefix).unwrap()
        });
        prop::collection::vec(prop_oneof![v4, v6], 0..60)
    }

    proptest! {
        #[test]
        fn agrees_with_a_walk_over_all_blocks(
            networks in networks(),
            probes in prop::collection::vec((any::<bool>(), 0u32..64, 0u32..64), 1..40),
        ) {
            let texts: Vec<String> = networks.iter().map(ToString::to_string).collect();
            let set = IpSet::parse(&texts.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
            for (six, high, low) in probes {
                let address = if six {
                    IpAddr::V6((u128::from(high) << 122 | u128::from(low)).into())
                } else {
                    IpAddr::V4((high << 26 | low).into())
                };
                let naive = networks.iter().any(|network| network.contains(&address));
                prop_assert_eq!(set.contains(address), naive, "{}", address);
                if let Some(block) = set.block_of(address) {
                    prop_assert!(block.contains(&address));
                    prop_assert!(networks.iter().any(|network| network.trunc() == block));
                }
            }
        }
    }
}
