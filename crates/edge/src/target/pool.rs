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

impl Idle {
    fn take_oldest(&mut self) -> Option<TargetConnection> {
        let since = |same: &Vec<(Instant, TargetConnection)>| Some(same.first()?.0);
        let oldest = self.by_key.iter_mut();
        let oldest = oldest.filter_map(|(_, same)| Some((since(same)?, same)));
        let (_, same) = oldest.min_by_key(|(since, _)| *since)?;
        self.number = self.number.saturating_sub(1);
        Some(same.remove(0).1)
    }
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

    /// Keeps a connection that is not needed now. Where there is no room it takes the place of the
    /// one that was not needed for longest, whosever that is: what one target group has left behind
    /// does not cost another its connections.
    pub(crate) fn put(&self, connection: TargetConnection) {
        let now = Instant::now();
        let mut idle = self.lock();
        if self.size == 0 {
            return;
        }
        let gone = (idle.number >= self.size).then(|| idle.take_oldest());
        idle.number += 1;
        match idle.by_key.get_mut(connection.key()) {
            Some(same) => same.push((now, connection)),
            None => {
                let key = connection.key().clone();
                idle.by_key.insert(key, vec![(now, connection)]);
            }
        }
        // It is closed without the lock.
        drop(idle);
        drop(gone);
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

#[cfg(test)]
mod tests {
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::target::connect::TargetStream;

    /// A route that nobody asks any more gives way to one that is in use.
    #[tokio::test]
    async fn a_full_pool_keeps_what_is_in_use() {
        let pool = Pool::new(2, Duration::from_secs(60));
        let mut listeners = Vec::new();
        let mut keys = Vec::new();
        let mut accepted = Vec::new();
        for number in [0, 0, 1, 1] {
            if listeners.len() <= number {
                listeners.push(TcpListener::bind("127.0.0.1:0").await.unwrap());
            }
            let address = listeners[number].local_addr().unwrap();
            let key = Key { address, tls: None };
            let stream = TcpStream::connect(address).await.unwrap();
            accepted.push(listeners[number].accept().await.unwrap());
            let connection = TargetConnection::new(TargetStream::Plain(stream), key.clone());
            pool.put(connection);
            keys.push(key);
        }
        assert!(pool.take(&keys[0]).is_none(), "left behind");
        assert!(pool.take(&keys[2]).is_some() && pool.take(&keys[3]).is_some());
        assert!(pool.take(&keys[2]).is_none());
        assert_eq!(pool.lock().number, 0);
    }
}
