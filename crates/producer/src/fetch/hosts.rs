//! Manners: how many requests a host gets at once, and how long it is left alone
//! between two of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// Hosts that are remembered; beyond it, those that nobody waits for are forgotten.
const REMEMBERED: usize = 20_000;

/// The doors of all hosts. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Hosts {
    per_host: usize,
    delay: Duration,
    doors: Arc<Mutex<HashMap<String, Door>>>,
}

/// One host's.
#[derive(Debug, Clone)]
struct Door {
    room: Arc<Semaphore>,
    delay: Duration,
    next_start: Instant,
    /// Until when it wants to be left alone by everybody.
    held_until: Option<Instant>,
}

/// Leave to make one request; the pause begins when it is dropped.
#[derive(Debug)]
pub(crate) struct Visit {
    hosts: Hosts,
    host: String,
    _room: OwnedSemaphorePermit,
}

impl Hosts {
    /// Hosts that each get `per_host` requests at once, and `delay` between two.
    #[must_use]
    pub fn new(per_host: usize, delay: Duration) -> Self {
        Self { per_host, delay, doors: Arc::default() }
    }

    /// Waits until `host` may be asked.
    pub(crate) async fn enter(&self, host: &str) -> Visit {
        let room = self.with(host, |door| door.room.clone());
        let permit = room.acquire_owned().await.expect("the semaphore of a host is never closed");
        let mut start = self.with(host, |door| {
            let start = door.next_start.max(Instant::now());
            door.next_start = start + door.delay;
            start
        });
        loop {
            tokio::time::sleep_until(start).await;
            // The host may have asked to be left alone while we waited.
            let held = self.with(host, |door| door.held_until).filter(|held| *held > Instant::now());
            let Some(held) = held else { break };
            start = held;
        }
        Visit { hosts: self.clone(), host: host.to_owned(), _room: permit }
    }

    /// When `host` can be asked next, as far as is known now; `None` while all its
    /// room is taken.
    pub(crate) fn free_at(&self, host: &str) -> Option<Instant> {
        self.with(host, |door| (door.room.available_permits() > 0).then_some(door.next_start))
    }

    /// Leaves `host` alone for a while: it asked for it.
    pub(crate) fn hold(&self, host: &str, pause: Duration) {
        let until = Instant::now() + pause;
        self.with(host, |door| {
            door.next_start = door.next_start.max(until);
            door.held_until = door.held_until.max(Some(until));
        });
    }

    /// Pauses between two requests to `host` from now on; never shorter than the
    /// configured one.
    pub(crate) fn slow_down(&self, host: &str, delay: Duration) {
        let delay = delay.max(self.delay);
        self.with(host, |door| door.delay = delay);
    }

    fn with<T>(&self, host: &str, act: impl FnOnce(&mut Door) -> T) -> T {
        let mut doors = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        if doors.len() >= REMEMBERED && !doors.contains_key(host) {
            let now = Instant::now();
            doors.retain(|_, door| Arc::strong_count(&door.room) > 1 || door.next_start > now);
        }
        act(doors.entry(host.to_owned()).or_insert_with(|| Door {
            room: Arc::new(Semaphore::new(self.per_host)),
            delay: self.delay,
            next_start: Instant::now(),
            held_until: None,
        }))
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.hosts.with(&self.host, |door| {
            door.next_start = door.next_start.max(Instant::now() + door.delay);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn the_pause_counts_from_the_end_of_a_request() {
        let (hosts, began) = (Hosts::new(1, SECOND), Instant::now());
        let first = hosts.enter("a").await;
        tokio::time::sleep(SECOND * 3).await;
        drop(first);
        drop(hosts.enter("a").await);
        assert_eq!(began.elapsed(), SECOND * 4);
        drop(hosts.enter("b").await);
        assert_eq!(began.elapsed(), SECOND * 4, "another host does not wait");
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_host_is_waited_for() {
        let (hosts, began) = (Hosts::new(2, SECOND), Instant::now());
        let (first, _second) = (hosts.enter("a").await, hosts.enter("a").await);
        assert_eq!(began.elapsed(), SECOND, "starts are apart too");
        assert_eq!(hosts.free_at("a"), None);
        tokio::spawn(async move {
            tokio::time::sleep(SECOND * 5).await;
            drop(first);
        });
        drop(hosts.enter("a").await);
        assert_eq!(began.elapsed(), SECOND * 7);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_already_is_held_too() {
        let (hosts, began) = (Hosts::new(2, SECOND), Instant::now());
        let first = hosts.enter("a").await;
        let waiting = tokio::spawn({
            let hosts = hosts.clone();
            async move { hosts.enter("a").await }
        });
        tokio::task::yield_now().await;
        hosts.hold("a", SECOND * 30);
        drop(first);
        drop(waiting.await.unwrap());
        assert_eq!(began.elapsed(), SECOND * 30);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_asks_for_it_is_left_alone() {
        let (hosts, began) = (Hosts::new(1, SECOND), Instant::now());
        hosts.hold("a", SECOND * 60);
        assert_eq!(hosts.free_at("a"), Some(began + SECOND * 60));
        drop(hosts.enter("a").await);
        assert_eq!(began.elapsed(), SECOND * 60);
        hosts.slow_down("a", SECOND * 10);
        drop(hosts.enter("a").await);
        drop(hosts.enter("a").await);
        assert_eq!(began.elapsed(), SECOND * 71);
    }
}
