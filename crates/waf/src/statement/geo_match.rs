//! `GeoMatchStatement` and `AsnMatchStatement`: the request comes from a country, or from an
//! autonomous system; by the first address of a forwarding header, if the statement says so.
//! Source: AWS WAF developer guide, "Geographic match rule statement", "ASN match rule statement".

use std::net::IpAddr;

use wire::Value;

use super::ip_set_reference::ForwardedIp;
use crate::error::{CompileError, ExceptionField};
use crate::field::Fallback;
use crate::limits::ASNS_MAX;
use crate::networks::Location;
use crate::read;
use crate::request::Request;

pub(super) const CAPACITY: u64 = 1;

/// Countries that a request may come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeoMatch {
    /// Their codes (ISO 3166-1 alpha-2).
    pub countries: Vec<String>,
    /// The header to read instead of the socket's address.
    pub forwarded: Option<ForwardedIp>,
}

/// Autonomous systems that a request may come from; 0 stands for those that are not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsnMatch {
    /// Their numbers.
    pub asns: Vec<u32>,
    /// The header to read instead of the socket's address.
    pub forwarded: Option<ForwardedIp>,
}

impl GeoMatch {
    pub(super) fn compile(value: &Value) -> Result<Self, CompileError> {
        let field = ExceptionField::GeoMatchStatement;
        let countries = read::texts(value, "CountryCodes", field)?;
        let is_code =
            |code: &&str| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        if let Some(wrong) = countries.iter().find(|code| !is_code(code)) {
            return Err(read::malformed(field, wrong));
        }
        if countries.is_empty() {
            return Err(read::not_exactly_one(field, "CountryCodes"));
        }
        Ok(Self {
            countries: countries.into_iter().map(str::to_owned).collect(),
            forwarded: forwarded(value)?,
        })
    }

    /// Whether it matches a place.
    #[must_use]
    pub fn is_match(&self, location: &Location) -> bool {
        let country = location.country.as_ref();
        country.is_some_and(|country| self.countries.contains(country))
    }
}

impl AsnMatch {
    pub(super) fn compile(value: &Value) -> Result<Self, CompileError> {
        let field = ExceptionField::Statement;
        let items = read::list(value, "AsnList", field)?;
        if items.is_empty() || items.len() > ASNS_MAX {
            let reason = format!("There are 1 to {ASNS_MAX} autonomous system numbers.");
            return Err(CompileError::invalid(field, "AsnList", reason));
        }
        let asns = items.iter().map(|item| {
            let number = item.as_i64().and_then(|number| u32::try_from(number).ok());
            number.ok_or_else(|| read::malformed(field, "AsnList"))
        });
        Ok(Self {
            asns: asns.collect::<Result<_, _>>()?,
            forwarded: forwarded(value)?,
        })
    }
}

fn forwarded(value: &Value) -> Result<Option<ForwardedIp>, CompileError> {
    match read::optional(value, "ForwardedIPConfig") {
        None => Ok(None),
        Some(config) => ForwardedIp::compile(config).map(Some),
    }
}

/// The address that is asked about, or what to do without one.
pub(crate) fn address(
    forwarded: Option<&ForwardedIp>,
    request: &Request<'_>,
) -> Result<IpAddr, Fallback> {
    match forwarded {
        None => Ok(request.client_ip),
        Some(forwarded) => forwarded.first_address(request),
    }
}

/// Labels that tell where a request comes from, and how its statement knows.
pub(crate) fn labels(forwarded: bool, location: &Location) -> [String; 2] {
    let source = if forwarded { "forwardedip" } else { "clientip" };
    let country = location.country.as_deref().unwrap_or("XX");
    let region = location.region.as_deref().unwrap_or("XX");
    [
        format!("awswaf:{source}:geo:country:{country}"),
        format!("awswaf:{source}:geo:region:{country}-{region}"),
    ]
}
