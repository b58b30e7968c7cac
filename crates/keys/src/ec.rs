//! Keys on the NIST curves P-256, P-384 and P-521 (FIPS 186-5, SP 800-56A): ECDSA with signatures in
//! DER, and the raw shared secret of ECDH, by aws-lc-rs.

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521};
use aws_lc_rs::encoding::{AsBigEndian, AsDer};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1,
    ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, KeyPair as _, ParsedPublicKey,
};
use types::Secret;

use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::der::is_one_sequence;
use crate::error::KeyError;
use crate::spec::KeySpec;

/// What the library calls a curve's parts.
struct Curve {
    agreement: &'static agreement::Algorithm,
    signing: &'static EcdsaSigningAlgorithm,
    verification: &'static EcdsaVerificationAlgorithm,
}

const fn curve(spec: KeySpec) -> Curve {
    match spec {
        KeySpec::EccNistP256 => Curve {
            agreement: &ECDH_P256,
            signing: &ECDSA_P256_SHA256_ASN1_SIGNING,
            verification: &ECDSA_P256_SHA256_ASN1,
        },
        KeySpec::EccNistP384 => Curve {
            agreement: &ECDH_P384,
            signing: &ECDSA_P384_SHA384_ASN1_SIGNING,
            verification: &ECDSA_P384_SHA384_ASN1,
        },
        _ => Curve {
            agreement: &ECDH_P521,
            signing: &ECDSA_P521_SHA512_ASN1_SIGNING,
            verification: &ECDSA_P521_SHA512_ASN1,
        },
    }
}

/// A private key on a NIST curve. Whether it signs or agrees, KMS decides by its usage.
pub(crate) struct EcPrivateKey {
    agreeing: agreement::PrivateKey,
    signing: EcdsaKeyPair,
}

impl EcPrivateKey {
    pub(crate) fn generate(spec: KeySpec) -> Result<Self, KeyError> {
        let key = agreement::PrivateKey::generate(curve(spec).agreement)
            .map_err(|_| KeyError::Failed("generation of an elliptic-curve key"))?;
        Self::of(spec, key)
    }

    /// Of the private scalar, big-endian and of full length: the canonical form.
    pub(crate) fn from_scalar(spec: KeySpec, scalar: &[u8]) -> Result<Self, KeyError> {
        let key = agreement::PrivateKey::from_private_key(curve(spec).agreement, scalar);
        Self::of(spec, key.map_err(|_| invalid(spec))?)
    }

    pub(crate) fn from_pkcs8(spec: KeySpec, pkcs8: &[u8]) -> Result<Self, KeyError> {
        if !is_one_sequence(pkcs8) {
            return Err(invalid(spec));
        }
        // It would take the bare RFC 5915 form too: `EcdsaKeyPair` takes PKCS#8 only.
        let signing =
            EcdsaKeyPair::from_pkcs8(curve(spec).signing, pkcs8).map_err(|_| invalid(spec))?;
        let agreeing = agreement::PrivateKey::from_private_key_der(curve(spec).agreement, pkcs8)
            .map_err(|_| invalid(spec))?;
        Ok(Self { agreeing, signing })
    }

    fn of(spec: KeySpec, agreeing: agreement::PrivateKey) -> Result<Self, KeyError> {
        let public = agreeing
            .compute_public_key()
            .map_err(|_| KeyError::Failed("an elliptic-curve key's public half"))?;
        let scalar = scalar(&agreeing)?;
        let signing = EcdsaKeyPair::from_private_key_and_public_key(
            curve(spec).signing,
            scalar.expose(),
            public.as_ref(),
        );
        Ok(Self {
            agreeing,
            signing: signing.map_err(|_| invalid(spec))?,
        })
    }

    pub(crate) fn scalar(&self) -> Result<Secret, KeyError> {
        scalar(&self.agreeing)
    }

    pub(crate) fn pkcs8(&self) -> Result<Secret, KeyError> {
        let der = self.signing.to_pkcs8v1();
        let der = der.map_err(|_| KeyError::Failed("PKCS#8"))?;
        Ok(Secret::new(der.as_ref().to_vec()))
    }

    pub(crate) fn spki(&self) -> Result<Vec<u8>, KeyError> {
        let der = self.signing.public_key().as_der();
        let der = der.map_err(|_| KeyError::Failed("SubjectPublicKeyInfo"))?;
        Ok(der.as_ref().to_vec())
    }

    pub(crate) fn sign(
        &self,
        algorithm: SigningAlgorithm,
        kind: MessageType,
        message: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let digest = algorithm.digest(kind, message)?;
        let signature = self.signing.sign_digest(&digest);
        let signature = signature.map_err(|_| KeyError::Failed("an ECDSA signature"))?;
        Ok(signature.as_ref().to_vec())
    }

    /// The x-coordinate of the shared point, which is what AWS's `DeriveSharedSecret` answers.
    pub(crate) fn agree(&self, spec: KeySpec, peer_spki: &[u8]) -> Result<Secret, KeyError> {
        let invalid = KeyError::InvalidPublicKey { spec };
        let peer = canonical_spki(spec, peer_spki)?;
        let peer = agreement::UnparsedPublicKey::new(curve(spec).agreement, peer);
        agreement::agree(&self.agreeing, peer, invalid, |shared| {
            Ok(Secret::new(shared.to_vec()))
        })
    }
}

fn scalar(key: &agreement::PrivateKey) -> Result<Secret, KeyError> {
    let bytes: aws_lc_rs::encoding::EcPrivateKeyBin<'_> = key
        .as_be_bytes()
        .map_err(|_| KeyError::Failed("an elliptic-curve key's scalar"))?;
    Ok(Secret::new(bytes.as_ref().to_vec()))
}

/// A public key on a NIST curve.
pub(crate) struct EcPublicKey(ParsedPublicKey);

impl EcPublicKey {
    pub(crate) fn from_spki(spec: KeySpec, spki: &[u8]) -> Result<Self, KeyError> {
        let invalid = KeyError::InvalidPublicKey { spec };
        let key = ParsedPublicKey::new(curve(spec).verification, spki);
        let key = key.map_err(|_| invalid.clone())?;
        // The library takes bare points too.
        if key.as_der().map_err(|_| invalid.clone())?.as_ref() != spki {
            return Err(invalid);
        }
        Ok(Self(key))
    }

    pub(crate) fn verify(
        &self,
        algorithm: SigningAlgorithm,
        kind: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyError> {
        let digest = algorithm.digest(kind, message)?;
        self.0
            .verify_digest_sig(&digest, signature)
            .map_err(|_| KeyError::InvalidSignature)
    }
}

/// Public keys that are to be agreed with come in the one form that AWS names: the named curve, the
/// uncompressed point.
fn canonical_spki(spec: KeySpec, spki: &[u8]) -> Result<&[u8], KeyError> {
    EcPublicKey::from_spki(spec, spki).map(|_| spki)
}

fn invalid(spec: KeySpec) -> KeyError {
    let reason = "it is no private key on this curve";
    KeyError::InvalidKey { spec, reason }
}
