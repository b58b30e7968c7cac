//! Making a backup of an installation: in the process that runs, which has the store and the seal open,
//! or in `btz backup create` itself when none runs.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use backup::{AuditHead, FileName, FilePlace, Row, Writer, Written};
use keys::seal::{Header, Seal, SlotKind};
use serde::{Deserialize, Serialize};
use store::{Export, Store};
use types::{Clock, Entropy, KeyWrap};
use zeroize::Zeroizing;

use super::{contents, signing_key};
use crate::seal::{HeaderFile, OpeningFiles, secret_file};
use crate::sealed_file;
use crate::system::{SystemClock, SystemEntropy};

/// Bytes of a file that are read at a time.
const PIECE_BYTES: usize = 256 * 1024;

/// A file with a secret is wrapped in memory: it has at most so many bytes.
const SECRET_BYTES_MAX: u64 = 1024 * 1024;

/// A configuration has at most so many bytes.
const CONFIGURATION_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The last signed head of the audit log, beside its segments.
const AUDIT_HEAD: &str = "audit/head.json";

/// What a backup is to hold beside what every one does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// The seal's key file: the backup opens itself then.
    pub(crate) with_key_file: bool,
    /// Access logs, WAF logs and the like.
    pub(crate) with_logs: bool,
}

/// An installation that can be backed up.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Its data folder.
    pub(crate) data: PathBuf,
    /// Its configuration file, if it has one.
    pub(crate) configuration: Option<PathBuf>,
    /// Its rows.
    pub(crate) store: Arc<dyn Store>,
    /// Whether those are in the data folder: others are another program's to back up.
    pub(crate) is_own_store: bool,
    /// Its seal.
    pub(crate) seal: Arc<Seal>,
}

/// The seal's header as it is now, and its very bytes; under the header's lock.
pub(crate) fn header_of(data: &Path) -> Result<(Header, Vec<u8>)> {
    let file = HeaderFile::of(data);
    let _lock = file.lock()?;
    let header = file.read()?;
    let path = file.path();
    let none = || format!("{}: there is nothing to back up", path.display());
    let header = header.with_context(none)?;
    Ok((header, std::fs::read(&path).with_context(none)?))
}

/// The last signed head of a data folder's audit log.
pub(super) fn audit_head(data: &Path) -> Result<Option<AuditHead>> {
    let folder = data.join("audit");
    if !folder.exists() {
        return Ok(None);
    }
    let head = telemetry::audit::last_signed_head(&folder)
        .with_context(|| format!("cannot read {}", folder.display()))?;
    Ok(head.map(|head| AuditHead {
        sequence: head.sequence,
        hash: head.chain.to_string(),
    }))
}

impl Source {
    /// Reads the seal's header and begins to read the rows, in this order: so a backup's header is never
    /// older than its rows say that it was.
    pub(crate) async fn begin(self, wanted: Wanted) -> Result<Begun> {
        if !self.is_own_store {
            bail!(
                "the rows are not in the data folder: with PostgreSQL, back them up with pg_dump, and copy \
                 the data folder; with store = \"memory\" there is nothing to back up"
            );
        }
        if !self.seal.is_open() {
            bail!("the seal is closed, and the backup cannot be signed: btz seal recover first");
        }
        let data = self.data.clone();
        let (header, bytes) = tokio::task::spawn_blocking(move || header_of(&data)).await??;
        let export = self.store.export().await?;
        Ok(Begun {
            source: self,
            wanted,
            header,
            header_bytes: bytes,
            audit_head_file: None,
            export,
        })
    }
}

/// A backup whose moment is fixed.
#[derive(Debug)]
pub(crate) struct Begun {
    source: Source,
    wanted: Wanted,
    header: Header,
    header_bytes: Vec<u8>,
    audit_head_file: Option<Vec<u8>>,
    export: Export,
}

impl Begun {
    /// Writes it. Blocks. A reader is told of what fails, where that is still possible.
    pub(crate) fn write(mut self, out: impl Write) -> Result<Written> {
        let data = self.source.data.clone();
        // First: its file is in the backup, too.
        let signer = self.signer()?;
        // The audit log goes on meanwhile. Its head is read before its segments are listed: so they hold
        // every record that it is over.
        self.audit_head_file = still_there(&data.join(AUDIT_HEAD))?
            .map(|file| -> Result<_> {
                let mut bytes = Vec::new();
                file.take(SECRET_BYTES_MAX).read_to_end(&mut bytes)?;
                Ok(bytes)
            })
            .transpose()?;
        let audit_head = audit_head(&data)?;
        let files = contents::files(&data, self.wanted.with_logs)?;
        let header = backup::Header {
            format: backup::FORMAT,
            created_ms: SystemClock.now().as_millis(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            installation: self.header.installation().to_owned(),
            seal_epoch: self.header.epoch(),
            revision: self.export.revision.0,
            audit_head,
            public_key: signer.public_key()?,
        };
        let mut writer = Writer::begin(out, signer, header)?;
        match self.contents(&mut writer, files) {
            Ok(()) => Ok(writer.finish()?.0),
            Err(error) => {
                // Who reads is gone, perhaps: that is the error then.
                writer.give_up(&format!("{error:#}"))?;
                Err(error)
            }
        }
    }

    fn signer(&self) -> Result<backup::Signer> {
        let _lock = HeaderFile::of(&self.source.data).lock()?;
        let entropy: &dyn Entropy = &SystemEntropy::default();
        signing_key::load(&self.source.data, self.source.seal.as_ref(), entropy)
    }

    fn contents(&mut self, writer: &mut Writer<impl Write>, files: Vec<FileName>) -> Result<()> {
        while let Some(rows) = self.export.blocking_next()? {
            for row in &rows {
                writer.row(Row {
                    key: row.key.as_str(),
                    revision: row.revision.0,
                    value: &row.value,
                })?;
            }
        }
        let opening = OpeningFiles::of(&self.source.data, &self.header);
        for name in files {
            let path = self.source.data.join(&name.path);
            if name.path == "seal.json" {
                writer.file(&name)?;
                writer.bytes(&self.header_bytes)?;
            } else if name.path == AUDIT_HEAD {
                if let Some(bytes) = &self.audit_head_file {
                    writer.file(&name)?;
                    writer.bytes(bytes)?;
                }
            } else if sealed_file::is_secret(&name.path) {
                self.secret(writer, &name, &path)?;
            } else {
                copy(writer, &name, &path, &opening)?;
            }
        }
        if let Some(path) = &self.source.configuration {
            let name = FileName {
                place: FilePlace::Configuration,
                path: super::CONFIGURATION.to_owned(),
            };
            let file = File::open(path).with_context(|| path.display().to_string())?;
            writer.file(&name)?;
            pour(writer, file.take(CONFIGURATION_BYTES_MAX))?;
        }
        if self.wanted.with_key_file {
            self.key_file(writer)?;
        }
        Ok(())
    }

    /// A file that may hold a secret in the open: it is wrapped, unless it is already.
    fn secret(&self, writer: &mut Writer<impl Write>, name: &FileName, path: &Path) -> Result<()> {
        let Some(file) = still_there(path)? else {
            return Ok(());
        };
        let shown = || path.display().to_string();
        let bytes = file.metadata().with_context(shown)?.len();
        if bytes > SECRET_BYTES_MAX {
            bail!("{} is longer than any file with a secret", shown());
        }
        // Of one size from the start: a growing buffer leaves pieces of a secret behind.
        let capacity = usize::try_from(bytes).unwrap_or_default().saturating_add(1);
        let mut plain = Zeroizing::new(Vec::with_capacity(capacity));
        file.take(bytes)
            .read_to_end(&mut plain)
            .with_context(shown)?;
        writer.file(name)?;
        if sealed_file::is_sealed(&plain) {
            return Ok(writer.bytes(&plain)?);
        }
        let seal: &dyn KeyWrap = self.source.seal.as_ref();
        let bound = name.path.strip_suffix(".next").unwrap_or(&name.path);
        Ok(writer.bytes(&sealed_file::sealed(seal, bound, &plain)?)?)
    }

    fn key_file(&self, writer: &mut Writer<impl Write>) -> Result<()> {
        for slot in self.header.slots() {
            let SlotKind::File { path } = &slot.kind else {
                continue;
            };
            let path = Path::new(path);
            if !path.exists() {
                continue;
            }
            let secret = secret_file(path)?;
            // What lies there may be another's: it would open nothing.
            if self.header.open(slot.id, &secret).is_err() {
                continue;
            }
            writer.file(&FileName {
                place: FilePlace::KeyFile,
                path: "seal.key".to_owned(),
            })?;
            return Ok(writer.bytes(secret.expose())?);
        }
        bail!("there is no key file that opens the seal: leave out --with-key-file")
    }
}

/// The files of a data folder that a backup leaves out because they open the seal, though they are not
/// called as what does: each with what it is.
pub(crate) fn left_out(
    data: &Path,
    header: &Header,
    with_logs: bool,
) -> Result<Vec<(PathBuf, String)>> {
    let opening = OpeningFiles::of(data, header);
    let mut found = Vec::new();
    for name in contents::files(data, with_logs)? {
        let path = data.join(&name.path);
        if let Some(file) = still_there(&path)?
            && let Some(what) = opening.which(&path, &file)?
        {
            found.push((path, what));
        }
    }
    Ok(found)
}

/// A file that may have gone since its folder was read.
fn still_there(path: &Path) -> Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// As much of a file as there is now: logs grow meanwhile. What opens the seal stays out, whatever it is
/// called: the file that is judged is the one that is read.
fn copy(
    writer: &mut Writer<impl Write>,
    name: &FileName,
    path: &Path,
    opening: &OpeningFiles<'_>,
) -> Result<()> {
    let Some(file) = still_there(path)? else {
        return Ok(());
    };
    if let Some(what) = opening.which(path, &file)? {
        tracing::warn!(path = %path.display(), "left out of the backup: it is {what}");
        return Ok(());
    }
    let bytes = file.metadata()?.len();
    writer.file(name)?;
    pour(writer, file.take(bytes)).with_context(|| path.display().to_string())
}

fn pour(writer: &mut Writer<impl Write>, mut from: impl Read) -> Result<()> {
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(read) => writer.bytes(piece.get(..read).unwrap_or_default())?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}
