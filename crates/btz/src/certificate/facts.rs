//! What an X.509 certificate says of itself. Source: RFC 5280, 4.1.2.5 (validity), 4.2.1.6 (subject
//! alternative names); RFC 6125: the common name counts for nothing.

use std::net::{Ipv4Addr, Ipv6Addr};

use anyhow::{Context, Result, bail};
use rustls::pki_types::CertificateDer;
use types::Time;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

/// The most names that are read of one certificate.
const NAMES_MAX: usize = 1000;

/// What an X.509 certificate says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The host names that it is for, lower case; `*.` stands for one label.
    pub(crate) domains: Vec<String>,
    /// The addresses that it is for.
    pub(crate) addresses: Vec<String>,
    /// Who issued it.
    pub(crate) issuer: String,
    /// Its serial number, as hexadecimal digits.
    pub(crate) serial: String,
    /// From when it is valid.
    pub(crate) not_before: Time,
    /// Until when.
    pub(crate) not_after: Time,
}

impl Facts {
    /// Reads the first certificate of a chain.
    pub(crate) fn read(chain: &[CertificateDer<'_>]) -> Result<Self> {
        let leaf = chain.first().context("there is no certificate")?;
        let (rest, leaf) = X509Certificate::from_der(leaf)
            .map_err(|error| anyhow::anyhow!("the certificate is no X.509: {error}"))?;
        if !rest.is_empty() {
            bail!("the certificate is no X.509: bytes follow it");
        }
        let (mut domains, mut addresses) = (Vec::new(), Vec::new());
        let names = leaf
            .subject_alternative_name()
            .context("the certificate's names cannot be read")?;
        let names = names.iter().flat_map(|names| &names.value.general_names);
        for name in names.take(NAMES_MAX) {
            match name {
                GeneralName::DNSName(name) => domains.push(name.to_ascii_lowercase()),
                GeneralName::IPAddress(bytes) => addresses.extend(address(bytes)),
                _ => {}
            }
        }
        let validity = leaf.validity();
        Ok(Self {
            domains,
            addresses,
            issuer: leaf.issuer().to_string(),
            serial: leaf.raw_serial_as_string().replace(':', ""),
            not_before: Time::from_seconds(validity.not_before.timestamp()),
            not_after: Time::from_seconds(validity.not_after.timestamp()),
        })
    }

    /// Everything that it is for.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.domains.iter().chain(&self.addresses)
    }

    /// Seconds until it expires; negative when it has.
    pub(crate) fn expires_in_seconds(&self, now: Time) -> i64 {
        self.not_after.as_seconds().saturating_sub(now.as_seconds())
    }
}

fn address(bytes: &[u8]) -> Option<String> {
    let four = <[u8; 4]>::try_from(bytes).map(|bytes| Ipv4Addr::from(bytes).to_string());
    let sixteen = || <[u8; 16]>::try_from(bytes).map(|bytes| Ipv6Addr::from(bytes).to_string());
    four.or_else(|_| sixteen()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_validity_are_read_as_they_were_written() {
        let names = ["Shop.example", "*.shop.example", "127.0.0.1", "::1"];
        let mut params = rcgen::CertificateParams::new(names.map(str::to_owned)).unwrap();
        params.not_before = rcgen::date_time_ymd(2026, 1, 1);
        params.not_after = rcgen::date_time_ymd(2026, 4, 1);
        let name = (rcgen::DnType::CommonName, "common.example");
        params.distinguished_name.push(name.0, name.1);
        let key = rcgen::KeyPair::generate().unwrap();
        let made = params.self_signed(&key).unwrap();
        let facts = Facts::read(&[made.der().clone()]).unwrap();
        assert_eq!(facts.domains, ["shop.example", "*.shop.example"]);
        assert_eq!(facts.addresses, ["127.0.0.1", "::1"]);
        assert_eq!(facts.issuer, "CN=common.example");
        assert_eq!(facts.not_before.rfc3339_seconds(), "2026-01-01T00:00:00Z");
        assert_eq!(facts.not_after.rfc3339_seconds(), "2026-04-01T00:00:00Z");
        assert_eq!(facts.expires_in_seconds(facts.not_after), 0);
    }

    #[test]
    fn what_is_no_certificate_is_an_error() {
        let made = rcgen::generate_simple_self_signed(["a.example".to_owned()]).unwrap();
        let der = made.cert.der().to_vec();
        for bad in [
            Vec::new(),
            der[..der.len() / 2].to_vec(),
            [&der[..], b"x"].concat(),
        ] {
            assert!(Facts::read(&[bad.into()]).is_err());
        }
        assert!(Facts::read(&[]).is_err());
    }
}
