//! What a TPM answers, or somebody on its bus: CreatePrimary and whatever follows.

use std::io::{self, Read, Write};
use std::sync::Arc;

use token::{SealedByTpm, Tpm};
use types::{Entropy, EntropyError, Secret};

/// Gives the input as answers, each as long as it says, and takes any command.
struct Bus {
    answers: Vec<u8>,
}

impl Read for Bus {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let size = self.answers.get(2..6).and_then(|size| size.first_chunk());
        let size = size.map_or(usize::MAX, |size| u32::from_be_bytes(*size) as usize);
        let size = size.clamp(1, self.answers.len().max(1));
        let answer: Vec<u8> = self.answers.drain(..size.min(self.answers.len())).collect();
        answer.as_slice().read(out)
    }
}

impl Write for Bus {
    fn write(&mut self, command: &[u8]) -> io::Result<usize> {
        Ok(command.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Ones;

impl Entropy for Ones {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(1);
        Ok(())
    }
}

pub(super) fn run(bytes: &[u8]) {
    let tpm = |bytes: &[u8]| {
        let answers = bytes.to_vec();
        Tpm::over(Bus { answers }, Arc::new(Ones))
    };
    // Nobody who does not know a session's key makes one believe a secret.
    let secret = Secret::new(vec![1; 32]);
    assert!(tpm(bytes).seal(&[7], &secret).is_err());
    let sealed = SealedByTpm {
        pcrs: vec![7],
        primary: vec![0; 34],
        public: vec![1; 40],
        private: vec![2; 90],
    };
    assert!(tpm(bytes).unseal(&sealed).is_err());
}
