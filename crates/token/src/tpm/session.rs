//! Sessions that are salted to the primary key: who sits on the bus knows neither what they encrypt nor
//! how to change it. Source: TCG TPM Library 2.0, part 1, sections 19 and 21, appendix C.6.

use aws_lc_rs::agreement::{self, ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey};
use aws_lc_rs::cipher::{
    AES_128, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::{digest, hmac};
use types::{Entropy, Secret};
use zeroize::Zeroizing;

use super::wire::{self, Command, Reader, Response, Writer};
use super::{Tpm, TpmError};

const NONCE_BYTES: usize = 32;
const COORDINATE_BYTES: usize = 32;
const AES_BYTES: usize = 16;

/// Session attributes.
const CONTINUE: u8 = 1 << 0;
/// The first parameter of the command is encrypted.
const DECRYPT: u8 = 1 << 5;
/// The first parameter of the answer is.
const ENCRYPT: u8 = 1 << 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SessionKind {
    Hmac = 0,
    Policy = 1,
    Trial = 3,
}

/// The primary, loaded.
pub(super) struct PrimaryKey {
    pub(super) handle: u32,
    pub(super) name: Vec<u8>,
    x: [u8; COORDINATE_BYTES],
    y: [u8; COORDINATE_BYTES],
}

impl PrimaryKey {
    /// Of its public area, which must be the template's.
    pub(super) fn of(handle: u32, public: &[u8]) -> Result<Self, TpmError> {
        let command = "TPM2_CreatePrimary";
        let mut reader = Reader::of(command, public);
        let head = (reader.u16()?, reader.u16()?, reader.u32()?);
        let policy = reader.sized()?;
        let form = (
            reader.u16()?,
            reader.u16()?,
            reader.u16()?,
            reader.u16()?,
            reader.u16()?,
            reader.u16()?,
        );
        let expected = (
            wire::ALG_AES,
            128,
            wire::ALG_CFB,
            wire::ALG_NULL,
            wire::ECC_NIST_P256,
            wire::ALG_NULL,
        );
        let is_ours = head == (wire::ALG_ECC, wire::ALG_SHA256, wire::STORAGE)
            && policy.is_empty()
            && form == expected;
        let (x, y) = (coordinate(reader.sized()?), coordinate(reader.sized()?));
        match (x, y) {
            (Some(x), Some(y)) if is_ours => Ok(Self {
                handle,
                name: wire::name(public),
                x,
                y,
            }),
            _ => Err(TpmError::Answer {
                command,
                reason: "it is not the key that was asked for",
            }),
        }
    }

    /// A secret that only the TPM learns, and how it is told: appendix C.6.
    fn salt(&self) -> Result<(Secret, Vec<u8>), TpmError> {
        let failed = |_| TpmError::Cryptography;
        let own = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new());
        let own = own.map_err(failed)?;
        let public = own.compute_public_key().map_err(failed)?;
        // 0x04, x, y.
        let point = public.as_ref();
        let (own_x, own_y) = point
            .get(1..)
            .and_then(|point| point.split_at_checked(COORDINATE_BYTES))
            .ok_or(TpmError::Cryptography)?;
        let theirs = [&[4][..], &self.x, &self.y].concat();
        let theirs = UnparsedPublicKey::new(&ECDH_P256, theirs);
        let salt = agreement::agree_ephemeral(own, theirs, TpmError::Cryptography, |z| {
            // KDFe: one round of SHA-256 gives all that is wanted.
            let mut hash = digest::Context::new(&digest::SHA256);
            for part in [&1_u32.to_be_bytes()[..], z, b"SECRET\0", own_x, &self.x] {
                hash.update(part);
            }
            Ok(Secret::new(hash.finish().as_ref().to_vec()))
        })?;
        let mut told = Writer::new();
        told.sized(own_x).sized(own_y);
        Ok((salt, told.bytes().to_vec()))
    }
}

/// TPMs may leave zeros in front out.
fn coordinate(bytes: &[u8]) -> Option<[u8; COORDINATE_BYTES]> {
    let mut whole = [0; COORDINATE_BYTES];
    let from = COORDINATE_BYTES.checked_sub(bytes.len())?;
    whole.get_mut(from..)?.copy_from_slice(bytes);
    Some(whole)
}

/// KDFa with HMAC-SHA256: one round gives 32 bytes, which is all that is wanted.
fn kdfa(key: &[u8], label: &[u8], u: &[u8], v: &[u8], bits: u32) -> Secret {
    let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    let bits = bits.to_be_bytes();
    for part in [&1_u32.to_be_bytes()[..], label, &[0], u, v, &bits] {
        mac.update(part);
    }
    Secret::new(mac.sign().as_ref().to_vec())
}

/// A session.
pub(super) struct Session {
    pub(super) handle: u32,
    key: Secret,
    tpm_nonce: Vec<u8>,
    own_nonce: [u8; NONCE_BYTES],
}

impl Session {
    /// Starts one that is salted to the primary.
    pub(super) fn salted(
        tpm: &mut Tpm,
        kind: SessionKind,
        primary: &PrimaryKey,
        entropy: &dyn Entropy,
    ) -> Result<Self, TpmError> {
        let (salt, told) = primary.salt()?;
        let own_nonce = nonce(entropy)?;
        let (handle, tpm_nonce) = start(tpm, kind, (primary.handle, &told), &own_nonce)?;
        let key = kdfa(salt.expose(), b"ATH", &tpm_nonce, &own_nonce, 256);
        Ok(Self {
            handle,
            key,
            tpm_nonce,
            own_nonce,
        })
    }

    /// Starts one in which a policy is only computed.
    pub(super) fn trial(tpm: &mut Tpm) -> Result<u32, TpmError> {
        let nonce = nonce(std::sync::Arc::clone(&tpm.entropy).as_ref())?;
        let (handle, _) = start(tpm, SessionKind::Trial, (wire::RH_NULL, &[]), &nonce)?;
        Ok(handle)
    }

    /// A command in this session: `first` is its first parameter, without its length, and is encrypted;
    /// the first parameter of the answer is when `is_answer_secret`. What the handles stand for has no
    /// authorization value.
    pub(super) fn execute(
        &mut self,
        tpm: &mut Tpm,
        command: &Command<'_>,
        first: Option<&[u8]>,
        rest: &[u8],
        is_answer_secret: bool,
    ) -> Result<Vec<u8>, TpmError> {
        self.own_nonce = nonce(std::sync::Arc::clone(&tpm.entropy).as_ref())?;
        let mut attributes = CONTINUE;
        let mut parameters = Writer::secret();
        if let Some(first) = first {
            attributes |= DECRYPT;
            let mut hidden = Zeroizing::new(first.to_vec());
            let (key, iv) = self.cipher(&self.own_nonce, &self.tpm_nonce)?;
            let cipher = EncryptingKey::cfb128(key).map_err(|_| TpmError::Cryptography)?;
            cipher
                .less_safe_encrypt(&mut hidden, EncryptionContext::Iv128(iv))
                .map_err(|_| TpmError::Cryptography)?;
            parameters.sized(&hidden);
        }
        if is_answer_secret {
            attributes |= ENCRYPT;
        }
        parameters.raw(rest);
        let mut hash = digest::Context::new(&digest::SHA256);
        hash.update(&command.code.to_be_bytes());
        for (_, name) in command.handles {
            hash.update(name);
        }
        hash.update(parameters.bytes());
        let mac = self.mac(
            hash.finish().as_ref(),
            (&self.own_nonce, &self.tpm_nonce),
            attributes,
        );
        let mut area = Writer::new();
        area.u32(self.handle)
            .sized(&self.own_nonce)
            .u8(attributes)
            .sized(hmac::sign(&mac.0, &mac.1.concat()).as_ref());
        let answer = tpm.transmit(
            command,
            &command.marshal(Some(area.bytes()), parameters.bytes()),
        )?;
        let answer = Response::parse(command, &answer, true)?;
        self.believe(command, answer, is_answer_secret)
    }

    /// The answer's parameters, once its MAC is right.
    fn believe(
        &mut self,
        command: &Command<'_>,
        answer: Response,
        is_secret: bool,
    ) -> Result<Vec<u8>, TpmError> {
        let mut reader = Reader::of(command.name, &answer.area);
        let (tpm_nonce, attributes, told) = (reader.sized()?, reader.u8()?, reader.sized()?);
        let mut hash = digest::Context::new(&digest::SHA256);
        hash.update(&0_u32.to_be_bytes());
        hash.update(&command.code.to_be_bytes());
        hash.update(&answer.parameters);
        let (key, parts) = self.mac(
            hash.finish().as_ref(),
            (tpm_nonce, &self.own_nonce),
            attributes,
        );
        let believed = hmac::verify(&key, &parts.concat(), told).is_ok();
        if !believed || (is_secret && attributes & ENCRYPT == 0) {
            return Err(TpmError::Answer {
                command: command.name,
                reason: "it is not of the TPM that shares our session",
            });
        }
        self.tpm_nonce = tpm_nonce.to_vec();
        let mut parameters = answer.parameters.to_vec();
        if is_secret {
            let length = usize::from(Reader::of(command.name, &parameters).u16()?);
            let hidden = parameters.get_mut(2..2 + length).ok_or(TpmError::Answer {
                command: command.name,
                reason: "it is cut",
            })?;
            let (key, iv) = self.cipher(&self.tpm_nonce, &self.own_nonce)?;
            let cipher = DecryptingKey::cfb128(key).map_err(|_| TpmError::Cryptography)?;
            cipher
                .decrypt(hidden, DecryptionContext::Iv128(iv))
                .map_err(|_| TpmError::Cryptography)?;
        }
        Ok(parameters)
    }

    fn mac(
        &self,
        digest: &[u8],
        (newer, older): (&[u8], &[u8]),
        attributes: u8,
    ) -> (hmac::Key, Vec<Vec<u8>>) {
        let parts = [digest, newer, older, &[attributes]];
        (
            hmac::Key::new(hmac::HMAC_SHA256, self.key.expose()),
            parts.iter().map(|part| part.to_vec()).collect(),
        )
    }

    fn cipher(
        &self,
        newer: &[u8],
        older: &[u8],
    ) -> Result<(UnboundCipherKey, FixedLength<AES_BYTES>), TpmError> {
        let both = kdfa(self.key.expose(), b"CFB", newer, older, 256);
        let failed = TpmError::Cryptography;
        let (key, iv) = both.expose().split_at_checked(AES_BYTES).ok_or(failed)?;
        let key = UnboundCipherKey::new(&AES_128, key).map_err(|_| TpmError::Cryptography)?;
        let iv = iv
            .first_chunk::<AES_BYTES>()
            .ok_or(TpmError::Cryptography)?;
        Ok((key, FixedLength::from(iv)))
    }
}

fn start(
    tpm: &mut Tpm,
    kind: SessionKind,
    (salted_to, salt): (u32, &[u8]),
    nonce: &[u8],
) -> Result<(u32, Vec<u8>), TpmError> {
    let mut parameters = Writer::new();
    parameters.sized(nonce).sized(salt).u8(kind as u8);
    if salted_to == wire::RH_NULL {
        parameters.u16(wire::ALG_NULL);
    } else {
        parameters.u16(wire::ALG_AES).u16(128).u16(wire::ALG_CFB);
    }
    parameters.u16(wire::ALG_SHA256);
    let command = Command {
        name: "TPM2_StartAuthSession",
        code: wire::CC_START_AUTH_SESSION,
        handles: &[(salted_to, &[]), (wire::RH_NULL, &[])],
    };
    let answer = tpm.execute(&command, false, parameters.bytes())?;
    let handle = answer.handle.ok_or(TpmError::Answer {
        command: command.name,
        reason: "it has no handle",
    })?;
    let nonce = Reader::of(command.name, &answer.parameters)
        .sized()?
        .to_vec();
    Ok((handle, nonce))
}

fn nonce(entropy: &dyn Entropy) -> Result<[u8; NONCE_BYTES], TpmError> {
    let mut nonce = [0; NONCE_BYTES];
    entropy
        .fill(&mut nonce)
        .map_err(|_| TpmError::Cryptography)?;
    Ok(nonce)
}
