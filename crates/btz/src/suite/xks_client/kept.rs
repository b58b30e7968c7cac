//! Connections that are kept for the next request: a bounded number, for a bounded time.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use telemetry::metrics::{Counter, Gauge, Registry};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// Connections that are kept to one proxy.
const PER_HOST_MAX: usize = 16;

/// Connections in all, those in use too.
const CONNECTIONS_MAX: usize = 256;

/// How long one is kept that nobody uses.
const IDLE_FOR: Duration = Duration::from_secs(60);

/// How long one is used: then a name is looked up again.
const USED_FOR: Duration = Duration::from_secs(600);

/// How often it is looked whose time is over.
const SWEEP_EVERY: Duration = Duration::from_secs(10);

/// One that is kept.
struct Idle<C> {
    since: Instant,
    made: Instant,
    connection: C,
}

/// The connections, by host.
pub(super) struct Kept<C> {
    idle: Mutex<HashMap<String, VecDeque<Idle<C>>>>,
    room: Arc<Semaphore>,
    full: Counter,
    shown: Gauge,
}

impl<C: Send + 'static> Kept<C> {
    /// None yet. What nobody uses goes by a task that ends with them.
    pub(super) fn start(metrics: &Registry) -> Arc<Self> {
        let kept = Arc::new(Self {
            idle: Mutex::default(),
            room: Arc::new(Semaphore::new(CONNECTIONS_MAX)),
            full: metrics.counter(
                "btz_kms_xks_connections_full_total",
                "Requests to external key store proxies that found all connections taken.",
                &[],
            ),
            shown: metrics.gauge(
                "btz_kms_xks_connections_idle",
                "Connections to external key store proxies that are kept for the next request.",
                &[],
            ),
        });
        let weak = Arc::downgrade(&kept);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(SWEEP_EVERY).await;
                match weak.upgrade() {
                    Some(kept) => kept.retain(|idle, now| !is_over(idle, now)),
                    None => return,
                }
            }
        });
        kept
    }

    /// The one that was used last, if it can be used.
    pub(super) fn take(&self, host: &str, is_usable: impl Fn(&C) -> bool) -> Option<C> {
        let now = Instant::now();
        let mut all = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.get_mut(host)?;
        let mut found = None;
        while let Some(idle) = kept.pop_back() {
            if !is_over(&idle, now) && is_usable(&idle.connection) {
                found = Some(idle.connection);
                break;
            }
        }
        if kept.is_empty() {
            all.remove(host);
        }
        self.show(&all);
        found
    }

    /// Keeps one for the next request; of too many of a host the oldest goes.
    pub(super) fn keep(&self, host: &str, made: Instant, connection: C) {
        let since = Instant::now();
        let mut all = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.entry(host.to_owned()).or_default();
        if kept.len() >= PER_HOST_MAX {
            kept.pop_front();
        }
        kept.push_back(Idle {
            since,
            made,
            connection,
        });
        self.show(&all);
    }

    /// Room for one more connection, held as long as that is open. Where there is none, those that
    /// nobody uses make room.
    pub(super) async fn room(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(room) = Arc::clone(&self.room).try_acquire_owned() {
            return Some(room);
        }
        self.full.increment();
        self.retain(|_, _| false);
        Arc::clone(&self.room).acquire_owned().await.ok()
    }

    fn retain(&self, mut stays: impl FnMut(&Idle<C>, Instant) -> bool) {
        let now = Instant::now();
        let mut all = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, kept| {
            kept.retain(|idle| stays(idle, now));
            !kept.is_empty()
        });
        self.show(&all);
    }

    fn show(&self, all: &HashMap<String, VecDeque<Idle<C>>>) {
        let count: usize = all.values().map(VecDeque::len).sum();
        self.shown.set(i64::try_from(count).unwrap_or(i64::MAX));
    }
}

fn is_over<C>(idle: &Idle<C>, now: Instant) -> bool {
    now.duration_since(idle.since) >= IDLE_FOR || now.duration_since(idle.made) >= USED_FOR
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> Arc<Kept<Arc<()>>> {
        Kept::start(&Registry::default())
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_uses_is_closed_without_another_request() {
        let kept = kept();
        let connection = Arc::new(());
        kept.keep("a", Instant::now(), Arc::clone(&connection));
        assert_eq!(kept.shown.value(), 1);
        tokio::time::sleep(IDLE_FOR - SWEEP_EVERY).await;
        assert_eq!(Arc::strong_count(&connection), 2);
        tokio::time::sleep(2 * SWEEP_EVERY).await;
        assert_eq!(Arc::strong_count(&connection), 1, "it is closed");
        assert_eq!(kept.shown.value(), 0);
        assert!(
            kept.idle.lock().unwrap().is_empty(),
            "nor is its host remembered"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_used_ends_too() {
        let kept = kept();
        let made = Instant::now();
        let mut connection = Arc::new(());
        for _ in 0..USED_FOR.as_secs() / 30 {
            kept.keep("a", made, connection);
            tokio::time::sleep(Duration::from_secs(30)).await;
            match kept.take("a", |_| true) {
                Some(taken) => connection = taken,
                None => {
                    assert!(made.elapsed() >= USED_FOR);
                    return;
                }
            }
        }
        panic!("it was used for {:?}", made.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_one_is_taken_first_and_of_too_many_the_oldest_goes() {
        let kept = kept();
        let all: Vec<Arc<()>> = (0..=PER_HOST_MAX).map(|_| Arc::new(())).collect();
        for connection in &all {
            kept.keep("a", Instant::now(), Arc::clone(connection));
        }
        assert_eq!(Arc::strong_count(&all[0]), 1);
        let taken = kept.take("a", |_| true).unwrap();
        assert!(Arc::ptr_eq(&taken, &all[PER_HOST_MAX]));
        assert!(kept.take("b", |_| true).is_none());
        assert!(kept.take("a", |_| false).is_none(), "none can be used");
        assert_eq!(kept.shown.value(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn idle_connections_make_room_and_there_is_no_more() {
        // The room of a connection stands for it.
        let kept: Arc<Kept<OwnedSemaphorePermit>> = Kept::start(&Registry::default());
        let mut open = Vec::new();
        for _ in 0..CONNECTIONS_MAX - 1 {
            open.push(kept.room().await.unwrap());
        }
        kept.keep("a", Instant::now(), kept.room().await.unwrap());
        open.push(kept.room().await.unwrap());
        assert_eq!((kept.full.value(), kept.shown.value()), (1, 0));
        let next = tokio::time::timeout(Duration::from_secs(1), kept.room());
        assert!(next.await.is_err(), "all are taken");
        assert_eq!(kept.full.value(), 2);
        open.pop();
        let next = tokio::time::timeout(Duration::from_secs(1), kept.room());
        assert!(next.await.is_ok());
    }
}
