//! Threads that own database connections, so that waiting for a disk or a lock
//! never holds up the async reactor.

use crate::StoreError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use tokio::sync::{mpsc, oneshot};

/// Jobs that may wait; who sends one more waits itself.
const QUEUE: usize = 8;

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// One or more threads, each with a state of its own, that share one queue.
/// They end when this is dropped and the queue is empty.
pub(super) struct Threads<S> {
    jobs: mpsc::Sender<Job<S>>,
}

impl<S> std::fmt::Debug for Threads<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Threads").field("waiting", &(QUEUE - self.jobs.capacity())).finish()
    }
}

impl<S: Send + 'static> Threads<S> {
    /// Starts one thread for each state.
    pub(super) fn start(name: &str, states: Vec<S>) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        for state in states {
            let queue = Arc::clone(&queue);
            thread::Builder::new().name(name.to_owned()).spawn(move || work(state, &queue))?;
        }
        Ok(Self { jobs })
    }

    /// Has one of the threads do `job`, and waits for what it returns. A job
    /// goes on when nobody waits any more.
    pub(super) async fn run<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut S) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job<S> = Box::new(move |state| {
            if reply.send(job(state)).is_err() {
                tracing::debug!("nobody waits for the store's answer any more");
            }
        });
        self.jobs.send(job).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }
}

/// A job that panics answers nobody, which its caller sees as
/// [`StoreError::Stopped`]; the thread and the other jobs go on.
fn work<S>(mut state: S, queue: &Mutex<mpsc::Receiver<Job<S>>>) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(job) = next else { return };
        if catch_unwind(AssertUnwindSafe(|| job(&mut state))).is_err() {
            tracing::error!("a job of the store panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_fails_its_own_job_only() {
        let threads = Threads::start("test", vec![1]).unwrap();
        let lost = threads.run::<(), _>(|_| panic!("as asked")).await;
        assert!(matches!(lost, Err(StoreError::Stopped)));
        assert_eq!(threads.run(|state: &mut i32| Ok(*state + 1)).await.unwrap(), 2);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn more_jobs_than_the_queue_holds_are_all_done() {
        let threads = Arc::new(Threads::start("test", vec![(), ()]).unwrap());
        let tasks: Vec<_> = (0..100)
            .map(|n| {
                let threads = Arc::clone(&threads);
                tokio::spawn(async move { threads.run(move |()| Ok(n)).await.unwrap() })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        assert_eq!(sum, 4950);
    }
}
