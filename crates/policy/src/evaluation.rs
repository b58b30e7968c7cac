//! The answer: a decision with its reason, and AWS's sentence for a denial.
//! Source: IAM User Guide, "Troubleshoot access denied error messages".

use std::borrow::Cow;

use crate::authorization::NamedBy;
use crate::document::{Effect, Policy, PolicyKind, Position, Span};
use crate::evaluate::Request;
use crate::principal::Principal;

/// May it be done?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allow,
    /// No: a statement denies it.
    ExplicitDeny,
    /// No: nothing allows it.
    ImplicitDeny,
}

/// The kinds of policy that denials name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PolicyType {
    /// Of the organization.
    ServiceControl,
    /// Of the resource.
    ResourceBased,
    /// Of the role that is to be assumed.
    RoleTrust,
    /// Of the user or role.
    IdentityBased,
    /// The user's or role's boundary.
    PermissionsBoundary,
    /// Of the session.
    Session,
}

impl PolicyType {
    /// As AWS's sentences name it: `identity-based policy`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ServiceControl => "service control policy",
            Self::ResourceBased => "resource-based policy",
            Self::RoleTrust => "role trust policy",
            Self::IdentityBased => "identity-based policy",
            Self::PermissionsBoundary => "permissions boundary",
            Self::Session => "session policy",
        }
    }

    fn article(self) -> &'static str {
        match self {
            Self::RoleTrust => "the",
            Self::IdentityBased => "an",
            _ => "a",
        }
    }
}

/// Why the decision is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason<'p> {
    /// A policy of this kind allows it (and none that limits it objects).
    AllowedBy(PolicyType),
    /// The account's root user may, unless something objects.
    AllowedAsRoot,
    /// The grant with this id allows it.
    AllowedByGrant(&'p str),
    /// A policy of this kind denies it.
    DeniedBy(PolicyType),
    /// Policies of this kind would have to allow it, and none does.
    NotAllowedBy(PolicyType),
}

/// A statement that matched a request.
#[derive(Debug, Clone, Copy)]
pub struct MatchedStatement<'p> {
    pub(crate) policy: &'p Policy,
    pub(crate) index: usize,
    pub(crate) policy_type: PolicyType,
}

impl<'p> MatchedStatement<'p> {
    /// The policy's id, as given to [`Policy::parse`]: SimulatePrincipalPolicy's `SourcePolicyId`.
    #[must_use]
    pub fn policy_id(&self) -> &'p str {
        self.policy.id()
    }

    /// The policy's kind.
    #[must_use]
    pub fn policy_kind(&self) -> PolicyKind {
        self.policy.kind()
    }

    /// The part that the policy had in the evaluation.
    #[must_use]
    pub fn policy_type(&self) -> PolicyType {
        self.policy_type
    }

    /// Which statement of the policy, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    fn statement(&self) -> Option<&'p crate::document::Statement> {
        self.policy.statements.get(self.index)
    }

    /// The statement's Sid.
    #[must_use]
    pub fn sid(&self) -> Option<&'p str> {
        self.statement()?.sid.as_deref()
    }

    /// What the statement does.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.statement()
            .map_or(Effect::Deny, |statement| statement.effect)
    }

    /// Where the statement stands in the document, in bytes.
    #[must_use]
    pub fn span(&self) -> Span {
        let nowhere = Span { start: 0, end: 0 };
        self.statement().map_or(nowhere, |statement| statement.span)
    }

    /// The statement as it is written in the document.
    #[must_use]
    pub fn text(&self) -> &'p str {
        let Span { start, end } = self.span();
        self.policy.source().get(start..end).unwrap_or_default()
    }

    /// `StartPosition`, as AWS counts it: after what comes before the statement in its list (the
    /// bracket, or the statement before), or after the brace of a statement in no list.
    #[must_use]
    pub fn start_position(&self) -> Position {
        let nowhere = Position { line: 1, column: 1 };
        self.statement()
            .map_or(nowhere, |statement| statement.start)
    }

    /// `EndPosition`: after the statement's closing brace.
    #[must_use]
    pub fn end_position(&self) -> Position {
        let nowhere = Position { line: 1, column: 1 };
        self.statement().map_or(nowhere, |statement| statement.end)
    }
}

impl PartialEq for MatchedStatement<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.policy, other.policy)
            && self.index == other.index
            && self.policy_type == other.policy_type
    }
}

/// A decision, its reason, and the statement that decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evaluation<'p> {
    pub(crate) reason: Reason<'p>,
    pub(crate) statement: Option<MatchedStatement<'p>>,
    /// Whether the resource is another account's key, whose policy and grants do not let the caller in:
    /// the caller is told nothing of it, not whether it is there.
    pub(crate) is_untold: bool,
}

impl<'p> Evaluation<'p> {
    /// The decision.
    #[must_use]
    pub fn decision(&self) -> Decision {
        match self.reason {
            Reason::AllowedBy(_) | Reason::AllowedAsRoot | Reason::AllowedByGrant(_) => {
                Decision::Allow
            }
            Reason::DeniedBy(_) => Decision::ExplicitDeny,
            Reason::NotAllowedBy(_) => Decision::ImplicitDeny,
        }
    }

    /// Whether it may be done.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.decision() == Decision::Allow
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> Reason<'p> {
        self.reason
    }

    /// The statement that allowed or denied; none where nothing allowed.
    #[must_use]
    pub fn statement(&self) -> Option<MatchedStatement<'p>> {
        self.statement
    }

    /// Why it is denied, as AWS's sentence ends: `because no identity-based policy allows the
    /// kms:Decrypt action`, `with an explicit deny in a session policy`. `None` when it is allowed.
    #[must_use]
    pub fn denial_reason(&self, action: &str) -> Option<String> {
        match self.reason {
            Reason::DeniedBy(_) | Reason::NotAllowedBy(_) if self.is_untold => Some(
                "because the resource does not exist in this Region, no resource-based policies \
                 allow access, or a resource-based policy explicitly denies access"
                    .to_owned(),
            ),
            Reason::DeniedBy(by) => Some(format!(
                "with an explicit deny in {} {}",
                by.article(),
                by.name()
            )),
            Reason::NotAllowedBy(by) => Some(format!(
                "because no {} allows the {action} action",
                by.name()
            )),
            _ => None,
        }
    }

    /// AWS's sentence for a denial. `None` when it is allowed. Of a key that the caller is told nothing
    /// of it is always the same: what the caller's own policies say of it would tell what it is like.
    #[must_use]
    pub fn denial(&self, request: &Request<'_>, named_by: &NamedBy) -> Option<String> {
        let action = request.action;
        let reason = self.denial_reason(action)?;
        if let Principal::Federated { .. } = request.principal {
            return Some(format!("Not authorized to perform {action}"));
        }
        let resource: Cow<'_, str> = match named_by {
            NamedBy::Ciphertext if self.is_untold => {
                "the resource associated with this ciphertext".into()
            }
            _ if self.is_untold => "this resource".into(),
            _ => format!("resource: {}", request.resource).into(),
        };
        Some(format!(
            "User: {} is not authorized to perform: {action} on {resource} {reason}",
            request.principal.arn(),
        ))
    }
}
