//! docs/performance.md.

use super::{Table, figure, origin};
use crate::report::{STAGES, WHOLE, median};
use crate::{CEILING, LARGE, NO_WORK, Report, STORAGE_LIMIT, USUAL};

const HEAD: &str = "\
# Performance

Made by `cargo xtask performance` from the files in docs/figures, which `dateline bench --json` wrote;
not edited by hand. One run takes everything with the same broker and the same generated articles on
one machine: rounds alternate between the measurements, figures are medians over the rounds, *spread*
is the distance of the worst round from the median, ratios are taken within a round. Before each
measurement the stores of those before are removed and the disk comes to rest. The *relay ceiling*
consumes, publishes and acknowledges with no work and none of Dateline's own layers; the *storage
limit* writes the very rows of the sink by bare prepared statements.

";

/// The page of one or several runs.
#[must_use]
pub fn performance(reports: &[Report]) -> String {
    reports.iter().fold(HEAD.to_owned(), |page, report| page + &section(report))
}

fn section(report: &Report) -> String {
    let plan = &report.plan;
    [
        format!("## {}\n\n{}\n", report.broker, origin(report)),
        format!(
            "{} articles of {} bytes a measurement, {} rounds.\n\n",
            plan.articles, report.article_bytes, plan.rounds
        ),
        aims(report),
        "### Rates\n\n".to_owned(),
        rates(report),
        "### Enrichment of one article, step by step, on one core\n\n".to_owned(),
        steps(report),
        "### From accepted to stored\n\nArticles are sent by the clock, whether or not earlier ones have \
         arrived, and each counts from the moment at which it was due.\n\n"
            .to_owned(),
        latencies(report),
        "### Memory and start\n\nResident memory of one process with all roles, without the broker; the \
         articles that are sent lie in it, too.\n\n"
            .to_owned(),
        memory(report),
    ]
    .concat()
}

/// What issue and design ask for, beside what was measured.
fn aims(report: &Report) -> String {
    let latency = |load| report.latency(load).map_or(f64::NAN, |latency| latency.p99);
    let memory = |what| figure(report.megabytes(what).unwrap_or(f64::NAN), 0);
    let ratio = |what, of| figure(report.ratio(what, of).unwrap_or(f64::NAN), 2);
    let aim = |what: &str, aim: &str, is: String| [what.to_owned(), aim.to_owned(), is];
    Table::new(&["aim", "wanted", "measured"])
        .row(&aim(
            "articles a second enriched on one core",
            ">= 600",
            figure(report.enriched_on_one_core(), 0),
        ))
        .row(&aim("enricher without work / relay ceiling", ">= 0.90", ratio(NO_WORK, CEILING)))
        .row(&aim(
            "whole pipeline / slowest stage alone",
            ">= 0.60",
            figure(report.share_of_slowest().unwrap_or(f64::NAN), 2),
        ))
        .row(&aim("sink / storage limit", "", ratio(STAGES[2], STORAGE_LIMIT)))
        .row(&aim("accepted to stored, p99 at 10% load, ms", "< 50", figure(latency(0.1), 1)))
        .row(&aim("accepted to stored, p99 at 50% load, ms", "< 250", figure(latency(0.5), 1)))
        .row(&aim("resident memory at peak load, MB", "< 300", memory(USUAL)))
        .row(&aim("the same with articles of 1 MB, MB", "bounded", memory(LARGE)))
        .row(&aim("start until ready, ms", "< 1000", figure(median(&report.ready_ms), 0)))
        .done()
}

fn rates(report: &Report) -> String {
    let table = Table::new(&[
        "measurement",
        "articles/s",
        "spread",
        "of the ceiling",
        "CPU s per 1000, Dateline",
        "CPU s per 1000, broker",
    ]);
    let row = |table: Table, rate: &crate::Rate| {
        table.row(&[
            rate.what.clone(),
            figure(rate.median(), 0),
            format!("{}%", figure(rate.spread() * 100.0, 0)),
            figure(report.ratio(&rate.what, CEILING).unwrap_or(f64::NAN), 2),
            figure(median(&rate.cpu), 3),
            figure(median(&rate.broker_cpu), 3),
        ])
    };
    report.rates.iter().fold(table, row).done()
}

fn steps(report: &Report) -> String {
    let row = |table: Table, step: &crate::StepCost| table.row(&[step.step.clone(), figure(step.micros, 1)]);
    report.steps.iter().fold(Table::new(&["step", "microseconds"]), row).done()
}

fn latencies(report: &Report) -> String {
    let table = Table::new(&["load", "articles/s", "p50 ms", "p95 ms", "p99 ms", "p99 of the worst round"]);
    let row = |table: Table, latency: &crate::Latency| {
        let load = format!("{}% of the {WHOLE}", figure(latency.load * 100.0, 0));
        let times = [latency.p50, latency.p95, latency.p99, latency.worst_p99()].map(|time| figure(time, 1));
        table.row(&[&[load, figure(latency.rate, 0)][..], &times].concat())
    };
    report.latencies.iter().fold(table, row).done()
}

fn memory(report: &Report) -> String {
    let row = |table: Table, memory: &crate::Memory| {
        table.row(&[memory.what.clone(), (memory.peak >> 20).to_string()])
    };
    report.memory.iter().fold(Table::new(&["while", "MiB at most"]), row).done()
}
