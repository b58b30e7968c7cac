//! A TPM by Debian's swtpm: what it seals opens on it alone, as it was booted, and nothing of it is seen
//! on the bus.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use token::{Tpm, TpmError};
use types::{Entropy, EntropyError, Secret};

struct Library;

impl Entropy for Library {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        aws_lc_rs::rand::fill(bytes).unwrap();
        Ok(())
    }
}

/// An emulator with a state of its own.
struct Emulator {
    process: Child,
    port: u16,
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Emulator {
    /// One whose machine was booted: the firmware has measured into the first eight registers.
    fn start(folder: &Path) -> Self {
        let booted = Self::unmeasured(folder);
        (0..8).for_each(|pcr| booted.extend(pcr));
        booted
    }

    /// Its port may be taken between the probe and its start: then another is tried.
    fn unmeasured(folder: &Path) -> Self {
        for _ in 0..20 {
            let free = || {
                TcpListener::bind("127.0.0.1:0")
                    .unwrap()
                    .local_addr()
                    .unwrap()
                    .port()
            };
            let (port, control) = (free(), free());
            let mut process = Command::new("swtpm")
                .args(["socket", "--tpm2", "--tpmstate"])
                .arg(format!("dir={}", folder.display()))
                .arg("--server")
                .arg(format!("type=tcp,port={port},bindaddr=127.0.0.1"))
                .arg("--ctrl")
                .arg(format!("type=tcp,port={control},bindaddr=127.0.0.1"))
                .args(["--flags", "not-need-init,startup-clear"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("apt-get install swtpm");
            let begin = Instant::now();
            while begin.elapsed() < Duration::from_secs(30) {
                if process.try_wait().unwrap().is_some() {
                    break;
                }
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return Self { process, port };
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            drop(process.kill());
            drop(process.wait());
        }
        panic!("swtpm does not start");
    }

    fn device(&self) -> String {
        format!("tcp:127.0.0.1:{}", self.port)
    }

    /// A command by an empty password.
    fn command(&self, code: u32, handle: u32, parameters: &[u8]) {
        let mut command = vec![0x80, 0x02, 0, 0, 0, 0];
        command.extend(code.to_be_bytes());
        command.extend(handle.to_be_bytes());
        command.extend([0, 0, 0, 9, 0x40, 0, 0, 0x09, 0, 0, 1, 0, 0]);
        command.extend(parameters);
        let size = u32::try_from(command.len()).unwrap();
        command[2..6].copy_from_slice(&size.to_be_bytes());
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(&command).unwrap();
        let mut answer = [0; 10];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(answer[6..], [0; 4], "command {code:#x}");
    }

    /// TPM2_PCR_Extend: what firmware does when it measures something.
    fn extend(&self, pcr: u32) {
        let digest = [&[0, 0, 0, 1, 0, 0x0b][..], &[7; 32]].concat();
        self.command(0x182, pcr, &digest);
    }

    /// TPM2_PCR_Allocate: from the next start on there is a bank of SHA-1, and none of SHA-256.
    fn without_sha_256(&self) {
        let banks = [
            0, 0, 0, 2, 0, 0x04, 3, 0xff, 0xff, 0xff, 0, 0x0b, 3, 0, 0, 0,
        ];
        self.command(0x12b, 0x4000_000c, &banks);
    }
}

fn open(device: &str) -> Tpm {
    Tpm::open(device, Arc::new(Library)).unwrap()
}

const SECRET: &[u8; 32] = b"a secret of thirty-two bytes ...";

fn secret() -> Secret {
    Secret::new(SECRET.to_vec())
}

#[test]
fn what_is_sealed_opens_until_a_register_changes() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::start(folder.path());
    let sealed = open(&emulator.device())
        .seal(&[7, 4, 7], &secret())
        .unwrap();
    assert_eq!(sealed.pcrs, [4, 7]);
    // More often than a TPM has room for: nothing is left in it.
    for _ in 0..12 {
        let opened = open(&emulator.device()).unseal(&sealed).unwrap();
        assert_eq!(opened.expose(), SECRET);
    }
    emulator.extend(0);
    let opened = open(&emulator.device()).unseal(&sealed).unwrap();
    assert_eq!(opened.expose(), SECRET);
    emulator.extend(7);
    let refused = open(&emulator.device()).unseal(&sealed).unwrap_err();
    assert!(
        matches!(&refused, TpmError::Registers(pcrs) if pcrs == "4+7"),
        "{refused}"
    );
    // As it is now, it can be sealed anew.
    let again = open(&emulator.device()).seal(&[7], &secret()).unwrap();
    assert_eq!(
        open(&emulator.device()).unseal(&again).unwrap().expose(),
        SECRET
    );
}

#[test]
fn what_is_sealed_opens_after_a_restart_and_on_no_other_tpm() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let emulator = Emulator::start(folder.path());
    let sealed = open(&emulator.device()).seal(&[7], &secret()).unwrap();
    drop(emulator);
    let emulator = Emulator::start(folder.path());
    let opened = open(&emulator.device()).unseal(&sealed).unwrap();
    assert_eq!(opened.expose(), SECRET);
    let another = Emulator::start(other.path());
    let refused = open(&another.device()).unseal(&sealed).unwrap_err();
    assert!(matches!(refused, TpmError::AnotherTpm), "{refused}");
    for at in 0..sealed.private.len() {
        let mut changed = sealed.clone();
        changed.private[at] ^= 1;
        assert!(
            open(&emulator.device()).unseal(&changed).is_err(),
            "byte {at}"
        );
    }
    let mut loosened = sealed.clone();
    let policy = loosened.public.len() - 10;
    loosened.public[policy] ^= 1;
    assert!(open(&emulator.device()).unseal(&loosened).is_err());
}

#[test]
fn parameters_out_of_their_range_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::start(folder.path());
    let mut tpm = open(&emulator.device());
    for (pcrs, secret) in [
        (&[][..], secret()),
        (&[24], secret()),
        (&[7], Secret::new(Vec::new())),
        (&[7], Secret::new(vec![0; 65])),
    ] {
        let refused = tpm.seal(pcrs, &secret).unwrap_err();
        assert!(matches!(refused, TpmError::Parameter(_)), "{refused}");
    }
    assert!(matches!(
        Tpm::open("/dev/no-such-tpm", Arc::new(Library)),
        Err(TpmError::Device { .. })
    ));
}

fn unfit(refused: Result<token::SealedByTpm, TpmError>) -> (u8, &'static str) {
    match refused {
        Err(TpmError::RegisterUnfit { pcr, reason }) => (pcr, reason),
        other => panic!("{other:?}"),
    }
}

/// Such a slot would open however the machine is booted.
#[test]
fn registers_that_say_nothing_of_the_boot_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::start(folder.path());
    let mut tpm = open(&emulator.device());
    for (pcrs, which, why) in [
        // For debugging and applications: anybody resets them.
        (&[7, 16][..], 16, "reset"),
        (&[23], 23, "reset"),
        // Nobody measured into it; all ones until a late launch.
        (&[7, 9], 9, "nothing was measured"),
        (&[17], 17, "nothing was measured"),
    ] {
        let (pcr, reason) = unfit(tpm.seal(pcrs, &secret()));
        assert_eq!(pcr, which);
        assert!(reason.contains(why), "{reason}");
    }
    drop(tpm);
    // More than a TPM tells at once.
    emulator.extend(9);
    let all = [0, 1, 2, 3, 4, 5, 6, 7, 9];
    let sealed = open(&emulator.device()).seal(&all, &secret()).unwrap();
    let opened = open(&emulator.device()).unseal(&sealed).unwrap();
    assert_eq!(opened.expose(), SECRET);
    emulator.extend(9);
    assert!(open(&emulator.device()).unseal(&sealed).is_err());

    emulator.without_sha_256();
    drop(emulator);
    let emulator = Emulator::unmeasured(folder.path());
    let (pcr, reason) = unfit(open(&emulator.device()).seal(&[0, 7], &secret()));
    assert_eq!(pcr, 0);
    assert!(reason.contains("SHA-256 bank"), "{reason}");
}

/// What the TPM says that its policy is has to be the one of the registers that it showed.
#[test]
fn a_policy_of_other_registers_is_not_sealed_to() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::start(folder.path());
    // CreatePrimary, then three times PCR_Read, StartAuthSession, PolicyPCR, PolicyGetDigest, FlushContext.
    let (device, _) = interposed(emulator.port, |count, answer| {
        if count % 5 == 4 && count < 16 {
            answer[20] ^= 1;
        }
    });
    let refused = open(&device).seal(&[7], &secret()).unwrap_err();
    assert!(
        matches!(refused, TpmError::Answer { command, .. } if command == "TPM2_PolicyGetDigest"),
        "{refused}"
    );
    // Once is a register that changed in between.
    let (device, _) = interposed(emulator.port, |count, answer| {
        if count == 4 {
            answer[20] ^= 1;
        }
    });
    open(&device).seal(&[7], &secret()).unwrap();
}

/// Everything that crossed the bus.
type Seen = Arc<Mutex<Vec<u8>>>;

/// Somebody on the bus: sees all, and may change answers.
fn interposed(port: u16, change: impl Fn(usize, &mut [u8]) + Send + 'static) -> (String, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let device = format!("tcp:{}", listener.local_addr().unwrap());
    let seen = Seen::default();
    let kept = Arc::clone(&seen);
    std::thread::spawn(move || {
        let (mut ours, _) = listener.accept().unwrap();
        let mut theirs = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let message = |from: &mut TcpStream| -> Option<Vec<u8>> {
            let mut head = vec![0; 10];
            from.read_exact(&mut head).ok()?;
            let size = u32::from_be_bytes(head[2..6].try_into().unwrap());
            let mut body = vec![0; usize::try_from(size).unwrap() - 10];
            from.read_exact(&mut body).ok()?;
            Some([head, body].concat())
        };
        for count in 0.. {
            let Some(command) = message(&mut ours) else {
                return;
            };
            kept.lock().unwrap().extend(&command);
            theirs.write_all(&command).unwrap();
            let mut answer = message(&mut theirs).unwrap();
            kept.lock().unwrap().extend(&answer);
            change(count, &mut answer);
            if ours.write_all(&answer).is_err() {
                return;
            }
        }
    });
    (device, seen)
}

#[test]
fn who_sits_on_the_bus_sees_no_secret_and_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::start(folder.path());
    let contains = |seen: &Seen, part: &[u8]| {
        let seen = seen.lock().unwrap();
        seen.windows(part.len()).any(|window| window == part)
    };
    let (device, seen) = interposed(emulator.port, |_, _| {});
    let sealed = open(&device).seal(&[7], &secret()).unwrap();
    // The recorder records: what is not secret is there.
    assert!(contains(&seen, &sealed.private));
    for at in 0..SECRET.len() - 8 {
        assert!(!contains(&seen, &SECRET[at..at + 8]), "sealing, byte {at}");
    }
    let (device, seen) = interposed(emulator.port, |_, _| {});
    assert_eq!(open(&device).unseal(&sealed).unwrap().expose(), SECRET);
    assert!(contains(&seen, &sealed.private));
    for at in 0..SECRET.len() - 8 {
        assert!(!contains(&seen, &SECRET[at..at + 8]), "opening, byte {at}");
    }
    // CreatePrimary, Load, StartAuthSession, PolicyPCR, Unseal: each byte of the last is believed only
    // as the TPM said it.
    for at in [10, 16, 20, 40, 49, 60, 90] {
        let (device, _) = interposed(emulator.port, move |count, answer| {
            if count == 4 {
                answer[at] ^= 1;
            }
        });
        assert!(open(&device).unseal(&sealed).is_err(), "byte {at}");
    }
    // Another key in the primary's place is not taken for it.
    let (device, _) = interposed(emulator.port, |count, answer| {
        if count == 0 {
            // In the x coordinate of its public area.
            answer[60] ^= 1;
        }
    });
    let refused = open(&device).unseal(&sealed).unwrap_err();
    assert!(matches!(refused, TpmError::AnotherTpm), "{refused}");
}
