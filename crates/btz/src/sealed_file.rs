//! A secret in a file of the data folder, wrapped by the seal. Its first line tells it from one that lies
//! open, so that both are read, and it opens only under the name that it was wrapped for.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail};
use types::{KeyWrap, KeyWrapError, Secret};

use crate::private_file;

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
        let seal = crate::seal::open(&data, Arc::new(SystemEntropy::default()))
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
    }
}
