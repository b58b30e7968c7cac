//! Passwords of login profiles: judged by the account's password policy, kept as salted hashes.
//! Source: IAM User Guide, "Set an account password policy for IAM users"; NIST SP 800-132 (PBKDF2).

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use types::{Entropy, EntropyError, ServiceError};

use crate::state::PasswordRules;

/// OWASP's number for PBKDF2-HMAC-SHA256 of 2023.
const ITERATIONS: NonZeroU32 = match NonZeroU32::new(600_000) {
    Some(iterations) => iterations,
    None => NonZeroU32::MIN,
};

/// The longest password that IAM takes.
pub(crate) const LENGTH_MAX: usize = 128;

/// Non-alphanumeric characters that count, as IAM lists them.
const SYMBOLS: &str = "!@#$%^&*()_+-=[]{}|'";

/// Hashes a password: `pbkdf2-sha256$ITERATIONS$SALT$HASH`. Takes a good part of a second.
pub(crate) fn hash(password: &str, entropy: &dyn Entropy) -> Result<String, EntropyError> {
    let mut salt = [0; 16];
    entropy.fill(&mut salt)?;
    let mut derived = [0; 32];
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA256,
        ITERATIONS,
        &salt,
        password.as_bytes(),
        &mut derived,
    );
    let (salt, derived) = (BASE64.encode(salt), BASE64.encode(derived));
    Ok(format!("pbkdf2-sha256${ITERATIONS}${salt}${derived}"))
}

/// Whether it is the password of a hash.
pub(crate) fn verify(password: &str, hash: &str) -> bool {
    let parts: Vec<&str> = hash.split('$').collect();
    let ["pbkdf2-sha256", iterations, salt, derived] = parts.as_slice() else {
        return false;
    };
    let (Ok(iterations), Ok(salt), Ok(derived)) = (
        iterations.parse(),
        BASE64.decode(salt),
        BASE64.decode(derived),
    ) else {
        return false;
    };
    let verified = pbkdf2::verify(
        pbkdf2::PBKDF2_HMAC_SHA256,
        iterations,
        &salt,
        password.as_bytes(),
        &derived,
    );
    verified.is_ok()
}

/// Judges a new password by the account's policy. Without one IAM asks for 8 characters and three of
/// the four kinds.
pub(crate) fn check(password: &str, rules: Option<&PasswordRules>) -> Result<(), ServiceError> {
    let has = |kind: fn(char) -> bool| password.chars().any(kind);
    let kinds = [
        (has(|one| one.is_ascii_uppercase()), "one uppercase letter"),
        (has(|one| one.is_ascii_lowercase()), "one lowercase letter"),
        (has(|one| one.is_ascii_digit()), "one number"),
        (has(|one| SYMBOLS.contains(one)), "one symbol"),
    ];
    let length = password.chars().count();
    let length_min = rules.map_or(8, |rules| usize::try_from(rules.length_min).unwrap_or(8));
    if length < length_min {
        return Err(violation(format!(
            "Password should have a minimum length of {length_min}"
        )));
    }
    if length > LENGTH_MAX {
        return Err(violation(format!(
            "Password should have a maximum length of {LENGTH_MAX}"
        )));
    }
    match rules {
        Some(rules) => {
            let wanted = [
                rules.uppercase,
                rules.lowercase,
                rules.numbers,
                rules.symbols,
            ];
            let missing = kinds
                .iter()
                .zip(wanted)
                .find(|((has, _), wanted)| *wanted && !has);
            match missing {
                Some(((_, kind), _)) => {
                    Err(violation(format!("Password should have at least {kind}")))
                }
                None => Ok(()),
            }
        }
        None if kinds.iter().filter(|(has, _)| *has).count() < 3 => Err(violation(
            "Password should have at least three of: uppercase letters, lowercase letters, \
             numbers, symbols",
        )),
        None => Ok(()),
    }
}

pub(crate) fn violation(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("PasswordPolicyViolation", message)
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
    fn a_hash_opens_to_its_password_only() {
        let hash = hash("Correct-Horse1", &Bytes(7)).unwrap();
        assert!(verify("Correct-Horse1", &hash));
        assert!(!verify("correct-Horse1", &hash));
        assert!(!hash.contains("Horse"));
        for damaged in [
            "",
            "pbkdf2-sha256$0$AA$AA",
            "pbkdf2-sha256$1$?$AA",
            "x$1$AA$AA",
        ] {
            assert!(!verify("x", damaged), "{damaged}");
        }
    }

    #[test]
    fn the_policy_is_asked() {
        let rules = PasswordRules {
            length_min: 10,
            symbols: true,
            ..PasswordRules::default()
        };
        assert!(check("aaaaaaaaa!", Some(&rules)).is_ok());
        assert!(
            check("aaaaaaaa!", Some(&rules))
                .unwrap_err()
                .message
                .contains("length of 10")
        );
        assert!(
            check("aaaaaaaaaa", Some(&rules))
                .unwrap_err()
                .message
                .contains("one symbol")
        );
        assert!(check("aaaaaaa1", None).is_err());
        assert!(check("aaaaaaA1", None).is_ok());
        assert!(check(&"aA1!".repeat(33), None).is_err());
    }
}
