//! What the log asks of the disk, so that a test can let it fail.

use std::fmt::Debug;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Opens segments.
pub trait Disk: Debug + Send + Sync {
    /// Opens a segment to append to it; `new` makes it, or empties what a rotation that failed left.
    ///
    /// # Errors
    /// When it cannot be opened.
    fn open(&self, path: &Path, new: bool) -> io::Result<Box<dyn SegmentFile>>;
}

/// A segment that is appended to.
pub trait SegmentFile: Debug + Send {
    /// Writes all of it at the end.
    ///
    /// # Errors
    /// When it could not be written; a part may have been.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Returns when what was written is durable.
    ///
    /// # Errors
    /// When it may not be.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts the file to so many bytes, durably.
    ///
    /// # Errors
    /// When it could not be cut.
    fn cut(&mut self, bytes: u64) -> io::Result<()>;
}

/// The disk itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn open(&self, path: &Path, new: bool) -> io::Result<Box<dyn SegmentFile>> {
        let mut options = OpenOptions::new();
        let file = options.append(true).create(new).mode(0o600).open(path)?;
        if new {
            file.set_len(0)?;
        }
        Ok(Box::new(file))
    }
}

impl SegmentFile for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&mut self, bytes: u64) -> io::Result<()> {
        self.set_len(bytes)?;
        self.sync_all()
    }
}
