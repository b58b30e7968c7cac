//! A key for one use, derived from a long-lived one, and what it encrypts: SP 800-108 in counter mode
//! with HMAC-SHA256 over a fresh nonce, then AES-256-GCM. The same derivation gives 32 more bytes, a
//! commitment to the key, which AES-GCM alone does not make: without it a ciphertext can be built
//! that opens differently under two keys.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::kdf::{KbkdfCtrHmacAlgorithmId, get_kbkdf_ctr_hmac_algorithm, kbkdf_ctr_hmac};
use types::{Entropy, Secret};
use zeroize::Zeroizing;

use crate::error::KeyError;
use crate::work;

/// The length of every key in the hierarchy.
pub(crate) const KEY_BYTES: usize = 32;

pub(crate) const NONCE_BYTES: usize = 16;
pub(crate) const IV_BYTES: usize = 12;
pub(crate) const COMMITMENT_BYTES: usize = 32;
pub(crate) const TAG_BYTES: usize = 16;

/// What stands in front of every encrypted body: nonce, initialization vector, commitment.
pub(crate) const PREFIX_BYTES: usize = NONCE_BYTES + IV_BYTES + COMMITMENT_BYTES;

/// SP 800-108, section 4.1: `output` is of `key`, for `label`, in `context`.
pub(crate) fn derive(
    key: &[u8],
    label: &[u8],
    context: &[u8],
    output: &mut [u8],
) -> Result<(), KeyError> {
    let algorithm = get_kbkdf_ctr_hmac_algorithm(KbkdfCtrHmacAlgorithmId::Sha256)
        .ok_or(KeyError::Failed("SP 800-108"))?;
    let bits = u32::try_from(output.len() * 8).map_err(|_| KeyError::Failed("SP 800-108"))?;
    // Label || 0x00 || Context || [L]: no label holds a zero byte.
    let info = [label, &[0], context, &bits.to_be_bytes()].concat();
    kbkdf_ctr_hmac(algorithm, key, &info, output).map_err(|_| KeyError::Failed("SP 800-108"))
}

/// A key for one encryption, and the commitment to it.
fn once(key: &[u8], label: &[u8], nonce: &[u8]) -> Result<(LessSafeKey, [u8; 32]), KeyError> {
    work::derivation();
    let mut both = Zeroizing::new([0; KEY_BYTES + COMMITMENT_BYTES]);
    derive(key, label, nonce, both.as_mut_slice())?;
    let failed = KeyError::Failed("AES-256-GCM");
    let (aes, commitment) = both
        .split_first_chunk::<KEY_BYTES>()
        .ok_or_else(|| failed.clone())?;
    let commitment = *commitment.first_chunk().ok_or_else(|| failed.clone())?;
    let aes = UnboundKey::new(&AES_256_GCM, aes).map_err(|_| failed)?;
    Ok((LessSafeKey::new(aes), commitment))
}

/// Appends nonce, IV, commitment, encrypted body and tag to `out`. `out` as it came, the prefix, and
/// `bound` are authenticated.
pub(crate) fn encrypt(
    key: &[u8],
    label: &[u8],
    bound: &[u8],
    plaintext: &[u8],
    out: &mut Vec<u8>,
    entropy: &dyn Entropy,
) -> Result<(), KeyError> {
    let mut random = [0; NONCE_BYTES + IV_BYTES];
    entropy.fill(&mut random)?;
    let failed = || KeyError::Failed("AES-256-GCM");
    let (nonce, iv) = random
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or_else(failed)?;
    let (aes, commitment) = once(key, label, nonce)?;
    out.reserve(PREFIX_BYTES + plaintext.len() + TAG_BYTES);
    out.extend_from_slice(&random);
    out.extend_from_slice(&commitment);
    let aad = [out.as_slice(), bound].concat();
    let start = out.len();
    out.extend_from_slice(plaintext);
    let body = out.get_mut(start..).ok_or_else(failed)?;
    let nonce = Nonce::try_assume_unique_for_key(iv).map_err(|_| failed())?;
    let tag = aes
        .seal_in_place_separate_tag(nonce, Aad::from(&aad), body)
        .map_err(|_| failed())?;
    out.extend_from_slice(tag.as_ref());
    Ok(())
}

/// Opens what [`encrypt`] appended to a head of `head_bytes`. Whatever is wrong, the same work is
/// done: derivation, comparison of commitments, decryption; and there is one error.
pub(crate) fn decrypt(
    key: &[u8],
    label: &[u8],
    bound: &[u8],
    head_bytes: usize,
    blob: &[u8],
) -> Result<Secret, KeyError> {
    let whole = Parts::of(head_bytes, blob);
    // What is too short to have all parts is judged as one with all parts that are wrong.
    let decoy = [0; PREFIX_BYTES + TAG_BYTES];
    let (parts, is_whole) = match &whole {
        Some(parts) => (parts, true),
        None => (
            &Parts::of(0, &decoy).ok_or(KeyError::InvalidCiphertext)?,
            false,
        ),
    };
    let (aes, commitment) = once(key, label, parts.nonce)?;
    let commits = verify_slices_are_equal(&commitment, parts.commitment).is_ok();
    let aad = [parts.authenticated, bound].concat();
    let nonce = Nonce::try_assume_unique_for_key(parts.iv);
    let nonce = nonce.map_err(|_| KeyError::InvalidCiphertext)?;
    let mut body = Zeroizing::new(parts.body.to_vec());
    work::opening(body.len());
    let opened = aes.open_in_place(nonce, Aad::from(&aad), &mut body);
    match opened {
        Ok(plaintext) if commits && is_whole => Ok(Secret::new(plaintext.to_vec())),
        _ => Err(KeyError::InvalidCiphertext),
    }
}

/// The parts of an encrypted blob.
struct Parts<'a> {
    authenticated: &'a [u8],
    nonce: &'a [u8],
    iv: &'a [u8],
    commitment: &'a [u8],
    body: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(head_bytes: usize, blob: &'a [u8]) -> Option<Self> {
        let (authenticated, body) = blob.split_at_checked(head_bytes + PREFIX_BYTES)?;
        let prefix = authenticated.get(head_bytes..)?;
        let (nonce, rest) = prefix.split_at_checked(NONCE_BYTES)?;
        let (iv, commitment) = rest.split_at_checked(IV_BYTES)?;
        (body.len() >= TAG_BYTES).then_some(Self {
            authenticated,
            nonce,
            iv,
            commitment,
            body,
        })
    }
}
