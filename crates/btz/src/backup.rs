//! Backups: what of an installation goes into one (`backup::source`), the key that signs them, and how
//! one becomes an installation again (`backup::restore`). The format is the crate `backup`'s.

mod contents;
mod partial;
mod recorder;
mod restore;
mod signing_key;
mod source;
pub(crate) mod vouch;

pub(crate) use self::partial::Partial;
pub(crate) use self::recorder::{Asker, Recorder, record_restored};
pub(crate) use self::restore::{Restore, Restored};
pub(crate) use self::source::{Source, Wanted, header_of, left_out};

/// The rows' file in the data folder.
pub(crate) const STORE_FILE: &str = "state.redb";

/// The configuration's name in a folder that was restored.
const CONFIGURATION: &str = "restored-configuration.toml";

#[cfg(test)]
mod tests;
