//! Request ids for the edge and what else is left to chance: drawn in blocks, so that a request does
//! not cost a system call.

use std::sync::{Arc, Mutex, PoisonError};

use types::{Entropy, RequestId};

const ID_BYTES: usize = 16;
const CHANCE_BYTES: usize = 8;
const DRAWN_BYTES: usize = ID_BYTES + CHANCE_BYTES;
const BLOCK_BYTES: usize = 64 * DRAWN_BYTES;

/// Gives out request ids.
pub(crate) struct Identities {
    entropy: Arc<dyn Entropy>,
    block: Mutex<Block>,
}

struct Block {
    bytes: [u8; BLOCK_BYTES],
    used: usize,
}

impl Identities {
    pub(crate) fn new(entropy: Arc<dyn Entropy>) -> Self {
        let bytes = [0; BLOCK_BYTES];
        let used = BLOCK_BYTES;
        Self {
            entropy,
            block: Mutex::new(Block { bytes, used }),
        }
    }

    /// The next id, and a random number that nobody is told. Should the system's randomness fail,
    /// traffic goes on: they then count up from the last block, which names requests just as well.
    /// They guard nothing.
    pub(crate) fn next(&self) -> (RequestId, u64) {
        let mut block = self.block.lock().unwrap_or_else(PoisonError::into_inner);
        if block.used + DRAWN_BYTES > BLOCK_BYTES {
            if self.entropy.fill(&mut block.bytes).is_err() {
                tracing::error!("the system gave no random bytes: request ids count up");
                for byte in &mut block.bytes {
                    *byte = byte.wrapping_add(1);
                }
            }
            block.used = 0;
        }
        let mut id = [0; ID_BYTES];
        let mut chance = [0; CHANCE_BYTES];
        let drawn = block.bytes.get(block.used..block.used + DRAWN_BYTES);
        if let Some((first, second)) = drawn.and_then(|drawn| drawn.split_at_checked(ID_BYTES)) {
            id.copy_from_slice(first);
            chance.copy_from_slice(second);
        }
        block.used += DRAWN_BYTES;
        (RequestId::from_random(id), u64::from_ne_bytes(chance))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::atomic::{AtomicU8, Ordering};

    use types::EntropyError;

    use super::*;

    struct Counting(AtomicU8);

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
            for byte in bytes {
                *byte = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(167);
            }
            Ok(())
        }
    }

    struct Broken;

    impl Entropy for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError)
        }
    }

    #[test]
    fn ids_of_one_block_differ() {
        let ids = Identities::new(Arc::new(Counting(AtomicU8::new(1))));
        let first: BTreeSet<RequestId> = (0..16).map(|_| ids.next().0).collect();
        assert_eq!(first.len(), 16);
    }

    #[test]
    fn requests_are_named_even_without_randomness() {
        let ids = Identities::new(Arc::new(Broken));
        let blocks: BTreeSet<RequestId> = (0..3)
            .map(|_| (0..64).map(|_| ids.next().0).last().unwrap())
            .collect();
        assert_eq!(blocks.len(), 3);
    }
}
