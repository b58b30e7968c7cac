//! The account and its root access key. Source: IAM User Guide, "AWS account root user".

use std::path::{Path, PathBuf};

use types::{AccountId, Entropy, EntropyError, Secret};

use crate::AccessKey;
use crate::credentials_file::{self, Profile};

/// What the operator's environment says: `BTZ_ACCOUNT_ID`, `BTZ_ROOT_ACCESS_KEY_ID`,
/// `BTZ_ROOT_SECRET_ACCESS_KEY`.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The account id.
    pub account: Option<AccountId>,
    /// The root access key's id.
    pub access_key_id: Option<String>,
    /// The root access key's secret.
    pub secret_access_key: Option<Secret>,
}

impl Given {
    /// Whether nothing is left to be found in the data folder.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.account.is_some() && self.access_key_id.is_some() && self.secret_access_key.is_some()
    }
}

/// The account and its root access key.
#[derive(Debug, Clone)]
pub struct Root {
    /// The account.
    pub account: AccountId,
    /// Its root access key.
    pub access_key: AccessKey,
    /// The file that holds the key; `None` when it was given.
    pub file: Option<PathBuf>,
}

/// Why there is no root.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// Half a key was given.
    #[error(
        "BTZ_ROOT_ACCESS_KEY_ID and BTZ_ROOT_SECRET_ACCESS_KEY go together: set both, or neither \
         and find them in the data folder's file `credentials`"
    )]
    HalfGiven,
    /// The access key id cannot travel in an Authorization header.
    #[error(
        "an access key id is 1 to 128 visible ASCII characters without comma, but this is `{0}`: \
         set BTZ_ROOT_ACCESS_KEY_ID to another text"
    )]
    AccessKeyId(String),
    /// The secret is empty.
    #[error("BTZ_ROOT_SECRET_ACCESS_KEY is empty: set it to any other text")]
    EmptySecret,
    /// The file is there and cannot be used.
    #[error("{path}: {reason}. Repair the file, or delete it to have new credentials made")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl Root {
    /// Takes what is given, finds what is missing in `data_folder`'s credentials file, and makes
    /// and keeps there what is in neither.
    ///
    /// # Errors
    /// When half a key is given, the file is damaged, cannot be read or written, or there is no
    /// randomness. Nothing was changed then.
    pub fn load(
        given: Given,
        data_folder: &Path,
        entropy: &dyn Entropy,
    ) -> Result<Self, RootError> {
        let given_key = match (given.access_key_id, given.secret_access_key) {
            (Some(id), Some(secret)) => Some(check(AccessKey { id, secret })?),
            (None, None) => None,
            _ => return Err(RootError::HalfGiven),
        };
        let path = data_folder.join(credentials_file::FILE_NAME);
        if let (Some(account), Some(access_key)) = (given.account, &given_key) {
            return Ok(Self {
                account,
                access_key: access_key.clone(),
                file: None,
            });
        }
        let kept = credentials_file::read(&path)?;
        let complete = |profile: &Profile| {
            (given.account.is_some() || profile.account.is_some())
                && (given_key.is_some() || profile.access_key.is_some())
        };
        let profile = match kept {
            Some(profile) if complete(&profile) => profile,
            kept => {
                let made = make(kept.unwrap_or_default(), given_key.is_some(), entropy)?;
                credentials_file::write(&path, &made)?;
                made
            }
        };
        let damaged = |reason: &str| RootError::Damaged {
            path: path.clone(),
            reason: reason.into(),
        };
        let account = given
            .account
            .or(profile.account)
            .ok_or_else(|| damaged("it names no account"))?;
        let file = given_key.is_none().then(|| path.clone());
        let access_key = given_key
            .or(profile.access_key)
            .ok_or_else(|| damaged("it holds no key"))?;
        Ok(Self {
            account,
            access_key: check(access_key)?,
            file,
        })
    }
}

/// Fills in what a profile lacks.
fn make(kept: Profile, key_is_given: bool, entropy: &dyn Entropy) -> Result<Profile, EntropyError> {
    let account = match kept.account {
        Some(account) => account,
        None => {
            let mut random = [0; 8];
            entropy.fill(&mut random)?;
            AccountId::from_random(u64::from_be_bytes(random))
        }
    };
    let access_key = match kept.access_key {
        None if !key_is_given => Some(AccessKey::generate(entropy)?),
        kept => kept,
    };
    Ok(Profile {
        account: Some(account),
        access_key,
        others: kept.others,
    })
}

fn check(key: AccessKey) -> Result<AccessKey, RootError> {
    let visible = key
        .id
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b',');
    if key.id.is_empty() || key.id.len() > 128 || !visible {
        return Err(RootError::AccessKeyId(key.id.chars().take(128).collect()));
    }
    if key.secret.expose().is_empty() {
        return Err(RootError::EmptySecret);
    }
    Ok(key)
}
