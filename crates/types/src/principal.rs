//! Who calls. Source: IAM User Guide, "AWS JSON policy elements: Principal" and "IAM identifiers";
//! CloudTrail User Guide, "CloudTrail userIdentity element".

use std::sync::{Arc, OnceLock};

use crate::{AccountId, Arn};

/// The identity that signed a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// The account's root credentials.
    Root(AccountId),
    /// An IAM user with its own access key.
    User(User),
    /// A session of a role: temporary credentials of `sts:AssumeRole` and its kin.
    AssumedRole(AssumedRole),
    /// A session of `sts:GetFederationToken`.
    FederatedUser(FederatedUser),
    /// Somebody without credentials for whom an identity provider's token is to speak: the caller
    /// of `sts:AssumeRoleWithWebIdentity`.
    WebIdentity(WebIdentity),
}

/// Whom an identity provider's token is to speak for. Who it is stands open until STS has verified
/// the token; all who hold the call learn it then, so that its audit record can name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebIdentity {
    account: AccountId,
    vouched: Arc<OnceLock<Vouched>>,
}

/// What a token says that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// The provider's ARN.
    pub provider: String,
    /// Whom the token is for: the provider's client.
    pub audience: String,
    /// Whom it speaks of.
    pub subject: String,
}

impl WebIdentity {
    /// Nobody yet, who asks for a role of the account.
    #[must_use]
    pub fn new(account: AccountId) -> Self {
        Self {
            account,
            vouched: Arc::default(),
        }
    }

    /// Says who it is. Only the first time counts.
    pub fn vouch(&self, vouched: Vouched) {
        self.vouched.get_or_init(|| vouched);
    }

    /// Who it is, once the token was verified.
    #[must_use]
    pub fn vouched(&self) -> Option<&Vouched> {
        self.vouched.get()
    }
}

/// An IAM user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its account.
    pub account: AccountId,
    /// Its path, `/` or `/division/team/`.
    pub path: String,
    /// Its name, `Alice`.
    pub name: String,
    /// Its unique id, `AIDA...`.
    pub id: String,
}

/// A session of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssumedRole {
    /// The role's account.
    pub account: AccountId,
    /// The role's path, which its ARN has and the session's has not.
    pub path: String,
    /// The role's name.
    pub role: String,
    /// The role's unique id, `AROA...`.
    pub role_id: String,
    /// The session's name, chosen by who assumed the role.
    pub session: String,
}

/// A federated user: a session that a user gave to somebody by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FederatedUser {
    /// The account.
    pub account: AccountId,
    /// The name that `sts:GetFederationToken` was given.
    pub name: String,
    /// Who gave the session: a user, or the account's root.
    pub issuer: Box<Principal>,
}

impl Principal {
    /// The account it belongs to.
    #[must_use]
    pub fn account(&self) -> AccountId {
        match self {
            Self::Root(account) => *account,
            Self::WebIdentity(web) => web.account,
            Self::User(user) => user.account,
            Self::AssumedRole(session) => session.account,
            Self::FederatedUser(session) => session.account,
        }
    }

    /// Its ARN as GetCallerIdentity answers it: `arn:aws:iam::ACCOUNT:root`,
    /// `arn:aws:iam::ACCOUNT:user/PATH/NAME`, `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`,
    /// `arn:aws:sts::ACCOUNT:federated-user/NAME`.
    #[must_use]
    pub fn arn(&self) -> Arn {
        let account = self.account().digits();
        let account = account.as_str();
        match self {
            Self::Root(_) => Arn::new("iam", "", account, "root"),
            Self::WebIdentity(_) => Arn::new("sts", "", account, "web-identity"),
            Self::User(user) => {
                let resource = ["user", &user.path, &user.name].concat();
                Arn::new("iam", "", account, &resource)
            }
            Self::AssumedRole(session) => {
                let resource = ["assumed-role", &session.role, &session.session].join("/");
                Arn::new("sts", "", account, &resource)
            }
            Self::FederatedUser(session) => {
                let resource = ["federated-user/", &session.name].concat();
                Arn::new("sts", "", account, &resource)
            }
        }
    }

    /// The ARN that stands in policies for who a session is of: the role's, for a session of a
    /// role; otherwise the principal's own. It is the value of `aws:PrincipalArn`.
    #[must_use]
    pub fn policy_arn(&self) -> Arn {
        match self {
            Self::AssumedRole(session) => session.role_arn(),
            _ => self.arn(),
        }
    }

    /// The unique id (`aws:userid`): the account's id for root, `AIDA...`, `AROA...:SESSION`,
    /// `ACCOUNT:NAME` for a federated user, `PROVIDER:AUDIENCE:SUBJECT` for a web identity.
    #[must_use]
    pub fn user_id(&self) -> String {
        match self {
            Self::Root(account) => account.to_string(),
            Self::WebIdentity(web) => match web.vouched() {
                Some(vouched) => format!(
                    "{}:{}:{}",
                    vouched.provider, vouched.audience, vouched.subject
                ),
                None => format!("{}:web-identity", web.account),
            },
            Self::User(user) => user.id.clone(),
            Self::AssumedRole(session) => format!("{}:{}", session.role_id, session.session),
            Self::FederatedUser(session) => format!("{}:{}", session.account, session.name),
        }
    }

    /// CloudTrail's `userIdentity.type`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Root(_) => "Root",
            Self::User(_) => "IAMUser",
            Self::AssumedRole(_) => "AssumedRole",
            Self::FederatedUser(_) => "FederatedUser",
            Self::WebIdentity(_) => "WebIdentityUser",
        }
    }

    /// `aws:PrincipalType`.
    #[must_use]
    pub fn policy_type(&self) -> &'static str {
        match self {
            Self::Root(_) => "Account",
            Self::User(_) => "User",
            Self::AssumedRole(_) => "AssumedRole",
            Self::FederatedUser(_) => "FederatedUser",
            Self::WebIdentity(_) => "Anonymous",
        }
    }
}

impl AssumedRole {
    /// The ARN of the role that the session is of.
    #[must_use]
    pub fn role_arn(&self) -> Arn {
        let resource = format!("role{}{}", self.path, self.role);
        Arn::new("iam", "", &self.account.to_string(), &resource)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_written_as_aws_writes_them() {
        let account: AccountId = "111122223333".parse().unwrap();
        let user = Principal::User(User {
            account,
            path: "/division/".to_owned(),
            name: "Alice".to_owned(),
            id: "AIDAALICE".to_owned(),
        });
        let role = Principal::AssumedRole(AssumedRole {
            account,
            path: "/service/".to_owned(),
            role: "Deploy".to_owned(),
            role_id: "AROADEPLOY".to_owned(),
            session: "ci".to_owned(),
        });
        let federated = Principal::FederatedUser(FederatedUser {
            account,
            name: "Bob".to_owned(),
            issuer: Box::new(user.clone()),
        });
        for (principal, arn, policy_arn, user_id) in [
            (
                Principal::Root(account),
                "arn:aws:iam::111122223333:root",
                "arn:aws:iam::111122223333:root",
                "111122223333",
            ),
            (
                user,
                "arn:aws:iam::111122223333:user/division/Alice",
                "arn:aws:iam::111122223333:user/division/Alice",
                "AIDAALICE",
            ),
            (
                role,
                "arn:aws:sts::111122223333:assumed-role/Deploy/ci",
                "arn:aws:iam::111122223333:role/service/Deploy",
                "AROADEPLOY:ci",
            ),
            (
                federated,
                "arn:aws:sts::111122223333:federated-user/Bob",
                "arn:aws:sts::111122223333:federated-user/Bob",
                "111122223333:Bob",
            ),
        ] {
            assert_eq!(principal.arn().to_string(), arn);
            assert_eq!(principal.policy_arn().to_string(), policy_arn);
            assert_eq!(principal.user_id(), user_id);
            assert_eq!(principal.account(), account);
        }
    }
}
