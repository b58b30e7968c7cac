//! The key that signs backups: made at the first, kept wrapped by the seal in `DATA/backup-key`. Its
//! public half lies beside as `backup-key.pub`, for who verifies elsewhere.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};
use backup::{PublicKey, Signer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keys::seal::random_secret;
use types::{Entropy, KeyWrap};

use crate::{private_file, sealed_file};

/// The wrapped seed.
const FILE_NAME: &str = "backup-key";

/// The public key, as PEM.
const PUBLIC_NAME: &str = "backup-key.pub";

/// A wrapped seed has fewer bytes.
const FILE_BYTES_MAX: u64 = 4096;

/// The installation's key; made if there is none. To be called under the seal's lock.
pub(super) fn load(data: &Path, seal: &dyn KeyWrap, entropy: &dyn Entropy) -> Result<Signer> {
    if let Some(signer) = kept(data, seal)? {
        return Ok(signer);
    }
    let seed = random_secret(entropy)?;
    let signer = Signer::of(&seed)?;
    private_file::write(
        &data.join(PUBLIC_NAME),
        pem(&signer.public_key()?).as_bytes(),
    )?;
    let wrapped = sealed_file::sealed(seal, FILE_NAME, seed.expose())?;
    private_file::write(&data.join(FILE_NAME), &wrapped)?;
    Ok(signer)
}

/// The installation's key, if it was made.
pub(super) fn kept(data: &Path, seal: &dyn KeyWrap) -> Result<Option<Signer>> {
    let path = data.join(FILE_NAME);
    let shown = || path.display().to_string();
    match std::fs::metadata(&path) {
        Ok(file) if file.len() <= FILE_BYTES_MAX => {}
        Ok(_) => anyhow::bail!("{} is no wrapped key: restore it from a backup", shown()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(shown),
    }
    let bytes = std::fs::read(&path).with_context(shown)?;
    // It was never written in another form: one that lies open is somebody else's.
    if !sealed_file::is_sealed(&bytes) {
        anyhow::bail!("{} is no wrapped key: it was altered", shown());
    }
    let seed = sealed_file::opened(seal, FILE_NAME, &bytes).with_context(shown)?;
    Ok(Some(Signer::of(&seed).with_context(shown)?))
}

fn pem(key: &PublicKey) -> String {
    let body = STANDARD.encode(key.to_spki());
    format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
}
