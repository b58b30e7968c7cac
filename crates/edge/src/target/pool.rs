//! Unused connections to targets, kept for the next request. Last in, first out: what is not needed
//! grows old and goes.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::http1::TargetConnection;

/// What connections must have in common to stand for one another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(super) address: SocketAddr,
    /// The name that TLS was spoken with; `None` for plain TCP.
    pub(super) tls: Option<Arc<str>>,
}

#[derive(Debug)]
pub(crate) struct Pool {
    idle: Mutex<Idle>,
    /// How many are kept in all.
    size: usize,
    keep: Duration,
}

#[derive(Debug, Default)]
struct Idle {
    number: usize,
    by_key: BTreeMap<Key, Vec<(Instant, TargetConnection)>>,
}

impl Pool {
    pub(super) fn new(size: usize, keep: Duration) -> Self {
        Self {
            idle: Mutex::default(),
            size,
            keep,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that was not closed meanwhile, as far as can be told.
    pub(super) fn take(&self, key: &Key) -> Option<TargetConnection> {
        loop {
            let mut idle = self.lock();
            let (since, mut connection) = idle.by_key.get_mut(key)?.pop()?;
            idle.number = idle.number.saturating_sub(1);
            drop(idle);
            if since.elapsed() < self.keep && connection.is_quiet() {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection that is not needed now, if there is room.
    pub(crate) fn put(&self, connection: TargetConnection) {
        let now = Instant::now();
        let mut idle = self.lock();
        if idle.number >= self.size {
            return;
        }
        idle.number += 1;
        match idle.by_key.get_mut(connection.key()) {
            Some(same) => same.push((now, connection)),
            None => {
                let key = connection.key().clone();
                idle.by_key.insert(key, vec![(now, connection)]);
            }
        }
    }

    /// Closes what was not needed for long.
    pub(crate) fn expire(&self) {
        let mut idle = self.lock();
        let mut left = 0;
        idle.by_key.retain(|_, same| {
            same.retain_mut(|(since, connection)| {
                since.elapsed() < self.keep && connection.is_quiet()
            });
            left += same.len();
            !same.is_empty()
        });
        idle.number = left;
    }
}
