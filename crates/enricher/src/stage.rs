//! The loop between two subjects: pull, enrich on the CPU pool, publish, ack.

use crate::{EnricherConfig, EnricherError, Enrichment};
use dateline_bus::{Bus, BusError, DeadLetterDesk, Delivery, Outgoing, Publisher, StageMetrics, Subject};
use dateline_model::{DeadReason, RawArticle, Stage};
use dateline_runtime::Disposition;
use dateline_runtime::backoff::Backoff;
use dateline_runtime::clock::SharedClock;
use dateline_runtime::pool::{CpuPool, PoolError};
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// Name of the durable consumer.
const CONSUMER: &str = "enricher";

/// One copy of the enricher stage.
#[derive(Clone)]
pub struct EnricherStage {
    bus: Bus,
    publisher: Publisher,
    desk: DeadLetterDesk,
    enrichment: Arc<Enrichment>,
    pool: Arc<CpuPool>,
    backoff: Backoff,
    metrics: StageMetrics,
    clock: SharedClock,
    in_flight: usize,
}

impl EnricherStage {
    /// Puts the work between the subjects of `bus`.
    #[must_use]
    pub fn new(bus: &Bus, enrichment: Arc<Enrichment>, config: &EnricherConfig, clock: SharedClock) -> Self {
        let nats = bus.config();
        Self {
            publisher: bus.publisher(),
            desk: bus.dead_letters(),
            enrichment,
            pool: Arc::new(CpuPool::new(config.effective_threads(), config.in_flight)),
            backoff: Backoff::new(nats.retry_delay.0, nats.retry_delay_max.0),
            metrics: StageMetrics::new(Stage::Enricher),
            clock,
            in_flight: config.in_flight,
            bus: bus.clone(),
        }
    }

    /// Runs until `stop`, then finishes what is under way.
    ///
    /// # Errors
    /// When the consumer cannot be opened. Later trouble with the broker is
    /// waited out.
    pub async fn run(self, stop: CancellationToken) -> Result<(), BusError> {
        let intake = self.bus.intake(CONSUMER).await?;
        let in_flight = self.in_flight;
        let accept = |delivery, permit| {
            let stage = self.clone();
            tokio::spawn(async move {
                stage.handle(delivery).await;
                drop(permit);
            });
        };
        intake.run(in_flight, stop, accept).await;
        Ok(())
    }

    /// Decides one delivery. A failure to tell the broker needs no decision
    /// here: it delivers again.
    async fn handle(&self, delivery: Delivery) {
        self.metrics.received();
        let started = Instant::now();
        let outcome = if delivery.attempt() > self.bus.config().max_attempts {
            self.bury(delivery, DeadReason::AttemptsExhausted, exhausted()).await
        } else {
            match delivery.while_working(self.work(&delivery)).await {
                Ok(()) => {
                    self.metrics.sent();
                    delivery.ack().await
                }
                Err(error) => self.settle_failure(delivery, &error).await,
            }
        };
        self.metrics.worked(started.elapsed().as_secs_f64());
        if let Err(error) = outcome {
            tracing::warn!(%error, "enricher could not settle a delivery");
        }
    }

    /// From a payload to an acknowledged publish.
    async fn work(&self, delivery: &Delivery) -> Result<(), EnricherError> {
        let (payload, enrichment, clock) =
            (delivery.payload().clone(), self.enrichment.clone(), self.clock.clone());
        let trace_parent = delivery.trace_parent().map(str::to_owned);
        let message = self
            .pool
            .run(move || {
                let raw: RawArticle = serde_json::from_slice(&payload).map_err(EnricherError::Unreadable)?;
                let message_id = raw.message_id();
                let record = enrichment.enrich(raw, clock.now())?;
                Ok(Outgoing {
                    subject: Subject::enriched(&record.language, &record.dateline.source),
                    message_id,
                    trace_parent,
                    payload: serde_json::to_vec(&record)
                        .expect("a record has only string keys, so it always serialises")
                        .into(),
                })
            })
            .await
            .map_err(|error| match error {
                PoolError::Panicked(message) => EnricherError::Panicked(message),
                PoolError::Closed => EnricherError::PoolClosed,
            })??;
        self.publisher.publish(self.with_replay_id(delivery, message)).await?;
        Ok(())
    }

    /// A replayed article carries the id of its replay on, or the broker would
    /// swallow its record as a repetition.
    fn with_replay_id(&self, delivery: &Delivery, mut message: Outgoing) -> Outgoing {
        if let Some(id) = delivery.message_id().filter(|id| id.contains(":replay:")) {
            id.clone_into(&mut message.message_id);
        }
        message
    }

    async fn settle_failure(&self, delivery: Delivery, error: &EnricherError) -> Result<(), BusError> {
        match error.disposition() {
            Disposition::DeadLetter => {
                let detail = dateline_runtime::error_chain(error);
                self.bury(delivery, error.reason(), detail).await
            }
            Disposition::Retry | Disposition::Fatal => {
                let attempt = u32::try_from(delivery.attempt()).unwrap_or(u32::MAX);
                tracing::warn!(
                    error = dateline_runtime::error_chain(error),
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

fn exhausted() -> String {
    "every attempt ended without a result: the worker was killed or the broker did not answer; \
     look at the enricher's log, then replay"
        .to_owned()
}
