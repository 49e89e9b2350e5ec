//! The loop: pull, gather, write, commit, ack.

use crate::batch::{Gatherer, Held, Waiting};
use crate::error::WriteError;
use crate::{Pace, SinkError};
use dateline_bus::{
    Bus, DeadLetterDesk, Delivery, Outgoing, Publisher, QuarantineError, StageMetrics, Subject, Topology,
};
use dateline_model::{ArticleId, DeadReason, NewsRecord, Stage, StoredNotice};
use dateline_runtime::backoff::Backoff;
use dateline_runtime::clock::SharedClock;
use dateline_runtime::telemetry::Span;
use dateline_runtime::telemetry::catalogue::{
    ACCEPTED_TO_STORED, PUBLISHED_TO_STORED, SINK_BATCH, SINK_WRITE_RETRIES, SINK_WRITE_SECONDS, SINK_WRITES,
};
use dateline_runtime::{ErrorChain, faults};
use dateline_store::{RecordStore, WriteOutcome};
use futures::future::join_all;
use jiff::Timestamp;
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
    publisher: Publisher,
    desk: DeadLetterDesk,
    store: Arc<dyn RecordStore>,
    pace: Pace,
    /// Its durable consumer; also its stage in metrics.
    consumer: String,
    notices: Notices,
    metrics: StageMetrics,
    clock: SharedClock,
}

/// Whether a sink tells the notice board what it stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notices {
    /// The first one does.
    Put,
    /// Others do not: an article is announced once.
    None,
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
    delivery: Delivery,
    record: NewsRecord,
}

/// What is still to be told of a record when the store has taken it.
struct Told {
    language: String,
    content_created: Option<Timestamp>,
    /// Absent where nothing is announced.
    notice: Option<StoredNotice>,
    ingested_at: Timestamp,
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
        Self {
            publisher: bus.publisher(),
            desk: bus.dead_letters(),
            store,
            pace,
            metrics: StageMetrics::labelled(&consumer),
            consumer,
            notices,
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
        mut receiver: mpsc::Receiver<Waiting<Held>>,
        stop: &CancellationToken,
        pulling: &CancellationToken,
    ) -> Result<(), SinkError> {
        let mut result = Ok(());
        let mut gatherer = Gatherer::new(self.pace.batch, self.pace.linger.0);
        while let Some(batch) = gatherer.next(&mut receiver).await {
            let (deliveries, permits): (Vec<Delivery>, Vec<OwnedSemaphorePermit>) =
                batch.into_iter().map(|held| (held.delivery, held.permit)).unzip();
            if result.is_err() {
                self.hand_back(deliveries).await;
            } else {
                result = self.handle(deliveries, stop).await;
            }
            if result.is_err() {
                pulling.cancel();
            }
            drop(permits);
        }
        result
    }

    /// Decides every delivery of a batch.
    async fn handle(&self, deliveries: Vec<Delivery>, stop: &CancellationToken) -> Result<(), SinkError> {
        let now = self.clock.now();
        for delivery in &deliveries {
            self.metrics.delivered(delivery, now);
        }
        SINK_BATCH.with([&self.consumer]).record(count(deliveries.len()));
        let (readable, unreadable) = read(deliveries);
        for (delivery, reason, detail) in unreadable {
            self.bury(delivery, reason, detail).await;
        }
        let (suspects, readable): (Vec<Readable>, Vec<Readable>) =
            readable.into_iter().partition(|readable| self.bus.suspects(&readable.delivery));
        let mut result = self.store_together(readable, stop).await;
        for suspect in suspects {
            if result.is_err() {
                self.return_all(vec![suspect.delivery]).await;
            } else {
                result = self.store_alone(suspect, stop).await;
            }
        }
        result
    }

    async fn store_together(
        &self,
        readable: Vec<Readable>,
        stop: &CancellationToken,
    ) -> Result<(), SinkError> {
        if readable.is_empty() {
            return Ok(());
        }
        let (deliveries, records): (Vec<Delivery>, Vec<NewsRecord>) =
            readable.into_iter().map(|readable| (readable.delivery, readable.record)).unzip();
        let told = records.iter().map(|record| self.told(record)).collect();
        if faults::planted().ack_early {
            lose_promise(&deliveries).await;
        }
        let started = Instant::now();
        let spans: Vec<Span> =
            deliveries.iter().map(|delivery| self.begin(delivery, records.len())).collect();
        let written = self.write(&deliveries, records, Company::Others, stop).await;
        end(spans, written.as_ref().err());
        let seconds = started.elapsed().as_secs_f64();
        SINK_WRITE_SECONDS.with([&self.consumer]).record(seconds);
        for _ in &deliveries {
            self.metrics.worked(seconds);
        }
        match written {
            Ok(outcomes) => {
                self.settle(deliveries, told, outcomes).await;
                Ok(())
            }
            Err(error) => {
                self.return_all(deliveries).await;
                error.into_end()
            }
        }
    }

    /// One record in a transaction of its own, because it was delivered too often.
    async fn store_alone(&self, suspect: Readable, stop: &CancellationToken) -> Result<(), SinkError> {
        let Readable { delivery, record } = suspect;
        let span = self.begin(&delivery, 1);
        let (told, deliveries) = (vec![self.told(&record)], vec![delivery]);
        let written = self.write(&deliveries, vec![record], Company::None, stop).await;
        end(vec![span], written.as_ref().err());
        match written {
            Ok(outcomes) => self.settle(deliveries, told, outcomes).await,
            Err(WriteError::Quarantine(error @ QuarantineError::Deadly { .. })) => {
                for delivery in deliveries {
                    self.bury(delivery, DeadReason::AttemptsExhausted, error.to_string()).await;
                }
            }
            Err(error) => {
                self.return_all(deliveries).await;
                return error.into_end();
            }
        }
        Ok(())
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
        deliveries: &[Delivery],
        records: Vec<NewsRecord>,
        company: Company,
        stop: &CancellationToken,
    ) -> Result<Vec<WriteOutcome>, WriteError> {
        let backoff = Backoff::new(STORE_RETRY_FIRST, STORE_RETRY_MAX);
        let (mut attempt, mut at_hand) = (0, Some(records));
        loop {
            let records = at_hand.take().unwrap_or_else(|| read_again(deliveries));
            let (work, quarantine) = (self.store.write(records), self.bus.quarantine());
            let written = match (company, deliveries) {
                (Company::None, [suspect]) => quarantine.alone(&self.bus, suspect, work).await?,
                _ => quarantine.among_others(work).await,
            };
            let error = match written {
                Ok(outcomes) => return Ok(outcomes),
                Err(error) if error.is_transient() => error,
                Err(error) => return Err(error.into()),
            };
            attempt += 1;
            SINK_WRITE_RETRIES.with([&self.consumer]).increment(1);
            tracing::warn!(error = %ErrorChain(&error), attempt, sink = self.consumer, records = deliveries.len(), "store write will be tried again");
            tokio::select! {
                () = stop.cancelled() => return Err(error.into()),
                () = tokio::time::sleep(backoff.delay(attempt)) => {}
            }
        }
    }

    /// The batch is durable: acknowledge it and put up its notices.
    async fn settle(&self, deliveries: Vec<Delivery>, told: Vec<Told>, outcomes: Vec<WriteOutcome>) {
        let mut notices = Vec::new();
        for ((delivery, told), outcome) in deliveries.into_iter().zip(told).zip(outcomes) {
            SINK_WRITES.with([&self.consumer, outcome.as_str()]).increment(1);
            match &outcome {
                WriteOutcome::Refused(refusal) => {
                    self.bury(delivery, DeadReason::Refused, refusal.to_string()).await;
                    continue;
                }
                WriteOutcome::Unchanged => self.metrics.duplicate(),
                _ => {
                    self.metrics.sent();
                    self.measure_age(&told);
                    notices.extend(self.notice(told, delivery.trace_parent()));
                }
            }
            if let Err(error) = delivery.ack().await {
                tracing::warn!(error = %ErrorChain(&error), "sink could not acknowledge a stored record; it will come again unchanged");
            }
        }
        for published in join_all(notices.into_iter().map(|notice| self.publisher.publish(notice))).await {
            if let Err(error) = published {
                tracing::debug!(error = %ErrorChain(&error), "notice of a stored record was not published");
            }
        }
    }

    fn measure_age(&self, told: &Told) {
        let now = self.clock.now();
        let since = |then| now.duration_since(then).as_secs_f64().max(0.0);
        ACCEPTED_TO_STORED.with([&self.consumer]).record(since(told.ingested_at));
        // Set only where the publication time is known to the minute.
        if let Some(published) = told.content_created {
            PUBLISHED_TO_STORED.with([&self.consumer]).record(since(published));
        }
    }

    fn told(&self, record: &NewsRecord) -> Told {
        let extension = &record.dateline;
        let notice = |id: ArticleId| StoredNotice {
            id,
            content_hash: extension.content_hash,
            headline: record.headline().map(str::to_owned),
            ingested_at: extension.ingested_at,
            // Set when it is stored.
            stored_at: extension.ingested_at,
            source: extension.source.clone(),
        };
        Told {
            language: record.language.clone(),
            content_created: record.content_created,
            notice: record.uri.parse().ok().filter(|_| self.notices == Notices::Put).map(notice),
            ingested_at: extension.ingested_at,
        }
    }

    fn notice(&self, told: Told, trace_parent: Option<&str>) -> Option<Outgoing> {
        let notice = StoredNotice { stored_at: self.clock.now(), ..told.notice? };
        Some(Outgoing {
            subject: Subject::stored(&told.language, &notice.source),
            message_id: format!("stored:{}:{}", notice.id, notice.content_hash),
            trace_parent: trace_parent.map(str::to_owned),
            replay_of: None,
            payload: serde_json::to_vec(&notice).ok()?.into(),
        })
    }

    async fn bury(&self, delivery: Delivery, reason: DeadReason, detail: String) {
        match self.desk.keep_delivery(delivery, Stage::Sink, reason, detail, self.clock.now()).await {
            Ok(()) => self.metrics.dead(reason),
            Err(error) => {
                self.metrics.retried();
                tracing::warn!(error = %ErrorChain(&error), "dead letter could not be kept; it will come again");
            }
        }
    }

    /// Hands deliveries back that were counted as received.
    async fn return_all(&self, deliveries: Vec<Delivery>) {
        for _ in &deliveries {
            self.metrics.retried();
        }
        self.hand_back(deliveries).await;
    }

    async fn hand_back(&self, deliveries: Vec<Delivery>) {
        for delivery in deliveries {
            if let Err(error) = delivery.hand_back().await {
                tracing::debug!(%error, "delivery could not be handed back; it will come again by itself");
            }
        }
    }
}

/// Reads the records; what is none comes back with the reason.
fn read(deliveries: Vec<Delivery>) -> (Vec<Readable>, Vec<(Delivery, DeadReason, String)>) {
    let (mut readable, mut unreadable) = (Vec::with_capacity(deliveries.len()), Vec::new());
    for delivery in deliveries {
        match dateline_model::read_record(delivery.payload()) {
            Ok(record) => readable.push(Readable { delivery, record }),
            Err(error) => {
                let detail = format!("the message is no enriched record ({error}); look at it, then drop it");
                unreadable.push((delivery, DeadReason::Unreadable, detail));
            }
        }
    }
    (readable, unreadable)
}

/// The records of a batch once more.
fn read_again(deliveries: &[Delivery]) -> Vec<NewsRecord> {
    let read = |delivery: &Delivery| {
        dateline_model::read_record(delivery.payload())
            .expect("the same bytes were read before, and only then is a record written")
    };
    deliveries.iter().map(read).collect()
}

/// The bug that the oracle must catch: acknowledges first and stores a little later.
async fn lose_promise(deliveries: &[Delivery]) {
    for delivery in deliveries {
        delivery.ack_too_early().await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
}

/// Puts deliveries into the channel, which has room for every permit.
fn accept_into(sender: mpsc::Sender<Waiting<Held>>) -> impl FnMut(Delivery, OwnedSemaphorePermit) {
    move |delivery, permit| {
        if let Err(error) = sender.try_send(Waiting::from_now(Held { delivery, permit })) {
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
