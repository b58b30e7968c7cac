//! TPM 2.0 commands and responses as bytes. Source: TCG TPM Library 2.0, part 1, section 18; part 2.

use aws_lc_rs::digest;
use zeroize::Zeroizing;

use super::TpmError;

pub(super) const CC_CREATE_PRIMARY: u32 = 0x131;
pub(super) const CC_CREATE: u32 = 0x153;
pub(super) const CC_LOAD: u32 = 0x157;
pub(super) const CC_UNSEAL: u32 = 0x15e;
pub(super) const CC_FLUSH_CONTEXT: u32 = 0x165;
pub(super) const CC_START_AUTH_SESSION: u32 = 0x176;
pub(super) const CC_PCR_READ: u32 = 0x17e;
pub(super) const CC_POLICY_PCR: u32 = 0x17f;
pub(super) const CC_POLICY_GET_DIGEST: u32 = 0x189;

pub(super) const RH_OWNER: u32 = 0x4000_0001;
pub(super) const RH_NULL: u32 = 0x4000_0007;
pub(super) const RS_PW: u32 = 0x4000_0009;

pub(super) const ALG_AES: u16 = 0x0006;
pub(super) const ALG_KEYEDHASH: u16 = 0x0008;
pub(super) const ALG_SHA256: u16 = 0x000b;
pub(super) const ALG_NULL: u16 = 0x0010;
pub(super) const ALG_ECC: u16 = 0x0023;
pub(super) const ALG_CFB: u16 = 0x0043;
pub(super) const ECC_NIST_P256: u16 = 0x0003;

pub(super) const FIXED_TPM: u32 = 1 << 1;
pub(super) const FIXED_PARENT: u32 = 1 << 4;
pub(super) const NO_DA: u32 = 1 << 10;
/// A restricted decryption key, made and kept by the TPM.
pub(super) const STORAGE: u32 =
    FIXED_TPM | FIXED_PARENT | (1 << 5) | (1 << 6) | NO_DA | (1 << 16) | (1 << 17);

/// TPM_RC_POLICY_FAIL, a format-one code without its number.
pub(super) const RC_POLICY_FAIL: u32 = 0x9d;

const ST_NO_SESSIONS: u16 = 0x8001;
const ST_SESSIONS: u16 = 0x8002;

/// Puts values behind each other, big-endian.
pub(super) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    pub(super) fn new() -> Self {
        Self(Zeroizing::new(Vec::new()))
    }

    /// Of one size from the start: a growing buffer leaves pieces of a secret behind.
    pub(super) fn secret() -> Self {
        Self(Zeroizing::new(Vec::with_capacity(256)))
    }

    pub(super) fn u8(&mut self, value: u8) -> &mut Self {
        self.0.push(value);
        self
    }

    pub(super) fn u16(&mut self, value: u16) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    pub(super) fn u32(&mut self, value: u32) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// TPM2B: its length, and then it. All of ours are far shorter than 64 KiB.
    pub(super) fn sized(&mut self, bytes: &[u8]) -> &mut Self {
        self.u16(u16::try_from(bytes.len()).unwrap_or(u16::MAX))
            .raw(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Takes values off the front.
pub(super) struct Reader<'a> {
    command: &'static str,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn of(command: &'static str, rest: &'a [u8]) -> Self {
        Self { command, rest }
    }

    fn cut(&self) -> TpmError {
        TpmError::Answer {
            command: self.command,
            reason: "it is cut",
        }
    }

    pub(super) fn take(&mut self, bytes: usize) -> Result<&'a [u8], TpmError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(bytes)
            .ok_or_else(|| self.cut())?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, TpmError> {
        self.take(1)?.first().copied().ok_or_else(|| self.cut())
    }

    pub(super) fn u16(&mut self) -> Result<u16, TpmError> {
        let bytes = self.take(2)?.first_chunk().ok_or_else(|| self.cut())?;
        Ok(u16::from_be_bytes(*bytes))
    }

    pub(super) fn u32(&mut self) -> Result<u32, TpmError> {
        let bytes = self.take(4)?.first_chunk().ok_or_else(|| self.cut())?;
        Ok(u32::from_be_bytes(*bytes))
    }

    pub(super) fn sized(&mut self) -> Result<&'a [u8], TpmError> {
        let bytes = usize::from(self.u16()?);
        self.take(bytes)
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

/// A command: its handles come with the names of what they are, which are authenticated.
pub(super) struct Command<'a> {
    pub(super) name: &'static str,
    pub(super) code: u32,
    pub(super) handles: &'a [(u32, &'a [u8])],
}

impl Command<'_> {
    /// The bytes to send, with an authorization area or without.
    pub(super) fn marshal(&self, area: Option<&[u8]>, parameters: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut body = Writer::secret();
        for (handle, _) in self.handles {
            body.u32(*handle);
        }
        if let Some(area) = area {
            body.u32(u32::try_from(area.len()).unwrap_or(u32::MAX))
                .raw(area);
        }
        body.raw(parameters);
        let tag = if area.is_some() {
            ST_SESSIONS
        } else {
            ST_NO_SESSIONS
        };
        let size = u32::try_from(10 + body.bytes().len()).unwrap_or(u32::MAX);
        let mut whole = Writer::secret();
        whole.u16(tag).u32(size).u32(self.code).raw(body.bytes());
        whole.0
    }

    /// Whether the answer begins with a handle.
    fn answers_handle(&self) -> bool {
        [CC_CREATE_PRIMARY, CC_LOAD, CC_START_AUTH_SESSION].contains(&self.code)
    }
}

/// An answer that is no error.
pub(super) struct Response {
    pub(super) handle: Option<u32>,
    pub(super) parameters: Zeroizing<Vec<u8>>,
    /// The authorization area.
    pub(super) area: Vec<u8>,
}

impl Response {
    pub(super) fn parse(
        command: &Command<'_>,
        bytes: &[u8],
        has_sessions: bool,
    ) -> Result<Self, TpmError> {
        let mut reader = Reader::of(command.name, bytes);
        let (tag, size, code) = (reader.u16()?, reader.u32()?, reader.u32()?);
        let wrong = |reason| TpmError::Answer {
            command: command.name,
            reason,
        };
        if usize::try_from(size).ok() != Some(bytes.len()) {
            return Err(wrong("it has another length than it says"));
        }
        if code != 0 {
            return Err(TpmError::Refused {
                command: command.name,
                code,
            });
        }
        if tag
            != if has_sessions {
                ST_SESSIONS
            } else {
                ST_NO_SESSIONS
            }
        {
            return Err(wrong("it is of another kind"));
        }
        let handle = if command.answers_handle() {
            Some(reader.u32()?)
        } else {
            None
        };
        let (parameters, area) = if has_sessions {
            let length = reader.u32()?;
            let length = usize::try_from(length).map_err(|_| wrong("it is cut"))?;
            (reader.take(length)?, reader.rest())
        } else {
            (reader.rest(), &[][..])
        };
        Ok(Self {
            handle,
            parameters: Zeroizing::new(parameters.to_vec()),
            area: area.to_vec(),
        })
    }
}

/// The name of an object: its name algorithm, and the digest of its public area.
pub(super) fn name(public: &[u8]) -> Vec<u8> {
    let digest = digest::digest(&digest::SHA256, public);
    [&ALG_SHA256.to_be_bytes(), digest.as_ref()].concat()
}
