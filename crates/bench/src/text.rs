//! The figures before a person at a terminal.

use crate::report::median;
use crate::{Latency, Machine, Memory, Passed, Plan, Report, SourceCount, StepCost, StoreSize};
use std::fmt;

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
            "\n{:<28}{:>12}{:>10}{:>10}{:>10}{:>14}",
            "accept to stored at load", "articles/s", "p50 ms", "p95 ms", "p99 ms", "worst p99 ms"
        )?;
        for latency in &self.latencies {
            let Latency { load, rate, p50, p95, p99, .. } = latency;
            let (load, worst) = (format!("{:.0}%", load * 100.0), latency.worst_p99());
            writeln!(f, "{load:<28}{rate:>12.0}{p50:>10.1}{p95:>10.1}{p99:>10.1}{worst:>14.1}")?;
        }
        write_growth(self, f)?;
        writeln!(f, "\n{:<28}{:>12}", "resident memory", "MiB at most")?;
        for Memory { what, peak } in &self.memory {
            writeln!(f, "{what:<28}{:>12}", peak >> 20)?;
        }
        if !self.ready_ms.is_empty() {
            writeln!(f, "\nstart of all roles until ready {:>9.0} ms", median(&self.ready_ms))?;
        }
        for noise in self.noise() {
            writeln!(f, "noisy: {noise}")?;
        }
        Ok(())
    }
}

/// The head of what [`passed`] writes.
const PIPELINE: &str = "  pipeline/s  CPU s/1000  +broker";

fn passed(pipeline: &Passed) -> String {
    let Passed { rate, cpu, broker_cpu } = pipeline;
    format!("{rate:>12.0}{cpu:>12.3}{broker_cpu:>9.3}")
}

fn write_growth(report: &Report, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some(growth) = &report.growth else { return Ok(()) };
    writeln!(
        f,
        "\n{:<28}{:>12}{:>10}{:>11}{:>10}{PIPELINE}",
        "articles in the store", "write ms", "CPU ms", "search ms", "MiB"
    )?;
    for size in &growth.stores {
        let StoreSize { articles, write_ms, write_cpu_ms, search_ms, bytes, pipeline } = size;
        let (mib, pipeline) = (bytes >> 20, passed(pipeline));
        writeln!(
            f,
            "{articles:<28}{write_ms:>12.3}{write_cpu_ms:>10.3}{search_ms:>11.2}{mib:>10}{pipeline}"
        )?;
    }
    writeln!(f, "\n{:<28}{PIPELINE}", "sources")?;
    for SourceCount { sources, pipeline } in &growth.sources {
        writeln!(f, "{sources:<28}{}", passed(pipeline))?;
    }
    Ok(())
}
