//! `IPSetReferenceStatement`: the request comes from an address of a set; by a forwarding header,
//! if the statement says so. Without that header the statement does not match; with one that holds
//! no address, the fallback behaviour decides.

use std::net::IpAddr;
use std::sync::Arc;

use wire::Value;

use crate::compiler::Compiler;
use crate::error::{CompileError, ExceptionField};
use crate::field::Fallback;
use crate::ip_set::IpSet;
use crate::limits::FORWARDED_ADDRESSES_MAX;
use crate::read;
use crate::request::Request;

/// Which address of a forwarding header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardedPosition {
    /// The first.
    First,
    /// The last.
    Last,
    /// Any of the last ten.
    Any,
}

/// A header that tells where a request came from, such as `X-Forwarded-For`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardedIp {
    /// Its name, in lower case.
    pub header: String,
    /// What to do when it holds no address.
    pub fallback: Fallback,
}

impl ForwardedIp {
    pub(super) fn compile(value: &Value) -> Result<Self, CompileError> {
        let field = ExceptionField::HeaderName;
        let header = read::text(value, "HeaderName", field)?;
        let valid = !header.is_empty()
            && header
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !valid {
            return Err(read::malformed(field, header));
        }
        Ok(Self {
            header: header.to_ascii_lowercase(),
            fallback: Fallback::compile(value)?,
        })
    }

    /// The first address: what geographic, ASN and rate-based statements go by. Without the header
    /// AWS does not apply them at all; one that holds no address takes the fallback.
    pub(crate) fn first_address(&self, request: &Request<'_>) -> Result<IpAddr, Fallback> {
        let addresses = self.addresses(ForwardedPosition::First, request);
        let addresses = addresses.ok_or(Fallback::NoMatch)?;
        addresses.first().copied().ok_or(self.fallback)
    }

    /// The addresses at a position; `None` without the header, empty if there is no address there.
    pub(crate) fn addresses(
        &self,
        position: ForwardedPosition,
        request: &Request<'_>,
    ) -> Option<Vec<IpAddr>> {
        let mut lines = request.header_values(&self.header).peekable();
        lines.peek()?;
        let items: Vec<&[u8]> = lines
            .flat_map(|line| line.split(|byte| *byte == b','))
            .map(<[u8]>::trim_ascii)
            .collect();
        let picked = match position {
            ForwardedPosition::First => items.get(..1),
            ForwardedPosition::Last => items.get(items.len().saturating_sub(1)..),
            ForwardedPosition::Any => {
                items.get(items.len().saturating_sub(FORWARDED_ADDRESSES_MAX)..)
            }
        };
        Some(
            picked
                .unwrap_or_default()
                .iter()
                .filter_map(|item| address(item))
                .collect(),
        )
    }
}

/// An address as forwarding headers write it: bare, with a port, or in brackets.
fn address(item: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(item).ok()?;
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.to_canonical());
    }
    if let Ok(socket) = text.parse::<std::net::SocketAddr>() {
        return Some(socket.ip().to_canonical());
    }
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    inner
        .parse::<IpAddr>()
        .ok()
        .map(|address| address.to_canonical())
}

/// A reference to an IP set.
#[derive(Debug, Clone)]
pub struct IpSetReference {
    /// The set's ARN.
    pub arn: Arc<str>,
    /// The set.
    pub set: Arc<IpSet>,
    /// The header to read instead of the socket's address.
    pub forwarded: Option<(ForwardedIp, ForwardedPosition)>,
}

impl IpSetReference {
    pub(super) fn compile(value: &Value, compiler: &Compiler<'_>) -> Result<Self, CompileError> {
        let field = ExceptionField::IpSetReferenceStatement;
        let arn = read::text(value, "ARN", field)?;
        let set = compiler
            .library
            .ip_set(arn)
            .ok_or_else(|| CompileError::missing(field, arn))?;
        let forwarded = match read::optional(value, "IPSetForwardedIPConfig") {
            None => None,
            Some(config) => {
                let field = ExceptionField::Position;
                let position = match read::text(config, "Position", field)? {
                    "FIRST" => ForwardedPosition::First,
                    "LAST" => ForwardedPosition::Last,
                    "ANY" => ForwardedPosition::Any,
                    other => return Err(read::malformed(field, other)),
                };
                Some((ForwardedIp::compile(config)?, position))
            }
        };
        Ok(Self {
            arn: arn.into(),
            set,
            forwarded,
        })
    }

    pub(super) const fn capacity(&self) -> u64 {
        match self.forwarded {
            Some((_, ForwardedPosition::Any)) => 5,
            _ => 1,
        }
    }

    /// Where the matching address stands, the address, and its block; `None` without a match.
    pub(crate) fn find(&self, request: &Request<'_>) -> Option<(String, String, String)> {
        let Some((forwarded, position)) = &self.forwarded else {
            let block = self.set.block_of(request.client_ip)?;
            return Some((
                "IP".to_owned(),
                request.client_ip.to_string(),
                block.to_string(),
            ));
        };
        let location = || format!("HEADER: {}", forwarded.header);
        let addresses = forwarded.addresses(*position, request)?;
        if addresses.is_empty() {
            let fallback = "invalid forwarded address".to_owned();
            return forwarded
                .fallback
                .is_match()
                .then(|| (location(), String::new(), fallback));
        }
        addresses.into_iter().find_map(|address| {
            let block = self.set.block_of(address)?;
            Some((location(), address.to_string(), block.to_string()))
        })
    }
}
