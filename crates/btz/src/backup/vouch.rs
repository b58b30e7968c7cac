//! Who signed a backup that was restored while its seal did not open: it is noted then, and whoever
//! opens the seal first sees whether the installation's own key is the one that signed. That key is
//! wrapped under the seal, so who altered a backup and signed it anew has another.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use backup::PublicKey;
use keys::seal::{Root, Seal};

use super::signing_key;
use crate::system::SystemEntropy;

/// The note in the data folder.
pub(super) const FILE_NAME: &str = "restored-signer.json";

/// A note has fewer bytes.
const FILE_BYTES_MAX: u64 = 1024;

/// Notes who signed what is restored in a folder. A backup that holds such a note is none of btz.
pub(super) fn note(folder: &Path, signer: &PublicKey) -> Result<()> {
    let path = folder.join(FILE_NAME);
    let write = || -> std::io::Result<()> {
        let mut new = OpenOptions::new();
        let mut file = new.write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(&serde_json::to_vec(signer)?)?;
        file.sync_all()
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

fn noted(data: &Path) -> Result<Option<PublicKey>> {
    let path = data.join(FILE_NAME);
    let shown = || path.display().to_string();
    match std::fs::metadata(&path) {
        Ok(file) if file.len() <= FILE_BYTES_MAX => {}
        Ok(_) => bail!("{}: it is not what a restoration wrote", shown()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(shown),
    }
    let bytes = std::fs::read(&path).with_context(shown)?;
    serde_json::from_slice(&bytes).map(Some).with_context(shown)
}

/// Whether nobody has vouched yet for what was restored here.
pub(crate) fn is_awaited(data: &Path) -> bool {
    // What cannot be looked for may be there.
    data.join(FILE_NAME).try_exists().unwrap_or(true)
}

/// That who signed what was restored here is the installation itself, now that its seal opens.
pub(crate) fn check(data: &Path, root: &Root) -> Result<()> {
    let Some(noted) = noted(data)? else {
        return Ok(());
    };
    let seal = Seal::sealed(Arc::new(SystemEntropy::default()));
    seal.open(root.clone());
    let signer = signing_key::kept(data, &seal)?;
    let own = signer.map(|signer| signer.public_key()).transpose()?;
    if own == Some(noted) {
        return Ok(());
    }
    bail!(
        "the backup that was restored to {} is signed by {}, which is not the key in it: it was altered, \
         and nothing in it is to be believed. Restore another one: btz backup restore FILE --replace \
         --allow-rollback --fingerprint HEX",
        data.display(),
        noted.fingerprint()
    )
}

/// After [`check`]: what was restored here is as believable as it was where it was made.
pub(crate) fn settle(data: &Path) -> Result<()> {
    let path = data.join(FILE_NAME);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
