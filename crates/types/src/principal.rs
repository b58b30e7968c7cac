//! Who calls. Source: IAM User Guide, "AWS JSON policy elements: Principal".

use crate::{AccountId, Arn};

/// The identity that signed a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// The account's root credentials.
    Root(AccountId),
}

impl Principal {
    /// The account it belongs to.
    #[must_use]
    pub fn account(&self) -> AccountId {
        match self {
            Self::Root(account) => *account,
        }
    }

    /// `arn:aws:iam::ACCOUNT:root`, as GetCallerIdentity answers.
    #[must_use]
    pub fn arn(&self) -> Arn {
        match self {
            Self::Root(account) => Arn::new("iam", "", &account.to_string(), "root"),
        }
    }

    /// The unique id; for root it is the account's.
    #[must_use]
    pub fn user_id(&self) -> String {
        match self {
            Self::Root(account) => account.to_string(),
        }
    }

    /// CloudTrail's `userIdentity.type`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Root(_) => "Root",
        }
    }
}
