//! The metrics of polled sources.
//!
//! As many sources as configured get series of their own, all others share `other`; the
//! catalogue bounds them once more.

use dateline_model::SubjectToken;
use dateline_runtime::telemetry::catalogue::{
    OTHER, SOURCE_FAILURES, SOURCE_FETCH_SECONDS, SOURCE_FETCHED_BYTES, SOURCE_ITEMS, SOURCE_LEASES_LOST,
    SOURCE_PAGES, SOURCE_POLLS, SOURCE_POLLS_IN_FLIGHT, SOURCE_SILENT, SOURCES,
};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Counts what happens to sources. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct SourceMetrics {
    labelled: Arc<Mutex<HashSet<String>>>,
    limit: usize,
}

impl SourceMetrics {
    pub(crate) fn new(limit: usize) -> Self {
        Self { labelled: Arc::default(), limit }
    }

    /// The label of a source.
    fn label(&self, id: &SubjectToken) -> String {
        let mut labelled = self.labelled.lock().unwrap_or_else(PoisonError::into_inner);
        if labelled.contains(id.as_str()) {
            return id.as_str().to_owned();
        }
        if labelled.len() >= self.limit {
            return OTHER.to_owned();
        }
        labelled.insert(id.as_str().to_owned());
        id.as_str().to_owned()
    }

    /// A poll ended: `changed`, `unchanged`, or the label of its error.
    pub(crate) fn polled(&self, id: &SubjectToken, outcome: &'static str) {
        SOURCE_POLLS.with([&self.label(id), outcome]).increment(1);
    }

    /// Articles and versions that a poll brought.
    pub(crate) fn taken(&self, id: &SubjectToken, new: usize, changed: usize) {
        for (verdict, count) in [("new", new), ("changed", changed)] {
            SOURCE_ITEMS.with([&self.label(id), verdict]).increment(count as u64);
        }
    }

    /// Failed polls in a row.
    pub(crate) fn failing(&self, id: &SubjectToken, failures: u32) {
        SOURCE_FAILURES.with([&self.label(id)]).set(f64::from(failures));
    }

    /// Whether the silence alarm of a source is raised.
    pub(crate) fn silent(&self, id: &SubjectToken, silent: bool) {
        SOURCE_SILENT.with([&self.label(id)]).set(f64::from(u8::from(silent)));
    }

    /// One answer of any source.
    pub(crate) fn fetched(&self, took: Duration, bytes: Option<usize>) {
        SOURCE_FETCH_SECONDS.record(took.as_secs_f64());
        SOURCE_FETCHED_BYTES.with([]).increment(bytes.unwrap_or_default() as u64);
    }

    /// A page was fetched for its full text, or why not.
    pub(crate) fn page(&self, outcome: &'static str) {
        SOURCE_PAGES.with([outcome]).increment(1);
    }

    /// A lease was lost while its source was polled.
    pub(crate) fn lease_lost(&self) {
        SOURCE_LEASES_LOST.increment();
    }

    /// How many sources there are, and how many polls are under way.
    #[expect(clippy::cast_precision_loss, reason = "gauges are floats; nobody polls 2^53 sources")]
    pub(crate) fn sources(&self, active: usize, paused: usize, polls: usize) {
        SOURCES.with(["active"]).set(active as f64);
        SOURCES.with(["paused"]).set(paused as f64);
        SOURCE_POLLS_IN_FLIGHT.set(polls as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_bounded() {
        let metrics = SourceMetrics::new(2);
        let label = |name| metrics.label(&SubjectToken::new(name));
        assert_eq!([label("a"), label("b"), label("c"), label("a")], ["a", "b", OTHER, "a"]);
    }
}
