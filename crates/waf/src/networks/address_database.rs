//! Databases of addresses in the MaxMind DB format, read from bytes. Field names of the makers that
//! matter are understood: MaxMind's and DB-IP's (`country.iso_code`, `subdivisions.0.iso_code`,
//! `autonomous_system_number`), ip-location-db's (`country_code`), IPinfo's (`country_code`,
//! `asn` as `AS64500`).
//! Source: MaxMind DB File Format Specification 2.0.

use std::net::IpAddr;
use std::sync::Arc;

use maxminddb::{PathElement, Reader};
use types::Time;

/// A database that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no MaxMind DB: {0}")]
pub struct DamagedDatabase(String);

/// Where an address is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Location {
    /// Country code (ISO 3166-1 alpha-2).
    pub country: Option<String>,
    /// Code of the subdivision within the country (ISO 3166-2, without the country).
    pub region: Option<String>,
}

/// A database of addresses.
#[derive(Debug)]
pub struct AddressDatabase {
    reader: Reader<Arc<[u8]>>,
}

/// Longest region code that is believed.
const REGION_BYTES_MAX: usize = 3;

impl AddressDatabase {
    /// Reads the head of a database. What is damaged further in is found when it is looked up, and
    /// counts as unknown.
    ///
    /// # Errors
    /// When the bytes are no MaxMind DB.
    pub fn read(bytes: Arc<[u8]>) -> Result<Self, DamagedDatabase> {
        let reader =
            Reader::from_source(bytes).map_err(|error| DamagedDatabase(error.to_string()))?;
        Ok(Self { reader })
    }

    /// What it calls itself, such as `GeoLite2-Country`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.reader.metadata().database_type
    }

    /// When it was made.
    #[must_use]
    pub fn made_at(&self) -> Time {
        let seconds = self.reader.metadata().build_epoch;
        // Beyond what a time can hold, it is a lie.
        Time::from_seconds(i64::try_from(seconds).unwrap_or(0).min(i64::from(u32::MAX)))
    }

    /// Nodes of its search tree.
    #[must_use]
    pub fn nodes(&self) -> usize {
        usize::try_from(self.reader.metadata().node_count).unwrap_or(usize::MAX)
    }

    /// Where an address is.
    #[must_use]
    pub fn location_of(&self, address: IpAddr) -> Location {
        const COUNTRY: [&[PathElement<'_>]; 2] = [
            &[PathElement::Key("country"), PathElement::Key("iso_code")],
            &[PathElement::Key("country_code")],
        ];
        const REGION: [&[PathElement<'_>]; 2] = [
            &[
                PathElement::Key("subdivisions"),
                PathElement::Index(0),
                PathElement::Key("iso_code"),
            ],
            &[PathElement::Key("region_code")],
        ];
        let code = |paths: &[&[PathElement<'_>]], valid: fn(&str) -> bool| {
            let found = paths.iter().find_map(|path| self.text(address, path));
            found.filter(|code| valid(code))
        };
        Location {
            country: code(&COUNTRY, |code| {
                code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())
            }),
            region: code(&REGION, |code| {
                (1..=REGION_BYTES_MAX).contains(&code.len())
                    && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
            }),
        }
    }

    /// Which autonomous system announces an address.
    #[must_use]
    pub fn asn_of(&self, address: IpAddr) -> Option<u32> {
        let number = [
            [PathElement::Key("autonomous_system_number")],
            [PathElement::Key("asn")],
        ]
        .iter()
        .find_map(|path| {
            let found = self.reader.lookup(address.to_canonical()).ok()?;
            found.decode_path::<u32>(path).ok().flatten()
        });
        number.or_else(|| {
            let text = self.text(address, &[PathElement::Key("asn")])?;
            text.trim_start_matches("AS").parse().ok()
        })
    }

    fn text(&self, address: IpAddr, path: &[PathElement<'_>]) -> Option<String> {
        let found = self.reader.lookup(address.to_canonical()).ok()?;
        let text = found.decode_path::<&str>(path).ok().flatten()?;
        Some(text.to_owned())
    }
}
