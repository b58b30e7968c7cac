//! The files that open the seal, known by what they are and not only by their names: a hard link to one,
//! or a copy of a key file, says as much as it does.

use std::fs::{File, Metadata};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use keys::seal::{Header, SlotKind};
use types::Secret;
use zeroize::Zeroizing;

use super::key_file::{self, KEY_BYTES};
use super::{DeviceSlot, PASSPHRASE_CREDENTIAL, RecoveryKit, credential};

/// One of them.
struct Opening {
    path: PathBuf,
    /// Device and inode; `None` while it is not there.
    identity: Option<(u64, u64)>,
    what: String,
}

/// What opens the seal of a data folder.
pub(crate) struct OpeningFiles<'a> {
    header: &'a Header,
    known: Vec<Opening>,
}

impl<'a> OpeningFiles<'a> {
    /// As the header and the data folder are now.
    pub(crate) fn of(data: &Path, header: &'a Header) -> Self {
        let mut known = Vec::new();
        let mut know = |path: PathBuf, what: String| {
            known.push(Opening {
                identity: path.metadata().ok().map(|file| identity(&file)),
                path: std::path::absolute(&path).unwrap_or(path),
                what,
            });
        };
        know(
            RecoveryKit::place(data),
            "the shares of the recovery kit".to_owned(),
        );
        if let Some(path) = credential(PASSPHRASE_CREDENTIAL) {
            know(path, "a passphrase".to_owned());
        }
        for slot in header.slots() {
            match &slot.kind {
                SlotKind::File { path } => {
                    for place in key_file::places(data, Path::new(path)) {
                        know(place, format!("the key file of slot {}", slot.id));
                    }
                }
                SlotKind::Device { .. } => {
                    // Of a device that this btz does not know it knows no PIN either.
                    let files = DeviceSlot::of(&slot.kind).map(|device| device.secret_files());
                    for path in files.unwrap_or_default() {
                        know(path, format!("the PIN file of slot {}", slot.id));
                    }
                }
                SlotKind::Passphrase(_) | SlotKind::Shamir(_) => {}
            }
        }
        Self { header, known }
    }

    /// What a file opens the seal as; `None` for every other.
    pub(crate) fn which(&self, path: &Path, file: &File) -> Result<Option<String>> {
        let shown = || format!("cannot read {}", path.display());
        let metadata = file.metadata().with_context(shown)?;
        let (name, same) = (std::path::absolute(path)?, identity(&metadata));
        let known = self
            .known
            .iter()
            .find(|known| known.identity == Some(same) || known.path == name);
        if let Some(known) = known {
            return Ok(Some(known.what.clone()));
        }
        if metadata.len() != KEY_BYTES as u64 {
            return Ok(None);
        }
        let mut bytes = Zeroizing::new(vec![0; KEY_BYTES]);
        file.read_exact_at(&mut bytes, 0).with_context(shown)?;
        let secret = Secret::new(bytes.to_vec());
        let slot = self.header.slots().iter().find(|slot| {
            matches!(slot.kind, SlotKind::File { .. }) && self.header.open(slot.id, &secret).is_ok()
        });
        Ok(slot.map(|slot| format!("a copy of the key file of slot {}", slot.id)))
    }
}

fn identity(file: &Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}
