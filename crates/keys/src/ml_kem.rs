//! ML-KEM keys (FIPS 203). aws-lc-rs encapsulates and decapsulates; RustCrypto's `ml-kem` expands the
//! seed (d, z), which is the private key's canonical form and the one that RFC 9935 prefers, because
//! the safe interface of aws-lc-rs does not take it. It checks public keys too (FIPS 203, 7.2).

use aws_lc_rs::kem::{
    self, DecapsulationKey, EncapsulationKey, ML_KEM_512, ML_KEM_768, ML_KEM_1024,
};
#[expect(
    deprecated,
    reason = "the expanded form is what aws-lc-rs takes; it is made of a seed and never read"
)]
use ml_kem::ExpandedKeyEncoding as _;
use ml_kem::{KeyExport as _, Seed};
use types::{Entropy, Secret};
use zeroize::Zeroizing;

use crate::error::KeyError;
use crate::spec::KeySpec;

/// The length of the seed: d, then z.
const SEED_BYTES: usize = 64;

const fn algorithm(spec: KeySpec) -> &'static kem::Algorithm {
    match spec {
        KeySpec::MlKem512 => &ML_KEM_512,
        KeySpec::MlKem768 => &ML_KEM_768,
        _ => &ML_KEM_1024,
    }
}

/// An ML-KEM private key.
pub(crate) struct MlKemPrivateKey {
    spec: KeySpec,
    seed: Secret,
    key: DecapsulationKey,
    public: Vec<u8>,
}

impl MlKemPrivateKey {
    pub(crate) fn generate(spec: KeySpec, entropy: &dyn Entropy) -> Result<Self, KeyError> {
        let mut seed = vec![0; SEED_BYTES];
        entropy.fill(&mut seed)?;
        Self::from_seed(spec, &Secret::new(seed))
    }

    pub(crate) fn from_seed(spec: KeySpec, seed: &Secret) -> Result<Self, KeyError> {
        let reason = "its seed has another length";
        let bytes = Seed::try_from(seed.expose());
        let bytes = bytes.map_err(|_| KeyError::InvalidKey { spec, reason })?;
        let (expanded, public) = match spec {
            KeySpec::MlKem512 => ml_kem_512::expand(bytes),
            KeySpec::MlKem768 => ml_kem_768::expand(bytes),
            _ => ml_kem_1024::expand(bytes),
        };
        let key = DecapsulationKey::new(algorithm(spec), expanded.expose());
        Ok(Self {
            spec,
            seed: seed.clone(),
            key: key.map_err(|_| KeyError::Failed("an ML-KEM key"))?,
            public,
        })
    }

    pub(crate) fn seed(&self) -> Secret {
        self.seed.clone()
    }

    /// PKCS#8 that holds the seed (RFC 9935, section 6): its lengths are the same for every key.
    pub(crate) fn pkcs8(&self) -> Secret {
        let mut der = vec![0x30, 0x54, 0x02, 0x01, 0x00];
        der.extend_from_slice(&algorithm_identifier(self.spec));
        der.extend_from_slice(&[0x04, 0x42, 0x80, 0x40]);
        der.extend_from_slice(self.seed.expose());
        Secret::new(der)
    }

    pub(crate) fn spki(&self) -> Vec<u8> {
        let mut der = spki_prefix(self.spec);
        der.extend_from_slice(&self.public);
        der
    }

    /// FIPS 203 rejects implicitly: a ciphertext of the right length always has a secret.
    pub(crate) fn decapsulate(&self, ciphertext: &[u8]) -> Result<Secret, KeyError> {
        let secret = self.key.decapsulate(ciphertext.into());
        let secret = secret.map_err(|_| KeyError::InvalidCiphertext)?;
        Ok(Secret::new(secret.as_ref().to_vec()))
    }
}

/// An ML-KEM public key.
pub(crate) struct MlKemPublicKey(EncapsulationKey);

impl MlKemPublicKey {
    pub(crate) fn from_spki(spec: KeySpec, spki: &[u8]) -> Result<Self, KeyError> {
        let invalid = || KeyError::InvalidPublicKey { spec };
        let prefix = spki_prefix(spec);
        let raw = spki.strip_prefix(prefix.as_slice()).ok_or_else(invalid)?;
        let valid = match spec {
            KeySpec::MlKem512 => ml_kem_512::is_valid(raw),
            KeySpec::MlKem768 => ml_kem_768::is_valid(raw),
            _ => ml_kem_1024::is_valid(raw),
        };
        if !valid {
            return Err(invalid());
        }
        let key = EncapsulationKey::new(algorithm(spec), raw);
        key.map(Self).map_err(|_| invalid())
    }

    /// A ciphertext, and the secret that it holds.
    pub(crate) fn encapsulate(&self) -> Result<(Vec<u8>, Secret), KeyError> {
        let encapsulated = self.0.encapsulate();
        let (ciphertext, secret) = encapsulated.map_err(|_| KeyError::Failed("encapsulation"))?;
        let secret = Secret::new(secret.as_ref().to_vec());
        Ok((ciphertext.as_ref().to_vec(), secret))
    }
}

fn algorithm_identifier(spec: KeySpec) -> [u8; 13] {
    let last = match spec {
        KeySpec::MlKem512 => 1,
        KeySpec::MlKem768 => 2,
        _ => 3,
    };
    // SEQUENCE { OBJECT IDENTIFIER 2.16.840.1.101.3.4.4.x }, without parameters.
    [
        0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x04, last,
    ]
}

/// What stands before the key in its SubjectPublicKeyInfo: keys of one set are of one length.
fn spki_prefix(spec: KeySpec) -> Vec<u8> {
    let key: u16 = match spec {
        KeySpec::MlKem512 => 800,
        KeySpec::MlKem768 => 1184,
        _ => 1568,
    };
    let mut der = vec![0x30, 0x82];
    der.extend_from_slice(&(key + 13 + 5).to_be_bytes());
    der.extend_from_slice(&algorithm_identifier(spec));
    der.extend_from_slice(&[0x03, 0x82]);
    der.extend_from_slice(&(key + 1).to_be_bytes());
    der.push(0);
    der
}

/// What the crate says of one parameter set: its own bound on the sets cannot be named outside.
macro_rules! parameter_set {
    ($module:ident, $set:ty) => {
        mod $module {
            use super::*;

            /// The expanded private key and the public key that a seed stands for.
            #[expect(deprecated, reason = "it is the form that aws-lc-rs takes")]
            pub(super) fn expand(seed: Seed) -> (Secret, Vec<u8>) {
                let key = ml_kem::DecapsulationKey::<$set>::from_seed(seed);
                let expanded = Zeroizing::new(key.to_expanded_bytes());
                let public = key.encapsulation_key().to_bytes().to_vec();
                (Secret::new(expanded.to_vec()), public)
            }

            /// Whether it is a public key: its coefficients are below q.
            pub(super) fn is_valid(raw: &[u8]) -> bool {
                let raw = ml_kem::kem::Key::<ml_kem::EncapsulationKey<$set>>::try_from(raw);
                raw.is_ok_and(|raw| ml_kem::EncapsulationKey::<$set>::new(&raw).is_ok())
            }
        }
    };
}
parameter_set!(ml_kem_512, ml_kem::MlKem512);
parameter_set!(ml_kem_768, ml_kem::MlKem768);
parameter_set!(ml_kem_1024, ml_kem::MlKem1024);
