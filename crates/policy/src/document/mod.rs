//! Policy documents: read strictly, refused in AWS's words, compiled once.
//! Source: IAM User Guide, "Grammar of the IAM JSON policy language"; recorded answers.

use std::sync::Arc;

use crate::condition::Condition;
use crate::context::Key;
use crate::pattern::Pattern;
use crate::principal::PrincipalElement;

mod bind;
mod check;
mod position;
mod read;
mod refusal;

pub use bind::{bound, bound_principal, shown, shown_principal};
pub use position::Position;
pub use refusal::MalformedPolicy;

pub use crate::json::Span;

/// What a policy is attached to: it decides which elements it may have, and its part in an
/// evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PolicyKind {
    /// A managed policy: as an identity policy, and always version 2012-10-17. A permissions
    /// boundary is one as well.
    Managed,
    /// An inline policy of a user, a group or a role.
    Inline,
    /// A policy that is passed when a session is made.
    Session,
    /// A policy on a resource: it names principals.
    Resource,
    /// A KMS key policy: a resource policy without which nobody has access.
    Key,
    /// A role's trust policy: a resource policy that names no resource.
    Trust,
    /// A service control policy of an organization.
    ServiceControl,
}

impl PolicyKind {
    /// Whether its statements name principals.
    pub(crate) fn names_principals(self) -> bool {
        matches!(self, Self::Resource | Self::Key | Self::Trust)
    }
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies.
    Deny,
}

/// A policy, compiled. Share it by [`Arc`]: an evaluation borrows it.
#[derive(Debug, Clone)]
pub struct Policy {
    kind: PolicyKind,
    id: Box<str>,
    source: Box<str>,
    pub(crate) statements: Box<[Statement]>,
}

/// One statement, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) sid: Option<Box<str>>,
    pub(crate) effect: Effect,
    pub(crate) actions: Element,
    /// Trust policies have none: they are about their role.
    pub(crate) resources: Option<Element>,
    pub(crate) principals: Option<PrincipalElement>,
    pub(crate) conditions: Box<[Condition]>,
    pub(crate) span: Span,
    pub(crate) start: Position,
    pub(crate) end: Position,
}

/// Action or NotAction, Resource or NotResource.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    pub(crate) is_not: bool,
    pub(crate) patterns: Box<[Pattern]>,
}

impl Policy {
    /// The longest document that is read, in bytes: the model's limit of `policyDocumentType`. The
    /// tighter quotas (6,144 characters for a managed policy, 32 KB for a key policy) are the
    /// services'.
    pub const BYTES_MAX: usize = 131_072;

    /// Reads and compiles a document. `id` is how reasons name it: a managed policy's ARN, an inline
    /// policy's name, a key's ARN.
    ///
    /// # Errors
    /// When AWS would refuse the document, with AWS's text, and what to do about it beside.
    pub fn parse(kind: PolicyKind, id: &str, text: &str) -> Result<Self, MalformedPolicy> {
        Ok(Self {
            kind,
            id: id.into(),
            source: text.into(),
            statements: read::statements(kind, text)?,
        })
    }

    /// As [`Self::parse`], to share.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn shared(kind: PolicyKind, id: &str, text: &str) -> Result<Arc<Self>, MalformedPolicy> {
        Self::parse(kind, id, text).map(Arc::new)
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> PolicyKind {
        self.kind
    }

    /// How reasons name it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The document.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The condition keys that its conditions and variables read, as it wrote them, each once:
    /// what GetContextKeysForCustomPolicy answers.
    #[must_use]
    pub fn context_keys(&self) -> Vec<&str> {
        let keys = self.statements.iter().flat_map(Statement::keys);
        let mut names: Vec<&str> = Vec::new();
        for key in keys.map(Key::name) {
            if !names.iter().any(|name| name.eq_ignore_ascii_case(key)) {
                names.push(key);
            }
        }
        names
    }

    /// How many statements it has.
    #[must_use]
    pub fn statement_count(&self) -> usize {
        self.statements.len()
    }
}

impl Statement {
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        let patterns = self.resources.iter().flat_map(|element| &element.patterns);
        let conditions = self.conditions.iter().flat_map(Condition::keys);
        patterns.flat_map(Pattern::keys).chain(conditions)
    }
}
