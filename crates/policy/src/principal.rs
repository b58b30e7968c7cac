//! Who asks, and whom a policy's Principal element means. Source: IAM User Guide, "AWS JSON policy
//! elements: Principal", "NotPrincipal"; "Policy evaluation logic" for what a grant to each kind of
//! principal is limited by.

use types::{AccountId, Arn};

/// Who makes a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Principal<'a> {
    /// The account's root user.
    Root {
        /// Its account.
        account: AccountId,
        /// `arn:aws:iam::ACCOUNT:root`.
        arn: &'a str,
    },
    /// An IAM user, with its access key or with a session of its own (GetSessionToken).
    User {
        /// Its account.
        account: AccountId,
        /// `arn:aws:iam::ACCOUNT:user/PATH/NAME`.
        arn: &'a str,
        /// `AIDA...`.
        user_id: &'a str,
    },
    /// A session of a role.
    AssumedRole {
        /// The role's account.
        account: AccountId,
        /// `arn:aws:iam::ACCOUNT:role/PATH/NAME`.
        role_arn: &'a str,
        /// `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`.
        session_arn: &'a str,
        /// `AROA...:SESSION`.
        user_id: &'a str,
    },
    /// A session that a user or root made with GetFederationToken.
    FederatedUser {
        /// The account.
        account: AccountId,
        /// `arn:aws:sts::ACCOUNT:federated-user/NAME`.
        arn: &'a str,
        /// `ACCOUNT:NAME`.
        user_id: &'a str,
        /// The ARN of the user who made it.
        user_arn: &'a str,
        /// The unique id of that user, `AIDA...`; the account's number where the root made it.
        issuer_id: &'a str,
    },
    /// Somebody whom an identity provider vouches for, who has no AWS identity yet: the caller of
    /// AssumeRoleWithWebIdentity or AssumeRoleWithSAML.
    Federated {
        /// The provider's ARN, or its name, such as `accounts.google.com`.
        provider: &'a str,
    },
    /// A service of AWS's that acts for itself, such as `logs.amazonaws.com`.
    Service {
        /// Its name.
        name: &'a str,
    },
    /// A request without credentials.
    Anonymous,
}

impl<'a> Principal<'a> {
    /// The account it belongs to, if it belongs to one.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Root { account, .. }
            | Self::User { account, .. }
            | Self::AssumedRole { account, .. }
            | Self::FederatedUser { account, .. } => Some(*account),
            Self::Federated { .. } | Self::Service { .. } | Self::Anonymous => None,
        }
    }

    /// The ARN that GetCallerIdentity answers and denials name; for a service its name.
    #[must_use]
    pub fn arn(&self) -> &'a str {
        match self {
            Self::Root { arn, .. } | Self::User { arn, .. } | Self::FederatedUser { arn, .. } => {
                arn
            }
            Self::AssumedRole { session_arn, .. } => session_arn,
            Self::Federated { provider } => provider,
            Self::Service { name } => name,
            Self::Anonymous => "anonymous",
        }
    }

    /// `aws:PrincipalArn`: of a role session it is the role's.
    pub(crate) fn condition_arn(&self) -> Option<&'a str> {
        match self {
            Self::AssumedRole { role_arn, .. } => Some(role_arn),
            Self::Federated { .. } | Self::Service { .. } | Self::Anonymous => None,
            _ => Some(self.arn()),
        }
    }

    /// `aws:PrincipalType`.
    pub(crate) fn condition_type(&self) -> Option<&'static str> {
        match self {
            Self::Root { .. } => Some("Account"),
            Self::User { .. } => Some("User"),
            Self::AssumedRole { .. } => Some("AssumedRole"),
            Self::FederatedUser { .. } => Some("FederatedUser"),
            Self::Anonymous => Some("Anonymous"),
            Self::Federated { .. } | Self::Service { .. } => None,
        }
    }

    /// `aws:userid`.
    pub(crate) fn user_id(&self) -> Option<&'a str> {
        match self {
            Self::Root { arn, .. } => arn.split(':').nth(4),
            Self::User { user_id, .. }
            | Self::AssumedRole { user_id, .. }
            | Self::FederatedUser { user_id, .. } => Some(user_id),
            Self::Anonymous => Some("anonymous"),
            Self::Federated { .. } | Self::Service { .. } => None,
        }
    }

    /// `aws:username`: only IAM users have one.
    pub(crate) fn user_name(&self) -> Option<&'a str> {
        match self {
            Self::User { arn, .. } => arn.rsplit('/').next(),
            _ => None,
        }
    }

    pub(crate) fn service(&self) -> Option<&'a str> {
        match self {
            Self::Service { name } => Some(name),
            _ => None,
        }
    }

    pub(crate) fn provider(&self) -> Option<&'a str> {
        match self {
            Self::Federated { provider } => Some(provider),
            _ => None,
        }
    }
}

/// Who is who now: which unique id goes with an ARN. Answered by IAM.
///
/// Ids are of users (`AIDA...`), of roles (`AROA...`) and of a role's sessions (`AROA...:SESSION`, for
/// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`).
pub trait PrincipalDirectory: Send + Sync {
    /// The unique id of whom an ARN names now; `None` when it names nobody.
    fn unique_id(&self, arn: &str) -> Option<String>;

    /// The ARN that the owner of a unique id has now; `None` when it is gone.
    fn arn(&self, unique_id: &str) -> Option<String>;

    /// Whether there is such an account.
    fn has_account(&self, account: AccountId) -> bool;
}

/// How directly an allow reaches the principal: it decides what else must allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// It does not.
    None,
    /// It names the account: the account's identity policies decide.
    Account,
    /// It names the role, the user behind a federated session, or everybody: permissions boundary
    /// and session policies still limit it.
    Role,
    /// It names the principal itself. Nothing but an explicit deny is in its way.
    Principal,
}

/// One entry of a Principal element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// `*`, or `{"AWS": "*"}`.
    Everybody,
    /// An account id or its root ARN.
    Account(AccountId),
    /// The ARN of a user, a role or a session.
    Arn(Box<str>),
    /// `AIDA...` or `AROA...`: what is kept in place of an ARN ([`crate::document::bound`]), so that
    /// another who is given the same name later inherits nothing.
    UniqueId(Box<str>),
    /// `AROA...:SESSION`: the same of one session of a role.
    SessionId(Box<str>),
    /// A service's name.
    Service(Box<str>),
    /// An identity provider.
    Federated(Box<str>),
    /// Another account's canonical user id.
    CanonicalUser(Box<str>),
}

impl Named {
    /// Reads what a policy names under `AWS`, or a grant as its grantee.
    pub(crate) fn aws(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Everybody);
        }
        if let Ok(account) = text.parse() {
            return Some(Self::Account(account));
        }
        if is_unique_id(text) {
            return Some(Self::UniqueId(text.into()));
        }
        if let Some((role, session)) = text.split_once(':')
            && role.starts_with("AROA")
            && is_unique_id(role)
            && !session.is_empty()
            && !session.contains([':', '/', '*', '?', ' '])
        {
            return Some(Self::SessionId(text.into()));
        }
        let arn: Arn = text.parse().ok()?;
        let account: AccountId = arn.account().parse().ok()?;
        if !arn.region().is_empty() || text.contains(['*', '?', ' ']) {
            return None;
        }
        let (kind, name) = arn
            .resource()
            .split_once('/')
            .unwrap_or_else(|| (arn.resource(), ""));
        match (arn.service(), kind) {
            ("iam", "root") if name.is_empty() => Some(Self::Account(account)),
            ("iam", "user" | "role") | ("sts", "assumed-role" | "federated-user")
                if !name.is_empty() =>
            {
                Some(Self::Arn(text.into()))
            }
            _ => None,
        }
    }

    /// How an Allow statement that names this reaches the principal.
    pub(crate) fn reach(&self, principal: &Principal<'_>, canonical_user: Option<&str>) -> Reach {
        match self {
            Self::Everybody => match principal {
                Principal::User { .. }
                | Principal::AssumedRole { .. }
                | Principal::FederatedUser { .. } => Reach::Role,
                // A token of any provider at all is nobody's identity: providers are named.
                Principal::Federated { .. } => Reach::None,
                Principal::Root { .. } | Principal::Service { .. } | Principal::Anonymous => {
                    Reach::Principal
                }
            },
            Self::Account(account) => match principal {
                Principal::Root { account: own, .. } if own == account => Reach::Principal,
                _ if principal.account() == Some(*account) => Reach::Account,
                _ => Reach::None,
            },
            Self::Arn(named) => reach_of(principal, |arn, _| **named == *arn),
            Self::UniqueId(named) => reach_of(principal, |_, id| id == Some(named)),
            Self::SessionId(named) => match principal {
                Principal::AssumedRole { user_id, .. } if **named == **user_id => Reach::Principal,
                _ => Reach::None,
            },
            Self::Service(name) => match principal.service() {
                Some(service) if *service == **name => Reach::Principal,
                _ => Reach::None,
            },
            Self::Federated(named) => match principal.provider() {
                Some(provider) if *provider == **named => Reach::Principal,
                _ => Reach::None,
            },
            Self::CanonicalUser(named) => match canonical_user {
                Some(id) if *id == **named => Reach::Account,
                _ => Reach::None,
            },
        }
    }

    /// Whether a Deny statement that names this means the principal.
    fn denies(&self, principal: &Principal<'_>, canonical_user: Option<&str>) -> bool {
        *self == Self::Everybody || self.reach(principal, canonical_user) > Reach::None
    }
}

/// Whether a text has the form of a user's or role's unique id.
fn is_unique_id(text: &str) -> bool {
    (16..=128).contains(&text.len())
        && (text.starts_with("AIDA") || text.starts_with("AROA"))
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// The role's part of `AROA...:SESSION`.
fn role_id(user_id: &str) -> &str {
    user_id.split(':').next().unwrap_or_default()
}

/// `is_named` gets an ARN and, where there is one, the unique id that goes with it.
fn reach_of(principal: &Principal<'_>, is_named: impl Fn(&str, Option<&str>) -> bool) -> Reach {
    match principal {
        Principal::User { arn, user_id, .. } if is_named(arn, Some(user_id)) => Reach::Principal,
        Principal::AssumedRole { session_arn, .. } if is_named(session_arn, None) => {
            Reach::Principal
        }
        Principal::AssumedRole {
            role_arn, user_id, ..
        } if is_named(role_arn, Some(role_id(user_id))) => Reach::Role,
        Principal::FederatedUser { arn, .. } if is_named(arn, None) => Reach::Principal,
        Principal::FederatedUser {
            user_arn,
            issuer_id,
            ..
        } if is_named(user_arn, Some(issuer_id)) => Reach::Role,
        _ => Reach::None,
    }
}

/// The Principal or NotPrincipal element.
#[derive(Debug, Clone)]
pub(crate) struct PrincipalElement {
    /// Whether it is NotPrincipal. The parser accepts that with Deny only.
    pub(crate) is_not: bool,
    pub(crate) named: Box<[Named]>,
}

impl PrincipalElement {
    /// How directly an Allow statement reaches the principal.
    pub(crate) fn allows(&self, principal: &Principal<'_>, canonical_user: Option<&str>) -> Reach {
        if self.is_not {
            return Reach::None;
        }
        let reach = |named: &Named| named.reach(principal, canonical_user);
        self.named.iter().map(reach).max().unwrap_or(Reach::None)
    }

    /// Whether a Deny statement means the principal.
    pub(crate) fn denies(&self, principal: &Principal<'_>, canonical_user: Option<&str>) -> bool {
        if !self.is_not {
            let denies = |named: &Named| named.denies(principal, canonical_user);
            return self.named.iter().any(denies);
        }
        // All that stands for the principal must be excepted: its account, its role, itself.
        let is_named = |wanted: &str| {
            let is = |named: &Named| matches!(named, Named::Arn(arn) if **arn == *wanted);
            self.named.iter().any(is)
        };
        let has = |named: &Named| self.named.contains(named);
        let has_id = |id: &str| has(&Named::UniqueId(id.into()));
        let has_account = |account: &AccountId| has(&Named::Account(*account));
        let excepted = has(&Named::Everybody)
            || match principal {
                Principal::Root { account, .. } => has_account(account),
                Principal::User {
                    account,
                    arn,
                    user_id,
                } => has_account(account) && (is_named(arn) || has_id(user_id)),
                Principal::AssumedRole {
                    account,
                    role_arn,
                    session_arn,
                    user_id,
                } => {
                    has_account(account)
                        && (is_named(role_arn) || has_id(role_id(user_id)))
                        && (is_named(session_arn) || has(&Named::SessionId((*user_id).into())))
                }
                Principal::FederatedUser { account, arn, .. } => {
                    has_account(account) && is_named(arn)
                }
                Principal::Federated { provider } => has(&Named::Federated((*provider).into())),
                Principal::Service { name } => has(&Named::Service((*name).into())),
                Principal::Anonymous => false,
            };
        !excepted
    }
}
