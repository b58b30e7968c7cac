//! The operations of STS that have no meaning here, each with the reason and the error of AWS's own
//! that it is answered with.

use types::ServiceError;

/// An operation that is not carried out.
pub(crate) struct Declined {
    operation: &'static str,
    /// Why, for people.
    pub(crate) reason: &'static str,
    code: &'static str,
    status: u16,
    message: &'static str,
}

const DECLINED: [Declined; 4] = [
    Declined {
        operation: "AssumeRoleWithSAML",
        reason: "No SAML provider can be made here: identity providers speak OpenID Connect \
                 (AssumeRoleWithWebIdentity).",
        code: "InvalidIdentityToken",
        status: 400,
        message: "Specified provider doesn't exist",
    },
    Declined {
        operation: "AssumeRoot",
        reason: "Root sessions are an organization's over its member accounts, and there are no \
                 organizations here: each account's root has its own access key.",
        code: "AccessDenied",
        status: 403,
        message: "Root sessions are not enabled: this account is of no organization.",
    },
    Declined {
        operation: "GetDelegatedAccessToken",
        reason: "Delegation requests are made by AWS's product providers: nobody gives out \
                 trade-in tokens here.",
        code: "ExpiredTradeInTokenException",
        status: 400,
        message: "The trade-in token is none that was given out here.",
    },
    Declined {
        operation: "GetWebIdentityToken",
        reason: "Outbound web identity federation cannot be enabled: btz publishes no keys at a \
                 public address by which others could verify such a token.",
        code: "OutboundWebIdentityFederationDisabledException",
        status: 403,
        message: "Outbound web identity federation is disabled for this account.",
    },
];

/// The entry of an operation, if it has one.
pub(crate) fn find(operation: &str) -> Option<&'static Declined> {
    DECLINED.iter().find(|entry| entry.operation == operation)
}

impl Declined {
    /// What its caller is answered.
    pub(crate) fn error(&self) -> ServiceError {
        ServiceError::sender(self.code, self.message).with_status(self.status)
    }
}
