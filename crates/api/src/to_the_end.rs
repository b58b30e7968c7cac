//! A call that is carried to its end although its client goes away: what it changed must be recorded,
//! and whoever waits for it to be over (a shutdown) must learn so.
//!
//! It runs on the connection's task, and moves to one of its own when that drops it: a task for each
//! call from its start on would be two more turns of the scheduler for every call there is.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;

type Call<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// See the module.
pub(crate) struct ToTheEnd<T: Send + 'static> {
    /// `None` when it came to its end.
    call: Option<Call<T>>,
    runtime: Handle,
}

/// The call has panicked: a bug of ours.
#[derive(Debug, thiserror::Error)]
#[error("the call panicked")]
pub(crate) struct Panicked;

impl<T: Send + 'static> ToTheEnd<T> {
    /// Of the current tokio runtime.
    pub(crate) fn new(call: impl Future<Output = T> + Send + 'static) -> Self {
        Self {
            call: Some(Box::pin(call)),
            runtime: Handle::current(),
        }
    }
}

impl<T: Send + 'static> Future for ToTheEnd<T> {
    type Output = Result<T, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(call) = &mut self.call else {
            return Poll::Pending;
        };
        // A call that panicked is not polled again, so nobody sees what it left half done but by
        // the locks that it poisoned.
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(context)));
        let ended = match polled {
            Ok(polled) => Ok(ready!(polled)),
            Err(_) => Err(Panicked),
        };
        self.call = None;
        Poll::Ready(ended)
    }
}

impl<T: Send + 'static> Drop for ToTheEnd<T> {
    fn drop(&mut self) {
        if let Some(call) = self.call.take() {
            drop(self.runtime.spawn(call));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_call_answers_or_says_that_it_panicked() {
        assert!(matches!(ToTheEnd::new(async { 7 }).await, Ok(7)));
        let panics = ToTheEnd::new(async {
            tokio::task::yield_now().await;
            panic!("a bug");
        });
        let ended: Result<(), Panicked> = panics.await;
        assert!(ended.is_err());
    }

    #[tokio::test]
    async fn a_call_that_nobody_waits_for_any_more_goes_on() {
        let steps = Arc::new(AtomicU32::new(0));
        let (go_on, waits) = oneshot::channel::<()>();
        let (ended, end) = oneshot::channel();
        let of_call = Arc::clone(&steps);
        let call = ToTheEnd::new(async move {
            of_call.fetch_add(1, Ordering::SeqCst);
            waits.await.unwrap();
            of_call.fetch_add(1, Ordering::SeqCst);
            ended.send(()).unwrap();
        });
        let left = tokio::time::timeout(Duration::from_millis(10), call).await;
        assert!(left.is_err());
        assert_eq!(steps.load(Ordering::SeqCst), 1);
        go_on.send(()).unwrap();
        end.await.unwrap();
        assert_eq!(steps.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_call_that_was_never_begun_is_carried_out_too() {
        let (ended, end) = oneshot::channel();
        drop(ToTheEnd::new(async move { ended.send(()).unwrap() }));
        end.await.unwrap();
    }
}
