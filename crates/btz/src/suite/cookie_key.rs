//! The key of stickiness cookies: made once and kept in the data folder, so that a client stays with
//! its target when this process is followed by another.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};
use route::stickiness::{CookieKey, KEY_BYTES};
use types::{Entropy, Secret};

use crate::private_file;

/// The key in `data`; made if there is none.
pub(super) fn load(data: &Path, entropy: &dyn Entropy) -> Result<CookieKey> {
    let path = data.join("keys").join("cookie.key");
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => Secret::new(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let mut bytes = vec![0; KEY_BYTES];
            entropy.fill(&mut bytes)?;
            let bytes = Secret::new(bytes);
            private_file::write(&path, bytes.expose())?;
            bytes
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
    };
    CookieKey::new(bytes.expose())
        .with_context(|| format!("{}: remove it, and a new one is made", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use route::stickiness::{Binding, Session};
    use types::Time;

    use super::*;
    use crate::system::SystemEntropy;

    #[test]
    fn what_one_process_seals_the_next_opens() {
        let folder = tempfile::tempdir().unwrap();
        let key = || load(folder.path(), &SystemEntropy::default());
        let session = Session {
            group_key: 1,
            target_key: 2,
            issued: Time::from_millis(3),
        };
        let cookie = key()
            .unwrap()
            .seal(Binding::Target, session, [7; 12])
            .unwrap();
        let hour = std::time::Duration::from_secs(3600);
        let now = Time::from_millis(4);
        let opened = key().unwrap().open(Binding::Target, &cookie, hour, now);
        assert_eq!(opened, Some(session));
        let file = folder.path().join("keys/cookie.key");
        assert_eq!(std::fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        std::fs::write(&file, "short").unwrap();
        let error = format!("{:#}", key().unwrap_err());
        assert!(error.contains("cookie.key"), "{error}");
    }
}
