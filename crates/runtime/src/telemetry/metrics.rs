//! The metrics of a process in Prometheus' text form.
//!
//! Anything in the process that uses the `metrics` macros ends up here. Histograms always
//! have buckets, chosen by the unit that ends their name: a histogram without buckets would
//! be exported as a summary, which cannot be added up over several processes.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use metrics::gauge;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;
use tokio_util::sync::CancellationToken;

/// From half a millisecond to two minutes.
const SECONDS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0,
];
/// From 256 bytes to 16 MiB in steps of four.
const BYTES: &[f64] =
    &[256.0, 1_024.0, 4_096.0, 16_384.0, 65_536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0];
/// Sizes of batches.
const ARTICLES: &[f64] = &[1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0];
/// For a name that ends in no known unit.
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
        metrics::describe_gauge!("dateline_build_info", "Always 1; the label tells the running version.");
        gauge!("dateline_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        Self { recorder: handle, process }
    }

    /// All metrics as of now, in Prometheus' text form.
    #[must_use]
    pub fn render(&self) -> String {
        self.process.collect();
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
    let by_suffix = [("_seconds", SECONDS), ("_bytes", BYTES), ("_articles", ARTICLES)];
    let full = "the bucket lists above are not empty";
    by_suffix.into_iter().fold(
        PrometheusBuilder::new().set_buckets(PLAIN).expect(full),
        |builder, (suffix, buckets)| {
            builder.set_buckets_for_metric(Matcher::Suffix(suffix.to_owned()), buckets).expect(full)
        },
    )
}

#[cfg(test)]
mod tests {
    use metrics::{counter, histogram};

    use super::*;

    #[test]
    fn installing_twice_gives_one_recorder() {
        let first = Metrics::install();
        let second = Metrics::install();
        counter!("dateline_test_runs_total").increment(2);
        for text in [first.render(), second.render()] {
            assert!(text.contains("dateline_test_runs_total 2"), "{text}");
            assert!(
                text.contains(&format!("dateline_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION")))
            );
            assert!(
                text.contains("process_cpu_seconds_total") && text.contains("process_open_fds"),
                "{text}"
            );
        }
    }

    #[test]
    fn histograms_have_buckets_by_their_unit() {
        let handle = Metrics::install();
        let check = |name: &'static str, line: &str| {
            histogram!(name).record(3.0);
            let text = handle.render();
            assert!(text.contains(&format!("# TYPE {name} histogram")), "{text}");
            assert!(text.contains(line), "{line} is not in {text}");
        };
        check("dateline_test_work_seconds", "dateline_test_work_seconds_bucket{le=\"5\"} 1");
        check("dateline_test_body_bytes", "dateline_test_body_bytes_bucket{le=\"256\"} 1");
        check("dateline_test_batch_articles", "dateline_test_batch_articles_bucket{le=\"2\"} 0");
        check("dateline_test_depth", "dateline_test_depth_bucket{le=\"10\"} 1");
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
