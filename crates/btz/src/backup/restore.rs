//! Making an installation of a backup again: beside its place first, and put there in one step when all of
//! it is verified and on the disk. Killed at any moment, the old folder is there or the new one.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use backup::{BackupError, FileName, FilePlace, Row, Sink, Verified};
use keys::seal::{Header, Seal};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use store::{Key, Redb, Refill, Revision, Store, StoreError};
use types::Clock;

use super::source::audit_head;
use super::{STORE_FILE, header_of, recorder, signing_key, vouch};
use crate::seal::{self, Given, HeaderFile};
use crate::system::{SystemClock, SystemEntropy};
use crate::{UsageError, private_file, sealed_file};

/// It lies in a folder that is not a whole installation yet.
const UNFINISHED: &str = ".restoring";

/// What is to be done with what is there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Restore {
    /// An installation may be replaced.
    pub(crate) replace: bool,
    /// By an older state of it.
    pub(crate) allow_rollback: bool,
    /// Who must have signed.
    pub(crate) fingerprint: Option<String>,
}

/// A step of a restoration; tests stop after each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// All lies beside, verified.
    Written,
    /// It is the installation.
    InPlace,
}

/// What was done.
#[derive(Debug)]
pub(crate) struct Restored {
    /// What the backup is of.
    pub(crate) verified: Verified,
    /// Where what was there before lies now.
    pub(crate) before: Option<PathBuf>,
    /// Why the seal does not open here yet; `None` when it does.
    pub(crate) sealed: Option<String>,
}

impl Restore {
    /// Restores a backup into `data`. `given` opens the seal where no slot does by itself.
    pub(crate) fn run(
        &self,
        input: impl std::io::Read,
        data: &Path,
        given: &Given,
        after: &mut dyn FnMut(Step) -> Result<()>,
    ) -> Result<Restored> {
        let data = std::path::absolute(data)?;
        let beside = with_ending(&data, ".restoring")?;
        let mut target = Target::look(&data, self)?;
        begin(&beside)?;
        let mut writing = Writing {
            restore: self,
            target: &target,
            folder: beside.clone(),
            refill: Some(Refill::create(&beside.join(STORE_FILE))?),
            file: None,
        };
        let restored = writing.all(input).and_then(|verified| {
            let is_known = self.fingerprint.is_some();
            let sealed = open_seal(&beside, &data, given, (&verified, is_known))?;
            if sealed.is_some() && !is_known {
                vouch::note(&beside, &verified.header.public_key)?;
            }
            recorder::note(&beside, &verified, self.allow_rollback)?;
            Ok((verified, sealed))
        });
        let (verified, sealed) = match restored {
            Ok(restored) => restored,
            Err(error) => {
                drop(writing);
                clear(&beside)?;
                return Err(error);
            }
        };
        drop(writing);
        std::fs::remove_file(beside.join(UNFINISHED))?;
        sync_folders(&beside)?;
        after(Step::Written)?;
        let before = put_in_place(&beside, &data, target.is_there)?;
        // Locked until here: nobody starts on what is about to go.
        target.store = None;
        after(Step::InPlace)?;
        Ok(Restored {
            verified,
            before,
            sealed,
        })
    }
}

/// What is where the backup is to go.
struct Target {
    data: PathBuf,
    is_there: bool,
    installation: Option<String>,
    epoch: u64,
    /// How many records the last signed head of its audit log is over.
    audited: u64,
    /// `None` when its store cannot be read.
    revision: Option<Revision>,
    store: Option<Redb>,
}

impl Target {
    fn look(data: &Path, restore: &Restore) -> Result<Self> {
        let mut target = Self {
            data: data.to_owned(),
            is_there: false,
            installation: None,
            epoch: 0,
            audited: 0,
            revision: Some(Revision(0)),
            store: None,
        };
        let shown = data.display();
        let mut entries = match std::fs::read_dir(data) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(target),
            Err(error) => return Err(error).with_context(|| format!("cannot read {shown}")),
        };
        if entries.next().is_none() {
            return Ok(target);
        }
        target.is_there = true;
        if !restore.replace {
            let why = format!(
                "{shown} is not empty: choose another folder, or give --replace (what is there is kept \
                 beside it)"
            );
            return Err(UsageError(why).into());
        }
        if HeaderFile::of(data).path().exists() {
            match header_of(data) {
                Ok((header, _)) => {
                    target.installation = Some(header.installation().to_owned());
                    target.epoch = header.epoch();
                }
                Err(error) if restore.allow_rollback => {
                    tracing::warn!("{error:#}");
                }
                Err(error) => {
                    return Err(error.context(unknown(data)));
                }
            }
        }
        match audit_head(data) {
            Ok(head) => target.audited = head.map_or(0, |head| head.sequence),
            Err(error) if restore.allow_rollback => tracing::warn!("{error:#}"),
            Err(error) => return Err(error.context(unknown(data))),
        }
        let path = data.join(STORE_FILE);
        if path.exists() {
            match Redb::open(&path) {
                Ok(store) => {
                    target.revision = Some(revision(&store)?);
                    target.store = Some(store);
                }
                Err(error @ StoreError::Corrupt { .. }) if !restore.allow_rollback => {
                    return Err(anyhow::Error::from(error).context(unknown(data)));
                }
                Err(StoreError::Corrupt { .. }) => target.revision = None,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(target)
    }

    /// Refuses what is older than what is there, or another's.
    fn admit(&self, header: &backup::Header, restore: &Restore) -> Result<()> {
        let shown = self.data.display();
        if let Some(installation) = &self.installation
            && *installation != header.installation
        {
            bail!(
                "{shown} is of installation {installation}, the backup of {}: choose another folder",
                header.installation
            );
        }
        if restore.allow_rollback {
            return Ok(());
        }
        let mut newer = Vec::new();
        if let Some(revision) = self.revision
            && revision.0 > header.revision
        {
            newer.push(format!(
                "its store is at revision {revision}, the backup at {}",
                header.revision
            ));
        }
        if self.epoch > header.seal_epoch {
            newer.push(format!(
                "its seal is at epoch {}, the backup at {}",
                self.epoch, header.seal_epoch
            ));
        }
        let audited = header.audit_head.as_ref().map_or(0, |head| head.sequence);
        if self.audited > audited {
            newer.push(format!(
                "its audit log is signed up to record {}, the backup's up to {audited}",
                self.audited
            ));
        }
        if newer.is_empty() {
            return Ok(());
        }
        bail!(
            "this would be a rollback: {shown} is newer than the backup ({}). What was made since would \
             be gone, and what was taken away since would be back: give --allow-rollback if that is meant",
            newer.join("; ")
        )
    }
}

fn unknown(data: &Path) -> String {
    format!(
        "how new {} is cannot be told: if it is damaged and to be replaced, give --allow-rollback",
        data.display()
    )
}

fn revision(store: &Redb) -> Result<Revision> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    // Under a key that no row has: only the head is wanted.
    let nothing = Key::new(["backup", "no such row"]);
    Ok(runtime.block_on(store.snapshot(&nothing))?.revision)
}

/// Writes what a backup holds into a folder.
struct Writing<'a> {
    restore: &'a Restore,
    target: &'a Target,
    folder: PathBuf,
    refill: Option<Refill>,
    file: Option<File>,
}

impl Writing<'_> {
    fn all(&mut self, input: impl std::io::Read) -> Result<Verified> {
        let verified = backup::read(input, self)?;
        let refill = self.refill.take().context("the store was finished")?;
        refill.finish(Revision(verified.header.revision))?;
        let (header, _) = header_of(&self.folder).context("the backup has no seal header")?;
        if header.installation() != verified.header.installation
            || header.epoch() != verified.header.seal_epoch
        {
            bail!("the backup's seal header is not the one that it names");
        }
        Ok(verified)
    }

    fn create(&self, name: &FileName) -> Result<File> {
        let path = match name.place {
            FilePlace::Data => name.path.clone(),
            FilePlace::Configuration => super::CONFIGURATION.to_owned(),
            FilePlace::KeyFile => "keys/seal.key".to_owned(),
        };
        let path = self.folder.join(path);
        private_file::folder(path.parent().context("a file lies in a folder")?)?;
        // The store and the marker are ours: a backup that has them is none of btz.
        let mut new = OpenOptions::new();
        new.write(true).create_new(true).mode(0o600);
        new.open(&path).with_context(|| path.display().to_string())
    }
}

/// An error of ours on its way through the format's reader.
fn io(error: impl std::fmt::Display) -> BackupError {
    BackupError::Unwritable(error.to_string())
}

impl Sink for Writing<'_> {
    fn header(&mut self, header: &backup::Header) -> Result<(), BackupError> {
        let fingerprint = header.public_key.fingerprint();
        if let Some(expected) = &self.restore.fingerprint
            && *expected != fingerprint
        {
            return Err(io(format!(
                "it is signed by {fingerprint}, not by {expected}: it is not your backup, or was altered"
            )));
        }
        let admitted = self.target.admit(header, self.restore);
        admitted.map_err(|error| io(format!("{error:#}")))
    }

    fn row(&mut self, row: Row<'_>) -> Result<(), BackupError> {
        let refill = self.refill.as_mut().ok_or_else(|| io("no store"))?;
        let written = refill.row(row.key, Revision(row.revision), row.value);
        written.map_err(io)
    }

    fn file(&mut self, name: &FileName) -> Result<(), BackupError> {
        let file = self.create(name);
        self.file = Some(file.map_err(|error| io(format!("{error:#}")))?);
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        let file = self.file.as_mut().ok_or_else(|| io("no file"))?;
        Ok(file.write_all(bytes)?)
    }

    fn file_end(&mut self) -> Result<(), BackupError> {
        match self.file.take() {
            Some(file) => Ok(file.sync_all()?),
            None => Ok(()),
        }
    }
}

/// An empty folder with its marker; what an interrupted restoration left there is removed.
fn begin(beside: &Path) -> Result<()> {
    let shown = beside.display();
    if beside.exists() {
        if !beside.join(UNFINISHED).exists() {
            bail!(
                "{shown} is there: it may be what a restoration replaced, or one that was not put in \
                 place; move it away first"
            );
        }
        clear(beside).with_context(|| format!("cannot remove {shown}"))?;
    }
    private_file::folder(beside)?;
    private_file::write(&beside.join(UNFINISHED), b"")
}

/// Removes an unfinished folder, its marker last: interrupted, it is still known for what it is.
fn clear(beside: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(beside)? {
        let entry = entry?;
        if entry.file_name() == UNFINISHED {
            continue;
        }
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        } else {
            std::fs::remove_file(entry.path())?;
        }
    }
    std::fs::remove_dir_all(beside)
}

/// Opens the seal, if it can be: then the signature is shown to be the installation's own, and the root
/// credentials come out of their wrapping. If not, who signed is noted, and shown when it is opened.
fn open_seal(
    folder: &Path,
    data: &Path,
    given: &Given,
    (verified, is_known): (&Verified, bool),
) -> Result<Option<String>> {
    let (header, _): (Header, _) = header_of(folder)?;
    let is_given = given.passphrase.is_some() || !given.shares.is_empty();
    let open = |beside: &Path| match is_given || is_known {
        true => seal::attended(beside, &header, given),
        // Whose backup it is is not known yet: anybody can make one that is whole.
        false => seal::without_devices(beside, &header).context(
            "no slot opens by itself: give --passphrase-file FILE or --shares-file FILE, or \
             --fingerprint HEX for the slots of devices",
        ),
    };
    let opened = open(folder).or_else(|error| open(data).map_err(|_| error));
    let root = match opened {
        Ok((_, root)) => root,
        Err(error) if given.passphrase.is_none() && given.shares.is_empty() => {
            return Ok(Some(format!("{error:#}")));
        }
        Err(error) => return Err(error),
    };
    let seal = Seal::sealed(Arc::new(SystemEntropy::default()));
    seal.open(root);
    let signer = signing_key::kept(folder, &seal)?;
    let ours = signer.map(|signer| signer.public_key()).transpose()?;
    if ours != Some(verified.header.public_key) {
        bail!("the backup is signed by another key than the one in it: it was altered");
    }
    sealed_file::open_credentials(folder, &seal)?;
    Ok(None)
}

fn sync_folders(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    Ok(File::open(folder)?.sync_all()?)
}

/// Both change places in one step, and what was there gets a name of its own.
fn put_in_place(beside: &Path, data: &Path, is_there: bool) -> Result<Option<PathBuf>> {
    let above = data.parent().context("a data folder lies in a folder")?;
    let sync = || File::open(above).and_then(|above| above.sync_all());
    if !is_there {
        // Onto nothing, or onto an empty folder.
        std::fs::rename(beside, data).with_context(|| data.display().to_string())?;
        sync()?;
        return Ok(None);
    }
    renameat_with(CWD, beside, CWD, data, RenameFlags::EXCHANGE)
        .with_context(|| format!("cannot put {} in place", data.display()))?;
    sync()?;
    let now = SystemClock.now().as_millis();
    let before = with_ending(data, &format!(".before-restore-{now}"))?;
    std::fs::rename(beside, &before)?;
    sync()?;
    Ok(Some(before))
}

fn with_ending(path: &Path, ending: &str) -> Result<PathBuf> {
    let name = path.file_name().context("a data folder has a name")?;
    let mut name = name.to_owned();
    name.push(ending);
    Ok(path.with_file_name(name))
}
