//! The loop between two subjects: pull, enrich on the CPU pool, publish, ack.

use crate::{EnricherConfig, EnricherError, Enrichment, Refresh, StepTimes, figures};
use bytes::Bytes;
use dateline_bus::{
    Bus, BusError, ByteRoom, DeadLetterDesk, Delivery, Outgoing, Publisher, StageMetrics, Subject,
};
use dateline_model::{DeadReason, RawArticle, Stage, packed};
use dateline_runtime::backoff::Backoff;
use dateline_runtime::clock::SharedClock;
use dateline_runtime::pool::{CpuPool, PoolError};
use dateline_runtime::telemetry::Span;
use dateline_runtime::telemetry::catalogue::{GAZETTEER_RELOADS, MODEL_INFO};
use dateline_runtime::{Disposition, ErrorChain, faults};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// Name of the durable consumer.
const CONSUMER: &str = "enricher";

/// Most bytes of a record for each byte of its article: every name and date of a dense text is
/// repeated in it several times.
const RECORD_GROWTH: usize = 8;

/// What is done with a payload on the CPU pool.
#[derive(Clone)]
enum Work {
    Enrich {
        enrichment: Arc<Enrichment>,
        /// Whether the record goes on packed.
        compress: bool,
    },
    /// Nothing: the payload goes on as it came.
    Relay { subject: Subject },
}

/// One copy of the enricher stage.
#[derive(Clone)]
pub struct EnricherStage {
    bus: Bus,
    consumer: String,
    publisher: Publisher,
    desk: DeadLetterDesk,
    work: Work,
    pool: Arc<CpuPool>,
    /// For records that are being made or wait for the broker.
    room: ByteRoom,
    backoff: Arc<Backoff>,
    metrics: StageMetrics,
    clock: SharedClock,
    in_flight: usize,
    gazetteer_check: Duration,
}

impl EnricherStage {
    /// Puts the work between the subjects of `bus`.
    #[must_use]
    pub fn new(bus: &Bus, enrichment: Arc<Enrichment>, config: &EnricherConfig, clock: SharedClock) -> Self {
        MODEL_INFO.with([enrichment.model_version().as_str()]).set(1.0);
        let work = Work::Enrich { enrichment, compress: config.compress };
        Self::with_work(bus, CONSUMER, work, config, clock)
    }

    /// The same stage with no work in it: from `consumer` to `subject`, payloads
    /// as they are. Beside a bare relay it shows what the stage itself costs.
    #[must_use]
    pub fn relay(
        bus: &Bus,
        consumer: &str,
        subject: Subject,
        config: &EnricherConfig,
        clock: SharedClock,
    ) -> Self {
        Self::with_work(bus, consumer, Work::Relay { subject }, config, clock)
    }

    fn with_work(bus: &Bus, consumer: &str, work: Work, config: &EnricherConfig, clock: SharedClock) -> Self {
        let nats = bus.config();
        Self {
            consumer: consumer.to_owned(),
            publisher: bus.publisher(),
            desk: bus.dead_letters(),
            work,
            pool: Arc::new(CpuPool::new(config.effective_threads(), config.in_flight)),
            room: ByteRoom::new(nats.in_flight_bytes.0),
            backoff: Arc::new(Backoff::new(nats.retry_delay.0, nats.retry_delay_max.0)),
            metrics: StageMetrics::new(Stage::Enricher),
            clock,
            in_flight: config.in_flight,
            gazetteer_check: config.gazetteer_check.0,
            bus: bus.clone(),
        }
    }

    /// Runs until `stop`, then finishes what is under way.
    ///
    /// # Errors
    /// When the consumer cannot be opened. Later trouble with the broker is
    /// waited out.
    pub async fn run(self, stop: CancellationToken) -> Result<(), BusError> {
        let Some(intake) = stop.run_until_cancelled(self.bus.intake(&self.consumer)).await else {
            return Ok(());
        };
        let intake = intake?;
        let watching = match &self.work {
            Work::Enrich { enrichment, .. } => {
                Some(tokio::spawn(follow_gazetteers(enrichment.clone(), self.gazetteer_check)))
            }
            Work::Relay { .. } => None,
        };
        let in_flight = self.in_flight;
        let stage = Arc::new(self);
        let accept = |delivery: Delivery, permit| {
            let (stage, stop) = (stage.clone(), stop.clone());
            // What is logged on the way carries the article's trace.
            let span = tracing::info_span!("enrich", trace_id = delivery.trace_id());
            let work = async move {
                stage.handle(delivery, &stop).await;
                drop(permit);
            };
            tokio::spawn(work.instrument(span));
        };
        intake.run(in_flight, stop.clone(), accept).await;
        if let Some(watching) = watching {
            watching.abort();
        }
        Ok(())
    }

    /// Decides one delivery. A failure to tell the broker needs no decision
    /// here: it delivers again.
    async fn handle(&self, delivery: Delivery, stop: &CancellationToken) {
        self.metrics.delivered(&delivery, self.clock.now());
        let started = Instant::now();
        let mut span = Span::begin("enrich", delivery.trace_parent());
        span.note("dateline.attempt", delivery.attempt());
        let outcome = match self.work(&delivery, &mut span, stop).await {
            Ok(()) => {
                self.metrics.sent();
                delivery.ack().await
            }
            Err(error) => {
                span.fail(&error);
                self.settle_failure(delivery, &error).await
            }
        };
        span.end();
        self.metrics.worked(started.elapsed().as_secs_f64());
        if let Err(error) = outcome {
            tracing::warn!(error = %ErrorChain(&error), "enricher could not settle a delivery");
        }
    }

    /// From a payload to an acknowledged publish.
    async fn work(
        &self,
        delivery: &Delivery,
        span: &mut Span,
        stop: &CancellationToken,
    ) -> Result<(), EnricherError> {
        let _room = self.room.take(delivery.payload().len() * RECORD_GROWTH).await;
        let enriched = self.enrich(delivery).await?;
        enriched.laps.tell(span);
        let trace_parent = delivery.trace_parent().map(str::to_owned);
        let message = Outgoing {
            trace_parent,
            replay_of: delivery.replay_of().map(str::to_owned),
            // A replayed article carries the id of its replay on, or the broker
            // would swallow its record as a repetition.
            message_id: match (delivery.replay_of(), delivery.message_id()) {
                (Some(_), Some(id)) => id.to_owned(),
                _ => enriched.message_id,
            },
            subject: enriched.subject,
            payload: enriched.payload,
        };
        let began = Instant::now();
        self.publisher.publish_patiently(message, stop).await?;
        span.part("publish", began, began.elapsed());
        Ok(())
    }

    /// The part that foreign text could make deadly: it never waits for the broker.
    async fn enrich(&self, delivery: &Delivery) -> Result<Enriched, EnricherError> {
        let (payload, todo, clock) = (delivery.payload().clone(), self.work.clone(), self.clock.clone());
        let (name, carried) = (delivery.unique_name(), Carried::of(delivery));
        let work = self.pool.run(move || todo.result(payload, name, carried, clock.now()));
        let quarantine = self.bus.quarantine();
        let worked = if self.bus.suspects(delivery) {
            quarantine.alone(&self.bus, delivery, work).await?
        } else {
            quarantine.among_others(work).await
        };
        worked.map_err(|error| match error {
            PoolError::Panicked(message) => EnricherError::Panicked(message),
            PoolError::Closed => EnricherError::PoolClosed,
        })?
    }

    async fn settle_failure(&self, delivery: Delivery, error: &EnricherError) -> Result<(), BusError> {
        match error.disposition() {
            Disposition::DeadLetter => {
                let detail = ErrorChain(error).to_string();
                self.bury(delivery, error.reason(), detail).await
            }
            Disposition::Retry | Disposition::Fatal => {
                let attempt = u32::try_from(delivery.attempt()).unwrap_or(u32::MAX);
                tracing::warn!(
                    error = ErrorChain(error).to_string(),
                    attempt,
                    "enriching will be tried again"
                );
                self.metrics.retried();
                delivery.retry(self.backoff.delay(attempt)).await
            }
        }
    }

    async fn bury(&self, delivery: Delivery, reason: DeadReason, detail: String) -> Result<(), BusError> {
        match self.desk.keep_delivery(delivery, Stage::Enricher, reason, detail, self.clock.now()).await {
            Ok(()) => {
                self.metrics.dead(reason);
                Ok(())
            }
            Err(error) => {
                self.metrics.retried();
                Err(error)
            }
        }
    }
}

impl Work {
    fn result(
        self,
        payload: Bytes,
        name: String,
        carried: Carried,
        now: Timestamp,
    ) -> Result<Enriched, EnricherError> {
        match self {
            Self::Enrich { enrichment, compress } => {
                let enriched = enriched(&payload, carried, &enrichment, now)?;
                Ok(if compress { enriched.packed() } else { enriched })
            }
            Self::Relay { subject } => {
                Ok(Enriched { subject, message_id: name, payload, laps: Laps::start() })
            }
        }
    }
}

/// What a message carries in its headers from stage to stage.
struct Carried {
    trace_parent: Option<String>,
    replay_of: Option<String>,
}

impl Carried {
    fn of(delivery: &Delivery) -> Self {
        Self {
            trace_parent: delivery.trace_parent().map(str::to_owned),
            replay_of: delivery.replay_of().map(str::to_owned),
        }
    }
}

/// Takes in the operator's gazetteers when they change, until it is aborted.
async fn follow_gazetteers(enrichment: Arc<Enrichment>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let looking = enrichment.clone();
        match tokio::task::spawn_blocking(move || looking.refresh_gazetteers()).await {
            Ok(Refresh::Reloaded(names)) => {
                GAZETTEER_RELOADS.with(["reloaded"]).increment(1);
                tracing::info!(names, "gazetteers were read again");
            }
            Ok(Refresh::Kept(error)) => {
                GAZETTEER_RELOADS.with(["kept"]).increment(1);
                let error = ErrorChain(&error).to_string();
                tracing::warn!(error, "a changed gazetteer cannot be used; the one before stays");
            }
            Ok(Refresh::Unchanged) | Err(_) => {}
        }
    }
}

/// What the pool gives back.
struct Enriched {
    subject: Subject,
    message_id: String,
    payload: Bytes,
    laps: Laps,
}

impl Enriched {
    /// The same with its record packed, where that is possible.
    fn packed(self) -> Self {
        match packed::pack(&self.payload) {
            Some(packed) => Self { payload: packed.into(), ..self },
            None => self,
        }
    }
}

/// When the steps began, and what each took.
struct Laps {
    began: Instant,
    times: StepTimes,
}

impl Laps {
    fn start() -> Self {
        Self { began: Instant::now(), times: StepTimes::default() }
    }

    /// The steps as parts of the whole; they follow each other.
    fn tell(&self, span: &mut Span) {
        let mut began = self.began;
        for (step, took) in self.times.iter().filter(|(_, took)| !took.is_zero()) {
            span.part(step.as_str(), began, took);
            began += took;
        }
    }
}

/// From the bytes of a raw article to the bytes of its record.
fn enriched(
    payload: &[u8],
    carried: Carried,
    enrichment: &Enrichment,
    now: Timestamp,
) -> Result<Enriched, EnricherError> {
    if let Some(word) = &faults::planted().abort_on
        && String::from_utf8_lossy(payload).contains(word.as_str())
    {
        std::process::abort();
    }
    let raw: RawArticle = serde_json::from_slice(payload).map_err(EnricherError::Unreadable)?;
    let message_id = raw.message_id();
    let mut laps = Laps::start();
    let mut record = enrichment.enrich_timed(raw, now, &mut laps.times)?;
    record.dateline.trace_parent = carried.trace_parent;
    if let Some(entry) = record.dateline.provenance.last_mut() {
        entry.replay_of = carried.replay_of;
    }
    figures::count(&record);
    let payload =
        serde_json::to_vec(&record).expect("a record has only string keys, so it always serialises");
    let subject = Subject::enriched(&record.language, &record.dateline.source);
    Ok(Enriched { subject, message_id, payload: payload.into(), laps })
}
