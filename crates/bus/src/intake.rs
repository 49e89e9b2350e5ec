//! Pulls deliveries from a durable consumer.

use crate::pull::Pull;
use crate::pulse::Pulse;
use crate::room::{UNIT, units};
use crate::{Bus, BusError, Delivery};
use async_nats::jetstream::consumer::PullConsumer;
use dateline_runtime::ErrorChain;
use dateline_runtime::backoff::Backoff;
use dateline_runtime::telemetry::catalogue::{INTAKE_REOPENED, INTAKE_STALLED};
use futures::Stream;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// How long one pull request waits for messages; also how long a clean stop may
/// have to wait for the last of them.
pub(crate) const PULL_EXPIRES: Duration = Duration::from_secs(1);

/// Most messages asked for at once.
const PULL_LIMIT: usize = 512;

/// What the broker adds to the payload and headers of a message when it counts bytes.
const OVERHEAD: usize = 4 * UNIT;

/// How many times its bytes on the wire a packed record takes in memory, usually. One of larger
/// growth is counted when it is there.
const GROWTH: usize = 6;

/// How long a backlog may lie there without a delivery before the consumer counts as stalled.
const STALL: Duration = Duration::from_secs(15);

/// The receiving end of a durable pull consumer. Every pull opens a request of
/// its own, so that a connection that came back never leaves a stale one.
#[derive(Debug)]
pub struct Intake {
    bus: Bus,
    name: String,
    ack_wait: Duration,
    max_ack_pending: i64,
    stall: Duration,
    bytes: usize,
    stream: String,
}

/// What one pull may bring: so many messages, so many bytes.
struct Room {
    messages: OwnedSemaphorePermit,
    bytes: OwnedSemaphorePermit,
}

impl Intake {
    pub(crate) async fn open(bus: &Bus, name: &str) -> Result<Self, BusError> {
        let definition = bus.definition(name)?;
        let found: Result<PullConsumer, _> =
            bus.context().get_consumer_from_stream(name, &definition.stream).await;
        found.map_err(|source| BusError::topology("read consumer", name, source))?;
        let (ack_wait, max_ack_pending) = (definition.ack_wait.0, definition.max_ack_pending);
        Ok(Self {
            bus: bus.clone(),
            name: name.to_owned(),
            ack_wait,
            max_ack_pending,
            stall: STALL,
            bytes: usize::try_from(bus.config().in_flight_bytes.0).unwrap_or(usize::MAX),
            stream: definition.stream.clone(),
        })
    }

    /// Another bound for the bytes in hand. The largest message that the server allows always
    /// has room.
    #[must_use]
    pub fn with_bytes(self, bytes: usize) -> Self {
        Self { bytes, ..self }
    }

    /// Another time until a silent consumer with a backlog is opened anew.
    #[must_use]
    pub fn with_stall(self, stall: Duration) -> Self {
        Self { stall, ..self }
    }

    /// Pulls until `stop` and gives every delivery to `accept` with a permit of
    /// the `in_flight` that may be under way; `accept` must not block. The bytes of
    /// what is in hand are bounded, too. Survives
    /// whatever happens to broker and consumer, and tells the broker of everything
    /// in hand until it is settled. Returns when all permits came
    /// back, so that nothing accepted is left in the middle.
    pub async fn run(
        mut self,
        in_flight: usize,
        stop: CancellationToken,
        accept: impl FnMut(Delivery, OwnedSemaphorePermit),
    ) {
        let pulse = Pulse::default();
        let (bus, name, interval) = (self.bus.clone(), self.name.clone(), self.ack_wait / 3);
        tokio::select! {
            () = self.pull_all(in_flight, &stop, &pulse, accept) => {}
            // Never ends.
            () = pulse.beat(&bus, &name, interval) => {}
        }
    }

    async fn pull_all(
        &mut self,
        in_flight: usize,
        stop: &CancellationToken,
        pulse: &Pulse,
        mut accept: impl FnMut(Delivery, OwnedSemaphorePermit),
    ) {
        let permits = Arc::new(Semaphore::new(in_flight));
        let (largest, bytes) = self.sizes();
        let space = Arc::new(Semaphore::new(bytes));
        // Asking anew for every message that is done would cost more than the messages.
        let enough = [(in_flight / 4).clamp(1, PULL_LIMIT), largest];
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
        let (mut failures, mut last) = (0, Instant::now());
        let mut accept = |mut delivery: Delivery, permit| {
            delivery.keep_alive(pulse);
            accept(delivery, permit);
        };
        while !stop.is_cancelled() {
            match self.pull_once([&permits, &space], enough, stop, &mut accept).await {
                Ok(0) => {
                    failures = 0;
                    if last.elapsed() >= self.stall {
                        self.look_for_stall().await;
                        last = Instant::now();
                    }
                }
                Ok(_) => (failures, last) = (0, Instant::now()),
                Err(error) => {
                    failures += 1;
                    tracing::warn!(consumer = self.name, error = %ErrorChain(&error), failures, "pull failed");
                    self.recover(backoff.delay(failures), stop).await;
                }
            }
        }
        let all = u32::try_from(in_flight).unwrap_or(u32::MAX);
        // Nothing closes this semaphore, so waiting for all permits only waits.
        drop(permits.acquire_many(all).await);
    }

    /// Units of the largest message, and of all messages in hand.
    fn sizes(&self) -> (usize, usize) {
        let largest = units(self.bus.max_payload() + OVERHEAD);
        (largest, units(self.bytes).clamp(largest, Semaphore::MAX_PERMITS))
    }

    /// Units to be sent where there is room for so many: packed messages grow, and the largest
    /// one must come in any case.
    fn on_the_wire(&self, room: usize) -> usize {
        let (largest, _) = self.sizes();
        (room / GROWTH).max(largest)
    }

    /// Gives how many deliveries it handed on.
    async fn pull_once(
        &self,
        free: [&Arc<Semaphore>; 2],
        least: [usize; 2],
        stop: &CancellationToken,
        accept: &mut impl FnMut(Delivery, OwnedSemaphorePermit),
    ) -> Result<usize, BusError> {
        let Some(room) = stop.run_until_cancelled(Room::wait(free, least)).await.flatten() else {
            return Ok(0);
        };
        let Room { mut messages, mut bytes } = room;
        let mut accepted = 0;
        let mut pull =
            self.request(messages.num_permits(), self.on_the_wire(bytes.num_permits()) * UNIT).await?;
        while let Some(delivery) = pull.next().await {
            let mut delivery = delivery?;
            if let Some(taken) = bytes.split(units(delivery.size()).min(bytes.num_permits())) {
                delivery.take_room(taken);
            }
            match messages.split(1) {
                Some(permit) if !stop.is_cancelled() => {
                    accepted += 1;
                    accept(delivery, permit);
                }
                _ => delivery.hand_back().await?,
            }
        }
        Ok(accepted)
    }

    /// The watchdog: messages wait, nothing is delivered, and nothing explains it.
    async fn look_for_stall(&mut self) {
        let Ok(status) = self.bus.consumer_status(&self.name).await else { return };
        let full = i64::try_from(status.ack_pending).is_ok_and(|pending| pending >= self.max_ack_pending);
        if status.pending == 0 || full {
            return;
        }
        INTAKE_STALLED.with([&self.name]).increment(1);
        tracing::warn!(
            consumer = self.name,
            pending = status.pending,
            "consumer is stalled, opening it anew"
        );
        if let Err(error) = self.reopen().await {
            tracing::warn!(consumer = self.name, error = %ErrorChain(&error), "could not reopen the consumer");
        }
    }

    async fn recover(&mut self, delay: Duration, stop: &CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(delay) => {}
        }
        if self.bus.is_connected()
            && let Err(error) = self.reopen().await
        {
            tracing::warn!(consumer = self.name, error = %ErrorChain(&error), "could not reopen the consumer");
        }
    }

    /// Asks for up to `limit` messages and gives them as they come, for at most
    /// a second. Read it to its end: what the broker sent and nobody read is
    /// delivered again only after the ack wait.
    ///
    /// # Errors
    /// When the request could not be made.
    pub async fn pull(
        &self,
        limit: usize,
    ) -> Result<impl Stream<Item = Result<Delivery, BusError>> + use<>, BusError> {
        let pull = self.request(limit, 0).await?;
        Ok(futures::stream::unfold(pull, async |mut pull| Some((pull.next().await?, pull))))
    }

    /// Up to `limit` messages of `bytes` together; of any size where that is 0.
    async fn request(&self, limit: usize, bytes: usize) -> Result<Pull, BusError> {
        Pull::send(&self.bus, &self.stream, &self.name, limit, bytes).await
    }

    /// Opens the consumer anew, creating it if somebody deleted it.
    ///
    /// # Errors
    /// When the broker cannot be reached or refuses.
    pub async fn reopen(&mut self) -> Result<(), BusError> {
        INTAKE_REOPENED.with([&self.name]).increment(1);
        if self.bus.lacks(&self.name).await? {
            self.bus.prepare().await?;
        }
        *self = Self::open(&self.bus, &self.name).await?.with_stall(self.stall).with_bytes(self.bytes);
        Ok(())
    }

    /// The consumer's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Room {
    /// Waits until so much is free, and takes whatever else is.
    async fn wait(free: [&Arc<Semaphore>; 2], least: [usize; 2]) -> Option<Self> {
        let [messages, bytes] = free;
        Some(Self {
            messages: all_free(messages, least[0], PULL_LIMIT).await?,
            bytes: all_free(bytes, least[1], Semaphore::MAX_PERMITS).await?,
        })
    }
}

/// Waits for `least` permits and takes all others that are free, up to `most`; `None` when the
/// semaphore is closed, which nobody does.
async fn all_free(free: &Arc<Semaphore>, least: usize, most: usize) -> Option<OwnedSemaphorePermit> {
    let count = |permits: usize| u32::try_from(permits).unwrap_or(u32::MAX);
    let mut room = free.clone().acquire_many_owned(count(least)).await.ok()?;
    let more = free.available_permits().min(most.saturating_sub(least));
    if let Ok(more) = free.clone().try_acquire_many_owned(count(more)) {
        room.merge(more);
    }
    Some(room)
}
