//! An access key: a public id and a secret that signs.
//! Source: IAM User Guide, "IAM identifiers" (`AKIA` and 16 characters) and "Manage access keys".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use types::{Entropy, EntropyError, Secret};
use zeroize::Zeroizing;

/// An access key.
#[derive(Debug, Clone)]
pub struct AccessKey {
    /// `AKIA...`, or what the operator gave.
    pub id: String,
    /// Its secret.
    pub secret: Secret,
}

impl AccessKey {
    /// Makes a key of AWS's form: 80 random bits name it, 240 random bits are its secret.
    pub(crate) fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let (mut name, mut secret) = ([0; 10], Zeroizing::new([0; 30]));
        entropy.fill(&mut name)?;
        entropy.fill(secret.as_mut())?;
        let text = Secret::new(STANDARD.encode(secret).into_bytes());
        Ok(Self {
            id: format!("AKIA{}", base32(name)),
            secret: text,
        })
    }
}

/// RFC 4648, section 6: each 40 bits become 8 characters.
fn base32(bytes: [u8; 10]) -> String {
    const ALPHABET: [char; 32] = [
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R',
        'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', '2', '3', '4', '5', '6', '7',
    ];
    let bits = bytes
        .iter()
        .fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    (0..16)
        .rev()
        .map(|digit| (bits >> (5 * digit) & 31) as usize)
        .map(|digit| ALPHABET.get(digit).copied().unwrap_or('A'))
        .collect()
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
    fn a_key_has_the_form_of_aws() {
        let key = AccessKey::generate(&Bytes(0xff)).unwrap();
        assert_eq!(key.id, "AKIA7777777777777777");
        assert_eq!(key.secret.expose(), "/".repeat(40).as_bytes());
        let key = AccessKey::generate(&Bytes(0)).unwrap();
        assert_eq!(key.id, "AKIAAAAAAAAAAAAAAAAA");
        assert_eq!(base32(*b"foobarfoob"), "MZXW6YTBOJTG633C");
    }
}
