//! Edwards25519 keys (RFC 8032). Ed25519 by aws-lc-rs; Ed25519ph by `ed25519-dalek`, because the safe
//! interface of aws-lc-rs does not have it.

use aws_lc_rs::encoding::{AsBigEndian, AsDer, Curve25519SeedBin, Pkcs8V1Der};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, ParsedPublicKey};
use ed25519_dalek::Digest;
use ed25519_dalek::ed25519::signature::digest::array::Array;
use ed25519_dalek::ed25519::signature::digest::consts::U64;
use ed25519_dalek::ed25519::signature::digest::{
    FixedOutput, HashMarker, Output, OutputSizeUser, Update,
};
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use types::{Entropy, Secret};
use zeroize::Zeroizing;

use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::der::is_one_sequence;
use crate::error::KeyError;
use crate::spec::KeySpec;

const SPEC: KeySpec = KeySpec::EccNistEdwards25519;
const SEED_BYTES: usize = 32;

/// An Edwards25519 private key in both libraries' forms.
pub(crate) struct EdPrivateKey {
    pure: Ed25519KeyPair,
    prehash: SigningKey,
}

impl EdPrivateKey {
    pub(crate) fn generate(entropy: &dyn Entropy) -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; SEED_BYTES]);
        entropy.fill(seed.as_mut_slice())?;
        Self::from_seed(seed.as_slice())
    }

    pub(crate) fn from_seed(seed: &[u8]) -> Result<Self, KeyError> {
        let pure = Ed25519KeyPair::from_seed_unchecked(seed);
        let pure = pure.map_err(|_| invalid("its seed has another length"))?;
        Self::of(pure)
    }

    /// Of PKCS#8, version 1 or 2; a public key inside must be the private key's.
    pub(crate) fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        if !is_one_sequence(pkcs8) {
            return Err(invalid("it is not exactly one DER sequence"));
        }
        let pure = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8);
        Self::of(pure.map_err(|_| invalid("it is no Ed25519 key in PKCS#8"))?)
    }

    fn of(pure: Ed25519KeyPair) -> Result<Self, KeyError> {
        let seed: Curve25519SeedBin<'_> = pure
            .seed()
            .and_then(|seed| seed.as_be_bytes())
            .map_err(|_| KeyError::Failed("a seed"))?;
        let prehash = SigningKey::try_from(seed.as_ref());
        let prehash = prehash.map_err(|_| invalid("its seed has another length"))?;
        Ok(Self { pure, prehash })
    }

    pub(crate) fn seed(&self) -> Secret {
        Secret::new(self.prehash.as_bytes().to_vec())
    }

    pub(crate) fn pkcs8(&self) -> Result<Secret, KeyError> {
        let der: Pkcs8V1Der<'_> = self.pure.as_der().map_err(|_| KeyError::Failed("PKCS#8"))?;
        Ok(Secret::new(der.as_ref().to_vec()))
    }

    pub(crate) fn spki(&self) -> Result<Vec<u8>, KeyError> {
        let der = self.pure.public_key().as_der();
        let der = der.map_err(|_| KeyError::Failed("SubjectPublicKeyInfo"))?;
        Ok(der.as_ref().to_vec())
    }

    pub(crate) fn sign(
        &self,
        algorithm: SigningAlgorithm,
        kind: MessageType,
        message: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        if algorithm == SigningAlgorithm::Ed25519Sha512 {
            return Ok(self.pure.sign(message).as_ref().to_vec());
        }
        let prehashed = Prehashed::new(kind, message)?;
        let signature = self.prehash.sign_prehashed(prehashed, None);
        let signature = signature.map_err(|_| KeyError::Failed("an Ed25519ph signature"))?;
        Ok(signature.to_vec())
    }
}

/// An Edwards25519 public key in both libraries' forms.
pub(crate) struct EdPublicKey {
    pure: ParsedPublicKey,
    prehash: VerifyingKey,
}

impl EdPublicKey {
    pub(crate) fn from_spki(spki: &[u8]) -> Result<Self, KeyError> {
        let invalid = || KeyError::InvalidPublicKey { spec: SPEC };
        let pure = ParsedPublicKey::new(&ED25519, spki).map_err(|_| invalid())?;
        if pure.as_der().map_err(|_| invalid())?.as_ref() != spki {
            return Err(invalid());
        }
        // In this one form the key is what the encoding ends with.
        let point = spki.last_chunk::<SEED_BYTES>().ok_or_else(invalid)?;
        let prehash = VerifyingKey::from_bytes(point).map_err(|_| invalid())?;
        Ok(Self { pure, prehash })
    }

    pub(crate) fn verify(
        &self,
        algorithm: SigningAlgorithm,
        kind: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyError> {
        if algorithm == SigningAlgorithm::Ed25519Sha512 {
            let verified = self.pure.verify_sig(message, signature);
            return verified.map_err(|_| KeyError::InvalidSignature);
        }
        let prehashed = Prehashed::new(kind, message)?;
        let signature = Signature::from_slice(signature).map_err(|_| KeyError::InvalidSignature)?;
        self.prehash
            .verify_prehashed_strict(prehashed, None, &signature)
            .map_err(|_| KeyError::InvalidSignature)
    }
}

/// A SHA-512 digest that was made elsewhere, in the shape that dalek takes one.
#[derive(Clone, Default)]
struct Prehashed(Array<u8, U64>);

impl Prehashed {
    fn new(kind: MessageType, message: &[u8]) -> Result<Self, KeyError> {
        let digest = SigningAlgorithm::Ed25519PhSha512.digest(kind, message)?;
        Array::try_from(digest.as_ref())
            .map(Self)
            .map_err(|_| KeyError::Failed("a digest's length"))
    }
}

impl HashMarker for Prehashed {}

impl OutputSizeUser for Prehashed {
    type OutputSize = U64;
}

impl Update for Prehashed {
    /// Nothing is hashed here: it is a digest already.
    fn update(&mut self, _: &[u8]) {}
}

impl FixedOutput for Prehashed {
    fn finalize_into(self, out: &mut Output<Self>) {
        out.copy_from_slice(&self.0);
    }
}

/// What dalek asks of a digest, checked where it is written and not where it is used.
const _: () = {
    const fn is_digest<D: Digest<OutputSize = U64>>() {}
    is_digest::<Prehashed>();
};

fn invalid(reason: &'static str) -> KeyError {
    KeyError::InvalidKey { spec: SPEC, reason }
}
