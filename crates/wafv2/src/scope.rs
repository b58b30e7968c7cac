//! Where an item lives: account, Region and scope (`REGIONAL`, `CLOUDFRONT`).
//! Source: AWS WAF API Reference, "Scope": the scope `CLOUDFRONT` is called in US East (N. Virginia).

use types::{Call, ServiceError};

use crate::exception;

/// The Region that the scope `CLOUDFRONT` is called in.
const CLOUDFRONT_REGION: &str = "us-east-1";

/// A scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    Regional,
    Cloudfront,
}

impl Scope {
    /// Its word in ARNs and keys.
    pub(crate) const fn segment(self) -> &'static str {
        match self {
            Self::Regional => "regional",
            Self::Cloudfront => "global",
        }
    }

    pub(crate) fn of_segment(segment: &str) -> Option<Self> {
        match segment {
            "regional" => Some(Self::Regional),
            "global" => Some(Self::Cloudfront),
            _ => None,
        }
    }
}

/// Account, Region and scope: references and names do not reach beyond.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) scope: Scope,
}

impl Place {
    /// The place that a call means by `Scope`.
    pub(crate) fn of(call: &Call, scope: &str) -> Result<Self, ServiceError> {
        let region = call.region.as_str();
        let scope = match scope {
            "REGIONAL" => Scope::Regional,
            "CLOUDFRONT" if region == CLOUDFRONT_REGION => Scope::Cloudfront,
            other => {
                let reason = "The scope is not valid.";
                return Err(exception::invalid_parameter("SCOPE_VALUE", other, reason));
            }
        };
        Ok(Self {
            account: call.account().to_string(),
            region: region.to_owned(),
            scope,
        })
    }
}
