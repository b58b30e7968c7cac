//! Threads for computations that take long: private-key operations of the slow specs, and the making of
//! key pairs. Calls and proxied requests share the runtime's few threads, so what takes milliseconds to
//! seconds must not run there: on a thread of its own the system gives both their time. Accounts take
//! turns, and each has so many places: one that asks for much waits for itself.
//! Source: tokio's documentation, "CPU-bound tasks and blocking code".

use std::collections::VecDeque;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use telemetry::metrics::{Counter, Gauge, Registry};
use tokio::sync::oneshot;
use types::{AccountId, ServiceError};

use crate::exception;
use crate::limit::{KEY_PAIRS_WAITING_MAX, OPERATIONS_WAITING_MAX};

type Computation = Box<dyn FnOnce() + Send>;

/// Which computations a pool is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Up to milliseconds: signatures, decryptions and agreements of the slow specs.
    PrivateKey,
    /// Up to seconds: key pairs. On half as many threads, so that signatures do not wait for them.
    KeyPair,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::PrivateKey => "private_key",
            Self::KeyPair => "key_pair",
        }
    }

    /// All processors but one, at least one: threads of the runtime want to run, too.
    fn threads(self) -> usize {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let most = processors.saturating_sub(1).max(1);
        match self {
            Self::PrivateKey => most,
            Self::KeyPair => most.div_ceil(2),
        }
    }

    /// Of one account.
    const fn waiting_max(self) -> usize {
        match self {
            Self::PrivateKey => OPERATIONS_WAITING_MAX,
            Self::KeyPair => KEY_PAIRS_WAITING_MAX,
        }
    }
}

/// Computations that wait for one of a few threads. The threads are the runtime's own for blocking work;
/// each stays as long as something waits.
pub(crate) struct Pool {
    shared: Arc<Shared>,
    threads_max: usize,
    /// Of one account.
    waiting_max: usize,
}

struct Shared {
    jobs: Mutex<Jobs>,
    waiting: Gauge,
    taken: Counter,
    refused: Counter,
}

#[derive(Default)]
struct Jobs {
    /// The account whose turn it is first; each has something that waits.
    waiting: VecDeque<(AccountId, VecDeque<Computation>)>,
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
            waiting_max: kind.waiting_max(),
        }
    }

    /// Carries a computation out for an account on one of the threads, and answers what it answered.
    ///
    /// # Errors
    /// `ThrottlingException` when too many of the account's wait already: clients try again.
    /// `KMSInternalException` when it panicked, or no thread can be had.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        account: AccountId,
        computation: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let (done, answer) = oneshot::channel();
        self.push(account, Box::new(move || drop(done.send(computation()))))?;
        answer
            .await
            .map_err(|_| exception::internal("a computation did not come to its end"))
    }

    fn push(&self, account: AccountId, computation: Computation) -> Result<(), ServiceError> {
        let mut jobs = self.shared.jobs();
        if !jobs.push(account, computation, self.waiting_max) {
            self.shared.refused.increment();
            return Err(exception::throttled());
        }
        self.shared.waiting.add(1);
        self.shared.taken.increment();
        let needs_one = jobs.threads < self.threads_max;
        jobs.threads += usize::from(needs_one);
        drop(jobs);
        if !needs_one {
            return Ok(());
        }
        let shared = Arc::clone(&self.shared);
        let spawn = || drop(tokio::task::spawn_blocking(move || shared.work()));
        // The runtime panics when the system gives it no thread at all.
        std::panic::catch_unwind(AssertUnwindSafe(spawn)).map_err(|_| {
            self.shared.jobs().threads -= 1;
            exception::internal("no thread can be had for a computation")
        })
    }
}

impl Jobs {
    /// Whether there was room for it.
    fn push(&mut self, account: AccountId, computation: Computation, waiting_max: usize) -> bool {
        let mut waiting = self.waiting.iter_mut();
        match waiting.find(|(of, _)| *of == account) {
            Some((_, own)) if own.len() >= waiting_max => return false,
            Some((_, own)) => own.push_back(computation),
            None => self.waiting.push_back((account, [computation].into())),
        }
        true
    }

    fn pop(&mut self) -> Option<Computation> {
        let (account, mut own) = self.waiting.pop_front()?;
        let next = own.pop_front();
        if !own.is_empty() {
            self.waiting.push_back((account, own));
        }
        next
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
        let next = jobs.pop();
        if next.is_none() {
            jobs.threads -= 1;
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Barrier, mpsc};

    use tokio::task::{JoinSet, yield_now};

    use super::*;

    const ACCOUNTS: [&str; 2] = ["111122223333", "444455556666"];

    fn account(number: usize) -> AccountId {
        ACCOUNTS[number].parse().unwrap()
    }

    fn pool(threads: usize) -> Arc<Pool> {
        let registry = Registry::default();
        Arc::new(Pool::with_threads(Kind::PrivateKey, threads, &registry))
    }

    async fn until_waiting(pool: &Pool, wanted: usize) {
        while pool.shared.waiting.value() != i64::try_from(wanted).unwrap() {
            yield_now().await;
        }
    }

    /// Holds a thread of the pool until told to go on.
    async fn hold(pool: &Arc<Pool>, calls: &mut JoinSet<usize>) -> mpsc::Sender<()> {
        let (go_on, waits) = mpsc::channel::<()>();
        let (began, begins) = oneshot::channel();
        let pool = Arc::clone(pool);
        calls.spawn(async move {
            let held = pool.run(account(0), move || {
                began.send(()).unwrap();
                waits.recv().unwrap();
                0
            });
            held.await.unwrap()
        });
        begins.await.unwrap();
        go_on
    }

    #[tokio::test]
    async fn so_many_run_at_once_and_all_answer_from_other_threads() {
        let pool = pool(3);
        let here = std::thread::current().id();
        // Three are held at once, so three run; and a fourth does not begin meanwhile.
        let meeting = Arc::new(Barrier::new(4));
        let mut calls = JoinSet::new();
        for number in 0..4 {
            let (pool, meeting) = (Arc::clone(&pool), Arc::clone(&meeting));
            calls.spawn(async move {
                let meets = pool.run(account(0), move || {
                    assert_ne!(std::thread::current().id(), here);
                    if number < 3 {
                        meeting.wait();
                    }
                    number
                });
                meets.await.unwrap()
            });
        }
        while pool.shared.taken.value() < 4 {
            yield_now().await;
        }
        until_waiting(&pool, 1).await;
        for _ in 0..100 {
            yield_now().await;
            assert_eq!(pool.shared.waiting.value(), 1);
        }
        meeting.wait();
        let mut answers = calls.join_all().await;
        answers.sort_unstable();
        assert_eq!(answers, [0, 1, 2, 3]);
        while pool.shared.jobs().threads > 0 {
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn one_too_many_is_throttled_and_another_account_has_its_turn() {
        let pool = pool(1);
        let mut calls = JoinSet::new();
        let go_on = hold(&pool, &mut calls).await;
        let (order, ordered) = mpsc::channel();
        for number in 1..=OPERATIONS_WAITING_MAX {
            let (pool, order) = (Arc::clone(&pool), order.clone());
            calls.spawn(async move {
                let sends = move || order.send(number).unwrap();
                pool.run(account(0), sends).await.unwrap();
                number
            });
        }
        until_waiting(&pool, OPERATIONS_WAITING_MAX).await;
        let error = pool.run(account(0), || ()).await.unwrap_err();
        assert_eq!(error.code, "ThrottlingException");
        assert_eq!(pool.shared.refused.value(), 1);
        let of_other = Arc::clone(&pool);
        calls.spawn(async move {
            let sends = move || order.send(usize::MAX).unwrap();
            of_other.run(account(1), sends).await.unwrap();
            usize::MAX
        });
        until_waiting(&pool, OPERATIONS_WAITING_MAX + 1).await;
        go_on.send(()).unwrap();
        let answers = calls.join_all().await;
        assert_eq!(answers.len(), OPERATIONS_WAITING_MAX + 2);
        let order: Vec<usize> = ordered.iter().collect();
        assert_eq!(order.len(), OPERATIONS_WAITING_MAX + 1);
        // Second, although it came last.
        assert_eq!(order[1], usize::MAX);
    }

    #[tokio::test]
    async fn a_panic_is_told_to_who_asked_and_to_nobody_else() {
        let pool = pool(1);
        let panics = pool.run(account(0), || panic!("a bug"));
        let error = panics.await.unwrap_err();
        assert_eq!(error.code, "KMSInternalException");
        assert!(matches!(pool.run(account(0), || 7).await, Ok(7)));
    }
}
