//! The folder of an audit log, and what lies in it:
//!
//! | file | what |
//! |---|---|
//! | `segment-00000000000000000001.audit` | a segment, named by its first record |
//! | `head.json` | the last signed head, so that a log that was cut before it is told |
//! | `public-key.pem` | what heads are verified with; an earlier key is `public-key-ID.pem` |
//! | `key.sealed` | what they are signed with, wrapped under the seal |
//! | `lock` | held by the process that writes |

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use types::Time;

use super::chain::{ChainValue, Kind};
use super::head::{Head, PublicKey};
use super::segment::{Reader, SegmentError};

/// By its letters behind all other files: who copies them in order has a head that is not later than
/// the segments, even of a log that is written meanwhile.
const SEGMENT: &str = "segment-";
const ENDING: &str = ".audit";
const HEAD: &str = "head.json";
const PUBLIC_KEY: &str = "public-key.pem";
const SEALED_KEY: &str = "key.sealed";
const LOCK: &str = "lock";
/// A head, key or wrapped key is read up to this.
const SMALL_BYTES_MAX: u64 = 64 * 1024;

/// The folder of a log, or a copy of it.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

/// One segment's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentPath {
    /// Its first record, by its name.
    pub first: u64,
    /// The file.
    pub path: PathBuf,
    /// How long it is.
    pub bytes: u64,
}

impl SegmentPath {
    /// The first record of the segment that a file of this name is; `None` of every other name.
    #[must_use]
    pub fn first_by_name(name: &str) -> Option<u64> {
        let digits = name.strip_suffix(ENDING)?.strip_prefix(SEGMENT)?;
        let is_number = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse().ok()).flatten()
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Reads it from its start.
    ///
    /// # Errors
    /// When it cannot be read, or has no header.
    pub fn open(&self) -> Result<(super::segment::Header, Reader<BufReader<File>>), SegmentError> {
        Reader::open(BufReader::with_capacity(
            256 * 1024,
            File::open(&self.path)?,
        ))
    }

    /// When it was begun, by the head that it begins with.
    pub(super) fn begun(&self) -> Option<Time> {
        let (_, mut reader) = self.open().ok()?;
        let record = reader.next_record().ok()??;
        let head: Head = serde_json::from_slice(record.body).ok()?;
        Some(head.time)
    }
}

impl Folder {
    /// A folder that may be there.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes it, for its owner only.
    pub(super) fn make(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700).create(&self.path)
    }

    /// The segments, oldest first.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub fn segments(&self) -> io::Result<Vec<SegmentPath>> {
        let mut segments = Vec::new();
        for entry in std::fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            if let Some(first) = name.to_str().and_then(SegmentPath::first_by_name) {
                segments.push(SegmentPath {
                    first,
                    path: entry.path(),
                    bytes: entry.metadata()?.len(),
                });
            }
        }
        segments.sort_by_key(|segment| segment.first);
        Ok(segments)
    }

    /// Where the segment is that begins with this record.
    pub(super) fn segment(&self, first: u64) -> PathBuf {
        self.path.join(format!("{SEGMENT}{first:020}{ENDING}"))
    }

    /// Takes the log for this process, until the file is dropped; `None` when another has it.
    pub(super) fn lock(&self) -> io::Result<Option<File>> {
        let path = self.path.join(LOCK);
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }

    /// What is kept as the last signed head; whether it is signed is not looked at.
    ///
    /// # Errors
    /// When it is there and cannot be read, or is no head.
    pub fn kept_head(&self) -> io::Result<Option<Head>> {
        let Some(bytes) = self.small(HEAD)? else {
            return Ok(None);
        };
        let head = serde_json::from_slice(&bytes);
        head.map(Some)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("{HEAD}: {error}")))
    }

    pub(super) fn keep_head(&self, head: &Head) -> io::Result<()> {
        self.replace(HEAD, &head.to_json())
    }

    /// The public keys that lie in the folder; the first is the one in use.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn public_keys(&self) -> io::Result<Vec<PublicKey>> {
        let mut names = vec![PUBLIC_KEY.to_owned()];
        for entry in std::fs::read_dir(&self.path)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.starts_with("public-key-") && name.ends_with(".pem") {
                names.push(name);
            }
        }
        let mut keys = Vec::new();
        for name in names {
            let text = self.small(&name)?.unwrap_or_default();
            keys.extend(String::from_utf8_lossy(&text).parse::<PublicKey>().ok());
        }
        Ok(keys)
    }

    /// Makes a key the one in use; the one before stays under its own name.
    pub(super) fn keep_key(&self, public: &PublicKey, sealed: &[u8]) -> io::Result<()> {
        if let Some(old) = self.small(PUBLIC_KEY)? {
            let text = String::from_utf8_lossy(&old);
            if let Ok(key) = text.parse::<PublicKey>() {
                self.replace(&format!("public-key-{}.pem", key.id()), &old)?;
            }
        }
        self.keep_sealed_key(sealed)?;
        self.keep_public_key(public)
    }

    pub(super) fn keep_sealed_key(&self, sealed: &[u8]) -> io::Result<()> {
        self.replace(SEALED_KEY, sealed)
    }

    pub(super) fn keep_public_key(&self, public: &PublicKey) -> io::Result<()> {
        self.replace(PUBLIC_KEY, public.to_string().as_bytes())
    }

    pub(super) fn sealed_key(&self) -> io::Result<Option<Vec<u8>>> {
        self.small(SEALED_KEY)
    }

    /// Makes what happened to names in the folder durable.
    pub(super) fn sync(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }

    fn small(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(self.path.join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take(SMALL_BYTES_MAX).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Writes a file so that a crash leaves the old one or the new one.
    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let beside = self.path.join(format!("{name}.new"));
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, self.path.join(name))?;
        self.sync()
    }
}

/// The last signed head of a log's folder: of its last segments, or the one kept beside them when
/// that is later. Whether its signature holds is for [`Head::is_signed_by`] to say, by a public key
/// that was kept elsewhere.
///
/// # Errors
/// When the folder cannot be read.
pub fn last_signed_head(folder: &Path) -> io::Result<Option<Head>> {
    let folder = Folder::at(folder);
    let mut last = folder.kept_head()?.filter(|head| head.signed.is_some());
    for segment in folder.segments()?.iter().rev() {
        let mut found = None;
        read_all(segment, |record| {
            if record.kind == Kind::Head
                && let Ok(head) = serde_json::from_slice::<Head>(record.body)
                && head.signed.is_some()
            {
                found = Some(head);
            }
            true
        })?;
        if let Some(head) = found {
            last = last
                .filter(|kept| kept.sequence > head.sequence)
                .or(Some(head));
            break;
        }
    }
    Ok(last)
}

/// The chain's value after a record, as the folder has it: whoever kept a head compares. `None` when
/// the record is not there.
///
/// # Errors
/// When the folder cannot be read.
pub fn chain_at(folder: &Path, sequence: u64) -> io::Result<Option<ChainValue>> {
    let segments = Folder::at(folder).segments()?;
    let next = sequence.saturating_add(1);
    let mut before = segments.iter().rev();
    let Some(segment) = before.find(|segment| segment.first <= next) else {
        return Ok(None);
    };
    if segment.first == next
        && let Ok((header, _)) = segment.open()
    {
        // The value before a segment's first record is in its header.
        return Ok(Some(header.before));
    }
    let mut found = None;
    read_all(segment, |record| {
        if record.sequence == sequence {
            found = Some(record.chain);
        }
        found.is_none()
    })?;
    Ok(found)
}

/// Shows every record of a segment that can be read, until `see` answers false. What is no record
/// ends it, and is for `verify` to tell.
pub(super) fn read_all(
    segment: &SegmentPath,
    mut see: impl FnMut(&super::segment::Record<'_>) -> bool,
) -> io::Result<()> {
    let mut reader = match segment.open() {
        Ok((_, reader)) => reader,
        Err(SegmentError::Io(error)) => return Err(error),
        Err(_) => return Ok(()),
    };
    loop {
        match reader.next_record() {
            Ok(Some(record)) => {
                if !see(&record) {
                    return Ok(());
                }
            }
            Err(SegmentError::Io(error)) => return Err(error),
            Ok(None) | Err(_) => return Ok(()),
        }
    }
}
