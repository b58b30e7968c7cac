//! Account and Region: the first two coordinates of everything in AWS.
//! Source: AWS General Reference, "Your AWS account identifiers", "AWS Regions".

use std::fmt;
use std::str::FromStr;

/// A twelve-digit account id, such as `123456789012`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(u64);

/// A text that is no account id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an account id has exactly 12 digits, but this is `{0}`")]
pub struct AccountIdError(String);

const ACCOUNT_COUNT: u64 = 1_000_000_000_000;

impl AccountId {
    /// The account id that any 64-bit number stands for. Used to make one from random bytes: the
    /// first digit is never 0, because tools that read ids as numbers would lose it.
    #[must_use]
    pub fn from_random(random: u64) -> Self {
        let low = ACCOUNT_COUNT / 10;
        Self(low + random % (ACCOUNT_COUNT - low))
    }

    /// The id as a number, without its leading zeros; for formats that keep it in eight bytes.
    #[must_use]
    pub fn to_number(self) -> u64 {
        self.0
    }

    /// The id's twelve digits, without a text of their own: every ARN and every row's key has one.
    #[must_use]
    pub fn digits(self) -> AccountDigits {
        let mut digits = [b'0'; 12];
        let mut rest = self.0;
        for digit in digits.iter_mut().rev() {
            *digit += u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        AccountDigits(digits)
    }

    /// The id that a number stands for; `None` when it has more than twelve digits.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        (number < ACCOUNT_COUNT).then_some(Self(number))
    }
}

/// The twelve digits of an account id ([`AccountId::digits`]).
#[derive(Debug, Clone, Copy)]
pub struct AccountDigits([u8; 12]);

impl AccountDigits {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // ASCII is UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for AccountId {
    type Err = AccountIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits => Ok(Self(number)),
            _ => Err(AccountIdError(text.chars().take(40).collect())),
        }
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.digits().as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A Region name, such as `us-east-1`: any name is a Region here, as the signature's scope says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(String);

/// A text that is no Region name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a Region is 1 to 32 lower-case letters, digits and hyphens, but this is `{0}`")]
pub struct RegionError(String);

impl Region {
    /// The longest Region name that is accepted, in bytes.
    pub const BYTES_MAX: usize = 32;

    /// The Region's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Region {
    type Err = RegionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=Self::BYTES_MAX).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(RegionError(text.chars().take(40).collect()))
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_has_exactly_twelve_digits() {
        assert_eq!(
            "012345678901".parse::<AccountId>().unwrap().to_string(),
            "012345678901"
        );
        for text in [
            "",
            "12345678901",
            "1234567890123",
            "12345678901a",
            "+23456789012",
            "１23456789012",
        ] {
            assert!(text.parse::<AccountId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_random_account_id_never_starts_with_zero() {
        for random in [0, 1, u64::MAX, 899_999_999_999, 900_000_000_000] {
            let text = AccountId::from_random(random).to_string();
            assert_eq!(text.len(), 12);
            assert!(!text.starts_with('0'), "{text}");
        }
    }

    #[test]
    fn a_region_is_a_short_lower_case_name() {
        assert_eq!(
            "eu-central-1".parse::<Region>().unwrap().as_str(),
            "eu-central-1"
        );
        for text in ["", "EU", "a b", "a/b", &"a".repeat(33)] {
            assert!(text.parse::<Region>().is_err(), "{text}");
        }
    }
}
