//! A token's threads: each has a session of its own, and does one thing after the other.

use std::collections::VecDeque;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use types::{Entropy, Secret};

use crate::connection::Connection;
use crate::error::TokenError;
use crate::module::Module;

/// Which token.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenPlace {
    /// The PKCS#11 module's file.
    pub module: PathBuf,
    /// The token's label.
    pub label: String,
}

/// Whether a PIN may be tried after another failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caution {
    /// Not even once: nobody is there to see it, and a service that is started again and again would
    /// lock the token.
    Unattended,
    /// Yes, unless it is the last time: somebody gave the PIN just now.
    Attended,
}

/// How much may be asked of a token at once, and for how long is waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Sessions, each with its thread.
    pub sessions: usize,
    /// Calls that wait for a session.
    pub waiting: usize,
    /// How long a call may take, waiting included.
    pub timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions: 4,
            waiting: 256,
            timeout: Duration::from_secs(10),
        }
    }
}

/// A token. Cheap to clone; its threads and sessions end with the last clone.
#[derive(Clone)]
pub struct Token {
    own: Arc<Own>,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("place", &self.own.shared.place)
            .finish_non_exhaustive()
    }
}

/// Tells the threads to end when the last clone goes.
struct Own {
    shared: Arc<Shared>,
}

impl Drop for Own {
    fn drop(&mut self) {
        self.shared.queue().closed = true;
        self.shared.more.notify_all();
    }
}

type Job = Box<dyn FnOnce(&mut Worker) + Send>;

struct Queue {
    jobs: VecDeque<(Instant, Job)>,
    idle: usize,
    threads: usize,
    closed: bool,
}

pub(crate) struct Shared {
    pub(crate) place: TokenPlace,
    pub(crate) pin: Option<Secret>,
    pub(crate) caution: Caution,
    pub(crate) entropy: Arc<dyn Entropy>,
    /// A PIN that was refused once is not tried again.
    pub(crate) refused: AtomicBool,
    /// The OAEP hash that the token was found to do; 0 while nobody knows.
    pub(crate) oaep: AtomicU8,
    module: Arc<Module>,
    limits: Limits,
    queue: Mutex<Queue>,
    more: Condvar,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Token {
    /// A token; it is not looked for before the first call. Without a PIN nobody logs in.
    ///
    /// # Errors
    /// [`TokenError::Module`] when the module's file is not there or others can write it.
    pub fn new(
        place: TokenPlace,
        pin: Option<Secret>,
        caution: Caution,
        limits: Limits,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, TokenError> {
        let module = Module::of(&place.module)?;
        let shared = Arc::new(Shared {
            place,
            pin,
            caution,
            entropy,
            refused: AtomicBool::new(false),
            oaep: AtomicU8::new(0),
            module,
            limits,
            queue: Mutex::new(Queue {
                jobs: VecDeque::new(),
                idle: 0,
                threads: 0,
                closed: false,
            }),
            more: Condvar::new(),
        });
        Ok(Self {
            own: Arc::new(Own { shared }),
        })
    }

    /// Which token it is.
    #[must_use]
    pub fn place(&self) -> &TokenPlace {
        &self.own.shared.place
    }

    /// Works with the token, and waits for it. Work is done twice when its connection broke.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn run<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Connection) -> Result<T, TokenError> + Send + 'static,
    ) -> Result<T, TokenError> {
        let (answer, answered) = mpsc::sync_channel(1);
        self.submit(work, move |done| {
            // Who waited may have given up.
            drop(answer.try_send(done));
        })?;
        let timeout = self.own.shared.limits.timeout;
        answered
            .recv_timeout(timeout)
            .unwrap_or(Err(TokenError::Timeout(timeout.as_millis())))
    }

    /// As [`Token::run`], without holding up an async runtime.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn call<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Connection) -> Result<T, TokenError> + Send + 'static,
    ) -> Result<T, TokenError> {
        let (answer, answered) = oneshot::channel();
        self.submit(work, move |done| drop(answer.send(done)))?;
        let timeout = self.own.shared.limits.timeout;
        match tokio::time::timeout(timeout, answered).await {
            Ok(Ok(done)) => done,
            Ok(Err(_)) | Err(_) => Err(TokenError::Timeout(timeout.as_millis())),
        }
    }

    fn submit<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Connection) -> Result<T, TokenError> + Send + 'static,
        answer: impl FnOnce(Result<T, TokenError>) + Send + 'static,
    ) -> Result<(), TokenError> {
        let shared = &self.own.shared;
        let job: Job = Box::new(move |worker| answer(worker.attempt(&mut work)));
        let mut queue = shared.queue();
        let now = Instant::now();
        // Who gave up waits no more.
        queue.jobs.retain(|(give_up, _)| *give_up > now);
        if queue.jobs.len() >= shared.limits.waiting {
            return Err(TokenError::Busy(queue.jobs.len()));
        }
        let give_up = now + shared.limits.timeout;
        queue.jobs.push_back((give_up, job));
        if queue.idle < queue.jobs.len() && queue.threads < shared.limits.sessions {
            queue.threads += 1;
            let mut worker = Worker {
                shared: Arc::clone(shared),
                connection: None,
            };
            let thread = std::thread::Builder::new().name("token".to_owned());
            if let Err(error) = thread.spawn(move || worker.work()) {
                queue.threads -= 1;
                if queue.threads == 0 {
                    queue.jobs.clear();
                    return Err(TokenError::Gone(format!("no thread for it: {error}")));
                }
            }
        }
        drop(queue);
        shared.more.notify_one();
        Ok(())
    }
}

/// One thread and its session.
pub(crate) struct Worker {
    shared: Arc<Shared>,
    connection: Option<Connection>,
}

impl Worker {
    fn work(&mut self) {
        while let Some(job) = self.next() {
            job(self);
        }
        self.leave();
    }

    fn next(&self) -> Option<Job> {
        let mut queue = self.shared.queue();
        loop {
            let now = Instant::now();
            while let Some((give_up, job)) = queue.jobs.pop_front() {
                // Who asked has been told that it took too long.
                if give_up > now {
                    return Some(job);
                }
            }
            if queue.closed {
                queue.threads -= 1;
                return None;
            }
            queue.idle += 1;
            queue = self
                .shared
                .more
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
            queue.idle -= 1;
        }
    }

    /// Does it; once more with a new connection, and once more after a new start of the module, when
    /// the connection broke.
    fn attempt<T>(
        &mut self,
        work: &mut impl FnMut(&mut Connection) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        let module = Arc::clone(&self.shared.module);
        let mut useless = 0;
        for is_new in [false, true] {
            let mut had_connection = false;
            let done = module.with(|context, generation| {
                useless = generation;
                let fresh = match self.connection.take() {
                    Some(connection) if connection.generation() == generation => {
                        had_connection = true;
                        connection
                    }
                    // Of before a new start: its handle may be another's now, so it is left alone.
                    _ => Connection::open(&self.shared, &module, context, generation)?,
                };
                let connection = self.connection.insert(fresh);
                work(connection)
            });
            match done {
                Err(error) if error.may_be_over_soon() => {
                    self.leave();
                    tracing::debug!(%error, token = self.shared.place.label, "a token's connection broke");
                    if is_new {
                        return Err(error);
                    }
                    // A connection that stood for long may only have to be made anew.
                    if had_connection {
                        let again = module.with(|context, generation| {
                            useless = generation;
                            let fresh =
                                Connection::open(&self.shared, &module, context, generation)?;
                            work(self.connection.insert(fresh))
                        });
                        match again {
                            Err(error) if error.may_be_over_soon() => self.leave(),
                            other => return other,
                        }
                    }
                    if !module.start(Some(useless))? {
                        return Err(error);
                    }
                }
                other => return other,
            }
        }
        Err(TokenError::Gone("it broke again and again".to_owned()))
    }

    /// Ends the session, unless a new start of the module has ended it already.
    fn leave(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        let left = self.shared.module.with(|_, generation| {
            if connection.generation() == generation {
                connection.close();
            }
            Ok(())
        });
        drop(left);
    }
}

impl Shared {
    /// The PIN, unless it was refused.
    pub(crate) fn pin(&self) -> Result<Option<&Secret>, TokenError> {
        if self.refused.load(Ordering::Acquire) {
            return Err(TokenError::PinRefused(self.place.label.clone()));
        }
        Ok(self.pin.as_ref())
    }
}
