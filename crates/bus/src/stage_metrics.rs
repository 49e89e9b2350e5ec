//! The counts that every stage keeps, so that conservation can be checked:
//! `in = out + duplicate + dead + retried + in flight`.

use dateline_model::{DeadReason, Stage};
use metrics::{Counter, Gauge, Histogram, SharedString, counter, gauge, histogram};

/// The metrics of one stage. Cheap to clone.
#[derive(Clone)]
pub struct StageMetrics {
    stage: SharedString,
    received: Counter,
    sent: Counter,
    duplicate: Counter,
    retried: Counter,
    in_flight: Gauge,
    work_seconds: Histogram,
}

impl std::fmt::Debug for StageMetrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StageMetrics").field("stage", &self.stage).finish_non_exhaustive()
    }
}

impl StageMetrics {
    /// Registers the metrics of `stage`.
    #[must_use]
    pub fn new(stage: Stage) -> Self {
        Self::labelled(stage.as_str())
    }

    /// The same under a label of its own, where a stage runs several times with
    /// different ends. Labels come from the configuration, so they are few.
    #[must_use]
    pub fn labelled(stage: impl Into<SharedString>) -> Self {
        let stage = stage.into();
        Self {
            received: counter!("dateline_stage_in_total", "stage" => stage.clone()),
            sent: counter!("dateline_stage_out_total", "stage" => stage.clone()),
            duplicate: counter!("dateline_stage_duplicate_total", "stage" => stage.clone()),
            retried: counter!("dateline_stage_retried_total", "stage" => stage.clone()),
            in_flight: gauge!("dateline_stage_in_flight", "stage" => stage.clone()),
            work_seconds: histogram!("dateline_stage_work_seconds", "stage" => stage.clone()),
            stage,
        }
    }

    /// An article came in.
    pub fn received(&self) {
        self.received.increment(1);
        self.in_flight.increment(1);
    }

    /// It went on to the next stage, or into storage.
    pub fn sent(&self) {
        self.sent.increment(1);
        self.in_flight.decrement(1);
    }

    /// It was there already.
    pub fn duplicate(&self) {
        self.duplicate.increment(1);
        self.in_flight.decrement(1);
    }

    /// It was handed back and will come in again.
    pub fn retried(&self) {
        self.retried.increment(1);
        self.in_flight.decrement(1);
    }

    /// It became a dead letter.
    pub fn dead(&self, reason: DeadReason) {
        counter!("dateline_stage_dead_total", "stage" => self.stage.clone(), "reason" => reason.as_str())
            .increment(1);
        self.in_flight.decrement(1);
    }

    /// How long the work on one article took.
    pub fn worked(&self, seconds: f64) {
        self.work_seconds.record(seconds);
    }
}
