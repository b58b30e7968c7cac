//! Where a key is: an account in a Region.

use types::{AccountId, Arn, Call, Region};

/// An account in a Region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) account: AccountId,
    pub(crate) region: Region,
}

impl Place {
    /// The caller's.
    pub(crate) fn of(call: &Call) -> Self {
        Self {
            account: call.account(),
            region: call.region.clone(),
        }
    }

    /// The same account elsewhere.
    pub(crate) fn in_region(&self, region: Region) -> Self {
        Self {
            account: self.account,
            region,
        }
    }

    /// `arn:aws:kms:REGION:ACCOUNT:RESOURCE`; an alias is `alias/NAME`.
    pub(crate) fn arn(&self, resource: &str) -> Arn {
        let account = self.account.digits();
        Arn::new("kms", self.region.as_str(), account.as_str(), resource)
    }

    pub(crate) fn key_arn(&self, key_id: &str) -> Arn {
        self.arn(&["key/", key_id].concat())
    }
}
