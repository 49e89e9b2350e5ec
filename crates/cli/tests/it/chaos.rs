//! The pipeline under random faults of fixed seeds: short runs of `cargo xtask chaos`.

use std::path::PathBuf;
use std::time::Duration;

use dateline_testkit::chaos::{self, Options, Report};

use crate::once::DATELINE;

async fn run(seed: u64, cluster: bool, planted: Option<&str>) -> Report {
    let options = Options {
        dateline: PathBuf::from(DATELINE),
        seed,
        articles: 1_500,
        load: Duration::from_secs(12),
        cluster,
        planted: planted.map(str::to_owned),
        commit: "test".to_owned(),
    };
    let report = chaos::run(&options).await;
    println!("{}", report.json());
    report
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_doubled_on_one_server() {
    let report = run(3, false, None).await;
    assert!(report.is_clean() && report.faults() > 0, "{:#}", report.json());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_doubled_on_a_cluster() {
    let report = run(4, true, None).await;
    assert!(report.is_clean() && report.faults() > 0, "{:#}", report.json());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_doubled_in_postgresql() {
    let report = run(2, false, None).await;
    assert!(report.is_clean() && report.faults() > 0, "{:#}", report.json());
}

/// The judge can fail: a sink that acknowledges before it stores is caught.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sink_that_acknowledges_too_early_is_caught() {
    let report = run(3, false, Some("ack-early")).await;
    assert!(report.findings.lost > 0, "{:#}", report.json());
}
