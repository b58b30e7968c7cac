//! Unique ids, names and ARNs. Source: IAM User Guide, "IAM identifiers" (prefixes of unique ids,
//! ARNs, paths, names that are unique without their case).

use types::{AccountId, Arn, Entropy, EntropyError};

pub(crate) const USER: &str = "AIDA";
pub(crate) const GROUP: &str = "AGPA";
pub(crate) const ROLE: &str = "AROA";
pub(crate) const POLICY: &str = "ANPA";
pub(crate) const INSTANCE_PROFILE: &str = "AIPA";
pub(crate) const SERVER_CERTIFICATE: &str = "ASCA";
pub(crate) const ACCESS_KEY: &str = "AKIA";
pub(crate) const SESSION_KEY: &str = "ASIA";
pub(crate) const SERVICE_CREDENTIAL: &str = "ACCA";

const ALPHABET: [char; 32] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S',
    'T', 'U', 'V', 'W', 'X', 'Y', 'Z', '2', '3', '4', '5', '6', '7',
];

/// RFC 4648, section 6, of the low `digits` times 5 bits.
pub(crate) fn base32(bits: u128, digits: usize) -> String {
    (0..digits)
        .rev()
        .map(|digit| (bits >> (5 * digit) & 31) as usize)
        .map(|digit| ALPHABET.get(digit).copied().unwrap_or('A'))
        .collect()
}

/// The bits of a base32 text; `None` when it is none.
pub(crate) fn bits_of(text: &str) -> Option<u128> {
    text.chars().try_fold(0_u128, |bits, letter| {
        let digit = ALPHABET.iter().position(|one| *one == letter)?;
        Some(bits << 5 | digit as u128)
    })
}

/// A unique id: its prefix and 17 characters, 85 random bits.
pub(crate) fn unique(prefix: &str, entropy: &dyn Entropy) -> Result<String, EntropyError> {
    let mut random = [0; 16];
    entropy.fill(&mut random)?;
    Ok(format!(
        "{prefix}{}",
        base32(u128::from_be_bytes(random), 17)
    ))
}

/// An access key id that says its account, as AWS's do: of the 80 bits after the prefix the first is
/// 1, 40 are the account's number and 39 are random.
pub(crate) fn access_key(
    prefix: &str,
    account: AccountId,
    entropy: &dyn Entropy,
) -> Result<String, EntropyError> {
    let mut random = [0; 8];
    entropy.fill(&mut random)?;
    let low = u128::from(u64::from_be_bytes(random)) & LOW_BITS;
    let bits = 1 << 79 | number(account) << 39 | low;
    Ok(format!("{prefix}{}", base32(bits, 16)))
}

const LOW_BITS: u128 = (1 << 39) - 1;

/// The account that an access key id says.
pub(crate) fn account_of_access_key(id: &str) -> Option<AccountId> {
    let digits = id
        .strip_prefix(ACCESS_KEY)
        .or_else(|| id.strip_prefix(SESSION_KEY))?;
    if digits.len() != 16 {
        return None;
    }
    let bits = bits_of(digits)?;
    if bits >> 79 != 1 {
        return None;
    }
    let number = bits >> 39 & ((1 << 40) - 1);
    AccountId::from_number(u64::try_from(number).ok()?)
}

fn number(account: AccountId) -> u128 {
    account.to_number().into()
}

/// A name as it is unique: without its case.
pub(crate) fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// `arn:aws:iam::ACCOUNT:KIND/PATH/NAME`.
pub(crate) fn arn(account: AccountId, kind: &str, path: &str, name: &str) -> String {
    Arn::new(
        "iam",
        "",
        &account.to_string(),
        &format!("{kind}{path}{name}"),
    )
    .to_string()
}

/// The name that ends an ARN of a kind in an account; `None` when it is another's or none.
pub(crate) fn name_in<'a>(account: AccountId, kind: &str, arn: &'a str) -> Option<&'a str> {
    let resource = arn
        .strip_prefix("arn:aws:iam::")?
        .strip_prefix(account.to_string().as_str())?
        .strip_prefix(':')?
        .strip_prefix(kind)?;
    resource.strip_prefix('/')?.rsplit('/').next()
}

/// Whether a text could be an ARN: `Invalid ARN:  Could not be parsed!` is said of all else.
pub(crate) fn is_arn(text: &str) -> bool {
    text.parse::<Arn>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bytes(u8);

    impl Entropy for Bytes {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
            bytes.fill(self.0);
            Ok(())
        }
    }

    #[test]
    fn an_access_key_id_says_its_account() {
        for account in ["123456789012", "000000000001", "999999999999"] {
            let account: AccountId = account.parse().unwrap();
            for byte in [0, 0x5a, 0xff] {
                let id = access_key(SESSION_KEY, account, &Bytes(byte)).unwrap();
                assert_eq!(id.len(), 20);
                assert_eq!(account_of_access_key(&id), Some(account), "{id}");
            }
        }
        // AWS's own example of an id and its account, from public write-ups of the form.
        let account = account_of_access_key("ASIAQNZGKIQY56JQ7WML");
        assert_eq!(account.unwrap().to_string(), "029608264753");
        for id in [
            "",
            "AKIA",
            "AKIAIOSFODNN7EXAMPL",
            "AKIAiosfodnn7example",
            "AKIA1111111111111111",
        ] {
            assert_eq!(account_of_access_key(id), None, "{id}");
        }
    }

    #[test]
    fn unique_ids_have_the_length_of_aws() {
        assert_eq!(unique(USER, &Bytes(0xff)).unwrap(), "AIDA77777777777777777");
        assert_eq!(unique(ROLE, &Bytes(0)).unwrap(), "AROAAAAAAAAAAAAAAAAAA");
        assert_eq!(
            bits_of("MZXW6YTBOJTG633C"),
            Some(u128::from_be_bytes(*b"\0\0\0\0\0\0foobarfoob"))
        );
    }

    #[test]
    fn names_are_found_in_arns_of_the_account_only() {
        let account: AccountId = "111122223333".parse().unwrap();
        let arn = arn(account, "policy", "/a/b/", "Name");
        assert_eq!(arn, "arn:aws:iam::111122223333:policy/a/b/Name");
        assert_eq!(name_in(account, "policy", &arn), Some("Name"));
        assert_eq!(name_in(account, "role", &arn), None);
        assert_eq!(
            name_in("111122223334".parse().unwrap(), "policy", &arn),
            None
        );
    }
}
