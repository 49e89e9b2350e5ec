//! Gathers deliveries into batches: full, or as old as the linger allows.

use dateline_bus::Delivery;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::Instant;

/// A delivery with the place it takes among those in flight.
pub(crate) struct Held {
    pub(crate) delivery: Delivery,
    pub(crate) permit: OwnedSemaphorePermit,
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

/// Waits for one, then for more until there are `size` or the first has waited for `linger`.
/// What came while the batch before was written has waited already: it goes at once, together.
/// `None` when the channel is closed and empty.
pub(crate) async fn next<T>(
    receiver: &mut mpsc::Receiver<Waiting<T>>,
    size: usize,
    linger: Duration,
) -> Option<Vec<T>> {
    let first = receiver.recv().await?;
    let deadline = first.since + linger;
    let mut batch = vec![first.what];
    while batch.len() < size {
        let next = match receiver.try_recv() {
            // What is there comes along, however late it is.
            Ok(waiting) => Some(waiting),
            Err(_) => tokio::time::timeout_at(deadline, receiver.recv()).await.ok().flatten(),
        };
        let Some(waiting) = next else { break };
        batch.push(waiting.what);
    }
    Some(batch)
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
        let (batch, ()) = tokio::join!(next(&mut receiver, 10, LINGER), later);
        assert_eq!((batch, started.elapsed().as_millis()), (Some(vec![0, 1]), LINGER.as_millis()));
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_waited_goes_at_once_and_together() {
        let (_sender, mut receiver) = channel(0..401);
        tokio::time::sleep(LINGER * 2).await;
        let started = Instant::now();
        assert_eq!(next(&mut receiver, 400, LINGER).await, Some((0..400).collect()));
        assert_eq!(next(&mut receiver, 400, LINGER).await, Some(vec![400]));
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_of_the_channel_ends_a_batch() {
        let (sender, mut receiver) = channel(0..2);
        drop(sender);
        assert_eq!(next(&mut receiver, 10, LINGER).await, Some(vec![0, 1]));
        assert_eq!(next(&mut receiver, 10, LINGER).await, None);
    }
}
