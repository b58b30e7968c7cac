//! Reading a backup: everything is given out as it comes, and is to be believed only when the end was
//! reached and its signature fits.

use std::io::{ErrorKind, Read};

use aws_lc_rs::digest::{Context, SHA256};
use serde::Serialize;
use serde::de::DeserializeOwned;
use types::hex;

use crate::error::Place;
use crate::frame::{END_BYTES, HEAD_BYTES, Kind, MAGIC, SIGNED, end};
use crate::{
    BackupError, FILES_MAX, FORMAT, FileName, Header, KEY_BYTES_MAX, Manifest, Row, VALUE_BYTES_MAX,
};

/// Takes what is in a backup. Nothing of it may be put into force before [`read`] has answered.
pub trait Sink {
    /// What it is of.
    ///
    /// # Errors
    /// Ends the reading.
    fn header(&mut self, _header: &Header) -> Result<(), BackupError> {
        Ok(())
    }

    /// A row.
    ///
    /// # Errors
    /// Ends the reading.
    fn row(&mut self, _row: Row<'_>) -> Result<(), BackupError> {
        Ok(())
    }

    /// A file begins.
    ///
    /// # Errors
    /// Ends the reading.
    fn file(&mut self, _name: &FileName) -> Result<(), BackupError> {
        Ok(())
    }

    /// The next bytes of the file.
    ///
    /// # Errors
    /// Ends the reading.
    fn bytes(&mut self, _bytes: &[u8]) -> Result<(), BackupError> {
        Ok(())
    }

    /// The file ends.
    ///
    /// # Errors
    /// Ends the reading.
    fn file_end(&mut self) -> Result<(), BackupError> {
        Ok(())
    }
}

/// Takes nothing: for who only verifies.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nothing;

impl Sink for Nothing {}

/// A backup that is whole: every byte is what the owner of its public key has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// What it is of.
    pub header: Header,
    /// How much there is.
    pub manifest: Manifest,
    /// Its own length.
    pub bytes: u64,
    /// Which it is: the SHA-256 that is signed, of every byte before the signature.
    pub digest: String,
}

/// Reads a backup to its end.
///
/// # Errors
/// [`BackupError`]: what is wrong with it, and where; or what the sink says.
pub fn read(input: impl Read, sink: &mut dyn Sink) -> Result<Verified, BackupError> {
    let mut reader = Reader {
        input,
        all: Context::new(&SHA256),
        at: 0,
        place: Place::Header,
        payload: Vec::new(),
    };
    let header = reader.header()?;
    sink.header(&header)?;
    let mut manifest = Manifest::default();
    reader.place = Place::Rows;
    reader.rows(&mut manifest, sink)?;
    let told: Manifest = reader.files(&mut manifest, sink)?;
    if told != manifest {
        return Err(reader.damaged("it says another count than it holds"));
    }
    let digest = reader.signature(&header)?;
    Ok(Verified {
        header,
        manifest,
        digest,
        bytes: reader.at,
    })
}

struct Reader<R> {
    input: R,
    all: Context,
    at: u64,
    place: Place,
    payload: Vec<u8>,
}

impl<R: Read> Reader<R> {
    fn header(&mut self) -> Result<Header, BackupError> {
        let mut magic = [0; MAGIC.len()];
        match self.exactly(&mut magic) {
            Ok(()) if magic == *MAGIC => {}
            Ok(()) | Err(BackupError::CutOff { .. }) => return Err(BackupError::NoBackup),
            Err(error) => return Err(error),
        }
        self.expect(Kind::Header)?;
        // Of a later format nothing is known but that.
        let format = serde_json::from_slice::<serde_json::Value>(&self.payload);
        let format = format
            .ok()
            .and_then(|header| header.get("format")?.as_u64());
        match format.and_then(|format| u32::try_from(format).ok()) {
            Some(format) if format > FORMAT => Err(BackupError::Newer(format)),
            Some(FORMAT) => self.json(),
            _ => Err(self.damaged("it says no format")),
        }
    }

    fn rows(&mut self, manifest: &mut Manifest, sink: &mut dyn Sink) -> Result<(), BackupError> {
        let mut hash = Context::new(&SHA256);
        let mut last = String::new();
        loop {
            match self.next()? {
                Kind::Rows => {
                    hash.update(&self.payload);
                    let mut rest = self.payload.as_slice();
                    while !rest.is_empty() {
                        let row = take_row(&mut rest)
                            .filter(|row| last.as_str() < row.key)
                            .ok_or_else(|| self.damaged("these are no rows in order"))?;
                        manifest.rows += 1;
                        manifest.row_bytes += length(row.key.as_bytes()) + length(row.value);
                        sink.row(row)?;
                        row.key.clone_into(&mut last);
                    }
                }
                Kind::RowsEnd => return self.ended(manifest.rows, hash),
                _ => return Err(self.damaged("something else than rows")),
            }
        }
    }

    /// Files, up to the manifest.
    fn files(
        &mut self,
        manifest: &mut Manifest,
        sink: &mut dyn Sink,
    ) -> Result<Manifest, BackupError> {
        let mut last: Option<FileName> = None;
        loop {
            match self.next()? {
                Kind::File => {}
                Kind::Manifest => {
                    self.place = Place::End;
                    return self.json();
                }
                _ => return Err(self.damaged("something else than a file")),
            }
            let name: FileName = self.json()?;
            if !name.is_safe() || last.as_ref().is_some_and(|last| *last >= name) {
                return Err(self.damaged("a file's name is out of order, or leads elsewhere"));
            }
            manifest.files += 1;
            if manifest.files > FILES_MAX {
                return Err(self.damaged("it has more files than a backup can have"));
            }
            self.place = Place::File(name.clone());
            sink.file(&name)?;
            let bytes = self.file(sink)?;
            manifest.file_bytes += bytes;
            sink.file_end()?;
            last = Some(name);
        }
    }

    fn file(&mut self, sink: &mut dyn Sink) -> Result<u64, BackupError> {
        let (mut hash, mut bytes) = (Context::new(&SHA256), 0);
        loop {
            match self.next()? {
                Kind::Bytes => {
                    hash.update(&self.payload);
                    bytes += length(&self.payload);
                    sink.bytes(&self.payload)?;
                }
                Kind::FileEnd => {
                    self.ended(bytes, hash)?;
                    return Ok(bytes);
                }
                _ => return Err(self.damaged("something else than a file's bytes")),
            }
        }
    }

    fn ended(&self, count: u64, hash: Context) -> Result<(), BackupError> {
        if self.payload != end(count, hash.finish().as_ref()) {
            return Err(self.damaged("its SHA-256 is another"));
        }
        Ok(())
    }

    fn signature(&mut self, header: &Header) -> Result<String, BackupError> {
        let hash = self.all.clone().finish();
        self.expect(Kind::Signature)?;
        let message = [SIGNED, hash.as_ref()].concat();
        if !header.public_key.has_signed(&message, &self.payload) {
            return Err(BackupError::Signature);
        }
        loop {
            return match self.input.read(&mut [0; 1]) {
                Ok(0) => Ok(hex(hash.as_ref())),
                Ok(_) => Err(self.damaged("something follows its signature")),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => Err(error.into()),
            };
        }
    }

    /// The payload as JSON, as it would be written.
    fn json<T: Serialize + DeserializeOwned>(&self) -> Result<T, BackupError> {
        let value: Option<T> = serde_json::from_slice(&self.payload).ok();
        value
            .filter(|value| serde_json::to_vec(value).is_ok_and(|again| again == self.payload))
            .ok_or_else(|| self.damaged("it is not the JSON that is written there"))
    }

    fn expect(&mut self, kind: Kind) -> Result<(), BackupError> {
        if self.next()? != kind {
            return Err(self.damaged("another part is due"));
        }
        Ok(())
    }

    /// Reads the next frame into `payload`.
    fn next(&mut self) -> Result<Kind, BackupError> {
        let mut head = [0; HEAD_BYTES];
        self.exactly(&mut head)?;
        let [kind, length @ ..] = head;
        let kind = Kind::of(kind).ok_or_else(|| self.damaged("there is no such part"))?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        let is_end = matches!(kind, Kind::RowsEnd | Kind::FileEnd);
        if length > kind.bytes_max() || (is_end && length != END_BYTES) {
            return Err(self.damaged("a part has another length than it can have"));
        }
        // It grows with what comes, not with what is said to come.
        self.payload.clear();
        let limit = u64::try_from(length).unwrap_or(u64::MAX);
        let read = (&mut self.input)
            .take(limit)
            .read_to_end(&mut self.payload)?;
        self.at += length_of(read);
        if read < length {
            return Err(self.cut_off());
        }
        self.all.update(&self.payload);
        if kind == Kind::GivenUp {
            let why = String::from_utf8_lossy(&self.payload);
            return Err(BackupError::GivenUp(why.escape_debug().to_string()));
        }
        Ok(kind)
    }

    fn exactly(&mut self, bytes: &mut [u8]) -> Result<(), BackupError> {
        match self.input.read_exact(bytes) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(self.cut_off()),
            Err(error) => return Err(error.into()),
        }
        self.at += length(bytes);
        self.all.update(bytes);
        Ok(())
    }

    fn cut_off(&self) -> BackupError {
        BackupError::CutOff {
            at: self.at,
            place: self.place.clone(),
        }
    }

    fn damaged(&self, what: &'static str) -> BackupError {
        BackupError::Damaged {
            at: self.at,
            place: self.place.clone(),
            what,
        }
    }
}

fn take_row<'a>(rest: &mut &'a [u8]) -> Option<Row<'a>> {
    let (key_length, after) = rest.split_first_chunk()?;
    let (revision, after) = after.split_first_chunk()?;
    let (value_length, after) = after.split_first_chunk()?;
    let key_length = usize::from(u16::from_be_bytes(*key_length));
    let value_length = usize::try_from(u32::from_be_bytes(*value_length)).ok()?;
    if key_length > KEY_BYTES_MAX || value_length > VALUE_BYTES_MAX {
        return None;
    }
    let (key, after) = after.split_at_checked(key_length)?;
    let (value, after) = after.split_at_checked(value_length)?;
    *rest = after;
    Some(Row {
        key: std::str::from_utf8(key).ok()?,
        revision: u64::from_be_bytes(*revision),
        value,
    })
}

fn length(bytes: &[u8]) -> u64 {
    length_of(bytes.len())
}

fn length_of(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
