//! The recovery kit: the shares of a Shamir slot, as a text to print and to take apart. It is made at
//! first start as `DATA/recovery-kit.txt` (mode 0600) rather than shown on a terminal: a developer is
//! not stopped, a service has no terminal, and nothing scrolls away. Whoever has enough of its shares
//! has the seal: it is to be moved off the machine, and `btz doctor` reminds until it is.

use std::path::{Path, PathBuf};

use anyhow::Result;
use keys::seal::{Header, Share, ShareSet, SlotId};
use types::Secret;
use zeroize::Zeroizing;

use crate::private_file;

const FILE_NAME: &str = "recovery-kit.txt";

/// A Shamir slot's shares.
pub(crate) struct RecoveryKit {
    installation: String,
    slot: SlotId,
    shares: Vec<Share>,
}

impl RecoveryKit {
    /// Of a slot.
    pub(crate) fn new(header: &Header, slot: SlotId, shares: Vec<Share>) -> Self {
        Self {
            installation: header.installation().to_owned(),
            slot,
            shares,
        }
    }

    /// Where it is written.
    pub(crate) fn place(data: &Path) -> PathBuf {
        data.join(FILE_NAME)
    }

    /// The slot's secret, back from the shares as they are written: what cannot be read back is no
    /// recovery.
    pub(crate) fn secret(&self) -> Result<Secret> {
        let read: Result<Vec<Share>, _> = self
            .shares
            .iter()
            .map(|share| share.to_string().parse())
            .collect();
        Ok(ShareSet::combine(&read?)?.1)
    }

    /// Writes it, for its owner only.
    pub(crate) fn write(&self, data: &Path) -> Result<PathBuf> {
        let place = Self::place(data);
        private_file::write(&place, self.text().as_bytes())?;
        Ok(place)
    }

    fn text(&self) -> Zeroizing<String> {
        let Self {
            installation, slot, ..
        } = self;
        let (threshold, count) = self
            .shares
            .first()
            .map_or((0, 0), |share| (share.set().threshold, share.set().shares));
        let mut text = Zeroizing::new(format!(
            "Bartizan recovery kit: installation {installation}, seal slot {slot}\n\n\
             Any {threshold} of these {count} shares open the seal, and with it every key and secret of\n\
             this installation. If the key file is lost, they are the only way back:\n\n  \
             btz seal recover --shares-file FILE     (a file with {threshold} of the lines below)\n\n\
             Print this, give the shares to different hands or places, and delete this file:\n\
             as long as it lies here, it is no safer than what it protects.\n\n"
        ));
        for share in &self.shares {
            let line = Zeroizing::new(share.to_string());
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}
