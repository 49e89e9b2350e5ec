//! The metrics of a process in Prometheus' text form.
//!
//! What is counted stands in `catalogue`; here is the recorder that keeps it. Histograms
//! always have buckets: one without would be exported as a summary, which cannot be added
//! up over several processes.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;
use tokio_util::sync::CancellationToken;

use super::catalogue::{
    BUILD_INFO, CATALOGUE, CLOCK, Kind, RUNTIME_BUSY, RUNTIME_QUEUE, RUNTIME_TASKS, RUNTIME_WORKERS,
};
use crate::clock::{Clock, SystemClock};

/// For a histogram that is in no catalogue, such as one of a test.
const PLAIN: &[f64] = &[0.1, 1.0, 10.0, 100.0, 1_000.0, 10_000.0];

/// How often old samples are folded into the histograms when nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

/// The process' metrics recorder.
#[derive(Debug)]
pub struct Metrics;

impl Metrics {
    /// Makes this process record its metrics; a second call gives the same handle.
    pub fn install() -> MetricsHandle {
        static INSTALLED: OnceLock<MetricsHandle> = OnceLock::new();
        INSTALLED.get_or_init(MetricsHandle::new).clone()
    }
}

/// Reads the metrics of the process. Clones read the same ones.
#[derive(Clone)]
pub struct MetricsHandle {
    recorder: PrometheusHandle,
    process: Collector,
}

impl MetricsHandle {
    fn new() -> Self {
        let recorder = builder().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::error!("another metrics recorder is installed, this one stays empty");
        }
        let process = Collector::default();
        process.describe();
        describe();
        BUILD_INFO.with([crate::VERSION]).set(1.0);
        Self { recorder: handle, process }
    }

    /// All metrics as of now, in Prometheus' text form.
    #[must_use]
    pub fn render(&self) -> String {
        self.process.collect();
        measure_runtime();
        CLOCK.set(SystemClock.now().as_duration().as_secs_f64());
        self.recorder.render()
    }

    /// Keeps the recorder's memory small until told to stop: without it, samples pile up
    /// while nobody scrapes.
    pub async fn run_upkeep(self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(UPKEEP);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            self.recorder.run_upkeep();
        }
    }
}

impl fmt::Debug for MetricsHandle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MetricsHandle").finish_non_exhaustive()
    }
}

fn builder() -> PrometheusBuilder {
    let full = "every histogram of the catalogue has buckets, which a test checks";
    let histograms = CATALOGUE.iter().filter(|definition| definition.kind == Kind::Histogram);
    histograms.fold(PrometheusBuilder::new().set_buckets(PLAIN).expect(full), |builder, histogram| {
        let name = Matcher::Full(histogram.name.to_owned());
        builder.set_buckets_for_metric(name, histogram.buckets).expect(full)
    })
}

fn describe() {
    for definition in CATALOGUE {
        match definition.kind {
            Kind::Counter => metrics::describe_counter!(definition.name, definition.help),
            Kind::Gauge => metrics::describe_gauge!(definition.name, definition.help),
            Kind::Histogram => metrics::describe_histogram!(definition.name, definition.help),
        }
    }
}

/// How the async runtime is doing, where this is called from one.
#[expect(clippy::cast_precision_loss, reason = "counts of threads and tasks are small")]
fn measure_runtime() {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
    let runtime = runtime.metrics();
    let workers = runtime.num_workers();
    let busy: Duration = (0..workers).map(|worker| runtime.worker_total_busy_duration(worker)).sum();
    RUNTIME_WORKERS.set(workers as f64);
    RUNTIME_TASKS.set(runtime.num_alive_tasks() as f64);
    RUNTIME_QUEUE.set(runtime.global_queue_depth() as f64);
    RUNTIME_BUSY.set(busy.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use metrics::counter;

    use super::*;
    use crate::telemetry::catalogue::{Definition, PUBLISHED_TO_STORED, SINK_BATCH};

    #[test]
    fn installing_twice_gives_one_recorder() {
        let first = Metrics::install();
        let second = Metrics::install();
        counter!("dateline_test_runs_total").increment(2);
        for text in [first.render(), second.render()] {
            assert!(text.contains("dateline_test_runs_total 2"), "{text}");
            assert!(text.contains(&format!("dateline_build_info{{version=\"{}\"}} 1", crate::VERSION)));
            assert!(
                text.contains("process_cpu_seconds_total") && text.contains("process_open_fds"),
                "{text}"
            );
        }
    }

    #[test]
    fn histograms_have_their_buckets_and_all_have_help() {
        let handle = Metrics::install();
        SINK_BATCH.with(["sink"]).record(3.0);
        PUBLISHED_TO_STORED.with(["sink"]).record(100.0);
        let text = handle.render();
        for line in [
            "# TYPE dateline_sink_batch_articles histogram",
            "dateline_sink_batch_articles_bucket{sink=\"sink\",le=\"2\"} 0",
            "dateline_published_to_stored_seconds_bucket{sink=\"sink\",le=\"300\"} 1",
            "# HELP dateline_build_info Always 1",
            "dateline_clock_timestamp_seconds ",
        ] {
            assert!(text.contains(line), "{line} is not in {text}");
        }
    }

    #[test]
    fn names_follow_the_conventions() {
        let mut names = BTreeSet::new();
        for definition in CATALOGUE {
            let name = definition.name;
            assert!(names.insert(name) && name.starts_with("dateline_"), "{name}");
            assert_eq!(name.ends_with("_total"), definition.kind == Kind::Counter, "{name}");
            assert_eq!(!definition.buckets.is_empty(), definition.kind == Kind::Histogram, "{name}");
            assert!(definition.buckets.is_sorted() && definition.help.ends_with('.'), "{name}");
            assert!(!name.contains("milli") && !name.contains("_ms"), "{name}: base units only");
        }
    }

    /// What a scrape can cost at most, whatever comes in.
    #[test]
    fn series_are_bounded() {
        let by_source =
            |definition: &&Definition| definition.labels.iter().any(|label| label.name == "source");
        let most = |of: &dyn Fn(&&Definition) -> bool| -> usize {
            CATALOGUE.iter().filter(of).map(Definition::most_series).sum()
        };
        assert!(most(&|definition| !by_source(definition)) < 3_000);
        assert!(most(&by_source) < 80_000);
    }

    #[tokio::test(start_paused = true)]
    async fn upkeep_ends_when_told() {
        let stop = CancellationToken::new();
        let task = tokio::spawn(Metrics::install().run_upkeep(stop.clone()));
        tokio::time::sleep(UPKEEP * 3).await;
        stop.cancel();
        task.await.unwrap();
    }
}
