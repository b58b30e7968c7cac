//! A secret that a TPM 2.0 keeps for this machine as it was booted: sealed as a keyed-hash object under
//! the storage primary of the owner hierarchy, with a policy of platform configuration registers.
//!
//! No library of the TPM's: a handful of commands are marshalled here (`wire`) and sent to the kernel's
//! resource manager, or to a TPM emulator's socket. The secret crosses the bus encrypted both ways, in
//! sessions whose key is salted to the primary (`session`); the primary is made anew each time, and is
//! the one of old by its name, so that nobody on the bus stands in for it. When a secret is sealed the
//! first time there is no name of old: the machine is to be in good hands then.
//! Source: TCG Trusted Platform Module Library 2.0, parts 1 to 3, revision 1.59; TCG PC Client Platform
//! TPM Profile.

mod registers;
mod session;
mod wire;

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::FileTypeExt;
use std::sync::Arc;
use std::time::Duration;

use types::{Entropy, Secret};

use self::session::{PrimaryKey, Session, SessionKind};
use self::wire::{Command, Reader, Response, Writer};

/// The longest answer: `TPM_PT_MAX_RESPONSE_SIZE` of PC clients.
const RESPONSE_BYTES_MAX: usize = 4096;

/// How long an emulator may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The last register of a PC client.
pub const PCR_MAX: u8 = 23;

/// How often a policy is made anew because registers changed meanwhile.
const POLICY_TRIES: usize = 3;

/// The longest secret that is sealed.
const SECRET_BYTES_MAX: usize = 64;

/// Why a TPM did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum TpmError {
    /// It is not there, or not ours to use.
    #[error("the TPM {device} cannot be used: {error}")]
    Device {
        /// Which.
        device: String,
        /// Why.
        error: io::Error,
    },
    /// It answered with an error.
    #[error("the TPM refuses {command}: response code {code:#05x}")]
    Refused {
        /// The command's name.
        command: &'static str,
        /// TPM_RC.
        code: u32,
    },
    /// The registers are not what they were.
    #[error(
        "registers {0} of the TPM are not what they were when the slot was made: the firmware, its \
         settings or the boot loader changed. If you changed them, open the seal by another slot, and \
         add this one anew"
    )]
    Registers(String),
    /// A register that says nothing of how the machine was booted.
    #[error("register {pcr} of the TPM cannot be sealed to: {reason}")]
    RegisterUnfit {
        /// Which.
        pcr: u8,
        /// Why.
        reason: &'static str,
    },
    /// Its primary key is another's.
    #[error(
        "this is not the TPM that the slot was made with, or its owner hierarchy was cleared: open the \
         seal by another slot"
    )]
    AnotherTpm,
    /// What was said is no answer of a TPM, or not of the one that shares our session.
    #[error("the TPM's answer to {command} is not to be believed: {reason}")]
    Answer {
        /// The command's name.
        command: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A parameter out of its range.
    #[error("{0}")]
    Parameter(&'static str),
    /// The cryptography library failed, or gave no randomness.
    #[error("the cryptography library failed")]
    Cryptography,
}

/// A secret in a TPM's keeping: what is stored, none of it secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedByTpm {
    /// The registers, in ascending order.
    pub pcrs: Vec<u8>,
    /// The name of the primary that it is sealed under.
    pub primary: Vec<u8>,
    /// TPMT_PUBLIC of the sealed object.
    pub public: Vec<u8>,
    /// Its private area, encrypted by the TPM.
    pub private: Vec<u8>,
}

trait Channel: Read + Write + Send {}
impl<T: Read + Write + Send> Channel for T {}

/// A TPM, from when it was opened on.
pub struct Tpm {
    device: String,
    channel: Box<dyn Channel>,
    entropy: Arc<dyn Entropy>,
}

impl fmt::Debug for Tpm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tpm({})", self.device)
    }
}

impl Tpm {
    /// Opens one: a device such as `/dev/tpmrm0`, or `tcp:HOST:PORT` of an emulator.
    ///
    /// # Errors
    /// [`TpmError::Device`].
    pub fn open(device: &str, entropy: Arc<dyn Entropy>) -> Result<Self, TpmError> {
        let refuse = |what: &str| io::Error::new(io::ErrorKind::InvalidInput, what);
        let open = || -> io::Result<Box<dyn Channel>> {
            if let Some(address) = device.strip_prefix("tcp:") {
                let address = address.parse::<SocketAddr>().ok();
                let address = address.filter(|address| address.ip().is_loopback());
                let refused = || refuse("an emulator is at an address of this machine");
                let address = address.ok_or_else(refused)?;
                let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
                stream.set_read_timeout(Some(TIMEOUT))?;
                stream.set_write_timeout(Some(TIMEOUT))?;
                stream.set_nodelay(true)?;
                return Ok(Box::new(stream));
            }
            // The name may come from a header that is not believed yet: nothing else is written to.
            let is_device = std::fs::metadata(device)?.file_type().is_char_device();
            if !is_device || !device.starts_with("/dev/tpm") {
                return Err(refuse("a TPM is a device such as /dev/tpmrm0"));
            }
            let file = std::fs::File::options()
                .read(true)
                .write(true)
                .open(device)?;
            Ok(Box::new(file))
        };
        let channel = open().map_err(|error| TpmError::Device {
            device: device.to_owned(),
            error,
        })?;
        Ok(Self {
            device: device.to_owned(),
            channel,
            entropy,
        })
    }

    /// One at the other end of a channel, whatever it is.
    #[must_use]
    pub fn over(channel: impl Read + Write + Send + 'static, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            device: "channel".to_owned(),
            channel: Box::new(channel),
            entropy,
        }
    }

    /// Seals a secret to the registers as they are now.
    ///
    /// # Errors
    /// [`TpmError::RegisterUnfit`] for one that does not say how the machine was booted; [`TpmError`].
    pub fn seal(&mut self, pcrs: &[u8], secret: &Secret) -> Result<SealedByTpm, TpmError> {
        if secret.expose().is_empty() || secret.expose().len() > SECRET_BYTES_MAX {
            return Err(TpmError::Parameter("a TPM seals 1 to 64 bytes"));
        }
        let pcrs = registers::checked(pcrs)?;
        let primary = self.primary()?;
        let sealed = self.seal_under(&primary, &pcrs, secret);
        self.flush(primary.handle)?;
        sealed
    }

    fn seal_under(
        &mut self,
        primary: &PrimaryKey,
        pcrs: &[u8],
        secret: &Secret,
    ) -> Result<SealedByTpm, TpmError> {
        let policy = self.policy_of(pcrs)?;
        let mut session = self.session(SessionKind::Hmac, primary)?;
        // TPM2B_SENSITIVE_CREATE: no authorization value of its own, and the secret.
        let mut sensitive = Writer::secret();
        sensitive.sized(&[]).sized(secret.expose());
        // TPMT_PUBLIC: keyed hash, no scheme; it opens by its policy and nothing else.
        let mut public = Writer::new();
        public
            .u16(wire::ALG_KEYEDHASH)
            .u16(wire::ALG_SHA256)
            .u32(wire::FIXED_TPM | wire::FIXED_PARENT | wire::NO_DA)
            .sized(&policy)
            .u16(wire::ALG_NULL)
            .sized(&[]);
        let mut rest = Writer::new();
        // outsideInfo and creationPCR are empty.
        rest.sized(public.bytes()).sized(&[]).u32(0);
        let command = Command {
            name: "TPM2_Create",
            code: wire::CC_CREATE,
            handles: &[(primary.handle, &primary.name)],
        };
        let made = session.execute(self, &command, Some(sensitive.bytes()), rest.bytes(), false);
        self.flush(session.handle)?;
        let made = made?;
        let mut reader = Reader::of(command.name, &made);
        let private = reader.sized()?.to_vec();
        let public = reader.sized()?.to_vec();
        Ok(SealedByTpm {
            pcrs: pcrs.to_vec(),
            primary: primary.name.clone(),
            public,
            private,
        })
    }

    /// Opens what [`Tpm::seal`] answered.
    ///
    /// # Errors
    /// [`TpmError::Registers`] when the machine was booted otherwise; [`TpmError::AnotherTpm`];
    /// [`TpmError`].
    pub fn unseal(&mut self, sealed: &SealedByTpm) -> Result<Secret, TpmError> {
        let primary = self.primary()?;
        let opened = self.unseal_under(&primary, sealed);
        self.flush(primary.handle)?;
        opened
    }

    fn unseal_under(
        &mut self,
        primary: &PrimaryKey,
        sealed: &SealedByTpm,
    ) -> Result<Secret, TpmError> {
        if primary.name != sealed.primary {
            return Err(TpmError::AnotherTpm);
        }
        let mut parameters = Writer::new();
        parameters.sized(&sealed.private).sized(&sealed.public);
        let load = Command {
            name: "TPM2_Load",
            code: wire::CC_LOAD,
            handles: &[(primary.handle, &primary.name)],
        };
        let loaded = self.execute(&load, true, parameters.bytes())?;
        let object = loaded.handle.ok_or(TpmError::Answer {
            command: load.name,
            reason: "it has no handle",
        })?;
        let opened = self.unseal_object(primary, object, sealed);
        self.flush(object)?;
        opened
    }

    fn unseal_object(
        &mut self,
        primary: &PrimaryKey,
        object: u32,
        sealed: &SealedByTpm,
    ) -> Result<Secret, TpmError> {
        let mut session = self.session(SessionKind::Policy, primary)?;
        let opened = self
            .policy_pcr(session.handle, &sealed.pcrs)
            .and_then(|()| {
                let name = wire::name(&sealed.public);
                let command = Command {
                    name: "TPM2_Unseal",
                    code: wire::CC_UNSEAL,
                    handles: &[(object, &name)],
                };
                session.execute(self, &command, None, &[], true)
            });
        self.flush(session.handle)?;
        let opened = opened.map_err(|error| match error {
            // TPM_RC_POLICY_FAIL, of session 1.
            TpmError::Refused { code, .. } if code & 0xbf == wire::RC_POLICY_FAIL => {
                TpmError::Registers(shown(&sealed.pcrs))
            }
            other => other,
        })?;
        let opened = Secret::new(opened);
        let secret = Reader::of("TPM2_Unseal", opened.expose()).sized()?.to_vec();
        Ok(Secret::new(secret))
    }

    /// The storage primary of the owner hierarchy: the same whenever it is made, until the owner
    /// hierarchy is cleared.
    fn primary(&mut self) -> Result<PrimaryKey, TpmError> {
        let mut template = Writer::new();
        template
            .u16(wire::ALG_ECC)
            .u16(wire::ALG_SHA256)
            .u32(wire::STORAGE)
            .sized(&[])
            // Symmetric: AES of 128 bits in CFB; no scheme; P-256; no key derivation.
            .u16(wire::ALG_AES)
            .u16(128)
            .u16(wire::ALG_CFB)
            .u16(wire::ALG_NULL)
            .u16(wire::ECC_NIST_P256)
            .u16(wire::ALG_NULL)
            .sized(&[])
            .sized(&[]);
        let mut parameters = Writer::new();
        let mut sensitive = Writer::new();
        sensitive.sized(&[]).sized(&[]);
        parameters
            .sized(sensitive.bytes())
            .sized(template.bytes())
            .sized(&[])
            .u32(0);
        let command = Command {
            name: "TPM2_CreatePrimary",
            code: wire::CC_CREATE_PRIMARY,
            handles: &[(wire::RH_OWNER, &wire::RH_OWNER.to_be_bytes())],
        };
        let made = self.execute(&command, true, parameters.bytes())?;
        let handle = made.handle.ok_or(TpmError::Answer {
            command: command.name,
            reason: "it has no handle",
        })?;
        let public = Reader::of(command.name, &made.parameters)
            .sized()
            .map(<[u8]>::to_vec);
        let key = public.and_then(|public| PrimaryKey::of(handle, &public));
        if key.is_err() {
            self.flush(handle)?;
        }
        key
    }

    /// The policy of the registers as they are now: as it follows from what they hold, and as the TPM
    /// makes it in a trial. A register that changes in between is waited out.
    fn policy_of(&mut self, pcrs: &[u8]) -> Result<Vec<u8>, TpmError> {
        for _ in 0..POLICY_TRIES {
            let values = registers::read(self, pcrs)?;
            let expected = registers::policy(pcrs, &values);
            if self.trial_of(pcrs)? == expected {
                return Ok(expected);
            }
        }
        Err(TpmError::Answer {
            command: "TPM2_PolicyGetDigest",
            reason: "the policy is not that of the registers as TPM2_PCR_Read tells them",
        })
    }

    fn trial_of(&mut self, pcrs: &[u8]) -> Result<Vec<u8>, TpmError> {
        let trial = Session::trial(self)?;
        let digest = self.policy_pcr(trial, pcrs).and_then(|()| {
            let command = Command {
                name: "TPM2_PolicyGetDigest",
                code: wire::CC_POLICY_GET_DIGEST,
                handles: &[(trial, &[])],
            };
            let answer = self.execute(&command, false, &[])?;
            let digest = Reader::of(command.name, &answer.parameters)
                .sized()?
                .to_vec();
            Ok(digest)
        });
        self.flush(trial)?;
        digest
    }

    /// Adds the registers, as they are now, to a session's policy.
    fn policy_pcr(&mut self, session: u32, pcrs: &[u8]) -> Result<(), TpmError> {
        let mut parameters = Writer::new();
        // No digest of ours: the TPM takes what the registers hold.
        parameters
            .sized(&[])
            .raw(registers::selection(pcrs).bytes());
        let command = Command {
            name: "TPM2_PolicyPCR",
            code: wire::CC_POLICY_PCR,
            handles: &[(session, &[])],
        };
        self.execute(&command, false, parameters.bytes()).map(drop)
    }

    fn session(&mut self, kind: SessionKind, primary: &PrimaryKey) -> Result<Session, TpmError> {
        let entropy = Arc::clone(&self.entropy);
        Session::salted(self, kind, primary, entropy.as_ref())
    }

    fn flush(&mut self, handle: u32) -> Result<(), TpmError> {
        let command = Command {
            name: "TPM2_FlushContext",
            code: wire::CC_FLUSH_CONTEXT,
            handles: &[],
        };
        self.execute(&command, false, &handle.to_be_bytes())
            .map(drop)
    }

    /// A command without a session, or with an empty password.
    fn execute(
        &mut self,
        command: &Command<'_>,
        by_password: bool,
        parameters: &[u8],
    ) -> Result<Response, TpmError> {
        let mut password = Writer::new();
        password.u32(wire::RS_PW).sized(&[]).u8(1).sized(&[]);
        let area = by_password.then(|| password.bytes());
        let answer = self.transmit(command, &command.marshal(area, parameters))?;
        Response::parse(command, &answer, by_password)
    }

    fn transmit(&mut self, command: &Command<'_>, bytes: &[u8]) -> Result<Vec<u8>, TpmError> {
        let device = self.device.clone();
        let failed = |error| TpmError::Device { device, error };
        let mut exchange = || -> io::Result<Vec<u8>> {
            self.channel.write_all(bytes)?;
            self.channel.flush()?;
            // The kernel gives an answer in one piece; a socket in any.
            let mut answer = vec![0; RESPONSE_BYTES_MAX];
            let mut read = 0;
            loop {
                let rest = answer.get_mut(read..).unwrap_or_default();
                let more = self.channel.read(rest)?;
                read += more;
                let told = answer.get(2..6).and_then(|size| size.first_chunk());
                let told = told.map_or(0, |size| u32::from_be_bytes(*size) as usize);
                if more == 0 || (read >= 10 && (read >= told || told > RESPONSE_BYTES_MAX)) {
                    break;
                }
            }
            answer.truncate(read);
            Ok(answer)
        };
        let answer = exchange().map_err(failed)?;
        if answer.len() < 10 {
            return Err(TpmError::Answer {
                command: command.name,
                reason: "it is cut",
            });
        }
        Ok(answer)
    }
}

/// Registers, as people write them.
fn shown(pcrs: &[u8]) -> String {
    let words: Vec<String> = pcrs.iter().map(u8::to_string).collect();
    words.join("+")
}
