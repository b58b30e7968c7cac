//! Writing a backup, a row and a piece of a file at a time.

use std::io::Write;

use aws_lc_rs::digest::{Context, SHA256};
use serde::Serialize;
use types::hex;

use crate::frame::{HEAD_BYTES, Kind, MAGIC, ROW_HEAD_BYTES, ROWS_BYTES, SIGNED, end};
use crate::{
    BackupError, FILES_MAX, FORMAT, FileName, Header, KEY_BYTES_MAX, Manifest, Row, Signer,
    VALUE_BYTES_MAX,
};

/// A backup that was written to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What it is of.
    pub header: Header,
    /// How much there is.
    pub manifest: Manifest,
    /// Which it is: the SHA-256 that is signed, of every byte before the signature.
    pub digest: String,
}

/// Writes a backup: its rows, then its files, then [`Writer::finish`]. Nothing is believed of one that
/// was not finished.
pub struct Writer<W> {
    out: W,
    header: Header,
    signer: Signer,
    all: Context,
    section: Context,
    manifest: Manifest,
    rows: Vec<u8>,
    last_key: Option<String>,
    are_rows_done: bool,
    file: Option<FileName>,
    file_bytes: u64,
}

impl<W> std::fmt::Debug for Writer<W> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Writer({:?})", self.manifest)
    }
}

impl<W: Write> Writer<W> {
    /// Begins. The header's format and public key are set here.
    ///
    /// # Errors
    /// [`BackupError::Io`], [`BackupError::Crypto`].
    pub fn begin(out: W, signer: Signer, header: Header) -> Result<Self, BackupError> {
        let header = Header {
            format: FORMAT,
            public_key: signer.public_key()?,
            ..header
        };
        let mut writer = Self {
            out,
            header,
            signer,
            all: Context::new(&SHA256),
            section: Context::new(&SHA256),
            manifest: Manifest::default(),
            rows: Vec::new(),
            last_key: None,
            are_rows_done: false,
            file: None,
            file_bytes: 0,
        };
        writer.put(MAGIC)?;
        let header = writer.header.clone();
        writer.json(Kind::Header, &header)?;
        Ok(writer)
    }

    /// Writes a row; in key order.
    ///
    /// # Errors
    /// [`BackupError::Unwritable`] when it is out of order or beyond a limit; [`BackupError::Io`].
    pub fn row(&mut self, row: Row<'_>) -> Result<(), BackupError> {
        if self.are_rows_done || self.last_key.as_deref().is_some_and(|last| last >= row.key) {
            return Err(unwritable("rows come first, and in key order"));
        }
        let (key, value) = (row.key.as_bytes(), row.value);
        let lengths = (u16::try_from(key.len()), u32::try_from(value.len()));
        let (Ok(key_length), Ok(value_length)) = lengths else {
            return Err(unwritable("a row is longer than any can be"));
        };
        if key.is_empty() || key.len() > KEY_BYTES_MAX || value.len() > VALUE_BYTES_MAX {
            return Err(unwritable("a row is longer than any can be"));
        }
        let bytes = ROW_HEAD_BYTES + key.len() + value.len();
        if !self.rows.is_empty() && self.rows.len() + bytes > ROWS_BYTES {
            self.flush_rows()?;
        }
        self.rows.extend_from_slice(&key_length.to_be_bytes());
        self.rows.extend_from_slice(&row.revision.to_be_bytes());
        self.rows.extend_from_slice(&value_length.to_be_bytes());
        self.rows.extend_from_slice(key);
        self.rows.extend_from_slice(value);
        self.manifest.rows += 1;
        self.manifest.row_bytes += length(key) + length(value);
        self.last_key = Some(row.key.to_owned());
        Ok(())
    }

    /// Begins a file; after the rows, and in the order of [`FileName`].
    ///
    /// # Errors
    /// [`BackupError::Unwritable`], [`BackupError::Io`].
    pub fn file(&mut self, name: &FileName) -> Result<(), BackupError> {
        self.end_section()?;
        if !name.is_safe() || self.file.as_ref().is_some_and(|last| last >= name) {
            return Err(unwritable("files come in order, each below its folder"));
        }
        if self.manifest.files >= FILES_MAX {
            return Err(unwritable("a backup has at most a million files"));
        }
        self.manifest.files += 1;
        self.file = Some(name.clone());
        self.json(Kind::File, name)
    }

    /// Writes a piece of the file that was begun.
    ///
    /// # Errors
    /// [`BackupError::Unwritable`], [`BackupError::Io`].
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        if self.file.is_none() {
            return Err(unwritable("bytes are of a file"));
        }
        for piece in bytes.chunks(ROWS_BYTES) {
            self.section.update(piece);
            self.file_bytes += length(piece);
            self.frame(Kind::Bytes, piece)?;
        }
        Ok(())
    }

    /// Says that it could not be written whole, and why. Who reads it is told.
    ///
    /// # Errors
    /// [`BackupError::Io`].
    pub fn give_up(mut self, why: &str) -> Result<(), BackupError> {
        let end = why.floor_char_boundary(1000);
        let why = why.get(..end).unwrap_or_default();
        self.frame(Kind::GivenUp, why.as_bytes())?;
        Ok(self.out.flush()?)
    }

    /// Counts and signs.
    ///
    /// # Errors
    /// [`BackupError::Io`].
    pub fn finish(mut self) -> Result<(Written, W), BackupError> {
        self.end_section()?;
        let manifest = self.manifest;
        self.json(Kind::Manifest, &manifest)?;
        let hash = self.all.clone().finish();
        let signature = self.signer.sign(&[SIGNED, hash.as_ref()].concat());
        self.frame(Kind::Signature, &signature)?;
        self.out.flush()?;
        let written = Written {
            header: self.header,
            manifest,
            digest: hex(hash.as_ref()),
        };
        Ok((written, self.out))
    }

    /// Ends what was being written: the rows, or a file.
    fn end_section(&mut self) -> Result<(), BackupError> {
        let fresh = Context::new(&SHA256);
        if !self.are_rows_done {
            self.flush_rows()?;
            self.are_rows_done = true;
            let hash = std::mem::replace(&mut self.section, fresh).finish();
            return self.frame(Kind::RowsEnd, &end(self.manifest.rows, hash.as_ref()));
        }
        if self.file.is_some() {
            let hash = std::mem::replace(&mut self.section, fresh).finish();
            let bytes = std::mem::take(&mut self.file_bytes);
            self.manifest.file_bytes += bytes;
            return self.frame(Kind::FileEnd, &end(bytes, hash.as_ref()));
        }
        Ok(())
    }

    fn flush_rows(&mut self) -> Result<(), BackupError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut rows = std::mem::take(&mut self.rows);
        self.section.update(&rows);
        let written = self.frame(Kind::Rows, &rows);
        rows.clear();
        self.rows = rows;
        written
    }

    fn json(&mut self, kind: Kind, value: &impl Serialize) -> Result<(), BackupError> {
        let payload = serde_json::to_vec(value).map_err(|_| unwritable("it is no JSON"))?;
        self.frame(kind, &payload)
    }

    fn frame(&mut self, kind: Kind, payload: &[u8]) -> Result<(), BackupError> {
        let Some(length) = u32::try_from(payload.len())
            .ok()
            .filter(|_| payload.len() <= kind.bytes_max())
        else {
            return Err(unwritable("a part is longer than it can be"));
        };
        let mut head = [0; HEAD_BYTES];
        if let Some((first, rest)) = head.split_first_mut() {
            *first = kind.byte();
            rest.copy_from_slice(&length.to_be_bytes());
        }
        self.put(&head)?;
        self.put(payload)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.all.update(bytes);
        Ok(self.out.write_all(bytes)?)
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn unwritable(why: &str) -> BackupError {
    BackupError::Unwritable(why.to_owned())
}
