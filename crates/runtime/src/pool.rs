//! CPU-bound work on threads of its own.
//!
//! A tagger that works for five milliseconds on the async reactor keeps every other task
//! of that thread waiting. Such work goes through a [`CpuPool`]: a fixed number of
//! threads, a bounded queue, and a panic in one job that ends only that job.
//!
//! Where all processors are busy, these threads give way: who moves and stores what is ready
//! should never wait for more to become ready, or the stages behind pile up work.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use rustix::process::{getpriority_process, setpriority_process};
use tokio::sync::{Semaphore, oneshot};

use crate::telemetry::catalogue::{POOL_THREADS, POOL_WAIT_SECONDS};

/// Why a job gave no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// The job panicked; the pool lives on.
    #[error("the job panicked: {0}")]
    Panicked(String),
    /// The pool no longer takes work.
    #[error("the pool is closed")]
    Closed,
}

type Job = Box<dyn FnOnce() + Send>;

/// Steps of niceness by which the threads of a pool give way: about a third of the share of a
/// thread that does not.
const GIVE_WAY: i32 = 5;

/// A fixed set of worker threads behind a bounded queue. Clones share the same threads,
/// which end when the last clone is dropped or [`close`](Self::close) is called.
#[derive(Clone)]
pub struct CpuPool {
    shared: Arc<Handle>,
}

/// What the clones of a pool share; dropping it closes the queue.
struct Handle {
    queue: Arc<Queue>,
    /// One permit for each free place in the queue.
    places: Arc<Semaphore>,
    threads: usize,
    /// How long jobs waited for a thread.
    waits: metrics::Histogram,
}

/// Has the calling thread give way to others, where the system can do that to one thread.
fn give_way() {
    // Elsewhere niceness is the whole process's.
    if cfg!(target_os = "linux") {
        let nicer = getpriority_process(None).and_then(|now| setpriority_process(None, now + GIVE_WAY));
        if let Err(error) = nicer {
            tracing::debug!(%error, "worker thread stays as urgent as all others");
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.places.close();
        self.queue.close();
    }
}

impl CpuPool {
    /// Starts `threads` workers with room for `queue` jobs that wait; both are at least 1.
    ///
    /// # Panics
    /// When the operating system refuses to start a thread.
    #[must_use]
    pub fn new(threads: usize, queue: usize) -> Self {
        let threads = threads.max(1);
        let jobs = Arc::new(Queue::default());
        for number in 0..threads {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new()
                .name(format!("cpu-{number}"))
                .spawn(move || {
                    give_way();
                    while jobs.next().map(|job| job()).is_some() {}
                })
                .expect("a process that cannot start its worker threads cannot do its work");
        }
        let places = Arc::new(Semaphore::new(queue.clamp(1, Semaphore::MAX_PERMITS)));
        POOL_THREADS.set(f64::from(u32::try_from(threads).unwrap_or(u32::MAX)));
        let waits = POOL_WAIT_SECONDS.with([]);
        Self { shared: Arc::new(Handle { queue: jobs, places, threads, waits }) }
    }

    /// A pool with one thread for each core that the process may use, and two waiting jobs
    /// for each thread.
    #[must_use]
    pub fn for_this_machine() -> Self {
        let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::new(threads, threads * 2)
    }

    /// How many threads work here.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.shared.threads
    }

    /// Runs `work` on a worker thread and gives its result; waits for a place in the queue.
    /// A job whose caller has gone away before it was started is skipped.
    ///
    /// # Errors
    /// [`PoolError::Panicked`] with the panic's message, or [`PoolError::Closed`].
    pub async fn run<F, T>(&self, work: F) -> Result<T, PoolError>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let asked = Instant::now();
        let place = Arc::clone(&self.shared.places).acquire_owned().await.map_err(|_| PoolError::Closed)?;
        let (sender, receiver) = oneshot::channel();
        let waits = self.shared.waits.clone();
        let job = move || {
            drop(place);
            if sender.is_closed() {
                return;
            }
            waits.record(asked.elapsed().as_secs_f64());
            let result = catch_unwind(AssertUnwindSafe(work))
                .map_err(|panic| PoolError::Panicked(panic_message(panic.as_ref())));
            // The caller may have gone away while the job ran; then nobody wants the result.
            drop(sender.send(result));
        };
        self.shared.queue.push(Box::new(job))?;
        receiver.await.unwrap_or(Err(PoolError::Closed))
    }

    /// Refuses new work. Jobs that are queued or running are finished.
    pub fn close(&self) {
        self.shared.places.close();
        self.shared.queue.close();
    }
}

impl fmt::Debug for CpuPool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CpuPool").field("threads", &self.shared.threads).finish_non_exhaustive()
    }
}

/// The jobs that wait. Its length is bounded by the permits that each of them holds.
#[derive(Default)]
struct Queue {
    state: Mutex<QueueState>,
    changed: Condvar,
}

#[derive(Default)]
struct QueueState {
    jobs: VecDeque<Job>,
    closed: bool,
    /// Threads that wait: waking is a system call, and under load nobody sleeps.
    idle: usize,
}

impl Queue {
    fn push(&self, job: Job) -> Result<(), PoolError> {
        let mut state = self.lock();
        if state.closed {
            return Err(PoolError::Closed);
        }
        state.jobs.push_back(job);
        let somebody_waits = state.idle > 0;
        drop(state);
        if somebody_waits {
            self.changed.notify_one();
        }
        Ok(())
    }

    /// Waits for a job; `None` once the queue is closed and empty.
    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        while state.jobs.is_empty() && !state.closed {
            state.idle += 1;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
        state.jobs.pop_front()
    }

    fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Jobs run outside the lock, so that a poisoned one still holds a whole state.
    fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The text of a panic, where it has one.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::{SyncSender, sync_channel};
    use std::time::Duration;

    use tokio::task::JoinHandle;

    use super::*;

    #[tokio::test]
    async fn results_come_back_from_other_threads() {
        let pool = CpuPool::new(2, 4);
        let name = pool.run(|| thread::current().name().map(str::to_owned)).await.unwrap();
        assert!(name.is_some_and(|name| name.starts_with("cpu-")));
        assert_eq!(pool.threads(), 2);
    }

    #[tokio::test]
    #[cfg(target_os = "linux")]
    async fn its_threads_give_way_and_nobody_else_does() {
        let niceness = || getpriority_process(None).unwrap();
        let before = niceness();
        assert_eq!(CpuPool::new(1, 1).run(niceness).await, Ok((before + GIVE_WAY).min(19)));
        assert_eq!(niceness(), before);
    }

    #[tokio::test]
    async fn a_panic_ends_only_its_job() {
        let pool = CpuPool::new(1, 1);
        let check = async |job: fn(), expected: &str| {
            assert_eq!(pool.run(job).await, Err(PoolError::Panicked(expected.to_owned())));
        };
        check(|| panic!("a plain text"), "a plain text").await;
        check(|| panic!("number {}", 7), "number 7").await;
        check(|| std::panic::panic_any(7), "a panic without a message").await;
        assert_eq!(pool.run(|| 6 * 7).await, Ok(42));
    }

    /// Occupies a worker of the pool until the sender is used or dropped; the job then
    /// tells which of the two it was.
    async fn occupy(pool: &CpuPool) -> (SyncSender<()>, JoinHandle<Result<bool, PoolError>>) {
        let (release, gate) = sync_channel(0);
        let (started, running) = oneshot::channel();
        let pool = pool.clone();
        let job = tokio::spawn(async move {
            pool.run(move || {
                started.send(()).unwrap();
                gate.recv().is_ok()
            })
            .await
        });
        running.await.unwrap();
        (release, job)
    }

    #[tokio::test]
    async fn the_queue_is_bounded() {
        let pool = CpuPool::new(1, 2);
        let (release, blocker) = occupy(&pool).await;
        let submit = |_| {
            let pool = pool.clone();
            tokio::spawn(async move { pool.run(|| ()).await })
        };
        let waiting: Vec<_> = (0..5).map(submit).collect();
        while pool.shared.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(pool.shared.queue.lock().jobs.len() <= 2);
        release.send(()).unwrap();
        assert_eq!(blocker.await.unwrap(), Ok(true));
        for job in waiting {
            assert_eq!(job.await.unwrap(), Ok(()));
        }
    }

    #[tokio::test]
    async fn a_closed_pool_finishes_its_jobs_and_takes_no_more() {
        let pool = CpuPool::new(1, 4);
        let (release, running) = occupy(&pool).await;
        pool.close();
        assert_eq!(pool.run(|| ()).await, Err(PoolError::Closed));
        drop(release);
        assert_eq!(running.await.unwrap(), Ok(false));
    }

    #[tokio::test]
    async fn a_job_whose_caller_has_gone_is_skipped() {
        static RUNS: AtomicUsize = AtomicUsize::new(0);
        let pool = CpuPool::new(1, 4);
        let (release, blocker) = occupy(&pool).await;
        let impatient = pool.run(|| RUNS.fetch_add(1, Ordering::SeqCst));
        tokio::time::timeout(Duration::from_millis(20), impatient).await.unwrap_err();
        release.send(()).unwrap();
        assert_eq!(blocker.await.unwrap(), Ok(true));
        pool.run(|| ()).await.unwrap();
        assert_eq!(RUNS.load(Ordering::SeqCst), 0);
    }
}
