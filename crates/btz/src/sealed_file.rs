//! A secret in a file of the data folder, wrapped by the seal. Its first line tells it from one that lies
//! open, so that both are read, and it opens only under the name that it was wrapped for.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, bail};
use keys::seal::Seal;
use token::Caution;
use types::{KeyWrap, KeyWrapError, Secret};
use zeroize::Zeroizing;

use crate::seal::{self, HeaderFile};
use crate::system::SystemEntropy;
use crate::{certificate, private_file};

/// The first line of a wrapped file.
const MAGIC: &[u8] = b"BTZ-SEALED-1\n";

/// Whether a file's content is wrapped.
pub(crate) fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// What a file holds that keeps a secret; `name` is its path in the data folder.
pub(crate) fn sealed(
    seal: &dyn KeyWrap,
    name: &str,
    secret: &[u8],
) -> Result<Vec<u8>, KeyWrapError> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(seal.wrap(&context(name), secret)?);
    Ok(bytes)
}

/// The secret in a file, wrapped or not.
pub(crate) fn opened(seal: &dyn KeyWrap, name: &str, bytes: &[u8]) -> Result<Secret, KeyWrapError> {
    match bytes.strip_prefix(MAGIC) {
        Some(wrapped) => seal.unwrap(&context(name), wrapped),
        None => Ok(Secret::new(bytes.to_vec())),
    }
}

fn context(name: &str) -> String {
    format!("btz/file/{name}")
}

/// Whether a file of the data folder, by its path there, is kept wrapped: private keys that were made or
/// taken in here.
fn is_wrapped_at_rest(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["certificates", _, name] => {
            matches!(*name, "key.pem" | "key.pem.next" | "order-key.pem")
        }
        ["tls", name] => *name == "ca.key",
        ["acme", name] => name.ends_with(".json"),
        _ => false,
    }
}

/// Whether a file of the data folder may hold a secret in the open.
pub(crate) fn is_secret(path: &str) -> bool {
    path == iam::FILE_NAME || is_wrapped_at_rest(path)
}

/// The files of a data folder that hold private keys. Before there is a seal they lie open; the first
/// start wraps them.
#[derive(Clone)]
pub(crate) struct SecretFiles {
    data: PathBuf,
    /// `None` when there is no seal yet. A command opens it when it comes upon a wrapped file.
    seal: Arc<OnceLock<Option<Arc<dyn KeyWrap>>>>,
}

impl SecretFiles {
    /// Of the process that runs.
    pub(crate) fn of(data: &Path, seal: Arc<dyn KeyWrap>) -> Self {
        Self {
            data: data.to_owned(),
            seal: Arc::new(OnceLock::from(Some(seal))),
        }
    }

    /// Of a command: with the seal opened by whatever slot opens it unattended.
    pub(crate) fn of_command(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            seal: Arc::default(),
        }
    }

    fn seal(&self) -> Option<&dyn KeyWrap> {
        let seal = self
            .seal
            .get_or_init(|| match HeaderFile::of(&self.data).read() {
                Ok(None) => None,
                // What cannot be read opens nothing, and nothing is written in the open beside it.
                header => {
                    let seal = Seal::sealed(Arc::new(SystemEntropy::default()));
                    if let Ok(Some(header)) = header
                        && let Ok((_, root)) =
                            seal::unattended(&self.data, &header, Caution::Unattended)
                    {
                        seal.open(root);
                    }
                    Some(Arc::new(seal))
                }
            });
        seal.as_deref()
    }

    /// The path in the data folder, as it is bound; the next file of a key is that key's.
    fn name(&self, path: &Path) -> Option<String> {
        let name = path.strip_prefix(&self.data).ok()?.to_str()?;
        Some(name.strip_suffix(".next").unwrap_or(name).to_owned())
    }

    /// What a file holds, wrapped or not.
    pub(crate) fn read(&self, path: &Path) -> Result<Zeroizing<Vec<u8>>> {
        let bytes = certificate::bytes(path)?;
        if !is_sealed(&bytes) {
            return Ok(bytes);
        }
        let shown = || path.display().to_string();
        let name = self.name(path).with_context(|| {
            format!(
                "{}: it is wrapped by the seal of a data folder, and not in it",
                shown()
            )
        })?;
        let opened_by = |seal| opened(seal, &name, &bytes);
        let secret = match self.seal() {
            Some(seal) => opened_by(seal),
            None => Err(KeyWrapError::Sealed),
        };
        let secret = secret.with_context(shown)?;
        Ok(Zeroizing::new(secret.expose().to_vec()))
    }

    /// Writes a file, wrapped if there is a seal.
    pub(crate) fn write(&self, path: &Path, secret: &[u8]) -> Result<()> {
        match (self.seal(), self.name(path)) {
            (Some(seal), Some(name)) => {
                let bytes = sealed(seal, &name, secret)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                // It was the secret's only copy a moment later: what cannot be read back is not written.
                let again = opened(seal, &name, &bytes)?;
                if again.expose() != secret {
                    bail!("{}: what was wrapped does not open", path.display());
                }
                private_file::write(path, &bytes)
            }
            _ => private_file::write(path, secret),
        }
    }

    /// Wraps what still lies open, as it did before there was a seal, or was put there by hand.
    pub(crate) fn wrap_all(&self) -> Result<()> {
        for path in self.lying_open()? {
            let secret = certificate::bytes(&path)?;
            self.write(&path, &secret)?;
            tracing::info!(path = %path.display(), "a private key is wrapped by the seal now");
        }
        Ok(())
    }

    /// The files that are to be wrapped and are not.
    pub(crate) fn lying_open(&self) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for folder in ["certificates", "tls", "acme"] {
            self.look_into(&self.data.join(folder), &mut found)?;
        }
        Ok(found)
    }

    fn look_into(&self, folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
        let shown = || format!("cannot read {}", folder.display());
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error).with_context(shown),
        };
        for entry in entries {
            let entry = entry.with_context(shown)?;
            let (path, kind) = (entry.path(), entry.file_type().with_context(shown)?);
            // A link leads to what is its owner's, and stays as it is.
            if kind.is_dir() && folder.ends_with("certificates") {
                self.look_into(&path, found)?;
            }
            let relative = path.strip_prefix(&self.data).ok().and_then(Path::to_str);
            if kind.is_file()
                && relative.is_some_and(is_wrapped_at_rest)
                && certificate::bytes(&path).is_ok_and(|bytes| !is_sealed(&bytes))
            {
                found.push(path);
            }
        }
        Ok(())
    }
}

/// Whether reading failed only because the seal is closed.
pub(crate) fn is_closed(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(KeyWrapError::Sealed))
}

/// The root credentials come out of a backup wrapped, and lie open where they are used: the aws CLI
/// reads them. Whether they still were wrapped.
pub(crate) fn open_credentials(data: &Path, seal: &dyn KeyWrap) -> Result<bool> {
    let path = data.join(iam::FILE_NAME);
    let bytes = match std::fs::metadata(&path) {
        Ok(file) if file.len() > iam::FILE_BYTES_MAX => return Ok(false),
        Ok(_) => std::fs::read(&path).with_context(|| path.display().to_string())?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error).with_context(|| path.display().to_string()),
    };
    if !is_sealed(&bytes) {
        return Ok(false);
    }
    match opened(seal, iam::FILE_NAME, &bytes) {
        Ok(secret) => private_file::write(&path, secret.expose()).map(|()| true),
        Err(KeyWrapError::Sealed) => bail!(
            "{} came from a backup and is wrapped by the seal, which is closed: btz seal recover \
             --shares-file FILE",
            path.display()
        ),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::system::SystemEntropy;

    #[test]
    fn both_forms_are_read_and_a_wrapped_one_only_under_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let seal = seal::open(&data, Arc::new(SystemEntropy::default()))
            .unwrap()
            .seal;
        let bytes = sealed(seal.as_ref(), "a", b"hunter2").unwrap();
        assert!(is_sealed(&bytes));
        assert!(!bytes.windows(7).any(|window| window == b"hunter2"));
        let open = |name, bytes: &[u8]| {
            opened(seal.as_ref(), name, bytes).map(|secret| secret.expose().to_vec())
        };
        assert_eq!(open("a", &bytes).unwrap(), b"hunter2");
        assert_eq!(open("a", b"plain").unwrap(), b"plain");
        assert!(open("b", &bytes).is_err());

        let files = SecretFiles::of(&data, seal.clone());
        let key = data.join("certificates/shop/key.pem");
        private_file::write(&key, b"hunter2").unwrap();
        assert_eq!(files.lying_open().unwrap(), [key.as_path()]);
        files.wrap_all().unwrap();
        assert!(files.lying_open().unwrap().is_empty());
        assert!(is_sealed(&std::fs::read(&key).unwrap()));
        assert_eq!(files.read(&key).unwrap().as_slice(), b"hunter2");
        // The next key takes the place of the one that is there, and opens as it.
        let next = data.join("certificates/shop/key.pem.next");
        files.write(&next, b"hunter3").unwrap();
        std::fs::rename(&next, &key).unwrap();
        assert_eq!(files.read(&key).unwrap().as_slice(), b"hunter3");
        // In another's place it does not.
        let other = data.join("certificates/other/key.pem");
        private_file::write(&other, &std::fs::read(&key).unwrap()).unwrap();
        assert!(files.read(&other).is_err());
        // A command opens the seal itself, when it is needed.
        let command = SecretFiles::of_command(&data);
        assert_eq!(command.read(&key).unwrap().as_slice(), b"hunter3");

        let path = data.join(iam::FILE_NAME);
        assert!(!open_credentials(&data, seal.as_ref()).unwrap());
        std::fs::write(
            &path,
            sealed(seal.as_ref(), iam::FILE_NAME, b"[btz]").unwrap(),
        )
        .unwrap();
        seal.close();
        let error = open_credentials(&data, seal.as_ref()).unwrap_err();
        assert!(format!("{error:#}").contains("btz seal recover"));
        let closed = files.read(&key).unwrap_err();
        assert!(is_closed(&closed), "{closed:#}");
        assert!(is_closed(&files.write(&key, b"x").unwrap_err()));
        assert!(
            SecretFiles::of_command(&folder.path().join("none"))
                .write(&folder.path().join("none/tls/ca.key"), b"x")
                .is_ok()
        );
    }
}
