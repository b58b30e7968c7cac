//! A slot that this machine's TPM 2.0 opens, as long as it was booted as it was when the slot was made.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use anyhow::{Context, Result};
use keys::seal::SlotKind;
use token::{SealedByTpm, Tpm};
use types::Secret;

use types::hex;

use super::{parameter, unhex};
use crate::system::SystemEntropy;

/// The header's word for it.
pub(super) const DEVICE: &str = "tpm2";

/// A TPM and its registers.
pub(crate) struct Tpm2 {
    device: String,
    pcrs: Vec<u8>,
    /// `None` for a slot that is to be made.
    sealed: Option<SealedByTpm>,
}

impl fmt::Display for Tpm2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TPM {}, registers {}", self.device, written(&self.pcrs))
    }
}

impl Tpm2 {
    /// A slot that is to be made.
    pub(crate) fn new(device: &str, pcrs: &[u8]) -> Self {
        Self {
            device: device.to_owned(),
            pcrs: pcrs.to_vec(),
            sealed: None,
        }
    }

    /// Of what a header says.
    pub(super) fn of(parameters: &BTreeMap<String, String>) -> Result<Self> {
        let bytes = |name| unhex(parameter(parameters, name)?);
        let pcrs: Result<Vec<u8>, _> = parameter(parameters, "pcrs")?
            .split('+')
            .map(str::parse)
            .collect();
        let pcrs = pcrs.context("the seal header's registers are none")?;
        Ok(Self {
            device: parameter(parameters, "device")?.to_owned(),
            pcrs: pcrs.clone(),
            sealed: Some(SealedByTpm {
                pcrs,
                primary: bytes("primary")?,
                public: bytes("public")?,
                private: bytes("private")?,
            }),
        })
    }

    pub(super) fn keeping(&self, secret: &Secret) -> Result<SlotKind> {
        let sealed = self.open()?.seal(&self.pcrs, secret)?;
        let parameters = [
            ("device", self.device.clone()),
            ("pcrs", written(&sealed.pcrs)),
            ("primary", hex(&sealed.primary)),
            ("public", hex(&sealed.public)),
            ("private", hex(&sealed.private)),
        ];
        Ok(SlotKind::Device {
            device: DEVICE.to_owned(),
            parameters: parameters
                .map(|(name, value)| (name.to_owned(), value))
                .into(),
        })
    }

    pub(super) fn secret(&self) -> Result<Secret> {
        let sealed = self.sealed.as_ref().context("the slot is not made yet")?;
        Ok(self.open()?.unseal(sealed)?)
    }

    fn open(&self) -> Result<Tpm> {
        Ok(Tpm::open(&self.device, Arc::new(SystemEntropy::default()))?)
    }
}

fn written(pcrs: &[u8]) -> String {
    let words: Vec<String> = pcrs.iter().map(u8::to_string).collect();
    words.join("+")
}
