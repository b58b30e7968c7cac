//! What temporary credentials carry beside who they are of.
//! Source: IAM User Guide, "Temporary security credentials in IAM"; CloudTrail User Guide,
//! `userIdentity.sessionContext`.

use crate::Time;

/// The session of a call that was signed with temporary credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// When the credentials were given out (`aws:TokenIssueTime`).
    pub issued: Time,
    /// When they end.
    pub expires: Time,
    /// When a second factor was shown, if one was (`aws:MultiFactorAuthAge` counts from it).
    pub mfa: Option<Time>,
    /// `aws:SourceIdentity`: set once, it stays through role chaining.
    pub source_identity: Option<String>,
    /// The session's tags, which stand before the role's own (`aws:PrincipalTag`).
    pub tags: Vec<SessionTag>,
    /// The provider that vouched for the caller (`aws:FederatedProvider`), such as
    /// `arn:aws:iam::111122223333:oidc-provider/issuer.example`.
    pub federated_provider: Option<String>,
}

/// One tag of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionTag {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Whether a role that is assumed from this session gets it as well.
    pub transitive: bool,
}
