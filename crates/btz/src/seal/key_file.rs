//! The key file of a seal slot: 32 random bytes, for their owner only.

use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use keys::seal::{Header, SlotId, SlotKind, random_secret};
use types::{Entropy, Secret};

use super::{credential, secret_file};
use crate::private_file;

pub(super) const KEY_BYTES: usize = 32;

/// The systemd credential that stands for a key file.
const CREDENTIAL: &str = "seal.key";

/// Where the key file is made unless told otherwise: see the module above.
pub(crate) fn default_place(data: &Path) -> PathBuf {
    let beside = || {
        let mut name = data.file_name()?.to_owned();
        name.push(".seal-key");
        let above = data
            .parent()
            .filter(|above| !above.as_os_str().is_empty())?;
        let (ours, folder) = (data.metadata().ok()?.uid(), above.metadata().ok()?);
        let is_ours = folder.uid() == ours && folder.mode() & 0o022 == 0;
        is_ours.then(|| above.join(name))
    };
    beside().unwrap_or_else(|| inside(data))
}

fn inside(data: &Path) -> PathBuf {
    data.join("keys").join("seal.key")
}

/// Whether a key file lies in the data folder, so that one copy takes both.
pub(crate) fn is_in_data(data: &Path, path: &Path) -> bool {
    path.starts_with(data)
}

/// What the header says of a key file.
pub(crate) fn slot(path: &Path) -> Result<SlotKind> {
    let path = std::path::absolute(path)?;
    let path = path.to_str().context("a key file's path is to be text")?;
    Ok(SlotKind::File {
        path: path.to_owned(),
    })
}

/// The key in a file; made if there is none. What is there is used: a crash may have come between it
/// and the header.
pub(crate) fn make(path: &Path, entropy: &dyn Entropy) -> Result<Secret> {
    match read(path)? {
        Some(secret) => Ok(secret),
        None => {
            let secret = random_secret(entropy)?;
            write(path, &secret)?;
            Ok(secret)
        }
    }
}

/// A new key beside the one that is there, for [`put_in_place`] once a header says so.
pub(crate) fn make_next(path: &Path, entropy: &dyn Entropy) -> Result<Secret> {
    let secret = random_secret(entropy)?;
    write(&next(path), &secret)?;
    Ok(secret)
}

/// A new key for a place where another may lie, beside it, for [`put_in_stead`] once a header says so.
/// What lies there is not taken: it may be the key that a rotation was to end, or another's. Where a
/// rotation or a recovery was interrupted, the key beside may be the only one that opens: that is ended
/// first, and where what lay there is then is answered too.
pub(crate) fn make_afresh(
    header: &Header,
    path: &Path,
    entropy: &dyn Entropy,
) -> Result<(Secret, Option<PathBuf>)> {
    let mut aside = None;
    if opens(header, &next(path)) && !opens(header, path) {
        aside = put_in_stead(header, path)?;
    }
    Ok((make_next(path, entropy)?, aside))
}

/// Makes the key beside the key. What lay there and opened nothing may be another installation's: it
/// stays, under the name that is answered.
pub(crate) fn put_in_stead(before: &Header, path: &Path) -> Result<Option<PathBuf>> {
    let mut aside = None;
    if path.symlink_metadata().is_ok() && !opens(before, path) {
        let kept = name_aside(path, before.epoch() + 1);
        let failed = || format!("cannot move {} aside", path.display());
        std::fs::rename(path, &kept).with_context(failed)?;
        aside = Some(kept);
    }
    put_in_place(path)?;
    Ok(aside)
}

/// A name beside that nothing has: a restore repeats an epoch, and what was moved aside at it stays.
fn name_aside(path: &Path, epoch: u64) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".before-{epoch}"));
    let first = PathBuf::from(&name);
    let others = (2_u32..).map(|number| {
        let mut name = name.clone();
        name.push(format!("-{number}"));
        PathBuf::from(name)
    });
    let mut free = std::iter::once(first.clone()).chain(others);
    let free = free.find(|name| name.symlink_metadata().is_err());
    free.unwrap_or(first)
}

/// Whether a file is the key of a slot. One that cannot be read is none.
fn opens(header: &Header, path: &Path) -> bool {
    let Ok(Some(secret)) = read(path) else {
        return false;
    };
    let mut slots = header.slots().iter();
    slots.any(|slot| {
        matches!(slot.kind, SlotKind::File { .. }) && header.open(slot.id, &secret).is_ok()
    })
}

/// Makes the key beside the key.
pub(crate) fn put_in_place(path: &Path) -> Result<()> {
    let rename = || -> std::io::Result<()> {
        std::fs::rename(next(path), path)?;
        std::fs::File::open(path.parent().unwrap_or_else(|| Path::new("/")))?.sync_all()
    };
    rename().with_context(|| format!("cannot write {}", path.display()))
}

/// Where the key of a slot may be: where the header says, beside it (a rotation was interrupted), where
/// it would be made now (the data folder was moved), in the data folder (a backup that held it was
/// restored), and what systemd gives.
pub(super) fn places(data: &Path, path: &Path) -> Vec<PathBuf> {
    let mut places = vec![
        path.to_owned(),
        next(path),
        default_place(data),
        inside(data),
    ];
    places.extend(credential(CREDENTIAL));
    places.dedup();
    places
}

/// The keys that may be a slot's. What cannot be read at one place does not hide the key at another.
pub(super) fn read_any(data: &Path, path: &Path) -> Result<Vec<Secret>> {
    let mut secrets = Vec::new();
    let mut failed = None;
    for place in places(data, path) {
        match read(&place) {
            Ok(secret) => secrets.extend(secret),
            Err(error) => {
                tracing::warn!("a key file is passed over: {error:#}");
                failed = failed.or(Some(error));
            }
        }
    }
    if secrets.is_empty() {
        return Err(failed.unwrap_or_else(|| anyhow!("{} is not there", path.display())));
    }
    Ok(secrets)
}

/// Ends what an interrupted rotation left: the key beside becomes the key where the header is the new
/// one already, and goes where it is the old one still. Else the next rotation would write over the
/// only key that opens. Where both open something, or neither does, both stay as they are. What lay in
/// the place of a key and opened nothing, or cannot be read, is moved aside: from where, and to where, is
/// answered.
pub(crate) fn settle(header: &Header) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut settled = Vec::new();
    let mut moved = Vec::new();
    for slot in header.slots() {
        let SlotKind::File { path } = &slot.kind else {
            continue;
        };
        let path = Path::new(path);
        if settled.contains(&path) {
            continue;
        }
        settled.push(path);
        let beside = next(path);
        let Some(secret) = read(&beside)? else {
            continue;
        };
        let opens = |secret: &Secret| {
            let named = header.slots().iter().filter(|slot| is_of(&slot.kind, path));
            let mut named = named.map(|slot| header.open(slot.id, secret).is_ok());
            named.any(|opens| opens)
        };
        let current = read(path).ok().flatten();
        let is_current = current.is_some_and(|current| opens(&current));
        match (is_current, opens(&secret)) {
            (false, true) => {
                let aside = put_in_stead(header, path)?;
                moved.extend(aside.map(|aside| (path.to_owned(), aside)));
            }
            (true, false) => remove(&beside)?,
            (true, true) | (false, false) => {}
        }
    }
    Ok(moved)
}

/// A copy of a data folder, such as a backup that was restored for a drill, names the key file of the
/// installation that it was copied of: to rotate it would take that installation's key.
pub(crate) fn check_is_ours(data: &Path, id: SlotId, path: &Path) -> Result<()> {
    let text = path.to_string_lossy();
    let beside = text.strip_suffix(".seal-key").map(PathBuf::from);
    let within = path
        .ends_with("keys/seal.key")
        .then(|| path.ancestors().nth(2));
    for folder in beside
        .into_iter()
        .chain(within.flatten().map(Path::to_owned))
    {
        let is_installation = folder.join("seal.json").exists();
        if is_installation && folder.canonicalize()? != data.canonicalize()? {
            bail!(
                "slot {id} is opened by {}, which is the key file of the installation in {}: {} is a copy of \
                 it. btz seal add file, then btz seal remove {id}, and rotate",
                path.display(),
                folder.display(),
                data.display()
            );
        }
    }
    Ok(())
}

/// Whether a slot has the key file that another is to have, or the one that lies beside it while it is
/// rotated.
pub(crate) fn is_taken(by: &SlotKind, wanted: &SlotKind) -> bool {
    let (SlotKind::File { path: by }, SlotKind::File { path: wanted }) = (by, wanted) else {
        return false;
    };
    let (by, wanted) = (Path::new(by), Path::new(wanted));
    by == wanted || next(by) == wanted || by == next(wanted)
}

/// Two slots name the same key file, which holds one key and the file beside it another: rotation
/// would lose one.
pub(crate) fn check_rotates(header: &Header, path: &Path) -> Result<()> {
    let named = header.slots().iter().filter(|slot| is_of(&slot.kind, path));
    let ids: Vec<String> = named.map(|slot| slot.id.to_string()).collect();
    if ids.len() > 1 && read(&next(path))?.is_some() {
        bail!(
            "slots {} share the key file {}, and {} is there too: remove all but one of them",
            ids.join(", "),
            path.display(),
            next(path).display()
        );
    }
    Ok(())
}

/// Whether a slot is of this key file.
fn is_of(kind: &SlotKind, path: &Path) -> bool {
    matches!(kind, SlotKind::File { path: of } if Path::new(of) == path)
}

fn remove(path: &Path) -> Result<()> {
    let remove = || -> std::io::Result<()> {
        std::fs::remove_file(path)?;
        std::fs::File::open(path.parent().unwrap_or_else(|| Path::new("/")))?.sync_all()
    };
    remove().with_context(|| format!("cannot remove {}", path.display()))
}

fn next(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".next");
    PathBuf::from(name)
}

fn read(path: &Path) -> Result<Option<Secret>> {
    let file = match path.metadata() {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
    };
    let shown = path.display();
    if file.mode() & 0o077 != 0 {
        bail!("{shown} can be read by others: it is not used. chmod 600 {shown}");
    }
    let secret = secret_file(path)?;
    if secret.expose().len() != KEY_BYTES {
        bail!("{shown} is no key file: it has not {KEY_BYTES} bytes");
    }
    Ok(Some(secret))
}

fn write(path: &Path, secret: &Secret) -> Result<()> {
    // An existing folder is left as it is; only a missing one is made.
    private_file::write(path, secret.expose())
}
