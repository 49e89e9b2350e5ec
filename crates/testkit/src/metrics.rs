//! Metrics in Prometheus' text form, read back: of a process, or of one test.

use std::collections::BTreeMap;

use metrics::LocalRecorderGuard;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// The samples of one scrape: `name{label="value",...}` to value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metrics {
    samples: BTreeMap<String, f64>,
}

/// What one stage counted; see `StageMetrics` of the bus.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StageCounts {
    /// Articles that came in.
    pub received: f64,
    /// Those that went on.
    pub sent: f64,
    /// Those that were there already.
    pub duplicate: f64,
    /// Those that were handed back, to come in again.
    pub retried: f64,
    /// Those that became dead letters.
    pub dead: f64,
    /// Those of which nothing is decided yet.
    pub in_flight: f64,
}

impl StageCounts {
    /// Whether `in = out + duplicate + dead + retried + in flight`.
    #[must_use]
    pub fn is_conserved(&self) -> bool {
        let Self { received, sent, duplicate, retried, dead, in_flight } = self;
        (received - sent - duplicate - retried - dead - in_flight).abs() < 0.5
    }
}

impl Metrics {
    /// Reads the text form. Lines that are no samples are left out.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let sample = |line: &str| {
            let (series, value) = line.rsplit_once(' ')?;
            Some((series.to_owned(), value.parse().ok()?))
        };
        Self { samples: text.lines().filter(|line| !line.starts_with('#')).filter_map(sample).collect() }
    }

    /// All samples.
    #[must_use]
    pub fn samples(&self) -> &BTreeMap<String, f64> {
        &self.samples
    }

    /// The sum over all series of that name that carry these labels; 0 when there are none.
    #[must_use]
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let wanted: Vec<String> = labels.iter().map(|(key, value)| format!("{key}=\"{value}\"")).collect();
        let matches = |series: &str| {
            let (own_name, own_labels) = series.split_once('{').unwrap_or((series, ""));
            own_name == name && wanted.iter().all(|label| own_labels.contains(label.as_str()))
        };
        self.samples.iter().filter(|(series, _)| matches(series)).map(|(_, value)| value).sum()
    }

    /// The counts of a stage (`producer`, `enricher`, `sink`).
    #[must_use]
    pub fn stage(&self, stage: &str) -> StageCounts {
        let count = |what: &str| self.sum(&format!("dateline_stage_{what}"), &[("stage", stage)]);
        StageCounts {
            received: count("in_total"),
            sent: count("out_total"),
            duplicate: count("duplicate_total"),
            retried: count("retried_total"),
            dead: count("dead_total"),
            in_flight: count("in_flight"),
        }
    }
}

/// Records the metrics of one test: of everything that registers or counts on its thread
/// while this lives. Tests of the same program run on other threads and stay apart, so use it
/// where the test's runtime has one thread (`#[tokio::test]` as it comes).
#[must_use]
pub struct LocalMetrics {
    handle: PrometheusHandle,
    _guard: LocalRecorderGuard<'static>,
}

impl std::fmt::Debug for LocalMetrics {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LocalMetrics").finish_non_exhaustive()
    }
}

impl LocalMetrics {
    /// Starts recording, from zero.
    pub fn record() -> Self {
        // A recorder must outlive its guard; one for each test may stay until the program ends.
        let recorder: &'static PrometheusRecorder =
            Box::leak(Box::new(PrometheusBuilder::new().build_recorder()));
        Self { handle: recorder.handle(), _guard: metrics::set_default_local_recorder(recorder) }
    }

    /// What was recorded until now.
    #[must_use]
    pub fn read(&self) -> Metrics {
        Metrics::parse(&self.handle.render())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_by_name_and_labels() {
        let metrics = Metrics::parse(
            "# TYPE a counter\na{stage=\"sink\",reason=\"x\"} 2\na{stage=\"sink\",reason=\"y\"} 3\n\
             a{stage=\"enricher\"} 7\nab 11\nplain 1.5\n\nnonsense\n",
        );
        let check = |name: &str, labels: &[(&str, &str)], expected: f64| {
            let sum = metrics.sum(name, labels);
            assert!((sum - expected).abs() < f64::EPSILON, "{name} {labels:?}: {sum}");
        };
        check("a", &[], 12.0);
        check("a", &[("stage", "sink")], 5.0);
        check("a", &[("stage", "sink"), ("reason", "y")], 3.0);
        check("plain", &[], 1.5);
        check("nothing", &[], 0.0);
        assert_eq!(metrics.samples().len(), 5);
    }

    #[test]
    fn tests_record_apart_from_each_other() {
        let first = LocalMetrics::record();
        metrics::counter!("dateline_stage_in_total", "stage" => "sink").increment(2);
        metrics::counter!("dateline_stage_dead_total", "stage" => "sink", "reason" => "panic").increment(1);
        std::thread::spawn(|| metrics::counter!("dateline_stage_in_total", "stage" => "sink").increment(40))
            .join()
            .unwrap();
        let counts = first.read().stage("sink");
        assert_eq!(counts, StageCounts { received: 2.0, dead: 1.0, ..StageCounts::default() });
        assert!(!counts.is_conserved());
        assert!(StageCounts { in_flight: 1.0, ..counts }.is_conserved());
    }
}
