//! One at a time: who connects to a target, or asks for its address, does it for all who come
//! meanwhile.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// The turns of those who have one.
#[derive(Debug)]
pub(super) struct Turns<K>(Mutex<BTreeMap<K, Weak<Turn<()>>>>);

impl<K> Default for Turns<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Ord + Clone> Turns<K> {
    /// Waits while somebody else has the turn.
    pub(super) async fn take(&self, key: &K) -> OwnedMutexGuard<()> {
        self.of(key).lock_owned().await
    }

    /// The turn, unless somebody else has it.
    pub(super) fn try_take(&self, key: &K) -> Option<OwnedMutexGuard<()>> {
        self.of(key).try_lock_owned().ok()
    }

    fn of(&self, key: &K) -> Arc<Turn<()>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, turn| turn.strong_count() > 0);
        match all.get(key).and_then(Weak::upgrade) {
            Some(turn) => turn,
            None => {
                let turn = Arc::default();
                all.insert(key.clone(), Arc::downgrade(&turn));
                turn
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_has_the_turn_of_a_key_and_nothing_is_left_of_it() {
        let turns = Turns::default();
        let one = turns.take(&1).await;
        assert!(turns.try_take(&1).is_none());
        let two = turns.try_take(&2);
        assert!(two.is_some(), "another key");
        drop(one);
        assert!(turns.try_take(&1).is_some());
        drop(two);
        drop(turns.take(&3).await);
        assert!(turns.0.lock().unwrap().len() <= 1);
    }
}
