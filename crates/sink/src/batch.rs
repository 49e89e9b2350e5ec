//! Gathers deliveries into batches: enough of them, or as old as the linger allows.
//!
//! A transaction costs a store as much as dozens of records do, so under load a larger batch is
//! worth waiting for; where records come one by one, none is.

use dateline_bus::Delivery;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::Instant;

/// Records of a batch among which its own cost is shared well enough: no more are waited for.
const ENOUGH: usize = 100;
/// How many times the linger is added to it when the batch before had [`ENOUGH`].
const LONGER: u32 = 4;

/// A delivery with the place it takes among those in flight.
pub(crate) struct Held {
    pub(crate) delivery: Delivery,
    _permit: OwnedSemaphorePermit,
}

impl Held {
    /// The place is free again when this is dropped.
    pub(crate) fn new(delivery: Delivery, permit: OwnedSemaphorePermit) -> Self {
        Self { delivery, _permit: permit }
    }
}

/// What waits for its batch, since when.
#[derive(Debug)]
pub(crate) struct Waiting<T> {
    what: T,
    since: Instant,
}

impl<T> Waiting<T> {
    /// It waits from now on.
    pub(crate) fn from_now(what: T) -> Self {
        Self { what, since: Instant::now() }
    }
}

/// Gathers records into batches.
#[derive(Debug)]
pub(crate) struct Gatherer {
    /// Most records of a batch.
    most: usize,
    /// How long a record waits for others where few come.
    linger: Duration,
    /// Records of the batch before, at most [`ENOUGH`].
    before: usize,
}

impl Gatherer {
    pub(crate) fn new(most: usize, linger: Duration) -> Self {
        Self { most, linger, before: 0 }
    }

    /// Waits for one, then for more until there are [`ENOUGH`] or the first has waited for long
    /// enough. What came while the batch before was written has waited already: it goes at once,
    /// together. `None` when the channel is closed and empty.
    pub(crate) async fn next<T>(&mut self, receiver: &mut mpsc::Receiver<Waiting<T>>) -> Option<Vec<T>> {
        let first = receiver.recv().await?;
        let deadline = first.since + self.wait();
        let mut batch = vec![first.what];
        while batch.len() < self.most {
            let next = match receiver.try_recv() {
                // What is there comes along, however late it is.
                Ok(waiting) => Some(waiting),
                Err(_) if batch.len() >= ENOUGH => None,
                Err(_) => tokio::time::timeout_at(deadline, receiver.recv()).await.ok().flatten(),
            };
            let Some(waiting) = next else { break };
            batch.push(waiting.what);
        }
        self.before = batch.len().min(ENOUGH);
        Some(batch)
    }

    /// How long the first of a batch waits: longer, the more there were in the one before. To
    /// wait is worth something only where others come.
    fn wait(&self) -> Duration {
        let counted = |number| u32::try_from(number).unwrap_or(u32::MAX);
        self.linger + self.linger * (LONGER * counted(self.before)) / counted(ENOUGH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINGER: Duration = Duration::from_millis(20);

    fn channel(numbers: std::ops::Range<u32>) -> (mpsc::Sender<Waiting<u32>>, mpsc::Receiver<Waiting<u32>>) {
        let (sender, receiver) = mpsc::channel(1000);
        for number in numbers {
            sender.try_send(Waiting::from_now(number)).expect("there is room");
        }
        (sender, receiver)
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_waits_for_others_as_long_as_it_may() {
        let (sender, mut receiver) = channel(0..1);
        let (started, later) = (Instant::now(), async {
            tokio::time::sleep(LINGER / 2).await;
            sender.try_send(Waiting::from_now(1)).expect("there is room");
        });
        let mut gatherer = Gatherer::new(10, LINGER);
        let (batch, ()) = tokio::join!(gatherer.next(&mut receiver), later);
        assert_eq!((batch, started.elapsed()), (Some(vec![0, 1]), LINGER));
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_waited_goes_at_once_and_together() {
        let (_sender, mut receiver) = channel(0..401);
        tokio::time::sleep(LINGER * 5).await;
        let (started, mut gatherer) = (Instant::now(), Gatherer::new(400, LINGER));
        assert_eq!(gatherer.next(&mut receiver).await, Some((0..400).collect()));
        assert_eq!(gatherer.next(&mut receiver).await, Some(vec![400]));
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    /// After a batch of `before` records, one that has `there` of them leaves after so many
    /// milliseconds.
    async fn check(before: u32, there: u32, millis: u128) {
        let (sender, mut receiver) = channel(0..before);
        let mut gatherer = Gatherer::new(400, LINGER);
        gatherer.next(&mut receiver).await;
        for number in 0..there {
            sender.try_send(Waiting::from_now(number)).expect("there is room");
        }
        let started = Instant::now();
        assert_eq!(gatherer.next(&mut receiver).await.map(|batch| batch.len()), Some(there as usize));
        assert_eq!(started.elapsed().as_millis(), millis, "{before} {there}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_more_come_the_longer_others_are_waited_for() {
        check(1, 1, 21).await;
        check(5, 1, 24).await;
        check(50, 60, 60).await;
        check(100, 1, 100).await;
        check(400, 1, 100).await;
        // Enough.
        check(1, 100, 0).await;
        check(400, 150, 0).await;
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_of_the_channel_ends_a_batch() {
        let (sender, mut receiver) = channel(0..2);
        drop(sender);
        let mut gatherer = Gatherer::new(10, LINGER);
        assert_eq!(gatherer.next(&mut receiver).await, Some(vec![0, 1]));
        assert_eq!(gatherer.next(&mut receiver).await, None);
    }
}
