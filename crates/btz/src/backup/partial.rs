//! A backup that is not whole yet, in a file beside its place. The folder may be another's to write to as
//! well: nothing is written into what was there before, and no link is followed.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Seek, SeekFrom};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rustix::fs::OFlags;
use rustix::process::geteuid;

/// Two that begin at once may take each other's file for one that was left: so often it is tried again.
const TRIES_MAX: usize = 8;

/// The file.
#[derive(Debug)]
pub(crate) struct Partial {
    path: PathBuf,
    file: File,
}

impl Partial {
    /// A new file beside `place`. What an interrupted backup left there is removed, if it is ours.
    pub(crate) fn create(place: &Path) -> Result<Self> {
        let name = place.file_name().context("a backup has a file name")?;
        let path = place.with_file_name(format!(".{}.partial", name.to_string_lossy()));
        let shown = || format!("cannot write {}", path.display());
        for _ in 0..TRIES_MAX {
            // O_EXCL, by which no link is followed either.
            let mut new = OpenOptions::new();
            new.read(true).write(true).create_new(true).mode(0o600);
            match new.open(&path) {
                Ok(file) => {
                    // Another may have removed it before it was locked.
                    if !is_locked(&file) && is_at(&file, &path) {
                        return Ok(Self { path, file });
                    }
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => remove_left(&path)?,
                Err(error) => return Err(error).with_context(shown),
            }
        }
        bail!("{}: others write it again and again", path.display())
    }

    /// To write to.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// What was written, from its beginning: the very file, whatever has its name now.
    pub(crate) fn again(&self) -> Result<File> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }

    /// Gives it its name.
    pub(crate) fn put_in_place(self, place: &Path) -> Result<()> {
        let shown = || format!("cannot write {}", place.display());
        if !is_at(&self.file, &self.path) {
            bail!(
                "{} was exchanged meanwhile: choose a folder that others do not write to",
                self.path.display()
            );
        }
        let rename = || -> std::io::Result<()> {
            std::fs::rename(&self.path, place)?;
            let folder = place.parent().filter(|path| !path.as_os_str().is_empty());
            File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()
        };
        rename().with_context(shown)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // It is there only if it did not get its name.
        if is_at(&self.file, &self.path) {
            drop(std::fs::remove_file(&self.path));
        }
    }
}

/// Whether a path, no link followed, is that of an open file.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), path.symlink_metadata()) {
        (Ok(open), Ok(there)) => (open.dev(), open.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Whether another process writes it, and has it locked. Where the file system knows no locks, nobody
/// can be told from one who was interrupted.
fn is_locked(file: &File) -> bool {
    matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

/// Removes the file of a backup that was interrupted.
fn remove_left(path: &Path) -> Result<()> {
    let shown = path.display();
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = OpenOptions::new()
        .read(true)
        // Some file systems lock only what is open to be written.
        .write(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path);
    let left = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(error).with_context(|| {
                format!("{shown} is there and is no file that a backup left: remove it")
            });
        }
    };
    let found = left.metadata()?;
    if !found.is_file() || found.nlink() > 1 || found.uid() != geteuid().as_raw() {
        bail!("{shown} is there and is no file that a backup of ours left: remove it");
    }
    if is_locked(&left) {
        bail!("{shown}: another btz writes it just now");
    }
    if is_at(&left, path) {
        std::fs::remove_file(path).with_context(|| format!("cannot remove {shown}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::fs::symlink;

    use super::*;

    fn place() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("x.backup");
        let beside = folder.path().join(".x.backup.partial");
        (folder, place, beside)
    }

    #[test]
    fn nothing_that_was_there_before_is_written_to() {
        let (folder, place, beside) = place();
        let victim = folder.path().join("victim");
        std::fs::write(&victim, "precious").unwrap();
        symlink(&victim, &beside).unwrap();
        let refused = format!("{:#}", Partial::create(&place).unwrap_err());
        assert!(refused.contains("remove it"), "{refused}");
        std::fs::remove_file(&beside).unwrap();

        std::fs::hard_link(&victim, &beside).unwrap();
        let refused = format!("{:#}", Partial::create(&place).unwrap_err());
        assert!(refused.contains("remove it"), "{refused}");
        assert_eq!(std::fs::read(&victim).unwrap(), b"precious");
        std::fs::remove_file(&beside).unwrap();

        // A link that leads nowhere makes no file there.
        symlink(folder.path().join("made"), &beside).unwrap();
        Partial::create(&place).unwrap_err();
        assert!(!folder.path().join("made").exists());
        std::fs::remove_file(&beside).unwrap();

        std::fs::create_dir(&beside).unwrap();
        Partial::create(&place).unwrap_err();
    }

    #[test]
    fn what_was_interrupted_is_replaced_and_not_reused() {
        let (_folder, place, beside) = place();
        std::fs::write(&beside, "left").unwrap();
        let reader = File::open(&beside).unwrap();
        let partial = Partial::create(&place).unwrap();
        assert!(!is_at(&reader, &beside), "who had it open reads nothing");
        let busy = format!("{:#}", Partial::create(&place).unwrap_err());
        assert!(busy.contains("another btz"), "{busy}");
        partial.file().write_all(b"whole").unwrap();
        let mut read = String::new();
        partial.again().unwrap().read_to_string(&mut read).unwrap();
        assert_eq!(read, "whole");
        partial.put_in_place(&place).unwrap();
        assert_eq!(std::fs::read(&place).unwrap(), b"whole");
        assert_eq!(place.metadata().unwrap().mode() & 0o777, 0o600);
        assert!(!beside.exists());
        drop(Partial::create(&place).unwrap());
        assert!(!beside.exists());
    }

    #[test]
    fn what_was_exchanged_meanwhile_gets_no_name() {
        let (_folder, place, beside) = place();
        let partial = Partial::create(&place).unwrap();
        std::fs::remove_file(&beside).unwrap();
        std::fs::write(&beside, "another's").unwrap();
        let refused = format!("{:#}", partial.put_in_place(&place).unwrap_err());
        assert!(refused.contains("exchanged"), "{refused}");
        assert!(!place.exists());
        assert_eq!(std::fs::read(&beside).unwrap(), b"another's");
    }
}
