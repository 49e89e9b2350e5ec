//! The loop: pull, gather, read, write, settle.
//!
//! One batch is read while the one before is written and the one before that is settled, so
//! that the store need not wait for any of that.

use crate::batch::{Gatherer, Held, Waiting};
use crate::error::WriteError;
use crate::settle::{Notices, Settler, Told, Written};
use crate::{Pace, SinkError};
use dateline_bus::{Bus, Delivery, QuarantineError, StageMetrics, Topology};
use dateline_model::DeadReason;
use dateline_runtime::backoff::Backoff;
use dateline_runtime::clock::SharedClock;
use dateline_runtime::telemetry::Span;
use dateline_runtime::telemetry::catalogue::{SINK_BATCH, SINK_WRITE_RETRIES, SINK_WRITE_SECONDS};
use dateline_runtime::{ErrorChain, faults};
use dateline_store::{Received, RecordStore, WriteOutcome};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_util::sync::CancellationToken;

/// First wait after the store was busy or full.
const STORE_RETRY_FIRST: Duration = Duration::from_millis(200);
/// Longest such wait.
const STORE_RETRY_MAX: Duration = Duration::from_secs(10);

/// One copy of the sink stage.
pub struct SinkStage {
    bus: Bus,
    store: Arc<dyn RecordStore>,
    pace: Pace,
    /// Its durable consumer; also its stage in metrics.
    consumer: String,
    settler: Settler,
    metrics: StageMetrics,
    clock: SharedClock,
}

/// Whether other work of the process may go on beside a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Company {
    Others,
    /// For the one record of a batch that was delivered too often.
    None,
}

/// A delivery with the record that was read from it.
struct Readable {
    held: Held,
    received: Received,
}

/// What is to be written next.
struct Batch {
    /// Together.
    readable: Vec<Readable>,
    /// Each alone, because it was delivered too often.
    suspects: Vec<Readable>,
}

impl SinkStage {
    /// Puts `store` behind the enriched records of `bus`: the first sink.
    #[must_use]
    pub fn new(bus: &Bus, store: Arc<dyn RecordStore>, pace: Pace, clock: SharedClock) -> Self {
        Self::of(bus, store, pace, clock, Topology::SINK.to_owned(), Notices::Put)
    }

    /// One more sink of this name beside the first; the bus must know it
    /// ([`Topology::with_side_sinks`]).
    #[must_use]
    pub fn beside(
        name: &str,
        bus: &Bus,
        store: Arc<dyn RecordStore>,
        pace: Pace,
        clock: SharedClock,
    ) -> Self {
        Self::of(bus, store, pace, clock, Topology::side_sink(name), Notices::None)
    }

    fn of(
        bus: &Bus,
        store: Arc<dyn RecordStore>,
        pace: Pace,
        clock: SharedClock,
        consumer: String,
        notices: Notices,
    ) -> Self {
        let metrics = StageMetrics::labelled(&consumer);
        Self {
            settler: Settler::new(bus, &consumer, notices, metrics.clone(), clock.clone()),
            store,
            pace,
            metrics,
            consumer,
            clock,
            bus: bus.clone(),
        }
    }

    /// Runs until `stop`, then writes what it holds.
    ///
    /// # Errors
    /// When the consumer cannot be opened, or the store is beyond waiting for.
    pub async fn run(self, stop: CancellationToken) -> Result<(), SinkError> {
        let Some(intake) = stop.run_until_cancelled(self.bus.intake(&self.consumer)).await else {
            return Ok(());
        };
        let intake = intake?;
        // Room for all permits, so that accepting never blocks.
        let (sender, receiver) = mpsc::channel(self.pace.in_flight);
        let in_flight = self.pace.in_flight;
        // A failed store must also end the pulling.
        let pulling = stop.child_token();
        let pull = {
            let pulling = pulling.clone();
            async move { intake.run(in_flight, pulling, accept_into(sender)).await }
        };
        let (written, ()) = tokio::join!(self.write_all(receiver, &stop, &pulling), pull);
        if let Err(error) = self.store.flush().await {
            tracing::warn!(error = %ErrorChain(&error), sink = self.consumer, "stored records could not be put where readers find them; the next start does so");
        }
        written
    }

    async fn write_all(
        &self,
        receiver: mpsc::Receiver<Waiting<Held>>,
        stop: &CancellationToken,
        pulling: &CancellationToken,
    ) -> Result<(), SinkError> {
        let (read, batches) = mpsc::channel(1);
        let (written, done) = mpsc::channel(1);
        let writing = async {
            let result = self.write_batches(batches, &written, stop, pulling).await;
            drop(written);
            result
        };
        let ((), result, ()) =
            tokio::join!(self.read_batches(receiver, read), writing, self.settler.settle_all(done));
        result
    }

    async fn read_batches(&self, mut receiver: mpsc::Receiver<Waiting<Held>>, read: mpsc::Sender<Batch>) {
        let mut gatherer = Gatherer::new(self.pace.batch, self.pace.linger.0);
        while let Some(held) = gatherer.next(&mut receiver).await {
            let batch = self.read(held).await;
            if let Err(mpsc::error::SendError(batch)) = read.send(batch).await {
                self.return_batch(batch).await;
            }
        }
    }

    /// Reads the records of deliveries; what is none becomes a dead letter.
    async fn read(&self, held: Vec<Held>) -> Batch {
        let now = self.clock.now();
        SINK_BATCH.with([&self.consumer]).record(count(held.len()));
        let mut readable = Vec::with_capacity(held.len());
        for held in held {
            self.metrics.delivered(&held.delivery, now);
            match Received::read(held.delivery.payload()) {
                Ok(received) => readable.push(Readable { held, received }),
                Err(error) => {
                    let detail =
                        format!("the message is no enriched record ({error}); look at it, then drop it");
                    self.settler.bury(held, DeadReason::Unreadable, detail).await;
                }
            }
        }
        let (suspects, readable) =
            readable.into_iter().partition(|readable| self.bus.suspects(&readable.held.delivery));
        Batch { readable, suspects }
    }

    /// Writes batch after batch; once the store is beyond waiting for, hands them back.
    async fn write_batches(
        &self,
        mut batches: mpsc::Receiver<Batch>,
        written: &mpsc::Sender<Written>,
        stop: &CancellationToken,
        pulling: &CancellationToken,
    ) -> Result<(), SinkError> {
        let mut result = Ok(());
        while let Some(batch) = batches.recv().await {
            if result.is_err() {
                self.return_batch(batch).await;
                continue;
            }
            result = self.write_batch(batch, written, stop).await;
            if result.is_err() {
                pulling.cancel();
            }
        }
        result
    }

    /// Decides every delivery of a batch.
    async fn write_batch(
        &self,
        batch: Batch,
        written: &mpsc::Sender<Written>,
        stop: &CancellationToken,
    ) -> Result<(), SinkError> {
        let mut result = self.store_together(batch.readable, written, stop).await;
        for suspect in batch.suspects {
            if result.is_err() {
                self.return_all(vec![suspect.held]).await;
            } else {
                result = self.store_alone(suspect, written, stop).await;
            }
        }
        result
    }

    async fn store_together(
        &self,
        readable: Vec<Readable>,
        written: &mpsc::Sender<Written>,
        stop: &CancellationToken,
    ) -> Result<(), SinkError> {
        if readable.is_empty() {
            return Ok(());
        }
        let (held, records): (Vec<Held>, Vec<Received>) =
            readable.into_iter().map(|readable| (readable.held, readable.received)).unzip();
        let told = records.iter().map(|received| self.settler.told(&received.record)).collect();
        if faults::planted().ack_early {
            lose_promise(&held).await;
        }
        let started = Instant::now();
        let spans: Vec<Span> = held.iter().map(|held| self.begin(&held.delivery, records.len())).collect();
        let outcomes = self.write(&held, records, Company::Others, stop).await;
        end(spans, outcomes.as_ref().err());
        let seconds = started.elapsed().as_secs_f64();
        SINK_WRITE_SECONDS.with([&self.consumer]).record(seconds);
        for _ in &held {
            self.metrics.worked(seconds);
        }
        match outcomes {
            Ok(outcomes) => {
                self.pass_on(held, told, outcomes, written).await;
                Ok(())
            }
            Err(error) => {
                self.return_all(held).await;
                error.into_end()
            }
        }
    }

    /// One record in a transaction of its own, because it was delivered too often.
    async fn store_alone(
        &self,
        suspect: Readable,
        written: &mpsc::Sender<Written>,
        stop: &CancellationToken,
    ) -> Result<(), SinkError> {
        let Readable { held, received } = suspect;
        let span = self.begin(&held.delivery, 1);
        let (told, held) = (vec![self.settler.told(&received.record)], vec![held]);
        let outcomes = self.write(&held, vec![received], Company::None, stop).await;
        end(vec![span], outcomes.as_ref().err());
        match outcomes {
            Ok(outcomes) => self.pass_on(held, told, outcomes, written).await,
            Err(WriteError::Quarantine(error @ QuarantineError::Deadly { .. })) => {
                for held in held {
                    self.settler.bury(held, DeadReason::AttemptsExhausted, error.to_string()).await;
                }
            }
            Err(error) => {
                self.return_all(held).await;
                return error.into_end();
            }
        }
        Ok(())
    }

    /// To be settled beside the next write.
    async fn pass_on(
        &self,
        held: Vec<Held>,
        told: Vec<Told>,
        outcomes: Vec<WriteOutcome>,
        written: &mpsc::Sender<Written>,
    ) {
        let sent = written.send(Written { held, told, outcomes, at: self.clock.now() }).await;
        if let Err(mpsc::error::SendError(written)) = sent {
            self.settler.settle(written).await;
        }
    }

    /// The storing of one record, in the trace of its article.
    fn begin(&self, delivery: &Delivery, batch: usize) -> Span {
        let mut span = Span::begin("store", delivery.trace_parent());
        span.note("dateline.sink", &self.consumer);
        span.note("dateline.batch", batch);
        span
    }

    /// Writes the records of a batch, waiting out whatever passes by itself, until `stop`.
    /// The store takes them for good; for another attempt, which is rare, they are read
    /// again rather than copied for every one.
    async fn write(
        &self,
        held: &[Held],
        records: Vec<Received>,
        company: Company,
        stop: &CancellationToken,
    ) -> Result<Vec<WriteOutcome>, WriteError> {
        let backoff = Backoff::new(STORE_RETRY_FIRST, STORE_RETRY_MAX);
        let (mut attempt, mut at_hand) = (0, Some(records));
        loop {
            let records = at_hand.take().unwrap_or_else(|| read_again(held));
            let (work, quarantine) = (self.store.take(records), self.bus.quarantine());
            let written = match (company, held) {
                (Company::None, [suspect]) => quarantine.alone(&self.bus, &suspect.delivery, work).await?,
                _ => quarantine.among_others(work).await,
            };
            let error = match written {
                Ok(outcomes) => return Ok(outcomes),
                Err(error) if error.is_transient() => error,
                Err(error) => return Err(error.into()),
            };
            attempt += 1;
            SINK_WRITE_RETRIES.with([&self.consumer]).increment(1);
            tracing::warn!(error = %ErrorChain(&error), attempt, sink = self.consumer, records = held.len(), "store write will be tried again");
            tokio::select! {
                () = stop.cancelled() => return Err(error.into()),
                () = tokio::time::sleep(backoff.delay(attempt)) => {}
            }
        }
    }

    async fn return_batch(&self, batch: Batch) {
        let all = batch.readable.into_iter().chain(batch.suspects);
        self.return_all(all.map(|readable| readable.held).collect()).await;
    }

    /// Hands deliveries back that were counted as received.
    async fn return_all(&self, held: Vec<Held>) {
        for held in held {
            self.metrics.retried();
            if let Err(error) = held.delivery.hand_back().await {
                tracing::debug!(%error, "delivery could not be handed back; it will come again by itself");
            }
        }
    }
}

/// The records of a batch once more.
fn read_again(held: &[Held]) -> Vec<Received> {
    let read = |held: &Held| {
        Received::read(held.delivery.payload())
            .expect("the same bytes were read before, and only then is a record written")
    };
    held.iter().map(read).collect()
}

/// The bug that the oracle must catch: acknowledges first and stores a little later.
async fn lose_promise(held: &[Held]) {
    for held in held {
        held.delivery.ack_too_early().await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
}

/// Puts deliveries into the channel, which has room for every permit.
fn accept_into(sender: mpsc::Sender<Waiting<Held>>) -> impl FnMut(Delivery, OwnedSemaphorePermit) {
    move |delivery, permit| {
        if let Err(error) = sender.try_send(Waiting::from_now(Held::new(delivery, permit))) {
            tracing::error!(%error, "sink channel had no room although every permit has a place");
        }
    }
}

/// A batch is written: so is each record of it.
fn end(spans: Vec<Span>, error: Option<&WriteError>) {
    for mut span in spans {
        if let Some(error) = error {
            span.fail(error);
        }
        span.end();
    }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}
