//! What is known about addresses: in which country they are, which autonomous system announces
//! them, on which lists they stand. All of it is data that the owner hands in, and may replace at
//! any time: nothing here is compiled into a web ACL.

mod address_database;
mod ip_list;

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use types::Time;

pub use address_database::{AddressDatabase, DamagedDatabase, Location};
pub use ip_list::{IpList, ManagedList};

use crate::ip_set::IpSet;

/// Databases and lists, each of which may be missing.
#[derive(Debug, Default)]
pub struct Networks {
    countries: Option<AddressDatabase>,
    asns: Option<AddressDatabase>,
    lists: BTreeMap<ManagedList, IpList>,
}

impl Networks {
    /// Nothing is known.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            countries: None,
            asns: None,
            lists: BTreeMap::new(),
        }
    }

    /// With a database of countries.
    #[must_use]
    pub fn with_countries(mut self, database: AddressDatabase) -> Self {
        self.countries = Some(database);
        self
    }

    /// With a database of autonomous systems.
    #[must_use]
    pub fn with_asns(mut self, database: AddressDatabase) -> Self {
        self.asns = Some(database);
        self
    }

    /// With a list of addresses.
    #[must_use]
    pub fn with_list(mut self, name: ManagedList, list: IpList) -> Self {
        self.lists.insert(name, list);
        self
    }

    /// Where an address is, as far as is known.
    #[must_use]
    pub fn location_of(&self, address: IpAddr) -> Location {
        self.countries
            .as_ref()
            .map(|database| database.location_of(address))
            .unwrap_or_default()
    }

    /// Which autonomous system announces an address; 0, as AWS has it, if that is not known.
    #[must_use]
    pub fn asn_of(&self, address: IpAddr) -> u32 {
        let database = self.asns.as_ref();
        database
            .and_then(|database| database.asn_of(address))
            .unwrap_or(0)
    }

    /// The addresses of a list.
    #[must_use]
    pub(crate) fn set_of(&self, list: ManagedList) -> Option<&IpSet> {
        self.lists.get(&list).map(IpList::set)
    }

    /// What there is of a source, and how old it is.
    #[must_use]
    pub fn state_of(&self, source: Source, now: Time) -> SourceState {
        let made_at = match source {
            Source::Countries => self.countries.as_ref().map(AddressDatabase::made_at),
            Source::Asns => self.asns.as_ref().map(AddressDatabase::made_at),
            Source::List(list) => self.lists.get(&list).map(IpList::made_at),
        };
        let networks = match source {
            Source::Countries => self.countries.as_ref().map(AddressDatabase::nodes),
            Source::Asns => self.asns.as_ref().map(AddressDatabase::nodes),
            Source::List(list) => self.lists.get(&list).map(|list| list.set().blocks()),
        };
        SourceState {
            source,
            networks: networks.unwrap_or(0),
            age_seconds: made_at.map(|made_at| {
                let millis = now.as_millis().saturating_sub(made_at.as_millis());
                millis.max(0) / 1000
            }),
        }
    }
}

/// Something that a web ACL asks [`Networks`] for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The country of an address.
    Countries,
    /// The autonomous system of an address.
    Asns,
    /// Whether an address is on this list.
    List(ManagedList),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Countries => f.write_str("country database"),
            Self::Asns => f.write_str("ASN database"),
            Self::List(list) => write!(f, "list {}", list.as_str()),
        }
    }
}

/// What there is of a source. Its `Display` says so in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceState {
    /// The source.
    pub source: Source,
    /// Its address blocks, or the nodes of its tree; 0 if there is nothing.
    pub networks: usize,
    /// Seconds since it was made; `None` if it was never given.
    pub age_seconds: Option<i64>,
}

impl fmt::Display for SourceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            source,
            networks,
            age_seconds,
        } = self;
        match age_seconds {
            None => write!(f, "{source}: missing, rules that need it match nothing"),
            Some(_) if *networks == 0 => {
                write!(f, "{source}: empty, rules that need it match nothing")
            }
            Some(seconds) => {
                let days = seconds / 86_400;
                match source {
                    Source::List(_) => {
                        write!(f, "{source}: {networks} address blocks, {days} days old")
                    }
                    _ => write!(f, "{source}: {days} days old"),
                }
            }
        }
    }
}
