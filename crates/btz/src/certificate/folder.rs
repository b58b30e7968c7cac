//! The data folder's certificates: `certificates/NAME/cert.pem` and `key.pem`, for their owner only; the
//! key wrapped by the seal.
//!
//! A pair is replaced so that a crash leaves a pair that fits: the new key is laid beside the old
//! one, then the chain is renamed into place, then the key. Who finds a chain whose key lies beside
//! finishes that.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Name;
use super::acme;
use super::source::{Certificate, Origin, Source};
use crate::private_file;
use crate::sealed_file::SecretFiles;

/// The certificates' folder in the data folder.
const FOLDER: &str = "certificates";

/// The most certificates that the folder may hold; what is beyond is not looked at.
const CERTIFICATES_MAX: usize = 1000;

/// Where a certificate lies in the data folder.
pub(crate) fn place(data: &Path, name: &Name) -> PathBuf {
    data.join(FOLDER).join(name.as_str())
}

fn source_of(data: &Path, name: Name) -> Source {
    let place = place(data, &name);
    let origin = if acme::State::is_in(&place) {
        Origin::Acme
    } else {
        Origin::Imported
    };
    Source {
        cert: place.join("cert.pem"),
        key: place.join("key.pem"),
        name,
        origin,
    }
}

/// The data folder's certificates, by name.
pub(crate) fn kept(data: &Path) -> Result<Vec<Source>> {
    let folder = data.join(FOLDER);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", folder.display()));
        }
    };
    let named = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry.ok()?;
        let name: Name = entry.file_name().to_str()?.parse().ok()?;
        entry.path().is_dir().then_some(name)
    };
    let mut names: Vec<Name> = entries.filter_map(named).collect();
    names.sort();
    if names.len() > CERTIFICATES_MAX {
        let (there, folder) = (names.len(), folder.display());
        tracing::warn!(there, %folder, "more than {CERTIFICATES_MAX} certificates: the rest is not used");
        names.truncate(CERTIFICATES_MAX);
    }
    let sources = names.into_iter().map(|name| source_of(data, name));
    Ok(sources.collect())
}

/// Checks a chain and its key and keeps them, in place of what had the name.
pub(crate) fn import(
    data: &Path,
    name: &Name,
    chain_pem: &[u8],
    key_pem: &[u8],
    files: &SecretFiles,
) -> Result<Certificate> {
    let certificate = save(data, name, chain_pem, key_pem, files)?;
    acme::State::forget(&place(data, name))?;
    Ok(certificate)
}

/// As [`import`], of a certificate that is still its authority's to renew.
pub(crate) fn save(
    data: &Path,
    name: &Name,
    chain_pem: &[u8],
    key_pem: &[u8],
    files: &SecretFiles,
) -> Result<Certificate> {
    let certificate = Certificate::of(chain_pem, key_pem)?;
    let source = source_of(data, name.clone());
    files.write(&beside(&source.key), key_pem)?;
    private_file::write(&source.cert, chain_pem)?;
    put_in_place(&source)?;
    Ok(certificate)
}

/// Finishes what a crash has interrupted; `None` when there is nothing to finish.
pub(super) fn finish(
    source: &Source,
    chain_pem: &[u8],
    files: &SecretFiles,
) -> Option<Result<Certificate>> {
    let key = files.read(&beside(&source.key)).ok()?;
    let certificate = Certificate::of(chain_pem, &key).ok()?;
    Some(put_in_place(source).map(|()| certificate))
}

fn put_in_place(source: &Source) -> Result<()> {
    std::fs::rename(beside(&source.key), &source.key)
        .with_context(|| format!("cannot write {}", source.key.display()))
}

fn beside(key: &Path) -> PathBuf {
    key.with_extension("pem.next")
}

/// Removes a certificate and all that is kept of it; whether there was one.
pub(crate) fn remove(data: &Path, name: &Name) -> Result<bool> {
    let place = place(data, name);
    // Out of sight in one step: nobody is to find a chain without its key.
    let removed = data.join(FOLDER).join(format!(".{name}.removed"));
    match std::fs::rename(&place, &removed) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot remove {}", place.display()));
        }
    }
    std::fs::remove_dir_all(&removed)
        .with_context(|| format!("cannot remove {}", removed.display()))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn made(domain: &str) -> (String, String) {
        let made = rcgen::generate_simple_self_signed([domain.to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    fn files(data: &Path) -> SecretFiles {
        SecretFiles::of_command(data)
    }

    fn read(data: &Path) -> Result<Vec<String>> {
        kept(data)?[0]
            .read(&files(data))
            .map(|read| read.facts.domains)
    }

    #[test]
    fn what_is_imported_is_read_back_and_is_its_owners_only() {
        let data = tempfile::tempdir().unwrap();
        let name: Name = "shop".parse().unwrap();
        let (chain, key) = made("shop.example");
        import(
            data.path(),
            &name,
            chain.as_bytes(),
            key.as_bytes(),
            &files(data.path()),
        )
        .unwrap();
        assert_eq!(read(data.path()).unwrap(), ["shop.example"]);
        let place = place(data.path(), &name);
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&place), 0o700);
        assert_eq!(mode(&place.join("key.pem")), 0o600);
        assert_eq!(
            std::fs::read_dir(&place).unwrap().count(),
            2,
            "nothing is left beside"
        );
        assert!(remove(data.path(), &name).unwrap());
        assert!(!remove(data.path(), &name).unwrap());
        assert!(kept(data.path()).unwrap().is_empty());
    }

    #[test]
    fn a_pair_that_does_not_fit_is_refused_and_changes_nothing() {
        let data = tempfile::tempdir().unwrap();
        let name: Name = "shop".parse().unwrap();
        let (chain, key) = made("shop.example");
        let (_, other) = made("shop.example");
        assert!(
            import(
                data.path(),
                &name,
                chain.as_bytes(),
                other.as_bytes(),
                &files(data.path())
            )
            .is_err()
        );
        assert!(kept(data.path()).unwrap().is_empty());
        import(
            data.path(),
            &name,
            chain.as_bytes(),
            key.as_bytes(),
            &files(data.path()),
        )
        .unwrap();
        assert!(
            import(
                data.path(),
                &name,
                chain.as_bytes(),
                other.as_bytes(),
                &files(data.path())
            )
            .is_err()
        );
        assert_eq!(read(data.path()).unwrap(), ["shop.example"]);
    }

    /// Killed at any moment of a replacement, the next start finds the old pair or the new one.
    #[test]
    fn a_crash_leaves_a_pair_that_fits() {
        let data = tempfile::tempdir().unwrap();
        let name: Name = "shop".parse().unwrap();
        let (chain, key) = made("old.example");
        import(
            data.path(),
            &name,
            chain.as_bytes(),
            key.as_bytes(),
            &files(data.path()),
        )
        .unwrap();
        let source = kept(data.path()).unwrap().remove(0);
        let (new_chain, new_key) = made("new.example");

        private_file::write(&beside(&source.key), new_key.as_bytes()).unwrap();
        assert_eq!(read(data.path()).unwrap(), ["old.example"]);
        private_file::write(&source.cert, new_chain.as_bytes()).unwrap();
        assert_eq!(read(data.path()).unwrap(), ["new.example"]);
        assert!(!beside(&source.key).exists());
        assert_eq!(read(data.path()).unwrap(), ["new.example"]);
    }

    #[test]
    fn other_things_in_the_folder_are_no_certificates() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join(FOLDER);
        std::fs::create_dir_all(folder.join(".shop.removed")).unwrap();
        std::fs::write(folder.join("README"), "x").unwrap();
        assert!(kept(data.path()).unwrap().is_empty());
    }
}
