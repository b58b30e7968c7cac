//! Platform configuration registers: which of them say how the machine was booted, and the policy that
//! binds to them. Source: TCG TPM Library 2.0, part 2, section 10.9; part 3, sections 22.4 and 23.7;
//! TCG PC Client Platform TPM Profile 1.05, section 4.6.

use aws_lc_rs::digest;

use super::wire::{self, Command, Reader, Writer};
use super::{PCR_MAX, Tpm, TpmError};

/// Bytes of a register in the bank of SHA-256.
const REGISTER_BYTES: usize = 32;

/// Registers that anybody on the machine resets: for debugging, and for applications.
const RESETTABLE: [u8; 2] = [16, 23];

/// A TPM tells at most eight at a time; it is asked so often.
const READS_MAX: usize = 24;

/// Registers in ascending order, each once.
pub(super) fn checked(pcrs: &[u8]) -> Result<Vec<u8>, TpmError> {
    let mut pcrs = pcrs.to_vec();
    pcrs.sort_unstable();
    pcrs.dedup();
    if pcrs.is_empty() || pcrs.iter().any(|pcr| *pcr > PCR_MAX) {
        return Err(TpmError::Parameter(
            "registers are 0 to 23, and at least one",
        ));
    }
    for pcr in &pcrs {
        if RESETTABLE.contains(pcr) {
            return Err(unfit(
                *pcr,
                "anybody who runs on this machine can reset it, so it says nothing of how it was booted",
            ));
        }
    }
    Ok(pcrs)
}

fn unfit(pcr: u8, reason: &'static str) -> TpmError {
    TpmError::RegisterUnfit { pcr, reason }
}

/// TPML_PCR_SELECTION of registers in the bank of SHA-256.
pub(super) fn selection(pcrs: &[u8]) -> Writer {
    let mut select = [0_u8; 3];
    for pcr in pcrs {
        if let Some(byte) = select.get_mut(usize::from(pcr / 8)) {
            *byte |= 1 << (pcr % 8);
        }
    }
    let mut selection = Writer::new();
    selection.u32(1).u16(wire::ALG_SHA256).u8(3).raw(&select);
    selection
}

/// The registers that an answer's TPML_PCR_SELECTION has in the bank of SHA-256.
fn selected(reader: &mut Reader<'_>) -> Result<Vec<u8>, TpmError> {
    let mut pcrs = Vec::new();
    for _ in 0..reader.u32()? {
        let bank = reader.u16()?;
        let bytes = usize::from(reader.u8()?);
        let select = reader.take(bytes)?;
        if bank != wire::ALG_SHA256 {
            continue;
        }
        for pcr in 0..=PCR_MAX {
            let byte = select.get(usize::from(pcr / 8)).copied();
            if byte.unwrap_or_default() & (1 << (pcr % 8)) != 0 {
                pcrs.push(pcr);
            }
        }
    }
    Ok(pcrs)
}

/// What registers hold, one behind the other; those that hold nothing are refused.
pub(super) fn read(tpm: &mut Tpm, pcrs: &[u8]) -> Result<Vec<u8>, TpmError> {
    let command = Command {
        name: "TPM2_PCR_Read",
        code: wire::CC_PCR_READ,
        handles: &[],
    };
    let wrong = |reason| TpmError::Answer {
        command: command.name,
        reason,
    };
    let mut left = pcrs.to_vec();
    let mut values = Vec::new();
    for _ in 0..READS_MAX {
        let Some(first) = left.first().copied() else {
            return Ok(values);
        };
        let answer = tpm.execute(&command, false, selection(&left).bytes())?;
        let mut reader = Reader::of(command.name, &answer.parameters);
        // pcrUpdateCounter: whether they change meanwhile is seen by the policy.
        reader.u32()?;
        let told = selected(&mut reader)?;
        if told.is_empty() {
            return Err(unfit(
                first,
                "the TPM has no such register in its SHA-256 bank: switch the bank on in the firmware's \
                 settings",
            ));
        }
        let count = reader.u32()?;
        if usize::try_from(count) != Ok(told.len()) || !left.starts_with(&told) {
            return Err(wrong("it is of other registers"));
        }
        for pcr in &told {
            let value = reader.sized()?;
            if value.len() != REGISTER_BYTES {
                return Err(wrong("a register has another length"));
            }
            if value.iter().all(|byte| *byte == 0) || value.iter().all(|byte| *byte == 0xff) {
                return Err(unfit(
                    *pcr,
                    "nothing was measured into it, so it is the same however the machine is booted",
                ));
            }
            values.extend_from_slice(value);
        }
        left.drain(..told.len());
    }
    Err(wrong("it goes on without an end"))
}

/// The digest of a policy that is TPM2_PolicyPCR and nothing else.
pub(super) fn policy(pcrs: &[u8], values: &[u8]) -> Vec<u8> {
    let mut bound = vec![0; REGISTER_BYTES];
    bound.extend_from_slice(&wire::CC_POLICY_PCR.to_be_bytes());
    bound.extend_from_slice(selection(pcrs).bytes());
    bound.extend_from_slice(digest::digest(&digest::SHA256, values).as_ref());
    digest::digest(&digest::SHA256, &bound).as_ref().to_vec()
}
