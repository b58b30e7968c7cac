//! Names of certificates and their ARNs. Source: ACM API Reference, "CertificateArn":
//! `arn:aws:acm:REGION:ACCOUNT:certificate/ID`; the id is ours to choose.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use types::{AccountId, Region};

/// The longest name: that of the longest host name.
const NAME_BYTES_MAX: usize = 253;

/// A certificate's name. It is a folder's name too, so it can lead nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Name(String);

/// What a name may be.
#[derive(Debug, thiserror::Error)]
#[error(
    "a certificate's name is 1 to {NAME_BYTES_MAX} of a-z A-Z 0-9 . _ -, the first a letter or \
     digit, but this is `{}`",
    .0.escape_debug()
)]
pub(crate) struct NameError(String);

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let named = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let first = text.bytes().next();
        if first.is_some_and(|byte| byte.is_ascii_alphanumeric())
            && text.len() <= NAME_BYTES_MAX
            && text.bytes().all(named)
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError(text.chars().take(300).collect()))
        }
    }
}

impl TryFrom<String> for Name {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Name {
    /// As text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The certificate's ARN.
    pub(crate) fn arn(&self, region: &Region, account: AccountId) -> String {
        format!("arn:aws:acm:{region}:{account}:certificate/{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_folders_and_leads_nowhere_else() {
        for name in [
            "shop",
            "shop.example",
            "0f3e8a1c-7b5d-4c2e-9f6a-1d2b3c4d5e6f",
            "A_b",
        ] {
            assert!(name.parse::<Name>().is_ok(), "{name}");
        }
        let long = "a".repeat(254);
        for name in [
            "", ".", "..", "../x", "a/b", ".hidden", "-x", "a b", "a\0", "ä", "*.x", &long,
        ] {
            assert!(name.parse::<Name>().is_err(), "{name}");
        }
    }
}
