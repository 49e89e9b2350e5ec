//! What follows a commit: each delivery is acknowledged, its age is measured, its notice put up.

use crate::batch::Held;
use dateline_bus::{Bus, DeadLetterDesk, Outgoing, Publisher, StageMetrics, Subject};
use dateline_model::{ArticleId, DeadReason, NewsRecord, Stage, StoredNotice};
use dateline_runtime::ErrorChain;
use dateline_runtime::clock::SharedClock;
use dateline_runtime::telemetry::catalogue::{ACCEPTED_TO_STORED, PUBLISHED_TO_STORED, SINK_WRITES};
use dateline_store::WriteOutcome;
use futures::future::join_all;
use jiff::Timestamp;
use tokio::sync::mpsc;

/// Whether a sink tells the notice board what it stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notices {
    /// The first one does.
    Put,
    /// Others do not: an article is announced once.
    None,
}

/// A batch that is durable, to be settled.
pub(crate) struct Written {
    pub(crate) held: Vec<Held>,
    pub(crate) told: Vec<Told>,
    pub(crate) outcomes: Vec<WriteOutcome>,
    pub(crate) at: Timestamp,
}

/// What is still to be told of a record when the store has taken it.
pub(crate) struct Told {
    language: String,
    content_created: Option<Timestamp>,
    /// Absent where nothing is announced.
    notice: Option<StoredNotice>,
    ingested_at: Timestamp,
}

/// Settles what a store took, and buries what it will never take.
pub(crate) struct Settler {
    publisher: Publisher,
    desk: DeadLetterDesk,
    /// The label of its metrics.
    consumer: String,
    notices: Notices,
    metrics: StageMetrics,
    clock: SharedClock,
}

impl Settler {
    pub(crate) fn new(
        bus: &Bus,
        consumer: &str,
        notices: Notices,
        metrics: StageMetrics,
        clock: SharedClock,
    ) -> Self {
        let (publisher, desk) = (bus.publisher(), bus.dead_letters());
        Self { publisher, desk, consumer: consumer.to_owned(), notices, metrics, clock }
    }

    /// Settles batch after batch until no more come.
    pub(crate) async fn settle_all(&self, mut written: mpsc::Receiver<Written>) {
        while let Some(written) = written.recv().await {
            self.settle(written).await;
        }
    }

    /// The batch is durable: acknowledge it and put up its notices.
    pub(crate) async fn settle(&self, written: Written) {
        let Written { held, told, outcomes, at } = written;
        let mut notices = Vec::new();
        for ((held, told), outcome) in held.into_iter().zip(told).zip(outcomes) {
            SINK_WRITES.with([&self.consumer, outcome.as_str()]).increment(1);
            match &outcome {
                WriteOutcome::Refused(refusal) => {
                    self.bury(held, DeadReason::Refused, refusal.to_string()).await;
                    continue;
                }
                WriteOutcome::Unchanged => self.metrics.duplicate(),
                _ => {
                    self.metrics.sent();
                    self.measure_age(&told, at);
                    notices.extend(Self::notice(told, at, held.delivery.trace_parent()));
                }
            }
            if let Err(error) = held.delivery.ack().await {
                tracing::warn!(error = %ErrorChain(&error), "sink could not acknowledge a stored record; it will come again unchanged");
            }
        }
        for published in join_all(notices.into_iter().map(|notice| self.publisher.publish(notice))).await {
            if let Err(error) = published {
                tracing::debug!(error = %ErrorChain(&error), "notice of a stored record was not published");
            }
        }
    }

    fn measure_age(&self, told: &Told, at: Timestamp) {
        let since = |then| at.duration_since(then).as_secs_f64().max(0.0);
        ACCEPTED_TO_STORED.with([&self.consumer]).record(since(told.ingested_at));
        // Set only where the publication time is known to the minute.
        if let Some(published) = told.content_created {
            PUBLISHED_TO_STORED.with([&self.consumer]).record(since(published));
        }
    }

    /// What will have to be told of a record.
    pub(crate) fn told(&self, record: &NewsRecord) -> Told {
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

    fn notice(told: Told, at: Timestamp, trace_parent: Option<&str>) -> Option<Outgoing> {
        let notice = StoredNotice { stored_at: at, ..told.notice? };
        Some(Outgoing {
            subject: Subject::stored(&told.language, &notice.source),
            message_id: format!("stored:{}:{}", notice.id, notice.content_hash),
            trace_parent: trace_parent.map(str::to_owned),
            replay_of: None,
            payload: serde_json::to_vec(&notice).ok()?.into(),
        })
    }

    /// Makes a dead letter of a delivery.
    pub(crate) async fn bury(&self, held: Held, reason: DeadReason, detail: String) {
        match self.desk.keep_delivery(held.delivery, Stage::Sink, reason, detail, self.clock.now()).await {
            Ok(()) => self.metrics.dead(reason),
            Err(error) => {
                self.metrics.retried();
                tracing::warn!(error = %ErrorChain(&error), "dead letter could not be kept; it will come again");
            }
        }
    }
}
