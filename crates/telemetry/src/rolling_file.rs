//! A file that is appended to and, when it is full, set aside under its name with `.1`, what was
//! `.1` under `.2` and so on, as logrotate does; the oldest is deleted.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Where bytes lie, for as long as their file is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The number of the file, growing with every rotation.
    pub(crate) file: u64,
    pub(crate) offset: u64,
    pub(crate) length: usize,
}

/// The file being written and those set aside.
#[derive(Debug)]
pub(crate) struct RollingFile {
    path: PathBuf,
    bytes_max: u64,
    /// How many files are kept in all, this one included.
    files_max: u64,
    file: File,
    number: u64,
    length: u64,
    /// The last write broke off: the next begins with a line feed, to be its own line.
    torn: bool,
}

impl RollingFile {
    /// Opens `path` to append, readable by the owner alone; the folder is made if need be.
    pub(crate) fn open(path: &Path, bytes_max: u64, files_max: u64) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = open(path)?;
        let length = file.seek(SeekFrom::End(0))?;
        let mut last = [b'\n'];
        if length > 0 {
            // A kill in the middle of a write leaves half a line.
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
        }
        Ok(Self {
            path: path.to_owned(),
            bytes_max,
            files_max,
            file,
            // So that the files set aside before have numbers as well.
            number: files_max,
            length,
            torn: last != *b"\n",
        })
    }

    /// Appends `lines` in one write and answers where they lie. They are with the operating system
    /// then: the end of this process does not lose them.
    pub(crate) fn append(&mut self, lines: &[u8]) -> io::Result<Place> {
        if self.length > 0 && self.length + lines.len() as u64 > self.bytes_max {
            self.rotate()?;
        }
        if self.torn {
            self.write(b"\n")?;
        }
        self.write(lines)?;
        Ok(Place {
            file: self.number,
            // Another process may append as well, while it hands over to this one.
            offset: self.length.saturating_sub(lines.len() as u64),
            length: lines.len(),
        })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let written = self.file.write_all(bytes);
        if written.is_ok() {
            // Appending has moved it to the end of what was written.
            self.length = self.file.stream_position()?;
        } else {
            // Some of it may have been written.
            self.length = self
                .file
                .metadata()
                .map_or(self.length, |metadata| metadata.len());
        }
        self.torn = written.is_err();
        written
    }

    fn rotate(&mut self) -> io::Result<()> {
        for age in (0..self.files_max.saturating_sub(1)).rev() {
            match std::fs::rename(self.path_of_age(age), self.path_of_age(age + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        if self.files_max < 2 {
            std::fs::remove_file(&self.path)?;
        }
        self.file = open(&self.path)?;
        self.number += 1;
        self.length = 0;
        self.torn = false;
        Ok(())
    }

    /// Deletes what is kept, and begins anew.
    pub(crate) fn clear(&mut self) -> io::Result<()> {
        for age in 1..self.files_max {
            match std::fs::remove_file(self.path_of_age(age)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        self.file.set_len(0)?;
        self.length = 0;
        self.torn = false;
        Ok(())
    }

    /// The bytes at a place; `None` when their file is no longer kept.
    pub(crate) fn read(&self, place: Place) -> io::Result<Option<Vec<u8>>> {
        let Some(path) = self.path_of(place.file) else {
            return Ok(None);
        };
        let mut file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        file.seek(SeekFrom::Start(place.offset))?;
        let mut bytes = vec![0; place.length];
        match file.read_exact(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            read => read.map(|()| Some(bytes)),
        }
    }

    /// The oldest file that is kept.
    pub(crate) fn oldest(&self) -> u64 {
        (self.number + 1).saturating_sub(self.files_max)
    }

    /// The numbers and paths of all kept files, oldest first. Some may not exist.
    pub(crate) fn files(&self) -> VecDeque<(u64, PathBuf)> {
        (self.oldest()..=self.number)
            .filter_map(|number| Some((number, self.path_of(number)?)))
            .collect()
    }

    fn path_of(&self, number: u64) -> Option<PathBuf> {
        let age = self.number.checked_sub(number)?;
        (age < self.files_max).then(|| self.path_of_age(age))
    }

    fn path_of_age(&self, age: u64) -> PathBuf {
        if age == 0 {
            return self.path.clone();
        }
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{age}"));
        name.into()
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_while_another_process_appends_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.log");
        let mut one = RollingFile::open(&path, 1000, 3).unwrap();
        let mut other = RollingFile::open(&path, 1000, 3).unwrap();
        for n in 0..5 {
            let places = [&mut one, &mut other].map(|file| {
                let line = format!("line {n}\n").into_bytes();
                (file.append(&line).unwrap(), line)
            });
            for ((place, line), file) in places.iter().zip([&one, &other]) {
                assert_eq!(file.read(*place).unwrap().as_ref(), Some(line));
            }
        }
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 70);
    }

    #[test]
    fn full_files_are_set_aside_and_the_oldest_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logs/x.log");
        let mut file = RollingFile::open(&path, 10, 3).unwrap();
        let places: Vec<_> = (0..8)
            .map(|n| file.append(format!("line {n}\n").as_bytes()).unwrap())
            .collect();
        // Seven bytes a line, ten a file: one line a file, three files.
        let names: Vec<_> = std::fs::read_dir(folder.path().join("logs"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(names.len(), 3, "{names:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "line 7\n");
        for (n, place) in places.iter().enumerate() {
            let kept = file.read(*place).unwrap();
            assert_eq!(
                kept,
                (n >= 5).then(|| format!("line {n}\n").into_bytes()),
                "line {n}"
            );
        }
    }

    #[test]
    fn half_a_line_of_a_killed_process_does_not_spoil_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.log");
        std::fs::write(&path, "whole\nhal").unwrap();
        let mut file = RollingFile::open(&path, 1000, 2).unwrap();
        let place = file.append(b"next\n").unwrap();
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "whole\nhal\nnext\n"
        );
        assert_eq!(file.read(place).unwrap().unwrap(), b"next\n");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_what_visitors_sent() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.log");
        drop(RollingFile::open(&path, 10, 2).unwrap());
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
