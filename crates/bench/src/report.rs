//! The figures, and how they are put before a person.

use crate::{Machine, Plan};
use serde::{Deserialize, Serialize};
use std::fmt;

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
    /// Largest resident memory of this process while the whole pipeline ran, in bytes;
    /// the broker is not in it.
    pub resident_peak: u64,
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
    /// Articles that were measured.
    pub articles: usize,
    /// Median in milliseconds.
    pub p50: f64,
    /// 95th percentile in milliseconds.
    pub p95: f64,
    /// 99th percentile in milliseconds.
    pub p99: f64,
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

impl Report {
    /// The rate of one measurement.
    #[must_use]
    pub fn rate(&self, what: &str) -> Option<&Rate> {
        self.rates.iter().find(|rate| rate.what == what)
    }

    /// Median over the rounds of the ratio of two measurements of the same round.
    #[must_use]
    pub fn ratio(&self, what: &str, of: &str) -> Option<f64> {
        let (one, other) = (self.rate(what)?, self.rate(of)?);
        let ratios: Vec<f64> = one.rounds.iter().zip(&other.rounds).map(|(one, other)| one / other).collect();
        Some(median(&ratios))
    }
}

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

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Machine { processor, cores, system, load_at_start, .. } = &self.machine;
        writeln!(
            f,
            "Dateline {} on {processor}, {cores} cores, {system}; load at start {load_at_start:.1}",
            self.version
        )?;
        let Plan { articles, rounds, .. } = &self.plan;
        writeln!(
            f,
            "{}; {articles} articles of {} bytes, median of {rounds} rounds",
            self.broker, self.article_bytes
        )?;
        writeln!(
            f,
            "\n{:<28}{:>12}{:>9}{:>10}{:>11}{:>13}",
            "", "articles/s", "+-", "ceiling", "CPU s/1000", "broker s/1000"
        )?;
        for rate in &self.rates {
            let ceiling = self.ratio(&rate.what, crate::CEILING).unwrap_or(f64::NAN);
            let (cpu, broker) = (median(&rate.cpu), median(&rate.broker_cpu));
            let spread = rate.spread() * 100.0;
            writeln!(
                f,
                "{:<28}{:>12.0}{spread:>8.0}%{ceiling:>10.2}{cpu:>11.3}{broker:>13.3}",
                rate.what,
                rate.median()
            )?;
        }
        writeln!(f, "\n{:<28}{:>12}", "step of enrichment", "us/article")?;
        for StepCost { step, micros } in &self.steps {
            writeln!(f, "{step:<28}{micros:>12.1}")?;
        }
        writeln!(
            f,
            "\n{:<28}{:>12}{:>10}{:>10}{:>10}",
            "accept to stored at load", "articles/s", "p50 ms", "p95 ms", "p99 ms"
        )?;
        for Latency { load, rate, p50, p95, p99, .. } in &self.latencies {
            let load = format!("{:.0}%", load * 100.0);
            writeln!(f, "{load:<28}{rate:>12.0}{p50:>10.1}{p95:>10.1}{p99:>10.1}")?;
        }
        writeln!(
            f,
            "\nresident memory at the peak   {:>8} MiB (without the broker)",
            self.resident_peak >> 20
        )
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
