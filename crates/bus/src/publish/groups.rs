//! Gathers what waits at the same time into groups, and hands each message its receipt.
//!
//! A group is closed when the broker is free for one more, so that groups grow with the
//! time that a write-through takes: one message each on an idle system, hundreds under load.
//! Nor do groups leave while more messages keep coming: by itself each would cost the broker and
//! this process a few system calls and a write-through, which come to a third of what enriching
//! an article costs.

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
/// Without another message for so long, a group has nothing to wait for. A message that comes
/// after such a pause does not wait at all.
const PAUSE: Duration = Duration::from_millis(5);
/// Longest time between two groups while messages keep coming, unless one has [`ENOUGH`].
const PACE: Duration = Duration::from_millis(25);
/// Messages that are worth leaving for at once.
const ENOUGH: usize = 64;
/// The same where messages come so fast that [`ENOUGH`] of them come within it.
const LONG_PACE: Duration = Duration::from_millis(75);
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
    let mut before = None;
    // Nothing closes this semaphore.
    while let Ok(place) = places.clone().acquire_owned().await {
        let Some(group) = next_group(&mut receiver, before).await else { return };
        before = Some(Left::now(group.len(), before));
        // What goes out without a batch is answered message by message: no group waits for the
        // one before.
        let place = group.iter().any(|one| bus.takes_batches(&one.message.subject)).then_some(place);
        tokio::spawn(publish_group(bus.clone(), group, place));
    }
}

/// A group that left.
#[derive(Debug, Clone, Copy)]
struct Left {
    at: Instant,
    /// When the next one leaves at the latest, while messages keep coming.
    next: Instant,
}

impl Left {
    /// One of so many messages, after this one.
    fn now(messages: usize, before: Option<Self>) -> Self {
        let at = Instant::now();
        let took = before.map_or(Duration::MAX, |before| at - before.at);
        // At this rate.
        let fills = messages as u128 * LONG_PACE.as_nanos() >= ENOUGH as u128 * took.as_nanos();
        Self { at, next: at + if fills { LONG_PACE } else { PACE } }
    }
}

/// All that waits and all that follows it closely, and at least one message.
async fn next_group(receiver: &mut mpsc::Receiver<Waiting>, before: Option<Left>) -> Option<Vec<Waiting>> {
    let first = receiver.recv().await?;
    let latest = before.filter(|before| before.at.elapsed() < PAUSE).map(|before| before.next);
    let mut bytes = single::size(&first.message);
    let mut group = vec![first];
    while group.len() < MOST && bytes < MOST_BYTES {
        let next = match receiver.try_recv() {
            Ok(next) => Some(next),
            Err(_) if group.len() >= ENOUGH => None,
            Err(_) => closely(receiver, latest).await,
        };
        let Some(next) = next else { break };
        bytes += single::size(&next.message);
        group.push(next);
    }
    Some(group)
}

/// The next message, if it comes before the pause that ends a group and before `latest`.
async fn closely(receiver: &mut mpsc::Receiver<Waiting>, latest: Option<Instant>) -> Option<Waiting> {
    let until = latest?.min(Instant::now() + PAUSE);
    timeout_at(until, receiver.recv()).await.ok().flatten()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Subject;
    use dateline_model::SubjectToken;
    use tokio::time::sleep;

    fn waiting() -> Waiting {
        let message = Outgoing {
            subject: Subject::bench(&SubjectToken::new("groups")),
            message_id: "m1".to_owned(),
            trace_parent: None,
            replay_of: None,
            payload: "news".into(),
        };
        Waiting { message, done: oneshot::channel().0 }
    }

    /// Messages come at these milliseconds; the group before left `left` milliseconds before.
    /// So many are in the next group, which is closed at that millisecond.
    async fn check(left: Option<u64>, coming: &[u64], expected: (usize, u128)) {
        let (sender, mut receiver) = mpsc::channel(QUEUE);
        let before = left.map(|_| Left { at: Instant::now(), next: Instant::now() + PACE });
        sleep(Duration::from_millis(left.unwrap_or(0))).await;
        let begun = Instant::now();
        let send = async {
            for &at in coming {
                tokio::time::sleep_until(begun + Duration::from_millis(at)).await;
                assert!(sender.try_send(waiting()).is_ok(), "there is room");
            }
            std::future::pending::<()>().await;
        };
        let group = tokio::select! {
            biased;
            () = send => unreachable!("it never ends"),
            group = next_group(&mut receiver, before) => group,
        };
        let found = (group.map_or(0, |group| group.len()), begun.elapsed().as_millis());
        assert_eq!(found, expected, "{left:?} {coming:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_group_is_what_comes_closely() {
        let every = |step: usize| (0..=100).step_by(step).collect::<Vec<u64>>();
        // After a pause nothing waits, but what is there goes together.
        check(None, &every(2), (1, 0)).await;
        check(Some(5), &every(2), (1, 0)).await;
        check(Some(5), &[0, 0, 0, 1], (3, 0)).await;
        // Alone.
        check(Some(0), &[2], (1, 7)).await;
        // A few, then none.
        check(Some(0), &[0, 3, 7], (3, 12)).await;
        // A steady flow: until the pace is over.
        check(Some(0), &every(2), (13, 25)).await;
        check(Some(3), &every(2), (12, 22)).await;
        // Enough: all that is there goes at once.
        check(Some(0), &[1; 70], (70, 1)).await;
        check(Some(0), &[[1; 40], [2; 40]].concat(), (80, 2)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn groups_leave_less_often_only_where_they_fill() {
        let check = async |messages, millis, expected| {
            let before = Left::now(1, None);
            sleep(Duration::from_millis(millis)).await;
            let left = Left::now(messages, Some(before));
            assert_eq!(left.next - left.at, expected, "{messages} in {millis} ms");
        };
        check(64, 75, LONG_PACE).await;
        check(63, 75, PACE).await;
        check(22, 25, LONG_PACE).await;
        check(20, 25, PACE).await;
        check(1, 0, LONG_PACE).await;
        check(500, 10_000, PACE).await;
        assert_eq!(Left::now(500, None).next, Instant::now() + PACE, "nothing is known yet");
    }
}
