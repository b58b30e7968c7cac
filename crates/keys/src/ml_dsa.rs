//! ML-DSA keys (FIPS 204). Messages are signed by aws-lc-rs, with an empty context, as AWS does. μ that
//! was computed elsewhere (EXTERNAL_MU) is signed and verified by RustCrypto's `ml-dsa`, because the
//! safe interface of aws-lc-rs does not take it; its signatures are the deterministic variant.

use std::sync::OnceLock;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature::{
    KeyPair as _, ML_DSA_44, ML_DSA_44_SIGNING, ML_DSA_65, ML_DSA_65_SIGNING, ML_DSA_87,
    ML_DSA_87_SIGNING, ParsedPublicKey, PqdsaKeyPair, PqdsaSigningAlgorithm,
    PqdsaVerificationAlgorithm,
};
use ml_dsa::{EncodedVerifyingKey, ExpandedSigningKey, MlDsaParams, Seed, VerifyingKey};
use ml_dsa::{MlDsa44, MlDsa65, MlDsa87};
use ml_kem::array::Array;
use ml_kem::array::sizes::U64;
use types::{Entropy, Secret};
use zeroize::Zeroizing;

use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::error::KeyError;
use crate::spec::KeySpec;

/// The length of the seed ξ, which is the private key's canonical form.
const SEED_BYTES: usize = 32;

/// The length of μ.
const MU_BYTES: usize = 64;

/// μ, as both libraries of RustCrypto's take 64 bytes.
type Mu = Array<u8, U64>;

/// The length of a public key (FIPS 204, table 2).
const fn public_key_bytes(spec: KeySpec) -> usize {
    match spec {
        KeySpec::MlDsa44 => 1312,
        KeySpec::MlDsa65 => 1952,
        _ => 2592,
    }
}

const fn signing_algorithm(spec: KeySpec) -> &'static PqdsaSigningAlgorithm {
    match spec {
        KeySpec::MlDsa44 => &ML_DSA_44_SIGNING,
        KeySpec::MlDsa65 => &ML_DSA_65_SIGNING,
        _ => &ML_DSA_87_SIGNING,
    }
}

const fn verification_algorithm(spec: KeySpec) -> &'static PqdsaVerificationAlgorithm {
    match spec {
        KeySpec::MlDsa44 => &ML_DSA_44,
        KeySpec::MlDsa65 => &ML_DSA_65,
        _ => &ML_DSA_87,
    }
}

/// An ML-DSA private key.
pub(crate) struct MlDsaPrivateKey {
    spec: KeySpec,
    seed: Secret,
    messages: PqdsaKeyPair,
    /// Expanded when μ is first signed.
    mu: OnceLock<Box<dyn SignMu>>,
}

impl MlDsaPrivateKey {
    pub(crate) fn generate(spec: KeySpec, entropy: &dyn Entropy) -> Result<Self, KeyError> {
        let mut seed = vec![0; SEED_BYTES];
        entropy.fill(&mut seed)?;
        Self::from_seed(spec, &Secret::new(seed))
    }

    pub(crate) fn from_seed(spec: KeySpec, seed: &Secret) -> Result<Self, KeyError> {
        let messages = PqdsaKeyPair::from_seed(signing_algorithm(spec), seed.expose());
        let reason = "its seed has another length";
        Ok(Self {
            spec,
            seed: seed.clone(),
            messages: messages.map_err(|_| KeyError::InvalidKey { spec, reason })?,
            mu: OnceLock::new(),
        })
    }

    pub(crate) fn seed(&self) -> Secret {
        self.seed.clone()
    }

    pub(crate) fn pkcs8(&self) -> Result<Secret, KeyError> {
        let der = self.messages.to_pkcs8v1();
        let der = der.map_err(|_| KeyError::Failed("PKCS#8"))?;
        Ok(Secret::new(der.as_ref().to_vec()))
    }

    pub(crate) fn spki(&self) -> Result<Vec<u8>, KeyError> {
        let der = self.messages.public_key().as_der();
        let der = der.map_err(|_| KeyError::Failed("SubjectPublicKeyInfo"))?;
        Ok(der.as_ref().to_vec())
    }

    pub(crate) fn sign(&self, kind: MessageType, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        if kind == MessageType::ExternalMu {
            let mu = mu(message)?;
            let seed = Seed::try_from(self.seed.expose());
            let seed = Zeroizing::new(seed.map_err(|_| KeyError::Failed("a seed"))?);
            let key = self.mu.get_or_init(|| match self.spec {
                KeySpec::MlDsa44 => Box::new(ExpandedSigningKey::<MlDsa44>::from_seed(&seed)),
                KeySpec::MlDsa65 => Box::new(ExpandedSigningKey::<MlDsa65>::from_seed(&seed)),
                _ => Box::new(ExpandedSigningKey::<MlDsa87>::from_seed(&seed)),
            });
            return Ok(key.sign_mu(&mu));
        }
        let mut signature = vec![0; self.messages.algorithm().signature_len()];
        let length = self.messages.sign(message, &mut signature);
        let length = length.map_err(|_| KeyError::Failed("an ML-DSA signature"))?;
        signature.truncate(length);
        Ok(signature)
    }
}

/// An ML-DSA public key.
pub(crate) struct MlDsaPublicKey {
    spec: KeySpec,
    messages: ParsedPublicKey,
    raw: Vec<u8>,
    /// Decoded when μ is first verified.
    mu: OnceLock<Box<dyn VerifyMu>>,
}

impl MlDsaPublicKey {
    pub(crate) fn from_spki(spec: KeySpec, spki: &[u8]) -> Result<Self, KeyError> {
        let invalid = || KeyError::InvalidPublicKey { spec };
        let algorithm = verification_algorithm(spec);
        let messages = ParsedPublicKey::new(algorithm, spki).map_err(|_| invalid())?;
        if messages.as_der().map_err(|_| invalid())?.as_ref() != spki {
            return Err(invalid());
        }
        // In this one form the key is what the encoding ends with.
        let start = spki.len().checked_sub(public_key_bytes(spec));
        let raw = start.and_then(|start| spki.get(start..));
        Ok(Self {
            spec,
            messages,
            raw: raw.ok_or_else(invalid)?.to_vec(),
            mu: OnceLock::new(),
        })
    }

    pub(crate) fn verify(
        &self,
        kind: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyError> {
        if kind == MessageType::ExternalMu {
            let mu = mu(message)?;
            let key = if let Some(key) = self.mu.get() {
                key
            } else {
                let decoded = match self.spec {
                    KeySpec::MlDsa44 => decode::<MlDsa44>(&self.raw)?,
                    KeySpec::MlDsa65 => decode::<MlDsa65>(&self.raw)?,
                    _ => decode::<MlDsa87>(&self.raw)?,
                };
                self.mu.get_or_init(|| decoded)
            };
            let verified = key.verify_mu(&mu, signature);
            return verified.then_some(()).ok_or(KeyError::InvalidSignature);
        }
        self.messages
            .verify_sig(message, signature)
            .map_err(|_| KeyError::InvalidSignature)
    }
}

/// A key of one parameter set that signs μ.
trait SignMu: Send + Sync {
    fn sign_mu(&self, mu: &Mu) -> Vec<u8>;
}

impl<P: MlDsaParams + Send + Sync> SignMu for ExpandedSigningKey<P> {
    fn sign_mu(&self, mu: &Mu) -> Vec<u8> {
        self.sign_mu_deterministic(mu).encode().to_vec()
    }
}

/// A key of one parameter set that verifies signatures of μ.
trait VerifyMu: Send + Sync {
    fn verify_mu(&self, mu: &Mu, signature: &[u8]) -> bool;
}

impl<P: MlDsaParams + Send + Sync> VerifyMu for VerifyingKey<P> {
    fn verify_mu(&self, mu: &Mu, signature: &[u8]) -> bool {
        ml_dsa::Signature::<P>::try_from(signature)
            .is_ok_and(|signature| Self::verify_mu(self, mu, &signature))
    }
}

fn decode<P: MlDsaParams + Send + Sync + 'static>(
    raw: &[u8],
) -> Result<Box<dyn VerifyMu>, KeyError> {
    let raw = EncodedVerifyingKey::<P>::try_from(raw);
    let raw = raw.map_err(|_| KeyError::Failed("an ML-DSA public key that was valid"))?;
    Ok(Box::new(VerifyingKey::<P>::decode(&raw)))
}

fn mu(message: &[u8]) -> Result<Mu, KeyError> {
    Mu::try_from(message).map_err(|_| KeyError::DigestLength {
        algorithm: SigningAlgorithm::MlDsaShake256.as_str(),
        expected: MU_BYTES,
    })
}
