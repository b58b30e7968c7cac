//! Where a certificate comes from: two PEM files, in the data folder or wherever the user keeps
//! them; how they are read, and how it is seen that they have changed.

use std::fs::{File, Metadata};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::CertifiedKey;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Facts, Name, folder};
use crate::config::Config;
use crate::sealed_file::{self, SecretFiles};

/// The longest PEM file that is read.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// What a PEM file takes at most, in memory: one byte more tells that it is too long.
const FILE_CAPACITY: usize = 256 * 1024 + 1;

/// The name of the certificate that the settings `cert` and `key` give.
pub(crate) const DEFAULT: &str = "default";

/// A certificate that the configuration names: `[[certificates]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Configured {
    /// Its name.
    pub(crate) name: Name,
    /// PEM file with its chain, itself first.
    pub(crate) cert: PathBuf,
    /// PEM file with its private key.
    pub(crate) key: PathBuf,
}

/// Who put a certificate there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Origin {
    /// The configuration names its files.
    Config,
    /// It lies in the data folder.
    Imported,
    /// A certificate authority issued it by ACME; it is renewed.
    Acme,
}

/// A certificate's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// The certificate's name.
    pub(crate) name: Name,
    /// PEM file with the chain.
    pub(crate) cert: PathBuf,
    /// PEM file with the private key.
    pub(crate) key: PathBuf,
    /// Who put it there.
    pub(crate) origin: Origin,
}

/// By what it is seen that a file has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileLook {
    device: u64,
    inode: u64,
    bytes: u64,
    changed: (i64, i64),
}

/// How a certificate's files look: other files look otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    cert: Option<FileLook>,
    key: Option<FileLook>,
}

/// A certificate and its key, ready for use.
pub(crate) struct Certificate {
    /// As the edge shows it.
    pub(crate) key: Arc<CertifiedKey>,
    /// What it says of itself.
    pub(crate) facts: Facts,
}

impl Certificate {
    /// Reads a chain (itself first) and its key, both as PEM text.
    pub(crate) fn of(chain_pem: &[u8], key_pem: &[u8]) -> Result<Self> {
        // Its text tells its cause already.
        let key = edge::certified_key(chain_pem, key_pem);
        let key = key.map_err(|error| anyhow::anyhow!("{error}"))?;
        let facts = Facts::read(&key.cert)?;
        Ok(Self { key, facts })
    }
}

impl Source {
    /// How its files look now.
    pub(crate) fn look(&self) -> Look {
        let look = |path: &Path| std::fs::metadata(path).ok().map(|file| FileLook::of(&file));
        Look {
            cert: look(&self.cert),
            key: look(&self.key),
        }
    }

    /// Reads it.
    pub(crate) fn read(&self, files: &SecretFiles) -> Result<Certificate> {
        let chain = bytes(&self.cert)?;
        let certificate = files
            .read(&self.key)
            .and_then(|key| Certificate::of(&chain, &key));
        match certificate {
            Ok(certificate) => Ok(certificate),
            Err(error) if self.origin == Origin::Config => Err(error),
            Err(error) => folder::finish(self, &chain, files).unwrap_or(Err(error)),
        }
    }

    /// What its chain says, without its key.
    pub(crate) fn facts(&self) -> Result<Facts> {
        let chain = bytes(&self.cert)?;
        let chain = CertificateDer::pem_slice_iter(&chain).collect::<Result<Vec<_>, _>>();
        let shown = || format!("{} is no certificate", self.cert.display());
        Facts::read(&chain.with_context(shown)?)
    }

    /// Whether its key is wrapped by the seal.
    pub(crate) fn is_wrapped(&self) -> bool {
        bytes(&self.key).is_ok_and(|bytes| sealed_file::is_sealed(&bytes))
    }
}

impl Look {
    /// Whether there is neither file.
    pub(crate) const fn is_nothing(&self) -> bool {
        self.cert.is_none() && self.key.is_none()
    }
}

impl FileLook {
    fn of(file: &Metadata) -> Self {
        Self {
            device: file.dev(),
            inode: file.ino(),
            bytes: file.size(),
            changed: (file.mtime(), file.mtime_nsec()),
        }
    }
}

/// A PEM file's bytes; they may be a key.
pub(crate) fn bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let read = || -> std::io::Result<_> {
        // Of one size from the start: a growing buffer leaves pieces of a key behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(FILE_CAPACITY));
        let limit = FILE_BYTES_MAX.saturating_add(1);
        File::open(path)?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().with_context(|| format!("cannot read {}", path.display()))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > FILE_BYTES_MAX) {
        bail!("{} is longer than {FILE_BYTES_MAX} bytes", path.display());
    }
    Ok(bytes)
}

/// Every certificate there is: those that the configuration names, then those in the data folder.
pub(crate) fn sources(config: &Config) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    if let (Some(cert), Some(key)) = (&config.cert, &config.key) {
        sources.push(Source {
            name: DEFAULT.parse()?,
            cert: cert.clone(),
            key: key.clone(),
            origin: Origin::Config,
        });
    }
    for configured in &config.certificates {
        sources.push(Source {
            name: configured.name.clone(),
            cert: configured.cert.clone(),
            key: configured.key.clone(),
            origin: Origin::Config,
        });
    }
    for kept in folder::kept(&config.data)? {
        if sources.iter().all(|source| source.name != kept.name) {
            sources.push(kept);
        }
    }
    Ok(sources)
}
