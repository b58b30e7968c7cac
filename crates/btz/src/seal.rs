//! The seal's files: its header in the data folder, the key file that opens it unattended, and the
//! recovery kit. The rules are `keys::seal`'s; here is what touches the disk.
//!
//! The key file lies beside the data folder, not in it, so that a copy or backup of the data folder
//! alone opens nothing: `DATA.seal-key`. Where the folder above is not its owner's alone to write (as
//! `/tmp` and, for a service's user, `/var/lib`), it lies in `DATA/keys/seal.key`, and `btz doctor`
//! says so. Under systemd, `LoadCredentialEncrypted=seal.key:...` is looked for too.

mod device;
mod header_file;
mod key_file;
mod opening_files;
mod recovery_kit;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use keys::seal::{Header, Root, Seal, Share, ShareSet, SlotId, SlotKind, random_secret};
use token::Caution;
use types::{Entropy, Secret};

use crate::backup::vouch;

pub(crate) use self::device::{DeviceSlot, Pkcs11, Tpm2};
pub(crate) use self::header_file::HeaderFile;
pub(crate) use self::opening_files::OpeningFiles;
pub(crate) use self::recovery_kit::RecoveryKit;

/// A passphrase file or share file is read up to this.
const SECRET_BYTES_MAX: u64 = 4096;

/// The systemd credential with a passphrase of the seal.
const PASSPHRASE_CREDENTIAL: &str = "btz-seal-passphrase";

/// The shares of the recovery slot that is made at first start: two of three.
const RECOVERY: (u8, u8) = (2, 3);

/// How the seal stands after a start.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The seal, open or not.
    pub(crate) seal: Arc<Seal>,
    /// Why it is not open.
    pub(crate) sealed: Option<String>,
    /// The header's epoch.
    pub(crate) epoch: u64,
    /// Which installation's it is.
    pub(crate) installation: String,
}

/// Opens the seal of a data folder by whatever slot opens unattended; makes it at first start. That no
/// slot opens is no error: the seal stays closed, and why is told.
pub(crate) fn open(data: &Path, entropy: Arc<dyn Entropy>) -> Result<Opened> {
    let file = HeaderFile::of(data);
    let _lock = file.lock()?;
    let header = match file.read()? {
        Some(header) => header,
        None => make(data, &file, entropy.as_ref())?,
    };
    let seal = Arc::new(Seal::sealed(entropy));
    let sealed = match by_itself(data, &header, devices(data, Caution::Unattended)) {
        Ok((_, root)) => {
            // What was altered is not run, not even sealed.
            vouch::check(data, &root)?;
            vouch::settle(data)?;
            seal.open(root);
            None
        }
        Err(error) => Some(format!("{error:#}")),
    };
    Ok(Opened {
        seal,
        sealed,
        epoch: header.epoch(),
        installation: header.installation().to_owned(),
    })
}

/// A new seal: a key file, and a recovery slot that does not depend on it. The header comes last: until
/// it is there, nothing was made.
fn make(data: &Path, file: &HeaderFile, entropy: &dyn Entropy) -> Result<Header> {
    let (header, root) = Header::new(entropy)?;
    let path = key_file::default_place(data);
    let secret = key_file::make(&path, entropy)?;
    let (header, file_slot) = header.with_slot(&root, key_file::slot(&path)?, &secret, entropy)?;
    let (header, recovery_slot, kit) = with_recovery(&header, &root, RECOVERY, entropy)?;
    kit.write(data)?;
    let proofs = [(file_slot, secret), (recovery_slot, kit.secret()?)];
    file.replace(&header, &proofs, &mut |_| Ok(()))?;
    Ok(header)
}

/// The header with a Shamir slot more, and its shares.
pub(crate) fn with_recovery(
    header: &Header,
    root: &Root,
    (threshold, shares): (u8, u8),
    entropy: &dyn Entropy,
) -> Result<(Header, SlotId, RecoveryKit)> {
    let secret = random_secret(entropy)?;
    let (set, shares) = ShareSet::split(&secret, threshold, shares, entropy)?;
    let (header, id) = header.with_slot(root, SlotKind::Shamir(set), &secret, entropy)?;
    let kit = RecoveryKit::new(&header, id, shares);
    Ok((header, id, kit))
}

/// Opens the first slot that needs nobody: a key file, a passphrase that systemd gives, a device. What
/// was restored here and altered opens nothing.
pub(crate) fn unattended(data: &Path, header: &Header, caution: Caution) -> Result<(SlotId, Root)> {
    let opened = by_itself(data, header, devices(data, caution))?;
    vouch::check(data, &opened.1)?;
    Ok(opened)
}

/// How devices are used, if they are: not for a header that may be anybody's.
fn devices(data: &Path, caution: Caution) -> Option<Caution> {
    (!vouch::is_awaited(data)).then_some(caution)
}

/// Opens the seal by a slot that needs nothing, and no device: a header that may be anybody's names
/// no module to load and no device to write to.
pub(crate) fn without_devices(data: &Path, header: &Header) -> Result<(SlotId, Root)> {
    by_itself(data, header, None)
}

fn by_itself(data: &Path, header: &Header, devices: Option<Caution>) -> Result<(SlotId, Root)> {
    let mut reasons = Vec::new();
    for slot in header.slots() {
        let secret = match &slot.kind {
            SlotKind::File { path } => key_file::read_any(data, Path::new(path)),
            SlotKind::Passphrase(parameters) => match credential(PASSPHRASE_CREDENTIAL) {
                Some(path) => passphrase_of(&path)
                    .and_then(|passphrase| Ok(vec![parameters.secret(&passphrase)?])),
                None => Err(anyhow::anyhow!("it needs its passphrase")),
            },
            SlotKind::Shamir(set) => Err(anyhow::anyhow!("it needs {} shares", set.threshold)),
            SlotKind::Device { .. } => match devices {
                Some(caution) => DeviceSlot::of(&slot.kind)
                    .and_then(|device| device.secret(data, header.installation(), caution))
                    .map(|secret| vec![secret]),
                None => Err(anyhow::anyhow!(
                    "a device is not used for what was restored, until another slot has opened it \
                     (btz seal recover) or it is restored with --fingerprint HEX"
                )),
            },
        };
        match secret {
            Ok(secrets) => {
                for secret in secrets {
                    if let Ok(root) = header.open(slot.id, &secret) {
                        return Ok((slot.id, root));
                    }
                }
                reasons.push(format!(
                    "slot {} ({}): the key is another's",
                    slot.id, slot.kind
                ));
            }
            Err(error) => reasons.push(format!("slot {} ({}): {error:#}", slot.id, slot.kind)),
        }
    }
    bail!("{}", reasons.join("; "))
}

/// What a person or a file gives to open the seal.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// A passphrase.
    pub(crate) passphrase: Option<Secret>,
    /// Shares.
    pub(crate) shares: Vec<Share>,
}

/// Opens the seal with what was given, or else by a slot that needs nothing. What was restored here and
/// altered opens nothing.
pub(crate) fn attended(data: &Path, header: &Header, given: &Given) -> Result<(SlotId, Root)> {
    let opened = by_what_is_given(data, header, given)?;
    vouch::check(data, &opened.1)?;
    Ok(opened)
}

fn by_what_is_given(data: &Path, header: &Header, given: &Given) -> Result<(SlotId, Root)> {
    if !given.shares.is_empty() {
        let (set, secret) = ShareSet::combine(&given.shares)?;
        let slot = header
            .slots()
            .iter()
            .find(|slot| matches!(&slot.kind, SlotKind::Shamir(of) if *of == set))
            .context("these shares are of no slot of this seal: were they replaced since?")?;
        return Ok((slot.id, header.open(slot.id, &secret)?));
    }
    if let Some(passphrase) = &given.passphrase {
        for slot in header.slots() {
            if let SlotKind::Passphrase(parameters) = &slot.kind
                && let Ok(root) = header.open(slot.id, &parameters.secret(passphrase)?)
            {
                return Ok((slot.id, root));
            }
        }
        bail!("this passphrase opens no slot of this seal");
    }
    unattended(data, header, Caution::Attended).context(
        "no slot opens by itself: give --passphrase-file FILE or --shares-file FILE of another",
    )
}

/// A file with a passphrase: its first line.
pub(crate) fn passphrase_of(path: &Path) -> Result<Secret> {
    let bytes = secret_file(path)?;
    let line = bytes.expose().split(|byte| *byte == b'\n').next();
    Ok(Secret::new(line.unwrap_or_default().to_vec()))
}

/// A file with shares: whatever lines of it begin as a share does.
pub(crate) fn shares_of(path: &Path) -> Result<Vec<Share>> {
    let bytes = secret_file(path)?;
    let text = std::str::from_utf8(bytes.expose()).context("it is no text")?;
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| line.to_ascii_lowercase().starts_with("btz1-"))
        .map(|line| line.parse().with_context(|| path.display().to_string()))
        .collect()
}

pub(crate) fn secret_file(path: &Path) -> Result<Secret> {
    use std::io::Read;
    let read = || -> std::io::Result<_> {
        // Of one size from the start: a growing buffer leaves pieces of a secret behind.
        let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(8192));
        let file = std::fs::File::open(path)?;
        file.take(SECRET_BYTES_MAX + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().with_context(|| format!("cannot read {}", path.display()))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > SECRET_BYTES_MAX) {
        bail!("{} is longer than any secret", path.display());
    }
    Ok(Secret::new(bytes.to_vec()))
}

/// A credential that systemd gives to the service.
fn credential(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY")?;
    let path = Path::new(&folder).join(name);
    path.exists().then_some(path)
}

pub(crate) use self::key_file::{
    check_is_ours, check_rotates, default_place as default_key_file, is_in_data, is_taken,
    make as make_key_file, make_afresh, make_next, put_in_stead, settle as settle_key_files,
    slot as key_file_slot,
};

#[cfg(test)]
mod tests;
