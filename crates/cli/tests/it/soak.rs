//! Feeds that misbehave at random: a short run of `cargo run -p dateline-testkit --example soak`.

use std::path::PathBuf;
use std::time::Duration;

use dateline_testkit::soak::{self, Options};

use crate::once::DATELINE;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_item_is_lost_or_doubled_and_no_host_is_pressed() {
    let options = Options {
        dateline: PathBuf::from(DATELINE),
        seed: 7,
        sources: 60,
        time: Duration::from_secs(25),
        interval: [Duration::from_secs(1), Duration::from_secs(3)],
    };
    let report = soak::run(&options).await;
    println!("{}", report.json());
    assert!(report.is_clean(), "{:#}", report.json());
    let kinds = report.misbehaved.values().filter(|count| **count > 0).count();
    assert!(kinds >= 10 && report.items > options.sources, "{:#}", report.json());
}
