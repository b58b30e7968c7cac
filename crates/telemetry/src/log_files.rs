//! The files of WAF logs: `waf.log`, and one for each destination of a logging configuration.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::logging::LogDestination;
use crate::rolling_file::RollingFile;
use crate::telemetry::{WAF_LOG_BYTES_MAX, WAF_LOG_FILES_MAX};

/// How many destinations' files are open at once; further ones are opened for each write.
const OPEN_MAX: usize = 64;

/// Where a line goes; `None` is `waf.log`.
pub(crate) type Destination = Option<Arc<LogDestination>>;

/// Opens files as lines come.
#[derive(Debug)]
pub(crate) struct LogFiles {
    folder: PathBuf,
    waf_log: RollingFile,
    open: BTreeMap<Arc<LogDestination>, RollingFile>,
}

impl LogFiles {
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            folder: folder.to_owned(),
            waf_log: rolling(&folder.join("waf.log"))?,
            open: BTreeMap::new(),
        })
    }

    /// Appends whole lines.
    pub(crate) fn append(&mut self, destination: &Destination, lines: &[u8]) -> io::Result<()> {
        let Some(destination) = destination else {
            return self.waf_log.append(lines).map(drop);
        };
        if let Some(file) = self.open.get_mut(destination) {
            return file.append(lines).map(drop);
        }
        let mut file = rolling(&self.folder.join(destination.path()))?;
        file.append(lines)?;
        if self.open.len() < OPEN_MAX {
            self.open.insert(Arc::clone(destination), file);
        }
        Ok(())
    }

    /// Closes the files of destinations that nobody logs to any more.
    pub(crate) fn retain(&mut self, used: impl Fn(&LogDestination) -> bool) {
        self.open.retain(|destination, _| used(destination));
    }
}

/// Makes a destination's file, if it is not there yet.
pub(crate) fn make(folder: &Path, destination: &LogDestination) -> io::Result<()> {
    rolling(&folder.join(destination.path())).map(drop)
}

fn rolling(path: &Path) -> io::Result<RollingFile> {
    RollingFile::open(path, WAF_LOG_BYTES_MAX, WAF_LOG_FILES_MAX)
}
