//! `DIR/credentials`: the account and the root access key in the aws CLI's own file format, so that
//! `AWS_SHARED_CREDENTIALS_FILE=DIR/credentials aws --profile btz ...` works as it is.
//! Source: AWS CLI User Guide, "Configuration and credential file settings".
//!
//! The file is written beside itself, flushed and renamed: whenever the process ends, it is there
//! whole or not at all.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use types::{AccountId, Secret};

use crate::{AccessKey, RootError};

/// The file's name in the data folder.
pub const FILE_NAME: &str = "credentials";
/// The profile in it that is ours.
pub const PROFILE: &str = "btz";
/// The largest file that is read.
pub const FILE_BYTES_MAX: u64 = 64 * 1024;

/// What the file holds.
#[derive(Debug, Default)]
pub(crate) struct Profile {
    pub(crate) account: Option<AccountId>,
    pub(crate) access_key: Option<AccessKey>,
    /// The lines of other profiles, kept as they are.
    pub(crate) others: Vec<String>,
}

/// The file's content; `None` when there is no file.
pub(crate) fn read(path: &Path) -> Result<Option<Profile>, RootError> {
    let failed = |source| RootError::File {
        path: path.to_owned(),
        source,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mode = file.metadata().map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "others could read the root credentials: mode is set to 0600");
        file.set_permissions(Permissions::from_mode(0o600))
            .map_err(failed)?;
    }
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    // So that no copy of the secret stays behind in freed memory.
    let bytes = Secret::new(bytes);
    parse(bytes.expose())
        .map(Some)
        .map_err(|reason| RootError::Damaged {
            path: path.to_owned(),
            reason,
        })
}

fn parse(bytes: &[u8]) -> Result<Profile, String> {
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("it is larger than {FILE_BYTES_MAX} bytes"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is no UTF-8 text".to_owned())?;
    let mut profile = Profile::default();
    let (mut ours, mut id, mut secret) = (false, None, None);
    for line in text.lines() {
        let trimmed = line.trim();
        if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            ours = name.trim() == PROFILE;
        }
        if !ours {
            profile.others.push(line.to_owned());
            continue;
        }
        let Some((name, value)) = trimmed.split_once('=') else {
            continue;
        };
        let value = value.trim();
        match name.trim() {
            "aws_account_id" => {
                profile.account = Some(value.parse().map_err(|error| format!("{error}"))?);
            }
            "aws_access_key_id" => id = Some(value.to_owned()),
            "aws_secret_access_key" => secret = Some(Secret::new(value.into())),
            _ => {}
        }
    }
    profile.access_key = match (id, secret) {
        (Some(id), Some(secret)) => Some(AccessKey { id, secret }),
        (None, None) => None,
        _ => return Err(format!("profile `{PROFILE}` holds half an access key")),
    };
    Ok(profile)
}

/// Writes the file, all of it or nothing.
pub(crate) fn write(path: &Path, profile: &Profile) -> Result<(), RootError> {
    let mut text = Vec::with_capacity(512);
    for line in &profile.others {
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
    }
    let mut line = |name: &str, value: &[u8]| {
        text.extend_from_slice(name.as_bytes());
        text.extend_from_slice(value);
        text.push(b'\n');
    };
    line("[", format!("{PROFILE}]").as_bytes());
    if let Some(account) = profile.account {
        line("aws_account_id = ", account.to_string().as_bytes());
    }
    if let Some(key) = &profile.access_key {
        line("aws_access_key_id = ", key.id.as_bytes());
        line("aws_secret_access_key = ", key.secret.expose());
    }
    replace(path, Secret::new(text).expose()).map_err(|source| RootError::File {
        path: path.to_owned(),
        source,
    })
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let beside = path.with_extension("new");
    // What a killed process left is no file of anyone's; a link that lies in wait is not followed.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    File::open(folder)?.sync_all()
}
