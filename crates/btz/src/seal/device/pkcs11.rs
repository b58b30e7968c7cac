//! A slot that a PKCS#11 token opens: its key, which never leaves it, wraps the slot's secret.

use std::collections::BTreeMap;
use std::fmt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use keys::seal::SlotKind;
use token::{Caution, Limits, Token, TokenPlace};
use types::Secret;

use types::hex;

use super::{WRAPPED, parameter, unhex};
use crate::seal::{credential, passphrase_of};
use crate::system::SystemEntropy;

/// The header's word for it.
pub(super) const DEVICE: &str = "pkcs11";

/// The systemd credential with the PIN.
const PIN_CREDENTIAL: &str = "btz-seal-pin";

const LIMITS: Limits = Limits {
    sessions: 1,
    waiting: 1,
    timeout: Duration::from_secs(10),
};

/// A token's key.
pub(crate) struct Pkcs11 {
    place: TokenPlace,
    key: String,
    pin_file: PathBuf,
    /// Empty for a slot that is to be made.
    wrapped: Vec<u8>,
}

impl fmt::Display for Pkcs11 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, key, .. } = self;
        let (label, module) = (&place.label, place.module.display());
        write!(f, "key {key} of token {label} ({module})")
    }
}

impl Pkcs11 {
    /// A slot that is to be made.
    pub(crate) fn new(module: &Path, label: &str, key: &str, pin_file: &Path) -> Result<Self> {
        Ok(Self {
            place: TokenPlace {
                module: std::path::absolute(module)?,
                label: label.to_owned(),
            },
            key: key.to_owned(),
            pin_file: std::path::absolute(pin_file)?,
            wrapped: Vec::new(),
        })
    }

    /// Of what a header says.
    pub(super) fn of(parameters: &BTreeMap<String, String>) -> Result<Self> {
        Ok(Self {
            place: TokenPlace {
                module: parameter(parameters, "module")?.into(),
                label: parameter(parameters, "token")?.to_owned(),
            },
            key: parameter(parameters, "key")?.to_owned(),
            pin_file: parameter(parameters, "pin_file")?.into(),
            wrapped: unhex(parameter(parameters, WRAPPED)?)?,
        })
    }

    /// Where its PIN may be.
    pub(super) fn pin_files(&self) -> Vec<PathBuf> {
        let given = credential(PIN_CREDENTIAL);
        given.into_iter().chain([self.pin_file.clone()]).collect()
    }

    /// Makes the key in the token.
    pub(crate) fn make_key(&self, data: &Path) -> Result<()> {
        let key = self.key.clone();
        let made = self
            .token(data, Caution::Attended)?
            .run(move |connection| connection.make(&key));
        made.map(drop)
            .with_context(|| format!("cannot make {self}"))
    }

    pub(super) fn keeping(
        &self,
        data: &Path,
        installation: &str,
        secret: &Secret,
    ) -> Result<SlotKind> {
        let (key, bound, secret) = (self.key.clone(), bound(installation), secret.clone());
        let wrapped = self
            .token(data, Caution::Attended)?
            .run(move |connection| connection.wrap(&key, &bound, secret.expose()))
            .with_context(|| self.to_string())?;
        let path = |path: &Path| -> Result<String> {
            let text = path
                .to_str()
                .context("a path in the seal header is to be text")?;
            Ok(text.to_owned())
        };
        let parameters = [
            ("module", path(&self.place.module)?),
            ("token", self.place.label.clone()),
            ("key", self.key.clone()),
            ("pin_file", path(&self.pin_file)?),
            (WRAPPED, hex(&wrapped)),
        ];
        Ok(SlotKind::Device {
            device: DEVICE.to_owned(),
            parameters: parameters
                .map(|(name, value)| (name.to_owned(), value))
                .into(),
        })
    }

    pub(super) fn secret(
        &self,
        data: &Path,
        installation: &str,
        caution: Caution,
    ) -> Result<Secret> {
        let (key, bound, wrapped) = (self.key.clone(), bound(installation), self.wrapped.clone());
        self.token(data, caution)?
            .run(move |connection| connection.unwrap(&key, &bound, &wrapped))
            .with_context(|| self.to_string())
    }

    fn token(&self, data: &Path, caution: Caution) -> Result<Token> {
        // The header is not believed before a slot is open: what lies beside it is not run for it.
        let in_data = |path: &Path| {
            Some(
                path.canonicalize()
                    .ok()?
                    .starts_with(data.canonicalize().ok()?),
            )
        };
        if in_data(&self.place.module) != Some(false) {
            bail!(
                "{} lies in the data folder, or is not there: it is not loaded",
                self.place.module.display()
            );
        }
        let pin = match credential(PIN_CREDENTIAL) {
            Some(path) => passphrase_of(&path)?,
            None => {
                let shown = self.pin_file.display();
                let file = self.pin_file.metadata();
                let file = file.with_context(|| format!("cannot read the PIN's file {shown}"))?;
                if file.mode() & 0o077 != 0 {
                    bail!("{shown} can be read by others: it is not used. chmod 600 {shown}");
                }
                passphrase_of(&self.pin_file)?
            }
        };
        let entropy = Arc::new(SystemEntropy::default());
        Ok(Token::new(
            self.place.clone(),
            Some(pin),
            caution,
            LIMITS,
            entropy,
        )?)
    }
}

/// What the token's wrapping is bound to, where its mechanism can bind.
fn bound(installation: &str) -> Vec<u8> {
    format!("btz seal slot pkcs11 v1/{installation}").into_bytes()
}
