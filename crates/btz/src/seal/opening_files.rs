//! The files that open the seal, known by what they are and not only by their names: a hard link to one,
//! or a copy of it, says as much as it does.
//!
//! A copy of a key file is as long and opens; shares are lines that say of which slot they are; a copy of a
//! PIN file or of a passphrase that systemd gives says the same as it. Only shares of this seal's own slots
//! count: any others anybody could make. Whoever has an old backup knows which sets those are, and could
//! have a file of evidence left out by a request that says so: what btz itself writes with callers' words
//! in it, segments of the audit log and the files of its other logs, is not searched for shares. What is
//! packed, encrypted, or said in other words nobody can know.

use std::fs::{File, Metadata};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use keys::seal::{Header, Share, SlotKind};
use telemetry::audit::SegmentPath;
use types::Secret;
use zeroize::Zeroizing;

use super::key_file::{self, KEY_BYTES};
use super::{
    DeviceSlot, PASSPHRASE_CREDENTIAL, RecoveryKit, SECRET_BYTES_MAX, credential, secret_file,
};

/// So much of a file's begin is looked through for shares.
pub(crate) const SHARES_BYTES_MAX: usize = 64 * 1024;

/// How a share begins.
const SHARE: &[u8] = b"btz1-";

/// No share is longer.
const SHARE_BYTES_MAX: usize = 160;

/// One of them.
struct Opening {
    path: PathBuf,
    /// Device and inode; `None` while it is not there.
    identity: Option<(u64, u64)>,
    what: String,
    /// What it says, of a file with a PIN or a passphrase that can be read.
    words: Option<Secret>,
}

/// What opens the seal of a data folder.
pub(crate) struct OpeningFiles<'a> {
    header: &'a Header,
    known: Vec<Opening>,
    /// The data folder.
    data: PathBuf,
}

impl<'a> OpeningFiles<'a> {
    /// As the header and the data folder are now.
    pub(crate) fn of(data: &Path, header: &'a Header) -> Self {
        let mut known = Vec::new();
        let mut know = |path: PathBuf, what: String, is_words: bool| {
            known.push(Opening {
                words: is_words.then(|| words(&path)).flatten(),
                identity: path.metadata().ok().map(|file| identity(&file)),
                path: std::path::absolute(&path).unwrap_or(path),
                what,
            });
        };
        know(
            RecoveryKit::place(data),
            "the shares of the recovery kit".to_owned(),
            false,
        );
        if let Some(path) = credential(PASSPHRASE_CREDENTIAL) {
            know(path, "a passphrase".to_owned(), true);
        }
        for slot in header.slots() {
            match &slot.kind {
                SlotKind::File { path } => {
                    for place in key_file::places(data, Path::new(path)) {
                        know(place, format!("the key file of slot {}", slot.id), false);
                    }
                }
                SlotKind::Device { .. } => {
                    // Of a device that this btz does not know it knows no PIN either.
                    let files = DeviceSlot::of(&slot.kind).map(|device| device.secret_files());
                    for path in files.unwrap_or_default() {
                        know(path, format!("the PIN file of slot {}", slot.id), true);
                    }
                }
                SlotKind::Passphrase(_) | SlotKind::Shamir(_) => {}
            }
        }
        Self {
            header,
            known,
            data: std::path::absolute(data).unwrap_or_else(|_| data.to_owned()),
        }
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
        let begin = begin(file).with_context(shown)?;
        if let Some(copied) = self.copied(&begin, metadata.len()) {
            return Ok(Some(copied));
        }
        let is_own_log = name.strip_prefix(&self.data).is_ok_and(is_own_log);
        Ok((!is_own_log).then(|| self.told(&begin)).flatten())
    }

    /// Of what a file of so many bytes is a copy, by its begin: only who has the secret can make one.
    fn copied(&self, begin: &[u8], bytes: u64) -> Option<String> {
        let slots = self.header.slots();
        if bytes == KEY_BYTES as u64 {
            let secret = Secret::new(begin.to_vec());
            let slot = slots.iter().find(|slot| {
                matches!(slot.kind, SlotKind::File { .. })
                    && self.header.open(slot.id, &secret).is_ok()
            });
            if let Some(slot) = slot {
                return Some(format!("a copy of the key file of slot {}", slot.id));
            }
        }
        if bytes <= SECRET_BYTES_MAX {
            let said = begin.trim_ascii();
            let same = |known: &&Opening| {
                let words = known.words.as_ref().map(Secret::expose);
                words.is_some_and(|words| said == words || said == first_line(words))
            };
            if let Some(known) = self.known.iter().find(same) {
                return Some(format!("a copy of {}", known.what));
            }
        }
        None
    }

    /// Of which slot a file tells shares, by its begin.
    fn told(&self, begin: &[u8]) -> Option<String> {
        let slots = self.header.slots();
        for share in shares(begin) {
            let slot = slots
                .iter()
                .find(|slot| matches!(&slot.kind, SlotKind::Shamir(set) if set == share.set()));
            if let Some(slot) = slot {
                return Some(format!("shares of slot {}", slot.id));
            }
        }
        None
    }
}

/// Whether a file of the data folder is named as one that btz itself writes callers' words into: a
/// segment of the audit log, the files of WAF logs and decisions, those set aside, and access logs.
fn is_own_log(path: &Path) -> bool {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    let parts = parts.unwrap_or_default();
    match parts.as_slice() {
        ["audit", name] => SegmentPath::first_by_name(name).is_some(),
        ["logs", .., name] => {
            let live = name.rsplit_once('.').filter(|(_, age)| is_age(age));
            let live = live.map_or(*name, |(live, _)| live);
            live == "decisions.ndjson" || live.ends_with(".log")
        }
        ["buckets", _, within @ .., name] => within.contains(&"AWSLogs") && name.ends_with(".log"),
        _ => false,
    }
}

/// The ending of a file that was set aside.
fn is_age(ending: &str) -> bool {
    !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a file with a PIN or a passphrase says, without what an editor leaves around it.
fn words(path: &Path) -> Option<Secret> {
    let bytes = secret_file(path).ok()?;
    let said = bytes.expose().trim_ascii();
    (!said.is_empty()).then(|| Secret::new(said.to_vec()))
}

/// What is the PIN of such a file.
fn first_line(words: &[u8]) -> &[u8] {
    let first = words.split(|byte| *byte == b'\n').next();
    first.unwrap_or_default().trim_ascii()
}

/// A file's begin, as much as is looked through.
fn begin(file: &File) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; SHARES_BYTES_MAX]);
    let mut read = 0;
    while let Some(rest) = bytes.get_mut(read..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, read as u64) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(read);
    Ok(bytes)
}

/// The shares in a text, wherever a line has them; of two bytes a character (UTF-16) as well.
fn shares(text: &[u8]) -> Vec<Share> {
    let mut narrow = Zeroizing::new(Vec::with_capacity(text.len()));
    narrow.extend(text.iter().filter(|byte| **byte != 0));
    let mut found = Vec::new();
    let mut rest = narrow.as_slice();
    while let Some(at) =
        (rest.windows(SHARE.len())).position(|part| part.eq_ignore_ascii_case(SHARE))
    {
        rest = rest.get(at..).unwrap_or_default();
        let is_of = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'-';
        let length = rest.iter().take(SHARE_BYTES_MAX).take_while(is_of).count();
        let (share, after) = rest.split_at_checked(length).unwrap_or_default();
        found.extend(
            std::str::from_utf8(share)
                .ok()
                .and_then(|share| share.parse().ok()),
        );
        rest = after;
    }
    found
}

fn identity(file: &Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}
