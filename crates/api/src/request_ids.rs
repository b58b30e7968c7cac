//! The ids of requests. Their bytes are drawn for many at once: drawing costs as much for sixteen
//! bytes as for a thousand. They are names and no secrets.

use std::sync::{Mutex, PoisonError};

use types::{Entropy, EntropyError, RequestId};

/// How many are drawn at once.
const DRAWN: usize = 64;

/// Draws ids.
#[derive(Debug, Default)]
pub(crate) struct RequestIds(Mutex<Vec<[u8; 16]>>);

impl RequestIds {
    /// One that was not there before.
    ///
    /// # Errors
    /// When there is no randomness.
    pub(crate) fn next(&self, entropy: &dyn Entropy) -> Result<RequestId, EntropyError> {
        let mut drawn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if drawn.is_empty() {
            let mut bytes = [0; 16 * DRAWN];
            entropy.fill(&mut bytes)?;
            drawn.extend(bytes.as_chunks().0);
        }
        drawn.pop().map(RequestId::from_random).ok_or(EntropyError)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Counts, or fails.
    struct Counts(Option<AtomicU64>);

    impl Entropy for Counts {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
            let counter = self.0.as_ref().ok_or(EntropyError)?;
            for part in bytes.chunks_mut(8) {
                let number = counter.fetch_add(1, Ordering::Relaxed).to_le_bytes();
                part.copy_from_slice(&number[..part.len()]);
            }
            Ok(())
        }
    }

    #[test]
    fn no_id_comes_twice() {
        let (ids, entropy) = (RequestIds::default(), Counts(Some(AtomicU64::new(0))));
        let many = 3 * DRAWN + 1;
        let drawn = (0..many).map(|_| ids.next(&entropy).unwrap());
        assert_eq!(drawn.collect::<BTreeSet<_>>().len(), many);
    }

    #[test]
    fn without_randomness_there_is_none() {
        assert_eq!(RequestIds::default().next(&Counts(None)), Err(EntropyError));
    }
}
