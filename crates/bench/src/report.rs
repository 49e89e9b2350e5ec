//! The figures, and how they are put before a person.

use crate::{Machine, Plan};
use serde::{Deserialize, Serialize};

/// Everything that one run measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Version of Dateline.
    pub version: String,
    /// When the run began, RFC 3339.
    pub at: String,
    /// Where it ran.
    pub machine: Machine,
    /// Version of the broker and how it writes through.
    pub broker: String,
    /// What was asked for.
    pub plan: Plan,
    /// Mean size of an article as it is sent, in bytes.
    pub article_bytes: usize,
    /// Throughput of each measurement.
    pub rates: Vec<Rate>,
    /// What one article costs in each step of enrichment, on one core.
    pub steps: Vec<StepCost>,
    /// Latency at each load.
    pub latencies: Vec<Latency>,
    /// Resident memory of this process at its largest; the broker is not in it.
    pub memory: Vec<Memory>,
    /// From the start of a process with all roles, against a broker that runs, until it is
    /// ready; milliseconds, each start.
    #[serde(default)]
    pub ready_ms: Vec<f64>,
    /// What growth costs, where the plan asked for it.
    #[serde(default)]
    pub growth: Option<Growth>,
}

/// Largest resident memory while something ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// What ran.
    pub what: String,
    /// Bytes.
    pub peak: u64,
}

/// What an article costs in a store that is fuller and with more sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    /// Stores of rising size.
    pub stores: Vec<StoreSize>,
    /// Rising numbers of sources.
    pub sources: Vec<SourceCount>,
}

/// A store of one size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoreSize {
    /// Articles in it.
    pub articles: usize,
    /// Milliseconds of wall clock to write one more, as the mean of the last ones.
    pub write_ms: f64,
    /// Milliseconds of CPU for that.
    pub write_cpu_ms: f64,
    /// Milliseconds for a search of two words, median.
    pub search_ms: f64,
    /// Bytes of the file.
    pub bytes: u64,
    /// The whole pipeline into it.
    pub pipeline: Passed,
}

/// The whole pipeline with so many sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceCount {
    /// Sources that deliver.
    pub sources: usize,
    /// The whole pipeline with them.
    pub pipeline: Passed,
}

/// What the whole pipeline takes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Passed {
    /// Articles a second.
    pub rate: f64,
    /// CPU seconds of this process for a thousand articles.
    pub cpu: f64,
    /// CPU seconds of the broker for a thousand articles.
    pub broker_cpu: f64,
}

/// Throughput of one measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// What was measured.
    pub what: String,
    /// Articles a second in each round.
    pub rounds: Vec<f64>,
    /// CPU seconds of this process for a thousand articles, each round.
    pub cpu: Vec<f64>,
    /// CPU seconds of the broker for a thousand articles, each round.
    pub broker_cpu: Vec<f64>,
}

/// Cost of one step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepCost {
    /// Its name.
    pub step: String,
    /// Microseconds an article, median of the rounds.
    pub micros: f64,
}

/// From intake to commit at one load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// Share of the whole pipeline's rate.
    pub load: f64,
    /// Articles a second that were sent.
    pub rate: f64,
    /// Articles that were measured, in all rounds together.
    pub articles: usize,
    /// Median in milliseconds; of several rounds, as all percentiles, the median of theirs.
    pub p50: f64,
    /// 95th percentile in milliseconds.
    pub p95: f64,
    /// 99th percentile in milliseconds.
    pub p99: f64,
    /// 99th percentile of each round; empty in files from before there were rounds.
    #[serde(default)]
    pub p99_rounds: Vec<f64>,
}

impl Latency {
    /// The 99th percentile of the round where it was largest, in milliseconds.
    #[must_use]
    pub fn worst_p99(&self) -> f64 {
        self.p99_rounds.iter().copied().fold(self.p99, f64::max)
    }
}

impl Rate {
    /// Median over the rounds.
    #[must_use]
    pub fn median(&self) -> f64 {
        median(&self.rounds)
    }

    /// Largest distance of a round from the median, as a share of it: how noisy it was.
    #[must_use]
    pub fn spread(&self) -> f64 {
        let middle = self.median();
        self.rounds.iter().map(|rate| (rate - middle).abs() / middle).fold(0.0, f64::max)
    }
}

/// Spread from which a measurement counts as noisy.
const NOISY_SPREAD: f64 = 0.15;
/// Load average a core from which somebody else was at work when the run began.
const NOISY_LOAD: f64 = 0.3;

impl Report {
    /// What speaks against the figures: other work on the machine, rounds that differ, too few
    /// of them. Empty when nothing does.
    #[must_use]
    pub fn noise(&self) -> Vec<String> {
        let mut noise = Vec::new();
        let Machine { load_at_start, cores, .. } = self.machine;
        let busy = load_at_start / f64::from(u32::try_from(cores.max(1)).unwrap_or(u32::MAX));
        if busy > NOISY_LOAD {
            noise.push(format!("the load average was {load_at_start:.1} on {cores} cores before the run"));
        }
        if self.plan.rounds < 5 {
            noise.push(format!("{} rounds are too few for a median", self.plan.rounds));
        }
        noise.extend(self.wide_rounds());
        noise
    }

    /// How many measurements have rounds that differ, and by how much the worst.
    fn wide_rounds(&self) -> Option<String> {
        let wide: Vec<&Rate> = self.rates.iter().filter(|rate| rate.spread() > NOISY_SPREAD).collect();
        let worst = wide.iter().max_by(|a, b| a.spread().total_cmp(&b.spread()))?;
        Some(format!(
            "rounds of {} of {} measurements differ by more than {:.0}% from their median, of \"{}\" by up to {:.0}%",
            wide.len(),
            self.rates.len(),
            NOISY_SPREAD * 100.0,
            worst.what,
            worst.spread() * 100.0
        ))
    }

    /// Articles that one core enriches in a second, reading and writing of JSON included.
    #[must_use]
    pub fn enriched_on_one_core(&self) -> f64 {
        self.steps.iter().find(|step| step.step == WHOLE_ARTICLE).map_or(f64::NAN, |step| 1e6 / step.micros)
    }

    /// Median over the rounds of the whole pipeline's rate as a share of the slowest stage's.
    #[must_use]
    pub fn share_of_slowest(&self) -> Option<f64> {
        let whole = self.rate(WHOLE)?;
        let stages: Vec<&Rate> = STAGES.iter().map(|stage| self.rate(stage)).collect::<Option<_>>()?;
        let slowest = |round: usize| {
            stages.iter().filter_map(|stage| stage.rounds.get(round)).copied().fold(f64::INFINITY, f64::min)
        };
        let shares: Vec<f64> =
            whole.rounds.iter().enumerate().map(|(round, rate)| rate / slowest(round)).collect();
        Some(median(&shares))
    }

    /// The latency at this share of the load.
    #[must_use]
    pub fn latency(&self, load: f64) -> Option<&Latency> {
        self.latencies.iter().find(|latency| (latency.load - load).abs() < 1e-9)
    }

    /// The rate of one measurement.
    #[must_use]
    pub fn rate(&self, what: &str) -> Option<&Rate> {
        self.rates.iter().find(|rate| rate.what == what)
    }

    /// Largest resident memory at one occasion, in megabytes of a million bytes.
    #[must_use]
    pub fn megabytes(&self, what: &str) -> Option<f64> {
        let bytes = self.memory.iter().find(|memory| memory.what == what)?.peak;
        #[expect(clippy::cast_precision_loss, reason = "shown without decimals")]
        Some(bytes as f64 / 1e6)
    }

    /// Median over the rounds of the ratio of two measurements of the same round.
    #[must_use]
    pub fn ratio(&self, what: &str, of: &str) -> Option<f64> {
        let (one, other) = (self.rate(what)?, self.rate(of)?);
        let ratios: Vec<f64> = one.rounds.iter().zip(&other.rounds).map(|(one, other)| one / other).collect();
        Some(median(&ratios))
    }
}

/// The whole pipeline, in the list of rates.
pub(crate) const WHOLE: &str = "whole pipeline";
/// Each stage alone.
pub(crate) const STAGES: [&str; 3] = ["producer alone", "enricher alone", "sink alone"];
/// All steps of one article, in the list of steps.
pub(crate) const WHOLE_ARTICLE: &str = "whole article";

/// The middle of the values; the mean of the two middle ones of an even number.
#[must_use]
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => sorted[count / 2],
        count => f64::midpoint(sorted[count / 2 - 1], sorted[count / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(what: &str, rounds: &[f64]) -> Rate {
        Rate { what: what.to_owned(), rounds: rounds.to_vec(), cpu: vec![], broker_cpu: vec![] }
    }

    #[test]
    fn medians_of_odd_and_even_numbers() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn the_spread_is_the_worst_round() {
        assert!((rate("x", &[90.0, 100.0, 120.0]).spread() - 0.2).abs() < 1e-9);
    }
}
