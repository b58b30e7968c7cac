//! `RateBasedStatement`: a key (an address, a header ...) sent more requests than its limit within
//! a sliding window. Counted exactly and at once, request by request; AWS looks every ten seconds.

use std::net::IpAddr;

use wire::Value;

use super::ip_set_reference::ForwardedIp;
use super::{Statement, origin_address};
use crate::compiler::Compiler;
use crate::error::{CompileError, ExceptionField};
use crate::field::{Extraction, Fallback, Field, MapPattern};
use crate::label::Labels;
use crate::limits::CUSTOM_KEYS_MAX;
use crate::networks::Networks;
use crate::rate::RateKey;
use crate::read;
use crate::session::Components;
use crate::transform::{self, Transformation};
use crate::verdict::{RateKeyValue, RateMatch};

/// What requests are counted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AggregateKey {
    /// The socket's address.
    Ip,
    /// The first address of a header.
    ForwardedIp(ForwardedIp),
    /// All requests together; needs a scope-down statement.
    Constant,
    /// These, together.
    Custom(Vec<CustomKey>),
}

/// A part of a custom key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomKey {
    /// A header, cookie, query argument, path, query string, method or fingerprint.
    Field(Field, Vec<Transformation>),
    /// The socket's address.
    Ip,
    /// The first address of the statement's forwarding header.
    ForwardedIp(ForwardedIp),
    /// The labels of a namespace.
    LabelNamespace(String),
    /// The autonomous system of the socket's address, or of the first of a forwarding header.
    Asn(Option<ForwardedIp>),
}

/// A limit on the requests of each key.
#[derive(Debug, Clone)]
pub struct RateBased {
    /// The count that is not exceeded without a match.
    pub limit: u64,
    /// The window's length.
    pub window_seconds: u32,
    /// What requests are counted by.
    pub key: AggregateKey,
    /// Only requests that match this are counted.
    pub scope_down: Option<Statement>,
}

impl RateBased {
    pub(super) fn compile(
        value: &Value,
        compiler: &mut Compiler<'_>,
    ) -> Result<Self, CompileError> {
        let field = ExceptionField::RateBasedStatement;
        let limit = read::integer(value, "Limit", field)?;
        if !(10..=2_000_000_000).contains(&limit) {
            let reason = "A limit lies between 10 and 2,000,000,000.";
            return Err(CompileError::invalid(field, "Limit", reason));
        }
        let window_seconds = match read::optional(value, "EvaluationWindowSec").map(Value::as_i64) {
            None => 300,
            Some(Some(60)) => 60,
            Some(Some(120)) => 120,
            Some(Some(300)) => 300,
            Some(Some(600)) => 600,
            Some(_) => {
                let reason = "A window has 60, 120, 300 or 600 seconds.";
                return Err(CompileError::invalid(field, "EvaluationWindowSec", reason));
            }
        };
        let scope_down = match read::optional(value, "ScopeDownStatement") {
            None => None,
            Some(inner) => Some(Statement::compile(inner, compiler, 1)?),
        };
        let forwarded = || {
            let config = ExceptionField::ForwardedIpConfig;
            ForwardedIp::compile(read::required(value, "ForwardedIPConfig", config)?)
        };
        let key = match read::text(value, "AggregateKeyType", field)? {
            "IP" => AggregateKey::Ip,
            "FORWARDED_IP" => AggregateKey::ForwardedIp(forwarded()?),
            "CONSTANT" if scope_down.is_none() => {
                let reason = "Aggregation type CONSTANT requires a scope-down statement.";
                return Err(CompileError::invalid(
                    ExceptionField::ScopeDown,
                    "ScopeDownStatement",
                    reason,
                ));
            }
            "CONSTANT" => AggregateKey::Constant,
            "CUSTOM_KEYS" => {
                let field = ExceptionField::CustomKeys;
                let keys = read::list(value, "CustomKeys", field)?;
                if keys.is_empty() || keys.len() > CUSTOM_KEYS_MAX {
                    let reason = format!("There are 1 to {CUSTOM_KEYS_MAX} custom keys.");
                    return Err(CompileError::invalid(field, "CustomKeys", reason));
                }
                let has_forwarded = read::optional(value, "ForwardedIPConfig").is_some();
                let keys = keys.iter();
                let keys = keys.map(|key| CustomKey::compile(key, &forwarded, has_forwarded));
                let keys = keys.collect::<Result<Vec<_>, _>>()?;
                if let [CustomKey::Ip | CustomKey::ForwardedIp(_)] = keys.as_slice() {
                    let reason = "Use aggregation type IP or FORWARDED_IP for an address alone.";
                    return Err(CompileError::invalid(field, "CustomKeys", reason));
                }
                AggregateKey::Custom(keys)
            }
            other => return Err(read::malformed(field, other)),
        };
        Ok(Self {
            limit: u64::try_from(limit).unwrap_or_default(),
            window_seconds,
            key,
            scope_down,
        })
    }

    pub(super) fn capacity(&self) -> u64 {
        let keys = match &self.key {
            AggregateKey::Custom(keys) => u64::try_from(keys.len()).unwrap_or(u64::MAX),
            _ => 0,
        };
        2 + 30 * keys + self.scope_down.as_ref().map_or(0, Statement::capacity)
    }

    /// What a request exceeded, as AWS's WAF log has it. The address is that of the key, where it
    /// is one.
    pub(crate) fn exceeded(
        &self,
        address: Option<IpAddr>,
        custom_values: Vec<RateKeyValue>,
    ) -> RateMatch {
        let (limit_key, by_address) = match &self.key {
            AggregateKey::Ip => ("IP", true),
            AggregateKey::ForwardedIp(_) => ("FORWARDED_IP", true),
            AggregateKey::Constant => ("CONSTANT", false),
            AggregateKey::Custom(_) => ("CUSTOMKEYS", false),
        };
        let text = || address.map_or_else(|| "INVALID".to_owned(), |address| address.to_string());
        RateMatch {
            limit_key,
            limit_value: by_address.then(text),
            limit: self.limit,
            window_seconds: self.window_seconds,
            custom_values,
        }
    }

    /// The values of a request's custom keys.
    pub(crate) fn custom_values(
        &self,
        parts: &Components<'_>,
        labels: &Labels<'_>,
        networks: &Networks,
    ) -> Vec<RateKeyValue> {
        let AggregateKey::Custom(keys) = &self.key else {
            return Vec::new();
        };
        let values = keys.iter().filter_map(|key| {
            let (word, name) = key.word();
            Some(RateKeyValue {
                key: word,
                name: name.map(str::to_owned),
                value: key.value_of(parts, labels, networks).ok()?,
            })
        });
        values.collect()
    }

    /// The key of a request; `Err` holds what to do with a request that has none.
    pub(crate) fn key_of(
        &self,
        parts: &Components<'_>,
        labels: &Labels<'_>,
        networks: &Networks,
    ) -> Result<RateKey, Fallback> {
        match &self.key {
            AggregateKey::Ip => Ok(RateKey::Address(parts.request().client_ip)),
            AggregateKey::Constant => Ok(RateKey::Constant),
            AggregateKey::ForwardedIp(forwarded) => forwarded
                .first_address(parts.request())
                .map(RateKey::Address),
            AggregateKey::Custom(keys) => {
                let mut joined = Vec::new();
                for key in keys {
                    let part = key.value_of(parts, labels, networks)?;
                    // The length keeps parts apart: ("a", "bc") is not ("ab", "c").
                    joined.extend_from_slice(&part.len().to_be_bytes());
                    joined.extend_from_slice(&part);
                }
                Ok(RateKey::Custom(joined.into()))
            }
        }
    }
}

impl CustomKey {
    fn compile(
        value: &Value,
        forwarded: &impl Fn() -> Result<ForwardedIp, CompileError>,
        has_forwarded: bool,
    ) -> Result<Self, CompileError> {
        let field = ExceptionField::CustomKeys;
        let (name, content) = read::only_member(value, field, "CustomKeys")?;
        let named = || read::text(content, "Name", field).map(str::to_ascii_lowercase);
        Ok(match name {
            "Header" => Self::Field(
                Field::SingleHeader(named()?),
                transform::compile(content, false)?,
            ),
            "Cookie" => {
                let pattern =
                    MapPattern::Included(vec![read::text(content, "Name", field)?.to_owned()]);
                let cookies = crate::field::Cookies {
                    pattern,
                    scope: crate::field::MapScope::Value,
                    oversize: crate::field::Oversize::Continue,
                };
                Self::Field(Field::Cookies(cookies), transform::compile(content, false)?)
            }
            "QueryArgument" => Self::Field(
                Field::SingleQueryArgument(named()?),
                transform::compile(content, false)?,
            ),
            "QueryString" => Self::Field(Field::QueryString, transform::compile(content, false)?),
            "UriPath" => Self::Field(Field::UriPath, transform::compile(content, false)?),
            "HTTPMethod" => Self::Field(Field::Method, Vec::new()),
            "JA3Fingerprint" => Self::Field(Field::Ja3(Fallback::compile(content)?), Vec::new()),
            "JA4Fingerprint" => Self::Field(Field::Ja4(Fallback::compile(content)?), Vec::new()),
            "IP" => Self::Ip,
            "ForwardedIP" => Self::ForwardedIp(forwarded()?),
            "LabelNamespace" => {
                Self::LabelNamespace(read::text(content, "Namespace", field)?.to_owned())
            }
            // With a forwarding header the statement goes by its address here too.
            "ASN" => Self::Asn(if has_forwarded {
                Some(forwarded()?)
            } else {
                None
            }),
            _ => return Err(read::malformed(field, name)),
        })
    }

    /// The log's word for it, and its name.
    fn word(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Ip => ("IP", None),
            Self::ForwardedIp(_) => ("FORWARDED_IP", None),
            Self::LabelNamespace(namespace) => ("LABEL_NAMESPACE", Some(namespace)),
            Self::Asn(_) => ("ASN", None),
            Self::Field(field, _) => match field {
                Field::SingleHeader(name) => ("HEADER", Some(name)),
                Field::SingleQueryArgument(name) => ("QUERY_ARGUMENT", Some(name)),
                Field::Cookies(cookies) => {
                    let name = match &cookies.pattern {
                        MapPattern::Included(names) => names.first().map(String::as_str),
                        MapPattern::All | MapPattern::Excluded(_) => None,
                    };
                    ("COOKIE", name)
                }
                Field::UriPath => ("URI_PATH", None),
                Field::Method => ("HTTP_METHOD", None),
                Field::Ja3(_) => ("JA3_FINGERPRINT", None),
                Field::Ja4(_) => ("JA4_FINGERPRINT", None),
                // The only other one that a key can be.
                _ => ("QUERY_STRING", None),
            },
        }
    }

    fn value_of(
        &self,
        parts: &Components<'_>,
        labels: &Labels<'_>,
        networks: &Networks,
    ) -> Result<Vec<u8>, Fallback> {
        match self {
            Self::Ip => Ok(parts
                .request()
                .client_ip
                .to_canonical()
                .to_string()
                .into_bytes()),
            Self::ForwardedIp(forwarded) => {
                let address = forwarded.first_address(parts.request())?;
                Ok(address.to_string().into_bytes())
            }
            Self::Asn(forwarded) => {
                let address = origin_address(forwarded.as_ref(), parts.request())?;
                Ok(networks.asn_of(address).to_string().into_bytes())
            }
            // AWS does not count requests that carry no label of the namespace.
            Self::LabelNamespace(namespace) => {
                let mut found: Vec<&str> = labels
                    .iter()
                    .filter(|label| label.starts_with(namespace.as_str()))
                    .collect();
                found.sort_unstable();
                if found.is_empty() {
                    Err(Fallback::NoMatch)
                } else {
                    Ok(found.join(" ").into_bytes())
                }
            }
            // Nor those without the header, cookie or argument.
            Self::Field(field, transformations) => match field.extract(&[], parts) {
                Extraction::Decided(true, _) => Err(Fallback::Match),
                Extraction::Decided(false, _) => Err(Fallback::NoMatch),
                Extraction::Values(values) => {
                    let first = values.first().ok_or(Fallback::NoMatch)?;
                    let mut value = first.bytes.as_bytes().to_vec();
                    for transformation in transformations {
                        value = transformation.apply(&value).unwrap_or(value);
                    }
                    Ok(value)
                }
            },
        }
    }
}
