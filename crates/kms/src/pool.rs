//! Threads for computations that take long: private-key operations of the slow specs, and the making of
//! key pairs. Calls and proxied requests share the runtime's few threads, so what takes milliseconds to
//! seconds must not run there; and it may not take every processor either, however many ask for it.
//! Source: tokio's documentation, "CPU-bound tasks and blocking code".

use std::collections::VecDeque;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use telemetry::metrics::{Counter, Gauge, Registry};
use tokio::sync::oneshot;
use types::ServiceError;

use crate::exception;
use crate::limit::COMPUTATIONS_WAITING_MAX;

type Computation = Box<dyn FnOnce() + Send>;

/// Which computations a pool is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Up to milliseconds: signatures, decryptions and agreements of the slow specs. As many at once
    /// as there are processors.
    PrivateKey,
    /// Up to seconds: key pairs. Half as many, so that signatures do not wait for them.
    KeyPair,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::PrivateKey => "private_key",
            Self::KeyPair => "key_pair",
        }
    }

    fn threads(self) -> usize {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        match self {
            Self::PrivateKey => processors,
            Self::KeyPair => processors.div_ceil(2),
        }
    }
}

/// Computations that wait for one of a few threads, first come, first served. The threads are the
/// runtime's own for blocking work; each stays as long as something waits.
pub(crate) struct Pool {
    shared: Arc<Shared>,
    threads_max: usize,
}

struct Shared {
    jobs: Mutex<Jobs>,
    waiting: Gauge,
    taken: Counter,
    refused: Counter,
}

#[derive(Default)]
struct Jobs {
    waiting: VecDeque<Computation>,
    /// That carry something out, or are about to.
    threads: usize,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("threads_max", &self.threads_max)
            .finish_non_exhaustive()
    }
}

impl Pool {
    pub(crate) fn new(kind: Kind, registry: &Registry) -> Self {
        Self::with_threads(kind, kind.threads(), registry)
    }

    fn with_threads(kind: Kind, threads_max: usize, registry: &Registry) -> Self {
        let labels = [("kind", kind.name())];
        Self {
            shared: Arc::new(Shared {
                jobs: Mutex::default(),
                waiting: registry.gauge(
                    "btz_kms_computations_waiting",
                    "Computations that wait for a thread of their own.",
                    &labels,
                ),
                taken: registry.counter(
                    "btz_kms_computations_total",
                    "Slow private-key operations and key pairs that were given to threads of their own.",
                    &labels,
                ),
                refused: registry.counter(
                    "btz_kms_computations_refused_total",
                    "Computations that were refused because too many waited.",
                    &labels,
                ),
            }),
            threads_max,
        }
    }

    /// Carries a computation out on one of the threads, and answers what it answered.
    ///
    /// # Errors
    /// `ThrottlingException` when [`COMPUTATIONS_WAITING_MAX`] wait already: clients try again.
    /// `KMSInternalException` when it panicked.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        computation: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let (done, answer) = oneshot::channel();
        self.push(Box::new(move || {
            // Who asked may have gone away while it waited.
            if !done.is_closed() {
                drop(done.send(computation()));
            }
        }))?;
        answer
            .await
            .map_err(|_| exception::internal("a computation did not come to its end"))
    }

    fn push(&self, computation: Computation) -> Result<(), ServiceError> {
        let mut jobs = self.shared.jobs();
        if jobs.waiting.len() >= COMPUTATIONS_WAITING_MAX {
            self.shared.refused.increment();
            return Err(exception::throttled());
        }
        jobs.waiting.push_back(computation);
        self.shared.waiting.add(1);
        self.shared.taken.increment();
        let needs_one = jobs.threads < self.threads_max;
        jobs.threads += usize::from(needs_one);
        drop(jobs);
        if needs_one {
            let shared = Arc::clone(&self.shared);
            drop(tokio::task::spawn_blocking(move || shared.work()));
        }
        Ok(())
    }
}

impl Shared {
    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some(computation) = self.next() {
            self.waiting.add(-1);
            // Whoever waits for it learns of a panic by its sender's end; the others go on.
            drop(std::panic::catch_unwind(AssertUnwindSafe(computation)));
        }
    }

    /// The next computation; without one, the thread is given back.
    fn next(&self) -> Option<Computation> {
        let mut jobs = self.jobs();
        let next = jobs.waiting.pop_front();
        if next.is_none() {
            jobs.threads -= 1;
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;
    use std::time::Duration;

    use tokio::task::JoinSet;

    use super::*;

    fn pool(threads: usize) -> Arc<Pool> {
        let registry = Registry::default();
        Arc::new(Pool::with_threads(Kind::PrivateKey, threads, &registry))
    }

    #[tokio::test]
    async fn so_many_run_at_once_and_all_answer_from_other_threads() {
        let pool = pool(3);
        let here = std::thread::current().id();
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut calls = JoinSet::new();
        for number in 0..200 {
            let (running, most) = (Arc::clone(&running), Arc::clone(&most));
            let pool = Arc::clone(&pool);
            calls.spawn(async move {
                let answer = pool.run(move || {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_micros(200));
                    running.fetch_sub(1, Ordering::SeqCst);
                    assert_ne!(std::thread::current().id(), here);
                    number
                });
                answer.await.unwrap()
            });
        }
        let mut answers = calls.join_all().await;
        answers.sort_unstable();
        assert!(answers.into_iter().eq(0..200));
        assert!((1..=3).contains(&most.load(Ordering::SeqCst)));
        assert_eq!(pool.shared.waiting.value(), 0);
    }

    #[tokio::test]
    async fn one_too_many_is_throttled_and_those_that_wait_are_carried_out() {
        let pool = pool(1);
        let (go_on, waits) = mpsc::channel::<()>();
        let (began, begins) = oneshot::channel();
        let mut calls = JoinSet::new();
        let of_first = Arc::clone(&pool);
        calls.spawn(async move {
            let answer = of_first.run(move || {
                began.send(()).unwrap();
                waits.recv().unwrap();
                0
            });
            answer.await.unwrap()
        });
        begins.await.unwrap();
        for number in 1..=COMPUTATIONS_WAITING_MAX {
            let pool = Arc::clone(&pool);
            calls.spawn(async move { pool.run(move || number).await.unwrap() });
        }
        while pool.shared.jobs().waiting.len() < COMPUTATIONS_WAITING_MAX {
            tokio::task::yield_now().await;
        }
        let error = pool.run(|| ()).await.unwrap_err();
        assert_eq!(error.code, "ThrottlingException");
        assert_eq!(pool.shared.refused.value(), 1);
        go_on.send(()).unwrap();
        let mut answers = calls.join_all().await;
        answers.sort_unstable();
        assert!(answers.into_iter().eq(0..=COMPUTATIONS_WAITING_MAX));
    }

    #[tokio::test]
    async fn a_panic_is_told_to_who_asked_and_to_nobody_else() {
        let pool = pool(1);
        let error = pool.run(|| panic!("a bug")).await.unwrap_err();
        assert_eq!(error.code, "KMSInternalException");
        assert!(matches!(pool.run(|| 7).await, Ok(7)));
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_not_begun_and_threads_are_given_back() {
        let pool = pool(1);
        let (go_on, waits) = mpsc::channel::<()>();
        let (began, begins) = oneshot::channel();
        let of_first = Arc::clone(&pool);
        let first = tokio::spawn(async move {
            let computation = move || {
                began.send(()).unwrap();
                waits.recv().unwrap();
            };
            of_first.run(computation).await.unwrap();
        });
        begins.await.unwrap();
        let left = pool.run(|| panic!("nobody waits for this"));
        let left = tokio::time::timeout(Duration::from_millis(5), left).await;
        assert!(left.is_err());
        go_on.send(()).unwrap();
        first.await.unwrap();
        assert!(matches!(pool.run(|| 7).await, Ok(7)));
        while pool.shared.jobs().threads > 0 {
            tokio::task::yield_now().await;
        }
    }
}
