//! What a scrape costs with many sources:
//! `cargo run --release -p dateline-runtime --example scrape_cost -- 1000`
//!
//! Every series that the catalogue allows beside those of sources is there, each source has
//! all of its own, and the page is made 100 times over.

#![expect(clippy::print_stdout, reason = "what this program prints is its result")]

use dateline_runtime::telemetry::Metrics;
use dateline_runtime::telemetry::catalogue::{
    SOURCE_ARTICLES, SOURCE_ERRORS, SOURCE_LAST_SUCCESS, STAGE_QUEUE_SECONDS, STAGE_WORK_SECONDS,
};
use std::time::{Duration, Instant};

const SCRAPES: u32 = 100;

fn main() {
    let sources: usize = std::env::args().nth(1).and_then(|number| number.parse().ok()).unwrap_or(1_000);
    let metrics = Metrics::install();
    for number in 0..sources {
        let source = format!("newspaper-{number}");
        for outcome in ["accepted", "duplicate", "dead"] {
            SOURCE_ARTICLES.with([&source, outcome]).increment(17);
        }
        SOURCE_LAST_SUCCESS.with([&source]).set(1.7e9);
        SOURCE_ERRORS.with([&source, "timeout"]).increment(1);
    }
    for stage in ["producer", "enricher", "sink"] {
        STAGE_WORK_SECONDS.with([stage]).record(0.01);
        STAGE_QUEUE_SECONDS.with([stage]).record(0.01);
    }
    let mut times: Vec<Duration> = Vec::new();
    let mut page = String::new();
    for _ in 0..SCRAPES {
        let begun = Instant::now();
        page = metrics.render();
        times.push(begun.elapsed());
    }
    times.sort();
    let series = page.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
    let median = times[times.len() / 2];
    println!("{sources} sources: {series} series, {} bytes, median of {SCRAPES}: {median:?}", page.len());
}
