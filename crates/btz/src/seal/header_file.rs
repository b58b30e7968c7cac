//! `DATA/seal.json`, replaced in two phases: the new header is written beside and flushed, every slot
//! whose secret is at hand is opened from what was written, and only then it is renamed over the old
//! one. Killed at any point, the old header is there or the new one, and either opens.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use keys::seal::{HEADER_BYTES_MAX, Header, SlotId};
use types::Secret;

use crate::private_file;

const FILE_NAME: &str = "seal.json";
const NEXT_NAME: &str = "seal.json.next";
const LOCK_NAME: &str = "seal.lock";

/// The header's file.
pub(crate) struct HeaderFile {
    data: PathBuf,
}

/// What has been done of a replacement; tests stop after each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The new header lies beside, flushed.
    Written,
    /// It was read back, and its slots open.
    Verified,
    /// It is the header.
    Renamed,
}

impl HeaderFile {
    /// The header of a data folder.
    pub(crate) fn of(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> PathBuf {
        self.data.join(FILE_NAME)
    }

    /// Waits until no other process changes the header; it is free again when what is answered goes.
    pub(crate) fn lock(&self) -> Result<File> {
        private_file::folder(&self.data)?;
        let path = self.data.join(LOCK_NAME);
        let lock = || -> std::io::Result<File> {
            let file = File::options().create(true).append(true).open(&path)?;
            file.lock()?;
            Ok(file)
        };
        lock().with_context(|| format!("cannot lock {}", path.display()))
    }

    /// Reads it; `None` when there is none.
    pub(crate) fn read(&self) -> Result<Option<Header>> {
        let path = self.path();
        match std::fs::metadata(&path) {
            Ok(file) if file.len() > HEADER_BYTES_MAX as u64 => {
                anyhow::bail!("{} is longer than a seal header can be", path.display())
            }
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        }
        let bytes = std::fs::read(&path);
        let bytes = bytes.with_context(|| format!("cannot read {}", path.display()))?;
        let header = Header::parse(&bytes)
            .with_context(|| format!("{}: restore it from a backup", path.display()))?;
        Ok(Some(header))
    }

    /// Puts a new header in place of the old. `proofs` are the secrets that are at hand: each must open
    /// its slot before the old header goes.
    pub(crate) fn replace(
        &self,
        header: &Header,
        proofs: &[(SlotId, Secret)],
        after: &mut dyn FnMut(Step) -> Result<()>,
    ) -> Result<()> {
        let next = self.data.join(NEXT_NAME);
        private_file::write(&next, &header.to_bytes()?)?;
        after(Step::Written)?;
        let read = std::fs::read(&next).with_context(|| next.display().to_string())?;
        let read = Header::parse(&read).with_context(|| next.display().to_string())?;
        for (id, secret) in proofs {
            read.open(*id, secret)
                .context("the new header does not open; the old one stays")?;
        }
        after(Step::Verified)?;
        let rename = || -> std::io::Result<()> {
            std::fs::rename(&next, self.path())?;
            File::open(&self.data)?.sync_all()
        };
        rename().with_context(|| format!("cannot write {}", self.path().display()))?;
        after(Step::Renamed)
    }
}
