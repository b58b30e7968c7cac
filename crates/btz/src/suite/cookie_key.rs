//! The key of stickiness cookies: made once and kept in the data folder, so that a client stays with
//! its target when this process is followed by another.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};
use route::stickiness::{CookieKey, KEY_BYTES};
use types::{Entropy, KeyWrap, KeyWrapError, Secret};

use crate::private_file;

/// What it is, under the seal.
const CONTEXT: &str = "btz/cookie-key";

/// The key in `data`, wrapped under the seal; made if there is none. While the installation is sealed
/// it is one of this process only: clients are balanced anew, and nobody is refused.
pub(super) fn load(data: &Path, entropy: &dyn Entropy, seal: &dyn KeyWrap) -> Result<CookieKey> {
    let path = data.join("keys").join("cookie.key");
    let bytes = match std::fs::read(&path) {
        // As it was kept before there was a seal.
        Ok(bytes) if bytes.len() == KEY_BYTES => {
            let bytes = Secret::new(bytes);
            keep(&path, &bytes, seal)?;
            bytes
        }
        Ok(bytes) => match seal.unwrap(CONTEXT, &bytes) {
            Ok(bytes) => bytes,
            Err(KeyWrapError::Sealed) => fresh(entropy)?,
            Err(error) => {
                return Err(error).with_context(|| {
                    format!("{}: remove it, and a new one is made", path.display())
                });
            }
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let bytes = fresh(entropy)?;
            keep(&path, &bytes, seal)?;
            bytes
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
    };
    CookieKey::new(bytes.expose())
        .with_context(|| format!("{}: remove it, and a new one is made", path.display()))
}

fn fresh(entropy: &dyn Entropy) -> Result<Secret> {
    let mut bytes = vec![0; KEY_BYTES];
    entropy.fill(&mut bytes)?;
    Ok(Secret::new(bytes))
}

fn keep(path: &Path, bytes: &Secret, seal: &dyn KeyWrap) -> Result<()> {
    match seal.wrap(CONTEXT, bytes.expose()) {
        Ok(wrapped) => private_file::write(path, &wrapped),
        Err(KeyWrapError::Sealed) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use route::stickiness::{Binding, Session};
    use types::Time;

    use super::*;
    use crate::system::SystemEntropy;

    fn seal(data: &Path) -> std::sync::Arc<keys::seal::Seal> {
        let entropy = std::sync::Arc::new(SystemEntropy::default());
        crate::seal::open(data, entropy).unwrap().seal
    }

    fn key(data: &Path, seal: &dyn KeyWrap) -> Result<CookieKey> {
        load(data, &SystemEntropy::default(), seal)
    }

    fn sealed(key: &CookieKey) -> Vec<u8> {
        key.seal(Binding::Target, SESSION, [7; 12]).unwrap().into()
    }

    const SESSION: Session = Session {
        group_key: 1,
        target_key: 2,
        issued: Time::from_millis(3),
    };

    #[test]
    fn what_one_process_seals_the_next_opens() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let seal = seal(&data);
        let first = sealed(&key(&data, seal.as_ref()).unwrap());
        assert_eq!(sealed(&key(&data, seal.as_ref()).unwrap()), first);
        let file = data.join("keys/cookie.key");
        assert_eq!(std::fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        assert!(std::fs::read(&file).unwrap().len() > KEY_BYTES, "wrapped");

        // Sealed, there is a key all the same, and the kept one is left alone.
        let before = std::fs::read(&file).unwrap();
        seal.close();
        assert_ne!(sealed(&key(&data, seal.as_ref()).unwrap()), first);
        assert_eq!(std::fs::read(&file).unwrap(), before);

        let again = self::seal(&data);
        assert_eq!(sealed(&key(&data, again.as_ref()).unwrap()), first);
        std::fs::write(&file, "short").unwrap();
        let error = format!("{:#}", key(&data, again.as_ref()).unwrap_err());
        assert!(error.contains("cookie.key"), "{error}");
    }

    #[test]
    fn a_key_of_before_the_seal_is_wrapped_and_stays_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let seal = seal(&data);
        let file = data.join("keys/cookie.key");
        private_file::write(&file, &[9; KEY_BYTES]).unwrap();
        let plain = sealed(&CookieKey::new(&[9; KEY_BYTES]).unwrap());
        for _ in 0..2 {
            assert_eq!(sealed(&key(&data, seal.as_ref()).unwrap()), plain);
            assert!(std::fs::read(&file).unwrap().len() > KEY_BYTES);
        }
    }
}
