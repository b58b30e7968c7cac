//! The question every call asks before it runs, and its answer. Declared here so that no service
//! imports the one that answers. Source: IAM User Guide, "Policy evaluation logic".

use crate::{Arn, Principal};

/// May this principal do this to that?
#[derive(Debug, Clone)]
pub struct AuthorizationRequest<'a> {
    /// Who calls.
    pub principal: &'a Principal,
    /// The IAM action, such as `wafv2:CreateIPSet`.
    pub action: &'a str,
    /// The resource; `None` asks for `*`.
    pub resource: Option<&'a Arn>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The call may run.
    Allow,
    /// The call is refused; the text is AWS's reason, such as
    /// `because no identity-based policy allows the wafv2:CreateIPSet action`.
    Deny(String),
}

/// Decides, from memory and at once.
pub trait Authorizer: Send + Sync {
    /// Decides one request.
    fn authorize(&self, request: &AuthorizationRequest<'_>) -> Decision;
}
