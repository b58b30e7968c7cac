//! Seal slots of devices: the slot's secret lies in the header only as the device wrapped it.

mod pkcs11;
mod tpm2;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use keys::seal::SlotKind;
use token::Caution;
use types::Secret;

pub(crate) use self::pkcs11::Pkcs11;
pub(crate) use self::tpm2::Tpm2;

const WRAPPED: &str = "wrapped";

/// A slot's device, and what it wrapped.
pub(crate) enum DeviceSlot {
    /// A token's key.
    Pkcs11(Pkcs11),
    /// This machine's TPM, and how it was booted.
    Tpm2(Tpm2),
}

impl fmt::Display for DeviceSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pkcs11(slot) => slot.fmt(f),
            Self::Tpm2(slot) => slot.fmt(f),
        }
    }
}

impl DeviceSlot {
    /// Of what a header says.
    pub(crate) fn of(kind: &SlotKind) -> Result<Self> {
        match kind {
            SlotKind::Device { device, parameters } if device == pkcs11::DEVICE => {
                Pkcs11::of(parameters).map(Self::Pkcs11)
            }
            SlotKind::Device { device, parameters } if device == tpm2::DEVICE => {
                Tpm2::of(parameters).map(Self::Tpm2)
            }
            SlotKind::Device { device, .. } => bail!("this btz has no driver for {device}"),
            other => bail!("{other} is no device"),
        }
    }

    /// What the header is to say, so that the device gives this secret.
    pub(crate) fn keeping(
        &self,
        data: &Path,
        installation: &str,
        secret: &Secret,
    ) -> Result<SlotKind> {
        match self {
            Self::Pkcs11(slot) => slot.keeping(data, installation, secret),
            Self::Tpm2(slot) => slot.keeping(secret),
        }
    }

    /// The files with a secret that the device is used with.
    pub(crate) fn secret_files(&self) -> Vec<PathBuf> {
        match self {
            Self::Pkcs11(slot) => slot.pin_files(),
            Self::Tpm2(_) => Vec::new(),
        }
    }

    /// The secret.
    pub(crate) fn secret(
        &self,
        data: &Path,
        installation: &str,
        caution: Caution,
    ) -> Result<Secret> {
        match self {
            Self::Pkcs11(slot) => slot.secret(data, installation, caution),
            Self::Tpm2(slot) => slot.secret(),
        }
    }
}

/// A parameter of a header's slot.
fn parameter<'p>(parameters: &'p BTreeMap<String, String>, name: &str) -> Result<&'p str> {
    parameters
        .get(name)
        .map(String::as_str)
        .with_context(|| format!("the seal header does not say its {name}"))
}

/// What [`types::hex`] wrote into a header.
fn unhex(text: &str) -> Result<Vec<u8>> {
    types::unhex(text).context("the seal header's hexadecimal digits are none")
}
