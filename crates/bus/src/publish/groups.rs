//! Gathers what waits at the same time into groups, and hands each message its receipt.
//!
//! A group is closed when the broker is free for one more, so that groups grow with the
//! time that a write-through takes: one message each on an idle system, hundreds under load.
//! Nor do groups leave faster than at a pace: by itself each message would cost the broker and
//! this process a few system calls, which come to a third of what enriching an article costs.

use super::batch;
use super::{Outgoing, Receipt, single};
use crate::{Bus, BusError};
use dateline_runtime::telemetry::catalogue::{PUBLISH_BATCH, PUBLISH_BATCHES_REFUSED};
use futures::future::join_all;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

/// Groups of one publisher that are under way at once.
const UNDER_WAY: usize = 2;
/// Most messages of a group; the server's own limit is 1,000.
const MOST: usize = 500;
/// Most bytes of a group: what the server holds in memory until the commit.
const MOST_BYTES: usize = 4 << 20;
/// Shortest time between two groups, unless one has [`ENOUGH`]. A message that comes after a
/// pause does not wait.
const PACE: Duration = Duration::from_millis(5);
/// Messages that are worth leaving for at once.
const ENOUGH: usize = 64;
/// Messages that wait to be gathered; more wait for a place.
const QUEUE: usize = 4096;

/// A message and whoever waits for its receipt.
pub(super) struct Waiting {
    pub(super) message: Outgoing,
    done: oneshot::Sender<Result<Receipt, BusError>>,
}

impl Waiting {
    fn tell(self, result: Result<Receipt, BusError>) {
        // Whoever waited may have gone away: then nobody wants to know.
        drop(self.done.send(result));
    }
}

/// The gathering end. Clones feed the same groups.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    bus: Bus,
    sender: mpsc::Sender<Waiting>,
}

impl Groups {
    pub(super) fn new(bus: &Bus) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(gather(bus.clone(), receiver));
        Self { bus: bus.clone(), sender }
    }

    /// Publishes with whatever else waits.
    pub(super) async fn publish(&self, message: Outgoing) -> Result<Receipt, BusError> {
        let (done, result) = oneshot::channel();
        let waiting = Waiting { message, done };
        // The gathering task lives as long as this sender; without it (the runtime ends)
        // the message goes out by itself or not at all.
        if let Err(mpsc::error::SendError(waiting)) = self.sender.send(waiting).await {
            return single::publish(&self.bus, &waiting.message).await;
        }
        result.await.unwrap_or(Err(BusError::Stopped))
    }
}

async fn gather(bus: Bus, mut receiver: mpsc::Receiver<Waiting>) {
    let places = Arc::new(Semaphore::new(UNDER_WAY));
    let mut left = None;
    // Nothing closes this semaphore.
    while let Ok(place) = places.clone().acquire_owned().await {
        let soonest = left.map_or_else(Instant::now, |left| left + PACE);
        let Some(group) = next_group(&mut receiver, soonest).await else { return };
        left = Some(Instant::now());
        // What goes out without a batch is answered message by message: no group waits for the
        // one before.
        let place = group.iter().any(|one| bus.takes_batches(&one.message.subject)).then_some(place);
        tokio::spawn(publish_group(bus.clone(), group, place));
    }
}

/// All that waits, at `soonest` or when it is enough, and at least one message.
async fn next_group(receiver: &mut mpsc::Receiver<Waiting>, soonest: Instant) -> Option<Vec<Waiting>> {
    let first = receiver.recv().await?;
    let mut bytes = single::size(&first.message);
    let mut group = vec![first];
    while group.len() < MOST && bytes < MOST_BYTES {
        let next = match receiver.try_recv() {
            Ok(next) => next,
            Err(_) if group.len() >= ENOUGH => break,
            Err(_) => match timeout_at(soonest, receiver.recv()).await {
                Ok(Some(next)) => next,
                Ok(None) | Err(_) => break,
            },
        };
        bytes += single::size(&next.message);
        group.push(next);
    }
    Some(group)
}

/// Publishes the messages of a group, those of each stream together.
async fn publish_group(bus: Bus, group: Vec<Waiting>, _place: Option<OwnedSemaphorePermit>) {
    let mut families: Vec<Vec<Waiting>> = Vec::new();
    for waiting in group {
        let family = waiting.message.subject.family();
        match families.iter_mut().find(|others| others[0].message.subject.family() == family) {
            Some(others) => others.push(waiting),
            None => families.push(vec![waiting]),
        }
    }
    join_all(families.into_iter().map(|family| publish_family(&bus, family))).await;
}

async fn publish_family(bus: &Bus, family: Vec<Waiting>) {
    if family.len() > 1 && bus.takes_batches(&family[0].message.subject) {
        PUBLISH_BATCH.record(count(family.len()));
        match batch::publish(bus, &family).await {
            Ok(receipts) => {
                family.into_iter().zip(receipts).for_each(|(waiting, receipt)| waiting.tell(Ok(receipt)));
                return;
            }
            // A repetition among them, a full stream, a connection that went away: each
            // message by itself finds out what holds for it. What was kept already is
            // swallowed by its id.
            Err(error) => {
                PUBLISH_BATCHES_REFUSED.increment();
                tracing::debug!(%error, messages = family.len(), "batch refused; publishing one by one");
            }
        }
    }
    // All are on their way before the first is answered.
    join_all(family.into_iter().map(|waiting| async {
        let result = single::publish(bus, &waiting.message).await;
        waiting.tell(result);
    }))
    .await;
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}
